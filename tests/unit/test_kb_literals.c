/* What a pattern cannot match without, and that ruling documents out by it loses none: the same are found as
 * by matching every text. */
#include "kb/literals.h"

#include <glib/gstdio.h>
#include <string.h>

#include "kb/builder.h"
#include "kb/search.h"

/* "open|close & mail @." for the sets and the signs. */
static char *describe(const char *pattern)
{
    struct kb_literals literals;
    GString *text = g_string_new(NULL);

    struct kb_syntax *syntax = kb_syntax_new(pattern);
    kb_literals_init(&literals, syntax);
    kb_syntax_free(syntax);
    for (guint i = 0; i < literals.sets->len; i++) {
        GPtrArray *set = g_ptr_array_index(literals.sets, i);
        g_string_append(text, i > 0 ? " & " : "");
        for (guint k = 0; k < set->len; k++)
            g_string_append_printf(text, "%s%s", k > 0 ? "|" : "", (char *)g_ptr_array_index(set, k));
    }
    if (literals.signs[0])
        g_string_append_printf(text, " %s", literals.signs);
    kb_literals_release(&literals);
    return g_string_free(text, FALSE);
}

static void test_reads(void)
{
    static const struct {
        const char *pattern, *literals;
    } cases[] = {
        {"refund", "refund"},
        {"Open(ed|ing)", "open & ed|ing"},
        {"open(ed|ing)? account", "open & account"},
        {"cat|dogs", "cat|dogs"},
        {"(foo|bar)baz", "foo|bar & baz"},
        {"(foo|ba)baz", "foo|ba & baz"},
        {"(foo|b)baz", "baz"},
        {"a.km", "km"},
        {"they're", "they '"},
        {"(re|ve)ad", "ad"},
        {"(foo)?bar", "bar"},
        {"colou?r", "colo"},
        {"abc*d", "ab"},
        {"abc+d", "abc"},
        {"abcd{2,}", "abcd"},
        {"abcd{0,2}ef", "abc & ef"},
        {"abc{x", "abc {"},
        {"[a-z]+card[]x]", "card"},
        {"[[:alpha:]]card", "card"},
        {"退款(政策)?", "退款"},
        {"還款日", "还款日"},
        {"款", ""},
        {"\\w+@\\w+\\.org", "org @."},
        {"\\bmail\\b", "mail"},
        {"(?:bank|post)code", "bank|post & code"},
        {"(?=foo)bar", "bar"},
        {"bar(?!foo)", "bar"},
        {"a@b|c", ""},
        {"(@abc)", "abc"},
        {"@?abc", "abc"},
        {"(refund)\\1", "refund"},
        {"\\.org\\.", "org .."},
        /* In doubt, so nothing. */
        {"(?i)refund", ""},
        {"ref\\x75nd", ""},
        {"\\Qa.b\\Erefund", ""},
        {"(?(?=a)refund|b)", ""},
        {"(*UCP)refund", ""},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *literals = describe(cases[i].pattern);
        g_test_message("%s", cases[i].pattern);
        g_assert_cmpstr(literals, ==, cases[i].literals);
    }
}

static const char *const texts[] = {
    "Opening an account",
    "We opened 10,000 accounts; the bank's code is ABC-1234.",
    "write to help@example.org, or don't",
    "退款政策：三十天内可以退款",
    "還款日期與賬單",
    "cat, dogs and catalogues",
    "the colour of \xEF\xAC\x81les, colors",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaarefund",
    "K\xE2\x84\xAA\x69lo \xC5\xBFtop",
    "nothing of interest; they're late, they'LL come",
};

static const char *const patterns[] = {
    "open(ed|ing)",
    "OPEN",
    "000 acc",
    "bank's",
    "退款",
    "还款",
    "[退还]款",
    "cat|dogs",
    "colou?rs?",
    "refund",
    "\\w+@\\w+",
    "[A-Z]+-\\d+",
    "don't",
    "(of|the) (colour|bank)",
    "kkilo",
    "stop",
    "files",
    "^n",
    "t$",
    "(?i)OPEN",
    "a{50}",
    "政策|賬單",
    "code is [A-Z]",
    "\\bopen\\w+ (an|10)",
    /* What falls off a word, and what means more than ASCII only on texts that are more. */
    "re\\b",
    "'ll",
    "\\b\\w{4}\\b",
    "[^a-z]k",
    ".ilo",
    "(\\w)\\1",
    "\\x{7684}|ly",
};

/* Enough documents that ruling most of them out is worth it. */
static struct kb_index *index_of_texts(const char *path)
{
    g_autoptr(GError) error = NULL;
    struct kb_builder *builder = kb_builder_new(path, &error);

    for (unsigned i = 0; i < 400; i++) {
        g_autofree char *id = g_strdup_printf("%u", i);
        const char *body = i % 40 == 0 ? texts[i / 40] : "plain words of which there are plenty";
        g_assert_true(kb_builder_add(
            builder,
            &(struct kb_document){.id = id, .title = i == 39 ? "Refund 退款" : "A title", .body = body},
            &error));
    }
    g_assert_true(kb_builder_finish(builder, &error));
    kb_builder_free(builder);
    return kb_index_open(path, &error);
}

static size_t count_all(const struct kb_index *index, const char *pattern, bool ignore_case)
{
    g_autoptr(GRegex) regex = g_regex_new(pattern, ignore_case ? G_REGEX_CASELESS : 0, 0, NULL);
    struct kb_doc doc;
    size_t count = 0;

    for (uint32_t i = 0; i < kb_index_count(index); i++)
        count += kb_index_doc(index, i, &doc) &&
                 (g_regex_match(regex, doc.title, 0, NULL) || g_regex_match(regex, doc.body, 0, NULL));
    return count;
}

static void test_finds_all(void)
{
    g_autofree char *folder = g_dir_make_tmp("kb-literals-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "docs.kb", NULL);
    struct kb_index *index = index_of_texts(path);

    for (size_t i = 0; i < 2 * G_N_ELEMENTS(patterns); i++) {
        const char *pattern = patterns[i / 2];
        g_autofree char *query = g_strdup_printf("/%s/%s", pattern, i % 2 ? "i" : "");
        struct kb_results *results =
            kb_search(index, query, &(struct kb_search_options){.limit = 1000}, NULL);
        g_test_message("%s", query);
        g_assert_cmpint(results->kind, ==, KB_QUERY_KIND_REGEX);
        g_assert_cmpuint(results->total, ==, count_all(index, pattern, i % 2));
        kb_results_free(results);
    }
    kb_index_close(index);
    g_unlink(path);
    g_rmdir(folder);
}

/* Enough documents that counting them all would take too long; each has some letters, a late title too. */
static void test_first_hits_are_the_best(void)
{
    g_autofree char *folder = g_dir_make_tmp("kb-literals-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "docs.kb", NULL);
    struct kb_builder *builder = kb_builder_new(path, NULL);

    for (unsigned i = 0; i < 20000; i++) {
        g_autofree char *id = g_strdup_printf("%u", i);
        kb_builder_add(builder,
                       &(struct kb_document){.id = id,
                                             .title = i == 19990 ? "a x7" : "a title",
                                             .tags = i == 15000 ? "x8" : NULL,
                                             .body = "a body whose end comes at last, xx, xxx, x9"},
                       NULL);
    }
    g_assert_true(kb_builder_finish(builder, NULL));
    kb_builder_free(builder);
    struct kb_index *index = kb_index_open(path, NULL);
    struct kb_search_options options = {.mode = KB_MODE_REGEX, .limit = 4};
    struct kb_results *results = kb_search(index, "(\\w)+?x+\\d|x\\d", &options, NULL);
    static const char *const ids[] = {"19990", "15000", "0", "1"};
    g_assert_cmpuint(results->count, ==, 4);
    for (size_t i = 0; i < results->count; i++)
        g_assert_cmpstr(results->results[i].id, ==, ids[i]);
    g_assert_null(results->note);
    g_assert_true(results->incomplete ? results->total >= 4 : results->total == 20000);
    kb_results_free(results);
    kb_index_close(index);
    g_unlink(path);
    g_rmdir(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kb/literals/reads what every match must hold", test_reads);
    g_test_add_func("/kb/literals/rules out no document that matches", test_finds_all);
    g_test_add_func("/kb/literals/the first hits are the best", test_first_hits_are_the_best);
    return g_test_run();
}
