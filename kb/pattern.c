#include "kb/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "kb/candidates.h"
#include "kb/error.h"
#include "kb/literals.h"
#include "kb/parallel.h"
#include "kb/shape.h"

/* Of one match: calls of the matcher, KB of its memory, and of the JIT's stack. A pattern that needs more is
 * a bomb. */
#define MATCH_LIMIT     200000
#define HEAP_LIMIT_KB   8192
#define JIT_STACK_BYTES (512 * 1024)

/* So many documents that could not be decided within the limits end the search. */
#define TOO_HEAVY_MAX 16

/* Fewer documents are not worth a thread of their own. */
#define DOCS_A_SHARE 1000

/* Documents that a thread takes at a time: their heads are small. */
#define HEADS_A_PIECE  1024
#define BODIES_A_PIECE 128

/* With all hits found, the rest are counted for so long: a quarter of a frame. */
#define COUNTING_US 4000

/* Of a longer text only so much is looked at for marking. */
#define FIND_MAX_BYTES (256 * 1024)

#define SCORE_TITLE 3
#define SCORE_TAGS  2

#define NOTE_HEAVY "The pattern is too heavy for some articles, which were left out: make it more exact."
#define NOTE_TIME  "There was no time to look at every article: make the pattern more exact."

/* What one thread needs to match. */
struct matcher {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};

/* A pattern compiled; `jitted` where the machine can run it itself. */
struct code {
    pcre2_code *code;
    bool jitted;
};

struct kb_pattern {
    struct code code;
    struct code bytes; /* the same for texts of ASCII alone, byte by byte, which takes half the time or less;
                          its code is NULL where the pattern needs more than bytes */
    struct kb_literals literals;
    GPtrArray *shapes; /* of struct kb_shape */
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
    return PCRE2_NEVER_BACKSLASH_C | (query->ignore_case ? PCRE2_CASELESS : 0) |
           (query->multi_line ? PCRE2_MULTILINE : 0) | (query->dot_all ? PCRE2_DOTALL : 0) |
           (query->extended ? PCRE2_EXTENDED : 0);
}

static struct code ready(pcre2_code *code)
{
    return (struct code){.code = code, .jitted = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0};
}

/* On ASCII every class, border and case means the same with Unicode's rules and without. What could mean
 * something else is refused: a character of the pattern that is no single byte, UTF asked for inside, and \R,
 * of which PCRE2 10.42 gives nothing back without Unicode's rules ("\R+\s" finds no two newlines). */
static struct code compile_for_bytes(const struct kb_query *query)
{
    int error;
    PCRE2_SIZE at;
    pcre2_code *code = NULL;

    if (g_str_is_ascii(query->pattern) && !strstr(query->pattern, "\\R"))
        code = pcre2_compile((PCRE2_SPTR)query->pattern, PCRE2_ZERO_TERMINATED,
                             flags_of(query) | PCRE2_NEVER_UTF, &error, &at, NULL);
    return code ? ready(code) : (struct code){0};
}

static void init_matcher(struct matcher *m, const pcre2_code *code)
{
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

/* What every match must hold. */
static void plan(struct kb_pattern *p, const struct kb_query *query)
{
    struct kb_syntax *syntax = query->extended ? NULL : kb_syntax_new(query->pattern);

    kb_literals_init(&p->literals, syntax);
    p->shapes = kb_shapes_new(g_str_is_ascii(query->pattern) ? syntax : NULL, p->literals.sets->len > 0);
    kb_syntax_free(syntax);
}

struct kb_pattern *kb_pattern_new(const struct kb_query *query, const char **note, GError **error)
{
    int code;
    PCRE2_SIZE at;
    PCRE2_UCHAR why[160];
    pcre2_code *compiled =
        pcre2_compile((PCRE2_SPTR)query->pattern, PCRE2_ZERO_TERMINATED,
                      flags_of(query) | PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF, &code, &at, NULL);

    if (!compiled) {
        pcre2_get_error_message(code, why, sizeof why);
        *note = note_for(code);
        g_set_error(error, KB_ERROR, KB_ERROR_QUERY, "The pattern cannot be used: %s, at its byte %zu.",
                    (const char *)why, (size_t)at);
        return NULL;
    }
    struct kb_pattern *p = g_new0(struct kb_pattern, 1);
    p->code = ready(compiled);
    p->bytes = compile_for_bytes(query);
    plan(p, query);
    init_matcher(&p->matcher, compiled);
    return p;
}

void kb_pattern_free(struct kb_pattern *p)
{
    if (!p)
        return;
    release_matcher(&p->matcher);
    kb_literals_release(&p->literals);
    g_ptr_array_unref(p->shapes);
    pcre2_code_free(p->code.code);
    pcre2_code_free(p->bytes.code);
    g_free(p);
}

/* The part of a search that one thread does. */
struct share {
    struct matcher matcher;
    struct kb_hit *hits; /* hits[room] */
    size_t count, total;
    unsigned heavy; /* texts that could not be decided */
    bool stopped;   /* given up: cancelled, out of time, or too heavy */
};

/* A search under way. */
struct scan {
    const struct kb_pattern *pattern;
    const struct kb_segment *segment;
    const struct kb_pattern_options *options;
    int64_t deadline, counting; /* when time is up, and when counting is */
    const uint8_t *candidates;  /* NULL: all */
    uint8_t *found;             /* one bit a document, written by the thread that has its piece */
    size_t room;
    bool heads;   /* this pass looks at heads; else at bodies of those not found yet */
    gint certain; /* atomic: hits that no document still to come outranks */
    gint enough;  /* atomic: all hits were found, and not all documents looked at */
    unsigned share_count;
    struct share shares[KB_PARALLEL_MAX];
};

static bool matches(const struct scan *s, struct share *share, const char *text, size_t len, bool ascii)
{
    const struct code *code = ascii && s->pattern->bytes.code ? &s->pattern->bytes : &s->pattern->code;
    const struct matcher *m = &share->matcher;

    for (const char *sign = s->pattern->literals.signs; *sign; sign++)
        if (!memchr(text, *sign, len))
            return false;
    int result = (code->jitted ? pcre2_jit_match : pcre2_match)(code->code, (PCRE2_SPTR)text, len, 0, 0,
                                                                m->data, m->context);

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

static bool has(const struct kb_doc *doc, enum kb_field field)
{
    return doc->ascii >> field & 1;
}

static float head_score(const struct scan *s, struct share *share, const struct kb_doc *doc)
{
    if (matches(s, share, doc->title, doc->title_len, has(doc, KB_FIELD_TITLE)))
        return SCORE_TITLE;
    return doc->tags_len > 0 && matches(s, share, doc->tags, doc->tags_len, has(doc, KB_FIELD_TAGS))
               ? SCORE_TAGS
               : 0;
}

static float score(const struct scan *s, struct share *share, uint32_t i)
{
    struct kb_doc doc;

    if (!(s->heads ? kb_segment_peek_head : kb_segment_peek)(s->segment, i, &doc) ||
        !kb_lang_matches(doc.lang, s->options->lang))
        return 0;
    if (s->heads)
        return head_score(s, share, &doc);
    return go_on(s, share, i, doc.body_len) &&
           matches(s, share, doc.body, doc.body_len, has(&doc, KB_FIELD_BODY));
}

/* One piece of a pass. Pieces are begun in order and ended once begun, so the hits among them are the first
 * of all; when they fill the room, nothing that follows can take their place. */
static bool search_piece(void *data, uint32_t first, uint32_t end, unsigned number)
{
    struct scan *s = data;
    struct share *share = &s->shares[number];

    if ((size_t)g_atomic_int_get(&s->certain) >= s->room && g_get_monotonic_time() > s->counting) {
        g_atomic_int_set(&s->enough, 1);
        return false;
    }
    for (uint32_t i = first; i < end; i++) {
        if (s->candidates)
            i = kb_candidates_next(s->candidates, i, end);
        if (i == end || !go_on(s, share, i, 0))
            break;
        float worth = s->found[i / 8] >> (i % 8) & 1 ? 0 : score(s, share, i);
        if (worth <= 0)
            continue;
        s->found[i / 8] |= (uint8_t)(1 << (i % 8));
        if (!s->heads || worth == SCORE_TITLE)
            g_atomic_int_inc(&s->certain);
        share->total++;
        kb_hits_keep(share->hits, &share->count, s->room, (struct kb_hit){.doc = i, .score = worth});
    }
    return !share->stopped;
}

static bool is_over(const struct scan *s)
{
    bool over = s->enough;

    for (unsigned i = 0; i < s->share_count; i++)
        over |= s->shares[i].stopped;
    return over;
}

static void search_shares(struct scan *s)
{
    struct kb_pass pass = {.count = kb_segment_count(s->segment),
                           .piece = HEADS_A_PIECE,
                           .shares = s->share_count,
                           .work = search_piece,
                           .data = s};
    size_t certain = 0;

    s->heads = true;
    kb_parallel(&pass);
    if (is_over(s))
        return;
    for (unsigned i = 0; i < s->share_count; i++)
        certain += s->shares[i].total;
    s->certain = (gint)certain;
    s->heads = false;
    pass.piece = BODIES_A_PIECE;
    kb_parallel(&pass);
}

/* Puts what the shares found together in hits[room], and frees them. */
static size_t gather(struct scan *s, struct kb_hit *hits, struct kb_pattern_outcome *outcome)
{
    unsigned heavy = 0;
    size_t count = 0;

    *outcome = (struct kb_pattern_outcome){.incomplete = is_over(s)};
    for (unsigned i = 0; i < s->share_count; i++) {
        struct share *share = &s->shares[i];
        for (size_t k = 0; k < share->count; k++)
            kb_hits_keep(hits, &count, s->room, share->hits[k]);
        outcome->total += share->total;
        heavy += share->heavy;
        if (share->stopped)
            outcome->note = NOTE_TIME;
        g_free(share->hits);
        release_matcher(&share->matcher);
    }
    if (heavy > 0) {
        outcome->incomplete = true;
        outcome->note = NOTE_HEAVY;
    }
    kb_hits_sort(hits, count);
    return count;
}

size_t kb_pattern_search(const struct kb_pattern *pattern, const struct kb_segment *segment,
                         const struct kb_pattern_options *options, struct kb_hit *hits, size_t room,
                         struct kb_pattern_outcome *outcome)
{
    uint32_t count;
    int64_t now = g_get_monotonic_time();
    g_autofree uint8_t *found = g_malloc0(kb_segment_count(segment) / 8 + 1);
    g_autofree uint8_t *candidates =
        kb_candidates_new(segment, &pattern->literals, pattern->shapes, options->cancel, &count);
    struct scan s = {.pattern = pattern,
                     .segment = segment,
                     .options = options,
                     .deadline = now + (int64_t)options->budget_ms * 1000,
                     .counting = now + COUNTING_US,
                     .candidates = candidates,
                     .found = found,
                     .room = room,
                     .share_count = kb_parallel_shares(count, DOCS_A_SHARE)};

    for (unsigned i = 0; i < s.share_count; i++) {
        init_matcher(&s.shares[i].matcher, pattern->code.code);
        s.shares[i].hits = g_new(struct kb_hit, room);
    }
    search_shares(&s);
    return gather(&s, hits, outcome);
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
           pcre2_match(p->code.code, (PCRE2_SPTR)text, len, at, 0, p->matcher.data, p->matcher.context) >=
               0) {
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
