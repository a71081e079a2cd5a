/* Versions of scripts that the desk keeps over restarts and publications. */
#include "app/desk/areas.h"
#include "app/desk/older_scripts.h"
#include "app/desk/script_users.h"
#include "app/script/walk.h"
#include "tests/support/desk_play.h"
#include "tests/support/desk_scripts.h"

static void test_a_walk_keeps_its_version_over_a_restart(void)
{
    struct play *play = play_new();
    g_autoptr(GString) newer = g_string_new(DESK_SCRIPT_RETURN);
    g_string_replace(newer, "version: 1", "version: 2", 0);
    g_string_replace(newer, "id: soon", "id: quickly", 0);
    g_string_replace(newer, "next: soon", "next: quickly", 0);
    play_script(play, DESK_SCRIPT_RETURN);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "M-4 Enter Enter");
    play_type(play, "Crystal");
    play_keys(play, "Enter");
    cJSON *saved = walk_to_json(play->desk->current->walk);
    struct play *again = play_new();
    play_script(again, DESK_SCRIPT_RETURN); /* what was kept of before */
    play_script(again, newer->str);
    play_msg(again, (struct msg){.kind = MSG_WALK_RESTORED, .id = "1001", .json = saved});
    play_accept(again, "1001", CHANNEL_CHAT);
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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desk/script/users come in order", test_users_of_a_script_come_in_order);
    g_test_add_func("/desk/script/a walk keeps its version over a restart",
                    test_a_walk_keeps_its_version_over_a_restart);
    g_test_add_func("/desk/script/versions no longer given out are kept",
                    test_versions_no_longer_given_out_are_kept);
    return g_test_run();
}
