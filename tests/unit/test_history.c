/* The demo's past: legal by the rules, of the usual shares, with its planted causes, the same by the same
 * seed. */
#include "app/sim/history.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/measure/approval_times.h"
#include "app/measure/gaps.h"
#include "app/measure/kpi.h"
#include "app/rules/rules.h"
#include "app/script/replay.h"

#define DEMO_DIR FIRSTLINE_SHARE "/demo"
#define NOW_MS   INT64_C(1795442400000) /* 2026-11-23T14:00:00Z, a Monday */
#define DAY_MS   INT64_C(86400000)

#define SPECIALIST_MINOR 20000 /* what the second line decides on by itself */

static struct demo_content *content;
static struct crowd *crowd;
static GPtrArray *past; /* struct event *, of seed 1 */
static struct history_result result;
static gint64 took_us;

static void keep(struct event *ev, void *user_data)
{
    g_ptr_array_add(user_data, ev);
}

static GPtrArray *generate(uint64_t seed, int contacts, struct history_result *out)
{
    GPtrArray *events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
    struct approval_limits limits;
    approval_limits_init(&limits, NULL);
    limits.limit_minor[ROLE_SPECIALIST] = SPECIALIST_MINOR;
    struct history_options options = {.seed = seed,
                                      .now_ms = NOW_MS,
                                      .contacts = contacts,
                                      .limits = &limits,
                                      .sink = keep,
                                      .user_data = events};
    history_generate(content, crowd, &options, out);
    approval_limits_release(&limits);
    return events;
}

static struct event *event_at(guint index)
{
    return g_ptr_array_index(past, index);
}

static double figure(const GPtrArray *figures, const char *id)
{
    for (guint i = 0; i < figures->len; i++) {
        const struct kpi_figure *f = g_ptr_array_index(figures, i);
        if (strcmp(f->id, id) == 0) {
            g_test_message("%s %.1f", id, f->value);
            return f->value;
        }
    }
    g_error("no figure %s", id);
}

/* A small centre as it is: busy, not without waiting. Times to answer within as in settings.yaml. */
static void the_floor_is_believable(void)
{
    static const struct {
        const char *id;
        int64_t within_s;
    } queues[] = {{"fjellhem", 60}, {"fjellhem-zh", 90}, {"tideline", 45}, {"corbel", 30}};
    g_autoptr(GHashTable) by_id =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)queue_free);
    for (size_t i = 0; i < G_N_ELEMENTS(queues); i++) {
        struct queue *q = queue_new(queues[i].id, queues[i].id);
        q->service_level_ms = queues[i].within_s * 1000;
        g_hash_table_insert(by_id, q->id, q);
    }
    g_autoptr(kpi) k = kpi_new(&(struct kpi_options){.until_ms = NOW_MS, .queues = by_id});
    for (guint i = 0; i < past->len; i++) {
        event_at(i)->position = i + 1;
        kpi_fold(k, event_at(i));
    }
    g_autoptr(GPtrArray) figures = kpi_figures(k, NOW_MS);
    static const struct {
        const char *id;
        double least, most;
    } expected[] = {{"occupancy", 55, 70},     {"utilisation", 28, 50}, {"csat", 55, 75},
                    {"fcr", 60, 85},           {"abandonment", 2, 7},   {"answer_time", 4000, 20000},
                    {"service_level", 75, 90}, {"escalation", 5, 15}};
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        double value = figure(figures, expected[i].id);
        g_assert_cmpfloat(value, >=, expected[i].least);
        g_assert_cmpfloat(value, <=, expected[i].most);
    }
}

static struct world *floor_world(void)
{
    static const struct {
        const char *id, *skill;
        int line;
    } queues[] = {{"fjellhem", "fjellhem", 1},     {"fjellhem-zh", "fjellhem-zh", 1},
                  {"fjellhem-2", "fjellhem-2", 2}, {"tideline", "tideline", 1},
                  {"tideline-2", "tideline-2", 2}, {"corbel", "corbel", 1},
                  {"corbel-2", "corbel-2", 2}};
    struct world *w = world_new();
    for (size_t i = 0; i < G_N_ELEMENTS(queues); i++) {
        struct queue *q = queue_new(queues[i].id, queues[i].id);
        q->skill = g_strdup(queues[i].skill);
        q->line = queues[i].line;
        world_put_queue(w, q);
    }
    for (size_t i = 0; i < content->floor.staff_count; i++) {
        const struct demo_staff *staff = &content->floor.staff[i];
        struct agent *a = agent_new(staff->id, staff->name, (enum role)staff->role);
        for (size_t j = 0; j < staff->skills.count; j++)
            agent_set_skill(a, staff->skills.items[j], 3);
        world_put_agent(w, a);
    }
    w->limits.limit_minor[ROLE_SPECIALIST] = SPECIALIST_MINOR;
    return w;
}

static void rules_refuse_nothing(void)
{
    struct world *w = floor_world();
    for (guint i = 0; i < past->len; i++) {
        struct event *ev = g_ptr_array_index(past, i);
        const struct agent *a = ev->actor_kind == ACTOR_AGENT ? world_agent(w, ev->actor) : NULL;
        g_autoptr(GError) error = NULL;
        ev->position = i + 1;
        if (!rules_check(w, ev, a == NULL ? ROLE_INTEGRATION : a->role, &error)) {
            g_autofree char *json = event_to_json(ev);
            g_error("event %u: %s\n%s", i, error->message, json);
        }
        world_fold(w, ev);
        if (i % 20000 == 0)
            world_forget_over(w, ev->at_ms - DAY_MS);
    }
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, w->contacts);
    while (g_hash_table_iter_next(&each, NULL, &value))
        g_assert_true(contact_is_over(value));
    g_hash_table_iter_init(&each, w->agents);
    while (g_hash_table_iter_next(&each, NULL, &value))
        g_assert_false(((const struct agent *)value)->signed_in);
    world_free(w);
}

static void every_event_has_its_wire_form(void)
{
    for (guint i = 0; i < past->len; i += 37) {
        g_autoptr(GError) error = NULL;
        g_autofree char *json = event_to_json(event_at(i));
        g_autoptr(event) back = event_from_json(json, -1, &error);
        g_assert_no_error(error);
        g_autofree char *again = event_to_json(back);
        g_assert_cmpstr(again, ==, json);
    }
}

static void times_and_seqs_run_without_gaps(void)
{
    g_autoptr(GHashTable) seqs = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
    int64_t last_ms = 0;
    for (guint i = 0; i < past->len; i++) {
        const struct event *ev = event_at(i);
        g_assert_cmpint(ev->at_ms, >=, last_ms);
        g_assert_cmpint(ev->at_ms, <=, NOW_MS);
        g_assert_cmpint(ev->boot_ms, >=, 0);
        last_ms = ev->at_ms;
        int64_t seq = GPOINTER_TO_INT(g_hash_table_lookup(seqs, ev->device));
        g_assert_cmpint(ev->seq, ==, seq + 1);
        g_hash_table_insert(seqs, ev->device, GINT_TO_POINTER(ev->seq));
        g_assert_true(g_hash_table_add(ids, ev->id));
    }
}

static void size_is_the_usual_one(void)
{
    guint customers = 0, orders = 0;
    for (guint i = 0; i < past->len; i++) {
        customers += event_at(i)->kind == EVENT_CUSTOMER_CREATED;
        orders += event_at(i)->kind == EVENT_ORDER_RECORDED;
    }
    g_assert_cmpuint(customers, ==, 500);
    g_assert_cmpuint(orders, >=, 1000);
    g_assert_cmpint(result.contacts, >, 3400);
    g_assert_cmpint(result.contacts, <, 4100);
    g_assert_cmpint(result.events, ==, past->len);
    g_assert_cmpint(result.abandoned, >, result.contacts / 100);
    g_assert_cmpint(result.abandoned, <, result.contacts / 6);
    g_test_message("%u events, %" G_GINT64_FORMAT " contacts, %" G_GINT64_FORMAT
                   " abandoned, %" G_GINT64_FORMAT " repeats",
                   past->len, result.contacts, result.abandoned, result.repeats);
    g_test_message("took %d ms", (int)(took_us / 1000));
}

static void classes_have_their_shares(void)
{
    double counts[CLASS_COUNT] = {0}, all = 0;
    for (guint i = 0; i < past->len; i++) {
        enum contact_class class;
        if (event_at(i)->kind != EVENT_CONTACT_CREATED)
            continue;
        g_assert_true(contact_class_parse(event_text(event_at(i), "class"), &class));
        counts[class]++;
        all++;
    }
    g_assert_cmpfloat_with_epsilon(100 * counts[CLASS_ENQUIRY] / all, 35, 3);
    g_assert_cmpfloat_with_epsilon(100 * counts[CLASS_TRANSACTION] / all, 45, 3);
    g_assert_cmpfloat_with_epsilon(100 * counts[CLASS_COMPLAINT] / all, 20, 3);
}

/* Mean time between entering and leaving a step, over its target. */
static double slowness(const char *script, const char *step)
{
    g_autoptr(GHashTable) entered = g_hash_table_new(g_str_hash, g_str_equal);
    double ratio = 0;
    int count = 0;
    for (guint i = 0; i < past->len; i++) {
        const struct event *ev = event_at(i);
        if ((ev->kind != EVENT_STEP_ENTERED && ev->kind != EVENT_STEP_LEFT) ||
            g_strcmp0(event_text(ev, "script"), script) != 0 || g_strcmp0(event_text(ev, "step"), step) != 0)
            continue;
        if (ev->kind == EVENT_STEP_ENTERED) {
            g_hash_table_insert(entered, ev->contact, (gpointer)ev);
            continue;
        }
        const struct event *began = g_hash_table_lookup(entered, ev->contact);
        ratio += (double)(ev->at_ms - began->at_ms) / (double)MAX(event_number(began, "target_ms", 1), 1);
        count++;
    }
    g_assert_cmpint(count, >, 30);
    return ratio / count;
}

static void slow_step_is_there(void)
{
    const struct demo_planted *planted = &content->floor.planted;
    g_assert_cmpfloat(slowness(planted->slow_script, planted->slow_step), >, 3.2);
    g_assert_cmpfloat(slowness("return-wrong-size", "verify"), <, 2);
}

/* Whatever language a contact is in, its steps are told in one, so that reports can name them. */
static void steps_have_one_title_each(void)
{
    g_autoptr(GHashTable) titles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < past->len; i++) {
        const struct event *ev = event_at(i);
        if (ev->kind != EVENT_STEP_ENTERED)
            continue;
        char *step = g_strconcat(event_text(ev, "script"), "/", event_text(ev, "step"), NULL);
        const char *before = g_hash_table_lookup(titles, step), *title = event_text(ev, "title");
        g_assert_cmpstr(before != NULL ? before : title, ==, title);
        g_hash_table_replace(titles, step, (gpointer)title);
    }
    g_assert_cmpuint(g_hash_table_size(titles), >, 50);
}

static void bad_article_is_there(void)
{
    const struct demo_planted *planted = &content->floor.planted;
    g_autoptr(GHashTable) opened = g_hash_table_new(g_str_hash, g_str_equal);
    int with = 0, with_resolved = 0, without = 0, without_resolved = 0;
    for (guint i = 0; i < past->len; i++) {
        const struct event *ev = event_at(i);
        if (ev->kind == EVENT_ARTICLE_OPENED &&
            g_strcmp0(event_text(ev, "article"), planted->bad_article) == 0)
            g_hash_table_add(opened, ev->contact);
        if (ev->kind != EVENT_CONTACT_CLOSED)
            continue;
        bool bad = g_hash_table_contains(opened, ev->contact);
        *(bad ? &with : &without) += 1;
        *(bad ? &with_resolved : &without_resolved) += event_flag(ev, "resolved");
    }
    g_assert_cmpint(with, >, 40);
    g_assert_cmpint(with_resolved * 100, <, with * 35);
    g_assert_cmpint(without_resolved * 100, >, without * 80);
}

static void outage_is_there(void)
{
    const struct demo_planted *planted = &content->floor.planted;
    int64_t from_ms =
        NOW_MS / DAY_MS * DAY_MS - planted->outage_days_ago * DAY_MS + planted->outage_from_hour * 3600000;
    int64_t until_ms = from_ms + (planted->outage_to_hour - planted->outage_from_hour) * 3600000;
    int during = 0, other = 0;
    for (guint i = 0; i < past->len; i++) {
        const struct event *ev = event_at(i);
        if (ev->kind != EVENT_CONTACT_CREATED ||
            g_strcmp0(event_text(ev, "intent"), planted->outage_intent) != 0)
            continue;
        *(ev->at_ms >= from_ms && ev->at_ms < until_ms ? &during : &other) += 1;
    }
    g_assert_cmpint(during, >=, 55);
    g_assert_cmpint(during, >, other / 5);
}

static void all_of_a_contact_happens(void)
{
    static const enum event_kind kinds[] = {EVENT_CONTACT_OFFERED,
                                            EVENT_CONTACT_ACCEPTED,
                                            EVENT_CONTACT_HELD,
                                            EVENT_CONTACT_RESUMED,
                                            EVENT_CONTACT_TRANSFERRED,
                                            EVENT_CONTACT_ESCALATED,
                                            EVENT_CONTACT_ABANDONED,
                                            EVENT_CONTACT_WRAP_STARTED,
                                            EVENT_CONTACT_CLOSED,
                                            EVENT_CONTACT_RATED,
                                            EVENT_FOCUS_MOVED,
                                            EVENT_MESSAGE_SENT,
                                            EVENT_SEARCH_DONE,
                                            EVENT_ARTICLE_OPENED,
                                            EVENT_ARTICLE_INSERTED,
                                            EVENT_SCRIPT_STARTED,
                                            EVENT_STEP_ENTERED,
                                            EVENT_STEP_ANSWERED,
                                            EVENT_SCRIPT_FINISHED,
                                            EVENT_CUSTOMER_VERIFIED,
                                            EVENT_SCRIPT_LEFT,
                                            EVENT_CONTACT_CUSTOMER_LEFT,
                                            EVENT_CONTACT_OFFER_TIMED_OUT};
    int counts[EVENT_KIND_COUNT] = {0};
    for (guint i = 0; i < past->len; i++)
        counts[event_at(i)->kind]++;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (counts[kinds[i]] < 10)
            g_error("only %d %s", counts[kinds[i]], event_kind_name(kinds[i]));
    }
}

/* What was answered then leads again where it led: the log has what a replay needs, but for facts of the
 * record, which it does not keep. */
static void the_past_can_be_walked_again(void)
{
    size_t finished = 0, same = 0, stuck = 0;
    for (guint i = 0; i < content->scripts->len; i++) {
        struct replay *replay = replay_new(g_ptr_array_index(content->scripts, i));
        for (guint j = 0; j < past->len; j++)
            replay_take(replay, event_at(j));
        struct replay_counts counts = replay_run(replay);
        size_t ended = (size_t)(counts.contacts - counts.left);
        g_assert_cmpuint(ended, >, 30);
        g_assert_cmpuint((size_t)counts.stuck, <, ended); /* no script is all in vain */
        finished += ended;
        same += (size_t)counts.same;
        stuck += (size_t)counts.stuck;
        replay_free(replay);
    }
    g_test_message("%zu finished, %zu the same way, %zu stuck", finished, same, stuck);
    g_assert_cmpuint(100 * same, >, 80 * finished);
    g_assert_cmpuint(100 * stuck, <, 15 * finished);
}

static void gaps_of_the_knowledge_are_there(void)
{
    struct gaps *g = gaps_new(0, INT64_MAX);
    int nothing = 0, nowhere = 0;
    for (guint i = 0; i < past->len; i++)
        gaps_fold(g, event_at(i));
    g_autoptr(GPtrArray) rows = gaps_rows(g);
    for (guint i = 0; i < rows->len; i++) {
        const struct gaps_row *row = g_ptr_array_index(rows, i);
        nothing += row->nothing > 0;
        nowhere += row->nowhere > 0;
    }
    gaps_free(g);
    g_assert_cmpint(nothing, >=, 4);
    g_assert_cmpint(nowhere, >=, 3);
    g_assert_cmpuint(rows->len, <, 30); /* a list for somebody to write articles from */
    const struct gaps_row *first = g_ptr_array_index(rows, 0);
    g_assert_cmpint(first->nothing + first->nowhere, >=, 8);
    g_assert_cmpint(first->agents, >=, 3);
}

static int counted(GHashTable *counts, const char *key)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(counts, key));
}

static void count_up(GHashTable *counts, const char *key)
{
    g_hash_table_insert(counts, (gpointer)key, GINT_TO_POINTER(counted(counts, key) + 1));
}

struct approvals {
    int granted, refused, open, above_specialists;
    int64_t wait_ms;
};

static void count_approval(const struct approval_time *time, void *user_data)
{
    struct approvals *sum = user_data;
    sum->granted += time->outcome == APPROVAL_GRANTED;
    sum->refused += time->outcome == APPROVAL_REFUSED;
    sum->open += time->outcome != APPROVAL_GRANTED && time->outcome != APPROVAL_REFUSED;
    sum->wait_ms += time->wait_ms;
}

/* That the right people decide is what the rules check. */
static void approvals_are_asked_for_and_decided(void)
{
    struct approvals sum = {0};
    int asked = 0;
    g_autoptr(approval_times) times = approval_times_new(count_approval, &sum);
    for (guint i = 0; i < past->len; i++) {
        const struct event *ev = event_at(i);
        approval_times_fold(times, ev);
        asked += ev->kind == EVENT_APPROVAL_REQUESTED;
        sum.above_specialists +=
            ev->kind == EVENT_APPROVAL_REQUESTED && event_number(ev, "amount_minor", 0) > SPECIALIST_MINOR;
    }
    g_test_message("%d asked, %d granted, %d refused, %d else, %d above specialists, %d s on average", asked,
                   sum.granted, sum.refused, sum.open, sum.above_specialists,
                   (int)(sum.wait_ms / MAX(asked, 1) / 1000));
    g_assert_cmpint(asked, ==, sum.granted + sum.refused + sum.open);
    g_assert_cmpint(asked, >, 40);
    g_assert_cmpint(100 * sum.refused, >, 5 * asked);
    g_assert_cmpint(100 * sum.refused, <, 40 * asked);
    g_assert_cmpint(100 * sum.open, <, 5 * asked);
    g_assert_cmpint(sum.wait_ms, >, asked * 30000 * INT64_C(1));
}

/* Customers are picked evenly: a timeline is one that a person may have. */
static void nobody_comes_every_day(void)
{
    g_autoptr(GHashTable) came = g_hash_table_new(g_str_hash, g_str_equal);
    int most = 0;
    for (guint i = 0; i < past->len; i++) {
        const char *who = event_text(event_at(i), "customer");
        if (event_at(i)->kind != EVENT_CONTACT_CREATED)
            continue;
        count_up(came, who);
        most = MAX(most, counted(came, who));
    }
    g_test_message("%u customers came, one of them %d times", g_hash_table_size(came), most);
    g_assert_cmpuint(g_hash_table_size(came), >, 450);
    g_assert_cmpint(most, <=, 24);
}

/* A card goes to a new address now and then, not in three of four contacts. */
static void approvals_are_the_exception(void)
{
    g_autoptr(GHashTable) started = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) asked = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < past->len; i++) {
        const struct event *ev = event_at(i);
        GHashTable *counts = ev->kind == EVENT_SCRIPT_STARTED       ? started
                             : ev->kind == EVENT_APPROVAL_REQUESTED ? asked
                                                                    : NULL;
        if (counts != NULL)
            count_up(counts, event_text(ev, "script"));
    }
    g_assert_cmpint(counted(asked, "card-lost"), >, 3);
    GHashTableIter each;
    void *script;
    g_hash_table_iter_init(&each, asked);
    while (g_hash_table_iter_next(&each, &script, NULL)) {
        int many = counted(started, script), of_them = counted(asked, script);
        g_test_message("%s: %d of %d", (char *)script, of_them, many);
        g_assert_cmpint(100 * of_them, <, 30 * many);
    }
}

/* Who goes back a step does not tell again what was told, and nobody is put on hold twice in a leg. */
static void nothing_is_told_twice_in_a_row(void)
{
    g_autoptr(GHashTable) last = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) held = g_hash_table_new(g_str_hash, g_str_equal);
    int twice = 0, sent = 0;
    for (guint i = 0; i < past->len; i++) {
        const struct event *ev = event_at(i);
        if (ev->kind == EVENT_CONTACT_HELD)
            g_assert_true(g_hash_table_add(held, ev->leg));
        if (ev->kind != EVENT_MESSAGE_SENT)
            continue;
        const char *before = g_hash_table_lookup(last, ev->contact), *text = event_text(ev, "text");
        twice += g_strcmp0(before, text) == 0 && strchr(text, '?') == NULL;
        sent++;
        g_hash_table_insert(last, ev->contact, (gpointer)text);
    }
    g_test_message("%d of %d texts said twice in a row", twice, sent);
    g_assert_cmpint(1000 * twice, <, 2 * sent);
}

static void chats_are_handled_side_by_side(void)
{
    g_autoptr(GHashTable) open = g_hash_table_new(g_str_hash, g_str_equal);
    int together = 0;
    for (guint i = 0; i < past->len; i++) {
        const struct event *ev = event_at(i);
        if (ev->actor_kind != ACTOR_AGENT)
            continue;
        int count = GPOINTER_TO_INT(g_hash_table_lookup(open, ev->actor));
        if (ev->kind == EVENT_CONTACT_ACCEPTED)
            g_hash_table_insert(open, ev->actor, GINT_TO_POINTER(count + 1));
        if (ev->kind == EVENT_CONTACT_CLOSED || ev->kind == EVENT_CONTACT_ESCALATED ||
            ev->kind == EVENT_CONTACT_TRANSFERRED)
            g_hash_table_insert(open, ev->actor, GINT_TO_POINTER(count - 1));
        together += ev->kind == EVENT_CONTACT_ACCEPTED && count > 0;
    }
    g_assert_cmpint(together, >, 100);
}

static char *digest(GPtrArray *events)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    for (guint i = 0; i < events->len; i++) {
        g_autofree char *json = event_to_json(g_ptr_array_index(events, i));
        g_checksum_update(sum, (const guchar *)json, -1);
    }
    return g_strdup(g_checksum_get_string(sum));
}

static void same_seed_same_past(void)
{
    struct history_result ignored;
    g_autoptr(GPtrArray) a = generate(5, 400, &ignored), b = generate(5, 400, &ignored),
                         c = generate(6, 400, &ignored);
    g_autofree char *one = digest(a), *two = digest(b), *three = digest(c);
    g_assert_cmpstr(one, ==, two);
    g_assert_cmpstr(one, !=, three);
}

static void three_weeks_take_less_than_two_seconds(void)
{
    if (g_getenv("ASAN_OPTIONS") != NULL) {
        g_test_skip("times mean nothing under a sanitizer");
        return;
    }
    g_assert_cmpint(took_us, <, 2000000);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autoptr(GError) error = NULL;
    content = demo_content_load(DEMO_DIR, &error);
    g_assert_no_error(error);
    crowd = crowd_new(content, &(struct crowd_options){.seed = 1, .count = 500, .now_ms = NOW_MS});
    clock_t start = clock(); /* time of its own: others may use the machine too */
    past = generate(1, 0, &result);
    took_us = (gint64)(clock() - start) * G_USEC_PER_SEC / CLOCKS_PER_SEC;
    g_test_add_func("/history/rules_refuse_nothing", rules_refuse_nothing);
    g_test_add_func("/history/every_event_has_its_wire_form", every_event_has_its_wire_form);
    g_test_add_func("/history/times_and_seqs_run_without_gaps", times_and_seqs_run_without_gaps);
    g_test_add_func("/history/size_is_the_usual_one", size_is_the_usual_one);
    g_test_add_func("/history/the_floor_is_believable", the_floor_is_believable);
    g_test_add_func("/history/classes_have_their_shares", classes_have_their_shares);
    g_test_add_func("/history/slow_step_is_there", slow_step_is_there);
    g_test_add_func("/history/steps_have_one_title_each", steps_have_one_title_each);
    g_test_add_func("/history/bad_article_is_there", bad_article_is_there);
    g_test_add_func("/history/outage_is_there", outage_is_there);
    g_test_add_func("/history/all_of_a_contact_happens", all_of_a_contact_happens);
    g_test_add_func("/history/approvals_are_asked_for_and_decided", approvals_are_asked_for_and_decided);
    g_test_add_func("/history/nobody_comes_every_day", nobody_comes_every_day);
    g_test_add_func("/history/approvals_are_the_exception", approvals_are_the_exception);
    g_test_add_func("/history/nothing_is_told_twice_in_a_row", nothing_is_told_twice_in_a_row);
    g_test_add_func("/history/chats_are_handled_side_by_side", chats_are_handled_side_by_side);
    g_test_add_func("/history/the_past_can_be_walked_again", the_past_can_be_walked_again);
    g_test_add_func("/history/gaps_of_the_knowledge_are_there", gaps_of_the_knowledge_are_there);
    g_test_add_func("/history/same_seed_same_past", same_seed_same_past);
    g_test_add_func("/history/three_weeks_take_less_than_two_seconds",
                    three_weeks_take_less_than_two_seconds);
    int failed = g_test_run();
    g_ptr_array_unref(past);
    crowd_free(crowd);
    demo_content_free(content);
    return failed;
}
