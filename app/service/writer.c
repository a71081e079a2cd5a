#include "app/service/writer.h"

#include <sodium.h>
#include <string.h>
#include <time.h>

#include "app/service/accounts.h"
#include "app/service/eventlog.h"
#include "app/service/intake.h"
#include "app/service/projection.h"
#include "app/service/schema.h"
#include "app/service/settings.h"
#include "app/service/versions.h"
#include "net/problem.h"

/* Contacts that are over stay in the world this long for late news; then they are read from their rows. */
#define FORGET_MS (3600 * INT64_C(1000))

struct device {
    int64_t seq;
    bool touched;
};

struct writer {
    struct db *db;
    struct board *board;
    struct store_options options;
    struct world *world; /* NULL: it has to be loaded before the next transaction */
    uint8_t key[EVENTLOG_KEY_BYTES];
    char *boot, *node;
    int64_t position;     /* last one given */
    int64_t administered; /* the fact when it was taken over last; -1: it has to be looked at */
    int64_t settings_version, forget_ms, ticked_ms;
    bool settings_changed; /* in this transaction */
    bool is_open;          /* a transaction is */
    struct intake *intake;
    GError *failure;      /* of the open transaction */
    GHashTable *devices;  /* name -> struct device * */
    GHashTable *contacts; /* ids touched in this transaction */
    GHashTable *agents;
    GHashTable *customers;
    GPtrArray *news;
    struct store_counts counts;
};

int64_t writer_now_ms(void)
{
    return g_get_real_time() / 1000;
}

static int64_t boot_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void free_news(void *data)
{
    struct store_news *news = data;
    event_free(news->ev);
    g_free(news->owner);
    g_free(news);
}

static bool fail(struct writer *w, GError *error)
{
    if (w->failure)
        g_error_free(error);
    else
        w->failure = error;
    return false;
}

static void touch(GHashTable *set, const char *id)
{
    if (id && !g_hash_table_contains(set, id))
        g_hash_table_add(set, g_strdup(id));
}

static struct device *find_device(struct writer *w, const char *name)
{
    struct device *device = g_hash_table_lookup(w->devices, name);
    if (device)
        return device;
    int64_t seq;
    GError *error = NULL;
    if (!eventlog_device(w->db, name, &seq, &error)) {
        fail(w, error);
        return NULL;
    }
    device = g_new0(struct device, 1);
    device->seq = seq;
    g_hash_table_insert(w->devices, g_strdup(name), device);
    return device;
}

/* The contact of an event, read back into the world when it was over long ago. */
static struct contact *find_contact(struct writer *w, const char *id)
{
    struct contact *c = world_contact(w->world, id);
    if (c || !id)
        return c;
    GError *error = NULL;
    c = projection_contact(w->db, id, &error);
    if (error) {
        fail(w, error);
        return NULL;
    }
    if (c)
        world_put_contact(w->world, c);
    return c;
}

static void touch_agents(struct writer *w, const struct event *ev, const char *owner)
{
    touch(w->agents, owner);
    touch(w->agents, event_text(ev, "agent"));
    if (ev->actor_kind == ACTOR_AGENT)
        touch(w->agents, ev->actor);
}

/* What was shown or changed of a person goes into the audit trail as well, which outlives the texts. */
static bool audit(struct writer *w, const struct event *ev, GError **error)
{
    if (ev->kind != EVENT_CUSTOMER_REVEALED && ev->kind != EVENT_CUSTOMER_CORRECTED)
        return true;
    const char *id = event_text(ev, "customer"), *field = event_text(ev, "field");
    g_autofree char *subject = g_strdup_printf("%s %s", id ? id : "", field ? field : "");
    return accounts_audit(w->db, ev->actor, event_kind_name(ev->kind), subject, error);
}

/* Gives the event its place, folds it and writes it. Takes ev. */
static bool keep(struct writer *w, struct event *ev)
{
    GError *error = NULL;
    struct contact *c = find_contact(w, ev->contact);
    g_autofree char *before = c ? g_strdup(c->agent) : NULL;
    ev->position = ++w->position;
    ev->received_at_ms = writer_now_ms();
    world_fold(w->world, ev);
    w->world->position = ev->position;
    c = world_contact(w->world, ev->contact);
    struct store_news *news = g_new0(struct store_news, 1);
    news->ev = ev;
    news->owner = g_strdup(c && c->agent ? c->agent : before);
    g_ptr_array_add(w->news, news);
    if (c) {
        touch(w->contacts, c->id);
        touch(w->agents, before);
    }
    touch_agents(w, ev, c ? c->agent : NULL);
    char *changed;
    if (!eventlog_insert(w->db, ev, w->key, &error) ||
        !projection_fold_customer(w->db, ev, &changed, &error) || !audit(w, ev, &error))
        return fail(w, error);
    if (changed)
        g_hash_table_add(w->customers, changed);
    if (ev->kind == EVENT_SCRIPT_PUBLISHED || ev->kind == EVENT_SCRIPT_RETIRED ||
        ev->kind == EVENT_CONFIG_APPLIED)
        intake_forget(w->intake);
    w->counts.events++;
    return true;
}

/* What rules_follow and rules_tick emit: an event of this node. */
static void emit_at(struct writer *w, struct event *ev, int64_t at_ms)
{
    GError *error = NULL;
    if (!w->failure && !writer_begin(w, &error))
        fail(w, error);
    struct device *device = w->failure ? NULL : find_device(w, w->node);
    if (!device) {
        event_free(ev);
        return;
    }
    uint8_t random[10];
    char id[EVENT_ID_LEN + 1];
    randombytes_buf(random, sizeof random);
    ev->at_ms = at_ms;
    event_make_id(ev->at_ms, random, id);
    g_free(ev->id);
    ev->id = g_strdup(id);
    g_free(ev->device);
    ev->device = g_strdup(w->node);
    g_free(ev->boot);
    ev->boot = g_strdup(w->boot);
    ev->boot_ms = boot_ms();
    ev->seq = ++device->seq;
    device->touched = true;
    if (!ev->actor)
        ev->actor = g_strdup(w->node);
    keep(w, ev);
}

static void emit(struct event *ev, void *user_data)
{
    emit_at(user_data, ev, writer_now_ms());
}

static enum problem_code problem_of_rule(const GError *error)
{
    static const enum problem_code codes[] = {
        [RULES_ERROR_FORBIDDEN] = PROBLEM_FORBIDDEN, [RULES_ERROR_STATE] = PROBLEM_REFUSED,
        [RULES_ERROR_STALE] = PROBLEM_STALE,         [RULES_ERROR_UNKNOWN] = PROBLEM_NOT_FOUND,
        [RULES_ERROR_DATA] = PROBLEM_UNPROCESSABLE,
    };
    bool known = error->domain == RULES_ERROR && (unsigned)error->code < G_N_ELEMENTS(codes);
    return known ? codes[error->code] : PROBLEM_REFUSED;
}

static void refuse(struct writer *w, const struct event *ev, enum problem_code code, const char *detail,
                   struct store_result *result)
{
    GError *error = NULL;
    struct refusal refusal = {.code = code, .detail = (char *)detail};
    if (!eventlog_refuse(w->db, ev, &refusal, writer_now_ms(), &error)) {
        fail(w, error);
        return;
    }
    w->counts.refused++;
    result->problem = g_error_new_literal(NET_PROBLEM, (gint)code, detail);
}

/* What was answered to this id before; false: nothing was. */
static bool answered_before(struct writer *w, const struct event *ev, struct store_result *result)
{
    GError *error = NULL;
    struct refusal refusal = {0};
    if (!eventlog_find(w->db, ev->id, &result->position, &error) ||
        (!result->position && !eventlog_find_refusal(w->db, ev->id, &refusal, &error)))
        return !fail(w, error);
    if (refusal.detail)
        result->problem = g_error_new_literal(NET_PROBLEM, (gint)refusal.code, refusal.detail);
    g_free(refusal.detail);
    return result->position || result->problem;
}

/* False: the event is answered already, as a repeat or out of its order. */
static bool is_next(struct writer *w, const struct event *ev, const struct device *device,
                    struct store_result *result)
{
    if (answered_before(w, ev, result))
        return false;
    if (ev->seq == device->seq + 1)
        return true;
    bool is_early = ev->seq > device->seq;
    if (is_early)
        result->expected = device->seq + 1;
    g_set_error(&result->problem, NET_PROBLEM, is_early ? PROBLEM_WRONG_ORDER : PROBLEM_REFUSED,
                is_early ? "Device %s sent its event %" G_GINT64_FORMAT " before %" G_GINT64_FORMAT
                           "; send them in order."
                         : "Device %s has used its number %" G_GINT64_FORMAT
                           " for another event (the next one is %" G_GINT64_FORMAT ").",
                ev->device, ev->seq, device->seq + 1);
    return false;
}

/* A journal that lost a range says so with the range's first number, and goes on behind its last. */
static int64_t last_seq(const struct event *ev)
{
    int64_t last = ev->kind == EVENT_JOURNAL_LOST ? event_number(ev, "last", ev->seq) : ev->seq;
    return MAX(last, ev->seq);
}

static bool is_allowed(const struct writer *w, const struct store_batch *batch, const struct event *ev,
                       GError **refusal)
{
    if (!batch->is_history)
        return rules_check(w->world, ev, batch->role, refusal);
    return !batch->is_checked || rules_check_past(w->world, ev, batch->role, refusal);
}

static void take_event(struct writer *w, const struct store_batch *batch, struct event *ev,
                       struct store_result *result)
{
    g_autoptr(event) owned = ev;
    struct device *device = find_device(w, ev->device);
    if (!device)
        return;
    if (ev->seq == 0)
        ev->seq = device->seq + 1;
    if (!is_next(w, ev, device, result))
        return;
    device->seq = last_seq(ev);
    device->touched = true;
    find_contact(w, ev->contact);
    g_autoptr(GError) refusal = NULL;
    if (!is_allowed(w, batch, ev, &refusal)) {
        refuse(w, ev, problem_of_rule(refusal), refusal->message, result);
        return;
    }
    struct event *kept = g_steal_pointer(&owned);
    if (!keep(w, kept))
        return;
    result->position = kept->position;
    if (batch->is_history)
        return;
    GError *failure = NULL;
    rules_follow(w->world, kept, writer_now_ms(), emit, w);
    if (!w->failure && !intake_follow(w->intake, w->db, w->world, kept, emit, w, &failure))
        fail(w, failure);
}

/* A session that named no device is bound to that of its first events, in the transaction that takes them, so
 * that of two devices that share a token only one can speak. */
static bool may_take(struct writer *w, struct store_batch *batch)
{
    if (!batch->session || batch->events->len == 0)
        return true;
    const struct event *first = g_ptr_array_index(batch->events, 0);
    bool is_its = false;
    GError *error = NULL;
    if (!accounts_claim_device(w->db, batch->session, first->device, &is_its, &error))
        return fail(w, error);
    if (!is_its)
        batch->error =
            g_error_new(NET_PROBLEM, PROBLEM_UNAUTHORISED,
                        "This session belongs to another device than %s; sign in again.", first->device);
    return is_its;
}

void writer_take(struct writer *w, struct store_batch *batch)
{
    if (!may_take(w, batch))
        return;
    batch->results = g_new0(struct store_result, batch->events->len);
    for (guint i = 0; i < batch->events->len && !w->failure; i++)
        take_event(w, batch, g_steal_pointer(&g_ptr_array_index(batch->events, i)), &batch->results[i]);
}

static void load_agent(struct agent *a, void *user_data)
{
    struct writer *w = user_data;
    touch(w->agents, a->id);
    world_put_agent(w->world, a);
}

static bool load_contact(struct contact *c, int64_t created, void *user_data)
{
    struct writer *w = user_data;
    cJSON *json = contact_to_cjson(c);
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    board_put_contact(w->board, c, created, text);
    cJSON_free(text);
    world_put_contact(w->world, c);
    return true;
}

static bool read_administered(struct writer *w, int64_t *number, GError **error)
{
    return db_number(w->db, "SELECT CAST(value AS BIGINT) FROM facts WHERE name = 'administered'", 0, number,
                     error);
}

static void show_agents(struct writer *w)
{
    GHashTableIter iter;
    void *id;
    g_hash_table_iter_init(&iter, w->agents);
    while (g_hash_table_iter_next(&iter, &id, NULL)) {
        struct agent *a = world_agent(w->world, id);
        if (a)
            board_put_agent(w->board, w->world, a);
    }
}

static bool load_settings(struct writer *w, int64_t version, GError **error)
{
    g_autofree char *json = settings_read(w->db, version, error);
    if (!json)
        return version == 0 && !(error && *error);
    if (!settings_apply(w->world, json, error))
        return false;
    w->settings_version = version;
    return true;
}

static bool fill_world(struct writer *w, GError **error)
{
    g_autoptr(GError) failure = NULL;
    int64_t version;
    if (!eventlog_head(w->db, &w->position, error) || !eventlog_key(w->db, w->key, error) ||
        !settings_in_force(w->db, &version, error))
        return false;
    w->administered = -1; /* settings may wait to be put in force: the first transaction looks */
    w->world->position = w->position;
    w->settings_version = 0;
    if (!load_settings(w, version, &failure) && failure) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    return projection_agents(w->db, load_agent, w, error) &&
           projection_open_contacts(w->db, load_contact, w, error);
}

static void show_settings(struct writer *w)
{
    g_autofree char *json = settings_read(w->db, w->settings_version, NULL);
    g_autofree char *shown = settings_show(json, w->settings_version);
    board_put_settings(w->board, shown, w->settings_version);
    board_put_queues(w->board, w->world);
    board_put_rights(w->board, w->world);
}

/* The world as the tables have it; NULL stays where they cannot be read. */
static bool load_world(struct writer *w, GError **error)
{
    w->world = world_new();
    g_hash_table_remove_all(w->devices);
    board_begin(w->board);
    board_clear(w->board);
    bool sound = fill_world(w, error);
    if (sound) {
        show_settings(w);
        show_agents(w);
    }
    board_end(w->board, w->position);
    g_hash_table_remove_all(w->agents);
    if (!sound)
        g_clear_pointer(&w->world, world_free);
    return sound;
}

static void touch_open_contacts(struct writer *w)
{
    GHashTableIter iter;
    void *value;
    g_hash_table_iter_init(&iter, w->world->contacts);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const struct contact *c = value;
        if (!contact_is_over(c))
            touch(w->contacts, c->id);
    }
}

/* New settings come into force by an event, so that a replay changes them at the same place. */
static bool take_over_settings(struct writer *w, GError **error)
{
    int64_t newest;
    if (!settings_newest(w->db, &newest, error))
        return false;
    if (newest <= w->settings_version)
        return true;
    if (!load_settings(w, newest, error) || !settings_set_in_force(w->db, newest, error))
        return false;
    struct event *ev = event_new(EVENT_CONFIG_APPLIED, NULL,
                                 &(struct event_origin){.actor_kind = ACTOR_SYSTEM, .actor = w->node});
    event_set_number(ev, "version", newest);
    emit(ev, w);
    touch_open_contacts(w);
    w->settings_changed = true;
    return true;
}

static void tell_publication(const struct publication *p, void *user_data)
{
    struct writer *w = user_data;
    bool is_published = strcmp(p->action, PUBLICATION_PUBLISHED) == 0;
    struct event *ev = event_new(is_published ? EVENT_SCRIPT_PUBLISHED : EVENT_SCRIPT_RETIRED, NULL,
                                 &(struct event_origin){.actor_kind = ACTOR_SYSTEM, .actor = w->node});
    event_set_text(ev, "script", p->script);
    event_set_number(ev, "version", p->version);
    event_set_text(ev, "by", p->actor);
    if (is_published) {
        event_set_number(ev, "share_percent", p->share);
        if (*p->queues)
            event_set_text(ev, "queues", p->queues);
        if (p->per_arm > 0)
            event_set_number(ev, "per_arm", p->per_arm);
    } else if (strcmp(p->action, PUBLICATION_PULLED_BACK) == 0) {
        event_set_flag(ev, "pulled_back", true);
    }
    emit_at(w, ev, p->at_ms);
}

static bool take_over_administered(struct writer *w, GError **error)
{
    int64_t number;
    if (!schema_check(w->db, error) || !read_administered(w, &number, error))
        return false;
    if (number == w->administered)
        return true;
    w->administered = number;
    if (w->options.administered)
        w->options.administered(w->db, w->options.user_data);
    return projection_agents(w->db, load_agent, w, error) && take_over_settings(w, error) &&
           versions_tell(w->db, tell_publication, w, error);
}

bool writer_begin(struct writer *w, GError **error)
{
    if (w->is_open)
        return true;
    if ((!w->world && !load_world(w, error)) || !db_begin(w->db, error))
        return false;
    w->is_open = true;
    GError *failure = NULL;
    if ((db_is_changed(w->db) || w->administered < 0) && !take_over_administered(w, &failure))
        fail(w, failure);
    return true;
}

/* Rows of everything touched; the JSON of each contact is kept for the board. */
static bool write_contacts(struct writer *w, GHashTable *jsons, GError **error)
{
    GHashTableIter iter;
    void *id;
    g_hash_table_iter_init(&iter, w->contacts);
    while (g_hash_table_iter_next(&iter, &id, NULL)) {
        const struct contact *c = world_contact(w->world, id);
        cJSON *json = contact_to_cjson(c);
        char *text = cJSON_PrintUnformatted(json);
        cJSON_Delete(json);
        g_hash_table_insert(jsons, (void *)c, text);
        if (!projection_put_contact(w->db, c, text, error) || !projection_put_approvals(w->db, c, error))
            return false;
    }
    return true;
}

static bool write_agents(struct writer *w, GError **error)
{
    GHashTableIter iter;
    void *id;
    g_hash_table_iter_init(&iter, w->agents);
    while (g_hash_table_iter_next(&iter, &id, NULL)) {
        const struct agent *a = world_agent(w->world, id);
        if (a && !projection_put_agent(w->db, a, error))
            return false;
    }
    return true;
}

static bool write_devices(struct writer *w, GError **error)
{
    GHashTableIter iter;
    void *name, *value;
    g_hash_table_iter_init(&iter, w->devices);
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        struct device *device = value;
        if (device->touched && !eventlog_set_device(w->db, name, device->seq, error))
            return false;
        device->touched = false;
    }
    return true;
}

static void show(struct writer *w, GHashTable *jsons)
{
    GHashTableIter iter;
    void *key, *json;
    board_begin(w->board);
    g_hash_table_iter_init(&iter, jsons);
    while (g_hash_table_iter_next(&iter, &key, &json)) {
        const struct contact *c = key;
        if (contact_is_over(c))
            board_remove_contact(w->board, c->id);
        else
            board_put_contact(w->board, c, c->position, json);
    }
    show_agents(w);
    if (w->settings_changed)
        show_settings(w);
    board_end(w->board, w->position);
}

static GPtrArray *keys_of(GHashTable *set)
{
    GPtrArray *keys = g_ptr_array_sized_new(g_hash_table_size(set));
    GHashTableIter iter;
    void *key;
    g_hash_table_iter_init(&iter, set);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        g_ptr_array_add(keys, key);
    return keys;
}

static void tell(struct writer *w, GHashTable *jsons)
{
    if (!w->options.committed || w->news->len == 0)
        return;
    g_autoptr(GPtrArray) contacts = keys_of(jsons);
    g_autoptr(GPtrArray) customers = keys_of(w->customers);
    w->options.committed(&(struct store_commit){w->news, contacts, customers, w->world},
                         w->options.user_data);
}

static void end_transaction(struct writer *w)
{
    w->is_open = false;
    w->settings_changed = false;
    g_hash_table_remove_all(w->contacts);
    g_hash_table_remove_all(w->agents);
    g_hash_table_remove_all(w->customers);
    g_ptr_array_set_size(w->news, 0);
}

static void abandon(struct writer *w)
{
    db_rollback(w->db);
    end_transaction(w);
    g_clear_pointer(&w->world, world_free);
    w->counts.failures++;
}

bool writer_commit(struct writer *w, GError **error)
{
    if (!w->is_open && !w->failure)
        return true;
    g_autoptr(GHashTable) jsons = g_hash_table_new_full(NULL, NULL, NULL, cJSON_free);
    GError *failure = NULL;
    if (!w->failure && !(write_contacts(w, jsons, &failure) && write_agents(w, &failure) &&
                         write_devices(w, &failure) && db_commit(w->db, &failure)))
        fail(w, failure);
    if (w->failure) {
        abandon(w);
        g_propagate_error(error, g_steal_pointer(&w->failure));
        return false;
    }
    w->counts.commits++;
    show(w, jsons);
    tell(w, jsons);
    end_transaction(w);
    return true;
}

void writer_notice(struct writer *w)
{
    int64_t number;
    if (w->is_open || !read_administered(w, &number, NULL) || number == w->administered)
        return;
    w->administered = -1;
    writer_begin(w, NULL);
}

int64_t writer_tick(struct writer *w, int64_t now_ms)
{
    if (!w->world && !load_world(w, NULL))
        return now_ms + 1000;
    writer_notice(w);
    if (w->failure)
        return now_ms + 1000;
    int64_t next = rules_tick(w->world, now_ms, emit, w);
    if (w->options.ticked && now_ms >= w->ticked_ms + 1000 && !w->failure) {
        w->ticked_ms = now_ms;
        w->options.ticked(w->world, w->options.user_data);
    }
    if (now_ms - w->forget_ms > 60000 && !w->is_open) {
        w->forget_ms = now_ms;
        world_forget_over(w->world, now_ms - FORGET_MS);
    }
    return next ? CLAMP(next, now_ms + 10, now_ms + 1000) : now_ms + 1000;
}

static GHashTable *id_set(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

struct writer *writer_new(struct db *db, struct board *board, const struct store_options *options,
                          GError **error)
{
    struct writer *w = g_new0(struct writer, 1);
    w->db = db;
    w->board = board;
    w->options = *options;
    w->node = g_strdup("node");
    if (!g_file_get_contents("/proc/sys/kernel/random/boot_id", &w->boot, NULL, NULL))
        w->boot = g_strdup("unknown");
    g_strstrip(w->boot);
    w->devices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    w->contacts = id_set();
    w->agents = id_set();
    w->intake = intake_new();
    w->customers = id_set();
    w->news = g_ptr_array_new_with_free_func(free_news);
    if (load_world(w, error))
        return w;
    writer_free(w);
    return NULL;
}

void writer_free(struct writer *w)
{
    if (!w)
        return;
    world_free(w->world);
    intake_free(w->intake);
    g_hash_table_unref(w->devices);
    g_hash_table_unref(w->contacts);
    g_hash_table_unref(w->agents);
    g_hash_table_unref(w->customers);
    g_ptr_array_unref(w->news);
    g_clear_error(&w->failure);
    g_free(w->boot);
    g_free(w->node);
    g_free(w);
}

struct store_counts writer_counts(const struct writer *w)
{
    return w->counts;
}
