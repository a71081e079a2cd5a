/*
 * What the ranking and its crowds share: a scorer at work on one segment, and what a word adds to a row.
 */
#ifndef KB_SCORE_PARTS_H
#define KB_SCORE_PARTS_H

#include "kb/score.h"

#define KB_TITLE_TIMES  2.0f
#define KB_TAGS_TIMES   0.5f /* x idf, whatever the count */
#define KB_PREFIX_TIMES 0.5f /* a word that only begins as the query's last one does */

/* So many documents with a short beginning in their titles are enough. */
#define KB_SHORT_ENOUGH 50

/* In a row's `title`: its document is in the scorer's list already. Terms use the bits below. */
#define KB_TOUCHED (1ull << KB_PLAN_QUERY_TERMS)

/* k1 x (1 - b + b x len / average) in two parts. */
struct kb_norm {
    float fixed, word; /* k1 x (1 - b), and what each word of the field adds */
};

struct kb_scorer {
    struct kb_segment *segment;
    const struct kb_plan *plan;
    const struct kb_score_options *options;
    struct kb_row *rows;
    uint32_t *touched; /* documents whose row is not zero, in the order they were found */
    uint32_t touched_count;
    uint32_t rowless; /* documents alive that were found and have no row */
    size_t room;      /* how many of the best are wanted */
    float k1;
    struct kb_norm title_norm, body_norm;
    float title_share;  /* of a title's idf squared */
    uint32_t explained; /* the document whose parts are wanted, where parts are */
    GArray *parts;      /* of kb_parts_new, or NULL */
};

/* What one term adds where it is found. */
struct kb_found {
    uint64_t bit;
    float worth; /* weight x idf; 0 for an excluded term */
};

static inline bool kb_scorer_cancelled(const struct kb_scorer *s)
{
    return s->options->cancel && g_atomic_int_get(s->options->cancel) != 0;
}

static inline struct kb_row *kb_scorer_row(struct kb_scorer *s, uint32_t doc)
{
    struct kb_row *row = &s->rows[doc];

    /* Without a branch: whether a document is there already nobody can foresee. */
    s->touched[s->touched_count] = doc;
    s->touched_count += !(row->title & KB_TOUCHED);
    row->title |= KB_TOUCHED;
    return row;
}

/* BM25's share of a word that a field of `len` words has `tf` times; `norm` is the field's. */
static inline float kb_scorer_saturate(const struct kb_scorer *s, struct kb_norm norm, uint32_t tf,
                                       uint16_t len)
{
    return (float)tf * (s->k1 + 1) / ((float)tf + norm.fixed + norm.word * (float)len);
}

static inline float kb_scorer_title_worth(const struct kb_scorer *s, float worth, uint32_t tf, uint16_t len)
{
    return KB_TITLE_TIMES * worth * kb_scorer_saturate(s, s->title_norm, tf, len);
}

static inline void kb_scorer_add_title(struct kb_scorer *s, uint32_t doc, struct kb_found found, float worth)
{
    struct kb_row *row = kb_scorer_row(s, doc);

    if (row->title & found.bit)
        return;
    row->title |= found.bit;
    row->title_idf += found.worth;
    row->score += worth;
}

static inline void kb_scorer_add_bodies(struct kb_scorer *s, const struct kb_list *list,
                                        struct kb_found found)
{
    const struct kb_disk_length *lengths = kb_segment_lengths(s->segment);
    struct kb_cursor cursor = kb_list_begin(list);

    while (kb_cursor_next(&cursor)) {
        struct kb_row *row = kb_scorer_row(s, cursor.doc);
        if (row->body & found.bit)
            continue;
        row->body |= found.bit;
        row->score += found.worth * kb_scorer_saturate(s, s->body_norm, cursor.tf, lengths[cursor.doc].body);
    }
}

static inline void kb_scorer_add_tag(struct kb_scorer *s, uint32_t doc, struct kb_found found)
{
    struct kb_row *row = kb_scorer_row(s, doc);

    if ((row->title | row->body) & found.bit)
        return;
    row->body |= found.bit;
    row->score += KB_TAGS_TIMES * found.worth;
}

static inline float kb_term_group_worth(const struct kb_term *term, uint32_t i)
{
    return term->excluded ? 0 : term->weight * term->idf * term->groups[i].weight;
}

static inline float kb_term_prefix_worth(const struct kb_term *term)
{
    bool exact = (term->group_count > 0 || term->elsewhere) && !term->corrected;

    return term->weight * term->prefix_idf * (exact ? KB_PREFIX_TIMES : 1);
}

#endif
