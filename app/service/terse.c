#include "app/service/terse.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define NAMES_MAX  30
#define NAME_BYTES 63 /* a longer one stays as it is */
#define TIME       31 /* the byte that a time begins with */
#define TIME_BYTES 6  /* of it that follow */
#define TIME_SHAPE "2000-00-00T00:00:00.000Z\""
#define TIME_LEN   (sizeof TIME_SHAPE - 1)

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

static bool has_time_shape(const char *text)
{
    for (size_t i = 0; i < TIME_LEN; i++)
        if (g_ascii_isdigit(TIME_SHAPE[i]) ? !isdigit((unsigned char)text[i]) : text[i] != TIME_SHAPE[i])
            return false;
    return true;
}

/* Adds so many digits as a number of so many bits; false where they do not fit. */
static bool pack_digits(const char *text, int digits, int bits, uint64_t *packed)
{
    unsigned number = 0;
    for (int i = 0; i < digits; i++)
        number = number * 10 + (unsigned)(text[i] - '0');
    *packed = *packed << bits | number;
    return number >> bits == 0;
}

/* The numbers of a time from 2000 to 2999, in 46 bits. False where the text is anything else, or not followed
 * by its closing quote. */
static bool pack_time(const char *text, size_t len, uint64_t *packed)
{
    *packed = 0;
    return len == TIME_LEN && has_time_shape(text) && text[0] == TIME_SHAPE[0] &&
           pack_digits(text + 1, 3, 10, packed) && pack_digits(text + 5, 2, 4, packed) &&
           pack_digits(text + 8, 2, 5, packed) && pack_digits(text + 11, 2, 5, packed) &&
           pack_digits(text + 14, 2, 6, packed) && pack_digits(text + 17, 2, 6, packed) &&
           pack_digits(text + 20, 3, 10, packed);
}

static inline void unpack_pair(char *text, unsigned number)
{
    text[0] = (char)('0' + number / 10);
    text[1] = (char)('0' + number % 10);
}

static void unpack_time(uint64_t packed, char *text)
{
    unsigned year = packed >> 36 & 1023, ms = packed & 1023;
    memcpy(text, TIME_SHAPE, TIME_LEN);
    text[1] = (char)('0' + year / 100);
    unpack_pair(text + 2, year % 100);
    unpack_pair(text + 5, packed >> 32 & 15);
    unpack_pair(text + 8, packed >> 27 & 31);
    unpack_pair(text + 11, packed >> 22 & 31);
    unpack_pair(text + 14, packed >> 16 & 63);
    unpack_pair(text + 17, packed >> 10 & 63);
    text[20] = (char)('0' + ms / 100);
    unpack_pair(text + 21, ms % 100);
}

static void put_value(GString *out, const char *value, const char *end)
{
    uint64_t packed;
    if (!pack_time(value, (size_t)(end - value), &packed)) {
        g_string_append_len(out, value, end - value);
        return;
    }
    g_string_append_c(out, TIME);
    for (int shift = 8 * (TIME_BYTES - 1); shift >= 0; shift -= 8)
        g_string_append_c(out, (char)(packed >> shift));
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
        if (code) {
            g_string_append_c(text, code);
            put_value(text, value, end);
        } else {
            g_string_append_len(text, name, end - name);
        }
        p = end;
    }
    g_string_append(text, p);
    *len = text->len;
    char *kept = g_memdup2(text->str, text->len);
    g_string_free(text, TRUE);
    return kept;
}

static uint64_t read_packed(const char *bytes)
{
    uint64_t packed = 0;
    for (int i = 0; i < TIME_BYTES; i++)
        packed = packed << 8 | (unsigned char)bytes[i];
    return packed;
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
        if (code == TIME) {
            unpack_time(read_packed(p + 1), to);
            to += TIME_LEN;
            p += TIME_BYTES;
            continue;
        }
        const struct name *name = &t->names[code - 1];
        memcpy(to, name->text, name->len);
        to += name->len;
    }
    g_assert(to == out->str + start + json_len);
}
