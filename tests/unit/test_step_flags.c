/* The flags on steps of scripts: how they are counted, what was said last, and the time of their steps. */
#include "app/measure/step_flags.h"

#include <glib.h>

#include "tests/support/tape.h"

/* A contact that enters the step after 10 s and leaves it `spent` seconds later. */
static void visit(struct tape *t, double at, const char *contact, const char *step, double spent)
{
    g_autofree char *data = g_strdup_printf(
        "{'script':'s','step':'%s','class':'value','title':'Title %s','target_ms':30000}", step, step);
    g_autofree char *left = g_strdup_printf("{'script':'s','step':'%s'}", step);
    tape_add(t, at, EVENT_CONTACT_CREATED, "system", contact, "{'channel':'chat','queue':'q'}");
    tape_add(t, at, EVENT_CONTACT_ACCEPTED, "ann", contact, "{}");
    tape_add(t, at + 10, EVENT_STEP_ENTERED, "ann", contact, data);
    tape_add(t, at + 10 + spent, EVENT_STEP_LEFT, "ann", contact, left);
    tape_add(t, at + 200, EVENT_CONTACT_WRAP_STARTED, "ann", contact, "{}");
    tape_add(t, at + 200, EVENT_CONTACT_CLOSED, "ann", contact, "{'disposition':'d'}");
}

static void flag(struct tape *t, double at, const char *agent, const char *step, const char *what,
                 const char *more)
{
    g_autofree char *data =
        g_strdup_printf("{'script':'s','version':2,'step':'%s','what':'%s'%s}", step, what, more);
    tape_add(t, at, EVENT_STEP_FLAGGED, agent, NULL, data);
}

static GPtrArray *rows_of(const struct tape *t, int64_t until_s)
{
    g_autoptr(step_flags) f = step_flags_new(TAPE_START_MS, TAPE_START_MS + until_s * 1000);
    for (int twice = 0; twice < 2; twice++)
        for (guint i = 0; i < t->events->len; i++)
            step_flags_fold(f, g_ptr_array_index(t->events, i));
    return step_flags_rows(f);
}

static void test_flags_stand_beside_the_time_of_their_step(void)
{
    struct tape *t = tape_new();
    visit(t, 0, "1", "label", 20);
    visit(t, 300, "2", "label", 90);
    visit(t, 600, "3", "label", 40);
    visit(t, 900, "4", "greet", 5);
    tape_add(t, 1200, EVENT_STEP_SKIPPED, "ann", "4", "{'script':'s','step':'label','automatic':true}");
    flag(t, 1300, "ann", "label", "slow", ",'owner':'Returns','note':'waits for the printer'");
    flag(t, 1301, "ben", "label", "slow", ",'owner':'Returns'");
    flag(t, 1302, "ben", "label", "wrong", ",'owner':'Returns','note':'价格不对'");
    flag(t, 1303, "ben", "label", "other", ",'owner':'Returns'");
    flag(t, 1304, "ann", "never", "wrong", ",'title':'Never seen','note':''");
    flag(t, 9000, "ann", "label", "wrong", ",'owner':'Returns','note':'too late'");
    g_autoptr(GPtrArray) rows = rows_of(t, 5000);
    g_autofree char *text = step_flags_rows_to_text(rows, 0), *tsv = step_flags_rows_to_tsv(rows);
    g_assert_cmpstr(text, ==,
                    "owner    script  v  step   title        wrong  slow  other  visits  median  target      "
                    "  last  by   "
                    "what is said\n"
                    "         s       2  never  Never seen       1     0      0       0       -       -  "
                    "2026-11-18  ann\n"
                    "Returns  s       2  label  Title label      1     2      1       3    0:40    0:30  "
                    "2026-11-18  ben  "
                    "价格不对\n");
    g_assert_true(g_str_has_prefix(tsv, "owner\tscript\tversion\tstep\ttitle\twrong\tslow\tother\tvisits\t"
                                        "median_ms\ttarget_ms\tlast_at\tagent\tnote\n"));
    cJSON *json = step_flags_rows_to_cjson(rows);
    g_assert_cmpint(cJSON_GetArraySize(json), ==, 2);
    cJSON_Delete(json);
    tape_free(t);
}

/* The mean of the middle two; and whom nobody flagged has no row. */
static void test_the_median_of_an_even_number(void)
{
    struct tape *t = tape_new();
    visit(t, 0, "1", "label", 20);
    visit(t, 300, "2", "label", 90);
    g_autoptr(GPtrArray) none = rows_of(t, 5000);
    g_assert_cmpuint(none->len, ==, 0);
    flag(t, 1300, "ann", "label", "slow", "");
    g_autoptr(GPtrArray) rows = rows_of(t, 5000);
    const struct step_flags_row *row = g_ptr_array_index(rows, 0);
    g_assert_cmpint(row->median_ms, ==, 55000);
    g_assert_cmpint(row->visits, ==, 2);
    tape_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/step flags/stand beside the time of their step",
                    test_flags_stand_beside_the_time_of_their_step);
    g_test_add_func("/step flags/the median of an even number", test_the_median_of_an_even_number);
    return g_test_run();
}
