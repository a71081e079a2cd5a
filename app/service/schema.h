/* The tables, made and changed by numbered migrations; never run backwards.
 *
 * The number of the last migration stands in the table schema_version. A database with a higher number than
 * this program knows is refused (DB_ERROR_NEWER), so that an older program never writes into it.
 */
#ifndef APP_SERVICE_SCHEMA_H
#define APP_SERVICE_SCHEMA_H

#include "app/service/db.h"

/* Brings the database to this program's version: each migration in a transaction of its own. */
bool schema_migrate(struct db *db, GError **error);
/* False (with the sentence) where the database is not of this program's version; for readers. */
bool schema_check(struct db *db, GError **error);

#endif
