/* The log as XES, IEEE 1849-2016, for process-mining tools: a trace for each contact, written when it is
 * over.
 *
 * Extensions (standard ones, clause 7): concept (name: activity; instance: leg, or leg and step), lifecycle
 * (the standard model's transitions), org (resource: who did it; role: agent, customer, system, integration),
 * time, identity (the event's UUID), cost (total, currency; where rates are given: of a leg on its "handle"
 * complete, of all legs on the trace; its focus time by the channel's rate, as in report kpi). Every event
 * has name, transition, timestamp, resource and role, every trace a name; so they are global. Two event
 * classifiers: by activity, and by activity and transition. No texts of customers or agents are written.
 *
 *   activity               from
 *   handle                 offered assign, offer lost reassign, accepted start, held suspend, resumed resume,
 *                          and complete at the end of a leg
 *   <script>/<step>        entered start, left complete (back: pi_abort), skipped manualskip, passed by
 * autoskip consult, park, wrap-up start and complete the kind's name        all other events of a contact:
 * complete
 *
 * A trace waits XES_LINGER_MS after its contact is over, for what comes late (a rating); what comes later
 * still is not in it. Memory is by contact that is open or ended within that time.
 */
#ifndef APP_MEASURE_XES_H
#define APP_MEASURE_XES_H

#include <stddef.h>

#include "app/measure/rates.h"
#include "app/model/event.h"

#define XES_LINGER_MS (2 * 24 * 3600 * INT64_C(1000))

typedef struct xes xes;

/* Contacts that came at or after since_ms and before until_ms. Copies rates; where none is set, no cost is
 * written. Writes the head of the file at once. */
struct xes *xes_new(int64_t since_ms, int64_t until_ms, const struct rates *rates,
                    void (*write)(const char *text, size_t len, void *user_data), void *user_data);
void xes_free(struct xes *x);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xes, xes_free)
void xes_fold(struct xes *x, const struct event *ev); /* in the order of positions */
void xes_finish(struct xes *x);                       /* writes the rest, in the order of arrival; once */

#endif
