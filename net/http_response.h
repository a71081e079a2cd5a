/* What a handler answers: a status, headers, and a body that the response takes over.
 *
 * A response starts zeroed and means "204, nothing". It is given to a handler to be filled, or made by the
 * caller for http_exchange_answer(). Nothing is sent before the handler has returned.
 *
 *     http_response_take_json(response, 200, out);        GString made with a json_writer
 *     http_response_add_header(response, "ETag", etag);
 */
#ifndef NET_HTTP_RESPONSE_H
#define NET_HTTP_RESPONSE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    HTTP_RESPONSE_MAX_HEADERS = 8,
};

struct event_stream;

struct http_response_header {
    const char *name; /* static text */
    char *value;
};

struct http_response {
    unsigned status;          /* 0: 200 with a body, 204 without */
    const char *content_type; /* static text; NULL: application/json when there is a body */
    char *body;               /* owned, from g_malloc */
    size_t body_len;
    GBytes *bytes;               /* owned; shared body instead of `body` */
    struct event_stream *stream; /* owned; a live stream instead of either */
    bool is_packed;              /* the server's: the body is as it is to be sent */
    bool is_gzip;                /* the server's: and compressed */
    unsigned header_count;
    struct http_response_header headers[HTTP_RESPONSE_MAX_HEADERS];
};

/* Sets status and body; takes `json`. */
void http_response_take_json(struct http_response *response, unsigned status, GString *json);

/* Sets status, type (static text) and body; takes `text`. */
void http_response_take_text(struct http_response *response, unsigned status, const char *type,
                             GString *text);

/* Sets status, type (static text) and a body shared with others; keeps a reference until it is sent. */
void http_response_set_bytes(struct http_response *response, unsigned status, const char *type,
                             GBytes *bytes);

/* Answers with a live stream (event_stream.h); takes `stream`. */
void http_response_take_stream(struct http_response *response, struct event_stream *stream);

/* Makes it the problem+json of `error` (borrows), dropping what it was. */
void http_response_set_problem(struct http_response *response, const GError *error);

/* Adds a header; `name` is static text, `value` is copied, one with control characters is left out. At most
 * HTTP_RESPONSE_MAX_HEADERS (asserted). */
void http_response_add_header(struct http_response *response, const char *name, const char *value);

/* Frees what the response owns and zeroes it. */
void http_response_clear(struct http_response *response);

#endif
