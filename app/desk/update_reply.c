/* Answers to what the desk asked the link for, each to who asked. */
#include "app/desk/update.h"

#include "app/desk/areas.h"
#include "app/model/timestamp.h"
#include "net/json.h"

static GPtrArray *read_events(const cJSON *json)
{
    GPtrArray *events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
    const cJSON *item;
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "events")) {
        struct event *ev = event_from_cjson(item, NULL);
        if (ev != NULL)
            g_ptr_array_add(events, ev);
    }
    return events;
}

static int64_t position_of(const cJSON *json, const GPtrArray *events)
{
    const cJSON *position = cJSON_GetObjectItemCaseSensitive(json, "position");
    if (cJSON_IsString(position))
        return g_ascii_strtoll(position->valuestring, NULL, 10);
    const struct event *last = events->len > 0 ? g_ptr_array_index(events, events->len - 1) : NULL;
    return last != NULL ? last->position : 0;
}

/* The contact's log: its conversation, and of my own contact what this desk has not measured or walked yet.
 */
static void events_came(struct update *u, struct desk_contact *dc, const cJSON *json)
{
    g_autoptr(GPtrArray) events = read_events(json);
    const struct contact *c = desk_contact_of(u->desk, dc);
    conversation_load(u->desk, dc, events, position_of(json, events));
    g_clear_pointer(&dc->problem, g_free);
    if (dc == u->desk->current)
        dc->saw = MAX(dc->saw, dc->loaded_to);
    if (desk_is_mine(u->desk, c) && c->leg != NULL &&
        !intervals_peek(u->desk->intervals, c->leg, u->desk->now_ms, (int64_t[ACTIVITY_COUNT]){0},
                        &(int64_t){0}))
        record_history(u->desk, events);
    script_found(u, dc, events);
    contact_suggest(u, dc);
}

static void contact_came(struct update *u, const cJSON *json)
{
    g_autoptr(GError) error = NULL;
    struct contact *c = contact_from_cjson(json, &error);
    if (c == NULL) {
        update_say(u, TONE_ERROR, "%s", error->message);
        return;
    }
    g_autofree char *id = g_strdup(c->id);
    world_put_contact(u->desk->world, c);
    record_fold_again(u->desk, id);
    struct desk_contact *dc = desk_find_open(u->desk, id);
    if (dc != NULL && c->customer != NULL && dc->customer == NULL && dc->requests[LINK_FETCH_CUSTOMER] == 0)
        dc->requests[LINK_FETCH_CUSTOMER] = update_fetch(u, LINK_FETCH_CUSTOMER, c->customer);
    contact_reconcile(u, id);
    queue_offer_over(u);
}

/* What I did today at another computer the backend knows, and this one not. What is still under way from here
 * it does not know yet, so it is believed where it knows of more. */
static void own_day_came(struct desk *desk, const cJSON *own)
{
    struct desk_metrics *m = &desk->metrics;
    const char *since = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(own, "since"));
    int64_t since_ms, handled = json_number(own, "handled");
    if (since == NULL || !timestamp_parse(since, &since_ms) ||
        stream_day_of(desk, since_ms) != stream_day(desk) || handled <= m->handled)
        return;
    m->handled = handled;
    m->handle_ms = json_number(own, "handle_ms");
    m->closed = json_number(own, "closed");
    m->resolved = json_number(own, "resolved");
    m->is_told = true;
}

/* -1: the backend does not know. */
static int percent_of(const cJSON *json, const char *name)
{
    const cJSON *percent = cJSON_GetObjectItemCaseSensitive(json, name);
    return cJSON_IsNumber(percent) ? (int)(CLAMP(percent->valuedouble, 0, 100) + 0.5) : -1;
}

static void report_came(struct desk *desk, const cJSON *json)
{
    own_day_came(desk, cJSON_GetObjectItemCaseSensitive(json, "mine"));
    desk->metrics.service_level_percent = percent_of(json, "service_level_percent");
    desk->metrics.floor_aht_ms = json_number(json, "aht_ms");
    desk->metrics.floor_resolved_percent = percent_of(json, "resolved_percent");
    desk->metrics.floor_at_ms = desk->now_ms;
}

static struct desk_contact *asked_by(struct desk *desk, enum link_fetch what, int64_t number)
{
    for (guint i = 0; i < desk->open->len; i++) {
        struct desk_contact *dc = g_ptr_array_index(desk->open, i);
        if (dc->requests[what] == number) {
            dc->requests[what] = 0;
            return dc;
        }
    }
    return NULL;
}

static void reply_failed(struct update *u, struct desk_contact *dc)
{
    const char *sentence = u->msg->problem.sentence;
    if (sentence == NULL)
        return;
    if (u->msg->fetch == LINK_FETCH_CONTACT_EVENTS && dc != NULL) {
        g_free(dc->problem);
        dc->problem = g_strdup(sentence);
    } else if (u->msg->fetch != LINK_FETCH_REPORT_FLOOR && u->desk->link == LINK_LIVE) {
        update_say(u, TONE_ERROR, "%s", sentence);
    }
}

void reply_came(struct update *u)
{
    const struct msg *msg = u->msg;
    struct desk *desk = u->desk;
    struct desk_contact *dc = asked_by(desk, msg->fetch, msg->number);
    if (msg->json == NULL) {
        reply_failed(u, dc);
        if (msg->fetch == LINK_FETCH_CONTACTS)
            stream_catch_up(u);
        return;
    }
    if (msg->number == desk->mending)
        desk->mending = 0;
    switch (msg->fetch) {
    case LINK_FETCH_FLOOR:
        session_floor(u, msg->json);
        break;
    case LINK_FETCH_CONTACTS:
        session_contacts(u, msg->json);
        stream_catch_up(u);
        place_restore(u);
        if (desk->is_arriving && desk->current == NULL && desk->place == NULL)
            contact_next(u);
        desk->is_arriving = false;
        break;
    case LINK_FETCH_CONTACT:
        contact_came(u, msg->json);
        break;
    case LINK_FETCH_CONTACT_EVENTS:
        if (dc != NULL)
            events_came(u, dc, msg->json);
        break;
    case LINK_FETCH_CUSTOMER:
        if (dc != NULL)
            customer_answer(u, dc, msg->json);
        else
            find_customer_answer(u, msg->number, msg->json);
        break;
    case LINK_FETCH_FIND:
        find_answer(u, msg->json);
        break;
    case LINK_FETCH_REPORT_FLOOR:
        report_came(u->desk, msg->json);
        break;
    default:
        break;
    }
}
