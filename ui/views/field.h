/* A text field as views draw it: the editor over its surface, and the terminal's cursor where it has the
 * keys. */
#ifndef UI_VIEWS_FIELD_H
#define UI_VIEWS_FIELD_H

#include "ui/screen.h"
#include "ui/widgets/editor.h"

/* What most fields look like. */
#define FIELD_LOOK ((struct editor_look){.surface = STYLE_SURFACE_FIELD})

/* Draws into rect; caret NULL: the field does not have the keys. */
static inline void field_draw(const struct editor *editor, struct canvas *canvas, struct rect rect,
                              struct editor_look look, struct screen_caret *caret)
{
    look.has_focus = caret != NULL;
    struct editor_caret at = editor_draw(editor, canvas, rect, &look);
    if (caret != NULL)
        *caret = (struct screen_caret){.visible = at.is_visible, .x = at.x, .y = at.y};
}

#endif
