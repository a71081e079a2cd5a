/* The desk on a terminal: input to messages, the desk's state to a frame, until the agent leaves.
 *
 * Whoever runs it gives the link: to a backend (app/firstline.c), or to a practice (app/terminal/practice.h).
 */
#ifndef APP_TERMINAL_DESK_PROGRAM_H
#define APP_TERMINAL_DESK_PROGRAM_H

#include <glib.h>
#include <stdbool.h>

#include "app/desk/run.h"

struct desk_program {
    const char *state_folder, *cache_folder;
    const char *token_path; /* of the stored sign-in; NULL: none is kept */
    const char *agent;      /* proposed at sign-in; may be NULL */
    const char *theme;      /* NULL: the usual one */
    bool wants_mouse, wants_notices, is_practice;
    const struct keys *keys; /* NULL: the built-in table */
    /* Makes the link, with run_link_callbacks() and the run, once the first frame is shown. NULL with an
     * error: it ends. */
    struct link *(*make_link)(struct run *run, void *user_data, GError **error);
    /* "hint" "pause" "end" of a practice; NULL: this is none. */
    void (*practice)(const char *what, void *user_data);
    void *user_data;
};

/* Runs it. False with a sentence where it could not begin; the terminal is as it was before, either way. */
bool desk_program_run(const struct desk_program *options, GError **error);

#endif
