/* The script of a contact: proposed, started, kept; every note of its walk becomes an event. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"
#include "app/script/proposal.h"
#include "app/script/walk_log.h"

void script_turn_init(struct script_turn *t, struct update *u, const struct desk_contact *dc)
{
    desk_facts_init(&t->df, u->desk, dc, &t->facts);
    t->notes = walk_notes_new();
    t->walk = (struct walk_turn){.facts = &t->facts, .at_ms = u->desk->now_ms, .notes = t->notes};
}

/* Walk notes and the kinds of event they become. */
static const struct {
    const char *note;
    enum event_kind kind;
} NOTE_KINDS[] = {
    {"script.started", EVENT_SCRIPT_STARTED},   {"step.entered", EVENT_STEP_ENTERED},
    {"step.answered", EVENT_STEP_ANSWERED},     {"step.left", EVENT_STEP_LEFT},
    {"step.skipped", EVENT_STEP_SKIPPED},       {"verification.passed", EVENT_CUSTOMER_VERIFIED},
    {"script.finished", EVENT_SCRIPT_FINISHED},
};

/* "by order id and postcode": the fields that matched. */
static char *method_of(const cJSON *data)
{
    const cJSON *fields = cJSON_GetObjectItemCaseSensitive(data, "fields"), *field;
    GString *method = g_string_new(NULL);
    cJSON_ArrayForEach (field, fields) {
        if (cJSON_IsString(field))
            g_string_append_printf(method, "%s%s", method->len > 0 ? ", " : "", field->valuestring);
    }
    if (cJSON_IsString(fields))
        g_string_append(method, fields->valuestring);
    g_strdelimit(method->str, "_", ' ');
    return g_string_free(method, FALSE);
}

static void record_note(struct update *u, const struct desk_contact *dc, const struct walk_note *note)
{
    const struct contact *c = desk_contact_of(u->desk, dc);
    const struct script *script = walk_script(dc->walk);
    for (size_t i = 0; c != NULL && i < G_N_ELEMENTS(NOTE_KINDS); i++) {
        if (!g_str_equal(NOTE_KINDS[i].note, note->kind))
            continue;
        struct event *ev = record_new(u, NOTE_KINDS[i].kind, c);
        cJSON_Delete(ev->data);
        ev->data = cJSON_Duplicate(note->data, true);
        if (event_text(ev, "script") == NULL)
            event_set_text(ev, "script", script->id);
        if (NOTE_KINDS[i].kind == EVENT_CUSTOMER_VERIFIED) {
            g_autofree char *method = method_of(note->data);
            event_set_text(ev, "method", *method != '\0' ? method : "script");
            event_set_text(ev, "customer", c->customer != NULL ? c->customer : "unknown");
        }
        record(u, ev);
        return;
    }
}

void script_turn_release(struct script_turn *t)
{
    g_ptr_array_unref(t->notes);
    desk_facts_release(&t->df);
}

void script_turn_end(struct script_turn *t, struct update *u, struct desk_contact *dc)
{
    for (guint i = 0; i < t->notes->len; i++)
        record_note(u, dc, g_ptr_array_index(t->notes, i));
    script_turn_release(t);
    dc->walk_changed = true;
}

void script_set_problem(struct desk_contact *dc, const char *sentence)
{
    g_free(dc->script_problem);
    dc->script_problem = g_strdup(sentence);
}

void script_fail(struct desk_contact *dc, GError *error)
{
    script_set_problem(dc, error->message);
    g_error_free(error);
}

void script_enter_step(struct update *u, struct desk_contact *dc)
{
    struct script_turn t;
    script_set_problem(dc, NULL);
    dc->script_field = 0;
    dc->is_answering = false;
    script_turn_init(&t, u, dc);
    const struct script_field *missing = walk_missing(dc->walk, &t.facts);
    for (size_t i = 0; missing != NULL && i < walk_field_count(dc->walk); i++)
        if (walk_field(dc->walk, i) == missing)
            dc->script_field = (int)i;
    script_turn_release(&t);
}

/* --- proposing and starting --- */

/* One that is still to be made has begun none: everybody's version then. */
static const struct script *version_for(const struct desk *desk, const struct desk_contact *dc,
                                        const char *id)
{
    return dc != NULL ? desk_script_for(desk, dc, id) : g_hash_table_lookup(desk->scripts, id);
}

const struct script *script_best(const struct desk *desk, const struct desk_contact *dc,
                                 const struct contact *c)
{
    const char *named = c->intent == NULL ? NULL : g_hash_table_lookup(desk->settings.scripts, c->intent);
    const struct script *best = named == NULL ? NULL : version_for(desk, dc, named);
    int best_fit = best == NULL ? 0 : proposal_fitness_named(best, c, named);
    gpointer id;
    GHashTableIter iter;
    g_hash_table_iter_init(&iter, desk->scripts);
    while (g_hash_table_iter_next(&iter, &id, NULL)) {
        const struct script *s = version_for(desk, dc, id);
        int fit = proposal_fitness_named(s, c, named);
        if (proposal_is_better(s, fit, best, best_fit)) {
            best = s;
            best_fit = fit;
        }
    }
    return best_fit > 0 ? best : NULL;
}

void script_propose(struct update *u, struct desk_contact *dc)
{
    const struct contact *c = desk_contact_of(u->desk, dc);
    if (dc->walk != NULL || dc->proposed != NULL || !desk_is_mine(u->desk, c))
        return;
    const struct script *s = script_best(u->desk, dc, c);
    if (s == NULL)
        return;
    dc->proposed = g_strdup(s->id);
    struct event *ev = record_new(u, EVENT_SCRIPT_PROPOSED, c);
    event_set_text(ev, "script", s->id);
    event_set_number(ev, "version", s->version);
    record(u, ev);
}

void script_start(struct update *u, struct desk_contact *dc, struct script *script)
{
    struct script_turn t;
    struct walk *before = g_steal_pointer(&dc->before);
    bool goes_on =
        before != NULL && walk_current(before) != NULL && g_str_equal(walk_script(before)->id, script->id);
    script_turn_init(&t, u, dc);
    dc->walk = goes_on          ? g_steal_pointer(&before)
               : before != NULL ? walk_start_after(before, &t.walk, script)
                                : walk_start(script, &t.walk);
    if (goes_on)
        walk_resume(dc->walk, &t.walk);
    walk_free(before);
    script_turn_end(&t, u, dc);
    script_enter_step(u, dc);
}

static struct script *find_script(void *data, const char *id, int64_t version)
{
    struct script *s = version_find(data, id, version);
    return s != NULL ? script_ref(s) : NULL;
}

void script_restore(struct update *u, struct desk_contact *dc)
{
    const cJSON *saved = g_hash_table_lookup(u->desk->walks, dc->id);
    g_autoptr(GError) error = NULL;
    if (saved == NULL || dc->walk != NULL || g_hash_table_size(u->desk->scripts) == 0)
        return;
    dc->walk = walk_from_json(saved, find_script, u->desk, &error);
    if (dc->walk == NULL)
        update_say(u, TONE_WARNING, "The script begun with this contact cannot go on: %s", error->message);
    else {
        version_note(dc, walk_script(dc->walk)->id, walk_script(dc->walk)->version);
        script_enter_step(u, dc);
    }
    g_hash_table_remove(u->desk->walks, dc->id);
}

void script_told(struct update *u, struct desk_contact *dc, GHashTable *values)
{
    if (dc->walk == NULL || walk_current(dc->walk) == NULL || contact_mine(u->desk, NULL) == NULL)
        return;
    struct script_turn t;
    GHashTableIter all;
    gpointer name, value;
    script_turn_init(&t, u, dc);
    g_hash_table_iter_init(&all, values);
    while (g_hash_table_iter_next(&all, &name, &value)) {
        bool is_known = walk_value(dc->walk, &t.facts, name) != NULL || *(const char *)value == '\0';
        if (!is_known) /* what the script does not ask for, or not so, it refuses */
            walk_answer(dc->walk, &t.walk, name, value, NULL);
    }
    script_turn_end(&t, u, dc);
}

void script_found(struct update *u, struct desk_contact *dc, const GPtrArray *events)
{
    if (dc->walk != NULL || g_hash_table_contains(u->desk->walks, dc->id))
        return;
    walk_free(dc->before);
    dc->before = NULL;
    struct desk_facts df;
    struct facts facts;
    desk_facts_init(&df, u->desk, dc, &facts);
    struct walk *before = walk_from_events(events, &facts, find_script, u->desk);
    desk_facts_release(&df);
    dc->before = before;
}

void script_loaded(struct update *u)
{
    struct desk *desk = u->desk;
    bool is_first = g_hash_table_size(desk->scripts) == 0;
    versions_loaded(desk, u->msg);
    for (guint i = 0; i < desk->open->len; i++) {
        struct desk_contact *dc = g_ptr_array_index(desk->open, i);
        script_restore(u, dc);
        script_propose(u, dc);
        if (is_first && dc->is_loaded && dc->walk == NULL)
            contact_fetch(u, dc); /* its events may tell of a script that nobody knew yet */
    }
}
