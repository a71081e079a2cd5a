/* Golden screens. */
#include "tests/support/screen.h"

#include <glib.h>
#include <string.h>

#define GOLDEN_FOLDER "tests/screen/golden"

static char *render(const struct canvas *canvas)
{
    g_autofree char *text = canvas_dump_text(canvas), *styles = canvas_dump_styles(canvas);
    return g_strconcat(text, "---- styles\n", styles, NULL);
}

static void write_golden(const char *path, const char *content)
{
    g_autoptr(GError) error = NULL;
    g_mkdir_with_parents(GOLDEN_FOLDER, 0755);
    if (!g_file_set_contents(path, content, -1, &error))
        g_error("%s", error->message);
    g_test_message("wrote %s", path);
}

static void print_difference(const char *path, const char *expected, const char *actual)
{
    g_auto(GStrv) wanted = g_strsplit(expected, "\n", -1), got = g_strsplit(actual, "\n", -1);
    guint wanted_count = g_strv_length(wanted), got_count = g_strv_length(got);
    g_printerr("# %s differs (- wanted, + drawn):\n", path);
    for (guint i = 0; i < MAX(wanted_count, got_count); i++) {
        const char *left = i < wanted_count ? wanted[i] : NULL, *right = i < got_count ? got[i] : NULL;
        if (g_strcmp0(left, right) == 0)
            continue;
        if (left)
            g_printerr("# %3u - %s\n", i, left);
        if (right)
            g_printerr("# %3u + %s\n", i, right);
    }
}

void screen_assert_golden(const struct canvas *canvas, const char *name)
{
    g_autofree char *path = g_strdup_printf(GOLDEN_FOLDER "/%s.txt", name);
    g_autofree char *actual = render(canvas), *expected = NULL;
    if (g_strcmp0(g_getenv("GOLDEN_WRITE"), "1") == 0) {
        write_golden(path, actual);
        return;
    }
    if (!g_file_get_contents(path, &expected, NULL, NULL)) {
        g_printerr("# %s is missing; look at the screen and write it with `make golden`:\n%s", path, actual);
        g_test_fail();
        return;
    }
    if (strcmp(expected, actual) != 0) {
        print_difference(path, expected, actual);
        g_test_fail();
    }
}
