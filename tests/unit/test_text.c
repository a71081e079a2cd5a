/* Graphemes, widths, cutting and wrapping of text from anywhere. */
#include "ui/text.h"

#include <glib.h>
#include <string.h>

static void assert_truncates(const char *text, int cols, const char *expected)
{
    g_autofree char *cut = text_truncate(text, -1, cols);
    g_assert_cmpstr(cut, ==, expected);
}

static void assert_cleans(const char *text, const char *expected)
{
    g_autofree char *clean = text_clean(text, -1);
    g_assert_cmpstr(clean, ==, expected);
}

static char *wrapped(const char *text, int cols)
{
    GString *out = g_string_new(NULL);
    struct text_line line = {0};
    while (text_wrap(text, -1, cols, &line)) {
        g_assert_cmpint(line.cols, <=, MAX(cols, 2));
        g_string_append_len(out, text + line.start, (gssize)(line.end - line.start));
        g_string_append_c(out, '|');
    }
    return g_string_free(out, FALSE);
}

static void assert_wraps(const char *text, int cols, const char *expected)
{
    g_autofree char *lines = wrapped(text, cols);
    g_assert_cmpstr(lines, ==, expected);
}

static void widths_of_ordinary_text(void)
{
    g_assert_cmpint(text_cols("", -1), ==, 0);
    g_assert_cmpint(text_cols("returns", -1), ==, 7);
    g_assert_cmpint(text_cols("发票 重开", -1), ==, 9);
    g_assert_cmpint(text_cols("José Peña", -1), ==, 9);
    g_assert_cmpint(text_cols("Jose\u0301", -1), ==, 4);
    g_assert_cmpint(text_cols("한국어", -1), ==, 6);
    g_assert_cmpint(text_cols("returns", 3), ==, 3);
}

static void combining_tower_is_cut_to_its_base(void)
{
    GString *tower = g_string_new("a");
    for (int i = 0; i < 1000; i++)
        g_string_append(tower, "\u0301");
    struct text_grapheme grapheme;
    g_assert_true(text_read_grapheme(tower->str, (ssize_t)tower->len, &grapheme));
    g_assert_cmpint((int)grapheme.source_len, ==, (int)tower->len);
    g_assert_cmpint(grapheme.point_count, ==, 1);
    g_assert_cmpint(grapheme.cols, ==, 1);
    g_string_free(tower, TRUE);

    g_assert_true(text_read_grapheme("a\u0301\u0302\u0303\u0304", -1, &grapheme));
    g_assert_cmpint(grapheme.point_count, ==, 5);
}

static void joined_emoji_is_its_first(void)
{
    struct text_grapheme grapheme;
    const char *family = "👨\u200D👩\u200D👧";
    g_assert_true(text_read_grapheme(family, -1, &grapheme));
    g_assert_cmpint((int)grapheme.source_len, ==, (int)strlen(family));
    g_assert_cmpint(grapheme.point_count, ==, 1);
    g_assert_cmphex(grapheme.points[0], ==, 0x1F468);
    g_assert_cmpint(grapheme.cols, ==, 2);

    /* A variation selector would widen the heart in some terminals only. */
    g_assert_true(text_read_grapheme("❤\uFE0F", -1, &grapheme));
    g_assert_cmpint(grapheme.point_count, ==, 1);
    g_assert_cmpint(grapheme.cols, ==, 1);
}

static void lone_mark_becomes_replacement(void)
{
    struct text_grapheme grapheme;
    g_assert_true(text_read_grapheme("\u0301", -1, &grapheme));
    g_assert_cmphex(grapheme.points[0], ==, 0xFFFD);
    g_assert_cmpint(grapheme.cols, ==, 1);
}

static void controls_and_escapes_vanish(void)
{
    assert_cleans("a\x1b[31mred\x1b[0m", "ared");
    assert_cleans("\x1b]0;owned\x07title", "]0;ownedtitle");
    assert_cleans("a\xc2\x9b"
                  "31mb",
                  "a31mb");
    assert_cleans("ab\rc\x08\x7f", "abc");
    assert_cleans("pay\u202Eevil\u2066x\u2069", "payevilx");
    assert_cleans("one\ntwo\tthree", "one two three");
    g_assert_cmpint(text_cols("\x1b[1;31mred", -1), ==, 3);
    /* Not a sequence a terminal sends: only the control character goes. */
    assert_cleans("\x1b[12345678901234567890123456789012345678m", "[12345678901234567890123456789012345678m");
}

static void broken_bytes_are_shown_as_such(void)
{
    assert_cleans("a\xff\xc3z", "a\uFFFD\uFFFDz");
    assert_cleans("\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD");
}

static void truncates_with_ellipsis(void)
{
    assert_truncates("Crystal Minh", 12, "Crystal Minh");
    assert_truncates("Crystal Minh", 11, "Crystal Mi…");
    assert_truncates("王芳王芳", 5, "王芳…");
    assert_truncates("王芳王芳", 4, "王…");
    assert_truncates("abc", 1, "…");
    assert_truncates("abc", 0, "");
}

static void a_column_has_its_byte(void)
{
    const char *text = "a王e\u0301z";
    g_assert_cmpint((int)text_byte_of_col(text, -1, 0), ==, 0);
    g_assert_cmpint((int)text_byte_of_col(text, -1, 1), ==, 1);
    g_assert_cmpint((int)text_byte_of_col(text, -1, 2), ==, 1);
    g_assert_cmpint((int)text_byte_of_col(text, -1, 3), ==, 4);
    g_assert_cmpint((int)text_byte_of_col(text, -1, 4), ==, 7);
    g_assert_cmpint((int)text_byte_of_col(text, -1, 99), ==, 8);
}

static void cursor_moves_by_grapheme(void)
{
    const char *text = "e\u0301王\nb";
    g_assert_cmpint((int)text_next(text, -1, 0), ==, 3);
    g_assert_cmpint((int)text_next(text, -1, 3), ==, 6);
    g_assert_cmpint((int)text_next(text, -1, 6), ==, 7);
    g_assert_cmpint((int)text_next(text, -1, 8), ==, 8);
    g_assert_cmpint((int)text_previous(text, -1, 8), ==, 7);
    g_assert_cmpint((int)text_previous(text, -1, 7), ==, 6);
    g_assert_cmpint((int)text_previous(text, -1, 6), ==, 3);
    g_assert_cmpint((int)text_previous(text, -1, 3), ==, 0);
    g_assert_cmpint((int)text_previous(text, -1, 0), ==, 0);
}

static void ranges_snap_to_graphemes(void)
{
    const char *text = "e\u0301王\nb";
    static const size_t back[] = {0, 0, 0, 3, 3, 3, 6, 7, 8}, forward[] = {0, 3, 3, 3, 6, 6, 6, 7, 8};
    for (size_t offset = 0; offset <= 8; offset++) {
        g_assert_cmpuint(text_snap_back(text, -1, offset), ==, back[offset]);
        g_assert_cmpuint(text_snap_forward(text, -1, offset), ==, forward[offset]);
    }
    g_assert_cmpuint(text_snap_forward(text, -1, 99), ==, 8);
}

static void cursor_moves_by_word(void)
{
    const char *text = "wrong size, 退货";
    g_assert_cmpint((int)text_next_word(text, -1, 0), ==, 6);
    g_assert_cmpint((int)text_next_word(text, -1, 6), ==, 12);
    g_assert_cmpint((int)text_next_word(text, -1, 12), ==, 15);
    g_assert_cmpint((int)text_previous_word(text, -1, 18), ==, 15);
    g_assert_cmpint((int)text_previous_word(text, -1, 12), ==, 6);
    g_assert_cmpint((int)text_previous_word(text, -1, 8), ==, 6);
    g_assert_cmpint((int)text_previous_word(text, -1, 0), ==, 0);
}

static void wraps_at_words(void)
{
    assert_wraps("", 10, "|");
    assert_wraps("one two three", 7, "one two|three|");
    assert_wraps("one two three", 8, "one two|three|");
    assert_wraps("one   two", 4, "one|two|");
    assert_wraps("abcdefghij k", 4, "abcd|efgh|ij k|");
    assert_wraps("a\n\nb\n", 10, "a||b||");
    assert_wraps("trailing   ", 8, "trailing|");
    assert_wraps("trailing   \nnext", 8, "trailing|next|");
    assert_wraps("  indented text", 10, "  indented|text|");
}

static void wraps_between_ideographs(void)
{
    assert_wraps("我买错了尺码。", 8, "我买错了|尺码。|");
    /* The full stop never begins a line. */
    assert_wraps("我买错了。尺码", 8, "我买错|了。尺码|");
    assert_wraps("order 3348 退货政策", 14, "order 3348 退|货政策|");
    assert_wraps("王", 1, "王|");
}

static void counts_lines(void)
{
    g_assert_cmpint(text_count_lines("one two three", -1, 7), ==, 2);
    g_assert_cmpint(text_count_lines("", -1, 7), ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(text_use_locale());
    g_test_add_func("/text/widths-of-ordinary-text", widths_of_ordinary_text);
    g_test_add_func("/text/combining-tower-is-cut-to-its-base", combining_tower_is_cut_to_its_base);
    g_test_add_func("/text/joined-emoji-is-its-first", joined_emoji_is_its_first);
    g_test_add_func("/text/lone-mark-becomes-replacement", lone_mark_becomes_replacement);
    g_test_add_func("/text/controls-and-escapes-vanish", controls_and_escapes_vanish);
    g_test_add_func("/text/broken-bytes-are-shown-as-such", broken_bytes_are_shown_as_such);
    g_test_add_func("/text/truncates-with-ellipsis", truncates_with_ellipsis);
    g_test_add_func("/text/a-column-has-its-byte", a_column_has_its_byte);
    g_test_add_func("/text/cursor-moves-by-grapheme", cursor_moves_by_grapheme);
    g_test_add_func("/text/ranges-snap-to-graphemes", ranges_snap_to_graphemes);
    g_test_add_func("/text/cursor-moves-by-word", cursor_moves_by_word);
    g_test_add_func("/text/wraps-at-words", wraps_at_words);
    g_test_add_func("/text/wraps-between-ideographs", wraps_between_ideographs);
    g_test_add_func("/text/counts-lines", counts_lines);
    return g_test_run();
}
