/* Live traffic over a simulated hour, under the rules. */
#include "app/sim/traffic.h"

#include <glib.h>
#include <string.h>

#include "app/rules/rules.h"

#define DEMO_DIR FIRSTLINE_SHARE "/demo"
#define NOW_MS   INT64_C(1795442400000)
#define HOUR_MS  INT64_C(3600000)

static struct demo_content *content;
static struct crowd *crowd;

/* A little backend: applies, tells, follows. */
struct floor {
    struct world *world;
    struct traffic *traffic;
    int64_t now_ms, position;
    int counts[EVENT_KIND_COUNT];
    int refused;
    int accepted[3][ROLE_COUNT]; /* by the queue's line and the agent's role */
    const char *watched; /* an agent, whose own events are counted from when this is set; NULL: nobody */
    int watched_did;
    GChecksum *sum;
};

static void put_queues(struct world *w)
{
    static const struct {
        const char *id, *skill;
        int line;
    } queues[] = {{"fjellhem", "fjellhem", 1},     {"fjellhem-zh", "fjellhem-zh", 1},
                  {"fjellhem-2", "fjellhem-2", 2}, {"tideline", "tideline", 1},
                  {"tideline-2", "tideline-2", 2}, {"corbel", "corbel", 1},
                  {"corbel-2", "corbel-2", 2}};
    for (size_t i = 0; i < G_N_ELEMENTS(queues); i++) {
        struct queue *q = queue_new(queues[i].id, queues[i].id);
        q->skill = g_strdup(queues[i].skill);
        q->line = queues[i].line;
        q->service_level_percent = 80;
        q->service_level_ms = 60000;
        q->first_reply_ms = 4 * HOUR_MS;
        q->offer_ms = 20000;
        world_put_queue(w, q);
    }
}

static void put_agents(struct world *w)
{
    for (size_t i = 0; i < content->floor.staff_count; i++) {
        const struct demo_staff *staff = &content->floor.staff[i];
        struct agent *a = agent_new(staff->id, staff->name, (enum role)staff->role);
        for (size_t j = 0; j < staff->skills.count; j++)
            agent_set_skill(a, staff->skills.items[j], 3);
        world_put_agent(w, a);
    }
}

static void apply(struct floor *f, struct event *ev);

static void follow(struct event *ev, void *user_data)
{
    struct floor *f = user_data;
    ev->at_ms = f->now_ms;
    ev->position = ++f->position;
    world_fold(f->world, ev);
    f->counts[ev->kind]++;
    traffic_hear(f->traffic, ev, f->now_ms);
    event_free(ev);
}

static void apply(struct floor *f, struct event *ev)
{
    const struct agent *a = ev->actor_kind == ACTOR_AGENT ? world_agent(f->world, ev->actor) : NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *json = event_to_json(ev);
    g_checksum_update(f->sum, (const guchar *)json, -1);
    f->watched_did += a != NULL && g_strcmp0(f->watched, a->id) == 0;
    if (!rules_check(f->world, ev, a == NULL ? ROLE_INTEGRATION : a->role, &error)) {
        g_test_message("refused: %s", error->message);
        f->refused++;
        return;
    }
    if (ev->kind == EVENT_CONTACT_ACCEPTED)
        f->accepted[world_queue(f->world, world_contact(f->world, ev->contact)->queue)->line][a->role]++;
    ev->position = ++f->position;
    world_fold(f->world, ev);
    f->counts[ev->kind]++;
    traffic_hear(f->traffic, ev, f->now_ms);
    rules_follow(f->world, ev, f->now_ms, follow, f);
}

static void take(struct event *ev, void *user_data)
{
    g_autoptr(event) owned = ev;
    apply(user_data, owned);
}

static void floor_init(struct floor *f, const struct traffic_options *options)
{
    struct traffic_options own = *options;
    *f = (struct floor){.world = world_new(), .now_ms = NOW_MS, .sum = g_checksum_new(G_CHECKSUM_SHA256)};
    own.now_ms = NOW_MS;
    own.next_contact = 48000;
    own.sink = take;
    own.user_data = f;
    put_queues(f->world);
    put_agents(f->world);
    f->traffic = traffic_new(content, crowd, &own);
}

static void floor_run(struct floor *f, int64_t span_ms)
{
    for (int64_t until_ms = f->now_ms + span_ms; f->now_ms < until_ms; f->now_ms += 250) {
        traffic_tick(f->traffic, f->now_ms);
        rules_tick(f->world, f->now_ms, follow, f);
    }
}

static void floor_release(struct floor *f)
{
    traffic_free(f->traffic);
    world_free(f->world);
    g_checksum_free(f->sum);
}

static void queue_is_full_at_the_start(void)
{
    struct floor f;
    floor_init(&f, &(struct traffic_options){.seed = 3});
    traffic_tick(f.traffic, f.now_ms);
    g_assert_cmpuint(traffic_waiting(f.traffic), ==, 22);
    int chinese = 0, at_risk = 0;
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, f.world->contacts);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        const struct contact *c = value;
        chinese += g_strcmp0(c->language, "zh") == 0;
        at_risk += c->due_ms > 0 && c->due_ms < f.now_ms + 3 * 60000;
    }
    g_assert_cmpint(chinese, >=, 1);
    g_assert_cmpint(at_risk, >=, 3);
    g_assert_cmpint(f.refused, ==, 0);
    floor_release(&f);
}

static const struct customer *customer_of(const struct contact *c)
{
    for (guint i = 0; i < crowd->customers->len; i++) {
        const struct customer *who = g_ptr_array_index(crowd->customers, i);
        if (g_strcmp0(who->id, c->customer) == 0)
            return who;
    }
    return NULL;
}

/* Who wants to send something back has got it, who asks where it is has not, and all have bought where they
 * ask. */
static void who_comes_has_bought_what_it_is_about(void)
{
    struct floor f;
    floor_init(&f, &(struct traffic_options){.seed = 5});
    floor_run(&f, HOUR_MS / 2);
    GHashTableIter each;
    void *value;
    size_t count;
    const struct persona_intent *intents = persona_cast_intents(content->cast, &count);
    g_hash_table_iter_init(&each, f.world->contacts);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        const struct contact *c = value;
        const struct customer *who = customer_of(c);
        bool is_there = false;
        for (size_t i = 0; i < count; i++)
            for (guint j = 0; j < who->orders->len && g_str_equal(intents[i].id, c->intent); j++) {
                const struct order *o = g_ptr_array_index(who->orders, j);
                is_there |= g_str_equal(o->business, intents[i].business) &&
                            (intents[i].order != PERSONA_ORDER_DELIVERED || o->delivered != NULL) &&
                            (intents[i].order != PERSONA_ORDER_COMING || o->delivered == NULL);
            }
        g_assert_true(is_there);
    }
    floor_release(&f);
}

/* Nobody waits for two agents at once, with two matters. */
static void nobody_comes_twice_at_once(void)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct floor f;
        g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
        floor_init(&f,
                   &(struct traffic_options){.seed = seed, .colleagues = -1, .every_ms = -1, .waiting = 40});
        traffic_tick(f.traffic, f.now_ms);
        GHashTableIter each;
        void *value;
        g_hash_table_iter_init(&each, f.world->contacts);
        while (g_hash_table_iter_next(&each, NULL, &value))
            g_assert_true(g_hash_table_add(seen, ((const struct contact *)value)->customer));
        floor_release(&f);
    }
}

static void an_hour_is_lively_and_legal(void)
{
    struct floor f;
    floor_init(&f, &(struct traffic_options){.seed = 1});
    floor_run(&f, HOUR_MS);
    int arrived = f.counts[EVENT_CONTACT_CREATED];
    g_test_message("%d arrived, %d accepted, %d closed, %d abandoned, %zu waiting", arrived,
                   f.counts[EVENT_CONTACT_ACCEPTED], f.counts[EVENT_CONTACT_CLOSED],
                   f.counts[EVENT_CONTACT_ABANDONED], traffic_waiting(f.traffic));
    g_assert_cmpint(f.refused, ==, 0);
    g_assert_cmpint(arrived, >=, 22 + 60);
    g_assert_cmpint(arrived, <=, 22 + 200);
    g_assert_cmpint(f.counts[EVENT_CONTACT_CLOSED], >, 25);
    g_assert_cmpint(f.counts[EVENT_CONTACT_ABANDONED], >, 3);
    g_assert_cmpint(f.counts[EVENT_CONTACT_RATED], >, 2);
    g_assert_cmpint(f.counts[EVENT_CUSTOMER_TYPING], >, 10);
    g_assert_cmpint(f.counts[EVENT_CONTACT_CUSTOMER_LEFT], >, 10);
    g_assert_cmpint(f.counts[EVENT_APPROVAL_REQUESTED], >, 0);
    g_assert_cmpuint(traffic_waiting(f.traffic), >=, 5);
    g_assert_cmpuint(traffic_waiting(f.traffic), <=, 90);
    floor_release(&f);
}

static void the_second_line_gets_what_is_escalated_alone(void)
{
    struct floor f;
    floor_init(&f, &(struct traffic_options){.seed = 4});
    floor_run(&f, HOUR_MS);
    g_test_message("%d escalated", f.counts[EVENT_CONTACT_ESCALATED]);
    g_assert_cmpint(f.counts[EVENT_CONTACT_ESCALATED], >, 0);
    g_assert_cmpint(f.accepted[2][ROLE_SPECIALIST], >, 0);
    g_assert_cmpint(f.accepted[2][ROLE_AGENT], ==, 0);
    g_assert_cmpint(f.accepted[1][ROLE_AGENT], >, 0);
    g_assert_cmpint(f.accepted[1][ROLE_SPECIALIST], ==, 0);
    g_assert_cmpint(f.refused, ==, 0);
    floor_release(&f);
}

static void double_pace_brings_more(void)
{
    struct floor slow, fast;
    floor_init(&slow, &(struct traffic_options){.seed = 1, .colleagues = -1, .waiting = -1});
    floor_init(&fast, &(struct traffic_options){.seed = 1, .colleagues = -1, .waiting = -1, .pace = 4});
    floor_run(&slow, HOUR_MS / 6);
    floor_run(&fast, HOUR_MS / 6);
    g_assert_cmpint(fast.counts[EVENT_CONTACT_CREATED], >, 2 * slow.counts[EVENT_CONTACT_CREATED]);
    floor_release(&slow);
    floor_release(&fast);
}

static void who_sits_at_the_desk_is_not_played(void)
{
    struct floor f;
    floor_init(&f, &(struct traffic_options){.seed = 1, .colleagues = 30, .leave_out = "tomas"});
    floor_run(&f, 120000);
    g_assert_false(world_agent(f.world, "tomas")->signed_in);
    g_assert_true(world_agent(f.world, "sigrid")->signed_in);
    floor_release(&f);
}

/* A colleague whose own person signs in at a desk is not played any more, and what they had is left to them.
 */
static void who_signs_in_at_a_desk_is_played_no_more(void)
{
    struct floor f;
    floor_init(&f, &(struct traffic_options){.seed = 1, .colleagues = 30, .waiting = 60});
    floor_run(&f, 180000);
    const struct contact *theirs = NULL;
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, f.world->contacts);
    while (theirs == NULL && g_hash_table_iter_next(&each, NULL, &value))
        if (contact_is_handled(value) && g_strcmp0(((struct contact *)value)->agent, "sigrid") != 0)
            theirs = value;
    g_assert_nonnull(theirs);
    g_autofree char *who = g_strdup(theirs->agent);
    struct event_origin origin = {
        .device = "desk", .boot = "b", .actor_kind = ACTOR_AGENT, .actor = who, .at_ms = f.now_ms};
    take(event_new(EVENT_AGENT_SIGNED_IN, "sign-in", &origin), &f);
    f.watched = who;
    floor_run(&f, HOUR_MS / 4);
    g_assert_cmpint(f.watched_did, ==, 0);
    floor_release(&f);
}

static char *run_digest(uint64_t seed)
{
    struct floor f;
    floor_init(&f, &(struct traffic_options){.seed = seed});
    floor_run(&f, HOUR_MS / 4);
    char *digest = g_strdup(g_checksum_get_string(f.sum));
    floor_release(&f);
    return digest;
}

static void same_seed_same_traffic(void)
{
    g_autofree char *one = run_digest(9), *two = run_digest(9), *other = run_digest(10);
    g_assert_cmpstr(one, ==, two);
    g_assert_cmpstr(one, !=, other);
}

static struct event *approval_event(const struct floor *f, enum event_kind kind, const struct contact *c,
                                    const char *who)
{
    struct event_origin origin = {.device = "d", .boot = "b", .at_ms = f->now_ms};
    origin.actor_kind = who != NULL ? ACTOR_AGENT : ACTOR_SYSTEM;
    origin.actor = who != NULL ? who : "rules";
    struct event *ev = event_new(kind, event_kind_name(kind), &origin);
    ev->contact = g_strdup(c->id);
    return ev;
}

static const struct contact *the_waiting(const struct floor *f)
{
    const struct contact *chat = NULL;
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, f->world->contacts);
    while (chat == NULL && g_hash_table_iter_next(&each, NULL, &value))
        if (((struct contact *)value)->state == CONTACT_QUEUED)
            chat = value;
    g_assert_nonnull(chat);
    return chat;
}

/* One that came by another channel than the traffic's. */
static const struct contact *a_strangers(struct floor *f)
{
    struct event_origin origin = {
        .device = "d", .boot = "b", .actor_kind = ACTOR_INTEGRATION, .actor = "mail", .at_ms = f->now_ms};
    struct event *ev = event_new(EVENT_CONTACT_CREATED, "a-letter", &origin);
    ev->contact = g_strdup("77777");
    event_set_text(ev, "channel", "email");
    event_set_text(ev, "queue", "fjellhem");
    take(ev, f);
    return world_contact(f->world, "77777");
}

/* An approval asked of these roles. */
static const struct approval *ask(struct floor *f, const struct contact *chat, const char *approvers,
                                  int amount_minor)
{
    struct event *ev = approval_event(f, EVENT_APPROVAL_REQUESTED, chat, NULL);
    event_set_text(ev, "script", "s");
    event_set_text(ev, "step", "t");
    event_set_text(ev, "ask", "?");
    event_set_text(ev, "approvers", approvers);
    event_set_number(ev, "amount_minor", amount_minor);
    take(ev, f);
    return approval_find(chat->approvals, event_kind_name(EVENT_APPROVAL_REQUESTED));
}

static void wait_for_decision(struct floor *f, const struct approval *a)
{
    for (int second = 0; second < 120 && a->state == APPROVAL_ASKED; second++)
        floor_run(f, 1000);
    g_assert_true(a->state == APPROVAL_GRANTED || a->state == APPROVAL_REFUSED);
}

/* Who asks from a desk gets an answer within a minute or so: of the second line, or above it where it is too
 * much for them. */
static void a_colleague_decides_what_the_desk_asks(void)
{
    static const struct {
        int amount_minor;
        bool is_strangers;
        enum role decider;
    } cases[] = {{0, false, ROLE_SPECIALIST},
                 {50000, true, ROLE_SPECIALIST},
                 {50001, false, ROLE_SUPERVISOR},
                 {50001, true, ROLE_SUPERVISOR}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct floor f;
        struct approval_limits limits;
        cJSON *json = cJSON_Parse("{\"limits_minor\":{\"specialist\":50000}}");
        approval_limits_init(&limits, json);
        floor_init(&f, &(struct traffic_options){
                           .seed = 2, .every_ms = -1, .waiting = 30, .leave_out = "mira", .limits = &limits});
        world_put_limits(f.world, json);
        floor_run(&f, 5000);
        const struct contact *c = cases[i].is_strangers ? a_strangers(&f) : the_waiting(&f);
        const struct approval *a = ask(&f, c, "specialist supervisor", cases[i].amount_minor);
        wait_for_decision(&f, a);
        g_assert_cmpint(world_agent(f.world, a->decided_by)->role, ==, cases[i].decider);
        floor_release(&f);
        approval_limits_release(&limits);
        cJSON_Delete(json);
    }
}

/* Nobody of ours may decide it, until somebody at a desk hands it on to one. */
static void a_colleague_decides_what_is_handed_on_to_them(void)
{
    struct floor f;
    floor_init(&f, &(struct traffic_options){.seed = 2, .every_ms = -1, .waiting = 30, .leave_out = "mira"});
    floor_run(&f, 5000);
    const struct contact *chat = the_waiting(&f);
    const struct approval *a = ask(&f, chat, "trainer", 0);
    floor_run(&f, 90000);
    g_assert_cmpint(a->state, ==, APPROVAL_ASKED);
    struct event *ev = approval_event(&f, EVENT_APPROVAL_DELEGATED, chat, "greta");
    event_set_text(ev, "approval", a->id);
    event_set_text(ev, "agent", "sigrid");
    take(ev, &f);
    wait_for_decision(&f, a);
    g_assert_cmpstr(a->decided_by, ==, "sigrid");
    floor_release(&f);
}

static struct contact *some_contact(const struct floor *f, enum channel channel)
{
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, f->world->contacts);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        struct contact *c = value;
        if (c->channel == channel && strcmp(c->queue, "fjellhem") == 0)
            return c;
    }
    g_error("nobody is there");
}

/* What somebody does at a desk. */
static void desk_does(struct floor *f, const struct contact *c, enum event_kind kind, const char *text)
{
    struct event_origin origin = {
        .device = "d", .boot = "b", .actor_kind = ACTOR_AGENT, .actor = "lina", .at_ms = f->now_ms};
    g_autoptr(event) ev = event_new(kind, NULL, &origin);
    ev->contact = g_strdup(c->id);
    event_set_text(ev, "text", text);
    traffic_hear(f->traffic, ev, f->now_ms);
}

/* Keys in the composer and steps of the script are heard on the phone: nobody asks whether one is there. */
static void work_at_the_desk_is_heard(void)
{
    int words[3];
    for (int how = 0; how < 3; how++) {
        struct floor f;
        floor_init(&f, &(struct traffic_options){.seed = 2, .colleagues = -1, .every_ms = -1, .waiting = 60});
        traffic_tick(f.traffic, f.now_ms);
        struct contact *call = some_contact(&f, CHANNEL_PHONE);
        desk_does(&f, call, EVENT_CONTACT_ACCEPTED, NULL);
        int before = f.counts[EVENT_MESSAGE_RECEIVED];
        for (int i = 0; i < 12; i++) {
            if (how == 1)
                traffic_notice(f.traffic, call->id, f.now_ms);
            if (how == 2)
                desk_does(&f, call, EVENT_STEP_ANSWERED, NULL);
            floor_run(&f, 10000);
        }
        words[how] = f.counts[EVENT_MESSAGE_RECEIVED] - before;
        floor_release(&f);
    }
    g_assert_cmpint(words[0], >, 0);
    g_assert_cmpint(words[1], ==, 0);
    g_assert_cmpint(words[2], ==, 0);
}

/* The person at the desk takes a chat by the tick and asks for the order number. */
static void customer_answers_the_desk(void)
{
    struct floor f;
    floor_init(&f, &(struct traffic_options){.seed = 2, .colleagues = -1, .every_ms = -1, .waiting = 60});
    traffic_tick(f.traffic, f.now_ms);
    struct contact *chat = some_contact(&f, CHANNEL_CHAT);
    desk_does(&f, chat, EVENT_CONTACT_ACCEPTED, NULL);
    desk_does(&f, chat, EVENT_MESSAGE_SENT, "Hello, may I have your name and your e-mail address?");
    int before = f.counts[EVENT_MESSAGE_RECEIVED];
    floor_run(&f, 60000);
    g_assert_cmpint(f.counts[EVENT_MESSAGE_RECEIVED], >, before);
    g_assert_nonnull(strchr(chat->preview, '@'));
    floor_release(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autoptr(GError) error = NULL;
    content = demo_content_load(DEMO_DIR, &error);
    g_assert_no_error(error);
    crowd = crowd_new(content, &(struct crowd_options){.seed = 1, .count = 500, .now_ms = NOW_MS});
    g_test_add_func("/traffic/queue_is_full_at_the_start", queue_is_full_at_the_start);
    g_test_add_func("/traffic/who_comes_has_bought_what_it_is_about", who_comes_has_bought_what_it_is_about);
    g_test_add_func("/traffic/nobody_comes_twice_at_once", nobody_comes_twice_at_once);
    g_test_add_func("/traffic/an_hour_is_lively_and_legal", an_hour_is_lively_and_legal);
    g_test_add_func("/traffic/the_second_line_gets_what_is_escalated_alone",
                    the_second_line_gets_what_is_escalated_alone);
    g_test_add_func("/traffic/double_pace_brings_more", double_pace_brings_more);
    g_test_add_func("/traffic/who_sits_at_the_desk_is_not_played", who_sits_at_the_desk_is_not_played);
    g_test_add_func("/traffic/who_signs_in_at_a_desk_is_played_no_more",
                    who_signs_in_at_a_desk_is_played_no_more);
    g_test_add_func("/traffic/same_seed_same_traffic", same_seed_same_traffic);
    g_test_add_func("/traffic/a colleague decides what the desk asks",
                    a_colleague_decides_what_the_desk_asks);
    g_test_add_func("/traffic/a_colleague_decides_what_is_handed_on_to_them",
                    a_colleague_decides_what_is_handed_on_to_them);
    g_test_add_func("/traffic/work_at_the_desk_is_heard", work_at_the_desk_is_heard);
    g_test_add_func("/traffic/customer_answers_the_desk", customer_answers_the_desk);
    int failed = g_test_run();
    crowd_free(crowd);
    demo_content_free(content);
    return failed;
}
