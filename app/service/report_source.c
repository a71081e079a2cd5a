#include "app/service/report_source.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "app/script/script.h"
#include "app/service/versions.h"

/* --- what scripts demand --- */

/* May `to` be reached from the first step without passing `avoided`? */
static bool reaches(const struct script *script, const struct script_step *to,
                    const struct script_step *avoided)
{
    g_autofree bool *seen = g_new0(bool, script->step_count);
    g_autoptr(GPtrArray) open = g_ptr_array_new();
    if (&script->steps[0] != avoided)
        g_ptr_array_add(open, &script->steps[0]);
    while (open->len > 0) {
        const struct script_step *step = g_ptr_array_steal_index_fast(open, open->len - 1);
        if (step == to)
            return true;
        if (step == avoided || seen[step->index])
            continue;
        seen[step->index] = true;
        for (size_t i = 0; i < step->next_count; i++)
            g_ptr_array_add(open, (gpointer)step->next[i].target);
        for (size_t i = 0; i < step->result_count; i++)
            g_ptr_array_add(open, (gpointer)step->results[i].target);
    }
    return false;
}

struct demanded {
    const struct script *script;
    GPtrArray *steps; /* const struct script_step * */
};

/* Of two steps that both lie on every way, the first is the one that the other cannot be reached without. */
static int compare_demanded(gconstpointer one, gconstpointer other, gpointer script)
{
    const struct script_step *a = *(const struct script_step *const *)one,
                             *b = *(const struct script_step *const *)other;
    return a == b ? 0 : reaches(script, b, a) ? 1 : -1;
}

/* The required steps on every way to an end, in order. Caller owns. */
static GPtrArray *demanded_by(const struct script *script, const struct script_step *end)
{
    GPtrArray *steps = g_ptr_array_new();
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        if (step->step_class == SCRIPT_CLASS_REQUIRED && step != end && !reaches(script, end, step))
            g_ptr_array_add(steps, (gpointer)step);
    }
    g_ptr_array_sort_with_data(steps, compare_demanded, (gpointer)script);
    return steps;
}

static void tell(struct compliance *c, const struct script *script, const char *end, const GPtrArray *steps)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    for (guint i = 0; i < steps->len; i++)
        g_ptr_array_add(ids, (gpointer)((const struct script_step *)g_ptr_array_index(steps, i))->id);
    g_ptr_array_add(ids, NULL);
    compliance_demand(c, script->id, script->version, end, (const char *const *)ids->pdata);
}

static void demand(struct compliance *c, const struct script *script)
{
    g_autoptr(GPtrArray) common = NULL; /* of all ends, in the order of the first */
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *end = &script->steps[i];
        if (end->kind != SCRIPT_KIND_END || !reaches(script, end, NULL))
            continue;
        g_autoptr(GPtrArray) steps = demanded_by(script, end);
        tell(c, script, end->id, steps);
        if (common == NULL)
            common = g_steal_pointer(&steps);
        for (guint k = 0; steps != NULL && k < common->len;) {
            if (g_ptr_array_find(steps, g_ptr_array_index(common, k), NULL))
                k++;
            else
                g_ptr_array_remove_index(common, k);
        }
    }
    if (common != NULL)
        tell(c, script, NULL, common);
}

struct told {
    struct compliance *demands;
    struct step_titles *titles;
};

static void tell_of(const struct script *script, void *user_data)
{
    const struct told *told = user_data;
    demand(told->demands, script);
    for (size_t i = 0; told->titles != NULL && i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        step_titles_put(told->titles, script->id, step->id, yaml_text_in(&step->title, NULL));
    }
}

bool report_source_demands(struct db *db, struct compliance *c, struct step_titles *titles, GError **error)
{
    return versions_each(db, tell_of, &(struct told){c, titles}, error);
}

/* --- what the settings say --- */

void report_source_rates(const char *settings, struct rates *rates)
{
    cJSON *json = settings == NULL ? NULL : cJSON_Parse(settings);
    rates_read(rates, json);
    cJSON_Delete(json);
}
