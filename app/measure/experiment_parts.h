/* What the files of the experiment share: contacts folded and versions compared (experiment.c), and what is
 * said of it (experiment_answer.c). Private to them.
 */
#ifndef APP_MEASURE_EXPERIMENT_PARTS_H
#define APP_MEASURE_EXPERIMENT_PARTS_H

#include "app/measure/experiment.h"
#include "app/measure/statistics.h"

enum measure { MEASURE_AHT, MEASURE_FCR, MEASURE_COMPLIANCE, MEASURE_SATISFACTION, MEASURE_COUNT };

/* A contact of one version; a value that is not known is NAN. */
struct subject {
    int64_t version, started_ms;
    char *customer;
    double values[MEASURE_COUNT];
};

/* When a version was first given to some, and what was stated then. */
struct rollout {
    int64_t version, at_ms, share_percent, per_arm;
    char *queues; /* owned; NULL: the share counts */
};

struct experiment {
    struct experiment_options options;
    char *script;
    struct summaries *summaries;
    GPtrArray *subjects; /* struct subject *, owned */
    GPtrArray *rollouts; /* struct rollout *, owned, in the order of the log */
};

/* Which contacts: of one version, started within. */
struct choice {
    int64_t version, from_ms, until_ms;
};

struct comparison {
    int64_t old_version, new_version, per_arm;
    bool side_by_side, logarithms;
    double effect_percent;
    struct statistics_sample old[MEASURE_COUNT], new[MEASURE_COUNT];
    struct statistics_difference differences[MEASURE_COUNT];
    double detectable[MEASURE_COUNT];
};

/* The first of a version; NULL: it was not rolled out, or before the time that is looked at. */
const struct rollout *experiment_rollout(const struct experiment *e, int64_t version);
struct statistics_sample experiment_sample(const struct experiment *e, const struct choice *choice,
                                           enum measure measure);
/* The versions that it has contacts of: int64_t, rising. Caller owns. */
GArray *experiment_versions(const struct experiment *e);
/* Contacts an arm by the spread of a sample. On the logarithmic scale an effect of some percent is the
 * logarithm of its ratio. */
int64_t experiment_needed(const struct experiment *e, const struct statistics_sample *spread);
/* Fills the rest of a comparison whose versions are set. */
void experiment_compare(const struct experiment *e, struct comparison *c);
/* Whether both have enough of it to be compared at all. */
bool experiment_is_known(const struct comparison *c, enum measure m);

#endif
