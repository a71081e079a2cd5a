/* The settings as a whole: read, and replaced with If-Match. */
#include "app/service/accounts.h"
#include "app/service/routes.h"
#include "app/service/settings.h"

static enum http_outcome get_settings(const struct http_request *request, struct http_response *response,
                                      void *user_data, GError **error)
{
    struct service *s = user_data;
    int64_t version = 0;
    struct db *db = store_reader_take(s->store, error);
    char *json = db && settings_newest(db, &version, error) ? settings_read(db, version, error) : NULL;
    store_reader_give(s->store, db);
    if (*error)
        return HTTP_FAILED;
    GString *out = g_string_new(json ? json : "{}");
    g_free(json);
    if (route_is_known(request, response, version)) {
        g_string_free(out, TRUE);
        return HTTP_DONE;
    }
    route_add_etag(response, version);
    return route_answer(response, out);
}

struct putting {
    const struct http_request *request;
    char *json, *by;
    int64_t version;
};

static bool put(struct db *db, void *user_data, GError **error)
{
    struct putting *putting = user_data;
    char etag[32];
    if (!settings_newest(db, &putting->version, error))
        return false;
    g_snprintf(etag, sizeof etag, "\"%" G_GINT64_FORMAT "\"", putting->version);
    enum http_match match = http_request_if_match(putting->request, etag);
    if (match == HTTP_MATCH_ABSENT) {
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_WRONG_ORDER,
                            "Read the settings first, and send their ETag as If-Match.");
        return false;
    }
    if (match == HTTP_MATCH_NO) {
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_STALE,
                            "The settings have changed since; read them again.");
        return false;
    }
    return settings_write(db, putting->json, putting->by, g_get_real_time() / 1000, &putting->version,
                          error) &&
           accounts_audit(db, putting->by, "settings.changed", etag, error);
}

static void put_done(GError *error, void *user_data)
{
    struct putting *putting = user_data;
    struct http_exchange *exchange = putting->request->exchange;
    if (error) {
        http_exchange_fail(exchange, error);
    } else {
        struct http_response response = {0};
        route_add_etag(&response, putting->version);
        http_response_take_json(&response, 200, g_string_new(putting->json));
        http_exchange_answer(exchange, &response);
    }
    g_free(putting->json);
    g_free(putting->by);
    g_free(putting);
}

static enum http_outcome put_settings(const struct http_request *request, struct http_response *response,
                                      void *user_data, GError **error)
{
    (void)response;
    struct service *s = user_data;
    char *json = settings_from_json(request->body, request->body_len, error);
    if (!json)
        return HTTP_FAILED;
    struct putting *putting = g_new0(struct putting, 1);
    *putting =
        (struct putting){.request = request, .json = json, .by = g_strdup(route_caller(request)->agent)};
    store_run(s->store, put, put_done, putting);
    return HTTP_LATER;
}

static const struct http_route rows[] = {
    {HTTP_METHOD_GET, "/v1/settings", get_settings, .rights = RIGHT_SETTINGS_CHANGE,
     .help = "read the settings."},
    {HTTP_METHOD_PUT, "/v1/settings", put_settings, .rights = RIGHT_SETTINGS_CHANGE,
     .body_max_bytes = SETTINGS_BYTES_MAX, .help = "change the settings."},
};
const struct route_table routes_settings = {rows, G_N_ELEMENTS(rows)};
