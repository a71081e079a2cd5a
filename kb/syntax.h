/*
 * The syntax of a pattern, as a tree, for those who ask what a match must hold. It says no more than is
 * sure: a tree's node may allow more than PCRE2 does, never less, and a pattern with anything that this
 * reader does not know has no tree.
 */
#ifndef KB_SYNTAX_H
#define KB_SYNTAX_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum kb_syntax_kind {
    KB_SYNTAX_KIND_NOTHING, /* a place, or a look around: no text */
    KB_SYNTAX_KIND_BORDER,  /* no text; what is a word character beside it is the first or last of its word */
    KB_SYNTAX_KIND_ANYTHING,  /* some text or none */
    KB_SYNTAX_KIND_AGAIN,     /* what an earlier group matched, `again` */
    KB_SYNTAX_KIND_CHARACTER, /* one character, itself or in another case */
    KB_SYNTAX_KIND_CLASS,     /* one character of several */
    KB_SYNTAX_KIND_SEQUENCE,  /* the parts, one behind the other */
    KB_SYNTAX_KIND_CHOICE,    /* one of the parts */
    KB_SYNTAX_KIND_REPEAT,    /* the only part, `least` to `most` times */
};

/* No end to a repetition. */
#define KB_SYNTAX_MANY UINT32_MAX

struct kb_syntax {
    enum kb_syntax_kind kind;
    int32_t character; /* of a character */
    uint64_t set[2];   /* of a class: which characters of ASCII, a bit each; others may be in it too */
    bool beyond;       /* of a class: letters and numbers beyond ASCII may be in it */
    const struct kb_syntax *again; /* borrowed from the same tree; it holds no repetition of this kind */
    uint32_t least, most;          /* of a repetition */
    GPtrArray *parts;              /* of struct kb_syntax *; NULL where the kind has none */
};

/* The tree of a pattern that PCRE2 compiles without its flag x; NULL where its meaning is in doubt. Caller
 * owns, free with kb_syntax_free. */
struct kb_syntax *kb_syntax_new(const char *pattern);
void kb_syntax_free(struct kb_syntax *syntax); /* accepts NULL */

#endif
