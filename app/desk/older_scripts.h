/* Versions of scripts that are no longer given out, kept beside those that are: a contact that began with one
 * goes on with it, also after a restart.
 */
#ifndef APP_DESK_OLDER_SCRIPTS_H
#define APP_DESK_OLDER_SCRIPTS_H

#include <cjson/cJSON.h>

#define OLDER_SCRIPTS_MAX 200

/* answer: what the backend gives out, {"scripts":[{"id","version","source"}],"older":[…]}. before: what was
 * kept of the answer before it; may be NULL. Adds to "older" of `answer` those of `before` that it does not
 * give out, newest answer first, until there are OLDER_SCRIPTS_MAX. */
void older_scripts_add(cJSON *answer, const cJSON *before);

#endif
