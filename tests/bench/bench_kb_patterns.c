/*
 * Patterns over Debian's package descriptions, and over the same with bodies six times as long, beside PCRE2
 * with JIT that scans every title and body on one thread (UTF, its own checks of UTF-8 left out). The
 * documents must be those that PCRE2 finds with the engine's own flags. A pattern's time is the median of its
 * rounds, in which the two take turns. The processor's time, of all threads together, tells more than the
 * clock where other programs run.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <pcre2.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "kb/search.h"
#include "tests/support/bench.h"
#include "tests/support/package_corpus.h"

#define PATTERNS   36
#define ROUNDS     3
#define FIRST_HITS 50
#define CANCELS    20

struct bench {
    struct package_corpus corpus;
    struct kb_index *index;
};

static double now_ms(void)
{
    return (double)g_get_monotonic_time() / 1000;
}

/* What all threads have had of the processors so far. */
static double cpu_ms(void)
{
    struct timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

/* "/word/i" or a pattern without flags. */
static pcre2_code *compile(const char *text, uint32_t flags)
{
    g_autofree char *bare = text[0] == '/' ? g_strndup(text + 1, strlen(text) - 3) : g_strdup(text);
    int error;
    PCRE2_SIZE at;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)bare, PCRE2_ZERO_TERMINATED,
                      flags | PCRE2_UTF | (text[0] == '/' ? PCRE2_CASELESS : 0), &error, &at, NULL);

    if (!code)
        g_error("PCRE2 refuses %s.", text);
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    return code;
}

static bool matches(const pcre2_code *code, pcre2_match_data *data, const char *text, size_t len)
{
    return pcre2_match(code, (PCRE2_SPTR)text, len, 0, PCRE2_NO_UTF_CHECK, data, NULL) >= 0;
}

/* How many documents match, and, where `found` is given, which. */
static size_t scan(const struct package_corpus *c, const pcre2_code *code, bool *found)
{
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    size_t total = 0;

    for (size_t i = 0; i < c->count; i++) {
        const struct package_article *a = &c->articles[i];
        bool is_match =
            matches(code, data, a->title, a->title_len) || matches(code, data, a->body, a->body_len);
        total += is_match;
        if (found)
            found[i] = is_match;
    }
    pcre2_match_data_free(data);
    return total;
}

static struct kb_results *ask(const struct bench *b, const char *pattern, size_t limit)
{
    return kb_search(b->index, pattern,
                     &(struct kb_search_options){.mode = KB_MODE_REGEX, .limit = limit, .bare = true}, NULL);
}

/* Milliseconds of the engine, of PCRE2, and of the engine's first hits (0 where there are not so many), by
 * the clock and, of the first two, of the processors; each the median of the rounds. */
struct times {
    double ours, peer, first, ours_cpu, peer_cpu;
};

static struct times time_pattern(const struct bench *b, const char *pattern)
{
    double ours[ROUNDS], peer[ROUNDS], first[ROUNDS], ours_cpu[ROUNDS], peer_cpu[ROUNDS];
    pcre2_code *code = compile(pattern, 0);

    for (int i = 0; i < ROUNDS; i++) {
        double at = now_ms(), used = cpu_ms();
        kb_results_free(ask(b, pattern, KB_SEARCH_LIMIT_MAX));
        ours[i] = now_ms() - at;
        ours_cpu[i] = cpu_ms() - used;
        at = now_ms();
        used = cpu_ms();
        scan(&b->corpus, code, NULL);
        peer[i] = now_ms() - at;
        peer_cpu[i] = cpu_ms() - used;
        at = now_ms();
        struct kb_results *results = ask(b, pattern, FIRST_HITS);
        first[i] = results->count == FIRST_HITS ? now_ms() - at : 0;
        kb_results_free(results);
    }
    pcre2_code_free(code);
    return (struct times){.ours = bench_median(ours, ROUNDS),
                          .peer = bench_median(peer, ROUNDS),
                          .first = bench_median(first, ROUNDS),
                          .ours_cpu = bench_median(ours_cpu, ROUNDS),
                          .peer_cpu = bench_median(peer_cpu, ROUNDS)};
}

/* Are the documents those that PCRE2 finds? Of more than the limit, as many, and all of them right. */
static bool is_exact(const struct bench *b, const char *pattern)
{
    g_autofree bool *found = g_new0(bool, b->corpus.count);
    pcre2_code *code = compile(pattern, PCRE2_UCP);
    size_t total = scan(&b->corpus, code, found);
    struct kb_results *results = ask(b, pattern, KB_SEARCH_LIMIT_MAX);
    bool exact = results->count == MIN(total, KB_SEARCH_LIMIT_MAX);

    for (size_t i = 0; i < results->count; i++)
        exact &= found[results->results[i].ordinal];
    if (!exact)
        printf("%s: %zu documents, PCRE2 finds %zu\n", pattern, results->count, total);
    kb_results_free(results);
    pcre2_code_free(code);
    return exact;
}

struct series {
    double ours[2 * PATTERNS], peer[2 * PATTERNS], first[2 * PATTERNS];
    double ours_cpu[2 * PATTERNS], peer_cpu[2 * PATTERNS];
    size_t count, firsts, exact;
};

static void measure_patterns(const struct bench *b, char **patterns, struct series *series)
{
    for (char **pattern = patterns; *pattern; pattern++) {
        struct times times = time_pattern(b, *pattern);
        if (g_getenv("FIRSTLINE_BENCH_EACH"))
            printf("%-28s %8.2f %8.2f %8.2f cpu %8.2f %8.2f\n", *pattern, times.ours, times.peer, times.first,
                   times.ours_cpu, times.peer_cpu);
        series->ours[series->count] = times.ours;
        series->peer[series->count] = times.peer;
        series->ours_cpu[series->count] = times.ours_cpu;
        series->peer_cpu[series->count] = times.peer_cpu;
        series->count++;
        if (times.first > 0)
            series->first[series->firsts++] = times.first;
        series->exact += is_exact(b, *pattern);
    }
}

static void compare(const char *what, double part, struct series *s, const char *target)
{
    g_autofree double *ours = g_memdup2(s->ours, sizeof s->ours), *peer = g_memdup2(s->peer, sizeof s->peer);

    bench_compare(what, bench_quantile(ours, s->count, part), "PCRE2 scan",
                  bench_quantile(peer, s->count, part), "ms", target);
}

static void compare_cpu(const char *what, double part, struct series *s, const char *target)
{
    bench_compare(what, bench_quantile(s->ours_cpu, s->count, part), "PCRE2 scan",
                  bench_quantile(s->peer_cpu, s->count, part), "ms", target);
}

/* A search that is given up: how long until it has ended. */
struct cancelling {
    const struct bench *b;
    const char *pattern;
    gint cancel;
};

static gpointer search_on(gpointer data)
{
    struct cancelling *c = data;
    struct kb_search_options options = {
        .mode = KB_MODE_REGEX, .limit = KB_SEARCH_LIMIT_MAX, .cancel = &c->cancel};

    kb_results_free(kb_search(c->b->index, c->pattern, &options, NULL));
    return NULL;
}

static void measure_cancel(const struct bench *b, char **patterns)
{
    double took[CANCELS];

    for (int i = 0; i < CANCELS; i++) {
        struct cancelling c = {.b = b, .pattern = patterns[i % PATTERNS]};
        GThread *thread = g_thread_new("search", search_on, &c);
        g_usleep(3000);
        double at = now_ms();
        g_atomic_int_set(&c.cancel, 1);
        g_thread_join(thread);
        took[i] = now_ms() - at;
    }
    bench_compare("a search given up, p90", bench_quantile(took, CANCELS, 0.9), "limit", 5, "ms", "<= 1x");
}

static void measure(const char *name)
{
    struct bench b = {0};
    struct series series = {.count = 0};

    if (!package_corpus_init(&b.corpus, name))
        return;
    g_autofree char *path = package_corpus_index(&b.corpus, "patterns");
    g_auto(GStrv) selective = package_patterns_new(&b.corpus, true, PATTERNS);
    g_auto(GStrv) hard = package_patterns_new(&b.corpus, false, PATTERNS);
    g_autofree char *head =
        g_strdup_printf("patterns over %s, %.1f MB", name, (double)b.corpus.text_bytes / 1e6);
    b.index = kb_index_open(path, NULL);
    bench_head(head);
    measure_patterns(&b, selective, &series);
    compare("selective patterns, p50", 0.5, &series, "<= 0.3x");
    measure_patterns(&b, hard, &series);
    compare("all patterns, p50", 0.5, &series, "<= 0.6x");
    compare("all patterns, p99", 0.99, &series, "<= 0.35x");
    compare_cpu("all patterns, processor's time, p50", 0.5, &series, "<= 0.6x");
    compare_cpu("all patterns, processor's time, p99", 0.99, &series, "<= 0.35x");
    bench_compare("first 50 hits, p50", bench_quantile(series.first, series.firsts, 0.5), "limit", 16, "ms",
                  "<= 1x");
    bench_compare("first 50 hits, p99", bench_quantile(series.first, series.firsts, 0.99), "limit", 16, "ms",
                  "<= 1x");
    bench_compare("patterns whose documents are PCRE2's", (double)series.exact, "of", (double)series.count,
                  "", "= 1x");
    measure_cancel(&b, hard);
    kb_index_close(b.index);
    g_unlink(path);
    package_corpus_release(&b.corpus);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        measure("articles");
        measure("articles-6x");
    }
    for (int i = 1; i < argc; i++)
        measure(argv[i]);
    return 0;
}
