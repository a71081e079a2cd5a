#include "app/model/pack.h"

#include <string.h>

void pack_number(GByteArray *bytes, int64_t number)
{
    uint64_t code = ((uint64_t)number << 1) ^ (number < 0 ? UINT64_MAX : 0);
    uint8_t out[10];
    guint len = 0;
    for (; code >= 0x80; code >>= 7)
        out[len++] = (uint8_t)(code | 0x80);
    out[len++] = (uint8_t)code;
    g_byte_array_append(bytes, out, len);
}

void pack_text(GByteArray *bytes, const char *text)
{
    size_t len = text != NULL ? strlen(text) : 0;
    pack_number(bytes, text != NULL ? (int64_t)len + 1 : 0);
    if (text != NULL)
        g_byte_array_append(bytes, (const uint8_t *)text, (guint)len + 1);
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
