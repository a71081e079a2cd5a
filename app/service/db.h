/* A thin door to the database: open, prepare, bind, step, column, transaction. SQLite is the driver.
 *
 * SQL above this door keeps to what SQLite and PostgreSQL share: parameters are $1, $2 … in the order of
 * their first use, upserts are ON CONFLICT … DO UPDATE, and `{key}` in a CREATE TABLE stands for the driver's
 * type of an integer primary key. Every connection is used by one thread at a time. Durable on commit: WAL
 * with synchronous=FULL, which tests/unit/test_power_loss.c holds it to.
 *
 *     struct db_stmt *s = db_prepare(db, "SELECT data FROM contacts WHERE id = $1", &error);
 *     db_bind_text(s, 1, id);
 *     while ((step = db_step(s, &error)) == DB_ROW) … db_column_text(s, 0) …
 *     db_reset(s);
 */
#ifndef APP_SERVICE_DB_H
#define APP_SERVICE_DB_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum db_error {
    DB_ERROR_MISSING,   /* there is no such file, or it may not be opened, or it was taken away since */
    DB_ERROR_CORRUPT,   /* not a database, one of another program, or damaged */
    DB_ERROR_NEWER,     /* written by a newer version of the program */
    DB_ERROR_FULL,      /* no room on the disk */
    DB_ERROR_READ_ONLY, /* file or folder may not be written */
    DB_ERROR_BUSY,      /* another process kept it locked for longer than the busy timeout */
    DB_ERROR_CONSTRAINT,
    DB_ERROR_FAILED, /* anything else */
};
#define DB_ERROR db_error_quark()
GQuark db_error_quark(void);

struct db_options {
    bool create;    /* make the file where there is none; else that is DB_ERROR_MISSING */
    bool read_only; /* a reader's connection: sees the last commit, never waits for the writer */
};

/* Opens a file, which is empty or a floor's; every error is a sentence that names it. Caller owns, free with
 * db_close. */
struct db *db_open(const char *path, struct db_options options, GError **error);
/* A database of its own in memory, gone when it is closed. */
struct db *db_open_memory(GError **error);
void db_close(struct db *db); /* moves the write-ahead log into the file when it is the last connection */
typedef struct db db_handle;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(db_handle, db_close)
const char *db_path(const struct db *db); /* borrowed */

enum db_step { DB_ROW, DB_DONE, DB_FAILED };

/* A statement of the connection's cache, reset and with its parameters empty; `sql` is copied. Borrowed until
 * db_close; the same text gives the same statement, so a loop must not prepare its own text anew inside. */
struct db_stmt *db_prepare(struct db *db, const char *sql, GError **error);
/* Parameters count from 1; the text is copied; NULL binds SQL's null. */
void db_bind_text(struct db_stmt *s, int index, const char *text);
void db_bind_int(struct db_stmt *s, int index, int64_t number);
enum db_step db_step(struct db_stmt *s, GError **error);
/* Columns count from 0. Text is borrowed until the next step; NULL where the column is null. */
const char *db_column_text(struct db_stmt *s, int column);
int64_t db_column_int(struct db_stmt *s, int column);
/* Ends reading, so that the statement holds no lock. A statement that answered DB_DONE needs it too. */
void db_reset(struct db_stmt *s);

/* Steps a prepared statement that gives no rows to its end and resets it. */
bool db_run(struct db_stmt *s, GError **error);
/* How many rows the last statement run changed. */
int64_t db_changes(struct db *db);
/* Runs one or more statements without parameters. */
bool db_exec(struct db *db, const char *sql, GError **error);
/* The first column of the first row as a number; `otherwise` where there is no row. */
bool db_number(struct db *db, const char *sql, int64_t otherwise, int64_t *number, GError **error);

/* A write transaction: db_begin takes the one write lock at once. db_rollback after a failed commit is right.
 */
bool db_begin(struct db *db, GError **error);
/* Whether the file is still where it was opened and begins as a database; db_begin asks the same.
 * DB_ERROR_MISSING: it was moved, removed or replaced since, and nobody would find what is written to it now.
 * DB_ERROR_CORRUPT: it was overwritten. */
bool db_check_place(struct db *db, GError **error);
bool db_commit(struct db *db, GError **error);
/* Whether another connection may have committed since this was last asked, or it was never asked; cheaper
 * than looking for what it did. Within a transaction, or else the next moment may tell otherwise. */
bool db_is_changed(struct db *db);
void db_rollback(struct db *db);

/* Gives the cache's memory back, as after a bulk. */
void db_release_memory(struct db *db);

/* Copies the whole database as it is at one moment into a new file, while others read and write. Where that
 * fails, the new file is removed again. */
bool db_backup(struct db *db, const char *path, GError **error);
/* Asks the driver to prove the file sound; false with the first trouble it found. */
bool db_verify(struct db *db, GError **error);

/* The driver's spelling of a CREATE TABLE with `{key}`. Caller owns, g_free. */
char *db_spell(const struct db *db, const char *sql);

#endif
