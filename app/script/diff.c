#include "app/script/diff.h"

#include <stdbool.h>
#include <string.h>

#include "app/script/yaml.h"

/* Three columns of a terminal of 80. */
#define PATH_COLS 20
#define SIDE_COLS 26

/* --- a version as lines of "path, value" --- */

struct line {
    char *path, *value;
};

static void line_free(gpointer data)
{
    struct line *line = data;
    g_free(line->path);
    g_free(line->value);
    g_free(line);
}

static void add_line(GPtrArray *lines, const char *path, char *value)
{
    const struct line line = {g_strdup(path), value};
    g_ptr_array_add(lines, g_memdup2(&line, sizeof line));
}

/* "a, b" where a list has scalars alone; else NULL. Caller owns. */
static char *words_of(const struct yaml_node *list)
{
    g_autoptr(GString) words = g_string_new(NULL);
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->kind != YAML_KIND_SCALAR)
            return NULL;
        g_string_append_printf(words, "%s%s", i ? ", " : "", list->items[i]->text);
    }
    return g_string_free(g_steal_pointer(&words), FALSE);
}

/* What an item of a list is known by: its name, value or id, else its place. Caller owns. */
static char *label_of(const struct yaml_node *item, size_t index)
{
    static const char *const keys[] = {"name", "value", "id"};
    for (size_t i = 0; item->kind == YAML_KIND_MAP && i < G_N_ELEMENTS(keys); i++) {
        const struct yaml_node *node = yaml_node_get(item, keys[i]);
        if (node && node->kind == YAML_KIND_SCALAR)
            return g_strdup(node->text);
    }
    return g_strdup_printf("%zu", index + 1);
}

/* Depth is bounded by the reader (YAML_DEPTH_MAX). */
static void flatten(const struct yaml_node *node, const char *path, GPtrArray *lines)
{
    char *words = node->kind == YAML_KIND_LIST ? words_of(node) : NULL;
    if (node->kind == YAML_KIND_SCALAR || words) {
        add_line(lines, path, words ? words : g_strstrip(g_strdup(node->text)));
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        g_autofree char *label =
            node->kind == YAML_KIND_MAP ? g_strdup(node->keys[i]->text) : label_of(node->items[i], i);
        g_autofree char *full = *path ? g_strconcat(path, ".", label, NULL) : g_strdup(label);
        flatten(node->items[i], full, lines);
    }
}

static const char *value_of(const GPtrArray *lines, const char *path)
{
    for (guint i = 0; lines && i < lines->len; i++) {
        const struct line *line = g_ptr_array_index(lines, i);
        if (strcmp(line->path, path) == 0)
            return line->value;
    }
    return NULL;
}

/* One version: its head, and its steps by id. */
struct side {
    struct yaml_doc *doc;
    GPtrArray *head;
    GPtrArray *ids;    /* const char *, in order */
    GHashTable *steps; /* id -> GPtrArray of struct line */
};

static void side_release(struct side *side)
{
    if (side->doc)
        yaml_doc_free(side->doc);
    g_clear_pointer(&side->head, g_ptr_array_unref);
    g_clear_pointer(&side->ids, g_ptr_array_unref);
    g_clear_pointer(&side->steps, g_hash_table_unref);
}

static GPtrArray *new_lines(void)
{
    return g_ptr_array_new_with_free_func(line_free);
}

static void read_step(struct side *side, const struct yaml_node *step)
{
    const struct yaml_node *id = step->kind == YAML_KIND_MAP ? yaml_node_get(step, "id") : NULL;
    if (!id || id->kind != YAML_KIND_SCALAR || g_hash_table_contains(side->steps, id->text))
        return;
    GPtrArray *lines = new_lines();
    flatten(step, "", lines);
    g_ptr_array_add(side->ids, (gpointer)id->text);
    g_hash_table_insert(side->steps, (gpointer)id->text, lines);
}

static bool read_side(struct side *side, const struct script_diff_side *from, GError **error)
{
    *side = (struct side){
        .head = new_lines(),
        .ids = g_ptr_array_new(),
        .steps = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref)};
    side->doc = yaml_doc_parse(from->name, from->source, strlen(from->source), error);
    if (!side->doc)
        return false;
    const struct yaml_node *root = yaml_doc_root(side->doc),
                           *steps = root->kind == YAML_KIND_MAP ? yaml_node_get(root, "steps") : NULL;
    if (!steps || steps->kind != YAML_KIND_LIST) {
        g_set_error(error, PROBLEMS_ERROR, PROBLEMS_ERROR_CONTENTS, "%s has no steps to compare.",
                    from->name);
        return false;
    }
    for (size_t i = 0; i < steps->count; i++)
        read_step(side, steps->items[i]);
    for (size_t i = 0; i < root->count; i++)
        if (root->items[i] != steps)
            flatten(root->items[i], root->keys[i]->text, side->head);
    if (side->ids->len > 0)
        add_line(side->head, "first step", g_strdup(side->ids->pdata[0]));
    return true;
}

/* --- columns --- */

static int cols_of(gunichar c)
{
    return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

/* How many bytes of the text stand in one line of so many columns; a word goes whole to the next where it
 * can. */
static size_t fitting(const char *text, int cols)
{
    const char *at = text, *blank = NULL;
    for (int used = 0; *at && *at != '\n'; at = g_utf8_next_char(at)) {
        used += cols_of(g_utf8_get_char(at));
        if (used > cols)
            return (size_t)((blank && *at != ' ' ? blank : at) - text);
        if (*at == ' ' && at > text)
            blank = at;
    }
    return (size_t)(at - text);
}

static void put_cell(GString *out, const char **text, int cols, bool is_last)
{
    size_t len = fitting(*text, cols);
    int used = 0;
    for (const char *at = *text; at < *text + len; at = g_utf8_next_char(at))
        used += cols_of(g_utf8_get_char(at));
    g_string_append_len(out, *text, (gssize)len);
    for (; !is_last && used < cols + 2; used++)
        g_string_append_c(out, ' ');
    *text += len;
    *text += **text == ' ' || **text == '\n';
}

/* A row of three cells, each over as many lines as it needs. */
static void put_row(GString *out, const char *path, const char *old, const char *new)
{
    do {
        g_string_append(out, "  ");
        put_cell(out, &path, PATH_COLS, false);
        put_cell(out, &old, SIDE_COLS, !*new);
        put_cell(out, &new, SIDE_COLS, true);
        while (out->len && out->str[out->len - 1] == ' ')
            g_string_truncate(out, out->len - 1);
        g_string_append_c(out, '\n');
    } while (*path || *old || *new);
}

/* Rows of what is otherwise; how many. Either may be NULL. */
static int put_changes(GString *out, const GPtrArray *old, const GPtrArray *new)
{
    int count = 0;
    for (guint i = 0; old && i < old->len; i++) {
        const struct line *line = g_ptr_array_index(old, i);
        const char *value = value_of(new, line->path);
        if (g_strcmp0(value, line->value) == 0)
            continue;
        put_row(out, line->path, line->value, value ? value : "");
        count++;
    }
    for (guint i = 0; new &&i < new->len; i++) {
        const struct line *line = g_ptr_array_index(new, i);
        if (value_of(old, line->path))
            continue;
        put_row(out, line->path, "", line->value);
        count++;
    }
    return count;
}

struct counts {
    int added, removed, changed, alike;
};

static void put_step(GString *out, struct counts *counts, const char *id, const GPtrArray *old,
                     const GPtrArray *new)
{
    g_autoptr(GString) rows = g_string_new(NULL);
    int changes = put_changes(rows, old, new);
    if (old && new &&changes == 0) {
        counts->alike++;
        return;
    }
    *(!old ? &counts->added : !new ? &counts->removed : &counts->changed) += 1;
    g_string_append_printf(out, "\n%s step %s\n%s",
                           !old   ? "added"
                           : !new ? "removed"
                                  : "changed",
                           id, rows->str);
}

static char *compare(const struct script_diff_side *from, const struct side *old, const struct side *new)
{
    struct counts counts = {0};
    g_autoptr(GString) head = g_string_new(NULL), steps = g_string_new(NULL);
    put_row(head, "", from[0].name, from[1].name);
    put_changes(head, old->head, new->head);
    for (guint i = 0; i < new->ids->len; i++) {
        const char *id = new->ids->pdata[i];
        put_step(steps, &counts, id, g_hash_table_lookup(old->steps, id),
                 g_hash_table_lookup(new->steps, id));
    }
    for (guint i = 0; i < old->ids->len; i++) {
        const char *id = old->ids->pdata[i];
        if (!g_hash_table_contains(new->steps, id))
            put_step(steps, &counts, id, g_hash_table_lookup(old->steps, id), NULL);
    }
    g_string_append_printf(head, "%s\nSteps: %d added, %d removed, %d changed, %d alike.\n", steps->str,
                           counts.added, counts.removed, counts.changed, counts.alike);
    return g_string_free(g_steal_pointer(&head), FALSE);
}

char *script_diff_text(const struct script_diff_side *old, const struct script_diff_side *new, GError **error)
{
    const struct script_diff_side from[] = {*old, *new};
    struct side left = {0}, right = {0};
    bool is_read = read_side(&left, old, error) && read_side(&right, new, error);
    char *text = is_read ? compare(from, &left, &right) : NULL;
    side_release(&left);
    side_release(&right);
    return text;
}
