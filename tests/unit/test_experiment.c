#include "app/measure/experiment.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "tests/support/tape.h"

/* A contact of one version, of so many seconds, resolved or not. */
static void had(struct tape *t, double at, int number, int customer, int version, double seconds,
                bool resolved)
{
    g_autofree char *contact = g_strdup_printf("%d", number);
    g_autofree char *created = g_strdup_printf(
        "{'channel':'phone','queue':'shop','customer':'c%d','intent':'i%d'}", customer, number);
    g_autofree char *started = g_strdup_printf("{'script':'return','version':%d}", version);
    tape_add(t, at, EVENT_CONTACT_CREATED, "integration", contact, created);
    tape_add(t, at, EVENT_CONTACT_ACCEPTED, "ann", contact, "{}");
    tape_add(t, at, EVENT_SCRIPT_STARTED, "ann", contact, started);
    tape_add(t, at + seconds, EVENT_SCRIPT_FINISHED, "ann", contact, "{'script':'return'}");
    tape_add(t, at + seconds, EVENT_CONTACT_CLOSED, "ann", contact,
             resolved ? "{'disposition':'d','resolved':true}" : "{'disposition':'d','resolved':false}");
    tape_add(t, at + seconds, EVENT_CONTACT_RATED, "customer", contact,
             resolved ? "{'csat':5}" : "{'csat':2}");
}

static struct report *answer_of(const struct tape *t, const struct experiment_options *options)
{
    struct experiment_options all = *options;
    all.script = "return";
    all.until_ms = INT64_MAX;
    g_autoptr(experiment) e = experiment_new(&all);
    for (guint i = 0; i < t->events->len; i++) {
        experiment_fold(e, g_ptr_array_index(t->events, i));
        experiment_fold(e, g_ptr_array_index(t->events, i));
    }
    return experiment_answer(e, TAPE_START_MS + INT64_C(60) * 24 * 3600 * 1000);
}

/* Old contacts of 200 to 299 s before, then old and new side by side, the new faster by `gain` s. */
static struct tape *rollout(int before, int beside, double gain)
{
    struct tape *t = tape_new();
    int number = 0;
    for (int i = 0; i < before; i++, number++)
        had(t, number * 1000.0, number, number, 1, 200 + (i * 37) % 100, true);
    for (int i = 0; i < 2 * beside; i++, number++)
        had(t, number * 1000.0, number, number, 1 + (i + 1) % 2,
            200 + (i * 37) % 100 - (i % 2 == 0 ? gain : 0), i / 2 % 10 > 0);
    return t;
}

static double number_in(const cJSON *row, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(row, name);
    g_assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}

static const cJSON *row_of(const cJSON *json, int index)
{
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(json, "differences");
    return cJSON_GetArrayItem(rows, index);
}

static void test_a_faster_version_is_called_so(void)
{
    struct tape *t = rollout(100, 120, 40);
    g_autoptr(report) r = answer_of(t, &(struct experiment_options){0});
    cJSON *json = report_to_cjson(r);
    const cJSON *aht = row_of(json, 0);
    g_assert_cmpint((int)number_in(aht, "old_count"), ==, 120);
    g_assert_cmpint((int)number_in(aht, "new_count"), ==, 120);
    g_assert_cmpfloat_with_epsilon(number_in(aht, "difference"), -40000, 2000);
    g_assert_cmpfloat(number_in(aht, "high"), <, 0);
    /* A spread of 28.9 s and an effect of 25 s: 2 * 7.85 * 833 / 623 = 21 contacts an arm. */
    g_assert_cmpfloat_with_epsilon(number_in(aht, "per_arm"), 21, 1.5);
    g_autofree char *text = report_to_text(r, true);
    g_assert_nonnull(strstr(text, "Version 2 is faster than version 1: handle time -0:4"));
    g_assert_null(strstr(text, "But "));
    g_assert_nonnull(strstr(text, "95 % = AHT: Welch's t; shares: Newcombe's hybrid score"));
    cJSON_Delete(json);
    tape_free(t);
}

static void test_before_the_number_that_was_stated_nothing_is_concluded(void)
{
    struct tape *t = rollout(100, 120, 40);
    g_autoptr(report) r = answer_of(t, &(struct experiment_options){.per_arm = 121});
    g_autofree char *text = report_to_text(r, false);
    g_assert_nonnull(strstr(text, "Too early: each arm needs 121 contacts"));
    g_assert_nonnull(strstr(text, "the smaller one has 120."));
    g_assert_null(strstr(text, "faster"));
    g_autoptr(report) finer = answer_of(t, &(struct experiment_options){.effect_percent = 1});
    g_autofree char *other = report_to_text(finer, false);
    g_assert_nonnull(strstr(other, "Too early"));
    tape_free(t);
}

static void test_no_difference_says_what_would_have_been_seen(void)
{
    struct tape *t = rollout(100, 120, 0);
    g_autoptr(report) r = answer_of(t, &(struct experiment_options){0});
    g_autofree char *text = report_to_text(r, false);
    g_assert_nonnull(strstr(text, "No difference in handle time was seen between version 1 and version 2"));
    g_assert_nonnull(strstr(text, "would very likely have been."));
    tape_free(t);
}

static void test_a_gain_in_time_that_costs_resolution_is_told_with_it(void)
{
    struct tape *t = tape_new();
    for (int i = 0; i < 400; i++)
        had(t, i * 1000.0, i, i, 1 + i % 2, i % 2 == 0 ? 200 + i % 50 : 150 + i % 50,
            i % 2 == 0 || i % 3 == 0);
    g_autoptr(report) r = answer_of(t, &(struct experiment_options){0});
    g_autofree char *text = report_to_text(r, false);
    g_assert_nonnull(strstr(text, "Version 2 is faster"));
    g_assert_nonnull(strstr(text, "But FCR fell by "));
    g_assert_nonnull(strstr(text, "But satisfaction fell by "));
    tape_free(t);
}

static void test_versions_one_after_the_other_are_said_to_be_so(void)
{
    struct tape *t = tape_new();
    for (int i = 0; i < 200; i++)
        had(t, i * 1000.0, i, i, i < 100 ? 1 : 2, 200 + (i * 37) % 100, true);
    g_autoptr(report) r = answer_of(t, &(struct experiment_options){0});
    g_autofree char *text = report_to_text(r, false);
    g_assert_nonnull(strstr(text, "did not run side by side"));
    tape_free(t);
}

/* One customer with forty contacts says no more than one customer. */
static void test_contacts_of_one_customer_are_not_so_many_witnesses(void)
{
    struct tape *apart = tape_new(), *together = tape_new();
    for (int i = 0; i < 160; i++) {
        double seconds = 200 + (i / 20 * 31) % 90 + (i % 2 == 1 ? 20 : 0);
        had(apart, i * 1000.0, i, i, 1 + i % 2, seconds, true);
        had(together, i * 1000.0, i, i / 20 * 2 + i % 2, 1 + i % 2, seconds, true);
    }
    g_autoptr(report) one = answer_of(apart, &(struct experiment_options){0}),
                      other = answer_of(together, &(struct experiment_options){0});
    cJSON *a = report_to_cjson(one), *b = report_to_cjson(other);
    double narrow = number_in(row_of(a, 0), "high") - number_in(row_of(a, 0), "low"),
           wide = number_in(row_of(b, 0), "high") - number_in(row_of(b, 0), "low");
    g_assert_cmpfloat(wide, >, 2 * narrow);
    cJSON_Delete(a);
    cJSON_Delete(b);
    tape_free(apart);
    tape_free(together);
}

/* Log-normal times, the new ones a fifth shorter throughout: the ratio is found. */
static void test_on_a_logarithmic_scale_the_difference_is_a_ratio(void)
{
    struct tape *t = tape_new();
    GRand *random = g_rand_new_with_seed(4);
    for (int i = 0; i < 1200; i++) {
        double normal = sqrt(-2 * log(1 - g_rand_double(random))) * cos(2 * G_PI * g_rand_double(random));
        had(t, i * 20000.0, i, i, 1 + i % 2, 300 * exp(0.8 * normal) * (i % 2 == 1 ? 0.8 : 1), true);
    }
    g_autoptr(report) r = answer_of(t, &(struct experiment_options){.logarithms = true});
    cJSON *json = report_to_cjson(r);
    g_assert_cmpfloat(number_in(row_of(json, 0), "low"), <, -20);
    g_assert_cmpfloat(number_in(row_of(json, 0), "high"), >, -20);
    g_assert_cmpfloat(number_in(row_of(json, 0), "high"), <, -8);
    g_assert_cmpfloat_with_epsilon(number_in(row_of(json, 0), "old"), 300000, 25000);
    cJSON_Delete(json);
    g_rand_free(random);
    tape_free(t);
}

/* The log says when the rollout began and what was stated then: what came before is not compared, and the
 * number stands, whatever the spread turns out to be. */
static void test_what_was_stated_at_the_start_holds(void)
{
    struct tape *t = tape_new();
    for (int i = 0; i < 100; i++)
        had(t, i * 1000.0, i, i, 1 + (i == 3), 200 + (i * 37) % 100, true); /* one was a try */
    tape_add(t, 100000, EVENT_SCRIPT_PUBLISHED, "node", NULL,
             "{'script':'other','version':2,'share_percent':10,'by':'tess'}");
    tape_add(t, 100000, EVENT_SCRIPT_PUBLISHED, "node", NULL,
             "{'script':'return','version':2,'share_percent':50,'per_arm':77,'by':'tess'}");
    tape_add(t, 100000, EVENT_SCRIPT_PUBLISHED, "node", NULL,
             "{'script':'return','version':2,'share_percent':100,'by':'tess'}");
    for (int i = 100; i < 140; i++)
        had(t, i * 1000.0, i, i, 1 + i % 2, 200 + (i * 37) % 100, true);
    g_autoptr(report) r = answer_of(t, &(struct experiment_options){0});
    cJSON *json = report_to_cjson(r);
    g_assert_cmpint((int)number_in(row_of(json, 0), "old_count"), ==, 20);
    g_assert_cmpint((int)number_in(row_of(json, 0), "new_count"), ==, 20);
    g_assert_cmpint((int)number_in(row_of(json, 0), "per_arm"), ==, 77);
    g_autofree char *text = report_to_text(r, false);
    g_assert_nonnull(strstr(text, "Version 2 was given to 50 % of the customers from 20"));
    g_assert_nonnull(strstr(text, "each arm was said to need 77 contacts."));
    g_assert_nonnull(strstr(text, "Too early: each arm needs 77 contacts"));
    cJSON_Delete(json);
    tape_free(t);
}

static void test_a_plan_says_what_a_rollout_needs(void)
{
    struct tape *t = tape_new();
    for (int i = 0; i < 29; i++)
        had(t, i * 1000.0, i, i, 1, 200 + (i * 37) % 100, true);
    g_autoptr(report) few = answer_of(t, &(struct experiment_options){0});
    cJSON *json = report_to_cjson(few);
    g_assert_cmpint(cJSON_GetArraySize(cJSON_GetObjectItem(json, "plan")), ==, 0);
    cJSON_Delete(json);
    for (int i = 29; i < 130; i++)
        had(t, i * 1000.0, i, i, 1, 200 + (i * 37) % 100, true);
    g_autoptr(report) r = answer_of(t, &(struct experiment_options){0});
    json = report_to_cjson(r);
    const cJSON *row = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "plan"), 0);
    g_assert_cmpint((int)number_in(row, "version"), ==, 1);
    g_assert_cmpfloat_with_epsilon(number_in(row, "per_arm"), 21, 1.5); /* as above */
    g_autofree char *text = report_to_text(r, false);
    g_assert_nonnull(strstr(text, "A rollout of another version needs 2"));
    cJSON_Delete(json);
    tape_free(t);
}

static void test_a_script_of_one_version_or_none_has_nothing_to_compare(void)
{
    struct tape *t = tape_new();
    g_autoptr(report) none = answer_of(t, &(struct experiment_options){0});
    g_autofree char *text = report_to_text(none, false);
    g_assert_nonnull(strstr(text, "No contact that was closed in this time had started the script return."));
    had(t, 0, 1, 1, 1, 100, true);
    g_autoptr(report) one = answer_of(t, &(struct experiment_options){0});
    g_autofree char *other = report_to_text(one, false);
    g_assert_nonnull(strstr(other, "there is nothing to compare"));
    had(t, 1000, 2, 2, 2, 100, true);
    g_autoptr(report) two = answer_of(t, &(struct experiment_options){0});
    g_autofree char *third = report_to_text(two, false);
    g_assert_nonnull(strstr(third, "Too early"));
    tape_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/experiment/what was stated at the start holds",
                    test_what_was_stated_at_the_start_holds);
    g_test_add_func("/experiment/a plan says what a rollout needs", test_a_plan_says_what_a_rollout_needs);
    g_test_add_func("/experiment/a faster version is called so", test_a_faster_version_is_called_so);
    g_test_add_func("/experiment/before the number that was stated nothing is concluded",
                    test_before_the_number_that_was_stated_nothing_is_concluded);
    g_test_add_func("/experiment/no difference says what would have been seen",
                    test_no_difference_says_what_would_have_been_seen);
    g_test_add_func("/experiment/a gain in time that costs resolution is told with it",
                    test_a_gain_in_time_that_costs_resolution_is_told_with_it);
    g_test_add_func("/experiment/versions one after the other are said to be so",
                    test_versions_one_after_the_other_are_said_to_be_so);
    g_test_add_func("/experiment/contacts of one customer are not so many witnesses",
                    test_contacts_of_one_customer_are_not_so_many_witnesses);
    g_test_add_func("/experiment/on a logarithmic scale the difference is a ratio",
                    test_on_a_logarithmic_scale_the_difference_is_a_ratio);
    g_test_add_func("/experiment/a script of one version or none has nothing to compare",
                    test_a_script_of_one_version_or_none_has_nothing_to_compare);
    return g_test_run();
}
