/* Private to net/: hands the body of a response over to libmicrohttpd, compressed where that was asked for.
 */
#ifndef NET_HTTP_BODY_H
#define NET_HTTP_BODY_H

#include <microhttpd.h>
#include <stddef.h>

#include "net/http_response.h"

/* Compresses a body of `gzip_from_bytes` and more for a peer who accepts it (0: never), where that pays; once
 * a response. On any thread, while the connection waits for this answer. */
void http_body_pack(struct http_response *response, struct MHD_Connection *connection,
                    size_t gzip_from_bytes);

/* The body as libmicrohttpd's response, without any header but those of its encoding; never NULL. Takes the
 * body out of `response`, which is packed. */
struct MHD_Response *http_body_wrap(struct http_response *response, struct MHD_Connection *connection);

#endif
