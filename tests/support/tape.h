/* A tape of events for tests of the folds: plain events in order, without rules or world.
 *
 *     struct tape *t = tape_new();
 *     tape_add(t, 60, EVENT_CONTACT_ACCEPTED, "ann", "B", "{}");   // 60 s after the beginning
 *
 * The leg of contact X is X.1 until the next contact.accepted, which makes it X.2, and so on.
 */
#ifndef TESTS_SUPPORT_TAPE_H
#define TESTS_SUPPORT_TAPE_H

#include "app/model/event.h"

#define TAPE_START_MS INT64_C(1795000000000)

struct tape {
    GPtrArray *events; /* struct event *, in the order of positions */
    GHashTable *legs;  /* contact -> how many */
    const char *boot;  /* of the events to come; "boot" at first */
    int64_t boot_shift_ms, clock_shift_ms;
};

struct tape *tape_new(void);
void tape_free(struct tape *t);

/* Actor: "customer", "system", "integration" or an agent. data is JSON with ' for ". The event is the tape's.
 */
struct event *tape_add(struct tape *t, double second, enum event_kind kind, const char *actor,
                       const char *contact, const char *data);

#endif
