#include "app/measure/aht.h"

#include <glib.h>
#include <string.h>

#include "tests/support/tape.h"

static GPtrArray *rows_of(const struct tape *t, enum aht_by by, double since, double until)
{
    g_autoptr(aht) a =
        aht_new(by, TAPE_START_MS + (int64_t)(since * 1000), TAPE_START_MS + (int64_t)(until * 1000));
    for (guint i = 0; i < t->events->len; i++) {
        aht_fold(a, g_ptr_array_index(t->events, i));
        aht_fold(a, g_ptr_array_index(t->events, i));
    }
    return aht_rows(a);
}

static const struct aht_row *row_of(const GPtrArray *rows, const char *key)
{
    for (guint i = 0; i < rows->len; i++) {
        const struct aht_row *row = g_ptr_array_index(rows, i);
        if (strcmp(row->key, key) == 0)
            return row;
    }
    g_error("no row %s", key);
}

static void created(struct tape *t, double at, const char *contact, const char *channel, const char *queue)
{
    g_autofree char *data = g_strdup_printf("{'channel':'%s','queue':'%s'}", channel, queue);
    tape_add(t, at, EVENT_CONTACT_CREATED, "customer", contact, data);
}

static void accepted(struct tape *t, double at, const char *who, const char *contact)
{
    tape_add(t, at, EVENT_CONTACT_ACCEPTED, who, contact, "{}");
    tape_add(t, at, EVENT_FOCUS_MOVED, who, contact, "{}");
}

static void wrapped(struct tape *t, double wrap, double closed, const char *who, const char *contact)
{
    tape_add(t, wrap, EVENT_CONTACT_WRAP_STARTED, who, contact, "{}");
    tape_add(t, closed, EVENT_CONTACT_CLOSED, who, contact, "{'disposition':'d','resolved':true}");
}

static void test_the_worked_example(void)
{
    struct tape *t = tape_new();
    accepted(t, 0, "ann", "A");
    accepted(t, 60, "ann", "B");
    tape_add(t, 100, EVENT_CONTACT_HELD, "ann", "B", "{}");
    tape_add(t, 130, EVENT_CONTACT_RESUMED, "ann", "B", "{}");
    tape_add(t, 150, EVENT_FOCUS_MOVED, "ann", "A", "{}");
    tape_add(t, 160, EVENT_CONTACT_ACCEPTED, "ann", "C", "{}");
    wrapped(t, 200, 230, "ann", "A");
    tape_add(t, 230, EVENT_FOCUS_MOVED, "ann", "B", "{}");
    wrapped(t, 260, 280, "ann", "B");
    tape_add(t, 280, EVENT_FOCUS_MOVED, "ann", "C", "{}");
    wrapped(t, 340, 350, "ann", "C");
    g_autoptr(GPtrArray) rows = rows_of(t, AHT_BY_ALL, 0, 1000);
    const struct aht_row *row = row_of(rows, "");
    g_assert_cmpint(row->contacts, ==, 3);
    g_assert_cmpint(row->handle_ms, ==, 640000);
    g_assert_cmpint(row->focus_ms, ==, 350000);
    g_assert_cmpfloat_with_epsilon(row->aht_ms, 213333.33, 0.01);
    tape_free(t);
}

/* Three agents, four contacts; the figures below are planted, not taken from the fold. */
static struct tape *planted_shift(void)
{
    struct tape *t = tape_new();
    created(t, 0, "1", "phone", "shop");
    created(t, 1, "2", "chat", "shop");
    created(t, 2, "3", "email", "bank");
    accepted(t, 10.250, "ann", "1");
    tape_add(t, 11, EVENT_SCRIPT_STARTED, "ann", "1", "{'script':'return','version':1}");
    tape_add(t, 11, EVENT_STEP_ENTERED, "ann", "1", "{'script':'return','step':'greet','class':'value'}");
    tape_add(t, 15.500, EVENT_STEP_LEFT, "ann", "1", "{'script':'return','step':'greet'}");
    tape_add(t, 15.500, EVENT_STEP_ENTERED, "ann", "1",
             "{'script':'return','step':'verify','class':'required'}");
    tape_add(t, 40.125, EVENT_CONTACT_HELD, "ann", "1", "{}");
    tape_add(t, 60.375, EVENT_CONTACT_RESUMED, "ann", "1", "{}");
    tape_add(t, 61, EVENT_STEP_LEFT, "ann", "1", "{'script':'return','step':'verify'}");
    tape_add(t, 61, EVENT_STEP_ENTERED, "ann", "1", "{'script':'return','step':'greet','class':'value'}");
    wrapped(t, 100, 112.777, "ann", "1");
    accepted(t, 20, "ben", "2");
    tape_add(t, 50.050, EVENT_CONTACT_TRANSFERRED, "ben", "2", "{'queue':'bank'}");
    accepted(t, 70, "cat", "2");
    tape_add(t, 75, EVENT_CONTACT_CONSULT_STARTED, "cat", "2", "{'agent':'ann'}");
    tape_add(t, 85.005, EVENT_CONTACT_CONSULT_ENDED, "cat", "2", "{}");
    wrapped(t, 95, 99.999, "cat", "2");
    accepted(t, 100, "cat", "3");
    wrapped(t, 400, 420, "cat", "3");
    return t;
}

static void test_a_planted_shift_is_found_to_the_millisecond(void)
{
    struct tape *t = planted_shift();
    g_autoptr(GPtrArray) all = rows_of(t, AHT_BY_ALL, 0, 1000);
    const struct aht_row *row = row_of(all, "");
    g_assert_cmpint(row->contacts, ==, 3);
    g_assert_cmpint(row->per_activity_ms[ACTIVITY_HOLD], ==, 20250);
    g_assert_cmpint(row->per_activity_ms[ACTIVITY_CONSULT], ==, 10005);
    g_assert_cmpint(row->per_activity_ms[ACTIVITY_ACW], ==, 12777 + 4999 + 20000);
    g_assert_cmpint(row->handle_ms, ==, 102527 + 30050 + 29999 + 320000);
    g_assert_cmpint(row->focus_ms, ==, row->handle_ms);
    tape_free(t);
}

static void test_each_way_to_split_has_its_divisor(void)
{
    struct tape *t = planted_shift();
    g_autoptr(GPtrArray) agents = rows_of(t, AHT_BY_AGENT, 0, 1000);
    g_assert_cmpuint(agents->len, ==, 3);
    g_assert_cmpint(row_of(agents, "cat")->contacts, ==, 2);
    g_assert_cmpfloat(row_of(agents, "cat")->aht_ms, ==, (29999 + 320000) / 2.0);
    g_autoptr(GPtrArray) queues = rows_of(t, AHT_BY_QUEUE, 0, 1000);
    g_assert_cmpint(row_of(queues, "shop")->handle_ms, ==, 102527 + 30050);
    g_assert_cmpint(row_of(queues, "shop")->contacts, ==, 2);
    g_assert_cmpint(row_of(queues, "bank")->handle_ms, ==, 29999 + 320000);
    g_assert_cmpint(row_of(queues, "bank")->contacts, ==, 2);
    g_autoptr(GPtrArray) channels = rows_of(t, AHT_BY_CHANNEL, 0, 1000);
    g_assert_cmpint(row_of(channels, "chat")->handle_ms, ==, 30050 + 29999);
    g_assert_cmpint(row_of(channels, "chat")->contacts, ==, 1);
    g_autoptr(GPtrArray) scripts = rows_of(t, AHT_BY_SCRIPT, 0, 1000);
    g_assert_cmpint(row_of(scripts, "return")->handle_ms, ==, 102527);
    g_assert_cmpint(row_of(scripts, "-")->contacts, ==, 2);
    g_autoptr(GPtrArray) steps = rows_of(t, AHT_BY_STEP, 0, 1000);
    g_assert_cmpuint(steps->len, ==, 2);
    g_assert_cmpint(row_of(steps, "return/greet")->contacts, ==, 2);
    g_assert_cmpint(row_of(steps, "return/greet")->handle_ms, ==, 4500 + 51777);
    g_assert_cmpint(row_of(steps, "return/verify")->handle_ms, ==, 45500);
    g_assert_cmpint(row_of(steps, "return/verify")->per_activity_ms[ACTIVITY_HOLD], ==, 20250);
    tape_free(t);
}

static void test_legs_count_when_they_end_within_the_window(void)
{
    struct tape *t = planted_shift();
    g_autoptr(GPtrArray) rows = rows_of(t, AHT_BY_ALL, 50.05, 112.777);
    g_assert_cmpint(row_of(rows, "")->contacts, ==, 1);
    g_assert_cmpint(row_of(rows, "")->handle_ms, ==, 30050 + 29999);
    g_autoptr(GPtrArray) none = rows_of(t, AHT_BY_ALL, 500, 600);
    g_assert_cmpint(row_of(none, "")->contacts, ==, 0);
    g_assert_cmpfloat(row_of(none, "")->aht_ms, ==, 0);
    tape_free(t);
}

static void test_rows_go_to_json_and_back(void)
{
    struct tape *t = planted_shift();
    g_autoptr(GPtrArray) rows = rows_of(t, AHT_BY_AGENT, 0, 1000);
    cJSON *json = aht_rows_to_cjson(AHT_BY_AGENT, rows);
    enum aht_by by;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) back = aht_rows_from_cjson(json, &by, &error);
    g_assert_no_error(error);
    g_assert_cmpint(by, ==, AHT_BY_AGENT);
    g_autofree char *first = aht_rows_to_tsv(by, rows), *second = aht_rows_to_tsv(by, back);
    g_assert_cmpstr(first, ==, second);
    cJSON_Delete(json);
    tape_free(t);
}

static void test_what_is_no_report_is_refused(void)
{
    static const struct {
        const char *json, *sentence;
    } bad[] = {
        {"{}", "The answer is no AHT report: it needs \"by\" and \"rows\"."},
        {"{\"by\":\"moon\",\"rows\":[]}", "The answer is no AHT report: it needs \"by\" and \"rows\"."},
        {"{\"by\":\"all\",\"rows\":[{\"key\":\"\"}]}", "Row 1 of the AHT report lacks a key or a number."},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        cJSON *json = cJSON_Parse(bad[i].json);
        enum aht_by by;
        g_autoptr(GError) error = NULL;
        g_assert_null(aht_rows_from_cjson(json, &by, &error));
        g_assert_cmpstr(error->message, ==, bad[i].sentence);
        cJSON_Delete(json);
    }
}

static void test_text_and_tsv_read_well(void)
{
    struct tape *t = tape_new();
    created(t, 0, "1", "chat", "客服");
    accepted(t, 0, "ann", "1");
    wrapped(t, 3600, 3661, "ann", "1");
    created(t, 0, "2", "chat", "shop");
    accepted(t, 4000, "ann", "2");
    wrapped(t, 4059.6, 4069, "ann", "2");
    g_autoptr(GPtrArray) rows = rows_of(t, AHT_BY_QUEUE, 0, 10000);
    g_autofree char *text = aht_rows_to_text(AHT_BY_QUEUE, rows, 0);
    g_assert_cmpstr(
        text, ==,
        "queue  contacts      AHT   in all     talk  aside  hold  consult   acw    focus\n"
        "shop          1     1:09     1:09     1:00   0:00  0:00     0:00  0:09     1:09\n"
        "客服          1  1:01:01  1:01:01  1:00:00   0:00  0:00     0:00  1:01  1:01:01\n"
        "AHT = (talk + aside + hold + consult + acw) / contacts handled; focus beside it; means but for "
        "\"in all\".\n"
        "A contact that several had counts for each of them, so contacts do not add up.\n");
    g_autofree char *tsv = aht_rows_to_tsv(AHT_BY_QUEUE, rows);
    g_assert_cmpstr(
        tsv, ==,
        "key\tcontacts\taht_ms\thandle_ms\ttalk_ms\taside_ms\thold_ms\tconsult_ms\tacw_ms\tfocus_ms\n"
        "shop\t1\t69000.0\t69000\t59600\t0\t0\t0\t9400\t69000\n"
        "客服\t1\t3661000.0\t3661000\t3600000\t0\t0\t0\t61000\t3661000\n");
    tape_free(t);
}

/* Of nothing there is no average, and 0:00 would be the best of all. */
static void test_of_nothing_there_is_no_average(void)
{
    struct tape *t = tape_new();
    g_autoptr(GPtrArray) whole = rows_of(t, AHT_BY_ALL, 0, 1000);
    g_autofree char *text = aht_rows_to_text(AHT_BY_ALL, whole, 0);
    g_assert_true(g_str_has_prefix(text,
                                   "all  contacts  AHT  in all  talk  aside  hold  consult  acw  focus\n"
                                   "all         0    -    0:00     -      -     -        -    -      -\n"));
    cJSON *json = aht_rows_to_cjson(AHT_BY_ALL, whole);
    const cJSON *row = cJSON_GetObjectItemCaseSensitive(json, "rows")->child;
    g_assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(row, "aht_ms")));
    cJSON_Delete(json);
    g_autoptr(GPtrArray) none = rows_of(t, AHT_BY_QUEUE, 0, 1000);
    g_autofree char *sentence = aht_rows_to_text(AHT_BY_QUEUE, none, 0);
    g_assert_cmpstr(sentence, ==, "No leg ended in this time.\n");
    tape_free(t);
}

/* An imported step's id tells nobody anything; two versions of one may call it differently. */
static void test_a_step_is_called_by_its_title(void)
{
    struct tape *t = tape_new();
    accepted(t, 0, "ann", "1");
    tape_add(t, 0, EVENT_STEP_ENTERED, "ann", "1", "{'script':'late','step':'q4-1','title':'Ask them'}");
    tape_add(t, 10, EVENT_STEP_ENTERED, "ann", "1", "{'script':'late','step':'q4-1','title':'Ask why'}");
    tape_add(t, 30, EVENT_STEP_ENTERED, "ann", "1", "{'script':'late','step':'end'}");
    wrapped(t, 40, 50, "ann", "1");
    g_autoptr(GPtrArray) rows = rows_of(t, AHT_BY_STEP, 0, 1000);
    g_autofree char *text = aht_rows_to_text(AHT_BY_STEP, rows, 0);
    g_assert_true(g_str_has_prefix(
        text, "step       title    entered  mean  in all  talk  aside  hold  consult   acw  focus\n"
              "late/end                  1  0:20    0:20  0:10   0:00  0:00     0:00  0:10   0:20\n"
              "late/q4-1  Ask why        2  0:15    0:30  0:15   0:00  0:00     0:00  0:00   0:15\n"));
    g_autofree char *narrow = aht_rows_to_text(AHT_BY_STEP, rows, 50); /* what the mean is of goes last */
    g_assert_true(g_str_has_prefix(narrow, "step       title    entered  mean  in all  focus\n"
                                           "late/end                  1  0:20    0:20   0:20\n"));
    g_assert_nonnull(strstr(narrow, "\nLeft out for want of width: consult, hold, acw, aside, talk.\n"));
    cJSON *json = aht_rows_to_cjson(AHT_BY_STEP, rows);
    enum aht_by by;
    g_autoptr(GPtrArray) back = aht_rows_from_cjson(json, &by, NULL);
    g_autofree char *tsv = aht_rows_to_tsv(by, back);
    g_assert_true(g_str_has_prefix(tsv, "key\ttitle\tcontacts\t"));
    g_assert_nonnull(strstr(tsv, "\nlate/q4-1\tAsk why\t2\t15000.0\t30000\t"));
    cJSON_Delete(json);
    tape_free(t);
}

static void test_names_of_the_splits(void)
{
    for (int i = 0; i < AHT_BY_COUNT; i++) {
        enum aht_by by;
        g_assert_true(aht_by_parse(aht_by_name((enum aht_by)i), &by));
        g_assert_cmpint((int)by, ==, i);
    }
    enum aht_by by;
    g_assert_false(aht_by_parse("moon", &by));
    g_assert_false(aht_by_parse(NULL, &by));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/aht/the worked example", test_the_worked_example);
    g_test_add_func("/aht/a planted shift is found to the millisecond",
                    test_a_planted_shift_is_found_to_the_millisecond);
    g_test_add_func("/aht/each way to split has its divisor", test_each_way_to_split_has_its_divisor);
    g_test_add_func("/aht/legs count when they end within the window",
                    test_legs_count_when_they_end_within_the_window);
    g_test_add_func("/aht/rows go to JSON and back", test_rows_go_to_json_and_back);
    g_test_add_func("/aht/what is no report is refused", test_what_is_no_report_is_refused);
    g_test_add_func("/aht/text and TSV read well", test_text_and_tsv_read_well);
    g_test_add_func("/aht/of nothing there is no average", test_of_nothing_there_is_no_average);
    g_test_add_func("/aht/a step is called by its title", test_a_step_is_called_by_its_title);
    g_test_add_func("/aht/names of the splits", test_names_of_the_splits);
    return g_test_run();
}
