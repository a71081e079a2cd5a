/* Opens the socket that a server listens on, with the refusals put into sentences.
 *
 * An address is "127.0.0.1:8080", "[::1]:8080", "localhost:8080", ":8080" (all addresses of IPv4) or
 * "[::]:8080" (all of both families, as Linux is set up); port 0 lets the system choose one. Without TLS only
 * loopback is listened on.
 */
#ifndef NET_HTTP_LISTEN_H
#define NET_HTTP_LISTEN_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct http_listener {
    int fd; /* bound, non-blocking, close-on-exec; the owner closes it */
    bool is_ipv6;
    bool is_loopback;
    uint16_t port; /* the real one */
    char *address; /* "127.0.0.1:8080", owned */
};

/* Takes the address, of a name that has several the first that can be had; connections are refused until
 * http_listener_begin. Errors: PROBLEM_BAD_REQUEST for an address that is none, or one off loopback when
 * `has_tls` is false; PROBLEM_UNAVAILABLE when the system refuses (port taken, not permitted, no such
 * address). */
bool http_listener_open(struct http_listener *listener, const char *address, bool has_tls, GError **error);

/* Begins to take connections. Error: PROBLEM_UNAVAILABLE where another program began first. */
bool http_listener_begin(struct http_listener *listener, GError **error);

/* Closes the socket unless it was taken (fd -1), and frees. */
void http_listener_close(struct http_listener *listener);

/* Raises the soft limit of open files to the hard one; returns the limit that now holds. */
uint64_t http_raise_file_limit(void);

#endif
