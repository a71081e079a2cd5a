/* How a leg of the past ends: closed, rated and perhaps come again, or handed over with its story. */
#include "app/sim/agent_lines.h"
#include "app/sim/history_parts.h"

#define REPEAT_PERCENT  55 /* of unresolved ones */
#define RELAPSE_PERCENT 6  /* of resolved ones */

static void decide_outcome(struct past *past, struct talk *t)
{
    const struct demo_planted *planted = &past->content->floor.planted;
    const struct script_step *end = path_end(t);
    int percent = t->outage                                     ? 96
                  : t->bad                                      ? (int)planted->bad_resolved_percent
                  : t->intent->contact_class == CLASS_COMPLAINT ? 86
                                                                : 93;
    t->resolved = (end == NULL || end->resolved) && sim_random_chance(&past->random, percent);
}

static const char *disposition_of(const struct talk *t)
{
    const struct script_step *end = path_end(t);
    if (t->outage)
        return "known-outage";
    if (t->bad)
        return "customer-tries";
    if (end != NULL && end->disposition != NULL && end->resolved == t->resolved)
        return end->disposition;
    if (!t->resolved)
        return talk_is_live(t) ? "waiting-third-party" : "waiting-customer";
    return t->intent->disposition;
}

/* The same customer with the same matter, some days later. */
static void maybe_come_again(struct past *past, const struct talk *t)
{
    const struct demo_planted *planted = &past->content->floor.planted;
    int percent = t->bad && !t->resolved ? (int)planted->bad_repeat_percent
                  : t->resolved          ? RELAPSE_PERCENT
                                         : REPEAT_PERCENT;
    if (t->outage || !sim_random_chance(&past->random, percent))
        return;
    int64_t at_ms = past->now_ms + sim_random_between(&past->random, 1, t->bad ? 3 : 6) * DAY_MS +
                    sim_random_between(&past->random, -60, 60) * MINUTE_MS;
    struct talk *again = past_talk_new(past, t->customer, t->intent);
    again->repeat = true;
    agenda_add(&past->agenda, at_ms, PAST_ARRIVE, again);
}

void talk_close(struct past *past, struct talk *t)
{
    struct past_agent *a = t->agent;
    decide_outcome(past, t);
    struct event *ev = past_agent_event(past, EVENT_CONTACT_CLOSED, a, t);
    g_autofree char *summary =
        g_strdup_printf("%s: %s.", yaml_text_in(&t->intent->subject, "en"), disposition_of(t));
    event_set_text(ev, "disposition", disposition_of(t));
    event_set_flag(ev, "resolved", t->resolved);
    event_set_text(ev, "summary", summary);
    lapse_press(t, 4); /* the disposition and the summary are proposed */
    lapse_tell_keys(t, ev);
    past_emit(past, ev);
    t->state = TALK_OVER;
    sim_customer_close(t->sim, t->resolved, past->now_ms);
    int64_t due_ms = sim_customer_due_ms(t->sim);
    if (due_ms != INT64_MAX)
        agenda_add(&past->agenda, due_ms, PAST_RATES, t);
    maybe_come_again(past, t);
    floor_release(past, a, t);
}

void talk_rate(struct past *past, struct talk *t)
{
    g_autoptr(GPtrArray) actions = sim_customer_tick(t->sim, past->now_ms);
    for (guint i = 0; i < actions->len; i++) {
        const struct sim_action *action = g_ptr_array_index(actions, i);
        if (action->kind != SIM_ACTION_RATE)
            continue;
        struct event *ev = past_customer_event(past, EVENT_CONTACT_RATED, t);
        event_set_number(ev, "csat", action->csat);
        lapse_recommend(t, ev, action->csat);
        past_emit(past, ev);
    }
}

void talk_hand_over(struct past *past, struct talk *t)
{
    struct past_agent *a = t->agent;
    bool up = t->fate == FATE_ESCALATE;
    if (t->path != NULL && t->step > 0) {
        struct event *left = past_agent_event(past, EVENT_SCRIPT_LEFT, a, t);
        event_set_text(left, "script", t->script->id);
        event_set_text(left, "reason", up ? "escalated" : "transferred");
        past_emit(past, left);
    }
    g_autofree char *story = g_strdup_printf("%s; %s.", yaml_text_in(&t->intent->subject, "en"),
                                             t->verified ? "verified" : "not verified");
    struct event *ev = past_agent_event(past, up ? EVENT_CONTACT_ESCALATED : EVENT_CONTACT_TRANSFERRED, a, t);
    char *queue = up ? g_strdup_printf("%s-2", t->intent->business) : g_strdup(t->right_queue);
    event_set_text(ev, "queue", queue);
    event_set_text(ev, "story", story);
    const char *ask = up ? agent_line(AGENT_LINE_ASK, t->language) : "";
    event_set_text(ev, up ? "ask" : "reason", up ? ask : "wrong desk");
    lapse_type(t, ask);
    lapse_tell_keys(t, ev);
    past_emit(past, ev);
    g_free(t->queue);
    t->queue = queue;
    t->escalated = up;
    t->fate = FATE_CLOSE;
    t->state = TALK_QUEUED;
    t->waits_for_words = false;
    sim_customer_requeue(t->sim, past->now_ms);
    floor_release(past, a, t);
    floor_enqueue(past, t);
}
