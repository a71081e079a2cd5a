/* The command `script`; see the header. */
#include "app/script/cli.h"

#include <stdio.h>
#include <string.h>

#include "app/script/check.h"
#include "app/script/cli_run.h"
#include "app/script/graph.h"
#include "app/script/paths.h"
#include "app/script/suggest.h"

#define EXIT_WRONG 1
#define EXIT_USAGE 2

/* Paths that are shown unless asked otherwise, and at most. */
#define PATHS_SHOWN 1000
#define PATHS_MOST  100000

struct cli_options {
    gboolean mermaid, text, json;
    int most;
    char *answers;
    char *language;
    char *events, *since, *url;
    char **files;
    script_cli_fetch fetch;
};

struct cli_verb {
    const char *name;
    const char *arguments; /* as the usage line has them */
    const char *help;
    bool one; /* takes exactly one file */
    int (*run)(const struct cli_options *options);
};

/* A script that loads, and with `whole` also passes its check; NULL after saying why not. */
static struct script *load(const char *path, bool whole)
{
    g_autoptr(GError) error = NULL;
    struct script *script = script_open(path, &error);
    if (!script) {
        fprintf(stderr, "%s\n", error->message);
        return NULL;
    }
    if (!whole)
        return script;
    struct problems *problems = problems_new(path);
    script_check(script, problems);
    bool good = problems_none(problems, &error);
    problems_free(problems);
    if (good)
        return script;
    fprintf(stderr, "%s\n", error->message);
    script_unref(script);
    return NULL;
}

static int run_check(const struct cli_options *options)
{
    int status = 0;
    for (char **file = options->files; *file; file++) {
        struct script *script = load(*file, true);
        if (script)
            printf("%s: ok, %zu steps\n", *file, script->step_count);
        else
            status = EXIT_WRONG;
        script_unref(script);
    }
    return status;
}

static int run_graph(const struct cli_options *options)
{
    struct script *script = load(options->files[0], false);
    if (!script)
        return EXIT_WRONG;
    g_autofree char *text = options->mermaid ? script_graph_mermaid(script, options->language)
                            : options->text  ? script_graph_text(script, options->language)
                                             : script_graph_dot(script, options->language);
    fputs(text, stdout);
    script_unref(script);
    return 0;
}

static int run_paths(const struct cli_options *options)
{
    struct script *script = load(options->files[0], false);
    if (!script)
        return EXIT_WRONG;
    struct script_paths paths;
    script_paths_init(&paths, script, (size_t)CLAMP(options->most, 1, PATHS_MOST));
    g_autofree char *text =
        options->json ? script_paths_json(&paths, script) : script_paths_text(&paths, script);
    fputs(text, stdout);
    script_paths_release(&paths);
    script_unref(script);
    return 0;
}

static int run_run(const struct cli_options *options)
{
    struct script *script = load(options->files[0], false);
    if (!script)
        return EXIT_WRONG;
    struct cli_run_options run = {.answers = options->answers, .language = options->language};
    int status = cli_run(script, &run);
    script_unref(script);
    return status;
}

/* The events of a file, one a line. */
static bool read_events(struct replay *replay, const char *path, GError **error)
{
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, error);
    if (!file)
        return false;
    const char *at = g_mapped_file_get_contents(file), *end = at + g_mapped_file_get_length(file);
    for (int line = 1; at && at < end; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        if (!replay_take_line(replay, at, (size_t)(stop - at), error)) {
            g_prefix_error(error, "%s:%d: ", path, line);
            return false;
        }
        at = stop + 1;
    }
    return true;
}

static bool take_events(struct replay *replay, const struct cli_options *options, GError **error)
{
    if (options->events)
        return read_events(replay, options->events, error);
    return options->fetch && options->fetch(replay, options->url, options->since, error);
}

static int run_replay(const struct cli_options *options)
{
    if (!options->events == !options->since) {
        fprintf(stderr, "`firstline script replay` wants --events FILE or --since TIME, such as 30d.\n");
        return EXIT_USAGE;
    }
    struct script *script = load(options->files[0], true);
    if (!script)
        return EXIT_WRONG;
    g_autoptr(GError) error = NULL;
    struct replay *replay = replay_new(script);
    bool taken = take_events(replay, options, &error);
    g_autofree char *text = !taken ? NULL : options->json ? replay_json(replay) : replay_text(replay);
    if (text)
        fputs(text, stdout);
    else
        fprintf(stderr, "%s\n", error ? error->message : "There is no backend to ask; give --events FILE.");
    replay_free(replay);
    script_unref(script);
    return taken ? 0 : EXIT_WRONG;
}

static const struct cli_verb VERBS[] = {
    {"check", "FILE...", "say everything that is wrong with scripts", false, run_check},
    {"graph", "FILE [--text|--mermaid]", "draw a script: here, or as text for Graphviz or Mermaid", true,
     run_graph},
    {"paths", "FILE [--most N] [--json]", "all ways through a script, their steps and target times", true,
     run_paths},
    {"run", "FILE [--answers FILE]", "walk a script in text mode", true, run_run},
    {"replay", "FILE --events FILE|--since TIME", "walk past contacts through a script", true, run_replay},
};

static void print_usage(FILE *out, const struct script_cli_backend *backend)
{
    fprintf(out, "Usage: firstline script COMMAND FILE...\n\n");
    for (size_t i = 0; i < G_N_ELEMENTS(VERBS); i++)
        fprintf(out, "  %-9s %-31s %s\n", VERBS[i].name, VERBS[i].arguments, VERBS[i].help);
    for (size_t i = 0; i < backend->verb_count; i++)
        fprintf(out, "  %-9s %-31s %s\n", backend->verbs[i].name, backend->verbs[i].arguments,
                backend->verbs[i].help);
    fprintf(out, "\nThe language of scripts: firstline-script(5).\n");
}

static const struct script_cli_verb *further_verb(const struct script_cli_backend *backend, const char *name)
{
    for (size_t i = 0; i < backend->verb_count; i++)
        if (g_str_equal(backend->verbs[i].name, name))
            return &backend->verbs[i];
    return NULL;
}

static const struct cli_verb *verb_named(const struct script_cli_backend *backend, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (size_t i = 0; i < G_N_ELEMENTS(VERBS); i++) {
        g_ptr_array_add(names, (gpointer)VERBS[i].name);
        if (g_str_equal(VERBS[i].name, name))
            return &VERBS[i];
    }
    for (size_t i = 0; i < backend->verb_count; i++)
        g_ptr_array_add(names, (gpointer)backend->verbs[i].name);
    g_autofree char *end = suggest_end(name, (const char *const *)names->pdata, names->len);
    fprintf(stderr, "There is no command `script %s`%s `firstline script --help` lists them.\n", name, end);
    return NULL;
}

/* The options after the verb; false after saying what is wrong. */
static bool parse_options(const struct cli_verb *verb, int argc, char **argv, struct cli_options *options)
{
    GOptionEntry entries[] = {
        {"mermaid", 0, 0, G_OPTION_ARG_NONE, &options->mermaid, "graph: Mermaid in place of DOT", NULL},
        {"text", 0, 0, G_OPTION_ARG_NONE, &options->text, "graph: drawn in the terminal", NULL},
        {"most", 0, 0, G_OPTION_ARG_INT, &options->most, "paths: so many at most (1000)", "N"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options->json, "paths, replay: as JSON", NULL},
        {"answers", 0, 0, G_OPTION_ARG_FILENAME, &options->answers,
         "run: take facts, answers and results from FILE", "FILE"},
        {"events", 0, 0, G_OPTION_ARG_FILENAME, &options->events, "replay: the log's events, one a line",
         "FILE"},
        {"since", 0, 0, G_OPTION_ARG_STRING, &options->since,
         "replay: the backend's events since then, such as 30d", "TIME"},
        {"url", 0, 0, G_OPTION_ARG_STRING, &options->url, "replay: address of the backend (FIRSTLINE_URL)",
         "URL"},
        {"language", 0, 0, G_OPTION_ARG_STRING, &options->language, "of the texts, en or zh", "LANG"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files, NULL, NULL},
        {0},
    };
    g_autofree char *usage = g_strdup_printf("%s - %s", verb->arguments, verb->help);
    g_autoptr(GOptionContext) context = g_option_context_new(usage);
    g_autoptr(GError) error = NULL;
    g_option_context_add_main_entries(context, entries, NULL);
    g_autofree char *name = g_strdup_printf("firstline script %s", verb->name);
    g_set_prgname(name);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "%s; see `firstline script %s --help`.\n", error->message, verb->name);
        return false;
    }
    guint count = options->files ? g_strv_length(options->files) : 0;
    if (count == 0 || (verb->one && count > 1)) {
        fprintf(stderr, "`firstline script %s` wants %s: %s.\n", verb->name, verb->one ? "one file" : "files",
                verb->arguments);
        return false;
    }
    if (!options->language)
        options->language = g_strdup("en");
    return true;
}

int script_cli_main(int argc, char **argv, const struct script_cli_backend *backend)
{
    static const struct script_cli_backend none = {0};
    backend = backend ? backend : &none;
    if (argc < 2 || g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h")) {
        print_usage(argc < 2 ? stderr : stdout, backend);
        return argc < 2 ? EXIT_USAGE : 0;
    }
    const struct script_cli_verb *further = further_verb(backend, argv[1]);
    if (further)
        return further->main(argc - 1, argv + 1);
    const struct cli_verb *verb = verb_named(backend, argv[1]);
    struct cli_options options = {.most = PATHS_SHOWN, .fetch = backend->fetch};
    int status = verb && parse_options(verb, argc - 1, argv + 1, &options) ? verb->run(&options) : EXIT_USAGE;
    g_strfreev(options.files);
    g_free(options.answers);
    g_free(options.language);
    g_free(options.events);
    g_free(options.since);
    g_free(options.url);
    return status;
}
