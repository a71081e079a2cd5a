/*
 * proposal: which script is proposed for a contact. The desk proposes it to the agent, and what a script does
 * before that, when the contact comes in, is done for the same one.
 */
#pragma once

#include "app/model/contact.h"
#include "app/script/script.h"

#define PROPOSAL_NAMED 100 /* above every fitness that a script has of itself */

/* How well a script fits a contact by what it says of itself: its intents and queues, the contact's language
 * and class. 0: not for this contact; else below PROPOSAL_NAMED. */
int proposal_fitness(const struct script *script, const struct contact *c);

/* The same, where the settings name a script for the contact's intent (`named` may be NULL): that one comes
 * first, whatever it says of intents, unless it is for other queues. */
int proposal_fitness_named(const struct script *script, const struct contact *c, const char *named);

/* Whether one comes before another; of equals that with the lesser id. `best` may be NULL, with best_fit 0.
 */
bool proposal_is_better(const struct script *script, int fit, const struct script *best, int best_fit);
