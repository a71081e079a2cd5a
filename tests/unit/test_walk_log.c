/* A walk read back from the events that it left: the same walk, wherever it is broken off. */
#include "app/script/walk_log.h"

#include <string.h>

#define START INT64_C(1795434900000) /* 2026-11-23 15:55 UTC */

static const char LOOP[] =
    "script: loop\nversion: 2\ntitle: T\nsteps:\n"
    "- {id: greet, kind: say, title: Greet, class: value, say: Hello, next: who}\n"
    "- {id: who, kind: check, title: Who, class: required, fields: [{name: pin, type: text, match: "
    "customer.id}], results: {pass: each, fail: up}}\n"
    "- {id: each, kind: each, title: Each, class: value, items: customer.orders, as: now, results: {item: "
    "ask, "
    "done: sum}}\n"
    "- {id: ask, kind: form, title: Ask, class: value, fields: [{name: worn, type: bool}, {name: price, "
    "type: "
    "money}], next: each}\n"
    "- {id: sum, kind: choose, title: Sum, class: value, fields: [{name: agreed, type: bool}], next: [{when: "
    "agreed and count(worn) > 0, to: pay}, up]}\n"
    "- {id: pay, kind: action, title: Pay, class: value, action: x, timeout: 30s, results: {paid: bye, "
    "failed: sum, timeout: up}}\n"
    "- {id: up, kind: escalate, title: Up, class: waste, waste: handover, ask: x, next: bye}\n"
    "- {id: bye, kind: end, title: Bye, class: value, disposition: d, resolved: yes}\n";

struct trip {
    struct script *script;
    struct walk *walk;
    GPtrArray *notes, *events;
    struct facts facts;
    struct walk_turn turn;
    GRand *random;
};

static const char *known(void *data, const char *name)
{
    (void)data;
    return g_str_equal(name, "customer.orders") ? "F1,F2,F3" : g_str_equal(name, "customer.id") ? "c1" : NULL;
}

static struct script *the_script(void *data, const char *id, int64_t version)
{
    struct script *script = data;
    return g_str_equal(script->id, id) && script->version == version ? script_ref(script) : NULL;
}

/* What the desk makes of the notes. */
static void tell(struct trip *trip)
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
    for (guint i = 0; i < trip->notes->len; i++) {
        const struct walk_note *note = trip->notes->pdata[i];
        for (size_t j = 0; j < G_N_ELEMENTS(kinds); j++) {
            if (!g_str_equal(kinds[j].note, note->kind))
                continue;
            const struct event_origin origin = {.device = "d", .boot = "b", .seq = 1, .actor = "li"};
            struct event *ev = event_new(kinds[j].kind, NULL, &origin);
            cJSON_Delete(ev->data);
            ev->data = cJSON_Duplicate(note->data, true);
            ev->at_ms = note->at_ms;
            g_ptr_array_add(trip->events, ev);
        }
    }
    g_ptr_array_set_size(trip->notes, 0);
}

static void trip_init(struct trip *trip, struct script *script, guint32 seed)
{
    *trip = (struct trip){.script = script, .notes = walk_notes_new(), .random = g_rand_new_with_seed(seed)};
    trip->events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
    trip->facts = (struct facts){.lookup = known};
    trip->turn = (struct walk_turn){.facts = &trip->facts, .at_ms = START, .notes = trip->notes};
    trip->walk = walk_start(script, &trip->turn);
    tell(trip);
}

static void trip_release(struct trip *trip)
{
    walk_free(trip->walk);
    g_ptr_array_unref(trip->notes);
    g_ptr_array_unref(trip->events);
    g_rand_free(trip->random);
}

/* What the agent may do, one of it; refusals change nothing. */
static void step_on(struct trip *trip)
{
    static const char *const values[] = {"yes",        "no", "c1",           "F1001",       "12.50", "3",
                                         "2026-11-20", "L",  "a@example.no", "+4722334455", "0041",  "Oslo"};
    const struct script_step *step = walk_current(trip->walk);
    trip->turn.at_ms += 1000 + g_rand_int_range(trip->random, 0, 40000);
    int dice = g_rand_int_range(trip->random, 0, 20);
    if (dice == 0)
        walk_back(trip->walk, &trip->turn, NULL);
    else if (dice == 1)
        walk_skip(trip->walk, &trip->turn, "not now", NULL);
    else if (dice == 2)
        walk_expire(trip->walk, &trip->turn);
    else {
        for (size_t i = 0; i < walk_field_count(trip->walk); i++) {
            const struct script_field *field = walk_field(trip->walk, i);
            const char *value =
                field->option_count > 0
                    ? field->options[g_rand_int_range(trip->random, 0, (gint32)field->option_count)].value
                    : values[g_rand_int_range(trip->random, 0, G_N_ELEMENTS(values))];
            walk_answer(trip->walk, &trip->turn, field->name, value, NULL);
        }
        const char *result =
            step->result_count > 0
                ? step->results[g_rand_int_range(trip->random, 0, (gint32)step->result_count)].head.key
                : NULL;
        walk_complete(trip->walk, &trip->turn, result, NULL);
    }
    tell(trip);
}

/* What a walk keeps, but for what is asked for along because a way turned out to need it: that is asked
 * again. */
static char *kept(const struct walk *walk)
{
    cJSON *json = walk_to_json(walk);
    cJSON_DeleteItemFromObject(json, "wanted");
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    return text;
}

static void assert_read_back(const struct trip *trip)
{
    struct walk *read = walk_from_events(trip->events, &trip->facts, the_script, trip->script);
    g_assert_nonnull(read);
    g_autofree char *want = kept(trip->walk), *have = kept(read);
    g_assert_cmpstr(have, ==, want);
    walk_free(read);
}

static void wander(struct script *script, guint32 seed)
{
    struct trip trip;
    trip_init(&trip, script, seed);
    for (int i = 0; i < 60 && walk_current(trip.walk); i++) {
        assert_read_back(&trip);
        step_on(&trip);
    }
    assert_read_back(&trip);
    trip_release(&trip);
}

static struct script *read_script(const char *text)
{
    g_autoptr(GError) error = NULL;
    struct script *script = script_parse("s.yaml", text, strlen(text), &error);
    g_assert_no_error(error);
    return script;
}

static void test_the_log_tells_the_walk(void)
{
    struct script *loop = read_script(LOOP);
    for (guint32 seed = 1; seed <= 200; seed++)
        wander(loop, seed);
    script_unref(loop);
    g_autoptr(GDir) dir = g_dir_open("share/demo/scripts", 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename("share/demo/scripts", name, NULL);
        struct script *script = script_open(path, NULL);
        for (guint32 seed = 1; seed <= 20; seed++)
            wander(script, seed);
        script_unref(script);
    }
}

static void answer(struct trip *trip, const char *field, const char *value)
{
    g_assert_true(walk_answer(trip->walk, &trip->turn, field, value, NULL));
}

/* In the second order, with an answer typed and not yet confirmed. */
static void trip_into_loop(struct trip *trip, struct script *script)
{
    trip_init(trip, script, 1);
    g_assert_true(walk_complete(trip->walk, &trip->turn, NULL, NULL));
    answer(trip, "pin", "c1");
    g_assert_true(walk_complete(trip->walk, &trip->turn, NULL, NULL));
    answer(trip, "worn", "yes");
    answer(trip, "price", "12.50");
    g_assert_true(walk_complete(trip->walk, &trip->turn, NULL, NULL));
    answer(trip, "price", "8.00");
    tell(trip);
}

static void test_who_comes_next_goes_on(void)
{
    struct script *script = read_script(LOOP);
    struct trip trip;
    trip_into_loop(&trip, script);
    struct walk *next = walk_from_events(trip.events, &trip.facts, the_script, script);
    trip.turn.at_ms += 3600000; /* an hour in a queue is nobody's time in the step */
    walk_resume(next, &trip.turn);
    tell(&trip);
    g_assert_cmpstr(walk_current(next)->id, ==, "ask");
    g_assert_cmpstr(walk_value(next, &trip.facts, "now"), ==, "F2");
    g_assert_cmpstr(walk_value(next, &trip.facts, "price"), ==, "8.00");
    g_assert_true(walk_verified(next, NULL));
    g_assert_cmpint(walk_entered_ms(next), ==, trip.turn.at_ms);
    const struct event *entered = g_ptr_array_index(trip.events, trip.events->len - 1);
    g_assert_cmpint(entered->kind, ==, EVENT_STEP_ENTERED);
    g_assert_cmpint(event_number(entered, "visit", 0), ==, 3);
    /* And the one after that as well. */
    walk_free(trip.walk);
    trip.walk = next;
    assert_read_back(&trip);
    trip_release(&trip);
    script_unref(script);
}

static void test_another_script_has_the_answers(void)
{
    struct script *script = read_script(LOOP);
    struct script *other =
        read_script("script: other\nversion: 1\ntitle: T\nsteps:\n"
                    "- {id: ask, kind: form, title: A, class: value, fields: [{name: price, type: money}, "
                    "{name: fresh, type: "
                    "text}], next: bye}\n"
                    "- {id: bye, kind: end, title: Bye, class: value, disposition: d, resolved: yes}\n");
    struct trip trip;
    trip_into_loop(&trip, script);
    struct walk *before = walk_from_events(trip.events, &trip.facts, the_script, script);
    struct walk *walk = walk_start_after(before, &trip.turn, other);
    g_assert_cmpstr(walk_value(walk, NULL, "price"), ==, "8.00");
    g_assert_null(walk_value(walk, NULL, "fresh"));
    g_assert_true(walk_verified(walk, NULL));
    g_assert_cmpuint(trip.notes->len, ==, 2); /* nothing is left a second time */
    walk_free(before);
    walk_free(walk);
    trip_release(&trip);
    script_unref(script);
    script_unref(other);
}

static void test_what_cannot_be_read_is_not_made_up(void)
{
    struct script *script = read_script(LOOP), *other = read_script(LOOP);
    struct trip trip;
    trip_into_loop(&trip, script);
    other->version = 3; /* the version that it began with is gone */
    g_assert_null(walk_from_events(trip.events, &trip.facts, the_script, other));
    g_ptr_array_set_size(trip.events, 1);
    g_assert_null(walk_from_events(trip.events, &trip.facts, the_script, script));
    g_ptr_array_set_size(trip.events, 0);
    g_assert_null(walk_from_events(trip.events, &trip.facts, the_script, script));
    trip_release(&trip);
    script_unref(script);
    script_unref(other);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/walk log/the log tells the walk", test_the_log_tells_the_walk);
    g_test_add_func("/walk log/who comes next goes on", test_who_comes_next_goes_on);
    g_test_add_func("/walk log/another script has the answers", test_another_script_has_the_answers);
    g_test_add_func("/walk log/what cannot be read is not made up", test_what_cannot_be_read_is_not_made_up);
    return g_test_run();
}
