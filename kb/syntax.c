#include "kb/syntax.h"

#include <string.h>

#include "kb/bytes.h"

/* Groups inside groups that are followed. */
#define DEPTH_MAX 20

/* Groups that may be asked for again: \1 to \9. */
#define GROUPS_MAX 9

/* Counts of a repetition: PCRE2 takes no more. */
#define COUNT_MAX 65535

struct reader {
    const char *at, *end;
    bool doubt; /* something is there that this reader does not know */
    unsigned depth;
    unsigned group_count, again_count;          /* brackets that capture, and backreferences, so far */
    const struct kb_syntax *groups[GROUPS_MAX]; /* by number - 1; NULL: not over yet, or not to be followed */
};

static struct kb_syntax *read_branches(struct reader *r);

static void free_node(gpointer node)
{
    kb_syntax_free(node);
}

static struct kb_syntax *new_node(enum kb_syntax_kind kind)
{
    struct kb_syntax *node = g_new0(struct kb_syntax, 1);

    node->kind = kind;
    if (kind >= KB_SYNTAX_KIND_SEQUENCE)
        node->parts = g_ptr_array_new_with_free_func(free_node);
    return node;
}

void kb_syntax_free(struct kb_syntax *node)
{
    if (!node)
        return;
    if (node->parts)
        g_ptr_array_unref(node->parts);
    g_free(node);
}

static bool is_at(const struct reader *r, char c)
{
    return r->at < r->end && *r->at == c;
}

static void add(uint64_t set[2], uint8_t c)
{
    if (c < 128)
        set[c / 64] |= 1ull << (c % 64);
}

/* The characters of ASCII in a class like those of <ctype.h>. */
static void add_all(uint64_t set[2], bool (*is_in)(char c), bool is_not)
{
    for (int c = 0; c < 128; c++)
        if (is_in((char)c) != is_not)
            add(set, (uint8_t)c);
}

static bool is_digit(char c)
{
    return g_ascii_isdigit(c);
}

static bool is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_line_end(char c)
{
    return c >= '\n' && c <= '\r';
}

static bool is_no_newline(char c)
{
    return c != '\n';
}

static bool is_any(char c)
{
    (void)c;
    return true;
}

static bool is_alpha(char c)
{
    return g_ascii_isalpha(c);
}

static bool is_alnum(char c)
{
    return g_ascii_isalnum(c);
}

static bool is_lower(char c)
{
    return g_ascii_islower(c);
}

static bool is_upper(char c)
{
    return g_ascii_isupper(c);
}

static bool is_xdigit(char c)
{
    return g_ascii_isxdigit(c);
}

/* Escapes that stand for a class; a capital stands for the rest. */
static bool add_escaped_class(uint64_t set[2], char c)
{
    static const struct {
        char letter;
        bool (*is_in)(char c);
    } rows[] = {{'d', is_digit}, {'w', is_word}, {'s', is_space}, {'h', is_blank}, {'v', is_line_end}};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (g_ascii_tolower(c) == rows[i].letter) {
            add_all(set, rows[i].is_in, g_ascii_isupper(c));
            return true;
        }
    }
    return false;
}

/* Escapes that stand for one character; '\0' for all others. */
static char escaped_character(char c)
{
    static const char letters[] = "ntrfe", characters[] = "\n\t\r\f\x1B";
    const char *letter = c ? strchr(letters, c) : NULL;

    if (letter)
        return characters[letter - letters];
    return (uint8_t)c < 0x80 && !g_ascii_isalnum(c) ? c : '\0';
}

/* "[:alpha:]" inside a class, behind its first bracket. */
static void read_named_class(struct reader *r, uint64_t set[2])
{
    static const struct {
        const char *name;
        bool (*is_in)(char c);
    } rows[] = {{":alpha:]", is_alpha}, {":digit:]", is_digit}, {":alnum:]", is_alnum},
                {":upper:]", is_upper}, {":lower:]", is_lower}, {":space:]", is_space},
                {":blank:]", is_blank}, {":word:]", is_word},   {":xdigit:]", is_xdigit}};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (g_str_has_prefix(r->at, rows[i].name)) {
            add_all(set, rows[i].is_in, false);
            r->at += strlen(rows[i].name);
            return;
        }
    }
    r->doubt = true;
}

/* One member of a class that may begin or end a range; -1 for one that is a class itself, and is added. */
static int32_t read_member(struct reader *r, uint64_t set[2])
{
    size_t next = 0;

    if (is_at(r, '[') && r->at + 1 < r->end && strchr(":.=", r->at[1])) {
        r->at++;
        read_named_class(r, set);
        return -1;
    }
    if (*r->at != '\\') {
        int32_t c = kb_utf8_next(r->at, (size_t)(r->end - r->at), &next);
        r->at += next;
        return c;
    }
    r->at++;
    char c = r->at < r->end ? *r->at++ : '\0', character = escaped_character(c);
    if (character)
        return character;
    r->doubt |= !add_escaped_class(set, c);
    return -1;
}

/* A member, or a range of them, at which the reader is. */
static void read_range(struct reader *r, struct kb_syntax *class)
{
    int32_t first = read_member(r, class->set), last = first;
    bool hyphen = is_at(r, '-') && r->at + 1 < r->end && r->at[1] != ']';

    if (hyphen) {
        r->at++;
        last = read_member(r, class->set);
        r->doubt |= first < 0 || last < 0;
    }
    for (int32_t c = MAX(first, 0); first >= 0 && c <= MIN(last, 127); c++)
        add(class->set, (uint8_t)c);
    class->beyond |= last > 127;
}

/* Behind '['. */
static struct kb_syntax *read_class(struct reader *r)
{
    struct kb_syntax *node = new_node(KB_SYNTAX_KIND_CLASS);
    bool is_not = is_at(r, '^'), first = true;

    if (is_not)
        r->at++;
    for (; r->at < r->end && (first || *r->at != ']') && !r->doubt; first = false)
        read_range(r, node);
    r->doubt |= r->at >= r->end;
    r->at++;
    node->beyond |= is_not;
    if (is_not) {
        node->set[0] = ~node->set[0];
        node->set[1] = ~node->set[1];
    }
    return node;
}

static struct kb_syntax *new_class(bool (*is_in)(char c))
{
    struct kb_syntax *node = new_node(KB_SYNTAX_KIND_CLASS);

    add_all(node->set, is_in, false);
    return node;
}

static struct kb_syntax *new_character(int32_t c)
{
    struct kb_syntax *node = new_node(KB_SYNTAX_KIND_CHARACTER);

    node->character = c;
    return node;
}

/* A backreference: only to groups that hold none themselves, so that following them has an end. */
static struct kb_syntax *read_again(struct reader *r, const struct kb_syntax *group)
{
    struct kb_syntax *node = new_node(group ? KB_SYNTAX_KIND_AGAIN : KB_SYNTAX_KIND_ANYTHING);

    node->again = group;
    r->again_count++;
    return node;
}

/* Behind '\'. What has an argument is left in doubt. */
static struct kb_syntax *read_escape(struct reader *r)
{
    char c = r->at < r->end ? *r->at++ : '\0', character = escaped_character(c);

    if (character)
        return new_character(character);
    if (c && strchr("bAzZ", c))
        return new_node(KB_SYNTAX_KIND_BORDER);
    if (c == 'B' || c == 'G')
        return new_node(KB_SYNTAX_KIND_NOTHING);
    if (c == 'R')
        return new_node(KB_SYNTAX_KIND_ANYTHING);
    if (c == 'N' && !is_at(r, '{'))
        return new_class(is_no_newline);
    if (c >= '1' && c <= '9' && !(r->at < r->end && g_ascii_isdigit(*r->at)))
        return read_again(r, r->groups[c - '1']);
    struct kb_syntax *node = new_node(KB_SYNTAX_KIND_CLASS);
    r->doubt |= !add_escaped_class(node->set, c);
    return node;
}

/* Behind '(': what kind of group. False for one that is no text: a look ahead or behind. *number: which one
 * it is of those that capture, or 0. */
static bool read_group_kind(struct reader *r, unsigned *number)
{
    *number = 0;
    r->doubt |= is_at(r, '*');
    if (!is_at(r, '?')) {
        *number = ++r->group_count;
        return true;
    }
    r->at++;
    char c = r->at < r->end ? *r->at++ : '\0';
    if (c == ':' || c == '>')
        return true;
    if (c == '<' && (is_at(r, '=') || is_at(r, '!')))
        c = *r->at++;
    r->doubt |= c != '=' && c != '!';
    return false;
}

/* Behind '('. */
static struct kb_syntax *read_group(struct reader *r)
{
    unsigned number, agains = r->again_count;
    bool is_text = read_group_kind(r, &number);
    unsigned groups = r->group_count;

    r->doubt |= r->depth >= DEPTH_MAX;
    if (r->doubt)
        return new_node(KB_SYNTAX_KIND_NOTHING);
    r->depth++;
    struct kb_syntax *node = read_branches(r);
    r->depth--;
    r->doubt |= !is_at(r, ')');
    r->at++;
    if (number > 0 && number <= GROUPS_MAX && r->again_count == agains)
        r->groups[number - 1] = node;
    if (is_text)
        return node;
    for (unsigned i = groups; i < MIN(r->group_count, GROUPS_MAX); i++)
        r->groups[i] = NULL;
    kb_syntax_free(node);
    return new_node(KB_SYNTAX_KIND_NOTHING);
}

static struct kb_syntax *read_one(struct reader *r)
{
    size_t next = 0;
    int32_t c = kb_utf8_next(r->at, (size_t)(r->end - r->at), &next);

    r->at += next;
    switch (c) {
    case '(':
        return read_group(r);
    case '[':
        return read_class(r);
    case '\\':
        return read_escape(r);
    case '.':
        return new_class(is_any);
    case '^':
    case '$':
        return new_node(KB_SYNTAX_KIND_BORDER);
    default:
        return new_character(c);
    }
}

static bool read_number(struct reader *r, uint32_t *number)
{
    const char *start = r->at;

    *number = 0;
    for (; r->at < r->end && g_ascii_isdigit(*r->at); r->at++)
        *number = MIN(*number * 10 + (uint32_t)(*r->at - '0'), COUNT_MAX);
    return r->at > start;
}

/* "{2}", "{2,}", "{2,5}" behind the brace; false, and not moved, where that is not what stands there. Later
 * versions of PCRE2 read more as a repetition. */
static bool read_braces(struct reader *r, uint32_t *least, uint32_t *most)
{
    const char *start = r->at++;
    bool ok;

    r->doubt |= is_at(r, ',') || is_at(r, ' ');
    ok = read_number(r, least);
    *most = *least;
    if (ok && is_at(r, ',')) {
        r->at++;
        if (!read_number(r, most))
            *most = KB_SYNTAX_MANY;
    }
    ok = ok && is_at(r, '}');
    r->at = ok ? r->at + 1 : start;
    return ok;
}

/* How often what was just read stands there; false where nothing is said. */
static bool read_quantifier(struct reader *r, uint32_t *least, uint32_t *most)
{
    char sign = r->at < r->end ? *r->at : '\0';

    *least = sign == '+';
    *most = sign == '?' ? 1 : KB_SYNTAX_MANY;
    if (sign == '?' || sign == '*' || sign == '+')
        r->at++;
    else if (sign != '{' || !read_braces(r, least, most))
        return false;
    if (is_at(r, '?') || is_at(r, '+'))
        r->at++;
    return true;
}

static struct kb_syntax *read_repeated(struct reader *r)
{
    struct kb_syntax *node = read_one(r);
    uint32_t least, most;

    /* PCRE2 repeats a repetition, too. */
    while (!r->doubt && read_quantifier(r, &least, &most)) {
        struct kb_syntax *repeat = new_node(KB_SYNTAX_KIND_REPEAT);
        repeat->least = least;
        repeat->most = most;
        g_ptr_array_add(repeat->parts, node);
        node = repeat;
    }
    return node;
}

/* One branch, up to '|', ')' or the end. */
static struct kb_syntax *read_branch(struct reader *r)
{
    struct kb_syntax *node = new_node(KB_SYNTAX_KIND_SEQUENCE);

    while (r->at < r->end && *r->at != '|' && *r->at != ')' && !r->doubt)
        g_ptr_array_add(node->parts, read_repeated(r));
    return node;
}

/* A sequence, or a choice of sequences. */
static struct kb_syntax *read_branches(struct reader *r)
{
    struct kb_syntax *node = read_branch(r);

    if (!is_at(r, '|') || r->doubt)
        return node;
    struct kb_syntax *choice = new_node(KB_SYNTAX_KIND_CHOICE);
    g_ptr_array_add(choice->parts, node);
    while (is_at(r, '|') && !r->doubt) {
        r->at++;
        g_ptr_array_add(choice->parts, read_branch(r));
    }
    return choice;
}

struct kb_syntax *kb_syntax_new(const char *pattern)
{
    struct reader r = {.at = pattern, .end = pattern + strlen(pattern)};
    struct kb_syntax *syntax = read_branches(&r);

    if (!r.doubt && r.at == r.end)
        return syntax;
    kb_syntax_free(syntax);
    return NULL;
}
