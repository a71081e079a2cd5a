#include "app/script/renumber.h"

#include <string.h>

#include "app/script/yaml.h"

/* Where a node's text stands in the source; NULL where it is not written there as it is read (behind an
 * anchor, after line ends of other systems). */
static const char *place_of(const char *source, const struct yaml_node *node)
{
    const char *at = source;
    for (unsigned i = 1; at && i < node->line; i++) {
        const char *end = strchr(at, '\n');
        at = end ? end + 1 : NULL;
    }
    if (!at || g_utf8_strlen(at, -1) < (glong)node->column)
        return NULL;
    at = g_utf8_offset_to_pointer(at, (glong)node->column - 1);
    return g_str_has_prefix(at, node->text) ? at : NULL;
}

char *script_renumber(const char *source, int64_t version, GError **error)
{
    struct yaml_doc *doc = yaml_doc_parse("script", source, strlen(source), error);
    if (!doc)
        return NULL;
    const struct yaml_node *root = yaml_doc_root(doc);
    const struct yaml_node *node = root->kind == YAML_KIND_MAP ? yaml_node_get(root, "version") : NULL;
    bool is_plain = node && node->kind == YAML_KIND_SCALAR && !node->quoted;
    const char *place = is_plain ? place_of(source, node) : NULL;
    char *renumbered = NULL;
    if (place)
        renumbered = g_strdup_printf("%.*s%" G_GINT64_FORMAT "%s", (int)(place - source), source, version,
                                     place + strlen(node->text));
    else
        g_set_error_literal(error, PROBLEMS_ERROR, PROBLEMS_ERROR_CONTENTS,
                            "The head of the script has no plain number as its `version`; write one there.");
    yaml_doc_free(doc);
    return renumbered;
}
