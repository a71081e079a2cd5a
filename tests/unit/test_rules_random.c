/* Random shifts through check, fold and follow: whatever is allowed, the floor stays in order. */
#include <glib.h>
#include <string.h>

#include "app/rules/approvals.h"
#include "app/rules/world_index.h"
#include "tests/support/shift.h"

static const char *const agents[] = {"mina", "omar", "lena", "wei", "sofia"};
static const char *const actors[] = {"mina", "omar",     "lena",     "wei",      "sofia",      "boss",
                                     "root", "customer", "customer", "customer", "integration"};
static const char *const queues[] = {"shop", "shop2", "zh"};
static const char *const channels[] = {"phone", "chat", "email", "web", "social", "sms"};
static const char *const presences[] = {"ready", "ready", "ready", "not-ready", "transfer-only"};

#define PICK(random, list) list[g_rand_int_range(random, 0, G_N_ELEMENTS(list))]

/* Data that make most kinds possible; what a kind does not know does no harm. */
static char *random_data(GRand *random, const struct shift *s, enum event_kind kind)
{
    GString *data =
        g_string_new("{'reason':'r','disposition':'done','resolved':true,'ask':'a','answer':'b','text':'t',"
                     "'script':'x','step':'y','field':'f','class':'value','customer':'c','method':'m',"
                     "'name':'n','article':'k','note':'o','order':'p','csat':3,'what':'slow',"
                     "'approvers':'specialist supervisor','expires_ms':20000");
    int64_t until_ms = s->now_ms + g_rand_int_range(random, -1000, 90000);
    g_string_append_printf(data, ",'until_ms':%" G_GINT64_FORMAT, until_ms);
    g_string_append_printf(data, ",'presence':'%s'", PICK(random, presences));
    g_string_append_printf(data, ",'channel':'%s'", PICK(random, channels));
    g_string_append_printf(data, ",'priority':%d", g_rand_int_range(random, -60, 100));
    if (kind == EVENT_CONTACT_CREATED || g_rand_boolean(random))
        g_string_append_printf(data, ",'queue':'%s'", PICK(random, queues));
    if (kind != EVENT_AGENT_SIGNED_IN && g_rand_int_range(random, 0, 3) == 0)
        g_string_append_printf(data, ",'agent':'%s'", PICK(random, agents));
    g_string_append(data, "}");
    if (kind == EVENT_CONTACT_CLASSIFIED || kind == EVENT_CONTACT_CREATED) {
        g_string_replace(data, "'class':'value'", "'class':'complaint'", 1);
    }
    return g_string_free(data, false);
}

static void check_contact(const struct shift *s, const struct contact *c)
{
    bool waits = c->state == CONTACT_QUEUED || c->state == CONTACT_OFFERED;
    g_assert_cmpuint(c->state, <, CONTACT_STATE_COUNT);
    g_assert_true(contact_is_over(c) || waits || contact_is_handled(c) || c->state == CONTACT_PARKED);
    g_assert_true(waits == (c->queued_ms != 0));
    g_assert_true((c->state == CONTACT_OFFERED) == (c->offer_until_ms != 0));
    g_assert_true((c->state == CONTACT_PARKED) == (c->parked_until_ms != 0));
    if (contact_is_handled(c)) {
        g_autofree char *leg = g_strdup_printf("%s.%d", c->id, c->legs);
        g_assert_cmpstr(c->leg, ==, leg);
        g_assert_nonnull(c->agent);
        g_assert_cmpint(c->accepted_ms, >, 0);
    }
    if (c->state == CONTACT_OFFERED || c->state == CONTACT_PARKED)
        g_assert_nonnull(c->agent);
    g_assert_true(contact_is_over(c) == (c->closed_ms != 0));
    g_assert_true(!contact_is_over(c) || approvals_expire_ms(c) == 0);
    g_assert_cmpint(c->due_ms, ==, world_due_ms(s->w, c));
}

/* A waiting contact that somebody free may have, and was not asked to spare, has not been forgotten. */
static void check_nobody_is_stranded(const struct shift *s, const struct contact *c)
{
    for (size_t i = 0; c->state == CONTACT_QUEUED && i < G_N_ELEMENTS(agents); i++) {
        const struct agent *a = world_agent(s->w, agents[i]);
        if (world_agent_status(s->w, a) != STATUS_RESERVED && rules_may_take(s->w, a, c, NULL) &&
            !world_index_is_paused(s->w, c, a->id, s->now_ms))
            g_error("contact %s waits although %s is free", c->id, a->id);
    }
}

static void check_floor(const struct shift *s)
{
    int load[G_N_ELEMENTS(agents)] = {0}, offers[G_N_ELEMENTS(agents)] = {0};
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, s->w->contacts);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        const struct contact *c = value;
        check_contact(s, c);
        check_nobody_is_stranded(s, c);
        for (size_t i = 0; i < G_N_ELEMENTS(agents); i++) {
            if (g_strcmp0(c->agent, agents[i]) != 0)
                continue;
            offers[i] += c->state == CONTACT_OFFERED;
            if (contact_is_handled(c) || c->state == CONTACT_OFFERED)
                load[i] += channel_capacity(c->channel);
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(agents); i++) {
        g_assert_cmpint(load[i], <=, CAPACITY_POINTS);
        g_assert_cmpint(load[i], ==, world_agent_load(s->w, agents[i]));
        g_assert_cmpint(offers[i], <=, 1);
    }
}

/* What somebody would do next with a contact in this state. */
static enum event_kind likely_kind(const struct contact *c, GRand *random)
{
    if (c->state == CONTACT_OFFERED)
        return g_rand_int_range(random, 0, 4) == 0 ? EVENT_CONTACT_OFFER_REJECTED : EVENT_CONTACT_ACCEPTED;
    if (c->state == CONTACT_CONSULTING)
        return EVENT_CONTACT_CONSULT_ENDED;
    if (c->state == CONTACT_HELD)
        return EVENT_CONTACT_RESUMED;
    if (c->escalated)
        return EVENT_CONTACT_GIVEN_BACK;
    return (enum event_kind)g_rand_int_range(random, EVENT_CONTACT_ACCEPTED, EVENT_APPROVAL_REQUESTED + 1);
}

/* Somebody does something about a request that is open. */
static void random_answer(struct shift *s, GRand *random)
{
    static const enum event_kind kinds[] = {EVENT_APPROVAL_DECIDED, EVENT_APPROVAL_DELEGATED,
                                            EVENT_APPROVAL_WITHDRAWN};
    const GPtrArray *asking = world_index_asking(s->w);
    if (asking->len == 0)
        return;
    const struct contact *c = g_ptr_array_index(asking, g_rand_int_range(random, 0, (gint32)asking->len));
    const struct approval *a = g_ptr_array_index(c->approvals, c->approvals->len - 1);
    g_autofree char *id = g_strdup(c->id);
    g_autofree char *data =
        g_strdup_printf("{'approval':'%s','decision':'%s','agent':'%s'}", a->id,
                        g_rand_boolean(random) ? "granted" : "refused", PICK(random, agents));
    shift_try(s, PICK(random, kinds), PICK(random, actors), id, data, NULL);
}

static void random_step(struct shift *s, GRand *random, int step)
{
    enum event_kind kind = (enum event_kind)g_rand_int_range(random, 0, EVENT_CONFIG_APPLIED);
    const char *actor = PICK(random, actors);
    g_autofree char *id = g_strdup_printf("%d", step / 10 + g_rand_int_range(random, 0, 20));
    const GPtrArray *mine = world_agent_contacts(s->w, actor);
    if (mine != NULL && mine->len > 0 && g_rand_int_range(random, 0, 8) != 0) {
        const struct contact *c = g_ptr_array_index(mine, g_rand_int_range(random, 0, (gint32)mine->len));
        kind = likely_kind(c, random);
        g_free(id);
        id = g_strdup(c->id);
    } else if (world_contact(s->w, id) == NULL && g_rand_int_range(random, 0, 3) == 0) {
        kind = EVENT_CONTACT_CREATED;
    }
    if (g_rand_int_range(random, 0, 6) == 0)
        kind = EVENT_AGENT_PRESENCE_CHANGED;
    if (kind == EVENT_AGENT_SIGNED_OUT && g_rand_boolean(random))
        actor = "system";
    g_autofree char *data = random_data(random, s, kind);
    s->saw = g_rand_int_range(random, 0, 4) != 0 ? s->position
                                                 : g_rand_int_range(random, 0, (gint32)s->position + 1);
    shift_try(s, kind, actor, id, data, NULL);
}

static void check_replay(const struct shift *s)
{
    g_autoptr(world) again = shift_empty_world();
    for (guint i = 0; i < s->log->len; i++) {
        world_fold(again, g_ptr_array_index(s->log, i));
    }
    g_autofree char *first = shift_dump(s->w), *second = shift_dump(again);
    g_assert_cmpstr(first, ==, second);
}

static void test_random_shifts_stay_in_order(void)
{
    int seen[EVENT_KIND_COUNT] = {0};
    for (guint32 seed = 1; seed <= 40; seed++) {
        GRand *random = g_rand_new_with_seed(seed);
        struct shift *s = shift_new();
        for (size_t i = 0; i < G_N_ELEMENTS(agents); i++)
            shift_sign_in(s, agents[i]);
        for (int step = 0; step < 1500; step++) {
            random_step(s, random, step);
            if (g_rand_int_range(random, 0, 4) == 0)
                random_answer(s, random);
            check_floor(s);
            if (g_rand_int_range(random, 0, 3) != 0)
                continue;
            int64_t next_ms = shift_wait(s, g_rand_int_range(random, 0, 8000));
            g_assert_true(next_ms == 0 || next_ms > s->now_ms);
            check_floor(s);
        }
        check_replay(s);
        for (guint i = 0; i < s->log->len; i++)
            seen[((const struct event *)g_ptr_array_index(s->log, i))->kind]++;
        shift_free(s);
        g_rand_free(random);
    }
    for (int kind = 0; kind < EVENT_CONFIG_APPLIED; kind++) {
        if (seen[kind] == 0)
            g_error("no %s came about", event_kind_name((enum event_kind)kind));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules random/random shifts stay in order, and replay to the same floor",
                    test_random_shifts_stay_in_order);
    return g_test_run();
}
