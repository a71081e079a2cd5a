/* Walking the script: answers, yes and no, back, skip, switch, what to say. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"
#include "app/script/date.h"
#include "app/script/proposal.h"

/* --- going on --- */

static bool has_note(const GPtrArray *notes, const char *kind)
{
    for (guint i = 0; i < notes->len; i++)
        if (g_str_equal(((const struct walk_note *)notes->pdata[i])->kind, kind))
            return true;
    return false;
}

/* A check that failed leads on as one that passed does: it has to be said, and that a slip of the keyboard
 * can be put right. */
static void say_mismatch(struct update *u, struct desk_contact *dc)
{
    g_autofree char *sentence = desk_key_names(
        u->desk, "What was entered does not match the record; {script:step-back} goes back to it.");
    script_set_problem(dc, sentence);
}

void script_complete(struct update *u, struct desk_contact *dc, const char *result)
{
    struct script_turn t;
    GError *error = NULL;
    script_turn_init(&t, u, dc);
    bool done = walk_complete(dc->walk, &t.walk, result, &error);
    bool needs = !done && g_error_matches(error, WALK_ERROR, WALK_ERROR_NEEDS);
    bool mismatched = done && result == NULL && has_note(t.walk.notes, "verification.failed");
    script_turn_end(&t, u, dc);
    if (done || needs)
        script_enter_step(u, dc);
    if (mismatched)
        say_mismatch(u, dc);
    if (!done)
        script_fail(dc, error);
    const struct script_step *step = walk_current(dc->walk);
    const char *query = step != NULL ? yaml_text_in(&step->query, desk_language(u->desk, dc)) : NULL;
    if (done && query != NULL && step->kind == SCRIPT_KIND_KB)
        knowledge_search(u, query);
}

/* A date typed in words or without its year is read back, so that a wrong year is seen. */
static void tell_date(struct update *u, struct desk_contact *dc, const struct script_field *field,
                      const char *typed)
{
    struct script_turn t;
    script_turn_init(&t, u, dc);
    struct walk_fill fill = walk_fill_of(dc->walk, &t.facts, field);
    g_autofree char *words =
        fill.value != NULL && !g_str_equal(fill.value, typed) ? date_in_words(fill.value) : NULL;
    script_turn_release(&t);
    if (words != NULL)
        update_say(u, TONE_PLAIN, "Read as %s.", words);
}

/* Answers the field under the cursor; true when it was taken. */
static bool answer(struct update *u, struct desk_contact *dc, const char *value)
{
    const struct script_field *field = script_field_now(dc);
    struct script_turn t;
    GError *error = NULL;
    if (field == NULL)
        return false;
    script_turn_init(&t, u, dc);
    bool taken = walk_answer(dc->walk, &t.walk, field->name, value, &error);
    script_turn_end(&t, u, dc);
    if (!taken) {
        script_fail(dc, error);
        return false;
    }
    script_set_problem(dc, NULL);
    dc->is_answering = false;
    g_clear_pointer(&dc->answer_left, g_free);
    if (field->type == VALUE_TYPE_DATE)
        tell_date(u, dc, field, value);
    return true;
}

/* The field under the cursor, over all steps. Caller owns. */
static char *place_of(const struct desk_contact *dc, const struct script_field *field)
{
    return g_strconcat(walk_current(dc->walk)->id, "/", field->name, NULL);
}

void script_leave_field(struct desk_contact *dc)
{
    const struct script_field *field = script_field_now(dc);
    g_free(dc->answer_left);
    dc->answer_left = field != NULL && !editor_is_empty(dc->answer) ? place_of(dc, field) : NULL;
    dc->is_answering = false;
    g_clear_pointer(&dc->script_problem, g_free);
}

/* What the pane masks is shown while it is edited; of the record that is a reveal. Words that were left in an
 * empty field are there again; in a filled one leaving them was to keep what it holds. */
static void edit_field(struct update *u, struct desk_contact *dc, const struct script_field *field)
{
    struct script_turn t;
    script_turn_init(&t, u, dc);
    struct walk_fill fill = walk_fill_of(dc->walk, &t.facts, field);
    bool reveals = field->personal && g_strcmp0(fill.source, FACTS_CUSTOMER_RECORD) == 0;
    g_autofree char *place = place_of(dc, field);
    if (fill.value != NULL || g_strcmp0(place, dc->answer_left) != 0)
        editor_set_text(dc->answer, fill.value != NULL ? fill.value : "");
    g_clear_pointer(&dc->answer_left, g_free);
    dc->is_answering = true;
    script_turn_release(&t);
    if (reveals && dc->customer != NULL)
        customer_record_reveal(u, dc, field->name);
}

static void put_cursor(struct desk_contact *dc, const struct script_field *field)
{
    for (size_t i = 0; i < walk_field_count(dc->walk); i++)
        if (walk_field(dc->walk, i) == field)
            dc->script_field = (int)i;
}

/* The empty field that an answer leads on to: one still to be asked, else one behind it that may be. */
static const struct script_field *next_empty(const struct desk *desk, const struct desk_contact *dc)
{
    const struct script_field *next = script_missing(desk, dc);
    for (size_t i = (size_t)dc->script_field + 1; next == NULL && i < walk_field_count(dc->walk); i++)
        if (script_is_empty(desk, dc, walk_field(dc->walk, i)))
            next = walk_field(dc->walk, i);
    return next;
}

static void complete_filled(struct update *u, struct desk_contact *dc)
{
    const struct script_step *step = walk_current(dc->walk);
    if (step != NULL && (step->result_count == 0 || step->kind == SCRIPT_KIND_CHECK))
        script_complete(u, dc, NULL);
}

/* After y, n or a digit: the next field, or the step is done. */
static void go_on(struct update *u, struct desk_contact *dc)
{
    const struct script_field *next = next_empty(u->desk, dc);
    if (next != NULL)
        put_cursor(dc, next);
    else if (dc->script_field + 1 < (int)walk_field_count(dc->walk))
        dc->script_field++;
    else
        complete_filled(u, dc);
}

/* After words: the next empty field, open, so that letters are an answer and not commands. Where none is left
 * the cursor stays, for on a filled field what one types on would be commands; and a correction is seen
 * before the step is done. */
static void type_on(struct update *u, struct desk_contact *dc, bool was_correction)
{
    const struct script_field *next = was_correction ? script_missing(u->desk, dc) : next_empty(u->desk, dc);
    if (next != NULL) {
        put_cursor(dc, next);
        if (script_is_typed(next))
            edit_field(u, dc, next);
    } else if (!was_correction && dc->script_field + 1 == (int)walk_field_count(dc->walk)) {
        complete_filled(u, dc);
    }
}

static void say_how_to_answer(struct update *u, struct desk_contact *dc, const struct script_field *field)
{
    g_autofree char *keys = desk_key_names(u->desk, "Answer with {script-ask:yes} or {script-ask:no}.");
    script_set_problem(dc, field->type == VALUE_TYPE_BOOL ? keys : "Choose with a digit.");
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
        script_complete(u, dc, NULL);
        if (walk_current(dc->walk) == NULL)
            wrap_start(u);
        return;
    default:
        break;
    }
    const struct script_field *missing = script_missing(u->desk, dc), *here = script_field_now(dc);
    if (missing == NULL && step->kind == SCRIPT_KIND_APPROVE) {
        approval_open(u, dc, step);
        return;
    }
    if (missing == NULL) {
        script_complete(u, dc, NULL);
        return;
    }
    if (here != NULL && script_is_empty(u->desk, dc, here))
        missing = here; /* customers tell things in an order of their own */
    script_set_problem(dc, NULL);
    put_cursor(dc, missing);
    if (script_is_typed(missing))
        edit_field(u, dc, missing);
    else
        say_how_to_answer(u, dc, missing);
}

void script_open_item(struct update *u)
{
    struct desk_contact *dc;
    if (u->desk->current == NULL) {
        update_say_keys(u, TONE_PLAIN, "No contact is open; choose one in the queue and press {queue:open}.");
        return;
    }
    if (contact_mine(u->desk, &dc) == NULL) {
        update_say(u, TONE_WARNING, "%s", "This contact is not yours; accept or take it first.");
        return;
    }
    const struct script_step *step = dc->walk != NULL ? walk_current(dc->walk) : NULL;
    if (step != NULL) {
        open_step(u, dc, step);
        return;
    }
    struct script *s = dc->walk == NULL ? desk_script(u->desk, dc) : NULL;
    if (!version_is_known(u, dc))
        return;
    if (s != NULL)
        script_start(u, dc, s);
    else
        script_switch(u);
}

/* --- yes, no, digits --- */

static void say_who_decides(const struct update *u, struct desk_contact *dc)
{
    g_autofree char *sentence =
        desk_key_names(u->desk, "Somebody else decides this; {script:open} asks them.");
    script_set_problem(dc, sentence);
}

static void take_result(struct update *u, struct desk_contact *dc, const struct script_step *step,
                        size_t index)
{
    if (step->kind == SCRIPT_KIND_APPROVE)
        say_who_decides(u, dc);
    else if (index < step->result_count)
        script_complete(u, dc, step->results[index].head.key);
}

static void yes_or_no(struct update *u, bool yes)
{
    struct desk_contact *dc = u->desk->current;
    const struct script_step *step = walk_current(dc->walk);
    const struct script_field *field = script_field_now(dc);
    if (field != NULL && field->type == VALUE_TYPE_BOOL) {
        if (answer(u, dc, yes ? "yes" : "no"))
            go_on(u, dc);
    } else if (step->result_count == 2) {
        take_result(u, dc, step, yes ? 0 : 1);
    } else {
        script_set_problem(dc, "Choose with a digit.");
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

/* A digit where the fields decide and not the agent. */
static void say_what_decides(struct update *u, struct desk_contact *dc)
{
    bool is_for_agent;
    g_autofree char *sentence =
        desk_key_names(u->desk, script_is_filled(u->desk, dc, &is_for_agent)
                                    ? "What is filled in decides this step; {script:open} goes on."
                                    : "First fill in what the customer says; it decides this step.");
    script_set_problem(dc, sentence);
}

void script_choose(struct update *u)
{
    struct desk_contact *dc = u->desk->current;
    const struct script_step *step = walk_current(dc->walk);
    const struct script_field *field = script_field_now(dc);
    size_t index = (size_t)(u->msg->key.code - '1');
    if (!script_asks(u->desk)) {
        if (step->kind == SCRIPT_KIND_APPROVE)
            say_who_decides(u, dc);
        else if (step->result_count > 0)
            say_what_decides(u, dc);
        return;
    }
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
    const struct script_field *field = script_field_now(dc);
    bool was_correction = field != NULL && !script_is_empty(u->desk, dc, field);
    if (answer(u, dc, value))
        type_on(u, dc, was_correction);
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

/* --- the time limit of an action --- */

static void say_expired(struct update *u, const struct desk_contact *dc, const struct script_step *step)
{
    const struct script_step *now = walk_current(dc->walk);
    const char *language = desk_language(u->desk, dc);
    const char *title = yaml_text_in(&step->title, language);
    const char *next = now != NULL ? yaml_text_in(&now->title, language) : NULL;
    const struct contact *c = desk_contact_of(u->desk, dc);
    bool is_here = dc == u->desk->current;
    update_say(u, TONE_WARNING, "%s%sno answer to “%s” in time; the script goes on with “%s”.",
               is_here           ? ""
               : c->name != NULL ? c->name
                                 : c->id,
               is_here ? "" : ": ", title != NULL ? title : step->id, next != NULL ? next : "its end");
    if (is_here) /* the sentence begins with it */
        *u->desk->notice.text = g_ascii_toupper(*u->desk->notice.text);
}

/* The walk goes on as it would by the agent's key, whichever contact has the focus. */
void script_tick(struct update *u)
{
    for (guint i = 0; i < u->desk->open->len; i++) {
        struct desk_contact *dc = g_ptr_array_index(u->desk->open, i);
        const struct script_step *step = dc->walk != NULL ? walk_current(dc->walk) : NULL;
        if (step == NULL || step->kind != SCRIPT_KIND_ACTION || step->timeout_ms == 0 ||
            !desk_is_mine(u->desk, desk_contact_of(u->desk, dc)))
            continue;
        struct script_turn t;
        script_turn_init(&t, u, dc);
        if (!walk_expire(dc->walk, &t.walk)) {
            script_turn_release(&t);
            continue;
        }
        script_turn_end(&t, u, dc);
        script_enter_step(u, dc);
        say_expired(u, dc, step);
    }
}

/* --- back, correct, skip, switch, leave --- */

/* The turn left the current step for another one, or (error, which it takes) could not. */
static void end_at_other_step(struct script_turn *t, struct update *u, struct desk_contact *dc, GError *error)
{
    script_turn_end(t, u, dc);
    approval_left_behind(u, dc);
    if (error == NULL)
        script_enter_step(u, dc);
    else
        script_fail(dc, error);
}

void script_back(struct update *u)
{
    struct desk_contact *dc = u->desk->current;
    struct script_turn t;
    GError *error = NULL;
    script_turn_init(&t, u, dc);
    walk_back(dc->walk, &t.walk, &error);
    end_at_other_step(&t, u, dc, error);
}

void script_correct(struct update *u)
{
    struct desk_contact *dc = u->desk->current;
    script_set_problem(dc, NULL);
    edit_field(u, dc, script_field_now(dc));
}

static bool finish_skip(struct update *u, struct popup *popup, const char *value)
{
    struct desk_contact *dc = desk_find_open(u->desk, popup->subject);
    struct script_turn t;
    GError *error = NULL;
    if (dc == NULL || dc->walk == NULL)
        return true;
    script_turn_init(&t, u, dc);
    walk_skip(dc->walk, &t.walk, value, &error);
    end_at_other_step(&t, u, dc, error);
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
    struct script *s = dc != NULL ? desk_script_for(u->desk, dc, value) : NULL;
    if (s == NULL || !desk_is_mine(u->desk, desk_contact_of(u->desk, dc)) || !version_is_known(u, dc))
        return true;
    bool is_running = dc->walk != NULL && walk_current(dc->walk) != NULL;
    if (!is_running) {
        if (dc->walk != NULL) {
            walk_free(dc->before);
            dc->before = g_steal_pointer(&dc->walk);
        }
        script_start(u, dc, s);
    } else {
        struct script_turn t;
        GError *error = NULL;
        script_turn_init(&t, u, dc);
        walk_switch(dc->walk, &t.walk, s, "another script fits better", &error);
        end_at_other_step(&t, u, dc, error);
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
        const char *title = yaml_text_in(&s->title, desk_language(u->desk, u->desk->current));
        struct popup_choice *choice =
            popup_add_choice(p, s->id, title != NULL ? title : s->id, s->contact_class);
        choice->score = c != NULL ? proposal_fitness(s, c) : 0;
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
    struct script_turn t;
    const struct script_step *step = walk_current(dc->walk);
    bool is_end = step->kind == SCRIPT_KIND_END || step->kind == SCRIPT_KIND_ESCALATE ||
                  step->kind == SCRIPT_KIND_TRANSFER;
    script_turn_init(&t, u, dc);
    bool is_done = is_end && walk_complete(dc->walk, &t.walk, NULL, NULL);
    if (!is_done && reason != NULL)
        walk_leave(dc->walk, &t.walk, reason, NULL);
    script_turn_end(&t, u, dc);
}

/* --- what to say --- */

void script_say(struct update *u)
{
    struct desk_contact *dc = u->desk->current;
    struct script_turn t;
    script_turn_init(&t, u, dc);
    g_autofree char *text = walk_say(dc->walk, &t.facts, NULL);
    script_turn_release(&t);
    compose_reply(u);
    compose_insert_said(u, g_strstrip(text));
}
