/* The steps of other scripts in the place of those that `use` them; see script_read.h. */
#include "app/script/script_read.h"

#include <string.h>

#include "app/script/suggest.h"

struct using
{
    struct script *script;
    const struct reading_script *reading;
    struct problems *problems;
    struct script_step *step; /* that says `use` */
    const struct script *from;
    GArray *steps; /* of struct script_step: what the script comes to */
};

static void *copy_of(const struct using *u, const void *items, size_t count, size_t size_bytes)
{
    if (!count)
        return NULL;
    return memcpy(yaml_doc_allocate(u->script->own->doc, count * size_bytes), items, count * size_bytes);
}

static const char *keep(const struct using *u, char *text)
{
    const char *kept = yaml_doc_string(u->script->own->doc, text);
    g_free(text);
    return kept;
}

/* Copies of what is linked anew for each script; places become that of the step that says `use`. */
static void own_parts(const struct using *u, struct script_step *step)
{
    const struct yaml_node *at = u->step->head.at;
    step->fields = copy_of(u, step->fields, step->field_count, sizeof *step->fields);
    step->next = copy_of(u, step->next, step->next_count, sizeof *step->next);
    step->results = copy_of(u, step->results, step->result_count, sizeof *step->results);
    step->rules = copy_of(u, step->rules, step->rule_count, sizeof *step->rules);
    step->in_round = NULL;
    step->head.at = at;
    for (size_t i = 0; i < step->field_count; i++)
        step->fields[i].head.at = at;
    for (size_t i = 0; i < step->next_count; i++)
        step->next[i].head.at = at;
    for (size_t i = 0; i < step->result_count; i++)
        step->results[i].head.at = at;
    for (size_t i = 0; i < step->rule_count; i++)
        step->rules[i].head.at = at;
}

/* Where a way of the used script leads in this one. */
static const char *target_of(const struct using *u, const struct script_step *target)
{
    const struct script_result *result =
        script_step_ends(target) ? script_result_of(u->step, target->id) : NULL;
    if (result)
        return result->to;
    if (target == &u->from->steps[0])
        return u->step->id;
    return keep(u, g_strdup_printf("%s/%s", u->step->id, target->id));
}

static void bring_step(const struct using *u, const struct script_step *from)
{
    struct script_step step = *from;
    own_parts(u, &step);
    step.id =
        from == &u->from->steps[0] ? u->step->id : keep(u, g_strdup_printf("%s/%s", u->step->id, from->id));
    step.origin = u->from;
    step.use = NULL;
    for (size_t i = 0; i < step.next_count; i++)
        step.next[i].to = target_of(u, from->next[i].target);
    for (size_t i = 0; i < step.result_count; i++)
        step.results[i].to = target_of(u, from->results[i].target);
    g_array_append_val(u->steps, step);
}

/* Each result names an end of the used script. */
static void check_results(const struct using *u)
{
    g_autoptr(GPtrArray) ends = g_ptr_array_new();
    for (size_t i = 0; i < u->from->step_count; i++)
        if (script_step_ends(&u->from->steps[i]))
            g_ptr_array_add(ends, (gpointer)u->from->steps[i].id);
    for (size_t i = 0; i < u->step->result_count; i++) {
        const struct script_result *result = &u->step->results[i];
        const struct script_step *step = script_step_of(u->from, result->head.key);
        if (step && script_step_ends(step))
            continue;
        g_autofree char *end = suggest_end(result->head.key, (const char *const *)ends->pdata, ends->len);
        yaml_problem(u->problems, result->head.at, "No way of the script `%s` ends in `%s`%s", u->from->id,
                     result->head.key, end);
    }
}

static bool bring_all(const struct using *u)
{
    static const char *const MAY[] = {"id", "use", "results"};
    const struct yaml_node *at = u->step->head.at;
    for (size_t i = 0; i < at->count; i++) {
        bool may = false;
        for (size_t j = 0; j < G_N_ELEMENTS(MAY); j++)
            may |= g_str_equal(at->keys[i]->text, MAY[j]);
        if (!may)
            yaml_problem(u->problems, at->keys[i],
                         "A step that uses a whole script has `id`, `use` and `results`, but no `%s`.",
                         at->keys[i]->text);
    }
    check_results(u);
    if (script_step_ends(&u->from->steps[0])) {
        yaml_problem(u->problems, at, "The script `%s` ends in its first step; there is nothing to use.",
                     u->from->id);
        return false;
    }
    for (size_t i = 0; i < u->from->step_count; i++) {
        const struct script_step *step = &u->from->steps[i];
        if (!script_step_ends(step) || !script_result_of(u->step, step->id))
            bring_step(u, step);
    }
    return true;
}

/* One step: what is written here stands over what is written there. */
static bool bring_one(const struct using *u, const char *id)
{
    const struct yaml_node *at = u->step->head.at;
    const struct script_step *from = script_step_of(u->from, id);
    if (!from) {
        yaml_problem(u->problems, script_node_of(at, "use"), "The script `%s` has no step `%s`.", u->from->id,
                     id);
        return false;
    }
    struct script_step step = *from;
    own_parts(u, &step);
    struct problems *said = problems_new("");
    yaml_read(u->script->own->doc, at, &SCRIPT_STEP_SHAPE, &step, said);
    problems_free(said); /* the first reading has told them */
    step.origin = u->from;
    step.use = NULL;
    g_array_append_val(u->steps, step);
    return true;
}

static const struct script_value *value_in(const struct script_value *values, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (values[i].head.key && g_str_equal(values[i].head.key, name))
            return &values[i];
    return NULL;
}

/* The values of the used script stand before ours, which may use them; one computed alike is the same. */
static bool bring_values(const struct using *u, GArray *values)
{
    const struct script *script = u->script;
    bool all = true;
    for (size_t i = 0; i < u->from->value_count; i++) {
        struct script_value value = u->from->values[i];
        const struct script_value *brought =
            value_in((const struct script_value *)(const void *)values->data, values->len, value.head.key);
        const struct script_value *other =
            brought ? brought : value_in(script->values, script->value_count, value.head.key);
        bool same = other && other->is && other->type == value.type && g_str_equal(other->is, value.is);
        if (other && !same)
            yaml_problem(u->problems, u->step->head.at,
                         "The script `%s` computes `%s` in another way; give one of them another name.",
                         u->from->id, value.head.key);
        all &= !other || same;
        value.head.at = u->step->head.at;
        if (!other)
            g_array_append_val(values, value);
    }
    return all;
}

static bool uses_itself(const struct using *u, const char *id)
{
    bool itself = u->script->id && g_str_equal(u->script->id, id);
    for (const struct reading_script *r = u->reading; r && !itself; r = r->outer)
        itself = r->id && g_str_equal(r->id, id);
    return itself;
}

static struct script *load(const struct using *u, const char *id, GError **error)
{
    const struct script_library *library = u->reading ? u->reading->library : NULL;
    g_autofree char *name = NULL;
    g_autofree char *source = library ? library->source(library->data, id, &name) : NULL;
    if (!source) {
        g_set_error(error, PROBLEMS_ERROR, PROBLEMS_ERROR_FILE, "There is no script `%s` to use.", id);
        return NULL;
    }
    struct reading_script within = {
        .library = library, .outer = u->reading, .id = id, .known = u->reading->known};
    return script_parse_within(name ? name : id, source, strlen(source), &within, error);
}

/* The script of that id, read once however often it is used. NULL after saying why. */
static const struct script *find(const struct using *u, const char *id)
{
    GHashTable *known = u->reading ? u->reading->known : NULL;
    struct script *script = known ? g_hash_table_lookup(known, id) : NULL;
    const struct yaml_node *at = script_node_of(u->step->head.at, "use");
    g_autoptr(GError) error = NULL;
    if (uses_itself(u, id)) {
        yaml_problem(u->problems, at, "The script `%s` would use itself without end.", id);
        return NULL;
    }
    if (!script) {
        script = load(u, id, &error);
        if (!script && error->code == PROBLEMS_ERROR_FILE)
            yaml_problem(u->problems, at, "%s", error->message);
        else if (!script)
            yaml_problem(u->problems, at, "The script `%s` cannot be used: %s", id, error->message);
        if (script && !g_str_equal(script->id, id)) {
            yaml_problem(u->problems, at, "Where the script `%s` should be there is one called `%s`.", id,
                         script->id);
            g_clear_pointer(&script, script_unref);
        }
        if (script && known)
            g_hash_table_insert(known, (gpointer)script->id, script);
    }
    if (script && !g_ptr_array_find(u->script->own->used, script, NULL))
        g_ptr_array_add(u->script->own->used, script_ref(script));
    return script;
}

/* The script named and, behind the slash, the step; without one, all of them. */
static bool bring(struct using *u, GArray *values)
{
    g_auto(GStrv) parts = g_strsplit(u->step->use, "/", 2);
    u->from = u->step->id ? find(u, parts[0]) : NULL;
    if (!u->from)
        return false;
    bool brought = parts[1] ? bring_one(u, parts[1]) : bring_all(u);
    return brought && bring_values(u, values);
}

static bool uses_any(const struct script *script)
{
    for (size_t i = 0; i < script->step_count; i++)
        if (script->steps[i].use)
            return true;
    return false;
}

bool script_use(struct script *script, const struct reading_script *reading, struct problems *problems)
{
    bool all = true;
    if (!uses_any(script))
        return true;
    struct using u = {.script = script, .reading = reading, .problems = problems};
    u.steps = g_array_new(FALSE, FALSE, sizeof(struct script_step));
    GArray *values = g_array_new(FALSE, FALSE, sizeof(struct script_value));
    for (size_t i = 0; i < script->step_count; i++) {
        u.step = &script->steps[i];
        if (!u.step->use)
            g_array_append_val(u.steps, *u.step);
        else
            all &= bring(&u, values);
    }
    g_array_append_vals(values, script->values, (guint)script->value_count);
    if (u.steps->len > SCRIPT_STEPS_MAX)
        yaml_problem(problems, script->head.at, "With what it uses the script has %u steps; the most is %d.",
                     u.steps->len, SCRIPT_STEPS_MAX);
    script->steps = copy_of(&u, u.steps->data, u.steps->len, sizeof *script->steps);
    script->step_count = u.steps->len;
    script->values = copy_of(&u, values->data, values->len, sizeof *script->values);
    script->value_count = values->len;
    g_array_unref(u.steps);
    g_array_unref(values);
    return all;
}
