#include "kb/emphasis.h"

#define AHEAD_BYTES 200

/* What stands at `at`; behind the end as at the end of a line. */
static char byte_at(const char *text, size_t len, size_t at)
{
    return at < len && text[at] != '\0' ? text[at] : '\n';
}

/* Is the star here closed in the same line? */
static bool opens(const char *text, size_t len, size_t star)
{
    char next = byte_at(text, len, star + 1);
    if (next == ' ' || next == '*' || next == '\n')
        return false;
    for (size_t at = star + 2; at < star + AHEAD_BYTES && byte_at(text, len, at) != '\n'; at++)
        if (text[at] == '*' && text[at - 1] != ' ' && text[at - 1] != '*' &&
            byte_at(text, len, at + 1) != '*')
            return true;
    return false;
}

size_t kb_emphasis_sign(const char *text, size_t len, size_t at, bool *is_open)
{
    if (byte_at(text, len, at + 1) == '*')
        return 2;
    if (!*is_open && !opens(text, len, at))
        return 0;
    *is_open = !*is_open;
    return 1;
}

bool kb_emphasis_is_open(const char *text, size_t len, size_t at)
{
    bool is_open = false;
    size_t from = at;

    while (from > 0 && text[from - 1] != '\n')
        from--;
    while (from < at) {
        size_t sign_len = text[from] == '*' ? kb_emphasis_sign(text, len, from, &is_open) : 0;
        from += sign_len > 0 ? sign_len : 1;
    }
    return is_open;
}
