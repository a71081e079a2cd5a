/* Approvals: who may decide, the one time it is decided, and what time and the end of a contact make of it.
 */
#include "app/rules/approvals.h"

#include <string.h>

#include "tests/support/shift.h"

#define MINUTE (60 * INT64_C(1000))
#define REQUEST                                                                                   \
    "{'script':'return','step':'refund','ask':'Refund 350?','approvers':'specialist supervisor'," \
    "'amount_minor':35000,'currency':'EUR'%s}"

/* Contact 1 is with mina; boss and sofia are there. */
static struct shift *floor_new(const char *limits)
{
    struct shift *s = shift_new();
    g_autofree char *text = g_strdelimit(g_strdup(limits), "'", '"');
    cJSON *json = cJSON_Parse(text);
    world_put_limits(s->w, json);
    cJSON_Delete(json);
    shift_sign_in(s, "mina");
    shift_sign_in(s, "sofia");
    shift_sign_in(s, "boss");
    shift_arrive(s, "1", "chat", "shop");
    shift_do(s, EVENT_CONTACT_ACCEPTED, "mina", "1", "{}");
    return s;
}

static const struct approval *only(struct shift *s)
{
    const GPtrArray *list = shift_contact(s, "1")->approvals;
    g_assert_nonnull(list);
    return g_ptr_array_index(list, list->len - 1);
}

static const struct approval *ask(struct shift *s, const char *more)
{
    g_autofree char *data = g_strdup_printf(REQUEST, more);
    shift_do(s, EVENT_APPROVAL_REQUESTED, "mina", "1", data);
    return only(s);
}

/* {'approval':ID, more} */
static char *about(const struct approval *a, const char *more)
{
    return g_strdup_printf("{'approval':'%s'%s}", a->id, more);
}

static void decide(struct shift *s, const char *who, const char *decision)
{
    g_autofree char *more = g_strdup_printf(",'decision':'%s'", decision);
    g_autofree char *data = about(only(s), more);
    shift_do(s, EVENT_APPROVAL_DECIDED, who, "1", data);
}

static void refuse(struct shift *s, enum event_kind kind, const char *who, const char *more,
                   enum rules_error code, const char *sentence)
{
    g_autofree char *data = about(only(s), more);
    shift_refuse(s, kind, who, "1", data, code, sentence);
}

static void cannot_decide(struct shift *s, const char *who, enum rules_error code, const char *sentence)
{
    refuse(s, EVENT_APPROVAL_DECIDED, who, ",'decision':'granted'", code, sentence);
}

static void test_one_who_may_decides_once(void)
{
    struct shift *s = floor_new("{}");
    const struct approval *a = ask(s, "");
    g_assert_cmpstr(a->asked_by, ==, "mina");
    g_assert_cmpint(a->due_ms - a->asked_ms, ==, APPROVAL_DUE_MS);
    g_assert_cmpint(a->expires_ms - a->asked_ms, ==, APPROVAL_EXPIRES_MS);
    s->now_ms += MINUTE;
    decide(s, "sofia", "granted");
    g_assert_cmpint(a->state, ==, APPROVAL_GRANTED);
    g_assert_cmpstr(a->decided_by, ==, "sofia");
    g_assert_cmpint(a->decided_ms - a->asked_ms, ==, MINUTE);
    refuse(s, EVENT_APPROVAL_DECIDED, "boss", ",'decision':'refused'", RULES_ERROR_STATE,
           "This approval of contact 1 is already decided: granted by Sofia Brandt.");
    refuse(s, EVENT_APPROVAL_WITHDRAWN, "mina", "", RULES_ERROR_STATE,
           "This approval of contact 1 is already decided: granted by Sofia Brandt.");
    g_assert_cmpint(a->state, ==, APPROVAL_GRANTED);
    shift_free(s);
}

static void test_nobody_decides_their_own(void)
{
    struct shift *s = floor_new("{}");
    shift_arrive(s, "2", "chat", "shop2");
    shift_do(s, EVENT_CONTACT_ACCEPTED, "sofia", "2", "{}");
    g_autofree char *data = g_strdup_printf(REQUEST, "");
    shift_do(s, EVENT_APPROVAL_REQUESTED, "sofia", "2", data);
    const struct approval *a = g_ptr_array_index(shift_contact(s, "2")->approvals, 0);
    g_autofree char *yes = about(a, ",'decision':'granted'");
    shift_refuse(s, EVENT_APPROVAL_DECIDED, "sofia", "2", yes, RULES_ERROR_FORBIDDEN,
                 "You asked for this approval yourself; somebody else has to decide it.");
    /* Nor does who has the contact since. */
    shift_do(s, EVENT_CONTACT_TRANSFERRED, "sofia", "2", "{'queue':'shop'}");
    shift_refuse(s, EVENT_APPROVAL_DECIDED, "sofia", "2", yes, RULES_ERROR_FORBIDDEN,
                 "You asked for this approval yourself; somebody else has to decide it.");
    shift_free(s);

    s = floor_new("{}");
    ask(s, "");
    shift_do(s, EVENT_CONTACT_ESCALATED, "mina", "1", "{'queue':'shop2','ask':'?'}");
    shift_do(s, EVENT_CONTACT_ACCEPTED, "sofia", "1", "{}");
    cannot_decide(s, "sofia", RULES_ERROR_FORBIDDEN,
                  "Contact 1 is yours; somebody else has to decide its approval.");
    decide(s, "boss", "refused");
    g_assert_cmpint(only(s)->state, ==, APPROVAL_REFUSED);
    shift_free(s);
}

static void test_role_right_limit_and_queue_are_asked(void)
{
    struct shift *s = floor_new("{'limits_minor':{'specialist':20000,'supervisor':50000}}");
    ask(s, "");
    cannot_decide(s, "omar", RULES_ERROR_FORBIDDEN,
                  "This approval is for a specialist or supervisor; your role is agent.");
    cannot_decide(
        s, "sofia", RULES_ERROR_FORBIDDEN,
        "Your role (specialist) does not decide on so much: 350.00 EUR; hand it on to somebody who may.");
    cJSON *roles = cJSON_Parse("{\"supervisor\":[\"contacts.own\"]}");
    world_put_rights(s->w, roles);
    cJSON_Delete(roles);
    cannot_decide(s, "boss", RULES_ERROR_FORBIDDEN,
                  "Your role (supervisor) has not the right approvals.decide: 350.00 EUR; hand it on to "
                  "somebody who may.");
    world_put_rights(s->w, NULL);
    decide(s, "boss", "granted");
    shift_free(s);

    s = floor_new("{}");
    ask(s, ",'queue':'zh'");
    cannot_decide(s, "sofia", RULES_ERROR_FORBIDDEN, "This approval is for who works the queue \"zh\".");
    shift_free(s);
}

static void test_who_stands_in_decides_with_the_others_right(void)
{
    struct shift *s = floor_new("{'stand_ins':{'boss':'omar'}}");
    ask(s, "");
    decide(s, "omar", "granted");
    g_assert_cmpstr(only(s)->decided_by, ==, "omar");
    shift_free(s);

    s = floor_new("{'stand_ins':{'boss':'mina'}}");
    ask(s, "");
    cannot_decide(s, "mina", RULES_ERROR_FORBIDDEN,
                  "You asked for this approval yourself; somebody else has to decide it.");
    shift_free(s);
}

static void test_handed_on_it_is_decided_by_whom_it_was_handed_to(void)
{
    struct shift *s = floor_new("{}");
    ask(s, "");
    refuse(s, EVENT_APPROVAL_DELEGATED, "omar", ",'agent':'lena'", RULES_ERROR_FORBIDDEN,
           "This approval is for a specialist or supervisor; your role is agent.");
    refuse(s, EVENT_APPROVAL_DELEGATED, "boss", ",'agent':'mina'", RULES_ERROR_FORBIDDEN,
           "Mina Ek asked for this approval and cannot decide it; choose somebody else.");
    refuse(s, EVENT_APPROVAL_DELEGATED, "boss", ",'agent':'boss'", RULES_ERROR_DATA,
           "You cannot hand an approval on to yourself.");
    refuse(s, EVENT_APPROVAL_DELEGATED, "boss", ",'agent':'ghost'", RULES_ERROR_UNKNOWN,
           "There is no agent \"ghost\"; choose one of the list.");
    g_autofree char *to_omar = about(only(s), ",'agent':'omar'");
    shift_do(s, EVENT_APPROVAL_DELEGATED, "boss", "1", to_omar);
    g_assert_cmpstr(only(s)->delegated_by, ==, "boss");
    cannot_decide(s, "lena", RULES_ERROR_FORBIDDEN,
                  "This approval is for a specialist or supervisor; your role is agent.");
    decide(s, "omar", "refused");
    g_assert_cmpint(only(s)->state, ==, APPROVAL_REFUSED);
    shift_free(s);
}

static void test_time_ends_it_and_a_late_decision_is_refused(void)
{
    struct shift *s = floor_new("{'due_ms':60000,'expires_ms':300000}");
    const struct approval *a = ask(s, "");
    g_assert_cmpint(shift_wait(s, MINUTE), ==, a->asked_ms + 5 * MINUTE);
    g_assert_cmpint(a->state, ==, APPROVAL_ASKED);
    shift_wait(s, 4 * MINUTE - 1);
    g_assert_cmpint(a->state, ==, APPROVAL_ASKED);
    shift_wait(s, 1);
    g_assert_cmpuint(shift_emitted(s, EVENT_APPROVAL_EXPIRED), ==, 1);
    g_assert_cmpint(a->state, ==, APPROVAL_EXPIRED);
    g_assert_cmpint(a->decided_ms - a->asked_ms, ==, 5 * MINUTE);
    cannot_decide(s, "boss", RULES_ERROR_STATE,
                  "This approval of contact 1 expired before anybody decided; it has to be asked for anew.");
    shift_wait(s, MINUTE);
    g_assert_cmpuint(shift_emitted(s, EVENT_APPROVAL_EXPIRED), ==, 0);
    g_assert_true(ask(s, ",'expires_ms':1000") != a);
    shift_wait(s, 1000);
    g_assert_cmpint(only(s)->state, ==, APPROVAL_EXPIRED);
    refuse(s, EVENT_APPROVAL_EXPIRED, "boss", "", RULES_ERROR_FORBIDDEN,
           "Only the system itself can let an approval of it expire.");
    shift_free(s);
}

/* An approval that runs out beside an offer or a wrap-up that does: both happen. */
static void test_it_expires_whatever_the_contact_does(void)
{
    struct shift *s = floor_new("{'expires_ms':60000}");
    ask(s, "");
    shift_do(s, EVENT_CONTACT_WRAP_STARTED, "mina", "1", "{}");
    shift_wait(s, MINUTE);
    g_assert_cmpint(only(s)->state, ==, APPROVAL_EXPIRED);
    g_assert_cmpstr(shift_where(s, "1"), ==, "wrapping mina");
    shift_wait(s, MINUTE);
    g_assert_cmpstr(shift_where(s, "1"), ==, "closed mina");
    shift_free(s);
}

static void test_who_asked_takes_it_back_and_one_is_open_at_a_time(void)
{
    struct shift *s = floor_new("{}");
    const struct approval *a = ask(s, "");
    g_autofree char *again = g_strdup_printf(REQUEST, "");
    shift_refuse(s, EVENT_APPROVAL_REQUESTED, "mina", "1", again, RULES_ERROR_STATE,
                 "This approval of contact 1 is asked for already; wait for it, or take it back first.");
    refuse(s, EVENT_APPROVAL_WITHDRAWN, "sofia", "", RULES_ERROR_FORBIDDEN,
           "Only who asked for an approval, or has its contact, can take it back.");
    g_autofree char *back = about(a, ",'reason':'typing slip'");
    shift_do(s, EVENT_APPROVAL_WITHDRAWN, "mina", "1", back);
    g_assert_cmpint(a->state, ==, APPROVAL_WITHDRAWN);
    g_assert_cmpstr(a->note, ==, "typing slip");
    cannot_decide(s, "boss", RULES_ERROR_STATE,
                  "This approval of contact 1 was taken back; nobody waits for it.");
    ask(s, "");
    shift_finish(s, "mina", "1");
    g_assert_cmpint(only(s)->state, ==, APPROVAL_WITHDRAWN);
    cannot_decide(s, "boss", RULES_ERROR_STATE,
                  "This approval of contact 1 was taken back; nobody waits for it.");
    g_assert_cmpint(approvals_expire_ms(shift_contact(s, "1")), ==, 0);
    shift_free(s);
}

static void test_settings_grant_small_amounts_at_once(void)
{
    struct shift *s = floor_new("{'preauthorised_minor':35000}");
    ask(s, "");
    g_assert_cmpuint(shift_emitted(s, EVENT_APPROVAL_DECIDED), ==, 1);
    g_assert_cmpint(only(s)->state, ==, APPROVAL_GRANTED);
    g_assert_null(only(s)->decided_by);
    cannot_decide(s, "boss", RULES_ERROR_STATE,
                  "This approval of contact 1 is already decided: granted by a rule.");
    shift_free(s);

    s = floor_new("{'preauthorised_minor':34999}");
    ask(s, "");
    g_assert_cmpint(only(s)->state, ==, APPROVAL_ASKED);
    shift_free(s);
}

/* 8 yuan count as one euro; a hundredth more is more. */
static void test_limits_weigh_another_currency(void)
{
    static const struct {
        const char *currency;
        int amount_minor;
        bool at_once, specialist_may;
    } cases[] = {
        {"EUR", 1000, true, true},     {"EUR", 1001, false, true},   {"EUR", 20001, false, false},
        {"CNY", 8000, true, true},     {"CNY", 8001, false, true},   {"CNY", 160000, false, true},
        {"CNY", 160001, false, false}, {"NOK", 20001, false, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct shift *s = floor_new("{'preauthorised_minor':1000,'limits_minor':{'specialist':20000},"
                                    "'currencies_minor':{'CNY':800}}");
        g_autofree char *data =
            g_strdup_printf("{'script':'s','step':'t','ask':'?','approvers':'specialist supervisor',"
                            "'amount_minor':%d,'currency':'%s'}",
                            cases[i].amount_minor, cases[i].currency);
        shift_do(s, EVENT_APPROVAL_REQUESTED, "mina", "1", data);
        g_assert_cmpint(only(s)->state, ==, cases[i].at_once ? APPROVAL_GRANTED : APPROVAL_ASKED);
        g_assert_true(approvals_may_decide(s->w, shift_contact(s, "1"), only(s), "sofia", NULL) ==
                      cases[i].specialist_may);
        shift_free(s);
    }
}

static void test_what_is_wrong_with_a_request_is_said(void)
{
    static const struct {
        const char *who, *data, *sentence;
        enum rules_error code;
    } cases[] = {
        {"omar", "{'script':'s','step':'t','ask':'?','approvers':'supervisor'}",
         "Contact 1 is with Mina Ek: only they can ask for an approval of it.", RULES_ERROR_FORBIDDEN},
        {"mina", "{'script':'s','step':'t','approvers':'supervisor'}",
         "To ask for an approval of it, the event approval.requested needs a text \"ask\".",
         RULES_ERROR_DATA},
        {"mina", "{'script':'s','step':'t','ask':'?'}", "Say which roles may decide on the approval.",
         RULES_ERROR_DATA},
        {"mina", "{'script':'s','step':'t','ask':'?','approvers':'boss'}",
         "\"boss\" is no role that decides on an approval; name for instance specialist or supervisor.",
         RULES_ERROR_DATA},
        {"mina", "{'script':'s','step':'t','ask':'?','approvers':'admin','expires_ms':0}",
         "The times of a request for an approval, due_ms and expires_ms, are above 0.", RULES_ERROR_DATA},
        {"mina", "{'script':'s','step':'t','ask':'?','approvers':'admin','amount_minor':-1}",
         "The amount of an approval is not below 0.", RULES_ERROR_DATA},
    };
    struct shift *s = floor_new("{}");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        shift_refuse(s, EVENT_APPROVAL_REQUESTED, cases[i].who, "1", cases[i].data, cases[i].code,
                     cases[i].sentence);
    shift_refuse(s, EVENT_APPROVAL_DECIDED, "boss", "1", "{'approval':'x','decision':'granted'}",
                 RULES_ERROR_UNKNOWN, "Contact 1 has no approval x; look at the list again.");
    shift_refuse(s, EVENT_APPROVAL_DECIDED, "boss", "1", "{'approval':'x','decision':'maybe'}",
                 RULES_ERROR_DATA, "\"maybe\" is no decision on an approval; it is granted or refused.");
    shift_free(s);
}

static void test_the_inbox_holds_what_one_may_decide_by_due_time(void)
{
    struct shift *s = floor_new("{'limits_minor':{'specialist':20000}}");
    shift_do(s, EVENT_APPROVAL_REQUESTED, "mina", "1",
             "{'script':'a','step':'late','ask':'?','approvers':'specialist','due_ms':90000}");
    shift_do(s, EVENT_APPROVAL_REQUESTED, "mina", "1",
             "{'script':'a','step':'soon','ask':'?','approvers':'specialist supervisor','due_ms':30000}");
    shift_do(s, EVENT_APPROVAL_REQUESTED, "mina", "1",
             "{'script':'a','step':'much','ask':'?','approvers':'specialist','amount_minor':20001}");
    g_autoptr(GPtrArray) sofias = approvals_for(s->w, "sofia");
    g_autoptr(GPtrArray) bosss = approvals_for(s->w, "boss");
    g_autoptr(GPtrArray) minas = approvals_for(s->w, "mina");
    g_assert_cmpuint(sofias->len, ==, 2);
    g_assert_cmpstr(((struct approvals_open *)sofias->pdata[0])->approval->step, ==, "soon");
    g_assert_cmpstr(((struct approvals_open *)sofias->pdata[1])->approval->step, ==, "late");
    g_assert_cmpuint(bosss->len, ==, 1);
    g_assert_cmpuint(minas->len, ==, 0);
    shift_free(s);
}

/* The same log gives the same contact, on the wire and in the desk's file. */
static void test_replayed_sent_and_packed_it_is_the_same(void)
{
    struct shift *s = floor_new("{}");
    ask(s, ",'reason':'damaged'");
    decide(s, "boss", "refused");
    ask(s, "");
    struct world *w = shift_empty_world();
    for (guint i = 0; i < s->log->len; i++)
        world_fold(w, g_ptr_array_index(s->log, i));
    g_autofree char *is = shift_dump(s->w), *again = shift_dump(w);
    g_assert_cmpstr(is, ==, again);
    g_assert_nonnull(strstr(is, "\"reason\":\"damaged\""));
    const struct contact *c = shift_contact(s, "1");
    cJSON *json = contact_to_cjson(c);
    g_autoptr(contact) read = contact_from_cjson(json, NULL);
    g_autoptr(contact) copied = contact_copy(read);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    contact_pack(copied, bytes);
    struct unpack from = {.at = bytes->data, .end = bytes->data + bytes->len};
    g_autoptr(contact) unpacked = contact_unpack(&from);
    g_assert_nonnull(unpacked);
    cJSON *last = contact_to_cjson(unpacked);
    g_assert_true(cJSON_Compare(json, last, true));
    cJSON_Delete(json);
    cJSON_Delete(last);
    world_free(w);
    shift_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/approvals/once", test_one_who_may_decides_once);
    g_test_add_func("/approvals/own", test_nobody_decides_their_own);
    g_test_add_func("/approvals/role", test_role_right_limit_and_queue_are_asked);
    g_test_add_func("/approvals/stand-in", test_who_stands_in_decides_with_the_others_right);
    g_test_add_func("/approvals/handed-on", test_handed_on_it_is_decided_by_whom_it_was_handed_to);
    g_test_add_func("/approvals/expiry", test_time_ends_it_and_a_late_decision_is_refused);
    g_test_add_func("/approvals/expiry-beside", test_it_expires_whatever_the_contact_does);
    g_test_add_func("/approvals/withdrawal", test_who_asked_takes_it_back_and_one_is_open_at_a_time);
    g_test_add_func("/approvals/preauthorised", test_settings_grant_small_amounts_at_once);
    g_test_add_func("/approvals/currencies", test_limits_weigh_another_currency);
    g_test_add_func("/approvals/request", test_what_is_wrong_with_a_request_is_said);
    g_test_add_func("/approvals/inbox", test_the_inbox_holds_what_one_may_decide_by_due_time);
    g_test_add_func("/approvals/same", test_replayed_sent_and_packed_it_is_the_same);
    return g_test_run();
}
