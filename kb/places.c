#include "kb/places.h"

#include <string.h>

#define BLOCK 16

typedef uint8_t block __attribute__((vector_size(BLOCK)));

/* The highest bit of each byte. */
#ifdef __SSE2__
#include <emmintrin.h>

static inline uint32_t bits_of(block bytes)
{
    return (uint32_t)_mm_movemask_epi8((__m128i)bytes);
}
#else
static inline uint32_t bits_of(block bytes)
{
    uint32_t bits = 0;

    for (unsigned i = 0; i < BLOCK; i++)
        bits |= (uint32_t)(bytes[i] >> 7) << i;
    return bits;
}
#endif

static inline block load(const uint8_t *at)
{
    block bytes;

    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

bool kb_short_title_read(struct kb_short_title *title, const char *text, size_t len)
{
    uint32_t foreign = 0;

    if (len > KB_PLACES_MAX)
        return false;
    title->text = text;
    title->len = len;
    memset(title->folded + len / BLOCK * BLOCK, 0, len % BLOCK ? BLOCK : 0);
    memcpy(title->folded, text, len);
    for (size_t at = 0; at < len; at += BLOCK) {
        block bytes = load(title->folded + at);
        foreign |= bits_of(bytes);
        bytes |= (block)(bytes - 'A' < 26) & 0x20;
        memcpy(title->folded + at, &bytes, sizeof bytes);
    }
    return foreign == 0;
}

kb_places kb_short_title_find(const struct kb_short_title *title, uint8_t letter)
{
    kb_places places = 0;

    for (size_t at = 0; at < title->len; at += BLOCK)
        places |= (kb_places)bits_of((block)(load(title->folded + at) == letter)) << at;
    return places;
}

kb_places kb_short_title_begins(const struct kb_short_title *title)
{
    kb_places letters = 0, digits = 0, upper = 0;
    uint8_t raw[KB_PLACES_MAX] = {0};

    memcpy(raw, title->text, title->len);
    for (size_t at = 0; at < title->len; at += BLOCK) {
        block bytes = load(title->folded + at);
        letters |= (kb_places)bits_of((block)(bytes - 'a' < 26)) << at;
        digits |= (kb_places)bits_of((block)(bytes - '0' < 10)) << at;
        upper |= (kb_places)bits_of((block)(load(raw + at) - 'A' < 26)) << at;
    }
    return ~((letters | digits) << 1) | (upper & (letters & ~upper) << 1);
}
