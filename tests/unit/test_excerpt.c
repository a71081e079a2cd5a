/* The lines of an article that a part of it is chosen by. */
#include "app/desk/excerpt.h"

#include <glib.h>

#define BODY "One.\n\n  \nTwo, 二.\nThree.\n"

static char *text_of(int from, int to)
{
    struct desk_range range = excerpt_range(BODY, from, to);
    return g_strndup(&BODY[range.start], range.end - range.start);
}

static void test_lines_are_those_that_are_not_blank(void)
{
    static const struct {
        int from, to;
        const char *text;
    } rows[] = {{0, 0, "One."},
                {1, 1, "Two, 二."},
                {0, 1, "One.\n\n  \nTwo, 二."},
                {2, 1, "Two, 二.\nThree."},
                {2, 99, "Three."},
                {99, 99, "Three."},
                {-5, 0, "One."}};
    g_assert_cmpint(excerpt_count(BODY), ==, 3);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = text_of(rows[i].from, rows[i].to);
        g_assert_cmpstr(text, ==, rows[i].text);
    }
}

static void test_a_byte_has_its_line(void)
{
    static const struct {
        size_t at;
        int line;
    } rows[] = {{0, 0}, {3, 0}, {4, 1}, {6, 1}, {9, 1}, {19, 2}, {200, 2}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(excerpt_line_at(BODY, rows[i].at), ==, rows[i].line);
}

static void test_a_body_may_have_none(void)
{
    struct desk_range range = excerpt_range(" \n\n", 0, 3);
    g_assert_cmpint(excerpt_count(""), ==, 0);
    g_assert_cmpint(excerpt_count(" \n\n"), ==, 0);
    g_assert_cmpint(excerpt_line_at("", 7), ==, 0);
    g_assert_cmpuint(range.end - range.start, ==, 0);
}

static void test_the_mark_of_a_list(void)
{
    static const struct {
        const char *line;
        size_t len;
    } rows[] = {{"· Two", 3}, {"  · Two", 5}, {"1. Two", 3}, {" 12. Two", 5}, {"Two", 0},
                {"", 0},      {"12", 0},      {"1.5 km", 0}, {"1 · two", 0},  {"·two", 0}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpuint(excerpt_mark_len(rows[i].line), ==, rows[i].len);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/excerpt/lines are those that are not blank", test_lines_are_those_that_are_not_blank);
    g_test_add_func("/excerpt/a byte has its line", test_a_byte_has_its_line);
    g_test_add_func("/excerpt/the mark of a list", test_the_mark_of_a_list);
    g_test_add_func("/excerpt/a body may have none", test_a_body_may_have_none);
    return g_test_run();
}
