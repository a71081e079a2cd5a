#include "app/service/routes.h"

#include "app/model/timestamp.h"

const struct route_table *const route_tables[] = {
    &routes_session,  &routes_floor,
    &routes_contacts, &routes_approvals,
    &routes_events,   &routes_customers,
    &routes_library,  &routes_reports,
    &routes_import,   &routes_settings,
    &routes_health,   &routes_watch,
    &routes_scripts,  NULL,
};

const struct caller *route_caller(const struct http_request *request)
{
    g_assert(request->principal);
    return request->principal;
}

enum http_outcome route_answer(struct http_response *response, GString *out)
{
    http_response_take_json(response, 200, out);
    return HTTP_DONE;
}

enum http_outcome route_answer_cjson(struct http_response *response, unsigned status, cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);
    http_response_take_json(response, status, g_string_new(text));
    cJSON_free(text);
    cJSON_Delete(json);
    return HTTP_DONE;
}

static void format_etag(int64_t version, char *etag, size_t size)
{
    g_snprintf(etag, size, "\"%" G_GINT64_FORMAT "\"", version);
}

void route_add_etag(struct http_response *response, int64_t version)
{
    char etag[32];
    format_etag(version, etag, sizeof etag);
    http_response_add_header(response, "ETag", etag);
}

bool route_is_known(const struct http_request *request, struct http_response *response, int64_t version)
{
    char etag[32];
    format_etag(version, etag, sizeof etag);
    if (http_request_if_none_match(request, etag) != HTTP_MATCH_YES)
        return false;
    response->status = 304;
    route_add_etag(response, version);
    return true;
}

void route_now(char *out)
{
    timestamp_format(g_get_real_time() / 1000, out);
}

bool route_may_see(const struct caller *c, const struct event *ev, const char *owner)
{
    const uint64_t all =
        RIGHT_CONTACTS_WATCH | RIGHT_CONTACTS_ESCALATED | RIGHT_MESSAGES_RECEIVE | RIGHT_EVENTS_READ;
    bool is_own = ev->actor_kind == ACTOR_AGENT && g_strcmp0(ev->actor, c->agent) == 0;
    switch (event_kind_row(ev->kind)->scope) {
    case EVENT_SCOPE_FLOOR:
        return true;
    case EVENT_SCOPE_OWNER:
        return is_own || (c->rights & all) || g_strcmp0(owner, c->agent) == 0;
    default:
        return is_own;
    }
}

struct later {
    const struct http_request *request;
    struct service *service;
    route_work work;
    void *data;
    GDestroyNotify free_data;
};

void route_run_later(void *data, void *user_data)
{
    (void)user_data;
    struct later *later = data;
    struct http_response response = {0};
    GError *error = NULL;
    enum http_outcome outcome = later->work(later->request, &response, later->service, later->data, &error);
    if (outcome == HTTP_DONE) {
        http_exchange_answer(later->request->exchange, &response);
    } else {
        http_response_clear(&response);
        http_exchange_fail(later->request->exchange, error);
    }
    if (later->free_data)
        later->free_data(later->data);
    g_free(later);
}

enum http_outcome route_later(const struct http_request *request, struct service *s, route_work work,
                              void *data, GDestroyNotify free_data)
{
    struct later later = {request, s, work, data, free_data};
    g_thread_pool_push(s->workers, g_memdup2(&later, sizeof later), NULL);
    return HTTP_LATER;
}
