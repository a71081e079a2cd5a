/* Approve steps: what they ask, and what came of it; see walk.h. */
#include "app/script/walk_state.h"

/* The value that `with` gives a name; NULL: none. */
static const char *with_value(const struct walk *walk, const struct facts *facts,
                              const struct script_step *step, const char *name)
{
    for (size_t i = 0; i < step->with_count; i++)
        if (g_str_equal(step->with[i].head.key, name))
            return walk_value(walk, facts, step->with[i].string);
    return NULL;
}

static int64_t amount_of(const struct walk *walk, const struct facts *facts, const struct script_step *step)
{
    const char *text = with_value(walk, facts, step, "amount");
    int64_t minor = 0;
    return text && yaml_parse_money(text, &minor) ? MAX(minor, 0) : 0;
}

static bool has_all(const struct walk *walk, const struct facts *facts, const struct script_step *step)
{
    for (size_t i = 0; i < step->field_count; i++)
        if (step->fields[i].required && !walk_slot_value(walk, facts, step->fields[i].slot))
            return false;
    for (size_t i = 0; i < step->with_count; i++)
        if (!walk_value(walk, facts, step->with[i].string))
            return false;
    return true;
}

void walk_request_init(struct walk_request *request, const struct walk *walk, const struct facts *facts,
                       const struct script_step *step)
{
    g_autoptr(GPtrArray) blanks = g_ptr_array_new_with_free_func(g_free);
    const char *ask = yaml_text_in(&step->request, facts ? facts->language : NULL);
    *request = (struct walk_request){
        .ask = walk_render(walk, facts, ask ? ask : walk_title_of(&step->title), blanks),
        .reason = g_strdup(with_value(walk, facts, step, "reason")),
        .amount_minor = amount_of(walk, facts, step),
    };
    request->currency = request->amount_minor ? g_strdup(facts_get(facts, "order.currency")) : NULL;
    request->is_whole = blanks->len == 0 && has_all(walk, facts, step);
}

void walk_request_release(struct walk_request *request)
{
    g_free(request->ask);
    g_free(request->reason);
    g_free(request->currency);
    *request = (struct walk_request){0};
}

enum condition_result walk_preauthorises(const struct walk *walk, const struct facts *facts, int64_t at_ms,
                                         const struct script_step *step)
{
    return step->preauthorised_if ? walk_decide(walk, facts, at_ms, step->preauthorised_if, NULL, NULL)
                                  : CONDITION_FALSE;
}

/* One that ran out before anybody came to wait for it can be asked for anew. A script that has no way for one
 * that ran out goes that of one refused. */
const char *walk_approval(const struct walk *walk, const struct facts *facts, const struct script_step *step,
                          const char **by)
{
    if (!facts || !facts->approval)
        return NULL;
    int64_t amount_minor = amount_of(walk, facts, step), at_ms = 0;
    const char *came = facts->approval(facts->data, walk->script->id, step->id, amount_minor, by, &at_ms);
    if (!came || !g_str_equal(came, "expired"))
        return came;
    const char *before = walk_result(walk, step);
    bool was_waited_for = (before && g_str_equal(before, SCRIPT_RESULT_MEANWHILE)) ||
                          (walk->current == step && at_ms >= walk_entered_ms(walk));
    return !was_waited_for ? NULL : script_result_of(step, came) ? came : "refused";
}

const char *walk_result(const struct walk *walk, const struct script_step *step)
{
    for (size_t i = walk->trail->len; i > 0; i--) {
        size_t index = g_array_index(walk->trail, size_t, i - 1);
        const struct visit *visit = &g_array_index(walk->visits, struct visit, index);
        if (visit->step == step && visit->how != VISIT_OPEN)
            return visit->result;
    }
    return NULL;
}
