#include "app/rules/world.h"

#include <string.h>

#include "app/rules/rules.h"
#include "app/rules/world_index.h"

static void queue_destroy(void *q)
{
    queue_free(q);
}

static void agent_destroy(void *a)
{
    agent_free(a);
}

static void contact_destroy(void *c)
{
    contact_free(c);
}

struct world *world_new(void)
{
    struct world *w = g_new0(struct world, 1);
    w->queues = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, queue_destroy);
    w->agents = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, agent_destroy);
    w->contacts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, contact_destroy);
    w->index = world_index_new();
    rights_of_roles(NULL, w->rights);
    approval_limits_init(&w->limits, NULL);
    return w;
}

void world_put_rights(struct world *w, const cJSON *roles)
{
    rights_of_roles(roles, w->rights);
}

void world_put_limits(struct world *w, const cJSON *approvals)
{
    approval_limits_release(&w->limits);
    approval_limits_init(&w->limits, approvals);
}

void world_free(struct world *w)
{
    if (w == NULL)
        return;
    world_index_free(w->index);
    approval_limits_release(&w->limits);
    g_hash_table_unref(w->queues);
    g_hash_table_unref(w->agents);
    g_hash_table_unref(w->contacts);
    g_free(w);
}

void world_put_queue(struct world *w, struct queue *q)
{
    g_hash_table_replace(w->queues, q->id, q);
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, w->contacts);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        struct contact *c = value;
        if (strcmp(c->queue, q->id) == 0) {
            c->due_ms = world_due_ms(w, c);
            world_index_place(w, c);
        }
    }
    world_index_unsettle(w);
}

void world_put_agent(struct world *w, struct agent *a)
{
    g_hash_table_replace(w->agents, a->id, a);
    world_index_unsettle(w);
}

void world_put_contact(struct world *w, struct contact *c)
{
    struct contact *old = world_contact(w, c->id);
    if (old == c)
        return;
    if (old != NULL)
        world_index_remove(w, old);
    g_hash_table_replace(w->contacts, c->id, c);
    world_index_place(w, c);
    if (c->state == CONTACT_QUEUED)
        world_index_unsettle(w);
}

struct queue *world_queue(const struct world *w, const char *id)
{
    return id == NULL ? NULL : g_hash_table_lookup(w->queues, id);
}

struct agent *world_agent(const struct world *w, const char *id)
{
    return id == NULL ? NULL : g_hash_table_lookup(w->agents, id);
}

struct contact *world_contact(const struct world *w, const char *id)
{
    return id == NULL ? NULL : g_hash_table_lookup(w->contacts, id);
}

size_t world_forget_over(struct world *w, int64_t before_ms)
{
    size_t count = 0;
    GHashTableIter each;
    void *value;
    world_index_forget_last_agents(w, before_ms - RULES_LAST_AGENT_MS);
    g_hash_table_iter_init(&each, w->contacts);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        const struct contact *c = value;
        if (contact_is_over(c) && c->closed_ms < before_ms) {
            world_index_remove(w, c);
            g_hash_table_iter_remove(&each);
            count++;
        }
    }
    return count;
}

const GPtrArray *world_agent_contacts(const struct world *w, const char *agent_id)
{
    return world_index_of_agent(w, agent_id);
}

enum agent_status world_agent_status(const struct world *w, const struct agent *a)
{
    const GPtrArray *list = world_agent_contacts(w, a->id);
    enum agent_status status = a->not_responding ? STATUS_NOT_RESPONDING : STATUS_IDLE;
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const struct contact *c = g_ptr_array_index(list, i);
        if (c->state == CONTACT_OFFERED)
            return STATUS_RESERVED;
        if (c->state == CONTACT_WRAPPING && status != STATUS_INTERACTING)
            status = STATUS_WRAPPING;
        else if (contact_is_handled(c))
            status = STATUS_INTERACTING;
    }
    return status;
}

int world_agent_load(const struct world *w, const char *agent_id)
{
    const GPtrArray *list = world_agent_contacts(w, agent_id);
    int points = 0;
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const struct contact *c = g_ptr_array_index(list, i);
        if (contact_is_handled(c) || c->state == CONTACT_OFFERED)
            points += channel_capacity(c->channel);
    }
    return points;
}

int64_t world_due_ms(const struct world *w, const struct contact *c)
{
    const struct queue *q = world_queue(w, c->queue);
    if (q == NULL || contact_is_over(c) || c->state == CONTACT_WRAPPING)
        return 0;
    if (c->channel == CHANNEL_PHONE || c->channel == CHANNEL_CHAT) {
        bool waits = c->state == CONTACT_QUEUED || c->state == CONTACT_OFFERED;
        return waits && q->service_level_ms > 0
                   ? calendar_add_ms(q->calendar, c->queued_ms, q->service_level_ms)
                   : 0;
    }
    return c->unanswered_ms > 0 && q->first_reply_ms > 0
               ? calendar_add_ms(q->calendar, c->unanswered_ms, q->first_reply_ms)
               : 0;
}
