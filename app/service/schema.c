/* Migrations as rows; app/service/README.md says what each table is for. */
#include "app/service/schema.h"

static const char *const migrations[] = {
    /* 1: the log, what is folded from it, and what people administer */
    "CREATE TABLE events (position {key}, id TEXT NOT NULL UNIQUE, device TEXT NOT NULL, boot TEXT NOT NULL,"
    " seq BIGINT NOT NULL, actor_kind TEXT NOT NULL, actor TEXT NOT NULL, contact TEXT, leg TEXT,"
    " kind TEXT NOT NULL, at_ms BIGINT NOT NULL, boot_ms BIGINT NOT NULL, saw BIGINT NOT NULL,"
    " received_at_ms BIGINT NOT NULL, data TEXT NOT NULL);"
    "CREATE INDEX events_contact ON events (contact, position);"
    "CREATE INDEX events_at ON events (at_ms);"
    "CREATE TABLE bodies (id TEXT PRIMARY KEY, text TEXT NOT NULL);"
    "CREATE TABLE refusals (id TEXT PRIMARY KEY, device TEXT NOT NULL, seq BIGINT NOT NULL, status BIGINT "
    "NOT NULL,"
    " detail TEXT NOT NULL, at_ms BIGINT NOT NULL);"
    "CREATE TABLE devices (device TEXT PRIMARY KEY, seq BIGINT NOT NULL);"
    "CREATE TABLE contacts (id TEXT PRIMARY KEY, created BIGINT NOT NULL, state TEXT NOT NULL, queue TEXT "
    "NOT NULL,"
    " customer TEXT, over BIGINT NOT NULL, closed_ms BIGINT NOT NULL, data TEXT NOT NULL);"
    "CREATE INDEX contacts_created ON contacts (created);"
    "CREATE INDEX contacts_open ON contacts (over, created);"
    "CREATE INDEX contacts_customer ON contacts (customer, created);"
    "CREATE TABLE customers (id TEXT PRIMARY KEY, position BIGINT NOT NULL, data TEXT NOT NULL);"
    "CREATE TABLE identities (kind TEXT NOT NULL, value TEXT NOT NULL, customer TEXT NOT NULL REFERENCES "
    "customers(id),"
    " PRIMARY KEY (kind, value, customer));"
    "CREATE INDEX identities_customer ON identities (customer);"
    "CREATE TABLE orders (id TEXT PRIMARY KEY, customer TEXT NOT NULL, placed TEXT, data TEXT NOT NULL);"
    "CREATE INDEX orders_customer ON orders (customer, placed);"
    "CREATE TABLE agents (id TEXT PRIMARY KEY, password TEXT, data TEXT NOT NULL, state TEXT);"
    "CREATE TABLE tokens (hash TEXT PRIMARY KEY, agent TEXT NOT NULL REFERENCES agents(id), device TEXT NOT "
    "NULL,"
    " created_ms BIGINT NOT NULL, expires_ms BIGINT NOT NULL);"
    "CREATE INDEX tokens_agent ON tokens (agent);"
    "CREATE TABLE settings (version {key}, applied_ms BIGINT NOT NULL, applied_by TEXT NOT NULL, data TEXT "
    "NOT NULL);"
    "CREATE TABLE scripts (id TEXT PRIMARY KEY, version BIGINT NOT NULL, source TEXT NOT NULL);"
    "CREATE TABLE articles (id TEXT PRIMARY KEY, version BIGINT NOT NULL, updated_ms BIGINT NOT NULL,"
    " data TEXT NOT NULL);"
    "CREATE TABLE audit (number {key}, at_ms BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,"
    " subject TEXT NOT NULL);"
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "INSERT INTO facts (name, value) VALUES ('administered', '0');",
    /* 2: the order in which articles changed, so that a desk need fetch only what is new to it */
    "ALTER TABLE articles ADD COLUMN changed BIGINT NOT NULL DEFAULT 0;"
    "UPDATE articles SET changed = (SELECT count(*) FROM articles AS before WHERE before.id <= articles.id);"
    "CREATE INDEX articles_changed ON articles (changed);",
    /* 3: versions of scripts side by side, and what was decided about them */
    "CREATE TABLE script_versions (script TEXT NOT NULL, version BIGINT NOT NULL, source TEXT NOT NULL,"
    " state TEXT NOT NULL, uses TEXT NOT NULL, share BIGINT NOT NULL, queues TEXT NOT NULL,"
    " per_arm BIGINT NOT NULL, replaced BIGINT NOT NULL, changed BIGINT NOT NULL, changed_ms BIGINT NOT NULL,"
    " changed_by TEXT NOT NULL, PRIMARY KEY (script, version));"
    "INSERT INTO script_versions SELECT id, version, source, 'published', '{}', 100, '', 0, 0,"
    " (SELECT count(*) FROM scripts AS before WHERE before.id <= scripts.id), 0, '' FROM scripts;"
    "DROP TABLE scripts;"
    "CREATE TABLE publications (number {key}, at_ms BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT "
    "NULL,"
    " script TEXT NOT NULL, version BIGINT NOT NULL, share BIGINT NOT NULL, queues TEXT NOT NULL,"
    " per_arm BIGINT NOT NULL);",
    /* 4: what was asked for approval, past contacts' too */
    "CREATE TABLE approvals (number {key}, id TEXT NOT NULL UNIQUE, contact TEXT NOT NULL, state TEXT NOT "
    "NULL,"
    " data TEXT NOT NULL);"
    "CREATE INDEX approvals_state ON approvals (state, number);"
    "CREATE INDEX approvals_contact ON approvals (contact, number);",
    /* 5: why a version was taken out of use */
    ("ALTER TABLE script_versions ADD COLUMN reason TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE publications ADD COLUMN reason TEXT NOT NULL DEFAULT '';"),
};

static int schema_version(void)
{
    return (int)G_N_ELEMENTS(migrations);
}

static bool read_version(struct db *db, int64_t *version, GError **error)
{
    return db_number(db, "SELECT max(version) FROM schema_version", 0, version, error);
}

static bool refuse_newer(const struct db *db, int64_t version, GError **error)
{
    if (version <= schema_version())
        return true;
    g_set_error(error, DB_ERROR, DB_ERROR_NEWER,
                "The database %s is of version %" G_GINT64_FORMAT
                ", newer than this firstlined knows (%d); install a newer firstlined.",
                db_path(db), version, schema_version());
    return false;
}

bool schema_check(struct db *db, GError **error)
{
    int64_t version;
    GError *reason = NULL;
    if (!read_version(db, &version, &reason) && reason->code != DB_ERROR_FAILED) {
        g_propagate_error(error, reason);
        return false;
    }
    if (reason) { /* it has no such table */
        g_error_free(reason);
        g_set_error(error, DB_ERROR, DB_ERROR_CORRUPT,
                    "The file %s is not a Firstline database; name another file.", db_path(db));
        return false;
    }
    if (!refuse_newer(db, version, error))
        return false;
    if (version == schema_version())
        return true;
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED,
                "The database %s is of an older version; start `firstlined serve` on it once.", db_path(db));
    return false;
}

static bool run_migration(struct db *db, int number, GError **error)
{
    g_autofree char *sql = db_spell(db, migrations[number - 1]);
    g_autofree char *mark = g_strdup_printf("INSERT INTO schema_version (version) VALUES (%d)", number);
    if (db_begin(db, error) && db_exec(db, sql, error) && db_exec(db, mark, error) && db_commit(db, error))
        return true;
    db_rollback(db);
    return false;
}

bool schema_migrate(struct db *db, GError **error)
{
    int64_t version;
    if (!db_exec(db, "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)", error) ||
        !read_version(db, &version, error) || !refuse_newer(db, version, error))
        return false;
    for (int number = (int)version + 1; number <= schema_version(); number++)
        if (!run_migration(db, number, error))
            return false;
    return true;
}
