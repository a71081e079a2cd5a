/* Names in braces; see the header. */
#include "app/script/template.h"

#include <string.h>

#define TEMPLATE_ERROR g_quark_from_static_string("firstline-template")

/* The brace expression that begins at `at`: its name and fallback copied out, its length in bytes; 0 when not
 * closed. */
static size_t split(const char *at, char **name, char **fallback)
{
    const char *close = strchr(at, '}');
    if (!close)
        return 0;
    g_autofree char *inside = g_strndup(at + 1, (gsize)(close - at - 1));
    char *bar = strchr(inside, '|');
    *fallback = bar ? g_strdup(bar + 1) : NULL;
    if (bar)
        *bar = '\0';
    *name = g_strdup(g_strstrip(inside));
    return (size_t)(close - at) + 1;
}

static bool doubled(const char *at)
{
    return (at[0] == '{' || at[0] == '}') && at[1] == at[0];
}

bool template_scan(const char *text, template_visit visit, void *data, size_t *offset, GError **error)
{
    const char *at = text;
    while (*at) {
        if (doubled(at)) {
            at += 2;
            continue;
        }
        if (*at != '{') {
            at++;
            continue;
        }
        g_autofree char *name = NULL, *fallback = NULL;
        size_t len = split(at, &name, &fallback);
        if (!len || !*name) {
            if (offset)
                *offset = (size_t)(at - text);
            g_set_error_literal(error, TEMPLATE_ERROR, 0,
                                len ? "Between { and } should be a name, such as {customer.name}."
                                    : "This { is not closed; write {{ for a brace.");
            return false;
        }
        visit(data, name, fallback, (size_t)(at - text));
        at += len;
    }
    return true;
}

char *template_render(const char *text, template_value value, void *data)
{
    GString *out = g_string_new(NULL);
    const char *at = text;
    while (*at) {
        if (doubled(at)) {
            g_string_append_c(out, *at);
            at += 2;
            continue;
        }
        g_autofree char *name = NULL, *fallback = NULL;
        size_t len = *at == '{' ? split(at, &name, &fallback) : 0;
        const char *found = len ? value(data, name, fallback) : NULL;
        if (found)
            g_string_append(out, found);
        else if (!len)
            g_string_append_c(out, *at);
        at += len ? len : 1;
    }
    return g_string_free(out, FALSE);
}
