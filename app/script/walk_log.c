/* A walk read from the log; see walk_log.h. Visits and answers are put where they were, not gone through
 * again, so neither rules nor the clock have a say in it. */
#include "app/script/walk_log.h"

#include <string.h>

#include "app/script/walk_state.h"

struct reading {
    const struct facts *facts;
    walk_find_script find;
    void *data;
    struct walk *walk; /* NULL: none was begun, or its script is not to be had */
};

static void begin(struct reading *r, const struct event *ev)
{
    const char *id = event_text(ev, "script");
    int64_t version = event_number(ev, "version", 0);
    bool goes_on = r->walk && r->walk->current && g_strcmp0(r->walk->script->id, id) == 0 &&
                   r->walk->script->version == version;
    struct script *script = !goes_on && id ? r->find(r->data, id, version) : NULL;
    if (goes_on || !id)
        return;
    struct walk *before = r->walk;
    r->walk = NULL;
    if (script) {
        r->walk = walk_allocate(script);
        r->walk->started_ms = ev->at_ms;
        script_unref(script);
    }
    if (before && r->walk)
        walk_move_answers(before, r->walk);
    walk_free(before);
}

/* The step of the event in the script of the walk; NULL where there is none. */
static const struct script_step *step_of(const struct reading *r, const struct event *ev)
{
    const char *step = event_text(ev, "step");
    const char *script = event_text(ev, "script");
    if (!step || (script && !g_str_equal(script, r->walk->script->id)))
        return NULL;
    return script_step_of(r->walk->script, step);
}

static void enter(struct reading *r, const struct event *ev)
{
    const struct script_step *step = step_of(r, ev);
    if (!step || r->walk->visits->len >= 2 * WALK_VISITS_MAX)
        return;
    if (r->walk->current) /* its leg ended in it */
        walk_drop_open(r->walk);
    walk_add_visit(r->walk, &(struct walk_turn){.facts = r->facts, .at_ms = ev->at_ms}, step);
}

static void leave(struct reading *r, const struct event *ev)
{
    const char *how = event_text(ev, "how");
    if (!r->walk->current || step_of(r, ev) != r->walk->current)
        return;
    if (event_goes_back(ev))
        walk_drop_back(r->walk, ev->at_ms);
    else if (g_strcmp0(how, "left") != 0)
        walk_close_open(r->walk, ev->at_ms, VISIT_COMPLETED, event_text(ev, "result"), NULL);
}

static void skip(struct reading *r, const struct event *ev)
{
    bool is_automatic = event_flag(ev, "automatic");
    if (is_automatic)
        enter(r, ev);
    if (r->walk->current && step_of(r, ev) == r->walk->current)
        walk_close_open(r->walk, ev->at_ms, is_automatic ? VISIT_AUTOMATIC : VISIT_SKIPPED,
                        event_text(ev, "result"), event_text(ev, "reason"));
}

static void answer(struct reading *r, const struct event *ev)
{
    const char *name = event_text(ev, "field"), *value = event_text(ev, "value");
    const char *source = event_text(ev, "source");
    int slot = name ? script_name_index(r->walk->script, name) : -1;
    if (slot < 0)
        return;
    struct answer *kept = &r->walk->answers[slot];
    g_free(kept->value);
    g_free(kept->source);
    *kept = (struct answer){.value = g_strdup(value),
                            .source = value ? g_strdup(source ? source : "agent") : NULL,
                            .at_ms = ev->at_ms};
    if (value && r->walk->script->names[slot].type == VALUE_TYPE_ORDER)
        r->walk->order_slot = (size_t)slot;
}

static void finish(struct reading *r, const struct event *ev)
{
    const char *outcome = event_text(ev, "outcome");
    struct walk *walk = r->walk;
    if (g_strcmp0(outcome, "left") == 0 || !walk->trail->len)
        return; /* it stands open, for whoever goes on */
    if (walk->current)
        walk_close_open(walk, ev->at_ms, VISIT_COMPLETED, NULL, NULL);
    g_free(walk->outcome);
    walk->outcome = g_strdup(outcome ? outcome : "completed");
}

static void take(struct reading *r, const struct event *ev)
{
    if (ev->kind == EVENT_SCRIPT_STARTED)
        begin(r, ev);
    else if (!r->walk)
        return;
    else if (ev->kind == EVENT_STEP_ENTERED)
        enter(r, ev);
    else if (ev->kind == EVENT_STEP_ANSWERED)
        answer(r, ev);
    else if (ev->kind == EVENT_STEP_LEFT)
        leave(r, ev);
    else if (ev->kind == EVENT_STEP_SKIPPED)
        skip(r, ev);
    else if (ev->kind == EVENT_CUSTOMER_VERIFIED)
        r->walk->verified = true;
    else if (ev->kind == EVENT_SCRIPT_FINISHED)
        finish(r, ev);
}

/* The log may end between a step and the next: who goes on stands in the last one. */
static void stand(struct walk *walk)
{
    size_t index = g_array_index(walk->trail, size_t, walk->trail->len - 1);
    struct visit *last = &g_array_index(walk->visits, struct visit, index);
    if (walk->current || walk->outcome)
        return;
    g_clear_pointer(&last->result, g_free);
    g_clear_pointer(&last->reason, g_free);
    last->how = VISIT_OPEN;
    last->left_ms = 0;
    walk->current = last->step;
}

struct walk *walk_from_events(const GPtrArray *events, const struct facts *facts, walk_find_script find,
                              void *data)
{
    struct reading r = {.facts = facts, .find = find, .data = data};
    for (guint i = 0; i < events->len; i++)
        take(&r, g_ptr_array_index(events, i));
    if (r.walk && !r.walk->trail->len) { /* nothing was entered: there is no place to stand */
        walk_free(r.walk);
        return NULL;
    }
    if (r.walk)
        stand(r.walk);
    return r.walk;
}
