#include "kb/abbreviation.h"

#include <string.h>

#include "kb/fold.h"
#include "kb/hits.h"
#include "kb/tokens.h"

#define PARTS_MAX 8

/* The worth of what cannot be. */
#define NEVER (-1e9f)

/* What a letter is worth where it stands. Any order of size serves; checked on half-remembered titles. */
#define WORTH_LETTER  0.1f
#define WORTH_BEGINS  0.9f  /* the first of a word */
#define WORTH_FOLLOWS 1.0f  /* right behind the letter before */
#define COST_GAP      0.02f /* for each character between */
#define COST_GAP_MOST 0.3f
#define COST_REST     0.003f /* for each character of the title */

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
    part->letters[part->count++] = letter;
    a->letters |= kb_letter_64(letter);
}

struct kb_abbreviation *kb_abbreviation_new(const char *text)
{
    struct kb_abbreviation *a = g_new0(struct kb_abbreviation, 1);
    int32_t folded[KB_FOLD_MAX];
    size_t len = strlen(text);

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

/* Rules most titles out on their bytes alone: false only where some part's ASCII letters are not there in
 * order. */
static bool may_match(const struct kb_abbreviation *a, const char *title, size_t len)
{
    for (size_t p = 0; p < a->part_count; p++) {
        const struct part *part = &a->parts[p];
        size_t i = 0;
        for (size_t at = 0; at < len && i < part->count; at++) {
            uint8_t byte = (uint8_t)title[at];
            if (byte >= 0x80)
                return true;
            i += (byte >= 'A' && byte <= 'Z' ? byte + 32 : byte) == part->letters[i];
        }
        if (i < part->count)
            return false;
    }
    return true;
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

static bool all_in_order(const struct kb_abbreviation *a, const struct title *title)
{
    for (size_t i = 0; i < a->part_count; i++)
        if (!in_order(&a->parts[i], title))
            return false;
    return true;
}

size_t kb_abbreviation_search(const struct kb_abbreviation *a, struct kb_index *index,
                              const struct kb_score_options *options, struct kb_hit *hits, size_t room,
                              size_t *total)
{
    g_autofree struct grid *grid = g_new(struct grid, 1);
    g_autofree struct title *title = g_new(struct title, 1);
    const uint64_t *letters = kb_index_letters(index);
    struct kb_doc doc;
    size_t count = 0, last;

    *total = 0;
    for (uint32_t i = 0; a->part_count > 0 && i < kb_index_count(index); i++) {
        if ((i & 0x3FF) == 0 && options->cancel && g_atomic_int_get(options->cancel) != 0)
            return 0;
        if ((letters[i] & a->letters) != a->letters || !kb_index_peek_head(index, i, &doc) ||
            !kb_lang_matches(doc.lang, options->lang) || !may_match(a, doc.title, doc.title_len))
            continue;
        read_title(doc.title, doc.title_len, title);
        if (!all_in_order(a, title))
            continue;
        struct kb_hit hit = {.doc = i, .score = -COST_REST * (float)title->count};
        for (size_t p = 0; p < a->part_count; p++)
            hit.score += place(grid, &a->parts[p], title, &last);
        ++*total;
        kb_hits_keep(hits, &count, room, hit);
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
