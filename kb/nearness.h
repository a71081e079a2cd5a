/*
 * How near the words of a plan stand to each other in one document, and whether its phrases are there: read
 * from the positions in the index, for the few documents where it matters.
 */
#ifndef KB_NEARNESS_H
#define KB_NEARNESS_H

#include "kb/plan.h"

/* For each two neighbouring terms of the query, the smaller of their idfs over the distance between them (1
 * where they stand side by side in this order, 2 where the other way round), summed; the better of title and
 * body. `title` and `body` are the sets of terms that each may have (kb/score.h): others are not looked for.
 */
double kb_nearness(const struct kb_segment *segment, const struct kb_plan *plan, uint32_t doc, uint64_t title,
                   uint64_t body);

/* What kb_nearness comes to at most, for whatever document. */
double kb_nearness_most(const struct kb_plan *plan);

/* The share of the title's own words that the plan has, 0..1: whether the query names this title, or only
 * something that it also has. Function words count for nothing, CJK counts in pairs. */
float kb_title_covered(const struct kb_segment *segment, const struct kb_plan *plan, uint32_t doc);

/* Does the document have the phrase, word for word, in the phrase's field? */
bool kb_phrase_found(const struct kb_segment *segment, const struct kb_plan *plan,
                     const struct kb_phrase *phrase, uint32_t doc);

#endif
