#include "kb/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "kb/candidates.h"
#include "kb/error.h"
#include "kb/literals.h"
#include "kb/parallel.h"

/* Of one match: calls of the matcher, KB of its memory, and of the JIT's stack. A pattern that needs more is
 * a bomb. */
#define MATCH_LIMIT     200000
#define HEAP_LIMIT_KB   8192
#define JIT_STACK_BYTES (512 * 1024)

/* So many documents that could not be decided within the limits end the search. */
#define TOO_HEAVY_MAX 16

/* Fewer documents are not worth a thread of their own. */
#define DOCS_A_SHARE 1000

/* Of a longer text only so much is looked at for marking. */
#define FIND_MAX_BYTES (256 * 1024)

#define NOTE_HEAVY "The pattern is too heavy for some articles, which were left out: make it more exact."
#define NOTE_TIME  "There was no time to look at every article: make the pattern more exact."

/* What one thread needs to match. */
struct matcher {
    const pcre2_code *code; /* the pattern's */
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};

struct kb_pattern {
    pcre2_code *code;
    struct kb_literals literals;
    struct matcher matcher;
};

struct unfinished {
    int code;
    const char *note;
};

/* What PCRE2 says of patterns that somebody is still typing. */
static const struct unfinished unfinished[] = {
    {PCRE2_ERROR_MISSING_SQUARE_BRACKET, "The bracket is not closed yet: searched as text."},
    {PCRE2_ERROR_MISSING_CLOSING_PARENTHESIS, "The bracket is not closed yet: searched as text."},
    {PCRE2_ERROR_UNMATCHED_CLOSING_PARENTHESIS, "A closing bracket has no opening one: searched as text."},
    {PCRE2_ERROR_END_BACKSLASH, "The pattern ends in a lone backslash: searched as text."},
    {PCRE2_ERROR_QUANTIFIER_INVALID, "A repetition has nothing to repeat: searched as text."},
};

static const char *note_for(int code)
{
    for (size_t i = 0; i < G_N_ELEMENTS(unfinished); i++)
        if (unfinished[i].code == code)
            return unfinished[i].note;
    return "This is not a pattern yet: searched as text.";
}

static uint32_t flags_of(const struct kb_query *query)
{
    return PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C |
           (query->ignore_case ? PCRE2_CASELESS : 0) | (query->multi_line ? PCRE2_MULTILINE : 0) |
           (query->dot_all ? PCRE2_DOTALL : 0) | (query->extended ? PCRE2_EXTENDED : 0);
}

static void init_matcher(struct matcher *m, const pcre2_code *code)
{
    m->code = code;
    m->data = pcre2_match_data_create_from_pattern(code, NULL);
    m->context = pcre2_match_context_create(NULL);
    m->stack = pcre2_jit_stack_create(32 * 1024, JIT_STACK_BYTES, NULL);
    pcre2_set_match_limit(m->context, MATCH_LIMIT);
    pcre2_set_heap_limit(m->context, HEAP_LIMIT_KB);
    pcre2_jit_stack_assign(m->context, NULL, m->stack);
}

static void release_matcher(struct matcher *m)
{
    pcre2_match_data_free(m->data);
    pcre2_match_context_free(m->context);
    pcre2_jit_stack_free(m->stack);
}

struct kb_pattern *kb_pattern_new(const struct kb_query *query, const char **note, GError **error)
{
    int code;
    PCRE2_SIZE at;
    PCRE2_UCHAR why[160];
    pcre2_code *compiled =
        pcre2_compile((PCRE2_SPTR)query->pattern, PCRE2_ZERO_TERMINATED, flags_of(query), &code, &at, NULL);

    if (!compiled) {
        pcre2_get_error_message(code, why, sizeof why);
        *note = note_for(code);
        g_set_error(error, KB_ERROR, KB_ERROR_QUERY, "The pattern cannot be used: %s, at its byte %zu.",
                    (const char *)why, (size_t)at);
        return NULL;
    }
    struct kb_pattern *p = g_new0(struct kb_pattern, 1);
    p->code = compiled;
    kb_literals_init(&p->literals, query->pattern, query->extended);
    pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);
    init_matcher(&p->matcher, compiled);
    return p;
}

void kb_pattern_free(struct kb_pattern *p)
{
    if (!p)
        return;
    release_matcher(&p->matcher);
    kb_literals_release(&p->literals);
    pcre2_code_free(p->code);
    g_free(p);
}

/* The part of a search that one thread does. */
struct share {
    struct matcher *matcher;
    const char *signs;   /* that every match holds */
    struct kb_hit *hits; /* hits[room] */
    size_t count, total;
    unsigned heavy; /* texts that could not be decided */
    bool stopped;
};

/* A search under way. */
struct scan {
    const struct kb_segment *segment;
    const struct kb_pattern_options *options;
    int64_t deadline;
    const uint8_t *candidates; /* NULL: all */
    uint8_t *found;            /* one bit a document */
    size_t room;
    struct share shares[KB_PARALLEL_MAX];
};

static bool matches(struct share *share, const char *text, size_t len)
{
    const struct matcher *m = share->matcher;
    int result;

    for (const char *sign = share->signs; *sign; sign++)
        if (!memchr(text, *sign, len))
            return false;
    result = pcre2_match(m->code, (PCRE2_SPTR)text, len, 0, 0, m->data, m->context);

    if (result < 0 && result != PCRE2_ERROR_NOMATCH && ++share->heavy >= TOO_HEAVY_MAX)
        share->stopped = true;
    return result >= 0;
}

/* Time and the cancel flag are looked at before every 16th document, and before each one that is large. */
static bool go_on(const struct scan *s, struct share *share, uint32_t doc, size_t len)
{
    if (s->options->cancel && g_atomic_int_get(s->options->cancel) != 0)
        share->stopped = true;
    if ((doc % 16 == 0 || len > 65536 || share->heavy > 0) && g_get_monotonic_time() > s->deadline)
        share->stopped = true;
    return !share->stopped;
}

static float head_score(struct share *share, const struct kb_doc *doc)
{
    if (matches(share, doc->title, doc->title_len))
        return 3;
    return doc->tags_len > 0 && matches(share, doc->tags, doc->tags_len) ? 2 : 0;
}

/* One pass over documents [first, end): their heads, or, of those not found yet, their bodies. */
static void pass(struct scan *s, struct share *share, bool heads, uint32_t first, uint32_t end)
{
    struct kb_doc doc;

    for (uint32_t i = first; i < end; i++) {
        if (!go_on(s, share, i, 0))
            return;
        if ((s->candidates && !kb_candidates_have(s->candidates, i)) ||
            (!heads && (s->found[i / 8] >> (i % 8) & 1)) ||
            !(heads ? kb_segment_peek_head : kb_segment_peek)(s->segment, i, &doc) ||
            !kb_lang_matches(doc.lang, s->options->lang))
            continue;
        if (!heads && !go_on(s, share, i, doc.body_len))
            return;
        float score = heads ? head_score(share, &doc) : (float)matches(share, doc.body, doc.body_len);
        if (score <= 0)
            continue;
        s->found[i / 8] |= (uint8_t)(1 << (i % 8));
        share->total++;
        kb_hits_keep(share->hits, &share->count, s->room, (struct kb_hit){.doc = i, .score = score});
    }
}

static void search_share(void *data, uint32_t first, uint32_t end, unsigned number)
{
    struct scan *s = data;

    pass(s, &s->shares[number], true, first, end);
    if (!s->shares[number].stopped)
        pass(s, &s->shares[number], false, first, end);
}

/* Divides the documents, searches, and puts what the shares found together in shares[0]. */
static void search_shares(struct scan *s, struct kb_pattern *pattern, unsigned shares)
{
    struct matcher matchers[KB_PARALLEL_MAX];
    struct share *all = &s->shares[0];

    for (unsigned i = 1; i < shares; i++) {
        init_matcher(&matchers[i], pattern->code);
        s->shares[i] = (struct share){
            .matcher = &matchers[i], .signs = pattern->literals.signs, .hits = g_new(struct kb_hit, s->room)};
    }
    kb_parallel(kb_segment_count(s->segment), shares, search_share, s);
    for (unsigned i = 1; i < shares; i++) {
        struct share *share = &s->shares[i];
        for (size_t k = 0; k < share->count; k++)
            kb_hits_keep(all->hits, &all->count, s->room, share->hits[k]);
        all->total += share->total;
        all->heavy += share->heavy;
        all->stopped |= share->stopped;
        g_free(share->hits);
        release_matcher(&matchers[i]);
    }
    kb_hits_sort(all->hits, all->count);
}

size_t kb_pattern_search(struct kb_pattern *pattern, const struct kb_segment *segment,
                         const struct kb_pattern_options *options, struct kb_hit *hits, size_t room,
                         struct kb_pattern_outcome *outcome)
{
    g_autofree uint8_t *found = g_malloc0(kb_segment_count(segment) / 8 + 1);
    g_autofree uint8_t *candidates = kb_candidates_new(segment, &pattern->literals);
    struct scan s = {
        .segment = segment,
        .options = options,
        .deadline = g_get_monotonic_time() + (int64_t)options->budget_ms * 1000,
        .candidates = candidates,
        .found = found,
        .room = room,
        .shares = {{.matcher = &pattern->matcher, .signs = pattern->literals.signs, .hits = hits}}};
    const struct share *all = &s.shares[0];

    search_shares(&s, pattern, candidates ? 1 : kb_parallel_shares(kb_segment_count(segment), DOCS_A_SHARE));
    *outcome = (struct kb_pattern_outcome){.total = all->total, .incomplete = all->stopped || all->heavy > 0};
    if (all->heavy > 0)
        outcome->note = NOTE_HEAVY;
    else if (all->stopped)
        outcome->note = NOTE_TIME;
    return all->count;
}

size_t kb_pattern_find(const struct kb_pattern *p, const char *text, size_t len, struct kb_match *matches_out,
                       size_t room)
{
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(p->matcher.data);
    size_t at = 0, count = 0;

    len = MIN(len, FIND_MAX_BYTES);
    while (len > 0 && ((uint8_t)text[len] & 0xC0) == 0x80)
        len--;
    while (count < room && at <= len &&
           pcre2_match(p->code, (PCRE2_SPTR)text, len, at, 0, p->matcher.data, p->matcher.context) >= 0) {
        if (ends[1] > ends[0])
            matches_out[count++] =
                (struct kb_match){.start = (uint32_t)ends[0], .end = (uint32_t)ends[1], .worth = 1};
        /* \K may put the beginning behind the end; the next search goes on behind both, a character further.
         */
        size_t next = MAX(ends[0], ends[1]);
        if (next == at || ends[1] <= ends[0])
            do
                next++;
            while (next < len && ((uint8_t)text[next] & 0xC0) == 0x80);
        at = next;
    }
    return count;
}
