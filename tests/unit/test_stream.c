#include "app/measure/stream.h"

#include <glib.h>
#include <string.h>

#include "app/measure/quality.h"
#include "tests/support/tape.h"

/* Waits 20 s, on offer 5 s; a step of 30 s against 10, entered again for 15 s; a hold of 7 s; verified twice
 * in a check of 12 s and one of 9 s; transferred, 4 s until the next step; a value typed twice. */
static struct tape *planted(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_CREATED, "integration", "1", "{'channel':'phone','queue':'shop'}");
    tape_add(t, 20, EVENT_CONTACT_OFFERED, "system", "1", "{'agent':'ann','until_ms':1}");
    tape_add(t, 25, EVENT_CONTACT_ACCEPTED, "ann", "1", "{}");
    tape_add(t, 25, EVENT_SCRIPT_STARTED, "ann", "1", "{'script':'s','version':1}");
    tape_add(t, 25, EVENT_STEP_ENTERED, "ann", "1",
             "{'script':'s','step':'check','title':'Who it is','class':'required'}");
    tape_add(t, 36, EVENT_CUSTOMER_VERIFIED, "ann", "1", "{'customer':'c','method':'m'}");
    tape_add(t, 37, EVENT_STEP_LEFT, "ann", "1", "{'script':'s','step':'check'}");
    tape_add(t, 37, EVENT_STEP_ENTERED, "ann", "1",
             "{'script':'s','step':'item','title':'哪一件','class':'value','target_ms':10000}");
    tape_add(t, 40, EVENT_STEP_ANSWERED, "ann", "1",
             "{'script':'s','step':'item','field':'f','value':'7','source':'agent'}");
    tape_add(t, 50, EVENT_CONTACT_HELD, "ann", "1", "{}");
    tape_add(t, 57, EVENT_CONTACT_RESUMED, "ann", "1", "{}");
    tape_add(t, 74, EVENT_STEP_LEFT, "ann", "1", "{'script':'s','step':'item'}");
    tape_add(t, 74, EVENT_CONTACT_TRANSFERRED, "ann", "1", "{'queue':'bank'}");
    tape_add(t, 80, EVENT_CONTACT_ACCEPTED, "ben", "1", "{}");
    tape_add(t, 84, EVENT_STEP_ENTERED, "ben", "1",
             "{'script':'s','step':'check','title':'Who it is','class':'required'}");
    tape_add(t, 92, EVENT_CUSTOMER_VERIFIED, "ben", "1", "{'customer':'c','method':'m'}");
    tape_add(t, 93, EVENT_STEP_LEFT, "ben", "1", "{'script':'s','step':'check'}");
    tape_add(t, 93, EVENT_STEP_ENTERED, "ben", "1",
             "{'script':'s','step':'item','title':'哪一件','class':'value','target_ms':10000}");
    tape_add(t, 95, EVENT_STEP_ANSWERED, "ben", "1",
             "{'script':'s','step':'item','field':'f','value':'7','source':'agent'}");
    tape_add(t, 108, EVENT_STEP_LEFT, "ben", "1", "{'script':'s','step':'item'}");
    tape_add(t, 108, EVENT_CONTACT_WRAP_STARTED, "ben", "1", "{}");
    tape_add(t, 110, EVENT_CONTACT_CLOSED, "ben", "1", "{'disposition':'d','resolved':true}");
    return t;
}

static struct report *answer_of(const struct tape *t)
{
    g_autoptr(stream) s = stream_new(TAPE_START_MS, INT64_MAX, &(struct rates){{0}, ""});
    for (guint i = 0; i < t->events->len; i++) {
        stream_fold(s, g_ptr_array_index(t->events, i));
        stream_fold(s, g_ptr_array_index(t->events, i));
    }
    return stream_answer(s);
}

static void test_time_is_found_where_it_went(void)
{
    struct tape *t = planted();
    g_autoptr(report) r = answer_of(t);
    g_assert_cmpstr(report_lines(r, "folded"), ==,
                    "contact;value;s;item 45000\n"
                    "contact;waiting;queue 26000\n"
                    "contact;required;s;check 21000\n"
                    "contact;waste;waiting;s;on hold 7000\n"
                    "contact;waiting;offer 5000\n"
                    "contact;no step;no script 4000\n"
                    "contact;acw;after-contact work 2000\n");
    tape_free(t);
}

/* All of it is the contact's life: nothing is left out and nothing counted twice. */
static void test_the_stacks_add_up_to_the_life_of_the_contact(void)
{
    struct tape *t = planted();
    g_autoptr(report) r = answer_of(t);
    g_auto(GStrv) lines = g_strsplit(report_lines(r, "folded"), "\n", -1);
    gint64 sum_ms = 0;
    for (size_t i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
        sum_ms += g_ascii_strtoll(strrchr(lines[i], ' ') + 1, NULL, 10);
    g_assert_cmpint(sum_ms, ==, 110000);
    tape_free(t);
}

static void expect_saving(const cJSON *savings, int place, const char *kind, const char *where, int ms)
{
    const cJSON *row = cJSON_GetArrayItem(savings, place);
    g_assert_cmpstr(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "kind")), ==, kind);
    g_assert_cmpstr(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "where")), ==, where);
    g_assert_cmpint((int)cJSON_GetObjectItemCaseSensitive(row, "total_ms")->valuedouble, ==, ms);
}

static void test_the_savings_are_those_that_were_planted(void)
{
    struct tape *t = planted();
    g_autoptr(report) r = answer_of(t);
    cJSON *json = report_to_cjson(r);
    const cJSON *savings = cJSON_GetObjectItemCaseSensitive(json, "savings");
    expect_saving(savings, 0, "beyond target", "s/item", 25000);
    expect_saving(savings, 1, "re-entry", "s/item", 22500); /* one of two answers */
    expect_saving(savings, 2, "rework", "s/item", 15000);
    expect_saving(savings, 3, "re-verification", "s/check", 9000);
    expect_saving(savings, 4, "rework", "s/check", 9000);
    expect_saving(savings, 5, "waiting", "s/on hold", 7000);
    expect_saving(savings, 6, "handover", "until work goes on", 4000);
    expect_saving(savings, 7, "waiting", "queue", 26000); /* the customer's own comes last */
    expect_saving(savings, 8, "waiting", "offer", 5000);
    const cJSON *kinds = cJSON_GetObjectItemCaseSensitive(json, "kinds"),
                *rework = cJSON_GetArrayItem(kinds, 1);
    g_assert_cmpstr(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(rework, "kind")), ==, "rework");
    g_assert_cmpint((int)cJSON_GetObjectItemCaseSensitive(rework, "total_ms")->valuedouble, ==, 24000);
    g_assert_cmpint((int)cJSON_GetObjectItemCaseSensitive(rework, "count")->valuedouble, ==, 2);
    cJSON_Delete(json);
    g_autofree char *text = report_to_text(r, true);
    g_assert_nonnull(strstr(text, "████████████████████████"));
    g_assert_nonnull(strstr(text, "rework = time in a step from the second time on"));
    tape_free(t);
}

static const cJSON *row_of(const cJSON *rows, const char *step)
{
    const cJSON *row = rows->child;
    while (strcmp(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "step")), step) != 0)
        row = row->next;
    return row;
}

static const char *text_of(const cJSON *row, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, name));
}

/* On 80 columns what people can do without is left out, and said to be. */
static void test_a_narrow_terminal_gets_what_matters(void)
{
    struct tape *t = planted();
    g_autoptr(report) r = answer_of(t);
    g_autofree char *whole = report_to_text(r, false);
    g_assert_null(strstr(whole, "Left out"));
    report_fit(r, 80);
    g_autofree char *narrow = report_to_text(r, false);
    g_auto(GStrv) lines = g_strsplit(narrow, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++) {
        if (strstr(lines[i], "0:") != NULL) /* a row */
            g_assert_cmpint(g_utf8_strlen(lines[i], -1), <=, 80);
    }
    g_assert_nonnull(strstr(narrow, "哪一件"));
    g_assert_nonnull(strstr(narrow, "Left out for want of width: step, again, target"));
    tape_free(t);
}

/* An imported step's id tells nobody anything, and what happened is counted beside how long it took. */
static void test_a_saving_says_what_its_step_is_called_and_how_often(void)
{
    struct tape *t = planted();
    g_autoptr(report) r = answer_of(t);
    cJSON *json = report_to_cjson(r);
    const cJSON *savings = cJSON_GetObjectItemCaseSensitive(json, "savings");
    static const struct {
        int place, count;
        const char *title;
    } expected[] = {{0, 2, "哪一件"}, {3, 1, "Who it is"}, {4, 1, "Who it is"}, {5, 1, ""}, {7, 2, ""}};
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        const cJSON *row = cJSON_GetArrayItem(savings, expected[i].place);
        g_assert_cmpstr(text_of(row, "title"), ==, expected[i].title);
        g_assert_cmpint((int)cJSON_GetObjectItemCaseSensitive(row, "count")->valuedouble, ==,
                        expected[i].count);
    }
    g_assert_cmpstr(text_of(row_of(cJSON_GetObjectItemCaseSensitive(json, "rows"), "item"), "title"), ==,
                    "哪一件");
    cJSON_Delete(json);
    tape_free(t);
}

/* What is no step is not entered, and has no target. */
static void test_only_steps_are_entered(void)
{
    struct tape *t = planted();
    g_autoptr(report) r = answer_of(t);
    cJSON *json = report_to_cjson(r);
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(json, "rows");
    const cJSON *check = row_of(rows, "check"), *none = row_of(rows, "no script");
    g_assert_cmpint((int)cJSON_GetObjectItemCaseSensitive(check, "entered")->valuedouble, ==, 2);
    g_assert_cmpint((int)cJSON_GetObjectItemCaseSensitive(check, "mean_ms")->valuedouble, ==, 10500);
    g_assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(check, "target_ms")));
    g_assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(none, "entered")));
    g_assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(none, "mean_ms")));
    cJSON_Delete(json);
    tape_free(t);
}

/* A call at a cent a second under the focus from accept to end, a hold within; a chat that is never looked
 * at. */
static struct tape *costed(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_CREATED, "integration", "1", "{'channel':'phone','queue':'shop'}");
    tape_add(t, 1, EVENT_CONTACT_CREATED, "integration", "2", "{'channel':'chat','queue':'shop'}");
    tape_add(t, 25, EVENT_CONTACT_ACCEPTED, "ann", "1", "{}");
    tape_add(t, 25, EVENT_FOCUS_MOVED, "ann", "1", "{}");
    tape_add(t, 25, EVENT_STEP_ENTERED, "ann", "1", "{'script':'s','step':'check','class':'required'}");
    tape_add(t, 30, EVENT_CONTACT_ACCEPTED, "ann", "2", "{}");
    tape_add(t, 37, EVENT_STEP_LEFT, "ann", "1", "{'script':'s','step':'check'}");
    tape_add(t, 37, EVENT_STEP_ENTERED, "ann", "1",
             "{'script':'s','step':'item','class':'value','target_ms':10000}");
    tape_add(t, 50, EVENT_CONTACT_HELD, "ann", "1", "{}");
    tape_add(t, 57, EVENT_CONTACT_RESUMED, "ann", "1", "{}");
    tape_add(t, 74, EVENT_STEP_LEFT, "ann", "1", "{'script':'s','step':'item'}");
    tape_add(t, 74, EVENT_CONTACT_WRAP_STARTED, "ann", "1", "{}");
    tape_add(t, 84, EVENT_CONTACT_CLOSED, "ann", "1", "{'disposition':'d','resolved':true}");
    tape_add(t, 90, EVENT_CONTACT_CLOSED, "ann", "2", "{'disposition':'d','resolved':true}");
    return t;
}

static struct report *costs_of(const struct tape *t, const struct rates *rates)
{
    g_autoptr(stream) s = stream_new(TAPE_START_MS, INT64_MAX, rates);
    for (guint i = 0; i < t->events->len; i++)
        stream_fold(s, g_ptr_array_index(t->events, i));
    return stream_answer(s);
}

/* The cost of the first row of which a member has the value; -1: not known. */
static int cost_of(const cJSON *json, const char *name, const char *member, const char *value)
{
    const cJSON *row;
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(json, name)) {
        const cJSON *cost = cJSON_GetObjectItemCaseSensitive(row, "cost_minor");
        if (g_strcmp0(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, member)), value) == 0)
            return cJSON_IsNumber(cost) ? cost->valueint : -1;
    }
    g_error("no row of %s has %s %s", name, member, value);
}

static void test_focus_time_is_costed_by_the_channels_rate(void)
{
    struct tape *t = costed();
    g_autoptr(report) r =
        costs_of(t, &(struct rates){{[CHANNEL_PHONE] = 3600, [CHANNEL_CHAT] = 360000}, "EUR"});
    cJSON *json = report_to_cjson(r);
    g_assert_cmpint(cost_of(json, "rows", "step", "check"), ==, 12);
    g_assert_cmpint(cost_of(json, "rows", "step", "item"), ==, 30);
    g_assert_cmpint(cost_of(json, "rows", "step", "on hold"), ==, 7);
    g_assert_cmpint(cost_of(json, "rows", "step", "after-contact work"), ==, 10);
    g_assert_cmpint(cost_of(json, "rows", "step", "no script"), ==, 0); /* the chat, aside all the time */
    g_assert_cmpint(cost_of(json, "rows", "step", "queue"), ==, -1);
    g_assert_cmpint(cost_of(json, "classes", "class", "required"), ==, 12);
    g_assert_cmpint(cost_of(json, "savings", "kind", "beyond target"), ==, 20);
    g_assert_cmpint(cost_of(json, "savings", "where", "queue"), ==, -1);
    g_assert_cmpint(cost_of(json, "kinds", "kind", "waiting"), ==, 7);
    cJSON_Delete(json);
    g_autofree char *text = report_to_text(r, true);
    g_assert_nonnull(strstr(text, "Costs are agents' focus time by the channels' rates, in EUR."));
    g_assert_nonnull(strstr(text, " 0.30 "));
    g_autoptr(report) unrated = costs_of(t, &(struct rates){{0}, ""});
    json = report_to_cjson(unrated);
    g_assert_cmpint(cost_of(json, "rows", "step", "item"), ==, -1);
    g_assert_cmpint(cost_of(json, "savings", "kind", "beyond target"), ==, -1);
    cJSON_Delete(json);
    g_autofree char *plain = report_to_text(unrated, false);
    g_assert_null(strstr(plain, "Costs are"));
    tape_free(t);
}

/* Reports read the log without its texts; a value's hash says as well that it was typed before. */
static void test_values_are_known_by_their_hash(void)
{
    struct tape *t = planted();
    for (guint i = 0; i < t->events->len; i++) {
        struct event *ev = g_ptr_array_index(t->events, i);
        if (ev->kind != EVENT_STEP_ANSWERED)
            continue;
        event_set_text(ev, "value", NULL);
        event_set_text(ev, "hash", "5f");
    }
    g_autoptr(report) r = answer_of(t);
    cJSON *json = report_to_cjson(r);
    expect_saving(cJSON_GetObjectItemCaseSensitive(json, "savings"), 1, "re-entry", "s/item", 22500);
    cJSON_Delete(json);
    tape_free(t);
}

/* --- the quality of the log --- */

static void count_all(const struct tape *t, double now, int64_t counts[QUALITY_COUNTS])
{
    g_autoptr(quality) q = quality_new(0, INT64_MAX);
    for (guint i = 0; i < t->events->len; i++)
        quality_fold(q, g_ptr_array_index(t->events, i));
    quality_counts(q, TAPE_START_MS + (int64_t)(now * 1000), counts);
}

static void test_a_sound_log_has_nothing_amiss(void)
{
    struct tape *t = planted();
    int64_t counts[QUALITY_COUNTS];
    count_all(t, 1000000, counts);
    g_assert_cmpint(counts[QUALITY_EVENTS], ==, t->events->len);
    for (int i = QUALITY_EVENTS + 1; i < QUALITY_COUNTS; i++)
        g_assert_cmpint(counts[i], ==, 0);
    tape_free(t);
}

static void test_what_is_amiss_is_counted(void)
{
    struct tape *t = tape_new();
    int64_t counts[QUALITY_COUNTS];
    tape_add(t, 0, EVENT_CONTACT_CREATED, "integration", "1", "{'channel':'phone','queue':'shop'}");
    tape_add(t, 1, EVENT_CONTACT_HELD, "ann", "1", "{}"); /* nobody has it */
    tape_add(t, 5, EVENT_CONTACT_ACCEPTED, "ann", "1", "{}");
    tape_add(t, 6, EVENT_STEP_ENTERED, "ann", "1", "{'script':'s','step':'a','class':'value'}");
    tape_add(t, 9, EVENT_CONTACT_ACCEPTED, "ben", "1", "{}"); /* took it from her */
    t->clock_shift_ms = -10000;
    tape_add(t, 12, EVENT_CONTACT_WRAP_STARTED, "ben", "1", "{}"); /* set back: earlier than before, too */
    t->clock_shift_ms = 0;
    tape_add(t, 13, EVENT_CONTACT_CLOSED, "ben", "1",
             "{'disposition':'d','resolved':true}"); /* and set right */
    tape_add(t, 20, EVENT_CONTACT_CREATED, "integration", "2", "{'channel':'phone','queue':'shop'}");
    tape_add(t, 25, EVENT_CONTACT_ACCEPTED, "cat", "2", "{}");
    tape_add(t, 30, EVENT_AGENT_SIGNED_OUT, "cat", NULL, "{}");
    struct event *late = tape_add(t, 40, EVENT_AGENT_SIGNED_IN, "ann", NULL, "{}");
    late->received_at_ms = late->at_ms + 600 * 1000;
    struct event *ahead = tape_add(t, 41, EVENT_AGENT_SIGNED_OUT, "ann", NULL, "{}");
    ahead->received_at_ms = ahead->at_ms - 5000;
    struct event *repeated = tape_add(t, 42, EVENT_AGENT_SIGNED_IN, "ann", NULL, "{}");
    repeated->position = 3;
    struct event *resent = tape_add(t, 43, EVENT_AGENT_SIGNED_IN, "ann", NULL, "{}");
    resent->seq = 4;
    struct event *lost = tape_add(t, 44, EVENT_JOURNAL_LOST, "ann", NULL, "{'first':15,'last':17}");
    lost->seq = 18; /* after 12, since the two before were not counted */
    count_all(t, 24 * 3600, counts);
    g_assert_cmpint(counts[QUALITY_EVENTS], ==, 15);
    g_assert_cmpint(counts[QUALITY_STRAY], ==, 1);
    g_assert_cmpint(counts[QUALITY_REPLACED_LEGS], ==, 1);
    g_assert_cmpint(counts[QUALITY_CLOCK_JUMPED], ==, 2);
    g_assert_cmpint(counts[QUALITY_OUT_OF_ORDER], ==, 1);
    g_assert_cmpint(counts[QUALITY_OPEN_STEPS], ==, 1);
    g_assert_cmpint(counts[QUALITY_LEFT_LEGS], ==, 1);
    g_assert_cmpint(counts[QUALITY_OPEN_LEGS], ==, 1);
    g_assert_cmpint(counts[QUALITY_AGENTS_LEFT], ==, 1);
    g_assert_cmpint(counts[QUALITY_LATE], ==, 1);
    g_assert_cmpint(counts[QUALITY_CLOCK_AHEAD], ==, 1);
    g_assert_cmpint(counts[QUALITY_REPEATED], ==, 2);
    g_assert_cmpint(counts[QUALITY_GAPS], ==, 5);
    g_assert_cmpint(counts[QUALITY_LOST], ==, 3);
    g_autoptr(quality) q = quality_new(0, INT64_MAX);
    for (guint i = 0; i < t->events->len; i++)
        quality_fold(q, g_ptr_array_index(t->events, i));
    g_autoptr(report) r = quality_answer(q, TAPE_START_MS);
    g_autofree char *text = report_to_text(r, false);
    g_assert_nonnull(strstr(text, "test           1        5          2"));
    tape_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream/time is found where it went", test_time_is_found_where_it_went);
    g_test_add_func("/stream/the stacks add up to the life of the contact",
                    test_the_stacks_add_up_to_the_life_of_the_contact);
    g_test_add_func("/stream/the savings are those that were planted",
                    test_the_savings_are_those_that_were_planted);
    g_test_add_func("/stream/a saving says what its step is called and how often",
                    test_a_saving_says_what_its_step_is_called_and_how_often);
    g_test_add_func("/stream/a narrow terminal gets what matters", test_a_narrow_terminal_gets_what_matters);
    g_test_add_func("/stream/only steps are entered", test_only_steps_are_entered);
    g_test_add_func("/stream/focus time is costed by the channel's rate",
                    test_focus_time_is_costed_by_the_channels_rate);
    g_test_add_func("/stream/values are known by their hash", test_values_are_known_by_their_hash);
    g_test_add_func("/quality/a sound log has nothing amiss", test_a_sound_log_has_nothing_amiss);
    g_test_add_func("/quality/what is amiss is counted", test_what_is_amiss_is_counted);
    return g_test_run();
}
