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

/* The texts that a pattern may match: for each field a set of documents, one bit each by ordinal. */
struct kb_candidates {
    uint64_t *fields[KB_FIELD_COUNT]; /* owned, one allocation */
    uint32_t count;                   /* texts, of all fields together */
};

/* No match is outside; all are inside where it would cost more to know than to match them. Once the search is
 * cancelled the sets are any. Release with kb_candidates_release. */
void kb_candidates_init(struct kb_candidates *candidates, const struct kb_segment *segment,
                        const struct kb_clues *clues);
void kb_candidates_release(struct kb_candidates *candidates);

static inline bool kb_candidates_has(const struct kb_candidates *candidates, enum kb_field field,
                                     uint32_t doc)
{
    return candidates->fields[field][doc / 64] >> (doc % 64) & 1;
}

#endif
