#include "app/service/watch.h"

#include "net/json_writer.h"

struct look {
    char *agent;
    char *contact, *customer; /* one of the two may be NULL */
    bool is_typing;
    int64_t until_ms;
    uint64_t came; /* ordinal of coming to the contact */
};

struct watch {
    GMutex mutex;
    GHashTable *looks; /* session -> struct look * */
    uint64_t came;
};

static void look_free(void *data)
{
    struct look *look = data;
    g_free(look->agent);
    g_free(look->contact);
    g_free(look->customer);
    g_free(look);
}

struct watch *watch_new(void)
{
    struct watch *w = g_new0(struct watch, 1);
    g_mutex_init(&w->mutex);
    w->looks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, look_free);
    return w;
}

void watch_free(struct watch *w)
{
    if (!w)
        return;
    g_hash_table_unref(w->looks);
    g_mutex_clear(&w->mutex);
    g_free(w);
}

static void note_change(const char *contact, GPtrArray *changed)
{
    if (contact)
        g_ptr_array_add(changed, g_strdup(contact));
}

/* A new look of the session; NULL where no more are noted. */
static struct look *begin_look(struct watch *w, const struct watch_look *now, GPtrArray *changed)
{
    if (g_hash_table_size(w->looks) >= WATCH_LOOKS_MAX)
        return NULL;
    struct look *look = g_new0(struct look, 1);
    look->agent = g_strdup(now->agent);
    look->contact = g_strdup(now->contact);
    look->is_typing = now->is_typing;
    look->came = ++w->came;
    g_hash_table_insert(w->looks, g_strdup(now->session), look);
    note_change(now->contact, changed);
    return look;
}

void watch_put(struct watch *w, const struct watch_look *now, int64_t now_ms, GPtrArray *changed)
{
    g_mutex_lock(&w->mutex);
    bool is_none = !now->contact && !now->customer;
    struct look *look = g_hash_table_lookup(w->looks, now->session);
    if (look && (is_none || g_strcmp0(look->contact, now->contact) != 0)) {
        note_change(look->contact, changed);
        g_hash_table_remove(w->looks, now->session);
        look = NULL;
    }
    if (!look && !is_none)
        look = begin_look(w, now, changed);
    if (look) {
        if (look->is_typing != now->is_typing)
            note_change(look->contact, changed);
        g_free(look->customer);
        look->customer = g_strdup(now->customer);
        look->is_typing = now->is_typing;
        look->until_ms = now_ms + WATCH_HOLDS_MS;
    }
    g_mutex_unlock(&w->mutex);
}

void watch_prune(struct watch *w, int64_t now_ms, GPtrArray *changed)
{
    GHashTableIter iter;
    const struct look *look;
    g_mutex_lock(&w->mutex);
    g_hash_table_iter_init(&iter, w->looks);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&look))
        if (look->until_ms <= now_ms) {
            note_change(look->contact, changed);
            g_hash_table_iter_remove(&iter);
        }
    g_mutex_unlock(&w->mutex);
}

void watch_seen_customers(struct watch *w, GHashTable *customers, GPtrArray *seen)
{
    GHashTableIter iter;
    const struct look *look;
    g_autoptr(GHashTable) added = g_hash_table_new(g_str_hash, g_str_equal);
    g_mutex_lock(&w->mutex);
    g_hash_table_iter_init(&iter, w->looks);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&look))
        if (look->customer && g_hash_table_contains(customers, look->customer) &&
            g_hash_table_add(added, look->customer))
            g_ptr_array_add(seen, g_strdup(look->customer));
    g_mutex_unlock(&w->mutex);
}

void watch_typed(struct watch *w, GPtrArray *contacts)
{
    GHashTableIter iter;
    const struct look *look;
    g_mutex_lock(&w->mutex);
    g_hash_table_iter_init(&iter, w->looks);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&look))
        if (look->is_typing && look->contact)
            g_ptr_array_add(contacts, g_strdup(look->contact));
    g_mutex_unlock(&w->mutex);
}

bool watch_is_at(struct watch *w, const char *session, const char *contact)
{
    g_mutex_lock(&w->mutex);
    const struct look *look = g_hash_table_lookup(w->looks, session);
    bool is_at = look && g_strcmp0(look->contact, contact) == 0;
    g_mutex_unlock(&w->mutex);
    return is_at;
}

bool watch_is_at_customer(struct watch *w, const char *session, const char *customer)
{
    g_mutex_lock(&w->mutex);
    const struct look *look = g_hash_table_lookup(w->looks, session);
    bool is_at = look && g_strcmp0(look->customer, customer) == 0;
    g_mutex_unlock(&w->mutex);
    return is_at;
}

static gint by_coming(gconstpointer a, gconstpointer b)
{
    const struct look *left = *(const struct look *const *)a, *right = *(const struct look *const *)b;
    return left->came < right->came ? -1 : left->came > right->came;
}

void watch_write(struct watch *w, const char *contact, GString *out)
{
    struct json_writer json;
    GHashTableIter iter;
    struct look *look;
    g_autoptr(GPtrArray) there = g_ptr_array_new();
    g_mutex_lock(&w->mutex);
    g_hash_table_iter_init(&iter, w->looks);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&look))
        if (g_strcmp0(look->contact, contact) == 0)
            g_ptr_array_add(there, look);
    g_ptr_array_sort(there, by_coming);
    json_writer_init(&json, out);
    json_object_start(&json);
    json_add_string(&json, "contact", contact);
    json_key(&json, "watchers");
    json_array_start(&json);
    for (guint i = 0; i < there->len; i++) {
        look = g_ptr_array_index(there, i);
        json_object_start(&json);
        json_add_string(&json, "agent", look->agent);
        json_add_bool(&json, "typing", look->is_typing);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_object_end(&json);
    g_mutex_unlock(&w->mutex);
}
