#include "tests/support/package_corpus.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kb/builder.h"
#include "kb/reader.h"
#include "kb/tokens.h"

#define LINE_MAX_BYTES (64 * 1024 * 1024)
#define WORDS_MAX      32

/* Words of a title that somebody may remember. */
struct words {
    char *word[WORDS_MAX];
    guint df[WORDS_MAX]; /* titles that have it */
    size_t count;
};

static GRand *new_rand(void)
{
    const char *seed = g_getenv("FIRSTLINE_SEED");

    return g_rand_new_with_seed(seed ? (guint32)strtoul(seed, NULL, 10) : 1);
}

static bool make_files(const char *folder)
{
    const char *argv[] = {"python3", "tests/bench/package_articles.py", folder, NULL};
    int status = 1;

    return g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                        NULL) &&
           g_spawn_check_wait_status(status, NULL);
}

static void read_line(struct package_corpus *c, GArray *articles, const char *line, size_t len)
{
    struct kb_reader_line read;

    if (!kb_reader_line_init(&read, line, len, NULL))
        return;
    struct package_article article = {.id = g_strdup(read.document.id),
                                      .title = g_strdup(read.document.title),
                                      .body = g_strdup(read.document.body ? read.document.body : "")};
    article.title_len = strlen(article.title);
    article.body_len = strlen(article.body);
    c->text_bytes += article.title_len + article.body_len;
    g_array_append_val(articles, article);
    kb_reader_line_release(&read);
}

bool package_corpus_init(struct package_corpus *c, const char *name)
{
    const char *build = g_getenv("BUILD");
    g_autofree char *file = g_strconcat(name, ".jsonl", NULL);

    *c = (struct package_corpus){.folder = g_build_filename(build ? build : "build", "bench-corpus", NULL)};
    g_autofree char *path = g_build_filename(c->folder, file, NULL);
    FILE *stream = make_files(c->folder) ? fopen(path, "r") : NULL;
    if (!stream) {
        printf("The package descriptions cannot be had (apt-get update): passed over\n");
        g_clear_pointer(&c->folder, g_free);
        return false;
    }
    GArray *articles = g_array_new(FALSE, FALSE, sizeof(struct package_article));
    char *line = NULL;
    size_t room = 0;
    for (ssize_t len; (len = getline(&line, &room, stream)) >= 0;)
        read_line(c, articles, line, (size_t)len);
    free(line);
    fclose(stream);
    c->count = articles->len;
    c->articles = (struct package_article *)(void *)g_array_free(articles, FALSE);
    return true;
}

void package_corpus_release(struct package_corpus *c)
{
    for (size_t i = 0; i < c->count; i++) {
        g_free(c->articles[i].id);
        g_free(c->articles[i].title);
        g_free(c->articles[i].body);
    }
    g_free(c->articles);
    g_free(c->folder);
    *c = (struct package_corpus){0};
}

void package_corpus_add(const struct package_corpus *c, size_t article, struct kb_builder *builder)
{
    const struct package_article *a = &c->articles[article];

    kb_builder_add(builder, &(struct kb_document){.id = a->id, .title = a->title, .body = a->body}, NULL);
}

char *package_corpus_index(const struct package_corpus *c, const char *name)
{
    g_autofree char *file = g_strconcat(name, ".kb", NULL);
    char *path = g_build_filename(c->folder, file, NULL);
    g_autofree char *delta = g_strconcat(path, ".delta", NULL);
    GError *error = NULL;
    g_unlink(delta);
    struct kb_builder *builder = kb_builder_new(path, &error);

    for (size_t i = 0; builder && i < c->count; i++)
        package_corpus_add(c, i, builder);
    if (builder)
        kb_builder_finish(builder, &error);
    g_assert_no_error(error);
    kb_builder_free(builder);
    return path;
}

/* Words of letters alone, folded to small ones, in their order, each once; *at moves behind the word. */
static char *next_word(const char **at)
{
    while (**at && !g_ascii_isalnum(**at))
        ++*at;
    const char *start = *at;
    bool letters = true;
    for (; g_ascii_isalnum(**at) || (uint8_t) * *at >= 0x80; ++*at)
        letters &= g_ascii_isalpha(**at);
    if (*at == start)
        return NULL;
    return letters ? g_ascii_strdown(start, *at - start) : g_strdup("");
}

static GHashTable *count_words(const struct package_corpus *c)
{
    GHashTable *df = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (size_t i = 0; i < c->count; i++) {
        const char *at = c->articles[i].title;
        for (char *word; (word = next_word(&at)) != NULL;)
            g_hash_table_replace(df, word,
                                 GUINT_TO_POINTER(GPOINTER_TO_UINT(g_hash_table_lookup(df, word)) + 1));
    }
    return df;
}

static bool has_word(const struct words *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++)
        if (strcmp(words->word[i], word) == 0)
            return true;
    return false;
}

static void read_words(const char *title, GHashTable *df, struct words *words)
{
    words->count = 0;
    for (char *word; (word = next_word(&title)) != NULL;) {
        if (strlen(word) < 3 || kb_is_function_word(word) || has_word(words, word) ||
            words->count == WORDS_MAX) {
            g_free(word);
            continue;
        }
        words->df[words->count] = GPOINTER_TO_UINT(g_hash_table_lookup(df, word));
        words->word[words->count++] = word;
    }
}

static void release_words(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        g_free(words->word[i]);
    words->count = 0;
}

/* An article whose title has four words to remember, one of which is telling: in ten titles at most. */
static size_t choose_article(const struct package_corpus *c, GRand *rand, GHashTable *df, struct words *words)
{
    for (;;) {
        size_t article = (size_t)g_rand_int_range(rand, 0, (gint32)c->count);
        guint rarest = G_MAXUINT;
        read_words(c->articles[article].title, df, words);
        for (size_t i = 0; i < words->count; i++)
            rarest = MIN(rarest, words->df[i]);
        if (words->count >= 4 && rarest <= 10)
            return article;
        release_words(words);
    }
}

/* Keeps the rarest word and `others` more, in their order. */
static void remember(struct words *words, GRand *rand, size_t others)
{
    size_t rarest = 0;
    bool kept[WORDS_MAX] = {false};
    struct words left = {.count = 0};

    for (size_t i = 1; i < words->count; i++)
        if (words->df[i] < words->df[rarest])
            rarest = i;
    kept[rarest] = true;
    while (others > 0) {
        int i = g_rand_int_range(rand, 0, (gint32)words->count);
        others -= !kept[i];
        kept[i] = true;
    }
    for (size_t i = 0; i < words->count; i++) {
        if (kept[i])
            left.word[left.count++] = words->word[i];
        else
            g_free(words->word[i]);
    }
    *words = left;
}

static void insert_foreign(const struct package_corpus *c, GRand *rand, GHashTable *df, struct words *words)
{
    struct words other;

    choose_article(c, rand, df, &other);
    memmove(words->word + 2, words->word + 1, (words->count - 1) * sizeof *words->word);
    words->word[1] = g_strdup(other.word[g_rand_int_range(rand, 0, (gint32)other.count)]);
    words->count++;
    release_words(&other);
}

/* Two letters exchanged, one left out, one doubled, or another one instead. */
static char *mistype(const char *word, GRand *rand)
{
    GString *typed = g_string_new(word);
    gssize at = g_rand_int_range(rand, 0, (gint32)typed->len - 1);
    char letter = typed->str[at];

    switch (g_rand_int_range(rand, 0, 4)) {
    case 0:
        typed->str[at] = typed->str[at + 1];
        typed->str[at + 1] = letter;
        break;
    case 1:
        g_string_erase(typed, at, 1);
        break;
    case 2:
        g_string_insert_c(typed, at, letter);
        break;
    default:
        typed->str[at] = (char)('a' + g_rand_int_range(rand, 0, 26));
    }
    return g_string_free(typed, FALSE);
}

static void mistype_one(struct words *words, GRand *rand)
{
    size_t at = (size_t)g_rand_int_range(rand, 0, (gint32)words->count);

    for (size_t i = 0; i < words->count && strlen(words->word[at]) < 5; i++)
        at = (at + 1) % words->count;
    if (strlen(words->word[at]) < 5)
        return;
    char *typed = mistype(words->word[at], rand);
    g_free(words->word[at]);
    words->word[at] = typed;
}

/* The first letter and the next consonants, three to six in all. */
static void shorten(struct words *words, GRand *rand)
{
    for (size_t i = 0; i < words->count; i++) {
        char *word = words->word[i];
        size_t most = (size_t)g_rand_int_range(rand, 3, 7), len = 1;
        for (size_t k = 1; word[k] && len < most; k++)
            if (!strchr("aeiou", word[k]))
                word[len++] = word[k];
        word[len] = '\0';
    }
}

static char *join(const struct words *words, const char *between)
{
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < words->count; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? between : "", words->word[i]);
    return g_string_free(text, FALSE);
}

struct package_query *package_queries_new(const struct package_corpus *c, enum package_query_kind kind,
                                          size_t count)
{
    struct package_query *queries = g_new0(struct package_query, count);
    g_autoptr(GHashTable) df = count_words(c);
    GRand *rand = new_rand();
    struct words words;

    for (size_t i = 0; i < count; i++) {
        bool abbreviation = kind == PACKAGE_QUERY_ABBREVIATIONS;
        queries[i].wanted = choose_article(c, rand, df, &words);
        remember(&words, rand, abbreviation ? (size_t)g_rand_int_range(rand, 1, 3) : 2);
        if (!abbreviation && i % 4 == 3)
            insert_foreign(c, rand, df, &words);
        if (kind == PACKAGE_QUERY_TYPOS)
            mistype_one(&words, rand);
        if (abbreviation)
            shorten(&words, rand);
        queries[i].text = join(&words, abbreviation && i % 2 == 1 ? "" : " ");
        release_words(&words);
    }
    g_rand_free(rand);
    return queries;
}

void package_queries_free(struct package_query *queries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        g_free(queries[i].text);
    g_free(queries);
}

/* A word of some body, of `least` letters or more. */
static char *draw_word(const struct package_corpus *c, GRand *rand, size_t least)
{
    for (;;) {
        const struct package_article *a = &c->articles[g_rand_int_range(rand, 0, (gint32)c->count)];
        const char *text = a->body[0] ? a->body : a->title;
        const char *at = text + g_rand_int_range(rand, 0, (gint32)strlen(text) + 1);
        while (at > text && g_ascii_isalnum(at[-1]))
            at--;
        char *word = next_word(&at);
        if (word && strlen(word) >= least)
            return word;
        g_free(word);
    }
}

static char letter(GRand *rand)
{
    return (char)('a' + g_rand_int_range(rand, 0, 26));
}

/* One pattern of eight kinds, each with a literal. */
static char *selective_pattern(const struct package_corpus *c, GRand *rand, size_t kind)
{
    g_autofree char *word = draw_word(c, rand, 6), *other = draw_word(c, rand, 5);
    size_t len = strlen(word);

    switch (kind % 8) {
    case 0:
        return g_strdup(word);
    case 1:
        return g_strdup_printf("%.4s[aeiou%c]%s", word, word[4], word + 5);
    case 2:
        return g_strdup_printf("\\b%.4s\\w*\\b", word);
    case 3:
        return g_strdup_printf("(%s|%s)s?", word, other);
    case 4:
        return g_strdup_printf("%.*s.*%.4s", (int)len - 1, word, other);
    case 5:
        return g_strdup_printf("/%s/i", word);
    case 6:
        return g_strdup_printf("\\w+%s", word + len - 5);
    default:
        return g_strdup_printf("%.3s\\w+\\s+%.3s", word, other);
    }
}

/* One of twelve kinds without a literal of three letters. */
static char *hard_pattern(GRand *rand, size_t kind)
{
    char a = letter(rand), b = letter(rand), d = letter(rand), e = letter(rand);

    switch (kind % 12) {
    case 0:
        return g_strdup_printf("\\b\\w{%d}\\b", g_rand_int_range(rand, 12, 20));
    case 1:
        return g_strdup_printf("\\d+\\.\\d+\\.%d", g_rand_int_range(rand, 0, 10));
    case 2:
        return g_strdup_printf("\\b(%c\\w+) \\1\\b", a);
    case 3:
        return g_strdup_printf("[A-Z]{%d,}\\d", g_rand_int_range(rand, 2, 6));
    case 4:
        return g_strdup_printf("[%c%c][%c%c]\\s[%c]", a, b, d, e, letter(rand));
    case 5:
        return g_strdup_printf("[aeiou]{%d}", g_rand_int_range(rand, 3, 6));
    case 6:
        return g_strdup_printf("%c%c\\w{%d}\\s", a, b, g_rand_int_range(rand, 2, 6));
    case 7:
        return g_strdup_printf("(%c%c|%c%c)\\d", a, b, d, e);
    case 8:
        return g_strdup_printf("^\\W*%c\\w+ %c", a, b);
    case 9:
        return g_strdup_printf("%c.%c\\b", a, b);
    case 10:
        return g_strdup_printf("\\w+%c%c$", a, b);
    default:
        return g_strdup_printf("(%c|%c)\\1", a, b);
    }
}

char **package_patterns_new(const struct package_corpus *c, bool selective, size_t count)
{
    char **patterns = g_new0(char *, count + 1);
    GRand *rand = new_rand();

    for (size_t i = 0; i < count; i++)
        patterns[i] = selective ? selective_pattern(c, rand, i) : hard_pattern(rand, i);
    g_rand_free(rand);
    return patterns;
}
