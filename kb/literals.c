#include "kb/literals.h"

#include <string.h>

#include "kb/bytes.h"
#include "kb/fold.h"
#include "kb/tokens.h"

/* Groups inside groups that are followed. */
#define DEPTH_MAX 20

struct reader {
    const char *at, *end;
    bool doubt; /* something is there that this reader does not know */
    unsigned depth;
    struct kb_literals *literals;
};

/* A run of letters being gathered. */
struct run {
    GString *text; /* folded */
    bool cjk;
    size_t characters;
};

static GPtrArray *read_branches(struct reader *r);

static GPtrArray *new_sets(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
}

/* What falls off behind an apostrophe (kb/tokens.h) is in no word of the index. */
static bool may_fall_off(const char *text)
{
    return strcmp(text, "re") == 0 || strcmp(text, "ve") == 0 || strcmp(text, "ll") == 0;
}

static void end_run(struct run *run, GPtrArray *sets)
{
    if (run->characters >= KB_LITERAL_MIN && !may_fall_off(run->text->str)) {
        GPtrArray *set = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(set, g_strdup(run->text->str));
        g_ptr_array_add(sets, set);
    }
    g_string_truncate(run->text, 0);
    run->characters = 0;
}

static void add_to_run(struct run *run, int32_t c, GPtrArray *sets)
{
    int32_t folded[KB_FOLD_MAX];
    char bytes[4];
    bool cjk = kb_is_cjk(c);

    if (cjk != run->cjk)
        end_run(run, sets);
    run->cjk = cjk;
    run->characters++;
    size_t count = kb_fold_char(c, folded);
    for (size_t i = 0; i < count; i++)
        g_string_append_len(run->text, bytes, (gssize)kb_utf8_put(folded[i], bytes));
}

static bool read_number(struct reader *r, unsigned *number)
{
    const char *start = r->at;

    *number = 0;
    for (; r->at < r->end && g_ascii_isdigit(*r->at); r->at++)
        *number = MIN(*number * 10 + (unsigned)(*r->at - '0'), 100000);
    return r->at > start;
}

/* "{2}", "{2,}", "{2,5}" behind the brace; false where that is not what stands there. */
static bool read_braces(struct reader *r, unsigned *least)
{
    const char *start = r->at++;
    unsigned most;
    bool ok = read_number(r, least);

    if (ok && r->at < r->end && *r->at == ',') {
        r->at++;
        read_number(r, &most);
    }
    ok = ok && r->at < r->end && *r->at == '}';
    r->at = ok ? r->at + 1 : start;
    return ok;
}

/* How often what was just read must be there at least; *once where there is no quantifier at all. */
static unsigned read_quantifier(struct reader *r, bool *once)
{
    unsigned least = 1;
    char sign = r->at < r->end ? *r->at : '\0';

    *once = !(sign == '{' ? read_braces(r, &least) : sign == '?' || sign == '*' || sign == '+');
    if (*once)
        return 1;
    if (sign != '{')
        r->at++;
    if (sign == '?' || sign == '*')
        least = 0;
    if (r->at < r->end && (*r->at == '?' || *r->at == '+'))
        r->at++;
    return least;
}

/* Behind '[': to the end of the class. */
static void skip_class(struct reader *r)
{
    if (r->at < r->end && *r->at == '^')
        r->at++;
    if (r->at < r->end && *r->at == ']')
        r->at++;
    while (r->at < r->end && *r->at != ']') {
        if (*r->at == '\\' && r->at + 1 < r->end) {
            r->doubt |= r->at[1] == 'Q' || r->at[1] == 'E';
            r->at++;
        } else if (*r->at == '[' && r->at + 1 < r->end && strchr(":.=", r->at[1])) {
            const char close[] = {r->at[1], ']', '\0'};
            const char *end = strstr(r->at + 2, close);
            r->at = end ? end + 1 : r->at;
        }
        r->at++;
    }
    if (r->at < r->end)
        r->at++;
    else
        r->doubt = true;
}

/* Behind '\': the character, which stands for a class or a place, or, being a sign, for itself. Those with an
 * argument are left in doubt. */
static char skip_escape(struct reader *r)
{
    if (r->at >= r->end)
        return '\0';
    char c = *r->at++;
    if (g_ascii_isalnum(c) && !strchr("dDwWsSbBAzZGhHvVRNntrfe", c))
        r->doubt = true;
    if (c == 'N' && r->at < r->end && *r->at == '{')
        r->doubt = true;
    if ((uint8_t)c >= 0x80)
        r->doubt = true;
    return c;
}

/* A sign that stands for itself, outside of all groups, where it must be there. */
static void add_sign(struct reader *r, int32_t c)
{
    char *signs = r->literals->signs;
    size_t len = strlen(signs);

    if (r->depth == 0 && c > ' ' && c < 0x7F && !g_ascii_isalnum((char)c) && len < KB_LITERALS_SIGNS_MAX)
        signs[len] = (char)c;
}

/* Behind '(': what kind of group. False for one that proves nothing: a look ahead or behind. */
static bool read_group_kind(struct reader *r)
{
    if (r->at < r->end && *r->at == '*')
        r->doubt = true;
    if (r->at >= r->end || *r->at != '?')
        return true;
    r->at++;
    char c = r->at < r->end ? *r->at++ : '\0';
    if (c == ':' || c == '>')
        return true;
    if (c == '=' || c == '!')
        return false;
    if (c == '<' && r->at < r->end && (*r->at == '=' || *r->at == '!')) {
        r->at++;
        return false;
    }
    r->doubt = true;
    return false;
}

static void add_group(struct reader *r, GPtrArray *sets)
{
    bool once, proves = read_group_kind(r);
    g_autoptr(GPtrArray) inner = NULL;

    if (r->doubt || ++r->depth > DEPTH_MAX) {
        r->doubt = true;
        return;
    }
    inner = read_branches(r);
    r->depth--;
    r->doubt |= r->at >= r->end || *r->at != ')';
    r->at++;
    if (r->doubt || read_quantifier(r, &once) == 0 || !proves)
        return;
    for (guint i = 0; i < inner->len; i++)
        g_ptr_array_add(sets, g_ptr_array_ref(g_ptr_array_index(inner, i)));
}

static void add_character(struct reader *r, struct run *run, GPtrArray *sets)
{
    size_t next = 0;
    bool once;
    int32_t c = kb_utf8_next(r->at, (size_t)(r->end - r->at), &next);

    r->at += next;
    unsigned least = read_quantifier(r, &once);
    bool letter = c < 0x80 ? g_ascii_isalnum((char)c) : kb_is_cjk(c);
    if (least > 0 && letter)
        add_to_run(run, c, sets);
    if (least > 0 && (c >= 0x80 || !strchr(".^$", c)))
        add_sign(r, c);
    if (!once || !letter)
        end_run(run, sets);
}

/* One branch, up to '|', ')' or the end: the sets of its parts. */
static GPtrArray *read_branch(struct reader *r)
{
    GPtrArray *sets = new_sets();
    struct run run = {.text = g_string_new(NULL)};
    bool once;

    while (r->at < r->end && *r->at != '|' && *r->at != ')' && !r->doubt) {
        char c = *r->at;
        if (c == '\\' || c == '[' || c == '(') {
            end_run(&run, sets);
            r->at++;
        }
        if (c == '(') {
            add_group(r, sets);
        } else if (c == '[') {
            skip_class(r);
            read_quantifier(r, &once);
        } else if (c == '\\') {
            char escaped = skip_escape(r);
            if (read_quantifier(r, &once) > 0)
                add_sign(r, escaped);
        } else {
            add_character(r, &run, sets);
        }
    }
    end_run(&run, sets);
    g_string_free(run.text, TRUE);
    return sets;
}

static size_t shortest(const GPtrArray *set)
{
    size_t least = SIZE_MAX;

    for (guint i = 0; i < set->len; i++)
        least = MIN(least, strlen(g_ptr_array_index(set, i)));
    return least;
}

/* The set of a branch whose texts are the longest; NULL where it has none. */
static GPtrArray *best_set(const GPtrArray *sets)
{
    GPtrArray *best = NULL;

    for (guint i = 0; i < sets->len; i++) {
        GPtrArray *set = g_ptr_array_index(sets, i);
        if (!best || shortest(set) > shortest(best))
            best = set;
    }
    return best;
}

/* One set with the texts of both; NULL where either branch has none. */
static GPtrArray *join(const GPtrArray *a, const GPtrArray *b)
{
    GPtrArray *joined;

    if (!a || !b)
        return NULL;
    joined = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < a->len; i++)
        g_ptr_array_add(joined, g_strdup(g_ptr_array_index(a, i)));
    for (guint i = 0; i < b->len; i++)
        g_ptr_array_add(joined, g_strdup(g_ptr_array_index(b, i)));
    return joined;
}

/* Branches between '|': with several, one set with the texts of the best set of each. */
static GPtrArray *read_branches(struct reader *r)
{
    GPtrArray *sets = read_branch(r);

    while (r->at < r->end && *r->at == '|' && !r->doubt) {
        r->at++;
        if (r->depth == 0)
            memset(r->literals->signs, 0, sizeof r->literals->signs);
        g_autoptr(GPtrArray) others = read_branch(r);
        GPtrArray *joined = join(best_set(sets), best_set(others));
        g_ptr_array_set_size(sets, 0);
        if (joined)
            g_ptr_array_add(sets, joined);
        if (r->depth == 0)
            memset(r->literals->signs, 0, sizeof r->literals->signs);
    }
    return sets;
}

void kb_literals_init(struct kb_literals *literals, const char *pattern, bool extended)
{
    struct reader r = {.at = pattern, .end = pattern + strlen(pattern), .literals = literals};

    *literals = (struct kb_literals){0};
    literals->sets = extended ? new_sets() : read_branches(&r);
    if (r.doubt || (!extended && r.at != r.end)) {
        g_ptr_array_set_size(literals->sets, 0);
        literals->signs[0] = '\0';
    }
}

void kb_literals_release(struct kb_literals *literals)
{
    g_ptr_array_unref(literals->sets);
}
