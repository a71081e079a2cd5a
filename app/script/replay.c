/* Past contacts walked again; see the header. */
#include "app/script/replay.h"

#include "app/script/replay_parts.h"
#include "app/script/walk.h"

#define STEPS_MAX 400 /* of one walk */

/* What is known of one contact, and how much of it was used. */
struct again {
    const struct replay *replay;
    const struct past *past;
    bool *used;      /* by answer: given already, so that the next round of a loop gets the next */
    bool *used_step; /* by step left */
    struct walk *walk;
    struct walk_turn turn;
};

static const struct said *last_of(const GArray *array, const char *name)
{
    for (guint i = array->len; i-- > 0;) {
        const struct said *said = &g_array_index(array, struct said, i);
        if (g_str_equal(said->name, name) && said->text)
            return said;
    }
    return NULL;
}

static const char *look_up(void *data, const char *name)
{
    const struct again *again = data;
    const struct said *said = last_of(again->past->facts, name);
    if (!said)
        said = last_of(again->past->answers, name); /* a fact that was asked for */
    return said ? said->text : NULL;
}

/* The next value given for a field, else the last. */
static const char *value_for(struct again *again, const char *name)
{
    const GArray *answers = again->past->answers;
    const struct said *last = last_of(answers, name);
    for (guint i = 0; i < answers->len && last; i++) {
        const struct said *said = &g_array_index(answers, struct said, i);
        if (again->used[i] || !said->text || !g_str_equal(said->name, name))
            continue;
        again->used[i] = true;
        return said->text;
    }
    return last ? last->text : NULL;
}

/* What came of a step the next time that it was left; NULL where it never was. */
static const struct said *outcome_of(struct again *again, const char *id)
{
    const GArray *steps = again->past->steps;
    const struct said *last = NULL;
    for (guint i = 0; i < steps->len; i++) {
        const struct said *said = &g_array_index(steps, struct said, i);
        if (!g_str_equal(said->name, id))
            continue;
        last = said;
        if (again->used_step[i])
            continue;
        again->used_step[i] = true;
        return said;
    }
    return last;
}

/* Fields of the step that was done then, whose answers are no business of the log's: they were given. */
static void withhold(struct again *again, const struct script_step *step)
{
    for (size_t i = 0; i < walk_field_count(again->walk); i++) {
        const struct script_field *field = walk_field(again->walk, i);
        if ((field->personal || step->kind == SCRIPT_KIND_CHECK) &&
            !walk_fill_of(again->walk, again->turn.facts, field).value)
            walk_withhold(again->walk, field);
    }
}

static void answer_fields(struct again *again)
{
    for (size_t i = 0; i < walk_field_count(again->walk); i++) {
        const struct script_field *field = walk_field(again->walk, i);
        struct walk_fill fill = walk_fill_of(again->walk, again->turn.facts, field);
        const char *value = fill.answered ? NULL : value_for(again, field->name);
        if (value)
            walk_answer(again->walk, &again->turn, field->name, value, NULL);
    }
}

/* The only result of a step that leads there; NULL where there is none, or several. */
static const char *result_to(const struct script_step *step, const char *to)
{
    const char *found = NULL;
    for (size_t i = 0; i < step->result_count; i++) {
        if (!g_str_equal(step->results[i].target->id, to))
            continue;
        if (found)
            return NULL;
        found = step->results[i].head.key;
    }
    return found;
}

/* The result to give: what came of the step then, where it still can; of a new check, whether who it was is
 * known. */
static const char *result_for(const struct again *again, const struct script_step *step,
                              const struct said *then)
{
    if (then && then->text && script_result_of(step, then->text))
        return then->text;
    const char *led = then && !then->text && then->to ? result_to(step, then->to) : NULL;
    if (led)
        return led;
    if (step->kind == SCRIPT_KIND_CHECK && again->past->verified)
        return "pass";
    return NULL;
}

/* One step. False where it is stuck, with why. */
static bool go_on(struct again *again, GError **error)
{
    const struct script_step *step = walk_current(again->walk);
    const struct said *then = outcome_of(again, step->id);
    g_autoptr(GError) cause = NULL;
    answer_fields(again);
    if (then && !then->skipped)
        withhold(again, step);
    const char *result = result_for(again, step, then);
    if (walk_complete(again->walk, &again->turn, result, &cause))
        return true;
    if (g_error_matches(cause, WALK_ERROR, WALK_ERROR_NEEDS)) {
        answer_fields(again);
        g_clear_error(&cause);
        if (walk_complete(again->walk, &again->turn, result, &cause))
            return true;
    }
    if (then && then->skipped && walk_skip(again->walk, &again->turn, "skipped then", NULL))
        return true;
    g_propagate_error(error, g_steal_pointer(&cause));
    return false;
}

static void count(GHashTable *table, char *key)
{
    int old = GPOINTER_TO_INT(g_hash_table_lookup(table, key));
    g_hash_table_replace(table, key, GINT_TO_POINTER(old + 1));
}

/* The way gone now: ids of the steps that somebody went through; of const char *, caller owns. */
static GArray *way_of(const struct walk *walk)
{
    GArray *way = g_array_new(FALSE, FALSE, sizeof(const char *));
    g_autoptr(GArray) lines = walk_lines(walk, NULL, 0);
    for (guint i = 0; i < lines->len; i++) {
        const struct walk_line *line = &g_array_index(lines, struct walk_line, i);
        if (!line->automatic && line->state != WALK_STATE_COMING)
            g_array_append_val(way, line->step->id);
    }
    return way;
}

static const char *id_at(const GArray *way, guint index)
{
    return index < way->len ? g_array_index(way, const char *, index) : "(end)";
}

/* The first place where the ways part; false where they are the same. */
static bool count_parting(struct replay *replay, const GArray *then, const GArray *now)
{
    guint at = 0;
    while (at < then->len && at < now->len && g_str_equal(id_at(then, at), id_at(now, at)))
        at++;
    if (at == then->len && at == now->len)
        return false;
    count(replay->ways, g_strdup_printf("%s\t%s\t%s", at ? id_at(now, at - 1) : "(start)", id_at(then, at),
                                        id_at(now, at)));
    return true;
}

static int64_t own_time(const struct past *past, const char *id)
{
    int64_t total_ms = -1;
    for (guint i = 0; i < past->steps->len; i++) {
        const struct said *said = &g_array_index(past->steps, struct said, i);
        if (g_str_equal(said->name, id))
            total_ms = MAX(total_ms, 0) + said->spent_ms;
    }
    return total_ms;
}

/* What the way would take. A step that stands in it more than once was, as then, counted with all its visits.
 */
static int64_t time_of(struct replay *replay, const struct past *past, const GArray *way)
{
    int64_t total_ms = 0;
    for (guint i = 0; i < way->len; i++) {
        const char *id = id_at(way, i);
        bool counted = false;
        for (guint j = 0; j < i && !counted; j++)
            counted = g_str_equal(id_at(way, j), id);
        int64_t own_ms = own_time(past, id);
        const struct mean *mean = g_hash_table_lookup(replay->means, id);
        if (own_ms >= 0)
            total_ms += counted ? 0 : own_ms;
        else if (mean)
            total_ms += mean->total_ms / mean->count;
        else {
            const struct script_step *step = script_step_of(replay->script, id);
            total_ms += step ? step->target_ms : 0;
            replay->counts.guessed_steps++;
        }
    }
    return total_ms;
}

static void judge(struct replay *replay, const struct past *past, struct again *again, const GError *stuck)
{
    struct replay_counts *counts = &replay->counts;
    bool finishes = !stuck && !walk_current(again->walk);
    if (!past->finished) {
        counts->left++;
        counts->left_finish += finishes;
        return;
    }
    if (!finishes) {
        const struct script_step *step = walk_current(again->walk);
        counts->stuck++;
        count(replay->stuck, g_strdup_printf("%s\t%s", step ? step->id : "",
                                             stuck ? stuck->message : "It goes round and round."));
        return;
    }
    g_autoptr(GArray) way = way_of(again->walk);
    counts->then_ms += past->total_ms;
    counts->now_ms += time_of(replay, past, way);
    if (count_parting(replay, past->way, way))
        counts->other++;
    else
        counts->same++;
}

static void walk_again(struct replay *replay, const struct past *past)
{
    struct again again = {.replay = replay,
                          .past = past,
                          .used = g_new0(bool, past->answers->len + 1),
                          .used_step = g_new0(bool, past->steps->len + 1)};
    struct facts facts = {.lookup = look_up, .data = &again};
    again.turn = (struct walk_turn){.facts = &facts, .at_ms = past->started_ms};
    again.walk = walk_start(replay->script, &again.turn);
    g_autoptr(GError) stuck = NULL;
    for (int i = 0; i < STEPS_MAX && walk_current(again.walk) && !stuck; i++)
        go_on(&again, &stuck);
    judge(replay, past, &again, stuck);
    walk_free(again.walk);
    g_free(again.used);
    g_free(again.used_step);
}

struct replay_counts replay_run(struct replay *replay)
{
    replay->counts = (struct replay_counts){.contacts = (int)replay->order->len};
    g_hash_table_remove_all(replay->stuck);
    g_hash_table_remove_all(replay->ways);
    for (guint i = 0; i < replay->order->len; i++)
        walk_again(replay, replay->order->pdata[i]);
    return replay->counts;
}
