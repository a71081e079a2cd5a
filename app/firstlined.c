/* The backend's program: options and wiring, nothing else. */
#include <errno.h>
#include <glib.h>
#include <locale.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/service/cli.h"
#include "app/service/demo.h"

/* The import is a client of the running server: the desk's program does it, since libcurl would bring a
 * server three megabytes for nothing. */
static int run_import(int argc, char **argv)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = g_path_get_dirname(self ? self : "");
    g_autofree char *desk = g_build_filename(folder, "firstline", NULL);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    g_ptr_array_add(words, "firstlined");
    for (int i = 0; i < argc; i++)
        g_ptr_array_add(words, argv[i]);
    g_ptr_array_add(words, NULL);
    execv(desk, (char **)words->pdata);
    fprintf(
        stderr,
        "firstlined import: The program %s cannot be started (%s); please install it beside firstlined.\n",
        desk, g_strerror(errno));
    return 1;
}

static const struct service_cli_row commands[] = {
    {"import", "KIND --map MAPPING FILE", "Take records of another system, through the running server.",
     run_import},
    {"demo", "", "Make a fresh database with a past and live traffic, and serve it.", demo_main},
    {0},
};

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    umask(077);
    /* A reader that went and a file that may not grow are told to the writer, not deadly. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (sodium_init() < 0)
        return 1;
    return service_cli_main(argc, argv, commands);
}
