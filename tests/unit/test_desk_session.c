/* Sign-in, lock, the day's figures, the place that is taken up again, keys that other people choose. */
#include <string.h>

#include "app/desk/update.h"
#include "app/model/timestamp.h"
#include "app/script/walk.h"
#include "tests/support/desk_play.h"
#include "tests/support/desk_scripts.h"
#include "ui/widgets/editor.h"

/* How many keys, never which. */
static void test_keys_are_counted_and_not_kept(void)
{
    struct play *play = play_new();
    play_script(play, DESK_SCRIPT_RETURN);
    play_accept(play, "1001", CHANNEL_CHAT);
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
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc q");
    g_assert_null(play->desk->current);
    play_script(play, DESK_SCRIPT_RETURN);
    struct desk_contact *dc = desk_find_open(play->desk, "1001");
    play_msg(play, (struct msg){.kind = MSG_WALK_RESTORED, .id = "1001", .json = walk});
    g_assert_nonnull(dc);
    play_script(play, DESK_SCRIPT_RETURN);
    cJSON *json = cJSON_Parse(place);
    play_msg(play, (struct msg){.kind = MSG_PLACE_RESTORED, .json = json});
    cJSON_Delete(json);
    play_wait(play, 1000);
    return play;
}

static void test_place_survives_a_restart(void)
{
    struct play *play = play_new();
    play_script(play, DESK_SCRIPT_RETURN);
    play_accept(play, "1001", CHANNEL_CHAT);
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
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc w Tab C-End");
    play_type(play, " And thanks.");
    struct popup *p = desk_popup(play->desk);
    g_autofree char *summary = popup_value_of(p, "summary");
    g_assert_nonnull(strstr(summary, "And thanks."));
    g_autofree char *place = saved_place(play);
    cJSON *json = cJSON_Parse(place);
    struct play *again = play_new();
    play_accept(again, "1001", CHANNEL_CHAT);
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

static void test_practice_says_how_it_is_left(void)
{
    struct play *play = play_new();
    play->desk->is_practice = true;
    play_msg(play, (struct msg){.kind = MSG_PRACTICE_SCORE, .text = "Passed: 90 of 100, 75 needed."});
    g_assert_cmpstr(desk_popup(play->desk)->text, ==,
                    "Passed: 90 of 100, 75 needed.\n\n^Q leaves the practice.");
    play_free(play);
}

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
    play_accept(play, "1001", CHANNEL_CHAT);
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
    play_accept(play, "1001", CHANNEL_CHAT);
    play_accept(play, "1002", CHANNEL_CHAT);
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

static const struct popup_choice *listed(const struct play *play, guint index)
{
    return g_ptr_array_index(desk_popup(play->desk)->shown, index);
}

/* It stands while things happen: a parked contact comes back, a colleague takes one. */
static void test_what_is_open_stays_true_in_the_list(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc p Enter C-q");
    play_deliver(play);
    g_assert_cmpuint(desk_popup(play->desk)->shown->len, ==, 2);
    g_assert_cmpstr(listed(play, 0)->detail, ==, "parked");
    g_assert_cmpstr(listed(play, 1)->detail, ==, "parked ones stay mine");
    play_stream(play, play_event(play, EVENT_CONTACT_UNPARKED, ACTOR_SYSTEM, NULL, "1001"));
    g_assert_cmpstr(listed(play, 0)->value, ==, "1001");
    g_assert_cmpstr(listed(play, 0)->detail, ==, "waits for you");
    g_assert_null(listed(play, 1)->detail);
    play_stream(play, play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "mina", "1001"));
    g_assert_cmpuint(desk_popup(play->desk)->shown->len, ==, 1);
    g_assert_cmpstr(desk_popup(play->desk)->title, ==, "Nothing of yours is open any more");
    play_keys(play, "Enter"); /* meant for the contact that has just gone */
    g_assert_false(play->has_quit);
    play_keys(play, "Down Enter");
    g_assert_true(play->has_quit);
    play_free(play);
}

static void test_sign_out(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_EMAIL);
    play_keys(play, "r");
    play_type(play, "Thanks");
    play_keys(play, "C-s w Enter C-q");
    g_assert_true(play->has_quit);
    play_deliver(play);
    g_assert_false(world_agent(play->backend, "li")->signed_in);
    play_free(play);
}

/* What a key was refused for may be over with the next one; it is read first all the same. */
static void test_a_refusal_leaves_with_a_key(void)
{
    struct play *play = play_new();
    play_script(play, DESK_SCRIPT_CHECKING);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 1");
    g_assert_cmpint(play->desk->notice.tone, ==, TONE_WARNING);
    play_keys(play, "Enter"); /* at once */
    g_assert_nonnull(play->desk->notice.text);
    play_wait(play, 2000);
    play_keys(play, "Down");
    g_assert_null(play->desk->notice.text);
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
    play_accept(play, "1001", CHANNEL_CHAT);
    type_all(play);
    play_free(play);

    play = play_new();
    play_script(play, DESK_SCRIPT_RETURN);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc M-4 1");
    g_assert_cmpstr(play->desk->notice.text, ==, "No script is running; start one in the script pane.");
    type_all(play);
    play_free(play);

    for (int steps = 0; steps < 8; steps++) { /* each step, and what is behind the last */
        play = play_new();
        play_script(play, DESK_SCRIPT_MATCHING);
        play_accept(play, "1001", CHANNEL_CHAT);
        play_keys(play, "Esc M-4 Enter");
        for (int i = 0; i < steps; i++)
            play_keys(play, "Enter");
        type_all(play);
        play_free(play);
    }
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

    play_accept(play, "1001", CHANNEL_CHAT);
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
    g_test_add_func("/desk/practice/the score says how it is left", test_practice_says_how_it_is_left);
    g_test_add_func("/desk/session/keys are counted and not kept", test_keys_are_counted_and_not_kept);
    g_test_add_func("/desk/place/contact, pane and field survive a restart", test_place_survives_a_restart);
    g_test_add_func("/desk/place/a form half filled survives a restart", test_form_survives_a_restart);
    g_test_add_func("/desk/session/a wrong password is said and asked again", test_wrong_password);
    g_test_add_func("/desk/session/presence with its reason", test_presence);
    g_test_add_func("/desk/session/who missed an offer is told so at the next sign-in",
                    test_back_after_a_missed_offer);
    g_test_add_func("/desk/session/a locked desk lets nothing by", test_lock);
    g_test_add_func("/desk/session/signing out shows what is open", test_sign_out_shows_what_is_open);
    g_test_add_func("/desk/session/what is open stays true in the list of the sign-out",
                    test_what_is_open_stays_true_in_the_list);
    g_test_add_func("/desk/session/with nothing open it is one key", test_sign_out);
    g_test_add_func("/desk/session/the day's counters survive a restart", test_counters_survive);
    g_test_add_func("/desk/session/a day is one at every computer", test_a_day_is_one_at_every_computer);
    g_test_add_func("/desk/keys/a refusal leaves with a key", test_a_refusal_leaves_with_a_key);
    g_test_add_func("/desk/keys/any of them anywhere", test_any_key_anywhere);
    return g_test_run();
}
