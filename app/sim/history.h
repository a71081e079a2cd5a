/* The demo's past: customers, orders and three weeks of contacts as full sequences of events, ending now.
 *
 * A small simulation of the floor: contacts arrive on the day's curve, agents on shifts take them by skill
 * and room, walk the scripts, talk with simulated customers, hold, transfer, escalate, wrap up. Every contact
 * is over at the end and everybody is signed out. The causes of floor.yaml are planted. The same seed,
 * options and content give the same events. It applies no rules; that every event passes app/rules is a test.
 *
 *     struct history_result result;
 *     history_generate(content, crowd,
 *                      &(struct history_options){.seed = 1, .now_ms = now, .sink = take}, &result);
 */
#ifndef APP_SIM_HISTORY_H
#define APP_SIM_HISTORY_H

#include "app/model/approval.h"
#include "app/sim/crowd.h"
#include "app/sim/emitter.h"

#define HISTORY_FIRST_CONTACT 41000 /* the number of the first contact */

struct history_options {
    uint64_t seed;
    int64_t now_ms;
    int days;                             /* 0: 21 */
    int contacts;                         /* about how many; 0: 2900 */
    const struct approval_limits *limits; /* who decides on how much; NULL: any amount; borrowed */
    bool without_records;                 /* leave out customer.created and order.recorded */
    sim_sink sink; /* gets the events in the order of time, their `at` never after now; takes each */
    void *user_data;
};

struct history_result {
    int64_t events, contacts, abandoned, repeats;
    int64_t next_contact; /* the first free number */
};

/* The staff must exist as agents where the events go; queues as in settings.yaml. */
void history_generate(const struct demo_content *content, const struct crowd *crowd,
                      const struct history_options *options, struct history_result *result);

#endif
