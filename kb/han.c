#include "kb/han.h"

#include <stdlib.h>
#include <string.h>

#include "kb/han_table.h"

#define FIRST 0x4E00

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The longest syllables are zhuang, chuang and shuang. */
#define SYLLABLE_MAX 6

/* Words of first letters alone: one letter says too little, and many are no word any more. */
#define INITIALS_MIN 2
#define INITIALS_MAX 6

/* Common characters with more than one reading, in order of code point: those that the table lacks. */
static const struct {
    int32_t c;
    const char *syllable;
} second_readings[] = {
    {U'乐', "yue"},  {U'什', "shi"},  {U'仔', "zai"},   {U'会', "kuai"},  {U'传', "zhuan"}, {U'便', "pian"},
    {U'券', "xuan"}, {U'卡', "qia"},  {U'厦', "xia"},   {U'参', "shen"},  {U'和', "huo"},   {U'地', "di"},
    {U'大', "dai"},  {U'宿', "xiu"},  {U'尾', "yi"},    {U'差', "chai"},  {U'弹', "tan"},   {U'得', "dei"},
    {U'折', "she"},  {U'择', "zhai"}, {U'提', "di"},    {U'曾', "zeng"},  {U'朝', "zhao"},  {U'校', "jiao"},
    {U'模', "mu"},   {U'没', "mo"},   {U'率', "shuai"}, {U'省', "xing"},  {U'着', "zhao"},  {U'称', "chen"},
    {U'粘', "nian"}, {U'系', "ji"},   {U'给', "ji"},    {U'落', "la"},    {U'薄', "bo"},    {U'藏', "zang"},
    {U'血', "xie"},  {U'行', "hang"}, {U'觉', "jiao"},  {U'角', "jue"},   {U'调', "tiao"},  {U'识', "zhi"},
    {U'车', "ju"},   {U'还', "huan"}, {U'都', "du"},    {U'重', "chong"}, {U'长', "chang"}, {U'降', "xiang"},
    {U'陆', "liu"},  {U'露', "lou"},
};

int32_t kb_han_simplified(int32_t c)
{
    size_t low = 0, high = COUNT(simplified);

    if (c < FIRST || c >= FIRST + (int32_t)COUNT(readings))
        return c;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (simplified[middle][0] == c)
            return simplified[middle][1];
        if (simplified[middle][0] < c)
            low = middle + 1;
        else
            high = middle;
    }
    return c;
}

/* The sounds that begin with letters[0..len). */
static struct kb_han_range sounds_that_begin(const char *letters, size_t len)
{
    uint16_t low = 1, high = COUNT(syllables);

    while (low < high) {
        uint16_t middle = (uint16_t)((low + high) / 2);
        if (strncmp(syllables[middle], letters, len) < 0)
            low = (uint16_t)(middle + 1);
        else
            high = middle;
    }
    struct kb_han_range range = {low, low};
    while (range.to < COUNT(syllables) && strncmp(syllables[range.to], letters, len) == 0)
        range.to++;
    return range;
}

/* The sound of a whole syllable, 0 where the letters are none. */
static uint16_t sound_of(const char *letters, size_t len)
{
    struct kb_han_range range = sounds_that_begin(letters, len);

    /* The shortest of those that begin so stands first. */
    return range.from < range.to && strlen(syllables[range.from]) == len ? range.from : 0;
}

size_t kb_han_readings(int32_t c, uint16_t sounds[KB_HAN_READINGS_MAX])
{
    size_t count = 0;

    if (c < FIRST || c >= FIRST + (int32_t)COUNT(readings) || readings[c - FIRST] == 0)
        return 0;
    sounds[count++] = readings[c - FIRST];
    for (size_t i = 0; i < COUNT(second_readings) && count < KB_HAN_READINGS_MAX; i++)
        if (second_readings[i].c == c)
            sounds[count++] = sound_of(second_readings[i].syllable, strlen(second_readings[i].syllable));
    return count;
}

static bool has_vowel(const char *letters, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (strchr("aeiouv", letters[i]))
            return true;
    return false;
}

/* Whole syllables from letters[0..len): best[i] is how many the first i letters are cut into, step[i] the
 * letters of the last of them. */
static bool spell_syllables(const char *letters, size_t len, bool open, enum kb_han_cut cut,
                            struct kb_han_spelled *spelled)
{
    uint8_t best[KB_HAN_SPELLED_MAX * SYLLABLE_MAX + 1] = {0}, step[sizeof best] = {0};

    if (len >= sizeof best)
        return false;
    for (size_t end = 1; end <= len; end++) {
        for (size_t n = 1; n <= SYLLABLE_MAX && n <= end; n++) {
            const char *last = letters + end - n;
            struct kb_han_range range = sounds_that_begin(last, n);
            bool begun = open && end == len && end > n && range.from < range.to;
            bool whole = has_vowel(last, n) && sound_of(last, n) != 0;
            uint8_t count = (uint8_t)(best[end - n] + 1);
            if ((!whole && !begun) || (end > n && best[end - n] == 0))
                continue;
            if (best[end] == 0 || (cut == KB_HAN_CUT_FEWEST ? count < best[end] : count > best[end])) {
                best[end] = count;
                step[end] = (uint8_t)n;
            }
        }
    }
    spelled->count = best[len];
    if (spelled->count == 0 || spelled->count > KB_HAN_SPELLED_MAX)
        return false;
    for (size_t end = len, i = spelled->count; i-- > 0; end -= step[end]) {
        const char *part = letters + end - step[end];
        uint16_t sound = sound_of(part, step[end]);
        spelled->parts[i] = (struct kb_han_range){sound, (uint16_t)(sound + 1)};
        if ((open && end == len) || sound == 0)
            spelled->parts[i] = sounds_that_begin(part, step[end]);
    }
    return true;
}

static bool spell_initials(const char *letters, size_t len, struct kb_han_spelled *spelled)
{
    if (len < INITIALS_MIN || len > INITIALS_MAX || has_vowel(letters, len))
        return false;
    for (size_t i = 0; i < len; i++) {
        spelled->parts[i] = sounds_that_begin(letters + i, 1);
        if (spelled->parts[i].from == spelled->parts[i].to)
            return false;
    }
    spelled->count = len;
    return true;
}

bool kb_han_spell(const char *letters, size_t len, bool open, enum kb_han_cut cut,
                  struct kb_han_spelled *spelled)
{
    spelled->initials = false;
    if (len == 0)
        return false;
    if (spell_syllables(letters, len, open, cut, spelled))
        return true;
    spelled->initials = spell_initials(letters, len, spelled);
    return spelled->initials;
}
