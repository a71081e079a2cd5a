/* The client against the server, in one process over loopback. */
#include "net/http_client.h"
#include "net/http_server.h"

#include <string.h>

#include "net/json_writer.h"
#include "net/problem.h"

enum {
    DEADLINE_MS = 10000,
};

/* What the replies of a test came to. */
struct result {
    unsigned replies;
    unsigned status;
    uint64_t number;
    char *body;
    char *allow;
    char *etag;
    GError *error;
};

struct fixture {
    struct http_server *server;
    struct http_client *client;
    struct result result;
    GThread *answerer;
    GAsyncQueue *later; /* of struct http_exchange */
};

static enum http_outcome say_hello(const struct http_request *request, struct http_response *response,
                                   void *user_data, GError **error)
{
    (void)user_data;
    (void)error;
    GString *out = g_string_new(NULL);
    struct json_writer json;
    json_writer_init(&json, out);
    json_object_start(&json);
    json_add_string(&json, "hello", http_request_param(request, "name"));
    json_add_string(&json, "greeting", http_request_query(request, "greeting"));
    json_object_end(&json);
    http_response_take_json(response, 200, out);
    http_response_add_header(response, "ETag", "\"1\"");
    return HTTP_DONE;
}

static enum http_outcome echo_length(const struct http_request *request, struct http_response *response,
                                     void *user_data, GError **error)
{
    (void)user_data;
    cJSON *root = http_request_json(request, NULL, error);
    if (!root)
        return HTTP_FAILED;
    cJSON_Delete(root);
    GString *out = g_string_new(NULL);
    g_string_printf(out, "%zu", request->body_len);
    http_response_take_json(response, 201, out);
    return HTTP_DONE;
}

static enum http_outcome answer_later(const struct http_request *request, struct http_response *response,
                                      void *user_data, GError **error)
{
    (void)response;
    (void)error;
    struct fixture *fixture = user_data;
    g_async_queue_push(fixture->later, request->exchange);
    return HTTP_LATER;
}

static enum http_outcome send_large(const struct http_request *request, struct http_response *response,
                                    void *user_data, GError **error)
{
    (void)request;
    (void)user_data;
    (void)error;
    GString *out = g_string_new("\"");
    for (int i = 0; i < 20000; i++)
        g_string_append(out, "all the same ");
    g_string_append_c(out, '"');
    http_response_take_json(response, 200, out);
    return HTTP_DONE;
}

static enum http_outcome fail_inside(const struct http_request *request, struct http_response *response,
                                     void *user_data, GError **error)
{
    (void)request;
    (void)response;
    (void)user_data;
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_IO, "secret inner text");
    return HTTP_FAILED;
}

static enum http_outcome put_once(const struct http_request *request, struct http_response *response,
                                  void *user_data, GError **error)
{
    (void)response;
    (void)user_data;
    switch (http_request_if_match(request, "\"1\"")) {
    case HTTP_MATCH_YES:
        return HTTP_DONE;
    case HTTP_MATCH_NO:
        g_set_error(error, NET_PROBLEM, PROBLEM_STALE,
                    "The settings were changed by somebody else; look again.");
        return HTTP_FAILED;
    default:
        g_set_error(error, NET_PROBLEM, PROBLEM_WRONG_ORDER,
                    "Say with If-Match which state is to be changed.");
        return HTTP_FAILED;
    }
}

static const struct http_route routes[] = {
    {HTTP_METHOD_GET, "/hello/{name}", say_hello, .help = "Greets."},
    {HTTP_METHOD_POST, "/echo", echo_length, .body_max_bytes = 100 * 1000,
     .help = "Says how long the body was."},
    {HTTP_METHOD_POST, "/later", answer_later, .body_max_bytes = 100, .help = "Answers from another thread."},
    {HTTP_METHOD_GET, "/large", send_large, .help = "A large body."},
    {HTTP_METHOD_GET, "/broken", fail_inside, .help = "Fails."},
    {HTTP_METHOD_GET, "/secret", say_hello, .rights = 1, .help = "Behind the gate."},
    {HTTP_METHOD_PUT, "/settings", put_once, .help = "Conditional."},
};

static void *run_answerer(void *data)
{
    struct fixture *fixture = data;
    for (;;) {
        struct http_exchange *exchange = g_async_queue_pop(fixture->later);
        if ((void *)exchange == (void *)fixture)
            return NULL;
        struct http_response response = {0};
        http_response_take_json(&response, 202, g_string_new("\"later\""));
        http_exchange_answer(exchange, &response);
    }
}

static bool gate(struct http_request *request, void *user_data, GError **error)
{
    (void)user_data;
    if (!request->route->rights || g_strcmp0(http_request_bearer(request), "sesame") == 0)
        return true;
    g_set_error(error, NET_PROBLEM, PROBLEM_UNAUTHORISED, "Sign in first.");
    return false;
}

static void set_up(struct fixture *fixture, const void *data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    fixture->later = g_async_queue_new();
    fixture->server = http_server_new(&(struct http_server_options){.gate = gate, .gzip_from_bytes = 1000});
    http_server_add_routes(fixture->server, routes, G_N_ELEMENTS(routes), fixture);
    http_server_start(fixture->server, &error);
    g_assert_no_error(error);
    fixture->client = http_client_new(&(struct http_client_options){
        .peer_name = "The backend", .when_down = "work goes on and is sent later"});
    fixture->answerer = g_thread_new("answerer", run_answerer, fixture);
}

static void clear_result(struct result *result)
{
    g_free(result->body);
    g_free(result->allow);
    g_free(result->etag);
    g_clear_error(&result->error);
    *result = (struct result){0};
}

static void tear_down(struct fixture *fixture, const void *data)
{
    (void)data;
    http_client_free(fixture->client);
    http_server_free(fixture->server);
    g_async_queue_push(fixture->later, fixture);
    g_thread_join(fixture->answerer);
    g_async_queue_unref(fixture->later);
    clear_result(&fixture->result);
}

static void take_reply(const struct http_reply *reply, void *user_data)
{
    struct result *result = user_data;
    unsigned replies = result->replies + 1;
    clear_result(result);
    result->replies = replies;
    result->status = reply->status;
    result->number = reply->number;
    result->body = g_strdup(reply->body);
    result->allow = g_strdup(http_reply_header(reply, "allow"));
    result->etag = g_strdup(http_reply_header(reply, "ETag"));
    result->error = reply->error ? g_error_copy(reply->error) : NULL;
}

static gboolean on_deadline(gpointer data)
{
    (void)data;
    g_error("Nothing came within %d ms.", DEADLINE_MS);
    return G_SOURCE_REMOVE;
}

static void wait_for(struct result *result, unsigned replies)
{
    guint deadline = g_timeout_add(DEADLINE_MS, on_deadline, NULL);
    while (result->replies < replies)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(deadline);
}

static const struct result *ask(struct fixture *fixture, const char *path, struct http_client_request request)
{
    g_autofree char *url = g_strconcat(http_server_url(fixture->server), path, NULL);
    request.url = url;
    clear_result(&fixture->result);
    http_client_send(fixture->client, &request, take_reply, &fixture->result);
    wait_for(&fixture->result, 1);
    return &fixture->result;
}

static void test_answers_a_request(struct fixture *fixture, const void *data)
{
    (void)data;
    const struct result *result = ask(fixture, "/hello/J%C3%BCrgen?greeting=%E4%BD%A0%E5%A5%BD",
                                      (struct http_client_request){.number = 7});
    g_assert_no_error(result->error);
    g_assert_cmpuint(result->status, ==, 200);
    g_assert_cmpuint(result->number, ==, 7);
    g_assert_cmpstr(result->body, ==, "{\"hello\":\"Jürgen\",\"greeting\":\"你好\"}");
    g_assert_cmpstr(result->etag, ==, "\"1\"");
}

static void test_takes_a_body_and_bounds_it(struct fixture *fixture, const void *data)
{
    (void)data;
    g_autofree char *body = g_strnfill(90000, ' ');
    memcpy(body, "[1]", 3);
    const struct result *result =
        ask(fixture, "/echo", (struct http_client_request){.body = body, .body_len = 90000});
    g_assert_cmpuint(result->status, ==, 201);
    g_assert_cmpstr(result->body, ==, "90000");

    g_autofree char *large = g_strnfill(200000, ' ');
    result = ask(fixture, "/echo", (struct http_client_request){.body = large, .body_len = 200000});
    g_assert_cmpuint(result->status, ==, 413);
    g_assert_error(result->error, NET_PROBLEM, PROBLEM_TOO_LARGE);
    g_assert_cmpstr(result->error->message, ==, "The body is longer than the 100000 bytes that /echo takes.");
}

static void test_answers_later_from_another_thread(struct fixture *fixture, const void *data)
{
    (void)data;
    const struct result *result = ask(fixture, "/later", (struct http_client_request){.method = "POST"});
    g_assert_cmpuint(result->status, ==, 202);
    g_assert_cmpstr(result->body, ==, "\"later\"");
}

static void test_answers_a_hundred_at_once(struct fixture *fixture, const void *data)
{
    (void)data;
    g_autofree char *hello = g_strconcat(http_server_url(fixture->server), "/hello/you", NULL);
    g_autofree char *later = g_strconcat(http_server_url(fixture->server), "/later", NULL);
    for (int i = 0; i < 50; i++) {
        const struct http_client_request get = {.url = hello};
        const struct http_client_request post = {.url = later, .method = "POST"};
        http_client_send(fixture->client, &get, take_reply, &fixture->result);
        http_client_send(fixture->client, &post, take_reply, &fixture->result);
    }
    wait_for(&fixture->result, 100);
    g_assert_no_error(fixture->result.error);
}

static void test_keeps_its_connection(struct fixture *fixture, const void *data)
{
    (void)data;
    for (int i = 0; i < 20; i++)
        g_assert_no_error(ask(fixture, "/hello/you", (struct http_client_request){0})->error);
    g_assert_cmpuint(http_server_connection_count(fixture->server), ==, 1);
}

static void test_unknown_address_is_404(struct fixture *fixture, const void *data)
{
    (void)data;
    const struct result *result = ask(fixture, "/nothing/here", (struct http_client_request){0});
    g_assert_cmpuint(result->status, ==, 404);
    g_assert_error(result->error, NET_PROBLEM, PROBLEM_NOT_FOUND);
    g_assert_cmpstr(result->error->message, ==, "There is nothing at this address.");
}

static void test_wrong_method_is_405_with_allow(struct fixture *fixture, const void *data)
{
    (void)data;
    const struct result *result =
        ask(fixture, "/hello/you", (struct http_client_request){.method = "DELETE"});
    g_assert_cmpuint(result->status, ==, 405);
    g_assert_cmpstr(result->allow, ==, "GET, HEAD, OPTIONS");
    g_assert_cmpstr(result->error->message, ==,
                    "This address does not take DELETE, only GET, HEAD, OPTIONS.");

    result = ask(fixture, "/hello/you", (struct http_client_request){.method = "OPTIONS"});
    g_assert_cmpuint(result->status, ==, 204);
    g_assert_cmpstr(result->allow, ==, "GET, HEAD, OPTIONS");
}

static void test_head_has_no_body(struct fixture *fixture, const void *data)
{
    (void)data;
    const struct result *result = ask(fixture, "/hello/you", (struct http_client_request){.method = "HEAD"});
    g_assert_cmpuint(result->status, ==, 200);
    g_assert_cmpstr(result->body, ==, "");
    g_assert_cmpstr(result->etag, ==, "\"1\"");
}

static void test_gate_decides_before_the_handler(struct fixture *fixture, const void *data)
{
    (void)data;
    const struct result *result = ask(fixture, "/secret", (struct http_client_request){0});
    g_assert_cmpuint(result->status, ==, 401);
    g_assert_cmpstr(result->error->message, ==, "Sign in first.");
}

static void test_inner_errors_stay_inside(struct fixture *fixture, const void *data)
{
    (void)data;
    const struct result *result = ask(fixture, "/broken", (struct http_client_request){0});
    g_assert_cmpuint(result->status, ==, 500);
    g_assert_null(strstr(result->error->message, "secret"));
}

static void test_conditions_refuse_the_stale(struct fixture *fixture, const void *data)
{
    (void)data;
    const char *fresh[] = {"If-Match: \"0\", \"1\"", NULL}, *stale[] = {"If-Match: \"0\"", NULL};
    g_assert_cmpuint(
        ask(fixture, "/settings", (struct http_client_request){.method = "PUT", .headers = fresh})->status,
        ==, 204);
    g_assert_cmpuint(
        ask(fixture, "/settings", (struct http_client_request){.method = "PUT", .headers = stale})->status,
        ==, 412);
    g_assert_cmpuint(ask(fixture, "/settings", (struct http_client_request){.method = "PUT"})->status, ==,
                     428);
}

static void test_compresses_large_bodies(struct fixture *fixture, const void *data)
{
    (void)data;
    const struct result *result = ask(fixture, "/large", (struct http_client_request){0});
    g_assert_cmpuint(result->status, ==, 200);
    g_assert_cmpuint(strlen(result->body), ==, 260002);
}

static void test_refuses_replies_past_the_limit(struct fixture *fixture, const void *data)
{
    (void)data;
    const struct result *result =
        ask(fixture, "/large", (struct http_client_request){.max_reply_bytes = 5000});
    g_assert_cmpuint(result->status, ==, 0);
    g_assert_error(result->error, NET_PROBLEM, PROBLEM_TOO_LARGE);
    g_assert_true(g_str_has_suffix(result->error->message,
                                   "sent an answer larger than the 5000 bytes that are taken."));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, function) g_test_add("/http/" name, struct fixture, NULL, set_up, function, tear_down)
    ADD("answers-a-request", test_answers_a_request);
    ADD("takes-a-body-and-bounds-it", test_takes_a_body_and_bounds_it);
    ADD("answers-later-from-another-thread", test_answers_later_from_another_thread);
    ADD("answers-a-hundred-at-once", test_answers_a_hundred_at_once);
    ADD("keeps-its-connection", test_keeps_its_connection);
    ADD("unknown-address-is-404", test_unknown_address_is_404);
    ADD("wrong-method-is-405-with-allow", test_wrong_method_is_405_with_allow);
    ADD("head-has-no-body", test_head_has_no_body);
    ADD("gate-decides-before-the-handler", test_gate_decides_before_the_handler);
    ADD("inner-errors-stay-inside", test_inner_errors_stay_inside);
    ADD("conditions-refuse-the-stale", test_conditions_refuse_the_stale);
    ADD("compresses-large-bodies", test_compresses_large_bodies);
    ADD("refuses-replies-past-the-limit", test_refuses_replies_past_the_limit);
    return g_test_run();
}
