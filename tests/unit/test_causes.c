/* Three weeks of a shop with causes planted in them: the reports that look for causes must put them first. */
#include <glib.h>
#include <string.h>

#include "app/measure/arrivals.h"
#include "app/measure/article_use.h"
#include "app/measure/step_times.h"
#include "tests/support/tape.h"

enum { DAYS = 21, HOURS = 10, PER_HOUR = 6, FIRST_HOUR = 8 };

static const char *const intents[] = {"late_parcel", "wrong_size", "cannot_pay", "return"};

/* TAPE_START_MS is 11:06:40 in UTC; hours of the tape begin at 00:00 of the next day. */
static double second_of(int day, int hour, double within)
{
    return (12 * 3600 + 53 * 60 + 20) + day * 86400.0 + hour * 3600.0 + within;
}

static void step(struct tape *t, double from, double to, const char *id, const char *name,
                 const char *class_name)
{
    g_autofree char *entered =
        g_strdup_printf("{'script':'help','step':'%s','class':'%s','title':'The %s','target_ms':30000}", name,
                        class_name, name);
    g_autofree char *left = g_strdup_printf("{'script':'help','step':'%s'}", name);
    tape_add(t, from, EVENT_STEP_ENTERED, "ann", id, entered);
    tape_add(t, to, EVENT_STEP_LEFT, "ann", id, left);
}

/* "verify" takes three times its target; article k3 solves one in four, others four in five. */
static void contact(struct tape *t, GRand *random, double at, const char *intent)
{
    g_autofree char *id = g_strdup_printf("%u", t->events->len);
    g_autofree char *created = g_strdup_printf("{'channel':'chat','queue':'shop','intent':'%s'}", intent);
    int article = g_rand_int_range(random, 0, 8);
    g_autofree char *opened = g_strdup_printf("{'article':'k%d'}", article);
    bool resolved = g_rand_int_range(random, 0, 100) < (article == 3 ? 25 : 80);
    tape_add(t, at, EVENT_CONTACT_CREATED, "customer", id, created);
    tape_add(t, at + 1, EVENT_CONTACT_ACCEPTED, "ann", id, "{}");
    step(t, at + 2, at + 30, id, "ask", "value");
    step(t, at + 30, at + 115 + g_rand_int_range(random, 0, 10), id, "verify", "required");
    step(t, at + 130, at + 155, id, "answer", "value");
    tape_add(t, at + 156, EVENT_ARTICLE_OPENED, "ann", id, opened);
    if (g_rand_int_range(random, 0, 3) == 0)
        tape_add(t, at + 157, EVENT_ARTICLE_INSERTED, "ann", id, opened);
    tape_add(t, at + 160, EVENT_CONTACT_WRAP_STARTED, "ann", id, "{}");
    tape_add(t, at + 170, EVENT_CONTACT_CLOSED, "ann", id,
             resolved ? "{'disposition':'d','resolved':true}" : "{'disposition':'d','resolved':false}");
}

/* On day 15 from 14:00 to 15:00 nobody can pay. */
static struct tape *three_weeks(guint32 seed)
{
    GRand *random = g_rand_new_with_seed(seed);
    struct tape *t = tape_new();
    for (int slot = 0; slot < DAYS * HOURS; slot++) {
        int day = slot / HOURS, hour = FIRST_HOUR + slot % HOURS;
        for (int i = 0; i < PER_HOUR; i++)
            contact(t, random, second_of(day, hour, i * 600), intents[g_rand_int_range(random, 0, 4)]);
        for (int i = 0; day == 15 && hour == 14 && i < 15; i++)
            contact(t, random, second_of(day, hour, 5 + i * 200), "cannot_pay");
    }
    g_rand_free(random);
    return t;
}

static void test_the_slow_step_stands_first(void)
{
    for (guint32 seed = 1; seed <= 3; seed++) {
        struct tape *t = three_weeks(seed);
        g_autoptr(step_times) s = step_times_new(0, INT64_MAX);
        for (guint i = 0; i < t->events->len; i++)
            step_times_fold(s, g_ptr_array_index(t->events, i));
        g_autoptr(GPtrArray) rows = step_times_rows(s);
        g_assert_cmpuint(rows->len, ==, 3);
        const struct step_times_row *row = g_ptr_array_index(rows, 0);
        g_assert_cmpstr(row->step, ==, "verify");
        g_assert_cmpint(row->step_class, ==, STEP_REQUIRED);
        g_assert_cmpint(row->entered, ==, DAYS * HOURS * PER_HOUR + 15);
        g_assert_cmpint(row->mean_ms, >, 85000);
        g_assert_cmpint(row->mean_ms, <, 95000);
        g_assert_cmpint(row->excess_ms, ==, row->total_ms - row->entered * 30000);
        g_assert_cmpfloat(row->share_percent, >, 45);
        const struct step_times_row *last = g_ptr_array_index(rows, 2);
        g_assert_cmpint(last->excess_ms, ==, 0);
        tape_free(t);
    }
}

static void test_the_bad_article_stands_first(void)
{
    for (guint32 seed = 1; seed <= 3; seed++) {
        struct tape *t = three_weeks(seed);
        g_autoptr(article_use) a = article_use_new(0, INT64_MAX);
        for (guint i = 0; i < t->events->len; i++)
            article_use_fold(a, g_ptr_array_index(t->events, i));
        g_autoptr(GPtrArray) rows = article_use_rows(a);
        g_assert_cmpuint(rows->len, ==, 8);
        const struct article_use_row *row = g_ptr_array_index(rows, 0);
        const struct article_use_row *second = g_ptr_array_index(rows, 1);
        g_assert_cmpstr(row->article, ==, "k3");
        g_assert_cmpfloat(row->resolved_percent, <, 40);
        g_assert_cmpfloat(row->unresolved_beyond, >, 4 * second->unresolved_beyond);
        g_assert_cmpint(row->opened, ==, row->contacts);
        tape_free(t);
    }
}

static void test_the_outage_stands_first_by_hour_and_by_day(void)
{
    for (guint32 seed = 1; seed <= 3; seed++) {
        struct tape *t = three_weeks(seed);
        for (int by = ARRIVALS_BY_HOUR; by <= ARRIVALS_BY_DAY; by++) {
            g_autoptr(arrivals) a = arrivals_new((enum arrivals_by)by, 0, INT64_MAX);
            for (guint i = 0; i < t->events->len; i++)
                arrivals_fold(a, g_ptr_array_index(t->events, i));
            g_autoptr(GPtrArray) rows = arrivals_rows(a, by == ARRIVALS_BY_HOUR ? ARRIVALS_UNUSUAL : 0);
            g_assert_cmpuint(rows->len, >=, 1);
            const struct arrivals_row *row = g_ptr_array_index(rows, 0);
            g_assert_cmpstr(row->intent, ==, "cannot_pay");
            g_assert_cmpint(row->count, >=, 15);
            double start = second_of(15, by == ARRIVALS_BY_HOUR ? 14 : 0, 0);
            g_assert_cmpint(row->start_ms, ==, TAPE_START_MS + (int64_t)(start * 1000));
            if (by == ARRIVALS_BY_HOUR)
                g_assert_cmpfloat(row->score, >, 2 * ARRIVALS_UNUSUAL);
        }
        tape_free(t);
    }
}

static void test_tables_of_all_three(void)
{
    struct tape *t = tape_new();
    GRand *random = g_rand_new_with_seed(1);
    contact(t, random, 0, "return");
    contact(t, random, 86400, "return");
    tape_add(t, 90000, EVENT_ARTICLE_FLAGGED, "ann", NULL, "{'article':'k9','note':'old'}");
    tape_add(t, 90000, EVENT_ARTICLE_RATED, "ann", NULL, "{'article':'k9','helped':true}");
    tape_add(t, 90000, EVENT_ARTICLE_RATED, "ben", NULL, "{'article':'k9','helped':false}");
    g_rand_free(random);
    g_autoptr(step_times) s = step_times_new(TAPE_START_MS, TAPE_START_MS + 1000000);
    g_autoptr(article_use) a = article_use_new(0, INT64_MAX);
    g_autoptr(arrivals) hours = arrivals_new(ARRIVALS_BY_HOUR, 0, INT64_MAX);
    for (guint i = 0; i < t->events->len; i++) {
        step_times_fold(s, g_ptr_array_index(t->events, i));
        article_use_fold(a, g_ptr_array_index(t->events, i));
        arrivals_fold(hours, g_ptr_array_index(t->events, i));
    }
    g_autoptr(GPtrArray) steps = step_times_rows(s);
    g_autofree char *text = step_times_rows_to_text(steps, 0);
    g_assert_true(
        g_str_has_prefix(text, "script  step    title       class     waste  entered  mean  target"));
    g_assert_cmpint(((const struct step_times_row *)g_ptr_array_index(steps, 0))->entered, ==, 1);
    g_autofree char *step_tsv = step_times_rows_to_tsv(steps);
    g_assert_nonnull(strstr(step_tsv, "help\tverify\tThe verify\trequired\t\t1\t"));
    cJSON *json = step_times_rows_to_cjson(steps);
    g_assert_cmpint(cJSON_GetArraySize(json), ==, 3);
    cJSON_Delete(json);
    g_autoptr(GPtrArray) articles = article_use_rows(a);
    const struct article_use_row *flagged = NULL;
    for (guint i = 0; i < articles->len; i++) {
        const struct article_use_row *row = g_ptr_array_index(articles, i);
        flagged = strcmp(row->article, "k9") == 0 ? row : flagged;
    }
    g_assert_cmpint(flagged->flagged, ==, 1);
    g_assert_cmpint(flagged->helped, ==, 1);
    g_assert_cmpint(flagged->misled, ==, 1);
    g_assert_cmpfloat(flagged->resolved_percent, ==, -1);
    g_autofree char *article_text = article_use_rows_to_text(articles, 0);
    g_assert_true(g_str_has_prefix(article_text, "article  title  opened  inserted"));
    g_assert_null(strstr(article_text, "-1 %"));
    g_autofree char *article_tsv = article_use_rows_to_tsv(articles);
    g_assert_true(
        g_str_has_prefix(article_tsv, "article\ttitle\topened\tinserted\tcontacts\tresolved_percent\t"));
    json = article_use_rows_to_cjson(articles);
    g_assert_cmpint(cJSON_GetArraySize(json), ==, (int)articles->len);
    cJSON_Delete(json);
    g_autoptr(GPtrArray) rows = arrivals_rows(hours, -100);
    g_autofree char *hour_text = arrivals_rows_to_text(rows, 0);
    g_assert_cmpstr(hour_text, ==,
                    "intent         day  from (UTC)  contacts  usual  score\n"
                    "return  2026-11-18    11:00:00         1    1.0    0.0\n"
                    "return  2026-11-19    11:00:00         1    1.0    0.0\n");
    g_autofree char *hour_tsv = arrivals_rows_to_tsv(rows);
    g_assert_nonnull(strstr(hour_tsv, "return\t2026-11-18T11:00:00.000Z\t"));
    json = arrivals_rows_to_cjson(rows);
    g_assert_cmpint(cJSON_GetArraySize(json), ==, 2);
    cJSON_Delete(json);
    tape_free(t);
}

static void test_reclassifying_moves_an_arrival(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_CREATED, "customer", "1", "{'channel':'chat','queue':'shop'}");
    tape_add(t, 1, EVENT_CONTACT_CREATED, "customer", "2", "{'channel':'chat','queue':'shop'}");
    tape_add(t, 50, EVENT_CONTACT_CLASSIFIED, "ann", "1", "{'intent':'return'}");
    g_autoptr(arrivals) a = arrivals_new(ARRIVALS_BY_DAY, 0, INT64_MAX);
    for (guint i = 0; i < t->events->len; i++)
        arrivals_fold(a, g_ptr_array_index(t->events, i));
    g_autoptr(GPtrArray) rows = arrivals_rows(a, -1);
    g_assert_cmpuint(rows->len, ==, 2);
    g_assert_cmpstr(((const struct arrivals_row *)g_ptr_array_index(rows, 0))->intent, ==, "-");
    g_assert_cmpstr(((const struct arrivals_row *)g_ptr_array_index(rows, 1))->intent, ==, "return");
    tape_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/causes/the slow step stands first", test_the_slow_step_stands_first);
    g_test_add_func("/causes/the bad article stands first", test_the_bad_article_stands_first);
    g_test_add_func("/causes/the outage stands first, by hour and by day",
                    test_the_outage_stands_first_by_hour_and_by_day);
    g_test_add_func("/causes/tables of all three", test_tables_of_all_three);
    g_test_add_func("/causes/reclassifying moves an arrival", test_reclassifying_moves_an_arrival);
    return g_test_run();
}
