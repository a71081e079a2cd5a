/* Average handle time and its neighbours: sums over the interval log, by agent, queue, channel, script, step
 * or all.
 *
 * AHT = sum of handle time (talk + aside + hold + consult + acw) of closed legs / contacts handled. By agent
 * the divisor is that agent's closed legs; by queue, channel, script and over all it is contacts with a
 * closed leg. By step: total time within the step / times it was entered.
 */
#ifndef APP_MEASURE_AHT_H
#define APP_MEASURE_AHT_H

#include "app/measure/intervals.h"

enum aht_by {
    AHT_BY_ALL,
    AHT_BY_AGENT,
    AHT_BY_QUEUE,
    AHT_BY_CHANNEL,
    AHT_BY_SCRIPT,
    AHT_BY_STEP,
    AHT_BY_COUNT
};
const char *aht_by_name(enum aht_by by);
bool aht_by_parse(const char *name, enum aht_by *by);

struct aht_row {
    char *key;        /* agent id, queue id … "" for all */
    int64_t contacts; /* the divisor */
    int64_t per_activity_ms[ACTIVITY_COUNT];
    int64_t handle_ms; /* their sum */
    int64_t focus_ms;
    double aht_ms; /* handle_ms / contacts; 0 where contacts is 0 */
};

/* Counts legs that ended at or after since_ms and before until_ms (INT64_MAX: no end). */
struct aht *aht_new(enum aht_by by, int64_t since_ms, int64_t until_ms);
void aht_free(struct aht *aht);
void aht_fold(struct aht *aht, const struct event *ev); /* in the order of positions */

/* Rows sorted by key. The array (struct aht_row *) is the caller's: g_ptr_array_unref. */
GPtrArray *aht_rows(const struct aht *aht);

/* Table for people, or {"by": …, "rows": […]} as cJSON (caller owns), or TSV with a header line. */
char *aht_rows_to_text(enum aht_by by, const GPtrArray *rows);
char *aht_rows_to_tsv(enum aht_by by, const GPtrArray *rows);
cJSON *aht_rows_to_cjson(enum aht_by by, const GPtrArray *rows);
GPtrArray *aht_rows_from_cjson(const cJSON *json, enum aht_by *by, GError **error);

#endif
