#include "app/desk/mapping.h"

#include <math.h>
#include <string.h>

#include "app/script/yaml.h"

static const struct yaml_word kind_words[] = {
    {"customers", IMPORT_CUSTOMERS}, {"orders", IMPORT_ORDERS},     {"articles", IMPORT_ARTICLES},
    {"scripts", IMPORT_SCRIPTS},     {"contacts", IMPORT_CONTACTS}, {0},
};

const char *import_kind_name(enum import_kind kind)
{
    return (unsigned)kind < IMPORT_KIND_COUNT ? kind_words[kind].word : "";
}

bool import_kind_parse(const char *name, enum import_kind *kind)
{
    for (int i = 0; name != NULL && i < IMPORT_KIND_COUNT; i++) {
        if (strcmp(kind_words[i].word, name) == 0) {
            *kind = (enum import_kind)i;
            return true;
        }
    }
    return false;
}

/* --- the file --- */

/* As the reader fills it. */
struct messages_part {
    struct yaml_head head;
    const char *each, *from, *text, *at;
    const struct yaml_entry *says;
    size_t say_count;
};

struct steps_part {
    struct yaml_head head;
    const char *each, *title, *todo;
};

struct mapping_file {
    struct yaml_head head;
    int kind;
    const char *records, *group;
    const char **header;
    size_t header_count;
    const struct yaml_entry *fields, *identities;
    size_t field_count, identity_count;
    struct messages_part messages;
    struct steps_part steps;
};

#define PART(member)  offsetof(struct messages_part, member)
#define FILE_(member) offsetof(struct mapping_file, member)

static const struct yaml_field message_fields[] = {
    {"each", YAML_TYPE_STRING, PART(each), .required = true, .help = "the path to the messages of a record"},
    {"from", YAML_TYPE_STRING, PART(from), .required = true, .help = "who speaks: customer, agent or system"},
    {"text", YAML_TYPE_STRING, PART(text), .required = true, .help = "what is said"},
    {"at", YAML_TYPE_STRING, PART(at), .help = "when, RFC 3339"},
    {"says", YAML_TYPE_MAP, PART(says), .item = YAML_TYPE_STRING, .count_offset = PART(say_count),
     .help = "what the values of from stand for"},
    {0},
};
static const struct yaml_shape message_shape = {
    .what = "the messages", .size_bytes = sizeof(struct messages_part), .fields = message_fields};

#define STEP(member) offsetof(struct steps_part, member)

static const struct yaml_field step_fields[] = {
    {"each", YAML_TYPE_STRING, STEP(each), .required = true, .help = "the path to the steps of a record"},
    {"title", YAML_TYPE_STRING, STEP(title), .required = true, .help = "what a step is called"},
    {"do", YAML_TYPE_STRING, STEP(todo), .required = true, .help = "what the agent does"},
    {0},
};
static const struct yaml_shape step_shape = {
    .what = "the steps", .size_bytes = sizeof(struct steps_part), .fields = step_fields};

static const struct yaml_field file_fields[] = {
    {"kind", YAML_TYPE_ENUM, FILE_(kind), .required = true, .words = kind_words,
     .help = "what the records become"},
    {"records", YAML_TYPE_STRING, FILE_(records), .help = "the path to the records of a document"},
    {"group", YAML_TYPE_STRING, FILE_(group), .help = "what rows of one record have in common"},
    {"header", YAML_TYPE_LIST, FILE_(header), .item = YAML_TYPE_STRING, .count_offset = FILE_(header_count),
     .help = "the names of the columns"},
    {"fields", YAML_TYPE_MAP, FILE_(fields), .required = true, .item = YAML_TYPE_STRING,
     .count_offset = FILE_(field_count), .help = "a template for each field of ours"},
    {"identities", YAML_TYPE_MAP, FILE_(identities), .item = YAML_TYPE_STRING,
     .count_offset = FILE_(identity_count), .help = "a template for each kind of identity of a customer"},
    {"messages", YAML_TYPE_STRUCT, FILE_(messages), .shape = &message_shape,
     .help = "the messages of a contact"},
    {"steps", YAML_TYPE_STRUCT, FILE_(steps), .shape = &step_shape, .help = "the steps of a script"},
    {0},
};
static const struct yaml_shape file_shape = {
    .what = "a mapping", .size_bytes = sizeof(struct mapping_file), .fields = file_fields};

static const struct mapping_field *copy_entries(struct yaml_doc *doc, const struct yaml_entry *entries,
                                                size_t count)
{
    struct mapping_field *fields = yaml_doc_allocate(doc, (count + 1) * sizeof *fields);
    for (size_t i = 0; i < count; i++)
        fields[i] = (struct mapping_field){entries[i].head.key, entries[i].string};
    return fields;
}

struct mapping *mapping_open(const char *path, GError **error)
{
    struct yaml_doc *doc = yaml_doc_open(path, error);
    if (doc == NULL)
        return NULL;
    struct mapping_file file = {0};
    struct problems *problems = problems_new(path);
    yaml_read(doc, yaml_doc_root(doc), &file_shape, &file, problems);
    bool is_sound = problems_none(problems, error);
    problems_free(problems);
    if (!is_sound) {
        yaml_doc_free(doc);
        return NULL;
    }
    struct mapping *m = g_new0(struct mapping, 1);
    *m = (struct mapping){.kind = file.kind,
                          .records = file.records,
                          .group = file.group,
                          .header = file.header,
                          .header_count = file.header_count,
                          .fields = copy_entries(doc, file.fields, file.field_count),
                          .field_count = file.field_count,
                          .identities = copy_entries(doc, file.identities, file.identity_count),
                          .identity_count = file.identity_count,
                          .says = copy_entries(doc, file.messages.says, file.messages.say_count),
                          .say_count = file.messages.say_count,
                          .each = file.messages.each,
                          .from = file.messages.from,
                          .text = file.messages.text,
                          .at = file.messages.at,
                          .steps = file.steps.each,
                          .step_title = file.steps.title,
                          .step_do = file.steps.todo,
                          .doc = doc};
    return m;
}

void mapping_free(struct mapping *m)
{
    if (m == NULL)
        return;
    yaml_doc_free(m->doc);
    g_free(m);
}

/* --- paths --- */

static const cJSON *child_of(const cJSON *at, const char *name)
{
    if (cJSON_IsObject(at))
        return cJSON_GetObjectItemCaseSensitive(at, name);
    char *end;
    guint64 index = g_ascii_strtoull(name, &end, 10);
    return cJSON_IsArray(at) && *end == '\0' && end != name && index < G_MAXINT
               ? cJSON_GetArrayItem(at, (int)index)
               : NULL;
}

const cJSON *mapping_find(const cJSON *record, const char *path)
{
    g_auto(GStrv) names = g_strsplit(path, ".", -1);
    const cJSON *at = record;
    for (size_t i = 0; at != NULL && names[i] != NULL; i++)
        at = child_of(at, names[i]);
    return at;
}

static void collect(const cJSON *at, char *const *names, GPtrArray *values)
{
    if (at == NULL)
        return;
    if (*names == NULL) {
        if (cJSON_IsString(at))
            g_ptr_array_add(values, g_strdup(at->valuestring));
        else if (cJSON_IsNumber(at) && floor(at->valuedouble) == at->valuedouble &&
                 fabs(at->valuedouble) < 9e15)
            g_ptr_array_add(values, g_strdup_printf("%" G_GINT64_FORMAT, (int64_t)at->valuedouble));
        else if (cJSON_IsNumber(at))
            g_ptr_array_add(values, g_strdup_printf("%.10g", at->valuedouble));
        else if (cJSON_IsBool(at))
            g_ptr_array_add(values, g_strdup(cJSON_IsTrue(at) ? "yes" : "no"));
        return;
    }
    if (strcmp(*names, "*") != 0) {
        collect(child_of(at, *names), names + 1, values);
        return;
    }
    for (const cJSON *child = at->child; child != NULL; child = child->next)
        collect(child, names + 1, values);
}

/* --- filters: each changes the values in place --- */

static void set_only(GPtrArray *values, char *text)
{
    g_ptr_array_set_size(values, 0);
    g_ptr_array_add(values, text);
}

static void filter_sum(GPtrArray *values)
{
    double sum = 0;
    for (guint i = 0; i < values->len; i++)
        sum += g_ascii_strtod(values->pdata[i], NULL);
    set_only(values, g_strdup_printf("%.10g", sum));
}

static void filter_minor(GPtrArray *values)
{
    for (guint i = 0; i < values->len; i++) {
        int64_t minor = (int64_t)llround(g_ascii_strtod(values->pdata[i], NULL) * 100);
        g_free(values->pdata[i]);
        values->pdata[i] = g_strdup_printf("%" G_GINT64_FORMAT, minor);
    }
}

static void filter_first(GPtrArray *values)
{
    if (values->len > 1)
        g_ptr_array_set_size(values, 1);
}

static void filter_date(GPtrArray *values)
{
    for (guint i = 0; i < values->len; i++) {
        char *text = values->pdata[i];
        if (strlen(text) > 10)
            text[10] = '\0';
    }
}

static void filter_lower(GPtrArray *values)
{
    for (guint i = 0; i < values->len; i++) {
        char *lower = g_utf8_strdown(values->pdata[i], -1);
        g_free(values->pdata[i]);
        values->pdata[i] = lower;
    }
}

static void filter_title(GPtrArray *values)
{
    for (guint i = 0; i < values->len; i++) {
        GString *title = g_string_new(NULL);
        bool begins = true;
        for (const char *at = values->pdata[i]; *at != '\0'; at = g_utf8_next_char(at)) {
            gunichar c = g_utf8_get_char(at);
            g_string_append_unichar(title, begins ? g_unichar_totitle(c) : c);
            begins = !g_unichar_isalnum(c) && c != '\'';
        }
        g_free(values->pdata[i]);
        values->pdata[i] = g_string_free(title, false);
    }
}

static void filter_digits(GPtrArray *values)
{
    for (guint i = 0; i < values->len; i++) {
        char *to = values->pdata[i];
        for (const char *from = to; *from != '\0'; from++) {
            if (g_ascii_isdigit(*from))
                *to++ = *from;
        }
        *to = '\0';
    }
}

static void filter_lines(GPtrArray *values)
{
    g_ptr_array_add(values, NULL);
    char *joined = g_strjoinv("\n", (char **)values->pdata);
    set_only(values, joined);
}

static void filter_slug(GPtrArray *values)
{
    for (guint i = 0; i < values->len; i++) {
        char *text = g_ascii_strdown(values->pdata[i], -1);
        g_strcanon(text, "abcdefghijklmnopqrstuvwxyz0123456789", '-');
        g_free(values->pdata[i]);
        values->pdata[i] = text;
    }
}

static const struct {
    const char *name;
    void (*apply)(GPtrArray *values);
} filters[] = {
    {"sum", filter_sum},       {"minor", filter_minor}, {"first", filter_first},
    {"date", filter_date},     {"lower", filter_lower}, {"title", filter_title},
    {"digits", filter_digits}, {"lines", filter_lines}, {"slug", filter_slug},
};

static void apply_filter(const char *name, GPtrArray *values)
{
    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
        if (strcmp(filters[i].name, name) == 0)
            filters[i].apply(values);
    }
}

/* --- templates --- */

static void append_value(GString *out, const char *expression, const cJSON *record, const char *key)
{
    g_auto(GStrv) parts = g_strsplit(expression, "|", -1);
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
    if (strcmp(parts[0], "@key") == 0) {
        g_ptr_array_add(values, g_strdup(key != NULL ? key : ""));
    } else {
        g_auto(GStrv) names = g_strsplit(parts[0], ".", -1);
        collect(record, names, values);
    }
    for (size_t i = 1; parts[i] != NULL; i++)
        apply_filter(parts[i], values);
    for (guint i = 0; i < values->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", (const char *)values->pdata[i]);
}

char *mapping_fill(const char *template, const cJSON *record, const char *key)
{
    GString *out = g_string_new(NULL);
    for (const char *at = template; *at != '\0';) {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;
        if (end == NULL) {
            g_string_append_c(out, *at++);
            continue;
        }
        g_autofree char *expression = g_strndup(at + 1, (size_t)(end - at - 1));
        append_value(out, expression, record, key);
        at = end + 1;
    }
    return g_strstrip(g_string_free(out, false));
}
