/* Practice scenarios and their score. */
#include "app/sim/scenario.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "app/sim/score.h"

#define DEMO_DIR FIRSTLINE_SHARE "/demo"

static struct demo_content *content;

static struct scenario *open_scenario(const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_strdup_printf("%s/practice/%s.yaml", DEMO_DIR, name);
    struct scenario *scenario = scenario_open(path, &error);
    g_assert_no_error(error);
    return scenario;
}

static void play(struct score *score, enum event_kind kind, int64_t at_s, const char *name, const char *text)
{
    struct event_origin origin = {
        .device = "d", .boot = "b", .actor_kind = ACTOR_AGENT, .actor = "me", .at_ms = 1000000 + at_s * 1000};
    g_autoptr(event) ev = event_new(kind, NULL, &origin);
    event_set_text(ev, "script", "return-wrong-size");
    if (name != NULL)
        event_set_text(ev, name, text);
    score_fold(score, ev);
}

static void shipped_scenarios_fit_the_content(void)
{
    static const char *const names[] = {"return-wrong-size", "lost-card-link-down", "parcel-zh"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        struct scenario *scenario = open_scenario(names[i]);
        g_assert_nonnull(persona_cast_intent(content->cast, scenario->intent));
        g_assert_nonnull(persona_cast_temper(content->cast, scenario->persona));
        struct script *script = demo_content_script(content, scenario->intent);
        g_assert_cmpstr(script->id, ==, scenario->script);
        for (size_t j = 0; j < scenario->steps.count; j++)
            g_assert_nonnull(script_step_of(script, scenario->steps.items[j]));
        for (size_t j = 0; j < scenario->guarded.count; j++)
            g_assert_nonnull(script_step_of(script, scenario->guarded.items[j]));
        for (size_t j = 0; j < scenario->articles.count; j++)
            g_assert_nonnull(demo_content_article(content, scenario->articles.items[j]));
        scenario_free(scenario);
    }
}

/* The shipped scenario with one text put in place of another, checked; NULL: it is sound. Caller owns. */
static char *fault_of(const char *text, const char *instead)
{
    static const char *const codes[] = {"return-arranged", "answered"};
    g_autofree char *source = NULL, *folder = g_dir_make_tmp("scenario-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "s.yaml", NULL);
    g_autoptr(GError) error = NULL;
    g_assert_true(g_file_get_contents(DEMO_DIR "/practice/return-wrong-size.yaml", &source, NULL, NULL));
    g_assert_nonnull(strstr(source, text));
    g_auto(GStrv) parts = g_strsplit(source, text, 2);
    g_autofree char *changed = g_strjoinv(instead, parts);
    g_assert_true(g_file_set_contents(path, changed, -1, NULL));
    struct scenario *scenario = scenario_open(path, &error);
    g_assert_no_error(error);
    scenario_check(scenario, "s.yaml", content, codes, G_N_ELEMENTS(codes), &error);
    scenario_free(scenario);
    g_unlink(path);
    g_rmdir(folder);
    return error != NULL ? g_strdup(error->message) : NULL;
}

static void what_it_names_must_be_there(void)
{
    static const struct {
        const char *text, *instead, *fault;
    } cases[] = {
        {"intent: return_wrong_size", "intent: return_wrong_sise",
         "s.yaml:6:9: There is no intent `return_wrong_sise`; did you mean `return_wrong_size`?"},
        {"persona: calm", "persona: furious",
         "s.yaml:9:10: There is no persona `furious`; there are calm, brisk, chatty, anxious, angry."},
        {"language: en", "language: fr", "s.yaml:8:11: There is no language `fr`; there are en, zh."},
        {"answer.size", "answer.sise",
         "s.yaml:13:9: There is no question for the answer `answer.sise`; did you mean `answer.size`?"},
        {"script: return-wrong-size", "script: nosuch",
         "s.yaml:15:11: There is no script `nosuch`; there are "},
        {"[greet, verify", "[great, verify",
         "s.yaml:16:11: There is no step of the script `great`; did you mean `greet`?"},
        {"[label, reserve]", "[labels, reserve]",
         "s.yaml:17:13: There is no step of the script `labels`; did you mean `label`?"},
        {"[FJ-101,", "[FJ-1010,", "s.yaml:18:14: There is no article `FJ-1010`; did you mean `FJ-101`?"},
        {"[return-arranged]", "[returned]",
         "s.yaml:19:18: There is no disposition `returned`; there are return-arranged, answered."},
    };
    g_assert_cmpstr(fault_of("pass: 75", "pass: 70"), ==, NULL);
    g_assert_cmpstr(fault_of("  script: return-wrong-size\n", ""), ==, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *fault = fault_of(cases[i].text, cases[i].instead);
        g_assert_nonnull(fault);
        g_assert_cmpmem(fault, MIN(strlen(fault), strlen(cases[i].fault)), cases[i].fault,
                        strlen(cases[i].fault));
    }
}

/* Without a limit nothing is late. */
static void a_limit_that_is_not_set_is_not_missed(void)
{
    struct scenario *scenario = open_scenario("return-wrong-size");
    scenario->answer_ms = scenario->handle_ms = 0;
    struct score *score = score_new(scenario);
    play(score, EVENT_MESSAGE_RECEIVED, 0, "text", "Hi");
    play(score, EVENT_CONTACT_ACCEPTED, 10, NULL, NULL);
    play(score, EVENT_MESSAGE_SENT, 500, "text", "Hello");
    play(score, EVENT_CONTACT_CLOSED, 2000, "disposition", "return-arranged");
    g_autofree char *report = score_report(score);
    g_assert_nonnull(strstr(report, "time            0 %  1 of 1 replies later than 75 s\n"));
    score_free(score);
    scenario_free(scenario);
}

static void customer_has_the_order_of_the_file(void)
{
    struct scenario *scenario = open_scenario("return-wrong-size");
    g_autoptr(customer) c = scenario_customer(scenario, INT64_C(1795442400000));
    const struct order *o = g_ptr_array_index(c->orders, 0);
    g_assert_cmpstr(o->id, ==, "F48201");
    g_assert_cmpstr(o->delivered, ==, "2026-11-06");
    g_autoptr(GHashTable) facts = scenario_facts(scenario, content, c);
    g_assert_cmpstr(g_hash_table_lookup(facts, "order"), ==, "F48201");
    g_assert_cmpstr(g_hash_table_lookup(facts, "email"), ==, "crystal.minh7@example.org");
    scenario_free(scenario);
}

static void good_run_passes_with_full_marks(void)
{
    struct scenario *scenario = open_scenario("return-wrong-size");
    struct score *score = score_new(scenario);
    play(score, EVENT_CONTACT_CREATED, 0, NULL, NULL);
    play(score, EVENT_MESSAGE_RECEIVED, 0, "text", "Hi");
    play(score, EVENT_CONTACT_ACCEPTED, 10, NULL, NULL);
    play(score, EVENT_STEP_ENTERED, 11, "step", "greet");
    play(score, EVENT_MESSAGE_SENT, 30, "text", "Thank you for writing.");
    play(score, EVENT_STEP_ENTERED, 31, "step", "verify");
    play(score, EVENT_CUSTOMER_VERIFIED, 60, "method", "order");
    for (size_t i = 2; i < scenario->steps.count; i++)
        play(score, EVENT_STEP_ENTERED, 60 + (int64_t)i, "step", scenario->steps.items[i]);
    play(score, EVENT_STEP_ENTERED, 70, "step", "label");
    play(score, EVENT_ARTICLE_OPENED, 75, "article", "FJ-101");
    play(score, EVENT_CONTACT_CLOSED, 200, "disposition", "return-arranged");
    g_autofree char *report = score_report(score);
    g_assert_cmpint(score_total(score), ==, 100);
    g_assert_true(score_passed(score));
    g_assert_nonnull(strstr(report, "Passed: 100 of 100, 75 needed."));
    score_free(score);
    scenario_free(scenario);
}

static void acting_before_verifying_costs(void)
{
    struct scenario *scenario = open_scenario("return-wrong-size");
    struct score *score = score_new(scenario);
    play(score, EVENT_STEP_ENTERED, 5, "step", "label");
    play(score, EVENT_CUSTOMER_VERIFIED, 9, "method", "order");
    g_assert_cmpint(score_percent(score, SCORE_VERIFICATION), ==, 30);
    g_autofree char *report = score_report(score);
    g_assert_nonnull(strstr(report, "acted before the customer was verified"));
    g_assert_nonnull(strstr(report, "Not passed"));
    score_free(score);
    scenario_free(scenario);
}

/* What is named last is followed by nothing. */
static void lateness_ends_with_its_last_word(void)
{
    struct scenario *scenario = open_scenario("return-wrong-size");
    struct score *score = score_new(scenario);
    play(score, EVENT_CONTACT_CREATED, 0, NULL, NULL);
    play(score, EVENT_CONTACT_ACCEPTED, 90, NULL, NULL);
    play(score, EVENT_CONTACT_CLOSED, 120, "disposition", "return-arranged");
    g_autofree char *report = score_report(score);
    g_assert_nonnull(strstr(report, "answer within 40 s\n"));
    score_free(score);
    scenario_free(scenario);
}

static void lateness_and_tone_are_named(void)
{
    struct scenario *scenario = open_scenario("return-wrong-size");
    struct score *score = score_new(scenario);
    play(score, EVENT_CONTACT_CREATED, 0, NULL, NULL);
    play(score, EVENT_CONTACT_ACCEPTED, 90, NULL, NULL);
    play(score, EVENT_MESSAGE_RECEIVED, 100, "text", "Hello?");
    play(score, EVENT_MESSAGE_SENT, 300, "text", "Obviously you must wait.");
    g_assert_cmpint(score_percent(score, SCORE_TIME), ==, 0);
    g_autofree char *report = score_report(score);
    g_assert_nonnull(strstr(report, "answer within 40 s; 1 of 1 replies later than 75 s; close within"));
    g_assert_null(strstr(report, ";\n"));
    g_assert_nonnull(strstr(report, "better not \"obviously\""));
    score_free(score);
    scenario_free(scenario);
}

static void bad_scenario_names_the_place(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "firstline-scenario-test.yaml", NULL);
    g_file_set_contents(path, "scenario: x\nchannel: pigeon\n", -1, NULL);
    g_assert_null(scenario_open(path, &error));
    g_assert_nonnull(strstr(error->message, ":2:10: `channel`"));
    g_remove(path);
}

static void given_answer_beats_the_lines(void)
{
    struct scenario *scenario = open_scenario("return-wrong-size");
    g_autoptr(customer) c = scenario_customer(scenario, INT64_C(1795442400000));
    g_autoptr(GHashTable) facts = scenario_facts(scenario, content, c);
    g_assert_cmpstr(g_hash_table_lookup(facts, "answer.size"), ==, "An L, please.");
    scenario_free(scenario);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autoptr(GError) error = NULL;
    content = demo_content_load(DEMO_DIR, &error);
    g_assert_no_error(error);
    g_test_add_func("/scenario/shipped_scenarios_fit_the_content", shipped_scenarios_fit_the_content);
    g_test_add_func("/scenario/customer_has_the_order_of_the_file", customer_has_the_order_of_the_file);
    g_test_add_func("/scenario/bad_scenario_names_the_place", bad_scenario_names_the_place);
    g_test_add_func("/scenario/what_it_names_must_be_there", what_it_names_must_be_there);
    g_test_add_func("/scenario/a_limit_that_is_not_set_is_not_missed", a_limit_that_is_not_set_is_not_missed);
    g_test_add_func("/scenario/given_answer_beats_the_lines", given_answer_beats_the_lines);
    g_test_add_func("/score/good_run_passes_with_full_marks", good_run_passes_with_full_marks);
    g_test_add_func("/score/acting_before_verifying_costs", acting_before_verifying_costs);
    g_test_add_func("/score/lateness_and_tone_are_named", lateness_and_tone_are_named);
    g_test_add_func("/score/lateness_ends_with_its_last_word", lateness_ends_with_its_last_word);
    int failed = g_test_run();
    demo_content_free(content);
    return failed;
}
