/* Forms: labelled fields one under the other, each problem under its field. */
#include "ui/text.h"
#include "ui/views/line.h"
#include "ui/views/marked.h"
#include "ui/views/popup_frame.h"

#define FORM_COLS       66
#define LABEL_COLS_MIN  8
#define LABEL_COLS_MAX  20
#define LINES_ROWS_MIN  5 /* of a field of several lines, and of the choices of one that narrows: */
#define LINES_ROWS_MAX  8 /* as many as the screen has room for */
#define SPARE_ROWS      3 /* of the screen, that no form takes for them */
#define FIELDS_ROWS_MIN 7 /* that the hint leaves to the fields of a low screen */

/* What of a form does not change from field to field. */
struct form {
    const struct desk *desk;
    const struct popup *p;
    struct canvas *canvas;
    struct rect inner;
    int label_cols, lines_rows;
    struct screen_caret *caret;
};

/* "what you ask" as "What you ask". Caller owns. */
static char *capital(const char *label)
{
    if (*label == '\0')
        return g_strdup("");
    GString *out = g_string_new(NULL);
    g_string_append_unichar(out, g_unichar_toupper(g_utf8_get_char(label)));
    g_string_append(out, g_utf8_next_char(label));
    return g_string_free(out, FALSE);
}

static int label_cols_of(const struct popup *p)
{
    int cols = LABEL_COLS_MIN;
    for (guint i = 0; i < p->fields->len; i++)
        cols = MAX(cols, text_cols(((const struct popup_field *)p->fields->pdata[i])->label, -1));
    return MIN(cols, LABEL_COLS_MAX);
}

static int problem_rows(const struct form *form, const char *problem)
{
    int cols = MAX(form->inner.cols - form->label_cols - 2, 2);
    return problem != NULL ? text_count_lines(problem, -1, cols) : 0;
}

static int value_rows(const struct form *form, const struct popup_field *field)
{
    if (field->kind == FIELD_CHOICE && field->editor != NULL)
        return 2 + MIN((int)field->choices->len, form->lines_rows); /* the typed line above, a blank below */
    return field->kind == FIELD_LINES ? form->lines_rows : 1;
}

static int field_rows(const struct form *form, const struct popup_field *field)
{
    return value_rows(form, field) + problem_rows(form, field->problem);
}

static const struct popup_field *field_at(const struct popup *p, int i)
{
    return p->fields->pdata[i];
}

/* A blank row parts a field of several lines from the line above it, which would look like its first. */
static int gap_rows(const struct popup *p, int i)
{
    return i > 0 && field_at(p, i)->kind == FIELD_LINES && field_at(p, i - 1)->kind == FIELD_TEXT;
}

static const struct popup_choice *chosen_of(const struct popup_field *field)
{
    return field->choice >= 0 && field->choice < (int)field->choices->len
               ? field->choices->pdata[field->choice]
               : NULL;
}

static void draw_choice_field(const struct form *form, struct rect box, const struct popup_field *field,
                              bool has_keys)
{
    const struct popup_choice *choice = chosen_of(field);
    g_autofree char *how = desk_key_names(form->desk, "choose with {popup-form:up} and {popup-form:down}");
    struct line line = {0};
    line_add(&line, 1, POPUP_STYLE(has_keys ? STYLE_ROLE_KEY : STYLE_ROLE_DIM), "‹ ");
    line_add(&line, 9, POPUP_STYLE(choice != NULL ? STYLE_ROLE_TEXT : STYLE_ROLE_FIELD),
             choice != NULL ? choice->label : how);
    line_add(&line, 1, POPUP_STYLE(has_keys ? STYLE_ROLE_KEY : STYLE_ROLE_DIM), " ›");
    if (choice != NULL && choice->detail != NULL)
        line_addf(&line, 0, POPUP_STYLE(STYLE_ROLE_DIM), "  %s", choice->detail);
    line_draw(&line, form->canvas, box.x, box.y, box.cols);
}

/* Where details stand beside the labels, one under the other. */
static int shown_detail_col(const struct popup_field *field, int cols)
{
    int widest = 0, detail = 0;
    for (guint i = 0; i < field->choices->len; i++) {
        const struct popup_choice *choice = field->choices->pdata[i];
        widest = MAX(widest, text_cols(choice->label, -1));
        detail = MAX(detail, choice->detail != NULL ? text_cols(choice->detail, -1) : 0);
    }
    return MIN(widest + 2, MAX(cols - detail, cols * 2 / 3));
}

static void draw_shown(const struct form *form, struct rect row, const struct popup_choice *choice,
                       int detail_col, bool is_chosen)
{
    unsigned role = POPUP_STYLE(is_chosen ? STYLE_ROLE_BRIGHT : STYLE_ROLE_TEXT);
    int at = 2 + detail_col;
    if (is_chosen)
        canvas_put(form->canvas, row.x, row.y, POPUP_STYLE(STYLE_ROLE_KEY), "▌");
    marked_put(form->canvas, row.x + 2, row.y, MIN(detail_col - 1, row.cols - 2), role, choice->label,
               choice->marks);
    if (choice->detail != NULL && at < row.cols)
        canvas_put_fit(form->canvas, row.x + at, row.y, row.cols - at, POPUP_STYLE(STYLE_ROLE_DIM),
                       choice->detail);
    if (is_chosen)
        canvas_set_surface(form->canvas, row, STYLE_SURFACE_SELECTED);
}

/* In the column of labels, beside the row where what has no room would go on. */
static void draw_more(const struct form *form, int x, int y, int count, const char *what)
{
    if (count <= 0)
        return;
    g_autofree char *more = g_strdup_printf("%d %s", count, what);
    canvas_put_fit(form->canvas, x, y, form->label_cols, POPUP_STYLE(STYLE_ROLE_DIM), more);
}

/* A line to type into and, always as many rows, the choices that it leaves. */
static void draw_narrowing(const struct form *form, struct rect box, const struct popup_field *field,
                           bool has_keys)
{
    const struct popup_choice *chosen = chosen_of(field);
    struct rect list = rect_below(box, 1);
    list.rows = MAX(list.rows - 1, 0);
    guint at = 0;
    field_draw(field->editor, form->canvas, rect_row(box, 0),
               (struct editor_look){.surface = STYLE_SURFACE_INPUT, .placeholder = field->hint},
               has_keys ? form->caret : NULL);
    if (chosen != NULL && !g_ptr_array_find(field->shown, chosen, &at))
        at = 0;
    int first = MAX((int)at - list.rows + 1, 0), label_x = box.x - form->label_cols - 2;
    draw_more(form, label_x, list.y, first, "above");
    draw_more(form, label_x, list.y + list.rows - 1, (int)field->shown->len - first - list.rows, "more");
    int detail_col = shown_detail_col(field, list.cols - 2);
    if (field->shown->len == 0)
        canvas_put_fit(form->canvas, list.x + 2, list.y, list.cols - 2, POPUP_STYLE(STYLE_ROLE_DIM),
                       "Nothing matches.");
    for (int i = 0; i < list.rows && first + i < (int)field->shown->len; i++) {
        const struct popup_choice *choice = field->shown->pdata[first + i];
        draw_shown(form, rect_row(list, i), choice, detail_col, choice == chosen);
    }
}

/* Draws into rows, the part of the field that is in sight. */
static void draw_field(const struct form *form, struct rect rows, const struct popup_field *field,
                       bool has_keys)
{
    if (rect_is_empty(rows))
        return;
    g_autofree char *label = capital(field->label);
    canvas_put_fit(form->canvas, rows.x, rows.y, form->label_cols,
                   POPUP_STYLE(has_keys ? STYLE_ROLE_BRIGHT : STYLE_ROLE_DIM), label);
    int left = form->label_cols + 2, height = value_rows(form, field);
    struct rect value = {rows.x + left, rows.y, MAX(rows.cols - left, 0), rows.rows};
    struct rect box = rect_intersect((struct rect){value.x, value.y, value.cols, height}, rows);
    if (field->kind == FIELD_CHOICE && field->editor != NULL)
        draw_narrowing(form, box, field, has_keys);
    else if (field->kind == FIELD_CHOICE)
        draw_choice_field(form, box, field, has_keys);
    else
        field_draw(field->editor, form->canvas, box,
                   (struct editor_look){.surface = STYLE_SURFACE_INPUT,
                                        .placeholder = field->hint,
                                        .is_secret = field->kind == FIELD_SECRET},
                   has_keys ? form->caret : NULL);
    if (field->kind == FIELD_LINES && !has_keys)
        draw_more(form, rows.x, rows.y + rows.rows - 1, editor_count_rows(field->editor, value.cols) - height,
                  "more");
    if (field->problem != NULL)
        marked_wrap(form->canvas, rect_below(value, height), 0, POPUP_STYLE(STYLE_ROLE_ERROR), field->problem,
                    NULL);
}

/* Rows scrolled away above, so that the field with the keys is in sight in so many rows of a low screen. */
static int skip_rows(const struct form *form, int top, int rows)
{
    int end = top;
    for (int i = 0; i <= form->p->field && i < (int)form->p->fields->len; i++)
        end += gap_rows(form->p, i) + field_rows(form, field_at(form->p, i));
    return MAX(end - rows, 0);
}

/* Rows of the form in its frame, with a blank one at either end. */
static int form_rows(const struct form *form, int others)
{
    int rows = others;
    for (int i = 0; i < (int)form->p->fields->len; i++)
        rows += gap_rows(form->p, i) + field_rows(form, field_at(form->p, i));
    return rows;
}

static int lines_of(const char *text, int cols)
{
    return text != NULL ? text_count_lines(text, -1, cols) : 0;
}

/* What stands below the fields: what is wrong, and what helps. */
struct below {
    int problem, hint; /* rows; 0: none */
    bool is_pinned;    /* on a low screen they keep its last rows, and the fields are scrolled over them */
};

static int below_rows(const struct below *below)
{
    int blanks = below->is_pinned ? 0 : (below->problem > 0) + (below->hint > 0);
    return below->problem + below->hint + blanks;
}

static void draw_below(const struct form *form, const struct below *below, int y)
{
    const struct {
        const char *text;
        int rows;
        enum style_role role;
    } parts[] = {{form->p->problem, below->problem, STYLE_ROLE_ERROR},
                 {form->p->hint, below->hint, STYLE_ROLE_DIM}};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (parts[i].rows == 0)
            continue;
        y += !below->is_pinned;
        struct rect at = {form->inner.x, y, form->inner.cols, parts[i].rows};
        y += marked_wrap(form->canvas, rect_intersect(at, form->inner), 0, POPUP_STYLE(parts[i].role),
                         parts[i].text, NULL);
    }
}

/* Text and fields, from row y on, as far as `rect` goes. Answers the row below them. */
static int draw_fields(const struct form *form, struct rect rect, int y, int text)
{
    const struct popup *p = form->p;
    struct rect before = canvas_clip(form->canvas, rect);
    if (text > 0)
        y += 1 + marked_wrap(form->canvas, (struct rect){rect.x, y, rect.cols, text}, 0,
                             POPUP_STYLE(STYLE_ROLE_TEXT), p->text, NULL);
    for (int i = 0; i < (int)p->fields->len; i++) {
        y += gap_rows(p, i);
        struct rect at = {rect.x, y, rect.cols, field_rows(form, field_at(p, i))};
        draw_field(form, rect_intersect(at, rect), field_at(p, i), p->field == i);
        y += at.rows;
    }
    canvas_unclip(form->canvas, before);
    return y;
}

void popup_form_draw(const struct desk *desk, struct canvas *canvas, const struct popup *p,
                     struct screen_caret *caret)
{
    struct form form = {.desk = desk,
                        .p = p,
                        .canvas = canvas,
                        .label_cols = label_cols_of(p),
                        .lines_rows = LINES_ROWS_MAX,
                        .caret = caret};
    form.inner.cols = MIN(FORM_COLS, desk->cols - 2) - 4;
    int text = lines_of(p->text, form.inner.cols);
    struct below below = {lines_of(p->problem, form.inner.cols), lines_of(p->hint, form.inner.cols), false};
    int others = 3 + text + (text > 0) + below_rows(&below);
    while (form.lines_rows > LINES_ROWS_MIN && form_rows(&form, others) > desk->rows - SPARE_ROWS)
        form.lines_rows--;
    int rows = form_rows(&form, others);
    struct rect frame = popup_frame_place(desk, FORM_COLS, rows + (below.hint == 0));
    form.inner = popup_frame_draw(canvas, frame, p->title);

    int top = form.inner.rows >= rows - 2 ? 1 : 0, unseen = 0;
    struct rect fields = form.inner;
    below.is_pinned = form.inner.rows < rows - 3;
    if (below.is_pinned && form.inner.rows - below_rows(&below) < FIELDS_ROWS_MIN) {
        unseen = below.hint;
        below.hint = 0;
    }
    if (below.is_pinned)
        fields.rows = MAX(fields.rows - below_rows(&below), 0);
    int skipped = skip_rows(&form, top + text + (text > 0), fields.rows);
    int end = draw_fields(&form, fields, form.inner.y + top - skipped, text);
    draw_below(&form, &below, below.is_pinned ? fields.y + fields.rows : end);
    if (below.is_pinned)
        popup_frame_more(canvas, frame, skipped, MAX(end - fields.y - fields.rows, 0) + unseen);
}
