/* Gives the names in a script their meaning; see script_read.h. */
#include "app/script/script_read.h"

#include <string.h>

#include "app/script/suggest.h"
#include "app/script/template.h"

/* What is being linked; `at` is the node that a sentence points at. */
struct linking {
    struct script *script;
    struct problems *problems;
    const struct script_step *step;
    const struct yaml_node *at;
};

/* The keys that a kind of step must and may have, beside those that all may have. */
static const struct {
    const char *needs[3];
    const char *may[8];
    const char *results[2]; /* that must be among its results */
} KIND_RULES[] = {
    [SCRIPT_KIND_SAY] = {.needs = {"say", "next"}},
    [SCRIPT_KIND_ASK] = {.needs = {"fields", "next"}, .may = {"rules"}},
    [SCRIPT_KIND_CHOOSE] = {.needs = {"fields", "next"}, .may = {"rules"}},
    [SCRIPT_KIND_FORM] = {.needs = {"fields", "next"}, .may = {"rules"}},
    [SCRIPT_KIND_CHECK] = {.needs = {"fields", "results"},
                           .may = {"need", "rules"},
                           .results = {"pass", "fail"}},
    [SCRIPT_KIND_ACTION] = {.needs = {"action", "results"}, .may = {"fields", "with", "timeout", "rules"}},
    [SCRIPT_KIND_APPROVE] = {.needs = {"approvers", "ask", "results"},
                             .may = {"preauthorised", "with", "fields", "rules", "due", "expires", "queue",
                                     "intake"},
                             .results = {"granted", "refused"}},
    [SCRIPT_KIND_KB] = {.needs = {"next"}, .may = {"article", "query"}},
    [SCRIPT_KIND_WAIT] = {.needs = {"for", "next"}, .may = {"timeout"}},
    [SCRIPT_KIND_TRANSFER] = {.needs = {"queue"}, .may = {"ask", "next"}},
    [SCRIPT_KIND_ESCALATE] = {.needs = {"ask"}, .may = {"queue", "next"}},
    [SCRIPT_KIND_EACH] = {.needs = {"items", "as", "results"}, .results = {"item", "done"}},
    [SCRIPT_KIND_END] = {.needs = {"disposition", "resolved"}},
};

/* Keys that only some kinds have. */
static const char *const KIND_KEYS[] = {
    "fields",        "next",    "results", "need", "action",  "with",  "timeout",     "approvers",
    "preauthorised", "article", "query",   "for",  "queue",   "ask",   "disposition", "resolved",
    "rules",         "items",   "as",      "due",  "expires", "intake"};

static bool among(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count && words[i]; i++)
        if (g_str_equal(words[i], word))
            return true;
    return false;
}

/* Whether `key` says one of the words. Where it does not, that is told already, and what follows from the
 * first of the words would only mislead. */
static bool word_is_known(const struct yaml_node *map, const char *key, const struct yaml_word *words)
{
    const struct yaml_node *node = yaml_node_get(map, key);
    int value = 0;
    return node && node->text && yaml_word_value(words, node->text, &value);
}

static void add_unknown(const struct linking *linking, const char *word, const char *what,
                        const char *const *words, size_t count)
{
    const char *nearest = suggest_nearest(word, words, count);
    if (nearest)
        yaml_problem(linking->problems, linking->at, "There is no %s `%s`; did you mean `%s`?", what, word,
                     nearest);
    else
        yaml_problem(linking->problems, linking->at, "There is no %s `%s`.", what, word);
}

/* --- names --- */

/* Whether a name is known; says so when not. */
static bool link_name(struct linking *linking, const char *word, const struct yaml_node *at, bool facts_only)
{
    const struct script *script = linking->script;
    int index = script_name_index(script, word);
    if (index >= 0 && (!facts_only || script->names[index].fact))
        return true;
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (size_t i = 0; i < (facts_only ? FACT_NAME_COUNT : script->name_count); i++)
        g_ptr_array_add(words, (gpointer)script->names[i].name);
    linking->at = at;
    add_unknown(linking, word, facts_only ? "fact" : "fact or field", (const char *const *)words->pdata,
                words->len);
    return false;
}

/* --- texts --- */

struct template_link {
    struct linking *linking;
    const struct yaml_node *node;
};

/* Whether what stands in braces is more than a misspelt name. */
static bool is_expression(const char *name)
{
    return strpbrk(name, "()+*/<>=~'\"") != NULL;
}

static void link_template_name(void *data, const char *name, const char *fallback, size_t offset)
{
    (void)fallback;
    struct template_link *link = data;
    struct yaml_node place = *link->node;
    yaml_node_place(link->node, offset + 1, &place.line, &place.column);
    if (is_expression(name))
        yaml_problem(link->linking->problems, &place,
                     "A text is given names, not expressions: compute `%s` under `values`, and put that name "
                     "here.",
                     name);
    else
        link_name(link->linking, name, &place, false);
}

static void link_text(struct linking *linking, const struct yaml_node *map, const char *key)
{
    const struct yaml_node *node = yaml_node_get(map, key);
    size_t count = !node || node->kind == YAML_KIND_LIST ? 0 : node->kind == YAML_KIND_MAP ? node->count : 1;
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *text = node->kind == YAML_KIND_MAP ? node->items[i] : node;
        if (!text->text)
            continue;
        struct template_link link = {.linking = linking, .node = text};
        g_autoptr(GError) error = NULL;
        size_t offset = 0;
        if (!template_scan(text->text, link_template_name, &link, &offset, &error)) {
            unsigned line, column;
            yaml_node_place(text, offset, &line, &column);
            problems_add(linking->problems, line, column, "%s", error->message);
        }
    }
}

/* --- conditions and ways on --- */

static struct condition *link_condition(struct linking *linking, const struct yaml_node *map, const char *key,
                                        const char *source)
{
    g_autoptr(GError) error = NULL;
    size_t offset = 0;
    if (!source)
        return NULL;
    struct condition *condition = condition_compile(linking->script->own->engine, source, &offset, &error);
    if (!condition) {
        unsigned line, column;
        yaml_node_place(script_node_of(map, key), offset, &line, &column);
        problems_add(linking->problems, line, column, "%s", error->message);
    }
    return condition;
}

static const struct script_step *link_target(struct linking *linking, const struct yaml_node *map,
                                             const char *id)
{
    const struct script *script = linking->script;
    const struct script_step *target = id ? script_step_of(script, id) : NULL;
    if (target || !id)
        return target;
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (size_t i = 0; i < script->step_count; i++)
        if (script->steps[i].id)
            g_ptr_array_add(words, (gpointer)script->steps[i].id);
    linking->at = script_node_of(map, "to");
    add_unknown(linking, id, "step", (const char *const *)words->pdata, words->len);
    return NULL;
}

static void link_ways(struct linking *linking, struct script_step *step)
{
    for (size_t i = 0; i < step->next_count; i++) {
        struct script_branch *branch = &step->next[i];
        branch->target = link_target(linking, branch->head.at, branch->to);
        branch->condition = link_condition(linking, branch->head.at, "when", branch->when);
        if (!branch->when && i + 1 < step->next_count)
            yaml_problem(linking->problems, branch->head.at,
                         "What comes after a way on without `when` is never reached; put this one last.");
    }
    for (size_t i = 0; i < step->result_count; i++)
        step->results[i].target = link_target(linking, step->results[i].head.at, step->results[i].to);
}

/* --- fields --- */

static void link_range(struct linking *linking, struct script_field *field)
{
    bool ranged =
        field->type == VALUE_TYPE_NUMBER || field->type == VALUE_TYPE_MONEY || field->type == VALUE_TYPE_DATE;
    const struct yaml_node *at = script_node_of(field->head.at, "range");
    if (!field->range[0] || !word_is_known(field->head.at, "type", VALUE_TYPE_WORDS))
        return;
    if (!ranged) {
        yaml_problem(linking->problems, at,
                     "`range` is for numbers, money and dates; this field is of type %s.",
                     yaml_word_of(VALUE_TYPE_WORDS, field->type));
        return;
    }
    bool good = true;
    for (int i = 0; i < 2; i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *value =
            value_normalise((enum value_type)field->type, field->range[i], "A bound", &error);
        if (value)
            field->range[i] = yaml_doc_string(linking->script->own->doc, value);
        else
            yaml_problem(linking->problems, at->items[i], "%s", error->message);
        good &= value != NULL;
    }
    if (good && value_compare((enum value_type)field->type, field->range[0], field->range[1]) > 0)
        yaml_problem(linking->problems, at, "`range` begins with the least value: [%s, %s].", field->range[1],
                     field->range[0]);
}

static void link_pattern(struct linking *linking, struct script_field *field)
{
    g_autoptr(GError) error = NULL;
    if (!field->regex)
        return;
    field->pattern = pattern_new(field->regex, true, &error);
    if (field->pattern)
        g_ptr_array_add(linking->script->own->patterns, field->pattern);
    else
        yaml_problem(linking->problems, script_node_of(field->head.at, "regex"), "%s", error->message);
}

static bool takes_text(const struct script_field *field)
{
    for (size_t i = 0; i < field->from_count; i++)
        if (field->from[i] && g_str_equal(field->from[i], "contact.text"))
            return true;
    return false;
}

/* A whole text fills no field, so what to take out of it has to be said. */
static void link_capture(struct linking *linking, struct script_field *field)
{
    g_autoptr(GError) error = NULL;
    if (takes_text(field) && !field->capture)
        yaml_problem(linking->problems, script_node_of(field->head.at, "from"),
                     "A field from contact.text needs `capture`: the pattern of what to take out of it.");
    if (!takes_text(field) && field->capture)
        yaml_problem(linking->problems, script_node_of(field->head.at, "capture"),
                     "`capture` is for fields that have contact.text in their `from`.");
    if (!field->capture)
        return;
    field->capture_pattern = pattern_new(field->capture, false, &error);
    if (field->capture_pattern)
        g_ptr_array_add(linking->script->own->patterns, field->capture_pattern);
    else
        yaml_problem(linking->problems, script_node_of(field->head.at, "capture"), "%s", error->message);
}

static void link_options(struct linking *linking, const struct script_field *field)
{
    if (word_is_known(field->head.at, "type", VALUE_TYPE_WORDS) &&
        (field->type == VALUE_TYPE_CHOICE) != (field->option_count > 0))
        yaml_problem(linking->problems, field->head.at,
                     field->option_count ? "`options` are for fields of type choice."
                                         : "A field of type choice needs `options`: what can be chosen.");
    for (size_t i = 0; i < field->option_count; i++)
        for (size_t j = 0; j < i; j++)
            if (field->options[i].value && field->options[j].value &&
                g_str_equal(field->options[i].value, field->options[j].value))
                yaml_problem(linking->problems, field->options[i].head.at, "The option `%s` stands twice.",
                             field->options[i].value);
}

static void link_field(struct linking *linking, struct script_field *field)
{
    const struct yaml_node *from = yaml_node_get(field->head.at, "from");
    link_range(linking, field);
    link_pattern(linking, field);
    link_capture(linking, field);
    link_options(linking, field);
    for (size_t i = 0; i < field->from_count; i++)
        if (field->from[i])
            link_name(linking, field->from[i],
                      !from                          ? field->head.at
                      : from->kind == YAML_KIND_LIST ? from->items[i]
                                                     : from,
                      false);
    if (field->match && linking->step->kind != SCRIPT_KIND_CHECK)
        yaml_problem(linking->problems, script_node_of(field->head.at, "match"),
                     "`match` is for the fields of a check step.");
    else if (field->match)
        link_name(linking, field->match, script_node_of(field->head.at, "match"), true);
}

/* --- steps --- */

/* What every step must have that does not `use` another's. */
static const struct {
    const char *key, *help;
} WANTED[] = {{"kind", "what is done in it"},
              {"title", "its line in the list of steps"},
              {"class", "value, required or waste"}};

static void link_kind(struct linking *linking, const struct script_step *step)
{
    const struct yaml_node *at = step->head.at;
    const char *kind = yaml_word_of(SCRIPT_KIND_WORDS, step->kind);
    if (at->kind != YAML_KIND_MAP || step->use || step->origin)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(WANTED); i++)
        if (!yaml_node_get(at, WANTED[i].key))
            yaml_problem(linking->problems, at, "A step needs `%s`: %s.", WANTED[i].key, WANTED[i].help);
    if (!yaml_node_get(at, "kind") || !word_is_known(at, "kind", SCRIPT_KIND_WORDS))
        return;
    size_t needs = G_N_ELEMENTS(KIND_RULES[0].needs), may = G_N_ELEMENTS(KIND_RULES[0].may);
    for (size_t i = 0; i < needs && KIND_RULES[step->kind].needs[i]; i++)
        if (!yaml_node_get(at, KIND_RULES[step->kind].needs[i]))
            yaml_problem(linking->problems, at, "A step of kind %s needs `%s`.", kind,
                         KIND_RULES[step->kind].needs[i]);
    for (size_t i = 0; i < at->count; i++) {
        const char *key = at->keys[i]->text;
        if (among(key, KIND_KEYS, G_N_ELEMENTS(KIND_KEYS)) &&
            !among(key, KIND_RULES[step->kind].needs, needs) && !among(key, KIND_RULES[step->kind].may, may))
            yaml_problem(linking->problems, at->keys[i], "A step of kind %s has no `%s`.", kind, key);
    }
    for (size_t i = 0; i < 2 && KIND_RULES[step->kind].results[i] && step->results; i++)
        if (!script_result_of(step, KIND_RULES[step->kind].results[i]))
            yaml_problem(linking->problems, script_node_of(at, "results"),
                         "A step of kind %s needs the result `%s`.", kind, KIND_RULES[step->kind].results[i]);
}

/* What the table of kinds cannot say. */
static void link_sense(struct linking *linking, const struct script_step *step)
{
    const struct yaml_node *at = step->head.at;
    bool pick = step->field_count == 1 &&
                (step->fields[0].type == VALUE_TYPE_CHOICE || step->fields[0].type == VALUE_TYPE_BOOL);
    if (step->kind == SCRIPT_KIND_CHOOSE && step->fields && !pick)
        yaml_problem(linking->problems, script_node_of(at, "fields"),
                     "A step of kind choose has one field, of type choice or bool.");
    if (step->kind == SCRIPT_KIND_KB && !step->article && !step->query.count)
        yaml_problem(linking->problems, at, "A step of kind kb needs `article` or `query`.");
    if ((size_t)step->need > script_step_matches(step) && step->fields)
        yaml_problem(linking->problems, script_node_of(at, "need"),
                     "`need` is %d, but only %zu fields have a `match`.", (int)step->need,
                     script_step_matches(step));
    if (step->use)
        return;
    bool waste = step->step_class == SCRIPT_CLASS_WASTE;
    if (waste && !step->waste && !yaml_node_get(at, "waste"))
        yaml_problem(linking->problems, script_node_of(at, "class"),
                     "A step of class waste needs `waste`: its kind.");
    if (!waste && step->waste)
        yaml_problem(linking->problems, script_node_of(at, "waste"), "`waste` is for steps of class waste.");
}

static void link_id(struct linking *linking, const struct script_step *step)
{
    if (!step->id)
        return;
    const struct yaml_node *at = script_node_of(step->head.at, "id");
    const struct script_step *first = script_step_of(linking->script, step->id);
    if (!step->origin && !script_word_is_well_formed(step->id, '-'))
        yaml_problem(linking->problems, at,
                     "`id` should be small letters, digits and -, beginning with a letter, not \"%s\".",
                     step->id);
    else if (first != step)
        yaml_problem(linking->problems, at, "The step `%s` is there already, at line %u.", step->id,
                     first->head.at->line);
}

static void link_rules(struct linking *linking, const struct script_step *step)
{
    for (size_t i = 0; i < step->rule_count; i++) {
        struct script_rule *rule = &step->rules[i];
        rule->condition = link_condition(linking, rule->head.at, "must", rule->must);
        link_text(linking, rule->head.at, "else");
    }
}

static void link_items(struct linking *linking, struct script_step *step)
{
    if (step->kind != SCRIPT_KIND_EACH || !step->items || !step->as)
        return;
    if (link_name(linking, step->items, script_node_of(step->head.at, "items"), false))
        step->items_slot = (size_t)script_name_index(linking->script, step->items);
    if (step->as_slot && step->items_slot == step->as_slot)
        yaml_problem(linking->problems, script_node_of(step->head.at, "items"),
                     "`%s` cannot be both the list and its item.", step->as);
}

static void link_step(struct linking *linking, struct script_step *step)
{
    static const char *const templates[] = {"say", "do", "ask", "query"};
    linking->step = step;
    link_id(linking, step);
    link_kind(linking, step);
    link_sense(linking, step);
    for (size_t i = 0; i < G_N_ELEMENTS(templates); i++)
        link_text(linking, step->head.at, templates[i]);
    for (size_t i = 0; i < step->field_count; i++)
        link_field(linking, &step->fields[i]);
    for (size_t i = 0; i < step->with_count; i++)
        if (step->with[i].string)
            link_name(linking, step->with[i].string, step->with[i].head.at, false);
    step->preauthorised_if = link_condition(linking, step->head.at, "preauthorised", step->preauthorised);
    link_rules(linking, step);
    link_items(linking, step);
    link_ways(linking, step);
}

/* --- loops --- */

/* seen[step_count]: what can be reached from `step` without passing `stop`. */
static void mark_reach(const struct script_step *step, const struct script_step *stop, bool *seen)
{
    if (!step || step == stop || seen[step->index])
        return;
    seen[step->index] = true;
    for (size_t i = 0; i < step->next_count; i++)
        mark_reach(step->next[i].target, stop, seen);
    for (size_t i = 0; i < step->result_count; i++)
        mark_reach(step->results[i].target, stop, seen);
}

static bool leads_to(const struct script_step *step, const struct script_step *target)
{
    for (size_t i = 0; i < step->next_count; i++)
        if (step->next[i].target == target)
            return true;
    for (size_t i = 0; i < step->result_count; i++)
        if (step->results[i].target == target)
            return true;
    return false;
}

/* Whether a way leads back from `step` to `each`, without passing it. */
static bool returns(const struct script *script, const struct script_step *step,
                    const struct script_step *each)
{
    g_autofree bool *seen = g_new0(bool, script->step_count);
    mark_reach(step, each, seen);
    for (size_t i = 0; i < script->step_count; i++)
        if (seen[i] && leads_to(&script->steps[i], each))
            return true;
    return false;
}

/* What is asked on the ways from an `each` step back to itself is asked anew in each round. */
static void link_round(struct script *script, struct script_step *each)
{
    const struct script_result *item = script_result_of(each, "item");
    if (each->kind != SCRIPT_KIND_EACH || !item || !item->target)
        return;
    bool *in_round = yaml_doc_allocate(script->own->doc, script->name_count * sizeof *in_round);
    g_autofree bool *seen = g_new0(bool, script->step_count);
    mark_reach(item->target, each, seen);
    for (size_t i = 0; i < script->step_count; i++)
        for (size_t j = 0; seen[i] && j < script->steps[i].field_count; j++)
            if (returns(script, &script->steps[i], each))
                in_round[script->steps[i].fields[j].slot] = true;
    each->in_round = in_round;
}

/* --- values --- */

/* A value may use what stands before it, so that none can need itself. */
static void link_value(struct linking *linking, size_t index)
{
    struct script *script = linking->script;
    const struct script_value *value = &script->values[index];
    int slot = value->head.key ? script_name_index(script, value->head.key) : -1;
    struct condition *condition = link_condition(linking, value->head.at, "is", value->is);
    if (!condition || slot < 0)
        return;
    size_t count = 0;
    const size_t *names = condition_names(condition, &count);
    for (size_t i = 0; i < count; i++)
        if (script->names[names[i]].value && names[i] >= (size_t)slot)
            yaml_problem(linking->problems, script_node_of(value->head.at, "is"),
                         "`%s` is computed later; put it above `%s`.", script->names[names[i]].name,
                         value->head.key);
    condition_engine_define(script->own->engine, (size_t)slot, condition);
    ((struct script_value *)value)->condition = condition;
}

void script_link(struct script *script, struct problems *problems)
{
    struct linking linking = {.script = script, .problems = problems};
    if (script->id && !script_word_is_well_formed(script->id, '-'))
        yaml_problem(problems, script_node_of(script->head.at, "script"),
                     "`script` should be small letters, digits and -, beginning with a letter, not \"%s\".",
                     script->id);
    if (script->format > SCRIPT_FORMAT)
        yaml_problem(problems, script_node_of(script->head.at, "format"),
                     "This program reads scripts of format %d; a newer one is needed for format %d.",
                     SCRIPT_FORMAT, (int)script->format);
    for (size_t i = 0; i < script->step_count; i++)
        script->steps[i].index = i;
    script_collect_names(script, problems);
    for (size_t i = 0; i < script->value_count; i++)
        link_value(&linking, i);
    for (size_t i = 0; i < script->step_count; i++)
        link_step(&linking, &script->steps[i]);
    for (size_t i = 0; i < script->step_count; i++)
        link_round(script, &script->steps[i]);
}
