/* The backend's program: options and wiring, nothing else. */
#include <locale.h>
#include <signal.h>
#include <sodium.h>
#include <sys/stat.h>

#include "app/service/cli.h"
#include "app/service/demo.h"

static const struct service_cli_row commands[] = {
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
