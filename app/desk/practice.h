/* A practice run behind the desk: the backend's rules over memory, one simulated customer, and the score.
 *
 * No thread, no clock, no network: link_practice drives it. It cannot reach live data, for it knows none.
 * Answers have the shapes of docs/design.md, "Wire".
 *
 *     struct practice *practice = practice_new(&options, &error);
 *     practice_tick(practice, now_ms);
 */
#ifndef APP_DESK_PRACTICE_H
#define APP_DESK_PRACTICE_H

#include "app/desk/link.h"
#include "app/sim/score.h"

struct practice;

struct practice_options {
    const char *content_folder; /* share/demo */
    const char *scenario_path;
    const char *agent, *agent_name; /* who practises */
    int64_t now_ms;
    /* Each event that was applied, with its position: to be streamed. Borrowed for the call. */
    void (*applied)(const struct event *ev, void *user_data);
    void *user_data;
};

/* NULL where the content or the scenario has a fault, every one named. Copies the options' texts. */
struct practice *practice_new(const struct practice_options *options, GError **error);
void practice_free(struct practice *practice);

/* What time brings: the customer comes once the agent is ready, speaks, waits, leaves; offers run out. */
void practice_tick(struct practice *practice, int64_t now_ms);

/* The trainee types to the customer from now on, or no longer. */
void practice_type(struct practice *practice, bool is_typing);

/* Applies an array of events as JSON; {results: […]} in their order. The same event twice is applied once.
 * Caller owns. */
cJSON *practice_deliver(struct practice *practice, const char *events_json, int64_t now_ms);

/* The answer of a fetch; NULL with PROBLEM_NOT_FOUND in NET_PROBLEM. Caller owns. */
cJSON *practice_fetch(const struct practice *practice, enum link_fetch what, const char *argument,
                      int64_t now_ms, GError **error);
/* {agent, position, server_time}. Caller owns. */
cJSON *practice_session(const struct practice *practice, int64_t now_ms);
/* The events after a position, one JSON object each. Caller owns: an array. */
cJSON *practice_events_after(const struct practice *practice, int64_t position);

/* Is the link down now, by the scenario's failures? */
bool practice_is_link_down(const struct practice *practice, int64_t now_ms);

/* Stops and goes on with the customer's time; answers whether it now stands still. */
bool practice_pause(struct practice *practice, int64_t now_ms);
/* The next hint, borrowed; NULL: there is none. */
const char *practice_hint(struct practice *practice);
/* The contact was closed, handed over or abandoned. */
bool practice_is_over(const struct practice *practice);
/* The score so far as lines. Caller owns, g_free. */
char *practice_report(const struct practice *practice);

#endif
