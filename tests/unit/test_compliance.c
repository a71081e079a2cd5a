#include "app/measure/compliance.h"

#include <glib.h>
#include <string.h>

#include "tests/support/tape.h"

static void take(const struct compliance_run *run, void *user_data)
{
    static const char *const verdicts[] = {"unknown", "yes", "no"};
    g_string_append_printf(user_data,
                           "%s %s@%d %s by %s in %s: %s, %d demanded, %d skipped, %d missing%s, %s\n",
                           run->contact, run->script, (int)run->version, run->finished ? "finished" : "ended",
                           run->agent, run->queue == NULL ? "-" : run->queue, verdicts[run->verdict],
                           run->demanded, run->skipped, run->missing, run->in_order ? "" : ", out of order",
                           run->first_missed == NULL ? "-" : run->first_missed);
}

static void tell_demands(struct compliance *c)
{
    static const char *const all[] = {"verify", "read-out", NULL}, *const refused[] = {"verify", NULL};
    compliance_demand(c, "return", 1, "done", all);
    compliance_demand(c, "return", 1, "refused", refused);
    compliance_demand(c, "return", 1, NULL, refused);
}

static char *runs_of(const struct tape *t, bool told)
{
    GString *lines = g_string_new(NULL);
    g_autoptr(compliance) c = compliance_new(take, lines);
    if (told)
        tell_demands(c);
    for (guint i = 0; i < t->events->len; i++) {
        compliance_fold(c, g_ptr_array_index(t->events, i));
        compliance_fold(c, g_ptr_array_index(t->events, i));
    }
    return g_string_free(lines, false);
}

static void starts(struct tape *t, double at, const char *contact)
{
    tape_add(t, at, EVENT_CONTACT_CREATED, "integration", contact, "{'channel':'chat','queue':'shop'}");
    tape_add(t, at, EVENT_CONTACT_ACCEPTED, "ann", contact, "{}");
    tape_add(t, at, EVENT_SCRIPT_STARTED, "ann", contact, "{'script':'return','version':1}");
}

/* Steps by a letter each: done, Skipped, back. */
static void walks(struct tape *t, double at, const char *who, const char *contact, const char *step, char how)
{
    bool required = strcmp(step, "verify") == 0 || strcmp(step, "read-out") == 0;
    g_autofree char *entered = g_strdup_printf("{'script':'return','step':'%s','class':'%s'}", step,
                                               required ? "required" : "value");
    g_autofree char *left = g_strdup_printf("{'script':'return','step':'%s'%s}", step,
                                            how == 'b'   ? ",'how':'back'"
                                            : how == 's' ? ",'reason':'already done'"
                                                         : "");
    tape_add(t, at, EVENT_STEP_ENTERED, who, contact, entered);
    tape_add(t, at + 1, how == 's' ? EVENT_STEP_SKIPPED : EVENT_STEP_LEFT, who, contact, left);
}

static void finishes(struct tape *t, double at, const char *contact)
{
    tape_add(t, at, EVENT_SCRIPT_FINISHED, "ann", contact, "{'script':'return'}");
    tape_add(t, at, EVENT_CONTACT_CLOSED, "ann", contact, "{'disposition':'d','resolved':true}");
}

static void test_a_finished_run_owes_what_its_end_demands(void)
{
    struct tape *t = tape_new();
    starts(t, 0, "1");
    walks(t, 1, "ann", "1", "verify", 'd');
    walks(t, 3, "ann", "1", "read-out", 'd');
    walks(t, 5, "ann", "1", "done", 'd');
    finishes(t, 7, "1");
    starts(t, 10, "2"); /* the refusal asks for less */
    walks(t, 11, "ann", "2", "verify", 'd');
    walks(t, 13, "ann", "2", "refused", 'd');
    finishes(t, 17, "2");
    starts(t, 20, "3");
    walks(t, 21, "ann", "3", "verify", 's');
    walks(t, 23, "ann", "3", "read-out", 'd');
    walks(t, 25, "ann", "3", "done", 'd');
    finishes(t, 27, "3");
    starts(t, 30, "4"); /* gone back from the check, and never through it */
    walks(t, 31, "ann", "4", "verify", 'b');
    walks(t, 33, "ann", "4", "read-out", 'd');
    walks(t, 35, "ann", "4", "done", 'd');
    finishes(t, 37, "4");
    g_autofree char *lines = runs_of(t, true);
    g_assert_cmpstr(lines, ==,
                    "1 return@1 finished by ann in shop: yes, 2 demanded, 0 skipped, 0 missing, -\n"
                    "2 return@1 finished by ann in shop: yes, 1 demanded, 0 skipped, 0 missing, -\n"
                    "3 return@1 finished by ann in shop: no, 2 demanded, 1 skipped, 0 missing, verify\n"
                    "4 return@1 finished by ann in shop: no, 2 demanded, 0 skipped, 1 missing, verify\n");
    tape_free(t);
}

/* Verified in a script before this one. */
static void test_a_step_passed_by_is_done(void)
{
    struct tape *t = tape_new();
    starts(t, 0, "1");
    tape_add(t, 1, EVENT_STEP_SKIPPED, "ann", "1",
             "{'script':'return','step':'verify','class':'required','automatic':true,'result':'pass'}");
    walks(t, 3, "ann", "1", "read-out", 'd');
    walks(t, 5, "ann", "1", "done", 'd');
    finishes(t, 7, "1");
    g_autofree char *lines = runs_of(t, true);
    g_assert_cmpstr(lines, ==,
                    "1 return@1 finished by ann in shop: yes, 2 demanded, 0 skipped, 0 missing, -\n");
    tape_free(t);
}

static void test_the_order_counts(void)
{
    struct tape *t = tape_new();
    starts(t, 0, "1");
    walks(t, 1, "ann", "1", "read-out", 'd');
    walks(t, 3, "ann", "1", "verify", 'd');
    walks(t, 5, "ann", "1", "done", 'd');
    finishes(t, 7, "1");
    starts(t, 10, "2"); /* a second look at the first step is no disorder */
    walks(t, 11, "ann", "2", "verify", 'd');
    walks(t, 13, "ann", "2", "read-out", 'b');
    walks(t, 15, "ann", "2", "verify", 'd');
    walks(t, 17, "ann", "2", "read-out", 'd');
    walks(t, 18, "ann", "2", "done", 'd');
    finishes(t, 19, "2");
    g_autofree char *lines = runs_of(t, true);
    g_assert_cmpstr(
        lines, ==,
        "1 return@1 finished by ann in shop: no, 2 demanded, 0 skipped, 0 missing, out of order, -\n"
        "2 return@1 finished by ann in shop: yes, 2 demanded, 0 skipped, 0 missing, -\n");
    tape_free(t);
}

static void test_a_run_that_was_left_owes_what_all_ends_demand(void)
{
    struct tape *t = tape_new();
    starts(t, 0, "1");
    tape_add(t, 2, EVENT_SCRIPT_LEFT, "ann", "1", "{'script':'return','reason':'other matter'}");
    starts(t, 10, "2");
    walks(t, 11, "ann", "2", "verify", 'd');
    tape_add(t, 15, EVENT_CONTACT_CLOSED, "ann", "2", "{'disposition':'d','resolved':false}");
    starts(t, 20, "3"); /* the customer hung up */
    tape_add(t, 21, EVENT_CONTACT_CUSTOMER_LEFT, "customer", "3", "{}");
    tape_add(t, 22, EVENT_CONTACT_CLOSED, "ann", "3", "{'disposition':'d','resolved':false}");
    g_autofree char *lines = runs_of(t, true);
    g_assert_cmpstr(lines, ==,
                    "1 return@1 ended by ann in shop: no, 1 demanded, 0 skipped, 1 missing, verify\n"
                    "2 return@1 ended by ann in shop: yes, 1 demanded, 0 skipped, 0 missing, -\n"
                    "3 return@1 ended by ann in shop: unknown, 1 demanded, 0 skipped, 1 missing, verify\n");
    tape_free(t);
}

static void test_a_run_goes_on_after_a_transfer(void)
{
    struct tape *t = tape_new();
    starts(t, 0, "1");
    walks(t, 1, "ann", "1", "verify", 'd');
    tape_add(t, 3, EVENT_CONTACT_TRANSFERRED, "ann", "1", "{'queue':'bank'}");
    tape_add(t, 4, EVENT_CONTACT_ACCEPTED, "ben", "1", "{}");
    tape_add(t, 5, EVENT_SCRIPT_STARTED, "ben", "1", "{'script':'return','version':1}");
    walks(t, 6, "ben", "1", "read-out", 'd');
    walks(t, 8, "ben", "1", "done", 'd');
    finishes(t, 9, "1");
    g_autofree char *lines = runs_of(t, true);
    g_assert_cmpstr(lines, ==,
                    "1 return@1 finished by ben in bank: yes, 2 demanded, 0 skipped, 0 missing, -\n");
    tape_free(t);
}

/* A failed check led to an end that asks for more, and was gone back from before another script was taken. */
static void test_a_run_that_was_switched_had_no_end(void)
{
    struct tape *t = tape_new();
    starts(t, 0, "1");
    walks(t, 1, "ann", "1", "verify", 'd');
    walks(t, 3, "ann", "1", "read-out", 'b');
    tape_add(t, 5, EVENT_STEP_ENTERED, "ann", "1", "{'script':'return','step':'verify','class':'required'}");
    tape_add(t, 6, EVENT_SCRIPT_FINISHED, "ann", "1", "{'script':'return','outcome':'switched'}");
    g_autofree char *lines = runs_of(t, true);
    g_assert_cmpstr(lines, ==, "1 return@1 ended by ann in shop: yes, 1 demanded, 0 skipped, 0 missing, -\n");
    tape_free(t);
}

static void test_of_a_version_that_is_gone_only_what_was_entered_is_known(void)
{
    struct tape *t = tape_new();
    starts(t, 0, "1");
    walks(t, 1, "ann", "1", "verify", 's');
    finishes(t, 3, "1");
    starts(t, 10, "2");
    walks(t, 11, "ann", "2", "verify", 'd');
    finishes(t, 13, "2");
    starts(t, 20, "3");
    walks(t, 21, "ann", "3", "verify", 'd');
    tape_add(t, 23, EVENT_SCRIPT_LEFT, "ann", "3", "{'script':'return','reason':'r'}");
    g_autofree char *lines = runs_of(t, false);
    g_assert_cmpstr(lines, ==,
                    "1 return@1 finished by ann in shop: no, 1 demanded, 1 skipped, 0 missing, verify\n"
                    "2 return@1 finished by ann in shop: yes, 1 demanded, 0 skipped, 0 missing, -\n"
                    "3 return@1 ended by ann in shop: unknown, 1 demanded, 0 skipped, 0 missing, -\n");
    tape_free(t);
}

static void test_the_report_adds_up_the_lowest_rate_first(void)
{
    struct tape *t = tape_new();
    for (int i = 0; i < 4; i++) {
        g_autofree char *contact = g_strdup_printf("%d", i);
        const char *who = i < 3 ? "ann" : "ben";
        starts(t, i * 10, contact);
        walks(t, i * 10 + 1, who, contact, "verify", i == 0 ? 's' : 'd');
        walks(t, i * 10 + 3, who, contact, "refused", 'd');
        finishes(t, i * 10 + 5, contact);
    }
    enum compliance_by by;
    g_assert_true(compliance_by_parse("agent", &by));
    g_assert_false(compliance_by_parse("moon", &by));
    g_autoptr(compliance_report) r = compliance_report_new(by, TAPE_START_MS, INT64_MAX);
    tell_demands(compliance_report_fold_of(r));
    step_titles_put(compliance_report_titles(r), "return", "verify", "Who it is");
    for (guint i = 0; i < t->events->len; i++)
        compliance_report_fold(r, g_ptr_array_index(t->events, i));
    g_autoptr(report) answer = compliance_report_answer(r);
    g_autofree char *tsv = report_to_tsv(answer), *text = report_to_text(answer, true);
    g_assert_cmpstr(tsv, ==,
                    "key\truns\tjudged\tcompliant\trate_percent\tskipped\tmissing\tout_of_order\n"
                    "ann\t3\t3\t2\t66.7\t1\t0\t0\n"
                    "ben\t1\t1\t1\t100.0\t0\t0\t0\n");
    g_assert_nonnull(strstr(text, "return                verify  Who it is     1\n"));
    g_assert_nonnull(strstr(text, "  66.7 %  "));
    g_assert_nonnull(strstr(text, "rate = compliant / judged runs of a script\n"));
    tape_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/compliance/a finished run owes what its end demands",
                    test_a_finished_run_owes_what_its_end_demands);
    g_test_add_func("/compliance/a step passed by is done", test_a_step_passed_by_is_done);
    g_test_add_func("/compliance/the order counts", test_the_order_counts);
    g_test_add_func("/compliance/a run that was left owes what all ends demand",
                    test_a_run_that_was_left_owes_what_all_ends_demand);
    g_test_add_func("/compliance/a run goes on after a transfer", test_a_run_goes_on_after_a_transfer);
    g_test_add_func("/compliance/a run that was switched had no end",
                    test_a_run_that_was_switched_had_no_end);
    g_test_add_func("/compliance/of a version that is gone only what was entered is known",
                    test_of_a_version_that_is_gone_only_what_was_entered_is_known);
    g_test_add_func("/compliance/the report adds up, the lowest rate first",
                    test_the_report_adds_up_the_lowest_rate_first);
    return g_test_run();
}
