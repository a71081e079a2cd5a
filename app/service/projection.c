#include "app/service/projection.h"

#include <string.h>

/* Binds cJSON's text of `json` and frees both. */
static void bind_json(struct db_stmt *s, int index, cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);
    db_bind_text(s, index, text);
    cJSON_free(text);
    cJSON_Delete(json);
}

bool projection_put_contact(struct db *db, const struct contact *c, const char *json, GError **error)
{
    struct db_stmt *s = db_prepare(
        db,
        "INSERT INTO contacts (id, created, state, queue, customer, over, closed_ms, data)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET state = excluded.state,"
        " queue = excluded.queue, customer = excluded.customer, over = excluded.over,"
        " closed_ms = excluded.closed_ms, data = excluded.data",
        error);
    if (!s)
        return false;
    db_bind_text(s, 1, c->id);
    db_bind_int(s, 2, c->position);
    db_bind_text(s, 3, contact_state_name(c->state));
    db_bind_text(s, 4, c->queue);
    db_bind_text(s, 5, c->customer);
    db_bind_int(s, 6, contact_is_over(c));
    db_bind_int(s, 7, c->closed_ms);
    db_bind_text(s, 8, json);
    return db_run(s, error);
}

/* The first column of the first row for one text, copied; NULL where there is none. */
static char *text_of(struct db *db, const char *sql, const char *key, GError **error)
{
    struct db_stmt *s = db_prepare(db, sql, error);
    if (!s)
        return NULL;
    db_bind_text(s, 1, key);
    char *text = db_step(s, error) == DB_ROW ? g_strdup(db_column_text(s, 0)) : NULL;
    db_reset(s);
    return text;
}

static struct contact *parse_contact(const char *text, GError **error)
{
    cJSON *json = cJSON_Parse(text);
    struct contact *c = contact_from_cjson(json, error);
    cJSON_Delete(json);
    return c;
}

char *projection_contact_json(struct db *db, const char *id, GError **error)
{
    return text_of(db, "SELECT data FROM contacts WHERE id = $1", id, error);
}

struct contact *projection_contact(struct db *db, const char *id, GError **error)
{
    g_autofree char *text = projection_contact_json(db, id, error);
    return text ? parse_contact(text, error) : NULL;
}

bool projection_open_contacts(struct db *db, projection_visit_contact visit, void *user_data, GError **error)
{
    struct db_stmt *s =
        db_prepare(db, "SELECT created, data FROM contacts WHERE over = 0 ORDER BY created", error);
    if (!s)
        return false;
    enum db_step step;
    bool sound = true;
    while (sound && (step = db_step(s, error)) == DB_ROW) {
        struct contact *c = parse_contact(db_column_text(s, 1), error);
        sound = c && visit(c, db_column_int(s, 0), user_data);
    }
    db_reset(s);
    return sound && step == DB_DONE;
}

static bool put_approval(struct db *db, const struct contact *c, const struct approval *a, GError **error)
{
    struct db_stmt *s =
        db_prepare(db,
                   "INSERT INTO approvals (id, contact, state, data) VALUES ($1, $2, $3, $4) ON CONFLICT (id)"
                   " DO UPDATE SET state = excluded.state, data = excluded.data",
                   error);
    if (!s)
        return false;
    cJSON *json = approval_to_cjson(a);
    cJSON_AddStringToObject(json, "contact", c->id);
    db_bind_text(s, 1, a->id);
    db_bind_text(s, 2, c->id);
    db_bind_text(s, 3, approval_state_name(a->state));
    bind_json(s, 4, json);
    return db_run(s, error);
}

bool projection_put_approvals(struct db *db, const struct contact *c, GError **error)
{
    for (guint i = 0; c->approvals && i < c->approvals->len; i++)
        if (!put_approval(db, c, g_ptr_array_index(c->approvals, i), error))
            return false;
    return true;
}

bool projection_put_agent(struct db *db, const struct agent *a, GError **error)
{
    struct db_stmt *s = db_prepare(db, "UPDATE agents SET state = $1 WHERE id = $2", error);
    if (!s)
        return false;
    bind_json(s, 1, agent_to_cjson(a));
    db_bind_text(s, 2, a->id);
    return db_run(s, error);
}

/* The administered facts over the folded state. */
static struct agent *merge_agent(const char *data, const char *state, GError **error)
{
    static const char *const administered[] = {"name", "role", "disabled", "skills"};
    cJSON *facts = cJSON_Parse(data);
    cJSON *merged = cJSON_Parse(state ? state : data);
    for (size_t i = 0; facts && merged && i < G_N_ELEMENTS(administered); i++) {
        cJSON_DeleteItemFromObjectCaseSensitive(merged, administered[i]);
        cJSON *fact = cJSON_GetObjectItemCaseSensitive(facts, administered[i]);
        if (fact)
            cJSON_AddItemToObject(merged, administered[i], cJSON_Duplicate(fact, true));
    }
    struct agent *a = agent_from_cjson(merged, error);
    cJSON_Delete(facts);
    cJSON_Delete(merged);
    return a;
}

bool projection_agents(struct db *db, projection_visit_agent visit, void *user_data, GError **error)
{
    struct db_stmt *s = db_prepare(db, "SELECT data, state FROM agents ORDER BY id", error);
    if (!s)
        return false;
    enum db_step step;
    struct agent *a = NULL;
    while ((step = db_step(s, error)) == DB_ROW) {
        a = merge_agent(db_column_text(s, 0), db_column_text(s, 1), error);
        if (!a)
            break;
        visit(a, user_data);
    }
    db_reset(s);
    return step == DB_DONE;
}

static bool put_identity(struct db *db, const struct customer *c, const struct identity *identity,
                         GError **error)
{
    struct db_stmt *s = db_prepare(
        db, "INSERT INTO identities (kind, value, customer) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        error);
    if (!s)
        return false;
    db_bind_text(s, 1, identity_kind_name(identity->kind));
    db_bind_text(s, 2, identity->value);
    db_bind_text(s, 3, c->id);
    return db_run(s, error);
}

static bool put_customer(struct db *db, const struct customer *c, int64_t position, GError **error)
{
    struct db_stmt *s =
        db_prepare(db,
                   "INSERT INTO customers (id, position, data) VALUES ($1, $2, $3)"
                   " ON CONFLICT (id) DO UPDATE SET position = excluded.position, data = excluded.data",
                   error);
    if (!s)
        return false;
    cJSON *json = customer_to_cjson(c);
    cJSON_DeleteItemFromObjectCaseSensitive(json, "orders");
    db_bind_text(s, 1, c->id);
    db_bind_int(s, 2, position);
    bind_json(s, 3, json);
    if (!db_run(s, error))
        return false;
    s = db_prepare(db, "DELETE FROM identities WHERE customer = $1", error);
    if (!s)
        return false;
    db_bind_text(s, 1, c->id);
    if (!db_run(s, error))
        return false;
    for (guint i = 0; i < c->identities->len; i++)
        if (!put_identity(db, c, &g_array_index(c->identities, struct identity, i), error))
            return false;
    return true;
}

static bool add_orders(struct db *db, struct customer *c, GError **error)
{
    struct db_stmt *s =
        db_prepare(db, "SELECT data FROM orders WHERE customer = $1 ORDER BY placed DESC, id DESC", error);
    if (!s)
        return false;
    db_bind_text(s, 1, c->id);
    enum db_step step;
    while ((step = db_step(s, error)) == DB_ROW) {
        cJSON *json = cJSON_Parse(db_column_text(s, 0));
        struct order *o = order_from_cjson(json, error);
        cJSON_Delete(json);
        if (!o)
            break;
        g_ptr_array_add(c->orders, o);
    }
    db_reset(s);
    return step == DB_DONE;
}

static struct customer *read_customer(struct db *db, const char *id, GError **error)
{
    g_autofree char *text = text_of(db, "SELECT data FROM customers WHERE id = $1", id, error);
    if (!text)
        return NULL;
    cJSON *json = cJSON_Parse(text);
    struct customer *c = customer_from_cjson(json, error);
    cJSON_Delete(json);
    return c;
}

struct customer *projection_customer(struct db *db, const char *id, GError **error)
{
    g_autoptr(customer) c = read_customer(db, id, error);
    return c && add_orders(db, c, error) ? g_steal_pointer(&c) : NULL;
}

struct order *projection_order(struct db *db, const char *id, GError **error)
{
    g_autofree char *text = text_of(db, "SELECT data FROM orders WHERE id = $1", id, error);
    if (!text)
        return NULL;
    cJSON *json = cJSON_Parse(text);
    struct order *o = order_from_cjson(json, error);
    cJSON_Delete(json);
    return o;
}

static const struct {
    const char *member; /* of customer.created: an array of texts, or one text with ; between */
    enum identity_kind kind;
} identities[] = {
    {"emails", IDENTITY_EMAIL},
    {"phones", IDENTITY_PHONE},
    {"accounts", IDENTITY_ACCOUNT},
    {"handles", IDENTITY_HANDLE},
};

static void add_identities(struct customer *c, const struct event *ev)
{
    for (size_t i = 0; i < G_N_ELEMENTS(identities); i++) {
        const cJSON *one, *all = cJSON_GetObjectItemCaseSensitive(ev->data, identities[i].member);
        cJSON_ArrayForEach (one, all)
            if (cJSON_IsString(one) && *one->valuestring)
                customer_add_identity(c, identities[i].kind, one->valuestring);
        if (!cJSON_IsString(all))
            continue;
        char **parts = g_strsplit_set(all->valuestring, ";,\n", 16);
        for (char **part = parts; *part; part++)
            if (*g_strstrip(*part))
                customer_add_identity(c, identities[i].kind, *part);
        g_strfreev(parts);
    }
}

static void set_text(char **field, const char *text)
{
    g_free(*field);
    *field = text && *text ? g_strdup(text) : NULL;
}

static struct customer *created_customer(const struct event *ev, const char *id)
{
    static const char *const members[] = {"tier", "since", "language", "consent", "postal", "note"};
    const char *name = event_text(ev, "name");
    struct customer *c = customer_new(id, name && *name ? name : id);
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
        const char *value = event_text(ev, members[i]);
        customer_correct(c, members[i], value ? value : "");
    }
    add_identities(c, ev);
    return c;
}

static bool correct_customer(struct customer *c, const struct event *ev)
{
    const char *field = event_text(ev, "field"), *value = event_text(ev, "value");
    if (!field || !value)
        return false;
    customer_correct(c, field, value);
    return true;
}

char *projection_customer_value(struct db *db, const char *id, const char *field, GError **error)
{
    g_autoptr(customer) c = read_customer(db, id, error);
    if (!c)
        return NULL;
    char *value = customer_value(c, field);
    return value ? value : g_strdup("");
}

static bool put_order(struct db *db, const struct event *ev, GError **error)
{
    const char *id = event_text(ev, "order");
    if (!id)
        return true;
    struct order *o = order_new(id, event_text(ev, "customer"));
    const struct {
        const char *member;
        char **field;
    } texts[] = {{"business", &o->business}, {"item", &o->item},     {"status", &o->status},
                 {"currency", &o->currency}, {"placed", &o->placed}, {"delivered", &o->delivered}};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        set_text(texts[i].field, event_text(ev, texts[i].member));
    o->total_minor = event_number(ev, "total_minor", 0);
    struct db_stmt *s = db_prepare(
        db,
        "INSERT INTO orders (id, customer, placed, data) VALUES ($1, $2, $3, $4) ON CONFLICT (id)"
        " DO UPDATE SET customer = excluded.customer, placed = excluded.placed, data = excluded.data",
        error);
    if (s) {
        db_bind_text(s, 1, o->id);
        db_bind_text(s, 2, o->customer);
        db_bind_text(s, 3, o->placed);
        bind_json(s, 4, order_to_cjson(o));
    }
    order_free(o);
    return s && db_run(s, error);
}

bool projection_fold_customer(struct db *db, const struct event *ev, char **changed, GError **error)
{
    if (changed)
        *changed = NULL;
    if (ev->kind != EVENT_CUSTOMER_CREATED && ev->kind != EVENT_CUSTOMER_CORRECTED &&
        ev->kind != EVENT_ORDER_RECORDED)
        return true;
    const char *id = event_text(ev, "customer");
    if (!id || !*id)
        return true;
    if (changed)
        *changed = g_strdup(id);
    if (ev->kind == EVENT_ORDER_RECORDED)
        return put_order(db, ev, error);
    g_autoptr(GError) read_error = NULL;
    g_autoptr(customer) c =
        ev->kind == EVENT_CUSTOMER_CREATED ? created_customer(ev, id) : read_customer(db, id, &read_error);
    if (read_error) {
        g_propagate_error(error, g_steal_pointer(&read_error));
        return false;
    }
    if (!c || (ev->kind == EVENT_CUSTOMER_CORRECTED && !correct_customer(c, ev)))
        return true;
    return put_customer(db, c, ev->position, error);
}
