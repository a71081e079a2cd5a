/* The way of a past talk through its script: mostly the main road, now and then another. It is walked once
 * beforehand, with answers that lead there, so the log can be walked again. */
#include "app/sim/history_parts.h"

#define STEPS_MAX        40
#define LOOK_AHEAD       10
#define DETOUR_PERCENT   40
#define APPROVAL_PERCENT 12 /* of talks that come where somebody may have to be asked */
#define REFUSED_PERCENT  25 /* of approvals whose refusal leads on in the script */
#define TRIES            8  /* at answers that lead where the talk is to go */

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

/* Steps from here to the nearest end, which is resolved where that is asked for; STEPS_MAX where none is
 * reached. */
static int steps_to_end(const struct script_step *step, bool resolved, int left)
{
    enum { WAYS_MAX = 16 };
    const struct script_step *ways[WAYS_MAX];
    if (step->kind == SCRIPT_KIND_END)
        return resolved && !step->resolved ? STEPS_MAX : 0;
    size_t count = left <= 0 || leads_away(step) ? 0 : ways_of(step, ways, WAYS_MAX);
    int best = STEPS_MAX;
    for (size_t i = 0; i < count; i++)
        best = MIN(best, 1 + steps_to_end(ways[i], resolved, MIN(left - 1, best - 1)));
    return best;
}

static bool walked(const struct talk *t, const struct script_step *step)
{
    return g_ptr_array_find(t->path, step, NULL);
}

/* How far an end is by this way; STEPS_MAX where it leads away or back. */
static int far_by(const struct talk *t, const struct script_step *way)
{
    return leads_away(way) || walked(t, way) ? STEPS_MAX : steps_to_end(way, false, LOOK_AHEAD);
}

/* An exception ends soon, or without the matter being resolved: so of several ways the main road is the one
 * with the farthest end that resolves it. */
static int mainness(const struct script_step *way, int far)
{
    return (steps_to_end(way, true, LOOK_AHEAD) < STEPS_MAX ? STEPS_MAX : 0) + far;
}

/* Granted mostly. */
static const struct script_step *next_of_approval(struct past *past, const struct talk *t,
                                                  const struct script_step *step)
{
    const struct script_result *granted = script_result_of(step, "granted"),
                               *refused = script_result_of(step, "refused");
    bool may_grant = granted != NULL && far_by(t, granted->target) < STEPS_MAX,
         may_refuse = refused != NULL && far_by(t, refused->target) < STEPS_MAX;
    if (may_refuse && (!may_grant || sim_random_chance(&past->random, REFUSED_PERCENT)))
        return refused->target;
    return may_grant ? granted->target : NULL;
}

/* Mostly the main road, now and then another way; never one that leads away or back. An approval is for the
 * exception, however long the way behind it is. */
static const struct script_step *next_step(struct past *past, const struct talk *t,
                                           const struct script_step *step)
{
    enum { WAYS_MAX = 16 };
    const struct script_step *ways[WAYS_MAX], *good[WAYS_MAX];
    const struct script_step *to_ask = NULL;
    size_t count = ways_of(step, ways, WAYS_MAX), kept = 0, main_road = 0;
    int most = -1;
    if (step->kind == SCRIPT_KIND_APPROVE)
        return next_of_approval(past, t, step);
    for (size_t i = 0; i < count; i++) {
        int far = far_by(t, ways[i]);
        if (far >= STEPS_MAX)
            continue;
        if (ways[i]->kind == SCRIPT_KIND_APPROVE) {
            to_ask = ways[i];
            continue;
        }
        if (mainness(ways[i], far) > most) {
            most = mainness(ways[i], far);
            main_road = kept;
        }
        good[kept++] = ways[i];
    }
    if (to_ask != NULL && (kept == 0 || sim_random_chance(&past->random, APPROVAL_PERCENT)))
        return to_ask;
    if (kept == 0)
        return NULL;
    if (step->kind == SCRIPT_KIND_CHECK)
        return good[0];
    return good[sim_random_chance(&past->random, DETOUR_PERCENT) ? sim_random_index(&past->random, kept)
                                                                 : main_road];
}

/* --- what is answered on the way --- */

struct planning {
    struct past *past;
    struct talk *t;
    struct walk *walk;
    struct facts facts;
    struct walk_turn turn;
};

static const char *fact_of(void *data, const char *name)
{
    const struct talk *t = data;
    return g_hash_table_lookup(t->facts, name);
}

/* What is known of it: what the script fills in, else what the customer knows by that name. */
static const char *known_value(const struct planning *p, const struct script_field *field)
{
    const char *known = walk_fill_of(p->walk, &p->facts, field).value;
    if (known == NULL && field->match != NULL)
        known = fact_of(p->t, field->match);
    for (size_t i = 0; i < field->from_count && known == NULL; i++)
        known = fact_of(p->t, field->from[i]);
    return known != NULL ? known : fact_of(p->t, field->name);
}

/* Something that such a field takes. Caller owns. */
static char *some_value(const struct planning *p, const struct script_field *field)
{
    struct sim_random *random = &p->past->random;
    if (field->option_count > 0)
        return g_strdup(field->options[sim_random_index(random, field->option_count)].value);
    const char *fact = NULL;
    switch (field->type) {
    case VALUE_TYPE_BOOL:
        return g_strdup(sim_random_chance(random, 80) ? "yes" : "no");
    case VALUE_TYPE_NUMBER:
        return g_strdup_printf("%d", (int)sim_random_between(random, 1, 9));
    case VALUE_TYPE_DATE: {
        int64_t ms = p->past->now_ms - sim_random_between(random, 2, 45) * DAY_MS;
        g_autoptr(GDateTime) day = g_date_time_new_from_unix_utc(ms / 1000);
        return g_date_time_format(day, "%Y-%m-%d");
    }
    case VALUE_TYPE_MONEY:
        fact = fact_of(p->t, "amount");
        return fact != NULL ? g_strdup(fact)
                            : g_strdup_printf("%d.90", (int)sim_random_between(random, 9, 180));
    case VALUE_TYPE_ORDER:
        fact = fact_of(p->t, "order");
        break;
    case VALUE_TYPE_PHONE:
        fact = fact_of(p->t, "phone");
        break;
    case VALUE_TYPE_EMAIL:
        fact = fact_of(p->t, "email");
        break;
    default:
        break;
    }
    return g_strdup(fact != NULL ? fact : "as told");
}

static void keep(const struct planning *p, const struct script_field *field, const char *value, bool known)
{
    struct talk_said said = {.step = p->t->path->len - 1,
                             .field = field,
                             .value = g_strdup(value),
                             .is_known = known && field->from_count > 0};
    g_array_append_val(p->t->said, said);
}

/* A value that is in no form of the field's was given all the same. */
static void answer(struct planning *p, const struct script_field *field)
{
    g_autofree char *known = g_strdup(known_value(p, field));
    g_autofree char *value = known != NULL ? g_strdup(known) : some_value(p, field);
    bool is_taken = walk_answer(p->walk, &p->turn, field->name, value, NULL);
    for (int i = 0; i < 3 && !is_taken; i++) {
        g_free(value);
        value = some_value(p, field);
        is_taken = walk_answer(p->walk, &p->turn, field->name, value, NULL);
    }
    if (!is_taken)
        walk_withhold(p->walk, field);
    keep(p, field, value, known != NULL);
}

static void forget_said(struct talk *t)
{
    while (t->said->len > 0 &&
           g_array_index(t->said, struct talk_said, t->said->len - 1).step == t->path->len - 1)
        g_array_set_size(t->said, t->said->len - 1);
}

static void answer_all(struct planning *p)
{
    forget_said(p->t);
    for (size_t i = 0; i < walk_field_count(p->walk); i++)
        answer(p, walk_field(p->walk, i));
}

/* Where the answers lead. */
static const struct script_step *likely_next(const struct planning *p)
{
    g_autoptr(GArray) lines = walk_lines(p->walk, &p->facts, p->turn.at_ms);
    for (guint i = 0; i < lines->len; i++) {
        const struct walk_line *line = &g_array_index(lines, struct walk_line, i);
        if (line->state == WALK_STATE_COMING)
            return line->step;
    }
    return NULL;
}

/* Asks until the answers lead where the talk is to go, or it takes too long. */
static void answer_towards(struct planning *p, const struct script_step *to)
{
    answer_all(p);
    for (int i = 0; i < TRIES && likely_next(p) != to; i++) {
        for (size_t j = 0; j < walk_field_count(p->walk); j++) {
            const struct script_field *field = walk_field(p->walk, j);
            if (field->option_count > 0 || field->type == VALUE_TYPE_BOOL)
                walk_answer(p->walk, &p->turn, field->name, "", NULL);
        }
        answer_all(p);
    }
}

static const char *result_to(const struct script_step *step, const struct script_step *to)
{
    for (size_t i = 0; i < step->result_count; i++)
        if (step->results[i].target == to)
            return step->results[i].head.key;
    return NULL;
}

/* What is asked for along because the way on needs it is answered too. */
static bool complete(struct planning *p, const char *result)
{
    for (int i = 0; i < 3; i++) {
        g_autoptr(GError) error = NULL;
        if (walk_complete(p->walk, &p->turn, result, &error))
            return true;
        if (!g_error_matches(error, WALK_ERROR, WALK_ERROR_NEEDS))
            return false;
        answer(p, walk_field(p->walk, walk_field_count(p->walk) - 1));
    }
    return false;
}

/* One step on; false where the talk ends here. */
static bool plan_step(struct planning *p)
{
    const struct script_step *step = walk_current(p->walk), *to = next_step(p->past, p->t, step);
    if (to == NULL)
        return false;
    if (step->result_count == 0 && step->next_count > 1)
        answer_towards(p, to);
    else
        answer_all(p);
    const char *result = result_to(step, to);
    if (step->kind == SCRIPT_KIND_APPROVE && p->t->request.ask == NULL) {
        walk_request_init(&p->t->request, p->walk, &p->facts, step);
        p->t->request_step = p->t->path->len - 1;
    }
    bool is_done = complete(p, result);
    if (is_done)
        p->t->results->pdata[p->t->path->len - 1] = (gpointer)result;
    step = walk_current(p->walk);
    return is_done && step != NULL && !leads_away(step) && !walked(p->t, step);
}

static void said_release(gpointer data)
{
    g_free(((struct talk_said *)data)->value);
}

void path_forget(struct talk *t)
{
    g_clear_pointer(&t->path, g_ptr_array_unref);
    g_clear_pointer(&t->said, g_array_unref);
    g_clear_pointer(&t->results, g_ptr_array_unref);
    g_clear_pointer(&t->approval, g_free);
    walk_request_release(&t->request);
}

void path_plan(struct past *past, struct talk *t)
{
    t->script = demo_content_script(past->content, t->intent->id);
    if (t->script == NULL)
        return;
    t->path = g_ptr_array_new();
    t->results = g_ptr_array_new();
    t->said = g_array_new(FALSE, FALSE, sizeof(struct talk_said));
    g_array_set_clear_func(t->said, said_release);
    struct planning p = {
        .past = past, .t = t, .facts = {.lookup = fact_of, .data = t, .language = t->language}};
    p.turn = (struct walk_turn){.facts = &p.facts, .at_ms = past->now_ms};
    p.walk = walk_start(t->script, &p.turn);
    do {
        g_ptr_array_add(t->path, (gpointer)walk_current(p.walk));
        g_ptr_array_add(t->results, NULL);
    } while (walk_current(p.walk)->kind != SCRIPT_KIND_END && t->path->len < STEPS_MAX && plan_step(&p));
    walk_free(p.walk);
}

const char *path_result(const struct talk *t)
{
    return g_ptr_array_index(t->results, t->step);
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
