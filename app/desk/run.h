/* Runs a desk: turns what the link, the journal, the library and the clock say into messages, and commands
 * into work.
 *
 * It owns the desk's state and the threads behind it, and never draws: whoever owns the screen passes input
 * on by run_send and draws when `changed` says so. One thread, one GLib main context.
 *
 *     struct run *run = run_new(&options, &outside, data, &error);
 *     run_set_link(run, link_http_new(&link_options, run_link_callbacks(), run));
 *     run_send(run, &(struct msg){.kind = MSG_KEY, .key = key});
 */
#ifndef APP_DESK_RUN_H
#define APP_DESK_RUN_H

#include "app/desk/desk.h"
#include "app/desk/msg.h"

struct run;

/* What the desk asks of whoever owns the screen. */
struct run_outside {
    void (*changed)(void *user_data);                  /* draw once this turn is over */
    void (*ring)(const char *notice, void *user_data); /* NULL: the bell alone */
    void (*title)(const char *text, void *user_data);
    void (*redraw)(void *user_data);
    void (*suspend)(void *user_data);
    void (*next_theme)(void *user_data);
    void (*practice)(const char *what, void *user_data); /* "hint" "pause" "end"; NULL: this is no practice */
    /* Lets the person edit `text` in their editor; the changed text (caller frees) or NULL. */
    char *(*edit)(const char *text, void *user_data);
    void (*quit)(void *user_data);
};

struct run_options {
    const char *state_folder; /* the journal lives here */
    const char *cache_folder; /* articles and scripts */
    const char *agent;        /* who is to sign in; NULL: who was before, or whoever does */
    const char *token_path;   /* of the stored sign-in; NULL: nothing is kept of what the desk shows */
    bool is_practice;
    const struct keys *keys; /* outlives the run; NULL: the built-in table */
};

/* Opens the journal and what else is kept. NULL where another desk has it, or it cannot be opened. */
struct run *run_new(const struct run_options *options, const struct run_outside *outside, void *user_data,
                    GError **error);
/* Nothing comes from the agent any more: what is under way is finished beside the caller, who gives the
 * terminal back meanwhile. Only run_end and run_free may follow. Accepts NULL. */
void run_leave(struct run *run);
/* Keeps what is not kept yet, for a process that ends now: freeing thousands of contacts one by one, the
 * link's connections or the journal's database takes milliseconds and nothing of it is missed. Nor are
 * articles that are being taken: their file is renamed into place when it is whole, and the next start asks
 * for them again. Only run_free may follow. Accepts NULL. */
void run_end(struct run *run);
void run_free(struct run *run); /* ends all threads; what was done is on disk; accepts NULL */

/* Before the first frame: shows what the last run left (its snapshot, drafts, undelivered events). */
void run_restore(struct run *run);

/* The callbacks and their user_data (the run) to make a link with; then the link, which is taken. */
const struct link_callbacks *run_link_callbacks(void);
void run_set_link(struct run *run, struct link *link);

const struct desk *run_desk(const struct run *run);
const char *run_device(const struct run *run);

/* Gives the desk a message; its times are filled here. */
void run_send(struct run *run, struct msg *msg);
/* Before drawing: brings order and drafts up to date. */
void run_settle(struct run *run);

#endif
