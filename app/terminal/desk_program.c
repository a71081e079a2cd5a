#include "app/terminal/desk_program.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "net/problem.h"
#include "ui/screen.h"
#include "ui/signals.h"
#include "ui/term.h"
#include "ui/theme.h"
#include "ui/views/views.h"

struct program {
    const struct desk_program *options;
    GMainLoop *loop;
    struct run *run;
    struct screen *screen;
    struct canvas *canvas; /* what was drawn last */
    struct screen_caret caret;
    unsigned theme;
    guint draw;           /* a draw is due at the end of this turn */
    bool is_typed;        /* one is due after the input under way, when all of it has been taken */
    struct msg_size size; /* as the desk was told it last */
};

/* --- drawing and input --- */

/* The desk wants to know how much of each pane is in sight; that depends on what it does, so it is told after
 * a draw. */
static void tell_size(struct program *p, int cols, int rows)
{
    p->size.cols = cols;
    p->size.rows = rows;
    run_send(p->run, &(struct msg){.kind = MSG_RESIZE, .size = p->size});
}

static gboolean on_draw(void *data)
{
    struct program *p = data;
    p->draw = 0;
    run_settle(p->run);
    const struct desk *desk = run_desk(p->run);
    if (canvas_cols(p->canvas) != desk->cols || canvas_rows(p->canvas) != desk->rows)
        canvas_resize(p->canvas, desk->cols, desk->rows);
    struct rect drawn = view_desk_draw_stale(desk, p->canvas, &p->caret);
    screen_show_part(p->screen, p->canvas, drawn, p->caret);
    struct msg_size size = {.cols = desk->cols, .rows = desk->rows};
    view_desk_measure(desk, &size);
    if (memcmp(&size, &p->size, sizeof size) != 0) {
        p->size = size;
        tell_size(p, desk->cols, desk->rows);
    }
    return G_SOURCE_REMOVE;
}

static void on_changed(void *data)
{
    struct program *p = data;
    if (!p->is_typed && p->draw == 0 && p->screen != NULL)
        p->draw = g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, on_draw, p, NULL);
}

static void on_settled(void *data)
{
    struct program *p = data;
    bool is_due = p->is_typed || p->draw != 0;
    p->is_typed = false;
    if (p->draw != 0)
        g_source_remove(p->draw);
    if (is_due)
        on_draw(p);
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
    p->is_typed = true; /* each input is followed by on_settled */
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
        /* Of the width before. */
        p->size.conversation_most = p->size.article_most = p->size.article_top = p->size.popup_most = 0;
        tell_size(p, input->cols, input->rows);
        break;
    case SCREEN_INPUT_HANGUP:
        g_main_loop_quit(p->loop);
        break;
    }
}

/* --- what the desk asks for --- */

static void on_ring(const char *notice, void *data)
{
    struct program *p = data;
    screen_ring(p->screen);
    if (notice != NULL)
        screen_notify(p->screen, notice);
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

/* The options' owner answers the practice's keys. */
static void on_practice(const char *what, void *data)
{
    struct program *p = data;
    if (p->options->practice != NULL)
        p->options->practice(what, p->options->user_data);
}

static const struct run_outside outside = {
    .changed = on_changed,
    .ring = on_ring,
    .title = on_title,
    .redraw = on_redraw,
    .suspend = on_suspend,
    .next_theme = on_next_theme,
    .practice = on_practice,
    .edit = on_edit,
    .quit = on_quit,
};

/* --- starting --- */

static bool open_screen(struct program *p, GError **error)
{
    const char *name = p->options->theme;
    const struct theme *theme = name == NULL ? NULL : theme_find(name);
    if (name != NULL && theme == NULL) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "There is no theme called \"%s\"; there are dark and light.", name);
        return false;
    }
    p->screen = term_open(&(struct term_options){.theme = theme,
                                                 .wants_mouse = p->options->wants_mouse,
                                                 .wants_notices = p->options->wants_notices},
                          error);
    if (p->screen == NULL)
        return false;
    p->canvas = canvas_new(p->screen->cols, p->screen->rows);
    screen_listen(p->screen, (struct screen_listener){.input = on_input, .settled = on_settled, .user = p});
    return true;
}

static bool run_on_terminal(struct program *p, GError **error)
{
    run_restore(p->run);
    tell_size(p, p->screen->cols, p->screen->rows);
    on_settled(p); /* the first frame, before anything of the network is begun */
    struct link *link = p->options->make_link(p->run, p->options->user_data, error);
    if (link == NULL)
        return false;
    run_set_link(p->run, link);
    const guint signals[] = {signals_add(SIGTERM, on_signal, p), signals_add(SIGHUP, on_signal, p),
                             signals_add(SIGINT, on_signal, p)};
    g_main_loop_run(p->loop);
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
        g_source_remove(signals[i]);
    return true;
}

bool desk_program_run(const struct desk_program *options, GError **error)
{
    struct program p = {.options = options, .loop = g_main_loop_new(NULL, false)};
    p.run = run_new(&(struct run_options){.state_folder = options->state_folder,
                                          .cache_folder = options->cache_folder,
                                          .agent = options->agent,
                                          .keys = options->keys,
                                          .token_path = options->token_path,
                                          .is_practice = options->is_practice},
                    &outside, &p, error);
    bool is_done = p.run != NULL && open_screen(&p, error) && run_on_terminal(&p, error);
    if (is_done)
        run_settle(p.run); /* what was typed since the last frame is a draft too */
    run_leave(p.run);
    if (p.draw != 0)
        g_source_remove(p.draw);
    screen_free(g_steal_pointer(&p.screen));
    run_end(p.run); /* the process ends */
    canvas_free(p.canvas);
    g_main_loop_unref(p.loop);
    return is_done;
}
