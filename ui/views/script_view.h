/* What the files of the script's pane share: the frame that is drawn, and its current step (script_step.c).
 *
 * Private to ui/views/script.c and script_step.c.
 */
#ifndef UI_VIEWS_SCRIPT_VIEW_H
#define UI_VIEWS_SCRIPT_VIEW_H

#include "app/script/walk.h"
#include "ui/views/views.h"

/* What drawing needs at hand, all borrowed; the facts are filled for one frame. */
struct script_view {
    const struct desk *desk;
    const struct desk_contact *dc;
    const struct contact *c;
    struct canvas *canvas;
    struct rect body;
    const struct facts *facts;
    const char *language;
    struct screen_caret *caret;
    bool has_focus;
    bool is_airy; /* there is room for blank rows around the current step */
};

/* A step's title in the contact's language, else its id. Borrowed from the script. */
const char *script_view_title(const struct script_view *v, const struct script_step *step);
/* Whether a row of the canvas lies in the pane's body; others are counted and not drawn. */
bool script_view_shows(const struct script_view *v, int y);

/* The current step from row y on: title, fields, ways on, words to say. Answers the row after it. */
int script_step_draw(const struct script_view *v, int y, const struct walk_line *line);
/* Rows that it takes: drawn nowhere. */
int script_step_rows(const struct script_view *v, const struct walk_line *line);

#endif
