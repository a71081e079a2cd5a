#include "ui/views/heading.h"

#include "ui/text.h"

#define TITLE_COLS_MIN 12

void heading_draw(struct canvas *canvas, struct rect rect, bool is_focused, const char *key,
                  const char *title, struct line *right)
{
    if (rect_is_empty(rect))
        return;
    canvas_hline(canvas, rect.x, rect.y, rect.cols, is_focused ? STYLE_ROLE_RULE_FOCUSED : STYLE_ROLE_RULE);
    int x = rect.x + 1, end = rect.x + rect.cols - 1;
    x = canvas_printf(canvas, x, rect.y, is_focused ? STYLE_ROLE_KEY : STYLE_ROLE_DIM, " %s ", key);

    int title_cols = text_cols(title, -1), room = MAX(end - x - 1, 0);
    int right_cols = 0;
    if (right != NULL) {
        line_fit(right, MAX(room - MIN(title_cols, TITLE_COLS_MIN) - 4, 0));
        right_cols = line_cols(right);
    }
    int cols = MIN(title_cols, room - (right_cols > 0 ? right_cols + 4 : 0));
    g_autofree char *cut = text_truncate(title, -1, MAX(cols, 0));
    x = canvas_put(canvas, x, rect.y, STYLE_ROLE_BRIGHT | STYLE_MARK_BOLD, cut);
    canvas_put(canvas, x, rect.y, STYLE_ROLE_RULE, " ");
    if (right_cols > 0) {
        x = canvas_put(canvas, end - right_cols - 2, rect.y, STYLE_ROLE_RULE, " ");
        x = line_draw(right, canvas, x, rect.y, right_cols);
        canvas_put(canvas, x, rect.y, STYLE_ROLE_RULE, " ");
    }
}
