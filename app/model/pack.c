#include "app/model/pack.h"

#include <string.h>

uint8_t *pack_number_at(uint8_t *at, int64_t number)
{
    uint64_t code = ((uint64_t)number << 1) ^ (number < 0 ? UINT64_MAX : 0);
    for (; code >= 0x80; code >>= 7)
        *at++ = (uint8_t)(code | 0x80);
    *at++ = (uint8_t)code;
    return at;
}

uint8_t *pack_text_at(uint8_t *at, const char *text, size_t len)
{
    if (text == NULL)
        return pack_number_at(at, 0);
    at = pack_number_at(at, (int64_t)len + 1);
    memcpy(at, text, len + 1);
    return at + len + 1;
}

void pack_number(GByteArray *bytes, int64_t number)
{
    uint8_t out[PACK_NUMBER_BYTES];
    g_byte_array_append(bytes, out, (guint)(pack_number_at(out, number) - out));
}

void pack_text(GByteArray *bytes, const char *text)
{
    size_t len = text != NULL ? strlen(text) : 0;
    guint before = bytes->len;
    g_byte_array_set_size(bytes, before + PACK_NUMBER_BYTES + (guint)len + 1);
    uint8_t *end = pack_text_at(bytes->data + before, text, len);
    g_byte_array_set_size(bytes, (guint)(end - bytes->data));
}

int64_t unpack_number(struct unpack *from)
{
    uint64_t code = 0;
    for (unsigned shift = 0; shift < 64 && from->at < from->end; shift += 7) {
        uint8_t byte = *from->at++;
        code |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0)
            return (int64_t)(code >> 1) ^ -(int64_t)(code & 1);
    }
    from->is_broken = true;
    from->at = from->end;
    return 0;
}

const char *unpack_text(struct unpack *from)
{
    int64_t size = unpack_number(from);
    if (size == 0)
        return NULL;
    if (size < 0 || size > from->end - from->at || from->at[size - 1] != '\0') {
        from->is_broken = true;
        from->at = from->end;
        return NULL;
    }
    const char *text = (const char *)from->at;
    from->at += size;
    return text;
}

size_t unpack_count(struct unpack *from)
{
    int64_t count = unpack_number(from);
    if (count >= 0 && count <= from->end - from->at)
        return (size_t)count;
    from->is_broken = true;
    from->at = from->end;
    return 0;
}
