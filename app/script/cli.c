/* The command `script`; see the header. */
#include "app/script/cli.h"

#include <stdio.h>

#include "app/script/check.h"
#include "app/script/cli_run.h"
#include "app/script/graph.h"
#include "app/script/suggest.h"

#define EXIT_WRONG 1
#define EXIT_USAGE 2

struct cli_options {
    gboolean mermaid;
    char *answers;
    char *language;
    char **files;
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
                                             : script_graph_dot(script, options->language);
    fputs(text, stdout);
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

static const struct cli_verb VERBS[] = {
    {"check", "FILE...", "say everything that is wrong with scripts", false, run_check},
    {"graph", "FILE [--mermaid]", "draw a script as text for Graphviz or Mermaid", true, run_graph},
    {"run", "FILE [--answers FILE]", "walk a script in text mode", true, run_run},
};

static void print_usage(FILE *out)
{
    fprintf(out, "Usage: firstline script COMMAND FILE...\n\n");
    for (size_t i = 0; i < G_N_ELEMENTS(VERBS); i++)
        fprintf(out, "  %-6s %-24s %s\n", VERBS[i].name, VERBS[i].arguments, VERBS[i].help);
    fprintf(out, "\nThe language of scripts: firstline-script(5).\n");
}

static const struct cli_verb *verb_named(const char *name)
{
    const char *names[G_N_ELEMENTS(VERBS)];
    for (size_t i = 0; i < G_N_ELEMENTS(VERBS); i++) {
        names[i] = VERBS[i].name;
        if (g_str_equal(VERBS[i].name, name))
            return &VERBS[i];
    }
    const char *nearest = suggest_nearest(name, names, G_N_ELEMENTS(names));
    g_autofree char *advice = nearest ? g_strdup_printf("; did you mean `%s`?", nearest) : g_strdup(".");
    fprintf(stderr, "There is no command `script %s`%s `firstline script --help` lists them.\n", name,
            advice);
    return NULL;
}

/* The options after the verb; false after saying what is wrong. */
static bool parse_options(const struct cli_verb *verb, int argc, char **argv, struct cli_options *options)
{
    GOptionEntry entries[] = {
        {"mermaid", 0, 0, G_OPTION_ARG_NONE, &options->mermaid, "graph: Mermaid in place of DOT", NULL},
        {"answers", 0, 0, G_OPTION_ARG_FILENAME, &options->answers,
         "run: take facts, answers and results from FILE", "FILE"},
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

int script_cli_main(int argc, char **argv)
{
    if (argc < 2 || g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h")) {
        print_usage(argc < 2 ? stderr : stdout);
        return argc < 2 ? EXIT_USAGE : 0;
    }
    const struct cli_verb *verb = verb_named(argv[1]);
    struct cli_options options = {0};
    int status = verb && parse_options(verb, argc - 1, argv + 1, &options) ? verb->run(&options) : EXIT_USAGE;
    g_strfreev(options.files);
    g_free(options.answers);
    g_free(options.language);
    return status;
}
