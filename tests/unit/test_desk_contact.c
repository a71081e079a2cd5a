/* A contact on the desk from ring to close, two at once, and what comes between. */
#include <string.h>

#include "app/desk/hours.h"
#include "app/desk/update.h"
#include "tests/support/desk_play.h"
#include "ui/widgets/editor.h"
#include "ui/views/views.h"

static const char *reply_text(const struct play *play)
{
    return editor_text(play->desk->current->reply);
}

static const struct desk_message *last_message(const struct play *play)
{
    const GPtrArray *messages = play->desk->current->messages;
    return g_ptr_array_index(messages, messages->len - 1);
}

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
    g_assert_cmpint(last_message(play)->mark, ==, MARK_WRITING);
    play_deliver(play);
    g_assert_cmpint(last_message(play)->mark, ==, MARK_DONE);
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

/* Who comes back from another pane gives commands; only out of the knowledge, which is asked in the middle of
 * a sentence, words half written get the keys back. */
static void test_back_to_an_empty_reply(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "C-k Esc");
    g_assert_cmpint(play->desk->pane, ==, PANE_CONTACT);
    g_assert_cmpint(desk_keys_context(play->desk), ==, KEYS_CONTEXT_CONVERSATION);
    play_keys(play, "r");
    play_type(play, "half a sen");
    play_keys(play, "C-k Esc");
    g_assert_cmpint(desk_keys_context(play->desk), ==, KEYS_CONTEXT_REPLY_CHAT);
    play_free(play);
}

/* A draft keeps its words, not the keys: what is meant as a command, or as a note, never joins it. */
static void check_note_beside_draft(struct play *play, const char *way)
{
    play_keys(play, "r");
    play_type(play, "half a sen");
    play_keys(play, way);
    g_assert_cmpint(desk_keys_context(play->desk), ==, KEYS_CONTEXT_CONVERSATION);
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "half a sen");
    play_keys(play, "N");
    play_type(play, "He has called before.");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 0);
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "half a sen");
    g_assert_cmpstr(editor_text(play->desk->current->note), ==, "He has called before.\n");
    play_keys(play, "Esc r");
    g_assert_cmpint(desk_keys_context(play->desk), ==, KEYS_CONTEXT_REPLY_CHAT);
    play_type(play, "tence");
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "half a sentence");
}

static void test_back_to_a_draft(void)
{
    static const char *const ways[] = {
        "M-2", "M-1 M-2", "M-4 M-2", "M-3 Esc", "Tab Tab Tab Tab Tab", "M-4 S-Tab S-Tab", "C-k M-2"};
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        struct play *play = play_new();
        play_accept(play, "1001", CHANNEL_CHAT);
        play_keys(play, "Esc");
        check_note_beside_draft(play, ways[i]);
        play_free(play);
    }
}

/* Between contacts too: the key for the next one may be a letter. */
static void test_next_does_not_write_into_a_draft(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_type(play, "half a sen");
    play_accept(play, "1002", CHANNEL_CHAT);
    play_type(play, "another");
    play_keys(play, "C-n");
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    play_keys(play, "n n");
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "half a sen");
    play_free(play);
}

static void click(struct play *play, bool is_field)
{
    play_msg(play,
             (struct msg){
                 .kind = MSG_MOUSE,
                 .mouse = {.button = MOUSE_LEFT, .pane = PANE_CONTACT, .is_field = is_field, .item = -1}});
}

static void test_click_into_the_field(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_type(play, "half a sen");
    click(play, false);
    g_assert_cmpint(desk_keys_context(play->desk), ==, KEYS_CONTEXT_CONVERSATION);
    click(play, true);
    g_assert_cmpint(desk_keys_context(play->desk), ==, KEYS_CONTEXT_REPLY_CHAT);
    play_keys(play, "C-u Esc N");
    play_type(play, "a note");
    click(play, true); /* the field that is open stays open */
    g_assert_cmpint(desk_keys_context(play->desk), ==, KEYS_CONTEXT_NOTE);
    play_keys(play, "M-2");
    click(play, true); /* the draft that stands there is the note's */
    g_assert_cmpint(desk_keys_context(play->desk), ==, KEYS_CONTEXT_NOTE);
    struct msg_mouse mouse = {0};
    play_msg(play, (struct msg){.kind = MSG_RESIZE, .size = {.cols = 80, .rows = 24}});
    view_desk_hit(play->desk, 10, 21, &mouse);
    g_assert_true(mouse.is_field && mouse.pane == PANE_CONTACT);
    view_desk_hit(play->desk, 10, 8, &mouse);
    g_assert_true(!mouse.is_field && mouse.pane == PANE_CONTACT);
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

static void test_mail_can_be_undone(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_EMAIL);
    play_keys(play, "r");
    play_type(play, "Dear Ms Minh");
    play_keys(play, "Enter Enter");
    play_type(play, "Thanks");
    play_keys(play, "C-s");
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 0);
    g_assert_cmpint(last_message(play)->mark, ==, MARK_HELD);
    play_keys(play, "M-u");
    g_assert_cmpstr(reply_text(play), ==, "Dear Ms Minh\n\nThanks");
    g_assert_cmpint(play->desk->held->len, ==, 0);
    play_wait(play, 10000);
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 0);
    play_keys(play, "C-s");
    play_wait(play, DESK_UNDO_MS);
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 1);
    g_assert_cmpstr(play->last_draft, ==, "");
    play_keys(play, "M-u");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "Nothing waits to be sent; what has gone out cannot be taken back.");
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
    g_assert_cmpstr(reply_text(play), ==, "It is on its way");
    play_keys(play, "w Enter");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_CLOSED), ==, 0);
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_CLOSED), ==, 1);
    play_free(play);
}

static void test_passing_on_tells_of_an_unsent_reply(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "r");
    play_type(play, "It is on its way");
    play_keys(play, "Esc t");
    play_type(play, "zh");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_TRANSFERRED), ==, 0);
    g_assert_cmpstr(desk_popup(play->desk)->hint, ==,
                    "Your reply has not been sent. Enter goes on without it, Esc goes back to it.");
    play_keys(play, "Esc e");
    play_type(play, "May we refund it?");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_ESCALATED), ==, 0);
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_ESCALATED), ==, 1);
    play_free(play);
}

static void test_a_parked_contact_keeps_its_draft(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_EMAIL);
    play_keys(play, "r");
    play_type(play, "It is on its way");
    play_keys(play, "Esc p Enter");
    play_deliver(play);
    g_assert_null(play->desk->current);
    play_keys(play, "g Enter");
    play_deliver(play);
    g_assert_cmpstr(reply_text(play), ==, "It is on its way");
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
    g_assert_cmpstr(reply_text(play), ==, "half a sen");
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
    g_assert_cmpstr(reply_text(play), ==, "I am writing a F2 y");
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

static void test_stale_reply_keeps_draft(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_type(play, "The answer");
    /* The customer's news reaches the backend before our answer, and us only after. */
    struct event *news = play_event(play, EVENT_MESSAGE_RECEIVED, ACTOR_CUSTOMER, "customer", "1001");
    event_set_text(news, "text", "Never mind, it is order 7");
    news->position = ++play->position;
    world_fold(play->backend, news);
    play_keys(play, "Enter");
    g_assert_cmpstr(reply_text(play), ==, "");
    play_deliver(play);
    g_assert_cmpstr(reply_text(play), ==, "The answer");
    g_assert_true(play->desk->current->is_news);
    g_assert_cmpint(play->desk->notice.tone, ==, TONE_ERROR);
    cJSON *json = cJSON_CreateObject(), *events = cJSON_AddArrayToObject(json, "events");
    cJSON_AddItemToArray(events, event_to_cjson(news));
    cJSON_AddStringToObject(json, "position", "99");
    play_reply(play, play->last_events, LINK_FETCH_CONTACT_EVENTS, json);
    g_assert_cmpstr(last_message(play)->text, ==, "Never mind, it is order 7");
    play_keys(play, "Enter"); /* seen now: sent as it stands */
    play_deliver(play);
    g_assert_cmpstr(reply_text(play), ==, "");
    g_assert_cmpstr(last_message(play)->text, ==, "The answer");
    event_free(news);
    play_free(play);
}

static void test_who_else_looks(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Yan");
    play_offer(play, "1001");
    play_keys(play, "F2");
    g_assert_cmpstr(play->last_watch, ==, "1001 ");
    play_keys(play, "Down Down");
    g_assert_cmpint(play->watches, ==, 1); /* once */
    play_keys(play, "r");
    play_type(play, "H");
    g_assert_cmpstr(play->last_watch, ==, "1001 typing");
    play_wait(play, 10000);
    g_assert_cmpstr(play->last_watch, ==, "1001 ");
    int before = play->watches;
    play_wait(play, 30000);
    g_assert_cmpint(play->watches, ==, before + 1); /* said again before it is forgotten */
    play_type(play, "i");
    g_assert_cmpstr(play->last_watch, ==, "1001 typing");
    play_keys(play, "C-f");
    play_type(play, "tan"); /* into the search, not to the customer */
    g_assert_cmpstr(play->last_watch, ==, "1001 ");
    play_keys(play, "Esc");

    cJSON *json = cJSON_Parse("{\"contact\":\"1001\",\"watchers\":[{\"agent\":\"li\",\"typing\":false},"
                              "{\"agent\":\"omar\",\"typing\":true}]}");
    play_msg(play, (struct msg){.kind = MSG_WATCHING, .json = json});
    cJSON_Delete(json);
    g_assert_cmpint(play->desk->current->watchers->len, ==, 1);
    const struct desk_watcher *w = g_ptr_array_index(play->desk->current->watchers, 0);
    g_assert_cmpstr(w->agent, ==, "omar");
    g_assert_true(w->is_typing);
    play_free(play);
}

static void test_somebody_else_answered(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Yan");
    play_offer(play, "1001");
    play_keys(play, "F2");
    play_deliver(play);
    play_keys(play, "r");
    play_type(play, "My answer");
    struct event *ev = play_event(play, EVENT_MESSAGE_SENT, ACTOR_AGENT, "omar", "1001");
    event_set_text(ev, "text", "Omar's answer");
    play_stream(play, ev);
    play_keys(play, "Enter");
    g_assert_nonnull(strstr(desk_popup(play->desk)->text, "answered while you wrote"));
    play_keys(play, "n");
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 0);
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "My answer");
    play_keys(play, "Enter y");
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 1);
    g_assert_false(play->desk->current->is_news);
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

static void contact_focus_by_find(struct play *play, const char *id)
{
    play_msg(play, (struct msg){.kind = MSG_RESIZE, .size = {.cols = 80, .rows = 24}});
    play_keys(play, "C-f");
    play_type(play, id);
    play_keys(play, "Enter");
    g_assert_cmpstr(play->desk->current->id, ==, id);
}

/* What one writes is in sight, whoever's contact it is. */
static void test_note_in_somebody_elses_contact(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Yan");
    contact_focus_by_find(play, "1001");
    play_keys(play, "N");
    play_type(play, "I know this one");
    struct layout layout = view_desk_layout(play->desk);
    g_assert_cmpint(layout.pane[LAYOUT_PANE_REPLY].rows, >, 1);
    play_keys(play, "M-s");
    g_assert_cmpint(play_count(play, EVENT_NOTE_ADDED), ==, 1);
    g_assert_cmpint(view_desk_layout(play->desk).pane[LAYOUT_PANE_REPLY].rows, ==, 0);
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

static const char *form_text(const struct play *play, const char *field)
{
    return editor_text(popup_field_of(desk_popup(play->desk), field)->editor);
}

static void test_a_left_form_keeps_what_was_typed(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc e");
    play_type(play, "May I refund");
    play_keys(play, "Esc N Esc");
    play_customer_writes(play, "1001", "It arrived broken");
    play_accept(play, "1002", CHANNEL_CHAT); /* another contact's form is another form */
    play_keys(play, "Esc e");
    g_assert_cmpstr(form_text(play, "ask"), ==, "");
    play_keys(play, "Esc C-n");
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    play_keys(play, "e");
    g_assert_cmpstr(form_text(play, "ask"), ==, "May I refund");
    g_assert_cmpstr(play->desk->notice.text, ==, "What you had typed here before is here again.");
    g_assert_nonnull(strstr(form_text(play, "story"), "It arrived broken")); /* the story is as of now */
    play_type(play, " it?");
    play_keys(play, "Enter");
    play_deliver(play);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_ESCALATED), "ask"), ==,
                    "May I refund it?");
    g_assert_cmpuint(play->desk->left_forms->len, ==, 0);
    play_free(play);
}

static void test_a_form_left_untouched_is_forgotten(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_type(play, "Hello");
    play_keys(play, "Enter Esc e Esc");
    g_assert_cmpuint(play->desk->left_forms->len, ==, 0);
    play_keys(play, "e");
    play_type(play, "May I");
    play_keys(play, "Esc w");
    g_assert_cmpuint(play->desk->left_forms->len, ==, 1);
    play_keys(play, "Enter"); /* the contact is closed, and what was typed beside it is gone */
    g_assert_cmpuint(play->desk->left_forms->len, ==, 0);
    play_free(play);
}

static void test_escalate_there_and_back(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_customer_writes(play, "1001", "It arrived broken");
    play_keys(play, "Esc e");
    play_type(play, "May I refund it after 90 days?");
    play_keys(play, "Enter");
    play_deliver(play);
    const struct event *ev = play_last_event(play, EVENT_CONTACT_ESCALATED);
    g_assert_cmpstr(event_text(ev, "queue"), ==, "shop-2");
    g_assert_cmpstr(event_text(ev, "ask"), ==, "May I refund it after 90 days?");
    g_assert_nonnull(strstr(event_text(ev, "story"), "Crystal Minh: It arrived broken"));
    g_assert_null(play->desk->current);
    struct event *back = play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "omar", "1001");
    back->leg = g_strdup("1001.2");
    event_set_text(back, "from", "pull");
    play_stream(play, back);
    back = play_event(play, EVENT_CONTACT_GIVEN_BACK, ACTOR_AGENT, "omar", "1001");
    event_set_text(back, "answer", "Yes, once.");
    play_stream(play, back);
    play_offer(play, "1001");
    play_keys(play, "F2");
    play_deliver(play);
    g_assert_cmpstr(play_contact(play, "1001")->leg, ==, "1001.3");
    g_assert_nonnull(strstr(play_contact(play, "1001")->story, "Yes, once."));
    play_free(play);
}

static void test_second_line_gives_back(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc B");
    g_assert_cmpstr(play->desk->notice.text, ==, "Nobody asked you with this contact; transfer it with t.");
    play_arrive(play, "1002", CHANNEL_CHAT, "shop", "Yan");
    struct event *ev = play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "omar", "1002");
    ev->leg = g_strdup("1002.1");
    play_stream(play, ev);
    ev = play_event(play, EVENT_CONTACT_ESCALATED, ACTOR_AGENT, "omar", "1002");
    event_set_text(ev, "queue", "shop-2");
    event_set_text(ev, "ask", "Who may?");
    play_stream(play, ev);
    play_offer(play, "1002");
    play_keys(play, "F2 Esc B");
    play_type(play, "You may.");
    play_keys(play, "Enter");
    play_deliver(play);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_GIVEN_BACK), "answer"), ==, "You may.");
    g_assert_false(world_contact(play->backend, "1002")->escalated);
    play_free(play);
}

static void test_paste_never_sends(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_paste(play, "line one\r\nline two\n:w\n");
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 0);
    g_assert_cmpstr(reply_text(play), ==, "line one\nline two\n:w\n");
    play_keys(play, "Esc");
    play_paste(play, "wwww");
    g_assert_cmpint(play_contact(play, "1001")->state, ==, CONTACT_ACTIVE);
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "There is no field to paste into; open the reply with r first.");
    play_free(play);
}

/* What a field cannot hold is left out, and that is said. */
static void test_paste_beyond_the_field_is_told(void)
{
    static const char sentence[] = "The field is full; only a part of the text was taken.";
    g_autofree char *much = g_strnfill(DESK_PASTE_MAX_BYTES + 1, 'x'), *line = g_strnfill(5000, 'y');
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_paste(play, "a few words");
    g_assert_null(play->desk->notice.text);
    play_keys(play, "C-a");
    play_paste(play, much);
    g_assert_cmpstr(play->desk->notice.text, ==, sentence);
    g_assert_cmpuint(strlen(reply_text(play)), ==, EVENT_TEXT_MAX);
    play_keys(play, "Enter"); /* what it holds can be sent */
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    g_assert_cmpstr(reply_text(play), ==, "");
    static const char *const fields[] = {"Esc C-k", "Esc Esc /", "Esc Esc C-f"};
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        play_keys(play, fields[i]);
        g_clear_pointer(&play->desk->notice.text, g_free);
        play_paste(play, line);
        g_assert_cmpstr(play->desk->notice.text, ==, sentence);
    }
    play_free(play);
}

static void test_chinese(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "zh", "王芳");
    play_offer(play, "1001");
    play_keys(play, "F2 r");
    play_type(play, "您好，我来查一下。");
    play_keys(play, "Backspace");
    play_type(play, "！");
    play_keys(play, "Enter");
    play_deliver(play);
    g_assert_cmpstr(last_message(play)->text, ==, "您好，我来查一下！");
    play_keys(play, "Esc w Enter");
    play_deliver(play);
    g_assert_cmpint(world_contact(play->backend, "1001")->state, ==, CONTACT_CLOSED);
    play_free(play);
}

static void test_note_is_not_a_reply(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc N");
    play_type(play, "Careful with this one");
    play_keys(play, "Enter C-s");
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 0);
    g_assert_cmpint(play_count(play, EVENT_NOTE_ADDED), ==, 0);
    g_assert_cmpstr(play->desk->notice.text, ==, "This is a note for colleagues; Alt-s keeps it.");
    play_keys(play, "M-s");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_NOTE_ADDED), "text"), ==, "Careful with this one");
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 0);
    play_keys(play, "r C-s");
    g_assert_cmpstr(play->desk->notice.text, ==, "Enter sends this reply.");
    play_free(play);
}

/* Without a contact nobody can be said to be unknown. */
static void test_the_customers_keys_want_a_contact(void)
{
    struct play *play = play_new();
    static const char *const keys[] = {"M-3 c", "M-3 v"};
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        play_keys(play, keys[i]);
        g_assert_cmpstr(play->desk->notice.text, ==,
                        "No contact is open; choose one in the queue and press Enter.");
    }
    play_accept(play, "1001", CHANNEL_PHONE);
    play_keys(play, "M-3 c");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "The customer is not known yet; say who it is in the customer pane.");
    play_free(play);
}

static void assert_filled(const char *address, const char *email, const char *phone)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_PHONE, "shop", NULL);
    play_offer(play, "1001");
    play_keys(play, "F2");
    struct contact *c = world_contact(play->desk->world, "1001");
    g_free(c->address);
    c->address = g_strdup(address);
    play_keys(play, "M-3 i");
    g_autofree char *filled_email = popup_value(desk_popup(play->desk), "email");
    g_autofree char *filled_phone = popup_value(desk_popup(play->desk), "phone");
    g_assert_cmpstr(filled_email, ==, email);
    g_assert_cmpstr(filled_phone, ==, phone);
    play_free(play);
}

/* What is filled in for the agent is not looked at again, so it is an address of its kind or nothing. */
static void test_only_what_reads_so_is_filled_in(void)
{
    assert_filled("+47 911 22 333", "", "+47 911 22 333");
    assert_filled("anonymous", "", "");
    assert_filled("ada@example.org", "ada@example.org", "");
    assert_filled("@ada_lovelace", "", "");
}

static void test_unknown_caller(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_PHONE, "shop", NULL);
    play_offer(play, "1001");
    play_keys(play, "F2 M-3 i");
    play_type(play, "Ada Nowak");
    play_keys(play, "Tab");
    play_type(play, "ada@example");
    play_keys(play, "Tab");
    play_type(play, "12");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_CUSTOMER_CREATED), ==, 0); /* nobody is written down wrong */
    g_assert_cmpstr(popup_field_of(desk_popup(play->desk), "email")->problem, ==,
                    "E-mail should be an e-mail address, such as name@example.com.");
    g_assert_cmpstr(popup_field_of(desk_popup(play->desk), "phone")->problem, ==,
                    "Phone should be a phone number of 5 to 15 digits.");
    play_type(play, "345");
    play_keys(play, "S-Tab");
    play_type(play, ".org");
    play_keys(play, "Enter");
    play_deliver(play);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CUSTOMER_CREATED), "name"), ==, "Ada Nowak");
    g_assert_cmpstr(play_contact(play, "1001")->name, ==, "Ada Nowak");
    g_assert_nonnull(play_contact(play, "1001")->customer);
    play_free(play);
}

/* Kept from whoever looks over the agent's shoulder, as a known customer's is, and shown on record. */
static void test_an_unknown_callers_address_is_masked_until_revealed(void)
{
    struct play *play = play_new();
    struct event *ev = play_event(play, EVENT_CONTACT_CREATED, ACTOR_CUSTOMER, "x", "1001");
    event_set_text(ev, "channel", "phone");
    event_set_text(ev, "queue", "shop");
    event_set_text(ev, "address", "+47 22 33 44 55");
    play_stream(play, ev);
    play_offer(play, "1001");
    play_keys(play, "F2 M-3");
    struct desk_contact *dc = play->desk->current;
    GPtrArray *lines = desk_customer_lines(play->desk, dc);
    g_assert_cmpuint(lines->len, ==, 1);
    const struct desk_customer_line *line = g_ptr_array_index(lines, 0);
    g_assert_true(line->is_masked);
    g_assert_cmpstr(line->text, ==, "+47 22 •• •4 55");
    g_ptr_array_unref(lines);
    play_keys(play, "v");
    lines = desk_customer_lines(play->desk, dc);
    g_assert_cmpstr(((const struct desk_customer_line *)g_ptr_array_index(lines, 0))->text, ==,
                    "+47 22 33 44 55");
    g_ptr_array_unref(lines);
    const struct event *shown = play_last_event(play, EVENT_CUSTOMER_REVEALED);
    g_assert_cmpstr(shown->contact, ==, "1001");
    g_assert_cmpstr(event_text(shown, "field"), ==, "phone");
    play_keys(play, "v"); /* masked again */
    g_assert_cmpint(play_count(play, EVENT_CUSTOMER_REVEALED), ==, 1);
    play_keys(play, "i"); /* the form has it whole */
    g_assert_cmpint(play_count(play, EVENT_CUSTOMER_REVEALED), ==, 2);
    play_keys(play, "Esc");
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    ev = play_event(play, EVENT_CONTACT_CUSTOMER_LINKED, ACTOR_AGENT, "li", "1001");
    event_set_text(ev, "customer", "c1");
    event_set_text(ev, "name", "Crystal Minh");
    play_stream(play, ev);
    play_customer_known(play, "c1", "Crystal Minh"); /* the record's own number was never shown */
    lines = desk_customer_lines(play->desk, dc);
    g_assert_true(((const struct desk_customer_line *)g_ptr_array_index(lines, 2))->is_masked);
    g_ptr_array_unref(lines);
    play_free(play);
}

static void accepted_of_a_customer(struct play *play)
{
    struct event *ev = play_event(play, EVENT_CONTACT_CREATED, ACTOR_CUSTOMER, "c1", "1001");
    event_set_text(ev, "channel", "chat");
    event_set_text(ev, "queue", "shop");
    event_set_text(ev, "customer", "c1");
    play_stream(play, ev);
    play_offer(play, "1001");
    play_keys(play, "F2");
    play_customer_known(play, "c1", "Crystal Minh");
}

static void test_masked_until_revealed(void)
{
    struct play *play = play_new();
    accepted_of_a_customer(play);
    play->desk->current->customer->note = g_strdup("Born 1963-01-12, card ends in 6516.");
    GPtrArray *lines = desk_customer_lines(play->desk, play->desk->current);
    const struct desk_customer_line *note = g_ptr_array_index(lines, 3);
    g_assert_cmpstr(note->text, ==, "Born ••••-••-••, card ends in ••••.");
    g_assert_true(note->is_masked);
    const struct desk_customer_line *line = g_ptr_array_index(lines, 1);
    g_assert_true(line->is_masked);
    g_assert_cmpstr(line->text, !=, "crystal@email.com");
    g_ptr_array_unref(lines);
    play_keys(play, "M-3 Down v");
    lines = desk_customer_lines(play->desk, play->desk->current);
    line = g_ptr_array_index(lines, 1);
    g_assert_cmpstr(line->text, ==, "crystal@email.com");
    g_ptr_array_unref(lines);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CUSTOMER_REVEALED), "field"), ==, "email");
    play_keys(play, "Down Down v");
    lines = desk_customer_lines(play->desk, play->desk->current);
    g_assert_cmpstr(((const struct desk_customer_line *)g_ptr_array_index(lines, 3))->text, ==,
                    "Born 1963-01-12, card ends in 6516.");
    g_ptr_array_unref(lines);
    play_keys(play, "Up Up c C-u");
    play_type(play, "new@email.com");
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CUSTOMER_CORRECTED), "value"), ==,
                    "new@email.com");
    g_assert_cmpint(play_count(play, EVENT_CUSTOMER_CORRECTED), ==, 1);
    /* The form showed the telephone too, so that it was revealed is on record. */
    g_assert_cmpint(play_count(play, EVENT_CUSTOMER_REVEALED), ==, 3);
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CUSTOMER_REVEALED), "field"), ==, "phone");
    play_free(play);
}

static void refuse_correction(struct play *play)
{
    const struct event *ev = play_last_event(play, EVENT_CUSTOMER_CORRECTED);
    play_msg(play, (struct msg){.kind = MSG_REFUSED,
                                .event = ev,
                                .problem = {REFUSAL_STALE, "Somebody else changed the address meanwhile."}});
}

/* What the form had read goes with the correction; where that was overtaken, the record comes anew and what
 * was typed is not lost. */
static void test_a_correction_says_what_it_corrects(void)
{
    struct play *play = play_new();
    accepted_of_a_customer(play);
    g_free(play->desk->current->customer->postal);
    play->desk->current->customer->postal = g_strdup("Elm 1");
    play_keys(play, "M-3 c Tab Tab Tab C-u");
    play_type(play, "Elm 2");
    g_free(play->desk->current->customer->name); /* the record comes anew beside the form */
    play->desk->current->customer->name = g_strdup("Crystal Moe");
    play_keys(play, "Enter");
    const struct event *ev = play_last_event(play, EVENT_CUSTOMER_CORRECTED);
    g_assert_cmpint(play_count(play, EVENT_CUSTOMER_CORRECTED), ==, 1); /* the name is not put back */
    g_assert_cmpstr(event_text(ev, "was"), ==, "Elm 1");
    g_assert_cmpstr(event_text(ev, "value"), ==, "Elm 2");
    g_assert_cmpstr(play->desk->notice.text, ==, "The record is corrected.");
    int64_t asked = play->last_customer;
    refuse_correction(play);
    g_assert_cmpint(play->last_customer, >, asked);
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "Somebody else changed the address meanwhile. You had typed: Elm 2");
    g_assert_false(play->desk->current->is_news);
    play_free(play);
}

static void told_of_customer(struct play *play, const char *id, const char *postal)
{
    int64_t asked = play->last_customer;
    play_msg(play, (struct msg){.kind = MSG_CUSTOMER_CHANGED, .id = id});
    if (postal == NULL) {
        g_assert_cmpint(play->last_customer, ==, asked);
        return;
    }
    g_assert_cmpint(play->last_customer, >, asked);
    struct customer *who = customer_new(id, "Crystal Minh");
    who->postal = g_strdup(postal);
    play_reply(play, play->last_customer, LINK_FETCH_CUSTOMER, customer_to_cjson(who));
    customer_free(who);
}

/* The record beside a contact follows what others correct; what was corrected here, and is not delivered yet,
 * stays as it was typed. */
static void test_a_record_changed_elsewhere_comes_anew(void)
{
    struct play *play = play_new();
    accepted_of_a_customer(play);
    told_of_customer(play, "c2", NULL);
    told_of_customer(play, "c1", "Oak 5");
    const struct desk_contact *dc = play->desk->current;
    g_assert_cmpstr(dc->customer->postal, ==, "Oak 5");

    play_keys(play, "M-3 c Tab Tab Tab C-u");
    play_type(play, "Elm 2");
    play_keys(play, "Enter");
    told_of_customer(play, "c1", "Oak 5");
    g_assert_cmpstr(dc->customer->postal, ==, "Elm 2");
    play_deliver(play);
    told_of_customer(play, "c1", "Ash 3");
    g_assert_cmpstr(dc->customer->postal, ==, "Ash 3");
    play_free(play);
}

/* Nobody told of the record while the contact was out of view, or the link away. */
static void test_a_record_in_view_again_is_asked_for(void)
{
    struct play *play = play_new();
    accepted_of_a_customer(play);
    int64_t asked = play->last_customer;
    play_wait(play, 30000); /* the watch is renewed, the record is not */
    g_assert_cmpint(play->last_customer, ==, asked);
    play_msg(play, (struct msg){.kind = MSG_LINK, .link = LINK_CONNECTING, .text = "Away."});
    play_msg(play, (struct msg){.kind = MSG_LINK, .link = LINK_LIVE});
    g_assert_cmpint(play->last_customer, >, asked);
    play_free(play);
}

static void test_canned_text_asks_for_blanks(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "C-t");
    play_type(play, "greet");
    play_keys(play, "Enter");
    g_assert_cmpstr(reply_text(play), ==, "Hello there, this is Li Na.");
    play_keys(play, "C-t"); /* chosen by what it would say */
    const struct popup_choice *first = g_ptr_array_index(desk_popup(play->desk)->shown, 0);
    g_assert_cmpstr(first->detail, ==, "Hello there, this is Li Na.");
    play_type(play, "deliv");
    first = g_ptr_array_index(desk_popup(play->desk)->shown, 0);
    g_assert_true(g_str_has_prefix(first->detail, "It arrives on ["));
    play_keys(play, "Enter");
    g_assert_cmpstr(desk_popup(play->desk)->name, ==, "blanks");
    g_assert_cmpstr(desk_popup(play->desk)->text, ==, "It arrives on [day of delivery].");
    play_keys(play, "Enter"); /* nothing filled in: it stays */
    const struct popup *blanks = desk_popup(play->desk);
    g_assert_cmpstr(blanks->name, ==, "blanks");
    g_assert_cmpstr(((const struct popup_field *)blanks->fields->pdata[0])->problem, ==,
                    "Fill in “day of delivery” first.");
    play_type(play, "Friday");
    play_keys(play, "Enter");
    g_assert_cmpstr(reply_text(play), ==, "Hello there, this is Li Na. It arrives on Friday.");
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_MESSAGE_SENT), "canned"), ==, "when");
    play_keys(play, "C-t");
    play_type(play, "refund");
    play_keys(play, "Enter");
    g_assert_cmpstr(desk_popup(play->desk)->name, ==, "blanks");
    play_type(play, "20.00");
    play_keys(play, "Enter");
    g_assert_cmpstr(reply_text(play), ==, "You get 20.00. [See](https://shop.example)");
    play_free(play);
}

/* They would stand in the log as said, and nobody had heard them. */
static void test_nothing_is_said_to_a_caller_who_does_not_hear(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_PHONE);
    play_keys(play, "Esc h r");
    play_type(play, "It is on its way.");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 0);
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "The caller is on hold and hears nothing; Esc, then h takes the call up again.");
    play_keys(play, "Esc h r Enter"); /* what was typed meanwhile is kept for then */
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_MESSAGE_SENT), "text"), ==, "It is on its way.");
    play_customer_leaves(play, "1001");
    play_type(play, "Goodbye");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 1);
    g_assert_true(g_str_has_prefix(play->desk->notice.text, "The caller has hung up; Esc, then N "));
    play_free(play);
}

/* The backend would refuse it, and the call would have been off the desk until then. */
static void test_a_call_is_not_parked_with_somebody_on_the_line(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_PHONE);
    g_assert_cmpint(desk_action_have(play->desk) & ACTION_NEEDS_PATIENCE, ==, 0);
    play_keys(play, "Esc p");
    g_assert_null(desk_popup(play->desk));
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "A call cannot be parked while the customer is on the line; h holds it, t passes it on.");
    play_customer_leaves(play, "1001");
    play_keys(play, "p Enter");
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    g_assert_cmpint(world_contact(play->backend, "1001")->state, ==, CONTACT_PARKED);
    play_free(play);
}

static void test_transfer_and_park(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_accept(play, "1002", CHANNEL_CHAT);
    play_keys(play, "Esc t");
    play_type(play, "zh");
    play_keys(play, "Enter");
    play_deliver(play);
    g_assert_cmpstr(world_contact(play->backend, "1002")->queue, ==, "zh");
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    play_keys(play, "Esc p Down Enter");
    g_assert_true(g_str_has_prefix(play->desk->notice.text, "Parked until "));
    g_assert_nonnull(strstr(play->desk->notice.text, "; it comes back by itself, or when"));
    play_deliver(play);
    g_assert_cmpint(world_contact(play->backend, "1001")->state, ==, CONTACT_PARKED);
    g_assert_null(play->desk->current);
    play_keys(play, "g Enter"); /* mine first: taken up again */
    play_deliver(play);
    g_assert_cmpstr(play_contact(play, "1001")->leg, ==, "1001.2");
    g_assert_cmpint(play->desk->metrics.handled, ==, 2);
    play_free(play);
}

/* It would come back from the backend after the desk had let it go. */
static void test_who_cannot_take_it_is_not_passed_it(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    struct event *away = play_event(play, EVENT_AGENT_PRESENCE_CHANGED, ACTOR_AGENT, "omar", NULL);
    event_set_text(away, "presence", "not-ready");
    play_stream(play, away);
    play_keys(play, "Esc t");
    play_type(play, "omar");
    g_assert_cmpstr(popup_chosen(desk_popup(play->desk))->detail, ==, "not ready");
    play_keys(play, "Enter");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "Omar Haddad cannot take it now: not ready. Choose another agent or a queue.");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_TRANSFERRED), ==, 0);
    struct event *back = play_event(play, EVENT_AGENT_PRESENCE_CHANGED, ACTOR_AGENT, "omar", NULL);
    event_set_text(back, "presence", "ready");
    play_stream(play, back);
    play_keys(play, "Esc t");
    play_type(play, "omar");
    play_keys(play, "Enter");
    g_assert_cmpint(play_count(play, EVENT_CONTACT_TRANSFERRED), ==, 1);
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

/* Each choice says until when, for "4 hours" is no time of the day. */
static void test_the_choices_of_the_park_say_until_when(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc p");
    const struct popup *p = desk_popup(play->desk);
    char hour[TIMESTAMP_SHORT_BYTES], day[TIMESTAMP_SHORT_BYTES];
    int64_t now_ms = play->now_ms;
    g_assert_cmpstr(((const struct popup_choice *)p->choices->pdata[0])->detail, ==,
                    hours_short(play->desk, now_ms + 15 * INT64_C(60000), hour));
    g_assert_nonnull(strchr(hour, ':'));
    g_assert_cmpstr(((const struct popup_choice *)p->choices->pdata[4])->detail, ==,
                    hours_short(play->desk, now_ms + 3 * INT64_C(86400000), day));
    g_assert_null(strchr(day, ':'));
    play_free(play);
}

static void unpark(struct play *play, const char *id, const char *reason)
{
    struct event *ev = play_event(play, EVENT_CONTACT_UNPARKED, ACTOR_SYSTEM, NULL, id);
    event_set_text(ev, "reason", reason);
    play_stream(play, ev);
}

/* Whoever is not ready gets no offer of it, and would not see that it waits. */
static void test_what_was_parked_is_announced_when_it_is_back(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_accept(play, "1002", CHANNEL_CHAT);
    play_keys(play, "Esc p Enter");
    play_deliver(play);
    int rings = play->rings;
    unpark(play, "1002", "the customer wrote");
    g_autofree char *sentence =
        g_strdup_printf("%s, whom you parked, waits in the queue again: the customer wrote.",
                        world_contact(play->desk->world, "1002")->name);
    g_assert_cmpstr(play->desk->notice.text, ==, sentence);
    g_assert_cmpint(play->rings, ==, rings + 1);
    play_free(play);
}

/* What was said is no longer so once anybody has it. */
static void test_what_waits_again_is_said_only_while_it_waits(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Esc p Enter");
    play_deliver(play);
    unpark(play, "1001", "it is time");
    play_wait(play, 1000);
    g_assert_nonnull(strstr(play->desk->notice.text, "waits in the queue again"));
    play_stream(play, play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "mina", "1001"));
    g_assert_null(play->desk->notice.text);

    play_accept(play, "1003", CHANNEL_CHAT);
    play_keys(play, "Esc p Enter");
    play_deliver(play);
    unpark(play, "1003", "it is time");
    play_keys(play, "M-1 Home Enter");
    g_assert_cmpstr(play->desk->current->id, ==, "1003");
    g_assert_null(play->desk->notice.text);
    play_free(play);
}

/* A colleague's return to the queue is theirs to hear of. */
static void test_what_others_parked_comes_back_in_silence(void)
{
    struct play *play = play_new();
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Yan");
    play_stream(play, play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "mina", "1001"));
    struct event *parked = play_event(play, EVENT_CONTACT_PARKED, ACTOR_AGENT, "mina", "1001");
    event_set_number(parked, "until_ms", play->now_ms + 900000);
    play_stream(play, parked);
    g_assert_cmpint(play_contact(play, "1001")->state, ==, CONTACT_PARKED);
    int rings = play->rings;
    unpark(play, "1001", "it is time");
    g_assert_cmpint(play_contact(play, "1001")->state, ==, CONTACT_QUEUED);
    g_assert_cmpint(play->rings, ==, rings);
    g_assert_null(strstr(play->desk->notice.text, "parked"));
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
        g_assert_cmpstr(last_message(play)->text, ==, cases[i][1]);
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
    g_assert_cmpstr(last_message(play)->text, ==, "parked: 15 minutes");
    g_assert_cmpint(last_message(play)->mark, ==, MARK_WRITING);
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
    g_test_add_func("/desk/contact/an empty reply gives the keys up", test_back_to_an_empty_reply);
    g_test_add_func("/desk/contact/a draft keeps its words, not the keys", test_back_to_a_draft);
    g_test_add_func("/desk/contact/the next contact takes commands", test_next_does_not_write_into_a_draft);
    g_test_add_func("/desk/contact/a click into the field writes there", test_click_into_the_field);
    g_test_add_func("/desk/contact/letters choose the disposition", test_disposition_by_letters);
    g_test_add_func("/desk/contact/a stray letter leaves the disposition proposed",
                    test_disposition_after_a_stray_letter);
    g_test_add_func("/desk/contact/a call is held, resumed and wrapped up", test_phone_call);
    g_test_add_func("/desk/contact/a mail can be taken back for five seconds", test_mail_can_be_undone);
    g_test_add_func("/desk/contact/wrap-up tells of a reply that was not sent",
                    test_wrap_up_tells_of_an_unsent_reply);
    g_test_add_func("/desk/contact/passing on tells of a reply that was not sent",
                    test_passing_on_tells_of_an_unsent_reply);
    g_test_add_func("/desk/contact/a parked contact keeps its draft", test_a_parked_contact_keeps_its_draft);
    g_test_add_func("/desk/contact/wrap-up sends what is still held back", test_wrap_up_sends_what_is_held);
    g_test_add_func("/desk/contact/two chats, one key to the next that needs me", test_two_chats);
    g_test_add_func("/desk/contact/the key to the next comes to all who wait", test_next_goes_round);
    g_test_add_func("/desk/contact/an offer never takes a key", test_offer_takes_no_key);
    g_test_add_func("/desk/contact/a stale reply is refused and its draft kept",
                    test_stale_reply_keeps_draft);
    g_test_add_func("/desk/contact/who else looks is told and shown", test_who_else_looks);
    g_test_add_func("/desk/contact/somebody else's answer is told before mine goes out",
                    test_somebody_else_answered);
    g_test_add_func("/desk/contact/up and down go by wrapped rows", test_rows_as_they_are_wrapped);
    g_test_add_func("/desk/contact/conversation and customer have a filter", test_filter_in_other_lists);
    g_test_add_func("/desk/contact/a note in somebody else's contact is in sight",
                    test_note_in_somebody_elses_contact);
    g_test_add_func("/desk/contact/scrolling has an end", test_scrolling_has_an_end);
    g_test_add_func("/desk/contact/everything works while the link is down", test_link_down);
    g_test_add_func("/desk/contact/a form that Esc left keeps what was typed",
                    test_a_left_form_keeps_what_was_typed);
    g_test_add_func("/desk/contact/a form left untouched is forgotten",
                    test_a_form_left_untouched_is_forgotten);
    g_test_add_func("/desk/contact/an escalation goes there with its story and back",
                    test_escalate_there_and_back);
    g_test_add_func("/desk/contact/the second line gives back with an answer", test_second_line_gives_back);
    g_test_add_func("/desk/contact/a paste with line feeds never sends", test_paste_never_sends);
    g_test_add_func("/desk/contact/a paste beyond the field is told", test_paste_beyond_the_field_is_told);
    g_test_add_func("/desk/contact/Chinese is typed, corrected and sent", test_chinese);
    g_test_add_func("/desk/contact/no key of the reply sends a note", test_note_is_not_a_reply);
    g_test_add_func("/desk/contact/the customer's keys want a contact",
                    test_the_customers_keys_want_a_contact);
    g_test_add_func("/desk/contact/an unknown caller becomes a customer", test_unknown_caller);
    g_test_add_func("/desk/contact/only what reads as an address is filled in",
                    test_only_what_reads_so_is_filled_in);
    g_test_add_func("/desk/contact/an unknown caller's address is masked until revealed",
                    test_an_unknown_callers_address_is_masked_until_revealed);
    g_test_add_func("/desk/contact/personal data is masked until revealed, corrected in a form",
                    test_masked_until_revealed);
    g_test_add_func("/desk/contact/a correction says what it corrects",
                    test_a_correction_says_what_it_corrects);
    g_test_add_func("/desk/contact/a record changed elsewhere comes anew",
                    test_a_record_changed_elsewhere_comes_anew);
    g_test_add_func("/desk/contact/a record in view again is asked for",
                    test_a_record_in_view_again_is_asked_for);
    g_test_add_func("/desk/contact/a canned text asks for its blanks", test_canned_text_asks_for_blanks);
    g_test_add_func("/desk/contact/transfer and park free the desk", test_transfer_and_park);
    g_test_add_func("/desk/contact/nothing is said to a caller who does not hear",
                    test_nothing_is_said_to_a_caller_who_does_not_hear);
    g_test_add_func("/desk/contact/a call is not parked with somebody on the line",
                    test_a_call_is_not_parked_with_somebody_on_the_line);
    g_test_add_func("/desk/contact/who cannot take it is not passed it",
                    test_who_cannot_take_it_is_not_passed_it);
    g_test_add_func("/desk/contact/a second Enter after it takes nothing", test_a_second_enter_takes_nothing);
    g_test_add_func("/desk/contact/the choices of the park say until when",
                    test_the_choices_of_the_park_say_until_when);
    g_test_add_func("/desk/contact/what was parked is announced when it is back",
                    test_what_was_parked_is_announced_when_it_is_back);
    g_test_add_func("/desk/contact/what waits again is said only while it waits",
                    test_what_waits_again_is_said_only_while_it_waits);
    g_test_add_func("/desk/contact/what others parked comes back in silence",
                    test_what_others_parked_comes_back_in_silence);
    g_test_add_func("/desk/contact/one accepted beside a form waits its turn", test_accepting_beside_a_form);
    g_test_add_func("/desk/contact/a wrap-up that ran out leaves the desk", test_system_closes_the_wrap_up);
    g_test_add_func("/desk/contact/what is streamed during a fetch is not lost",
                    test_events_while_contacts_are_fetched);
    return g_test_run();
}
