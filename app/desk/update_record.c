/* Every act becomes an event here: given its id and time, folded at once, given out, and remembered until the
 * backend has answered for it. */
#include "app/desk/update.h"

#include <string.h>

#include "app/rules/rules.h"

#define HISTORY_MAX 20000 /* events of open legs; a day of one agent has some 5,000 */

void desk_sent_free(gpointer data)
{
    struct desk_sent *sent = data;
    event_free(sent->event);
    g_free(sent);
}

/* Ten bytes that nobody else has: from the run's random seed and how many were made. */
static void next_id(struct desk *desk, char *out)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    uint64_t made = ++desk->made;
    uint8_t digest[32];
    gsize len = sizeof digest;
    g_checksum_update(sum, desk->seed, sizeof desk->seed);
    g_checksum_update(sum, (const guchar *)&made, sizeof made);
    g_checksum_get_digest(sum, digest, &len);
    event_make_id(desk->now_ms, digest, out);
}

struct event *record_new(struct update *u, enum event_kind kind, const struct contact *c)
{
    struct desk *desk = u->desk;
    char id[EVENT_ID_LEN + 1];
    next_id(desk, id);
    struct event_origin origin = {.device = desk->device,
                                  .boot = desk->boot,
                                  .actor_kind = ACTOR_AGENT,
                                  .actor = desk->me,
                                  .at_ms = desk->now_ms,
                                  .boot_ms = desk->boot_ms};
    struct event *ev = event_new(kind, id, &origin);
    if (c == NULL)
        return ev;
    const struct desk_contact *dc = desk_find_open(desk, c->id);
    ev->contact = g_strdup(c->id);
    if (desk_is_mine(desk, c))
        ev->leg = g_strdup(c->leg);
    ev->saw = dc != NULL && dc->saw > 0 ? dc->saw : c->position;
    return ev;
}

static bool ends_leg(enum event_kind kind)
{
    switch (kind) {
    case EVENT_CONTACT_CLOSED:
    case EVENT_CONTACT_TRANSFERRED:
    case EVENT_CONTACT_ESCALATED:
    case EVENT_CONTACT_GIVEN_BACK:
    case EVENT_CONTACT_PARKED:
    case EVENT_CONTACT_ABANDONED:
        return true;
    default:
        return false;
    }
}

static void forget_history(struct desk *desk, const char *id)
{
    for (guint i = desk->history->len; i-- > 0;) {
        const struct event *ev = g_ptr_array_index(desk->history, i);
        if (g_strcmp0(ev->contact, id) == 0)
            g_ptr_array_remove_index(desk->history, i);
    }
}

/* Counts a leg of mine that ends now, before the fold forgets it. */
static void count_leg(struct desk *desk, const struct event *ev)
{
    const struct contact *c = world_contact(desk->world, ev->contact);
    if (!ends_leg(ev->kind) || !desk_is_mine(desk, c) || c->leg == NULL)
        return;
    int64_t sums[ACTIVITY_COUNT] = {0}, focus = 0;
    if (!intervals_peek(desk->intervals, c->leg, ev->at_ms, sums, &focus))
        return;
    desk->metrics.handled++;
    for (int i = 0; i < ACTIVITY_COUNT; i++)
        desk->metrics.handle_ms += sums[i];
    if (ev->kind == EVENT_CONTACT_CLOSED) {
        desk->metrics.closed++;
        desk->metrics.resolved += event_flag(ev, "resolved");
    }
}

/* Does the event bear on my clocks? */
static bool is_of_my_legs(const struct desk *desk, const struct event *ev)
{
    if (ev->actor_kind == ACTOR_AGENT && g_strcmp0(ev->actor, desk->me) == 0)
        return true;
    const struct contact *c = world_contact(desk->world, ev->contact);
    return c != NULL && g_strcmp0(c->agent, desk->me) == 0;
}

static void measure(struct desk *desk, const struct event *ev)
{
    count_leg(desk, ev);
    intervals_fold(desk->intervals, ev);
    if (ends_leg(ev->kind))
        forget_history(desk, ev->contact);
    else if (desk->history->len < HISTORY_MAX)
        g_ptr_array_add(desk->history, event_copy(ev));
}

void record_fold(struct desk *desk, const struct event *ev)
{
    struct contact *c = world_contact(desk->world, ev->contact);
    int64_t at_contact = c != NULL ? c->position : 0, at_world = desk->world->position;
    if (is_of_my_legs(desk, ev))
        measure(desk, ev);
    world_fold(desk->world, ev);
    /* An own event has no position yet; what was known of positions stays known. */
    desk->world->position = MAX(desk->world->position, at_world);
    c = world_contact(desk->world, ev->contact);
    if (c != NULL)
        c->position = MAX(c->position, at_contact);
    desk->queue.is_dirty = true;
}

/* What leaves a step or ends a leg tells how many keys went into the contact since the last that did: how
 * many, never which. */
static void tell_keys(struct desk_contact *dc, struct event *ev)
{
    bool tells = ev->kind == EVENT_STEP_LEFT || ev->kind == EVENT_STEP_SKIPPED || ends_leg(ev->kind);
    if (dc == NULL || !tells || ev->leg == NULL)
        return;
    event_set_number(ev, "keys", dc->untold_keys);
    dc->untold_keys = 0;
}

void record(struct update *u, struct event *ev)
{
    struct desk *desk = u->desk;
    struct desk_contact *dc = desk_find_open(desk, ev->contact);
    tell_keys(dc, ev);
    record_fold(desk, ev);
    struct desk_sent *sent = g_new0(struct desk_sent, 1);
    sent->event = event_copy(ev);
    sent->number = ++desk->appended;
    g_hash_table_insert(desk->sent, sent->event->id, sent);
    desk->unflushed++;
    desk->undelivered++;
    if (dc != NULL) {
        dc->unflushed++;
        conversation_add(desk, dc, ev);
    }
    commands_add_event(u->commands, sent->number, ev);
}

void record_simple(struct update *u, enum event_kind kind, const struct contact *c, const char *name,
                   const char *text)
{
    struct event *ev = record_new(u, kind, c);
    if (name != NULL && text != NULL)
        event_set_text(ev, name, text);
    record(u, ev);
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    const struct desk_sent *const *left = a, *const *right = b;
    return (*left)->number < (*right)->number ? -1 : (*left)->number > (*right)->number;
}

GPtrArray *record_under_way(struct desk *desk, const char *id)
{
    GPtrArray *again = g_ptr_array_new();
    GHashTableIter iter;
    struct desk_sent *sent;
    g_hash_table_iter_init(&iter, desk->sent);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&sent))
        if (sent->position == 0 && !sent->is_echoed &&
            (id == NULL || g_strcmp0(sent->event->contact, id) == 0))
            g_ptr_array_add(again, sent);
    g_ptr_array_sort(again, by_number);
    return again;
}

void record_fold_again(struct desk *desk, const char *id)
{
    g_autoptr(GPtrArray) again = record_under_way(desk, id);
    for (guint i = 0; i < again->len; i++) {
        const struct desk_sent *sent = g_ptr_array_index(again, i);
        /* The answer may hold it already; then the rules find it out of place, and once is enough. */
        if (sent->event->contact != NULL && !rules_check(desk->world, sent->event, desk->role, NULL))
            continue;
        int64_t at_world = desk->world->position;
        struct contact *c = world_contact(desk->world, sent->event->contact);
        int64_t at_contact = c != NULL ? c->position : 0;
        world_fold(desk->world, sent->event);
        desk->world->position = MAX(desk->world->position, at_world);
        c = world_contact(desk->world, sent->event->contact);
        if (c != NULL)
            c->position = MAX(c->position, at_contact);
    }
    desk->queue.is_dirty = true;
}

void record_flushed(struct update *u)
{
    struct desk *desk = u->desk;
    GHashTableIter iter;
    struct desk_sent *sent;
    g_hash_table_iter_init(&iter, desk->sent);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&sent)) {
        if (sent->is_flushed || sent->number > u->msg->number)
            continue;
        sent->is_flushed = true;
        desk->unflushed--;
        struct desk_contact *dc = desk_find_open(desk, sent->event->contact);
        if (dc == NULL)
            continue;
        dc->unflushed = MAX(dc->unflushed - 1, 0);
        struct desk_message *message = conversation_find(dc, sent->event->id);
        if (message != NULL && message->mark == MARK_WRITING)
            message->mark = MARK_WAITING;
    }
}

static gboolean is_passed(gpointer id, gpointer data, gpointer user_data)
{
    const struct desk_sent *sent = data;
    const struct desk *desk = user_data;
    (void)id;
    return sent->position != 0 && sent->position <= desk->world->position;
}

void record_forget_passed(struct desk *desk)
{
    g_hash_table_foreach_remove(desk->sent, is_passed, desk);
}

struct desk_sent *record_sent(struct desk *desk, const char *event_id)
{
    return event_id == NULL ? NULL : g_hash_table_lookup(desk->sent, event_id);
}

/* The backend has it, by its answer or by the stream: whichever says so first. */
static void settle(struct desk *desk, struct desk_sent *sent, int64_t position)
{
    struct desk_contact *dc = desk_find_open(desk, sent->event->contact);
    if (sent->position == 0 && !sent->is_echoed)
        desk->undelivered = MAX(desk->undelivered - 1, 0);
    sent->position = MAX(sent->position, position);
    if (!sent->is_flushed) {
        sent->is_flushed = true;
        desk->unflushed--;
        if (dc != NULL)
            dc->unflushed = MAX(dc->unflushed - 1, 0);
    }
    struct desk_message *message = dc != NULL ? conversation_find(dc, sent->event->id) : NULL;
    if (message != NULL && message->mark != MARK_REFUSED) {
        message->mark = MARK_DONE;
        message->position = position;
    }
    if (dc != NULL)
        dc->saw = MAX(dc->saw, position);
}

void record_delivered(struct update *u)
{
    struct desk_sent *sent = record_sent(u->desk, u->msg->id);
    if (sent == NULL)
        return;
    bool was_echoed = sent->is_echoed;
    settle(u->desk, sent, u->msg->number);
    /* Where the stream has passed it already, nothing more will be heard of it. */
    if (was_echoed || u->msg->number <= u->desk->world->position)
        g_hash_table_remove(u->desk->sent, u->msg->id);
}

bool record_echoed(struct desk *desk, const struct event *ev)
{
    struct desk_sent *sent = record_sent(desk, ev->id);
    if (sent == NULL)
        return false;
    bool was_answered = sent->position != 0;
    settle(desk, sent, ev->position);
    sent->is_echoed = true;
    if (was_answered)
        g_hash_table_remove(desk->sent, ev->id);
    return true;
}

static gint by_position(gconstpointer a, gconstpointer b)
{
    const struct event *const *left = a, *const *right = b;
    int64_t l = (*left)->position ? (*left)->position : INT64_MAX;
    int64_t r = (*right)->position ? (*right)->position : INT64_MAX;
    if (l != r)
        return l < r ? -1 : 1;
    if ((*left)->at_ms != (*right)->at_ms)
        return (*left)->at_ms < (*right)->at_ms ? -1 : 1;
    return g_strcmp0((*left)->id, (*right)->id);
}

static void no_sink(const struct interval *interval, void *user_data)
{
    (void)interval;
    (void)user_data;
}

void record_history(struct desk *desk, GPtrArray *events)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < desk->history->len; i++) {
        const struct event *ev = g_ptr_array_index(desk->history, i);
        g_hash_table_add(known, ev->id);
    }
    for (guint i = 0; i < events->len && desk->history->len < HISTORY_MAX; i++) {
        const struct event *ev = g_ptr_array_index(events, i);
        if (!g_hash_table_contains(known, ev->id))
            g_ptr_array_add(desk->history, event_copy(ev));
    }
    g_ptr_array_sort(desk->history, by_position);
    intervals_free(desk->intervals);
    desk->intervals = intervals_new(no_sink, NULL);
    for (guint i = 0; i < desk->history->len; i++)
        intervals_fold(desk->intervals, g_ptr_array_index(desk->history, i));
}
