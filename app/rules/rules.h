/* What an event does: accepted with its effects, or refused with the reason. Pure: state in, decision out.
 *
 *     if (!rules_check(world, ev, actor_role, &error)) … refuse ev with error->message …
 *     world_fold(world, ev);
 *     rules_follow(world, ev, now_ms, follow, data);   // events of the system that this one brings about
 *
 * The callers give ids, seq and times to the events that follow; each of those is folded before the next is
 * decided.
 */
#ifndef APP_RULES_RULES_H
#define APP_RULES_RULES_H

#include "app/rules/world.h"

enum rules_error {
    RULES_ERROR_FORBIDDEN, /* this role or this person may not */
    RULES_ERROR_STATE,     /* not in this state of the contact or agent */
    RULES_ERROR_STALE,     /* `saw` is too old for this kind: the contact changed since */
    RULES_ERROR_UNKNOWN,   /* names a contact, queue or agent that there is none of */
    RULES_ERROR_DATA,      /* a member of data is absent or wrong */
};
#define RULES_ERROR rules_error_quark()
GQuark rules_error_quark(void);

/* May `ev` be applied to `world` now by an actor of this role? False with a sentence for the person who did
 * it. Stale: message.sent, contact.closed, contact.transferred, contact.escalated and contact.given_back are
 * refused where a message of the customer or another agent's event on the contact stands after `saw`. */
bool rules_check(const struct world *w, const struct event *ev, enum role role, GError **error);

/* A new event of the system, without id, seq and times; `data` members set. The callee takes it. It must fold
 * it. */
typedef void (*rules_emit)(struct event *ev, void *user_data);

/* What the folded event brings about at once: routing on every release of capacity and every arrival, offers
 * withdrawn when their agent leaves or their contact is gone, unparking where the customer wrote. */
void rules_follow(struct world *w, const struct event *ev, int64_t now_ms, rules_emit emit, void *user_data);

/* What time brings about: offers that ran out, wrap-ups that ran out, parked contacts that are due, waiting
 * work. Call every second or so. Answers when it wants to be called next at the latest (ms since 1970; 0:
 * nothing is pending). */
int64_t rules_tick(struct world *w, int64_t now_ms, rules_emit emit, void *user_data);

/* Orders waiting contacts, first the most urgent: breached or soonest due first, then priority, tier, age,
 * id. A total order that depends on nothing else; <0, 0, >0. */
int rules_compare_waiting(const struct contact *a, const struct contact *b, int64_t now_ms);

/* May this agent be offered this contact (presence, skill, capacity, line)? `why` gets a static word or
 * sentence part where not; may be NULL. */
bool rules_may_take(const struct world *w, const struct agent *a, const struct contact *c, const char **why);

#endif
