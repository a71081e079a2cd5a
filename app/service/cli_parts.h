/* What the commands of firstlined share. Private to cli*.c. */
#ifndef APP_SERVICE_CLI_PARTS_H
#define APP_SERVICE_CLI_PARTS_H

#include <glib.h>

#include "app/service/cli.h"
#include "app/service/db.h"

/* What --db names, else firstline.db. */
const char *cli_db_path(void);
/* Prints the sentence and frees the error; answers the exit status that fits. */
int cli_fail(GError *error);
/* The database as it is; where there is none that is an error. Caller owns. */
struct db *cli_open(GError **error);
/* The database, new or old, with its tables up to date. Caller owns. */
struct db *cli_open_or_make(GError **error);

/* firstlined user: who may sign in, and as what. */
#define CLI_USER_USAGE "add|change|passwd|disable|enable NAME, list"
extern char *cli_user_role, *cli_user_name, *cli_user_skills;
#define CLI_USER_OPTIONS                                                                                 \
    {"role", 0, 0, G_OPTION_ARG_STRING, &cli_user_role, "agent, unless another is named", "ROLE"},       \
        {"name", 0, 0, G_OPTION_ARG_STRING, &cli_user_name, "as others see it", "NAME"},                 \
    {                                                                                                    \
        "skills", 0, 0, G_OPTION_ARG_STRING, &cli_user_skills, "all they have: orders:3,billing", "LIST" \
    }
int cli_user_run(int argc, char **argv);

#endif
