#include "kb/pattern.h"

#include <string.h>

#include "kb/candidates.h"
#include "kb/literals.h"
#include "kb/matcher.h"
#include "kb/parallel.h"
#include "kb/shape.h"

/* So many documents that could not be decided within the limits end the search. */
#define TOO_HEAVY_MAX 16

/* Fewer texts are not worth a thread of their own. */
#define TEXTS_A_SHARE 500

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

struct kb_pattern {
    struct kb_matcher *matcher;
    struct kb_literals literals;
    GPtrArray *shapes;            /* of struct kb_shape */
    struct kb_matcher *words;     /* as in kb/candidates.h */
    const gint *cancel;           /* as in kb/score.h */
    struct kb_matching *matching; /* owned, for marking */
};

/* Can a text match, and the same in small letters, asked without regard to case, not? There "[^A-Z]" matches
 * no letter, and what gives nothing back ("b*+B") or must not follow takes in more. */
static bool is_lost_in_small_letters(const char *pattern)
{
    static const char *const parts[] = {"[^", "[:^", "*+", "++", "?+", "}+", "(?>", "(?!", "(?<!"};

    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        if (strstr(pattern, parts[i]))
            return true;
    return false;
}

/* What every match must hold. */
static void plan(struct kb_pattern *p, const struct kb_query *query)
{
    const char *note;
    struct kb_syntax *syntax = query->extended ? NULL : kb_syntax_new(query->pattern);

    kb_literals_init(&p->literals, syntax);
    p->shapes = kb_shapes_new(g_str_is_ascii(query->pattern) ? syntax : NULL, p->literals.sets->len > 0);
    if (kb_shape_is_pattern_of_word(syntax) && !is_lost_in_small_letters(query->pattern)) {
        struct kb_query folded = *query;
        folded.ignore_case = true;
        p->words = kb_matcher_new(&folded, &note, NULL);
    }
    kb_syntax_free(syntax);
}

static bool is_given_up(const struct kb_pattern *p)
{
    return p->cancel && g_atomic_int_get(p->cancel) != 0;
}

static bool go_on_marking(void *data)
{
    return !is_given_up(data);
}

struct kb_pattern *kb_pattern_new(const struct kb_query *query, const gint *cancel, const char **note,
                                  GError **error)
{
    struct kb_matcher *matcher = kb_matcher_new(query, note, error);

    if (!matcher)
        return NULL;
    struct kb_pattern *p = g_new0(struct kb_pattern, 1);
    p->matcher = matcher;
    p->cancel = cancel;
    plan(p, query);
    p->matching = g_new(struct kb_matching, 1);
    kb_matching_init(p->matching, matcher, go_on_marking, p);
    return p;
}

void kb_pattern_free(struct kb_pattern *p)
{
    if (!p)
        return;
    kb_matching_release(p->matching);
    g_free(p->matching);
    kb_matcher_free(p->matcher);
    kb_matcher_free(p->words);
    kb_literals_release(&p->literals);
    g_ptr_array_unref(p->shapes);
    g_free(p);
}

/* The part of a search that one thread does. */
struct share {
    const struct scan *scan;
    struct kb_matching matching;
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
    const struct kb_candidates *candidates;
    uint64_t *found; /* one bit a document, written by the thread that has its piece */
    size_t room;
    bool heads;   /* this pass looks at heads; else at bodies of those not found yet */
    gint certain; /* atomic: hits that no document still to come outranks */
    gint enough;  /* atomic: all hits were found, and not all documents looked at */
    unsigned share_count;
    struct share shares[KB_PARALLEL_MAX];
};

static bool is_time_up(const struct scan *s)
{
    return g_get_monotonic_time() > s->deadline;
}

/* Is asked inside long texts, too. */
static bool go_on_inside(void *data)
{
    struct share *share = data;

    share->stopped |= is_given_up(share->scan->pattern) || is_time_up(share->scan);
    return !share->stopped;
}

/* Time is looked at before every 16th document; where documents take long, inside them. */
static bool go_on(struct share *share, uint32_t doc)
{
    share->stopped |= is_given_up(share->scan->pattern);
    if (doc % 16 == 0 || share->heavy > 0)
        share->stopped |= is_time_up(share->scan);
    return !share->stopped;
}

static bool matches(const struct scan *s, struct share *share, const char *text, size_t len, bool ascii)
{
    for (const char *sign = s->pattern->literals.signs; *sign; sign++)
        if (!memchr(text, *sign, len))
            return false;
    enum kb_matched matched = kb_matching_find(&share->matching, text, len, 0, ascii);

    if (matched == KB_TOO_HEAVY && ++share->heavy >= TOO_HEAVY_MAX)
        share->stopped = true;
    return matched == KB_MATCHED;
}

static bool has(const struct kb_doc *doc, enum kb_field field)
{
    return doc->ascii >> field & 1;
}

static float head_score(const struct scan *s, struct share *share, const struct kb_doc *doc)
{
    if (kb_candidates_has(s->candidates, KB_FIELD_TITLE, doc->ordinal) &&
        matches(s, share, doc->title, doc->title_len, has(doc, KB_FIELD_TITLE)))
        return SCORE_TITLE;
    return doc->tags_len > 0 && kb_candidates_has(s->candidates, KB_FIELD_TAGS, doc->ordinal) &&
                   matches(s, share, doc->tags, doc->tags_len, has(doc, KB_FIELD_TAGS))
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
    return matches(s, share, doc.body, doc.body_len, has(&doc, KB_FIELD_BODY));
}

/* The documents of a block of 64, one bit each, that this pass looks at. */
static uint64_t block_of(const struct scan *s, uint32_t block)
{
    uint64_t *const *fields = s->candidates->fields;
    uint64_t wanted = s->heads ? fields[KB_FIELD_TITLE][block] | fields[KB_FIELD_TAGS][block]
                               : fields[KB_FIELD_BODY][block];

    return wanted & ~s->found[block];
}

static void search_block(struct scan *s, struct share *share, uint32_t block)
{
    for (uint64_t left = block_of(s, block); left != 0; left &= left - 1) {
        uint32_t doc = block * 64 + (uint32_t)__builtin_ctzll(left);
        if (!go_on(share, doc))
            return;
        float worth = score(s, share, doc);
        if (worth <= 0)
            continue;
        s->found[block] |= left & -left;
        if (!s->heads || worth == SCORE_TITLE)
            g_atomic_int_inc(&s->certain);
        share->total++;
        kb_hits_keep(share->hits, &share->count, s->room, (struct kb_hit){.doc = doc, .score = worth});
    }
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
    for (uint32_t block = first / 64; block <= (end - 1) / 64 && !share->stopped; block++)
        search_block(s, share, block);
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
        kb_matching_release(&share->matching);
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
    int64_t now = g_get_monotonic_time();
    const struct kb_clues clues = {.literals = &pattern->literals,
                                   .shapes = pattern->shapes,
                                   .words = pattern->words,
                                   .cancel = pattern->cancel};
    g_autofree uint64_t *found = g_new0(uint64_t, kb_segment_count(segment) / 64 + 1);
    struct kb_candidates candidates;

    kb_candidates_init(&candidates, segment, &clues);
    struct scan s = {.pattern = pattern,
                     .segment = segment,
                     .options = options,
                     .deadline = now + (int64_t)options->budget_ms * 1000,
                     .counting = now + COUNTING_US,
                     .candidates = &candidates,
                     .found = found,
                     .room = room,
                     .share_count = kb_parallel_shares(candidates.count, TEXTS_A_SHARE)};

    for (unsigned i = 0; i < s.share_count; i++) {
        s.shares[i].scan = &s;
        kb_matching_init(&s.shares[i].matching, pattern->matcher, go_on_inside, &s.shares[i]);
        s.shares[i].hits = g_new(struct kb_hit, room);
    }
    search_shares(&s);
    kb_candidates_release(&candidates);
    return gather(&s, hits, outcome);
}

size_t kb_pattern_find(const struct kb_pattern *p, const char *text, size_t len, struct kb_match *matches_out,
                       size_t room)
{
    size_t at = 0, count = 0, start, end;

    len = MIN(len, FIND_MAX_BYTES);
    while (len > 0 && ((uint8_t)text[len] & 0xC0) == 0x80)
        len--;
    while (count < room && at <= len && kb_matching_find(p->matching, text, len, at, false) == KB_MATCHED) {
        kb_matching_range(p->matching, &start, &end);
        if (end > start)
            matches_out[count++] =
                (struct kb_match){.start = (uint32_t)start, .end = (uint32_t)end, .worth = 1};
        /* \K may put the beginning behind the end; the next search goes on behind both, a character further.
         */
        size_t next = MAX(start, end);
        if (next == at || end <= start)
            do
                next++;
            while (next < len && ((uint8_t)text[next] & 0xC0) == 0x80);
        at = next;
    }
    return count;
}
