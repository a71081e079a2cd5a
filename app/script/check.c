/* The shape of the whole: reach, dead ends, circles, repeated verification; see the header. */
#include "app/script/check.h"

#include "app/model/approval.h"
#include "app/model/rights.h"
#include "app/script/check_parts.h"
#include "app/script/script_read.h"
#include "app/script/suggest.h"

static void add_way(GArray *ways, size_t from, const struct script_step *to,
                    const struct script_result *result)
{
    struct way way = {.from = from, .to = to->index, .result = result};
    g_array_append_val(ways, way);
}

/* All ways of the script, in the order of its file; of struct way, caller owns. */
static GArray *check_ways(const struct script *script)
{
    GArray *ways = g_array_new(FALSE, FALSE, sizeof(struct way));
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        for (size_t j = 0; j < step->next_count; j++)
            add_way(ways, i, step->next[j].target, NULL);
        for (size_t j = 0; j < step->result_count; j++)
            add_way(ways, i, step->results[j].target, &step->results[j]);
    }
    return ways;
}

#define UNSEEN SIZE_MAX

/* Breadth first; before[step] is the step it was reached from (itself for the start), UNSEEN when it was not.
 */
static size_t *search(const struct script *script, const GArray *ways, size_t from, check_may_use may_use,
                      void *data)
{
    size_t *before = g_new(size_t, script->step_count);
    g_autofree size_t *queue = g_new(size_t, script->step_count);
    size_t head = 0, tail = 0;
    for (size_t i = 0; i < script->step_count; i++)
        before[i] = UNSEEN;
    before[from] = from;
    queue[tail++] = from;
    while (head < tail) {
        size_t at = queue[head++];
        for (size_t i = 0; i < ways->len; i++) {
            const struct way *way = &g_array_index(ways, struct way, i);
            if (way->from != at || before[way->to] != UNSEEN || (may_use && !may_use(data, way)))
                continue;
            before[way->to] = at;
            queue[tail++] = way->to;
        }
    }
    return before;
}

char *check_find_way(const struct script *script, const GArray *ways, size_t from, size_t to,
                     check_may_use may_use, void *data)
{
    g_autofree size_t *before = search(script, ways, from, may_use, data);
    if (before[to] == UNSEEN)
        return NULL;
    GString *text = g_string_new(script->steps[to].id);
    for (size_t at = to; at != from;) {
        at = before[at];
        g_string_prepend(text, " → ");
        g_string_prepend(text, script->steps[at].id);
    }
    return g_string_free(text, FALSE);
}

/* reached[step_count]: whether each step can be reached from `from`, itself included. Caller owns, free with
 * g_free. */
static bool *check_reach(const struct script *script, const GArray *ways, size_t from)
{
    g_autofree size_t *before = search(script, ways, from, NULL, NULL);
    bool *reached = g_new(bool, script->step_count);
    for (size_t i = 0; i < script->step_count; i++)
        reached[i] = before[i] != UNSEEN;
    return reached;
}

static void check_reached(const struct script *script, const bool *reached, struct problems *problems)
{
    for (size_t i = 0; i < script->step_count; i++)
        if (!reached[i])
            yaml_problem(problems, script->steps[i].head.at,
                         "No way leads from the first step to `%s`; lead one there, or take it out.",
                         script->steps[i].id);
}

static void check_dead_ends(const struct script *script, struct problems *problems)
{
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        if (step->next_count && step->next[step->next_count - 1].when)
            yaml_problem(
                problems, step->next[step->next_count - 1].head.at,
                "`%s` leads nowhere when none of its conditions holds; add a last way without `when`.",
                step->id);
    }
}

/* Steps from which no end can be reached go round for ever; they are named together. */
static void check_circles(const struct script *script, const GArray *ways, const bool *reached,
                          struct problems *problems)
{
    const struct script_step *first = NULL;
    g_autoptr(GString) names = g_string_new(NULL);
    for (size_t i = 0; i < script->step_count; i++) {
        g_autofree bool *onward = check_reach(script, ways, i);
        bool out = !reached[i];
        for (size_t j = 0; j < script->step_count && !out; j++)
            out = onward[j] && script_step_ends(&script->steps[j]);
        if (out)
            continue;
        first = first ? first : &script->steps[i];
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", script->steps[i].id);
    }
    if (first)
        yaml_problem(problems, first->head.at, "From here no end can be reached; it goes round in: %s.",
                     names->str);
}

static void check_verification(const struct script *script, const GArray *ways, struct problems *problems)
{
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        if (step->kind != SCRIPT_KIND_CHECK)
            continue;
        const struct script_step *passed = script_result_of(step, "pass")->target;
        for (size_t j = 0; j < script->step_count; j++) {
            if (script->steps[j].kind != SCRIPT_KIND_CHECK)
                continue;
            g_autofree char *way = check_find_way(script, ways, passed->index, j, NULL, NULL);
            if (way)
                yaml_problem(problems, script->steps[j].head.at,
                             "`%s` verifies again what `%s` has verified, on the way %s → %s.",
                             script->steps[j].id, step->id, step->id, way);
        }
    }
}

/* A role that decides on approvals with the rights that roles usually have. */
static bool can_decide(const char *word)
{
    enum role role;
    uint64_t rights[ROLE_COUNT];
    struct approval_limits limits;
    rights_of_roles(NULL, rights);
    approval_limits_init(&limits, NULL);
    bool can = role_parse(word, &role) && approval_role_may(&limits, role, rights[role], 0, NULL);
    approval_limits_release(&limits);
    return can;
}

static void check_approver(const struct script_step *step, size_t index, struct problems *problems)
{
    const struct yaml_node *at = script_node_of(step->head.at, "approvers");
    const char *word = step->approvers[index], *names[ROLE_COUNT];
    enum role role;
    for (int i = 0; i < ROLE_COUNT; i++)
        names[i] = role_name((enum role)i);
    g_autofree char *end = suggest_end(word, names, ROLE_COUNT);
    if (at->kind == YAML_KIND_LIST)
        at = at->items[index];
    if (g_str_equal(word, role_name(ROLE_INTEGRATION)))
        yaml_problem(problems, at, "An integration is no person and cannot decide `%s`.", step->id);
    else if (!role_parse(word, &role))
        yaml_problem(problems, at, "There is no role `%s`%s", word, end);
}

/* What goes on meanwhile comes back for the decision. */
static void check_meanwhile(const struct script *script, const GArray *ways, const struct script_step *step,
                            struct problems *problems)
{
    const struct script_result *meanwhile =
        step->kind == SCRIPT_KIND_APPROVE ? script_result_of(step, SCRIPT_RESULT_MEANWHILE) : NULL;
    g_autofree char *back =
        meanwhile ? check_find_way(script, ways, meanwhile->target->index, step->index, NULL, NULL) : NULL;
    if (meanwhile && !back)
        yaml_problem(problems, meanwhile->head.at,
                     "No way leads back from here to `%s`, so what is decided meanwhile would not matter.",
                     step->id);
}

/* What is asked goes along under two names, and any other would be dropped unsaid, with it the limit that the
 * amount is weighed against. */
static void check_asked_with(const struct script *script, const struct script_step *step,
                             struct problems *problems)
{
    static const char *const words[] = {"amount", "reason"};
    for (size_t i = 0; step->kind == SCRIPT_KIND_APPROVE && i < step->with_count; i++) {
        const struct yaml_entry *entry = &step->with[i];
        const char *key = entry->head.key;
        g_autofree char *end = suggest_end(key, words, G_N_ELEMENTS(words));
        const struct script_name *name = &script->names[script_name_index(script, entry->string)];
        if (g_str_equal(key, "amount") && name->type != VALUE_TYPE_MONEY)
            yaml_problem(problems, entry->head.at, "`amount` should be of type money; `%s` is of type %s.",
                         name->name, yaml_word_of(VALUE_TYPE_WORDS, (int)name->type));
        else if (!g_str_equal(key, "amount") && !g_str_equal(key, "reason"))
            yaml_problem(problems, entry->head.at,
                         "An approval is asked with `amount` and `reason`; there is no `%s`%s", key, end);
    }
}

static void check_approvals(const struct script *script, const GArray *ways, struct problems *problems)
{
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        size_t able = 0;
        for (size_t j = 0; j < step->approver_count; j++) {
            able += can_decide(step->approvers[j]);
            if (!can_decide(step->approvers[j]))
                check_approver(step, j, problems);
        }
        if (step->kind == SCRIPT_KIND_APPROVE && !able)
            yaml_problem(
                problems, step->head.at,
                "Nobody can give the approval `%s`; name a role under `approvers` that has the right "
                "approvals.decide.",
                step->id);
        check_meanwhile(script, ways, step, problems);
        check_asked_with(script, step, problems);
    }
}

/* A round that does not come back ends the loop with its first item. */
static void check_loops(const struct script *script, const GArray *ways, struct problems *problems)
{
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        const struct script_result *item =
            step->kind == SCRIPT_KIND_EACH ? script_result_of(step, "item") : NULL;
        g_autofree char *back =
            item ? check_find_way(script, ways, item->target->index, step->index, NULL, NULL) : NULL;
        if (item && !back)
            yaml_problem(problems, item->head.at,
                         "No way leads back from here to `%s`, so only the first of its items would come up.",
                         step->id);
    }
}

/* A limit without a way to go when it passes is only a number. */
static void check_limits(const struct script *script, struct problems *problems)
{
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        if (step->kind == SCRIPT_KIND_ACTION && step->timeout_ms && !step->origin &&
            !script_result_of(step, SCRIPT_RESULT_TIMEOUT))
            yaml_problem(problems, script_node_of(step->head.at, "timeout"),
                         "The time limit of `%s` leads nowhere; name a result `%s` under `results`.",
                         step->id, SCRIPT_RESULT_TIMEOUT);
    }
}

void script_check(const struct script *script, struct problems *problems)
{
    g_autoptr(GArray) ways = check_ways(script);
    g_autofree bool *reached = check_reach(script, ways, 0);
    check_reached(script, reached, problems);
    check_dead_ends(script, problems);
    check_circles(script, ways, reached, problems);
    check_verification(script, ways, problems);
    check_approvals(script, ways, problems);
    check_loops(script, ways, problems);
    check_limits(script, problems);
    check_types(script, problems);
    check_names(script, ways, problems);
    check_texts(script, problems);
}
