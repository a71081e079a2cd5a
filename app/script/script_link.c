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
    const char *may[4];
    const char *results[2]; /* that must be among its results */
} KIND_RULES[] = {
    [SCRIPT_KIND_SAY] = {.needs = {"say", "next"}},
    [SCRIPT_KIND_ASK] = {.needs = {"fields", "next"}},
    [SCRIPT_KIND_CHOOSE] = {.needs = {"fields", "next"}},
    [SCRIPT_KIND_FORM] = {.needs = {"fields", "next"}},
    [SCRIPT_KIND_CHECK] = {.needs = {"fields", "results"}, .may = {"need"}, .results = {"pass", "fail"}},
    [SCRIPT_KIND_ACTION] = {.needs = {"action", "results"}, .may = {"fields", "with", "timeout"}},
    [SCRIPT_KIND_APPROVE] = {.needs = {"approvers", "ask", "results"},
                             .may = {"preauthorised", "with", "fields"},
                             .results = {"granted", "refused"}},
    [SCRIPT_KIND_KB] = {.needs = {"next"}, .may = {"article", "query"}},
    [SCRIPT_KIND_WAIT] = {.needs = {"for", "next"}, .may = {"timeout"}},
    [SCRIPT_KIND_TRANSFER] = {.needs = {"queue"}, .may = {"ask", "next"}},
    [SCRIPT_KIND_ESCALATE] = {.needs = {"ask"}, .may = {"queue", "next"}},
    [SCRIPT_KIND_END] = {.needs = {"disposition", "resolved"}},
};

/* Keys that only some kinds have. */
static const char *const KIND_KEYS[] = {"fields",  "next",      "results",       "need",    "action", "with",
                                        "timeout", "approvers", "preauthorised", "article", "query",  "for",
                                        "queue",   "ask",       "disposition",   "resolved"};

static bool among(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count && words[i]; i++)
        if (g_str_equal(words[i], word))
            return true;
    return false;
}

/* Ids and names: small letters, digits, and `joint`, beginning with a letter. */
static bool well_formed(const char *word, char joint)
{
    if (!g_ascii_islower(*word))
        return false;
    for (; *word; word++)
        if (!g_ascii_islower(*word) && !g_ascii_isdigit(*word) && *word != joint)
            return false;
    return true;
}

/* The node of a key, or of the thing itself when the key is not written. */
static const struct yaml_node *node_of(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *node = yaml_node_get(map, key);
    return node ? node : map;
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

static void add_field_name(struct script *script, struct script_field *field, struct problems *problems)
{
    const struct yaml_node *at = node_of(field->head.at, "name");
    if (!well_formed(field->name, '_')) {
        yaml_problem(problems, at,
                     "`name` should be small letters, digits and _, beginning with a letter, not \"%s\".",
                     field->name);
        return;
    }
    if (condition_reserved(field->name) || fact_index(field->name) >= 0) {
        yaml_problem(problems, at, "`%s` means something else in conditions; give the field another name.",
                     field->name);
        return;
    }
    for (size_t i = FACT_NAME_COUNT; i < script->own->names->len; i++) {
        const struct script_name *name = &g_array_index(script->own->names, struct script_name, i);
        if (!g_str_equal(name->name, field->name))
            continue;
        field->slot = i;
        if ((int)name->type != field->type)
            yaml_problem(problems, at, "`%s` is of type %s at line %u; one name has one type.", field->name,
                         yaml_word_of(VALUE_TYPE_WORDS, (int)name->type), name->field->head.at->line);
        return;
    }
    struct script_name name = {.name = field->name, .type = (enum value_type)field->type, .field = field};
    field->slot = script->own->names->len;
    g_array_append_val(script->own->names, name);
}

/* How a fact is asked for when a condition needs it and nothing knows it. */
static const struct script_field *fact_field(struct script *script, size_t index)
{
    static const char *const languages[] = {"en", "zh"};
    const struct fact_name *fact = &FACT_NAMES[index];
    struct script_field *field = yaml_doc_allocate(script->own->doc, sizeof *field);
    const char **texts = yaml_doc_allocate(script->own->doc, 2 * sizeof *texts);
    texts[0] = fact->label;
    texts[1] = fact->label_zh;
    *field = (struct script_field){
        .head.at = script->head.at,
        .name = fact->name,
        .label = {.count = 2, .languages = languages, .texts = texts},
        .type = (int)fact->type,
        .required = true,
        .slot = index,
    };
    return field;
}

static void collect_names(struct script *script, struct problems *problems)
{
    for (size_t i = 0; i < FACT_NAME_COUNT; i++) {
        struct script_name name = {
            .name = FACT_NAMES[i].name,
            .type = FACT_NAMES[i].type,
            .fact = &FACT_NAMES[i],
            .field = fact_field(script, i),
        };
        g_array_append_val(script->own->names, name);
    }
    for (size_t i = 0; i < script->step_count; i++)
        for (size_t j = 0; j < script->steps[i].field_count; j++)
            if (script->steps[i].fields[j].name)
                add_field_name(script, &script->steps[i].fields[j], problems);
    script->names = (const struct script_name *)(const void *)script->own->names->data;
    script->name_count = script->own->names->len;
    g_autofree struct condition_name *names = g_new0(struct condition_name, script->name_count);
    for (size_t i = 0; i < script->name_count; i++)
        names[i] = (struct condition_name){.name = script->names[i].name, .type = script->names[i].type};
    script->own->engine = condition_engine_new(names, script->name_count);
}

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

static void link_template_name(void *data, const char *name, const char *fallback, size_t offset)
{
    (void)fallback;
    struct template_link *link = data;
    struct yaml_node place = *link->node;
    yaml_node_place(link->node, offset + 1, &place.line, &place.column);
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
        yaml_node_place(node_of(map, key), offset, &line, &column);
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
    linking->at = node_of(map, "to");
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
    const struct yaml_node *at = node_of(field->head.at, "range");
    if (!field->range[0])
        return;
    if (!ranged) {
        yaml_problem(linking->problems, at,
                     "`range` is for numbers, money and dates; this field is of type %s.",
                     yaml_word_of(VALUE_TYPE_WORDS, field->type));
        return;
    }
    for (int i = 0; i < 2; i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *value =
            value_normalise((enum value_type)field->type, field->range[i], "A bound", &error);
        if (value)
            field->range[i] = yaml_doc_string(linking->script->own->doc, value);
        else
            yaml_problem(linking->problems, at->items[i], "%s", error->message);
    }
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
        yaml_problem(linking->problems, node_of(field->head.at, "regex"), "%s", error->message);
}

static void link_options(struct linking *linking, const struct script_field *field)
{
    if ((field->type == VALUE_TYPE_CHOICE) != (field->option_count > 0))
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
    link_options(linking, field);
    for (size_t i = 0; i < field->from_count; i++)
        if (field->from[i])
            link_name(linking, field->from[i], from->kind == YAML_KIND_LIST ? from->items[i] : from, false);
    if (field->match && linking->step->kind != SCRIPT_KIND_CHECK)
        yaml_problem(linking->problems, node_of(field->head.at, "match"),
                     "`match` is for the fields of a check step.");
    else if (field->match)
        link_name(linking, field->match, node_of(field->head.at, "match"), true);
}

/* --- steps --- */

static void link_kind(struct linking *linking, const struct script_step *step)
{
    const struct yaml_node *at = step->head.at;
    const char *kind = yaml_word_of(SCRIPT_KIND_WORDS, step->kind);
    if (!yaml_node_get(at, "kind") || at->kind != YAML_KIND_MAP)
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
            yaml_problem(linking->problems, node_of(at, "results"),
                         "A step of kind %s needs the result `%s`.", kind, KIND_RULES[step->kind].results[i]);
}

/* What the table of kinds cannot say. */
static void link_sense(struct linking *linking, const struct script_step *step)
{
    const struct yaml_node *at = step->head.at;
    bool pick = step->field_count == 1 &&
                (step->fields[0].type == VALUE_TYPE_CHOICE || step->fields[0].type == VALUE_TYPE_BOOL);
    if (step->kind == SCRIPT_KIND_CHOOSE && step->fields && !pick)
        yaml_problem(linking->problems, node_of(at, "fields"),
                     "A step of kind choose has one field, of type choice or bool.");
    if (step->kind == SCRIPT_KIND_KB && !step->article && !step->query.count)
        yaml_problem(linking->problems, at, "A step of kind kb needs `article` or `query`.");
    if ((size_t)step->need > script_step_matches(step) && step->fields)
        yaml_problem(linking->problems, node_of(at, "need"),
                     "`need` is %d, but only %zu fields have a `match`.", (int)step->need,
                     script_step_matches(step));
    bool waste = step->step_class == SCRIPT_CLASS_WASTE;
    if (waste && !step->waste && !yaml_node_get(at, "waste"))
        yaml_problem(linking->problems, node_of(at, "class"),
                     "A step of class waste needs `waste`: its kind.");
    if (!waste && step->waste)
        yaml_problem(linking->problems, node_of(at, "waste"), "`waste` is for steps of class waste.");
}

static void link_id(struct linking *linking, const struct script_step *step)
{
    if (!step->id)
        return;
    const struct yaml_node *at = node_of(step->head.at, "id");
    const struct script_step *first = script_step_of(linking->script, step->id);
    if (!well_formed(step->id, '-'))
        yaml_problem(linking->problems, at,
                     "`id` should be small letters, digits and -, beginning with a letter, not \"%s\".",
                     step->id);
    else if (first != step)
        yaml_problem(linking->problems, at, "The step `%s` is there already, at line %u.", step->id,
                     first->head.at->line);
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
    link_ways(linking, step);
}

void script_link(struct script *script, struct problems *problems)
{
    struct linking linking = {.script = script, .problems = problems};
    if (script->id && !well_formed(script->id, '-'))
        yaml_problem(problems, node_of(script->head.at, "script"),
                     "`script` should be small letters, digits and -, beginning with a letter, not \"%s\".",
                     script->id);
    if (script->format > SCRIPT_FORMAT)
        yaml_problem(problems, node_of(script->head.at, "format"),
                     "This program reads scripts of format %d; a newer one is needed for format %d.",
                     SCRIPT_FORMAT, (int)script->format);
    for (size_t i = 0; i < script->step_count; i++)
        script->steps[i].index = i;
    collect_names(script, problems);
    for (size_t i = 0; i < script->step_count; i++)
        link_step(&linking, &script->steps[i]);
}
