#include "app/service/board.h"

#include <string.h>

#include "app/service/terse.h"
#include "net/json.h"

/* A contact counts as at risk when less than this is left of its clock. */
#define RISK_MS 30000

struct shown_queue {
    char *id;
    GPtrArray *order; /* struct shown_contact * by `created` */
};

struct shown_contact {
    struct shown_queue *queue; /* borrowed */
    char *customer, *agent;
    int64_t created, position, due_ms;
    char *json; /* terse */
    uint32_t terse_len, json_len;
    enum contact_state state;
    char id[];
};

struct shown_agent {
    char *json;
    bool signed_in;
    enum agent_status status;
};

struct board {
    GRWLock lock;
    struct terse *terse;
    GHashTable *contacts; /* id -> struct shown_contact *, owned */
    GPtrArray *order;     /* the same by `created` */
    GHashTable *by_queue; /* id -> struct shown_queue *, owned */
    GTree *agents;        /* id -> struct shown_agent * */
    GPtrArray *queues;    /* struct queue *, by id */
    char *settings;
    uint64_t rights[ROLE_COUNT];
    int64_t version, position;
};

static void free_contact(void *data)
{
    struct shown_contact *c = data;
    g_free(c->customer);
    g_free(c->agent);
    g_free(c->json);
    g_free(c);
}

static void free_agent(void *data)
{
    struct shown_agent *a = data;
    g_free(a->json);
    g_free(a);
}

static int compare_ids(const void *a, const void *b, void *unused)
{
    (void)unused;
    return strcmp(a, b);
}

static void free_queue(void *data)
{
    struct shown_queue *q = data;
    g_ptr_array_unref(q->order);
    g_free(q->id);
    g_free(q);
}

static void free_settings_queue(void *q)
{
    queue_free(q);
}

struct board *board_new(void)
{
    struct board *b = g_new0(struct board, 1);
    g_rw_lock_init(&b->lock);
    b->terse = terse_new();
    b->contacts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_contact);
    b->order = g_ptr_array_new();
    b->by_queue = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_queue);
    b->agents = g_tree_new_full(compare_ids, NULL, g_free, free_agent);
    b->queues = g_ptr_array_new_with_free_func(free_settings_queue);
    b->settings = g_strdup("{}");
    return b;
}

void board_free(struct board *b)
{
    if (!b)
        return;
    g_ptr_array_unref(b->order);
    g_hash_table_unref(b->by_queue);
    g_hash_table_unref(b->contacts);
    g_tree_unref(b->agents);
    g_ptr_array_unref(b->queues);
    g_free(b->settings);
    terse_free(b->terse);
    g_rw_lock_clear(&b->lock);
    g_free(b);
}

/* Index of the first contact whose `created` is greater than `after`. */
static guint first_after(const GPtrArray *order, int64_t after)
{
    guint start = 0, end = order->len;
    while (start < end) {
        guint middle = start + (end - start) / 2;
        const struct shown_contact *c = g_ptr_array_index(order, middle);
        if (c->created > after)
            end = middle;
        else
            start = middle + 1;
    }
    return start;
}

static void place(GPtrArray *order, struct shown_contact *c)
{
    g_ptr_array_insert(order, (gint)first_after(order, c->created), c);
}

static void unplace(GPtrArray *order, const struct shown_contact *c)
{
    for (guint i = first_after(order, c->created - 1); i < order->len; i++) {
        if (g_ptr_array_index(order, i) == c) {
            g_ptr_array_remove_index(order, i);
            return;
        }
    }
}

static struct shown_queue *find_queue(struct board *b, const char *id)
{
    struct shown_queue *q = g_hash_table_lookup(b->by_queue, id);
    if (!q) {
        q = g_new(struct shown_queue, 1);
        *q = (struct shown_queue){g_strdup(id), g_ptr_array_new()};
        g_hash_table_insert(b->by_queue, q->id, q);
    }
    return q;
}

void board_begin(struct board *b)
{
    g_rw_lock_writer_lock(&b->lock);
}

void board_end(struct board *b, int64_t position)
{
    b->position = position;
    g_rw_lock_writer_unlock(&b->lock);
}

void board_clear(struct board *b)
{
    g_ptr_array_set_size(b->order, 0);
    g_hash_table_remove_all(b->by_queue);
    g_hash_table_remove_all(b->contacts);
    g_tree_remove_all(b->agents);
}

static void replace(char **field, const char *text)
{
    if (g_strcmp0(*field, text) == 0)
        return;
    g_free(*field);
    *field = g_strdup(text);
}

void board_put_contact(struct board *b, const struct contact *c, int64_t created, const char *json)
{
    struct shown_contact *shown = g_hash_table_lookup(b->contacts, c->id);
    if (!shown) {
        size_t id_bytes = strlen(c->id) + 1;
        shown = g_malloc0(sizeof *shown + id_bytes);
        memcpy(shown->id, c->id, id_bytes);
        shown->queue = find_queue(b, c->queue);
        shown->created = created;
        g_hash_table_insert(b->contacts, shown->id, shown);
        place(b->order, shown);
        place(shown->queue->order, shown);
    } else if (strcmp(shown->queue->id, c->queue) != 0) {
        unplace(shown->queue->order, shown);
        shown->queue = find_queue(b, c->queue);
        place(shown->queue->order, shown);
    }
    replace(&shown->customer, c->customer);
    replace(&shown->agent, c->agent);
    shown->state = c->state;
    shown->position = c->position;
    shown->due_ms = c->due_ms;
    g_free(shown->json);
    size_t terse_len;
    shown->json = terse_from_json(b->terse, json, &terse_len);
    shown->terse_len = (uint32_t)terse_len;
    shown->json_len = (uint32_t)strlen(json);
}

void board_remove_contact(struct board *b, const char *id)
{
    struct shown_contact *shown = g_hash_table_lookup(b->contacts, id);
    if (!shown)
        return;
    unplace(b->order, shown);
    unplace(shown->queue->order, shown);
    g_hash_table_remove(b->contacts, id);
}

void board_put_agent(struct board *b, const struct world *w, const struct agent *a)
{
    struct shown_agent *shown = g_new0(struct shown_agent, 1);
    cJSON *json = agent_to_cjson(a);
    shown->signed_in = a->signed_in;
    shown->status = world_agent_status(w, a);
    cJSON_AddStringToObject(json, "status", agent_status_name(shown->status));
    cJSON_AddNumberToObject(json, "load", world_agent_load(w, a->id));
    shown->json = json_print(json);
    g_tree_replace(b->agents, g_strdup(a->id), shown);
}

static int compare_queues(const void *a, const void *b)
{
    const struct queue *const *left = a, *const *right = b;
    return strcmp((*left)->id, (*right)->id);
}

void board_put_queues(struct board *b, const struct world *w)
{
    GHashTableIter iter;
    void *value;
    g_ptr_array_set_size(b->queues, 0);
    g_hash_table_iter_init(&iter, w->queues);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(b->queues, queue_copy(value));
    g_ptr_array_sort(b->queues, compare_queues);
}

void board_put_settings(struct board *b, const char *json, int64_t version)
{
    replace(&b->settings, json);
    b->version = version;
}

static void append_contact(const struct board *b, const struct shown_contact *c, GString *out)
{
    terse_to_json(b->terse, c->json, c->terse_len, c->json_len, out);
}

void board_put_rights(struct board *b, const struct world *w)
{
    memcpy(b->rights, w->rights, sizeof b->rights);
}

void board_contacts(struct board *b, const struct board_page *page, GString *out, struct board_end *end)
{
    g_rw_lock_reader_lock(&b->lock);
    *end = (struct board_end){.position = b->position, .after = page->after, .is_last = true};
    const struct shown_queue *one = page->queue ? g_hash_table_lookup(b->by_queue, page->queue) : NULL;
    const GPtrArray *order = one ? one->order : page->queue ? NULL : b->order;
    size_t taken = 0;
    for (guint i = order ? first_after(order, page->after) : 0; order && i < order->len; i++) {
        const struct shown_contact *c = g_ptr_array_index(order, i);
        if (page->customer && g_strcmp0(c->customer, page->customer) != 0)
            continue;
        if (taken == page->limit) {
            end->is_last = false;
            break;
        }
        if (taken++)
            g_string_append_c(out, ',');
        append_contact(b, c, out);
        end->after = c->created;
    }
    g_rw_lock_reader_unlock(&b->lock);
}

bool board_contact(struct board *b, const char *id, GString *out, int64_t *position)
{
    g_rw_lock_reader_lock(&b->lock);
    const struct shown_contact *c = g_hash_table_lookup(b->contacts, id);
    if (c) {
        append_contact(b, c, out);
        *position = c->position;
    }
    g_rw_lock_reader_unlock(&b->lock);
    return c != NULL;
}

char *board_contact_agent(struct board *b, const char *id)
{
    g_rw_lock_reader_lock(&b->lock);
    const struct shown_contact *c = g_hash_table_lookup(b->contacts, id);
    char *owner = c ? g_strdup(c->agent) : NULL;
    g_rw_lock_reader_unlock(&b->lock);
    return owner;
}

bool board_agent(struct board *b, const char *id, GString *out)
{
    g_rw_lock_reader_lock(&b->lock);
    const struct shown_agent *a = g_tree_lookup(b->agents, id);
    if (a)
        g_string_append(out, a->json);
    g_rw_lock_reader_unlock(&b->lock);
    return a != NULL;
}

static gboolean append_agent(void *key, void *value, void *user_data)
{
    (void)key;
    GString *out = user_data;
    const struct shown_agent *a = value;
    if (out->str[out->len - 1] != '[')
        g_string_append_c(out, ',');
    g_string_append(out, a->json);
    return FALSE;
}

/* Under the lock. Caller owns. */
static char *queues_at(const struct board *b, int64_t now_ms)
{
    cJSON *json = cJSON_CreateArray();
    for (guint i = 0; i < b->queues->len; i++)
        cJSON_AddItemToArray(json, queue_to_floor_cjson(g_ptr_array_index(b->queues, i), now_ms));
    return json_print(json);
}

void board_floor(struct board *b, int64_t now_ms, GString *out)
{
    g_rw_lock_reader_lock(&b->lock);
    g_autofree char *queues = queues_at(b, now_ms);
    g_string_append_printf(out, "\"position\":\"%" G_GINT64_FORMAT "\",\"queues\":%s,\"agents\":[",
                           b->position, queues);
    g_tree_foreach(b->agents, append_agent, out);
    g_string_append_printf(out, "],\"settings\":%s", b->settings);
    g_rw_lock_reader_unlock(&b->lock);
}

char *board_settings(struct board *b, int64_t *version)
{
    g_rw_lock_reader_lock(&b->lock);
    char *settings = g_strdup(b->settings);
    *version = b->version;
    g_rw_lock_reader_unlock(&b->lock);
    return settings;
}

uint64_t board_rights(struct board *b, enum role role)
{
    g_rw_lock_reader_lock(&b->lock);
    uint64_t rights = b->rights[role];
    g_rw_lock_reader_unlock(&b->lock);
    return rights;
}

int64_t board_position(struct board *b)
{
    g_rw_lock_reader_lock(&b->lock);
    int64_t position = b->position;
    g_rw_lock_reader_unlock(&b->lock);
    return position;
}

static gboolean count_agent(void *key, void *value, void *user_data)
{
    (void)key;
    const struct shown_agent *a = value;
    struct board_counts *counts = user_data;
    if (a->signed_in)
        counts->agents[a->status]++;
    return FALSE;
}

void board_count(struct board *b, int64_t now_ms, struct board_counts *counts)
{
    *counts = (struct board_counts){0};
    g_rw_lock_reader_lock(&b->lock);
    counts->contacts = b->order->len;
    for (guint i = 0; i < b->order->len; i++) {
        const struct shown_contact *c = g_ptr_array_index(b->order, i);
        counts->queued += c->state == CONTACT_QUEUED || c->state == CONTACT_OFFERED;
        counts->at_risk += c->due_ms && c->due_ms - now_ms < RISK_MS;
    }
    g_tree_foreach(b->agents, count_agent, counts);
    g_rw_lock_reader_unlock(&b->lock);
}
