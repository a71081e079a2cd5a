/* A beginning of one or two letters is in most titles, and a word may be in many: most of these get no row of
 * their own. Whatever is beside it in the query, the same documents come out, with the same scores, as when
 * each has one. */
#include "kb/score.h"

#include <string.h>

#include "kb/builder.h"
#include "kb/search.h"
#include "kb/update.h"
#include "tests/support/index_folder.h"

#define DOCUMENTS 1500
#define QUERIES   400

/* All documents are of this language: a query that asks for it finds the same, but gives each a row. */
#define LANGUAGE "en"

/* Words of few letters, so that many begin alike. */
static char *random_words(int most)
{
    static const char *const words[] = {"a",    "ab",  "abc",     "able", "b",    "ba",     "bad",
                                        "bade", "car", "cab",     "call", "card", "refund", "return",
                                        "real", "r",   "refunds", "the",  "to",   "tab"};
    GString *text = g_string_new(NULL);

    for (int left = g_test_rand_int_range(0, most + 1); left > 0; left--) {
        const char *word = words[g_test_rand_int_range(0, G_N_ELEMENTS(words))];
        g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "", word);
    }
    return g_string_free(text, FALSE);
}

static void write_documents(const struct index_folder *f, int count, int most, int body_most)
{
    struct kb_builder *builder = kb_builder_new(f->path, NULL);

    for (int i = 0; i < count; i++) {
        g_autofree char *id = g_strdup_printf("%d", i), *title = random_words(most),
                        *body = random_words(body_most);
        g_autofree char *tags = g_test_rand_int_range(0, 5) ? g_strdup("") : random_words(2);
        kb_builder_add(builder,
                       &(struct kb_document){.id = id,
                                             .title = title,
                                             .body = body,
                                             .tags = tags,
                                             .lang = LANGUAGE,
                                             .updated = 1000000 + i},
                       NULL);
    }
    g_assert_true(kb_builder_finish(builder, NULL));
    kb_builder_free(builder);
}

/* Some are no more, some are others. */
static void change_documents(const struct index_folder *f, int count)
{
    struct kb_update *update = kb_update_new(f->path, NULL);

    for (int i = 0; i < count; i += 3) {
        g_autofree char *id = g_strdup_printf("%d", i), *title = random_words(6);
        if (i % 2)
            kb_update_delete(update, id);
        else
            kb_update_put(update,
                          &(struct kb_document){.id = id, .title = title, .body = "new", .lang = LANGUAGE},
                          NULL);
    }
    g_assert_true(kb_update_commit(update, NULL));
    kb_update_free(update);
}

static char *random_query(void)
{
    static const char *const beginnings[] = {"a", "ab", "b", "c", "ca", "r", "re", "t", "th", "to"};
    g_autofree char *words = random_words(3);
    const char *beginning = beginnings[g_test_rand_int_range(0, G_N_ELEMENTS(beginnings))];

    /* Words alone, or one of them still being typed. */
    return g_strdup_printf("%s%s%s", words, words[0] ? " " : "",
                           words[0] && g_test_rand_bit() ? "" : beginning);
}

static void compare(struct kb_index *index, const char *query, size_t limit)
{
    struct kb_search_options options = {.mode = KB_MODE_AUTO, .limit = limit, .bare = true, .now = 2000000};
    g_autofree char *slow = g_strdup_printf("lang:" LANGUAGE " %s", query);
    struct kb_results *one = kb_search(index, query, &options, NULL),
                      *other = kb_search(index, slow, &options, NULL);

    g_test_message("%s", query);
    g_assert_cmpuint(one->total, ==, other->total);
    g_assert_cmpuint(one->count, ==, other->count);
    for (size_t i = 0; i < one->count; i++) {
        g_assert_cmpstr(one->results[i].id, ==, other->results[i].id);
        g_assert_cmpfloat(one->results[i].score, ==, other->results[i].score);
    }
    kb_results_free(one);
    kb_results_free(other);
}

static void compare_all(const struct index_folder *f)
{
    static const size_t limits[] = {1, 10, 48, 300, KB_SEARCH_LIMIT_MAX};
    struct kb_index *index = kb_index_open(f->path, NULL);

    for (unsigned i = 0; i < QUERIES; i++) {
        g_autofree char *query = random_query();
        compare(index, query, limits[i % G_N_ELEMENTS(limits)]);
    }
    kb_index_close(index);
}

static void test_alike(struct index_folder *f, gconstpointer unused)
{
    (void)unused;
    write_documents(f, DOCUMENTS, 6, 12);
    compare_all(f);
}

/* Where few titles have the beginning, bodies are looked at, too. */
static void test_alike_where_few(struct index_folder *f, gconstpointer unused)
{
    (void)unused;
    write_documents(f, 90, 2, 12);
    compare_all(f);
    change_documents(f, 90);
    compare_all(f);
}

static void test_alike_with_changes(struct index_folder *f, gconstpointer unused)
{
    (void)unused;
    write_documents(f, DOCUMENTS, 3, 12);
    change_documents(f, DOCUMENTS);
    compare_all(f);
}

/* Words that are in titles more than in bodies make crowds of their own. */
static void test_alike_in_titles(struct index_folder *f, gconstpointer unused)
{
    (void)unused;
    write_documents(f, DOCUMENTS, 4, 2);
    compare_all(f);
    change_documents(f, DOCUMENTS);
    compare_all(f);
}

/* Who asks for few results gets the first of those that many are, whatever is not looked at for them. */
static void test_few(struct index_folder *f, gconstpointer unused)
{
    static const size_t few[] = {1, 3, 10, 40};
    (void)unused;
    write_documents(f, DOCUMENTS, 6, 12);
    change_documents(f, DOCUMENTS);
    struct kb_index *index = kb_index_open(f->path, NULL);

    for (unsigned i = 0; i < QUERIES; i++) {
        g_autofree char *query = random_query();
        struct kb_search_options options = {.limit = few[i % G_N_ELEMENTS(few)], .now = 2000000},
                                 more = {.limit = 48, .now = 2000000};
        struct kb_results *first = kb_search(index, query, &options, NULL),
                          *all = kb_search(index, query, &more, NULL);
        g_test_message("%s", query);
        g_assert_cmpuint(first->count, ==, MIN(options.limit, all->count));
        for (size_t r = 0; r < first->count; r++) {
            g_assert_cmpstr(first->results[r].id, ==, all->results[r].id);
            g_assert_cmpfloat(first->results[r].score, ==, all->results[r].score);
        }
        kb_results_free(first);
        kb_results_free(all);
    }
    kb_index_close(index);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/kb/score/counts a crowd as it counts each", struct index_folder, NULL, index_folder_set_up,
               test_alike, index_folder_tear_down);
    g_test_add("/kb/score/counts a few as it counts each", struct index_folder, NULL, index_folder_set_up,
               test_alike_where_few, index_folder_tear_down);
    g_test_add("/kb/score/counts a crowd with dead among them", struct index_folder, NULL,
               index_folder_set_up, test_alike_with_changes, index_folder_tear_down);
    g_test_add("/kb/score/counts a crowd of titles", struct index_folder, NULL, index_folder_set_up,
               test_alike_in_titles, index_folder_tear_down);
    g_test_add("/kb/score/gives few as the first of many", struct index_folder, NULL, index_folder_set_up,
               test_few, index_folder_tear_down);
    return g_test_run();
}
