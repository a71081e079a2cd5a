#include "kb/find.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

#define BLOCK 16

typedef uint8_t block __attribute__((vector_size(BLOCK)));

static block load(const char *at)
{
    block bytes;

    memcpy(&bytes, at, BLOCK);
    return bytes;
}

/* The first of eight places, each a byte of `places` that is not zero, at which the whole text stands. */
static const char *first_of(uint64_t places, const char *at, const char *what, size_t what_len)
{
    for (places = GUINT64_FROM_LE(places); places != 0;) {
        unsigned place = (unsigned)__builtin_ctzll(places) / 8;
        if (memcmp(at + place, what, what_len) == 0)
            return at + place;
        places &= ~(0xFFull << (8 * place));
    }
    return NULL;
}

const char *kb_find(const char *text, size_t len, const char *what, size_t what_len)
{
    const block first = (block){0} + (uint8_t)what[0], last = (block){0} + (uint8_t)what[what_len - 1];
    size_t at = 0;

    /* Where both its first and its last byte stand, the rest is looked at. */
    for (; at + what_len - 1 + BLOCK <= len; at += BLOCK) {
        block both = (block)((load(text + at) == first) & (load(text + at + what_len - 1) == last));
        uint64_t places[2];
        memcpy(places, &both, BLOCK);
        if ((places[0] | places[1]) == 0)
            continue;
        const char *found = first_of(places[0], text + at, what, what_len);
        if (!found)
            found = first_of(places[1], text + at + 8, what, what_len);
        if (found)
            return found;
    }
    return memmem(text + at, len - at, what, what_len);
}
