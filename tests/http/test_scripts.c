/* The life of a script's versions over HTTP: written, checked, published to some or all, pulled back,
 * retired; what desks get of it, and what the log says. */
#include "app/service/service.h"

#include <string.h>

#include "app/service/rebuild.h"
#include "tests/support/caller.h"
#include "tests/support/floor.h"

struct fixture {
    char *path, *token; /* tess, a trainer */
    struct service *service;
};

static void set_up(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    f->path = floor_path();
    store_close(floor_open(f->path, NULL));
    f->service = floor_serve(f->path, true);
    f->token = caller_sign_in(service_url(f->service), "tess", "desk-tess");
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    service_free(f->service);
    g_free(f->token);
    floor_remove(f->path);
}

static const char RETURN[] = "script: return\nversion: 1\ntitle: Return\nintents: [return_size]\nsteps:\n"
                             "  - {id: greet, kind: say, class: value, title: Greet, say: Hello, next: who}\n"
                             "  - {id: who, use: identity, results: {known: done}}\n"
                             "  - {id: done, kind: end, class: value, title: Done, disposition: solved, "
                             "resolved: yes}\n";
static const char IDENTITY[] =
    "script: identity\nversion: 1\ntitle: Who\nsteps:\n"
    "  - {id: ask, kind: choose, class: required, title: Ask, fields: [{name: known, type: bool}],\n"
    "     next: [{when: known, to: known}, {to: unknown}]}\n"
    "  - {id: known, kind: end, class: value, title: Known, disposition: solved, resolved: yes}\n"
    "  - {id: unknown, kind: end, class: value, title: No, disposition: solved, resolved: no}\n";

/* The source as another version, with `old` said otherwise. Caller owns. */
static char *version_of(const char *source, int version, const char *old, const char *new)
{
    g_autoptr(GString) text = g_string_new(source);
    g_autofree char *line = g_strdup_printf("version: %d", version);
    g_string_replace(text, "version: 1", line, 1);
    g_string_replace(text, old, new, 0);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static struct answer ask(const struct fixture *f, const char *method, const char *path, const char *body,
                         const char *header)
{
    g_autofree char *url = g_strconcat(service_url(f->service), path, NULL);
    return caller_ask(method, url, f->token, body, header);
}

/* `action`: "", "/publish" …; if_match NULL: the present ETag where there is one. */
static struct answer change(const struct fixture *f, const char *version, const char *action,
                            const char *body, const char *if_match)
{
    g_auto(GStrv) parts = g_strsplit(version, " ", 2);
    g_autofree char *path = g_strdup_printf("/v1/scripts/%s/versions/%s", parts[0], parts[1]);
    struct answer now = ask(f, "GET", path, NULL, NULL);
    g_autofree char *condition = g_strdup_printf("If-Match: %s", if_match ? if_match : now.etag);
    bool is_there = now.status == 200;
    answer_release(&now);
    g_autofree char *full = g_strconcat(path, action, NULL);
    return ask(f, *action ? "POST" : "PUT", full, body, is_there || if_match ? condition : NULL);
}

static struct answer put(const struct fixture *f, const char *version, const char *source)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "source", source);
    cJSON_AddStringToObject(json, "file", "my.yaml");
    char *body = cJSON_PrintUnformatted(json);
    struct answer answer = change(f, version, "", body, NULL);
    cJSON_free(body);
    cJSON_Delete(json);
    return answer;
}

static struct answer publish(const struct fixture *f, const char *version, const char *body)
{
    return change(f, version, "/publish", body, NULL);
}

/* Both are everybody's in version 1. */
static void begin(const struct fixture *f)
{
    answer_expect(put(f, "identity 1", IDENTITY), 200, "\"state\":\"checked\"");
    answer_expect(publish(f, "identity 1", "{}"), 200, "\"state\":\"published\",\"uses\":{}");
    answer_expect(put(f, "return 1", RETURN), 200, "\"state\":\"checked\"");
    answer_expect(publish(f, "return 1", "{}"), 200, "\"uses\":{\"identity\":1}");
}

static void put_second(const struct fixture *f)
{
    g_autofree char *second = version_of(RETURN, 2, "say: Hello", "say: Good day");
    answer_expect(put(f, "return 2", second), 200, "\"state\":\"checked\"");
}

static void a_draft_is_checked_when_nothing_is_wrong(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    answer_expect(put(f, "return 1", RETURN), 200, "There is no script `identity` to use.");
    answer_expect(ask(f, "GET", "/v1/scripts/return/versions/1", NULL, NULL), 200, "\"state\":\"draft\"");
    answer_expect(put(f, "identity 1", IDENTITY), 200, "\"state\":\"checked\"");
    answer_expect(put(f, "return 1", RETURN), 200, "my.yaml:7"); /* a draft is nothing to use */
    answer_expect(publish(f, "identity 1", "{}"), 200, NULL);
    answer_expect(put(f, "return 1", RETURN), 200, "\"state\":\"checked\"");
    answer_expect(put(f, "return 2", RETURN), 422,
                  "The source is version 1 of return, not version 2 of return.");
    answer_expect(put(f, "return 1", "script: [\n"), 200, "\"state\":\"draft\"");
    answer_expect(ask(f, "PUT", "/v1/scripts/return/versions/x", "{}", NULL), 400, "A version is a number");
}

static void what_is_wrong_is_not_published(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    begin(f);
    g_autofree char *lonely = version_of(RETURN, 2, "next: who", "next: done");
    answer_expect(put(f, "return 2", lonely), 200, "my.yaml:7:5: No way leads from the first step to `who`");
    answer_expect(publish(f, "return 2", "{\"file\":\"r.yaml\"}"), 422,
                  "r.yaml:7:5: No way leads from the first step to");
    answer_expect(publish(f, "return 2", NULL), 422, "return.yaml:7:5: No way leads from the first step to");
    answer_expect(ask(f, "GET", "/v1/scripts/return/versions", NULL, NULL), 200,
                  "{\"script\":\"return\",\"version\":2,\"state\":\"draft\"");
}

static void what_the_settings_do_not_have_is_wrong(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    begin(f);
    g_autofree char *solvd = version_of(RETURN, 2, "disposition: solved", "disposition: solvd"),
                    *served = version_of(RETURN, 2, "intents:", "queues: [orders, corbel]\nintents:"),
                    *passed = version_of(
                        RETURN, 2, "kind: end, class: value, title: Done, disposition: solved, resolved: yes",
                        "kind: transfer, class: value, title: Done, queue: oders"),
                    *good = version_of(RETURN, 2, "intents:", "queues: orders-2\nintents:");
    answer_expect(put(f, "return 2", solvd), 200,
                  "my.yaml:8:67: The settings have no disposition `solvd`; did you mean `solved`?");
    answer_expect(publish(f, "return 2", "{\"file\":\"r.yaml\"}"), 422,
                  "r.yaml:8:67: The settings have no disposition");
    answer_expect(put(f, "return 2", served), 200, "my.yaml:4:18: The settings have no queue `corbel`.");
    answer_expect(put(f, "return 2", passed), 200,
                  "my.yaml:8:66: The settings have no queue `oders`; did you mean `orders`?");
    answer_expect(put(f, "return 2", good), 200, "\"state\":\"checked\"");
}

static void a_change_is_made_on_what_was_seen(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    begin(f);
    put_second(f);
    g_autofree char *again = version_of(RETURN, 2, "say: Hello", "say: Hi");
    struct answer seen = ask(f, "GET", "/v1/scripts/return/versions/2", NULL, NULL);
    answer_expect(put(f, "return 2", again), 200, NULL);
    static const char *const actions[] = {"", "/publish", "/retire", "/pull-back"};
    for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
        g_autofree char *path = g_strconcat("/v1/scripts/return/versions/2", actions[i], NULL);
        const char *method = *actions[i] ? "POST" : "PUT", *body = i < 2 ? "{\"source\":\"x\"}" : NULL;
        answer_expect(ask(f, method, path, body, NULL), 428, "send its ETag as If-Match");
        answer_expect(change(f, "return 2", actions[i], body, seen.etag), 412,
                      "Version 2 of return has changed since");
    }
    answer_expect(change(f, "return 7", "/publish", "{}", "\"1\""), 404,
                  "There is no version 7 of the script");
    answer_expect(change(f, "return 7", "", "{\"source\":\"x\"}", "\"1\""), 412, "has changed since");
    answer_release(&seen);
}

static void some_get_the_new_version_and_the_others_keep_theirs(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    answer_expect(put(f, "identity 1", IDENTITY), 200, NULL);
    answer_expect(publish(f, "identity 1", "{\"share_percent\":10}"), 409,
                  "The others would have no version");
    begin(f);
    put_second(f);
    answer_expect(publish(f, "return 1", "{\"share_percent\":10}"), 409, "The others would have no version");
    answer_expect(publish(f, "return 2", "{\"share_percent\":0}"), 422, "1 to 100");
    answer_expect(publish(f, "return 2", "{\"share_percent\":5,\"queues\":[\"orders\"]}"), 422,
                  "not to both");
    answer_expect(publish(f, "return 2", "{\"queues\":[\"a b\"]}"), 422, "must be the id of a queue");
    answer_expect(publish(f, "return 2", "{\"share_percent\":10,\"per_arm\":385}"), 200,
                  "\"share_percent\":10,\"per_arm\":385");
    answer_expect(ask(f, "GET", "/v1/scripts", NULL, NULL), 200,
                  "{\"id\":\"return\",\"version\":2,\"share_percent\":10,\"uses\":{\"identity\":1}");
    answer_expect(ask(f, "GET", "/v1/scripts", NULL, NULL), 200, "{\"id\":\"return\",\"version\":1,\"uses\"");
    g_autofree char *third = version_of(RETURN, 3, "say: Hello", "say: Hi");
    answer_expect(put(f, "return 3", third), 200, NULL);
    answer_expect(publish(f, "return 3", "{\"share_percent\":10}"), 409,
                  "Version 2 of return is being rolled out");
    answer_expect(publish(f, "return 3", "{}"), 409, "publish it to all or pull it back first");
    answer_expect(change(f, "return 1", "/retire", NULL, NULL), 409,
                  "Version 2 of return is being rolled out");
    answer_expect(publish(f, "return 2", "{\"queues\":[\"orders\"]}"), 200, "\"queues\":[\"orders\"]");
    answer_expect(publish(f, "return 2", "{}"), 200, "\"state\":\"published\",\"replaced\":1");
    answer_expect(ask(f, "GET", "/v1/scripts/return/versions", NULL, NULL), 200,
                  "\"version\":1,\"state\":\"retired\"");
    answer_expect(put(f, "return 2", third), 409, "what was published never changes; raise its version.");
}

static void a_version_is_pulled_back_at_once(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    begin(f);
    put_second(f);
    answer_expect(change(f, "return 2", "/pull-back", NULL, NULL), 409, "is not published but checked");
    answer_expect(publish(f, "return 2", "{\"share_percent\":50}"), 200, NULL);
    answer_expect(change(f, "return 1", "/pull-back", NULL, NULL), 409, "pull that back first");
    answer_expect(change(f, "return 2", "/pull-back", NULL, NULL), 200, "\"state\":\"retired\"");
    struct answer desks = ask(f, "GET", "/v1/scripts", NULL, NULL);
    g_assert_null(strstr(desks.body->str, "Good day"));
    answer_release(&desks);
    answer_expect(publish(f, "return 2", "{}"), 200, "\"replaced\":1");
    answer_expect(change(f, "return 2", "/pull-back", NULL, NULL), 200, "\"state\":\"retired\"");
    desks = ask(f, "GET", "/v1/scripts", NULL, NULL);
    g_assert_nonnull(strstr(desks.body->str, "{\"id\":\"return\",\"version\":1,"));
    answer_release(&desks);
    answer_expect(change(f, "return 1", "/pull-back", NULL, NULL), 409, "replaced none that could come back");
    answer_expect(change(f, "return 1", "/retire", NULL, NULL), 200, "\"state\":\"retired\"");
    answer_expect(change(f, "return 1", "/retire", NULL, NULL), 409, "is retired already");
    desks = ask(f, "GET", "/v1/scripts", NULL, NULL);
    g_assert_null(strstr(desks.body->str, "return"));
    answer_release(&desks);
}

static void a_reason_lasts_as_long_as_it_holds(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    begin(f);
    put_second(f);
    answer_expect(change(f, "return 2", "/retire", "{\"reason\":7}", NULL), 422, "\\\"reason\\\"");
    answer_expect(change(f, "return 2", "/retire", "{\"reason\":\"never needed\"}", NULL), 200,
                  "\"state\":\"retired\"");
    answer_expect(ask(f, "GET", "/v1/scripts/return/versions", NULL, NULL), 200,
                  "\"reason\":\"never needed\"");
    answer_expect(publish(f, "return 2", "{\"share_percent\":50}"), 200, NULL);
    struct answer versions = ask(f, "GET", "/v1/scripts/return/versions", NULL, NULL);
    g_assert_null(strstr(versions.body->str, "never needed"));
    answer_release(&versions);
}

static void what_a_version_uses_is_settled(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    begin(f);
    g_autofree char *renamed = version_of(IDENTITY, 2, "known, to: known", "known, to: sure");
    g_autoptr(GString) sure = g_string_new(renamed);
    g_string_replace(sure, "id: known,", "id: sure,", 0);
    answer_expect(put(f, "identity 2", sure->str), 200, "\"state\":\"checked\"");
    answer_expect(publish(f, "identity 2", "{}"), 200, NULL);
    struct answer desks = ask(f, "GET", "/v1/scripts", NULL, NULL);
    const char *older = strstr(desks.body->str, "\"older\"");
    g_assert_nonnull(strstr(older, "{\"id\":\"identity\",\"version\":1,"));
    answer_release(&desks);
    g_autofree char *second = version_of(RETURN, 2, "Hello", "Hi");
    answer_expect(put(f, "return 2", second), 200, "No way of the script `identity` ends in `known`");
    g_autofree char *third = version_of(RETURN, 3, "known: done", "sure: done");
    answer_expect(put(f, "return 3", third), 200, "\"state\":\"checked\"");
    answer_expect(publish(f, "return 3", "{}"), 200, "\"uses\":{\"identity\":2}");
    answer_expect(ask(f, "GET", "/v1/scripts/return/versions/1", NULL, NULL), 200,
                  "\"uses\":{\"identity\":1}");
}

static void desks_keep_what_open_contacts_may_be_in(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    begin(f);
    put_second(f);
    answer_expect(publish(f, "return 2", "{}"), 200, NULL);
    answer_expect(ask(f, "GET", "/v1/scripts", NULL, NULL), 200, "\"older\":[]"); /* nobody is in the first */
    floor_chat(service_store(f->service), "1001");
    g_autofree char *third = version_of(RETURN, 3, "Hello", "Hi");
    answer_expect(put(f, "return 3", third), 200, NULL);
    answer_expect(publish(f, "return 3", "{}"), 200, NULL);
    answer_expect(ask(f, "GET", "/v1/scripts", NULL, NULL), 200,
                  "\"older\":[{\"id\":\"return\",\"version\":2,");
}

static void an_etag_is_of_the_whole_answer(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    begin(f);
    struct answer first = ask(f, "GET", "/v1/scripts", NULL, NULL);
    g_autofree char *known = g_strconcat("If-None-Match: ", first.etag, NULL);
    answer_expect(ask(f, "GET", "/v1/scripts", NULL, known), 304, NULL);
    put_second(f);
    answer_expect(ask(f, "GET", "/v1/scripts", NULL, known), 304, NULL); /* nobody gets it yet */
    answer_expect(publish(f, "return 2", "{\"share_percent\":50}"), 200, NULL);
    answer_expect(ask(f, "GET", "/v1/scripts", NULL, known), 200, NULL);
    answer_expect(publish(f, "return 2", "{\"share_percent\":51}"), 200, NULL);
    struct answer second = ask(f, "GET", "/v1/scripts", NULL, NULL);
    answer_expect(change(f, "return 2", "/pull-back", NULL, NULL), 200, NULL);
    answer_expect(ask(f, "GET", "/v1/scripts", NULL, known), 304, NULL); /* as it was */
    g_assert_cmpstr(first.etag, !=, second.etag);
    answer_release(&first);
    answer_release(&second);
}

static void the_log_says_who_published_what(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    GError *error = NULL;
    begin(f);
    put_second(f);
    answer_expect(publish(f, "return 2", "{\"share_percent\":10,\"per_arm\":385}"), 200, NULL);
    answer_expect(change(f, "return 2", "/pull-back", "{\"reason\":\"it loops\"}", NULL), 200,
                  "\"changed_by\":\"tess\",\"reason\":\"it loops\"");
    answer_expect(ask(f, "GET", "/v1/scripts/return/versions", NULL, NULL), 200, "\"reason\":\"it loops\"");
    answer_expect(
        ask(f, "GET", "/v1/events?after=0&limit=200", NULL, NULL), 200,
        "\"data\":{\"script\":\"return\",\"version\":2,\"by\":\"tess\",\"share_percent\":10,\"per_arm\":"
        "385}");
    answer_expect(
        ask(f, "GET", "/v1/events?after=0&limit=200", NULL, NULL), 200,
        "\"data\":{\"script\":\"return\",\"version\":2,\"by\":\"tess\",\"pulled_back\":true,\"reason\":"
        "\"it loops\"}");
    answer_expect(
        ask(f, "POST", "/v1/events",
            "{\"events\":[{\"v\":1,\"id\":\"0190a000-0000-7000-8000-000000000001\",\"device\":\"desk-tess\","
            "\"boot\":\"b\",\"seq\":1,\"actor\":{\"kind\":\"agent\",\"id\":\"tess\"},"
            "\"kind\":\"script.published\",\"at\":\"2026-11-23T12:00:00.000Z\",\"boot_ms\":1,\"saw\":\"0\","
            "\"data\":{\"script\":\"return\",\"version\":9,\"share_percent\":100,\"by\":\"tess\"}}]}",
            NULL),
        200, "\"problem\"");
    g_autoptr(GString) report = g_string_new(NULL);
    int64_t events, differences;
    struct db *db = store_reader_take(service_store(f->service), NULL);
    g_assert_true(rebuild_compare(db, report, &events, &differences, &error));
    store_reader_give(service_store(f->service), db);
    g_assert_cmpstr(report->str, ==, "");
    g_assert_cmpint(differences, ==, 0);
}

static struct answer import_row(const struct fixture *f, const char *source, bool raises)
{
    g_autofree char *token = caller_sign_in(service_url(f->service), "root", "desk-root");
    g_autofree char *url = g_strconcat(service_url(f->service), "/v1/import/scripts", NULL);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "id", "x");
    cJSON_AddStringToObject(json, "source", source);
    if (raises)
        cJSON_AddBoolToObject(json, "raises", true);
    char *line = cJSON_PrintUnformatted(json);
    struct answer answer = caller_ask("POST", url, token, line, "Content-Type: application/x-ndjson");
    cJSON_free(line);
    cJSON_Delete(json);
    return answer;
}

static struct answer import(const struct fixture *f, const char *source)
{
    return import_row(f, source, false);
}

/* What nobody numbered by hand: a changed text becomes the next version, the same text none. */
static void an_import_raises_what_nobody_numbered(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    answer_expect(import_row(f, IDENTITY, true), 200, "\"taken\":1");
    answer_expect(import_row(f, IDENTITY, true), 200, "\"unchanged\":1");
    g_autofree char *other = version_of(IDENTITY, 1, "title: Who", "title: Whose");
    answer_expect(import_row(f, other, true), 200, "\"taken\":1");
    answer_expect(ask(f, "GET", "/v1/scripts", NULL, NULL), 200, "{\"id\":\"identity\",\"version\":2,");
    answer_expect(ask(f, "GET", "/v1/scripts/identity/versions/2", NULL, NULL), 200,
                  "version: 2\\ntitle: Whose");
    answer_expect(import_row(f, other, true), 200, "\"unchanged\":1");
    answer_expect(import_row(f, IDENTITY, true), 200, "\"taken\":1"); /* and back: a version of its own */
    answer_expect(ask(f, "GET", "/v1/scripts/identity/versions/3", NULL, NULL), 200,
                  "version: 3\\ntitle: Who\\n");
}

static void an_import_publishes(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    answer_expect(import(f, IDENTITY), 200, "\"taken\":1");
    answer_expect(import(f, IDENTITY), 200, "\"unchanged\":1");
    answer_expect(ask(f, "GET", "/v1/scripts", NULL, NULL), 200, "{\"id\":\"identity\",\"version\":1,");
    g_autofree char *other = version_of(IDENTITY, 1, "title: Who", "title: Whose");
    answer_expect(import(f, other), 200, "Version 1 of identity was published with another text");
    g_autofree char *second = version_of(IDENTITY, 2, "title: Who", "title: Whose");
    answer_expect(import(f, second), 200, "\"taken\":1");
    answer_expect(import(f, IDENTITY), 200,
                  "\"unchanged\":1"); /* what it replaced does not come back by itself */
    answer_expect(ask(f, "GET", "/v1/scripts", NULL, NULL), 200, "{\"id\":\"identity\",\"version\":2,");
    g_autofree char *third = version_of(IDENTITY, 3, "{to: unknown}", "{to: known}");
    answer_expect(import(f, third), 200, "line 1:8:5: No way leads from the first step to `unknown`");
}

/* A field's value is personal or not: it lies in the table of texts, and the log's own row has its hash. */
static bool holds_value(struct db *db, void *user_data, GError **error)
{
    return db_number(db, "SELECT count(*) FROM events WHERE data LIKE '%crystal@email.com%'", -1,
                     &((int64_t *)user_data)[0], error) &&
           db_number(db, "SELECT count(*) FROM bodies WHERE text = 'crystal@email.com'", -1,
                     &((int64_t *)user_data)[1], error);
}

static bool erase_texts(struct db *db, void *user_data, GError **error)
{
    (void)user_data;
    return db_exec(db, "DELETE FROM bodies", error);
}

static void answers_lie_apart_from_the_log(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    GError *error = NULL;
    struct store *s = service_store(f->service);
    floor_chat(s, "1001");
    struct event *ev = floor_event(EVENT_STEP_ANSWERED, "node", 0, ACTOR_SYSTEM, "node", "1001");
    event_set_text(ev, "script", "return");
    event_set_text(ev, "step", "who");
    event_set_text(ev, "field", "email");
    event_set_flag(ev, "personal", true);
    event_set_text(ev, "value", "crystal@email.com");
    GPtrArray *events = g_ptr_array_new();
    g_ptr_array_add(events, ev);
    struct store_batch *batch = store_batch_new(events);
    batch->is_history = true;
    store_append_wait(s, batch);
    g_assert_cmpint(batch->results[0].position, >, 0);
    store_batch_free(batch);
    int64_t counts[2];
    g_assert_true(store_run_wait(s, holds_value, counts, &error));
    g_assert_cmpint(counts[0], ==, 0);
    g_assert_cmpint(counts[1], ==, 1);
    /* Who may read the log reads the answer in its place; erased, it is empty there and nothing else changes.
     */
    answer_expect(ask(f, "GET", "/v1/events?after=0&limit=200", NULL, NULL), 200,
                  "\"value\":\"crystal@email.com\"");
    g_assert_true(store_run_wait(s, erase_texts, NULL, &error));
    answer_expect(ask(f, "GET", "/v1/events?after=0&limit=200", NULL, NULL), 200, "\"value\":\"\"");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add("/scripts/" #name, struct fixture, NULL, set_up, name, tear_down)
    TEST(a_draft_is_checked_when_nothing_is_wrong);
    TEST(what_is_wrong_is_not_published);
    TEST(what_the_settings_do_not_have_is_wrong);
    TEST(a_change_is_made_on_what_was_seen);
    TEST(some_get_the_new_version_and_the_others_keep_theirs);
    TEST(a_version_is_pulled_back_at_once);
    TEST(a_reason_lasts_as_long_as_it_holds);
    TEST(what_a_version_uses_is_settled);
    TEST(desks_keep_what_open_contacts_may_be_in);
    TEST(an_etag_is_of_the_whole_answer);
    TEST(the_log_says_who_published_what);
    TEST(an_import_publishes);
    TEST(an_import_raises_what_nobody_numbered);
    TEST(answers_lie_apart_from_the_log);
    return g_test_run();
}
