/* What in a past contact does not go by the book (steps gone back to, skipped, customers verified again),
 * which version of its script it walked, and how many keys it took: what the reports are there to show. */
#include <string.h>

#include "app/script/rollout.h"
#include "app/sim/history_parts.h"

#define BACK_PERCENT         4  /* of steps: gone back to the one before */
#define SKIP_PERCENT         3  /* of required steps but checks */
#define VERIFY_AGAIN_PERCENT 40 /* of contacts that another agent took over */
#define NPS_ASKED_TENTHS     6

int64_t lapse_version(const struct past *past, const struct talk *t)
{
    const struct demo_planted *planted = &past->content->floor.planted;
    if (strcmp(t->script->id, planted->rollout_script) != 0 || t->script->version < 2)
        return t->script->version;
    bool began = t->created_ms >= past->end_ms - planted->rollout_days_ago * DAY_MS;
    struct script_rollout rollout = {
        .script = t->script->id, .version = t->script->version, .share_percent = planted->rollout_percent};
    bool is_chosen = script_rollout_has(&rollout, t->customer->id, t->id, NULL);
    return t->script->version - !(began && is_chosen);
}

int64_t lapse_span(const struct past *past, const struct talk *t, int64_t span_ms)
{
    bool is_old = t->version > 0 && t->version < t->script->version;
    return is_old ? span_ms * past->content->floor.planted.rollout_slower_percent / 100 : span_ms;
}

bool lapse_goes_back(struct past *past, struct talk *t)
{
    if (t->step < 2 || t->went_back || !sim_random_chance(&past->random, BACK_PERCENT))
        return false;
    t->went_back = true;
    return true;
}

bool lapse_skips(struct past *past, const struct talk *t)
{
    const struct script_step *step = path_step(t);
    return step->step_class == SCRIPT_CLASS_REQUIRED && step->kind != SCRIPT_KIND_CHECK &&
           sim_random_chance(&past->random, SKIP_PERCENT);
}

/* Whoever takes over asks once more, though it was written down. */
void lapse_verify_again(struct past *past, struct talk *t)
{
    if (!t->verified || t->legs < 2 || !sim_random_chance(&past->random, VERIFY_AGAIN_PERCENT))
        return;
    struct event *ev = past_agent_event(past, EVENT_CUSTOMER_VERIFIED, t->agent, t);
    event_set_text(ev, "customer", t->customer->id);
    event_set_text(ev, "method", "asked");
    past_emit(past, ev);
}

/* Some are asked whether they would recommend the house, and answer as they rated. */
void lapse_recommend(const struct talk *t, struct event *ev, int csat)
{
    static const int scores[] = {0, 2, 5, 7, 8, 10};
    guint hash = g_str_hash(t->id);
    if (hash % 10 < NPS_ASKED_TENTHS && csat >= 1 && csat <= 5)
        event_set_number(ev, "nps", scores[csat] - (int)(hash / 10 % 2));
}

void lapse_press(struct talk *t, int64_t keys)
{
    t->keys += keys;
}

void lapse_type(struct talk *t, const char *text)
{
    t->keys += g_utf8_strlen(text, -1) + 1;
}

void lapse_tell_keys(struct talk *t, struct event *ev)
{
    event_set_number(ev, "keys", t->keys);
    t->keys = 0;
}
