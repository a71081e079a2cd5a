/* world_fold: what each kind of event makes of the world. One small function a kind, one table. */
#include <string.h>

#include "app/model/fields.h"
#include "app/rules/approvals.h"
#include "app/rules/rules.h"
#include "app/rules/world.h"
#include "app/rules/world_index.h"

#define PREVIEW_BYTES 120

static void set(char **field, const char *text)
{
    if (g_strcmp0(*field, text) == 0)
        return;
    g_free(*field);
    *field = g_strdup(text);
}

static void set_word_if_given(GRefString **word, const struct event *ev, const char *name)
{
    const char *text = event_text(ev, name);
    if (text != NULL)
        fields_set_word(word, text);
}

static void set_if_given(char **field, const struct event *ev, const char *name)
{
    const char *text = event_text(ev, name);
    if (text != NULL)
        set(field, text);
}

static void set_state(struct contact *c, enum contact_state state, const struct event *ev)
{
    if (c->state == state)
        return;
    if (c->state == CONTACT_CONSULTING)
        g_clear_pointer(&c->consulted, g_free);
    c->state = state;
    c->state_since_ms = ev->at_ms;
}

const char *world_event_agent(const struct event *ev)
{
    const char *named = event_text(ev, "agent");
    if (named != NULL)
        return named;
    return ev->actor_kind == ACTOR_AGENT ? ev->actor : NULL;
}

/* The agent whose turn ended is free from now on, and looks at nothing any more. */
static void release_agent(struct world *w, const struct contact *c, const struct event *ev)
{
    struct agent *a = world_agent(w, c->agent);
    if (a == NULL)
        return;
    a->idle_since_ms = ev->at_ms;
    if (g_strcmp0(a->focus, c->id) == 0)
        g_clear_pointer(&a->focus, g_free);
}

/* Back to a queue: to wait there anew, for an agent if one is named. */
static void enqueue(struct contact *c, const struct event *ev, const char *for_agent)
{
    set_state(c, CONTACT_QUEUED, ev);
    c->queued_ms = ev->at_ms;
    c->offer_until_ms = c->parked_until_ms = c->accepted_ms = 0;
    g_clear_pointer(&c->leg, g_free);
    set(&c->agent, for_agent);
}

static void fold_classified(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    contact_class_parse(event_text(ev, "class"), &c->class);
    set_word_if_given(&c->intent, ev, "intent");
    c->priority = (int)event_number(ev, "priority", c->priority);
}

/* A contact that an agent makes by hand is theirs to take up, ready or not; after a while it is anybody's. */
static void fold_created(struct world *w, struct contact *c, const struct event *ev)
{
    channel_parse(event_text(ev, "channel"), &c->channel);
    fields_set_word(&c->queue, event_text(ev, "queue") != NULL ? event_text(ev, "queue") : "");
    set_if_given(&c->customer, ev, "customer");
    set_if_given(&c->name, ev, "name");
    set_if_given(&c->address, ev, "address");
    set_if_given(&c->subject, ev, "subject");
    set_word_if_given(&c->tier, ev, "tier");
    set_word_if_given(&c->language, ev, "language");
    set_if_given(&c->case_id, ev, "case");
    fold_classified(w, c, ev);
    c->created_ms = c->queued_ms = c->state_since_ms = ev->at_ms;
    if (ev->actor_kind != ACTOR_AGENT) {
        c->unanswered_ms = ev->at_ms;
        return;
    }
    set(&c->agent, ev->actor);
    world_index_pause(w, c, WORLD_INDEX_ANYBODY, ev->at_ms + RULES_ASK_AGAIN_MS);
}

/* Whoever was verified before, it was not this customer; nor was the tier theirs. */
static void fold_customer_linked(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    if (c->customer != NULL && g_strcmp0(c->customer, event_text(ev, "customer")) != 0) {
        g_clear_pointer(&c->verified, g_free);
        fields_set_word(&c->tier, NULL);
    }
    set_if_given(&c->customer, ev, "customer");
    set_if_given(&c->name, ev, "name");
    set_word_if_given(&c->tier, ev, "tier");
}

static void fold_offered(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    if (c->state != CONTACT_QUEUED)
        return;
    set_state(c, CONTACT_OFFERED, ev);
    set(&c->agent, event_text(ev, "agent"));
    c->offer_until_ms = event_number(ev, "until_ms", 0);
}

/* The contact waits on where it waited, its age kept. An abandoned one only forgets whom it was offered to.
 */
static void end_offer(struct contact *c, const struct event *ev)
{
    if (c->state == CONTACT_OFFERED)
        set_state(c, CONTACT_QUEUED, ev);
    else if (c->state != CONTACT_ABANDONED)
        return;
    c->offer_until_ms = 0;
    g_clear_pointer(&c->agent, g_free);
}

static bool is_offer_of(const struct contact *c, const struct event *ev)
{
    const char *offered_to = world_event_agent(ev);
    return offered_to == NULL || g_strcmp0(c->agent, offered_to) == 0;
}

static void fold_offer_rejected(struct world *w, struct contact *c, const struct event *ev)
{
    if (c->state != CONTACT_OFFERED || !is_offer_of(c, ev))
        return;
    world_index_pause(w, c, c->agent, ev->at_ms + RULES_ASK_AGAIN_MS);
    end_offer(c, ev);
}

static void fold_offer_timed_out(struct world *w, struct contact *c, const struct event *ev)
{
    if (c->state != CONTACT_OFFERED || !is_offer_of(c, ev))
        return;
    struct agent *a = world_agent(w, c->agent);
    if (a != NULL && !a->not_responding) {
        a->not_responding = true;
        a->presence_since_ms = ev->at_ms;
    }
    end_offer(c, ev);
}

static void fold_offer_withdrawn(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    if (is_offer_of(c, ev))
        end_offer(c, ev);
}

static void fold_accepted(struct world *w, struct contact *c, const struct event *ev)
{
    if (contact_is_over(c))
        return;
    set_state(c, CONTACT_ACTIVE, ev);
    set(&c->agent, ev->actor);
    set(&c->leg, ev->leg);
    c->legs++;
    c->accepted_ms = ev->at_ms;
    c->queued_ms = c->offer_until_ms = c->parked_until_ms = 0;
    world_index_clear_pauses(w, c);
    world_index_set_last_agent(w, c, ev->at_ms);
    struct agent *a = world_agent(w, c->agent);
    if (a == NULL)
        return;
    a->idle_since_ms = ev->at_ms;
    if (a->not_responding)
        a->presence_since_ms = ev->at_ms;
    a->not_responding = false;
    if (g_strcmp0(a->focus, c->id) == 0)
        c->unread = 0;
}

static void fold_held(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    if (c->state == CONTACT_ACTIVE)
        set_state(c, CONTACT_HELD, ev);
}

static void fold_resumed(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    if (c->state == CONTACT_HELD || c->state == CONTACT_WRAPPING)
        set_state(c, CONTACT_ACTIVE, ev);
}

static void fold_consult_started(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    if (c->state != CONTACT_ACTIVE && c->state != CONTACT_HELD)
        return;
    set_state(c, CONTACT_CONSULTING, ev);
    set(&c->consulted, event_text(ev, "agent"));
}

static void fold_consult_ended(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    if (c->state == CONTACT_CONSULTING)
        set_state(c, CONTACT_ACTIVE, ev);
}

/* Who gives a contact away is not asked again at once. */
static void end_turn(struct world *w, struct contact *c, const struct event *ev)
{
    if (!contact_is_handled(c))
        return;
    release_agent(w, c, ev);
    world_index_pause(w, c, c->agent, ev->at_ms + RULES_ASK_AGAIN_MS);
}

/* Common to transfer and escalation. */
static void hand_over(struct world *w, struct contact *c, const struct event *ev, const char *to_agent)
{
    const char *actor = ev->actor_kind == ACTOR_AGENT ? ev->actor : NULL;
    end_turn(w, c, ev);
    set(&c->asked_by, contact_is_handled(c) ? c->agent : actor);
    set(&c->came_from, c->queue);
    c->given_back = false;
    set_word_if_given(&c->queue, ev, "queue");
    set_if_given(&c->story, ev, "story");
    enqueue(c, ev, to_agent);
}

static void fold_transferred(struct world *w, struct contact *c, const struct event *ev)
{
    if (contact_is_over(c))
        return;
    hand_over(w, c, ev, event_text(ev, "agent"));
    const struct queue *q = world_queue(w, c->queue);
    c->escalated = c->escalated && q != NULL && q->line == 2;
}

static void fold_escalated(struct world *w, struct contact *c, const struct event *ev)
{
    if (contact_is_over(c))
        return;
    hand_over(w, c, ev, NULL);
    c->escalated = true;
    set(&c->ask, event_text(ev, "ask"));
}

/* Back to who asked and where it came from, unless the event says otherwise; the answer joins the story. */
static void fold_given_back(struct world *w, struct contact *c, const struct event *ev)
{
    if (contact_is_over(c))
        return;
    world_index_clear_pauses(w, c);
    end_turn(w, c, ev);
    const char *to_queue = event_text(ev, "queue"), *to_agent = event_text(ev, "agent");
    const char *answer = event_text(ev, "answer");
    if (to_agent == NULL && (to_queue == NULL || g_strcmp0(to_queue, c->came_from) == 0))
        to_agent = c->asked_by;
    g_autofree char *to = g_strdup(to_agent);
    if (to_queue != NULL || c->came_from != NULL)
        fields_set_word(&c->queue, to_queue != NULL ? to_queue : c->came_from);
    if (answer != NULL) {
        g_autofree char *story =
            c->story == NULL ? g_strdup(answer) : g_strconcat(c->story, "\n", answer, NULL);
        set(&c->story, story);
    }
    c->escalated = false;
    c->given_back = true;
    g_clear_pointer(&c->ask, g_free);
    g_clear_pointer(&c->asked_by, g_free);
    g_clear_pointer(&c->came_from, g_free);
    enqueue(c, ev, to);
}

static void fold_parked(struct world *w, struct contact *c, const struct event *ev)
{
    if (!contact_is_handled(c))
        return;
    release_agent(w, c, ev);
    set_state(c, CONTACT_PARKED, ev);
    c->parked_until_ms = event_number(ev, "until_ms", 0);
    c->accepted_ms = 0;
    g_clear_pointer(&c->leg, g_free);
}

static void fold_unparked(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    if (c->state != CONTACT_PARKED)
        return;
    g_autofree char *owner = g_strdup(c->agent);
    enqueue(c, ev, owner);
}

/* The agent stays named while they still see an offer, until that is withdrawn. */
static void fold_abandoned(struct world *w, struct contact *c, const struct event *ev)
{
    if (contact_is_over(c))
        return;
    if (contact_is_handled(c))
        release_agent(w, c, ev);
    if (c->state != CONTACT_OFFERED)
        g_clear_pointer(&c->agent, g_free);
    set_state(c, CONTACT_ABANDONED, ev);
    g_clear_pointer(&c->leg, g_free);
    c->customer_gone = true;
    c->closed_ms = ev->at_ms;
    approvals_fold_over(c, ev);
    c->queued_ms = c->offer_until_ms = c->parked_until_ms = c->unanswered_ms = 0;
}

static void fold_customer_left(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    (void)ev;
    c->customer_gone = true;
}

static void fold_wrap_started(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    if (contact_is_handled(c))
        set_state(c, CONTACT_WRAPPING, ev);
}

static void fold_closed(struct world *w, struct contact *c, const struct event *ev)
{
    if (contact_is_over(c))
        return;
    if (contact_is_handled(c))
        release_agent(w, c, ev);
    set_state(c, CONTACT_CLOSED, ev);
    set(&c->disposition, event_text(ev, "disposition"));
    c->resolved = event_flag(ev, "resolved");
    c->closed_ms = ev->at_ms;
    approvals_fold_over(c, ev);
    c->unread = 0;
    c->queued_ms = c->offer_until_ms = c->parked_until_ms = c->unanswered_ms = 0;
}

/* The first line, cut at a character's border. */
static void set_preview(struct contact *c, const struct event *ev)
{
    const char *text = event_text(ev, "text");
    if (text == NULL)
        return;
    text += strspn(text, " \t\r\n");
    size_t len = strcspn(text, "\r\n");
    if (len > PREVIEW_BYTES) {
        const char *end = g_utf8_find_prev_char(text, text + PREVIEW_BYTES + 1);
        len = end == NULL ? 0 : (size_t)(end - text);
    }
    g_autofree char *line = g_strndup(text, len);
    set(&c->preview, line);
}

static void fold_message_received(struct world *w, struct contact *c, const struct event *ev)
{
    set_preview(c, ev);
    if (contact_is_over(c))
        return;
    const struct agent *a = contact_is_handled(c) ? world_agent(w, c->agent) : NULL;
    if (a == NULL || g_strcmp0(a->focus, c->id) != 0)
        c->unread++;
    if (c->unanswered_ms == 0)
        c->unanswered_ms = ev->at_ms;
}

static void fold_message_sent(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    set_preview(c, ev);
    c->unread = 0;
    c->unanswered_ms = 0;
    if (c->first_reply_ms == 0 && ev->actor_kind == ACTOR_AGENT)
        c->first_reply_ms = ev->at_ms;
}

static void fold_verified(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    set(&c->verified, event_text(ev, "method"));
}

static void fold_script_started(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    set(&c->script, event_text(ev, "script"));
}

static void fold_script_ended(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    if (g_strcmp0(c->script, event_text(ev, "script")) == 0)
        g_clear_pointer(&c->script, g_free);
}

/* Somebody who signs in again without having signed out (a desk that came back) keeps what they had chosen.
 */
static void fold_signed_in(struct world *w, struct agent *a, const struct event *ev)
{
    (void)w;
    if (a->signed_in)
        return;
    a->signed_in = true;
    a->presence = PRESENCE_NOT_READY;
    g_clear_pointer(&a->reason, g_free);
    a->not_responding = false;
    a->presence_since_ms = a->idle_since_ms = ev->at_ms;
}

static void fold_signed_out(struct world *w, struct agent *a, const struct event *ev)
{
    (void)w;
    a->signed_in = false;
    a->presence = PRESENCE_OFFLINE;
    set(&a->reason, event_text(ev, "reason"));
    a->not_responding = false;
    g_clear_pointer(&a->focus, g_free);
    a->presence_since_ms = ev->at_ms;
}

static void fold_presence_changed(struct world *w, struct agent *a, const struct event *ev)
{
    (void)w;
    enum presence before = a->presence;
    presence_parse(event_text(ev, "presence"), &a->presence);
    if (a->presence != before || a->not_responding || g_strcmp0(a->reason, event_text(ev, "reason")) != 0)
        a->presence_since_ms = ev->at_ms;
    set(&a->reason, event_text(ev, "reason"));
    a->not_responding = false;
    if (a->presence == PRESENCE_READY && before != PRESENCE_READY)
        a->idle_since_ms = ev->at_ms;
}

static void fold_focus_moved(struct world *w, struct agent *a, const struct event *ev)
{
    set(&a->focus, ev->contact);
    struct contact *c = world_contact(w, ev->contact);
    if (c != NULL && contact_is_handled(c) && g_strcmp0(c->agent, a->id) == 0)
        c->unread = 0;
}

static const struct fold_row {
    void (*contact)(struct world *w, struct contact *c, const struct event *ev);
    void (*agent)(struct world *w, struct agent *a, const struct event *ev);
    bool news; /* something that a writer must have seen */
} rows[EVENT_KIND_COUNT] = {
    [EVENT_AGENT_SIGNED_IN] = {.agent = fold_signed_in},
    [EVENT_AGENT_SIGNED_OUT] = {.agent = fold_signed_out},
    [EVENT_AGENT_PRESENCE_CHANGED] = {.agent = fold_presence_changed},
    [EVENT_FOCUS_MOVED] = {.agent = fold_focus_moved},
    [EVENT_CONTACT_CREATED] = {.contact = fold_created},
    [EVENT_CONTACT_CLASSIFIED] = {.contact = fold_classified},
    [EVENT_CONTACT_CUSTOMER_LINKED] = {.contact = fold_customer_linked},
    [EVENT_CONTACT_OFFERED] = {.contact = fold_offered},
    [EVENT_CONTACT_OFFER_REJECTED] = {.contact = fold_offer_rejected},
    [EVENT_CONTACT_OFFER_TIMED_OUT] = {.contact = fold_offer_timed_out},
    [EVENT_CONTACT_OFFER_WITHDRAWN] = {.contact = fold_offer_withdrawn},
    [EVENT_CONTACT_ACCEPTED] = {.contact = fold_accepted},
    [EVENT_CONTACT_HELD] = {.contact = fold_held},
    [EVENT_CONTACT_RESUMED] = {.contact = fold_resumed},
    [EVENT_CONTACT_CONSULT_STARTED] = {.contact = fold_consult_started},
    [EVENT_CONTACT_CONSULT_ENDED] = {.contact = fold_consult_ended},
    [EVENT_CONTACT_TRANSFERRED] = {.contact = fold_transferred},
    [EVENT_CONTACT_ESCALATED] = {.contact = fold_escalated},
    [EVENT_CONTACT_GIVEN_BACK] = {.contact = fold_given_back},
    [EVENT_CONTACT_PARKED] = {.contact = fold_parked},
    [EVENT_CONTACT_UNPARKED] = {.contact = fold_unparked},
    [EVENT_CONTACT_ABANDONED] = {.contact = fold_abandoned},
    [EVENT_CONTACT_CUSTOMER_LEFT] = {.contact = fold_customer_left},
    [EVENT_CONTACT_WRAP_STARTED] = {.contact = fold_wrap_started},
    [EVENT_CONTACT_CLOSED] = {.contact = fold_closed},
    [EVENT_MESSAGE_RECEIVED] = {.contact = fold_message_received, .news = true},
    [EVENT_MESSAGE_SENT] = {.contact = fold_message_sent},
    [EVENT_CUSTOMER_VERIFIED] = {.contact = fold_verified},
    [EVENT_SCRIPT_STARTED] = {.contact = fold_script_started},
    [EVENT_SCRIPT_FINISHED] = {.contact = fold_script_ended},
    [EVENT_SCRIPT_LEFT] = {.contact = fold_script_ended},
    [EVENT_APPROVAL_REQUESTED] = {.contact = approvals_fold_requested},
    [EVENT_APPROVAL_DECIDED] = {.contact = approvals_fold_decided},
    [EVENT_APPROVAL_DELEGATED] = {.contact = approvals_fold_delegated},
    [EVENT_APPROVAL_WITHDRAWN] = {.contact = approvals_fold_withdrawn},
    [EVENT_APPROVAL_EXPIRED] = {.contact = approvals_fold_expired},
};

static void fold_contact(struct world *w, struct contact *c, const struct event *ev)
{
    const struct fold_row *row = &rows[ev->kind];
    if (row->contact != NULL) {
        row->contact(w, c, ev);
        c->due_ms = world_due_ms(w, c);
        world_index_place(w, c);
    }
    if (event_kind_row(ev->kind)->scope == EVENT_SCOPE_PRIVATE || ev->position == EVENT_NO_POSITION)
        return;
    c->position = MAX(c->position, ev->position);
    if (row->news)
        c->news_position = ev->position;
    if (ev->actor_kind == ACTOR_AGENT)
        world_index_note_agent(w, c, ev->actor, ev->position);
}

void world_fold(struct world *w, const struct event *ev)
{
    w->position = MAX(w->position, ev->position);
    if ((unsigned)ev->kind >= EVENT_KIND_COUNT)
        return;
    struct agent *a = rows[ev->kind].agent == NULL ? NULL : world_agent(w, world_event_agent(ev));
    if (a != NULL)
        rows[ev->kind].agent(w, a, ev);
    struct contact *c = world_contact(w, ev->contact);
    if (ev->kind == EVENT_CONTACT_CREATED && ev->contact != NULL) {
        if (c != NULL)
            return;
        c = contact_new(ev->contact);
        fields_set_word(&c->queue, "");
        g_hash_table_insert(w->contacts, c->id, c);
    }
    if (c != NULL)
        fold_contact(w, c, ev);
}
