/* Routing: who is offered what. The most urgent contact first (rules_compare_waiting); for it, of those who
 * may take it, who it is meant for, then the customer's last agent, then the highest level of the skill, the
 * least load, the longest without new work, the id. An agent has one offer at a time, and the next one as
 * soon as it is answered, for as long as there is room.
 *
 * Neither function walks all contacts: a contact looks at the agents, an agent at the heads of the queues.
 */
#ifndef APP_RULES_ROUTE_H
#define APP_RULES_ROUTE_H

#include "app/rules/rules.h"

/* Offers a waiting contact to the best agent who may take it; false where there is none. */
bool route_contact(struct world *w, const struct contact *c, int64_t now_ms, rules_emit emit,
                   void *user_data);

/* Offers an agent with room the most urgent contact that they may take; false where there is none. */
bool route_agent(struct world *w, const struct agent *a, int64_t now_ms, rules_emit emit, void *user_data);

/* As above, for every agent that there is: the most urgent contacts of the floor first. */
void route_all(struct world *w, int64_t now_ms, rules_emit emit, void *user_data);

#endif
