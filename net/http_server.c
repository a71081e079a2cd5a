/* The server: libmicrohttpd's callbacks turned into one handler call and one answer.
 *
 * A request passes: on_first_line (exchange made) -> begin (route, gate, size) -> take_body, as often as
 * bytes come -> dispatch -> send_response -> on_completed (exchange freed). With HTTP_LATER the connection is
 * suspended between the last two, and libmicrohttpd calls once more when it was resumed.
 */
#include "net/http_server.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/event_stream.h"
#include "net/http_exchange.h"
#include "net/http_listen.h"
#include "net/problem.h"

enum {
    /* What libmicrohttpd keeps per connection for head and buffers. 8 KiB hold the heads of API clients, and
     * 10,000 idle streams in 120 MiB. */
    CONNECTION_POOL_BYTES = 8 * 1024,
    MAX_CONNECTIONS = 65536,
    SPARE_FILES = 128, /* for the database, logs and what else the program opens */
    IDLE_TIMEOUT_S = 60,
    REQUEST_TIMEOUT_S = 30,
    DROP_MAX_BYTES = 1024 * 1024, /* of a refused body, read and thrown away so that the answer arrives */
    BODY_START_BYTES = 16 * 1024,
    DEAD_PEER_TIMEOUT_MS = 30 * 1000,
    MAX_TLS_FILE_BYTES = 1024 * 1024,
};

struct http_server {
    struct http_server_options options;
    char *address, *tls_cert_path, *tls_key_path, *server_name; /* copies behind the options */
    struct http_route_table *routes;
    struct MHD_Daemon *daemon;
    char *tls_cert, *tls_key; /* file contents; libmicrohttpd reads them while it runs */
    char *url;
    uint16_t port;
    GMutex lock;
    GCond all_answered;
    unsigned later_count; /* of exchanges that still wait for their answer */
    GPtrArray *hubs;      /* borrowed: whose streams this server carries */
    _Atomic(bool) is_stopping;
};

struct http_server *http_server_new(const struct http_server_options *options)
{
    struct http_server *server = g_new0(struct http_server, 1);
    server->options = *options;
    server->options.address = server->address = g_strdup(options->address ? options->address : "127.0.0.1:0");
    server->options.tls_cert_path = server->tls_cert_path = g_strdup(options->tls_cert_path);
    server->options.tls_key_path = server->tls_key_path = g_strdup(options->tls_key_path);
    server->options.server_name = server->server_name = g_strdup(options->server_name);
    server->routes = http_route_table_new();
    server->hubs = g_ptr_array_new();
    g_mutex_init(&server->lock);
    g_cond_init(&server->all_answered);
    return server;
}

void http_server_free(struct http_server *server)
{
    if (!server)
        return;
    http_server_stop(server);
    http_route_table_free(server->routes);
    g_ptr_array_unref(server->hubs);
    g_mutex_clear(&server->lock);
    g_cond_clear(&server->all_answered);
    g_free(server->address);
    g_free(server->tls_cert_path);
    g_free(server->tls_key_path);
    g_free(server->server_name);
    g_free(server->tls_cert);
    g_free(server->tls_key);
    g_free(server->url);
    g_free(server);
}

void http_server_add_routes(struct http_server *server, const struct http_route *routes, size_t route_count,
                            void *user_data)
{
    g_assert(!server->daemon);
    http_route_table_add(server->routes, routes, route_count, user_data);
}

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

static bool accepts_gzip(struct MHD_Connection *connection)
{
    const char *accepted = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Accept-Encoding");
    const char *word = accepted ? strstr(accepted, "gzip") : NULL;
    return word && strncmp(word + 4, ";q=0", 4) != 0;
}

/* The compressed bytes, or NULL where that fails or does not pay. */
static GBytes *compress(const char *bytes, size_t len)
{
    g_autoptr(GZlibCompressor) compressor = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1);
    char *out = g_malloc(len);
    gsize read_bytes = 0, written_bytes = 0;
    GConverterResult result =
        g_converter_convert(G_CONVERTER(compressor), bytes, len, out, len, G_CONVERTER_INPUT_AT_END,
                            &read_bytes, &written_bytes, NULL);
    if (result != G_CONVERTER_FINISHED) {
        g_free(out);
        return NULL;
    }
    return g_bytes_new_take(out, written_bytes);
}

static void unref_bytes(void *bytes)
{
    g_bytes_unref(bytes);
}

static struct MHD_Response *wrap_bytes(GBytes *bytes)
{
    gsize len;
    gconstpointer data = g_bytes_get_data(bytes, &len);
    return MHD_create_response_from_buffer_with_free_callback_cls(len, (void *)data, unref_bytes, bytes);
}

static struct MHD_Response *wrap_compressed(struct http_exchange *exchange, struct http_response *response)
{
    size_t from_bytes = exchange->server->options.gzip_from_bytes;
    gsize len = response->body_len;
    const char *data = response->bytes ? g_bytes_get_data(response->bytes, &len) : response->body;
    if (!from_bytes || len < from_bytes || !accepts_gzip(exchange->connection))
        return NULL;
    GBytes *compressed = compress(data, len);
    if (!compressed)
        return NULL;
    struct MHD_Response *wrapped = wrap_bytes(compressed);
    MHD_add_response_header(wrapped, "Content-Encoding", "gzip");
    MHD_add_response_header(wrapped, "Vary", "Accept-Encoding");
    return wrapped;
}

/* Hands the body over to libmicrohttpd. */
static struct MHD_Response *wrap_body(struct http_exchange *exchange, struct http_response *response)
{
    if (response->stream) {
        note_hub(exchange->server, event_stream_hub(response->stream));
        return event_stream_attach(g_steal_pointer(&response->stream), exchange->connection);
    }
    struct MHD_Response *wrapped = wrap_compressed(exchange, response);
    if (wrapped)
        return wrapped;
    if (response->bytes)
        return wrap_bytes(g_steal_pointer(&response->bytes));
    if (!response->body)
        return MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
    /* g_malloc is malloc, so libmicrohttpd may free it. */
    return MHD_create_response_from_buffer(response->body_len, g_steal_pointer(&response->body),
                                           MHD_RESPMEM_MUST_FREE);
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
    else if (status == 429 || status == 503)
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
        .duration_us = g_get_monotonic_time() - exchange->request.received_us,
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
    struct MHD_Response *wrapped = wrap_body(exchange, response);
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

static void count_answered(struct http_exchange *exchange)
{
    struct http_server *server = exchange->server;
    g_mutex_lock(&server->lock);
    if (--server->later_count == 0)
        g_cond_broadcast(&server->all_answered);
    g_mutex_unlock(&server->lock);
}

void http_exchange_answer(struct http_exchange *exchange, struct http_response *response)
{
    exchange->response = *response;
    *response = (struct http_response){0};
    /* Whoever comes second acts: either the handler's thread finds the answer, or it sleeps and is woken. */
    if (atomic_exchange(&exchange->state, EXCHANGE_ANSWERED) == EXCHANGE_SUSPENDED)
        MHD_resume_connection(exchange->connection);
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
    exchange->is_later = false;
    count_answered(exchange);
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
    /* Counted before the handler runs, since the answer may overtake it. */
    g_mutex_lock(&server->lock);
    bool is_stopping = server->is_stopping;
    if (!is_stopping)
        server->later_count++;
    g_mutex_unlock(&server->lock);
    if (is_stopping)
        return refuse_while_stopping(exchange);
    exchange->is_later = true;

    struct http_response response = {0};
    enum http_outcome outcome = exchange->match.route->handle(&exchange->request, &response,
                                                              exchange->match.user_data, &exchange->error);
    if (outcome == HTTP_LATER)
        return wait_for_answer(exchange);
    exchange->is_later = false;
    count_answered(exchange);
    if (outcome == HTTP_DONE)
        return send_response(exchange, &response);
    http_response_clear(&response);
    return send_error(exchange);
}

static bool check_length(struct http_exchange *exchange, size_t len)
{
    size_t max_bytes = exchange->match.route ? exchange->match.route->body_max_bytes : 0;
    if (len <= max_bytes)
        return true;
    g_set_error(&exchange->error, NET_PROBLEM, PROBLEM_TOO_LARGE,
                max_bytes ? "The body is longer than the %zu bytes that %s takes."
                          : "A body of %zu bytes was expected, more was sent to %s.",
                max_bytes, exchange->request.path);
    return false;
}

/* The length announced, 0 when none is. */
static guint64 announced_length(struct http_exchange *exchange)
{
    const char *text = http_request_header(&exchange->request, "Content-Length");
    return text ? g_ascii_strtoull(text, NULL, 10) : 0;
}

static enum MHD_Result check_text(void *data, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                  const char *value, size_t value_len)
{
    (void)kind;
    bool *is_text = data;
    *is_text = *is_text && g_utf8_validate_len(name, name_len, NULL) &&
               (!value || g_utf8_validate_len(value, value_len, NULL));
    return *is_text ? MHD_YES : MHD_NO;
}

static bool check_query(struct http_exchange *exchange, bool has_query)
{
    bool is_text = true;
    if (has_query)
        MHD_get_connection_values_n(exchange->connection, MHD_GET_ARGUMENT_KIND, check_text, &is_text);
    if (!is_text)
        g_set_error(&exchange->error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "The address holds a value that is not readable text.");
    return is_text;
}

static bool read_method(const char *word, enum http_method *method)
{
    for (int i = 0; i < HTTP_METHOD_COUNT; i++) {
        if (strcmp(word, http_method_name((enum http_method)i)) == 0) {
            *method = (enum http_method)i;
            return true;
        }
    }
    return false;
}

static void name_peer(struct http_exchange *exchange)
{
    struct http_request *request = &exchange->request;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (!info || !info->client_addr)
        return;
    if (info->client_addr->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const void *)info->client_addr;
        inet_ntop(AF_INET, &four->sin_addr, request->peer, sizeof request->peer);
        request->peer_is_loopback = ntohl(four->sin_addr.s_addr) >> 24 == 127;
    } else if (info->client_addr->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const void *)info->client_addr;
        inet_ntop(AF_INET6, &six->sin6_addr, request->peer, sizeof request->peer);
        request->peer_is_loopback = IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
    }
}

/* Finds what the request is for and whether it may; what it finds wrong waits in exchange->error. */
static void begin(struct http_exchange *exchange, const char *method)
{
    struct http_server *server = exchange->server;
    char *question = strchr(exchange->uri, '?');
    if (question)
        *question = '\0';
    exchange->request.path = exchange->uri;
    name_peer(exchange);
    if (!read_method(method, &exchange->request.method)) {
        g_set_error(&exchange->error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "The request's method is not known here.");
        return;
    }
    if (!http_route_table_match(server->routes, exchange->request.method, exchange->uri, &exchange->match,
                                &exchange->error))
        return;
    exchange->request.route = exchange->match.route;
    if (!exchange->match.route || !check_query(exchange, question))
        return;
    if (server->options.gate &&
        !server->options.gate(&exchange->request, server->options.user_data, &exchange->error))
        return;
    check_length(exchange, announced_length(exchange));
}

static enum MHD_Result take_body(struct http_exchange *exchange, const char *bytes, size_t *len)
{
    struct http_server *server = exchange->server;
    size_t had = exchange->body ? exchange->body->len : 0;
    if (!exchange->error)
        check_length(exchange, had + *len);
    int64_t spent_us = g_get_monotonic_time() - exchange->request.received_us;
    if (spent_us > (int64_t)server->options.request_timeout_s * G_USEC_PER_SEC)
        return MHD_NO;
    if (exchange->error) {
        exchange->dropped_bytes += *len;
        if (exchange->dropped_bytes > DROP_MAX_BYTES)
            return MHD_NO;
    } else {
        if (!exchange->body)
            exchange->body = g_string_sized_new(MIN(announced_length(exchange), BODY_START_BYTES) + 1);
        g_string_append_len(exchange->body, bytes, (gssize)*len);
    }
    *len = 0;
    return MHD_YES;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_len, void **slot)
{
    (void)data;
    (void)connection;
    (void)url;
    (void)version;
    struct http_exchange *exchange = *slot;
    if (!exchange)
        return MHD_NO;
    if (!exchange->begun) {
        exchange->begun = true;
        begin(exchange, method);
        /* A body that is not going to be read through is refused before it is sent. */
        if (exchange->error && announced_length(exchange) > DROP_MAX_BYTES)
            return send_error(exchange);
        return MHD_YES;
    }
    if (*upload_len > 0)
        return take_body(exchange, upload, upload_len);
    if (atomic_load(&exchange->state) == EXCHANGE_ANSWERED)
        return send_later(exchange);
    return dispatch(exchange);
}

static void *on_first_line(void *data, const char *uri, struct MHD_Connection *connection)
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

static void on_completed(void *data, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode code)
{
    (void)connection;
    (void)code;
    struct http_server *server = data;
    struct http_exchange *exchange = g_steal_pointer(slot);
    if (!exchange)
        return;
    if (exchange->is_later)
        count_answered(exchange);
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

static void on_log(void *data, const char *format, va_list arguments)
{
    (void)data;
    g_autofree char *line = g_strdup_vprintf(format, arguments);
    g_debug("libmicrohttpd: %s", g_strchomp(line));
}

static bool read_tls_file(const char *path, const char *what, char **contents, GError **error)
{
    g_autoptr(GError) cause = NULL;
    gsize len;
    if (g_file_get_contents(path, contents, &len, &cause) && len <= MAX_TLS_FILE_BYTES &&
        strstr(*contents, "-----BEGIN "))
        return true;
    g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST, "The TLS %s %s cannot be used: %s.", what, path,
                cause ? cause->message : "it is not a PEM file");
    return false;
}

static bool read_tls(struct http_server *server, GError **error)
{
    const struct http_server_options *options = &server->options;
    if (!options->tls_cert_path && !options->tls_key_path)
        return true;
    if (!options->tls_cert_path || !options->tls_key_path) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "TLS needs both a certificate and its key; only the %s is given.",
                    options->tls_cert_path ? "certificate" : "key");
        return false;
    }
    return read_tls_file(options->tls_cert_path, "certificate", &server->tls_cert, error) &&
           read_tls_file(options->tls_key_path, "key", &server->tls_key, error);
}

static void settle_options(struct http_server *server)
{
    struct http_server_options *options = &server->options;
    uint64_t files = http_raise_file_limit();
    uint64_t most = files > 2 * SPARE_FILES ? files - SPARE_FILES : files / 2;
    if (!options->max_connections || options->max_connections > most)
        options->max_connections = (unsigned)MIN(most, MAX_CONNECTIONS);
    if (!options->thread_count)
        options->thread_count = MAX(g_get_num_processors(), 1);
    options->max_connections = MAX(options->max_connections, options->thread_count);
    if (!options->idle_timeout_s)
        options->idle_timeout_s = IDLE_TIMEOUT_S;
    if (!options->request_timeout_s)
        options->request_timeout_s = REQUEST_TIMEOUT_S;
}

static bool start_daemon(struct http_server *server, struct http_listener *listener)
{
    const struct http_server_options *options = &server->options;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem extra[8] = {{MHD_OPTION_END, 0, NULL}};
    unsigned count = 0;
    if (options->thread_count > 1)
        extra[count++] = (struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE, options->thread_count, NULL};
    if (server->tls_cert) {
        flags |= MHD_USE_TLS;
        extra[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, server->tls_cert};
        extra[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, server->tls_key};
    }
    if (listener->is_ipv6)
        flags |= MHD_USE_IPv6;
    extra[count] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    server->daemon = MHD_start_daemon(
        flags, listener->port, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, server,
        MHD_OPTION_LISTEN_SOCKET, listener->fd, MHD_OPTION_URI_LOG_CALLBACK, on_first_line, server,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_POOL_BYTES, MHD_OPTION_CONNECTION_LIMIT, options->max_connections,
        MHD_OPTION_CONNECTION_TIMEOUT, options->idle_timeout_s, MHD_OPTION_ARRAY, extra, MHD_OPTION_END);
    return server->daemon;
}

bool http_server_start(struct http_server *server, GError **error)
{
    struct http_listener listener;
    settle_options(server);
    if (!read_tls(server, error) ||
        !http_listener_open(&listener, server->options.address, server->tls_cert, error))
        return false;
    bool is_started = start_daemon(server, &listener);
    if (is_started) {
        listener.fd = -1;
        server->port = listener.port;
        server->url = g_strdup_printf("%s://%s", server->tls_cert ? "https" : "http", listener.address);
    } else if (server->tls_cert) {
        g_set_error(
            error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
            "TLS cannot start with the certificate %s and the key %s; check that they belong together.",
            server->options.tls_cert_path, server->options.tls_key_path);
    } else {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNAVAILABLE,
                    "The server cannot start on %s: the system has no room for %u connections.",
                    listener.address, server->options.max_connections);
    }
    http_listener_close(&listener);
    return is_started;
}

void http_server_stop(struct http_server *server)
{
    if (!server->daemon)
        return;
    g_mutex_lock(&server->lock);
    server->is_stopping = true;
    g_autoptr(GPtrArray) hubs = g_ptr_array_copy(server->hubs, NULL, NULL);
    while (server->later_count > 0)
        g_cond_wait(&server->all_answered, &server->lock);
    g_mutex_unlock(&server->lock);
    for (guint i = 0; i < hubs->len; i++)
        event_hub_close(g_ptr_array_index(hubs, i));

    int listen_fd = MHD_quiesce_daemon(server->daemon);
    MHD_stop_daemon(g_steal_pointer(&server->daemon));
    if (listen_fd != MHD_INVALID_SOCKET)
        close(listen_fd);
}

const char *http_server_url(const struct http_server *server)
{
    return server->url;
}

uint16_t http_server_port(const struct http_server *server)
{
    return server->port;
}

unsigned http_server_connection_count(const struct http_server *server)
{
    const union MHD_DaemonInfo *info =
        server->daemon ? MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS) : NULL;
    return info ? info->num_connections : 0;
}
