/* Private to net/: one request on its way through the server, as http_request.c, http_head.c and
 * http_server.c share it.
 */
#ifndef NET_HTTP_EXCHANGE_H
#define NET_HTTP_EXCHANGE_H

#include <glib.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "net/http_listen.h"
#include "net/http_request.h"
#include "net/http_response.h"
#include "net/http_route.h"
#include "net/http_server.h"

struct http_server {
    struct http_server_options options;
    char *address, *tls_cert_path, *tls_key_path, *server_name; /* copies behind the options */
    struct http_route_table *routes;
    struct http_listener listener; /* address NULL: not open */
    struct MHD_Daemon *daemon;
    struct http_deadlines *deadlines;
    char *tls_cert, *tls_key; /* file contents; libmicrohttpd reads them while it runs */
    char *url;
    uint16_t port;
    GMutex lock;
    GCond all_answered;
    _Atomic(unsigned) later_count;  /* of exchanges that still wait for their answer */
    _Atomic(unsigned) unsent_count; /* of answers, but streams, that are not with the peer yet */
    unsigned answering_count;       /* threads in http_exchange_answer; guarded by the lock */
    GPtrArray *hubs;                /* borrowed: whose streams this server carries */
    _Atomic(bool) is_stopping;
};

enum exchange_state {
    EXCHANGE_RUNNING,   /* its thread has it */
    EXCHANGE_SUSPENDED, /* asleep until somebody answers */
    EXCHANGE_ANSWERED,  /* the response is there to be sent */
};

struct http_exchange {
    struct http_request request;
    struct http_server *server;
    struct MHD_Connection *connection;
    struct http_route_match match;
    char *uri;                     /* as it came; request.path is its part before the query, cut in place */
    GString *body;                 /* NULL until the first byte */
    size_t dropped_bytes;          /* of a body that nobody will read */
    GError *error;                 /* a refusal found before the body was whole */
    struct http_response response; /* of an answer that came later */
    _Atomic(int) state;            /* enum exchange_state */
    bool begun;
    bool is_later;  /* counted in the server's open answers */
    bool is_unsent; /* counted in its unsent ones */
};

/* libmicrohttpd's callbacks of these names' places: MHD_OPTION_URI_LOG_CALLBACK, MHD_AccessHandlerCallback
 * and MHD_RequestCompletedCallback. `data` is the server. */
void *http_exchange_begin(void *data, const char *uri, struct MHD_Connection *connection);
enum MHD_Result http_exchange_step(void *data, struct MHD_Connection *connection, const char *url,
                                   const char *method, const char *version, const char *upload,
                                   size_t *upload_len, void **slot);
void http_exchange_end(void *data, struct MHD_Connection *connection, void **slot,
                       enum MHD_RequestTerminationCode code);

/* How long a body may take of which so much has come: the limit, and a second for each 64 KiB, so that a
 * large one may come over a slow line, and one that trickles ends as early as ever. */
int64_t http_exchange_body_us(unsigned limit_s, size_t taken_bytes);

/* Answers an exchange whose body did not come whole in time, for http_deadline.h. */
void http_exchange_tell_late(void *exchange);

#endif
