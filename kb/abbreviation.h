/*
 * Abbreviations: letters that occur in this order in a title ("rtn plcy" for Return policy). Letters that
 * begin a word or follow one another count for more, gaps for a little less. Parts between spaces are found
 * each for itself.
 */
#ifndef KB_ABBREVIATION_H
#define KB_ABBREVIATION_H

#include "kb/score.h"
#include "kb/snippet.h"

/* Of longer titles the first so many characters are looked at; of longer abbreviations the first so many
 * letters. */
#define KB_ABBREVIATION_TITLE_MAX   256
#define KB_ABBREVIATION_LETTERS_MAX 48

struct kb_abbreviation;

/* Makes the text ready, which is copied (UTF-8). Caller owns, free with kb_abbreviation_free; for one thread
 * at a time. */
struct kb_abbreviation *kb_abbreviation_new(const char *text);
void kb_abbreviation_free(struct kb_abbreviation *abbreviation);

/* The best titles, as kb_score_plan. */
size_t kb_abbreviation_search(const struct kb_abbreviation *abbreviation, struct kb_segment *segment,
                              const struct kb_score_options *options, struct kb_hit *hits, size_t room,
                              size_t *total);

/* The letters' places in one title, rising; returns how many matches, zero where it does not match. */
size_t kb_abbreviation_find(const struct kb_abbreviation *abbreviation, const char *title, size_t len,
                            struct kb_match *matches, size_t room);

#endif
