#include "app/service/eventlog.h"

#include <sodium.h>
#include <string.h>

static const struct {
    enum event_kind kind;
    const char *member;
} split[] = {
    {EVENT_MESSAGE_RECEIVED, "text"},
    {EVENT_MESSAGE_SENT, "text"},
    {EVENT_NOTE_ADDED, "text"},
    {EVENT_STEP_ANSWERED, "value"},
};

static const char *text_member(enum event_kind kind)
{
    for (size_t i = 0; i < G_N_ELEMENTS(split); i++)
        if (split[i].kind == kind)
            return split[i].member;
    return NULL;
}

bool eventlog_key(struct db *db, uint8_t key[EVENTLOG_KEY_BYTES], GError **error)
{
    struct db_stmt *s = db_prepare(db, "SELECT value FROM facts WHERE name = 'body_key'", error);
    if (!s)
        return false;
    enum db_step step = db_step(s, error);
    if (step == DB_ROW) {
        const char *hex = db_column_text(s, 0);
        size_t len = 0;
        int result = sodium_hex2bin(key, EVENTLOG_KEY_BYTES, hex, strlen(hex), NULL, &len, NULL);
        db_reset(s);
        if (result == 0 && len == EVENTLOG_KEY_BYTES)
            return true;
        g_set_error(error, DB_ERROR, DB_ERROR_CORRUPT,
                    "The key of the texts in %s is damaged; restore a backup.", db_path(db));
        return false;
    }
    db_reset(s);
    if (step == DB_FAILED)
        return false;
    char hex[EVENTLOG_KEY_BYTES * 2 + 1];
    randombytes_buf(key, EVENTLOG_KEY_BYTES);
    sodium_bin2hex(hex, sizeof hex, key, EVENTLOG_KEY_BYTES);
    s = db_prepare(db, "INSERT INTO facts (name, value) VALUES ('body_key', $1)", error);
    if (!s)
        return false;
    db_bind_text(s, 1, hex);
    return db_run(s, error);
}

/* Moves the text out; answers the rest of `data` as JSON. */
static char *split_body(const struct event *ev, const char *text, const char *member,
                        const uint8_t key[EVENTLOG_KEY_BYTES])
{
    uint8_t hash[16];
    char hex[sizeof hash * 2 + 1];
    crypto_generichash(hash, sizeof hash, (const uint8_t *)text, strlen(text), key, EVENTLOG_KEY_BYTES);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    cJSON *data = cJSON_Duplicate(ev->data, true);
    cJSON_DeleteItemFromObjectCaseSensitive(data, member);
    cJSON_AddStringToObject(data, "body", ev->id);
    cJSON_AddStringToObject(data, "hash", hex);
    char *json = cJSON_PrintUnformatted(data);
    cJSON_Delete(data);
    return json;
}

static bool insert_body(struct db *db, const char *id, const char *text, GError **error)
{
    struct db_stmt *s = db_prepare(db, "INSERT INTO bodies (id, text) VALUES ($1, $2)", error);
    if (!s)
        return false;
    db_bind_text(s, 1, id);
    db_bind_text(s, 2, text);
    return db_run(s, error);
}

bool eventlog_insert(struct db *db, const struct event *ev, const uint8_t key[EVENTLOG_KEY_BYTES],
                     GError **error)
{
    struct db_stmt *s =
        db_prepare(db,
                   "INSERT INTO events (position, id, device, boot, seq, actor_kind, actor, contact,"
                   " leg, kind, at_ms, boot_ms, saw, received_at_ms, data)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
                   error);
    if (!s)
        return false;
    const char *member = text_member(ev->kind);
    const char *text = member ? event_text(ev, member) : NULL;
    char *data = text ? split_body(ev, text, member, key) : cJSON_PrintUnformatted(ev->data);
    db_bind_int(s, 1, ev->position);
    db_bind_text(s, 2, ev->id);
    db_bind_text(s, 3, ev->device);
    db_bind_text(s, 4, ev->boot);
    db_bind_int(s, 5, ev->seq);
    db_bind_text(s, 6, actor_kind_name(ev->actor_kind));
    db_bind_text(s, 7, ev->actor);
    db_bind_text(s, 8, ev->contact);
    db_bind_text(s, 9, ev->leg);
    db_bind_text(s, 10, event_kind_name(ev->kind));
    db_bind_int(s, 11, ev->at_ms);
    db_bind_int(s, 12, ev->boot_ms);
    db_bind_int(s, 13, ev->saw);
    db_bind_int(s, 14, ev->received_at_ms);
    db_bind_text(s, 15, data);
    cJSON_free(data);
    return db_run(s, error) && (!text || insert_body(db, ev->id, text, error));
}

/* The number that `sql` gives for one text; 0 where there is no row. */
static bool number_of(struct db *db, const char *sql, const char *text, int64_t *number, GError **error)
{
    struct db_stmt *s = db_prepare(db, sql, error);
    if (!s)
        return false;
    db_bind_text(s, 1, text);
    enum db_step step = db_step(s, error);
    *number = step == DB_ROW ? db_column_int(s, 0) : 0;
    db_reset(s);
    return step != DB_FAILED;
}

bool eventlog_find(struct db *db, const char *id, int64_t *position, GError **error)
{
    return number_of(db, "SELECT position FROM events WHERE id = $1", id, position, error);
}

bool eventlog_head(struct db *db, int64_t *position, GError **error)
{
    return db_number(db, "SELECT max(position) FROM events", 0, position, error);
}

bool eventlog_refuse(struct db *db, const struct event *ev, const struct refusal *refusal, int64_t now_ms,
                     GError **error)
{
    struct db_stmt *s = db_prepare(
        db,
        "INSERT INTO refusals (id, device, seq, status, detail, at_ms) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (id) DO NOTHING",
        error);
    if (!s)
        return false;
    db_bind_text(s, 1, ev->id);
    db_bind_text(s, 2, ev->device);
    db_bind_int(s, 3, ev->seq);
    db_bind_int(s, 4, refusal->code);
    db_bind_text(s, 5, refusal->detail);
    db_bind_int(s, 6, now_ms);
    return db_run(s, error);
}

bool eventlog_find_refusal(struct db *db, const char *id, struct refusal *refusal, GError **error)
{
    *refusal = (struct refusal){0};
    struct db_stmt *s = db_prepare(db, "SELECT status, detail FROM refusals WHERE id = $1", error);
    if (!s)
        return false;
    db_bind_text(s, 1, id);
    enum db_step step = db_step(s, error);
    if (step == DB_ROW) {
        refusal->code = (unsigned)db_column_int(s, 0);
        refusal->detail = g_strdup(db_column_text(s, 1));
    }
    db_reset(s);
    return step != DB_FAILED;
}

bool eventlog_device(struct db *db, const char *device, int64_t *seq, GError **error)
{
    return number_of(db, "SELECT seq FROM devices WHERE device = $1", device, seq, error);
}

bool eventlog_set_device(struct db *db, const char *device, int64_t seq, GError **error)
{
    struct db_stmt *s = db_prepare(db,
                                   "INSERT INTO devices (device, seq) VALUES ($1, $2)"
                                   " ON CONFLICT (device) DO UPDATE SET seq = excluded.seq",
                                   error);
    if (!s)
        return false;
    db_bind_text(s, 1, device);
    db_bind_int(s, 2, seq);
    return db_run(s, error);
}

#define EVENT_COLUMNS                                                                                     \
    "SELECT e.position, e.id, e.device, e.boot, e.seq, e.actor_kind, e.actor, e.contact, e.leg, e.kind, " \
    "e.at_ms, e.boot_ms, e.saw, e.received_at_ms, e.data, "
#define COLUMNS               EVENT_COLUMNS "b.text FROM events e LEFT JOIN bodies b ON b.id = e.id WHERE "
#define COLUMNS_WITHOUT_TEXTS EVENT_COLUMNS "NULL FROM events e WHERE "

static enum actor_kind read_actor_kind(const char *name)
{
    for (enum actor_kind kind = ACTOR_AGENT; kind <= ACTOR_INTEGRATION; kind++)
        if (g_strcmp0(actor_kind_name(kind), name) == 0)
            return kind;
    return ACTOR_SYSTEM;
}

/* Most members of neighbours are alike or of one length, so what is there is used again. */
static void refill(char **field, const char *text)
{
    if (text && *field && strlen(*field) == strlen(text)) {
        memcpy(*field, text, strlen(text));
        return;
    }
    g_free(*field);
    *field = g_strdup(text);
}

static void restore_text(struct event *ev, const char *text)
{
    const char *member = text_member(ev->kind);
    if (!member || !cJSON_GetObjectItemCaseSensitive(ev->data, "body"))
        return;
    cJSON_DeleteItemFromObjectCaseSensitive(ev->data, "body");
    cJSON_DeleteItemFromObjectCaseSensitive(ev->data, "hash");
    event_set_text(ev, member, text ? text : "");
}

/* Fills ev, which holds what the row before left there; false where this program does not know the kind. */
static bool read_row(struct db_stmt *s, struct event *ev, bool with_text)
{
    if (!event_kind_parse(db_column_text(s, 9), &ev->kind))
        return false;
    ev->position = db_column_int(s, 0);
    refill(&ev->id, db_column_text(s, 1));
    refill(&ev->device, db_column_text(s, 2));
    refill(&ev->boot, db_column_text(s, 3));
    ev->seq = db_column_int(s, 4);
    ev->actor_kind = read_actor_kind(db_column_text(s, 5));
    refill(&ev->actor, db_column_text(s, 6));
    refill(&ev->contact, db_column_text(s, 7));
    refill(&ev->leg, db_column_text(s, 8));
    ev->at_ms = db_column_int(s, 10);
    ev->boot_ms = db_column_int(s, 11);
    ev->saw = db_column_int(s, 12);
    ev->received_at_ms = db_column_int(s, 13);
    cJSON_Delete(ev->data);
    ev->data = cJSON_Parse(db_column_text(s, 14));
    if (!ev->data)
        ev->data = cJSON_CreateObject();
    if (with_text)
        restore_text(ev, db_column_text(s, 15));
    return true;
}

/* The position before the first event at or after from_ms; one of the past that came late moves it back,
 * which only means that more is read. The sign keeps the planner from going through the table by position
 * until a row fits, which is all of the log before: the index of times alone tells (bench_fold_log). */
static bool find_start(struct db *db, int64_t from_ms, int64_t *after, GError **error)
{
    struct db_stmt *s = db_prepare(db, "SELECT min(+position) FROM events WHERE at_ms >= $1", error);
    if (!s)
        return false;
    db_bind_int(s, 1, from_ms);
    enum db_step step = db_step(s, error);
    int64_t first = step == DB_ROW ? db_column_int(s, 0) : 0;
    db_reset(s);
    *after = MAX(*after, first ? first - 1 : INT64_MAX - 1);
    return step != DB_FAILED;
}

/* An agent's looks elsewhere lie between the contact's own events. While one of its legs is open it may well
 * be that the last of them comes after the contact's own last. */
#define CONTACT_AND_FOCUS                                                                                   \
    "(e.contact = $1 OR (e.kind IN ('focus.moved', 'agent.signed_out')"                                     \
    " AND e.actor IN (SELECT a.actor FROM events a WHERE a.contact = $1 AND a.kind = 'contact.accepted')))" \
    " AND e.position > $2"                                                                                  \
    " AND e.position BETWEEN (SELECT min(f.position) FROM events f WHERE f.contact = $1)"                   \
    " AND (SELECT CASE WHEN c.over = 1 THEN (SELECT max(l.position) FROM events l WHERE l.contact = $1)"    \
    " ELSE 9223372036854775807 END FROM contacts c WHERE c.id = $1) ORDER BY e.position LIMIT $3"

/* Caller owns. */
static char *sql_of(const struct eventlog_range *range)
{
    if (range->contact != NULL)
        return g_strdup(range->with_focus ? COLUMNS CONTACT_AND_FOCUS
                                          : COLUMNS
                            "e.contact = $1 AND e.position > $2 ORDER BY e.position LIMIT $3");
    GString *sql = g_string_new(range->without_texts ? COLUMNS_WITHOUT_TEXTS : COLUMNS);
    g_string_append(sql, "e.position > $1");
    for (size_t i = 0; i < range->kind_count; i++)
        g_string_append_printf(sql, "%s'%s'", i == 0 ? " AND e.kind IN (" : ", ",
                               event_kind_name(range->kinds[i]));
    g_string_append(sql, range->kind_count > 0 ? ") ORDER BY e.position LIMIT $2"
                                               : " ORDER BY e.position LIMIT $2");
    return g_string_free(sql, false);
}

static struct db_stmt *prepare_range(struct db *db, const struct eventlog_range *range, GError **error)
{
    int64_t after = range->after;
    if (range->from_ms > 0 && !find_start(db, range->from_ms, &after, error))
        return NULL;
    g_autofree char *sql = sql_of(range);
    struct db_stmt *s = db_prepare(db, sql, error);
    if (!s)
        return NULL;
    int at = 1;
    if (range->contact)
        db_bind_text(s, at++, range->contact);
    db_bind_int(s, at++, after);
    db_bind_int(s, at, range->limit ? range->limit : INT64_MAX);
    return s;
}

bool eventlog_read(struct db *db, const struct eventlog_range *range, eventlog_visit visit, void *user_data,
                   GError **error)
{
    struct db_stmt *s = prepare_range(db, range, error);
    if (!s)
        return false;
    enum db_step step;
    bool more = true;
    g_autoptr(event) ev = g_new0(struct event, 1);
    struct eventlog_reach reach = {0};
    while (more && (step = db_step(s, error)) == DB_ROW) {
        reach = (struct eventlog_reach){reach.count + 1, db_column_int(s, 0)};
        more = !read_row(s, ev, !range->without_texts) || visit(ev, user_data);
    }
    if (range->reach)
        *range->reach = reach;
    db_reset(s);
    return !more || step == DB_DONE;
}
