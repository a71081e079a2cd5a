/* The way of a past talk through its script: mostly the main road, now and then another. */
#include "app/sim/history_parts.h"

#define STEPS_MAX      40
#define LOOK_AHEAD     10
#define DETOUR_PERCENT 14

static bool leads_away(const struct script_step *step)
{
    return step->kind == SCRIPT_KIND_ESCALATE || step->kind == SCRIPT_KIND_TRANSFER;
}

static size_t ways_of(const struct script_step *step, const struct script_step **ways, size_t room)
{
    size_t count = 0;
    for (size_t i = 0; i < step->result_count && count < room; i++)
        ways[count++] = step->results[i].target;
    for (size_t i = 0; i < step->next_count && count < room; i++)
        ways[count++] = step->next[i].target;
    return count;
}

/* Steps from here to the nearest end; STEPS_MAX where none is reached. An exception ends soon, so of several
 * ways the one with the farthest end is the script's main road. */
static int steps_to_end(const struct script_step *step, int left)
{
    enum { WAYS_MAX = 16 };
    const struct script_step *ways[WAYS_MAX];
    if (step->kind == SCRIPT_KIND_END)
        return 0;
    size_t count = left <= 0 || leads_away(step) ? 0 : ways_of(step, ways, WAYS_MAX);
    int best = STEPS_MAX;
    for (size_t i = 0; i < count; i++)
        best = MIN(best, 1 + steps_to_end(ways[i], MIN(left - 1, best - 1)));
    return best;
}

static bool walked(const struct talk *t, const struct script_step *step)
{
    return g_ptr_array_find(t->path, step, NULL);
}

/* Mostly the main road, now and then another way; never one that leads away or back. */
static const struct script_step *next_step(struct past *past, const struct talk *t,
                                           const struct script_step *step)
{
    enum { WAYS_MAX = 16 };
    const struct script_step *ways[WAYS_MAX], *good[WAYS_MAX];
    size_t count = ways_of(step, ways, WAYS_MAX), kept = 0, main_road = 0;
    int farthest = -1;
    for (size_t i = 0; i < count; i++) {
        int far = leads_away(ways[i]) || walked(t, ways[i]) ? STEPS_MAX : steps_to_end(ways[i], LOOK_AHEAD);
        if (far >= STEPS_MAX)
            continue;
        if (far > farthest) {
            farthest = far;
            main_road = kept;
        }
        good[kept++] = ways[i];
    }
    if (kept == 0)
        return NULL;
    if (step->kind == SCRIPT_KIND_CHECK)
        return good[0];
    return good[sim_random_chance(&past->random, DETOUR_PERCENT) ? sim_random_index(&past->random, kept)
                                                                 : main_road];
}

void path_plan(struct past *past, struct talk *t)
{
    t->script = demo_content_script(past->content, t->intent->id);
    if (t->script == NULL)
        return;
    t->path = g_ptr_array_new();
    const struct script_step *step = &t->script->steps[0];
    while (step != NULL && t->path->len < STEPS_MAX) {
        g_ptr_array_add(t->path, (gpointer)step);
        if (step->kind == SCRIPT_KIND_END)
            break;
        step = next_step(past, t, step);
    }
}

const struct script_step *path_step(const struct talk *t)
{
    return t->path == NULL || t->step >= t->path->len ? NULL : g_ptr_array_index(t->path, t->step);
}

bool path_step_asks(const struct script_step *step)
{
    return step->field_count > 0 && step->say.count > 0;
}

const struct script_step *path_end(const struct talk *t)
{
    const struct script_step *last =
        t->path == NULL || t->path->len == 0 ? NULL : g_ptr_array_index(t->path, t->path->len - 1);
    return last != NULL && last->kind == SCRIPT_KIND_END ? last : NULL;
}
