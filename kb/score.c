#include "kb/score.h"

#include <string.h>

#include "kb/nearness.h"

#define K1           1.2f
#define K1_TEXT      2.0f /* for a whole text, where how often a word comes back says more */
#define B            0.75f
#define TITLE_TIMES  2.0f
#define TITLE_SHARE  2.0f /* x idf found in the title x its share of the query's */
#define TAGS_TIMES   0.5f /* x idf, whatever the count */
#define PREFIX_TIMES 0.5f /* a word that only begins as the query's last one does */

/* How many of the best by words alone are looked at again. */
#define SECOND_LOOK    48
#define NEARNESS_TIMES 0.5f
#define COVERED_TIMES  1.0f /* x idf found in the title x square of the share of the title found */

/* A prefix this short is looked for in titles first: nearly every body has it. */
#define SHORT_PREFIX 2
#define SHORT_ENOUGH 50

/* In a row's `title`: its document is in the scorer's list already. Terms use the bits below. */
#define TOUCHED (1ull << KB_PLAN_QUERY_TERMS)

/* k1 x (1 - b + b x len / average) in two parts. */
struct norm {
    float fixed, word; /* k1 x (1 - b), and what each word of the field adds */
};

struct scorer {
    struct kb_segment *segment;
    const struct kb_plan *plan;
    const struct kb_score_options *options;
    struct kb_row *rows;
    uint32_t *touched; /* documents whose row is not zero, in the order they were found */
    uint32_t touched_count;
    float k1;
    struct norm title_norm, body_norm;
    uint32_t explained; /* the document whose parts are wanted, where parts are */
    GArray *parts;      /* of kb_parts_new, or NULL */
};

/* What one term adds where it is found. */
struct found {
    uint64_t bit;
    float worth; /* weight x idf; 0 for an excluded term */
};

static bool cancelled(const struct scorer *s)
{
    return s->options->cancel && g_atomic_int_get(s->options->cancel) != 0;
}

static inline struct kb_row *row_of(struct scorer *s, uint32_t doc)
{
    struct kb_row *row = &s->rows[doc];

    /* Without a branch: whether a document is there already nobody can foresee. */
    s->touched[s->touched_count] = doc;
    s->touched_count += !(row->title & TOUCHED);
    row->title |= TOUCHED;
    return row;
}

/* BM25's share of a word that a field of `len` words has `tf` times; `norm` is the field's. */
static inline float saturate(const struct scorer *s, struct norm norm, uint32_t tf, uint16_t len)
{
    return (float)tf * (s->k1 + 1) / ((float)tf + norm.fixed + norm.word * (float)len);
}

static void add_titles(struct scorer *s, const struct kb_list *list, struct found found)
{
    const struct kb_disk_length *lengths = kb_segment_lengths(s->segment);
    struct kb_cursor cursor = kb_list_begin(list);

    while (kb_cursor_next(&cursor)) {
        struct kb_row *row = row_of(s, cursor.doc);
        if (row->title & found.bit)
            continue;
        row->title |= found.bit;
        row->title_idf += found.worth;
        row->score +=
            TITLE_TIMES * found.worth * saturate(s, s->title_norm, cursor.tf, lengths[cursor.doc].title);
    }
}

static void add_bodies(struct scorer *s, const struct kb_list *list, struct found found)
{
    const struct kb_disk_length *lengths = kb_segment_lengths(s->segment);
    struct kb_cursor cursor = kb_list_begin(list);

    while (kb_cursor_next(&cursor)) {
        struct kb_row *row = row_of(s, cursor.doc);
        if (row->body & found.bit)
            continue;
        row->body |= found.bit;
        row->score += found.worth * saturate(s, s->body_norm, cursor.tf, lengths[cursor.doc].body);
    }
}

static void add_tags(struct scorer *s, const struct kb_list *list, struct found found)
{
    struct kb_cursor cursor = kb_list_begin(list);

    while (kb_cursor_next(&cursor)) {
        struct kb_row *row = row_of(s, cursor.doc);
        if ((row->title | row->body) & found.bit)
            continue;
        row->body |= found.bit;
        row->score += TAGS_TIMES * found.worth;
    }
}

/* What the explained document has got since its score was `before`. */
static void explain(struct scorer *s, enum kb_part_kind kind, const struct kb_term *term, float *before)
{
    if (!s->parts)
        return;
    float score = s->rows[s->explained].score;
    kb_parts_add(s->parts, kind, term->token.text, score - *before);
    *before = score;
}

static void add_group(struct scorer *s, uint32_t group, const struct kb_term *term, struct found found,
                      bool bodies)
{
    struct kb_list lists[KB_FIELD_COUNT];
    float before = s->parts ? s->rows[s->explained].score : 0;

    if (!kb_segment_lists(s->segment, group, lists))
        return;
    if (lists[KB_FIELD_TITLE].docs && term->scope != KB_SCOPE_TAGS)
        add_titles(s, &lists[KB_FIELD_TITLE], found);
    explain(s, KB_PART_TITLE, term, &before);
    if (lists[KB_FIELD_BODY].docs && term->scope == KB_SCOPE_ANY && bodies)
        add_bodies(s, &lists[KB_FIELD_BODY], found);
    explain(s, KB_PART_BODY, term, &before);
    if (lists[KB_FIELD_TAGS].docs && term->scope != KB_SCOPE_TITLE)
        add_tags(s, &lists[KB_FIELD_TAGS], found);
    explain(s, KB_PART_TAGS, term, &before);
}

static void add_prefix(struct scorer *s, const struct kb_term *term, uint64_t bit, bool bodies)
{
    bool exact = (term->group_count > 0 || term->elsewhere) && !term->corrected;
    struct found found = {.bit = bit, .worth = term->weight * term->prefix_idf * (exact ? PREFIX_TIMES : 1)};
    uint32_t last = UINT32_MAX;

    for (uint32_t row = term->prefix_start; row < term->prefix_end && !cancelled(s); row++) {
        uint32_t group = kb_segment_word(s->segment, row)->group;
        if (group != last)
            add_group(s, group, term, found, bodies);
        last = group;
    }
}

static void add_term(struct scorer *s, const struct kb_term *term, uint64_t bit)
{
    for (uint32_t i = 0; i < term->group_count; i++) {
        struct found found = {.bit = bit, .worth = term->weight * term->idf * term->groups[i].weight};
        if (term->excluded)
            found.worth = 0;
        add_group(s, term->groups[i].group, term, found, true);
    }
    if (term->prefix_start == term->prefix_end || term->excluded)
        return;
    if (term->token.len > SHORT_PREFIX) {
        add_prefix(s, term, bit, true);
        return;
    }
    add_prefix(s, term, bit, false);
    if (s->touched_count < SHORT_ENOUGH)
        add_prefix(s, term, bit, true);
}

/* The next terms of a text begin: they use the same bits. What has been found stays in the sums. */
static void forget_terms(struct scorer *s)
{
    for (uint32_t i = 0; i < s->touched_count; i++) {
        s->rows[s->touched[i]].title = TOUCHED;
        s->rows[s->touched[i]].body = 0;
    }
}

/* A query of plain words, in a segment where all documents are alive, allows every one that has a word. */
static bool allows_all(const struct scorer *s)
{
    return kb_segment_dead(s->segment) == 0 && (s->plan->required | s->plan->excluded) == 0 &&
           s->plan->phrases->len == 0 && (!s->options->lang || s->options->lang[0] == '\0');
}

static bool allowed(const struct scorer *s, uint32_t doc, const struct kb_row *row)
{
    uint64_t has = row->title | row->body;
    struct kb_doc texts;

    if (kb_segment_is_dead(s->segment, doc))
        return false;
    if (s->plan->whole_text)
        has = s->plan->wanted;
    if ((has & s->plan->wanted) == 0 || (has & s->plan->required) != s->plan->required ||
        (has & s->plan->excluded) != 0)
        return false;
    for (guint i = 0; i < s->plan->phrases->len; i++) {
        const struct kb_phrase *phrase = &g_array_index(s->plan->phrases, struct kb_phrase, i);
        if (kb_phrase_found(s->segment, s->plan, phrase, doc) == phrase->excluded)
            return false;
    }
    if (!s->options->lang || s->options->lang[0] == '\0')
        return true;
    return kb_segment_peek_head(s->segment, doc, &texts) && kb_lang_matches(texts.lang, s->options->lang);
}

static inline float title_share(const struct scorer *s, const struct kb_row *row)
{
    float all = s->plan->total_idf > 0 ? (float)s->plan->total_idf : 1;

    return row->title_idf <= 0 ? 0 : TITLE_SHARE * row->title_idf * row->title_idf / all;
}

static size_t collect(struct scorer *s, struct kb_hit *hits, size_t room, size_t *total)
{
    bool all = allows_all(s);
    size_t count = 0;

    for (uint32_t i = 0; i < s->touched_count; i++) {
        uint32_t doc = s->touched[i];
        const struct kb_row *row = &s->rows[doc];
        if ((i & 0xFFF) == 0 && cancelled(s))
            break;
        if (!all && !allowed(s, doc, row))
            continue;
        ++*total;
        float score = row->score + title_share(s, row);
        if (count < room || score >= hits[0].score)
            kb_hits_keep(hits, &count, room, (struct kb_hit){.doc = doc, .score = score});
    }
    kb_hits_sort(hits, count);
    return count;
}

static void add_part(const struct scorer *s, struct kb_hit *hit, enum kb_part_kind kind, float value)
{
    hit->score += value;
    if (s->parts)
        kb_parts_add(s->parts, kind, NULL, value);
}

/* The priors come last: they are shares of what the texts are worth. */
static void add_priors(const struct scorer *s, struct kb_hit *hit)
{
    struct kb_doc doc;

    if (!s->options->prior || !kb_segment_peek_head(s->segment, hit->doc, &doc))
        return;
    struct kb_prior_shares shares = kb_prior_shares(s->options->prior, &doc);
    float score = hit->score;
    add_part(s, hit, KB_PART_RECENCY, shares.recency * score);
    add_part(s, hit, KB_PART_USE, shares.use * score);
}

static void look_at_hit(const struct scorer *s, struct kb_hit *hit)
{
    const struct kb_row *row = &s->rows[hit->doc];
    float covered = row->title_idf > 0 ? kb_title_covered(s->segment, s->plan, hit->doc) : 0;

    add_part(s, hit, KB_PART_COVERED, COVERED_TIMES * row->title_idf * covered * covered);
    if (s->plan->count > 1 && !s->plan->whole_text)
        add_part(s, hit, KB_PART_NEARNESS,
                 NEARNESS_TIMES *
                     (float)kb_nearness(s->segment, s->plan, hit->doc, row->title & ~TOUCHED, row->body));
    add_priors(s, hit);
}

static void look_again(const struct scorer *s, struct kb_hit *hits, size_t count)
{
    for (size_t i = 0; i < count && i < SECOND_LOOK && !cancelled(s); i++)
        look_at_hit(s, &hits[i]);
    kb_hits_sort(hits, MIN(count, SECOND_LOOK));
}

/* Borrows the segment's rows, and fills them. */
static void fill_rows(struct scorer *s)
{
    size_t docs = (size_t)kb_segment_count(s->segment) + 1;
    double title, body;

    kb_segment_average(s->segment, &title, &body);
    s->k1 = s->plan->whole_text ? K1_TEXT : K1;
    s->title_norm = (struct norm){.fixed = s->k1 * (1 - B), .word = s->k1 * B / (float)title};
    s->body_norm = (struct norm){.fixed = s->k1 * (1 - B), .word = s->k1 * B / (float)body};
    s->rows = kb_segment_lend(s->segment, sizeof(struct kb_row) + sizeof(uint32_t));
    s->touched = (uint32_t *)(s->rows + docs);
    for (uint32_t i = 0; i < s->plan->count && !cancelled(s); i++) {
        if (i > 0 && i % KB_PLAN_QUERY_TERMS == 0)
            forget_terms(s);
        add_term(s, &s->plan->terms[i], 1ull << i % KB_PLAN_QUERY_TERMS);
    }
}

static void give_rows_back(struct scorer *s)
{
    for (uint32_t i = 0; i < s->touched_count; i++)
        s->rows[s->touched[i]] = (struct kb_row){0};
    kb_segment_give_back(s->segment, s->rows);
}

size_t kb_score_plan(struct kb_segment *segment, const struct kb_plan *plan,
                     const struct kb_score_options *options, struct kb_hit *hits, size_t room, size_t *total)
{
    struct scorer s = {.segment = segment, .plan = plan, .options = options};
    struct kb_hit best[SECOND_LOOK];
    size_t count = 0;

    *total = 0;
    if (plan->impossible || plan->count == 0)
        return 0;
    fill_rows(&s);
    if (!cancelled(&s)) {
        bool few = room < SECOND_LOOK;
        count = collect(&s, few ? best : hits, few ? SECOND_LOOK : room, total);
        look_again(&s, few ? best : hits, count);
        count = MIN(count, room);
        if (few)
            memcpy(hits, best, count * sizeof *hits);
    }
    give_rows_back(&s);
    if (cancelled(&s))
        *total = count = 0;
    return count;
}

void kb_score_explain(struct kb_segment *segment, const struct kb_plan *plan,
                      const struct kb_score_options *options, uint32_t doc, GArray *parts)
{
    struct scorer s = {
        .segment = segment, .plan = plan, .options = options, .explained = doc, .parts = parts};
    struct kb_hit best[SECOND_LOOK];
    size_t total = 0;

    if (plan->impossible || plan->count == 0)
        return;
    fill_rows(&s);
    kb_parts_add(parts, KB_PART_SHARE, NULL, title_share(&s, &s.rows[doc]));
    size_t count = collect(&s, best, SECOND_LOOK, &total);
    for (size_t i = 0; i < count; i++)
        if (best[i].doc == doc)
            look_at_hit(&s, &best[i]);
    give_rows_back(&s);
}
