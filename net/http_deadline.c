/* Clocks of connections. */
#include "net/http_deadline.h"

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>

enum {
    LOOKS_PER_LIMIT = 8,
};

struct clock {
    int fd;
    unsigned index;                    /* in deadlines->clocks */
    _Atomic(int64_t) waiting_since_us; /* 0: it stands */
};

struct http_deadlines {
    GMutex lock; /* held while a socket is shut down, so that libmicrohttpd cannot close and reuse it
                    meanwhile */
    GCond wake;
    GPtrArray *clocks; /* of struct clock, unordered */
    GThread *thread;
    int64_t limit_us;
    bool is_ending;
};

static void *run(void *data)
{
    struct http_deadlines *deadlines = data;
    g_mutex_lock(&deadlines->lock);
    while (!deadlines->is_ending) {
        int64_t now_us = g_get_monotonic_time();
        for (guint i = 0; i < deadlines->clocks->len; i++) {
            struct clock *clock = g_ptr_array_index(deadlines->clocks, i);
            int64_t since_us = atomic_load(&clock->waiting_since_us);
            if (since_us && now_us - since_us > deadlines->limit_us)
                shutdown(clock->fd, SHUT_RDWR);
        }
        g_cond_wait_until(&deadlines->wake, &deadlines->lock, now_us + deadlines->limit_us / LOOKS_PER_LIMIT);
    }
    g_mutex_unlock(&deadlines->lock);
    return NULL;
}

struct http_deadlines *http_deadlines_new(int64_t limit_ms)
{
    struct http_deadlines *deadlines = g_new0(struct http_deadlines, 1);
    g_mutex_init(&deadlines->lock);
    g_cond_init(&deadlines->wake);
    deadlines->clocks = g_ptr_array_new();
    deadlines->limit_us = limit_ms * 1000;
    deadlines->thread = g_thread_new("deadlines", run, deadlines);
    return deadlines;
}

void http_deadlines_free(struct http_deadlines *deadlines)
{
    if (!deadlines)
        return;
    g_mutex_lock(&deadlines->lock);
    deadlines->is_ending = true;
    g_cond_signal(&deadlines->wake);
    g_mutex_unlock(&deadlines->lock);
    g_thread_join(deadlines->thread);
    g_assert(deadlines->clocks->len == 0);
    g_ptr_array_unref(deadlines->clocks);
    g_mutex_clear(&deadlines->lock);
    g_cond_clear(&deadlines->wake);
    g_free(deadlines);
}

static struct clock *add_clock(struct http_deadlines *deadlines, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct clock *clock = g_new(struct clock, 1);
    clock->fd = info ? info->connect_fd : -1;
    atomic_init(&clock->waiting_since_us, g_get_monotonic_time());
    g_mutex_lock(&deadlines->lock);
    clock->index = deadlines->clocks->len;
    g_ptr_array_add(deadlines->clocks, clock);
    g_mutex_unlock(&deadlines->lock);
    return clock;
}

static void remove_clock(struct http_deadlines *deadlines, struct clock *clock)
{
    g_mutex_lock(&deadlines->lock);
    g_ptr_array_remove_index_fast(deadlines->clocks, clock->index);
    if (clock->index < deadlines->clocks->len)
        ((struct clock *)g_ptr_array_index(deadlines->clocks, clock->index))->index = clock->index;
    g_mutex_unlock(&deadlines->lock);
    g_free(clock);
}

void http_deadlines_notify(void *data, struct MHD_Connection *connection, void **socket_context,
                           enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        *socket_context = add_clock(data, connection);
    else if (*socket_context)
        remove_clock(data, g_steal_pointer(socket_context));
}

static struct clock *clock_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

void http_deadlines_stop_clock(struct MHD_Connection *connection)
{
    struct clock *clock = clock_of(connection);
    if (clock)
        atomic_store(&clock->waiting_since_us, 0);
}

void http_deadlines_start_clock(struct MHD_Connection *connection)
{
    struct clock *clock = clock_of(connection);
    if (clock)
        atomic_store(&clock->waiting_since_us, g_get_monotonic_time());
}
