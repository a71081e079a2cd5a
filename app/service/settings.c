#include "app/service/settings.h"

#include <string.h>

#include "app/model/rights.h"
#include "app/service/administered.h"
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
    return db_run(s, error) && administered_mark(db, error);
}

/* The hours of all queues in the words of app/model/calendar.h; NULL: there are none. Caller owns. */
static char *hours_text(const cJSON *json)
{
    const cJSON *row, *hours = cJSON_GetObjectItemCaseSensitive(json, "hours");
    if (!cJSON_IsObject(hours) || !hours->child)
        return NULL;
    GString *text = g_string_new(NULL);
    cJSON_ArrayForEach (row, hours)
        g_string_append_printf(text, "%s%s=%s", text->len > 0 ? ";" : "", row->string,
                               cJSON_IsString(row) ? row->valuestring : "");
    return g_string_free(text, false);
}

static struct queue *read_queue(const cJSON *row, const char *hours, GError **error)
{
    g_autoptr(queue) q = queue_from_cjson(row, error);
    if (!q || (!q->hours && !queue_set_hours(q, hours, error)))
        return NULL;
    return g_steal_pointer(&q);
}

static void free_queue(void *q)
{
    queue_free(q);
}

GHashTable *settings_queues(const char *text, GError **error)
{
    GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_queue);
    cJSON *json = text ? cJSON_Parse(text) : NULL;
    g_autofree char *hours = hours_text(json);
    const cJSON *row, *queues = cJSON_GetObjectItemCaseSensitive(json, "queues");
    cJSON_ArrayForEach (row, queues) {
        struct queue *q = read_queue(row, hours, error);
        if (!q) {
            g_clear_pointer(&table, g_hash_table_unref);
            break;
        }
        g_hash_table_replace(table, q->id, q);
    }
    cJSON_Delete(json);
    return table;
}

bool settings_apply(struct world *w, const char *text, GError **error)
{
    cJSON *json = cJSON_Parse(text);
    g_autofree char *hours = hours_text(json);
    const cJSON *row, *queues = cJSON_GetObjectItemCaseSensitive(json, "queues");
    bool sound = true;
    cJSON_ArrayForEach (row, queues) {
        struct queue *q = read_queue(row, hours, error);
        if (!q) {
            sound = false;
            break;
        }
        world_put_queue(w, q);
    }
    world_put_rights(w, cJSON_GetObjectItemCaseSensitive(json, "roles"));
    world_put_limits(w, cJSON_GetObjectItemCaseSensitive(json, "approvals"));
    cJSON_Delete(json);
    return sound;
}

#define HELP_CHARS_MAX 200

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
    cJSON_DeleteItemFromObjectCaseSensitive(json, "wrap");
    cJSON_AddItemToObject(json, "wrap", wrap);
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        if (!cJSON_HasObjectItem(json, lists[i]))
            cJSON_AddArrayToObject(json, lists[i]);
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, version);
    cJSON_AddStringToObject(json, "version", number);
    return json_print(json);
}

static const cJSON *queue_named(const cJSON *queues, const char *id)
{
    const cJSON *row;
    cJSON_ArrayForEach (row, queues)
        if (g_strcmp0(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "id")), id) == 0)
            return row;
    return NULL;
}

/* Whoever follows a queue's escalations comes to an end. */
static bool goes_round(const cJSON *queues, const cJSON *start)
{
    const cJSON *at = start;
    for (int i = cJSON_GetArraySize(queues); at && i > 0; i--) {
        const char *to = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(at, "escalates_to"));
        at = to ? queue_named(queues, to) : NULL;
        if (at == start)
            return true;
    }
    return false;
}

static bool check_queues(const cJSON *json, GError **error)
{
    const cJSON *row, *queues = cJSON_GetObjectItemCaseSensitive(json, "queues");
    if (!cJSON_IsArray(queues) || cJSON_GetArraySize(queues) == 0)
        return problem_refuse(error, "The settings need at least one queue in \"queues\".");
    cJSON_ArrayForEach (row, queues) {
        g_autoptr(GError) cause = NULL;
        g_autoptr(queue) q = queue_from_cjson(row, &cause);
        if (!q)
            return problem_refuse(error, "%s", cause->message);
        if (queue_named(queues, q->id) != row)
            return problem_refuse(error, "There are two queues with the id \"%s\"; give each its own.",
                                  q->id);
        if (q->escalates_to && !queue_named(queues, q->escalates_to))
            return problem_refuse(error, "Queue \"%s\" escalates to \"%s\", and there is no such queue.",
                                  q->id, q->escalates_to);
        if (goes_round(queues, row))
            return problem_refuse(
                error, "What queue \"%s\" escalates comes back to it; the last line escalates to nobody.",
                q->id);
        if (q->service_level_percent < 1 || q->service_level_percent > 100 || q->service_level_ms < 0 ||
            q->first_reply_ms < 0 || q->offer_ms < 0 || q->wrap_ms < 0 || q->wrap_ms > 900000)
            return problem_refuse(
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
        return problem_refuse(error, "The settings' \"%s\" must be a list.", list);
    cJSON_ArrayForEach (row, rows) {
        for (const char *const *member = members; *member; member++) {
            const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, *member));
            if (!text || !*text)
                return problem_refuse(error, "Each of the settings' \"%s\" needs a \"%s\".", list, *member);
        }
    }
    return true;
}

/* No two rows of a list may have the same text in `member` (NULL: the rows are texts themselves). */
static bool check_unique(const cJSON *json, const char *list, const char *member, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    const cJSON *row, *rows = cJSON_GetObjectItemCaseSensitive(json, list);
    if (rows && !cJSON_IsArray(rows))
        return problem_refuse(error, "The settings' \"%s\" must be a list.", list);
    cJSON_ArrayForEach (row, rows) {
        const char *text = cJSON_GetStringValue(member ? cJSON_GetObjectItemCaseSensitive(row, member) : row);
        if (!text || !*text)
            return problem_refuse(error, "The settings' \"%s\" must be a list of words.", list);
        if (!g_hash_table_add(seen, (void *)text))
            return problem_refuse(error, "\"%s\" stands twice in the settings' \"%s\"; give it once.", text,
                                  list);
    }
    return true;
}

static bool has_text(const cJSON *list, const char *text)
{
    const cJSON *item;
    cJSON_ArrayForEach (item, list)
        if (g_strcmp0(cJSON_GetStringValue(item), text) == 0)
            return true;
    return false;
}

/* Where skills are listed, a queue asks for one of them: a slip of the pen would keep everybody from it. */
static bool check_skills(const cJSON *json, GError **error)
{
    const cJSON *row, *skills = cJSON_GetObjectItemCaseSensitive(json, "skills");
    if (!check_unique(json, "skills", NULL, error))
        return false;
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(json, "queues")) {
        const char *skill = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "skill"));
        if (skill && cJSON_GetArraySize(skills) > 0 && !has_text(skills, skill))
            return problem_refuse(error,
                                  "Queue \"%s\" asks for the skill \"%s\", which is not in \"skills\".",
                                  cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "id")), skill);
    }
    return true;
}

static bool check_object(const cJSON *json, const char *name, const cJSON **object, GError **error)
{
    *object = cJSON_GetObjectItemCaseSensitive(json, name);
    return !*object || cJSON_IsObject(*object) ||
           problem_refuse(error, "The settings' \"%s\" must be an object.", name);
}

static bool check_roles(const cJSON *json, GError **error)
{
    const cJSON *list, *name, *roles;
    enum role role;
    uint64_t right;
    if (!check_object(json, "roles", &roles, error))
        return false;
    cJSON_ArrayForEach (list, roles) {
        if (!role_parse(list->string, &role))
            return problem_refuse(error, "There is no role \"%s\".", list->string);
        if (!cJSON_IsArray(list))
            return problem_refuse(error, "The rights of \"%s\" must be a list.", list->string);
        cJSON_ArrayForEach (name, list) {
            const char *text = cJSON_GetStringValue(name);
            if (!right_parse(text, &right))
                return problem_refuse(error, "There is no right \"%s\".", text ? text : "");
        }
    }
    return true;
}

static bool check_hours(const cJSON *json, GError **error)
{
    g_autoptr(GError) cause = NULL;
    const cJSON *hours;
    if (!check_object(json, "hours", &hours, error))
        return false;
    g_autofree char *text = hours_text(json);
    g_autoptr(calendar) read = text ? calendar_parse(text, &cause) : NULL;
    return !text || read || problem_refuse(error, "%s", cause->message);
}

static bool check_rates(const cJSON *json, GError **error)
{
    const cJSON *row, *rates;
    enum channel channel;
    if (!check_object(json, "rates", &rates, error))
        return false;
    cJSON_ArrayForEach (row, rates) {
        if (!channel_parse(row->string, &channel))
            return problem_refuse(error, "There is no channel \"%s\" to have a rate.", row->string);
        if (!cJSON_IsNumber(row) || row->valuedouble < 0)
            return problem_refuse(error, "The rate of %s is an amount of money for an hour, not below 0.",
                                  row->string);
    }
    return true;
}

static bool check_currency(const cJSON *json, GError **error)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, "currency");
    const char *code = cJSON_GetStringValue(item);
    bool is_code = code && strlen(code) == 3 && strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
    return !item || is_code ||
           problem_refuse(error, "The settings' \"currency\" is a code of ISO 4217, such as EUR.");
}

static bool check_scripts(const cJSON *json, GError **error)
{
    const cJSON *row, *scripts;
    if (!check_object(json, "scripts", &scripts, error))
        return false;
    cJSON_ArrayForEach (row, scripts)
        if (!cJSON_GetStringValue(row) || !*cJSON_GetStringValue(row))
            return problem_refuse(error, "The script of the intent \"%s\" is named by its id.", row->string);
    return true;
}

static bool check_help(const cJSON *json, GError **error)
{
    const cJSON *help = cJSON_GetObjectItemCaseSensitive(json, "sign_in_help");
    if (!help || (cJSON_IsString(help) && g_utf8_strlen(help->valuestring, -1) <= HELP_CHARS_MAX))
        return true;
    return problem_refuse(error, "The settings' \"sign_in_help\" is one sentence of at most %d characters.",
                          HELP_CHARS_MAX);
}

/* A whole number of `what` from `least` on, where it is there. */
static bool check_number(const cJSON *json, const char *name, double least, const char *what, GError **error)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
    if (!item || (cJSON_IsNumber(item) && item->valuedouble >= least && item->valuedouble < 9e15 &&
                  item->valuedouble == (double)(int64_t)item->valuedouble))
        return true;
    return problem_refuse(error, "The approvals' \"%s\" is a whole number of %s, at least %.0f.", name, what,
                          least);
}

/* As ISO 4217 writes them. */
static bool is_currency(const char *word)
{
    return strlen(word) == 3 && strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

/* Limits are of people, and somebody stands in for somebody else. */
static bool check_approvals(const cJSON *json, GError **error)
{
    const cJSON *row, *approvals, *limits, *currencies, *stand_ins;
    enum role role;
    if (!check_object(json, "approvals", &approvals, error))
        return false;
    cJSON_ArrayForEach (row, approvals) {
        static const char *const known[] = {"preauthorised_minor",
                                            "limits_minor",
                                            "currencies_minor",
                                            "due_ms",
                                            "expires_ms",
                                            "stand_ins",
                                            NULL};
        if (!g_strv_contains(known, row->string))
            return problem_refuse(error, "The settings' \"approvals\" have no member \"%s\".", row->string);
    }
    if (!check_number(approvals, "preauthorised_minor", 0, "minor units", error) ||
        !check_number(approvals, "due_ms", 1000, "milliseconds", error) ||
        !check_number(approvals, "expires_ms", 1000, "milliseconds", error) ||
        !check_object(approvals, "limits_minor", &limits, error) ||
        !check_object(approvals, "currencies_minor", &currencies, error) ||
        !check_object(approvals, "stand_ins", &stand_ins, error))
        return false;
    cJSON_ArrayForEach (row, limits) {
        if (!role_parse(row->string, &role) || role == ROLE_INTEGRATION)
            return problem_refuse(error, "There is no role \"%s\" to have a limit of approvals.",
                                  row->string);
        if (!check_number(limits, row->string, 0, "minor units", error))
            return false;
    }
    cJSON_ArrayForEach (row, currencies) {
        if (!is_currency(row->string))
            return problem_refuse(error, "\"%s\" is no currency; write its three capitals, such as CNY.",
                                  row->string);
        if (!check_number(currencies, row->string, 1, "minor units", error))
            return false;
    }
    cJSON_ArrayForEach (row, stand_ins) {
        const char *who = cJSON_GetStringValue(row);
        if (!who || !*who || strcmp(who, row->string) == 0)
            return problem_refuse(error, "Who stands in for \"%s\" is another agent, named by their id.",
                                  row->string);
    }
    return true;
}

char *settings_from_json(const char *text, size_t len, GError **error)
{
    static const char *const known[] = {"queues", "reasons",      "dispositions", "canned",
                                        "hours",  "skills",       "roles",        "scripts",
                                        "rates",  "sign_in_help", "approvals",    "currency"};
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
    bool sound =
        !given->child || problem_refuse(&cause, "The settings have no member \"%s\".", given->child->string);
    sound = sound && check_queues(json, &cause) && check_help(json, &cause) &&
            check_rows(json, "dispositions", (const char *const[]){"code", "label", NULL}, &cause) &&
            check_rows(json, "canned", (const char *const[]){"id", "title", "text", NULL}, &cause) &&
            check_unique(json, "dispositions", "code", &cause) &&
            check_unique(json, "canned", "id", &cause) && check_unique(json, "reasons", NULL, &cause) &&
            check_skills(json, &cause) && check_roles(json, &cause) && check_hours(json, &cause) &&
            check_rates(json, &cause) && check_currency(json, &cause) && check_scripts(json, &cause) &&
            check_approvals(json, &cause);
    cJSON_Delete(given);
    if (sound)
        return json_print(json);
    cJSON_Delete(json);
    g_propagate_error(error, g_steal_pointer(&cause));
    return NULL;
}
