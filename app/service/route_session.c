/* Signing in and out. */
#include "app/service/accounts.h"
#include "app/service/routes.h"

#include "app/model/timestamp.h"

static void write_agent(struct service *s, struct json_writer *json, const char *agent_id)
{
    g_autoptr(GString) shown = g_string_new(NULL);
    char now[TIMESTAMP_BYTES];
    route_now(now);
    if (board_agent(store_board(s->store), agent_id, shown))
        json_add_raw(json, "agent", shown->str, shown->len);
    else
        json_add_null(json, "agent");
    json_add_string(json, "server_time", now);
}

struct signing {
    struct service *service;
    struct http_exchange *exchange;
};

static void signed_in(struct auth_try *try, GError *error)
{
    g_autofree struct signing *signing = try->user_data;
    if (error) {
        http_exchange_fail(signing->exchange, error);
        return;
    }
    char expires[TIMESTAMP_BYTES];
    timestamp_format(try->expires_ms, expires);
    GString *out = g_string_new(NULL);
    struct json_writer json;
    json_writer_init(&json, out);
    json_object_start(&json);
    json_add_string(&json, "token", try->token);
    json_add_string(&json, "expires_at", expires);
    json_add_id(&json, "position", board_position(store_board(signing->service->store)));
    write_agent(signing->service, &json, try->agent);
    json_object_end(&json);
    struct http_response response = {0};
    http_response_take_json(&response, 201, out);
    http_response_add_header(&response, "Cache-Control", "no-store");
    http_exchange_answer(signing->exchange, &response);
}

static enum http_outcome post_session(const struct http_request *request, struct http_response *response,
                                      void *user_data, GError **error)
{
    (void)response;
    struct service *s = user_data;
    const char *agent_id, *password, *device = "";
    cJSON *json = http_request_json(request, NULL, error);
    if (!json)
        return HTTP_FAILED;
    bool is_whole = json_get_string(json, "agent", 128, &agent_id, error) &&
                    json_get_string(json, "password", ACCOUNTS_PASSWORD_BYTES, &password, error) &&
                    json_get_optional_string(json, "device", 128, &device, error);
    if (is_whole) {
        struct auth_try *try = g_new0(struct auth_try, 1);
        struct signing signing = {s, request->exchange};
        try->agent = g_strdup(agent_id);
        try->password = g_strdup(password);
        try->device = g_strdup(device);
        try->peer = g_strdup(request->peer);
        try->done = signed_in;
        try->user_data = g_memdup2(&signing, sizeof signing);
        auth_sign_in(s->auth, try);
    }
    cJSON_Delete(json);
    return is_whole ? HTTP_LATER : HTTP_FAILED;
}

static enum http_outcome get_session(const struct http_request *request, struct http_response *response,
                                     void *user_data, GError **error)
{
    (void)error;
    struct service *s = user_data;
    GString *out = g_string_new(NULL);
    struct json_writer json;
    json_writer_init(&json, out);
    json_object_start(&json);
    json_add_id(&json, "position", board_position(store_board(s->store)));
    write_agent(s, &json, route_caller(request)->agent);
    json_object_end(&json);
    return route_answer(response, out);
}

static bool is_session(void *viewer, void *user_data)
{
    const struct caller *c = viewer;
    return g_strcmp0(c->token_hash, user_data) == 0;
}

struct leaving {
    struct service *service;
    struct http_exchange *exchange;
    char *hash;
};

static void signed_out(GError *error, void *user_data)
{
    struct leaving *leaving = user_data;
    struct http_response response = {.status = 204};
    event_hub_drop(leaving->service->hub, is_session, leaving->hash);
    route_forget_watcher(leaving->service, leaving->hash);
    if (error)
        http_exchange_fail(leaving->exchange, error);
    else
        http_exchange_answer(leaving->exchange, &response);
    g_free(leaving->hash);
    g_free(leaving);
}

static enum http_outcome delete_session(const struct http_request *request, struct http_response *response,
                                        void *user_data, GError **error)
{
    (void)response;
    (void)error;
    struct service *s = user_data;
    const struct caller *c = route_caller(request);
    struct leaving leaving = {s, request->exchange, g_strdup(c->token_hash)};
    auth_sign_out(s->auth, c, signed_out, g_memdup2(&leaving, sizeof leaving));
    return HTTP_LATER;
}

static const struct http_route rows[] = {
    {HTTP_METHOD_POST, "/v1/session", post_session, .rights = RIGHT_PUBLIC, .body_max_bytes = 8192,
     .help = "sign in."},
    {HTTP_METHOD_GET, "/v1/session", get_session, .rights = RIGHT_SIGNED_IN, .help = "who is signed in."},
    {HTTP_METHOD_DELETE, "/v1/session", delete_session, .rights = RIGHT_SIGNED_IN, .help = "sign out."},
};
const struct route_table routes_session = {rows, G_N_ELEMENTS(rows)};
