/* One question to the backend and its answer, for commands: it waits. */
#ifndef APP_DESK_REMOTE_H
#define APP_DESK_REMOTE_H

#include <cjson/cJSON.h>
#include <glib.h>

/* Asks with the token that the desk of this backend keeps. path begins with a slash. body NULL: GET, else
 * POST of that media type. Errors of NET_PROBLEM; not signed in is one. A backend that answers nothing is
 * given up within a quarter of a minute, one that is at work on a long answer is not. Caller owns the answer,
 * free with cJSON_Delete. */
cJSON *remote_ask(const char *url, const char *path, const char *body, const char *content_type,
                  GError **error);

/* As remote_ask, of any method, on what was seen (If-Match; NULL: on whatever there is). */
struct remote_request {
    const char *method, *path, *body, *if_match;
};
cJSON *remote_change(const char *url, const struct remote_request *request, GError **error);

/* As remote_ask, without a token: a POST of JSON. */
cJSON *remote_ask_unsigned(const char *url, const char *path, const char *body, GError **error);

#endif
