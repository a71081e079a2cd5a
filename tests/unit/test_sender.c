#include "app/desk/sender.h"

#include <glib.h>
#include <string.h>

#define DEADLINE_US (20 * G_USEC_PER_SEC)

/* A link that keeps what it is given and is answered by the test. */
struct fake_link {
    struct link base;
    int deliveries;
    cJSON *events; /* of the last delivery */
};

static void fake_deliver(struct link *link, uint64_t number, const char *events_json)
{
    (void)number;
    struct fake_link *fake = (struct fake_link *)link;
    fake->deliveries++;
    cJSON_Delete(fake->events);
    fake->events = cJSON_Parse(events_json);
}

static const struct link_class fake_class = {.deliver = fake_deliver};

struct fixture {
    struct fake_link link;
    struct journal *journal;
    struct sender *sender;
    int64_t flushed;
    GString *heard;
};

static void on_flushed(int64_t seq, void *data)
{
    struct fixture *f = data;
    f->flushed = seq;
    if (f->sender != NULL)
        sender_wake(f->sender);
}

static void on_stuck(const char *sentence, void *data)
{
    (void)data;
    g_assert_null(sentence);
}

static void on_delivered(const char *event_id, int64_t position, void *data)
{
    (void)event_id;
    g_string_append_printf(((struct fixture *)data)->heard, "[taken %d]", (int)position);
}

static void on_refused(const struct event *ev, enum problem_code code, const char *sentence, void *data)
{
    g_string_append_printf(((struct fixture *)data)->heard, "[refused %d %u: %s]", (int)ev->seq,
                           problem_code_status(code), sentence);
}

static void on_outbox(int64_t count, void *data)
{
    g_string_append_printf(((struct fixture *)data)->heard, "[left %d]", (int)count);
}

static void on_held(const GError *error, void *data)
{
    g_string_append_printf(((struct fixture *)data)->heard, "[held: %s]", error->message);
}

static const struct journal_callbacks journal_callbacks = {.flushed = on_flushed, .stuck = on_stuck};
static const struct sender_callbacks sender_callbacks = {
    .delivered = on_delivered, .refused = on_refused, .outbox = on_outbox, .held = on_held};

static void set_up(struct fixture *f, const void *data)
{
    (void)data;
    g_autofree char *folder = g_dir_make_tmp("sender-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "journal.db", NULL);
    f->link.base.class = &fake_class;
    f->heard = g_string_new(NULL);
    f->journal = journal_open(path, &journal_callbacks, f, NULL);
    f->sender = sender_new(f->journal, &f->link.base, &sender_callbacks, f);
}

static void tear_down(struct fixture *f, const void *data)
{
    (void)data;
    sender_free(f->sender);
    journal_close(f->journal);
    cJSON_Delete(f->link.events);
    g_string_free(f->heard, true);
}

static void append(struct fixture *f, int count)
{
    int64_t last = 0;
    for (int i = 0; i < count; i++) {
        char id[EVENT_ID_LEN + 1];
        event_make_id(1000, (const uint8_t[10]){(uint8_t)i, 2, 3}, id);
        struct event *ev =
            event_new(EVENT_CONTACT_HELD, id,
                      &(struct event_origin){
                          .device = "d1", .boot = "b1", .actor = "li.na", .at_ms = 1000, .boot_ms = 1});
        ev->contact = g_strdup("1");
        last = journal_append(f->journal, ev);
    }
    int64_t deadline_us = g_get_monotonic_time() + DEADLINE_US;
    while (f->flushed < last && g_get_monotonic_time() < deadline_us)
        g_main_context_iteration(NULL, false);
    g_assert_cmpint(f->flushed, ==, last);
}

static void answer(struct fixture *f, const char *json)
{
    cJSON *parsed = cJSON_Parse(json);
    g_assert_nonnull(parsed);
    sender_answer(f->sender, parsed, NULL);
    cJSON_Delete(parsed);
}

static void answer_error(struct fixture *f, enum problem_code code, const char *sentence)
{
    g_autoptr(GError) error = g_error_new_literal(NET_PROBLEM, (int)code, sentence);
    sender_answer(f->sender, NULL, error);
}

static void wait_deliveries(struct fixture *f, int count)
{
    int64_t deadline_us = g_get_monotonic_time() + DEADLINE_US;
    while (f->link.deliveries < count && g_get_monotonic_time() < deadline_us)
        g_main_context_iteration(NULL, false);
    g_assert_cmpint(f->link.deliveries, >=, count);
}

static void test_nothing_is_sent_while_off(struct fixture *f, const void *data)
{
    (void)data;
    append(f, 3);
    g_assert_cmpint(f->link.deliveries, ==, 0);
    sender_set_on(f->sender, true);
    g_assert_cmpint(f->link.deliveries, ==, 1);
    g_assert_cmpint(cJSON_GetArraySize(f->link.events), ==, 3);
}

static void test_taken_and_refused_events_leave_the_outbox(struct fixture *f, const void *data)
{
    (void)data;
    append(f, 2);
    sender_set_on(f->sender, true);
    answer(f, "{\"results\":[{\"position\":\"41\"},{\"problem\":{\"status\":412,\"detail\":\"It has "
              "changed.\"}}]}");
    g_assert_cmpstr(f->heard->str, ==, "[taken 41][refused 2 412: It has changed.][left 0]");
    append(f, 1);
    wait_deliveries(f, 2);
    g_assert_cmpint(cJSON_GetArraySize(f->link.events), ==, 1);
}

static void test_a_lost_answer_is_sent_again(struct fixture *f, const void *data)
{
    (void)data;
    append(f, 1);
    sender_set_on(f->sender, true);
    answer_error(f, PROBLEM_UNAVAILABLE, "The backend does not answer.");
    wait_deliveries(f, 2);
    g_assert_cmpint(journal_pending_count(f->journal), ==, 1);
    answer(f, "{\"results\":[{\"position\":\"7\"}]}");
    g_assert_cmpstr(f->heard->str, ==, "[held: The backend does not answer.][taken 7][left 0]");
}

static void test_an_answer_of_garbage_loses_nothing(struct fixture *f, const void *data)
{
    (void)data;
    append(f, 2);
    sender_set_on(f->sender, true);
    answer(f, "{\"results\":[{\"position\":\"7\"}]}");
    g_assert_cmpint(journal_pending_count(f->journal), ==, 2);
    answer(f, "{}");
    wait_deliveries(f, 2);
    answer(f, "{\"results\":[{},{}]}");
    g_assert_cmpint(journal_pending_count(f->journal), ==, 2);
}

static void test_an_unreadable_event_becomes_a_tombstone(struct fixture *f, const void *data)
{
    (void)data;
    append(f, 2);
    sender_set_on(f->sender, true);
    answer_error(f, PROBLEM_BAD_REQUEST, "Event 1 cannot be read.");
    g_assert_cmpint(cJSON_GetArraySize(f->link.events), ==, 1);
    answer_error(f, PROBLEM_BAD_REQUEST, "Event 1 cannot be read.");
    g_assert_cmpstr(f->heard->str, ==, "[refused 1 400: Event 1 cannot be read.]");
    g_autoptr(event) tombstone = event_from_cjson(f->link.events->child, NULL);
    g_assert_cmpint(tombstone->kind, ==, EVENT_JOURNAL_WITHDRAWN);
    g_assert_cmpint(tombstone->seq, ==, 1);
    answer(f, "{\"results\":[{\"position\":\"9\"}]}");
    g_assert_cmpint(journal_pending_count(f->journal), ==, 1);
    g_assert_cmpint(f->link.deliveries, ==, 4);
}

/* The backend was restored from a copy of before events 1 and 2: it wants 1, and nobody has it any more. */
static void test_a_restored_backend_is_told_what_it_lost(struct fixture *f, const void *data)
{
    (void)data;
    static const char early[] = "{\"problem\":{\"status\":428,\"detail\":\"Send them in order.\"},"
                                "\"expected_seq\":\"1\"}";
    g_autofree char *refusal = g_strdup_printf("{\"results\":[%s,%s]}", early, early);
    append(f, 2);
    sender_set_on(f->sender, true);
    answer(f, "{\"results\":[{\"position\":\"1\"},{\"position\":\"2\"}]}");
    append(f, 2);
    wait_deliveries(f, 2);
    if (cJSON_GetArraySize(f->link.events) == 1) { /* flushed one by one: the second goes with the next */
        answer_error(f, PROBLEM_UNAVAILABLE, "The backend does not answer.");
        wait_deliveries(f, 3);
    }
    g_string_truncate(f->heard, 0);
    int sent = f->link.deliveries;
    answer(f, refusal);
    g_assert_cmpint(f->link.deliveries, ==, sent + 1);
    g_autoptr(event) lost = event_from_cjson(f->link.events->child, NULL);
    g_assert_cmpint(lost->kind, ==, EVENT_JOURNAL_LOST);
    g_assert_cmpint(lost->seq, ==, 1);
    g_assert_cmpint(event_number(lost, "last", 0), ==, 2);
    g_assert_null(lost->contact);
    answer_error(f, PROBLEM_UNAVAILABLE, "The backend does not answer."); /* this answer is lost, too */
    wait_deliveries(f, sent + 2);
    answer(f, refusal);
    answer(f, "{\"results\":[{\"position\":\"3\"}]}");
    g_assert_cmpint(f->link.deliveries, ==, sent + 4);
    g_assert_cmpint(cJSON_GetArraySize(f->link.events), ==, 2);
    answer(f, "{\"results\":[{\"position\":\"4\"},{\"position\":\"5\"}]}");
    g_assert_cmpstr(f->heard->str, ==, "[held: The backend does not answer.][taken 4][taken 5][left 0]");
    g_assert_cmpint(journal_pending_count(f->journal), ==, 0);
}

#define ADD(path, test) g_test_add("/sender/" path, struct fixture, NULL, set_up, test, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("off", test_nothing_is_sent_while_off);
    ADD("results", test_taken_and_refused_events_leave_the_outbox);
    ADD("lost", test_a_lost_answer_is_sent_again);
    ADD("garbage", test_an_answer_of_garbage_loses_nothing);
    ADD("tombstone", test_an_unreadable_event_becomes_a_tombstone);
    ADD("restored", test_a_restored_backend_is_told_what_it_lost);
    return g_test_run();
}
