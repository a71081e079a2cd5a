/*
 * Patterns: PCRE2 over title, tags and body of every document, each on its own, and bounded: what one match
 * may try (kb/matcher.h), and the time of the whole search. Titles of all documents are looked at before the
 * first body. Once there are as many documents as are wanted and the time of a frame has gone by, those are
 * given and the rest are not counted.
 */
#ifndef KB_PATTERN_H
#define KB_PATTERN_H

#include <glib.h>

#include "kb/hits.h"
#include "kb/segment.h"
#include "kb/query.h"
#include "kb/snippet.h"

struct kb_pattern;

struct kb_pattern_options {
    const char *lang;
    int budget_ms; /* > 0 */
};

struct kb_pattern_outcome {
    size_t total;     /* documents that match; at least that many where `incomplete` */
    bool incomplete;  /* not every document was decided; without a note the hits are nevertheless the right
                         ones */
    const char *note; /* a sentence on why, or NULL; lives for ever */
};

/* Compiles the query's pattern. NULL with KB_ERROR_QUERY where it is none; *note is then the sentence for an
 * agent who is still typing, and lives for ever. `cancel` is as in kb/score.h, borrowed until the pattern is
 * freed; it is looked at every few milliseconds at the most (kb/matcher.h). Free with kb_pattern_free; for
 * one thread at a time. */
struct kb_pattern *kb_pattern_new(const struct kb_query *query, const gint *cancel, const char **note,
                                  GError **error);
void kb_pattern_free(struct kb_pattern *pattern);

/* The first `room` documents that match into hits[]: those whose title matches first (score 3), then tags
 * (2), then body (1), in order of ordinal; returns how many. */
size_t kb_pattern_search(const struct kb_pattern *pattern, const struct kb_segment *segment,
                         const struct kb_pattern_options *options, struct kb_hit *hits, size_t room,
                         struct kb_pattern_outcome *outcome);

/* The places in text[0..len) that match, rising; those of no length are left out. Returns how many. */
size_t kb_pattern_find(const struct kb_pattern *pattern, const char *text, size_t len,
                       struct kb_match *matches, size_t room);

#endif
