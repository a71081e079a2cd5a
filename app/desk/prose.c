#include "app/desk/prose.h"

#include <stdint.h>
#include <string.h>

/* A sentence with this many commas before its "if" is a list. */
#define LIST_COMMAS 4

/* Patterns, compiled when first used and kept. */
static const GRegex *pattern(const char *expression)
{
    static GHashTable *kept;
    if (kept == NULL)
        kept = g_hash_table_new(g_str_hash, g_str_equal);
    GRegex *regex = g_hash_table_lookup(kept, expression);
    if (regex == NULL) {
        regex = g_regex_new(expression, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
        g_assert(regex != NULL);
        g_hash_table_insert(kept, (gpointer)expression, regex);
    }
    return regex;
}

static bool holds(const char *text, const char *expression)
{
    return g_regex_match(pattern(expression), text, 0, NULL);
}

/* The group of the first match; NULL where there is none. Caller owns. */
static char *group_of(const char *text, const char *expression, int group)
{
    g_autoptr(GMatchInfo) match = NULL;
    return g_regex_match(pattern(expression), text, 0, &match) ? g_match_info_fetch(match, group) : NULL;
}

int prose_count_ifs(const char *text)
{
    g_autoptr(GMatchInfo) match = NULL;
    int count = 0;
    g_regex_match(pattern("\\bif\\b"), text, 0, &match);
    for (; g_match_info_matches(match); g_match_info_next(match, NULL))
        count++;
    return count;
}

static void condition_free(gpointer data)
{
    struct prose_condition *c = data;
    g_free(c->question);
    g_free(c->act);
    g_free(c->step);
    g_free(c);
}

/* --- what a condition brings about --- */

static void read_then(struct prose_condition *c)
{
    if (holds(c->act, "\\bend( the)? conversation|skip the following"))
        c->then = PROSE_THEN_END;
    else if ((c->step = group_of(c->act, "(?:skip|go|move|jump) to the ([A-Z][\\w ]*?) step\\b", 1)) != NULL)
        c->then = PROSE_THEN_NAMED;
    else if (holds(c->act, "skip the next step"))
        c->then = PROSE_THEN_SKIP_STEP;
    else if (holds(c->act, "\\bnext step\\b|proceed with the conversation"))
        c->then = PROSE_THEN_NEXT_STEP;
    if (c->step != NULL && holds(c->step, "^(the )?next$")) {
        g_clear_pointer(&c->step, g_free);
        c->then = PROSE_THEN_NEXT_STEP;
    }
    c->is_open = holds(c->act, "apologi[sz]e|not successful|nothing you can do|cannot do anything|too late");
    if (holds(c->act,
              "flow\\b.*(instead|below|above)|\\binstead\\.?$.*|likely .* instead|consider .* instead") &&
        holds(c->act, "flow|likely|consider|check the")) { /* another guideline is for this */
        c->then = PROSE_THEN_END;
        c->is_open = true;
    }
}

/* "the customer does not know" -> "The customer does not know?" */
static char *question_of(const char *condition)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(condition));
    size_t len = strlen(trimmed);
    while (len > 0 && (strchr(".,:;?! ", trimmed[len - 1]) != NULL ||
                       (trimmed[len - 1] == ')' && strchr(trimmed, '(') == NULL)))
        trimmed[--len] = '\0';
    if (len == 0)
        return NULL;
    g_autofree char *first = g_utf8_strup(trimmed, g_utf8_next_char(trimmed) - trimmed);
    return g_strconcat(first, g_utf8_next_char(trimmed), "?", NULL);
}

static char *act_of(const char *text)
{
    g_autofree char *bare = g_strstrip(g_strdup(text));
    const char *at = bare;
    while (*at != '\0' && strchr(",:;-) ", *at) != NULL)
        at++;
    if (g_ascii_strncasecmp(at, "then", 4) == 0 && !g_ascii_isalpha(at[4]))
        at += 4;
    while (*at != '\0' && strchr(",:; ", *at) != NULL)
        at++;
    g_autofree char *rest = g_strchug(g_strdup(at));
    if (*rest == '\0')
        return g_strdup("");
    g_autofree char *first = g_utf8_strup(rest, g_utf8_next_char(rest) - rest);
    return g_strconcat(first, g_utf8_next_char(rest), NULL);
}

static void add(GPtrArray *found, const char *condition, const char *act, size_t line, bool opens)
{
    char *question = question_of(condition);
    if (question == NULL)
        return;
    struct prose_condition *c = g_new0(struct prose_condition, 1);
    *c = (struct prose_condition){.question = question, .act = act_of(act), .line = line, .opens = opens};
    read_then(c);
    g_ptr_array_add(found, c);
}

/* --- sentences --- */

/* The byte at which the first match begins; SIZE_MAX where there is none. */
static size_t place_of(const char *text, const char *expression)
{
    g_autoptr(GMatchInfo) match = NULL;
    int start = 0, end = 0;
    if (!g_regex_match(pattern(expression), text, 0, &match))
        return SIZE_MAX;
    g_match_info_fetch_pos(match, 0, &start, &end);
    return (size_t)start;
}

/* Where the condition ends that begins at `text`: bytes. A "then" says so; else a colon or a comma does, but
 * not one within a list ("'In Transit', 'Out for Delivery' or 'Delivered'"). In brackets it ends with them.
 */
static size_t condition_len(const char *text, bool in_brackets)
{
    size_t then = place_of(text, ",? then\\b");
    if (in_brackets && strchr(text, ')') != NULL)
        return (size_t)(strchr(text, ')') - text);
    if (then != SIZE_MAX)
        return then;
    size_t colon = place_of(text, ":"), likely = place_of(text, " it is likely\\b");
    size_t comma = place_of(text, ", (?!['\"‘“]|and\\b|or\\b|silver\\b|bronze\\b|gold\\b)");
    size_t end = MIN(MIN(colon, likely), comma);
    return end != SIZE_MAX && end > 0 ? end : strlen(text);
}

static int count_commas(const char *text, size_t len)
{
    int count = 0;
    for (size_t i = 0; i < len; i++)
        count += text[i] == ',';
    return count;
}

/* One clause with one "if", which begins at byte `at`. */
static void read_clause(GPtrArray *found, const char *text, size_t at, size_t line, bool first)
{
    g_autofree char *before = g_strndup(text, at);
    const char *after = text + at + strlen("if");
    if (holds(before, "^\\W*(for example|i\\.?e\\.)|\\beven "
                      "$|\\b(ask|asks|asking|check|checking|see|know|wondering|decide|determine|find "
                      "out)\\b[^.:;]*$|\\boracle\\] $") ||
        count_commas(text, at) >= LIST_COMMAS)
        return;
    if (holds(before, "^[\\W\\d]*(\\((?:only|option \\w\\)) "
                      "*)?(then|and|but|so|however|alternatively|especially|finally|only)?[,\\s(]*$")) {
        size_t len = condition_len(after, holds(before, "\\((only )?$"));
        g_autofree char *condition = g_strndup(after, len);
        add(found, condition, after + len, line, first);
        return;
    }
    size_t len = condition_len(after, false);
    g_autofree char *condition = g_strndup(after, len);
    add(found, condition, before, line, false);
}

/* A sentence, or the part of one between its commas where it has several "if". */
static void read_sentence(GPtrArray *found, const char *text, size_t line, bool first)
{
    int ifs = prose_count_ifs(text);
    if (ifs > 1) {
        g_auto(GStrv) parts = g_regex_split(pattern("(?<=,) (?=.*\\bif\\b)"), text, 0);
        for (size_t i = 0; parts[i] != NULL && parts[1] != NULL; i++)
            read_sentence(found, parts[i], line, first && i == 0);
        if (parts[1] != NULL)
            return;
    }
    g_autoptr(GMatchInfo) match = NULL;
    int start = 0, end = 0;
    if (!g_regex_match(pattern("\\bif\\b"), text, 0, &match))
        return;
    g_match_info_fetch_pos(match, 0, &start, &end);
    read_clause(found, text, (size_t)start, line, first);
}

/* What follows belongs to a condition that ended its sentence without saying what to do. */
static void complete_act(GPtrArray *found, const char *sentence)
{
    if (found->len == 0)
        return;
    struct prose_condition *c = found->pdata[found->len - 1];
    g_autofree char *old = c->act;
    g_autofree char *more = act_of(sentence);
    c->act = *old == '\0' ? g_strdup(more) : g_strconcat(old, " > ", more, NULL);
    g_clear_pointer(&c->step, g_free);
    c->then = PROSE_THEN_ON;
    read_then(c);
}

/* A sentence behind a condition of the same line tells more of what to do when it holds. */
static void read_line(GPtrArray *found, const char *text, size_t line)
{
    g_auto(GStrv) sentences =
        g_regex_split(pattern("\\s*>\\s*|\\s*<or>\\s*|(?<=[.!?])\\s+(?=(?-i:[^a-z]))"), text, 0);
    guint before = found->len;
    for (size_t i = 0; sentences[i] != NULL; i++) {
        if (*g_strstrip(sentences[i]) == '\0')
            continue;
        if (prose_count_ifs(sentences[i]) > 0)
            read_sentence(found, sentences[i], line, line == 0 && i == 0);
        else if (found->len > before)
            complete_act(found, sentences[i]);
    }
}

GPtrArray *prose_conditions(const char *text)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(condition_free);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++)
        read_line(found, lines[i], i);
    return found;
}
