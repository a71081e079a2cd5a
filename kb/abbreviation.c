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
    uint64_t places[128]; /* for each ASCII character, either case: a bit for each of letters[] that it is */
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
    if (letter < 128)
        part->places[letter] |= 1ull << part->count;
    if (letter >= 'a' && letter <= 'z')
        part->places[letter - 32] |= 1ull << part->count;
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

/* Does a word begin at title[k], a title in ASCII? As read_title finds it. */
static bool begins_word(const char *title, size_t k)
{
    char before = k > 0 ? title[k - 1] : ' ';

    return !is_letter(before) || (title[k] >= 'A' && title[k] <= 'Z' && before >= 'a' && before <= 'z');
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

/* What a part's letters up to one of them are worth so far, while a title is read from left to right. */
struct reached {
    float far;  /* the most of: worth + what the gap from there to the title's beginning would have cost */
    float last; /* worth with the letter at last_at */
    size_t last_at;
};

/* As place(), for a title in ASCII and without the way back: only characters that are letters of the part
 * cost anything. NEVER where the letters are not there in order. */
static float weigh_ascii(const struct part *part, const char *title, size_t len)
{
    struct reached reached[KB_ABBREVIATION_LETTERS_MAX];
    float best = NEVER;

    for (size_t i = 0; i < part->count; i++)
        reached[i] = (struct reached){.far = NEVER, .last_at = len};
    for (size_t k = 0; k < len; k++) {
        uint64_t places = part->places[(uint8_t)title[k]];
        while (places) {
            /* From the last letter to the first, so that none builds on this same character. */
            size_t i = 63 - (size_t)__builtin_clzll(places);
            places &= ~(1ull << i);
            float here = WORTH_LETTER + (begins_word(title, k) ? WORTH_BEGINS : 0), sum;
            if (i == 0) {
                sum = here - MIN(COST_GAP * (float)k, COST_GAP_MOST);
            } else {
                const struct reached *before = &reached[i - 1];
                sum = before->far - COST_GAP * (float)k + here;
                if (before->last_at + 1 == k)
                    sum = MAX(sum, before->last + WORTH_LETTER + WORTH_FOLLOWS);
            }
            if (sum <= NEVER / 2)
                continue;
            reached[i].last = sum;
            reached[i].last_at = k;
            reached[i].far = MAX(reached[i].far, sum + COST_GAP * (float)(k + 1));
            if (i + 1 == part->count)
                best = MAX(best, sum);
        }
    }
    return best;
}

static float weigh_title_in_ascii(const struct kb_abbreviation *a, const char *title, size_t len)
{
    float sum = -COST_REST * (float)len;

    for (size_t p = 0; p < a->part_count; p++) {
        float worth = weigh_ascii(&a->parts[p], title, len);
        if (worth <= NEVER / 2)
            return NEVER;
        sum += worth;
    }
    return sum;
}

static bool all_in_order(const struct kb_abbreviation *a, const struct title *title)
{
    for (size_t i = 0; i < a->part_count; i++)
        if (!in_order(&a->parts[i], title))
            return false;
    return true;
}

static bool is_ascii(const char *text, size_t len)
{
    uint64_t eight, all = 0;
    size_t at = 0;

    for (; at + 8 <= len; at += 8) {
        memcpy(&eight, text + at, sizeof eight);
        all |= eight;
    }
    for (; at < len; at++)
        all |= (uint8_t)text[at];
    return (all & 0x8080808080808080ull) == 0;
}

/* What this title is worth; NEVER where it does not match. */
static float weigh(const struct kb_abbreviation *a, const struct kb_doc *doc, struct grid *grid,
                   struct title *title)
{
    size_t last;

    if (doc->title_len <= KB_ABBREVIATION_TITLE_MAX && is_ascii(doc->title, doc->title_len))
        return weigh_title_in_ascii(a, doc->title, doc->title_len);
    read_title(doc->title, doc->title_len, title);
    if (!all_in_order(a, title))
        return NEVER;
    float sum = -COST_REST * (float)title->count;
    for (size_t p = 0; p < a->part_count; p++)
        sum += place(grid, &a->parts[p], title, &last);
    return sum;
}

size_t kb_abbreviation_search(const struct kb_abbreviation *a, struct kb_index *index,
                              const struct kb_score_options *options, struct kb_hit *hits, size_t room,
                              size_t *total)
{
    g_autofree struct grid *grid = g_new(struct grid, 1);
    g_autofree struct title *title = g_new(struct title, 1);
    const uint64_t *letters = kb_index_letters(index);
    struct kb_doc doc;
    size_t count = 0;

    *total = 0;
    for (uint32_t i = 0; a->part_count > 0 && i < kb_index_count(index); i++) {
        if ((i & 0x3FF) == 0 && options->cancel && g_atomic_int_get(options->cancel) != 0)
            return 0;
        if ((letters[i] & a->letters) != a->letters || !kb_index_peek_head(index, i, &doc) ||
            !kb_lang_matches(doc.lang, options->lang))
            continue;
        float worth = weigh(a, &doc, grid, title);
        if (worth <= NEVER / 2)
            continue;
        ++*total;
        kb_hits_keep(hits, &count, room, (struct kb_hit){.doc = i, .score = worth});
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
