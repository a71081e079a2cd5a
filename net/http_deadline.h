/* Private to net/: closes connections whose request trickles in so slowly that the idle timeout never
 * strikes.
 *
 * libmicrohttpd's timeout starts anew with every byte; here a connection must bring the whole head of a
 * request within a fixed time after it was opened or after its last answer. A thread looks a few times per
 * limit.
 */
#ifndef NET_HTTP_DEADLINE_H
#define NET_HTTP_DEADLINE_H

#include <microhttpd.h>
#include <stdint.h>

struct http_deadlines;

struct http_deadlines *http_deadlines_new(int64_t limit_ms);

/* To be called when the daemon has ended. NULL is allowed. */
void http_deadlines_free(struct http_deadlines *deadlines);

/* For MHD_OPTION_NOTIFY_CONNECTION, with the deadlines as `data`; it owns the connection's socket context. */
void http_deadlines_notify(void *data, struct MHD_Connection *connection, void **socket_context,
                           enum MHD_ConnectionNotificationCode code);

/* The head is here: the clock of this connection stands. */
void http_deadlines_stop_clock(struct MHD_Connection *connection);

/* The answer is out: the clock starts for the next request. */
void http_deadlines_start_clock(struct MHD_Connection *connection);

#endif
