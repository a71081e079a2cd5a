/* The client against servers that misbehave: each gets its sentence, and none holds anybody up. */
#include "net/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http_server.h"
#include "net/problem.h"
#include "tests/support/certificate.h"

enum {
    DEADLINE_MS = 20000,
};

/* A peer that answers every connection with the same bytes, and then closes or stays silent. */
struct canned {
    int listen_fd;
    uint16_t port;
    const char *answer;
    size_t answer_len;
    bool stays_open;
    int open_fd; /* of the connection that stays open */
    GThread *thread;
};

static void *run_canned(void *data)
{
    struct canned *canned = data;
    for (;;) {
        int fd = accept(canned->listen_fd, NULL, NULL);
        if (fd < 0)
            return NULL;
        char request[4096];
        if (recv(fd, request, sizeof request, 0) > 0)
            send(fd, canned->answer, canned->answer_len, MSG_NOSIGNAL);
        if (canned->stays_open && canned->open_fd < 0) {
            canned->open_fd = fd;
            continue;
        }
        shutdown(fd, SHUT_WR);
        close(fd);
    }
}

static void start_canned(struct canned *canned, const char *answer, size_t answer_len)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t address_len = sizeof address;
    canned->answer = answer;
    canned->answer_len = answer_len;
    canned->open_fd = -1;
    canned->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(canned->listen_fd, (struct sockaddr *)&address, sizeof address), ==, 0);
    g_assert_cmpint(listen(canned->listen_fd, 8), ==, 0);
    g_assert_cmpint(getsockname(canned->listen_fd, (struct sockaddr *)&address, &address_len), ==, 0);
    canned->port = ntohs(address.sin_port);
    canned->thread = g_thread_new("canned", run_canned, canned);
}

static void stop_canned(struct canned *canned)
{
    shutdown(canned->listen_fd, SHUT_RDWR);
    g_thread_join(canned->thread);
    close(canned->listen_fd);
    if (canned->open_fd >= 0)
        close(canned->open_fd);
}

struct result {
    bool is_there;
    unsigned status;
    GError *error;
};

static void take_reply(const struct http_reply *reply, void *user_data)
{
    struct result *result = user_data;
    result->is_there = true;
    result->status = reply->status;
    result->error = reply->error ? g_error_copy(reply->error) : NULL;
}

static gboolean on_deadline(gpointer data)
{
    (void)data;
    g_error("No reply came.");
    return G_SOURCE_REMOVE;
}

static void wait_for(struct result *result)
{
    guint deadline = g_timeout_add(DEADLINE_MS, on_deadline, NULL);
    while (!result->is_there)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(deadline);
}

static struct result ask(struct http_client_options options, struct http_client_request request)
{
    struct result result = {0};
    options.peer_name = "The backend";
    options.when_down = "work goes on and is sent later";
    struct http_client *client = http_client_new(&options);
    http_client_send(client, &request, take_reply, &result);
    wait_for(&result);
    http_client_free(client);
    return result;
}

/* Asks a peer that answers with `answer`; the sentence must be `sentence` with %u for the port. */
static void assert_explained(const char *answer, size_t answer_len, struct canned canned,
                             enum problem_code code, const char *sentence)
{
    start_canned(&canned, answer, answer_len);
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/v1/contacts", canned.port);
    struct result result =
        ask((struct http_client_options){0}, (struct http_client_request){
                                                 .url = url,
                                                 .timeout_ms = canned.stays_open ? 150 : 5000,
                                                 .max_reply_bytes = 1000,
                                             });
    stop_canned(&canned);
    g_autofree char *expected =
        g_strdup_printf("The backend at http://127.0.0.1:%u %s", canned.port, sentence);
    g_assert_error(result.error, NET_PROBLEM, (int)code);
    g_assert_cmpstr(result.error->message, ==, expected);
    g_clear_error(&result.error);
}

static void explain(const char *answer, enum problem_code code, const char *sentence)
{
    assert_explained(answer, strlen(answer), (struct canned){0}, code, sentence);
}

static void test_garbage_is_no_answer(void)
{
    explain("\x01\x02garbage\r\n\r\n", PROBLEM_BAD_ANSWER, "answered something that is not HTTP.");
    explain("SSH-2.0-OpenSSH_9.2\r\n", PROBLEM_BAD_ANSWER, "answered something that is not HTTP.");
    explain("", PROBLEM_BAD_ANSWER,
            "closed the connection without an answer; if it is served with TLS, begin the address with "
            "https://.");
}

static void test_half_an_answer_is_none(void)
{
    explain("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this", PROBLEM_BAD_ANSWER,
            "broke off in the middle of its answer.");
    explain("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", PROBLEM_BAD_ANSWER,
            "broke off in the middle of its answer.");
    explain("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\nnotgzip",
            PROBLEM_BAD_ANSWER, "sent an answer whose compression is damaged.");
}

static void test_a_slow_answer_is_given_up(void)
{
    const char *half = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nslow";
    const char *sentence = "took too long to answer; work goes on and is sent later.";
    assert_explained(half, strlen(half), (struct canned){.stays_open = true}, PROBLEM_TOO_SLOW, sentence);
    assert_explained("", 0, (struct canned){.stays_open = true}, PROBLEM_TOO_SLOW, sentence);
}

/* What is long may take its time, so long as it comes. */
static void test_a_long_answer_that_stops_is_given_up(void)
{
    static const char half[] = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nslow";
    struct canned canned = {.stays_open = true};
    start_canned(&canned, half, strlen(half));
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/", canned.port);
    struct result result =
        ask((struct http_client_options){0},
            (struct http_client_request){.url = url, .timeout_ms = 3600 * 1000, .stall_ms = 1000});
    stop_canned(&canned);
    g_assert_error(result.error, NET_PROBLEM, PROBLEM_TOO_SLOW);
    g_clear_error(&result.error);
}

/* There is a connection, kept from the answer before, so "no connection in time" would be wrong. */
static void test_a_kept_connection_that_falls_silent_is_given_up(void)
{
    static const char whole[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    struct canned canned = {.stays_open = true};
    start_canned(&canned, whole, strlen(whole));
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/", canned.port);
    struct http_client *client = http_client_new(&(struct http_client_options){0});
    struct result first = {0}, second = {0};
    http_client_send(client, &(struct http_client_request){.url = url}, take_reply, &first);
    wait_for(&first);
    g_assert_cmpuint(first.status, ==, 200);
    http_client_send(client, &(struct http_client_request){.url = url, .timeout_ms = 150}, take_reply,
                     &second);
    wait_for(&second);
    http_client_free(client);
    stop_canned(&canned);
    g_assert_error(second.error, NET_PROBLEM, PROBLEM_TOO_SLOW);
    g_assert_true(g_str_has_suffix(second.error->message, " took too long to answer."));
    g_clear_error(&second.error);
}

/* The demo on this machine is no matter of the network's proxy. */
static void test_this_machine_is_asked_past_a_proxy(void)
{
    static const char *const names[] = {"127.0.0.1", "localhost"};
    static const char whole[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    struct canned proxy = {0}, canned = {0};
    start_canned(&proxy, "HTTP/1.1 504 Nobody\r\n\r\n", 24);
    start_canned(&canned, whole, strlen(whole));
    g_autofree char *address = g_strdup_printf("http://127.0.0.1:%u", proxy.port);
    g_setenv("http_proxy", address, TRUE);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *url = g_strdup_printf("http://%s:%u/", names[i], canned.port);
        struct result result = ask((struct http_client_options){0}, (struct http_client_request){.url = url});
        g_assert_no_error(result.error);
        g_assert_cmpuint(result.status, ==, 200);
    }
    struct result through =
        ask((struct http_client_options){0}, (struct http_client_request){.url = "http://desk.example/"});
    g_unsetenv("http_proxy");
    g_assert_cmpuint(through.status, ==, 504); /* all else goes through it */
    g_clear_error(&through.error);
    stop_canned(&proxy);
    stop_canned(&canned);
}

static void test_an_oversized_answer_is_cut_off(void)
{
    g_autofree char *body = g_strnfill(5000, 'x');
    g_autofree char *known = g_strconcat("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", body, NULL);
    g_autofree char *unknown = g_strconcat("HTTP/1.1 200 OK\r\n\r\n", body, NULL);
    explain(known, PROBLEM_TOO_LARGE, "sent an answer larger than the 1000 bytes that are taken.");
    explain(unknown, PROBLEM_TOO_LARGE, "sent an answer larger than the 1000 bytes that are taken.");
    g_autoptr(GString) head = g_string_new("HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 200; i++)
        g_string_append(head, "X-More: of it\r\n");
    g_string_append(head, "\r\n");
    explain(head->str, PROBLEM_TOO_LARGE,
            "sent an answer with more head lines than are taken (128 and 32768 bytes).");
}

static void test_refusals_keep_their_own_words(void)
{
    g_autoptr(GString) answer = g_string_new("HTTP/1.1 409 Conflict\r\n\r\n");
    g_autoptr(GError) refusal = g_error_new(NET_PROBLEM, PROBLEM_REFUSED, "Ben has this contact already.");
    problem_write(answer, refusal);
    struct canned canned = {0};
    start_canned(&canned, answer->str, answer->len);
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/", canned.port);
    struct result result = ask((struct http_client_options){0}, (struct http_client_request){.url = url});
    stop_canned(&canned);
    g_assert_cmpuint(result.status, ==, 409);
    g_assert_error(result.error, NET_PROBLEM, PROBLEM_REFUSED);
    g_assert_cmpstr(result.error->message, ==, "Ben has this contact already.");
    g_clear_error(&result.error);
    explain("HTTP/1.1 502 Bad Gateway\r\n\r\n<html>", PROBLEM_BAD_ANSWER,
            "refused the request with HTTP status 502 and gave no reason.");
    explain("HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\n\r\n", PROBLEM_BAD_ANSWER,
            "sent the request elsewhere (HTTP status 302); check the address in the settings.");
}

static void test_nobody_there(void)
{
    struct canned canned = {0};
    start_canned(&canned, "", 0);
    stop_canned(&canned);
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/v1/queue?x=1", canned.port);
    struct result result = ask((struct http_client_options){0}, (struct http_client_request){.url = url});
    g_autofree char *expected =
        g_strdup_printf("The backend at http://127.0.0.1:%u does not answer (connection "
                        "refused); work goes on and is sent later.",
                        canned.port);
    g_assert_cmpuint(result.status, ==, 0);
    g_assert_error(result.error, NET_PROBLEM, PROBLEM_UNAVAILABLE);
    g_assert_cmpstr(result.error->message, ==, expected);
    g_clear_error(&result.error);
}

static void test_addresses_that_are_none(void)
{
    const char *const urls[] = {"ftp://127.0.0.1/x", "", "http://", "file:///etc/passwd"};
    for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
        struct result result =
            ask((struct http_client_options){0}, (struct http_client_request){.url = urls[i]});
        g_assert_error(result.error, NET_PROBLEM, PROBLEM_BAD_REQUEST);
        g_assert_true(
            g_str_has_suffix(result.error->message,
                             "cannot be asked: that is no address beginning with http:// or https://."));
        g_clear_error(&result.error);
    }
}

static void test_freeing_gives_up_what_is_under_way(void)
{
    struct canned canned = {.stays_open = true};
    struct result result = {0};
    start_canned(&canned, "", 0);
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/", canned.port);
    struct http_client *client = http_client_new(&(struct http_client_options){0});
    for (int i = 0; i < 10; i++)
        http_client_send(client, &(struct http_client_request){.url = url}, take_reply, &result);
    http_client_free(client);
    while (g_main_context_iteration(NULL, FALSE))
        continue;
    g_assert_false(result.is_there);
    stop_canned(&canned);
}

static enum http_outcome say_hello(const struct http_request *request, struct http_response *response,
                                   void *user_data, GError **error)
{
    (void)request, (void)user_data, (void)error;
    http_response_take_json(response, 200, g_string_new("{}"));
    return HTTP_DONE;
}

static const struct http_route routes[] = {
    {HTTP_METHOD_GET, "/", say_hello, .help = "Greets."},
};

static void test_tls_is_believed_only_with_its_authority(void)
{
    struct certificate certificate;
    if (!certificate_make(&certificate))
        return;
    g_autoptr(GError) error = NULL;
    struct http_server *server = http_server_new(&(struct http_server_options){
        .tls_cert_path = certificate.cert_path, .tls_key_path = certificate.key_path});
    http_server_add_routes(server, routes, G_N_ELEMENTS(routes), NULL);
    http_server_start(server, &error);
    g_assert_no_error(error);
    const struct http_client_request request = {.url = http_server_url(server)};
    g_assert_true(g_str_has_prefix(request.url, "https://127.0.0.1:"));

    struct result result = ask((struct http_client_options){0}, request);
    g_assert_error(result.error, NET_PROBLEM, PROBLEM_FORBIDDEN);
    g_assert_true(
        g_str_has_suffix(result.error->message,
                         "shows a certificate that is not trusted: it is signed by itself; ask your "
                         "administrator for the authority's file and name it with --ca or in FIRSTLINE_CA."));
    g_clear_error(&result.error);
    result = ask((struct http_client_options){.ca_path = certificate.cert_path}, request);
    g_assert_no_error(result.error);
    g_assert_cmpuint(result.status, ==, 200);
    result = ask((struct http_client_options){.ca_path = "/nowhere/ca.pem"}, request);
    g_assert_error(result.error, NET_PROBLEM, PROBLEM_BAD_REQUEST);
    g_assert_true(g_str_has_suffix(
        result.error->message, "cannot be checked: the file of trusted authorities /nowhere/ca.pem cannot "
                               "be read, or holds no certificate; check it."));
    g_clear_error(&result.error);

    http_server_free(server);
    certificate_remove(&certificate);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/http_client/garbage-is-no-answer", test_garbage_is_no_answer);
    g_test_add_func("/http_client/half-an-answer-is-none", test_half_an_answer_is_none);
    g_test_add_func("/http_client/a-slow-answer-is-given-up", test_a_slow_answer_is_given_up);
    g_test_add_func("/http_client/a-long-answer-that-stops-is-given-up",
                    test_a_long_answer_that_stops_is_given_up);
    g_test_add_func("/http_client/a-kept-connection-that-falls-silent-is-given-up",
                    test_a_kept_connection_that_falls_silent_is_given_up);
    g_test_add_func("/http_client/this-machine-is-asked-past-a-proxy",
                    test_this_machine_is_asked_past_a_proxy);
    g_test_add_func("/http_client/an-oversized-answer-is-cut-off", test_an_oversized_answer_is_cut_off);
    g_test_add_func("/http_client/refusals-keep-their-own-words", test_refusals_keep_their_own_words);
    g_test_add_func("/http_client/nobody-there", test_nobody_there);
    g_test_add_func("/http_client/addresses-that-are-none", test_addresses_that_are_none);
    g_test_add_func("/http_client/freeing-gives-up-what-is-under-way",
                    test_freeing_gives_up_what_is_under_way);
    g_test_add_func("/http_client/tls-is-believed-only-with-its-authority",
                    test_tls_is_believed_only_with_its_authority);
    return g_test_run();
}
