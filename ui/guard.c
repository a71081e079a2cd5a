/* The terminal's guard against sudden ends. */
#include "ui/guard.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const int guarded_signals[] = {SIGSEGV, SIGBUS, SIGFPE,  SIGILL, SIGABRT, SIGTRAP,
                                      SIGSYS,  SIGHUP, SIGTERM, SIGINT, SIGQUIT};

/* Signal handlers have no argument to find their state by; so it lies here. */
static struct {
    volatile sig_atomic_t is_armed;
    int fd;
    char bytes[GUARD_MAX_BYTES];
    size_t len;
    struct termios settings;
    int real_stderr, kept_stderr; /* -1: standard error was left alone */
    struct sigaction before[G_N_ELEMENTS(guarded_signals)];
    bool is_exit_watched;
} guard = {.real_stderr = -1, .kept_stderr = -1};

/* All calls below are safe in a signal handler. */
static void write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = write(fd, bytes, len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        bytes += written;
        len -= (size_t)written;
    }
}

static void release_stderr(void)
{
    char buffer[1024];
    ssize_t len;
    if (guard.real_stderr < 0)
        return;
    dup2(guard.real_stderr, STDERR_FILENO);
    close(guard.real_stderr);
    lseek(guard.kept_stderr, 0, SEEK_SET);
    while ((len = read(guard.kept_stderr, buffer, sizeof buffer)) > 0)
        write_all(STDERR_FILENO, buffer, (size_t)len);
    close(guard.kept_stderr);
    guard.real_stderr = guard.kept_stderr = -1;
}

static void restore(void)
{
    if (!guard.is_armed)
        return;
    guard.is_armed = 0;
    write_all(guard.fd, guard.bytes, guard.len);
    tcsetattr(guard.fd, TCSANOW, &guard.settings);
    release_stderr();
}

static void on_signal(int number)
{
    int saved = errno;
    restore();
    struct sigaction usual = {.sa_handler = SIG_DFL};
    sigaction(number, &usual, NULL);
    errno = saved;
    raise(number);
}

/* Only where nobody else listens: a program that ends itself on SIGTERM keeps doing so, and a sanitizer keeps
 * its reports. */
static void watch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_NODEFER | SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < G_N_ELEMENTS(guarded_signals); i++) {
        sigaction(guarded_signals[i], NULL, &guard.before[i]);
        if (guard.before[i].sa_handler == SIG_DFL)
            sigaction(guarded_signals[i], &action, NULL);
    }
}

static void unwatch_signals(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(guarded_signals); i++) {
        struct sigaction now;
        sigaction(guarded_signals[i], NULL, &now);
        if (now.sa_handler == on_signal)
            sigaction(guarded_signals[i], &guard.before[i], NULL);
    }
}

/* Only a standard error that would be seen on the screen is taken aside. */
static void keep_stderr(void)
{
    if (!isatty(STDERR_FILENO))
        return;
    int kept = memfd_create("stderr", MFD_CLOEXEC);
    if (kept < 0)
        return;
    guard.real_stderr = dup(STDERR_FILENO);
    guard.kept_stderr = kept;
    dup2(kept, STDERR_FILENO);
}

void guard_arm(int fd, const char *bytes, size_t len, const struct termios *settings)
{
    g_assert(!guard.is_armed);
    guard.fd = fd;
    guard.len = MIN(len, sizeof guard.bytes);
    memcpy(guard.bytes, bytes, guard.len);
    guard.settings = *settings;
    keep_stderr();
    watch_signals();
    if (!guard.is_exit_watched)
        atexit(restore);
    guard.is_exit_watched = true;
    guard.is_armed = 1;
}

void guard_disarm(void)
{
    if (!guard.is_armed)
        return;
    guard.is_armed = 0;
    unwatch_signals();
    release_stderr();
}
