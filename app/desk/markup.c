#include "app/desk/markup.h"

#include <stdbool.h>
#include <string.h>

#include "app/desk/desk.h"
#include "kb/emphasis.h"

/* How far is looked ahead, in bytes: a text of nothing but signs stays linear. */
#define BARS_BYTES 512

/* What is being written and how far. */
struct plain {
    const char *source;
    size_t len; /* of it */
    GString *out;
    size_t *places; /* places[i]: where byte i of the source went; NULL: nobody asks */
    GArray *strong;
    size_t strong_start;
    bool is_strong, is_heading, is_emphasis;
};

static void set_strong(struct plain *p, bool on)
{
    if (on == p->is_strong)
        return;
    p->is_strong = on;
    struct desk_range range = {p->strong_start, p->out->len};
    if (on)
        p->strong_start = p->out->len;
    else if (range.end > range.start)
        g_array_append_val(p->strong, range);
}

/* Passes over `len` bytes of the source that are not written. */
static size_t skip(struct plain *p, size_t at, size_t len)
{
    for (size_t i = 0; p->places != NULL && i < len; i++)
        p->places[at + i] = p->out->len;
    return at + len;
}

static size_t copy(struct plain *p, size_t at)
{
    if (p->places != NULL)
        p->places[at] = p->out->len;
    g_string_append_c(p->out, p->source[at]);
    return at + 1;
}

/* Bytes of a run of bars, blanks and a table's dashes from here on; 0: there is no bar in it. */
static size_t bars_len(const char *text)
{
    size_t len = 0;
    bool has_bar = false;
    for (;;) {
        size_t dashes = len < BARS_BYTES ? strspn(text + len, ":-") : 0;
        if (len >= BARS_BYTES)
            return has_bar ? len : 0;
        if (dashes >= 3)
            len += dashes;
        else if (text[len] == '|' || text[len] == ' ')
            has_bar |= text[len++] == '|';
        else
            return has_bar ? len : 0;
    }
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\0';
}

/* A bar with what is around it: nothing at the edges of a line, a dot between two cells; a line of nothing
 * else goes as a whole. */
static size_t take_bars(struct plain *p, size_t at, size_t len)
{
    bool starts = p->out->len == 0 || p->out->str[p->out->len - 1] == '\n';
    bool ends = is_line_end(p->source[at + len]);
    if (starts && ends && p->source[at + len] == '\n')
        return skip(p, at, len + 1);
    size_t after = skip(p, at, len);
    if (!starts && !ends)
        g_string_append(p->out, " · ");
    return after;
}

/* The row over a table's line of dashes is its head. */
static bool is_table_head(const char *line)
{
    const char *next = strchr(line, '\n');
    if (*line != '|' || next == NULL)
        return false;
    size_t len = bars_len(next + 1);
    return len > 3 && is_line_end(next[1 + len]) && memchr(next + 1, '-', len) != NULL;
}

static size_t begin_line(struct plain *p, size_t at)
{
    const char *line = p->source + at;
    size_t hashes = strspn(line, "#");
    bool was_heading = p->is_heading;
    p->is_emphasis = false;
    p->is_heading = (hashes > 0 && hashes <= 6 && line[hashes] == ' ') || is_table_head(line);
    if (p->is_heading || was_heading ||
        is_line_end(*line)) /* what was never closed ends with its paragraph */
        set_strong(p, p->is_heading);
    if (hashes > 0 && p->is_heading)
        return skip(p, at, hashes + 1);
    size_t blanks = strspn(line, " "); /* of a list within a list */
    if (strncmp(line + blanks, "- ", 2) != 0)
        return at;
    for (size_t i = 0; i < blanks; i++)
        at = copy(p, at);
    at = skip(p, at, 1);
    g_string_append(p->out, "·");
    return at;
}

/* Answers where the source goes on. */
static size_t take(struct plain *p, size_t at)
{
    const char *here = p->source + at;
    size_t bars = *here == '|' || *here == ' ' ? bars_len(here) : 0;
    if (bars > 0)
        return take_bars(p, at, bars);
    size_t stars = *here == '*' ? kb_emphasis_sign(p->source, p->len, at, &p->is_emphasis) : 0;
    if (stars == 2 && !p->is_heading)
        set_strong(p, !p->is_strong);
    if (stars > 0)
        return skip(p, at, stars);
    if (*here == '`')
        return skip(p, at, 1);
    return copy(p, at);
}

static void move_marks(const struct plain *p, GArray *marks)
{
    size_t len = strlen(p->source);
    for (guint i = 0; i < marks->len; i++) {
        struct desk_range *mark = &g_array_index(marks, struct desk_range, i);
        mark->start = p->places[MIN(mark->start, len)];
        mark->end = p->places[MIN(mark->end, len)];
    }
}

char *markup_plain(const char *source, GArray *marks, GArray **strong)
{
    size_t len = strlen(source);
    struct plain p = {.source = source,
                      .len = len,
                      .out = g_string_sized_new(len),
                      .places = marks != NULL ? g_new(size_t, len + 1) : NULL,
                      .strong = g_array_new(false, false, sizeof(struct desk_range))};
    bool begins = true;
    for (size_t at = 0; at < len;) {
        if (begins)
            at = begin_line(&p, at);
        if (at == len)
            break;
        begins = source[at] == '\n';
        size_t next = take(&p, at);
        begins |= next > at && source[next - 1] == '\n';
        at = next;
    }
    set_strong(&p, false);
    skip(&p, len, 1);
    if (marks != NULL)
        move_marks(&p, marks);
    g_free(p.places);
    if (strong != NULL)
        *strong = g_steal_pointer(&p.strong);
    else
        g_array_unref(p.strong);
    return g_string_free(p.out, FALSE);
}
