/* What agents say is wrong with steps of scripts, for those who own the scripts: how often, what was said
 * last, and beside it how long the step takes.
 */
#ifndef APP_MEASURE_STEP_FLAGS_H
#define APP_MEASURE_STEP_FLAGS_H

#include <cjson/cJSON.h>

#include "app/model/event.h"

struct step_flags_row {
    char *owner;                 /* of the script, as the last flag has it; "" where it has none */
    char *script, *step, *title; /* title in English; never NULL */
    int64_t version;             /* of the script that was flagged last */
    int64_t wrong, slow, other;  /* flags of each sort */
    int64_t visits;              /* to the step in the window that were left in it */
    int64_t median_ms;           /* of these visits; 0 without any */
    int64_t target_ms;           /* of one visit; 0: none is set */
    int64_t last_ms;             /* when it was flagged last */
    char *agent, *note; /* who said what: of the last flag with a note, else of the last; never NULL */
};

typedef struct step_flags step_flags;

/* Counts flags and visits at or after since_ms and before until_ms. */
struct step_flags *step_flags_new(int64_t since_ms, int64_t until_ms);
void step_flags_free(struct step_flags *f);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(step_flags, step_flags_free)
void step_flags_fold(struct step_flags *f, const struct event *ev); /* in the order of positions */

/* By owner, the most flagged first. A visit's time is what its contact's legs spent in it (intervals.h); the
 * median of an even number is the mean of the middle two. The array (struct step_flags_row *) is the
 * caller's: g_ptr_array_unref. */
GPtrArray *step_flags_rows(const struct step_flags *f);
char *step_flags_rows_to_text(const GPtrArray *rows, size_t cols);
char *step_flags_rows_to_tsv(const GPtrArray *rows);
cJSON *step_flags_rows_to_cjson(const GPtrArray *rows); /* an array */

#endif
