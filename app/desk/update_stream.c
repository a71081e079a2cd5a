/* What the link and the journal tell: the stream folded, refusals undone and shown; and time. */
#include "app/desk/update.h"

#include "app/desk/areas.h"

#define FLOOR_EVERY_MS  30000 /* the floor's figures in the status line */
#define FORGET_AFTER_MS (10 * 60 * 1000)

/* --- the stream --- */

static void follow_offer(struct update *u, const struct event *ev)
{
    struct desk *desk = u->desk;
    const struct contact *c = world_contact(desk->world, ev->contact);
    bool is_new = ev->kind == EVENT_CONTACT_OFFERED && c != NULL && c->state == CONTACT_OFFERED &&
                  g_strcmp0(c->agent, desk->me) == 0;
    if (is_new && g_strcmp0(desk->offer, c->id) != 0)
        queue_offer_came(u, c);
    else if (g_strcmp0(desk->offer, ev->contact) == 0)
        queue_offer_over(u);
}

/* What I had parked is back. An offer of it to me, which may follow, says so louder. */
static void follow_unparked(struct update *u, const struct event *ev)
{
    const struct contact *c = world_contact(u->desk->world, ev->contact);
    const char *reason = event_text(ev, "reason");
    if (ev->kind != EVENT_CONTACT_UNPARKED || c == NULL || g_strcmp0(c->agent, u->desk->me) != 0)
        return;
    g_autofree char *caller = contact_caller(c);
    update_say(u, TONE_WARNING, "%s, whom you parked, waits in the queue again%s%s.",
               caller != NULL ? caller : "The caller", reason != NULL ? ": " : "",
               reason != NULL ? reason : "");
    update_said_waits(u, c->id);
    commands_add(u->commands, COMMAND_RING, NULL, "A contact that you parked is back.");
}

/* Only the log would tell whom a colleague asks, and a consultation is no offer that rings by itself. */
static void follow_consult(struct update *u, const struct event *ev)
{
    const struct contact *c = world_contact(u->desk->world, ev->contact);
    if (ev->kind != EVENT_CONTACT_CONSULT_STARTED || !desk_asks_me(u->desk, c))
        return;
    const struct agent *by = world_agent(u->desk->world, c->agent);
    g_autofree char *caller = contact_caller(c),
                    *next = desk_key_label(u->desk, KEYS_CONTEXT_EVERYWHERE, ACTION_NEXT_FOR_ME);
    update_say(u, TONE_WARNING, "%s asks you about %s, %s; %s goes there.",
               by != NULL ? by->name : "A colleague", caller != NULL ? caller : "a caller",
               channel_name(c->channel), next);
    commands_add(u->commands, COMMAND_RING, NULL, "A colleague asks you about a contact.");
}

/* A line for a contact on the desk; what the one in focus shows counts as seen. */
static void follow_contact(struct update *u, const struct event *ev)
{
    struct desk *desk = u->desk;
    struct desk_contact *dc = desk_find_open(desk, ev->contact);
    if (dc != NULL && ev->position > dc->loaded_to) {
        conversation_add(desk, dc, ev);
        watch_answered(u, dc, ev);
        if (dc == desk->current)
            dc->saw = MAX(dc->saw, ev->position);
        if (ev->kind == EVENT_MESSAGE_RECEIVED) {
            contact_suggest(u, dc);
            if (dc != desk->current)
                commands_add(u->commands, COMMAND_RING, NULL, "A customer of yours has answered.");
        }
        if (ev->kind == EVENT_CONTACT_CUSTOMER_LINKED)
            dc->requests[LINK_FETCH_CUSTOMER] =
                update_fetch(u, LINK_FETCH_CUSTOMER, event_text(ev, "customer"));
    }
    if (ev->contact != NULL)
        contact_reconcile(u, ev->contact);
}

/* An own event that the snapshot held already, delivered before its echo could be kept too. */
static bool restored_echo(struct desk *desk, const struct event *ev)
{
    if (ev->seq <= 0 || ev->seq > desk->restored_seq || g_strcmp0(ev->device, desk->device) != 0)
        return false;
    struct desk_contact *dc = desk_find_open(desk, ev->contact);
    struct desk_message *m = dc != NULL ? conversation_find(dc, ev->id) : NULL;
    if (m != NULL) {
        m->mark = MARK_DONE;
        m->position = ev->position;
    }
    return true;
}

static void follow(struct update *u, const struct event *ev)
{
    struct desk *desk = u->desk;
    if (desk->is_fetching) { /* it may be about a contact that only the answer knows */
        g_ptr_array_add(desk->early, event_copy(ev));
        return;
    }
    bool is_repeat = ev->position != EVENT_NO_POSITION && ev->position <= desk->world->position;
    if (record_echoed(desk, ev) || restored_echo(desk, ev)) {
        struct contact *c = world_contact(desk->world, ev->contact);
        if (c != NULL)
            c->position = MAX(c->position, ev->position);
        desk->world->position = MAX(desk->world->position, ev->position);
        return;
    }
    if (is_repeat)
        return;
    const struct contact *c = world_contact(desk->world, ev->contact);
    if (c == NULL || c->position < ev->position)
        record_fold(desk, ev);
    desk->world->position = MAX(desk->world->position, ev->position);
    follow_unparked(u, ev);
    follow_offer(u, ev);
    follow_consult(u, ev);
    approval_told(u, ev);
    follow_contact(u, ev);
    if (ev->kind == EVENT_CONFIG_APPLIED)
        update_fetch(u, LINK_FETCH_FLOOR, NULL);
    versions_follow(u, ev);
}

void stream_event(struct update *u)
{
    follow(u, u->msg->event);
}

void stream_catch_up(struct update *u)
{
    struct desk *desk = u->desk;
    g_autoptr(GPtrArray) early = g_steal_pointer(&desk->early);
    desk->early = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
    desk->is_fetching = false;
    for (guint i = 0; i < early->len; i++)
        follow(u, g_ptr_array_index(early, i));
}

/* --- refusals --- */

/* Words that were refused go back to the draft, before what was begun since. */
static void give_back_words(struct desk_contact *dc, const struct event *ev)
{
    bool is_note = ev->kind == EVENT_NOTE_ADDED;
    const char *text = event_text(ev, "text");
    if (text == NULL || (ev->kind != EVENT_MESSAGE_SENT && !is_note))
        return;
    compose_give_back(is_note ? dc->note : dc->reply, text);
    if (is_note)
        dc->note_changed = true;
    else
        dc->reply_changed = true;
}

static void keep_words_for_later(struct update *u, const struct event *ev)
{
    const char *text = event_text(ev, "text");
    if (text == NULL || (ev->kind != EVENT_MESSAGE_SENT && ev->kind != EVENT_NOTE_ADDED))
        return;
    bool is_note = ev->kind == EVENT_NOTE_ADDED;
    g_hash_table_insert(is_note ? u->desk->notes : u->desk->drafts, g_strdup(ev->contact), g_strdup(text));
    commands_add_draft(u->commands, COMMAND_SAVE_DRAFT, ev->contact, is_note, text);
}

static void forget_sent(struct desk *desk, const struct event *ev)
{
    struct desk_sent *sent = record_sent(desk, ev->id);
    if (sent == NULL)
        return;
    desk->undelivered = MAX(desk->undelivered - 1, 0);
    if (!sent->is_flushed)
        desk->unflushed = MAX(desk->unflushed - 1, 0);
    g_hash_table_remove(desk->sent, ev->id);
}

void stream_refused(struct update *u)
{
    struct desk *desk = u->desk;
    const struct event *ev = u->msg->event;
    const char *sentence =
        u->msg->problem.sentence != NULL ? u->msg->problem.sentence : "The backend refused it.";
    struct desk_contact *dc = desk_find_open(desk, ev->contact);
    forget_sent(desk, ev);
    if (dc != NULL) {
        struct desk_message *m = conversation_find(dc, ev->id);
        give_back_words(dc, ev);
        if (m != NULL)
            g_ptr_array_remove(dc->messages, m);
        bool is_record = ev->kind == EVENT_CUSTOMER_CORRECTED;
        dc->is_news = !is_record && u->msg->problem.code == REFUSAL_STALE;
        if (is_record)
            dc->requests[LINK_FETCH_CUSTOMER] =
                update_fetch(u, LINK_FETCH_CUSTOMER, event_text(ev, "customer"));
        dc->requests[LINK_FETCH_CONTACT_EVENTS] = update_fetch(u, LINK_FETCH_CONTACT_EVENTS, ev->contact);
    } else if (ev->contact != NULL) {
        keep_words_for_later(u, ev);
    }
    if (ev->contact != NULL)
        desk->mending = update_fetch(u, LINK_FETCH_CONTACT, ev->contact);
    else
        update_fetch(u, LINK_FETCH_FLOOR, NULL);
    const char *typed = ev->kind == EVENT_CUSTOMER_CORRECTED ? event_text(ev, "value") : NULL;
    if (typed != NULL && *typed != '\0')
        update_say(u, TONE_ERROR, "%s You had typed: %s", sentence, typed);
    else
        update_say(u, TONE_ERROR, "%s", sentence);
    desk->notice.until_ms = 0; /* it stays: something the agent believed done is not */
}

/* --- link --- */

void stream_held(struct update *u)
{
    if (u->desk->link == LINK_LIVE && g_strcmp0(u->desk->notice.text, u->msg->text) != 0)
        update_say(u, TONE_WARNING, "%s", u->msg->text);
}

/* What could not be had while there was no link. */
static void fetch_missed(struct update *u, struct desk_contact *dc)
{
    const struct contact *c = desk_contact_of(u->desk, dc);
    bool lacks_customer = c != NULL && c->customer != NULL && dc->customer == NULL;
    bool is_asked = dc->requests[LINK_FETCH_CONTACT_EVENTS] != 0 || dc->requests[LINK_FETCH_CUSTOMER] != 0;
    if ((!dc->is_loaded || lacks_customer) && !is_asked)
        contact_fetch(u, dc);
}

void stream_link_changed(struct update *u)
{
    struct desk *desk = u->desk;
    bool was_there = desk->was_live || desk->as_of_ms != 0;
    bool is_news = u->msg->link == LINK_CONNECTING && was_there && desk->phase == DESK_OPEN &&
                   g_strcmp0(desk->link_reason, u->msg->text) != 0;
    if (is_news && u->msg->text != NULL)
        update_say(u, TONE_WARNING, "%s", u->msg->text);
    /* Started without it, there was no link before; what was said of that is over nevertheless. */
    bool is_told = desk->link_reason != NULL && g_strcmp0(desk->notice.text, desk->link_reason) == 0;
    if (desk->link != u->msg->link) {
        desk->link_since_ms = desk->now_ms;
        if (u->msg->link == LINK_LIVE && (desk->was_live || is_told) && desk->phase == DESK_OPEN)
            update_say(u, TONE_GOOD, "The backend is there again.");
    }
    bool is_back = u->msg->link == LINK_LIVE && desk->link != LINK_LIVE;
    desk->link = u->msg->link;
    for (guint i = 0; is_back && i < desk->open->len; i++)
        fetch_missed(u, g_ptr_array_index(desk->open, i));
    desk->was_live |= desk->link == LINK_LIVE;
    g_free(desk->link_reason);
    desk->link_reason = desk->link == LINK_LIVE ? NULL : g_strdup(u->msg->text);
}

void stream_resync(struct update *u)
{
    u->desk->is_fetching = true;
    update_fetch(u, LINK_FETCH_FLOOR, NULL);
    update_fetch(u, LINK_FETCH_CONTACTS, NULL);
    for (guint i = 0; i < u->desk->open->len; i++) {
        struct desk_contact *dc = g_ptr_array_index(u->desk->open, i);
        dc->requests[LINK_FETCH_CONTACT_EVENTS] = update_fetch(u, LINK_FETCH_CONTACT_EVENTS, dc->id);
    }
}

/* --- time --- */

int64_t stream_day_of(const struct desk *desk, int64_t at_ms)
{
    return (at_ms / 60000 + desk->utc_offset_minutes) / (24 * 60);
}

int64_t stream_day(const struct desk *desk)
{
    return stream_day_of(desk, desk->now_ms);
}

/* Those that are looked at stay, however long ago they were closed. */
static void forget_over(struct desk *desk)
{
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    for (guint i = 0; i < desk->open->len; i++) {
        const struct contact *c = desk_contact_of(desk, g_ptr_array_index(desk->open, i));
        if (c != NULL && contact_is_over(c))
            g_ptr_array_add(kept, contact_copy(c));
    }
    desk->queue.is_dirty |= world_forget_over(desk->world, desk->now_ms - FORGET_AFTER_MS) > 0;
    for (guint i = 0; i < kept->len; i++)
        world_put_contact(desk->world, g_ptr_array_index(kept, i));
}

/* Past midnight another day is counted. */
static void turn_day(struct desk *desk)
{
    struct desk_metrics *m = &desk->metrics;
    int64_t day = stream_day(desk);
    if (m->day != 0 && m->day != day)
        m->handled = m->handle_ms = m->closed = m->resolved = m->keystrokes = 0;
    m->is_told &= m->day == day;
    m->day = day;
}

void stream_tick(struct update *u)
{
    struct desk *desk = u->desk;
    turn_day(desk);
    compose_release(u, NULL, false);
    if (desk->notice.until_ms != 0 && desk->notice.until_ms <= desk->now_ms) {
        g_clear_pointer(&desk->notice.text, g_free);
        desk->notice.until_ms = 0;
    }
    if (desk->phase != DESK_OPEN && desk->phase != DESK_LOCKED)
        return;
    token_tick(u);
    if (desk->offer != NULL && desk->link != LINK_LIVE)
        queue_offer_over(u);
    place_restore(u);
    script_tick(u);
    if (desk->offer != NULL && desk->now_ms - desk->rung_ms >= DESK_RING_MS) {
        desk->rung_ms = desk->now_ms;
        commands_add(u->commands, COMMAND_RING, NULL, NULL);
    }
    if (desk->link == LINK_LIVE && desk->now_ms - desk->floor_asked_ms >= FLOOR_EVERY_MS) {
        desk->floor_asked_ms = desk->now_ms;
        update_fetch(u, LINK_FETCH_REPORT_FLOOR, NULL);
        record_forget_passed(desk);
        forget_over(desk);
    }
    queue_count_at_risk(desk);
}
