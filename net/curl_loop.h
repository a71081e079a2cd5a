/* libcurl's multi interface on a thread of its own, started by the first job and not before.
 *
 * Jobs are posted from any thread; all else is for the loop's thread only, that is for jobs, timers and the
 * callbacks of transfers. Used by http_client and sse_client; nobody but they and http_handle touch a curl
 * handle.
 */
#ifndef NET_CURL_LOOP_H
#define NET_CURL_LOOP_H

#include <curl/curl.h>
#include <stdint.h>

struct curl_loop;

struct curl_loop *curl_loop_new(void);

/* Runs what was posted, then ends the thread and frees. All transfers must have been removed by then, by jobs
 * posted before or earlier. NULL is allowed. */
void curl_loop_free(struct curl_loop *loop);

/* Runs `run(data)` on the loop's thread, in the order of posting. */
void curl_loop_post(struct curl_loop *loop, void (*run)(void *data), void *data);

/* Starts a transfer; `done` is called once when it has ended by itself, after the handle left the loop. The
 * handle stays the caller's. */
void curl_loop_add(struct curl_loop *loop, CURL *easy, void (*done)(CURL *easy, CURLcode code, void *data),
                   void *data);

/* Ends a transfer early; `done` is not called. Not to be called from a callback of the same handle. */
void curl_loop_remove(struct curl_loop *loop, CURL *easy);

/* Calls `run(data)` once after `delay_ms`. Returns a number for cancelling, never 0. */
uint64_t curl_loop_after(struct curl_loop *loop, int64_t delay_ms, void (*run)(void *data), void *data);
void curl_loop_cancel(struct curl_loop *loop, uint64_t timer);

#endif
