/* JSON from outside is checked before it is believed. */
#include "net/json.h"

#include <string.h>

#include "net/problem.h"

static void assert_refused(const char *bytes, size_t len, enum problem_code code, const char *sentence)
{
    g_autoptr(GError) error = NULL;
    const struct json_limits limits = {.max_bytes = 200, .max_depth = 4, .max_values = 10};
    g_assert_null(json_parse(bytes, len, &limits, &error));
    g_assert_error(error, NET_PROBLEM, (int)code);
    g_assert_cmpstr(error->message, ==, sentence);
}

static void refuse(const char *text, enum problem_code code, const char *sentence)
{
    assert_refused(text, strlen(text), code, sentence);
}

static void test_refuses_what_is_no_json(void)
{
    refuse("", PROBLEM_BAD_REQUEST, "The JSON cannot be read: there is nothing at byte 0.");
    refuse("{\"a\":}", PROBLEM_BAD_REQUEST,
           "The JSON cannot be read: something that does not belong at byte 5.");
    refuse("{} {}", PROBLEM_BAD_REQUEST, "The JSON cannot be read: something after its end at byte 2.");
    refuse("\"abc", PROBLEM_BAD_REQUEST, "The JSON cannot be read: a string without its end at byte 4.");
}

static void test_refuses_bytes_that_are_no_text(void)
{
    refuse("\"\xff\"", PROBLEM_BAD_REQUEST, "The JSON cannot be read: a byte that is not UTF-8 at byte 1.");
    refuse("\"a\\u0000b\"", PROBLEM_BAD_REQUEST, "The JSON cannot be read: a NUL character at byte 2.");
    refuse("\"a\nb\"", PROBLEM_BAD_REQUEST,
           "The JSON cannot be read: a control character in a string at byte 2.");
    assert_refused("[1]\0", 4, PROBLEM_BAD_REQUEST, "The JSON cannot be read: a NUL byte at byte 3.");
}

static void test_bounds_depth_values_and_size(void)
{
    g_autofree char *large = g_strnfill(201, ' ');
    refuse("[[[[[1]]]]]", PROBLEM_TOO_LARGE, "The JSON has more than the 4 levels that are read at once.");
    refuse("[1,1,1,1,1,1,1,1,1,1,1]", PROBLEM_TOO_LARGE,
           "The JSON has more than the 10 values that are read at once.");
    refuse(large, PROBLEM_TOO_LARGE, "The JSON has more than the 200 bytes that are read at once.");
}

static void test_brackets_and_commas_in_strings_do_not_count(void)
{
    const struct json_limits limits = {.max_depth = 1, .max_values = 3};
    const char *text = "[\"[[[[,,,,\\\"]\"]";
    cJSON *root = json_parse(text, strlen(text), &limits, NULL);
    g_assert_nonnull(root);
    cJSON_Delete(root);
}

static const char *const sample =
    "{\"name\":\"Jürgen\",\"id\":\"9007199254740993\",\"count\":-3,\"ratio\":0.25,"
    "\"on\":true,\"list\":[1,2,3],\"inner\":{\"x\":1},\"gone\":null}";

static void test_takes_members_of_each_type(void)
{
    g_autoptr(GError) error = NULL;
    cJSON *root = json_parse(sample, strlen(sample), NULL, &error);
    const char *name = NULL;
    int64_t id = 0, count = 0;
    bool on = false;
    const cJSON *list = NULL;
    g_assert_true(json_get_string(root, "name", 7, &name, &error));
    g_assert_true(json_get_int64(root, "id", &id, &error));
    g_assert_true(json_get_int64(root, "count", &count, &error));
    g_assert_true(json_get_bool(root, "on", &on, &error));
    g_assert_true(json_get_array(root, "list", 3, &list, &error));
    g_assert_cmpstr(name, ==, "Jürgen");
    g_assert_cmpint(id, ==, INT64_C(9007199254740993));
    g_assert_cmpint(count, ==, -3);
    g_assert_true(on);
    g_assert_true(cJSON_IsArray(list));
    cJSON_Delete(root);
}

static void test_a_wrong_member_may_be_as_good_as_none(void)
{
    cJSON *root = json_parse(sample, strlen(sample), NULL, NULL);
    g_assert_cmpstr(json_text(root, "name"), ==, "Jürgen");
    g_assert_null(json_text(root, "count"));
    g_assert_null(json_text(root, "nowhere"));
    g_assert_null(json_text(NULL, "name"));
    g_assert_cmpint(json_number(root, "count"), ==, -3);
    g_assert_cmpint(json_number(root, "ratio"), ==, 0);
    g_assert_cmpint(json_number(root, "name"), ==, 0);
    g_assert_cmpint(json_number(NULL, "count"), ==, 0);
    cJSON_AddNumberToObject(root, "huge", 1e300);
    g_assert_cmpint(json_number(root, "huge"), ==, 0);
    cJSON_Delete(root);
}

static void test_a_tree_is_printed_and_taken(void)
{
    g_autofree char *text = json_print(json_parse("{ \"a\": [1, null] }", 18, NULL, NULL));
    g_assert_cmpstr(text, ==, "{\"a\":[1,null]}");
    g_assert_null(json_print(NULL));
}

static void test_optional_members_keep_their_default(void)
{
    cJSON *root = json_parse(sample, strlen(sample), NULL, NULL);
    const char *text = "default";
    int64_t number = 42;
    g_assert_true(json_get_optional_string(root, "absent", 10, &text, NULL));
    g_assert_true(json_get_optional_string(root, "gone", 10, &text, NULL));
    g_assert_true(json_get_optional_int64(root, "gone", &number, NULL));
    g_assert_cmpstr(text, ==, "default");
    g_assert_cmpint(number, ==, 42);
    cJSON_Delete(root);
}

static void assert_member_refused(bool result, GError **error, const char *sentence)
{
    g_assert_false(result);
    g_assert_error(*error, NET_PROBLEM, PROBLEM_UNPROCESSABLE);
    g_assert_cmpstr((*error)->message, ==, sentence);
    g_clear_error(error);
}

static void test_wrong_members_are_named(void)
{
    GError *error = NULL;
    cJSON *root = json_parse(sample, strlen(sample), NULL, NULL);
    const char *text = NULL;
    int64_t number = 0;
    bool flag = false;
    assert_member_refused(json_get_string(root, "absent", 9, &text, &error), &error,
                          "\"absent\" is missing.");
    assert_member_refused(json_get_string(root, "count", 9, &text, &error), &error,
                          "\"count\" must be a text.");
    assert_member_refused(json_get_string(root, "name", 6, &text, &error), &error,
                          "\"name\" must be no longer than 6 bytes.");
    assert_member_refused(json_get_int64(root, "ratio", &number, &error), &error,
                          "\"ratio\" must be a whole number.");
    assert_member_refused(json_get_int64(root, "name", &number, &error), &error,
                          "\"name\" must be a whole number.");
    assert_member_refused(json_get_bool(root, "name", &flag, &error), &error,
                          "\"name\" must be true or false.");
    assert_member_refused(json_get_string(cJSON_GetObjectItem(root, "list"), "a", 9, &text, &error), &error,
                          "An object with \"a\" is needed here.");
    cJSON_Delete(root);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/json/refuses-what-is-no-json", test_refuses_what_is_no_json);
    g_test_add_func("/json/refuses-bytes-that-are-no-text", test_refuses_bytes_that_are_no_text);
    g_test_add_func("/json/bounds-depth-values-and-size", test_bounds_depth_values_and_size);
    g_test_add_func("/json/brackets-and-commas-in-strings-do-not-count",
                    test_brackets_and_commas_in_strings_do_not_count);
    g_test_add_func("/json/takes-members-of-each-type", test_takes_members_of_each_type);
    g_test_add_func("/json/optional-members-keep-their-default", test_optional_members_keep_their_default);
    g_test_add_func("/json/a-wrong-member-may-be-as-good-as-none",
                    test_a_wrong_member_may_be_as_good_as_none);
    g_test_add_func("/json/a-tree-is-printed-and-taken", test_a_tree_is_printed_and_taken);
    g_test_add_func("/json/wrong-members-are-named", test_wrong_members_are_named);
    return g_test_run();
}
