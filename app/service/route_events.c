/* Events: appended in batches, read from a position, and streamed live. */
#include "app/model/timestamp.h"
#include "app/service/eventlog.h"
#include "app/service/routes.h"

#include <string.h>

#include "net/sse.h"

#define BATCH_MAX      200
#define PAGE_MAX       1000
#define BACKLOG_EVENTS 200

/* A person sends their own events alone; channels and other systems speak for customers. */
static bool check_sender(const struct caller *c, const struct event *ev, GError **error)
{
    if (*c->device && strcmp(ev->device, c->device) != 0) {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNAUTHORISED,
                    "This session belongs to the device %s and event %s comes from %s; sign in again there.",
                    c->device, ev->id, ev->device);
        return false;
    }
    bool is_own = ev->actor_kind == ACTOR_AGENT && strcmp(ev->actor, c->agent) == 0;
    bool is_channel =
        c->role == ROLE_INTEGRATION && ev->actor_kind != ACTOR_AGENT && ev->actor_kind != ACTOR_SYSTEM;
    if (is_own || is_channel)
        return true;
    g_set_error(error, NET_PROBLEM, PROBLEM_FORBIDDEN,
                "Event %s is by %s and cannot be delivered by %s; let its own sign-in deliver it.", ev->id,
                ev->actor, c->agent);
    return false;
}

/* Of a session without a device yet, the first event says which it is; the others follow it. */
static bool check_one_device(const GPtrArray *events, const struct event *ev, GError **error)
{
    const struct event *first = g_ptr_array_index(events, 0);
    if (strcmp(first->device, ev->device) == 0)
        return true;
    g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
                "A batch holds the events of one device, and this one those of %s and %s.", first->device,
                ev->device);
    return false;
}

/* An event that cannot be read has no number to be refused under, so it refuses the whole batch. */
static GPtrArray *read_events(const cJSON *list, const struct caller *c, GError **error)
{
    GPtrArray *events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
    const cJSON *item;
    guint index = 0;
    cJSON_ArrayForEach (item, list) {
        GError *cause = NULL;
        struct event *ev = event_from_cjson(item, &cause);
        if (!ev) {
            g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "Event %u of the batch: %s", index + 1,
                        cause->message);
            g_error_free(cause);
            g_ptr_array_unref(events);
            return NULL;
        }
        ev->position = ev->received_at_ms = 0;
        g_ptr_array_add(events, ev);
        if (!check_sender(c, ev, error) || !check_one_device(events, ev, error)) {
            g_ptr_array_unref(events);
            return NULL;
        }
        index++;
    }
    return events;
}

struct appending {
    struct auth *auth;
    char *session; /* that named its device by this */
    struct http_exchange *exchange;
    GPtrArray *ids;
};

static void write_result(struct json_writer *json, const char *id, const struct store_result *result)
{
    json_object_start(json);
    json_add_string(json, "id", id);
    if (result->problem) {
        g_autoptr(GString) problem = g_string_new(NULL);
        problem_write(problem, result->problem);
        json_add_raw(json, "problem", problem->str, problem->len);
        if (result->expected)
            json_add_id(json, "expected_seq", result->expected);
    } else {
        json_add_id(json, "position", result->position);
    }
    json_object_end(json);
}

static void appended(struct store_batch *batch, void *user_data)
{
    struct appending *appending = user_data;
    if (appending->session)
        auth_forget(appending->auth, appending->session);
    if (batch->error) {
        http_exchange_fail(appending->exchange, g_steal_pointer(&batch->error));
    } else {
        GString *out = g_string_new(NULL);
        struct json_writer json;
        json_writer_init(&json, out);
        json_object_start(&json);
        json_key(&json, "results");
        json_array_start(&json);
        for (guint i = 0; i < batch->events->len; i++)
            write_result(&json, g_ptr_array_index(appending->ids, i), &batch->results[i]);
        json_array_end(&json);
        json_object_end(&json);
        struct http_response response = {0};
        http_response_take_json(&response, 200, out);
        http_exchange_answer(appending->exchange, &response);
    }
    g_ptr_array_unref(appending->ids);
    g_free(appending->session);
    g_free(appending);
    store_batch_free(batch);
}

static enum http_outcome post_events(const struct http_request *request, struct http_response *response,
                                     void *user_data, GError **error)
{
    (void)response;
    struct service *s = user_data;
    const struct caller *c = route_caller(request);
    const cJSON *list;
    cJSON *json = http_request_json(request, NULL, error);
    GPtrArray *events =
        json && json_get_array(json, "events", BATCH_MAX, &list, error) ? read_events(list, c, error) : NULL;
    cJSON_Delete(json);
    if (!events)
        return HTTP_FAILED;
    struct appending *appending = g_new0(struct appending, 1);
    appending->exchange = request->exchange;
    appending->ids = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < events->len; i++)
        g_ptr_array_add(appending->ids, g_strdup(((struct event *)g_ptr_array_index(events, i))->id));
    g_ptr_array_set_free_func(events, NULL);
    struct store_batch *batch = store_batch_new(events);
    batch->role = c->role;
    if (!*c->device) {
        appending->session = g_strdup(c->token_hash);
        batch->session = g_strdup(c->token_hash);
        appending->auth = s->auth;
    }
    batch->done = appended;
    batch->user_data = appending;
    store_append(s->store, batch);
    return HTTP_LATER;
}

struct listing {
    GString *out;
    bool is_begun;
};

static bool list_event(struct event *ev, void *user_data)
{
    struct listing *listing = user_data;
    g_autofree char *json = event_to_json(ev);
    if (listing->is_begun)
        g_string_append_c(listing->out, ',');
    listing->is_begun = true;
    g_string_append(listing->out, json);
    return true;
}

static enum http_outcome get_events(const struct http_request *request, struct http_response *response,
                                    void *user_data, GError **error)
{
    struct service *s = user_data;
    int64_t after = 0, limit = 200, since_ms = 0;
    const char *since = http_request_query(request, "since");
    if (!http_request_query_int64(request, "after", 0, INT64_MAX, &after, error) ||
        !http_request_query_int64(request, "limit", 1, PAGE_MAX, &limit, error))
        return HTTP_FAILED;
    if (since && *since && !timestamp_parse(since, &since_ms)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "\"since\" should be a date or a time such as 2026-11-23T14:02:05Z, not \"%.40s\".",
                    since);
        return HTTP_FAILED;
    }
    g_autoptr(GString) out = g_string_new("{\"events\":[");
    struct listing listing = {out, false};
    struct eventlog_reach reach = {0};
    struct db *db = store_reader_take(s->store, error);
    struct eventlog_range range = {
        .after = after, .from_ms = MAX(since_ms, 0), .limit = limit, .reach = &reach};
    bool read = db && eventlog_read(db, &range, list_event, &listing, error);
    store_reader_give(s->store, db);
    if (!read)
        return HTTP_FAILED;
    g_string_append_printf(out, "],\"after_cursor\":\"%" G_GINT64_FORMAT "\",\"end_of_stream\":%s}",
                           reach.count > 0 ? reach.position : after, reach.count < limit ? "true" : "false");
    return route_answer(response, g_steal_pointer(&out));
}

static enum http_outcome get_stream(const struct http_request *request, struct http_response *response,
                                    void *user_data, GError **error)
{
    struct service *s = user_data;
    int64_t after = -1;
    const char *last = http_request_header(request, "Last-Event-ID");
    if (!http_request_query_int64(request, "after", 0, INT64_MAX, &after, error))
        return HTTP_FAILED;
    if (last && *last) {
        guint64 number;
        if (!g_ascii_string_to_unsigned(last, 10, 0, INT64_MAX, &number, NULL)) {
            g_set_error_literal(error, NET_PROBLEM, PROBLEM_BAD_REQUEST, "Last-Event-ID is no position.");
            return HTTP_FAILED;
        }
        after = (int64_t)number;
    }
    struct caller *c = caller_ref(request->principal);
    http_response_take_stream(response, event_hub_subscribe(s->hub, c, caller_unref, after));
    /* A session that ended after the gate let it in: either this look sees it, or the drop saw the stream. */
    if (auth_is_known(s->auth, c))
        return HTTP_DONE;
    g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNAUTHORISED, "The session has ended; sign in again.");
    return HTTP_FAILED;
}

static const struct http_route rows[] = {
    {HTTP_METHOD_POST, "/v1/events", post_events, .rights = RIGHT_SIGNED_IN, .body_max_bytes = 4 << 20,
     .help = "append events."},
    {HTTP_METHOD_GET, "/v1/events", get_events, .rights = RIGHT_EVENTS_READ, .help = "read the log."},
    {HTTP_METHOD_GET, "/v1/stream", get_stream, .rights = RIGHTS_FLOOR, .help = "follow the log live."},
};
const struct route_table routes_events = {rows, G_N_ELEMENTS(rows)};
