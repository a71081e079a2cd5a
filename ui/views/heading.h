/* The rule over a pane: "─ 1 Queue ───────── talk 03:12 ── due in · by risk ─". */
#ifndef UI_VIEWS_HEADING_H
#define UI_VIEWS_HEADING_H

#include <stdbool.h>

#include "ui/canvas.h"

struct heading {
    const char *key;         /* pressed to come here: "1", "r" */
    const char *title;       /* cut when long */
    const char *tail;        /* the title's end, never cut; left out only for the clock. NULL: none */
    const char *mark;        /* at the right end, before `right`, and kept longer; NULL: none */
    const char *right;       /* context at the right end, dim; NULL: none. Left out where it does not fit */
    unsigned right_role;     /* STYLE_ROLE_; 0: dim */
    const char *clock;       /* the bright thing before `right`: "3:12"; NULL: none */
    const char *clock_label; /* "talk"; NULL: none */
    enum style_role clock_role; /* of the label; 0: dim */
    bool has_focus;
};

/* Draws into the first row of rect. */
void heading_draw(struct canvas *canvas, struct rect rect, const struct heading *heading);

#endif
