/* Approvals through the backend: asked on one desk, decided on another, streamed to both, kept in the tables.
 */
#include "app/service/service.h"

#include <string.h>

#include "app/service/rebuild.h"
#include "app/service/settings.h"
#include "app/service/versions.h"
#include "tests/support/caller.h"
#include "tests/support/floor.h"

struct fixture {
    char *path;
    struct service *service;
    const char *url;
    char *mira, *sara, *hugo; /* tokens */
    int64_t seq[3];           /* of each desk */
};
static const char *const people[] = {"mira", "sara", "hugo"};

static void set_up(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    *f = (struct fixture){.path = floor_path()};
    store_close(floor_open(f->path, NULL));
    f->service = floor_serve(f->path, false);
    f->url = service_url(f->service);
    char **const tokens[] = {&f->mira, &f->sara, &f->hugo};
    for (size_t i = 0; i < G_N_ELEMENTS(people); i++) {
        g_autofree char *device = g_strconcat("desk-", people[i], NULL);
        *tokens[i] = caller_sign_in(f->url, people[i], device);
    }
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    service_free(f->service);
    floor_remove(f->path);
    g_free(f->mira);
    g_free(f->sara);
    g_free(f->hugo);
}

/* One event of mira (0), sara (1) or hugo (2) with data (JSON with ' for "), answered with this part; its id,
 * the caller's. */
static char *send(struct fixture *f, int who, enum event_kind kind, const char *about, const char *data,
                  const char *part)
{
    char *const tokens[] = {f->mira, f->sara, f->hugo};
    g_autofree char *device = g_strconcat("desk-", people[who], NULL);
    g_autofree char *url = g_strconcat(f->url, "/v1/events", NULL);
    struct event *ev = floor_event(kind, device, ++f->seq[who], ACTOR_AGENT, people[who], about);
    g_autofree char *json = g_strdelimit(g_strdup(data), "'", '"');
    cJSON_Delete(ev->data);
    ev->data = cJSON_Parse(json);
    if (kind == EVENT_CONTACT_ACCEPTED)
        ev->leg = g_strconcat(about, ".1", NULL);
    char *id = g_strdup(ev->id);
    g_autofree char *text = event_to_json(ev), *body = g_strdup_printf("{\"events\":[%s]}", text);
    event_free(ev);
    struct answer answer = caller_ask("POST", url, tokens[who], body, NULL);
    answer_expect(answer, 200, part);
    return id;
}

static void done(struct fixture *f, int who, enum event_kind kind, const char *about, const char *data)
{
    g_free(send(f, who, kind, about, data, "\"position\""));
}

/* Mira has contact 7 and asks; the request's id. */
static char *ask(struct fixture *f, const char *more)
{
    floor_chat(service_store(f->service), "7");
    for (int who = 0; who < 3; who++)
        done(f, who, EVENT_AGENT_SIGNED_IN, NULL, "{}");
    done(f, 0, EVENT_AGENT_PRESENCE_CHANGED, NULL, "{'presence':'ready'}");
    done(f, 0, EVENT_CONTACT_ACCEPTED, "7", "{}");
    g_autofree char *data = g_strdup_printf(
        "{'script':'s','step':'refund','ask':'Refund it?','approvers':'specialist supervisor',"
        "'amount_minor':35000%s}",
        more);
    return send(f, 0, EVENT_APPROVAL_REQUESTED, "7", data, "\"position\"");
}

static void expect(struct fixture *f, const char *path, long status, const char *part)
{
    g_autofree char *url = g_strconcat(f->url, path, NULL);
    struct answer answer = caller_ask("GET", url, f->hugo, NULL, NULL);
    if (answer.status != status || !strstr(answer.body->str, part))
        g_error("expected %ld with \"%s\", got %ld: %s", status, part, answer.status, answer.body->str);
    answer_release(&answer);
}

static void decides_once_and_tells_who_asked(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *id = ask(f, "");
    g_autofree char *yes = g_strdup_printf("{'approval':'%s','decision':'granted'}", id);
    expect(f, "/v1/approvals", 200, "\"state\":\"asked\"");
    expect(f, "/v1/approvals?contact=8", 200, "{\"approvals\":[],");
    expect(f, "/v1/contacts/7", 200, "\"approvals\":[{");
    g_free(send(f, 0, EVENT_APPROVAL_DECIDED, "7", yes, "You asked for this approval yourself"));
    done(f, 1, EVENT_APPROVAL_DECIDED, "7", yes);
    g_free(send(f, 2, EVENT_APPROVAL_DECIDED, "7", yes, "already decided: granted by sara"));
    expect(f, "/v1/approvals", 200, "{\"approvals\":[],");
    expect(f, "/v1/approvals?state=all", 200, "\"decided_by\":\"sara\"");
    g_autofree char *told = caller_stream(f->url, f->mira, "0", 9, 5);
    g_assert_nonnull(strstr(told, "approval.decided"));
}

static void lets_the_clock_of_the_backend_end_it(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *id = ask(f, ",'expires_ms':1000");
    g_autofree char *yes = g_strdup_printf("{'approval':'%s','decision':'granted'}", id);
    g_autofree char *url = g_strconcat(f->url, "/v1/approvals?state=all", NULL);
    int64_t until = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
    for (bool is_over = false; !is_over; g_usleep(20000)) {
        struct answer answer = caller_ask("GET", url, f->hugo, NULL, NULL);
        is_over = strstr(answer.body->str, "\"state\":\"expired\"") != NULL;
        answer_release(&answer);
        g_assert_cmpint(g_get_monotonic_time(), <, until);
    }
    g_free(send(f, 1, EVENT_APPROVAL_DECIDED, "7", yes, "expired before anybody decided"));
}

static void refuses_a_wrong_question(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    expect(f, "/v1/approvals?state=mine", 400, "The state of approvals is open or all");
    expect(f, "/v1/approvals?limit=501", 400, "limit");
}

static bool forge(struct db *db, void *unused, GError **error)
{
    (void)unused;
    return db_exec(db, "UPDATE approvals SET data = replace(data, 'asked', 'granted')", error);
}

static int64_t differences(struct fixture *f, GString *report)
{
    GError *error = NULL;
    int64_t events, count;
    struct db *db = db_open(f->path, (struct db_options){0}, &error);
    g_assert_no_error(error);
    g_assert_true(rebuild_compare(db, report, &events, &count, &error));
    db_close(db);
    return count;
}

static void proves_its_table_by_the_log(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *id = ask(f, ",'reason':'broken'");
    g_autofree char *to = g_strdup_printf("{'approval':'%s','agent':'tom'}", id);
    done(f, 2, EVENT_APPROVAL_DELEGATED, "7", to);
    g_autoptr(GString) report = g_string_new(NULL);
    g_assert_cmpint(differences(f, report), ==, 0);
    g_assert_true(store_run_wait(service_store(f->service), forge, NULL, NULL));
    g_assert_cmpint(differences(f, report), ==, 1);
    g_assert_nonnull(strstr(report->str, "\"delegate\":\"tom\""));
}

/* What is open is there again after a restart, and its time runs on. */
static void keeps_it_over_a_restart(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *id = ask(f, "");
    service_free(f->service);
    GError *error = NULL;
    f->service = service_new(&(struct service_options){.path = f->path, .is_quiet = true}, &error);
    g_assert_no_error(error);
    service_start(f->service, &error);
    g_assert_no_error(error);
    f->url = service_url(f->service);
    g_autofree char *no = g_strdup_printf("{'approval':'%s','decision':'refused','note':'too old'}", id);
    done(f, 2, EVENT_APPROVAL_DECIDED, "7", no);
    expect(f, "/v1/approvals?state=all", 200, "\"note\":\"too old\"");
}

/* --- at intake --- */

static const char SCRIPT[] =
    "script: lost\nversion: 1\ntitle: Lost\nintents: [lost_parcel]\nsteps:\n"
    "- id: replace\n  kind: approve\n  title: Replace it\n  class: waste\n  waste: approval\n"
    "  approvers: specialist\n  ask: 'Replace {order.item} of {customer.name}?'\n  with: {amount: "
    "order.total}\n"
    "  preauthorised: order.total <= money(100)\n  intake: INTAKE\n  results: {granted: bye, refused: bye}\n"
    "- {id: bye, kind: end, title: Bye, class: value, disposition: solved, resolved: yes}\n";

static bool publish(struct db *db, void *source, GError **error)
{
    const struct version_change change = {.by = "test", .now_ms = 1};
    bool changed;
    return versions_import(db, "lost.yaml", source, &change, &changed, error);
}

static void by_channel(struct fixture *f, enum event_kind kind, const char *about, const char *data)
{
    GError *error = NULL;
    struct event *ev = floor_event(kind, "channel", 0, ACTOR_INTEGRATION, "chan", about);
    g_autofree char *json = g_strdelimit(g_strdup(data), "'", '"');
    cJSON_Delete(ev->data);
    ev->data = cJSON_Parse(json);
    floor_append(service_store(f->service), ev, ROLE_INTEGRATION, &error);
    g_assert_no_error(error);
}

/* Contact 8 of a customer whose only order has this total comes in about a lost parcel. */
static void come_in(struct fixture *f, const char *intake, int total_minor)
{
    g_autoptr(GString) source = g_string_new(SCRIPT);
    GError *error = NULL;
    g_string_replace(source, "INTAKE", intake, 1);
    store_run_wait(service_store(f->service), publish, source->str, &error);
    g_assert_no_error(error);
    by_channel(f, EVENT_CUSTOMER_CREATED, NULL, "{'customer':'c1','name':'Yara'}");
    g_autofree char *order = g_strdup_printf(
        "{'customer':'c1','order':'o1','item':'tent','currency':'EUR','total_minor':%d}", total_minor);
    by_channel(f, EVENT_ORDER_RECORDED, NULL, order);
    by_channel(f, EVENT_CONTACT_CREATED, "8",
               "{'channel':'chat','queue':'orders','customer':'c1','intent':'lost_parcel'}");
}

static void grants_at_intake_what_a_rule_grants(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    come_in(f, "rule", 9400);
    expect(f, "/v1/approvals?state=all", 200, "\"ask\":\"Replace tent of Yara?\"");
    expect(f, "/v1/approvals?state=all", 200, "\"state\":\"granted\"");
    expect(f, "/v1/contacts/8", 200, "\"amount_minor\":9400");
    g_autoptr(GString) report = g_string_new(NULL);
    g_assert_cmpint(differences(f, report), ==, 0);
}

static void leaves_the_rest_to_the_agent(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    come_in(f, "rule", 94000);
    expect(f, "/v1/approvals?state=all", 200, "{\"approvals\":[],");
}

static void asks_people_at_intake_where_the_script_says_so(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    come_in(f, "ask", 94000);
    expect(f, "/v1/approvals", 200, "\"state\":\"asked\"");
    by_channel(f, EVENT_CONTACT_CLASSIFIED, "8", "{'class':'complaint'}"); /* asked once */
    expect(f, "/v1/approvals?state=all", 200, "\"after_cursor\":\"1\"");
}

/* Nothing is guessed: of two orders none is the one that is spoken of. */
static void asks_nothing_at_intake_that_is_not_known(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    by_channel(f, EVENT_CUSTOMER_CREATED, NULL, "{'customer':'c1','name':'Yara'}");
    by_channel(f, EVENT_ORDER_RECORDED, NULL,
               "{'customer':'c1','order':'o0','item':'mug','total_minor':900}");
    come_in(f, "ask", 9400);
    expect(f, "/v1/approvals?state=all", 200, "{\"approvals\":[],");
}

static bool name_script(struct db *db, void *script, GError **error)
{
    int64_t version;
    g_autofree char *settings = g_strdup_printf("{\"queues\":[{\"id\":\"orders\",\"name\":\"Orders\"}],"
                                                "\"scripts\":{\"lost_parcel\":\"%s\"}}",
                                                (const char *)script);
    return settings_write(db, settings, "test", 1, &version, error) &&
           settings_set_in_force(db, version, error);
}

/* Of another that the desk would propose in its stead nothing is asked. */
static void asks_only_for_the_script_that_is_proposed(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    static char other[] =
        "script: found\nversion: 1\ntitle: F\nintents: [lost_parcel]\nqueues: [orders]\nsteps:\n"
        "- {id: bye, kind: end, title: B, class: value, disposition: solved, resolved: yes}\n";
    GError *error = NULL;
    store_run_wait(service_store(f->service), publish, other, &error);
    g_assert_no_error(error);
    come_in(f, "ask", 94000);
    expect(f, "/v1/approvals?state=all", 200, "{\"approvals\":[],");
}

/* The settings name a script that nobody has any more: the desk proposes the next best, and so it is asked.
 */
static void asks_where_the_named_script_is_gone(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    static char gone[] = "gone";
    GError *error = NULL;
    store_run_wait(service_store(f->service), name_script, gone, &error);
    g_assert_no_error(error);
    come_in(f, "ask", 94000);
    expect(f, "/v1/approvals", 200, "\"state\":\"asked\"");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add("/approvals/" #name, struct fixture, NULL, set_up, name, tear_down)
    TEST(decides_once_and_tells_who_asked);
    TEST(lets_the_clock_of_the_backend_end_it);
    TEST(refuses_a_wrong_question);
    TEST(proves_its_table_by_the_log);
    TEST(keeps_it_over_a_restart);
    TEST(grants_at_intake_what_a_rule_grants);
    TEST(leaves_the_rest_to_the_agent);
    TEST(asks_people_at_intake_where_the_script_says_so);
    TEST(asks_nothing_at_intake_that_is_not_known);
    TEST(asks_only_for_the_script_that_is_proposed);
    TEST(asks_where_the_named_script_is_gone);
    return g_test_run();
}
