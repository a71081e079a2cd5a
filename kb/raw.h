/*
 * What PCRE2 takes for words, where the index does not tell it: the groups of a text that are there for
 * patterns alone (kb/format.h). A word of PCRE2 is a run of letters, numbers and underscores. "left_pad" is
 * one, of which the index has left and pad; "don" and "t" of "don't" are two, and so are the halves of
 * "naïve" and anything else that folding makes alike.
 */
#ifndef KB_RAW_H
#define KB_RAW_H

#include <stddef.h>

/* Calls each(data, group, len) with the groups of text[0..len), valid UTF-8: raw words and what stands twice
 * in a row, each as often as it is there, KB_CUT_GROUP for those that are too long, and KB_ODD_GROUP. */
void kb_raw_tell(const char *text, size_t len, void (*each)(void *data, const char *group, size_t len),
                 void *data);

#endif
