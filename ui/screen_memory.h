/* The screen without a terminal: keeps the last canvas and plays keys from a script, for golden tests and key
 * scripts.
 *
 *     struct screen *screen = screen_memory_new(80, 24);
 *     screen_listen(screen, listener);
 *     screen_memory_play(screen, "C-k text:return~policy Down Enter", &error);
 *     g_assert_cmpint(canvas_cols(screen_memory_canvas(screen)), ==, 80);
 *
 * A script is words between blanks and line ends, `#` starts a comment to the end of the line:
 *     KEY            one key by its name (ui/key.h); the key # is text:#
 *     text:WORDS     each character as a key; ~ stands for a space, ~~ for a tilde
 *     paste:WORDS    one paste; ~ as above, \n for a line feed
 *     resize:COLSxROWS
 *     click:X,Y      zero-based cell
 * After each word the listener is told that input has settled.
 */
#pragma once

#include "ui/screen.h"

/* Caller owns, free with screen_free. */
struct screen *screen_memory_new(int cols, int rows);

/* Plays a script to its end or first bad word; the error names the word. */
bool screen_memory_play(struct screen *screen, const char *script, GError **error);

/* The last canvas shown (blank before the first), its caret, how often one was shown, the bell rang; the last
 * title and notification or "". Borrowed until the next show, title, notify or free. */
const struct canvas *screen_memory_canvas(const struct screen *screen);
struct screen_caret screen_memory_caret(const struct screen *screen);
int screen_memory_shows(const struct screen *screen);
int screen_memory_rings(const struct screen *screen);
const char *screen_memory_title(const struct screen *screen);
const char *screen_memory_notice(const struct screen *screen);
