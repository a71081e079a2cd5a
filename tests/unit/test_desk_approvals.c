/* Approvals on the desk: asked for in the script, waited for, decided from the inbox; on one desk and on two.
 */
#include <string.h>

#include "app/desk/popup.h"
#include "tests/support/desk_play.h"
#include "app/rules/approvals.h"
#include "app/script/walk.h"

static const char SCRIPT[] =
    "script: refund\nversion: 1\ntitle: Refund\nlanguages: [en]\nintents: [return_size]\nsteps:\n"
    "- {id: sum, kind: form, title: Sum, class: value, fields: [{name: refund, type: money}], next: lead}\n"
    "- id: lead\n  kind: approve\n  title: Refund above the limit\n  class: waste\n  waste: approval\n"
    "  approvers: [specialist, supervisor]\n  ask: 'Refund {refund}?'\n  with: {amount: refund}\n"
    "  due: 5m\n  expires: 1h\n  preauthorised: refund <= money(50)\n"
    "  results: {granted: pay, refused: sorry, expired: later, meanwhile: label}\n"
    "- {id: label, kind: say, title: Label, class: value, say: x, next: lead}\n"
    "- {id: pay, kind: end, title: Pay, class: value, disposition: returned, resolved: yes}\n"
    "- {id: sorry, kind: end, title: Sorry, class: value, disposition: open, resolved: no}\n"
    "- {id: later, kind: end, title: Later, class: value, disposition: open, resolved: no}\n";

static const char *current(const struct play *play)
{
    return walk_current(play->desk->current->walk)->id;
}

/* Li Na has contact 1001 and stands at the approval of this refund. */
static struct play *at_approval(const char *refund)
{
    struct play *play = play_new();
    play_script(play, SCRIPT);
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Crystal Minh");
    play_offer(play, "1001");
    play_keys(play, "F2");
    play_deliver(play);
    play_keys(play, "M-4 Enter Enter");
    play_type(play, refund);
    play_keys(play, "Enter");
    return play;
}

/* The same, asked for; the request. */
static const struct event *asked(struct play *play)
{
    play_keys(play, "Enter");
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    return play_last_event(play, EVENT_APPROVAL_REQUESTED);
}

static void decide(struct play *play, const char *decision, const char *note)
{
    struct event *ev = play_event(play, EVENT_APPROVAL_DECIDED, ACTOR_AGENT, "omar", "1001");
    event_set_text(ev, "approval", play_last_event(play, EVENT_APPROVAL_REQUESTED)->id);
    event_set_text(ev, "decision", decision);
    event_set_text(ev, "note", note);
    play_stream(play, ev);
}

static void test_one_key_asks_and_the_decision_leads_on(void)
{
    struct play *play = at_approval("350");
    g_assert_cmpstr(current(play), ==, "lead");
    const struct event *ev = asked(play);
    g_assert_cmpstr(event_text(ev, "ask"), ==, "Refund 350.00?");
    g_assert_cmpstr(event_text(ev, "approvers"), ==, "specialist supervisor");
    g_assert_cmpint(event_number(ev, "amount_minor", 0), ==, 35000);
    g_assert_cmpint(event_number(ev, "due_ms", 0), ==, 300000);
    g_assert_cmpstr(current(play), ==, "lead");
    const struct approval *a = desk_approval(play->desk, play->desk->current);
    g_assert_cmpint(a->due_ms - a->asked_ms, ==, 300000);
    play_wait(play, 42000);
    decide(play, "granted", NULL);
    g_assert_cmpstr(current(play), ==, "pay");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "Crystal Minh: Refund above the limit granted by Omar Haddad.");
    const struct event *left = play_last_event(play, EVENT_STEP_LEFT);
    g_assert_cmpstr(event_text(left, "result"), ==, "granted");
    g_assert_cmpint(event_number(left, "spent_ms", 0), ==, 42000);
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    play_free(play);
}

static void test_refused_and_run_out_have_their_ways(void)
{
    struct play *play = at_approval("350");
    asked(play);
    decide(play, "refused", "too long ago");
    g_assert_cmpstr(current(play), ==, "sorry");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "Crystal Minh: Refund above the limit refused by Omar Haddad: too long ago.");
    play_free(play);

    play = at_approval("350");
    asked(play);
    struct event *ev = play_event(play, EVENT_APPROVAL_EXPIRED, ACTOR_SYSTEM, "rules", "1001");
    event_set_text(ev, "approval", play_last_event(play, EVENT_APPROVAL_REQUESTED)->id);
    play_stream(play, ev);
    g_assert_cmpstr(current(play), ==, "later");
    play_free(play);
}

static void test_what_a_rule_grants_asks_nobody(void)
{
    struct play *play = at_approval("50");
    g_assert_cmpstr(current(play), ==, "pay");
    g_assert_cmpint(play_count(play, EVENT_APPROVAL_REQUESTED), ==, 0);
    play_free(play);
}

static void test_nobody_grants_it_to_themselves_by_a_digit(void)
{
    struct play *play = at_approval("350");
    play_keys(play, "1 y 2");
    g_assert_cmpstr(current(play), ==, "lead");
    g_assert_cmpstr(play->desk->current->script_problem, ==, "Somebody else decides this; Enter asks them.");
    asked(play);
    play_keys(play, "1 M-a");
    g_assert_cmpstr(current(play), ==, "lead");
    g_assert_null(desk_popup(play->desk));
    g_assert_cmpstr(play->desk->notice.text, ==, "No approval waits for your decision.");
    play_free(play);
}

static void test_the_contact_goes_on_meanwhile(void)
{
    struct play *play = at_approval("350");
    g_assert_cmpstr(desk_step_open_word(play->desk, play->desk->current), ==, "ask");
    asked(play);
    g_assert_cmpstr(desk_step_open_word(play->desk, play->desk->current), ==, "meanwhile");
    play_keys(play, "Enter");
    g_assert_cmpstr(current(play), ==, "label");
    g_assert_cmpstr(desk_step_open_word(play->desk, play->desk->current), ==, "next");
    play_keys(play, "Enter");
    g_assert_null(desk_step_open_word(play->desk, play->desk->current));
    g_assert_cmpstr(current(play), ==, "lead"); /* it waits now, and Enter leads no second time around */
    play_keys(play, "Enter");
    g_assert_cmpstr(current(play), ==, "lead");
    g_assert_cmpint(play_count(play, EVENT_APPROVAL_REQUESTED), ==, 1);
    play_keys(play, "b");
    g_assert_cmpstr(current(play), ==, "label");
    decide(play, "granted", NULL);
    g_assert_cmpstr(current(play), ==, "label"); /* what is under way is not torn away */
    play_keys(play, "Enter");
    g_assert_cmpstr(current(play), ==, "pay");
    play_free(play);
}

static void test_it_is_taken_back_by_key_and_by_going_another_way(void)
{
    struct play *play = at_approval("350");
    asked(play);
    play_keys(play, "W");
    play_deliver(play);
    g_assert_cmpint(play_count(play, EVENT_APPROVAL_WITHDRAWN), ==, 1);
    g_assert_null(desk_approval(play->desk, play->desk->current));
    g_assert_cmpstr(current(play), ==, "lead");
    asked(play);
    play_keys(play, "b");
    play_deliver(play);
    g_assert_cmpint(play_count(play, EVENT_APPROVAL_WITHDRAWN), ==, 2);
    play_keys(play, "W");
    g_assert_cmpstr(play->desk->notice.text, ==, "No approval of this contact is being waited for.");
    play_free(play);
}

/* Another amount is another question. */
static void test_a_new_amount_is_asked_anew(void)
{
    struct play *play = at_approval("350");
    asked(play);
    decide(play, "granted", NULL);
    play_keys(play, "b b c C-u");
    play_type(play, "900");
    play_keys(play, "Enter Enter");
    g_assert_cmpstr(current(play), ==, "lead");
    g_assert_null(desk_approval(play->desk, play->desk->current));
    asked(play);
    g_assert_cmpint(play_count(play, EVENT_APPROVAL_REQUESTED), ==, 2);
    g_assert_cmpint(event_number(play_last_event(play, EVENT_APPROVAL_REQUESTED), "amount_minor", 0), ==,
                    90000);
    play_free(play);
}

/* --- the inbox --- */

/* Li Na may decide; contacts 2001 … are Omar's. */
static struct play *specialist(void)
{
    struct play *play = play_new();
    world_agent(play->backend, "li")->role = world_agent(play->desk->world, "li")->role = ROLE_SPECIALIST;
    play->desk->role = ROLE_SPECIALIST;
    return play;
}

static void request(struct play *play, const char *id, const char *name, int64_t due_ms)
{
    play_arrive(play, id, CHANNEL_EMAIL, "shop", name);
    struct event *taken = play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "omar", id);
    taken->leg = g_strconcat(id, ".1", NULL);
    play_stream(play, taken);
    struct event *ev = play_event(play, EVENT_APPROVAL_REQUESTED, ACTOR_AGENT, "omar", id);
    event_set_text(ev, "script", "refund");
    event_set_text(ev, "step", "lead");
    event_set_text(ev, "ask", "Refund it?");
    event_set_text(ev, "approvers", "specialist");
    event_set_number(ev, "due_ms", due_ms);
    play_stream(play, ev);
}

/* At intake nobody has the contact yet, and the rules ask for what its script will need. */
static void test_rules_that_ask_are_called_so(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Yan");
    play_offer(play, "1001");
    play_keys(play, "F2");
    struct event *ev = play_event(play, EVENT_APPROVAL_REQUESTED, ACTOR_SYSTEM, "rules", "1001");
    event_set_text(ev, "script", "refund");
    event_set_text(ev, "step", "lead");
    event_set_text(ev, "ask", "Refund it?");
    event_set_text(ev, "approvers", "specialist");
    play_stream(play, ev);
    const GPtrArray *messages = play->desk->current->messages;
    const struct desk_message *last = g_ptr_array_index(messages, messages->len - 1);
    g_assert_cmpstr(last->text, ==, "a rule asks for an approval: Refund it?");
    play_free(play);
}

static void test_the_inbox_decides_with_one_key(void)
{
    struct play *play = specialist();
    int rings = play->rings;
    request(play, "2001", "Yara Silva", 600000);
    request(play, "2002", "Wang Fang", 300000);
    g_assert_cmpint(play->rings, ==, rings + 2);
    g_assert_cmpstr(play->desk->notice.text, ==, "An approval waits for you; Alt-a shows it.");
    play_keys(play, "M-a");
    g_assert_cmpint(desk_popup(play->desk)->kind, ==, POPUP_INBOX);
    play_keys(play, "a");
    const struct event *ev = play_last_event(play, EVENT_APPROVAL_DECIDED);
    g_assert_cmpstr(ev->contact, ==, "2002"); /* it is due first */
    g_assert_cmpstr(event_text(ev, "decision"), ==, "granted");
    g_assert_cmpstr(play->desk->notice.text, ==, "Wang Fang: granted.");
    play_keys(play, "d Enter"); /* not without a word */
    g_assert_cmpstr(desk_popup(play->desk)->name, ==, "decline");
    play_type(play, "Not within the terms");
    play_keys(play, "Enter");
    ev = play_last_event(play, EVENT_APPROVAL_DECIDED);
    g_assert_cmpstr(ev->contact, ==, "2001");
    g_assert_cmpstr(event_text(ev, "decision"), ==, "refused");
    g_assert_cmpstr(event_text(ev, "note"), ==, "Not within the terms");
    g_assert_null(desk_popup(play->desk));
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    play_free(play);
}

/* Nothing moves under the cursor, and a key meant for a request that is gone decides no other. */
static void test_a_request_that_is_gone_is_not_taken_for_its_neighbour(void)
{
    struct play *play = specialist();
    request(play, "2001", "Yara Silva", 600000);
    play_keys(play, "M-a");
    request(play, "2002", "Wang Fang", 300000); /* comes in above */
    g_autoptr(GPtrArray) inbox = desk_inbox(play->desk);
    g_assert_cmpint(desk_inbox_cursor(desk_popup(play->desk), inbox), ==, 1);
    struct event *ev = play_event(play, EVENT_APPROVAL_WITHDRAWN, ACTOR_AGENT, "omar", "2001");
    event_set_text(ev, "approval", ((struct approvals_open *)inbox->pdata[1])->approval->id);
    play_stream(play, ev);
    play_keys(play, "a");
    g_assert_cmpint(play_count(play, EVENT_APPROVAL_DECIDED), ==, 0);
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "It was decided or taken back meanwhile; look at the next one.");
    play_keys(play, "a");
    g_assert_cmpstr(play_last_event(play, EVENT_APPROVAL_DECIDED)->contact, ==, "2002");
    play_free(play);
}

static void test_it_is_handed_on_and_looked_at(void)
{
    struct play *play = specialist();
    world_put_agent(play->desk->world, agent_new("zoe", "Zoe Lind", ROLE_AGENT));
    world_put_agent(play->backend, agent_new("zoe", "Zoe Lind", ROLE_AGENT));
    world_agent(play->desk->world, "zoe")->signed_in = true;
    world_put_agent(play->desk->world, agent_new("amy", "Amy Lind", ROLE_AGENT));
    request(play, "2001", "Yara Silva", 600000);
    play_keys(play, "M-a h");
    g_assert_cmpstr(desk_popup(play->desk)->name, ==, "hand-on");
    const GPtrArray *choices = desk_popup(play->desk)->choices;
    g_assert_cmpint(choices->len, ==, 2); /* neither Omar, whose it is, nor me */
    g_assert_cmpstr(((const struct popup_choice *)choices->pdata[0])->value, ==,
                    "zoe"); /* who is there first */
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_APPROVAL_DELEGATED), "agent"), ==, "zoe");
    play_keys(play, "Enter");
    g_assert_null(desk_popup(play->desk));
    g_assert_cmpstr(play->desk->current->id, ==, "2001");
    play_keys(play, "M-a h Enter");
    const GPtrArray *messages = play->desk->current->messages;
    g_assert_cmpint(messages->len, >, 0);
    const struct desk_message *told = messages->pdata[messages->len - 1];
    g_assert_cmpstr(told->text, ==, "Li Na handed the approval on: Zoe Lind");
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    play_free(play);
}

/* --- two desks --- */

static void copy_to(struct play *to, const struct event *from)
{
    struct event *ev = event_copy(from);
    play_stream(to, ev);
}

/* One asks, one decides: each has only what the backend streams. */
static void test_two_desks_agree(void)
{
    struct play *asks = at_approval("350"), *decides = specialist();
    play_arrive(decides, "1001", CHANNEL_CHAT, "shop", "Crystal Minh");
    struct event *taken = play_event(decides, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "omar", "1001");
    taken->leg = g_strdup("1001.1");
    play_stream(decides, taken);
    struct event *ev = event_copy(asked(asks));
    g_free(ev->actor);
    ev->actor = g_strdup("omar"); /* both desks are Li Na's in these tests; here she is the colleague */
    play_stream(decides, ev);
    play_keys(decides, "M-a a");
    play_deliver(decides);
    g_assert_cmpint(decides->refusals, ==, 0);
    struct event *decision = event_copy(play_last_event(decides, EVENT_APPROVAL_DECIDED));
    g_free(decision->actor);
    decision->actor = g_strdup("omar");
    copy_to(asks, decision);
    event_free(decision);
    g_assert_cmpstr(current(asks), ==, "pay");
    play_free(asks);
    play_free(decides);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desk-approvals/asks", test_one_key_asks_and_the_decision_leads_on);
    g_test_add_func("/desk-approvals/ways", test_refused_and_run_out_have_their_ways);
    g_test_add_func("/desk-approvals/rule", test_what_a_rule_grants_asks_nobody);
    g_test_add_func("/desk-approvals/self", test_nobody_grants_it_to_themselves_by_a_digit);
    g_test_add_func("/desk-approvals/meanwhile", test_the_contact_goes_on_meanwhile);
    g_test_add_func("/desk-approvals/taken-back", test_it_is_taken_back_by_key_and_by_going_another_way);
    g_test_add_func("/desk-approvals/amount", test_a_new_amount_is_asked_anew);
    g_test_add_func("/desk-approvals/inbox", test_the_inbox_decides_with_one_key);
    g_test_add_func("/desk-approvals/gone", test_a_request_that_is_gone_is_not_taken_for_its_neighbour);
    g_test_add_func("/desk-approvals/handed-on", test_it_is_handed_on_and_looked_at);
    g_test_add_func("/desk-approvals/two-desks", test_two_desks_agree);
    g_test_add_func("/desk-approvals/rules-ask", test_rules_that_ask_are_called_so);
    return g_test_run();
}
