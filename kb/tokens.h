/*
 * Text into tokens: the words of a text, folded, each with the bytes it came from, so that a match can be
 * marked in the original. The same reader serves the builder, the query and the snippet; that is what makes
 * them agree.
 *
 * - A word is a run of letters, digits and marks. An apostrophe between letters joins ("isn't" is isnt)
 * except in 's 'm 'd 're 've 'll, which fall off. A dot between digits stays (4.7), a comma before three
 * digits goes (10,000).
 * - Chinese characters, kana and Hangul have no spaces to go by: each gives a token of one character, and,
 * with its right neighbour, a token of two, at the same position.
 * - Stemming is not done here: see kb_token_stem. Nothing is dropped: see kb_is_function_word.
 *
 * Usage:
 *     struct kb_tokens tokens; struct kb_token token;
 *     kb_tokens_init(&tokens, text, len);
 *     while (kb_tokens_next(&tokens, &token)) ...
 */
#ifndef KB_TOKENS_H
#define KB_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest token text in bytes; of a longer run the first so many bytes count. */
#define KB_TOKEN_MAX 63

/* Raised whenever folding, token borders or stemming change: an index keeps the number it was made with. */
#define KB_TEXT_RULES 2

enum kb_token_kind {
    KB_TOKEN_KIND_WORD,   /* letters only */
    KB_TOKEN_KIND_NUMBER, /* has a digit: never stemmed, never corrected */
    KB_TOKEN_KIND_SINGLE, /* one CJK character */
    KB_TOKEN_KIND_PAIR,   /* two CJK characters that stand side by side */
};

struct kb_token {
    char text[KB_TOKEN_MAX + 1]; /* folded, closed by NUL */
    uint8_t len;                 /* bytes, 1..KB_TOKEN_MAX */
    enum kb_token_kind kind;
    uint32_t start, end; /* bytes of the original text */
    bool cut;            /* a word that is longer than that: the rest is not in `text` */
    uint32_t position;   /* counted in words and CJK characters from 0 */
};

/* A reader's place in a text; plain memory, nothing to release. */
struct kb_tokens {
    const char *text; /* borrowed until the last kb_tokens_next */
    size_t len;
    size_t at;
    uint32_t position;
    bool pair_due;        /* the single just given has a right neighbour */
    struct kb_token pair; /* that pair, when due */
};

/* `text` is borrowed; any bytes may be given, those that are not UTF-8 separate words. At most 4 GB are read.
 */
void kb_tokens_init(struct kb_tokens *tokens, const char *text, size_t len);

/* The next token; false at the end of the text. */
bool kb_tokens_next(struct kb_tokens *tokens, struct kb_token *token);

/* The token's stem into out[] (closed by NUL); returns its length. CJK tokens and numbers are their own stem.
 */
size_t kb_token_stem(const struct kb_token *token, char out[KB_TOKEN_MAX + 2]);

/* Is this folded word one of the about 120 English words that say nothing about a text (the, of, how, isnt
 * ...)? */
bool kb_is_function_word(const char *word);

/* Is this code point written without spaces between words (Han, kana, Hangul)? */
bool kb_is_cjk(int32_t c);

#endif
