/*
 * The two encodings that every part of the engine reads: UTF-8 and the 7-bit variable-length integer.
 * Both readers are total: any bytes may be given, nothing is read past the end.
 *
 * varint: least significant seven bits first, the high bit set on every byte but the last; at most five
 * bytes, values up to 2^32 - 1.
 */
#ifndef KB_BYTES_H
#define KB_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KB_VARINT_MAX  5
#define KB_REPLACEMENT 0xFFFD

/* Writes `value` at `out` (room for KB_VARINT_MAX); returns how many bytes it took. */
static inline size_t kb_varint_put(uint8_t *out, uint32_t value)
{
    size_t len = 0;

    while (value >= 0x80) {
        out[len++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    out[len++] = (uint8_t)value;
    return len;
}

/* Reads one integer at *at and moves *at behind it; false where the bytes end first or the integer is too
 * long. */
static inline bool kb_varint_get(const uint8_t **at, const uint8_t *end, uint32_t *value)
{
    const uint8_t *p = *at;
    uint32_t result = 0;

    if (p < end && *p < 0x80) {
        *value = *p;
        *at = p + 1;
        return true;
    }
    for (unsigned shift = 0; shift < 35 && p < end; shift += 7) {
        result |= (uint32_t)(*p & 0x7F) << shift;
        if (*p++ < 0x80) {
            *value = result;
            *at = p;
            return true;
        }
    }
    return false;
}

/* The code point at text[*at], moving *at behind it; a byte that begins no valid sequence gives
 * KB_REPLACEMENT and moves by one. *at < len. */
static inline int32_t kb_utf8_next(const char *text, size_t len, size_t *at)
{
    const uint8_t *s = (const uint8_t *)text + *at;
    size_t left = len - *at;
    int32_t c = s[0];

    *at += 1;
    if (c < 0x80)
        return c;
    if (c >= 0xC2 && c < 0xE0 && left > 1 && (s[1] & 0xC0) == 0x80) {
        *at += 1;
        return (c & 0x1F) << 6 | (s[1] & 0x3F);
    }
    if (c >= 0xE0 && c < 0xF0 && left > 2 && (s[1] & 0xC0) == 0x80 && (s[2] & 0xC0) == 0x80) {
        c = (c & 0x0F) << 12 | (s[1] & 0x3F) << 6 | (s[2] & 0x3F);
        if (c < 0x800 || (c >= 0xD800 && c < 0xE000))
            return KB_REPLACEMENT;
        *at += 2;
        return c;
    }
    if (c >= 0xF0 && c < 0xF5 && left > 3 && (s[1] & 0xC0) == 0x80 && (s[2] & 0xC0) == 0x80 &&
        (s[3] & 0xC0) == 0x80) {
        c = (c & 0x07) << 18 | (s[1] & 0x3F) << 12 | (s[2] & 0x3F) << 6 | (s[3] & 0x3F);
        if (c < 0x10000 || c > 0x10FFFF)
            return KB_REPLACEMENT;
        *at += 3;
        return c;
    }
    return KB_REPLACEMENT;
}

/* Writes code point `c` (valid, not a surrogate) at `out` (room for four bytes); returns its length. */
static inline size_t kb_utf8_put(int32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

#endif
