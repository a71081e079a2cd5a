/* One sentence, from the backend to the status line. */
#include "net/problem.h"

#include <string.h>

static void test_every_code_has_its_row(void)
{
    for (int code = 0; code < PROBLEM_CODE_COUNT; code++) {
        unsigned status = problem_code_status((enum problem_code)code);
        g_assert_cmpuint(status, >=, 400);
        g_assert_cmpint(problem_code_from_status(status), ==, code);
    }
    g_assert_cmpint(problem_code_from_status(418), ==, PROBLEM_BAD_REQUEST);
    g_assert_cmpint(problem_code_from_status(504), ==, PROBLEM_UNAVAILABLE);
}

static void test_sentence_and_code_travel(void)
{
    for (int code = 0; code < PROBLEM_CODE_COUNT; code++) {
        g_autoptr(GError) sent = g_error_new(NET_PROBLEM, code, "The \"queue\" Größe is %d.", code);
        g_autoptr(GString) out = g_string_new(NULL);
        problem_write(out, sent);
        g_assert_null(strstr(out->str, "null")); /* each has its word and its title */
        g_autoptr(GError) taken =
            problem_read("The backend", problem_code_status((enum problem_code)code), out->str, out->len);
        g_assert_error(taken, NET_PROBLEM, code);
        g_assert_cmpstr(taken->message, ==, sent->message);
    }
}

static void test_is_written_as_the_rfc_says(void)
{
    g_autoptr(GError) error = g_error_new(NET_PROBLEM, PROBLEM_STALE, "Look again.");
    g_autoptr(GString) out = g_string_new(NULL);
    problem_write(out, error);
    g_assert_cmpstr(out->str, ==,
                    "{\"type\":\"urn:firstline:problem:stale\",\"title\":\"Changed since\",\"status\":412,"
                    "\"code\":\"stale\",\"detail\":\"Look again.\"}");
}

static void test_foreign_errors_are_not_shown(void)
{
    g_autoptr(GError) error = g_error_new(G_FILE_ERROR, G_FILE_ERROR_FAILED, "password file at /etc");
    g_autoptr(GString) out = g_string_new(NULL);
    problem_write(out, error);
    g_assert_null(strstr(out->str, "/etc"));
    g_assert_nonnull(strstr(out->str, "\"status\":500"));
    g_assert_cmpint(problem_exit_status(error), ==, EXIT_STATUS_FAILED);
}

static void test_bodies_that_are_no_problem_still_give_a_sentence(void)
{
    const char *const bodies[] = {"", "<html>Bad Gateway</html>", "{\"detail\":7}", "{\"detail\":\"\"}",
                                  "\xff\xfe"};
    for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autoptr(GError) error = problem_read("The backend at http://h", 504, bodies[i], strlen(bodies[i]));
        g_assert_error(error, NET_PROBLEM, PROBLEM_UNAVAILABLE);
        g_assert_cmpstr(
            error->message, ==,
            "The backend at http://h refused the request with HTTP status 504 and gave no reason.");
    }
}

/* What a proxy or another program refuses is not refused by the backend: it can be tried again. */
static void test_a_page_refuses_nothing(void)
{
    static const char page[] = "<html>Not here</html>";
    g_autoptr(GError) missing = problem_read("The backend", 404, page, strlen(page));
    g_assert_error(missing, NET_PROBLEM, PROBLEM_BAD_ANSWER);
    g_assert_true(problem_is_passing(missing));
    g_autoptr(GError) stranger = problem_read("The backend", 401, page, strlen(page));
    g_assert_error(stranger, NET_PROBLEM, PROBLEM_UNAUTHORISED);
}

static void test_exit_status_follows_the_table(void)
{
    g_autoptr(GError) missing = g_error_new(NET_PROBLEM, PROBLEM_NOT_FOUND, "No.");
    g_autoptr(GError) away = g_error_new(NET_PROBLEM, PROBLEM_UNAVAILABLE, "No.");
    g_autoptr(GError) stranger = g_error_new(NET_PROBLEM, PROBLEM_UNAUTHORISED, "No.");
    g_assert_cmpint(problem_exit_status(NULL), ==, EXIT_STATUS_OK);
    g_assert_cmpint(problem_exit_status(missing), ==, EXIT_STATUS_NOT_FOUND);
    g_assert_cmpint(problem_exit_status(away), ==, EXIT_STATUS_TRY_AGAIN);
    g_assert_cmpint(problem_exit_status(stranger), ==, EXIT_STATUS_NOT_AUTHORISED);
    g_assert_true(problem_is_passing(away));
    g_assert_false(problem_is_passing(missing));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/problem/every-code-has-its-row", test_every_code_has_its_row);
    g_test_add_func("/problem/sentence-and-code-travel", test_sentence_and_code_travel);
    g_test_add_func("/problem/is-written-as-the-rfc-says", test_is_written_as_the_rfc_says);
    g_test_add_func("/problem/foreign-errors-are-not-shown", test_foreign_errors_are_not_shown);
    g_test_add_func("/problem/bodies-that-are-no-problem-still-give-a-sentence",
                    test_bodies_that_are_no_problem_still_give_a_sentence);
    g_test_add_func("/problem/page", test_a_page_refuses_nothing);
    g_test_add_func("/problem/exit-status-follows-the-table", test_exit_status_follows_the_table);
    return g_test_run();
}
