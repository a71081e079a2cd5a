/* Checked reading of JSON from outside. */
#include "net/json.h"

#include <math.h>
#include <string.h>

#include "net/problem.h"

enum {
    DEFAULT_MAX_BYTES = 16 * 1024 * 1024,
    DEFAULT_MAX_DEPTH = 32,
    DEFAULT_MAX_VALUES = 200000,
};

#define MAX_EXACT_DOUBLE 9007199254740992.0 /* 2^53 */

static bool fail_read(size_t at, const char *what, GError **error)
{
    g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST, "The JSON cannot be read: %s at byte %zu.", what,
                at);
    return false;
}

/* Walks over the string that opens at `*at` and leaves `*at` on its closing quote. */
static bool scan_string(const char *bytes, size_t len, size_t *at, GError **error)
{
    for (size_t i = *at + 1; i < len; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte < 0x20)
            return fail_read(i, "a control character in a string", error);
        if (byte == '"') {
            *at = i;
            return true;
        }
        if (byte != '\\')
            continue;
        if (len - i > 5 && memcmp(bytes + i, "\\u0000", 6) == 0)
            return fail_read(i, "a NUL character", error);
        i++;
    }
    return fail_read(len, "a string without its end", error);
}

static bool fail_limit(const char *what, size_t limit, GError **error)
{
    g_set_error(error, NET_PROBLEM, PROBLEM_TOO_LARGE,
                "The JSON has more than the %zu %s that are read at once.", limit, what);
    return false;
}

/* One pass over the bytes that bounds what the parser may be asked to build. */
static bool scan(const char *bytes, size_t len, const struct json_limits *limits, GError **error)
{
    unsigned depth = 0;
    size_t value_count = 1;
    for (size_t i = 0; i < len; i++) {
        char byte = bytes[i];
        if (byte == '"') {
            if (!scan_string(bytes, len, &i, error))
                return false;
        } else if (byte == '{' || byte == '[') {
            depth++;
            value_count++;
        } else if ((byte == '}' || byte == ']') && depth > 0) {
            depth--;
        } else if (byte == ',') {
            value_count++;
        }
        if (depth > limits->max_depth)
            return fail_limit("levels", limits->max_depth, error);
        if (value_count > limits->max_values)
            return fail_limit("values", limits->max_values, error);
    }
    return true;
}

static bool check_bytes(const char *bytes, size_t len, const struct json_limits *limits, GError **error)
{
    if (len > limits->max_bytes)
        return fail_limit("bytes", limits->max_bytes, error);
    if (len == 0)
        return fail_read(0, "there is nothing", error);
    const char *nul = memchr(bytes, 0, len);
    if (nul)
        return fail_read((size_t)(nul - bytes), "a NUL byte", error);
    const char *end;
    if (!g_utf8_validate_len(bytes, len, &end))
        return fail_read((size_t)(end - bytes), "a byte that is not UTF-8", error);
    return scan(bytes, len, limits, error);
}

static bool only_space(const char *from, const char *end)
{
    while (from < end && strchr(" \t\r\n", *from))
        from++;
    return from == end;
}

cJSON *json_parse(const char *bytes, size_t len, const struct json_limits *limits, GError **error)
{
    struct json_limits bounds = limits ? *limits : (struct json_limits){0};
    bounds.max_bytes = bounds.max_bytes ? bounds.max_bytes : DEFAULT_MAX_BYTES;
    bounds.max_depth = bounds.max_depth ? bounds.max_depth : DEFAULT_MAX_DEPTH;
    bounds.max_values = bounds.max_values ? bounds.max_values : DEFAULT_MAX_VALUES;
    if (!check_bytes(bytes, len, &bounds, error))
        return NULL;

    const char *end = bytes;
    cJSON *root = cJSON_ParseWithLengthOpts(bytes, len, &end, false);
    if (!root) {
        fail_read((size_t)(end - bytes), "something that does not belong", error);
        return NULL;
    }
    if (!only_space(end, bytes + len)) {
        fail_read((size_t)(end - bytes), "something after its end", error);
        cJSON_Delete(root);
        return NULL;
    }
    return root;
}

static bool fail_member(const char *name, const char *needed, GError **error)
{
    g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "\"%s\" must be %s.", name, needed);
    return false;
}

/* The member `name`, or NULL when it is missing or null. */
static const cJSON *member(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsNull(item) ? NULL : item;
}

static bool require(const cJSON *object, const char *name, GError **error)
{
    if (!cJSON_IsObject(object)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "An object with \"%s\" is needed here.", name);
        return false;
    }
    if (!member(object, name)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "\"%s\" is missing.", name);
        return false;
    }
    return true;
}

bool json_get_optional_string(const cJSON *object, const char *name, size_t max_bytes, const char **out,
                              GError **error)
{
    const cJSON *item = member(object, name);
    if (!item)
        return true;
    if (!cJSON_IsString(item))
        return fail_member(name, "a text", error);
    if (strlen(item->valuestring) > max_bytes) {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "\"%s\" must be no longer than %zu bytes.",
                    name, max_bytes);
        return false;
    }
    *out = item->valuestring;
    return true;
}

static bool int64_from_text(const char *text, int64_t *out)
{
    gint64 value;
    if (!g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &value, NULL))
        return false;
    *out = value;
    return true;
}

bool json_get_optional_int64(const cJSON *object, const char *name, int64_t *out, GError **error)
{
    const cJSON *item = member(object, name);
    if (!item)
        return true;
    if (cJSON_IsString(item) && int64_from_text(item->valuestring, out))
        return true;
    if (!cJSON_IsNumber(item) || item->valuedouble != trunc(item->valuedouble) ||
        fabs(item->valuedouble) > MAX_EXACT_DOUBLE)
        return fail_member(name, "a whole number", error);
    *out = (int64_t)item->valuedouble;
    return true;
}

char *json_print(cJSON *json)
{
    char *printed = json ? cJSON_PrintUnformatted(json) : NULL;
    char *text = g_strdup(printed); /* by GLib, so that g_free fits */
    cJSON_free(printed);
    cJSON_Delete(json);
    return text;
}

const char *json_text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

int64_t json_number(const cJSON *object, const char *name)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(object, name);
    bool is_exact = cJSON_IsNumber(number) && fabs(number->valuedouble) <= MAX_EXACT_DOUBLE;
    return is_exact ? (int64_t)number->valuedouble : 0;
}

bool json_get_optional_bool(const cJSON *object, const char *name, bool *out, GError **error)
{
    const cJSON *item = member(object, name);
    if (!item)
        return true;
    if (!cJSON_IsBool(item))
        return fail_member(name, "true or false", error);
    *out = cJSON_IsTrue(item);
    return true;
}

bool json_get_optional_array(const cJSON *object, const char *name, size_t max_items, const cJSON **out,
                             GError **error)
{
    const cJSON *item = member(object, name);
    if (!item)
        return true;
    if (!cJSON_IsArray(item))
        return fail_member(name, "a list", error);
    if ((size_t)cJSON_GetArraySize(item) > max_items) {
        g_set_error(error, NET_PROBLEM, PROBLEM_TOO_LARGE, "\"%s\" must hold no more than %zu items.", name,
                    max_items);
        return false;
    }
    *out = item;
    return true;
}

bool json_get_string(const cJSON *object, const char *name, size_t max_bytes, const char **out,
                     GError **error)
{
    return require(object, name, error) && json_get_optional_string(object, name, max_bytes, out, error);
}

bool json_get_int64(const cJSON *object, const char *name, int64_t *out, GError **error)
{
    return require(object, name, error) && json_get_optional_int64(object, name, out, error);
}

bool json_get_bool(const cJSON *object, const char *name, bool *out, GError **error)
{
    return require(object, name, error) && json_get_optional_bool(object, name, out, error);
}

bool json_get_array(const cJSON *object, const char *name, size_t max_items, const cJSON **out,
                    GError **error)
{
    return require(object, name, error) && json_get_optional_array(object, name, max_items, out, error);
}
