/* How a field looks. */
#include "ui/widgets/editor.h"

#include <string.h>

#include "ui/text.h"
#include "ui/widgets/editor_state.h"

/* One bullet a character; *caret moves to its place among them. */
static char *bullets(const struct editor *editor, size_t *caret)
{
    GString *out = g_string_new(NULL);
    size_t hidden_caret = 0, len = editor->text->len;
    for (size_t at = 0; at < len; at = text_next(editor->text->str, (ssize_t)len, at)) {
        if (at == *caret)
            hidden_caret = out->len;
        g_string_append(out, "•");
    }
    *caret = *caret >= len ? out->len : hidden_caret;
    return g_string_free(out, FALSE);
}

/* An ellipsis at either end says that the line goes on there; the caret never stands on it. */
static struct editor_caret draw_one_line(struct canvas *canvas, struct rect rect, const char *text,
                                         size_t caret, unsigned style, bool has_focus)
{
    int caret_col = text_cols(text, (ssize_t)caret), cols = text_cols(text, -1);
    int scroll = has_focus && caret_col >= rect.cols ? caret_col - rect.cols + 1 : 0;
    if (has_focus && cols > scroll + rect.cols && caret_col - scroll == rect.cols - 1)
        scroll++;
    canvas_put(canvas, rect.x - scroll, rect.y, style, text);
    if (scroll > 0 && caret_col > scroll)
        canvas_put(canvas, rect.x, rect.y, style, "…");
    if (cols > scroll + rect.cols)
        canvas_put(canvas, rect.x + rect.cols - 1, rect.y, style, "…");
    return (struct editor_caret){has_focus, rect.x + caret_col - scroll, rect.y};
}

/* One column stays free at the right for the caret behind a full line. */
static struct editor_caret draw_lines(struct canvas *canvas, struct rect rect, const char *text, size_t caret,
                                      unsigned style, bool has_focus)
{
    size_t len = strlen(text);
    int cols = MAX(rect.cols - 1, 2), row = 0, caret_row = 0, caret_col = 0;
    struct text_line line = {0};
    while (text_wrap(text, (ssize_t)len, cols, &line)) {
        if (editor_line_has(&line, caret, len)) {
            caret_row = row;
            caret_col = text_cols(text + line.start, (ssize_t)(caret - line.start));
            break;
        }
        row++;
    }
    int top = has_focus ? MAX(caret_row - rect.rows + 1, 0) : 0;
    line = (struct text_line){0};
    for (row = 0; row < top + rect.rows && text_wrap(text, (ssize_t)len, cols, &line); row++)
        if (row >= top)
            canvas_put_len(canvas, rect.x, rect.y + row - top, style, text + line.start,
                           (ssize_t)(line.end - line.start));
    return (struct editor_caret){has_focus, rect.x + MIN(caret_col, rect.cols - 1), rect.y + caret_row - top};
}

struct editor_caret editor_draw(const struct editor *editor, struct canvas *canvas, struct rect rect,
                                const struct editor_look *look)
{
    unsigned style = look->role | look->surface;
    size_t caret = editor->caret;
    if (rect_is_empty(rect))
        return (struct editor_caret){false, rect.x, rect.y};

    g_autofree char *hidden = look->is_secret ? bullets(editor, &caret) : NULL;
    const char *text = hidden ? hidden : editor->text->str;
    struct rect before = canvas_clip(canvas, rect);
    canvas_fill(canvas, rect, style);
    if (*text == '\0' && look->placeholder)
        canvas_put_fit(canvas, rect.x, rect.y, rect.cols, STYLE_ROLE_FIELD | look->surface,
                       look->placeholder);
    struct editor_caret at = editor->kind == EDITOR_ONE_LINE
                                 ? draw_one_line(canvas, rect, text, caret, style, look->has_focus)
                                 : draw_lines(canvas, rect, text, caret, style, look->has_focus);
    canvas_unclip(canvas, before);
    return at;
}

int editor_count_rows(const struct editor *editor, int cols)
{
    return text_count_lines(editor->text->str, (ssize_t)editor->text->len, MAX(cols - 1, 2));
}
