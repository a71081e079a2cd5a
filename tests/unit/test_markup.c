/* Articles without the signs they are written with. */
#include "app/desk/markup.h"

#include <string.h>

#include "app/desk/desk.h"

static void assert_plain(const char *source, const char *wanted)
{
    g_autofree char *text = markup_plain(source, NULL, NULL);
    g_assert_cmpstr(text, ==, wanted);
}

static void signs_are_left_out(void)
{
    assert_plain("", "");
    assert_plain("Within **60 days of delivery**, unworn.", "Within 60 days of delivery, unworn.");
    assert_plain("Open *Settings* and `Reset`.", "Open Settings and Reset.");
    assert_plain("保留 **7 天**。", "保留 7 天。");
    assert_plain("## Refunds\n\n- to the card\n- to a gift card",
                 "Refunds\n\n· to the card\n· to a gift card");
    assert_plain("1. Scanned?\n   - No: **trace** it.\n   - Yes: wait.",
                 "1. Scanned?\n   · No: trace it.\n   · Yes: wait.");
}

static void what_is_no_sign_stays(void)
{
    assert_plain("3 * 4 = 12, 5*", "3 * 4 = 12, 5*");
    assert_plain("#3 of 4", "#3 of 4");
    assert_plain("-5 degrees", "-5 degrees");
    assert_plain("a - b", "a - b");
    assert_plain("  -5 degrees", "  -5 degrees");
    assert_plain("*", "*");
    assert_plain("a *b\nc* d", "a *b\nc* d");
}

static void a_table_becomes_lines(void)
{
    assert_plain("| code | means |\n|---|---|\n| 51 | **limit** reached |\n\nAsk.",
                 "code · means\n51 · limit reached\n\nAsk.");
    assert_plain("| 1 | -20 C |", "1 · -20 C");
    assert_plain("|---|", "");
    assert_plain("| a |\n|---|\n", "a\n");
}

static void what_stands_out_is_told(void)
{
    g_autoptr(GArray) strong = NULL;
    g_autofree char *text = markup_plain("# Head\nNever **open\nfood**, **gas** and **", NULL, &strong);
    static const char *const wanted[] = {"Head\n", "open\nfood", "gas"};
    g_assert_cmpstr(text, ==, "Head\nNever open\nfood, gas and ");
    g_assert_cmpuint(strong->len, ==, G_N_ELEMENTS(wanted));
    for (guint i = 0; i < strong->len; i++) {
        struct desk_range range = g_array_index(strong, struct desk_range, i);
        g_autofree char *part = g_strndup(text + range.start, range.end - range.start);
        g_assert_cmpstr(part, ==, wanted[i]);
    }
}

static void marks_follow_their_words(void)
{
    const char *source = "…**Never returnable:** opened food";
    g_autoptr(GArray) marks = g_array_new(FALSE, FALSE, sizeof(struct desk_range));
    size_t start = (size_t)(strstr(source, "returnable") - source);
    struct desk_range mark = {start, start + strlen("returnable")};
    g_array_append_val(marks, mark);
    g_autofree char *text = markup_plain(source, marks, NULL);
    mark = g_array_index(marks, struct desk_range, 0);
    g_autofree char *marked = g_strndup(text + mark.start, mark.end - mark.start);
    g_assert_cmpstr(text, ==, "…Never returnable: opened food");
    g_assert_cmpstr(marked, ==, "returnable");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/markup/signs-are-left-out", signs_are_left_out);
    g_test_add_func("/markup/what-is-no-sign-stays", what_is_no_sign_stays);
    g_test_add_func("/markup/a-table-becomes-lines", a_table_becomes_lines);
    g_test_add_func("/markup/what-stands-out-is-told", what_stands_out_is_told);
    g_test_add_func("/markup/marks-follow-their-words", marks_follow_their_words);
    return g_test_run();
}
