/* The desk's snapshot: what the next start shows, catching up behind it, and the file it lies in. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "app/desk/keeper.h"
#include "app/desk/snapshot.h"
#include "app/desk/update.h"
#include "tests/support/desk_play.h"

/* A desk with one contact taken (chat 1001, one message), two waiting, all delivered. */
static struct play *worked(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Ana Ruiz");
    play_offer(play, "1001");
    play_keys(play, "F2");
    play_deliver(play);
    struct desk_contact *dc = desk_find_open(play->desk, "1001");
    dc->is_loaded = true;
    play_customer_writes(play, "1001", "Where is my parcel?");
    play_arrive(play, "1002", CHANNEL_EMAIL, "shop", "Mei Chen");
    play_arrive(play, "1003", CHANNEL_CHAT, "shop", "Tom Berg");
    play_deliver(play);
    return play;
}

static GBytes *take(const struct play *play)
{
    g_assert_true(snapshot_may_take(play->desk));
    return snapshot_take(play->desk, &(struct snapshot_facts){.seq = 10, .token_mark = 7});
}

/* The next start of the same device. */
struct start {
    struct desk *desk;
    struct commands commands;
    GPtrArray *events;
};

static void tell(struct start *s, struct msg msg)
{
    msg.now_ms = s->desk->now_ms + 10;
    msg.boot_ms = s->desk->boot_ms + 10;
    commands_clear(&s->commands);
    desk_update(s->desk, &msg, &s->commands);
}

static void start_as(struct start *s, const struct play *play, GBytes *bytes, const char *who)
{
    s->desk = desk_new(&(struct desk_options){.agent = who,
                                              .device = play->desk->device,
                                              .boot = "boot",
                                              .seed = {9},
                                              .now_ms = play->now_ms + 60000,
                                              .boot_ms = 1000});
    s->events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
    commands_init(&s->commands);
    tell(s, (struct msg){.kind = MSG_RESIZE, .size = {.cols = 120, .rows = 40}});
    tell(s, (struct msg){.kind = MSG_LEFT_BEHIND, .bytes = bytes, .events = s->events});
}

static void start(struct start *s, const struct play *play, GBytes *bytes)
{
    start_as(s, play, bytes, NULL);
}

static void end(struct start *s)
{
    commands_release(&s->commands);
    g_ptr_array_unref(s->events);
    desk_free(s->desk);
}

static size_t count_of(const struct start *s, enum command_kind kind, enum link_fetch fetch)
{
    size_t count = 0;
    for (size_t i = 0; i < commands_count(&s->commands); i++) {
        const struct command *c = commands_at((struct commands *)&s->commands, i);
        count += c->kind == kind && (kind != COMMAND_FETCH || c->fetch == fetch);
    }
    return count;
}

static void sign_in(struct start *s, const char *id, int64_t position)
{
    g_autoptr(agent) a = agent_new(id, "Li Na", ROLE_AGENT);
    a->signed_in = true;
    g_autofree char *digits = g_strdup_printf("%" G_GINT64_FORMAT, position);
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddItemToObject(answer, "agent", agent_to_cjson(a));
    cJSON_AddStringToObject(answer, "position", digits);
    tell(s, (struct msg){.kind = MSG_SIGNED_IN, .json = answer});
    cJSON_Delete(answer);
}

static void shows_at_once_what_the_last_run_showed(void)
{
    struct play *play = worked();
    g_autoptr(GBytes) bytes = take(play);
    struct start s;
    start(&s, play, bytes);
    g_assert_cmpint(s.desk->phase, ==, DESK_OPEN);
    g_assert_cmpstr(s.desk->me, ==, "li");
    g_assert_null(desk_popup(s.desk));
    g_assert_cmpint(s.desk->as_of_ms, ==, play->desk->now_ms);
    desk_settle(s.desk, &s.commands);
    g_assert_cmpint(s.desk->queue.mine, ==, 1);
    g_assert_cmpint(s.desk->queue.waiting, ==, 2);
    const struct desk_contact *dc = desk_find_open(s.desk, "1001");
    g_assert_nonnull(dc);
    const struct desk_message *last = g_ptr_array_index(dc->messages, dc->messages->len - 1);
    g_assert_cmpstr(last->text, ==, "Where is my parcel?");
    int64_t handle_ms = 0;
    g_assert_true(desk_contact_clock(s.desk, desk_contact_of(s.desk, dc), NULL, NULL, &handle_ms));
    g_assert_cmpint(handle_ms, >=, 60000);
    const GPtrArray *was = play->desk->settings.dispositions, *is = s.desk->settings.dispositions;
    g_assert_cmpuint(is->len, ==, was->len);
    for (guint i = 0; i < is->len; i++) {
        const struct desk_disposition *a = was->pdata[i], *b = is->pdata[i];
        g_assert_cmpstr(a->code, ==, b->code);
        g_assert_true(a->resolved == b->resolved && a->customer_gone == b->customer_gone);
    }
    end(&s);
    play_free(play);
}

/* Who is named at the start sees nothing of the desk that somebody else left here. */
static void shows_another_nothing_of_it(void)
{
    struct play *play = worked();
    g_autoptr(GBytes) bytes = take(play);
    struct start s;
    start_as(&s, play, bytes, "bea");
    g_assert_cmpint(s.desk->phase, ==, DESK_SIGNED_OUT);
    g_assert_cmpstr(s.desk->me, ==, "bea");
    g_assert_null(s.desk->name);
    g_assert_cmpuint(s.desk->open->len, ==, 0);
    g_assert_null(world_contact(s.desk->world, "1001"));
    g_assert_cmpstr(editor_text(popup_field_of(desk_popup(s.desk), "agent")->editor), ==, "bea");
    end(&s);
    start_as(&s, play, bytes, "li");
    g_assert_cmpint(s.desk->phase, ==, DESK_OPEN);
    end(&s);
    play_free(play);
}

static void asks_for_nothing_before_the_backend_knows_it(void)
{
    struct play *play = worked();
    g_autoptr(GBytes) bytes = take(play);
    struct start s;
    start(&s, play, bytes);
    for (size_t i = 0; i < commands_count(&s.commands); i++)
        g_assert_cmpint(commands_at(&s.commands, i)->kind, !=, COMMAND_FETCH);
    end(&s);
    play_free(play);
}

static void catches_up_by_the_stream_and_is_confirmed_then(void)
{
    struct play *play = worked();
    g_autoptr(GBytes) bytes = take(play);
    struct start s;
    start(&s, play, bytes);
    int64_t position = s.desk->world->position;
    sign_in(&s, "li", position + 2);
    g_assert_true(s.desk->is_catching_up);
    g_assert_cmpint(count_of(&s, COMMAND_FETCH, LINK_FETCH_CONTACTS), ==, 0);
    struct event *ev = play_event(play, EVENT_CONTACT_ABANDONED, ACTOR_CUSTOMER, "x", "1003");
    ev->position = position + 1;
    tell(&s, (struct msg){.kind = MSG_STREAM_EVENT, .event = ev});
    event_free(ev);
    g_assert_cmpint(world_contact(s.desk->world, "1003")->state, ==, CONTACT_ABANDONED);
    g_assert_cmpint(s.desk->as_of_ms, !=, 0);
    tell(&s, (struct msg){.kind = MSG_REACHED, .number = position + 2});
    g_assert_cmpint(s.desk->as_of_ms, ==, 0);
    g_assert_cmpint(s.desk->world->position, ==, position + 2);
    end(&s);
    play_free(play);
}

static void fetches_all_when_too_much_happened_since(void)
{
    struct play *play = worked();
    g_autoptr(GBytes) bytes = take(play);
    struct start s;
    start(&s, play, bytes);
    sign_in(&s, "li", s.desk->world->position + 100000);
    g_assert_false(s.desk->is_catching_up);
    g_assert_cmpint(count_of(&s, COMMAND_FETCH, LINK_FETCH_CONTACTS), ==, 1);
    g_assert_cmpint(count_of(&s, COMMAND_FETCH, LINK_FETCH_CONTACT_EVENTS), ==, 1);
    g_assert_cmpint(s.desk->as_of_ms, !=, 0);
    cJSON *none = cJSON_Parse("{\"contacts\":[],\"position\":\"200000\"}");
    tell(&s, (struct msg){.kind = MSG_REPLY, .number = 99, .fetch = LINK_FETCH_CONTACTS, .json = none});
    cJSON_Delete(none);
    g_assert_cmpint(s.desk->as_of_ms, ==, 0);
    end(&s);
    play_free(play);
}

static void drops_all_before_a_backend_put_back_in_time(void)
{
    struct play *play = worked();
    g_autoptr(GBytes) bytes = take(play);
    struct start s;
    start(&s, play, bytes);
    sign_in(&s, "li", 1);
    g_assert_cmpint(g_hash_table_size(s.desk->world->contacts), ==, 0);
    g_assert_cmpint(count_of(&s, COMMAND_FETCH, LINK_FETCH_CONTACTS), ==, 1);
    g_assert_cmpint(s.desk->as_of_ms, ==, 0);
    end(&s);
    play_free(play);
}

static void folds_an_own_event_once(void)
{
    struct play *play = worked();
    g_autoptr(GBytes) bytes = take(play);
    struct start s;
    start(&s, play, bytes);
    int64_t position = s.desk->world->position;
    sign_in(&s, "li", position + 1);
    struct event *ev = play_event(play, EVENT_CONTACT_HELD, ACTOR_AGENT, "li", "1001");
    g_free(ev->device);
    ev->device = g_strdup(play->desk->device);
    ev->seq = 10; /* the snapshot says that it has it */
    ev->position = position + 1;
    tell(&s, (struct msg){.kind = MSG_STREAM_EVENT, .event = ev});
    g_assert_cmpint(world_contact(s.desk->world, "1001")->state, ==, CONTACT_ACTIVE);
    g_assert_cmpint(s.desk->world->position, ==, position + 1);
    ev->seq = 11; /* and this came later */
    ev->position = position + 2;
    tell(&s, (struct msg){.kind = MSG_STREAM_EVENT, .event = ev});
    g_assert_cmpint(world_contact(s.desk->world, "1001")->state, ==, CONTACT_HELD);
    event_free(ev);
    end(&s);
    play_free(play);
}

static void folds_what_the_journal_has_beyond_it(void)
{
    struct play *play = worked();
    g_autoptr(GBytes) bytes = take(play);
    struct start s;
    start(&s, play, NULL);
    struct event *held = play_event(play, EVENT_CONTACT_HELD, ACTOR_AGENT, "li", "1001");
    g_free(held->device);
    held->device = g_strdup(play->desk->device);
    held->seq = 11;
    g_ptr_array_add(s.events, held);
    tell(&s, (struct msg){.kind = MSG_LEFT_BEHIND, .bytes = bytes, .events = s.events});
    g_assert_cmpint(world_contact(s.desk->world, "1001")->state, ==, CONTACT_HELD);
    sign_in(&s, "li", s.desk->world->position);
    struct event *echo = event_copy(held);
    echo->position = s.desk->world->position + 1;
    tell(&s, (struct msg){.kind = MSG_STREAM_EVENT, .event = echo});
    g_assert_cmpint(s.desk->world->position, ==, echo->position);
    g_assert_cmpint(world_contact(s.desk->world, "1001")->state, ==, CONTACT_HELD);
    event_free(echo);
    end(&s);
    play_free(play);
}

static void asks_to_sign_in_where_the_sign_in_has_ended(void)
{
    struct play *play = worked();
    g_autoptr(GBytes) bytes = take(play);
    struct start s;
    start(&s, play, bytes);
    editor_set_text(desk_find_open(s.desk, "1001")->reply, "Let me look");
    tell(&s, (struct msg){.kind = MSG_SESSION_ENDED, .text = "Your sign-in has expired."});
    g_assert_cmpint(s.desk->phase, ==, DESK_SIGNED_OUT);
    g_assert_cmpstr(desk_popup(s.desk)->name, ==, "sign-in");
    g_assert_cmpstr(desk_popup(s.desk)->problem, ==, "Your sign-in has expired.");
    g_assert_cmpint(g_hash_table_size(s.desk->world->contacts), ==, 0);
    g_assert_cmpstr(g_hash_table_lookup(s.desk->drafts, "1001"), ==, "Let me look");
    end(&s);
    play_free(play);
}

static void says_that_signing_in_needs_the_backend(void)
{
    struct play *play = play_new();
    struct start s;
    start(&s, play, NULL);
    tell(&s, (struct msg){.kind = MSG_SIGN_IN_REFUSED, .text = "Signing in needs the backend."});
    g_assert_cmpstr(desk_popup(s.desk)->problem, ==, "Signing in needs the backend.");
    end(&s);
    play_free(play);
}

static void says_that_the_backend_is_there_where_it_was_not(void)
{
    static const char *const missing = "The backend does not answer; work goes on and is sent later.";
    struct play *play = worked();
    g_autoptr(GBytes) bytes = take(play);
    struct start s;
    start(&s, play, bytes);
    tell(&s, (struct msg){.kind = MSG_LINK, .link = LINK_LIVE});
    g_assert_null(s.desk->notice.text); /* as expected, so no news */
    end(&s);
    start(&s, play, bytes);
    tell(&s, (struct msg){.kind = MSG_LINK, .link = LINK_CONNECTING, .text = missing});
    g_assert_cmpstr(s.desk->notice.text, ==, missing);
    tell(&s, (struct msg){.kind = MSG_LINK, .link = LINK_LIVE});
    g_assert_cmpstr(s.desk->notice.text, ==, "The backend is there again.");
    end(&s);
    play_free(play);
}

static void shows_nothing_of_broken_bytes(void)
{
    struct play *play = worked();
    g_autoptr(GBytes) bytes = take(play);
    gsize len;
    const uint8_t *data = g_bytes_get_data(bytes, &len);
    for (gsize part = 0; part < len; part += 37) {
        g_autoptr(GBytes) broken = g_bytes_new(data, part);
        struct start s;
        start(&s, play, broken);
        g_assert_false(s.desk->is_restored);
        g_assert_cmpint(s.desk->phase, ==, DESK_SIGNED_OUT);
        g_assert_cmpint(g_hash_table_size(s.desk->world->contacts), ==, 0);
        end(&s);
    }
    play_free(play);
}

static void takes_none_while_an_event_waits_for_the_disk(void)
{
    struct play *play = worked();
    play_keys(play, "Esc h");
    g_assert_cmpint(play->desk->unflushed, >, 0);
    g_assert_false(snapshot_may_take(play->desk));
    play_deliver(play);
    g_assert_true(snapshot_may_take(play->desk));
    play_free(play);
}

/* --- the file --- */

static void write_text(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static bool is_there(const char *folder, const char *token, int64_t now_ms)
{
    g_autofree char *token_path = g_build_filename(folder, "token", NULL);
    struct keeper *k = keeper_new(folder, token_path);
    write_text(folder, "token", token);
    g_autoptr(GBytes) bytes = keeper_read(k, now_ms);
    keeper_free(k);
    return bytes != NULL;
}

static void reads_only_a_sound_file_of_the_same_sign_in(void)
{
    struct play *play = worked();
    g_autofree char *folder = g_dir_make_tmp("firstline-XXXXXX", NULL);
    g_autofree char *token_path = g_build_filename(folder, "token", NULL),
                    *path = g_build_filename(folder, "desk.snapshot", NULL), *data = NULL;
    g_assert_false(is_there(folder, "secret", 0));
    struct keeper *k = keeper_new(folder, token_path);
    keeper_set_expiry(k, 5000);
    keeper_write(k, play->desk, 10);
    keeper_free(k);
    GStatBuf status;
    g_assert_cmpint(g_stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
    g_assert_true(is_there(folder, "secret\n", 4999));
    g_assert_false(is_there(folder, "secret", 5000));
    g_assert_false(is_there(folder, "another", 4999));
    gsize len;
    g_assert_true(g_file_get_contents(path, &data, &len, NULL));
    data[len / 2] ^= 1;
    g_assert_true(g_file_set_contents(path, data, (gssize)len, NULL));
    g_assert_false(is_there(folder, "secret", 0));
    g_assert_true(g_file_set_contents(path, data, 31, NULL));
    g_assert_false(is_there(folder, "secret", 0));
    g_unlink(path);
    g_unlink(token_path);
    g_rmdir(folder);
    play_free(play);
}

static void forgets_at_once(void)
{
    struct play *play = worked();
    g_autofree char *folder = g_dir_make_tmp("firstline-XXXXXX", NULL);
    g_autofree char *token_path = g_build_filename(folder, "token", NULL),
                    *path = g_build_filename(folder, "desk.snapshot", NULL);
    write_text(folder, "token", "secret");
    struct keeper *k = keeper_new(folder, token_path);
    keeper_write(k, play->desk, 10);
    keeper_forget(k);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    keeper_write(k, play->desk, 10);
    keeper_free(k);
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    g_unlink(path);
    g_unlink(token_path);
    g_rmdir(folder);
    play_free(play);
}

#define TEST(name, function) g_test_add_func("/snapshot/" name, function)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("shows at once what the last run showed", shows_at_once_what_the_last_run_showed);
    TEST("shows another nothing of it", shows_another_nothing_of_it);
    TEST("asks for nothing before the backend knows it", asks_for_nothing_before_the_backend_knows_it);
    TEST("catches up by the stream, and is confirmed then", catches_up_by_the_stream_and_is_confirmed_then);
    TEST("fetches all when too much happened since", fetches_all_when_too_much_happened_since);
    TEST("drops all before a backend put back in time", drops_all_before_a_backend_put_back_in_time);
    TEST("folds an own event once", folds_an_own_event_once);
    TEST("folds what the journal has beyond it", folds_what_the_journal_has_beyond_it);
    TEST("asks to sign in where the sign-in has ended", asks_to_sign_in_where_the_sign_in_has_ended);
    TEST("says that signing in needs the backend", says_that_signing_in_needs_the_backend);
    TEST("says that the backend is there where it was not", says_that_the_backend_is_there_where_it_was_not);
    TEST("shows nothing of broken bytes", shows_nothing_of_broken_bytes);
    TEST("takes none while an event waits for the disk", takes_none_while_an_event_waits_for_the_disk);
    TEST("reads only a sound file of the same sign-in", reads_only_a_sound_file_of_the_same_sign_in);
    TEST("forgets at once", forgets_at_once);
    return g_test_run();
}
