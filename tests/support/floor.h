/* A small floor for tests of the service: a temporary folder, settings, agents, events with ids and numbers.
 */
#ifndef TESTS_SUPPORT_FLOOR_H
#define TESTS_SUPPORT_FLOOR_H

#include "app/service/service.h"
#include "app/service/store.h"

/* A database path in a new temporary folder. Caller owns, g_free; floor_remove deletes the folder. */
char *floor_path(void);
void floor_remove(char *path);

/* Opens a store with queues "orders" and "orders-2" and agents mira, tom (agent), sara (specialist), tess
 * (trainer), hugo (supervisor), root (admin), chan (integration), all with the password "firstline".
 * `options` may be NULL: quiet. */
struct store *floor_open(const char *path, const struct store_options *options);

/* The backend over such a store, answering on a port of its own; quiet: no time passes by itself. Caller
 * owns, service_free. */
struct service *floor_serve(const char *path, bool is_quiet);

/* An event of a device with its next number (kept here by device). */
struct event *floor_event(enum event_kind kind, const char *device, int64_t seq, enum actor_kind actor_kind,
                          const char *actor, const char *about);

/* Appends one event and waits: the position, or 0 with `*problem` (may be NULL) set. Takes ev. */
int64_t floor_append(struct store *s, struct event *ev, enum role role, GError **problem);

/* A chat of Yara Silva arrives in the queue "orders". Answers the id given. */
const char *floor_chat(struct store *s, const char *id);

#endif
