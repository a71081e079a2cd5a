/* Every way to an end; see the header. */
#include "app/script/paths.h"

#include <cjson/cJSON.h>

/* Steps tried without coming to an end, so that a thicket of circles ends too. */
#define TRIES_PER_PATH 2000

struct search {
    const struct script *script;
    struct script_paths *paths;
    size_t most, tries;
    bool *ends;    /* by step: an end can be reached from it */
    bool *on_path; /* by step */
    const struct script_step **path;
    size_t depth;
};

static void path_free(gpointer data)
{
    struct script_path *path = data;
    g_free(path->steps);
    g_free(path);
}

/* The steps that a step leads to, each once; of const struct script_step *. */
static GPtrArray *targets_of(const struct script_step *step)
{
    GPtrArray *targets = g_ptr_array_new();
    for (size_t i = 0; i < step->next_count + step->result_count; i++) {
        const struct script_step *target =
            i < step->next_count ? step->next[i].target : step->results[i - step->next_count].target;
        if (!g_ptr_array_find(targets, target, NULL))
            g_ptr_array_add(targets, (gpointer)target);
    }
    return targets;
}

/* Marks the steps from which an end can be reached. */
static void mark_ends(struct search *search)
{
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = search->script->step_count; i-- > 0;) {
            const struct script_step *step = &search->script->steps[i];
            g_autoptr(GPtrArray) targets = targets_of(step);
            bool ends = script_step_ends(step);
            for (guint j = 0; j < targets->len && !ends; j++)
                ends = search->ends[((const struct script_step *)targets->pdata[j])->index];
            changed |= ends && !search->ends[i];
            search->ends[i] |= ends;
        }
    }
}

static void keep(struct search *search)
{
    struct script_path *path = g_new0(struct script_path, 1);
    path->steps = g_memdup2(search->path, search->depth * sizeof *path->steps);
    path->count = search->depth;
    for (size_t i = 0; i < path->count; i++) {
        path->target_ms += path->steps[i]->target_ms;
        path->required += path->steps[i]->step_class == SCRIPT_CLASS_REQUIRED;
        path->waste += path->steps[i]->step_class == SCRIPT_CLASS_WASTE;
    }
    g_ptr_array_add(search->paths->found, path);
}

static void go(struct search *search, const struct script_step *step)
{
    if (search->paths->more || search->on_path[step->index] || !search->ends[step->index])
        return;
    if (search->paths->found->len == search->most || search->tries++ > search->most * TRIES_PER_PATH) {
        search->paths->more = true;
        return;
    }
    search->on_path[step->index] = true;
    search->path[search->depth++] = step;
    if (script_step_ends(step))
        keep(search);
    g_autoptr(GPtrArray) targets = targets_of(step);
    for (guint i = 0; i < targets->len; i++)
        go(search, targets->pdata[i]);
    search->depth--;
    search->on_path[step->index] = false;
}

/* How many paths lead from a step to ends; a negative number while it is being counted. 0 on a circle, which
 * `circle` then tells. */
static double count_from(const struct script_step *step, double *counts, bool *circle)
{
    if (counts[step->index] < 0)
        *circle = true;
    if (counts[step->index] != 0)
        return MAX(counts[step->index], 0);
    counts[step->index] = -1;
    double count = script_step_ends(step);
    g_autoptr(GPtrArray) targets = targets_of(step);
    for (guint i = 0; i < targets->len && !*circle; i++)
        count += count_from(targets->pdata[i], counts, circle);
    counts[step->index] = count;
    return count;
}

void script_paths_init(struct script_paths *paths, const struct script *script, size_t most)
{
    *paths = (struct script_paths){.found = g_ptr_array_new_with_free_func(path_free)};
    struct search search = {.script = script,
                            .paths = paths,
                            .most = most,
                            .ends = g_new0(bool, script->step_count),
                            .on_path = g_new0(bool, script->step_count),
                            .path = g_new0(const struct script_step *, script->step_count)};
    g_autofree double *counts = g_new0(double, script->step_count);
    bool circle = false;
    mark_ends(&search);
    go(&search, &script->steps[0]);
    paths->all = paths->found->len;
    if (paths->more) {
        double all = count_from(&script->steps[0], counts, &circle);
        paths->all = circle ? 0 : all;
    }
    g_free(search.ends);
    g_free(search.on_path);
    g_free(search.path);
}

void script_paths_release(struct script_paths *paths)
{
    g_ptr_array_unref(paths->found);
}

/* --- telling --- */

static void append_time(GString *out, int64_t ms)
{
    int64_t seconds = (ms + 500) / 1000;
    if (seconds >= 3600)
        g_string_append_printf(out, "%d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
                               (int)(seconds % 60));
    else
        g_string_append_printf(out, "%d:%02d", (int)(seconds / 60), (int)(seconds % 60));
}

struct bounds {
    int64_t least, most;
};

static void widen(struct bounds *bounds, int64_t value, bool first)
{
    bounds->least = first ? value : MIN(bounds->least, value);
    bounds->most = first ? value : MAX(bounds->most, value);
}

static void append_steps(GString *out, const struct bounds *steps)
{
    if (steps->most > steps->least)
        g_string_append_printf(out, "%d to ", (int)steps->least);
    g_string_append_printf(out, "%d step%s", (int)steps->most, steps->most == 1 ? "" : "s");
}

static void append_summary(GString *out, const struct script_paths *paths, const struct script *script)
{
    struct bounds steps = {0}, target = {0}, worthless = {0};
    for (guint i = 0; i < paths->found->len; i++) {
        const struct script_path *path = paths->found->pdata[i];
        widen(&steps, (int64_t)path->count, i == 0);
        widen(&target, path->target_ms, i == 0);
        widen(&worthless, (int64_t)(path->required + path->waste), i == 0);
    }
    g_string_append_printf(out, "%s, version %d: ", script->id, (int)script->version);
    if (!paths->more)
        g_string_append_printf(out, "%u path%s, ", paths->found->len, paths->found->len == 1 ? "" : "s");
    else if (paths->all > 0)
        g_string_append_printf(out, "%.0f paths; of the first %u: ", paths->all, paths->found->len);
    else
        g_string_append_printf(out, "over %u paths; of these: ", paths->found->len);
    append_steps(out, &steps);
    g_string_append(out, ", target ");
    append_time(out, target.least);
    if (target.most > target.least) {
        g_string_append(out, " to ");
        append_time(out, target.most);
    }
    g_string_append(out, ", ");
    append_steps(out, &worthless);
    g_string_append_printf(out, " that add%s no value.\n", worthless.most == 1 ? "s" : "");
}

char *script_paths_text(const struct script_paths *paths, const struct script *script)
{
    GString *out = g_string_new(NULL);
    append_summary(out, paths, script);
    g_string_append(out, "\nsteps  required  waste   target  way\n");
    for (guint i = 0; i < paths->found->len; i++) {
        const struct script_path *path = paths->found->pdata[i];
        g_autoptr(GString) target = g_string_new(NULL);
        append_time(target, path->target_ms);
        g_string_append_printf(out, "%5zu  %8zu  %5zu  %7s  ", path->count, path->required, path->waste,
                               target->str);
        for (size_t j = 0; j < path->count; j++)
            g_string_append_printf(out, "%s%s", j ? " → " : "", path->steps[j]->id);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

char *script_paths_json(const struct script_paths *paths, const struct script *script)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "script", script->id);
    cJSON_AddNumberToObject(json, "version", (double)script->version);
    cJSON *array = cJSON_AddArrayToObject(json, "paths");
    for (guint i = 0; i < paths->found->len; i++) {
        const struct script_path *path = paths->found->pdata[i];
        cJSON *item = cJSON_CreateObject();
        cJSON *steps = cJSON_AddArrayToObject(item, "steps");
        for (size_t j = 0; j < path->count; j++)
            cJSON_AddItemToArray(steps, cJSON_CreateString(path->steps[j]->id));
        cJSON_AddNumberToObject(item, "target_ms", (double)path->target_ms);
        cJSON_AddNumberToObject(item, "required", (double)path->required);
        cJSON_AddNumberToObject(item, "waste", (double)path->waste);
        cJSON_AddItemToArray(array, item);
    }
    cJSON_AddBoolToObject(json, "more", paths->more);
    if (paths->all > 0)
        cJSON_AddNumberToObject(json, "all", paths->all);
    char *printed = cJSON_Print(json);
    char *text = g_strconcat(printed, "\n", NULL);
    cJSON_free(printed);
    cJSON_Delete(json);
    return text;
}
