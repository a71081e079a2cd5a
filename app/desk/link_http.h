/* The link to the backend over HTTP: requests and the live stream on a thread of their own (net/http_client).
 *
 * Nothing is started before the first call. The token of a sign-in is kept in a file, 0600, so that a desk
 * that was ended goes on without a password for as long as the token holds.
 */
#ifndef APP_DESK_LINK_HTTP_H
#define APP_DESK_LINK_HTTP_H

#include "app/desk/link.h"
#include "net/retry.h"

struct link_http_options {
    const char *url;     /* "http://127.0.0.1:8080", no slash at the end */
    const char *ca_path; /* PEM of the authority that signed the backend's certificate; NULL: the system's */
    const char *token_path;           /* NULL: the token is not kept */
    const char *device;               /* names this desk at sign-in */
    struct retry_policy stream_retry; /* of the stream that was lost; zeros: net/retry.h's own */
};

/* Copies the options. Free with link_free. */
struct link *link_http_new(const struct link_http_options *options, const struct link_callbacks *callbacks,
                           void *user_data);

#endif
