/*
 * A query of words, looked up: which groups of the index each word may stand for, and what it is worth. Words
 * that the index lacks are corrected here, function words dropped, and of very long texts the most telling
 * words kept.
 */
#ifndef KB_PLAN_H
#define KB_PLAN_H

#include "kb/segment.h"
#include "kb/query.h"
#include "kb/spell.h"
#include "kb/tokens.h"

/* Most terms of a query: they are told apart by the bits of a 64-bit set, which has one more use. A whole
 * text may have more (they are counted in batches, and none of them is required or excluded). */
#define KB_PLAN_QUERY_TERMS 63
#define KB_PLAN_TEXT_TERMS  256

/* Most groups that one word may stand for. */
#define KB_PLAN_GROUPS 16

/* One word of the query. */
struct kb_term {
    struct kb_token token;
    enum kb_scope scope;
    bool required, excluded;
    bool open;        /* still being typed */
    bool function;    /* an English function word */
    bool corrected;   /* the index lacks it: the groups are guesses */
    bool initials;    /* the guess is Chinese of which the word, `token`, may be the first letters */
    bool elsewhere;   /* this segment lacks it, another one of the index has it: it counts for what a query is
                         worth */
    uint32_t repeats; /* how often the text has it, from 1 */
    float weight;     /* 1; less for single CJK characters */
    float idf;        /* of its first group, or of the whole prefix */
    uint32_t group_count;
    struct kb_correction groups[KB_PLAN_GROUPS]; /* best first; the exact one has weight 1 */
    uint32_t prefix_start, prefix_end;           /* rows of WORDS that begin with it, when open */
    float prefix_idf;
    int clause;      /* which phrase it belongs to, or -1 */
    uint32_t offset; /* its place in the phrase, in words */
};

struct kb_phrase {
    enum kb_scope scope;
    bool excluded;
    uint32_t first, count; /* terms */
};

struct kb_plan {
    struct kb_term terms[KB_PLAN_TEXT_TERMS];
    bool whole_text; /* made by kb_plan_new_for_text */
    bool as_spelled; /* no word is corrected */
    bool initials;   /* all that was found of the words is Chinese that they may be the first letters of */
    uint32_t count;
    GArray *phrases;                     /* struct kb_phrase */
    double total_idf;                    /* weight x idf of all terms that count for the score */
    uint64_t wanted, required, excluded; /* sets of terms; a document has one of `wanted` at least */
    bool impossible;                     /* something required is not in the index at all */
};

/* Looks up the clauses of a query of words. Free with kb_plan_free. */
struct kb_plan *kb_plan_new(const struct kb_segment *segment, const struct kb_query *query);

/* Looks up a whole text, such as a contact's: its most telling words. */
struct kb_plan *kb_plan_new_for_text(const struct kb_segment *segment, const char *text, size_t len);

void kb_plan_free(struct kb_plan *plan);

#endif
