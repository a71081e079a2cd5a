/* The hub and its streams. One lock guards the list of streams, their queues and whether they sleep; it is
 * always taken before any of libmicrohttpd's own, but for the response's, under which that asks for bytes. */
#include "net/event_stream.h"

#include <microhttpd.h>
#include <string.h>

#include "net/sse.h"

enum {
    DEFAULT_HEARTBEAT_MS = 15000,
    DEFAULT_QUEUE_MAX_BYTES = 256 * 1024,
    /* libmicrohttpd allocates this much with every response that is read by a callback; it then reads
     * straight into the connection's pool, so the buffer only has to be there. */
    RESPONSE_BLOCK_BYTES = 1,
};

static const char hello[] = "retry: 1000\n\n";
static const char heartbeat[] = ":\n\n";

struct event_hub {
    struct event_hub_options options;
    GMutex lock;
    GCond wake;         /* of the heartbeat thread */
    GPtrArray *streams; /* borrowed; a stream leaves when its connection does */
    GThread *thread;
    int64_t head; /* the highest position published */
    uint64_t published;
    uint64_t cut_off;
    unsigned reference_count; /* the owner and each stream */
    bool is_closed;
};

struct event_stream {
    struct event_hub *hub;
    struct MHD_Connection *connection; /* NULL until attached */
    void *viewer;
    GDestroyNotify free_viewer;
    GQueue queue; /* of GBytes */
    size_t queued_bytes;
    GBytes *sending; /* partly read */
    size_t sent_bytes;
    int64_t position; /* what lies at or before it was sent, queued or not wanted */
    int64_t last_sent_us;
    unsigned index; /* in hub->streams */
    bool is_catching_up;
    bool is_asleep; /* its connection is suspended */
    bool is_ending;
    bool wants_heartbeat;
};

static void hub_unref(struct event_hub *hub)
{
    g_mutex_lock(&hub->lock);
    bool is_last = --hub->reference_count == 0;
    g_mutex_unlock(&hub->lock);
    if (!is_last)
        return;
    g_ptr_array_unref(hub->streams);
    g_mutex_clear(&hub->lock);
    g_cond_clear(&hub->wake);
    g_free(hub);
}

/* With the lock held. */
static void wake_stream(struct event_stream *stream)
{
    if (!stream->is_asleep)
        return;
    stream->is_asleep = false;
    MHD_resume_connection(stream->connection);
}

static void end_stream(struct event_stream *stream)
{
    stream->is_ending = true;
    wake_stream(stream);
}

/* Looks a few times a heartbeat, so that beats of streams that began together drift apart and none is much
 * late. */
static void *run_heartbeats(void *data)
{
    struct event_hub *hub = data;
    int64_t period_us = hub->options.heartbeat_ms * 1000;
    g_mutex_lock(&hub->lock);
    while (!hub->is_closed) {
        int64_t now_us = g_get_monotonic_time();
        for (guint i = 0; i < hub->streams->len; i++) {
            struct event_stream *stream = g_ptr_array_index(hub->streams, i);
            if (!stream->is_asleep || now_us - stream->last_sent_us < period_us - period_us / 16)
                continue;
            stream->wants_heartbeat = true;
            wake_stream(stream);
        }
        g_cond_wait_until(&hub->wake, &hub->lock, now_us + period_us / 16);
    }
    g_mutex_unlock(&hub->lock);
    return NULL;
}

struct event_hub *event_hub_new(const struct event_hub_options *options)
{
    struct event_hub *hub = g_new0(struct event_hub, 1);
    hub->options = *options;
    if (!hub->options.heartbeat_ms)
        hub->options.heartbeat_ms = DEFAULT_HEARTBEAT_MS;
    if (!hub->options.queue_max_bytes)
        hub->options.queue_max_bytes = DEFAULT_QUEUE_MAX_BYTES;
    g_mutex_init(&hub->lock);
    g_cond_init(&hub->wake);
    hub->streams = g_ptr_array_new();
    hub->reference_count = 1;
    hub->thread = g_thread_new("heartbeats", run_heartbeats, hub);
    return hub;
}

void event_hub_close(struct event_hub *hub)
{
    g_mutex_lock(&hub->lock);
    GThread *thread = g_steal_pointer(&hub->thread);
    hub->is_closed = true;
    for (guint i = 0; i < hub->streams->len; i++)
        end_stream(g_ptr_array_index(hub->streams, i));
    g_cond_signal(&hub->wake);
    g_mutex_unlock(&hub->lock);
    if (thread)
        g_thread_join(thread);
}

void event_hub_free(struct event_hub *hub)
{
    if (!hub)
        return;
    event_hub_close(hub);
    hub_unref(hub);
}

static GBytes *format_news(const struct event_news *news)
{
    GString *out = g_string_sized_new(news->data_len + 64);
    sse_write_event(out, news->position, news->kind, news->data, news->data_len);
    return g_string_free_to_bytes(out);
}

/* With the lock held. A stream past its bound is cut off: what it missed it reads again when it comes back.
 */
static void queue_bytes(struct event_stream *stream, GBytes *bytes)
{
    struct event_hub *hub = stream->hub;
    size_t size_bytes = g_bytes_get_size(bytes);
    if (stream->is_ending)
        return;
    if (stream->queued_bytes + size_bytes > hub->options.queue_max_bytes) {
        hub->cut_off++;
        end_stream(stream);
        return;
    }
    g_queue_push_tail(&stream->queue, g_bytes_ref(bytes));
    stream->queued_bytes += size_bytes;
    wake_stream(stream);
}

void event_hub_publish(struct event_hub *hub, const struct event_news *news)
{
    const struct event_hub_options *options = &hub->options;
    g_autoptr(GBytes) bytes = NULL;
    g_mutex_lock(&hub->lock);
    g_assert(news->position == 0 || news->position > hub->head);
    if (news->position)
        hub->head = news->position;
    hub->published++;
    for (guint i = 0; i < hub->streams->len; i++) {
        struct event_stream *stream = g_ptr_array_index(hub->streams, i);
        if (stream->is_catching_up && news->position)
            continue;
        if (news->position && news->position <= stream->position)
            continue;
        if (news->position)
            stream->position = news->position;
        if (options->wants && !options->wants(news, stream->viewer, options->user_data))
            continue;
        if (!bytes)
            bytes = format_news(news);
        queue_bytes(stream, bytes);
    }
    g_mutex_unlock(&hub->lock);
}

struct event_stream *event_hub_subscribe(struct event_hub *hub, void *viewer, GDestroyNotify free_viewer,
                                         int64_t after)
{
    struct event_stream *stream = g_new0(struct event_stream, 1);
    stream->hub = hub;
    stream->viewer = viewer;
    stream->free_viewer = free_viewer;
    stream->last_sent_us = g_get_monotonic_time();
    stream->sending = g_bytes_new_static(hello, sizeof hello - 1);
    g_queue_init(&stream->queue);
    g_mutex_lock(&hub->lock);
    stream->is_catching_up = after >= 0 && hub->options.read_backlog;
    stream->position = after >= 0 ? after : hub->head;
    stream->is_ending = hub->is_closed;
    stream->index = hub->streams->len;
    g_ptr_array_add(hub->streams, stream);
    hub->reference_count++;
    g_mutex_unlock(&hub->lock);
    return stream;
}

void event_hub_drop(struct event_hub *hub, bool (*matches)(void *viewer, void *user_data), void *user_data)
{
    g_mutex_lock(&hub->lock);
    for (guint i = 0; i < hub->streams->len; i++) {
        struct event_stream *stream = g_ptr_array_index(hub->streams, i);
        if (matches(stream->viewer, user_data))
            end_stream(stream);
    }
    g_mutex_unlock(&hub->lock);
}

struct event_hub_counts event_hub_counts(struct event_hub *hub)
{
    g_mutex_lock(&hub->lock);
    struct event_hub_counts counts = {
        .streams = hub->streams->len,
        .published = hub->published,
        .cut_off = hub->cut_off,
    };
    g_mutex_unlock(&hub->lock);
    return counts;
}

struct event_hub *event_stream_hub(const struct event_stream *stream)
{
    return stream->hub;
}

void event_stream_unref(struct event_stream *stream)
{
    struct event_hub *hub = stream->hub;
    g_mutex_lock(&hub->lock);
    g_ptr_array_remove_index_fast(hub->streams, stream->index);
    if (stream->index < hub->streams->len)
        ((struct event_stream *)g_ptr_array_index(hub->streams, stream->index))->index = stream->index;
    g_mutex_unlock(&hub->lock);

    g_queue_clear_full(&stream->queue, (GDestroyNotify)g_bytes_unref);
    g_clear_pointer(&stream->sending, g_bytes_unref);
    if (stream->free_viewer)
        stream->free_viewer(stream->viewer);
    g_free(stream);
    hub_unref(hub);
}

/* Reads one page of the backlog into `sending`, or changes over to live when there is no more. With the lock
 * held, which is let go while the page is read. */
static void read_page(struct event_stream *stream)
{
    struct event_hub *hub = stream->hub;
    struct event_page page = {
        .out = g_string_new(NULL), .after = stream->position, .reached = stream->position};
    g_mutex_unlock(&hub->lock);
    bool is_read = hub->options.read_backlog(&page, stream->viewer, hub->options.user_data);
    /* Of a page that holds nothing for this viewer a beat goes out. Else a long backlog of others' events
     * would be read on and on in one call, and keep the thread from all its other connections. */
    if (page.out->len == 0 && !page.is_last)
        g_string_append(page.out, heartbeat);
    GBytes *bytes = g_string_free_to_bytes(page.out);
    g_mutex_lock(&hub->lock);

    stream->position = MAX(stream->position, page.reached);
    if (!is_read)
        stream->is_ending = true;
    /* What was published while the page was read may lie behind it, and was not queued. */
    if (page.is_last && hub->head <= stream->position)
        stream->is_catching_up = false;
    stream->sending = bytes;
    stream->sent_bytes = 0;
}

/* Copies what is ready of the bytes under way. */
static size_t copy_sending(struct event_stream *stream, char *buffer, size_t room)
{
    gsize size_bytes;
    const char *bytes = g_bytes_get_data(stream->sending, &size_bytes);
    size_t count = MIN(room, size_bytes - stream->sent_bytes);
    if (count > 0)
        memcpy(buffer, bytes + stream->sent_bytes, count);
    stream->sent_bytes += count;
    if (stream->sent_bytes == size_bytes) {
        g_clear_pointer(&stream->sending, g_bytes_unref);
        stream->sent_bytes = 0;
    }
    return count;
}

/* Takes the next bytes to send, if there are any. */
static bool take_next(struct event_stream *stream)
{
    if (stream->is_catching_up) {
        read_page(stream);
        return true;
    }
    GBytes *next = g_queue_pop_head(&stream->queue);
    if (!next && stream->wants_heartbeat)
        next = g_bytes_new_static(heartbeat, sizeof heartbeat - 1);
    else if (next)
        stream->queued_bytes -= g_bytes_get_size(next);
    stream->wants_heartbeat = false;
    stream->sending = next;
    return next;
}

/* libmicrohttpd asks for bytes. */
static ssize_t on_read(void *data, uint64_t offset, char *buffer, size_t room)
{
    (void)offset;
    struct event_stream *stream = data;
    struct event_hub *hub = stream->hub;
    size_t filled = 0;
    ssize_t result;
    g_mutex_lock(&hub->lock);
    while (filled < room && !stream->is_ending) {
        /* A page of the backlog costs a read of the disk: what there is goes out first. */
        if (!stream->sending && ((filled > 0 && stream->is_catching_up) || !take_next(stream)))
            break;
        filled += copy_sending(stream, buffer + filled, room - filled);
    }
    if (filled > 0) {
        stream->last_sent_us = g_get_monotonic_time();
        result = (ssize_t)filled;
    } else if (stream->is_ending) {
        result = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        stream->is_asleep = true;
        MHD_suspend_connection(stream->connection);
        result = 0;
    }
    g_mutex_unlock(&hub->lock);
    return result;
}

static void on_response_free(void *data)
{
    event_stream_unref(data);
}

struct MHD_Response *event_stream_attach(struct event_stream *stream, struct MHD_Connection *connection)
{
    stream->connection = connection;
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, RESPONSE_BLOCK_BYTES, on_read, stream,
                                             on_response_free);
}
