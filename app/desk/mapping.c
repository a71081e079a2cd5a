#include "app/desk/mapping.h"

#include <string.h>

#include "app/desk/mapping_text.h"
#include "app/script/suggest.h"
#include "app/script/yaml.h"
#include "net/problem.h"

#define COLUMNS_MAX 1000

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
    const char *each, *title, *todo, *before, *after, *disposition, *unresolved;
};

struct graph_part {
    struct yaml_head head;
    const char *disposition, *hands_over;
};

struct table_part {
    struct yaml_head head;
    const char *file;
    int64_t from, to;
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
    struct graph_part graph;
    const struct table_part *tables;
    size_t table_count;
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
    {"before", YAML_TYPE_STRING, STEP(before), .help = "what is said with the first step"},
    {"after", YAML_TYPE_STRING, STEP(after), .help = "what is said at the end"},
    {"disposition", YAML_TYPE_STRING, STEP(disposition), .help = "the disposition proposed at the end"},
    {"unresolved", YAML_TYPE_STRING, STEP(unresolved),
     .help = "the disposition where the customer did not get what they wanted"},
    {0},
};
static const struct yaml_shape step_shape = {
    .what = "the steps", .size_bytes = sizeof(struct steps_part), .fields = step_fields};

#define GRAPH(member) offsetof(struct graph_part, member)

static const struct yaml_field graph_fields[] = {
    {"disposition", YAML_TYPE_STRING, GRAPH(disposition), .required = true,
     .help = "the disposition proposed at the ends"},
    {"hands_over", YAML_TYPE_STRING, GRAPH(hands_over), .help = "the word of ends that hand over"},
    {0},
};
static const struct yaml_shape graph_shape = {
    .what = "the graph", .size_bytes = sizeof(struct graph_part), .fields = graph_fields};

#define TABLE(member) offsetof(struct table_part, member)

static const struct yaml_field table_fields[] = {
    {"file", YAML_TYPE_STRING, TABLE(file), .required = true, .help = "the file, beside the imported one"},
    {"from", YAML_TYPE_INT, TABLE(from), .required = true, .min = 1, .max = COLUMNS_MAX,
     .help = "the column that is looked up"},
    {"to", YAML_TYPE_INT, TABLE(to), .required = true, .min = 1, .max = COLUMNS_MAX,
     .help = "the column that is taken"},
    {0},
};
static const struct yaml_shape table_shape = {
    .what = "a table", .size_bytes = sizeof(struct table_part), .fields = table_fields};

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
    {"graph", YAML_TYPE_STRUCT, FILE_(graph), .shape = &graph_shape, .help = "the graph of a script"},
    {"tables", YAML_TYPE_MAP, FILE_(tables), .item = YAML_TYPE_STRUCT, .shape = &table_shape,
     .count_offset = FILE_(table_count), .help = "files in which values are looked up"},
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

/* --- checks --- */

/* What a record of each kind can have; those it must have stand first. */
static const struct kind_fields {
    size_t required_count;
    const char *names[16];
} kind_fields[IMPORT_KIND_COUNT] = {
    [IMPORT_CUSTOMERS] = {2, {"id", "name", "tier", "since", "language", "consent", "postal", "note"}},
    [IMPORT_ORDERS] = {2,
                       {"id", "customer", "business", "item", "status", "currency", "total_minor", "placed",
                        "delivered"}},
    [IMPORT_ARTICLES] = {3, {"id", "title", "body", "tags", "lang", "owner", "updated"}},
    [IMPORT_SCRIPTS] = {1, {"id", "title", "intent", "source"}},
    [IMPORT_CONTACTS] = {3,
                         {"id", "channel", "queue", "at", "class", "intent", "customer", "name", "address",
                          "subject", "priority", "tier", "language", "case"}},
};

static const char *const identity_names[] = {"email", "phone", "account", "handle", NULL};

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

/* Each entry's key must be one of names[count], which NULL follows. */
static void check_keys(const struct yaml_node *map, const char *what, const char *const *names, size_t count,
                       struct problems *problems)
{
    for (size_t i = 0; map != NULL && map->keys != NULL && i < map->count; i++) {
        const char *key = map->keys[i]->text;
        if (is_one_of(key, names, count))
            continue;
        const char *near = suggest_nearest(key, names, count);
        g_autofree char *list = near == NULL ? g_strjoinv(", ", (char **)names) : NULL;
        if (near != NULL)
            yaml_problem(problems, map->keys[i], "%s no `%s`; did you mean `%s`?", what, key, near);
        else
            yaml_problem(problems, map->keys[i], "%s no `%s`; it can have %s.", what, key, list);
    }
}

static void check_fields(const struct mapping_file *file, const struct yaml_node *root,
                         struct problems *problems)
{
    const struct kind_fields *kind = &kind_fields[file->kind];
    const struct yaml_node *fields = yaml_node_get(root, "fields");
    size_t count = 0;
    while (kind->names[count] != NULL)
        count++;
    g_autofree char *what =
        g_strdup_printf("A mapping of %s has", import_kind_name((enum import_kind)file->kind));
    check_keys(fields, what, kind->names, count, problems);
    for (size_t i = 0; fields != NULL && i < kind->required_count; i++) {
        if (yaml_node_get(fields, kind->names[i]) == NULL)
            yaml_problem(problems, fields, "%s to say what their `%s` is, under `fields`.", what,
                         kind->names[i]);
    }
    if (file->kind == IMPORT_SCRIPTS && file->steps.each == NULL && file->graph.disposition == NULL &&
        yaml_node_get(fields, "source") == NULL)
        yaml_problem(problems, fields,
                     "%s to say their `steps` or `graph`, or their `source` under `fields`.", what);
}

/* Parts that only one kind has. */
static void check_parts(const struct mapping_file *file, const struct yaml_node *root,
                        struct problems *problems)
{
    static const struct {
        const char *part;
        int kind;
    } parts[] = {{"identities", IMPORT_CUSTOMERS},
                 {"messages", IMPORT_CONTACTS},
                 {"steps", IMPORT_SCRIPTS},
                 {"graph", IMPORT_SCRIPTS}};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        const struct yaml_node *node = yaml_node_get(root, parts[i].part);
        if (node != NULL && file->kind != parts[i].kind)
            yaml_problem(problems, node, "`%s` belongs to a mapping of %s, not of %s.", parts[i].part,
                         import_kind_name((enum import_kind)parts[i].kind),
                         import_kind_name((enum import_kind)file->kind));
    }
    check_keys(yaml_node_get(root, "identities"), "A customer has", identity_names,
               G_N_ELEMENTS(identity_names) - 1, problems);
    static const char *const speakers[] = {"customer", "agent", "system"};
    for (size_t i = 0; i < file->messages.say_count; i++) {
        const struct yaml_entry *says = &file->messages.says[i];
        if (!is_one_of(says->string, speakers, G_N_ELEMENTS(speakers)))
            yaml_problem(problems, says->head.at, "`%s` should be customer, agent or system, not \"%s\".",
                         says->head.key, says->string);
    }
}

static void check_templates(const struct mapping *m, const struct yaml_node *at, struct problems *problems)
{
    g_autofree char *problem = at->text != NULL ? mapping_text_problem(m, at->text) : NULL;
    if (problem != NULL)
        yaml_problem(problems, at, "%s", problem);
    for (size_t i = 0; at->text == NULL && i < at->count; i++)
        check_templates(m, at->items[i], problems);
}

/* --- a mapping's life --- */

static struct mapping_table *copy_tables(struct yaml_doc *doc, const struct table_part *parts, size_t count)
{
    struct mapping_table *tables = yaml_doc_allocate(doc, (count + 1) * sizeof *tables);
    for (size_t i = 0; i < count; i++)
        tables[i] = (struct mapping_table){
            .name = parts[i].head.key, .file = parts[i].file, .from = parts[i].from, .to = parts[i].to};
    return tables;
}

static struct mapping *from_file(struct yaml_doc *doc, const struct mapping_file *file)
{
    struct mapping *m = g_new0(struct mapping, 1);
    *m = (struct mapping){
        .kind = file->kind,
        .records = file->records,
        .group = file->group,
        .header = file->header,
        .header_count = file->header_count,
        .fields = copy_entries(doc, file->fields, file->field_count),
        .field_count = file->field_count,
        .identities = copy_entries(doc, file->identities, file->identity_count),
        .identity_count = file->identity_count,
        .messages = {.each = file->messages.each,
                     .from = file->messages.from,
                     .text = file->messages.text,
                     .at = file->messages.at,
                     .says = copy_entries(doc, file->messages.says, file->messages.say_count),
                     .say_count = file->messages.say_count},
        .steps = {.each = file->steps.each,
                  .title = file->steps.title,
                  .todo = file->steps.todo,
                  .before = file->steps.before,
                  .after = file->steps.after,
                  .unresolved = file->steps.unresolved,
                  .disposition = file->steps.disposition != NULL ? file->steps.disposition : "resolved"},
        .graph = {.disposition = file->graph.disposition, .hands_over = file->graph.hands_over},
        .tables = copy_tables(doc, file->tables, file->table_count),
        .table_count = file->table_count,
        .doc = doc};
    return m;
}

struct mapping *mapping_open(const char *path, GError **error)
{
    struct yaml_doc *doc = yaml_doc_open(path, error);
    if (doc == NULL)
        return NULL;
    struct mapping_file file = {0};
    struct problems *problems = problems_new(path);
    const struct yaml_node *root = yaml_doc_root(doc);
    if (yaml_read(doc, root, &file_shape, &file, problems)) {
        check_fields(&file, root, problems);
        check_parts(&file, root, problems);
    }
    struct mapping *m = from_file(doc, &file);
    check_templates(m, root, problems);
    bool is_sound = problems_none(problems, error);
    problems_free(problems);
    if (is_sound)
        return m;
    mapping_free(m);
    return NULL;
}

void mapping_free(struct mapping *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; i < m->table_count; i++)
        g_clear_pointer(&m->tables[i].rows, g_hash_table_unref);
    yaml_doc_free(m->doc);
    g_free(m);
}

/* --- tables --- */

static bool load_table(struct mapping_table *table, const char *folder, GError **error)
{
    g_autofree char *path = g_build_filename(folder, table->file, NULL), *text = NULL;
    g_autoptr(GError) cause = NULL;
    if (!g_file_get_contents(path, &text, NULL, &cause)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND,
                    "The table `%s` of the mapping cannot be read: %s; it should lie beside the file that is "
                    "imported.",
                    table->name, cause->message);
        return false;
    }
    if (!g_utf8_validate(text, -1, NULL)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
                    "The table %s is not UTF-8; please convert it first.", path);
        return false;
    }
    table->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    size_t from = (size_t)table->from - 1, to = (size_t)table->to - 1;
    for (size_t i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) columns = g_strsplit(g_strchomp(lines[i]), "\t", -1);
        size_t count = g_strv_length(columns);
        if (count > from && count > to)
            g_hash_table_insert(table->rows, g_strdup(columns[from]), g_strdup(columns[to]));
    }
    return true;
}

bool mapping_load_tables(struct mapping *m, const char *imported_path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(imported_path);
    for (size_t i = 0; i < m->table_count; i++) {
        if (m->tables[i].rows == NULL && !load_table(&m->tables[i], folder, error))
            return false;
    }
    return true;
}

const struct mapping_table *mapping_table(const struct mapping *m, const char *name)
{
    for (size_t i = 0; m != NULL && i < m->table_count; i++) {
        if (strcmp(m->tables[i].name, name) == 0)
            return &m->tables[i];
    }
    return NULL;
}
