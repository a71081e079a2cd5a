/* The real terminal. */
#include "ui/term.h"

#include <curses.h>
#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ui/decoder.h"
#include "ui/guard.h"
#include "ui/painter.h"
#include "ui/signals.h"
#include "ui/text.h"

enum {
    READ_BYTES = 4096,
    READS_PER_TURN = 16, /* a flood of input is drawn in between */
};

#define PASTE_ON  "\x1b[?2004h"
#define PASTE_OFF "\x1b[?2004l"
#define MOUSE_ON  "\x1b[?1000h\x1b[?1006h"
#define MOUSE_OFF "\x1b[?1006l\x1b[?1000l"
/* xterm's stack of titles: push on entry, pop on leaving. */
#define TITLE_PUSH "\x1b[22;2t"
#define TITLE_POP  "\x1b[23;2t"

struct term {
    struct screen screen;
    int in_fd, out_fd;
    FILE *in, *out;
    SCREEN *curses;
    struct termios settings; /* before we came */
    char *name;              /* terminal type */
    struct painter *painter;
    bool is_suspended, is_gone;
    bool has_title, wants_mouse, wants_notices;
    struct decoder *decoder;
    guint in_source, resize_source, pause_source;
};

G_DEFINE_QUARK(firstline - term - error, term_error)

static struct term *term_of(struct screen *screen)
{
    return (struct term *)screen;
}

static void send_bytes(struct term *term, const char *bytes, size_t len)
{
    while (len > 0 && !term->is_gone) {
        ssize_t written = write(term->out_fd, bytes, len);
        if (written < 0 && (errno == EINTR || errno == EAGAIN)) {
            poll(&(struct pollfd){.fd = term->out_fd, .events = POLLOUT}, 1, 1000);
            continue;
        }
        if (written <= 0)
            return;
        bytes += written;
        len -= (size_t)written;
    }
}

/* ---- output ---- */

static void term_show(struct screen *screen, const struct canvas *canvas, struct rect part,
                      struct screen_caret caret)
{
    struct term *term = term_of(screen);
    if (term->is_suspended || term->is_gone)
        return;
    const GString *bytes = painter_paint(term->painter, canvas, part, caret);
    send_bytes(term, bytes->str, bytes->len);
}

static void term_redraw(struct screen *screen)
{
    painter_forget(term_of(screen)->painter);
}

static void send_text(struct term *term, const char *text)
{
    send_bytes(term, text, strlen(text));
}

static void term_ring(struct screen *screen)
{
    send_text(term_of(screen), "\a");
}

static void term_set_title_text(struct screen *screen, const char *title)
{
    struct term *term = term_of(screen);
    if (!term->has_title || term->is_suspended)
        return;
    g_autofree char *sequence = g_strdup_printf("\x1b]2;%s\a", title);
    send_text(term, sequence);
}

static void term_notify(struct screen *screen, const char *text)
{
    struct term *term = term_of(screen);
    if (!term->wants_notices || term->is_suspended)
        return;
    g_autofree char *sequence = g_strdup_printf("\x1b]9;%s\a\x1b]777;notify;Firstline;%s\a", text, text);
    send_text(term, sequence);
}

void term_set_theme(struct screen *screen, const struct theme *theme)
{
    painter_set_theme(term_of(screen)->painter, theme);
}

/* ---- modes ---- */

static void enter_modes(struct term *term)
{
    send_text(term, term->has_title ? TITLE_PUSH PASTE_ON : PASTE_ON);
    if (term->wants_mouse)
        send_text(term, MOUSE_ON);
}

static char *leave_sequence(const struct term *term)
{
    return g_strconcat(term->wants_mouse ? MOUSE_OFF : "", PASTE_OFF, term->has_title ? TITLE_POP : "", NULL);
}

static const char *capability(const char *name)
{
    const char *value = tigetstr(name);
    return value && value != (const char *)-1 ? value : "";
}

/* A sequence without the pauses ("$<5>") that terminals of paper needed. Caller owns, free with g_free. */
static char *sequence_of(const char *name)
{
    GString *sequence = g_string_new(capability(name));
    char *start, *end;
    while ((start = strstr(sequence->str, "$<")) != NULL && (end = strchr(start, '>')) != NULL)
        g_string_erase(sequence, start - sequence->str, end + 1 - start);
    return g_string_free(sequence, FALSE);
}

/* A plain pen and the caret: what curses, which has painted nothing, does not know of. */
static char *plain_sequence(void)
{
    g_autofree char *pen = sequence_of("sgr0"), *colours = sequence_of("op"), *caret = sequence_of("cnorm");
    return g_strconcat(pen, colours, caret, NULL);
}

/* What a crash leaves to be sent: our modes off, then what curses' endwin would have sent. */
static void arm_guard(struct term *term)
{
    g_autofree char *modes = leave_sequence(term), *plain = plain_sequence(), *leave = sequence_of("rmcup");
    g_autofree char *all = g_strconcat(modes, plain, leave, NULL);
    guard_arm(term->out_fd, all, strlen(all), &term->settings);
}

static void leave_modes(struct term *term)
{
    g_autofree char *modes = leave_sequence(term), *plain = plain_sequence();
    send_text(term, plain);
    endwin();
    send_text(term, modes);
    tcsetattr(term->out_fd, TCSADRAIN, &term->settings);
    guard_disarm();
}

static void read_size(struct term *term, int *cols, int *rows)
{
    struct winsize size;
    *cols = term->screen.cols;
    *rows = term->screen.rows;
    if (ioctl(term->out_fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        *cols = MIN(size.ws_col, CANVAS_MAX_COLS);
        *rows = MIN(size.ws_row, CANVAS_MAX_ROWS);
    }
}

/* Follows the window's size; result: whether it changed. */
static bool follow_size(struct term *term)
{
    int cols, rows;
    read_size(term, &cols, &rows);
    if (cols == term->screen.cols && rows == term->screen.rows)
        return false;
    painter_forget(term->painter);
    screen_give(&term->screen,
                &(struct screen_input){.kind = SCREEN_INPUT_RESIZE, .cols = cols, .rows = rows});
    return true;
}

static bool term_suspend(struct screen *screen)
{
    struct term *term = term_of(screen);
    if (term->is_suspended || term->is_gone)
        return false;
    term->is_suspended = true;
    g_clear_handle_id(&term->in_source, g_source_remove);
    leave_modes(term);
    return true;
}

/* ---- input ---- */

static gboolean on_readable(gint fd, GIOCondition condition, gpointer user);

/* Nothing on the way of a key runs the loop inside the loop; saying so spares GLib two wake-ups of itself a
 * key, with which it takes the descriptor out of the poll and puts it back. */
static void listen_to_keys(struct term *term)
{
    GSource *source = g_unix_fd_source_new(term->in_fd, G_IO_IN | G_IO_HUP | G_IO_ERR);
    g_source_set_callback(source, G_SOURCE_FUNC(on_readable), term, NULL);
    g_source_set_can_recurse(source, TRUE);
    term->in_source = g_source_attach(source, NULL);
    g_source_unref(source);
}

static void term_resume(struct screen *screen)
{
    struct term *term = term_of(screen);
    if (!term->is_suspended)
        return;
    term->is_suspended = false;
    reset_prog_mode();
    clearok(stdscr, TRUE);
    refresh(); /* the terminal is ours again, and blank */
    painter_forget(term->painter);
    enter_modes(term);
    arm_guard(term);
    listen_to_keys(term);
    follow_size(term);
    screen_settle(screen);
}

static void give(const struct screen_input *input, void *user)
{
    screen_give(user, input);
}

static gboolean on_pause(gpointer user)
{
    struct term *term = user;
    term->pause_source = 0;
    decoder_expire(term->decoder);
    screen_settle(&term->screen);
    return G_SOURCE_REMOVE;
}

static void restart_pause(struct term *term)
{
    int pause_ms = decoder_pause_ms(term->decoder);
    g_clear_handle_id(&term->pause_source, g_source_remove);
    if (pause_ms)
        term->pause_source = g_timeout_add((guint)pause_ms, on_pause, term);
}

/* Reads what is there without waiting, after the loop said that something is; a burst comes in several
 * pieces. False: the terminal is gone. */
static bool drain(struct term *term)
{
    char buffer[READ_BYTES];
    struct pollfd poll_fd = {.fd = term->in_fd, .events = POLLIN};
    for (int i = 0; i < READS_PER_TURN && (i == 0 || poll(&poll_fd, 1, 0) > 0); i++) {
        ssize_t len = read(term->in_fd, buffer, sizeof buffer);
        if (len < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (len <= 0)
            return false;
        decoder_push(term->decoder, buffer, (size_t)len);
        /* A key may have led to suspension: the rest is for another program. */
        if (term->is_suspended)
            break;
    }
    return true;
}

static gboolean on_readable(gint fd, GIOCondition condition, gpointer user)
{
    struct term *term = user;
    (void)fd;
    (void)condition;
    bool is_there = drain(term);
    if (!is_there) {
        term->is_gone = true;
        term->in_source = 0;
        screen_give(&term->screen, &(struct screen_input){.kind = SCREEN_INPUT_HANGUP});
    } else {
        restart_pause(term);
    }
    screen_settle(&term->screen);
    return is_there && term->in_source ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* Signals of one burst reach the loop as one. */
static gboolean on_resize(gpointer user)
{
    struct term *term = user;
    if (!term->is_suspended && follow_size(term))
        screen_settle(&term->screen);
    return G_SOURCE_CONTINUE;
}

/* ---- lifecycle ---- */

static void term_free(struct screen *screen)
{
    struct term *term = term_of(screen);
    g_clear_handle_id(&term->in_source, g_source_remove);
    g_clear_handle_id(&term->resize_source, g_source_remove);
    g_clear_handle_id(&term->pause_source, g_source_remove);
    if (term->curses) {
        if (!term->is_suspended)
            leave_modes(term);
        delscreen(term->curses);
    }
    if (term->in)
        fclose(term->in);
    if (term->out)
        fclose(term->out);
    decoder_free(term->decoder);
    painter_free(term->painter);
    g_free(term->name);
    g_free(term);
}

static const struct screen_backend term_backend = {
    .show = term_show,
    .redraw = term_redraw,
    .ring = term_ring,
    .set_title = term_set_title_text,
    .notify = term_notify,
    .suspend = term_suspend,
    .resume = term_resume,
    .free = term_free,
};

/* Consoles and real terminals would show the sequence as text. */
static bool knows_titles(const char *name)
{
    static const char *const without[] = {"linux", "vt", "dumb", "ansi", "cons", "sun", "wsvt"};
    for (size_t i = 0; i < G_N_ELEMENTS(without); i++)
        if (g_str_has_prefix(name, without[i]))
            return false;
    return true;
}

static bool check_terminal(struct term *term, GError **error)
{
    if (!isatty(term->in_fd) || !isatty(term->out_fd) || tcgetattr(term->out_fd, &term->settings) != 0) {
        g_set_error_literal(
            error, TERM_ERROR, TERM_ERROR_NO_TERMINAL,
            "The desk needs a terminal for input and output; start it without a pipe or redirection.");
        return false;
    }
    if (!text_use_locale()) {
        g_set_error_literal(
            error, TERM_ERROR, TERM_ERROR_LOCALE,
            "This machine has no UTF-8 locale, not even C.UTF-8; install the package “locales”.");
        return false;
    }
    return true;
}

static bool start_curses(struct term *term, GError **error)
{
    term->in = fdopen(dup(term->in_fd), "r");
    term->out = fdopen(dup(term->out_fd), "w");
    /* set before newterm, which would else take the signal for itself */
    term->resize_source = signals_add(SIGWINCH, on_resize, term);
    /* newterm takes these too, and would _exit() without giving our own modes back */
    struct sigaction on_int, on_term;
    sigaction(SIGINT, NULL, &on_int);
    sigaction(SIGTERM, NULL, &on_term);
    if (*term->name && term->in && term->out)
        term->curses = newterm(term->name, term->out, term->in);
    sigaction(SIGINT, &on_int, NULL);
    sigaction(SIGTERM, &on_term, NULL);
    /* what the painter sends is ECMA-48; a terminal type says that it is by how it places its cursor */
    if (!term->curses || !g_str_has_prefix(capability("cup"), "\x1b[%i%p1%d;%p2%dH")) {
        g_set_error(
            error, TERM_ERROR, TERM_ERROR_UNKNOWN,
            "The terminal type “%s” is not known here or cannot place its cursor; set TERM to one that does, "
            "for instance xterm-256color.",
            term->name);
        return false;
    }
    raw();
    noecho();
    nonl();
    refresh(); /* curses takes the screen: from here on its end gives it back */
    return true;
}

/* Attributes that the terminal has, without those of a mask in its description's words. */
static uint8_t attributes_but(int without)
{
    static const struct {
        const char *name;
        uint8_t ours;
        int theirs; /* in ncv */
    } rows[] = {
        {"bold", THEME_ATTRIBUTE_BOLD, 32},      {"dim", THEME_ATTRIBUTE_DIM, 16},
        {"smul", THEME_ATTRIBUTE_UNDERLINE, 2},  {"rev", THEME_ATTRIBUTE_REVERSE, 4},
        {"sitm", THEME_ATTRIBUTE_ITALIC, 32768},
    };
    uint8_t result = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (*capability(rows[i].name) && !(rows[i].theirs & without))
            result |= rows[i].ours;
    return result;
}

static struct painter *make_painter(const struct theme *theme)
{
    /* "op": it can go back to its own colours, which the plain surface stands on */
    int colours = *capability("op") ? MAX(tigetnum("colors"), 0) : 0;
    g_autofree char *caret_on = sequence_of("cnorm"), *caret_off = sequence_of("civis");
    return painter_new(
        &(struct painter_options){.theme = theme,
                                  .depth = theme_depth_for(colours, g_getenv("NO_COLOR")),
                                  .attributes = attributes_but(0),
                                  .colour_attributes = attributes_but(MAX(tigetnum("ncv"), 0)),
                                  .erases_in_pen = tigetflag("bce") > 0,
                                  .can_erase_cells = *capability("ech") != '\0',
                                  .wraps_at_once = tigetflag("am") > 0 && tigetflag("xenl") <= 0,
                                  .caret_on = caret_on,
                                  .caret_off = caret_off});
}

struct screen *term_open(const struct term_options *options, GError **error)
{
    struct term *term = g_new0(struct term, 1);
    bool is_standard = options->in_fd == 0 && options->out_fd == 0;
    const char *name = options->term ? options->term : g_getenv("TERM");
    term->screen.backend = &term_backend;
    term->in_fd = options->in_fd;
    term->out_fd = is_standard ? STDOUT_FILENO : options->out_fd;
    term->name = g_strdup(name ? name : "");
    term->wants_mouse = options->wants_mouse;
    term->wants_notices = options->wants_notices;
    term->has_title = knows_titles(term->name);
    term->decoder = decoder_new(term->name, give, &term->screen);
    if (!check_terminal(term, error) || !start_curses(term, error)) {
        /* Curses that came up for a terminal it cannot drive has changed nothing but its settings. */
        term_free(&term->screen);
        return NULL;
    }
    term->painter = make_painter(options->theme ? options->theme : theme_at(0));
    read_size(term, &term->screen.cols, &term->screen.rows);
    if (term->screen.cols == 0 || term->screen.rows == 0) {
        term->screen.cols = MIN(COLS, CANVAS_MAX_COLS);
        term->screen.rows = MIN(LINES, CANVAS_MAX_ROWS);
    }
    enter_modes(term);
    arm_guard(term);
    listen_to_keys(term);
    return &term->screen;
}
