#include "ui/views/popup_frame.h"

#include "ui/text.h"

#define TOP_MAX     6
#define SLIVER_COLS 8 /* a form on 80 columns leaves seven */

struct rect popup_frame_place(const struct desk *desk, int cols, int rows)
{
    struct rect all = rect_inset((struct rect){0, 0, desk->cols, desk->rows}, 1, 1);
    struct rect rect = rect_centre(all, cols, rows);
    rect.y = all.y + MIN((all.rows - rect.rows) / 3, TOP_MAX);
    return rect;
}

struct rect popup_frame_inner(struct rect rect)
{
    return rect_inset(rect, 2, 1);
}

/* A blank column on either side keeps cut words behind from being read on; what would be left as a sliver at
 * the edge of the screen goes with it. */
static struct rect with_margin(const struct canvas *canvas, struct rect rect)
{
    int left = rect.x <= SLIVER_COLS ? rect.x : 1;
    int right = canvas_cols(canvas) - rect.x - rect.cols;
    right = right <= SLIVER_COLS ? right : 1;
    return (struct rect){rect.x - left, rect.y, rect.cols + left + right, rect.rows};
}

struct rect popup_frame_draw(struct canvas *canvas, struct rect rect, const char *title)
{
    struct rect around = with_margin(canvas, rect);
    canvas_fill(canvas, around, STYLE_ROLE_TEXT);
    canvas_fill(canvas, rect, POPUP_STYLE(STYLE_ROLE_TEXT));
    canvas_box(canvas, rect, POPUP_STYLE(STYLE_ROLE_RULE_FOCUSED));
    if (*title == '\0')
        return popup_frame_inner(rect);
    g_autofree char *cut = text_truncate(title, -1, MAX(rect.cols - 6, 0));
    unsigned style = POPUP_STYLE(STYLE_ROLE_BRIGHT) | STYLE_MARK_BOLD;
    int x = canvas_put(canvas, rect.x + 2, rect.y, style, " ");
    x = canvas_put(canvas, x, rect.y, style, cut);
    canvas_put(canvas, x, rect.y, style, " ");
    return popup_frame_inner(rect);
}

static void put_right(struct canvas *canvas, struct rect rect, int y, int count, const char *what)
{
    if (count <= 0)
        return;
    g_autofree char *text = g_strdup_printf(" %d %s ", count, what);
    canvas_put(canvas, rect.x + rect.cols - 2 - text_cols(text, -1), y, POPUP_STYLE(STYLE_ROLE_DIM), text);
}

void popup_frame_more(struct canvas *canvas, struct rect rect, int above, int below)
{
    put_right(canvas, rect, rect.y, above, "above");
    put_right(canvas, rect, rect.y + rect.rows - 1, below, "more");
}
