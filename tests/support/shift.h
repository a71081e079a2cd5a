/* A small floor for tests: a world with queues and agents, a clock, and a log of all that was said and done.
 *
 *     struct shift *s = shift_new();
 *     shift_sign_in(s, "mina");
 *     shift_arrive(s, "1", "phone", "shop");
 *     shift_do(s, EVENT_CONTACT_ACCEPTED, "mina", "1", "{}");
 *     shift_free(s);
 *
 * Queues: shop (line 1, skill shop), shop2 (line 2, skill shop2), zh (line 1, skill zh). Agents: mina (shop
 * 3, zh 1), omar (shop 3), lena (shop 5), wei (zh 5), sofia (specialist: shop2 4), boss (supervisor), root
 * (admin).
 */
#ifndef TESTS_SUPPORT_SHIFT_H
#define TESTS_SUPPORT_SHIFT_H

#include "app/rules/rules.h"

#define SHIFT_START_MS INT64_C(1795000000000)

struct shift {
    struct world *w;
    GPtrArray *log; /* struct event *, in the order of positions */
    int64_t now_ms;
    int64_t saw; /* of the next event that is done; 0 again afterwards */
    int64_t seq, position;
    guint emitted; /* where in the log the system's events after the last step begin */
};

struct shift *shift_new(void);
void shift_free(struct shift *s);

/* An event by "customer", "system", "integration" or an agent's id; data is JSON with ' for ". accepted gets
 * the next leg. Not in the log yet: caller owns. */
struct event *shift_event(struct shift *s, enum event_kind kind, const char *actor, const char *contact_id,
                          const char *data);

/* Checks, folds, follows. False with the refusal. */
bool shift_try(struct shift *s, enum event_kind kind, const char *actor, const char *contact_id,
               const char *data, GError **error);
/* The same, which must succeed. */
void shift_do(struct shift *s, enum event_kind kind, const char *actor, const char *contact_id,
              const char *data);
/* The same, which must be refused with this code and sentence. */
void shift_refuse(struct shift *s, enum event_kind kind, const char *actor, const char *contact_id,
                  const char *data, enum rules_error code, const char *sentence);

void shift_sign_in(struct shift *s, const char *agent_id); /* and ready */
void shift_arrive(struct shift *s, const char *contact_id, const char *channel, const char *queue_id);
void shift_finish(struct shift *s, const char *agent_id, const char *contact_id); /* wraps up and closes */
int64_t shift_wait(struct shift *s, int64_t ms);                                  /* then ticks */

struct contact *shift_contact(struct shift *s, const char *id);
/* "state agent", agent "-" where there is none; valid until the next call. */
const char *shift_where(struct shift *s, const char *id);
/* How many events of a kind the system made since the last step began. */
unsigned shift_emitted(const struct shift *s, enum event_kind kind);
/* The whole world as text, sorted by id. Caller owns, g_free. */
char *shift_dump(const struct world *w);
/* A new world with the same queues and agents as at the beginning, nothing folded. */
struct world *shift_empty_world(void);

#endif
