/* Colleagues who take some of the contacts, work them piece by piece, and close them. */
#include "app/sim/agent_lines.h"
#include "app/sim/traffic_parts.h"

static bool is_live(const struct visit *v)
{
    return v->channel == CHANNEL_PHONE || v->channel == CHANNEL_CHAT;
}

void colleagues_plan_piece(struct traffic *traffic, struct visit *v, enum piece piece, int64_t usual_ms)
{
    v->piece = piece;
    traffic_plan(traffic, DUE_PIECE, sim_random_about(&traffic->random, usual_ms),
                 &(struct due){.contact = v->id, .agent = v->colleague, .leg = v->legs});
}

static void colleague_says(struct traffic *traffic, struct visit *v, enum agent_line line)
{
    g_autofree char *text = persona_fill(agent_line(line, v->customer->language), v->facts);
    struct event *ev = traffic_agent_event(traffic, EVENT_MESSAGE_SENT, v->colleague, v);
    event_set_text(ev, "text", text);
    traffic_send(traffic, ev);
}

/* As often as in the past; who has it as the second to do so keeps it. */
static bool escalates(struct traffic *traffic, const struct visit *v)
{
    return v->legs == 1 && sim_random_chance(&traffic->random, persona_escalates_percent(v->intent));
}

static void colleague_escalates(struct traffic *traffic, struct visit *v)
{
    const char *name = g_hash_table_lookup(v->facts, "name");
    g_autofree char *queue = g_strdup_printf("%s-2", v->intent->business);
    g_autofree char *story = g_strdup_printf("%s, %s: %s", name, channel_name(v->channel),
                                             yaml_text_in(&v->intent->subject, v->customer->language));
    colleague_says(traffic, v, AGENT_LINE_ESCALATE);
    struct event *ev = traffic_agent_event(traffic, EVENT_CONTACT_ESCALATED, v->colleague, v);
    event_set_text(ev, "queue", queue);
    event_set_text(ev, "ask", agent_line(AGENT_LINE_ASK, v->customer->language));
    event_set_text(ev, "story", story);
    traffic_send(traffic, ev);
}

static void colleague_closes(struct traffic *traffic, struct visit *v)
{
    struct event *ev = traffic_agent_event(traffic, EVENT_CONTACT_CLOSED, v->colleague, v);
    bool resolved = sim_random_chance(&traffic->random, 87);
    event_set_text(ev, "disposition", resolved ? v->intent->disposition : "waiting-third-party");
    event_set_flag(ev, "resolved", resolved);
    traffic_send(traffic, ev);
}

void colleagues_work(struct traffic *traffic, struct visit *v)
{
    int64_t third_ms = v->intent->handle_ms / 3;
    struct event *focus = traffic_agent_event(traffic, EVENT_FOCUS_MOVED, v->colleague, v);
    traffic_send(traffic, focus);
    switch (v->piece) {
    case PIECE_GREET:
        if (is_live(v))
            colleague_says(traffic, v, v->legs > 1 ? AGENT_LINE_SPECIALIST : AGENT_LINE_GREET);
        colleagues_plan_piece(traffic, v, PIECE_LOOK, third_ms / 2);
        break;
    case PIECE_LOOK:
        if (is_live(v))
            colleague_says(traffic, v, AGENT_LINE_LOOK);
        approvals_maybe_ask(traffic, v);
        colleagues_plan_piece(traffic, v, PIECE_ANSWER, third_ms);
        break;
    case PIECE_ANSWER:
        if (escalates(traffic, v)) {
            colleague_escalates(traffic, v);
            break;
        }
        colleague_says(traffic, v, AGENT_LINE_ANSWER);
        colleagues_plan_piece(traffic, v, PIECE_WRAP, is_live(v) ? third_ms : 4 * SECOND_MS);
        break;
    case PIECE_WRAP:
        traffic_send(traffic, traffic_agent_event(traffic, EVENT_CONTACT_WRAP_STARTED, v->colleague, v));
        colleagues_plan_piece(traffic, v, PIECE_CLOSE, 25 * SECOND_MS);
        break;
    case PIECE_CLOSE:
        colleague_closes(traffic, v);
        break;
    }
}

void colleagues_accept(struct traffic *traffic, struct visit *v, const char *agent)
{
    struct event *ev =
        sim_emitter_make(&traffic->emitter, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, agent, traffic->now_ms);
    ev->contact = g_strdup(v->id);
    ev->leg = g_strdup_printf("%s.%d", v->id, v->legs + 1);
    event_set_text(ev, "from", "offer");
    traffic_send(traffic, ev);
}

void colleagues_be_ready(struct traffic *traffic, const char *agent)
{
    struct event *ev = traffic_agent_event(traffic, EVENT_AGENT_PRESENCE_CHANGED, agent, NULL);
    event_set_text(ev, "presence", "ready");
    traffic_send(traffic, ev);
}

void colleagues_come(struct traffic *traffic)
{
    const struct demo_floor *floor = &traffic->content->floor;
    for (size_t i = 0; i < floor->staff_count; i++) {
        const char *id = floor->staff[i].id;
        if (!g_hash_table_contains(traffic->colleagues, id))
            continue;
        traffic_send(traffic, traffic_agent_event(traffic, EVENT_AGENT_SIGNED_IN, id, NULL));
        if ((enum role)floor->staff[i].role == ROLE_SUPERVISOR)
            continue; /* decides, and takes no contacts */
        traffic_plan(traffic, DUE_READY, sim_random_between(&traffic->random, 20, 90) * SECOND_MS,
                     &(struct due){.agent = (char *)id});
    }
}

void colleagues_leave_to(struct traffic *traffic, const char *agent)
{
    if (agent == NULL || !g_hash_table_remove(traffic->colleagues, agent))
        return;
    for (guint i = 0; i < traffic->visit_order->len; i++) {
        struct visit *v = g_ptr_array_index(traffic->visit_order, i);
        if (g_strcmp0(v->colleague, agent) == 0)
            g_clear_pointer(&v->colleague, g_free);
    }
}

void colleagues_choose(struct traffic *traffic, int count, const char *leave_out)
{
    const struct demo_floor *floor = &traffic->content->floor;
    static const enum role roles[] = {ROLE_SPECIALIST, ROLE_AGENT};
    /* Every second agent and two of the second line: the person at the desk finds enough left to do. */
    for (size_t r = 0; r < G_N_ELEMENTS(roles); r++) {
        int wanted = roles[r] == ROLE_SPECIALIST ? count / 3 : count - count / 3;
        for (size_t i = r; i < floor->staff_count && wanted > 0; i++) {
            const struct demo_staff *staff = &floor->staff[i];
            if ((enum role)staff->role != roles[r] || g_strcmp0(staff->id, leave_out) == 0 ||
                (roles[r] == ROLE_AGENT && i % 2 == 0))
                continue;
            g_hash_table_add(traffic->colleagues, (gpointer)staff->id);
            wanted--;
        }
    }
    /* One with a say over what is too much for the second line; the last, for a person signs in as the first.
     */
    for (size_t i = floor->staff_count; count > 0 && i > 0; i--) {
        const struct demo_staff *staff = &floor->staff[i - 1];
        if ((enum role)staff->role != ROLE_SUPERVISOR || g_strcmp0(staff->id, leave_out) == 0)
            continue;
        g_hash_table_add(traffic->colleagues, (gpointer)staff->id);
        break;
    }
}
