/* How fast the log is folded, beside cJSON parsing the same events: 100 agents, 5,000 living contacts,
 * 200,000 events of their work. Also what one event costs through check, fold and follow (routing included).
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "app/measure/intervals.h"
#include "app/rules/rules.h"

enum { AGENTS = 100, QUEUES = 10, LIVING = 5000, EVENTS = 200000, ROUNDS = 5 };

struct floor_run {
    struct world *w;
    GPtrArray *log;
    GRand *random;
    int64_t now_ms, rules_ns, slowest_ns;
    int next_contact;
};

static int64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static struct world *new_world(void)
{
    struct world *w = world_new();
    for (int i = 0; i < QUEUES; i++) {
        g_autofree char *id = g_strdup_printf("queue%d", i);
        struct queue *q = queue_new(id, id);
        q->skill = g_strdup(id);
        world_put_queue(w, q);
    }
    for (int i = 0; i < AGENTS; i++) {
        g_autofree char *id = g_strdup_printf("agent%03d", i);
        struct agent *a = agent_new(id, id, ROLE_AGENT);
        for (int skill = 0; skill < 3; skill++) {
            g_autofree char *name = g_strdup_printf("queue%d", (i + skill) % QUEUES);
            agent_set_skill(a, name, 1 + (i + skill) % 5);
        }
        world_put_agent(w, a);
    }
    return w;
}

static void stamp(struct floor_run *f, struct event *ev)
{
    uint8_t bytes[10];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)g_rand_int(f->random);
    g_free(ev->id);
    ev->id = g_malloc(EVENT_ID_LEN + 1);
    event_make_id(f->now_ms, bytes, ev->id);
    g_free(ev->device);
    ev->device = g_strdup("bench");
    g_free(ev->boot);
    ev->boot = g_strdup("boot");
    ev->position = ev->seq = (int64_t)f->log->len + 1;
    ev->at_ms = f->now_ms;
    ev->boot_ms = f->now_ms;
    g_ptr_array_add(f->log, ev);
}

static void take(struct event *ev, void *user_data)
{
    struct floor_run *f = user_data;
    stamp(f, ev);
    world_fold(f->w, ev);
}

static void say(struct floor_run *f, enum event_kind kind, const char *actor, const char *id,
                const char *data)
{
    struct event_origin origin = {.actor_kind = actor == NULL ? ACTOR_INTEGRATION : ACTOR_AGENT,
                                  .actor = actor == NULL ? "channel" : actor};
    struct event *ev = event_new(kind, NULL, &origin);
    const struct contact *c = world_contact(f->w, id);
    ev->contact = g_strdup(id);
    if (c != NULL && kind == EVENT_CONTACT_ACCEPTED)
        ev->leg = g_strdup_printf("%s.%d", id, c->legs + 1);
    else if (c != NULL)
        ev->leg = g_strdup(c->leg);
    cJSON_Delete(ev->data);
    ev->data = cJSON_Parse(data);
    f->now_ms += 20;
    stamp(f, ev);
    g_autoptr(GError) error = NULL;
    int64_t start_ns = now_ns();
    bool may = rules_check(f->w, ev, ev->actor_kind == ACTOR_AGENT ? ROLE_AGENT : ROLE_INTEGRATION, &error);
    world_fold(f->w, ev);
    rules_follow(f->w, ev, f->now_ms, take, f);
    int64_t spent_ns = now_ns() - start_ns;
    f->rules_ns += spent_ns;
    f->slowest_ns = MAX(f->slowest_ns, spent_ns);
    if (!may)
        g_error("%s", error->message);
}

static void arrive(struct floor_run *f)
{
    static const char *const channels[] = {"phone", "chat", "email", "web", "social"};
    g_autofree char *id = g_strdup_printf("%d", ++f->next_contact);
    g_autofree char *data = g_strdup_printf(
        "{\"channel\":\"%s\",\"class\":\"enquiry\",\"intent\":\"return_size\",\"queue\":\"queue%d\","
        "\"customer\":\"c%d\",\"name\":\"Ann Lee\",\"tier\":\"gold\",\"subject\":\"Wrong size\"}",
        channels[g_rand_int_range(f->random, 0, 5)], g_rand_int_range(f->random, 0, QUEUES),
        g_rand_int_range(f->random, 0, 3000));
    say(f, EVENT_CONTACT_CREATED, NULL, id, data);
}

static const struct contact *offered_to(const struct world *w, const char *agent_id)
{
    const GPtrArray *list = world_agent_contacts(w, agent_id);
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const struct contact *c = g_ptr_array_index(list, i);
        if (c->state == CONTACT_OFFERED)
            return c;
    }
    return NULL;
}

/* One contact from the ring to the close, and another one comes. */
static void work(struct floor_run *f, const char *agent_id)
{
    const struct contact *c = offered_to(f->w, agent_id);
    if (c == NULL)
        return;
    g_autofree char *id = g_strdup(c->id);
    say(f, EVENT_CONTACT_ACCEPTED, agent_id, id, "{\"from\":\"offer\"}");
    say(f, EVENT_FOCUS_MOVED, agent_id, id, "{}");
    for (int i = 0; i < 4; i++) {
        g_autofree char *entered = g_strdup_printf(
            "{\"script\":\"return\",\"step\":\"step%d\",\"class\":\"value\",\"title\":\"Ask\"}", i);
        g_autofree char *left = g_strdup_printf("{\"script\":\"return\",\"step\":\"step%d\"}", i);
        say(f, EVENT_STEP_ENTERED, agent_id, id, entered);
        say(f, EVENT_MESSAGE_RECEIVED, NULL, id,
            "{\"text\":\"The jacket is too small, can I send it back?\"}");
        say(f, EVENT_MESSAGE_SENT, agent_id, id, "{\"text\":\"Of course; I send you a label at once.\"}");
        say(f, EVENT_STEP_LEFT, agent_id, id, left);
    }
    say(f, EVENT_CONTACT_WRAP_STARTED, agent_id, id, "{}");
    say(f, EVENT_CONTACT_CLOSED, agent_id, id, "{\"disposition\":\"returned\",\"resolved\":true}");
    arrive(f);
}

static struct floor_run run_floor(void)
{
    struct floor_run f = {.w = new_world(),
                          .log = g_ptr_array_new_with_free_func((GDestroyNotify)event_free),
                          .random = g_rand_new_with_seed(1),
                          .now_ms = INT64_C(1795000000000)};
    for (int i = 0; i < LIVING; i++)
        arrive(&f);
    for (int i = 0; i < AGENTS; i++) {
        g_autofree char *id = g_strdup_printf("agent%03d", i);
        say(&f, EVENT_AGENT_SIGNED_IN, id, NULL, "{}");
        say(&f, EVENT_AGENT_PRESENCE_CHANGED, id, NULL, "{\"presence\":\"ready\"}");
    }
    f.rules_ns = f.slowest_ns = 0;
    guint before = f.log->len;
    while (f.log->len < EVENTS) {
        g_autofree char *id = g_strdup_printf("agent%03d", g_rand_int_range(f.random, 0, AGENTS));
        work(&f, id);
    }
    printf("check, fold and follow, %d waiting      %8.0f ns an event (slowest %.0f us)\n", LIVING,
           (double)f.rules_ns / (f.log->len - before), (double)f.slowest_ns / 1000);
    return f;
}

static double parse_rate(const GPtrArray *lines)
{
    int64_t start_ns = now_ns();
    for (guint i = 0; i < lines->len; i++)
        cJSON_Delete(cJSON_Parse(g_ptr_array_index(lines, i)));
    return lines->len * 1e9 / (double)(now_ns() - start_ns);
}

static double world_rate(const GPtrArray *log)
{
    struct world *w = new_world();
    int64_t start_ns = now_ns();
    for (guint i = 0; i < log->len; i++)
        world_fold(w, g_ptr_array_index(log, i));
    double rate = log->len * 1e9 / (double)(now_ns() - start_ns);
    world_free(w);
    return rate;
}

static void count_interval(const struct interval *interval, void *user_data)
{
    *(int64_t *)user_data += interval->duration_ms;
}

static double intervals_rate(const GPtrArray *log)
{
    int64_t sum_ms = 0;
    g_autoptr(intervals) in = intervals_new(count_interval, &sum_ms);
    int64_t start_ns = now_ns();
    for (guint i = 0; i < log->len; i++)
        intervals_fold(in, g_ptr_array_index(log, i));
    return log->len * 1e9 / (double)(now_ns() - start_ns);
}

static int compare_rates(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static double median(double rates[ROUNDS])
{
    qsort(rates, ROUNDS, sizeof rates[0], compare_rates);
    return rates[ROUNDS / 2];
}

int main(void)
{
    struct floor_run f = run_floor();
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < f.log->len; i++)
        g_ptr_array_add(lines, event_to_json(g_ptr_array_index(f.log, i)));
    double parsed[ROUNDS], folded[ROUNDS], cut[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        parsed[round] = parse_rate(lines);
        folded[round] = world_rate(f.log);
        cut[round] = intervals_rate(f.log);
    }
    double peer = median(parsed), by_world = median(folded), by_intervals = median(cut);
    printf("world_fold, events/s      %10.0f   cJSON_Parse of the same %10.0f   %.2fx\n", by_world, peer,
           by_world / peer);
    printf("intervals_fold, events/s  %10.0f   cJSON_Parse of the same %10.0f   %.2fx\n", by_intervals, peer,
           by_intervals / peer);
    world_free(f.w);
    g_ptr_array_unref(f.log);
    g_rand_free(f.random);
    return by_world >= peer && by_intervals >= peer ? 0 : 1;
}
