/* Private to net/: what the head of a request says: who asks, for what, whether they may, and of how long a
 * body.
 */
#ifndef NET_HTTP_HEAD_H
#define NET_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/http_exchange.h"

/* Finds the route and asks the gate. What is found wrong waits in exchange->error, to be answered when the
 * body has come or will not be read. */
void http_head_read(struct http_exchange *exchange, const char *method);

/* Whether the route takes so long a body; else exchange->error says so. */
bool http_head_takes_body(struct http_exchange *exchange, size_t len);

/* The length of the body that is announced; 0: none is, or it comes in pieces. */
uint64_t http_head_body_bytes(const struct http_exchange *exchange);

#endif
