/*
 * What a pattern cannot match without: texts of letters and digits of which every match must hold one. They
 * rule out most documents before PCRE2 reads any. Where the pattern's meaning is in any doubt there are none,
 * and all are read.
 */
#ifndef KB_LITERALS_H
#define KB_LITERALS_H

#include <glib.h>

#include "kb/syntax.h"

/* Single letters are in nearly every document. */
#define KB_LITERAL_MIN 2

/* Signs that are looked for at most. */
#define KB_LITERALS_SIGNS_MAX 4

struct kb_literals {
    GPtrArray
        *sets; /* of GPtrArray of char *: a match holds, of each set, one text at least, in some case and some
                  script. Folded (kb/fold.h), either letters and digits of ASCII or CJK characters */
    char signs[KB_LITERALS_SIGNS_MAX +
               1]; /* characters of ASCII, neither letter nor digit, that every match holds */
};

/* Both are empty where nothing is sure, and where `syntax` (borrows) is NULL. */
void kb_literals_init(struct kb_literals *literals, const struct kb_syntax *syntax);
void kb_literals_release(struct kb_literals *literals);

#endif
