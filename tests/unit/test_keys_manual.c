/* The manual of keys is the table of keys. */
#include "ui/keys_manual.h"

#include <glib.h>
#include <string.h>

#include "ui/action.h"
#include "ui/keys.h"
#include "ui/queue_mark.h"

static void the_committed_page_equals_the_table(void)
{
    g_autofree char *page = NULL;
    g_autofree char *made = keys_manual_roff(FIRSTLINE_VERSION);
    g_assert_true(g_file_get_contents("docs/firstline-keys.7", &page, NULL, NULL));
    if (strcmp(page, made) != 0)
        g_error("docs/firstline-keys.7 is not of this table; please run \"make man\"");
}

static void every_key_and_its_help_stand_in_the_text(void)
{
    size_t count;
    const struct keys_row *rows = keys_rows(NULL, &count);
    g_autofree char *text = keys_manual_text(NULL);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].action == ACTION_NONE)
            continue;
        g_autofree char *label = key_label(rows[i].key);
        g_assert_nonnull(strstr(text, label));
        g_assert_nonnull(strstr(text, action_row(rows[i].action)->help));
        g_assert_nonnull(strstr(text, keys_context_title(rows[i].context)));
    }
}

static void every_mark_stands_in_the_text_and_the_page(void)
{
    g_autofree char *text = keys_manual_text(NULL), *page = keys_manual_roff("1");
    for (enum queue_mark mark = QUEUE_MARK_NONE + 1; mark < QUEUE_MARK_COUNT; mark++) {
        g_autofree char *line = g_strdup_printf("\n  %s ", queue_mark_row(mark)->sign);
        g_autofree char *tag = g_strdup_printf("\n\\fB%s\\fR\n", queue_mark_row(mark)->sign);
        g_assert_nonnull(strstr(text, line));
        g_assert_nonnull(strstr(text, queue_mark_row(mark)->help));
        g_assert_nonnull(strstr(page, tag));
        for (enum queue_mark other = QUEUE_MARK_NONE; other < mark; other++)
            g_assert_cmpstr(queue_mark_row(mark)->sign, !=, queue_mark_row(other)->sign);
    }
}

static void keys_of_one_action_share_a_line(void)
{
    g_autofree char *text = keys_manual_text(NULL);
    g_assert_nonnull(strstr(text, "\n  Down, j "));
}

static void no_line_of_the_page_is_read_as_a_request_by_mistake(void)
{
    g_autofree char *page = keys_manual_roff("1");
    g_auto(GStrv) lines = g_strsplit(page, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_assert_cmpint(**line, !=, '\'');
        if (**line == '.')
            g_assert_true(g_str_has_prefix(*line, ".\\\"") || g_str_has_prefix(*line, ".TH ") ||
                          g_str_has_prefix(*line, ".SH ") || g_str_has_prefix(*line, ".SS ") ||
                          g_str_has_prefix(*line, ".BR ") || strcmp(*line, ".TP") == 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keys_manual/the_committed_page_equals_the_table", the_committed_page_equals_the_table);
    g_test_add_func("/keys_manual/every_key_and_its_help_stand_in_the_text",
                    every_key_and_its_help_stand_in_the_text);
    g_test_add_func("/keys_manual/every_mark_stands_in_the_text_and_the_page",
                    every_mark_stands_in_the_text_and_the_page);
    g_test_add_func("/keys_manual/keys_of_one_action_share_a_line", keys_of_one_action_share_a_line);
    g_test_add_func("/keys_manual/no_line_of_the_page_is_read_as_a_request_by_mistake",
                    no_line_of_the_page_is_read_as_a_request_by_mistake);
    return g_test_run();
}
