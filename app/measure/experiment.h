/* Versions of a script beside each other: what each did, how they differ, how sure that is, and whether it is
 * time to say so.
 *
 * A contact belongs to the version with which it first started the script. The lowest version is the one the
 * others are compared with, each on the contacts that started since the other's first one, so that both had
 * the same weeks; where the old version had none since, before is compared with after, and the report says
 * so. What is compared: AHT (Welch, or of the logarithms, then a ratio), FCR, compliance and satisfaction
 * (Newcombe), all clustered by customer (statistics.h), with 95 % intervals.
 *
 * A version that was rolled out (script.published) is compared from then on.
 *
 * How many contacts an arm needs is fixed at the start, or looking would decide: it is given, or was stated
 * when the rollout began, or it follows from the spread of the old version's contacts before the other began
 * (at least EXPERIMENT_BEFORE of them, else of what there is), for the effect asked for on AHT at 5 % and a
 * power of 80 %. Until both arms have that many, the sentence is "too early".
 */
#ifndef APP_MEASURE_EXPERIMENT_H
#define APP_MEASURE_EXPERIMENT_H

#include "app/measure/report.h"
#include "app/measure/summaries.h"

#define EXPERIMENT_LEVEL  0.95
#define EXPERIMENT_POWER  0.8
#define EXPERIMENT_EFFECT 10 /* percent of the old AHT, where none is asked for */
#define EXPERIMENT_BEFORE 30

struct experiment_options {
    const char *script;         /* copied */
    int64_t since_ms, until_ms; /* of the script's start in the contact */
    bool logarithms;            /* compare AHT on a logarithmic scale: for times with a long tail */
    double effect_percent;      /* 0: EXPERIMENT_EFFECT */
    int64_t per_arm;            /* 0: from the spread */
};

typedef struct experiment experiment;

struct experiment *experiment_new(const struct experiment_options *options);
void experiment_free(struct experiment *e);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(experiment, experiment_free)
struct compliance *experiment_compliance(struct experiment *e); /* for demands; borrowed */
void experiment_fold(struct experiment *e, const struct event *ev);

/* Tables "arms", "differences" and "plan" (what a further rollout would need); notes with the conclusion of
 * each comparison. Settles at now_ms; call once. Caller owns. */
struct report *experiment_answer(struct experiment *e, int64_t now_ms);

#endif
