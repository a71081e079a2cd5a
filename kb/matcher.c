#include "kb/matcher.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "kb/error.h"

/* KB of memory of one step, and of the JIT's stack. A pattern that needs more is a bomb. */
#define HEAP_LIMIT_KB   8192
#define JIT_STACK_BYTES (512 * 1024)

/* How far a step sees at first, and how many times further where that is not enough. */
#define REACH_LEAST 4096
#define REACH_TIMES 4

/* Longer texts are not matched at once. */
#define AT_ONCE_BYTES (64 * 1024)

/* Bytes that one step may come to read, from all of its places together: at 1 ns each, and 4 with Unicode's
 * rules. */
#define BYTES_A_STEP         (4 * 1024 * 1024)
#define BYTES_A_STEP_UNICODE (1024 * 1024)

/* Places that one step goes over, and what may be tried from each, at up to 7 ns a try. The first is enough
 * for nearly every pattern: where one place takes so many tries, its neighbours take fewer. */
static const struct pace {
    size_t places;
    uint32_t tries;
} paces[] = {{1024, 600}, {16, 25000}, {1, KB_MATCHER_TRIES}};

/* A pattern compiled; `jitted` where the machine can run it itself. */
struct code {
    pcre2_code *code;
    bool jitted;
};

struct kb_matcher {
    struct code code;
    struct code bytes; /* the same for texts of ASCII alone, byte by byte, which takes half the time or less;
                          its code is NULL where the pattern needs more than bytes */
    bool at_once;      /* it cannot be matched in steps */
    bool anchored;     /* it matches at the first place or at none */
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
    return PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT | (query->ignore_case ? PCRE2_CASELESS : 0) |
           (query->multi_line ? PCRE2_MULTILINE : 0) | (query->dot_all ? PCRE2_DOTALL : 0) |
           (query->extended ? PCRE2_EXTENDED : 0);
}

static struct code ready(pcre2_code *code)
{
    return (struct code){.code = code,
                         .jitted = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE | PCRE2_JIT_PARTIAL_HARD) == 0};
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

struct kb_matcher *kb_matcher_new(const struct kb_query *query, const char **note, GError **error)
{
    int code;
    PCRE2_SIZE at;
    PCRE2_UCHAR why[160];
    uint32_t options;
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
    struct kb_matcher *m = g_new0(struct kb_matcher, 1);
    m->code = ready(compiled);
    m->bytes = compile_for_bytes(query);
    pcre2_pattern_info(compiled, PCRE2_INFO_ALLOPTIONS, &options);
    m->anchored = options & PCRE2_ANCHORED;
    m->at_once = strstr(query->pattern, "\\G") || strstr(query->pattern, "(*");
    return m;
}

void kb_matcher_free(struct kb_matcher *m)
{
    if (!m)
        return;
    pcre2_code_free(m->code.code);
    pcre2_code_free(m->bytes.code);
    g_free(m);
}

void kb_matching_init(struct kb_matching *matching, const struct kb_matcher *matcher,
                      bool (*go_on)(void *data), void *data)
{
    *matching = (struct kb_matching){.matcher = matcher, .go_on = go_on, .data = data};
    matching->pcre2_data = pcre2_match_data_create_from_pattern(matcher->code.code, NULL);
    matching->pcre2_context = pcre2_match_context_create(NULL);
    matching->pcre2_stack = pcre2_jit_stack_create(32 * 1024, JIT_STACK_BYTES, NULL);
    pcre2_set_heap_limit(matching->pcre2_context, HEAP_LIMIT_KB);
    pcre2_jit_stack_assign(matching->pcre2_context, NULL, matching->pcre2_stack);
}

void kb_matching_release(struct kb_matching *matching)
{
    pcre2_match_data_free(matching->pcre2_data);
    pcre2_match_context_free(matching->pcre2_context);
    pcre2_jit_stack_free(matching->pcre2_stack);
    *matching = (struct kb_matching){0};
}

/* A text being matched: the places before `at` are decided. */
struct walk {
    const struct code *code;
    const char *text;
    size_t len, at, reach;
    size_t bytes_a_step;
    unsigned pace;
};

static bool is_inside(const struct walk *w, size_t at)
{
    return at < w->len && ((uint8_t)w->text[at] & 0xC0) == 0x80;
}

/* The last place of the next step. From the places of a short text one can read no further than to its end,
 * on the average half as far. */
static size_t last_place(const struct walk *w)
{
    size_t places = MIN(paces[w->pace].places, MAX(w->bytes_a_step / w->reach, 1)), rest = w->len - w->at;

    if (w->pace == 0 && rest * rest <= 2 * w->bytes_a_step)
        return w->len;
    return MIN(w->at + places - 1, w->len);
}

/* What of the text the next step sees: whole characters. */
static size_t seen(const struct walk *w)
{
    size_t end = w->len - w->at > w->reach ? w->at + w->reach : w->len;

    while (end > w->at && is_inside(w, end))
        end--;
    return end;
}

static int step(const struct kb_matching *matching, const struct walk *w, size_t last)
{
    size_t end = seen(w);
    uint32_t options = end < w->len ? PCRE2_PARTIAL_HARD : 0;

    pcre2_set_match_limit(matching->pcre2_context, paces[w->pace].tries);
    pcre2_set_offset_limit(matching->pcre2_context, last);
    return (w->code->jitted ? pcre2_jit_match : pcre2_match)(w->code->code, (PCRE2_SPTR)w->text, end, w->at,
                                                             options, matching->pcre2_data,
                                                             matching->pcre2_context);
}

static void pass(struct walk *w, size_t last)
{
    w->at = last + 1;
    while (is_inside(w, w->at))
        w->at++;
    w->pace = 0;
}

/* A match that goes on behind what the step saw: begin there, or see more. False where it sees enough. */
static bool see_more(const struct kb_matching *matching, struct walk *w)
{
    size_t start = pcre2_get_ovector_pointer(matching->pcre2_data)[0];

    if (start > w->at) {
        w->at = start;
        w->pace = 0;
        return true;
    }
    w->reach *= REACH_TIMES;
    return w->reach <= KB_MATCHER_REACH_BYTES;
}

static enum kb_matched match_in_steps(struct kb_matching *matching, struct walk *w)
{
    bool is_first = true;

    for (; w->at <= w->len; is_first = false) {
        size_t last = last_place(w);
        if (!is_first && matching->go_on && !matching->go_on(matching->data))
            return KB_NOT_GONE_ON;
        int result = step(matching, w, last);
        if (result >= 0)
            return KB_MATCHED;
        if (result == PCRE2_ERROR_NOMATCH && matching->matcher->anchored)
            return KB_NOT_MATCHED;
        if (result == PCRE2_ERROR_NOMATCH)
            pass(w, last);
        else if (result == PCRE2_ERROR_MATCHLIMIT && w->pace + 1 < G_N_ELEMENTS(paces))
            w->pace++;
        else if (result != PCRE2_ERROR_PARTIAL || !see_more(matching, w))
            return KB_TOO_HEAVY;
    }
    return KB_NOT_MATCHED;
}

static enum kb_matched match_at_once(struct kb_matching *matching, struct walk *w)
{
    if (w->len > AT_ONCE_BYTES)
        return KB_TOO_HEAVY;
    w->reach = w->len + 1;
    w->pace = G_N_ELEMENTS(paces) - 1;
    int result = step(matching, w, w->len);

    return result >= 0 ? KB_MATCHED : result == PCRE2_ERROR_NOMATCH ? KB_NOT_MATCHED : KB_TOO_HEAVY;
}

enum kb_matched kb_matching_find(struct kb_matching *matching, const char *text, size_t len, size_t at,
                                 bool ascii)
{
    bool bytes = ascii && matching->matcher->bytes.code;
    struct walk w = {.code = bytes ? &matching->matcher->bytes : &matching->matcher->code,
                     .text = text,
                     .len = len,
                     .at = at,
                     .reach = REACH_LEAST,
                     .bytes_a_step = bytes ? BYTES_A_STEP : BYTES_A_STEP_UNICODE};

    return matching->matcher->at_once ? match_at_once(matching, &w) : match_in_steps(matching, &w);
}

void kb_matching_range(const struct kb_matching *matching, size_t *start, size_t *end)
{
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(matching->pcre2_data);

    *start = ends[0];
    *end = ends[1];
}
