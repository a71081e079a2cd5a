/*
 * suggest: the known word that a mistyped one was probably meant to be.
 *
 *     suggest_nearest("custmer.tier", names, count)   // "customer.tier"
 */
#pragma once

#include <stddef.h>

/* The word of words[count] with the fewest typing errors (insertion, deletion, substitution, transposition)
 * away from `word`, the first of equals; NULL when none is within a third of the word's length, at most 3
 * errors. Compares bytes without regard to ASCII case; words of one byte or over 64 are never near. Borrows
 * all. */
const char *suggest_nearest(const char *word, const char *const *words, size_t count);

/* How a sentence about a word that there is not ends: "; did you mean `customer.tier`?", or "." where none is
 * near. Caller owns, g_free. */
char *suggest_end(const char *word, const char *const *words, size_t count);
