/* firstline: the desk and its command line. Options and wiring, nothing else. */

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/desk/import.h"
#include "app/desk/link_http.h"
#include "app/desk/places.h"
#include "app/desk/report.h"
#include "app/desk/run.h"
#include "app/script/cli.h"
#include "kb/cli.h"
#include "net/problem.h"
#include "ui/screen.h"
#include "ui/term.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/views/views.h"

/* The desk on a terminal. */
struct program {
    GMainLoop *loop;
    struct run *run;
    struct screen *screen;
    struct canvas *canvas;
    unsigned theme;
    guint draw; /* a draw is due at the end of this turn */
    int page_rows[PANE_COUNT];
};

/* --- drawing and input --- */

/* The desk wants to know how much of each pane is in sight; that depends on what it does, so it is told after
 * a draw. */
static void tell_size(struct program *p, int cols, int rows)
{
    struct msg msg = {.kind = MSG_RESIZE, .size = {.cols = cols, .rows = rows}};
    memcpy(msg.size.page_rows, p->page_rows, sizeof p->page_rows);
    run_send(p->run, &msg);
}

static gboolean on_draw(void *data)
{
    struct program *p = data;
    p->draw = 0;
    run_settle(p->run);
    const struct desk *desk = run_desk(p->run);
    struct screen_caret caret;
    if (canvas_cols(p->canvas) != desk->cols || canvas_rows(p->canvas) != desk->rows)
        canvas_resize(p->canvas, desk->cols, desk->rows);
    view_desk_draw(desk, p->canvas, &caret);
    screen_show(p->screen, p->canvas, caret);
    int page_rows[PANE_COUNT];
    view_desk_page_rows(desk, page_rows);
    if (memcmp(page_rows, p->page_rows, sizeof page_rows) != 0) {
        memcpy(p->page_rows, page_rows, sizeof page_rows);
        tell_size(p, desk->cols, desk->rows);
    }
    return G_SOURCE_REMOVE;
}

static void on_changed(void *data)
{
    struct program *p = data;
    if (p->draw == 0 && p->screen != NULL)
        p->draw = g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, on_draw, p, NULL);
}

static void on_settled(void *data)
{
    struct program *p = data;
    if (p->draw != 0) {
        g_source_remove(p->draw);
        on_draw(p);
    }
}

static void on_mouse(struct program *p, const struct screen_input *input)
{
    static const enum mouse_button buttons[] = {
        [SCREEN_MOUSE_PRESS] = MOUSE_LEFT,
        [SCREEN_MOUSE_WHEEL_UP] = MOUSE_WHEEL_UP,
        [SCREEN_MOUSE_WHEEL_DOWN] = MOUSE_WHEEL_DOWN,
    };
    struct msg msg = {.kind = MSG_MOUSE, .mouse = {.button = buttons[input->mouse]}};
    view_desk_hit(run_desk(p->run), input->x, input->y, &msg.mouse);
    run_send(p->run, &msg);
}

static void on_input(const struct screen_input *input, void *data)
{
    struct program *p = data;
    switch (input->kind) {
    case SCREEN_INPUT_KEY:
        run_send(p->run, &(struct msg){.kind = MSG_KEY, .key = input->key});
        break;
    case SCREEN_INPUT_PASTE:
        run_send(p->run, &(struct msg){.kind = MSG_PASTE, .text = input->paste});
        break;
    case SCREEN_INPUT_MOUSE:
        on_mouse(p, input);
        break;
    case SCREEN_INPUT_RESIZE:
        tell_size(p, input->cols, input->rows);
        break;
    case SCREEN_INPUT_HANGUP:
        g_main_loop_quit(p->loop);
        break;
    }
}

/* --- what the desk asks for --- */

static void on_ring(void *data)
{
    screen_ring(((struct program *)data)->screen);
}

static void on_title(const char *text, void *data)
{
    screen_set_title(((struct program *)data)->screen, text);
}

static void on_redraw(void *data)
{
    struct program *p = data;
    screen_redraw(p->screen);
    on_changed(p);
}

static void on_suspend(void *data)
{
    struct program *p = data;
    if (!screen_suspend(p->screen))
        return;
    raise(SIGSTOP);
    screen_resume(p->screen);
    on_redraw(p);
}

static void on_next_theme(void *data)
{
    struct program *p = data;
    const struct theme *next = theme_at(++p->theme);
    if (next == NULL)
        next = theme_at(p->theme = 0);
    term_set_theme(p->screen, next);
    on_redraw(p);
}

static const char *editor_command(void)
{
    const char *command = g_getenv("VISUAL");
    if (command == NULL || *command == '\0')
        command = g_getenv("EDITOR");
    return command != NULL && *command != '\0' ? command : "vi";
}

static char *on_edit(const char *text, void *data)
{
    struct program *p = data;
    char *edited = NULL;
    g_autofree char *path = g_build_filename(g_get_user_runtime_dir(), "firstline-draft-XXXXXX", NULL);
    int fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return NULL;
    close(fd);
    g_autofree char *quoted = g_shell_quote(path);
    g_autofree char *command = g_strdup_printf("%s %s", editor_command(), quoted);
    const char *const argv[] = {"/bin/sh", "-c", command, NULL};
    if (g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL) &&
        screen_suspend(p->screen)) {
        int status = 1;
        g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL, NULL, &status,
                     NULL);
        screen_resume(p->screen);
        if (status == 0)
            g_file_get_contents(path, &edited, NULL, NULL);
    }
    g_unlink(path);
    on_redraw(p);
    return edited;
}

static void on_quit(void *data)
{
    g_main_loop_quit(((struct program *)data)->loop);
}

static gboolean on_signal(void *data)
{
    g_main_loop_quit(((struct program *)data)->loop);
    return G_SOURCE_CONTINUE;
}

static const struct run_outside outside = {
    .changed = on_changed,
    .ring = on_ring,
    .title = on_title,
    .redraw = on_redraw,
    .suspend = on_suspend,
    .next_theme = on_next_theme,
    .edit = on_edit,
    .quit = on_quit,
};

/* --- starting --- */

struct desk_choices {
    char *url, *agent, *ca, *theme;
    gboolean mouse, version;
};

static int fail(const GError *error)
{
    fprintf(stderr, "firstline: %s\n", error->message);
    return problem_exit_status(error);
}

static bool open_screen(struct program *p, const struct desk_choices *choices, GError **error)
{
    const struct theme *theme = choices->theme == NULL ? NULL : theme_find(choices->theme);
    if (choices->theme != NULL && theme == NULL) {
        g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND, "There is no theme called \"%s\".",
                    choices->theme);
        return false;
    }
    p->screen = term_open(&(struct term_options){.theme = theme, .wants_mouse = choices->mouse}, error);
    if (p->screen == NULL)
        return false;
    p->canvas = canvas_new(p->screen->cols, p->screen->rows);
    screen_listen(p->screen, (struct screen_listener){.input = on_input, .settled = on_settled, .user = p});
    return true;
}

static void run_on_terminal(struct program *p, const struct desk_choices *choices)
{
    g_autofree char *token_path = places_token_path(choices->url);
    tell_size(p, p->screen->cols, p->screen->rows);
    on_settled(p); /* the first frame, before anything of the network is begun */
    run_set_link(p->run, link_http_new(&(struct link_http_options){.url = choices->url,
                                                                   .ca_path = choices->ca,
                                                                   .token_path = token_path,
                                                                   .device = run_device(p->run)},
                                       run_link_callbacks(), p->run));
    places_remember_url(choices->url);
    g_unix_signal_add(SIGTERM, on_signal, p);
    g_unix_signal_add(SIGHUP, on_signal, p);
    g_unix_signal_add(SIGINT, on_signal, p);
    g_main_loop_run(p->loop);
    if (p->draw != 0)
        g_source_remove(p->draw);
}

static int run_desk_program(const struct desk_choices *choices)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *state_folder = places_state_folder(choices->url);
    g_autofree char *cache_folder = places_cache_folder(choices->url);
    struct program p = {.loop = g_main_loop_new(NULL, false)};
    p.run = run_new(&(struct run_options){.state_folder = state_folder,
                                          .cache_folder = cache_folder,
                                          .agent = choices->agent},
                    &outside, &p, &error);
    if (p.run != NULL && open_screen(&p, choices, &error))
        run_on_terminal(&p, choices);
    screen_free(g_steal_pointer(&p.screen));
    run_free(p.run);
    canvas_free(p.canvas);
    g_main_loop_unref(p.loop);
    return error != NULL ? fail(error) : EXIT_STATUS_OK;
}

static int desk_main(int argc, char **argv)
{
    struct desk_choices choices = {0};
    const GOptionEntry entries[] = {
        {"url", 'u', 0, G_OPTION_ARG_STRING, &choices.url,
         "Address of the backend (FIRSTLINE_URL; " PLACES_DEFAULT_URL ")", "URL"},
        {"agent", 'a', 0, G_OPTION_ARG_STRING, &choices.agent, "Who signs in", "ID"},
        {"ca", 0, 0, G_OPTION_ARG_FILENAME, &choices.ca, "Trust this authority (PEM) instead of the system's",
         "FILE"},
        {"theme", 0, 0, G_OPTION_ARG_STRING, &choices.theme, "Colours: dark or light", "NAME"},
        {"mouse", 0, 0, G_OPTION_ARG_NONE, &choices.mouse, "Take clicks and the wheel", NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &choices.version, "Print the version", NULL},
        {0},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("[COMMAND …]");
    g_autoptr(GError) error = NULL;
    g_option_context_set_summary(
        context, "The agent's desk. With a COMMAND: kb, script, report, import; each has its --help.");
    g_option_context_add_main_entries(context, entries, NULL);
    bool is_read = g_option_context_parse(context, &argc, &argv, &error);
    if (is_read && argc > 1)
        g_set_error(&error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "There is no command \"%s\"; see firstline --help.", argv[1]);
    if (error != NULL) {
        fprintf(stderr, "firstline: %s\n", error->message);
        return EXIT_STATUS_USAGE;
    }
    if (choices.version) {
        puts("firstline " FIRSTLINE_VERSION);
        return EXIT_STATUS_OK;
    }
    char *url = places_url(choices.url);
    g_free(choices.url);
    choices.url = url;
    int status = run_desk_program(&choices);
    g_free(choices.url);
    g_free(choices.agent);
    g_free(choices.ca);
    g_free(choices.theme);
    return status;
}

static int kb_main(int argc, char **argv)
{
    return kb_cli_main(argc - 1, argv + 1);
}

static const struct {
    const char *name;
    int (*main)(int argc, char **argv); /* argv[0] is the command's name */
} commands[] = {
    {"kb", kb_main},
    {"script", script_cli_main},
    {"report", report_main},
    {"import", import_main},
};

int main(int argc, char **argv)
{
    if (!text_use_locale())
        g_printerr("firstline: no UTF-8 locale is there; please install one, such as C.UTF-8.\n");
    for (size_t i = 0; argc > 1 && i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].main(argc - 1, argv + 1);
    }
    return desk_main(argc, argv);
}
