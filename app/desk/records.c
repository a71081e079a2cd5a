#include "app/desk/records.h"

#include <string.h>

#include "app/desk/dot.h"
#include "app/desk/mapping_text.h"
#include "net/json.h"
#include "net/problem.h"

#define FILE_BYTES_MAX ((size_t)512 * 1024 * 1024)
#define VALUES_MAX     ((size_t)20 * 1000 * 1000)

struct reading {
    const struct mapping *mapping;
    records_visit visit;
    void *user_data;
};

/* --- JSON --- */

/* Gives every value that the path leads to, with the name under which it stands. */
static void visit_path(const struct reading *r, const cJSON *at, char *const *names, int *count)
{
    if (*names == NULL) {
        r->visit(at, at->string, ++*count, NULL, r->user_data);
        return;
    }
    if (strcmp(*names, "*") != 0) {
        const cJSON *child = mapping_find(at, *names);
        if (child != NULL)
            visit_path(r, child, names + 1, count);
        return;
    }
    for (const cJSON *child = at->child; child != NULL; child = child->next)
        visit_path(r, child, names + 1, count);
}

static bool read_document(const struct reading *r, const char *name, const char *text, size_t len,
                          GError **error)
{
    cJSON *root = json_parse(
        text, len, &(struct json_limits){.max_bytes = FILE_BYTES_MAX, .max_values = VALUES_MAX}, error);
    if (root == NULL) {
        g_prefix_error(error, "The file %s cannot be read: ", name);
        return false;
    }
    const char *path = r->mapping->records != NULL ? r->mapping->records : "*";
    g_auto(GStrv) names = g_strsplit(path, ".", -1);
    int count = 0;
    visit_path(r, root, names, &count);
    if (count == 0)
        g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
                    "There is nothing at \"%s\" in %s; see `records` of the mapping.", path, name);
    cJSON_Delete(root);
    return count > 0;
}

static void read_lines(const struct reading *r, const char *text, size_t len)
{
    int line = 0;
    for (const char *at = text, *end = text + len; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t line_len = (size_t)((newline != NULL ? newline : end) - at);
        g_autoptr(GError) error = NULL;
        line++;
        if (line_len > 0 && !(line_len == 1 && *at == '\r')) {
            cJSON *record = json_parse(at, line_len, NULL, &error);
            r->visit(record, NULL, line, error != NULL ? error->message : NULL, r->user_data);
            cJSON_Delete(record);
        }
        at += line_len + 1;
    }
}

/* --- tables --- */

/* A table under way. */
struct table {
    const char *at, *end;
    int line;       /* of `at` */
    bool is_broken; /* a quote that nothing closes: what follows it cannot be told apart */
};

/* Takes one field of CSV (RFC 4180: quotes doubled inside quotes); true where the row goes on after it. */
static bool take_csv_field(struct table *t, GString *field)
{
    const char *const end = t->end;
    const char *p = t->at;
    g_string_truncate(field, 0);
    bool is_quoted = p < end && *p == '"';
    for (p += is_quoted; p < end; p++) {
        if (is_quoted && *p == '"') {
            if (p + 1 >= end || p[1] != '"') {
                is_quoted = false;
                continue;
            }
            p++;
        } else if (!is_quoted && (*p == ',' || *p == '\n')) {
            break;
        }
        t->line += *p == '\n';
        if (is_quoted || *p != '\r')
            g_string_append_c(field, *p);
    }
    bool goes_on = p < end && *p == ',';
    t->is_broken |= is_quoted;
    t->line += p < end && *p == '\n';
    t->at = p < end ? p + 1 : end;
    return goes_on;
}

static bool take_tsv_field(struct table *t, GString *field)
{
    const char *p = t->at;
    while (p < t->end && *p != '\t' && *p != '\n')
        p++;
    g_string_truncate(field, 0);
    g_string_append_len(field, t->at, p - t->at);
    if (field->len > 0 && field->str[field->len - 1] == '\r')
        g_string_truncate(field, field->len - 1);
    bool goes_on = p < t->end && *p == '\t';
    t->line += p < t->end && *p == '\n';
    t->at = p < t->end ? p + 1 : t->end;
    return goes_on;
}

typedef bool (*take_field)(struct table *t, GString *field);

static GPtrArray *take_row(take_field take, struct table *t)
{
    GPtrArray *row = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) field = g_string_new(NULL);
    bool goes_on;
    do {
        goes_on = take(t, field);
        g_ptr_array_add(row, g_strndup(field->str, field->len));
    } while (goes_on);
    return row;
}

static GPtrArray *header_of(const struct mapping *m, take_field take, struct table *t)
{
    if (m->header_count == 0)
        return take_row(take, t);
    GPtrArray *header = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < m->header_count; i++)
        g_ptr_array_add(header, g_strdup(m->header[i]));
    return header;
}

static cJSON *row_record(const GPtrArray *header, const GPtrArray *row)
{
    cJSON *record = cJSON_CreateObject();
    for (guint i = 0; i < row->len; i++)
        cJSON_AddStringToObject(record, header->pdata[i], row->pdata[i]);
    return record;
}

/* --- groups --- */

/* Rows with something in common: one record, of the first row's members and all rows. */
struct group {
    cJSON *record, *rows; /* rows: in the record */
    int line;
};

struct groups {
    GPtrArray *all;     /* struct group *, as they began */
    GHashTable *by_key; /* char * -> struct group * */
};

static void free_group(void *data)
{
    struct group *group = data;
    cJSON_Delete(group->record);
    g_free(group);
}

/* Rows of one group need not stand together: an export in order of time has many conversations at once. */
static bool add_to_group(struct groups *groups, const struct mapping *m, cJSON *record, int line,
                         GError **error)
{
    g_autofree char *key = mapping_fill(m, m->group, record, NULL, error);
    if (key == NULL)
        return false;
    struct group *group = g_hash_table_lookup(groups->by_key, key);
    if (group == NULL) {
        group = g_new0(struct group, 1);
        group->record = cJSON_Duplicate(record, true);
        group->rows = cJSON_AddArrayToObject(group->record, "rows");
        group->line = line;
        g_hash_table_insert(groups->by_key, g_steal_pointer(&key), group);
        g_ptr_array_add(groups->all, group);
    }
    cJSON_AddItemToArray(group->rows, record);
    return true;
}

static void give_groups(const struct reading *r, const struct groups *groups)
{
    for (guint i = 0; i < groups->all->len; i++) {
        const struct group *group = groups->all->pdata[i];
        r->visit(group->record, NULL, group->line, NULL, r->user_data);
    }
}

/* NULL: the row is sound. Caller owns. */
static char *row_problem(const struct table *t, const GPtrArray *header, const GPtrArray *row)
{
    if (t->is_broken)
        return g_strdup("A quote is opened in this row that is never closed; the file cannot be read on.");
    return row->len == header->len
               ? NULL
               : g_strdup_printf("The row has %u columns where %u are named.", row->len, header->len);
}

static void give_row(const struct reading *r, struct groups *groups, cJSON *record, int line)
{
    g_autoptr(GError) error = NULL;
    if (r->mapping->group == NULL)
        r->visit(record, NULL, line, NULL, r->user_data);
    else if (add_to_group(groups, r->mapping, record, line, &error))
        return;
    else
        r->visit(NULL, NULL, line, error->message, r->user_data);
    cJSON_Delete(record);
}

static void read_table(const struct reading *r, const char *text, size_t len, take_field take)
{
    struct table table = {.at = text, .end = text + len, .line = 1};
    struct groups groups = {g_ptr_array_new_with_free_func(free_group),
                            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    g_autoptr(GPtrArray) header = header_of(r->mapping, take, &table);
    while (table.at < table.end) {
        int line = table.line;
        g_autoptr(GPtrArray) row = take_row(take, &table);
        if (row->len == 1 && *(char *)row->pdata[0] == '\0')
            continue;
        g_autofree char *problem = row_problem(&table, header, row);
        if (problem != NULL)
            r->visit(NULL, NULL, line, problem, r->user_data);
        else
            give_row(r, &groups, row_record(header, row), line);
    }
    give_groups(r, &groups);
    g_hash_table_unref(groups.by_key);
    g_ptr_array_unref(groups.all);
}

/* The line on which the bytes stop being UTF-8. */
static int line_of(const char *text, const char *at)
{
    int line = 1;
    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

static bool has_ending(const char *path, const char *ending)
{
    size_t path_len = strlen(path), len = strlen(ending);
    return path_len > len && g_ascii_strcasecmp(path + path_len - len, ending) == 0;
}

/* The graph is one record, with the file's name beside its own. */
static bool read_dot(const struct reading *r, const char *path, const char *text, GError **error)
{
    cJSON *graph = dot_parse(text, error);
    if (graph == NULL) {
        g_prefix_error(error, "The file %s cannot be read: ", path);
        return false;
    }
    g_autofree char *file = g_path_get_basename(path);
    file[strlen(file) - strlen(".dot")] = '\0';
    cJSON_AddStringToObject(graph, "file", file);
    r->visit(graph, NULL, 1, NULL, r->user_data);
    cJSON_Delete(graph);
    return true;
}

bool records_have_lines(const char *path)
{
    return has_ending(path, ".jsonl") || has_ending(path, ".ndjson") || has_ending(path, ".csv") ||
           has_ending(path, ".tsv");
}

bool records_read(const char *path, const struct mapping *mapping, records_visit visit, void *user_data,
                  GError **error)
{
    g_autofree char *text = NULL;
    size_t len;
    g_autoptr(GError) cause = NULL;
    if (!g_file_get_contents(path, &text, &len, &cause)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND, "The file %s cannot be read: %s.", path,
                    cause->message);
        return false;
    }
    const char *stopped;
    if (!g_utf8_validate_len(text, len, &stopped)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
                    "The file %s is not UTF-8 on line %d; please convert it first.", path,
                    line_of(text, stopped));
        return false;
    }
    const struct reading reading = {mapping, visit, user_data};
    if (has_ending(path, ".jsonl") || has_ending(path, ".ndjson"))
        read_lines(&reading, text, len);
    else if (has_ending(path, ".csv"))
        read_table(&reading, text, len, take_csv_field);
    else if (has_ending(path, ".tsv"))
        read_table(&reading, text, len, take_tsv_field);
    else if (has_ending(path, ".json"))
        return read_document(&reading, path, text, len, error);
    else if (has_ending(path, ".dot"))
        return read_dot(&reading, path, text, error);
    else
        g_set_error(
            error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
            "The file %s should end in .json, .jsonl, .ndjson, .csv, .tsv or .dot, which say its form.",
            path);
    return records_have_lines(path);
}
