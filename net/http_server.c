/* The life of a server: options, TLS, the daemon, and its end. What happens to a request is in
 * http_exchange.c. */
#include "net/http_server.h"

#include <microhttpd.h>
#include <string.h>

#include "net/event_stream.h"
#include "net/http_deadline.h"
#include "net/http_exchange.h"
#include "net/http_listen.h"
#include "net/problem.h"

enum {
    /* What libmicrohttpd keeps per connection for head and buffers. 8 KiB hold the heads of API clients, and
     * 10,000 idle streams in 95 MB (tests/bench/bench_streams). */
    CONNECTION_POOL_BYTES = 8 * 1024,
    MAX_CONNECTIONS = 65536,
    SPARE_FILES = 128, /* for the database, logs and what else the program opens */
    IDLE_TIMEOUT_S = 60,
    REQUEST_TIMEOUT_S = 30,
    UNSENT_TIMEOUT_S = 5, /* answers at the end of the server */
    MAX_TLS_FILE_BYTES = 1024 * 1024,
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
    server->listener.fd = -1;
    g_mutex_init(&server->lock);
    g_cond_init(&server->all_answered);
    return server;
}

void http_server_free(struct http_server *server)
{
    if (!server)
        return;
    http_server_stop(server);
    http_listener_close(&server->listener);
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

/* GnuTLS's own choice, without the versions that RFC 8996 has withdrawn and Debian's GnuTLS still speaks. */
static char tls_priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

static bool start_daemon(struct http_server *server)
{
    const struct http_listener *listener = &server->listener;
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
        extra[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, tls_priorities};
    }
    if (listener->is_ipv6)
        flags |= MHD_USE_IPv6;
    extra[count] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    server->deadlines = http_deadlines_new(&(struct http_deadlines_options){
        .head_limit_ms = ((int64_t)options->idle_timeout_s + options->request_timeout_s) * 1000,
        .body_limit_ms = (int64_t)options->request_timeout_s * 1000,
        .tell = http_exchange_tell_late,
    });
    server->daemon = MHD_start_daemon(
        flags, listener->port, NULL, NULL, http_exchange_step, server, MHD_OPTION_EXTERNAL_LOGGER, on_log,
        server, MHD_OPTION_LISTEN_SOCKET, listener->fd, MHD_OPTION_URI_LOG_CALLBACK, http_exchange_begin,
        server, MHD_OPTION_NOTIFY_COMPLETED, http_exchange_end, server, MHD_OPTION_NOTIFY_CONNECTION,
        http_deadlines_notify, server->deadlines, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_POOL_BYTES, MHD_OPTION_CONNECTION_LIMIT, options->max_connections,
        MHD_OPTION_CONNECTION_TIMEOUT, options->idle_timeout_s, MHD_OPTION_ARRAY, extra, MHD_OPTION_END);
    if (!server->daemon)
        g_clear_pointer(&server->deadlines, http_deadlines_free);
    return server->daemon;
}

bool http_server_open(struct http_server *server, GError **error)
{
    return read_tls(server, error) &&
           http_listener_open(&server->listener, server->options.address, server->tls_cert, error);
}

bool http_server_start(struct http_server *server, GError **error)
{
    struct http_listener *listener = &server->listener;
    settle_options(server);
    if ((!listener->address && !http_server_open(server, error)) || !http_listener_begin(listener, error))
        return false;
    bool is_started = start_daemon(server);
    if (is_started) {
        listener->fd = -1; /* libmicrohttpd's now */
        server->port = listener->port;
        server->url = g_strdup_printf("%s://%s", server->tls_cert ? "https" : "http", listener->address);
    } else if (server->tls_cert) {
        g_set_error(
            error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
            "TLS cannot start with the certificate %s and the key %s; check that they belong together.",
            server->options.tls_cert_path, server->options.tls_key_path);
    } else {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNAVAILABLE,
                    "The server cannot start on %s: the system has no room for %u connections.",
                    listener->address, server->options.max_connections);
    }
    http_listener_close(listener);
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
    /* What was done is told as well, but nobody waits for ever for a peer that does not read. */
    int64_t until_us = g_get_monotonic_time() + (int64_t)UNSENT_TIMEOUT_S * G_USEC_PER_SEC;
    while (server->unsent_count > 0 && g_cond_wait_until(&server->all_answered, &server->lock, until_us))
        continue;
    while (server->answering_count > 0)
        g_cond_wait(&server->all_answered, &server->lock);
    g_mutex_unlock(&server->lock);
    for (guint i = 0; i < hubs->len; i++)
        event_hub_close(g_ptr_array_index(hubs, i));

    /* Never MHD_quiesce_daemon before it: a worker that meets it half done takes the listening socket out of
     * its epoll set a second time, and libmicrohttpd 0.9.75 ends the process for that. */
    MHD_stop_daemon(g_steal_pointer(&server->daemon));
    g_clear_pointer(&server->deadlines, http_deadlines_free);
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
