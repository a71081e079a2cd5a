/* The door to the database and its migrations: what works, and each sentence for what does not. */
#include "app/service/db.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/service/schema.h"
#include "tests/support/floor.h"

static struct db *open_db(const char *path)
{
    GError *error = NULL;
    struct db *db = db_open(path, (struct db_options){.create = true}, &error);
    g_assert_no_error(error);
    return db;
}

static void expect(GError *error, int code, const char *part)
{
    g_assert_error(error, DB_ERROR, code);
    if (!strstr(error->message, part))
        g_error("\"%s\" does not say \"%s\"", error->message, part);
    g_assert_true(g_str_has_suffix(error->message, "."));
    g_error_free(error);
}

static void binds_and_reads_back(void)
{
    char *path = floor_path();
    struct db *db = open_db(path);
    GError *error = NULL;
    g_assert_true(db_exec(db, "CREATE TABLE t (a BIGINT, b TEXT)", &error));
    struct db_stmt *s = db_prepare(db, "INSERT INTO t (a, b) VALUES ($1, $2)", &error);
    db_bind_int(s, 1, INT64_MAX);
    db_bind_text(s, 2, "it's 中文");
    g_assert_true(db_run(s, &error));
    g_assert_true(s == db_prepare(db, "INSERT INTO t (a, b) VALUES ($1, $2)", &error));
    s = db_prepare(db, "SELECT a, b FROM t WHERE b = $1", &error);
    db_bind_text(s, 1, "it's 中文");
    g_assert_cmpint(db_step(s, &error), ==, DB_ROW);
    g_assert_true(db_column_int(s, 0) == INT64_MAX);
    g_assert_cmpstr(db_column_text(s, 1), ==, "it's 中文");
    g_assert_cmpint(db_step(s, &error), ==, DB_DONE);
    db_close(db);
    floor_remove(path);
}

static void keeps_its_file_to_its_owner(void)
{
    char *path = floor_path();
    db_close(open_db(path));
    GStatBuf status;
    g_assert_cmpint(g_stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
    floor_remove(path);
}

static void undoes_a_transaction(void)
{
    char *path = floor_path();
    struct db *db = open_db(path);
    int64_t count;
    g_assert_true(db_exec(db, "CREATE TABLE t (a BIGINT)", NULL) && db_begin(db, NULL));
    g_assert_true(db_exec(db, "INSERT INTO t VALUES (1)", NULL));
    db_rollback(db);
    db_rollback(db);
    g_assert_true(db_number(db, "SELECT count(*) FROM t", 7, &count, NULL));
    g_assert_cmpint(count, ==, 0);
    db_close(db);
    floor_remove(path);
}

static void names_a_missing_file(void)
{
    GError *error = NULL;
    g_assert_null(db_open("/nonexistent/x.db", (struct db_options){0}, &error));
    expect(error, DB_ERROR_MISSING, "There is no database /nonexistent/x.db");
}

static void names_a_file_that_is_no_database(void)
{
    char *path = floor_path();
    GError *error = NULL;
    g_assert_true(
        g_file_set_contents(path, "this is a letter to my grandmother, who likes letters", -1, NULL));
    g_assert_null(db_open(path, (struct db_options){.create = true}, &error));
    expect(error, DB_ERROR_CORRUPT, "is not a Firstline database");
    floor_remove(path);
}

static void finds_a_damaged_page(void)
{
    char *path = floor_path();
    struct db *db = open_db(path);
    g_assert_true(schema_migrate(db, NULL));
    db_close(db);
    char *bytes;
    gsize len;
    g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
    memset(bytes + 4096, 0x5a, 8192);
    g_assert_true(g_file_set_contents(path, bytes, (gssize)len, NULL));
    g_free(bytes);
    GError *error = NULL;
    db = db_open(path, (struct db_options){0}, &error);
    if (db)
        g_assert_false(db_verify(db, &error));
    expect(error, DB_ERROR_CORRUPT, "is damaged");
    db_close(db);
    floor_remove(path);
}

static void refuses_a_newer_version(void)
{
    char *path = floor_path();
    struct db *db = open_db(path);
    GError *error = NULL;
    g_assert_true(schema_migrate(db, NULL) && schema_migrate(db, NULL));
    g_assert_true(db_exec(db, "INSERT INTO schema_version VALUES (99)", NULL));
    g_assert_false(schema_migrate(db, &error));
    expect(error, DB_ERROR_NEWER, "install a newer firstlined");
    error = NULL;
    g_assert_false(schema_check(db, &error));
    expect(error, DB_ERROR_NEWER, "is of version 99");
    db_close(db);
    floor_remove(path);
}

/* Scripts of a database before versions stood side by side: each is everybody's, as it was. */
static void gives_scripts_their_versions(void)
{
    char *path = floor_path();
    struct db *db = open_db(path);
    int64_t count;
    g_assert_true(schema_migrate(db, NULL));
    g_assert_true(db_exec(db,
                          "DELETE FROM schema_version WHERE version > 2; DROP TABLE script_versions;"
                          "DROP TABLE publications; DROP TABLE approvals; CREATE TABLE scripts (id TEXT "
                          "PRIMARY KEY, version BIGINT NOT"
                          " NULL, source TEXT NOT NULL);"
                          "INSERT INTO scripts VALUES ('return', 4, 'r'), ('trace', 1, 't')",
                          NULL));
    g_assert_true(schema_migrate(db, NULL) && schema_check(db, NULL));
    g_assert_true(db_number(db,
                            "SELECT count(*) FROM script_versions WHERE state = 'published' AND share = 100"
                            " AND queues = '' AND uses = '{}' AND (script, version, source, changed) IN"
                            " (VALUES ('return', 4, 'r', 1), ('trace', 1, 't', 2))",
                            0, &count, NULL));
    g_assert_cmpint(count, ==, 2);
    g_assert_false(db_number(db, "SELECT count(*) FROM scripts", 0, &count, NULL));
    db_close(db);
    floor_remove(path);
}

static void says_that_a_foreign_database_is_none_of_ours(void)
{
    char *path = floor_path();
    struct db *db = open_db(path);
    GError *error = NULL;
    g_assert_true(db_exec(db, "CREATE TABLE bookmarks (url TEXT)", NULL));
    g_assert_false(schema_check(db, &error));
    expect(error, DB_ERROR_CORRUPT, "is not a Firstline database");
    db_close(db);
    floor_remove(path);
}

/* What another program keeps is not opened, for writing or reading, and not a byte of it changes. */
static void leaves_a_foreign_database_alone(void)
{
    char *path = floor_path();
    sqlite3 *foreign;
    g_assert_cmpint(sqlite3_open(path, &foreign), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_exec(foreign, "CREATE TABLE bookmarks (url TEXT)", NULL, NULL, NULL), ==,
                    SQLITE_OK);
    sqlite3_close(foreign);
    g_autofree char *before = NULL, *after = NULL;
    gsize before_len, after_len;
    g_assert_true(g_file_get_contents(path, &before, &before_len, NULL));
    for (int i = 0; i < 3; i++) {
        GError *error = NULL;
        g_assert_null(db_open(path, (struct db_options){.create = i == 1, .read_only = i == 2}, &error));
        expect(error, DB_ERROR_CORRUPT, "is not a Firstline database; name another file.");
    }
    g_assert_true(g_file_get_contents(path, &after, &after_len, NULL));
    g_assert_cmpmem(before, before_len, after, after_len);
    floor_remove(path);
}

static void says_that_the_disk_is_full(void)
{
    char *path = floor_path();
    struct db *db = open_db(path);
    GError *error = NULL;
    g_assert_true(db_exec(db, "CREATE TABLE t (a TEXT); PRAGMA max_page_count=8;", NULL));
    struct db_stmt *s = db_prepare(db, "INSERT INTO t VALUES ($1)", NULL);
    g_autofree char *big = g_strnfill(100000, 'x');
    db_bind_text(s, 1, big);
    g_assert_false(db_run(s, &error));
    expect(error, DB_ERROR_FULL, "is full");
    db_close(db);
    floor_remove(path);
}

static void refuses_to_write_through_a_reader(void)
{
    char *path = floor_path();
    struct db *db = open_db(path), *reader;
    GError *error = NULL;
    g_assert_true(schema_migrate(db, NULL) && db_exec(db, "CREATE TABLE t (a TEXT)", NULL));
    reader = db_open(path, (struct db_options){.read_only = true}, &error);
    g_assert_no_error(error);
    g_assert_false(db_exec(reader, "INSERT INTO t VALUES ('x')", &error));
    expect(error, DB_ERROR_READ_ONLY, "may not be written");
    db_close(reader);
    db_close(db);
    floor_remove(path);
}

static void backs_up_while_in_use(void)
{
    char *path = floor_path();
    g_autofree char *copy = g_strconcat(path, ".copy", NULL);
    struct db *db = open_db(path);
    GError *error = NULL;
    int64_t count;
    g_assert_true(schema_migrate(db, NULL) &&
                  db_exec(db, "CREATE TABLE t (a BIGINT); INSERT INTO t VALUES (42)", NULL));
    g_assert_true(db_backup(db, copy, &error));
    g_assert_no_error(error);
    struct db *other = db_open(copy, (struct db_options){0}, &error);
    g_assert_true(db_number(other, "SELECT a FROM t", 0, &count, &error) && count == 42);
    db_close(other);
    db_close(db);
    floor_remove(path);
}

/* As another process sees it: asked for in a child, since a process never stands in its own way. */
static bool is_locked(const char *path)
{
    pid_t child = fork();
    if (child == 0) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        int fd = open(path, O_RDWR);
        _exit(fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? 0 : 1);
    }
    int status = 1;
    waitpid(child, &status, 0);
    return status == 0;
}

static void keeps_its_locks_when_a_second_connection_opens(void)
{
    char *path = floor_path();
    struct db *db = open_db(path);
    g_assert_true(schema_migrate(db, NULL) && db_exec(db, "CREATE TABLE t (a BIGINT)", NULL));
    g_assert_true(is_locked(path));
    struct db *reader = db_open(path, (struct db_options){.read_only = true}, NULL);
    g_assert_nonnull(reader);
    g_assert_true(is_locked(path));
    db_close(reader);
    g_assert_true(is_locked(path));
    db_close(db);
    floor_remove(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/db/binds_and_reads_back", binds_and_reads_back);
    g_test_add_func("/db/keeps_its_file_to_its_owner", keeps_its_file_to_its_owner);
    g_test_add_func("/db/undoes_a_transaction", undoes_a_transaction);
    g_test_add_func("/db/names_a_missing_file", names_a_missing_file);
    g_test_add_func("/db/names_a_file_that_is_no_database", names_a_file_that_is_no_database);
    g_test_add_func("/db/finds_a_damaged_page", finds_a_damaged_page);
    g_test_add_func("/db/refuses_a_newer_version", refuses_a_newer_version);
    g_test_add_func("/db/gives_scripts_their_versions", gives_scripts_their_versions);
    g_test_add_func("/db/says_that_a_foreign_database_is_none_of_ours",
                    says_that_a_foreign_database_is_none_of_ours);
    g_test_add_func("/db/leaves_a_foreign_database_alone", leaves_a_foreign_database_alone);
    g_test_add_func("/db/says_that_the_disk_is_full", says_that_the_disk_is_full);
    g_test_add_func("/db/refuses_to_write_through_a_reader", refuses_to_write_through_a_reader);
    g_test_add_func("/db/backs_up_while_in_use", backs_up_while_in_use);
    g_test_add_func("/db/keeps_its_locks_when_a_second_connection_opens",
                    keeps_its_locks_when_a_second_connection_opens);
    return g_test_run();
}
