#include "app/desk/import_graph.h"

#include <string.h>

#include "app/desk/import_script.h"
#include "net/json.h"
#include "net/problem.h"

#define ID_MAX_CHARS 32 /* room for "-NNNN" and for "x_" before it, within the 40 of a name */

struct drawing {
    const struct mapping *mapping;
    const cJSON *nodes, *edges;
    GHashTable *ids; /* node's id -> step's id */
    GString *out;
};

/* A label on one line. */
static char *label_of(const cJSON *json)
{
    char *label = g_strdup(json_text(json, "label"));
    return label != NULL ? g_strstrip(g_strdelimit(label, "\n\t", ' ')) : NULL;
}

/* "P1_S0 Check" -> "p1-s0-check", one of its kind. */
static char *step_id(GHashTable *taken, const char *node)
{
    GString *id = g_string_new(NULL);
    for (const char *at = node; *at != '\0' && id->len < ID_MAX_CHARS; at++) {
        if (g_ascii_isalnum(*at))
            g_string_append_c(id, g_ascii_tolower(*at));
        else if (id->len > 0 && id->str[id->len - 1] != '-')
            g_string_append_c(id, '-');
    }
    if (id->len == 0 || !g_ascii_islower(id->str[0]))
        g_string_prepend(id, "n");
    gsize len = id->len;
    for (int number = 2; !g_hash_table_add(taken, g_strdup(id->str)); number++) {
        g_string_truncate(id, len);
        g_string_append_printf(id, "-%d", number);
    }
    return g_string_free(id, false);
}

static void name_steps(struct drawing *d)
{
    g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const cJSON *node;
    cJSON_ArrayForEach (node, d->nodes)
        g_hash_table_insert(d->ids, g_strdup(json_text(node, "id")), step_id(taken, json_text(node, "id")));
}

/* The edges that leave a node; of const cJSON *. */
static GPtrArray *edges_from(const struct drawing *d, const char *id)
{
    GPtrArray *edges = g_ptr_array_new();
    const cJSON *edge;
    cJSON_ArrayForEach (edge, d->edges)
        if (strcmp(json_text(edge, "from"), id) == 0)
            g_ptr_array_add(edges, (gpointer)edge);
    return edges;
}

static bool is_led_to(const struct drawing *d, const char *id)
{
    const cJSON *edge;
    cJSON_ArrayForEach (edge, d->edges)
        if (strcmp(json_text(edge, "to"), id) == 0)
            return true;
    return false;
}

static void put_end(struct drawing *d, const char *label)
{
    const struct mapping_graph *graph = &d->mapping->graph;
    g_autofree char *low = g_utf8_strdown(label, -1);
    if (graph->hands_over != NULL && strstr(low, graph->hands_over) != NULL) {
        g_string_append(d->out, ", kind: escalate, class: waste, waste: handover");
        import_script_text(d->out, "ask", label);
    } else {
        g_string_append(d->out, ", kind: end, class: value, resolved: yes, disposition: ");
        import_script_quote(d->out, graph->disposition);
    }
}

static const char *target_of(const struct drawing *d, const cJSON *edge)
{
    return g_hash_table_lookup(d->ids, json_text(edge, "to"));
}

/* The option's title: what the edge says, or that it is the other way. */
static char *option_title(const cJSON *edge)
{
    char *label = label_of(edge);
    if (label != NULL && *label != '\0')
        return label;
    g_free(label);
    return g_strdup("Otherwise");
}

static void put_question(struct drawing *d, const char *id, const char *label, const GPtrArray *edges)
{
    g_autofree char *name = g_strdelimit(g_strdup(id), "-", '_');
    g_string_append_printf(d->out,
                           ", kind: choose, class: value, fields: [{name: x_%s, type: choice, label: ", name);
    import_script_quote(d->out, label);
    g_string_append(d->out, ", options: [");
    for (guint i = 0; i < edges->len; i++) {
        g_autofree char *title = option_title(edges->pdata[i]);
        g_string_append_printf(d->out, "%s{value: way-%u, title: ", i > 0 ? ", " : "", i + 1);
        import_script_quote(d->out, title);
        g_string_append(d->out, "}");
    }
    g_string_append(d->out, "]}], next: [");
    for (guint i = 0; i + 1 < edges->len; i++)
        g_string_append_printf(d->out, "{when: x_%s == 'way-%u', to: %s}, ", name, i + 1,
                               target_of(d, edges->pdata[i]));
    g_string_append_printf(d->out, "%s]", target_of(d, edges->pdata[edges->len - 1]));
}

static void put_node(struct drawing *d, const cJSON *node)
{
    const char *id = g_hash_table_lookup(d->ids, json_text(node, "id"));
    g_autoptr(GPtrArray) edges = edges_from(d, json_text(node, "id"));
    g_autofree char *label = label_of(node);
    g_string_append_printf(d->out, "  - {id: %s, title: ", id);
    import_script_quote(d->out, label);
    if (edges->len == 0) {
        put_end(d, label);
    } else if (edges->len == 1) {
        g_autofree char *name = g_strdelimit(g_strdup(id), "-", '_');
        import_script_text(d->out, "do", label);
        g_string_append_printf(d->out,
                               ", kind: form, class: value, fields: [{name: n_%s, label: Noted, type: text, "
                               "required: no}], next: %s",
                               name, target_of(d, edges->pdata[0]));
    } else {
        put_question(d, id, label, edges);
    }
    g_string_append(d->out, "}\n");
}

/* The node nothing leads to stands first, as that is where a walk begins; the others as in the file. */
static const cJSON *first_node(const struct drawing *d)
{
    const cJSON *node;
    cJSON_ArrayForEach (node, d->nodes)
        if (!is_led_to(d, json_text(node, "id")))
            return node;
    return d->nodes->child;
}

char *import_graph_source(const struct mapping *m, const cJSON *record, const cJSON *mapped, GError **error)
{
    struct drawing d = {.mapping = m,
                        .nodes = cJSON_GetObjectItemCaseSensitive(record, "nodes"),
                        .edges = cJSON_GetObjectItemCaseSensitive(record, "edges")};
    if (cJSON_GetArraySize(d.nodes) == 0) {
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "The graph has no nodes.");
        return NULL;
    }
    d.ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    d.out = g_string_new(NULL);
    name_steps(&d);
    import_script_head(d.out, mapped);
    const cJSON *node, *first = first_node(&d);
    put_node(&d, first);
    cJSON_ArrayForEach (node, d.nodes)
        if (node != first)
            put_node(&d, node);
    g_hash_table_unref(d.ids);
    return g_string_free(d.out, false);
}
