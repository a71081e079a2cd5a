/* The names that a script's conditions and texts may use, gathered; see script_read.h. */
#include "app/script/script_read.h"

bool script_word_is_well_formed(const char *word, char joint)
{
    if (!g_ascii_islower(*word))
        return false;
    for (; *word; word++)
        if (!g_ascii_islower(*word) && !g_ascii_isdigit(*word) && *word != joint)
            return false;
    return true;
}

const struct yaml_node *script_node_of(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *node = yaml_node_get(map, key);
    return node ? node : map;
}

static const struct script_name *name_at(const struct script *script, size_t index)
{
    return &g_array_index(script->own->names, struct script_name, index);
}

/* Whether a word can be a name at all; says so when not. `what` it is the key of. */
static bool may_be_named(const char *word, const char *what, const struct yaml_node *at,
                         struct problems *problems)
{
    if (!script_word_is_well_formed(word, '_')) {
        yaml_problem(problems, at,
                     "`%s` should be small letters, digits and _, beginning with a letter, not \"%s\".", what,
                     word);
        return false;
    }
    if (condition_reserved(word) || fact_index(word) >= 0) {
        yaml_problem(problems, at, "`%s` means something else in conditions; give the %s another name.", word,
                     g_str_equal(what, "name") ? "field" : "value");
        return false;
    }
    return true;
}

static void add_field_name(struct script *script, struct script_field *field, struct problems *problems)
{
    const struct yaml_node *at = script_node_of(field->head.at, "name");
    if (!may_be_named(field->name, "name", at, problems))
        return;
    for (size_t i = FACT_NAME_COUNT; i < script->own->names->len; i++) {
        const struct script_name *name = name_at(script, i);
        if (!g_str_equal(name->name, field->name))
            continue;
        field->slot = i;
        if (name->value || name->each)
            yaml_problem(problems, at, "`%s` is computed, at line %u; give the field another name.",
                         field->name, name->field->head.at->line);
        else if ((int)name->type != field->type)
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

static void add_fact_names(struct script *script)
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
}

/* What is not asked for, but computed or taken from a list: as a field it has a label only. The index, or 0
 * when it cannot have this name. */
static size_t add_made_name(struct script *script, struct script_name name, const struct script_field *field,
                            struct problems *problems)
{
    const struct yaml_node *at = field->head.at;
    if (!may_be_named(name.name, name.value ? "values" : "as", at, problems))
        return 0;
    for (size_t i = FACT_NAME_COUNT; i < script->own->names->len; i++)
        if (g_str_equal(name_at(script, i)->name, name.name)) {
            yaml_problem(problems, at, "`%s` is the name of another value, at line %u.", name.name,
                         name_at(script, i)->field->head.at->line);
            return 0;
        }
    struct script_field *kept = yaml_doc_allocate(script->own->doc, sizeof *kept);
    *kept = *field;
    kept->slot = script->own->names->len;
    name.field = kept;
    g_array_append_val(script->own->names, name);
    return kept->slot;
}

static void add_value_names(struct script *script, struct problems *problems)
{
    for (size_t i = 0; i < script->value_count; i++) {
        const struct script_value *value = &script->values[i];
        struct script_field field = {
            .head.at = value->head.at, .name = value->head.key, .label = value->label, .type = value->type};
        struct script_name name = {
            .name = value->head.key, .type = (enum value_type)value->type, .value = value};
        if (value->type == VALUE_TYPE_CHOICE)
            yaml_problem(problems, script_node_of(value->head.at, "type"),
                         "A computed value is no choice; let it be a text.");
        add_made_name(script, name, &field, problems);
    }
}

static void add_item_names(struct script *script, struct problems *problems)
{
    for (size_t i = 0; i < script->step_count; i++) {
        struct script_step *step = &script->steps[i];
        if (step->kind != SCRIPT_KIND_EACH || !step->as)
            continue;
        struct script_field field = {
            .head.at = script_node_of(step->head.at, "as"), .name = step->as, .type = VALUE_TYPE_TEXT};
        struct script_name name = {.name = step->as, .type = VALUE_TYPE_TEXT, .each = step};
        step->as_slot = add_made_name(script, name, &field, problems);
    }
}

void script_collect_names(struct script *script, struct problems *problems)
{
    add_fact_names(script);
    add_value_names(script, problems);
    add_item_names(script, problems);
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
