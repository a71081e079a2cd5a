#include "app/desk/remote.h"

#include <string.h>

#include "app/desk/places.h"
#include "net/http_client.h"
#include "net/json.h"
#include "net/problem.h"

#define ANSWER_BYTES_MAX (256u * 1024 * 1024)
#define TIMEOUT_MS       (10 * 60 * 1000) /* an import of a large file is one transaction */
/* An answer may take its time, a backend that lives says so at once. Whether it lives is asked after so long
 * without an answer, and again for as long as one is waited for. */
#define ASK_AFTER_MS 5000
#define LIVES_MS     10000

struct wait {
    GMainLoop *loop;
    struct http_client *http;
    cJSON *answer;
    GError *error;
    const char *url;
    guint timer;
};

static gboolean ask_whether_it_lives(void *user_data);

static void on_life(const struct http_reply *reply, void *user_data)
{
    struct wait *wait = user_data;
    if (!g_error_matches(reply->error, NET_PROBLEM, PROBLEM_TOO_SLOW)) {
        wait->timer = g_timeout_add(ASK_AFTER_MS, ask_whether_it_lives, wait);
        return;
    }
    wait->error = g_error_new(
        NET_PROBLEM, PROBLEM_TOO_SLOW,
        "The backend at %s takes what it is asked and answers nothing; please try again later.", wait->url);
    g_main_loop_quit(wait->loop);
}

static gboolean ask_whether_it_lives(void *user_data)
{
    struct wait *wait = user_data;
    g_autofree char *url = g_strconcat(wait->url, "/healthz", NULL);
    wait->timer = 0;
    http_client_send(wait->http, &(struct http_client_request){.url = url, .timeout_ms = LIVES_MS}, on_life,
                     wait);
    return G_SOURCE_REMOVE;
}

static void on_reply(const struct http_reply *reply, void *user_data)
{
    struct wait *wait = user_data;
    if (reply->error != NULL)
        wait->error = g_error_copy(reply->error);
    else
        wait->answer = json_parse(
            reply->body, reply->body_len,
            &(struct json_limits){.max_bytes = ANSWER_BYTES_MAX, .max_values = 20 * 1000 * 1000}, NULL);
    if (reply->error == NULL && wait->answer == NULL)
        wait->error = g_error_new(
            NET_PROBLEM, PROBLEM_BAD_ANSWER,
            "The backend at %s answered what no backend answers (no JSON); check the address.", wait->url);
    g_main_loop_quit(wait->loop);
}

/* headers: lines, NULL at the end. */
static cJSON *ask(const char *url, const char *const *headers, const struct http_client_request *request,
                  GError **error)
{
    struct wait wait = {.loop = g_main_loop_new(NULL, false), .url = url};
    wait.http = http_client_new(
        &(struct http_client_options){.peer_name = "The backend", .ca_path = places_ca(NULL)});
    wait.timer = g_timeout_add(ASK_AFTER_MS, ask_whether_it_lives, &wait);
    g_autofree char *full = g_strconcat(url, request->url, NULL);
    struct http_client_request sent = *request;
    sent.url = full;
    sent.headers = headers;
    sent.body_len = request->body != NULL ? strlen(request->body) : 0;
    sent.timeout_ms = TIMEOUT_MS;
    sent.max_reply_bytes = ANSWER_BYTES_MAX;
    http_client_send(wait.http, &sent, on_reply, &wait);
    g_main_loop_run(wait.loop);
    http_client_free(wait.http);
    if (wait.timer != 0)
        g_source_remove(wait.timer);
    g_main_loop_unref(wait.loop);
    if (wait.error != NULL)
        g_propagate_error(error, wait.error);
    return wait.answer;
}

/* As ask; the backend's sentence of an ended session knows no command of ours, so that is said too. */
static cJSON *ask_signed(const char *url, const char *const *headers,
                         const struct http_client_request *request, GError **error)
{
    g_autoptr(GError) refusal = NULL;
    cJSON *answer = ask(url, headers, request, &refusal);
    if (g_error_matches(refusal, NET_PROBLEM, PROBLEM_UNAUTHORISED))
        g_set_error(error, NET_PROBLEM, PROBLEM_UNAUTHORISED,
                    "%s The command is: firstline sign-in --agent ID --url %s.", refusal->message, url);
    else if (refusal != NULL)
        g_propagate_error(error, g_steal_pointer(&refusal));
    return answer;
}

/* The header line of who signed in last; NULL with the error. Caller owns. */
static char *authorization_at(const char *url, GError **error)
{
    g_autofree char *token_path = places_token_path(url), *token = NULL;
    if (g_file_get_contents(token_path, &token, NULL, NULL))
        return g_strconcat("Authorization: Bearer ", g_strstrip(token), NULL);
    g_set_error(error, NET_PROBLEM, PROBLEM_UNAUTHORISED,
                "Nobody is signed in at %s; please sign in first: firstline sign-in --agent ID --url %s.",
                url, url);
    return NULL;
}

cJSON *remote_ask(const char *url, const char *path, const char *body, const char *content_type,
                  GError **error)
{
    g_autofree char *authorization = authorization_at(url, error);
    const char *headers[] = {authorization, NULL};
    return authorization == NULL ? NULL
                                 : ask_signed(url, headers,
                                              &(struct http_client_request){
                                                  .url = path, .body = body, .content_type = content_type},
                                              error);
}

cJSON *remote_change(const char *url, const struct remote_request *request, GError **error)
{
    g_autofree char *authorization = authorization_at(url, error),
                    *condition =
                        request->if_match != NULL ? g_strconcat("If-Match: ", request->if_match, NULL) : NULL;
    const char *headers[] = {authorization, condition, NULL};
    return authorization == NULL
               ? NULL
               : ask_signed(url, headers,
                            &(struct http_client_request){
                                .method = request->method, .url = request->path, .body = request->body},
                            error);
}

cJSON *remote_ask_unsigned(const char *url, const char *path, const char *body, GError **error)
{
    const char *headers[] = {NULL};
    return ask(url, headers, &(struct http_client_request){.url = path, .body = body}, error);
}
