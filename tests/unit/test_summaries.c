#include "app/measure/summaries.h"

#include <glib.h>
#include <string.h>

#include "tests/support/tape.h"

#define DAY 86400.0

/* What is given out, one line each. */
static void take(const struct summary *row, void *user_data)
{
    static const char *const answers[] = {"?", "yes", "no"};
    g_string_append_printf(user_data, "%s %s repeat=%d repeated=%s first=%s legs=%d handle=%d queue=%d\n",
                           row->contact,
                           row->fate == FATE_CLOSED      ? "closed"
                           : row->fate == FATE_ABANDONED ? "abandoned"
                                                         : "open",
                           row->is_repeat, answers[row->repeated], answers[row->first], row->legs,
                           (int)(row->handle_ms / 1000), (int)(row->wait_ms[WAIT_QUEUE] / 1000));
}

static char *lines_of(const struct tape *t, double now)
{
    GString *lines = g_string_new(NULL);
    g_autoptr(summaries) s = summaries_new(take, lines);
    for (guint i = 0; i < t->events->len; i++) {
        summaries_fold(s, g_ptr_array_index(t->events, i));
        summaries_fold(s, g_ptr_array_index(t->events, i));
    }
    summaries_settle(s, TAPE_START_MS + (int64_t)(now * 1000));
    return g_string_free(lines, false);
}

static void comes(struct tape *t, double at, const char *contact, const char *customer, const char *intent)
{
    g_autofree char *data =
        g_strdup_printf("{'channel':'phone','queue':'shop','class':'enquiry','customer':'%s','intent':'%s'}",
                        customer, intent);
    tape_add(t, at, EVENT_CONTACT_CREATED, "integration", contact, data);
}

/* Taken after 10 s, done after 60. */
static void served(struct tape *t, double at, const char *contact, bool resolved)
{
    tape_add(t, at + 10, EVENT_CONTACT_ACCEPTED, "ann", contact, "{'from':'offer'}");
    tape_add(t, at + 10, EVENT_FOCUS_MOVED, "ann", contact, "{}");
    tape_add(t, at + 50, EVENT_CONTACT_WRAP_STARTED, "ann", contact, "{}");
    tape_add(t, at + 70, EVENT_CONTACT_CLOSED, "ann", contact,
             resolved ? "{'disposition':'done','resolved':true}" : "{'disposition':'open','resolved':false}");
}

static void test_who_comes_again_within_seven_days_was_not_helped_the_first_time(void)
{
    struct tape *t = tape_new();
    comes(t, 0, "1", "c1", "refund");
    served(t, 0, "1", true);
    comes(t, 1 * DAY, "2", "c1", "address"); /* another matter */
    served(t, 1 * DAY, "2", true);
    comes(t, 6.9 * DAY, "3", "c1", "refund");
    served(t, 6.9 * DAY, "3", true);
    comes(t, 14 * DAY, "4", "c1", "refund"); /* more than seven days later */
    served(t, 14 * DAY, "4", false);
    g_autofree char *lines = lines_of(t, 15 * DAY);
    g_assert_cmpstr(lines, ==,
                    "1 closed repeat=0 repeated=yes first=no legs=1 handle=60 queue=10\n"
                    "2 closed repeat=0 repeated=no first=yes legs=1 handle=60 queue=10\n"
                    "3 closed repeat=1 repeated=no first=yes legs=1 handle=60 queue=10\n"
                    "4 closed repeat=0 repeated=? first=? legs=1 handle=60 queue=10\n");
    tape_free(t);
}

static void test_a_second_contact_while_the_first_is_open_is_a_repeat(void)
{
    struct tape *t = tape_new();
    comes(t, 0, "1", "c1", "refund");
    comes(t, 5, "2", "c1", "refund");
    served(t, 10, "1", true);
    served(t, 100, "2", true);
    g_autofree char *lines = lines_of(t, 8 * DAY);
    g_assert_cmpstr(lines, ==,
                    "1 closed repeat=0 repeated=yes first=no legs=1 handle=60 queue=20\n"
                    "2 closed repeat=1 repeated=no first=yes legs=1 handle=60 queue=105\n");
    tape_free(t);
}

static void test_who_was_not_served_comes_for_the_first_time(void)
{
    struct tape *t = tape_new();
    comes(t, 0, "1", "c1", "refund");
    tape_add(t, 30, EVENT_CONTACT_ABANDONED, "customer", "1", "{}");
    comes(t, 100, "2", "c1", "refund");
    served(t, 100, "2", true);
    comes(t, 300, "3", "c1", "refund");
    g_autofree char *lines = lines_of(t, 400);
    g_assert_cmpstr(lines, ==,
                    "1 abandoned repeat=0 repeated=yes first=? legs=0 handle=0 queue=30\n"
                    "2 closed repeat=0 repeated=yes first=? legs=1 handle=60 queue=10\n"
                    "3 open repeat=1 repeated=? first=? legs=0 handle=0 queue=0\n");
    tape_free(t);
}

/* The customer is found out after the contact came. */
static void test_a_matter_that_is_learnt_late_is_matched_then(void)
{
    struct tape *t = tape_new();
    comes(t, 0, "1", "c1", "refund");
    served(t, 0, "1", true);
    tape_add(t, 100, EVENT_CONTACT_CREATED, "integration", "2", "{'channel':'chat','queue':'shop'}");
    tape_add(t, 110, EVENT_CONTACT_CUSTOMER_LINKED, "integration", "2", "{'customer':'c1','name':'Ann'}");
    tape_add(t, 120, EVENT_CONTACT_CLASSIFIED, "integration", "2", "{'intent':'address'}");
    tape_add(t, 130, EVENT_CONTACT_CLASSIFIED, "integration", "2", "{'intent':'refund'}");
    g_autofree char *lines = lines_of(t, 200);
    g_assert_cmpstr(lines, ==,
                    "1 closed repeat=0 repeated=yes first=? legs=1 handle=60 queue=10\n"
                    "2 open repeat=1 repeated=? first=? legs=0 handle=0 queue=0\n");
    tape_free(t);
}

static void keep(const struct summary *row, void *user_data)
{
    struct summary *kept = user_data;
    *kept = *row;
    kept->contact = kept->queue = kept->script = NULL;
    g_assert_cmpstr(row->queue, ==, "bank");
    g_assert_cmpstr(row->first_queue, ==, "shop");
    g_assert_cmpstr(row->agent, ==, "ben");
    g_assert_cmpstr(row->script, ==, "return");
    g_assert_cmpstr(row->disposition, ==, "done");
}

static void test_all_that_happened_is_in_the_row(void)
{
    struct tape *t = tape_new();
    struct summary row;
    comes(t, 0, "1", "c1", "refund");
    tape_add(t, 1, EVENT_CONTACT_OFFERED, "system", "1", "{'agent':'cat','until_ms':1}");
    tape_add(t, 4, EVENT_CONTACT_OFFER_TIMED_OUT, "system", "1", "{'agent':'cat'}");
    tape_add(t, 6, EVENT_CONTACT_ACCEPTED, "ann", "1", "{}");
    tape_add(t, 6, EVENT_FOCUS_MOVED, "ann", "1", "{}");
    tape_add(t, 7, EVENT_SCRIPT_STARTED, "ann", "1", "{'script':'return','version':3}");
    tape_add(t, 8, EVENT_STEP_ENTERED, "ann", "1", "{'script':'return','step':'a','class':'required'}");
    tape_add(t, 9, EVENT_STEP_ANSWERED, "ann", "1",
             "{'script':'return','step':'a','field':'order','value':'7','source':'record'}");
    tape_add(t, 10, EVENT_STEP_ANSWERED, "ann", "1",
             "{'script':'return','step':'a','field':'why','value':'size','source':'agent'}");
    tape_add(t, 12, EVENT_STEP_LEFT, "ann", "1", "{'script':'return','step':'a','keys':21}");
    tape_add(t, 12, EVENT_STEP_ENTERED, "ann", "1",
             "{'script':'return','step':'b','class':'waste','waste':'search'}");
    tape_add(t, 13, EVENT_SEARCH_DONE, "ann", "1", "{'query':'x','hits':0}");
    tape_add(t, 14, EVENT_MESSAGE_SENT, "ann", "1", "{'text':'x'}");
    tape_add(t, 15, EVENT_STEP_LEFT, "ann", "1", "{'script':'return','step':'b','back':true}");
    tape_add(t, 15, EVENT_STEP_ENTERED, "ann", "1", "{'script':'return','step':'a','class':'required'}");
    tape_add(t, 16, EVENT_STEP_ANSWERED, "ann", "1",
             "{'script':'return','step':'a','field':'why','value':'size','source':'agent'}");
    tape_add(t, 18, EVENT_CONTACT_TRANSFERRED, "ann", "1", "{'queue':'bank','keys':4}");
    tape_add(t, 20, EVENT_CONTACT_ACCEPTED, "ben", "1", "{}");
    tape_add(t, 21, EVENT_CUSTOMER_VERIFIED, "ben", "1", "{'customer':'c1','method':'order'}");
    tape_add(t, 22, EVENT_CUSTOMER_VERIFIED, "ben", "1", "{'customer':'c1','method':'order'}");
    tape_add(t, 23, EVENT_CONTACT_CLOSED, "ben", "1", "{'disposition':'done','resolved':true}");
    tape_add(t, 90, EVENT_CONTACT_RATED, "customer", "1", "{'csat':4,'nps':9}");
    tape_add(t, 91, EVENT_CUSTOMER_VERIFIED, "ben", "1", "{'customer':'c1','method':'order'}");
    g_autoptr(summaries) s = summaries_new(keep, &row);
    for (guint i = 0; i < t->events->len; i++)
        summaries_fold(s, g_ptr_array_index(t->events, i));
    summaries_settle(s, TAPE_START_MS);
    g_assert_cmpint(row.legs, ==, 2);
    g_assert_cmpint(row.version, ==, 3);
    g_assert_cmpint(row.transfers, ==, 1);
    g_assert_cmpint(row.handle_ms, ==, 12000 + 3000);
    g_assert_cmpint(row.class_ms[STEP_REQUIRED], ==, 4000 + 3000);
    g_assert_cmpint(row.class_ms[STEP_WASTE], ==, 3000);
    g_assert_cmpint(row.outside_ms, ==, 2000 + 3000);
    g_assert_cmpint(row.wait_ms[WAIT_QUEUE], ==, 1000 + 2000 + 2000);
    g_assert_cmpint(row.wait_ms[WAIT_OFFER], ==, 3000);
    g_assert_cmpint(row.steps[STEP_REQUIRED], ==, 2);
    g_assert_cmpint(row.steps_again, ==, 1);
    g_assert_cmpint(row.answers, ==, 3);
    g_assert_cmpint(row.answers_filled, ==, 1);
    g_assert_cmpint(row.answers_again, ==, 1);
    g_assert_cmpint(row.verifications, ==, 2);
    g_assert_cmpint(row.searches, ==, 1);
    g_assert_cmpint(row.searches_found, ==, 0);
    g_assert_cmpint(row.keys, ==, 25);
    g_assert_cmpint(row.csat, ==, 4);
    g_assert_cmpint(row.nps, ==, 9);
    g_assert_cmpint(row.replied_ms, ==, TAPE_START_MS + 14000);
    tape_free(t);
}

/* A life of waits and legs has no gap: their sum is the time from arrival to the end. */
static void add_up(const struct summary *row, void *user_data)
{
    int64_t sum_ms = row->handle_ms;
    for (int i = 0; i < WAIT_KIND_COUNT; i++)
        sum_ms += row->wait_ms[i];
    g_assert_cmpint(sum_ms, ==, row->over_ms - row->created_ms);
    (*(int *)user_data)++;
}

static double live(struct tape *t, GRand *random, const char *contact)
{
    double at = g_rand_int_range(random, 1, 30);
    for (int legs = g_rand_int_range(random, 1, 5); legs > 0; legs--) {
        if (g_rand_boolean(random)) {
            tape_add(t, at, EVENT_CONTACT_OFFERED, "system", contact, "{'agent':'ann','until_ms':1}");
            at += g_rand_int_range(random, 1, 20);
            if (g_rand_boolean(random)) {
                tape_add(t, at, EVENT_CONTACT_OFFER_REJECTED, "ann", contact, "{'agent':'ann','reason':'x'}");
                at += g_rand_int_range(random, 1, 20);
            }
        }
        tape_add(t, at, EVENT_CONTACT_ACCEPTED, "ann", contact, "{}");
        at += g_rand_int_range(random, 1, 90);
        if (legs == 1)
            break;
        bool parks = g_rand_boolean(random);
        tape_add(t, at, parks ? EVENT_CONTACT_PARKED : EVENT_CONTACT_TRANSFERRED, "ann", contact,
                 "{'queue':'q'}");
        at += g_rand_int_range(random, 1, 90);
        if (parks)
            tape_add(t, at, EVENT_CONTACT_UNPARKED, "system", contact, "{}");
        at += g_rand_int_range(random, 0, 9);
    }
    tape_add(t, at, EVENT_CONTACT_CLOSED, "ann", contact, "{'disposition':'d','resolved':true}");
    return at;
}

static void test_waits_and_legs_tile_a_life(void)
{
    int count = 0;
    for (guint32 seed = 1; seed <= 300; seed++) {
        GRand *random = g_rand_new_with_seed(seed);
        struct tape *t = tape_new();
        comes(t, 0, "1", "c1", "refund");
        double end = live(t, random, "1");
        g_autoptr(summaries) s = summaries_new(add_up, &count);
        for (guint i = 0; i < t->events->len; i++)
            summaries_fold(s, g_ptr_array_index(t->events, i));
        summaries_settle(s, TAPE_START_MS + (int64_t)(end * 1000));
        tape_free(t);
        g_rand_free(random);
    }
    g_assert_cmpint(count, ==, 300);
}

/* Many contacts of one customer, some still open, given out in any order: the links stay whole (checked by
 * the sanitizers), and each contact is given out once. */
static void count_once(const struct summary *row, void *user_data)
{
    g_assert_true(g_hash_table_add(user_data, g_strdup(row->contact)));
}

static void test_each_contact_is_given_out_once(void)
{
    for (guint32 seed = 1; seed <= 60; seed++) {
        GRand *random = g_rand_new_with_seed(seed);
        struct tape *t = tape_new();
        g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        for (int i = 0; i < 80; i++) {
            double at = i * 0.4 * DAY;
            g_autofree char *contact = g_strdup_printf("%d", i),
                            *customer = g_strdup_printf("c%d", g_rand_int_range(random, 0, 3));
            comes(t, at, contact, customer, "refund");
            if (g_rand_int_range(random, 0, 4) == 0)
                tape_add(t, at + 5, EVENT_CONTACT_CUSTOMER_LINKED, "integration", contact,
                         "{'customer':'c1'}");
            if (g_rand_int_range(random, 0, 5) > 0)
                served(t, at + 9, contact, g_rand_boolean(random));
        }
        g_autoptr(summaries) s = summaries_new(count_once, seen);
        for (guint i = 0; i < t->events->len; i++)
            summaries_fold(s, g_ptr_array_index(t->events, i));
        summaries_settle(s, TAPE_START_MS + (int64_t)(33 * DAY * 1000));
        g_assert_cmpuint(g_hash_table_size(seen), ==, 80);
        tape_free(t);
        g_rand_free(random);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/summaries/who comes again within seven days was not helped the first time",
                    test_who_comes_again_within_seven_days_was_not_helped_the_first_time);
    g_test_add_func("/summaries/a second contact while the first is open is a repeat",
                    test_a_second_contact_while_the_first_is_open_is_a_repeat);
    g_test_add_func("/summaries/who was not served comes for the first time",
                    test_who_was_not_served_comes_for_the_first_time);
    g_test_add_func("/summaries/a matter that is learnt late is matched then",
                    test_a_matter_that_is_learnt_late_is_matched_then);
    g_test_add_func("/summaries/all that happened is in the row", test_all_that_happened_is_in_the_row);
    g_test_add_func("/summaries/waits and legs tile a life", test_waits_and_legs_tile_a_life);
    g_test_add_func("/summaries/each contact is given out once", test_each_contact_is_given_out_once);
    return g_test_run();
}
