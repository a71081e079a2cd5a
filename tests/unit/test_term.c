/* The real terminal, on a pseudo-terminal whose other end the test reads. */
#include "ui/term.h"

#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum {
    DEADLINE_MS = 5000,
};

struct desk {
    int master, slave;
    struct screen *screen;
    GString *log;  /* input, a dot for each settling */
    GString *sent; /* bytes the terminal got */
};

static void on_input(const struct screen_input *input, void *user)
{
    struct desk *desk = user;
    g_autofree char *name = input->kind == SCREEN_INPUT_KEY ? key_spelling(input->key) : NULL;
    if (name)
        g_string_append_printf(desk->log, "%s ", name);
    else if (input->kind == SCREEN_INPUT_RESIZE)
        g_string_append_printf(desk->log, "%dx%d ", input->cols, input->rows);
    else if (input->kind == SCREEN_INPUT_PASTE)
        g_string_append_printf(desk->log, "paste(%s) ", input->paste);
    else if (input->kind == SCREEN_INPUT_HANGUP)
        g_string_append(desk->log, "gone ");
}

static void on_settled(void *user)
{
    g_string_append_c(((struct desk *)user)->log, '.');
}

static void open_pty(struct desk *desk)
{
    struct winsize size = {.ws_col = 120, .ws_row = 40};
    g_assert_cmpint(openpty(&desk->master, &desk->slave, NULL, NULL, &size), ==, 0);
    fcntl(desk->master, F_SETFL, O_NONBLOCK);
    desk->log = g_string_new(NULL);
    desk->sent = g_string_new(NULL);
}

static void open_desk(struct desk *desk)
{
    GError *error = NULL;
    open_pty(desk);
    desk->screen = term_open(
        &(struct term_options){.in_fd = desk->slave, .out_fd = desk->slave, .term = "xterm-256color"},
        &error);
    g_assert_no_error(error);
    screen_listen(desk->screen,
                  (struct screen_listener){.input = on_input, .settled = on_settled, .user = desk});
}

static void close_desk(struct desk *desk)
{
    screen_free(desk->screen);
    close(desk->master);
    if (desk->slave >= 0)
        close(desk->slave);
    g_string_free(desk->log, TRUE);
    g_string_free(desk->sent, TRUE);
}

static void read_sent(struct desk *desk)
{
    char buffer[4096];
    ssize_t len;
    while ((len = read(desk->master, buffer, sizeof buffer)) > 0)
        g_string_append_len(desk->sent, buffer, len);
}

static gboolean on_deadline(gpointer user)
{
    *(bool *)user = true;
    return G_SOURCE_CONTINUE;
}

/* Runs the loop until the log is as expected. */
static void wait_for_log(struct desk *desk, const char *expected)
{
    bool is_late = false;
    guint deadline = g_timeout_add(DEADLINE_MS, on_deadline, &is_late);
    while (strcmp(desk->log->str, expected) != 0 && !is_late)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(deadline);
    g_assert_cmpstr(desk->log->str, ==, expected);
    g_string_truncate(desk->log, 0);
}

static void type(struct desk *desk, const char *bytes)
{
    g_assert_cmpint((int)write(desk->master, bytes, strlen(bytes)), ==, (int)strlen(bytes));
}

static bool has(const GString *sent, const char *bytes)
{
    return memmem(sent->str, sent->len, bytes, strlen(bytes)) != NULL;
}

static void takes_and_gives_back_the_terminal(void)
{
    struct desk desk;
    struct termios before, after;
    open_pty(&desk);
    tcgetattr(desk.slave, &before);
    close(desk.master);
    close(desk.slave);
    g_string_free(desk.log, TRUE);
    g_string_free(desk.sent, TRUE);

    open_desk(&desk);
    g_assert_cmpint(desk.screen->cols, ==, 120);
    g_assert_cmpint(desk.screen->rows, ==, 40);
    struct canvas *canvas = canvas_new(120, 40);
    canvas_put(canvas, 0, 0, STYLE_ROLE_BRAND | STYLE_SURFACE_BAR, "Firstline");
    canvas_put(canvas, 0, 1, STYLE_ROLE_TEXT, "王芳 Jose\u0301");
    screen_show(desk.screen, canvas, (struct screen_caret){.visible = true, .x = 3, .y = 5});
    read_sent(&desk);
    g_assert_true(has(desk.sent, "\x1b[?1049h"));
    g_assert_true(has(desk.sent, "\x1b[?2004h"));
    g_assert_true(has(desk.sent, "Firstline"));
    g_assert_true(has(desk.sent, "王芳 Jose\u0301"));
    g_string_truncate(desk.sent, 0);
    canvas_free(canvas);

    screen_free(desk.screen);
    desk.screen = NULL;
    read_sent(&desk);
    g_assert_true(has(desk.sent, "\x1b[?1049l"));
    g_assert_true(has(desk.sent, "\x1b[?2004l"));
    tcgetattr(desk.slave, &after);
    g_assert_cmphex(after.c_lflag, ==, before.c_lflag);
    g_assert_cmphex(after.c_iflag, ==, before.c_iflag);
    close_desk(&desk);
}

/* A row under the cursor moves by one in a pane of 38 columns, as on the desk at 120x40. */
static void cursor_key_costs_few_bytes(void)
{
    struct desk desk;
    open_desk(&desk);
    struct canvas *canvas = canvas_new(120, 40);
    for (int y = 0; y < 40; y++)
        canvas_put(canvas, 0, y, STYLE_ROLE_TEXT, "  1:10 ! phone  T. Alvarez  refund stuck  ");
    canvas_set_surface(canvas, (struct rect){0, 5, 38, 1}, STYLE_SURFACE_SELECTED);
    screen_show(desk.screen, canvas, (struct screen_caret){0});
    read_sent(&desk);
    g_string_truncate(desk.sent, 0);

    screen_show(desk.screen, canvas, (struct screen_caret){0});
    read_sent(&desk);
    g_assert_cmpuint(desk.sent->len, ==, 0);

    canvas_set_surface(canvas, (struct rect){0, 5, 38, 1}, STYLE_SURFACE_PLAIN);
    canvas_set_surface(canvas, (struct rect){0, 6, 38, 1}, STYLE_SURFACE_SELECTED);
    screen_show(desk.screen, canvas, (struct screen_caret){0});
    read_sent(&desk);
    g_test_message("bytes for a cursor key: %zu", desk.sent->len);
    g_assert_cmpuint(desk.sent->len, >, 0);
    g_assert_cmpuint(desk.sent->len, <=, 280);
    canvas_free(canvas);
    close_desk(&desk);
}

static void many_keys_are_given_before_one_draw(void)
{
    struct desk desk;
    open_desk(&desk);
    GString *expected = g_string_new(NULL);
    for (int i = 0; i < 200; i++) {
        type(&desk, "\x1b[B");
        g_string_append(expected, "Down ");
    }
    g_string_append_c(expected, '.');
    wait_for_log(&desk, expected->str);
    g_string_free(expected, TRUE);
    close_desk(&desk);
}

static void lone_escape_is_a_key_after_a_moment(void)
{
    struct desk desk;
    open_desk(&desk);
    type(&desk, "\x1b");
    /* Once for the read that gave nothing yet, once for the key. */
    wait_for_log(&desk, ".Esc .");
    type(&desk, "\x1b[200~one\rtwo\x1b[201~");
    wait_for_log(&desk, "paste(one\ntwo) .");
    close_desk(&desk);
}

static void burst_of_resizes_is_one_message(void)
{
    struct desk desk;
    open_desk(&desk);
    for (int i = 0; i < 20; i++) {
        struct winsize size = {.ws_col = (unsigned short)(80 + i), .ws_row = 24};
        ioctl(desk.master, TIOCSWINSZ, &size);
        raise(SIGWINCH);
    }
    wait_for_log(&desk, "99x24 .");
    struct canvas *canvas = canvas_new(99, 24);
    canvas_put(canvas, 90, 23, STYLE_ROLE_TEXT, "corner王");
    screen_show(desk.screen, canvas, (struct screen_caret){0});
    read_sent(&desk);
    g_assert_true(has(desk.sent, "corner王"));
    canvas_free(canvas);
    close_desk(&desk);
}

static void suspends_and_resumes(void)
{
    struct desk desk;
    open_desk(&desk);
    struct canvas *canvas = canvas_new(120, 40);
    canvas_put(canvas, 0, 0, STYLE_ROLE_TEXT, "Firstline");
    screen_show(desk.screen, canvas, (struct screen_caret){0});
    read_sent(&desk);
    g_string_truncate(desk.sent, 0);
    g_assert_true(screen_suspend(desk.screen));
    g_assert_false(screen_suspend(desk.screen));
    screen_show(desk.screen, canvas, (struct screen_caret){0});
    read_sent(&desk);
    g_assert_true(has(desk.sent, "\x1b[?1049l"));
    g_assert_false(has(desk.sent, "Firstline"));
    g_string_truncate(desk.sent, 0);
    screen_resume(desk.screen);
    screen_show(desk.screen, canvas, (struct screen_caret){0});
    read_sent(&desk);
    g_assert_true(has(desk.sent, "\x1b[?1049h"));
    g_assert_true(has(desk.sent, "\x1b[?2004h"));
    g_assert_true(has(desk.sent, "Firstline"));
    type(&desk, "x");
    wait_for_log(&desk, ".x .");
    canvas_free(canvas);
    close_desk(&desk);
}

static void hangup_is_told_once(void)
{
    struct desk desk;
    open_desk(&desk);
    close(desk.master);
    wait_for_log(&desk, "gone .");
    desk.master = open("/dev/null", O_RDONLY);
    close_desk(&desk);
}

static void bell_title_and_notice_are_clean(void)
{
    struct desk desk;
    open_pty(&desk);
    desk.screen = term_open(&(struct term_options){.in_fd = desk.slave,
                                                   .out_fd = desk.slave,
                                                   .term = "xterm-256color",
                                                   .wants_notices = true,
                                                   .wants_mouse = true},
                            NULL);
    screen_ring(desk.screen);
    screen_set_title(desk.screen, "offer\x1b]0;owned\x07 王芳");
    screen_notify(desk.screen, "phone\x07!");
    read_sent(&desk);
    g_assert_true(has(desk.sent, "\x1b]2;offer]0;owned 王芳\a"));
    g_assert_true(has(desk.sent, "\x1b]9;phone!\a"));
    g_assert_true(has(desk.sent, "\x1b[?1000h"));
    close_desk(&desk);
}

static void refuse(struct term_options options, int code, const char *message)
{
    GError *error = NULL;
    g_assert_null(term_open(&options, &error));
    g_assert_error(error, TERM_ERROR, code);
    g_assert_cmpstr(error->message, ==, message);
    g_error_free(error);
}

static void bad_terminals_get_one_sentence(void)
{
    struct desk desk;
    int null_fd = open("/dev/null", O_RDWR);
    open_pty(&desk);
    desk.screen = NULL;
    refuse(
        (struct term_options){.in_fd = desk.slave, .out_fd = desk.slave, .term = "no-such-term"},
        TERM_ERROR_UNKNOWN,
        "The terminal type “no-such-term” is not known here or cannot place its cursor; set TERM to one that "
        "does, for instance xterm-256color.");
    refuse((struct term_options){.in_fd = desk.slave, .out_fd = desk.slave, .term = "dumb"},
           TERM_ERROR_UNKNOWN,
           "The terminal type “dumb” is not known here or cannot place its cursor; set TERM to one that "
           "does, for "
           "instance xterm-256color.");
    refuse((struct term_options){.in_fd = null_fd, .out_fd = desk.slave, .term = "xterm"},
           TERM_ERROR_NO_TERMINAL,
           "The desk needs a terminal for input and output; start it without a pipe or redirection.");
    close(null_fd);
    read_sent(&desk);
    g_assert_false(has(desk.sent, "\x1b[?1049h"));
    close_desk(&desk);
}

/* The child dies with the screen up; what it leaves behind is the parent's to look at. */
static void die_as(struct desk *desk, const char *how)
{
    pid_t child = fork();
    if (child == 0) {
        dup2(desk->slave, STDERR_FILENO);
        struct screen *screen = term_open(
            &(struct term_options){.in_fd = desk->slave, .out_fd = desk->slave, .term = "xterm-256color"},
            NULL);
        struct canvas *canvas = canvas_new(120, 40);
        screen_show(screen, canvas, (struct screen_caret){0});
        canvas_free(canvas);
        fputs("last words\n", stderr);
        if (strcmp(how, "abort") == 0)
            abort();
        else if (strcmp(how, "term") == 0)
            raise(SIGTERM);
        else
            exit(3);
    }
    int status;
    bool is_done = false;
    while (!is_done) {
        is_done = waitpid(child, &status, WNOHANG) == child;
        poll(&(struct pollfd){.fd = desk->master, .events = POLLIN}, 1, 10);
        read_sent(desk);
    }
    if (strcmp(how, "exit") == 0)
        g_assert_cmpint(WEXITSTATUS(status), ==, 3);
    else
        g_assert_true(WIFSIGNALED(status));
}

static void every_way_out_restores_the_terminal(void)
{
    static const char *const ways[] = {"abort", "term", "exit"};
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        struct desk desk;
        struct termios before, after;
        open_pty(&desk);
        desk.screen = NULL;
        tcgetattr(desk.slave, &before);
        die_as(&desk, ways[i]);
        tcgetattr(desk.slave, &after);
        g_assert_cmphex(after.c_lflag, ==, before.c_lflag);
        g_assert_true(has(desk.sent, "\x1b[?2004l"));
        const char *left = g_strrstr_len(desk.sent->str, (gssize)desk.sent->len, "\x1b[?1049l");
        g_assert_nonnull(left);
        /* What was said to standard error stands on the restored screen, not on ours. */
        const char *words = g_strrstr_len(desk.sent->str, (gssize)desk.sent->len, "last words");
        g_assert_nonnull(words);
        g_assert_true(words > left);
        close_desk(&desk);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_unsetenv("NO_COLOR");
    g_unsetenv("LINES");
    g_unsetenv("COLUMNS");
    g_test_add_func("/term/takes-and-gives-back-the-terminal", takes_and_gives_back_the_terminal);
    g_test_add_func("/term/cursor-key-costs-few-bytes", cursor_key_costs_few_bytes);
    g_test_add_func("/term/many-keys-are-given-before-one-draw", many_keys_are_given_before_one_draw);
    g_test_add_func("/term/lone-escape-is-a-key-after-a-moment", lone_escape_is_a_key_after_a_moment);
    g_test_add_func("/term/burst-of-resizes-is-one-message", burst_of_resizes_is_one_message);
    g_test_add_func("/term/suspends-and-resumes", suspends_and_resumes);
    g_test_add_func("/term/hangup-is-told-once", hangup_is_told_once);
    g_test_add_func("/term/bell-title-and-notice-are-clean", bell_title_and_notice_are_clean);
    g_test_add_func("/term/bad-terminals-get-one-sentence", bad_terminals_get_one_sentence);
    g_test_add_func("/term/every-way-out-restores-the-terminal", every_way_out_restores_the_terminal);
    return g_test_run();
}
