/* A practice run: rules over memory, a simulated customer, a score; and its link. */
#include "app/desk/practice.h"

#include <glib.h>
#include <string.h>

#include "app/desk/link_practice.h"
#include "net/problem.h"

#define DEMO_DIR FIRSTLINE_SHARE "/demo"
#define NOW_MS   INT64_C(1795442400000)

struct run {
    struct practice *practice;
    int64_t now_ms, seq, position;
    char *last_said; /* by the customer */
    int applied[EVENT_KIND_COUNT];
};

static void on_applied(const struct event *ev, void *user_data)
{
    struct run *run = user_data;
    g_assert_cmpint(ev->position, ==, run->position + 1);
    run->position = ev->position;
    run->applied[ev->kind]++;
    if (ev->kind != EVENT_MESSAGE_RECEIVED)
        return;
    g_free(run->last_said);
    run->last_said = g_strdup(event_text(ev, "text"));
}

static void run_init(struct run *run, const char *scenario)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_strdup_printf("%s/practice/%s.yaml", DEMO_DIR, scenario);
    *run = (struct run){.now_ms = NOW_MS};
    run->practice = practice_new(&(struct practice_options){.content_folder = DEMO_DIR,
                                                            .scenario_path = path,
                                                            .agent = "me",
                                                            .agent_name = "Me",
                                                            .now_ms = NOW_MS,
                                                            .applied = on_applied,
                                                            .user_data = run},
                                 &error);
    g_assert_no_error(error);
}

static void run_release(struct run *run)
{
    practice_free(run->practice);
    g_free(run->last_said);
}

static void pass(struct run *run, int seconds)
{
    for (int i = 0; i < seconds * 5; i++)
        practice_tick(run->practice, run->now_ms += 200);
}

static struct event *mine(struct run *run, enum event_kind kind)
{
    char id[EVENT_ID_LEN + 1];
    uint8_t noise[10] = {(uint8_t)++run->seq, 7};
    event_make_id(run->now_ms, noise, id);
    struct event_origin origin = {.device = "desk",
                                  .boot = "b",
                                  .seq = run->seq,
                                  .actor_kind = ACTOR_AGENT,
                                  .actor = "me",
                                  .at_ms = run->now_ms,
                                  .boot_ms = run->now_ms - NOW_MS};
    return event_new(kind, id, &origin);
}

/* Delivers one event, which is freed; the problem's sentence, NULL: it was taken. Caller owns. */
static char *deliver(struct run *run, struct event *ev)
{
    g_autofree char *json = event_to_json(ev), *events = g_strdup_printf("[%s]", json);
    cJSON *answer = practice_deliver(run->practice, events, run->now_ms);
    const cJSON *result = cJSON_GetArrayItem(cJSON_GetObjectItem(answer, "results"), 0);
    char *problem =
        g_strdup(cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetObjectItem(result, "problem"), "detail")));
    g_assert_true(problem != NULL || cJSON_IsString(cJSON_GetObjectItem(result, "position")));
    cJSON_Delete(answer);
    event_free(ev);
    return problem;
}

static void must(struct run *run, enum event_kind kind, const char *name, const char *text)
{
    struct event *ev = mine(run, kind);
    if (kind != EVENT_AGENT_SIGNED_IN && kind != EVENT_AGENT_PRESENCE_CHANGED) {
        ev->contact = g_strdup("90001");
        ev->leg = g_strdup("90001.1");
    }
    if (name != NULL)
        event_set_text(ev, name, text);
    if (kind == EVENT_STEP_ENTERED) {
        event_set_text(ev, "script", "return-wrong-size");
        event_set_text(ev, "class", "value");
    }
    if (kind == EVENT_CUSTOMER_VERIFIED)
        event_set_text(ev, "customer", "p1");
    if (kind == EVENT_CONTACT_CLOSED)
        event_set_flag(ev, "resolved", true);
    g_autofree char *problem = deliver(run, ev);
    g_assert_cmpstr(problem, ==, NULL);
}

static void begin(struct run *run)
{
    must(run, EVENT_AGENT_SIGNED_IN, NULL, NULL);
    must(run, EVENT_AGENT_PRESENCE_CHANGED, "presence", "ready");
    pass(run, 5);
    g_assert_cmpint(run->applied[EVENT_CONTACT_OFFERED], ==, 1);
    must(run, EVENT_CONTACT_ACCEPTED, "from", "offer");
}

static void whole_run_is_played_to_its_score(void)
{
    struct run run;
    run_init(&run, "return-wrong-size");
    begin(&run);
    must(&run, EVENT_STEP_ENTERED, "step", "greet");
    must(&run, EVENT_MESSAGE_SENT, "text",
         "Thank you for writing. May I have the order number and your e-mail?");
    pass(&run, 40);
    g_assert_nonnull(strstr(run.last_said, "F48201"));
    g_assert_nonnull(strstr(run.last_said, "crystal.minh7@example.org"));
    must(&run, EVENT_STEP_ENTERED, "step", "verify");
    must(&run, EVENT_CUSTOMER_VERIFIED, "method", "order, email");
    must(&run, EVENT_STEP_ENTERED, "step", "delivered");
    must(&run, EVENT_STEP_ENTERED, "step", "wish");
    must(&run, EVENT_MESSAGE_SENT, "text", "Which size shall we send?");
    pass(&run, 30);
    g_assert_cmpstr(run.last_said, ==, "An L, please.");
    must(&run, EVENT_ARTICLE_OPENED, "article", "FJ-102");
    must(&run, EVENT_STEP_ENTERED, "step", "explain");
    must(&run, EVENT_MESSAGE_SENT, "text", "I have sent the return label, the L is reserved.");
    pass(&run, 40);
    must(&run, EVENT_MESSAGE_SENT, "text", "Is there anything else I can do for you?");
    pass(&run, 40);
    g_assert_cmpint(run.applied[EVENT_CONTACT_CUSTOMER_LEFT], ==, 1);
    must(&run, EVENT_CONTACT_WRAP_STARTED, NULL, NULL);
    must(&run, EVENT_CONTACT_CLOSED, "disposition", "return-arranged");
    g_assert_true(practice_is_over(run.practice));
    g_autofree char *report = practice_report(run.practice);
    g_assert_nonnull(strstr(report, "Passed: 100 of 100"));
    run_release(&run);
}

static void nobody_comes_before_the_agent_is_ready(void)
{
    struct run run;
    run_init(&run, "return-wrong-size");
    pass(&run, 20);
    must(&run, EVENT_AGENT_SIGNED_IN, NULL, NULL);
    pass(&run, 20);
    g_assert_cmpint(run.applied[EVENT_CONTACT_CREATED], ==, 0);
    run_release(&run);
}

static void rules_refuse_as_the_backend_does(void)
{
    struct run run;
    run_init(&run, "return-wrong-size");
    must(&run, EVENT_AGENT_SIGNED_IN, NULL, NULL);
    must(&run, EVENT_AGENT_PRESENCE_CHANGED, "presence", "ready");
    pass(&run, 5);
    struct event *ev = mine(&run, EVENT_MESSAGE_SENT);
    ev->contact = g_strdup("90001");
    event_set_text(ev, "text", "Hello");
    g_autofree char *problem = deliver(&run, ev);
    g_assert_nonnull(problem);
    run_release(&run);
}

static void same_event_is_applied_once(void)
{
    struct run run;
    run_init(&run, "return-wrong-size");
    struct event *ev = mine(&run, EVENT_AGENT_SIGNED_IN), *again = event_copy(ev);
    g_autofree char *one = deliver(&run, ev), *two = deliver(&run, again);
    g_assert_null(one);
    g_assert_null(two);
    g_assert_cmpint(run.applied[EVENT_AGENT_SIGNED_IN], ==, 1);
    run_release(&run);
}

static void link_fails_when_the_scenario_says(void)
{
    struct run run;
    run_init(&run, "lost-card-link-down");
    g_assert_false(practice_is_link_down(run.practice, run.now_ms + 61000));
    begin(&run);
    g_assert_false(practice_is_link_down(run.practice, run.now_ms + 50000));
    g_assert_true(practice_is_link_down(run.practice, run.now_ms + 61000));
    g_assert_false(practice_is_link_down(run.practice, run.now_ms + 107000));
    run_release(&run);
}

static void pause_keeps_the_customer_patient(void)
{
    struct run run;
    run_init(&run, "lost-card-link-down");
    begin(&run);
    g_assert_true(practice_pause(run.practice, run.now_ms));
    pass(&run, 3600);
    g_assert_cmpint(run.applied[EVENT_CONTACT_CUSTOMER_LEFT], ==, 0);
    g_assert_false(practice_pause(run.practice, run.now_ms));
    pass(&run, 600);
    g_assert_cmpint(run.applied[EVENT_CONTACT_CUSTOMER_LEFT], ==, 1);
    run_release(&run);
}

/* Eight minutes in which the trainee says a word each minute: the caller stays, and the score says it was
 * slow.
 */
static void who_is_slow_keeps_the_caller_and_loses_points(void)
{
    struct run run;
    run_init(&run, "lost-card-link-down");
    begin(&run);
    for (int minute = 0; minute < 8; minute++) {
        must(&run, EVENT_MESSAGE_SENT, "text",
             minute % 2 == 0 ? "One moment, please." : "May I have your name?");
        pass(&run, 60);
    }
    g_assert_cmpint(run.applied[EVENT_CONTACT_CUSTOMER_LEFT], ==, 0);
    must(&run, EVENT_CONTACT_WRAP_STARTED, NULL, NULL);
    must(&run, EVENT_CONTACT_CLOSED, "disposition", "card-blocked");
    g_autofree char *report = practice_report(run.practice);
    g_assert_nonnull(strstr(report, "replies later than 30 s"));
    g_assert_nonnull(strstr(report, "close within 7 min"));
    g_assert_nonnull(strstr(report, "Not passed"));
    run_release(&run);
}

/* Keys are heard for a while; then a word is wanted. */
static void typing_keeps_the_caller_for_a_while(void)
{
    struct run run;
    run_init(&run, "lost-card-link-down");
    begin(&run);
    practice_type(run.practice, true);
    pass(&run, 120);
    g_assert_cmpint(run.applied[EVENT_MESSAGE_RECEIVED], ==, 1); /* the opening, and no "are you there?" */
    pass(&run, 480);
    g_assert_cmpint(run.applied[EVENT_CONTACT_CUSTOMER_LEFT], ==, 1);
    run_release(&run);
}

static void answers_have_the_shapes_of_the_wire(void)
{
    static const struct {
        enum link_fetch what;
        const char *argument, *member;
    } rows[] = {
        {LINK_FETCH_FLOOR, NULL, "queues"},
        {LINK_FETCH_FLOOR, NULL, "settings"},
        {LINK_FETCH_CONTACTS, NULL, "contacts"},
        {LINK_FETCH_CONTACT, "90001", "channel"},
        {LINK_FETCH_CONTACT_EVENTS, "90001", "events"},
        {LINK_FETCH_CUSTOMER, "p1", "contacts"},
        {LINK_FETCH_FIND, "crystal", "hits"},
        {LINK_FETCH_SCRIPTS, NULL, "scripts"},
        {LINK_FETCH_ARTICLES, NULL, "lines"},
        {LINK_FETCH_USES, NULL, "lines"},
        {LINK_FETCH_REPORT_FLOOR, NULL, "queued"},
    };
    struct run run;
    run_init(&run, "return-wrong-size");
    begin(&run);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        cJSON *json = practice_fetch(run.practice, rows[i].what, rows[i].argument, run.now_ms, &error);
        g_assert_no_error(error);
        g_assert_nonnull(cJSON_GetObjectItem(json, rows[i].member));
        cJSON_Delete(json);
    }
    g_autoptr(GError) error = NULL;
    g_assert_null(practice_fetch(run.practice, LINK_FETCH_CUSTOMER, "nobody", run.now_ms, &error));
    g_assert_true(g_error_matches(error, NET_PROBLEM, PROBLEM_NOT_FOUND));
    g_assert_cmpstr(error->message, ==, "There is no nobody in this practice.");
    run_release(&run);
}

static void missing_scenario_is_one_sentence(void)
{
    g_autoptr(GError) error = NULL;
    struct practice_options options = {
        .content_folder = DEMO_DIR, .scenario_path = "/nowhere.yaml", .agent = "me", .agent_name = "Me"};
    g_assert_null(practice_new(&options, &error));
    g_assert_nonnull(strstr(error->message, "/nowhere.yaml"));
}

/* --- the link --- */

struct told {
    GMainLoop *loop;
    bool signed_in, fetched, live;
    bool within; /* a call of the link is under way */
};

static void told_signed_in(const cJSON *answer, const GError *error, void *user_data)
{
    struct told *told = user_data;
    g_assert_null(error);
    g_assert_false(told->within);
    g_assert_nonnull(cJSON_GetObjectItem(answer, "agent"));
    told->signed_in = true;
}

static void told_fetched(uint64_t number, enum link_fetch what, const cJSON *answer, const GError *error,
                         void *user_data)
{
    struct told *told = user_data;
    g_assert_null(error);
    g_assert_false(told->within);
    g_assert_cmpint((int)number, ==, 5);
    g_assert_cmpint(what, ==, LINK_FETCH_FLOOR);
    g_assert_nonnull(answer);
    told->fetched = true;
}

static void told_delivered(uint64_t number, const cJSON *answer, const GError *error, void *user_data)
{
    (void)number;
    (void)answer;
    (void)error;
    (void)user_data;
}

static void told_streamed(const cJSON *json, void *user_data)
{
    (void)json;
    (void)user_data;
}

static void told_state(enum link_state state, const char *reason, void *user_data)
{
    struct told *told = user_data;
    (void)reason;
    told->live = state == LINK_LIVE;
    g_main_loop_quit(told->loop);
}

static void told_score(const char *report, void *user_data)
{
    (void)user_data;
    g_assert_nonnull(strstr(report, "Not passed"));
}

static gboolean give_up(void *data)
{
    (void)data;
    g_error("the link of the practice never became live");
    return G_SOURCE_REMOVE;
}

static void link_answers_from_the_main_context(void)
{
    static const struct link_callbacks callbacks = {.signed_in = told_signed_in,
                                                    .fetched = told_fetched,
                                                    .delivered = told_delivered,
                                                    .streamed = told_streamed,
                                                    .state = told_state};
    g_autoptr(GError) error = NULL;
    struct told told = {.loop = g_main_loop_new(NULL, false)};
    struct link *link = link_practice_new(
        &(struct link_practice_options){.content_folder = DEMO_DIR,
                                        .scenario_path = DEMO_DIR "/practice/return-wrong-size.yaml",
                                        .agent = "me",
                                        .agent_name = "Me",
                                        .scored = told_score},
        &callbacks, &told, &error);
    g_assert_no_error(error);
    told.within = true;
    link_sign_in(link, "me", "");
    link_fetch(link, 5, LINK_FETCH_FLOOR, NULL);
    link_stream(link, 0);
    told.within = false;
    guint deadline = g_timeout_add_seconds(10, give_up, NULL);
    g_main_loop_run(told.loop);
    g_source_remove(deadline);
    g_assert_true(told.signed_in && told.fetched && told.live);
    g_autofree char *hint = link_practice_command(link, "hint");
    g_assert_nonnull(strstr(hint, "order number"));
    g_autofree char *end = link_practice_command(link, "end");
    g_assert_null(end);
    link_free(link);
    g_main_loop_unref(told.loop);
}

static char *correct(struct run *run, const char *was, const char *value)
{
    struct event *ev = mine(run, EVENT_CUSTOMER_CORRECTED);
    ev->contact = g_strdup("90001");
    ev->leg = g_strdup("90001.1");
    event_set_text(ev, "customer", "p1");
    event_set_text(ev, "field", "postal");
    event_set_text(ev, "was", was);
    event_set_text(ev, "value", value);
    return deliver(run, ev);
}

static char *fetched_text(struct run *run, enum link_fetch what, const char *id)
{
    cJSON *json = practice_fetch(run->practice, what, id, run->now_ms, NULL);
    char *printed = cJSON_PrintUnformatted(json), *text = g_strdup(printed);
    cJSON_free(printed);
    cJSON_Delete(json);
    return text;
}

/* As with the backend: what was corrected stands in the record, and a correction of what it no longer says is
 * refused alone. What had been read is compared and not kept. */
static void a_correction_changes_the_record(void)
{
    struct run run;
    run_init(&run, "return-wrong-size");
    begin(&run);
    cJSON *json = practice_fetch(run.practice, LINK_FETCH_CUSTOMER, "p1", run.now_ms, NULL);
    g_autofree char *first = g_strdup(cJSON_GetStringValue(cJSON_GetObjectItem(json, "postal")));
    cJSON_Delete(json);
    g_autofree char *taken = correct(&run, first != NULL ? first : "", "Elm 1,  Oslo");
    g_assert_cmpstr(taken, ==, NULL);
    g_autofree char *record = fetched_text(&run, LINK_FETCH_CUSTOMER, "p1");
    g_assert_nonnull(strstr(record, "\"postal\":\"Elm 1,  Oslo\""));
    g_autofree char *overtaken = correct(&run, "Elm 0", "Elm 2");
    g_assert_cmpstr(overtaken, ==,
                    "Somebody else changed the address meanwhile; look at it, and correct it again if it is "
                    "wrong.");
    g_autofree char *same = fetched_text(&run, LINK_FETCH_CUSTOMER, "p1");
    g_assert_cmpstr(same, ==, record);
    g_autofree char *again = correct(&run, "Elm 1, Oslo ", "Elm 2");
    g_assert_cmpstr(again, ==, NULL);
    g_autofree char *log = fetched_text(&run, LINK_FETCH_CONTACT_EVENTS, "90001");
    g_assert_nonnull(strstr(log, "\"Elm 2\""));
    g_assert_null(strstr(log, "\"was\""));
    run_release(&run);
}

/* Who practises is alone; a colleague decides all the same, after a while. */
static void a_colleague_grants_what_is_asked(void)
{
    struct run run;
    run_init(&run, "return-wrong-size");
    begin(&run);
    struct event *ev = mine(&run, EVENT_APPROVAL_REQUESTED);
    ev->contact = g_strdup("90001");
    ev->leg = g_strdup("90001.1");
    event_set_text(ev, "script", "return-wrong-size");
    event_set_text(ev, "step", "too-late");
    event_set_text(ev, "ask", "May I?");
    event_set_text(ev, "approvers", "specialist supervisor");
    g_autofree char *problem = deliver(&run, ev);
    g_assert_cmpstr(problem, ==, NULL);
    pass(&run, 11);
    g_assert_cmpint(run.applied[EVENT_APPROVAL_DECIDED], ==, 0);
    pass(&run, 3);
    g_assert_cmpint(run.applied[EVENT_APPROVAL_DECIDED], ==, 1);
    pass(&run, 20);
    g_assert_cmpint(run.applied[EVENT_APPROVAL_DECIDED], ==, 1);
    run_release(&run);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/practice/whole_run_is_played_to_its_score", whole_run_is_played_to_its_score);
    g_test_add_func("/practice/a_correction_changes_the_record", a_correction_changes_the_record);
    g_test_add_func("/practice/a_colleague_grants_what_is_asked", a_colleague_grants_what_is_asked);
    g_test_add_func("/practice/nobody_comes_before_the_agent_is_ready",
                    nobody_comes_before_the_agent_is_ready);
    g_test_add_func("/practice/rules_refuse_as_the_backend_does", rules_refuse_as_the_backend_does);
    g_test_add_func("/practice/same_event_is_applied_once", same_event_is_applied_once);
    g_test_add_func("/practice/link_fails_when_the_scenario_says", link_fails_when_the_scenario_says);
    g_test_add_func("/practice/who_is_slow_keeps_the_caller_and_loses_points",
                    who_is_slow_keeps_the_caller_and_loses_points);
    g_test_add_func("/practice/typing_keeps_the_caller_for_a_while", typing_keeps_the_caller_for_a_while);
    g_test_add_func("/practice/pause_keeps_the_customer_patient", pause_keeps_the_customer_patient);
    g_test_add_func("/practice/answers_have_the_shapes_of_the_wire", answers_have_the_shapes_of_the_wire);
    g_test_add_func("/practice/missing_scenario_is_one_sentence", missing_scenario_is_one_sentence);
    g_test_add_func("/practice/link_answers_from_the_main_context", link_answers_from_the_main_context);
    return g_test_run();
}
