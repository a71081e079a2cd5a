/* Contacts that become mine: what may be taken and what stands against it, offers that ring and are over. */
#include "app/desk/update.h"

#include "app/desk/areas.h"
#include "app/rules/rules.h"

#define ROOM_NAMES 3 /* of those whose points are in use */

/* --- taking --- */

/* "Ana 20 ringing, Crystal Minh 33 and 2 more": whose points are in use, in the order of my rows. Caller
 * owns.
 */
static char *whose_points(struct desk *desk)
{
    GString *text = g_string_new(NULL);
    int left = 0;
    queue_settle(desk);
    for (int i = 0; i < desk->queue.mine; i++) {
        const struct contact *c = g_ptr_array_index(desk->queue.rows, (guint)i);
        if (c->state == CONTACT_PARKED)
            continue;
        if (i >= ROOM_NAMES) {
            left++;
            continue;
        }
        g_autofree char *caller = contact_caller(c);
        g_string_append_printf(text, "%s%s %d%s", text->len > 0 ? ", " : "",
                               caller != NULL ? caller : "unknown", channel_capacity(c->channel),
                               c->state == CONTACT_OFFERED ? " ringing" : "");
    }
    if (left > 0)
        g_string_append_printf(text, " and %d more", left);
    return g_string_free(text, FALSE);
}

/* What gives the room, as the end of a sentence: as many of mine as stand in the way, and the offer where it
 * still would. Caller owns. */
static char *way_to_room(const struct desk *desk, const struct contact *c)
{
    int largest = 0, handled = 0, load = desk_load(desk),
        room = CAPACITY_POINTS - channel_capacity(c->channel);
    enum rules_room by = rules_room_by(desk->world, desk->me, c);
    if (by == RULES_ROOM_OFFER)
        return desk_key_names(desk, "{everywhere:accept} accepts or {everywhere:reject} rejects the offer");
    for (int i = 0; i < desk->queue.mine; i++) {
        const struct contact *mine = g_ptr_array_index(desk->queue.rows, (guint)i);
        int points = contact_is_handled(mine) ? channel_capacity(mine->channel) : 0;
        largest = MAX(largest, points);
        handled += points;
    }
    bool is_one_enough = handled - largest <= room;
    bool rings_in_way = load - (is_one_enough ? largest : handled) > room;
    g_autofree char *reject =
        desk_key_names(desk, rings_in_way ? "{everywhere:reject} rejects the offer, then " : "");
    return g_strdup_printf("%s%s %s%s", reject, by == RULES_ROOM_PARK ? "finish or park" : "finish",
                           is_one_enough ? "one" : "these", rings_in_way ? "" : " first");
}

static void say_no_room(struct update *u, const struct contact *c)
{
    g_autofree char *whose = whose_points(u->desk), *way = way_to_room(u->desk, c);
    update_say(u, TONE_WARNING, "You have %d of %d points in use (%s) and this %s takes %d; %s.",
               desk_load(u->desk), CAPACITY_POINTS, whose, channel_name(c->channel),
               channel_capacity(c->channel), way);
}

/* What the rules would refuse is said at once, not after a turn to the backend and back. */
static bool may_take(struct update *u, const struct contact *c)
{
    const struct agent *me = world_agent(u->desk->world, u->desk->me);
    const char *why = NULL;
    int load = desk_load(u->desk);
    if (me == NULL)
        return false;
    if (load > 0 && load + channel_capacity(c->channel) > CAPACITY_POINTS) {
        say_no_room(u, c);
        return false;
    }
    struct agent answering = *me;
    answering.not_responding = false;                 /* who takes one is there after all */
    bool is_meant = g_strcmp0(c->agent, me->id) == 0; /* parked, given back, by hand: ready or not */
    if (is_meant || rules_may_take(u->desk->world, &answering, c, &why))
        return true;
    g_autofree char *ready = desk_key_label(u->desk, KEYS_CONTEXT_EVERYWHERE, ACTION_READY);
    if (me->presence == PRESENCE_NOT_READY)
        update_say(u, TONE_WARNING, "You are not ready; %s makes you ready, then take it.", ready);
    else
        update_say(u, TONE_WARNING, "You cannot take it: %s.", why);
    return false;
}

/* Lists and texts close of themselves when something is taken; a form may hold words. */
static void leave_lists(struct desk *desk)
{
    for (guint i = desk->popups->len; i-- > 0;) {
        const struct popup *p = g_ptr_array_index(desk->popups, i);
        if (p->kind == POPUP_LIST || p->kind == POPUP_TEXT)
            g_ptr_array_remove_index(desk->popups, i);
    }
}

static void take(struct update *u, struct contact *c, const char *from)
{
    struct desk *desk = u->desk;
    struct event *ev = record_new(u, EVENT_CONTACT_ACCEPTED, c);
    g_autofree char *id = g_strdup(c->id);
    g_free(ev->leg);
    ev->leg = g_strdup_printf("%s.%d", c->id, c->legs + 1);
    event_set_text(ev, "from", from);
    record(u, ev);
    if (g_strcmp0(desk->offer, id) == 0)
        g_clear_pointer(&desk->offer, g_free);
    struct desk_contact *dc = contact_open(u, id);
    leave_lists(desk);
    if (desk_popup(desk) != NULL) { /* a form keeps its keys; the new one waits beside it */
        contact_reconcile(u, id);
        g_autofree char *next = desk_key_label(u->desk, KEYS_CONTEXT_EVERYWHERE, ACTION_NEXT_FOR_ME);
        update_say(u, TONE_GOOD, "Accepted; it waits for you beside this one, %s goes there.", next);
        return;
    }
    contact_focus(u, dc);
    contact_reconcile(u, id);
    /* To be read first: a letter typed now is a command, never text to the customer; r or Enter answers. */
    update_set_pane(u, PANE_CONTACT);
}

bool queue_take(struct update *u, const char *id)
{
    struct contact *c = world_contact(u->desk->world, id);
    if (c == NULL || !may_take(u, c))
        return false;
    take(u, c, "pull");
    return true;
}

void queue_accept(struct update *u)
{
    struct contact *c = world_contact(u->desk->world, u->desk->offer);
    if (c != NULL)
        take(u, c, "offer");
}

void queue_get_next(struct update *u)
{
    const struct agent *me = world_agent(u->desk->world, u->desk->me);
    if (u->desk->offer != NULL) {
        queue_accept(u);
        return;
    }
    queue_settle(u->desk);
    struct contact *first = NULL;
    for (guint i = (guint)u->desk->queue.mine; me != NULL && i < u->desk->queue.rows->len; i++) {
        struct contact *c = g_ptr_array_index(u->desk->queue.rows, i);
        first = first != NULL ? first : c;
        if (rules_may_take(u->desk->world, me, c, NULL)) {
            take(u, c, "pull");
            return;
        }
    }
    if (first == NULL && u->desk->queue.waiting > 0)
        update_say(u, TONE_PLAIN,
                   "Nothing that waits matches the queue's filter; Esc in the queue shows all.");
    else if (first == NULL)
        update_say(u, TONE_PLAIN, "Nothing waits for you.");
    else if (may_take(u, first)) /* it says why not, or takes it after a missed offer */
        take(u, first, "pull");
}

/* --- offers --- */

void queue_offer_came(struct update *u, const struct contact *c)
{
    struct desk *desk = u->desk;
    g_free(desk->offer);
    desk->offer = g_strdup(c->id);
    desk->rung_ms = desk->now_ms;
    update_forget_notice(desk); /* who rings is news, what was said before is not */
    g_autofree char *notice = g_strdup_printf("A contact is offered to you: %s.", channel_name(c->channel));
    commands_add(u->commands, COMMAND_RING, NULL, notice);
    g_autofree char *title =
        g_strdup_printf("Offer: %s %s", channel_name(c->channel), c->name != NULL ? c->name : "");
    commands_add(u->commands, COMMAND_TITLE, NULL, title);
}

/* To me, and still: without the link nobody says that an offer is over; its time does. */
static bool is_offered(const struct desk *desk, const struct contact *c)
{
    return c->state == CONTACT_OFFERED && g_strcmp0(c->agent, desk->me) == 0 &&
           (desk->link == LINK_LIVE || c->offer_until_ms >= desk->now_ms);
}

void queue_offer_over(struct update *u)
{
    struct desk *desk = u->desk;
    const struct contact *c = world_contact(desk->world, desk->offer);
    bool stands = c != NULL && is_offered(desk, c);
    if (desk->offer != NULL && !stands) {
        g_clear_pointer(&desk->offer, g_free);
        commands_add(u->commands, COMMAND_TITLE, NULL, "Firstline");
        const struct agent *me = desk->me != NULL ? world_agent(desk->world, desk->me) : NULL;
        g_autofree char *ready = desk_key_label(desk, KEYS_CONTEXT_EVERYWHERE, ACTION_READY);
        if (me != NULL && me->not_responding)
            update_say(u, TONE_WARNING, "You missed an offer; no more come until %s makes you ready again.",
                       ready);
    }
    if (desk->offer != NULL || desk->as_of_ms != 0) /* what was offered before may long be over */
        return;
    GHashTableIter iter;
    g_hash_table_iter_init(&iter, desk->world->contacts);
    while (desk->me != NULL && g_hash_table_iter_next(&iter, NULL, (gpointer *)&c))
        if (is_offered(desk, c)) {
            queue_offer_came(u, c);
            return;
        }
}

static bool finish_reject(struct update *u, struct popup *popup, const char *value)
{
    const struct contact *c = world_contact(u->desk->world, popup->subject);
    if (c == NULL || c->state != CONTACT_OFFERED || g_strcmp0(c->agent, u->desk->me) != 0) {
        update_say(u, TONE_PLAIN, "The offer is already over.");
        return true;
    }
    struct event *ev = record_new(u, EVENT_CONTACT_OFFER_REJECTED, c);
    event_set_text(ev, "agent", u->desk->me);
    event_set_text(ev, "reason", value);
    record(u, ev);
    queue_offer_over(u);
    return true;
}

void queue_reject(struct update *u)
{
    static const char *const REASONS[] = {"busy with another contact", "not my subject", "language",
                                          "conflict of interest", "about to leave"};
    struct popup *p = popup_new(POPUP_LIST, "reject", "Reject the offer: why?");
    p->subject = g_strdup(u->desk->offer);
    for (size_t i = 0; i < G_N_ELEMENTS(REASONS); i++)
        popup_add_choice(p, REASONS[i], REASONS[i], NULL);
    p->finish = finish_reject;
    popup_push(u, p);
}
