#include "kb/snippet.h"

#include <string.h>
#include <utf8proc.h>

#include "kb/bytes.h"
#include "kb/emphasis.h"

/* Of a longer text only so much is looked at for marking. */
#define READ_MAX_BYTES (256 * 1024)
#define ELLIPSIS       "\u2026"
#define LIST_SIGN      "\u00b7" /* what parts a list's lines where they are drawn together */

struct needle {
    char text[KB_TOKEN_MAX + 2];
    uint8_t len;
    bool prefix; /* the beginning of a spelling; else a stem */
    bool single; /* one CJK character of which the query also has a pair */
    enum kb_scope scope;
    uint32_t term;
    float worth;
};

struct kb_needles {
    GArray *needles;  /* struct needle */
    bool begins[256]; /* bytes that a needle begins with */
};

static void add_needle(struct kb_needles *n, const struct kb_term *term, uint32_t number, const char *text,
                       size_t len, bool prefix)
{
    struct needle needle = {.len = (uint8_t)len,
                            .prefix = prefix,
                            .single = term->token.kind == KB_TOKEN_KIND_SINGLE,
                            .scope = term->scope,
                            .term = number,
                            .worth = term->weight * term->idf};

    memcpy(needle.text, text, len);
    g_array_append_val(n->needles, needle);
    n->begins[(uint8_t)text[0]] = true;
}

struct kb_needles *kb_needles_new(const struct kb_segment *segment, const struct kb_plan *plan)
{
    struct kb_needles *n = g_new0(struct kb_needles, 1);

    n->needles = g_array_new(FALSE, TRUE, sizeof(struct needle));
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct kb_term *term = &plan->terms[i];
        if (term->excluded)
            continue;
        for (uint32_t k = 0; k < term->group_count; k++) {
            const struct kb_disk_group *group = kb_segment_group(segment, term->groups[k].group);
            const char *text = group ? kb_segment_group_text(segment, group) : NULL;
            if (text && group->len > 0)
                add_needle(n, term, i, text, group->len, false);
        }
        if (term->prefix_start < term->prefix_end)
            add_needle(n, term, i, term->token.text, term->token.len, true);
    }
    return n;
}

void kb_needles_free(struct kb_needles *n)
{
    if (!n)
        return;
    g_array_unref(n->needles);
    g_free(n);
}

static const struct needle *find_needle(const struct kb_needles *n, const struct kb_token *token, bool title)
{
    char stem[KB_TOKEN_MAX + 2];
    size_t len = kb_token_stem(token, stem);

    for (guint i = 0; i < n->needles->len; i++) {
        const struct needle *needle = &g_array_index(n->needles, struct needle, i);
        if (needle->scope != KB_SCOPE_ANY && (needle->scope == KB_SCOPE_TITLE) != title)
            continue;
        if (needle->prefix ? token->len >= needle->len && memcmp(token->text, needle->text, needle->len) == 0
                           : len == needle->len && memcmp(stem, needle->text, len) == 0)
            return needle;
    }
    return NULL;
}

/* Single characters are marked only where no pair and no word is. */
static size_t drop_singles(struct kb_match *matches, const bool *single, size_t count)
{
    size_t kept = 0;
    bool others = false;

    for (size_t i = 0; i < count; i++)
        others |= !single[i];
    for (size_t i = 0; i < count; i++)
        if (!others || !single[i])
            matches[kept++] = matches[i];
    return kept;
}

size_t kb_needles_find(const struct kb_needles *n, const char *text, size_t len, bool title,
                       struct kb_match *matches, size_t room)
{
    struct kb_tokens tokens;
    struct kb_token token;
    bool single[KB_MATCHES_MAX];
    size_t count = 0;

    room = MIN(room, KB_MATCHES_MAX);
    kb_tokens_init(&tokens, text, MIN(len, READ_MAX_BYTES));
    while (count < room && kb_tokens_next(&tokens, &token)) {
        if (!n->begins[(uint8_t)token.text[0]])
            continue;
        const struct needle *needle = find_needle(n, &token, title);
        if (!needle)
            continue;
        single[count] = needle->single;
        matches[count++] = (struct kb_match){
            .start = token.start, .end = token.end, .term = needle->term & 63, .worth = needle->worth};
    }
    return drop_singles(matches, single, count);
}

/* The matches from `first` on that fit into `bytes`: how much they are worth; each term counts once, and a
 * little more. */
static float worth_from(const struct kb_match *matches, size_t count, size_t first, size_t bytes)
{
    uint64_t seen = 0;
    float worth = 0;

    for (size_t i = first; i < count && matches[i].end - matches[first].start <= bytes; i++) {
        uint64_t bit = 1ull << matches[i].term;
        worth += seen & bit ? 0.05f * matches[i].worth : matches[i].worth;
        seen |= bit;
    }
    return worth;
}

/* The byte `back` characters before `at`, or less: after a line's end where there is one, else at a word. */
static size_t step_back(const char *text, size_t at, size_t back)
{
    size_t start = at, word = at;

    for (; start > 0 && back > 0; back--) {
        size_t before = start - 1;
        while (before > 0 && ((uint8_t)text[before] & 0xC0) == 0x80)
            before--;
        if (text[before] == '\n')
            return start;
        if (text[before] == ' ' || (uint8_t)text[start] >= 0xE3)
            word = start;
        start = before;
    }
    return start == 0 || text[start - 1] == ' ' ? start : word;
}

static size_t choose_start(const char *text, const struct kb_match *matches, size_t count, size_t chars)
{
    size_t best = 0;
    float most = -1;

    if (count == 0)
        return 0;
    for (size_t i = 0; i < count; i++) {
        float worth = worth_from(matches, count, i, chars);
        if (worth > most + 0.001f) {
            most = worth;
            best = i;
        }
    }
    if (matches[best].start < chars / 3)
        return 0;
    return step_back(text, matches[best].start, chars / 4);
}

/* A piece of text being copied, and which of its bytes came from where. */
struct copy {
    GString *text;
    GArray *ranges; /* struct kb_range */
    const struct kb_match *matches;
    size_t match_count, next;
    size_t grapheme; /* where the grapheme being copied begins in `text` */
    utf8proc_int32_t state, last;
};

/* Marks the grapheme just copied (text[from..]) where it touches a match; neighbours grow together. */
static void mark(struct copy *copy, size_t start, size_t end, size_t from, bool joins)
{
    while (copy->next < copy->match_count && copy->matches[copy->next].end <= start)
        copy->next++;
    bool inside = false;
    for (size_t i = copy->next; i < copy->match_count && copy->matches[i].start < end && !inside; i++)
        inside = copy->matches[i].end > start;
    struct kb_range *last =
        copy->ranges->len > 0 ? &g_array_index(copy->ranges, struct kb_range, copy->ranges->len - 1) : NULL;
    if (joins && last && last->end == from) {
        last->end = (uint32_t)copy->text->len;
    } else if (inside && last && last->end == from && copy->next < copy->match_count &&
               copy->matches[copy->next].start < start) {
        last->end = (uint32_t)copy->text->len;
    } else if (inside) {
        struct kb_range range = {.start = (uint32_t)copy->grapheme, .end = (uint32_t)copy->text->len};
        g_array_append_val(copy->ranges, range);
    }
}

static bool is_blank(int32_t c)
{
    return c <= 0x20 || c == 0x7F || c == 0xA0 || c == 0x3000 || (c >= 0x80 && c < 0xA0) || c == 0x2028 ||
           c == 0x2029;
}

/* Copies one character of text at *at; `squeeze` draws white space together. Returns whether anything was
 * copied. */
static bool copy_char(struct copy *copy, const char *text, size_t len, size_t *at, bool squeeze)
{
    size_t start = *at, from = copy->text->len;
    int32_t c = kb_utf8_next(text, len, at);
    char bytes[4];

    if (squeeze && is_blank(c)) {
        if (from == 0 || copy->text->str[from - 1] == ' ')
            return false;
        c = ' ';
    }
    bool joins = from > 0 && !utf8proc_grapheme_break_stateful(copy->last, c, &copy->state);
    copy->last = c;
    if (!joins)
        copy->grapheme = from;
    g_string_append_len(copy->text, bytes, (gssize)kb_utf8_put(c, bytes));
    mark(copy, start, *at, from, joins);
    return true;
}

static void begin_copy(struct copy *copy, const struct kb_match *matches, size_t count, size_t bytes)
{
    *copy = (struct copy){.text = g_string_sized_new(bytes),
                          .ranges = g_array_new(FALSE, FALSE, sizeof(struct kb_range)),
                          .matches = matches,
                          .match_count = count};
}

static struct kb_range *end_copy(struct copy *copy, size_t *count)
{
    *count = copy->ranges->len;
    return (struct kb_range *)(void *)g_array_free(copy->ranges, FALSE);
}

/* Bytes of what begins a line here and only has a meaning there, a list's dash or a heading's hashes with the
 * blank behind; 0: nothing does. */
static size_t line_sign_len(const char *text, size_t len, size_t at)
{
    size_t start = at, end = at;

    while (end < len && end - at < 6 && text[end] == '#')
        end++;
    if (end == at && text[at] == '-')
        end++;
    if (end == at || end >= len || text[end] != ' ')
        return 0;
    while (start > 0 && (text[start - 1] == ' ' || text[start - 1] == '\t'))
        start--;
    return start == 0 || text[start - 1] == '\n' ? end + 1 - at : 0;
}

/* Bytes of what is not shown here: signs of emphasis, whose partner may lie outside the piece. `is_open` as
 * in kb/emphasis. */
static size_t star_sign_len(const char *text, size_t len, size_t at, bool *is_open)
{
    if (text[at] == '\n')
        *is_open = false;
    return text[at] == '*' ? kb_emphasis_sign(text, len, at, is_open) : 0;
}

static void copy_list_sign(struct copy *copy)
{
    g_string_append(copy->text, LIST_SIGN " ");
    copy->grapheme = copy->text->len - 1;
    copy->last = ' ';
    copy->state = 0;
}

/* Ends the copy at the last word border rather than inside a word, where that costs little. */
static void cut_at_word(struct copy *copy)
{
    char *space = strrchr(copy->text->str, ' ');
    size_t cut = space ? (size_t)(space - copy->text->str) : 0;

    if (cut + 24 < copy->text->len || cut == 0)
        return;
    if (g_str_has_suffix(g_string_truncate(copy->text, cut)->str, " " LIST_SIGN))
        g_string_truncate(copy->text, cut -= strlen(" " LIST_SIGN));
    while (copy->ranges->len > 0 &&
           g_array_index(copy->ranges, struct kb_range, copy->ranges->len - 1).start >= cut)
        g_array_set_size(copy->ranges, copy->ranges->len - 1);
    if (copy->ranges->len > 0) {
        struct kb_range *last = &g_array_index(copy->ranges, struct kb_range, copy->ranges->len - 1);
        last->end = MIN(last->end, (uint32_t)cut);
    }
}

char *kb_snippet_new(const char *text, size_t len, const struct kb_match *matches, size_t match_count,
                     size_t chars, struct kb_range **ranges, size_t *count)
{
    struct copy copy;
    size_t at = choose_start(text, matches, match_count, chars);

    begin_copy(&copy, matches, match_count, chars + 16);
    if (at > 0)
        g_string_append(copy.text, ELLIPSIS);
    while (at > 0 && at < len && text[at] == ' ')
        at++;
    bool is_open = kb_emphasis_is_open(text, len, at);
    for (size_t copied = 0, start = at; at < len && copied < chars;) {
        size_t star_len = star_sign_len(text, len, at, &is_open), sign_len = line_sign_len(text, len, at);
        at += star_len;
        if (star_len > 0)
            continue;
        if (sign_len == 0) {
            copied += copy_char(&copy, text, len, &at, true);
            continue;
        }
        if (text[at] == '-' && (at == 0 || at > start)) /* the ellipsis is sign enough */
            copy_list_sign(&copy);
        at += sign_len;
    }
    while (at < len) {
        size_t star_len = star_sign_len(text, len, at, &is_open);
        if (star_len == 0 && (uint8_t)text[at] > ' ')
            break;
        at += MAX(star_len, 1);
    }
    if (at < len) {
        cut_at_word(&copy);
        g_string_append(copy.text, ELLIPSIS);
    }
    *ranges = end_copy(&copy, count);
    return g_string_free(copy.text, FALSE);
}

struct kb_range *kb_ranges_new(const char *text, size_t len, const struct kb_match *matches,
                               size_t match_count, size_t *count)
{
    struct copy copy;

    begin_copy(&copy, matches, match_count, len);
    for (size_t at = 0; at < len;)
        copy_char(&copy, text, len, &at, false);
    g_string_free(copy.text, TRUE);
    return end_copy(&copy, count);
}
