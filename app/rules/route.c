#include "app/rules/route.h"

#include <string.h>

#include "app/rules/world_index.h"

#define MINUTE_MS INT64_C(60000)

/* Tiers in the order of who comes first when two contacts are equally urgent. */
static int tier_rank(const char *tier)
{
    static const char *const tiers[] = {"silver", "gold", "platinum", "vip"};
    for (size_t i = 0; tier != NULL && i < G_N_ELEMENTS(tiers); i++) {
        if (g_ascii_strcasecmp(tiers[i], tier) == 0)
            return (int)i + 1;
    }
    return 0;
}

static int compare_times(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int64_t due_or_stand_in_ms(const struct contact *c)
{
    return c->due_ms != 0 ? c->due_ms : MAX(c->queued_ms, c->created_ms) + RULES_NO_CLOCK_MS;
}

int rules_compare_waiting(const struct contact *a, const struct contact *b)
{
    int64_t a_due_ms = due_or_stand_in_ms(a), b_due_ms = due_or_stand_in_ms(b);
    int order = compare_times(a_due_ms / MINUTE_MS - a->priority, b_due_ms / MINUTE_MS - b->priority);
    if (order == 0 && g_strcmp0(a->tier, b->tier) != 0)
        order = tier_rank(b->tier) - tier_rank(a->tier);
    if (order == 0)
        order = compare_times(a_due_ms, b_due_ms);
    if (order == 0)
        order = compare_times(a->created_ms, b->created_ms);
    return order != 0 ? order : strcmp(a->id, b->id);
}

static bool because(const char **why, const char *reason)
{
    if (why != NULL)
        *why = reason;
    return false;
}

static bool has_room(const struct world *w, const struct agent *a, const struct contact *c)
{
    int points = world_agent_load(w, a->id) + channel_capacity(c->channel);
    if (c->state == CONTACT_OFFERED && g_strcmp0(c->agent, a->id) == 0)
        points -= channel_capacity(c->channel);
    return points <= CAPACITY_POINTS;
}

bool rules_can_wait(const struct contact *c)
{
    return c->channel != CHANNEL_PHONE || c->customer_gone;
}

enum rules_room rules_room_by(const struct world *w, const char *agent_id, const struct contact *c)
{
    const GPtrArray *list = world_agent_contacts(w, agent_id);
    int points = world_agent_load(w, agent_id) + channel_capacity(c->channel);
    bool can_park = false;
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const struct contact *other = g_ptr_array_index(list, i);
        if (other->state == CONTACT_OFFERED)
            points -= channel_capacity(other->channel);
        can_park |= contact_is_handled(other) && other->state != CONTACT_WRAPPING && rules_can_wait(other);
    }
    return points <= CAPACITY_POINTS ? RULES_ROOM_OFFER : can_park ? RULES_ROOM_PARK : RULES_ROOM_FINISH;
}

bool rules_may_take(const struct world *w, const struct agent *a, const struct contact *c, const char **why)
{
    const struct queue *q = world_queue(w, c->queue);
    bool by_name = g_strcmp0(c->agent, a->id) == 0;
    if (a->disabled)
        return because(why, "the account is disabled");
    if (!a->signed_in)
        return because(why, "not signed in");
    if (a->presence == PRESENCE_TRANSFER_ONLY && !by_name)
        return because(why, "takes only direct transfers");
    if (a->presence != PRESENCE_READY && a->presence != PRESENCE_TRANSFER_ONLY)
        return because(why, "not ready");
    if (a->not_responding)
        return because(why, "missed an offer and has not chosen ready since");
    if (q == NULL)
        return because(why, "its queue does not exist");
    if (!by_name && q->skill != NULL && agent_skill_level(a, q->skill) == 0)
        return because(why, "has not the skill that the queue asks for");
    if ((w->rights[a->role] & RIGHT_CONTACTS_OWN) == 0)
        return because(why, "the role has not the right contacts.own");
    if (q->line == 2 && (w->rights[a->role] & RIGHT_CONTACTS_ESCALATED) == 0)
        return because(why, "is not of the second line");
    if (!has_room(w, a, c))
        return because(why, "has no room for it beside the other contacts");
    return true;
}

bool rules_may_be_passed(const struct world *w, const struct agent *a, const struct contact *c,
                         const char *queue_id, const char **why)
{
    struct contact meant = *c;
    meant.state = CONTACT_QUEUED;
    meant.agent = a->id;
    if (queue_id != NULL)
        meant.queue = (char *)queue_id;
    return rules_may_take(w, a, &meant, why);
}

static bool has_offer(const struct world *w, const struct agent *a)
{
    const GPtrArray *list = world_agent_contacts(w, a->id);
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const struct contact *c = g_ptr_array_index(list, i);
        if (c->state == CONTACT_OFFERED)
            return true;
    }
    return false;
}

/* Who is asked by name is asked even where they gave the contact away a moment ago. */
static bool is_offerable(const struct world *w, const struct agent *a, const struct contact *c,
                         int64_t now_ms)
{
    bool by_name = g_strcmp0(c->agent, a->id) == 0;
    return c->state == CONTACT_QUEUED && (by_name || !world_index_is_paused(w, c, a->id, now_ms)) &&
           rules_may_take(w, a, c, NULL);
}

static void offer(const struct world *w, const struct contact *c, const struct agent *a, int64_t now_ms,
                  rules_emit emit, void *user_data)
{
    const struct queue *q = world_queue(w, c->queue);
    struct event_origin origin = {.actor_kind = ACTOR_SYSTEM, .actor = "router"};
    struct event *ev = event_new(EVENT_CONTACT_OFFERED, NULL, &origin);
    ev->contact = g_strdup(c->id);
    event_set_text(ev, "agent", a->id);
    event_set_number(ev, "until_ms", now_ms + (q->offer_ms > 0 ? q->offer_ms : RULES_OFFER_MS));
    emit(ev, user_data);
}

/* <0 where a is the better one for a contact of this queue. */
static int compare_agents(const struct world *w, const struct queue *q, const struct agent *a,
                          const struct agent *b)
{
    int order = agent_skill_level(b, q->skill) - agent_skill_level(a, q->skill);
    if (order == 0)
        order = world_agent_load(w, a->id) - world_agent_load(w, b->id);
    if (order == 0)
        order = compare_times(a->idle_since_ms, b->idle_since_ms);
    return order != 0 ? order : strcmp(a->id, b->id);
}

static bool may_offer(const struct world *w, const struct agent *a, const struct contact *c, int64_t now_ms)
{
    return a != NULL && is_offerable(w, a, c, now_ms) && !has_offer(w, a);
}

static const struct agent *best_agent(const struct world *w, const struct contact *c, int64_t now_ms)
{
    const struct agent *meant = world_agent(w, c->agent);
    if (may_offer(w, meant, c, now_ms))
        return meant;
    const struct agent *last = world_agent(w, world_index_last_agent(w, c, now_ms - RULES_LAST_AGENT_MS));
    if (may_offer(w, last, c, now_ms))
        return last;
    const struct queue *q = world_queue(w, c->queue);
    const struct agent *best = NULL;
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, w->agents);
    while (q != NULL && g_hash_table_iter_next(&each, NULL, &value)) {
        const struct agent *a = value;
        if (may_offer(w, a, c, now_ms) && (best == NULL || compare_agents(w, q, a, best) < 0))
            best = a;
    }
    return best;
}

bool route_contact(struct world *w, const struct contact *c, int64_t now_ms, rules_emit emit, void *user_data)
{
    if (c->state != CONTACT_QUEUED)
        return false;
    const struct agent *a = best_agent(w, c, now_ms);
    if (a != NULL)
        offer(w, c, a, now_ms, emit, user_data);
    return a != NULL;
}

static const struct contact *more_urgent(const struct contact *a, const struct contact *b)
{
    return a == NULL || (b != NULL && rules_compare_waiting(b, a) < 0) ? b : a;
}

/* The first of one queue and channel whom nothing keeps from this agent. What keeps one contact back, but for
 * a pause, keeps back all of the list, except those that are meant for this agent, which the caller sees to.
 */
static const struct contact *first_offerable(const struct world *w, const struct agent *a, GSequence *list,
                                             int64_t now_ms)
{
    if (list == NULL)
        return NULL;
    GSequenceIter *at = g_sequence_get_begin_iter(list);
    for (; !g_sequence_iter_is_end(at); at = g_sequence_iter_next(at)) {
        const struct contact *c = g_sequence_get(at);
        if (world_index_is_paused(w, c, a->id, now_ms))
            continue;
        if (rules_may_take(w, a, c, NULL))
            return c;
        if (g_strcmp0(c->agent, a->id) != 0)
            return NULL;
    }
    return NULL;
}

static const struct contact *first_meant_for(const struct world *w, const struct agent *a, int64_t now_ms)
{
    const GPtrArray *list = world_agent_contacts(w, a->id);
    const struct contact *best = NULL;
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const struct contact *c = g_ptr_array_index(list, i);
        if (is_offerable(w, a, c, now_ms))
            best = more_urgent(best, c);
    }
    return best;
}

bool route_agent(struct world *w, const struct agent *a, int64_t now_ms, rules_emit emit, void *user_data)
{
    if (!a->signed_in || a->not_responding || has_offer(w, a) ||
        (a->presence != PRESENCE_READY && a->presence != PRESENCE_TRANSFER_ONLY))
        return false;
    const struct contact *best = first_meant_for(w, a, now_ms);
    GHashTableIter each;
    void *key;
    g_hash_table_iter_init(&each, w->queues);
    while (a->presence == PRESENCE_READY && g_hash_table_iter_next(&each, &key, NULL)) {
        for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
            GSequence *list = world_index_waiting(w, key, (enum channel)channel);
            best = more_urgent(best, first_offerable(w, a, list, now_ms));
        }
    }
    if (best != NULL)
        offer(w, best, a, now_ms, emit, user_data);
    return best != NULL;
}

static int compare_contacts(gconstpointer a, gconstpointer b)
{
    return rules_compare_waiting(*(const struct contact *const *)a, *(const struct contact *const *)b);
}

void route_all(struct world *w, int64_t now_ms, rules_emit emit, void *user_data)
{
    g_autoptr(GPtrArray) waiting = g_ptr_array_new();
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, w->contacts);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        if (((const struct contact *)value)->state == CONTACT_QUEUED)
            g_ptr_array_add(waiting, value);
    }
    g_ptr_array_sort(waiting, compare_contacts);
    for (guint i = 0; i < waiting->len; i++)
        route_contact(w, g_ptr_array_index(waiting, i), now_ms, emit, user_data);
}
