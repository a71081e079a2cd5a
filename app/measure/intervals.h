/* The one interval log: each leg's wall clock cut into activities without overlap or gap, folded from events.
 *
 * The product's definition: from accept to the end of wrap-up a leg is at each instant exactly one of talk
 * (has its agent's focus), aside (another of the agent's contacts has it, or none), hold, consult, acw. Focus
 * time is the part, of whatever activity but aside, during which the agent's focus is on the contact: it says
 * where the eyes are, so held, consulted on and wrapped up count while they are looked at, and summed over an
 * agent it never exceeds the clock. The focus is where focus.moved put it last; it ends with the leg. A leg
 * also ends by transfer, escalation, give-back and parking. The worked example is
 * tests/unit/test_intervals.c.
 *
 * Feed events in the order of their positions; one whose position is not after the last one's is a repeat and
 * is ignored (events without a position are the caller's to keep apart).
 *
 * All legs of an agent lie on one axis of time, which never goes back: it begins at the wall clock when the
 * agent takes the first contact in hand, and goes on by boot_ms within the agent's boot, else by at_ms; where
 * a clock stands before the last event, no time has passed, and none is counted twice later. So a leg's
 * intervals follow each other without gap or overlap, those with an agent's focus never overlap, and
 * duration_ms is always end_ms - start_ms, whatever a wall clock did. Memory is by open leg and agent, not by
 * event: finished intervals leave through the callback.
 */
#ifndef APP_MEASURE_INTERVALS_H
#define APP_MEASURE_INTERVALS_H

#include "app/model/event.h"
#include "app/model/names.h"

enum activity {
    ACTIVITY_TALK,
    ACTIVITY_ASIDE,
    ACTIVITY_HOLD,
    ACTIVITY_CONSULT,
    ACTIVITY_ACW,
    ACTIVITY_COUNT
};
const char *activity_name(enum activity activity);

struct interval {
    const char *contact, *leg, *agent; /* borrowed for the callback */
    enum activity activity;
    bool focused;               /* counts as the agent's focus time */
    bool ends_leg;              /* the leg's last one; it may be of no duration, all others are longer */
    const char *script, *step;  /* that was entered then; NULL: none */
    enum step_class step_class; /* of step; STEP_VALUE where there is none */
    const char *waste;          /* kind, NULL: none */
    int64_t start_ms, end_ms;   /* on the agent's axis: the wall clock, but for jumps of it */
    int64_t duration_ms;        /* >= 0 */
};

typedef void (*interval_sink)(const struct interval *interval, void *user_data);

typedef struct intervals intervals;

/* sink may be NULL: then intervals_peek alone is of use. */
struct intervals *intervals_new(interval_sink sink, void *user_data);
void intervals_free(struct intervals *in);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(intervals, intervals_free)

void intervals_fold(struct intervals *in, const struct event *ev);

/* The leg of a contact that is open now, borrowed until it ends; NULL: none. */
const char *intervals_open_leg(const struct intervals *in, const char *contact);

/* What the open leg of a contact is doing now; false where it has none. */
bool intervals_now(const struct intervals *in, const char *contact, enum activity *activity);

/* The sums of a leg that is still open, as if it ended at now_ms (wall clock); false where it is not open.
 * per_activity[ACTIVITY_COUNT] and focus get ms. */
bool intervals_peek(const struct intervals *in, const char *leg, int64_t now_ms, int64_t *per_activity,
                    int64_t *focus);

#endif
