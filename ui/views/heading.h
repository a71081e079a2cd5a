/* The rule over a pane: "─ 1 Queue ─────── due in · by risk ─". */
#ifndef UI_VIEWS_HEADING_H
#define UI_VIEWS_HEADING_H

#include <stdbool.h>

#include "ui/canvas.h"
#include "ui/views/line.h"

/* Draws it over the first row of rect. key: what brings the focus there; title: never cut before `right` is
 * left out. right may be NULL; it loses its least worthy pieces first. */
void heading_draw(struct canvas *canvas, struct rect rect, bool is_focused, const char *key,
                  const char *title, struct line *right);

#endif
