/*
 * Documents that a pattern may match: those with a word in which one of its literals stands (kb/literals.h),
 * by the dictionary of the index.
 */
#ifndef KB_CANDIDATES_H
#define KB_CANDIDATES_H

#include "kb/segment.h"
#include "kb/literals.h"

/* A set of documents, one bit each by ordinal: no match is outside. NULL where the literals rule too few
 * documents out to be worth it. Caller owns, free with g_free. */
uint8_t *kb_candidates_new(const struct kb_segment *segment, const struct kb_literals *literals);

static inline bool kb_candidates_have(const uint8_t *candidates, uint32_t doc)
{
    return candidates[doc / 8] >> (doc % 8) & 1;
}

#endif
