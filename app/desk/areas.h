/* What the table of actions in update.c calls: one function an action, by area. Private to the update half.
 */
#ifndef APP_DESK_AREAS_H
#define APP_DESK_AREAS_H

#include "app/desk/update.h"

void session_ready(struct update *u);
void session_transfer_only(struct update *u);
void session_not_ready(struct update *u);
void session_lock(struct update *u);
void token_sign_in(struct update *u); /* the form again, after Esc */
void session_sign_out(struct update *u);
void session_quit(struct update *u);

void queue_filter(struct update *u);
void filter_open(struct update *u);
void queue_accept(struct update *u);
void queue_get_next(struct update *u);
void queue_reject(struct update *u);
void queue_why(struct update *u);

void contact_hold(struct update *u);
void contact_transfer(struct update *u);
void contact_escalate(struct update *u);
void contact_give_back(struct update *u);
void contact_park(struct update *u);
void contact_leave(struct update *u);
void contact_by_hand(struct update *u);
void contact_timeline(struct update *u);
void contact_next_for_me(struct update *u);
/* A new contact by hand for this customer (NULL: nobody known yet). */
void contact_by_hand_for(struct update *u, const char *customer_id, const char *name);

void compose_reply(struct update *u);
void compose_note(struct update *u);
void compose_keep_note(struct update *u);
void compose_canned(struct update *u);
void compose_editor(struct update *u);
void compose_break_line(struct update *u);

void wrap_start(struct update *u);

void customer_reveal(struct update *u);
/* Records that something masked of the customer was shown. */
void customer_record_reveal(struct update *u, struct desk_contact *dc, const char *field);
void customer_edit(struct update *u);
void customer_who(struct update *u);

void script_open_item(struct update *u); /* Enter in the script pane */
void script_yes(struct update *u);
void script_no(struct update *u);
void script_choose(struct update *u);
void script_correct(struct update *u); /* changes what the field under the cursor holds */
void script_back(struct update *u);
void script_tick(struct update *u); /* actions whose connected system has not answered in time */
void script_skip(struct update *u);
void script_switch(struct update *u);
void script_say(struct update *u);
void script_confirm(struct update *u); /* Enter in a field */
void script_move(struct update *u, int step);
/* Esc: the open field is shut, and what was typed into it comes back when it is opened again. */
void script_leave_field(struct desk_contact *dc);

/* Of the current step, in script_step.c. The walk of `dc` is one that goes on. */
const struct script_field *script_field_now(const struct desk_contact *dc); /* under the cursor, or NULL */
bool script_is_typed(const struct script_field *field); /* answered in letters, not with y, n or a digit */
/* Is nothing more to be filled in before the results count? And do fields that are compared leave it to the
 * agent? */
bool script_is_filled(const struct desk *desk, const struct desk_contact *dc, bool *is_for_agent);
/* The first field that is still to be asked; NULL: none. Does a field hold nothing, nor anything withheld? */
const struct script_field *script_missing(const struct desk *desk, const struct desk_contact *dc);
bool script_is_empty(const struct desk *desk, const struct desk_contact *dc,
                     const struct script_field *field);
/* The field under the cursor is typed and holds words, or may stay empty while nothing else is missing. */
bool script_can_correct(const struct desk *desk);
bool script_has_words(const struct desk *desk);            /* the step says what to tell the customer */
bool script_asks(const struct desk *desk);                 /* the step waits for yes, no or a digit */
enum keys_context script_context(const struct desk *desk); /* what the keys of the script mean just now */

void flow_open(struct update *u);
void flow_flag(struct update *u); /* the step under the map's cursor, else the current one */
const char *approval_open_word(const struct desk *desk, const struct desk_contact *dc,
                               const struct script_step *step); /* see desk_step_open_word */
bool approval_is_open(const struct desk *desk);                 /* the open contact waits for one */
void approval_take_back(struct update *u);
void inbox_open(struct update *u);
void inbox_grant(struct update *u);
void inbox_refuse(struct update *u);
void inbox_hand_on(struct update *u);
void inbox_look(struct update *u);
/* The contact leaves the desk. A step that is the script's end is done; else the script is left for `reason`,
 * or (NULL) stands open for whoever has the contact next. */
void script_end(struct update *u, struct desk_contact *dc, const char *reason);

void knowledge_focus(struct update *u);
void knowledge_open(struct update *u);
void knowledge_choose_lines(struct update *u);
void knowledge_insert(struct update *u);
void knowledge_helped(struct update *u);
void knowledge_wrong(struct update *u);
void knowledge_move(struct update *u, int step);
void knowledge_peek(struct update *u); /* asks for the article under the cursor where the desk is wide */
/* Searches for this, as if it had been typed. */
void knowledge_search(struct update *u, const char *text);
/* Id and title of the article that is open or chosen; borrowed. False: none is. */
bool knowledge_article_at_hand(const struct desk *desk, const char **id, const char **title);

/* articles at hand while the box is empty */
void shelf_pin(struct update *u);
void shelf_remember(struct update *u, const char *id, const char *title); /* it was opened */
void shelf_restored(struct update *u);
void shelf_gather(struct desk *desk); /* after anything that may have changed them */

void find_open(struct update *u);
void palette_open(struct update *u);
void palette_help(struct update *u);

#endif
