/* What an event does: accepted with its effects, or refused with the reason. Pure: state in, decision out.
 *
 *     if (!rules_check(world, ev, actor_role, &error)) … refuse ev with error->message …
 *     world_fold(world, ev);
 *     rules_follow(world, ev, now_ms, follow, data);   // events of the system that this one brings about
 *
 * The callers give ids, seq and times to the events that follow; each of those is folded before the next is
 * decided. What those bring about in turn is among them already: rules_follow is not called for them (it
 * would find nothing to do).
 *
 * Offers that are answered no, or not at all, put the contact back where it waited, with its age. Who missed
 * one is not responding until they choose a presence again; who rejected one is not asked again for a minute.
 */
#ifndef APP_RULES_RULES_H
#define APP_RULES_RULES_H

#include "app/rules/world.h"

/* Who rejected a contact, or gave it away, is not offered it again for this long. */
#define RULES_ASK_AGAIN_MS (60 * INT64_C(1000))
#define RULES_OFFER_MS     (20 * INT64_C(1000)) /* where the queue does not say */
/* A customer's last agent comes first among those who are free for this long. */
#define RULES_LAST_AGENT_MS (7 * 24 * 3600 * INT64_C(1000))
/* The disposition of a contact whose wrap-up the system closed; never one that an agent chooses. */
#define RULES_DISPOSITION_TIMEOUT "timeout"

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

/* May `ev` be taken as something that happened in another system? Who did it, in which state of the contact
 * and what they saw are not asked; that its contact is there, or not there yet, and that its data are sound,
 * is. */
bool rules_check_past(const struct world *w, const struct event *ev, enum role role, GError **error);

/* May `ev` correct a record that says `now` in that field ("": nothing; NULL: there is no such record)?
 * Refused as stale where the event says what its actor had read (`was`) and the record no longer says so.
 * Blanks do not tell two texts apart. */
bool rules_check_correction(const struct event *ev, const char *now, GError **error);

/* A new event of the system, without id, seq and times; `data` members set. The callee takes it. It must fold
 * it; where it cannot (its store failed), the decision is made anew at the next call. */
typedef void (*rules_emit)(struct event *ev, void *user_data);

/* What the folded event brings about at once: routing on every release of capacity and every arrival, offers
 * withdrawn when their agent leaves or their contact is gone, unparking where the customer wrote, abandoning
 * where a caller or chat leaves while waiting; the open work of an agent who is gone goes back to its queues.
 */
void rules_follow(struct world *w, const struct event *ev, int64_t now_ms, rules_emit emit, void *user_data);

/* What time brings about: offers that ran out, wrap-ups that ran out, parked contacts that are due, waiting
 * work. Call every second or so. Answers when it wants to be called next at the latest (ms since 1970; 0:
 * nothing is pending). */
int64_t rules_tick(struct world *w, int64_t now_ms, rules_emit emit, void *user_data);

/* Orders waiting contacts, first the most urgent: by the minute in which they fall due, less their priority
 * in minutes (so one that is breached comes before one that is not, and none waits for ever); within it tier,
 * then due time, age and id. A contact without a clock counts as due RULES_NO_CLOCK_MS after it was queued.
 * A total order that does not change as time passes, so that lists stay sorted; <0, 0, >0. */
#define RULES_NO_CLOCK_MS (4 * 3600 * INT64_C(1000))
int rules_compare_waiting(const struct contact *a, const struct contact *b);

/* May this agent be offered this contact (presence, skill, capacity, line)? `why` gets a static word or
 * sentence part where not; may be NULL. */
bool rules_may_take(const struct world *w, const struct agent *a, const struct contact *c, const char **why);
/* The same once the contact is passed on to them by name in this queue; NULL: in its own. */
bool rules_may_be_passed(const struct world *w, const struct agent *a, const struct contact *c,
                         const char *queue_id, const char **why);

/* What gives an agent the room that they lack for one more contact. */
enum rules_room {
    RULES_ROOM_OFFER,  /* to reject what rings at them: without it there is room */
    RULES_ROOM_PARK,   /* to finish or park one */
    RULES_ROOM_FINISH, /* to finish one; none of theirs can be parked */
};
enum rules_room rules_room_by(const struct world *w, const char *agent_id, const struct contact *c);
/* May it be parked, as far as its customer goes? */
bool rules_can_wait(const struct contact *c);

#endif
