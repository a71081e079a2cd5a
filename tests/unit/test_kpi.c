#include "app/measure/kpi.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "app/measure/agent_time.h"
#include "app/measure/keystrokes.h"
#include "tests/support/tape.h"

#define DAY 86400.0

static GPtrArray *figures_of(const struct tape *t, const struct kpi_options *options, double now)
{
    g_autoptr(kpi) k = kpi_new(options);
    for (guint i = 0; i < t->events->len; i++) {
        kpi_fold(k, g_ptr_array_index(t->events, i));
        kpi_fold(k, g_ptr_array_index(t->events, i));
    }
    return kpi_figures(k, TAPE_START_MS + (int64_t)(now * 1000));
}

static const struct kpi_figure *figure(const GPtrArray *figures, const char *id)
{
    for (guint i = 0; i < figures->len; i++) {
        const struct kpi_figure *f = g_ptr_array_index(figures, i);
        if (strcmp(f->id, id) == 0)
            return f;
    }
    g_error("no figure %s", id);
}

static void expect(const GPtrArray *figures, const char *id, double value, int count)
{
    const struct kpi_figure *f = figure(figures, id);
    g_test_message("%s is %g of %d", id, f->value, (int)f->count);
    g_assert_cmpfloat_with_epsilon(f->value, value, 0.01);
    g_assert_cmpint(f->count, ==, count);
    g_assert_null(f->unknown);
}

static void comes(struct tape *t, double at, const char *contact, const char *channel, const char *customer)
{
    g_autofree char *data = g_strdup_printf(
        "{'channel':'%s','queue':'shop','customer':'%s','intent':'refund'}", channel, customer);
    tape_add(t, at, EVENT_CONTACT_CREATED, "integration", contact, data);
}

static void takes(struct tape *t, double at, const char *contact)
{
    tape_add(t, at, EVENT_CONTACT_ACCEPTED, "ann", contact, "{}");
    tape_add(t, at, EVENT_FOCUS_MOVED, "ann", contact, "{}");
}

static void closes(struct tape *t, double at, const char *contact, bool resolved)
{
    tape_add(t, at, EVENT_CONTACT_CLOSED, "ann", contact,
             resolved ? "{'disposition':'d','resolved':true,'keys':30}"
                      : "{'disposition':'d','resolved':false}");
}

/* Ann signs in at 0 and is ready; worked out by hand below. */
static struct tape *planted_day(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_AGENT_SIGNED_IN, "ann", NULL, "{}");
    tape_add(t, 100, EVENT_AGENT_PRESENCE_CHANGED, "ann", NULL, "{'presence':'ready'}");
    comes(t, 200, "1", "phone",
          "c1"); /* answered in 10 s, 100 s long, resolved, and the customer comes again */
    takes(t, 210, "1");
    tape_add(t, 220, EVENT_CUSTOMER_VERIFIED, "ann", "1", "{'customer':'c1','method':'x'}");
    tape_add(t, 230, EVENT_SCRIPT_STARTED, "ann", "1", "{'script':'s','version':1}");
    tape_add(t, 230, EVENT_STEP_ENTERED, "ann", "1",
             "{'script':'s','step':'a','title':'The item','class':'value'}");
    tape_add(t, 240, EVENT_STEP_ANSWERED, "ann", "1",
             "{'script':'s','step':'a','field':'f','value':'1','source':'record'}");
    tape_add(t, 245, EVENT_STEP_ANSWERED, "ann", "1",
             "{'script':'s','step':'a','field':'g','value':'2','source':'agent'}");
    tape_add(t, 260, EVENT_STEP_LEFT, "ann", "1", "{'script':'s','step':'a','keys':12}");
    tape_add(t, 260, EVENT_STEP_ENTERED, "ann", "1",
             "{'script':'s','step':'b','class':'waste','waste':'approval'}");
    tape_add(t, 270, EVENT_STEP_LEFT, "ann", "1", "{'script':'s','step':'b'}");
    tape_add(t, 270, EVENT_SCRIPT_FINISHED, "ann", "1", "{'script':'s'}");
    closes(t, 310, "1", true);
    tape_add(t, 400, EVENT_CONTACT_RATED, "customer", "1", "{'csat':4,'nps':10}");
    comes(t, 500, "2", "email", "c2"); /* replied after 50 s, escalated, closed unresolved */
    takes(t, 520, "2");
    tape_add(t, 530, EVENT_SEARCH_DONE, "ann", "2", "{'query':'q','hits':0}");
    tape_add(t, 550, EVENT_MESSAGE_SENT, "ann", "2", "{'text':'x'}");
    tape_add(t, 560, EVENT_CONTACT_ESCALATED, "ann", "2", "{'queue':'shop-2','ask':'x'}");
    takes(t, 600, "2");
    closes(t, 640, "2", false);
    tape_add(t, 650, EVENT_CONTACT_RATED, "customer", "2", "{'csat':2,'nps':3}");
    comes(t, 700, "3", "chat", "c3"); /* waited 40 s and left */
    tape_add(t, 740, EVENT_CONTACT_ABANDONED, "customer", "3", "{}");
    comes(t, 1000, "4", "phone", "c1"); /* the repeat; answered late; an article found */
    takes(t, 1060, "4");
    tape_add(t, 1070, EVENT_SEARCH_DONE, "ann", "4", "{'query':'q','hits':3}");
    tape_add(t, 1071, EVENT_ARTICLE_OPENED, "ann", "4", "{'article':'k'}");
    closes(t, 1100, "4", true);
    tape_add(t, 1200, EVENT_AGENT_PRESENCE_CHANGED, "ann", NULL, "{'presence':'not-ready','reason':'break'}");
    tape_add(t, 1300, EVENT_AGENT_SIGNED_OUT, "ann", NULL, "{}");
    return t;
}

static void free_queue(void *q)
{
    queue_free(q);
}

static struct kpi_options options_of(GHashTable *queues)
{
    struct queue *q = queue_new("shop", "Shop"); /* 80/20 */
    g_hash_table_insert(queues, q->id, q);
    return (struct kpi_options){.since_ms = TAPE_START_MS,
                                .until_ms = INT64_MAX,
                                .rates = {{[CHANNEL_PHONE] = 3600, [CHANNEL_EMAIL] = 7200}, "EUR"},
                                .queues = queues};
}

static void test_a_planted_day_gives_the_figures_worked_out_by_hand(void)
{
    struct tape *t = planted_day();
    g_autoptr(GHashTable) queues = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_queue);
    struct kpi_options options = options_of(queues);
    g_autoptr(GPtrArray) f = figures_of(t, &options, 8 * DAY);
    g_assert_cmpfloat(figure(f, "closed")->value, ==, 3);
    g_assert_cmpfloat(figure(f, "abandoned")->value, ==, 1);
    expect(f, "aht", (100 + 40 + 40 + 40) * 1000 / 3.0, 3);
    expect(f, "focus", (100 + 40 + 40 + 40) * 1000 / 3.0, 3);
    expect(f, "resolved", 200.0 / 3, 3);
    expect(f, "fcr", 100.0 / 3, 3); /* 4 alone: 1 was repeated, 2 not resolved */
    expect(f, "resolution_accuracy", 50, 2);
    expect(f, "repeat_rate", 100.0 / 3, 3);
    expect(f, "service_level", 100.0 / 3, 3); /* 1 of 1, 3 and 4 */
    expect(f, "answer_time", 60000, 2);
    expect(f, "first_response", 50000, 1);
    expect(f, "abandonment", 100.0 / 3, 3);
    expect(f, "csat", 50, 2);
    expect(f, "nps", 0, 2);
    expect(f, "compliance", 100, 1);
    expect(f, "escalation", 100.0 / 3, 3);
    expect(f, "transfer", 0, 3);
    expect(f, "cost", (100.0 + 160 + 40) / 3, 3); /* minor units: a second of phone 1, of e-mail 2 */
    /* Handling 100 + 40 + 40 + 40 = 220 s; ready from 100 to 1200, less that: 880; away 200. */
    g_assert_cmpfloat_with_epsilon(figure(f, "occupancy")->value, 100.0 * 220 / 1100, 0.01);
    g_assert_cmpfloat_with_epsilon(figure(f, "utilisation")->value, 100.0 * 220 / 1300, 0.01);
    expect(f, "field_sync", 50, 2);
    expect(f, "re_entry", 0, 2);
    expect(f, "re_verification", 0, 1);
    expect(f, "kb_coverage", 50, 2);
    expect(f, "kb_use", 100.0 / 3, 3);
    expect(f, "keystrokes", 36, 2);
    g_assert_cmpfloat_with_epsilon(figure(f, "value_time")->value, 75, 0.01);
    expect(f, "waste_steps", 50, 2);
    tape_free(t);
}

/* The tape begins at 11:06:40: of the minute that 4 waited the queue was open for 20 s. */
static void test_the_service_level_counts_open_time(void)
{
    struct tape *t = planted_day();
    g_autoptr(GHashTable) queues = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_queue);
    struct kpi_options options = options_of(queues);
    g_assert_true(queue_set_hours(g_hash_table_lookup(queues, "shop"), "wed=11:24-17:00", NULL));
    g_autoptr(GPtrArray) f = figures_of(t, &options, 8 * DAY);
    expect(f, "service_level", 200.0 / 3, 3); /* 1 and 4 of 1, 3 and 4 */
    tape_free(t);
}

static void test_what_a_contact_costs_has_a_currency(void)
{
    struct tape *t = planted_day();
    g_autoptr(GHashTable) queues = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_queue);
    struct kpi_options options = options_of(queues);
    g_autoptr(kpi) k = kpi_new(&options);
    for (guint i = 0; i < t->events->len; i++)
        kpi_fold(k, g_ptr_array_index(t->events, i));
    g_autoptr(report) r = kpi_answer(k, TAPE_START_MS + 8 * DAY * 1000);
    g_autofree char *text = report_to_text(r, false);
    g_assert_nonnull(strstr(text, "cost per contact         1.00 EUR "));
    tape_free(t);
}

static void test_what_the_log_cannot_tell_is_unknown_with_the_reason(void)
{
    struct tape *t = tape_new();
    g_autoptr(GPtrArray) f = figures_of(t, &(struct kpi_options){.until_ms = INT64_MAX}, 0);
    int known = 0;
    for (guint i = 0; i < f->len; i++) {
        const struct kpi_figure *one = g_ptr_array_index(f, i);
        known += !isnan(one->value);
        g_assert_true(isnan(one->value) == (one->unknown != NULL));
        g_assert_nonnull(one->formula);
    }
    g_assert_cmpint(known, ==, 2); /* nobody came, nobody left: two counts of zero */
    g_autoptr(kpi) k = kpi_new(&(struct kpi_options){.until_ms = INT64_MAX});
    g_autoptr(report) r = kpi_answer(k, 0);
    g_autofree char *text = report_to_text(r, true);
    g_assert_nonnull(
        strstr(text, "staff qualified          unknown  90.0 %      qualifications are not in the log\n"));
    g_assert_nonnull(
        strstr(text, "\nAHT = (talk + aside + hold + consult + acw) of ended legs / their contacts\n"));
    tape_free(t);
}

static void test_what_was_closed_this_week_says_nothing_of_fcr_yet(void)
{
    struct tape *t = tape_new();
    comes(t, 0, "1", "phone", "c1");
    takes(t, 10, "1");
    closes(t, 50, "1", true);
    comes(t, 100, "2", "phone", "c2"); /* not resolved, and back the next day: that shows at once */
    takes(t, 110, "2");
    closes(t, 150, "2", false);
    comes(t, DAY, "3", "phone", "c2");
    takes(t, DAY + 10, "3");
    closes(t, DAY + 50, "3", true);
    g_autoptr(GPtrArray) early = figures_of(t, &(struct kpi_options){.until_ms = INT64_MAX}, 6.9 * DAY);
    g_assert_nonnull(figure(early, "fcr")->unknown);
    g_assert_nonnull(figure(early, "resolution_accuracy")->unknown);
    g_autoptr(GPtrArray) late = figures_of(t, &(struct kpi_options){.until_ms = INT64_MAX}, 7.1 * DAY);
    expect(late, "fcr", 50, 2);
    expect(late, "resolution_accuracy", 100, 1);
    tape_free(t);
}

static void test_agents_time_is_cut_to_the_window(void)
{
    struct tape *t = planted_day();
    g_autoptr(agent_time) a = agent_time_new(TAPE_START_MS + 250 * 1000, TAPE_START_MS + 620 * 1000);
    for (guint i = 0; i < t->events->len; i++)
        agent_time_fold(a, g_ptr_array_index(t->events, i));
    struct agent_time_sums sums;
    agent_time_sums(a, TAPE_START_MS + 2000 * 1000, &sums);
    g_assert_cmpint(sums.handling_ms, ==, (60 + 40 + 20) * 1000);
    g_assert_cmpint(sums.available_ms, ==, (370 - 120) * 1000);
    g_assert_cmpint(sums.away_ms, ==, 0);
    tape_free(t);
}

/* A supervisor is signed in all day and takes no contacts: their time is no agent's. */
static void test_who_only_looks_on_is_not_counted(void)
{
    struct tape *t = tape_new();
    g_autoptr(agent_time) a = agent_time_new(TAPE_START_MS, INT64_MAX);
    tape_add(t, 0, EVENT_AGENT_SIGNED_IN, "sue", NULL, "{}");
    tape_add(t, 0, EVENT_AGENT_PRESENCE_CHANGED, "sue", NULL, "{'presence':'not-ready','reason':'meeting'}");
    tape_add(t, 10, EVENT_AGENT_SIGNED_IN, "ann", NULL, "{}");
    tape_add(t, 20, EVENT_AGENT_PRESENCE_CHANGED, "ann", NULL, "{'presence':'ready'}");
    for (guint i = 0; i < t->events->len; i++)
        agent_time_fold(a, g_ptr_array_index(t->events, i));
    struct agent_time_sums sums;
    agent_time_sums(a, TAPE_START_MS + 50 * 1000, &sums);
    g_assert_cmpint(sums.away_ms, ==, 10 * 1000); /* Ann's, before she was ready */
    g_assert_cmpint(sums.available_ms, ==, 30 * 1000);
    tape_free(t);
}

static void test_keys_are_counted_by_step_and_contact(void)
{
    struct tape *t = planted_day();
    g_autoptr(keystrokes) k = keystrokes_new(TAPE_START_MS, INT64_MAX);
    for (guint i = 0; i < t->events->len; i++) {
        keystrokes_fold(k, g_ptr_array_index(t->events, i));
        keystrokes_fold(k, g_ptr_array_index(t->events, i));
    }
    g_autoptr(report) r = keystrokes_answer(k);
    g_autofree char *tsv = report_to_tsv(r);
    g_assert_cmpstr(tsv, ==,
                    "script\tstep\ttitle\tleft\tkeys\tmean\tmost\n"
                    "-\toutside of steps\t\t2\t60\t30.0\t30\n"
                    "s\ta\tThe item\t1\t12\t12.0\t12\n");
    cJSON *json = report_to_cjson(r);
    const cJSON *phone = cJSON_GetObjectItemCaseSensitive(json, "channels")->child;
    g_assert_cmpint((int)cJSON_GetObjectItemCaseSensitive(phone, "contacts")->valuedouble, ==, 2);
    g_assert_cmpfloat(cJSON_GetObjectItemCaseSensitive(phone, "mean")->valuedouble, ==, 36);
    cJSON_Delete(json);
    tape_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kpi/a planted day gives the figures worked out by hand",
                    test_a_planted_day_gives_the_figures_worked_out_by_hand);
    g_test_add_func("/kpi/service-level-counts-open-time", test_the_service_level_counts_open_time);
    g_test_add_func("/kpi/what a contact costs has a currency", test_what_a_contact_costs_has_a_currency);
    g_test_add_func("/kpi/what the log cannot tell is unknown, with the reason",
                    test_what_the_log_cannot_tell_is_unknown_with_the_reason);
    g_test_add_func("/kpi/what was closed this week says nothing of FCR yet",
                    test_what_was_closed_this_week_says_nothing_of_fcr_yet);
    g_test_add_func("/kpi/agents' time is cut to the window", test_agents_time_is_cut_to_the_window);
    g_test_add_func("/kpi/who_only_looks_on_is_not_counted", test_who_only_looks_on_is_not_counted);
    g_test_add_func("/kpi/keys are counted by step and contact", test_keys_are_counted_by_step_and_contact);
    return g_test_run();
}
