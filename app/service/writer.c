#include "app/service/administered.h"
#include "app/service/projection.h"
#include "app/service/writer_parts.h"

/* Contacts that are over stay in the world this long for late news; then they are read from their rows. */
#define FORGET_MS (3600 * INT64_C(1000))

bool writer_fail(struct writer *w, GError *error)
{
    if (w->failure)
        g_error_free(error);
    else
        w->failure = error;
    return false;
}

void writer_touch(GHashTable *set, const char *id)
{
    if (id && !g_hash_table_contains(set, id))
        g_hash_table_add(set, g_strdup(id));
}

int64_t writer_now_ms(void)
{
    return g_get_real_time() / 1000;
}

static void free_news(void *data)
{
    struct store_news *news = data;
    event_free(news->ev);
    g_free(news->owner);
    g_free(news);
}

bool writer_begin(struct writer *w, GError **error)
{
    if (w->is_open)
        return true;
    if ((!w->world && !writer_load_world(w, error)) || !db_begin(w->db, error))
        return false;
    w->is_open = true;
    GError *failure = NULL;
    if ((db_is_changed(w->db) || w->administered < 0) && !writer_take_over_administered(w, &failure))
        writer_fail(w, failure);
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
    writer_show_agents(w);
    if (w->settings_changed)
        writer_show_settings(w);
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
        writer_fail(w, failure);
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
    if (w->is_open || !administered_read(w->db, &number, NULL) || number == w->administered)
        return;
    w->administered = -1;
    writer_begin(w, NULL);
}

int64_t writer_tick(struct writer *w, int64_t now_ms)
{
    if (!w->world && !writer_load_world(w, NULL))
        return now_ms + 1000;
    writer_notice(w);
    if (w->failure)
        return now_ms + 1000;
    int64_t next = rules_tick(w->world, now_ms, writer_emit, w);
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
    if (writer_load_world(w, error))
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
