/*
 * A script drawn in text, with thin lines; see graph.h.
 *
 * Each step stands once. What only one way leads to hangs under that way; where ways come together again the
 * step stands below all of them, at the indent of the step in which they parted: its immediate dominator. All
 * other ways name the step they lead to.
 */
#include "app/script/graph.h"

#include <string.h>

struct drawing {
    const struct script *script;
    GArray *lines;  /* of struct graph_line */
    size_t *parent; /* by step: its immediate dominator; the first step's is itself, SIZE_MAX: not reached */
    size_t *order;  /* by step: its place in reverse postorder */
    int *ways_in;   /* by step: how many ways lead to it */
    bool *drawn;
};

size_t script_way_count(const struct script_step *step)
{
    return step->next_count + step->result_count;
}

const struct script_step *script_way_target(const struct script_step *step, size_t way)
{
    return way < step->next_count ? step->next[way].target : step->results[way - step->next_count].target;
}

const char *script_way_label(const struct script_step *step, size_t way, const char *language)
{
    if (way >= step->next_count)
        return script_result_title(&step->results[way - step->next_count], language);
    const struct script_branch *branch = &step->next[way];
    if (branch->when || step->next_count == 1)
        return branch->when;
    return language && g_str_equal(language, "zh") ? "其他" : "else";
}

/* Reverse postorder, from the end of `sorted` on. */
static void sort_from(struct drawing *d, const struct script_step *step, size_t *sorted, size_t *left)
{
    d->order[step->index] = 0; /* seen */
    for (size_t i = script_way_count(step); i-- > 0;)
        if (d->order[script_way_target(step, i)->index] == SIZE_MAX)
            sort_from(d, script_way_target(step, i), sorted, left);
    sorted[--*left] = step->index;
}

static size_t common_parent(const struct drawing *d, size_t a, size_t b)
{
    while (a != b) {
        while (d->order[a] > d->order[b])
            a = d->parent[a];
        while (d->order[b] > d->order[a])
            b = d->parent[b];
    }
    return a;
}

/* Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001). */
static void find_parents(struct drawing *d)
{
    size_t count = d->script->step_count, left = count;
    g_autofree size_t *sorted = g_new(size_t, count);
    for (size_t i = 0; i < count; i++)
        d->order[i] = d->parent[i] = SIZE_MAX;
    sort_from(d, &d->script->steps[0], sorted, &left);
    for (size_t i = left; i < count; i++)
        d->order[sorted[i]] = i;
    d->parent[0] = 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = left; i < count; i++) {
            const struct script_step *step = &d->script->steps[sorted[i]];
            for (size_t j = 0; j < script_way_count(step); j++) {
                size_t to = script_way_target(step, j)->index, old = d->parent[to];
                if (to == 0)
                    continue;
                d->parent[to] = old == SIZE_MAX ? step->index : common_parent(d, old, step->index);
                changed |= d->parent[to] != old;
            }
        }
    }
}

/* --- the drawing, line by line --- */

static void add_line(struct drawing *d, struct graph_line line, const char *indent)
{
    line.indent = g_strdup(indent);
    g_array_append_val(d->lines, line);
}

static void draw(struct drawing *d, const struct script_step *step, const char *indent);

/* Whether a step hangs under the only way that leads to it. */
static bool hangs(const struct drawing *d, const struct script_step *step, const struct script_step *target)
{
    return d->parent[target->index] == step->index && d->ways_in[target->index] == 1 && target->index != 0;
}

static void draw_way(struct drawing *d, const struct script_step *step, size_t way, const char *indent)
{
    const struct script_step *target = script_way_target(step, way);
    struct graph_line line = {.kind = GRAPH_LINE_WAY,
                              .step = step,
                              .way = way,
                              .target = target,
                              .is_last = way + 1 == script_way_count(step),
                              .hangs = hangs(d, step, target)};
    line.is_above = !line.hangs && d->drawn[target->index];
    add_line(d, line, indent);
    if (!line.hangs)
        return;
    g_autofree char *inner = g_strconcat(indent, line.is_last ? "   " : "│  ", NULL);
    draw(d, target, inner);
}

/* The steps below this one at its own indent: where its ways come together. In the order of the walk. */
static GPtrArray *joins_of(const struct drawing *d, const struct script_step *step)
{
    GPtrArray *joins = g_ptr_array_new();
    for (size_t i = 1; i < d->script->step_count; i++) {
        const struct script_step *other = &d->script->steps[i];
        if (d->parent[i] != step->index || d->order[i] == SIZE_MAX ||
            (hangs(d, step, other) && script_way_count(step) > 1))
            continue;
        guint at = joins->len;
        while (at > 0 && d->order[((const struct script_step *)joins->pdata[at - 1])->index] > d->order[i])
            at--;
        g_ptr_array_insert(joins, (gint)at, (gpointer)other);
    }
    return joins;
}

static void draw(struct drawing *d, const struct script_step *step, const char *indent)
{
    d->drawn[step->index] = true;
    add_line(d, (struct graph_line){.kind = GRAPH_LINE_STEP, .step = step}, indent);
    g_autoptr(GPtrArray) joins = joins_of(d, step);
    bool straight =
        script_way_count(step) == 1 && joins->len == 1 && joins->pdata[0] == script_way_target(step, 0);
    g_autofree char *line = g_strconcat(indent, straight ? "│" : "", NULL);
    for (size_t i = 0; i < script_way_count(step) && !straight; i++)
        draw_way(d, step, i, indent);
    for (guint i = 0; i < joins->len; i++) {
        add_line(d, (struct graph_line){.kind = GRAPH_LINE_JOIN}, line);
        draw(d, joins->pdata[i], indent);
    }
}

static void line_release(gpointer data)
{
    g_free(((struct graph_line *)data)->indent);
}

GArray *script_graph_lines(const struct script *script)
{
    struct drawing d = {.script = script,
                        .lines = g_array_new(FALSE, FALSE, sizeof(struct graph_line)),
                        .parent = g_new(size_t, script->step_count),
                        .order = g_new(size_t, script->step_count),
                        .ways_in = g_new0(int, script->step_count),
                        .drawn = g_new0(bool, script->step_count)};
    g_array_set_clear_func(d.lines, line_release);
    for (size_t i = 0; i < script->step_count; i++)
        for (size_t j = 0; j < script_way_count(&script->steps[i]); j++)
            d.ways_in[script_way_target(&script->steps[i], j)->index]++;
    find_parents(&d);
    draw(&d, &script->steps[0], "");
    g_free(d.parent);
    g_free(d.order);
    g_free(d.ways_in);
    g_free(d.drawn);
    return d.lines;
}

/* --- as text --- */

static void append_step(GString *out, const struct script_step *step, const char *language)
{
    const char *title = yaml_text_in(&step->title, language);
    g_string_append_printf(out, "%s  %s  (%s, %s", step->id, title ? title : step->id,
                           yaml_word_of(SCRIPT_KIND_WORDS, step->kind),
                           yaml_word_of(SCRIPT_CLASS_WORDS, step->step_class));
    if (step->waste)
        g_string_append_printf(out, " %s", yaml_word_of(SCRIPT_WASTE_WORDS, step->waste));
    int64_t seconds = step->target_ms / 1000;
    if (seconds)
        g_string_append_printf(out, ", %d:%02d", (int)(seconds / 60), (int)(seconds % 60));
    g_string_append_c(out, ')');
}

static void append_way(GString *out, const struct graph_line *line, const char *language)
{
    const char *label = script_way_label(line->step, line->way, language);
    g_string_append_printf(out, "%s%s%s", line->is_last ? "└─" : "├─", label ? " " : "", label ? label : "");
    if (!line->hangs)
        g_string_append_printf(out, "%s→ %s%s", label ? " ─" : "", line->target->id,
                               line->is_above ? " (above)" : "");
}

/* No blanks at the ends of lines. */
static void trim_end(GString *out)
{
    while (out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
}

char *script_graph_text(const struct script *script, const char *language)
{
    g_autoptr(GArray) lines = script_graph_lines(script);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < lines->len; i++) {
        const struct graph_line *line = &g_array_index(lines, struct graph_line, i);
        g_string_append(out, line->indent);
        if (line->kind == GRAPH_LINE_STEP)
            append_step(out, line->step, language);
        else if (line->kind == GRAPH_LINE_WAY)
            append_way(out, line, language);
        trim_end(out);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}
