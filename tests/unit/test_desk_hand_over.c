/* A script on its way from hand to hand, with every answer; and leaving it early. */
#include <string.h>

#include "app/desk/update.h"
#include "app/script/walk.h"
#include "tests/support/desk_play.h"
#include "tests/support/desk_scripts.h"
#include "ui/widgets/editor.h"

/* The backend tells what the contact's log has. */
static void tell_log(struct play *play, const char *id)
{
    cJSON *json = cJSON_CreateObject(), *events = cJSON_AddArrayToObject(json, "events");
    for (guint i = 0; i < play->events->len; i++) {
        const struct event *ev = g_ptr_array_index(play->events, i);
        if (g_strcmp0(ev->contact, id) == 0)
            cJSON_AddItemToArray(events, event_to_cjson(ev));
    }
    play_reply(play, play->last_events, LINK_FETCH_CONTACT_EVENTS, json);
}

/* In the second step, the name given in the first. */
static void walk_half(struct play *play)
{
    play_script(play, DESK_SCRIPT_RETURN);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc M-4 Enter Enter");
    play_type(play, "Crystal");
    play_keys(play, "Enter");
    g_assert_cmpstr(walk_current(play->desk->current->walk)->id, ==, "soon");
}

static void assert_goes_on(struct play *play, int started)
{
    g_assert_null(play->desk->current->walk);
    g_assert_cmpstr(walk_current(desk_walk(play->desk->current))->id, ==, "soon");
    g_assert_cmpstr(desk_script_open_word(play->desk->current), ==, "go on");
    play_wait(play, 60000);
    play_keys(play, "M-4 Enter");
    const struct walk *walk = play->desk->current->walk;
    g_assert_cmpstr(walk_current(walk)->id, ==, "soon");
    g_assert_cmpstr(walk_value(walk, NULL, "holder"), ==, "Crystal");
    g_assert_cmpint(walk_entered_ms(walk), ==, play->now_ms); /* the way here was nobody's time in the step */
    g_assert_cmpint(play_count(play, EVENT_SCRIPT_STARTED), ==, started);
    g_assert_cmpint(play_count(play, EVENT_SCRIPT_FINISHED), ==, 0);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ENTERED), "step"), ==, "soon");
    play_keys(play, "b"); /* and what was done before is there to go back to */
    g_assert_cmpstr(walk_current(walk)->id, ==, "account");
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
}

static void transfer(struct play *play, const char *to)
{
    play_keys(play, "Esc t");
    play_type(play, to);
    play_keys(play, "Enter");
    play_deliver(play);
    g_assert_null(play->desk->current);
}

static void take_up(struct play *play)
{
    play_offer(play, "1001");
    play_keys(play, "F2");
    tell_log(play, "1001");
}

static void test_a_transfer_keeps_every_answer(void)
{
    struct play *play = play_new();
    walk_half(play);
    transfer(play, "zh");
    take_up(play);
    assert_goes_on(play, 2);
    play_free(play);
}

/* Whoever had it without going on with the script passes on what was done before. */
static void test_a_leg_without_the_script_passes_it_on(void)
{
    struct play *play = play_new();
    walk_half(play);
    transfer(play, "zh");
    take_up(play);
    transfer(play, "shop");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_TRANSFERRED), ==, 2);
    const char *story = event_text(play_last_event(play, EVENT_CONTACT_TRANSFERRED), "story");
    g_assert_nonnull(strstr(story, "Name Crystal"));
    play_free(play);
}

/* Whom a colleague asks hears of it, finds it with one key, and no more once it is over. */
static void test_who_is_asked_is_told(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_PHONE, "shop", "Crystal Minh");
    struct event *taken = play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "sam", "1001");
    taken->leg = g_strdup("1001.1");
    play_stream(play, taken);
    play_accept(play, "1002", CHANNEL_CHAT);
    int rings = play->rings;
    struct event *asked = play_event(play, EVENT_CONTACT_CONSULT_STARTED, ACTOR_AGENT, "sam", "1001");
    event_set_text(asked, "agent", "li");
    play_stream(play, asked);
    g_assert_cmpint(play->rings, ==, rings + 1);
    g_assert_cmpstr(play->notice, ==, "A colleague asks you about a contact.");
    g_assert_true(
        g_str_has_suffix(play->desk->notice.text, " asks you about Crystal Minh, phone; ^N goes there."));
    g_assert_true(desk_asks_me(play->desk, play_contact(play, "1001")));
    play_keys(play, "Esc C-n");
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    g_assert_false(desk_is_mine(play->desk, play_contact(play, "1001")));
    play_keys(play, "C-n"); /* one's own are not lost behind it */
    g_assert_cmpstr(play->desk->current->id, ==, "1002");
    play_stream(play, play_event(play, EVENT_CONTACT_CONSULT_ENDED, ACTOR_AGENT, "sam", "1001"));
    g_assert_false(desk_asks_me(play->desk, play_contact(play, "1001")));
    g_assert_null(play_contact(play, "1001")->consulted);
    play_keys(play, "C-n");
    g_assert_cmpstr(play->desk->current->id, ==, "1002");
    play_free(play);
}

static const char PASSES_ON[] =
    "script: pass\nversion: 1\ntitle: Pass on\nintents: [return_size]\nsteps:\n"
    "- {id: who, kind: ask, title: Who, class: value, fields: [{name: holder, type: text}], next: on}\n"
    "- {id: on, kind: transfer, title: On, class: waste, waste: handover, queue: zh, ask: 'For {holder}.', "
    "next: bye}\n"
    "- {id: bye, kind: end, title: Bye, class: value, disposition: returned, resolved: yes}\n";

/* Enter twice: the cursor stands where the script sends it, what it asks goes along, and whoever has it next
 * goes on behind. */
static void test_a_step_passes_the_contact_on(void)
{
    struct play *play = play_new();
    play_script(play, PASSES_ON);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc M-4 Enter Enter");
    play_type(play, "Crystal");
    play_keys(play, "Enter Enter");
    g_assert_cmpstr(desk_popup(play->desk)->hint, ==, "The script sends it to zh, with the story so far.");
    play_keys(play, "Enter");
    play_deliver(play);
    const struct event *ev = play_last_event(play, EVENT_CONTACT_TRANSFERRED);
    g_assert_cmpstr(event_text(ev, "queue"), ==, "zh");
    g_assert_cmpstr(event_text(ev, "reason"), ==, "For Crystal.");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ENTERED), "step"), ==, "bye");
    g_assert_cmpint(play->refusals, ==, 0);
    play_free(play);
}

static void test_an_escalation_keeps_every_answer(void)
{
    struct play *play = play_new();
    walk_half(play);
    play_keys(play, "Esc e");
    play_type(play, "May I?");
    play_keys(play, "Enter");
    play_deliver(play);
    take_up(play);
    assert_goes_on(play, 2);
    play_free(play);
}

static void test_the_park_keeps_every_answer(void)
{
    struct play *play = play_new();
    walk_half(play);
    play_keys(play, "Esc p Down Enter");
    play_deliver(play);
    g_assert_null(play->desk->current);
    play_keys(play, "g Enter");
    tell_log(play, "1001");
    assert_goes_on(play, 2);
    play_free(play);
}

/* A script that came to its end leaves its answers to the next. */
static void test_the_next_script_keeps_every_answer(void)
{
    struct play *play = play_new();
    walk_half(play);
    play_keys(play, "y Enter Esc");
    g_assert_null(walk_current(play->desk->current->walk));
    play_keys(play, "M-4 x Enter");
    g_assert_cmpstr(walk_current(play->desk->current->walk)->id, ==, "account");
    g_assert_cmpstr(walk_value(play->desk->current->walk, NULL, "holder"), ==, "Crystal");
    g_assert_cmpstr(walk_value(play->desk->current->walk, NULL, "soon"), ==, "yes");
    play_free(play);
}

/* What was typed into a canned text's blank is no question of the script any more, and the other way round.
 */
static void test_a_value_typed_anywhere_is_offered_everywhere(void)
{
    struct play *play = play_new();
    struct desk_canned *canned = g_new0(struct desk_canned, 1);
    *canned = (struct desk_canned){.id = g_strdup("C"),
                                   .title = g_strdup("Greeting"),
                                   .text = g_strdup("Hello [holder]!"),
                                   .language = g_strdup("en")};
    play_script(play, DESK_SCRIPT_RETURN);
    play_accept(play, "1001", CHANNEL_CHAT);
    g_ptr_array_set_size(play->desk->settings.canned, 0);
    g_ptr_array_add(play->desk->settings.canned, canned);
    play_keys(play, "Esc M-4 Enter C-t Enter");
    g_assert_cmpstr(desk_popup(play->desk)->name, ==, "blanks");
    play_type(play, "Crystal");
    play_keys(play, "Enter");
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "Hello Crystal!");
    g_assert_cmpstr(walk_value(play->desk->current->walk, NULL, "holder"), ==, "Crystal");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ANSWERED), "field"), ==, "holder");
    play_keys(play, "Esc C-t Enter"); /* known now: nothing is asked */
    g_assert_null(desk_popup(play->desk));
    play_free(play);
}

/* The wrap-up proposes this ("": nothing). It is left again. */
static void assert_proposed(struct play *play, const char *disposition)
{
    play_keys(play, "w");
    g_autofree char *proposed = popup_value(desk_popup(play->desk), "disposition");
    g_assert_cmpstr(proposed, ==, disposition);
    play_keys(play, "Esc h");
}

static void test_who_left_has_a_disposition(void)
{
    struct play *play = play_new();
    play_script(play, DESK_SCRIPT_RETURN);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc");
    assert_proposed(play, "");
    play_customer_leaves(play, "1001");
    assert_proposed(play, "left"); /* before any answer */

    play_accept(play, "1002", CHANNEL_CHAT);
    play_type(play, "Hello");
    play_keys(play, "Enter Esc");
    play_customer_leaves(play, "1002");
    assert_proposed(play, "solved"); /* answered */
    play_keys(play, "M-4 Enter M-2");
    g_assert_nonnull(play->desk->current->walk);
    assert_proposed(play, "left"); /* in the middle of the script */
    play_free(play);
}

static void test_leaving_early_needs_a_reason(void)
{
    struct play *play = play_new();
    walk_half(play);
    play_keys(play, "w");
    play_type(play, "solved"); /* nothing was answered yet, so no disposition is proposed */
    play_keys(play, "Tab Tab Down Enter");
    const struct event *finished = play_last_event(play, EVENT_SCRIPT_FINISHED);
    g_assert_cmpstr(event_text(finished, "outcome"), ==, "left");
    g_assert_cmpstr(event_text(finished, "reason"), ==, "the customer left");
    play_free(play);
    /* At its end there is nothing to be given a reason for. */
    play = play_new();
    walk_half(play);
    play_keys(play, "y Enter");
    g_assert_cmpstr(desk_popup(play->desk)->name, ==, "wrap");
    g_assert_null(popup_field_of(desk_popup(play->desk), "left"));
    play_free(play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desk/hand over/a step passes the contact on", test_a_step_passes_the_contact_on);
    g_test_add_func("/desk/hand over/a transfer keeps every answer", test_a_transfer_keeps_every_answer);
    g_test_add_func("/desk/hand over/a leg without the script passes it on",
                    test_a_leg_without_the_script_passes_it_on);
    g_test_add_func("/desk/hand over/an escalation keeps every answer",
                    test_an_escalation_keeps_every_answer);
    g_test_add_func("/desk/hand over/the park keeps every answer", test_the_park_keeps_every_answer);
    g_test_add_func("/desk/hand over/who is asked is told", test_who_is_asked_is_told);
    g_test_add_func("/desk/hand over/the next script keeps every answer",
                    test_the_next_script_keeps_every_answer);
    g_test_add_func("/desk/hand over/a value typed anywhere is offered everywhere",
                    test_a_value_typed_anywhere_is_offered_everywhere);
    g_test_add_func("/desk/hand over/who left has a disposition", test_who_left_has_a_disposition);
    g_test_add_func("/desk/hand over/leaving early needs a reason", test_leaving_early_needs_a_reason);
    return g_test_run();
}
