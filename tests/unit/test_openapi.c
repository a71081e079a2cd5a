/* docs/openapi.yaml against the tables of routes: each describes the other, no more and no less. */
#include <glib.h>
#include <string.h>

#include "app/script/yaml.h"
#include "app/service/routes.h"

static struct yaml_doc *doc;

static const struct yaml_node *root_member(const char *name)
{
    const struct yaml_node *node = yaml_node_get(yaml_doc_root(doc), name);
    g_assert_nonnull(node);
    return node;
}

static const struct yaml_node *operation_of(const struct http_route *row)
{
    g_autofree char *method = g_ascii_strdown(http_method_name(row->method), -1);
    const struct yaml_node *path = yaml_node_get(root_member("paths"), row->pattern),
                           *operation = path ? yaml_node_get(path, method) : NULL;
    if (!operation)
        g_error("docs/openapi.yaml does not describe %s %s", method, row->pattern);
    return operation;
}

static const struct http_route *route_of(const char *method, const char *pattern)
{
    for (const struct route_table *const *table = route_tables; *table; table++)
        for (size_t i = 0; i < (*table)->count; i++) {
            const struct http_route *row = &(*table)->rows[i];
            if (g_ascii_strcasecmp(http_method_name(row->method), method) == 0 &&
                strcmp(row->pattern, pattern) == 0)
                return row;
        }
    return NULL;
}

static void each_route(void (*check)(const struct http_route *row, const struct yaml_node *operation))
{
    for (const struct route_table *const *table = route_tables; *table; table++)
        for (size_t i = 0; i < (*table)->count; i++)
            check(&(*table)->rows[i], operation_of(&(*table)->rows[i]));
}

static void every_operation_is_a_route(void)
{
    const struct yaml_node *paths = root_member("paths");
    for (size_t i = 0; i < paths->count; i++) {
        const struct yaml_node *path = paths->items[i];
        for (size_t j = 0; j < path->count; j++)
            if (!route_of(path->keys[j]->text, paths->keys[i]->text))
                g_error("docs/openapi.yaml describes %s %s, and there is no such route", path->keys[j]->text,
                        paths->keys[i]->text);
    }
}

/* What a $ref points to, or the node itself. */
static const struct yaml_node *resolve(const struct yaml_node *node)
{
    const struct yaml_node *ref = yaml_node_get(node, "$ref");
    if (!ref)
        return node;
    g_assert_true(g_str_has_prefix(ref->text, "#/"));
    g_auto(GStrv) names = g_strsplit(ref->text + 2, "/", -1);
    const struct yaml_node *at = yaml_doc_root(doc);
    for (char **name = names; *name; name++) {
        at = yaml_node_get(at, *name);
        if (!at)
            g_error("%s is nowhere", ref->text);
    }
    return at;
}

static bool has_parameter(const struct yaml_node *operation, const char *in, const char *name)
{
    const struct yaml_node *list = yaml_node_get(operation, "parameters");
    for (size_t i = 0; list && i < list->count; i++) {
        const struct yaml_node *parameter = resolve(list->items[i]);
        if (strcmp(yaml_node_get(parameter, "in")->text, in) == 0 &&
            strcmp(yaml_node_get(parameter, "name")->text, name) == 0)
            return true;
    }
    return false;
}

static void check_path_parameters(const struct http_route *row, const struct yaml_node *operation)
{
    g_auto(GStrv) parts = g_strsplit_set(row->pattern, "{}", -1);
    for (size_t i = 1; i < g_strv_length(parts); i += 2)
        if (!has_parameter(operation, "path", parts[i]))
            g_error("%s does not say what {%s} is", row->pattern, parts[i]);
}

/* A body is described where one is taken, and If-Match where an answer of 412 is. */
static void check_body(const struct http_route *row, const struct yaml_node *operation)
{
    if ((yaml_node_get(operation, "requestBody") != NULL) != (row->body_max_bytes > 0))
        g_error("%s %s and its description disagree about a body", http_method_name(row->method),
                row->pattern);
    const struct yaml_node *stale = yaml_node_get(yaml_node_get(operation, "responses"), "412");
    if ((stale != NULL) != has_parameter(operation, "header", "If-Match"))
        g_error("%s %s: 412 and If-Match go together", http_method_name(row->method), row->pattern);
}

/* "x-rights" holds the names of the rights that let through; none: everybody who signed in. */
static void check_rights(const struct http_route *row, const struct yaml_node *operation)
{
    const struct yaml_node *security = yaml_node_get(operation, "security"),
                           *rights = yaml_node_get(operation, "x-rights");
    uint64_t named = 0, right;
    for (size_t i = 0; rights && i < rights->count; i++) {
        if (!right_parse(rights->items[i]->text, &right))
            g_error("there is no right %s", rights->items[i]->text);
        named |= right;
    }
    bool is_public = security && security->count == 0;
    g_assert_true(is_public == ((row->rights & RIGHT_PUBLIC) != 0));
    uint64_t asked = row->rights & ~(RIGHT_PUBLIC | RIGHT_LOOPBACK | RIGHT_SIGNED_IN);
    if (named != asked) {
        g_autofree char *words = rights_in_words(asked);
        g_error("%s %s asks for %s", http_method_name(row->method), row->pattern,
                *words ? words : "no right");
    }
}

static void check_answers(const struct http_route *row, const struct yaml_node *operation)
{
    const struct yaml_node *responses = yaml_node_get(operation, "responses");
    g_assert_cmpuint(responses->count, >, 0);
    if (!(row->rights & RIGHT_PUBLIC) || row->method == HTTP_METHOD_POST)
        g_assert_nonnull(yaml_node_get(responses, "default"));
}

/* Every $ref leads somewhere. */
static void follow(const struct yaml_node *node)
{
    if (node->kind == YAML_KIND_MAP)
        resolve(node);
    for (size_t i = 0; node->kind != YAML_KIND_SCALAR && i < node->count; i++)
        follow(node->items[i]);
}

static void every_route_is_described(void)
{
    each_route(check_answers);
}

static void path_parameters_are_described(void)
{
    each_route(check_path_parameters);
}

static void bodies_are_described(void)
{
    each_route(check_body);
}

static void rights_are_those_of_the_gate(void)
{
    each_route(check_rights);
}

static void every_reference_leads_somewhere(void)
{
    follow(yaml_doc_root(doc));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autoptr(GError) error = NULL;
    doc = yaml_doc_open(FIRSTLINE_SHARE "/../docs/openapi.yaml", &error);
    g_assert_no_error(error);
#define TEST(name) g_test_add_func("/openapi/" #name, name)
    TEST(every_operation_is_a_route);
    TEST(every_route_is_described);
    TEST(path_parameters_are_described);
    TEST(bodies_are_described);
    TEST(rights_are_those_of_the_gate);
    TEST(every_reference_leads_somewhere);
    int status = g_test_run();
    yaml_doc_free(doc);
    return status;
}
