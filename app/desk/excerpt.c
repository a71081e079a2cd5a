#include "app/desk/excerpt.h"

#include <string.h>

/* The next line that is not blank, from *at on; false: there is none. *at moves behind it. */
static bool next_line(const char *body, size_t *at, struct desk_range *line)
{
    while (body[*at] != '\0') {
        size_t start = *at, len = strcspn(body + start, "\n");
        *at = start + len + (body[start + len] == '\n');
        if (strspn(body + start, " \t\r") >= len)
            continue;
        *line = (struct desk_range){start, start + len};
        return true;
    }
    return false;
}

int excerpt_count(const char *body)
{
    struct desk_range line;
    size_t at = 0;
    int count = 0;
    while (next_line(body, &at, &line))
        count++;
    return count;
}

int excerpt_line_at(const char *body, size_t at)
{
    struct desk_range line;
    size_t next = 0;
    int count = 0;
    while (next_line(body, &next, &line) && line.end <= at)
        count++;
    return MAX(MIN(count, excerpt_count(body) - 1), 0);
}

struct desk_range excerpt_range(const char *body, int from, int to)
{
    int first = MAX(MIN(from, to), 0), last = MAX(MAX(from, to), 0);
    struct desk_range line, range = {0, 0};
    size_t at = 0;
    for (int i = 0; i <= last && next_line(body, &at, &line); i++) {
        if (i <= first)
            range.start = line.start;
        range.end = line.end;
    }
    return range;
}

size_t excerpt_mark_len(const char *line)
{
    static const char SIGN[] = "· "; /* as markup leaves it */
    size_t blanks = strspn(line, " "), digits = strspn(line + blanks, "0123456789");
    const char *at = line + blanks + digits;
    if (digits == 0 && g_str_has_prefix(at, SIGN))
        return blanks + strlen(SIGN);
    return digits > 0 && g_str_has_prefix(at, ". ") ? blanks + digits + strlen(". ") : 0;
}

struct desk_range excerpt_chosen(const struct desk_knowledge *k)
{
    if (k->article == NULL || !k->is_choosing)
        return (struct desk_range){0, 0};
    return excerpt_range(k->article->body, k->is_anchored ? k->anchor : k->line, k->line);
}
