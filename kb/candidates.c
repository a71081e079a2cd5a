#include "kb/candidates.h"

#include <string.h>

#include "kb/bytes.h"
#include "kb/shape.h"
#include "kb/tokens.h"

/* To read more postings a document than this costs what reading the documents does. */
#define POSTINGS_A_DOC 2

/* To match one text costs what it takes to read so many postings, or to look at so many words. */
#define POSTINGS_A_TEXT 50
#define WORDS_A_TEXT    200

/* The groups whose documents hold a literal of one set, or a word of one shape. */
struct choice {
    const struct kb_segment *segment;
    const gint *cancel;
    struct kb_matching *words; /* NULL: a shape tells all */
    GArray *groups;            /* uint32_t */
    uint64_t postings, most;
};

static bool is_given_up(const struct choice *choice)
{
    return choice->cancel && g_atomic_int_get(choice->cancel) != 0;
}

/* Words side by side are often of one group. */
static bool is_last(const GArray *groups, uint32_t row)
{
    return groups->len > 0 && g_array_index(groups, uint32_t, groups->len - 1) == row;
}

static void add_group(struct choice *choice, uint32_t row)
{
    const struct kb_disk_group *group = kb_segment_group(choice->segment, row);

    if (!group || is_last(choice->groups, row))
        return;
    g_array_append_val(choice->groups, row);
    choice->postings += group->df_any;
}

static bool add_word(void *data, uint32_t row)
{
    struct choice *choice = data;
    const struct kb_disk_word *word = kb_segment_word(choice->segment, row);

    if (word)
        add_group(choice, word->group);
    return choice->postings <= choice->most;
}

/* The rarest pair of a text of CJK characters: where it is not, the text is not. */
static void add_pair(struct choice *choice, const char *text, size_t len)
{
    uint32_t row, rarest = UINT32_MAX, least = UINT32_MAX;

    for (size_t at = 0; at < len;) {
        size_t start = at, end;
        kb_utf8_next(text, len, &at);
        end = at;
        if (end >= len)
            break;
        kb_utf8_next(text, len, &end);
        if (!kb_segment_find_group(choice->segment, text + start, end - start, &row))
            return;
        const struct kb_disk_group *group = kb_segment_group(choice->segment, row);
        if (group && group->df_any < least) {
            least = group->df_any;
            rarest = row;
        }
    }
    add_group(choice, rarest);
}

static void choose_literals(struct choice *choice, const GPtrArray *set)
{
    for (guint i = 0; i < set->len; i++) {
        const char *text = g_ptr_array_index(set, i);
        if ((uint8_t)text[0] < 0x80)
            kb_segment_words_with(choice->segment, text, strlen(text), add_word, choice);
        else
            add_pair(choice, text, strlen(text));
    }
}

/* Of what is not ASCII nobody knows whether it matches. */
static bool has(struct choice *choice, struct kb_shape *shape, const char *word, size_t len)
{
    return kb_shape_is_in(shape, word, len) &&
           (!choice->words || memchr(word, KB_RAW_OTHER, len) ||
            kb_matching_find(choice->words, word, len, 0, true) != KB_NOT_MATCHED);
}

/* A word that may have a shape. */
struct shaped {
    struct choice *choice;
    struct kb_shape *shape;
};

static bool add_shaped(void *data, uint32_t row)
{
    const struct shaped *s = data;
    const struct kb_disk_word *word = kb_segment_word(s->choice->segment, row);
    const char *text = kb_segment_word_text(s->choice->segment, word);

    if (is_given_up(s->choice))
        return false;
    return !text || !has(s->choice, s->shape, text, word->len) || add_word(s->choice, row);
}

static void choose_words(struct choice *choice, struct kb_shape *shape)
{
    struct shaped shaped = {.choice = choice, .shape = shape};
    uint32_t letters;
    size_t least;

    kb_shape_outline(shape, &letters, &least);
    kb_segment_words_of(choice->segment, letters, least, add_shaped, &shaped);
}

/* The groups that are there for patterns: raw words, and words that stand twice. */
static void choose_groups(struct choice *choice, struct kb_shape *shape, const char *prefix)
{
    const struct kb_disk_group *group;

    for (uint32_t row = kb_segment_groups_from(choice->segment, prefix);
         (group = kb_segment_group(choice->segment, row)) && !is_given_up(choice); row++) {
        const char *text = kb_segment_group_text(choice->segment, group);
        if (text && (group->len == 0 || text[0] != prefix[0]))
            return;
        if (text && has(choice, shape, text + 1, group->len - 1u))
            add_group(choice, row);
    }
}

/* The documents of a group that is no word's, where there are any. */
static void add_special(struct choice *choice, const char *group)
{
    uint32_t row;

    if (kb_segment_find_group(choice->segment, group, strlen(group), &row))
        add_group(choice, row);
}

static size_t blocks_of(const struct kb_segment *segment)
{
    return kb_segment_count(segment) / 64 + 1;
}

/* All documents in all fields, or none. */
static void fill(struct kb_candidates *candidates, const struct kb_segment *segment, bool all)
{
    size_t blocks = blocks_of(segment);

    candidates->fields[0] = g_new0(uint64_t, blocks * KB_FIELD_COUNT);
    for (int f = 1; f < KB_FIELD_COUNT; f++)
        candidates->fields[f] = candidates->fields[0] + blocks * (size_t)f;
    if (all)
        memset(candidates->fields[0], 0xFF, blocks * KB_FIELD_COUNT * sizeof(uint64_t));
}

static void mark(const struct choice *choice, struct kb_candidates *candidates)
{
    struct kb_list lists[KB_FIELD_COUNT];

    for (guint i = 0; i < choice->groups->len && !is_given_up(choice); i++) {
        if (!kb_segment_lists(choice->segment, g_array_index(choice->groups, uint32_t, i), lists))
            continue;
        for (int f = 0; f < KB_FIELD_COUNT; f++) {
            struct kb_cursor cursor = kb_list_begin(&lists[f]);
            while (lists[f].docs && kb_cursor_next(&cursor))
                candidates->fields[f][cursor.doc / 64] |= 1ull << (cursor.doc % 64);
        }
    }
}

/* Leaves of the candidates those of the choice, where that is cheaper to know than to match them. */
static void narrow(struct kb_candidates *candidates, const struct choice *choice)
{
    size_t blocks = blocks_of(choice->segment) * KB_FIELD_COUNT;
    struct kb_candidates chosen;

    if (choice->postings > choice->most || choice->postings / POSTINGS_A_TEXT > candidates->count)
        return;
    fill(&chosen, choice->segment, false);
    mark(choice, &chosen);
    candidates->count = 0;
    for (size_t i = 0; i < blocks; i++) {
        candidates->fields[0][i] &= chosen.fields[0][i];
        candidates->count += (uint32_t)__builtin_popcountll(candidates->fields[0][i]);
    }
    kb_candidates_release(&chosen);
}

static void begin(struct choice *choice, const struct kb_segment *segment, const gint *cancel)
{
    *choice = (struct choice){.segment = segment,
                              .cancel = cancel,
                              .groups = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
                              .most = (uint64_t)kb_segment_count(segment) * POSTINGS_A_DOC};
    add_special(choice, KB_CUT_GROUP);
}

static int by_postings(const void *a, const void *b)
{
    uint64_t x = ((const struct choice *)a)->postings, y = ((const struct choice *)b)->postings;

    return (x > y) - (x < y);
}

/* The rarest texts first: those behind them may then be left out. */
static void narrow_by_literals(struct kb_candidates *candidates, const struct kb_segment *segment,
                               const struct kb_clues *clues)
{
    const GPtrArray *sets = clues->literals->sets;
    if (sets->len == 0)
        return;
    g_autofree struct choice *choices = g_new(struct choice, sets->len);

    for (guint i = 0; i < sets->len; i++) {
        begin(&choices[i], segment, clues->cancel);
        choose_literals(&choices[i], g_ptr_array_index(sets, i));
    }
    qsort(choices, sets->len, sizeof *choices, by_postings);
    for (guint i = 0; i < sets->len; i++) {
        narrow(candidates, &choices[i]);
        g_array_unref(choices[i].groups);
    }
}

static void narrow_by_shape(struct kb_candidates *candidates, const struct kb_segment *segment,
                            struct kb_shape *shape, const struct kb_clues *clues)
{
    struct kb_matching words;
    struct choice choice;

    begin(&choice, segment, clues->cancel);
    if (clues->words) {
        kb_matching_init(&words, clues->words, NULL, NULL);
        choice.words = &words;
    }
    add_special(&choice, KB_ODD_GROUP);
    choose_groups(&choice, shape, kb_shape_is_twice(shape) ? KB_TWICE_PREFIX : KB_RAW_PREFIX);
    if (!kb_shape_is_twice(shape) && choice.postings <= choice.most)
        choose_words(&choice, shape);
    narrow(candidates, &choice);
    g_array_unref(choice.groups);
    if (clues->words)
        kb_matching_release(&words);
}

void kb_candidates_init(struct kb_candidates *candidates, const struct kb_segment *segment,
                        const struct kb_clues *clues)
{
    uint32_t least = kb_segment_word_count(segment) / WORDS_A_TEXT;

    fill(candidates, segment, true);
    candidates->count = kb_segment_count(segment) * KB_FIELD_COUNT;
    narrow_by_literals(candidates, segment, clues);
    for (guint i = 0; i < clues->shapes->len && candidates->count > least; i++)
        narrow_by_shape(candidates, segment, g_ptr_array_index(clues->shapes, i), clues);
}

void kb_candidates_release(struct kb_candidates *candidates)
{
    g_free(candidates->fields[0]);
    *candidates = (struct kb_candidates){0};
}
