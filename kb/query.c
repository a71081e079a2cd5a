#include "kb/query.h"

#include <string.h>

#define NOTE_LONG  "Only the first 4 kB of the query were searched for."
#define NOTE_QUOTE "The quotation mark is not closed yet: searched as text."
#define NOTE_SLASH "The pattern's closing / is missing: searched as text."
#define NOTE_EMPTY "This only says what to leave out or where to look: type what to look for too."

struct field_name {
    const char *name;
    enum { FIELD_TITLE, FIELD_TAG, FIELD_LANG } field;
};

static const struct field_name fields[] = {
    {"title:", FIELD_TITLE}, {"tag:", FIELD_TAG}, {"lang:", FIELD_LANG}};

static void release_clause(gpointer data)
{
    g_free(((struct kb_clause *)data)->text);
}

static struct kb_query *new_query(enum kb_query_kind kind)
{
    struct kb_query *query = g_new0(struct kb_query, 1);

    query->kind = kind;
    query->clauses = g_array_new(FALSE, TRUE, sizeof(struct kb_clause));
    g_array_set_clear_func(query->clauses, release_clause);
    return query;
}

void kb_query_free(struct kb_query *query)
{
    if (!query)
        return;
    g_array_unref(query->clauses);
    g_free(query->pattern);
    g_free(query);
}

static void add_clause(struct kb_query *query, const char *start, const char *end, struct kb_clause clause)
{
    if (start >= end)
        return;
    clause.text = g_strndup(start, (gsize)(end - start));
    clause.open = *end == '\0' && !clause.phrase && !clause.excluded;
    g_array_append_val(query->clauses, clause);
}

/* The length of a quotation mark at `at`: straight, or one of the curly and the full-width ones; 0 for none.
 */
static size_t quote_at(const char *at)
{
    static const char *const quotes[] = {"\"", "\u201C", "\u201D", "\uFF02"};

    for (size_t i = 0; i < G_N_ELEMENTS(quotes); i++)
        if (g_str_has_prefix(at, quotes[i]))
            return strlen(quotes[i]);
    return 0;
}

static size_t space_at(const char *at)
{
    if (*at == '\0')
        return 0;
    return g_unichar_isspace(g_utf8_get_char(at)) ? (size_t)(g_utf8_next_char(at) - at) : 0;
}

static const char *word_end(const char *at)
{
    while (*at && space_at(at) == 0)
        at = g_utf8_next_char(at);
    return at;
}

/* A phrase that begins behind the quotation mark at `at`; returns where it ends, or NULL where it is not
 * closed. */
static const char *read_phrase(struct kb_query *query, const char *at, struct kb_clause clause)
{
    const char *start = at + quote_at(at), *end = start;

    while (*end && quote_at(end) == 0)
        end = g_utf8_next_char(end);
    if (*end == '\0') {
        query->note = NOTE_QUOTE;
        return NULL;
    }
    clause.phrase = true;
    add_clause(query, start, end, clause);
    return end + quote_at(end);
}

static const struct field_name *field_at(const char *at)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        if (g_ascii_strncasecmp(at, fields[i].name, strlen(fields[i].name)) == 0)
            return &fields[i];
    return NULL;
}

static void set_lang(struct kb_query *query, const char *start, const char *end)
{
    size_t len = MIN((size_t)(end - start), KB_LANG_MAX);

    memcpy(query->lang, start, len);
    query->lang[len] = '\0';
}

/* One clause at `at`, which is no space; returns where the next may begin. */
static const char *read_clause(struct kb_query *query, const char *at)
{
    struct kb_clause clause = {0};
    const char *next;

    if (*at == '-' && at[1] != '\0' && space_at(at + 1) == 0) {
        clause.excluded = true;
        at++;
    }
    const struct field_name *name = field_at(at);
    if (name) {
        at += strlen(name->name);
        clause.scope = name->field == FIELD_TITLE ? KB_SCOPE_TITLE : KB_SCOPE_TAGS;
    }
    if (name && name->field == FIELD_LANG) {
        set_lang(query, at, word_end(at));
        return word_end(at);
    }
    if (quote_at(at) > 0) {
        next = read_phrase(query, at, clause);
        if (next)
            return next;
        at += quote_at(at);
        if (*at == '\0' || space_at(at) > 0)
            return at;
    }
    add_clause(query, at, word_end(at), clause);
    return word_end(at);
}

/* Conditions without a word that would meet them. */
static bool looks_for_nothing(const struct kb_query *query)
{
    for (guint i = 0; i < query->clauses->len; i++)
        if (!g_array_index(query->clauses, struct kb_clause, i).excluded)
            return false;
    return query->clauses->len > 0 || query->lang[0] != '\0';
}

static struct kb_query *read_words(const char *text)
{
    struct kb_query *query = new_query(KB_QUERY_KIND_WORDS);

    while (*text) {
        size_t space = space_at(text);
        text = space > 0 ? text + space : read_clause(query, text);
    }
    if (!query->note && looks_for_nothing(query))
        query->note = NOTE_EMPTY;
    return query;
}

static struct kb_query *read_plain(const char *text)
{
    struct kb_query *query = new_query(KB_QUERY_KIND_WORDS);

    add_clause(query, text, text + strlen(text), (struct kb_clause){0});
    return query;
}

/* "/pattern/flags", or NULL where the text is not that: no second slash, or something else than flags behind
 * it. */
static struct kb_query *read_pattern(const char *text)
{
    const char *close = strrchr(text, '/');
    struct kb_query *query;

    if (text[0] != '/' || close < text + 2 || strspn(close + 1, "imsx") != strlen(close + 1))
        return NULL;
    query = new_query(KB_QUERY_KIND_REGEX);
    query->pattern = g_strndup(text + 1, (gsize)(close - text - 1));
    query->ignore_case = strchr(close + 1, 'i') != NULL;
    query->multi_line = strchr(close + 1, 'm') != NULL;
    query->dot_all = strchr(close + 1, 's') != NULL;
    query->extended = strchr(close + 1, 'x') != NULL;
    return query;
}

static struct kb_query *read_abbreviation(const char *text)
{
    struct kb_query *query = new_query(KB_QUERY_KIND_ABBREVIATION);

    query->pattern = g_strdup(text);
    return query;
}

/* A text that begins like a pattern and has not come to its end. A path ("/etc/passwd file") is no pattern.
 */
static bool pattern_begun(const char *text)
{
    return text[0] == '/' && text[1] != '\0' && !strchr(text + 1, '/');
}

/* A pattern or an abbreviation; NULL for words, and for what is not finished. */
static struct kb_query *read_whole(const char *text)
{
    struct kb_query *query = read_pattern(text);

    return query || text[0] != '~' || text[1] == '\0' ? query : read_abbreviation(text + 1);
}

/* The same with a language before or behind it; NULL where there is none, or nothing that it could be of. */
static struct kb_query *read_with_lang(const char *text)
{
    const struct field_name *lang = field_at(text);
    const char *start = text, *end = text + strlen(text), *word = text;
    struct kb_query *query;

    if (lang && lang->field == FIELD_LANG) {
        for (start = word_end(text); space_at(start) > 0;)
            start += space_at(start);
    } else {
        while (end > text && g_ascii_isspace(end[-1]))
            end--;
        for (word = end; word > text && !g_ascii_isspace(word[-1]);)
            word--;
        lang = field_at(word);
        for (end = word; end > text && g_ascii_isspace(end[-1]);)
            end--;
    }
    if (!lang || lang->field != FIELD_LANG)
        return NULL;
    g_autofree char *rest = g_strndup(start, (gsize)(end - start));
    query = read_whole(rest);
    word += strlen(lang->name);
    if (query)
        set_lang(query, word, word_end(word));
    return query;
}

static struct kb_query *read_auto(const char *text)
{
    struct kb_query *query = read_whole(text);

    /* An abbreviation takes all that follows; a pattern has its end. */
    if (!query || query->kind == KB_QUERY_KIND_ABBREVIATION) {
        struct kb_query *with_lang = read_with_lang(text);
        if (with_lang)
            kb_query_free(query);
        query = with_lang ? with_lang : query;
    }
    if (query)
        return query;
    if (!pattern_begun(text))
        return read_words(text);
    return kb_query_new_as_text(text, NOTE_SLASH);
}

static struct kb_query *read_mode(const char *text, enum kb_mode mode)
{
    struct kb_query *query;

    switch (mode) {
    case KB_MODE_WORDS:
        return read_plain(text);
    case KB_MODE_FUZZY:
        return read_abbreviation(text[0] == '~' ? text + 1 : text);
    case KB_MODE_REGEX:
        query = read_pattern(text);
        if (!query) {
            query = new_query(KB_QUERY_KIND_REGEX);
            query->pattern = g_strdup(text);
        }
        return query;
    default:
        return read_auto(text);
    }
}

/* Valid UTF-8 of at most KB_QUERY_MAX_BYTES, cut between characters. */
static char *clean(const char *text, bool *cut)
{
    size_t len = strlen(text);

    *cut = len > KB_QUERY_MAX_BYTES;
    if (*cut) {
        len = KB_QUERY_MAX_BYTES;
        while (len > 0 && ((uint8_t)text[len] & 0xC0) == 0x80)
            len--;
    }
    return g_utf8_make_valid(text, (gssize)len);
}

struct kb_query *kb_query_new(const char *text, enum kb_mode mode)
{
    bool cut;
    g_autofree char *valid = clean(text, &cut);
    const char *start = valid;
    struct kb_query *query;

    if (mode != KB_MODE_REGEX)
        while (space_at(start) > 0)
            start += space_at(start);
    query = read_mode(start, mode);
    if (cut)
        query->note = NOTE_LONG;
    return query;
}

struct kb_query *kb_query_new_as_text(const char *text, const char *note)
{
    bool cut;
    g_autofree char *valid = clean(text, &cut);
    struct kb_query *query = read_plain(valid);

    query->note = note;
    return query;
}
