/* Private to net/: closes connections whose request comes too slowly or stops half way.
 *
 * libmicrohttpd's timeout starts anew with every byte and closes without a word. Here a connection must bring
 * the whole head of a request within a fixed time after it was opened or after its last answer, and a body by
 * the time its exchange names; who is late with a body is told so. A thread looks a few times per limit.
 */
#ifndef NET_HTTP_DEADLINE_H
#define NET_HTTP_DEADLINE_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

struct http_deadlines;

struct http_deadlines_options {
    int64_t head_limit_ms;
    int64_t body_limit_ms; /* how often is looked follows from it; the bodies' times are their exchanges' */
    void (*tell)(void *exchange); /* writes the answer of a late body past libmicrohttpd; on any thread */
};

struct http_deadlines *http_deadlines_new(const struct http_deadlines_options *options);

/* To be called when the daemon has ended. NULL is allowed. */
void http_deadlines_free(struct http_deadlines *deadlines);

/* For MHD_OPTION_NOTIFY_CONNECTION, with the deadlines as `data`; it owns the connection's socket context. */
void http_deadlines_notify(void *data, struct MHD_Connection *connection, void **socket_context,
                           enum MHD_ConnectionNotificationCode code);

/* Something came: the clock of this connection stands. False where it was late already, and told; then the
 * exchange must not be answered any more, and the connection is to be closed. */
bool http_deadlines_stop_clock(struct MHD_Connection *connection);

/* A body, or more of it, is awaited until `due_us` of the monotonic clock. Between this and the next stop the
 * exchange (borrowed until the clock starts for another head) is read by the one that tells. */
void http_deadlines_await_body(struct MHD_Connection *connection, void *exchange, int64_t due_us);

/* The answer is out, or the exchange ends without one: the clock starts for the next head. */
void http_deadlines_await_head(struct MHD_Connection *connection);

#endif
