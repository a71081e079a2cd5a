#include "kb/spell.h"

#include <math.h>
#include <string.h>

#include "kb/bytes.h"

#define LETTERS_FOR_TWO 8
#define LETTERS_MIN     3

struct wanted {
    int32_t letters[KB_TOKEN_MAX];
    size_t count;
    uint32_t mask;
    unsigned most; /* edits */
};

static size_t decode(const char *text, size_t len, int32_t letters[KB_TOKEN_MAX])
{
    size_t count = 0;

    for (size_t at = 0; at < len && count < KB_TOKEN_MAX;)
        letters[count++] = kb_utf8_next(text, len, &at);
    return count;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned kb_spell_distance(const int32_t *a, size_t a_len, const int32_t *b, size_t b_len, unsigned most)
{
    unsigned rows[3][KB_TOKEN_MAX + 1];
    unsigned *before = rows[0], *above = rows[1], *row = rows[2];

    for (size_t j = 0; j <= b_len; j++)
        above[j] = (unsigned)j;
    for (size_t i = 1; i <= a_len; i++) {
        unsigned smallest = row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_len; j++) {
            unsigned cost = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost = least(cost, before[j - 2] + 1);
            row[j] = cost;
            smallest = least(smallest, cost);
        }
        if (smallest > most)
            return most + 1;
        unsigned *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[b_len];
}

size_t kb_correction_keep(struct kb_correction *kept, size_t count, size_t room,
                          struct kb_correction candidate)
{
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        if (kept[i].group != candidate.group)
            continue;
        if (kept[i].weight >= candidate.weight)
            return count;
        memmove(kept + i, kept + i + 1, (count - i - 1) * sizeof *kept);
        count--;
        break;
    }
    while (at < count && kept[at].weight >= candidate.weight)
        at++;
    if (at == room)
        return count;
    if (count == room)
        count--;
    memmove(kept + at + 1, kept + at, (count - at) * sizeof *kept);
    kept[at] = candidate;
    return count + 1;
}

static size_t scan(const struct kb_segment *segment, const struct wanted *wanted, uint32_t start,
                   uint32_t end, struct kb_correction *kept)
{
    int32_t letters[KB_TOKEN_MAX];
    size_t count = 0;

    for (uint32_t row = start; row < end; row++) {
        const struct kb_disk_word *word = kb_segment_word(segment, row);
        if ((unsigned)__builtin_popcount(word->letters ^ wanted->mask) > 2 * wanted->most ||
            word->len + wanted->most < wanted->count || word->kind != KB_TOKEN_KIND_WORD)
            continue;
        const char *text = kb_segment_word_text(segment, word);
        size_t len = text ? decode(text, word->len, letters) : 0;
        if (len + wanted->most < wanted->count || len > wanted->count + wanted->most)
            continue;
        unsigned edits = kb_spell_distance(wanted->letters, wanted->count, letters, len, wanted->most);
        if (edits > wanted->most)
            continue;
        float likely = (float)(log(2.0 + word->count) / (edits == 1 ? 1 : 8));
        count =
            kb_correction_keep(kept, count, KB_SPELL_MAX,
                               (struct kb_correction){.group = word->group, .word = row, .weight = likely});
    }
    return count;
}

void kb_corrections_scale(struct kb_correction *kept, size_t count)
{
    float best = count > 0 ? kept[0].weight : 1;

    for (size_t i = 0; i < count; i++)
        kept[i].weight /= best;
}

size_t kb_spell_correct(const struct kb_segment *segment, const struct kb_token *token,
                        struct kb_correction *corrections)
{
    struct wanted wanted = {0};
    uint32_t start, end;
    size_t count = 0, first = 0;

    if (token->kind != KB_TOKEN_KIND_WORD)
        return 0;
    wanted.count = decode(token->text, token->len, wanted.letters);
    if (wanted.count < LETTERS_MIN)
        return 0;
    wanted.most = wanted.count >= LETTERS_FOR_TWO ? 2 : 1;
    for (size_t i = 0; i < wanted.count; i++)
        wanted.mask |= kb_letter_32(wanted.letters[i]);
    kb_utf8_next(token->text, token->len, &first);
    if (kb_segment_prefix(segment, token->text, first, &start, &end))
        count = scan(segment, &wanted, start, end, corrections);
    if (count == 0) {
        wanted.most = 1;
        count = scan(segment, &wanted, 0, kb_segment_word_count(segment), corrections);
    }
    kb_corrections_scale(corrections, count);
    return count;
}
