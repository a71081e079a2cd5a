/* A contact that leaves the desk before its end: passed on, escalated, given back, parked. */
#include <string.h>

#include "app/desk/hours.h"
#include "app/desk/update.h"
#include "tests/support/desk_play.h"
#include "ui/widgets/editor.h"

static void test_passing_on_tells_of_an_unsent_reply(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "r");
    play_type(play, "It is on its way");
    play_keys(play, "Esc t");
    play_type(play, "zh");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_TRANSFERRED), ==, 0);
    g_assert_cmpstr(desk_popup(play->desk)->hint, ==,
                    "Your reply has not been sent. Enter goes on without it, Esc goes back to it.");
    play_keys(play, "Esc e");
    play_type(play, "May we refund it?");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_ESCALATED), ==, 0);
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_ESCALATED), ==, 1);
    play_free(play);
}

static void test_a_parked_contact_keeps_its_draft(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_EMAIL);
    play_keys(play, "r");
    play_type(play, "It is on its way");
    play_keys(play, "Esc p Enter");
    play_deliver(play);
    g_assert_null(play->desk->current);
    play_keys(play, "g Enter");
    play_deliver(play);
    g_assert_cmpstr(play_reply_text(play), ==, "It is on its way");
    play_free(play);
}

static const char *form_text(const struct play *play, const char *field)
{
    return editor_text(popup_field_of(desk_popup(play->desk), field)->editor);
}

static void test_a_left_form_keeps_what_was_typed(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc e");
    play_type(play, "May I refund");
    play_keys(play, "Esc N Esc");
    play_customer_writes(play, "1001", "It arrived broken");
    play_accept(play, "1002", CHANNEL_CHAT); /* another contact's form is another form */
    play_keys(play, "Esc e");
    g_assert_cmpstr(form_text(play, "ask"), ==, "");
    play_keys(play, "Esc C-n");
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    play_keys(play, "e");
    g_assert_cmpstr(form_text(play, "ask"), ==, "May I refund");
    g_assert_cmpstr(play->desk->notice.text, ==, "What you had typed here before is here again.");
    g_assert_nonnull(strstr(form_text(play, "story"), "It arrived broken")); /* the story is as of now */
    play_type(play, " it?");
    play_keys(play, "Enter");
    play_deliver(play);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_ESCALATED), "ask"), ==,
                    "May I refund it?");
    g_assert_cmpuint(play->desk->left_forms->len, ==, 0);
    play_free(play);
}

static void test_a_form_left_untouched_is_forgotten(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_type(play, "Hello");
    play_keys(play, "Enter Esc e Esc");
    g_assert_cmpuint(play->desk->left_forms->len, ==, 0);
    play_keys(play, "e");
    play_type(play, "May I");
    play_keys(play, "Esc w");
    g_assert_cmpuint(play->desk->left_forms->len, ==, 1);
    play_keys(play, "Enter"); /* the contact is closed, and what was typed beside it is gone */
    g_assert_cmpuint(play->desk->left_forms->len, ==, 0);
    play_free(play);
}

static void test_escalate_there_and_back(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_customer_writes(play, "1001", "It arrived broken");
    play_keys(play, "Esc e");
    play_type(play, "May I refund it after 90 days?");
    play_keys(play, "Enter");
    play_deliver(play);
    const struct event *ev = play_last_event(play, EVENT_CONTACT_ESCALATED);
    g_assert_cmpstr(event_text(ev, "queue"), ==, "shop-2");
    g_assert_cmpstr(event_text(ev, "ask"), ==, "May I refund it after 90 days?");
    g_assert_nonnull(strstr(event_text(ev, "story"), "Crystal Minh: It arrived broken"));
    g_assert_null(play->desk->current);
    struct event *back = play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "omar", "1001");
    back->leg = g_strdup("1001.2");
    event_set_text(back, "from", "pull");
    play_stream(play, back);
    back = play_event(play, EVENT_CONTACT_GIVEN_BACK, ACTOR_AGENT, "omar", "1001");
    event_set_text(back, "answer", "Yes, once.");
    play_stream(play, back);
    play_offer(play, "1001");
    play_keys(play, "F2");
    play_deliver(play);
    g_assert_cmpstr(play_contact(play, "1001")->leg, ==, "1001.3");
    g_assert_nonnull(strstr(play_contact(play, "1001")->story, "Yes, once."));
    play_free(play);
}

static void test_second_line_gives_back(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc B");
    g_assert_cmpstr(play->desk->notice.text, ==, "Nobody asked you with this contact; transfer it with t.");
    play_arrive(play, "1002", CHANNEL_CHAT, "shop", "Yan");
    struct event *ev = play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "omar", "1002");
    ev->leg = g_strdup("1002.1");
    play_stream(play, ev);
    ev = play_event(play, EVENT_CONTACT_ESCALATED, ACTOR_AGENT, "omar", "1002");
    event_set_text(ev, "queue", "shop-2");
    event_set_text(ev, "ask", "Who may?");
    play_stream(play, ev);
    play_offer(play, "1002");
    play_keys(play, "F2 Esc B");
    play_type(play, "You may.");
    play_keys(play, "Enter");
    play_deliver(play);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_GIVEN_BACK), "answer"), ==, "You may.");
    g_assert_false(world_contact(play->backend, "1002")->escalated);
    play_free(play);
}

/* They would stand in the log as said, and nobody had heard them. */
static void test_nothing_is_said_to_a_caller_who_does_not_hear(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_PHONE);
    play_keys(play, "Esc h r");
    play_type(play, "It is on its way.");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 0);
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "The caller is on hold and hears nothing; Esc, then h takes the call up again.");
    play_keys(play, "Esc h r Enter"); /* what was typed meanwhile is kept for then */
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_MESSAGE_SENT), "text"), ==, "It is on its way.");
    play_customer_leaves(play, "1001");
    play_type(play, "Goodbye");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 1);
    g_assert_true(g_str_has_prefix(play->desk->notice.text, "The caller has hung up; Esc, then N "));
    play_free(play);
}

/* The backend would refuse it, and the call would have been off the desk until then. */
static void test_a_call_is_not_parked_with_somebody_on_the_line(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_PHONE);
    g_assert_cmpint(desk_action_have(play->desk) & ACTION_NEEDS_PATIENCE, ==, 0);
    play_keys(play, "Esc p");
    g_assert_null(desk_popup(play->desk));
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "A call cannot be parked while the customer is on the line; h holds it, t passes it on.");
    play_customer_leaves(play, "1001");
    play_keys(play, "p Enter");
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    g_assert_cmpint(world_contact(play->backend, "1001")->state, ==, CONTACT_PARKED);
    play_free(play);
}

static void test_transfer_and_park(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_accept(play, "1002", CHANNEL_CHAT);
    play_keys(play, "Esc t");
    play_type(play, "zh");
    play_keys(play, "Enter");
    play_deliver(play);
    g_assert_cmpstr(world_contact(play->backend, "1002")->queue, ==, "zh");
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    play_keys(play, "Esc p Down Enter");
    g_assert_true(g_str_has_prefix(play->desk->notice.text, "Parked until "));
    g_assert_nonnull(strstr(play->desk->notice.text, "; it comes back by itself, or when"));
    play_deliver(play);
    g_assert_cmpint(world_contact(play->backend, "1001")->state, ==, CONTACT_PARKED);
    g_assert_null(play->desk->current);
    play_keys(play, "g Enter"); /* mine first: taken up again */
    play_deliver(play);
    g_assert_cmpstr(play_contact(play, "1001")->leg, ==, "1001.2");
    g_assert_cmpint(play->desk->metrics.handled, ==, 2);
    play_free(play);
}

/* It would come back from the backend after the desk had let it go. */
static void test_who_cannot_take_it_is_not_passed_it(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    struct event *away = play_event(play, EVENT_AGENT_PRESENCE_CHANGED, ACTOR_AGENT, "omar", NULL);
    event_set_text(away, "presence", "not-ready");
    play_stream(play, away);
    play_keys(play, "Esc t");
    play_type(play, "omar");
    g_assert_cmpstr(popup_chosen(desk_popup(play->desk))->detail, ==, "not ready");
    play_keys(play, "Enter");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "Omar Haddad cannot take it now: not ready. Choose another agent or a queue.");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_TRANSFERRED), ==, 0);
    struct event *back = play_event(play, EVENT_AGENT_PRESENCE_CHANGED, ACTOR_AGENT, "omar", NULL);
    event_set_text(back, "presence", "ready");
    play_stream(play, back);
    play_keys(play, "Esc t");
    play_type(play, "omar");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_TRANSFERRED), ==, 1);
    play_free(play);
}

/* Each choice says until when, for "4 hours" is no time of the day. */
static void test_the_choices_of_the_park_say_until_when(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc p");
    const struct popup *p = desk_popup(play->desk);
    char hour[TIMESTAMP_SHORT_BYTES], day[TIMESTAMP_SHORT_BYTES];
    int64_t now_ms = play->now_ms;
    g_assert_cmpstr(((const struct popup_choice *)p->choices->pdata[0])->detail, ==,
                    hours_short(play->desk, now_ms + 15 * INT64_C(60000), hour));
    g_assert_nonnull(strchr(hour, ':'));
    g_assert_cmpstr(((const struct popup_choice *)p->choices->pdata[4])->detail, ==,
                    hours_short(play->desk, now_ms + 3 * INT64_C(86400000), day));
    g_assert_null(strchr(day, ':'));
    play_free(play);
}

static void unpark(struct play *play, const char *id, const char *reason)
{
    struct event *ev = play_event(play, EVENT_CONTACT_UNPARKED, ACTOR_SYSTEM, NULL, id);
    event_set_text(ev, "reason", reason);
    play_stream(play, ev);
}

/* Whoever is not ready gets no offer of it, and would not see that it waits. */
static void test_what_was_parked_is_announced_when_it_is_back(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_accept(play, "1002", CHANNEL_CHAT);
    play_keys(play, "Esc p Enter");
    play_deliver(play);
    int rings = play->rings;
    unpark(play, "1002", "the customer wrote");
    g_autofree char *sentence =
        g_strdup_printf("%s, whom you parked, waits in the queue again: the customer wrote.",
                        world_contact(play->desk->world, "1002")->name);
    g_assert_cmpstr(play->desk->notice.text, ==, sentence);
    g_assert_cmpint(play->rings, ==, rings + 1);
    play_free(play);
}

/* The rules refuse it, and the desk does not let the contact go first. */
static void test_wrap_up_is_passed_to_nobody(void)
{
    static const char *const keys[] = {"p", "t", "e"};
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc w Esc");
    g_assert_cmpint(play_contact(play, "1001")->state, ==, CONTACT_WRAPPING);
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        play_keys(play, keys[i]);
        g_assert_null(desk_popup(play->desk));
        g_assert_cmpstr(play->desk->notice.text, ==, "It is in wrap-up; h takes it up again first.");
    }
    play_keys(play, "h p");
    g_assert_cmpstr(desk_popup(play->desk)->name, ==, "park");
    play_free(play);
}

/* What was said is no longer so once anybody has it. */
static void test_what_waits_again_is_said_only_while_it_waits(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc p Enter");
    play_deliver(play);
    unpark(play, "1001", "it is time");
    play_wait(play, 1000);
    g_assert_nonnull(strstr(play->desk->notice.text, "waits in the queue again"));
    play_stream(play, play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "mina", "1001"));
    g_assert_null(play->desk->notice.text);

    play_accept(play, "1003", CHANNEL_CHAT);
    play_keys(play, "Esc p Enter");
    play_deliver(play);
    unpark(play, "1003", "it is time");
    play_keys(play, "M-1 Home Enter");
    g_assert_cmpstr(play->desk->current->id, ==, "1003");
    g_assert_null(play->desk->notice.text);
    play_free(play);
}

/* A colleague's return to the queue is theirs to hear of. */
static void test_what_others_parked_comes_back_in_silence(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Yan");
    play_stream(play, play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "mina", "1001"));
    struct event *parked = play_event(play, EVENT_CONTACT_PARKED, ACTOR_AGENT, "mina", "1001");
    event_set_number(parked, "until_ms", play->now_ms + 900000);
    play_stream(play, parked);
    g_assert_cmpint(play_contact(play, "1001")->state, ==, CONTACT_PARKED);
    int rings = play->rings;
    unpark(play, "1001", "it is time");
    g_assert_cmpint(play_contact(play, "1001")->state, ==, CONTACT_QUEUED);
    g_assert_cmpint(play->rings, ==, rings);
    g_assert_null(strstr(play->desk->notice.text, "parked"));
    play_free(play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desk/passing/passing on tells of a reply that was not sent",
                    test_passing_on_tells_of_an_unsent_reply);
    g_test_add_func("/desk/passing/a parked contact keeps its draft", test_a_parked_contact_keeps_its_draft);
    g_test_add_func("/desk/passing/a form that Esc left keeps what was typed",
                    test_a_left_form_keeps_what_was_typed);
    g_test_add_func("/desk/passing/a form left untouched is forgotten",
                    test_a_form_left_untouched_is_forgotten);
    g_test_add_func("/desk/passing/an escalation goes there with its story and back",
                    test_escalate_there_and_back);
    g_test_add_func("/desk/passing/the second line gives back with an answer", test_second_line_gives_back);
    g_test_add_func("/desk/passing/transfer and park free the desk", test_transfer_and_park);
    g_test_add_func("/desk/passing/nothing is said to a caller who does not hear",
                    test_nothing_is_said_to_a_caller_who_does_not_hear);
    g_test_add_func("/desk/passing/a call is not parked with somebody on the line",
                    test_a_call_is_not_parked_with_somebody_on_the_line);
    g_test_add_func("/desk/passing/who cannot take it is not passed it",
                    test_who_cannot_take_it_is_not_passed_it);
    g_test_add_func("/desk/passing/the choices of the park say until when",
                    test_the_choices_of_the_park_say_until_when);
    g_test_add_func("/desk/passing/what was parked is announced when it is back",
                    test_what_was_parked_is_announced_when_it_is_back);
    g_test_add_func("/desk/passing/a wrap-up is passed to nobody", test_wrap_up_is_passed_to_nobody);
    g_test_add_func("/desk/passing/what waits again is said only while it waits",
                    test_what_waits_again_is_said_only_while_it_waits);
    g_test_add_func("/desk/passing/what others parked comes back in silence",
                    test_what_others_parked_comes_back_in_silence);
    return g_test_run();
}
