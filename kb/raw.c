#include "kb/raw.h"

#include <glib.h>
#include <string.h>
#include <utf8proc.h>

#include "kb/bytes.h"
#include "kb/format.h"
#include "kb/tokens.h"

/* Letters beyond are of Unicode versions that PCRE2 and utf8proc may not share. */
#define PLANE_0_END 0x10000

/* A group being put together: its prefix, then the word in small letters. */
struct name {
    char text[KB_TOKEN_MAX + 1];
    size_t len; /* characters; more than KB_TOKEN_MAX where it is longer than `text` */
};

struct reader {
    const char *text;
    size_t len, at;
    struct name run;        /* a word, with the points inside numbers */
    struct name word, last; /* a word as PCRE2 has it, and the one before it */
    bool is_other;          /* the run is no word of the index */
    bool is_odd;            /* has been told */
    void (*each)(void *data, const char *group, size_t len);
    void *data;
};

static void begin(struct name *name, char prefix)
{
    name->text[0] = prefix;
    name->len = 1;
}

static void put(struct name *name, char c)
{
    if (name->len < sizeof name->text)
        name->text[name->len] = c;
    name->len++;
}

static void tell(struct reader *r, const struct name *name)
{
    if (name->len <= KB_TOKEN_MAX)
        r->each(r->data, name->text, name->len);
    else
        r->each(r->data, KB_CUT_GROUP, strlen(KB_CUT_GROUP));
}

/* Is a character beyond ASCII a word's, for every version of PCRE2? Where they disagree the text is odd. */
static bool is_word_character(struct reader *r, int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);
    bool is_word = (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
                   (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
    bool is_settled = is_word ? c < PLANE_0_END : category > UTF8PROC_CATEGORY_PC;

    if (!is_settled && !r->is_odd)
        r->each(r->data, KB_ODD_GROUP, strlen(KB_ODD_GROUP));
    r->is_odd |= !is_settled;
    return is_word;
}

/* Moves over a character; '\0' for one that is no word's. */
static char next(struct reader *r)
{
    char c = r->text[r->at];

    if ((uint8_t)c >= 0x80)
        return is_word_character(r, kb_utf8_next(r->text, r->len, &r->at)) ? KB_RAW_OTHER : '\0';
    r->at++;
    return g_ascii_isalnum(c) || c == '_' ? g_ascii_tolower(c) : '\0';
}

static bool is_beyond(const struct reader *r, size_t at)
{
    return at < r->len && (uint8_t)r->text[at] >= 0x80;
}

static bool is_alnum(const struct reader *r, size_t at)
{
    return at < r->len && g_ascii_isalnum(r->text[at]);
}

/* What stands at `at`, outside a run, may tie it to something else into one word of the index (kb/tokens.h).
 */
static bool ties(const struct reader *r, size_t at)
{
    bool before = at > 0 && is_alnum(r, at - 1), after = is_alnum(r, at + 1);
    bool before_other = at > 0 && is_beyond(r, at - 1), after_other = is_beyond(r, at + 1);

    if (is_beyond(r, at))
        return true;
    if (r->text[at] == '.')
        return (before || before_other) && (after || after_other) && (before_other || after_other);
    return (r->text[at] == '\'' || r->text[at] == ',') && (before || before_other) && (after || after_other);
}

/* A point inside a number, of whichever script. */
static bool is_point(const struct reader *r, size_t at)
{
    char last = r->run.text[MIN(r->run.len, sizeof r->run.text) - 1];

    return r->text[at] == '.' && r->run.len > 1 && (g_ascii_isdigit(last) || last == KB_RAW_OTHER) &&
           ((at + 1 < r->len && g_ascii_isdigit(r->text[at + 1])) || is_beyond(r, at + 1));
}

/* Makes the word what both have in common; false where they are not the same. A character beyond ASCII may be
 * any one, in some other case. */
static bool merge(struct name *word, const struct name *last)
{
    if (word->len != last->len || word->len == 1)
        return false;
    for (size_t i = 1; i < MIN(word->len, sizeof word->text); i++) {
        if (word->text[i] == KB_RAW_OTHER || last->text[i] == KB_RAW_OTHER)
            word->text[i] = KB_RAW_OTHER;
        else if (word->text[i] != last->text[i])
            return false;
    }
    return true;
}

static void end_word(struct reader *r)
{
    struct name common = r->word;

    if (merge(&common, &r->last))
        tell(r, &common);
    if (r->word.len > 1)
        r->last = r->word;
    begin(&r->word, KB_TWICE_PREFIX[0]);
}

/* `end` is where the run ended. Single letters are in nearly every text. */
static void end_run(struct reader *r, size_t end)
{
    if (r->run.len > 2 && (r->is_other || (end < r->len && ties(r, end))))
        tell(r, &r->run);
    begin(&r->run, KB_RAW_PREFIX[0]);
}

static void add(struct reader *r, char c, size_t start)
{
    if (r->run.len == 1)
        r->is_other = start > 0 && ties(r, start - 1);
    r->is_other |= c == '_' || c == KB_RAW_OTHER;
    put(&r->run, c);
    put(&r->word, c);
}

void kb_raw_tell(const char *text, size_t len, void (*each)(void *data, const char *group, size_t len),
                 void *data)
{
    struct reader r = {.text = text, .len = len, .each = each, .data = data};

    begin(&r.run, KB_RAW_PREFIX[0]);
    begin(&r.word, KB_TWICE_PREFIX[0]);
    begin(&r.last, KB_TWICE_PREFIX[0]);
    while (r.at < len) {
        size_t start = r.at;
        char c = next(&r);
        if (c) {
            add(&r, c, start);
            continue;
        }
        if (r.word.len > 1)
            end_word(&r);
        if (is_point(&r, start))
            put(&r.run, '.');
        else
            end_run(&r, start);
    }
    end_word(&r);
    end_run(&r, len);
}
