#include "kb/fold.h"

#include <string.h>
#include <utf8proc.h>

#include "kb/bytes.h"
#include "kb/han.h"

struct fold_letter {
    int32_t from;
    char to[4];
};

/* Letters whose stroke or ligature Unicode regards as part of the letter, in order of code point. */
static const struct fold_letter letters[] = {
    {0x00E6, "ae"}, {0x00F0, "d"}, {0x00F8, "o"},  {0x00FE, "th"}, {0x0111, "d"}, {0x0127, "h"},
    {0x0131, "i"},  {0x0142, "l"}, {0x0153, "oe"}, {0x0167, "t"},  {0x2019, "'"},
};

static size_t fold_letter(int32_t c, int32_t *out)
{
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        if (letters[i].from != c)
            continue;
        size_t n = strlen(letters[i].to);
        for (size_t k = 0; k < n; k++)
            out[k] = letters[i].to[k];
        return n;
    }
    out[0] = kb_han_simplified(c);
    return 1;
}

/* Code points that fold to themselves and that text in CJK is full of. */
static int folds_to_itself(int32_t c)
{
    return (c >= 0x3041 && c <= 0x30FE && c != 0x3099 && c != 0x309A && c != 0x309F) ||
           (c >= 0x3400 && c <= 0x4DBF) || (c >= 0xAC00 && c <= 0xD7A3);
}

static size_t fold_other(int32_t c, int32_t out[KB_FOLD_MAX])
{
    utf8proc_int32_t parts[KB_FOLD_MAX];
    int boundary = UTF8PROC_BOUNDCLASS_START;
    utf8proc_ssize_t count = utf8proc_decompose_char(
        c, parts, KB_FOLD_MAX, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE,
        &boundary);
    size_t n = 0;

    if (count < 0 || count > KB_FOLD_MAX) {
        out[0] = KB_REPLACEMENT;
        return 1;
    }
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        utf8proc_category_t category = utf8proc_category(parts[i]);
        if (category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME)
            continue;
        if (n + 2 > KB_FOLD_MAX)
            break;
        n += fold_letter(parts[i], out + n);
    }
    return n;
}

size_t kb_fold_char(int32_t c, int32_t out[KB_FOLD_MAX])
{
    if (c < 0x80) {
        out[0] = c >= 'A' && c <= 'Z' ? c + 32 : c;
        return 1;
    }
    if (c >= 0x4E00 && c <= 0x9FFF) {
        out[0] = kb_han_simplified(c);
        return 1;
    }
    if (folds_to_itself(c)) {
        out[0] = c;
        return 1;
    }
    return fold_other(c, out);
}
