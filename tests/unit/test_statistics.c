#include "app/measure/statistics.h"

#include <glib.h>
#include <math.h>

#define NEAR(found, expected, by) g_assert_cmpfloat_with_epsilon(found, expected, by)

static struct statistics_sample sample_of(const double *values, size_t count)
{
    g_autofree struct statistics_cluster *clusters = g_new0(struct statistics_cluster, count + 1);
    for (size_t i = 0; i < count; i++)
        clusters[i] = (struct statistics_cluster){1, values[i]};
    struct statistics_sample sample;
    statistics_sample_of(clusters, count, &sample);
    return sample;
}

static struct statistics_sample share_of(int successes, int count)
{
    g_autofree double *values = g_new0(double, count + 1);
    for (int i = 0; i < successes; i++)
        values[i] = 1;
    return sample_of(values, (size_t)count);
}

/* NIST/SEMATECH e-Handbook of Statistical Methods, tables 1.3.6.7.1 and 1.3.6.7.2. */
static void test_quantiles_are_those_of_the_tables(void)
{
    NEAR(statistics_normal_quantile(0.975), 1.959963985, 1e-8);
    NEAR(statistics_normal_quantile(0.8), 0.841621234, 1e-8);
    NEAR(statistics_normal_quantile(0.025), -1.959963985, 1e-8);
    NEAR(statistics_normal_quantile(0.5), 0, 1e-9);
    static const struct {
        double p, df, t;
    } rows[] = {{0.975, 1, 12.706}, {0.975, 2, 4.303},  {0.95, 5, 2.015},    {0.975, 10, 2.228},
                {0.99, 20, 2.528},  {0.999, 30, 3.385}, {0.975, 100, 1.984}, {0.9, 60, 1.296}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        NEAR(statistics_t_quantile(rows[i].p, rows[i].df), rows[i].t, 5.1e-4);
        NEAR(statistics_t_quantile(1 - rows[i].p, rows[i].df), -rows[i].t, 5.1e-4);
    }
    NEAR(statistics_t_quantile(0.975, 2e6), statistics_t_quantile(0.975, 9e5), 1e-5);
}

/* Student, "The probable error of a mean", Biometrika 6, 1908: hours of sleep gained with two drugs; worked
 * with unequal variances in the manual of R, t.test(extra ~ group, data = sleep). */
static void test_welch_on_students_sleep(void)
{
    static const double first[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0},
                        second[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
    struct statistics_sample a = sample_of(first, 10), b = sample_of(second, 10);
    NEAR(a.mean, 0.75, 1e-12);
    NEAR(b.mean, 2.33, 1e-12);
    struct statistics_difference d = statistics_welch(&a, &b, 0.95);
    NEAR(d.difference / d.standard_error, 1.8608, 5e-5);
    NEAR(d.df, 17.776, 5e-4);
    NEAR(d.interval.low, -0.2054832, 5e-7);
    NEAR(d.interval.high, 3.3654832, 5e-7);
}

/* NIST/SEMATECH e-Handbook 1.3.5.3, miles per gallon of 249 US and 79 Japanese cars: T = -12.946, df = 136.87
 * where the variances are not taken to be equal. */
static void test_welch_on_the_cars_of_nist(void)
{
    struct statistics_sample us = {249, 249, 20.14458, 6.41470 * 6.41470 / 249},
                             japan = {79, 79, 30.48101, 6.10771 * 6.10771 / 79};
    struct statistics_difference d = statistics_welch(&us, &japan, 0.95);
    NEAR(d.difference / d.standard_error, 12.94627, 5e-4);
    NEAR(d.df, 136.8750, 5e-3);
}

/* Newcombe, Statistics in Medicine 17, 1998, 857-872, table I, method 3. */
static void test_wilson_on_newcombes_shares(void)
{
    static const struct {
        int successes, count;
        double low, high;
    } rows[] = {
        {81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct statistics_interval w = statistics_wilson(rows[i].successes, rows[i].count, 0.95);
        NEAR(w.low, rows[i].low, 5.1e-5);
        NEAR(w.high, rows[i].high, 5.1e-5);
    }
    g_assert_cmpfloat(statistics_wilson(0, 0, 0.95).high, ==, 1);
}

/* Newcombe, Statistics in Medicine 17, 1998, 873-890, table II, method 10; there it is first less second. */
static void test_differences_of_shares_on_newcombes_examples(void)
{
    static const struct {
        int a, m, b, n;
        double low, high;
    } rows[] = {{56, 70, 48, 80, 0.0524, 0.3339}, {9, 10, 3, 10, 0.1705, 0.8090},
                {6, 7, 2, 7, 0.0582, 0.8062},     {5, 56, 0, 29, -0.0381, 0.1926},
                {0, 10, 0, 20, -0.1611, 0.2775},  {0, 10, 0, 10, -0.2775, 0.2775},
                {10, 10, 0, 20, 0.6791, 1.0000},  {10, 10, 0, 10, 0.6075, 1.0000}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct statistics_sample one = share_of(rows[i].a, rows[i].m), other = share_of(rows[i].b, rows[i].n);
        struct statistics_difference d = statistics_newcombe(&other, &one, 0.95);
        NEAR(d.interval.low, rows[i].low, 5.1e-5);
        NEAR(d.interval.high, rows[i].high, 5.1e-5);
    }
}

static void test_a_sample_of_nothing_says_nothing(void)
{
    double value = 3;
    struct statistics_sample none = sample_of(NULL, 0), one = sample_of(&value, 1);
    struct statistics_difference d = statistics_welch(&none, &one, 0.95);
    g_assert_true(isinf(d.interval.low) && isinf(d.interval.high));
    d = statistics_newcombe(&none, &none, 0.95);
    g_assert_cmpfloat(d.interval.low, <=, -1);
    g_assert_cmpfloat(d.interval.high, >=, 1);
    g_assert_cmpfloat(statistics_per_arm(1, 1, 0, 0.95, 0.8), ==, 0);
}

/* Lehr, Statistics in Medicine 11, 1992: 16 / d^2 contacts an arm at 80 % and 5 %, the rounded form of
 * 15.7 / d^2. */
static void test_contacts_an_arm_follow_lehrs_rule(void)
{
    g_assert_cmpfloat(statistics_per_arm(1, 1, 0.5, 0.95, 0.8), ==, 63);
    g_assert_cmpfloat(statistics_per_arm(1, 1, 0.1, 0.95, 0.8), ==, 1570);
    g_assert_cmpfloat(statistics_per_arm(4, 4, 1, 0.95, 0.8), ==, 63);
}

/* --- simulation --- */

enum { ROUNDS = 2000 };

static double normal(GRand *random)
{
    double u = 1 - g_rand_double(random), v = g_rand_double(random);
    return sqrt(-2 * log(u)) * cos(2 * G_PI * v);
}

/* Customers with one to four contacts, whose times share the customer's ways. */
static struct statistics_sample simulate(GRand *random, size_t customers, double mean,
                                         double (*draw)(GRand *, double))
{
    g_autofree struct statistics_cluster *clusters = g_new0(struct statistics_cluster, customers);
    for (size_t i = 0; i < customers; i++) {
        double own = normal(random);
        int contacts = g_rand_int_range(random, 1, 5);
        for (int k = 0; k < contacts; k++) {
            clusters[i].count++;
            clusters[i].sum += draw(random, mean + own);
        }
    }
    struct statistics_sample sample;
    statistics_sample_of(clusters, customers, &sample);
    return sample;
}

static double draw_time(GRand *random, double at)
{
    return at + normal(random);
}

static double draw_success(GRand *random, double at)
{
    return g_rand_double(random) < 1 / (1 + exp(-at));
}

/* Of 95 % intervals some 95 % hold the truth: binomial, standard deviation 0.5 % in 2000 rounds. */
static void test_intervals_of_clustered_samples_hold_what_they_say(void)
{
    GRand *random = g_rand_new_with_seed(11);
    int times = 0, shares = 0, naive = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct statistics_sample a = simulate(random, 60, 5, draw_time),
                                 b = simulate(random, 90, 5.5, draw_time);
        struct statistics_difference d = statistics_welch(&a, &b, 0.95);
        times += d.interval.low <= 0.5 && 0.5 <= d.interval.high;
        struct statistics_sample c = simulate(random, 80, 1, draw_success),
                                 e = simulate(random, 80, 1, draw_success);
        d = statistics_newcombe(&c, &e, 0.95);
        shares += d.interval.low <= 0 && 0 <= d.interval.high;
        c.variance_of_mean = c.mean * (1 - c.mean) / c.count; /* as if no two were of one customer */
        e.variance_of_mean = e.mean * (1 - e.mean) / e.count;
        d = statistics_newcombe(&c, &e, 0.95);
        naive += d.interval.low <= 0 && 0 <= d.interval.high;
    }
    g_test_message("of 95 %% intervals held: times %.1f %%, shares %.1f %%, shares unclustered %.1f %%",
                   100.0 * times / ROUNDS, 100.0 * shares / ROUNDS, 100.0 * naive / ROUNDS);
    g_assert_cmpint(times, >=, ROUNDS * 93 / 100);
    g_assert_cmpint(times, <=, ROUNDS * 97 / 100);
    g_assert_cmpint(shares, >=, ROUNDS * 93 / 100);
    g_assert_cmpint(shares, <=, ROUNDS * 97 / 100);
    g_assert_cmpint(naive, <, shares);
    g_rand_free(random);
}

/* With as many contacts as asked for, the effect is found about four times in five, and without an effect one
 * time in twenty. */
static void test_the_contacts_asked_for_find_the_effect(void)
{
    GRand *random = g_rand_new_with_seed(12);
    size_t count = (size_t)statistics_per_arm(1, 1, 0.4, 0.95, 0.8);
    int found = 0, false_alarms = 0;
    for (int i = 0; i < ROUNDS; i++) {
        g_autofree double *old = g_new(double, count), *new = g_new(double, count),
                          *same = g_new(double, count);
        for (size_t k = 0; k < count; k++) {
            old[k] = normal(random);
            new[k] = 0.4 + normal(random);
            same[k] = normal(random);
        }
        struct statistics_sample a = sample_of(old, count), b = sample_of(new, count),
                                 c = sample_of(same, count);
        struct statistics_difference d = statistics_welch(&a, &b, 0.95),
                                     none = statistics_welch(&a, &c, 0.95);
        found += d.interval.low > 0;
        false_alarms += none.interval.low > 0 || none.interval.high < 0;
        NEAR(statistics_detectable(d.standard_error, 0.95, 0.8), 0.4, 0.1);
    }
    g_assert_cmpint(found, >=, ROUNDS * 77 / 100);
    g_assert_cmpint(found, <=, ROUNDS * 83 / 100);
    g_assert_cmpint(false_alarms, >=, ROUNDS * 3 / 100);
    g_assert_cmpint(false_alarms, <=, ROUNDS * 7 / 100);
    g_rand_free(random);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/statistics/quantiles are those of the tables", test_quantiles_are_those_of_the_tables);
    g_test_add_func("/statistics/Welch on Student's sleep", test_welch_on_students_sleep);
    g_test_add_func("/statistics/Welch on the cars of NIST", test_welch_on_the_cars_of_nist);
    g_test_add_func("/statistics/Wilson on Newcombe's shares", test_wilson_on_newcombes_shares);
    g_test_add_func("/statistics/differences of shares on Newcombe's examples",
                    test_differences_of_shares_on_newcombes_examples);
    g_test_add_func("/statistics/a sample of nothing says nothing", test_a_sample_of_nothing_says_nothing);
    g_test_add_func("/statistics/contacts an arm follow Lehr's rule", test_contacts_an_arm_follow_lehrs_rule);
    g_test_add_func("/statistics/intervals of clustered samples hold what they say",
                    test_intervals_of_clustered_samples_hold_what_they_say);
    g_test_add_func("/statistics/the contacts asked for find the effect",
                    test_the_contacts_asked_for_find_the_effect);
    return g_test_run();
}
