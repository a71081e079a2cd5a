/*
 * A pattern compiled, and matched on one text, by PCRE2 with JIT. A text is matched in steps, none of which
 * takes longer than a key may wait, whatever the pattern and however long the text: so a search can be given
 * up inside a text, too. It knows no index.
 *
 *     struct kb_matcher *matcher = kb_matcher_new(query, &note, &error);
 *     struct kb_matching matching = {.text = text, .len = len};
 *     kb_matching_init(&matching, matcher, go_on, data);
 *     if (kb_matching_find(&matching, text, len, 0, false) == KB_MATCHED) ...
 *     kb_matching_release(&matching);
 *
 * How: PCRE2 is given a few places at a time at which a match may begin, sees of the text only what comes
 * soon behind them (a match that would go on there is told as a partial one), and may try only so much from
 * each of them. Where that is not enough, it goes over fewer places again and may see and try more, up to one
 * place with KB_MATCHER_TRIES and KB_MATCHER_REACH_BYTES. What is not decided then is too heavy. Patterns
 * that look at where a step began (\G), or that steer PCRE2 themselves ("(*"), are matched in one step, and
 * texts of more than 64 kB are too heavy for them.
 */
#ifndef KB_MATCHER_H
#define KB_MATCHER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "kb/query.h"

/* What PCRE2 may try from one place (calls of its matcher), and how far behind it a text is read. */
#define KB_MATCHER_TRIES       200000
#define KB_MATCHER_REACH_BYTES (1024 * 1024)

struct kb_matcher;

/* Compiles the query's pattern. NULL with KB_ERROR_QUERY where it is none; *note is then the sentence for an
 * agent who is still typing, and lives for ever. Free with kb_matcher_free; any number of threads may match
 * with it. */
struct kb_matcher *kb_matcher_new(const struct kb_query *query, const char **note, GError **error);
void kb_matcher_free(struct kb_matcher *matcher);

enum kb_matched {
    KB_MATCHED,
    KB_NOT_MATCHED,
    KB_TOO_HEAVY,  /* not decided within the limits */
    KB_NOT_GONE_ON /* given up */
};

/* What one thread needs to match. */
struct kb_matching {
    const struct kb_matcher *matcher; /* borrowed until it is released */
    bool (*go_on)(void *data);        /* asked between two steps; false gives up. NULL: never */
    void *data;
    void *pcre2_data, *pcre2_context, *pcre2_stack;
};

void kb_matching_init(struct kb_matching *matching, const struct kb_matcher *matcher,
                      bool (*go_on)(void *data), void *data);
void kb_matching_release(struct kb_matching *matching);

/* Looks for the first match that begins at text[at] or behind, at <= len; `ascii`: the text is said to be
 * ASCII alone. Any bytes may be given; at most KB_BODY_MAX_BYTES of them make sense. */
enum kb_matched kb_matching_find(struct kb_matching *matching, const char *text, size_t len, size_t at,
                                 bool ascii);

/* Where the match found last begins and ends; \K may put the beginning behind the end. */
void kb_matching_range(const struct kb_matching *matching, size_t *start, size_t *end);

#endif
