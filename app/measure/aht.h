/* Average handle time and its neighbours: sums over the interval log, by agent, queue, channel, script, step
 * or all.
 *
 * AHT = sum of handle time (talk + aside + hold + consult + acw) of closed legs / contacts handled. By agent
 * the divisor is that agent's closed legs; by queue, channel, script and over all it is contacts with a
 * closed leg. By step: total time within the step / times it was entered.
 *
 * A leg counts for the queue it was accepted from, and for the last script that was started in it ("-":
 * none). A step's key is its script's id, a slash, and its own; its title is that of the latest event of a
 * leg that counts.
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
    char *title;      /* of a step; NULL: it has none */
    int64_t contacts; /* the divisor */
    int64_t per_activity_ms[ACTIVITY_COUNT];
    int64_t handle_ms; /* their sum */
    int64_t focus_ms;
    double aht_ms; /* handle_ms / contacts; 0 where contacts is 0, which is shown as not known */
};

typedef struct aht aht;

/* Counts legs that ended at or after since_ms and before until_ms (INT64_MAX: no end). */
struct aht *aht_new(enum aht_by by, int64_t since_ms, int64_t until_ms);
void aht_free(struct aht *a);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(aht, aht_free)
void aht_fold(struct aht *a, const struct event *ev); /* in the order of positions */

/* From now on counts the legs of this agent alone. */
void aht_only_agent(struct aht *a, const char *agent);

/* Forgets what was counted and counts anew from since_ms on; legs that are open stay open. */
void aht_restart(struct aht *a, int64_t since_ms);

/* Rows sorted by key; over all there is always one. The array (struct aht_row *) is the caller's:
 * g_ptr_array_unref. */
GPtrArray *aht_rows(const struct aht *a);

/* All that counted, whatever it goes by (not by step), each contact once: the row over all, without a key. */
void aht_whole(const struct aht *a, struct aht_row *row);
/* The sums of one key, without aht_ms; NULL: nothing counted. Borrowed until the next fold or restart. Over
 * all there are none but the whole. */
const struct aht_row *aht_find(const struct aht *a, const char *key);

/* Table for people (means, and the formula below; cols as of table_to_text_within), or {"by": …, "rows": […]}
 * as cJSON (sums in ms; caller owns), or TSV of the same with a header line. Reading back refuses what is no
 * such object with one sentence. */
enum aht_error { AHT_ERROR_MALFORMED };
#define AHT_ERROR aht_error_quark()
GQuark aht_error_quark(void);
char *aht_rows_to_text(enum aht_by by, const GPtrArray *rows, size_t cols);
char *aht_rows_to_tsv(enum aht_by by, const GPtrArray *rows);
cJSON *aht_rows_to_cjson(enum aht_by by, const GPtrArray *rows);
GPtrArray *aht_rows_from_cjson(const cJSON *json, enum aht_by *by, GError **error);

#endif
