/* Who else has this contact in view: told to the backend, shown beside the contact, and said before an answer
 * goes out that somebody else's has overtaken. And whose record is, so that the backend tells when it
 * changes. In practice nobody else looks, but the customer hears the keys. Nothing of it is in the log. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"

#define RENEW_MS     20000 /* the backend forgets after twice that */
#define TYPES_FOR_MS 8000  /* "is writing" fades so long after the last key */
#define WATCHERS_MAX 20

void desk_watcher_free(gpointer data)
{
    struct desk_watcher *w = data;
    g_free(w->agent);
    g_free(w);
}

static bool is_typing(const struct desk *desk)
{
    const struct desk_contact *dc = desk->current;
    bool has_keys = desk->pane == PANE_CONTACT && desk_popup(desk) == NULL;
    return dc != NULL && dc->composer != COMPOSER_NONE && has_keys && desk->typed_ms != 0 &&
           desk->now_ms - desk->typed_ms < TYPES_FOR_MS;
}

/* Whose record the screen shows: of the customer that was found, else beside the contact in focus, which may
 * be closed long since. */
static const char *customer_in_view(const struct desk *desk)
{
    const struct popup *popup = desk_popup(desk);
    if (popup != NULL && g_str_equal(popup->name, "customer"))
        return popup->subject;
    const struct contact *c = desk_contact_of(desk, desk->current);
    return c != NULL ? c->customer : NULL;
}

/* It may have changed while another one was in view, and nobody told of it. */
static void catch_up_record(struct update *u, const char *customer_id)
{
    struct desk_contact *dc = u->desk->current;
    if (dc != NULL && dc->customer != NULL && g_strcmp0(dc->customer->id, customer_id) == 0)
        customer_ask_again(u, dc);
}

static void forget_watched(struct desk *desk)
{
    g_clear_pointer(&desk->watched, g_free);
    g_clear_pointer(&desk->watched_customer, g_free);
}

void watch_tell(struct update *u)
{
    struct desk *desk = u->desk;
    bool is_open = desk->phase == DESK_OPEN && desk->link == LINK_LIVE;
    if (!is_open) {
        forget_watched(desk); /* told anew once the link is back */
        return;
    }
    const char *id = desk->current != NULL ? desk->current->id : NULL;
    const char *customer_id = customer_in_view(desk);
    bool types = is_typing(desk), is_same_customer = g_strcmp0(customer_id, desk->watched_customer) == 0;
    bool is_same = g_strcmp0(id, desk->watched) == 0 && is_same_customer;
    bool is_due = (id != NULL || customer_id != NULL) && desk->now_ms - desk->watched_ms >= RENEW_MS;
    if (is_same && types == desk->watched_typing && !is_due)
        return;
    forget_watched(desk);
    desk->watched = g_strdup(id);
    desk->watched_customer = g_strdup(customer_id);
    desk->watched_typing = types;
    desk->watched_ms = desk->now_ms;
    commands_add_watch(u->commands, id, customer_id, types);
    if (!is_same_customer)
        catch_up_record(u, customer_id);
}

void watch_came(struct update *u)
{
    struct desk *desk = u->desk;
    const cJSON *item, *json = u->msg->json;
    struct desk_contact *dc =
        desk_find_open(desk, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "contact")));
    if (dc == NULL)
        return;
    g_ptr_array_set_size(dc->watchers, 0);
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "watchers")) {
        const char *who = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "agent"));
        if (who == NULL || g_strcmp0(who, desk->me) == 0 || dc->watchers->len >= WATCHERS_MAX)
            continue;
        struct desk_watcher *w = g_new0(struct desk_watcher, 1);
        w->agent = g_strdup(who);
        w->is_typing = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(item, "typing"));
        g_ptr_array_add(dc->watchers, w);
    }
}

void watch_answered(struct update *u, struct desk_contact *dc, const struct event *ev)
{
    const struct desk *desk = u->desk;
    if (ev->kind != EVENT_MESSAGE_SENT || ev->actor_kind != ACTOR_AGENT ||
        g_strcmp0(ev->actor, desk->me) == 0 || editor_is_empty(dc->reply))
        return;
    g_free(dc->answered_by);
    dc->answered_by = g_strdup(ev->actor);
    dc->is_news = true;
}

static bool finish_send(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    struct desk_contact *dc = desk_find_open(u->desk, popup->subject);
    if (dc == NULL)
        return true;
    g_clear_pointer(&dc->answered_by, g_free);
    if (dc == u->desk->current && desk_is_mine(u->desk, desk_contact_of(u->desk, dc)))
        compose_send(u);
    return true;
}

bool watch_asks(struct update *u, struct desk_contact *dc)
{
    if (dc->answered_by == NULL)
        return false;
    const struct agent *by = world_agent(u->desk->world, dc->answered_by);
    g_autofree char *question = g_strdup_printf(
        "%s answered while you wrote. Your reply is kept; Esc lets you read first. Send it too?",
        by != NULL ? by->name : dc->answered_by);
    dc->scroll_rows = 0;
    popup_ask(u, "answered", question, dc->id, finish_send);
    return true;
}
