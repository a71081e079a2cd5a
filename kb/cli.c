#include "kb/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kb/builder.h"
#include "kb/error.h"
#include "kb/reader.h"
#include "kb/search.h"

enum exit_status { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_NOT_FOUND = 5 };

/* Refused lines that are told one by one; the rest are only counted. */
#define REFUSALS_SHOWN 20

/* Documents between two signs of progress. */
#define PROGRESS_EVERY 1000

#define LINE_MAX_BYTES ((size_t)64 * 1024 * 1024)

static int fail(GError *error)
{
    bool missing = g_error_matches(error, KB_ERROR, KB_ERROR_FILE);

    fprintf(stderr, "firstline kb: %s\n", error->message);
    g_error_free(error);
    return missing ? EXIT_NOT_FOUND : EXIT_FAILED;
}

/* Reads the options; 0, or the exit status to end with (the help was asked for, or the call is wrong). */
static bool read_options(int *argc, char ***argv, const GOptionEntry *entries, const char *usage, int *status)
{
    g_autoptr(GOptionContext) context = g_option_context_new(usage);
    g_autoptr(GError) error = NULL;

    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, entries, NULL);
    for (int i = 1; i < *argc; i++) {
        if (strcmp((*argv)[i], "--") == 0)
            break;
        if (strcmp((*argv)[i], "--help") == 0 || strcmp((*argv)[i], "-h") == 0) {
            g_autofree char *help = g_option_context_get_help(context, TRUE, NULL);
            fputs(help, stdout);
            *status = EXIT_DONE;
            return false;
        }
    }
    if (g_option_context_parse(context, argc, argv, &error)) {
        if (*argc > 1 && strcmp((*argv)[1], "--") == 0) {
            (*argv)++;
            (*argc)--;
        }
        return true;
    }
    fprintf(stderr, "firstline kb: %s. See \"firstline kb --help\".\n", error->message);
    *status = EXIT_USAGE;
    return false;
}

static int usage_error(const char *sentence)
{
    fprintf(stderr, "firstline kb: %s See \"firstline kb --help\".\n", sentence);
    return EXIT_USAGE;
}

/* kb index */

struct indexing {
    struct kb_builder *builder;
    bool terminal; /* progress overwrites its line */
    size_t refused;
    bool failed;
};

static void show_progress(const struct indexing *in, bool last)
{
    uint32_t count = kb_builder_count(in->builder);

    if (in->terminal && (last || count % PROGRESS_EVERY == 0))
        fprintf(stderr, "\r%u documents%s", count, last ? "\n" : "");
}

static void tell_refusal(struct indexing *in, const char *file, size_t number, const GError *error)
{
    if (in->refused++ < REFUSALS_SHOWN)
        fprintf(stderr, "%s:%zu: refused: %s\n", file, number, error->message);
}

/* One line; false where nothing more can be written. */
static bool index_line(struct indexing *in, const char *file, size_t number, const char *text, size_t len)
{
    struct kb_reader_line line;
    g_autoptr(GError) error = NULL;

    if (kb_reader_line_init(&line, text, len, &error)) {
        kb_builder_add(in->builder, &line.document, &error);
        kb_reader_line_release(&line);
    }
    show_progress(in, false);
    if (!error)
        return true;
    if (!g_error_matches(error, KB_ERROR, KB_ERROR_FILE)) {
        tell_refusal(in, file, number, error);
        return true;
    }
    fprintf(stderr, "firstline kb: %s\n", error->message);
    return false;
}

static bool index_lines(struct indexing *in, FILE *stream, const char *file)
{
    char *text = NULL;
    size_t room = 0, number = 0;
    ssize_t len;
    bool ok = true;
    g_autoptr(GError) too_long = g_error_new(KB_ERROR, KB_ERROR_DOCUMENT, "The line is longer than 64 MB.");

    while (ok && (len = getline(&text, &room, stream)) >= 0) {
        number++;
        while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
            text[--len] = '\0';
        if ((size_t)len > LINE_MAX_BYTES)
            tell_refusal(in, file, number, too_long);
        else if (len > 0)
            ok = index_line(in, file, number, text, (size_t)len);
    }
    free(text);
    if (ok && ferror(stream)) {
        fprintf(stderr, "firstline kb: %s cannot be read: %s.\n", file, g_strerror(errno));
        ok = false;
    }
    return ok;
}

static bool index_file(struct indexing *in, const char *file)
{
    bool standard = strcmp(file, "-") == 0;
    FILE *stream = standard ? stdin : fopen(file, "r");

    if (!stream) {
        fprintf(stderr, "firstline kb: %s cannot be read: %s.\n", file, g_strerror(errno));
        return false;
    }
    bool ok = index_lines(in, stream, file);
    if (!standard)
        fclose(stream);
    return ok;
}

static int finish_index(struct indexing *in, const char *path)
{
    GError *error = NULL;
    uint32_t count = kb_builder_count(in->builder);

    show_progress(in, true);
    if (in->refused > 0)
        fprintf(stderr, "%zu lines were refused%s.\n", in->refused,
                in->refused > REFUSALS_SHOWN ? "; the first of them are shown above" : "");
    if (count == 0) {
        fprintf(stderr, "firstline kb: There is no document to index; %s was not written.\n", path);
        return EXIT_FAILED;
    }
    if (!kb_builder_finish(in->builder, &error))
        return fail(error);
    fprintf(stderr, "%u documents indexed in %s.\n", count, path);
    return EXIT_DONE;
}

static int run_index(int argc, char **argv)
{
    g_autofree char *path = NULL;
    int status = EXIT_FAILED;
    GError *error = NULL;
    struct indexing in = {.terminal = isatty(STDERR_FILENO)};
    const GOptionEntry entries[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &path, "the index to write; replaced at once and whole",
         "FILE"},
        {0},
    };

    if (!read_options(&argc, &argv, entries, "DOCS.jsonl... - make an index (- reads standard input)",
                      &status))
        return status;
    if (!path || argc < 2)
        return usage_error("It takes -o FILE and at least one file of documents.");
    in.builder = kb_builder_new(path, &error);
    if (!in.builder)
        return fail(error);
    bool ok = true;
    for (int i = 1; i < argc && ok; i++)
        ok = index_file(&in, argv[i]);
    status = ok ? finish_index(&in, path) : EXIT_FAILED;
    kb_builder_free(in.builder);
    return status;
}

/* kb search, kb similar */

struct asking {
    struct kb_index *index;
    struct kb_search_options options;
    bool similar, tsv, json, time;
};

static void print_json_string(const char *text)
{
    putchar('"');
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\')
            printf("\\%c", *p);
        else if ((uint8_t)*p < 0x20)
            printf("\\u%04x", (unsigned)*p);
        else
            putchar(*p);
    }
    putchar('"');
}

static void print_ranges(const char *name, const struct kb_range *ranges, size_t count)
{
    printf(",\"%s\":[", name);
    for (size_t i = 0; i < count; i++)
        printf("%s[%u,%u]", i > 0 ? "," : "", ranges[i].start, ranges[i].end);
    putchar(']');
}

static void print_json(const char *query_id, const struct kb_results *results)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct kb_result *r = &results->results[i];
        printf("{");
        if (query_id) {
            printf("\"query_id\":");
            print_json_string(query_id);
            printf(",");
        }
        printf("\"rank\":%zu,\"id\":", i + 1);
        print_json_string(r->id);
        printf(",\"score\":%.4f,\"title\":", (double)r->score);
        print_json_string(r->title);
        print_ranges("title_ranges", r->title_ranges, r->title_range_count);
        printf(",\"snippet\":");
        print_json_string(r->snippet);
        print_ranges("snippet_ranges", r->snippet_ranges, r->snippet_range_count);
        printf("}\n");
    }
}

static void print_tsv(const char *query_id, const struct kb_results *results)
{
    for (size_t i = 0; i < results->count; i++)
        printf("%s\t%zu\t%s\t%.4f\n", query_id ? query_id : "", i + 1, results->results[i].id,
               (double)results->results[i].score);
}

/* Text for a terminal: what it marks is underlined, control characters become blanks. */
static void print_marked(const char *text, const struct kb_range *ranges, size_t count, bool marks)
{
    size_t next = 0;

    for (size_t i = 0; text[i]; i++) {
        if (marks && next < count && i == ranges[next].start)
            fputs("\033[4m", stdout);
        putchar((uint8_t)text[i] < 0x20 || text[i] == 0x7F ? ' ' : text[i]);
        if (next < count && i + 1 == ranges[next].end) {
            if (marks)
                fputs("\033[24m", stdout);
            next++;
        }
    }
}

static void print_table(const struct kb_results *results)
{
    bool marks = isatty(STDOUT_FILENO) && !g_getenv("NO_COLOR");

    for (size_t i = 0; i < results->count; i++) {
        const struct kb_result *r = &results->results[i];
        printf("%2zu  ", i + 1);
        print_marked(r->title, r->title_ranges, r->title_range_count, marks);
        printf("  [");
        print_marked(r->id, NULL, 0, false);
        printf("]\n    ");
        print_marked(r->snippet, r->snippet_ranges, r->snippet_range_count, marks);
        putchar('\n');
    }
    printf("%zu of %s%zu\n", results->count, results->incomplete ? "at least " : "", results->total);
}

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
        print_json(query_id, results);
    else if (a->tsv || query_id)
        print_tsv(query_id, results);
    else
        print_table(results);
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

    while ((n = fread(buffer, 1, sizeof buffer, stream)) > 0 && text->len < LINE_MAX_BYTES)
        g_string_append_len(text, buffer, (gssize)n);
    return !ferror(stream);
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
        return fail(error);
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
    g_autofree char *mode = NULL, *lang = NULL;
    gint limit = 10, status = EXIT_FAILED;
    gboolean tsv = FALSE, json = FALSE, time = FALSE;
    struct asking a = {.similar = similar};
    const GOptionEntry entries[] = {
        {"count", 'n', 0, G_OPTION_ARG_INT, &limit, "most documents for a query (10)", "N"},
        {"lang", 'l', 0, G_OPTION_ARG_STRING, &lang, "only documents in this language", "LANG"},
        {"tsv", 0, 0, G_OPTION_ARG_NONE, &tsv, "query_id, rank, doc_id, score", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "one object a document, with snippet and ranges", NULL},
        {"time", 0, 0, G_OPTION_ARG_NONE, &time, "each query's microseconds on standard error", NULL},
        {"mode", 'm', similar ? G_OPTION_FLAG_HIDDEN : 0, G_OPTION_ARG_STRING, &mode,
         "auto, words, fuzzy or regex", "MODE"},
        {0},
    };

    if (!read_options(
            &argc, &argv, entries,
            similar ? "FILE [TEXT] - find documents for a whole contact; lines of \"id<TAB>text\" with --tsv"
                    : "FILE [QUERY] - find documents; without a query, lines of \"id<TAB>query\"",
            &status))
        return status;
    if (argc < 2)
        return usage_error("It takes the index to search.");
    if (limit < 1 || limit > KB_SEARCH_LIMIT_MAX)
        return usage_error("-n takes a number from 1 to 1000.");
    if (mode && !read_mode(mode, &a.options.mode))
        return usage_error("-m takes auto, words, fuzzy or regex.");
    a.tsv = tsv;
    a.json = json;
    a.time = time;
    a.options.limit = (size_t)limit;
    a.options.lang = lang;
    a.options.bare = tsv || (argc == 2 && !json && !similar);
    return answer(&a, argc, argv);
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
    if (!read_options(&argc, &argv, entries, usage, &status))
        return status;
    if (argc != 2)
        return usage_error("It takes one index.");
    *index = kb_index_open(argv[1], &error);
    return *index ? EXIT_DONE : fail(error);
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
        printf("%s is whole: format %d, %u documents.\n", argv[1], KB_FORMAT_VERSION, kb_index_count(index));
    else
        status = fail(error);
    kb_index_close(index);
    return status;
}

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
};

static const struct command commands[] = {
    {"index", run_index, "-o FILE DOCS.jsonl...   make an index of documents"},
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
