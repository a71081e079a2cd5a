/*
 * Searching an index: a query as an agent types it, or a whole contact's text. The one header most callers
 * need, with kb/index.h.
 *
 *     struct kb_search_options options = {.limit = 10};
 *     struct kb_results *results = kb_search(index, "refund polcy", &options, &error);
 *     for (size_t i = 0; i < results->count; i++) puts(results->results[i].title);
 *     kb_results_free(results);
 *
 * The syntax is kb/query.h's, the ranking kb/score.h's. Any number of threads may search one index at a time;
 * meant for a worker thread, since a page of the file may have to come from the disk.
 */
#ifndef KB_SEARCH_H
#define KB_SEARCH_H

#include "kb/index.h"
#include "kb/parts.h"
#include "kb/prior.h"
#include "kb/query.h"
#include "kb/snippet.h"

/* Most results of one search. */
#define KB_SEARCH_LIMIT_MAX 1000

struct kb_search_options {
    enum kb_mode mode;
    size_t limit;         /* most results; 0 for 10, at most KB_SEARCH_LIMIT_MAX */
    const gint *cancel;   /* borrowed for the call: set it to 1 with g_atomic_int_set and the search ends in
                             KB_ERROR_CANCELLED */
    const char *lang;     /* only documents of this language ("zh" also takes "zh-Hans"); NULL for all */
    size_t snippet_chars; /* length of a snippet in characters; 0 for 160 */
    int budget_ms;        /* most time for a pattern; 0 for 1000 */
    bool bare;            /* leave out snippets and ranges (for measuring the ranking) */
    bool as_spelled;      /* correct no word (for measuring what forgiving costs a correct query) */
    bool explain;         /* add the parts of each score; costs a search for each result */
    /* How new and how useful documents are counts a little (kb/prior.h), for words and whole texts. */
    bool no_priors;             /* it does not */
    const struct kb_uses *uses; /* what became of documents, borrowed for the call; NULL: not known */
    int64_t now;                /* seconds since 1970, for how new they are; 0 for the clock's */
};

/* One document found; everything is a copy, so it outlives the index. */
struct kb_result {
    uint32_t ordinal;
    float score;
    char *id, *title;
    char *snippet;                   /* a piece of the body, NULL where bare */
    struct kb_range *title_ranges;   /* title_ranges[title_range_count]: what matched in `title` */
    struct kb_range *snippet_ranges; /* snippet_ranges[snippet_range_count]: what matched in `snippet` */
    size_t title_range_count, snippet_range_count;
    GArray *parts; /* of kb/parts.h, their sum is `score`; NULL unless explained */
};

struct kb_results {
    struct kb_result *results; /* results[count], best first */
    size_t count;
    size_t total;            /* documents that match; at least that many where `incomplete` */
    bool incomplete;         /* not every document was looked at: all results were found before, or, with a
                                note, the time budget ran out */
    enum kb_query_kind kind; /* how the text was understood */
    char *note; /* a sentence for the agent ("The bracket is not closed yet: searched as text."), or NULL */
    int64_t took_us;
};

/* Searches for `text`. NULL with KB_ERROR_CANCELLED, or in KB_MODE_REGEX with KB_ERROR_QUERY where it is no
 * pattern; nothing found is no error. `options` may be NULL. Caller owns the results, free with
 * kb_results_free. */
struct kb_results *kb_search(struct kb_index *index, const char *text,
                             const struct kb_search_options *options, GError **error);

/* Documents for a whole text of any length: what a customer wrote so far. As kb_search; `mode` counts for
 * nothing. */
struct kb_results *kb_similar(struct kb_index *index, const char *text,
                              const struct kb_search_options *options, GError **error);

void kb_results_free(struct kb_results *results);

#endif
