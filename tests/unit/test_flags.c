/* The flags on articles: which are listed, and how. */
#include "app/measure/flags.h"

#include <glib.h>

#include "tests/support/tape.h"

static void test_the_last_stands_first_with_its_note(void)
{
    struct tape *t = tape_new();
    tape_add(t, 1, EVENT_ARTICLE_FLAGGED, "ann", "7", "{'article':'k1','note':'five days now'}");
    tape_add(t, 2, EVENT_ARTICLE_RATED, "ann", "7", "{'article':'k1','helped':false}");
    tape_add(t, 3, EVENT_ARTICLE_FLAGGED, "ben", NULL, "{'article':'k2','note':'价格不对'}");
    tape_add(t, 90, EVENT_ARTICLE_FLAGGED, "ben", NULL, "{'article':'k2','note':'too late'}");
    g_autoptr(flags) f = flags_new(TAPE_START_MS, TAPE_START_MS + 60000);
    for (int twice = 0; twice < 2; twice++)
        for (guint i = 0; i < t->events->len; i++)
            flags_fold(f, g_ptr_array_index(t->events, i));
    g_autoptr(GPtrArray) rows = flags_rows(f);
    g_assert_null(((struct flags_row *)rows->pdata[0])->owner);
    ((struct flags_row *)rows->pdata[0])->owner = g_strdup("lina");
    ((struct flags_row *)rows->pdata[0])->title = g_strdup("退款");
    g_autofree char *text = flags_rows_to_text(rows, 0), *tsv = flags_rows_to_tsv(rows);
    g_assert_cmpstr(text, ==,
                    "article  title  owner     flagged  by   contact  what is wrong\n"
                    "k2       退款   lina   2026-11-18  ben           价格不对\n"
                    "k1                     2026-11-18  ann  7        five days now\n");
    g_assert_cmpstr(tsv, ==,
                    "article\ttitle\towner\tat\tagent\tcontact\tnote\n"
                    "k2\t退款\tlina\t2026-11-18T11:06:43.000Z\tben\t\t价格不对\n"
                    "k1\t\t\t2026-11-18T11:06:41.000Z\tann\t7\tfive days now\n");
    cJSON *json = flags_rows_to_cjson(rows);
    g_assert_cmpint(cJSON_GetArraySize(json), ==, 2);
    cJSON_Delete(json);
    tape_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/flags/the last stands first, with its note", test_the_last_stands_first_with_its_note);
    return g_test_run();
}
