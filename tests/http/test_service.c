/* The backend from outside: requests and their answers, over a socket, on a temporary database. */
#include "app/service/service.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/service/accounts.h"
#include "app/service/epoch.h"
#include "app/service/rebuild.h"
#include "tests/support/caller.h"
#include "tests/support/floor.h"

struct fixture {
    char *path;
    struct service *service;
    const char *url;
};

static void start(struct fixture *f)
{
    f->service = floor_serve(f->path, true);
    f->url = service_url(f->service);
}

static void set_up(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    f->path = floor_path();
    store_close(floor_open(f->path, NULL));
    start(f);
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    service_free(f->service);
    floor_remove(f->path);
}

static struct answer ask(struct fixture *f, const char *method, const char *path, const char *token,
                         const char *body)
{
    g_autofree char *url = g_strconcat(f->url, path, NULL);
    return caller_ask(method, url, token, body, NULL);
}

/* {"events":[…]} of the events, which are freed. */
static char *batch(struct event *first, struct event *second)
{
    g_autofree char *one = event_to_json(first), *two = second ? event_to_json(second) : NULL;
    event_free(first);
    event_free(second);
    return g_strdup_printf("{\"events\":[%s%s%s]}", one, two ? "," : "", two ? two : "");
}

static struct event *by_agent(enum event_kind kind, const char *who, int64_t seq, const char *about)
{
    g_autofree char *device = g_strconcat("desk-", who, NULL);
    return floor_event(kind, device, seq, ACTOR_AGENT, who, about);
}

static void send(struct fixture *f, const char *token, struct event *ev, const char *part)
{
    g_autofree char *body = batch(ev, NULL);
    answer_expect(ask(f, "POST", "/v1/events", token, body), 200, part);
}

/* Signs in and on, ready; answers the token. */
static char *come_on(struct fixture *f, const char *who)
{
    g_autofree char *device = g_strconcat("desk-", who, NULL);
    char *token = caller_sign_in(f->url, who, device);
    send(f, token, by_agent(EVENT_AGENT_SIGNED_IN, who, 1, NULL), "\"position\"");
    struct event *ready = by_agent(EVENT_AGENT_PRESENCE_CHANGED, who, 2, NULL);
    event_set_text(ready, "presence", "ready");
    send(f, token, ready, "\"position\"");
    return token;
}

static void signs_in_and_out(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "mira", "desk-mira");
    answer_expect(ask(f, "GET", "/v1/session", token, NULL), 200, "\"id\":\"mira\"");
    answer_expect(ask(f, "DELETE", "/v1/session", token, NULL), 204, NULL);
    answer_expect(ask(f, "GET", "/v1/session", token, NULL), 401, "sign in again");
}

static void refuses_a_wrong_password_and_counts_the_tries(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    const char *wrong = "{\"agent\":\"mira\",\"password\":\"letmein!\",\"device\":\"d\"}";
    const char *nobody = "{\"agent\":\"nobody\",\"password\":\"letmein!\",\"device\":\"d\"}";
    answer_expect(ask(f, "POST", "/v1/session", NULL, nobody), 401, "Name or password is wrong");
    for (int i = 0; i < 5; i++)
        answer_expect(ask(f, "POST", "/v1/session", NULL, wrong), 401, "Name or password is wrong");
    answer_expect(ask(f, "POST", "/v1/session", NULL, wrong), 429, "Too many wrong passwords");
}

static bool expire(struct db *db, void *unused, GError **error)
{
    (void)unused;
    return db_exec(db, "UPDATE tokens SET expires_ms = 1", error);
}

static void ends_a_session_in_time(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "mira", "desk-mira");
    g_assert_true(store_run_wait(service_store(f->service), expire, NULL, NULL));
    answer_expect(ask(f, "GET", "/v1/floor", token, NULL), 401, "has expired");
}

static void says_why_a_role_may_not(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "mira", "desk-mira");
    answer_expect(ask(f, "GET", "/v1/events", NULL, NULL), 401, "sign in first");
    answer_expect(ask(f, "GET", "/v1/events", token, NULL), 403,
                  "Your role (agent) may not do that: read the log.");
    answer_expect(ask(f, "GET", "/healthz", NULL, NULL), 200, "ok");
    answer_expect(ask(f, "GET", "/readyz", NULL, NULL), 200, "ready");
    answer_expect(ask(f, "GET", "/metrics", NULL, NULL), 200, "firstline_events_total");
    answer_expect(ask(f, "GET", "/openapi.yaml", NULL, NULL), 200, "openapi: 3");
}

static void answers_each_event_of_a_batch(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "mira", "desk-mira");
    g_autofree char *body = batch(by_agent(EVENT_AGENT_SIGNED_IN, "mira", 1, NULL),
                                  by_agent(EVENT_CONTACT_HELD, "mira", 2, "no-such"));
    struct answer first = ask(f, "POST", "/v1/events", token, body);
    g_assert_cmpint(first.status, ==, 200);
    g_assert_nonnull(strstr(first.body->str, "\"position\""));
    g_assert_nonnull(strstr(first.body->str, "\"problem\":{"));
    struct answer repeat = ask(f, "POST", "/v1/events", token, body);
    g_assert_cmpstr(first.body->str, ==, repeat.body->str);
    answer_release(&first);
    answer_release(&repeat);
    send(f, token, by_agent(EVENT_AGENT_SIGNED_OUT, "mira", 9, NULL), "\"expected_seq\":\"3\"");
}

static void lets_nobody_speak_for_another(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "mira", "desk-mira");
    g_autofree char *body = batch(by_agent(EVENT_AGENT_SIGNED_IN, "tom", 1, NULL), NULL);
    answer_expect(ask(f, "POST", "/v1/events", token, body), 401, "belongs to the device desk-mira");
    g_autofree char *unnamed = caller_sign_in(f->url, "mira", "");
    answer_expect(ask(f, "POST", "/v1/events", unnamed, body), 403, "cannot be delivered by mira");
}

static void binds_a_session_to_the_device_that_delivers_first(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "mira", "");
    g_autofree char *mixed = batch(by_agent(EVENT_AGENT_SIGNED_IN, "mira", 1, NULL),
                                   floor_event(EVENT_DESK_LOCKED, "other", 1, ACTOR_AGENT, "mira", NULL));
    answer_expect(ask(f, "POST", "/v1/events", token, mixed), 422, "the events of one device");
    send(f, token, by_agent(EVENT_AGENT_SIGNED_IN, "mira", 1, NULL), "\"position\"");
    send(f, token, by_agent(EVENT_DESK_LOCKED, "mira", 2, NULL), "\"position\"");
    g_autofree char *other =
        batch(floor_event(EVENT_DESK_LOCKED, "other", 1, ACTOR_AGENT, "mira", NULL), NULL);
    answer_expect(ask(f, "POST", "/v1/events", token, other), 401, "belongs to the device desk-mira");
}

/* Administers the database as another process does: on a connection of its own. */
static void disable_from_outside(const char *path, const char *who)
{
    GError *error = NULL;
    struct db *db = db_open(path, (struct db_options){0}, &error);
    g_assert_true(db && db_begin(db, &error) && accounts_disable(db, who, true, &error) &&
                  db_commit(db, &error));
    db_close(db);
    epoch_announce(path);
}

static void ends_sessions_at_once(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    for (int i = 0; i < 5; i++) {
        g_autofree char *token = caller_sign_in(f->url, "mira", "desk-mira");
        answer_expect(ask(f, "GET", "/v1/floor", token, NULL), 200, NULL);
        answer_expect(ask(f, "DELETE", "/v1/session", token, NULL), 204, NULL);
        answer_expect(ask(f, "GET", "/v1/floor", token, NULL), 401, "sign in again");
    }
    g_autofree char *token = caller_sign_in(f->url, "mira", "desk-mira"),
                    *tom = caller_sign_in(f->url, "tom", "desk-tom");
    answer_expect(ask(f, "GET", "/v1/floor", token, NULL), 200, NULL);
    disable_from_outside(f->path, "mira");
    answer_expect(ask(f, "GET", "/v1/floor", token, NULL), 401, "sign in again");
    answer_expect(ask(f, "GET", "/v1/floor", tom, NULL), 200, NULL);
}

struct following {
    const char *url, *token;
    char *text;
};

static void *follow(void *data)
{
    struct following *following = data;
    following->text = caller_stream(following->url, following->token, NULL, 2, 20);
    return NULL;
}

static void await_streams(struct fixture *f, const char *line)
{
    for (int tries = 0; tries < 1000; tries++) {
        struct answer answer = ask(f, "GET", "/metrics", NULL, NULL);
        bool is_so = strstr(answer.body->str, line);
        answer_release(&answer);
        if (is_so)
            return;
        g_usleep(10000);
    }
    g_error("/metrics never said %s", line);
}

static void ends_the_stream_of_a_disabled_user_before_the_next_event(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "mira", "desk-mira");
    struct following following = {.url = f->url, .token = token};
    GThread *thread = g_thread_new("follow", follow, &following);
    await_streams(f, "\nfirstline_streams 1\n");
    floor_chat(service_store(f->service), "100");
    disable_from_outside(f->path, "mira");
    floor_chat(service_store(f->service), "101");
    await_streams(f, "\nfirstline_streams 0\n");
    g_thread_join(thread);
    g_assert_nonnull(strstr(following.text, "\"contact\":\"100\""));
    g_assert_null(strstr(following.text, "\"contact\":\"101\""));
    g_free(following.text);
}

static struct answer ask_changes(struct fixture *f, const char *token, const char *etag)
{
    g_autofree char *url = g_strconcat(f->url, "/v1/articles/snapshot", NULL);
    g_autofree char *headers = g_strdup_printf("If-None-Match: %s\nA-IM: feed", etag);
    return caller_ask("GET", url, token, NULL, headers);
}

static void gives_the_articles_that_changed_alone(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "sara", "desk-sara");
    answer_expect(ask(f, "PUT", "/v1/articles/one", token, "{\"title\":\"One\",\"body\":\"1\"}"), 200, NULL);
    answer_expect(ask(f, "PUT", "/v1/articles/two", token, "{\"title\":\"Two\",\"body\":\"2\"}"), 200, NULL);
    struct answer all = ask(f, "GET", "/v1/articles/snapshot", token, NULL);
    g_assert_cmpint(all.status, ==, 200);
    answer_expect(ask_changes(f, token, all.etag), 304, NULL);
    answer_expect(ask(f, "PUT", "/v1/articles/three", token, "{\"title\":\"Three\",\"body\":\"3\"}"), 200,
                  NULL);
    struct answer changes = ask_changes(f, token, all.etag);
    g_assert_cmpint(changes.status, ==, 226);
    g_assert_nonnull(strstr(changes.body->str, "\"three\""));
    g_assert_null(strstr(changes.body->str, "\"one\""));
    answer_expect(ask_changes(f, token, changes.etag), 304, NULL);
    g_autofree char *gone = g_strconcat(f->url, "/v1/articles/two", NULL);
    struct answer two = ask(f, "GET", "/v1/articles/two", token, NULL);
    g_autofree char *match = g_strdup_printf("If-Match: %s", two.etag);
    answer_release(&two);
    answer_expect(caller_ask("DELETE", gone, token, NULL, match), 204, NULL);
    answer_expect(ask_changes(f, token, changes.etag), 226, "{\"deleted\":true,\"id\":\"two\"}\n");
    /* Who does not ask for changes, or has what another shelf gave, gets everything. */
    g_autofree char *url = g_strconcat(f->url, "/v1/articles/snapshot", NULL);
    g_autofree char *have = g_strdup_printf("If-None-Match: %s", all.etag);
    answer_expect(caller_ask("GET", url, token, NULL, have), 200, "\"one\"");
    answer_expect(ask_changes(f, token, "\"other-1\""), 200, "\"one\"");
    answer_release(&changes);
    answer_release(&all);
}

static void refuses_what_is_malformed_or_too_large(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "mira", "desk-mira");
    answer_expect(ask(f, "POST", "/v1/events", token, "{\"events\":[{]}"), 400, "\"detail\"");
    answer_expect(ask(f, "POST", "/v1/events", token, "{\"events\":[{\"v\":1,\"kind\":\"no.such\"}]}"), 422,
                  "no.such");
    answer_expect(ask(f, "POST", "/v1/events", token, "{}"), 422, "events");
    answer_expect(ask(f, "POST", "/v1/session", NULL, "{\"agent\":\"mira\"}"), 422, "password");
    answer_expect(ask(f, "GET", "/v1/contacts?limit=many", token, NULL), 400, "limit");
    answer_expect(ask(f, "GET", "/v1/contacts?state=odd", token, NULL), 400, "open or all");
    answer_expect(ask(f, "GET", "/v1/contacts/none", token, NULL), 404, "There is no contact none");
    answer_expect(ask(f, "GET", "/v1/nothing", token, NULL), 404, NULL);
    answer_expect(ask(f, "PATCH", "/v1/floor", token, "{}"), 405, NULL);
    g_autofree char *big = g_strnfill(5 << 20, ' ');
    struct answer answer = ask(f, "POST", "/v1/events", token, big);
    g_assert_true(answer.status == 413 || answer.status == 0);
    answer_release(&answer);
}

static void gives_a_contact_to_one_of_two(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *mira = come_on(f, "mira"), *tom = come_on(f, "tom");
    floor_chat(service_store(f->service), "100");
    struct event *first = by_agent(EVENT_CONTACT_ACCEPTED, "mira", 3, "100");
    first->leg = g_strdup("100.1");
    struct event *second = by_agent(EVENT_CONTACT_ACCEPTED, "tom", 3, "100");
    second->leg = g_strdup("100.1");
    send(f, mira, first, "\"position\"");
    send(f, tom, second, "\"problem\"");
    answer_expect(ask(f, "GET", "/v1/contacts/100", mira, NULL), 200, "\"agent\":\"mira\"");
}

static void refuses_a_reply_to_what_was_not_seen(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *mira = come_on(f, "mira");
    struct store *s = service_store(f->service);
    floor_chat(s, "100");
    struct event *accepted = by_agent(EVENT_CONTACT_ACCEPTED, "mira", 3, "100");
    accepted->leg = g_strdup("100.1");
    send(f, mira, accepted, "\"position\"");
    int64_t seen = board_position(store_board(s));
    struct event *news = floor_event(EVENT_MESSAGE_RECEIVED, "channel", 0, ACTOR_CUSTOMER, "yara", "100");
    event_set_text(news, "text", "Never mind, I found them");
    g_assert_cmpint(floor_append(s, news, ROLE_INTEGRATION, NULL), >, 0);
    for (int i = 0; i < 2; i++) {
        struct event *reply = by_agent(EVENT_MESSAGE_SENT, "mira", 4 + i, "100");
        reply->leg = g_strdup("100.1");
        reply->saw = i == 0 ? seen : board_position(store_board(s));
        event_set_text(reply, "text", "Which size do you wear?");
        send(f, mira, reply, i == 0 ? "\"status\":412" : "\"position\"");
    }
}

static void send_correction(struct fixture *f, const char *token, int64_t seq, const char *const *texts,
                            const char *part)
{
    struct event *ev = by_agent(EVENT_CUSTOMER_CORRECTED, "mira", seq, NULL);
    static const char *const members[] = {"customer", "field", "was", "value"};
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
        event_set_text(ev, members[i], texts[i]);
    send(f, token, ev, part);
}

static void refuses_a_correction_of_what_changed_since(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *root = caller_sign_in(f->url, "root", "desk-root"), *mira = come_on(f, "mira");
    answer_expect(ask(f, "POST", "/v1/import/customers", root,
                      "{\"id\":\"c1\",\"name\":\"Ana Silva\",\"postal\":\"Elm 1, \\nBergen\"}"),
                  200, "\"taken\":1");
    send_correction(f, mira, 3, (const char *[]){"c1", "postal", "Elm 1, Bergen", "Oak 5, Bergen"},
                    "\"position\"");
    send_correction(f, mira, 4, (const char *[]){"c1", "postal", "Elm 1, Bergen", "Elm 2, Bergen"},
                    "Somebody else changed the address meanwhile; look at it, and correct it again if it is "
                    "wrong.");
    send_correction(f, mira, 5, (const char *[]){"c1", "email", "", "ana@example.org"}, "\"position\"");
    send_correction(f, mira, 6, (const char *[]){"c1", "email", "", "ana@example.com"}, "\"status\":412");
    send_correction(f, mira, 7, (const char *[]){"c9", "email", "", "ana@example.com"}, "\"position\"");
    answer_expect(ask(f, "GET", "/v1/customers/c1", mira, NULL), 200, "\"postal\":\"Oak 5, Bergen\"");
    answer_expect(ask(f, "GET", "/v1/customers/c1", mira, NULL), 200, "ana@example.org");
    struct answer log = ask(f, "GET", "/v1/events", root, NULL);
    g_assert_nonnull(strstr(log.body->str, "Oak 5, Bergen"));
    g_assert_null(strstr(log.body->str, "\"was\""));
    answer_release(&log);
}

static void streams_on_from_where_it_was_left(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "sara", "desk-sara");
    struct store *s = service_store(f->service);
    for (int i = 0; i < 600; i++) {
        g_autofree char *id = g_strdup_printf("%d", 1000 + i);
        floor_chat(s, id);
    }
    int64_t head = board_position(store_board(s));
    g_autofree char *from = g_strdup_printf("%" G_GINT64_FORMAT, head - 450);
    g_autofree char *text = caller_stream(f->url, token, from, 450, 10);
    for (int64_t position = head - 449; position <= head; position++) {
        g_autofree char *line = g_strdup_printf("\nid: %" G_GINT64_FORMAT "\ndata", position);
        const char *found = strstr(text, line);
        if (!found || strstr(found + 1, line))
            g_error("position %" G_GINT64_FORMAT " came %s", position, found ? "twice" : "not at all");
    }
    g_autofree char *nothing = caller_stream(f->url, token, "1000000", 1, 1);
    g_assert_nonnull(strstr(nothing, "event: reached"));
}

static void says_when_all_is_told_though_the_last_is_not_for_all(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *mira = come_on(f, "mira"), *tom = come_on(f, "tom");
    struct store *s = service_store(f->service);
    floor_chat(s, "100");
    struct event *accepted = by_agent(EVENT_CONTACT_ACCEPTED, "mira", 3, "100");
    accepted->leg = g_strdup("100.1");
    send(f, mira, accepted, "\"position\"");
    struct event *news = floor_event(EVENT_MESSAGE_RECEIVED, "channel", 0, ACTOR_CUSTOMER, "yara", "100");
    event_set_text(news, "text", "My card ends in 4471");
    floor_append(s, news, ROLE_INTEGRATION, NULL);
    g_autofree char *text = caller_stream(f->url, tom, "0", 50, 1);
    g_autofree char *reached =
        g_strdup_printf("\nid: %" G_GINT64_FORMAT "\nevent: reached\n", board_position(store_board(s)));
    g_assert_nonnull(strstr(text, reached));
}

static void keeps_a_message_from_those_it_is_not_for(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *mira = come_on(f, "mira"), *tom = come_on(f, "tom");
    struct store *s = service_store(f->service);
    floor_chat(s, "100");
    struct event *accepted = by_agent(EVENT_CONTACT_ACCEPTED, "mira", 3, "100");
    accepted->leg = g_strdup("100.1");
    send(f, mira, accepted, "\"position\"");
    struct event *news = floor_event(EVENT_MESSAGE_RECEIVED, "channel", 0, ACTOR_CUSTOMER, "yara", "100");
    event_set_text(news, "text", "My card ends in 4471");
    floor_append(s, news, ROLE_INTEGRATION, NULL);
    g_autofree char *hers = caller_stream(f->url, mira, "0", 5, 2),
                    *his = caller_stream(f->url, tom, "0", 50, 2);
    g_assert_nonnull(strstr(hers, "4471"));
    g_assert_null(strstr(his, "4471"));
    g_assert_nonnull(strstr(his, "contact.accepted"));
}

static void tells_when_an_agents_eyes_left_a_contact(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *mira = come_on(f, "mira"), *tom = caller_sign_in(f->url, "tom", "test");
    floor_chat(service_store(f->service), "100");
    floor_chat(service_store(f->service), "200");
    for (int i = 0; i < 2; i++) {
        const char *about = i == 0 ? "100" : "200";
        struct event *accepted = by_agent(EVENT_CONTACT_ACCEPTED, "mira", 3 + 2 * i, about);
        accepted->leg = g_strconcat(about, ".1", NULL);
        send(f, mira, accepted, "\"position\"");
        struct event *looks = by_agent(EVENT_FOCUS_MOVED, "mira", 4 + 2 * i, about);
        looks->leg = g_strconcat(about, ".1", NULL);
        send(f, mira, looks, "\"position\"");
    }
    struct answer hers = ask(f, "GET", "/v1/contacts/100/events?focus=1", mira, NULL),
                  his = ask(f, "GET", "/v1/contacts/100/events?focus=1", tom, NULL),
                  alone = ask(f, "GET", "/v1/contacts/100/events", mira, NULL);
    g_assert_nonnull(strstr(hers.body->str, "\"contact\":\"200\""));
    g_assert_null(strstr(his.body->str, "\"contact\":\"200\""));
    g_assert_nonnull(strstr(strstr(his.body->str, "focus.moved") + 1, "focus.moved"));
    g_assert_null(strstr(alone.body->str, "\"contact\":\"200\""));
    answer_release(&hers);
    answer_release(&his);
    answer_release(&alone);
}

static void says_which_time_aht_is_of(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *mira = caller_sign_in(f->url, "mira", "test");
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autoptr(GDateTime) since = g_date_time_add_days(now, -28);
    g_autofree char *usual = g_date_time_format(since, "\"since\":\"%Y-%m-%dT%H:");
    answer_expect(ask(f, "GET", "/v1/reports/aht", mira, NULL), 200, usual);
    answer_expect(ask(f, "GET", "/v1/reports/aht?since=2026-01-02&until=2026-01-03", mira, NULL), 200,
                  "\"since\":\"2026-01-02T00:00:00.000Z\",\"until\":\"2026-01-03T00:00:00.000Z\"");
}

static void answers_each_report_in_each_form(struct fixture *f, gconstpointer unused)
{
    static const struct {
        const char *report, *json, *text;
    } reports[] = {
        {"kpi", "\"id\":\"fcr\"", "staff qualified"},
        {"stream", "\"savings\":[", "waiting: queue"},
        {"compliance", "\"formulas\":{\"rate\"", "No run of a script ended in this time."},
        {"flags", "\"rows\":[]", "Nobody flagged an article."},
        {"keys", "\"channels\":[", "No desk told of keys"},
        {"quality", "\"name\":\"repeated\"", "how it is folded"},
        {"experiment?subject=return", "\"arms\":[", "had started the script return."},
    };
    (void)unused;
    g_autofree char *root = caller_sign_in(f->url, "root", "test");
    for (size_t i = 0; i < G_N_ELEMENTS(reports); i++) {
        const char *more = strchr(reports[i].report, '?') != NULL ? "&" : "?";
        g_autofree char *plain = g_strconcat("/v1/reports/", reports[i].report, NULL),
                        *text = g_strconcat(plain, more, "form=text", NULL);
        answer_expect(ask(f, "GET", plain, root, NULL), 200, reports[i].json);
        answer_expect(ask(f, "GET", text, root, NULL), 200, reports[i].text);
        answer_expect(ask(f, "GET", text, root, NULL), 200,
                      "\"since\":\"20"); /* people want to know of which time */
    }
    answer_expect(ask(f, "GET", "/v1/reports/stream?form=folded", root, NULL), 200, "\"text\":\"");
    answer_expect(ask(f, "GET", "/v1/reports/kpi?form=text&formulas=1", root, NULL), 200,
                  "AHT = (talk + aside");
    answer_expect(ask(f, "GET", "/v1/reports/floor", root, NULL), 200, "\"mine\":{\"since\":");
    answer_expect(ask(f, "GET", "/v1/reports/experiment", root, NULL), 400, "Please name the script");
    answer_expect(ask(f, "GET", "/v1/reports/compliance?by=moon", root, NULL), 400, "not by \\\"moon\\\"");
    answer_expect(ask(f, "GET", "/v1/reports/kpi?since=noon", root, NULL), 400, "should be a date");
    static const char *const each[] = {"kpi", "aht", "gaps"};
    for (size_t i = 0; i < G_N_ELEMENTS(each); i++) {
        g_autofree char *backwards =
            g_strdup_printf("/v1/reports/%s?since=2026-01-03&until=2026-01-02", each[i]);
        answer_expect(ask(f, "GET", backwards, root, NULL), 400, "nothing lies between them");
    }
    answer_expect(ask(f, "GET", "/v1/events?since=noon", root, NULL), 400, "should be a date or a time");
    answer_expect(ask(f, "GET", "/v1/events?since=2999-01-01", root, NULL), 200, "{\"events\":[]");
}

/* As a newer program would have written it. */
static bool make_first_unknown(struct db *db, void *unused, GError **error)
{
    (void)unused;
    return db_exec(db, "UPDATE events SET kind = 'moon.seen' WHERE position = 1", error);
}

static void reads_on_past_kinds_that_it_does_not_know(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *root = caller_sign_in(f->url, "root", "test");
    answer_expect(ask(f, "GET", "/v1/events?limit=1", root, NULL), 200, "\"position\":\"1\"");
    g_assert_true(store_run_wait(service_store(f->service), make_first_unknown, NULL, NULL));
    answer_expect(ask(f, "GET", "/v1/events?limit=1", root, NULL), 200,
                  "{\"events\":[],\"after_cursor\":\"1\",\"end_of_stream\":false}");
    answer_expect(ask(f, "GET", "/v1/events?limit=1&after=1", root, NULL), 200,
                  "{\"events\":[],\"after_cursor\":\"1\",\"end_of_stream\":true}");
}

/* Closed today and, should the day change meanwhile, tomorrow. */
static void says_when_a_queue_is_closed(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *root = caller_sign_in(f->url, "root", "test"),
                    *url = g_strconcat(f->url, "/v1/settings", NULL);
    answer_expect(ask(f, "GET", "/v1/floor", root, NULL), 200, "\"is_open\":true");
    g_autoptr(GDateTime) now = g_date_time_new_now_utc(), next = g_date_time_add_days(now, 1),
                         opens = g_date_time_add_days(now, 2);
    g_autofree char *today = g_date_time_format(now, "\"%F\":\"closed\""),
                    *tomorrow = g_date_time_format(next, "\"%F\":\"closed\""),
                    *until =
                        g_date_time_format(opens, "\"is_open\":false,\"changes_at\":\"%FT00:00:00.000Z\"");
    g_autofree char *body = g_strdup_printf(
        "{\"queues\":[{\"id\":\"orders\",\"name\":\"Orders\"}],\"hours\":{%s,%s}}", today, tomorrow);
    struct answer before = ask(f, "GET", "/v1/settings", root, NULL);
    g_autofree char *match = g_strdup_printf("If-Match: %s", before.etag);
    answer_expect(caller_ask("PUT", url, root, body, match), 200, NULL);
    answer_expect(ask(f, "GET", "/v1/floor", root, NULL), 200, until);
    answer_release(&before);
}

static void refuses_a_stale_write_of_settings(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "root", "desk-root");
    g_autofree char *url = g_strconcat(f->url, "/v1/settings", NULL);
    struct answer now = ask(f, "GET", "/v1/settings", token, NULL);
    g_assert_cmpint(now.status, ==, 200);
    g_autofree char *match = g_strdup_printf("If-Match: %s", now.etag);
    answer_expect(caller_ask("PUT", url, token, now.body->str, NULL), 428, "If-Match");
    answer_expect(caller_ask("PUT", url, token, "{\"queues\":[]}", match), 422, "at least one queue");
    answer_expect(caller_ask("PUT", url, token, now.body->str, match), 200, NULL);
    answer_expect(caller_ask("PUT", url, token, now.body->str, match), 412, "changed since");
    answer_release(&now);
}

static void refuses_a_stale_write_of_an_article(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "sara", "desk-sara"),
                    *url = g_strconcat(f->url, "/v1/articles/one", NULL);
    const char *body = "{\"title\":\"One\",\"body\":\"1\"}";
    struct answer first = caller_ask("PUT", url, token, body, NULL);
    g_assert_cmpint(first.status, ==, 200);
    g_autofree char *match = g_strdup_printf("If-Match: %s", first.etag);
    answer_expect(caller_ask("PUT", url, token, body, NULL), 428, "send its ETag as If-Match");
    answer_expect(caller_ask("PUT", url, token, body, match), 200, NULL);
    answer_expect(caller_ask("PUT", url, token, body, match), 412,
                  "Article one has changed since; read it again.");
    answer_expect(ask(f, "PUT", "/v1/articles/two", token, "{\"title\":\"\"}"), 422, NULL);
    answer_release(&first);
}

static void pages_through_contacts(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *token = caller_sign_in(f->url, "mira", "desk-mira"), *cursor = g_strdup("");
    for (int i = 0; i < 25; i++) {
        g_autofree char *id = g_strdup_printf("%d", 500 + i);
        floor_chat(service_store(f->service), id);
    }
    int seen = 0;
    for (bool is_last = false; !is_last;) {
        g_autofree char *path = g_strdup_printf("/v1/contacts?state=open&limit=10&after_cursor=%s", cursor);
        struct answer page = ask(f, "GET", path, token, NULL);
        g_assert_cmpint(page.status, ==, 200);
        cJSON *json = cJSON_Parse(page.body->str);
        seen += cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "contacts"));
        is_last = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "end_of_stream"));
        cJSON_Delete(json);
        g_free(cursor);
        cursor = answer_text(&page, "after_cursor");
        answer_release(&page);
    }
    g_assert_cmpint(seen, ==, 25);
}

/* A child serves and is killed in the middle of a flood; what it had answered must be there afterwards. */
static void keeps_what_it_answered_when_killed(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    service_free(g_steal_pointer(&f->service));
    char *argv[] = {"/proc/self/exe", "--serve", f->path, NULL};
    GPid child;
    int out;
    g_assert_true(g_spawn_async_with_pipes(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &child,
                                           NULL, &out, NULL, NULL));
    char url[64] = {0};
    g_assert_cmpint(read(out, url, sizeof url - 1), >, 0);
    close(out);
    g_autofree char *token = caller_sign_in(url, "mira", "desk-mira"),
                    *target = g_strconcat(url, "/v1/events", NULL);
    int64_t answered = 0;
    for (int64_t seq = 1; seq <= 40; seq++) {
        g_autofree char *body =
            batch(by_agent(seq == 1 ? EVENT_AGENT_SIGNED_IN : EVENT_DESK_LOCKED, "mira", seq, NULL), NULL);
        struct answer answer = caller_ask("POST", target, token, body, NULL);
        if (answer.status == 200 && strstr(answer.body->str, "\"position\""))
            answered = seq;
        answer_release(&answer);
        if (seq == 30)
            kill(child, SIGKILL);
    }
    waitpid(child, NULL, 0);
    g_assert_cmpint(answered, ==, 30);
    start(f);
    g_autofree char *again = caller_sign_in(f->url, "mira", "desk-mira");
    send(f, again, by_agent(EVENT_DESK_UNLOCKED, "mira", answered + 5, NULL), "\"expected_seq\":\"31\"");
}

static void proves_its_tables_after_random_traffic(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    static const enum event_kind kinds[] = {
        EVENT_CONTACT_ACCEPTED,     EVENT_CONTACT_HELD,   EVENT_CONTACT_RESUMED,
        EVENT_CONTACT_WRAP_STARTED, EVENT_CONTACT_CLOSED, EVENT_CONTACT_PARKED,
        EVENT_FOCUS_MOVED,          EVENT_MESSAGE_SENT,   EVENT_NOTE_ADDED};
    static const char *const people[] = {"mira", "tom", "sara"};
    struct store *s = service_store(f->service);
    int64_t seqs[3] = {0, 0, 0};
    for (int i = 0; i < 3; i++)
        floor_append(s, by_agent(EVENT_AGENT_SIGNED_IN, people[i], ++seqs[i], NULL), ROLE_AGENT, NULL);
    for (int i = 0; i < 600; i++) {
        int who = g_test_rand_int_range(0, 3);
        g_autofree char *id = g_strdup_printf("%d", g_test_rand_int_range(1, 20));
        if (i % 30 == 0) {
            g_autofree char *fresh = g_strdup_printf("%d", 1 + i / 30);
            floor_chat(s, fresh);
        }
        struct event *ev =
            by_agent(kinds[g_test_rand_int_range(0, G_N_ELEMENTS(kinds))], people[who], ++seqs[who], id);
        g_autofree char *leg = g_strdup_printf("%s.%d", id, g_test_rand_int_range(1, 3));
        ev->leg = g_strdup(leg);
        ev->saw = board_position(store_board(s));
        event_set_text(ev, "text", "hello");
        event_set_text(ev, "disposition", "solved");
        event_set_flag(ev, "resolved", true);
        event_set_number(ev, "until_ms", g_get_real_time() / 1000 + 60000);
        floor_append(s, ev, who == 2 ? ROLE_SPECIALIST : ROLE_AGENT, NULL);
    }
    GError *error = NULL;
    struct db *db = store_reader_take(s, &error);
    g_autoptr(GString) report = g_string_new(NULL);
    int64_t events, differences;
    g_assert_true(rebuild_compare(db, report, &events, &differences, &error));
    store_reader_give(s, db);
    if (differences)
        g_error("%s", report->str);
    g_assert_cmpint(events, >, 60);
}

static void writes_down_who_saw_what(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *root = caller_sign_in(f->url, "root", "desk-root"), *mira = come_on(f, "mira");
    answer_expect(ask(f, "POST", "/v1/import/customers", root, "{\"id\":\"c1\",\"name\":\"Ana Silva\"}"), 200,
                  "\"taken\":1");
    struct event *ev = by_agent(EVENT_CUSTOMER_REVEALED, "mira", 3, NULL);
    event_set_text(ev, "customer", "c1");
    event_set_text(ev, "field", "phone");
    send(f, mira, ev, "\"position\"");
    ev = by_agent(EVENT_CUSTOMER_REVEALED, "mira", 4, "77"); /* of a caller whom nobody knows yet */
    event_set_text(ev, "field", "email");
    send(f, mira, ev, "\"position\"");
    ev = by_agent(EVENT_CUSTOMER_REVEALED, "mira", 5, NULL);
    event_set_text(ev, "field", "email");
    send(f, mira, ev, "or the contact whose caller it is about");
    struct db *db = store_reader_take(service_store(f->service), NULL);
    int64_t lines;
    g_assert_true(db_number(db,
                            "SELECT count(*) FROM audit WHERE actor = 'mira' AND action = 'customer.revealed'"
                            " AND subject IN ('c1 phone', 'contact 77 email')",
                            0, &lines, NULL));
    store_reader_give(service_store(f->service), db);
    g_assert_cmpint(lines, ==, 2);
}

static bool spoil(struct db *db, void *unused, GError **error)
{
    (void)unused;
    return db_exec(db, "UPDATE contacts SET data = replace(data, 'Yara', 'Yoda')", error);
}

static void finds_a_table_that_lies(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    struct store *s = service_store(f->service);
    floor_chat(s, "100");
    g_assert_true(store_run_wait(s, spoil, NULL, NULL));
    struct db *db = store_reader_take(s, NULL);
    g_autoptr(GString) report = g_string_new(NULL);
    int64_t events, differences;
    g_assert_true(rebuild_compare(db, report, &events, &differences, NULL));
    store_reader_give(s, db);
    g_assert_cmpint(differences, ==, 1);
    g_assert_nonnull(strstr(report->str, "Yoda"));
}

static void refuses_to_listen_off_loopback_without_tls(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    GError *error = NULL;
    service_free(g_steal_pointer(&f->service));
    struct service_options options = {.path = f->path, .address = "0.0.0.0:0", .is_quiet = true};
    g_assert_null(service_new(&options, &error));
    g_assert_nonnull(strstr(error->message, "TLS"));
    g_error_free(error);
}

static void leaves_no_database_where_the_port_is_taken(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    GError *error = NULL;
    g_autofree char *path = g_strconcat(f->path, ".second", NULL);
    struct service_options options = {.path = path, .address = strstr(f->url, "//") + 2, .is_quiet = true};
    g_assert_null(service_new(&options, &error));
    g_assert_nonnull(strstr(error->message, "another program has this port"));
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    g_error_free(error);
}

/* The child of the test that kills it: a process of its own, because threads do not live through a fork. */
G_GNUC_NORETURN static void serve(char *path)
{
    struct fixture f = {.path = path};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    start(&f);
    printf("%s", f.url);
    fflush(stdout);
    for (;;)
        pause();
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--serve") == 0)
        serve(argv[2]);
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add("/service/" #name, struct fixture, NULL, set_up, name, tear_down)
    TEST(signs_in_and_out);
    TEST(refuses_a_wrong_password_and_counts_the_tries);
    TEST(ends_a_session_in_time);
    TEST(says_why_a_role_may_not);
    TEST(answers_each_event_of_a_batch);
    TEST(lets_nobody_speak_for_another);
    TEST(binds_a_session_to_the_device_that_delivers_first);
    TEST(ends_sessions_at_once);
    TEST(ends_the_stream_of_a_disabled_user_before_the_next_event);
    TEST(gives_the_articles_that_changed_alone);
    TEST(refuses_what_is_malformed_or_too_large);
    TEST(gives_a_contact_to_one_of_two);
    TEST(refuses_a_reply_to_what_was_not_seen);
    TEST(refuses_a_correction_of_what_changed_since);
    TEST(streams_on_from_where_it_was_left);
    TEST(says_when_all_is_told_though_the_last_is_not_for_all);
    TEST(keeps_a_message_from_those_it_is_not_for);
    TEST(tells_when_an_agents_eyes_left_a_contact);
    TEST(says_which_time_aht_is_of);
    TEST(answers_each_report_in_each_form);
    TEST(reads_on_past_kinds_that_it_does_not_know);
    TEST(says_when_a_queue_is_closed);
    TEST(refuses_a_stale_write_of_settings);
    TEST(refuses_a_stale_write_of_an_article);
    TEST(pages_through_contacts);
    TEST(keeps_what_it_answered_when_killed);
    TEST(proves_its_tables_after_random_traffic);
    TEST(writes_down_who_saw_what);
    TEST(finds_a_table_that_lies);
    TEST(refuses_to_listen_off_loopback_without_tls);
    TEST(leaves_no_database_where_the_port_is_taken);
    return g_test_run();
}
