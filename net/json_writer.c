/* JSON straight into a GString. */
#include "net/json_writer.h"

#include <math.h>
#include <string.h>

void json_writer_init(struct json_writer *json, GString *out)
{
    *json = (struct json_writer){.out = out};
}

/* Writes the comma that parts this value from the one before it. */
static void begin_value(struct json_writer *json)
{
    uint64_t bit = UINT64_C(1) << json->depth;
    if (json->after_key)
        json->after_key = false;
    else if (json->filled & bit)
        g_string_append_c(json->out, ',');
    json->filled |= bit;
}

static void open_level(struct json_writer *json, char bracket)
{
    begin_value(json);
    g_string_append_c(json->out, bracket);
    json->depth++;
    g_assert(json->depth < 64);
    json->filled &= ~(UINT64_C(1) << json->depth);
}

static void close_level(struct json_writer *json, char bracket)
{
    g_assert(json->depth > 0 && !json->after_key);
    json->depth--;
    g_string_append_c(json->out, bracket);
}

void json_object_start(struct json_writer *json)
{
    open_level(json, '{');
}

void json_object_end(struct json_writer *json)
{
    close_level(json, '}');
}

void json_array_start(struct json_writer *json)
{
    open_level(json, '[');
}

void json_array_end(struct json_writer *json)
{
    close_level(json, ']');
}

static bool needs_escape(unsigned char byte)
{
    return byte < 0x20 || byte == '"' || byte == '\\';
}

static void append_escape(GString *out, unsigned char byte)
{
    static const char letters[0x20] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
    };
    char letter = byte < 0x20 ? letters[byte] : (char)byte;
    if (letter) {
        const char pair[2] = {'\\', letter};
        g_string_append_len(out, pair, 2);
    } else {
        g_string_append_printf(out, "\\u%04x", byte);
    }
}

static void append_quoted(GString *out, const char *text, size_t len)
{
    g_string_append_c(out, '"');
    size_t start = 0;
    for (size_t i = 0; i < len; i++) {
        if (!needs_escape((unsigned char)text[i]))
            continue;
        g_string_append_len(out, text + start, (gssize)(i - start));
        append_escape(out, (unsigned char)text[i]);
        start = i + 1;
    }
    g_string_append_len(out, text + start, (gssize)(len - start));
    g_string_append_c(out, '"');
}

void json_key(struct json_writer *json, const char *name)
{
    g_assert(!json->after_key);
    begin_value(json);
    append_quoted(json->out, name, strlen(name));
    g_string_append_c(json->out, ':');
    json->after_key = true;
}

void json_string_len(struct json_writer *json, const char *text, size_t len)
{
    begin_value(json);
    append_quoted(json->out, text, len);
}

void json_string(struct json_writer *json, const char *text)
{
    if (text)
        json_string_len(json, text, strlen(text));
    else
        json_null(json);
}

static void append_int64(GString *out, int64_t value)
{
    char digits[21];
    char *end = digits + sizeof digits;
    char *at = end;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        *--at = '-';
    g_string_append_len(out, at, end - at);
}

void json_int64(struct json_writer *json, int64_t value)
{
    begin_value(json);
    append_int64(json->out, value);
}

void json_id(struct json_writer *json, int64_t value)
{
    begin_value(json);
    g_string_append_c(json->out, '"');
    append_int64(json->out, value);
    g_string_append_c(json->out, '"');
}

void json_double(struct json_writer *json, double value)
{
    if (!isfinite(value)) {
        json_null(json);
        return;
    }
    begin_value(json);
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    for (int precision = 15; precision <= 17; precision++) {
        char format[8];
        g_snprintf(format, sizeof format, "%%.%dg", precision);
        g_ascii_formatd(digits, sizeof digits, format, value);
        if (g_ascii_strtod(digits, NULL) == value)
            break;
    }
    g_string_append(json->out, digits);
}

void json_bool(struct json_writer *json, bool value)
{
    json_raw(json, value ? "true" : "false", value ? 4 : 5);
}

void json_null(struct json_writer *json)
{
    json_raw(json, "null", 4);
}

void json_raw(struct json_writer *json, const char *value, size_t len)
{
    begin_value(json);
    g_string_append_len(json->out, value, (gssize)len);
}

void json_add_string(struct json_writer *json, const char *name, const char *text)
{
    json_key(json, name);
    json_string(json, text);
}

void json_add_string_if(struct json_writer *json, const char *name, const char *text)
{
    if (text)
        json_add_string(json, name, text);
}

void json_add_int64(struct json_writer *json, const char *name, int64_t value)
{
    json_key(json, name);
    json_int64(json, value);
}

void json_add_id(struct json_writer *json, const char *name, int64_t value)
{
    json_key(json, name);
    json_id(json, value);
}

void json_add_double(struct json_writer *json, const char *name, double value)
{
    json_key(json, name);
    json_double(json, value);
}

void json_add_bool(struct json_writer *json, const char *name, bool value)
{
    json_key(json, name);
    json_bool(json, value);
}

void json_add_null(struct json_writer *json, const char *name)
{
    json_key(json, name);
    json_null(json);
}

void json_add_raw(struct json_writer *json, const char *name, const char *value, size_t len)
{
    json_key(json, name);
    json_raw(json, value, len);
}
