/* Where the agents' signed-in time goes, summed over all of them: with a contact in hand, available, or away.
 * An agent is who was ready once in the log or had a contact; who only looks on is not counted.
 *
 * At each instant a signed-in agent is exactly one of: handling (at least one open leg), available (ready or
 * transfer-only, no leg), away (not ready, no leg). Occupancy = handling / (handling + available);
 * utilisation = handling / signed in. Time is the wall clock between events, cut to the window; where a clock
 * stands before an agent's last event no time has passed. Memory is by agent and open leg.
 */
#ifndef APP_MEASURE_AGENT_TIME_H
#define APP_MEASURE_AGENT_TIME_H

#include "app/model/event.h"

struct agent_time_sums {
    int64_t handling_ms, available_ms, away_ms;
};

typedef struct agent_time agent_time;

struct agent_time *agent_time_new(int64_t since_ms, int64_t until_ms);
void agent_time_free(struct agent_time *a);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(agent_time, agent_time_free)
void agent_time_fold(struct agent_time *a, const struct event *ev); /* in the order of positions */
/* With what is still going on, as if it ended at now_ms. */
void agent_time_sums(const struct agent_time *a, int64_t now_ms, struct agent_time_sums *sums);

#endif
