/* Events appended over HTTP and answered after the flush, at 1, 8 and 64 connections, beside SQLite's own
 * rate for the same statements with one commit each, WAL and synchronous=FULL. Interleaved rounds, medians,
 * ratios; the targets are 0.4, 2 and 3.5 times SQLite's rate. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/service/eventlog.h"
#include "app/service/service.h"
#include "tests/support/bench.h"
#include "tests/support/caller.h"
#include "tests/support/floor.h"

#define ROUNDS       5
#define ROUND_US     (1500 * 1000)
#define REQUEST_SIZE 2048

static const int connections[] = {1, 8, 64};
static const double targets[] = {0.4, 2.0, 3.5};
#define SIZES G_N_ELEMENTS(connections)

struct client {
    uint16_t port;
    char *token;
    char device[32];
    int64_t seq, done, until_us;
    GThread *thread;
};

static int dial(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof address), ==, 0);
    return fd;
}

static struct event *next_event(const char *device, int64_t seq)
{
    return floor_event(EVENT_DESK_LOCKED, device, seq, ACTOR_AGENT, "mira", NULL);
}

/* One answer is one read on loopback: it is short and sent at once. */
static void ask(int fd, struct client *c)
{
    char request[REQUEST_SIZE], answer[REQUEST_SIZE];
    struct event *ev = next_event(c->device, ++c->seq);
    g_autofree char *json = event_to_json(ev);
    event_free(ev);
    int len = snprintf(request, sizeof request,
                       "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
                       "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n{\"events\":[%s]}",
                       c->token, strlen(json) + 13, json);
    g_assert_cmpint(write(fd, request, (size_t)len), ==, len);
    ssize_t got = read(fd, answer, sizeof answer - 1);
    g_assert_cmpint(got, >, 0);
    answer[got] = '\0';
    if (!strstr(answer, "\"position\""))
        g_error("%s", answer);
    c->done++;
}

static void *run_client(void *data)
{
    struct client *c = data;
    int fd = dial(c->port);
    c->done = 0;
    while (g_get_monotonic_time() < c->until_us)
        ask(fd, c);
    close(fd);
    return NULL;
}

static double measure_service(struct client *clients, int count)
{
    int64_t start_us = g_get_monotonic_time(), done = 0;
    for (int i = 0; i < count; i++) {
        clients[i].until_us = start_us + ROUND_US;
        clients[i].thread = g_thread_new("client", run_client, &clients[i]);
    }
    for (int i = 0; i < count; i++) {
        g_thread_join(clients[i].thread);
        done += clients[i].done;
    }
    return (double)done * 1e6 / (double)(g_get_monotonic_time() - start_us);
}

static double measure_sqlite(struct db *db, const uint8_t *key, int64_t *position)
{
    int64_t start_us = g_get_monotonic_time(), done = 0;
    while (g_get_monotonic_time() - start_us < ROUND_US) {
        struct event *ev = next_event("sqlite", ++*position);
        int64_t found;
        ev->position = *position;
        bool kept = db_begin(db, NULL) && eventlog_find(db, ev->id, &found, NULL) &&
                    eventlog_insert(db, ev, key, NULL) &&
                    eventlog_set_device(db, "sqlite", *position, NULL) && db_commit(db, NULL);
        g_assert_true(kept);
        event_free(ev);
        done++;
    }
    return (double)done * 1e6 / (double)(g_get_monotonic_time() - start_us);
}

static void tell(int count, double rate, double limit, double target)
{
    g_autofree char *what = g_strdup_printf("events appended, %d connections", count);
    g_autofree char *ours = g_strdup_printf("%.0f/s", rate), *peer = g_strdup_printf("SQLite %.0f/s", limit);
    g_autofree char *wanted = g_strdup_printf(">= %gx", target);
    bench_line(&(struct bench_figure){what, ours, peer, rate / limit, wanted});
}

int main(void)
{
    GError *error = NULL;
    char *path = floor_path(), *peer_path = floor_path();
    store_close(floor_open(peer_path, NULL));
    store_close(floor_open(path, NULL));
    struct service_options options = {.path = path, .is_quiet = true};
    g_autoptr(service_handle) service = service_new(&options, &error);
    g_assert_true(service && service_start(service, &error));
    struct db *peer = db_open(peer_path, (struct db_options){0}, &error);
    g_assert_no_error(error);
    uint8_t key[EVENTLOG_KEY_BYTES];
    g_assert_true(eventlog_key(peer, key, &error));
    struct client clients[64] = {0};
    for (int i = 0; i < 64; i++) {
        clients[i].port = (uint16_t)atoi(strrchr(service_url(service), ':') + 1);
        snprintf(clients[i].device, sizeof clients[i].device, "bench-%d", i);
        clients[i].token = caller_sign_in(service_url(service), "mira", clients[i].device);
    }
    double own[SIZES][ROUNDS], sqlite[ROUNDS];
    int64_t position;
    g_assert_true(eventlog_head(peer, &position, &error));
    for (int round = 0; round < ROUNDS; round++) {
        sqlite[round] = measure_sqlite(peer, key, &position);
        for (size_t i = 0; i < SIZES; i++)
            own[i][round] = measure_service(clients, connections[i]);
    }
    double limit = bench_median(sqlite, ROUNDS);
    bench_head("events appended and answered after the flush");
    for (size_t i = 0; i < SIZES; i++)
        tell(connections[i], bench_median(own[i], ROUNDS), limit, targets[i]);
    for (int i = 0; i < 64; i++)
        g_free(clients[i].token);
    db_close(peer);
    service_free(g_steal_pointer(&service));
    floor_remove(path);
    floor_remove(peer_path);
    return 0;
}
