/* What the agent does in a walk, and the notes it leaves; see the header. */
#include "app/script/walk.h"

#include <string.h>

#include "app/script/walk_state.h"

#define REASON_MAX_CHARS 500

/* --- entering and leaving --- */

static struct visit *current_visit(const struct walk *walk)
{
    size_t index = g_array_index(walk->trail, size_t, walk->trail->len - 1);
    return &g_array_index(walk->visits, struct visit, index);
}

void walk_add_visit(struct walk *walk, const struct walk_turn *turn, const struct script_step *step)
{
    struct visit visit = {.step = step, .entered_ms = turn->at_ms};
    size_t index = walk->visits->len;
    g_array_append_val(walk->visits, visit);
    g_array_append_val(walk->trail, index);
    g_array_set_size(walk->wanted, 0);
    walk->current = step;
    walk_loop_enter(walk, turn->facts, index, turn->at_ms);
}

static int visits_of(const struct walk *walk, const struct script_step *step)
{
    int count = 0;
    for (size_t i = 0; i < walk->visits->len; i++)
        count += g_array_index(walk->visits, struct visit, i).step == step;
    return count;
}

static void open_step(struct walk *walk, const struct walk_turn *turn, const struct script_step *step)
{
    walk_add_visit(walk, turn, step);
    if (step->kind == SCRIPT_KIND_EACH && !walk_slot_value(walk, turn->facts, step->items_slot))
        g_array_append_val(walk->wanted, step->items_slot);
    cJSON *data = walk_note_step(turn, "step.entered", step);
    cJSON_AddStringToObject(data, "title", walk_title_of(&step->title));
    cJSON_AddStringToObject(data, "kind", yaml_word_of(SCRIPT_KIND_WORDS, step->kind));
    cJSON_AddNumberToObject(data, "visit", visits_of(walk, step));
    if (step->target_ms)
        cJSON_AddNumberToObject(data, "target_ms", (double)step->target_ms);
}

/* Enters a step, passing by those that are done of themselves: so often as there are steps, and loops as long
 * as a walk may be, so that it ends. */
static void enter(struct walk *walk, const struct walk_turn *turn, const struct script_step *step)
{
    struct walk_pass pass;
    size_t passed = 0;
    while (walk->visits->len < WALK_VISITS_MAX && passed < walk->script->step_count &&
           walk_automatic(walk, turn, step, &pass)) {
        passed += step->kind != SCRIPT_KIND_EACH;
        walk_add_visit(walk, turn, step);
        struct visit *visit = current_visit(walk);
        visit->left_ms = turn->at_ms;
        visit->how = VISIT_AUTOMATIC;
        visit->reason = pass.reason;
        visit->result = g_strdup(pass.result->head.key);
        cJSON *data = walk_note_step(turn, "step.skipped", step);
        cJSON_AddStringToObject(data, "title", walk_title_of(&step->title));
        cJSON_AddStringToObject(data, "reason", pass.reason);
        cJSON_AddBoolToObject(data, "automatic", true);
        cJSON_AddStringToObject(data, "result", pass.result->head.key);
        if (pass.by_rule)
            cJSON_AddBoolToObject(data, "rule", true);
        step = pass.result->target;
    }
    open_step(walk, turn, step);
}

static void close_visit(struct walk *walk, const struct walk_turn *turn, enum visit_how how,
                        const char *result, const char *reason)
{
    struct visit *visit = current_visit(walk);
    visit->left_ms = turn->at_ms;
    visit->how = how;
    visit->result = g_strdup(result);
    visit->reason = g_strdup(reason);
}

void walk_close_open(struct walk *walk, int64_t at_ms, enum visit_how how, const char *result,
                     const char *reason)
{
    close_visit(walk, &(struct walk_turn){.at_ms = at_ms}, how, result, reason);
    walk->last = walk->current;
    walk->current = NULL;
}

static void note_left(const struct walk *walk, const struct walk_turn *turn, const char *how,
                      const char *result, const char *reason)
{
    cJSON *data = walk_note_step(turn, "step.left", walk->current);
    cJSON_AddStringToObject(data, "how", how);
    cJSON_AddNumberToObject(data, "spent_ms", (double)(turn->at_ms - walk_entered_ms(walk)));
    if (result)
        cJSON_AddStringToObject(data, "result", result);
    if (reason)
        cJSON_AddStringToObject(data, "reason", reason);
}

static void finish(struct walk *walk, const struct walk_turn *turn, const char *outcome, const char *reason)
{
    walk->last = walk->current;
    walk->current = NULL;
    walk->outcome = g_strdup(outcome);
    g_array_set_size(walk->wanted, 0);
    walk_note_script_finished(walk, turn, outcome, reason);
}

struct walk *walk_start(struct script *script, const struct walk_turn *turn)
{
    struct walk *walk = walk_allocate(script);
    walk->started_ms = turn->at_ms;
    walk->today = walk_today(turn->facts, turn->at_ms);
    walk_note_script_started(walk, turn, NULL);
    enter(walk, turn, &script->steps[0]);
    return walk;
}

const struct script *walk_script(const struct walk *walk)
{
    return walk->script;
}

const struct script_step *walk_current(const struct walk *walk)
{
    return walk->current;
}

int64_t walk_entered_ms(const struct walk *walk)
{
    return walk->current ? current_visit(walk)->entered_ms : 0;
}

/* --- answers --- */

static void set_answer(struct walk *walk, const struct walk_turn *turn, const struct script_field *field,
                       char *value, const char *source)
{
    struct answer *answer = &walk->answers[field->slot];
    g_autofree char *kept_source = g_strdup(source);
    g_free(answer->value);
    g_free(answer->source);
    *answer = (struct answer){
        .value = value, .source = value ? g_steal_pointer(&kept_source) : NULL, .at_ms = turn->at_ms};
    if (field->type == VALUE_TYPE_ORDER && value)
        walk->order_slot = field->slot;
    cJSON *data = walk_note(turn, "step.answered");
    cJSON_AddStringToObject(data, "step", walk->current->id);
    cJSON_AddStringToObject(data, "field", field->name);
    cJSON_AddStringToObject(data, "type", yaml_word_of(VALUE_TYPE_WORDS, field->type));
    cJSON_AddStringToObject(data, "source", source);
    const char *item = walk_loop_item_of(walk, turn->facts, field->slot);
    if (item)
        cJSON_AddStringToObject(data, "item", item);
    if (field->personal)
        cJSON_AddBoolToObject(data, "personal", true);
    if (value)
        cJSON_AddStringToObject(data, "value", value);
    else
        cJSON_AddNullToObject(data, "value");
}

static bool refuse(GError **error, enum walk_error code, const char *format, ...) G_GNUC_PRINTF(3, 4);

static bool refuse(GError **error, enum walk_error code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, WALK_ERROR, code, sentence);
    return false;
}

static bool refuse_over(const struct walk *walk, GError **error)
{
    if (walk->current)
        return false;
    refuse(error, WALK_ERROR_FINISHED, "The script is finished; start one again to go on.");
    return true;
}

static const char *language_of(const struct facts *facts)
{
    return facts && facts->language ? facts->language : "en";
}

/* The definition of a name in the current step, else its first. */
static const struct script_field *field_named(const struct walk *walk, const char *name)
{
    for (size_t i = 0; i < walk_field_count(walk); i++)
        if (g_str_equal(walk_field(walk, i)->name, name))
            return walk_field(walk, i);
    int slot = script_name_index(walk->script, name);
    return slot < 0 ? NULL : walk->script->names[slot].field;
}

/* Whether an order is one of the customer's, where these are known. In a check step it is for the comparison
 * to tell.
 */
static bool is_theirs(const struct walk *walk, const struct facts *facts, const struct script_field *field,
                      const char *value, GError **error)
{
    const char *all = field->type == VALUE_TYPE_ORDER ? facts_get(facts, "customer.orders") : NULL;
    if (!all || walk->current->kind == SCRIPT_KIND_CHECK)
        return true;
    g_autofree char *kept = g_strdup(all); /* the next look-up may take it away */
    g_auto(GStrv) orders = g_strsplit(kept, ",", -1);
    for (size_t i = 0; orders[i]; i++)
        if (g_ascii_strcasecmp(g_strstrip(orders[i]), value) == 0)
            return true;
    return refuse(error, WALK_ERROR_VALUE, "%s is none of this customer's orders: %s.", value, kept);
}

bool walk_answer(struct walk *walk, const struct walk_turn *turn, const char *field, const char *value,
                 GError **error)
{
    if (refuse_over(walk, error))
        return false;
    const struct script_field *asked = field_named(walk, field);
    walk->today = walk_today(turn->facts, turn->at_ms);
    bool made = asked && (walk->script->names[asked->slot].value || walk->script->names[asked->slot].each);
    if (!asked || made || g_str_equal(field, "verified"))
        return refuse(error, WALK_ERROR_VALUE, "The script %s has no field %s to answer.", walk->script->id,
                      field);
    const struct answer *old = &walk->answers[asked->slot];
    if (!*value) {
        if (old->value)
            set_answer(walk, turn, asked, NULL, "agent");
        return true;
    }
    g_autoptr(GError) cause = NULL;
    g_autofree char *accepted = script_field_accept(asked, value, language_of(turn->facts), &cause);
    if (!accepted)
        return refuse(error, WALK_ERROR_VALUE, "%s", cause->message);
    if (!is_theirs(walk, turn->facts, asked, accepted, error))
        return false;
    if (!old->value || !g_str_equal(old->value, accepted) || !g_str_equal(old->source, "agent"))
        set_answer(walk, turn, asked, g_steal_pointer(&accepted), "agent");
    return true;
}

void walk_withhold(struct walk *walk, const struct script_field *field)
{
    walk->answers[field->slot].withheld = true;
}

/* --- completing --- */

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
        refuse(error, WALK_ERROR_RESULT,
               "What the customer said does not match the record; ask again, or say it failed.");
        return NULL;
    }
    if (!given && !passes && may_pass) {
        refuse(error, WALK_ERROR_RESULT,
               "The record cannot confirm this by itself; say whether it passed or failed.");
        return NULL;
    }
    return script_result_of(step, given ? given : passes ? "pass" : "fail");
}

static const struct script_result *step_result(const struct walk *walk, const struct facts *facts,
                                               const char *given, GError **error)
{
    const struct script_step *step = walk->current;
    if (given && !script_result_of(step, given)) {
        refuse(error, WALK_ERROR_RESULT, "The step %s cannot end in %s.", step->id, given);
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
                               script_result_title(&step->results[i], language_of(facts)));
    refuse(error, WALK_ERROR_RESULT, "Say what came of it: %s.", all->str);
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
    return refuse(error, WALK_ERROR_NEEDS, "The way on depends on %s; ask for it and enter it.",
                  script_field_label(field, language_of(facts)));
}

/* Where `next` leads. False with a sentence; *target stays NULL where the walk ends here. */
static bool decide_next(struct walk *walk, const struct walk_turn *turn, const struct script_step **target,
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
            return refuse(error, WALK_ERROR_SCRIPT,
                          "%s Skip the step with a reason, and tell the owner of the script.",
                          cause->message);
        if (result == CONDITION_TRUE) {
            *target = step->next[i].target;
            return true;
        }
    }
    if (!step->next_count)
        return true;
    return refuse(error, WALK_ERROR_SCRIPT,
                  "No way on from the step %s fits the answers; skip it with a reason, and tell the owner of "
                  "the script.",
                  step->id);
}

/* Whether the answers are to each other as the step's rules say. */
static bool keeps_rules(struct walk *walk, const struct walk_turn *turn, GError **error)
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
            return refuse(error, WALK_ERROR_SCRIPT,
                          "%s Skip the step with a reason, and tell the owner of the script.",
                          cause->message);
        case CONDITION_FALSE: {
            const char *otherwise = yaml_text_in(&step->rules[i].otherwise, language_of(turn->facts));
            g_autofree char *sentence = walk_render(walk, turn->facts, otherwise, NULL);
            return refuse(error, WALK_ERROR_VALUE, "%s", sentence);
        }
        }
    }
    return true;
}

static void adopt_fills(struct walk *walk, const struct walk_turn *turn)
{
    for (size_t i = 0; i < walk_field_count(walk); i++) {
        const struct script_field *field = walk_field(walk, i);
        struct walk_fill fill = walk_fill_of(walk, turn->facts, field);
        if (fill.value && !fill.answered)
            set_answer(walk, turn, field, g_strdup(fill.value), fill.source);
    }
}

static void settle_check(struct walk *walk, const struct walk_turn *turn, const struct script_result *result)
{
    bool passed = g_str_equal(result->head.key, "pass");
    walk->verified |= passed;
    cJSON *data = walk_note(turn, passed ? "verification.passed" : "verification.failed");
    cJSON_AddStringToObject(data, "step", walk->current->id);
    cJSON *fields = cJSON_AddArrayToObject(data, "fields");
    for (size_t i = 0; data && i < walk->current->field_count; i++)
        if (walk->answers[walk->current->fields[i].slot].value)
            cJSON_AddItemToArray(fields, cJSON_CreateString(walk->current->fields[i].name));
}

static const char *outcome_of(const struct script_step *step)
{
    return step->kind == SCRIPT_KIND_TRANSFER   ? "transferred"
           : step->kind == SCRIPT_KIND_ESCALATE ? "escalated"
                                                : "completed";
}

static bool refuse_circle(const struct walk *walk, GError **error)
{
    if (walk->visits->len < WALK_VISITS_MAX)
        return false;
    refuse(error, WALK_ERROR_FINISHED,
           "This walk has gone through %d steps and seems to go round; leave the script.", WALK_VISITS_MAX);
    return true;
}

static bool complete(struct walk *walk, const struct walk_turn *turn, const char *how, const char *result,
                     GError **error)
{
    if (refuse_over(walk, error) || refuse_circle(walk, error))
        return false;
    const struct script_step *step = walk->current, *target = NULL;
    walk->today = walk_today(turn->facts, turn->at_ms);
    /* A failed check may fail because the customer cannot say. */
    bool excused = step->kind == SCRIPT_KIND_CHECK && result && g_str_equal(result, "fail");
    const struct script_field *missing = excused ? NULL : walk_missing(walk, turn->facts);
    if (missing)
        return refuse(error, WALK_ERROR_MISSING, "%s is still to be asked.",
                      script_field_label(missing, language_of(turn->facts)));
    if (!excused && !keeps_rules(walk, turn, error))
        return false;
    const struct script_result *came = NULL;
    if (step->result_count || result) {
        came = step_result(walk, turn->facts, result, error);
        if (!came)
            return false;
        target = came->target;
    } else if (!decide_next(walk, turn, &target, error)) {
        return false;
    }
    adopt_fills(walk, turn);
    if (step->kind == SCRIPT_KIND_CHECK)
        settle_check(walk, turn, came);
    note_left(walk, turn, how, came ? came->head.key : NULL, NULL);
    close_visit(walk, turn, VISIT_COMPLETED, came ? came->head.key : NULL, NULL);
    if (target)
        enter(walk, turn, target);
    else
        finish(walk, turn, outcome_of(step), NULL);
    return true;
}

bool walk_complete(struct walk *walk, const struct walk_turn *turn, const char *result, GError **error)
{
    return complete(walk, turn, "completed", result, error);
}

/* --- the time limit of an action --- */

int64_t walk_limit_ms(const struct walk *walk, const struct facts *facts)
{
    const struct script_step *step = walk->current;
    if (!step || step->kind != SCRIPT_KIND_ACTION || !step->timeout_ms ||
        !script_result_of(step, SCRIPT_RESULT_TIMEOUT) || walk_missing(walk, facts))
        return 0;
    int64_t told_ms = walk_entered_ms(walk);
    for (size_t i = 0; i < walk_field_count(walk); i++)
        told_ms = MAX(told_ms, walk->answers[walk_field(walk, i)->slot].at_ms);
    return told_ms + step->timeout_ms;
}

bool walk_expire(struct walk *walk, const struct walk_turn *turn)
{
    int64_t limit_ms = walk_limit_ms(walk, turn->facts);
    return limit_ms && turn->at_ms >= limit_ms &&
           complete(walk, turn, SCRIPT_RESULT_TIMEOUT, SCRIPT_RESULT_TIMEOUT, NULL);
}

/* --- other ways --- */

/* How many of the trail's visits, from its end, a step back takes away: the current one and what was
 * automatic. */
static size_t back_count(const struct walk *walk)
{
    size_t count = 1;
    while (count < walk->trail->len) {
        size_t index = g_array_index(walk->trail, size_t, walk->trail->len - 1 - count);
        if (g_array_index(walk->visits, struct visit, index).how != VISIT_AUTOMATIC)
            return count;
        count++;
    }
    return 0;
}

bool walk_can_go_back(const struct walk *walk)
{
    return walk->current && back_count(walk) > 0;
}

/* The last visit no longer counts, and what it put by is there again. */
static void drop_last(struct walk *walk)
{
    size_t visit = g_array_index(walk->trail, size_t, walk->trail->len - 1);
    g_array_set_size(walk->trail, walk->trail->len - 1);
    walk_loop_undo(walk, visit);
}

void walk_drop_open(struct walk *walk)
{
    close_visit(walk, &(struct walk_turn){.at_ms = walk_entered_ms(walk)}, VISIT_BACK, NULL, NULL);
    drop_last(walk);
    walk->current = NULL;
}

const struct script_step *walk_drop_back(struct walk *walk, int64_t at_ms)
{
    size_t count = back_count(walk);
    close_visit(walk, &(struct walk_turn){.at_ms = at_ms}, VISIT_BACK, NULL, NULL);
    walk->current = NULL;
    if (!count)
        return NULL;
    for (size_t i = 0; i < count; i++)
        drop_last(walk);
    const struct script_step *step = current_visit(walk)->step;
    g_array_set_size(walk->trail, walk->trail->len - 1);
    return step;
}

bool walk_back(struct walk *walk, const struct walk_turn *turn, GError **error)
{
    if (refuse_over(walk, error) || refuse_circle(walk, error))
        return false;
    if (!back_count(walk))
        return refuse(error, WALK_ERROR_FINISHED, "This is the first step; there is none before it.");
    note_left(walk, turn, "back", NULL, NULL);
    open_step(walk, turn, walk_drop_back(walk, turn->at_ms));
    return true;
}

/* A trimmed reason, or NULL with a sentence. */
static char *accept_reason(const char *reason, const char *what, GError **error)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(reason ? reason : ""));
    if (!*trimmed || !g_utf8_validate(trimmed, -1, NULL) || g_utf8_strlen(trimmed, -1) > REASON_MAX_CHARS) {
        refuse(error, WALK_ERROR_REASON, "Say in up to %d characters why %s.", REASON_MAX_CHARS, what);
        return NULL;
    }
    return g_steal_pointer(&trimmed);
}

static const struct script_step *skip_target(const struct walk *walk, const struct walk_turn *turn)
{
    static const char *const unkind[] = {"skip", "fail", "refused", "done"};
    const struct script_step *step = walk->current;
    for (size_t i = 0; i < G_N_ELEMENTS(unkind); i++) {
        const struct script_result *result = script_result_of(step, unkind[i]);
        if (result)
            return result->target;
    }
    if (step->result_count)
        return step->results[step->result_count - 1].target;
    return walk_likely_next(walk, turn->facts, turn->at_ms, step);
}

bool walk_skip(struct walk *walk, const struct walk_turn *turn, const char *reason, GError **error)
{
    if (refuse_over(walk, error) || refuse_circle(walk, error))
        return false;
    const struct script_step *target = skip_target(walk, turn);
    if (!target)
        return refuse(error, WALK_ERROR_FINISHED,
                      "The last step cannot be skipped; complete it, or leave the script with a reason.");
    g_autofree char *why = accept_reason(reason, "this step is skipped", error);
    if (!why)
        return false;
    cJSON *data = walk_note_step(turn, "step.skipped", walk->current);
    cJSON_AddStringToObject(data, "title", walk_title_of(&walk->current->title));
    cJSON_AddStringToObject(data, "reason", why);
    cJSON_AddBoolToObject(data, "automatic", false);
    cJSON_AddNumberToObject(data, "spent_ms", (double)(turn->at_ms - walk_entered_ms(walk)));
    close_visit(walk, turn, VISIT_SKIPPED, NULL, why);
    enter(walk, turn, target);
    return true;
}

void walk_move_answers(struct walk *from, struct walk *to)
{
    for (size_t i = 0; i < to->script->name_count; i++) {
        const struct script_name *name = &to->script->names[i];
        int slot = script_name_index(from->script, name->name);
        struct answer *answer = slot < 0 ? NULL : &from->answers[slot];
        char *value =
            answer && answer->value ? script_field_accept(name->field, answer->value, NULL, NULL) : NULL;
        if (!value)
            continue;
        to->answers[i] = (struct answer){
            .value = value, .source = g_steal_pointer(&answer->source), .at_ms = answer->at_ms};
        if (name->type == VALUE_TYPE_ORDER && (size_t)slot == from->order_slot)
            to->order_slot = i;
        answer->source = g_strdup("agent");
    }
}

struct walk *walk_start_after(struct walk *before, const struct walk_turn *turn, struct script *script)
{
    struct walk *walk = walk_allocate(script);
    walk->verified = before->verified;
    walk->started_ms = turn->at_ms;
    walk_move_answers(before, walk);
    walk_note_script_started(walk, turn, before->script->id);
    enter(walk, turn, &script->steps[0]);
    return walk;
}

void walk_resume(struct walk *walk, const struct walk_turn *turn)
{
    const struct script_step *step = walk->current;
    walk->today = walk_today(turn->facts, turn->at_ms);
    walk_drop_open(walk);
    walk_note_script_started(walk, turn, NULL);
    open_step(walk, turn, step);
}

bool walk_switch(struct walk *walk, const struct walk_turn *turn, struct script *script, const char *reason,
                 GError **error)
{
    g_autofree char *why = reason ? accept_reason(reason, "the script is changed", error) : NULL;
    if (reason && !why)
        return false;
    if (walk->current) {
        note_left(walk, turn, "switched", NULL, why);
        finish(walk, turn, "switched", why);
    }
    struct walk *other = walk_start_after(walk, turn, script);
    struct walk old = *walk;
    *walk = *other;
    *other = old;
    walk_free(other);
    return true;
}

bool walk_leave(struct walk *walk, const struct walk_turn *turn, const char *reason, GError **error)
{
    if (refuse_over(walk, error))
        return false;
    g_autofree char *why = accept_reason(reason, "the script is left", error);
    if (!why)
        return false;
    note_left(walk, turn, "left", NULL, why);
    close_visit(walk, turn, VISIT_SKIPPED, NULL, why);
    finish(walk, turn, "left", why);
    return true;
}
