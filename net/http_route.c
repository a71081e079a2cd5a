/* Matching paths to rows. */
#include "net/http_route.h"

#include <string.h>

#include "net/problem.h"

struct segment {
    const char *text; /* without braces; borrowed from strings */
    size_t len;
    bool is_param;
};

struct compiled_route {
    const struct http_route *route;
    void *user_data;
    unsigned segment_count;
    struct segment segments[HTTP_ROUTE_MAX_SEGMENTS];
};

struct http_route_table {
    GArray *routes;        /* of struct compiled_route, in the order they were added */
    GStringChunk *strings; /* names of parameters */
};

struct http_route_table *http_route_table_new(void)
{
    struct http_route_table *table = g_new0(struct http_route_table, 1);
    table->routes = g_array_new(FALSE, FALSE, sizeof(struct compiled_route));
    table->strings = g_string_chunk_new(512);
    return table;
}

void http_route_table_free(struct http_route_table *table)
{
    if (!table)
        return;
    g_array_unref(table->routes);
    g_string_chunk_free(table->strings);
    g_free(table);
}

/* Cuts a path at its slashes. "/" has no segment. Returns false past the longest pattern there can be. */
static bool cut(const char *path, struct segment segments[HTTP_ROUTE_MAX_SEGMENTS], unsigned *count)
{
    *count = 0;
    const char *at = path;
    while (*at == '/' && at[1]) {
        at++;
        if (*count == HTTP_ROUTE_MAX_SEGMENTS)
            return false;
        size_t len = strcspn(at, "/");
        segments[(*count)++] = (struct segment){.text = at, .len = len};
        at += len;
    }
    return *at == '\0' || *count == 0;
}

static void compile(struct http_route_table *table, const struct http_route *route, void *user_data)
{
    struct compiled_route compiled = {.route = route, .user_data = user_data};
    bool fits = route->pattern[0] == '/' && cut(route->pattern, compiled.segments, &compiled.segment_count);
    g_assert(fits && route->handle);
    unsigned param_count = 0;
    for (unsigned i = 0; i < compiled.segment_count; i++) {
        struct segment *segment = &compiled.segments[i];
        if (segment->len == 0 || segment->text[0] != '{')
            continue;
        g_assert(segment->len > 2 && segment->text[segment->len - 1] == '}');
        segment->text =
            g_string_chunk_insert_len(table->strings, segment->text + 1, (gssize)segment->len - 2);
        segment->len -= 2;
        segment->is_param = true;
        param_count++;
    }
    g_assert(param_count <= HTTP_ROUTE_MAX_PARAMS);
    g_array_append_val(table->routes, compiled);
}

void http_route_table_add(struct http_route_table *table, const struct http_route *routes, size_t route_count,
                          void *user_data)
{
    for (size_t i = 0; i < route_count; i++)
        compile(table, &routes[i], user_data);
}

static bool fits_path(const struct compiled_route *row, const struct segment *segments, unsigned count)
{
    if (row->segment_count != count)
        return false;
    for (unsigned i = 0; i < count; i++) {
        const struct segment *want = &row->segments[i];
        const struct segment *have = &segments[i];
        if (want->is_param ? have->len == 0
                           : want->len != have->len || memcmp(want->text, have->text, have->len) != 0)
            return false;
    }
    return true;
}

static bool fill_params(const struct compiled_route *row, const struct segment *segments,
                        struct http_route_match *match, GError **error)
{
    for (unsigned i = 0; i < row->segment_count; i++) {
        if (!row->segments[i].is_param)
            continue;
        char *value = g_uri_unescape_segment(segments[i].text, segments[i].text + segments[i].len, NULL);
        if (!value || !g_utf8_validate(value, -1, NULL)) {
            g_free(value);
            http_route_match_clear(match);
            g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                        "The {%s} in the address %s is not readable text.", row->segments[i].text,
                        row->route->pattern);
            return false;
        }
        match->names[match->param_count] = row->segments[i].text;
        match->params[match->param_count++] = value;
    }
    match->route = row->route;
    match->user_data = row->user_data;
    return true;
}

static bool fail_match(unsigned allowed, enum http_method method, GError **error)
{
    if (!allowed) {
        g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND, "There is nothing at this address.");
        return false;
    }
    g_autofree char *allow = http_route_allow_text(allowed);
    g_set_error(error, NET_PROBLEM, PROBLEM_NOT_ALLOWED, "This address does not take %s, only %s.",
                http_method_name(method), allow);
    return false;
}

bool http_route_table_match(const struct http_route_table *table, enum http_method method, const char *path,
                            struct http_route_match *match, GError **error)
{
    *match = (struct http_route_match){0};
    struct segment segments[HTTP_ROUTE_MAX_SEGMENTS];
    unsigned count;
    if (path[0] != '/' || !cut(path, segments, &count))
        return fail_match(0, method, error);

    enum http_method wanted = method == HTTP_METHOD_HEAD ? HTTP_METHOD_GET : method;
    const struct compiled_route *rows = (const struct compiled_route *)(void *)table->routes->data;
    for (guint i = 0; i < table->routes->len; i++) {
        if (!fits_path(&rows[i], segments, count))
            continue;
        if (rows[i].route->method == wanted)
            return fill_params(&rows[i], segments, match, error);
        match->allowed |= 1u << rows[i].route->method;
    }
    if (match->allowed & 1u << HTTP_METHOD_GET)
        match->allowed |= 1u << HTTP_METHOD_HEAD;
    if (match->allowed)
        match->allowed |= 1u << HTTP_METHOD_OPTIONS;
    if (method == HTTP_METHOD_OPTIONS && match->allowed)
        return true;
    return fail_match(match->allowed, method, error);
}

void http_route_match_clear(struct http_route_match *match)
{
    for (unsigned i = 0; i < match->param_count; i++)
        g_free(match->params[i]);
    match->param_count = 0;
    match->route = NULL;
}

char *http_route_allow_text(unsigned allowed)
{
    GString *text = g_string_new(NULL);
    for (int method = 0; method < HTTP_METHOD_COUNT; method++) {
        if (allowed & 1u << method)
            g_string_append_printf(text, "%s%s", text->len ? ", " : "",
                                   http_method_name((enum http_method)method));
    }
    return g_string_free(text, FALSE);
}
