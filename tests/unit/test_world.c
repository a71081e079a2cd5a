#include <glib.h>
#include <string.h>

#include "app/model/timestamp.h"
#include "app/rules/world_floor.h"
#include "tests/support/shift.h"

#define SECOND 1000

static struct shift *shift_with_active(const char *channel)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "mina");
    shift_arrive(s, "1", channel, "shop");
    s->now_ms += 5 * SECOND;
    shift_do(s, EVENT_CONTACT_ACCEPTED, "mina", "1", "{'from':'offer'}");
    return s;
}

static void test_created_contact_waits_with_its_record(void)
{
    struct shift *s = shift_new();
    shift_do(
        s, EVENT_CONTACT_CREATED, "customer", "1",
        "{'channel':'chat','class':'complaint','intent':'late','queue':'shop','customer':'c9','name':'Ann "
        "Lee',"
        "'address':'@ann','subject':'Where is it?','priority':5,'tier':'gold','language':'en','case':'k7'}");
    const struct contact *c = shift_contact(s, "1");
    g_assert_cmpstr(shift_where(s, "1"), ==, "queued -");
    g_assert_cmpint(c->channel, ==, CHANNEL_CHAT);
    g_assert_cmpint(c->class, ==, CLASS_COMPLAINT);
    g_assert_cmpstr(c->intent, ==, "late");
    g_assert_cmpstr(c->customer, ==, "c9");
    g_assert_cmpstr(c->name, ==, "Ann Lee");
    g_assert_cmpstr(c->address, ==, "@ann");
    g_assert_cmpstr(c->subject, ==, "Where is it?");
    g_assert_cmpint(c->priority, ==, 5);
    g_assert_cmpstr(c->tier, ==, "gold");
    g_assert_cmpstr(c->language, ==, "en");
    g_assert_cmpstr(c->case_id, ==, "k7");
    g_assert_cmpint(c->created_ms, ==, s->now_ms);
    g_assert_cmpint(c->queued_ms, ==, s->now_ms);
    g_assert_cmpint(c->unanswered_ms, ==, s->now_ms);
    g_assert_cmpint(c->position, ==, s->position);
    shift_free(s);
}

static void test_classifying_and_linking_change_the_record(void)
{
    struct shift *s = shift_new();
    shift_arrive(s, "1", "email", "shop");
    shift_do(s, EVENT_CONTACT_CLASSIFIED, "mina", "1",
             "{'class':'transaction','intent':'pay','priority':30}");
    shift_do(s, EVENT_CONTACT_CUSTOMER_LINKED, "mina", "1", "{'customer':'c2','name':'Bo','tier':'silver'}");
    const struct contact *c = shift_contact(s, "1");
    g_assert_cmpint(c->class, ==, CLASS_TRANSACTION);
    g_assert_cmpint(c->priority, ==, 30);
    g_assert_cmpstr(c->customer, ==, "c2");
    g_assert_cmpstr(c->tier, ==, "silver");
    shift_free(s);
}

/* Another customer was not verified by it; the same one again was. */
static void test_another_customer_is_not_verified(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "mina");
    shift_arrive(s, "1", "phone", "shop");
    shift_do(s, EVENT_CONTACT_ACCEPTED, "mina", "1", "{}");
    shift_do(s, EVENT_CONTACT_CUSTOMER_LINKED, "mina", "1", "{'customer':'c2','name':'Bo','tier':'silver'}");
    shift_do(s, EVENT_CUSTOMER_VERIFIED, "mina", "1", "{'method':'email','customer':'c2'}");
    const struct contact *c = shift_contact(s, "1");
    shift_do(s, EVENT_CONTACT_CUSTOMER_LINKED, "mina", "1", "{'customer':'c2','name':'Bo'}");
    g_assert_cmpstr(c->verified, ==, "email");
    g_assert_cmpstr(c->tier, ==, "silver");
    shift_do(s, EVENT_CONTACT_CUSTOMER_LINKED, "mina", "1", "{'customer':'c3','name':'Cy'}");
    g_assert_cmpstr(c->verified, ==, NULL);
    g_assert_cmpstr(c->tier, ==, NULL);
    shift_free(s);
}

static void test_offer_and_accept_open_the_first_leg(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "mina");
    shift_arrive(s, "1", "phone", "shop");
    const struct contact *c = shift_contact(s, "1");
    g_assert_cmpstr(shift_where(s, "1"), ==, "offered mina");
    g_assert_cmpint(c->offer_until_ms, ==, s->now_ms + 20 * SECOND);
    g_assert_cmpint(c->due_ms, ==, s->now_ms + 20 * SECOND);
    g_assert_cmpint(world_agent_status(s->w, world_agent(s->w, "mina")), ==, STATUS_RESERVED);
    s->now_ms += 7 * SECOND;
    shift_do(s, EVENT_CONTACT_ACCEPTED, "mina", "1", "{}");
    g_assert_cmpstr(shift_where(s, "1"), ==, "active mina");
    g_assert_cmpstr(c->leg, ==, "1.1");
    g_assert_cmpint(c->legs, ==, 1);
    g_assert_cmpint(c->accepted_ms, ==, s->now_ms);
    g_assert_cmpint(c->queued_ms, ==, 0);
    g_assert_cmpint(c->due_ms, ==, 0);
    g_assert_cmpint(c->offer_until_ms, ==, 0);
    g_assert_cmpint(world_agent_status(s->w, world_agent(s->w, "mina")), ==, STATUS_INTERACTING);
    g_assert_cmpint(world_agent_load(s->w, "mina"), ==, 100);
    shift_free(s);
}

static void test_hold_consult_and_wrap_move_the_state(void)
{
    struct shift *s = shift_with_active("phone");
    static const struct {
        enum event_kind kind;
        const char *data, *where;
    } steps[] = {
        {EVENT_CONTACT_HELD, "{'reason':'asks the warehouse'}", "held mina"},
        {EVENT_CONTACT_RESUMED, "{}", "active mina"},
        {EVENT_CONTACT_CONSULT_STARTED, "{'queue':'shop2'}", "consulting mina"},
        {EVENT_CONTACT_CONSULT_ENDED, "{}", "active mina"},
        {EVENT_CONTACT_HELD, "{}", "held mina"},
        {EVENT_CONTACT_CONSULT_STARTED, "{'agent':'sofia'}", "consulting mina"},
        {EVENT_CONTACT_WRAP_STARTED, "{}", "wrapping mina"},
        {EVENT_CONTACT_CLOSED, "{'disposition':'sent','resolved':true,'summary':'x'}", "closed mina"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        s->now_ms += SECOND;
        shift_do(s, steps[i].kind, "mina", "1", steps[i].data);
        g_assert_cmpstr(shift_where(s, "1"), ==, steps[i].where);
        g_assert_cmpint(shift_contact(s, "1")->state_since_ms, ==, s->now_ms);
    }
    const struct contact *c = shift_contact(s, "1");
    g_assert_cmpstr(c->disposition, ==, "sent");
    g_assert_true(c->resolved);
    g_assert_cmpint(c->closed_ms, ==, s->now_ms);
    g_assert_cmpint(world_agent_load(s->w, "mina"), ==, 0);
    g_assert_cmpint(world_agent_status(s->w, world_agent(s->w, "mina")), ==, STATUS_IDLE);
    shift_free(s);
}

static void test_transfer_ends_the_leg_and_keeps_the_age(void)
{
    struct shift *s = shift_with_active("chat");
    int64_t created_ms = shift_contact(s, "1")->created_ms;
    s->now_ms += 60 * SECOND;
    shift_do(s, EVENT_CONTACT_TRANSFERRED, "mina", "1",
             "{'queue':'zh','reason':'Chinese','story':'asks size'}");
    const struct contact *c = shift_contact(s, "1");
    g_assert_cmpstr(shift_where(s, "1"), ==, "queued -");
    g_assert_cmpstr(c->queue, ==, "zh");
    g_assert_cmpstr(c->asked_by, ==, "mina");
    g_assert_cmpstr(c->came_from, ==, "shop");
    g_assert_cmpstr(c->story, ==, "asks size");
    g_assert_null(c->leg);
    g_assert_cmpint(c->created_ms, ==, created_ms);
    g_assert_cmpint(c->queued_ms, ==, s->now_ms);
    g_assert_cmpint(c->due_ms, ==, s->now_ms + 20 * SECOND);
    g_assert_false(c->escalated);
    shift_sign_in(s, "wei");
    shift_do(s, EVENT_CONTACT_ACCEPTED, "wei", "1", "{}");
    g_assert_cmpstr(c->leg, ==, "1.2");
    g_assert_cmpint(c->legs, ==, 2);
    shift_free(s);
}

static void test_escalation_carries_the_story_and_comes_back_with_the_answer(void)
{
    struct shift *s = shift_with_active("chat");
    shift_sign_in(s, "sofia");
    shift_do(s, EVENT_CONTACT_ESCALATED, "mina", "1",
             "{'queue':'shop2','ask':'refund 90?','story':'broken lamp'}");
    const struct contact *c = shift_contact(s, "1");
    g_assert_cmpstr(shift_where(s, "1"), ==, "offered sofia");
    g_assert_true(c->escalated);
    g_assert_cmpstr(c->ask, ==, "refund 90?");
    shift_do(s, EVENT_CONTACT_ACCEPTED, "sofia", "1", "{}");
    shift_do(s, EVENT_CONTACT_GIVEN_BACK, "sofia", "1", "{'answer':'yes, refund'}");
    g_assert_cmpstr(shift_where(s, "1"), ==, "offered mina");
    g_assert_cmpstr(c->queue, ==, "shop");
    g_assert_cmpstr(c->story, ==, "broken lamp\nyes, refund");
    g_assert_false(c->escalated);
    g_assert_true(c->given_back);
    g_assert_null(c->ask);
    shift_do(s, EVENT_CONTACT_ACCEPTED, "mina", "1", "{}");
    g_assert_true(c->given_back);
    shift_do(s, EVENT_CONTACT_ESCALATED, "mina", "1", "{'queue':'shop2','ask':'and the post?'}");
    g_assert_true(c->escalated);
    g_assert_false(c->given_back);
    shift_free(s);
}

static void test_parked_contact_keeps_its_owner_and_frees_room(void)
{
    struct shift *s = shift_with_active("email");
    g_autofree char *data = g_strdup_printf("{'until_ms':%" G_GINT64_FORMAT "}", s->now_ms + 60 * SECOND);
    shift_do(s, EVENT_CONTACT_PARKED, "mina", "1", data);
    const struct contact *c = shift_contact(s, "1");
    g_assert_cmpstr(shift_where(s, "1"), ==, "parked mina");
    g_assert_cmpint(world_agent_load(s->w, "mina"), ==, 0);
    g_assert_cmpint(c->due_ms, >, 0);
    g_assert_null(c->leg);
    shift_do(s, EVENT_CONTACT_ACCEPTED, "mina", "1", "{'from':'pull'}");
    g_assert_cmpstr(c->leg, ==, "1.2");
    g_assert_cmpint(c->parked_until_ms, ==, 0);
    shift_free(s);
}

static void test_messages_set_unread_preview_and_reply_clocks(void)
{
    struct shift *s = shift_with_active("email");
    const struct contact *c = shift_contact(s, "1");
    int64_t created_ms = c->created_ms;
    g_assert_cmpint(c->due_ms, ==, created_ms + 4 * 3600 * SECOND);
    shift_do(s, EVENT_MESSAGE_RECEIVED, "customer", "1", "{'text':'Hello,\\nwhere is it?'}");
    g_assert_cmpstr(c->preview, ==, "Hello,");
    g_assert_cmpint(c->unread, ==, 1);
    g_assert_cmpint(c->unanswered_ms, ==, created_ms);
    g_assert_cmpint(c->news_position, ==, s->position);
    s->now_ms += 9 * SECOND;
    shift_do(s, EVENT_MESSAGE_SENT, "mina", "1", "{'text':'On its way.'}");
    g_assert_cmpint(c->unread, ==, 0);
    g_assert_cmpint(c->unanswered_ms, ==, 0);
    g_assert_cmpint(c->first_reply_ms, ==, s->now_ms);
    g_assert_cmpint(c->due_ms, ==, 0);
    s->now_ms += SECOND;
    shift_do(s, EVENT_MESSAGE_RECEIVED, "customer", "1", "{'text':'When?'}");
    g_assert_cmpint(c->due_ms, ==, s->now_ms + 4 * 3600 * SECOND);
    shift_do(s, EVENT_FOCUS_MOVED, "mina", "1", "{}");
    g_assert_cmpint(c->unread, ==, 0);
    shift_do(s, EVENT_MESSAGE_RECEIVED, "customer", "1", "{'text':'Hm?'}");
    g_assert_cmpint(c->unread, ==, 0);
    shift_free(s);
}

static void test_preview_is_cut_between_characters(void)
{
    struct shift *s = shift_new();
    shift_arrive(s, "1", "chat", "zh");
    g_autoptr(GString) data = g_string_new("{'text':'x");
    for (int i = 0; i < 60; i++)
        g_string_append(data, "请");
    g_string_append(data, "'}");
    shift_do(s, EVENT_MESSAGE_RECEIVED, "customer", "1", data->str);
    const char *preview = shift_contact(s, "1")->preview;
    g_assert_true(g_utf8_validate(preview, -1, NULL));
    g_assert_cmpuint(strlen(preview), ==, 1 + 39 * 3);
    shift_free(s);
}

static void test_customer_left_and_abandoned_are_kept(void)
{
    struct shift *s = shift_with_active("chat");
    shift_do(s, EVENT_CONTACT_CUSTOMER_LEFT, "customer", "1", "{}");
    g_assert_cmpstr(shift_where(s, "1"), ==, "active mina");
    g_assert_true(shift_contact(s, "1")->customer_gone);
    shift_arrive(s, "2", "phone", "zh");
    s->now_ms += SECOND;
    shift_do(s, EVENT_CONTACT_ABANDONED, "customer", "2", "{}");
    g_assert_cmpstr(shift_where(s, "2"), ==, "abandoned -");
    g_assert_cmpint(shift_contact(s, "2")->closed_ms, ==, s->now_ms);
    g_assert_cmpint(shift_contact(s, "2")->due_ms, ==, 0);
    shift_free(s);
}

static void test_script_and_verification_are_remembered(void)
{
    struct shift *s = shift_with_active("phone");
    const struct contact *c = shift_contact(s, "1");
    shift_do(s, EVENT_SCRIPT_STARTED, "mina", "1", "{'script':'return','version':2}");
    g_assert_cmpstr(c->script, ==, "return");
    shift_do(s, EVENT_CUSTOMER_VERIFIED, "mina", "1", "{'customer':'c1','method':'birthday'}");
    g_assert_cmpstr(c->verified, ==, "birthday");
    shift_do(s, EVENT_SCRIPT_FINISHED, "mina", "1", "{'script':'return'}");
    g_assert_null(c->script);
    shift_free(s);
}

static void test_agents_sign_in_choose_and_leave(void)
{
    struct shift *s = shift_new();
    const struct agent *a = world_agent(s->w, "mina");
    g_assert_cmpint(a->presence, ==, PRESENCE_OFFLINE);
    shift_do(s, EVENT_AGENT_SIGNED_IN, "mina", NULL, "{}");
    g_assert_true(a->signed_in);
    g_assert_cmpint(a->presence, ==, PRESENCE_NOT_READY);
    s->now_ms += SECOND;
    shift_do(s, EVENT_AGENT_PRESENCE_CHANGED, "mina", NULL, "{'presence':'not-ready','reason':'meal'}");
    g_assert_cmpstr(a->reason, ==, "meal");
    g_assert_cmpint(a->presence_since_ms, ==, s->now_ms); /* of each reason */
    s->now_ms += SECOND;
    shift_do(s, EVENT_AGENT_PRESENCE_CHANGED, "mina", NULL, "{'presence':'ready'}");
    g_assert_null(a->reason);
    g_assert_cmpint(a->presence_since_ms, ==, s->now_ms);
    shift_do(s, EVENT_AGENT_SIGNED_IN, "mina", NULL, "{}");
    g_assert_cmpint(a->presence, ==, PRESENCE_READY);
    shift_do(s, EVENT_AGENT_PRESENCE_CHANGED, "boss", NULL, "{'agent':'mina','presence':'transfer-only'}");
    g_assert_cmpint(a->presence, ==, PRESENCE_TRANSFER_ONLY);
    shift_do(s, EVENT_AGENT_SIGNED_OUT, "mina", NULL, "{'reason':'end of shift'}");
    g_assert_false(a->signed_in);
    g_assert_cmpint(a->presence, ==, PRESENCE_OFFLINE);
    shift_free(s);
}

static void test_unknown_and_repeated_things_change_nothing(void)
{
    struct shift *s = shift_new();
    shift_arrive(s, "1", "chat", "shop");
    g_autofree char *before = shift_dump(s->w);
    struct event *unknown = shift_event(s, EVENT_CONTACT_HELD, "mina", "77", "{}");
    struct event *again =
        shift_event(s, EVENT_CONTACT_CREATED, "customer", "1", "{'channel':'phone','queue':'zh'}");
    struct event *stranger = shift_event(s, EVENT_AGENT_SIGNED_IN, "nobody", NULL, "{}");
    world_fold(s->w, unknown);
    world_fold(s->w, again);
    world_fold(s->w, stranger);
    g_autofree char *after = shift_dump(s->w);
    g_assert_cmpstr(before, ==, after);
    event_free(unknown);
    event_free(again);
    event_free(stranger);
    shift_free(s);
}

static void test_over_contacts_are_forgotten_in_time(void)
{
    struct shift *s = shift_with_active("phone");
    shift_finish(s, "mina", "1");
    g_assert_cmpuint(world_forget_over(s->w, s->now_ms), ==, 0);
    g_assert_cmpuint(world_forget_over(s->w, s->now_ms + 1), ==, 1);
    g_assert_null(world_contact(s->w, "1"));
    shift_free(s);
}

static void test_new_times_of_a_queue_move_the_due_times(void)
{
    struct shift *s = shift_new();
    shift_arrive(s, "1", "phone", "shop");
    struct queue *q = queue_new("shop", "Shop");
    q->service_level_ms = 60 * SECOND;
    world_put_queue(s->w, q);
    g_assert_cmpint(shift_contact(s, "1")->due_ms, ==, s->now_ms + 60 * SECOND);
    shift_free(s);
}

static void test_a_contact_out_of_hours_is_due_from_the_next_opening(void)
{
    struct shift *s = shift_new();
    shift_arrive(s, "1", "phone", "shop");
    g_autoptr(queue) q = queue_copy(world_queue(s->w, "shop"));
    int64_t came_ms = shift_contact(s, "1")->queued_ms;
    q->service_level_ms = 60 * SECOND;
    /* Open on the days that are not today: the clock begins at midnight. */
    char today[TIMESTAMP_BYTES];
    timestamp_format(came_ms, today);
    today[10] = '\0';
    g_autofree char *hours = g_strconcat(today, "=closed", NULL);
    g_assert_true(queue_set_hours(q, hours, NULL));
    world_put_queue(s->w, queue_copy(q));
    int64_t midnight_ms = came_ms - came_ms % (86400 * SECOND) + 86400 * SECOND;
    const struct contact *c = shift_contact(s, "1");
    g_assert_cmpint(c->due_ms, ==, midnight_ms + 60 * SECOND);
    g_assert_false(world_is_at_risk(s->w, c, midnight_ms + 44 * SECOND));
    g_assert_true(world_is_at_risk(s->w, c, midnight_ms + 45 * SECOND));
    g_assert_true(queue_set_hours(q, NULL, NULL));
    world_put_queue(s->w, queue_copy(q));
    g_assert_cmpint(c->due_ms, ==, came_ms + 60 * SECOND);
    shift_free(s);
}

static void test_a_world_from_records_routes_like_one_from_the_log(void)
{
    struct shift *s = shift_new();
    shift_arrive(s, "1", "phone", "shop");
    struct world *w = shift_empty_world();
    world_put_contact(w, contact_copy(shift_contact(s, "1")));
    world_put_contact(w, contact_copy(shift_contact(s, "1")));
    world_free(s->w);
    s->w = w;
    shift_sign_in(s, "omar");
    g_assert_cmpstr(shift_where(s, "1"), ==, "offered omar");
    shift_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/world/created contact waits with its record",
                    test_created_contact_waits_with_its_record);
    g_test_add_func("/world/classifying and linking change the record",
                    test_classifying_and_linking_change_the_record);
    g_test_add_func("/world/another customer is not verified", test_another_customer_is_not_verified);
    g_test_add_func("/world/offer and accept open the first leg", test_offer_and_accept_open_the_first_leg);
    g_test_add_func("/world/hold, consult and wrap move the state",
                    test_hold_consult_and_wrap_move_the_state);
    g_test_add_func("/world/transfer ends the leg and keeps the age",
                    test_transfer_ends_the_leg_and_keeps_the_age);
    g_test_add_func("/world/escalation carries the story and comes back with the answer",
                    test_escalation_carries_the_story_and_comes_back_with_the_answer);
    g_test_add_func("/world/parked contact keeps its owner and frees room",
                    test_parked_contact_keeps_its_owner_and_frees_room);
    g_test_add_func("/world/messages set unread, preview and reply clocks",
                    test_messages_set_unread_preview_and_reply_clocks);
    g_test_add_func("/world/preview is cut between characters", test_preview_is_cut_between_characters);
    g_test_add_func("/world/customer left and abandoned are kept", test_customer_left_and_abandoned_are_kept);
    g_test_add_func("/world/script and verification are remembered",
                    test_script_and_verification_are_remembered);
    g_test_add_func("/world/agents sign in, choose and leave", test_agents_sign_in_choose_and_leave);
    g_test_add_func("/world/unknown and repeated things change nothing",
                    test_unknown_and_repeated_things_change_nothing);
    g_test_add_func("/world/over contacts are forgotten in time", test_over_contacts_are_forgotten_in_time);
    g_test_add_func("/world/new times of a queue move the due times",
                    test_new_times_of_a_queue_move_the_due_times);
    g_test_add_func("/world/a contact out of hours is due from the next opening",
                    test_a_contact_out_of_hours_is_due_from_the_next_opening);
    g_test_add_func("/world/a world from records routes like one from the log",
                    test_a_world_from_records_routes_like_one_from_the_log);
    return g_test_run();
}
