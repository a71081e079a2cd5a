/* The SQLite driver of db.h. */
#include "app/service/db.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

/* How long a writer waits for another process's transaction (the command line beside the server). */
#define BUSY_MS 5000
/* Caches in KB. The writer's holds the tops of the trees it appends to; a reader's is small, because there
 * are several and the system caches the file for all of them. */
#define PRAGMAS_READ "PRAGMA cache_size=-512; PRAGMA foreign_keys=ON;"
#define PRAGMAS_WRITE                                                                    \
    "PRAGMA cache_size=-1024; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA " \
    "journal_size_limit=67108864;"

struct db {
    sqlite3 *handle;
    char *path;
    GHashTable *stmts;   /* sql -> struct db_stmt * */
    int64_t seen_change; /* SQLite's number of the others' last change when it was asked for; 0: never */
};

struct db_stmt {
    sqlite3_stmt *handle;
    struct db *db;
};

G_DEFINE_QUARK(firstline - db, db_error)

static const struct trouble {
    int result; /* SQLite's primary result code */
    enum db_error code;
    const char *sentence; /* %s: the path; then SQLite's own words where `reason` is set */
    bool reason;
} troubles[] = {
    {SQLITE_CANTOPEN, DB_ERROR_MISSING, "The database %s cannot be opened; check the path and its rights",
     true},
    {SQLITE_NOTADB, DB_ERROR_CORRUPT, "The file %s is not a Firstline database; name another file", false},
    {SQLITE_CORRUPT, DB_ERROR_CORRUPT, "The database %s is damaged; restore a backup of it", true},
    {SQLITE_FULL, DB_ERROR_FULL,
     "The disk that holds %s is full, so nothing was written; make room and try again", false},
    {SQLITE_READONLY, DB_ERROR_READ_ONLY,
     "The database %s may not be written; check the rights of file and folder", false},
    {SQLITE_PERM, DB_ERROR_READ_ONLY, "The database %s may not be used; check the rights of file and folder",
     false},
    {SQLITE_BUSY, DB_ERROR_BUSY, "Another process keeps the database %s locked; try again in a moment",
     false},
    {SQLITE_LOCKED, DB_ERROR_BUSY, "Another process keeps the database %s locked; try again in a moment",
     false},
    {SQLITE_CONSTRAINT, DB_ERROR_CONSTRAINT, "The database %s refused a row that contradicts another", true},
    {SQLITE_IOERR, DB_ERROR_FAILED, "Reading or writing the database %s failed; check the disk", true},
};

/* SQLite knows only ENOSPC as a full disk; a quota and a limit on the file's size are the same to whoever has
 * to make room. */
static int look_closer(sqlite3 *handle, int result, int last_errno)
{
    /* SQLite keeps the system's number of some failures only; after a write it is still the last one there
     * was. */
    int kept = handle ? sqlite3_system_errno(handle) : 0, cause = kept ? kept : last_errno;
    bool is_full = cause == ENOSPC || cause == EDQUOT || cause == EFBIG;
    return (result & 0xff) == SQLITE_IOERR && is_full ? SQLITE_FULL : result;
}

static void set_error(GError **error, sqlite3 *handle, int result, const char *path)
{
    result = look_closer(handle, result, errno);
    const char *reason = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(result);
    for (size_t i = 0; i < G_N_ELEMENTS(troubles); i++) {
        const struct trouble *t = &troubles[i];
        if (t->result != (result & 0xff))
            continue;
        g_autofree char *sentence = g_strdup_printf("%s%s%s%s.", t->sentence, t->reason ? " (" : "",
                                                    t->reason ? "%s" : "", t->reason ? ")" : "");
        char **halves = g_strsplit(sentence, "%s", 3);
        g_set_error(error, DB_ERROR, (int)t->code, "%s%s%s%s%s", halves[0], path, halves[1],
                    t->reason ? reason : "", t->reason ? halves[2] : "");
        g_strfreev(halves);
        return;
    }
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "The database %s answered: %s.", path, reason);
}

static void stmt_free(void *data)
{
    struct db_stmt *s = data;
    sqlite3_finalize(s->handle);
    g_free(s);
}

/* Makes the file with rights for its owner alone before SQLite sees it; its -wal and -shm take them over. A
 * file that is there is never opened here: closing it would drop the locks that this process's other
 * connections hold on it (POSIX), and another process would then take the -wal away from under them. */
static bool make_file(const char *path, struct db_options options, GError **error)
{
    if (access(path, options.read_only ? R_OK : R_OK | W_OK) == 0)
        return true;
    if (errno == ENOENT && options.create) {
        int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
        if (fd >= 0)
            close(fd);
        if (fd >= 0 || errno == EEXIST)
            return true;
    }
    if (errno == ENOENT && !options.create)
        g_set_error(error, DB_ERROR, DB_ERROR_MISSING, "There is no database %s; check the path.", path);
    else if (errno == EROFS || (errno == EACCES && access(path, R_OK) == 0))
        set_error(error, NULL, SQLITE_READONLY, path);
    else
        g_set_error(error, DB_ERROR, DB_ERROR_MISSING, "The database %s cannot be opened: %s.", path,
                    g_strerror(errno));
    return false;
}

/* Another program's database is left as it is: not even how its journal is kept is changed. The count of
 * tables is the first read of the file: what is no database shows here. */
static bool is_ours(struct db *db, GError **error)
{
    int64_t tables, ours;
    if (!db_number(db, "SELECT count(*) FROM sqlite_schema", 0, &tables, error) ||
        !db_number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'", 0, &ours, error))
        return false;
    if (tables == 0 || ours > 0)
        return true;
    g_set_error(error, DB_ERROR, DB_ERROR_CORRUPT,
                "The file %s is not a Firstline database; name another file.", db->path);
    return false;
}

static struct db *open_handle(const char *path, int flags, const char *pragmas, GError **error)
{
    struct db *db = g_new0(struct db, 1);
    db->path = g_strdup(path);
    db->stmts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, stmt_free);
    int result = sqlite3_open_v2(path, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (result != SQLITE_OK) {
        set_error(error, db->handle, result, path);
        db_close(db);
        return NULL;
    }
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_timeout(db->handle, BUSY_MS);
    if (!db_exec(db, PRAGMAS_READ, error) || !is_ours(db, error) || !db_exec(db, pragmas, error)) {
        db_close(db);
        return NULL;
    }
    return db;
}

struct db *db_open(const char *path, struct db_options options, GError **error)
{
    if (!make_file(path, options, error))
        return NULL;
    return options.read_only ? open_handle(path, SQLITE_OPEN_READONLY, "", error)
                             : open_handle(path, SQLITE_OPEN_READWRITE, PRAGMAS_WRITE, error);
}

struct db *db_open_memory(GError **error)
{
    return open_handle(":memory:", SQLITE_OPEN_READWRITE, "", error);
}

static bool is_moved(struct db *db)
{
    int moved = 0;
    return db->handle &&
           sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved;
}

/* Reads past the cache, by SQLite's own descriptor: closing another one would drop its locks. */
static bool is_database(struct db *db)
{
    static const char begin[] =
        "SQLite format 3"; /* with its NUL: https://sqlite.org/fileformat2.html#the_database_header */
    char bytes[sizeof begin];
    sqlite3_file *file = NULL;
    sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    return !file || !file->pMethods || file->pMethods->xRead(file, bytes, sizeof bytes, 0) != SQLITE_OK ||
           memcmp(bytes, begin, sizeof begin) == 0;
}

bool db_check_place(struct db *db, GError **error)
{
    if (!is_moved(db) && is_database(db))
        return true;
    if (!is_moved(db))
        g_set_error(error, DB_ERROR, DB_ERROR_CORRUPT,
                    "The file %s is no database any more; restore a backup of it.", db->path);
    else
        g_set_error(
            error, DB_ERROR, DB_ERROR_MISSING,
            "The database %s was moved, removed or replaced while it was in use; put it back, or restart the "
            "server on what is there now.",
            db->path);
    return false;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    g_hash_table_unref(db->stmts);
    /* The log at this path may be that of another file by now, and closing would remove it. */
    if (is_moved(db))
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(db->handle);
    g_free(db->path);
    g_free(db);
}

const char *db_path(const struct db *db)
{
    return db->path;
}

struct db_stmt *db_prepare(struct db *db, const char *sql, GError **error)
{
    struct db_stmt *s = g_hash_table_lookup(db->stmts, sql);
    if (s) {
        db_reset(s);
        sqlite3_clear_bindings(s->handle);
        return s;
    }
    sqlite3_stmt *handle;
    int result = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
    if (result != SQLITE_OK) {
        set_error(error, db->handle, result, db->path);
        return NULL;
    }
    s = g_new0(struct db_stmt, 1);
    *s = (struct db_stmt){.handle = handle, .db = db};
    g_hash_table_insert(db->stmts, g_strdup(sql), s);
    return s;
}

void db_bind_text(struct db_stmt *s, int index, const char *text)
{
    int result = text ? sqlite3_bind_text(s->handle, index, text, -1, SQLITE_TRANSIENT)
                      : sqlite3_bind_null(s->handle, index);
    g_assert(result == SQLITE_OK || result == SQLITE_NOMEM || result == SQLITE_TOOBIG);
}

void db_bind_int(struct db_stmt *s, int index, int64_t number)
{
    int result = sqlite3_bind_int64(s->handle, index, number);
    g_assert(result == SQLITE_OK);
}

enum db_step db_step(struct db_stmt *s, GError **error)
{
    int result = sqlite3_step(s->handle);
    if (result == SQLITE_ROW)
        return DB_ROW;
    if (result == SQLITE_DONE)
        return DB_DONE;
    set_error(error, s->db->handle, result, s->db->path);
    return DB_FAILED;
}

const char *db_column_text(struct db_stmt *s, int column)
{
    return (const char *)sqlite3_column_text(s->handle, column);
}

int64_t db_column_int(struct db_stmt *s, int column)
{
    return sqlite3_column_int64(s->handle, column);
}

void db_reset(struct db_stmt *s)
{
    sqlite3_reset(s->handle);
}

bool db_run(struct db_stmt *s, GError **error)
{
    enum db_step step;
    while ((step = db_step(s, error)) == DB_ROW)
        continue;
    db_reset(s);
    return step == DB_DONE;
}

int64_t db_changes(struct db *db)
{
    return sqlite3_changes64(db->handle);
}

void db_release_memory(struct db *db)
{
    sqlite3_db_release_memory(db->handle);
}

bool db_exec(struct db *db, const char *sql, GError **error)
{
    int result = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    if (result == SQLITE_OK)
        return true;
    set_error(error, db->handle, result, db->path);
    return false;
}

bool db_number(struct db *db, const char *sql, int64_t otherwise, int64_t *number, GError **error)
{
    struct db_stmt *s = db_prepare(db, sql, error);
    if (!s)
        return false;
    enum db_step step = db_step(s, error);
    *number = step == DB_ROW ? db_column_int(s, 0) : otherwise;
    db_reset(s);
    return step != DB_FAILED;
}

bool db_begin(struct db *db, GError **error)
{
    struct db_stmt *s = db_check_place(db, error) ? db_prepare(db, "BEGIN IMMEDIATE", error) : NULL;
    return s && db_run(s, error);
}

bool db_commit(struct db *db, GError **error)
{
    struct db_stmt *s = db_prepare(db, "COMMIT", error);
    return s && db_run(s, error);
}

bool db_is_changed(struct db *db)
{
    int64_t change, before = db->seen_change;
    bool known = db_number(db, "PRAGMA data_version", 0, &change, NULL) && change > 0;
    db->seen_change = known ? change : 0;
    return !known || change != before;
}

void db_rollback(struct db *db)
{
    /* SQLite has already rolled back by itself after some failures; a second time says so and does no harm.
     */
    if (!sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

static void remove_files(const char *path)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *part = g_strconcat(path, parts[i], NULL);
        unlink(part);
    }
}

static bool copy_pages(struct db *db, struct db *to, GError **error)
{
    /* All pages in one step: a read transaction of WAL hinders no writer, and a copy in parts would begin
     * anew with each commit of another process. */
    sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main", db->handle, "main");
    int result = backup ? sqlite3_backup_step(backup, -1) : sqlite3_errcode(to->handle);
    if (backup && sqlite3_backup_finish(backup) != SQLITE_OK && result == SQLITE_DONE)
        result = sqlite3_errcode(to->handle);
    if (result == SQLITE_DONE)
        return true;
    set_error(error, to->handle, result, to->path);
    return false;
}

bool db_backup(struct db *db, const char *path, GError **error)
{
    struct db *to = db_open(path, (struct db_options){.create = true}, error);
    bool copied = to && copy_pages(db, to, error);
    db_close(to);
    if (!copied)
        remove_files(path);
    return copied;
}

bool db_verify(struct db *db, GError **error)
{
    struct db_stmt *s = db_prepare(db, "PRAGMA integrity_check(1)", error);
    if (!s)
        return false;
    enum db_step step = db_step(s, error);
    bool sound = step == DB_ROW && g_strcmp0(db_column_text(s, 0), "ok") == 0;
    if (step == DB_ROW && !sound)
        g_set_error(error, DB_ERROR, DB_ERROR_CORRUPT,
                    "The database %s is damaged; restore a backup of it (%s).", db->path,
                    db_column_text(s, 0));
    db_reset(s);
    return sound;
}

char *db_spell(const struct db *db, const char *sql)
{
    (void)db;
    GString *spelt = g_string_new(sql);
    g_string_replace(spelt, "{key}", "INTEGER PRIMARY KEY", 0);
    return g_string_free(spelt, FALSE);
}
