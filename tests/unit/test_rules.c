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
     "Contact 1 is active: you can resume it only while it is held or wrapping."},
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
     "Your role (supervisor) may not apply settings; that takes the right settings.change."},
    {EVENT_ORDER_RECORDED, "mina", NULL, "{'customer':'c','order':'o'}", RULES_ERROR_FORBIDDEN,
     "Your role (agent) may not record orders; that takes the right import.run."},
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
    {EVENT_CONTACT_RATED, "customer", "3", "{'csat':'good'}", RULES_ERROR_DATA,
     "A rating is csat from 1 to 5 or nps from 0 to 10."},
    {EVENT_CONTACT_RATED, "customer", "3", "{'CSAT':9}", RULES_ERROR_DATA,
     "A rating needs csat (1 to 5) or nps (0 to 10)."},
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
                 "You have no room for contact 1 beside the offer that rings; reject that first.");
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

struct right_case {
    enum role role; /* that has the right, and loses it */
    uint64_t right;
    enum event_kind kind;
    const char *actor, *contact, *data, *sentence;
};

static const struct right_case right_cases[] = {
    {ROLE_AGENT, RIGHT_CONTACTS_OWN, EVENT_CONTACT_HELD, "mina", "1", "{}",
     "Your role (agent) may not hold it; that takes the right contacts.own."},
    {ROLE_AGENT, RIGHT_CONTACTS_OWN, EVENT_CONTACT_ACCEPTED, "omar", "4", "{}",
     "Your role (agent) may not accept it; that takes the right contacts.own."},
    {ROLE_AGENT, RIGHT_CONTACTS_OWN, EVENT_CONTACT_CLOSED, "lena", "5", "{'disposition':'x','resolved':true}",
     "Your role (agent) may not close it; that takes the right contacts.own."},
    {ROLE_AGENT, RIGHT_CONTACTS_OWN, EVENT_STEP_ENTERED, "mina", "1",
     "{'script':'a','step':'b','class':'value'}",
     "Your role (agent) may not walk its script; that takes the right contacts.own."},
    {ROLE_AGENT, RIGHT_CONTACTS_OWN | RIGHT_CONTACTS_WATCH, EVENT_NOTE_ADDED, "mina", "1", "{'text':'n'}",
     "Your role (agent) may not add a note to it; that takes the right contacts.own or contacts.watch."},
    {ROLE_AGENT, RIGHT_CONTACTS_CREATE, EVENT_CONTACT_CREATED, "mina", "9",
     "{'channel':'chat','queue':'shop'}",
     "Your role (agent) may not create contacts; that takes the right contacts.create."},
    {ROLE_INTEGRATION, RIGHT_CONTACTS_CREATE, EVENT_CONTACT_CREATED, "integration", "9",
     "{'channel':'chat','queue':'shop'}",
     "Your role (integration) may not create contacts; that takes the right contacts.create."},
    {ROLE_SUPERVISOR, RIGHT_CONTACTS_MOVE, EVENT_CONTACT_WRAP_STARTED, "boss", "1", "{}",
     "Contact 1 is with Mina Ek: only they can wrap it up."},
    {ROLE_AGENT, RIGHT_MESSAGES_SEND, EVENT_MESSAGE_SENT, "mina", "1", "{'text':'hi'}",
     "Your role (agent) may not answer it; that takes the right messages.send."},
    {ROLE_INTEGRATION, RIGHT_MESSAGES_RECEIVE, EVENT_MESSAGE_RECEIVED, "customer", "1", "{'text':'hi'}",
     "Your role (integration) may not write on it; that takes the right messages.receive."},
    {ROLE_INTEGRATION, RIGHT_MESSAGES_RECEIVE, EVENT_CUSTOMER_CREATED, "integration", NULL,
     "{'customer':'c','name':'C'}",
     "Your role (integration) may not create customers; that takes the right messages.receive."},
    {ROLE_AGENT, RIGHT_CUSTOMERS_CORRECT, EVENT_CUSTOMER_CORRECTED, "mina", NULL,
     "{'customer':'c','field':'name'}",
     "Your role (agent) may not correct customers; that takes the right customers.correct."},
    {ROLE_AGENT, RIGHT_CUSTOMERS_CORRECT, EVENT_CONTACT_CUSTOMER_LINKED, "mina", "1",
     "{'customer':'c','name':'C'}",
     "Your role (agent) may not link its customer; that takes the right customers.correct."},
    {ROLE_AGENT, RIGHT_CUSTOMERS_READ, EVENT_CUSTOMER_REVEALED, "mina", NULL,
     "{'customer':'c','field':'phone'}",
     "Your role (agent) may not reveal personal data; that takes the right customers.read."},
    {ROLE_AGENT, RIGHT_KNOWLEDGE_READ, EVENT_ARTICLE_OPENED, "mina", NULL, "{'article':'a'}",
     "Your role (agent) may not open articles; that takes the right knowledge.read."},
    {ROLE_AGENT, RIGHT_KNOWLEDGE_FLAG, EVENT_ARTICLE_FLAGGED, "mina", NULL, "{'article':'a','note':'n'}",
     "Your role (agent) may not flag articles; that takes the right knowledge.flag."},
    {ROLE_AGENT, RIGHT_CONTACTS_OWN, EVENT_STEP_FLAGGED, "mina", NULL,
     "{'script':'s','step':'x','what':'slow'}",
     "Your role (agent) may not flag steps; that takes the right contacts.own."},
    {ROLE_ADMIN, RIGHT_IMPORT_RUN, EVENT_ORDER_RECORDED, "root", NULL, "{'customer':'c','order':'o'}",
     "Your role (admin) may not record orders; that takes the right import.run."},
    {ROLE_ADMIN, RIGHT_SETTINGS_CHANGE, EVENT_CONFIG_APPLIED, "root", NULL, "{'version':2}",
     "Your role (admin) may not apply settings; that takes the right settings.change."},
    {ROLE_SUPERVISOR, RIGHT_FLOOR_MANAGE, EVENT_AGENT_PRESENCE_CHANGED, "boss", NULL,
     "{'agent':'omar','presence':'ready'}", "Only Omar Diaz or a supervisor can do that for Omar Diaz."},
};

static bool may(const struct shift *s, const struct event *ev, enum role role, GError **error)
{
    return rules_check(s->w, ev, role, error);
}

static void test_a_role_without_the_right_is_refused(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(right_cases); i++) {
        const struct right_case *row = &right_cases[i];
        struct shift *s = busy_floor();
        g_autoptr(event) ev = shift_event(s, row->kind, row->actor, row->contact, row->data);
        g_autoptr(GError) error = NULL;
        may(s, ev, row->role, &error);
        g_assert_no_error(error);
        s->w->rights[row->role] &= ~row->right;
        g_assert_false(may(s, ev, row->role, &error));
        g_assert_error(error, RULES_ERROR, RULES_ERROR_FORBIDDEN);
        g_assert_cmpstr(error->message, ==, row->sentence);
        shift_free(s);
    }
}

static void test_the_second_line_is_whoever_may_take_its_contacts(void)
{
    struct shift *s = shift_new();
    const char *why = NULL;
    shift_sign_in(s, "sofia");
    shift_arrive(s, "1", "chat", "shop2");
    const struct agent *sofia = world_agent(s->w, "sofia");
    const struct contact *c = world_contact(s->w, "1");
    g_assert_true(rules_may_take(s->w, sofia, c, &why));
    s->w->rights[ROLE_SPECIALIST] &= ~(uint64_t)RIGHT_CONTACTS_ESCALATED;
    g_assert_false(rules_may_take(s->w, sofia, c, &why));
    g_assert_cmpstr(why, ==, "is not of the second line");
    s->w->rights[ROLE_SPECIALIST] = 0;
    g_assert_false(rules_may_take(s->w, sofia, c, &why));
    g_assert_cmpstr(why, ==, "the role has not the right contacts.own");
    shift_free(s);
}

static void test_settings_give_a_role_other_rights(void)
{
    struct shift *s = shift_new();
    cJSON *roles = cJSON_Parse("{\"agent\":[\"reports.own\",\"no.such\"],\"trainer\":[]}");
    world_put_rights(s->w, roles);
    cJSON_Delete(roles);
    g_assert_cmphex(s->w->rights[ROLE_AGENT], ==, RIGHT_REPORTS_OWN);
    g_assert_cmphex(s->w->rights[ROLE_TRAINER], ==, 0);
    g_assert_cmphex(s->w->rights[ROLE_ADMIN] & RIGHT_SETTINGS_CHANGE, ==, RIGHT_SETTINGS_CHANGE);
    world_put_rights(s->w, NULL);
    g_assert_cmphex(s->w->rights[ROLE_AGENT] & RIGHT_CONTACTS_OWN, ==, RIGHT_CONTACTS_OWN);
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

static void test_a_wrap_up_begun_too_soon_is_taken_back(void)
{
    struct shift *s = busy_floor();
    shift_do(s, EVENT_CONTACT_RESUMED, "lena", "5", "{}");
    g_assert_cmpint(world_contact(s->w, "5")->state, ==, CONTACT_ACTIVE);
    shift_wait(s, 3600000); /* no limit of a wrap-up closes it now */
    g_assert_cmpint(world_contact(s->w, "5")->state, ==, CONTACT_ACTIVE);
    shift_do(s, EVENT_CONTACT_HELD, "lena", "5", "{}");
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
    g_test_add_func("/rules/a role without the right is refused", test_a_role_without_the_right_is_refused);
    g_test_add_func("/rules/the second line is whoever may take its contacts",
                    test_the_second_line_is_whoever_may_take_its_contacts);
    g_test_add_func("/rules/settings give a role other rights", test_settings_give_a_role_other_rights);
    g_test_add_func("/rules/a reply that has not seen the news is stale",
                    test_a_reply_that_has_not_seen_the_news_is_stale);
    g_test_add_func("/rules/another agent's work makes a reply stale, one's own does not",
                    test_another_agents_work_makes_a_reply_stale_but_ones_own_does_not);
    g_test_add_func("/rules/a wrap-up begun too soon is taken back",
                    test_a_wrap_up_begun_too_soon_is_taken_back);
    g_test_add_func("/rules/giving back is stale too", test_giving_back_is_stale_too);
    g_test_add_func("/rules/a supervisor moves and closes what is stuck",
                    test_a_supervisor_moves_and_closes_what_is_stuck);
    g_test_add_func("/rules/a late yes to an offer that ran out counts while nobody else has it",
                    test_a_late_yes_to_an_offer_that_ran_out_counts_while_nobody_else_has_it);
    g_test_add_func("/rules/sign-out names what is open", test_sign_out_names_what_is_open);
    return g_test_run();
}
