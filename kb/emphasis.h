/* The signs of **strong** and *emphasis* in a text of an article. Which star is a sign can only be told from
 * the whole line: a piece cut out of it may have one of the two. Nothing else of Markdown is known here.
 */
#ifndef KB_EMPHASIS_H
#define KB_EMPHASIS_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the sign that text[at] == '*' begins: 2 of a pair of stars, 1 of a lone one that opens an emphasis
 * closed in the same line, or that closes it; 0: the star stands for itself, as in "2 * 3" or "*100#".
 * *is_open: whether an emphasis is open before it, changed to what is so after it; the caller begins each
 * line with false. Looks ahead a bounded way, so a text of nothing but stars is read in linear time. */
size_t kb_emphasis_sign(const char *text, size_t len, size_t at, bool *is_open);

/* Is an emphasis open before text[at], as its line has it up to there? */
bool kb_emphasis_is_open(const char *text, size_t len, size_t at);

#endif
