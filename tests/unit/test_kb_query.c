/* What an agent typed, taken apart; and what a word may have been meant to be. */
#include "kb/query.h"

#include <glib.h>
#include <string.h>

#include "kb/spell.h"

/* A query as one line: clauses as [-][title:|tag:]("phrase"|word)[…], or the pattern, or the abbreviation. */
static char *shown(const struct kb_query *query)
{
    static const char *const scopes[] = {
        [KB_SCOPE_ANY] = "", [KB_SCOPE_TITLE] = "title:", [KB_SCOPE_TAGS] = "tag:"};
    GString *line = g_string_new(NULL);

    if (query->kind == KB_QUERY_KIND_REGEX)
        g_string_printf(line, "regex %s%s%s%s%s", query->pattern, query->ignore_case ? " i" : "",
                        query->multi_line ? " m" : "", query->dot_all ? " s" : "",
                        query->extended ? " x" : "");
    else if (query->kind == KB_QUERY_KIND_ABBREVIATION)
        g_string_printf(line, "abbreviation %s", query->pattern);
    for (guint i = 0; i < query->clauses->len; i++) {
        const struct kb_clause *c = &g_array_index(query->clauses, struct kb_clause, i);
        g_string_append_printf(line, "%s%s%s%s%s%s%s", i > 0 ? " " : "", c->excluded ? "-" : "",
                               scopes[c->scope], c->phrase ? "\"" : "", c->text, c->phrase ? "\"" : "",
                               c->open ? "..." : "");
    }
    if (query->lang[0])
        g_string_append_printf(line, " lang=%s", query->lang);
    return g_string_free(line, FALSE);
}

static void assert_query(const char *text, enum kb_mode mode, const char *expected, const char *note)
{
    struct kb_query *query = kb_query_new(text, mode);
    g_autofree char *line = shown(query);

    g_assert_cmpstr(line, ==, expected);
    g_assert_cmpstr(query->note, ==, note);
    kb_query_free(query);
}

static void test_auto(void)
{
    static const char *const rows[][2] = {
        {"return policy", "return policy..."},
        {"return policy ", "return policy"},
        {"  return", "return..."},
        {"", ""},
        {"a -b", "a -b"},
        {"wi-fi - x", "wi-fi - x..."},
        {"\"two words\" three", "\"two words\" three..."},
        {"\u201ctwo words\u201d", "\"two words\""},
        {"one -\"two words\"", "one -\"two words\""},
        {"title:return tag:shop", "title:return tag:shop..."},
        {"TITLE:\"return policy\"", "title:\"return policy\""},
        {"refund -tag:old", "refund -tag:old"},
        {"lang:zh refund ", "refund lang=zh"},
        {"title:", ""},
        {"\"\"", ""},
        {"退款 政策", "退款 政策..."},
        {"/re.*d/", "regex re.*d"},
        {"/re.*d/ismx", "regex re.*d i m s x"},
        {"/a/b/i", "regex a/b i"},
        {"lang:zh /退.+/i", "regex 退.+ i lang=zh"},
        {"/re.*d/ LANG:en ", "regex re.*d lang=en"},
        {"/re lang:en/", "regex re lang:en"},
        {"lang:en ~rtn plcy", "abbreviation rtn plcy lang=en"},
        {"~rtn plcy lang:en", "abbreviation rtn plcy lang=en"},
        {"~lang:en", "abbreviation lang:en"},
        {"lang:en ~", "~... lang=en"},
        {"24/7 and/or", "24/7 and/or..."},
        {"/etc/passwd", "/etc/passwd..."},
        {"//", "//..."},
        {"~rtn plcy", "abbreviation rtn plcy"},
        {"~", "~..."},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_query(rows[i][0], KB_MODE_AUTO, rows[i][1], NULL);
}

static void test_modes(void)
{
    assert_query("-a \"b /c/", KB_MODE_WORDS, "-a \"b /c/...", NULL);
    assert_query("rtn", KB_MODE_FUZZY, "abbreviation rtn", NULL);
    assert_query("a b", KB_MODE_REGEX, "regex a b", NULL);
    assert_query("/a b/i", KB_MODE_REGEX, "regex a b i", NULL);
}

static void test_unfinished(void)
{
    assert_query("say \"hello wor", KB_MODE_AUTO, "say hello wor...",
                 "The quotation mark is not closed yet: searched as text.");
    assert_query("\"", KB_MODE_AUTO, "", "The quotation mark is not closed yet: searched as text.");
    assert_query("/refu", KB_MODE_AUTO, "/refu...", "The pattern's closing / is missing: searched as text.");
}

static void test_looks_for_nothing(void)
{
    static const char note[] =
        "This only says what to leave out or where to look: type what to look for too.";

    assert_query("-refund", KB_MODE_AUTO, "-refund", note);
    assert_query("lang:zh -\"two words\"", KB_MODE_AUTO, "-\"two words\" lang=zh", note);
    assert_query("lang:zh ", KB_MODE_AUTO, " lang=zh", note);
}

static void test_long_and_invalid(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (int i = 0; i < 5000; i++)
        g_string_append(text, "é ");
    struct kb_query *query = kb_query_new(text->str, KB_MODE_AUTO);
    g_assert_cmpstr(query->note, ==, "Only the first 4 kB of the query were searched for.");
    g_assert_cmpuint(query->clauses->len, <=, KB_QUERY_MAX_BYTES / 3 + 1);
    kb_query_free(query);
    query = kb_query_new("caf\xff refund", KB_MODE_AUTO);
    g_assert_cmpuint(query->clauses->len, ==, 2);
    g_assert_true(g_utf8_validate(g_array_index(query->clauses, struct kb_clause, 0).text, -1, NULL));
    kb_query_free(query);
}

static unsigned distance(const char *a, const char *b, unsigned most)
{
    int32_t x[KB_TOKEN_MAX], y[KB_TOKEN_MAX];
    size_t i;

    for (i = 0; a[i]; i++)
        x[i] = a[i];
    for (i = 0; b[i]; i++)
        y[i] = b[i];
    return kb_spell_distance(x, strlen(a), y, strlen(b), most);
}

static void test_distance(void)
{
    g_assert_cmpuint(distance("refund", "refund", 2), ==, 0);
    g_assert_cmpuint(distance("refund", "refudn", 2), ==, 1);
    g_assert_cmpuint(distance("refund", "refun", 2), ==, 1);
    g_assert_cmpuint(distance("refund", "reffund", 2), ==, 1);
    g_assert_cmpuint(distance("refund", "rwfund", 2), ==, 1);
    g_assert_cmpuint(distance("delivery", "delviry", 2), ==, 2);
    g_assert_cmpuint(distance("refund", "account", 2), >, 2);
    g_assert_cmpuint(distance("", "ab", 2), ==, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kb/query/has one syntax", test_auto);
    g_test_add_func("/kb/query/has modes without it", test_modes);
    g_test_add_func("/kb/query/says what is unfinished", test_unfinished);
    g_test_add_func("/kb/query/says when it looks for nothing", test_looks_for_nothing);
    g_test_add_func("/kb/query/bears long and invalid text", test_long_and_invalid);
    g_test_add_func("/kb/spell/counts edits", test_distance);
    return g_test_run();
}
