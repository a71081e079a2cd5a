/* Approvals among colleagues: some are asked for, and who is of the second line decides, or above it what is
 * too much for them, the person at the desk having the first say. */
#include "app/sim/traffic_parts.h"

#include <string.h>

#include "app/model/rights.h"
#include "app/script/script.h"

#define ASK_PERCENT   30
#define ASK_LEAST     4000 /* minor units: below, rules grant it */
#define GRANT_PERCENT 80

static const struct script_step *approve_step(const struct traffic *traffic, const struct visit *v,
                                              const struct script **script)
{
    for (guint i = 0; i < traffic->content->scripts->len; i++) {
        *script = g_ptr_array_index(traffic->content->scripts, i);
        bool fits = false;
        for (size_t j = 0; j < (*script)->intent_count; j++)
            fits |= strcmp((*script)->intents[j], v->intent->id) == 0;
        for (size_t j = 0; fits && j < (*script)->step_count; j++)
            if ((*script)->steps[j].kind == SCRIPT_KIND_APPROVE && (*script)->steps[j].with_count > 0)
                return &(*script)->steps[j];
    }
    return NULL;
}

static void ask(struct traffic *traffic, const struct visit *v, const struct script *script,
                const struct script_step *step, int64_t amount_minor)
{
    const char *title = yaml_text_in(&step->title, v->customer->language);
    const char *item = g_hash_table_lookup(v->facts, "item"), *name = g_hash_table_lookup(v->facts, "name");
    g_autofree char *text = g_strdup_printf("%s %s, %s.", title, item != NULL ? item : "", name);
    g_autoptr(GString) approvers = g_string_new(NULL);
    for (size_t i = 0; i < step->approver_count; i++)
        g_string_append_printf(approvers, "%s%s", i > 0 ? " " : "", step->approvers[i]);
    struct event *ev = traffic_agent_event(traffic, EVENT_APPROVAL_REQUESTED, v->colleague, v);
    event_set_text(ev, "script", script->id);
    event_set_text(ev, "step", step->id);
    event_set_text(ev, "title", title);
    event_set_text(ev, "ask", text);
    event_set_text(ev, "approvers", approvers->str);
    event_set_number(ev, "amount_minor", amount_minor);
    event_set_text(ev, "currency", g_hash_table_lookup(v->facts, "order.currency"));
    traffic_send(traffic, ev);
}

void approvals_maybe_ask(struct traffic *traffic, struct visit *v)
{
    const struct script *script = NULL;
    const struct script_step *step = approve_step(traffic, v, &script);
    const char *amount = g_hash_table_lookup(v->facts, "amount");
    int64_t amount_minor = 0;
    if (step != NULL && amount != NULL && yaml_parse_money(amount, &amount_minor) &&
        amount_minor >= ASK_LEAST && sim_random_chance(&traffic->random, ASK_PERCENT) && !v->has_asked) {
        v->has_asked = true;
        ask(traffic, v, script, step, amount_minor);
    }
}

static bool reaches(const struct traffic *traffic, enum role role, const struct event *requested)
{
    int64_t amount_minor = event_number(requested, "amount_minor", 0);
    const char *currency = event_text(requested, "currency");
    return traffic->limits == NULL ||
           approval_role_may(traffic->limits, role, RIGHT_APPROVALS_DECIDE,
                             approval_weigh(traffic->limits, amount_minor, currency), NULL);
}

/* One of ours who may decide, and has nothing to do with it, the second line before those above it; NULL:
 * none is here. */
static const char *decider_of(const struct traffic *traffic, const struct visit *v, const struct event *ev)
{
    static const enum role roles[] = {ROLE_SPECIALIST, ROLE_SUPERVISOR};
    const struct demo_floor *floor = &traffic->content->floor;
    for (size_t r = 0; r < G_N_ELEMENTS(roles); r++) {
        if (!approval_is_for(event_text(ev, "approvers"), roles[r]) || !reaches(traffic, roles[r], ev))
            continue;
        for (size_t i = 0; i < floor->staff_count; i++) {
            const struct demo_staff *staff = &floor->staff[i];
            if ((enum role)staff->role == roles[r] && g_hash_table_contains(traffic->colleagues, staff->id) &&
                g_strcmp0(staff->id, ev->actor) != 0 &&
                (v == NULL || g_strcmp0(staff->id, v->colleague) != 0))
                return staff->id;
        }
    }
    return NULL;
}

static void plan_decision(struct traffic *traffic, const char *contact, const char *decider, const char *id,
                          int64_t delay_ms)
{
    g_hash_table_insert(traffic->asks, g_strdup(id), g_strdup(contact));
    traffic_plan(traffic, DUE_DECIDE, delay_ms,
                 &(struct due){.contact = (char *)contact, .agent = (char *)decider, .approval = (char *)id});
}

static void hear_asked(struct traffic *traffic, const struct visit *v, const struct event *ev)
{
    const char *decider = decider_of(traffic, v, ev);
    if (decider == NULL)
        return;
    /* What a colleague asks may be decided at a desk first; who asks from a desk does not wait so long. */
    bool is_ours = g_hash_table_contains(traffic->colleagues, ev->actor);
    plan_decision(traffic, ev->contact, decider, ev->id,
                  sim_random_between(&traffic->random, is_ours ? 180 : 20, is_ours ? 420 : 60) * SECOND_MS);
}

static void hear_handed_on(struct traffic *traffic, const struct event *ev)
{
    const char *to = event_text(ev, "agent"), *id = event_text(ev, "approval");
    if (to != NULL && id != NULL && g_hash_table_contains(traffic->colleagues, to))
        plan_decision(traffic, ev->contact, to, id, sim_random_between(&traffic->random, 20, 60) * SECOND_MS);
}

static void hear_ended(struct traffic *traffic, const struct event *ev)
{
    const char *id = event_text(ev, "approval");
    if (id != NULL)
        g_hash_table_remove(traffic->asks, id);
}

static gboolean is_of_contact(gpointer id, gpointer contact_id, gpointer over)
{
    (void)id;
    return strcmp(contact_id, over) == 0;
}

void approvals_hear(struct traffic *traffic, const struct visit *v, const struct event *ev)
{
    switch (ev->kind) {
    case EVENT_APPROVAL_REQUESTED:
        hear_asked(traffic, v, ev);
        break;
    case EVENT_APPROVAL_DELEGATED:
        hear_handed_on(traffic, ev);
        break;
    case EVENT_APPROVAL_DECIDED:
    case EVENT_APPROVAL_WITHDRAWN:
    case EVENT_APPROVAL_EXPIRED:
        hear_ended(traffic, ev);
        break;
    case EVENT_CONTACT_CLOSED:
    case EVENT_CONTACT_ABANDONED:
        g_hash_table_foreach_remove(traffic->asks, is_of_contact, ev->contact);
        break;
    default:
        break;
    }
}

void approvals_decide(struct traffic *traffic, const struct due *due)
{
    static const char *const reasons[] = {"nothing in the record supports it", "the terms do not cover this",
                                          "offer half of it first, and ask again if they insist"};
    if (!g_hash_table_remove(traffic->asks, due->approval))
        return; /* somebody was first */
    const struct visit *v = g_hash_table_lookup(traffic->visits, due->contact);
    if (v != NULL && g_strcmp0(v->colleague, due->agent) == 0)
        return; /* the contact was escalated to them meanwhile, and nobody decides on their own */
    struct event *ev =
        sim_emitter_make(&traffic->emitter, EVENT_APPROVAL_DECIDED, ACTOR_AGENT, due->agent, traffic->now_ms);
    bool is_granted = sim_random_chance(&traffic->random, GRANT_PERCENT);
    ev->contact = g_strdup(due->contact);
    event_set_text(ev, "approval", due->approval);
    event_set_text(ev, "decision", is_granted ? "granted" : "refused");
    if (!is_granted)
        event_set_text(ev, "note", reasons[sim_random_index(&traffic->random, G_N_ELEMENTS(reasons))]);
    traffic_send(traffic, ev);
}
