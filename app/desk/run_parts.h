/* Between the parts of run: run.c (journal, sender, commands, life), run_library.c (articles and scripts) and
 * run_link.c (what the link says). */
#ifndef APP_DESK_RUN_PARTS_H
#define APP_DESK_RUN_PARTS_H

#include <time.h>

#include "app/desk/articles.h"
#include "app/desk/journal.h"
#include "app/desk/keeper.h"
#include "app/desk/link.h"
#include "app/desk/run.h"
#include "app/desk/sender.h"
#include "net/problem.h"

#define SAVE_FIRST_MS 3000 /* the first snapshot, once what is shown is confirmed */

/* Numbers of fetches that the desk did not ask for lie above all of its own. */
enum { OWN_FETCH_SCRIPTS = 1, OWN_FETCH_ARTICLES, OWN_FETCH_USES, OWN_FETCH_COUNT };
#define OWN_FETCH (INT64_C(1) << 62)

struct run {
    struct desk *desk;
    struct journal *journal;
    struct articles *articles;
    struct keeper *keeper; /* NULL: nothing is kept */
    struct link *link;
    struct sender *sender;
    const struct run_outside *outside;
    void *user_data;
    char *agent; /* who is to sign in; NULL: whoever was before */
    char *scripts_path, *scripts_etag, *articles_etag;
    int64_t clock_offset_ms;
    int64_t seq_before;     /* seq of an event minus the desk's number of it */
    int64_t sign_in, check; /* numbers under way; 0: none */
    bool is_check_sign_in;  /* the password asked for unlocks, and signs in where the session has ended */
    bool is_resuming, leaves;
    guint tick, resume;  /* timers */
    unsigned resumes;    /* tries to take the earlier sign-in up again that failed */
    bool is_unsaved;     /* own acts on contacts, since the last snapshot */
    int64_t save_at_ms;  /* CLOCK_BOOTTIME: the next snapshot */
    int64_t renew_at_ms; /* CLOCK_BOOTTIME: the next look for changed articles */
};

/* Of a clock of the system, in ms. */
int64_t run_clock_ms(clockid_t clock);
enum refusal_code run_refusal_of(enum problem_code code);

extern const struct articles_callbacks run_articles_callbacks;
/* The scripts that the last run kept. */
void run_restore_scripts(struct run *run);
/* An answer to what the desk did not ask for itself; others it leaves alone. */
void run_take_library(struct run *run, enum link_fetch what, const cJSON *answer);
/* What changed in the articles since those that are held, and what became of them meanwhile. */
void run_fetch_articles(struct run *run);

#endif
