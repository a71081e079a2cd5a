/*
 * Chinese by its sound: which characters and pairs of an index are read as somebody typed (pinyin), or as the
 * characters that somebody typed instead (推款 for 退款).
 */
#ifndef KB_SOUND_H
#define KB_SOUND_H

#include "kb/han.h"
#include "kb/segment.h"
#include "kb/spell.h"
#include "kb/tokens.h"

/* Adds the rows of SOUNDS for one CJK token text[0..len), which is row `group` of GROUPS, to rows[] (struct
 * kb_disk_sound); and puts all rows into the order of the section. */
void kb_sounds_add(GArray *rows, const char *text, size_t len, uint32_t group);
void kb_sounds_sort(GArray *rows);

/* The commonest tokens of the index with these sounds into found[room], best first: pairs, or single
 * characters where `second` is NULL. Returns how many. */
size_t kb_sound_find(const struct kb_segment *segment, struct kb_han_range first,
                     const struct kb_han_range *second, struct kb_correction *found, size_t room);

/* The same for the sounds of a CJK token, read in every way its characters may be. */
size_t kb_sound_correct(const struct kb_segment *segment, const struct kb_token *token,
                        struct kb_correction *found, size_t room);

/* Do characters that sound so stand in a row in text[0..len), UTF-8? */
bool kb_sound_in_row(const char *text, size_t len, const struct kb_han_spelled *spelled);

#endif
