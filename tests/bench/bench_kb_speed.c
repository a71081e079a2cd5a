/*
 * Speed of the knowledge engine at each key, over Debian's package descriptions, the same with bodies six
 * times as long, and a million lines: words and typing errors beside Xapian (asked by xapian_peer over a
 * pipe, and timed inside it) and SQLite FTS5, both of which want all words; building, size, opening and
 * changing an article beside FTS5. Every prefix of every query is a key. A key's time is the median of its
 * rounds, in which the engines take turns.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kb/builder.h"
#include "kb/search.h"
#include "kb/update.h"
#include "tests/support/bench.h"
#include "tests/support/package_corpus.h"

#define QUERIES 40
#define ROUNDS  3
#define FOUND   10 /* "in the first ten" */
#define BUILDS  3
#define CHANGES 40

/* Xapian at the other end of two pipes. */
struct xapian {
    GPid pid;
    FILE *ask, *answers;
};

struct bench {
    struct package_corpus corpus;
    struct kb_index *index;
    sqlite3 *db;
    sqlite3_stmt *select;  /* NULL: FTS5 is not asked */
    struct xapian *xapian; /* NULL where it is not installed */
};

static double now_ms(void)
{
    return (double)g_get_monotonic_time() / 1000;
}

/* NULL where it is not installed. */
static FILE *start_xapian(const char *folder, const char *query_flag, struct xapian *x)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL), *place = g_path_get_dirname(self);
    g_autofree char *program = g_build_filename(place, "xapian_peer", NULL);
    const char *argv[] = {program, folder, query_flag, NULL};
    int in, out;

    if (!g_spawn_async_with_pipes(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &x->pid,
                                  &in, &out, NULL, NULL))
        return NULL;
    x->answers = fdopen(out, "r");
    return x->ask = fdopen(in, "w");
}

/* True where it ended well. */
static bool end_xapian(struct xapian *x)
{
    int status = 0;

    fclose(x->ask);
    waitpid(x->pid, &status, 0);
    fclose(x->answers);
    return status == 0;
}

/* Kept from one run to the next, so it has its name only when it is whole. */
static bool index_by_xapian(const struct package_corpus *corpus, const char *folder)
{
    g_autofree char *growing = g_strconcat(folder, ".new", NULL);
    struct xapian x;

    if (!start_xapian(growing, NULL, &x))
        return false;
    for (size_t i = 0; i < corpus->count; i++) {
        fwrite(corpus->articles[i].title, 1, corpus->articles[i].title_len + 1, x.ask);
        fwrite(corpus->articles[i].body, 1, corpus->articles[i].body_len + 1, x.ask);
    }
    return end_xapian(&x) && g_rename(growing, folder) == 0;
}

static struct xapian *new_xapian(const struct package_corpus *corpus, const char *name)
{
    g_autofree char *file = g_strconcat(name, ".xapian", NULL),
                    *folder = g_build_filename(corpus->folder, file, NULL);
    struct xapian *answering = g_new0(struct xapian, 1);

    if ((g_file_test(folder, G_FILE_TEST_IS_DIR) || index_by_xapian(corpus, folder)) &&
        start_xapian(folder, "-q", answering))
        return answering;
    printf("Xapian is not installed (libxapian-dev), or could not index: passed over\n");
    g_free(answering);
    return NULL;
}

static void free_xapian(struct xapian *x)
{
    if (x)
        end_xapian(x);
    g_free(x);
}

/* Asks; *rank is where `wanted` stands, FOUND where it does not. Milliseconds, 0 where it is not there. */
static double ask_xapian(const struct xapian *x, char kind, const char *text, size_t wanted, size_t *rank)
{
    char line[512], *at;

    *rank = FOUND;
    if (!x)
        return 0;
    fprintf(x->ask, "%c%s\n", kind, text);
    fflush(x->ask);
    if (!fgets(line, sizeof line, x->answers))
        g_error("Xapian ended.");
    double us = g_ascii_strtod(line, &at);
    for (size_t i = 0; i < FOUND && *at == ' '; i++)
        if (strtoul(at, &at, 10) == wanted + 1)
            *rank = i;
    return us / 1000;
}

static double ask_ours(struct kb_index *index, const char *text, size_t wanted, size_t *rank)
{
    double started = now_ms();
    struct kb_results *results =
        kb_search(index, text, &(struct kb_search_options){.mode = KB_MODE_AUTO, .bare = true}, NULL);
    double took = now_ms() - started;

    *rank = FOUND;
    for (size_t i = 0; i < results->count && i < FOUND; i++)
        if (results->results[i].ordinal == wanted)
            *rank = i;
    kb_results_free(results);
    return took;
}

/* All words, the last one as a prefix. */
static double ask_fts(sqlite3_stmt *select, const char *text, size_t wanted, size_t *rank)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    g_autoptr(GString) match = g_string_new(NULL);
    double started = now_ms();

    *rank = FOUND;
    if (!select)
        return 0;
    for (char **w = words; *w; w++)
        if (**w)
            g_string_append_printf(match, "\"%s\" ", *w);
    g_string_truncate(match, match->len - 1);
    if (!g_str_has_suffix(text, " "))
        g_string_append_c(match, '*');
    sqlite3_bind_text(select, 1, match->str, -1, SQLITE_TRANSIENT);
    for (size_t i = 0; sqlite3_step(select) == SQLITE_ROW; i++)
        if ((size_t)sqlite3_column_int64(select, 0) == wanted + 1)
            *rank = i;
    sqlite3_reset(select);
    return now_ms() - started;
}

enum engine { OURS, XAPIAN, FTS, ENGINES };

struct timed {
    GArray *keys[ENGINES]; /* double, milliseconds of each key */
    size_t found[ENGINES]; /* queries whose article is among the first ten */
};

static double ask(const struct bench *b, enum engine engine, char kind, const char *typed, size_t wanted,
                  size_t *rank)
{
    if (engine == OURS)
        return ask_ours(b->index, typed, wanted, rank);
    if (engine == XAPIAN)
        return ask_xapian(b->xapian, kind, typed, wanted, rank);
    return ask_fts(b->select, typed, wanted, rank);
}

/* Every prefix of one query. */
static void type(const struct bench *b, char kind, const struct package_query *query, struct timed *timed)
{
    double times[ENGINES][ROUNDS];
    size_t rank[ENGINES], len = strlen(query->text);

    for (size_t typed_len = 1; typed_len <= len; typed_len++) {
        g_autofree char *typed = g_strndup(query->text, typed_len);
        if (typed[typed_len - 1] == ' ')
            continue;
        for (int round = 0; round < ROUNDS; round++)
            for (int e = 0; e < ENGINES; e++)
                times[e][round] = ask(b, (enum engine)e, kind, typed, query->wanted, &rank[e]);
        for (int e = 0; e < ENGINES; e++) {
            double median = bench_median(times[e], ROUNDS);
            g_array_append_val(timed->keys[e], median);
        }
    }
    for (int e = 0; e < ENGINES; e++)
        timed->found[e] += rank[e] < FOUND;
}

static struct timed type_all(const struct bench *b, char kind, const struct package_query *queries)
{
    struct timed timed = {0};

    for (int e = 0; e < ENGINES; e++)
        timed.keys[e] = g_array_new(FALSE, FALSE, sizeof(double));
    for (size_t i = 0; i < QUERIES; i++)
        type(b, kind, &queries[i], &timed);
    return timed;
}

static double quantile(GArray *keys, double part)
{
    return bench_quantile((double *)(void *)keys->data, keys->len, part);
}

static void release_timed(struct timed *timed)
{
    for (int e = 0; e < ENGINES; e++)
        g_array_unref(timed->keys[e]);
}

/* Of 20; the target is one of them. */
static void print_found(const char *what, const struct timed *timed, double target)
{
    g_autofree char *ours = g_strdup_printf("%zu of %d", timed->found[OURS], QUERIES);
    g_autofree char *peer =
        g_strdup_printf("%g of 20, Xapian %zu", target, timed->found[XAPIAN] * 20 / QUERIES);

    bench_line(&(struct bench_figure){what, ours, peer, (double)timed->found[OURS] * 20 / QUERIES / target,
                                      ">= 1x"});
}

static void measure_words(const struct bench *b)
{
    struct package_query *queries = package_queries_new(&b->corpus, PACKAGE_QUERY_WORDS, QUERIES);
    struct timed timed = type_all(b, 'w', queries);

    bench_compare("words, each key, p50", quantile(timed.keys[OURS], 0.5), "Xapian",
                  quantile(timed.keys[XAPIAN], 0.5), "ms", "<= 1x");
    bench_compare("words, each key, p99", quantile(timed.keys[OURS], 0.99), "Xapian",
                  quantile(timed.keys[XAPIAN], 0.99), "ms", "<= 1x");
    if (b->select) {
        bench_compare("words, each key, p50", quantile(timed.keys[OURS], 0.5), "FTS5",
                      quantile(timed.keys[FTS], 0.5), "ms", "<= 1x");
        bench_compare("words, each key, p99", quantile(timed.keys[OURS], 0.99), "FTS5",
                      quantile(timed.keys[FTS], 0.99), "ms", "<= 1x");
    }
    print_found("half-remembered titles in the first ten", &timed, 18);
    release_timed(&timed);
    package_queries_free(queries, QUERIES);
}

static void measure_typos(const struct bench *b)
{
    struct package_query *queries = package_queries_new(&b->corpus, PACKAGE_QUERY_TYPOS, QUERIES);
    struct timed timed = type_all(b, 's', queries);

    bench_compare("typing errors, each key, p50", quantile(timed.keys[OURS], 0.5), "Xapian",
                  quantile(timed.keys[XAPIAN], 0.5), "ms", "<= 1.5x");
    print_found("titles with a typing error in the first ten", &timed, 18);
    release_timed(&timed);
    package_queries_free(queries, QUERIES);
}

/* Words over another corpus. */
static void measure_larger(const char *name)
{
    struct bench b = {0};

    if (!package_corpus_init(&b.corpus, name))
        return;
    g_autofree char *path = package_corpus_index(&b.corpus, name);
    g_autofree char *title =
        g_strdup_printf("%s: %zu, %.1f MB", name, b.corpus.count, (double)b.corpus.text_bytes / 1e6);
    b.index = kb_index_open(path, NULL);
    b.xapian = new_xapian(&b.corpus, name);
    bench_head(title);
    measure_words(&b);
    free_xapian(b.xapian);
    kb_index_close(b.index);
    g_unlink(path);
    package_corpus_release(&b.corpus);
}

static sqlite3 *build_fts(const struct package_corpus *c, const char *path, const char *options)
{
    g_autofree char *create = g_strdup_printf("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                              "CREATE VIRTUAL TABLE a USING fts5(title, body, %s); BEGIN",
                                              options);
    sqlite3 *db;
    sqlite3_stmt *insert;

    g_unlink(path);
    sqlite3_open(path, &db);
    sqlite3_exec(db, create, NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "INSERT INTO a VALUES (?, ?)", -1, &insert, NULL);
    for (size_t i = 0; i < c->count; i++) {
        sqlite3_bind_text(insert, 1, c->articles[i].title, -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 2, c->articles[i].body, -1, SQLITE_STATIC);
        sqlite3_step(insert);
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    return db;
}

static void measure_build(struct bench *b, const char *peer_path)
{
    double ours[BUILDS], peer[BUILDS];

    for (int i = 0; i < BUILDS; i++) {
        double started = now_ms();
        g_free(package_corpus_index(&b->corpus, "articles"));
        double between = now_ms();
        sqlite3_close(build_fts(&b->corpus, peer_path, "tokenize='trigram'"));
        ours[i] = (between - started) / 1000;
        peer[i] = (now_ms() - between) / 1000;
    }
    bench_compare("build", bench_median(ours, BUILDS), "FTS5 trigrams", bench_median(peer, BUILDS), "s",
                  "<= 1x");
}

static void measure_file(const struct bench *b, const char *path)
{
    struct kb_index_stats stats;
    double opens[100];

    kb_index_stats(b->index, &stats);
    bench_compare("index with text and positions", (double)stats.file_bytes / 1e6, "text",
                  (double)b->corpus.text_bytes / 1e6, "MB", "<= 1.8x");
    for (size_t i = 0; i < G_N_ELEMENTS(opens); i++) {
        double started = now_ms();
        kb_index_close(kb_index_open(path, NULL));
        opens[i] = now_ms() - started;
    }
    bench_compare("open", bench_median(opens, G_N_ELEMENTS(opens)), "limit", 5, "ms", "<= 1x");
}

/* One article changed and safe on the disk: the text of another under its id. */
static void measure_change(const struct bench *b, const char *path)
{
    double ours[CHANGES], peer[CHANGES];
    sqlite3_stmt *replace;

    sqlite3_prepare_v2(b->db, "REPLACE INTO a (rowid, title, body) VALUES (?, ?, ?)", -1, &replace, NULL);
    for (int i = 0; i < CHANGES; i++) {
        const struct package_article *old = &b->corpus.articles[i * 997 % (int)b->corpus.count];
        const struct package_article *text = &b->corpus.articles[i * 499 % (int)b->corpus.count];
        double started = now_ms();
        struct kb_update *update = kb_update_new(path, NULL);
        kb_update_put(update, &(struct kb_document){.id = old->id, .title = text->title, .body = text->body},
                      NULL);
        if (!kb_update_commit(update, NULL))
            g_error("A change was refused.");
        kb_update_free(update);
        double between = now_ms();
        sqlite3_bind_int64(replace, 1, i * 997 % (int)b->corpus.count + 1);
        sqlite3_bind_text(replace, 2, text->title, -1, SQLITE_STATIC);
        sqlite3_bind_text(replace, 3, text->body, -1, SQLITE_STATIC);
        if (sqlite3_step(replace) != SQLITE_DONE)
            g_error("SQLite refused a change.");
        sqlite3_reset(replace);
        ours[i] = between - started;
        peer[i] = now_ms() - between;
    }
    sqlite3_finalize(replace);
    bench_compare("one changed article, on the disk", bench_median(ours, CHANGES), "FTS5",
                  bench_median(peer, CHANGES), "ms", "<= 2x");
}

int main(void)
{
    struct bench b = {0};

    signal(SIGPIPE, SIG_IGN);
    if (!package_corpus_init(&b.corpus, "articles"))
        return 0;
    g_autofree char *path = g_build_filename(b.corpus.folder, "articles.kb", NULL);
    g_autofree char *peer_path = g_build_filename(b.corpus.folder, "articles.db", NULL);
    g_autofree char *title = g_strdup_printf("%zu package descriptions, %.1f MB", b.corpus.count,
                                             (double)b.corpus.text_bytes / 1e6);
    b.xapian = new_xapian(&b.corpus, "articles");
    bench_head(title);
    measure_build(&b, peer_path);
    b.db = build_fts(&b.corpus, peer_path, "tokenize='porter unicode61', prefix='1 2 3'");
    b.index = kb_index_open(path, NULL);
    sqlite3_prepare_v2(b.db, "SELECT rowid, title FROM a WHERE a MATCH ? ORDER BY bm25(a, 2.0, 1.0) LIMIT 10",
                       -1, &b.select, NULL);
    measure_file(&b, path);
    measure_words(&b);
    measure_typos(&b);
    measure_change(&b, path);
    sqlite3_finalize(b.select);
    sqlite3_close(b.db);
    free_xapian(b.xapian);
    kb_index_close(b.index);
    package_corpus_release(&b.corpus);
    measure_larger("articles-6x");
    measure_larger("lines");
    return 0;
}
