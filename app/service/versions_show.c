/* Versions of scripts as others get them: the wire, the desks, the reports, the log. */
#include <string.h>

#include "app/model/timestamp.h"
#include "app/service/versions_parts.h"
#include "net/json.h"

/* --- the wire --- */

static void add_uses(cJSON *json, const struct script_version *v)
{
    cJSON *uses = *v->uses ? cJSON_Parse(v->uses) : NULL;
    if (uses)
        cJSON_AddItemToObject(json, "uses", uses);
}

static void add_audience(cJSON *json, const struct script_version *v)
{
    if (v->state != VERSION_STATE_PUBLISHED || version_is_everybodys(v->share, v->queues))
        return;
    g_auto(GStrv) queues = g_strsplit(v->queues, " ", -1);
    if (!*v->queues) {
        cJSON_AddNumberToObject(json, "share_percent", (double)v->share);
        return;
    }
    cJSON *list = cJSON_AddArrayToObject(json, "queues");
    for (char **queue = queues; *queue; queue++)
        cJSON_AddItemToArray(list, cJSON_CreateString(*queue));
}

cJSON *script_version_to_cjson(const struct script_version *v, bool with_source)
{
    char at[TIMESTAMP_BYTES], etag[32];
    cJSON *json = cJSON_CreateObject();
    timestamp_format(v->changed_ms, at);
    g_snprintf(etag, sizeof etag, "\"%" G_GINT64_FORMAT "\"", v->changed);
    cJSON_AddStringToObject(json, "script", v->script);
    cJSON_AddNumberToObject(json, "version", (double)v->version);
    cJSON_AddStringToObject(json, "state", version_state_name(v->state));
    add_audience(json, v);
    if (v->per_arm > 0)
        cJSON_AddNumberToObject(json, "per_arm", (double)v->per_arm);
    if (v->replaced > 0)
        cJSON_AddNumberToObject(json, "replaced", (double)v->replaced);
    add_uses(json, v);
    if (v->changed_ms > 0)
        cJSON_AddStringToObject(json, "changed_at", at);
    cJSON_AddStringToObject(json, "changed_by", v->changed_by);
    if (*v->reason)
        cJSON_AddStringToObject(json, "reason", v->reason);
    cJSON_AddStringToObject(json, "etag", etag);
    if (with_source)
        cJSON_AddStringToObject(json, "source", v->source);
    return json;
}

static void add_for_desks(cJSON *list, const struct script_version *v)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "id", v->script);
    cJSON_AddNumberToObject(json, "version", (double)v->version);
    add_audience(json, v);
    add_uses(json, v);
    cJSON_AddStringToObject(json, "source", v->source);
    cJSON_AddItemToArray(list, json);
}

static char *version_key(const char *script, int64_t version)
{
    return g_strdup_printf("%s %" G_GINT64_FORMAT, script, version);
}

/* What an answer holds so far. */
struct answer {
    struct db *db;
    cJSON *scripts, *older;
    GHashTable *held; /* version_key */
};

static bool add_rows(struct answer *a, struct db_stmt *s, cJSON *list, GError **error)
{
    GPtrArray *rows = s ? version_rows(s, error) : NULL;
    for (guint i = 0; rows && i < rows->len; i++) {
        const struct script_version *v = rows->pdata[i];
        if (g_hash_table_add(a->held, version_key(v->script, v->version)))
            add_for_desks(list, v);
    }
    if (rows)
        g_ptr_array_unref(rows);
    return rows != NULL;
}

/* The versions that those of `list` use and that are not there yet. */
static bool add_used(struct answer *a, const cJSON *list, GError **error)
{
    const cJSON *item, *used;
    cJSON_ArrayForEach (item, list)
        cJSON_ArrayForEach (used, cJSON_GetObjectItemCaseSensitive(item, "uses")) {
            g_autofree char *key = version_key(used->string, (int64_t)used->valuedouble);
            if (g_hash_table_contains(a->held, key))
                continue;
            struct db_stmt *s =
                db_prepare(a->db, VERSION_COLUMNS "WHERE script = $1 AND version = $2", error);
            if (!s)
                return false;
            db_bind_text(s, 1, used->string);
            db_bind_int(s, 2, (int64_t)used->valuedouble);
            if (!add_rows(a, s, a->older, error))
                return false;
        }
    return true;
}

/* When the oldest contact that is open came to be; where none is, there is nothing to be kept. */
static bool oldest_open_ms(struct db *db, int64_t *ms, GError **error)
{
    return db_number(db,
                     "SELECT received_at_ms FROM events WHERE position ="
                     " (SELECT min(created) FROM contacts WHERE over = 0)",
                     INT64_MAX, ms, error);
}

static bool fill(struct answer *a, GError **error)
{
    int64_t since_ms;
    struct db_stmt *s =
        db_prepare(a->db, VERSION_COLUMNS "WHERE state = 'published' ORDER BY script, version", error);
    if (!add_rows(a, s, a->scripts, error) || !oldest_open_ms(a->db, &since_ms, error))
        return false;
    s = db_prepare(a->db,
                   VERSION_COLUMNS
                   "WHERE state = 'retired' AND uses <> '' AND changed_ms >= $1 ORDER BY script,"
                   " version",
                   error);
    if (!s)
        return false;
    db_bind_int(s, 1, since_ms);
    return add_rows(a, s, a->older, error) && add_used(a, a->scripts, error) && add_used(a, a->older, error);
}

char *versions_answer(struct db *db, GError **error)
{
    cJSON *json = cJSON_CreateObject();
    struct answer a = {.db = db,
                       .scripts = cJSON_AddArrayToObject(json, "scripts"),
                       .older = cJSON_AddArrayToObject(json, "older"),
                       .held = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    bool filled = fill(&a, error);
    g_hash_table_unref(a.held);
    char *text = json_print(json);
    if (!filled)
        g_clear_pointer(&text, g_free);
    return text;
}

bool versions_each(struct db *db, versions_visit visit, void *user_data, GError **error)
{
    struct db_stmt *s = db_prepare(db, VERSION_COLUMNS "WHERE uses <> '' ORDER BY script, version", error);
    GPtrArray *rows = s ? version_rows(s, error) : NULL;
    for (guint i = 0; rows && i < rows->len; i++) {
        const struct script_version *v = rows->pdata[i];
        cJSON *uses = cJSON_Parse(v->uses);
        struct version_closure closure = {
            .db = db, .uses = uses ? uses : cJSON_CreateObject(), .is_settled = true};
        struct script_library library = {.source = version_source, .data = &closure};
        struct script *script = script_parse_using(v->script, v->source, strlen(v->source), &library, NULL);
        if (script)
            visit(script, user_data);
        script_unref(script);
        cJSON_Delete(closure.uses);
    }
    if (rows)
        g_ptr_array_unref(rows);
    return rows != NULL;
}

/* --- for the log --- */

static bool mark_told(struct db *db, int64_t number, GError **error)
{
    struct db_stmt *s = db_prepare(db,
                                   "INSERT INTO facts (name, value) VALUES ('publications', CAST($1 AS TEXT))"
                                   " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                                   error);
    if (!s)
        return false;
    db_bind_int(s, 1, number);
    return db_run(s, error);
}

/* A row with texts of its own: while it is told, other statements run. */
struct told {
    struct publication p;
    char *texts[5];
};

static void free_told(gpointer data)
{
    struct told *told = data;
    for (size_t i = 0; i < G_N_ELEMENTS(told->texts); i++)
        g_free(told->texts[i]);
    g_free(told);
}

static GPtrArray *untold(struct db *db, GError **error)
{
    int64_t after;
    if (!db_number(db, "SELECT CAST(value AS BIGINT) FROM facts WHERE name = 'publications'", 0, &after,
                   error))
        return NULL;
    struct db_stmt *s =
        db_prepare(db,
                   "SELECT number, at_ms, version, share, per_arm, actor, action, script, queues, reason"
                   " FROM publications WHERE number > $1 ORDER BY number",
                   error);
    if (!s)
        return NULL;
    GPtrArray *rows = g_ptr_array_new_with_free_func(free_told);
    enum db_step step;
    db_bind_int(s, 1, after);
    while ((step = db_step(s, error)) == DB_ROW) {
        struct told *told = g_new0(struct told, 1);
        for (int i = 0; i < (int)G_N_ELEMENTS(told->texts); i++)
            told->texts[i] = g_strdup(db_column_text(s, 5 + i));
        told->p = (struct publication){.number = db_column_int(s, 0),
                                       .at_ms = db_column_int(s, 1),
                                       .version = db_column_int(s, 2),
                                       .share = db_column_int(s, 3),
                                       .per_arm = db_column_int(s, 4),
                                       .actor = told->texts[0],
                                       .action = told->texts[1],
                                       .script = told->texts[2],
                                       .queues = told->texts[3],
                                       .reason = told->texts[4]};
        g_ptr_array_add(rows, told);
    }
    db_reset(s);
    if (step == DB_DONE)
        return rows;
    g_ptr_array_unref(rows);
    return NULL;
}

bool versions_tell(struct db *db, void (*tell)(const struct publication *p, void *user_data), void *user_data,
                   GError **error)
{
    g_autoptr(GPtrArray) rows = untold(db, error);
    for (guint i = 0; rows && i < rows->len; i++)
        tell(&((const struct told *)rows->pdata[i])->p, user_data);
    return rows && (rows->len == 0 ||
                    mark_told(db, ((const struct told *)rows->pdata[rows->len - 1])->p.number, error));
}
