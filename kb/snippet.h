/*
 * Marking: where a text matches, and the piece of it that shows most of that.
 */
#ifndef KB_SNIPPET_H
#define KB_SNIPPET_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kb/plan.h"

/* Bytes [start, end) of a text, beginning and ending between graphemes. */
struct kb_range {
    uint32_t start, end;
};

/* One place that matches, and what matched there. */
struct kb_match {
    uint32_t start, end; /* bytes of the text */
    uint32_t term;       /* which word of the query, below 64 */
    float worth;         /* of showing it */
};

/* Matches that are looked for in one text; what lies behind the last one is not marked. */
#define KB_MATCHES_MAX 256

/* What a plan looks for, made ready for reading texts. */
struct kb_needles;
struct kb_needles *kb_needles_new(const struct kb_segment *segment, const struct kb_plan *plan);
void kb_needles_free(struct kb_needles *needles);

/* The places in text[0..len) that match, rising, at most `room`; returns how many. `title`: needles that are
 * asked of the body alone are left out, and the other way round. */
size_t kb_needles_find(const struct kb_needles *needles, const char *text, size_t len, bool title,
                       struct kb_match *matches, size_t room);

/* The piece of text[0..len) of about `chars` characters that shows most of the matches (its beginning where
 * there is none), white space drawn together, "·" before the lines of a list in place of their dash, signs of
 * emphasis (emphasis.h) left out, "…" where it was cut. Caller owns both, free with g_free. ranges[*count]:
 * what to mark in it, rising, apart from each other. Text that is not UTF-8 is made valid. */
char *kb_snippet_new(const char *text, size_t len, const struct kb_match *matches, size_t match_count,
                     size_t chars, struct kb_range **ranges, size_t *count);

/* The matches of a text that is shown whole, as ranges; caller owns, free with g_free. */
struct kb_range *kb_ranges_new(const char *text, size_t len, const struct kb_match *matches,
                               size_t match_count, size_t *count);

#endif
