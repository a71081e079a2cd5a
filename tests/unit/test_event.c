#include "app/model/event.h"

#include <glib.h>
#include <string.h>

#include "app/model/timestamp.h"

static const uint8_t random_bytes[10] = {0xff, 0x12, 0xff, 4, 5, 6, 7, 8, 9, 0xaa};

static struct event *sample(void)
{
    char id[EVENT_ID_LEN + 1];
    event_make_id(INT64_C(1763906525120), random_bytes, id);
    struct event *ev = event_new(EVENT_MESSAGE_SENT, id,
                                 &(struct event_origin){.device = "d1",
                                                        .boot = "b1",
                                                        .seq = 7,
                                                        .actor_kind = ACTOR_AGENT,
                                                        .actor = "li.na",
                                                        .at_ms = INT64_C(1763906525120),
                                                        .boot_ms = 991});
    ev->contact = g_strdup("48213");
    ev->leg = g_strdup("48213.1");
    ev->saw = INT64_C(9007199254740995);
    event_set_text(ev, "text", "你好 \"x\"\n");
    return ev;
}

static void test_id_is_a_version_7_uuid_of_its_time(void)
{
    g_autoptr(event) ev = sample();
    g_assert_cmpstr(ev->id, ==, "019ab105-97c0-7f12-bf04-0506070809aa");
}

static void test_round_trip_keeps_every_member(void)
{
    g_autoptr(event) ev = sample();
    ev->position = 12;
    ev->received_at_ms = ev->at_ms + 5;
    g_autofree char *json = event_to_json(ev);
    g_autoptr(GError) error = NULL;
    g_autoptr(event) back = event_from_json(json, -1, &error);
    g_assert_no_error(error);
    g_autofree char *again = event_to_json(back);
    g_assert_cmpstr(json, ==, again);
    g_assert_cmpint(back->saw, ==, INT64_C(9007199254740995));
    g_assert_cmpstr(event_text(back, "text"), ==, "你好 \"x\"\n");
    g_assert_nonnull(strstr(json, "\"at\":\"2025-11-23T14:02:05.120Z\""));
}

/* Each byte of it escaped, as a page of quotes or empty lines would be. */
static void test_the_longest_text_is_read_back(void)
{
    g_autoptr(event) ev = sample();
    g_autofree char *longest = g_strnfill(EVENT_TEXT_MAX, '"');
    event_set_text(ev, "text", longest);
    g_autofree char *json = event_to_json(ev);
    g_autoptr(GError) error = NULL;
    g_autoptr(event) back = event_from_json(json, -1, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(event_text(back, "text"), ==, longest);
}

static void test_a_number_beyond_what_json_keeps_is_none(void)
{
    struct event_origin origin = {.actor_kind = ACTOR_SYSTEM, .actor = "rules"};
    struct event *ev = event_new(EVENT_CONTACT_RATED, NULL, &origin);
    cJSON_AddNumberToObject(ev->data, "huge", 1e300);
    cJSON_AddNumberToObject(ev->data, "low", -1e300);
    cJSON_AddNumberToObject(ev->data, "least", -9007199254740991.0);
    g_assert_cmpint(event_number(ev, "huge", 7), ==, 7);
    g_assert_cmpint(event_number(ev, "low", 7), ==, 7);
    g_assert_cmpint(event_number(ev, "least", 7), ==, -INT64_C(9007199254740991));
    event_free(ev);
}

static void test_every_kind_is_found_by_its_name(void)
{
    for (int i = 0; i < EVENT_KIND_COUNT; i++) {
        enum event_kind kind;
        g_assert_true(event_kind_parse(event_kind_name((enum event_kind)i), &kind));
        g_assert_cmpint(kind, ==, i);
    }
}

static void assert_refused(const char *from, const char *to, const char *sentence)
{
    g_autoptr(event) ev = sample();
    g_autofree char *json = event_to_json(ev);
    char *at = strstr(json, from);
    g_assert_nonnull(at);
    g_autofree char *broken = g_strdup_printf("%.*s%s%s", (int)(at - json), json, to, at + strlen(from));
    g_autoptr(GError) error = NULL;
    g_assert_null(event_from_json(broken, -1, &error));
    g_assert_cmpstr(error->message, ==, sentence);
}

static void test_malformed_events_are_refused_with_a_sentence(void)
{
    assert_refused("\"v\":1", "\"v\":2",
                   "The event is of a newer format than this program knows; please update it.");
    assert_refused("message.sent", "message.flown", "There is no kind of event called \"message.flown\".");
    assert_refused("019ab105", "019AB105",
                   "The member \"id\" of an event must be a UUID of version 7 in lower case.");
    assert_refused("\"seq\":7", "\"seq\":0", "The member \"seq\" of an event must be 1 or more.");
    assert_refused("\"seq\":7", "\"seq\":1e300",
                   "The member \"seq\" of an event must be a whole number below 2^53.");
    assert_refused("T14:02", "T25:02",
                   "The member \"at\" of an event must be a time as in 2026-11-23T14:02:05.120Z.");
    assert_refused("\"kind\":\"agent\"", "\"kind\":\"god\"",
                   "The member \"actor\" of an event must have a kind (agent, customer, system, integration) "
                   "and an id.");
    assert_refused("\"saw\":\"9", "\"saw\":\"-9",
                   "The member \"saw\" of an event must be a string of digits.");
    assert_refused("{\"v\"", "[\"v\"", "An event must be a JSON object.");
}

static void test_time_is_read_and_written(void)
{
    static const struct {
        const char *text;
        const char *back;
    } good[] = {
        {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
        {"2024-02-29", "2024-02-29T00:00:00.000Z"},
        {"2026-11-23T14:02:05.12+08:00", "2026-11-23T06:02:05.120Z"},
        {"2026-11-23T14:02:05.1239999-00:30", "2026-11-23T14:32:05.123Z"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        int64_t ms;
        char back[TIMESTAMP_BYTES];
        g_assert_true(timestamp_parse(good[i].text, &ms));
        timestamp_format(ms, back);
        g_assert_cmpstr(back, ==, good[i].back);
    }
    static const char *const bad[] = {"",           "2025-02-29",           "2026-11-23T14:02",
                                      "2026-13-01", "2026-11-23T14:02:05",  "1969-12-31T23:59:59Z",
                                      "yesterday",  "2026-11-23T14:02:05Zx"};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        int64_t ms;
        g_assert_false(timestamp_parse(bad[i], &ms));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/event/id", test_id_is_a_version_7_uuid_of_its_time);
    g_test_add_func("/event/round-trip", test_round_trip_keeps_every_member);
    g_test_add_func("/event/longest-text", test_the_longest_text_is_read_back);
    g_test_add_func("/event/number", test_a_number_beyond_what_json_keeps_is_none);
    g_test_add_func("/event/kinds", test_every_kind_is_found_by_its_name);
    g_test_add_func("/event/malformed", test_malformed_events_are_refused_with_a_sentence);
    g_test_add_func("/event/time", test_time_is_read_and_written);
    return g_test_run();
}
