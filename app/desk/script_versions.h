/* `firstline script put|publish|versions|diff|retire|pull-back`: the life of a script's versions in the
 * backend, for who owns the process; as who signed in last. Each change is made on what was seen. */
#ifndef APP_DESK_SCRIPT_VERSIONS_H
#define APP_DESK_SCRIPT_VERSIONS_H

#include "app/script/cli.h"

/* verbs[*count]; borrowed, static. */
const struct script_cli_verb *script_versions_verbs(size_t *count);

#endif
