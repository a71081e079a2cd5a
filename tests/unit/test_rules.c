#include <glib.h>
#include <string.h>

#include "tests/support/shift.h"

#define SECOND 1000

/* Contact 1 is with mina (active, chat); 2 waits in zh; 3 is closed; 4 rings at omar; 5 is wrapped up by
 * lena. */
static struct shift *busy_floor(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "mina");
    shift_arrive(s, "1", "chat", "shop");
    shift_do(s, EVENT_CONTACT_ACCEPTED, "mina", "1", "{}");
    shift_arrive(s, "3", "chat", "shop");
    shift_do(s, EVENT_CONTACT_ACCEPTED, "mina", "3", "{}");
    shift_finish(s, "mina", "3");
    shift_do(s, EVENT_AGENT_PRESENCE_CHANGED, "mina", NULL, "{'presence':'not-ready','reason':'meeting'}");
    shift_arrive(s, "2", "phone", "zh");
    shift_sign_in(s, "lena");
    shift_arrive(s, "5", "phone", "shop");
    shift_do(s, EVENT_CONTACT_ACCEPTED, "lena", "5", "{}");
    shift_do(s, EVENT_CONTACT_WRAP_STARTED, "lena", "5", "{}");
    shift_sign_in(s, "omar");
    shift_arrive(s, "4", "phone", "shop");
    g_assert_cmpstr(shift_where(s, "4"), ==, "offered omar");
    return s;
}

struct refusal {
    enum event_kind kind;
    const char *actor, *contact, *data;
    enum rules_error code;
    const char *sentence;
};

static const struct refusal refusals[] = {
    /* in this state */
    {EVENT_CONTACT_RESUMED, "mina", "1", "{}", RULES_ERROR_STATE,
     "Contact 1 is active: you can resume it only while it is held."},
    {EVENT_CONTACT_HELD, "lena", "5", "{}", RULES_ERROR_STATE,
     "Contact 5 is wrapping: you can hold it only while it is active."},
    {EVENT_CONTACT_HELD, "mina", "2", "{}", RULES_ERROR_STATE,
     "Contact 2 is queued: you can hold it only while it is active."},
    {EVENT_CONTACT_CONSULT_ENDED, "mina", "1", "{}", RULES_ERROR_STATE,
     "Contact 1 is active: you can end its consultation only while it is consulting."},
    {EVENT_CONTACT_CONSULT_STARTED, "lena", "5", "{'queue':'shop'}", RULES_ERROR_STATE,
     "Contact 5 is wrapping: you can consult somebody on it only while it is active or held."},
    {EVENT_CONTACT_CLOSED, "mina", "1", "{'disposition':'x','resolved':true}", RULES_ERROR_STATE,
     "Contact 1 is active: you can close it only while it is wrapping."},
    {EVENT_CONTACT_TRANSFERRED, "lena", "5", "{'queue':'zh'}", RULES_ERROR_STATE,
     "Contact 5 is wrapping: you can transfer it only while it is active, held, consulting or parked."},
    {EVENT_CONTACT_ESCALATED, "lena", "5", "{'queue':'shop2','ask':'?'}", RULES_ERROR_STATE,
     "Contact 5 is wrapping: you can escalate it only while it is active, held or consulting."},
    {EVENT_CONTACT_UNPARKED, "mina", "1", "{}", RULES_ERROR_STATE,
     "Contact 1 is active: you can unpark it only while it is parked."},
    {EVENT_CONTACT_OFFER_REJECTED, "mina", "1", "{'agent':'mina','reason':'x'}", RULES_ERROR_STATE,
     "Contact 1 is active: you can reject it only while it is offered."},
    {EVENT_CONTACT_ABANDONED, "customer", "1", "{}", RULES_ERROR_STATE,
     "Contact 1 is active: you can abandon it only while it is queued, offered or parked."},
    {EVENT_CONTACT_ACCEPTED, "omar", "1", "{}", RULES_ERROR_STATE,
     "Contact 1 is active: you can accept it only while it is queued, offered or parked."},
    {EVENT_CONTACT_OFFERED, "system", "1", "{'agent':'omar','until_ms':5}", RULES_ERROR_STATE,
     "Contact 1 is active: you can offer it only while it is queued."},
    {EVENT_MESSAGE_RECEIVED, "customer", "3", "{'text':'thanks'}", RULES_ERROR_STATE,
     "Contact 3 is closed: nobody can write on it any more."},
    {EVENT_MESSAGE_SENT, "mina", "3", "{'text':'bye'}", RULES_ERROR_STATE,
     "Contact 3 is closed: nobody can answer it any more."},
    {EVENT_CONTACT_CREATED, "customer", "3", "{'channel':'chat','queue':'shop'}", RULES_ERROR_STATE,
     "Contact 3 exists already; give the new one an id of its own."},
    {EVENT_CONTACT_ACCEPTED, "lena", "4", "{}", RULES_ERROR_STATE,
     "Contact 4 is being offered to Omar Diaz; take another one."},
    {EVENT_CONTACT_ACCEPTED, "mina", "2", "{}", RULES_ERROR_STATE, "You cannot take contact 2: not ready."},
    {EVENT_CONTACT_ACCEPTED, "omar", "2", "{}", RULES_ERROR_STATE,
     "You cannot take contact 2: has not the skill that the queue asks for."},
    {EVENT_CONTACT_OFFERED, "system", "2", "{'agent':'wei','until_ms':5}", RULES_ERROR_STATE,
     "Contact 2 cannot be offered to Wei Zhang: not signed in."},
    {EVENT_CONTACT_GIVEN_BACK, "mina", "1", "{'answer':'no'}", RULES_ERROR_STATE,
     "Contact 1 was not escalated; transfer it instead."},
    {EVENT_CONTACT_TRANSFERRED, "mina", "1", "{'agent':'lena'}", RULES_ERROR_STATE,
     "Lena Roth cannot take contact 1 now: has no room for it beside the other contacts. Choose another "
     "agent or a "
     "queue."},
    {EVENT_AGENT_SIGNED_OUT, "mina", NULL, "{}", RULES_ERROR_STATE,
     "You still have 1 open contact (1): close, park or transfer it before you sign out."},
    {EVENT_AGENT_SIGNED_OUT, "wei", NULL, "{}", RULES_ERROR_STATE, "You are not signed in; sign in first."},
    {EVENT_AGENT_PRESENCE_CHANGED, "boss", NULL, "{'agent':'wei','presence':'ready'}", RULES_ERROR_STATE,
     "Wei Zhang is not signed in; that can wait until they are."},
    /* this person may not */
    {EVENT_CONTACT_HELD, "omar", "1", "{}", RULES_ERROR_FORBIDDEN,
     "Contact 1 is with Mina Ek: only they can hold it."},
    {EVENT_MESSAGE_SENT, "lena", "1", "{'text':'hi'}", RULES_ERROR_FORBIDDEN,
     "Contact 1 is with Mina Ek: only they can answer it."},
    {EVENT_STEP_ENTERED, "lena", "1", "{'script':'a','step':'b','class':'value'}", RULES_ERROR_FORBIDDEN,
     "Contact 1 is with Mina Ek: only they can walk its script."},
    {EVENT_CUSTOMER_VERIFIED, "boss", "1", "{'customer':'c','method':'m'}", RULES_ERROR_FORBIDDEN,
     "Contact 1 is with Mina Ek: only they can verify its customer."},
    {EVENT_CONTACT_OFFER_REJECTED, "mina", "4", "{'agent':'mina','reason':'busy'}", RULES_ERROR_FORBIDDEN,
     "Contact 4 is offered to Omar Diaz: only they can reject it."},
    {EVENT_CONTACT_OFFERED, "boss", "2", "{'agent':'omar','until_ms':5}", RULES_ERROR_FORBIDDEN,
     "Only the system itself can offer it."},
    {EVENT_CONTACT_OFFER_TIMED_OUT, "omar", "4", "{'agent':'omar'}", RULES_ERROR_FORBIDDEN,
     "Only the system itself can time the offer out."},
    {EVENT_CONTACT_ABANDONED, "boss", "2", "{}", RULES_ERROR_FORBIDDEN,
     "Only a customer, through a channel, can abandon it."},
    {EVENT_MESSAGE_RECEIVED, "mina", "1", "{'text':'as if'}", RULES_ERROR_FORBIDDEN,
     "Only a customer, through a channel, can write on it."},
    {EVENT_CONTACT_HELD, "customer", "1", "{}", RULES_ERROR_FORBIDDEN,
     "Contact 1 is with Mina Ek: only they can hold it."},
    {EVENT_NOTE_ADDED, "customer", "1", "{'text':'hm'}", RULES_ERROR_FORBIDDEN,
     "Only somebody who is signed in can add a note to it."},
    {EVENT_CONTACT_ACCEPTED, "integration", "2", "{}", RULES_ERROR_FORBIDDEN,
     "Only somebody who is signed in can accept it."},
    {EVENT_CONTACT_ACCEPTED, "system", "2", "{}", RULES_ERROR_FORBIDDEN,
     "Only an agent can accept contact 2."},
    {EVENT_CONFIG_APPLIED, "boss", NULL, "{}", RULES_ERROR_FORBIDDEN,
     "Only an administrator can apply settings."},
    {EVENT_ORDER_RECORDED, "mina", NULL, "{'customer':'c','order':'o'}", RULES_ERROR_FORBIDDEN,
     "Only an administrator can record orders."},
    {EVENT_AGENT_PRESENCE_CHANGED, "mina", NULL, "{'agent':'omar','presence':'ready'}", RULES_ERROR_FORBIDDEN,
     "Only Omar Diaz or a supervisor can do that for Omar Diaz."},
    {EVENT_CONTACT_TRANSFERRED, "mina", "2", "{'queue':'shop'}", RULES_ERROR_STATE,
     "Contact 2 is queued: you can transfer it only while it is active, held, consulting or parked."},
    /* no such thing */
    {EVENT_CONTACT_HELD, "mina", "99", "{}", RULES_ERROR_UNKNOWN,
     "There is no contact 99 among the open ones."},
    {EVENT_CONTACT_HELD, "mina", NULL, "{}", RULES_ERROR_UNKNOWN,
     "There is no contact without an id among the open ones."},
    {EVENT_CONTACT_HELD, "ghost", "1", "{}", RULES_ERROR_UNKNOWN,
     "There is no agent \"ghost\"; sign in with an account that exists."},
    {EVENT_CONTACT_CREATED, "customer", "9", "{'channel':'chat','queue':'moon'}", RULES_ERROR_UNKNOWN,
     "There is no queue \"moon\"; choose one of the list."},
    {EVENT_CONTACT_TRANSFERRED, "mina", "1", "{'queue':'moon'}", RULES_ERROR_UNKNOWN,
     "There is no queue \"moon\"; choose one of the list."},
    {EVENT_CONTACT_TRANSFERRED, "mina", "1", "{'agent':'ghost'}", RULES_ERROR_UNKNOWN,
     "There is no agent \"ghost\"; choose one of the list."},
    {EVENT_CONTACT_CONSULT_STARTED, "mina", "1", "{'agent':'ghost'}", RULES_ERROR_UNKNOWN,
     "There is no agent \"ghost\"; choose one of the list."},
    {EVENT_AGENT_SIGNED_OUT, "system", NULL, "{'agent':'ghost'}", RULES_ERROR_UNKNOWN,
     "There is no agent \"ghost\"."},
    {EVENT_CONTACT_OFFERED, "system", "2", "{'agent':'ghost','until_ms':5}", RULES_ERROR_UNKNOWN,
     "There is no agent \"ghost\"; choose one of the list."},
    /* what the data lack */
    {EVENT_CONTACT_CREATED, "customer", "9", "{'channel':'telex','queue':'shop'}", RULES_ERROR_DATA,
     "\"telex\" is no channel; it is one of phone, chat, email, web, social and sms."},
    {EVENT_CONTACT_CREATED, "customer", NULL, "{'channel':'chat','queue':'shop'}", RULES_ERROR_DATA,
     "A new contact needs an id in the envelope."},
    {EVENT_CONTACT_CREATED, "customer", "9", "{'channel':'chat'}", RULES_ERROR_DATA,
     "To create contacts, the event contact.created needs a text \"queue\"."},
    {EVENT_CONTACT_CLASSIFIED, "mina", "1", "{'class':'rant'}", RULES_ERROR_DATA,
     "\"rant\" is no class of contact; it is one of enquiry, transaction and complaint."},
    {EVENT_CONTACT_CLASSIFIED, "mina", "1", "{'priority':601}", RULES_ERROR_DATA,
     "A contact's priority is -60 to 600 minutes, not 601."},
    {EVENT_CONTACT_OFFERED, "system", "2", "{'agent':'wei'}", RULES_ERROR_DATA,
     "An offer needs a time, until_ms, at which it ends."},
    {EVENT_CONTACT_OFFER_REJECTED, "omar", "4", "{'agent':'omar'}", RULES_ERROR_DATA,
     "To reject it, the event contact.offer_rejected needs a text \"reason\"."},
    {EVENT_CONTACT_CONSULT_STARTED, "mina", "1", "{}", RULES_ERROR_DATA,
     "Say whom to consult on contact 1: an agent or a queue."},
    {EVENT_CONTACT_CONSULT_STARTED, "mina", "1", "{'agent':'mina'}", RULES_ERROR_DATA,
     "You cannot consult yourself on contact 1; choose somebody else."},
    {EVENT_CONTACT_TRANSFERRED, "mina", "1", "{}", RULES_ERROR_DATA,
     "Say where contact 1 should go: a queue or an agent."},
    {EVENT_CONTACT_TRANSFERRED, "mina", "1", "{'agent':'mina'}", RULES_ERROR_DATA,
     "You cannot hand contact 1 to yourself; choose somebody else."},
    {EVENT_CONTACT_ESCALATED, "mina", "1", "{'queue':'shop2'}", RULES_ERROR_DATA,
     "To escalate it, the event contact.escalated needs a text \"ask\"."},
    {EVENT_CONTACT_ESCALATED, "mina", "1", "{'queue':'zh','ask':'?'}", RULES_ERROR_DATA,
     "Queue \"zh\" is of the first line; escalate contact 1 to one of the second, or transfer it."},
    {EVENT_CONTACT_PARKED, "mina", "1", "{'until_ms':1}", RULES_ERROR_DATA,
     "Say until when contact 1 is parked: a time that is still to come."},
    {EVENT_CONTACT_CLOSED, "lena", "5", "{'resolved':true}", RULES_ERROR_DATA,
     "To close it, the event contact.closed needs a text \"disposition\"."},
    {EVENT_CONTACT_CLOSED, "lena", "5", "{'disposition':'sent'}", RULES_ERROR_DATA,
     "Say whether contact 5 is resolved: yes or no."},
    {EVENT_CONTACT_RATED, "customer", "3", "{}", RULES_ERROR_DATA,
     "A rating needs csat (1 to 5) or nps (0 to 10)."},
    {EVENT_CONTACT_RATED, "customer", "3", "{'csat':6}", RULES_ERROR_DATA,
     "A rating is csat from 1 to 5 or nps from 0 to 10."},
    {EVENT_MESSAGE_SENT, "mina", "1", "{'text':''}", RULES_ERROR_DATA,
     "The text is empty; write something before you send it."},
    {EVENT_STEP_ENTERED, "mina", "1", "{'script':'a','step':'b','class':'fun'}", RULES_ERROR_DATA,
     "\"fun\" is no class of step; it is one of value, required and waste."},
    {EVENT_STEP_SKIPPED, "mina", "1", "{'script':'a','step':'b'}", RULES_ERROR_DATA,
     "To skip a step of its script, the event step.skipped needs a text \"reason\"."},
    {EVENT_AGENT_PRESENCE_CHANGED, "mina", NULL, "{'presence':'asleep'}", RULES_ERROR_DATA,
     "\"asleep\" is no presence; it is one of ready, not-ready and transfer-only."},
    {EVENT_AGENT_PRESENCE_CHANGED, "mina", NULL, "{'presence':'offline'}", RULES_ERROR_DATA,
     "Sign out to go offline."},
};

static void test_each_refusal_says_why(void)
{
    struct shift *s = busy_floor();
    g_autofree char *before = shift_dump(s->w);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        const struct refusal *r = &refusals[i];
        shift_refuse(s, r->kind, r->actor, r->contact, r->data, r->code, r->sentence);
    }
    g_autofree char *after = shift_dump(s->w);
    g_assert_cmpstr(before, ==, after);
    shift_free(s);
}

static void test_a_call_is_not_parked_while_the_customer_is_on_the_line(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "mina");
    shift_arrive(s, "1", "phone", "shop");
    shift_do(s, EVENT_CONTACT_ACCEPTED, "mina", "1", "{}");
    g_autofree char *data = g_strdup_printf("{'until_ms':%" G_GINT64_FORMAT "}", s->now_ms + 1);
    shift_refuse(
        s, EVENT_CONTACT_PARKED, "mina", "1", data, RULES_ERROR_STATE,
        "Contact 1 is a call and cannot be parked while the customer is on the line; hold it, or let them "
        "hang up first.");
    shift_do(s, EVENT_CONTACT_CUSTOMER_LEFT, "customer", "1", "{}");
    shift_do(s, EVENT_CONTACT_PARKED, "mina", "1", data);
    g_assert_cmpstr(shift_where(s, "1"), ==, "parked mina");
    shift_free(s);
}

static void test_parked_contact_is_taken_up_by_its_owner_alone_and_with_room(void)
{
    struct shift *s = busy_floor();
    g_autofree char *data = g_strdup_printf("{'until_ms':%" G_GINT64_FORMAT "}", s->now_ms + 1000);
    shift_do(s, EVENT_CONTACT_PARKED, "mina", "1", data);
    shift_refuse(s, EVENT_CONTACT_ACCEPTED, "lena", "1", "{}", RULES_ERROR_FORBIDDEN,
                 "Contact 1 is parked by Mina Ek; only they can take it up again.");
    shift_do(s, EVENT_AGENT_PRESENCE_CHANGED, "mina", NULL, "{'presence':'ready'}");
    g_assert_cmpstr(shift_where(s, "2"), ==, "offered mina");
    shift_refuse(s, EVENT_CONTACT_ACCEPTED, "mina", "1", "{}", RULES_ERROR_STATE,
                 "You have no room for contact 1 beside your other contacts; finish or park one first.");
    shift_free(s);
}

static void test_a_leg_has_its_own_name(void)
{
    struct shift *s = busy_floor();
    struct event *ev = shift_event(s, EVENT_CONTACT_ACCEPTED, "omar", "4", "{}");
    g_free(ev->leg);
    ev->leg = g_strdup("4.7");
    g_autoptr(GError) error = NULL;
    g_assert_false(rules_check(s->w, ev, ROLE_AGENT, &error));
    g_assert_error(error, RULES_ERROR, RULES_ERROR_DATA);
    g_assert_cmpstr(error->message, ==, "The next leg of contact 4 is 4.1; the event names 4.7.");
    event_free(ev);
    shift_free(s);
}

static void test_disabled_accounts_do_not_sign_in(void)
{
    struct shift *s = shift_new();
    world_agent(s->w, "wei")->disabled = true;
    shift_refuse(s, EVENT_AGENT_SIGNED_IN, "wei", NULL, "{}", RULES_ERROR_FORBIDDEN,
                 "The account \"wei\" is disabled; ask an administrator to enable it.");
    shift_free(s);
}

static void test_a_reply_that_has_not_seen_the_news_is_stale(void)
{
    struct shift *s = busy_floor();
    int64_t seen = s->position;
    shift_do(s, EVENT_MESSAGE_RECEIVED, "customer", "1", "{'text':'forget it'}");
    static const struct {
        enum event_kind kind;
        const char *data, *verb;
    } stale[] = {
        {EVENT_MESSAGE_SENT, "{'text':'it is sent'}", "answer it"},
        {EVENT_CONTACT_TRANSFERRED, "{'queue':'zh'}", "transfer it"},
        {EVENT_CONTACT_ESCALATED, "{'queue':'shop2','ask':'?'}", "escalate it"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(stale); i++) {
        g_autofree char *sentence = g_strdup_printf(
            "The customer wrote on contact 1 since you last looked: read that, then %s.", stale[i].verb);
        s->saw = seen;
        shift_refuse(s, stale[i].kind, "mina", "1", stale[i].data, RULES_ERROR_STALE, sentence);
    }
    s->saw = seen;
    shift_do(s, EVENT_NOTE_ADDED, "mina", "1", "{'text':'a note is never stale'}");
    s->saw = s->position;
    shift_do(s, EVENT_MESSAGE_SENT, "mina", "1", "{'text':'stopped it'}");
    seen = s->position;
    shift_do(s, EVENT_CONTACT_WRAP_STARTED, "mina", "1", "{}");
    shift_do(s, EVENT_MESSAGE_RECEIVED, "customer", "1", "{'text':'thanks'}");
    s->saw = seen;
    shift_refuse(s, EVENT_CONTACT_CLOSED, "mina", "1", "{'disposition':'x','resolved':true}",
                 RULES_ERROR_STALE,
                 "The customer wrote on contact 1 since you last looked: read that, then close it.");
    shift_free(s);
}

static void test_another_agents_work_makes_a_reply_stale_but_ones_own_does_not(void)
{
    struct shift *s = busy_floor();
    int64_t seen = s->position;
    shift_do(s, EVENT_NOTE_ADDED, "mina", "1", "{'text':'my own'}");
    s->saw = seen;
    shift_do(s, EVENT_MESSAGE_SENT, "mina", "1", "{'text':'hello'}");
    shift_do(s, EVENT_NOTE_ADDED, "boss", "1", "{'text':'offer a voucher'}");
    shift_do(s, EVENT_NOTE_ADDED, "mina", "1", "{'text':'my own again'}");
    s->saw = seen;
    shift_refuse(
        s, EVENT_MESSAGE_SENT, "mina", "1", "{'text':'no voucher'}", RULES_ERROR_STALE,
        "Somebody else worked on contact 1 since you last looked: see what changed, then answer it.");
    s->saw = s->position;
    shift_do(s, EVENT_MESSAGE_SENT, "mina", "1", "{'text':'a voucher'}");
    shift_free(s);
}

static void test_giving_back_is_stale_too(void)
{
    struct shift *s = busy_floor();
    shift_do(s, EVENT_CONTACT_ESCALATED, "mina", "1", "{'queue':'shop2','ask':'refund?'}");
    shift_sign_in(s, "sofia");
    shift_do(s, EVENT_CONTACT_ACCEPTED, "sofia", "1", "{}");
    int64_t seen = s->position;
    shift_do(s, EVENT_MESSAGE_RECEIVED, "customer", "1", "{'text':'found it'}");
    s->saw = seen;
    shift_refuse(s, EVENT_CONTACT_GIVEN_BACK, "sofia", "1", "{'answer':'yes'}", RULES_ERROR_STALE,
                 "The customer wrote on contact 1 since you last looked: read that, then give it back.");
    shift_free(s);
}

static void test_a_supervisor_moves_and_closes_what_is_stuck(void)
{
    struct shift *s = busy_floor();
    shift_do(s, EVENT_CONTACT_TRANSFERRED, "boss", "2", "{'queue':'shop'}");
    g_assert_cmpstr(shift_contact(s, "2")->queue, ==, "shop");
    shift_do(s, EVENT_CONTACT_CLOSED, "boss", "5", "{'disposition':'stuck','resolved':false}");
    shift_do(s, EVENT_CONTACT_CLOSED, "boss", "1", "{'disposition':'stuck','resolved':false}");
    g_assert_cmpstr(shift_where(s, "1"), ==, "closed mina");
    shift_free(s);
}

static void test_a_late_yes_to_an_offer_that_ran_out_counts_while_nobody_else_has_it(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "omar");
    shift_arrive(s, "1", "phone", "shop");
    shift_wait(s, 20 * SECOND);
    g_assert_cmpstr(shift_where(s, "1"), ==, "queued -");
    g_assert_true(world_agent(s->w, "omar")->not_responding);
    shift_do(s, EVENT_CONTACT_ACCEPTED, "omar", "1", "{'from':'offer'}");
    g_assert_cmpstr(shift_where(s, "1"), ==, "active omar");
    g_assert_false(world_agent(s->w, "omar")->not_responding);
    shift_free(s);
}

static void test_sign_out_names_what_is_open(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "mina");
    for (int i = 1; i <= 3; i++) {
        g_autofree char *id = g_strdup_printf("%d", i);
        shift_arrive(s, id, "chat", "shop");
        shift_do(s, EVENT_CONTACT_ACCEPTED, "mina", id, "{}");
    }
    shift_refuse(
        s, EVENT_AGENT_SIGNED_OUT, "mina", NULL, "{}", RULES_ERROR_STATE,
        "You still have 3 open contacts (1, 2, 3): close, park or transfer them before you sign out.");
    shift_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/each refusal says why", test_each_refusal_says_why);
    g_test_add_func("/rules/a call is not parked while the customer is on the line",
                    test_a_call_is_not_parked_while_the_customer_is_on_the_line);
    g_test_add_func("/rules/a parked contact is taken up by its owner alone, and with room",
                    test_parked_contact_is_taken_up_by_its_owner_alone_and_with_room);
    g_test_add_func("/rules/a leg has its own name", test_a_leg_has_its_own_name);
    g_test_add_func("/rules/disabled accounts do not sign in", test_disabled_accounts_do_not_sign_in);
    g_test_add_func("/rules/a reply that has not seen the news is stale",
                    test_a_reply_that_has_not_seen_the_news_is_stale);
    g_test_add_func("/rules/another agent's work makes a reply stale, one's own does not",
                    test_another_agents_work_makes_a_reply_stale_but_ones_own_does_not);
    g_test_add_func("/rules/giving back is stale too", test_giving_back_is_stale_too);
    g_test_add_func("/rules/a supervisor moves and closes what is stuck",
                    test_a_supervisor_moves_and_closes_what_is_stuck);
    g_test_add_func("/rules/a late yes to an offer that ran out counts while nobody else has it",
                    test_a_late_yes_to_an_offer_that_ran_out_counts_while_nobody_else_has_it);
    g_test_add_func("/rules/sign-out names what is open", test_sign_out_names_what_is_open);
    return g_test_run();
}
