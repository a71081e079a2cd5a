/* Writing to the customer: who has the keys, what is sent when, and what keeps it from going out. */
#include <string.h>

#include "app/desk/update.h"
#include "tests/support/desk_play.h"
#include "ui/widgets/editor.h"
#include "ui/views/views.h"

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
    g_assert_cmpint(play_last_message(play)->mark, ==, MARK_HELD);
    play_keys(play, "M-u");
    g_assert_cmpstr(play_reply_text(play), ==, "Dear Ms Minh\n\nThanks");
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
    g_assert_cmpstr(play_reply_text(play), ==, "");
    play_deliver(play);
    g_assert_cmpstr(play_reply_text(play), ==, "The answer");
    g_assert_true(play->desk->current->is_news);
    g_assert_cmpint(play->desk->notice.tone, ==, TONE_ERROR);
    cJSON *json = cJSON_CreateObject(), *events = cJSON_AddArrayToObject(json, "events");
    cJSON_AddItemToArray(events, event_to_cjson(news));
    cJSON_AddStringToObject(json, "position", "99");
    play_reply(play, play->last_events, LINK_FETCH_CONTACT_EVENTS, json);
    g_assert_cmpstr(play_last_message(play)->text, ==, "Never mind, it is order 7");
    play_keys(play, "Enter"); /* seen now: sent as it stands */
    play_deliver(play);
    g_assert_cmpstr(play_reply_text(play), ==, "");
    g_assert_cmpstr(play_last_message(play)->text, ==, "The answer");
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

static void test_paste_never_sends(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_paste(play, "line one\r\nline two\n:w\n");
    g_assert_cmpint(play_count(play, EVENT_MESSAGE_SENT), ==, 0);
    g_assert_cmpstr(play_reply_text(play), ==, "line one\nline two\n:w\n");
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
    g_assert_cmpuint(strlen(play_reply_text(play)), ==, EVENT_TEXT_MAX);
    play_keys(play, "Enter"); /* what it holds can be sent */
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    g_assert_cmpstr(play_reply_text(play), ==, "");
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
    g_assert_cmpstr(play_last_message(play)->text, ==, "您好，我来查一下！");
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

static void test_canned_text_asks_for_blanks(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "C-t");
    play_type(play, "greet");
    play_keys(play, "Enter");
    g_assert_cmpstr(play_reply_text(play), ==, "Hello there, this is Li Na.");
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
    g_assert_cmpstr(play_reply_text(play), ==, "Hello there, this is Li Na. It arrives on Friday.");
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_MESSAGE_SENT), "canned"), ==, "when");
    play_keys(play, "C-t");
    play_type(play, "refund");
    play_keys(play, "Enter");
    g_assert_cmpstr(desk_popup(play->desk)->name, ==, "blanks");
    play_type(play, "20.00");
    play_keys(play, "Enter");
    g_assert_cmpstr(play_reply_text(play), ==, "You get 20.00. [See](https://shop.example)");
    play_free(play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desk/reply/an empty reply gives the keys up", test_back_to_an_empty_reply);
    g_test_add_func("/desk/reply/a draft keeps its words, not the keys", test_back_to_a_draft);
    g_test_add_func("/desk/reply/the next contact takes commands", test_next_does_not_write_into_a_draft);
    g_test_add_func("/desk/reply/a click into the field writes there", test_click_into_the_field);
    g_test_add_func("/desk/reply/a mail can be taken back for five seconds", test_mail_can_be_undone);
    g_test_add_func("/desk/reply/a stale reply is refused and its draft kept", test_stale_reply_keeps_draft);
    g_test_add_func("/desk/reply/who else looks is told and shown", test_who_else_looks);
    g_test_add_func("/desk/reply/somebody else's answer is told before mine goes out",
                    test_somebody_else_answered);
    g_test_add_func("/desk/reply/a note in somebody else's contact is in sight",
                    test_note_in_somebody_elses_contact);
    g_test_add_func("/desk/reply/a paste with line feeds never sends", test_paste_never_sends);
    g_test_add_func("/desk/reply/a paste beyond the field is told", test_paste_beyond_the_field_is_told);
    g_test_add_func("/desk/reply/Chinese is typed, corrected and sent", test_chinese);
    g_test_add_func("/desk/reply/no key of the reply sends a note", test_note_is_not_a_reply);
    g_test_add_func("/desk/reply/a canned text asks for its blanks", test_canned_text_asks_for_blanks);
    return g_test_run();
}
