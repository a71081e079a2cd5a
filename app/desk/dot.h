/* Graphs in the DOT language of Graphviz, as far as decision graphs need it: nodes and edges with their
 * labels, chains of edges, subgraphs (whose nodes are the graph's own), comments. Ports and what is only
 * looks are read over.
 *
 * The graph is given as JSON, as all foreign records are:
 * {"name":NAME, "nodes":[{"id","label","shape"?}], "edges":[{"from","to","label"?}]}, in the order of the
 * file.
 */
#ifndef APP_DESK_DOT_H
#define APP_DESK_DOT_H

#include <cjson/cJSON.h>
#include <glib.h>

#define DOT_NODES_MAX 2000
#define DOT_EDGES_MAX 8000

/* NULL with a sentence that says the line. `text` is UTF-8. Caller owns, free with cJSON_Delete. */
cJSON *dot_parse(const char *text, GError **error);

#endif
