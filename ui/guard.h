/* Gives the terminal back on every way out that the program did not choose: crash signals, a fatal log line,
 * a failed assertion, exit() from the depths. It also keeps what anybody writes to standard error while the
 * screen is up, and writes it where it belongs once the screen is down, so that no library breaks the screen
 * and no last words are lost.
 *
 * One at a time, for a process has one set of signal handlers: this is the program's only mutable global
 * state.
 */
#pragma once

#include <stddef.h>
#include <termios.h>

enum {
    GUARD_MAX_BYTES = 512,
};

/* Arms it: on a crash fd gets the bytes (copied, at most GUARD_MAX_BYTES) and the terminal settings. fd stays
 * open until guard_disarm. Must not be armed already. */
void guard_arm(int fd, const char *bytes, size_t len, const struct termios *settings);

/* Disarms it after the terminal was restored in the ordinary way, and writes out what was kept of standard
 * error. */
void guard_disarm(void);
