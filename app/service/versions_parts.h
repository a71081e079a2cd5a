/* Private to versions.c, versions_rows.c and versions_show.c. */
#ifndef APP_SERVICE_VERSIONS_PARTS_H
#define APP_SERVICE_VERSIONS_PARTS_H

#include "app/service/versions.h"

#define VERSION_COLUMNS                                                                                    \
    "SELECT script, version, source, state, uses, share, queues, per_arm, replaced, changed, changed_ms, " \
    "changed_by, reason FROM script_versions "

/* struct script_version * of all rows of such a statement, which is reset; NULL: error. Caller owns. */
GPtrArray *version_rows(struct db_stmt *s, GError **error);
bool version_is_everybodys(int64_t share, const char *queues);
/* Published, and for some. */
bool version_is_rolling(const struct script_version *v);
/* Of all versions of a script the one that is everybody's, and the one that some get; NULL: none. Borrowed.
 */
const struct script_version *version_base_of(const GPtrArray *versions);
const struct script_version *version_rolling_of(const GPtrArray *versions);
/* Each change gets the next number, which *v has then. */
bool version_write_row(struct db *db, struct script_version *v, GError **error);

/* Where a script's `use` is looked up: the versions that `uses` settles; else those that are everybody's now,
 * which are noted there. */
struct version_closure {
    struct db *db;
    cJSON *uses; /* owned by who made it */
    bool is_settled;
};
/* The source of struct script_library; data is a struct version_closure. */
char *version_source(void *data, const char *id, char **name);

#endif
