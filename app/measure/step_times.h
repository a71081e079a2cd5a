/* Where the time goes: each step of each script with its time, its share of all handle time, and what it
 * costs beyond its target. A slow step stands first.
 */
#ifndef APP_MEASURE_STEP_TIMES_H
#define APP_MEASURE_STEP_TIMES_H

#include <cjson/cJSON.h>

#include "app/model/event.h"
#include "app/model/names.h"

struct step_times_row {
    char *script, *step, *title; /* title may be NULL */
    char *waste;                 /* kind of waste, NULL: none */
    enum step_class step_class;
    int64_t entered;   /* how often */
    int64_t total_ms;  /* within it, whatever the leg was doing */
    int64_t mean_ms;   /* total / entered */
    int64_t target_ms; /* of one time; 0: none is set */
    double share_percent;
    int64_t excess_ms; /* total - entered * target, at least 0; where there is no target, 0 */
};

typedef struct step_times step_times;

/* Counts steps entered at or after since_ms and before until_ms. */
struct step_times *step_times_new(int64_t since_ms, int64_t until_ms);
void step_times_free(struct step_times *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(step_times, step_times_free)
void step_times_fold(struct step_times *s, const struct event *ev); /* in the order of positions */

/* By excess, then total, then script and step. Share is of the handle time of all legs in the window. The
 * array (struct step_times_row *) is the caller's: g_ptr_array_unref. */
GPtrArray *step_times_rows(const struct step_times *s);
char *step_times_rows_to_text(const GPtrArray *rows, size_t cols);
char *step_times_rows_to_tsv(const GPtrArray *rows);
cJSON *step_times_rows_to_cjson(const GPtrArray *rows); /* an array */

#endif
