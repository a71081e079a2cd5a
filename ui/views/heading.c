#include "ui/views/heading.h"

#include "ui/text.h"
#include "ui/views/line.h"

#define TITLE_COLS_MIN 12

void heading_draw(struct canvas *canvas, struct rect rect, const struct heading *heading)
{
    if (rect_is_empty(rect))
        return;
    enum style_role rule = heading->has_focus ? STYLE_ROLE_RULE_FOCUSED : STYLE_ROLE_RULE;
    canvas_hline(canvas, rect.x, rect.y, rect.cols, rule);
    int x = rect.x + 1, end = rect.x + rect.cols - 1;
    x = canvas_printf(canvas, x, rect.y, heading->has_focus ? STYLE_ROLE_KEY : STYLE_ROLE_DIM, " %s ",
                      heading->key);

    struct line right = {0};
    if (heading->clock_label != NULL)
        line_addf(&right, 2, heading->clock_role != 0 ? heading->clock_role : STYLE_ROLE_DIM, "%s ",
                  heading->clock_label);
    if (heading->clock != NULL)
        line_addf(&right, 3, STYLE_ROLE_BRIGHT | STYLE_MARK_BOLD, "%s ", heading->clock);
    if (heading->right != NULL) {
        if (right.count > 0)
            line_add(&right, 1, rule, "─ ");
        line_addf(&right, 1, heading->right_role != 0 ? heading->right_role : STYLE_ROLE_DIM, "%s ",
                  heading->right);
    }
    int title_cols = text_cols(heading->title, -1), room = MAX(end - x - 1, 0);
    line_fit(&right, MAX(room - MIN(title_cols, TITLE_COLS_MIN) - 3, 0));
    int right_cols = line_cols(&right);
    int cols = MIN(title_cols, MAX(room - (right_cols > 0 ? right_cols + 2 : 0), 0));
    g_autofree char *cut = text_truncate(heading->title, -1, cols);
    x = canvas_put(canvas, x, rect.y, STYLE_ROLE_BRIGHT | STYLE_MARK_BOLD, cut);
    canvas_put(canvas, x, rect.y, STYLE_ROLE_RULE, " ");
    if (right_cols == 0)
        return;
    x = canvas_put(canvas, end - right_cols - 1, rect.y, STYLE_ROLE_RULE, " ");
    line_draw(&right, canvas, x, rect.y, right_cols);
}
