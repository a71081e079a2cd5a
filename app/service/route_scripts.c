/* Scripts: what desks get, and the life of versions for those who own a process. */
#include "app/service/accounts.h"
#include "app/service/routes.h"
#include "app/service/versions.h"

#include <string.h>

#include "net/json.h"

#define VERSION_MAX      1000000
#define QUEUES_MAX       50
#define PER_ARM_MAX      (1000 * 1000 * 1000)
#define FILE_BYTES_MAX   256
#define REASON_BYTES_MAX 500
#define ETAG_HASH_CHARS  32

/* The answer's own hash is its ETag: versions, states and what open contacts still need are all in it. */
static enum http_outcome answer_hashed(const struct http_request *request, struct http_response *response,
                                       char *text)
{
    g_autofree char *body = text;
    g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, body, -1);
    g_autofree char *etag = g_strdup_printf("\"%.*s\"", ETAG_HASH_CHARS, hash);
    if (http_request_if_none_match(request, etag) == HTTP_MATCH_YES)
        response->status = 304;
    else
        http_response_take_json(response, 200, g_string_new(body));
    http_response_add_header(response, "ETag", etag);
    return HTTP_DONE;
}

static enum http_outcome get_scripts(const struct http_request *request, struct http_response *response,
                                     void *user_data, GError **error)
{
    struct service *s = user_data;
    struct db *db = store_reader_take(s->store, error);
    char *text = db ? versions_answer(db, error) : NULL;
    store_reader_give(s->store, db);
    return text ? answer_hashed(request, response, text) : HTTP_FAILED;
}

static enum http_outcome get_versions(const struct http_request *request, struct http_response *response,
                                      void *user_data, GError **error)
{
    struct service *s = user_data;
    const char *id = http_request_param(request, "id");
    struct db *db = store_reader_take(s->store, error);
    GPtrArray *versions = db ? versions_of(db, id, error) : NULL;
    store_reader_give(s->store, db);
    if (!versions)
        return HTTP_FAILED;
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "script", id);
    cJSON *list = cJSON_AddArrayToObject(json, "versions");
    for (guint i = 0; i < versions->len; i++)
        cJSON_AddItemToArray(list, script_version_to_cjson(versions->pdata[i], false));
    g_ptr_array_unref(versions);
    return answer_hashed(request, response, json_print(json));
}

static bool read_version(const struct http_request *request, int64_t *version, GError **error)
{
    const char *text = http_request_param(request, "version");
    gint64 number;
    if (!g_ascii_string_to_signed(text, 10, 1, VERSION_MAX, &number, NULL)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "A version is a number from 1 on, not \"%.40s\".", text);
        return false;
    }
    *version = number;
    return true;
}

static void refuse_unknown(const char *id, int64_t version, GError **error)
{
    g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND,
                "There is no version %" G_GINT64_FORMAT " of the script %s.", version, id);
}

static enum http_outcome get_version(const struct http_request *request, struct http_response *response,
                                     void *user_data, GError **error)
{
    struct service *s = user_data;
    const char *id = http_request_param(request, "id");
    int64_t number;
    struct script_version v = {0};
    if (!read_version(request, &number, error))
        return HTTP_FAILED;
    struct db *db = store_reader_take(s->store, error);
    bool found = db && versions_find(db, id, number, &v, error);
    store_reader_give(s->store, db);
    if (found && !v.script)
        refuse_unknown(id, number, error);
    if (!v.script)
        return HTTP_FAILED;
    cJSON *json = script_version_to_cjson(&v, true);
    route_add_etag(response, v.changed);
    script_version_release(&v);
    return route_answer_cjson(response, 200, json);
}

/* --- changes: all are made on what was seen (If-Match) --- */

enum action { ACTION_PUT, ACTION_PUBLISH, ACTION_RETIRE, ACTION_PULL_BACK, ACTION_COUNT };

static const char *const audited[ACTION_COUNT] = {[ACTION_PUT] = "script.written",
                                                  [ACTION_PUBLISH] = "script.published",
                                                  [ACTION_RETIRE] = "script.retired",
                                                  [ACTION_PULL_BACK] = "script.pulled_back"};

/* A change on its way through the store. */
struct changing {
    const struct http_request *request;
    enum action action;
    char *script, *file, *by, *reason, *source, *queues;
    int64_t version, share, per_arm;
    char *problems;
    struct script_version after;
};

static void changing_free(struct changing *c)
{
    g_free(c->script);
    g_free(c->file);
    g_free(c->by);
    g_free(c->reason);
    g_free(c->source);
    g_free(c->queues);
    g_free(c->problems);
    script_version_release(&c->after);
    g_free(c);
}

/* Was it decided on what is so? A version that is not there yet needs no If-Match to be made. */
static bool is_fresh(const struct changing *c, const struct script_version *v, GError **error)
{
    char etag[32];
    g_snprintf(etag, sizeof etag, "\"%" G_GINT64_FORMAT "\"", v->changed);
    enum http_match match = http_request_if_match(c->request, v->script ? etag : "\"\"");
    if (!v->script && c->action != ACTION_PUT)
        refuse_unknown(c->script, c->version, error);
    else if (v->script && match == HTTP_MATCH_ABSENT)
        g_set_error(error, NET_PROBLEM, PROBLEM_WRONG_ORDER,
                    "Version %" G_GINT64_FORMAT
                    " of %s is there already; send its ETag as If-Match to change it.",
                    c->version, c->script);
    else if (match == HTTP_MATCH_NO)
        g_set_error(error, NET_PROBLEM, PROBLEM_STALE,
                    "Version %" G_GINT64_FORMAT " of %s has changed since; look at it again.", c->version,
                    c->script);
    else
        return true;
    return false;
}

static bool run(struct db *db, struct changing *c, GError **error)
{
    const struct version_change change = {.script = c->script,
                                          .file = c->file,
                                          .by = c->by,
                                          .reason = c->reason,
                                          .version = c->version,
                                          .now_ms = g_get_real_time() / 1000,
                                          .is_for_floor = true};
    const struct version_audience audience = {c->share, c->queues, c->per_arm};
    switch (c->action) {
    case ACTION_PUT:
        return versions_put(db, &change, c->source, &c->problems, error);
    case ACTION_PUBLISH:
        return versions_publish(db, &change, &audience, error);
    case ACTION_RETIRE:
        return versions_retire(db, &change, error);
    default:
        return versions_pull_back(db, &change, error);
    }
}

static bool change(struct db *db, void *user_data, GError **error)
{
    struct changing *c = user_data;
    struct script_version before;
    if (!versions_find(db, c->script, c->version, &before, error))
        return false;
    bool fresh = is_fresh(c, &before, error);
    script_version_release(&before);
    g_autofree char *subject = g_strdup_printf("%s %" G_GINT64_FORMAT, c->script, c->version);
    return fresh && run(db, c, error) && versions_find(db, c->script, c->version, &c->after, error) &&
           accounts_audit(db, c->by, audited[c->action], subject, error);
}

static void changed(GError *error, void *user_data)
{
    struct changing *c = user_data;
    struct http_exchange *exchange = c->request->exchange;
    if (error) {
        http_exchange_fail(exchange, error);
    } else {
        struct http_response response = {0};
        cJSON *json = script_version_to_cjson(&c->after, false);
        if (c->problems)
            cJSON_AddStringToObject(json, "problems", c->problems);
        route_add_etag(&response, c->after.changed);
        route_answer_cjson(&response, 200, json);
        http_exchange_answer(exchange, &response);
    }
    changing_free(c);
}

static enum http_outcome hand_in(struct service *s, struct changing *c)
{
    store_run(s->store, change, changed, c);
    return HTTP_LATER;
}

/* What the path and the caller say; NULL with the error. */
static struct changing *begin(const struct http_request *request, enum action action, GError **error)
{
    int64_t version;
    if (!read_version(request, &version, error))
        return NULL;
    struct changing *c = g_new0(struct changing, 1);
    *c = (struct changing){.request = request,
                           .action = action,
                           .script = g_strdup(http_request_param(request, "id")),
                           .by = g_strdup(route_caller(request)->agent),
                           .version = version,
                           .share = VERSIONS_EVERYBODY};
    return c;
}

/* What stands before each place in a sentence about the source. */
static bool read_file(const cJSON *json, struct changing *c, GError **error)
{
    g_autofree char *usual = g_strconcat(c->script, ".yaml", NULL);
    const char *file = usual;
    if (!json_get_optional_string(json, "file", FILE_BYTES_MAX, &file, error))
        return false;
    c->file = g_strdup(file);
    return true;
}

static bool read_reason(const cJSON *json, struct changing *c, GError **error)
{
    const char *reason = NULL;
    if (!json_get_optional_string(json, "reason", REASON_BYTES_MAX, &reason, error))
        return false;
    c->reason = g_strdup(reason);
    return true;
}

static bool read_source(const cJSON *json, struct changing *c, GError **error)
{
    const char *source;
    if (!json_get_string(json, "source", VERSIONS_SOURCE_BYTES_MAX, &source, error))
        return false;
    c->source = g_strdup(source);
    return true;
}

static bool read_queues(const cJSON *json, struct changing *c, GError **error)
{
    const cJSON *item, *list = NULL;
    if (!json_get_optional_array(json, "queues", QUEUES_MAX, &list, error))
        return false;
    g_autoptr(GString) queues = g_string_new(NULL);
    cJSON_ArrayForEach (item, list) {
        if (!cJSON_IsString(item) || !*item->valuestring || strchr(item->valuestring, ' ')) {
            g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
                                "Each of \"queues\" must be the id of a queue.");
            return false;
        }
        g_string_append_printf(queues, "%s%s", queues->len ? " " : "", item->valuestring);
    }
    c->queues = g_string_free(g_steal_pointer(&queues), FALSE);
    return true;
}

static bool read_audience(const cJSON *json, struct changing *c, GError **error)
{
    if (!json_get_optional_int64(json, "share_percent", &c->share, error) ||
        !json_get_optional_int64(json, "per_arm", &c->per_arm, error) || !read_queues(json, c, error))
        return false;
    if (c->share < 1 || c->share > VERSIONS_EVERYBODY || c->per_arm < 0 || c->per_arm > PER_ARM_MAX) {
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
                            "\"share_percent\" is 1 to 100, \"per_arm\" a number of contacts.");
        return false;
    }
    if (!*c->queues || c->share == VERSIONS_EVERYBODY)
        return true;
    g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
                        "A version goes to a share of the customers or to queues, not to both at once.");
    return false;
}

typedef bool (*reader)(const cJSON *json, struct changing *c, GError **error);

/* Reads the body's object with each of the readers and hands it in. */
static enum http_outcome take_body(const struct http_request *request, struct service *s, enum action action,
                                   const reader readers[3], GError **error)
{
    struct changing *c = begin(request, action, error);
    if (!c)
        return HTTP_FAILED;
    cJSON *json = request->body_len ? http_request_json(request, NULL, error) : cJSON_CreateObject();
    bool is_read = json != NULL;
    for (int i = 0; is_read && i < 3 && readers[i]; i++)
        is_read = readers[i](json, c, error);
    cJSON_Delete(json);
    if (is_read)
        return hand_in(s, c);
    changing_free(c);
    return HTTP_FAILED;
}

static enum http_outcome put_version(const struct http_request *request, struct http_response *response,
                                     void *user_data, GError **error)
{
    (void)response;
    return take_body(request, user_data, ACTION_PUT, (const reader[3]){read_file, read_source, NULL}, error);
}

static enum http_outcome publish(const struct http_request *request, struct http_response *response,
                                 void *user_data, GError **error)
{
    (void)response;
    return take_body(request, user_data, ACTION_PUBLISH, (const reader[3]){read_file, read_audience, NULL},
                     error);
}

static enum http_outcome retire(const struct http_request *request, struct http_response *response,
                                void *user_data, GError **error)
{
    (void)response;
    return take_body(request, user_data, ACTION_RETIRE, (const reader[3]){read_reason, NULL}, error);
}

static enum http_outcome pull_back(const struct http_request *request, struct http_response *response,
                                   void *user_data, GError **error)
{
    (void)response;
    return take_body(request, user_data, ACTION_PULL_BACK, (const reader[3]){read_reason, NULL}, error);
}

#define VERSION_PATH "/v1/scripts/{id}/versions/{version}"

static const struct http_route rows[] = {
    {HTTP_METHOD_GET, "/v1/scripts", get_scripts, .rights = RIGHT_CONTACTS_OWN | RIGHTS_LIBRARY,
     .help = "read the scripts."},
    {HTTP_METHOD_GET, "/v1/scripts/{id}/versions", get_versions,
     .rights = RIGHT_SCRIPTS_PUBLISH | RIGHT_REPORTS_TEAM, .help = "see the versions of a script."},
    {HTTP_METHOD_GET, VERSION_PATH, get_version, .rights = RIGHT_SCRIPTS_PUBLISH | RIGHT_REPORTS_TEAM,
     .help = "read a version of a script."},
    {HTTP_METHOD_PUT, VERSION_PATH, put_version, .rights = RIGHT_SCRIPTS_PUBLISH, .body_max_bytes = 2 << 20,
     .help = "write a version of a script."},
    {HTTP_METHOD_POST, VERSION_PATH "/publish", publish, .rights = RIGHT_SCRIPTS_PUBLISH,
     .body_max_bytes = 64 << 10, .help = "publish a script."},
    {HTTP_METHOD_POST, VERSION_PATH "/retire", retire, .rights = RIGHT_SCRIPTS_PUBLISH,
     .body_max_bytes = 64 << 10, .help = "retire a version of a script."},
    {HTTP_METHOD_POST, VERSION_PATH "/pull-back", pull_back, .rights = RIGHT_SCRIPTS_PUBLISH,
     .body_max_bytes = 64 << 10, .help = "pull back a version of a script."},
};
const struct route_table routes_scripts = {rows, G_N_ELEMENTS(rows)};
