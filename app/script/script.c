/* A script's life, its look-ups and the rules of its fields; see the header. */
#include "app/script/script.h"

#include <string.h>

#include "app/script/script_read.h"

static const char *const DEFAULT_LANGUAGES[] = {"en"};

static void script_free(struct script *script)
{
    struct script_own *own = script->own;
    condition_engine_free(own->engine);
    g_array_unref(own->names);
    g_ptr_array_unref(own->patterns);
    g_ptr_array_unref(own->used);
    g_ptr_array_unref(own->used_ids);
    yaml_doc_free(own->doc);
    g_free(own);
    g_free(script);
}

static void add_used(GPtrArray *ids, const char *id)
{
    if (!g_ptr_array_find_with_equal_func(ids, id, g_str_equal, NULL))
        g_ptr_array_add(ids, (gpointer)id);
}

static void gather_used(struct script *script)
{
    GPtrArray *ids = script->own->used_ids;
    for (guint i = 0; i < script->own->used->len; i++) {
        const struct script *used = script->own->used->pdata[i];
        add_used(ids, used->id);
        for (const char *const *id = script_uses(used); *id; id++)
            add_used(ids, *id);
    }
    g_ptr_array_add(ids, NULL);
}

/* Takes the doc. */
static struct script *read_script(struct yaml_doc *doc, const struct reading_script *reading, GError **error)
{
    if (!doc)
        return NULL;
    struct script *script = g_new0(struct script, 1);
    *script = (struct script){
        .format = SCRIPT_FORMAT,
        .languages = DEFAULT_LANGUAGES,
        .language_count = 1,
        .file = yaml_doc_name(doc),
        .own = g_new0(struct script_own, 1),
    };
    g_atomic_ref_count_init(&script->own->references);
    script->own->doc = doc;
    script->own->names = g_array_new(FALSE, FALSE, sizeof(struct script_name));
    script->own->patterns = g_ptr_array_new_with_free_func((GDestroyNotify)pattern_free);
    script->own->used = g_ptr_array_new_with_free_func((GDestroyNotify)script_unref);
    script->own->used_ids = g_ptr_array_new();
    struct problems *problems = problems_new(script->file);
    yaml_read(doc, yaml_doc_root(doc), &SCRIPT_SHAPE, script, problems);
    if (script_use(script, reading, problems))
        script_link(script, problems);
    bool good = problems_none(problems, error);
    problems_free(problems);
    gather_used(script);
    if (good)
        return script;
    script_free(script);
    return NULL;
}

/* What lies beside a file. */
static char *source_beside(void *data, const char *id, char **name)
{
    char *source = NULL;
    if (!script_word_is_well_formed(id, '-')) /* an id is no path */
        return NULL;
    g_autofree char *folder = g_path_get_dirname(data);
    g_autofree char *file = g_strconcat(id, ".yaml", NULL);
    *name = g_build_filename(folder, file, NULL);
    return g_file_get_contents(*name, &source, NULL, NULL) ? source : NULL;
}

static struct script *read_first(struct yaml_doc *doc, const struct script_library *library, GError **error)
{
    g_autoptr(GHashTable) known =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)script_unref);
    struct reading_script reading = {.library = library, .known = known};
    return read_script(doc, &reading, error);
}

struct script *script_open(const char *path, GError **error)
{
    struct script_library beside = {.source = source_beside, .data = (void *)path};
    return read_first(yaml_doc_open(path, error), &beside, error);
}

struct script *script_parse_within(const char *name, const char *bytes, size_t len,
                                   const struct reading_script *reading, GError **error)
{
    return read_script(yaml_doc_parse(name, bytes, len, error), reading, error);
}

struct script *script_parse_using(const char *name, const char *bytes, size_t len,
                                  const struct script_library *library, GError **error)
{
    return read_first(yaml_doc_parse(name, bytes, len, error), library, error);
}

struct script *script_parse(const char *name, const char *bytes, size_t len, GError **error)
{
    return script_parse_using(name, bytes, len, NULL, error);
}

struct script *script_ref(struct script *script)
{
    g_atomic_ref_count_inc(&script->own->references);
    return script;
}

void script_unref(struct script *script)
{
    if (script && g_atomic_ref_count_dec(&script->own->references))
        script_free(script);
}

const struct script_step *script_step_of(const struct script *script, const char *id)
{
    for (size_t i = 0; i < script->step_count; i++)
        if (script->steps[i].id && g_str_equal(script->steps[i].id, id))
            return &script->steps[i];
    return NULL;
}

const struct script_result *script_result_of(const struct script_step *step, const char *name)
{
    for (size_t i = 0; i < step->result_count; i++)
        if (g_str_equal(step->results[i].head.key, name))
            return &step->results[i];
    return NULL;
}

const struct script_option *script_option_of(const struct script_field *field, const char *value)
{
    for (size_t i = 0; i < field->option_count; i++)
        if (field->options[i].value && g_str_equal(field->options[i].value, value))
            return &field->options[i];
    return NULL;
}

const char *const *script_uses(const struct script *script)
{
    return (const char *const *)script->own->used_ids->pdata;
}

bool script_step_ends(const struct script_step *step)
{
    return !step->next_count && !step->result_count;
}

size_t script_step_matches(const struct script_step *step)
{
    size_t count = 0;
    for (size_t i = 0; i < step->field_count; i++)
        count += step->fields[i].match != NULL;
    return count;
}

int script_name_index(const struct script *script, const char *name)
{
    for (size_t i = 0; i < script->name_count; i++)
        if (g_str_equal(script->names[i].name, name))
            return (int)i;
    return -1;
}

static const char *text_or(const struct yaml_text *text, const char *language, const char *otherwise)
{
    const char *found = yaml_text_in(text, language ? language : "en");
    return found ? found : otherwise;
}

const char *script_field_label(const struct script_field *field, const char *language)
{
    return text_or(&field->label, language, field->name);
}

const char *script_option_title(const struct script_option *option, const char *language)
{
    return text_or(&option->title, language, option->value);
}

const char *script_result_title(const struct script_result *result, const char *language)
{
    return text_or(&result->title, language, result->head.key);
}

/* An option is taken by its value, or by its title in any language, without regard to case. */
static char *accept_option(const struct script_field *field, const char *text, const char *label,
                           GError **error)
{
    g_autofree char *wanted = g_utf8_casefold(text, -1);
    g_autoptr(GString) all = g_string_new(NULL);
    for (size_t i = 0; i < field->option_count; i++) {
        const struct script_option *option = &field->options[i];
        g_autofree char *value = g_utf8_casefold(option->value, -1);
        bool same = g_str_equal(value, wanted);
        for (size_t j = 0; j < option->title.count && !same; j++) {
            g_autofree char *title = g_utf8_casefold(option->title.texts[j], -1);
            same = g_str_equal(title, wanted);
        }
        if (same)
            return g_strdup(option->value);
        g_string_append_printf(all, "%s%s", i ? ", " : "", option->value);
    }
    g_set_error(error, VALUE_ERROR, VALUE_ERROR_FORM, "%s should be one of %s.", label, all->str);
    return NULL;
}

static bool refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool refuse(GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, VALUE_ERROR, VALUE_ERROR_FORM, sentence);
    return false;
}

static bool keeps_rules(const struct script_field *field, const char *value, const char *label,
                        GError **error)
{
    int64_t chars = g_utf8_strlen(value, -1);
    if (field->length[1] && (chars < field->length[0] || chars > field->length[1]))
        return refuse(error, "%s should have %d to %d characters, not %d.", label, (int)field->length[0],
                      (int)field->length[1], (int)chars);
    if (field->range[0] && (value_compare((enum value_type)field->type, value, field->range[0]) < 0 ||
                            value_compare((enum value_type)field->type, value, field->range[1]) > 0))
        return refuse(error, "%s should be from %s to %s.", label, field->range[0], field->range[1]);
    if (field->pattern && !pattern_matches(field->pattern, value))
        return refuse(error, "%s does not have the form that is expected here.", label);
    if (field->checksum == SCRIPT_CHECKSUM_LUHN && !value_luhn(value))
        return refuse(
            error, "%s is not a possible number: its check digit is wrong, so a digit was mistyped.", label);
    return true;
}

char *script_field_accept(const struct script_field *field, const char *text, const char *language,
                          GError **error)
{
    const char *label = script_field_label(field, language);
    g_autofree char *value = value_normalise((enum value_type)field->type, text, label, error);
    if (!value)
        return NULL;
    if (field->type == VALUE_TYPE_CHOICE)
        return accept_option(field, value, label, error);
    return keeps_rules(field, value, label, error) ? g_steal_pointer(&value) : NULL;
}
