#include "kb/tokens.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "kb/bytes.h"
#include "kb/fold.h"
#include "kb/stem.h"

enum char_class { CHAR_CLASS_NONE, CHAR_CLASS_LETTER, CHAR_CLASS_DIGIT, CHAR_CLASS_MARK, CHAR_CLASS_CJK };

/* One character of the text, folded and classed. */
struct character {
    int32_t folded[KB_FOLD_MAX];
    size_t count;
    enum char_class class;
    size_t end; /* the byte behind it */
};

bool kb_is_cjk(int32_t c)
{
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3041 && c <= 0x30FE) || (c >= 0xAC00 && c <= 0xD7A3) ||
           (c >= 0x3400 && c <= 0x4DBF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF) ||
           c == 0x3005 || c == 0x3007 || (c >= 0x31F0 && c <= 0x31FF);
}

static enum char_class class_of(int32_t c)
{
    if (c < 0x80) {
        if (c >= '0' && c <= '9')
            return CHAR_CLASS_DIGIT;
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? CHAR_CLASS_LETTER : CHAR_CLASS_NONE;
    }
    if (c != 0x30FB && kb_is_cjk(c))
        return CHAR_CLASS_CJK;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MC:
        return CHAR_CLASS_LETTER;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
        return CHAR_CLASS_DIGIT;
    default:
        return CHAR_CLASS_NONE;
    }
}

static void read_character(const struct kb_tokens *tokens, size_t at, struct character *c)
{
    uint8_t byte = (uint8_t)tokens->text[at];

    c->end = at;
    if (byte < 0x80) {
        c->folded[0] = byte >= 'A' && byte <= 'Z' ? byte + 32 : byte;
        c->count = 1;
        c->class = class_of(byte);
        c->end++;
        return;
    }
    c->count = kb_fold_char(kb_utf8_next(tokens->text, tokens->len, &c->end), c->folded);
    c->class = c->count == 0 ? CHAR_CLASS_MARK : class_of(c->folded[0]);
}

static bool append(struct kb_token *token, const struct character *c)
{
    char bytes[4];

    for (size_t i = 0; i < c->count; i++) {
        size_t n = kb_utf8_put(c->folded[i], bytes);
        if (token->len + n > KB_TOKEN_MAX)
            return false;
        memcpy(token->text + token->len, bytes, n);
        token->len = (uint8_t)(token->len + n);
    }
    return true;
}

static bool is_apostrophe(const struct character *c)
{
    return c->count == 1 && (c->folded[0] == '\'' || c->folded[0] == 0x2BC);
}

static bool is_digit_at(const struct kb_tokens *tokens, size_t at)
{
    return at < tokens->len && tokens->text[at] >= '0' && tokens->text[at] <= '9';
}

/* A comma or dot inside a number: *keep tells whether it belongs to the token's text. */
static bool joins_digits(const struct kb_tokens *tokens, const struct character *c, bool *keep)
{
    if (c->count != 1 || !is_digit_at(tokens, c->end))
        return false;
    *keep = c->folded[0] == '.';
    if (*keep)
        return true;
    return c->folded[0] == ',' && is_digit_at(tokens, c->end + 1) && is_digit_at(tokens, c->end + 2) &&
           !is_digit_at(tokens, c->end + 3);
}

/* Cuts the contracted endings that are words of their own ("it's", "we'll"); `joint` is where the apostrophe
 * was. */
static void cut_contraction(struct kb_token *token, size_t joint)
{
    static const char *const endings[] = {"s", "m", "d", "re", "ve", "ll"};
    const char *tail = token->text + joint;

    if (joint == 0)
        return;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (strcmp(tail, endings[i]) == 0) {
            token->len = (uint8_t)joint;
            token->text[joint] = '\0';
            return;
        }
    }
}

/* May the separator `c` stand inside the word that ends before it? Moves over it where it may. */
static bool bridges(struct kb_tokens *tokens, struct kb_token *token, const struct character *c,
                    enum char_class last, size_t *joint)
{
    struct character next;
    bool keep = false;

    if (c->end >= tokens->len)
        return false;
    if (is_apostrophe(c) && last == CHAR_CLASS_LETTER) {
        read_character(tokens, c->end, &next);
        if (next.class != CHAR_CLASS_LETTER)
            return false;
        *joint = token->len;
        return true;
    }
    if (last != CHAR_CLASS_DIGIT || !joins_digits(tokens, c, &keep))
        return false;
    if (keep)
        append(token, c);
    return true;
}

static void read_word(struct kb_tokens *tokens, struct character *c, struct kb_token *token)
{
    enum char_class last = c->class;
    size_t joint = 0;

    token->kind = KB_TOKEN_KIND_WORD;
    for (;;) {
        if (c->class == CHAR_CLASS_DIGIT)
            token->kind = KB_TOKEN_KIND_NUMBER;
        if (c->class != CHAR_CLASS_MARK && c->class != CHAR_CLASS_NONE) {
            token->cut |= !append(token, c);
            last = c->class;
        }
        tokens->at = c->end;
        token->end = (uint32_t)c->end;
        if (tokens->at >= tokens->len)
            break;
        read_character(tokens, tokens->at, c);
        if (c->class == CHAR_CLASS_CJK)
            break;
        if (c->class == CHAR_CLASS_NONE && !bridges(tokens, token, c, last, &joint))
            break;
    }
    token->text[token->len] = '\0';
    cut_contraction(token, joint);
}

/* Gives the single character, and makes its pair ready where a neighbour follows at once. */
static void read_cjk(struct kb_tokens *tokens, struct character *c, struct kb_token *token)
{
    struct character next;

    token->kind = KB_TOKEN_KIND_SINGLE;
    append(token, c);
    token->text[token->len] = '\0';
    token->end = (uint32_t)c->end;
    tokens->at = c->end;
    if (tokens->at >= tokens->len)
        return;
    read_character(tokens, tokens->at, &next);
    if (next.class != CHAR_CLASS_CJK)
        return;
    tokens->pair = *token;
    tokens->pair.kind = KB_TOKEN_KIND_PAIR;
    append(&tokens->pair, &next);
    tokens->pair.text[tokens->pair.len] = '\0';
    tokens->pair.end = (uint32_t)next.end;
    tokens->pair_due = true;
}

void kb_tokens_init(struct kb_tokens *tokens, const char *text, size_t len)
{
    tokens->text = text;
    tokens->len = len < UINT32_MAX ? len : UINT32_MAX;
    tokens->at = 0;
    tokens->position = 0;
    tokens->pair_due = false;
}

bool kb_tokens_next(struct kb_tokens *tokens, struct kb_token *token)
{
    struct character c;

    if (tokens->pair_due) {
        *token = tokens->pair;
        tokens->pair_due = false;
        return true;
    }
    while (tokens->at < tokens->len) {
        read_character(tokens, tokens->at, &c);
        if (c.class == CHAR_CLASS_NONE || c.class == CHAR_CLASS_MARK) {
            tokens->at = c.end;
            continue;
        }
        token->len = 0;
        token->cut = false;
        token->start = (uint32_t)tokens->at;
        token->position = tokens->position++;
        if (c.class == CHAR_CLASS_CJK)
            read_cjk(tokens, &c, token);
        else
            read_word(tokens, &c, token);
        return true;
    }
    return false;
}

size_t kb_token_stem(const struct kb_token *token, char out[KB_TOKEN_MAX + 2])
{
    size_t len = token->len;

    memcpy(out, token->text, len);
    if (token->kind == KB_TOKEN_KIND_WORD)
        len = kb_stem(out, len);
    out[len] = '\0';
    return len;
}

#define FUNCTION_WORD_MAX 7

/* First letters are compared here, since they decide most of it. */
static int compare_words(const void *key, const void *row)
{
    const char *word = key, *other = *(const char *const *)row;

    return word[0] == other[0] ? strcmp(word, other) : (unsigned char)word[0] - (unsigned char)other[0];
}

bool kb_is_function_word(const char *word)
{
    /* In order, for bsearch; none is longer than FUNCTION_WORD_MAX. */
    static const char *const words[] = {
        "a",      "about",  "after", "all",    "also",    "am",     "an",      "and",   "any",    "are",
        "arent",  "as",     "at",    "be",     "because", "been",   "before",  "being", "but",    "by",
        "can",    "cannot", "cant",  "could",  "did",     "didnt",  "do",      "does",  "doesnt", "doing",
        "dont",   "for",    "from",  "get",    "got",     "had",    "has",     "hasnt", "have",   "havent",
        "having", "he",     "her",   "here",   "hers",    "him",    "his",     "how",   "i",      "if",
        "in",     "into",   "is",    "isnt",   "it",      "its",    "just",    "like",  "may",    "me",
        "might",  "more",   "most",  "must",   "my",      "myself", "no",      "not",   "now",    "of",
        "on",     "or",     "our",   "ours",   "out",     "please", "shall",   "she",   "should", "so",
        "some",   "such",   "than",  "that",   "the",     "their",  "theirs",  "them",  "then",   "there",
        "these",  "they",   "this",  "those",  "to",      "too",    "up",      "us",    "very",   "was",
        "wasnt",  "we",     "were",  "werent", "what",    "when",   "where",   "which", "while",  "who",
        "whom",   "why",    "will",  "with",   "wont",    "would",  "wouldnt", "you",   "your",   "yours",
    };

    return strnlen(word, FUNCTION_WORD_MAX + 1) <= FUNCTION_WORD_MAX &&
           bsearch(word, words, sizeof words / sizeof words[0], sizeof words[0], compare_words) != NULL;
}
