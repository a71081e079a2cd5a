/*
 * A short text in a long one, sixteen places at a time: for whole dictionaries, in which memmem finds letters
 * a byte at a time.
 */
#ifndef KB_FIND_H
#define KB_FIND_H

#include <stddef.h>

/* The first place of what[0..what_len), at least one byte, in text[0..len); NULL where it is not there. */
const char *kb_find(const char *text, size_t len, const char *what, size_t what_len);

#endif
