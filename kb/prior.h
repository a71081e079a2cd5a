/*
 * What is known of a document besides its text: how new it is, and what became of it where it was used. Both
 * are small factors upon a score: of two documents that match alike the newer and the more useful one comes
 * first, and one that matches clearly better keeps its place.
 *
 * Use is no part of an index: it is a table beside it, by document id, which is filled from wherever use is
 * counted and given to each search. So it can be new every minute, and no index is written for it.
 *
 *     struct kb_uses *uses = kb_uses_new();
 *     kb_uses_put(uses, "refunds", &(struct kb_use){.inserted = 12, .helped = 3, .resolved = 9});
 *     results = kb_search(index, "refund", &(struct kb_search_options){.uses = uses}, &error);
 *     kb_uses_unref(uses);
 */
#ifndef KB_PRIOR_H
#define KB_PRIOR_H

#include <glib.h>
#include <stdint.h>

struct kb_doc;

/* Most that each adds to a score, as a share of it; use also takes away, at most as much as it adds. */
#define KB_PRIOR_RECENCY 0.02f
#define KB_PRIOR_USE     0.03f

/* A document whose score is more than so many times another's stays before it, whatever the two priors say.
 */
#define KB_PRIOR_CLEARLY ((1 + KB_PRIOR_RECENCY + KB_PRIOR_USE) / (1 - KB_PRIOR_USE))

/* After so many days a document is half as new. */
#define KB_PRIOR_HALF_DAYS 180

/* What became of one document. */
struct kb_use {
    uint32_t inserted;             /* times it was put into a reply */
    uint32_t helped, misled;       /* ratings, yes and no */
    uint32_t resolved, unresolved; /* contacts in which it was used and that are over, by how they ended */
};

struct kb_uses;

/* An empty table. Caller owns a reference, given back with kb_uses_unref; the table goes with the last. */
struct kb_uses *kb_uses_new(void);
struct kb_uses *kb_uses_ref(struct kb_uses *uses);
void kb_uses_unref(struct kb_uses *uses); /* accepts NULL */

/* Sets what is known of a document (copies), in the place of what was. To be done before the table is
 * searched with; from then on any number of threads may read it. */
void kb_uses_put(struct kb_uses *uses, const char *id, const struct kb_use *use);

/* From a document's use, compared with that of all documents in the table, -1..1: 0 for one that nobody used.
 * How its ratings and endings compare counts for 0.7, how often it was inserted for 0.3. Few ratings say
 * little: each document begins with the common share of good ones, as if that had been counted four times
 * (Laplace's rule of succession, with that share for the half). */
float kb_uses_worth(const struct kb_uses *uses, const char *id);

/* What a search knows besides the texts. */
struct kb_prior {
    const struct kb_uses *uses; /* borrowed; NULL: none */
    int64_t now;                /* seconds since 1970 */
};

/* What they add, as shares of the score. */
struct kb_prior_shares {
    float recency; /* 0..KB_PRIOR_RECENCY; 0 where it is not known when the document was updated */
    float use;     /* -KB_PRIOR_USE..KB_PRIOR_USE */
};
struct kb_prior_shares kb_prior_shares(const struct kb_prior *prior, const struct kb_doc *doc);

#endif
