/* The table of routes: which handler serves which method and path.
 *
 * Rows are `static const`; dispatch, OPTIONS, 405 with its Allow, and the list of routes all come from them.
 * A pattern is "/v1/contacts/{contact}/messages": whole segments are literal or {named}; of two rows that
 * fit, the earlier in the table wins. A named segment is never empty. It knows no socket.
 *
 *     static const struct http_route routes[] = {
 *         {HTTP_METHOD_GET, "/v1/contacts/{contact}", get_contact, .rights = RIGHT_SEE,
 *          .help = "read one contact."},
 *         {HTTP_METHOD_POST, "/v1/events", post_events, .body_max_bytes = 1 << 20,
 *          .help = "append a batch."},
 *     };
 */
#ifndef NET_HTTP_ROUTE_H
#define NET_HTTP_ROUTE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/http_request.h"
#include "net/http_response.h"

enum {
    HTTP_ROUTE_MAX_PARAMS = 4,
    HTTP_ROUTE_MAX_SEGMENTS = 10,
};

enum http_outcome {
    HTTP_DONE,   /* the response is filled */
    HTTP_LATER,  /* http_exchange_answer() or http_exchange_fail() will be called, from any thread */
    HTTP_FAILED, /* `error` is set; the server answers with its problem */
};

/* Serves a request on one of the server's threads, so it may run beside itself. `request` and `user_data`
 * (from http_server_add_routes) are borrowed; `response` is zeroed, and must stay untouched after HTTP_LATER.
 */
typedef enum http_outcome (*http_handler)(const struct http_request *request, struct http_response *response,
                                          void *user_data, GError **error);

struct http_route {
    enum http_method method;
    const char *pattern;
    http_handler handle;
    uint64_t rights;       /* for the server's gate; its meaning is the caller's */
    size_t body_max_bytes; /* 0: no body is taken */
    const char *help;      /* one sentence */
};

struct http_route_table;

/* What a path was matched to. Params are decoded, valid UTF-8, without NUL; owned, freed by
 * http_route_match_clear. */
struct http_route_match {
    const struct http_route *route;
    void *user_data;
    unsigned param_count;
    char *params[HTTP_ROUTE_MAX_PARAMS];      /* in the order of the pattern */
    const char *names[HTTP_ROUTE_MAX_PARAMS]; /* borrowed from the table */
    unsigned allowed; /* bit m: the path has a row for method m (with OPTIONS, and HEAD where GET is) */
};

struct http_route_table *http_route_table_new(void);
void http_route_table_free(struct http_route_table *table);

/* Adds rows, which must outlive the table; `user_data` goes to their handlers. Patterns that break the rules
 * above are our own mistake (asserted). */
void http_route_table_add(struct http_route_table *table, const struct http_route *routes, size_t route_count,
                          void *user_data);

/* Finds the row for `method` and the percent-encoded `path`. Errors: PROBLEM_NOT_FOUND; PROBLEM_NOT_ALLOWED
 * with match->allowed filled; PROBLEM_BAD_REQUEST for a segment that does not decode to text. On error only
 * `allowed` is meaningful. HEAD finds GET rows; OPTIONS succeeds with match->route NULL on any path that has
 * a row. */
bool http_route_table_match(const struct http_route_table *table, enum http_method method, const char *path,
                            struct http_route_match *match, GError **error);

void http_route_match_clear(struct http_route_match *match);

/* "GET, HEAD, OPTIONS" for a mask of `allowed`. Caller owns, free with g_free. */
char *http_route_allow_text(unsigned allowed);

#endif
