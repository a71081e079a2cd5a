/* What the knowledge does: each article with the contacts it was used in, and how those ended. An article
 * that misleads stands first.
 */
#ifndef APP_MEASURE_ARTICLE_USE_H
#define APP_MEASURE_ARTICLE_USE_H

#include <cjson/cJSON.h>

#include "app/model/event.h"

struct article_use_row {
    char *article;
    char *title;                /* NULL: not known. The log does not say: the caller sets it */
    int64_t opened, inserted;   /* how often */
    int64_t contacts, resolved; /* closed contacts in which it was opened or inserted; the resolved of them */
    double resolved_percent;    /* -1: none closed */
    int64_t helped, misled, flagged; /* ratings yes and no, flags */
    double unresolved_beyond;        /* unresolved contacts more than the other contacts' share would make */
};

typedef struct article_use article_use;

/* Counts use at or after since_ms and before until_ms, and contacts closed within. */
struct article_use *article_use_new(int64_t since_ms, int64_t until_ms);
void article_use_free(struct article_use *a);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(article_use, article_use_free)
void article_use_fold(struct article_use *a, const struct event *ev); /* in the order of positions */

/* By unresolved_beyond + flagged + misled - helped, the most first, then by id. unresolved_beyond = contacts
 * * (resolved share of the closed contacts without the article) - resolved. The array (struct article_use_row
 * *) is the caller's: g_ptr_array_unref. */
GPtrArray *article_use_rows(const struct article_use *a);
char *article_use_rows_to_text(const GPtrArray *rows, size_t cols);
char *article_use_rows_to_tsv(const GPtrArray *rows);
cJSON *article_use_rows_to_cjson(const GPtrArray *rows); /* an array */

#endif
