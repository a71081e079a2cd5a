/* What is done about a contact when it comes in, before an agent has it: approvals whose step says so.
 *
 * A step with intake: rule is granted where the script's condition or the settings grant it; with intake: ask
 * people are asked where these do not. Nothing is guessed: where what decides, or what would be asked, is not
 * known yet, it is left to the agent.
 */
#ifndef APP_RULES_INTAKE_H
#define APP_RULES_INTAKE_H

#include "app/rules/rules.h"
#include "app/script/walk.h"

/* Has the script a step with `intake`? */
bool intake_concerns(const struct script *script);

/* Gives out approval.requested and, where a rule grants it, approval.decided, for each such step that was not
 * asked for yet. The callee folds them, as of rules_follow. */
void intake_approvals(const struct world *w, const struct contact *c, struct script *script,
                      const struct walk_turn *turn, rules_emit emit, void *user_data);

#endif
