/* Shapes of words: what is read out of a pattern, and that, whatever the pattern, no document is lost: the
 * same are found as by matching every text. */
#include "kb/shape.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <glib/gstdio.h>
#include <pcre2.h>
#include <string.h>

#include "kb/builder.h"
#include "kb/format.h"
#include "kb/search.h"

#define DOCUMENTS 1000
#define PATTERNS  1500

static bool all_are_in(const char *pattern, bool has_literals, const char *word)
{
    struct kb_syntax *syntax = kb_syntax_new(pattern);
    g_autoptr(GPtrArray) shapes = kb_shapes_new(syntax, has_literals);
    bool all = shapes->len > 0;
    uint32_t letters = 0;

    for (const char *c = word; *c; c++)
        letters |= kb_letter_32(*c);
    for (guint i = 0; i < shapes->len; i++) {
        struct kb_shape *shape = g_ptr_array_index(shapes, i);
        bool is_in = kb_shape_is_in(shape, word, strlen(word));
        /* What is left out unread would have been left out. */
        uint32_t wanted;
        size_t least;
        kb_shape_outline(shape, &wanted, &least);
        g_assert_true(!is_in || ((letters & wanted) == wanted && strlen(word) >= least));
        all &= is_in;
    }
    kb_syntax_free(syntax);
    return all;
}

static void test_words(void)
{
    static const struct {
        const char *pattern, *in, *out;
    } rows[] = {
        {"[aeiou]{5}", "queueing", "quiet"},
        {"\\w{12}", "abcdefghijklmn", "abcdefghijk"},
        {"(iz|oo)\\d", "foo1", "foo"},
        {"(iz|oo)\\d", "biz22", "1oo"},
        {"[A-Z]{3,}\\d", "abcd5", "ab5"},
        {"\\d+\\.\\d+\\.2", "v1.10.2", "1.102"},
        {"x[^\\W\\d]{2,3}y", "axbcdy", "xby"},
        {"[[:digit:]]{3}", "a123", "a12"},
        {"\\b(k\\w+) \\1", "kilo", "k"},
        {"a[bc]?d* [xy]z", "ad xz", "xa"},
        {"ca(?=nnot)[nt][a-m]?o", "cano", "cao"},
        {"(ab|[cd](e|fg){2})h", "cefgh", "ceh"},
        {"(x[yz] |[uv]w.)", "vw", "yz"},
        {"[xy_]{3}", "a_x_b", "a_xb"},
        {"\\b\\w{4}\\b", "abcd", "abcde"},
        {"\\b\\d{2}\\b", "1.23.456", "1.234.5"},
        {"\\b(in|un)[a-z]*$", "undo", "fund"},
        {"x[ab]\\b", "axb", "xba"},
        {"^1\\.\\d", "11.2", "1"},
        {"(\\bx[ab]|y[ab]\\W)", "xby", "xzy"},
        {"\\w{70}", "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnop"},
        {"(ab|cd)x\\1", "cdxab", "abxx"},
        {"[ab]{3}", "a\177b", "a\303b"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].pattern);
        g_assert_true(all_are_in(rows[i].pattern, false, rows[i].in));
        g_assert_false(all_are_in(rows[i].pattern, false, rows[i].out));
    }
}

static guint count_shapes(const char *pattern, bool has_literals)
{
    struct kb_syntax *syntax = kb_syntax_new(pattern);
    g_autoptr(GPtrArray) shapes = kb_shapes_new(syntax, has_literals);

    kb_syntax_free(syntax);
    return shapes->len;
}

static void test_says_nothing(void)
{
    static const char *const patterns[] = {
        "a",       "a.b",       "\\W+",      "(ab)?",  "[a-z ]{9}", "(ab|c.d)",   "\\bx",      "(?i)[ab]",
        "\\x41bc", "\\p{Lu}bc", "[\\x41]bc", "ab(*F)", "",          "\\b[rv]\\b", "[a-\\d]bc",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(patterns); i++) {
        g_test_message("%s", patterns[i]);
        g_assert_cmpuint(count_shapes(patterns[i], false), ==, 0);
    }
    /* What literals say as well. */
    g_assert_cmpuint(count_shapes("\\w+able", true), ==, 0);
    g_assert_cmpuint(count_shapes("\\w+able", false), ==, 1);
    g_assert_cmpuint(count_shapes("cont[aeiou]ol", true), ==, 1);
}

static bool is_twice(const char *pattern)
{
    struct kb_syntax *syntax = kb_syntax_new(pattern);
    g_autoptr(GPtrArray) shapes = kb_shapes_new(syntax, false);
    bool twice = shapes->len > 0 && kb_shape_is_twice(shapes->pdata[0]);

    kb_syntax_free(syntax);
    return twice;
}

/* Only of whole words, with nothing of another word between them. */
static void test_twice(void)
{
    static const char *const twice[] = {
        "\\b(l\\w+) \\1\\b", "\\b(\\w+)\\W+\\1\\b",      "^(\\w+)\\s+\\1$",    " (\\w+)\\b \\1[.,]",
        "(a)\\b(b+) \\2\\b", "\\b(\\w+)(?:\\s+\\1)+\\b", "\\b(\\d+)( \\1)\\b",
    };
    static const char *const not [] = {
        "(l\\w+) \\1\\b",      "\\b(l\\w+) \\1",    "\\b(l\\w+)\\1\\b", "\\b(l\\w*)-?\\1\\b",
        "\\b(\\w+) x? \\1\\b", "\\b(\\w+).\\1\\b",  "\\b(\\w*) \\1\\b", "\\b(\\w+)[^a]\\1\\b",
        "\\b(\\w+) \\1+\\b",   "\\b(\\w+)+ \\1\\b", "\\b(a b) \\1\\b",  "\\b(a|(b)) \\2\\b",
        "\\b(\\w+)( \\1)*\\b",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(twice); i++) {
        g_test_message("%s", twice[i]);
        g_assert_true(is_twice(twice[i]));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(not ); i++) {
        g_test_message("%s", not [i]);
        g_assert_false(is_twice(not [i]));
    }
    g_assert_true(all_are_in("\\b(l\\w+) \\1\\b", false, "long"));
    g_assert_false(all_are_in("\\b(l\\w+) \\1\\b", false, "along"));
}

static bool is_pattern_of_word(const char *pattern)
{
    struct kb_syntax *syntax = kb_syntax_new(pattern);
    bool is = kb_shape_is_pattern_of_word(syntax);

    kb_syntax_free(syntax);
    return is;
}

static void test_patterns_of_one_word(void)
{
    g_assert_true(is_pattern_of_word("(\\w)\\1\\1"));
    g_assert_true(is_pattern_of_word("\\b(a|b)c?\\1$"));
    g_assert_false(is_pattern_of_word("(\\w) \\1"));
    g_assert_false(is_pattern_of_word("(\\w)\\1(?= )"));
    g_assert_false(is_pattern_of_word("(.)\\1"));
    g_assert_false(is_pattern_of_word("\\w\\w"));
    g_assert_false(is_pattern_of_word("(*UTF)a"));
}

/* Sets of places double with each letter: once there are too many, every word may have the shape. */
static void test_intricate(void)
{
    struct kb_syntax *syntax = kb_syntax_new("a[ab]{20}c[xy]");
    g_autoptr(GPtrArray) shapes = kb_shapes_new(syntax, false);
    char word[61] = "ab";
    bool is_in = kb_shape_is_in(shapes->pdata[0], word, 2);

    g_assert_false(is_in);
    for (unsigned tries = 0; tries < 1000 && !is_in; tries++) {
        for (unsigned i = 0; i < 60; i++)
            word[i] = g_test_rand_int_range(0, 2) ? 'a' : 'b';
        is_in = kb_shape_is_in(shapes->pdata[0], word, 60);
    }
    g_assert_true(is_in);
    kb_syntax_free(syntax);
    /* The whole has too many places, a part of it not. */
    g_assert_true(all_are_in("([ab]{20}){4}", false, "abababababababababababab"));
    g_assert_false(all_are_in("([ab]{20}){4}", false, "abab"));
}

static const char *pick(const char *const *texts, size_t count)
{
    return texts[g_test_rand_int_range(0, (gint32)count)];
}

/* What is put together from these has words, numbers, and all that words do not tell. */
static char *random_text(void)
{
    static const char *const pieces[] = {
        "a",      "b",      "cab",    "Abba",  "ab1",    "12",      "1.2",        "1,000",
        "3.4.5",  "_",      "'",      "'s",    "'re",    "don't",   "-",          " ",
        " ",      "\n",     ".",      ",",     "\u00e9", "e\u0301", "\u4e2d",     "\u6587",
        "K",      "\u212a", "\u017f", "aaa",   "BB",     "c_b",     "_1.2",       "a_",
        "re",     "ve",     "1",      "0",     "ccc",    "a b",     "\u2019",     "\u2122",
        "\u0663", "\u00e0", "a a",    "ab ab", "\u00ad", "\uff0c",  "\U00010330",
    };
    GString *text = g_string_new(NULL);

    for (int left = g_test_rand_int_range(1, 14); left > 0; left--)
        g_string_append(text, pick(pieces, G_N_ELEMENTS(pieces)));
    return g_string_free(text, FALSE);
}

static void append_pattern(GString *pattern, unsigned depth)
{
    static const char *const atoms[] = {
        "a",
        "b",
        "c",
        "ab",
        "re",
        "1",
        "\\d",
        "\\w",
        "\\s",
        ".",
        "[ab]",
        "k",
        "s",
        "\\.",
        "[^a]",
        "[a-c]",
        "[\\d.]",
        "[[:alpha:]]",
        "\\b",
        "^",
        "$",
        "_",
        "'",
        "[a_]",
        "\\W",
        "\\D",
        "(?=a)",
        "(?!b)",
        "(?<=a)",
        "[^\\W]",
        "[1-3a]",
        "\\1",
        "\u4e2d",
        "-",
        ",",
        "\u00e9",
        "\\B",
        "[B-D]",
        "\\S",
        "[\\w-]",
        "{",
        "\\h",
        "\\R",
        "\\N",
        "\\b(\\w+)\\W+\\1\\b",
        "\\b([a-c]+\\d?) \\1\\b",
        "(a|b)\\1",
        "\\b(\\w)(?:[ ,]\\1)+\\W",
        "\\2",
        "^(\\w*) \\1$",
    };
    static const char *const quantifiers[] = {"",    "",     "",      "",   "?",  "*",  "+",
                                              "{2}", "{2,}", "{1,3}", "+?", "*+", "{0}"};

    for (int left = g_test_rand_int_range(1, 5); left > 0; left--) {
        if (depth > 0 && g_test_rand_int_range(0, 4) == 0) {
            g_string_append(pattern, g_test_rand_int_range(0, 2) ? "(" : "(?:");
            append_pattern(pattern, depth - 1);
            if (g_test_rand_int_range(0, 2)) {
                g_string_append_c(pattern, '|');
                append_pattern(pattern, depth - 1);
            }
            g_string_append_c(pattern, ')');
        } else {
            g_string_append(pattern, pick(atoms, G_N_ELEMENTS(atoms)));
        }
        g_string_append(pattern, pick(quantifiers, G_N_ELEMENTS(quantifiers)));
    }
}

static struct kb_index *random_index(const char *path, char **texts)
{
    struct kb_builder *builder = kb_builder_new(path, NULL);

    for (unsigned i = 0; i < DOCUMENTS; i++) {
        g_autofree char *id = g_strdup_printf("%u", i);
        texts[i] = i % 2 ? g_strdup("zz yy") : random_text();
        kb_builder_add(builder, &(struct kb_document){.id = id, .title = "q", .body = texts[i]}, NULL);
    }
    g_assert_true(kb_builder_finish(builder, NULL));
    kb_builder_free(builder);
    return kb_index_open(path, NULL);
}

/* PCRE2 as the engine uses it; NULL where the pattern is none. */
static pcre2_code *compile(const char *pattern, bool ignore_case)
{
    int error;
    PCRE2_SIZE at;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                      PCRE2_UTF | PCRE2_UCP | (ignore_case ? PCRE2_CASELESS : 0), &error, &at, NULL);

    if (code)
        pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    return code;
}

static bool matches(const pcre2_code *code, pcre2_match_data *data, const char *text)
{
    return pcre2_match(code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, 0, data, NULL) >= 0;
}

/* Asks for a pattern and compares every document; false where the pattern is none, or too heavy. */
static bool compare(struct kb_index *index, char *const *texts, const char *pattern, bool ignore_case)
{
    g_autofree char *query = g_strdup_printf("/%s/%s", pattern, ignore_case ? "i" : "");
    bool found[DOCUMENTS] = {false};
    pcre2_code *code = compile(pattern, ignore_case);

    if (!code)
        return false;
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
    struct kb_results *results =
        kb_search(index, query, &(struct kb_search_options){.limit = DOCUMENTS, .bare = true}, NULL);
    bool decided = results->kind == KB_QUERY_KIND_REGEX && !results->note && !results->incomplete;
    for (size_t i = 0; decided && i < results->count; i++)
        found[results->results[i].ordinal] = true;
    for (unsigned i = 0; decided && i < DOCUMENTS; i++)
        if (found[i] != (matches(code, data, texts[i]) || matches(code, data, "q")))
            g_error("%s is %sfound in \"%s\".", query, found[i] ? "wrongly " : "not ", texts[i]);
    kb_results_free(results);
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return decided;
}

/* What words alone decide, and the words that are seldom drawn. */
static void compare_chosen(struct kb_index *index, char *const *texts)
{
    static const char *const patterns[] = {
        "\\b(\\w+)\\W+\\1\\b", "\\b([a-k]+) \\1\\b",
        "\\b\\w{2}\\b",        "\\b[a-c]{2}\\b",
        "\\b[a-c]{3}\\b",      "\\w{4}",
        "\\d\\d?\\.\\d+",      "\\b\\w[a-c]\\b",
        "[^\\W_]{8}",          "\\b(a|b)\\1?[bc]\\b",
        "(\\w)\\1\\1",         "([a-c])\\1",
        "\\b(\\w)\\w?\\1\\b",  "([A-Z])\\1",
        "([^\\WA-Z])\\1",      "(\\d)\\1",
        "([ab]+)c?\\1",        "(\\w)\\1$",
        "(a|b)\\1*+[B-D]",     "(a)((?>\\1*))A",
    };

    for (size_t i = 0; i < 2 * G_N_ELEMENTS(patterns); i++)
        g_assert_true(compare(index, texts, patterns[i / 2], i % 2));
}

static void test_random_patterns(void)
{
    g_autofree char *folder = g_dir_make_tmp("kb-shape-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "docs.kb", NULL);
    g_auto(GStrv) texts = g_new0(char *, DOCUMENTS + 1);
    struct kb_index *index = random_index(path, texts);
    unsigned compared = 0;

    compare_chosen(index, texts);
    for (unsigned i = 0; i < PATTERNS; i++) {
        g_autoptr(GString) pattern = g_string_new(NULL);
        append_pattern(pattern, 2);
        compared += compare(index, texts, pattern->str, i % 3 == 0);
    }
    g_test_message("%u patterns compared", compared);
    g_assert_cmpuint(compared, >, PATTERNS / 2);
    kb_index_close(index);
    g_unlink(path);
    g_rmdir(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kb/shape/reads classes, choices and repetitions", test_words);
    g_test_add_func("/kb/shape/says nothing where nothing is sure", test_says_nothing);
    g_test_add_func("/kb/shape/knows a word that stands twice", test_twice);
    g_test_add_func("/kb/shape/knows a pattern of one word", test_patterns_of_one_word);
    g_test_add_func("/kb/shape/takes every word for what it cannot tell", test_intricate);
    g_test_add_func("/kb/shape/loses no document, whatever the pattern", test_random_patterns);
    return g_test_run();
}
