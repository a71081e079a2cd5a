#include "kb/score.h"

#include <string.h>

#include "kb/crowd.h"
#include "kb/nearness.h"
#include "kb/score_parts.h"

#define K1          1.2f
#define K1_TEXT     2.0f /* for a whole text, where how often a word comes back says more */
#define B           0.75f
#define TITLE_SHARE 2.0f /* x idf found in the title x its share of the query's */

/* How many of the best by words alone are looked at again. */
#define SECOND_LOOK    48
#define NEARNESS_TIMES 0.5f
#define COVERED_TIMES  1.0f /* x idf found in the title x square of the share of the title found */

/* What is in fewer titles makes no crowd. */
#define CROWD_LEAST 256

/* A prefix this short is looked for in titles first, and in bodies where few have it: nearly every body does.
 */
#define SHORT_PREFIX 2

static void add_titles(struct kb_scorer *s, const struct kb_list *list, struct kb_found found)
{
    const struct kb_disk_length *lengths = kb_segment_lengths(s->segment);
    struct kb_cursor cursor = kb_list_begin(list);

    while (kb_cursor_next(&cursor))
        kb_scorer_add_title(s, cursor.doc, found,
                            kb_scorer_title_worth(s, found.worth, cursor.tf, lengths[cursor.doc].title));
}

static void add_tags(struct kb_scorer *s, const struct kb_list *list, struct kb_found found)
{
    struct kb_cursor cursor = kb_list_begin(list);

    while (kb_cursor_next(&cursor))
        kb_scorer_add_tag(s, cursor.doc, found);
}

/* What the explained document has got since its score was `before`. */
static void explain(struct kb_scorer *s, enum kb_part_kind kind, const struct kb_term *term, float *before)
{
    if (!s->parts)
        return;
    float score = s->rows[s->explained].score;
    kb_parts_add(s->parts, kind, term->token.text, score - *before);
    *before = score;
}

static void add_group(struct kb_scorer *s, uint32_t group, const struct kb_term *term, struct kb_found found,
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
        kb_scorer_add_bodies(s, &lists[KB_FIELD_BODY], found);
    explain(s, KB_PART_BODY, term, &before);
    if (lists[KB_FIELD_TAGS].docs && term->scope != KB_SCOPE_TITLE)
        add_tags(s, &lists[KB_FIELD_TAGS], found);
    explain(s, KB_PART_TAGS, term, &before);
}

/* The groups of the words that begin as the term does. Caller owns, g_array_unref. */
static GArray *beginning_of(const struct kb_scorer *s, const struct kb_term *term)
{
    return kb_segment_groups_of(s->segment, term->prefix_start,
                                term->excluded ? term->prefix_start : term->prefix_end);
}

static void add_beginning(struct kb_scorer *s, const struct kb_term *term, const GArray *groups, uint64_t bit,
                          bool bodies)
{
    struct kb_found found = {.bit = bit, .worth = kb_term_prefix_worth(term)};

    for (guint i = 0; i < groups->len && !kb_scorer_cancelled(s); i++)
        add_group(s, g_array_index(groups, uint32_t, i), term, found, bodies);
}

static void add_groups(struct kb_scorer *s, const struct kb_term *term, uint64_t bit)
{
    for (uint32_t i = 0; i < term->group_count; i++) {
        struct kb_found found = {.bit = bit, .worth = kb_term_group_worth(term, i)};
        add_group(s, term->groups[i].group, term, found, true);
    }
}

/* Is a document allowed by anything that it has of the query, if only it is alive? */
static bool asks_for_words_alone(const struct kb_scorer *s)
{
    return (s->plan->required | s->plan->excluded) == 0 && s->plan->phrases->len == 0 &&
           (!s->options->lang || s->options->lang[0] == '\0');
}

static void add_term(struct kb_scorer *s, const struct kb_term *term, const GArray *groups, uint64_t bit)
{
    add_groups(s, term, bit);
    add_beginning(s, term, groups, bit, true);
}

/* May documents that have nothing but the last word be counted without rows? */
static bool may_be_crowd(const struct kb_scorer *s)
{
    return !s->parts && asks_for_words_alone(s);
}

/* A beginning of one or two letters is looked for in titles first. */
static void add_short_beginning(struct kb_scorer *s, const struct kb_term *term, const GArray *groups,
                                uint64_t bit)
{
    uint32_t rowless = 0;

    if (may_be_crowd(s)) {
        rowless = kb_crowd_add(s, term, groups, bit, false);
    } else {
        add_groups(s, term, bit);
        add_beginning(s, term, groups, bit, false);
    }
    if (s->touched_count + rowless < KB_SHORT_ENOUGH)
        add_beginning(s, term, groups, bit, true);
}

static bool is_short(const struct kb_term *term)
{
    return term->prefix_start < term->prefix_end && !term->excluded && term->token.len <= SHORT_PREFIX;
}

/* The term that goes last: a short beginning, else the commonest word. Most documents that have it have
 * nothing else of the query. */
static uint32_t last_term(const struct kb_plan *plan)
{
    uint32_t last = plan->count;

    for (uint32_t i = 0; i < plan->count && !plan->whole_text; i++) {
        const struct kb_term *term = &plan->terms[i];
        if (is_short(term))
            return i;
        if (!term->excluded && (last == plan->count || term->idf <= plan->terms[last].idf))
            last = i;
    }
    return last;
}

static void count_fields(const struct kb_scorer *s, uint32_t row, uint64_t df[KB_FIELD_COUNT])
{
    const struct kb_disk_group *group = kb_segment_group(s->segment, row);

    for (int f = 0; group && f < KB_FIELD_COUNT; f++)
        df[f] += group->df[f];
}

/* Is it in so many titles, and in fewer bodies, that counting its documents is cheaper than rows? */
static bool is_of_titles(const struct kb_scorer *s, const struct kb_term *term, const GArray *groups)
{
    uint64_t df[KB_FIELD_COUNT] = {0};

    for (uint32_t i = 0; i < term->group_count; i++)
        count_fields(s, term->groups[i].group, df);
    for (guint i = 0; i < groups->len; i++)
        count_fields(s, g_array_index(groups, uint32_t, i), df);
    return term->group_count <= 1 && df[KB_FIELD_TITLE] >= CROWD_LEAST &&
           df[KB_FIELD_TITLE] > df[KB_FIELD_BODY];
}

static void add_last_term(struct kb_scorer *s, const struct kb_term *term, const GArray *groups, uint64_t bit)
{
    if (is_short(term))
        add_short_beginning(s, term, groups, bit);
    else if (may_be_crowd(s) && is_of_titles(s, term, groups))
        kb_crowd_add(s, term, groups, bit, true);
    else
        add_term(s, term, groups, bit);
}

/* The next terms of a text begin: they use the same bits. What has been found stays in the sums. */
static void forget_terms(struct kb_scorer *s)
{
    for (uint32_t i = 0; i < s->touched_count; i++) {
        s->rows[s->touched[i]].title = KB_TOUCHED;
        s->rows[s->touched[i]].body = 0;
    }
}

/* A query of plain words, in a segment where all documents are alive, allows every one that has a word. */
static bool allows_all(const struct kb_scorer *s)
{
    return kb_segment_dead(s->segment) == 0 && asks_for_words_alone(s);
}

static bool allowed(const struct kb_scorer *s, uint32_t doc, const struct kb_row *row)
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

static inline float title_share(const struct kb_scorer *s, const struct kb_row *row)
{
    return s->title_share * row->title_idf * row->title_idf;
}

static size_t collect(struct kb_scorer *s, struct kb_hit *hits, size_t room, size_t *total)
{
    bool all = allows_all(s);
    size_t count = 0;

    for (uint32_t i = 0; i < s->touched_count; i++) {
        uint32_t doc = s->touched[i];
        const struct kb_row *row = &s->rows[doc];
        if ((i & 0xFFF) == 0 && kb_scorer_cancelled(s))
            break;
        if (!all && !allowed(s, doc, row))
            continue;
        ++*total;
        float score = row->score + title_share(s, row);
        if (count < room || score >= hits[0].score)
            kb_hits_keep(hits, &count, room, (struct kb_hit){.doc = doc, .score = score});
    }
    *total += s->rowless;
    kb_hits_sort(hits, count);
    return count;
}

static void add_part(const struct kb_scorer *s, struct kb_hit *hit, enum kb_part_kind kind, float value)
{
    hit->score += value;
    if (s->parts)
        kb_parts_add(s->parts, kind, NULL, value);
}

/* The priors come last: they are shares of what the texts are worth. */
static void add_priors(const struct kb_scorer *s, struct kb_hit *hit)
{
    struct kb_doc doc;

    if (!s->options->prior || !kb_segment_peek_head(s->segment, hit->doc, &doc))
        return;
    struct kb_prior_shares shares = kb_prior_shares(s->options->prior, &doc);
    float score = hit->score;
    add_part(s, hit, KB_PART_RECENCY, shares.recency * score);
    add_part(s, hit, KB_PART_USE, shares.use * score);
}

static bool is_nearness_asked(const struct kb_scorer *s)
{
    return s->plan->count > 1 && !s->plan->whole_text;
}

static void look_at_hit(const struct kb_scorer *s, struct kb_hit *hit)
{
    const struct kb_row *row = &s->rows[hit->doc];
    float covered = row->title_idf > 0 ? kb_title_covered(s->segment, s->plan, hit->doc) : 0;

    add_part(s, hit, KB_PART_COVERED, COVERED_TIMES * row->title_idf * covered * covered);
    if (is_nearness_asked(s))
        add_part(s, hit, KB_PART_NEARNESS,
                 NEARNESS_TIMES *
                     (float)kb_nearness(s->segment, s->plan, hit->doc, row->title & ~KB_TOUCHED, row->body));
    add_priors(s, hit);
}

/* No second look gives a hit more than this score. */
static float most_of(const struct kb_scorer *s, const struct kb_hit *hit, float nearness_most)
{
    const float priors_most = 1.0001f + KB_PRIOR_RECENCY + KB_PRIOR_USE; /* and what is rounded */

    return priors_most * (hit->score + COVERED_TIMES * s->rows[hit->doc].title_idf + nearness_most);
}

/* Orders hits[count], sorted, anew. Of one that cannot come among the best `room` any more the score stays as
 * it is. */
static void look_again(const struct kb_scorer *s, struct kb_hit *hits, size_t count, size_t room)
{
    float nearness_most = is_nearness_asked(s) ? NEARNESS_TIMES * (float)kb_nearness_most(s->plan) : 0;
    size_t looked = MIN(count, SECOND_LOOK), kept = 0;
    struct kb_hit best[SECOND_LOOK];

    room = MIN(room, SECOND_LOOK);
    for (size_t i = 0; i < looked; i++)
        kb_segment_prefetch_row(s->segment, hits[i].doc);
    for (size_t i = 0; i < looked; i++)
        kb_segment_prefetch_head(s->segment, hits[i].doc);
    for (size_t i = 0; i < looked && !kb_scorer_cancelled(s); i++) {
        if (kept == room && most_of(s, &hits[i], nearness_most) < best[0].score)
            continue;
        look_at_hit(s, &hits[i]);
        kb_hits_keep(best, &kept, room, hits[i]);
    }
    kb_hits_sort(hits, count);
}

static void add(struct kb_scorer *s, uint32_t i, bool is_last)
{
    const struct kb_term *term = &s->plan->terms[i];
    uint64_t bit = 1ull << i % KB_PLAN_QUERY_TERMS;
    g_autoptr(GArray) groups = beginning_of(s, term);

    if (is_last)
        add_last_term(s, term, groups, bit);
    else
        add_term(s, term, groups, bit);
}

/* Borrows the segment's rows, and fills them. */
static void fill_rows(struct kb_scorer *s)
{
    size_t docs = (size_t)kb_segment_count(s->segment) + 1;
    double title, body;

    kb_segment_average(s->segment, &title, &body);
    s->k1 = s->plan->whole_text ? K1_TEXT : K1;
    s->title_norm = (struct kb_norm){.fixed = s->k1 * (1 - B), .word = s->k1 * B / (float)title};
    s->body_norm = (struct kb_norm){.fixed = s->k1 * (1 - B), .word = s->k1 * B / (float)body};
    s->title_share = TITLE_SHARE / (s->plan->total_idf > 0 ? (float)s->plan->total_idf : 1);
    s->rows = kb_segment_lend(s->segment, sizeof(struct kb_row) + sizeof(uint32_t));
    s->touched = (uint32_t *)(s->rows + docs);
    uint32_t last = last_term(s->plan);
    for (uint32_t i = 0; i < s->plan->count && !kb_scorer_cancelled(s); i++) {
        if (i > 0 && i % KB_PLAN_QUERY_TERMS == 0)
            forget_terms(s);
        if (i != last)
            add(s, i, false);
    }
    if (last < s->plan->count && !kb_scorer_cancelled(s))
        add(s, last, true);
}

static void give_rows_back(struct kb_scorer *s)
{
    for (uint32_t i = 0; i < s->touched_count; i++)
        s->rows[s->touched[i]] = (struct kb_row){0};
    kb_segment_give_back(s->segment, s->rows);
}

size_t kb_score_plan(struct kb_segment *segment, const struct kb_plan *plan,
                     const struct kb_score_options *options, struct kb_hit *hits, size_t room, size_t *total)
{
    struct kb_scorer s = {.segment = segment, .plan = plan, .options = options};
    struct kb_hit best[SECOND_LOOK];
    size_t count = 0;

    bool few = room < SECOND_LOOK;

    *total = 0;
    if (plan->impossible || plan->count == 0)
        return 0;
    s.room = few ? SECOND_LOOK : room;
    fill_rows(&s);
    if (!kb_scorer_cancelled(&s)) {
        count = collect(&s, few ? best : hits, few ? SECOND_LOOK : room, total);
        look_again(&s, few ? best : hits, count, room);
        count = MIN(count, room);
        if (few)
            memcpy(hits, best, count * sizeof *hits);
    }
    give_rows_back(&s);
    if (kb_scorer_cancelled(&s))
        *total = count = 0;
    return count;
}

void kb_score_explain(struct kb_segment *segment, const struct kb_plan *plan,
                      const struct kb_score_options *options, uint32_t doc, GArray *parts)
{
    struct kb_scorer s = {
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
