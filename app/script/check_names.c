/* Names used before they are answered, and choices compared with what cannot be chosen. */
#include "app/script/check_parts.h"
#include "app/script/script_read.h"
#include "app/script/suggest.h"
#include "app/script/template.h"

/* One place where a step uses a name. */
struct use {
    const struct script *script;
    const GArray *ways;
    struct problems *problems;
    const struct script_step *step;
    size_t slot;
    bool optional; /* an answer that was only asked for is enough */
    bool own;      /* the step's own answers count, since it is used after them */
    unsigned line, column;
    const struct yaml_node *text; /* of a template */
};

/* Whether taking this way means that the step has had the name's answer. A check that fails may lack any
 * answer, one that needs only some of its matches may lack each of them. */
static bool answers(const struct script_step *step, const struct script_result *result, size_t slot,
                    bool optional)
{
    bool check = step->kind == SCRIPT_KIND_CHECK;
    bool some = step->need && (size_t)step->need < script_step_matches(step);
    if (check && (!result || !g_str_equal(result->head.key, "pass")))
        return false;
    if (step->kind == SCRIPT_KIND_EACH && step->as_slot == slot)
        return result && g_str_equal(result->head.key, "item");
    for (size_t i = 0; i < step->field_count; i++)
        if (step->fields[i].slot == slot && (step->fields[i].required || optional) &&
            !(some && step->fields[i].match))
            return true;
    return false;
}

static bool leaves_unanswered(void *data, const struct way *way)
{
    const struct use *use = data;
    return !answers(&use->script->steps[way->from], way->result, use->slot, use->optional);
}

/* Where a loop is done, what was asked in its rounds is not answered any more. A way from there to the use;
 * NULL when there is none. */
static char *way_from_loop(struct use *use)
{
    for (size_t i = 0; i < use->script->step_count; i++) {
        const struct script_step *each = &use->script->steps[i];
        if (!each->in_round || !(each->in_round[use->slot] || each->as_slot == use->slot))
            continue;
        const struct script_step *done = script_result_of(each, "done")->target;
        g_autofree char *way =
            check_find_way(use->script, use->ways, done->index, use->step->index, leaves_unanswered, use);
        if (way)
            return g_strdup_printf("%s, done → %s", each->id, way);
    }
    return NULL;
}

static void check_use(struct use *use);

/* What a computed value is made of is used with it. */
static void check_parts_of(const struct use *use, const struct script_value *value)
{
    size_t count = 0;
    const size_t *names = condition_names(value->condition, &count);
    for (size_t i = 0; i < count; i++) {
        struct use part = *use;
        part.slot = names[i];
        check_use(&part);
    }
}

static void check_use(struct use *use)
{
    const struct script_name *name = &use->script->names[use->slot];
    if (name->value)
        check_parts_of(use, name->value);
    if (name->value || name->fact || (use->own && answers(use->step, NULL, use->slot, use->optional)))
        return;
    g_autofree char *way =
        check_find_way(use->script, use->ways, 0, use->step->index, leaves_unanswered, use);
    if (!way)
        way = way_from_loop(use);
    if (way)
        problems_add(use->problems, use->line, use->column, "`%s` is not answered yet on the way %s.",
                     name->name, way);
}

/* The values that a name may have, of all fields that ask for it; borrowed, in the order of the file. */
static GPtrArray *options_of(const struct script *script, size_t slot)
{
    GPtrArray *values = g_ptr_array_new();
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        for (size_t j = 0; j < step->field_count; j++)
            for (size_t k = 0; step->fields[j].slot == slot && k < step->fields[j].option_count; k++)
                g_ptr_array_add(values, (gpointer)step->fields[j].options[k].value);
    }
    return values;
}

static void check_literals(const struct script *script, const struct condition *condition,
                           const struct yaml_node *node, struct problems *problems)
{
    size_t count = 0;
    const struct condition_literal *literals = condition_literals(condition, &count);
    for (size_t i = 0; i < count; i++) {
        const struct script_name *name = &script->names[literals[i].name];
        if (name->type != VALUE_TYPE_CHOICE)
            continue;
        g_autoptr(GPtrArray) words = options_of(script, literals[i].name);
        if (g_ptr_array_find_with_equal_func(words, literals[i].text, g_str_equal, NULL))
            continue;
        unsigned line, column;
        yaml_node_place(node, literals[i].offset, &line, &column);
        const char *nearest =
            suggest_nearest(literals[i].text, (const char *const *)words->pdata, words->len);
        problems_add(problems, line, column, "`%s` has no option '%s'%s%s%s", name->name, literals[i].text,
                     nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : ".");
    }
}

static void check_condition(struct use *use, const struct condition *condition, const struct yaml_node *node,
                            bool own)
{
    size_t count = 0;
    if (!condition)
        return;
    const size_t *names = condition_names(condition, &count);
    for (size_t i = 0; i < count; i++) {
        use->slot = names[i];
        use->own = own;
        use->line = node->line;
        use->column = node->column;
        check_use(use);
    }
    check_literals(use->script, condition, node, use->problems);
}

static void check_template_name(void *data, const char *name, const char *fallback, size_t offset)
{
    struct use *use = data;
    if (fallback)
        return;
    use->slot = (size_t)script_name_index(use->script, name);
    yaml_node_place(use->text, offset + 1, &use->line, &use->column);
    check_use(use);
}

static void check_template(struct use *use, const struct yaml_text *text, const char *key, bool own)
{
    const struct yaml_node *node = yaml_node_get(use->step->head.at, key);
    use->own = own;
    for (size_t i = 0; i < text->count; i++) {
        use->text = !node ? use->step->head.at : node->kind == YAML_KIND_MAP ? node->items[i] : node;
        template_scan(text->texts[i], check_template_name, use, NULL, NULL);
    }
}

static void check_step(struct use *use, const struct script_step *step)
{
    use->step = step;
    use->optional = false;
    check_template(use, &step->say, "say", false);
    check_template(use, &step->todo, "do", true);
    check_template(use, &step->request, "ask", true);
    check_template(use, &step->query, "query", true);
    for (size_t i = 0; i < step->next_count; i++)
        if (step->next[i].condition)
            check_condition(use, step->next[i].condition, script_node_of(step->next[i].head.at, "when"),
                            true);
    for (size_t i = 0; i < step->rule_count; i++)
        check_condition(use, step->rules[i].condition, script_node_of(step->rules[i].head.at, "must"), true);
    if (step->kind == SCRIPT_KIND_EACH) {
        const struct yaml_node *at = script_node_of(step->head.at, "items");
        use->slot = step->items_slot;
        use->own = false;
        use->line = at->line;
        use->column = at->column;
        check_use(use);
    }
    if (step->preauthorised_if)
        check_condition(use, step->preauthorised_if, script_node_of(step->head.at, "preauthorised"), false);
    /* What an action is sent may be absent, as long as it was asked for. */
    use->optional = true;
    for (size_t i = 0; i < step->with_count; i++) {
        use->slot = (size_t)script_name_index(use->script, step->with[i].string);
        use->own = true;
        use->line = step->with[i].head.at->line;
        use->column = step->with[i].head.at->column;
        check_use(use);
    }
}

void check_names(const struct script *script, const GArray *ways, struct problems *problems)
{
    struct use use = {.script = script, .ways = ways, .problems = problems};
    for (size_t i = 0; i < script->step_count; i++)
        check_step(&use, &script->steps[i]);
}
