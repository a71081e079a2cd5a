/* What the two files of the value stream share: the fold and its report. Not for others. */
#ifndef APP_MEASURE_STREAM_PARTS_H
#define APP_MEASURE_STREAM_PARTS_H

#include "app/measure/approval_times.h"
#include "app/measure/intervals.h"
#include "app/measure/step_titles.h"
#include "app/measure/stream.h"
#include "app/measure/waits.h"

/* One place where time goes. */
struct place {
    char *class, *waste, *script, *step;  /* class: value, required, waste, no step, acw; script NULL: none */
    bool is_wait;                         /* the customer's time and nobody's */
    int64_t entered, total_ms, target_ms; /* entered: of a hold and a wait how often it began */
    int64_t again, again_ms;              /* entered again in the same contact, and the time since */
    int64_t verified_again, verified_again_ms;
    double cost, again_cost, verified_again_cost; /* minor units, of these times */
    int64_t answers, typed_again;
};

/* What was asked for in one step. */
struct approvals_sum {
    char *script, *step;
    int64_t outcomes[APPROVAL_STATE_COUNT], asked, by_rule, wait_ms;
};

struct stream {
    int64_t since_ms, until_ms, position;
    struct rates rates;
    struct intervals *intervals;
    struct step_titles *titles;
    struct waits *waits;
    struct approval_times *approval_times;
    GHashTable *approvals; /* script/step -> struct approvals_sum *, owned */
    GHashTable *places;    /* key -> struct place *, owned */
    GHashTable *steps;     /* script/step -> struct place *: as it was entered last; borrowed */
    GHashTable *walks;     /* contact -> struct walk *, owned */
    double handover_cost;
    int64_t handover_ms, handovers, contacts, verified_again;
};

#endif
