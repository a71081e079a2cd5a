/* Paths of requests: any bytes are found or refused, and decoded parameters are text. */
#include "net/http_route.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static enum http_outcome nothing(const struct http_request *request, struct http_response *response,
                                 void *user_data, GError **error)
{
    (void)request, (void)response, (void)user_data, (void)error;
    return HTTP_DONE;
}

static const struct http_route rows[] = {
    {HTTP_METHOD_GET, "/a/{one}/b/{two}", nothing, .help = "two"},
    {HTTP_METHOD_POST, "/a/{one}", nothing, .help = "one"},
    {HTTP_METHOD_GET, "/", nothing, .help = "none"},
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len == 0)
        return 0;
    enum http_method method = (enum http_method)(bytes[0] % HTTP_METHOD_COUNT);
    g_autofree char *path = g_strndup((const char *)bytes + 1, len - 1);
    struct http_route_table *table = http_route_table_new();
    http_route_table_add(table, rows, G_N_ELEMENTS(rows), NULL);
    struct http_route_match match;
    g_autoptr(GError) error = NULL;
    if (http_route_table_match(table, method, path, &match, &error)) {
        for (unsigned i = 0; i < match.param_count; i++)
            g_assert(*match.params[i] && g_utf8_validate(match.params[i], -1, NULL));
        http_route_match_clear(&match);
    } else {
        g_assert(error && match.param_count == 0);
    }
    http_route_table_free(table);
    return 0;
}
