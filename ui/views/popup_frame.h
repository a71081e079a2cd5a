/* What every popup stands in, the form, and the flow of a script. A frame is a filled rectangle in a thin
 * line, which shows its edge where a surface has no colour, with the title in the line above. */
#ifndef UI_VIEWS_POPUP_FRAME_H
#define UI_VIEWS_POPUP_FRAME_H

#include "app/desk/desk.h"
#include "app/desk/popup.h"
#include "ui/canvas.h"
#include "ui/views/field.h"

#define POPUP_STYLE(role) ((role) | STYLE_SURFACE_POPUP)

/* A rectangle of that size, above the middle of the screen, inside it. */
struct rect popup_frame_place(const struct desk *desk, int cols, int rows);
struct rect popup_frame_inner(struct rect rect);
/* Answers what is inside. An empty title leaves the line whole. */
struct rect popup_frame_draw(struct canvas *canvas, struct rect rect, const char *title);

/* What has no room, at the right in the frame's lines: "3 above", "9 more". Zero says nothing. */
void popup_frame_more(struct canvas *canvas, struct rect rect, int above, int below);

void popup_form_draw(const struct desk *desk, struct canvas *canvas, const struct popup *p,
                     struct screen_caret *caret);

/* The flow of a script, and which of its steps (as popup->cursor counts) stands at a place; -1: none. */
void popup_flow_draw(const struct desk *desk, struct canvas *canvas, const struct popup *p);
int popup_flow_item_at(const struct desk *desk, const struct popup *p, int x, int y);

/* The approvals that wait for me, and which of them (as popup->cursor counts) stands at a place; -1: none. */
void popup_inbox_draw(const struct desk *desk, struct canvas *canvas, const struct popup *p);
int popup_inbox_item_at(const struct desk *desk, const struct popup *p, int x, int y);

#endif
