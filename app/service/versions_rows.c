#include <string.h>

#include "app/service/versions_parts.h"

static const char *const state_names[VERSION_STATE_COUNT] = {[VERSION_STATE_DRAFT] = "draft",
                                                             [VERSION_STATE_CHECKED] = "checked",
                                                             [VERSION_STATE_PUBLISHED] = "published",
                                                             [VERSION_STATE_RETIRED] = "retired"};

const char *version_state_name(enum version_state state)
{
    return state_names[state];
}

void script_version_release(struct script_version *v)
{
    g_free(v->script);
    g_free(v->source);
    g_free(v->uses);
    g_free(v->queues);
    g_free(v->changed_by);
    g_free(v->reason);
    *v = (struct script_version){0};
}

static void free_version(gpointer data)
{
    script_version_release(data);
    g_free(data);
}

bool version_is_everybodys(int64_t share, const char *queues)
{
    return share >= VERSIONS_EVERYBODY && *queues == '\0';
}

bool script_version_is_base(const struct script_version *v)
{
    return v->state == VERSION_STATE_PUBLISHED && version_is_everybodys(v->share, v->queues);
}

bool version_is_rolling(const struct script_version *v)
{
    return v->state == VERSION_STATE_PUBLISHED && !version_is_everybodys(v->share, v->queues);
}

static enum version_state read_state(const char *name)
{
    for (int state = 0; state < VERSION_STATE_COUNT; state++)
        if (g_strcmp0(state_names[state], name) == 0)
            return (enum version_state)state;
    return VERSION_STATE_DRAFT;
}

static void read_row(struct db_stmt *s, struct script_version *v)
{
    *v = (struct script_version){.script = g_strdup(db_column_text(s, 0)),
                                 .version = db_column_int(s, 1),
                                 .source = g_strdup(db_column_text(s, 2)),
                                 .state = read_state(db_column_text(s, 3)),
                                 .uses = g_strdup(db_column_text(s, 4)),
                                 .share = db_column_int(s, 5),
                                 .queues = g_strdup(db_column_text(s, 6)),
                                 .per_arm = db_column_int(s, 7),
                                 .replaced = db_column_int(s, 8),
                                 .changed = db_column_int(s, 9),
                                 .changed_ms = db_column_int(s, 10),
                                 .changed_by = g_strdup(db_column_text(s, 11)),
                                 .reason = g_strdup(db_column_text(s, 12))};
}

/* All rows of a prepared statement, which is reset. */
GPtrArray *version_rows(struct db_stmt *s, GError **error)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(free_version);
    enum db_step step;
    while ((step = db_step(s, error)) == DB_ROW) {
        struct script_version *v = g_new0(struct script_version, 1);
        read_row(s, v);
        g_ptr_array_add(rows, v);
    }
    db_reset(s);
    if (step == DB_DONE)
        return rows;
    g_ptr_array_unref(rows);
    return NULL;
}

bool versions_find(struct db *db, const char *script, int64_t version, struct script_version *v,
                   GError **error)
{
    *v = (struct script_version){0};
    struct db_stmt *s = db_prepare(db, VERSION_COLUMNS "WHERE script = $1 AND version = $2", error);
    if (!s)
        return false;
    db_bind_text(s, 1, script);
    db_bind_int(s, 2, version);
    enum db_step step = db_step(s, error);
    if (step == DB_ROW)
        read_row(s, v);
    db_reset(s);
    return step != DB_FAILED;
}

GPtrArray *versions_of(struct db *db, const char *script, GError **error)
{
    struct db_stmt *s = db_prepare(db, VERSION_COLUMNS "WHERE script = $1 ORDER BY version DESC", error);
    if (!s)
        return NULL;
    db_bind_text(s, 1, script);
    return version_rows(s, error);
}

const struct script_version *version_base_of(const GPtrArray *versions)
{
    for (guint i = 0; i < versions->len; i++)
        if (script_version_is_base(versions->pdata[i]))
            return versions->pdata[i];
    return NULL;
}

const struct script_version *version_rolling_of(const GPtrArray *versions)
{
    for (guint i = 0; i < versions->len; i++)
        if (version_is_rolling(versions->pdata[i]))
            return versions->pdata[i];
    return NULL;
}

bool version_write_row(struct db *db, struct script_version *v, GError **error)
{
    struct db_stmt *s = db_prepare(
        db,
        "INSERT INTO script_versions (script, version, source, state, uses, share, queues, per_arm, replaced,"
        " changed_ms, changed_by, reason, changed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
        " (SELECT coalesce(max(changed), 0) + 1 FROM script_versions))"
        " ON CONFLICT (script, version) DO UPDATE SET source = excluded.source, state = excluded.state,"
        " uses = excluded.uses, share = excluded.share, queues = excluded.queues, per_arm = excluded.per_arm,"
        " replaced = excluded.replaced, changed = excluded.changed, changed_ms = excluded.changed_ms,"
        " changed_by = excluded.changed_by, reason = excluded.reason",
        error);
    if (!s)
        return false;
    db_bind_text(s, 1, v->script);
    db_bind_int(s, 2, v->version);
    db_bind_text(s, 3, v->source);
    db_bind_text(s, 4, state_names[v->state]);
    db_bind_text(s, 5, v->uses);
    db_bind_int(s, 6, v->share);
    db_bind_text(s, 7, v->queues);
    db_bind_int(s, 8, v->per_arm);
    db_bind_int(s, 9, v->replaced);
    db_bind_int(s, 10, v->changed_ms);
    db_bind_text(s, 11, v->changed_by);
    db_bind_text(s, 12, v->reason ? v->reason : "");
    return db_run(s, error) &&
           db_number(db, "SELECT max(changed) FROM script_versions", 0, &v->changed, error);
}
