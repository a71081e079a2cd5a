#include "ui/views/marked.h"

#include <string.h>

#include "app/desk/desk.h"
#include "ui/text.h"

/* A text, its marked ranges and what they add to the style. */
struct marked {
    const char *text;
    const GArray *marks; /* NULL: none */
    unsigned style, mark;
};

/* Draws [start, end) of the text, changing style where a mark begins or ends. */
static int put_range(struct canvas *canvas, int x, int y, const struct marked *m, struct desk_range range)
{
    const char *text = m->text;
    const GArray *marks = m->marks;
    unsigned style = m->style;
    size_t at = range.start;
    for (guint i = 0; marks != NULL && i < marks->len && at < range.end; i++) {
        const struct desk_range *mark = &g_array_index(marks, struct desk_range, i);
        if (mark->end <= range.start || mark->start >= range.end)
            continue;
        /* A mark that begins or ends inside a grapheme highlights it whole. */
        size_t from = CLAMP(text_snap_back(text, -1, mark->start), at, range.end);
        size_t to = CLAMP(text_snap_forward(text, -1, mark->end), from, range.end);
        x = canvas_put_len(canvas, x, y, style, text + at, (ssize_t)(from - at));
        x = canvas_put_len(canvas, x, y, style | m->mark, text + from, (ssize_t)(to - from));
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
    const struct marked m = {text, marks, style, STYLE_MARK_MATCH};
    x = put_range(canvas, x, y, &m, (struct desk_range){0, fit});
    return is_cut && cols > 0 ? canvas_put(canvas, x, y, style, "…") : x;
}

int marked_wrap(struct canvas *canvas, struct rect rect, int skip, unsigned style, const char *text,
                const GArray *marks)
{
    const struct marked m = {text, marks, style, STYLE_MARK_MATCH};
    struct text_line line = {0};
    int row = 0;
    for (int i = 0; row < rect.rows && text_wrap(text, -1, MAX(rect.cols, 2), &line); i++) {
        if (i < skip)
            continue;
        put_range(canvas, rect.x, rect.y + row, &m, (struct desk_range){line.start, line.end});
        row++;
    }
    return row;
}

/* "12:03:44  ", before what a timeline tells. */
static bool begins_with_time(const char *paragraph)
{
    static const char form[] = "00:00:00  ";
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (form[i] == '0' ? !g_ascii_isdigit(paragraph[i]) : paragraph[i] != form[i])
            return false;
    return true;
}

/* Columns by which the lines of a list's item go in, under the first word: "· ", "12. ", either of them
 * within another list, or a time; 0: it is none. */
static int hang_cols(const char *paragraph)
{
    static const char dot[] = "· ";
    if (begins_with_time(paragraph))
        return 10;
    size_t blanks = strspn(paragraph, " ");
    const char *item = paragraph + blanks;
    if (strncmp(item, dot, sizeof dot - 1) == 0)
        return (int)blanks + 2;
    size_t digits = strspn(item, "0123456789");
    bool is_number = digits > 0 && digits <= 2 && strncmp(item + digits, ". ", 2) == 0;
    return is_number ? (int)(blanks + digits) + 2 : 0;
}

/* An article's text, row by row. Zeroed but for text and cols before the first row. */
struct prose {
    const char *text;
    int cols, hang, indent;
    struct text_line line;
};

/* The next row in `line`, to be indented by `indent`; false: there is none. The first row of a paragraph has
 * the whole width, the next ones what its hanging leaves. */
static bool prose_next(struct prose *p)
{
    bool begins = p->line.next == 0 || p->text[p->line.next - 1] == '\n';
    if (begins)
        p->hang = hang_cols(p->text + p->line.next);
    p->indent = begins ? 0 : MIN(p->hang, p->cols / 2);
    return text_wrap(p->text, -1, MAX(p->cols - p->indent, 2), &p->line);
}

int marked_prose(struct canvas *canvas, struct rect rect, int skip, unsigned style, const char *text,
                 const GArray *strong)
{
    const struct marked m = {text, strong, style, STYLE_MARK_BOLD};
    struct prose p = {.text = text, .cols = MAX(rect.cols, 2)};
    int row = -skip;
    for (; prose_next(&p); row++)
        if (canvas != NULL && row >= 0 && row < rect.rows)
            put_range(canvas, rect.x + p.indent, rect.y + row, &m,
                      (struct desk_range){p.line.start, p.line.end});
    return row + skip;
}

void marked_prose_rows(const char *text, int cols, struct desk_range range, int *from, int *to)
{
    struct prose p = {.text = text, .cols = MAX(cols, 2)};
    *from = *to = 0;
    for (int row = 0; prose_next(&p) && p.line.start < range.end; row++) {
        if (p.line.start <= range.start)
            *from = row;
        *to = row + 1;
    }
}

size_t marked_prose_at(const char *text, int cols, int row)
{
    struct prose p = {.text = text, .cols = MAX(cols, 2)};
    while (prose_next(&p) && row > 0)
        row--;
    return p.line.start;
}
