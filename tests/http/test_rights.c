/* Who may what: every route with every role, and what settings change about it. */
#include "app/service/service.h"

#include <string.h>

#include "app/service/routes.h"
#include "tests/support/caller.h"
#include "tests/support/floor.h"

struct fixture {
    char *path;
    struct service *service;
    const char *url;
};

/* In the order of enum role; the letters of `who` below. */
static const struct {
    char letter;
    const char *id;
} people[ROLE_COUNT] = {{'a', "mira"}, {'s', "sara"}, {'t', "tess"},
                        {'v', "hugo"}, {'m', "root"}, {'i', "chan"}};

/* Written down by hand, apart from the code: who gets through to a route. *: nobody has to sign in. */
static const struct expected {
    enum http_method method;
    const char *pattern, *who;
} expected[] = {
    {HTTP_METHOD_POST, "/v1/session", "*"},
    {HTTP_METHOD_GET, "/v1/session", "astvmi"},
    {HTTP_METHOD_DELETE, "/v1/session", "astvmi"},
    {HTTP_METHOD_GET, "/v1/floor", "astvmi"},
    {HTTP_METHOD_GET, "/v1/contacts", "astvmi"},
    {HTTP_METHOD_GET, "/v1/contacts/{id}", "astvmi"},
    {HTTP_METHOD_GET, "/v1/contacts/{id}/events", "astvmi"},
    {HTTP_METHOD_GET, "/v1/approvals", "astvmi"},
    {HTTP_METHOD_POST, "/v1/events", "astvmi"},
    {HTTP_METHOD_GET, "/v1/events", "stvmi"},
    {HTTP_METHOD_GET, "/v1/stream", "astvmi"},
    {HTTP_METHOD_GET, "/v1/customers/{id}", "astvm"},
    {HTTP_METHOD_GET, "/v1/find", "astvm"},
    {HTTP_METHOD_GET, "/v1/scripts", "astvm"},
    {HTTP_METHOD_GET, "/v1/scripts/{id}/versions", "stvm"},
    {HTTP_METHOD_GET, "/v1/scripts/{id}/versions/{version}", "stvm"},
    {HTTP_METHOD_PUT, "/v1/scripts/{id}/versions/{version}", "tm"},
    {HTTP_METHOD_POST, "/v1/scripts/{id}/versions/{version}/publish", "tm"},
    {HTTP_METHOD_POST, "/v1/scripts/{id}/versions/{version}/retire", "tm"},
    {HTTP_METHOD_POST, "/v1/scripts/{id}/versions/{version}/pull-back", "tm"},
    {HTTP_METHOD_GET, "/v1/articles", "astvm"},
    {HTTP_METHOD_GET, "/v1/articles/snapshot", "astvm"},
    {HTTP_METHOD_GET, "/v1/articles/use", "astvm"},
    {HTTP_METHOD_GET, "/v1/articles/{id}", "astvm"},
    {HTTP_METHOD_PUT, "/v1/articles/{id}", "stvm"},
    {HTTP_METHOD_DELETE, "/v1/articles/{id}", "stvm"},
    {HTTP_METHOD_GET, "/v1/reports/aht", "astvm"},
    {HTTP_METHOD_GET, "/v1/reports/floor", "astvmi"},
    {HTTP_METHOD_GET, "/v1/reports/{name}", "stvm"},
    {HTTP_METHOD_POST, "/v1/import/{kind}", "mi"},
    {HTTP_METHOD_GET, "/v1/settings", "m"},
    {HTTP_METHOD_PUT, "/v1/settings", "m"},
    {HTTP_METHOD_GET, "/healthz", "*"},
    {HTTP_METHOD_GET, "/readyz", "*"},
    {HTTP_METHOD_GET, "/version", "*"},
    {HTTP_METHOD_GET, "/metrics", "*"},
    {HTTP_METHOD_GET, "/openapi.yaml", "*"},
    {HTTP_METHOD_PUT, "/v1/watch", "astvmi"},
};

static enum http_outcome answer_nothing(const struct http_request *request, struct http_response *response,
                                        void *user_data, GError **error)
{
    (void)request;
    (void)user_data;
    (void)error;
    response->status = 204;
    return HTTP_DONE;
}
static const struct http_route bare = {HTTP_METHOD_GET, "/bare", answer_nothing, .help = "do nothing."};

static void set_up(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    GError *error = NULL;
    f->path = floor_path();
    store_close(floor_open(f->path, NULL));
    f->service = service_new(&(struct service_options){.path = f->path, .is_quiet = true}, &error);
    g_assert_no_error(error);
    http_server_add_routes(f->service->server, &bare, 1, NULL);
    service_start(f->service, &error);
    g_assert_no_error(error);
    f->url = service_url(f->service);
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    service_free(f->service);
    floor_remove(f->path);
}

/* The pattern as an address that a caller who is let through gets an answer from at once. */
static char *address(const struct fixture *f, const struct http_route *row)
{
    g_autoptr(GString) path = g_string_new(row->pattern);
    g_string_replace(path, "{id}", "1", 0);
    g_string_replace(path, "{version}", "1", 0);
    g_string_replace(path, "{kind}", "events", 0);
    g_string_replace(path, "{name}", "gaps", 0);
    if (strcmp(row->pattern, "/v1/stream") == 0)
        g_string_append(path, "?after=nothing"); /* 400, not a stream without an end */
    return g_strconcat(f->url, path->str, NULL);
}

static long status_of(const struct fixture *f, const struct http_route *row, const char *token)
{
    g_autofree char *url = address(f, row);
    struct answer answer =
        caller_ask(http_method_name(row->method), url, token, row->body_max_bytes ? "{}" : NULL, NULL);
    long status = answer.status;
    answer_release(&answer);
    return status;
}

static const struct expected *expected_of(const struct http_route *row)
{
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
        if (expected[i].method == row->method && strcmp(expected[i].pattern, row->pattern) == 0)
            return &expected[i];
    g_error("nobody wrote down who may %s %s", http_method_name(row->method), row->pattern);
}

static void check_role(const struct fixture *f, const struct http_route *row, enum role role, const char *who)
{
    g_autofree char *token = caller_sign_in(f->url, people[role].id, "test");
    long status = status_of(f, row, token);
    bool may = strchr(who, people[role].letter) != NULL;
    if (may ? status == 401 || status == 403 : status != 403)
        g_error("%s %s as %s: %ld", http_method_name(row->method), row->pattern, role_name(role), status);
}

static void lets_each_role_through_where_it_may(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    size_t seen = 0;
    for (const struct route_table *const *table = route_tables; *table; table++) {
        for (size_t i = 0; i < (*table)->count; i++, seen++) {
            const struct http_route *row = &(*table)->rows[i];
            const char *who = expected_of(row)->who;
            bool is_public = *who == '*';
            long status = status_of(f, row, NULL);
            if (is_public ? status == 401 || status == 403 : status != 401)
                g_error("%s %s without a sign-in: %ld", http_method_name(row->method), row->pattern, status);
            for (int role = 0; !is_public && role < ROLE_COUNT; role++)
                check_role(f, row, (enum role)role, who);
        }
    }
    g_assert_cmpuint(seen, ==, G_N_ELEMENTS(expected));
}

static long get(struct fixture *f, const char *path, const char *token)
{
    g_autofree char *url = g_strconcat(f->url, path, NULL);
    struct answer answer = caller_ask("GET", url, token, NULL, NULL);
    long status = answer.status;
    answer_release(&answer);
    return status;
}

/* A row that names no right is nobody's. */
static void denies_what_asks_for_no_right(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "root", "test");
    g_assert_cmpint(get(f, "/bare", token), ==, 403);
}

/* Puts {"roles": roles} into the settings, as an administrator. */
static void put_roles(struct fixture *f, const char *roles, long status, const char *part)
{
    g_autofree char *token = caller_sign_in(f->url, "root", "test"),
                    *url = g_strconcat(f->url, "/v1/settings", NULL);
    struct answer now = caller_ask("GET", url, token, NULL, NULL);
    g_autofree char *match = g_strdup_printf("If-Match: %s", now.etag);
    cJSON *json = cJSON_Parse(now.body->str);
    cJSON_DeleteItemFromObjectCaseSensitive(json, "roles");
    cJSON_AddItemToObject(json, "roles", cJSON_Parse(roles));
    char *text = cJSON_PrintUnformatted(json);
    struct answer then = caller_ask("PUT", url, token, text, match);
    if (then.status != status || !strstr(then.body->str, part))
        g_error("%ld: %s", then.status, then.body->str);
    cJSON_free(text);
    cJSON_Delete(json);
    answer_release(&now);
    answer_release(&then);
}

static void takes_the_rights_of_the_settings(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "mira", "desk-mira"),
                    *url = g_strconcat(f->url, "/v1/events", NULL);
    g_assert_cmpint(get(f, "/v1/find?q=x", token), ==, 200);
    g_assert_cmpint(get(f, "/v1/events", token), ==, 403);
    put_roles(f, "{\"agent\":[\"events.read\"]}", 200, "events.read");
    g_assert_cmpint(get(f, "/v1/find?q=x", token), ==, 403);
    g_assert_cmpint(get(f, "/v1/events", token), ==, 200);
    g_assert_cmpint(get(f, "/v1/reports/aht", token), ==, 403);
    struct event *ev = floor_event(EVENT_AGENT_SIGNED_IN, "desk-mira", 1, ACTOR_AGENT, "mira", NULL),
                 *search = floor_event(EVENT_SEARCH_DONE, "desk-mira", 2, ACTOR_AGENT, "mira", NULL);
    g_autofree char *one = event_to_json(ev), *two = event_to_json(search),
                    *body = g_strdup_printf("{\"events\":[%s,%s]}", one, two);
    struct answer answer = caller_ask("POST", url, token, body, NULL);
    g_assert_nonnull(strstr(answer.body->str, "\"position\""));
    g_assert_nonnull(
        strstr(answer.body->str, "Your role (agent) may not search; that takes the right knowledge.read."));
    answer_release(&answer);
    event_free(ev);
    event_free(search);
    put_roles(f, "{}", 200, "queues");
    g_assert_cmpint(get(f, "/v1/find?q=x", token), ==, 200);
}

static void refuses_rights_and_roles_that_are_none(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    put_roles(f, "{\"agent\":[\"contacts.frob\"]}", 422, "There is no right \\\"contacts.frob\\\"");
    put_roles(f, "{\"boss\":[]}", 422, "There is no role \\\"boss\\\"");
    put_roles(f, "{\"agent\":\"all\"}", 422, "The rights of \\\"agent\\\" must be a list");
    put_roles(f, "[]", 422, "roles");
}

struct following {
    const char *url, *token;
    char *text;
};

static void *follow(void *data)
{
    struct following *following = data;
    following->text = caller_stream(following->url, following->token, NULL, 2, 20);
    return NULL;
}

static void ends_streams_whose_rights_are_others_now(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "mira", "desk-mira");
    struct following following = {.url = f->url, .token = token};
    GThread *thread = g_thread_new("follow", follow, &following);
    for (int tries = 0; tries < 1000; tries++) {
        g_autofree char *url = g_strconcat(f->url, "/metrics", NULL);
        struct answer answer = caller_ask("GET", url, NULL, NULL, NULL);
        bool is_there = strstr(answer.body->str, "\nfirstline_streams 1\n");
        answer_release(&answer);
        if (is_there)
            break;
        g_usleep(10000);
    }
    put_roles(f, "{\"agent\":[]}", 200, "queues");
    floor_chat(service_store(f->service), "101");
    g_thread_join(thread);
    g_assert_null(strstr(following.text, "\"contact\":\"101\""));
    g_free(following.text);
    g_assert_cmpint(get(f, "/v1/stream?after=nothing", token), ==, 403);
}

static void shows_an_agent_their_own_work_alone(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "mira", "desk-mira"),
                    *boss = caller_sign_in(f->url, "hugo", "test"),
                    *url = g_strconcat(f->url, "/v1/reports/aht?by=agent", NULL);
    struct answer own = caller_ask("GET", url, token, NULL, NULL),
                  all = caller_ask("GET", url, boss, NULL, NULL);
    g_assert_nonnull(strstr(own.body->str, "\"only\":\"mira\""));
    g_assert_null(strstr(all.body->str, "\"only\""));
    answer_release(&own);
    answer_release(&all);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add("/rights/" #name, struct fixture, NULL, set_up, name, tear_down)
    TEST(lets_each_role_through_where_it_may);
    TEST(denies_what_asks_for_no_right);
    TEST(takes_the_rights_of_the_settings);
    TEST(refuses_rights_and_roles_that_are_none);
    TEST(ends_streams_whose_rights_are_others_now);
    TEST(shows_an_agent_their_own_work_alone);
    return g_test_run();
}
