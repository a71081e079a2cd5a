#include "app/desk/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define JOURNAL_FORMAT 1
#define BATCH_MAX      512           /* jobs of one transaction */
#define WAL_PAGES      64            /* a checkpoint each 256 KiB, by the writer: little to read at a start */
#define RETRY_US       (1000 * 1000) /* between tries on a disk that does not take it */
#define CLOSE_WAIT_US  (1000 * 1000)

G_DEFINE_QUARK(firstline - journal - error, journal_error)

enum job_kind { JOB_APPEND, JOB_ANSWERED, JOB_TEXT, JOB_CLOSE };

/* One thing to write. `key` is an event's id or a text's key; `text` the JSON or the text, NULL: remove. */
struct job {
    enum job_kind kind;
    int64_t seq;
    char *key, *text;
};

/* An event that waits to be answered for; `json` is owned. */
struct waiting {
    int64_t seq;
    char *json;
};

struct journal {
    sqlite3 *db; /* the writer's, once its thread runs */
    int lock;    /* descriptor that keeps others out */
    char *device, *damage;
    int64_t seq, flushed_seq;
    GQueue outbox;     /* struct waiting *, by seq */
    GHashTable *texts; /* as they were on opening */
    GAsyncQueue *jobs;
    GThread *writer;
    GMainContext *context;
    const struct journal_callbacks *callbacks;
    void *user_data;
    int closing;      /* atomic */
    int64_t on_disk;  /* atomic by the mutex: what the writer flushed last */
    char *trouble;    /* by the mutex: its latest sentence, NULL: none */
    GSource *telling; /* by the mutex: the call to the main context that is under way */
    bool was_stuck;
    GMutex mutex;
};

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS outbox(seq INTEGER PRIMARY KEY, id TEXT NOT NULL, event TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS texts(key TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;";

static void job_free(struct job *job)
{
    g_free(job->key);
    g_free(job->text);
    g_free(job);
}

static void waiting_free(void *data)
{
    struct waiting *w = data;
    g_free(w->json);
    g_free(w);
}

/* The writer's half */

static bool run_statement(sqlite3 *db, const char *sql, int64_t number, const char *first, const char *second)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        return false;
    int at = 1;
    if (number >= 0)
        sqlite3_bind_int64(statement, at++, number);
    if (first != NULL)
        sqlite3_bind_text(statement, at++, first, -1, SQLITE_STATIC);
    if (second != NULL)
        sqlite3_bind_text(statement, at++, second, -1, SQLITE_STATIC);
    int result = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return result == SQLITE_DONE;
}

static bool write_job(sqlite3 *db, const struct job *job)
{
    switch (job->kind) {
    case JOB_APPEND:
        return run_statement(db, "INSERT INTO outbox(seq, id, event) VALUES(?1, ?2, ?3)", job->seq, job->key,
                             job->text) &&
               run_statement(db, "UPDATE meta SET value = ?1 WHERE key = 'seq'", job->seq, NULL, NULL);
    case JOB_ANSWERED:
        return run_statement(db, "DELETE FROM outbox WHERE seq <= ?1", job->seq, NULL, NULL);
    case JOB_TEXT:
        if (job->text == NULL)
            return run_statement(db, "DELETE FROM texts WHERE key = ?1", -1, job->key, NULL);
        return run_statement(db,
                             "INSERT INTO texts(key, text) VALUES(?1, ?2)"
                             " ON CONFLICT(key) DO UPDATE SET text = excluded.text",
                             -1, job->key, job->text);
    case JOB_CLOSE:
        break;
    }
    return true;
}

/* NULL where it is written, else why not; caller owns. A full disk may have ended the transaction already. */
static char *write_batch(sqlite3 *db, GPtrArray *batch)
{
    bool written = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
    for (guint i = 0; written && i < batch->len; i++)
        written = write_job(db, batch->pdata[i]);
    written = written && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
    char *trouble = written ? NULL : g_strdup(sqlite3_errmsg(db));
    if (!written && !sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return trouble;
}

/* Runs in the owner's main context: hands over what the writer reported last. */
static gboolean tell_owner(void *data)
{
    struct journal *j = data;
    g_mutex_lock(&j->mutex);
    int64_t on_disk = j->on_disk;
    g_autofree char *trouble = g_strdup(j->trouble);
    g_clear_pointer(&j->telling, g_source_unref);
    g_mutex_unlock(&j->mutex);
    if (on_disk > j->flushed_seq) {
        j->flushed_seq = on_disk;
        j->callbacks->flushed(on_disk, j->user_data);
    }
    if (trouble != NULL || j->was_stuck)
        j->callbacks->stuck(trouble, j->user_data);
    j->was_stuck = trouble != NULL;
    return G_SOURCE_REMOVE;
}

static void report(struct journal *j, int64_t seq, const char *trouble)
{
    g_mutex_lock(&j->mutex);
    bool news = seq > j->on_disk || (trouble == NULL) != (j->trouble == NULL);
    j->on_disk = MAX(seq, j->on_disk);
    g_free(j->trouble);
    j->trouble = g_strdup(trouble);
    if (news && j->telling == NULL && !g_atomic_int_get(&j->closing)) {
        j->telling = g_idle_source_new();
        g_source_set_priority(j->telling, G_PRIORITY_DEFAULT);
        g_source_set_callback(j->telling, tell_owner, j, NULL);
        g_source_attach(j->telling, j->context);
    }
    g_mutex_unlock(&j->mutex);
}

static int64_t last_appended(const GPtrArray *batch)
{
    int64_t last = 0;
    for (guint i = 0; i < batch->len; i++) {
        const struct job *job = batch->pdata[i];
        last = job->kind == JOB_APPEND ? job->seq : last;
    }
    return last;
}

/* Takes what waits, but at least one job; true where the last of them asks to close. */
static bool take_batch(struct journal *j, GPtrArray *batch)
{
    struct job *job = g_async_queue_pop(j->jobs);
    for (; job != NULL; job = batch->len < BATCH_MAX ? g_async_queue_try_pop(j->jobs) : NULL) {
        g_ptr_array_add(batch, job);
        if (job->kind == JOB_CLOSE)
            return true;
    }
    return false;
}

static void *writer_main(void *data)
{
    struct journal *j = data;
    bool close = false;
    while (!close) {
        g_autoptr(GPtrArray) batch = g_ptr_array_new_with_free_func((GDestroyNotify)job_free);
        close = take_batch(j, batch);
        if (close && batch->len == 1)
            return NULL;
        int64_t give_up_us = 0;
        char *trouble;
        while ((trouble = write_batch(j->db, batch)) != NULL) {
            g_autofree char *sentence = g_strdup_printf(
                "The journal cannot be written (%s); please make room on the disk, what you do is kept "
                "in memory until then.",
                trouble);
            g_free(trouble);
            report(j, 0, sentence);
            if (g_atomic_int_get(&j->closing) && give_up_us == 0)
                give_up_us = g_get_monotonic_time() + CLOSE_WAIT_US;
            if (give_up_us != 0 && g_get_monotonic_time() >= give_up_us)
                return NULL;
            g_usleep(g_atomic_int_get(&j->closing) ? RETRY_US / 10 : RETRY_US);
        }
        report(j, last_appended(batch), NULL);
    }
    return NULL;
}

/* Opening */

static char *make_device_id(void)
{
    uint8_t random[6];
    char hex[sizeof random * 2 + 1];
    randombytes_buf(random, sizeof random);
    return g_strdup(sodium_bin2hex(hex, sizeof hex, random, sizeof random));
}

static bool lock_file(struct journal *j, const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *lock_path = g_strconcat(path, ".lock", NULL);
    if (g_mkdir_with_parents(folder, 0700) == 0)
        j->lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (j->lock < 0) {
        g_set_error(error, JOURNAL_ERROR, JOURNAL_ERROR_OPEN,
                    "The journal %s cannot be made: %s; please check that its folder can be written.", path,
                    g_strerror(errno));
        return false;
    }
    if (flock(j->lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    g_set_error(error, JOURNAL_ERROR, JOURNAL_ERROR_IN_USE,
                "Another desk of yours has the journal %s open; please go on there, or end it first.", path);
    return false;
}

static int quick_check(void *answer, int columns, char **values, char **names)
{
    (void)columns;
    (void)names;
    *(bool *)answer = g_strcmp0(values[0], "ok") == 0;
    return 0;
}

enum opened { OPENED, OPENED_DAMAGED, OPENED_FAILED };

/* Only what SQLite calls damage is damage: a full disk or a missing right must not cost the journal. Closing
 * leaves the WAL, which is flushed, as it is: a checkpoint would flush twice more while the agent waits. */
static enum opened open_database(struct journal *j, const char *path)
{
    bool sound = true;
    if (sqlite3_open_v2(path, &j->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) == SQLITE_OK &&
        sqlite3_exec(j->db,
                     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                     "PRAGMA wal_autocheckpoint=" G_STRINGIFY(WAL_PAGES) ";",
                     NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_db_config(j->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL) == SQLITE_OK &&
        sqlite3_exec(j->db, "PRAGMA quick_check(1)", quick_check, &sound, NULL) == SQLITE_OK && sound &&
        sqlite3_exec(j->db, schema, NULL, NULL, NULL) == SQLITE_OK)
        return OPENED;
    int code = sqlite3_errcode(j->db);
    return !sound || code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? OPENED_DAMAGED : OPENED_FAILED;
}

static void move_aside(struct journal *j, const char *path)
{
    sqlite3_close(g_steal_pointer(&j->db));
    g_autofree char *aside = g_strdup_printf("%s.damaged-%" G_GINT64_FORMAT, path, g_get_real_time() / 1000);
    static const char *const parts[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *from = g_strconcat(path, parts[i], NULL), *to = g_strconcat(aside, parts[i], NULL);
        g_rename(from, to);
    }
    j->damage = g_strdup_printf("The journal was damaged; it is kept as %s, and a new one is begun.", aside);
}

static char *meta_value(struct journal *j, const char *key)
{
    sqlite3_stmt *statement;
    char *value = NULL;
    if (sqlite3_prepare_v2(j->db, "SELECT value FROM meta WHERE key = ?1", -1, &statement, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) == SQLITE_ROW)
        value = g_strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return value;
}

static bool begin_new(struct journal *j)
{
    g_autofree char *device = make_device_id();
    static const char insert[] = "INSERT INTO meta(key, value) VALUES(?1, ?2)";
    return run_statement(j->db, insert, -1, "format", G_STRINGIFY(JOURNAL_FORMAT)) &&
           run_statement(j->db, insert, -1, "device", device) && run_statement(j->db, insert, -1, "seq", "0");
}

static void load_outbox(struct journal *j)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(j->db, "SELECT seq, event FROM outbox ORDER BY seq", -1, &statement, NULL) !=
        SQLITE_OK)
        return;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        struct waiting *w = g_new(struct waiting, 1);
        *w = (struct waiting){.seq = sqlite3_column_int64(statement, 0),
                              .json = g_strdup((const char *)sqlite3_column_text(statement, 1))};
        g_queue_push_tail(&j->outbox, w);
    }
    sqlite3_finalize(statement);
}

static void load_texts(struct journal *j)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(j->db, "SELECT key, text FROM texts", -1, &statement, NULL) != SQLITE_OK)
        return;
    while (sqlite3_step(statement) == SQLITE_ROW)
        g_hash_table_replace(j->texts, g_strdup((const char *)sqlite3_column_text(statement, 0)),
                             g_strdup((const char *)sqlite3_column_text(statement, 1)));
    sqlite3_finalize(statement);
}

static bool load(struct journal *j, const char *path, GError **error)
{
    g_autofree char *format = meta_value(j, "format");
    if (format != NULL && g_ascii_strtoll(format, NULL, 10) > JOURNAL_FORMAT) {
        g_set_error(error, JOURNAL_ERROR, JOURNAL_ERROR_NEWER,
                    "The journal %s was written by a newer Firstline; please update this one.", path);
        return false;
    }
    if (format == NULL && !begin_new(j)) {
        g_set_error(error, JOURNAL_ERROR, JOURNAL_ERROR_OPEN, "The journal %s cannot be written: %s.", path,
                    sqlite3_errmsg(j->db));
        return false;
    }
    g_autofree char *seq = meta_value(j, "seq");
    j->device = meta_value(j, "device");
    j->seq = j->flushed_seq = j->on_disk = g_ascii_strtoll(seq, NULL, 10);
    load_outbox(j);
    load_texts(j);
    return true;
}

struct journal *journal_open(const char *path, const struct journal_callbacks *callbacks, void *user_data,
                             GError **error)
{
    struct journal *j = g_new0(struct journal, 1);
    j->lock = -1;
    j->callbacks = callbacks;
    j->user_data = user_data;
    j->texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    j->jobs = g_async_queue_new_full((GDestroyNotify)job_free);
    j->context = g_main_context_ref_thread_default();
    g_mutex_init(&j->mutex);
    if (sodium_init() < 0 || !lock_file(j, path, error)) {
        journal_close(j);
        return NULL;
    }
    mode_t mask = umask(0077);
    enum opened opened = open_database(j, path);
    if (opened == OPENED_DAMAGED) {
        move_aside(j, path);
        opened = open_database(j, path);
    }
    umask(mask);
    if (opened != OPENED)
        g_set_error(
            error, JOURNAL_ERROR, JOURNAL_ERROR_OPEN,
            "The journal %s cannot be opened (%s); please make room on its disk and check its rights. What "
            "it holds is kept.",
            path, sqlite3_errmsg(j->db));
    if (opened != OPENED || !load(j, path, error)) {
        journal_close(j);
        return NULL;
    }
    j->writer = g_thread_new("journal", writer_main, j);
    return j;
}

void journal_end(struct journal *j)
{
    if (g_atomic_int_get(&j->closing))
        return;
    g_atomic_int_set(&j->closing, 1);
    struct job *job = g_new0(struct job, 1);
    job->kind = JOB_CLOSE;
    g_async_queue_push(j->jobs, job);
}

static void end_writer(struct journal *j)
{
    if (j->writer == NULL)
        return;
    journal_end(j);
    g_thread_join(g_steal_pointer(&j->writer));
}

bool journal_finish(struct journal *j)
{
    end_writer(j);
    if (j->on_disk > j->flushed_seq) {
        j->flushed_seq = j->on_disk;
        j->callbacks->flushed(j->flushed_seq, j->user_data);
    }
    return j->flushed_seq == j->seq && j->trouble == NULL;
}

void journal_close(struct journal *j)
{
    if (j == NULL)
        return;
    end_writer(j);
    if (j->telling != NULL) {
        g_source_destroy(j->telling);
        g_source_unref(j->telling);
    }
    sqlite3_close(j->db);
    if (j->lock >= 0)
        close(j->lock);
    g_queue_clear_full(&j->outbox, waiting_free);
    g_hash_table_unref(j->texts);
    g_async_queue_unref(j->jobs);
    g_main_context_unref(j->context);
    g_mutex_clear(&j->mutex);
    g_free(j->device);
    g_free(j->damage);
    g_free(j->trouble);
    g_free(j);
}

const char *journal_device(const struct journal *j)
{
    return j->device;
}

const char *journal_damage(const struct journal *j)
{
    return j->damage;
}

int64_t journal_append(struct journal *j, struct event *ev)
{
    ev->seq = ++j->seq;
    struct waiting *w = g_new(struct waiting, 1);
    *w = (struct waiting){.seq = ev->seq, .json = event_to_json(ev)};
    g_queue_push_tail(&j->outbox, w);
    struct job *job = g_new(struct job, 1);
    *job =
        (struct job){.kind = JOB_APPEND, .seq = ev->seq, .key = g_strdup(ev->id), .text = g_strdup(w->json)};
    g_async_queue_push(j->jobs, job);
    event_free(ev);
    return w->seq;
}

char *journal_pending(struct journal *j, int limit, size_t max_bytes, int64_t *last_seq)
{
    GString *array = g_string_new("[");
    int count = 0;
    for (const GList *at = j->outbox.head; at != NULL && count < limit; at = at->next, count++) {
        const struct waiting *w = at->data;
        if (w->seq > j->flushed_seq || (count > 0 && array->len + strlen(w->json) + 2 > max_bytes))
            break;
        if (count > 0)
            g_string_append_c(array, ',');
        g_string_append(array, w->json);
        *last_seq = w->seq;
    }
    g_string_append_c(array, ']');
    return g_string_free(array, count == 0);
}

void journal_each_pending(struct journal *j, void (*visit)(const char *json, void *data), void *data)
{
    for (const GList *at = j->outbox.head; at != NULL; at = at->next)
        visit(((const struct waiting *)at->data)->json, data);
}

int64_t journal_last_seq(const struct journal *j)
{
    return j->seq;
}

int64_t journal_pending_count(const struct journal *j)
{
    return j->outbox.length;
}

char *journal_pending_actor(const struct journal *j)
{
    const struct waiting *w = g_queue_peek_head((GQueue *)&j->outbox);
    g_autoptr(event) ev = w == NULL ? NULL : event_from_json(w->json, -1, NULL);
    return ev == NULL ? NULL : g_strdup(ev->actor);
}

void journal_answered(struct journal *j, int64_t seq)
{
    struct waiting *w;
    while ((w = g_queue_peek_head(&j->outbox)) != NULL && w->seq <= seq)
        waiting_free(g_queue_pop_head(&j->outbox));
    struct job *job = g_new0(struct job, 1);
    *job = (struct job){.kind = JOB_ANSWERED, .seq = seq};
    g_async_queue_push(j->jobs, job);
}

void journal_save_text(struct journal *j, const char *key, const char *text)
{
    struct job *job = g_new0(struct job, 1);
    *job = (struct job){.kind = JOB_TEXT, .key = g_strdup(key), .text = g_strdup(text)};
    g_async_queue_push(j->jobs, job);
}

void journal_each_text(struct journal *j, void (*visit)(const char *key, const char *text, void *data),
                       void *data)
{
    GHashTableIter iter;
    void *key, *text;
    g_hash_table_iter_init(&iter, j->texts);
    while (g_hash_table_iter_next(&iter, &key, &text))
        visit(key, text, data);
}
