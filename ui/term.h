/* The real terminal: curses for its description and modes, ui/painter.h for what is shown, ui/decoder.h for
 * input, on the default GLib main context. The one file that includes curses.h. One terminal at a time.
 *
 * Each frame is one write.
 * Input that arrived together is given together, then the listener is told to draw once. On every way out the
 * terminal is restored (ui/guard.h).
 *
 *     GError *error = NULL;
 *     struct screen *screen = term_open(&(struct term_options){.theme = theme_at(0)}, &error);
 *     screen_listen(screen, listener);
 *     g_main_loop_run(loop);
 *     screen_free(screen);
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "ui/screen.h"
#include "ui/theme.h"

struct term_options {
    int in_fd, out_fd;         /* both 0: standard input and output */
    const char *term;          /* terminal type; NULL: TERM of the environment */
    const struct theme *theme; /* NULL: the first */
    bool wants_mouse;          /* clicks and the wheel; the terminal's own selection then needs Shift */
    bool wants_notices;        /* screen_notify sends OSC 9 and OSC 777 */
};

enum term_error {
    TERM_ERROR_NO_TERMINAL, /* not a terminal */
    TERM_ERROR_UNKNOWN,     /* terminal type not known, or it cannot move its cursor */
    TERM_ERROR_LOCALE,      /* no UTF-8 locale on this machine */
};
GQuark term_error_quark(void);
#define TERM_ERROR term_error_quark()

/* Takes the terminal over, in the colours it has (none where NO_COLOR is set). NULL: error says in one
 * sentence why not, and the terminal is as it was. Caller owns, free with screen_free. */
struct screen *term_open(const struct term_options *options, GError **error);

/* Another theme from the next canvas on. screen must be of term_open. */
void term_set_theme(struct screen *screen, const struct theme *theme);
