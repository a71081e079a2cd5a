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
    const char *language;
    GString *out;
    size_t *parent; /* by step: its immediate dominator; the first step's is itself, SIZE_MAX: not reached */
    size_t *order;  /* by step: its place in reverse postorder */
    int *ways_in;   /* by step: how many ways lead to it */
    bool *drawn;
};

static size_t way_count(const struct script_step *step)
{
    return step->next_count + step->result_count;
}

static const struct script_step *way_target(const struct script_step *step, size_t way)
{
    return way < step->next_count ? step->next[way].target : step->results[way - step->next_count].target;
}

/* Reverse postorder, from the end of `sorted` on. */
static void sort_from(struct drawing *d, const struct script_step *step, size_t *sorted, size_t *left)
{
    d->order[step->index] = 0; /* seen */
    for (size_t i = way_count(step); i-- > 0;)
        if (d->order[way_target(step, i)->index] == SIZE_MAX)
            sort_from(d, way_target(step, i), sorted, left);
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
            for (size_t j = 0; j < way_count(step); j++) {
                size_t to = way_target(step, j)->index, old = d->parent[to];
                if (to == 0)
                    continue;
                d->parent[to] = old == SIZE_MAX ? step->index : common_parent(d, old, step->index);
                changed |= d->parent[to] != old;
            }
        }
    }
}

static const char *title_of(const struct drawing *d, const struct script_step *step)
{
    const char *title = yaml_text_in(&step->title, d->language);
    return title ? title : step->id;
}

static void append_step(struct drawing *d, const struct script_step *step, const char *indent)
{
    g_string_append_printf(d->out, "%s%s  %s  (%s, %s", indent, step->id, title_of(d, step),
                           yaml_word_of(SCRIPT_KIND_WORDS, step->kind),
                           yaml_word_of(SCRIPT_CLASS_WORDS, step->step_class));
    if (step->waste)
        g_string_append_printf(d->out, " %s", yaml_word_of(SCRIPT_WASTE_WORDS, step->waste));
    int64_t seconds = step->target_ms / 1000;
    if (seconds)
        g_string_append_printf(d->out, ", %d:%02d", (int)(seconds / 60), (int)(seconds % 60));
    g_string_append(d->out, ")\n");
}

static const char *way_label(const struct drawing *d, const struct script_step *step, size_t way)
{
    if (way >= step->next_count)
        return script_result_title(&step->results[way - step->next_count], d->language);
    const struct script_branch *branch = &step->next[way];
    return branch->when ? branch->when : step->next_count > 1 ? "else" : NULL;
}

static void draw(struct drawing *d, const struct script_step *step, const char *indent);

/* Whether a step hangs under the only way that leads to it. */
static bool hangs(const struct drawing *d, const struct script_step *step, const struct script_step *target)
{
    return d->parent[target->index] == step->index && d->ways_in[target->index] == 1 && target->index != 0;
}

static void draw_way(struct drawing *d, const struct script_step *step, size_t way, const char *indent)
{
    const struct script_step *target = way_target(step, way);
    const char *label = way_label(d, step, way);
    bool last = way + 1 == way_count(step), hanging = hangs(d, step, target);
    g_string_append_printf(d->out, "%s%s%s%s", indent, last ? "└─" : "├─", label ? " " : "",
                           label ? label : "");
    if (!hanging) {
        g_string_append_printf(d->out, "%s→ %s%s\n", label ? " ─" : "", target->id,
                               d->drawn[target->index] ? " (above)" : "");
        return;
    }
    g_string_append_c(d->out, '\n');
    g_autofree char *inner = g_strconcat(indent, last ? "   " : "│  ", NULL);
    draw(d, target, inner);
}

/* The steps below this one at its own indent: where its ways come together. In the order of the walk. */
static GPtrArray *joins_of(const struct drawing *d, const struct script_step *step)
{
    GPtrArray *joins = g_ptr_array_new();
    for (size_t i = 1; i < d->script->step_count; i++) {
        const struct script_step *other = &d->script->steps[i];
        if (d->parent[i] != step->index || d->order[i] == SIZE_MAX ||
            (hangs(d, step, other) && way_count(step) > 1))
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
    append_step(d, step, indent);
    g_autoptr(GPtrArray) joins = joins_of(d, step);
    bool straight = way_count(step) == 1 && joins->len == 1 && joins->pdata[0] == way_target(step, 0);
    if (straight)
        g_string_append_printf(d->out, "%s│\n", indent);
    for (size_t i = 0; i < way_count(step) && !straight; i++)
        draw_way(d, step, i, indent);
    for (guint i = 0; i < joins->len; i++) {
        if (!straight)
            g_string_append_printf(d->out, "%s\n", indent);
        draw(d, joins->pdata[i], indent);
    }
}

/* No blanks at the ends of lines. */
static char *trimmed(char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (size_t i = 0; lines[i]; i++)
        g_strchomp(lines[i]);
    g_free(text);
    return g_strjoinv("\n", lines);
}

char *script_graph_text(const struct script *script, const char *language)
{
    struct drawing d = {.script = script,
                        .language = language,
                        .out = g_string_new(NULL),
                        .parent = g_new(size_t, script->step_count),
                        .order = g_new(size_t, script->step_count),
                        .ways_in = g_new0(int, script->step_count),
                        .drawn = g_new0(bool, script->step_count)};
    for (size_t i = 0; i < script->step_count; i++)
        for (size_t j = 0; j < way_count(&script->steps[i]); j++)
            d.ways_in[way_target(&script->steps[i], j)->index]++;
    find_parents(&d);
    draw(&d, &script->steps[0], "");
    g_free(d.parent);
    g_free(d.order);
    g_free(d.ways_in);
    g_free(d.drawn);
    return trimmed(g_string_free(d.out, FALSE));
}
