/* The desk's screen: each view draws one part of it from the desk's state, and changes nothing.
 *
 *     struct screen_caret caret = {0};
 *     view_desk_draw(desk, canvas, &caret);      // canvas of desk->cols x desk->rows
 *     screen_show(screen, canvas, caret);
 *
 * Views name roles, never colours, and draw only inside their rectangle, whose first row is the pane's rule.
 */
#ifndef UI_VIEWS_VIEWS_H
#define UI_VIEWS_VIEWS_H

#include "app/desk/desk.h"
#include "app/desk/msg.h"
#include "ui/canvas.h"
#include "ui/layout.h"
#include "ui/screen.h"

/* The whole screen; *caret is set where a text field has the keys. */
void view_desk_draw(const struct desk *desk, struct canvas *canvas, struct screen_caret *caret);
/* The same where canvas and *caret are as the last call left them: only what desk->stale names is drawn.
 * Result: a rectangle that holds all of it. */
struct rect view_desk_draw_stale(const struct desk *desk, struct canvas *canvas, struct screen_caret *caret);

/* Where each pane is, for this desk's size, focus and draft. */
struct layout view_desk_layout(const struct desk *desk);

/* What the panes have room for, for MSG_RESIZE: all of it but cols and rows. */
void view_desk_measure(const struct desk *desk, struct msg_size *size);

/* What stands at a cell: fills pane, item and is_popup of a mouse message. */
void view_desk_hit(const struct desk *desk, int x, int y, struct msg_mouse *mouse);

/* The filter line at the top of a pane's body, where it has one; answers what is left below it. */
struct rect view_filter_draw(const struct desk *desk, struct canvas *canvas, struct rect body,
                             enum desk_pane pane, struct screen_caret *caret);

/* The parts. */
void view_status_draw(const struct desk *desk, struct canvas *canvas, struct rect rect);
void view_hints_draw(const struct desk *desk, struct canvas *canvas, struct rect rect);
/* The rows that a sentence needs which is longer than its place in the line of keys: the line and those above
 * it, or, while an offer has the line, those above. Empty: it fits, or there is none. */
struct rect view_hints_long_rows(const struct desk *desk, struct rect hints);
/* Draws such a sentence, over all else; answers its rows. */
struct rect view_hints_draw_long(const struct desk *desk, struct canvas *canvas, struct rect hints);
void view_tabs_draw(const struct desk *desk, struct canvas *canvas, const struct layout *layout);
void view_queue_draw(const struct desk *desk, struct canvas *canvas, struct rect rect,
                     struct screen_caret *caret);
/* The two rows of a drawn queue that its cursor left and came to. Result: what holds both. */
struct rect view_queue_draw_cursor(const struct desk *desk, struct canvas *canvas, struct rect rect);
/* How many of its lines are in sight at once. */
int view_queue_list_rows(const struct desk *desk, struct rect rect);
int view_queue_item_at(const struct desk *desk, struct rect rect, int y); /* index into rows; -1: none */
void view_contact_draw(const struct desk *desk, struct canvas *canvas, struct rect rect,
                       struct screen_caret *caret);
/* How far it can be scrolled up. Measures the whole conversation. */
int view_contact_most(const struct desk *desk, struct rect rect);
void view_reply_draw(const struct desk *desk, struct canvas *canvas, struct rect rect,
                     struct screen_caret *caret);
/* The script's current step, where the script itself is out of sight: its rule and a line. */
void view_strip_draw(const struct desk *desk, struct canvas *canvas, struct rect rect);
void view_customer_draw(const struct desk *desk, struct canvas *canvas, struct rect rect,
                        struct screen_caret *caret);
void view_script_draw(const struct desk *desk, struct canvas *canvas, struct rect rect,
                      struct screen_caret *caret);
void view_knowledge_draw(const struct desk *desk, struct canvas *canvas, struct rect rect,
                         struct screen_caret *caret);
/* How far the article can be scrolled; *top: its first line in sight (app/desk/excerpt.h). */
int view_knowledge_most(const struct desk *desk, struct rect rect, int *top);
int view_knowledge_item_at(const struct desk *desk, struct rect rect, int y);
void view_popup_draw(const struct desk *desk, struct canvas *canvas, struct screen_caret *caret);
/* How far the text on top can be scrolled, told while it is; else 0. */
int view_popup_most(const struct desk *desk);
int view_popup_item_at(const struct desk *desk, int x, int y); /* index into shown; -1: none */

#endif
