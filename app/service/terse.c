#include "app/service/terse.h"

#include <string.h>

#define NAMES_MAX  31
#define NAME_BYTES 63 /* a longer one stays as it is */

struct name {
    char text[NAME_BYTES + 1];
    size_t len;
};

struct terse {
    struct name names[NAMES_MAX];
    size_t count;
};

struct terse *terse_new(void)
{
    return g_new0(struct terse, 1);
}

void terse_free(struct terse *t)
{
    g_free(t);
}

/* Behind a string that begins at its quote. */
static const char *skip_string(const char *p)
{
    for (p++; *p && *p != '"'; p++)
        if (*p == '\\' && p[1])
            p++;
    return *p ? p + 1 : p;
}

/* Behind a value: text, number, word, or all of an object or array. */
static const char *skip_value(const char *p)
{
    int depth = 0;
    while (*p) {
        if (*p == '"') {
            p = skip_string(p);
            continue;
        }
        if (depth == 0 && (*p == ',' || *p == '}'))
            return p;
        depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
        p++;
    }
    return p;
}

/* The byte for names[len]; 0 where it has none. */
static char code_of(struct terse *t, const char *text, size_t len)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->names[i].len == len && memcmp(t->names[i].text, text, len) == 0)
            return (char)(i + 1);
    if (t->count == NAMES_MAX || len > NAME_BYTES)
        return 0;
    struct name *name = &t->names[t->count++];
    name->len = len;
    memcpy(name->text, text, len);
    return (char)t->count;
}

char *terse_from_json(struct terse *t, const char *json, size_t *len)
{
    GString *text = g_string_sized_new(256);
    const char *p = json;
    while ((*p == '{' || *p == ',') && p[1] == '"') {
        const char *name = p, *value = skip_string(p + 1);
        if (*value != ':')
            break;
        const char *end = skip_value(value + 1);
        value += value[1] == '"' ? 2 : 1;
        char code = code_of(t, name, (size_t)(value - name));
        if (code)
            g_string_append_c(text, code);
        g_string_append_len(text, code ? value : name, end - (code ? value : name));
        p = end;
    }
    g_string_append(text, p);
    *len = text->len;
    char *kept = g_memdup2(text->str, text->len);
    g_string_free(text, TRUE);
    return kept;
}

void terse_to_json(const struct terse *t, const char *text, size_t len, size_t json_len, GString *out)
{
    size_t start = out->len;
    g_string_set_size(out, start + json_len);
    char *to = out->str + start;
    for (const char *p = text, *end = text + len; p < end; p++) {
        unsigned char code = (unsigned char)*p;
        if (code >= ' ') {
            *to++ = *p;
            continue;
        }
        const struct name *name = &t->names[code - 1];
        memcpy(to, name->text, name->len);
        to += name->len;
    }
    g_assert(to == out->str + start + json_len);
}
