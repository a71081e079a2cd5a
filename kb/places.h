/*
 * A short title in ASCII, read sixteen characters at a time: sets of places (bit k: character k) where a
 * letter stands, or where words begin.
 */
#ifndef KB_PLACES_H
#define KB_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longer titles are not read here. */
#define KB_PLACES_MAX 128

typedef unsigned __int128 kb_places;

struct kb_short_title {
    const char *text; /* borrowed */
    size_t len;
    _Alignas(16) uint8_t folded[KB_PLACES_MAX]; /* lower case; zero from its end to the next block of 16 */
};

/* Reads the title; false where it is longer, or not ASCII alone. */
bool kb_short_title_read(struct kb_short_title *title, const char *text, size_t len);

/* Where `letter` (folded, 1..127) stands. */
kb_places kb_short_title_find(const struct kb_short_title *title, uint8_t letter);

/* Where words begin: behind what is neither letter nor digit, and at a capital behind a small letter. */
kb_places kb_short_title_begins(const struct kb_short_title *title);

/* The lowest place of a set that is not empty. */
static inline unsigned kb_places_first(kb_places places)
{
    uint64_t low = (uint64_t)places;

    return low ? (unsigned)__builtin_ctzll(low) : 64 + (unsigned)__builtin_ctzll((uint64_t)(places >> 64));
}

/* All places from `place` (0..KB_PLACES_MAX) on. */
static inline kb_places kb_places_from(unsigned place)
{
    return place < KB_PLACES_MAX ? ~(kb_places)0 << place : 0;
}

#endif
