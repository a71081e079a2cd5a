/* The server against clients that misbehave, and against settings that cannot work. */
#include "net/http_server.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "net/http_exchange.h"
#include "net/problem.h"
#include "tests/support/certificate.h"

struct fixture {
    struct http_server *server;
    GMutex lock;
    GCond changed;
    struct http_exchange *waiting; /* of the one /later */
    unsigned observed_status;
    char *observed_pattern;
    unsigned principals_freed;
};

static enum http_outcome say_hello(const struct http_request *request, struct http_response *response,
                                   void *user_data, GError **error)
{
    (void)user_data, (void)error;
    g_assert_true(request->peer_is_loopback);
    g_assert_cmpstr(request->peer, ==, "127.0.0.1");
    const char *name = http_request_query(request, "name");
    GString *out = g_string_new(name ? name : "nobody");
    http_response_take_text(response, 200, "text/plain", out);
    http_response_add_header(response, "X-Split", "a\r\nEvil: yes");
    return HTTP_DONE;
}

static enum http_outcome take_body(const struct http_request *request, struct http_response *response,
                                   void *user_data, GError **error)
{
    (void)user_data, (void)error;
    http_response_take_text(response, 200, "text/plain",
                            g_string_new_len(request->body, (gssize)request->body_len));
    return HTTP_DONE;
}

static enum http_outcome answer_later(const struct http_request *request, struct http_response *response,
                                      void *user_data, GError **error)
{
    (void)response, (void)error;
    struct fixture *fixture = user_data;
    g_mutex_lock(&fixture->lock);
    fixture->waiting = request->exchange;
    g_cond_broadcast(&fixture->changed);
    g_mutex_unlock(&fixture->lock);
    return HTTP_LATER;
}

static enum http_outcome page(const struct http_request *request, struct http_response *response,
                              void *user_data, GError **error)
{
    (void)user_data;
    int64_t limit = 50;
    if (!http_request_query_int64(request, "limit", 1, 200, &limit, error))
        return HTTP_FAILED;
    GString *out = g_string_new(NULL);
    g_string_printf(out, "%d", (int)limit);
    http_response_take_json(response, 200, out);
    return HTTP_DONE;
}

#define ETAG "\"7-content\""

static enum http_outcome cached(const struct http_request *request, struct http_response *response,
                                void *user_data, GError **error)
{
    (void)user_data, (void)error;
    http_response_add_header(response, "ETag", ETAG);
    if (http_request_if_none_match(request, ETAG) == HTTP_MATCH_YES)
        response->status = 304;
    else
        http_response_take_text(response, 200, "text/plain", g_string_new("content"));
    return HTTP_DONE;
}

static const struct http_route routes[] = {
    {HTTP_METHOD_GET, "/hello", say_hello, .help = "Greets."},
    {HTTP_METHOD_POST, "/body", take_body, .body_max_bytes = 1000, .help = "Gives the body back."},
    {HTTP_METHOD_POST, "/json", take_body, .body_max_bytes = 1000, .rights = 1, .help = "Behind the gate."},
    {HTTP_METHOD_GET, "/later", answer_later, .help = "Answers later."},
    {HTTP_METHOD_GET, "/page", page, .help = "A page."},
    {HTTP_METHOD_GET, "/cached", cached, .help = "With an ETag."},
};

static bool gate(struct http_request *request, void *user_data, GError **error)
{
    request->principal = user_data;
    if (request->route->rights == 0)
        return true;
    g_set_error(error, NET_PROBLEM, PROBLEM_UNAUTHORISED, "Sign in first.");
    return false;
}

static void free_principal(void *principal)
{
    struct fixture *fixture = principal;
    g_mutex_lock(&fixture->lock);
    fixture->principals_freed++;
    g_mutex_unlock(&fixture->lock);
}

static void observe(const struct http_observation *observation, void *user_data)
{
    struct fixture *fixture = user_data;
    g_mutex_lock(&fixture->lock);
    fixture->observed_status = observation->status;
    g_free(fixture->observed_pattern);
    fixture->observed_pattern = g_strdup(observation->pattern);
    g_mutex_unlock(&fixture->lock);
}

static void start(struct fixture *fixture, struct http_server_options options)
{
    g_autoptr(GError) error = NULL;
    g_mutex_init(&fixture->lock);
    g_cond_init(&fixture->changed);
    fixture->server = http_server_new(&(struct http_server_options){
        .gate = gate,
        .observe = observe,
        .free_principal = free_principal,
        .user_data = fixture,
        .idle_timeout_s = options.idle_timeout_s ? options.idle_timeout_s : 1,
        .request_timeout_s = 1,
        .server_name = "test",
        .gzip_from_bytes = 64,
        .address = options.address,
        .tls_cert_path = options.tls_cert_path,
        .tls_key_path = options.tls_key_path,
    });
    http_server_add_routes(fixture->server, routes, G_N_ELEMENTS(routes), fixture);
    http_server_start(fixture->server, &error);
    g_assert_no_error(error);
}

static void set_up(struct fixture *fixture, const void *data)
{
    (void)data;
    start(fixture, (struct http_server_options){0});
}

/* With a server that would wait for the next byte far longer than for the whole request. */
static void set_up_patient(struct fixture *fixture, const void *data)
{
    (void)data;
    start(fixture, (struct http_server_options){.idle_timeout_s = 60});
}

static void tear_down(struct fixture *fixture, const void *data)
{
    (void)data;
    http_server_free(fixture->server);
    g_mutex_clear(&fixture->lock);
    g_cond_clear(&fixture->changed);
    g_free(fixture->observed_pattern);
}

static int open_connection(const struct fixture *fixture)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(http_server_port(fixture->server)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(connect(fd, (const struct sockaddr *)&address, sizeof address), ==, 0);
    return fd;
}

/* Reads until the other side closes. Caller frees. */
static char *read_all(int fd)
{
    GString *all = g_string_new(NULL);
    char buffer[4096];
    ssize_t count;
    while ((count = recv(fd, buffer, sizeof buffer, 0)) > 0)
        g_string_append_len(all, buffer, count);
    close(fd);
    return g_string_free(all, FALSE);
}

static char *exchange(const struct fixture *fixture, const char *bytes, size_t len)
{
    int fd = open_connection(fixture);
    g_assert_cmpint(send(fd, bytes, len, MSG_NOSIGNAL), ==, (ssize_t)len);
    return read_all(fd);
}

static void assert_answer(const struct fixture *fixture, const char *request, const char *status,
                          const char *part)
{
    g_autofree char *answer = exchange(fixture, request, strlen(request));
    g_test_message("%s", answer);
    g_assert_true(g_str_has_prefix(answer, status));
    g_assert_nonnull(strstr(answer, part));
}

#define HEAD "Host: h\r\nConnection: close\r\n"

static void test_answers_with_its_headers(struct fixture *fixture, const void *data)
{
    (void)data;
    const char *request = "GET /hello?name=%E4%BD%A0 HTTP/1.1\r\n" HEAD "\r\n";
    assert_answer(fixture, request, "HTTP/1.1 200 ", "Server: test\r\n");
    assert_answer(fixture, request, "HTTP/1.1 200 ", "\r\n\r\n你");
    g_autofree char *answer = exchange(fixture, request, strlen(request));
    g_assert_null(strstr(answer, "Evil"));
    g_mutex_lock(&fixture->lock);
    g_assert_cmpuint(fixture->observed_status, ==, 200);
    g_assert_cmpstr(fixture->observed_pattern, ==, "/hello");
    g_mutex_unlock(&fixture->lock);
}

static void test_refuses_addresses_that_are_no_text(struct fixture *fixture, const void *data)
{
    (void)data;
    const char *part = "The address holds a value that is not readable text.";
    assert_answer(fixture, "GET /hello?name=%FF HTTP/1.1\r\n" HEAD "\r\n", "HTTP/1.1 400 ", part);
    assert_answer(fixture, "GET /hello?name=a%00b HTTP/1.1\r\n" HEAD "\r\n", "HTTP/1.1 400 ", part);
    assert_answer(fixture, "BREW /hello HTTP/1.1\r\n" HEAD "\r\n", "HTTP/1.1 400 ", "method is not known");
}

static void test_numbers_in_the_query_are_checked(struct fixture *fixture, const void *data)
{
    (void)data;
    assert_answer(fixture, "GET /page?limit=7 HTTP/1.1\r\n" HEAD "\r\n", "HTTP/1.1 200 ", "\r\n\r\n7");
    assert_answer(fixture, "GET /page HTTP/1.1\r\n" HEAD "\r\n", "HTTP/1.1 200 ", "\r\n\r\n50");
    assert_answer(fixture, "GET /page?limit=201 HTTP/1.1\r\n" HEAD "\r\n", "HTTP/1.1 400 ",
                  "\\\"limit\\\" must be a whole number from 1 to 200.");
    assert_answer(fixture, "GET /page?limit= HTTP/1.1\r\n" HEAD "\r\n", "HTTP/1.1 400 ", "whole number");
}

static void test_an_unchanged_answer_is_304(struct fixture *fixture, const void *data)
{
    (void)data;
    assert_answer(fixture, "GET /cached HTTP/1.1\r\n" HEAD "If-None-Match: \"x\", W/" ETAG "\r\n\r\n",
                  "HTTP/1.1 304 ", ETAG);
    assert_answer(fixture, "GET /cached HTTP/1.1\r\n" HEAD "\r\n", "HTTP/1.1 200 ", "\r\n\r\ncontent");
}

/* Compressed for whoever takes it, and for nobody who refuses it, in whatever way that is written. */
static void test_compresses_for_who_accepts_it(struct fixture *fixture, const void *data)
{
    (void)data;
    static const struct {
        const char *accepted;
        bool is_compressed;
    } rows[] = {
        {"gzip", true},      {"deflate, gzip;q=0.5", true}, {"br , GZIP ; Q=1.0", true},
        {"identity", false}, {"gzip;q=0", false},           {"gzip; q=0.000, identity", false},
        {"bgzip", false},    {"deflate, gzip ;q=0", false}, {"gzip;q=none", false},
    };
    g_autofree char *body = g_strnfill(200, 'x');
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *request = g_strdup_printf("POST /body HTTP/1.1\r\n" HEAD
                                                   "Accept-Encoding: %s\r\nContent-Length: 200\r\n\r\n%s",
                                                   rows[i].accepted, body);
        g_autofree char *answer = exchange(fixture, request, strlen(request));
        g_assert_true(g_str_has_prefix(answer, "HTTP/1.1 200 "));
        if ((strstr(answer, "Content-Encoding: gzip\r\n") != NULL) != rows[i].is_compressed)
            g_error("Accept-Encoding: %s was answered with %s", rows[i].accepted, answer);
    }
}

static void test_bounds_a_body_of_unknown_length(struct fixture *fixture, const void *data)
{
    (void)data;
    g_autofree char *chunk = g_strnfill(0x300, 'x');
    g_autofree char *small = g_strdup_printf(
        "POST /body HTTP/1.1\r\n" HEAD "Transfer-Encoding: chunked\r\n\r\n300\r\n%s\r\n0\r\n\r\n", chunk);
    g_autofree char *large =
        g_strdup_printf("POST /body HTTP/1.1\r\n" HEAD
                        "Transfer-Encoding: chunked\r\n\r\n300\r\n%s\r\n300\r\n%s\r\n0\r\n\r\n",
                        chunk, chunk);
    assert_answer(fixture, small, "HTTP/1.1 200 ", chunk);
    assert_answer(fixture, large, "HTTP/1.1 413 ",
                  "The body is longer than the 1000 bytes that /body takes.");
    assert_answer(fixture, "POST /body HTTP/1.1\r\n" HEAD "Content-Length: 99999999\r\n\r\n", "HTTP/1.1 413 ",
                  "longer than the 1000 bytes");
    assert_answer(fixture, "GET /hello HTTP/1.1\r\n" HEAD "Content-Length: 3\r\n\r\nabc", "HTTP/1.1 413 ",
                  "/hello takes no body.");
}

static void test_the_gate_comes_before_the_body(struct fixture *fixture, const void *data)
{
    (void)data;
    assert_answer(fixture, "POST /json HTTP/1.1\r\n" HEAD "Content-Length: 3\r\n\r\nabc", "HTTP/1.1 401 ",
                  "WWW-Authenticate: Bearer\r\n");
    http_server_stop(fixture->server);
    g_assert_cmpuint(fixture->principals_freed, ==, 1);
}

static void test_bounds_the_head(struct fixture *fixture, const void *data)
{
    (void)data;
    g_autofree char *filler = g_strnfill(20000, 'x');
    g_autofree char *request = g_strdup_printf("GET /hello HTTP/1.1\r\n" HEAD "X: %s\r\n\r\n", filler);
    g_autofree char *answer = exchange(fixture, request, strlen(request));
    g_assert_true(g_str_has_prefix(answer, "HTTP/1.1 431 ") || *answer == '\0');
}

static void test_survives_bytes_that_are_no_request(struct fixture *fixture, const void *data)
{
    (void)data;
    static const char *const pieces[] = {"\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01\x02",
                                         "GET / HTTP/9.9\r\n\r\n", "GET /hello HTTP/1.1\r\n\r\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        int fd = open_connection(fixture);
        g_assert_cmpint(send(fd, pieces[i], strlen(pieces[i]), MSG_NOSIGNAL), >, 0);
        shutdown(fd, SHUT_WR);
        g_free(read_all(fd));
    }
    assert_answer(fixture, "GET /hello HTTP/1.1\r\n" HEAD "\r\n", "HTTP/1.1 200 ", "nobody");
}

/* A request that comes byte by byte never lets the idle timeout strike. */
static void test_a_trickling_request_is_cut_off(struct fixture *fixture, const void *data)
{
    (void)data;
    int fd = open_connection(fixture);
    const struct timeval patience = {.tv_usec = 200 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    int64_t start_us = g_get_monotonic_time();
    const char *head = "GET /hello HTTP/1.1\r\nX: ";
    g_assert_cmpint(send(fd, head, strlen(head), MSG_NOSIGNAL), >, 0);
    char byte;
    while (send(fd, "x", 1, MSG_NOSIGNAL) == 1 && recv(fd, &byte, 1, 0) != 0)
        g_assert_cmpint(g_get_monotonic_time() - start_us, <, 10 * G_USEC_PER_SEC);
    close(fd);
    g_assert_cmpint(g_get_monotonic_time() - start_us, >, G_USEC_PER_SEC);
}

/* Sends `head` and then a body byte by byte, until an answer has come whole. Caller frees. */
static char *trickle_body(const struct fixture *fixture, const char *head)
{
    int fd = open_connection(fixture);
    const struct timeval patience = {.tv_usec = 100 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    int64_t start_us = g_get_monotonic_time();
    g_assert_cmpint(send(fd, head, strlen(head), MSG_NOSIGNAL), >, 0);
    char first;
    while (send(fd, "x", 1, MSG_NOSIGNAL) == 1 && recv(fd, &first, 1, MSG_PEEK) < 0)
        g_assert_cmpint(g_get_monotonic_time() - start_us, <, 10 * G_USEC_PER_SEC);
    return read_all(fd);
}

static void test_a_trickling_body_is_told(struct fixture *fixture, const void *data)
{
    (void)data;
    g_autofree char *late =
        trickle_body(fixture, "POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n");
    g_assert_true(g_str_has_prefix(late, "HTTP/1.1 408 Request Timeout\r\n"));
    g_assert_nonnull(strstr(late, "Connection: close\r\n"));
    g_assert_nonnull(strstr(late, "The request took longer than the 1 seconds it may; send it again."));
    g_mutex_lock(&fixture->lock);
    g_assert_cmpuint(fixture->observed_status, ==, 408);
    g_assert_cmpstr(fixture->observed_pattern, ==, "/body");
    g_mutex_unlock(&fixture->lock);

    /* What was wrong already is told rather than that it was slow as well. */
    g_autofree char *refused =
        trickle_body(fixture, "POST /json HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n");
    g_assert_true(g_str_has_prefix(refused, "HTTP/1.1 401 Unauthorized\r\n"));
    assert_answer(fixture, "GET /hello HTTP/1.1\r\n" HEAD "\r\n", "HTTP/1.1 200 ", "nobody");
}

/* Requests whose body stops before its first byte and after it, with its length told before or not. */
static const char *const stopped[] = {
    "POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n",
    "POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\nabc",
    "POST /body HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n300\r\nabc",
};

static void assert_told_late(const char *answer, int64_t start_us)
{
    g_test_message("%s", answer);
    g_assert_true(g_str_has_prefix(answer, "HTTP/1.1 408 Request Timeout\r\n"));
    g_assert_nonnull(strstr(answer, "Content-Type: application/problem+json\r\n"));
    g_assert_true(g_str_has_suffix(answer, "}"));
    g_assert_nonnull(strstr(answer, "The request took longer than the 1 seconds it may; send it again."));
    g_assert_null(strstr(answer + 1, "HTTP/1.1"));
    int64_t spent_us = g_get_monotonic_time() - start_us;
    g_assert_cmpint(spent_us, >=, G_USEC_PER_SEC);
    g_assert_cmpint(spent_us, <, 20 * G_USEC_PER_SEC); /* a third of what the idle time would take */
}

static void test_a_stopped_body_is_told(struct fixture *fixture, const void *data)
{
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(stopped); i++) {
        int64_t start_us = g_get_monotonic_time();
        g_autofree char *late = exchange(fixture, stopped[i], strlen(stopped[i]));
        assert_told_late(late, start_us);
    }
    g_mutex_lock(&fixture->lock);
    g_assert_cmpuint(fixture->observed_status, ==, 408);
    g_assert_cmpstr(fixture->observed_pattern, ==, "/body");
    g_mutex_unlock(&fixture->lock);
    const char *refused = "POST /json HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n";
    g_autofree char *answer = exchange(fixture, refused, strlen(refused));
    g_assert_true(g_str_has_prefix(answer, "HTTP/1.1 401 Unauthorized\r\n"));
}

/* An import of 64 MiB comes over any line that carries half a megabit a second; a trickle earns nothing. */
static void test_a_large_body_has_more_time(void)
{
    g_assert_cmpint(http_exchange_body_us(30, 0), ==, 30 * G_USEC_PER_SEC);
    g_assert_cmpint(http_exchange_body_us(30, 100), <, 31 * G_USEC_PER_SEC);
    g_assert_cmpint(http_exchange_body_us(30, 64 * 1024 * 1024), ==, (30 + 1024) * G_USEC_PER_SEC);
}

/* Sends over TLS and reads until the other side closes. Caller frees. */
static char *exchange_tls(const struct fixture *fixture, const char *bytes)
{
    gnutls_session_t session;
    gnutls_certificate_credentials_t nothing;
    int fd = open_connection(fixture);
    gnutls_certificate_allocate_credentials(&nothing);
    gnutls_init(&session, GNUTLS_CLIENT);
    gnutls_set_default_priority(session);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, nothing);
    gnutls_transport_set_int(session, fd);
    g_assert_cmpint(gnutls_handshake(session), ==, GNUTLS_E_SUCCESS);
    g_assert_cmpint(gnutls_record_send(session, bytes, strlen(bytes)), ==, (ssize_t)strlen(bytes));
    GString *all = g_string_new(NULL);
    char buffer[4096];
    ssize_t count;
    while ((count = gnutls_record_recv(session, buffer, sizeof buffer)) > 0 || count == GNUTLS_E_AGAIN)
        g_string_append_len(all, buffer, MAX(count, 0));
    gnutls_deinit(session);
    gnutls_certificate_free_credentials(nothing);
    close(fd);
    return g_string_free(all, FALSE);
}

static void test_a_stopped_body_is_told_over_tls(void)
{
    struct fixture fixture = {0};
    struct certificate certificate;
    if (!certificate_make(&certificate))
        return;
    start(&fixture, (struct http_server_options){.idle_timeout_s = 60,
                                                 .tls_cert_path = certificate.cert_path,
                                                 .tls_key_path = certificate.key_path});
    for (size_t i = 0; i < G_N_ELEMENTS(stopped); i++) {
        int64_t start_us = g_get_monotonic_time();
        g_autofree char *late = exchange_tls(&fixture, stopped[i]);
        assert_told_late(late, start_us);
    }
    g_autofree char *whole =
        exchange_tls(&fixture, "POST /body HTTP/1.1\r\n" HEAD "Content-Length: 3\r\n\r\nabc");
    g_assert_true(g_str_has_prefix(whole, "HTTP/1.1 200 "));
    tear_down(&fixture, NULL);
    certificate_remove(&certificate);
}

/* Whether somebody who speaks nothing newer than this version is let in. */
static bool is_let_in(const struct fixture *fixture, const char *priority)
{
    gnutls_session_t session;
    gnutls_certificate_credentials_t nothing;
    int fd = open_connection(fixture);
    gnutls_certificate_allocate_credentials(&nothing);
    gnutls_init(&session, GNUTLS_CLIENT);
    g_assert_cmpint(gnutls_priority_set_direct(session, priority, NULL), ==, GNUTLS_E_SUCCESS);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, nothing);
    gnutls_transport_set_int(session, fd);
    int result;
    while ((result = gnutls_handshake(session)) < 0 && !gnutls_error_is_fatal(result))
        continue;
    gnutls_deinit(session);
    gnutls_certificate_free_credentials(nothing);
    close(fd);
    return result == GNUTLS_E_SUCCESS;
}

static void test_old_versions_of_tls_are_refused(void)
{
    struct fixture fixture = {0};
    struct certificate certificate;
    if (!certificate_make(&certificate))
        return;
    start(&fixture, (struct http_server_options){.tls_cert_path = certificate.cert_path,
                                                 .tls_key_path = certificate.key_path});
    g_assert_true(is_let_in(&fixture, "NORMAL:-VERS-ALL:+VERS-TLS1.3"));
    g_assert_true(is_let_in(&fixture, "NORMAL:-VERS-ALL:+VERS-TLS1.2"));
    g_assert_false(is_let_in(&fixture, "NORMAL:-VERS-ALL:+VERS-TLS1.1"));
    g_assert_false(is_let_in(&fixture, "NORMAL:-VERS-ALL:+VERS-TLS1.0"));
    tear_down(&fixture, NULL);
    certificate_remove(&certificate);
}

/* A socket for both families shows who comes by IPv4 in IPv6's clothes; say_hello asserts who it is. */
static void test_ipv4_on_an_ipv6_socket_is_named_as_such(void)
{
    struct fixture fixture = {0};
    struct certificate certificate;
    int six = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (six < 0 || !certificate_make(&certificate)) {
        g_test_skip("IPv6 is not there");
        return;
    }
    close(six);
    start(&fixture, (struct http_server_options){.address = "[::]:0",
                                                 .tls_cert_path = certificate.cert_path,
                                                 .tls_key_path = certificate.key_path});
    g_autofree char *answer = exchange_tls(&fixture, "GET /hello?name=me HTTP/1.1\r\n" HEAD "\r\n");
    g_assert_true(g_str_has_prefix(answer, "HTTP/1.1 200 "));
    tear_down(&fixture, NULL);
    certificate_remove(&certificate);
}

static struct http_exchange *take_waiting(struct fixture *fixture)
{
    g_mutex_lock(&fixture->lock);
    while (!fixture->waiting)
        g_cond_wait(&fixture->changed, &fixture->lock);
    struct http_exchange *waiting = g_steal_pointer(&fixture->waiting);
    g_mutex_unlock(&fixture->lock);
    return waiting;
}

/* A request whose answer comes later, and waits in fixture->waiting. */
static int ask_later(struct fixture *fixture)
{
    int fd = open_connection(fixture);
    const char *request = "GET /later HTTP/1.1\r\nHost: h\r\n\r\n";
    g_assert_cmpint(send(fd, request, strlen(request), MSG_NOSIGNAL), >, 0);
    g_mutex_lock(&fixture->lock);
    while (!fixture->waiting)
        g_cond_wait(&fixture->changed, &fixture->lock);
    g_mutex_unlock(&fixture->lock);
    return fd;
}

static void *stop_server(void *data)
{
    http_server_stop(data);
    return NULL;
}

/* Whoever answers may lose its processor within libmicrohttpd, when the answer is on its way already. */
static _Atomic(bool) is_slow_to_resume, is_resuming, has_stopped, has_stopped_meanwhile;

void MHD_resume_connection(struct MHD_Connection *connection)
{
    void (*resume)(struct MHD_Connection * connection);
    *(void **)&resume = dlsym(RTLD_NEXT, "MHD_resume_connection");
    resume(connection);
    is_resuming = true;
    for (int ms = 0; is_slow_to_resume && !has_stopped && ms < 200; ms++)
        g_usleep(1000);
    has_stopped_meanwhile = is_slow_to_resume && has_stopped;
}

/* Where bodies are compressed. */
static _Atomic(GThread *) compressor;

int deflateInit2_(z_streamp stream, int level, int method, int bits, int memory, int strategy,
                  const char *version, int size)
{
    int (*init)(z_streamp, int, int, int, int, int, const char *, int);
    *(void **)&init = dlsym(RTLD_NEXT, "deflateInit2_");
    compressor = g_thread_self();
    return init(stream, level, method, bits, memory, strategy, version, size);
}

static GString *xs(size_t len)
{
    GString *text = g_string_sized_new(len);
    for (size_t i = 0; i < len; i++)
        g_string_append_c(text, 'x');
    return text;
}

/* Answers in this thread with a body of so many bytes; who compressed it, NULL: nobody. */
static GThread *compressor_of(struct fixture *fixture, size_t len)
{
    const char *request = "GET /later HTTP/1.1\r\n" HEAD "Accept-Encoding: gzip\r\n\r\n";
    int fd = open_connection(fixture);
    g_assert_cmpint(send(fd, request, strlen(request), MSG_NOSIGNAL), >, 0);
    struct http_exchange *waiting = take_waiting(fixture);
    struct http_response response = {0};
    http_response_take_text(&response, 200, "text/plain", xs(len));
    compressor = NULL;
    http_exchange_answer(waiting, &response);
    g_autofree char *answer = read_all(fd);
    g_assert_true(g_str_has_prefix(answer, "HTTP/1.1 200 "));
    g_assert_cmpint(strstr(answer, "Content-Encoding: gzip\r\n") != NULL, ==, compressor != NULL);
    return compressor;
}

/* The threads of the server have many connections each. */
static void test_who_answers_later_compresses_what_is_large(struct fixture *fixture, const void *data)
{
    (void)data;
    g_assert_null(compressor_of(fixture, 10));
    GThread *small = compressor_of(fixture, 10 * 1000);
    g_assert_true(small != NULL && small != g_thread_self());
    g_assert_true(compressor_of(fixture, 1000 * 1000) == g_thread_self());
}

static void *refuse(void *exchange)
{
    http_exchange_fail(exchange, g_error_new(NET_PROBLEM, PROBLEM_TOO_MANY, "Try again."));
    return NULL;
}

static void test_stopping_waits_for_who_answers(struct fixture *fixture, const void *data)
{
    (void)data;
    int fd = ask_later(fixture);
    while (fixture->waiting->state != EXCHANGE_SUSPENDED) /* else nobody has to wake it */
        g_thread_yield();
    is_slow_to_resume = true;
    GThread *answering = g_thread_new("answering", refuse, fixture->waiting);
    while (!is_resuming)
        g_thread_yield();
    http_server_stop(fixture->server);
    has_stopped = true;
    g_autofree char *answer = read_all(fd);
    g_assert_true(g_str_has_prefix(answer, "HTTP/1.1 429 "));
    g_thread_join(answering);
    g_assert_false(has_stopped_meanwhile);
    is_slow_to_resume = false;
}

static void test_stopping_waits_for_open_answers(struct fixture *fixture, const void *data)
{
    (void)data;
    int fd = ask_later(fixture);
    GThread *stopper = g_thread_new("stopper", stop_server, fixture->server);
    http_exchange_fail(fixture->waiting,
                       g_error_new(NET_PROBLEM, PROBLEM_TOO_MANY, "The commit was refused; try again."));
    g_autofree char *answer = read_all(fd);
    g_assert_true(g_str_has_prefix(answer, "HTTP/1.1 429 "));
    g_assert_nonnull(strstr(answer, "Retry-After: 1\r\n"));
    g_assert_nonnull(strstr(answer, "The commit was refused; try again."));
    g_thread_join(stopper);
}

static void assert_cannot_start(struct http_server_options options, enum problem_code code,
                                const char *sentence)
{
    g_autoptr(GError) error = NULL;
    struct http_server *server = http_server_new(&options);
    g_assert_false(http_server_start(server, &error));
    g_assert_error(error, NET_PROBLEM, (int)code);
    g_assert_cmpstr(error->message, ==, sentence);
    http_server_free(server);
}

static void test_a_taken_port_is_told(struct fixture *fixture, const void *data)
{
    (void)data;
    g_autofree char *address = g_strdup_printf("127.0.0.1:%u", http_server_port(fixture->server));
    g_autofree char *sentence = g_strdup_printf(
        "Cannot listen on %s: another program has this port; choose another or end that one.", address);
    assert_cannot_start((struct http_server_options){.address = address}, PROBLEM_UNAVAILABLE, sentence);
    assert_cannot_start((struct http_server_options){.address = "192.0.2.1:0", .tls_cert_path = "x"},
                        PROBLEM_BAD_REQUEST,
                        "TLS needs both a certificate and its key; only the certificate is given.");
}

static void test_only_tls_leaves_loopback(void)
{
    assert_cannot_start(
        (struct http_server_options){.address = "0.0.0.0:0"}, PROBLEM_BAD_REQUEST,
        "0.0.0.0:0 can be reached from other machines, so it is not listened on without TLS; give a "
        "certificate and its key, or listen on 127.0.0.1.");
    assert_cannot_start((struct http_server_options){.address = ":0"}, PROBLEM_BAD_REQUEST,
                        ":0 can be reached from other machines, so it is not listened on without TLS; give a "
                        "certificate and its key, or listen on 127.0.0.1.");
}

/* A machine whose table of hosts knows of IPv6 while its network does not. */
static bool has_no_ipv6;

int getaddrinfo(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **found)
{
    int (*look_up)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    *(void **)&look_up = dlsym(RTLD_NEXT, "getaddrinfo");
    if (!has_no_ipv6 || strcmp(host, "localhost") != 0)
        return look_up(host, port, hints, found);
    int result = look_up("::1", port, hints, found);
    return result != 0 ? result : look_up("127.0.0.1", port, hints, &(*found)->ai_next);
}

int bind(int fd, const struct sockaddr *address, socklen_t len)
{
    int (*take)(int, const struct sockaddr *, socklen_t);
    *(void **)&take = dlsym(RTLD_NEXT, "bind");
    if (!has_no_ipv6 || address->sa_family != AF_INET6)
        return take(fd, address, len);
    errno = EADDRNOTAVAIL;
    return -1;
}

static void test_localhost_is_whichever_there_is(void)
{
    g_autoptr(GError) error = NULL;
    struct http_server *server = http_server_new(&(struct http_server_options){.address = "localhost:0"});
    has_no_ipv6 = true;
    http_server_start(server, &error);
    has_no_ipv6 = false;
    g_assert_no_error(error);
    g_assert_true(g_str_has_prefix(http_server_url(server), "http://127.0.0.1:"));
    http_server_free(server);
}

static void test_addresses_that_are_none(void)
{
    const char *const addresses[] = {"127.0.0.1", "127.0.0.1:99999", "::1:80", "localhost:http", ""};
    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
        g_autofree char *sentence = g_strdup_printf(
            "\"%s\" is not an address to listen on; write it as 127.0.0.1:8080 or [::1]:8080.", addresses[i]);
        assert_cannot_start((struct http_server_options){.address = addresses[i]}, PROBLEM_BAD_REQUEST,
                            sentence);
    }
}

static void test_tls_files_that_are_none(void)
{
    assert_cannot_start(
        (struct http_server_options){.tls_cert_path = "/nowhere/c.pem", .tls_key_path = "k.pem"},
        PROBLEM_BAD_REQUEST,
        "The TLS certificate /nowhere/c.pem cannot be used: Failed to open file “/nowhere/c.pem”: No "
        "such file or directory.");
    assert_cannot_start(
        (struct http_server_options){.tls_cert_path = "/dev/null", .tls_key_path = "/dev/null"},
        PROBLEM_BAD_REQUEST, "The TLS certificate /dev/null cannot be used: it is not a PEM file.");
    g_autofree char *folder = g_dir_make_tmp("firstline-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "broken.pem", NULL);
    g_assert_true(g_file_set_contents(path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                                      -1, NULL));
    g_autofree char *sentence = g_strdup_printf(
        "TLS cannot start with the certificate %s and the key %s; check that they belong together.", path,
        path);
    assert_cannot_start((struct http_server_options){.tls_cert_path = path, .tls_key_path = path},
                        PROBLEM_BAD_REQUEST, sentence);
    g_unlink(path);
    g_rmdir(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, function) \
    g_test_add("/http_server/" name, struct fixture, NULL, set_up, function, tear_down)
    ADD("answers-with-its-headers", test_answers_with_its_headers);
    ADD("refuses-addresses-that-are-no-text", test_refuses_addresses_that_are_no_text);
    ADD("numbers-in-the-query-are-checked", test_numbers_in_the_query_are_checked);
    ADD("an-unchanged-answer-is-304", test_an_unchanged_answer_is_304);
    ADD("compresses-for-who-accepts-it", test_compresses_for_who_accepts_it);
    ADD("bounds-a-body-of-unknown-length", test_bounds_a_body_of_unknown_length);
    ADD("the-gate-comes-before-the-body", test_the_gate_comes_before_the_body);
    ADD("bounds-the-head", test_bounds_the_head);
    ADD("survives-bytes-that-are-no-request", test_survives_bytes_that_are_no_request);
    ADD("a-trickling-request-is-cut-off", test_a_trickling_request_is_cut_off);
    ADD("a-trickling-body-is-told", test_a_trickling_body_is_told);
    g_test_add_func("/http_server/a-large-body-has-more-time", test_a_large_body_has_more_time);
    g_test_add("/http_server/a-stopped-body-is-told", struct fixture, NULL, set_up_patient,
               test_a_stopped_body_is_told, tear_down);
    g_test_add_func("/http_server/a-stopped-body-is-told-over-tls", test_a_stopped_body_is_told_over_tls);
    g_test_add_func("/http_server/old-versions-of-tls-are-refused", test_old_versions_of_tls_are_refused);
    g_test_add_func("/http_server/ipv4-on-an-ipv6-socket-is-named-as-such",
                    test_ipv4_on_an_ipv6_socket_is_named_as_such);
    ADD("who-answers-later-compresses-what-is-large", test_who_answers_later_compresses_what_is_large);
    ADD("stopping-waits-for-open-answers", test_stopping_waits_for_open_answers);
    ADD("stopping-waits-for-who-answers", test_stopping_waits_for_who_answers);
    ADD("a-taken-port-is-told", test_a_taken_port_is_told);
    g_test_add_func("/http_server/only-tls-leaves-loopback", test_only_tls_leaves_loopback);
    g_test_add_func("/http_server/localhost-is-whichever-there-is", test_localhost_is_whichever_there_is);
    g_test_add_func("/http_server/addresses-that-are-none", test_addresses_that_are_none);
    g_test_add_func("/http_server/tls-files-that-are-none", test_tls_files_that_are_none);
    return g_test_run();
}
