/* Power loss: a file system that forgets what was not synced. Everything the store answered, and every event
 * that a desk's journal called flushed, must still be there, and with synchronous lowered it must not be:
 * that shows that the test would see the loss.
 *
 * The shim stands over SQLite's own VFS. It keeps, beside each file, the bytes as they were at the last sync;
 * "the power fails" puts those back, and the database is opened again.
 */
#include <sqlite3.h>
#include <string.h>

#include "app/desk/journal.h"
#include "app/service/eventlog.h"
#include "app/service/schema.h"
#include "tests/support/floor.h"

static sqlite3_vfs *real_vfs;
static GMutex mutex;
static GHashTable *synced; /* path -> GBytes * of the file at its last sync */

struct shim_file {
    sqlite3_file base;
    char *path;
    sqlite3_file *real; /* behind this struct, in SQLite's own allocation */
};

static struct shim_file *of(sqlite3_file *file)
{
    return (struct shim_file *)file;
}

static void remember(const char *path)
{
    char *bytes;
    gsize len;
    if (!path || !g_file_get_contents(path, &bytes, &len, NULL))
        return;
    g_mutex_lock(&mutex);
    g_hash_table_replace(synced, g_strdup(path), g_bytes_new_take(bytes, len));
    g_mutex_unlock(&mutex);
}

static int shim_close(sqlite3_file *file)
{
    int result = of(file)->real->pMethods->xClose(of(file)->real);
    g_free(of(file)->path);
    return result;
}
static int shim_sync(sqlite3_file *file, int flags)
{
    int result = of(file)->real->pMethods->xSync(of(file)->real, flags);
    remember(of(file)->path);
    return result;
}
/* Everything else goes straight through. */
#define PASS(name, parameters, arguments)                   \
    static int shim_##name parameters                       \
    {                                                       \
        return of(file)->real->pMethods->x##name arguments; \
    }
#define REAL of(file)->real
PASS(Read, (sqlite3_file * file, void *to, int n, sqlite3_int64 at), (REAL, to, n, at))
PASS(Write, (sqlite3_file * file, const void *from, int n, sqlite3_int64 at), (REAL, from, n, at))
PASS(Truncate, (sqlite3_file * file, sqlite3_int64 size), (REAL, size))
PASS(FileSize, (sqlite3_file * file, sqlite3_int64 *size), (REAL, size))
PASS(Lock, (sqlite3_file * file, int level), (REAL, level))
PASS(Unlock, (sqlite3_file * file, int level), (REAL, level))
PASS(CheckReservedLock, (sqlite3_file * file, int *out), (REAL, out))
PASS(FileControl, (sqlite3_file * file, int op, void *argument), (REAL, op, argument))
PASS(SectorSize, (sqlite3_file * file), (REAL))
PASS(DeviceCharacteristics, (sqlite3_file * file), (REAL))
PASS(ShmMap, (sqlite3_file * file, int page, int size, int extend, void volatile **out),
     (REAL, page, size, extend, out))
PASS(ShmLock, (sqlite3_file * file, int offset, int n, int flags), (REAL, offset, n, flags))
PASS(ShmUnmap, (sqlite3_file * file, int drop), (REAL, drop))
static void shim_ShmBarrier(sqlite3_file *file)
{
    REAL->pMethods->xShmBarrier(REAL);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = shim_close,
    .xRead = shim_Read,
    .xWrite = shim_Write,
    .xTruncate = shim_Truncate,
    .xSync = shim_sync,
    .xFileSize = shim_FileSize,
    .xLock = shim_Lock,
    .xUnlock = shim_Unlock,
    .xCheckReservedLock = shim_CheckReservedLock,
    .xFileControl = shim_FileControl,
    .xSectorSize = shim_SectorSize,
    .xDeviceCharacteristics = shim_DeviceCharacteristics,
    .xShmMap = shim_ShmMap,
    .xShmLock = shim_ShmLock,
    .xShmBarrier = shim_ShmBarrier,
    .xShmUnmap = shim_ShmUnmap,
};

static int shim_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out)
{
    (void)vfs;
    struct shim_file *shim = of(file);
    *shim = (struct shim_file){.path = g_strdup(path), .real = (sqlite3_file *)(shim + 1)};
    memset(shim->real, 0, (size_t)real_vfs->szOsFile);
    int result = real_vfs->xOpen(real_vfs, path, shim->real, flags, out);
    if (shim->real->pMethods)
        shim->base.pMethods = &methods;
    else
        g_clear_pointer(&shim->path, g_free);
    return result;
}

static void install_shim(void)
{
    static sqlite3_vfs vfs;
    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.zName = "forgetful";
    vfs.szOsFile = (int)sizeof(struct shim_file) + real_vfs->szOsFile;
    vfs.xOpen = shim_open;
    vfs.pNext = NULL;
    sqlite3_vfs_register(&vfs, 1);
    synced = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
}

/* The disk as it was synced, under another folder: what a machine finds when its power is back. */
static char *lose_power(const char *path)
{
    char *found = floor_path();
    static const char *const suffixes[] = {"", "-wal"};
    g_mutex_lock(&mutex);
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *from = g_strconcat(path, suffixes[i], NULL),
                        *to = g_strconcat(found, suffixes[i], NULL);
        GBytes *bytes = g_hash_table_lookup(synced, from);
        if (bytes)
            g_assert_true(g_file_set_contents(to, g_bytes_get_data(bytes, NULL),
                                              (gssize)g_bytes_get_size(bytes), NULL));
    }
    g_mutex_unlock(&mutex);
    return found;
}

static bool lower(struct db *db, void *level, GError **error)
{
    g_autofree char *sql = g_strdup_printf("PRAGMA synchronous=%s", (const char *)level);
    return db_exec(db, "COMMIT", error) && db_exec(db, sql, error) && db_exec(db, "BEGIN", error);
}

/* Sends events one after another, loses power after each, and counts the answered ones that are then missing.
 */
static int count_lost(const char *level)
{
    char *path = floor_path();
    struct store *s = floor_open(path, NULL);
    GError *error = NULL;
    int lost = 0;
    if (level)
        store_run_wait(s, lower, (void *)level, &error);
    g_assert_no_error(error);
    for (int i = 1; i <= 12; i++) {
        g_autofree char *id = g_strdup_printf("%d", i);
        floor_chat(s, id);
        char *found = lose_power(path);
        struct db *db = db_open(found, (struct db_options){0}, NULL);
        int64_t there = 0;
        if (!db || !db_number(db, "SELECT count(*) FROM contacts", 0, &there, NULL))
            there = 0;
        lost += i - (int)there;
        db_close(db);
        floor_remove(found);
    }
    store_close(s);
    floor_remove(path);
    return lost;
}

static void loses_nothing_that_was_answered(void)
{
    g_assert_cmpint(count_lost(NULL), ==, 0);
}

static void would_lose_with_less_care(void)
{
    g_assert_cmpint(count_lost("NORMAL"), >, 0);
    g_assert_cmpint(count_lost("OFF"), >, 0);
}

static void on_flushed(int64_t seq, void *user_data)
{
    *(int64_t *)user_data = seq;
}

static int64_t append_and_wait(struct journal *j, int64_t *flushed)
{
    struct event *ev = floor_event(EVENT_DESK_LOCKED, journal_device(j), 0, ACTOR_AGENT, "mira", NULL);
    int64_t seq = journal_append(j, ev), deadline_us = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
    while (*flushed < seq && g_get_monotonic_time() < deadline_us)
        g_main_context_iteration(NULL, false);
    g_assert_cmpint(*flushed, >=, seq);
    return seq;
}

/* The power fails after each flush that a desk was told of. */
static void keeps_what_a_desk_was_told_is_flushed(void)
{
    static const struct journal_callbacks callbacks = {.flushed = on_flushed};
    char *path = floor_path();
    int64_t flushed = 0;
    GError *error = NULL;
    struct journal *j = journal_open(path, &callbacks, &flushed, &error);
    g_assert_no_error(error);
    for (int i = 0; i < 12; i++) {
        int64_t seq = append_and_wait(j, &flushed), unused = 0;
        char *found = lose_power(path);
        struct journal *after = journal_open(found, &callbacks, &unused, &error);
        g_assert_no_error(error);
        g_assert_cmpint(journal_last_seq(after), ==, seq);
        g_assert_cmpint(journal_pending_count(after), ==, seq);
        journal_close(after);
        floor_remove(found);
    }
    journal_close(j);
    floor_remove(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    install_shim();
    g_test_add_func("/power_loss/loses_nothing_that_was_answered", loses_nothing_that_was_answered);
    g_test_add_func("/power_loss/would_lose_with_less_care", would_lose_with_less_care);
    g_test_add_func("/power_loss/keeps_what_a_desk_was_told_is_flushed",
                    keeps_what_a_desk_was_told_is_flushed);
    return g_test_run();
}
