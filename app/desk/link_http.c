#include "app/desk/link_http.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "net/http_client.h"
#include "net/json.h"
#include "net/problem.h"
#include "net/sse_client.h"

#define PAGE_LIMIT        "500"
#define SNAPSHOT_BYTES    (512u * 1024 * 1024)
#define STREAM_SILENCE_MS 35000 /* two heartbeats and a little */
/* Articles in their tens of thousands over a slow line: so long in all, while bytes come. */
#define LIBRARY_MS       (20 * 60 * 1000)
#define LIBRARY_STALL_MS 30000

struct link_http {
    struct link base;
    struct http_client *http;
    struct sse_client *stream;
    bool stream_waits; /* it was lost, and is tried again after a while */
    struct retry_policy stream_retry;
    char *url, *token_path, *device;
    char *authorization; /* the header line with the token; NULL: not signed in */
    unsigned tokens;     /* held so far; a refusal of an earlier one says nothing of this one */
    GHashTable *asked;   /* set of struct asked *, owned: what is under way */
};

/* A request under way, and for pages what came so far. */
struct asked {
    struct link_http *link;
    enum link_fetch what;
    uint64_t number;
    unsigned token; /* it was asked with */
    cJSON *pages;   /* the first page, grown by the later ones; NULL: not a paged answer */
};

/* What each fetch asks for: %s is the argument, escaped. */
static const struct {
    const char *path;
    const char *member; /* what every answer has; without it, it is none */
    bool is_paged;
    bool is_versioned; /* the argument is the etag of what is held */
    bool is_large;     /* it may take longer than a request usually may */
} fetches[LINK_FETCH_COUNT] = {
    [LINK_FETCH_FLOOR] = {.path = "/v1/floor", .member = "queues"},
    [LINK_FETCH_CONTACTS] = {.path = "/v1/contacts?state=open&limit=" PAGE_LIMIT,
                             .member = "contacts",
                             .is_paged = true},
    [LINK_FETCH_CONTACT] = {.path = "/v1/contacts/%s", .member = "id"},
    [LINK_FETCH_CONTACT_EVENTS] = {.path = "/v1/contacts/%s/events", .member = "events"},
    [LINK_FETCH_CUSTOMER] = {.path = "/v1/customers/%s", .member = "id"},
    [LINK_FETCH_FIND] = {.path = "/v1/find?limit=20&q=%s", .member = "hits"},
    [LINK_FETCH_SCRIPTS] = {.path = "/v1/scripts", .member = "scripts", .is_versioned = true},
    [LINK_FETCH_ARTICLES] = {.path = "/v1/articles/snapshot", .is_versioned = true, .is_large = true},
    [LINK_FETCH_USES] = {.path = "/v1/articles/use", .is_large = true},
    [LINK_FETCH_REPORT_FLOOR] = {.path = "/v1/reports/floor", .member = "queued"},
};

static struct link_http *of(struct link *link)
{
    return (struct link_http *)link;
}

static void send_request(struct link_http *l, const char *method, const char *path, const char *body,
                         http_reply_handler handle, struct asked *asked)
{
    g_autofree char *url = g_strconcat(l->url, path, NULL);
    const char *headers[] = {l->authorization, NULL};
    http_client_send(l->http,
                     &(struct http_client_request){.method = method,
                                                   .url = url,
                                                   .headers = headers,
                                                   .body = body,
                                                   .body_len = body != NULL ? strlen(body) : 0,
                                                   .max_reply_bytes = SNAPSHOT_BYTES,
                                                   .number = asked != NULL ? asked->number : 0},
                     handle, asked != NULL ? (void *)asked : (void *)l);
}

/* Whatever answers there, it is no backend: what was asked for can be asked again, and nothing is refused. */
static void fail_answer(const struct link_http *l, const char *why, GError **error)
{
    g_autofree char *peer = http_client_peer(l->http, l->url);
    g_set_error(error, NET_PROBLEM, PROBLEM_BAD_ANSWER,
                "%s answered what no backend answers (%s); check the address.", peer, why);
}

/* Without `member`, which every such answer has, it is none. Caller owns, cJSON_Delete. */
static cJSON *read_answer(const struct link_http *l, const struct http_reply *reply, const char *member,
                          GError **error)
{
    if (reply->error != NULL) {
        g_propagate_error(error, g_error_copy(reply->error));
        return NULL;
    }
    cJSON *answer =
        json_parse(reply->body, reply->body_len,
                   &(struct json_limits){.max_bytes = SNAPSHOT_BYTES, .max_values = 50u * 1000 * 1000}, NULL);
    if (cJSON_GetObjectItemCaseSensitive(answer, member) != NULL)
        return answer;
    g_autofree char *why = answer == NULL ? g_strdup("no JSON") : g_strdup_printf("no \"%s\"", member);
    fail_answer(l, why, error);
    cJSON_Delete(answer);
    return NULL;
}

/* Signing in and out */

static void set_token(struct link_http *l, const char *token)
{
    g_free(l->authorization);
    l->authorization = token == NULL ? NULL : g_strconcat("Authorization: Bearer ", token, NULL);
    l->tokens += token != NULL;
}

static void keep_token(const struct link_http *l, const char *token)
{
    if (l->token_path == NULL)
        return;
    if (token == NULL)
        g_unlink(l->token_path);
    else
        g_file_set_contents_full(l->token_path, token, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

static void ignore_reply(const struct http_reply *reply, void *user_data)
{
    (void)reply;
    (void)user_data;
}

/* A request made with the token number `token` was answered with 401. */
static void lose_token(struct link_http *l, unsigned token, const GError *error)
{
    if (l->authorization == NULL || token != l->tokens)
        return;
    sse_client_free(g_steal_pointer(&l->stream));
    set_token(l, NULL);
    keep_token(l, NULL);
    l->base.callbacks->token_lost(error->message, l->base.user_data);
}

static bool is_unauthorised(const GError *error)
{
    return error != NULL && problem_code_of(error) == PROBLEM_UNAUTHORISED;
}

static void tell_signed_in(struct link_http *l, const struct http_reply *reply)
{
    g_autoptr(GError) error = NULL;
    cJSON *answer = read_answer(l, reply, "agent", &error);
    const char *token = NULL;
    if (answer != NULL && json_get_optional_string(answer, "token", 512, &token, &error) && token != NULL) {
        set_token(l, token);
        keep_token(l, token);
    }
    l->base.callbacks->signed_in(error == NULL ? answer : NULL, error, l->base.user_data);
    cJSON_Delete(answer);
}

static void on_signed_in(const struct http_reply *reply, void *user_data)
{
    tell_signed_in(user_data, reply);
}

static void on_resumed(const struct http_reply *reply, void *user_data)
{
    struct link_http *l = user_data;
    tell_signed_in(l, reply);
    if (is_unauthorised(reply->error))
        lose_token(l, l->tokens, reply->error);
}

static void post_session(struct link_http *l, const char *agent, const char *password,
                         http_reply_handler handle)
{
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "agent", agent);
    cJSON *kept = cJSON_AddStringToObject(body, "password", password);
    cJSON_AddStringToObject(body, "device", l->device);
    char *text = cJSON_PrintUnformatted(body);
    send_request(l, "POST", "/v1/session", text, handle, NULL);
    explicit_bzero(text, strlen(text)); /* a plain memset before a free is left out by compilers */
    explicit_bzero(kept->valuestring, strlen(kept->valuestring));
    cJSON_free(text);
    cJSON_Delete(body);
}

static void sign_in(struct link *link, const char *agent, const char *password)
{
    post_session(of(link), agent, password, on_signed_in);
}

/* The session that the check has opened is not needed. */
static void close_session(struct link_http *l, const char *token)
{
    g_autofree char *url = g_strconcat(l->url, "/v1/session", NULL),
                    *authorization = g_strconcat("Authorization: Bearer ", token, NULL);
    const char *headers[] = {authorization, NULL};
    http_client_send(l->http,
                     &(struct http_client_request){.method = "DELETE", .url = url, .headers = headers},
                     ignore_reply, l);
}

static void on_checked(const struct http_reply *reply, void *user_data)
{
    struct link_http *l = user_data;
    g_autoptr(GError) error = NULL;
    cJSON *answer = read_answer(l, reply, "token", &error);
    const char *token = NULL;
    if (answer != NULL && json_get_string(answer, "token", 512, &token, &error))
        close_session(l, token);
    l->base.callbacks->checked(error, l->base.user_data);
    cJSON_Delete(answer);
}

static void check(struct link *link, const char *agent, const char *password)
{
    post_session(of(link), agent, password, on_checked);
}

static bool resume(struct link *link)
{
    struct link_http *l = of(link);
    g_autofree char *token = NULL;
    if (l->token_path == NULL || !g_file_get_contents(l->token_path, &token, NULL, NULL))
        return false;
    g_strstrip(token);
    if (*token == '\0')
        return false;
    set_token(l, token);
    send_request(l, "GET", "/v1/session", NULL, on_resumed, NULL);
    return true;
}

static void sign_out(struct link *link)
{
    struct link_http *l = of(link);
    sse_client_free(g_steal_pointer(&l->stream));
    if (l->authorization != NULL)
        send_request(l, "DELETE", "/v1/session", NULL, ignore_reply, NULL);
    set_token(l, NULL);
    keep_token(l, NULL);
}

/* The backend has answered, so it is there again: the stream need not sit out a delay that has grown to half
 * a minute while it was away. */
static void hurry_stream(struct link_http *l)
{
    if (l->stream == NULL || !l->stream_waits)
        return;
    l->stream_waits = false;
    sse_client_hurry(l->stream);
}

/* Fetching */

static void asked_free(void *data)
{
    struct asked *asked = data;
    cJSON_Delete(asked->pages);
    g_free(asked);
}

static struct asked *asked_new(struct link_http *l, uint64_t number, enum link_fetch what)
{
    struct asked *asked = g_new0(struct asked, 1);
    *asked = (struct asked){.link = l, .what = what, .number = number, .token = l->tokens};
    g_hash_table_add(l->asked, asked);
    return asked;
}

/* It was answered, and whoever asked was told; error: why not. Frees it. */
static void end_asked(struct asked *asked, const GError *error)
{
    struct link_http *l = asked->link;
    if (is_unauthorised(error))
        lose_token(l, asked->token, error);
    g_hash_table_remove(l->asked, asked);
}

static void on_fetched(const struct http_reply *reply, void *user_data);

/* etag: of what is held already; NULL: nothing is. */
static void ask(struct asked *asked, const char *path, const char *etag)
{
    struct link_http *l = asked->link;
    bool is_large = fetches[asked->what].is_large;
    g_autofree char *url = g_strconcat(l->url, path, NULL),
                    *have = etag != NULL ? g_strconcat("If-None-Match: ", etag, NULL) : NULL;
    const char *plain[] = {l->authorization, NULL},
               *versioned[] = {have, "A-IM: feed", l->authorization, NULL};
    http_client_send(l->http,
                     &(struct http_client_request){.url = url,
                                                   .headers = etag != NULL ? versioned : plain,
                                                   .max_reply_bytes = SNAPSHOT_BYTES,
                                                   .timeout_ms = is_large ? LIBRARY_MS : 0,
                                                   .stall_ms = is_large ? LIBRARY_STALL_MS : 0,
                                                   .number = asked->number},
                     on_fetched, asked);
}

static void ask_page(struct asked *asked, const char *cursor)
{
    g_autofree char *escaped = cursor == NULL ? NULL : g_uri_escape_string(cursor, NULL, false);
    g_autofree char *path = cursor == NULL
                                ? g_strdup(fetches[asked->what].path)
                                : g_strdup_printf("%s&after_cursor=%s", fetches[asked->what].path, escaped);
    ask(asked, path, NULL);
}

/* A member of the newer page in the place of the older one's. */
static void take_member(cJSON *to, cJSON *from, const char *name)
{
    cJSON *member = cJSON_DetachItemFromObjectCaseSensitive(from, name);
    cJSON_DeleteItemFromObjectCaseSensitive(to, name);
    if (member != NULL)
        cJSON_AddItemToObject(to, name, member);
}

/* Adds the page's contacts to those before; answers the cursor of the next page, NULL: this was the last. The
 * position stays the first page's: what happened since comes again by the stream. */
static const char *add_page(struct asked *asked, cJSON **page)
{
    bool had_any = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(*page, "contacts")) > 0;
    if (asked->pages == NULL) {
        asked->pages = g_steal_pointer(page);
    } else {
        cJSON *all = cJSON_GetObjectItemCaseSensitive(asked->pages, "contacts"),
              *more = cJSON_GetObjectItemCaseSensitive(*page, "contacts"), *item;
        while ((item = cJSON_DetachItemFromArray(more, 0)) != NULL)
            cJSON_AddItemToArray(all, item);
        take_member(asked->pages, *page, "after_cursor");
        take_member(asked->pages, *page, "end_of_stream");
    }
    /* An empty page ends it too, whatever it says of itself: else it could go on for ever. */
    if (!had_any || cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(asked->pages, "end_of_stream")))
        return NULL;
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(asked->pages, "after_cursor"));
}

/* The snapshot is lines of JSON: they go on as they are, with the version they are of. */
static cJSON *snapshot_answer(const struct link_http *l, const struct http_reply *reply, GError **error)
{
    const char *type = http_reply_header(reply, "Content-Type");
    if (reply->status != 304 && (type == NULL || !g_str_has_prefix(type, "application/x-ndjson"))) {
        fail_answer(l, "no articles", error);
        return NULL;
    }
    cJSON *answer = cJSON_CreateObject();
    if (reply->status == 304) {
        cJSON_AddBoolToObject(answer, "unchanged", true);
        return answer;
    }
    const char *etag = http_reply_header(reply, "ETag");
    cJSON_AddStringToObject(answer, "etag", etag != NULL ? etag : "");
    cJSON_AddBoolToObject(answer, "changes", reply->status == 226);
    cJSON_AddStringToObject(answer, "lines", reply->body);
    return answer;
}

static void on_fetched(const struct http_reply *reply, void *user_data)
{
    struct asked *asked = user_data;
    struct link_http *l = asked->link;
    g_autoptr(GError) error = reply->error != NULL ? g_error_copy(reply->error) : NULL;
    cJSON *answer = NULL;
    if (error == NULL)
        answer = asked->what == LINK_FETCH_ARTICLES || asked->what == LINK_FETCH_USES || reply->status == 304
                     ? snapshot_answer(l, reply, &error)
                     : read_answer(l, reply, fetches[asked->what].member, &error);
    const char *etag = http_reply_header(reply, "ETag");
    if (answer != NULL && asked->what == LINK_FETCH_SCRIPTS && etag != NULL)
        cJSON_AddStringToObject(answer, "etag", etag);
    if (answer != NULL && fetches[asked->what].is_paged) {
        const char *cursor = add_page(asked, &answer);
        cJSON_Delete(answer);
        if (cursor != NULL) {
            ask_page(asked, cursor);
            return;
        }
        answer = g_steal_pointer(&asked->pages);
    }
    if (error == NULL)
        hurry_stream(l);
    l->base.callbacks->fetched(asked->number, asked->what, answer, error, l->base.user_data);
    cJSON_Delete(answer);
    end_asked(asked, error);
}

static void fetch(struct link *link, uint64_t number, enum link_fetch what, const char *argument)
{
    struct link_http *l = of(link);
    struct asked *asked = asked_new(l, number, what);
    if (fetches[what].is_paged) {
        ask_page(asked, argument);
        return;
    }
    g_autofree char *escaped = g_uri_escape_string(argument != NULL ? argument : "", NULL, false);
    g_auto(GStrv) parts = g_strsplit(fetches[what].path, "%s", 2);
    g_autofree char *path =
        parts[1] == NULL ? g_strdup(parts[0]) : g_strconcat(parts[0], escaped, parts[1], NULL);
    ask(asked, path, fetches[what].is_versioned ? argument : NULL);
}

/* Delivering */

static void on_delivered(const struct http_reply *reply, void *user_data)
{
    struct asked *asked = user_data;
    g_autoptr(GError) error = NULL;
    struct link_http *l = asked->link;
    cJSON *answer = read_answer(l, reply, "results", &error);
    if (error == NULL)
        hurry_stream(l);
    l->base.callbacks->delivered(asked->number, answer, error, l->base.user_data);
    cJSON_Delete(answer);
    end_asked(asked, error);
}

static void deliver(struct link *link, uint64_t number, const char *events_json)
{
    struct asked *asked = asked_new(of(link), number, LINK_FETCH_COUNT);
    g_autofree char *body = g_strconcat("{\"events\":", events_json, "}", NULL);
    send_request(of(link), "POST", "/v1/events", body, on_delivered, asked);
}

/* The stream */

static void on_reached(struct link_http *l, const struct sse_event *event)
{
    l->base.callbacks->reached(event->id != NULL ? g_ascii_strtoll(event->id, NULL, 10) : 0,
                               l->base.user_data);
}

/* Whom an event's JSON is given to. One that is none is passed over: a repeat after the next reconnect would
 * be no better, since the backend wrote it. */
static void on_event(const struct sse_event *event, void *user_data)
{
    struct link_http *l = user_data;
    const struct link_callbacks *callbacks = l->base.callbacks;
    if (strcmp(event->kind, "reached") == 0) {
        on_reached(l, event);
        return;
    }
    cJSON *json = json_parse(event->data, event->data_len, NULL, NULL);
    if (json == NULL)
        return;
    void (*tell)(const cJSON *, void *) = strcmp(event->kind, "watching") == 0 ? callbacks->watching
                                          : strcmp(event->kind, "customer_changed") == 0
                                              ? callbacks->customer_changed
                                              : callbacks->streamed;
    tell(json, l->base.user_data);
    cJSON_Delete(json);
}

static void on_state(const struct sse_client_change *change, void *user_data)
{
    struct link_http *l = user_data;
    enum link_state state = change->state == SSE_CLIENT_UP     ? LINK_LIVE
                            : change->state == SSE_CLIENT_DOWN ? LINK_CONNECTING
                                                               : LINK_OFFLINE;
    g_autoptr(GError) error = change->error != NULL ? g_error_copy(change->error) : NULL;
    l->stream_waits = change->state == SSE_CLIENT_DOWN;
    if (change->state == SSE_CLIENT_REFUSED)
        sse_client_free(g_steal_pointer(&l->stream));
    l->base.callbacks->state(state, error != NULL ? error->message : NULL, l->base.user_data);
    if (state == LINK_OFFLINE && is_unauthorised(error))
        lose_token(l, l->tokens, error);
}

static void stream(struct link *link, int64_t after)
{
    struct link_http *l = of(link);
    char last_id[24];
    g_snprintf(last_id, sizeof last_id, "%" G_GINT64_FORMAT, after);
    g_autofree char *url = g_strconcat(l->url, "/v1/stream", NULL);
    const char *headers[] = {l->authorization, NULL};
    sse_client_free(g_steal_pointer(&l->stream));
    l->stream_waits = false;
    l->stream = sse_client_new(l->http, &(struct sse_client_options){.url = url,
                                                                     .headers = headers,
                                                                     .last_id = last_id,
                                                                     .silence_ms = STREAM_SILENCE_MS,
                                                                     .retry = l->stream_retry,
                                                                     .on_event = on_event,
                                                                     .on_state = on_state,
                                                                     .user_data = l});
}

/* Who looks */

static void on_watched(const struct http_reply *reply, void *user_data)
{
    struct link_http *l = user_data;
    g_autoptr(GError) error = NULL;
    cJSON *answer = read_answer(l, reply, "watchers", &error);
    if (answer != NULL)
        l->base.callbacks->watching(answer, l->base.user_data);
    cJSON_Delete(answer);
}

static void watch(struct link *link, const char *contact, const char *customer_id, bool is_typing)
{
    struct link_http *l = of(link);
    if (l->authorization == NULL)
        return;
    cJSON *body = cJSON_CreateObject();
    if (contact != NULL)
        cJSON_AddStringToObject(body, "contact", contact);
    if (customer_id != NULL)
        cJSON_AddStringToObject(body, "customer", customer_id);
    cJSON_AddBoolToObject(body, "typing", is_typing);
    char *text = cJSON_PrintUnformatted(body);
    send_request(l, "PUT", "/v1/watch", text, on_watched, NULL);
    cJSON_free(text);
    cJSON_Delete(body);
}

static void link_http_free(struct link *link)
{
    struct link_http *l = of(link);
    sse_client_free(l->stream);
    http_client_free(l->http);
    g_hash_table_unref(l->asked);
    g_free(l->url);
    g_free(l->token_path);
    g_free(l->device);
    g_free(l->authorization);
    g_free(l);
}

static const struct link_class link_http_class = {
    .sign_in = sign_in,
    .check = check,
    .resume = resume,
    .sign_out = sign_out,
    .fetch = fetch,
    .deliver = deliver,
    .stream = stream,
    .watch = watch,
    .free = link_http_free,
};

struct link *link_http_new(const struct link_http_options *options, const struct link_callbacks *callbacks,
                           void *user_data)
{
    struct link_http *l = g_new0(struct link_http, 1);
    l->base = (struct link){.class = &link_http_class, .callbacks = callbacks, .user_data = user_data};
    l->url = g_strdup(options->url);
    l->token_path = g_strdup(options->token_path);
    l->device = g_strdup(options->device);
    l->stream_retry = options->stream_retry;
    l->asked = g_hash_table_new_full(NULL, NULL, asked_free, NULL);
    l->http = http_client_new(&(struct http_client_options){
        .context = g_main_context_get_thread_default(),
        .peer_name = "The backend",
        .when_down = "work goes on and is sent later",
        .ca_path = options->ca_path,
    });
    return &l->base;
}
