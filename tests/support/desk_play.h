/* A desk to play with in tests: no threads, no disk, no link. Keys are typed by name, the backend is a world
 * of its own behind rules_check, and what the desk asks for is read from `asked`.
 *
 *     struct play *play = play_new();
 *     play_offer(play, "1001");
 *     play_keys(play, "F2 H i Enter");
 */
#pragma once

#include "app/desk/desk.h"
#include "app/desk/msg.h"

struct play {
    struct desk *desk;
    struct commands commands; /* of the last call */
    GPtrArray *events;        /* struct event *: all that the desk recorded, in order; owned */
    GPtrArray *fetches;       /* char *: "contact-events 1001" … */
    struct world *backend;    /* what the other side believes */
    int64_t position;         /* the last it gave */
    int64_t now_ms;
    size_t delivered;    /* events[delivered ..] wait for play_deliver */
    int refusals;        /* told to the desk */
    int rings, searches; /* commands so far */
    int64_t last_search, last_suggest, last_article, last_find, last_customer, last_events, last_contact;
    char *last_draft;  /* text of the last saved draft */
    char *last_watch;  /* "1001 typing": which contact the backend was told is in view; NULL: nothing yet */
    char *last_record; /* and whose record; NULL: nobody's */
    int watches;
    char *title, *notice; /* of the last ring; NULL: the bell alone */
    bool has_quit;
};

/* Signed in as li (Li Na), ready, with three queues: shop (first line), shop-2 (second line), zh. */
struct play *play_new(void);
void play_free(struct play *play);

void play_msg(struct play *play, struct msg msg);     /* now_ms and boot_ms are filled in */
void play_keys(struct play *play, const char *names); /* key names, blanks between */
void play_type(struct play *play, const char *text);  /* each character a key */
void play_paste(struct play *play, const char *text);
void play_wait(struct play *play, int64_t ms); /* ticks each second */

/* The backend: a contact comes in (streamed), is offered to li, the customer writes. */
void play_arrive(struct play *play, const char *id, enum channel channel, const char *queue,
                 const char *name);
void play_offer(struct play *play, const char *id);
void play_customer_writes(struct play *play, const char *id, const char *text);
/* It comes into the shop for Crystal Minh and li accepts it; in a chat the reply has the keys. */
void play_accept(struct play *play, const char *id, enum channel channel);
void play_customer_leaves(struct play *play, const char *id);
/* An event of anybody else, streamed. Takes ev; gives it a position. */
void play_stream(struct play *play, struct event *ev);
struct event *play_event(struct play *play, enum event_kind kind, enum actor_kind actor_kind,
                         const char *actor, const char *contact_id);
/* Everything recorded so far reaches the disk, then the backend, which checks it by the rules; refusals come
 * back. */
void play_deliver(struct play *play);
/* Answers a fetch. Takes json. */
void play_reply(struct play *play, int64_t number, enum link_fetch what, cJSON *json);
/* Of what the desk recorded: the last of a kind (NULL: none; borrowed), and how many. */
const struct event *play_last_event(const struct play *play, enum event_kind kind);
int play_count(const struct play *play, enum event_kind kind);
const struct contact *play_contact(const struct play *play, const char *id);
/* Script from YAML source, told to the desk. */
void play_script(struct play *play, const char *source);
/* A customer with e-mail, phone and one order, as answer to the last fetch of a customer. */
void play_customer_known(struct play *play, const char *id, const char *name);
/* Of the contact in focus: what stands in its reply, and the newest line of its conversation. Borrowed. */
const char *play_reply_text(const struct play *play);
const struct desk_message *play_last_message(const struct play *play);
