/* Who comes and why: contacts by intent, hour by hour or day by day, each beside what is usual at that time.
 * An unusual rise (an outage, a mailing) stands first.
 *
 * Usual: the mean of the same hour of the day over the other days of the window; by day, the mean of the
 * other days. Score: (count - usual) / sqrt(usual), usual at least 0.5: the standard score of a Poisson
 * count; chance alone goes beyond 4 about once in thirty thousand.
 */
#ifndef APP_MEASURE_ARRIVALS_H
#define APP_MEASURE_ARRIVALS_H

#include <cjson/cJSON.h>

#include "app/model/event.h"

#define ARRIVALS_UNUSUAL 4.0 /* a score from which on a rise is worth a look */

enum arrivals_by { ARRIVALS_BY_HOUR, ARRIVALS_BY_DAY };

struct arrivals_row {
    char *intent;     /* "-": none was known */
    int64_t start_ms; /* of the hour or day, in UTC */
    int64_t count;
    double usual, score;
};

typedef struct arrivals arrivals;

/* Counts contacts that came at or after since_ms and before until_ms. */
struct arrivals *arrivals_new(enum arrivals_by by, int64_t since_ms, int64_t until_ms);
void arrivals_free(struct arrivals *a);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(arrivals, arrivals_free)
void arrivals_fold(struct arrivals *a, const struct event *ev); /* in the order of positions */

/* Every hour or day with at least one contact of the intent, of score min_score and above; by score, the
 * highest first, then by time and intent. The array (struct arrivals_row *) is the caller's:
 * g_ptr_array_unref. */
GPtrArray *arrivals_rows(const struct arrivals *a, double min_score);
char *arrivals_rows_to_text(const GPtrArray *rows, size_t cols);
char *arrivals_rows_to_tsv(const GPtrArray *rows);
cJSON *arrivals_rows_to_cjson(const GPtrArray *rows); /* an array */

#endif
