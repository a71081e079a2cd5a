/* DOT and Mermaid; see the header. */
#include "app/script/graph.h"

#include <string.h>

/* How each kind looks; Mermaid's node is written between open and close. */
static const struct {
    const char *dot, *open, *close;
} SHAPES[] = {
    [SCRIPT_KIND_SAY] = {"box", "[", "]"},           [SCRIPT_KIND_ASK] = {"box", "[", "]"},
    [SCRIPT_KIND_CHOOSE] = {"diamond", "{", "}"},    [SCRIPT_KIND_FORM] = {"box", "[", "]"},
    [SCRIPT_KIND_CHECK] = {"hexagon", "{{", "}}"},   [SCRIPT_KIND_ACTION] = {"component", "[[", "]]"},
    [SCRIPT_KIND_APPROVE] = {"hexagon", "{{", "}}"}, [SCRIPT_KIND_KB] = {"note", "[", "]"},
    [SCRIPT_KIND_WAIT] = {"box", "[/", "/]"},        [SCRIPT_KIND_TRANSFER] = {"cds", ">", "]"},
    [SCRIPT_KIND_ESCALATE] = {"cds", ">", "]"},      [SCRIPT_KIND_EACH] = {"folder", "[/", "\\]"},
    [SCRIPT_KIND_END] = {"oval", "([", "])"},
};
G_STATIC_ASSERT(G_N_ELEMENTS(SHAPES) == SCRIPT_KIND_END + 1);

static const char *step_title(const struct script_step *step, const char *language)
{
    const char *title = yaml_text_in(&step->title, language);
    return title ? title : step->id;
}

/* For a double-quoted text of DOT. */
static void append_dot(GString *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *text == '\n' ? ' ' : *text);
    }
}

/* For a double-quoted text of Mermaid, which knows entities by number. */
static void append_mermaid(GString *out, const char *text)
{
    for (; *text; text++) {
        if (strchr("\"#&<>;|", *text))
            g_string_append_printf(out, "#%d;", *text);
        else
            g_string_append_c(out, *text == '\n' ? ' ' : *text);
    }
}

static void append_dot_edge(GString *out, const struct script_step *from, const struct script_step *to,
                            const char *label)
{
    g_string_append_printf(out, "  \"%s\" -> \"%s\"", from->id, to->id);
    if (label) {
        g_string_append(out, " [label=\"");
        append_dot(out, label);
        g_string_append(out, "\"]");
    }
    g_string_append(out, ";\n");
}

char *script_graph_dot(const struct script *script, const char *language)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "digraph \"%s\" {\n  rankdir=TB;\n  node [fontname=\"sans-serif\"];\n",
                           script->id);
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        g_string_append_printf(out, "  \"%s\" [shape=%s%s, label=\"", step->id, SHAPES[step->kind].dot,
                               step->step_class == SCRIPT_CLASS_WASTE ? ", style=dashed" : "");
        append_dot(out, step_title(step, language));
        g_string_append(out, "\"];\n");
    }
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        for (size_t j = 0; j < script_way_count(step); j++)
            append_dot_edge(out, step, script_way_target(step, j), script_way_label(step, j, language));
    }
    g_string_append(out, "}\n");
    return g_string_free(out, FALSE);
}

/* Ids are written as s0, s1…: a step may be called `end`, which Mermaid keeps for itself. */
static void append_mermaid_edge(GString *out, const struct script_step *from, const struct script_step *to,
                                const char *label)
{
    g_string_append_printf(out, "  s%zu -->", from->index);
    if (label) {
        g_string_append(out, "|\"");
        append_mermaid(out, label);
        g_string_append(out, "\"|");
    }
    g_string_append_printf(out, " s%zu\n", to->index);
}

char *script_graph_mermaid(const struct script *script, const char *language)
{
    GString *out = g_string_new("flowchart TD\n");
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        g_string_append_printf(out, "  s%zu%s\"", i, SHAPES[step->kind].open);
        append_mermaid(out, step_title(step, language));
        g_string_append_printf(out, "\"%s\n", SHAPES[step->kind].close);
    }
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        for (size_t j = 0; j < script_way_count(step); j++)
            append_mermaid_edge(out, step, script_way_target(step, j), script_way_label(step, j, language));
    }
    g_string_append(out, "  classDef waste stroke-dasharray: 5 5\n");
    for (size_t i = 0; i < script->step_count; i++)
        if (script->steps[i].step_class == SCRIPT_CLASS_WASTE)
            g_string_append_printf(out, "  class s%zu waste\n", i);
    return g_string_free(out, FALSE);
}
