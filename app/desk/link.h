/* What the desk talks to: the backend over HTTP (app/desk/link_http), or a practice (app/desk/link_practice).
 *
 * Nothing above a link knows which one it has. A link owns whatever threads it needs; every callback comes on
 * the thread that made it, from its main context, and never from within a call of this header. Answers have
 * the shapes of docs/design.md, "Wire", whichever the link.
 */
#ifndef APP_DESK_LINK_H
#define APP_DESK_LINK_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum link_fetch {
    LINK_FETCH_FLOOR,          /* no argument */
    LINK_FETCH_CONTACTS,       /* argument: cursor of the page, NULL: the first; open contacts */
    LINK_FETCH_CONTACT,        /* argument: contact id */
    LINK_FETCH_CONTACT_EVENTS, /* argument: contact id */
    LINK_FETCH_CUSTOMER,       /* argument: customer id; with orders and past contacts */
    LINK_FETCH_FIND,           /* argument: what was typed */
    LINK_FETCH_SCRIPTS, /* argument: etag of those held, or NULL; {"scripts": […], "etag": …} or {"unchanged":
                           true} */
    LINK_FETCH_ARTICLES, /* argument: etag of those held, or NULL; {"lines": …, "etag": …, "changes": bool} or
                            {"unchanged": true}; with changes the lines are only what is new since that etag
                          */
    LINK_FETCH_USES,     /* no argument; {"lines": …}: what became of articles */
    LINK_FETCH_REPORT_FLOOR, /* no argument */
    LINK_FETCH_COUNT
};

enum link_state {
    LINK_OFFLINE,    /* not signed in, or the other side is gone; `reason` says why */
    LINK_CONNECTING, /* will try by itself */
    LINK_LIVE,       /* signed in and the stream runs */
};

struct link_callbacks {
    /* The answer of a sign-in: {agent, position, server_time, expires_at}, or error. Borrowed for the call.
     */
    void (*signed_in)(const cJSON *answer, const GError *error, void *user_data);
    /* The answer of a check: NULL, the password is right. Borrowed for the call. */
    void (*checked)(const GError *error, void *user_data);
    /* The other side takes the token no longer: `reason` is the sentence. Once for each token; the stream has
     * ended, and nothing more is answered until link_sign_in. */
    void (*token_lost)(const char *reason, void *user_data);
    /* The answer of fetch `number`. Borrowed for the call. */
    void (*fetched)(uint64_t number, enum link_fetch what, const cJSON *answer, const GError *error,
                    void *user_data);
    /* The answer of a delivery: {results: […]} in the order of its events, or an error: try again later. */
    void (*delivered)(uint64_t number, const cJSON *answer, const GError *error, void *user_data);
    /* One event of the stream, in the order of positions; may repeat after a reconnect. */
    void (*streamed)(const cJSON *event, void *user_data);
    /* Who has a contact in view: {contact, watchers[{agent, typing}]}. Borrowed for the call. */
    void (*watching)(const cJSON *json, void *user_data);
    /* The record of the customer that this desk has in view is another now: {customer}. Borrowed for the
     * call. */
    void (*customer_changed)(const cJSON *json, void *user_data);
    /* The stream has told all up to this position. */
    void (*reached)(int64_t position, void *user_data);
    void (*state)(enum link_state state, const char *reason, void *user_data);
};

struct link;

/* What a kind of link is made of; every function as its twin below. */
struct link_class {
    void (*sign_in)(struct link *link, const char *agent, const char *password);
    void (*check)(struct link *link, const char *agent, const char *password);
    bool (*resume)(struct link *link);
    void (*sign_out)(struct link *link);
    void (*fetch)(struct link *link, uint64_t number, enum link_fetch what, const char *argument);
    void (*deliver)(struct link *link, uint64_t number, const char *events_json);
    void (*stream)(struct link *link, int64_t after);
    /* NULL: nobody else is there */
    void (*watch)(struct link *link, const char *contact, const char *customer_id, bool is_typing);
    void (*free)(struct link *link);
};

/* The head of every link's own struct. */
struct link {
    const struct link_class *class;
    const struct link_callbacks *callbacks; /* kept; outlives the link */
    void *user_data;
};

static inline void link_sign_in(struct link *link, const char *agent, const char *password)
{
    link->class->sign_in(link, agent, password);
}

/* Is this the agent's password? Changes nothing of who is signed in. */
static inline void link_check(struct link *link, const char *agent, const char *password)
{
    link->class->check(link, agent, password);
}

/* Signs in again with what an earlier sign-in left (a token), and answers as link_sign_in. False: there is
 * nothing left. */
static inline bool link_resume(struct link *link)
{
    return link->class->resume(link);
}

static inline void link_sign_out(struct link *link)
{
    link->class->sign_out(link);
}

static inline void link_fetch(struct link *link, uint64_t number, enum link_fetch what, const char *argument)
{
    link->class->fetch(link, number, what, argument);
}

/* Posts {"events": [...]}: events_json is that array, in the order of seq, at most 200 events and 1 MiB.
 * Copies. */
static inline void link_deliver(struct link *link, uint64_t number, const char *events_json)
{
    link->class->deliver(link, number, events_json);
}

/* Streams the events after a position from now on, across reconnects, until link_sign_out or link_free. */
static inline void link_stream(struct link *link, int64_t after)
{
    link->class->stream(link, after);
}

/* Says which contact and whose record are in view (NULL: none), and whether the contact's reply or note is
 * being written. It is passing news: lost where the link is down, forgotten by the other side within a
 * minute.
 */
static inline void link_watch(struct link *link, const char *contact, const char *customer_id, bool is_typing)
{
    if (link->class->watch != NULL)
        link->class->watch(link, contact, customer_id, is_typing);
}

/* Ends its threads; no callback comes after. Accepts NULL. */
static inline void link_free(struct link *link)
{
    if (link != NULL)
        link->class->free(link);
}

#endif
