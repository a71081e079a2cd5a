#include "kb/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kb/cli_options.h"
#include "kb/cli_results.h"
#include "kb/cli_write.h"
#include "kb/error.h"
#include "kb/format.h"
#include "kb/reader.h"
#include "kb/search.h"

/* kb search, kb similar */

struct asking {
    struct kb_index *index;
    struct kb_search_options options;
    bool similar, tsv, json, time;
};

static bool ask(const struct asking *a, const char *query_id, const char *text)
{
    g_autoptr(GError) error = NULL;
    struct kb_results *results = a->similar ? kb_similar(a->index, text, &a->options, &error)
                                            : kb_search(a->index, text, &a->options, &error);

    if (!results) {
        fprintf(stderr, "%s%s%s\n", query_id ? query_id : "firstline kb", query_id ? "\t" : ": ",
                error->message);
        return false;
    }
    if (a->json)
        kb_cli_print_json(query_id, results);
    else if (a->tsv || query_id)
        kb_cli_print_tsv(query_id, results);
    else
        kb_cli_print_table(results);
    if (a->time)
        fprintf(stderr, "%s\t%" G_GINT64_FORMAT "\n", query_id ? query_id : "", results->took_us);
    if (results->note && !query_id)
        fprintf(stderr, "%s\n", results->note);
    kb_results_free(results);
    return true;
}

/* query_id<TAB>query lines; a bad one is told and the rest go on. */
static bool ask_lines(const struct asking *a, FILE *stream)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    bool ok = true;

    while ((len = getline(&line, &room, stream)) >= 0) {
        while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
            line[--len] = '\0';
        if (len == 0)
            continue;
        char *tab = strchr(line, '\t');
        if (strlen(line) < (size_t)len) {
            fprintf(stderr, "A line has a NUL character: %.60s\n", line);
            ok = false;
            continue;
        }
        if (!tab) {
            fprintf(stderr, "A line has no tab between its query id and its query: %.60s\n", line);
            ok = false;
            continue;
        }
        *tab = '\0';
        ok = ask(a, line, tab + 1) && ok;
    }
    free(line);
    return ok;
}

static bool read_all(FILE *stream, GString *text)
{
    char buffer[4096];
    size_t n;

    while ((n = fread(buffer, 1, sizeof buffer, stream)) > 0 && text->len < KB_CLI_LINE_MAX_BYTES)
        g_string_append_len(text, buffer, (gssize)n);
    return !ferror(stream);
}

/* The table of a file of lines; one that cannot be taken is told and left out. NULL where there is no file.
 */
static struct kb_uses *read_uses(const char *file)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    size_t size, number = 0;

    if (!g_file_get_contents(file, &text, &size, &error)) {
        fprintf(stderr, "firstline kb: %s.\n", error->message);
        return NULL;
    }
    struct kb_uses *uses = kb_uses_new();
    for (char *line = text, *end; line < text + size; line = end + 1) {
        g_autoptr(GError) refused = NULL;
        end = memchr(line, '\n', (size_t)(text + size - line));
        end = end ? end : text + size;
        *end = '\0';
        number++;
        if (end > line && !kb_reader_use(uses, line, (size_t)(end - line), &refused))
            fprintf(stderr, "%s:%zu: refused: %s\n", file, number, refused->message);
    }
    return uses;
}

static bool read_mode(const char *name, enum kb_mode *mode)
{
    static const char *const names[] = {[KB_MODE_AUTO] = "auto",
                                        [KB_MODE_WORDS] = "words",
                                        [KB_MODE_FUZZY] = "fuzzy",
                                        [KB_MODE_REGEX] = "regex"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(names[i], name) == 0) {
            *mode = (enum kb_mode)i;
            return true;
        }
    }
    return false;
}

/* What comes after the options: the index, and the query's words joined, or standard input. */
static int answer(struct asking *a, int argc, char **argv)
{
    GError *error = NULL;
    bool ok;

    a->index = kb_index_open(argv[1], &error);
    if (!a->index)
        return kb_cli_fail(error);
    if (argc > 2) {
        g_autofree char *query = g_strjoinv(" ", argv + 2);
        ok = ask(a, NULL, query);
    } else if (a->similar && !a->tsv) {
        g_autoptr(GString) text = g_string_new(NULL);
        ok = read_all(stdin, text) && ask(a, NULL, text->str);
    } else {
        ok = ask_lines(a, stdin);
    }
    kb_index_close(a->index);
    return ok ? EXIT_DONE : EXIT_FAILED;
}

static int run_ask(int argc, char **argv, bool similar)
{
    g_autofree char *mode = NULL, *lang = NULL, *uses = NULL;
    gint limit = 10, status = EXIT_FAILED;
    gboolean tsv = FALSE, json = FALSE, time = FALSE, explain = FALSE, no_priors = FALSE;
    struct asking a = {.similar = similar};
    const GOptionEntry entries[] = {
        {"count", 'n', 0, G_OPTION_ARG_INT, &limit, "most documents for a query (10)", "N"},
        {"lang", 'l', 0, G_OPTION_ARG_STRING, &lang, "only documents in this language", "LANG"},
        {"tsv", 0, 0, G_OPTION_ARG_NONE, &tsv, "query_id, rank, doc_id, score", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "one object a document, with snippet and ranges", NULL},
        {"time", 0, 0, G_OPTION_ARG_NONE, &time, "each query's microseconds on standard error", NULL},
        {"explain", 0, 0, G_OPTION_ARG_NONE, &explain, "the parts of each score", NULL},
        {"uses", 0, 0, G_OPTION_ARG_FILENAME, &uses,
         "what became of documents: lines {\"id\", \"inserted\", \"helped\", \"misled\", \"resolved\", "
         "\"unresolved\"}",
         "USES.jsonl"},
        {"no-priors", 0, 0, G_OPTION_ARG_NONE, &no_priors, "count neither how new nor how useful they are",
         NULL},
        {"mode", 'm', similar ? G_OPTION_FLAG_HIDDEN : 0, G_OPTION_ARG_STRING, &mode,
         "auto, words, fuzzy or regex", "MODE"},
        {0},
    };

    if (!kb_cli_read_options(
            &argc, &argv, entries,
            similar ? "FILE [TEXT] - find documents for a whole contact; lines of \"id<TAB>text\" with --tsv"
                    : "FILE [QUERY] - find documents; without a query, lines of \"id<TAB>query\"",
            &status))
        return status;
    if (argc < 2)
        return kb_cli_usage_error("It takes the index to search.");
    if (limit < 1 || limit > KB_SEARCH_LIMIT_MAX)
        return kb_cli_usage_error("-n takes a number from 1 to 1000.");
    if (mode && !read_mode(mode, &a.options.mode))
        return kb_cli_usage_error("-m takes auto, words, fuzzy or regex.");
    a.tsv = tsv;
    a.json = json;
    a.time = time;
    a.options.limit = (size_t)limit;
    a.options.lang = lang;
    a.options.bare = tsv || (argc == 2 && !json && !similar);
    a.options.explain = explain;
    a.options.no_priors = no_priors;
    struct kb_uses *table = uses ? read_uses(uses) : NULL;
    if (uses && !table)
        return EXIT_FAILED;
    a.options.uses = table;
    status = answer(&a, argc, argv);
    kb_uses_unref(table);
    return status;
}

static int run_search(int argc, char **argv)
{
    return run_ask(argc, argv, false);
}

static int run_similar(int argc, char **argv)
{
    return run_ask(argc, argv, true);
}

/* kb stats, kb check */

static int open_one(int argc, char **argv, const char *usage, struct kb_index **index)
{
    const GOptionEntry entries[] = {{0}};
    GError *error = NULL;
    int status = EXIT_DONE;

    *index = NULL;
    if (!kb_cli_read_options(&argc, &argv, entries, usage, &status))
        return status;
    if (argc != 2)
        return kb_cli_usage_error("It takes one index.");
    *index = kb_index_open(argv[1], &error);
    return *index ? EXIT_DONE : kb_cli_fail(error);
}

static int run_stats(int argc, char **argv)
{
    struct kb_index *index;
    struct kb_index_stats stats;
    int status = open_one(argc, argv, "FILE - what an index holds", &index);

    if (!index)
        return status;
    kb_index_stats(index, &stats);
    printf("documents\t%u\n", stats.docs);
    printf("words\t%u\nstems\t%u\n", stats.words, stats.groups);
    printf("words in titles\t%" G_GUINT64_FORMAT "\n", stats.title_words);
    printf("words in bodies\t%" G_GUINT64_FORMAT "\n", stats.body_words);
    printf("file bytes\t%" G_GUINT64_FORMAT "\n", stats.file_bytes);
    printf("text bytes\t%" G_GUINT64_FORMAT "\n", stats.text_bytes);
    printf("dictionary bytes\t%" G_GUINT64_FORMAT "\n", stats.dictionary_bytes);
    printf("postings bytes\t%" G_GUINT64_FORMAT "\n", stats.postings_bytes);
    printf("format\t%u\n", stats.version);
    kb_index_close(index);
    return EXIT_DONE;
}

static int run_check(int argc, char **argv)
{
    struct kb_index *index;
    GError *error = NULL;
    int status = open_one(argc, argv, "FILE - prove an index's checksums", &index);

    if (!index)
        return status;
    if (kb_index_check(index, &error))
        printf("%s is whole: format %d, %u %s.\n", argv[1], KB_FORMAT_VERSION, kb_index_count(index),
               kb_index_count(index) == 1 ? "document" : "documents");
    else
        status = kb_cli_fail(error);
    kb_index_close(index);
    return status;
}

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
};

static const struct command commands[] = {
    {"index", kb_cli_index, "-o FILE DOCS.jsonl...   make an index of documents"},
    {"update", kb_cli_update, "FILE CHANGES.jsonl...   add, change and delete documents"},
    {"search", run_search, "FILE [QUERY]            find documents by words, /regex/, ~abbreviation"},
    {"similar", run_similar, "FILE [TEXT]             find documents for a whole contact's text"},
    {"stats", run_stats, "FILE                    what an index holds"},
    {"check", run_check, "FILE                    prove its checksums"},
};

static void print_help(FILE *stream)
{
    fputs("Usage: firstline kb COMMAND ...\n\n", stream);
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        fprintf(stream, "  %-8s %s\n", commands[i].name, commands[i].help);
    fputs("\nEach command answers --help.\n", stream);
}

int kb_cli_main(int argc, char **argv)
{
    if (argc < 1) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0) {
        print_help(stdout);
        return EXIT_DONE;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        if (strcmp(argv[0], commands[i].name) == 0)
            return commands[i].run(argc, argv);
    fprintf(stderr, "firstline kb: There is no command \"%s\". See \"firstline kb --help\".\n", argv[0]);
    return EXIT_USAGE;
}
