/* What agents say is wrong with articles: each flag with its note, for whoever mends them. */
#ifndef APP_MEASURE_FLAGS_H
#define APP_MEASURE_FLAGS_H

#include <cjson/cJSON.h>

#include "app/model/event.h"

struct flags_row {
    char *article, *note, *agent;
    char *contact; /* in which it was noticed; NULL: none was open */
    char *owner;   /* who keeps the article; NULL: not known, or nobody. The log does not say: the caller sets
                      it */
    char *title;   /* of the article; likewise */
    int64_t at_ms;
};

typedef struct flags flags;

/* Counts flags at or after since_ms and before until_ms. */
struct flags *flags_new(int64_t since_ms, int64_t until_ms);
void flags_free(struct flags *f);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(flags, flags_free)
void flags_fold(struct flags *f, const struct event *ev); /* in the order of positions */

/* The last first. The array (struct flags_row *) is the caller's: g_ptr_array_unref. */
GPtrArray *flags_rows(const struct flags *f);
char *flags_rows_to_text(const GPtrArray *rows, size_t cols);
char *flags_rows_to_tsv(const GPtrArray *rows);
cJSON *flags_rows_to_cjson(const GPtrArray *rows); /* an array */

#endif
