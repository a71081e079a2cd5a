#include "kb/search.h"

#include <string.h>

#include "kb/abbreviation.h"
#include "kb/error.h"
#include "kb/pattern.h"
#include "kb/plan.h"
#include "kb/score.h"

#define LIMIT_DEFAULT         10
#define SNIPPET_CHARS_DEFAULT 160
#define BUDGET_MS_DEFAULT     250

/* One search under way. */
struct search {
    struct kb_index *index;
    struct kb_search_options options; /* with the defaults filled in */
    struct kb_results *results;
    struct kb_hit *hits; /* hits[options.limit] */
    struct kb_match matches[KB_MATCHES_MAX];
};

/* Finds the matches of one text, for marking; `data` is the search's own. */
typedef size_t (*find_matches)(const void *data, const char *text, size_t len, bool title,
                               struct kb_match *matches);

static void begin(struct search *s, struct kb_index *index, const struct kb_search_options *options)
{
    s->index = index;
    s->options = options ? *options : (struct kb_search_options){0};
    if (s->options.limit == 0)
        s->options.limit = LIMIT_DEFAULT;
    s->options.limit = MIN(s->options.limit, KB_SEARCH_LIMIT_MAX);
    if (s->options.snippet_chars == 0)
        s->options.snippet_chars = SNIPPET_CHARS_DEFAULT;
    if (s->options.budget_ms <= 0)
        s->options.budget_ms = BUDGET_MS_DEFAULT;
    s->results = g_new0(struct kb_results, 1);
    s->results->results = g_new0(struct kb_result, s->options.limit);
    s->hits = g_new(struct kb_hit, s->options.limit);
}

static void fill_marks(struct search *s, struct kb_result *result, const struct kb_doc *doc,
                       find_matches find, const void *data)
{
    size_t count = find(data, doc->title, doc->title_len, true, s->matches);

    result->title_ranges =
        kb_ranges_new(doc->title, doc->title_len, s->matches, count, &result->title_range_count);
    count = find(data, doc->body, doc->body_len, false, s->matches);
    result->snippet = kb_snippet_new(doc->body, doc->body_len, s->matches, count, s->options.snippet_chars,
                                     &result->snippet_ranges, &result->snippet_range_count);
}

/* The hits become results; one whose document is damaged is left out. */
static void fill(struct search *s, size_t count, find_matches find, const void *data)
{
    struct kb_doc doc;

    for (size_t i = 0; i < count; i++) {
        if (!kb_index_doc(s->index, s->hits[i].doc, &doc))
            continue;
        struct kb_result *result = &s->results->results[s->results->count++];
        *result = (struct kb_result){.ordinal = doc.ordinal,
                                     .score = s->hits[i].score,
                                     .id = g_strdup(doc.id),
                                     .title = g_strdup(doc.title)};
        if (!s->options.bare)
            fill_marks(s, result, &doc, find, data);
    }
}

static struct kb_results *end(struct search *s, int64_t started, GError **error)
{
    struct kb_results *results = g_steal_pointer(&s->results);

    g_clear_pointer(&s->hits, g_free);
    if (s->options.cancel && g_atomic_int_get(s->options.cancel) != 0) {
        kb_results_free(results);
        g_set_error(error, KB_ERROR, KB_ERROR_CANCELLED, "The search was given up for a newer one.");
        return NULL;
    }
    results->took_us = g_get_monotonic_time() - started;
    return results;
}

static size_t find_words(const void *data, const char *text, size_t len, bool title, struct kb_match *matches)
{
    return kb_needles_find(data, text, len, title, matches, KB_MATCHES_MAX);
}

static void note_corrections(struct search *s, const struct kb_plan *plan)
{
    g_autoptr(GString) note = NULL;

    for (uint32_t i = 0; i < plan->count && !s->results->note; i++) {
        const struct kb_term *term = &plan->terms[i];
        const struct kb_disk_word *word =
            term->corrected ? kb_index_word(s->index, term->groups[0].word) : NULL;
        const char *text = word ? kb_index_word_text(s->index, word) : NULL;
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

static void search_plan(struct search *s, const struct kb_plan *plan, const char *lang)
{
    struct kb_score_options options = {.cancel = s->options.cancel, .lang = lang};
    size_t count = kb_score_plan(s->index, plan, &options, s->hits, s->options.limit, &s->results->total);
    struct kb_needles *needles = kb_needles_new(s->index, plan);

    fill(s, count, find_words, needles);
    kb_needles_free(needles);
}

static size_t find_abbreviation(const void *data, const char *text, size_t len, bool title,
                                struct kb_match *matches)
{
    return title ? kb_abbreviation_find(data, text, len, matches, KB_MATCHES_MAX) : 0;
}

static void search_abbreviation(struct search *s, const char *text, const char *lang)
{
    struct kb_abbreviation *abbreviation = kb_abbreviation_new(text);
    struct kb_score_options options = {.cancel = s->options.cancel, .lang = lang};
    size_t count = kb_abbreviation_search(abbreviation, s->index, &options, s->hits, s->options.limit,
                                          &s->results->total);

    s->results->kind = KB_QUERY_KIND_ABBREVIATION;
    fill(s, count, find_abbreviation, abbreviation);
    kb_abbreviation_free(abbreviation);
}

static const char *lang_of(const struct search *s, const struct kb_query *query)
{
    return query->lang[0] ? query->lang : s->options.lang;
}

static void search_words(struct search *s, const struct kb_query *query, const char *text)
{
    struct kb_plan *plan = kb_plan_new(s->index, query);

    s->results->kind = KB_QUERY_KIND_WORDS;
    s->results->note = g_strdup(query->note);
    search_plan(s, plan, lang_of(s, query));
    bool nothing = s->results->count == 0 && plan->count == 0 && query->clauses->len > 0;
    if (s->results->count > 0)
        note_corrections(s, plan);
    kb_plan_free(plan);
    if (!nothing || s->options.mode != KB_MODE_AUTO || query->note)
        return;
    search_abbreviation(s, text, lang_of(s, query));
    if (s->results->count > 0)
        s->results->note = g_strdup("No article has this word: titles with these letters in order.");
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
    struct kb_pattern *pattern = kb_pattern_new(query, as_text, error);
    struct kb_pattern_options options = {
        .cancel = s->options.cancel, .lang = lang_of(s, query), .budget_ms = s->options.budget_ms};
    struct kb_pattern_outcome outcome;

    if (!pattern)
        return false;
    s->results->kind = KB_QUERY_KIND_REGEX;
    size_t count = kb_pattern_search(pattern, s->index, &options, s->hits, s->options.limit, &outcome);
    s->results->total = outcome.total;
    s->results->incomplete = outcome.incomplete;
    s->results->note = g_strdup(outcome.note);
    fill(s, count, find_pattern, pattern);
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

    if (query->kind == KB_QUERY_KIND_REGEX && !search_pattern(s, query, &as_text, &no_pattern)) {
        ok = s->options.mode != KB_MODE_REGEX;
        kb_query_free(query);
        query = kb_query_new_as_text(text, as_text);
    }
    if (!ok)
        g_propagate_error(error, g_steal_pointer(&no_pattern));
    else if (query->kind == KB_QUERY_KIND_ABBREVIATION)
        search_abbreviation(s, query->pattern, lang_of(s, query));
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
    g_free(s.hits);
    kb_results_free(s.results);
    return NULL;
}

struct kb_results *kb_similar(struct kb_index *index, const char *text,
                              const struct kb_search_options *options, GError **error)
{
    int64_t started = g_get_monotonic_time();
    struct search s;

    begin(&s, index, options);
    struct kb_plan *plan = kb_plan_new_for_text(index, text, strlen(text));
    search_plan(&s, plan, s.options.lang);
    kb_plan_free(plan);
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
    }
    g_free(results->results);
    g_free(results->note);
    g_free(results);
}
