/* Reads a live stream of server-sent events and keeps it alive: reconnects with growing delays, resumes after
 * the last event taken, and notices when the other side has fallen silent.
 *
 * Runs on the thread of an http_client; events and changes of state come to the owner's main context in the
 * order in which they happened. An owner who does not keep up slows the stream down, and nothing is dropped.
 * A session that is none (HTTP status 401) ends it; any other refusal may be of somebody in between, or be
 * mended, and is tried again. All functions are for the owner's thread.
 *
 *     stream = sse_client_new(http, &(struct sse_client_options){
 *         .url = url, .headers = headers, .last_id = "42", .on_event = on_event, .on_state = on_state,
 *         .user_data = desk});
 */
#ifndef NET_SSE_CLIENT_H
#define NET_SSE_CLIENT_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "net/http_client.h"
#include "net/retry.h"
#include "net/sse.h"

struct sse_client;

enum sse_client_state {
    SSE_CLIENT_UP,      /* the server has accepted and is sending */
    SSE_CLIENT_DOWN,    /* lost, or could not be opened; tried again in retry_ms */
    SSE_CLIENT_REFUSED, /* the session is none (any more): nothing more comes, free it and make another */
};

struct sse_client_change {
    enum sse_client_state state;
    const GError *error; /* NULL for UP; else the sentence, of NET_PROBLEM; borrowed for the call */
    int64_t retry_ms;    /* until the next attempt, for DOWN */
};

struct sse_client_options {
    const char *url;
    const char *const *headers; /* "Name: value" lines, NULL at the end; NULL: none */
    const char *last_id;        /* the last event already had; NULL or "": none */
    int64_t silence_ms;         /* longer silence means the connection is dead; 0: 35,000 */
    struct retry_policy retry;
    struct sse_parser_limits limits;
    /* An event, borrowed for the call. Both may free the stream. */
    void (*on_event)(const struct sse_event *event, void *user_data);
    void (*on_state)(const struct sse_client_change *change, void *user_data);
    void *user_data;
};

/* Opens the stream on the thread of `http`, which must outlive it; copies the options. */
struct sse_client *sse_client_new(struct http_client *http, const struct sse_client_options *options);

/* Closes it: no function is called any more. NULL is allowed. */
void sse_client_free(struct sse_client *stream);

/* Drops the waiting time and tries at once, as when a request of the same peer has just succeeded.
 * Nothing happens while the stream is up. */
void sse_client_hurry(struct sse_client *stream);

#endif
