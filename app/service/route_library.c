/* Articles. */
#include "app/service/accounts.h"
#include "app/service/catalogue.h"
#include "app/service/shelf.h"
#include "app/service/routes.h"

#include <string.h>

#include "kb/search.h"

/* Articles of one search: how many where nothing is said, and at most. */
#define SEARCH_LIMIT     20
#define SEARCH_LIMIT_MAX 100

/* The version of this shelf that If-None-Match names, -1 where it names none. */
static int64_t known_version(const struct http_request *request, const char *shelf)
{
    const char *etag = http_request_header(request, "If-None-Match");
    g_autofree char *ours = g_strdup_printf("\"%s-", shelf);
    return etag && g_str_has_prefix(etag, ours) ? g_ascii_strtoll(etag + strlen(ours), NULL, 10) : -1;
}

/* Does it ask for what is new to it alone (RFC 3229, instance manipulation "feed")? */
static bool wants_changes(const struct http_request *request)
{
    const char *manipulations = http_request_header(request, "A-IM");
    return manipulations && strstr(manipulations, "feed");
}

static void add_snapshot_etag(struct http_response *response, const char *header, const char *shelf,
                              int64_t version)
{
    g_autofree char *etag = g_strdup_printf("\"%s-%" G_GINT64_FORMAT "\"", shelf, version);
    http_response_add_header(response, header, etag);
}

static enum http_outcome work_snapshot(const struct http_request *request, struct http_response *response,
                                       struct service *s, void *data, GError **error)
{
    (void)data;
    int64_t version = 0;
    g_autofree char *shelf = shelf_name(s->shelf, error);
    g_autoptr(GBytes) all = shelf ? shelf_snapshot(s->shelf, &version, error) : NULL;
    int64_t known = shelf ? known_version(request, shelf) : -1;
    bool is_delta = known >= 0 && known < version && wants_changes(request);
    g_autoptr(GBytes) changes = all && is_delta ? shelf_changes(s->shelf, known, error) : NULL;
    if (!all || (is_delta && !changes))
        return HTTP_FAILED;
    if (known == version)
        response->status = 304;
    else
        http_response_set_bytes(response, is_delta ? 226 : 200, "application/x-ndjson",
                                is_delta ? changes : all);
    if (is_delta) {
        http_response_add_header(response, "IM", "feed");
        add_snapshot_etag(response, "Delta-Base", shelf, known);
    }
    add_snapshot_etag(response, "ETag", shelf, version);
    return HTTP_DONE;
}

static enum http_outcome get_snapshot(const struct http_request *request, struct http_response *response,
                                      void *user_data, GError **error)
{
    (void)response;
    (void)error;
    return route_later(request, user_data, work_snapshot, NULL, NULL);
}

static void write_ranges(struct json_writer *json, const char *name, const struct kb_range *ranges,
                         size_t count)
{
    json_key(json, name);
    json_array_start(json);
    for (size_t i = 0; i < count; i++) {
        json_array_start(json);
        json_int64(json, ranges[i].start);
        json_int64(json, ranges[i].end);
        json_array_end(json);
    }
    json_array_end(json);
}

static void write_hit(struct json_writer *json, const struct kb_result *hit)
{
    json_object_start(json);
    json_add_string(json, "id", hit->id);
    json_add_double(json, "score", (double)hit->score);
    json_add_string(json, "title", hit->title);
    write_ranges(json, "title_ranges", hit->title_ranges, hit->title_range_count);
    json_add_string(json, "snippet", hit->snippet);
    write_ranges(json, "snippet_ranges", hit->snippet_ranges, hit->snippet_range_count);
    json_object_end(json);
}

static void write_found(GString *out, const struct kb_results *found)
{
    static const char *const kinds[] = {[KB_QUERY_KIND_WORDS] = "words",
                                        [KB_QUERY_KIND_ABBREVIATION] = "abbreviation",
                                        [KB_QUERY_KIND_REGEX] = "regex"};
    struct json_writer json;
    json_writer_init(&json, out);
    json_object_start(&json);
    json_key(&json, "articles");
    json_array_start(&json);
    for (size_t i = 0; i < found->count; i++)
        write_hit(&json, &found->results[i]);
    json_array_end(&json);
    json_add_int64(&json, "total", (int64_t)found->total);
    if (found->incomplete)
        json_add_bool(&json, "incomplete", true);
    json_add_string(&json, "kind", kinds[found->kind]);
    json_add_string_if(&json, "note", found->note);
    json_object_end(&json);
}

static bool read_limit(const struct http_request *request, size_t *limit, GError **error)
{
    const char *text = http_request_query(request, "limit");
    guint64 number = SEARCH_LIMIT;
    if (text && *text && !g_ascii_string_to_unsigned(text, 10, 1, SEARCH_LIMIT_MAX, &number, NULL)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST, "\"limit\" should be 1 to %d, not \"%.40s\".",
                    SEARCH_LIMIT_MAX, text);
        return false;
    }
    *limit = number;
    return true;
}

static enum http_outcome search(const struct http_request *request, struct http_response *response,
                                struct service *s, const char *query, GError **error)
{
    const char *lang = http_request_query(request, "lang");
    struct kb_search_options options = {.lang = lang && *lang ? lang : NULL};
    if (!read_limit(request, &options.limit, error))
        return HTTP_FAILED;
    struct kb_results *found = catalogue_search(s->catalogue, query, &options, error);
    if (!found)
        return HTTP_FAILED;
    GString *out = g_string_new(NULL);
    write_found(out, found);
    kb_results_free(found);
    return route_answer(response, out);
}

static enum http_outcome work_uses(const struct http_request *request, struct http_response *response,
                                   struct service *s, void *data, GError **error)
{
    (void)request;
    (void)data;
    char *lines = catalogue_uses(s->catalogue, error);
    if (!lines)
        return HTTP_FAILED;
    g_autoptr(GBytes) bytes = g_bytes_new_take(lines, strlen(lines));
    http_response_set_bytes(response, 200, "application/x-ndjson", bytes);
    return HTTP_DONE;
}

static enum http_outcome get_uses(const struct http_request *request, struct http_response *response,
                                  void *user_data, GError **error)
{
    (void)response;
    (void)error;
    return route_later(request, user_data, work_uses, NULL, NULL);
}

/* Titles of all articles, for those who list. */
static enum http_outcome list(struct http_response *response, struct service *s, GError **error)
{
    int64_t version;
    GBytes *bytes = shelf_snapshot(s->shelf, &version, error);
    if (!bytes)
        return HTTP_FAILED;
    cJSON *answer = cJSON_CreateObject(), *rows = cJSON_AddArrayToObject(answer, "articles");
    size_t len;
    const char *line = g_bytes_get_data(bytes, &len), *last = line + len, *end;
    for (; line < last && (end = memchr(line, '\n', (size_t)(last - line))); line = end + 1) {
        cJSON *json = cJSON_ParseWithLength(line, (size_t)(end - line));
        cJSON_DeleteItemFromObjectCaseSensitive(json, "body");
        cJSON_AddItemToArray(rows, json);
    }
    g_bytes_unref(bytes);
    return route_answer_cjson(response, 200, answer);
}

static enum http_outcome work_articles(const struct http_request *request, struct http_response *response,
                                       struct service *s, void *data, GError **error)
{
    (void)data;
    const char *query = http_request_query(request, "q");
    return query && *query ? search(request, response, s, query, error) : list(response, s, error);
}

static enum http_outcome get_articles(const struct http_request *request, struct http_response *response,
                                      void *user_data, GError **error)
{
    (void)response;
    (void)error;
    return route_later(request, user_data, work_articles, NULL, NULL);
}

/* A PUT or DELETE on its way through the store. */
struct putting {
    const struct http_request *request;
    char *id, *by;
    char *json; /* NULL: it is to be deleted */
    int64_t version;
};

/* May the article, whose text is `old` (NULL: there is none), be changed as If-Match has it? */
static bool may_put(const struct putting *putting, const char *old, GError **error)
{
    char etag[32];
    g_snprintf(etag, sizeof etag, "\"%" G_GINT64_FORMAT "\"", putting->version);
    enum http_match match = http_request_if_match(putting->request, old ? etag : "\"\"");
    if (!old && !putting->json) {
        g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND, "There is no article %s.", putting->id);
        return false;
    }
    if (old && match == HTTP_MATCH_ABSENT) {
        g_set_error(error, NET_PROBLEM, PROBLEM_WRONG_ORDER,
                    "Article %s is there already; send its ETag as If-Match to change it.", putting->id);
        return false;
    }
    if (match == HTTP_MATCH_NO) {
        g_set_error(error, NET_PROBLEM, PROBLEM_STALE, "Article %s has changed since; read it again.",
                    putting->id);
        return false;
    }
    return true;
}

static bool put_article(struct db *db, void *user_data, GError **error)
{
    struct putting *putting = user_data;
    int64_t now_ms = g_get_real_time() / 1000;
    GError *cause = NULL;
    g_autofree char *old = shelf_read_article(db, putting->id, &putting->version, &cause);
    if (cause) {
        g_propagate_error(error, cause);
        return false;
    }
    if (!may_put(putting, old, error))
        return false;
    bool put = putting->json
                   ? shelf_put_article(db, putting->id, putting->json, now_ms, &putting->version, error)
                   : shelf_delete_article(db, putting->id, now_ms, &putting->version, error);
    return put && accounts_audit(db, putting->by, putting->json ? "article.changed" : "article.deleted",
                                 putting->id, error);
}

static void article_put(GError *error, void *user_data)
{
    struct putting *putting = user_data;
    struct http_exchange *exchange = putting->request->exchange;
    if (error) {
        http_exchange_fail(exchange, error);
    } else if (!putting->json) {
        http_exchange_answer(exchange, &(struct http_response){.status = 204});
    } else {
        struct http_response response = {0};
        route_add_etag(&response, putting->version);
        http_response_take_json(&response, 200, g_string_new(putting->json));
        http_exchange_answer(exchange, &response);
    }
    g_free(putting->id);
    g_free(putting->json);
    g_free(putting->by);
    g_free(putting);
}

/* Takes the text; NULL deletes. */
static void run_put(struct service *s, const struct http_request *request, char *text)
{
    struct putting *putting = g_new0(struct putting, 1);
    *putting = (struct putting){.request = request,
                                .id = g_strdup(http_request_param(request, "id")),
                                .json = text,
                                .by = g_strdup(route_caller(request)->agent)};
    store_run(s->store, put_article, article_put, putting);
}

static enum http_outcome put_one(const struct http_request *request, struct http_response *response,
                                 void *user_data, GError **error)
{
    (void)response;
    struct service *s = user_data;
    cJSON *json = http_request_json(request, NULL, error);
    if (!json)
        return HTTP_FAILED;
    cJSON_DeleteItemFromObjectCaseSensitive(json, "id");
    cJSON_AddStringToObject(json, "id", http_request_param(request, "id"));
    cJSON_DeleteItemFromObjectCaseSensitive(json, "updated");
    char *text = shelf_article(json, g_get_real_time() / 1000, error);
    cJSON_Delete(json);
    if (!text)
        return HTTP_FAILED;
    run_put(s, request, text);
    return HTTP_LATER;
}

static enum http_outcome delete_one(const struct http_request *request, struct http_response *response,
                                    void *user_data, GError **error)
{
    (void)response;
    (void)error;
    run_put(user_data, request, NULL);
    return HTTP_LATER;
}

static enum http_outcome get_one(const struct http_request *request, struct http_response *response,
                                 void *user_data, GError **error)
{
    struct service *s = user_data;
    const char *id = http_request_param(request, "id");
    struct db *db = store_reader_take(s->store, error);
    int64_t version = 0;
    char *json = db ? shelf_read_article(db, id, &version, error) : NULL;
    store_reader_give(s->store, db);
    if (!json && !*error)
        g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND, "There is no article %s.", id);
    if (!json)
        return HTTP_FAILED;
    GString *out = g_string_new(json);
    g_free(json);
    route_add_etag(response, version);
    return route_answer(response, out);
}

static const struct http_route rows[] = {
    {HTTP_METHOD_GET, "/v1/articles", get_articles, .rights = RIGHTS_LIBRARY,
     .help = "list or search articles."},
    {HTTP_METHOD_GET, "/v1/articles/snapshot", get_snapshot, .rights = RIGHTS_LIBRARY,
     .help = "read all articles at once."},
    {HTTP_METHOD_GET, "/v1/articles/use", get_uses, .rights = RIGHTS_LIBRARY,
     .help = "read what became of articles."},
    {HTTP_METHOD_GET, "/v1/articles/{id}", get_one, .rights = RIGHTS_LIBRARY, .help = "read one article."},
    {HTTP_METHOD_PUT, "/v1/articles/{id}", put_one, .rights = RIGHT_KNOWLEDGE_WRITE,
     .body_max_bytes = 2 << 20, .help = "write an article."},
    {HTTP_METHOD_DELETE, "/v1/articles/{id}", delete_one, .rights = RIGHT_KNOWLEDGE_WRITE,
     .help = "delete an article."},
};
const struct route_table routes_library = {rows, G_N_ELEMENTS(rows)};
