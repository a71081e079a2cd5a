#include "app/service/administered.h"

bool administered_mark(struct db *db, GError **error)
{
    return db_exec(
        db, "UPDATE facts SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE name = 'administered'",
        error);
}

bool administered_read(struct db *db, int64_t *count, GError **error)
{
    return db_number(db, "SELECT CAST(value AS BIGINT) FROM facts WHERE name = 'administered'", 0, count,
                     error);
}
