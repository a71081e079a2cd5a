/* Who has which contact in view just now, so that two people see each other before they answer twice; and
 * whose record, so that a correction reaches all who read it.
 *
 * It is passing news: kept in memory, never in the log, one contact and one customer a session, and forgotten
 * where a session does not renew it. Any thread.
 */
#ifndef APP_SERVICE_WATCH_H
#define APP_SERVICE_WATCH_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define WATCH_HOLDS_MS  45000 /* a desk renews it each WATCH_RENEW_MS of app/desk */
#define WATCH_LOOKS_MAX 20000 /* beyond it nobody new is noted */

struct watch;

struct watch_look {
    const char *session; /* what the stream of the same desk is known by */
    const char *agent;
    const char *contact;  /* NULL: no longer at any */
    const char *customer; /* whose record is in view, with a contact or without; NULL: nobody's */
    bool is_typing;
};

struct watch *watch_new(void);
void watch_free(struct watch *w);

/* Notes it. Adds to `changed` (char *, owned by it) the contacts whose watchers are others than before. */
void watch_put(struct watch *w, const struct watch_look *look, int64_t now_ms, GPtrArray *changed);
/* Forgets who did not renew. Adds to `changed` as above. */
void watch_prune(struct watch *w, int64_t now_ms, GPtrArray *changed);

/* Adds to `seen` (char *, owned by it) those of `customers` (char * to anything, a set) that somebody has in
 * view, each once. */
void watch_seen_customers(struct watch *w, GHashTable *customers, GPtrArray *seen);

/* Adds to `contacts` (char *, owned by it) those that somebody types in. */
void watch_typed(struct watch *w, GPtrArray *contacts);

bool watch_is_at(struct watch *w, const char *session, const char *contact);
bool watch_is_at_customer(struct watch *w, const char *session, const char *customer);
/* Appends {"contact": id, "watchers": [{"agent": id, "typing": bool}]}, in the order of coming. */
void watch_write(struct watch *w, const char *contact, GString *out);

#endif
