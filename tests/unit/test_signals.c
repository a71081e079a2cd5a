#include <glib.h>
#include <signal.h>

#include "ui/signals.h"

static gboolean count(void *data)
{
    ++*(int *)data;
    return G_SOURCE_CONTINUE;
}

static void run_what_is_due(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

static void test_a_signal_is_a_turn_of_the_loop(void)
{
    int resizes = 0, ends = 0;
    guint resize = signals_add(SIGWINCH, count, &resizes), end = signals_add(SIGTERM, count, &ends);
    raise(SIGWINCH);
    g_assert_cmpint(resizes, ==, 0);
    run_what_is_due();
    g_assert_cmpint(resizes, ==, 1);
    g_assert_cmpint(ends, ==, 0);
    raise(SIGWINCH);
    raise(SIGWINCH);
    raise(SIGTERM);
    run_what_is_due();
    g_assert_cmpint(resizes, ==, 2);
    g_assert_cmpint(ends, ==, 1);
    g_source_remove(resize);
    g_source_remove(end);
}

static void test_the_handler_of_before_comes_back(void)
{
    int seen = 0;
    signal(SIGUSR1, SIG_IGN);
    guint watch = signals_add(SIGUSR1, count, &seen);
    g_source_remove(watch);
    struct sigaction now;
    sigaction(SIGUSR1, NULL, &now);
    g_assert_true(now.sa_handler == SIG_IGN);
    raise(SIGUSR1);
    run_what_is_due();
    g_assert_cmpint(seen, ==, 0);
    watch = signals_add(SIGUSR1, count, &seen); /* and again */
    raise(SIGUSR1);
    run_what_is_due();
    g_assert_cmpint(seen, ==, 1);
    g_source_remove(watch);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/signals/turn-of-the-loop", test_a_signal_is_a_turn_of_the_loop);
    g_test_add_func("/signals/handler-of-before", test_the_handler_of_before_comes_back);
    return g_test_run();
}
