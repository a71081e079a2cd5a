/* The grid of cells: wide characters, clipping, styles. */
#include "ui/canvas.h"

#include <glib.h>

#include "ui/text.h"

static void assert_row(const struct canvas *canvas, int y, const char *expected)
{
    g_autofree char *text = canvas_row_text(canvas, y);
    g_assert_cmpstr(text, ==, expected);
}

static void puts_text_and_returns_next_column(void)
{
    struct canvas *canvas = canvas_new(20, 2);
    int x = canvas_put(canvas, 1, 0, STYLE_ROLE_TEXT, "王芳");
    g_assert_cmpint(x, ==, 5);
    x = canvas_printf(canvas, x, 0, STYLE_ROLE_DIM, " %d", 42);
    g_assert_cmpint(x, ==, 8);
    assert_row(canvas, 0, " 王芳 42");
    assert_row(canvas, 1, "");
    canvas_free(canvas);
}

static void overwriting_half_a_wide_character_blanks_the_other(void)
{
    struct canvas *canvas = canvas_new(6, 1);
    canvas_put(canvas, 0, 0, STYLE_ROLE_TEXT, "王芳李");
    canvas_put(canvas, 1, 0, STYLE_ROLE_TEXT, "x");
    assert_row(canvas, 0, " x芳李");
    canvas_put(canvas, 2, 0, STYLE_ROLE_TEXT, "y");
    assert_row(canvas, 0, " xy 李");
    /* A wide one over the halves of its neighbours. */
    canvas_put(canvas, 0, 0, STYLE_ROLE_TEXT, "王芳李");
    canvas_put(canvas, 1, 0, STYLE_ROLE_TEXT, "退");
    assert_row(canvas, 0, " 退 李");
    canvas_free(canvas);
}

static void wide_character_at_the_edge_becomes_a_space(void)
{
    struct canvas *canvas = canvas_new(5, 1);
    canvas_put(canvas, 0, 0, STYLE_ROLE_TEXT, "ab退货");
    assert_row(canvas, 0, "ab退");
    g_assert_cmphex(canvas_row(canvas, 0)[4].base, ==, ' ');
    /* Cut at the left edge of a clip as well. */
    canvas_clear(canvas);
    canvas_clip(canvas, (struct rect){1, 0, 3, 1});
    canvas_put(canvas, 0, 0, STYLE_ROLE_TEXT, "退货好");
    assert_row(canvas, 0, "  货");
    canvas_free(canvas);
}

static void clip_holds_every_drawing(void)
{
    struct canvas *canvas = canvas_new(6, 3);
    struct rect before = canvas_clip(canvas, (struct rect){1, 1, 3, 1});
    canvas_fill(canvas, (struct rect){-5, -5, 50, 50}, STYLE_ROLE_TEXT);
    canvas_hline(canvas, -3, 1, 40, STYLE_ROLE_RULE);
    canvas_vline(canvas, 0, -3, 40, STYLE_ROLE_RULE);
    canvas_put(canvas, 3, 1, STYLE_ROLE_TEXT, "long text");
    canvas_put(canvas, 0, 99, STYLE_ROLE_TEXT, "far");
    canvas_put(canvas, 0, -1, STYLE_ROLE_TEXT, "far");
    canvas_unclip(canvas, before);
    g_autofree char *text = canvas_dump_text(canvas);
    g_assert_cmpstr(text, ==, "\n ──l\n\n");
    canvas_free(canvas);
}

static void fits_text_into_columns(void)
{
    struct canvas *canvas = canvas_new(12, 3);
    canvas_fill(canvas, canvas_bounds(canvas), STYLE_ROLE_TEXT);
    canvas_put(canvas, 0, 0, STYLE_ROLE_TEXT, "............");
    canvas_put_fit(canvas, 0, 0, 10, STYLE_ROLE_TEXT, "Crystal");
    assert_row(canvas, 0, "Crystal   ..");
    canvas_put_fit(canvas, 0, 1, 6, STYLE_ROLE_TEXT, "退货政策");
    assert_row(canvas, 1, "退货…");
    canvas_put_right(canvas, 0, 2, 6, STYLE_ROLE_TEXT, "0:42");
    assert_row(canvas, 2, "  0:42");
    canvas_put_right(canvas, 0, 2, 3, STYLE_ROLE_TEXT, "12345");
    assert_row(canvas, 2, "12…:42");
    canvas_fill(canvas, canvas_bounds(canvas), STYLE_ROLE_TEXT);
    canvas_put_right(canvas, 0, 0, 6, STYLE_ROLE_RISK | STYLE_SURFACE_BAR, "0:42"); /* not under the blanks */
    g_autofree char *styles = canvas_dump_styles(canvas);
    g_assert_true(g_str_has_prefix(styles, "0: 0+2 text/bar, 2+4 risk/bar\n"));
    canvas_free(canvas);
}

static void escapes_never_reach_a_cell(void)
{
    struct canvas *canvas = canvas_new(30, 1);
    canvas_put(canvas, 0, 0, STYLE_ROLE_TEXT,
               "\x1b[2J\x1b]0;x\x07"
               "a\u202Eb\xc2\x85\r\nc");
    assert_row(canvas, 0, "]0;xab c");
    for (int x = 0; x < 30; x++)
        g_assert_cmphex(canvas_row(canvas, 0)[x].base, >=, ' ');
    canvas_free(canvas);
}

static void keeps_combining_marks(void)
{
    struct canvas *canvas = canvas_new(8, 1);
    canvas_put(canvas, 0, 0, STYLE_ROLE_TEXT, "Jose\u0301\u0302");
    assert_row(canvas, 0, "Jose\u0301\u0302");
    uint32_t points[1 + CANVAS_MAX_MARKS];
    g_assert_cmpint(canvas_cell_points(&canvas_row(canvas, 0)[3], points), ==, 3);
    g_assert_cmphex(points[2], ==, 0x302);
    /* A mark beyond the first plane survives the packing. */
    canvas_put(canvas, 0, 0, STYLE_ROLE_TEXT, "\U0001E800\U0001E8D0");
    if (canvas_cell_points(&canvas_row(canvas, 0)[0], points) == 2)
        g_assert_cmphex(points[1], ==, 0x1E8D0);
    canvas_free(canvas);
}

static void surfaces_lie_under_what_is_drawn(void)
{
    struct canvas *canvas = canvas_new(10, 2);
    canvas_put(canvas, 0, 0, STYLE_ROLE_RISK, "0:");
    canvas_put(canvas, 2, 0, STYLE_ROLE_RISK | STYLE_MARK_MATCH, "42");
    canvas_set_surface(canvas, (struct rect){0, 0, 10, 1}, STYLE_SURFACE_SELECTED);
    canvas_put(canvas, 1, 1, STYLE_ROLE_KEY, "F2");
    g_autofree char *styles = canvas_dump_styles(canvas);
    g_assert_cmpstr(styles, ==,
                    "0: 0+2 risk/selected, 2+2 risk/selected+match, 4+6 text/selected\n"
                    "1: 1+2 key\n");
    canvas_free(canvas);
}

static void box_keeps_what_is_in_it(void)
{
    struct canvas *canvas = canvas_new(6, 3);
    canvas_put(canvas, 1, 1, STYLE_ROLE_TEXT, "退货");
    canvas_box(canvas, canvas_bounds(canvas), STYLE_ROLE_RULE);
    g_autofree char *text = canvas_dump_text(canvas);
    g_assert_cmpstr(text, ==, "┌────┐\n│退货│\n└────┘\n");
    canvas_free(canvas);
}

static void equal_canvases_compare_equal(void)
{
    struct canvas *a = canvas_new(10, 3), *b = canvas_new(4, 4);
    canvas_put(a, 0, 0, STYLE_ROLE_TEXT, "e\u0301王");
    g_assert_false(canvas_equals(a, b));
    canvas_copy(b, a);
    g_assert_true(canvas_equals(a, b));
    canvas_put(b, 9, 2, STYLE_ROLE_DIM, "x");
    g_assert_false(canvas_equals(a, b));
    canvas_free(a);
    canvas_free(b);
}

static void sizes_are_clamped(void)
{
    struct canvas *canvas = canvas_new(-3, 100000);
    g_assert_cmpint(canvas_cols(canvas), ==, 0);
    g_assert_cmpint(canvas_rows(canvas), ==, CANVAS_MAX_ROWS);
    canvas_put(canvas, 0, 0, STYLE_ROLE_TEXT, "x");
    canvas_free(canvas);
    canvas_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(text_use_locale());
    g_test_add_func("/canvas/puts-text-and-returns-next-column", puts_text_and_returns_next_column);
    g_test_add_func("/canvas/overwriting-half-a-wide-character-blanks-the-other",
                    overwriting_half_a_wide_character_blanks_the_other);
    g_test_add_func("/canvas/wide-character-at-the-edge-becomes-a-space",
                    wide_character_at_the_edge_becomes_a_space);
    g_test_add_func("/canvas/clip-holds-every-drawing", clip_holds_every_drawing);
    g_test_add_func("/canvas/fits-text-into-columns", fits_text_into_columns);
    g_test_add_func("/canvas/escapes-never-reach-a-cell", escapes_never_reach_a_cell);
    g_test_add_func("/canvas/keeps-combining-marks", keeps_combining_marks);
    g_test_add_func("/canvas/surfaces-lie-under-what-is-drawn", surfaces_lie_under_what_is_drawn);
    g_test_add_func("/canvas/box-keeps-what-is-in-it", box_keeps_what_is_in_it);
    g_test_add_func("/canvas/equal-canvases-compare-equal", equal_canvases_compare_equal);
    g_test_add_func("/canvas/sizes-are-clamped", sizes_are_clamped);
    return g_test_run();
}
