#include "kb/sound.h"

#include <math.h>

#include "kb/bytes.h"

static int compare_sounds(const void *a, const void *b)
{
    const struct kb_disk_sound *x = a, *y = b;

    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    if (x->second != y->second)
        return x->second < y->second ? -1 : 1;
    return x->group < y->group ? -1 : x->group > y->group;
}

void kb_sounds_sort(GArray *rows)
{
    g_array_sort(rows, compare_sounds);
}

void kb_sounds_add(GArray *rows, const char *text, size_t len, uint32_t group)
{
    uint16_t first[KB_HAN_READINGS_MAX], second[KB_HAN_READINGS_MAX] = {0};
    size_t at = 0, firsts, seconds = 1;

    firsts = kb_han_readings(kb_utf8_next(text, len, &at), first);
    if (at < len)
        seconds = kb_han_readings(kb_utf8_next(text, len, &at), second);
    for (size_t i = 0; i < firsts; i++) {
        for (size_t k = 0; k < seconds; k++) {
            struct kb_disk_sound row = {.first = first[i], .second = second[k], .group = group};
            g_array_append_val(rows, row);
        }
    }
}

/* The first row whose first sound is not below `sound`. */
static size_t first_row(const struct kb_disk_sound *rows, size_t count, uint16_t sound)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows[middle].first < sound)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t gather(const struct kb_segment *segment, struct kb_han_range first, struct kb_han_range second,
                     struct kb_correction *found, size_t count, size_t room)
{
    size_t all;
    const struct kb_disk_sound *rows = kb_segment_sounds(segment, &all);

    for (size_t i = first_row(rows, all, first.from); i < all && rows[i].first < first.to; i++) {
        const struct kb_disk_group *group = kb_segment_group(segment, rows[i].group);
        if (!group || rows[i].second < second.from || rows[i].second >= second.to)
            continue;
        struct kb_correction candidate = {
            .group = rows[i].group, .word = UINT32_MAX, .weight = logf(2 + (float)group->df_any)};
        count = kb_correction_keep(found, count, room, candidate);
    }
    return count;
}

size_t kb_sound_find(const struct kb_segment *segment, struct kb_han_range first,
                     const struct kb_han_range *second, struct kb_correction *found, size_t room)
{
    size_t count = gather(segment, first, second ? *second : (struct kb_han_range){0, 1}, found, 0, room);

    kb_corrections_scale(found, count);
    return count;
}

size_t kb_sound_correct(const struct kb_segment *segment, const struct kb_token *token,
                        struct kb_correction *found, size_t room)
{
    uint16_t first[KB_HAN_READINGS_MAX], second[KB_HAN_READINGS_MAX] = {0};
    size_t at = 0, count = 0, firsts, seconds = 1;

    firsts = kb_han_readings(kb_utf8_next(token->text, token->len, &at), first);
    if (at < token->len)
        seconds = kb_han_readings(kb_utf8_next(token->text, token->len, &at), second);
    for (size_t i = 0; i < firsts; i++)
        for (size_t k = 0; k < seconds; k++)
            count = gather(segment, (struct kb_han_range){first[i], (uint16_t)(first[i] + 1)},
                           (struct kb_han_range){second[k], (uint16_t)(second[k] + 1)}, found, count, room);
    kb_corrections_scale(found, count);
    return count;
}

static bool sounds_so(int32_t c, struct kb_han_range range)
{
    uint16_t sounds[KB_HAN_READINGS_MAX];
    size_t count = kb_han_readings(kb_han_simplified(c), sounds);

    for (size_t i = 0; i < count; i++)
        if (sounds[i] >= range.from && sounds[i] < range.to)
            return true;
    return false;
}

bool kb_sound_in_row(const char *text, size_t len, const struct kb_han_spelled *spelled)
{
    for (size_t start = 0; start < len; kb_utf8_next(text, len, &start)) {
        size_t at = start, count = 0;
        while (at < len && count < spelled->count &&
               sounds_so(kb_utf8_next(text, len, &at), spelled->parts[count]))
            count++;
        if (count == spelled->count)
            return true;
    }
    return false;
}
