/* The reader of a live stream. `struct sse_client` is the owner's end, `struct reader` lives on the loop's
 * thread and frees itself there; the mailbox goes from the second to the first and is freed when both are
 * gone. */
#include "net/sse_client.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <string.h>

#include "net/curl_loop.h"
#include "net/http_handle.h"
#include "net/mailbox.h"
#include "net/problem.h"

enum {
    SILENCE_MS = 35000,
    MAX_WAITING = 2048, /* events not yet taken by the owner, past which reading pauses */
    PAUSE_MS = 20,      /* until the owner is looked at again */
    STEADY_MS = 5000,   /* a stream that has lived so long was no failed attempt */
    MAX_REFUSAL_BYTES = 64 * 1024,
};

struct message {
    bool is_event;
    char *id, *kind, *data;
    size_t data_len;
    enum sse_client_state state;
    GError *error;
    int64_t retry_ms;
};

struct reader {
    const struct http_client_options *http;
    struct curl_loop *loop;
    struct mailbox *mailbox;
    struct sse_parser *parser;
    struct sse_client_options options; /* url, headers and last_id are not read from here */
    char *url;
    GStrv headers;
    CURL *easy; /* NULL while waiting */
    struct curl_slist *list;
    GString *refusal; /* the body of an answer that is no stream */
    bool is_judged;   /* the answer's head was looked at */
    bool is_stream;
    bool is_paused;
    unsigned attempt; /* failed ones in a row */
    int64_t connected_us, last_byte_us;
    uint64_t silence_timer, retry_timer, pause_timer;
};

struct sse_client {
    struct reader *reader; /* touched by jobs only */
    struct mailbox *mailbox;
    struct curl_loop *loop;
    struct sse_client_options options;
};

static void message_free(void *data)
{
    struct message *message = data;
    g_free(message->id);
    g_free(message->kind);
    g_free(message->data);
    g_clear_error(&message->error);
    g_free(message);
}

/* Takes `error`. */
static void post_state(struct reader *reader, enum sse_client_state state, GError *error, int64_t retry_ms)
{
    struct message *message = g_new0(struct message, 1);
    message->state = state;
    message->error = error;
    message->retry_ms = retry_ms;
    mailbox_post(reader->mailbox, message);
}

static void post_event(struct reader *reader, const struct sse_event *event)
{
    struct message *message = g_new0(struct message, 1);
    message->is_event = true;
    message->id = g_strdup(event->id);
    message->kind = g_strdup(event->kind);
    message->data = g_strndup(event->data, event->data_len);
    message->data_len = event->data_len;
    mailbox_post(reader->mailbox, message);
}

static void cancel_timer(struct reader *reader, uint64_t *timer)
{
    if (*timer)
        curl_loop_cancel(reader->loop, *timer);
    *timer = 0;
}

static void disconnect(struct reader *reader)
{
    cancel_timer(reader, &reader->silence_timer);
    cancel_timer(reader, &reader->pause_timer);
    reader->is_paused = false;
    if (reader->easy) {
        curl_loop_remove(reader->loop, reader->easy);
        curl_easy_cleanup(g_steal_pointer(&reader->easy));
    }
    curl_slist_free_all(g_steal_pointer(&reader->list));
}

static void connect_stream(void *data);

/* Gives up this connection; takes `error`, which says why. */
static void lose(struct reader *reader, GError *error)
{
    disconnect(reader);
    /* Without a session nothing changes by itself; any other refusal may be of somebody in between, or
     * mended. */
    if (problem_code_of(error) == PROBLEM_UNAUTHORISED) {
        post_state(reader, SSE_CLIENT_REFUSED, error, 0);
        return;
    }
    int64_t delay_ms = retry_delay_ms(&reader->options.retry, reader->attempt, g_random_int());
    reader->attempt++;
    reader->retry_timer = curl_loop_after(reader->loop, delay_ms, connect_stream, reader);
    post_state(reader, SSE_CLIENT_DOWN, error, delay_ms);
}

static void check_silence(void *data)
{
    struct reader *reader = data;
    reader->silence_timer = 0;
    int64_t silent_ms = (g_get_monotonic_time() - reader->last_byte_us) / 1000;
    int64_t left_ms = reader->options.silence_ms - silent_ms;
    if (left_ms > 0 || reader->is_paused) {
        reader->silence_timer = curl_loop_after(reader->loop, MAX(left_ms, PAUSE_MS), check_silence, reader);
        return;
    }
    g_autofree char *peer = http_handle_peer(reader->http, reader->url);
    lose(reader, g_error_new(NET_PROBLEM, PROBLEM_UNAVAILABLE,
                             "%s has sent no sign of life for %" G_GINT64_FORMAT " seconds; connecting anew.",
                             peer, (gint64)(silent_ms + 500) / 1000));
}

static void resume(void *data)
{
    struct reader *reader = data;
    reader->pause_timer = 0;
    if (mailbox_waiting(reader->mailbox) > MAX_WAITING / 2) {
        reader->pause_timer = curl_loop_after(reader->loop, PAUSE_MS, resume, reader);
        return;
    }
    reader->is_paused = false;
    reader->last_byte_us = g_get_monotonic_time();
    curl_easy_pause(reader->easy, CURLPAUSE_CONT);
}

/* Looks at the head of the answer once. */
static void judge(struct reader *reader)
{
    long status = 0;
    const char *type = NULL;
    reader->is_judged = true;
    curl_easy_getinfo(reader->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(reader->easy, CURLINFO_CONTENT_TYPE, &type);
    reader->is_stream = status == 200 && type && g_ascii_strncasecmp(type, "text/event-stream", 17) == 0;
    if (!reader->is_stream)
        return;
    post_state(reader, SSE_CLIENT_UP, NULL, 0);
}

static bool parse(struct reader *reader, const char *bytes, size_t len)
{
    struct sse_event event;
    for (;;) {
        switch (sse_parser_feed(reader->parser, &bytes, &len, &event)) {
        case SSE_EVENT:
            /* An accepted connection alone proves little: one that breaks at its first event would be tried
             * in a circle without growing delays. */
            reader->attempt = 0;
            post_event(reader, &event);
            break;
        case SSE_NEED_MORE:
            return true;
        default:
            return false;
        }
    }
}

static size_t on_bytes(char *bytes, size_t size, size_t count, void *data)
{
    struct reader *reader = data;
    size_t len = size * count;
    int64_t now_us = g_get_monotonic_time();
    if (!reader->is_judged)
        judge(reader);
    if (reader->is_stream && now_us - reader->connected_us > (int64_t)STEADY_MS * 1000)
        reader->attempt = 0;
    reader->last_byte_us = now_us;
    if (!reader->is_stream) {
        if (reader->refusal->len + len > MAX_REFUSAL_BYTES)
            return 0;
        g_string_append_len(reader->refusal, bytes, (gssize)len);
        return len;
    }
    if (mailbox_waiting(reader->mailbox) > MAX_WAITING) {
        reader->is_paused = true;
        reader->pause_timer = curl_loop_after(reader->loop, PAUSE_MS, resume, reader);
        return CURL_WRITEFUNC_PAUSE;
    }
    return parse(reader, bytes, len) ? len : 0;
}

/* Why a connection that ended by itself did so. */
static GError *explain_end(struct reader *reader, CURL *easy, CURLcode code)
{
    g_autofree char *peer = http_handle_peer(reader->http, reader->url);
    const char *reason = sse_parser_reason(reader->parser);
    if (*reason)
        return g_error_new(NET_PROBLEM, PROBLEM_BAD_ANSWER,
                           "%s sent news that cannot be read (%s); connecting anew.", peer, reason);
    if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && reader->is_judged))
        return http_handle_explain(reader->http, easy, code, reader->url);
    if (reader->is_stream)
        return g_error_new(NET_PROBLEM, PROBLEM_UNAVAILABLE, "%s has ended the live stream; connecting anew.",
                           peer);
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 400)
        return problem_read(peer, (unsigned)status, reader->refusal->str, reader->refusal->len);
    return g_error_new(NET_PROBLEM, PROBLEM_BAD_ANSWER, "%s answered with something that is no live stream.",
                       peer);
}

static void on_done(CURL *easy, CURLcode code, void *data)
{
    struct reader *reader = data;
    lose(reader, explain_end(reader, easy, code));
}

static struct curl_slist *list_headers(const struct reader *reader)
{
    struct curl_slist *list = curl_slist_append(NULL, "Accept: text/event-stream");
    const char *last_id = sse_parser_last_id(reader->parser);
    if (*last_id) {
        g_autofree char *line = g_strconcat("Last-Event-ID: ", last_id, NULL);
        list = curl_slist_append(list, line);
    }
    for (char **header = reader->headers; header && *header; header++)
        list = curl_slist_append(list, *header);
    return list;
}

/* On the loop's thread, as are all below until the owner's part. */
static void connect_stream(void *data)
{
    struct reader *reader = data;
    reader->retry_timer = 0;
    sse_parser_clear(reader->parser);
    g_string_truncate(reader->refusal, 0);
    reader->is_judged = reader->is_stream = false;
    reader->connected_us = reader->last_byte_us = g_get_monotonic_time();
    reader->list = list_headers(reader);
    reader->easy = http_handle_new(reader->http, reader->url);
    curl_easy_setopt(reader->easy, CURLOPT_HTTPHEADER, reader->list);
    curl_easy_setopt(reader->easy, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(reader->easy, CURLOPT_WRITEDATA, reader);
    reader->silence_timer = curl_loop_after(reader->loop, reader->options.silence_ms, check_silence, reader);
    curl_loop_add(reader->loop, reader->easy, on_done, reader);
}

static void hurry(void *data)
{
    struct reader *reader = data;
    if (!reader->retry_timer)
        return;
    cancel_timer(reader, &reader->retry_timer);
    connect_stream(reader);
}

static void end_reader(void *data)
{
    struct reader *reader = data;
    disconnect(reader);
    cancel_timer(reader, &reader->retry_timer);
    mailbox_unref(reader->mailbox);
    sse_parser_free(reader->parser);
    g_string_free(reader->refusal, TRUE);
    g_strfreev(reader->headers);
    g_free(reader->url);
    g_free(reader);
}

static void deliver(void *data, void *user_data)
{
    struct sse_client *stream = user_data;
    const struct message *message = data;
    if (message->is_event) {
        const struct sse_event event = {message->id, message->kind, message->data, message->data_len};
        stream->options.on_event(&event, stream->options.user_data);
    } else {
        const struct sse_client_change change = {message->state, message->error, message->retry_ms};
        stream->options.on_state(&change, stream->options.user_data);
    }
}

struct sse_client *sse_client_new(struct http_client *http, const struct sse_client_options *options)
{
    struct sse_client *stream = g_new0(struct sse_client, 1);
    stream->options = *options;
    stream->loop = http_client_loop(http);
    stream->mailbox = mailbox_new(http_client_settled(http)->context, deliver, message_free, stream);

    struct reader *reader = stream->reader = g_new0(struct reader, 1);
    reader->http = http_client_settled(http);
    reader->loop = stream->loop;
    reader->mailbox = mailbox_ref(stream->mailbox);
    reader->options = *options;
    if (!reader->options.silence_ms)
        reader->options.silence_ms = SILENCE_MS;
    reader->parser = sse_parser_new(&options->limits);
    sse_parser_set_last_id(reader->parser, options->last_id);
    reader->url = g_strdup(options->url);
    reader->headers = g_strdupv((GStrv)options->headers);
    reader->refusal = g_string_new(NULL);
    curl_loop_post(stream->loop, connect_stream, reader);
    return stream;
}

void sse_client_free(struct sse_client *stream)
{
    if (!stream)
        return;
    curl_loop_post(stream->loop, end_reader, stream->reader);
    mailbox_close(stream->mailbox);
    g_free(stream);
}

void sse_client_hurry(struct sse_client *stream)
{
    curl_loop_post(stream->loop, hurry, stream->reader);
}
