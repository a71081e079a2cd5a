/* A short text in a long one: the same places as memmem finds. */
#include "kb/find.h"

#include <glib.h>
#include <string.h>

#define TEXTS 20000

static void draw(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        text[i] = (char)g_test_rand_int_range('a', 'd');
}

/* Every place of `what`, one after the other. The text ends where its memory does, so that a step too far is
 * seen by the sanitizers. */
static void assert_same(const char *text, size_t len, const char *what, size_t what_len)
{
    g_autofree char *exact = g_memdup2(text, len);

    for (size_t at = 0; at <= len; at++) {
        const char *expected = memmem(exact + at, len - at, what, what_len);
        const char *found = kb_find(exact + at, len - at, what, what_len);
        g_assert_true(found == expected);
        if (!expected)
            return;
        at = (size_t)(expected - exact);
    }
}

static void test_as_memmem(void)
{
    char text[100], what[8];

    for (int i = 0; i < TEXTS; i++) {
        size_t len = (size_t)g_test_rand_int_range(1, sizeof text);
        size_t what_len = (size_t)g_test_rand_int_range(1, sizeof what);
        draw(text, len);
        draw(what, what_len);
        assert_same(text, len, what, what_len);
    }
}

static void test_every_place(void)
{
    char text[80];

    for (size_t at = 0; at + 3 <= sizeof text; at++) {
        memset(text, 'x', sizeof text);
        memcpy(text + at, "\xE9-\xC3", 3);
        g_assert_true(kb_find(text, sizeof text, "\xE9-\xC3", 3) == text + at);
        g_assert_null(kb_find(text, at + 2, "\xE9-\xC3", 3));
    }
    g_assert_null(kb_find(text, 0, "x", 1));
    g_assert_null(kb_find(text, 2, "xxx", 3));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kb/find/as_memmem", test_as_memmem);
    g_test_add_func("/kb/find/every_place", test_every_place);
    return g_test_run();
}
