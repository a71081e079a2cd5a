/* The current step of the open contact's script: what it asks for, and what its keys do just now. */
#include "app/desk/areas.h"

const struct script_field *script_field_now(const struct desk_contact *dc)
{
    bool is_there = dc->script_field >= 0 && (size_t)dc->script_field < walk_field_count(dc->walk);
    return is_there ? walk_field(dc->walk, (size_t)dc->script_field) : NULL;
}

bool script_is_typed(const struct script_field *field)
{
    return field->type != VALUE_TYPE_BOOL && field->type != VALUE_TYPE_CHOICE;
}

const struct script_field *script_missing(const struct desk *desk, const struct desk_contact *dc)
{
    struct desk_facts df;
    struct facts facts;
    desk_facts_init(&df, desk, dc, &facts);
    const struct script_field *missing = walk_missing(dc->walk, &facts);
    desk_facts_release(&df);
    return missing;
}

bool script_is_empty(const struct desk *desk, const struct desk_contact *dc, const struct script_field *field)
{
    struct desk_facts df;
    struct facts facts;
    desk_facts_init(&df, desk, dc, &facts);
    struct walk_fill fill = walk_fill_of(dc->walk, &facts, field);
    bool is_empty = fill.value == NULL && !fill.answered;
    desk_facts_release(&df);
    return is_empty;
}

bool script_is_filled(const struct desk *desk, const struct desk_contact *dc, bool *is_for_agent)
{
    struct desk_facts df;
    struct facts facts;
    desk_facts_init(&df, desk, dc, &facts);
    bool filled = walk_missing(dc->walk, &facts) == NULL;
    *is_for_agent = walk_is_for_agent(dc->walk, &facts);
    desk_facts_release(&df);
    return filled;
}

enum keys_context script_context(const struct desk *desk)
{
    const struct desk_contact *dc = desk->current;
    const struct script_step *step = dc != NULL && dc->walk != NULL ? walk_current(dc->walk) : NULL;
    if (step == NULL)
        return KEYS_CONTEXT_SCRIPT;
    if (dc->is_answering)
        return KEYS_CONTEXT_ANSWER;
    const struct script_field *field = script_field_now(dc);
    if (field != NULL && !script_is_typed(field))
        return field->type == VALUE_TYPE_BOOL ? KEYS_CONTEXT_SCRIPT_ASK : KEYS_CONTEXT_SCRIPT_CHOOSE;
    bool is_for_agent, filled = script_is_filled(desk, dc, &is_for_agent);
    if (field != NULL && !filled)
        return KEYS_CONTEXT_SCRIPT_FIELD;
    if (step->result_count == 0 || step->kind == SCRIPT_KIND_APPROVE ||
        (field != NULL && step->kind == SCRIPT_KIND_CHECK && !is_for_agent) || !filled)
        return KEYS_CONTEXT_SCRIPT; /* with fields to compare, these decide, not a letter */
    return KEYS_CONTEXT_SCRIPT_CHOOSE;
}

bool script_asks(const struct desk *desk)
{
    enum keys_context context = script_context(desk);
    return context == KEYS_CONTEXT_SCRIPT_ASK || context == KEYS_CONTEXT_SCRIPT_CHOOSE;
}

bool script_can_correct(const struct desk *desk)
{
    const struct desk_contact *dc = desk->current;
    if (dc == NULL || dc->walk == NULL || walk_current(dc->walk) == NULL || dc->is_answering)
        return false;
    const struct script_field *field = script_field_now(dc);
    if (field == NULL || !script_is_typed(field))
        return false; /* its keys answer it anew */
    return !script_is_empty(desk, dc, field) || script_missing(desk, dc) == NULL;
}

const char *desk_step_correct_word(const struct desk *desk, const struct desk_contact *dc)
{
    const struct script_field *field =
        dc->walk != NULL && walk_current(dc->walk) != NULL ? script_field_now(dc) : NULL;
    return field != NULL && script_is_empty(desk, dc, field) ? "fill in" : "correct";
}

bool script_has_words(const struct desk *desk)
{
    const struct desk_contact *dc = desk->current;
    const struct script_step *step = dc != NULL && dc->walk != NULL ? walk_current(dc->walk) : NULL;
    return step != NULL && step->say.count > 0;
}

const char *desk_step_open_word(const struct desk *desk, const struct desk_contact *dc)
{
    const struct script_step *step = dc->walk != NULL ? walk_current(dc->walk) : NULL;
    if (step == NULL)
        return NULL;
    switch (step->kind) {
    case SCRIPT_KIND_ESCALATE:
        return "escalate";
    case SCRIPT_KIND_TRANSFER:
        return "transfer";
    case SCRIPT_KIND_END:
        return "finish";
    case SCRIPT_KIND_APPROVE:
        return approval_open_word(desk, dc, step);
    default:
        return "next";
    }
}

const char *desk_script_open_word(const struct desk_contact *dc)
{
    if (dc->walk != NULL)
        return "choose another"; /* it has come to its end */
    return desk_walk(dc) != NULL ? "go on" : dc->proposed != NULL ? "start" : "choose one";
}

const char *desk_script_none(const struct contact *c)
{
    return c->intent == NULL ? "The intent is not known yet." : "No script is made for this intent.";
}

int desk_step_choices(const struct desk_contact *dc)
{
    const struct script_step *step = dc->walk != NULL ? walk_current(dc->walk) : NULL;
    const struct script_field *field = step != NULL ? script_field_now(dc) : NULL;
    if (field != NULL && field->type == VALUE_TYPE_CHOICE)
        return (int)field->option_count;
    return step != NULL ? (int)step->result_count : 0;
}
