#include "kb/cli_options.h"

#include <stdio.h>
#include <string.h>

#include "kb/error.h"

int kb_cli_fail(GError *error)
{
    bool missing = g_error_matches(error, KB_ERROR, KB_ERROR_FILE);

    fprintf(stderr, "firstline kb: %s\n", error->message);
    g_error_free(error);
    return missing ? EXIT_NOT_FOUND : EXIT_FAILED;
}

bool kb_cli_read_options(int *argc, char ***argv, const GOptionEntry *entries, const char *usage, int *status)
{
    g_autoptr(GOptionContext) context = g_option_context_new(usage);
    g_autoptr(GError) error = NULL;
    g_autofree char *name = g_strconcat("firstline kb ", (*argv)[0], NULL);

    g_set_prgname(name); /* the help calls the command by its whole name */
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

int kb_cli_usage_error(const char *sentence)
{
    fprintf(stderr, "firstline kb: %s See \"firstline kb --help\".\n", sentence);
    return EXIT_USAGE;
}
