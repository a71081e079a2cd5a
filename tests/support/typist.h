/*
 * A program on a pty of 120x40, typed into: how long from a key to the last byte it draws.
 */
#ifndef TESTS_SUPPORT_TYPIST_H
#define TESTS_SUPPORT_TYPIST_H

#include <stdbool.h>

struct typist;

/* Starts argv[] with standard input from the file `input`; its screen is the pty, which it opens as /dev/tty.
 * NULL where it is not installed. */
struct typist *typist_new(const char *const *argv, const char *input);

/* Reads what it draws until nothing came for `quiet_ms`. */
void typist_wait(struct typist *typist, int quiet_ms);

/* Sends the keys; milliseconds to the last byte drawn before `quiet_ms` without any, 0 where it drew none. */
double typist_type(struct typist *typist, const char *keys, int quiet_ms);

/* Ends the program. Accepts NULL. */
void typist_free(struct typist *typist);

#endif
