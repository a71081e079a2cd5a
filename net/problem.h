/* What went wrong, in one sentence that travels unchanged from the backend to the status line (RFC 9457).
 *
 * An error of this floor is a GError of the domain NET_PROBLEM whose code is an enum problem_code and whose
 * message is a whole sentence fit to show. The table behind it gives each code its HTTP status, its exit
 * status and its title; nothing else in the product maps one to another. It does not translate, and does not
 * log.
 *
 *     g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND, "There is no customer %s.", id);
 *     ...
 *     return problem_exit_status(error);
 */
#ifndef NET_PROBLEM_H
#define NET_PROBLEM_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define NET_PROBLEM net_problem_error_quark()

enum problem_code {
    PROBLEM_BAD_REQUEST,   /* 400: it cannot be read */
    PROBLEM_UNAUTHORISED,  /* 401: who asks is not known, or the session ended */
    PROBLEM_FORBIDDEN,     /* 403: known, and not allowed */
    PROBLEM_NOT_FOUND,     /* 404 */
    PROBLEM_NOT_ALLOWED,   /* 405: the address is there, the method is not */
    PROBLEM_TOO_SLOW,      /* 408; on the client's side also: the answer did not come whole in time */
    PROBLEM_REFUSED,       /* 409: a rule or the present state says no */
    PROBLEM_STALE,         /* 412: it was decided on something that has changed since */
    PROBLEM_TOO_LARGE,     /* 413 */
    PROBLEM_WRONG_TYPE,    /* 415: a body of another media type is needed */
    PROBLEM_UNPROCESSABLE, /* 422: readable, but its content is wrong */
    PROBLEM_WRONG_ORDER,   /* 428: something must come first (an If-Match, an earlier event) */
    PROBLEM_TOO_MANY,      /* 429: come back later */
    PROBLEM_INTERNAL,      /* 500: our fault */
    PROBLEM_BAD_ANSWER,    /* 502: the peer answered something that is not an answer */
    PROBLEM_UNAVAILABLE,   /* 503: not now; on the client's side also "no connection", "no answer" */
    PROBLEM_NO_ROOM,       /* 507: the disk is full; nothing was kept */
    PROBLEM_CODE_COUNT
};

enum exit_status {
    EXIT_STATUS_OK = 0,
    EXIT_STATUS_FAILED = 1,
    EXIT_STATUS_USAGE = 2,
    EXIT_STATUS_NOT_AUTHORISED = 3,
    EXIT_STATUS_TRY_AGAIN = 4,
    EXIT_STATUS_NOT_FOUND = 5,
};

GQuark net_problem_error_quark(void);

/* Refuses what was given: sets a PROBLEM_UNPROCESSABLE with this sentence. Answers false, for return. */
bool problem_refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The HTTP status of the code. */
unsigned problem_code_status(enum problem_code code);

/* The code of an error: its own for one of NET_PROBLEM, PROBLEM_INTERNAL for one of any other domain. */
enum problem_code problem_code_of(const GError *error);

/* The code that fits an HTTP status best: the one with that status, else PROBLEM_BAD_REQUEST for other 4xx
 * and PROBLEM_UNAVAILABLE for all else. */
enum problem_code problem_code_from_status(unsigned status);

/* What a program exits with for `error`; EXIT_STATUS_OK for NULL, EXIT_STATUS_FAILED for a foreign domain. */
enum exit_status problem_exit_status(const GError *error);

/* Whether the same request may succeed later without a change to it. */
bool problem_is_passing(const GError *error);

/* Appends the problem+json object of `error` (borrows). An error of a foreign domain is written as
 * PROBLEM_INTERNAL with a sentence of our own, so that no inner text leaves the program. */
void problem_write(GString *out, const GError *error);

/* Reads a problem+json body of an answer with `status` into an error (caller owns, free with g_error_free).
 * `peer` names who answered ("The backend at http://127.0.0.1:8080"). A body that is no problem, has no
 * usable sentence or is not UTF-8 gives a sentence made of peer and status; never NULL. */
GError *problem_read(const char *peer, unsigned status, const char *body, size_t body_len);

#endif
