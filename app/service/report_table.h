/* Reports that are one fold over the log and one table: what each is made of, by name.
 *
 * The folds and what their columns mean are app/measure's; this only gives them one shape, so that one route
 * serves all.
 */
#ifndef APP_SERVICE_REPORT_TABLE_H
#define APP_SERVICE_REPORT_TABLE_H

#include <cjson/cJSON.h>
#include <glib.h>

#include "app/model/event.h"
#include "app/service/db.h"

struct report_table {
    const char *name; /* in the route and the command */
    const char *help;
    const char *note; /* what the columns mean, below the table for people; NULL: they say it themselves */
    const char *none; /* the sentence in place of a table without rows */
    void *(*make)(int64_t since_ms, int64_t until_ms);
    void (*fold)(void *report, const struct event *ev);
    GPtrArray *(*rows)(const void *report);
    void (*complete)(GPtrArray *rows, struct db *db);     /* adds what the log does not say; NULL: nothing */
    char *(*to_text)(const GPtrArray *rows, size_t cols); /* of the terminal; 0: as wide as it is */
    char *(*to_tsv)(const GPtrArray *rows);
    cJSON *(*to_cjson)(const GPtrArray *rows);
    void (*free)(void *report);
};

/* NULL where there is none of that name. Static. */
const struct report_table *report_table_find(const char *name);

#endif
