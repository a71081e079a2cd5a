/* Whose published versions use an older version of a script than is everybody's now: what was published keeps
 * the versions that it was published with, so these are to be published anew.
 */
#ifndef APP_DESK_SCRIPT_USERS_H
#define APP_DESK_SCRIPT_USERS_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct script_user {
    const char *id, *source; /* borrowed from the answer */
    int64_t version;         /* everybody's */
    int64_t uses;            /* the version of the used script that it was published with */
    bool is_rolling;         /* another version of it is being rolled out */
};

/* answer: what the backend gives out, GET /v1/scripts. *newest gets the version of `name` that is
 * everybody's. In the order in which they can be published: who is used by others among them comes first.
 * Caller owns, g_array_unref; NULL with the error where no version of `name` is everybody's. */
GArray *script_users(const cJSON *answer, const char *name, int64_t *newest, GError **error);

/* `firstline script publish NAME --users`: shows them, and where it is `really` meant publishes each to all
 * as its next version, the text being as it is; nothing where one of them does not fit what it uses now. */
bool script_users_publish(const char *url, const char *name, bool really, GError **error);

#endif
