/* How well a practice run went, from its events: steps, order, verification, time, knowledge, tone, and the
 * end.
 *
 * A part that the scenario does not ask for is left out of the sum. Feed the events of the contact in order.
 *
 *     struct score *score = score_new(scenario);
 *     … score_fold(score, ev) …
 *     g_autofree char *report = score_report(score);   // lines for people, the last one the result
 */
#ifndef APP_SIM_SCORE_H
#define APP_SIM_SCORE_H

#include "app/model/event.h"
#include "app/sim/scenario.h"

enum score_part {
    SCORE_STEPS,        /* expected steps that were entered */
    SCORE_ORDER,        /* of those, how many in the expected order */
    SCORE_VERIFICATION, /* verified, and before every guarded step */
    SCORE_TIME,         /* answered, replied and handled within the limits */
    SCORE_KNOWLEDGE,    /* one of the right articles opened or inserted */
    SCORE_TONE,         /* what should be said was, what should not was not */
    SCORE_END,          /* closed with a fitting disposition */
    SCORE_PART_COUNT
};

struct score;

/* Borrows the scenario until it is freed. */
struct score *score_new(const struct scenario *scenario);
void score_free(struct score *score);
void score_fold(struct score *score, const struct event *ev);

/* 0 .. 100, -1: the scenario does not ask for it. */
int score_percent(const struct score *score, enum score_part part);
int score_total(const struct score *score); /* 0 .. 100, parts by weight */
bool score_passed(const struct score *score);

/* One line a part with its percent and what was missed, then the result. Caller owns, g_free. */
char *score_report(const struct score *score);

#endif
