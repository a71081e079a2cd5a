#include "kb/stem.h"

#include <stdbool.h>
#include <string.h>

/* A word under the knife. `y` that acts as a consonant is written 'Y' until the end. */
struct stem {
    char *s;
    size_t len;
    size_t r1, r2; /* where the regions R1 and R2 begin; == len where they are empty */
};

struct stem_suffix {
    const char *suffix;
    size_t len; /* of the suffix */
    const char *replacement;
};
#define SUFFIX(suffix, replacement)            \
    {                                          \
        suffix, sizeof suffix - 1, replacement \
    }
#define WORD(word) SUFFIX(word, word)

static bool is_vowel(char c)
{
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
}

static bool ends(const struct stem *w, const char *suffix)
{
    size_t n = strlen(suffix);

    return w->len >= n && memcmp(w->s + w->len - n, suffix, n) == 0;
}

/* The longest of the suffixes (longest first) that the word ends in, or NULL. The last letter tells most of
 * them off. */
static const struct stem_suffix *longest(const struct stem *w, const struct stem_suffix *suffixes,
                                         size_t count)
{
    char last = w->s[w->len - 1];

    for (size_t i = 0; i < count; i++) {
        const struct stem_suffix *x = &suffixes[i];
        if (x->suffix[x->len - 1] == last && w->len >= x->len &&
            memcmp(w->s + w->len - x->len, x->suffix, x->len) == 0)
            return x;
    }
    return NULL;
}

/* The row of one whole word, or NULL. */
static const struct stem_suffix *find_word(const struct stem *w, const struct stem_suffix *words,
                                           size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (words[i].len == w->len && memcmp(w->s, words[i].suffix, w->len) == 0)
            return &words[i];
    return NULL;
}

static bool in_r1(const struct stem *w, size_t suffix_len)
{
    return w->len - suffix_len >= w->r1;
}

static bool in_r2(const struct stem *w, size_t suffix_len)
{
    return w->len - suffix_len >= w->r2;
}

static void replace(struct stem *w, size_t suffix_len, const char *with)
{
    size_t n = strlen(with);

    memcpy(w->s + w->len - suffix_len, with, n);
    w->len = w->len - suffix_len + n;
}

static bool has_vowel(const struct stem *w, size_t end)
{
    for (size_t i = 0; i < end; i++)
        if (is_vowel(w->s[i]))
            return true;
    return false;
}

/* The region after the first consonant that follows a vowel, at or after `from`. */
static size_t region(const struct stem *w, size_t from)
{
    for (size_t i = from + 1; i < w->len; i++)
        if (is_vowel(w->s[i - 1]) && !is_vowel(w->s[i]))
            return i + 1;
    return w->len;
}

static void mark_regions(struct stem *w)
{
    static const char *const exceptional[] = {"gener", "commun", "arsen"};

    if (w->s[0] == 'y')
        w->s[0] = 'Y';
    for (size_t i = 1; i < w->len; i++)
        if (w->s[i] == 'y' && is_vowel(w->s[i - 1]))
            w->s[i] = 'Y';
    w->r1 = region(w, 0);
    for (size_t i = 0; i < sizeof exceptional / sizeof exceptional[0]; i++) {
        size_t n = strlen(exceptional[i]);
        if (w->len >= n && memcmp(w->s, exceptional[i], n) == 0)
            w->r1 = n;
    }
    w->r2 = w->r1 < w->len ? region(w, w->r1) : w->len;
}

/* Does the word up to `end` close with a short syllable? */
static bool short_syllable(const struct stem *w, size_t end)
{
    const char *s = w->s;

    if (end == 2)
        return is_vowel(s[0]) && !is_vowel(s[1]);
    return end > 2 && !is_vowel(s[end - 3]) && is_vowel(s[end - 2]) && !is_vowel(s[end - 1]) &&
           s[end - 1] != 'w' && s[end - 1] != 'x' && s[end - 1] != 'Y';
}

static bool is_short(const struct stem *w)
{
    return w->r1 >= w->len && short_syllable(w, w->len);
}

static void step_1a(struct stem *w)
{
    if (ends(w, "sses"))
        replace(w, 4, "ss");
    else if (ends(w, "ied") || ends(w, "ies"))
        replace(w, 3, w->len > 4 ? "i" : "ie");
    else if (ends(w, "us") || ends(w, "ss"))
        return;
    else if (ends(w, "s") && w->len > 2 && has_vowel(w, w->len - 2))
        w->len--;
}

static bool ends_double(const struct stem *w)
{
    char c = w->s[w->len - 1];

    return w->len > 1 && c == w->s[w->len - 2] && strchr("bdfgmnprt", c) && c != '\0';
}

static void step_1b(struct stem *w)
{
    static const struct stem_suffix suffixes[] = {SUFFIX("ingly", ""), SUFFIX("edly", ""), SUFFIX("ing", ""),
                                                  SUFFIX("ed", "")};

    if (ends(w, "eedly") || ends(w, "eed")) {
        size_t n = ends(w, "eedly") ? 5 : 3;
        if (in_r1(w, n))
            replace(w, n, "ee");
        return;
    }
    const struct stem_suffix *found = longest(w, suffixes, sizeof suffixes / sizeof suffixes[0]);
    if (!found || !has_vowel(w, w->len - found->len))
        return;
    w->len -= found->len;
    if (ends(w, "at") || ends(w, "bl") || ends(w, "iz"))
        w->s[w->len++] = 'e';
    else if (ends_double(w))
        w->len--;
    else if (is_short(w))
        w->s[w->len++] = 'e';
}

static void step_1c(struct stem *w)
{
    char last = w->s[w->len - 1];

    if ((last == 'y' || last == 'Y') && w->len > 2 && !is_vowel(w->s[w->len - 2]))
        w->s[w->len - 1] = 'i';
}

static void step_2(struct stem *w)
{
    static const struct stem_suffix suffixes[] = {
        SUFFIX("ational", "ate"), SUFFIX("fulness", "ful"), SUFFIX("iveness", "ive"),
        SUFFIX("ization", "ize"), SUFFIX("ousness", "ous"), SUFFIX("biliti", "ble"),
        SUFFIX("lessli", "less"), SUFFIX("tional", "tion"), SUFFIX("alism", "al"),
        SUFFIX("aliti", "al"),    SUFFIX("ation", "ate"),   SUFFIX("entli", "ent"),
        SUFFIX("fulli", "ful"),   SUFFIX("iviti", "ive"),   SUFFIX("ousli", "ous"),
        SUFFIX("abli", "able"),   SUFFIX("alli", "al"),     SUFFIX("anci", "ance"),
        SUFFIX("ator", "ate"),    SUFFIX("enci", "ence"),   SUFFIX("izer", "ize"),
        SUFFIX("bli", "ble"),     SUFFIX("ogi", "og"),      SUFFIX("li", ""),
    };
    const struct stem_suffix *found = longest(w, suffixes, sizeof suffixes / sizeof suffixes[0]);

    if (!found || !in_r1(w, found->len))
        return;
    size_t n = found->len;
    char before = w->len > n ? w->s[w->len - n - 1] : '\0';
    if (strcmp(found->suffix, "ogi") == 0 && before != 'l')
        return;
    if (strcmp(found->suffix, "li") == 0 && (before == '\0' || !strchr("cdeghkmnrt", before)))
        return;
    replace(w, n, found->replacement);
}

static void step_3(struct stem *w)
{
    static const struct stem_suffix suffixes[] = {
        SUFFIX("ational", "ate"), SUFFIX("tional", "tion"), SUFFIX("alize", "al"),
        SUFFIX("ative", ""),      SUFFIX("icate", "ic"),    SUFFIX("iciti", "ic"),
        SUFFIX("ical", "ic"),     SUFFIX("ness", ""),       SUFFIX("ful", ""),
    };
    const struct stem_suffix *found = longest(w, suffixes, sizeof suffixes / sizeof suffixes[0]);

    if (!found || !in_r1(w, found->len))
        return;
    if (strcmp(found->suffix, "ative") == 0 && !in_r2(w, 5))
        return;
    replace(w, found->len, found->replacement);
}

static void step_4(struct stem *w)
{
    static const struct stem_suffix suffixes[] = {
        SUFFIX("ement", ""), SUFFIX("able", ""), SUFFIX("ance", ""), SUFFIX("ence", ""), SUFFIX("ible", ""),
        SUFFIX("ment", ""),  SUFFIX("ant", ""),  SUFFIX("ate", ""),  SUFFIX("ent", ""),  SUFFIX("ion", ""),
        SUFFIX("ism", ""),   SUFFIX("iti", ""),  SUFFIX("ive", ""),  SUFFIX("ize", ""),  SUFFIX("ous", ""),
        SUFFIX("al", ""),    SUFFIX("er", ""),   SUFFIX("ic", ""),
    };
    const struct stem_suffix *found = longest(w, suffixes, sizeof suffixes / sizeof suffixes[0]);

    if (!found || !in_r2(w, found->len))
        return;
    size_t n = found->len;
    if (strcmp(found->suffix, "ion") == 0 && w->s[w->len - n - 1] != 's' && w->s[w->len - n - 1] != 't')
        return;
    w->len -= n;
}

static void step_5(struct stem *w)
{
    if (ends(w, "e")) {
        if (in_r2(w, 1) || (in_r1(w, 1) && !short_syllable(w, w->len - 1)))
            w->len--;
    } else if (ends(w, "ll") && in_r2(w, 1)) {
        w->len--;
    }
}

/* Words whose stem the rules would miss, and words that are to stay whole. */
static bool is_exception(struct stem *w)
{
    static const struct stem_suffix words[] = {
        SUFFIX("skis", "ski"),
        SUFFIX("skies", "sky"),
        SUFFIX("dying", "die"),
        SUFFIX("lying", "lie"),
        SUFFIX("tying", "tie"),
        SUFFIX("idly", "idl"),
        SUFFIX("gently", "gentl"),
        SUFFIX("ugly", "ugli"),
        SUFFIX("early", "earli"),
        SUFFIX("only", "onli"),
        SUFFIX("singly", "singl"),
        WORD("sky"),
        WORD("news"),
        WORD("howe"),
        WORD("atlas"),
        WORD("cosmos"),
        WORD("bias"),
        WORD("andes"),
    };

    const struct stem_suffix *found = find_word(w, words, sizeof words / sizeof words[0]);

    if (!found)
        return false;
    w->len = strlen(found->replacement);
    memcpy(w->s, found->replacement, w->len);
    return true;
}

static bool is_whole_after_1a(const struct stem *w)
{
    static const struct stem_suffix words[] = {
        WORD("inning"),  WORD("outing"),  WORD("canning"), WORD("herring"),
        WORD("earring"), WORD("proceed"), WORD("exceed"),  WORD("succeed"),
    };

    return find_word(w, words, sizeof words / sizeof words[0]) != NULL;
}

size_t kb_stem(char *word, size_t len)
{
    struct stem w = {.s = word, .len = len};

    if (len < 3)
        return len;
    for (size_t i = 0; i < len; i++)
        if (word[i] < 'a' || word[i] > 'z')
            return len;
    if (is_exception(&w))
        return w.len;
    mark_regions(&w);
    step_1a(&w);
    if (!is_whole_after_1a(&w)) {
        step_1b(&w);
        step_1c(&w);
        step_2(&w);
        step_3(&w);
        step_4(&w);
        step_5(&w);
    }
    for (size_t i = 0; i < w.len; i++)
        if (w.s[i] == 'Y')
            w.s[i] = 'y';
    return w.len;
}
