#include "app/desk/command_line.h"

#include <stdio.h>

#include "app/desk/places.h"
#include "net/problem.h"

static GOptionContext *context_of(struct command_line *line)
{
    const GOptionEntry span[] = {
        {"since", 0, 0, G_OPTION_ARG_STRING, &line->since,
         "A date, a time, or an age such as 8h or 14d (28d)", "TIME"},
        {"until", 0, 0, G_OPTION_ARG_STRING, &line->until, "As --since", "TIME"},
        {0},
    };
    const GOptionEntry address[] = {
        {"url", 'u', 0, G_OPTION_ARG_STRING, &line->url, "Address of the backend (FIRSTLINE_URL)", "URL"},
        {"ca", 0, 0, G_OPTION_ARG_FILENAME, &line->ca,
         "Trust this authority (PEM) instead of the system's (FIRSTLINE_CA)", "FILE"},
        {0},
    };
    GOptionContext *context = g_option_context_new(line->words);
    g_option_context_set_summary(context, line->summary);
    g_option_context_add_main_entries(context, line->entries, NULL);
    if (line->has_span)
        g_option_context_add_main_entries(context, span, NULL);
    g_option_context_add_main_entries(context, address, NULL);
    return context;
}

int command_line_main(struct command_line *line, int argc, char **argv)
{
    g_autoptr(GOptionContext) context = context_of(line);
    g_autoptr(GError) error = NULL;
    bool is_read = g_option_context_parse(context, &argc, &argv, &error), is_done = false;
    if (is_read) {
        char *url = places_url(line->url);
        g_free(line->url);
        line->url = url;
        places_trust(line->ca);
        is_done = line->run(line, argc, argv, &error);
    }
    g_free(line->url);
    g_free(line->ca);
    g_free(line->since);
    g_free(line->until);
    if (is_done)
        return EXIT_STATUS_OK;
    if (!is_read)
        fprintf(stderr, "%s: %s; see %s --help.\n", line->name, error->message, line->name);
    else
        fprintf(stderr, "%s: %s\n", line->name, error->message);
    return is_read ? (int)problem_exit_status(error) : EXIT_STATUS_USAGE;
}
