/* A walk's memory and its view of values; see walk_state.h. */
#include "app/script/walk_state.h"

#include "app/script/pattern.h"

#define FILL_DEPTH_MAX 4
#define CAPTURES_MAX   20

const struct yaml_word VISIT_HOW_WORDS[] = {
    {"open", VISIT_OPEN},           {"completed", VISIT_COMPLETED}, {"skipped", VISIT_SKIPPED},
    {"automatic", VISIT_AUTOMATIC}, {"back", VISIT_BACK},           {NULL, 0},
};

/* What a condition's look-up goes through. */
struct view {
    const struct walk *walk;
    const struct facts *facts;
};

static const char *view_lookup(void *data, size_t name);
static const char *view_round(void *data, size_t name, size_t index);

GQuark walk_error_quark(void)
{
    return g_quark_from_static_string("firstline-walk");
}

static void visit_release(gpointer data)
{
    struct visit *visit = data;
    g_free(visit->result);
    g_free(visit->reason);
}

static void round_release(gpointer data)
{
    struct round_answer *kept = data;
    g_free(kept->answer.value);
    g_free(kept->answer.source);
}

struct walk *walk_allocate(struct script *script)
{
    struct walk *walk = g_new0(struct walk, 1);
    walk->script = script_ref(script);
    walk->answers = g_new0(struct answer, script->name_count);
    walk->fills = g_new0(char *, script->name_count);
    walk->visits = g_array_new(FALSE, FALSE, sizeof(struct visit));
    g_array_set_clear_func(walk->visits, visit_release);
    walk->rounds = g_array_new(FALSE, FALSE, sizeof(struct round_answer));
    g_array_set_clear_func(walk->rounds, round_release);
    walk->trail = g_array_new(FALSE, FALSE, sizeof(size_t));
    walk->wanted = g_array_new(FALSE, FALSE, sizeof(size_t));
    walk->order_slot = SIZE_MAX;
    return walk;
}

void walk_free(struct walk *walk)
{
    if (!walk)
        return;
    for (size_t i = 0; i < walk->script->name_count; i++) {
        g_free(walk->answers[i].value);
        g_free(walk->answers[i].source);
        g_free(walk->fills[i]);
    }
    g_free(walk->answers);
    g_free(walk->fills);
    g_array_unref(walk->visits);
    g_array_unref(walk->rounds);
    g_free(walk->item);
    g_array_unref(walk->trail);
    g_array_unref(walk->wanted);
    g_free(walk->outcome);
    script_unref(walk->script);
    g_free(walk);
}

bool walk_verified(const struct walk *walk, const struct facts *facts)
{
    const char *fact = facts_get(facts, "verified");
    return walk->verified || (fact && g_str_equal(fact, "yes"));
}

/* --- what a name's value is --- */

static const char *slot_value(const struct walk *walk, const struct facts *facts, size_t slot, int depth);

static const char *lend(const struct walk *walk, size_t slot, char *value)
{
    g_free(walk->fills[slot]);
    walk->fills[slot] = value;
    return value;
}

/* The first thing that the pattern finds and the field takes. */
static char *capture_value(const struct script_field *field, const char *text)
{
    size_t from = 0;
    char *found;
    for (int i = 0; i < CAPTURES_MAX && (found = pattern_capture(field->capture_pattern, text, &from)); i++) {
        char *value = script_field_accept(field, found, NULL, NULL);
        g_free(found);
        if (value)
            return value;
    }
    return NULL;
}

static bool is_contact_text(const struct script_name *name)
{
    return name->fact && g_str_equal(name->name, "contact.text");
}

/* What fills a field, if it keeps the field's rules; kept in the walk's fills so that it can be lent.
 * `heard`: only what the customer wrote. */
static const char *fill_value(const struct walk *walk, const struct facts *facts,
                              const struct script_field *field, bool heard, const char **source, int depth)
{
    for (size_t i = 0; depth < FILL_DEPTH_MAX && i < field->from_count; i++) {
        int from = script_name_index(walk->script, field->from[i]);
        const struct script_name *name = &walk->script->names[MAX(from, 0)];
        bool written = from >= 0 && is_contact_text(name);
        const char *raw =
            from < 0 || (heard && !written) ? NULL : slot_value(walk, facts, (size_t)from, depth + 1);
        char *value = !raw      ? NULL
                      : written ? capture_value(field, raw)
                                : script_field_accept(field, raw, NULL, NULL);
        if (!value)
            continue;
        const struct answer *answer = &walk->answers[from];
        *source = answer->value ? answer->source
                  : name->fact  ? name->fact->source
                  : name->value ? "computed"
                  : name->each  ? "list"
                                : "earlier answer";
        return lend(walk, field->slot, value);
    }
    return NULL;
}

static const char *computed_value(const struct walk *walk, const struct facts *facts, size_t slot)
{
    struct view view = {.walk = walk, .facts = facts};
    struct condition_context context = {
        .lookup = view_lookup, .round = view_round, .data = &view, .today = walk->today};
    const struct script_name *name = &walk->script->names[slot];
    char *text = NULL;
    if (condition_compute(name->value->condition, name->type, &context, &text, NULL, NULL) == CONDITION_TRUE)
        return lend(walk, slot, text);
    return NULL;
}

static const char *slot_value(const struct walk *walk, const struct facts *facts, size_t slot, int depth)
{
    const struct script_name *name = &walk->script->names[slot];
    const char *source = NULL;
    if (name->fact && name->type == VALUE_TYPE_BOOL && g_str_equal(name->name, "verified"))
        return walk_verified(walk, facts) ? "yes" : "no";
    if (name->value)
        return computed_value(walk, facts, slot);
    if (name->each)
        return walk_loop_item(walk, facts, name->each);
    if (walk->answers[slot].value)
        return walk->answers[slot].value;
    return name->fact ? facts_get(facts, name->name)
                      : fill_value(walk, facts, name->field, false, &source, depth);
}

const char *walk_slot_value(const struct walk *walk, const struct facts *facts, size_t slot)
{
    return slot_value(walk, facts, slot, 0);
}

const char *walk_value(const struct walk *walk, const struct facts *facts, const char *name)
{
    int slot = script_name_index(walk->script, name);
    return slot < 0 ? NULL : walk_slot_value(walk, facts, (size_t)slot);
}

const char *walk_order(const struct walk *walk)
{
    return walk->order_slot == SIZE_MAX ? NULL : walk->answers[walk->order_slot].value;
}

char *walk_order_written(const struct walk *walk, const char *text)
{
    char *number = NULL;
    for (size_t i = 0; number == NULL && i < walk_field_count(walk); i++) {
        const struct script_field *field = walk_field(walk, i);
        if (field->type == VALUE_TYPE_ORDER && field->capture_pattern != NULL)
            number = capture_value(field, text);
    }
    return number;
}

/* Whether the agent answered in the visit that is under way. */
static bool is_fresh(const struct walk *walk, const struct answer *answer)
{
    return walk->current && walk->visits->len > 0 && g_str_equal(answer->source, "agent") &&
           answer->at_ms >= g_array_index(walk->visits, struct visit, walk->visits->len - 1).entered_ms;
}

/* In a check step only what the customer said or wrote counts: a record cannot vouch for itself. */
struct walk_fill walk_fill_of(const struct walk *walk, const struct facts *facts,
                              const struct script_field *field)
{
    const struct answer *answer = &walk->answers[field->slot];
    const struct walk_fill nothing = {0};
    bool checking = walk->current && walk->current->kind == SCRIPT_KIND_CHECK;
    if (answer->value) {
        bool heard = g_str_equal(answer->source, "agent") || g_str_equal(answer->source, "what was written");
        return checking && !heard ? nothing
                                  : (struct walk_fill){.value = answer->value,
                                                       .source = answer->source,
                                                       .answered = true,
                                                       .is_fresh = is_fresh(walk, answer)};
    }
    struct walk_fill fill = {0};
    fill.value = fill_value(walk, facts, field, checking, &fill.source, 0);
    fill.answered = !fill.value && answer->withheld;
    return fill;
}

size_t walk_field_count(const struct walk *walk)
{
    return walk->current ? walk->current->field_count + walk->wanted->len : 0;
}

const struct script_field *walk_field(const struct walk *walk, size_t index)
{
    g_assert(index < walk_field_count(walk));
    if (index < walk->current->field_count)
        return &walk->current->fields[index];
    return walk->script->names[g_array_index(walk->wanted, size_t, index - walk->current->field_count)].field;
}

/* Of the fields that a check matches, `need` are enough. */
const struct script_field *walk_missing(const struct walk *walk, const struct facts *facts)
{
    const struct script_field *first = NULL;
    size_t held = 0;
    size_t need = walk->current ? (size_t)walk->current->need : 0;
    for (size_t i = 0; i < walk_field_count(walk); i++) {
        const struct script_field *field = walk_field(walk, i);
        struct walk_fill fill = walk_fill_of(walk, facts, field);
        bool value = fill.value || fill.answered;
        if (need && field->match)
            held += value;
        else if (!value && field->required)
            return field;
        if (!value && field->match && !first)
            first = field;
    }
    return need > held ? first : NULL;
}

/* --- conditions --- */

static const char *view_lookup(void *data, size_t name)
{
    const struct view *view = data;
    return walk_slot_value(view->walk, view->facts, name);
}

static const char *view_round(void *data, size_t name, size_t index)
{
    const struct view *view = data;
    return walk_loop_round(view->walk, view->facts, name, index);
}

int64_t walk_today(const struct facts *facts, int64_t at_ms)
{
    int64_t local_ms = at_ms + (facts ? facts->utc_offset_minutes : 0) * INT64_C(60000);
    return local_ms / 86400000 - (local_ms % 86400000 < 0);
}

enum condition_result walk_decide(const struct walk *walk, const struct facts *facts, int64_t at_ms,
                                  struct condition *condition, size_t *needs, GError **error)
{
    struct view view = {.walk = walk, .facts = facts};
    struct condition_context context = {
        .lookup = view_lookup, .round = view_round, .data = &view, .today = walk_today(facts, at_ms)};
    return condition_evaluate(condition, &context, needs, error);
}

/* The result that the likely way takes: the good one, which is also the first in a well-written action. */
static const struct script_result *likely_result(const struct script_step *step)
{
    const struct script_result *result = script_result_of(step, "pass");
    if (!result)
        result = script_result_of(step, "granted");
    return result ? result : &step->results[0];
}

/* The first way whose condition holds; where that hangs on what is not known yet, the step that most of the
 * ways still open lead to, of equals the last. */
static const struct script_step *likely_way(const struct walk *walk, const struct facts *facts, int64_t at_ms,
                                            const struct script_step *step)
{
    g_autofree size_t *open = g_new0(size_t, walk->script->step_count);
    const struct script_step *likely = NULL;
    for (size_t i = 0; i < step->next_count; i++) {
        const struct script_branch *way = &step->next[i];
        enum condition_result result =
            way->condition ? walk_decide(walk, facts, at_ms, way->condition, NULL, NULL) : CONDITION_TRUE;
        if (result == CONDITION_FALSE)
            continue;
        size_t count = ++open[way->target->index];
        if (!likely || count >= open[likely->index])
            likely = way->target;
        if (result == CONDITION_TRUE)
            break;
    }
    return likely ? likely : step->next[step->next_count - 1].target;
}

const struct script_step *walk_likely_next(const struct walk *walk, const struct facts *facts, int64_t at_ms,
                                           const struct script_step *step)
{
    if (step->kind == SCRIPT_KIND_EACH) {
        g_autofree char *text = NULL;
        const struct script_result *result = walk_loop_next(walk, facts, step, &text);
        return result ? result->target : script_result_of(step, "item")->target;
    }
    if (step->result_count)
        return likely_result(step)->target;
    return step->next_count ? likely_way(walk, facts, at_ms, step) : NULL;
}

bool walk_automatic(const struct walk *walk, const struct walk_turn *turn, const struct script_step *step,
                    struct walk_pass *pass)
{
    if (step->kind == SCRIPT_KIND_EACH) {
        *pass = (struct walk_pass){0};
        pass->result = walk_loop_next(walk, turn->facts, step, &pass->reason);
        return pass->result != NULL;
    }
    if (step->kind == SCRIPT_KIND_CHECK && walk_verified(walk, turn->facts)) {
        *pass = (struct walk_pass){g_strdup("already verified"), script_result_of(step, "pass"), false};
        return true;
    }
    if (step->kind != SCRIPT_KIND_APPROVE)
        return false;
    const char *by = NULL, *came = walk_approval(walk, turn->facts, step, &by);
    if (came && !g_str_equal(came, "asked") && script_result_of(step, came)) {
        char *reason = g_strdup_printf("%s by %s", came, by ? by : "a rule");
        *pass = (struct walk_pass){reason, script_result_of(step, came), false};
        return true;
    }
    if (walk_preauthorises(walk, turn->facts, turn->at_ms, step) == CONDITION_TRUE) {
        *pass = (struct walk_pass){g_strdup("granted by rule"), script_result_of(step, "granted"), true};
        return true;
    }
    return false;
}
