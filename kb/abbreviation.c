#include "kb/abbreviation.h"

#include <string.h>

#include "kb/fold.h"
#include "kb/hits.h"
#include "kb/parallel.h"
#include "kb/places.h"
#include "kb/tokens.h"

#define PARTS_MAX 8

/* Fewer titles are not worth a thread of their own. */
#define DOCS_A_SHARE 30000

/* Documents that a thread takes at a time. */
#define DOCS_A_PIECE 4096

/* The worth of what cannot be. */
#define NEVER (-1e9f)

/* What a letter is worth where it stands. That gaps cost enough is what counts: with .02 a character three of
 * five titles were among the first ten, from .1 on it is three of four, whatever the rest. */
#define WORTH_LETTER  0.1f
#define WORTH_BEGINS  0.9f   /* the first of a word */
#define WORTH_FOLLOWS 1.0f   /* right behind the letter before */
#define COST_GAP      0.15f  /* for each character between */
#define COST_GAP_MOST 0.6f   /* before the first letter */
#define COST_REST     0.005f /* for each character of the title */

/* Two sums of the same worths in another order differ by less. */
#define ROUNDING 0.001f

/* Characters of a gap that are counted when it is only bounded. */
#define GAP_LOOK 8

struct part {
    int32_t letters[KB_ABBREVIATION_LETTERS_MAX];
    size_t count;
};

/* One folded title. */
struct title {
    int32_t letters[KB_ABBREVIATION_TITLE_MAX];
    bool begins[KB_ABBREVIATION_TITLE_MAX];
    uint32_t start[KB_ABBREVIATION_TITLE_MAX], end[KB_ABBREVIATION_TITLE_MAX];
    size_t count;
};

struct kb_abbreviation {
    struct part parts[PARTS_MAX];
    size_t part_count;
    uint64_t letters; /* kb_letter_64 of all */
    bool ascii;       /* all of them are */
};

/* Best sum with letter i of the part at each character, and whence it came. */
struct grid {
    float sums[KB_ABBREVIATION_LETTERS_MAX][KB_ABBREVIATION_TITLE_MAX];
    int16_t from[KB_ABBREVIATION_LETTERS_MAX][KB_ABBREVIATION_TITLE_MAX];
};

static void add_letter(struct kb_abbreviation *a, struct part *part, int32_t letter)
{
    if (part->count == KB_ABBREVIATION_LETTERS_MAX)
        return;
    a->ascii &= letter < 128;
    part->letters[part->count++] = letter;
    a->letters |= kb_letter_64(letter);
}

struct kb_abbreviation *kb_abbreviation_new(const char *text)
{
    struct kb_abbreviation *a = g_new0(struct kb_abbreviation, 1);
    int32_t folded[KB_FOLD_MAX];
    size_t len = strlen(text);

    a->ascii = true;
    for (size_t at = 0; at < len && a->part_count < PARTS_MAX;) {
        size_t count = kb_fold_char(kb_utf8_next(text, len, &at), folded);
        struct part *part = &a->parts[a->part_count];
        for (size_t i = 0; i < count; i++) {
            if (folded[i] > ' ')
                add_letter(a, part, folded[i]);
            else if (part->count > 0 && a->part_count < PARTS_MAX)
                part = &a->parts[++a->part_count];
            if (a->part_count == PARTS_MAX)
                break;
        }
    }
    if (a->part_count < PARTS_MAX && a->parts[a->part_count].count > 0)
        a->part_count++;
    return a;
}

void kb_abbreviation_free(struct kb_abbreviation *a)
{
    g_free(a);
}

static bool is_letter(int32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
}

static void add_character(struct title *title, int32_t letter, bool begins, size_t start, size_t end)
{
    size_t k = title->count++;

    title->letters[k] = letter;
    title->begins[k] = begins;
    title->start[k] = (uint32_t)start;
    title->end[k] = (uint32_t)end;
}

static void read_title(const char *text, size_t len, struct title *title)
{
    int32_t folded[KB_FOLD_MAX];
    int32_t before = ' ';

    title->count = 0;
    for (size_t at = 0; at < len && title->count < KB_ABBREVIATION_TITLE_MAX;) {
        size_t start = at;
        int32_t c = (uint8_t)text[at];
        bool lower_before = before >= 'a' && before <= 'z';
        if (c < 0x80) {
            bool capital = c >= 'A' && c <= 'Z';
            at++;
            add_character(title, capital ? c + 32 : c, (capital && lower_before) || !is_letter(before), start,
                          at);
            before = c;
            continue;
        }
        c = kb_utf8_next(text, len, &at);
        size_t count = kb_fold_char(c, folded);
        for (size_t i = 0; i < count && title->count < KB_ABBREVIATION_TITLE_MAX; i++)
            add_character(title, folded[i], i == 0 && (!is_letter(before) || kb_is_cjk(c)), start, at);
        before = c;
    }
}

/* Are the letters there in order at all? Most titles end here. */
static bool in_order(const struct part *part, const struct title *title)
{
    size_t i = 0;

    for (size_t k = 0; k < title->count && i < part->count; k++)
        i += title->letters[k] == part->letters[i];
    return i == part->count;
}

/* One row of the grid: letter i at each character, after the best place for letter i - 1. A gap costs more
 * the longer it is, up to a bound, so the best place before is either near, or the best of all that are far.
 */
static void fill_row(struct grid *grid, const struct part *part, const struct title *title, size_t i)
{
    const float *above = i > 0 ? grid->sums[i - 1] : NULL;
    float *row = grid->sums[i];
    float near_best = NEVER;
    int16_t near_at = -1;

    for (size_t k = 0; k < title->count; k++) {
        float sum = NEVER;
        int16_t from = -1;
        if (title->letters[k] == part->letters[i]) {
            float here = WORTH_LETTER + (title->begins[k] ? WORTH_BEGINS : 0);
            if (i == 0) {
                sum = here - MIN(COST_GAP * (float)k, COST_GAP_MOST);
            } else if (near_at >= 0) {
                sum = near_best + here;
                from = near_at;
                float follows = above[k - 1] + WORTH_LETTER + WORTH_FOLLOWS;
                if (follows >= sum) {
                    sum = follows;
                    from = (int16_t)(k - 1);
                }
            }
        }
        row[k] = sum;
        grid->from[i][k] = from;
        near_best -= COST_GAP;
        if (above && above[k] > near_best) {
            near_best = above[k];
            near_at = (int16_t)k;
        }
    }
}

/* The worth of a part in a title and, in *last, where its last letter is best placed. */
static float place(struct grid *grid, const struct part *part, const struct title *title, size_t *last)
{
    float best = NEVER;

    for (size_t i = 0; i < part->count; i++)
        fill_row(grid, part, title, i);
    for (size_t k = 0; k < title->count; k++) {
        if (grid->sums[part->count - 1][k] > best) {
            best = grid->sums[part->count - 1][k];
            *last = k;
        }
    }
    return best;
}

/* Where the letters of a part stand in a short title; false where they are not there in order. */
static bool find_places(const struct part *part, const struct kb_short_title *title, kb_places *places)
{
    unsigned next = 0;

    for (size_t i = 0; i < part->count; i++) {
        places[i] = kb_short_title_find(title, (uint8_t)part->letters[i]) & kb_places_from(next);
        if (places[i] == 0)
            return false;
        next = kb_places_first(places[i]) + 1;
    }
    return true;
}

/* What the gap costs from some place of `before` to some of `here`, at least; of longer ones the first
 * GAP_LOOK characters. */
static float least_gap(kb_places before, kb_places here)
{
    unsigned gap = 0;

    for (before <<= 1; gap < GAP_LOOK && (before & here) == 0; gap++)
        before <<= 1;
    return COST_GAP * (float)gap;
}

/* No way to place the letters is worth more: as if each could choose for itself where the one before is. */
static float bound(const struct part *part, kb_places begins, const kb_places *places)
{
    float sum = WORTH_LETTER + (places[0] & begins ? WORTH_BEGINS : 0) -
                MIN(COST_GAP * (float)kb_places_first(places[0]), COST_GAP_MOST);

    for (size_t i = 1; i < part->count; i++) {
        float worth = -least_gap(places[i - 1], places[i]);
        if (worth == 0)
            worth = WORTH_FOLLOWS;
        if (places[i] & begins)
            worth = MAX(worth, WORTH_BEGINS - least_gap(places[i - 1], places[i] & begins));
        sum += WORTH_LETTER + worth;
    }
    return sum;
}

/* As place(), without the way back: letter by letter over the places where it stands. */
static float weigh_places(const struct part *part, kb_places begins, const kb_places *places)
{
    float rows[2][KB_PLACES_MAX], best = NEVER;

    for (size_t i = 0; i < part->count; i++) {
        const float *above = rows[i % 2];
        float *row = rows[1 - i % 2], far = NEVER;
        kb_places before = i > 0 ? places[i - 1] : 0;
        best = NEVER;
        for (kb_places left = places[i]; left != 0; left &= left - 1) {
            unsigned k = kb_places_first(left);
            float here = WORTH_LETTER + (begins >> k & 1 ? WORTH_BEGINS : 0);
            for (; before != 0 && kb_places_first(before) < k; before &= before - 1) {
                unsigned j = kb_places_first(before);
                far = MAX(far, above[j] + COST_GAP * (float)(j + 1));
            }
            row[k] =
                i == 0 ? here - MIN(COST_GAP * (float)k, COST_GAP_MOST) : far - COST_GAP * (float)k + here;
            if (i > 0 && k > 0 && places[i - 1] >> (k - 1) & 1)
                row[k] = MAX(row[k], above[k - 1] + WORTH_LETTER + WORTH_FOLLOWS);
            best = MAX(best, row[k]);
        }
    }
    return best;
}

/* What a short title is worth, or some value not above `least` where it cannot be more than that; NEVER where
 * it does not match. */
static float weigh_short(const struct kb_abbreviation *a, const struct kb_short_title *title, float least)
{
    kb_places places[PARTS_MAX][KB_ABBREVIATION_LETTERS_MAX];
    float rest = COST_REST * (float)title->len, most = -rest, sum = -rest;

    for (size_t p = 0; p < a->part_count; p++)
        if (!find_places(&a->parts[p], title, places[p]))
            return NEVER;
    kb_places begins = kb_short_title_begins(title);
    for (size_t p = 0; p < a->part_count; p++)
        most += bound(&a->parts[p], begins, places[p]);
    if (most + ROUNDING <= least)
        return most;
    for (size_t p = 0; p < a->part_count; p++)
        sum += weigh_places(&a->parts[p], begins, places[p]);
    return sum;
}

static bool all_in_order(const struct kb_abbreviation *a, const struct title *title)
{
    for (size_t i = 0; i < a->part_count; i++)
        if (!in_order(&a->parts[i], title))
            return false;
    return true;
}

/* What this title is worth; NEVER where it does not match. Below `least` any value will do. */
static float weigh(const struct kb_abbreviation *a, const struct kb_doc *doc, float least, struct grid *grid,
                   struct title *title)
{
    struct kb_short_title quick;
    size_t last;

    if (a->ascii && kb_short_title_read(&quick, doc->title, doc->title_len))
        return weigh_short(a, &quick, least);
    read_title(doc->title, doc->title_len, title);
    if (!all_in_order(a, title))
        return NEVER;
    float sum = -COST_REST * (float)title->count;
    for (size_t p = 0; p < a->part_count; p++)
        sum += place(grid, &a->parts[p], title, &last);
    return sum;
}

/* The part of a search that one thread does. */
struct share {
    struct kb_hit *hits; /* hits[room] */
    size_t count, total;
    struct grid *grid; /* for titles that are not short */
    struct title *title;
};

struct abbreviation_search {
    const struct kb_abbreviation *abbreviation;
    const struct kb_segment *segment;
    const struct kb_score_options *options;
    size_t room;
    struct share shares[KB_PARALLEL_MAX];
};

static bool search_piece(void *data, uint32_t first, uint32_t end, unsigned number)
{
    struct abbreviation_search *s = data;
    struct share *share = &s->shares[number];
    struct grid *grid = share->grid;
    struct title *title = share->title;
    const uint64_t *letters = kb_segment_letters(s->segment), wanted = s->abbreviation->letters;
    struct kb_doc doc;

    for (uint32_t i = first; i < end; i++) {
        if ((i & 0x3FF) == 0 && s->options->cancel && g_atomic_int_get(s->options->cancel) != 0)
            return false;
        if ((letters[i] & wanted) != wanted || !kb_segment_peek_head(s->segment, i, &doc) ||
            !kb_lang_matches(doc.lang, s->options->lang))
            continue;
        float worth =
            weigh(s->abbreviation, &doc, share->count == s->room ? share->hits[0].score : NEVER, grid, title);
        if (worth <= NEVER / 2)
            continue;
        share->total++;
        kb_hits_keep(share->hits, &share->count, s->room, (struct kb_hit){.doc = i, .score = worth});
    }
    return true;
}

size_t kb_abbreviation_search(const struct kb_abbreviation *a, struct kb_segment *segment,
                              const struct kb_score_options *options, struct kb_hit *hits, size_t room,
                              size_t *total)
{
    struct abbreviation_search s = {.abbreviation = a, .segment = segment, .options = options, .room = room};
    unsigned shares = kb_parallel_shares(kb_segment_count(segment), DOCS_A_SHARE);
    size_t count = 0;

    *total = 0;
    if (a->part_count == 0)
        return 0;
    for (unsigned i = 0; i < shares; i++)
        s.shares[i] = (struct share){.hits = g_new(struct kb_hit, room),
                                     .grid = g_new(struct grid, 1),
                                     .title = g_new(struct title, 1)};
    kb_parallel(&(struct kb_pass){.count = kb_segment_count(segment),
                                  .piece = DOCS_A_PIECE,
                                  .shares = shares,
                                  .work = search_piece,
                                  .data = &s});
    for (unsigned i = 0; i < shares; i++) {
        for (size_t k = 0; k < s.shares[i].count; k++)
            kb_hits_keep(hits, &count, room, s.shares[i].hits[k]);
        *total += s.shares[i].total;
        g_free(s.shares[i].hits);
        g_free(s.shares[i].grid);
        g_free(s.shares[i].title);
    }
    kb_hits_sort(hits, count);
    return count;
}

static int compare_matches(const void *a, const void *b)
{
    const struct kb_match *x = a, *y = b;

    return (x->start > y->start) - (x->start < y->start);
}

size_t kb_abbreviation_find(const struct kb_abbreviation *a, const char *text, size_t len,
                            struct kb_match *matches, size_t room)
{
    g_autofree struct grid *grid = g_new(struct grid, 1);
    g_autofree struct title *title = g_new(struct title, 1);
    size_t count = 0, last = 0;

    read_title(text, len, title);
    if (!all_in_order(a, title))
        return 0;
    for (size_t p = 0; p < a->part_count; p++) {
        place(grid, &a->parts[p], title, &last);
        for (size_t i = a->parts[p].count; i-- > 0 && count < room;) {
            matches[count++] =
                (struct kb_match){.start = title->start[last], .end = title->end[last], .worth = 1};
            last = (size_t)MAX(grid->from[i][last], 0);
        }
    }
    qsort(matches, count, sizeof *matches, compare_matches);
    return count;
}
