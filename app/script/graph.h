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

enum graph_line_kind {
    GRAPH_LINE_STEP,
    GRAPH_LINE_WAY,  /* one of a step that has several, or one that leads elsewhere than to the line below */
    GRAPH_LINE_JOIN, /* nothing but lines: ways come together again */
};

/* A line of that drawing, before it becomes text. */
struct graph_line {
    enum graph_line_kind kind;
    char *indent;                     /* the lines that stand before it; owned by the array */
    const struct script_step *step;   /* itself, or whose way it is; JOIN: NULL */
    size_t way;                       /* WAY: which; those of `next` first, then results */
    const struct script_step *target; /* WAY */
    bool is_last;                     /* WAY: of its step */
    bool hangs;                       /* WAY: the target is the next line */
    bool is_above;                    /* WAY: the target was drawn before */
};

/* The drawing line by line; of struct graph_line, caller owns. Borrows the script. */
GArray *script_graph_lines(const struct script *script);

/* How many ways lead on from a step, where one leads to, and what it is called: a condition, "else"
 * in the language, a result's title; NULL where it is the only one. */
size_t script_way_count(const struct script_step *step);
const struct script_step *script_way_target(const struct script_step *step, size_t way);
const char *script_way_label(const struct script_step *step, size_t way, const char *language);
