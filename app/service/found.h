/* What finding shows of a hit: its title, a line more, and whose it is, read from the tables. */
#ifndef APP_SERVICE_FOUND_H
#define APP_SERVICE_FOUND_H

#include <glib.h>

#include "app/service/db.h"
#include "app/service/finder.h"

/* Appends hits (struct finder_hit *) as JSON objects with commas between; one that the tables do not have is
 * left out. Addresses are masked. */
bool found_write(struct db *db, const GPtrArray *hits, GString *out, GError **error);

#endif
