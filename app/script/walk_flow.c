/* A walk on the drawing of its script; see walk_flow.h. */
#include "app/script/walk_flow.h"

#include <string.h>

#include "app/script/walk_state.h"

/* The way by which a step was left for another: by its result, else the way that holds, else the first that
 * leads there. SIZE_MAX: none does. */
static size_t way_between(const struct walk *walk, const struct facts *facts, int64_t at_ms,
                          const struct walk_line *from, const struct script_step *to)
{
    const struct script_step *step = from->step;
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < step->result_count; i++)
        if (step->results[i].target == to && g_strcmp0(step->results[i].head.key, from->result) == 0)
            return step->next_count + i;
    for (size_t i = 0; i < script_way_count(step); i++) {
        if (script_way_target(step, i) != to)
            continue;
        struct condition *condition = i < step->next_count ? step->next[i].condition : NULL;
        if (condition && walk_decide(walk, facts, at_ms, condition, NULL, NULL) == CONDITION_TRUE)
            return i;
        first = MIN(first, i);
    }
    return first;
}

static void mark_taken(struct walk_flow *flow, const struct walk *walk, const struct facts *facts,
                       int64_t at_ms, const GArray *lines)
{
    for (guint i = 0; i + 1 < lines->len; i++) {
        const struct walk_line *line = &g_array_index(lines, struct walk_line, i);
        const struct walk_line *after = &g_array_index(lines, struct walk_line, i + 1);
        if (after->state == WALK_STATE_COMING)
            return;
        size_t way = way_between(walk, facts, at_ms, line, after->step);
        if (way != SIZE_MAX)
            flow->taken[flow->first_way[line->step->index] + way] = true;
    }
}

static void open_from(struct walk_flow *flow, bool *seen, const struct script_step *step)
{
    for (size_t i = 0; i < script_way_count(step); i++) {
        const struct script_step *target = script_way_target(step, i);
        if (seen[target->index])
            continue;
        seen[target->index] = true;
        flow->steps[target->index].place = WALK_PLACE_OPEN;
        open_from(flow, seen, target);
    }
}

static enum walk_place place_of(enum walk_state state)
{
    static const enum walk_place places[] = {[WALK_STATE_DONE] = WALK_PLACE_DONE,
                                             [WALK_STATE_SKIPPED] = WALK_PLACE_SKIPPED,
                                             [WALK_STATE_CURRENT] = WALK_PLACE_NOW,
                                             [WALK_STATE_COMING] = WALK_PLACE_LIKELY};
    return places[state];
}

/* A step that was done and comes again stands as done, the current one always as the current one. */
static void place_lines(struct walk_flow *flow, const GArray *lines)
{
    for (guint i = 0; i < lines->len; i++) {
        const struct walk_line *line = &g_array_index(lines, struct walk_line, i);
        struct walk_flow_step *step = &flow->steps[line->step->index];
        if (line->state == WALK_STATE_COMING && step->visits > 0)
            continue;
        step->place = place_of(line->state);
        step->visits += line->state != WALK_STATE_COMING;
        step->spent_ms += line->spent_ms;
        step->reason = line->reason;
        step->result = line->result;
    }
}

struct walk_flow *walk_flow_new(const struct walk *walk, const struct facts *facts, int64_t at_ms)
{
    const struct script *script = walk->script;
    struct walk_flow *flow = g_new0(struct walk_flow, 1);
    g_autoptr(GArray) lines = walk_lines(walk, facts, at_ms);
    g_autofree bool *seen = g_new0(bool, script->step_count);
    size_t ways = 0;
    flow->drawing = script_graph_lines(script);
    flow->steps = g_new0(struct walk_flow_step, script->step_count);
    flow->first_way = g_new(size_t, script->step_count);
    for (size_t i = 0; i < script->step_count; i++) {
        flow->first_way[i] = ways;
        ways += script_way_count(&script->steps[i]);
    }
    flow->taken = g_new0(bool, ways);
    if (walk->current)
        open_from(flow, seen, walk->current);
    place_lines(flow, lines);
    mark_taken(flow, walk, facts, at_ms, lines);
    return flow;
}

void walk_flow_free(struct walk_flow *flow)
{
    if (!flow)
        return;
    g_array_unref(flow->drawing);
    g_free(flow->steps);
    g_free(flow->taken);
    g_free(flow->first_way);
    g_free(flow);
}

bool walk_flow_is_taken(const struct walk_flow *flow, const struct graph_line *line)
{
    return line->kind == GRAPH_LINE_WAY && flow->taken[flow->first_way[line->step->index] + line->way];
}

/* --- what a way is called --- */

static const struct script_field *field_called(const struct script *script, const char *name)
{
    int slot = script_name_index(script, name);
    const struct script_name *found = slot < 0 ? NULL : &script->names[slot];
    return found && !found->fact && !found->value && !found->each ? found->field : NULL;
}

/* "name == 'value'" of a choice. */
static char *choice_label(const struct script *script, const char *when, const char *language)
{
    const char *equals = strstr(when, " == '"), *value = equals ? equals + strlen(" == '") : NULL;
    const char *end = value ? strchr(value, '\'') : NULL;
    if (!end || end[1] != '\0')
        return NULL;
    g_autofree char *name = g_strndup(when, (gsize)(equals - when));
    g_autofree char *word = g_strndup(value, (gsize)(end - value));
    const struct script_field *field = field_called(script, name);
    const struct script_option *option = field ? script_option_of(field, word) : NULL;
    return option ? g_strdup_printf("%s: %s", script_field_label(field, language),
                                    script_option_title(option, language))
                  : NULL;
}

/* "name" or "not name" of a yes or no. */
static char *yes_label(const struct script *script, const char *when, const char *language)
{
    bool is_not = g_str_has_prefix(when, "not ");
    const struct script_field *field = field_called(script, is_not ? when + strlen("not ") : when);
    if (!field || field->type != VALUE_TYPE_BOOL)
        return NULL;
    bool is_chinese = g_str_equal(language, "zh");
    return g_strdup_printf("%s: %s", script_field_label(field, language),
                           is_not       ? is_chinese ? "否" : "no"
                           : is_chinese ? "是"
                                        : "yes");
}

char *walk_flow_way_label(const struct script *script, const struct script_step *step, size_t way,
                          const char *language)
{
    const char *when = way < step->next_count ? step->next[way].when : NULL;
    const char *title = way < step->next_count ? yaml_text_in(&step->next[way].title, language) : NULL;
    if (title)
        return g_strdup(title);
    char *label = when ? choice_label(script, when, language) : NULL;
    if (when && !label)
        label = yes_label(script, when, language);
    return label ? label : g_strdup(script_way_label(step, way, language));
}
