/* What a script's owner has beside the check: all paths, the drawing in text, and past contacts walked again.
 */
#include "app/script/graph.h"
#include "app/script/paths.h"
#include "app/script/renumber.h"
#include "app/script/replay.h"
#include "app/script/walk.h"
#include "app/script/walk_flow.h"

#include <string.h>

#define NOON INT64_C(1795435200000) /* 2026-11-23 */

static const char SCRIPT[] =
    "script: s\nversion: 2\ntitle: T\nsteps:\n"
    "- {id: hello, kind: say, title: Hello, class: value, target: 10s, say: x, next: who}\n"
    "- {id: who, kind: check, title: Who, class: required, target: 20s, fields: [{name: n, type: text, "
    "personal: yes, "
    "match: customer.name}], results: {pass: {to: why, title: Known}, fail: up}}\n"
    "- id: why\n  kind: choose\n  title: Why\n  class: value\n  fields: [{name: r, type: choice, options: "
    "[size, colour]}]\n"
    "  next: [{when: r == 'size', to: label}, say-so]\n"
    "- {id: say-so, kind: say, title: Say so, class: waste, waste: search, target: 1m, say: x, next: label}\n"
    "- {id: label, kind: action, title: Label, class: value, action: x, results: {sent: bye, failed: up}}\n"
    "- {id: up, kind: escalate, title: Up, class: waste, waste: handover, ask: x}\n"
    "- {id: bye, kind: end, title: Bye, class: value, disposition: d, resolved: yes}\n";

static struct script *read_script(const char *text)
{
    g_autoptr(GError) error = NULL;
    struct script *script = script_parse("s.yaml", text, strlen(text), &error);
    g_assert_no_error(error);
    return script;
}

/* --- its number --- */

static void test_a_number_is_changed_and_nothing_else(void)
{
    static const struct {
        const char *source, *renumbered;
    } cases[] = {
        {"script: s\nversion: 9   # raised\ntitle: 版本\n",
         "script: s\nversion: 12   # raised\ntitle: 版本\n"},
        {"{title: 版本, version: 1, script: s}", "{title: 版本, version: 12, script: s}"},
        {"title: {version: 1}\nversion: 3", "title: {version: 1}\nversion: 12"},
        {"version: \"3\"\n", NULL},
        {"version: &n 3\n", NULL},
        {"title: x\n", NULL},
        {"- version\n", NULL},
        {"version: [", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *renumbered = script_renumber(cases[i].source, 12, &error);
        g_assert_cmpstr(renumbered, ==, cases[i].renumbered);
        g_assert_true((error != NULL) == (renumbered == NULL));
    }
}

/* --- paths --- */

static void test_all_paths_are_told(void)
{
    struct script *script = read_script(SCRIPT);
    struct script_paths paths;
    script_paths_init(&paths, script, 100);
    g_autofree char *text = script_paths_text(&paths, script);
    g_assert_cmpstr(
        text, ==,
        "s, version 2: 5 paths, 3 to 6 steps, target 0:30 to 1:30, 1 to 3 steps that add no value.\n\n"
        "steps  required  waste   target  way\n"
        "    5         1      0     0:30  hello → who → why → label → bye\n"
        "    5         1      1     0:30  hello → who → why → label → up\n"
        "    6         1      1     1:30  hello → who → why → say-so → label → bye\n"
        "    6         1      2     1:30  hello → who → why → say-so → label → up\n"
        "    3         1      1     0:30  hello → who → up\n");
    g_autofree char *json = script_paths_json(&paths, script);
    cJSON *read = cJSON_Parse(json);
    g_assert_cmpint(cJSON_GetArraySize(cJSON_GetObjectItem(read, "paths")), ==, 5);
    g_assert_true(cJSON_IsFalse(cJSON_GetObjectItem(read, "more")));
    cJSON_Delete(read);
    script_paths_release(&paths);
    script_unref(script);
}

/* Thirty choices one after the other, each of three ways. */
static char *thicket(bool circle)
{
    GString *text = g_string_new("script: s\nversion: 1\ntitle: T\nsteps:\n");
    for (int i = 0; i < 30; i++) {
        for (char way = 'a'; way <= 'c'; way++)
            g_string_append_printf(
                text, "- {id: %c%d, kind: say, title: T, class: value, say: x, next: q%d}\n", way, i, i + 1);
        g_string_append_printf(
            text,
            "- {id: q%d, kind: say, title: T, class: value, say: x, next: [{when: verified, to: a%d}, "
            "{when: has(verified), to: b%d}, {when: not verified, to: %s%d}, c%d]}\n",
            i, i, i, circle && i ? "q" : "c", circle && i ? i - 1 : i, i);
    }
    g_string_append(text, "- {id: q30, kind: end, title: B, class: value, disposition: d, resolved: yes}\n");
    /* the first step has to stand first */
    char *first = strstr(text->str, "- {id: q0,"), *end = strchr(first, '\n') + 1;
    g_autofree char *line = g_strndup(first, (gsize)(end - first));
    g_string_erase(text, first - text->str, end - first);
    g_string_insert(text, strstr(text->str, "- {id") - text->str, line);
    return g_string_free(text, FALSE);
}

static void test_too_many_paths_are_bounded(void)
{
    g_autofree char *text = thicket(false), *round = thicket(true);
    struct script *script = read_script(text), *circle = read_script(round);
    struct script_paths paths;
    script_paths_init(&paths, script, 50);
    g_assert_true(paths.more);
    g_assert_cmpuint(paths.found->len, ==, 50);
    g_assert_cmpfloat(paths.all, ==, 205891132094649.0); /* 3 to the 30th */
    script_paths_release(&paths);
    script_paths_init(&paths, circle, 50);
    g_assert_true(paths.more);
    g_assert_cmpfloat(paths.all, ==, 0);
    g_autofree char *told = script_paths_text(&paths, circle);
    g_assert_true(g_str_has_prefix(told, "s, version 1: over 50 paths; of these: 61 steps"));
    script_paths_release(&paths);
    script_unref(script);
    script_unref(circle);
}

/* --- drawing --- */

static void test_a_script_is_drawn_in_text(void)
{
    struct script *script = read_script(SCRIPT);
    g_autofree char *text = script_graph_text(script, "en");
    g_assert_cmpstr(text, ==,
                    "hello  Hello  (say, value, 0:10)\n"
                    "│\n"
                    "who  Who  (check, required, 0:20)\n"
                    "├─ Known\n"
                    "│  why  Why  (choose, value)\n"
                    "│  ├─ r == 'size' ─→ label\n"
                    "│  └─ else\n"
                    "│     say-so  Say so  (say, waste search, 1:00)\n"
                    "│     └─→ label\n"
                    "│\n"
                    "│  label  Label  (action, value)\n"
                    "│  ├─ sent\n"
                    "│  │  bye  Bye  (end, value)\n"
                    "│  └─ failed ─→ up\n"
                    "└─ fail ─→ up\n"
                    "\n"
                    "up  Up  (escalate, waste handover)\n");
    script_unref(script);
}

/* One letter a step, in the order of the file: done, skipped, here, likely, open, closed. */
static char *places_of(const struct walk *walk)
{
    static const char letters[] = {
        [WALK_PLACE_CLOSED] = '.', [WALK_PLACE_OPEN] = 'o', [WALK_PLACE_LIKELY] = 'l',
        [WALK_PLACE_NOW] = 'N',    [WALK_PLACE_DONE] = 'd', [WALK_PLACE_SKIPPED] = 's'};
    struct walk_flow *flow = walk_flow_new(walk, NULL, NOON);
    GString *places = g_string_new(NULL);
    for (size_t i = 0; i < walk_script(walk)->step_count; i++)
        g_string_append_c(places, letters[flow->steps[i].place]);
    walk_flow_free(flow);
    return g_string_free(places, FALSE);
}

/* "who:Known why:else", in the order of the drawing. */
static char *taken_in(const struct walk *walk)
{
    struct walk_flow *flow = walk_flow_new(walk, NULL, NOON);
    GString *taken = g_string_new(NULL);
    for (guint i = 0; i < flow->drawing->len; i++) {
        const struct graph_line *line = &g_array_index(flow->drawing, struct graph_line, i);
        if (!walk_flow_is_taken(flow, line))
            continue;
        g_autofree char *label = walk_flow_way_label(walk_script(walk), line->step, line->way, "en");
        g_string_append_printf(taken, "%s%s:%s", taken->len > 0 ? " " : "", line->step->id,
                               label ? label : "");
    }
    walk_flow_free(flow);
    return g_string_free(taken, FALSE);
}

static void assert_flow(const struct walk *walk, const char *places, const char *taken)
{
    g_autofree char *have = places_of(walk), *ways = taken_in(walk);
    g_assert_cmpstr(have, ==, places);
    g_assert_cmpstr(ways, ==, taken);
}

static void test_a_walk_stands_on_its_drawing(void)
{
    struct script *script = read_script(SCRIPT);
    const struct walk_turn turn = {.at_ms = NOON};
    struct walk *walk = walk_start(script, &turn); /* hello who why say-so label up bye */
    assert_flow(walk, "Nllllol", "");
    g_assert_true(walk_complete(walk, &turn, NULL, NULL));
    g_assert_true(walk_answer(walk, &turn, "n", "Ann", NULL));
    g_assert_true(walk_complete(walk, &turn, "pass", NULL));
    assert_flow(walk, "ddNllol", "who:Known");
    g_assert_true(walk_answer(walk, &turn, "r", "size", NULL));
    g_assert_true(walk_complete(walk, &turn, NULL, NULL));
    assert_flow(walk, "ddd.Nol", "who:Known why:r: size");
    g_assert_true(walk_back(walk, &turn, NULL)); /* what was gone back from is not taken any more */
    assert_flow(walk, "ddNolol", "who:Known");
    g_assert_true(walk_answer(walk, &turn, "r", "colour", NULL));
    g_assert_true(walk_complete(walk, &turn, NULL, NULL));
    g_assert_true(walk_skip(walk, &turn, "said before", NULL));
    g_assert_true(walk_complete(walk, &turn, "failed", NULL));
    assert_flow(walk, "dddsdN.", "who:Known why:else say-so: label:failed");
    walk_free(walk);
    script_unref(script);
}

static void test_a_way_is_called_by_its_answer(void)
{
    struct script *script = read_script(
        "script: s\nversion: 1\ntitle: T\nlanguages: [en, zh]\nsteps:\n"
        "- id: a\n  kind: form\n  title: {en: A, zh: 甲}\n  class: value\n  fields:\n"
        "  - {name: size, type: choice, label: {en: Size, zh: 尺码}, options: [{value: l, title: {en: Large, "
        "zh: 大}}, s]}\n"
        "  - {name: late, type: bool, label: {en: Late, zh: 迟了}}\n"
        "  next: [{when: size == 'l', to: b}, {when: not late, to: b}, {when: late and size == 's', to: b}, "
        "{when: late and size == 'l', to: b, title: {en: 'Late, too big', zh: 迟了，太大}}, b]\n"
        "- {id: b, kind: end, title: {en: B, zh: 乙}, class: value, disposition: d, resolved: yes}\n");
    static const char *const labels[2][5] = {
        {"Size: Large", "Late: no", "late and size == 's'", "Late, too big", "else"},
        {"尺码: 大", "迟了: 否", "late and size == 's'", "迟了，太大", "其他"},
    };
    for (size_t i = 0; i < 5; i++) {
        g_autofree char *en = walk_flow_way_label(script, &script->steps[0], i, "en");
        g_autofree char *zh = walk_flow_way_label(script, &script->steps[0], i, "zh");
        g_assert_cmpstr(en, ==, labels[0][i]);
        g_assert_cmpstr(zh, ==, labels[1][i]);
    }
    script_unref(script);
}

static void test_a_loop_is_drawn_once(void)
{
    struct script *script =
        read_script("script: s\nversion: 1\ntitle: T\nsteps:\n"
                    "- {id: i, kind: each, title: Each, class: value, items: order.item, as: x, results: "
                    "{item: a, done: b}}\n"
                    "- {id: a, kind: say, title: A, class: value, say: x, next: i}\n"
                    "- {id: b, kind: end, title: B, class: value, disposition: d, resolved: yes}\n");
    g_autofree char *text = script_graph_text(script, "en");
    g_assert_cmpstr(
        text, ==,
        "i  Each  (each, value)\n├─ item\n│  a  A  (say, value)\n│  └─→ i (above)\n└─ done\n   b  B  (end, "
        "value)\n");
    script_unref(script);
}

/* --- replay --- */

struct log {
    struct replay *replay;
    int64_t position, at_ms;
    char *contact;
};

static void tell(struct log *log, enum event_kind kind, cJSON *data)
{
    struct event_origin origin = {.actor_kind = ACTOR_AGENT, .actor = "li", .device = "d", .boot = "b"};
    g_autoptr(event) ev = event_new(kind, NULL, &origin);
    ev->contact = g_strdup(log->contact);
    cJSON_Delete(ev->data);
    ev->data = data;
    ev->position = ++log->position;
    ev->at_ms = log->at_ms;
    replay_take(log->replay, ev);
}

static void tell_notes(struct log *log, const GPtrArray *notes)
{
    static const struct {
        const char *note;
        enum event_kind kind;
    } kinds[] = {
        {"script.started", EVENT_SCRIPT_STARTED},   {"step.entered", EVENT_STEP_ENTERED},
        {"step.answered", EVENT_STEP_ANSWERED},     {"step.left", EVENT_STEP_LEFT},
        {"step.skipped", EVENT_STEP_SKIPPED},       {"verification.passed", EVENT_CUSTOMER_VERIFIED},
        {"script.finished", EVENT_SCRIPT_FINISHED},
    };
    for (guint i = 0; i < notes->len; i++) {
        const struct walk_note *note = notes->pdata[i];
        for (size_t j = 0; j < G_N_ELEMENTS(kinds); j++) {
            if (!g_str_equal(kinds[j].note, note->kind))
                continue;
            cJSON *data = cJSON_Duplicate(note->data, true);
            if (!cJSON_GetObjectItem(data, "script"))
                cJSON_AddStringToObject(data, "script", "s");
            log->at_ms = note->at_ms;
            tell(log, kinds[j].kind, data);
        }
    }
}

/* One contact worked: each step takes ten seconds. `reason` NULL: left at once. */
static void work(struct log *log, struct script *script, const char *id, const char *reason,
                 const char *result)
{
    g_free(log->contact);
    log->contact = g_strdup(id);
    cJSON *created = cJSON_CreateObject();
    cJSON_AddStringToObject(created, "tier", "gold");
    tell(log, EVENT_CONTACT_CREATED, created);
    g_autoptr(GPtrArray) notes = walk_notes_new();
    struct walk_turn turn = {.at_ms = NOON, .notes = notes};
    struct walk *walk = walk_start(script, &turn);
    while (reason && walk_current(walk)) {
        const char *step = walk_current(walk)->id;
        turn.at_ms += 10000;
        if (g_str_equal(step, "who"))
            walk_answer(walk, &turn, "n", "Li", NULL);
        if (g_str_equal(step, "why"))
            walk_answer(walk, &turn, "r", reason, NULL);
        turn.at_ms = MAX(turn.at_ms, walk_limit_ms(walk, NULL));
        if (walk_expire(walk, &turn))
            continue;
        g_assert_true(walk_complete(walk, &turn,
                                    g_str_equal(step, "who")     ? "pass"
                                    : g_str_equal(step, "label") ? result
                                                                 : NULL,
                                    NULL));
    }
    if (!reason)
        g_assert_true(walk_leave(walk, &turn, "no time", NULL));
    tell_notes(log, notes);
    walk_free(walk);
}

static struct replay *replay_of(struct script *now)
{
    struct script *then = read_script(SCRIPT);
    struct log log = {.replay = replay_new(now)};
    work(&log, then, "1", "size", "sent");
    work(&log, then, "2", "colour", "sent");
    work(&log, then, "3", "colour", "failed");
    work(&log, then, "4", NULL, NULL);
    g_free(log.contact);
    script_unref(then);
    return log.replay;
}

static void test_the_same_script_goes_the_same_ways(void)
{
    struct script *script = read_script(SCRIPT);
    struct replay *replay = replay_of(script);
    struct replay_counts counts = replay_run(replay);
    g_assert_cmpint(counts.contacts, ==, 4);
    g_assert_cmpint(counts.same, ==, 3);
    g_assert_cmpint(counts.other, ==, 0);
    g_assert_cmpint(counts.stuck, ==, 0);
    g_assert_cmpint(counts.left, ==, 1);
    g_assert_cmpint(counts.left_finish, ==, 0);
    g_assert_cmpint(counts.then_ms, ==, 50000 + 60000 + 60000);
    g_assert_cmpint(counts.now_ms, ==, counts.then_ms);
    replay_free(replay);
    script_unref(script);
}

static char *changed(const char *from, const char *to)
{
    g_autoptr(GString) text = g_string_new(SCRIPT);
    g_assert_cmpuint(g_string_replace(text, from, to, 0), >, 0);
    return g_strdup(text->str);
}

static void tell_order(struct log *log, const char *customer, const char *id, int total_minor)
{
    cJSON *data = cJSON_CreateObject();
    cJSON_AddStringToObject(data, "customer", customer);
    cJSON_AddStringToObject(data, "order", id);
    cJSON_AddNumberToObject(data, "total_minor", total_minor);
    g_free(log->contact);
    log->contact = NULL;
    tell(log, EVENT_ORDER_RECORDED, data);
}

/* One contact, whose way depends on an order: the one that is named, else the only one there is. */
static void told_way(struct log *log, struct script *script, const char *contact, const char *order)
{
    log->contact = g_strdup(contact);
    cJSON *created = cJSON_CreateObject();
    cJSON_AddStringToObject(created, "customer", contact);
    tell(log, EVENT_CONTACT_CREATED, created);
    g_autoptr(GPtrArray) notes = walk_notes_new();
    struct walk_turn turn = {.at_ms = NOON, .notes = notes};
    struct walk *walk = walk_start(script, &turn);
    tell_notes(log, notes);
    walk_free(walk);
    cJSON *answered = cJSON_Parse("{\"script\":\"s\",\"step\":\"which\",\"field\":\"o\"}");
    if (order)
        cJSON_AddStringToObject(answered, "value", order);
    tell(log, EVENT_STEP_ANSWERED, answered);
    tell(log, EVENT_STEP_LEFT, cJSON_Parse("{\"script\":\"s\",\"step\":\"which\",\"how\":\"completed\"}"));
    tell(log, EVENT_STEP_LEFT, cJSON_Parse("{\"script\":\"s\",\"step\":\"dear\",\"how\":\"completed\"}"));
    tell(log, EVENT_SCRIPT_FINISHED, cJSON_Parse("{\"script\":\"s\",\"outcome\":\"completed\"}"));
}

static void test_what_was_recorded_of_orders_is_known(void)
{
    struct script *script =
        read_script("script: s\nversion: 1\ntitle: T\nsteps:\n"
                    "- {id: which, kind: ask, title: Which, class: value, fields: [{name: o, type: order, "
                    "required: no}], "
                    "next: [{when: order.total > money(50), to: dear}, cheap]}\n"
                    "- {id: dear, kind: end, title: Dear, class: value, disposition: d, resolved: yes}\n"
                    "- {id: cheap, kind: end, title: Cheap, class: value, disposition: d, resolved: yes}\n");
    struct log log = {.replay = replay_new(script)};
    tell_order(&log, "a", "A1", 5001);
    tell_order(&log, "b", "B1", 100);
    tell_order(&log, "b", "B2", 9000);
    told_way(&log, script, "a", NULL); /* the only one */
    g_free(log.contact);
    told_way(&log, script, "b", "B2"); /* the one that was named */
    g_free(log.contact);
    told_way(&log, script, "c", NULL); /* none is known: nothing is guessed */
    struct replay_counts counts = replay_run(log.replay);
    g_assert_cmpint(counts.contacts, ==, 3);
    g_assert_cmpint(counts.same, ==, 2);
    g_assert_cmpint(counts.stuck, ==, 1);
    g_free(log.contact);
    replay_free(log.replay);
    script_unref(script);
}

/* Who had no answer then goes the way of no answer again. */
static void test_what_had_no_answer_has_none_again(void)
{
    g_autofree char *timed =
        changed("action: x, results: {sent: bye, failed: up}",
                "action: x, timeout: 30s, results: {sent: bye, failed: bye, timeout: up}");
    struct script *then = read_script(timed), *now = read_script(timed);
    struct log log = {.replay = replay_new(now)};
    work(&log, then, "1", "size", NULL);
    struct replay_counts counts = replay_run(log.replay);
    g_assert_cmpint(counts.contacts, ==, 1);
    g_assert_cmpint(counts.same, ==, 1);
    g_assert_cmpint(counts.then_ms, ==, 10000 + 10000 + 10000 + 30000 + 10000);
    g_assert_cmpint(counts.now_ms, ==, counts.then_ms);
    g_free(log.contact);
    replay_free(log.replay);
    script_unref(then);
    script_unref(now);
}

static void test_a_shorter_way_saves_its_time(void)
{
    g_autofree char *text = changed("r == 'size', to: label}, say-so]", "r == 'x', to: say-so}, label]");
    g_autoptr(GString) whole = g_string_new(text);
    g_string_replace(whole, "options: [size, colour]", "options: [size, colour, x]", 0);
    struct script *script = read_script(whole->str);
    struct replay *replay = replay_of(script);
    g_autofree char *told = replay_text(replay);
    g_assert_cmpstr(
        told, ==,
        "s, version 2, with 4 contacts that began it from 2026-11-23 to 2026-11-23.\n\n"
        "finished then                 3   75.0%\n"
        "  would, the same way         1   33.3%\n"
        "  would, another way          2   66.7%\n"
        "  would be stuck              0    0.0%\n"
        "left it then                  1   25.0%\n"
        "  would finish                0    0.0%\n\n"
        "At the steps of those that would finish: 0:57 a contact then, 0:50 now; 0:07 saved, 0:20 in all.\n\n"
        "Contacts that would go another way:\n"
        "       2  after why: label instead of say-so\n");
    replay_free(replay);
    script_unref(script);
}

static void test_what_nobody_said_is_not_guessed(void)
{
    g_autofree char *text = changed(
        "say-so, kind: say, title: Say so, class: waste, waste: search, target: 1m, say: x,",
        "say-so, kind: ask, title: Say so, class: value, fields: [{name: shade, label: Shade, type: text}],");
    struct script *script = read_script(text);
    struct replay *replay = replay_of(script);
    g_autofree char *json = replay_json(replay);
    cJSON *read = cJSON_Parse(json);
    g_assert_cmpfloat(cJSON_GetNumberValue(cJSON_GetObjectItem(read, "stuck")), ==, 2);
    const cJSON *row = cJSON_GetArrayItem(cJSON_GetObjectItem(read, "stuck_at"), 0);
    g_assert_cmpstr(cJSON_GetStringValue(cJSON_GetObjectItem(row, "step")), ==, "say-so");
    g_assert_cmpstr(cJSON_GetStringValue(cJSON_GetObjectItem(row, "why")), ==, "Shade is still to be asked.");
    cJSON_Delete(read);
    replay_free(replay);
    script_unref(script);
}

static void test_a_new_step_takes_its_target(void)
{
    g_autofree char *text =
        changed("results: {sent: bye, failed: up}}",
                "results: {sent: thanks, failed: up}}\n"
                "- {id: thanks, kind: say, title: Thanks, class: value, target: 5s, say: x, next: bye}");
    struct script *script = read_script(text);
    struct replay *replay = replay_of(script);
    struct replay_counts counts = replay_run(replay);
    g_assert_cmpint(counts.other, ==, 2);
    g_assert_cmpint(counts.same, ==, 1);
    g_assert_cmpint(counts.guessed_steps, ==, 2);
    g_assert_cmpint(counts.now_ms - counts.then_ms, ==, 10000);
    g_autofree char *told = replay_text(replay);
    g_assert_nonnull(strstr(told, " 0:03 longer, 0:10 in all.\n"));
    replay_free(replay);
    script_unref(script);
}

static void test_lines_of_the_log_are_read(void)
{
    struct script *script = read_script(SCRIPT);
    struct replay *replay = replay_new(script);
    g_autoptr(GError) error = NULL;
    g_assert_true(replay_take_line(replay, "", 0, &error));
    g_assert_true(replay_take_line(replay, "{\"kind\":\"message.sent\"", 22, &error));
    static const char broken[] = "{\"kind\":\"step.entered\"";
    g_assert_false(replay_take_line(replay, broken, strlen(broken), &error));
    g_assert_nonnull(error);
    g_assert_cmpint(replay_run(replay).contacts, ==, 0);
    replay_free(replay);
    script_unref(script);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/script-tools/renumber", test_a_number_is_changed_and_nothing_else);
    g_test_add_func("/flow/a walk stands on its drawing", test_a_walk_stands_on_its_drawing);
    g_test_add_func("/script-tools/what was recorded of orders is known",
                    test_what_was_recorded_of_orders_is_known);
    g_test_add_func("/script-tools/what had no answer has none again",
                    test_what_had_no_answer_has_none_again);
    g_test_add_func("/flow/a way is called by its answer", test_a_way_is_called_by_its_answer);
    g_test_add_func("/script-tools/paths", test_all_paths_are_told);
    g_test_add_func("/script-tools/paths-bounded", test_too_many_paths_are_bounded);
    g_test_add_func("/script-tools/text", test_a_script_is_drawn_in_text);
    g_test_add_func("/script-tools/text-loop", test_a_loop_is_drawn_once);
    g_test_add_func("/script-tools/replay-same", test_the_same_script_goes_the_same_ways);
    g_test_add_func("/script-tools/replay-shorter", test_a_shorter_way_saves_its_time);
    g_test_add_func("/script-tools/replay-stuck", test_what_nobody_said_is_not_guessed);
    g_test_add_func("/script-tools/replay-new-step", test_a_new_step_takes_its_target);
    g_test_add_func("/script-tools/replay-lines", test_lines_of_the_log_are_read);
    return g_test_run();
}
