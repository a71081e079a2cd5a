#include "ui/views/line.h"

#include <limits.h>
#include <stdarg.h>
#include <string.h>

#include "ui/text.h"

void line_add(struct line *line, int worth, unsigned style, const char *text)
{
    if (line->count == LINE_PIECES || text == NULL)
        return;
    struct line_piece *piece = &line->pieces[line->count++];
    piece->worth = worth;
    piece->style = style;
    g_strlcpy(piece->text, text, sizeof piece->text);
    /* A character cut in half at the end is taken off whole. */
    const char *end;
    if (!g_utf8_validate(piece->text, -1, &end))
        piece->text[end - piece->text] = '\0';
}

void line_addf(struct line *line, int worth, unsigned style, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    line_add(line, worth, style, text);
}

int line_cols(const struct line *line)
{
    int cols = 0;
    for (int i = 0; i < line->count; i++)
        cols += text_cols(line->pieces[i].text, -1);
    return cols;
}

/* INT_MAX: it is empty. */
static int least_worth(const struct line *line)
{
    int least = INT_MAX;
    for (int i = 0; i < line->count; i++)
        least = MIN(least, line->pieces[i].worth);
    return least;
}

static void drop_worth(struct line *line, int worth)
{
    int kept = 0;
    for (int i = 0; i < line->count; i++) {
        if (line->pieces[i].worth != worth)
            line->pieces[kept++] = line->pieces[i];
    }
    line->count = kept;
}

void line_fit(struct line *line, int cols)
{
    while (line->count > 0 && line_cols(line) > cols)
        drop_worth(line, least_worth(line));
}

void line_fit_both(struct line *a, struct line *b, int cols)
{
    while (a->count + b->count > 0 && line_cols(a) + line_cols(b) > cols) {
        int least = MIN(least_worth(a), least_worth(b));
        drop_worth(a, least);
        drop_worth(b, least);
    }
}

/* The blanks before a piece's words part it from the last piece: an underline begins with the words. */
static int draw_piece(const struct line_piece *piece, struct canvas *canvas, int x, int y)
{
    size_t blanks = strspn(piece->text, " ");
    char parting[LINE_PIECE_BYTES];
    g_strlcpy(parting, piece->text, blanks + 1);
    x = canvas_put(canvas, x, y, STYLE_ROLE_TEXT | (piece->style & STYLE_SURFACE_MASK), parting);
    return canvas_put(canvas, x, y, piece->style, piece->text + blanks);
}

int line_draw(struct line *line, struct canvas *canvas, int x, int y, int cols)
{
    line_fit(line, cols);
    for (int i = 0; i < line->count; i++)
        x = draw_piece(&line->pieces[i], canvas, x, y);
    return x;
}
