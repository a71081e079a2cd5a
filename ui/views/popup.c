#include "ui/views/views.h"

#include <string.h>

#include "app/desk/popup.h"
#include "ui/text.h"
#include "ui/views/line.h"
#include "ui/views/marked.h"
#include "ui/views/popup_frame.h"

#define LIST_COLS        76
#define LIST_ROWS        18
#define LIST_TOP_MAX     6
#define TOLD_ROWS        2   /* where a list tells below what its row is, */
#define TOLD_TEXT_ROWS   4   /* a whole text that would be inserted */
#define MEASURED_CHOICES 200 /* the column of details is made for so many */
#define QUESTION_COLS    66
#define QUESTION_MIN     34
#define TEXT_COLS        90

/* Lists whose details are sentences or whole texts: the chosen row's stands below. */
static bool is_told_below(const struct popup *p)
{
    static const char *const names[] = {"palette", "help", "canned"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(p->name, names[i]) == 0)
            return true;
    return false;
}

static const struct popup_choice *chosen(const struct popup *p)
{
    return p->cursor >= 0 && p->cursor < (int)p->shown->len ? p->shown->pdata[p->cursor] : NULL;
}

/* What stands below a list: why the row cannot be chosen, what it is, or the popup's hint. */
static const char *told_below(const struct popup *p, enum style_role *role)
{
    const struct popup_choice *choice = chosen(p);
    *role = p->is_warned ? STYLE_ROLE_WARN : STYLE_ROLE_DIM;
    if (choice != NULL && choice->why_off != NULL) {
        *role = STYLE_ROLE_WARN;
        return choice->why_off;
    }
    return choice != NULL && is_told_below(p) && choice->detail != NULL ? choice->detail : p->hint;
}

static int below_rows(const struct popup *p, int cols)
{
    if (is_told_below(p))
        return strcmp(p->name, "canned") == 0 ? TOLD_TEXT_ROWS : TOLD_ROWS;
    return p->hint != NULL ? MIN(text_count_lines(p->hint, -1, cols), TOLD_ROWS) : 0;
}

/* A list that one types into keeps its place while it grows shorter and longer. */
static struct rect list_place(const struct desk *desk, const struct popup *p)
{
    int below = below_rows(p, LIST_COLS - 4);
    int rows = CLAMP((int)p->choices->len, 1, LIST_ROWS) + 2 + (below > 0 ? below + 1 : 0);
    if (p->query == NULL)
        return popup_frame_place(desk, LIST_COLS, rows);
    struct rect rect = popup_frame_place(desk, LIST_COLS, rows + 2);
    rect.y = 1 + CLAMP((desk->rows - LIST_ROWS - 6) / 3, 0, LIST_TOP_MAX);
    return rect_intersect(rect, (struct rect){0, 0, desk->cols, desk->rows - 1});
}

/* The rows of a list inside its frame. */
static struct rect list_rows(struct rect inner, const struct popup *p)
{
    int below = below_rows(p, inner.cols);
    struct rect rows = p->query != NULL ? rect_below(inner, 2) : inner;
    rows.rows = MAX(rows.rows - (below > 0 ? below + 1 : 0), MIN(rows.rows, 1));
    return rows;
}

/* Where details stand, one under the other: labels have half of the row, and what no detail needs. */
static int detail_col(const struct popup *p, int cols)
{
    int widest = 0, detail = 0;
    for (guint i = 0; i < MIN(p->choices->len, MEASURED_CHOICES); i++) {
        const struct popup_choice *choice = p->choices->pdata[i];
        widest = MAX(widest, text_cols(choice->label, -1));
        detail = MAX(detail, choice->detail != NULL ? text_cols(choice->detail, -1) : 0);
    }
    return MIN(widest, MAX(cols / 2, cols - detail - 3)) + 3;
}

static void draw_choice(struct canvas *canvas, struct rect row, const struct popup *p,
                        const struct popup_choice *choice)
{
    unsigned role = POPUP_STYLE(choice->why_off != NULL ? STYLE_ROLE_DIM : STYLE_ROLE_TEXT);
    int key_cols = choice->key != NULL ? text_cols(choice->key, -1) : 0;
    int cols = MAX(row.cols - (key_cols > 0 ? key_cols + 2 : 0), 0);
    if (key_cols > 0)
        canvas_put(canvas, row.x + row.cols - key_cols, row.y, POPUP_STYLE(STYLE_ROLE_KEY), choice->key);
    bool has_detail = choice->detail != NULL && !is_told_below(p);
    int at = has_detail ? detail_col(p, row.cols) : cols;
    marked_put(canvas, row.x, row.y, has_detail ? MIN(at - 2, cols) : cols, role, choice->label,
               choice->marks);
    if (has_detail && at < cols)
        marked_put(canvas, row.x + at, row.y, cols - at, POPUP_STYLE(STYLE_ROLE_DIM), choice->detail, NULL);
    if (choice == chosen(p))
        canvas_set_surface(canvas, (struct rect){row.x - 1, row.y, row.cols + 2, 1}, STYLE_SURFACE_SELECTED);
}

static void draw_query(struct canvas *canvas, struct rect row, const struct popup *p,
                       struct screen_caret *caret)
{
    int x = canvas_put(canvas, row.x, row.y, POPUP_STYLE(STYLE_ROLE_KEY), "> ");
    struct rect box = {x, row.y, MAX(row.x + row.cols - x, 0), 1};
    struct editor_look look = {.surface = STYLE_SURFACE_INPUT};
    look.placeholder = "type to narrow the list";
    field_draw(p->query, canvas, box, look, caret);
}

static void draw_empty(struct canvas *canvas, struct rect rows, const struct popup *p)
{
    const char *text = p->problem != NULL ? p->problem
                       : p->request != 0  ? "Searching…"
                       : p->empty != NULL ? p->empty
                                          : "Nothing matches.";
    marked_wrap(canvas, rows, 0, POPUP_STYLE(STYLE_ROLE_DIM), text, NULL);
}

static void draw_list(const struct desk *desk, struct canvas *canvas, const struct popup *p,
                      struct screen_caret *caret)
{
    struct rect place = list_place(desk, p), inner = popup_frame_draw(canvas, place, p->title);
    struct rect rows = list_rows(inner, p);
    if (p->query != NULL)
        draw_query(canvas, rect_row(inner, 0), p, caret);
    int first = MAX(p->cursor - rows.rows + 1, 0);
    for (int row = 0; row < rows.rows && first + row < (int)p->shown->len; row++)
        draw_choice(canvas, rect_row(rows, row), p, p->shown->pdata[first + row]);
    popup_frame_more(canvas, place, first, (int)p->shown->len - first - rows.rows);
    if (p->shown->len == 0)
        draw_empty(canvas, rows, p);
    enum style_role role;
    const char *below = told_below(p, &role);
    struct rect foot = rect_below(inner, rows.y - inner.y + rows.rows + 1);
    if (below == NULL)
        return;
    marked_wrap(canvas, foot, 0, POPUP_STYLE(role), below, NULL);
    if (text_count_lines(below, -1, foot.cols) > foot.rows) /* in the margin, where it hides no letter */
        canvas_put(canvas, foot.x + foot.cols, foot.y + foot.rows - 1, POPUP_STYLE(role), "…");
}

static void draw_question(const struct desk *desk, struct canvas *canvas, const struct popup *p)
{
    const char *text = p->text != NULL ? p->text : "";
    int cols = CLAMP(text_cols(text, -1), QUESTION_MIN, QUESTION_COLS - 4);
    int lines = text_count_lines(text, -1, cols);
    struct rect inner = popup_frame_draw(canvas, popup_frame_place(desk, cols + 4, lines + 5), p->title);
    int row = 1 + marked_wrap(canvas, rect_below(inner, 1), 0, POPUP_STYLE(STYLE_ROLE_TEXT), text, NULL);
    struct line ways = {0};
    g_autofree char *yes = desk_key_label(desk, KEYS_CONTEXT_POPUP_QUESTION, ACTION_YES),
                    *no = desk_key_label(desk, KEYS_CONTEXT_POPUP_QUESTION, ACTION_NO);
    line_add(&ways, 1, POPUP_STYLE(STYLE_ROLE_KEY), yes);
    line_add(&ways, 1, POPUP_STYLE(STYLE_ROLE_TEXT), " yes   ");
    line_add(&ways, 1, POPUP_STYLE(STYLE_ROLE_KEY), no);
    line_add(&ways, 1, POPUP_STYLE(STYLE_ROLE_TEXT), " no");
    line_draw(&ways, canvas, inner.x, MIN(inner.y + row + 1, inner.y + inner.rows - 1), inner.cols);
}

static const char *text_of(const struct popup *p)
{
    return p->text != NULL && *p->text != '\0' ? p->text : "There is nothing to tell yet.";
}

/* As high as its text, at most the screen. */
static struct rect text_place(const struct desk *desk, const struct popup *p, int *lines)
{
    int cols = MIN(desk->cols - 4, TEXT_COLS);
    struct rect inner = {.cols = MAX(cols - 4, 2)};
    *lines = marked_prose(NULL, inner, 0, STYLE_ROLE_TEXT, text_of(p), NULL);
    return popup_frame_place(desk, cols, MIN(*lines + 2, desk->rows - 4));
}

/* How much is left out stands in the frame. */
static void draw_text(const struct desk *desk, struct canvas *canvas, const struct popup *p)
{
    int lines;
    struct rect rect = text_place(desk, p, &lines), inner = popup_frame_draw(canvas, rect, p->title);
    int skip = CLAMP(p->scroll_rows, 0, MAX(lines - inner.rows, 0));
    marked_prose(canvas, inner, skip, POPUP_STYLE(STYLE_ROLE_TEXT), text_of(p), NULL);
    popup_frame_more(canvas, rect, skip, lines - skip - inner.rows);
}

int view_popup_most(const struct desk *desk)
{
    const struct popup *p = desk_popup(desk);
    if (p == NULL || p->kind != POPUP_TEXT || p->scroll_rows == 0)
        return 0;
    int lines;
    struct rect inner = popup_frame_inner(text_place(desk, p, &lines));
    return MAX(lines - inner.rows, 0);
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
        popup_form_draw(desk, canvas, p, caret);
        return;
    case POPUP_QUESTION:
        draw_question(desk, canvas, p);
        return;
    case POPUP_TEXT:
        draw_text(desk, canvas, p);
        return;
    case POPUP_FLOW:
        popup_flow_draw(desk, canvas, p);
        return;
    case POPUP_INBOX:
        popup_inbox_draw(desk, canvas, p);
        return;
    }
}

int view_popup_item_at(const struct desk *desk, int x, int y)
{
    const struct popup *p = desk_popup(desk);
    if (p != NULL && p->kind == POPUP_FLOW)
        return popup_flow_item_at(desk, p, x, y);
    if (p != NULL && p->kind == POPUP_INBOX)
        return popup_inbox_item_at(desk, p, x, y);
    if (p == NULL || p->kind != POPUP_LIST)
        return -1;
    struct rect rows = list_rows(popup_frame_inner(list_place(desk, p)), p);
    int item = MAX(p->cursor - rows.rows + 1, 0) + y - rows.y;
    return rect_contains(rows, x, y) && item < (int)p->shown->len ? item : -1;
}
