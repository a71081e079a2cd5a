/* The store: order, once, refusals, restart, failure to commit. */
#include "app/service/store.h"

#include <string.h>

#include "app/service/eventlog.h"
#include "net/problem.h"
#include "tests/support/floor.h"

static char *contact_json(struct store *s, const char *id)
{
    GString *out = g_string_new(NULL);
    int64_t position;
    if (!board_contact(store_board(s), id, out, &position))
        g_string_assign(out, "");
    return g_string_free(out, FALSE);
}

static void gives_positions_and_shows_what_is_so(void)
{
    char *path = floor_path();
    struct store *s = floor_open(path, NULL);
    floor_chat(s, "100");
    g_autofree char *json = contact_json(s, "100");
    g_assert_nonnull(strstr(json, "\"state\":\"queued\""));
    g_assert_nonnull(strstr(json, "Yara Silva"));
    store_close(s);
    floor_remove(path);
}

static void answers_a_repeat_with_its_old_position(void)
{
    char *path = floor_path();
    struct store *s = floor_open(path, NULL);
    struct event *ev = floor_event(EVENT_AGENT_SIGNED_IN, "desk-mira", 1, ACTOR_AGENT, "mira", NULL);
    struct event *repeat = event_copy(ev);
    int64_t position = floor_append(s, ev, ROLE_AGENT, NULL);
    g_assert_cmpint(position, >, 0);
    g_assert_cmpint(floor_append(s, repeat, ROLE_AGENT, NULL), ==, position);
    store_close(s);
    floor_remove(path);
}

static void refuses_a_gap_with_the_number_expected(void)
{
    char *path = floor_path();
    struct store *s = floor_open(path, NULL);
    GPtrArray *events = g_ptr_array_new();
    g_ptr_array_add(events, floor_event(EVENT_AGENT_SIGNED_IN, "desk-mira", 3, ACTOR_AGENT, "mira", NULL));
    struct store_batch *batch = store_batch_new(events);
    store_append_wait(s, batch);
    g_assert_error(batch->results[0].problem, NET_PROBLEM, PROBLEM_WRONG_ORDER);
    g_assert_cmpint(batch->results[0].expected, ==, 1);
    store_batch_free(batch);
    g_assert_cmpint(
        floor_append(s, floor_event(EVENT_AGENT_SIGNED_IN, "desk-mira", 1, ACTOR_AGENT, "mira", NULL),
                     ROLE_AGENT, NULL),
        >, 0);
    store_close(s);
    floor_remove(path);
}

static void keeps_the_number_of_a_refused_event(void)
{
    char *path = floor_path();
    struct store *s = floor_open(path, NULL);
    GError *first = NULL, *again = NULL, *after = NULL;
    struct event *ev = floor_event(EVENT_CONTACT_HELD, "desk-mira", 1, ACTOR_AGENT, "mira", "no-such");
    struct event *repeat = event_copy(ev);
    g_assert_cmpint(floor_append(s, ev, ROLE_AGENT, &first), ==, 0);
    g_assert_cmpint(floor_append(s, repeat, ROLE_AGENT, &again), ==, 0);
    g_assert_cmpstr(first->message, ==, again->message);
    g_assert_cmpint(first->code, ==, again->code);
    floor_append(s, floor_event(EVENT_AGENT_SIGNED_IN, "desk-mira", 2, ACTOR_AGENT, "mira", NULL), ROLE_AGENT,
                 &after);
    g_assert_no_error(after);
    g_error_free(first);
    g_error_free(again);
    store_close(s);
    floor_remove(path);
}

static void goes_on_behind_what_a_journal_lost(void)
{
    char *path = floor_path();
    struct store *s = floor_open(path, NULL);
    GError *error = NULL;
    struct event *lost = floor_event(EVENT_JOURNAL_LOST, "desk-mira", 1, ACTOR_AGENT, "mira", NULL);
    event_set_number(lost, "first", 1);
    event_set_number(lost, "last", 4);
    floor_append(s, lost, ROLE_AGENT, &error);
    g_assert_no_error(error);
    floor_append(s, floor_event(EVENT_AGENT_SIGNED_IN, "desk-mira", 5, ACTOR_AGENT, "mira", NULL), ROLE_AGENT,
                 &error);
    g_assert_no_error(error);
    store_close(s);
    floor_remove(path);
}

static void is_the_same_after_a_restart(void)
{
    char *path = floor_path();
    struct store *s = floor_open(path, NULL);
    floor_chat(s, "100");
    floor_append(s, floor_event(EVENT_AGENT_SIGNED_IN, "desk-mira", 1, ACTOR_AGENT, "mira", NULL), ROLE_AGENT,
                 NULL);
    g_autofree char *before = contact_json(s, "100");
    int64_t position = board_position(store_board(s));
    store_close(s);
    GError *error = NULL;
    s = store_open(path, &(struct store_options){.is_quiet = true}, &error);
    g_assert_no_error(error);
    g_autofree char *after = contact_json(s, "100");
    g_assert_cmpstr(before, ==, after);
    g_assert_cmpint(board_position(store_board(s)), ==, position);
    g_autoptr(GString) floor = g_string_new(NULL);
    board_floor(store_board(s), 0, floor);
    g_assert_nonnull(strstr(floor->str, "\"id\":\"orders-2\""));
    g_assert_nonnull(strstr(floor->str, "\"signed_in\":true"));
    store_close(s);
    floor_remove(path);
}

static bool count_text(struct event *ev, void *user_data)
{
    if (ev->kind == EVENT_MESSAGE_RECEIVED)
        *(char **)user_data = g_strdup(event_text(ev, "text"));
    return true;
}

/* What only counts reads no texts; who wrote what before is still the one of its own row. */
static bool count_hashes(struct event *ev, void *user_data)
{
    if (ev->kind != EVENT_MESSAGE_RECEIVED) {
        g_assert_null(event_text(ev, "hash"));
        return true;
    }
    g_assert_null(event_text(ev, "text"));
    g_assert_cmpstr(event_text(ev, "body"), ==, ev->id);
    g_assert_cmpuint(strlen(event_text(ev, "hash")), ==, 32);
    g_assert_cmpstr(ev->actor, ==, "yara");
    (*(int *)user_data)++;
    return true;
}

static void splits_texts_from_the_log_and_puts_them_back(void)
{
    char *path = floor_path();
    struct store *s = floor_open(path, NULL);
    GError *error = NULL;
    floor_chat(s, "100");
    struct event *ev = floor_event(EVENT_MESSAGE_RECEIVED, "channel", 0, ACTOR_CUSTOMER, "yara", "100");
    event_set_text(ev, "text", "My shoes are too small");
    floor_append(s, ev, ROLE_INTEGRATION, &error);
    g_assert_no_error(error);
    struct db *db = store_reader_take(s, &error);
    int64_t found;
    g_assert_true(db_number(db, "SELECT count(*) FROM events WHERE data LIKE '%shoes%'", 9, &found, &error));
    g_assert_cmpint(found, ==, 0);
    g_autofree char *text = NULL;
    g_assert_true(eventlog_read(db, &(struct eventlog_range){.contact = "100"}, count_text, &text, &error));
    g_assert_cmpstr(text, ==, "My shoes are too small");
    int hashes = 0;
    struct eventlog_range without = {.without_texts = true};
    g_assert_true(eventlog_read(db, &without, count_hashes, &hashes, &error));
    g_assert_cmpint(hashes, ==, 1);
    store_reader_give(s, db);
    store_close(s);
    floor_remove(path);
}

static bool fill_up(struct db *db, void *pages, GError **error)
{
    g_autofree char *sql = g_strdup_printf("PRAGMA max_page_count=%d", GPOINTER_TO_INT(pages));
    return db_exec(db, sql, error);
}

static void keeps_nothing_of_what_could_not_be_written(void)
{
    char *path = floor_path();
    struct store *s = floor_open(path, NULL);
    GError *error = NULL;
    floor_chat(s, "100");
    store_run_wait(s, fill_up, GINT_TO_POINTER(1), &error);
    g_assert_no_error(error);
    g_autofree char *big = g_strnfill(30000, 'x');
    struct event *ev = NULL;
    for (int i = 0; i < 60 && !error; i++) {
        g_clear_pointer(&ev, event_free);
        struct event *next =
            floor_event(EVENT_MESSAGE_RECEIVED, "channel", i + 2, ACTOR_CUSTOMER, "yara", "100");
        event_set_text(next, "text", big);
        ev = event_copy(next);
        g_test_expect_message(NULL, G_LOG_LEVEL_WARNING, "*is full*");
        g_autofree char *before = contact_json(s, "100");
        floor_append(s, next, ROLE_INTEGRATION, &error);
        g_autofree char *after = contact_json(s, "100");
        if (error)
            g_assert_cmpstr(before, ==, after);
    }
    g_test_assert_expected_messages();
    g_assert_error(error, NET_PROBLEM, PROBLEM_NO_ROOM);
    g_assert_nonnull(strstr(error->message, "is full"));
    g_clear_error(&error);
    store_run_wait(s, fill_up, GINT_TO_POINTER(1000000), &error);
    g_assert_no_error(error);
    g_assert_cmpint(floor_append(s, ev, ROLE_INTEGRATION, &error), >, 0);
    g_assert_no_error(error);
    store_close(s);
    floor_remove(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/store/gives_positions_and_shows_what_is_so", gives_positions_and_shows_what_is_so);
    g_test_add_func("/store/answers_a_repeat_with_its_old_position", answers_a_repeat_with_its_old_position);
    g_test_add_func("/store/refuses_a_gap_with_the_number_expected", refuses_a_gap_with_the_number_expected);
    g_test_add_func("/store/keeps_the_number_of_a_refused_event", keeps_the_number_of_a_refused_event);
    g_test_add_func("/store/goes_on_behind_what_a_journal_lost", goes_on_behind_what_a_journal_lost);
    g_test_add_func("/store/is_the_same_after_a_restart", is_the_same_after_a_restart);
    g_test_add_func("/store/splits_texts_from_the_log_and_puts_them_back",
                    splits_texts_from_the_log_and_puts_them_back);
    g_test_add_func("/store/keeps_nothing_of_what_could_not_be_written",
                    keeps_nothing_of_what_could_not_be_written);
    return g_test_run();
}
