/* An HTTP/1.1 server: a table of handlers behind libmicrohttpd with one epoll thread a processor, and TLS.
 *
 * Handlers are functions from request to response (http_route.h). One that must wait for something returns
 * HTTP_LATER; its connection sleeps without a thread until http_exchange_answer(). Bodies, headers, times and
 * connections are bounded. Errors go out as problem+json. It knows nothing of users: a gate, given by the
 * caller, decides before the body is read.
 *
 *     struct http_server *server = http_server_new(&(struct http_server_options){.address = "127.0.0.1:0"});
 *     http_server_add_routes(server, routes, G_N_ELEMENTS(routes), state);
 *     if (!http_server_start(server, error)) ...
 *     printf("listening on %s\n", http_server_url(server));
 *     ...
 *     http_server_stop(server);
 *     http_server_free(server);
 */
#ifndef NET_HTTP_SERVER_H
#define NET_HTTP_SERVER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/http_request.h"
#include "net/http_response.h"
#include "net/http_route.h"

struct http_server;

/* Decides whether a request may go on to its handler: request->route->rights says what it needs. May set
 * request->principal. Runs before the body is read, so request->body is empty. False with `error` set refuses
 * it. */
typedef bool (*http_gate)(struct http_request *request, void *user_data, GError **error);

/* Is told of every answer as it is sent, for metrics and log, on the server's threads. `pattern` is "" where
 * no route was found. `error` (borrowed for the call) is the problem sent, or NULL. */
struct http_observation {
    const struct http_request *request;
    const char *pattern;
    unsigned status;
    const GError *error;
};
typedef void (*http_observer)(const struct http_observation *observation, void *user_data);

struct http_server_options {
    const char *address;       /* see http_listen.h; NULL: 127.0.0.1:0 */
    const char *tls_cert_path; /* PEM chain; both or neither */
    const char *tls_key_path;  /* PEM key */
    unsigned thread_count;     /* 0: one a processor */
    unsigned max_connections;  /* 0: what the limit of open files allows, at most 65,536 */
    unsigned idle_timeout_s;   /* a connection that neither sends nor takes is closed; 0: 60 */
    /* A body must be here whole by then and a second for each 64 KiB of it that came, a head by then and the
     * idle time; 0: 30. */
    unsigned request_timeout_s;
    size_t gzip_from_bytes;  /* bodies from this size are compressed for those who accept it; 0: never */
    const char *server_name; /* value of the Server header; NULL: none */
    http_gate gate;          /* NULL: everything may pass */
    http_observer observe;   /* NULL: nobody */
    GDestroyNotify free_principal;
    void *user_data; /* for gate and observe */
};

/* Makes a server that does not listen yet; copies the options. */
struct http_server *http_server_new(const struct http_server_options *options);

/* Stops it when it runs, and frees it. NULL is allowed. */
void http_server_free(struct http_server *server);

/* Adds rows, which must outlive the server, before it is started. */
void http_server_add_routes(struct http_server *server, const struct http_route *routes, size_t route_count,
                            void *user_data);

/* Takes the address and reads the TLS files, so that a caller knows before it begins anything that it cannot
 * take back. Nothing is answered yet. Errors: those of http_listener_open(); PROBLEM_BAD_REQUEST for TLS
 * files that cannot be used. */
bool http_server_open(struct http_server *server, GError **error);

/* Starts to listen, opening first where that was not done. Errors: those of http_server_open() and
 * http_listener_begin(). */
bool http_server_start(struct http_server *server, GError **error);

/* Stops: takes no new request, ends the live streams, waits until every HTTP_LATER has been answered (so
 * whoever answers must still be running), then closes all connections. Not to be called from a handler. */
void http_server_stop(struct http_server *server);

/* "http://127.0.0.1:8080", borrowed until the server is freed; valid once started. */
const char *http_server_url(const struct http_server *server);
uint16_t http_server_port(const struct http_server *server);

/* Open connections at this moment, live streams among them. */
unsigned http_server_connection_count(const struct http_server *server);

/* Answers a request whose handler returned (or is about to return) HTTP_LATER; from any thread, exactly once.
 * Takes what the response owns and leaves it zeroed. The request must not be touched afterwards. */
void http_exchange_answer(struct http_exchange *exchange, struct http_response *response);

/* The same with a problem; takes `error`. */
void http_exchange_fail(struct http_exchange *exchange, GError *error);

#endif
