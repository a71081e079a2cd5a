/* firstline: the desk and its command line. Options and wiring, nothing else. */

#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "app/desk/export.h"
#include "app/desk/import.h"
#include "app/desk/link_http.h"
#include "app/desk/places.h"
#include "app/desk/report.h"
#include "app/desk/script_command.h"
#include "app/desk/sign_in.h"
#include "app/terminal/desk_program.h"
#include "app/terminal/practice.h"
#include "app/terminal/user_settings.h"
#include "kb/cli.h"
#include "net/problem.h"
#include "ui/keys_manual.h"
#include "ui/text.h"

/* libcurl brings GnuTLS along, which the desk does not speak: asked by this name (gnutls.h, "skip global
 * init"), it does not prepare itself at every start. Who did speak it would call gnutls_global_init. */
int _gnutls_global_init_skip(void);
int _gnutls_global_init_skip(void)
{
    return 1;
}

struct desk_choices {
    char *url, *agent, *ca, *theme;
    gboolean mouse, version;
    struct user_settings settings; /* of the file; the command line goes before */
};

/* False: said on standard error, a line for all that is wrong. */
static bool read_settings(struct user_settings *settings)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = user_settings_path();
    bool is_read = user_settings_read(settings, path, &error);
    if (!is_read)
        fprintf(stderr, "%s\n", g_strchomp(error->message));
    return is_read;
}

static struct link *make_link(struct run *run, void *user_data, GError **error)
{
    (void)error;
    const struct desk_choices *choices = user_data;
    g_autofree char *token_path = places_token_path(choices->url);
    places_remember_url(choices->url);
    return link_http_new(&(struct link_http_options){.url = choices->url,
                                                     .ca_path = places_ca(choices->ca),
                                                     .token_path = token_path,
                                                     .device = run_device(run)},
                         run_link_callbacks(), run);
}

static int run_desk_program(struct desk_choices *choices)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *state_folder = places_state_folder(choices->url);
    g_autofree char *cache_folder = places_cache_folder(choices->url);
    g_autofree char *token_path = places_token_path(choices->url);
    if (desk_program_run(
            &(struct desk_program){.state_folder = state_folder,
                                   .cache_folder = cache_folder,
                                   .token_path = token_path,
                                   .agent = choices->agent,
                                   .theme = choices->theme != NULL ? choices->theme : choices->settings.theme,
                                   .wants_mouse = choices->mouse || choices->settings.wants_mouse,
                                   .wants_notices = choices->settings.wants_notices,
                                   .keys = choices->settings.keys,
                                   .make_link = make_link,
                                   .user_data = choices},
            &error))
        return EXIT_STATUS_OK;
    fprintf(stderr, "firstline: %s\n", error->message);
    return problem_exit_status(error);
}

static int kb_main(int argc, char **argv)
{
    return kb_cli_main(argc - 1, argv + 1);
}

static int keys_main(int argc, char **argv)
{
    struct user_settings settings;
    int status = read_settings(&settings) ? keys_manual_main(settings.keys, argc, argv) : EXIT_STATUS_USAGE;
    user_settings_release(&settings);
    return status;
}

static const struct {
    const char *name;
    int (*main)(int argc, char **argv); /* argv[0] is the command's name */
    const char *help;
} commands[] = {
    {"report", report_main, "prints the reports: handle time, one contact's timeline"},
    {"sign-in", sign_in_main, "signs in for these commands, the password from standard input"},
    {"export", export_main, "writes events, contacts and intervals for other programs"},
    {"import", import_main, "takes records of another system"},
    {"practice", practice_main, "runs one scenario on the desk's own screens and scores it"},
    {"script", script_command_main, "checks, draws, walks and replays guided scripts"},
    {"kb", kb_main, "makes and searches indexes of articles"},
    {"keys", keys_main, "says what each key of the desk does"},
};

/* The place of a command in the table; -1: there is no such command. */
static int find_command(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(name, commands[i].name) == 0)
            return (int)i;
    }
    return -1;
}

/* What stands in the help beside the options. Caller owns. */
static char *summary(void)
{
    GString *text = g_string_new("The agent's desk; with a command:\n\n");
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        g_string_append_printf(text, "  %-9s %s\n", commands[i].name, commands[i].help);
    g_string_append(text, "\n\"firstline COMMAND --help\" says more.");
    return g_string_free(text, false);
}

static int desk_main(int argc, char **argv)
{
    struct desk_choices choices = {0};
    const GOptionEntry entries[] = {
        {"url", 'u', 0, G_OPTION_ARG_STRING, &choices.url,
         "Address of the backend (FIRSTLINE_URL; " PLACES_DEFAULT_URL ")", "URL"},
        {"agent", 'a', 0, G_OPTION_ARG_STRING, &choices.agent, "Who signs in", "ID"},
        {"ca", 0, 0, G_OPTION_ARG_FILENAME, &choices.ca,
         "Trust this authority (PEM) instead of the system's (FIRSTLINE_CA)", "FILE"},
        {"theme", 0, 0, G_OPTION_ARG_STRING, &choices.theme, "Colours: dark or light", "NAME"},
        {"mouse", 0, 0, G_OPTION_ARG_NONE, &choices.mouse, "Take clicks and the wheel", NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &choices.version, "Print the version", NULL},
        {0},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("[COMMAND …]");
    g_autoptr(GError) error = NULL;
    g_autofree char *commands_text = summary();
    g_option_context_set_summary(context, commands_text);
    g_option_context_add_main_entries(context, entries, NULL);
    bool is_read = g_option_context_parse(context, &argc, &argv, &error);
    if (!is_read)
        fprintf(stderr, "firstline: %s; see firstline --help.\n", error->message);
    else if (argc > 1 && find_command(argv[1]) >= 0)
        fprintf(stderr, "firstline: The command comes first: firstline %s [OPTION…].\n", argv[1]);
    else if (argc > 1)
        fprintf(stderr, "firstline: There is no command \"%s\"; see firstline --help.\n", argv[1]);
    if (!is_read || argc > 1)
        return EXIT_STATUS_USAGE;
    if (choices.version) {
        puts("firstline " FIRSTLINE_VERSION);
        return EXIT_STATUS_OK;
    }
    if (!read_settings(&choices.settings))
        return EXIT_STATUS_USAGE;
    char *url = places_url(choices.url);
    g_free(choices.url);
    choices.url = url;
    int status = run_desk_program(&choices);
    g_free(choices.url);
    g_free(choices.agent);
    g_free(choices.ca);
    g_free(choices.theme);
    user_settings_release(&choices.settings);
    /* Not exit: there the libraries free one by one what the system takes back at once, a millisecond's work.
     */
    fflush(NULL);
    quick_exit(status);
}

int main(int argc, char **argv)
{
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is told to its writer, not deadly */
    if (!text_use_locale())
        g_printerr("firstline: no UTF-8 locale is there; please install one, such as C.UTF-8.\n");
    int command = argc > 1 ? find_command(argv[1]) : -1;
    if (command < 0)
        return desk_main(argc, argv);
    g_autofree char *program = g_path_get_basename(argv[0]);
    g_autofree char *name = g_strconcat(program, " ", commands[command].name, NULL);
    g_set_prgname(name); /* in "Usage:" */
    return commands[command].main(argc - 1, argv + 1);
}
