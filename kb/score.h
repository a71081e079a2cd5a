/*
 * Ranking: what each document is worth to a plan.
 *
 * BM25 (Robertson and Zaragoza 2009; k1 1.2, b 0.75) over title and body apart, the title twice, plus 2 x idf
 * found in the title x its share of the query's idf. The best of these are then ordered by what costs more to
 * find out: how much of the title the query names, how near to each other its words stand (kb/nearness.h),
 * and, as small shares of all that, how new and how useful the document is (kb/prior.h).
 */
#ifndef KB_SCORE_H
#define KB_SCORE_H

#include <glib.h>

#include "kb/hits.h"
#include "kb/parts.h"
#include "kb/plan.h"
#include "kb/prior.h"

/* What a document has of the plan; one row for each document of the index. */
struct kb_row {
    float score;
    float title_idf;      /* weight x idf of the terms found in the title */
    uint64_t title, body; /* sets of terms found in each; tags count as body */
};

struct kb_score_options {
    const gint *cancel;           /* looked at often; the search ends when it is not 0; NULL for never */
    const char *lang;             /* documents of another language are left out; "" or NULL for all */
    const struct kb_prior *prior; /* NULL: the texts alone count */
};

/* The best `room` documents into hits[], best first, equals in order of ordinal; returns how many. *total:
 * documents that match. Zero with *total 0 where cancelled. */
size_t kb_score_plan(struct kb_segment *segment, const struct kb_plan *plan,
                     const struct kb_score_options *options, struct kb_hit *hits, size_t room, size_t *total);

/* What the score of `doc` is made of, which the plan finds: adds to parts (kb_parts_new) what kb_score_plan
 * counts. As slow as a search of its own. */
void kb_score_explain(struct kb_segment *segment, const struct kb_plan *plan,
                      const struct kb_score_options *options, uint32_t doc, GArray *parts);

#endif
