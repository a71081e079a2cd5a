/* Live streams of server-sent events to many readers: one hub, a bounded queue a stream, no gap on
 * resumption.
 *
 * A stream is made in a handler and given to the response; it then lives as long as its connection, asleep
 * without a thread between events. Events have ascending positions. A stream that starts after position P
 * first reads the backlog (the caller's function, page by page) and changes over to what is published live in
 * one step under the hub's lock, so that it misses nothing and repeats nothing. An event published with
 * position 0 is passing news: only who is connected gets it, and it has no id. A reader who does not take
 * what is queued for him is cut off, and resumes by Last-Event-ID. Silence is broken by a comment, so that
 * both ends notice a dead connection.
 *
 * The hub knows no contact and no rights: `wants` decides who gets what.
 *
 *     hub = event_hub_new(&(struct event_hub_options){.wants = viewer_may_see, .read_backlog = read_events});
 *     in the handler:  http_response_take_stream(response, event_hub_subscribe(hub, viewer, g_free, after));
 *     after a commit:  event_hub_publish(
 *                          hub, &(struct event_news){.position = p, .data = json, .data_len = len});
 */
#ifndef NET_EVENT_STREAM_H
#define NET_EVENT_STREAM_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_hub;
struct event_stream;

/* What is published. All is borrowed for the call. */
struct event_news {
    int64_t position; /* ascending from call to call; 0: passing news */
    const char *kind; /* of the event field; NULL: none */
    const char *data;
    size_t data_len;
    const void *subject; /* handed to `wants`, whatever it is */
};

/* A page of the backlog: events after `after`, appended to `out` with sse_write_event() in ascending order.
 */
struct event_page {
    GString *out;
    int64_t after;
    int64_t reached; /* to be set: everything up to here was looked at, whether wanted or not */
    bool is_last;    /* to be set: nothing lies behind `reached` yet */
};

struct event_hub_options {
    int64_t heartbeat_ms;   /* 0: 15,000 */
    size_t queue_max_bytes; /* a stream with more than this unsent is cut off; 0: 256 KiB */
    /* Whether `viewer` gets the news; called under the hub's lock, so it must be quick and call nothing of
     * the hub. NULL: everybody gets everything. */
    bool (*wants)(const struct event_news *news, void *viewer, void *user_data);
    /* Reads the next page (some tens of KiB at most), on a thread of the server, whose other connections wait
     * meanwhile, and without the hub's lock. False ends the stream. Must see every event published so far.
     * NULL: there is no backlog, streams start live. */
    bool (*read_backlog)(struct event_page *page, void *viewer, void *user_data);
    void *user_data;
};

/* Makes a hub with its thread for heartbeats; copies the options. */
struct event_hub *event_hub_new(const struct event_hub_options *options);

/* Ends all streams; later ones end at once. The server does this by itself when it stops. Any thread. */
void event_hub_close(struct event_hub *hub);

/* Closes, and frees once the last stream is gone, which may be later. To be called after the servers that
 * carry its streams were stopped. NULL is allowed. */
void event_hub_free(struct event_hub *hub);

/* Hands an event to every stream whose viewer wants it. Any thread; calls with positions come in ascending
 * order. */
void event_hub_publish(struct event_hub *hub, const struct event_news *news);

/* A stream of what comes after `after` (negative: only what is published from now on). Takes `viewer`, freed
 * with `free_viewer` (NULL: not freed). Caller owns, gives it to http_response_take_stream(). */
struct event_stream *event_hub_subscribe(struct event_hub *hub, void *viewer, GDestroyNotify free_viewer,
                                         int64_t after);

/* Ends every stream whose viewer matches, as when somebody signs out. Any thread. */
void event_hub_drop(struct event_hub *hub, bool (*matches)(void *viewer, void *user_data), void *user_data);

struct event_hub_counts {
    unsigned streams;
    uint64_t published; /* events since the start */
    uint64_t cut_off;   /* streams ended because they did not read */
};
struct event_hub_counts event_hub_counts(struct event_hub *hub);

/* For the server only. */
struct MHD_Connection;
struct MHD_Response;
struct event_hub *event_stream_hub(const struct event_stream *stream);
/* Makes the response that reads from the stream over `connection`; takes the stream. */
struct MHD_Response *event_stream_attach(struct event_stream *stream, struct MHD_Connection *connection);
void event_stream_unref(struct event_stream *stream);

#endif
