/*
 * Chinese characters: their simplified form, and how they are read. The tables are ICU's, written when the
 * program is built (kb/make-han-table); second readings of common characters (行: xing, hang) are our own
 * list.
 *
 * A sound is the number of a syllable without its tone, in the order of the alphabet, from 1. So the
 * syllables that begin alike are a range of numbers.
 */
#ifndef KB_HAN_H
#define KB_HAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Readings of one character at most. */
#define KB_HAN_READINGS_MAX 3

/* Characters of one word in pinyin; longer ones are not looked at. */
#define KB_HAN_SPELLED_MAX 8

/* The simplified form of a traditional character; any other code point is given back as it is. */
int32_t kb_han_simplified(int32_t c);

/* The sounds of a simplified character into sounds[], the commonest first; returns how many, 0 where `c` is
 * no Chinese character or has no known reading. */
size_t kb_han_readings(int32_t c, uint16_t sounds[KB_HAN_READINGS_MAX]);

/* The sounds [from, to): one syllable, or all that begin as the letters typed. */
struct kb_han_range {
    uint16_t from, to;
};

/* A word in pinyin, a range for each character. */
struct kb_han_spelled {
    struct kb_han_range parts[KB_HAN_SPELLED_MAX];
    size_t count;
    bool initials; /* first letters alone (tk), else whole syllables (tuikuan) */
};

/* How pinyin without marks is cut: xian is 先 with the fewest syllables, 西安 with the most. */
enum kb_han_cut { KB_HAN_CUT_FEWEST, KB_HAN_CUT_MOST };

/* Reads letters[0..len) (a-z) as pinyin: whole syllables, of which with `open` the last may be unfinished
 * (tuik); else first letters alone, where there is no vowel to make the word a syllable of. False where it is
 * neither. */
bool kb_han_spell(const char *letters, size_t len, bool open, enum kb_han_cut cut,
                  struct kb_han_spelled *spelled);

#endif
