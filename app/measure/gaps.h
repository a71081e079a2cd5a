/* The gap list: what agents searched the knowledge for in vain.
 *
 * A search found nothing, or it found something and led nowhere: the same agent opened and inserted no
 * article before the next search, the wrap-up, or a look at another contact. A search that goes on from the
 * one before it (one is the beginning of the other, as when typing) is the same search; its last form counts.
 * Queries are compared in lower case, with single spaces.
 */
#ifndef APP_MEASURE_GAPS_H
#define APP_MEASURE_GAPS_H

#include <cjson/cJSON.h>

#include "app/model/event.h"

struct gaps_row {
    char *query;
    int64_t nothing, nowhere; /* how often */
    int64_t agents;           /* how many people */
    int64_t last_ms;
};

typedef struct gaps gaps;

struct gaps *gaps_new(int64_t since_ms, int64_t until_ms);
void gaps_free(struct gaps *g);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gaps, gaps_free)
void gaps_fold(struct gaps *g, const struct event *ev); /* in the order of positions */

/* Most frequent first, then by query; searches that are still under way are not among them. The array (struct
 * gaps_row *) is the caller's: g_ptr_array_unref. */
GPtrArray *gaps_rows(const struct gaps *g);
char *gaps_rows_to_text(const GPtrArray *rows, size_t cols);
char *gaps_rows_to_tsv(const GPtrArray *rows);
cJSON *gaps_rows_to_cjson(const GPtrArray *rows); /* an array */

#endif
