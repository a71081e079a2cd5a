#include "ui/signals.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define SIGNALS 32 /* the standard ones lie below */

struct watch {
    int number, fd;
    struct sigaction before;
    GSourceFunc func;
    void *user_data;
};

/* For the handler, which is given nothing but the number: an eventfd each, plus one so that none is 0. A
 * process has one set of handlers, so this is as global as they are. */
static volatile sig_atomic_t fds[SIGNALS];

static void on_signal(int number)
{
    int saved = errno;
    const uint64_t one = 1;
    if (fds[number] != 0)
        (void)!write(fds[number] - 1, &one, sizeof one); /* full is as good as written */
    errno = saved;
}

static gboolean on_readable(int fd, GIOCondition condition, void *data)
{
    (void)condition;
    const struct watch *watch = data;
    uint64_t count;
    if (read(fd, &count, sizeof count) != sizeof count)
        return G_SOURCE_CONTINUE;
    return watch->func(watch->user_data);
}

static void watch_free(void *data)
{
    struct watch *watch = data;
    sigaction(watch->number, &watch->before, NULL);
    fds[watch->number] = 0;
    close(watch->fd);
    g_free(watch);
}

guint signals_add(int number, GSourceFunc func, void *user_data)
{
    g_assert(number > 0 && number < SIGNALS && fds[number] == 0);
    struct watch *watch = g_new0(struct watch, 1);
    *watch = (struct watch){.number = number, .func = func, .user_data = user_data};
    watch->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (watch->fd < 0)
        g_error("No descriptor is left for signals: %s.", g_strerror(errno));
    fds[number] = watch->fd + 1;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, &watch->before);
    return g_unix_fd_add_full(G_PRIORITY_DEFAULT, watch->fd, G_IO_IN, on_readable, watch, watch_free);
}
