#include "app/desk/dot.h"

#include <stdbool.h>
#include <string.h>

#include "net/problem.h"

#define DEPTH_MAX 20

enum token_kind { TOKEN_END, TOKEN_ID, TOKEN_SIGN, TOKEN_EDGE, TOKEN_WRONG };

struct reader {
    const char *at;
    int line;
    enum token_kind kind; /* of the token that is at hand */
    char *text;           /* its text; owned */
    GHashTable *nodes;    /* id -> its JSON, borrowed from the array */
    cJSON *node_array, *edge_array;
    int node_count, edge_count, depth;
};

/* --- tokens --- */

static void skip_blanks(struct reader *r)
{
    for (;;) {
        if (g_ascii_isspace(*r->at)) {
            r->line += *r->at++ == '\n';
        } else if (g_str_has_prefix(r->at, "//") || *r->at == '#') {
            r->at += strcspn(r->at, "\n");
        } else if (g_str_has_prefix(r->at, "/*")) {
            const char *end = strstr(r->at, "*/");
            end = end != NULL ? end + 2 : r->at + strlen(r->at);
            for (; r->at < end; r->at++)
                r->line += *r->at == '\n';
        } else {
            return;
        }
    }
}

/* A quoted text; \n, \l and \r break lines, a backslash before the end of a line joins them. */
static bool read_quoted(struct reader *r)
{
    GString *text = g_string_new(NULL);
    for (r->at++; *r->at != '\0' && *r->at != '"'; r->at++) {
        r->line += *r->at == '\n';
        if (*r->at != '\\' || r->at[1] == '\0') {
            g_string_append_c(text, *r->at);
            continue;
        }
        r->at++;
        r->line += *r->at == '\n';
        if (strchr("nlr", *r->at) != NULL)
            g_string_append_c(text, '\n');
        else if (*r->at != '\n')
            g_string_append_c(text, *r->at);
    }
    r->text = g_string_free(text, false);
    if (*r->at != '"')
        return false;
    r->at++;
    return true;
}

static bool is_bare(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '.' || (unsigned char)c >= 128;
}

static void next(struct reader *r)
{
    g_clear_pointer(&r->text, g_free);
    skip_blanks(r);
    if (*r->at == '\0') {
        r->kind = TOKEN_END;
    } else if (*r->at == '"') {
        r->kind = read_quoted(r) ? TOKEN_ID : TOKEN_WRONG;
    } else if (g_str_has_prefix(r->at, "->") || g_str_has_prefix(r->at, "--")) {
        r->kind = TOKEN_EDGE;
        r->at += 2;
    } else if (is_bare(*r->at) || (*r->at == '-' && is_bare(r->at[1]))) {
        const char *start = r->at++;
        while (is_bare(*r->at))
            r->at++;
        r->kind = TOKEN_ID;
        r->text = g_strndup(start, (gsize)(r->at - start));
    } else {
        r->kind = strchr("{}[];,=:", *r->at) != NULL ? TOKEN_SIGN : TOKEN_WRONG;
        r->text = g_strndup(r->at, 1);
        r->at++;
    }
}

static bool is_sign(const struct reader *r, char sign)
{
    return r->kind == TOKEN_SIGN && r->text[0] == sign;
}

static bool is_word(const struct reader *r, const char *word)
{
    return r->kind == TOKEN_ID && g_ascii_strcasecmp(r->text, word) == 0;
}

static bool fail(const struct reader *r, const char *wanted, GError **error)
{
    g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "On line %d of the graph there should be %s.",
                r->line, wanted);
    return false;
}

static bool take(struct reader *r, char sign, const char *wanted, GError **error)
{
    if (!is_sign(r, sign))
        return fail(r, wanted, error);
    next(r);
    return true;
}

/* --- the graph --- */

static cJSON *node_of(struct reader *r, const char *id, GError **error)
{
    cJSON *node = g_hash_table_lookup(r->nodes, id);
    if (node != NULL)
        return node;
    if (++r->node_count > DOT_NODES_MAX) {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "The graph has over %d nodes.", DOT_NODES_MAX);
        return NULL;
    }
    node = cJSON_CreateObject();
    cJSON_AddStringToObject(node, "id", id);
    cJSON_AddStringToObject(node, "label", id);
    cJSON_AddItemToArray(r->node_array, node);
    g_hash_table_insert(r->nodes, g_strdup(id), node);
    return node;
}

static void set(cJSON *json, const char *name, const char *value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(json, name);
    cJSON_AddStringToObject(json, name, value);
}

/* name=value or a name alone; what is wanted of it goes to each of `targets`, which may be NULL. */
static bool read_attribute(struct reader *r, GPtrArray *targets, GError **error)
{
    if (r->kind != TOKEN_ID)
        return fail(r, "the name of an attribute or `]`", error);
    g_autofree char *name = g_strdup(r->text);
    bool is_wanted = strcmp(name, "label") == 0 || strcmp(name, "shape") == 0;
    next(r);
    if (!is_sign(r, '='))
        return true;
    next(r);
    if (r->kind != TOKEN_ID)
        return fail(r, "the value of an attribute", error);
    for (guint i = 0; is_wanted && targets != NULL && i < targets->len; i++)
        set(targets->pdata[i], name, r->text);
    next(r);
    return true;
}

/* [name=value, …]… */
static bool read_attributes(struct reader *r, GPtrArray *targets, GError **error)
{
    while (is_sign(r, '[')) {
        next(r);
        while (!is_sign(r, ']')) {
            if (!read_attribute(r, targets, error))
                return false;
            if (is_sign(r, ',') || is_sign(r, ';'))
                next(r);
        }
        next(r);
    }
    return true;
}

static bool read_statements(struct reader *r, GError **error);

/* A node's id with its ports, which are read over. */
static char *read_id(struct reader *r, GError **error)
{
    if (r->kind != TOKEN_ID) {
        fail(r, "the name of a node", error);
        return NULL;
    }
    char *id = g_steal_pointer(&r->text);
    next(r);
    while (is_sign(r, ':')) {
        next(r);
        if (r->kind == TOKEN_ID)
            next(r);
    }
    return id;
}

static cJSON *add_edge(struct reader *r, const char *from, const char *to, GError **error)
{
    if (++r->edge_count > DOT_EDGES_MAX) {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "The graph has over %d edges.", DOT_EDGES_MAX);
        return NULL;
    }
    cJSON *edge = cJSON_CreateObject();
    cJSON_AddStringToObject(edge, "from", from);
    cJSON_AddStringToObject(edge, "to", to);
    cJSON_AddItemToArray(r->edge_array, edge);
    return edge;
}

/* A node, a chain of edges, or name=value of the graph. */
static bool read_chain(struct reader *r, GError **error)
{
    g_autofree char *from = read_id(r, error);
    g_autoptr(GPtrArray) targets = g_ptr_array_new();
    if (from == NULL)
        return false;
    if (is_sign(r, '=')) {
        next(r);
        g_autofree char *value = read_id(r, error);
        return value != NULL;
    }
    cJSON *node = node_of(r, from, error);
    if (node == NULL)
        return false;
    if (r->kind != TOKEN_EDGE)
        g_ptr_array_add(targets, node);
    while (r->kind == TOKEN_EDGE) {
        next(r);
        char *to = read_id(r, error);
        cJSON *edge = to != NULL && node_of(r, to, error) != NULL ? add_edge(r, from, to, error) : NULL;
        g_free(from);
        from = to;
        if (edge == NULL)
            return false;
        g_ptr_array_add(targets, edge);
    }
    return read_attributes(r, targets, error);
}

static bool read_block(struct reader *r, GError **error)
{
    if (++r->depth > DEPTH_MAX)
        return fail(r, "fewer subgraphs within each other", error);
    bool read = take(r, '{', "`{`", error) && read_statements(r, error) && take(r, '}', "`}`", error);
    r->depth--;
    return read;
}

static bool read_statement(struct reader *r, GError **error)
{
    if (is_sign(r, '{'))
        return read_block(r, error);
    if (is_word(r, "subgraph")) {
        next(r);
        if (r->kind == TOKEN_ID)
            next(r);
        return read_block(r, error);
    }
    if (is_word(r, "graph") || is_word(r, "node") || is_word(r, "edge")) {
        next(r);
        return read_attributes(r, NULL, error);
    }
    return read_chain(r, error);
}

static bool read_statements(struct reader *r, GError **error)
{
    while (!is_sign(r, '}')) {
        if (is_sign(r, ';')) {
            next(r);
            continue;
        }
        if (r->kind == TOKEN_END)
            return fail(r, "`}`", error);
        if (!read_statement(r, error))
            return false;
    }
    return true;
}

static bool read_graph(struct reader *r, cJSON *graph, GError **error)
{
    next(r);
    if (is_word(r, "strict"))
        next(r);
    if (!is_word(r, "digraph") && !is_word(r, "graph"))
        return fail(r, "`digraph`", error);
    next(r);
    if (r->kind == TOKEN_ID) {
        cJSON_AddStringToObject(graph, "name", r->text);
        next(r);
    }
    r->node_array = cJSON_AddArrayToObject(graph, "nodes");
    r->edge_array = cJSON_AddArrayToObject(graph, "edges");
    return read_block(r, error);
}

cJSON *dot_parse(const char *text, GError **error)
{
    struct reader r = {
        .at = text, .line = 1, .nodes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    cJSON *graph = cJSON_CreateObject();
    bool read = read_graph(&r, graph, error);
    g_hash_table_unref(r.nodes);
    g_free(r.text);
    if (read)
        return graph;
    cJSON_Delete(graph);
    return NULL;
}
