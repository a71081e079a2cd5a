/* The desk's link against a running backend: sessions that end, and passwords that are only checked. */
#include "app/desk/link_http.h"

#include <glib/gstdio.h>
#include <string.h>

#include "app/service/service.h"
#include "net/event_stream.h"
#include "net/http_server.h"
#include "net/problem.h"
#include "tests/support/floor.h"

#define DEADLINE_US (20 * G_USEC_PER_SEC)

struct fixture {
    char *path, *folder, *token_path;
    struct service *service;
    struct link *link;
    /* what was heard */
    GString *heard;
    enum link_state state;
    unsigned changes; /* of customers, told */
};

static void on_signed_in(const cJSON *answer, const GError *error, void *data)
{
    (void)answer;
    g_string_append_printf(((struct fixture *)data)->heard, "[signed in: %s]",
                           error ? error->message : "yes");
}

static void on_checked(const GError *error, void *data)
{
    g_string_append_printf(((struct fixture *)data)->heard, "[checked: %s]",
                           error ? error->message : "right");
}

static void on_token_lost(const char *reason, void *data)
{
    g_string_append_printf(((struct fixture *)data)->heard, "[lost: %s]", reason);
}

static void on_fetched(uint64_t number, enum link_fetch what, const cJSON *answer, const GError *error,
                       void *data)
{
    (void)what;
    (void)answer;
    g_string_append_printf(((struct fixture *)data)->heard, "[fetched %d: %s]", (int)number,
                           error ? error->message : "yes");
}

static void on_delivered(uint64_t number, const cJSON *answer, const GError *error, void *data)
{
    (void)number;
    (void)answer;
    (void)error;
    (void)data;
}

static void on_streamed(const cJSON *json, void *data)
{
    (void)json;
    (void)data;
}

static void on_watching(const cJSON *json, void *data)
{
    g_autofree char *text = cJSON_PrintUnformatted(json);
    g_string_append_printf(((struct fixture *)data)->heard, "%s", text);
}

static void on_customer_changed(const cJSON *json, void *data)
{
    struct fixture *f = data;
    g_autofree char *text = cJSON_PrintUnformatted(json);
    g_string_append_printf(f->heard, "[changed: %s]", text);
    f->changes++;
}

static void on_reached(int64_t position, void *data)
{
    (void)position;
    (void)data;
}

static void on_state(enum link_state state, const char *reason, void *data)
{
    (void)reason;
    ((struct fixture *)data)->state = state;
}

static const struct link_callbacks callbacks = {
    .signed_in = on_signed_in,
    .checked = on_checked,
    .token_lost = on_token_lost,
    .fetched = on_fetched,
    .delivered = on_delivered,
    .streamed = on_streamed,
    .reached = on_reached,
    .watching = on_watching,
    .customer_changed = on_customer_changed,
    .state = on_state,
};

static void set_up(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autoptr(GError) error = NULL;
    f->path = floor_path();
    store_close(floor_open(f->path, NULL));
    f->service = floor_serve(f->path, false);
    f->folder = g_dir_make_tmp("firstline-link-XXXXXX", &error);
    g_assert_no_error(error);
    f->token_path = g_build_filename(f->folder, "token", NULL);
    f->heard = g_string_new(NULL);
    f->link = link_http_new(&(struct link_http_options){.url = service_url(f->service),
                                                        .token_path = f->token_path,
                                                        .device = "desk-mira"},
                            &callbacks, f);
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    link_free(f->link);
    service_free(f->service);
    floor_remove(f->path);
    g_unlink(f->token_path);
    g_rmdir(f->folder);
    g_free(f->token_path);
    g_free(f->folder);
    g_string_free(f->heard, TRUE);
}

static gboolean wake(gpointer unused)
{
    (void)unused;
    return G_SOURCE_CONTINUE;
}

/* Waits until the part was heard, and forgets what was heard until then. */
static void hear(struct fixture *f, const char *part)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_US;
    guint timer = g_timeout_add(50, wake, NULL);
    while (strstr(f->heard->str, part) == NULL) {
        if (g_get_monotonic_time() > deadline)
            g_error("waited for %s, heard %s", part, f->heard->str);
        g_main_context_iteration(NULL, TRUE);
    }
    g_source_remove(timer);
    g_string_truncate(f->heard, 0);
}

static void wait_for_state(struct fixture *f, enum link_state state)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_US;
    guint timer = g_timeout_add(50, wake, NULL);
    while (f->state != state) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_main_context_iteration(NULL, TRUE);
    }
    g_source_remove(timer);
}

static void sign_in(struct fixture *f)
{
    link_sign_in(f->link, "mira", "firstline");
    hear(f, "[signed in: yes]");
    link_stream(f->link, 0);
    wait_for_state(f, LINK_LIVE);
}

static bool expire_all(struct db *db, void *unused, GError **error)
{
    (void)unused;
    return db_exec(db, "UPDATE tokens SET expires_ms = 1", error);
}

static bool revoke_all(struct db *db, void *unused, GError **error)
{
    (void)unused;
    return db_exec(db, "DELETE FROM tokens", error);
}

static gboolean ask_floor(gpointer data)
{
    link_fetch(((struct fixture *)data)->link, 1, LINK_FETCH_FLOOR, NULL);
    return G_SOURCE_CONTINUE;
}

static void an_expired_token_is_told_once_and_renewed(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    sign_in(f);
    g_assert_true(g_file_test(f->token_path, G_FILE_TEST_EXISTS));
    g_assert_true(store_run_wait(service_store(f->service), expire_all, NULL, NULL));
    guint asking = g_timeout_add(200, ask_floor, f); /* the backend looks again within seconds */
    hear(f, "[fetched 1: The session has expired; sign in again.]"
            "[lost: The session has expired; sign in again.]");
    g_source_remove(asking);
    g_assert_false(g_file_test(f->token_path, G_FILE_TEST_EXISTS));
    link_fetch(f->link, 2, LINK_FETCH_FLOOR, NULL);
    hear(f, "[fetched 2:");
    link_sign_in(f->link, "mira", "not this");
    hear(f, "[signed in: Name or password is wrong; try again.]");
    sign_in(f);
    link_fetch(f->link, 3, LINK_FETCH_FLOOR, NULL);
    hear(f, "[fetched 3: yes]");
    g_assert_null(strstr(f->heard->str, "lost"));
}

/* Nothing is asked meanwhile: the stream alone brings it out. */
static void a_revoked_token_ends_its_stream(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    sign_in(f);
    g_assert_true(store_run_wait(service_store(f->service), revoke_all, NULL, NULL));
    hear(f, "[lost: The session is not known; sign in again.]");
}

static void a_wrong_password_at_the_lock_ends_no_session(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    sign_in(f);
    link_check(f->link, "mira", "not this");
    hear(f, "[checked: Name or password is wrong; try again.]");
    link_fetch(f->link, 1, LINK_FETCH_FLOOR, NULL);
    hear(f, "[fetched 1: yes]");
    link_check(f->link, "mira", "firstline");
    hear(f, "[checked: right]");
    link_fetch(f->link, 2, LINK_FETCH_FLOOR, NULL);
    hear(f, "[fetched 2: yes]");
}

static void a_token_of_an_earlier_run_that_has_ended_is_told(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_assert_false(link_resume(f->link));
    g_assert_true(g_file_set_contents(f->token_path, "of-yesterday", -1, NULL));
    g_assert_true(link_resume(f->link));
    hear(f, "[signed in: The session is not known; sign in again.]"
            "[lost: The session is not known; sign in again.]");
    g_assert_false(g_file_test(f->token_path, G_FILE_TEST_EXISTS));
}

static void who_has_a_contact_in_view_sees_the_others(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    sign_in(f);
    link_watch(f->link, "1001", NULL, false);
    hear(f, "{\"contact\":\"1001\",\"watchers\":[{\"agent\":\"mira\",\"typing\":false}]}");
    struct fixture other = {.heard = g_string_new(NULL)};
    other.link =
        link_http_new(&(struct link_http_options){.url = service_url(f->service), .device = "desk-tom"},
                      &callbacks, &other);
    link_sign_in(other.link, "tom", "firstline");
    hear(&other, "[signed in: yes]");
    link_watch(other.link, "1001", NULL, true);
    hear(f, "{\"agent\":\"tom\",\"typing\":true}");
    link_watch(other.link, "1002", NULL, false); /* elsewhere: nothing of it is told here */
    hear(f, "{\"contact\":\"1001\",\"watchers\":[{\"agent\":\"mira\",\"typing\":false}]}");
    link_watch(other.link, "1001", NULL, false);
    hear(f, "{\"agent\":\"tom\",\"typing\":false}");
    link_sign_out(other.link);
    hear(f, "{\"contact\":\"1001\",\"watchers\":[{\"agent\":\"mira\",\"typing\":false}]}");
    link_free(other.link);
    g_string_free(other.heard, TRUE);
}

/* Another desk, whose agent has this contact (NULL: none) and this customer's record in view. */
static void begin_other(struct fixture *other, const struct fixture *f, const char *who,
                        const char *contact_id, const char *customer_id)
{
    g_autofree char *device = g_strconcat("desk-", who, NULL);
    *other = (struct fixture){.heard = g_string_new(NULL)};
    other->link = link_http_new(&(struct link_http_options){.url = service_url(f->service), .device = device},
                                &callbacks, other);
    link_sign_in(other->link, who, "firstline");
    hear(other, "[signed in: yes]");
    link_stream(other->link, 0);
    wait_for_state(other, LINK_LIVE);
    link_watch(other->link, contact_id, customer_id, false);
    g_autofree char *seen = contact_id != NULL ? g_strdup_printf("\"agent\":\"%s\"", who)
                                               : g_strdup("{\"contact\":\"\",\"watchers\":[]}");
    hear(other, seen);
}

static void end_other(struct fixture *other)
{
    link_free(other->link);
    g_string_free(other->heard, TRUE);
}

static void correct(struct store *s, const char *whose, const char *postal)
{
    struct event *ev = floor_event(EVENT_CUSTOMER_CORRECTED, "desk-mira", 0, ACTOR_AGENT, "mira", NULL);
    event_set_text(ev, "customer", whose);
    event_set_text(ev, "field", "postal");
    event_set_text(ev, "value", postal);
    g_assert_cmpint(floor_append(s, ev, ROLE_AGENT, NULL), >, 0);
}

/* Whoever has the customer's record in view and may read it, and nobody else: beside a contact, whether the
 * backend still has it or it was closed long since, or found by a search. */
static void a_correction_is_told_to_who_looks_at_the_customer(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    struct store *s = service_store(f->service);
    struct fixture tom, sara, chan;
    for (int i = 1; i <= 2; i++) {
        struct event *ev = floor_event(EVENT_CUSTOMER_CREATED, "channel", 0, ACTOR_INTEGRATION, "chan", NULL);
        event_set_text(ev, "customer", i == 1 ? "c1" : "c2");
        event_set_text(ev, "name", "Ana Silva");
        g_assert_cmpint(floor_append(s, ev, ROLE_INTEGRATION, NULL), >, 0);
    }
    begin_other(&tom, f, "tom", "closed long since", "c1");
    begin_other(&sara, f, "sara", NULL, "c2");
    begin_other(&chan, f, "chan", "101", "c1");
    correct(s, "c1", "Oak 5, Bergen");
    hear(&tom, "[changed: {\"customer\":\"c1\"}]");
    correct(s, "c2", "Elm 1, Bergen");
    hear(&sara, "[changed: {\"customer\":\"c2\"}]");
    g_assert_cmpuint(sara.changes, ==, 1);
    link_watch(sara.link, NULL, "c1", false); /* another of them, and no longer the first */
    hear(&sara, "{\"contact\":\"\",\"watchers\":[]}");
    correct(s, "c2", "Elm 2, Bergen");
    correct(s, "c1", "Oak 6, Bergen");
    hear(&sara, "[changed: {\"customer\":\"c1\"}]");
    g_assert_cmpuint(sara.changes, ==, 2);
    link_watch(sara.link, NULL, NULL, false);
    hear(&sara, "{\"contact\":\"\",\"watchers\":[]}");
    correct(s, "c1", "Oak 7, Bergen");
    hear(&tom, "[changed: {\"customer\":\"c1\"}][changed: {\"customer\":\"c1\"}]");
    link_watch(sara.link, "101", NULL, false);
    hear(&sara, "\"agent\":\"sara\"");
    hear(&chan, "\"agent\":\"sara\""); /* what came before it is here too */
    g_assert_cmpuint(sara.changes, ==, 2);
    g_assert_cmpuint(chan.changes, ==, 0); /* an integration reads no records of customers */
    end_other(&tom);
    end_other(&sara);
    end_other(&chan);
}

/* A backend whose stream is away at first, while all else is answered. */
struct half {
    struct http_server *server;
    struct event_hub *hub;
    int refusals_left; /* atomic; of the stream */
};

static enum http_outcome half_session(const struct http_request *request, struct http_response *response,
                                      void *data, GError **error)
{
    (void)request, (void)data, (void)error;
    http_response_take_json(response, 201, g_string_new("{\"token\":\"t\",\"agent\":{\"id\":\"mira\"}}"));
    return HTTP_DONE;
}

static enum http_outcome half_stream(const struct http_request *request, struct http_response *response,
                                     void *data, GError **error)
{
    (void)request;
    struct half *half = data;
    if (g_atomic_int_add(&half->refusals_left, -1) > 0) {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNAVAILABLE, "The stream is away.");
        return HTTP_FAILED;
    }
    http_response_take_stream(response, event_hub_subscribe(half->hub, NULL, NULL, -1));
    return HTTP_DONE;
}

static enum http_outcome half_events(const struct http_request *request, struct http_response *response,
                                     void *data, GError **error)
{
    (void)request, (void)data, (void)error;
    http_response_take_json(response, 200, g_string_new("{\"results\":[]}"));
    return HTTP_DONE;
}

static enum http_outcome half_floor(const struct http_request *request, struct http_response *response,
                                    void *data, GError **error)
{
    (void)request, (void)data, (void)error;
    http_response_take_json(response, 200, g_string_new("{\"queues\":[]}"));
    return HTTP_DONE;
}

static const struct http_route half_routes[] = {
    {HTTP_METHOD_POST, "/v1/session", half_session, .body_max_bytes = 1000, .help = "Signs anybody in."},
    {HTTP_METHOD_GET, "/v1/stream", half_stream, .help = "Away at first."},
    {HTTP_METHOD_POST, "/v1/events", half_events, .body_max_bytes = 1000, .help = "Takes anything."},
    {HTTP_METHOD_GET, "/v1/floor", half_floor, .help = "Nobody's."},
};

static void start_half(struct half *half, int refusals)
{
    g_autoptr(GError) error = NULL;
    half->refusals_left = refusals;
    half->hub = event_hub_new(&(struct event_hub_options){0});
    half->server = http_server_new(&(struct http_server_options){0});
    http_server_add_routes(half->server, half_routes, G_N_ELEMENTS(half_routes), half);
    http_server_start(half->server, &error);
    g_assert_no_error(error);
}

/* A lost stream waits an hour here; what was delivered or answered proves that the backend is there, and ends
 * the wait. */
static void an_answer_ends_the_wait_of_a_lost_stream(void)
{
    struct half half;
    start_half(&half, 2);
    struct fixture f = {.heard = g_string_new(NULL), .state = LINK_LIVE};
    f.link = link_http_new(
        &(struct link_http_options){.url = http_server_url(half.server),
                                    .device = "desk-mira",
                                    .stream_retry = {.first_ms = 3600000, .ceiling_ms = 3600000}},
        &callbacks, &f);
    link_sign_in(f.link, "mira", "any");
    hear(&f, "[signed in: yes]");
    link_stream(f.link, 0);
    wait_for_state(&f, LINK_CONNECTING);
    f.state = LINK_OFFLINE;
    link_deliver(f.link, 1, "[]");
    wait_for_state(&f, LINK_CONNECTING); /* tried again, and refused again */
    link_fetch(f.link, 2, LINK_FETCH_FLOOR, NULL);
    wait_for_state(&f, LINK_LIVE);
    link_free(f.link);
    http_server_free(half.server);
    event_hub_free(half.hub);
    g_string_free(f.heard, TRUE);
}

#define TEST(name) g_test_add("/http/link/" #name, struct fixture, NULL, set_up, name, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST(an_expired_token_is_told_once_and_renewed);
    TEST(a_revoked_token_ends_its_stream);
    TEST(a_wrong_password_at_the_lock_ends_no_session);
    TEST(a_token_of_an_earlier_run_that_has_ended_is_told);
    TEST(who_has_a_contact_in_view_sees_the_others);
    TEST(a_correction_is_told_to_who_looks_at_the_customer);
    g_test_add_func("/http/link/an_answer_ends_the_wait_of_a_lost_stream",
                    an_answer_ends_the_wait_of_a_lost_stream);
    return g_test_run();
}
