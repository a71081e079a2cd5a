/*
 * graph: a script drawn in text, or as text for Graphviz (DOT) or Mermaid.
 *
 *     g_autofree char *dot = script_graph_dot(script, "en");       // dot -Tsvg
 */
#pragma once

#include "app/script/script.h"

/* A directed graph: a node a step with its title in `language`, shaped by its kind and dashed when it is
 * waste; an edge a way, labelled with its condition or result. Caller owns. */
char *script_graph_dot(const struct script *script, const char *language);

/* The same as a Mermaid flowchart. */
char *script_graph_mermaid(const struct script *script, const char *language);

/* Drawn with thin lines, for a terminal; every step once, its ways under it. Caller owns. */
char *script_graph_text(const struct script *script, const char *language);
