/* Fuzzy matching of short names: is the query a subsequence of the text, how good is it, and where. For the
 * palette and other lists one chooses from; the knowledge engine has its own ranking. Case is ignored, and
 * blanks in the query.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
    FUZZY_MAX_MARKS = 32, /* a query of more characters matches nothing */
};

struct fuzzy_match {
    int score; /* more is better; 0 for an empty query */
    int mark_count;
    struct {
        size_t start, end; /* bytes of text, ascending, neighbours joined */
    } marks[FUZZY_MAX_MARKS];
};

/* Whether all of the query's characters occur in the text in order. Runs and starts of words score higher.
 * *match may be NULL. Only the first 256 characters of text are looked at. */
bool fuzzy_find(const char *query, const char *text, struct fuzzy_match *match);
