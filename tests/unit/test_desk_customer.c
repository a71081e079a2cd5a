/* The customer beside a contact: unknown, masked until revealed, corrected here and elsewhere. */
#include "app/desk/update.h"
#include "tests/support/desk_play.h"
#include "ui/views/views.h"

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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desk/customer/the customer's keys want a contact",
                    test_the_customers_keys_want_a_contact);
    g_test_add_func("/desk/customer/an unknown caller becomes a customer", test_unknown_caller);
    g_test_add_func("/desk/customer/only what reads as an address is filled in",
                    test_only_what_reads_so_is_filled_in);
    g_test_add_func("/desk/customer/an unknown caller's address is masked until revealed",
                    test_an_unknown_callers_address_is_masked_until_revealed);
    g_test_add_func("/desk/customer/personal data is masked until revealed, corrected in a form",
                    test_masked_until_revealed);
    g_test_add_func("/desk/customer/a correction says what it corrects",
                    test_a_correction_says_what_it_corrects);
    g_test_add_func("/desk/customer/a record changed elsewhere comes anew",
                    test_a_record_changed_elsewhere_comes_anew);
    g_test_add_func("/desk/customer/a record in view again is asked for",
                    test_a_record_in_view_again_is_asked_for);
    return g_test_run();
}
