/* A contact made by hand. */
#include "app/desk/areas.h"
#include "app/desk/update.h"
#include "tests/support/desk_play.h"
#include "tests/support/desk_scripts.h"

static void test_a_contact_by_hand_goes_where_its_maker_can_take_it(void)
{
    struct play *play = play_new();
    struct queue *other = queue_new("alpine", "Alpine");
    other->skill = g_strdup("climbing");
    world_put_queue(play->desk->world, other);
    play_accept(play, "1001", CHANNEL_CHAT);
    play_keys(play, "Escape M-1 + Enter");
    const struct event *made = play_last_event(play, EVENT_CONTACT_CREATED);
    g_assert_cmpstr(event_text(made, "queue"), ==, "shop"); /* not Alpine, though it stands first */
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "It waits for you. You have 33 of 100 points in use (Crystal Minh 33) and this phone "
                    "takes 100; finish or park "
                    "one first.");
    play_free(play);
}

static void test_the_queue_of_a_contact_by_hand_is_named_once(void)
{
    struct play *play = play_new();
    struct queue *alpine = queue_new("alpine", "Alpine"), *zh = queue_new("alpine-zh", "Alpine 中文");
    alpine->business = g_strdup("alpine");
    zh->business = g_strdup("alpine");
    world_put_queue(play->desk->world, alpine);
    world_put_queue(play->desk->world, zh);
    play_keys(play, "M-1 +");
    const struct popup_field *where = popup_field_of(desk_popup(play->desk), "queue");
    const struct popup_choice *first = g_ptr_array_index(where->choices, 0),
                              *second = g_ptr_array_index(where->choices, 1);
    g_assert_cmpstr(first->label, ==, "Alpine");
    g_assert_null(first->detail);
    g_assert_cmpstr(second->label, ==, "Alpine 中文");
    g_assert_cmpstr(second->detail, ==, "alpine");
    play_free(play);
}

static void test_a_contact_by_hand_is_about_what_a_script_serves(void)
{
    struct play *play = play_new();
    play_keys(play, "M-1 +");
    g_assert_null(popup_field_of(desk_popup(play->desk), "intent")); /* without scripts nothing to choose */
    play_keys(play, "Esc");
    play_script(play, DESK_SCRIPT_RETURN);
    play_script(play, "script: parcel\nversion: 1\ntitle: Parcel\nqueues: [zh]\nsteps:\n"
                      "  - {id: e, kind: end, class: value, title: E, disposition: solved, resolved: yes}\n");
    g_hash_table_replace(play->desk->settings.scripts, g_strdup("order_status"), g_strdup("parcel"));
    g_hash_table_replace(play->desk->settings.scripts, g_strdup("refund"), g_strdup("is-not-there"));
    play_keys(play, "M-1 +");
    const struct popup_field *about = popup_field_of(desk_popup(play->desk), "intent");
    static const char *const labels[] = {"not known yet", "order status", "return size"};
    g_assert_cmpuint(about->choices->len, ==, G_N_ELEMENTS(labels));
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++)
        g_assert_cmpstr(((const struct popup_choice *)about->choices->pdata[i])->label, ==, labels[i]);
    g_assert_cmpstr(((const struct popup_choice *)about->choices->pdata[1])->detail, ==, "zh");
    g_assert_null(((const struct popup_choice *)about->choices->pdata[2])->detail);
    play_keys(play, "Tab Tab Tab");
    play_type(play, "ret");
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_CREATED), "intent"), ==, "return_size");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_CREATED), "subject"), ==, "return size");
    g_assert_cmpstr(play->desk->current->proposed, ==, "return-size");
    play_deliver(play);
    g_assert_cmpint(play->refusals, ==, 0);
    g_assert_cmpstr(world_contact(play->backend, play->desk->current->id)->intent, ==, "return_size");
    play_keys(play, "h M-1 + Enter");
    g_assert_null(event_text(play_last_event(play, EVENT_CONTACT_CREATED), "intent"));
    g_assert_null(event_text(play_last_event(play, EVENT_CONTACT_CREATED), "subject"));
    play_keys(play, "M-1 + Tab Tab");
    play_type(play, "too small");
    play_keys(play, "Tab");
    play_type(play, "ret");
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_CREATED), "subject"), ==, "too small");
    play_free(play);
}

static const char *class_made(struct play *play, const char *about)
{
    play_keys(play, "M-1 + Tab Tab Tab");
    play_type(play, about);
    play_keys(play, "Enter");
    play_deliver(play);
    const struct event *made = play_last_event(play, EVENT_CONTACT_CREATED);
    return contact_class_name(world_contact(play->backend, made->contact)->class);
}

static void test_a_contact_by_hand_has_the_class_of_what_it_is_about(void)
{
    static const char end[] =
        "steps:\n"
        "  - {id: e, kind: end, class: value, title: E, disposition: solved, resolved: yes}\n";
    struct play *play = play_new();
    g_autofree char *parcel = g_strconcat("script: parcel\nversion: 1\ntitle: Parcel\nclass: complaint\n"
                                          "intents: [missing_parcel]\n",
                                          end, NULL),
                    *move = g_strconcat("script: move\nversion: 1\ntitle: Move\nclass: transaction\n"
                                        "queues: [zh]\nintents: [move_home]\n",
                                        end, NULL),
                    *other =
                        g_strconcat("script: plain\nversion: 1\ntitle: Plain\nintents: [hours]\n", end, NULL);
    play_script(play, parcel);
    play_script(play, move);
    play_script(play, other);
    g_assert_cmpstr(class_made(play, "parcel"), ==, "complaint");
    g_assert_cmpstr(class_made(play, "move"), ==, "transaction"); /* in another queue none is proposed */
    g_assert_cmpstr(class_made(play, "hours"), ==, "enquiry");
    g_assert_null(event_text(play_last_event(play, EVENT_CONTACT_CREATED), "class"));
    g_assert_cmpstr(class_made(play, ""), ==, "enquiry");
    g_assert_cmpint(play->refusals, ==, 0);
    play_free(play);
}

static void test_a_number_or_address_by_hand_reads_as_its_channel_has_it(void)
{
    static const struct {
        const char *channel, *wrong, *sentence, *right; /* keys that go from phone to the channel */
    } rows[] = {
        {"", "anna", "The number of a call should be a phone number of 5 to 15 digits.", "+47 22 33 44 55"},
        {"Right", "anna", "The address of a chat should be an e-mail address or a phone number.",
         "(977) 625-2661"},
        {"Right Right", "12345",
         "The address of a mail should be an e-mail address, such as name@example.com.", "anna@example.com"},
        {"Right Right Right", "anna@",
         "The address of a web contact should be an e-mail address or a phone number.", "anna@example.com"},
        {"Right Right Right Right", "anna k",
         "The handle of a social contact should be one word, such as @name.", "@anna_k"},
        {"Right Right Right Right Right", "12",
         "The number of an SMS should be a phone number of 5 to 15 digits.", "22334455"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct play *play = play_new();
        play_keys(play, "M-1 + S-Tab S-Tab");
        play_keys(play, rows[i].channel);
        play_keys(play, "Tab Tab Tab");
        play_type(play, rows[i].wrong);
        play_keys(play, "Enter");
        const struct popup *form = desk_popup(play->desk);
        g_assert_nonnull(form);
        g_assert_cmpstr(popup_field_of(form, "address")->problem, ==, rows[i].sentence);
        g_assert_cmpint(play_count(play, EVENT_CONTACT_CREATED), ==, 0);
        play_keys(play, "C-u");
        play_type(play, rows[i].right);
        play_keys(play, "Enter");
        const struct event *made = play_last_event(play, EVENT_CONTACT_CREATED);
        g_assert_nonnull(made);
        g_assert_cmpstr(event_text(made, "address"), ==, rows[i].right);
        play_free(play);
    }
}

/* What is wrong has the keys, and letters that find nothing are not thrown away. */
static void test_the_keys_go_to_what_is_wrong(void)
{
    struct play *play = play_new();
    play_script(play, DESK_SCRIPT_RETURN);
    play_keys(play, "M-1 + Tab");
    play_type(play, "anna");
    play_keys(play, "Tab Enter"); /* from the subject */
    const struct popup *form = desk_popup(play->desk);
    g_assert_true(popup_field_of(form, "address") == g_ptr_array_index(form->fields, (guint)form->field));
    play_keys(play, "C-u");
    play_type(play, "22334455");
    play_keys(play, "Tab Tab");
    play_type(play, "xyz");
    play_keys(play, "S-Tab Enter");
    g_assert_true(popup_field_of(form, "intent") == g_ptr_array_index(form->fields, (guint)form->field));
    g_assert_cmpstr(popup_field_of(form, "intent")->problem, ==,
                    "Nothing matches; take letters away to choose.");
    g_assert_null(popup_field_of(form, "address")->problem);
    play_keys(play, "C-u Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_CONTACT_CREATED), "address"), ==, "22334455");
    play_free(play);
}

/* Who rings somebody up is not ready for all others by that, and need not be: the contact is theirs. */
static void test_a_contact_by_hand_is_taken_while_not_ready(void)
{
    struct play *play = play_new();
    play_keys(play, "F10 Enter M-1 + Enter");
    play_deliver(play);
    const struct contact *made = play_contact(play, play_last_event(play, EVENT_CONTACT_CREATED)->contact);
    g_assert_cmpint(made->state, ==, CONTACT_ACTIVE);
    g_assert_cmpint(play->refusals, ==, 0);
    g_assert_cmpstr(play->desk->current->id, ==, made->id);
    g_assert_cmpint(world_agent(play->backend, "li")->presence, ==, PRESENCE_NOT_READY);
    play_free(play);
}

/* The backend cannot be asked yet what was said in it. */
static void test_a_contact_by_hand_shows_what_is_under_way(void)
{
    struct play *play = play_new();
    play_keys(play, "M-1 +");
    play_type(play, "Zoe");
    play_keys(play, "Tab Tab");
    play_type(play, "wants a catalogue");
    play_keys(play, "Enter");
    const struct desk_contact *dc = play->desk->current;
    g_assert_true(dc->is_loaded);
    g_assert_cmpint(dc->requests[LINK_FETCH_CONTACT_EVENTS], ==, 0);
    g_assert_cmpint(dc->messages->len, ==, 1);
    const struct desk_message *made = g_ptr_array_index(dc->messages, 0);
    g_assert_cmpstr(made->text, ==, "contact came in: wants a catalogue");
    play_deliver(play);
    g_assert_cmpint(dc->messages->len, ==, 1); /* the echoes are no further lines */
    g_assert_cmpint(play->desk->undelivered, ==, 0);
    play_free(play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desk/by hand/in a queue of its maker, or it says that it waits",
                    test_a_contact_by_hand_goes_where_its_maker_can_take_it);
    g_test_add_func("/desk/by hand/its queue is named once",
                    test_the_queue_of_a_contact_by_hand_is_named_once);
    g_test_add_func("/desk/by hand/about what a script serves",
                    test_a_contact_by_hand_is_about_what_a_script_serves);
    g_test_add_func("/desk/by hand/of the class of what it is about",
                    test_a_contact_by_hand_has_the_class_of_what_it_is_about);
    g_test_add_func("/desk/by hand/a number or address reads as its channel has it",
                    test_a_number_or_address_by_hand_reads_as_its_channel_has_it);
    g_test_add_func("/desk/by hand/the keys go to what is wrong", test_the_keys_go_to_what_is_wrong);
    g_test_add_func("/desk/by hand/taken while its maker is not ready",
                    test_a_contact_by_hand_is_taken_while_not_ready);
    g_test_add_func("/desk/by hand/what is under way stands in its conversation",
                    test_a_contact_by_hand_shows_what_is_under_way);
    return g_test_run();
}
