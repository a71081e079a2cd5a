/* A text matched in steps: the same is found as in one, and each step can be the last. */
#include "kb/matcher.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#define TEXTS    60
#define PATTERNS 900
#define ENOUGH_S 20 /* rarely, a pattern or two take PCRE2 so long */

/* Of PCRE2's one step, from each place of a text. What takes more, or too many steps, is not compared. */
#define TRIES 100

/* How often a matcher asked whether to go on, and after how often it is to give up; 0: never. */
struct asked {
    unsigned times, most;
};

static bool go_on(void *data)
{
    struct asked *asked = data;
    return ++asked->times < asked->most || asked->most == 0;
}

static struct kb_matcher *new_matcher(const char *pattern)
{
    g_autofree char *text = g_strdup_printf("/%s/", pattern);
    g_autoptr(GError) error = NULL;
    const char *note;
    struct kb_query *query = kb_query_new(text, KB_MODE_REGEX);
    struct kb_matcher *matcher = kb_matcher_new(query, &note, &error);

    kb_query_free(query);
    return matcher;
}

static const char *pick(const char *const *texts, size_t count)
{
    return texts[g_test_rand_int_range(0, (gint32)count)];
}

/* Longer than a step or two; few different pieces, so that matches are long and nearly there. */
static char *random_text(bool ascii)
{
    static const char *const pieces[] = {"a",    "a",  "a",  "ab", "b ",     " ",
                                         "aaaa", "a1", "\n", ", ", "\u00e9", "\u4e2d"};
    size_t count = ascii ? G_N_ELEMENTS(pieces) - 2 : G_N_ELEMENTS(pieces),
           kinds = 1 + (size_t)g_test_rand_int_range(0, (gint32)count);
    GString *text = g_string_new(NULL);
    gsize len = (gsize)g_test_rand_int_range(0, 8000);

    while (text->len < len)
        g_string_append(text, pick(pieces, kinds));
    g_string_append(text, pick((const char *const[]){"", "c", "b", " d", "\nc", "1"}, 6));
    return g_string_free(text, FALSE);
}

static char *random_pattern(void)
{
    static const char *const atoms[] = {"a",      "b",     "c",     "[ab]",     "\\w",   "\\s",
                                        "\\d",    ".",     "\\b",   "$",        "^",     "\\z",
                                        "(?<=a)", "(?=b)", "(?!c)", "[^c]",     "(a|b)", "(?:ab|b )",
                                        "\\1",    "\\B",   "\\R",   "(?<!\\w)", "\\W",   "\\K"};
    static const char *const quantifiers[] = {"", "", "", "*", "+", "?", "{3,}", "*?", "++", "{2}", "{700}"};
    GString *pattern = g_string_new(g_test_rand_int_range(0, 4) ? "" : "(?s)");

    for (int left = g_test_rand_int_range(1, 5); left > 0; left--) {
        g_string_append(pattern, pick(atoms, G_N_ELEMENTS(atoms)));
        g_string_append(pattern, pick(quantifiers, G_N_ELEMENTS(quantifiers)));
    }
    return g_string_free(pattern, FALSE);
}

/* NULL where the pattern is none. */
static pcre2_code *compile(const char *pattern)
{
    int error;
    PCRE2_SIZE at;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP, &error, &at, NULL);

    if (code)
        pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    return code;
}

static void compare(struct kb_matching *matching, const pcre2_code *code, pcre2_match_data *data,
                    pcre2_match_context *limits, const char *text, unsigned *decided)
{
    size_t len = strlen(text), start, end;
    int result = pcre2_match(code, (PCRE2_SPTR)text, len, 0, PCRE2_NO_UTF_CHECK, data, limits);
    enum kb_matched matched = kb_matching_find(matching, text, len, 0, g_str_is_ascii(text));

    if (matched == KB_TOO_HEAVY || matched == KB_NOT_GONE_ON || (result < 0 && result != PCRE2_ERROR_NOMATCH))
        return;
    ++*decided;
    g_assert_cmpint(matched, ==, result >= 0 ? KB_MATCHED : KB_NOT_MATCHED);
    if (matched != KB_MATCHED)
        return;
    kb_matching_range(matching, &start, &end);
    g_assert_cmpuint(start, ==, pcre2_get_ovector_pointer(data)[0]);
    g_assert_cmpuint(end, ==, pcre2_get_ovector_pointer(data)[1]);
}

static void test_steps_find_what_one_step_does(void)
{
    g_auto(GStrv) texts = g_new0(char *, TEXTS + 1);
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    struct asked steps = {.most = 500};
    unsigned decided = 0, asked = 0;

    pcre2_set_match_limit(limits, TRIES);
    for (unsigned i = 0; i < TEXTS; i++)
        texts[i] = random_text(i % 3 > 0);
    g_test_timer_start();
    for (unsigned i = 0; i < PATTERNS && g_test_timer_elapsed() < ENOUGH_S; i++) {
        g_autofree char *pattern = random_pattern();
        struct kb_matcher *matcher = new_matcher(pattern);
        pcre2_code *code = compile(pattern);
        struct kb_matching matching;
        g_assert_true(!matcher == !code);
        if (!code)
            continue;
        g_test_message("%s", pattern);
        pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
        kb_matching_init(&matching, matcher, go_on, &steps);
        for (unsigned k = 0; k < 4; k++, asked++) {
            steps.times = 0;
            compare(&matching, code, data, limits, texts[g_test_rand_int_range(0, TEXTS)], &decided);
        }
        kb_matching_release(&matching);
        kb_matcher_free(matcher);
        pcre2_match_data_free(data);
        pcre2_code_free(code);
    }
    pcre2_match_context_free(limits);
    g_test_message("%u of %u decided", decided, asked);
    g_assert_cmpuint(decided, >, asked / 2);
}

static char *fill(const char *piece, size_t len)
{
    GString *text = g_string_sized_new(len + 64);

    while (text->len < len)
        g_string_append(text, piece);
    return g_string_free(text, FALSE);
}

static enum kb_matched match(const char *pattern, const char *text, struct asked *asked)
{
    struct kb_matcher *matcher = new_matcher(pattern);
    struct kb_matching matching;
    size_t len = strlen(text);
    bool ascii = g_str_is_ascii(text);

    kb_matching_init(&matching, matcher, go_on, asked);
    enum kb_matched matched = kb_matching_find(&matching, text, len, 0, ascii);
    kb_matching_release(&matching);
    kb_matcher_free(matcher);
    return matched;
}

/* Each would take seconds or hours in one step; tests/bench/bench_kb_steps measures how long one takes. */
static void test_bombs_are_matched_in_steps(void)
{
    static const struct {
        const char *pattern, *piece;
        enum kb_matched ends;
    } bombs[] = {
        {"(?<=a[^b]{9})[^b]*[bc]", "a", KB_TOO_HEAVY},
        {"(?:(\\w)(\\w?))+[!?]", "abcdefghi ", KB_NOT_GONE_ON},
        {"(\\w+ )*\\1[qr]", "ab ", KB_TOO_HEAVY},
        {"[^b]*+[bc]", "\u4e2d", KB_TOO_HEAVY},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bombs); i++) {
        g_autofree char *text = fill(bombs[i].piece, 4 * 1024 * 1024);
        struct asked asked = {.most = 100};
        g_test_message("%s", bombs[i].pattern);
        g_assert_cmpint(match(bombs[i].pattern, text, &asked), ==, bombs[i].ends);
        g_assert_cmpuint(asked.times, >, 1);
    }
}

static void test_a_text_is_given_up_inside(void)
{
    g_autofree char *text = fill("abcdefghijklmno ", 64 * 1024);
    struct asked asked = {.most = 3};

    g_assert_cmpint(match("\\w+q", text, &asked), ==, KB_NOT_GONE_ON);
    g_assert_cmpuint(asked.times, ==, 3);
}

static void test_what_goes_too_far_is_too_heavy(void)
{
    g_autofree char *text = fill("abcdefghijklmno ", KB_MATCHER_REACH_BYTES / 2),
                    *far = fill("x", 2 * KB_MATCHER_REACH_BYTES);
    g_autofree char *long_match = g_strconcat("<", text, ">", NULL),
                    *too_long = g_strconcat("<", far, ">", NULL);
    struct asked asked = {0};

    g_assert_cmpint(match("<[^>]*>", long_match, &asked), ==, KB_MATCHED);
    g_assert_cmpint(match("<[^>]*>", too_long, &asked), ==, KB_TOO_HEAVY);
    g_assert_cmpint(match("<[^>]*", too_long, &asked), ==, KB_TOO_HEAVY);
    g_assert_cmpint(match("(?:\\w|\\w\\w)+[!?]", far, &asked), ==, KB_TOO_HEAVY);
}

static void test_patterns_that_steer_are_matched_at_once(void)
{
    g_autofree char *text = fill("ab ", 20000);
    struct asked asked = {0};

    g_assert_cmpint(match("\\Gb", text, &asked), ==, KB_NOT_MATCHED);
    g_assert_cmpint(match("b(*COMMIT)c|ab", text, &asked), ==, KB_MATCHED);
    g_assert_cmpint(match("(?:a|b(*COMMIT)c)c|b a", text, &asked), ==, KB_NOT_MATCHED);
    g_autofree char *longer = fill("ab ", 100000);
    g_assert_cmpint(match("b(*COMMIT)c|ab", longer, &asked), ==, KB_TOO_HEAVY);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kb/matcher/finds in steps what one step does", test_steps_find_what_one_step_does);
    g_test_add_func("/kb/matcher/takes bombs in steps", test_bombs_are_matched_in_steps);
    g_test_add_func("/kb/matcher/gives up inside a text", test_a_text_is_given_up_inside);
    g_test_add_func("/kb/matcher/tells what is too heavy", test_what_goes_too_far_is_too_heavy);
    g_test_add_func("/kb/matcher/takes patterns that steer in one step",
                    test_patterns_that_steer_are_matched_at_once);
    return g_test_run();
}
