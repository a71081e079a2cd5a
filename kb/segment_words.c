/* The dictionary of a segment, and of its family. */
#include "kb/segment.h"

#include <string.h>

#include "kb/find.h"
#include "kb/intern.h"
#include "kb/segment_parts.h"
#include "kb/tokens.h"

uint32_t kb_segment_family_docs(const struct kb_segment *segment)
{
    uint32_t docs = 0;

    for (size_t i = 0; i < segment->family_count; i++)
        docs += segment->family[i]->header->doc_count - segment->family[i]->dead_count;
    return docs;
}

void kb_segment_average(const struct kb_segment *segment, double *title, double *body)
{
    double docs = 0, title_words = 0, body_words = 0;

    for (size_t i = 0; i < segment->family_count; i++) {
        const struct kb_disk_header *header = segment->family[i]->header;
        docs += header->doc_count;
        title_words += (double)header->title_words;
        body_words += (double)header->body_words;
    }
    *title = MAX(title_words / MAX(docs, 1), 1);
    *body = MAX(body_words / MAX(docs, 1), 1);
}

static const char *spelling(const struct kb_segment *segment, uint32_t at, uint8_t len)
{
    uint64_t size = kb_segment_section_size(segment, KB_SECTION_KIND_SPELLINGS);

    if (at > size || len > size - at)
        return NULL;
    return (const char *)kb_segment_section(segment, KB_SECTION_KIND_SPELLINGS) + at;
}

uint32_t kb_segment_word_count(const struct kb_segment *segment)
{
    return segment->header->word_count;
}

const struct kb_disk_word *kb_segment_word(const struct kb_segment *segment, uint32_t row)
{
    return row < segment->header->word_count ? &segment->words[row] : NULL;
}

const char *kb_segment_word_text(const struct kb_segment *segment, const struct kb_disk_word *word)
{
    return word->len <= KB_TOKEN_MAX ? spelling(segment, word->spelling_at, word->len) : NULL;
}

/* The first word that is not below text; with `beyond`, the first that neither is nor begins with it. */
static uint32_t lower_bound(const struct kb_segment *segment, const char *text, size_t len, bool beyond)
{
    uint32_t low = 0, high = segment->header->word_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct kb_disk_word *word = &segment->words[middle];
        const char *spelled = kb_segment_word_text(segment, word);
        size_t word_len = spelled ? word->len : 0;
        if (beyond && word_len > len)
            word_len = len;
        int order = kb_intern_compare(spelled ? spelled : "", word_len, text, len);
        if (order < 0 || (beyond && order == 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool kb_segment_prefix(const struct kb_segment *segment, const char *text, size_t len, uint32_t *start,
                       uint32_t *end)
{
    *start = lower_bound(segment, text, len, false);
    *end = lower_bound(segment, text, len, true);
    return *start < *end;
}

GArray *kb_segment_groups_of(const struct kb_segment *segment, uint32_t start, uint32_t end)
{
    const struct kb_disk_word *words = segment->words;
    GArray *groups = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), end - start);
    uint32_t low = UINT32_MAX, high = 0;

    /* Groups are in the order of their stems, so those of a beginning stand together. */
    for (uint32_t row = start; row < end; row++) {
        low = MIN(low, words[row].group);
        high = MAX(high, words[row].group);
    }
    high = MIN(high, segment->header->group_count);
    g_autofree uint64_t *seen = g_new0(uint64_t, low < high ? (high - low) / 64 + 1 : 1);
    for (uint32_t row = start; row < end; row++) {
        uint32_t place = words[row].group - low;
        if (words[row].group > high || seen[place / 64] >> (place % 64) & 1)
            continue;
        seen[place / 64] |= 1ull << (place % 64);
        g_array_append_val(groups, words[row].group);
    }
    return groups;
}

/* The row, `from` or above, of the word whose spelling holds byte `at` of SPELLINGS: they are there in the
 * order of their rows. */
static uint32_t word_at(const struct kb_segment *segment, uint64_t at, uint32_t from)
{
    uint32_t low = from, high = from, count = segment->header->word_count;

    for (uint32_t stride = 1; high < count && segment->words[high].spelling_at <= at; stride *= 2) {
        low = high;
        high = MIN(high + stride, count);
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (segment->words[middle].spelling_at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

void kb_segment_words_with(const struct kb_segment *segment, const char *text, size_t len,
                           bool (*each)(void *data, uint32_t row), void *data)
{
    const char *spellings = (const char *)kb_segment_section(segment, KB_SECTION_KIND_SPELLINGS),
               *at = spellings;
    const char *end = spellings + kb_segment_section_size(segment, KB_SECTION_KIND_SPELLINGS);
    uint32_t words = segment->header->word_count, row = 0;

    while (words > 0 && (at = kb_find(at, (size_t)(end - at), text, len)) != NULL) {
        row = word_at(segment, (uint64_t)(at - spellings), row);
        if (row >= words)
            return;
        const struct kb_disk_word *word = &segment->words[row];
        uint64_t stop = (uint64_t)word->spelling_at + word->len;
        bool inside = (uint64_t)(at - spellings) + len <= stop;
        if (inside && !each(data, row))
            return;
        /* Stems that are no word follow the last one; else a word is told once. */
        if (row + 1 == words && !inside)
            return;
        at = inside ? spellings + MAX(stop, (uint64_t)(at - spellings) + 1) : at + 1;
        if (at > end)
            return;
    }
}

void kb_segment_words_of(const struct kb_segment *segment, uint32_t letters, size_t least,
                         bool (*each)(void *data, uint32_t row), void *data)
{
    const struct kb_disk_word *words = segment->words;

    for (uint32_t row = 0; row < segment->header->word_count; row++)
        if ((words[row].letters & letters) == letters && words[row].len >= least && !each(data, row))
            return;
}

/* The first group that is not below text. */
static uint32_t group_from(const struct kb_segment *segment, const char *text, size_t len)
{
    uint32_t low = 0, high = segment->header->group_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct kb_disk_group *group = &segment->groups[middle];
        const char *spelled = kb_segment_group_text(segment, group);
        if (kb_intern_compare(spelled ? spelled : "", spelled ? group->len : 0, text, len) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool kb_segment_find_group(const struct kb_segment *segment, const char *text, size_t len, uint32_t *row)
{
    *row = group_from(segment, text, len);
    const struct kb_disk_group *group = kb_segment_group(segment, *row);
    const char *spelled = group ? kb_segment_group_text(segment, group) : NULL;
    return spelled && group->len == len && memcmp(spelled, text, len) == 0;
}

uint32_t kb_segment_groups_from(const struct kb_segment *segment, const char *prefix)
{
    return group_from(segment, prefix, strlen(prefix));
}

const struct kb_disk_sound *kb_segment_sounds(const struct kb_segment *segment, size_t *count)
{
    *count = kb_segment_section_size(segment, KB_SECTION_KIND_SOUNDS) / sizeof(struct kb_disk_sound);
    return (const struct kb_disk_sound *)kb_segment_section(segment, KB_SECTION_KIND_SOUNDS);
}

const struct kb_disk_group *kb_segment_group(const struct kb_segment *segment, uint32_t row)
{
    return row < segment->header->group_count ? &segment->groups[row] : NULL;
}

const char *kb_segment_group_text(const struct kb_segment *segment, const struct kb_disk_group *group)
{
    return group->len <= KB_TOKEN_MAX ? spelling(segment, group->spelling_at, group->len) : NULL;
}

uint32_t kb_segment_family_df(const struct kb_segment *segment, const char *text, size_t len)
{
    uint64_t df = 0;
    uint32_t row;

    for (size_t i = 0; i < segment->family_count; i++)
        if (kb_segment_find_group(segment->family[i], text, len, &row))
            df += segment->family[i]->groups[row].df_any;
    return (uint32_t)MIN(df, kb_segment_family_docs(segment));
}

static uint64_t prefix_df(const struct kb_segment *segment, const char *text, size_t len, uint64_t enough)
{
    uint32_t row, end, last = UINT32_MAX;
    uint64_t df = 0;

    if (!kb_segment_prefix(segment, text, len, &row, &end))
        return 0;
    for (; row < end && df < enough; row++) {
        const struct kb_disk_group *group = kb_segment_group(segment, segment->words[row].group);
        if (group && segment->words[row].group != last)
            df += group->df_any;
        last = segment->words[row].group;
    }
    return df;
}

uint64_t kb_segment_family_prefix_df(const struct kb_segment *segment, const char *text, size_t len)
{
    uint64_t df = 0, all = kb_segment_family_docs(segment);

    for (size_t i = 0; i < segment->family_count && df < all; i++)
        df += prefix_df(segment->family[i], text, len, all);
    return df;
}

bool kb_segment_lists(const struct kb_segment *segment, uint32_t row, struct kb_list lists[KB_FIELD_COUNT])
{
    const struct kb_disk_group *group = kb_segment_group(segment, row);
    uint64_t size = kb_segment_section_size(segment, KB_SECTION_KIND_POSTINGS);

    memset(lists, 0, KB_FIELD_COUNT * sizeof *lists);
    if (!group || group[1].postings_at > size || group->postings_at > group[1].postings_at)
        return false;
    const uint8_t *at = kb_segment_section(segment, KB_SECTION_KIND_POSTINGS) + group->postings_at;
    const uint8_t *end = kb_segment_section(segment, KB_SECTION_KIND_POSTINGS) + group[1].postings_at;
    for (int f = 0; f < KB_FIELD_COUNT; f++) {
        if (group->df[f] == 0)
            continue;
        if (!kb_list_open(&lists[f], &at, end, group->df[f], segment->header->doc_count)) {
            memset(&lists[f], 0, sizeof lists[f]);
            return false;
        }
    }
    return true;
}
