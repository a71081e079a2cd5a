/* Private to net/: one request on its way through the server, as http_request.c and http_server.c share it.
 */
#ifndef NET_HTTP_EXCHANGE_H
#define NET_HTTP_EXCHANGE_H

#include <glib.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "net/http_request.h"
#include "net/http_response.h"
#include "net/http_route.h"

struct http_server;

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
    bool is_later; /* counted in the server's open answers */
};

#endif
