/* Fuzzy matching of short names. */
#include "ui/fuzzy.h"

#include <glib.h>
#include <string.h>

enum {
    MAX_TEXT = 256,
    SCORE_RUN = 8,   /* directly after the character before */
    SCORE_WORD = 6,  /* at the start of a word */
    SCORE_START = 4, /* at the start of the text, more than any word */
    SCORE_NONE = G_MININT / 2,
};

struct letters {
    int count;
    gunichar at[MAX_TEXT];
    size_t offset[MAX_TEXT + 1];
};

static void read_letters(const char *text, bool skip_blanks, struct letters *letters)
{
    letters->count = 0;
    const char *at = text;
    for (; *at && letters->count < MAX_TEXT; at = g_utf8_next_char(at)) {
        gunichar letter = g_unichar_tolower(g_utf8_get_char(at));
        if (skip_blanks && g_unichar_isspace(letter))
            continue;
        letters->offset[letters->count] = (size_t)(at - text);
        letters->at[letters->count++] = letter;
    }
    letters->offset[letters->count] = (size_t)(at - text);
}

static int score_at(const struct letters *text, int index)
{
    if (index == 0)
        return SCORE_WORD + SCORE_START;
    return g_unichar_isalnum(text->at[index - 1]) ? 0 : SCORE_WORD;
}

/* best[q][t]: highest score with query[0..q] matched and query[q] lying on text[t]; from[q][t]: where
 * query[q-1] lay. */
struct table {
    int best[FUZZY_MAX_MARKS][MAX_TEXT];
    int from[FUZZY_MAX_MARKS][MAX_TEXT];
};

static void fill_row(struct table *table, const struct letters *query, const struct letters *text, int q)
{
    int reach = SCORE_NONE, reach_at = -1; /* best of the row above, left of t - 1 */
    for (int t = 0; t < text->count; t++) {
        table->best[q][t] = SCORE_NONE;
        table->from[q][t] = -1;
        if (q > 0 && t >= 2 && table->best[q - 1][t - 2] > reach) {
            reach = table->best[q - 1][t - 2];
            reach_at = t - 2;
        }
        if (query->at[q] != text->at[t])
            continue;
        if (q == 0) {
            table->best[q][t] = score_at(text, t) - MIN(t, 3);
            continue;
        }
        int run = t > 0 ? table->best[q - 1][t - 1] + SCORE_RUN : SCORE_NONE, jump = reach - 1;
        table->best[q][t] = MAX(run, jump);
        table->from[q][t] = run >= jump ? t - 1 : reach_at;
        if (table->best[q][t] > SCORE_NONE / 2)
            table->best[q][t] += score_at(text, t);
        else
            table->best[q][t] = SCORE_NONE;
    }
}

static void collect_marks(const struct table *table, const struct letters *text, int last, int q,
                          struct fuzzy_match *match)
{
    int places[FUZZY_MAX_MARKS];
    for (int at = last, i = q; i >= 0; i--) {
        places[i] = at;
        at = table->from[i][at];
    }
    match->mark_count = 0;
    for (int i = 0; i <= q; i++) {
        size_t start = text->offset[places[i]], end = text->offset[places[i] + 1];
        if (match->mark_count && match->marks[match->mark_count - 1].end == start) {
            match->marks[match->mark_count - 1].end = end;
        } else {
            match->marks[match->mark_count].start = start;
            match->marks[match->mark_count++].end = end;
        }
    }
}

bool fuzzy_find(const char *query, const char *text, struct fuzzy_match *match)
{
    struct letters wanted, given;
    read_letters(query, true, &wanted);
    if (match)
        *match = (struct fuzzy_match){0};
    if (wanted.count == 0)
        return true;
    if (wanted.count > FUZZY_MAX_MARKS)
        return false;
    read_letters(text, false, &given);

    g_autofree struct table *table = g_new(struct table, 1);
    for (int q = 0; q < wanted.count; q++)
        fill_row(table, &wanted, &given, q);
    int best = SCORE_NONE, last = -1;
    for (int t = 0; t < given.count; t++)
        if (table->best[wanted.count - 1][t] > best) {
            best = table->best[wanted.count - 1][t];
            last = t;
        }
    if (last < 0)
        return false;
    if (match) {
        match->score = best;
        collect_marks(table, &given, last, wanted.count - 1, match);
    }
    return true;
}
