/* The backend's program: options and wiring, nothing else. */
#include <locale.h>
#include <signal.h>
#include <sodium.h>
#include <sys/stat.h>

#include "app/service/cli.h"

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    umask(077);
    signal(SIGPIPE, SIG_IGN);
    if (sodium_init() < 0)
        return 1;
    return service_cli_main(argc, argv);
}
