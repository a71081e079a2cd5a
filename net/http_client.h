/* An HTTP client that never blocks its owner: requests go to a thread of its own (libcurl), replies come back
 * to the owner's GLib main context.
 *
 * Nothing is started, and libcurl is not initialised, before the first request. Connections are kept and
 * reused. Every reply carries its request's number. Replies are bounded in size and time; what goes wrong is
 * a sentence. It does not retry: net/retry.h says when, the owner decides whether. All functions are for the
 * owner's thread.
 *
 *     client = http_client_new(&(struct http_client_options){.peer_name = "The backend"});
 *     http_client_send(client, &(struct http_client_request){.url = url, .number = 7}, on_reply, desk);
 */
#ifndef NET_HTTP_CLIENT_H
#define NET_HTTP_CLIENT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_client;

struct http_client_options {
    GMainContext *context;  /* where replies are delivered; NULL: the default one */
    const char *peer_name;  /* how sentences call the other side; NULL: "The server" */
    const char *when_down;  /* half a sentence on what that means for the user, put behind "does not answer
                               (...)"; NULL: none */
    const char *ca_path;    /* PEM of authorities to trust beside none other; NULL: the system's */
    const char *user_agent; /* NULL: "firstline/VERSION" */
    int64_t connect_timeout_ms; /* 0: 5,000 */
};

struct http_client_request {
    const char *method;         /* NULL: "GET", or "POST" when there is a body */
    const char *url;            /* http:// or https:// */
    const char *const *headers; /* "Name: value" lines, NULL at the end; NULL: none */
    const char *body;           /* copied */
    size_t body_len;
    const char *content_type; /* NULL: application/json */
    int64_t timeout_ms;       /* for the whole exchange; 0: 30,000 */
    int64_t stall_ms;         /* given up once nothing moved for so long, in whole seconds; 0: no matter */
    size_t max_reply_bytes;   /* after decompression; 0: 64 MiB */
    uint64_t number;          /* the caller's; comes back with the reply */
};

/* A reply, borrowed for the call. */
struct http_reply {
    uint64_t number;
    unsigned status;  /* 0: there was no answer */
    const char *body; /* NUL-terminated beside body_len, bytes unchecked; "" when there is none */
    size_t body_len;
    int64_t duration_ms;
    const GError *error; /* NULL for 2xx and 304. Else of NET_PROBLEM: the backend's own for a problem+json,
                            PROBLEM_UNAVAILABLE for no answer, PROBLEM_TOO_SLOW past a timeout,
                            PROBLEM_TOO_LARGE, PROBLEM_BAD_ANSWER for what is no HTTP answer or a redirection,
                            PROBLEM_FORBIDDEN for a certificate that is not trusted */
    const char *const *headers; /* as they came, "Name: value", NULL at the end */
};

/* The value of a header, its name in any case; NULL when it is not there. Borrowed like the reply. */
const char *http_reply_header(const struct http_reply *reply, const char *name);

/* Takes a reply. May send, and free the client. */
typedef void (*http_reply_handler)(const struct http_reply *reply, void *user_data);

/* Makes a client; copies the options (keeps a reference on the context until freed). */
struct http_client *http_client_new(const struct http_client_options *options);

/* Ends what is under way without further calls of handlers, and frees. NULL is allowed. */
void http_client_free(struct http_client *client);

/* Sends; copies the request. `handle` is called once, later, unless the client is freed before. */
void http_client_send(struct http_client *client, const struct http_client_request *request,
                      http_reply_handler handle, void *user_data);

/* How a sentence calls the other side: "The backend at http://127.0.0.1:8080". Caller owns. */
char *http_client_peer(const struct http_client *client, const char *url);

/* For sse_client: the loop that the client's transfers run on, and the options with nothing left to default;
 * borrowed until the client is freed. */
struct curl_loop;
struct curl_loop *http_client_loop(struct http_client *client);
const struct http_client_options *http_client_settled(const struct http_client *client);

#endif
