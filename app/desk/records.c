#include "app/desk/records.h"

#include <string.h>

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

static bool read_document(const struct reading *r, const char *text, size_t len, GError **error)
{
    cJSON *root = json_parse(
        text, len, &(struct json_limits){.max_bytes = FILE_BYTES_MAX, .max_values = VALUES_MAX}, error);
    if (root == NULL)
        return false;
    const char *path = r->mapping->records != NULL ? r->mapping->records : "*";
    g_auto(GStrv) names = g_strsplit(path, ".", -1);
    int count = 0;
    visit_path(r, root, names, &count);
    if (count == 0)
        g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "There is nothing at \"%s\" in the document.",
                    path);
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

/* Takes one field of CSV at *at (RFC 4180: quotes doubled inside quotes); true where the row goes on after
 * it. */
static bool take_csv_field(const char **at, const char *end, GString *field, int *line)
{
    const char *p = *at;
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
        *line += *p == '\n';
        if (is_quoted || *p != '\r')
            g_string_append_c(field, *p);
    }
    bool goes_on = p < end && *p == ',';
    *line += p < end && *p == '\n';
    *at = p < end ? p + 1 : end;
    return goes_on;
}

static bool take_tsv_field(const char **at, const char *end, GString *field, int *line)
{
    const char *p = *at;
    while (p < end && *p != '\t' && *p != '\n')
        p++;
    g_string_truncate(field, 0);
    g_string_append_len(field, *at, p - *at);
    if (field->len > 0 && field->str[field->len - 1] == '\r')
        g_string_truncate(field, field->len - 1);
    bool goes_on = p < end && *p == '\t';
    *line += p < end && *p == '\n';
    *at = p < end ? p + 1 : end;
    return goes_on;
}

typedef bool (*take_field)(const char **at, const char *end, GString *field, int *line);

static GPtrArray *take_row(take_field take, const char **at, const char *end, int *line)
{
    GPtrArray *row = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) field = g_string_new(NULL);
    bool goes_on;
    do {
        goes_on = take(at, end, field, line);
        g_ptr_array_add(row, g_strndup(field->str, field->len));
    } while (goes_on);
    return row;
}

static GPtrArray *header_of(const struct mapping *m, take_field take, const char **at, const char *end,
                            int *line)
{
    if (m->header_count == 0)
        return take_row(take, at, end, line);
    GPtrArray *header = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < m->header_count; i++)
        g_ptr_array_add(header, g_strdup(m->header[i]));
    return header;
}

static cJSON *row_record(const GPtrArray *header, const GPtrArray *row)
{
    cJSON *record = cJSON_CreateObject();
    for (guint i = 0; i < row->len && i < header->len; i++)
        cJSON_AddStringToObject(record, header->pdata[i], row->pdata[i]);
    return record;
}

static void give_group(const struct reading *r, cJSON **group, int line)
{
    if (*group != NULL)
        r->visit(*group, NULL, line, NULL, r->user_data);
    cJSON_Delete(*group);
    *group = NULL;
}

/* Rows of one group stand together in the file; the group's record has the first row's members and all rows.
 */
static void add_to_group(const struct reading *r, cJSON **group, cJSON *record, int *first_line, int line)
{
    g_autofree char *key = mapping_fill(r->mapping->group, record, NULL);
    g_autofree char *group_key = *group == NULL ? NULL : mapping_fill(r->mapping->group, *group, NULL);
    if (g_strcmp0(key, group_key) != 0)
        give_group(r, group, *first_line);
    if (*group == NULL) {
        *group = cJSON_Duplicate(record, true);
        cJSON_AddArrayToObject(*group, "rows");
        *first_line = line;
    }
    cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(*group, "rows"), record);
}

static void read_table(const struct reading *r, const char *text, size_t len, take_field take)
{
    const char *at = text, *end = text + len;
    int line = 1, group_line = 1;
    cJSON *group = NULL;
    g_autoptr(GPtrArray) header = header_of(r->mapping, take, &at, end, &line);
    while (at < end) {
        int row_line = line;
        g_autoptr(GPtrArray) row = take_row(take, &at, end, &line);
        if (row->len == 1 && *(char *)row->pdata[0] == '\0')
            continue;
        if (row->len > header->len) {
            g_autofree char *problem =
                g_strdup_printf("The row has %u columns where %u are named.", row->len, header->len);
            r->visit(NULL, NULL, row_line, problem, r->user_data);
            continue;
        }
        cJSON *record = row_record(header, row);
        if (r->mapping->group != NULL) {
            add_to_group(r, &group, record, &group_line, row_line);
            continue;
        }
        r->visit(record, NULL, row_line, NULL, r->user_data);
        cJSON_Delete(record);
    }
    give_group(r, &group, group_line);
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
    if (!g_utf8_validate_len(text, len, NULL)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
                    "The file %s is not UTF-8; please convert it first.", path);
        return false;
    }
    const struct reading reading = {mapping, visit, user_data};
    if (g_str_has_suffix(path, ".jsonl") || g_str_has_suffix(path, ".ndjson"))
        read_lines(&reading, text, len);
    else if (g_str_has_suffix(path, ".csv"))
        read_table(&reading, text, len, take_csv_field);
    else if (g_str_has_suffix(path, ".tsv"))
        read_table(&reading, text, len, take_tsv_field);
    else
        return read_document(&reading, text, len, error);
    return true;
}
