/* What the files of the update half share: the turn under way, and the few acts that all areas do.
 *
 * Private to app/desk/update*.c, popup.c, story.c and canned.c. An area's public functions stand here under
 * its name.
 */
#ifndef APP_DESK_UPDATE_H
#define APP_DESK_UPDATE_H

#include "app/desk/desk.h"
#include "app/desk/msg.h"
#include "app/desk/popup.h"
#include "app/script/facts.h"
#include "app/script/script.h"
#include "app/script/walk.h"
#include "ui/keys.h"
#include "ui/widgets/editor.h"

/* One call of desk_update. */
struct update {
    struct desk *desk;
    struct commands *commands;
    const struct msg *msg;
    unsigned
        only; /* panes, bits 1 << enum desk_pane: nothing else on the screen is changed by it; 0: any may */
};

/* An own event that the backend has not answered for, or that the stream has not told yet. */
struct desk_sent {
    struct event *event;
    int64_t number;   /* of its append */
    int64_t position; /* that the backend gave it; 0: not yet */
    bool is_flushed, is_echoed;
};

/* An answer that can still be undone. */
struct desk_held {
    struct event *event; /* as it will be recorded */
    char *contact, *canned, *article;
    int64_t until_ms;
};

/* --- what happened (update_record.c) --- */

/* An event of mine, now, on `c` (NULL: on none): complete but for data. Caller owns. */
struct event *record_new(struct update *u, enum event_kind kind, const struct contact *c);
/* Folds it, remembers it and gives it out. Takes ev. Borrowed pointers into the world stay valid. */
void record(struct update *u, struct event *ev);
/* The two in one, for an event with at most one text of data (name NULL: none). */
void record_simple(struct update *u, enum event_kind kind, const struct contact *c, const char *name,
                   const char *text);
/* Folds an event that somebody else's turn told: the stream, an answer. */
void record_fold(struct desk *desk, const struct event *ev);
/* After a contact or the floor was fetched anew: own events that the answer cannot know yet. */
void record_fold_again(struct desk *desk, const char *id);
/* Own events, of one contact or NULL for all, that the log is not known to hold: struct desk_sent *,
 * borrowed, in the order they were made. Caller owns the array. */
GPtrArray *record_under_way(struct desk *desk, const char *id);
void record_flushed(struct update *u);
void record_delivered(struct update *u);
/* Is this event mine and folded already? Notes that the stream told it. */
bool record_echoed(struct desk *desk, const struct event *ev);
/* Past events of an open leg of mine, so that its clocks run on. */
void record_history(struct desk *desk, GPtrArray *events);
/* Own events that the backend has and the stream has passed. */
void record_forget_passed(struct desk *desk);
struct desk_sent *record_sent(struct desk *desk, const char *event_id);
void desk_sent_free(gpointer sent);

/* --- small acts (update.c, update_act.c, update_keys.c) --- */

/* A key pressed ends what was said of the last one, so that the line of keys is there again; warnings stay
 * their time, those that answered a key a part of it. */
void update_forget_notice(struct desk *desk);
void update_say(struct update *u, enum desk_tone tone, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* A sentence of our own in which keys stand as desk_key_names has them. */
void update_say_keys(struct update *u, enum desk_tone tone, const char *sentence);
/* What was just said is that this contact waits for me: it goes as soon as that is over. */
void update_said_waits(struct update *u, const char *contact_id);
void update_say_full(struct update *u); /* of what was to go into a field only a part did */
int64_t update_fetch(struct update *u, enum link_fetch what, const char *argument);
int64_t update_number(struct update *u);
/* Does what the action stands for; false where it may not be done now, with a notice that says why. */
bool update_act(struct update *u, enum action action);
/* NULL where the action may be done now; else the sentence why not. Caller owns. */
char *update_refusal(const struct desk *desk, enum action action);
/* Gives the keys to a pane's list: letters are commands there, and a reply or note that was open keeps its
 * draft. A letter meant as a command must never go out to the customer. */
void update_set_pane(struct update *u, enum desk_pane pane);
/* The same, but the reply or note stays open to come back to. */
void update_visit_pane(struct update *u, enum desk_pane pane);
/* Moves in, or opens in, the pane that has the keys. */
void update_move(struct update *u, int step);
void update_open(struct update *u);
void update_key(struct update *u);
void update_paste(struct update *u);
void update_mouse(struct update *u);

/* --- the keys of popups (update_popup.c) --- */

/* Keys and paste while a popup is on top; false: only a part was taken. */
void update_popup_act(struct update *u, struct popup *popup, enum action action);
void update_popup_key(struct update *u, struct popup *popup);
bool update_popup_insert(struct update *u, struct popup *popup, const char *text);
void update_popup_choose(struct update *u, struct popup *popup, int item);

/* --- forms that Esc left (left_forms.c) --- */

/* Keeps a form that is off the screen now, if something was typed into it. Takes it. */
void left_forms_keep(struct desk *desk, struct popup *popup);
/* A form comes up: what was typed into the same one beside the same contact is in it again, and said so. */
void left_forms_fill(struct update *u, struct popup *form);
/* The contact is off the desk, and so is what was typed beside it. */
void left_forms_drop_about(struct desk *desk, const char *contact_id);

/* --- contacts (update_contact.c, update_open.c) --- */

struct desk_contact *contact_open(struct update *u, const char *id); /* opens what is not open; no focus */
void contact_fit(const struct desk *desk, struct desk_contact *dc);  /* its fields to the width they have */
void contact_fetch(struct update *u, struct desk_contact *dc);       /* its conversation and customer, anew */
void contact_focus(struct update *u, struct desk_contact *dc);       /* NULL: none */
void contact_drop(struct update *u, const char *id);                 /* takes it off the desk */
/* The same, but keeps a reply begun for when it comes back: nobody's words are thrown away because it was
 * parked or somebody else was quicker. */
void contact_let_go(struct update *u, const char *id);
/* Words that the customer never got are not thrown away by the way: true the first time that a popup is
 * completed over an unsent reply, and it says so. */
bool contact_warns_of_draft(struct update *u, struct popup *popup);
/* The contact an action is about: the current one, where it is mine. NULL where not. Borrowed. */
const struct contact *contact_mine(const struct desk *desk, struct desk_contact **dc);
/* Opens a contact that became mine, takes one off the desk that no longer is. */
void contact_reconcile(struct update *u, const char *id);
void contact_reconcile_all(struct update *u);
bool contact_next(struct update *u);
void contact_suggest(struct update *u, struct desk_contact *dc);
void contact_suggest_anew(struct update *u); /* for all on the desk: there are articles now, or others */
void desk_contact_free(gpointer dc);
struct desk_contact *desk_contact_new(const char *id);
struct desk_message *desk_message_new(enum desk_speaker speaker, const char *name, const char *text,
                                      int64_t at_ms);
void desk_message_free(gpointer message);
void desk_hit_free(gpointer hit);
struct desk_hit *desk_hit_copy(const struct desk_hit *hit);
void desk_results_free(struct desk_results *results);
struct desk_results *desk_results_copy(const struct desk_results *results);
void desk_article_free(struct desk_article *article);
struct desk_article *desk_article_copy(const struct desk_article *article);

/* --- the conversation (conversation.c) --- */

/* Adds what the event says to the conversation, if it says anything there. */
void conversation_add(struct desk *desk, struct desk_contact *dc, const struct event *ev);
/* Makes it anew from the log; lines of ours that the log does not hold yet stay. */
void conversation_load(struct desk *desk, struct desk_contact *dc, const GPtrArray *events, int64_t position);
struct desk_message *conversation_find(struct desk_contact *dc, const char *event_id);
/* What the customer wrote last, at most `count` messages, joined; caller owns. */
char *conversation_customer_words(const struct desk_contact *dc, int count);

/* --- composing (update_compose.c) --- */

void compose_open(struct update *u, enum desk_composer composer);
/* A key changed the reply; one that is emptied holds no article and no canned text any more. */
void compose_edited(struct desk_contact *dc);
void compose_insert(struct update *u, const char *text); /* into the open field, else the reply */
/* The same of words from elsewhere (a step, an article, a canned text): parted from what stands before them,
 * and not a second time. */
void compose_insert_piece(struct update *u, const char *text);
/* The same of what a script says, which is a paragraph of a letter. */
void compose_insert_said(struct update *u, const char *text);
/* Words that were taken back go into the field before what was begun since; none of either is lost. */
void compose_give_back(struct editor *field, const char *text);
void compose_send(struct update *u);
void compose_edited_outside(struct update *u); /* what $EDITOR left */
void compose_undo(struct update *u);
/* Sends what is held back: all that is due, or all of one contact, or all (id NULL, all true). */
void compose_release(struct update *u, const char *id, bool all);
/* Is this channel's reply sent by Enter at once (chat), or by Ctrl-S with time to undo (mail)? */
bool compose_is_chat(enum channel channel);
void desk_held_free(gpointer held);

/* --- the areas' answers to messages --- */

void session_start(struct update *u); /* the sign-in form */
void token_lost(struct update *u);    /* the session ended while the desk runs */
void token_tick(struct update *u);
void token_left(struct update *u);    /* a popup was left: where it was this form, what that means is said */
bool token_refused(struct update *u); /* false: this sign-in was not for a session that ended */
void token_renewed(struct update *u); /* signed in again, where one had to */
void session_signed_in(struct update *u);
void session_sign_in_refused(struct update *u);
void session_unlocked(struct update *u);
void session_ended(struct update *u);
void session_floor(struct update *u, const cJSON *json);
void session_contacts(struct update *u, const cJSON *json);
/* The list of what is open, which the sign-out asks about, stays true while it stands. */
void session_follow_leave(struct update *u);

void queue_settle(struct desk *desk);
/* The cursor leaves its row, so that a key meant for a contact that is gone takes no other; comes back. */
void queue_rest(struct desk *desk);
/* The cursor goes to a contact that is opened, where it is one of my rows. */
void queue_stand_on(struct desk *desk, const struct contact *c);
void queue_wake(struct desk *desk);
/* The filter line was changed: the cursor goes to what it finds. */
void queue_narrow(struct desk *desk);
/* Anew where time has put one at risk; the order of the rows does not change with it. At most every 10 s. */
void queue_count_at_risk(struct desk *desk);
/* Takes a waiting contact (pull) and brings it up; false where it cannot be taken now, and says why. */
bool queue_take(struct update *u, const char *id);
void queue_move(struct update *u, int step);
void queue_go(struct update *u, int index);
void queue_open(struct update *u);
void queue_offer_came(struct update *u, const struct contact *c);
void queue_offer_over(struct update *u);
void queue_release(struct desk *desk);

/* One call into the walk: its facts, its notes. */
struct script_turn {
    struct desk_facts df;
    struct facts facts;
    GPtrArray *notes;
    struct walk_turn walk;
};
void script_turn_init(struct script_turn *t, struct update *u, const struct desk_contact *dc);
void script_turn_release(struct script_turn *t); /* where nothing was done */
/* Records what happened as events, and releases. */
void script_turn_end(struct script_turn *t, struct update *u, struct desk_contact *dc);
void script_set_problem(struct desk_contact *dc, const char *sentence);
void script_fail(struct desk_contact *dc, GError *error); /* takes the error */
/* The cursor goes to the first field that holds nothing, else the first. */
void script_enter_step(struct update *u, struct desk_contact *dc);
/* Goes on with what an earlier leg left of this script, else begins it, with the answers given before. */
void script_start(struct update *u, struct desk_contact *dc, struct script *script);
/* Values that were typed elsewhere, by name: the running script has those that it asks for. */
void script_told(struct update *u, struct desk_contact *dc, GHashTable *values);
/* What the contact's events tell of its script, where it has none under way on this desk. */
void script_found(struct update *u, struct desk_contact *dc, const GPtrArray *events);
void script_propose(struct update *u, struct desk_contact *dc);
/* The one that fits a contact best; NULL: none is for it. Without `dc` the contact is still to be made. */
const struct script *script_best(const struct desk *desk, const struct desk_contact *dc,
                                 const struct contact *c);
void script_restore(struct update *u, struct desk_contact *dc);
void script_loaded(struct update *u);
/* A version at hand, everybody's or older; NULL: it is not. Borrowed. */
struct script *version_find(const struct desk *desk, const char *id, int64_t version);
/* The contact began a script with this version, unless it did so before. */
void version_note(struct desk_contact *dc, const char *id, int64_t version);
/* Whether it is known what the contact began with; false with a notice while its history is on its way. */
bool version_is_known(struct update *u, struct desk_contact *dc);
void versions_loaded(struct desk *desk, const struct msg *msg);
void versions_follow(struct update *u, const struct event *ev);
void flow_move(struct update *u, struct popup *popup, int step);
/* Leaves the current step with this result, as if it had been chosen. */
void script_complete(struct update *u, struct desk_contact *dc, const char *result);

/* Enter in an approve step: asks, or goes on meanwhile (update_approval.c). */
void approval_open(struct update *u, struct desk_contact *dc, const struct script_step *step);
/* The walk goes on where what it waits for is decided. */
void approval_settle(struct update *u, struct desk_contact *dc);
/* Takes back what was asked for by steps that the walk has left. */
void approval_left_behind(struct update *u, struct desk_contact *dc);
void approval_told(struct update *u, const struct event *ev); /* folded already */
void inbox_move(struct update *u, struct popup *popup, int step);

void knowledge_ask(struct update *u);
void knowledge_results(struct update *u);
void knowledge_article(struct update *u);
void knowledge_leave(struct update *u);

void customer_answer(struct update *u, struct desk_contact *dc, const cJSON *json);
void customer_link(struct update *u, const struct contact *c, const struct customer *customer);
/* The record of MSG_CUSTOMER_CHANGED is asked for anew wherever it is open. */
void customer_changed(struct update *u);
/* The same for the record beside a contact that comes into view again; nobody told of it meanwhile. */
void customer_ask_again(struct update *u, struct desk_contact *dc);

void find_answer(struct update *u, const cJSON *json);
void find_customer_answer(struct update *u, int64_t number, const cJSON *json);
void find_customer_changed(struct update *u); /* MSG_CUSTOMER_CHANGED: likewise for the one that was found */
void find_changed(struct update *u, struct popup *popup);

/* The filter line of conversation, customer and script (update_filter.c). */
void filter_changed(struct update *u);
void filter_leave_keys(struct desk *desk); /* the list has the keys again, narrowed */
bool filter_close(struct desk *desk);      /* false: there was none */

/* Who else looks (update_watch.c). */
/* Once a turn: which contact and whose record I have in view, where that has changed. */
void watch_tell(struct update *u);
void watch_came(struct update *u);
/* Somebody else's answer came while mine is being written. */
void watch_answered(struct update *u, struct desk_contact *dc, const struct event *ev);
/* Asks before an answer goes out after such a one; false: there is nothing to ask. */
bool watch_asks(struct update *u, struct desk_contact *dc);
void desk_watcher_free(gpointer watcher);

/* Where the agent stands (update_place.c). */
void place_save(struct update *u);    /* once a turn, where it has changed */
void place_forget(struct update *u);  /* signed out: nothing is to be taken up */
void place_restore(struct update *u); /* once the contacts are known */
/* What an earlier run left, and catching up with what happened since (update_restore.c). */
void restore_left_behind(struct update *u);
void restore_reached(struct update *u);
void restore_draft(struct update *u); /* what was saved: kept until its contact is opened */
void restore_keep_walk(struct update *u);
void restore_keep_place(struct update *u);
void restore_state(struct update *u); /* the counters of the day, where it is still the same */
/* The backend knows us: does the stream from here on tell all that is missing? `position` is the backend's.
 */
bool restore_catches_up(struct desk *desk, int64_t position);
void restore_drop(struct update *u); /* what was restored is somebody else's, or too old */

void stream_event(struct update *u);
void stream_link_changed(struct update *u);
void stream_resync(struct update *u);
void stream_refused(struct update *u);
/* Why nothing is delivered although the link is there; where it is not, its own sentence was said. */
void stream_held(struct update *u);
void stream_tick(struct update *u);
/* The contacts are here, or will not come: what was streamed meanwhile is told now. */
void stream_catch_up(struct update *u);
/* Days since 1970 by the desk's zone: now, and at a time. */
int64_t stream_day(const struct desk *desk);
int64_t stream_day_of(const struct desk *desk, int64_t at_ms);
/* The answer of MSG_REPLY, or why there is none (update_reply.c). */
void reply_came(struct update *u);

#endif
