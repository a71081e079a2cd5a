#include "kb/candidates.h"

#include <string.h>

#include "kb/bytes.h"
#include "kb/shape.h"
#include "kb/tokens.h"

/* To read more postings a document than this costs what reading the documents does. */
#define POSTINGS_A_DOC 2

/* Words that are read before the cancel flag is looked at again. */
#define WORDS_A_LOOK 1024

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

static void choose_words(struct choice *choice, struct kb_shape *shape)
{
    uint32_t count = kb_segment_word_count(choice->segment);

    for (uint32_t row = 0; row < count; row++) {
        if (row % WORDS_A_LOOK == 0 && is_given_up(choice))
            return;
        const struct kb_disk_word *word = kb_segment_word(choice->segment, row);
        if (!kb_shape_may_be_in(shape, word->letters, word->len))
            continue;
        const char *text = kb_segment_word_text(choice->segment, word);
        if (text && has(choice, shape, text, word->len) && !add_word(choice, row))
            return;
    }
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

static void mark(const struct choice *choice, uint8_t *documents)
{
    struct kb_list lists[KB_FIELD_COUNT];
    uint32_t count = kb_segment_count(choice->segment);

    for (guint i = 0; i < choice->groups->len && !is_given_up(choice); i++) {
        if (!kb_segment_lists(choice->segment, g_array_index(choice->groups, uint32_t, i), lists))
            continue;
        for (int f = 0; f < KB_FIELD_COUNT; f++) {
            struct kb_cursor cursor = kb_list_begin(&lists[f]);
            while (lists[f].docs && kb_cursor_next(&cursor))
                if (cursor.doc < count)
                    documents[cursor.doc / 8] |= (uint8_t)(1 << (cursor.doc % 8));
        }
    }
}

/* Leaves of *candidates (NULL: all documents) those of the choice, where that is cheap to know. */
static void narrow(uint8_t **candidates, const struct choice *choice)
{
    size_t size = kb_segment_count(choice->segment) / 8 + 1;

    if (choice->postings > choice->most)
        return;
    uint8_t *documents = g_malloc0(size);
    mark(choice, documents);
    for (size_t i = 0; *candidates && i < size; i++)
        documents[i] &= (*candidates)[i];
    g_free(*candidates);
    *candidates = documents;
}

static void begin(struct choice *choice, const struct kb_segment *segment, const gint *cancel)
{
    *choice = (struct choice){.segment = segment,
                              .cancel = cancel,
                              .groups = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
                              .most = (uint64_t)kb_segment_count(segment) * POSTINGS_A_DOC};
    add_special(choice, KB_CUT_GROUP);
}

static void narrow_by_literals(uint8_t **candidates, const struct kb_segment *segment, const GPtrArray *set,
                               const gint *cancel)
{
    struct choice choice;

    begin(&choice, segment, cancel);
    choose_literals(&choice, set);
    narrow(candidates, &choice);
    g_array_unref(choice.groups);
}

static void narrow_by_shape(uint8_t **candidates, const struct kb_segment *segment, struct kb_shape *shape,
                            const struct kb_clues *clues)
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

uint8_t *kb_candidates_new(const struct kb_segment *segment, const struct kb_clues *clues, uint32_t *count)
{
    const GPtrArray *sets = clues->literals->sets;
    uint8_t *candidates = NULL;

    for (guint i = 0; i < sets->len; i++)
        narrow_by_literals(&candidates, segment, g_ptr_array_index(sets, i), clues->cancel);
    for (guint i = 0; i < clues->shapes->len; i++)
        narrow_by_shape(&candidates, segment, g_ptr_array_index(clues->shapes, i), clues);
    *count = candidates ? 0 : kb_segment_count(segment);
    for (uint32_t i = 0; candidates && i <= kb_segment_count(segment) / 8; i++)
        *count += (uint32_t)__builtin_popcount(candidates[i]);
    return candidates;
}
