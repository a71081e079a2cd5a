/* cli_run: walks a script in text mode; private to cli.c. */
#pragma once

#include "app/script/script.h"

struct cli_run_options {
    const char *answers; /* path of the answers file; NULL: ask on standard input */
    const char *language;
};

/* Returns the exit status: 0 when an end was reached, 1 with a sentence on standard error otherwise. */
int cli_run(struct script *script, const struct cli_run_options *options);
