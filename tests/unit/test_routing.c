#include <glib.h>
#include <string.h>

#include "tests/support/shift.h"

#define SECOND 1000

static void accept(struct shift *s, const char *agent_id, const char *contact_id)
{
    shift_do(s, EVENT_CONTACT_ACCEPTED, agent_id, contact_id, "{}");
}

static void expect(struct shift *s, const char *contact_id, const char *where)
{
    g_assert_cmpstr(shift_where(s, contact_id), ==, where);
}

static void test_highest_skill_then_longest_idle_then_id(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "omar");
    s->now_ms += SECOND;
    shift_sign_in(s, "mina");
    shift_sign_in(s, "lena");
    shift_arrive(s, "1", "phone", "shop");
    expect(s, "1", "offered lena");
    shift_arrive(s, "2", "phone", "shop");
    expect(s, "2", "offered omar");
    shift_arrive(s, "3", "phone", "shop");
    expect(s, "3", "offered mina");
    shift_free(s);
}

static void test_a_tie_goes_to_the_lower_id(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "omar");
    shift_sign_in(s, "mina");
    shift_arrive(s, "1", "phone", "shop");
    expect(s, "1", "offered mina");
    shift_free(s);
}

static void test_the_less_loaded_goes_before_the_longer_idle(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "mina");
    shift_arrive(s, "1", "chat", "shop");
    accept(s, "mina", "1");
    s->now_ms += SECOND;
    shift_sign_in(s, "omar");
    shift_arrive(s, "2", "chat", "shop");
    expect(s, "2", "offered omar");
    shift_free(s);
}

static void test_one_offer_at_a_time_and_the_next_when_it_is_answered(void)
{
    struct shift *s = shift_new();
    for (int i = 1; i <= 4; i++) {
        g_autofree char *id = g_strdup_printf("%d", i);
        s->now_ms += SECOND;
        shift_arrive(s, id, "chat", "shop");
    }
    shift_sign_in(s, "mina");
    expect(s, "1", "offered mina");
    expect(s, "2", "queued -");
    accept(s, "mina", "1");
    expect(s, "2", "offered mina");
    accept(s, "mina", "2");
    accept(s, "mina", "3");
    expect(s, "4", "queued -");
    g_assert_cmpint(world_agent_load(s->w, "mina"), ==, 99);
    shift_finish(s, "mina", "2");
    expect(s, "4", "offered mina");
    shift_free(s);
}

static void test_every_release_of_room_draws_waiting_work(void)
{
    static const struct {
        enum event_kind kind;
        const char *data;
    } releases[] = {
        {EVENT_CONTACT_TRANSFERRED, "{'queue':'zh'}"},
        {EVENT_CONTACT_ESCALATED, "{'queue':'shop2','ask':'?'}"},
        {EVENT_CONTACT_PARKED, "{'until_ms':1999999999999}"},
        {EVENT_CONTACT_CLOSED, "{'disposition':'x','resolved':true}"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(releases); i++) {
        struct shift *s = shift_new();
        shift_sign_in(s, "omar");
        shift_arrive(s, "1", "phone", "shop");
        accept(s, "omar", "1");
        shift_do(s, EVENT_CONTACT_CUSTOMER_LEFT, "customer", "1", "{}");
        s->now_ms += SECOND;
        shift_arrive(s, "2", "phone", "shop");
        expect(s, "2", "queued -");
        if (releases[i].kind == EVENT_CONTACT_CLOSED) {
            shift_do(s, EVENT_CONTACT_WRAP_STARTED, "omar", "1", "{}");
            expect(s, "2", "queued -");
        }
        shift_do(s, releases[i].kind, "omar", "1", releases[i].data);
        expect(s, "2", "offered omar");
        shift_free(s);
    }
}

static void test_a_supervisors_transfer_frees_the_agent_who_had_it(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "omar");
    shift_arrive(s, "1", "phone", "shop");
    accept(s, "omar", "1");
    shift_arrive(s, "2", "phone", "shop");
    shift_do(s, EVENT_CONTACT_TRANSFERRED, "boss", "1", "{'queue':'zh'}");
    expect(s, "2", "offered omar");
    shift_free(s);
}

static void test_wrap_up_is_busy_until_it_ends_by_hand_or_by_time(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "omar");
    shift_arrive(s, "1", "phone", "shop");
    accept(s, "omar", "1");
    shift_do(s, EVENT_CONTACT_WRAP_STARTED, "omar", "1", "{}");
    shift_arrive(s, "2", "phone", "shop");
    int64_t next_ms = shift_wait(s, 119 * SECOND);
    expect(s, "2", "queued -");
    g_assert_cmpint(next_ms, ==, s->now_ms + SECOND);
    shift_wait(s, SECOND);
    expect(s, "1", "closed omar");
    g_assert_cmpstr(shift_contact(s, "1")->disposition, ==, RULES_DISPOSITION_TIMEOUT);
    g_assert_false(shift_contact(s, "1")->resolved);
    expect(s, "2", "offered omar");
    shift_free(s);
}

static void test_missed_offer_goes_on_with_its_age_and_the_agent_is_not_responding(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "lena");
    shift_sign_in(s, "omar");
    shift_arrive(s, "1", "phone", "shop");
    int64_t queued_ms = s->now_ms;
    expect(s, "1", "offered lena");
    shift_wait(s, 19 * SECOND);
    expect(s, "1", "offered lena");
    shift_wait(s, SECOND);
    expect(s, "1", "offered omar");
    g_assert_cmpint(shift_contact(s, "1")->queued_ms, ==, queued_ms);
    const struct agent *lena = world_agent(s->w, "lena");
    g_assert_cmpint(world_agent_status(s->w, lena), ==, STATUS_NOT_RESPONDING);
    g_assert_cmpint(lena->presence_since_ms, ==, s->now_ms);
    shift_arrive(s, "2", "phone", "shop");
    expect(s, "2", "queued -");
    shift_wait(s, SECOND);
    shift_do(s, EVENT_AGENT_PRESENCE_CHANGED, "lena", NULL, "{'presence':'ready'}");
    g_assert_cmpint(lena->presence_since_ms, ==, s->now_ms);
    expect(s, "2", "offered lena");
    shift_free(s);
}

static void test_rejected_offer_goes_to_another_and_comes_back_after_a_minute(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "omar");
    shift_arrive(s, "1", "chat", "shop");
    shift_do(s, EVENT_CONTACT_OFFER_REJECTED, "omar", "1", "{'agent':'omar','reason':'knows the caller'}");
    expect(s, "1", "queued -");
    shift_arrive(s, "2", "chat", "shop");
    expect(s, "2", "offered omar");
    accept(s, "omar", "2");
    expect(s, "1", "queued -");
    g_assert_cmpint(shift_wait(s, 59 * SECOND), ==, s->now_ms + SECOND);
    expect(s, "1", "queued -");
    shift_wait(s, SECOND);
    expect(s, "1", "offered omar");
    shift_free(s);
}

static void test_a_rejected_contact_may_still_be_pulled(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "omar");
    shift_arrive(s, "1", "chat", "shop");
    shift_do(s, EVENT_CONTACT_OFFER_REJECTED, "omar", "1", "{'agent':'omar','reason':'slip of a key'}");
    accept(s, "omar", "1");
    expect(s, "1", "active omar");
    shift_free(s);
}

static void test_the_most_urgent_comes_first_by_due_priority_and_tier(void)
{
    struct shift *s = shift_new();
    shift_do(s, EVENT_CONTACT_CREATED, "customer", "mail", "{'channel':'email','queue':'shop'}");
    shift_do(s, EVENT_CONTACT_CREATED, "customer", "b", "{'channel':'phone','queue':'shop'}");
    shift_do(s, EVENT_CONTACT_CREATED, "customer", "a", "{'channel':'phone','queue':'shop'}");
    shift_do(s, EVENT_CONTACT_CREATED, "customer", "gold",
             "{'channel':'phone','queue':'shop','tier':'Gold'}");
    s->now_ms += 90 * SECOND;
    shift_do(s, EVENT_CONTACT_CREATED, "customer", "later", "{'channel':'phone','queue':'shop'}");
    shift_do(s, EVENT_CONTACT_CREATED, "customer", "vip", "{'channel':'phone','queue':'shop','priority':5}");
    static const char *const order[] = {"vip", "gold", "a", "b", "later", "mail"};
    for (size_t i = 0; i + 1 < G_N_ELEMENTS(order); i++) {
        const struct contact *first = shift_contact(s, order[i]), *second = shift_contact(s, order[i + 1]);
        g_assert_cmpint(rules_compare_waiting(first, second), <, 0);
        g_assert_cmpint(rules_compare_waiting(second, first), >, 0);
        g_assert_cmpint(rules_compare_waiting(first, first), ==, 0);
    }
    shift_sign_in(s, "omar");
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
        g_autofree char *where = g_strdup_printf("offered omar");
        expect(s, order[i], where);
        accept(s, "omar", order[i]);
        shift_finish(s, "omar", order[i]);
    }
    shift_free(s);
}

static void test_reclassifying_moves_a_contact_up(void)
{
    struct shift *s = shift_new();
    shift_arrive(s, "1", "phone", "shop");
    shift_arrive(s, "2", "phone", "shop");
    shift_do(s, EVENT_CONTACT_CLASSIFIED, "boss", "2", "{'priority':10}");
    shift_sign_in(s, "omar");
    expect(s, "2", "offered omar");
    shift_free(s);
}

static void test_nobody_waits_for_ever_behind_high_priority(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "omar");
    shift_arrive(s, "busy", "phone", "shop");
    accept(s, "omar", "busy");
    shift_arrive(s, "poor", "phone", "shop");
    const char *at_work = "busy";
    g_autofree char *taken = NULL;
    int served = 0;
    while (strcmp(at_work, "poor") != 0) {
        g_autofree char *id = g_strdup_printf("vip%03d", served++);
        shift_do(s, EVENT_CONTACT_CREATED, "customer", id,
                 "{'channel':'phone','queue':'shop','priority':60}");
        s->now_ms += 5 * 60 * SECOND;
        shift_finish(s, "omar", at_work);
        const GPtrArray *mine = world_agent_contacts(s->w, "omar");
        g_assert_cmpuint(mine->len, ==, 1);
        g_free(taken);
        taken = g_strdup(((const struct contact *)g_ptr_array_index(mine, 0))->id);
        at_work = taken;
        accept(s, "omar", at_work);
        g_assert_cmpint(served, <, 20);
    }
    shift_free(s);
}

static void test_room_is_counted_in_points(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "omar");
    for (int i = 0; i < 5; i++) {
        g_autofree char *id = g_strdup_printf("m%d", i);
        shift_arrive(s, id, "email", "shop");
        accept(s, "omar", id);
    }
    shift_arrive(s, "m5", "email", "shop");
    shift_arrive(s, "p", "phone", "shop");
    expect(s, "m5", "queued -");
    expect(s, "p", "queued -");
    shift_finish(s, "omar", "m0");
    expect(s, "p", "queued -");
    expect(s, "m5", "offered omar");
    shift_free(s);
}

static void test_a_call_that_does_not_fit_does_not_block_a_mail_that_does(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "omar");
    shift_arrive(s, "c", "chat", "shop");
    accept(s, "omar", "c");
    shift_arrive(s, "p", "phone", "shop");
    expect(s, "p", "queued -");
    shift_arrive(s, "m", "email", "shop");
    expect(s, "m", "offered omar");
    shift_free(s);
}

static void test_transfer_only_gets_direct_transfers_alone(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "mina");
    shift_arrive(s, "1", "chat", "shop");
    accept(s, "mina", "1");
    shift_sign_in(s, "wei");
    shift_do(s, EVENT_AGENT_PRESENCE_CHANGED, "wei", NULL, "{'presence':'transfer-only'}");
    shift_arrive(s, "2", "phone", "zh");
    expect(s, "2", "queued -");
    shift_do(s, EVENT_CONTACT_TRANSFERRED, "mina", "1", "{'agent':'wei'}");
    expect(s, "1", "offered wei");
    shift_do(s, EVENT_CONTACT_OFFER_REJECTED, "wei", "1", "{'agent':'wei','reason':'meal'}");
    expect(s, "1", "queued -");
    shift_free(s);
}

static void test_who_hands_over_is_not_asked_again_at_once(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "mina");
    shift_arrive(s, "1", "chat", "zh");
    accept(s, "mina", "1");
    shift_do(s, EVENT_CONTACT_TRANSFERRED, "mina", "1", "{'queue':'shop'}");
    expect(s, "1", "queued -");
    shift_sign_in(s, "omar");
    expect(s, "1", "offered omar");
    shift_free(s);
}

static void test_a_direct_transfer_back_is_asked_at_once(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "mina");
    shift_arrive(s, "1", "chat", "shop");
    accept(s, "mina", "1");
    shift_sign_in(s, "omar");
    shift_do(s, EVENT_CONTACT_TRANSFERRED, "mina", "1", "{'agent':'omar'}");
    accept(s, "omar", "1");
    shift_do(s, EVENT_CONTACT_TRANSFERRED, "omar", "1", "{'agent':'mina'}");
    expect(s, "1", "offered mina");
    shift_free(s);
}

static void test_a_contact_made_by_hand_waits_for_its_maker(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "lena");
    shift_do(s, EVENT_AGENT_SIGNED_IN, "omar", NULL, "{}");
    shift_do(s, EVENT_CONTACT_CREATED, "omar", "1", "{'channel':'phone','queue':'shop'}");
    expect(s, "1", "queued omar");
    accept(s, "omar", "1");
    expect(s, "1", "active omar");
    shift_do(s, EVENT_CONTACT_CREATED, "omar", "2", "{'channel':'phone','queue':'shop'}");
    shift_refuse(s, EVENT_CONTACT_ACCEPTED, "omar", "2", "{}", RULES_ERROR_STATE,
                 "You have no room for contact 2 beside your other contacts; finish one first.");
    shift_wait(s, 59 * SECOND);
    expect(s, "2", "queued omar");
    shift_wait(s, SECOND);
    expect(s, "2", "offered lena");
    shift_do(s, EVENT_CONTACT_CREATED, "mina", "3", "{'channel':'chat','queue':'zh'}");
    shift_sign_in(s, "mina");
    expect(s, "3", "offered mina");
    shift_free(s);
}

static void test_the_second_line_is_for_specialists(void)
{
    struct shift *s = shift_new();
    agent_set_skill(world_agent(s->w, "mina"), "shop2", 5);
    shift_sign_in(s, "mina");
    shift_arrive(s, "1", "chat", "shop2");
    expect(s, "1", "queued -");
    shift_sign_in(s, "sofia");
    expect(s, "1", "offered sofia");
    shift_free(s);
}

static void test_the_customers_last_agent_comes_first_for_a_week(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "mina");
    shift_do(s, EVENT_CONTACT_CREATED, "customer", "1", "{'channel':'chat','queue':'shop','customer':'c1'}");
    accept(s, "mina", "1");
    shift_finish(s, "mina", "1");
    shift_sign_in(s, "lena");
    shift_do(s, EVENT_CONTACT_CREATED, "customer", "2", "{'channel':'chat','queue':'shop','customer':'c1'}");
    expect(s, "2", "offered mina");
    shift_do(s, EVENT_CONTACT_CREATED, "customer", "3", "{'channel':'chat','queue':'shop','customer':'c2'}");
    expect(s, "3", "offered lena");
    accept(s, "lena", "3");
    accept(s, "mina", "2");
    shift_finish(s, "mina", "2");
    s->now_ms += RULES_LAST_AGENT_MS + SECOND;
    shift_do(s, EVENT_CONTACT_CREATED, "customer", "4", "{'channel':'chat','queue':'shop','customer':'c1'}");
    expect(s, "4", "offered lena");
    shift_free(s);
}

static void test_abandoned_contact_withdraws_its_offer_and_frees_the_agent(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "omar");
    shift_arrive(s, "1", "phone", "shop");
    shift_arrive(s, "2", "phone", "shop");
    shift_do(s, EVENT_CONTACT_ABANDONED, "customer", "1", "{}");
    g_assert_cmpuint(shift_emitted(s, EVENT_CONTACT_OFFER_WITHDRAWN), ==, 1);
    expect(s, "1", "abandoned -");
    expect(s, "2", "offered omar");
    shift_do(s, EVENT_CONTACT_CUSTOMER_LEFT, "customer", "2", "{}");
    g_assert_cmpuint(shift_emitted(s, EVENT_CONTACT_ABANDONED), ==, 1);
    g_assert_cmpuint(shift_emitted(s, EVENT_CONTACT_OFFER_WITHDRAWN), ==, 1);
    expect(s, "2", "abandoned -");
    shift_arrive(s, "3", "email", "zh");
    shift_do(s, EVENT_CONTACT_CUSTOMER_LEFT, "customer", "3", "{}");
    expect(s, "3", "queued -");
    shift_free(s);
}

static void test_not_ready_withdraws_the_offer_to_the_next(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "lena");
    shift_sign_in(s, "omar");
    shift_arrive(s, "1", "phone", "shop");
    expect(s, "1", "offered lena");
    shift_do(s, EVENT_AGENT_PRESENCE_CHANGED, "lena", NULL, "{'presence':'not-ready','reason':'break'}");
    expect(s, "1", "offered omar");
    shift_do(s, EVENT_AGENT_SIGNED_OUT, "omar", NULL, "{}");
    expect(s, "1", "queued -");
    shift_free(s);
}

static void test_a_customer_who_writes_unparks_to_the_owner_if_free_else_to_anybody(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "mina");
    shift_sign_in(s, "lena");
    shift_arrive(s, "1", "chat", "shop");
    accept(s, "lena", "1");
    shift_do(s, EVENT_CONTACT_PARKED, "lena", "1", "{'until_ms':1999999999999}");
    shift_do(s, EVENT_MESSAGE_RECEIVED, "customer", "1", "{'text':'there?'}");
    g_assert_cmpuint(shift_emitted(s, EVENT_CONTACT_UNPARKED), ==, 1);
    expect(s, "1", "offered lena");
    accept(s, "lena", "1");
    shift_do(s, EVENT_CONTACT_PARKED, "lena", "1", "{'until_ms':1999999999999}");
    shift_do(s, EVENT_AGENT_PRESENCE_CHANGED, "lena", NULL, "{'presence':'not-ready'}");
    s->now_ms += 61 * SECOND;
    shift_do(s, EVENT_MESSAGE_RECEIVED, "customer", "1", "{'text':'hello?'}");
    expect(s, "1", "offered mina");
    shift_free(s);
}

static void test_parked_contact_comes_back_when_it_is_due(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "mina");
    shift_arrive(s, "1", "email", "shop");
    accept(s, "mina", "1");
    int64_t until_ms = s->now_ms + 3600 * SECOND;
    g_autofree char *data = g_strdup_printf("{'until_ms':%" G_GINT64_FORMAT "}", until_ms);
    shift_do(s, EVENT_CONTACT_PARKED, "mina", "1", data);
    g_assert_cmpint(shift_wait(s, SECOND), ==, until_ms);
    shift_wait(s, 3599 * SECOND);
    expect(s, "1", "offered mina");
    shift_free(s);
}

static void test_a_lost_agent_leaves_no_work_behind(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "mina");
    shift_arrive(s, "1", "chat", "shop");
    accept(s, "mina", "1");
    shift_arrive(s, "2", "chat", "shop");
    accept(s, "mina", "2");
    shift_do(s, EVENT_CONTACT_WRAP_STARTED, "mina", "2", "{}");
    shift_arrive(s, "3", "chat", "shop");
    expect(s, "3", "offered mina");
    shift_sign_in(s, "omar");
    shift_do(s, EVENT_AGENT_SIGNED_OUT, "system", NULL, "{'agent':'mina','reason':'lost'}");
    expect(s, "2", "closed mina");
    expect(s, "3", "offered omar");
    expect(s, "1", "queued -");
    accept(s, "omar", "3");
    expect(s, "1", "offered omar");
    shift_free(s);
}

static void test_new_settings_route_what_waits(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "omar");
    shift_arrive(s, "1", "phone", "zh");
    expect(s, "1", "queued -");
    agent_set_skill(world_agent(s->w, "omar"), "zh", 2);
    shift_do(s, EVENT_CONFIG_APPLIED, "root", NULL, "{'version':2}");
    expect(s, "1", "offered omar");
    shift_free(s);
}

static void test_tick_says_when_it_is_needed_next(void)
{
    struct shift *s = shift_new();
    g_assert_cmpint(shift_wait(s, SECOND), ==, 0);
    shift_arrive(s, "1", "phone", "shop");
    g_assert_cmpint(shift_wait(s, SECOND), ==, 0);
    shift_sign_in(s, "omar");
    g_assert_cmpint(shift_wait(s, SECOND), ==, s->now_ms + 19 * SECOND);
    shift_free(s);
}

static void drop(struct event *ev, void *user_data)
{
    ++*(int *)user_data;
    event_free(ev);
}

static void test_a_caller_that_cannot_fold_is_not_asked_for_ever(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "omar");
    shift_arrive(s, "1", "phone", "shop");
    int dropped = 0;
    int64_t due_ms = s->now_ms + 20 * SECOND;
    g_assert_cmpint(rules_tick(s->w, due_ms, drop, &dropped), ==, due_ms);
    g_assert_cmpint(dropped, ==, 1);
    shift_wait(s, 20 * SECOND);
    expect(s, "1", "queued -");
    shift_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/routing/highest skill, then longest idle, then id",
                    test_highest_skill_then_longest_idle_then_id);
    g_test_add_func("/routing/a tie goes to the lower id", test_a_tie_goes_to_the_lower_id);
    g_test_add_func("/routing/the less loaded goes before the longer idle",
                    test_the_less_loaded_goes_before_the_longer_idle);
    g_test_add_func("/routing/one offer at a time, and the next when it is answered",
                    test_one_offer_at_a_time_and_the_next_when_it_is_answered);
    g_test_add_func("/routing/every release of room draws waiting work",
                    test_every_release_of_room_draws_waiting_work);
    g_test_add_func("/routing/a supervisor's transfer frees the agent who had it",
                    test_a_supervisors_transfer_frees_the_agent_who_had_it);
    g_test_add_func("/routing/wrap-up is busy until it ends by hand or by time",
                    test_wrap_up_is_busy_until_it_ends_by_hand_or_by_time);
    g_test_add_func("/routing/a missed offer goes on with its age, its agent is not responding",
                    test_missed_offer_goes_on_with_its_age_and_the_agent_is_not_responding);
    g_test_add_func("/routing/a rejected offer goes to another and comes back after a minute",
                    test_rejected_offer_goes_to_another_and_comes_back_after_a_minute);
    g_test_add_func("/routing/a rejected contact may still be pulled",
                    test_a_rejected_contact_may_still_be_pulled);
    g_test_add_func("/routing/the most urgent comes first, by due time, priority and tier",
                    test_the_most_urgent_comes_first_by_due_priority_and_tier);
    g_test_add_func("/routing/reclassifying moves a contact up", test_reclassifying_moves_a_contact_up);
    g_test_add_func("/routing/nobody waits for ever behind high priority",
                    test_nobody_waits_for_ever_behind_high_priority);
    g_test_add_func("/routing/room is counted in points", test_room_is_counted_in_points);
    g_test_add_func("/routing/a call that does not fit does not block a mail that does",
                    test_a_call_that_does_not_fit_does_not_block_a_mail_that_does);
    g_test_add_func("/routing/transfer-only gets direct transfers alone",
                    test_transfer_only_gets_direct_transfers_alone);
    g_test_add_func("/routing/who hands over is not asked again at once",
                    test_who_hands_over_is_not_asked_again_at_once);
    g_test_add_func("/routing/a direct transfer back is asked at once",
                    test_a_direct_transfer_back_is_asked_at_once);
    g_test_add_func("/routing/a contact made by hand waits for its maker",
                    test_a_contact_made_by_hand_waits_for_its_maker);
    g_test_add_func("/routing/the second line is for specialists", test_the_second_line_is_for_specialists);
    g_test_add_func("/routing/the customer's last agent comes first for a week",
                    test_the_customers_last_agent_comes_first_for_a_week);
    g_test_add_func("/routing/an abandoned contact withdraws its offer and frees the agent",
                    test_abandoned_contact_withdraws_its_offer_and_frees_the_agent);
    g_test_add_func("/routing/not ready withdraws the offer to the next",
                    test_not_ready_withdraws_the_offer_to_the_next);
    g_test_add_func("/routing/a customer who writes unparks to the owner if free, else to anybody",
                    test_a_customer_who_writes_unparks_to_the_owner_if_free_else_to_anybody);
    g_test_add_func("/routing/a parked contact comes back when it is due",
                    test_parked_contact_comes_back_when_it_is_due);
    g_test_add_func("/routing/a lost agent leaves no work behind", test_a_lost_agent_leaves_no_work_behind);
    g_test_add_func("/routing/new settings route what waits", test_new_settings_route_what_waits);
    g_test_add_func("/routing/a caller that cannot fold is not asked for ever",
                    test_a_caller_that_cannot_fold_is_not_asked_for_ever);
    g_test_add_func("/routing/tick says when it is needed next", test_tick_says_when_it_is_needed_next);
    return g_test_run();
}
