/* The bytes that make a terminal show a canvas: only what differs from the last one, by the shortest way that
 * ECMA-48 has. It holds what the terminal shows, where its cursor is and which pen (colours, attributes) it
 * has. It writes to no descriptor and reads no terminal's description: ui/term.h does.
 *
 * Curses could send the same cells, and did: it puts each colour and each attribute in a sequence of its own,
 * leaves an attribute only by leaving all, changes the pen for blanks too, and ends each frame with a plain
 * pen; 433 bytes for a cursor key that this sends in about 200 (tests/bench/bench_desk.py).
 *
 *     struct painter *painter = painter_new(&(struct painter_options){.theme = theme_at(0), …});
 *     const GString *bytes = painter_paint(painter, canvas, canvas_bounds(canvas), caret);
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "ui/screen.h"
#include "ui/theme.h"

struct painter;

/* What the terminal can do. Strings are copied. */
struct painter_options {
    const struct theme *theme;
    enum theme_depth depth;
    uint8_t attributes;               /* of enum theme_attribute: those it has */
    uint8_t colour_attributes;        /* those it has together with colours */
    bool erases_in_pen;               /* what is erased takes the pen's background, not the terminal's own */
    bool can_erase_cells;             /* it knows ECH */
    bool wraps_at_once;               /* the cursor leaves the last column as soon as that is written */
    const char *caret_on, *caret_off; /* sequences; may be empty */
};

/* The terminal is taken to show nothing known. Caller owns, free with painter_free. */
struct painter *painter_new(const struct painter_options *options);
void painter_free(struct painter *painter);

/* Another theme, from the next canvas on, which is sent whole. */
void painter_set_theme(struct painter *painter, const struct theme *theme);
/* Somebody else has written to the terminal: the next canvas is sent whole, on a cleared screen. */
void painter_forget(struct painter *painter);

/* What to send so that the terminal shows the canvas, of which only rows of part differ from the last one;
 * empty where it does. Borrows the canvas. The bytes are borrowed until the next call, and taken as sent. */
const GString *painter_paint(struct painter *painter, const struct canvas *canvas, struct rect part,
                             struct screen_caret caret);
