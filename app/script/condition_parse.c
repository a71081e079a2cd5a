/*
 * A recogniser for expressions. Lua's own parser settles precedence afterwards; this one settles what may
 * stand there, so its grammar is flat:
 *
 *     expression = operand { operator operand }
 *     operand    = { "not" | "-" } ( number | text | "true" | "false" | "nil" | name | call
 *                  | "(" expression ")" )
 *     call       = function "(" [ expression { "," expression } ] ")"
 *     name       = word { "." word }
 */
#include "app/script/condition_parse.h"

#include <string.h>

#include "app/script/suggest.h"

#define DEPTH_MAX 20

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_NUMBER, TOKEN_TEXT, TOKEN_SIGN, TOKEN_WRONG };

struct token {
    enum token_kind kind;
    size_t start, end; /* bytes of the source */
};

/* What an operand was, as far as comparisons with texts are concerned. */
struct operand {
    enum { OPERAND_OTHER, OPERAND_NAME, OPERAND_TEXT } kind;
    size_t name;
    char *text; /* owned */
    size_t offset;
};

static const char *const SIGNS[] = {"==", "~=", "<=", ">=", "..", "//", "<", ">",
                                    "+",  "-",  "*",  "/",  "%",  "(",  ")", ","};
static const char *const OPERATORS[] = {"and", "or", "==", "~=", "<=", ">=", "<", ">",
                                        "+",   "-",  "*",  "/",  "//", "%",  ".."};
static const char *const KEYWORDS[] = {"and",      "break",  "do",   "else", "elseif", "end",  "false", "for",
                                       "function", "goto",   "if",   "in",   "local",  "nil",  "not",   "or",
                                       "repeat",   "return", "then", "true", "until",  "while"};

/* Functions that are told a name and not its value. */
static const char *const OF_NAMES[] = {"has", "count", "sum", "list"};

static bool parse_expression(struct condition_parse *parse, struct operand *only, GError **error);

bool condition_reserved(const char *word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(KEYWORDS); i++)
        if (g_str_equal(KEYWORDS[i], word))
            return true;
    for (size_t i = 0; i < CONDITION_FUNCTION_COUNT; i++)
        if (g_str_equal(CONDITION_FUNCTIONS[i].name, word))
            return true;
    return false;
}

static bool starts_word(char c)
{
    return g_ascii_isalpha(c) || c == '_';
}

static size_t word_end(const char *source, size_t at)
{
    while (g_ascii_isalnum(source[at]) || source[at] == '_' ||
           (source[at] == '.' && starts_word(source[at + 1])))
        at++;
    return at;
}

static size_t number_end(const char *source, size_t at)
{
    at += strspn(source + at, "0123456789");
    if (source[at] == '.' && g_ascii_isdigit(source[at + 1]))
        at += 1 + strspn(source + at + 1, "0123456789");
    return at;
}

/* The end of a quoted text, 0 when it does not end. */
static size_t text_end(const char *source, size_t at)
{
    char quote = source[at++];
    for (; source[at] && source[at] != '\n'; at++) {
        if (source[at] == quote)
            return at + 1;
        if (source[at] == '\\' && source[at + 1])
            at++;
    }
    return 0;
}

/* The token that begins at or after the place of the parse, which does not move. */
static struct token peek(const struct condition_parse *parse)
{
    const char *source = parse->source;
    size_t at = parse->offset + strspn(source + parse->offset, " \t\r\n");
    if (!source[at])
        return (struct token){TOKEN_END, at, at};
    if (starts_word(source[at]))
        return (struct token){TOKEN_WORD, at, word_end(source, at)};
    if (g_ascii_isdigit(source[at]))
        return (struct token){TOKEN_NUMBER, at, number_end(source, at)};
    if (source[at] == '\'' || source[at] == '"') {
        size_t end = text_end(source, at);
        return (struct token){end ? TOKEN_TEXT : TOKEN_WRONG, at, end ? end : at + 1};
    }
    for (size_t i = 0; i < G_N_ELEMENTS(SIGNS); i++)
        if (g_str_has_prefix(source + at, SIGNS[i]))
            return (struct token){TOKEN_SIGN, at, at + strlen(SIGNS[i])};
    return (struct token){TOKEN_WRONG, at, at + (size_t)(g_utf8_next_char(source + at) - (source + at))};
}

static bool token_is(const struct condition_parse *parse, struct token token, const char *text)
{
    return (token.kind == TOKEN_WORD || token.kind == TOKEN_SIGN) &&
           strlen(text) == token.end - token.start &&
           strncmp(parse->source + token.start, text, token.end - token.start) == 0;
}

static char *token_text(const struct condition_parse *parse, struct token token)
{
    return token.kind == TOKEN_END ? g_strdup("the end")
                                   : g_strdup_printf("`%.*s`", (int)MIN(token.end - token.start, 60),
                                                     parse->source + token.start);
}

/* Takes the token; unless `silent`, it goes to the Lua text as it is. */
static void take(struct condition_parse *parse, struct token token)
{
    g_string_append_len(parse->lua, parse->source + token.start, (gssize)(token.end - token.start));
    g_string_append_c(parse->lua, ' ');
    parse->offset = token.end;
}

static bool fail(struct condition_parse *parse, size_t offset, GError **error, int code, const char *format,
                 ...) G_GNUC_PRINTF(5, 6);

static bool fail(struct condition_parse *parse, size_t offset, GError **error, int code, const char *format,
                 ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    parse->offset = offset;
    g_set_error_literal(error, CONDITION_ERROR, code, sentence);
    return false;
}

/* A sign that other languages have and people reach for, with Lua's. */
static bool fail_wrong(struct condition_parse *parse, struct token token, const char *wanted, GError **error)
{
    static const struct {
        const char *sign, *advice;
    } meant[] = {
        {"!=", "not equal is written ~="},
        {"!", "use not"},
        {"&&", "use and"},
        {"||", "use or"},
        {"=", "equal is written =="},
        {"[", "there are no indexes here"},
        {"{", "there are no tables here"},
        {":", "there are no methods here"},
        {"#", "use len(…)"},
        {"'", "this text has no closing quote"},
        {"\"", "this text has no closing quote"},
    };
    for (size_t i = 0; token.kind == TOKEN_WRONG && i < G_N_ELEMENTS(meant); i++)
        if (g_str_has_prefix(parse->source + token.start, meant[i].sign))
            return fail(parse, token.start, error, CONDITION_ERROR_SYNTAX,
                        "`%s` cannot stand in a condition: %s.", meant[i].sign, meant[i].advice);
    g_autofree char *found = token_text(parse, token);
    return fail(parse, token.start, error, CONDITION_ERROR_SYNTAX, "Here should be %s, not %s.", wanted,
                found);
}

static int known_index(const struct condition_parse *parse, const char *word)
{
    for (size_t i = 0; i < parse->known_count; i++)
        if (g_str_equal(parse->known[i].name, word))
            return (int)i;
    return -1;
}

static bool fail_name(struct condition_parse *parse, struct token token, const char *word, bool call,
                      GError **error)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (size_t i = 0; !call && i < parse->known_count; i++)
        g_ptr_array_add(words, (gpointer)parse->known[i].name);
    for (size_t i = 0; call && i < CONDITION_FUNCTION_COUNT; i++)
        g_ptr_array_add(words, (gpointer)CONDITION_FUNCTIONS[i].name);
    const char *nearest = suggest_nearest(word, (const char *const *)words->pdata, words->len);
    g_autofree char *advice =
        nearest ? g_strdup_printf("did you mean `%s`?", nearest)
                : g_strdup(call ? "only the functions of firstline-script(5) can be called."
                                : "a text is written in quotes, a name must be a fact or a field.");
    return fail(parse, token.start, error, CONDITION_ERROR_NAME, "There is no %s `%s`; %s",
                call ? "function" : "name", word, advice);
}

static void note_name(struct condition_parse *parse, size_t name)
{
    for (size_t i = 0; i < parse->names->len; i++)
        if (g_array_index(parse->names, size_t, i) == name)
            return;
    g_array_append_val(parse->names, name);
}

static void note_literal(struct condition_parse *parse, const struct operand *name,
                         const struct operand *text)
{
    struct condition_literal literal = {
        .name = name->name, .text = g_strdup(text->text), .offset = text->offset};
    g_array_append_val(parse->literals, literal);
}

/* A text's escapes are Lua's plain ones; anything else after a backslash is refused. */
static bool parse_text(struct condition_parse *parse, struct token token, struct operand *operand,
                       GError **error)
{
    GString *text = g_string_new(NULL);
    operand->kind = OPERAND_TEXT;
    operand->offset = token.start;
    for (size_t at = token.start + 1; at < token.end - 1; at++) {
        char c = parse->source[at];
        if (c == '\\') {
            c = parse->source[++at];
            if (!strchr("\\'\"n", c)) {
                g_string_free(text, TRUE);
                return fail(parse, at - 1, error, CONDITION_ERROR_SYNTAX,
                            "`\\%c` means nothing in a text; a backslash is written \\\\.", c);
            }
            c = c == 'n' ? '\n' : c;
        }
        g_string_append_c(text, c);
    }
    operand->text = g_string_free(text, FALSE);
    take(parse, token);
    return true;
}

static bool expect(struct condition_parse *parse, const char *sign, const char *wanted, GError **error)
{
    struct token token = peek(parse);
    if (!token_is(parse, token, sign))
        return fail_wrong(parse, token, wanted, error);
    take(parse, token);
    return true;
}

/* has(name) and others that take a name, not its value */
static bool parse_of_name(struct condition_parse *parse, const char *function, GError **error)
{
    struct token open = peek(parse);
    parse->offset = open.end;
    struct token token = peek(parse);
    g_autofree char *word = g_strndup(parse->source + token.start, token.end - token.start);
    int index = token.kind == TOKEN_WORD ? known_index(parse, word) : -1;
    if (token.kind != TOKEN_WORD) {
        g_autofree char *wanted = g_strdup_printf("the name that `%s` asks about", function);
        return fail_wrong(parse, token, wanted, error);
    }
    if (index < 0)
        return fail_name(parse, token, word, false, error);
    g_string_append_printf(parse->lua, "%s(%d", function, index);
    parse->offset = token.end;
    return expect(parse, ")", "`)`", error);
}

/* The second argument of matches: a text, compiled now, so that a wrong pattern is a wrong script. */
static bool parse_pattern(struct condition_parse *parse, GError **error)
{
    struct token token = peek(parse);
    struct operand operand = {0};
    if (token.kind != TOKEN_TEXT)
        return fail_wrong(parse, token, "the pattern of `matches`, a text in quotes", error);
    gsize before = parse->lua->len;
    if (!parse_text(parse, token, &operand, error))
        return false;
    g_string_truncate(parse->lua, before);
    g_autoptr(GError) cause = NULL;
    struct pattern *pattern = pattern_new(operand.text, false, &cause);
    g_free(operand.text);
    if (!pattern)
        return fail(parse, token.start, error, CONDITION_ERROR_SYNTAX, "%s", cause->message);
    g_ptr_array_add(parse->patterns, pattern);
    g_string_append_printf(parse->lua, "%u", parse->patterns->len - 1);
    return true;
}

static bool parse_argument(struct condition_parse *parse, const struct condition_function *function,
                           int position, struct operand *first, GError **error)
{
    struct operand operand = {0};
    if (g_str_equal(function->name, "matches") && position == 1)
        return parse_pattern(parse, error);
    bool parsed = parse_expression(parse, &operand, error);
    if (parsed && position == 0)
        *first = (struct operand){.kind = operand.kind, .name = operand.name};
    if (parsed && position > 0 && g_str_equal(function->name, "one_of") && first->kind == OPERAND_NAME &&
        operand.kind == OPERAND_TEXT)
        note_literal(parse, first, &operand);
    g_free(operand.text);
    return parsed;
}

static bool parse_call(struct condition_parse *parse, struct token name, GError **error)
{
    g_autofree char *word = g_strndup(parse->source + name.start, name.end - name.start);
    const struct condition_function *function = NULL;
    for (size_t i = 0; i < CONDITION_FUNCTION_COUNT; i++)
        if (g_str_equal(CONDITION_FUNCTIONS[i].name, word))
            function = &CONDITION_FUNCTIONS[i];
    if (!function)
        return fail_name(parse, name, word, true, error);
    parse->offset = name.end;
    for (size_t i = 0; i < G_N_ELEMENTS(OF_NAMES); i++)
        if (g_str_equal(word, OF_NAMES[i]))
            return parse_of_name(parse, word, error);
    g_string_append(parse->lua, word);
    take(parse, peek(parse));
    int count = 0;
    struct operand first = {0};
    while (!token_is(parse, peek(parse), ")")) {
        if ((count && !expect(parse, ",", "`,` or `)`", error)) ||
            !parse_argument(parse, function, count, &first, error))
            return false;
        count++;
    }
    take(parse, peek(parse));
    if (count < function->least || count > function->most)
        return fail(parse, name.start, error, CONDITION_ERROR_SYNTAX,
                    "`%s` takes %d%s argument%s, not %d: %s.", word, function->least,
                    function->most > function->least ? " or more" : "", function->most == 1 ? "" : "s", count,
                    function->help);
    return true;
}

static bool parse_word(struct condition_parse *parse, struct token token, struct operand *operand,
                       GError **error)
{
    struct condition_parse after = *parse;
    after.offset = token.end;
    if (token_is(parse, token, "true") || token_is(parse, token, "false") || token_is(parse, token, "nil")) {
        take(parse, token);
        return true;
    }
    g_autofree char *word = g_strndup(parse->source + token.start, token.end - token.start);
    for (size_t i = 0; i < G_N_ELEMENTS(KEYWORDS); i++)
        if (g_str_equal(KEYWORDS[i], word))
            return fail_wrong(parse, token, "a value", error);
    if (token_is(parse, peek(&after), "("))
        return parse_call(parse, token, error);
    int index = known_index(parse, word);
    if (index < 0)
        return fail_name(parse, token, word, false, error);
    *operand = (struct operand){.kind = OPERAND_NAME, .name = (size_t)index};
    note_name(parse, (size_t)index);
    g_string_append_printf(parse->lua, "_v(%d) ", index);
    parse->offset = token.end;
    return true;
}

static bool parse_operand(struct condition_parse *parse, struct operand *operand, GError **error)
{
    struct token token = peek(parse);
    while (token_is(parse, token, "not") || token_is(parse, token, "-")) {
        take(parse, token);
        token = peek(parse);
    }
    if (token_is(parse, token, "(")) {
        take(parse, token);
        struct operand inner = {0};
        bool parsed =
            parse_expression(parse, &inner, error) && expect(parse, ")", "an operator or `)`", error);
        g_free(inner.text);
        return parsed;
    }
    if (token.kind == TOKEN_NUMBER) {
        take(parse, token);
        return true;
    }
    if (token.kind == TOKEN_TEXT)
        return parse_text(parse, token, operand, error);
    if (token.kind == TOKEN_WORD)
        return parse_word(parse, token, operand, error);
    return fail_wrong(parse, token, "a value", error);
}

static bool is_operator(const struct condition_parse *parse, struct token token)
{
    for (size_t i = 0; i < G_N_ELEMENTS(OPERATORS); i++)
        if (token_is(parse, token, OPERATORS[i]))
            return true;
    return false;
}

/* `only` is told what the expression is when it is a single operand. */
static bool parse_operations(struct condition_parse *parse, struct operand *only, GError **error)
{
    struct operand left = {0};
    bool parsed = parse_operand(parse, &left, error);
    struct token token = peek(parse);
    *only = left;
    while (parsed && is_operator(parse, token)) {
        bool equality = token_is(parse, token, "==") || token_is(parse, token, "~=");
        struct operand right = {0};
        take(parse, token);
        parsed = parse_operand(parse, &right, error);
        if (parsed && equality && left.kind == OPERAND_NAME && right.kind == OPERAND_TEXT)
            note_literal(parse, &left, &right);
        if (parsed && equality && left.kind == OPERAND_TEXT && right.kind == OPERAND_NAME)
            note_literal(parse, &right, &left);
        g_free(left.text);
        left = right;
        *only = (struct operand){.kind = OPERAND_OTHER};
        token = peek(parse);
    }
    if (only->kind == OPERAND_OTHER)
        g_free(left.text);
    return parsed;
}

static bool parse_expression(struct condition_parse *parse, struct operand *only, GError **error)
{
    if (++parse->depth > DEPTH_MAX)
        return fail(parse, parse->offset, error, CONDITION_ERROR_SYNTAX,
                    "The condition is more than %d parentheses deep; write it flatter.", DEPTH_MAX);
    bool parsed = parse_operations(parse, only, error);
    parse->depth--;
    return parsed;
}

bool condition_parse(struct condition_parse *parse, GError **error)
{
    size_t len = strlen(parse->source);
    if (len > CONDITION_MAX_BYTES)
        return fail(parse, 0, error, CONDITION_ERROR_SYNTAX,
                    "The condition is %zu bytes long; %d is the most, so make two of it.", len,
                    CONDITION_MAX_BYTES);
    if (!g_utf8_validate(parse->source, (gssize)len, NULL))
        return fail(parse, 0, error, CONDITION_ERROR_SYNTAX, "The condition is not UTF-8 text.");
    struct operand only = {0};
    bool parsed = parse_expression(parse, &only, error);
    g_free(only.text);
    if (!parsed)
        return false;
    struct token token = peek(parse);
    return token.kind == TOKEN_END || fail_wrong(parse, token, "an operator or the end", error);
}
