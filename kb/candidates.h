/*
 * Documents that a pattern may match, by the dictionary of the index: those with a word in which one of its
 * literals stands (kb/literals.h), and with one that has its shape (kb/shape.h).
 */
#ifndef KB_CANDIDATES_H
#define KB_CANDIDATES_H

#include "kb/literals.h"
#include "kb/matcher.h"
#include "kb/segment.h"

/* What is known of a pattern. */
struct kb_clues {
    const struct kb_literals *literals;
    const GPtrArray *shapes;        /* of struct kb_shape * */
    const struct kb_matcher *words; /* where every match lies inside one word that this matches, in small
                                       letters; else NULL */
    const gint *cancel;             /* as in kb/score.h */
};

/* A set of documents, one bit each by ordinal: no match is outside. NULL, for all, where it would cost too
 * much to know. *count: how many there are. Once the search is cancelled the answer is any set. Caller owns,
 * free with g_free. */
uint8_t *kb_candidates_new(const struct kb_segment *segment, const struct kb_clues *clues, uint32_t *count);

/* The first document of the set in [first, end); `end` where there is none. */
static inline uint32_t kb_candidates_next(const uint8_t *candidates, uint32_t first, uint32_t end)
{
    while (first < end) {
        uint8_t rest = (uint8_t)(candidates[first / 8] >> (first % 8));
        if (rest)
            return MIN(first + (uint32_t)__builtin_ctz(rest), end);
        first = (first / 8 + 1) * 8;
    }
    return end;
}

#endif
