/*
 * English stemming after Porter's second algorithm ("Porter2", snowballstem.org/algorithms/english), so that
 * opens, opened and opening meet at "open". Written from the published description.
 */
#ifndef KB_STEM_H
#define KB_STEM_H

#include <stddef.h>

/* Stems the word in place and returns its new length, never longer than `len` + 1; the buffer needs that
 * room. Only words of lower-case ASCII letters change; anything else, and words under three letters, stay as
 * they are. Not closed by NUL. */
size_t kb_stem(char *word, size_t len);

#endif
