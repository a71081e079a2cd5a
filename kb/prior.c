#include "kb/prior.h"

#include <math.h>

#include "kb/segment.h"

#define DAY_SECONDS (24.0f * 3600)

/* Ratings and endings that a document begins with. */
#define BEGINS_WITH 4.0f

/* Insertions from which on more say no more. */
#define INSERTED_MOST 100.0f

#define SHARE_WEIGHT    0.7f
#define INSERTED_WEIGHT 0.3f

struct kb_uses {
    gint references;
    GHashTable *rows; /* id -> struct kb_use */
    double good, bad; /* sums over all rows */
};

struct kb_uses *kb_uses_new(void)
{
    struct kb_uses *uses = g_new0(struct kb_uses, 1);

    uses->references = 1;
    uses->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return uses;
}

struct kb_uses *kb_uses_ref(struct kb_uses *uses)
{
    g_atomic_int_inc(&uses->references);
    return uses;
}

void kb_uses_unref(struct kb_uses *uses)
{
    if (!uses || !g_atomic_int_dec_and_test(&uses->references))
        return;
    g_hash_table_unref(uses->rows);
    g_free(uses);
}

static double good_of(const struct kb_use *use)
{
    return (double)use->resolved + use->helped;
}

static double bad_of(const struct kb_use *use)
{
    return (double)use->unresolved + use->misled;
}

void kb_uses_put(struct kb_uses *uses, const char *id, const struct kb_use *use)
{
    const struct kb_use *before = g_hash_table_lookup(uses->rows, id);

    if (before) {
        uses->good -= good_of(before);
        uses->bad -= bad_of(before);
    }
    uses->good += good_of(use);
    uses->bad += bad_of(use);
    g_hash_table_replace(uses->rows, g_strdup(id), g_memdup2(use, sizeof *use));
}

/* How a share of good ones stands to the common one: -1 for none of them, 0 for alike, 1 for all. */
static float compare_share(float share, float common)
{
    if (share >= common)
        return common < 1 ? (share - common) / (1 - common) : 0;
    return (share - common) / common;
}

float kb_uses_worth(const struct kb_uses *uses, const char *id)
{
    const struct kb_use *use = uses ? g_hash_table_lookup(uses->rows, id) : NULL;

    if (!use)
        return 0;
    float all = (float)(uses->good + uses->bad), common = all > 0 ? (float)uses->good / all : 0.5f;
    float good = (float)good_of(use), bad = (float)bad_of(use);
    float share = (good + BEGINS_WITH * common) / (good + bad + BEGINS_WITH);
    float inserted = MIN(log1pf((float)use->inserted) / log1pf(INSERTED_MOST), 1);

    return SHARE_WEIGHT * compare_share(share, common) + INSERTED_WEIGHT * inserted;
}

struct kb_prior_shares kb_prior_shares(const struct kb_prior *prior, const struct kb_doc *doc)
{
    struct kb_prior_shares shares = {.use = KB_PRIOR_USE * kb_uses_worth(prior->uses, doc->id)};

    if (doc->updated > 0) {
        float days = (float)MAX(prior->now - doc->updated, 0) / DAY_SECONDS;
        shares.recency = KB_PRIOR_RECENCY * exp2f(-days / KB_PRIOR_HALF_DAYS);
    }
    return shares;
}
