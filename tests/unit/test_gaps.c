#include "app/measure/gaps.h"

#include <glib.h>
#include <string.h>

#include "tests/support/tape.h"

static void searched(struct tape *t, double at, const char *who, const char *query, int hits)
{
    g_autofree char *data = g_strdup_printf("{'query':'%s','hits':%d}", query, hits);
    tape_add(t, at, EVENT_SEARCH_DONE, who, "1", data);
}

static char *gaps_of(const struct tape *t)
{
    g_autoptr(gaps) g = gaps_new(TAPE_START_MS, INT64_MAX);
    for (guint i = 0; i < t->events->len; i++) {
        gaps_fold(g, g_ptr_array_index(t->events, i));
        gaps_fold(g, g_ptr_array_index(t->events, i));
    }
    g_autoptr(GPtrArray) rows = gaps_rows(g);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++) {
        const struct gaps_row *row = g_ptr_array_index(rows, i);
        g_string_append_printf(text, "%s %d %d %d\n", row->query, (int)row->nothing, (int)row->nowhere,
                               (int)row->agents);
    }
    return g_string_free(g_steal_pointer(&text), false);
}

static void test_searches_in_vain_are_listed_most_frequent_first(void)
{
    struct tape *t = tape_new();
    searched(t, 1, "ann", "gift card", 4);
    tape_add(t, 2, EVENT_ARTICLE_OPENED, "ann", "1", "{'article':'k1'}");
    searched(t, 3, "ann", "Lamp   RECALL", 0);
    searched(t, 4, "ann", "voltage", 3);
    tape_add(t, 5, EVENT_CONTACT_WRAP_STARTED, "ann", "1", "{}");
    searched(t, 6, "ben", "lamp recall", 0);
    tape_add(t, 7, EVENT_FOCUS_MOVED, "ben", "2", "{}");
    searched(t, 8, "ben", "  ", 0);
    searched(t, 9, "cat", "still looking", 2);
    g_autofree char *text = gaps_of(t);
    g_assert_cmpstr(text, ==, "lamp recall 2 0 2\nvoltage 0 1 1\n");
    tape_free(t);
}

static void test_typing_on_is_one_search(void)
{
    struct tape *t = tape_new();
    searched(t, 1, "ann", "re", 50);
    searched(t, 2, "ann", "refu", 9);
    searched(t, 3, "ann", "refund to gift", 0);
    searched(t, 4, "ann", "refund", 7);
    tape_add(t, 5, EVENT_CONTACT_CLOSED, "ann", "1", "{}");
    g_autofree char *text = gaps_of(t);
    g_assert_cmpstr(text, ==, "refund 0 1 1\n");
    tape_free(t);
}

static void test_only_the_window_counts_and_tables_come_of_it(void)
{
    struct tape *t = tape_new();
    searched(t, 1, "ann", "old", 0);
    searched(t, 10, "ann", "请求", 0);
    searched(t, 20, "ann", "late", 0);
    searched(t, 30, "ann", "x", 0);
    g_autoptr(gaps) g = gaps_new(TAPE_START_MS + 5000, TAPE_START_MS + 15000);
    for (guint i = 0; i < t->events->len; i++)
        gaps_fold(g, g_ptr_array_index(t->events, i));
    g_autoptr(GPtrArray) rows = gaps_rows(g);
    g_autofree char *text = gaps_rows_to_text(rows, 0), *tsv = gaps_rows_to_tsv(rows);
    g_assert_cmpstr(text, ==,
                    "searched for  found nothing  led nowhere  agents        last\n"
                    "请求                      1            0       1  2026-11-18\n");
    g_assert_cmpstr(tsv, ==,
                    "query\tnothing\tnowhere\tagents\tlast_at\n请求\t1\t0\t1\t2026-11-18T11:06:50.000Z\n");
    cJSON *json = gaps_rows_to_cjson(rows);
    g_assert_cmpint(cJSON_GetArraySize(json), ==, 1);
    cJSON_Delete(json);
    tape_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/gaps/searches in vain are listed, most frequent first",
                    test_searches_in_vain_are_listed_most_frequent_first);
    g_test_add_func("/gaps/typing on is one search", test_typing_on_is_one_search);
    g_test_add_func("/gaps/only the window counts, and tables come of it",
                    test_only_the_window_counts_and_tables_come_of_it);
    return g_test_run();
}
