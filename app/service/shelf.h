/* Articles: their rows, and the articles' snapshot ready to be sent. Thread-safe. */
#ifndef APP_SERVICE_SHELF_H
#define APP_SERVICE_SHELF_H

#include <cjson/cJSON.h>

#include "app/service/db.h"

struct shelf;
struct store;

/* Borrows the store until shelf_free. */
struct shelf *shelf_new(struct store *store);
void shelf_free(struct shelf *l);

/* NDJSON of all articles and its version, made anew when articles changed. Caller owns a reference. */
GBytes *shelf_snapshot(struct shelf *l, int64_t *version, GError **error);
/* NDJSON of the articles that changed after `version`, {"deleted": true, id} for one that is no more. Caller
 * owns a reference. */
GBytes *shelf_changes(struct shelf *l, int64_t version, GError **error);
/* Which shelf it is: versions of two databases are not to be taken for one another. Caller owns. */
char *shelf_name(struct shelf *l, GError **error);

/* Checks an article {id, title, body, tags, lang, owner} from outside; answers its row's JSON with `updated`.
 * Caller owns. */
char *shelf_article(const cJSON *json, int64_t now_ms, GError **error);
/* In transactions of the store. version 0: a new one. */
bool shelf_put_article(struct db *db, const char *id, const char *json, int64_t now_ms, int64_t *version,
                       GError **error);
/* As shelf_put_article, for one that is there: it is no more, and those who hold it hear so (shelf_changes).
 */
bool shelf_delete_article(struct db *db, const char *id, int64_t now_ms, int64_t *version, GError **error);
/* NULL without error: there is none; *version is then that of the deletion, or 0. */
char *shelf_read_article(struct db *db, const char *id, int64_t *version, GError **error);

/* A text of an article, such as its title or its owner; NULL where it has none, or there is no such article.
 * Caller owns. */
char *shelf_article_text(struct db *db, const char *id, const char *name);

#endif
