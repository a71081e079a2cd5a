/* Marks and snippets: whole graphemes, the best window, white space drawn together. */
#include "kb/snippet.h"

#include <glib.h>
#include <string.h>

/* The text with [ ] around its ranges. */
static char *marked(const char *text, const struct kb_range *ranges, size_t count)
{
    GString *out = g_string_new(NULL);
    size_t next = 0;

    for (size_t i = 0; i <= strlen(text); i++) {
        if (next < count && i == ranges[next].end) {
            g_string_append_c(out, ']');
            next++;
        }
        if (next < count && i == ranges[next].start)
            g_string_append_c(out, '[');
        if (text[i])
            g_string_append_c(out, text[i]);
    }
    return g_string_free(out, FALSE);
}

static struct kb_match match_of(const char *text, const char *part, uint32_t term)
{
    const char *at = strstr(text, part);

    g_assert_nonnull(at);
    return (struct kb_match){.start = (uint32_t)(at - text),
                             .end = (uint32_t)(at - text + (ptrdiff_t)strlen(part)),
                             .term = term,
                             .worth = 1};
}

static void assert_snippet(const char *text, const struct kb_match *matches, size_t count, size_t chars,
                           const char *expected)
{
    struct kb_range *ranges;
    size_t range_count;
    g_autofree char *snippet =
        kb_snippet_new(text, strlen(text), matches, count, chars, &ranges, &range_count);
    g_autofree char *shown = marked(snippet, ranges, range_count);

    g_assert_cmpstr(shown, ==, expected);
    g_free(ranges);
}

static void test_beginning(void)
{
    assert_snippet("One two three four five six seven", NULL, 0, 12, "One two\u2026");
    assert_snippet("One\n\n  two\tthree", NULL, 0, 40, "One two three");
    assert_snippet("", NULL, 0, 40, "");
}

static void test_best_window(void)
{
    const char *text =
        "Refunds are mentioned here. Then a good deal of other text follows that says nothing at all of it. "
        "At last the refund is paid to the card.";
    struct kb_match matches[] = {match_of(text, "Refunds", 0), match_of(text, "refund is", 0),
                                 match_of(text, "card", 1)};

    assert_snippet(text, matches, 3, 48, "\u2026At last the [refund is] paid to the [card].");
}

/* A sign whose partner was cut off would stand there as a star; Chinese is cut anywhere. */
static void test_no_signs_of_emphasis(void)
{
    const char *list = "退款按原路返回，请先看包裹到了哪里，再告诉客户：\n"
                       "- *已扫描，不到 5 个工作日*：说出最后一天的准确日期。\n"
                       "- *已扫描，超过 5 个工作日*：查付款流水，**不要收银行卡号**。";
    struct kb_match flow = match_of(list, "流水", 0), scanned = match_of(list, "已扫描", 1),
                    card = match_of(list, "银行卡号", 2), over = match_of(list, "过 5 个", 3);

    assert_snippet(list, &flow, 1, 40, "…个工作日：查付款[流水]，不要收银行卡号。");
    assert_snippet(list, &over, 1, 14, "…，超[过 5 个]工作日：查付款…");
    assert_snippet(list, &scanned, 1, 20, "…[已扫描]，不到 5 个工作日：说出最后一天…");
    assert_snippet(list, &scanned, 1, 9, "…[已扫描]，不到 5…");
    assert_snippet(list, &card, 1, 16, "…不要收[银行卡号]。");
    assert_snippet("Within **60 days**.", NULL, 0, 40, "Within 60 days.");
    assert_snippet("Within **60 days**", NULL, 0, 14, "Within 60 days");
    assert_snippet("Dial *100#\nor *so* on, 2 * 3", NULL, 0, 60, "Dial *100# or so on, 2 * 3");
}

/* What begins a line has no meaning within one. */
static void test_lines_of_a_list(void)
{
    const char *list = "Offer:\n- refund - at once\n  - label\n\n## Then\n- wait";
    struct kb_match label = match_of(list, "label", 0);

    assert_snippet(list, &label, 1, 60, "…[label] Then · wait");
    assert_snippet(list, &label, 1, 120, "Offer: · refund - at once · [label] Then · wait");
    assert_snippet("- one\n- two", NULL, 0, 40, "· one · two");
    assert_snippet("- one\n- two", NULL, 0, 6, "· one…");
    assert_snippet("# One\n#two -three", NULL, 0, 40, "One #two -three");
    const char *text = "A long line before the list that nobody asked for.\n- the refund\n- the label";
    struct kb_match refund = match_of(text, "refund", 0);
    assert_snippet(text, &refund, 1, 40, "…the [refund] · the label");
}

static void test_graphemes(void)
{
    const char *text = "cafe\u0301s 한국 👩‍👩‍👧 end";
    struct kb_match half_mark = {.start = 3, .end = 4, .worth = 1};
    struct kb_match mark_only = {.start = 4, .end = 6, .worth = 1};
    struct kb_match family = match_of(text, "👩", 0);

    assert_snippet(text, &half_mark, 1, 60, "caf[e\u0301]s 한국 👩‍👩‍👧 end");
    assert_snippet(text, &mark_only, 1, 60, "caf[e\u0301]s 한국 👩‍👩‍👧 end");
    assert_snippet(text, &family, 1, 60, "cafe\u0301s 한국 [👩‍👩‍👧] end");
}

static void test_overlapping_pairs_join(void)
{
    const char *text = "我们的退款政策";
    struct kb_match matches[] = {match_of(text, "退款", 0), match_of(text, "款政", 1),
                                 match_of(text, "政策", 2)};

    assert_snippet(text, matches, 3, 60, "我们的[退款政策]");
}

static void test_chinese_window(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (int i = 0; i < 100; i++)
        g_string_append(text, "其他内容");
    g_string_append(text, "申请退款的方法");
    struct kb_match match = match_of(text->str, "退款", 0);
    struct kb_range *ranges;
    size_t count;
    g_autofree char *snippet = kb_snippet_new(text->str, text->len, &match, 1, 20, &ranges, &count);
    g_assert_cmpuint(count, ==, 1);
    g_assert_nonnull(strstr(snippet, "申请退款的方法"));
    g_assert_cmpint(g_utf8_strlen(snippet, -1), <=, 22);
    g_free(ranges);
}

static void test_invalid_text(void)
{
    const char *text = "ab\xff\xfe cd\xe9\x80";
    struct kb_match match = {.start = 2, .end = 3, .worth = 1};
    struct kb_range *ranges;
    size_t count;
    g_autofree char *snippet = kb_snippet_new(text, strlen(text), &match, 1, 40, &ranges, &count);

    g_assert_true(g_utf8_validate(snippet, -1, NULL));
    g_assert_cmpuint(count, ==, 1);
    g_free(ranges);
}

static void test_tower(void)
{
    g_autoptr(GString) text = g_string_new("see x");
    struct kb_match match = {.start = 4, .end = 5, .worth = 1};
    struct kb_range *ranges;
    size_t count;

    for (int i = 0; i < 10000; i++)
        g_string_append(text, "\u0301");
    g_string_append(text, " end");
    g_autofree char *snippet = kb_snippet_new(text->str, text->len, &match, 1, 160, &ranges, &count);
    g_assert_cmpuint(strlen(snippet), <, 400);
    g_assert_cmpuint(count, ==, 1);
    g_assert_cmpuint(ranges[0].start, ==, 4);
    g_free(ranges);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kb/snippet/is the beginning where nothing matched", test_beginning);
    g_test_add_func("/kb/snippet/shows the best window", test_best_window);
    g_test_add_func("/kb/snippet/lines_of_a_list", test_lines_of_a_list);
    g_test_add_func("/kb/snippet/no signs of emphasis", test_no_signs_of_emphasis);
    g_test_add_func("/kb/snippet/marks whole graphemes", test_graphemes);
    g_test_add_func("/kb/snippet/joins overlapping pairs", test_overlapping_pairs_join);
    g_test_add_func("/kb/snippet/windows chinese text", test_chinese_window);
    g_test_add_func("/kb/snippet/makes text valid", test_invalid_text);
    g_test_add_func("/kb/snippet/is not filled by a tower of marks", test_tower);
    return g_test_run();
}
