#include "tests/support/typist.h"

#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct typist {
    pid_t pid;
    int fd;
    int64_t drawn_us; /* when it drew last */
};

static void become(const char *const *argv, const char *input)
{
    int fd = open(input, O_RDONLY);

    if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
        _exit(127);
    close(fd);
    setenv("TERM", "xterm-256color", 1);
    execvp(argv[0], (char *const *)argv);
    _exit(127);
}

struct typist *typist_new(const char *const *argv, const char *input)
{
    g_autofree char *program = g_find_program_in_path(argv[0]);
    struct winsize size = {.ws_row = 40, .ws_col = 120};
    struct typist *typist;

    if (!program)
        return NULL;
    typist = g_new0(struct typist, 1);
    typist->pid = forkpty(&typist->fd, NULL, NULL, &size);
    g_assert_cmpint(typist->pid, >=, 0);
    if (typist->pid == 0)
        become(argv, input);
    return typist;
}

void typist_wait(struct typist *typist, int quiet_ms)
{
    struct pollfd ready = {.fd = typist->fd, .events = POLLIN};
    char drawn[65536];

    while (poll(&ready, 1, quiet_ms) > 0 && read(typist->fd, drawn, sizeof drawn) > 0)
        typist->drawn_us = g_get_monotonic_time();
}

double typist_type(struct typist *typist, const char *keys, int quiet_ms)
{
    int64_t started = g_get_monotonic_time();

    typist->drawn_us = started;
    if (write(typist->fd, keys, strlen(keys)) < 0)
        return 0;
    typist_wait(typist, quiet_ms);
    return (double)(typist->drawn_us - started) / 1000;
}

void typist_free(struct typist *typist)
{
    if (!typist)
        return;
    kill(typist->pid, SIGKILL);
    waitpid(typist->pid, NULL, 0);
    close(typist->fd);
    g_free(typist);
}
