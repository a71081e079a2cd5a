#include "app/service/settings.h"

#include <string.h>

#include "net/json.h"
#include "net/problem.h"

bool settings_newest(struct db *db, int64_t *version, GError **error)
{
    return db_number(db, "SELECT max(version) FROM settings", 0, version, error);
}

bool settings_in_force(struct db *db, int64_t *version, GError **error)
{
    return db_number(db, "SELECT CAST(value AS BIGINT) FROM facts WHERE name = 'settings'", 0, version,
                     error);
}

bool settings_set_in_force(struct db *db, int64_t version, GError **error)
{
    struct db_stmt *s = db_prepare(db,
                                   "INSERT INTO facts (name, value) VALUES ('settings', CAST($1 AS TEXT))"
                                   " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                                   error);
    if (!s)
        return false;
    db_bind_int(s, 1, version);
    return db_run(s, error);
}

char *settings_read(struct db *db, int64_t version, GError **error)
{
    struct db_stmt *s = db_prepare(db, "SELECT data FROM settings WHERE version = $1", error);
    if (!s)
        return NULL;
    db_bind_int(s, 1, version);
    char *json = db_step(s, error) == DB_ROW ? g_strdup(db_column_text(s, 0)) : NULL;
    db_reset(s);
    return json;
}

bool settings_write(struct db *db, const char *json, const char *by, int64_t now_ms, int64_t *version,
                    GError **error)
{
    if (!settings_newest(db, version, error))
        return false;
    ++*version;
    struct db_stmt *s = db_prepare(
        db, "INSERT INTO settings (version, applied_ms, applied_by, data) VALUES ($1, $2, $3, $4)", error);
    if (!s)
        return false;
    db_bind_int(s, 1, *version);
    db_bind_int(s, 2, now_ms);
    db_bind_text(s, 3, by);
    db_bind_text(s, 4, json);
    return db_run(s, error) &&
           db_exec(
               db,
               "UPDATE facts SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE name = 'administered'",
               error);
}

bool settings_apply(struct world *w, const char *text, GError **error)
{
    cJSON *json = cJSON_Parse(text);
    const cJSON *row, *queues = cJSON_GetObjectItemCaseSensitive(json, "queues");
    bool sound = true;
    cJSON_ArrayForEach (row, queues) {
        struct queue *q = queue_from_cjson(row, error);
        if (!q) {
            sound = false;
            break;
        }
        world_put_queue(w, q);
    }
    cJSON_Delete(json);
    return sound;
}

#define HELP_CHARS_MAX 200

static char *print(cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);
    char *copy = g_strdup(text);
    cJSON_free(text);
    cJSON_Delete(json);
    return copy;
}

char *settings_show(const char *text, int64_t version)
{
    static const char *const lists[] = {"reasons", "dispositions", "canned"};
    cJSON *json = text ? cJSON_Parse(text) : cJSON_CreateObject();
    const cJSON *queues = cJSON_GetObjectItemCaseSensitive(json, "queues");
    cJSON *wrap = cJSON_CreateObject();
    const cJSON *row;
    cJSON_ArrayForEach (row, queues) {
        const cJSON *id = cJSON_GetObjectItemCaseSensitive(row, "id");
        const cJSON *ms = cJSON_GetObjectItemCaseSensitive(row, "wrap_ms");
        if (cJSON_IsString(id) && cJSON_IsNumber(ms))
            cJSON_AddNumberToObject(wrap, id->valuestring, ms->valuedouble);
    }
    cJSON_DeleteItemFromObjectCaseSensitive(json, "queues");
    cJSON_DeleteItemFromObjectCaseSensitive(json, "roles");
    cJSON_DeleteItemFromObjectCaseSensitive(json, "wrap");
    cJSON_AddItemToObject(json, "wrap", wrap);
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        if (!cJSON_HasObjectItem(json, lists[i]))
            cJSON_AddArrayToObject(json, lists[i]);
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, version);
    cJSON_AddStringToObject(json, "version", number);
    return print(json);
}

static bool refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static bool refuse(GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    *error = g_error_new_valist(NET_PROBLEM, PROBLEM_UNPROCESSABLE, format, arguments);
    va_end(arguments);
    return false;
}

static const cJSON *queue_named(const cJSON *queues, const char *id)
{
    const cJSON *row;
    cJSON_ArrayForEach (row, queues)
        if (g_strcmp0(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "id")), id) == 0)
            return row;
    return NULL;
}

static bool check_queues(const cJSON *json, GError **error)
{
    const cJSON *row, *queues = cJSON_GetObjectItemCaseSensitive(json, "queues");
    if (!cJSON_IsArray(queues) || cJSON_GetArraySize(queues) == 0)
        return refuse(error, "The settings need at least one queue in \"queues\".");
    cJSON_ArrayForEach (row, queues) {
        g_autoptr(GError) cause = NULL;
        g_autoptr(queue) q = queue_from_cjson(row, &cause);
        if (!q)
            return refuse(error, "%s", cause->message);
        if (queue_named(queues, q->id) != row)
            return refuse(error, "There are two queues with the id \"%s\"; give each its own.", q->id);
        if (q->escalates_to && !queue_named(queues, q->escalates_to))
            return refuse(error, "Queue \"%s\" escalates to \"%s\", and there is no such queue.", q->id,
                          q->escalates_to);
        if (q->service_level_percent < 1 || q->service_level_percent > 100 || q->service_level_ms < 0 ||
            q->first_reply_ms < 0 || q->offer_ms < 0 || q->wrap_ms < 0 || q->wrap_ms > 900000)
            return refuse(
                error,
                "Queue \"%s\" has a time or a percentage out of its range (percent 1 to 100, wrap-up at "
                "most 900 s).",
                q->id);
    }
    return true;
}

/* Each row of a list must have these texts. */
static bool check_rows(const cJSON *json, const char *list, const char *const *members, GError **error)
{
    const cJSON *row, *rows = cJSON_GetObjectItemCaseSensitive(json, list);
    if (rows && !cJSON_IsArray(rows))
        return refuse(error, "The settings' \"%s\" must be a list.", list);
    cJSON_ArrayForEach (row, rows) {
        for (const char *const *member = members; *member; member++) {
            const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, *member));
            if (!text || !*text)
                return refuse(error, "Each of the settings' \"%s\" needs a \"%s\".", list, *member);
        }
    }
    return true;
}

static bool check_help(const cJSON *json, GError **error)
{
    const cJSON *help = cJSON_GetObjectItemCaseSensitive(json, "sign_in_help");
    if (!help || (cJSON_IsString(help) && g_utf8_strlen(help->valuestring, -1) <= HELP_CHARS_MAX))
        return true;
    return refuse(error, "The settings' \"sign_in_help\" is one sentence of at most %d characters.",
                  HELP_CHARS_MAX);
}

char *settings_from_json(const char *text, size_t len, GError **error)
{
    static const char *const known[] = {"queues", "reasons", "dispositions", "canned", "hours",
                                        "skills", "roles",   "scripts",      "rates",  "sign_in_help"};
    cJSON *given = json_parse(text, len, &(struct json_limits){.max_bytes = SETTINGS_BYTES_MAX}, error);
    if (!given)
        return NULL;
    cJSON *json = cJSON_CreateObject();
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        cJSON *member = cJSON_DetachItemFromObjectCaseSensitive(given, known[i]);
        if (member)
            cJSON_AddItemToObject(json, known[i], member);
    }
    cJSON_DeleteItemFromObjectCaseSensitive(given, "version");
    cJSON_DeleteItemFromObjectCaseSensitive(given, "wrap");
    g_autoptr(GError) cause = NULL;
    bool sound = !given->child || refuse(&cause, "The settings have no member \"%s\".", given->child->string);
    sound = sound && check_queues(json, &cause) && check_help(json, &cause) &&
            check_rows(json, "dispositions", (const char *const[]){"code", "label", NULL}, &cause) &&
            check_rows(json, "canned", (const char *const[]){"id", "title", "text", NULL}, &cause);
    cJSON_Delete(given);
    if (sound)
        return print(json);
    cJSON_Delete(json);
    g_propagate_error(error, g_steal_pointer(&cause));
    return NULL;
}
