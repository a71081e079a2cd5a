/* The store: one thread that writes, in the one order of all events, and many readers.
 *
 * Batches that wait while a commit is under way share the next one (group commit). Each event is checked by
 * app/rules, folded into the world, written with its rows and followed by the system's own events, all in
 * that transaction; its position is taken there. Only after the commit is a batch answered, the board changed
 * and the news published. Where a commit fails nothing of it is answered, and the world is loaded anew from
 * the tables.
 *
 * An event's effect is once: a repeat (same id) gets the position or the refusal it got before. A device's
 * numbers have no gap: an event that comes too early is refused with the number expected and is not kept.
 */
#ifndef APP_SERVICE_STORE_H
#define APP_SERVICE_STORE_H

#include "app/rules/rules.h"
#include "app/service/board.h"
#include "app/service/db.h"
#include "app/service/epoch.h"

typedef struct store store_handle;

struct store_news {
    struct event *ev; /* owned by the store */
    char *owner;      /* agent who has, or just had, the contact; NULL: nobody */
};
struct store_commit {
    const GPtrArray *news;      /* struct store_news *, in the order of positions */
    const GPtrArray *contacts;  /* const struct contact *, each changed one once */
    const GPtrArray *customers; /* ids (char *) of changed customers and of those whose orders changed */
    const struct world *world;
};

struct store_options {
    /* Called on the writing thread after each commit with events, before the batches are answered; everything
     * is borrowed for the call. */
    void (*committed)(const struct store_commit *commit, void *user_data);
    /* Called on the writing thread about once a second, for what changes with time alone. May be NULL. */
    void (*ticked)(const struct world *world, void *user_data);
    /* Called on the writing thread within its transaction, before anything is written in it, when users or
     * settings were administered by another process. May be NULL. */
    void (*administered)(struct db *db, void *user_data);
    void *user_data;
    bool is_quiet; /* no ticks: time brings nothing about (tests, bulk) */
};

/* Opens or makes the database, brings its tables up to date and loads the world. DB_ERROR_BUSY: another
 * store, of whatever process, has it. Caller owns. */
struct store *store_open(const char *path, const struct store_options *options, GError **error);
/* Answers what was handed in, then ends the thread and closes. Accepts NULL. */
void store_close(struct store *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(store_handle, store_close)

struct store_result {
    int64_t position; /* of the event; 0: it was refused */
    int64_t expected; /* with PROBLEM_WRONG_ORDER: the number its device must send next */
    GError *problem;  /* NET_PROBLEM; NULL: taken */
};

struct store_batch {
    GPtrArray *events; /* struct event *, owned by the batch. seq 0: the store gives the device's next one;
                          received_at_ms 0: now */
    enum role role;    /* of who sends them */
    char *session;     /* hash of a token that has named no device yet: its device is that of the events, for
                          good; owned. NULL: there is nothing to name */
    bool is_history;   /* happened elsewhere and before: folded without rules and without what would follow */
    bool is_checked;   /* history of another system: by rules_check_past */
    struct store_result *results; /* results[events->len], when done without error */
    GError *error;                /* nothing of the batch was kept: try again, or the disk is full */
    void (*done)(struct store_batch *batch, void *user_data); /* on the writing thread, exactly once */
    void *user_data;
};
/* Takes the events. Set `role` and `done` before it is appended. */
struct store_batch *store_batch_new(GPtrArray *events);
/* The batch is the store's until `done` is called, and from then on the callee's to free. Any thread. */
void store_append(struct store *s, struct store_batch *batch);
/* The same, and waits; for callers that have a thread to spare. `done` is the store's. Caller owns the batch.
 */
void store_append_wait(struct store *s, struct store_batch *batch);
void store_batch_free(struct store_batch *batch);

/* Work of the administration in a transaction of its own on the writing thread. False (with the error) rolls
 * it back. `done` is called on the writing thread; it takes the error, NULL: committed. */
typedef bool (*store_work)(struct db *db, void *user_data, GError **error);
void store_run(struct store *s, store_work work, void (*done)(GError *error, void *user_data),
               void *user_data);
bool store_run_wait(struct store *s, store_work work, void *user_data, GError **error);

/* Gives back what a bulk (an import, the start) left in caches and free lists, soon and on the writing
 * thread. */
void store_tidy(struct store *s);

struct board *store_board(struct store *s);
const char *store_path(const struct store *s);
struct epoch *store_epoch(struct store *s); /* of sessions; borrowed */

/* A reader's own connection from a pool; give it back after use. NULL with the error where none can be
 * opened. */
struct db *store_reader_take(struct store *s, GError **error);
void store_reader_give(struct store *s, struct db *db);

struct store_counts {
    uint64_t commits, events, refused, failures;
};
struct store_counts store_counts(struct store *s);

/* What keeps the store from writing now, as a sentence that caller owns; NULL: nothing known. While there is
 * trouble the store tries once a second whether it is over. */
char *store_trouble(struct store *s);

#endif
