/* Clocks of connections.
 *
 * A clock is one number, which whoever acts on the exchange takes out: libmicrohttpd's thread while it steps,
 * the looking thread when the time is up. So a late body is told by one of them, and never while the other
 * answers.
 *
 * libmicrohttpd (0.9.75) calls nobody back for a body of which nothing comes: not at its timeout either,
 * after which MHD_OPTION_NOTIFY_COMPLETED is called with the socket shut down for writing. So the looking
 * thread writes itself. A TLS session must not be written to by two threads, and libmicrohttpd may be ending
 * it; there the looking thread only ends what is read, and the answer goes out in GnuTLS's next call for
 * bytes, on libmicrohttpd's thread.
 */
#include "net/http_deadline.h"

#include <errno.h>
#include <glib.h>
#include <gnutls/gnutls.h>
#include <stdatomic.h>
#include <sys/socket.h>

enum {
    LOOKS_PER_LIMIT = 8,
    CLOCK_STANDS = 0,
    CLOCK_STRUCK = -1,
};

struct clock {
    struct http_deadlines *deadlines;
    int fd;
    bool is_tls;
    bool is_told;            /* of TLS; libmicrohttpd's thread alone knows it */
    unsigned index;          /* in deadlines->clocks */
    void *exchange;          /* whose body is awaited, NULL: a head */
    _Atomic(int64_t) due_us; /* of the monotonic clock, or CLOCK_ */
};

struct http_deadlines {
    struct http_deadlines_options options;
    GMutex lock; /* held while a socket is written to and shut down, so that libmicrohttpd cannot close and
                    reuse it meanwhile, nor the exchange go */
    GCond wake;
    GPtrArray *clocks; /* of struct clock, unordered */
    GThread *thread;
    bool is_ending;
};

/* The clock's time is up; in the looking thread, under the lock. */
static void strike(struct clock *clock, int64_t due_us)
{
    if (!atomic_compare_exchange_strong(&clock->due_us, &due_us, CLOCK_STRUCK))
        return;
    if (clock->exchange && !clock->is_tls)
        clock->deadlines->options.tell(clock->exchange);
    shutdown(clock->fd, clock->exchange ? SHUT_RD : SHUT_RDWR);
}

static void *run(void *data)
{
    struct http_deadlines *deadlines = data;
    int64_t limit_ms = MIN(deadlines->options.head_limit_ms, deadlines->options.body_limit_ms);
    g_mutex_lock(&deadlines->lock);
    while (!deadlines->is_ending) {
        int64_t now_us = g_get_monotonic_time();
        for (guint i = 0; i < deadlines->clocks->len; i++) {
            struct clock *clock = g_ptr_array_index(deadlines->clocks, i);
            int64_t due_us = atomic_load(&clock->due_us);
            if (due_us > 0 && now_us > due_us)
                strike(clock, due_us);
        }
        g_cond_wait_until(&deadlines->wake, &deadlines->lock, now_us + limit_ms * 1000 / LOOKS_PER_LIMIT);
    }
    g_mutex_unlock(&deadlines->lock);
    return NULL;
}

struct http_deadlines *http_deadlines_new(const struct http_deadlines_options *options)
{
    struct http_deadlines *deadlines = g_new0(struct http_deadlines, 1);
    deadlines->options = *options;
    g_mutex_init(&deadlines->lock);
    g_cond_init(&deadlines->wake);
    deadlines->clocks = g_ptr_array_new();
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

/* Tells a late body over TLS, once. */
static void tell_within(struct clock *clock)
{
    if (!clock->is_tls || !clock->exchange || clock->is_told)
        return;
    clock->is_told = true;
    clock->deadlines->options.tell(clock->exchange);
}

/* GnuTLS's way to bytes: recv as it would do itself, and a look at the clock where they end. */
static ssize_t pull(gnutls_transport_ptr_t data, void *bytes, size_t len)
{
    struct clock *clock = data;
    ssize_t count = recv(clock->fd, bytes, len, 0);
    if (count == 0 && atomic_load(&clock->due_us) == CLOCK_STRUCK)
        tell_within(clock);
    return count;
}

static void pull_through_clock(struct clock *clock, gnutls_session_t session)
{
    gnutls_transport_ptr_t recv_ptr, send_ptr;
    gnutls_transport_get_ptr2(session, &recv_ptr, &send_ptr);
    gnutls_transport_set_ptr2(session, clock, send_ptr);
    gnutls_transport_set_pull_function(session, pull);
    clock->is_tls = true;
}

static int64_t head_due_us(const struct http_deadlines *deadlines)
{
    return g_get_monotonic_time() + deadlines->options.head_limit_ms * 1000;
}

static struct clock *add_clock(struct http_deadlines *deadlines, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *tls =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    struct clock *clock = g_new0(struct clock, 1);
    clock->deadlines = deadlines;
    clock->fd = info ? info->connect_fd : -1;
    if (tls && tls->tls_session)
        pull_through_clock(clock, tls->tls_session);
    atomic_init(&clock->due_us, head_due_us(deadlines));
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

/* True where it had not struck. */
static bool stop(struct clock *clock)
{
    int64_t due_us = atomic_load(&clock->due_us);
    return due_us != CLOCK_STRUCK && atomic_compare_exchange_strong(&clock->due_us, &due_us, CLOCK_STANDS);
}

bool http_deadlines_stop_clock(struct MHD_Connection *connection)
{
    struct clock *clock = clock_of(connection);
    if (!clock || stop(clock))
        return true;
    tell_within(clock);
    return false;
}

void http_deadlines_await_body(struct MHD_Connection *connection, void *exchange, int64_t due_us)
{
    struct clock *clock = clock_of(connection);
    if (!clock)
        return;
    clock->exchange = exchange;
    atomic_store(&clock->due_us, due_us);
}

void http_deadlines_await_head(struct MHD_Connection *connection)
{
    struct clock *clock = clock_of(connection);
    if (!clock)
        return;
    if (!stop(clock)) { /* the other thread may be telling */
        g_mutex_lock(&clock->deadlines->lock);
        g_mutex_unlock(&clock->deadlines->lock);
    }
    clock->exchange = NULL;
    atomic_store(&clock->due_us, head_due_us(clock->deadlines));
}
