#include "ui/views/marked.h"

#include <string.h>

#include "app/desk/desk.h"
#include "ui/text.h"

/* Draws [start, end) of text, changing style where a mark begins or ends. */
static int put_range(struct canvas *canvas, int x, int y, unsigned style, const char *text,
                     struct desk_range range, const GArray *marks)
{
    size_t at = range.start;
    for (guint i = 0; marks != NULL && i < marks->len && at < range.end; i++) {
        const struct desk_range *mark = &g_array_index(marks, struct desk_range, i);
        if (mark->end <= range.start || mark->start >= range.end)
            continue;
        /* A mark that begins or ends inside a grapheme highlights it whole. */
        size_t from = CLAMP(text_snap_back(text, -1, mark->start), at, range.end);
        size_t to = CLAMP(text_snap_forward(text, -1, mark->end), from, range.end);
        x = canvas_put_len(canvas, x, y, style, text + at, (ssize_t)(from - at));
        x = canvas_put_len(canvas, x, y, style | STYLE_MARK_MATCH, text + from, (ssize_t)(to - from));
        at = to;
    }
    return canvas_put_len(canvas, x, y, style, text + at, (ssize_t)(range.end - at));
}

int marked_put(struct canvas *canvas, int x, int y, int cols, unsigned style, const char *text,
               const GArray *marks)
{
    size_t len = strlen(text);
    bool is_cut = text_cols(text, (ssize_t)len) > cols;
    size_t fit = text_fit(text, (ssize_t)len, is_cut ? MAX(cols - 1, 0) : cols, NULL);
    x = put_range(canvas, x, y, style, text, (struct desk_range){0, fit}, marks);
    return is_cut && cols > 0 ? canvas_put(canvas, x, y, style, "…") : x;
}

int marked_wrap(struct canvas *canvas, struct rect rect, int skip, unsigned style, const char *text,
                const GArray *marks)
{
    struct text_line line = {0};
    int row = 0;
    for (int i = 0; row < rect.rows && text_wrap(text, -1, MAX(rect.cols, 2), &line); i++) {
        if (i < skip)
            continue;
        put_range(canvas, rect.x, rect.y + row, style, text, (struct desk_range){line.start, line.end},
                  marks);
        row++;
    }
    return row;
}
