/*
 * How good the rankings are on the development sets, beside SQLite FTS5 measured in the same run: porter
 * stems for English, trigrams for Chinese, bm25 with the title doubled, all words but
 * the engine's function words or-ed. In brackets stands kb again where each document has a date and a use
 * drawn at random, which say nothing about the queries: what that costs is the most that priors can spoil.
 * Sets are looked for in FIRSTLINE_DATA, else in ../shared/data; one that is not there is passed over, and
 * said so.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "kb/builder.h"
#include "kb/reader.h"
#include "kb/search.h"
#include "tests/support/bench.h"

enum metric { METRIC_HIT_1, METRIC_NDCG_10 };

struct query_file {
    const char *name;
    double target; /* 0: as good as FTS5 */
};

struct set {
    const char *name, *docs, *folder;
    struct query_file files[4];
    enum metric metric;
    bool whole_text, chinese;
    bool traditional; /* the documents are written in traditional characters first, by ICU's uconv */
    bool weighs_forgiving;
};

static const struct set sets[] = {
    {.name = "bank titles",
     .docs = "bank_kb/docs.jsonl",
     .folder = "bank_kb/title_queries",
     .files = {{"queries", 0.86}, {"queries.real", 0}, {"queries.typo1", 0.84}, {"queries.typo2", 0.84}},
     .weighs_forgiving = true},
    {.name = "help questions",
     .docs = "banking77/script_docs.jsonl",
     .folder = "banking77/script_queries",
     .files = {{"queries", 0.80}, {"queries.real", 0}, {"queries.typo1", 0.79}, {"queries.typo2", 0.79}},
     .metric = METRIC_NDCG_10},
    {.name = "bank contacts",
     .docs = "bank_kb/docs.jsonl",
     .folder = "bank_kb/queries",
     .files = {{"queries", 0}, {"queries.contact", 0.38}, {"queries.typo2", 0}, {"queries.typohalf", 0}},
     .metric = METRIC_NDCG_10,
     .whole_text = true},
    {.name = "chinese questions",
     .docs = "zh_cmrc/docs.jsonl",
     .folder = "zh_cmrc/queries",
     .files = {{"queries", 0.985}, {"queries.typo1", 0.955}, {"queries.typo2", 0.955}},
     .chinese = true,
     .weighs_forgiving = true},
    {.name = "chinese places",
     .docs = "zh_crosswoz/docs.jsonl",
     .folder = "zh_crosswoz/queries",
     .files = {{"queries", 0.95}, {"queries.typo1", 0.91}, {"queries.typo2", 0.91}},
     .chinese = true,
     .weighs_forgiving = true},
    {.name = "traditional text",
     .docs = "zh_cmrc/docs.jsonl",
     .folder = "zh_cmrc/queries",
     .files = {{"queries", 0.94}},
     .chinese = true,
     .traditional = true},
};

/* Of Hit@1, what forgiving may cost queries without errors. */
#define FORGIVING_MAX 0.005

struct bench {
    const struct set *set;
    struct kb_index *index;
    sqlite3 *db;
    sqlite3_stmt *select;
    GHashTable *wanted; /* query id -> set of document ids */
    struct kb_uses *uses;
};

/* Dates drawn at random lie in the three years before it. */
#define NOW          1772366400
#define DATE_SECONDS (3 * 365 * 24 * 3600)

static const char *const metric_names[] = {[METRIC_HIT_1] = "Hit@1", [METRIC_NDCG_10] = "nDCG@10"};

/* The lines of a text, its simplified characters written as traditional ones; NULL where there is no uconv.
 */
static char **read_traditional(const char *root, const char *name)
{
    g_autofree char *path = g_build_filename(root, name, NULL);
    const char *argv[] = {"uconv", "-f", "UTF-8", "-t", "UTF-8", "-x", "Hans-Hant", path, NULL};
    g_autofree char *text = NULL;
    int status = 1;

    return g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &text, NULL, &status,
                        NULL) &&
                   status == 0
               ? g_strsplit(text, "\n", -1)
               : NULL;
}

static char **read_lines(const char *root, const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(root, folder, name, NULL);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? g_strsplit(text, "\n", -1) : NULL;
}

static void draw_use(struct kb_uses *uses, GRand *random, const char *id)
{
    struct kb_use use = {.inserted = g_rand_int(random) % 100,
                         .helped = g_rand_int(random) % 10,
                         .misled = g_rand_int(random) % 10,
                         .resolved = g_rand_int(random) % 50,
                         .unresolved = g_rand_int(random) % 50};

    kb_uses_put(uses, id, &use);
}

static void add_document(struct bench *b, struct kb_builder *builder, sqlite3_stmt *insert, GRand *random,
                         const char *line)
{
    struct kb_reader_line read;

    if (!kb_reader_line_init(&read, line, strlen(line), NULL))
        return;
    read.document.updated = NOW - (int64_t)(g_rand_int(random) % DATE_SECONDS);
    draw_use(b->uses, random, read.document.id);
    kb_builder_add(builder, &read.document, NULL);
    sqlite3_bind_text(insert, 1, read.document.id, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(insert, 2, read.document.title, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(insert, 3, read.document.body, -1, SQLITE_TRANSIENT);
    sqlite3_step(insert);
    sqlite3_reset(insert);
    kb_reader_line_release(&read);
}

static bool load(struct bench *b, const char *root, const char *path)
{
    g_auto(GStrv) lines =
        b->set->traditional ? read_traditional(root, b->set->docs) : read_lines(root, ".", b->set->docs);
    sqlite3_stmt *insert;

    if (!lines)
        return false;
    g_autoptr(GRand) random = g_rand_new_with_seed(1);
    b->uses = kb_uses_new();
    struct kb_builder *builder = kb_builder_new(path, NULL);
    sqlite3_open(":memory:", &b->db);
    sqlite3_exec(b->db,
                 b->set->chinese
                     ? "CREATE VIRTUAL TABLE a USING fts5(id UNINDEXED, title, body, tokenize='trigram')"
                     : "CREATE VIRTUAL TABLE a USING fts5(id UNINDEXED, title, body, tokenize='porter')",
                 NULL, NULL, NULL);
    sqlite3_prepare_v2(b->db, "INSERT INTO a VALUES (?, ?, ?)", -1, &insert, NULL);
    for (char **line = lines; *line; line++)
        add_document(b, builder, insert, random, *line);
    sqlite3_finalize(insert);
    kb_builder_finish(builder, NULL);
    kb_builder_free(builder);
    b->index = kb_index_open(path, NULL);
    sqlite3_prepare_v2(b->db, "SELECT id FROM a WHERE a MATCH ? ORDER BY bm25(a, 0, 2.0, 1.0) LIMIT 10", -1,
                       &b->select, NULL);
    return b->index != NULL;
}

static void load_wanted(struct bench *b, const char *root)
{
    g_auto(GStrv) lines = read_lines(root, b->set->folder, "qrels.tsv");

    b->wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
    for (char **line = lines; line && *line; line++) {
        g_auto(GStrv) cells = g_strsplit(*line, "\t", -1);
        if (g_strv_length(cells) < 2)
            continue;
        GHashTable *docs = g_hash_table_lookup(b->wanted, cells[0]);
        if (!docs) {
            docs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
            g_hash_table_insert(b->wanted, g_strdup(cells[0]), docs);
        }
        g_hash_table_add(docs, g_strdup(cells[1]));
    }
}

static double score(const struct bench *b, const char *query_id, GPtrArray *found)
{
    GHashTable *wanted = g_hash_table_lookup(b->wanted, query_id);
    double sum = 0, ideal = 0;

    if (!wanted || found->len == 0)
        return 0;
    if (b->set->metric == METRIC_HIT_1)
        return g_hash_table_contains(wanted, g_ptr_array_index(found, 0)) ? 1 : 0;
    for (guint i = 0; i < found->len && i < 10; i++)
        sum += g_hash_table_contains(wanted, g_ptr_array_index(found, i)) ? 1 / log2(i + 2) : 0;
    for (guint i = 0; i < g_hash_table_size(wanted) && i < 10; i++)
        ideal += 1 / log2(i + 2);
    return sum / ideal;
}

enum way { WAY_PLAIN, WAY_PRIORS, WAY_AS_SPELLED };

static GPtrArray *ask_ours(const struct bench *b, const char *text, enum way way)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
    struct kb_search_options options = {.bare = true,
                                        .no_priors = way != WAY_PRIORS,
                                        .as_spelled = way == WAY_AS_SPELLED,
                                        .uses = b->uses,
                                        .now = NOW};
    struct kb_results *results = b->set->whole_text ? kb_similar(b->index, text, &options, NULL)
                                                    : kb_search(b->index, text, &options, NULL);

    for (size_t i = 0; results && i < results->count; i++)
        g_ptr_array_add(found, g_strdup(results->results[i].id));
    kb_results_free(results);
    return found;
}

static bool part_of_word(gunichar c)
{
    return g_unichar_isalnum(c);
}

/* Words for porter, without function words; for trigrams every three neighbouring characters. */
static char *peer_query(const struct bench *b, const char *text)
{
    GString *match = g_string_new(NULL);

    for (const char *p = text; *p;) {
        const char *end = p;
        glong count = 0;
        while (*end && part_of_word(g_utf8_get_char(end)) && (!b->set->chinese || count < 3)) {
            end = g_utf8_next_char(end);
            count++;
        }
        g_autofree char *word = g_ascii_strdown(p, end - p);
        if (count > 0 && (b->set->chinese ? count == 3 : !kb_is_function_word(word)))
            g_string_append_printf(match, "%s\"%.*s\"", match->len ? " OR " : "", (int)(end - p), p);
        p = !b->set->chinese && count > 0 ? end : g_utf8_next_char(p);
    }
    return g_string_free(match, FALSE);
}

static GPtrArray *ask_peer(const struct bench *b, const char *text)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *match = peer_query(b, text);

    sqlite3_bind_text(b->select, 1, match, -1, SQLITE_TRANSIENT);
    while (*match && sqlite3_step(b->select) == SQLITE_ROW)
        g_ptr_array_add(found, g_strdup((const char *)sqlite3_column_text(b->select, 0)));
    sqlite3_reset(b->select);
    return found;
}

/* Sums over the queries of a file. */
struct sums {
    double ours, with_priors, as_spelled, peer;
    unsigned count;
};

static void add_query(const struct bench *b, const char *id, const char *text, struct sums *sums)
{
    g_autoptr(GPtrArray) plain = ask_ours(b, text, WAY_PLAIN);
    g_autoptr(GPtrArray) priors = ask_ours(b, text, WAY_PRIORS);
    g_autoptr(GPtrArray) spelled = ask_ours(b, text, WAY_AS_SPELLED);
    g_autoptr(GPtrArray) peer = ask_peer(b, text);

    sums->ours += score(b, id, plain);
    sums->with_priors += score(b, id, priors);
    sums->as_spelled += score(b, id, spelled);
    sums->peer += score(b, id, peer);
    sums->count++;
}

static void print_file(const struct bench *b, const struct query_file *file, const struct sums *sums)
{
    double ours = sums->ours / sums->count, theirs = sums->peer / sums->count;
    g_autofree char *what =
        g_strdup_printf("%s, %s, %s", b->set->name, file->name, metric_names[b->set->metric]);
    g_autofree char *figure = g_strdup_printf("%.3f (%.3f)", ours, sums->with_priors / sums->count);
    g_autofree char *peer = file->target > 0 ? g_strdup_printf("%g, FTS5 %.3f", file->target, theirs)
                                             : g_strdup_printf("FTS5 %.3f", theirs);

    bench_line(&(struct bench_figure){what, figure, peer, ours / (file->target > 0 ? file->target : theirs),
                                      ">= 1x"});
}

/* What correcting words costs queries that have no errors, in points of Hit@1. */
static void print_forgiving(const struct bench *b, const struct sums *sums)
{
    double cost = (sums->as_spelled - sums->ours) / sums->count;
    g_autofree char *what = g_strdup_printf("%s, what forgiving costs", b->set->name);
    g_autofree char *ours = g_strdup_printf("%.1f points", cost * 100);
    g_autofree char *limit = g_strdup_printf("limit %.1f points", FORGIVING_MAX * 100);

    bench_line(&(struct bench_figure){what, ours, limit, cost / FORGIVING_MAX, "<= 1x"});
}

static void measure_file(const struct bench *b, const char *root, const struct query_file *file)
{
    g_autofree char *name = g_strconcat(file->name, ".tsv", NULL);
    g_auto(GStrv) lines = read_lines(root, b->set->folder, name);
    struct sums sums = {0};

    for (char **line = lines; line && *line; line++) {
        char *tab = strchr(*line, '\t');
        if (!tab)
            continue;
        *tab = '\0';
        add_query(b, *line, tab + 1, &sums);
    }
    if (sums.count > 0)
        print_file(b, file, &sums);
    if (sums.count > 0 && b->set->weighs_forgiving && file == &b->set->files[0])
        print_forgiving(b, &sums);
}

static void measure(const struct set *set, const char *root, const char *path)
{
    struct bench b = {.set = set};

    if (!load(&b, root, path)) {
        printf("%-18s is not there: passed over\n", set->name);
        return;
    }
    load_wanted(&b, root);
    for (size_t i = 0; i < G_N_ELEMENTS(set->files) && set->files[i].name; i++)
        measure_file(&b, root, &set->files[i]);
    g_hash_table_unref(b.wanted);
    sqlite3_finalize(b.select);
    sqlite3_close(b.db);
    kb_index_close(b.index);
    kb_uses_unref(b.uses);
}

int main(void)
{
    const char *root = g_getenv("FIRSTLINE_DATA");
    g_autofree char *folder = g_dir_make_tmp("bench-kb-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "articles.kb", NULL);

    bench_head("ranking: ours (with any priors), target and FTS5");
    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++)
        measure(&sets[i], root ? root : "../shared/data", path);
    g_unlink(path);
    g_rmdir(folder);
    return 0;
}
