/* How long approvals were waited for: from approval.requested until it was decided, ran out, was taken back,
 * or its contact was over; and those that a script granted by its own rule, as a step passed by (step.skipped
 * with "rule"), which nobody waited for.
 *
 * All of it is waiting, and waste of the kind approval: nobody would pay for it. It runs beside the contact's
 * legs and waits (waits.h), which tile its life without it; where the contact goes on meanwhile it costs
 * nobody's time but the customer's. Times are of the wall clock, since ask and answer are of two machines; an
 * answer before its question counts 0. Feed events in the order of positions; a repeat is ignored. Memory is
 * by open requests.
 */
#ifndef APP_MEASURE_APPROVAL_TIMES_H
#define APP_MEASURE_APPROVAL_TIMES_H

#include "app/model/event.h"
#include "app/model/names.h"

struct approval_time {
    const char *contact, *script, *step; /* borrowed for the callback; never NULL */
    enum approval_state outcome;         /* never asked */
    bool by_rule;                        /* granted without anybody */
    int64_t start_ms, wait_ms;           /* >= 0 */
};
typedef void (*approval_time_sink)(const struct approval_time *time, void *user_data);

typedef struct approval_times approval_times;

struct approval_times *approval_times_new(approval_time_sink sink, void *user_data);
void approval_times_free(struct approval_times *times);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(approval_times, approval_times_free)
void approval_times_fold(struct approval_times *times, const struct event *ev);

#endif
