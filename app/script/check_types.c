/* Conditions tried with an example of every value, so that a text compared with a number is told before a
 * contact meets it. */
#include "app/script/check_parts.h"
#include "app/script/script_read.h"

#include <string.h>

/* Values that no function refuses for what they are: a text that is also a number and an amount. */
static const char *const EXAMPLES[] = {
    [VALUE_TYPE_TEXT] = "12",         [VALUE_TYPE_NUMBER] = "7", [VALUE_TYPE_MONEY] = "30.00",
    [VALUE_TYPE_DATE] = "2026-11-02", [VALUE_TYPE_PHONE] = "12", [VALUE_TYPE_EMAIL] = "12",
    [VALUE_TYPE_CHOICE] = "12",       [VALUE_TYPE_ORDER] = "12", [VALUE_TYPE_BOOL] = "yes",
};
G_STATIC_ASSERT(G_N_ELEMENTS(EXAMPLES) == VALUE_TYPE_BOOL + 1);

#define EXAMPLE_TODAY 20770 /* 2026-11-12, days since 1970-01-01 */

struct trial {
    const struct script *script;
    const char *truth; /* what every yes or no is */
};

static const char *example(void *data, size_t name)
{
    const struct trial *trial = data;
    enum value_type type = trial->script->names[name].type;
    return type == VALUE_TYPE_BOOL ? trial->truth : EXAMPLES[type];
}

static const char *example_round(void *data, size_t name, size_t index)
{
    return index == 0 ? example(data, name) : NULL;
}

/* Whether the trouble would be there with any other value of the same types: a function that refuses a value
 * for what it is quotes it (`wants a date such as …, not '12'`), and of numbers only a zero troubles Lua. */
static bool lies_in_types(const GError *error)
{
    const char *why = g_strrstr(error->message, "cannot be decided: ");
    return !why || (!strstr(why, ", not '") && !strstr(why, "zero") && !strstr(why, "%%0"));
}

/* Tries `condition`, twice: `and` and `or` pass by what they need not. A `type` that is no type: it decides.
 */
static void check_one(const struct script *script, struct condition *condition, int type,
                      const struct yaml_node *at, struct problems *problems)
{
    static const char *const truths[] = {"yes", "no"};
    bool told = !condition;
    for (size_t i = 0; i < G_N_ELEMENTS(truths) && !told; i++) {
        struct trial trial = {.script = script, .truth = truths[i]};
        struct condition_context context = {
            .lookup = example, .round = example_round, .data = &trial, .today = EXAMPLE_TODAY};
        g_autoptr(GError) error = NULL;
        g_autofree char *text = NULL;
        enum condition_result result =
            type < 0 ? condition_evaluate(condition, &context, NULL, &error)
                     : condition_compute(condition, (enum value_type)type, &context, &text, NULL, &error);
        told = result == CONDITION_FAILED && lies_in_types(error);
        if (told)
            yaml_problem(problems, at, "%s", error->message);
    }
}

static void check_step(const struct script *script, const struct script_step *step, struct problems *problems)
{
    for (size_t i = 0; i < step->next_count; i++)
        check_one(script, step->next[i].condition, -1, script_node_of(step->next[i].head.at, "when"),
                  problems);
    for (size_t i = 0; i < step->rule_count; i++)
        check_one(script, step->rules[i].condition, -1, script_node_of(step->rules[i].head.at, "must"),
                  problems);
    check_one(script, step->preauthorised_if, -1, script_node_of(step->head.at, "preauthorised"), problems);
}

void check_types(const struct script *script, struct problems *problems)
{
    for (size_t i = 0; i < script->value_count; i++)
        check_one(script, script->values[i].condition, script->values[i].type,
                  script_node_of(script->values[i].head.at, "is"), problems);
    for (size_t i = 0; i < script->step_count; i++)
        if (!script->steps[i].origin)
            check_step(script, &script->steps[i], problems);
}
