/* Delays grow, have a ceiling, and never come in step. */
#include "net/retry.h"

#include <glib.h>

static void test_doubles_up_to_the_ceiling(void)
{
    const struct retry_policy policy = {.first_ms = 100, .ceiling_ms = 1000};
    const int64_t full_ms[] = {100, 200, 400, 800, 1000, 1000};
    for (unsigned attempt = 0; attempt < G_N_ELEMENTS(full_ms); attempt++) {
        g_assert_cmpint(retry_delay_ms(&policy, attempt, UINT32_MAX), ==, full_ms[attempt]);
        g_assert_cmpint(retry_delay_ms(&policy, attempt, 0), ==, full_ms[attempt] / 2);
    }
}

static void test_stays_within_bounds_for_any_input(void)
{
    for (unsigned attempt = 0; attempt < 200; attempt++) {
        int64_t delay_ms = retry_delay_ms(NULL, attempt * 1000003u, g_test_rand_int());
        g_assert_cmpint(delay_ms, >=, 250);
        g_assert_cmpint(delay_ms, <=, 30000);
    }
    const struct retry_policy odd = {.first_ms = INT64_MAX, .ceiling_ms = INT64_MAX / 2};
    g_assert_cmpint(retry_delay_ms(&odd, 3, 0), >, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/retry/doubles-up-to-the-ceiling", test_doubles_up_to_the_ceiling);
    g_test_add_func("/retry/stays-within-bounds-for-any-input", test_stays_within_bounds_for_any_input);
    return g_test_run();
}
