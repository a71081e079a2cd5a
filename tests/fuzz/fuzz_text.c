/* Text from anywhere: graphemes take every byte once and never a control character; wrapping loses only
 * blanks; a canvas holds nothing that a terminal would obey. */
#include "ui/text.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "ui/canvas.h"
#include "ui/widgets/editor.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_graphemes(const char *text, size_t len)
{
    struct text_grapheme grapheme;
    size_t at = 0;
    while (text_read_grapheme(text + at, (ssize_t)(len - at), &grapheme)) {
        g_assert(grapheme.source_len >= 1 && grapheme.source_len <= len - at);
        g_assert(grapheme.cols >= 0 && grapheme.cols <= 2 &&
                 (grapheme.cols > 0) == (grapheme.point_count > 0));
        for (int i = 0; i < grapheme.point_count; i++)
            g_assert(grapheme.points[i] >= ' ' && (grapheme.points[i] < 0x7F || grapheme.points[i] > 0x9F));
        at += grapheme.source_len;
    }
    g_assert(at == len);
}

static void check_wrap(const char *text, size_t len, int cols)
{
    struct text_line line = {0};
    size_t before = 0;
    while (text_wrap(text, (ssize_t)len, cols, &line)) {
        g_assert(line.start == before && line.end >= line.start && line.next >= line.end && line.next <= len);
        g_assert(line.cols <= MAX(cols, 2));
        for (size_t i = line.end; i < line.next; i++)
            g_assert(strchr(" \t\n", text[i]));
        before = line.next;
    }
    g_assert(before == len);
}

static void check_canvas(const char *text, size_t len, int cols)
{
    struct canvas *canvas = canvas_new(cols, 2);
    struct editor *editor = editor_new(EDITOR_LINES);
    canvas_put_len(canvas, -3, 0, STYLE_ROLE_TEXT, text, (ssize_t)len);
    editor_insert(editor, text, (ssize_t)len);
    struct editor_caret caret =
        editor_draw(editor, canvas, (struct rect){0, 1, cols, 1}, &(struct editor_look){.has_focus = true});
    g_assert(caret.x >= 0 && caret.x < MAX(cols, 1));
    for (int y = 0; y < 2; y++)
        for (int x = 0; x < cols; x++) {
            const struct canvas_cell *cell = &canvas_row(canvas, y)[x];
            g_assert(cell->cols <= 2 && (cell->cols == 0) == (cell->base == 0));
            g_assert(cell->cols != 2 || (x + 1 < cols && cell[1].cols == 0));
            g_assert(cell->cols != 0 || (x > 0 && cell[-1].cols == 2));
            g_assert(cell->base == 0 || cell->base >= ' ');
        }
    editor_free(editor);
    canvas_free(canvas);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static bool has_locale;
    if (!has_locale)
        has_locale = text_use_locale();
    if (len == 0)
        return 0;
    int cols = 1 + bytes[0] % 40;
    const char *text = (const char *)bytes + 1;
    check_graphemes(text, len - 1);
    check_wrap(text, len - 1, cols);
    check_canvas(text, len - 1, cols);
    g_autofree char *cut = text_truncate(text, (ssize_t)(len - 1), cols);
    g_assert(text_cols(cut, -1) <= cols && g_utf8_validate(cut, -1, NULL));
    return 0;
}
