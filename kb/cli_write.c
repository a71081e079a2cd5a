#include "kb/cli_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kb/builder.h"
#include "kb/cli_options.h"
#include "kb/error.h"
#include "kb/reader.h"
#include "kb/update.h"

/* Refused lines that are told one by one; the rest are only counted. */
#define REFUSALS_SHOWN 20

/* Documents between two signs of progress. */
#define PROGRESS_EVERY 1000

/* Documents on their way into a new index, or into one that is there. */
struct indexing {
    struct kb_builder *builder; /* or NULL */
    struct kb_update *update;   /* or NULL */
    uint32_t taken;
    bool terminal; /* progress overwrites its line */
    size_t refused;
    bool failed;
};

static void show_progress(const struct indexing *in, bool last)
{
    if (in->terminal && (last || in->taken % PROGRESS_EVERY == 0))
        fprintf(stderr, "\r%u documents%s", in->taken, last ? "\n" : "");
}

static void tell_refusal(struct indexing *in, const char *file, size_t number, const GError *error)
{
    if (in->refused++ < REFUSALS_SHOWN)
        fprintf(stderr, "%s:%zu: refused: %s\n", file, number, error->message);
}

static bool take(struct indexing *in, const struct kb_reader_line *line, GError **error)
{
    if (in->update && line->deleted) {
        kb_update_delete(in->update, line->document.id);
        return true;
    }
    if (line->deleted) {
        g_set_error(error, KB_ERROR, KB_ERROR_DOCUMENT,
                    "It deletes document %s, which only \"firstline kb update\" does.", line->document.id);
        return false;
    }
    return in->update ? kb_update_put(in->update, &line->document, error)
                      : kb_builder_add(in->builder, &line->document, error);
}

/* One line; false where nothing more can be written. */
static bool index_line(struct indexing *in, const char *file, size_t number, const char *text, size_t len)
{
    struct kb_reader_line line;
    g_autoptr(GError) error = NULL;

    if (kb_reader_line_init(&line, text, len, &error)) {
        in->taken += take(in, &line, &error);
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
        if ((size_t)len > KB_CLI_LINE_MAX_BYTES)
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

static bool index_files(struct indexing *in, int count, char **files)
{
    bool ok = true;

    for (int i = 0; i < count && ok; i++)
        ok = index_file(in, files[i]);
    show_progress(in, true);
    if (in->refused > 0)
        fprintf(stderr, "%zu %s refused%s.\n", in->refused, in->refused == 1 ? "line was" : "lines were",
                in->refused > REFUSALS_SHOWN ? "; the first of them are shown above" : "");
    return ok;
}

static int finish_index(struct indexing *in, const char *path)
{
    GError *error = NULL;

    if (in->taken == 0) {
        fprintf(stderr, "firstline kb: There is no document to index; %s was not written.\n", path);
        return EXIT_FAILED;
    }
    if (!kb_builder_finish(in->builder, &error))
        return kb_cli_fail(error);
    fprintf(stderr, "%u %s indexed in %s.\n", in->taken, in->taken == 1 ? "document" : "documents", path);
    return EXIT_DONE;
}

int kb_cli_index(int argc, char **argv)
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

    if (!kb_cli_read_options(&argc, &argv, entries, "DOCS.jsonl... - make an index (- reads standard input)",
                             &status))
        return status;
    if (!path || argc < 2)
        return kb_cli_usage_error("It takes -o FILE and at least one file of documents.");
    in.builder = kb_builder_new(path, &error);
    if (!in.builder)
        return kb_cli_fail(error);
    status = index_files(&in, argc - 1, argv + 1) ? finish_index(&in, path) : EXIT_FAILED;
    kb_builder_free(in.builder);
    return status;
}

static int finish_update(struct indexing *in, const char *path)
{
    GError *error = NULL;

    if (!kb_update_commit(in->update, &error))
        return kb_cli_fail(error);
    fprintf(stderr, "%u %s made in %s.\n", in->taken, in->taken == 1 ? "change" : "changes", path);
    return EXIT_DONE;
}

int kb_cli_update(int argc, char **argv)
{
    const GOptionEntry entries[] = {{0}};
    struct indexing in = {.terminal = isatty(STDERR_FILENO)};
    GError *error = NULL;
    int status = EXIT_FAILED;

    if (!kb_cli_read_options(
            &argc, &argv, entries,
            "FILE CHANGES.jsonl... - documents that are new or changed, and {\"id\": ..., \"deleted\": true}",
            &status))
        return status;
    if (argc < 3)
        return kb_cli_usage_error("It takes an index and at least one file of changes.");
    in.update = kb_update_new(argv[1], &error);
    if (!in.update)
        return kb_cli_fail(error);
    status = index_files(&in, argc - 2, argv + 2) ? finish_update(&in, argv[1]) : EXIT_FAILED;
    kb_update_free(in.update);
    return status;
}
