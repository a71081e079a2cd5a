/* Paths find their rows. */
#include "net/http_route.h"

#include "net/problem.h"

static enum http_outcome nothing(const struct http_request *request, struct http_response *response,
                                 void *user_data, GError **error)
{
    (void)request;
    (void)response;
    (void)user_data;
    (void)error;
    return HTTP_DONE;
}

static const struct http_route rows[] = {
    {HTTP_METHOD_GET, "/", nothing, .help = "root"},
    {HTTP_METHOD_GET, "/contacts", nothing, .help = "list"},
    {HTTP_METHOD_POST, "/contacts", nothing, .help = "make"},
    {HTTP_METHOD_GET, "/contacts/new", nothing, .help = "new"},
    {HTTP_METHOD_GET, "/contacts/{contact}", nothing, .help = "one"},
    {HTTP_METHOD_GET, "/contacts/{contact}/bodies/{body}", nothing, .help = "body"},
};

static struct http_route_table *make_table(void)
{
    struct http_route_table *table = http_route_table_new();
    http_route_table_add(table, rows, G_N_ELEMENTS(rows), NULL);
    return table;
}

static void assert_found(enum http_method method, const char *path, const char *help)
{
    struct http_route_table *table = make_table();
    struct http_route_match match;
    g_autoptr(GError) error = NULL;
    http_route_table_match(table, method, path, &match, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(match.route->help, ==, help);
    http_route_match_clear(&match);
    http_route_table_free(table);
}

static void assert_refused(enum http_method method, const char *path, enum problem_code code)
{
    struct http_route_table *table = make_table();
    struct http_route_match match;
    g_autoptr(GError) error = NULL;
    g_assert_false(http_route_table_match(table, method, path, &match, &error));
    g_assert_error(error, NET_PROBLEM, (int)code);
    http_route_table_free(table);
}

static void test_finds_the_row(void)
{
    assert_found(HTTP_METHOD_GET, "/", "root");
    assert_found(HTTP_METHOD_GET, "/contacts", "list");
    assert_found(HTTP_METHOD_HEAD, "/contacts", "list");
    assert_found(HTTP_METHOD_POST, "/contacts", "make");
    assert_found(HTTP_METHOD_GET, "/contacts/new", "new");
    assert_found(HTTP_METHOD_GET, "/contacts/newer", "one");
    assert_found(HTTP_METHOD_GET, "/contacts/1/bodies/2", "body");
}

static void test_knows_what_is_not_there(void)
{
    const char *const paths[] = {"/contact",
                                 "/contacts/",
                                 "/contacts//bodies/2",
                                 "/contacts/1/bodies",
                                 "//",
                                 "*",
                                 "",
                                 "/a/b/c/d/e/f/g/h/i/j/k/l/m",
                                 "/%2e%2e",
                                 "/contacts/1/2/3/4",
                                 "/contacts/1/bodies/2/"};
    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++)
        assert_refused(HTTP_METHOD_GET, paths[i], PROBLEM_NOT_FOUND);
    assert_refused(HTTP_METHOD_DELETE, "/contacts", PROBLEM_NOT_ALLOWED);
}

static void test_decodes_parameters(void)
{
    struct http_route_table *table = make_table();
    struct http_route_match match;
    g_autoptr(GError) error = NULL;
    g_assert_true(http_route_table_match(table, HTTP_METHOD_GET, "/contacts/a%2Fb%20c/bodies/%e4%bd%a0",
                                         &match, &error));
    g_assert_cmpstr(match.names[0], ==, "contact");
    g_assert_cmpstr(match.params[0], ==, "a/b c");
    g_assert_cmpstr(match.names[1], ==, "body");
    g_assert_cmpstr(match.params[1], ==, "你");
    http_route_match_clear(&match);
    http_route_table_free(table);
}

static void test_refuses_parameters_that_are_no_text(void)
{
    assert_refused(HTTP_METHOD_GET, "/contacts/a%00b", PROBLEM_BAD_REQUEST);
    assert_refused(HTTP_METHOD_GET, "/contacts/%ff", PROBLEM_BAD_REQUEST);
    assert_refused(HTTP_METHOD_GET, "/contacts/%zz", PROBLEM_BAD_REQUEST);
    assert_refused(HTTP_METHOD_GET, "/contacts/1/bodies/%c3", PROBLEM_BAD_REQUEST);
}

static void test_options_tells_the_methods(void)
{
    struct http_route_table *table = make_table();
    struct http_route_match match;
    g_assert_true(http_route_table_match(table, HTTP_METHOD_OPTIONS, "/contacts", &match, NULL));
    g_assert_null(match.route);
    g_autofree char *allow = http_route_allow_text(match.allowed);
    g_assert_cmpstr(allow, ==, "GET, HEAD, POST, OPTIONS");
    http_route_table_free(table);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/http_route/finds-the-row", test_finds_the_row);
    g_test_add_func("/http_route/knows-what-is-not-there", test_knows_what_is_not_there);
    g_test_add_func("/http_route/decodes-parameters", test_decodes_parameters);
    g_test_add_func("/http_route/refuses-parameters-that-are-no-text",
                    test_refuses_parameters_that_are_no_text);
    g_test_add_func("/http_route/options-tells-the-methods", test_options_tells_the_methods);
    return g_test_run();
}
