/* What desk_update is told: everything that reaches the desk, as plain data.
 *
 * The sender fills what the kind names and owns it all; desk_update borrows for the call and copies what it
 * keeps, save where "takes" is said. Every message carries the time it was made, because the desk reads no
 * clock.
 *
 *     struct msg msg = {.kind = MSG_KEY, .now_ms = now, .boot_ms = boot, .key = key};
 */
#ifndef APP_DESK_MSG_H
#define APP_DESK_MSG_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/desk/desk.h"
#include "app/model/event.h"
#include "ui/key.h"

enum msg_kind {
    /* from the terminal */
    MSG_KEY,    /* key */
    MSG_PASTE,  /* text: UTF-8, line ends as pasted; at most DESK_PASTE_MAX_BYTES are taken */
    MSG_MOUSE,  /* mouse */
    MSG_RESIZE, /* size */
    /* from time: about each second while anything on the screen runs */
    MSG_TICK,
    /* from the link */
    MSG_LINK,             /* link; text: the sentence why, where it is not live */
    MSG_STREAM_EVENT,     /* event */
    MSG_WATCHING,         /* json: {contact, watchers[{agent, typing}]}: who has it in view */
    MSG_CUSTOMER_CHANGED, /* id: of a customer whose record is another than before */
    MSG_REACHED,          /* number: the stream has told all up to this position, seen or not */
    MSG_RESYNC,           /* the stream could not resume: the desk fetches floor and contacts anew */
    MSG_REPLY,            /* number, fetch, json or problem: answer to COMMAND_FETCH */
    MSG_SIGNED_IN,        /* number, json: the 201 answer of POST /v1/session (or GET, on restart) */
    MSG_SIGN_IN_REFUSED,  /* number (0: of the earlier sign-in, taken up again), text: the sentence */
    MSG_TOKEN_LOST,       /* text: the sentence why: the backend takes the session's token no longer */
    MSG_SESSION_ENDED,    /* text: the sentence why the sign-in of before holds no more */
    MSG_UNLOCK,           /* number, flag: the password was right; text: the sentence where not */
    /* from the journal */
    MSG_FLUSHED,        /* number: of the last COMMAND_APPEND_EVENT that is on disk; all before it are */
    MSG_DELIVERED,      /* id: of the event the backend took; number: its position */
    MSG_REFUSED,        /* event, problem: the backend refused it (code says why); also of an earlier run */
    MSG_JOURNAL_FAILED, /* text: the sentence (disk full …): nothing more is safe until it mends; NULL: it did
                         */
    MSG_HELD,           /* text: why nothing could be delivered just now */
    MSG_OUTBOX,         /* number: events on disk that the backend has not answered for */
    MSG_DRAFT_RESTORED, /* id: contact, flag: is a note, text */
    MSG_WALK_RESTORED,  /* id: contact, json */
    MSG_STATE_RESTORED, /* json: what COMMAND_SAVE_STATE saved */
    MSG_PLACE_RESTORED, /* json: what COMMAND_SAVE_PLACE saved */
    MSG_SHELF_RESTORED, /* json: what COMMAND_SAVE_SHELF saved */
    MSG_LEFT_BEHIND, /* before anything else. bytes: what the last run kept (app/desk/snapshot), NULL: none;
                      * events: own ones on disk, not yet answered for, oldest first */
    MSG_EDITED,      /* id: contact, flag: is a note, text: what $EDITOR left */
    /* from knowledge and scripts */
    MSG_SEARCH_RESULTS, /* number, results */
    MSG_ARTICLE,        /* number, article; NULL: there is none (problem.sentence) */
    MSG_KNOWLEDGE,      /* number: how many articles are held */
    MSG_SCRIPTS, /* scripts, older: GPtrArray of struct script *; a reference of each is kept. rollouts:
                    of struct desk_rollout *; NULL: scripts are not all there are */
    /* from practice */
    MSG_PRACTICE_SCORE,  /* text: the report, lines */
    MSG_PRACTICE_NOTICE, /* text: a hint, or what a key of the practice did */
    MSG_KIND_COUNT
};

/* Why something was refused, as far as the desk acts on it. (The wire's codes are net/problem.h's.) */
enum refusal_code {
    REFUSAL_NONE,
    REFUSAL_STALE,
    REFUSAL_FORBIDDEN,
    REFUSAL_UNKNOWN,
    REFUSAL_STATE,
    REFUSAL_OTHER
};

struct msg_problem {
    enum refusal_code code;
    const char *sentence; /* fit to show */
};

enum mouse_button { MOUSE_LEFT, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

/* Where it hit is found by ui/views, which know what stands where. */
struct msg_mouse {
    enum mouse_button button;
    bool is_double;
    bool is_popup;       /* on the topmost popup; else on a pane */
    enum desk_pane pane; /* PANE_COUNT: on none */
    bool is_field;       /* on the reply's or the note's field of the contact */
    int item;            /* index into the list drawn there; -1: on none */
};

struct msg_size {
    int cols, rows;
    int page_rows[PANE_COUNT]; /* rows of list or text that each pane shows; 0: not in sight */
    int reply_cols;            /* of the reply's and the note's field, as editor_set_cols; 0: out of sight */
    /* How far the conversation, the open article and a popup's text can be scrolled, told while they are
     * scrolled; else 0. */
    int conversation_most, article_most, popup_most;
    int article_top; /* of the article's lines (excerpt.h) the first in sight, told likewise */
};

struct msg {
    enum msg_kind kind;
    int64_t now_ms;  /* wall clock, corrected by the measured offset, ms since 1970 UTC */
    int64_t boot_ms; /* CLOCK_BOOTTIME */
    struct key key;
    struct msg_mouse mouse;
    struct msg_size size;
    int64_t number;
    bool flag;
    const char *id, *text;
    const struct event *event;
    GBytes *bytes;
    const GPtrArray *events; /* struct event * */
    enum link_state link;
    enum link_fetch fetch;
    const cJSON *json;
    struct msg_problem problem;
    const struct desk_results *results;
    const struct desk_article *article;
    const GPtrArray *scripts, *older, *rollouts;
};

#define DESK_PASTE_MAX_BYTES (256 * 1024)

#endif
