/* What is answered in a step; see walk.h. */
#include "app/script/date.h"
#include "app/script/walk_state.h"

void walk_set_answer(struct walk *walk, const struct walk_turn *turn, const struct script_field *field,
                     char *value, const char *source)
{
    struct answer *answer = &walk->answers[field->slot];
    g_autofree char *kept_source = g_strdup(source);
    g_free(answer->value);
    g_free(answer->source);
    *answer = (struct answer){
        .value = value, .source = value ? g_steal_pointer(&kept_source) : NULL, .at_ms = turn->at_ms};
    if (field->type == VALUE_TYPE_ORDER && value)
        walk->order_slot = field->slot;
    cJSON *data = walk_note(turn, "step.answered");
    cJSON_AddStringToObject(data, "step", walk->current->id);
    cJSON_AddStringToObject(data, "field", field->name);
    cJSON_AddStringToObject(data, "type", yaml_word_of(VALUE_TYPE_WORDS, field->type));
    cJSON_AddStringToObject(data, "source", source);
    const char *item = walk_loop_item_of(walk, turn->facts, field->slot);
    if (item)
        cJSON_AddStringToObject(data, "item", item);
    if (field->personal)
        cJSON_AddBoolToObject(data, "personal", true);
    if (value)
        cJSON_AddStringToObject(data, "value", value);
    else
        cJSON_AddNullToObject(data, "value");
}

/* The definition of a name in the current step, else its first. */
static const struct script_field *field_named(const struct walk *walk, const char *name)
{
    for (size_t i = 0; i < walk_field_count(walk); i++)
        if (g_str_equal(walk_field(walk, i)->name, name))
            return walk_field(walk, i);
    int slot = script_name_index(walk->script, name);
    return slot < 0 ? NULL : walk->script->names[slot].field;
}

/* Whether an order is one of the customer's, where these are known. In a check step it is for the comparison
 * to tell.
 */
static bool is_theirs(const struct walk *walk, const struct facts *facts, const struct script_field *field,
                      const char *value, GError **error)
{
    const char *all = field->type == VALUE_TYPE_ORDER ? facts_get(facts, "customer.orders") : NULL;
    if (!all || walk->current->kind == SCRIPT_KIND_CHECK)
        return true;
    g_autofree char *kept = g_strdup(all); /* the next look-up may take it away */
    g_auto(GStrv) orders = g_strsplit(kept, ",", -1);
    for (size_t i = 0; orders[i]; i++)
        if (g_ascii_strcasecmp(g_strstrip(orders[i]), value) == 0)
            return true;
    return walk_refuse(error, WALK_ERROR_VALUE, "%s is none of this customer's orders: %s.", value, kept);
}

bool walk_answer(struct walk *walk, const struct walk_turn *turn, const char *field, const char *value,
                 GError **error)
{
    if (walk_refuse_over(walk, error))
        return false;
    const struct script_field *asked = field_named(walk, field);
    walk->today = walk_today(turn->facts, turn->at_ms);
    bool made = asked && (walk->script->names[asked->slot].value || walk->script->names[asked->slot].each);
    if (!asked || made || g_str_equal(field, "verified"))
        return walk_refuse(error, WALK_ERROR_VALUE, "The script %s has no field %s to answer.",
                           walk->script->id, field);
    const struct answer *old = &walk->answers[asked->slot];
    if (!*value) {
        if (old->value)
            walk_set_answer(walk, turn, asked, NULL, "agent");
        return true;
    }
    g_autoptr(GError) cause = NULL;
    const char *language = walk_language(turn->facts);
    g_autofree char *read = asked->type == VALUE_TYPE_DATE
                                ? date_read(value, walk->today, script_field_label(asked, language), &cause)
                                : g_strdup(value);
    g_autofree char *accepted = read ? script_field_accept(asked, read, language, &cause) : NULL;
    if (!accepted)
        return walk_refuse(error, WALK_ERROR_VALUE, "%s", cause->message);
    if (!is_theirs(walk, turn->facts, asked, accepted, error))
        return false;
    if (!old->value || !g_str_equal(old->value, accepted) || !g_str_equal(old->source, "agent"))
        walk_set_answer(walk, turn, asked, g_steal_pointer(&accepted), "agent");
    return true;
}

void walk_withhold(struct walk *walk, const struct script_field *field)
{
    walk->answers[field->slot].withheld = true;
}
