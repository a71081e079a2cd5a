/* A row composed of pieces from left to right, each with its style and its worth: what does not fit is left
 * out, the least worthy first, so that a line never overflows and never ends in half a word.
 *
 *     struct line line = {0};
 *     line_add(&line, 9, STYLE_ROLE_DIM, "queue ");
 *     line_addf(&line, 9, STYLE_ROLE_BRIGHT, "%d", waiting);
 *     line_draw(&line, canvas, x, y, cols);
 *
 * Pieces of one worth stay or go together. No allocation; at most LINE_PIECES pieces of LINE_PIECE_BYTES.
 */
#ifndef UI_VIEWS_LINE_H
#define UI_VIEWS_LINE_H

#include <glib.h>

#include "ui/canvas.h"

#define LINE_PIECES      48
#define LINE_PIECE_BYTES 160

struct line_piece {
    int worth; /* 0 goes first */
    unsigned style;
    char text[LINE_PIECE_BYTES];
};

struct line {
    int count;
    struct line_piece pieces[LINE_PIECES];
};

void line_add(struct line *line, int worth, unsigned style, const char *text);
void line_addf(struct line *line, int worth, unsigned style, const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Drops pieces until the rest is at most cols wide. */
void line_fit(struct line *line, int cols);

/* The same of two lines that share cols columns: what is worth least of either goes first. */
void line_fit_both(struct line *a, struct line *b, int cols);

/* Draws what fits into cols from x on; answers the column after it. `line` loses what did not fit. */
int line_draw(struct line *line, struct canvas *canvas, int x, int y, int cols);
int line_cols(const struct line *line);

#endif
