/* Optimal string alignment distance over short words; see the header. */
#include "app/script/suggest.h"

#include <glib.h>
#include <string.h>

#define WORD_MAX_BYTES 64

static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][WORD_MAX_BYTES + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_len; j++)
        above[j] = before[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            char x = g_ascii_tolower(a[i - 1]), y = g_ascii_tolower(b[j - 1]);
            row[j] = MIN(MIN(above[j], row[j - 1]) + 1, above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) && g_ascii_tolower(a[i - 2]) == y)
                row[j] = MIN(row[j], before[j - 2] + 1);
        }
        size_t *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[b_len];
}

const char *suggest_nearest(const char *word, const char *const *words, size_t count)
{
    size_t len = strlen(word);
    if (len < 2 || len > WORD_MAX_BYTES)
        return NULL;
    size_t best = CLAMP((len + 1) / 3, 1, 3) + 1;
    const char *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t other_len = strlen(words[i]);
        if (other_len > WORD_MAX_BYTES)
            continue;
        size_t errors = distance(word, len, words[i], other_len);
        if (errors < best) {
            best = errors;
            nearest = words[i];
        }
    }
    return nearest;
}

char *suggest_end(const char *word, const char *const *words, size_t count)
{
    const char *nearest = suggest_nearest(word, words, count);
    return nearest ? g_strdup_printf("; did you mean `%s`?", nearest) : g_strdup(".");
}
