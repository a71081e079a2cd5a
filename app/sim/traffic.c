#include "app/sim/traffic.h"

#include <string.h>

#include "app/sim/at_work.h"
#include "app/sim/traffic_parts.h"

#define EVERY_USUAL_MS   (30 * SECOND_MS)
#define COLLEAGUES_USUAL 3
#define OVER_KEEP_MS     (3 * 60 * MINUTE_MS) /* how long a rating may take to come */

static void visit_free(gpointer data)
{
    struct visit *v = data;
    g_free(v->id);
    g_free(v->colleague);
    sim_customer_free(v->sim);
    g_hash_table_unref(v->facts);
    g_free(v);
}

static void due_free(gpointer data)
{
    struct due *due = data;
    g_free(due->contact);
    g_free(due->agent);
    g_free(due->approval);
    g_free(due);
}

int64_t traffic_inner_ms(const struct traffic *traffic, int64_t real_ms)
{
    return traffic->start_ms + (int64_t)((double)(real_ms - traffic->start_ms) * traffic->pace);
}

void traffic_plan(struct traffic *traffic, enum due_kind kind, int64_t delay_ms, const struct due *what)
{
    struct due *due = g_new0(struct due, 1);
    due->contact = g_strdup(what->contact);
    due->agent = g_strdup(what->agent);
    due->approval = g_strdup(what->approval);
    due->leg = what->leg;
    g_ptr_array_add(traffic->dues, due);
    agenda_add(&traffic->agenda, traffic_inner_ms(traffic, traffic->now_ms) + delay_ms, kind, due);
}

void traffic_send(struct traffic *traffic, struct event *ev)
{
    sim_emitter_send(&traffic->emitter, ev);
}

struct event *traffic_agent_event(struct traffic *traffic, enum event_kind kind, const char *agent,
                                  const struct visit *v)
{
    struct event *ev = sim_emitter_make(&traffic->emitter, kind, ACTOR_AGENT, agent, traffic->now_ms);
    if (v == NULL)
        return ev;
    ev->contact = g_strdup(v->id);
    ev->leg = v->legs == 0 ? NULL : g_strdup_printf("%s.%d", v->id, v->legs);
    return ev;
}

struct event *traffic_customer_event(struct traffic *traffic, enum event_kind kind, const struct visit *v,
                                     int64_t at_ms)
{
    struct event *ev = sim_emitter_make(&traffic->emitter, kind, ACTOR_CUSTOMER, v->customer->id, at_ms);
    ev->contact = g_strdup(v->id);
    return ev;
}

static void fall_due(struct traffic *traffic, enum due_kind kind, const struct due *due)
{
    struct visit *v = due->contact == NULL ? NULL : g_hash_table_lookup(traffic->visits, due->contact);
    switch (kind) {
    case DUE_ARRIVAL:
        arrivals_next(traffic);
        break;
    case DUE_READY:
        if (g_hash_table_contains(traffic->colleagues, due->agent))
            colleagues_be_ready(traffic, due->agent);
        break;
    case DUE_ACCEPT:
        if (v != NULL && v->state == VISIT_WAITING && g_hash_table_contains(traffic->colleagues, due->agent))
            colleagues_accept(traffic, v, due->agent);
        break;
    case DUE_DECIDE:
        if (g_hash_table_contains(traffic->colleagues, due->agent))
            approvals_decide(traffic, due);
        break;
    case DUE_PIECE:
        if (v != NULL && v->state == VISIT_IN_HAND && v->legs == due->leg &&
            g_strcmp0(v->colleague, due->agent) == 0)
            colleagues_work(traffic, v);
        break;
    }
}

/* --- what was applied --- */

static void hear_accepted(struct traffic *traffic, struct visit *v, const struct event *ev, int64_t now_ms)
{
    v->state = VISIT_IN_HAND;
    v->legs++;
    g_clear_pointer(&v->colleague, g_free);
    sim_customer_accept(v->sim, now_ms);
    if (!g_hash_table_contains(traffic->colleagues, ev->actor))
        return;
    v->colleague = g_strdup(ev->actor);
    colleagues_plan_piece(traffic, v, PIECE_GREET, 9 * SECOND_MS);
}

static void hear_handed_over(struct visit *v, int64_t now_ms)
{
    v->state = VISIT_WAITING;
    g_clear_pointer(&v->colleague, g_free);
    sim_customer_requeue(v->sim, now_ms);
}

static void hear_over(struct visit *v, const struct event *ev, int64_t now_ms)
{
    v->state = VISIT_OVER;
    v->over_ms = now_ms;
    if (ev->kind == EVENT_CONTACT_CLOSED)
        sim_customer_close(v->sim, event_flag(ev, "resolved"), now_ms);
}

static void hear_about(struct traffic *traffic, struct visit *v, const struct event *ev, int64_t now_ms)
{
    const char *text = event_text(ev, "text");
    switch (ev->kind) {
    case EVENT_CONTACT_ACCEPTED:
        hear_accepted(traffic, v, ev, now_ms);
        break;
    case EVENT_CONTACT_HELD:
        sim_customer_hold(v->sim, now_ms);
        break;
    case EVENT_CONTACT_RESUMED:
        sim_customer_resume(v->sim, now_ms);
        break;
    case EVENT_CONTACT_TRANSFERRED:
    case EVENT_CONTACT_ESCALATED:
    case EVENT_CONTACT_GIVEN_BACK:
    case EVENT_CONTACT_UNPARKED:
        hear_handed_over(v, now_ms);
        break;
    case EVENT_MESSAGE_SENT:
        if (text != NULL)
            sim_customer_hear(v->sim, text, now_ms);
        break;
    case EVENT_CONTACT_CLOSED:
    case EVENT_CONTACT_ABANDONED:
        hear_over(v, ev, now_ms);
        break;
    default:
        if (v->state == VISIT_IN_HAND && at_work_tells(ev))
            sim_customer_notice(v->sim, now_ms);
        break;
    }
}

static void hear_offer(struct traffic *traffic, const struct visit *v, const struct event *ev)
{
    const char *agent = event_text(ev, "agent");
    if (agent == NULL || !g_hash_table_contains(traffic->colleagues, agent))
        return;
    if (ev->kind == EVENT_CONTACT_OFFER_TIMED_OUT)
        traffic_plan(traffic, DUE_READY, 30 * SECOND_MS, &(struct due){.agent = (char *)agent});
    if (ev->kind == EVENT_CONTACT_OFFERED)
        traffic_plan(traffic, DUE_ACCEPT, sim_random_between(&traffic->random, 3000, 9000),
                     &(struct due){.contact = v->id, .agent = (char *)agent});
}

void traffic_hear(struct traffic *traffic, const struct event *ev, int64_t now_ms)
{
    struct visit *v = ev->contact == NULL ? NULL : g_hash_table_lookup(traffic->visits, ev->contact);
    traffic->now_ms = MAX(traffic->now_ms, now_ms);
    if (ev->kind == EVENT_AGENT_SIGNED_IN && !sim_emitter_is_own(&traffic->emitter, ev))
        colleagues_leave_to(traffic, ev->actor);
    if (ev->contact != NULL)
        approvals_hear(traffic, v, ev);
    if (v == NULL)
        return;
    hear_offer(traffic, v, ev);
    hear_about(traffic, v, ev, traffic_inner_ms(traffic, traffic->now_ms));
}

void traffic_notice(struct traffic *traffic, const char *contact, int64_t now_ms)
{
    struct visit *v = g_hash_table_lookup(traffic->visits, contact);
    traffic->now_ms = MAX(traffic->now_ms, now_ms);
    if (v != NULL && v->state == VISIT_IN_HAND)
        sim_customer_notice(v->sim, traffic_inner_ms(traffic, traffic->now_ms));
}

/* --- time --- */

static void act(struct traffic *traffic, struct visit *v, const struct sim_action *action)
{
    static const enum event_kind kinds[] = {[SIM_ACTION_TYPING] = EVENT_CUSTOMER_TYPING,
                                            [SIM_ACTION_SAY] = EVENT_MESSAGE_RECEIVED,
                                            [SIM_ACTION_LEAVE] = EVENT_CONTACT_CUSTOMER_LEFT,
                                            [SIM_ACTION_ABANDON] = EVENT_CONTACT_ABANDONED,
                                            [SIM_ACTION_RATE] = EVENT_CONTACT_RATED};
    if (v->state == VISIT_OVER && action->kind != SIM_ACTION_RATE)
        return;
    struct event *ev = traffic_customer_event(traffic, kinds[action->kind], v, traffic->now_ms);
    if (action->kind == SIM_ACTION_SAY)
        event_set_text(ev, "text", action->text);
    if (action->kind == SIM_ACTION_RATE)
        event_set_number(ev, "csat", action->csat);
    traffic_send(traffic, ev);
}

static void tick_customers(struct traffic *traffic)
{
    int64_t now_ms = traffic_inner_ms(traffic, traffic->now_ms);
    for (guint i = 0; i < traffic->visit_order->len;) {
        struct visit *v = g_ptr_array_index(traffic->visit_order, i);
        if (sim_customer_due_ms(v->sim) <= now_ms) {
            g_autoptr(GPtrArray) actions = sim_customer_tick(v->sim, now_ms);
            for (guint j = 0; j < actions->len; j++)
                act(traffic, v, g_ptr_array_index(actions, j));
        }
        bool done = v->state == VISIT_OVER &&
                    (sim_customer_due_ms(v->sim) == INT64_MAX || v->over_ms < now_ms - OVER_KEEP_MS);
        if (!done) {
            i++;
            continue;
        }
        g_ptr_array_remove_index(traffic->visit_order, i);
        g_hash_table_remove(traffic->visits, v->id);
    }
}

void traffic_tick(struct traffic *traffic, int64_t now_ms)
{
    traffic->now_ms = MAX(traffic->now_ms, now_ms);
    if (!traffic->begun) {
        traffic->begun = true;
        arrivals_begin(traffic);
        colleagues_come(traffic);
    }
    struct agenda_item item;
    while (agenda_take_by(&traffic->agenda, traffic_inner_ms(traffic, traffic->now_ms), &item)) {
        fall_due(traffic, (enum due_kind)item.kind, item.data);
        g_ptr_array_remove_fast(traffic->dues, item.data);
    }
    tick_customers(traffic);
}

/* --- life --- */

struct traffic *traffic_new(const struct demo_content *content, const struct crowd *crowd,
                            const struct traffic_options *options)
{
    struct traffic *traffic = g_new0(struct traffic, 1);
    traffic->content = content;
    traffic->crowd = crowd;
    traffic->random.state = options->seed;
    traffic->visits = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, visit_free);
    traffic->visit_order = g_ptr_array_new();
    traffic->colleagues = g_hash_table_new(g_str_hash, g_str_equal);
    traffic->asks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    traffic->dues = g_ptr_array_new_with_free_func(due_free);
    traffic->limits = options->limits;
    traffic->pace = options->pace > 0 ? options->pace : 1;
    traffic->start_ms = traffic->now_ms = options->now_ms;
    traffic->every_ms = options->every_ms == 0 ? EVERY_USUAL_MS : options->every_ms;
    traffic->next_contact = options->next_contact;
    traffic->waiting_at_start = options->waiting == 0 ? WAITING_USUAL : MAX(options->waiting, 0);
    agenda_init(&traffic->agenda);
    /* A device of its own for each run, for its seq begins anew. */
    g_autofree char *prefix = g_strdup_printf("live%" G_GINT64_MODIFIER "x", (guint64)options->now_ms);
    sim_emitter_init(&traffic->emitter, prefix, options->seed ^ (uint64_t)options->now_ms,
                     options->now_ms - 86400000);
    traffic->emitter.sink = options->sink;
    traffic->emitter.user_data = options->user_data;
    colleagues_choose(traffic, options->colleagues == 0 ? COLLEAGUES_USUAL : MAX(options->colleagues, 0),
                      options->leave_out);
    return traffic;
}

void traffic_free(struct traffic *traffic)
{
    if (traffic == NULL)
        return;
    g_ptr_array_unref(traffic->visit_order);
    g_hash_table_unref(traffic->visits);
    g_hash_table_unref(traffic->colleagues);
    g_hash_table_unref(traffic->asks);
    g_ptr_array_unref(traffic->dues);
    agenda_release(&traffic->agenda);
    sim_emitter_release(&traffic->emitter);
    g_free(traffic);
}

size_t traffic_waiting(const struct traffic *traffic)
{
    size_t count = 0;
    for (guint i = 0; i < traffic->visit_order->len; i++)
        count += ((const struct visit *)g_ptr_array_index(traffic->visit_order, i))->state == VISIT_WAITING;
    return count;
}
