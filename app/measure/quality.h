/* How good the log is: what came twice, out of order, late, or by a clock that was set; legs that nobody
 * ended, and agents who left while they had one. The other folds count such events rightly; this says how
 * many there were, so that a figure can be trusted or not.
 *
 * Memory is by device and open contact, not by event.
 */
#ifndef APP_MEASURE_QUALITY_H
#define APP_MEASURE_QUALITY_H

#include "app/measure/report.h"
#include "app/model/event.h"

#define QUALITY_LATE_MS (5 * 60 * INT64_C(1000))
#define QUALITY_JUMP_MS (2 * INT64_C(1000)) /* a wall clock that is slewed stays within */
#define QUALITY_LEFT_MS (12 * 3600 * INT64_C(1000))

enum quality_count {
    QUALITY_EVENTS,
    QUALITY_REPEATED,     /* a position, or a device's seq, that was there before */
    QUALITY_GAPS,         /* seq numbers of a device that are not in the log: refused, or lost */
    QUALITY_LOST,         /* of them told by journal.lost and journal.withdrawn */
    QUALITY_OUT_OF_ORDER, /* earlier than the contact's event before it, by more than QUALITY_JUMP_MS */
    QUALITY_CLOCK_JUMPED, /* within a boot the wall clock went by more than that otherwise than the boot clock
                           */
    QUALITY_CLOCK_AHEAD,  /* received before it happened, by more than that */
    QUALITY_LATE,         /* received later than QUALITY_LATE_MS after it happened */
    QUALITY_STRAY,        /* of a leg that is not open: after its end, or never begun */
    QUALITY_REPLACED_LEGS, /* legs that ended because another agent accepted the contact */
    QUALITY_OPEN_LEGS,     /* legs without an end, of contacts where nothing happened for QUALITY_LEFT_MS */
    QUALITY_LEFT_LEGS,     /* legs open when their agent signed out */
    QUALITY_AGENTS_LEFT,   /* agents who have legs without an end and did nothing for QUALITY_LEFT_MS */
    QUALITY_OPEN_STEPS,    /* steps that were neither left nor skipped when the contact was over */
    QUALITY_COUNTS
};

typedef struct quality quality;

/* Counts events at or after since_ms and before until_ms; what is open counts however old it is. */
struct quality *quality_new(int64_t since_ms, int64_t until_ms);
void quality_free(struct quality *q);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(quality, quality_free)
void quality_fold(struct quality *q, const struct event *ev);

void quality_counts(const struct quality *q, int64_t now_ms, int64_t counts[QUALITY_COUNTS]);
/* Tables "rows" and "devices" (those with anything amiss). Caller owns. */
struct report *quality_answer(const struct quality *q, int64_t now_ms);

#endif
