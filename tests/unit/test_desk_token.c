/* A session that ends in mid-shift: said, asked for again over all that is open, nothing lost. */
#include <glib.h>
#include <string.h>

#include "app/desk/popup.h"
#include "tests/support/desk_play.h"
#include "ui/widgets/editor.h"

#define ENDED "The session has expired; sign in again."

static struct play *play_with_chat(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Crystal Minh");
    play_offer(play, "1001");
    play_keys(play, "F2 r");
    play_deliver(play);
    return play;
}

static void lose(struct play *play)
{
    play_msg(play, (struct msg){.kind = MSG_TOKEN_LOST, .text = ENDED});
}

/* The number of the sign-in that Enter has asked for. */
static int64_t asked(const struct play *play, const char *password)
{
    for (size_t i = 0; i < commands_count(&play->commands); i++) {
        const struct command *c = commands_at(&play->commands, i);
        if (c->kind != COMMAND_SIGN_IN)
            continue;
        g_assert_cmpstr(c->id, ==, "li");
        g_assert_cmpstr(c->text, ==, password);
        return c->number;
    }
    g_assert_not_reached();
}

static void sign_in_again(struct play *play)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddItemToObject(json, "agent", agent_to_cjson(world_agent(play->desk->world, "li")));
    play_type(play, "right");
    play_keys(play, "Enter");
    play_msg(play, (struct msg){.kind = MSG_SIGNED_IN, .number = asked(play, "right"), .json = json});
    cJSON_Delete(json);
}

static void test_asked_over_the_desk(void)
{
    struct play *play = play_with_chat();
    play_type(play, "half a sen");
    lose(play);
    g_assert_cmpstr(play->desk->notice.text, ==, ENDED);
    g_assert_null(desk_popup(play->desk)); /* not into somebody's typing */
    play_type(play, "tence");
    play_wait(play, 3000);
    g_assert_cmpstr(desk_popup(play->desk)->title, ==, "Sign in again");
    play_type(play, "wrong");
    play_keys(play, "Enter");
    play_msg(play, (struct msg){.kind = MSG_SIGN_IN_REFUSED,
                                .number = asked(play, "wrong"),
                                .text = "Name or password is wrong; try again."});
    g_assert_cmpstr(desk_popup(play->desk)->problem, ==, "Name or password is wrong; try again.");
    sign_in_again(play);
    g_assert_null(desk_popup(play->desk));
    g_assert_false(play->desk->must_sign_in);
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "half a sentence");
    g_assert_cmpint(play_count(play, EVENT_AGENT_SIGNED_IN), ==, 1);
    play_free(play);
}

static void test_left_and_taken_up(void)
{
    struct play *play = play_with_chat();
    lose(play);
    play_wait(play, 3000);
    play_keys(play, "Esc"); /* works on without the backend */
    g_assert_null(desk_popup(play->desk));
    g_assert_cmpint(play->desk->phase, ==, DESK_OPEN);
    g_assert_cmpint(play->desk->link, ==, LINK_OFFLINE);
    g_assert_nonnull(strstr(play->desk->notice.text, "F7"));
    play_type(play, "Hello");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 1);
    play_wait(play, 10000);
    g_assert_null(desk_popup(play->desk)); /* asked once */
    g_assert_true(desk_action_have(play->desk) & ACTION_NEEDS_SIGN_IN);
    play_keys(play, "F7");
    sign_in_again(play);
    g_assert_nonnull(strstr(play->desk->notice.text, "signed in again"));
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    play_keys(play, "F7");
    g_assert_cmpstr(play->desk->notice.text, ==, "You are signed in; nothing waits for your password.");
    play_free(play);
}

static void test_locked_meanwhile(void)
{
    struct play *play = play_with_chat();
    play_keys(play, "F12");
    lose(play);
    play_wait(play, 5000);
    g_assert_cmpstr(desk_popup(play->desk)->name, ==, "lock"); /* its password signs in too */
    play_type(play, "right");
    play_keys(play, "Enter");
    play_msg(play, (struct msg){.kind = MSG_UNLOCK, .number = desk_popup(play->desk)->request, .flag = true});
    cJSON *json = cJSON_CreateObject();
    cJSON_AddItemToObject(json, "agent", agent_to_cjson(world_agent(play->desk->world, "li")));
    play_msg(play, (struct msg){.kind = MSG_SIGNED_IN, .json = json});
    cJSON_Delete(json);
    g_assert_false(play->desk->must_sign_in);
    play_wait(play, 5000);
    g_assert_null(desk_popup(play->desk));
    play_free(play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desk/token/asked for over the running desk, nothing lost", test_asked_over_the_desk);
    g_test_add_func("/desk/token/left by Esc, taken up by its key", test_left_and_taken_up);
    g_test_add_func("/desk/token/a lock's password does both", test_locked_meanwhile);
    return g_test_run();
}
