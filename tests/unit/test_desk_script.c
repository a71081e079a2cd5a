/* A guided script on the desk: walked, corrected, checked, its words and limits. */
#include <string.h>

#include "app/desk/areas.h"
#include "app/desk/story.h"
#include "app/desk/update.h"
#include "app/script/walk.h"
#include "tests/support/desk_play.h"
#include "tests/support/desk_scripts.h"
#include "ui/widgets/editor.h"

static void test_script_to_wrap_up(void)
{
    struct play *play = play_new();
    play_script(play, DESK_SCRIPT_RETURN);
    play_accept(play, "1001", CHANNEL_CHAT);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_SCRIPT_PROPOSED), "script"), ==, "return-size");
    play_keys(play, "M-4 Enter");
    g_assert_cmpint(play_count(play, EVENT_SCRIPT_STARTED), ==, 1);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ENTERED), "step"), ==, "account");
    play_keys(play, "Enter"); /* the name is asked for, since nobody's record is there */
    g_assert_true(play->desk->current->is_answering);
    play_type(play, "Crystal");
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ENTERED), "step"), ==, "soon");
    play_keys(play, "y");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ENTERED), "step"), ==, "returned");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_SCRIPT_FINISHED), ==, 1);
    g_assert_cmpstr(desk_popup(play->desk)->name, ==, "wrap");
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_CLOSED), "disposition"), ==, "returned");
    play_deliver(play);
    g_assert_cmpint(world_contact(play->backend, "1001")->state, ==, CONTACT_CLOSED);
    play_free(play);
}

static const char ITEMS[] =
    "script: items\nversion: 1\ntitle: Items\nintents: [return_size]\nsteps:\n"
    "- {id: what, kind: ask, title: What, class: value, fields: [{name: things, type: text}], next: all}\n"
    "- {id: all, kind: each, title: Each, class: value, items: things, as: thing, results: {item: look, "
    "done: up}}\n"
    "- {id: look, kind: ask, title: Look, class: value, fields: [{name: broken, label: Broken, type: bool}], "
    "next: all}\n"
    "- {id: up, kind: escalate, title: Up, class: waste, waste: handover, ask: Please}\n";

static void test_the_story_tells_each_round(void)
{
    struct play *play = play_new();
    play_script(play, ITEMS);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc M-4 Enter Enter");
    play_type(play, "Jacket, Socks");
    play_keys(play, "Enter y n Enter");
    g_autofree char *story = popup_value(desk_popup(play->desk), "story");
    g_assert_nonnull(strstr(story, "+ Each (1 of 2: Jacket)\n+ Look: Broken yes\n"
                                   "+ Each (2 of 2: Socks)\n+ Look: Broken no\n+ Each (2 of 2 done)\n"));
    play_free(play);
}

static const char LIMITED[] = "script: pay\nversion: 1\ntitle: Pay\nintents: [return_size]\nsteps:\n"
                              "- id: pay\n  kind: action\n  title: Pay it\n  class: value\n  action: x\n"
                              "  timeout: 30s\n  results: {paid: bye, timeout: {to: up, title: No answer}}\n"
                              "- {id: up, kind: say, title: Say sorry, class: value, say: x, next: bye}\n"
                              "- {id: bye, kind: end, title: Bye, class: value, disposition: returned, "
                              "resolved: yes}\n";

static void test_an_action_without_an_answer_goes_on(void)
{
    struct play *play = play_new();
    play_script(play, LIMITED);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter");
    play_wait(play, 29000);
    g_assert_cmpstr(walk_current(play->desk->current->walk)->id, ==, "pay");
    play_wait(play, 2000);
    g_assert_cmpstr(walk_current(play->desk->current->walk)->id, ==, "up");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "No answer to “Pay it” in time; the script goes on with “Say sorry”.");
    const struct event *left = play_last_event(play, EVENT_STEP_LEFT);
    g_assert_cmpstr(event_text(left, "how"), ==, "timeout");
    g_assert_cmpstr(event_text(left, "result"), ==, "timeout");
    g_assert_cmpint(play_count(play, EVENT_STEP_LEFT), ==, 1);
    /* Once; and what comes behind is the agent's. */
    play_wait(play, 90000);
    g_assert_cmpint(play_count(play, EVENT_STEP_LEFT), ==, 1);
    play_keys(play, "b 1");
    g_assert_cmpstr(walk_current(play->desk->current->walk)->id, ==, "bye");
    play_wait(play, 90000);
    g_assert_cmpstr(walk_current(play->desk->current->walk)->id, ==, "bye");
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    play_free(play);
}

/* The clock does not wait for the focus, nor does what it says take it. */
static void test_the_limit_runs_beside_another_contact(void)
{
    struct play *play = play_new();
    play_script(play, LIMITED);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter");
    play_accept(play, "1002", CHANNEL_CHAT);
    g_assert_cmpstr(play->desk->current->id, ==, "1002");
    play_type(play, "One mom");
    play_wait(play, 31000);
    const struct desk_contact *aside = desk_find_open(play->desk, "1001");
    g_assert_cmpstr(walk_current(aside->walk)->id, ==, "up");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "Crystal Minh: no answer to “Pay it” in time; the script goes on with “Say sorry”.");
    g_assert_cmpstr(play_last_event(play, EVENT_STEP_LEFT)->contact, ==, "1001");
    g_assert_cmpstr(play->desk->current->id, ==, "1002");
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "One mom");
    play_free(play);
}

static void test_script_no_back_skip_say(void)
{
    struct play *play = play_new();
    play_script(play, DESK_SCRIPT_RETURN);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter C-r");
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "Thank you, and who am I talking to.");
    play_keys(play, "M-4 s"); /* the key that stands beside the words */
    g_assert_cmpint(play->desk->pane, ==, PANE_CONTACT);
    play_keys(play, "M-4 S Down Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_SKIPPED), "reason"), ==,
                    "does not apply here");
    play_keys(play, "n"); /* in a yes/no step n answers, it does not jump */
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ENTERED), "step"), ==, "late");
    play_keys(play, "b");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ENTERED), "step"), ==, "soon");
    play_keys(play, "1");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ENTERED), "step"), ==, "returned");
    play_deliver(play);
    g_assert_cmpint(play->desk->undelivered, ==, 0);
    play_free(play);
}

/* One answer after the other: were the next field shut, the letters of its answer would be commands. */
static void test_typing_goes_on_in_the_next_field(void)
{
    struct play *play = play_new();
    play_script(play, DESK_SCRIPT_CHECKING);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter Enter");
    play_type(play, "F21380");
    play_keys(play, "Enter");
    g_assert_true(play->desk->current->is_answering);
    play_type(play, "see@you.example");
    g_assert_null(desk_popup(play->desk));
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ENTERED), "step"), ==, "fits");
    play_keys(play, "1");
    g_assert_cmpstr(play->desk->current->script_problem, ==,
                    "First fill in what the customer says; it decides this step.");
    play_free(play);
}

/* A slip of the keyboard in a check is told, and put right without typing all of it anew. */
static void test_answer_is_corrected(void)
{
    struct play *play = play_new();
    play_script(play, DESK_SCRIPT_MATCHING);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter c");
    g_assert_cmpstr(play->desk->notice.text, ==, "The cursor is on no filled field; fill it in with Enter.");
    play_keys(play, "Enter");
    play_type(play, "chas");
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ENTERED), "step"), ==, "again");
    g_assert_cmpstr(play->desk->current->script_problem, ==,
                    "What was entered does not match the record; b goes back to it.");
    g_assert_cmpint(play_count(play, EVENT_CUSTOMER_VERIFIED), ==, 0);

    play_keys(play, "b 1");
    g_assert_cmpstr(play->desk->current->script_problem, ==,
                    "What is filled in decides this step; Enter goes on.");
    play_keys(play, "c");
    g_assert_true(play->desk->current->is_answering);
    g_assert_cmpstr(editor_text(play->desk->current->answer), ==, "chas");
    play_keys(play, "Backspace t Enter");
    g_assert_false(play->desk->current->is_answering); /* kept and in sight; the next Enter goes on */
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ANSWERED), "value"), ==, "chat");
    g_assert_cmpint(play_count(play, EVENT_CUSTOMER_VERIFIED), ==, 0);
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ENTERED), "step"), ==, "done");
    g_assert_null(play->desk->current->script_problem);
    g_assert_cmpint(play_count(play, EVENT_CUSTOMER_VERIFIED), ==, 1);
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    play_free(play);
}

/* What is personal is shown while it is corrected; where the record filled it in, that is a reveal, and what
 * somebody typed is none. */
static void test_a_personal_answer_is_revealed(void)
{
    struct play *play = play_new();
    g_autoptr(GString) source = g_string_new(DESK_SCRIPT_MATCHING);
    g_string_replace(source, "kind: check", "kind: form", 0);
    g_string_replace(source, "text, match: contact.channel", "email, personal: yes, from: customer.email", 0);
    g_string_replace(source, "    results:\n      pass: {to: done}\n      fail: {to: again}\n",
                     "    next: again\n", 0);
    play_script(play, source->str);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_customer_known(play, "c1", "Crystal Minh");
    play_keys(play, "M-4 Enter");
    g_assert_cmpint(play_count(play, EVENT_CUSTOMER_REVEALED), ==, 0);
    play_keys(play, "c");
    g_assert_cmpstr(editor_text(play->desk->current->answer), ==, "crystal@email.com");
    g_assert_cmpint(play_count(play, EVENT_CUSTOMER_REVEALED), ==, 1);
    const struct event *ev = play_last_event(play, EVENT_CUSTOMER_REVEALED);
    g_assert_cmpstr(event_text(ev, "customer"), ==, "c1");
    g_assert_cmpstr(event_text(ev, "field"), ==, "came_by");
    play_type(play, ".no");
    play_keys(play, "Enter Enter b c");
    g_assert_cmpstr(editor_text(play->desk->current->answer), ==, "crystal@email.com.no");
    g_assert_cmpint(play_count(play, EVENT_CUSTOMER_REVEALED), ==, 1);
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    play_free(play);
}

static const char FORM[] =
    "script: s\nversion: 1\ntitle: T\nintents: [return_size]\nsteps:\n"
    "- {id: one, kind: form, title: One, class: value, next: bye, fields: [\n"
    "    {name: came_by, type: text, from: contact.channel},\n"
    "    {name: what, type: text}, {name: again, type: text, from: contact.channel},\n"
    "    {name: receipt, type: text, required: no}]}\n"
    "- {id: bye, kind: end, title: Bye, class: value, disposition: d, resolved: yes}\n";

static struct play *play_form(void)
{
    struct play *play = play_new();
    play_script(play, FORM);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter");
    return play;
}

static const char *field_under_cursor(const struct play *play)
{
    return script_field_now(play->desk->current)->name;
}

/* "Nothing typed is lost", says the help of the key that leaves a field. */
static void test_words_left_in_a_field_come_back(void)
{
    struct play *play = play_form();
    play_keys(play, "Enter");
    play_type(play, "a ten");
    play_keys(play, "Esc M-3 M-4 Enter");
    play_type(play, "t");
    play_keys(play, "Enter");
    g_assert_cmpstr(walk_value(play->desk->current->walk, NULL, "what"), ==, "a tent");
    g_assert_true(play->desk->current->is_answering); /* the next field is another one */
    g_assert_cmpstr(editor_text(play->desk->current->answer), ==, "");
    play_keys(play, "Esc Up Up c");
    play_type(play, "xyz");
    play_keys(play, "Esc c"); /* what a filled field holds is not changed by words that were left */
    g_assert_cmpstr(editor_text(play->desk->current->answer), ==, "a tent");
    play_free(play);
}

/* The cursor goes from words to the next empty field, open; never onto a filled one, in which letters would
 * be commands. */
static void test_who_types_goes_on_typing(void)
{
    struct play *play = play_form();
    g_assert_cmpstr(field_under_cursor(play), ==, "what");
    play_keys(play, "Enter");
    play_type(play, "a tent");
    play_keys(play, "Enter");
    g_assert_cmpstr(field_under_cursor(play), ==, "receipt"); /* which may stay empty */
    g_assert_true(play->desk->current->is_answering);
    play_type(play, "r77");
    g_assert_cmpint(play->desk->current->composer, !=, COMPOSER_REPLY);
    play_keys(play, "Enter");
    g_assert_cmpstr(walk_value(play->desk->current->walk, NULL, "receipt"), ==, "r77");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ENTERED), "step"), ==, "bye");
    play_free(play);
}

static void test_a_field_that_may_stay_empty(void)
{
    struct play *play = play_form();
    play_keys(play, "Enter");
    play_type(play, "a tent");
    play_keys(play, "Enter Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ENTERED), "step"), ==, "bye");
    play_keys(play, "b Down Down Down");
    g_assert_cmpstr(field_under_cursor(play), ==, "receipt");
    g_assert_cmpstr(desk_step_correct_word(play->desk, play->desk->current), ==, "fill in");
    play_keys(play, "c");
    play_type(play, "r77");
    play_keys(play, "Enter");
    g_assert_cmpstr(walk_value(play->desk->current->walk, NULL, "receipt"), ==, "r77");
    play_free(play);
}

/* Nothing is next then, and the keys do not say so. */
static void test_a_finished_script(void)
{
    struct play *play = play_form();
    play_keys(play, "Enter");
    play_type(play, "a tent");
    play_keys(play, "Enter Enter Enter Esc M-4");
    g_assert_null(walk_current(play->desk->current->walk));
    g_assert_null(desk_step_open_word(play->desk, play->desk->current));
    g_assert_cmpstr(desk_script_open_word(play->desk->current), ==, "choose another");
    play_keys(play, "Enter");
    g_assert_cmpstr(desk_popup(play->desk)->name, ==, "scripts");
    play_free(play);
}

/* Enter keeps it and the cursor with it; the next goes on. */
static void test_a_correction_stays_where_it_was_made(void)
{
    struct play *play = play_form();
    play_keys(play, "Enter");
    play_type(play, "a tent");
    play_keys(play, "Enter Esc Up Up Up");
    g_assert_cmpstr(desk_step_correct_word(play->desk, play->desk->current), ==, "correct");
    play_keys(play, "c C-u");
    play_type(play, "phone");
    play_keys(play, "Enter");
    g_assert_cmpstr(field_under_cursor(play), ==, "came_by");
    g_assert_false(play->desk->current->is_answering);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ENTERED), "step"), ==, "one");
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ENTERED), "step"), ==, "bye");
    play_free(play);
}

/* What was corrected away is asked again. */
static void test_a_correction_to_nothing(void)
{
    struct play *play = play_form();
    play_keys(play, "Enter");
    play_type(play, "a tent");
    play_keys(play, "Enter Esc Up Up c C-u Enter");
    g_assert_cmpstr(field_under_cursor(play), ==, "what");
    g_assert_true(play->desk->current->is_answering);
    play_free(play);
}

/* Customers tell things in an order of their own: what is filled in is the field that the cursor is on. */
static void test_the_field_under_the_cursor_is_filled_in(void)
{
    struct play *play = play_form();
    play_keys(play, "Down Down Enter");
    g_assert_cmpstr(field_under_cursor(play), ==, "receipt");
    play_type(play, "r77");
    play_keys(play, "Enter");
    g_assert_cmpstr(field_under_cursor(play), ==, "what");
    g_assert_true(play->desk->current->is_answering);
    play_free(play);
}

/* What the record cannot judge, the agent does, and sees by which keys. */
static void test_a_silent_record_is_asked_about(void)
{
    struct play *play = play_new();
    g_autoptr(GString) source = g_string_new(DESK_SCRIPT_MATCHING);
    g_string_replace(source, "contact.channel", "customer.email", 0); /* there is no record */
    play_script(play, source->str);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter Enter");
    play_type(play, "li@example.com");
    play_keys(play, "Enter");
    g_assert_cmpstr(play->desk->current->script_problem, ==,
                    "The record cannot confirm this by itself; say whether it passed or failed.");
    g_assert_cmpint(script_context(play->desk), ==, KEYS_CONTEXT_SCRIPT_CHOOSE);
    play_keys(play, "1");
    g_assert_cmpint(play_count(play, EVENT_CUSTOMER_VERIFIED), ==, 1);
    g_assert_cmpint(script_context(play->desk), ==, KEYS_CONTEXT_SCRIPT);
    play_free(play);
}

static void test_an_order_number_as_people_type_it(void)
{
    struct play *play = play_new();
    g_autoptr(GString) source = g_string_new(DESK_SCRIPT_MATCHING);
    g_string_replace(source, "came_by", "order_id", 0);
    g_string_replace(source, "text, match: contact.channel", "order, match: order.id", 0);
    play_script(play, source->str);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_customer_known(play, "c1", "Crystal Minh");
    struct order *lettered = order_new("F21271", "c1");
    g_ptr_array_add(play->desk->current->customer->orders, lettered);
    play_keys(play, "M-4 Enter Enter");
    play_type(play, "f 21271");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_CUSTOMER_VERIFIED), ==, 1);
    play_free(play);
}

/* What the customer wrote is not typed again, and is compared with the order that it names. */
static void test_an_order_number_that_was_written(void)
{
    struct play *play = play_new();
    g_autoptr(GString) source = g_string_new(DESK_SCRIPT_MATCHING);
    g_string_replace(source, "came_by", "order_id", 0);
    g_string_replace(source, "text, match: contact.channel",
                     "order, match: order.id, from: contact.text, capture: 'F[0-9]{5}'", 0);
    play_script(play, source->str);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_customer_known(play, "c1", "Crystal Minh");
    GPtrArray *orders = play->desk->current->customer->orders;
    g_ptr_array_add(orders, order_new("F21271", "c1"));
    g_assert_cmpuint(orders->len, >, 1);
    play_keys(play, "M-4 Enter");
    g_assert_nonnull(script_missing(play->desk, play->desk->current));
    play_customer_writes(play, "1001", "It is F21271.");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_CUSTOMER_VERIFIED), ==, 1);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ANSWERED), "value"), ==, "F21271");
    play_free(play);
}

/* It is read as the nearest such day, told in words, and refused where it could be two. */
static void test_a_date_as_people_type_it(void)
{
    struct play *play = play_new();
    play_script(play, "script: s\nversion: 1\ntitle: T\nintents: [return_size]\nsteps:\n"
                      "- {id: one, kind: ask, title: One, class: value, next: bye, "
                      "fields: [{name: came_on, type: date, label: Came on}, {name: other, type: text}]}\n"
                      "- {id: bye, kind: end, title: Bye, class: value, disposition: d, resolved: yes}\n");
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter Enter");
    play_type(play, "5/11");
    play_keys(play, "Enter");
    g_assert_cmpstr(play->desk->current->script_problem, ==,
                    "Came on could be 5 November or 11 May; write it with the month's name.");
    play_keys(play, "C-u");
    play_type(play, "20 Nov");
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ANSWERED), "value"), ==, "2025-11-20");
    g_assert_cmpstr(play->desk->notice.text, ==, "Read as Thursday, 20 November 2025.");
    play_free(play);
}

/* A step's words come once, and a blank parts them from what was typed; none between Chinese sentences. */
static void test_words_to_say_come_once(void)
{
    struct play *play = play_new();
    play_script(
        play,
        "script: s\nversion: 1\ntitle: T\nintents: [return_size]\nsteps:\n"
        "- {id: one, kind: say, title: One, class: value, say: May I ask why?, next: bye}\n"
        "- {id: bye, kind: end, title: Bye, class: value, disposition: d, resolved: yes, say: 好的。}\n");
    play_accept(play, "1001", CHANNEL_CHAT);
    play_type(play, "Thank you.");
    play_keys(play, "M-4 Enter C-r");
    const struct editor *reply = play->desk->current->reply;
    g_assert_cmpstr(editor_text(reply), ==, "Thank you. May I ask why?");
    play_keys(play, "C-r");
    g_assert_cmpstr(editor_text(reply), ==, "Thank you. May I ask why?");
    g_assert_cmpstr(play->desk->notice.text, ==, "These words stand in the reply already.");
    g_assert_cmpint(play->desk->current->composer, ==, COMPOSER_REPLY);
    play_keys(play, "C-u");
    play_type(play, "May I ask why?!"); /* inside other words they are not there yet */
    play_keys(play, "C-r");
    g_assert_cmpstr(editor_text(reply), ==, "May I ask why?! May I ask why?");
    play_keys(play, "C-u");
    play_type(play, "是的。");
    play_keys(play, "M-4 Enter C-r");
    g_assert_cmpstr(editor_text(reply), ==, "是的。好的。");
    play_free(play);
}

/* A letter made of the words of several steps is read by paragraphs, and not as one breath. */
static void test_words_to_say_are_paragraphs_of_a_letter(void)
{
    struct play *play = play_new();
    play_script(
        play, "script: s\nversion: 1\ntitle: T\nintents: [return_size]\nsteps:\n"
              "- {id: one, kind: say, title: One, class: value, say: It is on its way., next: bye}\n"
              "- {id: bye, kind: end, title: Bye, class: value, disposition: d, resolved: yes, say: Bye.}\n");
    play_accept(play, "1001", CHANNEL_EMAIL);
    play_keys(play, "Esc r");
    play_type(play, "Hello Crystal,");
    play_keys(play, "M-4 Enter C-r M-4 Enter C-r");
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==,
                    "Hello Crystal,\n\nIt is on its way.\n\nBye.");
    play_free(play);
}

static void test_story_tells_the_steps(void)
{
    struct play *play = play_new();
    play_script(play, DESK_SCRIPT_RETURN);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter Enter");
    play_type(play, "Crystal");
    play_keys(play, "Enter e");
    play_type(play, "Is it too late?");
    play_keys(play, "C-s");
    const char *story = event_text(play_last_event(play, EVENT_CONTACT_ESCALATED), "story");
    g_assert_nonnull(strstr(story, "Script: Return, wrong size, version 1"));
    g_assert_nonnull(strstr(story, "+ Account: Name Crystal"));
    g_assert_nonnull(strstr(story, "> Within 90 days"));
    g_assert_cmpint(play_count(play, EVENT_SCRIPT_FINISHED), ==, 0); /* it stands open for who goes on */
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    play_free(play);
}

static const char CHINESE[] = "script: return-zh\n"
                              "version: 2\n"
                              "title: {en: Return, zh: 退货}\n"
                              "languages: [en, zh]\n"
                              "intents: [return_size]\n"
                              "steps:\n"
                              "  - id: worn\n"
                              "    kind: ask\n"
                              "    class: value\n"
                              "    title: {en: State, zh: 商品状态}\n"
                              "    fields:\n"
                              "      - {name: order_id, label: {en: Order, zh: 订单号}, type: text}\n"
                              "      - name: why\n"
                              "        label: {en: Reason, zh: 原因}\n"
                              "        type: choice\n"
                              "        options:\n"
                              "          - {value: small, title: {en: Too small, zh: 太小}}\n"
                              "          - {value: large, title: {en: Too large, zh: 太大}}\n"
                              "      - {name: tags, label: {en: Tags on, zh: 吊牌齐全}, type: bool}\n"
                              "    next: over\n"
                              "  - id: over\n"
                              "    kind: end\n"
                              "    class: value\n"
                              "    title: {en: Close, zh: 结束}\n"
                              "    disposition: returned\n"
                              "    resolved: yes\n";

static void test_settings_say_which_script_an_intent_gets(void)
{
    struct play *play = play_new();
    play_script(play, DESK_SCRIPT_RETURN);
    play_script(play, CHINESE);
    play_accept(play, "1001", CHANNEL_CHAT);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_SCRIPT_PROPOSED), "script"), ==, "return-size");
    play_reply(
        play, 0, LINK_FETCH_FLOOR,
        cJSON_Parse("{\"queues\":[],\"agents\":[],\"settings\":{\"scripts\":{\"return_size\":\"return-zh\"},"
                    "\"roles\":{\"agent\":[\"contacts.own\"]}}}"));
    play_accept(play, "1002", CHANNEL_CHAT);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_SCRIPT_PROPOSED), "script"), ==, "return-zh");
    g_assert_cmphex(play->desk->world->rights[ROLE_AGENT], ==, RIGHT_CONTACTS_OWN);
    play_free(play);
}

/* Nothing says that the contact is Chinese but the queue it came to. */
static void test_drafts_speak_the_contacts_language(void)
{
    struct play *play = play_new();
    play_script(play, CHINESE);
    play_arrive(play, "1001", CHANNEL_CHAT, "zh", "王芳");
    play_offer(play, "1001");
    play_keys(play, "F2 M-4 Enter");
    g_autofree char *begun = story_summary(play->desk, play->desk->current);
    g_assert_cmpstr(begun, ==, "王芳要求办理：return, wrong size。"); /* no step of it is done */
    play_keys(play, "Enter");
    play_type(play, "33489");
    play_keys(play, "Enter 2 y");
    play_deliver(play);
    struct event *ev = play_event(play, EVENT_CUSTOMER_VERIFIED, ACTOR_AGENT, "li", "1001");
    event_set_text(ev, "customer", "C-1");
    event_set_text(ev, "method", "order id, voice");
    play_stream(play, ev);
    struct desk_contact *dc = play->desk->current;
    g_autofree char *summary = story_summary(play->desk, dc), *story = story_escalation(play->desk, dc);
    g_assert_cmpstr(summary, ==,
                    "王芳要求办理：return, wrong size。按“退货”流程处理，已完成 1 步，最后一步为“商品状态”。"
                    "已通过订单号、voice核实身份。");
    g_assert_nonnull(
        strstr(story, "王芳，在线聊天：return, wrong size\n身份已核实：订单号、voice\n已处理时长：0:"));
    g_assert_nonnull(strstr(story, "流程：退货，第 2 版\n"
                                   "+ 商品状态：订单号 33489；原因 太大；吊牌齐全 是\n> 结束"));
    play_keys(play, "w");
    g_autofree char *drafted = popup_value(desk_popup(play->desk), "summary");
    g_assert_cmpstr(drafted, ==, summary);
    play_free(play);
}

static const char LOOP[] =
    "script: missing\nversion: 1\ntitle: Missing\nintents: [return_size]\nsteps:\n"
    "- id: what\n  kind: ask\n  title: What\n  class: value\n"
    "  fields: [{name: order_id, label: Order, type: order, from: contact.text, capture: "
    "'[0-9]{5,}'}, {name: things, label: Things, type: text}]\n"
    "  rules: {must: things ~= 'all', else: 'Name them, one by one.'}\n  next: items\n"
    "- {id: items, kind: each, title: Each, class: value, items: things, as: thing, "
    "results: {item: ask, done: bye}}\n"
    "- id: ask\n  kind: choose\n  title: Sent\n  class: value\n"
    "  fields: [{name: sent, label: Sent, type: bool}]\n  next: items\n"
    "- {id: bye, kind: end, title: Bye, class: value, disposition: d, resolved: yes}\n";

static void test_a_loop_a_rule_and_what_was_written(void)
{
    struct play *play = play_new();
    play_script(play, LOOP);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_customer_writes(play, "1001", "Order 33489, two things are missing");
    play_keys(play, "M-4 Enter Enter");
    struct desk_contact *dc = play->desk->current;
    g_assert_cmpstr(walk_value(dc->walk, NULL, "order_id"), ==, NULL);
    play_type(play, "all");
    play_keys(play, "Enter");
    g_assert_cmpstr(dc->script_problem, ==, "Name them, one by one.");
    play_keys(play, "c C-u");
    play_type(play, "socks, tent");
    play_keys(play, "Enter Enter");
    g_assert_cmpstr(walk_current(dc->walk)->id, ==, "ask");
    g_assert_cmpstr(walk_value(dc->walk, NULL, "order_id"), ==, "33489");
    g_assert_cmpstr(walk_value(dc->walk, NULL, "thing"), ==, "socks");
    play_keys(play, "y");
    g_assert_cmpstr(walk_value(dc->walk, NULL, "thing"), ==, "tent");
    g_assert_null(walk_value(dc->walk, NULL, "sent"));
    play_keys(play, "n");
    g_assert_cmpstr(walk_current(dc->walk)->id, ==, "bye");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_ANSWERED), "item"), ==, "tent");
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    play_free(play);
}

static void test_walk_survives_a_restart(void)
{
    struct play *play = play_new();
    play_script(play, DESK_SCRIPT_RETURN);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter Enter");
    play_type(play, "Crystal");
    play_keys(play, "Enter");
    cJSON *saved = walk_to_json(play->desk->current->walk);
    struct play *again = play_new();
    play_msg(again, (struct msg){.kind = MSG_WALK_RESTORED, .id = "1001", .json = saved});
    play_msg(again, (struct msg){.kind = MSG_DRAFT_RESTORED, .id = "1001", .text = "half a"});
    play_accept(again, "1001", CHANNEL_CHAT);
    g_assert_cmpstr(editor_text(again->desk->current->reply), ==, "half a");
    play_script(again, DESK_SCRIPT_RETURN);
    g_assert_cmpstr(walk_current(again->desk->current->walk)->id, ==, "soon");
    cJSON_Delete(saved);
    play_free(again);
    play_free(play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desk/script/the story tells each round", test_the_story_tells_each_round);
    g_test_add_func("/desk/limit/an action without an answer goes on",
                    test_an_action_without_an_answer_goes_on);
    g_test_add_func("/desk/limit/runs beside another contact", test_the_limit_runs_beside_another_contact);
    g_test_add_func("/desk/script/walked to its end, it proposes the disposition", test_script_to_wrap_up);
    g_test_add_func("/desk/script/a mismatch is told and corrected", test_answer_is_corrected);
    g_test_add_func("/desk/script/who types goes on typing", test_who_types_goes_on_typing);
    g_test_add_func("/desk/script/words left in a field come back", test_words_left_in_a_field_come_back);
    g_test_add_func("/desk/script/a field that may stay empty", test_a_field_that_may_stay_empty);
    g_test_add_func("/desk/script/a finished script", test_a_finished_script);
    g_test_add_func("/desk/script/a correction stays where it was made",
                    test_a_correction_stays_where_it_was_made);
    g_test_add_func("/desk/script/a correction to nothing", test_a_correction_to_nothing);
    g_test_add_func("/desk/script/the field under the cursor is filled in",
                    test_the_field_under_the_cursor_is_filled_in);
    g_test_add_func("/desk/script/a personal answer is revealed", test_a_personal_answer_is_revealed);
    g_test_add_func("/desk/script/words to say come once", test_words_to_say_come_once);
    g_test_add_func("/desk/script/words to say are paragraphs of a letter",
                    test_words_to_say_are_paragraphs_of_a_letter);
    g_test_add_func("/desk/script/a date is read as people type it", test_a_date_as_people_type_it);
    g_test_add_func("/desk/script/an order number that was written is not typed",
                    test_an_order_number_that_was_written);
    g_test_add_func("/desk/script/an order number is known as people type it",
                    test_an_order_number_as_people_type_it);
    g_test_add_func("/desk/script/what the record cannot judge the agent does",
                    test_a_silent_record_is_asked_about);
    g_test_add_func("/desk/script/say, skip with reason, no, back, digit", test_script_no_back_skip_say);
    g_test_add_func("/desk/script/typing goes on in the next field", test_typing_goes_on_in_the_next_field);
    g_test_add_func("/desk/script/the story tells its steps and answers", test_story_tells_the_steps);
    g_test_add_func("/desk/script/settings say which script an intent gets",
                    test_settings_say_which_script_an_intent_gets);
    g_test_add_func("/desk/script/drafts speak the contact's language",
                    test_drafts_speak_the_contacts_language);
    g_test_add_func("/desk/script/a loop, a rule and what was written",
                    test_a_loop_a_rule_and_what_was_written);
    g_test_add_func("/desk/script/walk and draft survive a restart", test_walk_survives_a_restart);
    return g_test_run();
}
