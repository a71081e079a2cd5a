/* Texts missing in a language that the script says it has, or in one that it does not say. */
#include "app/script/check_parts.h"
#include "app/script/script_read.h"
#include "app/script/template.h"

static bool listed(const struct script *script, const char *language)
{
    for (size_t i = 0; i < script->language_count; i++)
        if (g_str_equal(script->languages[i], language))
            return true;
    return false;
}

/* `key` of the map that `text` was read from. A text written without its language is in the only one there
 * is. */
static void check_text(const struct script *script, const struct yaml_text *text, const struct yaml_node *map,
                       const char *key, struct problems *problems)
{
    const struct yaml_node *node = yaml_node_get(map, key);
    if (!text->count || !node || (node->kind == YAML_KIND_SCALAR && script->language_count == 1))
        return;
    for (size_t i = 0; i < script->language_count; i++)
        if (!yaml_text_only(text, script->languages[i]) && node->kind == YAML_KIND_SCALAR)
            yaml_problem(problems, node, "`%s` does not say its language; the script has %s and others.", key,
                         script->languages[0]);
        else if (!yaml_text_only(text, script->languages[i]))
            yaml_problem(problems, node, "`%s` is missing in the language %s.", key, script->languages[i]);
    for (size_t i = 0; node->kind == YAML_KIND_MAP && i < node->count; i++)
        if (!listed(script, text->languages[i]))
            yaml_problem(problems, node->keys[i], "`%s` is none of the script's `languages`; add it there.",
                         text->languages[i]);
}

static void note_blank(void *data, const char *name, const char *fallback, size_t offset)
{
    (void)fallback;
    (void)offset;
    const char **first = data;
    if (!*first)
        *first = g_intern_string(name);
}

/* A text that stands in lists and reports is the same for every contact: nothing is filled into it. */
static void check_plain(const struct script *script, const struct yaml_text *text,
                        const struct yaml_node *map, const char *key, struct problems *problems)
{
    const char *blank = NULL;
    for (size_t i = 0; i < text->count && !blank; i++)
        template_scan(text->texts[i], note_blank, &blank, NULL, NULL);
    if (blank && script_name_index(script, blank) >= 0)
        yaml_problem(problems, script_node_of(map, key),
                     "Nothing is filled into a `%s`, so {%s} would be shown as it stands; put it into `say` "
                     "or `do`.",
                     key, blank);
    check_text(script, text, map, key, problems);
}

static void check_field(const struct script *script, const struct script_field *field,
                        struct problems *problems)
{
    check_plain(script, &field->label, field->head.at, "label", problems);
    check_plain(script, &field->hint, field->head.at, "hint", problems);
    for (size_t i = 0; i < field->option_count; i++)
        check_text(script, &field->options[i].title, field->options[i].head.at, "title", problems);
}

/* What is used has to speak all the languages of what uses it. */
static void check_used(const struct script *script, const struct script_step *step, struct problems *problems)
{
    for (size_t i = 0; i < script->language_count; i++)
        if (!listed(step->origin, script->languages[i]))
            yaml_problem(problems, step->head.at,
                         "The script `%s`, used here, does not speak the language %s.", step->origin->id,
                         script->languages[i]);
}

void check_texts(const struct script *script, struct problems *problems)
{
    check_text(script, &script->title, script->head.at, "title", problems);
    for (size_t i = 0; i < script->value_count; i++)
        check_plain(script, &script->values[i].label, script->values[i].head.at, "label", problems);
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        if (step->origin)
            check_used(script, step, problems);
        check_plain(script, &step->title, step->head.at, "title", problems);
        check_text(script, &step->say, step->head.at, "say", problems);
        check_text(script, &step->todo, step->head.at, "do", problems);
        check_text(script, &step->query, step->head.at, "query", problems);
        check_text(script, &step->request, step->head.at, "ask", problems);
        for (size_t j = 0; j < step->field_count; j++)
            check_field(script, &step->fields[j], problems);
        for (size_t j = 0; j < step->rule_count; j++)
            check_text(script, &step->rules[j].otherwise, step->rules[j].head.at, "else", problems);
        for (size_t j = 0; j < step->next_count; j++)
            check_text(script, &step->next[j].title, step->next[j].head.at, "title", problems);
        for (size_t j = 0; j < step->result_count; j++)
            check_text(script, &step->results[j].title, step->results[j].head.at, "title", problems);
    }
}
