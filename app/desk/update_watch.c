/* Who else has this contact in view: told to the backend, shown beside the contact, and said before an answer
 * goes out that somebody else's has overtaken. Nothing of it is in the log. */
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

void watch_tell(struct update *u)
{
    struct desk *desk = u->desk;
    bool is_open = desk->phase == DESK_OPEN && desk->link == LINK_LIVE && !desk->is_practice;
    if (!is_open) {
        g_clear_pointer(&desk->watched, g_free); /* told anew once the link is back */
        return;
    }
    const char *id = desk->current != NULL ? desk->current->id : NULL;
    bool types = is_typing(desk), is_same = g_strcmp0(id, desk->watched) == 0;
    bool is_due = id != NULL && desk->now_ms - desk->watched_ms >= RENEW_MS;
    if (is_same && types == desk->watched_typing && !is_due)
        return;
    g_free(desk->watched);
    desk->watched = g_strdup(id);
    desk->watched_typing = types;
    desk->watched_ms = desk->now_ms;
    commands_add(u->commands, COMMAND_WATCH, id, types ? "typing" : "");
    if (!is_same && desk->current != NULL)
        customer_ask_again(u, desk->current);
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
