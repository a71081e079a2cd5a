#include "app/terminal/practice.h"

#include <glib/gstdio.h>
#include <stdio.h>

#include "app/desk/link_practice.h"
#include "app/terminal/desk_program.h"
#include "app/terminal/user_settings.h"
#include "net/problem.h"

struct practice {
    const char *scenario;
    char *agent, *share;
    const char *agent_name;
    struct run *run;
    struct link *link;
    char *report; /* what is printed at the end */
};

static void on_scored(const char *report, void *user_data)
{
    struct practice *p = user_data;
    g_free(p->report);
    p->report = g_strdup(report);
    run_send(p->run, &(struct msg){.kind = MSG_PRACTICE_SCORE, .text = report});
}

static struct link_practice_options options_of(struct practice *p)
{
    return (struct link_practice_options){.content_folder = p->share,
                                          .scenario_path = p->scenario,
                                          .agent = p->agent,
                                          .agent_name = p->agent_name,
                                          .scored = on_scored,
                                          .user_data = p};
}

static struct link *make_link(struct run *run, void *user_data, GError **error)
{
    struct practice *p = user_data;
    const struct link_practice_options options = options_of(p);
    p->run = run;
    p->link = link_practice_new(&options, run_link_callbacks(), run, error);
    return p->link;
}

static void on_command(const char *what, void *user_data)
{
    struct practice *p = user_data;
    g_autofree char *sentence = link_practice_command(p->link, what);
    if (sentence != NULL)
        run_send(p->run, &(struct msg){.kind = MSG_PRACTICE_NOTICE, .text = sentence});
}

static void remove_folder(const char *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    const char *name;
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        g_unlink(child);
    }
    g_rmdir(path);
}

static bool run_scenario(struct practice *p, GError **error)
{
    /* Before the terminal is taken, so that what is wrong with a scenario needs none and is not drawn over.
     */
    const struct link_practice_options options = options_of(p);
    if (!link_practice_check(&options, error))
        return false;
    g_autofree char *settings_file = user_settings_path();
    struct user_settings settings;
    if (!user_settings_read(&settings, settings_file, error))
        return false;
    g_autofree char *folder = g_dir_make_tmp("firstline-practice-XXXXXX", error);
    if (folder == NULL) {
        user_settings_release(&settings);
        return false;
    }
    bool is_done = desk_program_run(&(struct desk_program){.state_folder = folder,
                                                           .cache_folder = folder,
                                                           .agent = p->agent,
                                                           .is_practice = true,
                                                           .theme = settings.theme,
                                                           .wants_mouse = settings.wants_mouse,
                                                           .wants_notices = settings.wants_notices,
                                                           .keys = settings.keys,
                                                           .make_link = make_link,
                                                           .practice = on_command,
                                                           .user_data = p},
                                    error);
    remove_folder(folder);
    user_settings_release(&settings);
    return is_done;
}

int practice_main(int argc, char **argv)
{
    const char *share = g_getenv("FIRSTLINE_SHARE");
    struct practice p = {.share = g_build_filename(share != NULL ? share : FIRSTLINE_SHARE, "demo", NULL)};
    const GOptionEntry entries[] = {
        {"agent", 'a', 0, G_OPTION_ARG_STRING, &p.agent, "Who practises", "ID"},
        {0},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("SCENARIO.yaml");
    g_option_context_set_summary(
        context, "Plays one scenario on the desk and scores it; some come with it in share/demo/practice.");
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    bool is_read = g_option_context_parse(context, &argc, &argv, &error);
    if (!is_read) {
        g_autoptr(GError) unread = g_steal_pointer(&error);
        g_set_error(&error, NET_PROBLEM, PROBLEM_BAD_REQUEST, "%s; see firstline practice --help.",
                    unread->message);
    } else if (argc != 2) {
        is_read = false;
        g_set_error_literal(&error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                            "Please name one scenario: firstline practice share/demo/practice/FILE.yaml.");
    }
    p.agent_name = p.agent != NULL ? p.agent : g_get_real_name();
    if (p.agent == NULL)
        p.agent = g_strdup(g_get_user_name());
    p.scenario = argc > 1 ? argv[1] : NULL;
    bool is_done = is_read && run_scenario(&p, &error);
    if (p.report != NULL)
        puts(p.report);
    g_free(p.agent);
    g_free(p.share);
    g_free(p.report);
    if (is_done)
        return EXIT_STATUS_OK;
    fprintf(stderr, "firstline practice: %s\n", error->message);
    return is_read ? (int)problem_exit_status(error) : EXIT_STATUS_USAGE;
}
