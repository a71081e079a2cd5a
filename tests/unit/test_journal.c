#include "app/desk/journal.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE_US (10 * G_USEC_PER_SEC)

struct heard {
    int64_t flushed;
    char *stuck;
};

static void on_flushed(int64_t seq, void *data)
{
    ((struct heard *)data)->flushed = seq;
}

static void on_stuck(const char *sentence, void *data)
{
    struct heard *heard = data;
    g_free(heard->stuck);
    heard->stuck = g_strdup(sentence);
}

static const struct journal_callbacks callbacks = {.flushed = on_flushed, .stuck = on_stuck};

static char *new_path(void)
{
    g_autofree char *folder = g_dir_make_tmp("journal-XXXXXX", NULL);
    return g_build_filename(folder, "deep", "journal.db", NULL);
}

static struct event *note(const char *text)
{
    struct event *ev =
        event_new(EVENT_NOTE_ADDED, "019ab105-97c0-7f12-bf04-0506070809aa",
                  &(struct event_origin){.device = "d1", .boot = "b1", .actor = "li.na", .at_ms = 1});
    ev->contact = g_strdup("48213");
    event_set_text(ev, "text", text);
    return ev;
}

static void wait_flushed(const struct heard *heard, int64_t seq)
{
    int64_t deadline_us = g_get_monotonic_time() + DEADLINE_US;
    while (heard->flushed < seq && g_get_monotonic_time() < deadline_us)
        g_main_context_iteration(NULL, false);
    g_assert_cmpint(heard->flushed, >=, seq);
}

static struct journal *open_at(const char *path, struct heard *heard)
{
    g_autoptr(GError) error = NULL;
    struct journal *j = journal_open(path, &callbacks, heard, &error);
    g_assert_no_error(error);
    return j;
}

static void test_events_stay_until_answered_across_restarts(void)
{
    g_autofree char *path = new_path();
    struct heard heard = {0};
    struct journal *j = open_at(path, &heard);
    g_autofree char *device = g_strdup(journal_device(j));
    for (int i = 1; i <= 3; i++)
        g_assert_cmpint(journal_append(j, note("a")), ==, i);
    wait_flushed(&heard, 3);
    journal_answered(j, 1);
    journal_close(j);

    heard = (struct heard){0};
    j = open_at(path, &heard);
    g_assert_cmpstr(journal_device(j), ==, device);
    int64_t last = 0;
    g_autofree char *pending = journal_pending(j, 200, 1 << 20, &last);
    g_assert_cmpint(last, ==, 3);
    cJSON *array = cJSON_Parse(pending);
    g_assert_cmpint(cJSON_GetArraySize(array), ==, 2);
    g_autoptr(event) first = event_from_cjson(cJSON_GetArrayItem(array, 0), NULL);
    g_assert_cmpint(first->seq, ==, 2);
    cJSON_Delete(array);
    g_autofree char *actor = journal_pending_actor(j);
    g_assert_cmpstr(actor, ==, "li.na");
    g_assert_cmpint(journal_append(j, note("b")), ==, 4);
    journal_close(j);
}

static void test_seq_goes_on_after_all_were_answered(void)
{
    g_autofree char *path = new_path();
    struct heard heard = {0};
    struct journal *j = open_at(path, &heard);
    journal_append(j, note("a"));
    wait_flushed(&heard, 1);
    journal_answered(j, 1);
    journal_close(j);
    j = open_at(path, &heard);
    g_assert_cmpint(journal_pending_count(j), ==, 0);
    g_assert_cmpint(journal_append(j, note("b")), ==, 2);
    journal_close(j);
}

static void test_what_is_not_flushed_is_not_pending(void)
{
    g_autofree char *path = new_path();
    struct heard heard = {0};
    struct journal *j = open_at(path, &heard);
    journal_append(j, note("a"));
    int64_t last = 0;
    g_assert_null(journal_pending(j, 200, 1 << 20, &last));
    wait_flushed(&heard, 1);
    g_autofree char *pending = journal_pending(j, 200, 1, &last);
    g_assert_nonnull(pending);
    journal_close(j);
}

static void test_an_ended_writer_writes_what_waits(void)
{
    g_autofree char *path = new_path();
    struct heard heard = {0};
    struct journal *j = open_at(path, &heard);
    journal_append(j, note("a"));
    journal_save_text(j, "reply 1", "half a sentence");
    journal_append(j, note("b"));
    journal_end(j);
    g_assert_true(journal_finish(j));
    g_assert_cmpint(heard.flushed, ==, 2);
    journal_end(j); /* a second time is no harm */
    g_assert_true(journal_finish(j));
    journal_close(j);
    j = open_at(path, &heard);
    g_assert_cmpint(journal_pending_count(j), ==, 2);
    journal_end(j);
    g_assert_true(journal_finish(j)); /* with nothing to write */
    journal_close(j);
}

static void collect(const char *key, const char *text, void *data)
{
    g_string_append_printf(data, "[%s=%s]", key, text);
}

static void test_texts_survive_and_can_be_removed(void)
{
    g_autofree char *path = new_path();
    struct heard heard = {0};
    struct journal *j = open_at(path, &heard);
    journal_save_text(j, "reply 1", "half a sen");
    journal_save_text(j, "reply 1", "half a sentence 你");
    journal_save_text(j, "note 1", "x");
    journal_save_text(j, "note 1", NULL);
    journal_close(j);
    j = open_at(path, &heard);
    g_autoptr(GString) texts = g_string_new(NULL);
    journal_each_text(j, collect, texts);
    g_assert_cmpstr(texts->str, ==, "[reply 1=half a sentence 你]");
    journal_close(j);
}

static void test_a_killed_desk_loses_no_flushed_event(void)
{
    g_autofree char *path = new_path();
    int pipe_ends[2];
    g_assert_cmpint(pipe(pipe_ends), ==, 0);
    pid_t child = fork();
    if (child == 0) {
        struct heard heard = {0};
        struct journal *j = journal_open(path, &callbacks, &heard, NULL);
        for (int i = 0; i < 50; i++)
            journal_append(j, note("a"));
        while (heard.flushed < 50)
            g_main_context_iteration(NULL, true);
        journal_append(j, note("perhaps"));
        _exit(write(pipe_ends[1], "k", 1) == 1 ? (pause(), 0) : 1);
    }
    char byte;
    g_assert_cmpint(read(pipe_ends[0], &byte, 1), ==, 1);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    struct heard heard = {0};
    struct journal *j = open_at(path, &heard);
    g_assert_cmpint(journal_pending_count(j), >=, 50);
    journal_close(j);
}

static void test_second_desk_is_told_so(void)
{
    g_autofree char *path = new_path();
    struct heard heard = {0};
    struct journal *j = open_at(path, &heard);
    g_autoptr(GError) error = NULL;
    g_assert_null(journal_open(path, &callbacks, &heard, &error));
    g_assert_error(error, JOURNAL_ERROR, JOURNAL_ERROR_IN_USE);
    g_autofree char *sentence = g_strdup_printf(
        "Another desk of yours has the journal %s open; please go on there, or end it first.", path);
    g_assert_cmpstr(error->message, ==, sentence);
    journal_close(j);
}

static void test_damaged_journal_is_kept_aside(void)
{
    g_autofree char *path = new_path();
    g_autofree char *folder = g_path_get_dirname(path);
    g_mkdir_with_parents(folder, 0700);
    g_assert_true(g_file_set_contents(
        path, "this is no database, but it is long enough to be read as one ....", -1, NULL));
    struct heard heard = {0};
    struct journal *j = open_at(path, &heard);
    g_assert_true(g_str_has_prefix(journal_damage(j), "The journal was damaged; it is kept as "));
    g_assert_cmpint(journal_append(j, note("a")), ==, 1);
    wait_flushed(&heard, 1);
    journal_close(j);
}

static void test_newer_journal_is_refused(void)
{
    g_autofree char *path = new_path();
    struct heard heard = {0};
    journal_close(open_at(path, &heard));
    g_autofree char *command =
        g_strdup_printf("sqlite3 '%s' \"UPDATE meta SET value = 99 WHERE key = 'format'\"", path);
    if (!g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL)) {
        g_test_skip("needs the sqlite3 command");
        return;
    }
    g_autoptr(GError) error = NULL;
    g_assert_null(journal_open(path, &callbacks, &heard, &error));
    g_assert_error(error, JOURNAL_ERROR, JOURNAL_ERROR_NEWER);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/journal/restart", test_events_stay_until_answered_across_restarts);
    g_test_add_func("/journal/seq", test_seq_goes_on_after_all_were_answered);
    g_test_add_func("/journal/unflushed", test_what_is_not_flushed_is_not_pending);
    g_test_add_func("/journal/ended", test_an_ended_writer_writes_what_waits);
    g_test_add_func("/journal/texts", test_texts_survive_and_can_be_removed);
    g_test_add_func("/journal/killed", test_a_killed_desk_loses_no_flushed_event);
    g_test_add_func("/journal/in-use", test_second_desk_is_told_so);
    g_test_add_func("/journal/damaged", test_damaged_journal_is_kept_aside);
    g_test_add_func("/journal/newer", test_newer_journal_is_refused);
    return g_test_run();
}
