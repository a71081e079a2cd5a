#include "app/measure/intervals.h"

#include <glib.h>
#include <string.h>

#include "tests/support/tape.h"

/* What the sink adds up, by leg. */
struct sums {
    int64_t per_activity[ACTIVITY_COUNT], focus_ms, handle_ms;
    int ended, intervals;
    int64_t first_start_ms, last_end_ms;
};

struct ledger {
    GHashTable *legs;   /* leg -> struct sums * */
    GHashTable *steps;  /* script/step -> int64_t * of ms */
    GHashTable *looked; /* agent -> int64_t *: end of their last interval with focus; NULL: not watched */
};

static struct sums *sums_of(struct ledger *l, const char *leg)
{
    struct sums *sums = g_hash_table_lookup(l->legs, leg);
    if (sums == NULL) {
        sums = g_new0(struct sums, 1);
        g_hash_table_insert(l->legs, g_strdup(leg), sums);
    }
    return sums;
}

static void add_ms(GHashTable *table, const char *key, int64_t ms)
{
    int64_t *sum = g_hash_table_lookup(table, key);
    if (sum == NULL) {
        sum = g_new0(int64_t, 1);
        g_hash_table_insert(table, g_strdup(key), sum);
    }
    *sum += ms;
}

static void take(const struct interval *i, void *user_data)
{
    struct ledger *l = user_data;
    struct sums *sums = sums_of(l, i->leg);
    g_assert_cmpint(i->duration_ms, >=, 0);
    g_assert_cmpint(i->duration_ms, ==, i->end_ms - i->start_ms);
    g_assert_true(i->duration_ms > 0 || i->ends_leg);
    g_assert_cmpint(sums->ended, ==, 0);
    if (sums->intervals++ > 0)
        g_assert_cmpint(i->start_ms, ==, sums->last_end_ms);
    else
        sums->first_start_ms = i->start_ms;
    sums->last_end_ms = i->end_ms;
    sums->per_activity[i->activity] += i->duration_ms;
    sums->handle_ms += i->duration_ms;
    sums->focus_ms += i->focused ? i->duration_ms : 0;
    sums->ended += i->ends_leg;
    if (i->step != NULL)
        add_ms(l->steps, i->step, i->duration_ms);
    if (!i->focused || l->looked == NULL)
        return;
    const int64_t *last = g_hash_table_lookup(l->looked, i->agent);
    g_assert_true(last == NULL || *last <= i->start_ms);
    g_hash_table_replace(l->looked, g_strdup(i->agent), g_memdup2(&i->end_ms, sizeof i->end_ms));
}

static struct ledger ledger_of(const struct tape *t)
{
    struct ledger l = {.legs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
                       .steps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
                       .looked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    g_autoptr(intervals) in = intervals_new(take, &l);
    for (guint i = 0; i < t->events->len; i++)
        intervals_fold(in, g_ptr_array_index(t->events, i));
    return l;
}

static void ledger_clear(struct ledger *l)
{
    g_hash_table_unref(l->legs);
    g_hash_table_unref(l->steps);
    g_clear_pointer(&l->looked, g_hash_table_unref);
}

/* Seconds: talk, aside, hold, consult, acw, focus. */
static void expect(struct ledger *l, const char *leg, const double expected[ACTIVITY_COUNT + 1])
{
    const struct sums *sums = g_hash_table_lookup(l->legs, leg);
    g_assert_nonnull(sums);
    for (int i = 0; i < ACTIVITY_COUNT; i++) {
        g_assert_cmpint(sums->per_activity[i], ==, (int64_t)(expected[i] * 1000 + 0.5));
    }
    g_assert_cmpint(sums->focus_ms, ==, (int64_t)(expected[ACTIVITY_COUNT] * 1000 + 0.5));
}

static void wrap_and_close(struct tape *t, double wrap, double closed, const char *contact)
{
    tape_add(t, wrap, EVENT_CONTACT_WRAP_STARTED, "ann", contact, "{}");
    tape_add(t, closed, EVENT_CONTACT_CLOSED, "ann", contact, "{'disposition':'d','resolved':true}");
}

/* A accepted 0; B accepted 60 and focused; B held 100-130; focus to A 150; C accepted 160 unfocused; A wraps
 * 200-230; focus to B 230, B wraps 260-280; focus to C 280, C wraps 340-350. */
static struct tape *worked_example(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_ACCEPTED, "ann", "A", "{}");
    tape_add(t, 0, EVENT_FOCUS_MOVED, "ann", "A", "{}");
    tape_add(t, 60, EVENT_CONTACT_ACCEPTED, "ann", "B", "{}");
    tape_add(t, 60, EVENT_FOCUS_MOVED, "ann", "B", "{}");
    tape_add(t, 100, EVENT_CONTACT_HELD, "ann", "B", "{}");
    tape_add(t, 130, EVENT_CONTACT_RESUMED, "ann", "B", "{}");
    tape_add(t, 150, EVENT_FOCUS_MOVED, "ann", "A", "{}");
    tape_add(t, 160, EVENT_CONTACT_ACCEPTED, "ann", "C", "{}");
    wrap_and_close(t, 200, 230, "A");
    tape_add(t, 230, EVENT_FOCUS_MOVED, "ann", "B", "{}");
    wrap_and_close(t, 260, 280, "B");
    tape_add(t, 280, EVENT_FOCUS_MOVED, "ann", "C", "{}");
    wrap_and_close(t, 340, 350, "C");
    return t;
}

static void test_the_worked_example(void)
{
    struct tape *t = worked_example();
    struct ledger l = ledger_of(t);
    expect(&l, "A.1", (double[]){110, 90, 0, 0, 30, 140});
    expect(&l, "B.1", (double[]){90, 80, 30, 0, 20, 140});
    expect(&l, "C.1", (double[]){60, 120, 0, 0, 10, 70});
    g_assert_cmpint(sums_of(&l, "A.1")->handle_ms, ==, 230000);
    g_assert_cmpint(sums_of(&l, "B.1")->handle_ms, ==, 220000);
    g_assert_cmpint(sums_of(&l, "C.1")->handle_ms, ==, 190000);
    ledger_clear(&l);
    tape_free(t);
}

static void test_focus_elsewhere_on_nothing_is_aside(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_ACCEPTED, "ann", "A", "{}");
    tape_add(t, 5, EVENT_FOCUS_MOVED, "ann", "A", "{}");
    tape_add(t, 15, EVENT_FOCUS_MOVED, "ann", NULL, "{}");
    tape_add(t, 18, EVENT_FOCUS_MOVED, "ann", "A", "{}");
    wrap_and_close(t, 20, 30, "A");
    struct ledger l = ledger_of(t);
    expect(&l, "A.1", (double[]){12, 8, 0, 0, 10, 22});
    ledger_clear(&l);
    tape_free(t);
}

static void test_wrap_up_looked_away_from_stays_acw_without_focus(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_FOCUS_MOVED, "ann", "A", "{}");
    tape_add(t, 0, EVENT_CONTACT_ACCEPTED, "ann", "A", "{}");
    tape_add(t, 10, EVENT_CONTACT_WRAP_STARTED, "ann", "A", "{}");
    tape_add(t, 12, EVENT_FOCUS_MOVED, "ann", "B", "{}");
    tape_add(t, 20, EVENT_CONTACT_CLOSED, "ann", "A", "{}");
    struct ledger l = ledger_of(t);
    expect(&l, "A.1", (double[]){10, 0, 0, 0, 10, 12});
    ledger_clear(&l);
    tape_free(t);
}

static void test_a_wrap_up_taken_back_is_talk_again(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_FOCUS_MOVED, "ann", "A", "{}");
    tape_add(t, 0, EVENT_CONTACT_ACCEPTED, "ann", "A", "{}");
    tape_add(t, 10, EVENT_CONTACT_WRAP_STARTED, "ann", "A", "{}");
    tape_add(t, 12, EVENT_CONTACT_RESUMED, "ann", "A", "{}");
    wrap_and_close(t, 20, 25, "A");
    struct ledger l = ledger_of(t);
    expect(&l, "A.1", (double[]){18, 0, 0, 0, 7, 25});
    ledger_clear(&l);
    tape_free(t);
}

static void test_each_hand_over_ends_a_leg(void)
{
    static const enum event_kind ends[] = {EVENT_CONTACT_TRANSFERRED, EVENT_CONTACT_ESCALATED,
                                           EVENT_CONTACT_GIVEN_BACK, EVENT_CONTACT_PARKED};
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        struct tape *t = tape_new();
        tape_add(t, 0, EVENT_CONTACT_ACCEPTED, "ann", "A", "{}");
        tape_add(t, 0, EVENT_FOCUS_MOVED, "ann", "A", "{}");
        tape_add(t, 10, EVENT_CONTACT_CONSULT_STARTED, "ann", "A", "{}");
        tape_add(t, 14, EVENT_CONTACT_CONSULT_ENDED, "ann", "A", "{}");
        tape_add(t, 20, ends[i], "ann", "A", "{}");
        tape_add(t, 100, EVENT_CONTACT_ACCEPTED, "ben", "A", "{}");
        tape_add(t, 103, EVENT_FOCUS_MOVED, "ben", "A", "{}");
        tape_add(t, 110, EVENT_CONTACT_WRAP_STARTED, "ben", "A", "{}");
        tape_add(t, 111, EVENT_CONTACT_CLOSED, "ben", "A", "{}");
        struct ledger l = ledger_of(t);
        expect(&l, "A.1", (double[]){16, 0, 0, 4, 0, 20});
        expect(&l, "A.2", (double[]){7, 3, 0, 0, 1, 8});
        g_assert_cmpint(sums_of(&l, "A.1")->ended, ==, 1);
        ledger_clear(&l);
        tape_free(t);
    }
}

static void test_the_focus_ends_with_the_leg(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_ACCEPTED, "ann", "A", "{}");
    tape_add(t, 0, EVENT_FOCUS_MOVED, "ann", "A", "{}");
    tape_add(t, 10, EVENT_CONTACT_PARKED, "ann", "A", "{}");
    tape_add(t, 20, EVENT_CONTACT_ACCEPTED, "ann", "A", "{}");
    wrap_and_close(t, 30, 31, "A");
    struct ledger l = ledger_of(t);
    expect(&l, "A.2", (double[]){0, 10, 0, 0, 1, 0});
    ledger_clear(&l);
    tape_free(t);
}

static void test_sign_out_takes_the_focus(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_ACCEPTED, "ann", "A", "{}");
    tape_add(t, 0, EVENT_FOCUS_MOVED, "ann", "A", "{}");
    tape_add(t, 10, EVENT_AGENT_SIGNED_OUT, "system", NULL, "{'agent':'ann','reason':'lost'}");
    tape_add(t, 13, EVENT_CONTACT_TRANSFERRED, "system", "A", "{'queue':'q'}");
    struct ledger l = ledger_of(t);
    expect(&l, "A.1", (double[]){10, 3, 0, 0, 0, 10});
    ledger_clear(&l);
    tape_free(t);
}

static void test_a_wall_clock_that_jumps_changes_nothing_within_a_boot(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_ACCEPTED, "ann", "A", "{}");
    tape_add(t, 0, EVENT_FOCUS_MOVED, "ann", "A", "{}");
    t->clock_shift_ms = -3600 * 1000;
    tape_add(t, 10, EVENT_CONTACT_HELD, "ann", "A", "{}");
    t->clock_shift_ms = 7200 * 1000;
    tape_add(t, 14, EVENT_CONTACT_RESUMED, "ann", "A", "{}");
    wrap_and_close(t, 20, 25, "A");
    struct ledger l = ledger_of(t);
    expect(&l, "A.1", (double[]){16, 0, 4, 0, 5, 25});
    ledger_clear(&l);
    tape_free(t);
}

static void test_across_boots_the_wall_clock_counts(void)
{
    struct tape *t = tape_new();
    t->boot_shift_ms = 900000;
    tape_add(t, 0, EVENT_CONTACT_ACCEPTED, "ann", "A", "{}");
    tape_add(t, 0, EVENT_FOCUS_MOVED, "ann", "A", "{}");
    t->boot = "after a restart";
    t->boot_shift_ms = -5000;
    tape_add(t, 40, EVENT_CONTACT_HELD, "ann", "A", "{}");
    tape_add(t, 43, EVENT_CONTACT_RESUMED, "ann", "A", "{}");
    wrap_and_close(t, 50, 52, "A");
    struct ledger l = ledger_of(t);
    expect(&l, "A.1", (double[]){47, 0, 3, 0, 2, 52});
    ledger_clear(&l);
    tape_free(t);
}

static void test_time_that_goes_back_is_not_counted_twice(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_ACCEPTED, "ann", "A", "{}");
    tape_add(t, 0, EVENT_FOCUS_MOVED, "ann", "A", "{}");
    tape_add(t, 30, EVENT_CONTACT_HELD, "ann", "A", "{}");
    tape_add(t, 20, EVENT_CONTACT_RESUMED, "ann", "A", "{}");
    wrap_and_close(t, 40, 45, "A");
    struct ledger l = ledger_of(t);
    expect(&l, "A.1", (double[]){40, 0, 0, 0, 5, 45});
    ledger_clear(&l);
    tape_free(t);
}

static void test_repeats_change_nothing(void)
{
    struct tape *t = worked_example();
    struct ledger once = ledger_of(t);
    struct ledger l = {.legs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
                       .steps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    g_autoptr(intervals) in = intervals_new(take, &l);
    for (guint i = 0; i < t->events->len; i++) {
        for (guint back = MIN(i, 3) + 1; back > 0; back--)
            intervals_fold(in, g_ptr_array_index(t->events, i + 1 - back));
        intervals_fold(in, g_ptr_array_index(t->events, i));
    }
    static const char *const legs[] = {"A.1", "B.1", "C.1"};
    for (size_t i = 0; i < G_N_ELEMENTS(legs); i++)
        g_assert_cmpmem(sums_of(&l, legs[i]), sizeof(struct sums), sums_of(&once, legs[i]),
                        sizeof(struct sums));
    ledger_clear(&l);
    ledger_clear(&once);
    tape_free(t);
}

static void test_events_that_do_not_fit_do_no_harm(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_HELD, "ann", "A", "{}");
    tape_add(t, 1, EVENT_CONTACT_CLOSED, "ann", "A", "{}");
    tape_add(t, 2, EVENT_STEP_ENTERED, "ann", "A", "{}");
    tape_add(t, 3, EVENT_CONTACT_ACCEPTED, "ann", NULL, "{}");
    tape_add(t, 4, EVENT_CONTACT_ACCEPTED, "ann", "A", "{}");
    tape_add(t, 5, EVENT_CONTACT_ACCEPTED, "ben", "A", "{}");
    tape_add(t, 6, EVENT_STEP_ENTERED, "ben", "A", "{}");
    tape_add(t, 7, EVENT_STEP_LEFT, "ben", "A", "{'step':'other'}");
    tape_add(t, 8, EVENT_CONTACT_CLOSED, "ben", "A", "{}");
    struct ledger l = ledger_of(t);
    expect(&l, "A.1", (double[]){0, 1, 0, 0, 0, 0});
    expect(&l, "A.2", (double[]){0, 3, 0, 0, 0, 0});
    ledger_clear(&l);
    tape_free(t);
}

static void take_step(const struct interval *i, void *user_data)
{
    GString *text = user_data;
    g_string_append_printf(text, "%s/%s %s%s%s %d\n", i->script == NULL ? "-" : i->script,
                           i->step == NULL ? "-" : i->step, step_class_name(i->step_class),
                           i->waste == NULL ? "" : " ", i->waste == NULL ? "" : i->waste,
                           (int)i->duration_ms);
}

static void test_steps_and_their_class_are_named(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_ACCEPTED, "ann", "A", "{}");
    tape_add(t, 1, EVENT_SCRIPT_STARTED, "ann", "A", "{'script':'return','version':1}");
    tape_add(t, 2, EVENT_STEP_ENTERED, "ann", "A", "{'script':'return','step':'greet','class':'value'}");
    tape_add(t, 5, EVENT_STEP_LEFT, "ann", "A", "{'script':'return','step':'greet'}");
    tape_add(t, 5, EVENT_STEP_ENTERED, "ann", "A",
             "{'script':'return','step':'wait','class':'waste','waste':'waiting'}");
    tape_add(t, 9, EVENT_CONTACT_HELD, "ann", "A", "{}");
    tape_add(t, 11, EVENT_STEP_SKIPPED, "ann", "A", "{'script':'return','step':'wait','reason':'r'}");
    tape_add(t, 12, EVENT_SCRIPT_FINISHED, "ann", "A", "{'script':'return'}");
    tape_add(t, 13, EVENT_CONTACT_CLOSED, "ann", "A", "{}");
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(intervals) in = intervals_new(take_step, text);
    for (guint i = 0; i < t->events->len; i++)
        intervals_fold(in, g_ptr_array_index(t->events, i));
    g_assert_cmpstr(text->str, ==,
                    "-/- value 1000\n"
                    "return/- value 1000\n"
                    "return/greet value 3000\n"
                    "return/wait waste waiting 4000\n"
                    "return/wait waste waiting 2000\n"
                    "return/- value 1000\n"
                    "-/- value 1000\n");
    tape_free(t);
}

static void test_an_open_leg_can_be_looked_at(void)
{
    struct tape *t = worked_example();
    g_autoptr(intervals) in = intervals_new(NULL, NULL);
    int64_t per_activity[ACTIVITY_COUNT], focus_ms;
    for (guint i = 0; i < 8; i++)
        intervals_fold(in, g_ptr_array_index(t->events, i));
    g_assert_cmpstr(intervals_open_leg(in, "A"), ==, "A.1");
    g_assert_true(intervals_peek(in, "A.1", TAPE_START_MS + 190 * 1000, per_activity, &focus_ms));
    g_assert_cmpint(per_activity[ACTIVITY_TALK], ==, 100000);
    g_assert_cmpint(per_activity[ACTIVITY_ASIDE], ==, 90000);
    g_assert_cmpint(focus_ms, ==, 100000);
    g_assert_true(intervals_peek(in, "B.1", TAPE_START_MS + 190 * 1000, per_activity, &focus_ms));
    g_assert_cmpint(per_activity[ACTIVITY_HOLD], ==, 30000);
    g_assert_cmpint(per_activity[ACTIVITY_ASIDE], ==, 40000);
    g_assert_false(intervals_peek(in, "A.2", TAPE_START_MS, per_activity, &focus_ms));
    g_assert_false(intervals_peek(in, "nonsense", TAPE_START_MS, per_activity, &focus_ms));
    g_assert_null(intervals_open_leg(in, "D"));
    tape_free(t);
}

/* The oracle: state by state and second by second, from nothing but the tape. It knows the words' meaning and
 * nothing of boots, cuts and sinks. */
enum { CONTACTS = 8, AGENTS = 3, SECONDS = 900 };

struct oracle_contact {
    int legs, owner; /* owner -1: no open leg */
    char doing;      /* t(alk) h(old) c(onsult) w(rap) */
    int step;        /* -1: none */
};

struct oracle {
    struct oracle_contact contacts[CONTACTS];
    int focus[AGENTS]; /* contact; -1: nothing */
    struct ledger sums;
};

static void oracle_second(struct oracle *o)
{
    for (int i = 0; i < CONTACTS; i++) {
        const struct oracle_contact *c = &o->contacts[i];
        if (c->owner < 0)
            continue;
        g_autofree char *leg = g_strdup_printf("%d.%d", i, c->legs);
        struct sums *sums = sums_of(&o->sums, leg);
        bool focused = o->focus[c->owner] == i;
        enum activity activity = c->doing == 'h'   ? ACTIVITY_HOLD
                                 : c->doing == 'c' ? ACTIVITY_CONSULT
                                 : c->doing == 'w' ? ACTIVITY_ACW
                                 : focused         ? ACTIVITY_TALK
                                                   : ACTIVITY_ASIDE;
        sums->per_activity[activity] += 1000;
        sums->focus_ms += focused ? 1000 : 0;
        if (c->step >= 0) {
            g_autofree char *step = g_strdup_printf("s%d", c->step);
            add_ms(o->sums.steps, step, 1000);
        }
    }
}

static void say(struct tape *t, int second, enum event_kind kind, int agent, int contact, const char *data)
{
    g_autofree char *actor = g_strdup_printf("agent%d", agent);
    g_autofree char *id = contact < 0 ? NULL : g_strdup_printf("%d", contact);
    tape_add(t, second, kind, actor, id, data);
}

static void oracle_end(struct oracle *o, int contact)
{
    struct oracle_contact *c = &o->contacts[contact];
    if (o->focus[c->owner] == contact)
        o->focus[c->owner] = -1;
    c->owner = c->step = -1;
}

static void random_focus(struct oracle *o, struct tape *t, GRand *random, int second)
{
    int agent = g_rand_int_range(random, 0, AGENTS);
    o->focus[agent] = g_rand_int_range(random, -1, CONTACTS);
    say(t, second, EVENT_FOCUS_MOVED, agent, o->focus[agent], "{}");
}

static void random_script(struct oracle *o, struct tape *t, GRand *random, int second, int contact)
{
    struct oracle_contact *c = &o->contacts[contact];
    if (c->step >= 0 && g_rand_boolean(random)) {
        g_autofree char *left = g_strdup_printf("{'script':'x','step':'s%d'}", c->step);
        say(t, second, EVENT_STEP_LEFT, c->owner, contact, left);
        c->step = -1;
        return;
    }
    c->step = g_rand_int_range(random, 0, 4);
    g_autofree char *entered = g_strdup_printf("{'script':'x','step':'s%d','class':'value'}", c->step);
    say(t, second, EVENT_STEP_ENTERED, c->owner, contact, entered);
}

static void random_event(struct oracle *o, struct tape *t, GRand *random, int second)
{
    static const enum event_kind ends[] = {EVENT_CONTACT_TRANSFERRED, EVENT_CONTACT_ESCALATED,
                                           EVENT_CONTACT_PARKED, EVENT_CONTACT_GIVEN_BACK};
    int contact = g_rand_int_range(random, 0, CONTACTS), chance = g_rand_int_range(random, 0, 10);
    struct oracle_contact *c = &o->contacts[contact];
    if (chance < 3) {
        random_focus(o, t, random, second);
    } else if (c->owner < 0) {
        c->owner = g_rand_int_range(random, 0, AGENTS);
        c->doing = 't';
        c->legs++;
        say(t, second, EVENT_CONTACT_ACCEPTED, c->owner, contact, "{}");
    } else if (chance < 5) {
        random_script(o, t, random, second, contact);
    } else if (c->doing == 'h' || (c->doing == 'w' && chance == 9)) {
        say(t, second, EVENT_CONTACT_RESUMED, c->owner, contact, "{}");
        c->doing = 't';
    } else if (c->doing == 'w') {
        say(t, second, EVENT_CONTACT_CLOSED, c->owner, contact, "{}");
        oracle_end(o, contact);
    } else if (c->doing == 'c') {
        say(t, second, EVENT_CONTACT_CONSULT_ENDED, c->owner, contact, "{}");
        c->doing = 't';
    } else if (chance == 9) {
        say(t, second, ends[g_rand_int_range(random, 0, G_N_ELEMENTS(ends))], c->owner, contact, "{}");
        oracle_end(o, contact);
    } else {
        c->doing = "hcw"[chance % 3];
        say(t, second,
            c->doing == 'h'   ? EVENT_CONTACT_HELD
            : c->doing == 'c' ? EVENT_CONTACT_CONSULT_STARTED
                              : EVENT_CONTACT_WRAP_STARTED,
            c->owner, contact, "{}");
    }
}

static void check_against_oracle(struct oracle *o, struct tape *t)
{
    struct ledger l = ledger_of(t);
    GHashTableIter each;
    void *key, *value;
    g_hash_table_iter_init(&each, l.legs);
    while (g_hash_table_iter_next(&each, &key, &value)) {
        const struct sums *found = value, *expected = sums_of(&o->sums, key);
        g_assert_cmpint(found->ended, ==, 1);
        g_assert_cmpmem(found->per_activity, sizeof found->per_activity, expected->per_activity,
                        sizeof expected->per_activity);
        g_assert_cmpint(found->focus_ms, ==, expected->focus_ms);
    }
    g_assert_cmpuint(g_hash_table_size(l.legs), ==, g_hash_table_size(o->sums.legs));
    g_assert_cmpuint(g_hash_table_size(l.steps), ==, g_hash_table_size(o->sums.steps));
    g_hash_table_iter_init(&each, o->sums.steps);
    while (g_hash_table_iter_next(&each, &key, &value))
        g_assert_cmpint(*(int64_t *)g_hash_table_lookup(l.steps, key), ==, *(int64_t *)value);
    ledger_clear(&l);
}

/* A clock is set, by up to two hours, some forty times in a shift. */
static void maybe_set_the_clock(struct tape *t, GRand *random)
{
    if (g_rand_int_range(random, 0, 20) == 0)
        t->clock_shift_ms = g_rand_int_range(random, -7200 * 1000, 7200 * 1000);
}

static void check_random_shifts(bool clocks_jump)
{
    for (guint32 seed = 1; seed <= 250; seed++) {
        GRand *random = g_rand_new_with_seed(seed);
        struct tape *t = tape_new();
        struct oracle o = {.sums = {.legs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
                                    .steps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)}};
        for (int i = 0; i < CONTACTS; i++)
            o.contacts[i] = (struct oracle_contact){.owner = -1, .step = -1};
        for (int i = 0; i < AGENTS; i++)
            o.focus[i] = -1;
        for (int second = 0; second < SECONDS; second++) {
            if (clocks_jump)
                maybe_set_the_clock(t, random);
            for (int events = g_rand_int_range(random, 0, 5) - 2; events > 0; events--)
                random_event(&o, t, random, second);
            oracle_second(&o);
        }
        for (int i = 0; i < CONTACTS; i++) {
            if (o.contacts[i].owner < 0)
                continue;
            say(t, SECONDS, EVENT_CONTACT_CLOSED, o.contacts[i].owner, i, "{}");
        }
        for (guint i = 0; i < t->events->len; i++) {
            const struct event *ev = g_ptr_array_index(t->events, i);
            if (ev->kind == EVENT_CONTACT_ACCEPTED)
                sums_of(&o.sums, ev->leg);
        }
        check_against_oracle(&o, t);
        ledger_clear(&o.sums);
        tape_free(t);
        g_rand_free(random);
    }
}

static void test_random_shifts_agree_with_counting_each_second(void)
{
    check_random_shifts(false);
}

static void test_clocks_that_jump_leave_no_gap_and_no_overlap(void)
{
    check_random_shifts(true);
}

/* Who hangs up does so by another machine's clock, which knows nothing of the desk's. */
static void test_a_jump_before_another_machines_event_adds_no_time(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_ACCEPTED, "ann", "A", "{}");
    tape_add(t, 0, EVENT_FOCUS_MOVED, "ann", "A", "{}");
    t->clock_shift_ms = -3600 * 1000;
    tape_add(t, 10, EVENT_CONTACT_HELD, "ann", "A", "{}");
    t->clock_shift_ms = 0;
    t->boot = "the switchboard's";
    tape_add(t, 14, EVENT_CONTACT_ABANDONED, "customer", "A", "{}");
    struct ledger l = ledger_of(t);
    expect(&l, "A.1", (double[]){10, 0, 4, 0, 0, 14});
    ledger_clear(&l);
    tape_free(t);
}

static void test_a_clock_led_astray_does_not_stop_the_time_for_ever(void)
{
    struct tape *t = tape_new();
    t->clock_shift_ms = INT64_C(365) * 24 * 3600 * 1000;
    tape_add(t, 0, EVENT_CONTACT_ACCEPTED, "ann", "A", "{}");
    wrap_and_close(t, 10, 12, "A");
    t->clock_shift_ms = 0;
    t->boot = "after the battery was changed";
    tape_add(t, 100, EVENT_CONTACT_ACCEPTED, "ann", "B", "{}");
    wrap_and_close(t, 130, 135, "B");
    struct ledger l = ledger_of(t);
    g_assert_cmpint(sums_of(&l, "B.1")->handle_ms, ==, 35000);
    g_assert_cmpint(sums_of(&l, "B.1")->first_start_ms, ==, TAPE_START_MS + 100000);
    ledger_clear(&l);
    tape_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/intervals/the worked example", test_the_worked_example);
    g_test_add_func("/intervals/focus on nothing is aside", test_focus_elsewhere_on_nothing_is_aside);
    g_test_add_func("/intervals/wrap-up looked away from stays acw, without focus",
                    test_wrap_up_looked_away_from_stays_acw_without_focus);
    g_test_add_func("/intervals/a wrap-up taken back is talk again", test_a_wrap_up_taken_back_is_talk_again);
    g_test_add_func("/intervals/each hand-over ends a leg", test_each_hand_over_ends_a_leg);
    g_test_add_func("/intervals/the focus ends with the leg", test_the_focus_ends_with_the_leg);
    g_test_add_func("/intervals/sign-out takes the focus", test_sign_out_takes_the_focus);
    g_test_add_func("/intervals/a wall clock that jumps changes nothing within a boot",
                    test_a_wall_clock_that_jumps_changes_nothing_within_a_boot);
    g_test_add_func("/intervals/across boots the wall clock counts", test_across_boots_the_wall_clock_counts);
    g_test_add_func("/intervals/time that goes back is not counted twice",
                    test_time_that_goes_back_is_not_counted_twice);
    g_test_add_func("/intervals/repeats change nothing", test_repeats_change_nothing);
    g_test_add_func("/intervals/events that do not fit do no harm", test_events_that_do_not_fit_do_no_harm);
    g_test_add_func("/intervals/steps and their class are named", test_steps_and_their_class_are_named);
    g_test_add_func("/intervals/an open leg can be looked at", test_an_open_leg_can_be_looked_at);
    g_test_add_func("/intervals/random shifts agree with counting each second",
                    test_random_shifts_agree_with_counting_each_second);
    g_test_add_func("/intervals/clocks that jump leave no gap and no overlap",
                    test_clocks_that_jump_leave_no_gap_and_no_overlap);
    g_test_add_func("/intervals/a jump before another machine's event adds no time",
                    test_a_jump_before_another_machines_event_adds_no_time);
    g_test_add_func("/intervals/a clock led astray does not stop the time for ever",
                    test_a_clock_led_astray_does_not_stop_the_time_for_ever);
    return g_test_run();
}
