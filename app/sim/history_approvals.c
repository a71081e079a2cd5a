/* Approvals of the past: asked for at a script's approve step, decided by a colleague while the customer
 * waits. What is decided is what the talk's way needs, so that it can be walked again. */
#include <string.h>

#include "app/model/rights.h"
#include "app/sim/history_parts.h"

static const char *const reasons[] = {"nothing in the record supports it", "the terms do not cover this",
                                      "not before the carrier has answered"};

/* Whether somebody of this role may decide on what is asked. */
static bool reaches(const struct past *past, const struct talk *t, enum role role)
{
    const struct approval_limits *limits = past->options->limits;
    const struct walk_request *request = &t->request;
    return limits == NULL ||
           approval_role_may(limits, role, RIGHT_APPROVALS_DECIDE,
                             approval_weigh(limits, request->amount_minor, request->currency), NULL);
}

static bool is_approver(const struct script_step *step, enum role role)
{
    for (size_t i = 0; i < step->approver_count; i++)
        if (strcmp(step->approvers[i], role_name(role)) == 0)
            return true;
    return false;
}

/* Who is there and may, the second line first; NULL: nobody. */
static struct past_agent *decider_of(struct past *past, const struct talk *t)
{
    static const enum role roles[] = {ROLE_SPECIALIST, ROLE_SUPERVISOR};
    for (size_t r = 0; r < G_N_ELEMENTS(roles); r++) {
        if (!is_approver(path_step(t), roles[r]) || !reaches(past, t, roles[r]))
            continue;
        for (size_t i = 0; i < past->agent_count; i++) {
            struct past_agent *a = &past->agents[i];
            if (a->signed_in && a != t->agent && (enum role)a->staff->role == roles[r])
                return a;
        }
    }
    return NULL;
}

void approval_ask(struct past *past, struct talk *t)
{
    const struct script_step *step = path_step(t);
    bool is_asked = t->request.ask != NULL && t->step == t->request_step && path_result(t) != NULL;
    if (!is_asked)
        return;
    t->decider = decider_of(past, t);
    if (t->decider == NULL)
        return;
    g_autoptr(GString) approvers = g_string_new(NULL);
    for (size_t i = 0; i < step->approver_count; i++)
        g_string_append_printf(approvers, "%s%s", i > 0 ? " " : "", step->approvers[i]);
    struct event *ev = past_agent_event(past, EVENT_APPROVAL_REQUESTED, t->agent, t);
    event_set_text(ev, "script", t->script->id);
    event_set_text(ev, "step", step->id);
    event_set_text(ev, "title", yaml_text_in(&step->title, t->language));
    event_set_text(ev, "ask", t->request.ask);
    event_set_text(ev, "approvers", approvers->str);
    if (t->request.reason != NULL)
        event_set_text(ev, "reason", t->request.reason);
    if (t->request.amount_minor > 0)
        event_set_number(ev, "amount_minor", t->request.amount_minor);
    if (t->request.currency != NULL)
        event_set_text(ev, "currency", t->request.currency);
    lapse_press(t, 1);
    t->approval = g_strdup(ev->id);
    past_emit(past, ev);
}

void approval_decide(struct past *past, struct talk *t)
{
    if (t->approval == NULL)
        return;
    const char *decision = path_result(t);
    if (!t->decider->signed_in)
        t->decider = decider_of(past, t);
    struct event *ev =
        past_agent_event(past, t->decider != NULL ? EVENT_APPROVAL_DECIDED : EVENT_APPROVAL_WITHDRAWN,
                         t->decider != NULL ? t->decider : t->agent, NULL);
    ev->contact = g_strdup(t->id);
    event_set_text(ev, "approval", t->approval);
    if (t->decider != NULL)
        event_set_text(ev, "decision", decision);
    if (t->decider != NULL && strcmp(decision, "refused") == 0)
        event_set_text(ev, "note", reasons[sim_random_index(&past->random, G_N_ELEMENTS(reasons))]);
    past_emit(past, ev);
    g_clear_pointer(&t->approval, g_free);
    walk_request_release(&t->request); /* asked once; who goes back and comes again has the answer */
}
