/* Where each pane lies: a pure function of the screen's size, the open panes and the focus. It draws nothing.
 *
 * Each pane's rectangle begins with its rule (heading) row. Three shapes:
 * - SINGLE (80x24): the pane with the focus has the screen (contact with its reply and, in `strip`, the
 * script's current step, unless another is focused), and `tabs` shows every other pane's one most important
 * line in tab[pane];
 * - DESK (120x40): queue over customer at the left, contact over reply at the right, script and knowledge
 * below;
 * - WIDE (200x50): as DESK, with the script in a column of its own at the right, whole.
 * Below 60x16 the result is TOO_SMALL and every rectangle is empty.
 *
 *     struct layout layout = layout_of(
 *         (struct layout_options){.cols = 120, .rows = 40, .open = LAYOUT_OPEN_ALL});
 *     struct rect queue = layout.pane[LAYOUT_PANE_QUEUE];
 */
#pragma once

#include "ui/rect.h"

/* In the order of Alt-1 to Alt-5; the reply belongs to the contact. */
enum layout_pane {
    LAYOUT_PANE_QUEUE,
    LAYOUT_PANE_CONTACT,
    LAYOUT_PANE_CUSTOMER,
    LAYOUT_PANE_SCRIPT,
    LAYOUT_PANE_KNOWLEDGE,
    LAYOUT_PANE_REPLY,
    LAYOUT_PANE_COUNT,
};

enum layout_shape {
    LAYOUT_SHAPE_TOO_SMALL,
    LAYOUT_SHAPE_SINGLE,
    LAYOUT_SHAPE_DESK,
    LAYOUT_SHAPE_WIDE,
};

enum {
    LAYOUT_MIN_COLS = 60,
    LAYOUT_MIN_ROWS = 16,
    LAYOUT_OPEN_ALL = (1 << LAYOUT_PANE_COUNT) - 1,
};

struct layout_options {
    int cols, rows; /* of the screen */
    unsigned open;  /* bits 1 << pane. The contact is always open. */
    unsigned empty; /* bits 1 << pane: those with nothing to show, which leave their room to a neighbour where
                       panes lie side by side; in SINGLE they keep their tab */
    enum layout_pane focus; /* decides what a SINGLE screen shows */
    int reply_rows; /* lines of text the reply would like; 0: four. It gets 2 to half of the contact. */
    int strip_rows; /* of the script's current step over the reply, in SINGLE from 22 rows on; 0: none */
};

struct layout {
    enum layout_shape shape;
    struct rect status, hints;
    struct rect tabs, strip;             /* SINGLE only */
    struct rect pane[LAYOUT_PANE_COUNT]; /* empty: not on the screen */
    struct rect
        tab[LAYOUT_PANE_COUNT]; /* SINGLE only: inside tabs; empty for panes on the screen and the reply */
    struct rect divider[2];     /* one column each for a vertical rule, right of a column; or empty */
};

struct layout layout_of(struct layout_options options);

/* The pane whose rectangle has the cell, or whose tab has; LAYOUT_PANE_COUNT when none. For the mouse. */
enum layout_pane layout_pane_at(const struct layout *layout, int x, int y);
