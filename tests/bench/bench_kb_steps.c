/* A key ends a search between two steps of its match, so no step may take longer than a key may wait.
 * Patterns that would take seconds or hours at once, over 4 MB; a pattern's figure is the least of its
 * rounds, since a machine that does something else may hold up one. Time is this thread's on the processor.
 */
#include <glib.h>
#include <string.h>
#include <time.h>

#include "kb/matcher.h"
#include "tests/support/bench.h"

#define TEXT_BYTES (4 * 1024 * 1024)
#define ROUNDS     5
#define STEPS      300
#define LIMIT_MS   5

static const struct bomb {
    const char *pattern, *piece;
} bombs[] = {
    {"a[^b]*[bc]", "a"},
    {"(?<=a[^b]{9})[^b]*[bc]", "a"},
    {"(?s)a.*[bc]", "a"},
    {"(?:\\w\\w?)+[!?]", "abcdefghijklmno "},
    {"(?:\\w\\w?)+[!?]", "abcdefghijk "},
    {"(?:(\\w)(\\w?))+[!?]", "abcdefghi "},
    {"(?:(\\w)(\\w?))+[!?]", "abcdefghijklmno "},
    {"(?:\\w+\\w*)+[!?]", "abcdefghijklmno "},
    {"(x+x+)+[yz]", "x"},
    {".*.*.*[=!]", "abcdefgh "},
    {"(\\w+ )*\\1[qr]", "ab "},
    {"\\w++[!?]", "\u00e9"},
    {"(?:\\w\\w?)+[!?]", "\u00e9bcdefghijklmno "},
    {"[^b]*+[bc]", "\u4e2d"},
};

struct steps {
    unsigned left;
    double last_ms, longest_ms;
};

static double used_ms(void)
{
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

static bool go_on(void *data)
{
    struct steps *steps = data;
    steps->longest_ms = MAX(steps->longest_ms, used_ms() - steps->last_ms);
    steps->last_ms = used_ms();
    return steps->left-- > 0;
}

static double longest_step_ms(const struct kb_matcher *matcher, const char *text)
{
    struct steps steps = {.left = STEPS, .last_ms = used_ms()};
    struct kb_matching matching;
    kb_matching_init(&matching, matcher, go_on, &steps);
    kb_matching_find(&matching, text, strlen(text), 0, g_str_is_ascii(text));
    go_on(&steps);
    kb_matching_release(&matching);
    return steps.longest_ms;
}

static double measure(const struct bomb *bomb)
{
    g_autofree char *pattern = g_strdup_printf("/%s/", bomb->pattern);
    const char *note;
    struct kb_query *query = kb_query_new(pattern, KB_MODE_REGEX);
    struct kb_matcher *matcher = kb_matcher_new(query, &note, NULL);
    g_autoptr(GString) text = g_string_sized_new(TEXT_BYTES + 64);
    double least_ms = G_MAXDOUBLE;

    while (text->len < TEXT_BYTES)
        g_string_append(text, bomb->piece);
    for (unsigned round = 0; round < ROUNDS; round++)
        least_ms = MIN(least_ms, longest_step_ms(matcher, text->str));
    kb_matcher_free(matcher);
    kb_query_free(query);
    return least_ms;
}

int main(void)
{
    double longest_ms = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(bombs); i++)
        longest_ms = MAX(longest_ms, measure(&bombs[i]));
    bench_head("one match given up inside a text of 4 MB");
    bench_compare("longest step of 14 patterns", longest_ms, "limit", LIMIT_MS, "ms", "<= 1x");
    return 0;
}
