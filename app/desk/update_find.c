/* Find anybody: contacts the desk knows at once, customers and orders from the backend as its answer comes.
 */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"
#include "net/json.h"

#define LOCAL_MAX 20

static void new_contact_with(struct update *u, const char *customer_id, const char *name)
{
    contact_by_hand_for(u, customer_id, name);
}

/* --- a customer was found --- */

static bool finish_customer(struct update *u, struct popup *popup, const char *value)
{
    if (g_str_equal(value, "link")) {
        const struct contact *c = desk_contact_of(u->desk, u->desk->current);
        g_autoptr(customer) who = customer_new(popup->subject, popup->text);
        if (c != NULL)
            customer_link(u, c, who);
    } else if (g_str_equal(value, "new")) {
        new_contact_with(u, popup->subject, popup->text);
    } else {
        struct desk_contact *dc = contact_open(u, value);
        contact_focus(u, dc);
        update_set_pane(u, PANE_CONTACT);
    }
    return true;
}

static void choose_for_customer(struct update *u, const char *customer_id, const char *name)
{
    struct desk *desk = u->desk;
    struct popup *p = popup_new(POPUP_LIST, "customer", name);
    const struct contact *current = desk_contact_of(desk, desk->current), *c;
    p->subject = g_strdup(customer_id);
    p->text = g_strdup(name);
    p->finish = finish_customer;
    bool is_other = current != NULL && g_strcmp0(current->customer, customer_id) != 0;
    if (is_other && (current->customer == NULL || desk_is_mine(desk, current))) {
        g_autofree char *instead = current->customer != NULL && current->name != NULL
                                       ? g_strdup_printf(", not %s", current->name)
                                       : NULL;
        g_autofree char *label =
            g_strdup_printf("This is who I am talking to (%s %s)%s", channel_name(current->channel),
                            current->id, instead != NULL ? instead : "");
        popup_add_choice(p, "link", label, NULL);
    }
    GHashTableIter iter;
    g_hash_table_iter_init(&iter, desk->world->contacts);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&c)) {
        if (g_strcmp0(c->customer, customer_id) != 0)
            continue;
        g_autofree char *label =
            g_strdup_printf("Open %s: %s", channel_name(c->channel), c->subject != NULL ? c->subject : c->id);
        popup_add_choice(p, c->id, label, contact_state_name(c->state));
    }
    popup_add_choice(p, "new", "Make a contact by hand for them", NULL);
    p->request = update_fetch(u, LINK_FETCH_CUSTOMER, customer_id);
    popup_push(u, p);
}

static bool is_there(const struct popup *p, const char *value)
{
    for (guint i = 0; i < p->choices->len; i++) {
        const struct popup_choice *c = g_ptr_array_index(p->choices, i);
        if (g_str_equal(c->value, value))
            return true;
    }
    return false;
}

/* The customer that was found, while they are on top; NULL: they are not. */
static struct popup *found_customer(const struct desk *desk)
{
    struct popup *p = desk_popup(desk);
    return p != NULL && g_str_equal(p->name, "customer") ? p : NULL;
}

/* The name is the record's now, and what is done next is done with it. */
static void rename_found(struct popup *p, const char *name)
{
    if (name == NULL || *name == '\0')
        return;
    g_free(p->title);
    g_free(p->text);
    p->title = g_strdup(name);
    p->text = g_strdup(name);
}

/* What was before, newest first, behind what can be chosen already: the cursor stays where it is. */
void find_customer_answer(struct update *u, int64_t number, const cJSON *json)
{
    struct popup *p = found_customer(u->desk);
    const cJSON *item;
    if (p == NULL || p->request != number)
        return;
    int cursor = p->cursor;
    p->request = 0;
    rename_found(p, json_text(json, "name"));
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "contacts")) {
        g_autoptr(contact) c = contact_from_cjson(item, NULL);
        if (c == NULL || is_there(p, c->id) || p->choices->len >= LOCAL_MAX)
            continue;
        g_autoptr(GDateTime) day = g_date_time_new_from_unix_utc(c->created_ms / 1000);
        g_autofree char *when = g_date_time_format(day, "%Y-%m-%d");
        g_autofree char *label = g_strdup_printf("%s %s: %s", when, channel_name(c->channel),
                                                 c->subject != NULL ? c->subject : c->id);
        popup_add_choice(p, c->id, label, contact_state_name(c->state));
    }
    popup_narrow(p);
    p->cursor = cursor;
}

void find_customer_changed(struct update *u)
{
    struct popup *p = found_customer(u->desk);
    if (p != NULL && g_strcmp0(p->subject, u->msg->id) == 0)
        p->request = update_fetch(u, LINK_FETCH_CUSTOMER, p->subject);
}

static bool finish_find(struct update *u, struct popup *popup, const char *value)
{
    const struct popup_choice *c = popup_chosen(popup);
    const char *id = strchr(value, ':') + 1;
    if (g_str_has_prefix(value, "contact:")) {
        struct desk_contact *dc = contact_open(u, id);
        contact_focus(u, dc);
        update_set_pane(u, PANE_CONTACT);
    } else {
        choose_for_customer(u, id, c != NULL ? c->label : id);
    }
    return true;
}

/* --- asking --- */

static bool contains(const char *text, const char *folded)
{
    if (text == NULL)
        return false;
    g_autofree char *have = g_utf8_casefold(text, -1);
    return strstr(have, folded) != NULL;
}

static void add_contact(struct popup *p, const struct contact *c)
{
    g_autofree char *value = g_strconcat("contact:", c->id, NULL);
    g_autofree char *detail = g_strdup_printf(
        "%s %s · %s%s%s", channel_name(c->channel), c->id, contact_state_name(c->state),
        c->subject != NULL && *c->subject != '\0' ? " · " : "", c->subject != NULL ? c->subject : "");
    popup_add_choice(p, value, c->name != NULL ? c->name : c->id, detail);
}

/* What the desk itself knows: it answers at once, and also while the link is down. */
static void add_local(const struct desk *desk, struct popup *p, const char *query)
{
    g_autofree char *folded = g_utf8_casefold(query, -1);
    GHashTableIter iter;
    const struct contact *c;
    g_strstrip(folded);
    g_hash_table_iter_init(&iter, desk->world->contacts);
    while (*folded != '\0' && p->choices->len < LOCAL_MAX &&
           g_hash_table_iter_next(&iter, NULL, (gpointer *)&c))
        if (contains(c->name, folded) || contains(c->id, folded) || contains(c->address, folded) ||
            contains(c->subject, folded))
            add_contact(p, c);
}

static void show_all(struct popup *p)
{
    g_ptr_array_set_size(p->shown, 0);
    for (guint i = 0; i < p->choices->len; i++)
        g_ptr_array_add(p->shown, g_ptr_array_index(p->choices, i));
    p->cursor = CLAMP(p->cursor, 0, MAX((int)p->shown->len - 1, 0));
}

void find_changed(struct update *u, struct popup *popup)
{
    const char *query = editor_text(popup->query);
    popup_clear_choices(popup);
    popup->cursor = 0;
    add_local(u->desk, popup, query);
    show_all(popup);
    g_free(popup->empty);
    popup->empty =
        g_strdup(u->desk->link == LINK_LIVE ? "Searching…"
                                            : "The backend is away; only contacts of this desk are found.");
    popup->request = *query != '\0' ? update_fetch(u, LINK_FETCH_FIND, query) : 0;
}

static void add_hit(struct popup *p, const cJSON *hit)
{
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(hit, "kind"));
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(hit, "id"));
    const char *title = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(hit, "title"));
    const char *detail = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(hit, "detail"));
    const char *owner = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(hit, "customer"));
    if (kind == NULL || id == NULL || title == NULL)
        return;
    bool is_order = g_str_equal(kind, "order");
    if (is_order && owner == NULL)
        return;
    g_autofree char *value =
        g_strconcat(g_str_equal(kind, "contact") ? "contact:" : "customer:", is_order ? owner : id, NULL);
    g_autofree char *shown =
        is_order ? g_strdup_printf("order %s · %s", id, detail != NULL ? detail : "") : g_strdup(detail);
    if (is_order || !is_there(p, value))
        popup_add_choice(p, value, title, shown);
}

void find_answer(struct update *u, const cJSON *json)
{
    struct popup *p = desk_popup(u->desk);
    const cJSON *hit;
    if (p == NULL || !g_str_equal(p->name, "find") || p->request != u->msg->number)
        return; /* stale: a newer letter was typed, or the popup is gone */
    p->request = 0;
    cJSON_ArrayForEach (hit, cJSON_GetObjectItemCaseSensitive(json, "hits")) {
        add_hit(p, hit);
    }
    g_free(p->empty);
    p->empty = g_strdup("Nobody and nothing found; try a part of the name or number.");
    show_all(p);
}

void find_open(struct update *u)
{
    struct popup *p = popup_new(POPUP_LIST, "find", "Find a customer, contact or order");
    popup_with_query(p);
    p->empty = g_strdup("Type a name, number or address.");
    p->finish = finish_find;
    popup_push(u, p);
}
