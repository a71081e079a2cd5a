/* What the rules look up in a world without walking all contacts: who waits, what is due, who has what.
 *
 * Everything here follows from the contacts, except three memories that only folding gives: who may not be
 * asked again for a while, who last looked after a customer, and whose events stand on a contact. A world
 * that was filled by world_put_contact begins without these, which costs comfort, never correctness.
 */
#ifndef APP_RULES_WORLD_INDEX_H
#define APP_RULES_WORLD_INDEX_H

#include "app/rules/world.h"

struct world_index *world_index_new(void);
void world_index_free(struct world_index *ix);

/* Puts a contact where it belongs by its present state; call after each change of it. */
void world_index_place(struct world *w, struct contact *c);
/* Before it is freed. */
void world_index_remove(struct world *w, const struct contact *c);

/* The contacts that wait in a queue over one channel, in rules_compare_waiting's order (struct contact *);
 * NULL where none ever did. Borrowed until the world changes. */
GSequence *world_index_waiting(const struct world *w, const char *queue_id, enum channel channel);

/* An agent's contacts that are not over (struct contact *); NULL: none. */
const GPtrArray *world_index_of_agent(const struct world *w, const char *agent_id);

/* The contacts with an approval that is open (struct contact *, no order); never NULL. Borrowed. */
const GPtrArray *world_index_asking(const struct world *w);

/* The contact whose time comes first, and when: an offer, a wrap-up or a parking that ends, a waiting one
 * that may be offered again, or an approval that expires. NULL: none. */
struct contact *world_index_first_due(const struct world *w, int64_t *due_ms);

#define WORLD_INDEX_ANYBODY "*"

/* An agent (or WORLD_INDEX_ANYBODY) whom this waiting contact is not offered to until then; gone once
 * somebody accepts it. */
void world_index_pause(struct world *w, struct contact *c, const char *agent_id, int64_t until_ms);
bool world_index_is_paused(const struct world *w, const struct contact *c, const char *agent_id,
                           int64_t now_ms);
/* Forgets the pauses that ended, and places the contact by the next one. */
void world_index_end_pauses(struct world *w, struct contact *c, int64_t now_ms);
void world_index_clear_pauses(struct world *w, struct contact *c);

/* The agent who last accepted a contact of the same case or customer after since_ms; NULL: none. */
const char *world_index_last_agent(const struct world *w, const struct contact *c, int64_t since_ms);
void world_index_set_last_agent(struct world *w, const struct contact *c, int64_t at_ms);
void world_index_forget_last_agents(struct world *w, int64_t before_ms);

/* Position of the last event on the contact by an agent other than `agent`; 0: none. */
int64_t world_index_others_position(const struct world *w, const struct contact *c, const char *agent_id);
void world_index_note_agent(struct world *w, const struct contact *c, const char *agent_id, int64_t position);

/* Was something put since the last call, so that routing has to look at everything once? */
bool world_index_take_unsettled(struct world *w);
void world_index_unsettle(struct world *w);

#endif
