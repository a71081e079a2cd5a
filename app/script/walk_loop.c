/* Loops over the items of a list: which item is at hand, and the answers of the rounds that are over; see
 * walk_state.h.
 *
 * Which round it is follows from the trail alone, so that going back and reading a saved walk need no more.
 */
#include "app/script/walk_state.h"

#include <string.h>

/* The items of a list: its lines, else what stands between its commas. */
static char **split_items(const char *list)
{
    char **parts = g_strsplit(list, strchr(list, '\n') ? "\n" : ",", -1);
    size_t count = 0;
    for (size_t i = 0; parts[i]; i++) {
        g_strstrip(parts[i]);
        if (*parts[i])
            parts[count++] = parts[i];
        else
            g_free(parts[i]);
    }
    parts[count] = NULL;
    return parts;
}

/* How many rounds of the loop have begun on the way that counts, since it was last done. */
static size_t rounds_begun(const struct walk *walk, const struct script_step *each)
{
    size_t count = 0;
    for (size_t i = walk->trail->len; i-- > 0;) {
        const struct visit *visit =
            &g_array_index(walk->visits, struct visit, g_array_index(walk->trail, size_t, i));
        if (visit->step != each || !visit->result)
            continue;
        if (!g_str_equal(visit->result, "item"))
            return count;
        count++;
    }
    return count;
}

/* The item of that number; NULL past the last. The caller's. */
static char *item_at(const struct walk *walk, const struct facts *facts, const struct script_step *each,
                     size_t number, size_t *all)
{
    const char *list = walk_slot_value(walk, facts, each->items_slot);
    *all = 0;
    if (!list)
        return NULL;
    g_auto(GStrv) items = split_items(list);
    *all = g_strv_length(items);
    return number < *all ? g_strdup(items[number]) : NULL;
}

const struct script_result *walk_loop_next(const struct walk *walk, const struct facts *facts,
                                           const struct script_step *each, char **text)
{
    size_t number = rounds_begun(walk, each), all = 0;
    if (!walk_slot_value(walk, facts, each->items_slot))
        return NULL;
    g_autofree char *item = item_at(walk, facts, each, number, &all);
    *text = item ? g_strdup_printf("%zu of %zu: %s", number + 1, all, item)
                 : g_strdup_printf("%zu of %zu done", MIN(number, all), all);
    return script_result_of(each, item ? "item" : "done");
}

const char *walk_loop_item(const struct walk *walk, const struct facts *facts, const struct script_step *each)
{
    size_t number = rounds_begun(walk, each), all = 0;
    if (!number)
        return NULL;
    struct walk *lender = (struct walk *)walk; /* what is lent is no state of the walk */
    g_free(lender->item);
    lender->item = item_at(walk, facts, each, number - 1, &all);
    return lender->item;
}

static void put_by(struct walk *walk, size_t visit, size_t slot, struct answer answer)
{
    struct round_answer kept = {.visit = visit, .slot = slot, .answer = answer};
    g_array_append_val(walk->rounds, kept);
}

void walk_loop_enter(struct walk *walk, const struct facts *facts, size_t visit, int64_t at_ms)
{
    const struct script_step *each = g_array_index(walk->visits, struct visit, visit).step;
    if (each->kind != SCRIPT_KIND_EACH || !each->in_round || !rounds_begun(walk, each))
        return;
    const char *item = walk_loop_item(walk, facts, each);
    put_by(walk, visit, each->as_slot,
           (struct answer){.value = g_strdup(item ? item : ""), .source = g_strdup("list"), .at_ms = at_ms});
    for (size_t i = 0; i < walk->script->name_count; i++) {
        if (!each->in_round[i])
            continue;
        put_by(walk, visit, i, walk->answers[i]);
        walk->answers[i] = (struct answer){0};
    }
}

void walk_loop_undo(struct walk *walk, size_t visit)
{
    while (walk->rounds->len) {
        struct round_answer *kept = &g_array_index(walk->rounds, struct round_answer, walk->rounds->len - 1);
        if (kept->visit != visit)
            return;
        if (!walk->script->names[kept->slot].each) {
            g_free(walk->answers[kept->slot].value);
            g_free(walk->answers[kept->slot].source);
            walk->answers[kept->slot] = kept->answer;
            kept->answer = (struct answer){0};
        }
        g_array_set_size(walk->rounds, walk->rounds->len - 1);
    }
}

/* Whether a round's visit is on the way that counts. */
static bool counts(const struct walk *walk, size_t visit)
{
    for (size_t i = walk->trail->len; i-- > 0;)
        if (g_array_index(walk->trail, size_t, i) == visit)
            return true;
    return false;
}

/* The loop that a name is asked in, or is the item of; NULL for others. */
static const struct script_step *loop_of(const struct walk *walk, size_t slot)
{
    if (walk->script->names[slot].each)
        return walk->script->names[slot].each;
    for (size_t i = 0; i < walk->script->step_count; i++)
        if (walk->script->steps[i].in_round && walk->script->steps[i].in_round[slot])
            return &walk->script->steps[i];
    return NULL;
}

const char *walk_loop_item_of(const struct walk *walk, const struct facts *facts, size_t slot)
{
    const struct script_step *each = loop_of(walk, slot);
    return each ? walk_loop_item(walk, facts, each) : NULL;
}

const char *walk_loop_round(const struct walk *walk, const struct facts *facts, size_t slot, size_t index)
{
    const struct script_step *each = loop_of(walk, slot);
    size_t at = 0;
    for (size_t i = 0; i < walk->rounds->len; i++) {
        const struct round_answer *kept = &g_array_index(walk->rounds, struct round_answer, i);
        if (kept->slot == slot && counts(walk, kept->visit) && at++ == index)
            return kept->answer.value ? kept->answer.value : "";
    }
    bool over = each && !rounds_begun(walk, each);
    return at == index && !over ? walk_slot_value(walk, facts, slot) : NULL;
}

const char *walk_value_at(const struct walk *walk, const struct facts *facts, size_t line, const char *name)
{
    int slot = script_name_index(walk->script, name);
    const struct script_step *each = slot >= 0 ? loop_of(walk, (size_t)slot) : NULL;
    for (size_t i = line + 1; each && i < walk->trail->len; i++) {
        size_t visit = g_array_index(walk->trail, size_t, i);
        if (g_array_index(walk->visits, struct visit, visit).step != each)
            continue;
        for (size_t j = 0; j < walk->rounds->len; j++) {
            const struct round_answer *kept = &g_array_index(walk->rounds, struct round_answer, j);
            if (kept->visit == visit && kept->slot == (size_t)slot)
                return kept->answer.value;
        }
        return NULL;
    }
    return walk_value(walk, facts, name);
}
