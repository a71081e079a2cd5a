/* What handlers ask of a request. */
#include "net/http_request.h"

#include <string.h>

#include "net/http_exchange.h"
#include "net/http_route.h"
#include "net/problem.h"

static const char *const method_names[HTTP_METHOD_COUNT] = {
    [HTTP_METHOD_GET] = "GET",         [HTTP_METHOD_HEAD] = "HEAD",   [HTTP_METHOD_POST] = "POST",
    [HTTP_METHOD_PUT] = "PUT",         [HTTP_METHOD_PATCH] = "PATCH", [HTTP_METHOD_DELETE] = "DELETE",
    [HTTP_METHOD_OPTIONS] = "OPTIONS",
};

const char *http_method_name(enum http_method method)
{
    return method_names[method];
}

const char *http_request_param(const struct http_request *request, const char *name)
{
    const struct http_route_match *match = &request->exchange->match;
    for (unsigned i = 0; i < match->param_count; i++) {
        if (strcmp(match->names[i], name) == 0)
            return match->params[i];
    }
    g_error("The route %s has no {%s}.", request->route->pattern, name);
}

const char *http_request_query(const struct http_request *request, const char *name)
{
    struct MHD_Connection *connection = request->exchange->connection;
    const char *value = NULL;
    if (MHD_lookup_connection_value_n(connection, MHD_GET_ARGUMENT_KIND, name, strlen(name), &value, NULL) !=
        MHD_YES)
        return NULL;
    return value ? value : "";
}

bool http_request_query_int64(const struct http_request *request, const char *name, int64_t min, int64_t max,
                              int64_t *out, GError **error)
{
    const char *text = http_request_query(request, name);
    if (!text)
        return true;
    gint64 value;
    if (!g_ascii_string_to_signed(text, 10, min, max, &value, NULL)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "\"%s\" must be a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ".", name,
                    (gint64)min, (gint64)max);
        return false;
    }
    *out = value;
    return true;
}

const char *http_request_header(const struct http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->exchange->connection, MHD_HEADER_KIND, name);
}

const char *http_request_bearer(const struct http_request *request)
{
    const char *value = http_request_header(request, "Authorization");
    if (!value || g_ascii_strncasecmp(value, "Bearer ", 7) != 0)
        return NULL;
    value += 7;
    while (*value == ' ')
        value++;
    return *value ? value : NULL;
}

static bool is_json_type(const char *type)
{
    size_t len = strcspn(type, "; \t");
    return (len == 16 && g_ascii_strncasecmp(type, "application/json", len) == 0) ||
           (len > 5 && g_ascii_strncasecmp(type + len - 5, "+json", 5) == 0);
}

cJSON *http_request_json(const struct http_request *request, const struct json_limits *limits, GError **error)
{
    const char *type = http_request_header(request, "Content-Type");
    if (type && !is_json_type(type)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_WRONG_TYPE,
                    "%s takes a body of type application/json; another type was sent.", request->path);
        return NULL;
    }
    return json_parse(request->body, request->body_len, limits, error);
}

/* Whether the list of a conditional header names the tag; `weak` compares without W/ (RFC 9110, 8.8.3.2). */
static bool list_names(const char *list, const char *etag, bool weak)
{
    if (weak && g_str_has_prefix(etag, "W/"))
        etag += 2;
    size_t etag_len = strlen(etag);
    const char *at = list;
    while (*at) {
        at += strspn(at, ", \t");
        size_t len = strcspn(at, ", \t");
        const char *tag = at;
        size_t tag_len = len;
        if (weak && tag_len > 2 && strncmp(tag, "W/", 2) == 0) {
            tag += 2;
            tag_len -= 2;
        }
        if ((tag_len == 1 && *tag == '*') || (tag_len == etag_len && memcmp(tag, etag, tag_len) == 0))
            return true;
        at += len;
    }
    return false;
}

static enum http_match compare(const char *list, const char *etag, bool weak)
{
    if (!list)
        return HTTP_MATCH_ABSENT;
    return list_names(list, etag, weak) ? HTTP_MATCH_YES : HTTP_MATCH_NO;
}

enum http_match http_request_if_match(const struct http_request *request, const char *etag)
{
    return compare(http_request_header(request, "If-Match"), etag, false);
}

enum http_match http_request_if_none_match(const struct http_request *request, const char *etag)
{
    return compare(http_request_header(request, "If-None-Match"), etag, true);
}
