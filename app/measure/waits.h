/* What a contact waits for while nobody has it: cut from events without overlap or gap, as legs are by
 * intervals.h. The two together tile a contact's life from its arrival to its end.
 *
 * Queue: from arrival, a hand-over, an offer that was not taken, or the end of parking, until it is offered
 * or taken. Offer: from contact.offered until it is taken or not. Parked: from contact.parked until it
 * returns. Times are of the wall clock, since each end may be told by another machine; where one stands
 * before the beginning no time has passed. Feed events in the order of positions; a repeat is ignored. Memory
 * is by open contact.
 */
#ifndef APP_MEASURE_WAITS_H
#define APP_MEASURE_WAITS_H

#include "app/model/event.h"

enum wait_kind { WAIT_QUEUE, WAIT_OFFER, WAIT_PARKED, WAIT_KIND_COUNT };
const char *wait_kind_name(enum wait_kind kind);

struct wait {
    const char *contact; /* borrowed for the callback */
    enum wait_kind kind;
    int64_t start_ms, end_ms; /* end > start */
};
typedef void (*wait_sink)(const struct wait *wait, void *user_data);

typedef struct waits waits;

struct waits *waits_new(wait_sink sink, void *user_data);
void waits_free(struct waits *w);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(waits, waits_free)
void waits_fold(struct waits *w, const struct event *ev);

#endif
