/* How long approvals were waited for, to the second; and where the value stream says so. */
#include "app/measure/approval_times.h"

#include <string.h>

#include "app/measure/stream.h"
#include "tests/support/tape.h"

static void ask(struct tape *t, double second, const char *contact_id, const char *id, const char *step)
{
    g_autofree char *data = g_strdup_printf("{'script':'refund','step':'%s','ask':'?'}", step);
    struct event *ev = tape_add(t, second, EVENT_APPROVAL_REQUESTED, "ann", contact_id, data);
    g_free(ev->id);
    ev->id = g_strdup(id);
}

/* Decided after 90 s; by rule at once; refused after 30; run out after 600; taken back after 12; closed on
 * after 40. */
static struct tape *planted(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_CREATED, "integration", "1", "{'channel':'chat','queue':'shop'}");
    tape_add(t, 0, EVENT_CONTACT_CREATED, "integration", "2", "{'channel':'chat','queue':'shop'}");
    ask(t, 10, "1", "a", "lead");
    ask(t, 20, "2", "b", "lead");
    tape_add(t, 20, EVENT_APPROVAL_DECIDED, "system", "2",
             "{'approval':'b','decision':'granted','rule':true}");
    tape_add(t, 60, EVENT_APPROVAL_DELEGATED, "ben", "1", "{'approval':'a','agent':'cem'}");
    tape_add(t, 100, EVENT_APPROVAL_DECIDED, "cem", "1", "{'approval':'a','decision':'granted'}");
    tape_add(t, 101, EVENT_APPROVAL_DECIDED, "ben", "1",
             "{'approval':'a','decision':'refused'}"); /* too late */
    ask(t, 110, "1", "c", "lead");
    tape_add(t, 140, EVENT_APPROVAL_DECIDED, "ben", "1", "{'approval':'c','decision':'refused'}");
    ask(t, 150, "1", "d", "late");
    tape_add(t, 750, EVENT_APPROVAL_EXPIRED, "system", "1", "{'approval':'d'}");
    ask(t, 760, "1", "e", "late");
    tape_add(t, 772, EVENT_APPROVAL_WITHDRAWN, "ann", "1", "{'approval':'e'}");
    ask(t, 800, "1", "f", "late");
    ask(t, 800, "2", "g", "late"); /* still open at the end */
    tape_add(t, 840, EVENT_CONTACT_CLOSED, "ann", "1", "{'disposition':'d','resolved':true}");
    return t;
}

static void write_down(const struct approval_time *time, void *user_data)
{
    g_string_append_printf(user_data, "%s/%s %s%s %" G_GINT64_FORMAT "\n", time->contact, time->step,
                           approval_state_name(time->outcome), time->by_rule ? " by rule" : "",
                           time->wait_ms / 1000);
}

static void test_each_wait_has_its_seconds_and_its_end(void)
{
    struct tape *t = planted();
    g_autoptr(GString) told = g_string_new(NULL);
    g_autoptr(approval_times) times = approval_times_new(write_down, told);
    for (guint i = 0; i < t->events->len; i++) {
        approval_times_fold(times, g_ptr_array_index(t->events, i));
        approval_times_fold(times, g_ptr_array_index(t->events, i)); /* a repeat changes nothing */
    }
    g_assert_cmpstr(told->str, ==,
                    "2/lead granted by rule 0\n1/lead granted 90\n1/lead refused 30\n1/late expired 600\n"
                    "1/late withdrawn 12\n1/late withdrawn 40\n");
    tape_free(t);
}

static void test_an_answer_before_its_question_counts_nothing(void)
{
    struct tape *t = tape_new();
    g_autoptr(GString) told = g_string_new(NULL);
    g_autoptr(approval_times) times = approval_times_new(write_down, told);
    ask(t, 10, "1", "a", "lead");
    tape_add(t, 4, EVENT_APPROVAL_DECIDED, "ben", "1", "{'approval':'a','decision':'granted'}");
    tape_add(t, 20, EVENT_APPROVAL_DECIDED, "ben", "1", "{'approval':'unknown','decision':'granted'}");
    for (guint i = 0; i < t->events->len; i++)
        approval_times_fold(times, g_ptr_array_index(t->events, i));
    g_assert_cmpstr(told->str, ==, "1/lead granted 0\n");
    tape_free(t);
}

/* Only what the script granted: not what a colleague had decided before, nor a check that was passed. */
static void test_what_a_script_grants_is_told_at_once(void)
{
    struct tape *t = tape_new();
    g_autoptr(GString) told = g_string_new(NULL);
    g_autoptr(approval_times) times = approval_times_new(write_down, told);
    tape_add(t, 10, EVENT_STEP_SKIPPED, "ann", "1",
             "{'script':'refund','step':'lead','automatic':true,'rule':true,'result':'granted'}");
    tape_add(t, 11, EVENT_STEP_SKIPPED, "ann", "1",
             "{'script':'refund','step':'late','automatic':true,'result':'granted'}");
    tape_add(t, 12, EVENT_STEP_SKIPPED, "ann", "1", "{'script':'refund','step':'who','automatic':true}");
    for (guint i = 0; i < t->events->len; i++) {
        approval_times_fold(times, g_ptr_array_index(t->events, i));
        approval_times_fold(times, g_ptr_array_index(t->events, i));
    }
    g_assert_cmpstr(told->str, ==, "1/lead granted by rule 0\n");
    tape_free(t);
}

static void test_the_value_stream_has_them_as_waste(void)
{
    struct tape *t = planted();
    g_autoptr(stream) s = stream_new(TAPE_START_MS, INT64_MAX, &(struct rates){{0}, ""});
    for (guint i = 0; i < t->events->len; i++)
        stream_fold(s, g_ptr_array_index(t->events, i));
    g_autoptr(report) r = stream_answer(s);
    cJSON *json = report_to_cjson(r);
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(json, "approvals");
    g_autofree char *text = cJSON_PrintUnformatted(rows);
    g_assert_cmpstr(
        text, ==,
        "[{\"script\":\"refund\",\"step\":\"late\",\"title\":\"\",\"asked\":3,\"by_rule\":0,\"granted\":0,"
        "\"refused\":0,\"expired\":1,\"withdrawn\":2,\"mean_ms\":217333,\"total_ms\":652000},"
        "{\"script\":\"refund\",\"step\":\"lead\",\"title\":\"\",\"asked\":3,\"by_rule\":1,\"granted\":2,"
        "\"refused\":1,\"expired\":0,\"withdrawn\":0,\"mean_ms\":40000,\"total_ms\":120000}]");
    g_autofree char *savings = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(json, "savings"));
    g_assert_nonnull(strstr(
        savings, "{\"kind\":\"approval\",\"where\":\"refund/late\",\"title\":\"\",\"whose\":\"customers\","
                 "\"count\":3,\"total_ms\":652000"));
    cJSON_Delete(json);
    tape_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/approval-times/seconds", test_each_wait_has_its_seconds_and_its_end);
    g_test_add_func("/approval-times/backwards", test_an_answer_before_its_question_counts_nothing);
    g_test_add_func("/approval-times/script", test_what_a_script_grants_is_told_at_once);
    g_test_add_func("/approval-times/stream", test_the_value_stream_has_them_as_waste);
    return g_test_run();
}
