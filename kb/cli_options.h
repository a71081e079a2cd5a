/*
 * What the commands of `firstline kb` share: exit statuses, options, errors.
 */
#ifndef KB_CLI_OPTIONS_H
#define KB_CLI_OPTIONS_H

#include <glib.h>
#include <stdbool.h>

enum exit_status { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_NOT_FOUND = 5 };

/* Lines of input longer than this are refused. */
#define KB_CLI_LINE_MAX_BYTES ((size_t)64 * 1024 * 1024)

/* Tells the error, which is freed; returns the exit status. */
int kb_cli_fail(GError *error);

/* Tells what is wrong with the call; returns the exit status. */
int kb_cli_usage_error(const char *sentence);

/* Reads the options out of argc and argv. False where the command is to end with *status: the help was asked
 * for, or the call is wrong, and that has been said. */
bool kb_cli_read_options(int *argc, char ***argv, const GOptionEntry *entries, const char *usage,
                         int *status);

#endif
