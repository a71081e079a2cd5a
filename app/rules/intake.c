#include "app/rules/intake.h"

bool intake_concerns(const struct script *script)
{
    for (size_t i = 0; i < script->step_count; i++)
        if (script->steps[i].intake != SCRIPT_INTAKE_NONE)
            return true;
    return false;
}

static struct event *system_event(enum event_kind kind, const struct contact *c)
{
    struct event_origin origin = {.actor_kind = ACTOR_SYSTEM, .actor = "rules"};
    struct event *ev = event_new(kind, NULL, &origin);
    ev->contact = g_strdup(c->id);
    return ev;
}

static struct event *request_event(const struct contact *c, const struct script *script,
                                   const struct script_step *step, const struct walk_request *request)
{
    struct event *ev = system_event(EVENT_APPROVAL_REQUESTED, c);
    g_autoptr(GString) approvers = g_string_new(NULL);
    for (size_t i = 0; i < step->approver_count; i++)
        g_string_append_printf(approvers, "%s%s", i > 0 ? " " : "", step->approvers[i]);
    event_set_text(ev, "script", script->id);
    event_set_text(ev, "step", step->id);
    event_set_text(ev, "title", yaml_text_in(&step->title, c->language));
    event_set_text(ev, "ask", request->ask);
    event_set_text(ev, "approvers", approvers->str);
    event_set_text(ev, "reason", request->reason);
    event_set_text(ev, "queue", step->queue);
    if (request->amount_minor > 0) {
        event_set_number(ev, "amount_minor", request->amount_minor);
        event_set_text(ev, "currency", request->currency);
    }
    if (step->due_ms > 0)
        event_set_number(ev, "due_ms", step->due_ms);
    if (step->expires_ms > 0)
        event_set_number(ev, "expires_ms", step->expires_ms);
    return ev;
}

/* A contact that comes in, its script, and who is told what follows. */
struct coming {
    const struct world *w;
    const struct contact *c;
    const struct walk *walk;
    const struct walk_turn *turn;
    rules_emit emit;
    void *user_data;
};

static void approve(const struct coming *in, const struct script_step *step,
                    const struct walk_request *request)
{
    const struct contact *c = in->c;
    const struct script *script = walk_script(in->walk);
    const struct approval_limits *limits = &in->w->limits;
    enum condition_result rule = walk_preauthorises(in->walk, in->turn->facts, in->turn->at_ms, step);
    int64_t weight_minor = approval_weigh(limits, request->amount_minor, request->currency);
    bool is_small = request->amount_minor > 0 && weight_minor <= limits->preauthorised_minor;
    bool is_granted = rule == CONDITION_TRUE || (rule == CONDITION_FALSE && is_small);
    if (!is_granted && (rule != CONDITION_FALSE || step->intake != SCRIPT_INTAKE_ASK || !request->is_whole))
        return;
    in->emit(request_event(c, script, step, request), in->user_data);
    const struct approval *a = approval_of_step(c->approvals, script->id, step->id);
    if (!is_granted || a == NULL || a->state != APPROVAL_ASKED)
        return;
    struct event *ev = system_event(EVENT_APPROVAL_DECIDED, c);
    event_set_text(ev, "approval", a->id);
    event_set_text(ev, "decision", "granted");
    event_set_flag(ev, "rule", true);
    in->emit(ev, in->user_data);
}

void intake_approvals(const struct world *w, const struct contact *c, struct script *script,
                      const struct walk_turn *turn, rules_emit emit, void *user_data)
{
    struct walk *walk = walk_start(script, turn);
    struct coming in = {w, c, walk, turn, emit, user_data};
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        if (step->intake == SCRIPT_INTAKE_NONE ||
            approval_of_step(c->approvals, script->id, step->id) != NULL)
            continue;
        struct walk_request request;
        walk_request_init(&request, walk, turn->facts, step);
        approve(&in, step, &request);
        walk_request_release(&request);
    }
    walk_free(walk);
}
