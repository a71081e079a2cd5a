/* Text in rows: how an article's lists hang. */
#include "ui/views/marked.h"

#include "ui/rect.h"
#include "ui/text.h"

static void assert_prose(const char *text, int cols, const char *const *rows)
{
    int count = (int)g_strv_length((char **)rows);
    struct canvas *canvas = canvas_new(cols, count + 1);
    g_assert_cmpint(
        marked_prose(canvas, (struct rect){0, 0, cols, count + 1}, 0, STYLE_ROLE_TEXT, text, NULL), ==,
        count);
    for (int y = 0; y < count; y++) {
        g_autofree char *row = canvas_row_text(canvas, y);
        g_assert_cmpstr(row, ==, rows[y]);
    }
    canvas_free(canvas);
}

static void items_hang_under_their_first_word(void)
{
    assert_prose("plain words go on", 12, (const char *const[]){"plain words", "go on", NULL});
    assert_prose("· a dot goes in", 12, (const char *const[]){"· a dot goes", "  in", NULL});
    assert_prose("12. numbers too", 12, (const char *const[]){"12. numbers", "    too", NULL});
    assert_prose("2026. a year is none", 12, (const char *const[]){"2026. a year", "is none", NULL});
}

static void items_within_items_hang_deeper(void)
{
    assert_prose("1. first\n   · then another item", 16,
                 (const char *const[]){"1. first", "   · then", "     another", "     item", NULL});
    assert_prose("  3. nested number", 12, (const char *const[]){"  3. nested", "     number", NULL});
}

/* However deep, half of the width is for words. */
static void no_hanging_takes_the_width(void)
{
    assert_prose("         · deep and low", 12,
                 (const char *const[]){"         ·", "      deep", "      and", "      low", NULL});
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(text_use_locale());
    g_test_add_func("/marked/items-hang-under-their-first-word", items_hang_under_their_first_word);
    g_test_add_func("/marked/items-within-items-hang-deeper", items_within_items_hang_deeper);
    g_test_add_func("/marked/no-hanging-takes-the-width", no_hanging_takes_the_width);
    return g_test_run();
}
