/* Live streams end to end: the hub behind the server, read by the stream client, with the server going away.
 */
#include "net/event_stream.h"
#include "net/sse_client.h"

#include <stdlib.h>
#include <string.h>

#include "net/http_server.h"
#include "net/problem.h"

enum {
    DEADLINE_MS = 20000,
};

/* A log of events as a backend has one: what is published was appended before. */
struct fixture {
    GMutex lock;
    int64_t log_count; /* events 1 ... log_count exist */
    struct event_hub *hub;
    struct http_server *server;
    struct http_client *http;
    struct sse_client *stream;
    char *address;
    unsigned pages; /* read of the backlog */
    int is_told;    /* atomic: the backlog of which nothing may be seen has an end */
    unsigned thread_count;
    bool is_answered;
    /* What the reader has seen: */
    int64_t next_expected;
    unsigned ups, downs, refusals, passing;
    char *last_error;
    char *last_data;
    struct event_hub_options hub_options;
};

static bool read_backlog(struct event_page *page, void *viewer, void *user_data)
{
    struct fixture *fixture = user_data;
    if (g_strcmp0(viewer, "blind") == 0) {
        page->is_last = g_atomic_int_get(&fixture->is_told);
        page->reached = page->after + !page->is_last;
        return true;
    }
    g_mutex_lock(&fixture->lock);
    fixture->pages++;
    int64_t count = fixture->log_count;
    g_mutex_unlock(&fixture->lock);
    page->reached = MIN(page->after + 10, count);
    page->is_last = page->reached == count;
    for (int64_t i = page->after + 1; i <= page->reached; i++)
        sse_write_event(page->out, i, "log", "{}", 2);
    return true;
}

static enum http_outcome open_stream(const struct http_request *request, struct http_response *response,
                                     void *user_data, GError **error)
{
    struct fixture *fixture = user_data;
    const char *last_id = http_request_header(request, "Last-Event-ID");
    const char *viewer = http_request_query(request, "viewer");
    if (g_strcmp0(viewer, "stranger") == 0) {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNAUTHORISED, "Strangers see nothing.");
        return HTTP_FAILED;
    }
    int64_t after = last_id ? g_ascii_strtoll(last_id, NULL, 10) : 0;
    http_response_take_stream(response, event_hub_subscribe(fixture->hub, g_strdup(viewer), g_free, after));
    return HTTP_DONE;
}

/* A stream whose only event is no text. */
static enum http_outcome send_unreadable(const struct http_request *request, struct http_response *response,
                                         void *user_data, GError **error)
{
    (void)request, (void)user_data, (void)error;
    http_response_take_text(response, 200, "text/event-stream", g_string_new("data: \xff\n\n"));
    return HTTP_DONE;
}

static enum http_outcome send_page(const struct http_request *request, struct http_response *response,
                                   void *user_data, GError **error)
{
    (void)request, (void)user_data, (void)error;
    http_response_take_text(response, 200, "text/html",
                            g_string_new("<html>Please pay for the wireless</html>"));
    return HTTP_DONE;
}

static const struct http_route routes[] = {
    {HTTP_METHOD_GET, "/unreadable", send_unreadable, .help = "A stream that is no text."},
    {HTTP_METHOD_GET, "/page", send_page, .help = "No stream at all."},
    {HTTP_METHOD_GET, "/stream", open_stream, .help = "The live stream."},
};

static void start_server(struct fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    fixture->hub_options.read_backlog = read_backlog;
    fixture->hub_options.user_data = fixture;
    fixture->hub = event_hub_new(&fixture->hub_options);
    fixture->server = http_server_new(
        &(struct http_server_options){.address = fixture->address, .thread_count = fixture->thread_count});
    http_server_add_routes(fixture->server, routes, G_N_ELEMENTS(routes), fixture);
    http_server_start(fixture->server, &error);
    g_assert_no_error(error);
    if (!fixture->address)
        fixture->address = g_strdup_printf("127.0.0.1:%u", http_server_port(fixture->server));
}

static void stop_server(struct fixture *fixture)
{
    http_server_free(g_steal_pointer(&fixture->server));
    event_hub_free(g_steal_pointer(&fixture->hub));
}

static void append(struct fixture *fixture, int count)
{
    for (int i = 0; i < count; i++) {
        g_mutex_lock(&fixture->lock);
        int64_t position = ++fixture->log_count;
        g_mutex_unlock(&fixture->lock);
        if (fixture->hub)
            event_hub_publish(
                fixture->hub,
                &(struct event_news){.position = position, .kind = "log", .data = "{}", .data_len = 2});
    }
}

static void take_event(const struct sse_event *event, void *user_data)
{
    struct fixture *fixture = user_data;
    g_free(fixture->last_data);
    fixture->last_data = g_strndup(event->data, event->data_len);
    if (strcmp(event->kind, "log") == 0) {
        g_assert_cmpint(g_ascii_strtoll(event->id, NULL, 10), ==, fixture->next_expected);
        fixture->next_expected++;
    } else {
        fixture->passing++;
    }
}

static void take_state(const struct sse_client_change *change, void *user_data)
{
    struct fixture *fixture = user_data;
    fixture->ups += change->state == SSE_CLIENT_UP;
    fixture->downs += change->state == SSE_CLIENT_DOWN;
    fixture->refusals += change->state == SSE_CLIENT_REFUSED;
    if (change->error) {
        g_free(fixture->last_error);
        fixture->last_error = g_strdup(change->error->message);
    }
}

static void open_client(struct fixture *fixture, const char *path, int64_t silence_ms)
{
    g_autofree char *url = g_strdup_printf("http://%s%s", fixture->address, path);
    fixture->stream = sse_client_new(fixture->http, &(struct sse_client_options){
                                                        .url = url,
                                                        .silence_ms = silence_ms,
                                                        .retry = {.first_ms = 20, .ceiling_ms = 100},
                                                        .on_event = take_event,
                                                        .on_state = take_state,
                                                        .user_data = fixture,
                                                    });
}

static void set_up(struct fixture *fixture, const void *data)
{
    (void)data;
    g_mutex_init(&fixture->lock);
    fixture->next_expected = 1;
    fixture->http = http_client_new(&(struct http_client_options){.peer_name = "The backend"});
    start_server(fixture);
}

static void tear_down(struct fixture *fixture, const void *data)
{
    (void)data;
    sse_client_free(fixture->stream);
    http_client_free(fixture->http);
    if (fixture->server)
        stop_server(fixture);
    g_mutex_clear(&fixture->lock);
    g_free(fixture->address);
    g_free(fixture->last_error);
    g_free(fixture->last_data);
}

static gboolean on_deadline(gpointer data)
{
    g_error("It did not come to this: %s", (const char *)data);
    return G_SOURCE_REMOVE;
}

#define WAIT_UNTIL(condition)                                                            \
    do {                                                                                 \
        guint deadline = g_timeout_add(DEADLINE_MS, on_deadline, (gpointer) #condition); \
        while (!(condition))                                                             \
            g_main_context_iteration(NULL, TRUE);                                        \
        g_source_remove(deadline);                                                       \
    } while (0)

static gboolean tick(gpointer data)
{
    (void)data;
    return G_SOURCE_CONTINUE;
}

static void test_backlog_and_live_join_without_gap(struct fixture *fixture, const void *data)
{
    (void)data;
    append(fixture, 35);
    open_client(fixture, "/stream", 0);
    append(fixture, 500);
    WAIT_UNTIL(fixture->next_expected == 536);
    append(fixture, 1);
    WAIT_UNTIL(fixture->next_expected == 537);
    g_assert_cmpuint(fixture->ups, ==, 1);
    g_assert_cmpuint(fixture->downs, ==, 0);
}

static void test_resumes_after_the_server_was_away(struct fixture *fixture, const void *data)
{
    (void)data;
    open_client(fixture, "/stream", 0);
    append(fixture, 20);
    WAIT_UNTIL(fixture->next_expected == 21);
    stop_server(fixture);
    append(fixture, 20);
    WAIT_UNTIL(fixture->downs >= 2);
    g_assert_true(g_str_has_suffix(fixture->last_error, "does not answer (connection refused)."));
    start_server(fixture);
    WAIT_UNTIL(fixture->next_expected == 41);
    append(fixture, 20);
    WAIT_UNTIL(fixture->next_expected == 61);
    g_assert_cmpuint(fixture->ups, ==, 2);
}

static bool wants_named(const struct event_news *news, void *viewer, void *user_data)
{
    (void)user_data;
    return !news->subject || g_strcmp0(news->subject, viewer) == 0;
}

static void test_only_who_wants_it_gets_passing_news(struct fixture *fixture, const void *data)
{
    (void)data;
    stop_server(fixture);
    fixture->hub_options.wants = wants_named;
    start_server(fixture);
    open_client(fixture, "/stream?viewer=anna", 0);
    append(fixture, 1);
    WAIT_UNTIL(fixture->next_expected == 2);
    const struct event_news for_bert = {.kind = "note", .data = "bert", .data_len = 4, .subject = "bert"};
    const struct event_news for_anna = {.kind = "note", .data = "an\nna", .data_len = 5, .subject = "anna"};
    event_hub_publish(fixture->hub, &for_bert);
    event_hub_publish(fixture->hub, &for_anna);
    WAIT_UNTIL(fixture->passing == 1);
    g_assert_cmpstr(fixture->last_data, ==, "an\nna");
}

static void take_answer(const struct http_reply *reply, void *user_data)
{
    struct fixture *fixture = user_data;
    g_assert_no_error(reply->error);
    fixture->is_answered = true;
}

/* A backlog of which the viewer may see nothing is read page by page like any other: between two pages the
 * thread has its other connections. */
static void test_a_long_backlog_keeps_nobody_waiting(struct fixture *fixture, const void *data)
{
    (void)data;
    stop_server(fixture);
    fixture->thread_count = 1;
    start_server(fixture);
    open_client(fixture, "/stream?viewer=blind", 0);
    WAIT_UNTIL(fixture->ups == 1);
    g_autofree char *url = g_strdup_printf("http://%s/page", fixture->address);
    http_client_send(fixture->http, &(struct http_client_request){.url = url}, take_answer, fixture);
    WAIT_UNTIL(fixture->is_answered);
    g_atomic_int_set(&fixture->is_told, true);
    const struct event_news news = {.kind = "note", .data = "n", .data_len = 1};
    event_hub_publish(fixture->hub, &news);
    WAIT_UNTIL(fixture->passing == 1);
    g_assert_cmpuint(fixture->ups, ==, 1);
}

static void test_refusal_ends_it(struct fixture *fixture, const void *data)
{
    (void)data;
    open_client(fixture, "/stream?viewer=stranger", 0);
    WAIT_UNTIL(fixture->refusals == 1);
    g_assert_cmpstr(fixture->last_error, ==, "Strangers see nothing.");
}

static void test_heartbeats_keep_a_silent_stream_up(struct fixture *fixture, const void *data)
{
    (void)data;
    stop_server(fixture);
    fixture->hub_options.heartbeat_ms = 50;
    start_server(fixture);
    open_client(fixture, "/stream", 500);
    guint ticker = g_timeout_add(10, tick, NULL);
    int64_t until_us = g_get_monotonic_time() + 1200 * 1000;
    WAIT_UNTIL(g_get_monotonic_time() > until_us);
    g_source_remove(ticker);
    g_assert_cmpuint(fixture->ups, ==, 1);
    g_assert_cmpuint(fixture->downs, ==, 0);
}

static void test_silence_means_a_new_connection(struct fixture *fixture, const void *data)
{
    (void)data;
    open_client(fixture, "/stream", 200); /* while the heart beats every 15 seconds */
    WAIT_UNTIL(fixture->ups == 2);
    g_assert_nonnull(strstr(fixture->last_error, "has sent no sign of life for "));
}

static void test_a_slow_owner_misses_nothing(struct fixture *fixture, const void *data)
{
    (void)data;
    open_client(fixture, "/stream", 0);
    WAIT_UNTIL(fixture->ups == 1);
    /* Nothing is taken here while more is sent than either side may hold. */
    append(fixture, 20000);
    WAIT_UNTIL(fixture->next_expected == 20001);
    append(fixture, 1);
    WAIT_UNTIL(fixture->next_expected == 20002);
}

static void test_what_is_no_stream_is_told_and_tried_again(struct fixture *fixture, const void *data)
{
    (void)data;
    open_client(fixture, "/unreadable", 0);
    WAIT_UNTIL(fixture->downs == 2);
    g_assert_true(g_str_has_suffix(
        fixture->last_error, "sent news that cannot be read (a line that is not UTF-8); connecting anew."));
    sse_client_free(fixture->stream);
    fixture->ups = fixture->downs = 0;
    open_client(fixture, "/page", 0);
    WAIT_UNTIL(fixture->downs == 2);
    g_assert_cmpuint(fixture->ups, ==, 0);
    g_assert_true(g_str_has_suffix(fixture->last_error, "answered with something that is no live stream."));
}

static void test_hurrying_skips_the_delay(struct fixture *fixture, const void *data)
{
    (void)data;
    stop_server(fixture);
    g_autofree char *url = g_strdup_printf("http://%s/stream", fixture->address);
    fixture->stream =
        sse_client_new(fixture->http, &(struct sse_client_options){
                                          .url = url,
                                          .retry = {.first_ms = 10 * 60 * 1000, .ceiling_ms = 10 * 60 * 1000},
                                          .on_event = take_event,
                                          .on_state = take_state,
                                          .user_data = fixture,
                                      });
    WAIT_UNTIL(fixture->downs == 1);
    start_server(fixture);
    sse_client_hurry(fixture->stream);
    WAIT_UNTIL(fixture->ups == 1);
}

static bool is_anna(void *viewer, void *user_data)
{
    (void)user_data;
    return g_strcmp0(viewer, "anna") == 0;
}

static void test_a_viewer_can_be_dropped(struct fixture *fixture, const void *data)
{
    (void)data;
    open_client(fixture, "/stream?viewer=anna", 0);
    WAIT_UNTIL(fixture->ups == 1);
    event_hub_drop(fixture->hub, is_anna, NULL);
    WAIT_UNTIL(fixture->downs == 1);
    g_assert_true(g_str_has_suffix(fixture->last_error, "has ended the live stream; connecting anew."));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, function) \
    g_test_add("/event_stream/" name, struct fixture, NULL, set_up, function, tear_down)
    ADD("backlog-and-live-join-without-gap", test_backlog_and_live_join_without_gap);
    ADD("resumes-after-the-server-was-away", test_resumes_after_the_server_was_away);
    ADD("only-who-wants-it-gets-passing-news", test_only_who_wants_it_gets_passing_news);
    ADD("a-long-backlog-keeps-nobody-waiting", test_a_long_backlog_keeps_nobody_waiting);
    ADD("refusal-ends-it", test_refusal_ends_it);
    ADD("heartbeats-keep-a-silent-stream-up", test_heartbeats_keep_a_silent_stream_up);
    ADD("silence-means-a-new-connection", test_silence_means_a_new_connection);
    ADD("a-slow-owner-misses-nothing", test_a_slow_owner_misses_nothing);
    ADD("a-viewer-can-be-dropped", test_a_viewer_can_be_dropped);
    ADD("what-is-no-stream-is-told-and-tried-again", test_what_is_no_stream_is_told_and_tried_again);
    ADD("hurrying-skips-the-delay", test_hurrying_skips_the_delay);
    return g_test_run();
}
