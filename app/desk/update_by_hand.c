/* A contact made by hand, for somebody who came by no channel of ours. */
#include "app/desk/update.h"

#include "app/desk/areas.h"

/* A number that nobody else gives: four digits of this device, then the second. */
static char *new_contact_id(struct desk *desk)
{
    unsigned device = 1000 + g_str_hash(desk->device != NULL ? desk->device : "") % 9000;
    int64_t second = desk->now_ms / 1000;
    char *id = g_strdup_printf("%u%" G_GINT64_FORMAT, device, second);
    while (world_contact(desk->world, id) != NULL) {
        g_free(id);
        id = g_strdup_printf("%u%" G_GINT64_FORMAT, device, ++second);
    }
    return id;
}

static void set_if_filled(struct event *ev, const char *member, const struct popup *popup, const char *field)
{
    g_autofree char *value = popup_value(popup, field);
    if (*value != '\0')
        event_set_text(ev, member, value);
}

static bool finish_new(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    g_autofree char *id = new_contact_id(u->desk);
    struct event *ev = record_new(u, EVENT_CONTACT_CREATED, NULL);
    ev->contact = g_strdup(id);
    set_if_filled(ev, "channel", popup, "channel");
    set_if_filled(ev, "queue", popup, "queue");
    set_if_filled(ev, "name", popup, "name");
    set_if_filled(ev, "address", popup, "address");
    set_if_filled(ev, "subject", popup, "subject");
    if (popup->subject != NULL)
        event_set_text(ev, "customer", popup->subject);
    record(u, ev);
    if (!queue_take(u, id)) {
        g_autofree char *why = g_strdup(u->desk->notice.text);
        update_say(u, TONE_WARNING, "It waits for you. %s", why != NULL ? why : "");
    }
    return true;
}

/* The first queue whose contacts I can take, else the first. */
static int first_of_mine(const struct desk *desk, const GPtrArray *choices)
{
    const struct agent *me = world_agent(desk->world, desk->me);
    for (guint i = 0; me != NULL && i < choices->len; i++) {
        const struct popup_choice *choice = g_ptr_array_index(choices, i);
        const struct queue *q = world_queue(desk->world, choice->value);
        if (q != NULL && (q->skill == NULL || agent_skill_level(me, q->skill) > 0))
            return (int)i;
    }
    return choices->len > 0 ? 0 : -1;
}

static void add_queues(struct update *u, struct popup_field *field)
{
    GHashTableIter iter;
    const struct queue *q;
    g_hash_table_iter_init(&iter, u->desk->world->queues);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&q))
        if (q->line != 2)
            popup_field_add_choice(field, q->id, q->name, q->business);
    g_ptr_array_sort(field->choices, popup_by_label);
    field->choice = first_of_mine(u->desk, field->choices);
}

void contact_by_hand_for(struct update *u, const char *customer_id, const char *name)
{
    struct popup *p = popup_new(POPUP_FORM, "new-contact", "A contact by hand");
    struct popup_field *channel = popup_add_field(p, FIELD_CHOICE, "channel", "channel", NULL);
    for (int i = 0; i < CHANNEL_COUNT; i++)
        popup_field_add_choice(channel, channel_name((enum channel)i), channel_name((enum channel)i), NULL);
    channel->choice = CHANNEL_PHONE;
    struct popup_field *where = popup_add_field(p, FIELD_CHOICE, "queue", "queue", NULL);
    add_queues(u, where);
    popup_add_field(p, FIELD_TEXT, "name", "name", name);
    popup_add_field(p, FIELD_TEXT, "address", "number or address", NULL);
    popup_add_field(p, FIELD_TEXT, "subject", "subject", NULL);
    channel->required = where->required = true;
    p->subject = g_strdup(customer_id);
    p->field = 2;
    p->finish = finish_new;
    popup_push(u, p);
}

void contact_by_hand(struct update *u)
{
    contact_by_hand_for(u, NULL, NULL);
}
