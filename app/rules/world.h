/* What is so now: queues, agents and living contacts, as a fold over the log.
 *
 * The backend, the practice link and (for what it may see) the desk each hold one. world_fold never refuses
 * and never reads a clock: the same events give the same world, which `firstlined check --rebuild` relies on.
 * Closed contacts are kept until world_forget_over drops them. Not thread-safe.
 */
#ifndef APP_RULES_WORLD_H
#define APP_RULES_WORLD_H

#include "app/model/agent.h"
#include "app/model/contact.h"
#include "app/model/event.h"
#include "app/model/queue.h"

struct world {
    GHashTable *queues;   /* id -> struct queue *, owned */
    GHashTable *agents;   /* id -> struct agent *, owned */
    GHashTable *contacts; /* id -> struct contact *, owned */
    int64_t position;     /* of the last event folded */
};

struct world *world_new(void);
void world_free(struct world *w);

/* Take ownership; replace one of the same id. */
void world_put_queue(struct world *w, struct queue *q);
void world_put_agent(struct world *w, struct agent *a);
void world_put_contact(struct world *w, struct contact *c);

/* Borrowed until the world changes; NULL where there is none (a NULL id included). */
struct queue *world_queue(const struct world *w, const char *id);
struct agent *world_agent(const struct world *w, const char *id);
struct contact *world_contact(const struct world *w, const char *id);

/* Applies one event that stands in the log. Events on unknown contacts but contact.created change nothing. */
void world_fold(struct world *w, const struct event *ev);

/* Drops contacts that were over before `before_ms`; answers how many. */
size_t world_forget_over(struct world *w, int64_t before_ms);

/* What the system says of an agent, from their contacts and offers. */
enum agent_status world_agent_status(const struct world *w, const struct agent *a);
/* Capacity points in use: handled contacts that are not parked, and offers. 0 .. (may exceed
 * CAPACITY_POINTS). */
int world_agent_load(const struct world *w, const char *agent_id);

#endif
