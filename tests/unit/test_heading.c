/* Lines made of pieces, and the headings of panes: what is left out first when there is no room. */
#include "ui/views/heading.h"

#include <glib.h>
#include <locale.h>
#include <string.h>

#include "ui/views/format.h"
#include "ui/views/line.h"

static char *drawn(const struct heading *heading, int cols)
{
    struct canvas *canvas = canvas_new(cols, 1);
    heading_draw(canvas, (struct rect){0, 0, cols, 1}, heading);
    char *text = canvas_row_text(canvas, 0);
    canvas_free(canvas);
    return g_strchomp(text);
}

static void the_blanks_before_a_piece_are_plain(void)
{
    struct canvas *canvas = canvas_new(12, 1);
    struct line line = {0};
    line_add(&line, 1, STYLE_ROLE_TEXT | STYLE_SURFACE_BAR, "9");
    line_add(&line, 1, STYLE_ROLE_RISK | STYLE_SURFACE_BAR, "  at risk");
    g_assert_cmpint(line_draw(&line, canvas, 0, 0, 12), ==, 10);
    g_autofree char *text = canvas_row_text(canvas, 0), *styles = canvas_dump_styles(canvas);
    g_assert_cmpstr(g_strchomp(text), ==, "9  at risk");
    g_assert_cmpstr(g_strchomp(styles), ==, "0: 0+3 text/bar, 3+7 risk/bar");
    canvas_free(canvas);
}

static void two_lines_lose_the_least_of_either(void)
{
    struct line left = {0}, right = {0};
    line_add(&left, 9, STYLE_ROLE_TEXT, "Ready");
    line_add(&left, 6, STYLE_ROLE_TEXT, " yours 1");
    line_add(&right, 5, STYLE_ROLE_TEXT, "Li Na ");
    line_add(&right, 7, STYLE_ROLE_TEXT, "live");
    line_fit_both(&left, &right, 23);
    g_assert_cmpint(line_cols(&left) + line_cols(&right), ==, 23);
    line_fit_both(&left, &right, 22);
    g_assert_cmpint(line_cols(&left), ==, 13);
    g_assert_cmpint(line_cols(&right), ==, 4);
    line_fit_both(&left, &right, 12);
    g_assert_cmpint(line_cols(&left), ==, 5);
    line_fit_both(&left, &right, 0);
    g_assert_cmpint(left.count + right.count, ==, 0);
}

static void the_number_stays_before_the_intent(void)
{
    struct heading heading = {.key = "2",
                              .title = "Bartholomew Featherstonehaugh",
                              .tail = " · chat · 48213",
                              .clock_label = "talk",
                              .clock = "12:03",
                              .right = "return wrong size"};
    static const struct {
        int cols;
        const char *text;
    } rows[] = {
        {80, "─ 2 Bartholomew Featherstoneh… · chat · 48213 ─ talk 12:03 ─ return wrong size ─"},
        {58, "─ 2 Bartholomew Featherston… · chat · 48213 ─ talk 12:03 ─"},
        {40, "─ 2 Bartholomew Feathers… ─ talk 12:03 ─"},
        {30, "─ 2 Bartholomew Fea… ─ 12:03 ─"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = drawn(&heading, rows[i].cols);
        g_assert_cmpstr(text, ==, rows[i].text);
    }
}

static void a_mark_stays_before_the_intent(void)
{
    struct heading heading = {.key = "2",
                              .title = "Ann Lee",
                              .tail = " · email · 48213",
                              .clock_label = "talk",
                              .clock = "2:03",
                              .mark = "complaint · 2nd line",
                              .right = "return wrong size"};
    g_autofree char *wide = drawn(&heading, 90), *narrow = drawn(&heading, 66);
    g_assert_nonnull(strstr(wide, "─ complaint · 2nd line · return wrong size ─"));
    g_assert_nonnull(strstr(narrow, "Ann Lee · email · 48213 "));
    g_assert_nonnull(strstr(narrow, "talk 2:03 ─ complaint · 2nd line ─"));
}

/* What is late is late by a second at once; before, the last second reads 0:00. */
static void a_clock_never_says_minus_nothing(void)
{
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {{1500, "0:01"},    {999, "0:00"},     {0, "0:00"},       {-1, "-0:01"},
                {-1000, "-0:01"},  {-1001, "-0:02"},  {-59001, "-1:00"}, {-599001, "-10m"},
                {-3600000, "-1h"}, {36000000, "10h"}, {11100000, "3h05"}};
    char out[FORMAT_BYTES];
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpstr(format_left(rows[i].ms, out), ==, rows[i].text);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/heading/the-blanks-before-a-piece-are-plain", the_blanks_before_a_piece_are_plain);
    g_test_add_func("/heading/two-lines-lose-the-least-of-either", two_lines_lose_the_least_of_either);
    g_test_add_func("/heading/the-number-stays-before-the-intent", the_number_stays_before_the_intent);
    g_test_add_func("/heading/a-clock-never-says-minus-nothing", a_clock_never_says_minus_nothing);
    g_test_add_func("/heading/a-mark-stays-before-the-intent", a_mark_stays_before_the_intent);
    return g_test_run();
}
