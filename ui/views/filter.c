#include "ui/views/views.h"

#include "ui/views/field.h"

struct rect view_filter_draw(const struct desk *desk, struct canvas *canvas, struct rect body,
                             enum desk_pane pane, struct screen_caret *caret)
{
    if (!desk_is_filtered(desk, pane) || body.rows < 2)
        return body;
    bool has_keys = desk->filter.has_keys && desk->pane == pane && desk_popup(desk) == NULL;
    int x = canvas_put(canvas, body.x + 1, body.y, has_keys ? STYLE_ROLE_KEY : STYLE_ROLE_DIM, "/ ");
    field_draw(desk->filter.text, canvas, (struct rect){x, body.y, MAX(body.x + body.cols - x - 1, 0), 1},
               (struct editor_look){.surface = has_keys ? STYLE_SURFACE_FIELD : STYLE_SURFACE_PLAIN,
                                    .placeholder = "words; Esc shows all"},
               has_keys ? caret : NULL);
    return rect_below(body, 1);
}
