/* Private to net/: curl handles as the options of a client want them, and why a transfer failed, as a
 * sentence. Shared by http_client and sse_client; on the thread of the loop.
 */
#ifndef NET_HTTP_HANDLE_H
#define NET_HTTP_HANDLE_H

#include <curl/curl.h>
#include <glib.h>

#include "net/http_client.h"

/* A handle for `url` that knows nothing of a request yet. Caller owns, free with curl_easy_cleanup. */
CURL *http_handle_new(const struct http_client_options *options, const char *url);

/* Why the transfer ended with `code`, which is not CURLE_OK. Caller owns. */
GError *http_handle_explain(const struct http_client_options *options, CURL *easy, CURLcode code,
                            const char *url);

/* How a sentence calls the other side: "The backend at http://127.0.0.1:8080". Caller owns. */
char *http_handle_peer(const struct http_client_options *options, const char *url);

#endif
