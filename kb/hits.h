/*
 * The best few of many: a bounded heap of hits in the caller's array, and their order.
 */
#ifndef KB_HITS_H
#define KB_HITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kb_hit {
    uint32_t doc;
    float score;
};

/* Offers a hit to heap[*count], which keeps the best `room` (>= 1): the higher score, of equals the lower
 * ordinal. */
void kb_hits_keep(struct kb_hit *heap, size_t *count, size_t room, struct kb_hit hit);

/* Puts what was kept in order, best first. It is no heap any more then. */
void kb_hits_sort(struct kb_hit *hits, size_t count);

/* Is a document of language `lang` one of language `wanted` ("zh-Hans" is a "zh")? An empty `wanted` takes
 * all. */
bool kb_lang_matches(const char *lang, const char *wanted);

#endif
