/* Scripts: reading and checking 500 of them, deciding a step's branch, and walking 10,000 past contacts again
 * from the lines of a log. The scripts are the demo's, each under many names. */
#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/model/event.h"
#include "app/script/check.h"
#include "app/script/replay.h"
#include "app/script/walk.h"
#include "tests/support/bench.h"

enum { SCRIPTS = 500, DECISIONS = 20000, CONTACTS = 10000, ROUNDS = 5 };
#define NOON INT64_C(1795435200000)

static double seconds_since(int64_t start_us)
{
    return (double)(g_get_monotonic_time() - start_us) / 1e6;
}

static GPtrArray *read_sources(void)
{
    GPtrArray *sources = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) folder = g_dir_open(FIRSTLINE_SHARE "/demo/scripts", 0, NULL);
    const char *name;
    while (folder && (name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *path = g_build_filename(FIRSTLINE_SHARE "/demo/scripts", name, NULL);
        char *text = NULL;
        if (g_file_get_contents(path, &text, NULL, NULL))
            g_ptr_array_add(sources, text);
    }
    g_assert(sources->len > 0);
    return sources;
}

static size_t check_all(const GPtrArray *sources)
{
    size_t steps = 0;
    for (guint i = 0; i < SCRIPTS; i++) {
        const char *source = sources->pdata[i % sources->len];
        struct script *script = script_parse("bench.yaml", source, strlen(source), NULL);
        struct problems *problems = problems_new("bench.yaml");
        script_check(script, problems);
        g_assert(problems_count(problems) == 0);
        steps += script->step_count;
        problems_free(problems);
        script_unref(script);
    }
    return steps;
}

static void bench_check(void)
{
    g_autoptr(GPtrArray) sources = read_sources();
    double times[ROUNDS];
    size_t steps = 0;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start_us = g_get_monotonic_time();
        steps = check_all(sources);
        times[round] = seconds_since(start_us);
    }
    double median = bench_median(times, ROUNDS);
    g_autofree char *ours = g_strdup_printf("%.3f s", median);
    g_autofree char *what = g_strdup_printf("check %d scripts, %zu steps", SCRIPTS, steps);
    bench_line(&(struct bench_figure){what, ours, "1 s", median, "<= 1x"});
}

/* --- a branch --- */

static const char BRANCH[] =
    "script: b\nversion: 1\ntitle: T\nvalues: {age: {type: number, is: "
    "days_since(order.delivered)}}\nsteps:\n"
    "- id: a\n  kind: form\n  title: A\n  class: value\n"
    "  fields: [{name: worn, type: bool}, {name: reason, type: choice, options: [size, colour, other]}]\n"
    "  next:\n"
    "  - {when: worn, to: bye}\n"
    "  - {when: \"age <= 30 and one_of(reason, 'size', 'colour')\", to: bye}\n"
    "  - {when: \"age <= 90 and one_of(customer.tier, 'gold', 'silver') and order.total > money(50)\", to: "
    "b}\n"
    "  - bye\n"
    "- {id: b, kind: say, title: B, class: value, say: x, next: bye}\n"
    "- {id: bye, kind: end, title: B, class: value, disposition: d, resolved: yes}\n";

static const char *look_up(void *data, const char *name)
{
    static const char *const facts[][2] = {
        {"order.delivered", "2026-09-23"}, {"customer.tier", "gold"}, {"order.total", "94.00"}};
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(facts); i++)
        if (g_str_equal(facts[i][0], name))
            return facts[i][1];
    return NULL;
}

/* The step is completed, which decides its branch by three conditions, and gone back to. */
static double decide(struct script *script)
{
    struct facts facts = {.lookup = look_up};
    struct walk_turn turn = {.facts = &facts, .at_ms = NOON};
    struct walk *walk = NULL;
    double spent = 0;
    for (int i = 0; i < DECISIONS; i++) {
        if (i % 400 == 0) {
            walk_free(walk);
            walk = walk_start(script, &turn);
            walk_answer(walk, &turn, "worn", "no", NULL);
            walk_answer(walk, &turn, "reason", "size", NULL);
        }
        int64_t start_us = g_get_monotonic_time();
        bool done = walk_complete(walk, &turn, NULL, NULL);
        spent += seconds_since(start_us);
        g_assert(done && g_str_equal(walk_current(walk)->id, "b"));
        walk_back(walk, &turn, NULL);
    }
    walk_free(walk);
    return spent / DECISIONS;
}

static void bench_branch(void)
{
    g_autoptr(GError) error = NULL;
    struct script *script = script_parse("b.yaml", BRANCH, strlen(BRANCH), &error);
    double times[ROUNDS];
    g_assert_no_error(error);
    for (int round = 0; round < ROUNDS; round++)
        times[round] = decide(script);
    double median = bench_median(times, ROUNDS);
    g_autofree char *ours = g_strdup_printf("%.2f us", median * 1e6);
    bench_line(
        &(struct bench_figure){"a step done, its branch decided", ours, "5 us", median / 5e-6, "<= 1x"});
    script_unref(script);
}

/* --- replay --- */

struct log {
    GString *lines;
    int64_t position;
    GRand *random;
};

static void add_event(struct log *log, enum event_kind kind, const char *contact, cJSON *data, int64_t at_ms)
{
    struct event_origin origin = {
        .actor_kind = ACTOR_AGENT, .actor = "li", .device = "d", .boot = "b", .at_ms = at_ms};
    uint8_t bytes[10];
    char id[EVENT_ID_LEN + 1];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)g_rand_int(log->random);
    event_make_id(at_ms, bytes, id);
    g_autoptr(event) ev = event_new(kind, id, &origin);
    ev->contact = g_strdup(contact);
    ev->seq = ev->position = ++log->position;
    cJSON_Delete(ev->data);
    ev->data = data;
    g_autofree char *line = event_to_json(ev);
    g_string_append_printf(log->lines, "%s\n", line);
}

static void add_notes(struct log *log, const struct script *script, const char *contact,
                      const GPtrArray *notes)
{
    static const struct {
        const char *note;
        enum event_kind kind;
    } kinds[] = {
        {"script.started", EVENT_SCRIPT_STARTED}, {"step.entered", EVENT_STEP_ENTERED},
        {"step.answered", EVENT_STEP_ANSWERED},   {"step.left", EVENT_STEP_LEFT},
        {"step.skipped", EVENT_STEP_SKIPPED},     {"script.finished", EVENT_SCRIPT_FINISHED},
    };
    for (guint i = 0; i < notes->len; i++) {
        const struct walk_note *note = notes->pdata[i];
        for (size_t j = 0; j < G_N_ELEMENTS(kinds); j++) {
            if (!g_str_equal(kinds[j].note, note->kind))
                continue;
            cJSON *data = cJSON_Duplicate(note->data, true);
            if (!cJSON_GetObjectItem(data, "script"))
                cJSON_AddStringToObject(data, "script", script->id);
            add_event(log, kinds[j].kind, contact, data, note->at_ms);
        }
    }
}

/* Answers the fields of a step with what fits; a random choice. */
static void answer(struct log *log, struct walk *walk, const struct walk_turn *turn)
{
    static const char *const tries[] = {"yes", "12", "2026-11-20", "a@b.no", "+4712345678", "words"};
    for (size_t i = 0; i < walk_field_count(walk); i++) {
        const struct script_field *field = walk_field(walk, i);
        bool done =
            field->option_count &&
            walk_answer(walk, turn, field->name,
                        field->options[g_rand_int_range(log->random, 0, (int)field->option_count)].value,
                        NULL);
        for (size_t j = 0; j < G_N_ELEMENTS(tries) && !done; j++)
            done = walk_answer(walk, turn, field->name, tries[j], NULL);
    }
}

static void work(struct log *log, struct script *script, int number)
{
    g_autofree char *contact = g_strdup_printf("%d", number);
    g_autoptr(GPtrArray) notes = walk_notes_new();
    struct walk_turn turn = {.at_ms = NOON + number * 1000, .notes = notes};
    cJSON *created = cJSON_CreateObject();
    cJSON_AddStringToObject(created, "channel", "chat");
    cJSON_AddStringToObject(created, "queue", "fjellhem");
    add_event(log, EVENT_CONTACT_CREATED, contact, created, turn.at_ms);
    struct walk *walk = walk_start(script, &turn);
    for (int i = 0; i < 40 && walk_current(walk); i++) {
        const struct script_step *step = walk_current(walk);
        turn.at_ms += 20000;
        answer(log, walk, &turn);
        const char *result =
            step->result_count
                ? step->results[g_rand_int_range(log->random, 0, (int)step->result_count)].head.key
                : NULL;
        for (int tries = 0; tries < 3 && !walk_complete(walk, &turn, result, NULL); tries++)
            answer(log, walk, &turn);
    }
    add_notes(log, script, contact, notes);
    walk_free(walk);
}

static struct replay_counts replay_lines(struct script *script, const GString *lines)
{
    struct replay *replay = replay_new(script);
    for (const char *at = lines->str, *end = at + lines->len; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        g_assert(replay_take_line(replay, at, (size_t)(stop - at), NULL));
        at = stop + 1;
    }
    struct replay_counts counts = replay_run(replay);
    replay_free(replay);
    return counts;
}

static void bench_replay(void)
{
    g_autoptr(GError) error = NULL;
    struct script *script = script_open(FIRSTLINE_SHARE "/demo/scripts/return-wrong-size.yaml", &error);
    g_assert_no_error(error);
    struct log log = {.lines = g_string_new(NULL), .random = g_rand_new_with_seed(1)};
    for (int i = 0; i < CONTACTS; i++)
        work(&log, script, i + 1);
    double times[ROUNDS];
    struct replay_counts counts = {0};
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start_us = g_get_monotonic_time();
        counts = replay_lines(script, log.lines);
        times[round] = seconds_since(start_us);
    }
    double median = bench_median(times, ROUNDS);
    g_autofree char *ours = g_strdup_printf("%.2f s", median);
    g_autofree char *what =
        g_strdup_printf("replay %d contacts, %d events", counts.contacts, (int)log.position);
    bench_line(&(struct bench_figure){what, ours, "2 s", median / 2, "<= 1x"});
    printf("of these the same way %d, another way %d, stuck %d, left %d\n", counts.same, counts.other,
           counts.stuck, counts.left);
    g_string_free(log.lines, TRUE);
    g_rand_free(log.random);
    script_unref(script);
}

int main(void)
{
    bench_head("scripts");
    bench_check();
    bench_branch();
    bench_replay();
    return 0;
}
