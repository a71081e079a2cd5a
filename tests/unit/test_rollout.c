/* Who gets a version that is not everybody's: the same customers always, in the share that was asked for. */
#include "app/script/rollout.h"

#include <glib.h>
#include <math.h>

#define CUSTOMERS 10000

static struct script_rollout rollout(int64_t version, int64_t share_percent)
{
    return (struct script_rollout){.script = "return", .version = version, .share_percent = share_percent};
}

static bool chosen(const struct script_rollout *r, int number)
{
    g_autofree char *id = g_strdup_printf("C%05d", number);
    return script_rollout_has(r, id, "1", "orders");
}

/* Computed apart from the code: printf 'return 2 C1' | sha256sum, first eight digits, * 10000 / 2^32. */
static void test_a_draw_is_what_anybody_can_compute(void)
{
    g_assert_cmpint(script_rollout_draw("return", 2, "C1"), ==, 3164);
    g_assert_cmpint(script_rollout_draw("return", 2, "王芳"), ==, 7729);
}

/* Within four standard deviations of a binomial share; a hash that leans is outside. */
static void test_a_share_is_what_was_asked_for(void)
{
    static const int shares[] = {1, 10, 50, 90};
    for (size_t i = 0; i < G_N_ELEMENTS(shares); i++)
        for (int64_t version = 1; version <= 5; version++) {
            struct script_rollout r = rollout(version, shares[i]);
            int count = 0;
            for (int n = 0; n < CUSTOMERS; n++)
                count += chosen(&r, n);
            double p = shares[i] / 100.0, deviation = sqrt(CUSTOMERS * p * (1 - p));
            g_assert_cmpfloat(fabs(count - CUSTOMERS * p), <, 4 * deviation);
        }
}

static void test_nobody_leaves_a_share_that_grows(void)
{
    struct script_rollout small = rollout(2, 10), large = rollout(2, 25), all = rollout(2, 100),
                          none = rollout(2, 0);
    for (int n = 0; n < CUSTOMERS; n++) {
        g_assert_true(!chosen(&small, n) || chosen(&large, n));
        g_assert_true(chosen(&all, n));
        g_assert_false(chosen(&none, n));
    }
}

/* Of the tenth that had version 2 first, about a tenth has version 3 first. */
static void test_each_version_is_a_draw_of_its_own(void)
{
    struct script_rollout two = rollout(2, 10), three = rollout(3, 10);
    int both = 0;
    for (int n = 0; n < CUSTOMERS; n++)
        both += chosen(&two, n) && chosen(&three, n);
    g_assert_cmpint(both, >, 60);
    g_assert_cmpint(both, <, 140);
}

static void test_the_customer_decides_and_not_the_contact(void)
{
    struct script_rollout r = rollout(2, 50);
    int unlike = 0;
    for (int n = 0; n < 100; n++) {
        g_autofree char *id = g_strdup_printf("%d", 48000 + n);
        g_assert_true(script_rollout_has(&r, "C1", id, NULL) == script_rollout_has(&r, "C1", "1", "other"));
        unlike += script_rollout_has(&r, NULL, id, NULL) != script_rollout_has(&r, NULL, "48000", NULL);
    }
    g_assert_cmpint(unlike, >, 20); /* of nobody known each contact draws for itself */
}

static void test_queues_stand_in_place_of_a_share(void)
{
    struct script_rollout r = rollout(2, 0);
    r.queues = "orders orders-zh";
    g_assert_true(script_rollout_has(&r, "C1", "1", "orders"));
    g_assert_true(script_rollout_has(&r, NULL, "1", "orders-zh"));
    g_assert_false(script_rollout_has(&r, "C1", "1", "order"));
    g_assert_false(script_rollout_has(&r, "C1", "1", NULL));
    r.queues = "";
    g_assert_false(script_rollout_has(&r, "C1", "1", "orders"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rollout/a draw is what anybody can compute", test_a_draw_is_what_anybody_can_compute);
    g_test_add_func("/rollout/a share is what was asked for", test_a_share_is_what_was_asked_for);
    g_test_add_func("/rollout/nobody leaves a share that grows", test_nobody_leaves_a_share_that_grows);
    g_test_add_func("/rollout/each version is a draw of its own", test_each_version_is_a_draw_of_its_own);
    g_test_add_func("/rollout/the customer decides and not the contact",
                    test_the_customer_decides_and_not_the_contact);
    g_test_add_func("/rollout/queues stand in place of a share", test_queues_stand_in_place_of_a_share);
    return g_test_run();
}
