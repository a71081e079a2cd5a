/*
 * Folding: what makes two spellings of a letter the same for search. Case (Unicode case folding),
 * compatibility forms (NFKC: full width, ligatures, superscripts), accents and other non-spacing marks, and a
 * few Latin letters that Unicode does not decompose (ø, ł, æ), traditional Chinese characters into simplified
 * ones. Ignorable characters (soft hyphen, joiners) vanish.
 *
 * It looks at one code point at a time, so it never needs memory and offsets never get lost. It does not
 * recompose: Hangul syllables and kana with their sound marks are left as they are.
 */
#ifndef KB_FOLD_H
#define KB_FOLD_H

#include <stddef.h>
#include <stdint.h>

/* The longest compatibility decomposition of one code point (U+FDFA). */
#define KB_FOLD_MAX 18

/* Folds `c` into out[]; returns how many code points that gave, zero for a mark or an ignorable one. */
size_t kb_fold_char(int32_t c, int32_t out[KB_FOLD_MAX]);

#endif
