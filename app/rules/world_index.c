#include "app/rules/world_index.h"

#include <string.h>

#include "app/rules/approvals.h"
#include "app/rules/rules.h"

struct pause {
    char *agent;
    int64_t until_ms;
};

/* What only folding gives; most that wait have none. */
struct memory {
    GArray *pauses;   /* struct pause; NULL: none yet */
    char *last_agent; /* who made the last agent's event, and where the last one by anybody else stands */
    int64_t last_agent_position, others_position;
};

/* What the index knows of one contact. The iterators are NULL where it stands in no such list. */
struct entry {
    struct contact *contact;
    GSequenceIter *waiting, *timer;
    int64_t timer_ms;
    char *agent; /* whose list it is in; NULL: nobody's */
    struct memory *memory;
    bool is_asking;
};

struct last_agent {
    char *agent;
    int64_t at_ms;
};

/* One queue's waiting contacts, apart by channel: what an agent has room for depends on nothing else. */
struct waiting {
    GSequence *by_channel[CHANNEL_COUNT];
};

struct world_index {
    GHashTable *entries;     /* struct contact * -> struct entry *, owned */
    GHashTable *waiting;     /* queue id -> struct waiting *, owned */
    GSequence *timers;       /* struct entry *, by timer_ms and id */
    GHashTable *agents;      /* agent id -> GPtrArray of struct contact *, owned */
    GPtrArray *asking;       /* struct contact * with an approval that is open */
    GHashTable *last_agents; /* case or customer -> struct last_agent *, owned */
    bool unsettled;
};

static void pause_clear(void *pause)
{
    g_free(((struct pause *)pause)->agent);
}

static void memory_free(struct memory *memory)
{
    if (memory == NULL)
        return;
    g_clear_pointer(&memory->pauses, g_array_unref);
    g_free(memory->last_agent);
    g_free(memory);
}

static void entry_free(void *data)
{
    struct entry *entry = data;
    g_free(entry->agent);
    memory_free(entry->memory);
    g_free(entry);
}

static void waiting_free(void *data)
{
    struct waiting *waiting = data;
    for (int i = 0; i < CHANNEL_COUNT; i++)
        g_clear_pointer(&waiting->by_channel[i], g_sequence_free);
    g_free(waiting);
}

static void last_agent_free(void *data)
{
    struct last_agent *last = data;
    g_free(last->agent);
    g_free(last);
}

static void agent_list_free(void *list)
{
    g_ptr_array_unref(list);
}

struct world_index *world_index_new(void)
{
    struct world_index *ix = g_new0(struct world_index, 1);
    ix->entries = g_hash_table_new_full(NULL, NULL, NULL, entry_free);
    ix->waiting = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, waiting_free);
    ix->timers = g_sequence_new(NULL);
    ix->agents = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, agent_list_free);
    ix->last_agents = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, last_agent_free);
    ix->asking = g_ptr_array_new();
    return ix;
}

void world_index_free(struct world_index *ix)
{
    g_hash_table_unref(ix->waiting);
    g_sequence_free(ix->timers);
    g_hash_table_unref(ix->entries);
    g_hash_table_unref(ix->agents);
    g_ptr_array_unref(ix->asking);
    g_hash_table_unref(ix->last_agents);
    g_free(ix);
}

static struct entry *find_entry(const struct world *w, const struct contact *c)
{
    return g_hash_table_lookup(w->index->entries, c);
}

static struct entry *entry_of(struct world *w, struct contact *c)
{
    struct entry *entry = find_entry(w, c);
    if (entry == NULL) {
        entry = g_new0(struct entry, 1);
        entry->contact = c;
        g_hash_table_insert(w->index->entries, c, entry);
    }
    return entry;
}

static struct memory *memory_of(struct entry *entry)
{
    if (entry->memory == NULL)
        entry->memory = g_new0(struct memory, 1);
    return entry->memory;
}

/* Of struct pause; NULL where there are none, or no entry. */
static GArray *pauses_of(const struct entry *entry)
{
    return entry == NULL || entry->memory == NULL ? NULL : entry->memory->pauses;
}

static int compare_waiting(gconstpointer a, gconstpointer b, gpointer unused)
{
    (void)unused;
    return rules_compare_waiting(a, b);
}

static int compare_timers(gconstpointer one, gconstpointer other, gpointer unused)
{
    (void)unused;
    const struct entry *a = one, *b = other;
    if (a->timer_ms != b->timer_ms)
        return a->timer_ms < b->timer_ms ? -1 : 1;
    return strcmp(a->contact->id, b->contact->id);
}

static GSequence *waiting_list(struct world *w, const struct contact *c)
{
    struct waiting *waiting = g_hash_table_lookup(w->index->waiting, c->queue);
    if (waiting == NULL) {
        waiting = g_new0(struct waiting, 1);
        g_hash_table_insert(w->index->waiting, g_strdup(c->queue), waiting);
    }
    if (waiting->by_channel[c->channel] == NULL)
        waiting->by_channel[c->channel] = g_sequence_new(NULL);
    return waiting->by_channel[c->channel];
}

static void take_out(GSequenceIter **iter)
{
    if (*iter != NULL)
        g_sequence_remove(*iter);
    *iter = NULL;
}

/* What time will do to the contact by itself in its state; 0: nothing. */
static int64_t state_timer_ms(const struct world *w, const struct entry *entry)
{
    const struct contact *c = entry->contact;
    const struct queue *q = world_queue(w, c->queue);
    const GArray *pauses = pauses_of(entry);
    int64_t first = 0;
    switch (c->state) {
    case CONTACT_OFFERED:
        return c->offer_until_ms;
    case CONTACT_PARKED:
        return c->parked_until_ms;
    case CONTACT_WRAPPING:
        return q == NULL || q->wrap_ms == 0 ? 0 : c->state_since_ms + q->wrap_ms;
    case CONTACT_QUEUED:
        for (guint i = 0; pauses != NULL && i < pauses->len; i++) {
            int64_t until_ms = g_array_index(pauses, struct pause, i).until_ms;
            first = first == 0 ? until_ms : MIN(first, until_ms);
        }
        return first;
    default:
        return 0;
    }
}

/* The same, or to an approval of it. */
static int64_t timer_ms(const struct world *w, const struct entry *entry)
{
    int64_t state_ms = state_timer_ms(w, entry), approval_ms = approvals_expire_ms(entry->contact);
    return state_ms == 0 ? approval_ms : approval_ms == 0 ? state_ms : MIN(state_ms, approval_ms);
}

static void leave_asking(struct world *w, struct entry *entry)
{
    if (entry->is_asking)
        g_ptr_array_remove_fast(w->index->asking, entry->contact);
    entry->is_asking = false;
}

static void join_asking(struct world *w, struct entry *entry)
{
    bool is_asking = approvals_expire_ms(entry->contact) != 0;
    if (is_asking == entry->is_asking)
        return;
    leave_asking(w, entry);
    if (is_asking)
        g_ptr_array_add(w->index->asking, entry->contact);
    entry->is_asking = is_asking;
}

static void leave_agent(struct world *w, struct entry *entry)
{
    if (entry->agent == NULL)
        return;
    g_ptr_array_remove_fast(g_hash_table_lookup(w->index->agents, entry->agent), entry->contact);
    g_clear_pointer(&entry->agent, g_free);
}

static void join_agent(struct world *w, struct entry *entry)
{
    const struct contact *c = entry->contact;
    const char *owner = contact_is_over(c) ? NULL : c->agent;
    if (g_strcmp0(owner, entry->agent) == 0)
        return;
    leave_agent(w, entry);
    if (owner == NULL)
        return;
    GPtrArray *list = g_hash_table_lookup(w->index->agents, owner);
    if (list == NULL) {
        list = g_ptr_array_new();
        g_hash_table_insert(w->index->agents, g_strdup(owner), list);
    }
    g_ptr_array_add(list, entry->contact);
    entry->agent = g_strdup(owner);
}

void world_index_place(struct world *w, struct contact *c)
{
    struct entry *entry = entry_of(w, c);
    take_out(&entry->waiting);
    if (c->state == CONTACT_QUEUED)
        entry->waiting = g_sequence_insert_sorted(waiting_list(w, c), c, compare_waiting, NULL);
    int64_t due_ms = timer_ms(w, entry);
    if (due_ms == 0 || due_ms != entry->timer_ms)
        take_out(&entry->timer);
    entry->timer_ms = due_ms;
    if (due_ms != 0 && entry->timer == NULL)
        entry->timer = g_sequence_insert_sorted(w->index->timers, entry, compare_timers, NULL);
    join_agent(w, entry);
    join_asking(w, entry);
}

void world_index_remove(struct world *w, const struct contact *c)
{
    struct entry *entry = find_entry(w, c);
    if (entry == NULL)
        return;
    take_out(&entry->waiting);
    take_out(&entry->timer);
    leave_agent(w, entry);
    leave_asking(w, entry);
    g_hash_table_remove(w->index->entries, c);
}

GSequence *world_index_waiting(const struct world *w, const char *queue_id, enum channel channel)
{
    const struct waiting *waiting = g_hash_table_lookup(w->index->waiting, queue_id);
    return waiting == NULL ? NULL : waiting->by_channel[channel];
}

const GPtrArray *world_index_of_agent(const struct world *w, const char *agent_id)
{
    return agent_id == NULL ? NULL : g_hash_table_lookup(w->index->agents, agent_id);
}

const GPtrArray *world_index_asking(const struct world *w)
{
    return w->index->asking;
}

struct contact *world_index_first_due(const struct world *w, int64_t *due_ms)
{
    GSequenceIter *first = g_sequence_get_begin_iter(w->index->timers);
    if (g_sequence_iter_is_end(first))
        return NULL;
    const struct entry *entry = g_sequence_get(first);
    *due_ms = entry->timer_ms;
    return entry->contact;
}

void world_index_pause(struct world *w, struct contact *c, const char *agent_id, int64_t until_ms)
{
    struct memory *memory = memory_of(entry_of(w, c));
    if (memory->pauses == NULL) {
        memory->pauses = g_array_new(false, false, sizeof(struct pause));
        g_array_set_clear_func(memory->pauses, pause_clear);
    }
    for (guint i = 0; i < memory->pauses->len; i++) {
        struct pause *pause = &g_array_index(memory->pauses, struct pause, i);
        if (strcmp(pause->agent, agent_id) == 0) {
            pause->until_ms = until_ms;
            return;
        }
    }
    struct pause pause = {.agent = g_strdup(agent_id), .until_ms = until_ms};
    g_array_append_val(memory->pauses, pause);
}

bool world_index_is_paused(const struct world *w, const struct contact *c, const char *agent_id,
                           int64_t now_ms)
{
    const GArray *pauses = pauses_of(find_entry(w, c));
    for (guint i = 0; pauses != NULL && i < pauses->len; i++) {
        const struct pause *pause = &g_array_index(pauses, struct pause, i);
        if (pause->until_ms > now_ms &&
            (strcmp(pause->agent, agent_id) == 0 || strcmp(pause->agent, WORLD_INDEX_ANYBODY) == 0))
            return true;
    }
    return false;
}

void world_index_end_pauses(struct world *w, struct contact *c, int64_t now_ms)
{
    GArray *pauses = pauses_of(find_entry(w, c));
    for (guint i = pauses == NULL ? 0 : pauses->len; i > 0; i--) {
        if (g_array_index(pauses, struct pause, i - 1).until_ms <= now_ms)
            g_array_remove_index(pauses, i - 1);
    }
    world_index_place(w, c);
}

void world_index_clear_pauses(struct world *w, struct contact *c)
{
    GArray *pauses = pauses_of(find_entry(w, c));
    if (pauses != NULL)
        g_array_set_size(pauses, 0);
}

/* The case names the matter; a customer without one is met by who met them last. */
static const char *last_agent_key(const struct contact *c)
{
    return c->case_id != NULL ? c->case_id : c->customer;
}

const char *world_index_last_agent(const struct world *w, const struct contact *c, int64_t since_ms)
{
    const char *key = last_agent_key(c);
    const struct last_agent *last = key == NULL ? NULL : g_hash_table_lookup(w->index->last_agents, key);
    return last == NULL || last->at_ms < since_ms ? NULL : last->agent;
}

void world_index_set_last_agent(struct world *w, const struct contact *c, int64_t at_ms)
{
    const char *key = last_agent_key(c);
    if (key == NULL || c->agent == NULL)
        return;
    struct last_agent *last = g_new0(struct last_agent, 1);
    last->agent = g_strdup(c->agent);
    last->at_ms = at_ms;
    g_hash_table_replace(w->index->last_agents, g_strdup(key), last);
}

static gboolean is_older(gpointer key, gpointer value, gpointer before_ms)
{
    (void)key;
    return ((struct last_agent *)value)->at_ms < *(int64_t *)before_ms;
}

void world_index_forget_last_agents(struct world *w, int64_t before_ms)
{
    g_hash_table_foreach_remove(w->index->last_agents, is_older, &before_ms);
}

int64_t world_index_others_position(const struct world *w, const struct contact *c, const char *agent_id)
{
    const struct entry *entry = find_entry(w, c);
    const struct memory *memory = entry == NULL ? NULL : entry->memory;
    if (memory == NULL)
        return 0;
    return g_strcmp0(memory->last_agent, agent_id) == 0 ? memory->others_position
                                                        : memory->last_agent_position;
}

void world_index_note_agent(struct world *w, const struct contact *c, const char *agent_id, int64_t position)
{
    struct entry *entry = find_entry(w, c);
    if (entry == NULL)
        return;
    struct memory *memory = memory_of(entry);
    if (g_strcmp0(memory->last_agent, agent_id) != 0) {
        memory->others_position = memory->last_agent_position;
        g_free(memory->last_agent);
        memory->last_agent = g_strdup(agent_id);
    }
    memory->last_agent_position = position;
}

bool world_index_take_unsettled(struct world *w)
{
    bool unsettled = w->index->unsettled;
    w->index->unsettled = false;
    return unsettled;
}

void world_index_unsettle(struct world *w)
{
    w->index->unsettled = true;
}
