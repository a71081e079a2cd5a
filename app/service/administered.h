/* The count of administrative changes in a database: of settings, users and versions of scripts. Whatever
 * makes one marks it in its own transaction; the writer, perhaps of another process, sees by the number that
 * there is something to take over. It does not say what.
 */
#ifndef APP_SERVICE_ADMINISTERED_H
#define APP_SERVICE_ADMINISTERED_H

#include "app/service/db.h"

/* Advances the count, within the transaction that is open. */
bool administered_mark(struct db *db, GError **error);
/* The count, 0 before the first change. */
bool administered_read(struct db *db, int64_t *count, GError **error);

#endif
