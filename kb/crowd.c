#include "kb/crowd.h"

struct crowd {
    uint8_t *marks;      /* two bits a document */
    struct kb_hit *best; /* best[room], a heap, by what the title is worth: the rest of the score is alike */
    size_t count, room;
    uint32_t alone, alive; /* documents without a row, and those of them that are not dead */
};

/* MARK_TITLE: nothing that is found in the title is news any more. Without MARK_ROW it is alone. */
enum mark { MARK_ROW = 1, MARK_TITLE = 2 };

static inline unsigned marks_of(const struct crowd *crowd, uint32_t doc)
{
    return crowd->marks[doc / 4] >> (doc % 4 * 2) & 3u;
}

static inline void set_mark(struct crowd *crowd, uint32_t doc, enum mark mark)
{
    crowd->marks[doc / 4] |= (uint8_t)((unsigned)mark << (doc % 4 * 2));
}

static void mark_rows(struct crowd *crowd, const struct kb_list *list)
{
    struct kb_cursor cursor = kb_list_begin(list);

    while (kb_cursor_next(&cursor))
        set_mark(crowd, cursor.doc, MARK_ROW);
}

static void crowd_titles(struct kb_scorer *s, struct crowd *crowd, const struct kb_list *list,
                         struct kb_found found)
{
    const struct kb_disk_length *lengths = kb_segment_lengths(s->segment);
    struct kb_cursor cursor = kb_list_begin(list);

    while (kb_cursor_next(&cursor)) {
        unsigned marks = marks_of(crowd, cursor.doc);
        if (marks & MARK_TITLE)
            continue;
        float worth = kb_scorer_title_worth(s, found.worth, cursor.tf, lengths[cursor.doc].title);
        set_mark(crowd, cursor.doc, MARK_TITLE);
        if (marks & MARK_ROW) {
            kb_scorer_add_title(s, cursor.doc, found, worth);
            continue;
        }
        crowd->alone++;
        if (kb_segment_is_dead(s->segment, cursor.doc))
            continue;
        crowd->alive++;
        if (crowd->count < crowd->room || worth >= crowd->best[0].score)
            kb_hits_keep(crowd->best, &crowd->count, crowd->room,
                         (struct kb_hit){.doc = cursor.doc, .score = worth});
    }
}

static void crowd_tags(struct kb_scorer *s, struct crowd *crowd, const struct kb_list *list,
                       struct kb_found found)
{
    struct kb_cursor cursor = kb_list_begin(list);

    while (kb_cursor_next(&cursor)) {
        if (marks_of(crowd, cursor.doc) & MARK_TITLE)
            continue;
        set_mark(crowd, cursor.doc, MARK_ROW);
        kb_scorer_add_tag(s, cursor.doc, found);
    }
}

/* As add_group. Documents with the word in their bodies get rows, so that the rest is alone. */
static void crowd_group(struct kb_scorer *s, struct crowd *crowd, uint32_t group, struct kb_found found,
                        bool bodies)
{
    struct kb_list lists[KB_FIELD_COUNT];

    if (!kb_segment_lists(s->segment, group, lists))
        return;
    bodies &= lists[KB_FIELD_BODY].docs != NULL;
    if (bodies)
        mark_rows(crowd, &lists[KB_FIELD_BODY]);
    if (lists[KB_FIELD_TITLE].docs)
        crowd_titles(s, crowd, &lists[KB_FIELD_TITLE], found);
    if (bodies)
        kb_scorer_add_bodies(s, &lists[KB_FIELD_BODY], found);
    if (lists[KB_FIELD_TAGS].docs)
        crowd_tags(s, crowd, &lists[KB_FIELD_TAGS], found);
}

/* The best of those without a row that were found just now get one. */
static void give_rows(struct kb_scorer *s, struct crowd *crowd, struct kb_found found)
{
    for (size_t i = 0; i < crowd->count; i++)
        kb_scorer_add_title(s, crowd->best[i].doc, found, crowd->best[i].score);
    crowd->alone -= (uint32_t)crowd->count;
    crowd->alive -= (uint32_t)crowd->count;
    crowd->count = 0;
}

/* Documents with a word in their bodies get rows before any is counted. */
static void mark_bodies(const struct kb_scorer *s, struct crowd *crowd, const GArray *groups)
{
    struct kb_list lists[KB_FIELD_COUNT];

    for (guint i = 0; i < groups->len && !kb_scorer_cancelled(s); i++)
        if (kb_segment_lists(s->segment, g_array_index(groups, uint32_t, i), lists) &&
            lists[KB_FIELD_BODY].docs)
            mark_rows(crowd, &lists[KB_FIELD_BODY]);
}

/* The word itself, and all others that begin so. */
static void fill_crowd(struct kb_scorer *s, struct crowd *crowd, const struct kb_term *term,
                       const GArray *groups, uint64_t bit, bool bodies)
{
    struct kb_found found = {.bit = bit, .worth = kb_term_prefix_worth(term)};

    if (bodies)
        mark_bodies(s, crowd, groups);
    for (uint32_t i = 0; i < term->group_count; i++) {
        struct kb_found exact = {.bit = bit, .worth = kb_term_group_worth(term, i)};
        crowd_group(s, crowd, term->groups[i].group, exact, true);
        give_rows(s, crowd, exact);
    }
    for (guint i = 0; i < groups->len && !kb_scorer_cancelled(s); i++)
        crowd_group(s, crowd, g_array_index(groups, uint32_t, i), found, bodies);
    give_rows(s, crowd, found);
}

uint32_t kb_crowd_add(struct kb_scorer *s, const struct kb_term *term, const GArray *groups, uint64_t bit,
                      bool bodies)
{
    struct crowd crowd = {.room = MAX(s->room, KB_SHORT_ENOUGH)};

    crowd.marks = g_malloc0(kb_segment_count(s->segment) / 4 + 1);
    crowd.best = g_new(struct kb_hit, crowd.room);
    for (uint32_t i = 0; i < s->touched_count; i++)
        set_mark(&crowd, s->touched[i], MARK_ROW);
    fill_crowd(s, &crowd, term, groups, bit, bodies);
    s->rowless = crowd.alive;
    g_free(crowd.marks);
    g_free(crowd.best);
    return crowd.alone;
}
