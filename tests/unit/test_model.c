#include <glib.h>
#include <string.h>

#include "app/model/agent.h"
#include "app/model/contact.h"
#include "app/model/customer.h"
#include "app/model/fields.h"
#include "app/model/queue.h"

static char *printed(cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);
    char *copy = g_strdup(text);
    cJSON_free(text);
    cJSON_Delete(json);
    return copy;
}

static void test_contacts_share_their_words(void)
{
    g_autoptr(contact) c = contact_new("1");
    c->queue = g_ref_string_new_intern("shop");
    c->subject = g_strdup("lost");
    g_autoptr(contact) copy = contact_copy(c);
    g_assert_true(copy->queue == c->queue);
    g_assert_true(copy->subject != c->subject);
    fields_set_word(&c->queue, c->queue);
    g_assert_cmpstr(c->queue, ==, "shop");
    fields_set_word(&c->queue, "bank");
    g_assert_cmpstr(copy->queue, ==, "shop");
    fields_set_word(&c->queue, NULL);
    g_assert_null(c->queue);
}

static void test_contact_round_trip(void)
{
    g_autoptr(contact) c = contact_new("48213");
    c->channel = CHANNEL_EMAIL;
    c->class = CLASS_COMPLAINT;
    c->state = CONTACT_PARKED;
    c->queue = g_ref_string_new_intern("shop");
    c->name = g_strdup("José Peña");
    c->created_ms = INT64_C(1763906525120);
    c->unread = 3;
    c->position = 99;
    cJSON *json = contact_to_cjson(c);
    g_autoptr(GError) error = NULL;
    g_autoptr(contact) back = contact_from_cjson(json, &error);
    g_assert_no_error(error);
    g_autoptr(contact) copy = contact_copy(back);
    g_autofree char *first = printed(json), *second = printed(contact_to_cjson(copy));
    g_assert_cmpstr(first, ==, second);
}

static void test_contact_without_queue_is_refused(void)
{
    cJSON *json =
        cJSON_Parse("{\"id\":\"1\",\"channel\":\"chat\",\"class\":\"enquiry\",\"state\":\"queued\"}");
    g_autoptr(GError) error = NULL;
    g_assert_null(contact_from_cjson(json, &error));
    g_assert_cmpstr(error->message, ==, "The member \"queue\" of a contact must be given.");
    cJSON_Delete(json);
}

static void test_agent_round_trip_keeps_skills(void)
{
    g_autoptr(agent) a = agent_new("li.na", "Li Na", ROLE_SPECIALIST);
    agent_set_skill(a, "shop", 3);
    agent_set_skill(a, "shop", 4);
    agent_set_skill(a, "zh", 5);
    cJSON *json = agent_to_cjson(a);
    g_autoptr(agent) back = agent_from_cjson(json, NULL);
    cJSON_Delete(json);
    g_assert_cmpint(agent_skill_level(back, "shop"), ==, 4);
    g_assert_cmpint(agent_skill_level(back, "card"), ==, 0);
    g_assert_cmpint(back->role, ==, ROLE_SPECIALIST);
}

static void test_customer_round_trip_keeps_identities_and_orders(void)
{
    g_autoptr(customer) c = customer_new("c1", "王芳");
    customer_add_identity(c, IDENTITY_EMAIL, "wang@example.com");
    struct order *o = order_new("3348917502", "c1");
    o->total_minor = 9400;
    g_ptr_array_add(c->orders, o);
    cJSON *json = customer_to_cjson(c);
    g_autoptr(customer) back = customer_from_cjson(json, NULL);
    cJSON_Delete(json);
    g_assert_cmpstr(customer_identity(back, IDENTITY_EMAIL), ==, "wang@example.com");
    g_assert_null(customer_identity(back, IDENTITY_PHONE));
    g_assert_cmpint(((struct order *)back->orders->pdata[0])->total_minor, ==, 9400);
}

static void assert_corrected(struct customer *c, const char *field, const char *value, const char *now)
{
    customer_correct(c, field, value);
    g_autofree char *held = customer_value(c, field);
    g_assert_cmpstr(held, ==, now);
}

static void test_a_correction_replaces_adds_and_takes_out(void)
{
    g_autoptr(customer) c = customer_new("c1", "Ada");
    customer_add_identity(c, IDENTITY_EMAIL, "a@example.com");
    customer_add_identity(c, IDENTITY_EMAIL, "b@example.com");
    assert_corrected(c, "email", "c@example.com", "c@example.com");
    assert_corrected(c, "email", "", "b@example.com");
    assert_corrected(c, "phone", "12345", "12345");
    assert_corrected(c, "handle", "", NULL);
    g_assert_cmpuint(c->identities->len, ==, 2);
    assert_corrected(c, "address", "Elm 1", "Elm 1");
    g_assert_cmpstr(c->postal, ==, "Elm 1");
    assert_corrected(c, "postal", "", NULL);
    assert_corrected(c, "name", "", "Ada"); /* a record has a name */
    assert_corrected(c, "name", "Ada Moe", "Ada Moe");
    assert_corrected(c, "id", "c2", NULL);
    g_assert_cmpstr(c->id, ==, "c1");
}

static void test_queue_defaults_hold_where_members_are_absent(void)
{
    cJSON *json = cJSON_Parse("{\"id\":\"shop\",\"name\":\"Shop\",\"wrap_ms\":60000}");
    g_autoptr(queue) q = queue_from_cjson(json, NULL);
    cJSON_Delete(json);
    g_assert_cmpint(q->service_level_percent, ==, 80);
    g_assert_cmpint(q->wrap_ms, ==, 60000);
    g_assert_cmpint(q->line, ==, 1);
}

static void test_a_queue_carries_its_hours(void)
{
    cJSON *json = cJSON_Parse("{\"id\":\"shop\",\"name\":\"Shop\",\"hours\":\"thu=08:00-16:00\"}");
    g_autoptr(queue) q = queue_from_cjson(json, NULL);
    cJSON_Delete(json);
    GByteArray *bytes = g_byte_array_new();
    queue_pack(q, bytes);
    struct unpack from = {.at = bytes->data, .end = bytes->data + bytes->len};
    g_autoptr(queue) back = queue_unpack(&from);
    g_byte_array_unref(bytes);
    g_assert_cmpstr(back->hours, ==, "thu=08:00-16:00");
    json = queue_to_floor_cjson(back, 0); /* a Thursday's midnight */
    g_assert_true(cJSON_IsFalse(cJSON_GetObjectItem(json, "is_open")));
    g_assert_cmpstr(cJSON_GetObjectItem(json, "changes_at")->valuestring, ==, "1970-01-01T08:00:00.000Z");
    cJSON_Delete(json);
    g_autoptr(GError) error = NULL;
    g_assert_false(queue_set_hours(back, "thu=8-16", &error));
    g_assert_true(g_str_has_prefix(error->message, "Queue \"shop\": The hours of thu are written"));
    g_assert_cmpstr(back->hours, ==, "thu=08:00-16:00");
    g_assert_true(queue_set_hours(back, NULL, NULL));
    json = queue_to_floor_cjson(back, 0);
    g_assert_true(cJSON_IsTrue(cJSON_GetObjectItem(json, "is_open")));
    g_assert_false(cJSON_HasObjectItem(json, "changes_at"));
    cJSON_Delete(json);
}

static void test_personal_data_is_masked(void)
{
    static const struct {
        enum identity_kind kind;
        const char *value, *masked;
    } cases[] = {
        {IDENTITY_EMAIL, "cminh730@email.com", "c••••••0@email.com"},
        {IDENTITY_EMAIL, "ab@x.org", "••@x.org"},
        {IDENTITY_PHONE, "(977) 625-2661", "(977) •••-2661"},
        {IDENTITY_ACCOUNT, "DE44500105175407", "••••••••••••5407"},
        {IDENTITY_ACCOUNT, "12345", "•••••"},
        {IDENTITY_HANDLE, "@marwan_k", "@••••_k"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *masked = identity_mask(cases[i].kind, cases[i].value);
        if (cases[i].kind != IDENTITY_HANDLE)
            g_assert_cmpstr(masked, ==, cases[i].masked);
        else
            g_assert_null(strstr(masked, "marw"));
    }
}

/* Lists are read over shoulders: an address that stands for a name shows no more than the record does. */
static void test_a_caller_without_a_name_is_masked(void)
{
    static const struct {
        const char *name, *address, *caller;
    } cases[] = {
        {"Ana Tanner", "+47 412 34 567", "Ana Tanner"}, {NULL, "+4741234567", "+47••••4567"},
        {NULL, "(977) 625-2661", "(977) •••-2661"},     {NULL, "cminh730@email.com", "c••••••0@email.com"},
        {NULL, "@marwan_khoury", "@••••••_••oury"},     {NULL, NULL, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(contact) c = contact_new("1");
        c->name = g_strdup(cases[i].name);
        c->address = g_strdup(cases[i].address);
        g_autofree char *caller = contact_caller(c);
        g_assert_cmpstr(caller, ==, cases[i].caller);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/contact/round-trip", test_contact_round_trip);
    g_test_add_func("/contact/shared-words", test_contacts_share_their_words);
    g_test_add_func("/contact/refused", test_contact_without_queue_is_refused);
    g_test_add_func("/agent/round-trip", test_agent_round_trip_keeps_skills);
    g_test_add_func("/customer/round-trip", test_customer_round_trip_keeps_identities_and_orders);
    g_test_add_func("/queue/defaults", test_queue_defaults_hold_where_members_are_absent);
    g_test_add_func("/model/a queue carries its hours", test_a_queue_carries_its_hours);
    g_test_add_func("/customer/correct", test_a_correction_replaces_adds_and_takes_out);
    g_test_add_func("/customer/mask", test_personal_data_is_masked);
    g_test_add_func("/contact/a caller without a name is masked", test_a_caller_without_a_name_is_masked);
    return g_test_run();
}
