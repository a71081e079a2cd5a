/* A decision graph (app/desk/dot.h) as a script: each node a step, each edge a way. A node with several ways
 * on is a question whose options are the edges' labels; one with none is an end, or an escalation where its
 * label says so.
 */
#ifndef APP_DESK_IMPORT_GRAPH_H
#define APP_DESK_IMPORT_GRAPH_H

#include "app/desk/import_record.h"

/* The script's source. id, title and intent (NULL: none) are already mapped. NULL with the sentence why not.
 * Caller owns, g_free. */
char *import_graph_source(const struct mapping *mapping, const cJSON *record, const cJSON *mapped,
                          GError **error);

#endif
