/* The notes that a walk leaves; see walk.h for their kinds. */
#include "app/script/walk_state.h"

static void note_free(gpointer data)
{
    struct walk_note *note = data;
    cJSON_Delete(note->data);
    g_free(note);
}

GPtrArray *walk_notes_new(void)
{
    return g_ptr_array_new_with_free_func(note_free);
}

cJSON *walk_note(const struct walk_turn *turn, const char *kind)
{
    if (!turn->notes)
        return NULL;
    struct walk_note *made = g_new0(struct walk_note, 1);
    *made = (struct walk_note){.kind = kind, .data = cJSON_CreateObject(), .at_ms = turn->at_ms};
    g_ptr_array_add(turn->notes, made);
    return made->data;
}

const char *walk_title_of(const struct yaml_text *title)
{
    const char *text = yaml_text_in(title, "en");
    return text ? text : "";
}

cJSON *walk_note_step(const struct walk_turn *turn, const char *kind, const struct script_step *step)
{
    cJSON *data = walk_note(turn, kind);
    cJSON_AddStringToObject(data, "step", step->id);
    cJSON_AddStringToObject(data, "class", yaml_word_of(SCRIPT_CLASS_WORDS, step->step_class));
    if (step->waste)
        cJSON_AddStringToObject(data, "waste", yaml_word_of(SCRIPT_WASTE_WORDS, step->waste));
    return data;
}

void walk_note_script_started(const struct walk *walk, const struct walk_turn *turn, const char *from)
{
    cJSON *data = walk_note(turn, "script.started");
    cJSON_AddStringToObject(data, "script", walk->script->id);
    cJSON_AddNumberToObject(data, "version", (double)walk->script->version);
    cJSON_AddStringToObject(data, "title", walk_title_of(&walk->script->title));
    if (from)
        cJSON_AddStringToObject(data, "from", from);
}

void walk_note_script_finished(const struct walk *walk, const struct walk_turn *turn, const char *outcome,
                               const char *reason)
{
    const struct script_step *last = walk->last;
    cJSON *data = walk_note(turn, "script.finished");
    cJSON_AddStringToObject(data, "script", walk->script->id);
    cJSON_AddNumberToObject(data, "version", (double)walk->script->version);
    cJSON_AddStringToObject(data, "outcome", outcome);
    cJSON_AddNumberToObject(data, "steps", walk->trail->len);
    cJSON_AddNumberToObject(data, "spent_ms", (double)(turn->at_ms - walk->started_ms));
    if (last && last->disposition) {
        cJSON_AddStringToObject(data, "disposition", last->disposition);
        cJSON_AddBoolToObject(data, "resolved", last->resolved);
    }
    if (last && last->queue)
        cJSON_AddStringToObject(data, "queue", last->queue);
    if (reason)
        cJSON_AddStringToObject(data, "reason", reason);
}
