/*
 * Abbreviations over titles: beside fzy on one thread over Debian's package titles, and beside fzf on all
 * cores over 1,000,000 lines. Both peers are on a pty: a key's time is that to the last byte they draw. A
 * key's time of ours is the median of its rounds. Every prefix of every query is a key.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "kb/search.h"
#include "tests/support/bench.h"
#include "tests/support/package_corpus.h"
#include "tests/support/typist.h"

#define QUERIES    24
#define FOUND      10
#define ROUNDS_MAX 3

struct series {
    GArray *ours, *peer; /* double, milliseconds of each key */
    size_t found;
};

static double now_ms(void)
{
    return (double)g_get_monotonic_time() / 1000;
}

static double ask(struct kb_index *index, const char *text, size_t wanted, bool *found)
{
    double started = now_ms();
    struct kb_results *results =
        kb_search(index, text, &(struct kb_search_options){.mode = KB_MODE_FUZZY, .bare = true}, NULL);
    double took = now_ms() - started;

    *found = false;
    for (size_t i = 0; i < results->count && i < FOUND; i++)
        *found |= results->results[i].ordinal == wanted;
    kb_results_free(results);
    return took;
}

static void type(struct kb_index *index, struct typist *peer, const struct package_query *query, int quiet_ms,
                 int rounds, struct series *series)
{
    bool found = false;
    double times[ROUNDS_MAX];

    for (size_t len = 1; len <= strlen(query->text); len++) {
        g_autofree char *typed = g_strndup(query->text, len);
        if (peer) {
            double ms = typist_type(peer, typed + len - 1, quiet_ms);
            g_array_append_val(series->peer, ms);
        }
        for (int round = 0; round < rounds; round++)
            times[round] = ask(index, typed, query->wanted, &found);
        double median = bench_median(times, (size_t)rounds);
        g_array_append_val(series->ours, median);
    }
    series->found += found;
    if (peer)
        typist_type(peer, "\x15", quiet_ms); /* ^U: the line is empty again */
}

static double quantile(GArray *keys, double part)
{
    return keys->len > 0 ? bench_quantile((double *)(void *)keys->data, keys->len, part) : 0;
}

/* How many of the wanted titles fzy has among its first ten; it reads the titles anew for each. */
static size_t found_by_fzy(const struct package_corpus *corpus, const char *lines,
                           const struct package_query *queries)
{
    size_t found = 0;

    for (size_t i = 0; i < QUERIES; i++) {
        g_autofree char *command =
            g_strdup_printf("fzy -e '%s' <'%s' | head -%d", queries[i].text, lines, FOUND);
        const char *argv[] = {"sh", "-c", command, NULL};
        g_autofree char *output = NULL;
        g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, NULL, NULL);
        g_auto(GStrv) titles = g_strsplit(output ? output : "", "\n", -1);
        found += g_strv_contains((const char *const *)titles, corpus->articles[queries[i].wanted].title);
    }
    return found;
}

struct contest {
    const char *corpus, *lines, *head, *name;
    const char *const *argv; /* of the peer */
    int load_ms, quiet_ms;   /* it is silent for so long once it has read all; and once it has drawn all */
    int rounds;              /* of ours, at most ROUNDS_MAX */
    bool counts_found;
};

static void measure(const struct contest *contest)
{
    struct package_corpus corpus;
    struct series series = {g_array_new(FALSE, FALSE, sizeof(double)),
                            g_array_new(FALSE, FALSE, sizeof(double)), 0};

    if (!package_corpus_init(&corpus, contest->corpus))
        return;
    g_autofree char *path = package_corpus_index(&corpus, "abbreviations");
    g_autofree char *lines = g_build_filename(corpus.folder, contest->lines, NULL);
    struct package_query *queries = package_queries_new(&corpus, PACKAGE_QUERY_ABBREVIATIONS, QUERIES);
    struct kb_index *index = kb_index_open(path, NULL);
    struct typist *peer = typist_new(contest->argv, lines);
    if (peer)
        typist_wait(peer, contest->load_ms);
    for (size_t i = 0; i < QUERIES; i++)
        type(index, peer, &queries[i], contest->quiet_ms, contest->rounds, &series);
    bench_head(contest->head);
    bench_compare("abbreviations, each key, p50", quantile(series.ours, 0.5), contest->name,
                  quantile(series.peer, 0.5), "ms", "<= 0.5x");
    bench_compare("abbreviations, each key, p99", quantile(series.ours, 0.99), contest->name,
                  quantile(series.peer, 0.99), "ms", "<= 0.5x");
    if (contest->counts_found) {
        g_autofree char *found = g_strdup_printf("%zu of %d", series.found, QUERIES);
        g_autofree char *theirs =
            g_strdup_printf("17 of 20, fzy %zu", found_by_fzy(&corpus, lines, queries) * 20 / QUERIES);
        bench_line(&(struct bench_figure){"titles in the first ten", found, peer ? theirs : "17 of 20",
                                          (double)series.found * 20 / QUERIES / 17, ">= 1x"});
    }
    typist_free(peer);
    kb_index_close(index);
    g_unlink(path);
    package_queries_free(queries, QUERIES);
    package_corpus_release(&corpus);
    g_array_unref(series.ours);
    g_array_unref(series.peer);
}

int main(void)
{
    static const char *const fzy[] = {"fzy", "-j1", NULL}, *const fzf[] = {"fzf", "--no-mouse", NULL};

    static const struct contest contests[] = {
        {"articles", "titles.txt", "abbreviations over 64,000 titles", "fzy", fzy, 500, 60, 3, true},
        {"lines", "lines.txt", "abbreviations over 1,000,000 lines", "fzf", fzf, 3000, 250, 1, false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(contests); i++)
        measure(&contests[i]);
    return 0;
}
