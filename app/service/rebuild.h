/* Folds the whole log again, from nothing, and compares the tables with what comes out. */
#ifndef APP_SERVICE_REBUILD_H
#define APP_SERVICE_REBUILD_H

#include <glib.h>

#include "app/service/db.h"

/* Appends a line for each difference (at most 100) to `report` and counts all. Reads within one snapshot;
 * customers and orders are folded into a database in memory. False where something could not be read. */
bool rebuild_compare(struct db *db, GString *report, int64_t *events, int64_t *differences, GError **error);

#endif
