#include "app/desk/articles.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#define DEADLINE_US (20 * G_USEC_PER_SEC)

struct heard {
    uint32_t count;
    char *etag, *problem, *best, *body, *flags;
    int loaded, found, articles;
    int64_t number;
};

static void on_found(int64_t number, const struct kb_results *results, const GError *error, void *data)
{
    struct heard *heard = data;
    g_assert_no_error(error);
    heard->found++;
    heard->number = number;
    g_free(heard->best);
    heard->best = g_strdup(results != NULL && results->count > 0 ? results->results[0].id : "");
}

static void on_article(int64_t number, const struct kb_doc *doc, const char *flags, void *data)
{
    struct heard *heard = data;
    heard->number = number;
    heard->articles++;
    g_free(heard->body);
    heard->body = doc != NULL ? g_strdup(doc->body) : NULL;
    g_free(heard->flags);
    heard->flags = g_strdup(flags);
}

static void on_loaded(uint32_t count, const char *etag, const GError *error, void *data)
{
    struct heard *heard = data;
    heard->loaded++;
    heard->count = count;
    g_free(heard->etag);
    heard->etag = g_strdup(etag);
    g_free(heard->problem);
    heard->problem = error != NULL ? g_strdup(error->message) : NULL;
}

static const struct articles_callbacks callbacks = {
    .found = on_found, .article = on_article, .loaded = on_loaded};

static void wait_for(const int *counter, int value)
{
    int64_t deadline_us = g_get_monotonic_time() + DEADLINE_US;
    while (*counter < value && g_get_monotonic_time() < deadline_us)
        g_main_context_iteration(NULL, false);
    g_assert_cmpint(*counter, >=, value);
}

static const char lines[] = "{\"id\":\"r1\",\"title\":\"Returns\",\"body\":\"Ninety days to "
                            "return.\",\"tags\":[\"return\",\"refund\"]}\n"
                            "this line is broken\n"
                            "{\"id\":\"s1\",\"title\":\"Shipping\",\"body\":\"Parcels take three "
                            "days.\",\"updated\":\"2026-01-02\"}\n";

static char *new_folder(void)
{
    g_autofree char *made = g_dir_make_tmp("articles-XXXXXX", NULL);
    return g_build_filename(made, "deep", NULL);
}

static void heard_clear(struct heard *heard)
{
    g_free(heard->etag);
    g_free(heard->problem);
    g_free(heard->best);
    g_free(heard->body);
    g_free(heard->flags);
    *heard = (struct heard){0};
}

static void test_a_snapshot_is_searched_and_kept(void)
{
    g_autofree char *folder = new_folder();
    struct heard heard = {0};
    struct articles *l = articles_new(folder, &callbacks, &heard);
    wait_for(&heard.loaded, 1);
    g_assert_cmpuint(heard.count, ==, 0);
    g_assert_null(heard.problem);
    articles_replace(l, "\"v1\"", lines);
    wait_for(&heard.loaded, 2);
    g_assert_cmpuint(heard.count, ==, 2);
    articles_search(l, 7, "retrun", NULL);
    wait_for(&heard.found, 1);
    g_assert_cmpstr(heard.best, ==, "r1");
    g_assert_cmpint(heard.number, ==, 7);
    articles_search(l, 8, "shipping", "zh"); /* nothing in that language: the others */
    wait_for(&heard.found, 2);
    g_assert_cmpstr(heard.best, ==, "s1");
    articles_free(l);

    heard_clear(&heard);
    l = articles_new(folder, &callbacks, &heard);
    wait_for(&heard.loaded, 1);
    g_assert_cmpuint(heard.count, ==, 2);
    g_assert_cmpstr(heard.etag, ==, "\"v1\"");
    articles_read(l, 8, "s1");
    wait_for(&heard.articles, 1);
    g_assert_cmpstr(heard.body, ==, "Parcels take three days.");
    articles_read(l, 9, "none");
    wait_for(&heard.articles, 2);
    g_assert_null(heard.body);
    articles_free(l);
    heard_clear(&heard);
}

static void test_changes_are_added_to_a_snapshot(void)
{
    g_autofree char *folder = new_folder();
    struct heard heard = {0};
    struct articles *l = articles_new(folder, &callbacks, &heard);
    articles_replace(l, "\"v1\"", lines);
    articles_change(l, "\"v2\"",
                    "{\"id\":\"s1\",\"title\":\"Shipping\",\"body\":\"Parcels take four days.\"}\n"
                    "{\"id\":\"w1\",\"title\":\"Warranty\",\"body\":\"Two years.\"}\n");
    wait_for(&heard.loaded, 3);
    g_assert_null(heard.problem);
    g_assert_cmpuint(heard.count, ==, 3);
    g_assert_cmpstr(heard.etag, ==, "\"v2\"");
    articles_search(l, 1, "warranty", NULL);
    wait_for(&heard.found, 1);
    g_assert_cmpstr(heard.best, ==, "w1");
    articles_free(l);

    heard_clear(&heard);
    l = articles_new(folder, &callbacks, &heard);
    wait_for(&heard.loaded, 1);
    g_assert_cmpstr(heard.etag, ==, "\"v2\"");
    articles_read(l, 2, "s1");
    wait_for(&heard.articles, 1);
    g_assert_cmpstr(heard.body, ==, "Parcels take four days.");
    articles_change(l, "\"v3\"", "{\"deleted\":true,\"id\":\"s1\"}\n{\"deleted\":true,\"id\":\"never\"}\n");
    wait_for(&heard.loaded, 2);
    g_assert_null(heard.problem);
    g_assert_cmpuint(heard.count, ==, 2);
    articles_read(l, 3, "s1");
    wait_for(&heard.articles, 2);
    g_assert_null(heard.body);
    articles_free(l);
    heard_clear(&heard);
}

static void test_use_ranks_and_is_kept(void)
{
    g_autofree char *folder = new_folder();
    struct heard heard = {0};
    struct articles *l = articles_new(folder, &callbacks, &heard);
    articles_replace(l, "\"v1\"",
                     "{\"id\":\"a\",\"title\":\"Refunds\",\"body\":\"Three days.\"}\n"
                     "{\"id\":\"b\",\"title\":\"Refunds\",\"body\":\"Three days.\"}\n");
    wait_for(&heard.loaded, 2);
    articles_search(l, 1, "refunds", NULL);
    wait_for(&heard.found, 1);
    g_assert_cmpstr(heard.best, ==, "a");
    articles_use(
        l, "{\"id\":\"b\",\"inserted\":40,\"helped\":5}\n"
           "{\"id\":\"a\",\"misled\":5,\"flags\":[{\"note\":\"It is\\nfive.\",\"by\":\"sara\",\"at\":\"x\"},"
           "{\"note\":\"No.\",\"by\":\"tom\",\"at\":\"x\"}]}\nbroken\n");
    articles_free(l);

    heard_clear(&heard);
    l = articles_new(folder, &callbacks, &heard);
    articles_search(l, 2, "refunds", NULL);
    wait_for(&heard.found, 1);
    g_assert_cmpstr(heard.best, ==, "b");
    articles_read(l, 3, "a");
    wait_for(&heard.articles, 1);
    g_assert_cmpstr(heard.flags, ==, "It is five. · sara\nNo. · tom");
    articles_read(l, 4, "b");
    wait_for(&heard.articles, 2);
    g_assert_null(heard.flags);
    articles_free(l);
    heard_clear(&heard);
}

static void test_the_last_of_many_searches_is_answered(void)
{
    g_autofree char *folder = new_folder();
    struct heard heard = {0};
    struct articles *l = articles_new(folder, &callbacks, &heard);
    articles_replace(l, "1", lines);
    for (int i = 1; i <= 200; i++)
        articles_search(l, i, i % 2 == 0 ? "ship" : "return", NULL);
    int64_t deadline_us = g_get_monotonic_time() + DEADLINE_US;
    while (heard.number != 200 && g_get_monotonic_time() < deadline_us)
        g_main_context_iteration(NULL, false);
    g_assert_cmpstr(heard.best, ==, "s1");
    articles_free(l);
    heard_clear(&heard);
}

static void test_a_damaged_index_is_told_and_replaced(void)
{
    g_autofree char *folder = new_folder();
    g_autofree char *path = g_build_filename(folder, "articles.kb", NULL);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, "no index at all", -1, NULL));
    struct heard heard = {0};
    struct articles *l = articles_new(folder, &callbacks, &heard);
    wait_for(&heard.loaded, 1);
    g_assert_nonnull(heard.problem);
    g_assert_cmpstr(heard.etag, ==, "");
    articles_replace(l, "2", lines);
    wait_for(&heard.loaded, 2);
    g_assert_null(heard.problem);
    g_assert_cmpuint(heard.count, ==, 2);
    articles_free(l);
    heard_clear(&heard);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/articles/use", test_use_ranks_and_is_kept);
    g_test_add_func("/articles/snapshot", test_a_snapshot_is_searched_and_kept);
    g_test_add_func("/articles/changes", test_changes_are_added_to_a_snapshot);
    g_test_add_func("/articles/last", test_the_last_of_many_searches_is_answered);
    g_test_add_func("/articles/damaged", test_a_damaged_index_is_told_and_replaced);
    return g_test_run();
}
