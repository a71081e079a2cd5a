/* The value stream: where a contact's life goes, from its arrival to its end, by step and class; what of it
 * is waste, and what leaving it out would save most.
 *
 * Lead time = waiting (queue, offer, parked; waits.h) + handle time (legs; intervals.h). Handle time in a
 * step has the step's class (value, required, waste with its kind); outside of steps it is "no step", hold is
 * waiting wherever it is, and after-contact work is its own row. A wait step's and an approval's time is of
 * their waste kind (waiting, approval).
 *
 * Rework: a step entered again in the same contact, with its time from the second entry on. Re-verification:
 * customer.verified of a customer who is verified already in this contact; its time is that of the step it
 * happened in. Re-entry: a value typed that the field had already; its time is the step's time / its answers.
 *
 * Savings, in agents' time unless it says waiting: excess (a step's time beyond entries * target), rework,
 * re-verification, re-entry, hold, waste steps by kind, handover (time of legs until the first step or
 * message after a transfer or escalation), and the customers' waiting (queue, offer, parked; for approvals,
 * approval_times.h, which overlaps the rest). The ten largest
 * are listed; they overlap, so they do not add up.
 *
 * Beside agents' time stands what it costs: its focus time by the rate of the contact's channel (rates.h), so
 * that the rows add up to what report kpi divides by contacts. A saving's cost is that of its very stretches;
 * beyond target and re-entry, which are parts of a place's time, have that part of its cost.
 *
 * Folded stacks (one "contact;class;script;step count" a line, count in ms) are what flame-graph tools read.
 */
#ifndef APP_MEASURE_STREAM_H
#define APP_MEASURE_STREAM_H

#include "app/measure/rates.h"
#include "app/measure/report.h"
#include "app/model/event.h"

#define STREAM_SAVINGS_MAX 10

typedef struct stream stream;

/* Counts stretches that begin at or after since_ms and before until_ms. Copies rates; where none is set, what
 * time costs is not known. */
struct stream *stream_new(int64_t since_ms, int64_t until_ms, const struct rates *rates);
void stream_free(struct stream *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(stream, stream_free)
void stream_fold(struct stream *s, const struct event *ev); /* in the order of positions */

/* Tables "rows" (what, class, waste, count, time, cost; the longest first), "savings", "approvals" where any
 * was asked for, lines "folded". Caller owns.
 */
struct report *stream_answer(const struct stream *s);

#endif
