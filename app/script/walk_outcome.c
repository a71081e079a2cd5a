/* What comes of a step: whether a check agrees with the record, which result or way that is, and whether the
 * answers are to each other as they must; see walk.h. */
#include <string.h>

#include "app/script/walk_state.h"

static char *folded(const char *text)
{
    g_autofree char *low = g_utf8_casefold(text, -1);
    GString *bare = g_string_new(NULL);
    for (const char *at = low; *at; at = g_utf8_next_char(at))
        if (!g_unichar_isspace(g_utf8_get_char(at)))
            g_string_append_unichar(bare, g_utf8_get_char(at));
    return g_string_free(bare, FALSE);
}

/* Phone numbers agree when their last eight digits do, so that a country code may be left out. */
static bool agree(enum value_type type, const char *said, const char *known)
{
    g_autofree char *canonical = value_normalise(type, known, "", NULL);
    g_autofree char *a = folded(said), *b = folded(canonical ? canonical : known);
    size_t a_len = strlen(a), b_len = strlen(b);
    if (type == VALUE_TYPE_PHONE && a_len >= 8 && b_len >= 8)
        return g_str_equal(a + a_len - 8, b + b_len - 8);
    return g_str_equal(a, b);
}

/* How many fields of a check step agree with the record, and how many the record cannot judge. Fields without
 * `match` are only asked along, unless there are no others: then it is for the agent to judge. */
static void count_matches(const struct walk *walk, const struct facts *facts, size_t *matched, size_t *untold)
{
    const struct script_step *step = walk->current;
    bool judged = script_step_matches(step) > 0;
    *matched = *untold = 0;
    for (size_t i = 0; i < step->field_count; i++) {
        const struct script_field *field = &step->fields[i];
        struct walk_fill fill = walk_fill_of(walk, facts, field);
        const char *said = fill.value;
        const char *known = field->match ? facts_get(facts, field->match) : NULL;
        if (said && known)
            *matched += agree((enum value_type)field->type, said, known);
        else if ((said || fill.answered) && (field->match || !judged))
            (*untold)++;
    }
}

static size_t matches_needed(const struct script_step *step)
{
    return step->need ? (size_t)step->need : MAX(script_step_matches(step), 1);
}

bool walk_is_for_agent(const struct walk *walk, const struct facts *facts)
{
    const struct script_step *step = walk->current;
    if (!step || step->kind != SCRIPT_KIND_CHECK || walk_missing(walk, facts))
        return false;
    size_t matched, untold;
    count_matches(walk, facts, &matched, &untold);
    return matched < matches_needed(step) && matched + untold >= matches_needed(step);
}

/* The result of a check step: what the fields say, or what the agent says where the record is silent. */
static const struct script_result *check_result(const struct walk *walk, const struct facts *facts,
                                                const char *given, GError **error)
{
    const struct script_step *step = walk->current;
    size_t matched, untold, need = matches_needed(step);
    count_matches(walk, facts, &matched, &untold);
    bool passes = matched >= need, may_pass = matched + untold >= need;
    if (given && g_str_equal(given, "pass") && !may_pass) {
        walk_refuse(error, WALK_ERROR_RESULT,
                    "What the customer said does not match the record; ask again, or say it failed.");
        return NULL;
    }
    if (!given && !passes && may_pass) {
        walk_refuse(error, WALK_ERROR_RESULT,
                    "The record cannot confirm this by itself; say whether it passed or failed.");
        return NULL;
    }
    return script_result_of(step, given ? given : passes ? "pass" : "fail");
}

const struct script_result *walk_step_result(const struct walk *walk, const struct facts *facts,
                                             const char *given, GError **error)
{
    const struct script_step *step = walk->current;
    if (given && !script_result_of(step, given)) {
        walk_refuse(error, WALK_ERROR_RESULT, "The step %s cannot end in %s.", step->id, given);
        return NULL;
    }
    if (step->kind == SCRIPT_KIND_CHECK)
        return check_result(walk, facts, given, error);
    if (step->kind == SCRIPT_KIND_EACH) { /* it stood because its list was not known */
        g_autofree char *text = NULL;
        return walk_loop_next(walk, facts, step, &text);
    }
    if (given || step->result_count == 1)
        return given ? script_result_of(step, given) : &step->results[0];
    g_autoptr(GString) all = g_string_new(NULL);
    for (size_t i = 0; i < step->result_count; i++)
        g_string_append_printf(all, "%s%s", i ? ", " : "",
                               script_result_title(&step->results[i], walk_language(facts)));
    walk_refuse(error, WALK_ERROR_RESULT, "Say what came of it: %s.", all->str);
    return NULL;
}

/* The way on needs a value that nothing knows: the step asks for it from now on. */
static bool want(struct walk *walk, const struct facts *facts, size_t slot, GError **error)
{
    const struct script_field *field = walk->script->names[slot].field;
    bool here = false;
    for (size_t i = 0; i < walk_field_count(walk); i++)
        here |= walk_field(walk, i)->slot == slot;
    if (!here)
        g_array_append_val(walk->wanted, slot);
    return walk_refuse(error, WALK_ERROR_NEEDS, "The way on depends on %s; ask for it and enter it.",
                       script_field_label(field, walk_language(facts)));
}

bool walk_decide_next(struct walk *walk, const struct walk_turn *turn, const struct script_step **target,
                      GError **error)
{
    const struct script_step *step = walk->current;
    for (size_t i = 0; i < step->next_count; i++) {
        size_t needs = 0;
        struct condition *condition = step->next[i].condition;
        g_autoptr(GError) cause = NULL;
        enum condition_result result =
            condition ? walk_decide(walk, turn->facts, turn->at_ms, condition, &needs, &cause)
                      : CONDITION_TRUE;
        if (result == CONDITION_UNKNOWN)
            return want(walk, turn->facts, needs, error);
        if (result == CONDITION_FAILED)
            return walk_refuse(error, WALK_ERROR_SCRIPT,
                               "%s Skip the step with a reason, and tell the owner of the script.",
                               cause->message);
        if (result == CONDITION_TRUE) {
            *target = step->next[i].target;
            return true;
        }
    }
    if (!step->next_count)
        return true;
    return walk_refuse(
        error, WALK_ERROR_SCRIPT,
        "No way on from the step %s fits the answers; skip it with a reason, and tell the owner of "
        "the script.",
        step->id);
}

bool walk_keeps_rules(struct walk *walk, const struct walk_turn *turn, GError **error)
{
    const struct script_step *step = walk->current;
    for (size_t i = 0; i < step->rule_count; i++) {
        size_t needs = 0;
        g_autoptr(GError) cause = NULL;
        switch (walk_decide(walk, turn->facts, turn->at_ms, step->rules[i].condition, &needs, &cause)) {
        case CONDITION_TRUE:
            break;
        case CONDITION_UNKNOWN:
            return want(walk, turn->facts, needs, error);
        case CONDITION_FAILED:
            return walk_refuse(error, WALK_ERROR_SCRIPT,
                               "%s Skip the step with a reason, and tell the owner of the script.",
                               cause->message);
        case CONDITION_FALSE: {
            const char *otherwise = yaml_text_in(&step->rules[i].otherwise, walk_language(turn->facts));
            g_autofree char *sentence = walk_render(walk, turn->facts, otherwise, NULL);
            return walk_refuse(error, WALK_ERROR_VALUE, "%s", sentence);
        }
        }
    }
    return true;
}
