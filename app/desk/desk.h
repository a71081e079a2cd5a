/* The agent's desk: everything the screen shows, and the one function that changes it.
 *
 * desk_update does no I/O and reads no clock: messages in (msg.h), commands out (command.h). Views read this
 * struct and never change it. All strings, arrays and pointers are owned by the struct that holds them unless
 * "borrowed" is said; NULL means not known or none unless said otherwise; times are ms since 1970 UTC, 0
 * "not".
 *
 *     struct desk *desk = desk_new(&(struct desk_options){.device = …});
 *     desk_update(desk, &msg, &commands);      // any number of messages
 *     desk_settle(desk, &commands);            // once per turn, before drawing: order of the queue, drafts
 *     view_desk_draw(desk, canvas);
 *
 * Every act of the agent becomes an event that is folded at once and given out as COMMAND_APPEND_EVENT; until
 * it is on disk it counts in `unflushed`, until the backend has it in `undelivered`. A refused one is undone
 * by fetching its contact anew; its text goes back to the draft.
 */
#ifndef APP_DESK_DESK_H
#define APP_DESK_DESK_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/desk/command.h"
#include "app/desk/link.h"
#include "app/measure/intervals.h"
#include "app/model/customer.h"
#include "app/rules/world.h"
#include "ui/keys.h"

struct msg;
struct popup;  /* app/desk/popup.h */
struct editor; /* ui/widgets/editor.h: text, cursor, selection of a field of one or many lines */
struct script; /* app/script/script.h */
struct walk;   /* app/script/walk.h */

#define DESK_UNDO_MS         5000 /* a sent e-mail, web or social answer can be taken back so long */
#define DESK_RING_MS         5000 /* an offer rings again */
#define DESK_NOTICE_MS       8000
#define DESK_ANSWER_MS       1500 /* a warning to a key stays so long, whatever is pressed */
#define DESK_TYPING_MS       6000 /* "is typing" fades */
#define DESK_MESSAGES_MAX    2000 /* of one contact that are kept; older ones are dropped from the screen */
#define DESK_RESULTS_MAX     50
#define DESK_RECENT_ARTICLES 10
#define DESK_PINNED_ARTICLES 20

enum desk_pane { PANE_QUEUE, PANE_CONTACT, PANE_CUSTOMER, PANE_SCRIPT, PANE_KNOWLEDGE, PANE_COUNT };

#define DESK_WHOLE_SCREEN (~0u)
#define DESK_QUEUE_CURSOR (1u << PANE_COUNT) /* of the queue's pane only the two rows it left and came to */

enum desk_phase {
    DESK_SIGNED_OUT, /* the sign-in form is the topmost popup */
    DESK_SIGNING_IN,
    DESK_OPEN,
    DESK_LOCKED, /* nothing of customers is drawn; the lock form is the topmost popup */
    DESK_LEAVING
};

/* How a notice or a row is meant; the theme gives each its role. */
enum desk_tone { TONE_PLAIN, TONE_GOOD, TONE_WARNING, TONE_ERROR };

struct desk_notice {
    char *text; /* one sentence */
    enum desk_tone tone;
    int64_t until_ms; /* ages out then; 0: stays until replaced or Esc */
    bool is_answer;   /* to a key: what it says may no longer be so after the next */
    char *waits;      /* id of the contact that it says waits for me: gone once that is no longer so */
};

/* --- conversation --- */

enum desk_speaker {
    SPEAKER_CUSTOMER,
    SPEAKER_ME,
    SPEAKER_AGENT, /* another agent's public answer */
    SPEAKER_NOTE,  /* internal, by whom: name */
    SPEAKER_SYSTEM /* what happened: "taken by Li Na", "verified by order id" */
};

enum desk_mark {
    MARK_DONE,
    MARK_HELD,    /* held back until held_until_ms, can be undone */
    MARK_WRITING, /* under way to the disk */
    MARK_WAITING, /* on disk, not yet with the backend */
    MARK_REFUSED  /* `refusal` says why */
};

struct desk_message {
    char *event; /* id */
    enum desk_speaker speaker;
    char *name; /* never NULL */
    char *text; /* never NULL */
    int64_t at_ms;
    int64_t position; /* 0: not yet known */
    enum desk_mark mark;
    int64_t held_until_ms;
    char *refusal;
};

enum desk_composer { COMPOSER_NONE, COMPOSER_REPLY, COMPOSER_NOTE };

/* --- knowledge --- */

struct desk_range {
    size_t start, end; /* bytes */
};

struct desk_hit {
    char *id, *title; /* never NULL */
    char *snippet;
    GArray *title_marks, *snippet_marks; /* struct desk_range, ascending; NULL: none */
    int score;                           /* 0 .. 100 */
    bool is_pinned;
};

struct desk_results {
    GPtrArray *hits; /* struct desk_hit *, best first */
    int total;       /* articles that match; >= hits->len */
    int64_t took_us;
    char *problem; /* of the query: "The regular expression ends inside a bracket …" */
};

struct desk_article {
    char *id, *title, *body; /* never NULL; the body without markup */
    GArray *strong;          /* struct desk_range of the body, ascending; NULL: nothing stands out */
    char *tags, *language, *updated;
    char *flags; /* what agents say is wrong with it, a line each; NULL: nothing */
};

struct desk_knowledge {
    struct editor *box;
    int64_t request, shown;       /* number asked for last and number shown: unequal while searching */
    struct desk_results *results; /* NULL: nothing was searched for; then suggestions or recent are shown */
    int cursor;                   /* index into what desk_hits() gives */
    struct desk_article *article; /* open in the pane; NULL: the list is shown */
    int article_scroll_rows;
    int article_most; /* how far it can be scrolled, as last drawn; 0: not known */
    int article_top;  /* first line in sight (excerpt.h) */
    /* Lines of the open article are being chosen, to be inserted alone: `line` has the cursor, and once
     * is_anchored all from `anchor` to it are chosen. */
    bool is_choosing, is_anchored;
    int line, anchor; /* excerpt.h */
    int64_t article_request;
    /* Where there is room for both, the article under the cursor stands beside the list. */
    struct desk_article *peek; /* NULL: none was read yet; may lag behind the cursor */
    char *peek_asked;          /* id of the article asked for last; NULL: none */
    int64_t peek_request;
    GPtrArray *recent; /* struct desk_hit *, last opened first */
    GPtrArray *pinned; /* likewise, last pinned first */
    /* What is shown while the box is empty: suggestions of the contact, pinned, opened last; each once. */
    GPtrArray *at_hand;
    char *at_hand_for; /* contact whose suggestions are in it; NULL: none */
    bool is_scattered; /* one of the three has changed since */
    int64_t held;      /* articles in the index; 0: none is loaded */
    bool is_inserting; /* the article asked for goes into the reply */
    bool is_logged;    /* this search is in the log */
};

/* --- a contact on the desk --- */

struct desk_watcher { /* somebody else who has the contact in view */
    char *agent;
    bool is_typing;
};

struct desk_tried { /* an article used in this contact */
    char *id, *title;
    bool inserted; /* it stands in the draft, or in an answer that is held back */
    bool told;     /* sent with an answer */
    int helped;    /* 0 not rated, 1 helped, -1 wrong */
};

struct desk_contact {
    char *id;
    bool is_loaded;                     /* its conversation was answered */
    int64_t loaded_to;                  /* position up to which that answer went */
    int64_t requests[LINK_FETCH_COUNT]; /* under way, by kind; 0: none */
    char *problem;                      /* why the conversation could not be had */
    GPtrArray *messages;                /* struct desk_message *, oldest first */
    int scroll_rows;                    /* up from the newest; 0: the newest is in sight */
    int cursor;                         /* chosen message, -1: none */
    int64_t typing_until_ms;
    int64_t saw;         /* position of the last event of it that was shown with the contact in focus */
    GPtrArray *watchers; /* struct desk_watcher *, in the order of coming */
    char *answered_by;   /* agent whose answer came while mine was being written; NULL: none */
    bool is_news;        /* a write was refused as stale: the news stands above the draft */
    enum desk_composer composer;                    /* which field is open */
    struct editor *reply, *note;                    /* never NULL */
    bool reply_changed, note_changed, walk_changed; /* since they were last saved */
    char *canned;                                   /* id of a canned text used in the reply */
    char *article;                                  /* id of an article inserted in the reply */
    /* the record */
    struct customer *customer;
    GPtrArray *past;      /* struct contact *, newest first, without this one */
    GHashTable *revealed; /* names of fields shown in the clear: "email" "phone" "account" "postal" */
    int customer_cursor;  /* line chosen in the customer pane: index into desk_customer_lines */
    /* the script */
    struct walk *walk;
    struct walk *before;   /* what an earlier leg, or a script that came to its end here, left: taken up with
                              the next start; NULL: nothing */
    char *proposed;        /* id of the script proposed, while none was started */
    GHashTable *begun;     /* id of a script -> the version with which this contact began it */
    int script_field;      /* index of the field being filled */
    struct editor *answer; /* of that field; never NULL */
    bool is_answering;     /* the answer is being edited */
    char *answer_left;    /* "step/field" that Esc left with words in `answer`, which come back; NULL: none */
    char *script_problem; /* sentence under the field */
    /* knowledge */
    GPtrArray *suggestions; /* struct desk_hit *, best first */
    int64_t suggest_request;
    char *suggested_for; /* the text they were asked for */
    GPtrArray *tried;    /* struct desk_tried * */
    int keystrokes;      /* typed while it had the focus */
    int untold_keys;     /* of them not in an event yet; a crash loses these */
    int unflushed;       /* events of it under way to the disk */
    char *history_of;    /* leg whose past events are folded into `intervals` */
};

/* --- queue --- */

struct desk_queue {
    GPtrArray *rows; /* const struct contact *, borrowed from the world: mine first, all of them, then waiting
                       ones by risk, of which the filter leaves those it finds */
    int mine;        /* how many of rows are mine (or offered to me) */
    int waiting;     /* waiting ones before the filter */
    int at_risk;     /* of these, due within DESK_RISK_MS or breached */
    int64_t risk_grows_ms; /* when the next of them will be; INT64_MAX: never, as they are */
    char *cursor;          /* id of the contact the cursor is on; follows it */
    int cursor_index;      /* into rows; -1 where there are none, or while it is resting */
    int cursor_row; /* row of the pane's list that the cursor stands on: an arrival above changes only what
                       is above. First line drawn = cursor_index - cursor_row, clamped */
    int cursor_settled, cursor_before; /* cursor_index at the last desk_settle and at the one before */
    struct editor *filter;
    bool is_filtering; /* the filter line has the keys */
    bool is_resting;   /* the cursor is on no row until it is moved */
    bool is_dirty;     /* order and counts are brought up to date by desk_settle */
};
#define DESK_RISK_MS 120000

/* The filter line of the other lists, one at a time. */
struct desk_filter {
    enum desk_pane pane; /* whose list it narrows; PANE_COUNT: none's */
    struct editor *text;
    bool has_keys; /* it is being typed into */
};

/* --- the rest --- */

struct desk_disposition {
    char *code, *label;
    bool resolved;
    bool customer_gone; /* proposed where the customer left before the end */
};

struct desk_canned {
    char *id, *title, *text, *language;
};

struct desk_settings {
    GPtrArray *reasons;      /* char *: of not-ready */
    GPtrArray *dispositions; /* struct desk_disposition * */
    GPtrArray *canned;       /* struct desk_canned * */
    GHashTable *scripts;     /* intent -> id of the script proposed for it, both owned */
    char *sign_in_help;      /* a sentence for who is asked for a password; NULL: none */
    char *version;
};

/* Today, for the status line. */
struct desk_metrics {
    int64_t day;                /* which, in days of the desk's time zone; 0: no tick came yet */
    int64_t handled, handle_ms; /* closed legs of mine and their handle time: AHT = handle_ms / handled */
    int64_t resolved, closed;   /* contacts I closed today */
    bool is_told;               /* these four are the backend's, who knew of more than this computer */
    int service_level_percent;  /* of the floor, -1: not known */
    int64_t floor_aht_ms;       /* 0: not known */
    int floor_resolved_percent; /* -1: not known */
    int64_t floor_at_ms;        /* when the floor's report was answered */
    int64_t keystrokes;
};

struct desk {
    /* who and where */
    enum desk_phase phase;
    char *me, *name; /* agent's id and name; NULL before sign-in */
    enum role role;
    char *device, *boot;
    bool is_practice;
    uint8_t seed[16]; /* ids of events are made from it and `made` */
    uint64_t made;
    int64_t appended; /* number of the last event given out */
    int64_t numbers;  /* the last request number */
    int64_t now_ms, boot_ms;
    int utc_offset_minutes;
    int cols, rows;
    int page_rows[PANE_COUNT];
    int conversation_most;   /* how far it can be scrolled, as last drawn; 0: not known */
    int popup_most;          /* likewise the text on top */
    int reply_cols;          /* width of the reply's field; 0: not known */
    unsigned changed;        /* what is to be drawn anew, gathered since the last desk_settle: bits 1 << enum
                                desk_pane, or DESK_WHOLE_SCREEN */
    unsigned stale;          /* the same at the last desk_settle: what the views are to draw in this turn */
    const struct keys *keys; /* borrowed; NULL: the built-in table */
    /* the link */
    enum link_state link;
    int64_t link_since_ms;
    bool was_live;     /* since the start: the first link of the day is no news */
    char *link_reason; /* sentence; set while it is not live */
    bool must_sign_in; /* the session ended in mid-shift: nothing is sent until one has signed in again */
    bool asks_sign_in; /* the form for it is still to come: somebody types, or the desk is locked */
    int64_t typed_ms;  /* the last key or paste */
    int unflushed, undelivered;
    char *journal_problem; /* stays until the journal works again */
    /* the floor */
    struct world *world;
    struct desk_settings settings;
    /* panes */
    enum desk_pane pane; /* that has the keys, unless a popup has */
    struct desk_queue queue;
    struct desk_filter filter;
    GPtrArray *open;              /* struct desk_contact *: mine, and those looked at, in order of opening */
    struct desk_contact *current; /* borrowed from open; NULL: none */
    struct desk_knowledge knowledge;
    GHashTable *scripts;       /* id -> struct script *, newest version of each */
    GHashTable *older_scripts; /* "ID VERSION" -> struct script *: all that are not everybody's now */
    GHashTable *rollouts;      /* id -> struct desk_rollout *: what some get in its stead */
    GPtrArray *popups;         /* struct popup *, the last is the topmost and has the keys */
    GPtrArray *left_forms;     /* struct popup *: left by Esc with something typed, oldest first */
    /* lines */
    char *offer; /* id of the contact offered to me; the banner */
    struct desk_notice notice;
    struct desk_metrics metrics;
    /* private to the update half */
    struct intervals *intervals;
    GPtrArray *history; /* struct event *: of my open legs, in order, what `intervals` was folded from */
    GHashTable *sent;   /* id -> struct desk_sent *: own events not yet delivered */
    GPtrArray *held;    /* struct desk_held *: answers that can still be undone */
    GHashTable *drafts; /* contact -> restored reply draft, until it is opened */
    GHashTable *notes;  /* contact -> restored note draft */
    GHashTable *walks;  /* contact -> cJSON * of a restored walk */
    int64_t floor_asked_ms, rung_ms, counted_ms, sign_in_request;
    bool is_arriving; /* just signed in: one of my open contacts comes up with the answer */
    bool is_fetching; /* the open contacts are asked for; until they come the stream is kept in `early` */
    GPtrArray *early; /* struct event * */
    char *watched;    /* contact that the backend was told I look at; NULL: none */
    char *watched_customer; /* whose record; NULL: nobody's */
    bool watched_typing;
    int64_t watched_ms;
    cJSON *place;          /* where the agent stood in the last run, until it is taken up; NULL: nowhere */
    char *place_saved;     /* where the agent stands, as it was saved last */
    int64_t as_of_ms;      /* what is shown is as it stood then, and not yet confirmed; 0: it is confirmed */
    int64_t restored_seq;  /* own events up to it are folded in what was restored */
    bool is_restored;      /* from a snapshot, and the backend has not yet been asked about the sign-in */
    bool is_catching_up;   /* the stream tells what came behind the snapshot */
    int64_t mending;       /* request for a contact whose event was refused; 0: none */
    bool is_state_changed; /* of the day's counters, since they were saved */
};

struct desk_options {
    const char *device, *boot; /* copied */
    uint8_t seed[16];          /* random */
    int utc_offset_minutes;
    bool is_practice;
    int64_t now_ms, boot_ms;
    const char *agent;       /* proposed in the sign-in form; may be NULL */
    const struct keys *keys; /* outlives the desk; NULL: the built-in table */
};

struct desk *desk_new(const struct desk_options *options);
void desk_free(struct desk *desk);

void desk_update(struct desk *desk, const struct msg *msg, struct commands *commands);

/* Once per turn, after its messages: the queue's order, saving of changed drafts and walks. */
void desk_settle(struct desk *desk, struct commands *commands);

/* --- what views ask --- */

/* The contact a desk_contact shows; NULL where the world does not know it. Borrowed until the next update. */
const struct contact *desk_contact_of(const struct desk *desk, const struct desk_contact *dc);
/* What one speaks with this contact's customer: the contact's language, else the customer's, else the
 * queue's; never NULL. Borrowed until the next update. */
const char *desk_language(const struct desk *desk, const struct desk_contact *dc);
struct desk_contact *desk_find_open(const struct desk *desk, const char *id);
/* Whose draft stands in the field while none is open: the note's where only a note was begun. */
enum desk_composer desk_draft_shown(const struct desk_contact *dc);
/* Is it mine to act on: accepted by me and not over? */
bool desk_is_mine(const struct desk *desk, const struct contact *c);
/* Does a colleague, who keeps it, ask me about this contact just now? */
bool desk_asks_me(const struct desk *desk, const struct contact *c);
/* Does this contact of mine need me: unread messages, an answer owed, a wrap-up running, parked and due? */
bool desk_needs_me(const struct desk *desk, const struct contact *c);
/* What its agent does with it now and for how long (the clock in the contact's rule), and the whole leg's
 * handle time; false where no leg of mine runs. Pointers may be NULL. */
bool desk_contact_clock(const struct desk *desk, const struct contact *c, enum activity *activity,
                        int64_t *activity_ms, int64_t *handle_ms);
/* The time that all clocks on the screen show: now, cut to the second. So they turn together, at the tick,
 * and a key between two ticks changes none. */
int64_t desk_shown_ms(const struct desk *desk);
/* Average handle time of my closed legs today; 0: none yet. */
int64_t desk_aht_ms(const struct desk *desk);
/* Capacity points in use, of CAPACITY_POINTS. */
int desk_load(const struct desk *desk);
/* When the first of the queues whose work is mine opens; 0: one is open, or none ever will be. */
int64_t desk_opens_ms(const struct desk *desk);
struct popup *desk_popup(const struct desk *desk); /* topmost; NULL: none */

/* From this width on the article under the cursor is read ahead, to stand beside the list. */
#define DESK_PEEK_COLS 160

/* What the knowledge pane lists: results, else what is at hand. Borrowed. */
const GPtrArray *desk_hits(const struct desk *desk); /* struct desk_hit *; never NULL */
/* What the first of them is. */
enum desk_hits_from { HITS_FOUND, HITS_SUGGESTED, HITS_PINNED, HITS_RECENT };
enum desk_hits_from desk_hits_from(const struct desk *desk);

/* The customer pane's lines that can be chosen, in order of drawing. */
enum desk_customer_line_kind {
    CUSTOMER_LINE_NAME,
    CUSTOMER_LINE_IDENTITY, /* value is masked unless revealed */
    CUSTOMER_LINE_POSTAL,
    CUSTOMER_LINE_NOTE,
    CUSTOMER_LINE_ORDER,
    CUSTOMER_LINE_PAST
};
struct desk_customer_line {
    enum desk_customer_line_kind kind;
    char *field; /* "email" "phone" "account" "handle" "postal" …; an order's or contact's id */
    char *text;  /* as to be shown: masked where it must be */
    const struct order *order;  /* borrowed */
    const struct contact *past; /* borrowed */
    bool is_masked;
};
/* Array of struct desk_customer_line *; caller owns, g_ptr_array_unref. Of an unknown caller it has the
 * address alone. */
GPtrArray *desk_customer_lines(const struct desk *desk, const struct desk_contact *dc);

/* A version that some contacts get in everybody's stead: app/script/rollout. */
struct desk_rollout {
    char *script; /* owned, as queues */
    int64_t version, share_percent;
    char *queues; /* a space between; NULL: the share counts */
};
void desk_rollout_free(gpointer rollout);
/* The version of a script that this contact has: the one it began with; else the one being rolled out, where
 * the contact is chosen; else everybody's. NULL: there is no such script. Borrowed. */
struct script *desk_script_for(const struct desk *desk, const struct desk_contact *dc, const char *id);

/* The walk of a contact, else one that an earlier leg left open and that can go on; NULL: neither. Borrowed.
 */
struct walk *desk_walk(const struct desk_contact *dc);
/* The script of that walk, else the one proposed; NULL: none, or dc is NULL. Borrowed. */
struct script *desk_script(const struct desk *desk, const struct desk_contact *dc);
/* The step under the cursor of a flow map; NULL where its contact or script is gone. Borrowed. */
struct script_step;
const struct script_step *desk_flow_step(const struct desk *desk, const struct popup *popup);

/* The approval that the current step waits for; NULL: none is asked for. Borrowed until the next update. */
const struct approval *desk_approval(const struct desk *desk, const struct desk_contact *dc);
/* What the key that opens does in the current step once its fields are filled, for the line of keys: "next",
 * "ask"…; static. NULL: nothing, or there is no step. */
const char *desk_step_open_word(const struct desk *desk, const struct desk_contact *dc);
/* And the key that corrects the field under the cursor: "correct", or "fill in" where it may stay empty. */
const char *desk_step_correct_word(const struct desk *desk, const struct desk_contact *dc);
/* And what it does where no script is being walked: "go on", "start", "choose one" or, after its end, "choose
 * another"; static. */
const char *desk_script_open_word(const struct desk_contact *dc);
/* Why no script is proposed for a contact; static. */
const char *desk_script_none(const struct contact *c);
/* How many choices the digits have in the step of the walk; 0: none. */
int desk_step_choices(const struct desk_contact *dc);
/* Those that wait for my decision, first due first: struct approvals_open * (app/rules/approvals.h). Caller
 * owns, g_ptr_array_unref. */
GPtrArray *desk_inbox(const struct desk *desk);
/* The row of the popup's cursor; -1 where there is none. */
int desk_inbox_cursor(const struct popup *popup, const GPtrArray *inbox);

/* Facts of a contact for its script (app/script/facts.h); borrows both until the walk is done with it. */
struct facts;
struct desk_facts {
    const struct desk *desk;
    const struct desk_contact *dc;
    GHashTable *texts; /* scratch */
};
void desk_facts_init(struct desk_facts *df, const struct desk *desk, const struct desk_contact *dc,
                     struct facts *facts);
void desk_facts_release(struct desk_facts *df);

/* Has the pane's list a filter, and does a line with this text pass it? True without one. */
bool desk_is_filtered(const struct desk *desk, enum desk_pane pane);
bool desk_filter_passes(const struct desk *desk, enum desk_pane pane, const char *text);

/* Whose keys hold now, and which needs of actions are met (bits of enum action_need): for the line of keys.
 */
enum keys_context desk_keys_context(const struct desk *desk);
int desk_action_have(const struct desk *desk);
/* The contact that a command is about, borrowed: in the queue the row under the cursor, where it is mine or I
 * am asked about it; elsewhere the open one. NULL: there is none to act on. */
const struct contact *desk_acts_on(const struct desk *desk);
/* The key that asks for an action in a context, for people: "F9"; where the settings took it away, the one of
 * the commands with the action's name. Caller owns. */
char *desk_key_label(const struct desk *desk, enum keys_context context, enum action action);
/* A sentence of our own with its keys by their labels: "{list:wrap-up}", a context and an action by their
 * names in the settings, is "w". Caller owns. */
char *desk_key_names(const struct desk *desk, const char *sentence);

#endif
