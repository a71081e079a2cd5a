/* Memory of idle live streams, and how long news takes to reach all of them. The server runs in a child, so
 * that its PSS is its own; this process holds the readers' ends. */
#include "net/event_stream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/http_listen.h"
#include "net/http_server.h"
#include "tests/support/bench.h"

enum {
    STREAMS = 10000,
    LIMIT_MB = 120,
};

static GAsyncQueue *later; /* of struct http_exchange; the child's only */

static enum http_outcome open_stream(const struct http_request *request, struct http_response *response,
                                     void *user_data, GError **error)
{
    (void)request, (void)error;
    http_response_take_stream(response, event_hub_subscribe(user_data, NULL, NULL, -1));
    return HTTP_DONE;
}

static enum http_outcome publish(const struct http_request *request, struct http_response *response,
                                 void *user_data, GError **error)
{
    (void)request, (void)response, (void)error;
    event_hub_publish(
        user_data, &(struct event_news){.kind = "contact.queued", .data = "{\"id\":\"1\"}", .data_len = 10});
    return HTTP_DONE;
}

/* What a write does: its connection sleeps until another thread has committed. */
static enum http_outcome answer_later(const struct http_request *request, struct http_response *response,
                                      void *user_data, GError **error)
{
    (void)response, (void)user_data, (void)error;
    g_async_queue_push(later, request->exchange);
    return HTTP_LATER;
}

static void *run_answerer(void *data)
{
    (void)data;
    for (;;) {
        struct http_response response = {0};
        http_exchange_answer(g_async_queue_pop(later), &response);
    }
    return NULL;
}

static const struct http_route routes[] = {
    {HTTP_METHOD_GET, "/later", answer_later, .help = "Answers from another thread."},
    {HTTP_METHOD_GET, "/stream", open_stream, .help = "A live stream."},
    {HTTP_METHOD_POST, "/publish", publish, .help = "Tells everybody."},
};

static void measure_later(uint16_t port, const char *beside)
{
    g_autofree char *wrk = g_find_program_in_path("wrk");
    g_autofree char *command = g_strdup_printf("wrk -t 1 -c 8 -d 2s http://127.0.0.1:%u/later", port);
    g_autofree char *out = NULL;
    if (!wrk || !g_spawn_command_line_sync(command, &out, NULL, NULL, NULL))
        return;
    const char *rate = strstr(out, "Requests/sec:");
    printf("answers from another thread, 8 connections, beside %s: %.0f/s\n", beside,
           rate ? g_ascii_strtod(rate + strlen("Requests/sec:"), NULL) : 0.0);
}

/* The child: serves until its input ends, having told its port on its output. */
static int serve(int in, int out)
{
    g_autoptr(GError) error = NULL;
    later = g_async_queue_new();
    g_thread_unref(g_thread_new("answerer", run_answerer, NULL));
    struct event_hub *hub = event_hub_new(&(struct event_hub_options){0});
    struct http_server *server = http_server_new(&(struct http_server_options){0});
    http_server_add_routes(server, routes, G_N_ELEMENTS(routes), hub);
    uint16_t port = http_server_start(server, &error) ? http_server_port(server) : 0;
    char end;
    if (write(out, &port, sizeof port) == (ssize_t)sizeof port)
        while (read(in, &end, 1) > 0)
            continue;
    http_server_free(server);
    event_hub_free(hub);
    return 0;
}

static int connect_to(uint16_t port, const char *request)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)(const void *)&address, sizeof address) != 0 ||
        write(fd, request, strlen(request)) < 0) {
        perror("connect");
        return -1;
    }
    return fd;
}

static double pss_mb(pid_t process)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/smaps_rollup", (int)process);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return 0;
    const char *pss = strstr(text, "\nPss:");
    return pss ? g_ascii_strtod(pss + 5, NULL) / 1024 : 0;
}

/* Waits until every stream has sent something. */
static double await_all(const int *fds)
{
    int64_t start_us = g_get_monotonic_time();
    int poller = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < STREAMS; i++)
        epoll_ctl(poller, EPOLL_CTL_ADD, fds[i], &(struct epoll_event){.events = EPOLLIN, .data.fd = fds[i]});
    struct epoll_event events[256];
    char buffer[4096];
    for (int left = STREAMS; left > 0;) {
        int count = epoll_wait(poller, events, G_N_ELEMENTS(events), 20000);
        if (count <= 0)
            break;
        for (int i = 0; i < count; i++) {
            epoll_ctl(poller, EPOLL_CTL_DEL, events[i].data.fd, NULL);
            left -= read(events[i].data.fd, buffer, sizeof buffer) > 0;
        }
    }
    close(poller);
    return (double)(g_get_monotonic_time() - start_us) / 1000;
}

static int measure(pid_t child, uint16_t port)
{
    measure_later(port, "no stream");
    double before_mb = pss_mb(child);
    int *fds = g_new(int, STREAMS);
    for (int i = 0; i < STREAMS; i++) {
        fds[i] =
            connect_to(port, "GET /stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                             "0123456789abcdef0123456789abcdef0123456789a\r\nAccept: text/event-stream\r\n"
                             "User-Agent: firstline/0.1.0\r\n\r\n");
        if (fds[i] < 0)
            return 1;
    }
    await_all(fds);
    double after_mb = pss_mb(child);
    g_autofree char *ours = g_strdup_printf("%.1f MB", after_mb),
                    *limit = g_strdup_printf("limit %d MB", LIMIT_MB);
    bench_head("the live streams alone, 10,000 idle");
    bench_line(&(struct bench_figure){"PSS without TLS", ours, limit, after_mb / LIMIT_MB, "<= 1x"});
    printf("%.1f KB a stream\n", (after_mb - before_mb) * 1024 / STREAMS);
    for (int round = 0; round < 3; round++) {
        close(connect_to(port, "POST /publish HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"));
        printf("news to %d streams: %.0f ms until the last has it\n", STREAMS, await_all(fds));
    }
    printf("%d idle streams after news: %.1f MB\n", STREAMS, pss_mb(child));
    measure_later(port, "10000 idle streams");
    g_free(fds);
    return 0;
}

int main(void)
{
    if (http_raise_file_limit() < STREAMS + 200) {
        printf("skipped: the limit of open files is below %d\n", STREAMS + 200);
        return 0;
    }
    int to_child[2], from_child[2];
    if (pipe(to_child) != 0 || pipe(from_child) != 0)
        return 1;
    pid_t child = fork();
    if (child == 0) {
        close(to_child[1]);
        _exit(serve(to_child[0], from_child[1]));
    }
    close(to_child[0]);
    uint16_t port = 0;
    int status = 1;
    if (read(from_child[0], &port, sizeof port) == (ssize_t)sizeof port && port)
        status = measure(child, port);
    close(to_child[1]);
    waitpid(child, NULL, 0);
    return status;
}
