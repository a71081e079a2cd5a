/* The flow map of a script. */
#include "app/desk/areas.h"
#include "app/desk/update.h"
#include "app/script/walk.h"
#include "tests/support/desk_play.h"
#include "tests/support/desk_scripts.h"

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
    play_script(play, DESK_SCRIPT_RETURN);
    play_accept(play, "1001", CHANNEL_CHAT);
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
    g_autofree char *owned = g_strconcat(DESK_SCRIPT_RETURN, "owner: Returns desk\n", NULL);
    play_script(play, owned);
    play_accept(play, "1001", CHANNEL_CHAT);
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
    g_autoptr(GString) timed = g_string_new(DESK_SCRIPT_RETURN);
    g_string_replace(timed, "    title: Account\n", "    title: Account\n    target: 30s\n", 1);
    play_script(play, timed->str);
    play_accept(play, "1001", CHANNEL_CHAT);
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
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 m");
    g_assert_null(desk_popup(play->desk));
    g_assert_cmpstr(play->desk->notice.text, ==, "There is no script to draw; x in its pane chooses one.");
    play_free(play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desk/flow/the map begins where one stands", test_map_begins_where_one_stands);
    g_test_add_func("/desk/flow/the map needs a script", test_map_needs_a_script);
    g_test_add_func("/desk/flow/a step is flagged", test_a_step_is_flagged);
    g_test_add_func("/desk/flow/a step beyond its target is slow", test_a_step_beyond_its_target_is_slow);
    return g_test_run();
}
