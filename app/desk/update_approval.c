/* Approvals on the desk: asking for one in the script, waiting for it, and the inbox of who decides. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"
#include "app/rules/approvals.h"

/* --- asking and waiting --- */

/* The roles of a step, a blank between; caller owns. */
static char *approvers_of(const struct script_step *step)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (size_t i = 0; i < step->approver_count; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? " " : "", step->approvers[i]);
    return g_strdup(names->str);
}

static void withdraw(struct update *u, const struct contact *c, const struct approval *a, const char *reason)
{
    struct event *ev = record_new(u, EVENT_APPROVAL_WITHDRAWN, c);
    event_set_text(ev, "approval", a->id);
    event_set_text(ev, "reason", reason);
    record(u, ev);
}

static void ask(struct update *u, struct desk_contact *dc, const struct script_step *step)
{
    const struct contact *c = desk_contact_of(u->desk, dc);
    const struct script *script = walk_script(dc->walk);
    const struct approval *before = approval_of_step(c->approvals, script->id, step->id);
    if (before != NULL && before->state == APPROVAL_ASKED)
        withdraw(u, c, before, "the amount has changed");
    struct script_turn t;
    struct walk_request request;
    g_autofree char *approvers = approvers_of(step);
    script_turn_init(&t, u, dc);
    walk_request_init(&request, dc->walk, &t.facts, step);
    script_turn_release(&t);
    struct event *ev = record_new(u, EVENT_APPROVAL_REQUESTED, c);
    event_set_text(ev, "script", script->id);
    event_set_text(ev, "step", step->id);
    event_set_text(ev, "title", yaml_text_in(&step->title, desk_language(u->desk, dc)));
    event_set_text(ev, "ask", request.ask);
    event_set_text(ev, "approvers", approvers);
    event_set_text(ev, "reason", request.reason);
    event_set_text(ev, "queue", step->queue);
    if (request.amount_minor > 0) {
        event_set_number(ev, "amount_minor", request.amount_minor);
        event_set_text(ev, "currency", request.currency);
    }
    if (step->due_ms > 0)
        event_set_number(ev, "due_ms", step->due_ms);
    if (step->expires_ms > 0)
        event_set_number(ev, "expires_ms", step->expires_ms);
    walk_request_release(&request);
    record(u, ev);
    script_set_problem(dc, NULL);
}

/* What the facts say came of the step's approval. */
static const char *came_of(struct update *u, struct desk_contact *dc, const struct script_step *step)
{
    struct script_turn t;
    const char *by = NULL;
    script_turn_init(&t, u, dc);
    const char *came = walk_approval(dc->walk, &t.facts, step, &by);
    script_turn_release(&t);
    return came; /* a static word */
}

const struct approval *desk_approval(const struct desk *desk, const struct desk_contact *dc)
{
    const struct script_step *step = dc->walk != NULL ? walk_current(dc->walk) : NULL;
    const struct contact *c = desk_contact_of(desk, dc);
    if (step == NULL || c == NULL || step->kind != SCRIPT_KIND_APPROVE)
        return NULL;
    struct desk_facts df;
    struct facts facts;
    const char *by = NULL;
    desk_facts_init(&df, desk, dc, &facts);
    bool is_asked = g_strcmp0(walk_approval(dc->walk, &facts, step, &by), "asked") == 0;
    desk_facts_release(&df);
    return is_asked ? approval_of_step(c->approvals, walk_script(dc->walk)->id, step->id) : NULL;
}

/* Can one go on while it is being decided? Who came back from there waits. */
static bool may_go_on(const struct desk_contact *dc, const struct script_step *step)
{
    return script_result_of(step, SCRIPT_RESULT_MEANWHILE) != NULL &&
           g_strcmp0(walk_result(dc->walk, step), SCRIPT_RESULT_MEANWHILE) != 0;
}

const char *approval_open_word(const struct desk *desk, const struct desk_contact *dc,
                               const struct script_step *step)
{
    if (desk_approval(desk, dc) == NULL)
        return "ask";
    return may_go_on(dc, step) ? "meanwhile" : NULL;
}

void approval_open(struct update *u, struct desk_contact *dc, const struct script_step *step)
{
    if (desk_approval(u->desk, dc) == NULL)
        ask(u, dc, step);
    else if (may_go_on(dc, step))
        script_complete(u, dc, SCRIPT_RESULT_MEANWHILE);
    else
        update_say_keys(u, TONE_PLAIN, "It is asked for; {script:withdraw-approval} takes it back.");
}

void approval_settle(struct update *u, struct desk_contact *dc)
{
    const struct script_step *step = dc->walk != NULL ? walk_current(dc->walk) : NULL;
    if (step == NULL || step->kind != SCRIPT_KIND_APPROVE)
        return;
    const char *came = came_of(u, dc, step);
    if (came != NULL && !g_str_equal(came, "asked") && script_result_of(step, came) != NULL)
        script_complete(u, dc, came);
}

void approval_left_behind(struct update *u, struct desk_contact *dc)
{
    const struct contact *c = desk_contact_of(u->desk, dc);
    for (guint i = 0; c != NULL && c->approvals != NULL && i < c->approvals->len; i++) {
        const struct approval *a = g_ptr_array_index(c->approvals, i);
        if (a->state != APPROVAL_ASKED || a->asked_by == NULL)
            continue;
        const struct script *script = dc->walk != NULL ? walk_script(dc->walk) : NULL;
        const struct script_step *step =
            script != NULL && g_str_equal(script->id, a->script) ? script_step_of(script, a->step) : NULL;
        bool is_wanted =
            step != NULL && (walk_current(dc->walk) == step ||
                             g_strcmp0(walk_result(dc->walk, step), SCRIPT_RESULT_MEANWHILE) == 0);
        if (!is_wanted)
            withdraw(u, c, a, "the script went another way");
    }
}

/* The last that a contact waits for; NULL: none. */
static const struct approval *open_of(const struct contact *c)
{
    const struct approval *open = NULL;
    for (guint i = 0; c != NULL && c->approvals != NULL && i < c->approvals->len; i++) {
        const struct approval *a = g_ptr_array_index(c->approvals, i);
        if (a->state == APPROVAL_ASKED)
            open = a;
    }
    return open;
}

bool approval_is_open(const struct desk *desk)
{
    return open_of(desk_contact_of(desk, desk->current)) != NULL;
}

void approval_take_back(struct update *u)
{
    const struct contact *c = desk_contact_of(u->desk, u->desk->current);
    withdraw(u, c, open_of(c), NULL);
    update_say(u, TONE_PLAIN, "The request was taken back; nobody has to decide it any more.");
}

/* --- what the stream tells --- */

static const struct approval *told_about(const struct desk *desk, const struct event *ev, const char *id)
{
    const struct contact *c = world_contact(desk->world, ev->contact);
    return c != NULL ? approval_find(c->approvals, id) : NULL;
}

static void say_decided(struct update *u, const struct contact *c, const struct approval *a)
{
    const struct agent *who = world_agent(u->desk->world, a->decided_by);
    const char *title = a->title != NULL ? a->title : a->step;
    bool has_note = a->note != NULL && *a->note != '\0';
    update_say(u, a->state == APPROVAL_GRANTED ? TONE_GOOD : TONE_WARNING, "%s: %s %s%s%s%s%s.",
               c->name != NULL ? c->name : c->id, title, approval_state_name(a->state),
               who != NULL ? " by " : "", who != NULL ? who->name : "", has_note ? ": " : "",
               has_note ? a->note : "");
    if (u->desk->current == NULL || !g_str_equal(u->desk->current->id, c->id))
        commands_add(u->commands, COMMAND_RING, NULL, "An approval that you asked for is decided.");
}

void approval_told(struct update *u, const struct event *ev)
{
    struct desk *desk = u->desk;
    const struct contact *c = world_contact(desk->world, ev->contact);
    bool is_new = ev->kind == EVENT_APPROVAL_REQUESTED || ev->kind == EVENT_APPROVAL_DELEGATED;
    bool is_end = ev->kind == EVENT_APPROVAL_DECIDED || ev->kind == EVENT_APPROVAL_EXPIRED;
    const struct approval *a =
        is_new || is_end
            ? told_about(desk, ev, ev->kind == EVENT_APPROVAL_REQUESTED ? ev->id : event_text(ev, "approval"))
            : NULL;
    if (a == NULL || c == NULL)
        return;
    bool is_for_me = ev->kind == EVENT_APPROVAL_REQUESTED || g_strcmp0(a->delegate, desk->me) == 0;
    if (is_end && (desk_is_mine(desk, c) || g_strcmp0(a->asked_by, desk->me) == 0))
        say_decided(u, c, a);
    else if (is_new && is_for_me && a->state == APPROVAL_ASKED &&
             approvals_may_decide(desk->world, c, a, desk->me, NULL)) {
        update_say_keys(u, TONE_PLAIN, "An approval waits for you; {everywhere:approvals} shows it.");
        commands_add(u->commands, COMMAND_RING, NULL, "An approval waits for you.");
    }
}

/* --- the inbox --- */

GPtrArray *desk_inbox(const struct desk *desk)
{
    return approvals_for(desk->world, desk->me);
}

int desk_inbox_cursor(const struct popup *popup, const GPtrArray *inbox)
{
    for (guint i = 0; i < inbox->len; i++)
        if (g_strcmp0(((const struct approvals_open *)inbox->pdata[i])->approval->id, popup->item) == 0)
            return (int)i;
    return inbox->len == 0 ? -1 : CLAMP(popup->cursor, 0, (int)inbox->len - 1);
}

/* Puts the cursor on a row; the row is known by its request, so that one which comes or goes moves nothing.
 */
static void stand_on(struct popup *popup, const GPtrArray *inbox, int index)
{
    g_clear_pointer(&popup->item, g_free);
    popup->cursor = inbox->len == 0 ? 0 : CLAMP(index, 0, (int)inbox->len - 1);
    if (inbox->len > 0)
        popup->item = g_strdup(((const struct approvals_open *)inbox->pdata[popup->cursor])->approval->id);
}

void inbox_open(struct update *u)
{
    g_autoptr(GPtrArray) inbox = desk_inbox(u->desk);
    if (inbox->len == 0) {
        update_say(u, TONE_PLAIN, "No approval waits for your decision.");
        return;
    }
    struct popup *p = popup_new(POPUP_INBOX, "approvals", "");
    stand_on(p, inbox, 0);
    popup_push(u, p);
}

void inbox_move(struct update *u, struct popup *popup, int step)
{
    g_autoptr(GPtrArray) inbox = desk_inbox(u->desk);
    int at = desk_inbox_cursor(popup, inbox);
    stand_on(popup, inbox, CLAMP((int64_t)at + step, 0, (int64_t)inbox->len));
}

/* The request under the cursor. One that somebody else decided since is not replaced by its neighbour. */
static bool chosen(struct update *u, struct popup *popup, struct approvals_open *open)
{
    g_autoptr(GPtrArray) inbox = desk_inbox(u->desk);
    int at = desk_inbox_cursor(popup, inbox);
    const struct approvals_open *pair = at < 0 ? NULL : g_ptr_array_index(inbox, (guint)at);
    if (pair != NULL && g_strcmp0(pair->approval->id, popup->item) == 0) {
        *open = *pair;
        return true;
    }
    stand_on(popup, inbox, at);
    update_say(u, TONE_WARNING, "%s",
               inbox->len == 0 ? "It was decided or taken back meanwhile; nothing else waits."
                               : "It was decided or taken back meanwhile; look at the next one.");
    return false;
}

/* Goes to the log; the inbox shows what is left, or leaves. */
static void decide(struct update *u, const struct contact *c, const struct approval *a, const char *note)
{
    const char *decision = note == NULL ? "granted" : "refused";
    g_autofree char *who = g_strdup(c->name != NULL ? c->name : c->id);
    struct event *ev = record_new(u, EVENT_APPROVAL_DECIDED, c);
    event_set_text(ev, "approval", a->id);
    event_set_text(ev, "decision", decision);
    event_set_text(ev, "note", note);
    record(u, ev);
    g_autoptr(GPtrArray) left = desk_inbox(u->desk);
    struct popup *inbox = desk_popup(u->desk);
    if (inbox != NULL && inbox->kind == POPUP_INBOX)
        stand_on(inbox, left, inbox->cursor);
    if (left->len == 0)
        popup_drop(u->desk, "approvals");
    update_say(u, TONE_GOOD, "%s: %s.", who, decision);
}

void inbox_grant(struct update *u)
{
    struct popup *popup = desk_popup(u->desk);
    struct approvals_open open;
    if (popup != NULL && popup->kind == POPUP_INBOX && chosen(u, popup, &open))
        decide(u, open.contact, open.approval, NULL);
}

/* The request that a popup over the inbox is about, while it is open; else says so. */
static const struct approval *still_asked(struct update *u, const struct popup *popup)
{
    const struct contact *c = world_contact(u->desk->world, popup->subject);
    const struct approval *a = c != NULL ? approval_find(c->approvals, popup->item) : NULL;
    if (a != NULL && a->state == APPROVAL_ASKED)
        return a;
    update_say(u, TONE_WARNING, "It was decided or taken back meanwhile.");
    return NULL;
}

static bool finish_refuse(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    const struct approval *a = still_asked(u, popup);
    g_autofree char *why = popup_value(popup, "why");
    if (a != NULL)
        decide(u, world_contact(u->desk->world, popup->subject), a, why);
    return true;
}

/* Whoever asked has to tell the customer something. */
void inbox_refuse(struct update *u)
{
    struct popup *popup = desk_popup(u->desk);
    struct approvals_open open;
    if (popup == NULL || popup->kind != POPUP_INBOX || !chosen(u, popup, &open))
        return;
    const char *who = open.contact->name != NULL ? open.contact->name : open.contact->id;
    g_autofree char *heading = g_strdup_printf("Decline: %s", who);
    struct popup *p = popup_new(POPUP_FORM, "decline", heading);
    popup_add_field(p, FIELD_TEXT, "why", "why", NULL)->required = true;
    p->hint = g_strdup("A few words; who asked reads them.");
    p->subject = g_strdup(open.contact->id);
    p->item = g_strdup(open.approval->id);
    p->finish = finish_refuse;
    popup_push(u, p);
}

static bool finish_hand_on(struct update *u, struct popup *popup, const char *value)
{
    const struct agent *who = world_agent(u->desk->world, value);
    const struct approval *a = still_asked(u, popup);
    if (a == NULL)
        return true;
    struct event *ev = record_new(u, EVENT_APPROVAL_DELEGATED, world_contact(u->desk->world, popup->subject));
    event_set_text(ev, "approval", a->id);
    event_set_text(ev, "agent", value);
    record(u, ev);
    update_say(u, TONE_PLAIN, "%s may decide it now.", who != NULL ? who->name : value);
    return true;
}

static const char NOT_HERE[] = "not signed in";

/* Who is there first: it waits. */
static gint by_presence(gconstpointer a, gconstpointer b)
{
    const struct popup_choice *const *left = a, *const *right = b;
    int away = g_str_equal((*left)->detail, NOT_HERE) - g_str_equal((*right)->detail, NOT_HERE);
    return away != 0 ? away : g_utf8_collate((*left)->label, (*right)->label);
}

void inbox_hand_on(struct update *u)
{
    struct popup *popup = desk_popup(u->desk);
    struct approvals_open open;
    if (popup == NULL || popup->kind != POPUP_INBOX || !chosen(u, popup, &open))
        return;
    struct popup *p = popup_new(POPUP_LIST, "hand-on", "Who decides it in your stead?");
    GHashTableIter iter;
    const struct agent *a;
    popup_with_query(p);
    g_hash_table_iter_init(&iter, u->desk->world->agents);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&a)) {
        bool is_party = g_strcmp0(a->id, open.approval->asked_by) == 0 ||
                        g_strcmp0(a->id, open.contact->agent) == 0 || g_strcmp0(a->id, u->desk->me) == 0;
        if (!is_party && !a->disabled && a->role != ROLE_INTEGRATION)
            popup_add_choice(p, a->id, a->name, a->signed_in ? role_name(a->role) : NOT_HERE);
    }
    g_ptr_array_sort(p->choices, by_presence);
    p->subject = g_strdup(open.contact->id);
    p->item = g_strdup(open.approval->id);
    p->empty = g_strdup("Nobody has this in their name.");
    p->hint = g_strdup("You can still decide it too; who asked for it, or has the contact, cannot.");
    p->finish = finish_hand_on;
    popup_push(u, p);
}

void inbox_look(struct update *u)
{
    struct popup *popup = desk_popup(u->desk);
    struct approvals_open open;
    if (popup == NULL || popup->kind != POPUP_INBOX || !chosen(u, popup, &open))
        return;
    g_autofree char *id = g_strdup(open.contact->id);
    popup_drop(u->desk, "approvals");
    contact_focus(u, contact_open(u, id));
    update_set_pane(u, PANE_CONTACT);
}
