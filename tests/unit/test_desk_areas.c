/* Session, queue, script, knowledge, find and palette: each area's promises, played on a desk. */
#include <string.h>

#include "app/desk/areas.h"
#include "app/script/walk.h"
#include "app/desk/older_scripts.h"
#include "app/desk/script_users.h"
#include "app/desk/story.h"
#include "app/desk/update.h"
#include "app/model/timestamp.h"
#include "tests/support/desk_play.h"
#include "ui/widgets/editor.h"

static const char SCRIPT[] = "script: return-size\n"
                             "version: 1\n"
                             "title: Return, wrong size\n"
                             "languages: [en]\n"
                             "intents: [return_size]\n"
                             "steps:\n"
                             "  - id: account\n"
                             "    kind: form\n"
                             "    class: value\n"
                             "    title: Account\n"
                             "    say: Thank you, {customer.name|and who am I talking to}.\n"
                             "    fields:\n"
                             "      - {name: holder, label: Name, type: text, from: [customer.name]}\n"
                             "    next: soon\n"
                             "  - id: soon\n"
                             "    kind: choose\n"
                             "    class: value\n"
                             "    title: Within 90 days\n"
                             "    fields:\n"
                             "      - {name: soon, label: Within 90 days, type: bool}\n"
                             "    next:\n"
                             "      - {when: \"soon\", to: returned}\n"
                             "      - {to: late}\n"
                             "  - id: returned\n"
                             "    kind: end\n"
                             "    class: value\n"
                             "    title: Close\n"
                             "    disposition: returned\n"
                             "    resolved: yes\n"
                             "  - id: late\n"
                             "    kind: end\n"
                             "    class: value\n"
                             "    title: Too late\n"
                             "    disposition: open\n"
                             "    resolved: no\n";

static void accepted(struct play *play, const char *id, enum channel channel)
{
    play_arrive(play, id, channel, "shop", "Crystal Minh");
    play_offer(play, id);
    play_keys(play, compose_is_chat(channel) ? "F2 r" : "F2");
    play_deliver(play);
}

/* --- script --- */

static void test_script_to_wrap_up(void)
{
    struct play *play = play_new();
    play_script(play, SCRIPT);
    accepted(play, "1001", CHANNEL_CHAT);
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

/* --- the script on its way from hand to hand --- */

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
    play_script(play, SCRIPT);
    accepted(play, "1001", CHANNEL_CHAT);
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
    accepted(play, "1001", CHANNEL_CHAT);
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
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc M-4 Enter Enter");
    play_type(play, "Jacket, Socks");
    play_keys(play, "Enter y n Enter");
    g_autofree char *story = popup_value(desk_popup(play->desk), "story");
    g_assert_nonnull(strstr(story, "+ Each (1 of 2: Jacket)\n+ Look: Broken yes\n"
                                   "+ Each (2 of 2: Socks)\n+ Look: Broken no\n+ Each (2 of 2 done)\n"));
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
    play_script(play, SCRIPT);
    accepted(play, "1001", CHANNEL_CHAT);
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

static void leaves(struct play *play, const char *id)
{
    play_stream(play, play_event(play, EVENT_CONTACT_CUSTOMER_LEFT, ACTOR_CUSTOMER, "x", id));
}

static void test_who_left_has_a_disposition(void)
{
    struct play *play = play_new();
    play_script(play, SCRIPT);
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc");
    assert_proposed(play, "");
    leaves(play, "1001");
    assert_proposed(play, "left"); /* before any answer */

    accepted(play, "1002", CHANNEL_CHAT);
    play_type(play, "Hello");
    play_keys(play, "Enter Esc");
    leaves(play, "1002");
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

/* --- the time limit of an action --- */

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
    accepted(play, "1001", CHANNEL_CHAT);
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
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter");
    accepted(play, "1002", CHANNEL_CHAT);
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

/* --- the flow map --- */

static const char *step_on_map(const struct play *play)
{
    const struct popup *p = desk_popup(play->desk);
    const struct script_step *step =
        p != NULL && p->kind == POPUP_FLOW ? desk_flow_step(play->desk, p) : NULL;
    return step != NULL ? step->id : NULL;
}

static void test_map_begins_where_one_stands(void)
{
    struct play *play = play_new();
    play_script(play, SCRIPT);
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 m"); /* a proposed script is drawn as well */
    g_assert_cmpstr(step_on_map(play), ==, "account");
    play_keys(play, "Esc Enter Enter");
    play_type(play, "Crystal");
    play_keys(play, "Enter m");
    g_assert_cmpstr(step_on_map(play), ==, "soon");
    play_keys(play, "j");
    g_assert_cmpstr(step_on_map(play), ==, "returned");
    play_keys(play, "End Down");
    g_assert_cmpstr(step_on_map(play), ==, "late");
    play_keys(play, "Home");
    g_assert_cmpstr(step_on_map(play), ==, "account");
    /* Looking changes nothing. */
    play_keys(play, "y 1 Esc");
    g_assert_null(desk_popup(play->desk));
    g_assert_cmpstr(walk_current(play->desk->current->walk)->id, ==, "soon");
    play_keys(play, "m m");
    g_assert_null(desk_popup(play->desk));
    play_free(play);
}

static void assert_flagged(const struct play *play, const char *step, const char *what, const char *note)
{
    const struct event *ev = play_last_event(play, EVENT_STEP_FLAGGED);
    g_assert_cmpstr(event_text(ev, "script"), ==, "return-size");
    g_assert_cmpint(event_number(ev, "version", 0), ==, 1);
    g_assert_cmpstr(event_text(ev, "step"), ==, step);
    g_assert_cmpstr(event_text(ev, "what"), ==, what);
    g_assert_cmpstr(event_text(ev, "note"), ==, note);
}

static void test_a_step_is_flagged(void)
{
    struct play *play = play_new();
    g_autofree char *owned = g_strconcat(SCRIPT, "owner: Returns desk\n", NULL);
    play_script(play, owned);
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 M-!"); /* nothing is under way */
    g_assert_null(desk_popup(play->desk));
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "No step is under way; m draws them all, to flag one there.");
    play_keys(play, "Enter M-! Enter");
    assert_flagged(play, "account", "wrong", NULL);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_FLAGGED), "owner"), ==, "Returns desk");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_STEP_FLAGGED), "title"), ==, "Account");
    g_assert_cmpstr(play->desk->notice.text, ==, "Flagged: it goes to Returns desk.");
    play_keys(play, "Enter M-!"); /* while an answer is typed as well */
    g_assert_true(play->desk->current->is_answering);
    play_keys(play, "s Tab");
    play_type(play, "asks what the record says");
    play_keys(play, "Enter");
    assert_flagged(play, "account", "slow", "asks what the record says");
    /* On the map it is the step under the cursor; Esc leaves the form, then the map. */
    play_keys(play, "Esc m End M-! Esc");
    g_assert_cmpstr(step_on_map(play), ==, "late");
    play_keys(play, "M-! o Enter");
    assert_flagged(play, "late", "other", NULL);
    g_assert_cmpint(play_count(play, EVENT_STEP_FLAGGED), ==, 3);
    g_assert_cmpstr(walk_current(play->desk->current->walk)->id, ==, "account");
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    play_free(play);
}

static void test_a_step_beyond_its_target_is_slow(void)
{
    struct play *play = play_new();
    g_autoptr(GString) timed = g_string_new(SCRIPT);
    g_string_replace(timed, "    title: Account\n", "    title: Account\n    target: 30s\n", 1);
    play_script(play, timed->str);
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter");
    play_wait(play, 31000);
    play_keys(play, "M-! Enter");
    assert_flagged(play, "account", "slow", NULL);
    g_assert_null(event_text(play_last_event(play, EVENT_STEP_FLAGGED), "owner"));
    play_free(play);
}

static void test_map_needs_a_script(void)
{
    struct play *play = play_new();
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 m");
    g_assert_null(desk_popup(play->desk));
    g_assert_cmpstr(play->desk->notice.text, ==, "There is no script to draw; x in its pane chooses one.");
    play_free(play);
}

/* Nothing happens but time, and no row changes its place. */
static void test_a_queue_of_an_unknown_zone_stays(void)
{
    struct play *play = play_new();
    cJSON *floor = cJSON_Parse("{\"queues\":[{\"id\":\"far\",\"name\":\"Far\",\"line\":1,"
                               "\"hours\":\"zone=Nowhere/Nowhere;mon=08:00-16:00\"}]}");
    play_reply(play, play->desk->numbers, LINK_FETCH_FLOOR, floor);
    const struct queue *q = world_queue(play->desk->world, "far");
    g_assert_nonnull(q);
    g_assert_true(calendar_is_open(q->calendar, play->now_ms));
    play_free(play);
}

static void test_queue_counts_at_risk_as_time_passes(void)
{
    struct play *play = play_new();
    play_wait(play, 5000); /* out of step with the fetches of the floor, at which rows are sorted */
    play_arrive(play, "1001", CHANNEL_EMAIL, "shop", "José");
    const struct contact *c = play_contact(play, "1001");
    int64_t left_ms = c->due_ms - play->now_ms - DESK_RISK_MS;
    g_assert_cmpint(left_ms, >, 60000);
    play_wait(play, left_ms - 2000);
    g_assert_cmpint(play->desk->queue.at_risk, ==, 0);
    play_wait(play, 12000);
    g_assert_cmpint(play->desk->queue.at_risk, ==, 1);
    g_assert_cmpint(play->desk->queue.waiting, ==, 1);
    play_free(play);
}

/* How many keys, never which. */
static void test_keys_are_counted_and_not_kept(void)
{
    struct play *play = play_new();
    play_script(play, SCRIPT);
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Escape M-4 Enter Enter");
    play_type(play, "Crystal");
    play_keys(play, "Enter");
    const struct event *left = play_last_event(play, EVENT_STEP_LEFT);
    g_assert_cmpstr(event_text(left, "step"), ==, "account");
    g_assert_cmpint(event_number(left, "keys", -1), ==,
                    1 + 4 + 7 + 1); /* the r that opened the reply is the first */
    g_autofree char *json = event_to_json(left);
    g_assert_null(strstr(json, "Crystal"));
    play_keys(play, "y");
    g_assert_cmpint(event_number(play_last_event(play, EVENT_STEP_LEFT), "keys", -1), ==, 1);
    play_keys(play, "Enter Enter");
    g_assert_cmpint(event_number(play_last_event(play, EVENT_STEP_LEFT), "keys", -1), ==, 1);
    g_assert_cmpint(event_number(play_last_event(play, EVENT_CONTACT_CLOSED), "keys", -1), ==, 1);
    g_assert_cmpint(event_number(play_last_event(play, EVENT_STEP_ENTERED), "keys", -1), ==, -1);
    play_free(play);
}

static void test_script_no_back_skip_say(void)
{
    struct play *play = play_new();
    play_script(play, SCRIPT);
    accepted(play, "1001", CHANNEL_CHAT);
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

static const char CHECK[] = "script: return-size\n"
                            "version: 1\n"
                            "title: Return, wrong size\n"
                            "languages: [en]\n"
                            "intents: [return_size]\n"
                            "steps:\n"
                            "  - id: ask\n"
                            "    kind: form\n"
                            "    class: value\n"
                            "    title: Who\n"
                            "    fields:\n"
                            "      - {name: order, label: Order, type: text}\n"
                            "      - {name: email, label: E-mail, type: text}\n"
                            "    next: fits\n"
                            "  - id: fits\n"
                            "    kind: check\n"
                            "    class: value\n"
                            "    title: Does it fit\n"
                            "    fields:\n"
                            "      - {name: worn, label: Worn, type: text}\n"
                            "    results:\n"
                            "      pass: {to: done}\n"
                            "      fail: {to: done}\n"
                            "  - id: done\n"
                            "    kind: end\n"
                            "    class: value\n"
                            "    title: Close\n"
                            "    disposition: returned\n"
                            "    resolved: yes\n";

/* One answer after the other: were the next field shut, the letters of its answer would be commands. */
static void test_typing_goes_on_in_the_next_field(void)
{
    struct play *play = play_new();
    play_script(play, CHECK);
    accepted(play, "1001", CHANNEL_CHAT);
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

static const char MATCH[] = "script: return-size\n"
                            "version: 1\n"
                            "title: Return, wrong size\n"
                            "languages: [en]\n"
                            "intents: [return_size]\n"
                            "steps:\n"
                            "  - id: verify\n"
                            "    kind: check\n"
                            "    class: required\n"
                            "    title: Confirm who it is\n"
                            "    fields:\n"
                            "      - {name: came_by, label: Came by, type: text, match: contact.channel}\n"
                            "    results:\n"
                            "      pass: {to: done}\n"
                            "      fail: {to: again}\n"
                            "  - id: again\n"
                            "    kind: say\n"
                            "    class: waste\n"
                            "    waste: re-verification\n"
                            "    title: Ask once more\n"
                            "    say: Sorry, once more please.\n"
                            "    next: done\n"
                            "  - id: done\n"
                            "    kind: end\n"
                            "    class: value\n"
                            "    title: Close\n"
                            "    disposition: returned\n"
                            "    resolved: yes\n";

/* A slip of the keyboard in a check is told, and put right without typing all of it anew. */
static void test_answer_is_corrected(void)
{
    struct play *play = play_new();
    play_script(play, MATCH);
    accepted(play, "1001", CHANNEL_CHAT);
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
    g_autoptr(GString) source = g_string_new(MATCH);
    g_string_replace(source, "kind: check", "kind: form", 0);
    g_string_replace(source, "text, match: contact.channel", "email, personal: yes, from: customer.email", 0);
    g_string_replace(source, "    results:\n      pass: {to: done}\n      fail: {to: again}\n",
                     "    next: again\n", 0);
    play_script(play, source->str);
    accepted(play, "1001", CHANNEL_CHAT);
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
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter");
    return play;
}

static const char *field_under_cursor(const struct play *play)
{
    return script_field_now(play->desk->current)->name;
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
    g_autoptr(GString) source = g_string_new(MATCH);
    g_string_replace(source, "contact.channel", "customer.email", 0); /* there is no record */
    play_script(play, source->str);
    accepted(play, "1001", CHANNEL_CHAT);
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
    g_autoptr(GString) source = g_string_new(MATCH);
    g_string_replace(source, "came_by", "order_id", 0);
    g_string_replace(source, "text, match: contact.channel", "order, match: order.id", 0);
    play_script(play, source->str);
    accepted(play, "1001", CHANNEL_CHAT);
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
    g_autoptr(GString) source = g_string_new(MATCH);
    g_string_replace(source, "came_by", "order_id", 0);
    g_string_replace(source, "text, match: contact.channel",
                     "order, match: order.id, from: contact.text, capture: 'F[0-9]{5}'", 0);
    play_script(play, source->str);
    accepted(play, "1001", CHANNEL_CHAT);
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
    accepted(play, "1001", CHANNEL_CHAT);
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
    accepted(play, "1001", CHANNEL_CHAT);
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

static void test_story_tells_the_steps(void)
{
    struct play *play = play_new();
    play_script(play, SCRIPT);
    accepted(play, "1001", CHANNEL_CHAT);
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
    play_script(play, SCRIPT);
    play_script(play, CHINESE);
    accepted(play, "1001", CHANNEL_CHAT);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_SCRIPT_PROPOSED), "script"), ==, "return-size");
    play_reply(
        play, 0, LINK_FETCH_FLOOR,
        cJSON_Parse("{\"queues\":[],\"agents\":[],\"settings\":{\"scripts\":{\"return_size\":\"return-zh\"},"
                    "\"roles\":{\"agent\":[\"contacts.own\"]}}}"));
    accepted(play, "1002", CHANNEL_CHAT);
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

static void test_a_walk_keeps_its_version_over_a_restart(void)
{
    struct play *play = play_new();
    g_autoptr(GString) newer = g_string_new(SCRIPT);
    g_string_replace(newer, "version: 1", "version: 2", 0);
    g_string_replace(newer, "id: soon", "id: quickly", 0);
    g_string_replace(newer, "next: soon", "next: quickly", 0);
    play_script(play, SCRIPT);
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter Enter");
    play_type(play, "Crystal");
    play_keys(play, "Enter");
    cJSON *saved = walk_to_json(play->desk->current->walk);
    struct play *again = play_new();
    play_script(again, SCRIPT); /* what was kept of before */
    play_script(again, newer->str);
    play_msg(again, (struct msg){.kind = MSG_WALK_RESTORED, .id = "1001", .json = saved});
    accepted(again, "1001", CHANNEL_CHAT);
    const struct walk *walk = again->desk->current->walk;
    g_assert_cmpstr(walk_current(walk)->id, ==, "soon");
    g_assert_cmpint(walk_script(walk)->version, ==, 1);
    const struct script *proposed = g_hash_table_lookup(again->desk->scripts, "return-size");
    g_assert_cmpint(proposed->version, ==, 2);
    cJSON_Delete(saved);
    play_free(again);
    play_free(play);
}

static void assert_older(const char *given, const char *before, const char *expected)
{
    cJSON *answer = cJSON_Parse(given), *kept = before != NULL ? cJSON_Parse(before) : NULL;
    older_scripts_add(answer, kept);
    char *text = cJSON_PrintUnformatted(cJSON_GetObjectItem(answer, "older"));
    g_assert_cmpstr(text, ==, expected);
    cJSON_free(text);
    cJSON_Delete(answer);
    cJSON_Delete(kept);
}

static void test_versions_no_longer_given_out_are_kept(void)
{
    assert_older(
        "{\"scripts\":[{\"id\":\"a\",\"version\":3}]}",
        "{\"scripts\":[{\"id\":\"a\",\"version\":2},{\"id\":\"b\",\"version\":1}],"
        "\"older\":[{\"id\":\"a\",\"version\":1},{\"id\":\"a\",\"version\":3},{\"id\":\"a\",\"version\":2}]}",
        "[{\"id\":\"a\",\"version\":2},{\"id\":\"b\",\"version\":1},{\"id\":\"a\",\"version\":1}]");
    assert_older("{\"scripts\":[]}", NULL, "[]");
    assert_older("{}", "{\"scripts\":{\"x\":1},\"older\":7}", "[]");
}

/* All that stand behind, whom others use first; none of what stands at the newest or is only some people's.
 */
static void test_users_of_a_script_come_in_order(void)
{
    cJSON *answer = cJSON_Parse(
        "{\"scripts\":[{\"id\":\"who\",\"version\":3,\"source\":\"\"},"
        "{\"id\":\"who\",\"version\":4,\"share_percent\":10,\"source\":\"\"},"
        "{\"id\":\"shop\",\"version\":1,\"uses\":{\"who\":1,\"greet\":1},\"source\":\"\"},"
        "{\"id\":\"greet\",\"version\":1,\"uses\":{\"who\":2},\"source\":\"\"},"
        "{\"id\":\"greet\",\"version\":2,\"uses\":{\"who\":2},\"queues\":[\"q\"],\"source\":\"\"},"
        "{\"id\":\"new\",\"version\":7,\"uses\":{\"who\":3},\"source\":\"\"},"
        "{\"id\":\"other\",\"version\":1,\"source\":\"\"}]}");
    g_autoptr(GString) found = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    int64_t newest;
    g_autoptr(GArray) users = script_users(answer, "who", &newest, &error);
    for (guint i = 0; i < users->len; i++) {
        const struct script_user *user = &g_array_index(users, struct script_user, i);
        g_string_append_printf(found, "%s %d uses %d%s\n", user->id, (int)user->version, (int)user->uses,
                               user->is_rolling ? ", rolling" : "");
    }
    g_assert_cmpint(newest, ==, 3);
    g_assert_cmpstr(found->str, ==, "greet 1 uses 2, rolling\nshop 1 uses 1\n");
    g_assert_null(script_users(answer, "nobody", &newest, &error));
    g_assert_cmpstr(error->message, ==, "No version of a script nobody is everybody's.");
    cJSON_Delete(answer);
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
    accepted(play, "1001", CHANNEL_CHAT);
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
    play_script(play, SCRIPT);
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter Enter");
    play_type(play, "Crystal");
    play_keys(play, "Enter");
    cJSON *saved = walk_to_json(play->desk->current->walk);
    struct play *again = play_new();
    play_msg(again, (struct msg){.kind = MSG_WALK_RESTORED, .id = "1001", .json = saved});
    play_msg(again, (struct msg){.kind = MSG_DRAFT_RESTORED, .id = "1001", .text = "half a"});
    accepted(again, "1001", CHANNEL_CHAT);
    g_assert_cmpstr(editor_text(again->desk->current->reply), ==, "half a");
    play_script(again, SCRIPT);
    g_assert_cmpstr(walk_current(again->desk->current->walk)->id, ==, "soon");
    cJSON_Delete(saved);
    play_free(again);
    play_free(play);
}

/* The text of the last COMMAND_SAVE_PLACE of a turn. */
static char *saved_place(struct play *play)
{
    struct commands commands;
    char *place = NULL;
    commands_init(&commands);
    g_clear_pointer(&play->desk->place_saved, g_free);
    desk_settle(play->desk, &commands);
    for (size_t i = 0; i < commands_count(&commands); i++)
        if (commands_at(&commands, i)->kind == COMMAND_SAVE_PLACE)
            place = g_strdup(commands_at(&commands, i)->text);
    commands_release(&commands);
    g_assert_nonnull(place);
    return place;
}

/* A desk that is started anew: the contact is mine already, the script and what was saved are known. */
static struct play *play_again(const char *place, cJSON *walk)
{
    struct play *play = play_new();
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc q");
    g_assert_null(play->desk->current);
    play_script(play, SCRIPT);
    struct desk_contact *dc = desk_find_open(play->desk, "1001");
    play_msg(play, (struct msg){.kind = MSG_WALK_RESTORED, .id = "1001", .json = walk});
    g_assert_nonnull(dc);
    play_script(play, SCRIPT);
    cJSON *json = cJSON_Parse(place);
    play_msg(play, (struct msg){.kind = MSG_PLACE_RESTORED, .json = json});
    cJSON_Delete(json);
    play_wait(play, 1000);
    return play;
}

static void test_place_survives_a_restart(void)
{
    struct play *play = play_new();
    play_script(play, SCRIPT);
    accepted(play, "1001", CHANNEL_CHAT);
    play_type(play, "half a");
    g_autofree char *writing = saved_place(play);
    play_keys(play, "M-4 Enter Enter");
    play_type(play, "Crys");
    g_autofree char *answering = saved_place(play);
    cJSON *walk = walk_to_json(play->desk->current->walk);

    struct play *again = play_again(writing, walk);
    g_assert_cmpstr(again->desk->current->id, ==, "1001");
    g_assert_cmpint(again->desk->pane, ==, PANE_CONTACT);
    g_assert_cmpint(again->desk->current->composer, ==, COMPOSER_REPLY);
    play_free(again);

    again = play_again(answering, walk);
    g_assert_cmpint(again->desk->pane, ==, PANE_SCRIPT);
    g_assert_true(again->desk->current->is_answering);
    g_assert_cmpstr(editor_text(again->desk->current->answer), ==, "Crys");
    play_free(again);

    again = play_again("{\"agent\":\"omar\",\"contact\":\"1001\",\"pane\":\"script\"}", walk);
    g_assert_null(again->desk->current); /* somebody else stood there */
    play_free(again);
    cJSON_Delete(walk);
    play_free(play);
}

static char *popup_value_of(const struct popup *p, const char *name)
{
    for (guint i = 0; i < p->fields->len; i++) {
        const struct popup_field *f = g_ptr_array_index(p->fields, i);
        if (g_str_equal(f->name, name))
            return g_strdup(editor_text(f->editor));
    }
    return NULL;
}

static void test_form_survives_a_restart(void)
{
    struct play *play = play_new();
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc w Tab C-End");
    play_type(play, " And thanks.");
    struct popup *p = desk_popup(play->desk);
    g_autofree char *summary = popup_value_of(p, "summary");
    g_assert_nonnull(strstr(summary, "And thanks."));
    g_autofree char *place = saved_place(play);
    cJSON *json = cJSON_Parse(place);
    struct play *again = play_new();
    accepted(again, "1001", CHANNEL_CHAT);
    play_keys(again, "Esc q");
    play_msg(again, (struct msg){.kind = MSG_PLACE_RESTORED, .json = json});
    play_wait(again, 1000);
    g_assert_nonnull(desk_popup(again->desk));
    g_autofree char *restored = popup_value_of(desk_popup(again->desk), "summary");
    g_assert_cmpstr(restored, ==, summary);
    cJSON_Delete(json);
    play_free(again);
    play_free(play);
}

/* --- knowledge --- */

static void answer_search(struct play *play, int64_t number, const char *title)
{
    struct desk_hit hit = {.id = (char *)"a1", .title = (char *)title, .score = 90};
    g_autoptr(GPtrArray) hits = g_ptr_array_new();
    if (title != NULL)
        g_ptr_array_add(hits, &hit);
    struct desk_results results = {.hits = hits, .total = (int)hits->len, .took_us = 300};
    play_msg(play, (struct msg){.kind = MSG_SEARCH_RESULTS, .number = number, .results = &results});
}

static void test_stale_results_are_dropped(void)
{
    struct play *play = play_new();
    play_keys(play, "C-k");
    play_type(play, "re");
    int64_t first = play->last_search - 1, second = play->last_search;
    g_assert_cmpint(play->searches, ==, 2);
    answer_search(play, second, "Returns policy");
    answer_search(play, first, "Regional shops");
    const struct desk_hit *hit = g_ptr_array_index(desk_hits(play->desk), 0);
    g_assert_cmpstr(hit->title, ==, "Returns policy");
    play_keys(play, "Backspace Backspace");
    answer_search(play, second, "Returns policy");
    g_assert_cmpint(desk_hits_from(play->desk), ==, HITS_RECENT);
    play_free(play);
}

static void test_article_into_the_reply(void)
{
    struct play *play = play_new();
    struct desk_article article = {.id = (char *)"a1",
                                   .title = (char *)"Returns policy",
                                   .body = (char *)"You may return it within 90 days."};
    accepted(play, "1001", CHANNEL_CHAT);
    answer_search(play, play->last_suggest, "Returns policy");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_ARTICLE_SUGGESTED), "articles"), ==, "a1");
    g_assert_cmpint(desk_hits_from(play->desk), ==, HITS_SUGGESTED);
    play_keys(play, "C-k Enter");
    play_msg(play, (struct msg){.kind = MSG_ARTICLE, .number = play->last_article, .article = &article});
    g_assert_cmpstr(play->desk->knowledge.article->title, ==, "Returns policy");
    play_keys(play, "M-+ M-i");
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "You may return it within 90 days.");
    g_assert_true(event_flag(play_last_event(play, EVENT_ARTICLE_RATED), "helped"));
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_MESSAGE_SENT), "article"), ==, "a1");
    play_keys(play, "C-k M-!");
    play_type(play, "gold members have 120 days");
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_ARTICLE_FLAGGED), "note"), ==,
                    "gold members have 120 days");
    play_deliver(play);
    g_assert_cmpint(play->desk->undelivered, ==, 0);
    play_free(play);
}

static void open_article(struct play *play, const char *id, const char *body)
{
    struct desk_article article = {.id = (char *)id, .title = (char *)id, .body = (char *)body};
    play_keys(play, "C-k Enter");
    play_msg(play, (struct msg){.kind = MSG_ARTICLE, .number = play->last_article, .article = &article});
}

/* What was inserted and wiped out again was not told, neither by the answer nor by the summary. */
static void test_wiped_out_is_not_told(void)
{
    struct play *play = play_new();
    accepted(play, "1001", CHANNEL_CHAT);
    answer_search(play, play->last_suggest, "Returns policy");
    open_article(play, "a1", "You may return it.");
    play_keys(play, "M-i C-u");
    play_type(play, "One moment.");
    play_keys(play, "Enter Esc w");
    g_assert_null(event_text(play_last_event(play, EVENT_MESSAGE_SENT), "article"));
    const struct editor *summary = popup_field_of(desk_popup(play->desk), "summary")->editor;
    g_assert_null(strstr(editor_text(summary), "Told from"));
    play_keys(play, "Esc h");
    open_article(play, "a1", "You may return it.");
    play_keys(play, "M-i Enter Esc w");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_MESSAGE_SENT), "article"), ==, "a1");
    summary = popup_field_of(desk_popup(play->desk), "summary")->editor;
    g_assert_nonnull(strstr(editor_text(summary), "Told from: a1"));
    play_free(play);
}

static void test_lines_into_the_reply(void)
{
    static const char body[] = "One.\n\nTwo.\nThree.\nFour.";
    struct play *play = play_new();
    accepted(play, "1001", CHANNEL_CHAT);
    answer_search(play, play->last_suggest, "Returns policy");
    open_article(play, "a1", body);
    play_keys(play, "v Down v Down M-i");
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "Two.\nThree.");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_ARTICLE_INSERTED), "article"), ==, "a1");
    play_keys(play, "C-u");
    /* One line alone; past the last there is none. */
    open_article(play, "a1", body);
    play_keys(play, "v End Down Down Down Down Down M-i");
    g_assert_nonnull(g_strrstr(editor_text(play->desk->current->reply), "Four."));
    g_assert_null(strstr(editor_text(play->desk->current->reply), "One."));
    g_assert_null(play->desk->notice.text);
    /* Esc leaves the lines first, then the article; then the whole of it is inserted. */
    open_article(play, "a1", body);
    play_keys(play, "v Esc");
    g_assert_nonnull(play->desk->knowledge.article);
    play_keys(play, "M-i");
    g_assert_nonnull(strstr(editor_text(play->desk->current->reply), body));
    g_assert_cmpstr(play->desk->notice.text, ==, "The whole article is in the reply; Alt-z takes it out.");
    play_keys(play, "M-z");
    g_assert_null(strstr(editor_text(play->desk->current->reply), body));
    play_free(play);
}

/* One line of a list is none. */
static void test_a_line_of_a_list_into_the_reply(void)
{
    struct play *play = play_new();
    accepted(play, "1001", CHANNEL_CHAT);
    answer_search(play, play->last_suggest, "Returns policy");
    open_article(play, "a1", "Slots:\n· One.\n· Two.");
    play_keys(play, "v Down M-i");
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "One.");
    play_keys(play, "C-u");
    open_article(play, "a1", "Slots:\n· One.\n· Two.");
    play_keys(play, "v Down v Down M-i");
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "· One.\n· Two.");
    play_free(play);
}

static void assert_at_hand(const struct play *play, const char *ids)
{
    g_autoptr(GString) found = g_string_new(NULL);
    const GPtrArray *hits = desk_hits(play->desk);
    for (guint i = 0; i < hits->len; i++) {
        const struct desk_hit *hit = hits->pdata[i];
        g_string_append_printf(found, "%s%s%s", i > 0 ? " " : "", hit->id, hit->is_pinned ? "*" : "");
    }
    g_assert_cmpstr(found->str, ==, ids);
}

/* The shelf as the last turn saved it. */
static cJSON *saved_shelf(const struct play *play)
{
    const char *text = NULL;
    for (size_t i = 0; i < commands_count(&play->commands); i++)
        if (commands_at(&play->commands, i)->kind == COMMAND_SAVE_SHELF)
            text = commands_at(&play->commands, i)->text;
    g_assert_nonnull(text);
    return cJSON_Parse(text);
}

static void test_pinned_and_opened_stand_ready(void)
{
    static const char shelf[] =
        "{\"pinned\":[{\"id\":\"p1\",\"title\":\"Prices\"}],"
        "\"opened\":[{\"id\":\"o1\",\"title\":\"Opening\"},{\"id\":\"p1\",\"title\":\"Prices\"},"
        "{\"id\":7}]}";
    struct play *play = play_new();
    cJSON *json = cJSON_Parse(shelf);
    play_msg(play, (struct msg){.kind = MSG_SHELF_RESTORED, .json = json});
    cJSON_Delete(json);
    assert_at_hand(play, "p1* o1");
    g_assert_cmpint(desk_hits_from(play->desk), ==, HITS_PINNED);
    accepted(play, "1001", CHANNEL_CHAT);
    answer_search(play, play->last_suggest, "Returns policy");
    assert_at_hand(play, "a1 p1* o1"); /* what is for the contact comes first */
    play_keys(play, "C-k M-p");
    assert_at_hand(play, "a1* p1* o1");
    json = saved_shelf(play);
    g_assert_cmpint(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "pinned")), ==, 2);
    struct play *again = play_new();
    play_msg(again, (struct msg){.kind = MSG_SHELF_RESTORED, .json = json});
    cJSON_Delete(json);
    assert_at_hand(again, "a1* p1* o1");
    play_free(again);
    play_keys(play, "Down M-p");
    assert_at_hand(play, "a1* o1 p1"); /* it was opened once, so it does not go altogether */
    open_article(play, "o1", "x");
    play_keys(play, "Esc Esc");
    assert_at_hand(play, "a1* o1 p1");
    play_free(play);
}

static void test_pins_have_an_end(void)
{
    struct play *play = play_new();
    cJSON *json = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(json, "pinned");
    for (int i = 0; i < 50; i++) {
        g_autofree char *id = g_strdup_printf("p%d", i);
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "id", id);
        cJSON_AddStringToObject(item, "title", "Prices");
        cJSON_AddItemToArray(list, item);
    }
    play_msg(play, (struct msg){.kind = MSG_SHELF_RESTORED, .json = json});
    cJSON_Delete(json);
    g_assert_cmpuint(desk_hits(play->desk)->len, ==, DESK_PINNED_ARTICLES);
    play_keys(play, "C-k");
    play_type(play, "re");
    answer_search(play, play->last_search, "Returns policy");
    play_keys(play, "M-p");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "20 articles are pinned, which is the most; unpin one first.");
    play_free(play);
}

static void test_a_wide_desk_reads_ahead(void)
{
    struct play *play = play_new();
    struct desk_article article = {
        .id = (char *)"a1", .title = (char *)"Returns policy", .body = (char *)"90"};
    const struct desk_knowledge *k = &play->desk->knowledge;
    play_keys(play, "C-k");
    play_type(play, "ret");
    answer_search(play, play->last_search, "Returns policy");
    g_assert_cmpint(k->peek_request, ==, 0);
    play_msg(play, (struct msg){.kind = MSG_RESIZE, .size = {200, 50, {10, 20, 10, 10, 10}}});
    g_assert_cmpint(k->peek_request, ==, play->last_article);
    play_msg(play, (struct msg){.kind = MSG_ARTICLE, .number = play->last_article, .article = &article});
    g_assert_cmpstr(k->peek->id, ==, "a1");
    g_assert_null(k->article);
    int64_t asked = play->last_article;
    play_type(play, "u"); /* the same article is found again: it is not asked for again */
    answer_search(play, play->last_search, "Returns policy");
    g_assert_cmpint(play->last_article, ==, asked);
    g_assert_cmpint(play_count(play, EVENT_ARTICLE_OPENED), ==, 0); /* a look aside is no reading */
    play_free(play);
}

static void test_a_search_without_result_is_logged_once(void)
{
    struct play *play = play_new();
    play_keys(play, "C-k");
    play_type(play, "zebra");
    answer_search(play, play->last_search, NULL);
    play_keys(play, "Enter M-1");
    g_assert_cmpint(play_count(play, EVENT_SEARCH_DONE), ==, 1);
    g_assert_cmpint(event_number(play_last_event(play, EVENT_SEARCH_DONE), "hits", -1), ==, 0);
    play_free(play);
}

/* --- queue --- */

/* What was found and is read can be taken there and then, or it is said who has it. */
static void test_looked_at_is_taken(void)
{
    struct play *play = play_new();
    play_arrive(play, "2001", CHANNEL_CHAT, "shop", "Ana Tanner");
    play_keys(play, "C-f");
    play_type(play, "tanner");
    play_keys(play, "Enter");
    g_assert_cmpstr(play->desk->current->id, ==, "2001");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_ACCEPTED), ==, 0);
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_ACCEPTED), "from"), ==, "pull");
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);

    play_arrive(play, "2002", CHANNEL_CHAT, "shop", "Bo Ek");
    struct event *ev = play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "tomas", "2002");
    ev->leg = g_strdup("2002.1");
    event_set_text(ev, "from", "pull");
    play_stream(play, ev);
    play_keys(play, "C-f");
    play_type(play, "bo ek");
    play_keys(play, "Enter Enter");
    g_assert_cmpstr(play->desk->current->id, ==, "2002");
    g_assert_nonnull(strstr(play->desk->notice.text, "You are only looking; "));
    g_assert_nonnull(strstr(play->desk->notice.text, " has this contact."));
    play_free(play);
}

static void test_practice_says_how_it_is_left(void)
{
    struct play *play = play_new();
    play->desk->is_practice = true;
    play_msg(play, (struct msg){.kind = MSG_PRACTICE_SCORE, .text = "Passed: 90 of 100, 75 needed."});
    g_assert_cmpstr(desk_popup(play->desk)->text, ==,
                    "Passed: 90 of 100, 75 needed.\n\n^Q leaves the practice.");
    play_free(play);
}

static void test_why_it_stands_there(void)
{
    struct play *play = play_new();
    play_arrive(play, "2001", CHANNEL_CHAT, "shop", "Ana Tanner");
    play_wait(play, 180000);
    play_keys(play, "M-1 y");
    g_assert_true(g_str_has_suffix(play->desk->notice.text, "Came 3 min ago."));
    play_free(play);
}

static void test_cursor_stays_on_its_item(void)
{
    struct play *play = play_new();
    play_arrive(play, "2001", CHANNEL_CHAT, "shop", "B");
    play->now_ms += 1000;
    play_arrive(play, "2002", CHANNEL_CHAT, "shop", "C");
    play_keys(play, "M-1 G");
    g_assert_cmpstr(play->desk->queue.cursor, ==, "2002");
    int row = play->desk->queue.cursor_row;
    struct event *ev = play_event(play, EVENT_CONTACT_CREATED, ACTOR_CUSTOMER, "x", "2000");
    event_set_text(ev, "channel", "chat");
    event_set_text(ev, "queue", "shop");
    event_set_number(ev, "priority", 600);
    play_stream(play, ev);
    const struct contact *first = g_ptr_array_index(play->desk->queue.rows, 0);
    g_assert_cmpstr(first->id, ==, "2000");
    g_assert_cmpstr(play->desk->queue.cursor, ==, "2002");
    g_assert_cmpint(play->desk->queue.cursor_row, ==, row);
    g_assert_null(play->desk->current);
    play_free(play);
}

static void test_filter(void)
{
    struct play *play = play_new();
    play_arrive(play, "2001", CHANNEL_CHAT, "shop", "王芳");
    play_arrive(play, "2002", CHANNEL_EMAIL, "shop", "Ana");
    play_keys(play, "M-1 /");
    play_type(play, "王");
    g_assert_cmpint(play->desk->queue.rows->len, ==, 1);
    g_assert_cmpstr(play->desk->queue.cursor, ==, "2001");
    play_keys(play, "Enter"); /* takes it */
    g_assert_cmpstr(play->desk->current->id, ==, "2001");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_ACCEPTED), "from"), ==, "pull");
    play_keys(play, "M-1 Esc");
    g_assert_cmpint(play->desk->queue.rows->len, ==, 2);
    g_assert_cmpint(play->desk->queue.mine, ==, 1);

    play_arrive(play, "2003", CHANNEL_PHONE, "shop", NULL); /* its row says "unknown" */
    play_keys(play, "M-1 /");
    play_type(play, "unknown");
    g_assert_cmpint(play->desk->queue.rows->len, ==, 1);
    g_assert_cmpstr(play->desk->queue.cursor, ==, "2003");
    play_free(play);
}

/* What waits in a queue of other skills is others' work, unless it was passed to me by name. */
static void test_waits_for_me_by_name(void)
{
    struct play *play = play_new();
    struct queue *q = queue_copy(world_queue(play->desk->world, "shop"));
    q->skill = g_strdup("tents");
    world_put_queue(play->desk->world, q);
    play_arrive(play, "2001", CHANNEL_CHAT, "shop", "Ana");
    g_assert_cmpint(play->desk->queue.rows->len, ==, 0);
    struct event *ev = play_event(play, EVENT_CONTACT_TRANSFERRED, ACTOR_AGENT, "omar", "2001");
    event_set_text(ev, "queue", "shop");
    event_set_text(ev, "agent", "li");
    play_stream(play, ev);
    g_assert_cmpint(play->desk->queue.rows->len, ==, 1);
    g_assert_cmpint(play->desk->queue.waiting, ==, 1);
    play_free(play);
}

static void test_why_names_the_hours_of_the_queue(void)
{
    struct play *play = play_new();
    play_arrive(play, "2001", CHANNEL_EMAIL, "shop", "Ana");
    play_keys(play, "M-1 y");
    g_assert_null(strstr(play->desk->notice.text, "closed"));
    const struct queue *open = world_queue(play->desk->world, "shop");
    struct queue *q = queue_copy(open);
    g_assert_true(queue_set_hours(q,
                                  "mon=09:00-09:01;tue=09:00-09:01;wed=09:00-09:01;thu=09:00-09:01;"
                                  "fri=09:00-09:01;sat=09:00-09:01;sun=09:00-09:01",
                                  NULL));
    world_put_queue(play->desk->world, q);
    play_keys(play, "y");
    g_assert_nonnull(strstr(play->desk->notice.text, " Its queue is closed until 09:00."));
    q = queue_copy(q);
    g_assert_true(queue_set_hours(q, "wed=09:00-09:01", NULL));
    world_put_queue(play->desk->world, q);
    play_keys(play, "y");
    g_assert_nonnull(strstr(play->desk->notice.text, " Its queue is closed until 26 Nov."));
    play_free(play);
}

static void test_no_room_for_a_call(void)
{
    struct play *play = play_new();
    accepted(play, "1001", CHANNEL_CHAT);
    play_arrive(play, "1002", CHANNEL_PHONE, "shop", "Yan");
    play_keys(play, "M-1 G Enter");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "You have 33 of 100 points in use and this phone takes 100; finish or park one first.");
    g_assert_cmpint(play_contact(play, "1002")->state, ==, CONTACT_QUEUED);
    play_free(play);
}

/* What is advised gives the room: a call cannot be parked, and what only rings cannot be finished. */
static void test_no_room_says_what_gives_it(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Ana");
    play_arrive(play, "1002", CHANNEL_PHONE, "shop", "Yan");
    play_offer(play, "1001");
    play_keys(play, "M-1 G Enter");
    g_assert_cmpstr(
        play->desk->notice.text, ==,
        "You have 33 of 100 points in use and this phone takes 100; F3 rejects the offer that rings.");
    play_keys(play, "F3 Enter M-1 G Enter");
    g_assert_cmpint(play_contact(play, "1002")->state, ==, CONTACT_ACTIVE);
    play_arrive(play, "1003", CHANNEL_CHAT, "shop", "Eva");
    play_keys(play, "M-1 G Enter");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "You have 100 of 100 points in use and this chat takes 33; finish one first.");
    play_free(play);
}

static void test_offer_times_out(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Yan");
    play_offer(play, "1001");
    play_wait(play, 6000);
    g_assert_cmpint(play->rings, ==, 2);
    g_assert_null(play->notice);
    struct event *ev = play_event(play, EVENT_CONTACT_OFFER_TIMED_OUT, ACTOR_SYSTEM, "router", "1001");
    event_set_text(ev, "agent", "li");
    play_stream(play, ev);
    g_assert_null(play->desk->offer);
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "You missed an offer; no more come until F9 makes you ready again.");
    play_wait(play, 2000);
    play_keys(play, "Down"); /* it answered no key, so none takes it away */
    g_assert_nonnull(play->desk->notice.text);
    g_assert_true(desk_action_have(play->desk) & ACTION_NEEDS_UNREADY);
    play_keys(play, "F2");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "No contact is ringing; take one from the queue with Enter.");
    play_free(play);
}

static void test_taken_by_another(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Yan");
    struct event *ev = play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "omar", "1001");
    ev->leg = g_strdup("1001.1");
    ev->position = ++play->position;
    world_fold(play->backend, ev);
    play_keys(play, "M-1 Enter"); /* we are later, and do not know it yet */
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    play_type(play, "Good day, ");
    play_msg(play, (struct msg){.kind = MSG_STREAM_EVENT, .event = ev});
    play_deliver(play);
    g_assert_null(play->desk->current);
    g_assert_cmpstr(play_contact(play, "1001")->agent, ==, "omar");
    event_free(ev);
    play_free(play);
}

/* --- session --- */

static void test_wrong_password(void)
{
    struct play *play = play_new();
    struct desk *desk = desk_new(&(struct desk_options){.device = "d2", .boot = "b", .agent = "li"});
    struct commands commands;
    commands_init(&commands);
    desk_update(desk, &(struct msg){.kind = MSG_KEY, .key = {.code = 'x'}}, &commands);
    desk_update(desk, &(struct msg){.kind = MSG_KEY, .key = {.code = KEY_SYMBOL_ENTER}}, &commands);
    const struct command *asked = commands_at(&commands, 0);
    g_assert_cmpint(asked->kind, ==, COMMAND_SIGN_IN);
    g_assert_cmpstr(asked->text, ==, "x");
    desk_update(
        desk,
        &(struct msg){.kind = MSG_SIGN_IN_REFUSED, .number = asked->number, .text = "The password is wrong."},
        &commands);
    g_assert_cmpstr(desk_popup(desk)->problem, ==, "The password is wrong.");
    g_assert_cmpint(desk->phase, ==, DESK_SIGNED_OUT);
    commands_release(&commands);
    desk_free(desk);
    play_free(play);
}

static void test_back_after_a_missed_offer(void)
{
    struct desk *desk = desk_new(&(struct desk_options){.device = "d2", .boot = "b", .agent = "li"});
    struct commands commands;
    commands_init(&commands);
    g_autoptr(agent) li = agent_new("li", "Li Na", ROLE_AGENT);
    li->signed_in = li->not_responding = true;
    li->presence = PRESENCE_READY;
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddItemToObject(answer, "agent", agent_to_cjson(li));
    desk_update(desk, &(struct msg){.kind = MSG_SIGNED_IN, .json = answer}, &commands);
    g_assert_cmpstr(desk->notice.text, ==,
                    "Welcome back, Li Na. You missed an offer; F9 makes you ready again.");
    cJSON_Delete(answer);
    commands_release(&commands);
    desk_free(desk);
}

static void test_presence(void)
{
    struct play *play = play_new();
    /* The first link of the day is no news; the second is. */
    g_assert_null(strstr(play->desk->notice.text, "again"));
    play_msg(play, (struct msg){.kind = MSG_LINK, .link = LINK_OFFLINE});
    play_msg(play, (struct msg){.kind = MSG_LINK, .link = LINK_LIVE});
    g_assert_cmpstr(play->desk->notice.text, ==, "The backend is there again.");
    g_assert_cmpint(world_agent(play->desk->world, "li")->presence, ==, PRESENCE_READY);
    play_keys(play, "F10 Down Enter");
    g_assert_cmpstr(world_agent(play->desk->world, "li")->reason, ==, "meal");
    play_deliver(play);
    g_assert_cmpint(world_agent(play->backend, "li")->presence, ==, PRESENCE_NOT_READY);
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Yan");
    play_keys(play, "F4");
    g_assert_cmpstr(play->desk->notice.text, ==, "You are not ready; F9 makes you ready, then take it.");
    play_keys(play, "F9 F4");
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    play_keys(play, "F10 Enter");
    play->desk->world->rights[ROLE_ADMIN] = RIGHT_SETTINGS_CHANGE;
    play->desk->role = ROLE_ADMIN; /* who is not on the floor is not promised contacts */
    play_keys(play, "F9");
    g_assert_cmpstr(
        play->desk->notice.text, ==,
        "You are ready, but nothing will be offered to you: your role, admin, takes no contacts.");
    play_free(play);
}

static void test_lock(void)
{
    struct play *play = play_new();
    accepted(play, "1001", CHANNEL_CHAT);
    play_type(play, "secret wo");
    play_keys(play, "F12");
    g_assert_cmpint(play->desk->phase, ==, DESK_LOCKED);
    play_keys(play, "Esc C-k F2 M-2"); /* nothing gets by */
    g_assert_cmpint(play->desk->phase, ==, DESK_LOCKED);
    play_type(play, "pw");
    play_keys(play, "Enter");
    int64_t number = desk_popup(play->desk)->request;
    play_msg(play, (struct msg){.kind = MSG_UNLOCK, .number = number, .text = "The password is wrong."});
    g_assert_cmpstr(desk_popup(play->desk)->problem, ==, "The password is wrong.");
    play_type(play, "right");
    play_keys(play, "Enter");
    play_msg(play, (struct msg){.kind = MSG_UNLOCK, .number = desk_popup(play->desk)->request, .flag = true});
    g_assert_cmpint(play->desk->phase, ==, DESK_OPEN);
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "secret wo");
    g_assert_cmpint(play_count(play, EVENT_DESK_LOCKED), ==, 1);
    g_assert_cmpint(play_count(play, EVENT_DESK_UNLOCKED), ==, 1);
    play_free(play);
}

static void test_sign_out_shows_what_is_open(void)
{
    struct play *play = play_new();
    accepted(play, "1001", CHANNEL_CHAT);
    accepted(play, "1002", CHANNEL_CHAT);
    play_keys(play, "C-q");
    const struct popup *p = desk_popup(play->desk);
    g_assert_cmpstr(p->name, ==, "leave");
    g_assert_cmpint(p->shown->len, ==, 4);
    g_assert_false(play->has_quit);
    play_keys(play, "Enter"); /* goes to one of them */
    g_assert_nonnull(play->desk->current);
    play_keys(play, "C-q Down Down Enter");
    g_assert_cmpstr(play->desk->notice.text, ==, "Close, park or transfer what is open before you sign out.");
    g_assert_false(play->has_quit);
    play_keys(play, "Down Enter"); /* a moment away: signed in, and all of it is mine when I am back */
    g_assert_true(play->has_quit);
    g_assert_cmpint(play_count(play, EVENT_AGENT_SIGNED_OUT), ==, 0);
    g_assert_null(play_last_event(play, EVENT_FOCUS_MOVED)->contact);
    play_deliver(play);
    g_assert_cmpint(play->desk->undelivered, ==, 0);
    play_free(play);
}

static void test_sign_out(void)
{
    struct play *play = play_new();
    accepted(play, "1001", CHANNEL_EMAIL);
    play_keys(play, "r");
    play_type(play, "Thanks");
    play_keys(play, "C-s w Enter C-q");
    g_assert_true(play->has_quit);
    play_deliver(play);
    g_assert_false(world_agent(play->backend, "li")->signed_in);
    play_free(play);
}

/* --- find, palette, by hand --- */

static const struct popup_choice *chosen(const struct desk *desk)
{
    const struct popup *p = desk_popup(desk);
    return g_ptr_array_index(p->shown, (guint)p->cursor);
}

/* A contact linked to the wrong customer is put right; one that is already theirs is not offered. */
static void test_another_customer_is_found(void)
{
    struct play *play = play_new();
    accepted(play, "1001", CHANNEL_PHONE);
    static const struct {
        const char *id, *name, *label;
    } rounds[] = {
        {"c7", "Ana Tanner", "This is who I am talking to (phone 1001)"},
        {"c8", "Bo Tan", "This is who I am talking to (phone 1001), not Ana Tanner"},
        {"c8", "Bo Tan", "Open phone: return, wrong size"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rounds); i++) {
        g_autofree char *hits =
            g_strdup_printf("{\"hits\":[{\"kind\":\"customer\",\"id\":\"%s\",\"title\":\"%s\"}]}",
                            rounds[i].id, rounds[i].name);
        play_keys(play, "C-f");
        play_type(play, "tax");
        play_reply(play, play->last_find, LINK_FETCH_FIND, cJSON_Parse(hits));
        play_keys(play, "Enter");
        g_assert_cmpstr(chosen(play->desk)->label, ==, rounds[i].label);
        play_keys(play, "Enter");
        g_assert_cmpstr(play_contact(play, "1001")->customer, ==, rounds[i].id);
    }
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    play_free(play);
}

/* A contact opened before the articles were there gets its suggestions when they are. */
static void test_suggested_when_articles_come(void)
{
    struct play *play = play_new();
    accepted(play, "1001", CHANNEL_CHAT);
    int64_t asked = play->last_suggest;
    play_msg(play, (struct msg){.kind = MSG_KNOWLEDGE, .number = 80});
    g_assert_cmpint(play->last_suggest, >, asked);
    answer_search(play, play->last_suggest, "Returns policy");
    g_assert_cmpint(play->desk->current->suggestions->len, >, 0);
    play_free(play);
}

/* What a key was refused for may be over with the next one; it is read first all the same. */
static void test_a_refusal_leaves_with_a_key(void)
{
    struct play *play = play_new();
    play_script(play, CHECK);
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 1");
    g_assert_cmpint(play->desk->notice.tone, ==, TONE_WARNING);
    play_keys(play, "Enter"); /* at once */
    g_assert_nonnull(play->desk->notice.text);
    play_wait(play, 2000);
    play_keys(play, "Down");
    g_assert_null(play->desk->notice.text);
    play_free(play);
}

static void test_find(void)
{
    struct play *play = play_new();
    play_arrive(play, "2001", CHANNEL_CHAT, "shop", "Yan Tanaka");
    play_keys(play, "C-f");
    play_type(play, "tan");
    const struct popup *p = desk_popup(play->desk);
    g_assert_cmpint(p->shown->len, ==, 1); /* at once, before any answer */
    play_reply(play, play->last_find - 1, LINK_FETCH_FIND,
               cJSON_Parse("{\"hits\":[{\"kind\":\"customer\",\"id\":\"c9\",\"title\":\"Stale\"}]}"));
    g_assert_cmpint(p->shown->len, ==, 1);
    play_reply(
        play, play->last_find, LINK_FETCH_FIND,
        cJSON_Parse("{\"hits\":[{\"kind\":\"customer\",\"id\":\"c7\",\"title\":\"Ana Tanner\","
                    "\"detail\":\"gold\"},{\"kind\":\"contact\",\"id\":\"2001\",\"title\":\"Yan\"}]}"));
    g_assert_cmpint(p->shown->len, ==, 2);
    play_keys(play, "Down Enter");
    g_assert_cmpstr(desk_popup(play->desk)->title, ==, "Ana Tanner");
    play_keys(play, "Enter"); /* a contact by hand for her */
    play_keys(play, "S-Tab S-Tab Right Right Left Enter");
    const struct event *made = play_last_event(play, EVENT_CONTACT_CREATED);
    g_assert_cmpstr(event_text(made, "customer"), ==, "c7");
    g_assert_cmpstr(event_text(made, "channel"), ==, "chat"); /* after phone */
    g_assert_cmpstr(play->desk->current->id, ==, made->contact);
    play_deliver(play);
    g_assert_cmpint(play->desk->undelivered, ==, 0);
    g_assert_cmpint(world_contact(play->backend, made->contact)->state, ==, CONTACT_ACTIVE);
    play_free(play);
}

/* A contact that was closed long ago is no part of the floor: it is fetched, and stays while it is read. */
static void test_found_and_closed_long_ago(void)
{
    struct play *play = play_new();
    play_keys(play, "C-f");
    play_type(play, "tanner");
    play_reply(play, play->last_find, LINK_FETCH_FIND,
               cJSON_Parse("{\"hits\":[{\"kind\":\"customer\",\"id\":\"c7\",\"title\":\"Ana Tanner\"}]}"));
    play_keys(play, "Enter");
    struct contact *old = contact_new("900");
    old->channel = CHANNEL_CHAT;
    old->queue = g_ref_string_new_intern("shop");
    old->state = CONTACT_CLOSED;
    old->created_ms = play->now_ms - INT64_C(30) * 24 * 3600 * 1000;
    old->closed_ms = old->created_ms + 1000;
    old->subject = g_strdup("lost parcel");
    old->name = g_strdup("Ana Tanner");
    cJSON *json = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(json, "contacts");
    cJSON_AddItemToArray(list, contact_to_cjson(old));
    play_reply(play, play->last_customer, LINK_FETCH_CUSTOMER, json);
    g_assert_cmpint(desk_popup(play->desk)->cursor, ==, 0);
    play_keys(play, "Down");
    g_assert_nonnull(strstr(chosen(play->desk)->label, "chat: lost parcel"));
    play_keys(play, "Enter");
    g_assert_cmpstr(play->desk->current->id, ==, "900");
    g_assert_null(play_contact(play, "900"));
    play_reply(play, play->last_contact, LINK_FETCH_CONTACT, contact_to_cjson(old));
    g_assert_cmpstr(play_contact(play, "900")->subject, ==, "lost parcel");
    play_wait(play, 60000);
    g_assert_nonnull(play_contact(play, "900"));
    contact_free(old);
    play_free(play);
}

static void test_a_contact_by_hand_goes_where_its_maker_can_take_it(void)
{
    struct play *play = play_new();
    struct queue *other = queue_new("alpine", "Alpine");
    other->skill = g_strdup("climbing");
    world_put_queue(play->desk->world, other);
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Escape M-1 + Enter");
    const struct event *made = play_last_event(play, EVENT_CONTACT_CREATED);
    g_assert_cmpstr(event_text(made, "queue"), ==, "shop"); /* not Alpine, though it stands first */
    g_assert_cmpstr(
        play->desk->notice.text, ==,
        "It waits for you. You have 33 of 100 points in use and this phone takes 100; finish or park "
        "one first.");
    play_free(play);
}

static void test_the_queue_of_a_contact_by_hand_is_named_once(void)
{
    struct play *play = play_new();
    struct queue *alpine = queue_new("alpine", "Alpine"), *zh = queue_new("alpine-zh", "Alpine 中文");
    alpine->business = g_strdup("alpine");
    zh->business = g_strdup("alpine");
    world_put_queue(play->desk->world, alpine);
    world_put_queue(play->desk->world, zh);
    play_keys(play, "M-1 +");
    const struct popup_field *where = popup_field_of(desk_popup(play->desk), "queue");
    const struct popup_choice *first = g_ptr_array_index(where->choices, 0),
                              *second = g_ptr_array_index(where->choices, 1);
    g_assert_cmpstr(first->label, ==, "Alpine");
    g_assert_null(first->detail);
    g_assert_cmpstr(second->label, ==, "Alpine 中文");
    g_assert_cmpstr(second->detail, ==, "alpine");
    play_free(play);
}

static void test_a_contact_by_hand_is_about_what_a_script_serves(void)
{
    struct play *play = play_new();
    play_keys(play, "M-1 +");
    g_assert_null(popup_field_of(desk_popup(play->desk), "intent")); /* without scripts nothing to choose */
    play_keys(play, "Esc");
    play_script(play, SCRIPT);
    play_script(play, "script: parcel\nversion: 1\ntitle: Parcel\nqueues: [zh]\nsteps:\n"
                      "  - {id: e, kind: end, class: value, title: E, disposition: solved, resolved: yes}\n");
    g_hash_table_replace(play->desk->settings.scripts, g_strdup("order_status"), g_strdup("parcel"));
    g_hash_table_replace(play->desk->settings.scripts, g_strdup("refund"), g_strdup("is-not-there"));
    play_keys(play, "M-1 +");
    const struct popup_field *about = popup_field_of(desk_popup(play->desk), "intent");
    static const char *const labels[] = {"not known yet", "order status", "return size"};
    g_assert_cmpuint(about->choices->len, ==, G_N_ELEMENTS(labels));
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++)
        g_assert_cmpstr(((const struct popup_choice *)about->choices->pdata[i])->label, ==, labels[i]);
    g_assert_cmpstr(((const struct popup_choice *)about->choices->pdata[1])->detail, ==, "zh");
    g_assert_null(((const struct popup_choice *)about->choices->pdata[2])->detail);
    play_keys(play, "Tab Tab Tab");
    play_type(play, "ret");
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_CREATED), "intent"), ==, "return_size");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_CREATED), "subject"), ==, "return size");
    g_assert_cmpstr(play->desk->current->proposed, ==, "return-size");
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    g_assert_cmpstr(world_contact(play->backend, play->desk->current->id)->intent, ==, "return_size");
    play_keys(play, "h M-1 + Enter");
    g_assert_null(event_text(play_last_event(play, EVENT_CONTACT_CREATED), "intent"));
    g_assert_null(event_text(play_last_event(play, EVENT_CONTACT_CREATED), "subject"));
    play_keys(play, "M-1 + Tab Tab");
    play_type(play, "too small");
    play_keys(play, "Tab");
    play_type(play, "ret");
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_CREATED), "subject"), ==, "too small");
    play_free(play);
}

/* Who rings somebody up is not ready for all others by that, and need not be: the contact is theirs. */
static void test_a_contact_by_hand_is_taken_while_not_ready(void)
{
    struct play *play = play_new();
    play_keys(play, "F10 Enter M-1 + Enter");
    play_deliver(play);
    const struct contact *made = play_contact(play, play_last_event(play, EVENT_CONTACT_CREATED)->contact);
    g_assert_cmpint(made->state, ==, CONTACT_ACTIVE);
    g_assert_cmpint(play->refusals, ==, 0);
    g_assert_cmpstr(play->desk->current->id, ==, made->id);
    g_assert_cmpint(world_agent(play->backend, "li")->presence, ==, PRESENCE_NOT_READY);
    play_free(play);
}

/* The backend cannot be asked yet what was said in it. */
static void test_a_contact_by_hand_shows_what_is_under_way(void)
{
    struct play *play = play_new();
    play_keys(play, "M-1 +");
    play_type(play, "Zoe");
    play_keys(play, "Tab Tab");
    play_type(play, "wants a catalogue");
    play_keys(play, "Enter");
    const struct desk_contact *dc = play->desk->current;
    g_assert_true(dc->is_loaded);
    g_assert_cmpint(dc->requests[LINK_FETCH_CONTACT_EVENTS], ==, 0);
    g_assert_cmpint(dc->messages->len, ==, 1);
    const struct desk_message *made = g_ptr_array_index(dc->messages, 0);
    g_assert_cmpstr(made->text, ==, "contact came in: wants a catalogue");
    play_deliver(play);
    g_assert_cmpint(dc->messages->len, ==, 1); /* the echoes are no further lines */
    g_assert_cmpint(play->desk->undelivered, ==, 0);
    play_free(play);
}

/* All letters, digits and signs in each pane, as a cat would type them. */
static void type_all(struct play *play)
{
    for (int pane = 1; pane <= PANE_COUNT; pane++) {
        for (char c = ' '; c <= '~'; c++) {
            g_autofree char *there = g_strdup_printf("Esc Esc Esc M-%d", pane);
            const char text[] = {c, '\0'};
            play_keys(play, there);
            play_type(play, text);
        }
    }
    play_keys(play, "Esc Esc Esc");
}

/* No key but says why not, or does what it stands for: with no contact, without a script, with one proposed,
 * in its midst and behind its end. */
static void test_any_key_anywhere(void)
{
    struct play *play = play_new();
    type_all(play);
    play_keys(play, "M-4 1");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "No contact is open; choose one in the queue and press Enter.");
    accepted(play, "1001", CHANNEL_CHAT);
    type_all(play);
    play_free(play);

    play = play_new();
    play_script(play, SCRIPT);
    accepted(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc M-4 1");
    g_assert_cmpstr(play->desk->notice.text, ==, "No script is running; start one in the script pane.");
    type_all(play);
    play_free(play);

    for (int steps = 0; steps < 8; steps++) { /* each step, and what is behind the last */
        play = play_new();
        play_script(play, MATCH);
        accepted(play, "1001", CHANNEL_CHAT);
        play_keys(play, "Esc M-4 Enter");
        for (int i = 0; i < steps; i++)
            play_keys(play, "Enter");
        type_all(play);
        play_free(play);
    }
}

static void test_letters_of_a_name_find_it(void)
{
    g_autoptr(GArray) marks = g_array_new(FALSE, FALSE, sizeof(struct desk_range));
    g_assert_cmpint(popup_match("wrp", "Wrap up and close", marks), >, 0);
    g_assert_cmpuint(marks->len, ==, 2);
    g_assert_cmpuint(g_array_index(marks, struct desk_range, 0).end, ==, 2);
    g_assert_cmpuint(g_array_index(marks, struct desk_range, 1).start, ==, 3);
    g_assert_cmpint(popup_match("xyz", "Wrap up and close", marks), ==, 0);
    g_assert_cmpuint(marks->len, ==, 0);
    /* Beginnings of words beat letters in the midst of them, a whole part beats both. */
    g_assert_cmpint(popup_match("tq", "To a queue", NULL), >, popup_match("tq", "Put quietly away", NULL));
    g_assert_cmpint(popup_match("note", "Write an internal note", NULL), >,
                    popup_match("note", "Not of the evening", NULL));
    g_assert_cmpint(popup_match("退 款", "处理退款", NULL), >, 0);
    g_assert_cmpint(popup_match("", "anything", NULL), >, 0);
}

static void test_palette_and_help(void)
{
    struct play *play = play_new();
    play_keys(play, "C-p");
    play_type(play, "lock");
    const struct popup_choice *c = chosen(play->desk);
    g_assert_cmpstr(c->value, ==, "lock");
    g_assert_cmpstr(c->key, ==, "F12");
    play_keys(play, "Enter");
    g_assert_cmpint(play->desk->phase, ==, DESK_LOCKED);
    play_free(play);
    play = play_new();
    play_keys(play, "M-1 ?");
    /* One row for each action, with all its keys; beside them what signs mean, which are no actions. */
    for (guint i = 0; i < desk_popup(play->desk)->choices->len; i++) {
        const struct popup_choice *at = g_ptr_array_index(desk_popup(play->desk)->choices, i);
        for (guint j = 0; j < i && *at->value != '\0'; j++)
            g_assert_cmpstr(
                at->value, !=,
                ((const struct popup_choice *)g_ptr_array_index(desk_popup(play->desk)->choices, j))->value);
    }
    play_type(play, "hold");
    c = chosen(play->desk);
    g_assert_cmpstr(c->why_off, ==, "No contact is open; choose one in the queue and press Enter.");
    play_keys(play, "Enter");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "No contact is open; choose one in the queue and press Enter.");
    play_free(play);
}

static void test_counters_survive(void)
{
    struct play *play = play_new();
    cJSON *state = cJSON_CreateObject();
    cJSON_AddNumberToObject(state, "day", (double)(play->now_ms / 86400000));
    cJSON_AddNumberToObject(state, "handled", 2);
    cJSON_AddNumberToObject(state, "handle_ms", 120000);
    play_msg(play, (struct msg){.kind = MSG_STATE_RESTORED, .json = state});
    g_assert_cmpint(desk_aht_ms(play->desk), ==, 60000);
    cJSON_ReplaceItemInObject(state, "day", cJSON_CreateNumber(1));
    play_msg(play, (struct msg){.kind = MSG_STATE_RESTORED, .json = state}); /* of another day */
    g_assert_cmpint(play->desk->metrics.handled, ==, 2);
    cJSON_Delete(state);
    play_free(play);
}

static void report_mine(struct play *play, int64_t since_ms, int handled)
{
    char since[TIMESTAMP_BYTES];
    timestamp_format(since_ms, since);
    cJSON *json = cJSON_CreateObject(), *mine = cJSON_AddObjectToObject(json, "mine");
    cJSON_AddStringToObject(mine, "since", since);
    cJSON_AddNumberToObject(mine, "handled", handled);
    cJSON_AddNumberToObject(mine, "handle_ms", handled * 90000);
    cJSON_AddNumberToObject(mine, "closed", handled);
    cJSON_AddNumberToObject(mine, "resolved", 1);
    play_reply(play, play->desk->numbers, LINK_FETCH_REPORT_FLOOR, json);
}

/* The day of who signs in at another computer goes on; what this one knows better stays; midnight ends it. */
static void test_a_day_is_one_at_every_computer(void)
{
    struct play *play = play_new();
    const struct desk_metrics *m = &play->desk->metrics;
    int64_t midnight_ms = play->now_ms - play->now_ms % 86400000;
    report_mine(play, midnight_ms - 86400000, 9); /* yesterday's */
    g_assert_cmpint(m->handled, ==, 0);
    report_mine(play, midnight_ms, 3);
    g_assert_cmpint(m->handled, ==, 3);
    g_assert_cmpint(desk_aht_ms(play->desk), ==, 90000);
    g_assert_cmpint(m->closed, ==, 3);
    g_assert_cmpint(m->resolved, ==, 1);

    cJSON *state = cJSON_CreateObject(); /* of this computer, read late: it is among the three */
    cJSON_AddNumberToObject(state, "day", (double)(play->now_ms / 86400000));
    cJSON_AddNumberToObject(state, "handled", 2);
    play_msg(play, (struct msg){.kind = MSG_STATE_RESTORED, .json = state});
    cJSON_Delete(state);
    g_assert_cmpint(m->handled, ==, 3);

    accepted(play, "1001", CHANNEL_CHAT);
    play_type(play, "Hello");
    play_keys(play, "Enter Esc w Enter");
    g_assert_cmpint(m->handled, ==, 4);
    report_mine(play, midnight_ms, 3); /* the fourth is under way */
    g_assert_cmpint(m->handled, ==, 4);

    play_wait(play, midnight_ms + 86400000 - play->now_ms - 1000);
    g_assert_cmpint(m->handled, ==, 4);
    play_wait(play, 2000);
    g_assert_cmpint(m->handled, ==, 0);
    g_assert_cmpint(desk_aht_ms(play->desk), ==, 0);
    play_free(play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desk-areas/script-users", test_users_of_a_script_come_in_order);
    g_test_add_func("/flow/the map begins where one stands", test_map_begins_where_one_stands);
    g_test_add_func("/flow/the map needs a script", test_map_needs_a_script);
    g_test_add_func("/flow/a step is flagged", test_a_step_is_flagged);
    g_test_add_func("/desk-areas/the story tells each round", test_the_story_tells_each_round);
    g_test_add_func("/desk-areas/a step passes the contact on", test_a_step_passes_the_contact_on);
    g_test_add_func("/hand over/a transfer keeps every answer", test_a_transfer_keeps_every_answer);
    g_test_add_func("/hand over/a leg without the script passes it on",
                    test_a_leg_without_the_script_passes_it_on);
    g_test_add_func("/hand over/an escalation keeps every answer", test_an_escalation_keeps_every_answer);
    g_test_add_func("/hand over/the park keeps every answer", test_the_park_keeps_every_answer);
    g_test_add_func("/hand over/the next script keeps every answer", test_the_next_script_keeps_every_answer);
    g_test_add_func("/hand over/a value typed anywhere is offered everywhere",
                    test_a_value_typed_anywhere_is_offered_everywhere);
    g_test_add_func("/desk/wrap-up/who left has a disposition", test_who_left_has_a_disposition);
    g_test_add_func("/hand over/leaving early needs a reason", test_leaving_early_needs_a_reason);
    g_test_add_func("/limit/an action without an answer goes on", test_an_action_without_an_answer_goes_on);
    g_test_add_func("/limit/runs beside another contact", test_the_limit_runs_beside_another_contact);
    g_test_add_func("/flow/a step beyond its target is slow", test_a_step_beyond_its_target_is_slow);
    g_test_add_func("/desk/script/walked to its end, it proposes the disposition", test_script_to_wrap_up);
    g_test_add_func("/desk/queue/what is looked at is taken", test_looked_at_is_taken);
    g_test_add_func("/desk/practice/the score says how it is left", test_practice_says_how_it_is_left);
    g_test_add_func("/desk/queue/why it stands there", test_why_it_stands_there);
    g_test_add_func("/desk/script/a mismatch is told and corrected", test_answer_is_corrected);
    g_test_add_func("/desk/script/who types goes on typing", test_who_types_goes_on_typing);
    g_test_add_func("/desk/script/a field that may stay empty", test_a_field_that_may_stay_empty);
    g_test_add_func("/desk/script/a finished script", test_a_finished_script);
    g_test_add_func("/desk/script/a correction stays where it was made",
                    test_a_correction_stays_where_it_was_made);
    g_test_add_func("/desk/script/a correction to nothing", test_a_correction_to_nothing);
    g_test_add_func("/desk/script/the field under the cursor is filled in",
                    test_the_field_under_the_cursor_is_filled_in);
    g_test_add_func("/desk/script/a personal answer is revealed", test_a_personal_answer_is_revealed);
    g_test_add_func("/desk/script/words to say come once", test_words_to_say_come_once);
    g_test_add_func("/desk/script/a date is read as people type it", test_a_date_as_people_type_it);
    g_test_add_func("/desk/script/an order number that was written is not typed",
                    test_an_order_number_that_was_written);
    g_test_add_func("/desk/script/an order number is known as people type it",
                    test_an_order_number_as_people_type_it);
    g_test_add_func("/desk/script/what the record cannot judge the agent does",
                    test_a_silent_record_is_asked_about);
    g_test_add_func("/desk/queue/at risk is counted as time passes",
                    test_queue_counts_at_risk_as_time_passes);
    g_test_add_func("/desk/queue-of-an-unknown-zone-stays", test_a_queue_of_an_unknown_zone_stays);
    g_test_add_func("/desk/areas/keys are counted and not kept", test_keys_are_counted_and_not_kept);
    g_test_add_func("/desk/script/say, skip with reason, no, back, digit", test_script_no_back_skip_say);
    g_test_add_func("/desk/script/typing goes on in the next field", test_typing_goes_on_in_the_next_field);
    g_test_add_func("/desk/script/the story tells its steps and answers", test_story_tells_the_steps);
    g_test_add_func("/desk/script/settings say which script an intent gets",
                    test_settings_say_which_script_an_intent_gets);
    g_test_add_func("/desk/script/drafts speak the contact's language",
                    test_drafts_speak_the_contacts_language);
    g_test_add_func("/desk-areas/version-kept", test_a_walk_keeps_its_version_over_a_restart);
    g_test_add_func("/desk-areas/versions-kept", test_versions_no_longer_given_out_are_kept);
    g_test_add_func("/desk-areas/loop-rule-written", test_a_loop_a_rule_and_what_was_written);
    g_test_add_func("/desk/script/walk and draft survive a restart", test_walk_survives_a_restart);
    g_test_add_func("/desk/place/contact, pane and field survive a restart", test_place_survives_a_restart);
    g_test_add_func("/desk/place/a form half filled survives a restart", test_form_survives_a_restart);
    g_test_add_func("/desk/knowledge/stale results are dropped", test_stale_results_are_dropped);
    g_test_add_func("/desk/knowledge/suggested, read, rated, inserted, flagged", test_article_into_the_reply);
    g_test_add_func("/desk/knowledge/what was wiped out again was not told", test_wiped_out_is_not_told);
    g_test_add_func("/desk/knowledge/lines alone into the reply", test_lines_into_the_reply);
    g_test_add_func("/desk/knowledge/one line of a list comes without its sign",
                    test_a_line_of_a_list_into_the_reply);
    g_test_add_func("/desk/knowledge/pinned and opened stand ready", test_pinned_and_opened_stand_ready);
    g_test_add_func("/desk/knowledge/pins have an end", test_pins_have_an_end);
    g_test_add_func("/desk/knowledge/a wide desk reads ahead", test_a_wide_desk_reads_ahead);
    g_test_add_func("/desk/knowledge/a search is logged once", test_a_search_without_result_is_logged_once);
    g_test_add_func("/desk/queue/an arrival never moves the row under the cursor",
                    test_cursor_stays_on_its_item);
    g_test_add_func("/desk/queue/the filter narrows as one types", test_filter);
    g_test_add_func("/desk/queue/why names the hours of its queue", test_why_names_the_hours_of_the_queue);
    g_test_add_func("/desk/queue/what was passed to me by name waits for me", test_waits_for_me_by_name);
    g_test_add_func("/desk/queue/a call needs all of me", test_no_room_for_a_call);
    g_test_add_func("/desk/queue/no room says what gives it", test_no_room_says_what_gives_it);
    g_test_add_func("/desk/queue/an offer rings again and times out", test_offer_times_out);
    g_test_add_func("/desk/queue/who was later lets go", test_taken_by_another);
    g_test_add_func("/desk/session/a wrong password is said and asked again", test_wrong_password);
    g_test_add_func("/desk/session/presence with its reason", test_presence);
    g_test_add_func("/desk/session/who missed an offer is told so at the next sign-in",
                    test_back_after_a_missed_offer);
    g_test_add_func("/desk/session/a locked desk lets nothing by", test_lock);
    g_test_add_func("/desk/session/signing out shows what is open", test_sign_out_shows_what_is_open);
    g_test_add_func("/desk/session/with nothing open it is one key", test_sign_out);
    g_test_add_func("/desk/session/the day's counters survive a restart", test_counters_survive);
    g_test_add_func("/desk/session/a day is one at every computer", test_a_day_is_one_at_every_computer);
    g_test_add_func("/desk/keys/a refusal leaves with a key", test_a_refusal_leaves_with_a_key);
    g_test_add_func("/desk/find/another customer than was thought", test_another_customer_is_found);
    g_test_add_func("/desk/knowledge/suggested when the articles come", test_suggested_when_articles_come);
    g_test_add_func("/desk/find/what was closed long ago is fetched and stays",
                    test_found_and_closed_long_ago);
    g_test_add_func("/desk/find/at once, then the backend's, stale ones dropped", test_find);
    g_test_add_func("/desk/by hand/in a queue of its maker, or it says that it waits",
                    test_a_contact_by_hand_goes_where_its_maker_can_take_it);
    g_test_add_func("/desk/by hand/its queue is named once",
                    test_the_queue_of_a_contact_by_hand_is_named_once);
    g_test_add_func("/desk/by hand/about what a script serves",
                    test_a_contact_by_hand_is_about_what_a_script_serves);
    g_test_add_func("/desk/by hand/taken while its maker is not ready",
                    test_a_contact_by_hand_is_taken_while_not_ready);
    g_test_add_func("/desk/by hand/what is under way stands in its conversation",
                    test_a_contact_by_hand_shows_what_is_under_way);
    g_test_add_func("/desk/keys/any of them anywhere", test_any_key_anywhere);
    g_test_add_func("/desk/palette/letters of a name find it", test_letters_of_a_name_find_it);
    g_test_add_func("/desk/palette/commands and keys can be done from the list", test_palette_and_help);
    return g_test_run();
}
