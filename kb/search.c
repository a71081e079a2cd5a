#include "kb/search.h"

#include <string.h>

#include "kb/abbreviation.h"
#include "kb/error.h"
#include "kb/pattern.h"
#include "kb/plan.h"
#include "kb/score.h"
#include "kb/sound.h"

#define LIMIT_DEFAULT         10
#define SNIPPET_CHARS_DEFAULT 160
#define BUDGET_MS_DEFAULT     1000

/* A word of more letters may as well be an abbreviation as the first letters of Chinese. */
#define INITIALS_SHORT 3

#define NOTE_ABBREVIATION "No article has this word: titles with these letters in order."

/* A hit, and the segment it was found in. */
struct found {
    struct kb_hit hit;
    size_t segment;
    float prior; /* of two that match alike the greater goes first; 0 where the score has it already */
};

/* One search under way: every segment is asked, and the best of all are the results. */
struct search {
    struct kb_segment *const *segments;
    size_t segment_count;
    struct kb_search_options options; /* with the defaults filled in */
    struct kb_prior prior;
    struct kb_results *results;
    struct kb_hit *hits;    /* hits[options.limit] of one segment */
    GArray *found;          /* struct found */
    const void **marks;     /* marks[segment_count]: what finds the matches in each segment's texts */
    struct kb_plan **plans; /* plans[segment_count] of a search for words */
    const char *lang;       /* as the query or the options have it */
    struct kb_match matches[KB_MATCHES_MAX];
};

/* What a kind of search says about one document; `data` is its own for the document's segment. */
struct teller {
    /* Finds the matches of one text, for marking. */
    size_t (*find)(const void *data, const char *text, size_t len, bool title, struct kb_match *matches);
    void (*explain)(const struct search *s, const struct found *found, GArray *parts);
};

static void begin(struct search *s, struct kb_index *index, const struct kb_search_options *options)
{
    s->segments = kb_index_segments(index, &s->segment_count);
    s->options = options ? *options : (struct kb_search_options){0};
    if (s->options.limit == 0)
        s->options.limit = LIMIT_DEFAULT;
    s->options.limit = MIN(s->options.limit, KB_SEARCH_LIMIT_MAX);
    if (s->options.snippet_chars == 0)
        s->options.snippet_chars = SNIPPET_CHARS_DEFAULT;
    if (s->options.budget_ms <= 0)
        s->options.budget_ms = BUDGET_MS_DEFAULT;
    s->prior =
        (struct kb_prior){.uses = s->options.uses,
                          .now = s->options.now > 0 ? s->options.now : g_get_real_time() / G_USEC_PER_SEC};
    s->results = g_new0(struct kb_results, 1);
    s->results->results = g_new0(struct kb_result, s->options.limit);
    s->hits = g_new(struct kb_hit, s->options.limit);
    s->found = g_array_new(FALSE, FALSE, sizeof(struct found));
    s->marks = g_new0(const void *, s->segment_count);
}

static void release(struct search *s)
{
    g_free(s->hits);
    g_array_unref(s->found);
    g_free(s->marks);
}

/* Takes over what one segment gave: hits[count]. */
static void take(struct search *s, size_t segment, size_t count, size_t total)
{
    for (size_t i = 0; i < count; i++) {
        struct found found = {.hit = s->hits[i], .segment = segment};
        g_array_append_val(s->found, found);
    }
    s->results->total += total;
}

/* The best first, of equals the one that came first. */
static int compare_found(const void *a, const void *b)
{
    const struct found *x = a, *y = b;

    if (x->hit.score != y->hit.score)
        return x->hit.score > y->hit.score ? -1 : 1;
    if (x->prior != y->prior)
        return x->prior > y->prior ? -1 : 1;
    if (x->segment != y->segment)
        return x->segment < y->segment ? -1 : 1;
    return x->hit.doc < y->hit.doc ? -1 : x->hit.doc > y->hit.doc;
}

static uint32_t first_ordinal(const struct search *s, size_t segment)
{
    uint32_t first = 0;

    for (size_t i = 0; i < segment; i++)
        first += kb_segment_count(s->segments[i]);
    return first;
}

static bool is_given_up(const struct search *s)
{
    return s->options.cancel && g_atomic_int_get(s->options.cancel) != 0;
}

static void fill_marks(struct search *s, struct kb_result *result, const struct kb_doc *doc,
                       const struct teller *teller, const void *data)
{
    size_t count = teller->find(data, doc->title, doc->title_len, true, s->matches);

    result->title_ranges =
        kb_ranges_new(doc->title, doc->title_len, s->matches, count, &result->title_range_count);
    count = teller->find(data, doc->body, doc->body_len, false, s->matches);
    result->snippet = kb_snippet_new(doc->body, doc->body_len, s->matches, count, s->options.snippet_chars,
                                     &result->snippet_ranges, &result->snippet_range_count);
}

/* Is the document one of the first `count` results? */
static bool is_there(const struct search *s, size_t count, uint32_t ordinal)
{
    for (size_t i = 0; i < count; i++)
        if (s->results->results[i].ordinal == ordinal)
            return true;
    return false;
}

/* What was found becomes results, behind those that are there already; one whose document is damaged is left
 * out. */
static void fill(struct search *s, const struct teller *teller)
{
    size_t before = s->results->count;
    struct kb_doc doc;

    g_array_sort(s->found, compare_found);
    for (guint i = 0; i < s->found->len && s->results->count < s->options.limit && !is_given_up(s); i++) {
        const struct found *found = &g_array_index(s->found, struct found, i);
        uint32_t ordinal = first_ordinal(s, found->segment) + found->hit.doc;
        if (is_there(s, before, ordinal) || !(s->options.bare ? kb_segment_head : kb_segment_doc)(
                                                s->segments[found->segment], found->hit.doc, &doc))
            continue;
        struct kb_result *result = &s->results->results[s->results->count++];
        *result = (struct kb_result){.ordinal = ordinal,
                                     .score = found->hit.score,
                                     .id = g_strdup(doc.id),
                                     .title = g_strdup(doc.title)};
        if (!s->options.bare)
            fill_marks(s, result, &doc, teller, s->marks[found->segment]);
        if (s->options.explain) {
            result->parts = kb_parts_new();
            teller->explain(s, found, result->parts);
        }
    }
    g_array_set_size(s->found, 0);
}

static struct kb_results *end(struct search *s, int64_t started, GError **error)
{
    struct kb_results *results = g_steal_pointer(&s->results);

    release(s);
    if (is_given_up(s)) {
        kb_results_free(results);
        g_set_error(error, KB_ERROR, KB_ERROR_CANCELLED, "The search was given up for a newer one.");
        return NULL;
    }
    results->took_us = g_get_monotonic_time() - started;
    return results;
}

/* For the kinds whose scores know no priors: how new and how useful the documents are decides between those
 * that match alike. Where more were found than are given, the first in the index's order are. */
static void weigh_ties(struct search *s)
{
    struct kb_doc doc;

    for (guint i = 0; i < s->found->len && !s->options.no_priors; i++) {
        struct found *found = &g_array_index(s->found, struct found, i);
        if (!kb_segment_peek_head(s->segments[found->segment], found->hit.doc, &doc))
            continue;
        struct kb_prior_shares shares = kb_prior_shares(&s->prior, &doc);
        found->prior = shares.recency + shares.use;
    }
}

static size_t find_words(const void *data, const char *text, size_t len, bool title, struct kb_match *matches)
{
    return kb_needles_find(data, text, len, title, matches, KB_MATCHES_MAX);
}

static struct kb_score_options score_options(const struct search *s)
{
    return (struct kb_score_options){
        .cancel = s->options.cancel, .lang = s->lang, .prior = s->options.no_priors ? NULL : &s->prior};
}

static void explain_words(const struct search *s, const struct found *found, GArray *parts)
{
    struct kb_score_options options = score_options(s);

    kb_score_explain(s->segments[found->segment], s->plans[found->segment], &options, found->hit.doc, parts);
}

static const struct teller words_teller = {find_words, explain_words};

static void note_corrections(struct search *s, const struct kb_plan *plan)
{
    g_autoptr(GString) note = NULL;

    for (uint32_t i = 0; i < plan->count && !s->results->note; i++) {
        const struct kb_term *term = &plan->terms[i];
        const struct kb_disk_word *word =
            term->corrected ? kb_segment_word(s->segments[0], term->groups[0].word) : NULL;
        const char *text = word ? kb_segment_word_text(s->segments[0], word) : NULL;
        if (!text || !g_utf8_validate(text, word->len, NULL))
            continue;
        if (!note)
            note = g_string_new("Searched for ");
        else
            g_string_append(note, ", ");
        g_string_append_len(note, text, word->len);
    }
    if (note)
        s->results->note = g_strdup_printf("%s.", note->str);
}

static size_t find_abbreviation(const void *data, const char *text, size_t len, bool title,
                                struct kb_match *matches)
{
    return title ? kb_abbreviation_find(data, text, len, matches, KB_MATCHES_MAX) : 0;
}

/* This kind, as patterns, knows one reason for a score. */
static void explain_abbreviation(const struct search *s, const struct found *found, GArray *parts)
{
    (void)s;
    kb_parts_add(parts, KB_PART_ABBREVIATION, NULL, found->hit.score);
}

static void search_abbreviation(struct search *s, const char *text)
{
    static const struct teller teller = {find_abbreviation, explain_abbreviation};
    struct kb_abbreviation *abbreviation = kb_abbreviation_new(text);
    struct kb_score_options options = score_options(s);
    size_t total;

    s->results->kind = KB_QUERY_KIND_ABBREVIATION;
    for (size_t i = 0; i < s->segment_count; i++) {
        size_t count =
            kb_abbreviation_search(abbreviation, s->segments[i], &options, s->hits, s->options.limit, &total);
        take(s, i, count, total);
        s->marks[i] = abbreviation;
    }
    weigh_ties(s);
    fill(s, &teller);
    kb_abbreviation_free(abbreviation);
}

/* Do all words of the plan stand in the title as first letters of characters in a row? */
static bool has_initials_in_row(const struct search *s, const struct kb_plan *plan, const struct found *found)
{
    struct kb_han_spelled spelled;
    struct kb_doc doc;

    if (!kb_segment_peek_head(s->segments[found->segment], found->hit.doc, &doc))
        return false;
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct kb_token *token = &plan->terms[i].token;
        if (!plan->terms[i].excluded &&
            !(kb_han_spell(token->text, token->len, false, KB_HAN_CUT_FEWEST, &spelled) &&
              kb_sound_in_row(doc.title, doc.title_len, &spelled)))
            return false;
    }
    return true;
}

/* Few letters, typed as one word, are first letters of Chinese sooner than of anything else. */
static bool is_short(const struct kb_plan *plan)
{
    for (uint32_t i = 0; i < plan->count; i++)
        if (plan->terms[i].token.len > INITIALS_SHORT ||
            strcmp(plan->terms[i].token.text, plan->terms[0].token.text) != 0)
            return false;
    return true;
}

/* What was found may be chance: letters that are no word of any article are the first letters of some
 * Chinese (of "rtn plcy", for one), but they are an abbreviation as well. Where a title has them all in a row
 * it goes first; then come the titles that have the letters in order, then the rest. */
static void fill_by_initials(struct search *s, const char *text)
{
    g_autofree const void **marks = g_memdup2(s->marks, s->segment_count * sizeof *marks);
    GArray *rest = g_array_new(FALSE, FALSE, sizeof(struct found));

    for (guint i = s->found->len; i-- > 0;) {
        struct found found = g_array_index(s->found, struct found, i);
        const struct kb_plan *plan = s->plans[found.segment];
        if (is_short(plan) || has_initials_in_row(s, plan, &found))
            continue;
        g_array_append_val(rest, found);
        g_array_remove_index_fast(s->found, i);
    }
    fill(s, &words_teller);
    size_t in_row = s->results->count;
    if (in_row < s->options.limit)
        search_abbreviation(s, text);
    s->results->kind = KB_QUERY_KIND_WORDS;
    if (s->results->count > in_row)
        s->results->note = g_strdup(NOTE_ABBREVIATION);
    memcpy(s->marks, marks, s->segment_count * sizeof *marks);
    g_array_append_vals(s->found, rest->data, rest->len);
    fill(s, &words_teller);
    g_array_unref(rest);
}

/* Is Chinese by its first letters all that any segment has of the words, where they may be abbreviations? */
static bool is_by_initials(const struct search *s, const struct kb_query *query)
{
    bool found = false;

    if (!query || s->options.mode != KB_MODE_AUTO || query->note)
        return false;
    for (size_t i = 0; i < s->segment_count; i++) {
        if (s->plans[i]->count > 0 && !s->plans[i]->initials)
            return false;
        found |= s->plans[i]->count > 0;
    }
    return found;
}

/* Searches every segment with its own plan of the query, or of `text` where there is none. False where no
 * segment knows any of the words. */
static bool search_plans(struct search *s, const struct kb_query *query, const char *text)
{
    struct kb_score_options options = score_options(s);
    g_autofree struct kb_plan **plans = g_new(struct kb_plan *, s->segment_count);
    bool any = false;
    size_t total;

    s->plans = plans;
    for (size_t i = 0; i < s->segment_count; i++) {
        plans[i] = query ? kb_plan_new(s->segments[i], query)
                         : kb_plan_new_for_text(s->segments[i], text, strlen(text));
        any |= plans[i]->count > 0;
        size_t count = kb_score_plan(s->segments[i], plans[i], &options, s->hits, s->options.limit, &total);
        take(s, i, count, total);
        s->marks[i] = s->options.bare ? NULL : kb_needles_new(s->segments[i], plans[i]);
    }
    if (is_by_initials(s, query))
        fill_by_initials(s, text);
    else
        fill(s, &words_teller);
    if (query && s->results->count > 0)
        note_corrections(s, plans[0]);
    for (size_t i = 0; i < s->segment_count; i++) {
        kb_needles_free((struct kb_needles *)s->marks[i]);
        kb_plan_free(plans[i]);
    }
    s->plans = NULL;
    return any;
}

static void search_words(struct search *s, struct kb_query *query, const char *text)
{
    query->as_spelled = s->options.as_spelled;
    s->results->kind = KB_QUERY_KIND_WORDS;
    s->results->note = g_strdup(query->note);
    if (search_plans(s, query, text) || query->clauses->len == 0 || s->options.mode != KB_MODE_AUTO ||
        query->note)
        return;
    search_abbreviation(s, text);
    if (s->results->count > 0)
        s->results->note = g_strdup(NOTE_ABBREVIATION);
}

static void explain_pattern(const struct search *s, const struct found *found, GArray *parts)
{
    (void)s;
    kb_parts_add(parts, KB_PART_PATTERN, NULL, found->hit.score);
}

static size_t find_pattern(const void *data, const char *text, size_t len, bool title,
                           struct kb_match *matches)
{
    (void)title;
    return kb_pattern_find(data, text, len, matches, KB_MATCHES_MAX);
}

/* False where the text is no pattern (yet): then *as_text says so, for while it is searched as text. */
static bool search_pattern(struct search *s, const struct kb_query *query, const char **as_text,
                           GError **error)
{
    static const struct teller teller = {find_pattern, explain_pattern};
    struct kb_pattern *pattern = kb_pattern_new(query, s->options.cancel, as_text, error);
    struct kb_pattern_options options = {.lang = s->lang, .budget_ms = s->options.budget_ms};
    struct kb_pattern_outcome outcome;

    if (!pattern)
        return false;
    s->results->kind = KB_QUERY_KIND_REGEX;
    for (size_t i = 0; i < s->segment_count; i++) {
        size_t count =
            kb_pattern_search(pattern, s->segments[i], &options, s->hits, s->options.limit, &outcome);
        take(s, i, count, outcome.total);
        s->marks[i] = pattern;
        s->results->incomplete |= outcome.incomplete;
        if (outcome.note && !s->results->note)
            s->results->note = g_strdup(outcome.note);
    }
    /* Of more hits than are given it is the first that are found soonest: those keep their order. */
    if (s->results->total == s->found->len)
        weigh_ties(s);
    fill(s, &teller);
    kb_pattern_free(pattern);
    return true;
}

/* Searches as the query's kind asks; false with an error only where the caller insisted on a pattern that is
 * none. */
static bool run(struct search *s, const char *text, GError **error)
{
    struct kb_query *query = kb_query_new(text, s->options.mode);
    g_autoptr(GError) no_pattern = NULL;
    const char *as_text = NULL;
    bool ok = true;

    s->lang = query->lang[0] ? query->lang : s->options.lang;
    if (query->kind == KB_QUERY_KIND_REGEX && !search_pattern(s, query, &as_text, &no_pattern)) {
        ok = s->options.mode != KB_MODE_REGEX;
        kb_query_free(query);
        query = kb_query_new_as_text(text, as_text);
        s->lang = s->options.lang;
    }
    if (!ok)
        g_propagate_error(error, g_steal_pointer(&no_pattern));
    else if (query->kind == KB_QUERY_KIND_ABBREVIATION)
        search_abbreviation(s, query->pattern);
    else if (query->kind == KB_QUERY_KIND_WORDS)
        search_words(s, query, text);
    kb_query_free(query);
    return ok;
}

struct kb_results *kb_search(struct kb_index *index, const char *text,
                             const struct kb_search_options *options, GError **error)
{
    int64_t started = g_get_monotonic_time();
    struct search s;

    begin(&s, index, options);
    if (run(&s, text, error))
        return end(&s, started, error);
    release(&s);
    kb_results_free(s.results);
    return NULL;
}

struct kb_results *kb_similar(struct kb_index *index, const char *text,
                              const struct kb_search_options *options, GError **error)
{
    int64_t started = g_get_monotonic_time();
    struct search s;

    begin(&s, index, options);
    s.lang = s.options.lang;
    search_plans(&s, NULL, text);
    return end(&s, started, error);
}

void kb_results_free(struct kb_results *results)
{
    if (!results)
        return;
    for (size_t i = 0; i < results->count; i++) {
        struct kb_result *r = &results->results[i];
        g_free(r->id);
        g_free(r->title);
        g_free(r->snippet);
        g_free(r->title_ranges);
        g_free(r->snippet_ranges);
        if (r->parts)
            g_array_unref(r->parts);
    }
    g_free(results->results);
    g_free(results->note);
    g_free(results);
}
