/*
 * What a score is made of, for people who ask why an article stands where it stands. A search that explains
 * is asked once more for each document that it found; the sum of the parts is the score.
 */
#ifndef KB_PARTS_H
#define KB_PARTS_H

#include <glib.h>
#include <stdint.h>

enum kb_part_kind {
    KB_PART_TITLE,        /* a word of the query in the title: BM25, the title twice */
    KB_PART_BODY,         /* ... in the body */
    KB_PART_TAGS,         /* ... in the tags */
    KB_PART_SHARE,        /* what of the query the title has, by idf */
    KB_PART_COVERED,      /* what of the title the query names */
    KB_PART_NEARNESS,     /* how near to each other the words stand */
    KB_PART_RECENCY,      /* how new the document is (kb/prior.h) */
    KB_PART_USE,          /* what became of it where it was used (kb/prior.h) */
    KB_PART_ABBREVIATION, /* how well the letters fit the title */
    KB_PART_PATTERN,      /* where the pattern matches: title 3, tags 2, body 1 */
};
#define KB_PART_KIND_COUNT 10

/* "title", "body", ...: for tables and JSON. */
const char *kb_part_name(enum kb_part_kind kind);

struct kb_part {
    enum kb_part_kind kind;
    char *word; /* the word of the query as the index folds it; NULL where the part is of no single word */
    float value;
};

/* An array of struct kb_part that owns their words; caller owns, free with g_array_unref. */
GArray *kb_parts_new(void);

/* Adds a part, or adds to the one of the same kind and word. `word` is copied; NULL: none. A value of 0 is
 * no part. */
void kb_parts_add(GArray *parts, enum kb_part_kind kind, const char *word, float value);

#endif
