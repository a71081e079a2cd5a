#include "app/measure/steps.h"

#include <glib.h>
#include <string.h>

#include "app/measure/intervals.h"
#include "tests/support/tape.h"

static struct tape *one_contact(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_CREATED, "customer", "1", "{'channel':'chat','queue':'shop'}");
    tape_add(t, 1, EVENT_CONTACT_OFFERED, "system", "1", "{'agent':'ann','until_ms':1}");
    tape_add(t, 4, EVENT_CONTACT_ACCEPTED, "ann", "1", "{}");
    tape_add(t, 4, EVENT_FOCUS_MOVED, "ann", "1", "{}");
    tape_add(t, 5, EVENT_MESSAGE_RECEIVED, "customer", "1", "{'text':'Where is it?\\nBye'}");
    tape_add(t, 6, EVENT_CUSTOMER_TYPING, "customer", "1", "{}");
    tape_add(t, 9, EVENT_STEP_ENTERED, "ann", "1",
             "{'script':'late','step':'ask','title':'Ask them','class':'value'}");
    tape_add(t, 20, EVENT_FOCUS_MOVED, "ann", "2", "{}");
    tape_add(t, 21, EVENT_CONTACT_HELD, "cid", "2", "{}");
    tape_add(t, 25, EVENT_FOCUS_MOVED, "ann", "1", "{}");
    tape_add(t, 30, EVENT_CONTACT_HELD, "ann", "1", "{'reason':'asks'}");
    tape_add(t, 40, EVENT_CONTACT_RESUMED, "ann", "1", "{}");
    tape_add(t, 50, EVENT_CONTACT_PARKED, "ann", "1", "{'until_ms':1}");
    tape_add(t, 110, EVENT_CONTACT_UNPARKED, "system", "1", "{'reason':'it is time'}");
    tape_add(t, 112, EVENT_CONTACT_ACCEPTED, "ann", "1", "{}");
    tape_add(t, 112, EVENT_FOCUS_MOVED, "ann", "1", "{}");
    tape_add(t, 115, EVENT_STEP_LEFT, "ann", "1", "{'script':'late','step':'ask','result':'fail'}");
    tape_add(t, 120, EVENT_CONTACT_WRAP_STARTED, "ann", "1", "{}");
    tape_add(t, 125, EVENT_CONTACT_CLOSED, "ann", "1", "{'disposition':'sent','resolved':true}");
    return t;
}

static struct steps *steps_of(const struct tape *t)
{
    struct steps *s = steps_new("1");
    for (guint i = 0; i < t->events->len; i++) {
        steps_fold(s, g_ptr_array_index(t->events, i));
        steps_fold(s, g_ptr_array_index(t->events, i));
    }
    return s;
}

static void test_timeline_reads_like_a_story(void)
{
    struct tape *t = one_contact();
    g_autoptr(steps) s = steps_of(t);
    g_autoptr(GString) text = g_string_new(NULL);
    const GPtrArray *rows = steps_rows(s);
    for (guint i = 0; i < rows->len; i++) {
        const struct steps_row *row = g_ptr_array_index(rows, i);
        g_string_append_printf(text, "%d %s %s: %s\n", (int)(row->duration_ms / 1000), row->actor,
                               row->activity, row->what);
    }
    g_assert_cmpstr(text->str, ==,
                    "1 customer queued: arrived by chat in shop\n"
                    "3 system offered: offered to ann\n"
                    "0 ann aside: accepted\n"
                    "1 ann talk: looked at it\n"
                    "4 customer talk: wrote: Where is it?…\n"
                    "11 ann talk: entered step ask: Ask them (value)\n"
                    "5 ann aside: looked at contact 2\n"
                    "5 ann talk: looked at it\n"
                    "10 ann hold: held: asks\n"
                    "10 ann talk: resumed\n"
                    "60 ann parked: parked\n"
                    "2 system queued: unparked: it is time\n"
                    "0 ann aside: accepted\n"
                    "3 ann talk: looked at it\n"
                    "5 ann talk: left step ask: fail\n"
                    "5 ann acw: began to wrap up\n"
                    "0 ann over: closed: sent\n");
    tape_free(t);
}

static void add_up(const struct interval *i, void *user_data)
{
    if (strcmp(i->contact, "1") == 0)
        ((int64_t *)user_data)[i->activity] += i->duration_ms;
}

static void test_timeline_and_intervals_agree(void)
{
    struct tape *t = one_contact();
    g_autoptr(steps) s = steps_of(t);
    int64_t expected[ACTIVITY_COUNT] = {0};
    g_autoptr(intervals) in = intervals_new(add_up, expected);
    for (guint i = 0; i < t->events->len; i++)
        intervals_fold(in, g_ptr_array_index(t->events, i));
    const GPtrArray *rows = steps_rows(s);
    for (int a = 0; a < ACTIVITY_COUNT; a++) {
        int64_t sum = 0;
        for (guint i = 0; i < rows->len; i++) {
            const struct steps_row *row = g_ptr_array_index(rows, i);
            sum += strcmp(row->activity, activity_name((enum activity)a)) == 0 ? row->duration_ms : 0;
        }
        g_assert_cmpint(sum, ==, expected[a]);
    }
    tape_free(t);
}

static void test_table_json_and_tsv(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_CREATED, "customer", "1", "{'channel':'chat','queue':'a\\tb\\u001b'}");
    tape_add(t, 65, EVENT_CONTACT_ABANDONED, "customer", "1", "{}");
    g_autoptr(steps) s = steps_of(t);
    g_autofree char *text = steps_to_text(s);
    g_assert_cmpstr(text, ==,
                    "Begun on 2026-11-18.\n\n"
                    "at (UTC)   for  who       doing   what\n"
                    "11:06:40  1:05  customer  queued  arrived by chat in a b\n"
                    "11:07:45  0:00  customer  over    abandoned\n");
    g_autofree char *tsv = steps_to_tsv(s);
    g_assert_true(g_str_has_prefix(tsv, "at\tduration_ms\tactor\tactivity\twhat\tkind\n2026-11-18T"));
    g_assert_nonnull(strstr(tsv, "\tqueued\tarrived by chat in a b \tcontact.created\n"));
    cJSON *json = steps_to_cjson(s);
    const cJSON *row = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "rows"), 0);
    g_assert_cmpint(cJSON_GetObjectItem(row, "duration_ms")->valueint, ==, 65000);
    g_assert_cmpstr(cJSON_GetStringValue(cJSON_GetObjectItem(row, "kind")), ==, "contact.created");
    cJSON_Delete(json);
    tape_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/steps/a timeline reads like a story", test_timeline_reads_like_a_story);
    g_test_add_func("/steps/timeline and intervals agree", test_timeline_and_intervals_agree);
    g_test_add_func("/steps/table, JSON and TSV", test_table_json_and_tsv);
    return g_test_run();
}
