/* What the agent does in a walk, and the notes it leaves; see the header. */
#include "app/script/walk.h"

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

/* --- refusing --- */

bool walk_refuse(GError **error, enum walk_error code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, WALK_ERROR, code, sentence);
    return false;
}

bool walk_refuse_over(const struct walk *walk, GError **error)
{
    if (walk->current)
        return false;
    walk_refuse(error, WALK_ERROR_FINISHED, "The script is finished; start one again to go on.");
    return true;
}

const char *walk_language(const struct facts *facts)
{
    return facts && facts->language ? facts->language : "en";
}

/* --- completing --- */

static void adopt_fills(struct walk *walk, const struct walk_turn *turn)
{
    for (size_t i = 0; i < walk_field_count(walk); i++) {
        const struct script_field *field = walk_field(walk, i);
        struct walk_fill fill = walk_fill_of(walk, turn->facts, field);
        if (fill.value && !fill.answered)
            walk_set_answer(walk, turn, field, g_strdup(fill.value), fill.source);
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
    walk_refuse(error, WALK_ERROR_FINISHED,
                "This walk has gone through %d steps and seems to go round; leave the script.",
                WALK_VISITS_MAX);
    return true;
}

static bool complete(struct walk *walk, const struct walk_turn *turn, const char *how, const char *result,
                     GError **error)
{
    if (walk_refuse_over(walk, error) || refuse_circle(walk, error))
        return false;
    const struct script_step *step = walk->current, *target = NULL;
    walk->today = walk_today(turn->facts, turn->at_ms);
    /* A failed check may fail because the customer cannot say. */
    bool excused = step->kind == SCRIPT_KIND_CHECK && result && g_str_equal(result, "fail");
    const struct script_field *missing = excused ? NULL : walk_missing(walk, turn->facts);
    if (missing)
        return walk_refuse(error, WALK_ERROR_MISSING, "%s is still to be asked.",
                           script_field_label(missing, walk_language(turn->facts)));
    if (!excused && !walk_keeps_rules(walk, turn, error))
        return false;
    const struct script_result *came = NULL;
    if (step->result_count || result) {
        came = walk_step_result(walk, turn->facts, result, error);
        if (!came)
            return false;
        target = came->target;
    } else if (!walk_decide_next(walk, turn, &target, error)) {
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
    if (walk_refuse_over(walk, error) || refuse_circle(walk, error))
        return false;
    if (!back_count(walk))
        return walk_refuse(error, WALK_ERROR_FINISHED, "This is the first step; there is none before it.");
    note_left(walk, turn, "back", NULL, NULL);
    open_step(walk, turn, walk_drop_back(walk, turn->at_ms));
    return true;
}

/* A trimmed reason, or NULL with a sentence. */
static char *accept_reason(const char *reason, const char *what, GError **error)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(reason ? reason : ""));
    if (!*trimmed || !g_utf8_validate(trimmed, -1, NULL) || g_utf8_strlen(trimmed, -1) > REASON_MAX_CHARS) {
        walk_refuse(error, WALK_ERROR_REASON, "Say in up to %d characters why %s.", REASON_MAX_CHARS, what);
        return NULL;
    }
    return g_steal_pointer(&trimmed);
}

/* Skipping grants nothing that the step could have refused: its least result, or the way for all else. */
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
    for (size_t i = 0; i < step->next_count; i++) {
        struct condition *condition = step->next[i].condition;
        if (!condition ||
            walk_decide(walk, turn->facts, turn->at_ms, condition, NULL, NULL) == CONDITION_TRUE)
            return step->next[i].target;
    }
    return step->next_count ? step->next[step->next_count - 1].target : NULL;
}

bool walk_skip(struct walk *walk, const struct walk_turn *turn, const char *reason, GError **error)
{
    if (walk_refuse_over(walk, error) || refuse_circle(walk, error))
        return false;
    const struct script_step *target = skip_target(walk, turn);
    if (!target)
        return walk_refuse(
            error, WALK_ERROR_FINISHED,
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
    if (walk_refuse_over(walk, error))
        return false;
    g_autofree char *why = accept_reason(reason, "the script is left", error);
    if (!why)
        return false;
    note_left(walk, turn, "left", NULL, why);
    close_visit(walk, turn, VISIT_SKIPPED, NULL, why);
    finish(walk, turn, "left", why);
    return true;
}
