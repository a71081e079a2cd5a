/* Signals as turns of the main loop. As g_unix_signal_add does it, but without the thread that GLib keeps for
 * them, which every signal would have to pass and the process to stop on its way out.
 *
 *     guint watch = signals_add(SIGTERM, on_term, data);
 */
#pragma once

#include <glib.h>

/* Calls `func` in the default main context after the signal came, once where it came several times in a turn.
 * Answers the source's id; once it is removed, the signal does again what it did before. One watch a signal
 * at a time; `number` is below 32. */
guint signals_add(int number, GSourceFunc func, void *user_data);
