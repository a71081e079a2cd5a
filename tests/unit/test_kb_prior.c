/* How new and how useful documents are: what it adds, what it may not change; and the parts of a score. */
#include "kb/prior.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "kb/builder.h"
#include "kb/search.h"
#include "kb/update.h"
#include "tests/support/index_folder.h"

#define NOW 1772366400
#define DAY (24 * 3600)

/* --- the table of use --- */

static void test_worth(void)
{
    struct kb_uses *uses = kb_uses_new();

    kb_uses_put(uses, "good", &(struct kb_use){.resolved = 90, .unresolved = 10});
    kb_uses_put(uses, "bad", &(struct kb_use){.resolved = 10, .unresolved = 90});
    kb_uses_put(uses, "seldom", &(struct kb_use){.helped = 1});
    kb_uses_put(uses, "inserted", &(struct kb_use){.inserted = 1000});
    g_assert_cmpfloat(kb_uses_worth(uses, "unknown"), ==, 0);
    g_assert_cmpfloat(kb_uses_worth(NULL, "good"), ==, 0);
    g_assert_cmpfloat(kb_uses_worth(uses, "good"), >, 0.5f);
    g_assert_cmpfloat(kb_uses_worth(uses, "bad"), <, -0.5f);
    g_assert_cmpfloat(kb_uses_worth(uses, "seldom"), >, 0);
    g_assert_cmpfloat(kb_uses_worth(uses, "seldom"), <, 0.2f);
    g_assert_cmpfloat(kb_uses_worth(uses, "inserted"), ==, 0.3f);
    kb_uses_unref(uses);
}

/* In a centre that resolves most of its contacts an article that does no better is nothing to boast of. */
static void test_compares_with_the_common_share(void)
{
    struct kb_uses *uses = kb_uses_new();

    kb_uses_put(uses, "a", &(struct kb_use){.resolved = 840, .unresolved = 160});
    kb_uses_put(uses, "b", &(struct kb_use){.resolved = 84, .unresolved = 16});
    g_assert_cmpfloat_with_epsilon(kb_uses_worth(uses, "b"), 0, 0.001f);
    kb_uses_put(uses, "b", &(struct kb_use){.resolved = 60, .unresolved = 40}); /* in the place of what was */
    g_assert_cmpfloat(kb_uses_worth(uses, "b"), <, 0);
    g_assert_cmpfloat(kb_uses_worth(uses, "a"), >, 0);
    kb_uses_unref(uses);
}

static void test_bounds(void)
{
    struct kb_uses *uses = kb_uses_new();
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    char id[16];

    for (int i = 0; i < 2000; i++) {
        struct kb_use use = {g_rand_int(random) >> g_rand_int_range(random, 0, 32),
                             g_rand_int(random) >> g_rand_int_range(random, 0, 32),
                             g_rand_int(random) >> g_rand_int_range(random, 0, 32),
                             g_rand_int(random) >> g_rand_int_range(random, 0, 32),
                             g_rand_int(random) >> g_rand_int_range(random, 0, 32)};
        g_snprintf(id, sizeof id, "d%d", i % 100);
        kb_uses_put(uses, id, &use);
        float worth = kb_uses_worth(uses, id);
        g_assert_true(worth >= -1 && worth <= 1.0001f);
    }
    kb_uses_unref(uses);
}

static void test_recency(void)
{
    struct kb_prior prior = {.now = NOW};
    struct kb_doc doc = {.id = "a", .updated = NOW};

    g_assert_cmpfloat(kb_prior_shares(&prior, &doc).recency, ==, KB_PRIOR_RECENCY);
    doc.updated = NOW + DAY; /* a clock that is ahead makes nothing newer than new */
    g_assert_cmpfloat(kb_prior_shares(&prior, &doc).recency, ==, KB_PRIOR_RECENCY);
    doc.updated = NOW - KB_PRIOR_HALF_DAYS * DAY;
    g_assert_cmpfloat_with_epsilon(kb_prior_shares(&prior, &doc).recency, KB_PRIOR_RECENCY / 2, 1e-5f);
    doc.updated = 0;
    g_assert_cmpfloat(kb_prior_shares(&prior, &doc).recency, ==, 0);
}

/* --- in a search --- */

static struct kb_index *open_docs(const struct index_folder *f, const struct kb_document *docs, size_t count)
{
    g_autoptr(GError) error = NULL;
    struct kb_builder *builder = kb_builder_new(f->path, &error);

    for (size_t i = 0; i < count; i++)
        g_assert_true(kb_builder_add(builder, &docs[i], &error));
    g_assert_true(kb_builder_finish(builder, &error));
    kb_builder_free(builder);
    struct kb_index *index = kb_index_open(f->path, &error);
    g_assert_no_error(error);
    return index;
}

static void assert_order(struct kb_index *index, const char *query, struct kb_search_options options,
                         const char *ids)
{
    g_autoptr(GString) found = g_string_new(NULL);
    options.now = NOW;
    struct kb_results *results = kb_search(index, query, &options, NULL);

    for (size_t i = 0; i < results->count; i++)
        g_string_append_printf(found, "%s%s", i > 0 ? " " : "", results->results[i].id);
    g_assert_cmpstr(found->str, ==, ids);
    kb_results_free(results);
}

static void test_ties(struct index_folder *f, gconstpointer unused)
{
    static const struct kb_document docs[] = {
        {.id = "old", .title = "Refund", .body = "Three days.", .updated = NOW - 900 * DAY},
        {.id = "new", .title = "Refund", .body = "Three days.", .updated = NOW - 180 * DAY},
        {.id = "undated", .title = "Refund", .body = "Three days."},
        {.id = "undated too", .title = "Refund", .body = "Three days."},
    };
    struct kb_index *index = open_docs(f, docs, G_N_ELEMENTS(docs));
    struct kb_uses *uses = kb_uses_new();

    (void)unused;
    assert_order(index, "refund ", (struct kb_search_options){0}, "new old undated undated too");
    assert_order(index, "refund ", (struct kb_search_options){.no_priors = true},
                 "old new undated undated too");
    /* A table beside the index: the next search counts what is in it, and no index was written. */
    kb_uses_put(uses, "undated too", &(struct kb_use){.inserted = 90, .helped = 20});
    kb_uses_put(uses, "new", &(struct kb_use){.misled = 20, .unresolved = 30});
    assert_order(index, "refund ", (struct kb_search_options){.uses = uses}, "undated too old undated new");
    assert_order(index, "refund ", (struct kb_search_options){.uses = uses, .no_priors = true},
                 "old new undated undated too");
    kb_uses_unref(uses);
    kb_index_close(index);
}

static const char *const WORDS[] = {"refund", "card",  "order", "parcel", "delay",
                                    "claim",  "limit", "账单",  "退款",   "voucher"};

/* Texts and dates drawn at random; owned by the caller, `texts` frees them. */
static void draw_docs(struct kb_document *docs, size_t count, GPtrArray *texts, GRand *random)
{
    for (size_t i = 0; i < count; i++) {
        GString *title = g_string_new(NULL), *body = g_string_new(NULL);
        for (int w = g_rand_int_range(random, 1, 5); w > 0; w--)
            g_string_append_printf(title, "%s ",
                                   WORDS[g_rand_int_range(random, 0, (gint)G_N_ELEMENTS(WORDS))]);
        for (int w = g_rand_int_range(random, 1, 30); w > 0; w--)
            g_string_append_printf(body, "%s ",
                                   WORDS[g_rand_int_range(random, 0, (gint)G_N_ELEMENTS(WORDS))]);
        docs[i] =
            (struct kb_document){.id = g_strdup_printf("d%zu", i),
                                 .title = g_string_free(title, FALSE),
                                 .body = g_string_free(body, FALSE),
                                 .tags = WORDS[i % 3],
                                 .updated = i % 4 == 0 ? 0 : NOW - g_rand_int_range(random, 0, 1200) * DAY};
        g_ptr_array_add(texts, (char *)docs[i].id);
        g_ptr_array_add(texts, (char *)docs[i].title);
        g_ptr_array_add(texts, (char *)docs[i].body);
    }
}

static struct kb_uses *draw_uses(size_t count, GRand *random)
{
    struct kb_uses *uses = kb_uses_new();
    char id[16];

    for (size_t i = 0; i < count; i += 2) {
        struct kb_use use = {g_rand_int_range(random, 0, 200), g_rand_int_range(random, 0, 20),
                             g_rand_int_range(random, 0, 20), g_rand_int_range(random, 0, 50),
                             g_rand_int_range(random, 0, 50)};
        g_snprintf(id, sizeof id, "d%zu", i);
        kb_uses_put(uses, id, &use);
    }
    return uses;
}

#define DRAWN 40

static const char *const QUERIES[] = {"refund ",     "refund card",     "parc",         "c",
                                      "refnud ordr", "\"card order\"",  "title:limit",  "tag:card delay",
                                      "账单",        "退款 refund",     "claim -delay", "/re.*card/i",
                                      "~rfnd",       "card card limit", "zhangdan",     "voucher the refund"};

/* However dates and use are drawn: whoever stood clearly before another stands before it still. */
static void test_clearly_better_stays(struct index_folder *f, gconstpointer unused)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(11);
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    struct kb_document docs[DRAWN];

    (void)unused;
    draw_docs(docs, DRAWN, texts, random);
    struct kb_index *index = open_docs(f, docs, DRAWN);
    struct kb_uses *uses = draw_uses(DRAWN, random);
    for (size_t q = 0; q < G_N_ELEMENTS(QUERIES); q++) {
        struct kb_search_options plain = {.limit = DRAWN, .bare = true, .no_priors = true},
                                 options = {.limit = DRAWN, .bare = true, .uses = uses, .now = NOW};
        struct kb_results *before = kb_search(index, QUERIES[q], &plain, NULL);
        struct kb_results *after = kb_search(index, QUERIES[q], &options, NULL);
        g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);
        g_assert_cmpuint(before->count, ==, after->count);
        for (size_t i = 0; i < after->count; i++)
            g_hash_table_insert(places, after->results[i].id, GSIZE_TO_POINTER(i));
        for (size_t i = 0; i < before->count; i++)
            for (size_t k = i + 1; k < before->count; k++) {
                const struct kb_result *better = &before->results[i], *worse = &before->results[k];
                if (better->score > worse->score * KB_PRIOR_CLEARLY * 1.0001f)
                    g_assert_cmpuint(GPOINTER_TO_SIZE(g_hash_table_lookup(places, better->id)), <,
                                     GPOINTER_TO_SIZE(g_hash_table_lookup(places, worse->id)));
            }
        kb_results_free(before);
        kb_results_free(after);
    }
    kb_uses_unref(uses);
    kb_index_close(index);
}

/* Patterns and abbreviations: between documents that match alike, and only there. */
static void test_ties_of_patterns(struct index_folder *f, gconstpointer unused)
{
    static const struct kb_document docs[] = {
        {.id = "old", .title = "Return policy", .body = "x1", .updated = NOW - 3000 * DAY},
        {.id = "new", .title = "Return policy", .body = "x1", .updated = NOW},
        {.id = "used", .title = "Return policy", .body = "x1"},
        {.id = "best", .title = "x1: Rt py", .body = "", .updated = NOW - 3000 * DAY},
    };
    struct kb_index *index = open_docs(f, docs, G_N_ELEMENTS(docs));
    struct kb_uses *uses = kb_uses_new();

    (void)unused;
    kb_uses_put(uses, "used", &(struct kb_use){.inserted = 500, .helped = 50, .resolved = 50});
    kb_uses_put(uses, "other", &(struct kb_use){.misled = 50, .unresolved = 50});
    for (int off = 0; off < 2; off++) {
        struct kb_search_options options = {.uses = uses, .now = NOW, .no_priors = off};
        assert_order(index, "/x1/", options, off ? "best old new used" : "best used new old");
        assert_order(index, "~retpol", options, off ? "old new used" : "used new old");
    }
    kb_uses_unref(uses);
    kb_index_close(index);
}

/* --- the parts of a score --- */

static void assert_sums(const struct kb_results *results, const char *query)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct kb_result *r = &results->results[i];
        float sum = 0;
        g_assert_cmpuint(r->parts->len, >, 0);
        for (guint k = 0; k < r->parts->len; k++)
            sum += g_array_index(r->parts, struct kb_part, k).value;
        g_test_message("%s: %s %f %f", query, r->id, (double)r->score, (double)sum);
        g_assert_cmpfloat_with_epsilon(sum, r->score, 0.001f * MAX(r->score, 1));
    }
}

static void test_sum(struct index_folder *f, gconstpointer unused)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(3);
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    struct kb_document docs[DRAWN * 2];

    (void)unused;
    draw_docs(docs, DRAWN * 2, texts, random);
    kb_index_close(open_docs(f, docs, DRAWN * 2 - 10));
    struct kb_update *update = kb_update_new(f->path, NULL);
    for (size_t i = DRAWN * 2 - 10; i < DRAWN * 2; i++)
        g_assert_true(kb_update_put(update, &docs[i], NULL));
    g_assert_true(kb_update_commit(update, NULL));
    kb_update_free(update);
    struct kb_index *index = kb_index_open(f->path, NULL);
    struct kb_uses *uses = draw_uses(DRAWN * 2, random);
    struct kb_search_options options = {.limit = DRAWN * 2, .explain = true, .uses = uses, .now = NOW};
    for (size_t q = 0; q < G_N_ELEMENTS(QUERIES); q++) {
        struct kb_results *results = kb_search(index, QUERIES[q], &options, NULL);
        g_assert_cmpuint(results->count, >, 0);
        assert_sums(results, QUERIES[q]);
        kb_results_free(results);
    }
    struct kb_results *results = kb_similar(
        index, "My card was charged for a parcel with a delay, the refund 退款 is late", &options, NULL);
    assert_sums(results, "a whole text");
    kb_results_free(results);
    kb_uses_unref(uses);
    kb_index_close(index);
}

static float part_of(const struct kb_result *result, enum kb_part_kind kind, const char *word)
{
    for (guint i = 0; i < result->parts->len; i++) {
        const struct kb_part *part = &g_array_index(result->parts, struct kb_part, i);
        if (part->kind == kind && g_strcmp0(part->word, word) == 0)
            return part->value;
    }
    return 0;
}

static void test_parts(struct index_folder *f, gconstpointer unused)
{
    static const struct kb_document docs[] = {
        {.id = "a", .title = "Return policy", .body = "Thirty days.", .tags = "shop", .updated = NOW},
        {.id = "b", .title = "Opening hours", .body = "The policy of the shop is on the wall."},
    };
    struct kb_index *index = open_docs(f, docs, G_N_ELEMENTS(docs));
    struct kb_search_options options = {.explain = true, .now = NOW};
    struct kb_results *results = kb_search(index, "policy shop ", &options, NULL);

    (void)unused;
    g_assert_cmpuint(results->count, ==, 2);
    const struct kb_result *a = &results->results[0], *b = &results->results[1];
    g_assert_cmpstr(a->id, ==, "a");
    g_assert_cmpfloat(part_of(a, KB_PART_TITLE, "policy"), >, part_of(b, KB_PART_BODY, "policy"));
    g_assert_cmpfloat(part_of(a, KB_PART_BODY, "policy"), ==, 0);
    g_assert_cmpfloat(part_of(a, KB_PART_TAGS, "shop"), >, 0);
    g_assert_cmpfloat(part_of(a, KB_PART_SHARE, NULL), >, 0);
    g_assert_cmpfloat(part_of(a, KB_PART_COVERED, NULL), >, 0);
    g_assert_cmpfloat(part_of(a, KB_PART_RECENCY, NULL), >, 0);
    g_assert_cmpfloat(part_of(b, KB_PART_BODY, "shop"), >, 0);
    g_assert_cmpfloat(part_of(b, KB_PART_NEARNESS, NULL), >, 0);
    g_assert_cmpfloat(part_of(b, KB_PART_RECENCY, NULL), ==, 0);
    kb_results_free(results);
    kb_index_close(index);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(struct index_folder *, gconstpointer);
    } tests[] = {
        {"prior/decides between equals, and can be switched off", test_ties},
        {"prior/decides between equals of patterns and abbreviations", test_ties_of_patterns},
        {"prior/never passes a clearly better match", test_clearly_better_stays},
        {"parts/sum up to the score", test_sum},
        {"parts/say what counted", test_parts},
    };

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kb/prior/tells good documents from bad ones", test_worth);
    g_test_add_func("/kb/prior/compares with the common share", test_compares_with_the_common_share);
    g_test_add_func("/kb/prior/has bounds", test_bounds);
    g_test_add_func("/kb/prior/halves with age", test_recency);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strdup_printf("/kb/%s", tests[i].name);
        g_test_add(path, struct index_folder, NULL, index_folder_set_up, tests[i].run,
                   index_folder_tear_down);
    }
    return g_test_run();
}
