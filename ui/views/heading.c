#include "ui/views/heading.h"

#include "ui/text.h"
#include "ui/views/line.h"

#define TITLE_COLS_MIN 12

/* What stands at the right end; of it the mark stays longest. */
static void add_context(struct line *line, const struct heading *heading, enum style_role rule)
{
    unsigned role = heading->right_role != 0 ? heading->right_role : STYLE_ROLE_DIM;
    int worth = heading->mark != NULL ? 2 : 1;
    if (heading->mark == NULL && heading->right == NULL)
        return;
    if (line->count > 0)
        line_add(line, worth, rule, "─ ");
    line_add(line, 2, role, heading->mark);
    if (heading->mark != NULL && heading->right != NULL)
        line_add(line, 1, role, " · ");
    line_add(line, 1, role, heading->right);
    line_add(line, worth, role, " ");
}

void heading_draw(struct canvas *canvas, struct rect rect, const struct heading *heading)
{
    if (rect_is_empty(rect))
        return;
    enum style_role rule = heading->has_focus ? STYLE_ROLE_RULE_FOCUSED : STYLE_ROLE_RULE;
    canvas_hline(canvas, rect.x, rect.y, rect.cols, rule);
    int x = rect.x + 1, end = rect.x + rect.cols - 1;
    x = canvas_printf(canvas, x, rect.y, heading->has_focus ? STYLE_ROLE_KEY : STYLE_ROLE_DIM, " %s ",
                      heading->key);

    struct line right = {0}, tail = {0};
    if (heading->clock_label != NULL)
        line_addf(&right, 3, heading->clock_role != 0 ? heading->clock_role : STYLE_ROLE_DIM, "%s ",
                  heading->clock_label);
    if (heading->clock != NULL)
        line_addf(&right, 4, STYLE_ROLE_BRIGHT | STYLE_MARK_BOLD, "%s ", heading->clock);
    int clock_cols = line_cols(&right);
    add_context(&right, heading, rule);
    if (heading->tail != NULL)
        line_add(&tail, 1, STYLE_ROLE_BRIGHT | STYLE_MARK_BOLD, heading->tail);

    int title_cols = text_cols(heading->title, -1), room = MAX(end - x - 1, 0);
    int beside_title = MAX(room - MIN(title_cols, TITLE_COLS_MIN) - 3, 0);
    line_fit(&tail, beside_title - clock_cols);
    int tail_cols = line_cols(&tail);
    line_fit(&right, beside_title - tail_cols);
    int right_cols = line_cols(&right);
    int cols = MIN(title_cols, MAX(room - tail_cols - (right_cols > 0 ? right_cols + 2 : 0), 0));
    g_autofree char *cut = text_truncate(heading->title, -1, cols);
    x = canvas_put(canvas, x, rect.y, STYLE_ROLE_BRIGHT | STYLE_MARK_BOLD, cut);
    x = line_draw(&tail, canvas, x, rect.y, tail_cols);
    canvas_put(canvas, x, rect.y, STYLE_ROLE_RULE, " ");
    if (right_cols == 0)
        return;
    x = canvas_put(canvas, end - right_cols - 1, rect.y, STYLE_ROLE_RULE, " ");
    line_draw(&right, canvas, x, rect.y, right_cols);
}
