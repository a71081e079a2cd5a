/* The commands of firstlined: one table of sub-commands with their help. This prints; the service logs alone.
 *
 * Exit status: 0 done, 1 failed, 2 wrong usage, 3 not authorised, 4 try again, 5 not found.
 */
#ifndef APP_SERVICE_CLI_H
#define APP_SERVICE_CLI_H

/* A further sub-command that the program adds to the table; rows end with a NULL name. */
struct service_cli_row {
    const char *name, *usage, *help;
    int (*run)(int argc, char **argv); /* argv[0] is the sub-command's name */
};

/* argv[0] is the program. Borrows the rows (NULL: none). Returns the exit status. */
int service_cli_main(int argc, char **argv, const struct service_cli_row *more);

#endif
