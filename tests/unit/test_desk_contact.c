/* A contact on the desk from ring to close, two at once, and what comes between. */
#include <string.h>

#include "app/desk/update.h"
#include "tests/support/desk_play.h"
#include "ui/widgets/editor.h"

static void test_whole_chat(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Crystal Minh");
    play_offer(play, "1001");
    g_assert_cmpstr(play->desk->offer, ==, "1001");
    g_assert_cmpint(play->rings, ==, 1);
    g_assert_cmpstr(play->notice, ==, "A contact is offered to you: chat.");
    play_wait(play, 3000);
    play_keys(play, "F2");
    g_assert_null(play->desk->offer);
    g_assert_cmpstr(play_last_event(play, EVENT_CONTACT_ACCEPTED)->leg, ==, "1001.1");
    g_assert_cmpstr(play_last_event(play, EVENT_FOCUS_MOVED)->contact, ==, "1001");
    play_customer_writes(play, "1001", "Hi!");
    play_type(play, "?"); /* a command: what is typed before r never becomes words to the customer */
    g_assert_cmpstr(desk_popup(play->desk)->name, ==, "help");
    play_keys(play, "Esc Enter");
    play_type(play, "Hello Crystal");
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_MESSAGE_SENT), "text"), ==, "Hello Crystal");
    g_assert_cmpint(play_last_message(play)->mark, ==, MARK_WRITING);
    play_deliver(play);
    g_assert_cmpint(play_last_message(play)->mark, ==, MARK_DONE);
    g_assert_cmpint(play->desk->unflushed, ==, 0);
    g_assert_cmpint(play->desk->undelivered, ==, 0);
    play_wait(play, 57000);
    play_keys(play, "Esc w");
    g_assert_cmpint(play_contact(play, "1001")->state, ==, CONTACT_WRAPPING);
    play_wait(play, 10000);
    play_keys(play, "Enter"); /* proposed and drafted: one key */
    g_assert_null(play->desk->current);
    const struct event *closed = play_last_event(play, EVENT_CONTACT_CLOSED);
    g_assert_cmpstr(event_text(closed, "disposition"), ==, "solved");
    g_assert_true(event_flag(closed, "resolved"));
    g_assert_nonnull(strstr(event_text(closed, "summary"), "Crystal Minh asked about: return, wrong size."));
    g_assert_cmpint(play->desk->metrics.handled, ==, 1);
    g_assert_cmpint(desk_aht_ms(play->desk), ==, 67000);
    play_deliver(play);
    g_assert_cmpint(world_contact(play->backend, "1001")->state, ==, CONTACT_CLOSED);
    play_free(play);
}

/* Letters narrow the dispositions and choose the best that is left; what is no disposition closes nothing. */
static void test_disposition_by_letters(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_type(play, "Hello");
    play_keys(play, "Enter Esc w");
    struct popup *p = desk_popup(play->desk);
    const struct popup_field *f = g_ptr_array_index(p->fields, 0);
    g_assert_cmpint(f->choice, >=, 0);
    g_assert_cmpuint(f->shown->len, ==, f->choices->len);
    play_type(play, "zzz");
    g_assert_cmpuint(f->shown->len, ==, 0);
    play_keys(play, "Enter");
    g_assert_cmpstr(f->problem, ==, "Choose the disposition first.");
    play_keys(play, "C-u");
    play_type(play, "not so");
    g_assert_cmpuint(f->shown->len, ==, 1);
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_CLOSED), "disposition"), ==, "open");
    play_free(play);
}

/* A stray letter taken away again leaves what was proposed, or chosen by the arrows since. */
static void test_disposition_after_a_stray_letter(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_type(play, "Hello");
    play_keys(play, "Enter Esc w");
    const struct popup_field *f = g_ptr_array_index(desk_popup(play->desk)->fields, 0);
    int proposed = f->choice;
    play_type(play, "not so");
    g_assert_cmpint(f->choice, !=, proposed);
    play_keys(play, "C-u");
    g_assert_cmpint(f->choice, ==, proposed);
    g_assert_cmpuint(f->shown->len, ==, f->choices->len);
    play_keys(play, "q q Backspace Backspace");
    g_assert_cmpint(f->choice, ==, proposed);
    play_keys(play, "s Down Backspace");
    g_assert_cmpint(f->choice, !=, proposed);
    play_keys(play, "Enter");
    play_free(play);
}

static void test_phone_call(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_PHONE);
    play_type(play, "Good morning");
    play_keys(play, "Enter Esc h");
    g_assert_cmpint(play_contact(play, "1001")->state, ==, CONTACT_HELD);
    play_keys(play, "h");
    g_assert_cmpint(play_contact(play, "1001")->state, ==, CONTACT_ACTIVE);
    play_keys(play, "w Esc"); /* too soon */
    g_assert_cmpint(play_contact(play, "1001")->state, ==, CONTACT_WRAPPING);
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "Still in wrap-up: w goes on with it, h takes the contact up again.");
    play_keys(play, "h");
    g_assert_cmpint(play_contact(play, "1001")->state, ==, CONTACT_ACTIVE);
    play_keys(play, "w Enter");
    play_deliver(play);
    g_assert_cmpint(world_contact(play->backend, "1001")->state, ==, CONTACT_CLOSED);
    play_free(play);
}

static void test_wrap_up_tells_of_an_unsent_reply(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_type(play, "Good morning");
    play_keys(play, "Enter");
    play_type(play, "It is on its way");
    play_keys(play, "Esc w Enter");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_CLOSED), ==, 0);
    g_assert_cmpstr(desk_popup(play->desk)->problem, ==,
                    "Your reply has not been sent. Enter goes on without it, Esc goes back to it.");
    play_keys(play, "Esc");
    g_assert_cmpstr(play_reply_text(play), ==, "It is on its way");
    play_keys(play, "w Enter");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_CLOSED), ==, 0);
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_CLOSED), ==, 1);
    play_free(play);
}

static void test_wrap_up_sends_what_is_held(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_EMAIL);
    play_keys(play, "r");
    play_type(play, "Done");
    play_keys(play, "C-s w Enter");
    play_deliver(play);
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 1);
    g_assert_cmpint(world_contact(play->backend, "1001")->state, ==, CONTACT_CLOSED);
    play_free(play);
}

static void test_two_chats(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_wait(play, 1000);
    play_accept(play, "1002", CHANNEL_CHAT);
    play_type(play, "half a sen");
    play_wait(play, 1000);
    int rings = play->rings;
    play_customer_writes(play, "1001", "are you there?");
    g_assert_cmpint(play->rings, ==, rings + 1);
    g_assert_cmpstr(play->desk->current->id, ==, "1002");
    g_assert_true(desk_needs_me(play->desk, play_contact(play, "1001")));
    play_keys(play, "C-n");
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    g_assert_cmpstr(play_last_event(play, EVENT_FOCUS_MOVED)->contact, ==, "1001");
    play_keys(play, "C-n");
    g_assert_cmpstr(play->desk->current->id, ==, "1002");
    g_assert_cmpstr(play_reply_text(play), ==, "half a sen");
    play_free(play);
}

/* All who wait are come to, without an answer to any of them. */
static void test_next_goes_round(void)
{
    struct play *play = play_new();
    static const char *const IDS[] = {"1001", "1002", "1003"};
    for (size_t i = 0; i < G_N_ELEMENTS(IDS); i++) {
        play_accept(play, IDS[i], CHANNEL_CHAT);
        play_wait(play, 1000);
        play_customer_writes(play, IDS[i], "hello?");
    }
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(IDS); i++) {
        play_keys(play, "C-n");
        g_assert_cmpstr(play->desk->current->id, ==, IDS[i % G_N_ELEMENTS(IDS)]);
    }
    play_free(play);
}

static void test_offer_takes_no_key(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_type(play, "I am writ");
    play_arrive(play, "1002", CHANNEL_CHAT, "shop", "Yan");
    play_offer(play, "1002");
    play_type(play, "ing a F2 y");
    g_assert_cmpstr(play_reply_text(play), ==, "I am writing a F2 y");
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    g_assert_cmpstr(play->desk->offer, ==, "1002");
    g_assert_cmpint(play->desk->popups->len, ==, 0);
    play_keys(play, "F3 Enter");
    g_assert_null(play->desk->offer);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_OFFER_REJECTED), "reason"), ==,
                    "busy with another contact");
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    play_free(play);
}

static void test_rows_as_they_are_wrapped(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_EMAIL, "shop", "Yan");
    play_offer(play, "1001");
    play_keys(play, "F2");
    play_msg(play, (struct msg){.kind = MSG_RESIZE, .size = {.cols = 80, .rows = 24, .reply_cols = 11}});
    play_keys(play, "r");
    play_type(play, "one two three four");
    struct editor *reply = play->desk->current->reply;
    play_keys(play, "Up");
    g_assert_cmpint(editor_caret(reply), <, strlen("one two three four"));
    g_assert_cmpint(editor_caret(reply), >, 0);
    play_keys(play, "Down");
    g_assert_cmpint(editor_caret(reply), ==, strlen("one two three four"));
    play_free(play);
}

static void test_filter_in_other_lists(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Yan");
    play_offer(play, "1001");
    play_keys(play, "F2");
    play_customer_known(play, "c1", "Yan Lin");
    g_autoptr(GPtrArray) all = desk_customer_lines(play->desk, play->desk->current);
    play_keys(play, "M-3 /");
    g_assert_cmpint(desk_keys_context(play->desk), ==, KEYS_CONTEXT_FILTER);
    play_type(play, "yan LIN");
    g_autoptr(GPtrArray) some = desk_customer_lines(play->desk, play->desk->current);
    g_assert_cmpint(some->len, ==, 1);
    g_assert_cmpint(all->len, >, 1);
    g_assert_cmpint(play->desk->pane, ==, PANE_CUSTOMER);
    play_keys(play, "Enter"); /* the list has the keys, narrowed */
    g_assert_cmpint(desk_keys_context(play->desk), ==, KEYS_CONTEXT_CUSTOMER);
    g_assert_true(desk_is_filtered(play->desk, PANE_CUSTOMER));
    play_keys(play, "Esc");
    g_assert_false(desk_is_filtered(play->desk, PANE_CUSTOMER));
    g_assert_cmpint(play->desk->pane, ==, PANE_CUSTOMER);

    play_keys(play, "M-2 Esc M-2 /");
    play_type(play, "refund");
    g_assert_true(desk_filter_passes(play->desk, PANE_CONTACT, "I want a Refund"));
    g_assert_false(desk_filter_passes(play->desk, PANE_CONTACT, "Good day"));
    g_assert_true(desk_filter_passes(play->desk, PANE_SCRIPT, "Good day"));
    play_keys(play, "M-1"); /* goes with the pane's keys, but stands until Esc */
    g_assert_false(play->desk->filter.has_keys);
    play_free(play);
}

static void test_scrolling_has_an_end(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Yan");
    play_offer(play, "1001");
    play_keys(play, "F2 PageUp PageUp PageUp");
    play->desk->current->scroll_rows = 4000;
    play_msg(play,
             (struct msg){.kind = MSG_RESIZE, .size = {.cols = 80, .rows = 24, .conversation_most = 7}});
    g_assert_cmpint(play->desk->current->scroll_rows, ==, 7);
    play_keys(play, "Up Up PageUp"); /* what was told holds for the next keys, too */
    g_assert_cmpint(play->desk->current->scroll_rows, ==, 7);
    play_keys(play, "Down");
    g_assert_cmpint(play->desk->current->scroll_rows, ==, 6);
    play->desk->knowledge.article_scroll_rows = 900;
    play_msg(play, (struct msg){.kind = MSG_RESIZE, .size = {.cols = 80, .rows = 24, .article_most = 12}});
    g_assert_cmpint(play->desk->knowledge.article_scroll_rows, ==, 12);
    play_free(play);
}

static void test_link_down(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_msg(play,
             (struct msg){.kind = MSG_LINK, .link = LINK_OFFLINE, .text = "The backend does not answer."});
    g_assert_cmpstr(play->desk->link_reason, ==, "The backend does not answer.");
    play_type(play, "Still here");
    play_keys(play, "Enter Esc w Enter");
    g_assert_cmpint(play_contact(play, "1001")->state, ==, CONTACT_CLOSED);
    g_assert_cmpint(play->desk->undelivered, >, 0);
    play_msg(play, (struct msg){.kind = MSG_LINK, .link = LINK_LIVE});
    play_deliver(play);
    g_assert_cmpint(play->desk->undelivered, ==, 0);
    g_assert_cmpint(world_contact(play->backend, "1001")->state, ==, CONTACT_CLOSED);
    play_free(play);
}

static void close_current(struct play *play)
{
    play_type(play, "Hello");
    play_keys(play, "Enter Esc w Enter");
    g_assert_cmpstr(play->desk->notice.text, ==, "Closed.");
}

/* Keys pressed once too often after a contact has gone: the row under the cursor would be taken by them. */
static void test_a_second_enter_takes_nothing(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc p Enter Enter Enter");
    g_assert_cmpint(play_contact(play, "1001")->state, ==, CONTACT_PARKED);
    g_assert_cmpstr(play->desk->notice.text, ==, "No contact is chosen; Down goes to the first.");
    g_assert_null(play->desk->queue.cursor);

    play_arrive(play, "2001", CHANNEL_CHAT, "shop", "Bo Ek");
    g_assert_null(play->desk->queue.cursor); /* what comes does not draw it on */
    play_accept(play, "1002", CHANNEL_CHAT);
    play_accept(play, "1003", CHANNEL_CHAT);
    close_current(play); /* another of mine comes before the rest: Enter answers it */
    play_keys(play, "Enter");
    g_assert_cmpstr(play->desk->current->id, ==, "1002");
    g_assert_cmpint(play->desk->current->composer, ==, COMPOSER_REPLY);
    close_current(play);
    int taken = play_count(play, EVENT_CONTACT_ACCEPTED);
    play_keys(play, "Enter");
    g_assert_null(play->desk->current);
    g_assert_cmpint(play_count(play, EVENT_CONTACT_ACCEPTED), ==, taken);

    play_keys(play, "Down");
    g_assert_cmpstr(play->desk->queue.cursor, ==, "1001");
    play_keys(play, "Enter");
    g_assert_cmpint(play_contact(play, "1001")->state, ==, CONTACT_ACTIVE);
    play_keys(play, "p Enter /"); /* who filters chooses */
    play_type(play, "bo");
    g_assert_cmpstr(play->desk->queue.cursor, ==, "2001");
    play_keys(play, "Enter");
    g_assert_cmpstr(play->desk->current->id, ==, "2001");
    play_free(play);
}

static void test_accepting_beside_a_form(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_type(play, "Bye");
    play_keys(play, "Enter Esc w Tab");
    play_type(play, " More words.");
    play_arrive(play, "1002", CHANNEL_CHAT, "shop", "Yan");
    play_offer(play, "1002");
    play_keys(play, "F2");
    g_assert_cmpint(play_contact(play, "1002")->state, ==, CONTACT_ACTIVE);
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    g_assert_cmpstr(desk_popup(play->desk)->name, ==, "wrap");
    play_keys(play, "Enter");
    g_assert_nonnull(
        strstr(event_text(play_last_event(play, EVENT_CONTACT_CLOSED), "summary"), "More words."));
    g_assert_cmpstr(play->desk->current->id, ==, "1002");
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    play_free(play);
}

static void test_system_closes_the_wrap_up(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc w");
    play_deliver(play);
    play_wait(play, 5000);
    struct event *ev = play_event(play, EVENT_CONTACT_CLOSED, ACTOR_SYSTEM, "router", "1001");
    event_set_text(ev, "disposition", "timeout");
    event_set_flag(ev, "resolved", false);
    play_stream(play, ev);
    g_assert_null(desk_popup(play->desk));
    g_assert_null(play->desk->current);
    g_assert_cmpstr(play->desk->notice.text, ==, "The contact of Crystal Minh is over.");
    g_assert_cmpint(play->desk->metrics.handled, ==, 1);
    play_free(play);
}

static void test_events_while_contacts_are_fetched(void)
{
    struct play *play = play_new();
    play_msg(play, (struct msg){.kind = MSG_RESYNC});
    struct event *ev = play_event(play, EVENT_CONTACT_OFFERED, ACTOR_SYSTEM, "router", "3001");
    event_set_text(ev, "agent", "li");
    event_set_number(ev, "until_ms", play->now_ms + 20000);
    ev->position = 50;
    play_msg(play, (struct msg){.kind = MSG_STREAM_EVENT, .event = ev});
    g_assert_null(play->desk->offer);
    g_autoptr(contact) waiting = contact_new("3001");
    waiting->queue = g_ref_string_new_intern("shop");
    waiting->position = 40;
    cJSON *json = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(json, "contacts");
    cJSON_AddItemToArray(list, contact_to_cjson(waiting));
    cJSON_AddStringToObject(json, "position", "45");
    play_reply(play, 0, LINK_FETCH_CONTACTS, json);
    g_assert_cmpstr(play->desk->offer, ==, "3001");
    event_free(ev);
    play_free(play);
}

/* What became of a script stands in the conversation in the words of what was done with it. */
static void test_the_end_of_a_script_says_how(void)
{
    static const char *const cases[][2] = {
        {"completed", "script finished"}, {"left", "script left"}, {"switched", "another script taken"}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct play *play = play_new();
        play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Crystal Minh");
        play_offer(play, "1001");
        play_keys(play, "F2");
        struct event *ev = play_event(play, EVENT_SCRIPT_FINISHED, ACTOR_AGENT, "omar", "1001");
        event_set_text(ev, "script", "return");
        event_set_text(ev, "outcome", cases[i][0]);
        play_stream(play, ev);
        g_assert_cmpstr(play_last_message(play)->text, ==, cases[i][1]);
        play_free(play);
    }
}

static cJSON *log_of(const struct play *play, const char *id)
{
    cJSON *json = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(json, "events");
    for (guint i = 0; i < play->events->len; i++) {
        const struct event *ev = g_ptr_array_index(play->events, i);
        if (g_strcmp0(ev->contact, id) == 0 && ev->position != EVENT_NO_POSITION)
            cJSON_AddItemToArray(list, event_to_cjson(ev));
    }
    g_autofree char *position = g_strdup_printf("%" G_GINT64_FORMAT, play->position);
    cJSON_AddStringToObject(json, "position", position);
    return json;
}

static char *conversation_text(const struct play *play)
{
    GString *text = g_string_new(NULL);
    const GPtrArray *messages = play->desk->current->messages;
    for (guint i = 0; i < messages->len; i++)
        g_string_append_printf(text, "%s\n", ((const struct desk_message *)messages->pdata[i])->text);
    return g_string_free(text, FALSE);
}

/* The log is asked for before the backend has what was done a moment ago; a desk started anew finds all of it
 * there. Both show the same lines. */
static void test_live_and_after_a_restart_it_reads_the_same(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Crystal Minh");
    play_offer(play, "1001");
    play_keys(play, "F2");
    play_deliver(play);
    play_keys(play, "p Enter g Enter"); /* parked, and taken up again at once */
    g_assert_cmpstr(play_last_message(play)->text, ==, "parked: 15 minutes");
    g_assert_cmpint(play_last_message(play)->mark, ==, MARK_WRITING);
    g_assert_cmpint(play->desk->current->unflushed, >, 1);
    cJSON *before = log_of(play, "1001");
    play_deliver(play); /* the echo is quicker than the answer */
    play_reply(play, play->last_events, LINK_FETCH_CONTACT_EVENTS, before);
    g_assert_cmpint(play->desk->current->unflushed, ==, 0);
    g_autofree char *live = conversation_text(play);
    g_assert_cmpstr(live, ==, "parked: 15 minutes\n");
    play_msg(play, (struct msg){.kind = MSG_RESYNC});
    play_reply(play, play->last_events, LINK_FETCH_CONTACT_EVENTS, log_of(play, "1001"));
    g_autofree char *again = conversation_text(play);
    g_assert_cmpstr(live, ==, again);
    play_free(play);
}

/* That somebody else had it is told, not that I have. */
static void test_who_took_it_is_told_of_others(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    cJSON *log = log_of(play, "1001"), *events = cJSON_GetObjectItemCaseSensitive(log, "events");
    struct event *ev = play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "omar", "1001");
    ev->seq = ev->position = 1;
    cJSON_InsertItemInArray(events, 0, event_to_cjson(ev));
    play_reply(play, play->last_events, LINK_FETCH_CONTACT_EVENTS, log);
    g_autofree char *told = conversation_text(play);
    g_assert_cmpstr(told, ==, "Omar Haddad took it\n");
    event_free(ev);
    play_free(play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desk-contact/live-as-restarted", test_live_and_after_a_restart_it_reads_the_same);
    g_test_add_func("/desk-contact/who-took-it", test_who_took_it_is_told_of_others);
    g_test_add_func("/desk-contact/script-end", test_the_end_of_a_script_says_how);
    g_test_add_func("/desk/contact/a whole chat from ring to close is one line of keys", test_whole_chat);
    g_test_add_func("/desk/contact/letters choose the disposition", test_disposition_by_letters);
    g_test_add_func("/desk/contact/a stray letter leaves the disposition proposed",
                    test_disposition_after_a_stray_letter);
    g_test_add_func("/desk/contact/a call is held, resumed and wrapped up", test_phone_call);
    g_test_add_func("/desk/contact/wrap-up tells of a reply that was not sent",
                    test_wrap_up_tells_of_an_unsent_reply);
    g_test_add_func("/desk/contact/wrap-up sends what is still held back", test_wrap_up_sends_what_is_held);
    g_test_add_func("/desk/contact/two chats, one key to the next that needs me", test_two_chats);
    g_test_add_func("/desk/contact/the key to the next comes to all who wait", test_next_goes_round);
    g_test_add_func("/desk/contact/an offer never takes a key", test_offer_takes_no_key);
    g_test_add_func("/desk/contact/up and down go by wrapped rows", test_rows_as_they_are_wrapped);
    g_test_add_func("/desk/contact/conversation and customer have a filter", test_filter_in_other_lists);
    g_test_add_func("/desk/contact/scrolling has an end", test_scrolling_has_an_end);
    g_test_add_func("/desk/contact/everything works while the link is down", test_link_down);
    g_test_add_func("/desk/contact/a second Enter after it takes nothing", test_a_second_enter_takes_nothing);
    g_test_add_func("/desk/contact/one accepted beside a form waits its turn", test_accepting_beside_a_form);
    g_test_add_func("/desk/contact/a wrap-up that ran out leaves the desk", test_system_closes_the_wrap_up);
    g_test_add_func("/desk/contact/what is streamed during a fetch is not lost",
                    test_events_while_contacts_are_fetched);
    return g_test_run();
}
