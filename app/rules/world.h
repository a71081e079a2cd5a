/* What is so now: queues, agents and living contacts, as a fold over the log.
 *
 * The backend, the practice link and (for what it may see) the desk each hold one. world_fold never refuses
 * and never reads a clock: the same events over the same settings give the same world, which
 * `firstlined check --rebuild` relies on. Closed contacts are kept until world_forget_over drops them. Not
 * thread-safe.
 *
 * The three tables are for reading; contacts are changed by folding and world_put_contact alone, because the
 * index beside them keeps the waiting lists, the due times and each agent's contacts in order.
 */
#ifndef APP_RULES_WORLD_H
#define APP_RULES_WORLD_H

#include "app/model/agent.h"
#include "app/model/contact.h"
#include "app/model/event.h"
#include "app/model/queue.h"
#include "app/model/rights.h"

struct world_index;

struct world {
    GHashTable *queues;            /* id -> struct queue *, owned */
    GHashTable *agents;            /* id -> struct agent *, owned */
    GHashTable *contacts;          /* id -> struct contact *, owned */
    uint64_t rights[ROLE_COUNT];   /* of each role: the usual ones, until world_put_rights */
    struct approval_limits limits; /* of approvals: the usual ones, until world_put_limits */
    int64_t position;              /* of the last event folded */
    struct world_index *index;     /* app/rules/world_index.h; what can be found again from the tables */
};

typedef struct world world;

struct world *world_new(void);
void world_free(struct world *w);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(world, world_free)

/* Take ownership; replace one of the same id. A queue's new times move the due times of its contacts. */
void world_put_queue(struct world *w, struct queue *q);
void world_put_agent(struct world *w, struct agent *a);
void world_put_contact(struct world *w, struct contact *c);

/* Gives the roles the rights that settings say, or the usual ones (rights_of_roles). */
void world_put_rights(struct world *w, const cJSON *roles);

/* Gives the limits of approvals that settings say ("approvals", may be NULL: the usual ones). */
void world_put_limits(struct world *w, const cJSON *approvals);

/* Borrowed until the world changes; NULL where there is none (a NULL id included). */
struct queue *world_queue(const struct world *w, const char *id);
struct agent *world_agent(const struct world *w, const char *id);
struct contact *world_contact(const struct world *w, const char *id);

/* Applies one event that stands in the log. Events on unknown contacts but contact.created change nothing.
 * message.* and note.* want their text in data (for the preview). */
void world_fold(struct world *w, const struct event *ev);

/* Drops contacts that were over before `before_ms`; answers how many. */
size_t world_forget_over(struct world *w, int64_t before_ms);

/* Whom an event of agent.* is about: data.agent, else the actor; NULL where that is no agent. */
const char *world_event_agent(const struct event *ev);

/* The contacts of an agent that are not over: offered, handled, parked, and waiting for them by name
 * (struct contact *, no order). Borrowed until the world changes; NULL: none. */
const GPtrArray *world_agent_contacts(const struct world *w, const char *agent_id);

/* What the system says of an agent, from their contacts and offers. */
enum agent_status world_agent_status(const struct world *w, const struct agent *a);
/* Capacity points in use: handled contacts that are not parked, and offers. 0 .. (may exceed
 * CAPACITY_POINTS). */
int world_agent_load(const struct world *w, const char *agent_id);

/* When the reply or service clock of a contact is breached (ms since 1970); 0: no clock runs. Clocks run
 * while the queue is open, so one that comes out of hours begins with the next opening.
 * Phone and chat: queued_ms + the queue's service_level_ms until somebody has accepted. Others: unanswered_ms
 * + first_reply_ms until it is answered, wrapped up or over; parked or held does not stop it. */
int64_t world_due_ms(const struct world *w, const struct contact *c);

#endif
