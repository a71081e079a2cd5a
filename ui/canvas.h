/* The screen in memory: a grid of cells, each one grapheme, its width and its style. Views and widgets draw
 * here and nowhere else; a back end (ui/term.h, ui/screen_memory.h) shows it. It knows no colour and no
 * terminal.
 *
 * The right half of a wide character is a continuation cell; overwriting either half blanks the other; a wide
 * character that does not fit at the clip's edge becomes a space. Everything is clipped. All text passes
 * text_read_grapheme(), so no control character reaches a cell.
 *
 *     struct rect before = canvas_clip(canvas, pane);
 *     canvas_put(canvas, pane.x, pane.y, STYLE_ROLE_BRIGHT, name);
 *     canvas_unclip(canvas, before);
 */
#pragma once

#include "ui/rect.h"
#include "ui/style.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    CANVAS_MAX_COLS = 1000, /* a larger terminal is drawn to this much of it */
    CANVAS_MAX_ROWS = 500,
    CANVAS_MAX_MARKS = 4, /* TEXT_GRAPHEME_MAX_POINTS - 1 */
};

/* 16 bytes with no padding and no pool, so that rows compare with memcmp. */
struct canvas_cell {
    uint32_t base;                    /* code point; 0 in a continuation cell */
    uint16_t marks[CANVAS_MAX_MARKS]; /* low 16 bits of the combining marks, 0 where there is none */
    uint8_t planes;                   /* two bits a mark: its bits 16 and 17 */
    uint8_t cols;                     /* 1 or 2; 0 in a continuation cell */
    uint16_t style;                   /* role | surface | marks of ui/style.h */
};

struct canvas;

/* A canvas of spaces in STYLE_ROLE_TEXT. Sizes are clamped to 0..CANVAS_MAX. Caller owns, free with
 * canvas_free. */
struct canvas *canvas_new(int cols, int rows);
void canvas_free(struct canvas *canvas);

int canvas_cols(const struct canvas *canvas);
int canvas_rows(const struct canvas *canvas);
struct rect canvas_bounds(const struct canvas *canvas);

/* Another size, all blank, no clip. */
void canvas_resize(struct canvas *canvas, int cols, int rows);
/* All blank, no clip. */
void canvas_clear(struct canvas *canvas);
/* Makes target the same as source, size and cells. */
void canvas_copy(struct canvas *target, const struct canvas *source);
/* One row, of canvases of one size. */
void canvas_copy_row(struct canvas *target, const struct canvas *source, int y);
bool canvas_equals(const struct canvas *a, const struct canvas *b);

/* Limits drawing to the part of rect inside the present clip. Result: the clip before, for canvas_unclip().
 */
struct rect canvas_clip(struct canvas *canvas, struct rect rect);
void canvas_unclip(struct canvas *canvas, struct rect before);

/* Draws text on one row from column x on (which may lie left of the clip). Result: the column after the last
 * character, clipped or not, so that calls chain. canvas_put takes NUL-terminated text. */
int canvas_put(struct canvas *canvas, int x, int y, unsigned style, const char *text);
int canvas_put_len(struct canvas *canvas, int x, int y, unsigned style, const char *text, ssize_t len);
int canvas_printf(struct canvas *canvas, int x, int y, unsigned style, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

/* Draws text in exactly cols columns: cut with an ellipsis when longer, filled with spaces when shorter. */
void canvas_put_fit(struct canvas *canvas, int x, int y, int cols, unsigned style, const char *text);
/* As canvas_put_fit, aligned to the right; too long text loses its end. */
void canvas_put_right(struct canvas *canvas, int x, int y, int cols, unsigned style, const char *text);

/* Blanks a rectangle in a style. */
void canvas_fill(struct canvas *canvas, struct rect rect, unsigned style);
/* Lines of ─ and │. */
void canvas_hline(struct canvas *canvas, int x, int y, int cols, unsigned style);
void canvas_vline(struct canvas *canvas, int x, int y, int rows, unsigned style);
/* A box of thin lines just inside the rectangle; what is in it stays. */
void canvas_box(struct canvas *canvas, struct rect rect, unsigned style);

/* Puts what is already drawn in rect on another surface (STYLE_SURFACE_x). */
void canvas_set_surface(struct canvas *canvas, struct rect rect, unsigned surface);

/* Cells of a row, canvas_cols() of them. Borrowed until the canvas is resized or freed. */
const struct canvas_cell *canvas_row(const struct canvas *canvas, int y);
/* Code points of a cell, base first, at most 1 + CANVAS_MAX_MARKS. Result: how many, 0 for a continuation. */
int canvas_cell_points(const struct canvas_cell *cell, uint32_t points[1 + CANVAS_MAX_MARKS]);

/* One row as UTF-8 without trailing spaces. Caller owns, free with g_free. */
char *canvas_row_text(const struct canvas *canvas, int y);
/* All rows, each with a line feed. Caller owns, free with g_free. */
char *canvas_dump_text(const struct canvas *canvas);
/* All styles, one line for each row that has any but plain text: "y: x+cols role/surface+marks, …". Plain
 * text on the plain surface is left out. Caller owns, free with g_free. */
char *canvas_dump_styles(const struct canvas *canvas);
