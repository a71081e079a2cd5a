#include "app/script/check.h"
#include "app/script/walk.h"

#include <string.h>

#define MINUTE INT64_C(60000)
#define START  INT64_C(1795434900000) /* 2026-11-23 15:55 UTC */

/* Facts as a table; a test changes it. */
struct table {
    const char *rows[24][2];
};

static const char *table_lookup(void *data, const char *name)
{
    struct table *table = data;
    for (size_t i = 0; i < G_N_ELEMENTS(table->rows) && table->rows[i][0]; i++)
        if (g_str_equal(table->rows[i][0], name))
            return table->rows[i][1];
    return NULL;
}

static const char SCRIPT[] =
    "script: refund\nversion: 3\ntitle: Refund\nsteps:\n"
    "- {id: greet, kind: say, title: Greet, class: value, target: 15s, say: 'Hello {customer.name|there}', "
    "do: 'It is {order.status|new}.', next: verify}\n"
    "- id: verify\n  kind: check\n  title: Verify\n  class: required\n  need: 1\n  fields:\n"
    "  - {name: order_id, label: Order number, type: order, match: order.id}\n"
    "  - {name: mail, label: E-mail, type: email, personal: true, match: customer.email}\n"
    "  results: {pass: details, fail: up}\n"
    "- id: details\n  kind: form\n  title: Details\n  class: value\n  say: 'About {order.item}?'\n  fields:\n"
    "  - {name: item, label: Item, type: text, from: order.item}\n"
    "  - {name: worn, label: 'Worn?', type: bool}\n"
    "  next: [{when: worn, to: sorry}, {when: customer.tier == 'gold', to: pay}, ask-lead]\n"
    "- id: ask-lead\n  kind: approve\n  title: Approval\n  class: waste\n  waste: approval\n  approvers: "
    "[supervisor]\n"
    "  ask: 'Refund {item}?'\n  preauthorised: order.total <= money(50)\n  results: {granted: pay, refused: "
    "sorry}\n"
    "- id: pay\n  kind: action\n  title: Pay\n  class: value\n  action: refunds.pay\n  with: {order: "
    "order_id}\n"
    "  results: {paid: bye, failed: up}\n"
    "- {id: sorry, kind: say, title: Refuse, class: required, say: 'Sorry about {item}', next: bye}\n"
    "- {id: up, kind: escalate, title: Second line, class: waste, waste: handover, ask: help, queue: "
    "second}\n"
    "- {id: bye, kind: end, title: Close, class: value, say: Bye, disposition: done, resolved: yes}\n";

struct fixture {
    struct script *script;
    struct walk *walk;
    struct table table;
    struct facts facts;
    struct walk_turn turn;
    GPtrArray *notes;
};

static void set_up(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    fixture->script = script_parse("s.yaml", SCRIPT, strlen(SCRIPT), &error);
    g_assert_no_error(error);
    fixture->table = (struct table){{{"customer.name", "Li Na"},
                                     {"customer.email", "Li.Na@example.com"},
                                     {"order.id", "F1001"},
                                     {"order.item", "Rain jacket"},
                                     {"order.total", "94.00"}}};
    fixture->facts = (struct facts){.lookup = table_lookup, .data = &fixture->table};
    fixture->notes = walk_notes_new();
    fixture->turn = (struct walk_turn){.facts = &fixture->facts, .at_ms = START, .notes = fixture->notes};
    fixture->walk = walk_start(fixture->script, &fixture->turn);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    walk_free(fixture->walk);
    g_ptr_array_unref(fixture->notes);
    script_unref(fixture->script);
}

/* The notes since the last call, as "kind kind:value…". */
static void assert_notes(struct fixture *fixture, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (size_t i = 0; i < fixture->notes->len; i++) {
        const struct walk_note *note = fixture->notes->pdata[i];
        const char *step = cJSON_GetStringValue(cJSON_GetObjectItem(note->data, "step"));
        g_string_append_printf(text, "%s%s%s%s", i ? " " : "", note->kind, step ? ":" : "", step ? step : "");
    }
    g_assert_cmpstr(text->str, ==, expected);
    g_ptr_array_set_size(fixture->notes, 0);
}

/* Whether the note of a step passed by says that the script itself granted it. */
static void assert_rule(const GPtrArray *notes, const char *step, bool by_rule)
{
    int found = 0;
    for (guint i = 0; i < notes->len; i++) {
        const struct walk_note *note = notes->pdata[i];
        const char *id = cJSON_GetStringValue(cJSON_GetObjectItem(note->data, "step"));
        if (!g_str_equal(note->kind, "step.skipped") || g_strcmp0(id, step) != 0)
            continue;
        g_assert_true(cJSON_IsTrue(cJSON_GetObjectItem(note->data, "rule")) == by_rule);
        found++;
    }
    g_assert_cmpint(found, ==, 1);
}

static void answer(struct fixture *fixture, const char *field, const char *value)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(walk_answer(fixture->walk, &fixture->turn, field, value, &error));
    g_assert_no_error(error);
}

static void complete(struct fixture *fixture, const char *result, const char *next)
{
    g_autoptr(GError) error = NULL;
    fixture->turn.at_ms += MINUTE;
    bool completed = walk_complete(fixture->walk, &fixture->turn, result, &error);
    g_assert_no_error(error);
    g_assert_true(completed);
    const struct script_step *step = walk_current(fixture->walk);
    g_assert_cmpstr(step ? step->id : NULL, ==, next);
}

static void assert_refused(struct fixture *fixture, const char *result, int code, const char *says)
{
    g_autoptr(GError) error = NULL;
    const struct script_step *before = walk_current(fixture->walk);
    g_assert_false(walk_complete(fixture->walk, &fixture->turn, result, &error));
    g_assert_error(error, WALK_ERROR, code);
    g_assert_cmpstr(error->message, ==, says);
    g_assert_true(walk_current(fixture->walk) == before);
}

static void to_details(struct fixture *fixture)
{
    complete(fixture, NULL, "verify");
    answer(fixture, "order_id", "f1001");
    complete(fixture, NULL, "details");
}

static void test_a_walk_tells_what_happened(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    assert_notes(fixture, "script.started step.entered:greet");
    to_details(fixture);
    assert_notes(fixture,
                 "step.left:greet step.entered:verify step.answered:verify verification.passed:verify "
                 "step.left:verify step.entered:details");
    answer(fixture, "worn", "no");
    answer(fixture, "customer.tier", "gold");
    complete(fixture, NULL, "pay");
    g_assert_cmpstr(cJSON_GetStringValue(
                        cJSON_GetObjectItem(((struct walk_note *)fixture->notes->pdata[2])->data, "source")),
                    ==, "order");
    assert_notes(fixture,
                 "step.answered:details step.answered:details step.answered:details step.left:details "
                 "step.entered:pay");
    complete(fixture, "paid", "bye");
    bool resolved = false;
    g_assert_cmpstr(walk_disposition(fixture->walk, &resolved), ==, "done");
    g_assert_true(resolved);
    g_ptr_array_set_size(fixture->notes, 0);
    complete(fixture, NULL, NULL);
    const struct walk_note *finished = fixture->notes->pdata[1];
    g_autofree char *text = cJSON_PrintUnformatted(finished->data);
    g_assert_cmpstr(
        text, ==,
        "{\"script\":\"refund\",\"version\":3,\"outcome\":\"completed\",\"steps\":5,\"spent_ms\":300000,"
        "\"disposition\":\"done\",\"resolved\":true}");
    assert_refused(fixture, NULL, WALK_ERROR_FINISHED, "The script is finished; start one again to go on.");
}

static void test_a_record_fills_fields_and_says_its_source(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    to_details(fixture);
    struct walk_fill fill = walk_fill_of(fixture->walk, &fixture->facts, walk_field(fixture->walk, 0));
    g_assert_cmpstr(fill.value, ==, "Rain jacket");
    g_assert_cmpstr(fill.source, ==, "order");
    g_assert_false(fill.answered);
    g_assert_cmpstr(walk_missing(fixture->walk, &fixture->facts)->name, ==, "worn");
    assert_refused(fixture, NULL, WALK_ERROR_MISSING, "Worn? is still to be asked.");
    answer(fixture, "item", "Tent");
    fill = walk_fill_of(fixture->walk, &fixture->facts, walk_field(fixture->walk, 0));
    g_assert_cmpstr(fill.value, ==, "Tent");
    g_assert_cmpstr(fill.source, ==, "agent");
    answer(fixture, "item", "");
    g_assert_cmpstr(walk_value(fixture->walk, &fixture->facts, "item"), ==, "Rain jacket");
}

/* In a Chinese text no English word is left of the record; what another system calls it, stays. */
static void test_an_order_state_is_told_in_the_language_of_the_text(struct fixture *fixture,
                                                                    gconstpointer data)
{
    static const struct {
        const char *state, *language, *text;
    } rows[] = {{"in transit", "zh", "系统状态：运输中。"},
                {"in transit", "en", "系统状态：in transit。"},
                {"加工中", "zh", "系统状态：加工中。"}};
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        fixture->table = (struct table){{{"order.status", rows[i].state}}};
        fixture->facts.language = rows[i].language;
        g_autofree char *text =
            walk_render(fixture->walk, &fixture->facts, "系统状态：{order.status|未知}。", NULL);
        g_assert_cmpstr(text, ==, rows[i].text);
        g_assert_cmpstr(walk_value(fixture->walk, &fixture->facts, "order.status"), ==, rows[i].state);
    }
}

static void test_what_is_not_known_is_asked_for(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    to_details(fixture);
    answer(fixture, "worn", "no");
    assert_refused(fixture, NULL, WALK_ERROR_NEEDS, "The way on depends on Tier; ask for it and enter it.");
    g_assert_cmpint(walk_field_count(fixture->walk), ==, 3);
    g_assert_cmpstr(walk_field(fixture->walk, 2)->name, ==, "customer.tier");
    assert_refused(fixture, NULL, WALK_ERROR_MISSING, "Tier is still to be asked.");
    answer(fixture, "customer.tier", "bronze");
    complete(fixture, NULL, "ask-lead");
    g_assert_cmpint(walk_field_count(fixture->walk), ==, 0);
}

static void test_a_check_compares_with_the_record(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    complete(fixture, NULL, "verify");
    assert_refused(fixture, NULL, WALK_ERROR_MISSING, "Order number is still to be asked.");
    answer(fixture, "mail", "someone@else.org");
    assert_refused(fixture, "pass", WALK_ERROR_RESULT,
                   "What the customer said does not match the record; ask again, or say it failed.");
    assert_refused(fixture, "perhaps", WALK_ERROR_RESULT, "The step verify cannot end in perhaps.");
    complete(fixture, NULL, "up");
    g_assert_false(walk_verified(fixture->walk, &fixture->facts));
}

static void test_a_silent_record_leaves_the_check_to_the_agent(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    memset(&fixture->table, 0, sizeof fixture->table);
    complete(fixture, NULL, "verify");
    answer(fixture, "order_id", "F9");
    g_assert_true(walk_is_for_agent(fixture->walk, &fixture->facts));
    assert_refused(fixture, NULL, WALK_ERROR_RESULT,
                   "The record cannot confirm this by itself; say whether it passed or failed.");
    complete(fixture, "pass", "details");
    g_assert_false(walk_is_for_agent(fixture->walk, &fixture->facts));
    g_assert_true(walk_verified(fixture->walk, &fixture->facts));
    g_assert_cmpstr(walk_order(fixture->walk), ==, "F9");
}

static void test_a_failed_check_needs_no_answers(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    complete(fixture, NULL, "verify");
    complete(fixture, "fail", "up");
    complete(fixture, NULL, NULL);
}

static void test_verification_is_asked_once(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->table.rows[5][0] = "verified";
    fixture->table.rows[5][1] = "yes";
    g_ptr_array_set_size(fixture->notes, 0);
    complete(fixture, NULL, "details");
    assert_notes(fixture, "step.left:greet step.skipped:verify step.entered:details");
    g_autoptr(GArray) lines = walk_lines(fixture->walk, &fixture->facts, fixture->turn.at_ms);
    const struct walk_line *line = &g_array_index(lines, struct walk_line, 1);
    g_assert_cmpstr(line->reason, ==, "already verified");
    g_assert_true(line->automatic);
    g_assert_cmpint(line->state, ==, WALK_STATE_DONE);
}

static void test_a_rule_grants_at_once(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->table.rows[4][1] = "50.00";
    to_details(fixture);
    answer(fixture, "worn", "no");
    answer(fixture, "customer.tier", "bronze");
    g_ptr_array_set_size(fixture->notes, 0);
    complete(fixture, NULL, "pay");
    assert_rule(fixture->notes, "ask-lead", true);
    assert_notes(fixture, "step.answered:details step.left:details step.skipped:ask-lead step.entered:pay");
    assert_refused(fixture, NULL, WALK_ERROR_RESULT, "Say what came of it: paid, failed.");
}

static void test_answers_stay_when_one_goes_back(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_assert_false(walk_back(fixture->walk, &fixture->turn, &error));
    g_assert_cmpstr(error->message, ==, "This is the first step; there is none before it.");
    to_details(fixture);
    answer(fixture, "worn", "yes");
    complete(fixture, NULL, "sorry");
    g_ptr_array_set_size(fixture->notes, 0);
    g_assert_true(walk_back(fixture->walk, &fixture->turn, NULL));
    g_assert_cmpstr(walk_current(fixture->walk)->id, ==, "details");
    g_assert_cmpstr(walk_value(fixture->walk, &fixture->facts, "worn"), ==, "yes");
    g_assert_cmpfloat(cJSON_GetNumberValue(
                          cJSON_GetObjectItem(((struct walk_note *)fixture->notes->pdata[1])->data, "visit")),
                      ==, 2);
    assert_notes(fixture, "step.left:sorry step.entered:details");
    int done, all;
    walk_progress(fixture->walk, &fixture->facts, fixture->turn.at_ms, &done, &all);
    g_assert_cmpint(done, ==, 3);
    g_assert_cmpint(all, ==, 5);
    /* Back over what was verified: going forward again does not ask again. */
    g_assert_true(walk_back(fixture->walk, &fixture->turn, NULL));
    g_assert_true(walk_back(fixture->walk, &fixture->turn, NULL));
    g_assert_cmpstr(walk_current(fixture->walk)->id, ==, "greet");
    complete(fixture, NULL, "details");
}

static void test_skipping_needs_a_reason(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_assert_false(walk_skip(fixture->walk, &fixture->turn, "  ", &error));
    g_assert_error(error, WALK_ERROR, WALK_ERROR_REASON);
    g_assert_cmpstr(error->message, ==, "Say in up to 500 characters why this step is skipped.");
    g_assert_true(walk_skip(fixture->walk, &fixture->turn, "greeted before", NULL));
    g_assert_cmpstr(walk_current(fixture->walk)->id, ==, "verify");
    /* A skipped verification has not passed. */
    g_assert_true(walk_skip(fixture->walk, &fixture->turn, "hurry", NULL));
    g_assert_cmpstr(walk_current(fixture->walk)->id, ==, "up");
    g_clear_error(&error);
    g_assert_false(walk_skip(fixture->walk, &fixture->turn, "why not", &error));
    g_assert_cmpstr(error->message, ==,
                    "The last step cannot be skipped; complete it, or leave the script with a reason.");
    g_autoptr(GArray) lines = walk_lines(fixture->walk, &fixture->facts, fixture->turn.at_ms);
    g_assert_cmpint(g_array_index(lines, struct walk_line, 1).state, ==, WALK_STATE_SKIPPED);
    g_assert_cmpstr(g_array_index(lines, struct walk_line, 1).reason, ==, "hurry");
}

static const char OPEN_WAYS[] =
    "script: s\nversion: 1\ntitle: S\nsteps:\n"
    "- id: age\n  kind: ask\n  title: Age\n  class: value\n  fields:\n"
    "  - {name: worn, label: Worn, type: bool}\n"
    "  - {name: days, label: Days, type: number}\n"
    "  next: [{when: worn, to: repair}, {when: days < 30, to: refund}, {when: days < 60, to: refund}, late]\n"
    "- {id: repair, kind: say, title: R, class: value, say: R, next: bye}\n"
    "- {id: refund, kind: say, title: F, class: value, say: F, next: bye}\n"
    "- {id: late, kind: say, title: L, class: value, say: L, next: bye}\n"
    "- {id: bye, kind: end, title: B, class: value, say: B, disposition: done, resolved: yes}\n";

static const char *coming_next(const struct walk *walk, const struct facts *facts)
{
    g_autoptr(GArray) lines = walk_lines(walk, facts, START);
    return g_array_index(lines, struct walk_line, 1).step->id;
}

/* What comes is shown by most of the open ways; who skips gets the way for all else. */
static void test_open_ways_lead_where_most_do(void)
{
    struct table table = {{{NULL}}};
    struct facts facts = {.lookup = table_lookup, .data = &table};
    struct walk_turn turn = {.facts = &facts, .at_ms = START};
    struct script *script = script_parse("s.yaml", OPEN_WAYS, strlen(OPEN_WAYS), NULL);
    struct walk *walk = walk_start(script, &turn);
    g_assert_cmpstr(coming_next(walk, &facts), ==, "refund");
    g_assert_true(walk_answer(walk, &turn, "worn", "yes", NULL));
    g_assert_cmpstr(coming_next(walk, &facts), ==, "repair");
    g_assert_true(walk_answer(walk, &turn, "worn", "no", NULL));
    g_assert_true(walk_answer(walk, &turn, "days", "90", NULL));
    g_assert_cmpstr(coming_next(walk, &facts), ==, "late");
    walk_free(walk);
    walk = walk_start(script, &turn);
    g_assert_true(walk_skip(walk, &turn, "in a hurry", NULL));
    g_assert_cmpstr(walk_current(walk)->id, ==, "late");
    walk_free(walk);
    script_unref(script);
}

static void test_leaving_needs_a_reason_and_ends(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_assert_false(walk_leave(fixture->walk, &fixture->turn, NULL, &error));
    g_assert_cmpstr(error->message, ==, "Say in up to 500 characters why the script is left.");
    g_ptr_array_set_size(fixture->notes, 0);
    g_assert_true(walk_leave(fixture->walk, &fixture->turn, "customer hung up", NULL));
    g_assert_null(walk_current(fixture->walk));
    assert_notes(fixture, "step.left:greet script.finished");
}

static void test_switching_keeps_shared_answers(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char other_text[] =
        "script: other\nversion: 1\ntitle: Other\nsteps:\n"
        "- {id: one, kind: check, title: V, class: required, fields: [{name: mail, type: email, match: "
        "customer.email}], "
        "results: {pass: two, fail: two}}\n"
        "- {id: two, kind: form, title: F, class: value, fields: [{name: item, type: text, length: [1, 4]}, "
        "{name: order_id, type: order}], next: bye}\n"
        "- {id: bye, kind: end, title: B, class: value, disposition: d, resolved: no}\n";
    struct script *other = script_parse("o.yaml", other_text, strlen(other_text), NULL);
    to_details(fixture);
    answer(fixture, "item", "Rucksack");
    g_ptr_array_set_size(fixture->notes, 0);
    g_assert_true(walk_switch(fixture->walk, &fixture->turn, other, "it is about something else", NULL));
    assert_notes(fixture,
                 "step.left:details script.finished script.started step.skipped:one step.entered:two");
    g_assert_true(walk_script(fixture->walk) == other);
    g_assert_cmpstr(walk_value(fixture->walk, &fixture->facts, "order_id"), ==, "f1001");
    g_assert_cmpstr(walk_order(fixture->walk), ==, "f1001");
    /* One that does not fit the new field is asked again. */
    g_assert_null(walk_value(fixture->walk, &fixture->facts, "item"));
    script_unref(other);
}

static void test_texts_show_blanks_for_what_is_not_known(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autofree char *greeting = walk_say(fixture->walk, &fixture->facts, NULL);
    g_assert_cmpstr(greeting, ==, "Hello Li Na");
    g_autofree char *stranger = walk_say(fixture->walk, NULL, NULL);
    g_assert_cmpstr(stranger, ==, "Hello there");
    g_autoptr(GPtrArray) blanks = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = walk_render(fixture->walk, NULL, "{{x}} {item|it}, {order.item} {worn}", blanks);
    g_assert_cmpstr(text, ==, "{x} it, [Item] [Worn?]");
    g_assert_cmpint(blanks->len, ==, 2);
    g_assert_cmpstr(blanks->pdata[0], ==, "order.item");
}

static void test_answers_are_refused_in_a_sentence(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *field, *value, *says;
    } cases[] = {
        {"mail", "nobody", "E-mail should be an e-mail address, such as name@example.com."},
        {"nonsense", "x", "The script refund has no field nonsense to answer."},
        {"verified", "yes", "The script refund has no field verified to answer."},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(walk_answer(fixture->walk, &fixture->turn, cases[i].field, cases[i].value, &error));
        g_assert_cmpstr(error->message, ==, cases[i].says);
    }
}

static struct script *find_script(void *data, const char *id, int64_t version)
{
    struct script *script = data;
    return script && g_str_equal(script->id, id) && script->version == version ? script_ref(script) : NULL;
}

static void test_survives_a_restart(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    to_details(fixture);
    answer(fixture, "worn", "no");
    assert_refused(fixture, NULL, WALK_ERROR_NEEDS, "The way on depends on Tier; ask for it and enter it.");
    cJSON *json = walk_to_json(fixture->walk);
    g_autofree char *text = cJSON_Print(json);
    cJSON_Delete(json);
    json = cJSON_Parse(text);
    walk_free(fixture->walk);
    g_autoptr(GError) error = NULL;
    fixture->walk = walk_from_json(json, find_script, fixture->script, &error);
    g_assert_no_error(error);
    cJSON *again = walk_to_json(fixture->walk);
    g_assert_true(cJSON_Compare(json, again, true));
    cJSON_Delete(again);
    g_assert_cmpstr(walk_field(fixture->walk, 2)->name, ==, "customer.tier");
    g_assert_cmpint(walk_entered_ms(fixture->walk), ==, START + 2 * MINUTE);
    answer(fixture, "customer.tier", "gold");
    complete(fixture, NULL, "pay");
    cJSON_Delete(json);
}

static void test_a_saved_walk_that_does_not_fit_is_refused(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *json, *says;
    } cases[] = {
        {"{}", "it does not name its script and version"},
        {"[]", "it does not name its script and version"},
        {"{\"script\":\"refund\",\"version\":3,\"format\":9}", "it is of format 9, and this program reads 1"},
        {"{\"script\":\"refund\",\"version\":4,\"format\":1}", "version 4 of the script refund is not here"},
        {"{\"script\":\"refund\",\"version\":3,\"format\":1}", "it stands in no step"},
        {"{\"script\":\"refund\",\"version\":3,\"format\":1,\"answers\":[{\"name\":\"x\"}]}",
         "an answer lacks its name, value, source or time"},
        {"{\"script\":\"refund\",\"version\":3,\"format\":1,\"answers\":[{\"name\":\"x\",\"value\":\"\","
         "\"source\":\"\",\"at_ms\":1}]}",
         "the script refund has no field x"},
        {"{\"script\":\"refund\",\"version\":3,\"format\":1,\"visits\":[{\"step\":\"x\"}]}",
         "the script refund has no step x"},
        {"{\"script\":\"refund\",\"version\":3,\"format\":1,\"visits\":[{\"step\":\"bye\"}]}",
         "the visit of bye lacks its times or how it ended"},
        {"{\"script\":\"refund\",\"version\":3,\"format\":1,\"trail\":[0]}",
         "its trail points at visits that it does not have"},
        {"{\"script\":\"refund\",\"version\":3,\"format\":1,\"visits\":[{\"step\":\"bye\",\"how\":"
         "\"completed\",\"entered_ms\":1,\"left_ms\":2}],\"trail\":[0]}",
         "its last step is closed but the script is not finished"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        cJSON *json = cJSON_Parse(cases[i].json);
        g_assert_null(walk_from_json(json, find_script, fixture->script, &error));
        g_autofree char *says =
            g_strdup_printf("The saved place in the script cannot be used: %s.", cases[i].says);
        g_assert_cmpstr(error->message, ==, says);
        cJSON_Delete(json);
    }
}

static void test_going_round_is_stopped(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char text[] = "script: s\nversion: 1\ntitle: T\nsteps:\n"
                               "- {id: a, kind: say, title: A, class: value, say: x, next: b}\n"
                               "- {id: b, kind: say, title: A, class: value, say: x, next: a}\n";
    struct script *script = script_parse("s", text, strlen(text), NULL);
    struct walk *walk = walk_start(script, &fixture->turn);
    g_autoptr(GError) error = NULL;
    int count = 0;
    while (walk_complete(walk, &fixture->turn, NULL, &error))
        g_assert_cmpint(count++, <, WALK_VISITS_MAX);
    g_assert_cmpstr(error->message, ==,
                    "This walk has gone through 1000 steps and seems to go round; leave the script.");
    walk_free(walk);
    script_unref(script);
}

/* --- the demo's scripts, walked at random until every way was gone --- */

struct wanderer {
    GRand *random;
    struct table table;
    struct facts facts;
    struct walk_turn turn;
    char dates[4][11];
    char total[24];
    bool *entered;    /* by step */
    GHashTable *ways; /* "from>to" gone */
};

static const char *any_date(struct wanderer *wanderer, int slot)
{
    g_autofree char *date = value_date_of(START / 86400000 - g_rand_int_range(wanderer->random, 0, 200));
    memcpy(wanderer->dates[slot], date, 11);
    return wanderer->dates[slot];
}

static void invent_facts(struct wanderer *wanderer)
{
    static const char *const tiers[] = {"bronze", "silver", "gold"};
    bool known = g_rand_boolean(wanderer->random);
    g_snprintf(wanderer->total, sizeof wanderer->total, "%d.00", g_rand_int_range(wanderer->random, 1, 700));
    wanderer->table = (struct table){{
        {"customer.name", "Li Na"},
        {"customer.tier", known ? tiers[g_rand_int_range(wanderer->random, 0, 3)] : NULL},
        {"order.id", known ? "F1001" : NULL},
        {"customer.email", known ? "a@b.no" : NULL},
        {"customer.birthday", known ? "1980-02-03" : NULL},
        {"customer.postcode", known ? "0123" : NULL},
        {"customer.phone", known ? "+4712345678" : NULL},
        {"order.item", known ? "Rain jacket" : NULL},
        {"order.total", known ? wanderer->total : NULL},
        {"order.delivered", known ? any_date(wanderer, 0) : NULL},
        {"verified", g_rand_int_range(wanderer->random, 0, 4) == 0 ? "yes" : "no"},
    }};
}

/* A value that the field takes: what matches the record in two of three cases, else one by the field's type.
 */
static char *invent_value(struct wanderer *wanderer, const struct script_field *field)
{
    const char *known = field->match ? table_lookup(&wanderer->table, field->match) : NULL;
    if (known && g_rand_int_range(wanderer->random, 0, 3))
        return g_strdup(known);
    switch (field->type) {
    case VALUE_TYPE_NUMBER:
        return g_strdup_printf("%d", g_rand_int_range(wanderer->random, 0, 100));
    case VALUE_TYPE_MONEY:
        return g_strdup_printf(
            "%d.50", g_rand_int_range(wanderer->random, 1, g_rand_boolean(wanderer->random) ? 15 : 900));
    case VALUE_TYPE_DATE:
        return value_date_of(
            START / 86400000 -
            g_rand_int_range(wanderer->random, 0, g_rand_boolean(wanderer->random) ? 10 : 200));
    case VALUE_TYPE_PHONE:
        return g_strdup("+4799887766");
    case VALUE_TYPE_EMAIL:
        return g_strdup("else@where.org");
    case VALUE_TYPE_CHOICE:
        return g_strdup(
            field->options[g_rand_int_range(wanderer->random, 0, (gint32)field->option_count)].value);
    case VALUE_TYPE_BOOL:
        return g_strdup(g_rand_boolean(wanderer->random) ? "yes" : "no");
    default:
        return g_strdup_printf("%06d", g_rand_int_range(wanderer->random, 0, 999999));
    }
}

static void wander_step(struct wanderer *wanderer, struct walk *walk)
{
    const struct script_step *step = walk_current(walk);
    wanderer->entered[step->index] = true;
    for (size_t i = 0; i < walk_field_count(walk); i++) {
        const struct script_field *field = walk_field(walk, i);
        g_autofree char *value = invent_value(wanderer, field);
        g_autoptr(GError) error = NULL;
        if (!field->required && g_rand_boolean(wanderer->random))
            continue;
        walk_answer(walk, &wanderer->turn, field->name, value, &error);
        g_assert_no_error(error);
    }
    g_autoptr(GError) error = NULL;
    wanderer->turn.at_ms += 1000;
    bool check = step->kind == SCRIPT_KIND_CHECK;
    const char *result =
        check || !step->result_count
            ? NULL
            : step->results[g_rand_int_range(wanderer->random, 0, (gint32)step->result_count)].head.key;
    if (!walk_complete(walk, &wanderer->turn, result, &error) && check)
        walk_complete(walk, &wanderer->turn, g_rand_boolean(wanderer->random) ? "pass" : "fail", NULL);
    else if (error)
        g_assert_error(error, WALK_ERROR, WALK_ERROR_NEEDS);
    const struct script_step *next = walk_current(walk);
    if (next && next != step)
        g_hash_table_add(wanderer->ways, g_strdup_printf("%s>%s", step->id, next->id));
}

static void assert_every_way_gone(const struct wanderer *wanderer, const struct script *script)
{
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        if (!wanderer->entered[i])
            g_error("%s: %s was never entered", script->id, step->id);
        for (size_t j = 0; j < step->next_count + step->result_count; j++) {
            const struct script_step *to =
                j < step->next_count ? step->next[j].target : step->results[j - step->next_count].target;
            g_autofree char *way = g_strdup_printf("%s>%s", step->id, to->id);
            /* A granted approval and a passed check may lead into a step that is passed by. */
            if (!g_hash_table_contains(wanderer->ways, way) && to->kind != SCRIPT_KIND_CHECK)
                g_error("%s: the way %s was never gone", script->id, way);
        }
    }
}

static void wander(const char *path)
{
    g_autoptr(GError) error = NULL;
    struct script *script = script_open(path, &error);
    g_assert_no_error(error);
    struct wanderer wanderer = {.random = g_rand_new_with_seed(7),
                                .entered = g_new0(bool, script->step_count)};
    wanderer.ways = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    wanderer.facts = (struct facts){.lookup = table_lookup, .data = &wanderer.table};
    for (int i = 0; i < 1500; i++) {
        invent_facts(&wanderer);
        wanderer.turn = (struct walk_turn){.facts = &wanderer.facts, .at_ms = START};
        struct walk *walk = walk_start(script, &wanderer.turn);
        for (int steps = 0; walk_current(walk); steps++) {
            g_assert_cmpint(steps, <, 300);
            wander_step(&wanderer, walk);
        }
        walk_free(walk);
    }
    assert_every_way_gone(&wanderer, script);
    g_rand_free(wanderer.random);
    g_hash_table_unref(wanderer.ways);
    g_free(wanderer.entered);
    script_unref(script);
}

static void test_every_way_of_the_demo_scripts_leads_to_an_end(void)
{
    g_autoptr(GDir) folder = g_dir_open(FIRSTLINE_SHARE "/demo/scripts", 0, NULL);
    const char *name;
    int count = 0;
    while ((name = g_dir_read_name(folder))) {
        g_autofree char *path = g_build_filename(FIRSTLINE_SHARE "/demo/scripts", name, NULL);
        g_test_message("%s", name);
        wander(path);
        count++;
    }
    g_assert_cmpint(count, >=, 15);
}

/* Whether an item of a list in the settings has this value under this key. */
static bool settings_have(const struct yaml_node *settings, const char *list, const char *key,
                          const char *value)
{
    const struct yaml_node *items = yaml_node_get(settings, list);
    for (size_t i = 0; i < items->count; i++) {
        const struct yaml_node *found = yaml_node_get(items->items[i], key);
        if (found && g_str_equal(found->text, value))
            return true;
    }
    return false;
}

static void assert_settings_have(const struct yaml_node *settings, const struct script *script)
{
    for (size_t i = 0; i < script->queue_count; i++)
        if (!settings_have(settings, "queues", "id", script->queues[i]))
            g_error("%s: the settings have no queue %s", script->id, script->queues[i]);
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        if (step->disposition && !settings_have(settings, "dispositions", "code", step->disposition))
            g_error("%s: the settings have no disposition %s", script->id, step->disposition);
        if (step->queue && !settings_have(settings, "queues", "id", step->queue))
            g_error("%s: the settings have no queue %s", script->id, step->queue);
    }
}

static void test_the_demo_scripts_use_the_demo_s_queues_and_codes(void)
{
    g_autoptr(GError) error = NULL;
    struct yaml_doc *settings = yaml_doc_open(FIRSTLINE_SHARE "/demo/settings.yaml", &error);
    g_assert_no_error(error);
    g_autoptr(GDir) folder = g_dir_open(FIRSTLINE_SHARE "/demo/scripts", 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(folder))) {
        g_autofree char *path = g_build_filename(FIRSTLINE_SHARE "/demo/scripts", name, NULL);
        struct script *script = script_open(path, &error);
        g_assert_no_error(error);
        assert_settings_have(yaml_doc_root(settings), script);
        script_unref(script);
    }
    yaml_doc_free(settings);
}

static void test_the_demo_scripts_pass_their_check(void)
{
    g_autoptr(GDir) folder = g_dir_open(FIRSTLINE_SHARE "/demo/scripts", 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(folder))) {
        g_autofree char *path = g_build_filename(FIRSTLINE_SHARE "/demo/scripts", name, NULL);
        g_autoptr(GError) error = NULL;
        struct script *script = script_open(path, &error);
        g_assert_no_error(error);
        struct problems *problems = problems_new(name);
        script_check(script, problems);
        problems_none(problems, &error);
        g_assert_no_error(error);
        size_t checks = 0;
        for (size_t i = 0; i < script->step_count; i++)
            checks += script->steps[i].kind == SCRIPT_KIND_CHECK;
        g_assert_cmpint(checks, >=, 1);
        problems_free(problems);
        script_unref(script);
    }
}

#define CASE(path, function) g_test_add("/walk/" path, struct fixture, NULL, set_up, function, tear_down)

/* --- the time limit of an action --- */

static const char LIMITED[] =
    "script: limited\nversion: 1\ntitle: T\nsteps:\n"
    "- id: pay\n  kind: action\n  title: Pay\n  class: value\n  action: x\n  timeout: 30s\n"
    "  fields: [{name: iban, type: text}]\n"
    "  results: {paid: bye, timeout: {to: up, title: No answer}}\n"
    "- {id: up, kind: escalate, title: Up, class: waste, waste: handover, ask: x}\n"
    "- {id: bye, kind: end, title: Bye, class: value, disposition: d, resolved: yes}\n";

static void assert_left(const struct fixture *fixture, const char *how, const char *result, int64_t spent_ms)
{
    const cJSON *left = NULL;
    for (guint i = 0; i < fixture->notes->len; i++) {
        const struct walk_note *note = fixture->notes->pdata[i];
        left = g_str_equal(note->kind, "step.left") ? note->data : left;
    }
    g_assert_cmpstr(cJSON_GetStringValue(cJSON_GetObjectItem(left, "how")), ==, how);
    g_assert_cmpstr(cJSON_GetStringValue(cJSON_GetObjectItem(left, "result")), ==, result);
    g_assert_cmpfloat(cJSON_GetNumberValue(cJSON_GetObjectItem(left, "spent_ms")), ==, (double)spent_ms);
}

static void test_an_action_has_its_time(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    struct script *script = script_parse("s.yaml", LIMITED, strlen(LIMITED), NULL);
    struct walk *walk = walk_start(script, &fixture->turn);
    g_assert_cmpint(walk_limit_ms(walk, &fixture->facts), ==, 0); /* the number is still to be filled in */
    fixture->turn.at_ms = START + 100000;
    g_assert_false(walk_expire(walk, &fixture->turn));
    g_assert_true(walk_answer(walk, &fixture->turn, "iban", "NO93", NULL));
    g_assert_cmpint(walk_limit_ms(walk, &fixture->facts), ==, START + 130000);
    fixture->turn.at_ms = START + 129999;
    g_assert_false(walk_expire(walk, &fixture->turn));
    fixture->turn.at_ms = START + 130000;
    g_assert_true(walk_expire(walk, &fixture->turn));
    g_assert_cmpstr(walk_current(walk)->id, ==, "up");
    assert_left(fixture, "timeout", "timeout", 130000);
    g_assert_false(walk_expire(walk, &fixture->turn));
    /* Gone back, the system is asked anew: with the time of then it would have none. */
    g_assert_true(walk_back(walk, &fixture->turn, NULL));
    g_assert_cmpint(walk_limit_ms(walk, &fixture->facts), ==, START + 160000);
    g_assert_true(walk_complete(walk, &fixture->turn, "paid", NULL));
    g_assert_cmpint(walk_limit_ms(walk, &fixture->facts), ==, 0);
    walk_free(walk);
    script_unref(script);
}

static struct script *the_script(void *data, const char *id, int64_t version)
{
    (void)id;
    (void)version;
    return script_ref(data);
}

static void test_the_limit_outlives_a_restart(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    struct script *script = script_parse("s.yaml", LIMITED, strlen(LIMITED), NULL);
    struct walk *walk = walk_start(script, &fixture->turn);
    g_assert_true(walk_answer(walk, &fixture->turn, "iban", "NO93", NULL));
    cJSON *json = walk_to_json(walk);
    walk_free(walk);
    walk = walk_from_json(json, the_script, script, NULL);
    g_assert_cmpint(walk_limit_ms(walk, &fixture->facts), ==, START + 30000);
    walk_free(walk);
    cJSON_Delete(json);
    script_unref(script);
}

/* Without the result there is no way to take, so there is no clock; the check says so. */
static void test_a_limit_needs_its_result(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GString) text = g_string_new(LIMITED);
    g_string_replace(text, "timeout: {to: up, title: No answer}", "failed: up", 1);
    g_string_replace(text, "  fields: [{name: iban, type: text}]\n", "", 1);
    struct script *script = script_parse("s.yaml", text->str, text->len, NULL);
    struct walk *walk = walk_start(script, &fixture->turn);
    fixture->turn.at_ms = START + 100000;
    g_assert_cmpint(walk_limit_ms(walk, &fixture->facts), ==, 0);
    g_assert_false(walk_expire(walk, &fixture->turn));
    struct problems *problems = problems_new("s.yaml");
    script_check(script, problems);
    g_autofree char *report = problems_report(problems);
    g_assert_cmpstr(report, ==,
                    "s.yaml:10:12: The time limit of `pay` leads nowhere; name a result `timeout` under "
                    "`results`.");
    problems_free(problems);
    walk_free(walk);
    script_unref(script);
}

/* --- approvals --- */

/* What came of the approval, as a desk would know it. */
static const char *approval_came, *approval_by;
static int64_t approval_minor, approval_at_ms;

static const char *approval_lookup(void *data, const char *script, const char *step, int64_t amount_minor,
                                   const char **by, int64_t *at_ms)
{
    (void)data;
    g_assert_cmpstr(script, ==, "exception");
    g_assert_cmpstr(step, ==, "lead");
    *by = approval_by;
    *at_ms = approval_at_ms;
    return amount_minor == approval_minor ? approval_came : NULL;
}

static const char EXCEPTION[] =
    "script: exception\nversion: 1\ntitle: Exception\nsteps:\n"
    "- {id: sum, kind: form, title: Sum, class: value, fields: [{name: refund, type: money}, {name: why, "
    "type: "
    "text, required: no}], next: lead}\n"
    "- id: lead\n  kind: approve\n  title: Lead\n  class: waste\n  waste: approval\n  approvers: supervisor\n"
    "  ask: 'Refund {refund}?'\n  with: {amount: refund, reason: why}\n"
    "  results: {granted: pay, refused: sorry, expired: later, meanwhile: label}\n"
    "- {id: label, kind: say, title: Label, class: value, say: x, next: lead}\n"
    "- {id: pay, kind: end, title: Pay, class: value, disposition: paid, resolved: yes}\n"
    "- {id: sorry, kind: end, title: Sorry, class: value, disposition: no, resolved: yes}\n"
    "- {id: later, kind: end, title: Later, class: value, disposition: later, resolved: no}\n";

struct exception {
    struct script *script;
    struct walk *walk;
    struct facts facts;
    struct walk_turn turn;
};

/* A walk that stands at the step `lead`, for a refund of 350. */
static void exception_init(struct exception *e)
{
    g_autoptr(GError) error = NULL;
    static struct table table;
    e->script = script_parse("s.yaml", EXCEPTION, strlen(EXCEPTION), &error);
    g_assert_no_error(error);
    e->facts = (struct facts){.lookup = table_lookup, .data = &table, .approval = approval_lookup};
    e->turn = (struct walk_turn){.facts = &e->facts, .at_ms = START};
    e->walk = walk_start(e->script, &e->turn);
    approval_came = approval_by = NULL;
    approval_minor = 35000;
    approval_at_ms = START;
    walk_answer(e->walk, &e->turn, "refund", "350", &error);
    g_assert_no_error(error);
    walk_complete(e->walk, &e->turn, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(walk_current(e->walk)->id, ==, "lead");
}

static void exception_release(struct exception *e)
{
    walk_free(e->walk);
    script_unref(e->script);
}

static void test_a_request_says_what_for_and_how_much(void)
{
    struct exception e;
    struct walk_request request;
    exception_init(&e);
    walk_request_init(&request, e.walk, &e.facts, walk_current(e.walk));
    g_assert_cmpstr(request.ask, ==, "Refund 350.00?");
    g_assert_cmpint(request.amount_minor, ==, 35000);
    g_assert_null(request.reason);
    g_assert_false(request.is_whole);
    walk_request_release(&request);
    g_assert_true(walk_answer(e.walk, &e.turn, "why", "It came broken", NULL));
    walk_request_init(&request, e.walk, &e.facts, walk_current(e.walk));
    g_assert_cmpstr(request.reason, ==, "It came broken");
    g_assert_true(request.is_whole);
    walk_request_release(&request);
    exception_release(&e);
}

/* What goes on meanwhile comes back: waits where nobody has decided, else is led on. */
static void test_meanwhile_comes_back_to_the_decision(void)
{
    struct exception e;
    exception_init(&e);
    approval_came = "asked";
    g_assert_true(walk_complete(e.walk, &e.turn, "meanwhile", NULL));
    g_assert_cmpstr(walk_current(e.walk)->id, ==, "label");
    g_assert_cmpstr(walk_result(e.walk, script_step_of(e.script, "lead")), ==, "meanwhile");
    g_assert_true(walk_complete(e.walk, &e.turn, NULL, NULL));
    g_assert_cmpstr(walk_current(e.walk)->id, ==, "lead");
    approval_came = "granted";
    approval_by = "Ben";
    g_autoptr(GPtrArray) notes = walk_notes_new();
    e.turn.notes = notes;
    g_assert_true(walk_back(e.walk, &e.turn, NULL));
    g_assert_true(walk_complete(e.walk, &e.turn, NULL, NULL));
    assert_rule(notes, "lead", false);
    g_assert_cmpstr(walk_current(e.walk)->id, ==, "pay");
    g_autoptr(GArray) lines = walk_lines(e.walk, &e.facts, START);
    const struct walk_line *line = &g_array_index(lines, struct walk_line, lines->len - 2);
    g_assert_cmpstr(line->reason, ==, "granted by Ben");
    exception_release(&e);
}

static void test_a_decision_is_for_its_amount(void)
{
    struct exception e;
    exception_init(&e);
    const struct script_step *lead = walk_current(e.walk);
    approval_came = "granted";
    g_assert_cmpstr(walk_approval(e.walk, &e.facts, lead, &approval_by), ==, "granted");
    g_assert_true(walk_back(e.walk, &e.turn, NULL));
    g_assert_true(walk_answer(e.walk, &e.turn, "refund", "351", NULL));
    g_assert_true(walk_complete(e.walk, &e.turn, NULL, NULL));
    g_assert_cmpstr(walk_current(e.walk)->id, ==, "lead");
    g_assert_null(walk_approval(e.walk, &e.facts, lead, &approval_by));
    exception_release(&e);
}

static void test_one_that_ran_out_unseen_can_be_asked_for_anew(void)
{
    struct exception e;
    exception_init(&e);
    const struct script_step *lead = walk_current(e.walk);
    approval_came = "expired";
    approval_at_ms = START - 1;
    g_assert_null(walk_approval(e.walk, &e.facts, lead, &approval_by));
    approval_at_ms = START;
    g_assert_cmpstr(walk_approval(e.walk, &e.facts, lead, &approval_by), ==, "expired");
    exception_release(&e);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    CASE("tells-what-happened", test_a_walk_tells_what_happened);
    CASE("a-record-fills-fields-and-says-its-source", test_a_record_fills_fields_and_says_its_source);
    CASE("an-order-state-is-told-in-the-language", test_an_order_state_is_told_in_the_language_of_the_text);
    CASE("what-is-not-known-is-asked-for", test_what_is_not_known_is_asked_for);
    CASE("a-check-compares-with-the-record", test_a_check_compares_with_the_record);
    CASE("a-silent-record-leaves-the-check-to-the-agent", test_a_silent_record_leaves_the_check_to_the_agent);
    CASE("a-failed-check-needs-no-answers", test_a_failed_check_needs_no_answers);
    CASE("verification-is-asked-once", test_verification_is_asked_once);
    CASE("a-rule-grants-at-once", test_a_rule_grants_at_once);
    CASE("answers-stay-when-one-goes-back", test_answers_stay_when_one_goes_back);
    CASE("skipping-needs-a-reason", test_skipping_needs_a_reason);
    CASE("an-action-has-its-time", test_an_action_has_its_time);
    CASE("the-limit-outlives-a-restart", test_the_limit_outlives_a_restart);
    CASE("a-limit-needs-its-result", test_a_limit_needs_its_result);
    CASE("leaving-needs-a-reason-and-ends", test_leaving_needs_a_reason_and_ends);
    CASE("switching-keeps-shared-answers", test_switching_keeps_shared_answers);
    CASE("texts-show-blanks-for-what-is-not-known", test_texts_show_blanks_for_what_is_not_known);
    CASE("answers-are-refused-in-a-sentence", test_answers_are_refused_in_a_sentence);
    CASE("survives-a-restart", test_survives_a_restart);
    CASE("a-saved-walk-that-does-not-fit-is-refused", test_a_saved_walk_that_does_not_fit_is_refused);
    CASE("going-round-is-stopped", test_going_round_is_stopped);
    g_test_add_func("/walk/open-ways-lead-where-most-do", test_open_ways_lead_where_most_do);
    g_test_add_func("/walk/every-way-of-the-demo-scripts-leads-to-an-end",
                    test_every_way_of_the_demo_scripts_leads_to_an_end);
    g_test_add_func("/walk/the-demo-scripts-pass-their-check", test_the_demo_scripts_pass_their_check);
    g_test_add_func("/walk/the-demo-scripts-use-the-demo-s-queues-and-codes",
                    test_the_demo_scripts_use_the_demo_s_queues_and_codes);
    g_test_add_func("/walk/approval/request", test_a_request_says_what_for_and_how_much);
    g_test_add_func("/walk/approval/meanwhile", test_meanwhile_comes_back_to_the_decision);
    g_test_add_func("/walk/approval/amount", test_a_decision_is_for_its_amount);
    g_test_add_func("/walk/approval/expired", test_one_that_ran_out_unseen_can_be_asked_for_anew);
    return g_test_run();
}
