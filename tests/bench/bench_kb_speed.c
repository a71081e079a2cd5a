/*
 * Speed of the knowledge engine at each key, beside SQLite FTS5 (porter, prefix='1 2 3', bm25 with the title
 * doubled) in the same run over the same documents. The corpus is made here: 50,000 articles of sentences
 * drawn from a vocabulary whose words are as frequent as words are (Zipf), with a seed, so every run measures
 * the same.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kb/builder.h"
#include "kb/search.h"

#define DOCS       50000
#define VOCABULARY 30000
#define BODY_WORDS 70
#define QUERIES    40
#define ROUNDS     1

struct corpus {
    char **words;
    double *reach; /* cumulated frequency of words[] */
    GPtrArray *titles, *bodies;
    GPtrArray *queries; /* four words of some title each */
};

static char *make_word(GRand *rand)
{
    static const char *const heads[] = {"b", "c", "d", "f",  "g",  "h",  "l",  "m",  "n",  "p", "r",
                                        "s", "t", "v", "st", "tr", "pl", "ch", "sh", "cr", ""};
    static const char *const vowels[] = {"a", "e", "i", "o", "u", "ea", "ou", "ai"};
    static const char *const tails[] = {"", "", "n", "r", "s", "t", "l", "nd", "ck", "ng", "st"};
    GString *word = g_string_new(NULL);
    int parts = g_rand_int_range(rand, 1, 5);

    for (int i = 0; i < parts; i++)
        g_string_append_printf(word, "%s%s%s", heads[g_rand_int_range(rand, 0, G_N_ELEMENTS(heads))],
                               vowels[g_rand_int_range(rand, 0, G_N_ELEMENTS(vowels))],
                               tails[g_rand_int_range(rand, 0, G_N_ELEMENTS(tails))]);
    return g_string_free(word, FALSE);
}

static const char *draw(const struct corpus *c, GRand *rand)
{
    double at = g_rand_double(rand) * c->reach[VOCABULARY - 1];
    size_t low = 0, high = VOCABULARY - 1;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c->reach[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return c->words[low];
}

static char *draw_text(const struct corpus *c, GRand *rand, int count)
{
    GString *text = g_string_new(NULL);

    for (int i = 0; i < count; i++)
        g_string_append_printf(text, "%s%s", i == 0 ? "" : i % 11 == 0 ? ". " : " ", draw(c, rand));
    return g_string_free(text, FALSE);
}

static void make_corpus(struct corpus *c)
{
    GRand *rand = g_rand_new_with_seed(20260301);

    c->words = g_new(char *, VOCABULARY);
    c->reach = g_new(double, VOCABULARY);
    for (int i = 0; i < VOCABULARY; i++) {
        c->words[i] = make_word(rand);
        c->reach[i] = (i > 0 ? c->reach[i - 1] : 0) + 1.0 / (i + 10);
    }
    c->titles = g_ptr_array_new_with_free_func(g_free);
    c->bodies = g_ptr_array_new_with_free_func(g_free);
    c->queries = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < DOCS; i++) {
        g_ptr_array_add(c->titles, draw_text(c, rand, g_rand_int_range(rand, 3, 9)));
        g_ptr_array_add(c->bodies,
                        draw_text(c, rand, g_rand_int_range(rand, BODY_WORDS / 2, BODY_WORDS * 3 / 2)));
    }
    for (int i = 0; i < QUERIES; i++)
        g_ptr_array_add(c->queries, g_strdup(g_ptr_array_index(c->titles, g_rand_int_range(rand, 0, DOCS))));
    g_rand_free(rand);
}

static double build_ours(const struct corpus *c, const char *path)
{
    int64_t started = g_get_monotonic_time();
    GError *error = NULL;
    struct kb_builder *builder = kb_builder_new(path, &error);
    char id[16];

    for (int i = 0; i < DOCS && !error; i++) {
        g_snprintf(id, sizeof id, "%d", i);
        kb_builder_add(builder,
                       &(struct kb_document){.id = id,
                                             .title = g_ptr_array_index(c->titles, i),
                                             .body = g_ptr_array_index(c->bodies, i)},
                       &error);
    }
    if (!error)
        kb_builder_finish(builder, &error);
    kb_builder_free(builder);
    g_assert_no_error(error);
    return (double)(g_get_monotonic_time() - started) / 1e6;
}

static double build_peer(const struct corpus *c, sqlite3 *db)
{
    int64_t started = g_get_monotonic_time();
    sqlite3_stmt *insert;

    sqlite3_exec(
        db,
        "CREATE VIRTUAL TABLE a USING fts5(title, body, tokenize='porter unicode61', prefix='1 2 3'); BEGIN",
        NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "INSERT INTO a VALUES (?, ?)", -1, &insert, NULL);
    for (int i = 0; i < DOCS; i++) {
        sqlite3_bind_text(insert, 1, g_ptr_array_index(c->titles, i), -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 2, g_ptr_array_index(c->bodies, i), -1, SQLITE_STATIC);
        sqlite3_step(insert);
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    return (double)(g_get_monotonic_time() - started) / 1e6;
}

static void ask_ours(struct kb_index *index, const char *text, enum kb_mode mode)
{
    struct kb_results *results = kb_search(index, text, &(struct kb_search_options){.mode = mode}, NULL);

    kb_results_free(results);
}

/* All words or-ed, the last one a prefix, the ten best with a snippet. */
static void ask_peer(sqlite3_stmt *select, const char *text)
{
    g_auto(GStrv) words = g_strsplit_set(text, " .", -1);
    g_autoptr(GString) match = g_string_new(NULL);
    bool open = !g_str_has_suffix(text, " ");

    for (char **w = words; *w; w++)
        if (**w)
            g_string_append_printf(match, "%s\"%s\"", match->len ? " OR " : "", *w);
    if (match->len == 0)
        return;
    if (open)
        g_string_append_c(match, '*');
    sqlite3_bind_text(select, 1, match->str, -1, SQLITE_TRANSIENT);
    while (sqlite3_step(select) == SQLITE_ROW)
        sqlite3_column_text(select, 2);
    sqlite3_reset(select);
}

static int compare_times(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static double quantile(GArray *times, double q)
{
    qsort(times->data, times->len, sizeof(double), compare_times);
    return g_array_index(times, double, (guint)((times->len - 1) * q));
}

static void print_row(const char *what, double ours, double peer, const char *unit)
{
    printf("%-34s %10.3f %s %12.3f %s %8.2fx\n", what, ours, unit, peer, unit, ours / peer);
}

/* What one key costs, over every prefix of every query. */
static void measure_keys(const struct corpus *c, struct kb_index *index, sqlite3_stmt *select)
{
    g_autoptr(GArray) ours = g_array_new(FALSE, FALSE, sizeof(double));
    g_autoptr(GArray) peer = g_array_new(FALSE, FALSE, sizeof(double));

    for (int round = 0; round < ROUNDS; round++) {
        for (guint q = 0; q < c->queries->len; q++) {
            const char *query = g_ptr_array_index(c->queries, q);
            for (size_t len = 1; len <= strlen(query) && len <= 40; len++) {
                g_autofree char *typed = g_strndup(query, len);
                int64_t started = g_get_monotonic_time();
                ask_ours(index, typed, KB_MODE_AUTO);
                int64_t between = g_get_monotonic_time();
                ask_peer(select, typed);
                double a = (double)(between - started) / 1000,
                       b = (double)(g_get_monotonic_time() - between) / 1000;
                g_array_append_val(ours, a);
                g_array_append_val(peer, b);
            }
        }
    }
    print_row("words, each key, p50", quantile(ours, 0.5), quantile(peer, 0.5), "ms");
    print_row("words, each key, p99", quantile(ours, 0.99), quantile(peer, 0.99), "ms");
}

/* A kind of query that the peer has nothing for: beside the limit that a key has, one frame at 60 Hz. */
static void measure_alone(const char *what, struct kb_index *index, const char *const *queries, size_t count,
                          enum kb_mode mode)
{
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(double));
    g_autofree char *p50 = g_strdup_printf("%s, p50 (limit 16)", what),
                    *p99 = g_strdup_printf("%s, p99 (limit 16)", what);

    for (int round = 0; round < 20 * ROUNDS; round++) {
        for (size_t i = 0; i < count; i++) {
            int64_t started = g_get_monotonic_time();
            ask_ours(index, queries[i], mode);
            double ms = (double)(g_get_monotonic_time() - started) / 1000;
            g_array_append_val(times, ms);
        }
    }
    print_row(p50, quantile(times, 0.5), 16, "ms");
    print_row(p99, quantile(times, 0.99), 16, "ms");
}

/* Each query with two letters of its longest word exchanged. */
static void measure_typos(const struct corpus *c, struct kb_index *index)
{
    g_autoptr(GPtrArray) queries = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < c->queries->len; i++) {
        char *query = g_strdup(g_ptr_array_index(c->queries, i));
        for (size_t k = 2; k + 1 < strlen(query); k++) {
            if (query[k] != ' ' && query[k + 1] != ' ' && query[k] != query[k + 1]) {
                char first = query[k];
                query[k] = query[k + 1];
                query[k + 1] = first;
                break;
            }
        }
        g_ptr_array_add(queries, query);
    }
    measure_alone("typing errors", index, (const char *const *)queries->pdata, queries->len, KB_MODE_WORDS);
}

static double measure_open(const char *path)
{
    int64_t started = g_get_monotonic_time();

    for (int i = 0; i < 100; i++)
        kb_index_close(kb_index_open(path, NULL));
    return (double)(g_get_monotonic_time() - started) / 1000 / 100;
}

int main(void)
{
    struct corpus c;
    sqlite3 *db;
    sqlite3_stmt *select;
    struct kb_index_stats stats;
    g_autofree char *folder = g_dir_make_tmp("bench-kb-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "articles.kb", NULL);
    g_autofree char *peer_path = g_build_filename(folder, "articles.db", NULL);
    static const char *const abbreviations[] = {"stnd", "tr pl", "brcks", "mnt sh", "chst"};
    static const char *const patterns[] = {"stou[nr]d", "tr[aeiou]ck", "(ch|sh)ai\\w+ st", "^b\\w+ c",
                                           "plea"};

    make_corpus(&c);
    sqlite3_open(peer_path, &db);
    printf("%-34s %13s %15s %9s\n", "50,000 articles", "kb", "FTS5 or limit", "ratio");
    print_row("build", build_ours(&c, path), build_peer(&c, db), "s ");
    struct kb_index *index = kb_index_open(path, NULL);
    kb_index_stats(index, &stats);
    print_row("file over text (limit 1.8)", (double)stats.file_bytes / (double)stats.text_bytes, 1.8, "x ");
    print_row("open (limit 5)", measure_open(path), 5, "ms");
    sqlite3_prepare_v2(db,
                       "SELECT rowid, title, snippet(a, 1, '[', ']', '...', 24) FROM a WHERE a MATCH ?"
                       " ORDER BY bm25(a, 2.0, 1.0) LIMIT 10",
                       -1, &select, NULL);
    measure_keys(&c, index, select);
    measure_typos(&c, index);
    measure_alone("abbreviations", index, abbreviations, G_N_ELEMENTS(abbreviations), KB_MODE_FUZZY);
    measure_alone("patterns", index, patterns, G_N_ELEMENTS(patterns), KB_MODE_REGEX);
    sqlite3_finalize(select);
    sqlite3_close(db);
    kb_index_close(index);
    g_unlink(path);
    g_unlink(peer_path);
    g_rmdir(folder);
    return 0;
}
