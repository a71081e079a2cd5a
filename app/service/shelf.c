#include "app/service/shelf.h"

#include <string.h>

#include "app/model/timestamp.h"
#include "app/service/store.h"
#include "net/json.h"
#include "net/problem.h"

#define TITLE_BYTES 1024
#define BODY_BYTES  (1024 * 1024)
#define TAGS_MAX    64
#define OWNER_BYTES 100

/* What stays of an article that was deleted, so that desks hear of it: an article's own row begins with its
 * id.
 */
#define GONE_BEGINS "{\"deleted\":true,"
#define NOT_GONE    "data NOT LIKE '" GONE_BEGINS "%'"

struct shelf {
    struct store *store;
    GMutex mutex;
    GBytes *snapshot;
    int64_t version; /* of the snapshot */
};

struct shelf *shelf_new(struct store *store)
{
    struct shelf *l = g_new0(struct shelf, 1);
    l->store = store;
    l->version = -1;
    g_mutex_init(&l->mutex);
    return l;
}

void shelf_free(struct shelf *l)
{
    if (!l)
        return;
    g_clear_pointer(&l->snapshot, g_bytes_unref);
    g_mutex_clear(&l->mutex);
    g_free(l);
}

/* All rows of a query with one column, each followed by `end`. */
static bool join_rows(struct db *db, const char *sql, char end, GString *out, GError **error)
{
    struct db_stmt *s = db_prepare(db, sql, error);
    if (!s)
        return false;
    enum db_step step;
    while ((step = db_step(s, error)) == DB_ROW) {
        g_string_append(out, db_column_text(s, 0));
        g_string_append_c(out, end);
    }
    db_reset(s);
    return step == DB_DONE;
}

/* Each change gets the next number. */
static bool read_version(struct db *db, int64_t *version, GError **error)
{
    return db_number(db, "SELECT coalesce(max(changed), 0) FROM articles", 0, version, error);
}

static bool refresh(struct shelf *l, struct db *db, GError **error)
{
    int64_t version;
    if (!read_version(db, &version, error))
        return false;
    if (version == l->version)
        return true;
    GString *out = g_string_new(NULL);
    if (!join_rows(db, "SELECT data FROM articles WHERE " NOT_GONE " ORDER BY id", '\n', out, error)) {
        g_string_free(out, TRUE);
        return false;
    }
    g_clear_pointer(&l->snapshot, g_bytes_unref);
    l->snapshot = g_string_free_to_bytes(out);
    l->version = version;
    return true;
}

GBytes *shelf_snapshot(struct shelf *l, int64_t *version, GError **error)
{
    struct db *db = store_reader_take(l->store, error);
    if (!db)
        return NULL;
    g_mutex_lock(&l->mutex);
    GBytes *bytes = refresh(l, db, error) ? g_bytes_ref(l->snapshot) : NULL;
    *version = l->version;
    g_mutex_unlock(&l->mutex);
    store_reader_give(l->store, db);
    return bytes;
}

GBytes *shelf_changes(struct shelf *l, int64_t version, GError **error)
{
    struct db *db = store_reader_take(l->store, error);
    if (!db)
        return NULL;
    g_autofree char *sql = g_strdup_printf(
        "SELECT data FROM articles WHERE changed > %" G_GINT64_FORMAT " ORDER BY changed", version);
    GString *out = g_string_new(NULL);
    bool read = join_rows(db, sql, '\n', out, error);
    store_reader_give(l->store, db);
    GBytes *bytes = g_string_free_to_bytes(out);
    if (!read)
        g_clear_pointer(&bytes, g_bytes_unref);
    return bytes;
}

char *shelf_name(struct shelf *l, GError **error)
{
    struct db *db = store_reader_take(l->store, error);
    struct db_stmt *s = db ? db_prepare(db, "SELECT value FROM facts WHERE name = 'shelf'", error) : NULL;
    enum db_step step = s ? db_step(s, error) : DB_FAILED;
    char *name = NULL;
    if (step != DB_FAILED)
        name = g_strdup(step == DB_ROW ? db_column_text(s, 0) : "empty");
    if (s)
        db_reset(s);
    store_reader_give(l->store, db);
    return name;
}

static bool add_tags(const cJSON *json, cJSON *row, GError **error)
{
    const cJSON *tag, *tags = NULL;
    if (!json_get_optional_array(json, "tags", TAGS_MAX, &tags, error))
        return false;
    cJSON *copies = cJSON_AddArrayToObject(row, "tags");
    cJSON_ArrayForEach (tag, tags) {
        if (!cJSON_IsString(tag) || strlen(tag->valuestring) > 100) {
            g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
                                "Each of an article's tags must be a text of at most 100 bytes.");
            return false;
        }
        cJSON_AddItemToArray(copies, cJSON_CreateString(tag->valuestring));
    }
    return true;
}

char *shelf_article(const cJSON *json, int64_t now_ms, GError **error)
{
    const char *id, *title, *body, *lang = "en", *updated = NULL, *owner = "";
    char now[TIMESTAMP_BYTES];
    int64_t updated_ms = now_ms;
    if (!json_get_string(json, "id", 128, &id, error) ||
        !json_get_string(json, "title", TITLE_BYTES, &title, error) ||
        !json_get_string(json, "body", BODY_BYTES, &body, error) ||
        !json_get_optional_string(json, "lang", 13, &lang, error) ||
        !json_get_optional_string(json, "owner", OWNER_BYTES, &owner, error) ||
        !json_get_optional_string(json, "updated", 40, &updated, error))
        return NULL;
    if (!*id || !*title) {
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "An article needs an id and a title.");
        return NULL;
    }
    if (updated && !timestamp_parse(updated, &updated_ms)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "The date of article %s cannot be read.", id);
        return NULL;
    }
    timestamp_format(updated_ms, now);
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "id", id);
    cJSON_AddStringToObject(row, "title", title);
    cJSON_AddStringToObject(row, "body", body);
    bool sound = add_tags(json, row, error);
    cJSON_AddStringToObject(row, "lang", lang);
    if (*owner)
        cJSON_AddStringToObject(row, "owner", owner);
    cJSON_AddStringToObject(row, "updated", now);
    if (sound)
        return json_print(row);
    cJSON_Delete(row);
    return NULL;
}

/* The first article gives the shelf its name. */
static bool name_shelf(struct db *db, GError **error)
{
    g_autofree char *name = g_uuid_string_random();
    struct db_stmt *s = db_prepare(
        db, "INSERT INTO facts (name, value) VALUES ('shelf', $1) ON CONFLICT (name) DO NOTHING", error);
    if (!s)
        return false;
    db_bind_text(s, 1, name);
    return db_run(s, error);
}

bool shelf_put_article(struct db *db, const char *id, const char *json, int64_t now_ms, int64_t *version,
                       GError **error)
{
    struct db_stmt *s =
        db_prepare(db,
                   "INSERT INTO articles (id, version, updated_ms, data, changed) VALUES ($1, $2, $3, $4,"
                   " (SELECT coalesce(max(changed), 0) + 1 FROM articles))"
                   " ON CONFLICT (id) DO UPDATE SET version = excluded.version, changed = excluded.changed,"
                   " updated_ms = excluded.updated_ms, data = excluded.data",
                   error);
    if (!s || !name_shelf(db, error))
        return false;
    ++*version;
    db_bind_text(s, 1, id);
    db_bind_int(s, 2, *version);
    db_bind_int(s, 3, now_ms);
    db_bind_text(s, 4, json);
    return db_run(s, error);
}

char *shelf_article_text(struct db *db, const char *id, const char *name)
{
    int64_t version;
    g_autofree char *text = shelf_read_article(db, id, &version, NULL);
    cJSON *json = text ? cJSON_Parse(text) : NULL;
    char *found = g_strdup(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name)));
    cJSON_Delete(json);
    return found;
}

bool shelf_delete_article(struct db *db, const char *id, int64_t now_ms, int64_t *version, GError **error)
{
    cJSON *gone = cJSON_CreateObject();
    cJSON_AddTrueToObject(gone, "deleted");
    cJSON_AddStringToObject(gone, "id", id);
    char *json = cJSON_PrintUnformatted(gone);
    bool deleted = shelf_put_article(db, id, json, now_ms, version, error);
    cJSON_free(json);
    cJSON_Delete(gone);
    return deleted;
}

char *shelf_read_article(struct db *db, const char *id, int64_t *version, GError **error)
{
    *version = 0;
    struct db_stmt *s = db_prepare(db, "SELECT data, version FROM articles WHERE id = $1", error);
    if (!s)
        return NULL;
    db_bind_text(s, 1, id);
    char *json = NULL;
    if (db_step(s, error) == DB_ROW) {
        const char *data = db_column_text(s, 0);
        json = g_str_has_prefix(data, GONE_BEGINS) ? NULL : g_strdup(data);
        *version = db_column_int(s, 1);
    }
    db_reset(s);
    return json;
}
