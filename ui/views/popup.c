#include "ui/views/views.h"

#include "ui/text.h"
#include "ui/views/line.h"
#include "ui/views/marked.h"
#include "ui/views/field.h"

#define SURFACE(role) ((role) | STYLE_SURFACE_POPUP)
#define LIST_COLS     76
#define LIST_ROWS     18
#define FORM_COLS     66
#define LINES_ROWS    5 /* of a field of several lines */
#define LABEL_COLS    16

/* The frame: a filled rectangle in a thin line, which shows its edge where a surface has no colour, with its
 * title above and a hint below; answers what is inside. */
static struct rect draw_frame(struct canvas *canvas, struct rect rect, const struct popup *p)
{
    canvas_fill(canvas, rect, SURFACE(STYLE_ROLE_TEXT));
    canvas_box(canvas, rect, SURFACE(STYLE_ROLE_RULE_FOCUSED));
    g_autofree char *title = text_truncate(p->title, -1, MAX(rect.cols - 6, 0));
    int x = canvas_put(canvas, rect.x + 2, rect.y, SURFACE(STYLE_ROLE_BRIGHT) | STYLE_MARK_BOLD, " ");
    x = canvas_put(canvas, x, rect.y, SURFACE(STYLE_ROLE_BRIGHT) | STYLE_MARK_BOLD, title);
    canvas_put(canvas, x, rect.y, SURFACE(STYLE_ROLE_BRIGHT), " ");
    struct rect inner = rect_inset(rect, 2, 1);
    if (p->hint != NULL && inner.rows > 2) {
        inner.rows--;
        canvas_put_fit(canvas, inner.x, inner.y + inner.rows, inner.cols, SURFACE(STYLE_ROLE_DIM), p->hint);
    }
    return inner;
}

static struct rect screen_rect(const struct desk *desk)
{
    return (struct rect){0, 0, desk->cols, desk->rows};
}

/* Popups stand high, so that a list that grows shorter as one types keeps its first row where it was. */
static struct rect place(const struct desk *desk, int cols, int rows)
{
    struct rect all = rect_inset(screen_rect(desk), 1, 1);
    struct rect rect = rect_centre(all, cols, rows);
    rect.y = all.y + MIN((all.rows - rect.rows) / 3, 6);
    return rect;
}

static struct rect list_place(const struct desk *desk, const struct popup *p)
{
    int rows = p->query != NULL ? LIST_ROWS : CLAMP((int)p->choices->len, 1, LIST_ROWS);
    return place(desk, LIST_COLS, rows + 3 + (p->query != NULL ? 2 : 0) + (p->text != NULL ? 1 : 0));
}

static void draw_choice(struct canvas *canvas, struct rect row, const struct popup_choice *choice,
                        bool is_cursor)
{
    unsigned role = choice->why_off != NULL ? STYLE_ROLE_DIM : STYLE_ROLE_TEXT;
    struct line right = {0};
    const char *detail = is_cursor && choice->why_off != NULL ? choice->why_off : choice->detail;
    if (detail != NULL)
        line_add(&right, 1, SURFACE(choice->why_off != NULL ? STYLE_ROLE_WARN : STYLE_ROLE_DIM), detail);
    if (choice->key != NULL && *choice->key != '\0')
        line_addf(&right, 2, SURFACE(STYLE_ROLE_KEY), "  %s", choice->key);
    line_fit(&right, row.cols * 3 / 5);
    int right_cols = line_cols(&right);
    marked_put(canvas, row.x, row.y, MAX(row.cols - right_cols - 2, 0), SURFACE(role), choice->label,
               choice->marks);
    line_draw(&right, canvas, row.x + row.cols - right_cols, row.y, right_cols);
    if (is_cursor)
        canvas_set_surface(canvas, (struct rect){row.x - 1, row.y, row.cols + 2, 1}, STYLE_SURFACE_SELECTED);
}

static void draw_query(struct canvas *canvas, struct rect row, const struct popup *p,
                       struct screen_caret *caret)
{
    int x = canvas_put(canvas, row.x, row.y, SURFACE(STYLE_ROLE_KEY), "> ");
    struct rect box = {x, row.y, MAX(row.x + row.cols - x, 0), 1};
    field_draw(p->query, canvas, box, FIELD_LOOK, caret);
}

static struct rect list_rows(struct rect inner, const struct popup *p)
{
    return p->query != NULL ? rect_below(inner, 2) : inner;
}

static void draw_list(const struct desk *desk, struct canvas *canvas, const struct popup *p,
                      struct screen_caret *caret)
{
    struct rect inner = draw_frame(canvas, list_place(desk, p), p);
    if (p->query != NULL)
        draw_query(canvas, rect_row(inner, 0), p, caret);
    struct rect rows = list_rows(inner, p);
    int first = MAX(p->cursor - rows.rows + 1, 0);
    for (int row = 0; row < rows.rows && first + row < (int)p->shown->len; row++)
        draw_choice(canvas, rect_row(rows, row), p->shown->pdata[first + row], first + row == p->cursor);
    if (p->shown->len == 0)
        canvas_put_fit(canvas, rows.x, rows.y, rows.cols, SURFACE(STYLE_ROLE_DIM),
                       p->problem != NULL ? p->problem
                       : p->request != 0  ? "Searching…"
                       : p->empty != NULL ? p->empty
                                          : "Nothing matches.");
}

static int field_rows(const struct popup_field *field)
{
    return (field->kind == FIELD_LINES ? LINES_ROWS : 1) + (field->problem != NULL ? 1 : 0);
}

static void draw_choice_field(struct canvas *canvas, struct rect box, const struct popup_field *field,
                              bool has_keys)
{
    const struct popup_choice *choice = field->choice >= 0 && field->choice < (int)field->choices->len
                                            ? field->choices->pdata[field->choice]
                                            : NULL;
    struct line line = {0};
    line_add(&line, 1, SURFACE(has_keys ? STYLE_ROLE_KEY : STYLE_ROLE_DIM), "‹ ");
    line_add(&line, 9, SURFACE(choice != NULL ? STYLE_ROLE_TEXT : STYLE_ROLE_FIELD),
             choice != NULL ? choice->label : "choose with the arrows");
    line_add(&line, 1, SURFACE(has_keys ? STYLE_ROLE_KEY : STYLE_ROLE_DIM), " ›");
    if (choice != NULL && choice->detail != NULL)
        line_addf(&line, 0, SURFACE(STYLE_ROLE_DIM), "  %s", choice->detail);
    line_draw(&line, canvas, box.x, box.y, box.cols);
}

static void draw_field(struct canvas *canvas, struct rect rows, const struct popup_field *field,
                       bool has_keys, struct screen_caret *caret)
{
    int label_cols = MIN(LABEL_COLS, rows.cols / 3);
    canvas_put_fit(canvas, rows.x, rows.y, label_cols, SURFACE(has_keys ? STYLE_ROLE_BRIGHT : STYLE_ROLE_DIM),
                   field->label);
    struct rect box = {rows.x + label_cols + 1, rows.y, MAX(rows.cols - label_cols - 1, 0),
                       field->kind == FIELD_LINES ? LINES_ROWS : 1};
    box = rect_intersect(box, rows);
    if (field->kind == FIELD_CHOICE) {
        draw_choice_field(canvas, box, field, has_keys);
    } else {
        field_draw(field->editor, canvas, box,
                   (struct editor_look){.surface = STYLE_SURFACE_FIELD,
                                        .placeholder = field->hint,
                                        .is_secret = field->kind == FIELD_SECRET},
                   has_keys ? caret : NULL);
    }
    if (field->problem != NULL)
        canvas_put_fit(canvas, box.x, box.y + box.rows, box.cols, SURFACE(STYLE_ROLE_ERROR), field->problem);
}

static void draw_form(const struct desk *desk, struct canvas *canvas, const struct popup *p,
                      struct screen_caret *caret)
{
    int rows = 4 + (p->text != NULL ? 2 : 0) + (p->problem != NULL ? 1 : 0);
    for (guint i = 0; i < p->fields->len; i++)
        rows += field_rows(p->fields->pdata[i]);
    struct rect inner = draw_frame(canvas, place(desk, FORM_COLS, rows), p);
    int y = inner.y + 1;
    if (p->text != NULL) {
        canvas_put_fit(canvas, inner.x, y, inner.cols, SURFACE(STYLE_ROLE_DIM), p->text);
        y += 2;
    }
    for (guint i = 0; i < p->fields->len; i++) {
        const struct popup_field *field = p->fields->pdata[i];
        struct rect place_of =
            rect_intersect((struct rect){inner.x, y, inner.cols, field_rows(field)}, inner);
        draw_field(canvas, place_of, field, p->field == (int)i, caret);
        y += field_rows(field);
    }
    if (p->problem != NULL)
        canvas_put_fit(canvas, inner.x, y, inner.cols, SURFACE(STYLE_ROLE_ERROR), p->problem);
}

static void draw_question(const struct desk *desk, struct canvas *canvas, const struct popup *p)
{
    const char *text = p->text != NULL ? p->text : "";
    int lines = text_count_lines(text, -1, FORM_COLS - 4);
    struct rect inner = draw_frame(canvas, place(desk, FORM_COLS, lines + 5), p);
    int row = 1 + marked_wrap(canvas, rect_below(inner, 1), 0, SURFACE(STYLE_ROLE_TEXT), text, NULL);
    struct line ways = {0};
    line_add(&ways, 1, SURFACE(STYLE_ROLE_KEY), "y");
    line_add(&ways, 1, SURFACE(STYLE_ROLE_TEXT), " yes   ");
    line_add(&ways, 1, SURFACE(STYLE_ROLE_KEY), "n");
    line_add(&ways, 1, SURFACE(STYLE_ROLE_TEXT), " no");
    line_draw(&ways, canvas, inner.x, inner.y + row + 1, inner.cols);
}

static void draw_text(const struct desk *desk, struct canvas *canvas, const struct popup *p)
{
    struct rect all = screen_rect(desk);
    struct rect inner = draw_frame(canvas, place(desk, MIN(all.cols - 4, 90), all.rows - 4), p);
    marked_wrap(canvas, inner, p->scroll_rows, SURFACE(STYLE_ROLE_TEXT), p->text != NULL ? p->text : "",
                NULL);
}

void view_popup_draw(const struct desk *desk, struct canvas *canvas, struct screen_caret *caret)
{
    const struct popup *p = desk_popup(desk);
    if (p == NULL)
        return;
    switch (p->kind) {
    case POPUP_LIST:
        draw_list(desk, canvas, p, caret);
        return;
    case POPUP_FORM:
        draw_form(desk, canvas, p, caret);
        return;
    case POPUP_QUESTION:
        draw_question(desk, canvas, p);
        return;
    case POPUP_TEXT:
        draw_text(desk, canvas, p);
        return;
    }
}

int view_popup_item_at(const struct desk *desk, int x, int y)
{
    const struct popup *p = desk_popup(desk);
    if (p == NULL || p->kind != POPUP_LIST)
        return -1;
    struct rect inner = rect_inset(list_place(desk, p), 2, 1), rows;
    if (p->hint != NULL)
        inner.rows--;
    rows = list_rows(inner, p);
    int item = MAX(p->cursor - rows.rows + 1, 0) + y - rows.y;
    return rect_contains(rows, x, y) && item < (int)p->shown->len ? item : -1;
}
