/* Private to net/: hands the body of a response over to libmicrohttpd, compressed where that was asked for.
 */
#ifndef NET_HTTP_BODY_H
#define NET_HTTP_BODY_H

#include <microhttpd.h>
#include <stddef.h>

#include "net/http_response.h"

/* The body as libmicrohttpd's response, without any header but those of its encoding; never NULL. Takes the
 * body out of `response`. Bodies of `gzip_from_bytes` and more are compressed for a peer who accepts it (0:
 * never). */
struct MHD_Response *http_body_wrap(struct http_response *response, struct MHD_Connection *connection,
                                    size_t gzip_from_bytes);

#endif
