/* The script of a contact: proposed, started, answered, decided; every note of the walk becomes an event. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"

/* One call into the walk: its facts, its notes. */
struct turn {
    struct desk_facts df;
    struct facts facts;
    GPtrArray *notes;
    struct walk_turn walk;
};

static void turn_init(struct turn *t, struct update *u, const struct desk_contact *dc)
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

/* Records what happened, and brings what is shown of the step up to date. */
static void turn_end(struct turn *t, struct update *u, struct desk_contact *dc)
{
    for (guint i = 0; i < t->notes->len; i++)
        record_note(u, dc, g_ptr_array_index(t->notes, i));
    g_ptr_array_unref(t->notes);
    desk_facts_release(&t->df);
    dc->walk_changed = true;
}

static void set_problem(struct desk_contact *dc, const char *sentence)
{
    g_free(dc->script_problem);
    dc->script_problem = g_strdup(sentence);
}

static void fail(struct desk_contact *dc, GError *error)
{
    set_problem(dc, error->message);
    g_error_free(error);
}

/* The cursor goes to the first field that holds nothing, else the first. */
static void enter_step(struct update *u, struct desk_contact *dc)
{
    struct turn t;
    set_problem(dc, NULL);
    dc->script_field = 0;
    dc->is_answering = false;
    turn_init(&t, u, dc);
    const struct script_field *missing = walk_missing(dc->walk, &t.facts);
    for (size_t i = 0; missing != NULL && i < walk_field_count(dc->walk); i++)
        if (walk_field(dc->walk, i) == missing)
            dc->script_field = (int)i;
    g_ptr_array_unref(t.notes);
    desk_facts_release(&t.df);
}

/* --- proposing and starting --- */

static bool is_among(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; word != NULL && i < count; i++)
        if (g_str_equal(words[i], word))
            return true;
    return false;
}

static int fitness(const struct script *s, const struct contact *c)
{
    if (!is_among(s->intents, s->intent_count, c->intent))
        return 0;
    if (s->queue_count > 0 && !is_among(s->queues, s->queue_count, c->queue))
        return 0;
    int fit = 1 + (s->queue_count > 0 ? 4 : 0);
    fit += c->language != NULL && is_among(s->languages, s->language_count, c->language) ? 2 : 0;
    return fit + (g_strcmp0(s->contact_class, contact_class_name(c->class)) == 0);
}

static const struct script *best_script(const struct desk *desk, const struct contact *c)
{
    const struct script *best = NULL, *s;
    int best_fit = 0;
    GHashTableIter iter;
    g_hash_table_iter_init(&iter, desk->scripts);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&s)) {
        int fit = fitness(s, c);
        if (fit > best_fit || (fit == best_fit && fit > 0 && strcmp(s->id, best->id) < 0)) {
            best = s;
            best_fit = fit;
        }
    }
    return best;
}

void script_propose(struct update *u, struct desk_contact *dc)
{
    const struct contact *c = desk_contact_of(u->desk, dc);
    if (dc->walk != NULL || dc->proposed != NULL || !desk_is_mine(u->desk, c))
        return;
    const struct script *s = best_script(u->desk, c);
    if (s == NULL)
        return;
    dc->proposed = g_strdup(s->id);
    struct event *ev = record_new(u, EVENT_SCRIPT_PROPOSED, c);
    event_set_text(ev, "script", s->id);
    event_set_number(ev, "version", s->version);
    record(u, ev);
}

static void start(struct update *u, struct desk_contact *dc, struct script *script)
{
    struct turn t;
    turn_init(&t, u, dc);
    dc->walk = walk_start(script, &t.walk);
    turn_end(&t, u, dc);
    enter_step(u, dc);
}

static struct script *find_script(void *data, const char *id, int64_t version)
{
    struct script *s = g_hash_table_lookup(((struct desk *)data)->scripts, id);
    return s != NULL && s->version == version ? script_ref(s) : NULL;
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
    else
        enter_step(u, dc);
    g_hash_table_remove(u->desk->walks, dc->id);
}

void script_loaded(struct update *u)
{
    struct desk *desk = u->desk;
    for (guint i = 0; u->msg->scripts != NULL && i < u->msg->scripts->len; i++) {
        struct script *s = g_ptr_array_index(u->msg->scripts, i);
        const struct script *known = g_hash_table_lookup(desk->scripts, s->id);
        if (known == NULL || known->version <= s->version)
            g_hash_table_replace(desk->scripts, (gpointer)s->id, script_ref(s));
    }
    for (guint i = 0; i < desk->open->len; i++) {
        struct desk_contact *dc = g_ptr_array_index(desk->open, i);
        script_restore(u, dc);
        script_propose(u, dc);
    }
}

/* --- going on --- */

static void complete(struct update *u, struct desk_contact *dc, const char *result)
{
    struct turn t;
    GError *error = NULL;
    turn_init(&t, u, dc);
    bool done = walk_complete(dc->walk, &t.walk, result, &error);
    bool needs = !done && g_error_matches(error, WALK_ERROR, WALK_ERROR_NEEDS);
    turn_end(&t, u, dc);
    if (done || needs)
        enter_step(u, dc);
    if (!done)
        fail(dc, error);
    const struct script_step *step = walk_current(dc->walk);
    const struct contact *c = desk_contact_of(u->desk, dc);
    const char *query = step != NULL && c != NULL ? yaml_text_in(&step->query, c->language) : NULL;
    if (done && query != NULL && step->kind == SCRIPT_KIND_KB)
        knowledge_search(u, query);
}

static const struct script_field *current_field(const struct desk_contact *dc)
{
    bool is_there = dc->script_field >= 0 && (size_t)dc->script_field < walk_field_count(dc->walk);
    return is_there ? walk_field(dc->walk, (size_t)dc->script_field) : NULL;
}

/* Answers the field under the cursor; true when it was taken. */
static bool answer(struct update *u, struct desk_contact *dc, const char *value)
{
    const struct script_field *field = current_field(dc);
    struct turn t;
    GError *error = NULL;
    if (field == NULL)
        return false;
    turn_init(&t, u, dc);
    bool taken = walk_answer(dc->walk, &t.walk, field->name, value, &error);
    turn_end(&t, u, dc);
    if (!taken) {
        fail(dc, error);
        return false;
    }
    set_problem(dc, NULL);
    dc->is_answering = false;
    return true;
}

/* After an answer: the next empty field, or the step is done. */
static void go_on(struct update *u, struct desk_contact *dc)
{
    struct turn t;
    turn_init(&t, u, dc);
    const struct script_field *missing = walk_missing(dc->walk, &t.facts);
    g_ptr_array_unref(t.notes);
    desk_facts_release(&t.df);
    const struct script_step *step = walk_current(dc->walk);
    if (missing != NULL)
        enter_step(u, dc);
    else if (dc->script_field + 1 < (int)walk_field_count(dc->walk))
        dc->script_field++;
    else if (step != NULL && (step->result_count == 0 || step->kind == SCRIPT_KIND_CHECK))
        complete(u, dc, NULL);
}

static void edit_field(struct update *u, struct desk_contact *dc, const struct script_field *field)
{
    struct turn t;
    turn_init(&t, u, dc);
    struct walk_fill fill = walk_fill_of(dc->walk, &t.facts, field);
    editor_set_text(dc->answer, fill.value != NULL ? fill.value : "");
    dc->is_answering = true;
    g_ptr_array_unref(t.notes);
    desk_facts_release(&t.df);
}

static bool is_typed(const struct script_field *field)
{
    return field->type != VALUE_TYPE_BOOL && field->type != VALUE_TYPE_CHOICE;
}

static void open_step(struct update *u, struct desk_contact *dc, const struct script_step *step)
{
    switch (step->kind) {
    case SCRIPT_KIND_ESCALATE:
        contact_escalate(u);
        return;
    case SCRIPT_KIND_TRANSFER:
        contact_transfer(u);
        return;
    case SCRIPT_KIND_END:
        complete(u, dc, NULL);
        if (walk_current(dc->walk) == NULL)
            wrap_start(u);
        return;
    default:
        break;
    }
    struct turn t;
    turn_init(&t, u, dc);
    const struct script_field *missing = walk_missing(dc->walk, &t.facts);
    g_ptr_array_unref(t.notes);
    desk_facts_release(&t.df);
    if (missing == NULL) {
        complete(u, dc, NULL);
        return;
    }
    enter_step(u, dc);
    if (is_typed(missing))
        edit_field(u, dc, missing);
    else
        set_problem(dc, missing->type == VALUE_TYPE_BOOL ? "Answer with y or n." : "Choose with a digit.");
}

void script_open_item(struct update *u)
{
    struct desk_contact *dc;
    if (contact_mine(u->desk, &dc) == NULL) {
        update_say(u, TONE_WARNING, "%s", "This contact is not yours; accept or take it first.");
        return;
    }
    const struct script_step *step = dc->walk != NULL ? walk_current(dc->walk) : NULL;
    if (step != NULL) {
        open_step(u, dc, step);
        return;
    }
    struct script *s =
        dc->walk == NULL && dc->proposed != NULL ? g_hash_table_lookup(u->desk->scripts, dc->proposed) : NULL;
    if (s != NULL)
        start(u, dc, s);
    else
        script_switch(u);
}

/* --- yes, no, digits --- */

bool script_asks(const struct desk *desk)
{
    const struct desk_contact *dc = desk->current;
    const struct script_step *step = dc != NULL && dc->walk != NULL ? walk_current(dc->walk) : NULL;
    if (step == NULL || dc->is_answering)
        return false;
    const struct script_field *field = current_field(dc);
    if (field != NULL && !is_typed(field))
        return true;
    if (step->result_count == 0 || (field != NULL && step->kind == SCRIPT_KIND_CHECK))
        return false; /* with fields to compare, these decide, not a letter */
    struct desk_facts df;
    struct facts facts;
    desk_facts_init(&df, desk, dc, &facts);
    bool is_filled = walk_missing(dc->walk, &facts) == NULL;
    desk_facts_release(&df);
    return is_filled;
}

static void take_result(struct update *u, struct desk_contact *dc, const struct script_step *step,
                        size_t index)
{
    if (index < step->result_count)
        complete(u, dc, step->results[index].head.key);
}

static void yes_or_no(struct update *u, bool yes)
{
    struct desk_contact *dc = u->desk->current;
    const struct script_step *step = walk_current(dc->walk);
    const struct script_field *field = current_field(dc);
    if (field != NULL && field->type == VALUE_TYPE_BOOL) {
        if (answer(u, dc, yes ? "yes" : "no"))
            go_on(u, dc);
    } else if (step->result_count == 2) {
        take_result(u, dc, step, yes ? 0 : 1);
    } else {
        set_problem(dc, "Choose with a digit.");
    }
}

void script_yes(struct update *u)
{
    yes_or_no(u, true);
}

void script_no(struct update *u)
{
    yes_or_no(u, false);
}

void script_choose(struct update *u)
{
    struct desk_contact *dc = u->desk->current;
    const struct script_step *step = walk_current(dc->walk);
    const struct script_field *field = current_field(dc);
    size_t index = (size_t)(u->msg->key.code - '1');
    if (field != NULL && field->type == VALUE_TYPE_CHOICE) {
        if (index < field->option_count && answer(u, dc, field->options[index].value))
            go_on(u, dc);
    } else if (field != NULL && field->type == VALUE_TYPE_BOOL) {
        if (index < 2 && answer(u, dc, index == 0 ? "yes" : "no"))
            go_on(u, dc);
    } else {
        take_result(u, dc, step, index);
    }
}

void script_confirm(struct update *u)
{
    struct desk_contact *dc = u->desk->current;
    g_autofree char *value = g_strdup(editor_text(dc->answer));
    if (answer(u, dc, value))
        go_on(u, dc);
}

void script_move(struct update *u, int step)
{
    struct desk_contact *dc = u->desk->current;
    if (dc == NULL || dc->walk == NULL)
        return;
    int count = (int)walk_field_count(dc->walk);
    if (dc->is_answering) { /* what was typed is kept; a wrong value stays where it is, with its sentence */
        g_autofree char *value = g_strdup(editor_text(dc->answer));
        if (*value != '\0' && !answer(u, dc, value))
            return;
        dc->is_answering = false;
    }
    dc->script_field = count == 0 ? 0 : CLAMP(dc->script_field + step, 0, count - 1);
}

/* --- back, skip, switch, leave --- */

void script_back(struct update *u)
{
    struct desk_contact *dc = u->desk->current;
    struct turn t;
    GError *error = NULL;
    turn_init(&t, u, dc);
    bool done = walk_back(dc->walk, &t.walk, &error);
    turn_end(&t, u, dc);
    if (done)
        enter_step(u, dc);
    else
        fail(dc, error);
}

static bool finish_skip(struct update *u, struct popup *popup, const char *value)
{
    struct desk_contact *dc = desk_find_open(u->desk, popup->subject);
    struct turn t;
    GError *error = NULL;
    if (dc == NULL || dc->walk == NULL)
        return true;
    turn_init(&t, u, dc);
    bool done = walk_skip(dc->walk, &t.walk, value, &error);
    turn_end(&t, u, dc);
    if (done)
        enter_step(u, dc);
    else
        fail(dc, error);
    return true;
}

void script_skip(struct update *u)
{
    static const char *const REASONS[] = {"already done", "does not apply here", "the customer refuses",
                                          "the system does not answer", "later, in this contact"};
    struct popup *p = popup_new(POPUP_LIST, "skip", "Skip the step: why?");
    for (size_t i = 0; i < G_N_ELEMENTS(REASONS); i++)
        popup_add_choice(p, REASONS[i], REASONS[i], NULL);
    p->subject = g_strdup(u->desk->current->id);
    p->finish = finish_skip;
    popup_push(u, p);
}

static bool finish_switch(struct update *u, struct popup *popup, const char *value)
{
    struct desk_contact *dc = desk_find_open(u->desk, popup->subject);
    struct script *s = g_hash_table_lookup(u->desk->scripts, value);
    if (dc == NULL || s == NULL || !desk_is_mine(u->desk, desk_contact_of(u->desk, dc)))
        return true;
    bool is_running = dc->walk != NULL && walk_current(dc->walk) != NULL;
    if (!is_running) {
        g_clear_pointer(&dc->walk, walk_free);
        start(u, dc, s);
    } else {
        struct turn t;
        GError *error = NULL;
        turn_init(&t, u, dc);
        bool done = walk_switch(dc->walk, &t.walk, s, "another script fits better", &error);
        turn_end(&t, u, dc);
        if (done)
            enter_step(u, dc);
        else
            fail(dc, error);
    }
    update_set_pane(u, PANE_SCRIPT);
    return true;
}

void script_switch(struct update *u)
{
    const struct contact *c = desk_contact_of(u->desk, u->desk->current);
    struct popup *p = popup_new(POPUP_LIST, "scripts", "Script to follow");
    GHashTableIter iter;
    const struct script *s;
    popup_with_query(p);
    g_hash_table_iter_init(&iter, u->desk->scripts);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&s)) {
        const char *title = yaml_text_in(&s->title, c != NULL ? c->language : NULL);
        struct popup_choice *choice =
            popup_add_choice(p, s->id, title != NULL ? title : s->id, s->contact_class);
        choice->score = c != NULL ? fitness(s, c) : 0;
    }
    p->empty = g_strdup("No script has this in its name.");
    p->subject = u->desk->current != NULL ? g_strdup(u->desk->current->id) : NULL;
    p->finish = finish_switch;
    popup_push(u, p);
}

void script_end(struct update *u, struct desk_contact *dc, const char *reason)
{
    if (dc == NULL || dc->walk == NULL || walk_current(dc->walk) == NULL)
        return;
    struct turn t;
    const struct script_step *step = walk_current(dc->walk);
    bool is_end = step->kind == SCRIPT_KIND_END || step->kind == SCRIPT_KIND_ESCALATE ||
                  step->kind == SCRIPT_KIND_TRANSFER;
    turn_init(&t, u, dc);
    if (!is_end || !walk_complete(dc->walk, &t.walk, NULL, NULL))
        walk_leave(dc->walk, &t.walk, reason, NULL);
    turn_end(&t, u, dc);
}

/* --- what to say --- */

void script_say(struct update *u)
{
    struct desk_contact *dc = u->desk->current;
    struct turn t;
    turn_init(&t, u, dc);
    g_autofree char *text = walk_say(dc->walk, &t.facts, NULL);
    g_ptr_array_unref(t.notes);
    desk_facts_release(&t.df);
    if (text == NULL || *text == '\0') {
        update_say(u, TONE_PLAIN, "This step has nothing to say to the customer.");
        return;
    }
    dc->composer = COMPOSER_REPLY;
    compose_insert(u, g_strstrip(text));
    update_set_pane(u, PANE_CONTACT);
}
