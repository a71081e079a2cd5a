/* Finding anybody, and the palette. */
#include <string.h>

#include "app/desk/update.h"
#include "tests/support/desk_play.h"

static const struct popup_choice *chosen(const struct desk *desk)
{
    const struct popup *p = desk_popup(desk);
    return g_ptr_array_index(p->shown, (guint)p->cursor);
}

/* A contact linked to the wrong customer is put right; one that is already theirs is not offered. */
static void test_another_customer_is_found(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_PHONE);
    static const struct {
        const char *id, *name, *label;
    } rounds[] = {
        {"c7", "Ana Tanner", "This is who I am talking to (phone 1001)"},
        {"c8", "Bo Tan", "This is who I am talking to (phone 1001), not Ana Tanner"},
        {"c8", "Bo Tan", "Open phone: return, wrong size"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rounds); i++) {
        g_autofree char *hits =
            g_strdup_printf("{\"hits\":[{\"kind\":\"customer\",\"id\":\"%s\",\"title\":\"%s\"}]}",
                            rounds[i].id, rounds[i].name);
        play_keys(play, "C-f");
        play_type(play, "tax");
        play_reply(play, play->last_find, LINK_FETCH_FIND, cJSON_Parse(hits));
        play_keys(play, "Enter");
        g_assert_cmpstr(chosen(play->desk)->label, ==, rounds[i].label);
        play_keys(play, "Enter");
        g_assert_cmpstr(play_contact(play, "1001")->customer, ==, rounds[i].id);
    }
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    play_free(play);
}

static void test_find(void)
{
    struct play *play = play_new();
    play_arrive(play, "2001", CHANNEL_CHAT, "shop", "Yan Tanaka");
    play_keys(play, "C-f");
    play_type(play, "tan");
    const struct popup *p = desk_popup(play->desk);
    g_assert_cmpint(p->shown->len, ==, 1); /* at once, before any answer */
    play_reply(play, play->last_find - 1, LINK_FETCH_FIND,
               cJSON_Parse("{\"hits\":[{\"kind\":\"customer\",\"id\":\"c9\",\"title\":\"Stale\"}]}"));
    g_assert_cmpint(p->shown->len, ==, 1);
    play_reply(
        play, play->last_find, LINK_FETCH_FIND,
        cJSON_Parse("{\"hits\":[{\"kind\":\"customer\",\"id\":\"c7\",\"title\":\"Ana Tanner\","
                    "\"detail\":\"gold\"},{\"kind\":\"contact\",\"id\":\"2001\",\"title\":\"Yan\"}]}"));
    g_assert_cmpint(p->shown->len, ==, 2);
    play_keys(play, "Down Enter");
    g_assert_cmpstr(desk_popup(play->desk)->title, ==, "Ana Tanner");
    play_keys(play, "Enter"); /* a contact by hand for her */
    play_keys(play, "S-Tab S-Tab Right Right Left Enter");
    const struct event *made = play_last_event(play, EVENT_CONTACT_CREATED);
    g_assert_cmpstr(event_text(made, "customer"), ==, "c7");
    g_assert_cmpstr(event_text(made, "channel"), ==, "chat"); /* after phone */
    g_assert_cmpstr(play->desk->current->id, ==, made->contact);
    play_deliver(play);
    g_assert_cmpint(play->desk->undelivered, ==, 0);
    g_assert_cmpint(world_contact(play->backend, made->contact)->state, ==, CONTACT_ACTIVE);
    play_free(play);
}

/* A contact that was closed long ago is no part of the floor: it is fetched, and stays while it is read. */
static void test_found_and_closed_long_ago(void)
{
    struct play *play = play_new();
    play_keys(play, "C-f");
    play_type(play, "tanner");
    play_reply(play, play->last_find, LINK_FETCH_FIND,
               cJSON_Parse("{\"hits\":[{\"kind\":\"customer\",\"id\":\"c7\",\"title\":\"Ana Tanner\"}]}"));
    play_keys(play, "Enter");
    struct contact *old = contact_new("900");
    old->channel = CHANNEL_CHAT;
    old->queue = g_ref_string_new_intern("shop");
    old->state = CONTACT_CLOSED;
    old->created_ms = play->now_ms - INT64_C(30) * 24 * 3600 * 1000;
    old->closed_ms = old->created_ms + 1000;
    old->subject = g_strdup("lost parcel");
    old->name = g_strdup("Ana Tanner");
    old->customer = g_strdup("c7");
    cJSON *json = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(json, "contacts");
    cJSON_AddItemToArray(list, contact_to_cjson(old));
    play_reply(play, play->last_customer, LINK_FETCH_CUSTOMER, json);
    g_assert_cmpint(desk_popup(play->desk)->cursor, ==, 0);
    play_keys(play, "Down");
    g_assert_nonnull(strstr(chosen(play->desk)->label, "chat: lost parcel"));
    play_keys(play, "Enter");
    g_assert_cmpstr(play->desk->current->id, ==, "900");
    g_assert_null(play_contact(play, "900"));
    play_reply(play, play->last_contact, LINK_FETCH_CONTACT, contact_to_cjson(old));
    g_assert_cmpstr(play_contact(play, "900")->subject, ==, "lost parcel");
    /* Whose it is is known only now, and from now on the record is followed. */
    g_assert_cmpstr(play->last_watch, ==, "900 ");
    g_assert_cmpstr(play->last_record, ==, "c7");
    play_wait(play, 60000);
    g_assert_nonnull(play_contact(play, "900"));
    contact_free(old);
    play_free(play);
}

static void answer_found(struct play *play, const char *name)
{
    struct customer *who = customer_new("c7", name);
    cJSON *json = customer_to_cjson(who), *contacts = cJSON_AddArrayToObject(json, "contacts");
    struct contact *old = contact_new("900");
    old->state = CONTACT_CLOSED;
    cJSON_AddItemToArray(contacts, contact_to_cjson(old));
    play_reply(play, play->last_customer, LINK_FETCH_CUSTOMER, json);
    contact_free(old);
    customer_free(who);
}

/* Whom one has found is followed as the record beside a contact is; afterwards that one is caught up with. */
static void test_found_and_corrected_elsewhere(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_PHONE);
    struct event *linked = play_event(play, EVENT_CONTACT_CUSTOMER_LINKED, ACTOR_SYSTEM, "channel", "1001");
    event_set_text(linked, "customer", "c1");
    play_stream(play, linked);
    play_customer_known(play, "c1", "Crystal Minh");
    g_assert_cmpstr(play->last_record, ==, "c1");
    play_keys(play, "C-f");
    play_type(play, "tanner");
    play_reply(play, play->last_find, LINK_FETCH_FIND,
               cJSON_Parse("{\"hits\":[{\"kind\":\"customer\",\"id\":\"c7\",\"title\":\"Ana Tanner\"}]}"));
    play_keys(play, "Enter");
    g_assert_cmpstr(play->last_watch, ==, "1001 ");
    g_assert_cmpstr(play->last_record, ==, "c7");
    answer_found(play, "Ana Tanner");
    guint choices = desk_popup(play->desk)->choices->len;
    int64_t asked = play->last_customer;
    play_msg(play, (struct msg){.kind = MSG_CUSTOMER_CHANGED, .id = "c1"}); /* not whom one looks at */
    play_msg(play, (struct msg){.kind = MSG_CUSTOMER_CHANGED, .id = "c7"});
    g_assert_cmpint(play->last_customer, >, asked);
    answer_found(play, "Ana Tanner-Moe");
    g_assert_cmpstr(desk_popup(play->desk)->title, ==, "Ana Tanner-Moe");
    g_assert_cmpuint(desk_popup(play->desk)->choices->len, ==, choices); /* none is there twice */
    asked = play->last_customer;
    play_keys(play, "Esc");
    g_assert_cmpstr(play->last_record, ==, "c1");
    g_assert_cmpint(play->last_customer, >, asked);
    play_free(play);
}

static void test_letters_of_a_name_find_it(void)
{
    g_autoptr(GArray) marks = g_array_new(FALSE, FALSE, sizeof(struct desk_range));
    g_assert_cmpint(popup_match("wrp", "Wrap up and close", marks), >, 0);
    g_assert_cmpuint(marks->len, ==, 2);
    g_assert_cmpuint(g_array_index(marks, struct desk_range, 0).end, ==, 2);
    g_assert_cmpuint(g_array_index(marks, struct desk_range, 1).start, ==, 3);
    g_assert_cmpint(popup_match("xyz", "Wrap up and close", marks), ==, 0);
    g_assert_cmpuint(marks->len, ==, 0);
    /* Beginnings of words beat letters in the midst of them, a whole part beats both. */
    g_assert_cmpint(popup_match("tq", "To a queue", NULL), >, popup_match("tq", "Put quietly away", NULL));
    g_assert_cmpint(popup_match("note", "Write an internal note", NULL), >,
                    popup_match("note", "Not of the evening", NULL));
    g_assert_cmpint(popup_match("退 款", "处理退款", NULL), >, 0);
    g_assert_cmpint(popup_match("", "anything", NULL), >, 0);
}

static void test_palette_and_help(void)
{
    struct play *play = play_new();
    play_keys(play, "C-p");
    play_type(play, "lock");
    const struct popup_choice *c = chosen(play->desk);
    g_assert_cmpstr(c->value, ==, "lock");
    g_assert_cmpstr(c->key, ==, "F12");
    play_keys(play, "Enter");
    g_assert_cmpint(play->desk->phase, ==, DESK_LOCKED);
    play_free(play);
    play = play_new();
    play_keys(play, "M-1 ?");
    /* One row for each action, with all its keys; beside them what signs mean, which are no actions. */
    for (guint i = 0; i < desk_popup(play->desk)->choices->len; i++) {
        const struct popup_choice *at = g_ptr_array_index(desk_popup(play->desk)->choices, i);
        g_assert_cmpstr(at->value, !=, "practice-end"); /* which is done in a practice run alone */
        for (guint j = 0; j < i && *at->value != '\0'; j++)
            g_assert_cmpstr(
                at->value, !=,
                ((const struct popup_choice *)g_ptr_array_index(desk_popup(play->desk)->choices, j))->value);
    }
    play_type(play, "hold");
    c = chosen(play->desk);
    g_assert_cmpstr(c->why_off, ==, "No contact is open; choose one in the queue and press Enter.");
    play_keys(play, "Enter");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "No contact is open; choose one in the queue and press Enter.");
    play_free(play);
}

/* Words go through the whole list: "undo" in a text is a key of the text itself. */
static void test_help_in_a_text_tells_its_keys(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "F1");
    play_type(play, "undo");
    g_assert_cmpstr(chosen(play->desk)->label, ==, "Undo in the text");
    g_assert_cmpstr(chosen(play->desk)->key, ==, "^_ Alt-z");
    play_keys(play, "Enter");
    g_assert_null(desk_popup(play->desk));
    play_free(play);
}

/* The heading over it, "due in", is true of those alone who wait. */
static void test_help_tells_what_the_time_is(void)
{
    struct play *play = play_new();
    play_keys(play, "M-1 ?");
    play_type(play, "time");
    bool is_told = false;
    for (guint i = 0; i < desk_popup(play->desk)->shown->len; i++) {
        const struct popup_choice *c = g_ptr_array_index(desk_popup(play->desk)->shown, i);
        is_told |= g_str_equal(c->label, "Mark: time at the left") &&
                   strstr(c->detail, "Yours: how long the customer waits") != NULL;
    }
    g_assert_true(is_told);
    play_free(play);
}

/* An agent looks for what the trade calls it. */
static void test_commands_are_found_by_the_words_of_the_trade(void)
{
    static const char *const words[][2] = {
        {"consult", "transfer"}, {"colleague", "transfer"}, {"undo", "undo-send"}};
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        play_keys(play, "C-p");
        play_type(play, words[i][0]);
        g_assert_nonnull(chosen(play->desk));
        g_assert_cmpstr(chosen(play->desk)->value, ==, words[i][1]);
        play_keys(play, "Esc");
    }
    play_free(play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desk/find/another customer than was thought", test_another_customer_is_found);
    g_test_add_func("/desk/find/what was closed long ago is fetched and stays",
                    test_found_and_closed_long_ago);
    g_test_add_func("/desk/find/and followed where others correct the record",
                    test_found_and_corrected_elsewhere);
    g_test_add_func("/desk/find/at once, then the backend's, stale ones dropped", test_find);
    g_test_add_func("/desk/palette/letters of a name find it", test_letters_of_a_name_find_it);
    g_test_add_func("/desk/palette/help in a text tells its keys", test_help_in_a_text_tells_its_keys);
    g_test_add_func("/desk/palette/commands are found by the words of the trade",
                    test_commands_are_found_by_the_words_of_the_trade);
    g_test_add_func("/desk/palette/help tells what the time is", test_help_tells_what_the_time_is);
    g_test_add_func("/desk/palette/commands and keys can be done from the list", test_palette_and_help);
    return g_test_run();
}
