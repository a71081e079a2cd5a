/* A contact made by hand, for somebody who came by no channel of ours. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"
#include "app/desk/identity_check.h"

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

/* Lists and the summary name a contact by its subject: without one, by what it is about. */
static void set_subject(struct event *ev, const struct popup *popup)
{
    const struct popup_field *about = popup_field_of(popup, "intent");
    set_if_filled(ev, "subject", popup, "subject");
    if (event_text(ev, "subject") != NULL || event_text(ev, "intent") == NULL)
        return;
    const struct popup_choice *chosen = g_ptr_array_index(about->choices, (guint)about->choice);
    event_set_text(ev, "subject", chosen->label);
}

static void add_served(GHashTable *served, const char *intent, struct script *script)
{
    GPtrArray *by = g_hash_table_lookup(served, intent);
    if (by == NULL) {
        by = g_ptr_array_new();
        g_hash_table_insert(served, (gpointer)intent, by);
    }
    g_ptr_array_add(by, script);
}

/* Intents with the scripts that say they are for them, and for which the settings name one. All borrowed. */
static GHashTable *served_intents(const struct desk *desk)
{
    GHashTable *served =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init(&iter, desk->scripts);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        struct script *script = value;
        for (size_t i = 0; i < script->intent_count; i++)
            add_served(served, script->intents[i], script);
    }
    g_hash_table_iter_init(&iter, desk->settings.scripts);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        struct script *named = g_hash_table_lookup(desk->scripts, value);
        if (named != NULL)
            add_served(served, key, named);
    }
    return served;
}

/* The class of those scripts that say one, of the least id first. */
static const char *class_served(const struct desk *desk, const char *intent)
{
    g_autoptr(GHashTable) served = served_intents(desk);
    const GPtrArray *scripts = intent != NULL ? g_hash_table_lookup(served, intent) : NULL;
    const struct script *first = NULL;
    for (guint i = 0; scripts != NULL && i < scripts->len; i++) {
        const struct script *script = g_ptr_array_index(scripts, i);
        if (script->contact_class != NULL && (first == NULL || strcmp(script->id, first->id) < 0))
            first = script;
    }
    return first != NULL ? first->contact_class : NULL;
}

/* A contact that arrives brings its class along; the one made here has that of the script proposed for it,
 * and in a queue where none is, that of any script for what it is about. */
static void set_class(const struct desk *desk, struct event *ev)
{
    const struct contact c = {.id = ev->contact,
                              .queue = (GRefString *)event_text(ev, "queue"),
                              .intent = (GRefString *)event_text(ev, "intent")};
    const struct script *script = script_best(desk, NULL, &c);
    const char *class_name = script != NULL && script->contact_class != NULL ? script->contact_class
                                                                             : class_served(desk, c.intent);
    if (class_name != NULL)
        event_set_text(ev, "class", class_name);
}

static bool is_address_sound(struct popup *popup)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *by = popup_value(popup, "channel"), *address = popup_value(popup, "address");
    enum channel channel;
    if (*address == '\0' || !channel_parse(by, &channel) || identity_check_address(channel, address, &error))
        return true;
    popup_set_problem(popup, "address", error->message);
    return false;
}

static bool finish_new(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    if (!is_address_sound(popup))
        return false;
    g_autofree char *id = new_contact_id(u->desk);
    struct event *ev = record_new(u, EVENT_CONTACT_CREATED, NULL);
    ev->contact = g_strdup(id);
    set_if_filled(ev, "channel", popup, "channel");
    set_if_filled(ev, "queue", popup, "queue");
    set_if_filled(ev, "name", popup, "name");
    set_if_filled(ev, "address", popup, "address");
    set_if_filled(ev, "intent", popup, "intent");
    set_subject(ev, popup);
    set_class(u->desk, ev);
    if (popup->subject != NULL)
        event_set_text(ev, "customer", popup->subject);
    record(u, ev);
    if (!queue_take(u, id)) {
        g_autofree char *why = g_strdup(u->desk->notice.text);
        update_say(u, TONE_WARNING, "It waits for you. %s", why != NULL ? why : "");
        update_said_waits(u, id);
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

/* Where a business has one queue, both have its name. */
static const char *business_beside(const struct queue *q)
{
    g_autofree char *name = g_utf8_casefold(q->name, -1);
    g_autofree char *business = g_utf8_casefold(q->business != NULL ? q->business : "", -1);
    return g_str_equal(name, business) ? NULL : q->business;
}

static void add_queues(struct update *u, struct popup_field *field)
{
    GHashTableIter iter;
    const struct queue *q;
    g_hash_table_iter_init(&iter, u->desk->world->queues);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&q))
        if (q->line != 2)
            popup_field_add_choice(field, q->id, q->name, business_beside(q));
    g_ptr_array_sort(field->choices, popup_by_label);
    field->choice = first_of_mine(u->desk, field->choices);
}

static gint by_text(gconstpointer a, gconstpointer b)
{
    return g_utf8_collate(*(char *const *)a, *(char *const *)b);
}

/* The queues in which one of these scripts is proposed; NULL: in all. Caller owns. */
static char *queues_of(const struct desk *desk, const GPtrArray *scripts)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < scripts->len; i++) {
        const struct script *script = g_ptr_array_index(scripts, i);
        if (script->queue_count == 0)
            return NULL;
        for (size_t k = 0; k < script->queue_count; k++) {
            const struct queue *q = world_queue(desk->world, script->queues[k]);
            if (q != NULL && !g_ptr_array_find(names, q->name, NULL))
                g_ptr_array_add(names, q->name);
        }
    }
    g_ptr_array_sort(names, by_text);
    g_ptr_array_add(names, NULL);
    return g_strjoinv(", ", (char **)names->pdata);
}

/* For an arriving contact something else says what it is about; here its maker may, so that a script is
 * proposed. */
static void add_intents(const struct desk *desk, struct popup *p)
{
    g_autoptr(GHashTable) served = served_intents(desk);
    GHashTableIter iter;
    gpointer intent, scripts;
    if (g_hash_table_size(served) == 0)
        return;
    struct popup_field *field = popup_add_field(p, FIELD_CHOICE, "intent", "about", NULL);
    g_hash_table_iter_init(&iter, served);
    while (g_hash_table_iter_next(&iter, &intent, &scripts)) {
        g_autofree char *words = g_strdelimit(g_strdup(intent), "_-.", ' ');
        g_autofree char *where = queues_of(desk, scripts);
        popup_field_add_choice(field, intent, words, where);
    }
    g_ptr_array_sort(field->choices, popup_by_label);
    popup_field_add_choice(field, "", "not known yet", NULL);
    g_ptr_array_insert(field->choices, 0, g_ptr_array_steal_index(field->choices, field->choices->len - 1));
    field->choice = 0;
    field->hint = g_strdup("type to narrow the list");
    popup_field_narrows(field);
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
    add_intents(u->desk, p);
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
