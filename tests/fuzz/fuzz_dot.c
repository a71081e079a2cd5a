/* A graph in DOT: any text is a graph or a sentence; what is a graph has nodes at both ends of each edge. */
#include "app/desk/dot.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static bool has_node(const cJSON *nodes, const cJSON *id)
{
    const cJSON *node;
    cJSON_ArrayForEach (node, nodes)
        if (strcmp(cJSON_GetObjectItem(node, "id")->valuestring, id->valuestring) == 0)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    g_autofree char *text = g_strndup((const char *)bytes, len);
    g_autoptr(GError) error = NULL;
    if (!g_utf8_validate(text, -1, NULL))
        return 0;
    cJSON *graph = dot_parse(text, &error);
    g_assert_true((graph == NULL) == (error != NULL));
    const cJSON *edge, *nodes = cJSON_GetObjectItem(graph, "nodes");
    cJSON_ArrayForEach (edge, cJSON_GetObjectItem(graph, "edges"))
        g_assert_true(has_node(nodes, cJSON_GetObjectItem(edge, "from")) &&
                      has_node(nodes, cJSON_GetObjectItem(edge, "to")));
    cJSON_Delete(graph);
    return 0;
}
