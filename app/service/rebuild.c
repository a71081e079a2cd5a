#include "app/service/rebuild.h"

#include <string.h>

#include "app/rules/world.h"
#include "app/service/eventlog.h"
#include "app/service/projection.h"
#include "app/service/schema.h"
#include "app/service/settings.h"

#define LINES_MAX 100

struct rebuild {
    struct db *db, *fresh;
    struct world *world;
    GHashTable *devices; /* name -> int64_t * */
    GString *report;
    int64_t events, differences;
    GError *error;
};

static void differ(struct rebuild *r, const char *what, const char *id, const char *is, const char *should)
{
    if (r->differences++ < LINES_MAX)
        g_string_append_printf(r->report, "%s %s\n  table: %s\n  log:   %s\n", what, id,
                               is ? is : "(nothing)", should ? should : "(nothing)");
}

static void put_blank_agent(struct agent *a, void *user_data)
{
    struct rebuild *r = user_data;
    struct agent *blank = agent_new(a->id, a->name, a->role);
    blank->disabled = a->disabled;
    for (guint i = 0; i < a->skills->len; i++) {
        const struct agent_skill *skill = &g_array_index(a->skills, struct agent_skill, i);
        agent_set_skill(blank, skill->skill, skill->level);
    }
    world_put_agent(r->world, blank);
    agent_free(a);
}

static void note_device(struct rebuild *r, const char *device, int64_t seq)
{
    int64_t *last = g_hash_table_lookup(r->devices, device);
    if (!last) {
        last = g_new0(int64_t, 1);
        g_hash_table_insert(r->devices, g_strdup(device), last);
    }
    *last = MAX(*last, seq);
}

static bool fold_settings(struct rebuild *r, const struct event *ev)
{
    g_autofree char *json = settings_read(r->db, event_number(ev, "version", 0), &r->error);
    return !r->error && (!json || settings_apply(r->world, json, &r->error));
}

static bool fold(struct event *ev, void *user_data)
{
    struct rebuild *r = user_data;
    r->events++;
    if (ev->kind == EVENT_CONFIG_APPLIED && !fold_settings(r, ev))
        return false;
    world_fold(r->world, ev);
    note_device(r, ev->device,
                ev->kind == EVENT_JOURNAL_LOST ? MAX(ev->seq, event_number(ev, "last", 0)) : ev->seq);
    return projection_fold_customer(r->fresh, ev, NULL, &r->error);
}

static void compare_text(struct rebuild *r, const char *what, const char *id, const char *is, cJSON *should)
{
    char *text = should ? cJSON_PrintUnformatted(should) : NULL;
    if (g_strcmp0(is, text) != 0)
        differ(r, what, id, is, text);
    cJSON_free(text);
    cJSON_Delete(should);
}

static bool compare_contacts(struct rebuild *r, GError **error)
{
    struct db_stmt *s = db_prepare(r->db, "SELECT id, data FROM contacts ORDER BY id", error);
    if (!s)
        return false;
    enum db_step step;
    while ((step = db_step(s, error)) == DB_ROW) {
        const char *id = db_column_text(s, 0);
        const struct contact *c = world_contact(r->world, id);
        compare_text(r, "contact", id, db_column_text(s, 1), c ? contact_to_cjson(c) : NULL);
    }
    db_reset(s);
    int64_t count;
    if (step != DB_DONE || !db_number(r->db, "SELECT count(*) FROM contacts", 0, &count, error))
        return false;
    if (count != (int64_t)g_hash_table_size(r->world->contacts)) {
        g_autofree char *is = g_strdup_printf("%" G_GINT64_FORMAT, count);
        g_autofree char *should = g_strdup_printf("%u", g_hash_table_size(r->world->contacts));
        differ(r, "contacts", "in all", is, should);
    }
    return true;
}

static bool compare_agents(struct rebuild *r, GError **error)
{
    struct db_stmt *s =
        db_prepare(r->db, "SELECT id, state FROM agents WHERE state IS NOT NULL ORDER BY id", error);
    if (!s)
        return false;
    enum db_step step;
    while ((step = db_step(s, error)) == DB_ROW) {
        static const char *const administered[] = {"name", "role", "disabled", "skills"};
        const char *id = db_column_text(s, 0);
        const struct agent *a = world_agent(r->world, id);
        cJSON *is = cJSON_Parse(db_column_text(s, 1)), *should = a ? agent_to_cjson(a) : NULL;
        for (size_t i = 0; i < G_N_ELEMENTS(administered); i++) {
            cJSON_DeleteItemFromObjectCaseSensitive(is, administered[i]);
            cJSON_DeleteItemFromObjectCaseSensitive(should, administered[i]);
        }
        char *text = cJSON_PrintUnformatted(is);
        compare_text(r, "agent", id, text, should);
        cJSON_free(text);
        cJSON_Delete(is);
    }
    db_reset(s);
    return step == DB_DONE;
}

/* Numbers of refused events are in no event; the table may be ahead by these. */
static bool compare_devices(struct rebuild *r, GError **error)
{
    struct db_stmt *s = db_prepare(r->db, "SELECT device, max(seq) FROM refusals GROUP BY device", error);
    if (!s)
        return false;
    enum db_step step;
    while ((step = db_step(s, error)) == DB_ROW)
        note_device(r, db_column_text(s, 0), db_column_int(s, 1));
    db_reset(s);
    if (step != DB_DONE || !(s = db_prepare(r->db, "SELECT device, seq FROM devices", error)))
        return false;
    while ((step = db_step(s, error)) == DB_ROW) {
        const int64_t *last = g_hash_table_lookup(r->devices, db_column_text(s, 0));
        g_autofree char *is = g_strdup_printf("%" G_GINT64_FORMAT, db_column_int(s, 1));
        g_autofree char *should = g_strdup_printf("%" G_GINT64_FORMAT, last ? *last : 0);
        if (strcmp(is, should) != 0)
            differ(r, "device", db_column_text(s, 0), is, should);
    }
    db_reset(s);
    return step == DB_DONE;
}

/* Rows (id, text) of the same query on both sides, both in the order of ids. */
static bool compare_rows(struct rebuild *r, const char *what, const char *sql, GError **error)
{
    struct db_stmt *table = db_prepare(r->db, sql, error);
    struct db_stmt *log = table ? db_prepare(r->fresh, sql, error) : NULL;
    if (!log)
        return false;
    enum db_step left = db_step(table, error), right = left == DB_FAILED ? DB_FAILED : db_step(log, error);
    while (left != DB_FAILED && right != DB_FAILED && (left == DB_ROW || right == DB_ROW)) {
        int side = left != DB_ROW    ? 1
                   : right != DB_ROW ? -1
                                     : strcmp(db_column_text(table, 0), db_column_text(log, 0));
        if (side != 0 || strcmp(db_column_text(table, 1), db_column_text(log, 1)) != 0)
            differ(r, what, db_column_text(side > 0 ? log : table, 0),
                   side > 0 ? NULL : db_column_text(table, 1), side < 0 ? NULL : db_column_text(log, 1));
        if (side <= 0)
            left = db_step(table, error);
        if (side >= 0)
            right = db_step(log, error);
    }
    db_reset(table);
    db_reset(log);
    return left == DB_DONE && right == DB_DONE;
}

/* Those of the log into the fresh table, where they are compared as rows. */
static bool put_approvals(struct rebuild *r, GError **error)
{
    GHashTableIter iter;
    void *c;
    g_hash_table_iter_init(&iter, r->world->contacts);
    while (g_hash_table_iter_next(&iter, NULL, &c))
        if (!projection_put_approvals(r->fresh, c, error))
            return false;
    return true;
}

static bool compare(struct rebuild *r, GError **error)
{
    r->fresh = db_open_memory(error);
    if (!r->fresh || !schema_migrate(r->fresh, error) ||
        !projection_agents(r->db, put_blank_agent, r, error) ||
        !eventlog_read(r->db, &(struct eventlog_range){0}, fold, r, error))
        return false;
    if (r->error) {
        g_propagate_error(error, g_steal_pointer(&r->error));
        return false;
    }
    return compare_contacts(r, error) && compare_agents(r, error) && compare_devices(r, error) &&
           put_approvals(r, error) &&
           compare_rows(r, "approval", "SELECT id, data FROM approvals ORDER BY id", error) &&
           compare_rows(r, "customer", "SELECT id, data FROM customers ORDER BY id", error) &&
           compare_rows(r, "order", "SELECT id, data FROM orders ORDER BY id", error) &&
           compare_rows(r, "identity",
                        "SELECT customer || ' ' || kind || ' ' || value, '' FROM identities ORDER BY 1",
                        error);
}

bool rebuild_compare(struct db *db, GString *report, int64_t *events, int64_t *differences, GError **error)
{
    struct rebuild r = {.db = db,
                        .world = world_new(),
                        .report = report,
                        .devices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    bool read = db_exec(db, "BEGIN", error) && compare(&r, error);
    db_rollback(db);
    *events = r.events;
    *differences = r.differences;
    db_close(r.fresh);
    world_free(r.world);
    g_hash_table_unref(r.devices);
    g_clear_error(&r.error);
    return read;
}
