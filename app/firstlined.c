/* The backend's program: options and wiring, nothing else. */
#include <glib.h>
#include <locale.h>
#include <signal.h>
#include <sodium.h>
#include <sys/stat.h>

#include "app/desk/import.h"
#include "app/service/cli.h"
#include "app/service/demo.h"

static int run_import(int argc, char **argv)
{
    g_set_prgname("firstlined import"); /* in "Usage:" */
    return import_main(argc, argv);
}

static const struct service_cli_row commands[] = {
    {"import", "KIND --map MAPPING FILE", "Take records of another system, through the running server.",
     run_import},
    {"demo", "", "Makes a fresh database with a past and live traffic, and serves it.", demo_main},
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
    return service_cli_main_with(argc, argv, commands);
}
