/* Delivers the journal to the backend: first in, first out, at least once, one batch at a time, for as long
 * as it takes.
 *
 * A batch that could not be sent is tried again with growing delays; one that the backend cannot read at all
 * is tried event by event, and the event that it cannot read is given out as refused and its number filled by
 * a tombstone, so that the device never stands still. Nor does it where the backend was given an older copy
 * of its database: the numbers that it lacks then are reported lost.
 */
#ifndef APP_DESK_SENDER_H
#define APP_DESK_SENDER_H

#include "app/desk/journal.h"
#include "app/desk/link.h"
#include "net/problem.h"

struct sender;

struct sender_callbacks {
    void (*delivered)(const char *event_id, int64_t position, void *user_data);
    void (*refused)(const struct event *ev, enum problem_code code, const char *sentence, void *user_data);
    /* How many events nobody has answered for. */
    void (*outbox)(int64_t count, void *user_data);
    /* Nothing could be delivered just now; it is tried again. */
    void (*held)(const GError *error, void *user_data);
};

/* Borrows journal and link, which outlive it. */
struct sender *sender_new(struct journal *journal, struct link *link,
                          const struct sender_callbacks *callbacks, void *user_data);
void sender_free(struct sender *sender); /* accepts NULL */

/* Sends what waits, unless a batch is under way. Call it when something was flushed, and when the link is
 * back. */
void sender_wake(struct sender *sender);
/* While it is off nothing is sent: nobody is signed in, or the link is down. */
void sender_set_on(struct sender *sender, bool is_on);

/* The link's answer to a delivery, passed on from link_callbacks.delivered. */
void sender_answer(struct sender *sender, const cJSON *answer, const GError *error);

#endif
