/*
 * The one box: what an agent typed, taken apart. Pure: knows no index. Every text is some query; what is not
 * yet finished is searched as text, and a note says so.
 *
 *     query   := lang? whole lang? | clause*
 *     whole   := '/' pattern '/' flags | '~' letters
 *     lang    := 'lang:' word                      before or behind, once
 *     flags   := [imsx]*                           as in Perl
 *     clause  := '-'? (field ':')? (word | '"' words '"')
 *     field   := 'title' | 'tag' | 'lang'
 *
 * Words are searched for as they are, the one still being typed (nothing follows it) also as the beginning of
 * a word. A phrase, and whatever has a field, must be there; what has '-' must not.
 */
#ifndef KB_QUERY_H
#define KB_QUERY_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "kb/format.h"

/* Of a longer query the beginning is searched, and the note says so. */
#define KB_QUERY_MAX_BYTES 4096

enum kb_mode {
    KB_MODE_AUTO,  /* the syntax above */
    KB_MODE_WORDS, /* words alone, no sign means anything */
    KB_MODE_FUZZY, /* the whole text is an abbreviation of a title */
    KB_MODE_REGEX, /* the whole text is a pattern; /pattern/flags is taken as such */
};

enum kb_query_kind { KB_QUERY_KIND_WORDS, KB_QUERY_KIND_ABBREVIATION, KB_QUERY_KIND_REGEX };

enum kb_scope { KB_SCOPE_ANY, KB_SCOPE_TITLE, KB_SCOPE_TAGS };

struct kb_clause {
    char *text; /* owned by the query; may hold several tokens ("e-mail", Chinese) */
    enum kb_scope scope;
    bool phrase;
    bool excluded;
    bool open; /* still being typed: nothing follows it */
};

struct kb_query {
    enum kb_query_kind kind;
    GArray *clauses; /* struct kb_clause, of KB_QUERY_KIND_WORDS */
    char *pattern;   /* of the two other kinds */
    bool ignore_case, multi_line, dot_all, extended;
    bool as_spelled; /* words that the index lacks are not corrected; kb_query_new leaves it unset */
    char lang[KB_LANG_MAX + 1]; /* "" for any */
    const char *note;           /* a sentence, or NULL; lives for ever */
};

/* Takes the text apart; it is copied. Bytes that are not UTF-8 are taken as U+FFFD. Free with kb_query_free.
 */
struct kb_query *kb_query_new(const char *text, enum kb_mode mode);

/* The same text as plain words, with this note: for a pattern that turned out not to be one. */
struct kb_query *kb_query_new_as_text(const char *text, const char *note);

void kb_query_free(struct kb_query *query);

#endif
