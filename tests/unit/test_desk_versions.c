/* Versions of scripts on the desk: who gets which, and that a contact keeps the one it began with. */
#include "app/desk/script_answer.h"
#include "app/desk/snapshot.h"
#include "app/script/rollout.h"
#include "app/script/walk.h"
#include "tests/support/desk_play.h"

#include <string.h>

#define STEPS(say)                                                                       \
    "title: Return\nintents: [return_size]\nsteps:\n"                                    \
    "  - {id: greet, kind: say, class: value, title: Greet, say: " say ", next: done}\n" \
    "  - {id: done, kind: end, class: value, title: Done, disposition: solved, resolved: yes}\n"
static const char FIRST[] = "script: return\nversion: 1\n" STEPS("Hello");
static const char SECOND[] = "script: return\nversion: 2\n" STEPS("Good day");

static void add(cJSON *list, const char *id, int version, const char *source, const char *more)
{
    cJSON *item = more != NULL ? cJSON_Parse(more) : cJSON_CreateObject();
    g_assert_nonnull(item);
    cJSON_AddStringToObject(item, "id", id);
    cJSON_AddNumberToObject(item, "version", version);
    cJSON_AddStringToObject(item, "source", source);
    cJSON_AddItemToArray(list, item);
}

/* What the backend gives out: who gets the second version, NULL: nobody, "": all. */
static void give_out(struct play *play, const char *second)
{
    cJSON *answer = cJSON_CreateObject(), *scripts = cJSON_AddArrayToObject(answer, "scripts"),
          *older = cJSON_AddArrayToObject(answer, "older");
    bool is_for_all = second != NULL && *second == '\0';
    add(is_for_all ? older : scripts, "return", 1, FIRST, NULL);
    add(second != NULL ? scripts : older, "return", 2, SECOND, is_for_all ? NULL : second);
    struct script_answer given;
    script_answer_read(&given, answer);
    play_msg(play, (struct msg){.kind = MSG_SCRIPTS,
                                .scripts = given.scripts,
                                .older = given.older,
                                .rollouts = given.rollouts});
    script_answer_release(&given);
    cJSON_Delete(answer);
}

static struct desk_contact *accept(struct play *play, const char *id)
{
    play_arrive(play, id, CHANNEL_CHAT, "shop", "Crystal Minh");
    play_offer(play, id);
    play_keys(play, "F2");
    play_deliver(play);
    return desk_find_open(play->desk, id);
}

static int64_t proposed_version(struct play *play, const char *id)
{
    struct desk_contact *dc = accept(play, id);
    const struct event *ev = play_last_event(play, EVENT_SCRIPT_PROPOSED);
    g_assert_cmpstr(ev->contact, ==, id);
    g_assert_cmpint(desk_script(play->desk, dc)->version, ==, event_number(ev, "version", 0));
    return event_number(ev, "version", 0);
}

static int64_t walked_version(const struct desk_contact *dc)
{
    g_assert_nonnull(dc->walk);
    return walk_script(dc->walk)->version;
}

static void test_the_draw_decides_who_gets_a_new_version(void)
{
    struct play *play = play_new();
    int counts[3] = {0};
    give_out(play, "{\"share_percent\":50}");
    for (int i = 0; i < 4; i++) {
        g_autofree char *id = g_strdup_printf("%d", 1001 + i);
        int64_t expected = script_rollout_draw("return", 2, id) < 5000 ? 2 : 1;
        g_assert_cmpint(proposed_version(play, id), ==, expected);
        counts[expected]++;
    }
    g_assert_cmpint(counts[1], >, 0);
    g_assert_cmpint(counts[2], >, 0);
    play_free(play);
}

static void test_queues_decide(void)
{
    struct play *play = play_new();
    give_out(play, "{\"queues\":[\"zh\",\"shop\"]}");
    g_assert_cmpint(proposed_version(play, "1001"), ==, 2);
    give_out(play, "{\"queues\":[\"zh\"]}");
    g_assert_cmpint(proposed_version(play, "1002"), ==, 1);
    play_free(play);
}

static void test_a_contact_keeps_its_version_while_a_new_one_is_published(void)
{
    struct play *play = play_new();
    give_out(play, NULL);
    struct desk_contact *dc = accept(play, "1001");
    play_keys(play, "M-4 Enter");
    g_assert_cmpint(walked_version(dc), ==, 1);
    give_out(play, "");
    g_assert_cmpint(walked_version(dc), ==, 1);
    play_keys(play, "Enter Enter"); /* to its end */
    g_assert_cmpint(desk_script_for(play->desk, dc, "return")->version, ==, 1);
    g_assert_cmpint(proposed_version(play, "1002"), ==, 2);
    play_free(play);
}

static struct event *started(struct play *play, const char *id, int version)
{
    struct event *ev = play_event(play, EVENT_SCRIPT_STARTED, ACTOR_AGENT, "tom", id);
    event_set_text(ev, "script", "return");
    event_set_number(ev, "version", version);
    return ev;
}

/* A contact that comes back from another agent, who had begun the first version with it. */
static void test_whoever_takes_over_goes_on_with_the_version_begun(void)
{
    struct play *play = play_new();
    give_out(play, "");
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Crystal Minh");
    struct event *ev = play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "tom", "1001");
    ev->leg = g_strdup("1001.1");
    play_stream(play, ev);
    ev = play_event(play, EVENT_CONTACT_TRANSFERRED, ACTOR_AGENT, "tom", "1001");
    event_set_text(ev, "queue", "shop");
    play_stream(play, ev);
    play_offer(play, "1001");
    play_keys(play, "F2");
    play_deliver(play);
    struct desk_contact *dc = desk_find_open(play->desk, "1001");
    play_keys(play, "M-4 Enter"); /* before it is known what was begun */
    g_assert_null(dc->walk);
    g_assert_nonnull(strstr(play->desk->notice.text, "just coming"));
    cJSON *json = cJSON_CreateObject(), *events = cJSON_AddArrayToObject(json, "events");
    ev = started(play, "1001", 1);
    cJSON_AddItemToArray(events, event_to_cjson(ev));
    event_free(ev);
    cJSON_AddStringToObject(json, "position", "99");
    play_reply(play, play->last_events, LINK_FETCH_CONTACT_EVENTS, json);
    play_keys(play, "Enter");
    g_assert_cmpint(walked_version(dc), ==, 1);
    play_free(play);
}

/* By the last message. */
static bool asked_for_scripts(const struct play *play)
{
    for (size_t i = 0; i < commands_count(&play->commands); i++) {
        const struct command *c = commands_at(&play->commands, i);
        if (c->kind == COMMAND_FETCH && c->fetch == LINK_FETCH_SCRIPTS)
            return true;
    }
    return false;
}

static void test_who_is_in_a_version_that_is_pulled_back_is_told(void)
{
    struct play *play = play_new();
    give_out(play, "{\"queues\":[\"shop\"]}");
    struct desk_contact *dc = accept(play, "1001");
    play_keys(play, "M-4 Enter");
    g_assert_cmpint(walked_version(dc), ==, 2);
    g_assert_false(asked_for_scripts(play));
    struct event *ev = play_event(play, EVENT_SCRIPT_RETIRED, ACTOR_SYSTEM, "node", NULL);
    event_set_text(ev, "script", "return");
    event_set_number(ev, "version", 2);
    event_set_flag(ev, "pulled_back", true);
    event_set_text(ev, "reason", "it loops");
    play_stream(play, ev);
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "Version 2 of “Return” was pulled back: it loops; the contact of Crystal Minh goes on in "
                    "it to its end.");
    g_assert_true(asked_for_scripts(play));
    give_out(play, NULL);
    g_assert_cmpint(walked_version(dc), ==, 2);
    g_assert_cmpint(proposed_version(play, "1002"), ==, 1);
    play_free(play);
}

static void test_what_is_given_out_no_more_is_not_proposed(void)
{
    struct play *play = play_new();
    give_out(play, "{\"share_percent\":100}");
    struct desk_contact *dc = accept(play, "1001");
    play_keys(play, "M-4 Enter");
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    play_msg(play, (struct msg){.kind = MSG_SCRIPTS, .scripts = none, .older = none, .rollouts = none});
    g_assert_null(accept(play, "1002")->proposed);
    g_assert_cmpint(walked_version(dc), ==, 2);
    play_free(play);
}

static void test_a_restart_knows_what_was_begun(void)
{
    struct play *play = play_new();
    give_out(play, NULL);
    struct desk_contact *dc = accept(play, "1001");
    play_keys(play, "M-4 Enter Enter Enter"); /* to its end */
    play_deliver(play);
    dc->is_loaded = true;
    g_autoptr(GBytes) bytes = snapshot_take(play->desk, &(struct snapshot_facts){.seq = 99});
    struct desk *again = desk_new(&(struct desk_options){.device = play->desk->device, .boot = "b"});
    g_assert_true(snapshot_restore(again, bytes));
    struct desk_contact *kept = desk_find_open(again, "1001");
    g_assert_cmpint(GPOINTER_TO_INT(g_hash_table_lookup(kept->begun, "return")), ==, 1);
    desk_free(again);
    play_free(play);
}

static const char USER[] =
    "script: user\nversion: %d\ntitle: User\nsteps:\n"
    "  - {id: who, use: identity, results: {known: done}}\n"
    "  - {id: done, kind: end, class: value, title: Done, disposition: d, resolved: yes}\n";
static const char USED[] =
    "script: identity\nversion: %d\ntitle: Who\nsteps:\n"
    "  - {id: ask, kind: say, class: required, title: Ask, say: %s, next: known}\n"
    "  - {id: known, kind: end, class: value, title: Known, disposition: d, resolved: yes}\n";

static const char *said_by(const struct script_answer *given, int64_t version)
{
    const GPtrArray *const lists[] = {given->scripts, given->older};
    for (int i = 0; i < 2; i++)
        for (guint k = 0; k < lists[i]->len; k++) {
            const struct script *s = g_ptr_array_index(lists[i], k);
            if (strcmp(s->id, "user") == 0 && s->version == version)
                return yaml_text_in(&s->steps[0].say, "en");
        }
    return NULL;
}

static void test_each_version_has_what_it_was_published_with(void)
{
    cJSON *answer = cJSON_CreateObject(), *scripts = cJSON_AddArrayToObject(answer, "scripts"),
          *older = cJSON_AddArrayToObject(answer, "older");
    g_autofree char *one = g_strdup_printf(USER, 1), *two = g_strdup_printf(USER, 2),
                    *first = g_strdup_printf(USED, 1, "Name"), *second = g_strdup_printf(USED, 2, "Number");
    add(scripts, "identity", 2, second, NULL);
    add(scripts, "user", 1, one, "{\"uses\":{\"identity\":1}}");
    add(scripts, "user", 2, two, "{\"uses\":{\"identity\":2},\"share_percent\":10}");
    add(scripts, "broken", 1, "script: [", NULL);
    add(older, "identity", 1, first, NULL);
    struct script_answer given;
    script_answer_read(&given, answer);
    g_assert_cmpstr(said_by(&given, 1), ==, "Name");
    g_assert_cmpstr(said_by(&given, 2), ==, "Number");
    g_assert_cmpuint(given.scripts->len, ==, 2);
    g_assert_cmpuint(given.older->len, ==, 2);
    g_assert_cmpuint(given.rollouts->len, ==, 1);
    script_answer_release(&given);
    cJSON_Delete(answer);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/desk versions/" name, function)
    TEST("the draw decides who gets a new version", test_the_draw_decides_who_gets_a_new_version);
    TEST("queues decide", test_queues_decide);
    TEST("a contact keeps its version while a new one is published",
         test_a_contact_keeps_its_version_while_a_new_one_is_published);
    TEST("whoever takes over goes on with the version begun",
         test_whoever_takes_over_goes_on_with_the_version_begun);
    TEST("who is in a version that is pulled back is told",
         test_who_is_in_a_version_that_is_pulled_back_is_told);
    TEST("what is given out no more is not proposed", test_what_is_given_out_no_more_is_not_proposed);
    TEST("a restart knows what was begun", test_a_restart_knows_what_was_begun);
    TEST("each version has what it was published with", test_each_version_has_what_it_was_published_with);
    return g_test_run();
}
