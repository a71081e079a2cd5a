/* A request as a handler sees it: method, decoded parameters, headers, body; all of it checked to be UTF-8.
 *
 * Everything reachable from a request is borrowed until the handler returns HTTP_DONE or HTTP_FAILED, or,
 * after HTTP_LATER, until http_exchange_answer() or http_exchange_fail() is called on request->exchange.
 */
#ifndef NET_HTTP_REQUEST_H
#define NET_HTTP_REQUEST_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/json.h"

enum http_method {
    HTTP_METHOD_GET,
    HTTP_METHOD_HEAD, /* served by the GET row; the server keeps the body back */
    HTTP_METHOD_POST,
    HTTP_METHOD_PUT,
    HTTP_METHOD_PATCH,
    HTTP_METHOD_DELETE,
    HTTP_METHOD_OPTIONS, /* answered by the server from the table of routes */
    HTTP_METHOD_COUNT
};

struct http_exchange;
struct http_route;

struct http_request {
    enum http_method method;
    const struct http_route *route; /* the row it was sent to */
    const char *path;               /* as it came, percent-encoded, without the query */
    const char *body; /* NUL-terminated beside body_len; "" when there is none; bytes unchecked */
    size_t body_len;
    char peer[48]; /* numeric address of the other end */
    bool peer_is_loopback;
    int64_t received_us; /* g_get_monotonic_time() at the first line */
    void *principal;     /* what the gate found out about who asks; freed by the server's free_principal */
    struct http_exchange *exchange; /* to be answered later */
};

/* The word of the method ("GET"), static. */
const char *http_method_name(enum http_method method);

/* The decoded value of the {name} of the route's pattern; asserted to be one of its names. */
const char *http_request_param(const struct http_request *request, const char *name);

/* The decoded value of a query parameter, "" for one without a value, NULL when it is not there. */
const char *http_request_query(const struct http_request *request, const char *name);

/* A whole number from the query. A missing parameter is true and leaves `*out` as it was; one that is no
 * number between `min` and `max` is PROBLEM_BAD_REQUEST. */
bool http_request_query_int64(const struct http_request *request, const char *name, int64_t min, int64_t max,
                              int64_t *out, GError **error);

/* The value of a header, its name in any case; NULL when it is not there. Not checked to be UTF-8. */
const char *http_request_header(const struct http_request *request, const char *name);

/* The token of "Authorization: Bearer TOKEN", or NULL. */
const char *http_request_bearer(const struct http_request *request);

/* The body as JSON (caller owns, free with cJSON_Delete). PROBLEM_WRONG_TYPE when a content type is given
 * that is not JSON; else the errors of json_parse(). */
cJSON *http_request_json(const struct http_request *request, const struct json_limits *limits,
                         GError **error);

/* Conditions of RFC 9110, 13.1. `etag` is the present one, quotes included. */
enum http_match {
    HTTP_MATCH_ABSENT, /* the header is not there */
    HTTP_MATCH_YES,    /* it names this etag, or is "*" */
    HTTP_MATCH_NO,
};
enum http_match http_request_if_match(const struct http_request *request, const char *etag);
enum http_match http_request_if_none_match(const struct http_request *request, const char *etag);

#endif
