#include "app/service/store.h"

#include <fcntl.h>
#include <malloc.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "app/service/schema.h"
#include "app/service/writer.h"
#include "net/problem.h"

/* Events in one transaction at most, so that a flood does not delay the first answer for long. */
#define GROUP_EVENTS_MAX 2000
/* Work that waits; beyond this a batch is refused at once and the sender comes again later. */
#define QUEUE_MAX 20000

struct job {
    struct store_batch *batch; /* or */
    store_work work;
    void (*done)(GError *error, void *user_data);
    void *user_data;
};

struct store {
    char *path;
    struct store_options options;
    struct db *db;
    int claim; /* descriptor of the file, locked: one store a database */
    struct board *board;
    struct writer *writer;
    struct epoch *epoch;
    GThread *thread;
    GMutex mutex; /* of what follows */
    GCond cond;
    GQueue jobs; /* struct job * */
    bool is_ending, is_untidy;
    struct store_counts counts;
    char *trouble; /* the sentence of the last failure to write; NULL: the last write was kept */
    GMutex readers_mutex;
    GPtrArray *readers; /* idle connections */
};

struct store_batch *store_batch_new(GPtrArray *events)
{
    struct store_batch *batch = g_new0(struct store_batch, 1);
    batch->events = events;
    return batch;
}

void store_batch_free(struct store_batch *batch)
{
    if (!batch)
        return;
    for (guint i = 0; i < batch->events->len; i++) {
        event_free(g_ptr_array_index(batch->events, i));
        if (batch->results)
            g_clear_error(&batch->results[i].problem);
    }
    g_ptr_array_set_free_func(batch->events, NULL);
    g_ptr_array_unref(batch->events);
    g_free(batch->results);
    g_free(batch->session);
    g_clear_error(&batch->error);
    g_free(batch);
}

static void finish_batch(struct store_batch *batch)
{
    batch->done(batch, batch->user_data);
}

/* A database's error as the problem (net/problem.h) that says it to the world; the sentence stays. Takes and
 * answers the error; others, and NULL, as they are. */
static GError *store_problem(GError *error)
{
    static const enum problem_code codes[] = {
        [DB_ERROR_MISSING] = PROBLEM_UNAVAILABLE,   [DB_ERROR_CORRUPT] = PROBLEM_INTERNAL,
        [DB_ERROR_NEWER] = PROBLEM_UNAVAILABLE,     [DB_ERROR_FULL] = PROBLEM_NO_ROOM,
        [DB_ERROR_READ_ONLY] = PROBLEM_UNAVAILABLE, [DB_ERROR_BUSY] = PROBLEM_UNAVAILABLE,
        [DB_ERROR_CONSTRAINT] = PROBLEM_INTERNAL,   [DB_ERROR_FAILED] = PROBLEM_INTERNAL,
    };
    if (!error || error->domain != DB_ERROR)
        return error;
    GError *problem = g_error_new_literal(NET_PROBLEM, (gint)codes[error->code], error->message);
    g_error_free(error);
    return problem;
}

static void fail_batch(struct store_batch *batch, const GError *error)
{
    batch->error = store_problem(g_error_copy(error));
    finish_batch(batch);
}

/* NULL: what was written last was kept. The log gets each trouble once, however often it is met. */
static void note_trouble(struct store *s, const GError *error)
{
    g_mutex_lock(&s->mutex);
    bool is_news = g_strcmp0(s->trouble, error ? error->message : NULL) != 0;
    g_free(s->trouble);
    s->trouble = error ? g_strdup(error->message) : NULL;
    g_mutex_unlock(&s->mutex);
    if (is_news && error)
        g_warning("%s", error->message);
    else if (is_news)
        g_message("%s is written again.", s->path);
}

char *store_trouble(struct store *s)
{
    g_mutex_lock(&s->mutex);
    char *trouble = g_strdup(s->trouble);
    g_mutex_unlock(&s->mutex);
    return trouble;
}

static void note_counts(struct store *s)
{
    g_mutex_lock(&s->mutex);
    s->counts = writer_counts(s->writer);
    g_mutex_unlock(&s->mutex);
}

/* Ends what the writer began by itself. */
static void commit_own(struct store *s)
{
    GError *error = NULL;
    if (!writer_commit(s->writer, &error))
        note_trouble(s, error);
    g_clear_error(&error);
    note_counts(s);
}

static void run_work(struct store *s, const struct job *job)
{
    GError *error = NULL;
    bool committed = db_begin(s->db, &error) && schema_check(s->db, &error) &&
                     job->work(s->db, job->user_data, &error) && db_commit(s->db, &error);
    if (!committed)
        db_rollback(s->db);
    else
        writer_notice(s->writer);
    if (committed || error->domain == DB_ERROR)
        note_trouble(s, error);
    commit_own(s);
    job->done(store_problem(error), job->user_data);
}

/* Batches in a row that share one transaction. */
static void run_group(struct store *s, GPtrArray *batches)
{
    GError *error = NULL;
    bool begun = writer_begin(s->writer, &error);
    for (guint i = 0; begun && i < batches->len; i++)
        writer_take(s->writer, g_ptr_array_index(batches, i));
    bool kept = begun && writer_commit(s->writer, &error);
    note_counts(s);
    note_trouble(s, error);
    for (guint i = 0; i < batches->len; i++) {
        if (kept)
            finish_batch(g_ptr_array_index(batches, i));
        else
            fail_batch(g_ptr_array_index(batches, i), error);
    }
    g_clear_error(&error);
}

/* Takes neighbouring batches, or one piece of work, off the queue; under the mutex. */
static struct job *take_jobs(struct store *s, GPtrArray *batches)
{
    size_t events = 0;
    struct job *job;
    while ((job = g_queue_peek_head(&s->jobs)) && events < GROUP_EVENTS_MAX) {
        if (!job->batch)
            return batches->len ? NULL : g_queue_pop_head(&s->jobs);
        events += job->batch->events->len;
        g_ptr_array_add(batches, job->batch);
        g_free(g_queue_pop_head(&s->jobs));
    }
    return NULL;
}

/* Whether the database takes a write again. (An update to the same value would write nothing.) */
static bool is_over(struct store *s)
{
    GError *error = NULL;
    bool kept = db_begin(s->db, &error) && schema_check(s->db, &error) &&
                db_exec(s->db,
                        "INSERT INTO facts (name, value) VALUES ('tried', '1');"
                        "DELETE FROM facts WHERE name = 'tried'",
                        &error) &&
                db_commit(s->db, &error);
    if (!kept)
        db_rollback(s->db);
    note_trouble(s, error);
    g_clear_error(&error);
    return kept;
}

static void tick(struct store *s, int64_t *next_ms)
{
    g_autofree char *trouble = store_trouble(s);
    if (trouble && !is_over(s)) {
        *next_ms = writer_now_ms() + 1000;
        return;
    }
    *next_ms = writer_tick(s->writer, writer_now_ms());
    commit_own(s);
}

/* The allocator keeps what a bulk freed: some megabytes beside a floor's ten. */
static void tidy(struct store *s)
{
    db_release_memory(s->db);
    g_mutex_lock(&s->readers_mutex);
    for (guint i = 0; i < s->readers->len; i++)
        db_release_memory(g_ptr_array_index(s->readers, i));
    g_mutex_unlock(&s->readers_mutex);
    malloc_trim(0);
}

static void *run(void *data)
{
    struct store *s = data;
    int64_t next_ms = s->options.is_quiet ? INT64_MAX : 0;
    g_autoptr(GPtrArray) batches = g_ptr_array_new();
    for (;;) {
        g_mutex_lock(&s->mutex);
        while (g_queue_is_empty(&s->jobs) && !s->is_ending && !s->is_untidy && writer_now_ms() < next_ms) {
            if (s->options.is_quiet)
                g_cond_wait(&s->cond, &s->mutex);
            else
                g_cond_wait_until(&s->cond, &s->mutex,
                                  g_get_monotonic_time() + MAX(next_ms - writer_now_ms(), 1) * 1000);
        }
        g_ptr_array_set_size(batches, 0);
        struct job *work = take_jobs(s, batches);
        bool is_idle = !work && batches->len == 0, is_done = s->is_ending && is_idle;
        bool is_untidy = s->is_untidy && is_idle;
        s->is_untidy = s->is_untidy && !is_untidy;
        g_mutex_unlock(&s->mutex);
        if (is_done)
            return NULL;
        if (is_untidy)
            tidy(s);
        if (work)
            run_work(s, work);
        g_free(work);
        if (batches->len)
            run_group(s, batches);
        /* What happened may be due sooner than what was waited for. */
        if (!s->options.is_quiet && (writer_now_ms() >= next_ms || batches->len == 0))
            tick(s, &next_ms);
        else if (!s->options.is_quiet)
            next_ms = MIN(next_ms, writer_now_ms() + 1000);
    }
}

/* Two worlds over one log would give the same positions twice. flock(2) does not meet SQLite's own locks; but
 * the descriptor is closed after the last connection, since that drops them (POSIX). */
static bool claim(struct store *s, GError **error)
{
    s->claim = open(s->path, O_RDONLY | O_CLOEXEC);
    if (s->claim >= 0 && flock(s->claim, LOCK_EX | LOCK_NB) == 0)
        return true;
    g_set_error(error, DB_ERROR, DB_ERROR_BUSY,
                "Another firstlined serves the database %s; use that one, or end it first.", s->path);
    return false;
}

struct store *store_open(const char *path, const struct store_options *options, GError **error)
{
    if (sodium_init() < 0) {
        g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "The system's random numbers are not available.");
        return NULL;
    }
    struct db *db = db_open(path, (struct db_options){.create = true}, error);
    if (!db)
        return NULL;
    struct store *s = g_new0(struct store, 1);
    s->path = g_strdup(path);
    s->options = *options;
    s->db = db;
    s->claim = -1;
    s->board = board_new();
    s->readers = g_ptr_array_new();
    g_mutex_init(&s->mutex);
    g_mutex_init(&s->readers_mutex);
    g_cond_init(&s->cond);
    /* The key of the bodies is made by the first load, which is not within a transaction of the writer. */
    if (!claim(s, error) || !(s->epoch = epoch_open(path, error)) || !schema_migrate(db, error) ||
        !(s->writer = writer_new(db, s->board, &s->options, error))) {
        store_close(s);
        return NULL;
    }
    s->thread = g_thread_new("store", run, s);
    return s;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    if (s->thread) {
        g_mutex_lock(&s->mutex);
        s->is_ending = true;
        g_cond_signal(&s->cond);
        g_mutex_unlock(&s->mutex);
        g_thread_join(s->thread);
    }
    for (guint i = 0; i < s->readers->len; i++)
        db_close(g_ptr_array_index(s->readers, i));
    g_ptr_array_unref(s->readers);
    writer_free(s->writer);
    board_free(s->board);
    db_close(s->db);
    epoch_close(s->epoch);
    if (s->claim >= 0)
        close(s->claim);
    g_mutex_clear(&s->mutex);
    g_mutex_clear(&s->readers_mutex);
    g_cond_clear(&s->cond);
    g_free(s->path);
    g_free(s->trouble);
    g_free(s);
}

static bool push(struct store *s, struct job job)
{
    g_mutex_lock(&s->mutex);
    bool taken = !s->is_ending && g_queue_get_length(&s->jobs) < QUEUE_MAX;
    if (taken) {
        g_queue_push_tail(&s->jobs, g_memdup2(&job, sizeof job));
        g_cond_signal(&s->cond);
    }
    g_mutex_unlock(&s->mutex);
    return taken;
}

void store_tidy(struct store *s)
{
    g_mutex_lock(&s->mutex);
    s->is_untidy = true;
    g_cond_signal(&s->cond);
    g_mutex_unlock(&s->mutex);
}

static GError *overflow_error(void)
{
    return g_error_new_literal(NET_PROBLEM, PROBLEM_UNAVAILABLE,
                               "The backend has more to write than it can take; try again in a moment.");
}

void store_append(struct store *s, struct store_batch *batch)
{
    if (push(s, (struct job){.batch = batch}))
        return;
    batch->error = overflow_error();
    finish_batch(batch);
}

void store_run(struct store *s, store_work work, void (*done)(GError *error, void *user_data),
               void *user_data)
{
    if (!push(s, (struct job){.work = work, .done = done, .user_data = user_data}))
        done(overflow_error(), user_data);
}

/* For those who wait. */
struct waiting {
    GMutex mutex;
    GCond cond;
    bool is_done;
    store_work work;
    void *user_data;
    GError *error;
};

static void wake(struct waiting *waiting)
{
    g_mutex_lock(&waiting->mutex);
    waiting->is_done = true;
    g_cond_signal(&waiting->cond);
    g_mutex_unlock(&waiting->mutex);
}

static void wait_for(struct waiting *waiting)
{
    g_mutex_lock(&waiting->mutex);
    while (!waiting->is_done)
        g_cond_wait(&waiting->cond, &waiting->mutex);
    g_mutex_unlock(&waiting->mutex);
    g_mutex_clear(&waiting->mutex);
    g_cond_clear(&waiting->cond);
}

static void batch_done(struct store_batch *batch, void *user_data)
{
    (void)batch;
    wake(user_data);
}

void store_append_wait(struct store *s, struct store_batch *batch)
{
    struct waiting waiting = {0};
    g_mutex_init(&waiting.mutex);
    g_cond_init(&waiting.cond);
    batch->done = batch_done;
    batch->user_data = &waiting;
    store_append(s, batch);
    wait_for(&waiting);
}

static bool waiting_work(struct db *db, void *user_data, GError **error)
{
    struct waiting *waiting = user_data;
    return waiting->work(db, waiting->user_data, error);
}

static void work_done(GError *error, void *user_data)
{
    struct waiting *waiting = user_data;
    waiting->error = error;
    wake(waiting);
}

bool store_run_wait(struct store *s, store_work work, void *user_data, GError **error)
{
    struct waiting waiting = {.work = work, .user_data = user_data};
    g_mutex_init(&waiting.mutex);
    g_cond_init(&waiting.cond);
    store_run(s, waiting_work, work_done, &waiting);
    wait_for(&waiting);
    bool kept = !waiting.error;
    if (waiting.error)
        g_propagate_error(error, waiting.error);
    return kept;
}

struct board *store_board(struct store *s)
{
    return s->board;
}

const char *store_path(const struct store *s)
{
    return s->path;
}

struct epoch *store_epoch(struct store *s)
{
    return s->epoch;
}

struct db *store_reader_take(struct store *s, GError **error)
{
    g_mutex_lock(&s->readers_mutex);
    struct db *db = s->readers->len ? g_ptr_array_steal_index_fast(s->readers, s->readers->len - 1) : NULL;
    g_mutex_unlock(&s->readers_mutex);
    return db ? db : db_open(s->path, (struct db_options){.read_only = true}, error);
}

void store_reader_give(struct store *s, struct db *db)
{
    if (!db)
        return;
    g_mutex_lock(&s->readers_mutex);
    g_ptr_array_add(s->readers, db);
    g_mutex_unlock(&s->readers_mutex);
}

struct store_counts store_counts(struct store *s)
{
    g_mutex_lock(&s->mutex);
    struct store_counts counts = s->counts;
    g_mutex_unlock(&s->mutex);
    return counts;
}
