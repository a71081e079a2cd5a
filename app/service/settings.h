/* The settings: versions of one JSON object in the database, and the YAML file they are written in.
 *
 * Members: queues[] (queue_to_cjson's), reasons[], dispositions[{code,label,resolved}],
 * canned[{id,title,text, language}], wrap{}, hours{day, date or zone: text}, skills[], roles{role: [rights]},
 * scripts{intent: script}, rates{channel: minor units an hour}, currency (of the rates). A version is never
 * changed; the newest comes into force by the event config.applied.
 */
#ifndef APP_SERVICE_SETTINGS_H
#define APP_SERVICE_SETTINGS_H

#include "app/rules/world.h"
#include "app/service/db.h"

#define SETTINGS_BYTES_MAX (1024 * 1024)

/* Reads the YAML file; every problem with its line in one error. Caller owns the JSON, g_free. */
char *settings_from_yaml(const char *path, GError **error);
/* Checks JSON that came from outside; answers it in canonical form (compact, known members). Caller owns. */
char *settings_from_json(const char *json, size_t len, GError **error);

bool settings_newest(struct db *db, int64_t *version, GError **error);   /* 0: there is none */
bool settings_in_force(struct db *db, int64_t *version, GError **error); /* 0: none yet */
bool settings_set_in_force(struct db *db, int64_t version, GError **error);
/* NULL without error where there is no such version. Caller owns. */
char *settings_read(struct db *db, int64_t version, GError **error);
/* Adds a version (in a transaction) and marks that there is something to take over. */
bool settings_write(struct db *db, const char *json, const char *by, int64_t now_ms, int64_t *version,
                    GError **error);

/* The queues of a version, each with its own hours or those of all; an empty table for NULL. id -> struct
 * queue *, owned by the table; caller owns, g_hash_table_unref. NULL where one is malformed. */
GHashTable *settings_queues(const char *json, GError **error);
/* Puts the queues of a version into a world. */
bool settings_apply(struct world *w, const char *json, GError **error);
/* What the floor shows of them: without queues and roles, with `version`. NULL json: none. Caller owns. */
char *settings_show(const char *json, int64_t version);

#endif
