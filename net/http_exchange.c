/* One request on its way: libmicrohttpd's callbacks turned into one handler call and one answer.
 *
 * http_exchange_begin makes it at the first line; http_exchange_step is called with the head (http_head_read:
 * route, gate, size), then with each piece of the body (take_body), then once more to be answered (dispatch,
 * send_response). With HTTP_LATER the connection is suspended in between, and libmicrohttpd steps once more
 * when it was resumed.
 */
#include "net/http_exchange.h"

#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net/event_stream.h"
#include "net/http_body.h"
#include "net/http_deadline.h"
#include "net/http_head.h"
#include "net/problem.h"

enum {
    DROP_MAX_BYTES = 1024 * 1024, /* of a refused body, read and thrown away so that the answer arrives */
    BODY_START_BYTES = 16 * 1024,
    BODY_LEAST_BYTES_PER_S = 64 * 1024,
    /* From this size on an answer from another thread is compressed there: it takes zlib longer than the
     * other connections of libmicrohttpd's thread should wait. Smaller ones are not, for one who answers many
     * (a writer after its commit) has less time than those threads. */
    LARGE_BODY_BYTES = 128 * 1024,
    DEAD_PEER_TIMEOUT_MS = 30 * 1000,
};

/* Remembers whose stream goes out here, so that stopping can end it. */
static void note_hub(struct http_server *server, struct event_hub *hub)
{
    g_mutex_lock(&server->lock);
    if (!g_ptr_array_find(server->hubs, hub, NULL))
        g_ptr_array_add(server->hubs, hub);
    bool is_stopping = server->is_stopping;
    g_mutex_unlock(&server->lock);
    if (is_stopping)
        event_hub_close(hub);
}

/* A dead reader of a stream is noticed by the heartbeat that nobody acknowledges. */
static void watch_peer(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const unsigned timeout_ms = DEAD_PEER_TIMEOUT_MS;
    if (info)
        setsockopt(info->connect_fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
}

static void add_status_headers(struct MHD_Response *wrapped, unsigned status, bool is_stream)
{
    if (status == 401)
        MHD_add_response_header(wrapped, "WWW-Authenticate", "Bearer");
    else if (status == 429 || status == 503 || status == 507)
        MHD_add_response_header(wrapped, "Retry-After", "1");
    if (is_stream)
        MHD_add_response_header(wrapped, "Cache-Control", "no-store");
}

static void observe(struct http_exchange *exchange, unsigned status, const GError *error)
{
    const struct http_server_options *options = &exchange->server->options;
    if (!options->observe)
        return;
    const struct http_observation observation = {
        .request = &exchange->request,
        .pattern = exchange->request.route ? exchange->request.route->pattern : "",
        .status = status,
        .error = error,
    };
    options->observe(&observation, options->user_data);
}

/* Sends and clears the response. */
static enum MHD_Result send_response(struct http_exchange *exchange, struct http_response *response)
{
    bool is_stream = response->stream;
    bool has_body = response->body || response->bytes || is_stream;
    unsigned status = response->status ? response->status : has_body ? 200 : 204;
    if (is_stream)
        note_hub(exchange->server, event_stream_hub(response->stream));
    http_body_pack(response, exchange->connection, exchange->server->options.gzip_from_bytes);
    struct MHD_Response *wrapped = http_body_wrap(response, exchange->connection);
    if (has_body)
        MHD_add_response_header(wrapped, "Content-Type",
                                response->content_type ? response->content_type : "application/json");
    for (unsigned i = 0; i < response->header_count; i++)
        MHD_add_response_header(wrapped, response->headers[i].name, response->headers[i].value);
    if (exchange->server->options.server_name)
        MHD_add_response_header(wrapped, "Server", exchange->server->options.server_name);
    if (exchange->server->is_stopping)
        MHD_add_response_header(wrapped, "Connection", "close");
    add_status_headers(wrapped, status, is_stream);
    if (is_stream)
        watch_peer(exchange->connection);

    observe(exchange, status, exchange->error);
    enum MHD_Result queued = MHD_queue_response(exchange->connection, status, wrapped);
    MHD_destroy_response(wrapped);
    http_response_clear(response);
    return queued;
}

/* Sends exchange->error, with Allow where the method was wrong. */
static enum MHD_Result send_error(struct http_exchange *exchange)
{
    struct http_response response = {0};
    http_response_set_problem(&response, exchange->error);
    if (g_error_matches(exchange->error, NET_PROBLEM, PROBLEM_NOT_ALLOWED)) {
        g_autofree char *allow = http_route_allow_text(exchange->match.allowed);
        http_response_add_header(&response, "Allow", allow);
    }
    return send_response(exchange, &response);
}

static enum MHD_Result send_options(struct http_exchange *exchange)
{
    struct http_response response = {0};
    g_autofree char *allow = http_route_allow_text(exchange->match.allowed);
    http_response_add_header(&response, "Allow", allow);
    return send_response(exchange, &response);
}

static void count_down(struct http_server *server, _Atomic(unsigned) *count)
{
    if (atomic_fetch_sub(count, 1) > 1 || !server->is_stopping)
        return;
    g_mutex_lock(&server->lock);
    g_cond_broadcast(&server->all_answered);
    g_mutex_unlock(&server->lock);
}

/* What is answered is unsent from then on, without a moment in which it is neither. A stream ends with its
 * hub. */
static void count_answered(struct http_exchange *exchange, bool is_stream)
{
    struct http_server *server = exchange->server;
    exchange->is_later = false;
    exchange->is_unsent = !is_stream;
    if (exchange->is_unsent)
        atomic_fetch_add(&server->unsent_count, 1);
    count_down(server, &server->later_count);
}

/* As soon as libmicrohttpd marks the connection as resumed, the answer may be sent and the exchange be gone;
 * but until it has woken its thread as well, its daemon must stay. So whoever stops waits for who is in here.
 */
static void count_answering(struct http_server *server, int step)
{
    g_mutex_lock(&server->lock);
    server->answering_count += (unsigned)step;
    if (server->answering_count == 0 && server->is_stopping)
        g_cond_broadcast(&server->all_answered);
    g_mutex_unlock(&server->lock);
}

static size_t body_bytes(const struct http_response *response)
{
    return response->bytes ? g_bytes_get_size(response->bytes) : response->body_len;
}

void http_exchange_answer(struct http_exchange *exchange, struct http_response *response)
{
    struct http_server *server = exchange->server;
    if (body_bytes(response) >= LARGE_BODY_BYTES)
        http_body_pack(response, exchange->connection, server->options.gzip_from_bytes);
    exchange->response = *response;
    *response = (struct http_response){0};
    count_answering(server, 1);
    /* Whoever comes second acts: either the handler's thread finds the answer, or it sleeps and is woken. */
    if (atomic_exchange(&exchange->state, EXCHANGE_ANSWERED) == EXCHANGE_SUSPENDED)
        MHD_resume_connection(exchange->connection);
    count_answering(server, -1);
}

void http_exchange_fail(struct http_exchange *exchange, GError *error)
{
    struct http_response response = {0};
    http_response_set_problem(&response, error);
    g_clear_error(&exchange->error);
    exchange->error = error;
    http_exchange_answer(exchange, &response);
}

static enum MHD_Result send_later(struct http_exchange *exchange)
{
    count_answered(exchange, exchange->response.stream);
    return send_response(exchange, &exchange->response);
}

static enum MHD_Result wait_for_answer(struct http_exchange *exchange)
{
    if (atomic_load(&exchange->state) == EXCHANGE_ANSWERED)
        return send_later(exchange);
    MHD_suspend_connection(exchange->connection);
    int running = EXCHANGE_RUNNING;
    if (!atomic_compare_exchange_strong(&exchange->state, &running, EXCHANGE_SUSPENDED))
        MHD_resume_connection(exchange->connection);
    return MHD_YES;
}

static enum MHD_Result refuse_while_stopping(struct http_exchange *exchange)
{
    g_set_error(&exchange->error, NET_PROBLEM, PROBLEM_UNAVAILABLE,
                "The backend is being stopped; try again in a moment.");
    return send_error(exchange);
}

static enum MHD_Result dispatch(struct http_exchange *exchange)
{
    if (exchange->error)
        return send_error(exchange);
    if (!exchange->match.route)
        return send_options(exchange);
    exchange->request.body = exchange->body ? exchange->body->str : "";
    exchange->request.body_len = exchange->body ? exchange->body->len : 0;

    struct http_server *server = exchange->server;
    /* Counted before the handler runs, since the answer may overtake it, and before the look at is_stopping,
     * so that whoever stops either finds this one counted or is found. No lock: one that every request takes
     * makes all wait for a holder that lost its processor (p99 3 ms instead of 0.2 at 8 connections). */
    atomic_fetch_add(&server->later_count, 1);
    exchange->is_later = true;
    if (server->is_stopping) {
        count_answered(exchange, false);
        return refuse_while_stopping(exchange);
    }

    struct http_response response = {0};
    enum http_outcome outcome = exchange->match.route->handle(&exchange->request, &response,
                                                              exchange->match.user_data, &exchange->error);
    if (outcome == HTTP_LATER)
        return wait_for_answer(exchange);
    count_answered(exchange, response.stream);
    if (outcome == HTTP_DONE)
        return send_response(exchange, &response);
    http_response_clear(&response);
    return send_error(exchange);
}

static void send_past_daemon(struct MHD_Connection *connection, const GString *bytes)
{
    const union MHD_ConnectionInfo *tls =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (tls && tls->tls_session)
        gnutls_record_send(tls->tls_session, bytes->str, bytes->len);
    else if (info)
        send(info->connect_fd, bytes->str, bytes->len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int64_t http_exchange_body_us(unsigned limit_s, size_t taken_bytes)
{
    return limit_s * G_USEC_PER_SEC + (int64_t)taken_bytes * G_USEC_PER_SEC / BODY_LEAST_BYTES_PER_S;
}

/* What is thrown away earns no time. */
static int64_t body_limit_us(const struct http_exchange *exchange)
{
    return http_exchange_body_us(exchange->server->options.request_timeout_s,
                                 exchange->body ? exchange->body->len : 0);
}

/* libmicrohttpd takes no answer while a body comes, so this one goes past it, and the connection ends. */
void http_exchange_tell_late(void *data)
{
    struct http_exchange *exchange = data;
    if (!exchange->error)
        g_set_error(&exchange->error, NET_PROBLEM, PROBLEM_TOO_SLOW,
                    "The request took longer than the %d seconds it may; send it again.",
                    (int)(body_limit_us(exchange) / G_USEC_PER_SEC));
    unsigned status = problem_code_status(problem_code_of(exchange->error));
    g_autoptr(GString) problem = g_string_new(NULL);
    problem_write(problem, exchange->error);
    g_autoptr(GString) bytes = g_string_new(NULL);
    g_string_printf(bytes,
                    "HTTP/1.1 %u %s\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
                    "Content-Length: %zu\r\n\r\n%s",
                    status, MHD_get_reason_phrase_for(status), problem->len, problem->str);
    send_past_daemon(exchange->connection, bytes);
    observe(exchange, status, exchange->error);
}

static void await_body(struct http_exchange *exchange)
{
    http_deadlines_await_body(exchange->connection, exchange,
                              exchange->request.received_us + body_limit_us(exchange));
}

static enum MHD_Result take_body(struct http_exchange *exchange, const char *bytes, size_t *len)
{
    size_t had = exchange->body ? exchange->body->len : 0;
    if (!exchange->error)
        http_head_takes_body(exchange, had + *len);
    if (exchange->error) {
        exchange->dropped_bytes += *len;
        if (exchange->dropped_bytes > DROP_MAX_BYTES)
            return MHD_NO;
    } else {
        if (!exchange->body)
            exchange->body = g_string_sized_new(MIN(http_head_body_bytes(exchange), BODY_START_BYTES) + 1);
        g_string_append_len(exchange->body, bytes, (gssize)*len);
    }
    *len = 0;
    await_body(exchange);
    return MHD_YES;
}

enum MHD_Result http_exchange_step(void *data, struct MHD_Connection *connection, const char *url,
                                   const char *method, const char *version, const char *upload,
                                   size_t *upload_len, void **slot)
{
    (void)data;
    (void)url;
    (void)version;
    struct http_exchange *exchange = *slot;
    if (!exchange || !http_deadlines_stop_clock(connection))
        return MHD_NO;
    if (!exchange->begun) {
        exchange->begun = true;
        http_head_read(exchange, method);
        /* A body that is not going to be read through is refused before it is sent. */
        if (exchange->error && http_head_body_bytes(exchange) > DROP_MAX_BYTES)
            return send_error(exchange);
        await_body(exchange);
        return MHD_YES;
    }
    if (*upload_len > 0)
        return take_body(exchange, upload, upload_len);
    if (atomic_load(&exchange->state) == EXCHANGE_ANSWERED)
        return send_later(exchange);
    return dispatch(exchange);
}

void *http_exchange_begin(void *data, const char *uri, struct MHD_Connection *connection)
{
    struct http_exchange *exchange = g_new0(struct http_exchange, 1);
    exchange->server = data;
    exchange->connection = connection;
    exchange->uri = g_strdup(uri);
    exchange->request.body = "";
    exchange->request.exchange = exchange;
    exchange->request.received_us = g_get_monotonic_time();
    return exchange;
}

void http_exchange_end(void *data, struct MHD_Connection *connection, void **slot,
                       enum MHD_RequestTerminationCode code)
{
    (void)code;
    struct http_server *server = data;
    struct http_exchange *exchange = g_steal_pointer(slot);
    if (!exchange)
        return;
    http_deadlines_await_head(connection);
    if (exchange->is_later)
        count_down(server, &server->later_count);
    if (exchange->is_unsent)
        count_down(server, &server->unsent_count);
    if (exchange->request.principal && server->options.free_principal)
        server->options.free_principal(exchange->request.principal);
    http_route_match_clear(&exchange->match);
    http_response_clear(&exchange->response);
    if (exchange->body)
        g_string_free(exchange->body, TRUE);
    g_clear_error(&exchange->error);
    g_free(exchange->uri);
    g_free(exchange);
}
