/* The status line's figures of one day: service level, resolved, AHT. What is so now (queued, at risk,
 * agents) is counted from a world by app/rules/world_floor.h into the same struct.
 *
 *     struct floor *f = floor_new(w->queues, midnight_ms);
 *     floor_fold(f, ev);                          // every event, in the order of positions
 *     floor_figures(f, now_ms, &figures);
 */
#ifndef APP_MEASURE_FLOOR_H
#define APP_MEASURE_FLOOR_H

#include <cjson/cJSON.h>

#include "app/measure/aht.h"
#include "app/model/queue.h"

struct floor_figures {
    /* Service level = answered in time / (answered + abandoned + still waiting past their time), of the phone
     * and chat contacts that arrived today in a queue with a service level. In time: first accepted within
     * the queue's service_level_ms of arriving, counted while it is open. Abandoned ones count, however soon
     * they left; those whose time still runs do not count yet. -1: there were none. */
    int service_level_percent;
    int64_t answered_in_time, answered, abandoned, overdue;
    /* Resolved = closed today as resolved / closed today; abandoned ones are not among them. -1: none closed.
     */
    int resolved_percent;
    int64_t resolved, closed;
    /* AHT of legs that ended today (app/measure/aht.h); 0: none. */
    int64_t aht_ms;
    int64_t handled;
    /* Now. Queued: waiting for an agent, offers included. At risk: a clock runs and three quarters of its
     * time, or all, have gone. Agents: who is signed in, by status and by presence. */
    int queued, at_risk;
    int agents_by_status[STATUS_COUNT], agents_by_presence[PRESENCE_COUNT];
};

/* One agent's part of the day. */
struct floor_own {
    int64_t handled, handle_ms; /* legs that ended and their handle time */
    int64_t resolved, closed;   /* contacts they closed */
};

/* Counts from since_ms on, but may be fed the whole log. Keeps a reference to queues (id -> struct queue *)
 * until it is freed; a queue that is not there has no service level. */
struct floor *floor_new(GHashTable *queues, int64_t since_ms);
void floor_free(struct floor *f);
void floor_fold(struct floor *f, const struct event *ev);
/* A new day: forgets what was counted, keeps what is open. */
void floor_restart(struct floor *f, int64_t since_ms);
/* Fills the figures of the day; leaves those of now alone. */
void floor_figures(const struct floor *f, int64_t now_ms, struct floor_figures *figures);

void floor_own(const struct floor *f, const char *agent, struct floor_own *own);
/* When the day began. */
int64_t floor_since_ms(const struct floor *f);

/* {"queued", "at_risk", "service_level_percent", "aht_ms", "resolved_percent", "agents_by_status": {…},
 * "agents_by_presence": {…}}; a figure that is not known is null. Caller owns. */
cJSON *floor_figures_to_cjson(const struct floor_figures *figures);
/* {"since", "handled", "handle_ms", "closed", "resolved"}. Caller owns. */
cJSON *floor_own_to_cjson(const struct floor_own *own, int64_t since_ms);

#endif
