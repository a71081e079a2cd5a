/* The queue on the desk: its order and cursor, offers, why a contact stands where it does. */
#include <string.h>

#include "app/desk/areas.h"
#include "tests/support/desk_play.h"

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
    g_assert_cmpint(play->desk->queue.rows->len, ==, 2); /* mine is there as well */
    g_assert_cmpstr(play->desk->queue.cursor, ==, "2003");
    play_free(play);
}

/* Whoever looks for somebody has their own customers in sight, and opens what was looked for. */
static void test_the_filter_leaves_mine(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_arrive(play, "2001", CHANNEL_CHAT, "shop", "王芳");
    play_arrive(play, "2002", CHANNEL_EMAIL, "shop", "Ana");
    const struct desk_queue *q = &play->desk->queue;
    play_keys(play, "Esc M-1 /");
    play_type(play, "ana");
    g_assert_cmpuint(q->rows->len, ==, 2);
    g_assert_cmpint(q->mine, ==, 1);
    g_assert_cmpint(q->waiting, ==, 2);
    g_assert_cmpstr(q->cursor, ==, "2002"); /* not mine, though it stands above */
    play_type(play, "x");
    g_assert_cmpuint(q->rows->len, ==, 1);
    g_assert_cmpint(q->cursor_index, ==, -1);
    play_keys(play, "Enter F4");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "Nothing that waits matches the queue's filter; Esc in the queue shows all.");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_ACCEPTED), ==, 1);
    play_keys(play, "Backspace");
    g_assert_cmpstr(q->cursor, ==, "2002");
    play_keys(play, "C-u");
    play_type(play, "crystal"); /* mine is found like any other */
    g_assert_cmpstr(q->cursor, ==, "1001");
    g_assert_cmpuint(q->rows->len, ==, 1);
    play_keys(play, "Esc");
    g_assert_cmpuint(q->rows->len, ==, 3);
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
    play_accept(play, "1001", CHANNEL_CHAT);
    play_arrive(play, "1002", CHANNEL_PHONE, "shop", "Yan");
    play_keys(play, "M-1 G Enter");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "You have 33 of 100 points in use (Crystal Minh 33) and this phone takes 100; finish or "
                    "park one first.");
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
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "You have 33 of 100 points in use (Ana 33 ringing) and this phone takes 100; F2 accepts "
                    "or F3 rejects the offer.");
    play_keys(play, "F3 Enter M-1 G Enter");
    g_assert_cmpint(play_contact(play, "1002")->state, ==, CONTACT_ACTIVE);
    play_arrive(play, "1003", CHANNEL_CHAT, "shop", "Eva");
    play_keys(play, "M-1 G Enter");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "You have 100 of 100 points in use (Yan 100) and this chat takes 33; finish one first.");
    play_free(play);
}

/* Whoever has many finds in the sentence what to look at first. */
static void test_no_room_names_whose_it_is(void)
{
    static const char *const names[] = {"Ana", "Bo", "Cem", "Dana", "Eva"};
    struct play *play = play_new();
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *id = g_strdup_printf("100%zu", i);
        play_arrive(play, id, CHANNEL_EMAIL, "shop", names[i]);
        play_wait(play, 1000);
        play_offer(play, id);
        if (i < 4)
            play_keys(play, "F2");
    }
    play_arrive(play, "2001", CHANNEL_CHAT, "shop", "Yan");
    play_arrive(play, "2002", CHANNEL_PHONE, "shop", "Zoe");
    play_keys(play, "M-1 /");
    play_type(play, "yan");
    play_keys(play, "Enter");
    g_assert_cmpstr(
        play->desk->notice.text, ==,
        "You have 100 of 100 points in use (Eva 20 ringing, Ana 20, Bo 20 and 2 more) and this chat "
        "takes 33; F3 rejects the offer, then finish or park one.");
    play_keys(play, "F3 Enter M-1 / C-u");
    play_type(play, "zoe");
    play_keys(play, "Enter");
    g_assert_cmpstr(
        play->desk->notice.text, ==,
        "You have 80 of 100 points in use (Ana 20, Bo 20, Cem 20 and 1 more) and this phone takes "
        "100; finish or park these first.");
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

/* The key is for the row that it is pressed on, not for a contact that another pane may hide. */
static void test_a_command_is_for_the_row_under_the_cursor(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_wait(play, 1000);
    play_accept(play, "1002", CHANNEL_CHAT);
    play_arrive(play, "1003", CHANNEL_CHAT, "shop", "T. Alvarez");
    play_keys(play, "M-1");
    g_assert_cmpstr(play->desk->queue.cursor, ==, "1002"); /* it came along with what was opened */
    play_keys(play, "Up h");
    g_assert_cmpstr(play_last_event(play, EVENT_CONTACT_HELD)->contact, ==, "1001");
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    play_keys(play, "Down Down w"); /* it waits, and is nobody's yet */
    g_assert_cmpint(play_count(play, EVENT_CONTACT_WRAP_STARTED), ==, 0);
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "Enter takes this one first; Alt-2 goes back to the open one.");
    g_assert_null(desk_acts_on(play->desk));
    play_keys(play, "M-2 w"); /* and in its own pane the open one is meant */
    g_assert_cmpstr(play_last_event(play, EVENT_CONTACT_WRAP_STARTED)->contact, ==, "1001");
    play_free(play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desk/queue/what is looked at is taken", test_looked_at_is_taken);
    g_test_add_func("/desk/queue/why it stands there", test_why_it_stands_there);
    g_test_add_func("/desk/queue/at risk is counted as time passes",
                    test_queue_counts_at_risk_as_time_passes);
    g_test_add_func("/desk/queue/one of an unknown zone stays", test_a_queue_of_an_unknown_zone_stays);
    g_test_add_func("/desk/queue/an arrival never moves the row under the cursor",
                    test_cursor_stays_on_its_item);
    g_test_add_func("/desk/queue/the filter narrows as one types", test_filter);
    g_test_add_func("/desk/queue/the filter leaves mine", test_the_filter_leaves_mine);
    g_test_add_func("/desk/queue/why names the hours of its queue", test_why_names_the_hours_of_the_queue);
    g_test_add_func("/desk/queue/what was passed to me by name waits for me", test_waits_for_me_by_name);
    g_test_add_func("/desk/queue/a call needs all of me", test_no_room_for_a_call);
    g_test_add_func("/desk/queue/no room says what gives it", test_no_room_says_what_gives_it);
    g_test_add_func("/desk/queue/no room: names whose it is", test_no_room_names_whose_it_is);
    g_test_add_func("/desk/queue/an offer rings again and times out", test_offer_times_out);
    g_test_add_func("/desk/queue/who was later lets go", test_taken_by_another);
    g_test_add_func("/desk/queue/a command is for the row under the cursor",
                    test_a_command_is_for_the_row_under_the_cursor);
    return g_test_run();
}
