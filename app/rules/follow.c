/* What the system does by itself: rules_follow after an event, rules_tick after time. */
#include <string.h>

#include "app/rules/approvals.h"
#include "app/rules/route.h"
#include "app/rules/rules.h"
#include "app/rules/world_index.h"

/* One call's circumstances, handed down. */
struct follow {
    struct world *w;
    int64_t now_ms;
    rules_emit emit;
    void *user_data;
};

static struct event *system_event(enum event_kind kind, const struct contact *c)
{
    struct event_origin origin = {.actor_kind = ACTOR_SYSTEM, .actor = "rules"};
    struct event *ev = event_new(kind, NULL, &origin);
    ev->contact = g_strdup(c->id);
    return ev;
}

static void emit(const struct follow *f, struct event *ev)
{
    f->emit(ev, f->user_data);
}

static void give_work(const struct follow *f, const char *agent_id)
{
    const struct agent *a = world_agent(f->w, agent_id);
    if (a != NULL)
        route_agent(f->w, a, f->now_ms, f->emit, f->user_data);
}

static void find_agent(const struct follow *f, const struct contact *c)
{
    route_contact(f->w, c, f->now_ms, f->emit, f->user_data);
}

static void withdraw(const struct follow *f, const struct contact *c, const char *reason)
{
    struct event *ev = system_event(EVENT_CONTACT_OFFER_WITHDRAWN, c);
    event_set_text(ev, "agent", c->agent);
    event_set_text(ev, "reason", reason);
    emit(f, ev);
}

static struct contact *contact_of(const struct follow *f, const struct event *ev)
{
    return world_contact(f->w, ev->contact);
}

static void follow_arrival(const struct follow *f, const struct event *ev)
{
    const struct contact *c = contact_of(f, ev);
    if (c != NULL)
        find_agent(f, c);
}

/* Who let go of it has room: they are asked first, for they may get one that waits for longer. */
static void follow_hand_over(const struct follow *f, const struct event *ev)
{
    const struct contact *c = contact_of(f, ev);
    if (c == NULL)
        return;
    give_work(f, ev->kind == EVENT_CONTACT_GIVEN_BACK ? ev->actor : c->asked_by);
    find_agent(f, c);
}

/* Room at the agent who had it. */
static void follow_release(const struct follow *f, const struct event *ev)
{
    const struct contact *c = contact_of(f, ev);
    if (c != NULL)
        give_work(f, c->agent);
}

static void follow_offer_end(const struct follow *f, const struct event *ev)
{
    const struct contact *c = contact_of(f, ev);
    if (c != NULL)
        find_agent(f, c);
    give_work(f, world_event_agent(ev));
}

static void follow_accepted(const struct follow *f, const struct event *ev)
{
    give_work(f, ev->actor);
}

/* Who was to answer the offer learns that there is none any more, and gets another one. */
static void follow_abandoned(const struct follow *f, const struct event *ev)
{
    const struct contact *c = contact_of(f, ev);
    if (c == NULL || c->agent == NULL)
        return;
    g_autofree char *offered_to = g_strdup(c->agent);
    withdraw(f, c, "the customer left");
    give_work(f, offered_to);
}

static void follow_customer_left(const struct follow *f, const struct event *ev)
{
    const struct contact *c = contact_of(f, ev);
    if (c == NULL || (c->state != CONTACT_QUEUED && c->state != CONTACT_OFFERED) ||
        (c->channel != CHANNEL_PHONE && c->channel != CHANNEL_CHAT))
        return;
    emit(f, system_event(EVENT_CONTACT_ABANDONED, c));
    follow_abandoned(f, ev);
}

static void unpark(const struct follow *f, const struct contact *c, const char *reason)
{
    struct event *ev = system_event(EVENT_CONTACT_UNPARKED, c);
    event_set_text(ev, "reason", reason);
    emit(f, ev);
    find_agent(f, c);
}

static void follow_message(const struct follow *f, const struct event *ev)
{
    const struct contact *c = contact_of(f, ev);
    if (c != NULL && c->state == CONTACT_PARKED)
        unpark(f, c, "the customer wrote");
}

static int compare_by_id(gconstpointer a, gconstpointer b)
{
    return strcmp((*(const struct contact *const *)a)->id, (*(const struct contact *const *)b)->id);
}

/* A copy of the agent's list, for walking while it changes; in the order of ids. */
static GPtrArray *contacts_of(const struct follow *f, const char *agent_id)
{
    const GPtrArray *list = world_agent_contacts(f->w, agent_id);
    GPtrArray *copy = g_ptr_array_new();
    for (guint i = 0; list != NULL && i < list->len; i++)
        g_ptr_array_add(copy, g_ptr_array_index(list, i));
    g_ptr_array_sort(copy, compare_by_id);
    return copy;
}

static void withdraw_offers(const struct follow *f, const char *agent_id, const char *reason)
{
    g_autoptr(GPtrArray) list = contacts_of(f, agent_id);
    for (guint i = 0; i < list->len; i++) {
        const struct contact *c = g_ptr_array_index(list, i);
        if (c->state != CONTACT_OFFERED)
            continue;
        withdraw(f, c, reason);
        find_agent(f, c);
    }
}

static void end_wrap(const struct follow *f, struct contact *c)
{
    struct event *ev = system_event(EVENT_CONTACT_CLOSED, c);
    ev->leg = g_strdup(c->leg);
    event_set_text(ev, "disposition", RULES_DISPOSITION_TIMEOUT);
    event_set_flag(ev, "resolved", false);
    event_set_flag(ev, "timeout", true);
    emit(f, ev);
    give_work(f, c->agent);
}

/* Work in hand of somebody who is gone goes back to its queue; what they were wrapping up is over. */
static void follow_signed_out(const struct follow *f, const struct event *ev)
{
    const char *id = world_event_agent(ev);
    withdraw_offers(f, id, "the agent signed out");
    g_autoptr(GPtrArray) list = contacts_of(f, id);
    for (guint i = 0; i < list->len; i++) {
        struct contact *c = g_ptr_array_index(list, i);
        if (!contact_is_handled(c))
            continue;
        if (c->state == CONTACT_WRAPPING) {
            end_wrap(f, c);
            continue;
        }
        struct event *back = system_event(EVENT_CONTACT_TRANSFERRED, c);
        event_set_text(back, "queue", c->queue);
        event_set_text(back, "reason", "the agent is gone");
        emit(f, back);
        find_agent(f, c);
    }
}

static void follow_presence(const struct follow *f, const struct event *ev)
{
    const struct agent *a = world_agent(f->w, world_event_agent(ev));
    if (a == NULL)
        return;
    if (a->presence == PRESENCE_NOT_READY)
        withdraw_offers(f, a->id, "the agent is not ready");
    else
        give_work(f, a->id);
}

static void follow_config(const struct follow *f, const struct event *ev)
{
    (void)ev;
    route_all(f->w, f->now_ms, f->emit, f->user_data);
}

static void follow_requested(const struct follow *f, const struct event *ev)
{
    struct event *answer = approvals_answer(f->w, ev);
    if (answer != NULL)
        emit(f, answer);
}

typedef void (*follow_fn)(const struct follow *f, const struct event *ev);

static const follow_fn rows[EVENT_KIND_COUNT] = {
    [EVENT_AGENT_SIGNED_OUT] = follow_signed_out,
    [EVENT_AGENT_PRESENCE_CHANGED] = follow_presence,
    [EVENT_CONTACT_CREATED] = follow_arrival,
    [EVENT_CONTACT_TRANSFERRED] = follow_hand_over,
    [EVENT_CONTACT_ESCALATED] = follow_hand_over,
    [EVENT_CONTACT_GIVEN_BACK] = follow_hand_over,
    [EVENT_CONTACT_UNPARKED] = follow_arrival,
    [EVENT_CONTACT_OFFER_REJECTED] = follow_offer_end,
    [EVENT_CONTACT_OFFER_TIMED_OUT] = follow_offer_end,
    [EVENT_CONTACT_OFFER_WITHDRAWN] = follow_offer_end,
    [EVENT_CONTACT_ACCEPTED] = follow_accepted,
    [EVENT_CONTACT_PARKED] = follow_release,
    [EVENT_CONTACT_CLOSED] = follow_release,
    [EVENT_CONTACT_ABANDONED] = follow_abandoned,
    [EVENT_CONTACT_CUSTOMER_LEFT] = follow_customer_left,
    [EVENT_MESSAGE_RECEIVED] = follow_message,
    [EVENT_APPROVAL_REQUESTED] = follow_requested,
    [EVENT_CONFIG_APPLIED] = follow_config,
};

void rules_follow(struct world *w, const struct event *ev, int64_t now_ms, rules_emit emit_fn,
                  void *user_data)
{
    struct follow f = {.w = w, .now_ms = now_ms, .emit = emit_fn, .user_data = user_data};
    if ((unsigned)ev->kind < EVENT_KIND_COUNT && rows[ev->kind] != NULL)
        rows[ev->kind](&f, ev);
}

static void time_out_offer(const struct follow *f, struct contact *c)
{
    g_autofree char *offered_to = g_strdup(c->agent);
    struct event *ev = system_event(EVENT_CONTACT_OFFER_TIMED_OUT, c);
    event_set_text(ev, "agent", offered_to);
    emit(f, ev);
    find_agent(f, c);
}

static void time_out(const struct follow *f, struct contact *c)
{
    struct event *expiry = approvals_expiry(c, f->now_ms);
    if (expiry != NULL) {
        emit(f, expiry);
        return;
    }
    switch (c->state) {
    case CONTACT_OFFERED:
        time_out_offer(f, c);
        break;
    case CONTACT_WRAPPING:
        end_wrap(f, c);
        break;
    case CONTACT_PARKED:
        unpark(f, c, "it is time");
        break;
    default:
        world_index_end_pauses(f->w, c, f->now_ms);
        find_agent(f, c);
        break;
    }
}

int64_t rules_tick(struct world *w, int64_t now_ms, rules_emit emit_fn, void *user_data)
{
    struct follow f = {.w = w, .now_ms = now_ms, .emit = emit_fn, .user_data = user_data};
    int64_t due_ms = 0;
    if (world_index_take_unsettled(w))
        route_all(w, now_ms, emit_fn, user_data);
    struct contact *c = world_index_first_due(w, &due_ms);
    while (c != NULL && due_ms <= now_ms) {
        const struct contact *same = c;
        int64_t same_ms = due_ms;
        time_out(&f, c);
        c = world_index_first_due(w, &due_ms);
        if (c == same && due_ms == same_ms)
            break; /* the event was not folded: the caller failed, and will call again */
    }
    return c == NULL ? 0 : due_ms;
}
