#include "kb/plan.h"

#include <math.h>
#include <string.h>

#include "kb/sound.h"

/* Words of a text that are looked at before the most telling are chosen. */
#define CANDIDATES_MAX 2048

/* Words of one text that are corrected at most: each costs a look through the dictionary. */
#define CORRECTIONS_MAX 40

/* A single CJK character says less than a pair. */
#define SINGLE_WEIGHT 0.5f

/* A pair that the index lacks, taken for one that sounds the same: often it is only two words side by side.
 */
#define SOUND_WEIGHT 0.5f

/* First letters of syllables (tk) say less than whole ones (tuikuan), and beside words that the index has
 * hardly anything ("rtn policy"). */
#define INITIALS_WEIGHT        0.5f
#define INITIALS_BESIDE_WEIGHT 0.05f

/* In a long text a word that the index lacks is more often just another word than one that is mistyped. */
#define GUESS_IN_TEXT_WEIGHT 0.5f

/* A beginning of a word of so many letters counts as a word here. */
#define BEGINNING_MIN 2

/* How rare something is that `df` of `count` documents have (Robertson and Sparck Jones, kept positive). */
static float kb_plan_idf(uint32_t count, uint32_t df)
{
    return log1pf(((float)count - (float)df + 0.5f) / ((float)df + 0.5f));
}

static void look_up_prefix(const struct kb_segment *segment, struct kb_term *term)
{
    uint32_t count = kb_segment_family_docs(segment);
    uint64_t df;

    if (!kb_segment_prefix(segment, term->token.text, term->token.len, &term->prefix_start,
                           &term->prefix_end))
        return;
    df = kb_segment_family_prefix_df(segment, term->token.text, term->token.len);
    term->prefix_idf = kb_plan_idf(count, (uint32_t)MIN(df, count));
}

/* The group of the word itself: by its spelling, or where nobody spelled it so, by its stem. *df is how many
 * documents of the whole index have it, also where this segment has none. */
static bool look_up_exact(const struct kb_segment *segment, struct kb_term *term, uint32_t *df)
{
    char stem[KB_TOKEN_MAX + 2];
    size_t len = kb_token_stem(&term->token, stem);

    *df = kb_segment_family_df(segment, stem, len);
    if (!kb_segment_find_group(segment, stem, len, &term->groups[0].group))
        return false;
    term->groups[0].weight = 1;
    term->group_count = 1;
    return true;
}

static float idf_of(const struct kb_segment *segment, uint32_t row)
{
    const struct kb_disk_group *group = kb_segment_group(segment, row);
    const char *text = group ? kb_segment_group_text(segment, group) : NULL;

    return kb_plan_idf(kb_segment_family_docs(segment),
                       text ? kb_segment_family_df(segment, text, group->len) : 0);
}

/* Guesses for a word that the whole index lacks. */
static void correct(const struct kb_segment *segment, struct kb_term *term, unsigned *corrections)
{
    if (term->token.kind == KB_TOKEN_KIND_PAIR) {
        term->group_count = (uint32_t)kb_sound_correct(segment, &term->token, term->groups, KB_PLAN_GROUPS);
        term->weight *= SOUND_WEIGHT;
    } else if (term->token.kind != KB_TOKEN_KIND_SINGLE && *corrections > 0) {
        --*corrections;
        term->group_count = (uint32_t)kb_spell_correct(segment, &term->token, term->groups);
    }
    term->corrected = term->group_count > 0;
}

/* *corrections: how many words may still be corrected; NULL where none is to be. */
static void look_up(const struct kb_segment *segment, struct kb_term *term, unsigned *corrections)
{
    bool cjk = term->token.kind == KB_TOKEN_KIND_SINGLE || term->token.kind == KB_TOKEN_KIND_PAIR;
    uint32_t df = 0;
    bool found = term->group_count > 0 || look_up_exact(segment, term, &df);

    term->weight *= term->token.kind == KB_TOKEN_KIND_SINGLE ? SINGLE_WEIGHT : 1;
    if (term->open && !cjk)
        look_up_prefix(segment, term);
    if (!found && df == 0 && corrections && !term->excluded && term->clause < 0 &&
        term->prefix_start == term->prefix_end)
        correct(segment, term, corrections);
    term->elsewhere = df > 0 && term->group_count == 0;
    if (term->group_count > 0)
        term->idf = idf_of(segment, term->groups[0].group);
    else if (term->elsewhere)
        term->idf = kb_plan_idf(kb_segment_family_docs(segment), df);
    else
        term->idf = term->prefix_idf;
}

/* In a long text the rarest words are mostly chance, and what is said often is what it is about: both are
 * damped to their square root. Measured by tests/bench/bench_kb_quality. */
static void weigh_in_text(struct kb_term *term)
{
    if (term->idf > 0)
        term->weight *= sqrtf((float)term->repeats / term->idf);
    if (term->corrected)
        term->weight *= GUESS_IN_TEXT_WEIGHT;
}

static bool is_found(const struct kb_term *term)
{
    return term->group_count > 0 || term->prefix_end > term->prefix_start;
}

static bool same_word(const struct kb_term *a, const struct kb_term *b)
{
    return a->clause < 0 && b->clause < 0 && a->scope == b->scope && a->excluded == b->excluded &&
           a->token.len == b->token.len && memcmp(a->token.text, b->token.text, a->token.len) == 0;
}

static void add_candidate(GArray *candidates, struct kb_term term)
{
    for (guint i = 0; i < candidates->len; i++) {
        struct kb_term *earlier = &g_array_index(candidates, struct kb_term, i);
        if (same_word(earlier, &term)) {
            earlier->repeats++;
            earlier->open |= term.open;
            return;
        }
    }
    if (candidates->len < CANDIDATES_MAX)
        g_array_append_val(candidates, term);
}

static void add_tokens(GArray *candidates, const char *text, size_t len, struct kb_term term)
{
    struct kb_tokens tokens;
    bool open = term.open;

    kb_tokens_init(&tokens, text, len);
    while (kb_tokens_next(&tokens, &term.token)) {
        /* A pair implies its neighbours' order, so a phrase needs the pairs alone, or a lone character. */
        if (term.clause >= 0 && term.token.kind == KB_TOKEN_KIND_SINGLE &&
            (tokens.pair_due ||
             (candidates->len > 0 && term.token.position > 0 &&
              g_array_index(candidates, struct kb_term, candidates->len - 1).token.kind ==
                  KB_TOKEN_KIND_PAIR &&
              g_array_index(candidates, struct kb_term, candidates->len - 1).token.end == term.token.end)))
            continue;
        term.open = open && term.token.end == len;
        term.offset = term.token.position;
        term.function = !term.excluded && !term.required && kb_is_function_word(term.token.text);
        add_candidate(candidates, term);
    }
}

/* Function words are dropped unless there is nothing else. The last one, still being typed, may become a
 * longer word. */
static void drop_function_words(GArray *candidates)
{
    bool others = false;

    for (guint i = 0; i < candidates->len; i++) {
        const struct kb_term *term = &g_array_index(candidates, struct kb_term, i);
        others |= !term->function && !term->excluded;
    }
    for (guint i = candidates->len; others && i-- > 0;)
        if (g_array_index(candidates, struct kb_term, i).function)
            g_array_remove_index(candidates, i);
}

/* The terms of a word in pinyin: a pair for each two neighbours, or the one character. False where the
 * segment lacks more than half of them, or any of first letters. */
static bool find_spelled(const struct kb_segment *segment, const struct kb_term *word,
                         const struct kb_han_spelled *spelled, GArray *terms)
{
    size_t wanted = MAX(spelled->count - 1, 1);
    size_t least = spelled->initials ? wanted : (wanted + 1) / 2;

    g_array_set_size(terms, 0);
    for (size_t i = 0; i == 0 || i + 1 < spelled->count; i++) {
        const struct kb_han_range *second = spelled->count > 1 ? &spelled->parts[i + 1] : NULL;
        struct kb_term term = *word;
        term.open = false;
        term.corrected = true;
        term.initials = spelled->initials;
        term.token.kind = second ? KB_TOKEN_KIND_PAIR : KB_TOKEN_KIND_SINGLE;
        term.group_count =
            (uint32_t)kb_sound_find(segment, spelled->parts[i], second, term.groups, KB_PLAN_GROUPS);
        if (term.group_count > 0)
            g_array_append_val(terms, term);
    }
    return terms->len >= least;
}

/* Tries the pairs of characters first: one character alone says little. */
static bool find_in_pinyin(const struct kb_segment *segment, const struct kb_term *word, GArray *terms)
{
    struct kb_han_spelled fewest, most;
    const char *letters = word->token.text;

    if (!kb_han_spell(letters, word->token.len, word->open, KB_HAN_CUT_FEWEST, &fewest))
        return false;
    if (fewest.count > 1 && find_spelled(segment, word, &fewest, terms))
        return true;
    if (kb_han_spell(letters, word->token.len, false, KB_HAN_CUT_MOST, &most) && most.count > fewest.count &&
        find_spelled(segment, word, &most, terms))
        return true;
    return fewest.count == 1 && find_spelled(segment, word, &fewest, terms);
}

/* Does the index have the word, or, while it is being typed, one that begins so? */
static bool is_known(const struct kb_segment *segment, const struct kb_term *word)
{
    struct kb_term looked = *word;
    uint32_t df;

    if (word->excluded || word->function ||
        (word->token.kind != KB_TOKEN_KIND_WORD && word->token.kind != KB_TOKEN_KIND_NUMBER))
        return false;
    return look_up_exact(segment, &looked, &df) || df > 0 ||
           (word->open && word->token.len >= BEGINNING_MIN &&
            kb_segment_family_prefix_df(segment, word->token.text, word->token.len) > 0);
}

/* First letters are weighed by what is beside them, but for the word itself, which may begin another one. */
static void weigh_initials(const struct kb_segment *segment, GArray *candidates)
{
    for (guint i = 0; i < candidates->len; i++) {
        struct kb_term *term = &g_array_index(candidates, struct kb_term, i);
        bool beside = false;
        for (guint k = 0; term->initials && k < candidates->len && !beside; k++) {
            const struct kb_term *other = &g_array_index(candidates, struct kb_term, k);
            beside = !other->initials && strcmp(other->token.text, term->token.text) != 0 &&
                     is_known(segment, other);
        }
        if (term->initials)
            term->weight *= beside ? INITIALS_BESIDE_WEIGHT : INITIALS_WEIGHT;
    }
}

/* Words that the index lacks but that spell Chinese it has are replaced by it; one still being typed stays
 * beside it while it may become a word of the index. */
static void spell_out(const struct kb_segment *segment, GArray *candidates)
{
    g_autoptr(GArray) terms = g_array_new(FALSE, TRUE, sizeof(struct kb_term));
    size_t sounds;
    uint32_t df;

    kb_segment_sounds(segment, &sounds);
    for (guint i = 0; sounds > 0 && i < candidates->len; i++) {
        struct kb_term *word = &g_array_index(candidates, struct kb_term, i);
        if (word->token.kind != KB_TOKEN_KIND_WORD || word->clause >= 0 || word->excluded ||
            look_up_exact(segment, word, &df) || df > 0)
            continue;
        if (!find_in_pinyin(segment, word, terms))
            continue;
        if (word->open)
            look_up_prefix(segment, word);
        if (word->prefix_start == word->prefix_end)
            g_array_remove_index(candidates, i--);
        g_array_insert_vals(candidates, i + 1, terms->data, terms->len);
        i += terms->len;
    }
    weigh_initials(segment, candidates);
}

static double value_of(const struct kb_term *term)
{
    if (term->required || term->excluded)
        return HUGE_VAL;
    return (double)term->weight * (double)term->idf;
}

/* Takes the candidates over in their order; where there are too many, those of the least value are left out.
 */
static void choose(struct kb_plan *plan, GArray *candidates, uint32_t most)
{
    while (candidates->len > most) {
        guint worst = 0;
        for (guint i = 1; i < candidates->len; i++)
            if (value_of(&g_array_index(candidates, struct kb_term, i)) <=
                value_of(&g_array_index(candidates, struct kb_term, worst)))
                worst = i;
        g_array_remove_index(candidates, worst);
    }
    if (candidates->len > 0)
        memcpy(plan->terms, candidates->data, candidates->len * sizeof(struct kb_term));
    plan->count = candidates->len;
}

/* What is not in the segment cannot be found; where it must be, nothing can. */
static void drop_unknown(struct kb_plan *plan, GArray *candidates)
{
    for (guint i = candidates->len; i-- > 0;) {
        const struct kb_term *term = &g_array_index(candidates, struct kb_term, i);
        if (is_found(term))
            continue;
        if (term->required && !term->excluded)
            plan->impossible = true;
        if (!term->elsewhere)
            g_array_remove_index(candidates, i);
    }
}

static void gather_phrases(struct kb_plan *plan)
{
    for (uint32_t i = 0; i < plan->count;) {
        const struct kb_term *term = &plan->terms[i];
        struct kb_phrase phrase = {.scope = term->scope, .excluded = term->excluded, .first = i, .count = 1};
        while (term->clause >= 0 && i + phrase.count < plan->count &&
               plan->terms[i + phrase.count].clause == term->clause)
            phrase.count++;
        if (term->clause >= 0)
            g_array_append_val(plan->phrases, phrase);
        i += phrase.count;
    }
}

static void finish(struct kb_plan *plan, const struct kb_segment *segment, GArray *candidates, uint32_t most)
{
    unsigned corrections = CORRECTIONS_MAX;

    spell_out(segment, candidates);
    for (guint i = 0; i < candidates->len; i++) {
        struct kb_term *term = &g_array_index(candidates, struct kb_term, i);
        look_up(segment, term, plan->as_spelled ? NULL : &corrections);
        if (plan->whole_text)
            weigh_in_text(term);
    }
    drop_unknown(plan, candidates);
    choose(plan, candidates, most);
    gather_phrases(plan);
    plan->initials = plan->count > 0;
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct kb_term *term = &plan->terms[i];
        plan->initials &= term->initials || term->excluded;
        if (term->excluded && term->clause < 0)
            plan->excluded |= 1ull << i % KB_PLAN_QUERY_TERMS;
        else if (term->required && !term->excluded)
            plan->required |= 1ull << i % KB_PLAN_QUERY_TERMS;
        if (term->excluded)
            continue;
        plan->wanted |= 1ull << i % KB_PLAN_QUERY_TERMS;
        plan->total_idf += (double)term->weight * (double)term->idf;
    }
}

static struct kb_plan *new_plan(void)
{
    struct kb_plan *plan = g_new0(struct kb_plan, 1);

    plan->phrases = g_array_new(FALSE, FALSE, sizeof(struct kb_phrase));
    return plan;
}

/* A phrase that is excluded and has a word that the segment lacks excludes nothing; its other words must not
 * either. */
static void drop_hollow_phrases(const struct kb_segment *segment, GArray *candidates)
{
    uint32_t row;
    char stem[KB_TOKEN_MAX + 2];

    for (guint i = 0; i < candidates->len; i++) {
        const struct kb_term *term = &g_array_index(candidates, struct kb_term, i);
        size_t len = kb_token_stem(&term->token, stem);
        if (term->clause < 0 || !term->excluded || kb_segment_find_group(segment, stem, len, &row))
            continue;
        int clause = term->clause;
        for (guint k = candidates->len; k-- > 0;)
            if (g_array_index(candidates, struct kb_term, k).clause == clause)
                g_array_remove_index(candidates, k);
        i = (guint)-1;
    }
}

struct kb_plan *kb_plan_new(const struct kb_segment *segment, const struct kb_query *query)
{
    g_autoptr(GArray) candidates = g_array_new(FALSE, TRUE, sizeof(struct kb_term));
    struct kb_plan *plan = new_plan();

    for (guint i = 0; i < query->clauses->len; i++) {
        const struct kb_clause *clause = &g_array_index(query->clauses, struct kb_clause, i);
        struct kb_term term = {.scope = clause->scope,
                               .required = clause->phrase || clause->scope != KB_SCOPE_ANY,
                               .excluded = clause->excluded,
                               .open = clause->open,
                               .repeats = 1,
                               .weight = 1,
                               .clause = clause->phrase ? (int)i : -1};
        add_tokens(candidates, clause->text, strlen(clause->text), term);
    }
    plan->as_spelled = query->as_spelled;
    drop_function_words(candidates);
    drop_hollow_phrases(segment, candidates);
    finish(plan, segment, candidates, KB_PLAN_QUERY_TERMS);
    return plan;
}

struct kb_plan *kb_plan_new_for_text(const struct kb_segment *segment, const char *text, size_t len)
{
    g_autoptr(GArray) candidates = g_array_new(FALSE, TRUE, sizeof(struct kb_term));
    struct kb_plan *plan = new_plan();

    add_tokens(candidates, text, len, (struct kb_term){.repeats = 1, .weight = 1, .clause = -1});
    drop_function_words(candidates);
    plan->whole_text = true;
    finish(plan, segment, candidates, KB_PLAN_TEXT_TERMS);
    return plan;
}

void kb_plan_free(struct kb_plan *plan)
{
    if (!plan)
        return;
    g_array_unref(plan->phrases);
    g_free(plan);
}
