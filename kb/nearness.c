#include "kb/nearness.h"

#include <string.h>

/* Places of one word that are looked at in one document. */
#define PLACES_MAX        64
#define PHRASE_PLACES_MAX 1024

/* Words further apart than this have nothing to do with each other. */
#define FAR 8

struct places {
    uint32_t at[PLACES_MAX];
    size_t count;
};

static void read_places(const struct kb_segment *segment, const struct kb_term *term, enum kb_field field,
                        uint32_t doc, struct places *places)
{
    struct kb_list lists[KB_FIELD_COUNT];

    places->count = 0;
    for (uint32_t i = 0; i < term->group_count && places->count == 0; i++)
        if (kb_segment_lists(segment, term->groups[i].group, lists) && lists[field].docs)
            places->count = kb_list_positions(&lists[field], doc, places->at, PLACES_MAX);
}

/* The shortest way from a place in `a` to one in `b`; against the query's order one more. FAR + 1 for none.
 */
static uint32_t distance(const struct places *a, const struct places *b)
{
    uint32_t shortest = FAR + 1;

    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        uint32_t way = a->at[i] < b->at[j] ? b->at[j] - a->at[i] : a->at[i] - b->at[j] + 1;
        if (way < shortest)
            shortest = way;
        if (a->at[i] < b->at[j])
            i++;
        else
            j++;
    }
    return shortest;
}

/* Is it a word whose neighbours matter? */
static bool is_counted(const struct kb_term *term)
{
    return !term->excluded && term->group_count > 0 && term->token.kind != KB_TOKEN_KIND_SINGLE;
}

static double field_nearness(const struct kb_segment *segment, const struct kb_plan *plan,
                             enum kb_field field, uint32_t doc, uint64_t has)
{
    struct places places[2];
    const struct kb_term *before = NULL;
    int turn = 0;
    double sum = 0;

    for (uint32_t i = 0; i < plan->count; i++) {
        const struct kb_term *term = &plan->terms[i];
        if (!is_counted(term))
            continue;
        if (has >> i & 1)
            read_places(segment, term, field, doc, &places[turn]);
        else
            places[turn].count = 0;
        if (before) {
            uint32_t way = distance(&places[!turn], &places[turn]);
            if (way <= FAR)
                sum += (double)MIN(before->idf, term->idf) / way;
        }
        before = term;
        turn = !turn;
    }
    return sum;
}

static bool are_several(uint64_t set)
{
    return (set & (set - 1)) != 0;
}

double kb_nearness(const struct kb_segment *segment, const struct kb_plan *plan, uint32_t doc, uint64_t title,
                   uint64_t body)
{
    double in_title = are_several(title) ? field_nearness(segment, plan, KB_FIELD_TITLE, doc, title) : 0;
    double in_body = are_several(body) ? field_nearness(segment, plan, KB_FIELD_BODY, doc, body) : 0;

    return MAX(in_title, in_body);
}

double kb_nearness_most(const struct kb_plan *plan)
{
    const struct kb_term *before = NULL;
    double sum = 0;

    for (uint32_t i = 0; i < plan->count; i++) {
        const struct kb_term *term = &plan->terms[i];
        if (!is_counted(term))
            continue;
        if (before)
            sum += (double)MIN(before->idf, term->idf);
        before = term;
    }
    return sum;
}

static bool is_in_plan(const struct kb_segment *segment, const struct kb_plan *plan,
                       const struct kb_token *token)
{
    char stem[KB_TOKEN_MAX + 2];
    size_t len = 0;

    for (uint32_t i = 0; i < plan->count; i++) {
        const struct kb_term *term = &plan->terms[i];
        if (term->token.text[0] != token->text[0] && !term->corrected)
            continue;
        if (term->token.len == token->len && memcmp(term->token.text, token->text, token->len) == 0)
            return true;
        if (len == 0)
            len = kb_token_stem(token, stem);
        for (uint32_t k = 0; k < term->group_count; k++) {
            const struct kb_disk_group *group = kb_segment_group(segment, term->groups[k].group);
            const char *text = group ? kb_segment_group_text(segment, group) : NULL;
            if (text && group->len == len && memcmp(text, stem, len) == 0)
                return true;
        }
    }
    return false;
}

float kb_title_covered(const struct kb_segment *segment, const struct kb_plan *plan, uint32_t doc)
{
    struct kb_doc texts;
    struct kb_tokens tokens;
    struct kb_token token;
    unsigned words = 0, found = 0;

    if (!kb_segment_peek_head(segment, doc, &texts))
        return 0;
    kb_tokens_init(&tokens, texts.title, texts.title_len);
    while (kb_tokens_next(&tokens, &token)) {
        if (token.kind == KB_TOKEN_KIND_SINGLE || kb_is_function_word(token.text))
            continue;
        words++;
        found += is_in_plan(segment, plan, &token);
    }
    return words > 0 ? (float)found / (float)words : 0;
}

/* Keeps of starts[count] those where `term` stands at start + its offset; returns how many are left. */
static size_t intersect(uint32_t *starts, size_t count, const uint32_t *places, size_t place_count,
                        uint32_t offset)
{
    size_t kept = 0;

    for (size_t i = 0, j = 0; i < count; i++) {
        while (j < place_count && places[j] < starts[i] + offset)
            j++;
        if (j < place_count && places[j] == starts[i] + offset)
            starts[kept++] = starts[i];
    }
    return kept;
}

/* Do the stems of the phrase stand in a row? */
static bool stems_in_row(const struct kb_segment *segment, const struct kb_plan *plan,
                         const struct kb_phrase *phrase, enum kb_field field, uint32_t doc)
{
    uint32_t starts[PHRASE_PLACES_MAX], places[PHRASE_PLACES_MAX];
    struct kb_list lists[KB_FIELD_COUNT];
    size_t count = 0;

    for (uint32_t i = 0; i < phrase->count; i++) {
        const struct kb_term *term = &plan->terms[phrase->first + i];
        if (term->group_count == 0 || !kb_segment_lists(segment, term->groups[0].group, lists) ||
            !lists[field].docs)
            return false;
        size_t found = kb_list_positions(&lists[field], doc, places, PHRASE_PLACES_MAX);
        if (i > 0) {
            count = intersect(starts, count, places, found, term->offset);
        } else {
            for (size_t k = 0; k < found; k++)
                if (places[k] >= term->offset)
                    starts[count++] = places[k] - term->offset;
        }
        if (count == 0)
            return false;
    }
    return count > 0;
}

static bool has_cjk(const struct kb_plan *plan, const struct kb_phrase *phrase)
{
    for (uint32_t i = 0; i < phrase->count; i++) {
        enum kb_token_kind kind = plan->terms[phrase->first + i].token.kind;
        if (kind == KB_TOKEN_KIND_SINGLE || kind == KB_TOKEN_KIND_PAIR)
            return true;
    }
    return false;
}

/* The stems may be there in another form ("opened an account"): reads the text for the very words. `row` has
 * bit j set where the words up to the j-th end at the token just read. */
static bool words_in_row(const struct kb_plan *plan, const struct kb_phrase *phrase, const char *text,
                         size_t len)
{
    struct kb_tokens tokens;
    struct kb_token token;
    uint64_t row = 0;

    kb_tokens_init(&tokens, text, len);
    while (kb_tokens_next(&tokens, &token)) {
        uint64_t may = row << 1 | 1;
        row = 0;
        for (uint32_t i = 0; i < phrase->count; i++) {
            const struct kb_token *wanted = &plan->terms[phrase->first + i].token;
            if ((may >> i & 1) && wanted->len == token.len &&
                memcmp(wanted->text, token.text, token.len) == 0)
                row |= 1ull << i;
        }
        if (row >> (phrase->count - 1) & 1)
            return true;
    }
    return false;
}

bool kb_phrase_found(const struct kb_segment *segment, const struct kb_plan *plan,
                     const struct kb_phrase *phrase, uint32_t doc)
{
    static const enum kb_scope scopes[KB_FIELD_COUNT] = {
        [KB_FIELD_TITLE] = KB_SCOPE_TITLE, [KB_FIELD_BODY] = KB_SCOPE_ANY, [KB_FIELD_TAGS] = KB_SCOPE_TAGS};
    struct kb_doc texts;

    if (!kb_segment_peek(segment, doc, &texts))
        return false;
    for (int f = 0; f < KB_FIELD_COUNT; f++) {
        if (phrase->scope != KB_SCOPE_ANY && phrase->scope != scopes[f])
            continue;
        if (!stems_in_row(segment, plan, phrase, (enum kb_field)f, doc))
            continue;
        const char *text = f == KB_FIELD_TITLE ? texts.title : f == KB_FIELD_BODY ? texts.body : texts.tags;
        size_t len = f == KB_FIELD_TITLE  ? texts.title_len
                     : f == KB_FIELD_BODY ? texts.body_len
                                          : texts.tags_len;
        if (has_cjk(plan, phrase) || words_in_row(plan, phrase, text, len))
            return true;
    }
    return false;
}
