/* Settings: what is refused of a file and of a JSON, and in which words. */
#include "app/service/settings.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "app/service/schema.h"
#include "tests/support/floor.h"

#define QUEUES "\"queues\":[{\"id\":\"q\",\"name\":\"Q\",\"skill\":\"orders\"}]"

static const struct {
    const char *members, *sentence; /* NULL: in order */
} cases[] = {
    {"\"skills\":[\"orders\"]", NULL},
    {"\"hours\":{\"mon\":\"08:00-20:00\",\"sat\":\"00:00-24:00\",\"sun\":\"closed\"}", NULL},
    {"\"rates\":{\"phone\":3650,\"chat\":0}", NULL},
    {"\"roles\":{\"agent\":[\"contacts.own\"],\"trainer\":[]}", NULL},
    {"\"scripts\":{\"lost_card\":\"card-lost\"}", NULL},
    {"\"skills\":[\"billing\"]", "Queue \"q\" asks for the skill \"orders\", which is not in \"skills\"."},
    {"\"skills\":[\"orders\",\"orders\"]",
     "\"orders\" stands twice in the settings' \"skills\"; give it once."},
    {"\"skills\":\"orders\"", "The settings' \"skills\" must be a list."},
    {"\"reasons\":[\"meal\",\"\"]", "The settings' \"reasons\" must be a list of words."},
    {"\"reasons\":[\"meal\",\"meal\"]", "\"meal\" stands twice in the settings' \"reasons\"; give it once."},
    {"\"dispositions\":[{\"code\":\"a\"}]", "Each of the settings' \"dispositions\" needs a \"label\"."},
    {"\"dispositions\":[{\"code\":\"a\",\"label\":\"A\"},{\"code\":\"a\",\"label\":\"B\"}]",
     "\"a\" stands twice in the settings' \"dispositions\"; give it once."},
    {"\"canned\":[{\"id\":\"a\",\"title\":\"A\",\"text\":\"x\"},{\"id\":\"a\",\"title\":\"B\",\"text\":\"y\"}"
     "]",
     "\"a\" stands twice in the settings' \"canned\"; give it once."},
    {"\"hours\":{\"monday\":\"08:00-20:00\"}",
     "Opening hours are of mon to sun, of a date like 2026-12-25, or name a zone; not of \"monday\"."},
    {"\"hours\":{\"mon\":\"8-20\"}",
     "The hours of mon are written 08:00-20:00, several of a day like 08:00-12:00 13:00-17:00, or closed."},
    {"\"hours\":{\"mon\":\"20:00-08:00\"}",
     "The hours of mon are written 08:00-20:00, several of a day like 08:00-12:00 13:00-17:00, or closed."},
    {"\"hours\":{\"mon\":\"08:00-24:01\"}",
     "The hours of mon are written 08:00-20:00, several of a day like 08:00-12:00 13:00-17:00, or closed."},
    {"\"hours\":[]", "The settings' \"hours\" must be an object."},
    {"\"rates\":{\"fax\":1}", "There is no channel \"fax\" to have a rate."},
    {"\"currency\":\"EUR\"", NULL},
    {"\"currency\":\"euro\"", "The settings' \"currency\" is a code of ISO 4217, such as EUR."},
    {"\"currency\":978", "The settings' \"currency\" is a code of ISO 4217, such as EUR."},
    {"\"rates\":{\"phone\":-1}", "The rate of phone is an amount of money for an hour, not below 0."},
    {"\"roles\":{\"boss\":[]}", "There is no role \"boss\"."},
    {"\"roles\":{\"agent\":[\"frob\"]}", "There is no right \"frob\"."},
    {"\"roles\":{\"agent\":[7]}", "There is no right \"\"."},
    {"\"scripts\":{\"lost_card\":7}", "The script of the intent \"lost_card\" is named by its id."},
    {"\"approvals\":{\"preauthorised_minor\":2500,\"limits_minor\":{\"specialist\":0},\"due_ms\":1000,"
     "\"currencies_minor\":{\"CNY\":800},\"expires_ms\":5000,\"stand_ins\":{\"sara\":\"tom\"}}",
     NULL},
    {"\"approvals\":[]", "The settings' \"approvals\" must be an object."},
    {"\"approvals\":{\"max\":1}", "The settings' \"approvals\" have no member \"max\"."},
    {"\"approvals\":{\"due_ms\":999}",
     "The approvals' \"due_ms\" is a whole number of milliseconds, at least 1000."},
    {"\"approvals\":{\"preauthorised_minor\":0.5}",
     "The approvals' \"preauthorised_minor\" is a whole number of minor units, at least 0."},
    {"\"approvals\":{\"limits_minor\":{\"boss\":1}}",
     "There is no role \"boss\" to have a limit of approvals."},
    {"\"approvals\":{\"limits_minor\":{\"admin\":-1}}",
     "The approvals' \"admin\" is a whole number of minor units, at least 0."},
    {"\"approvals\":{\"currencies_minor\":{\"yuan\":800}}",
     "\"yuan\" is no currency; write its three capitals, such as CNY."},
    {"\"approvals\":{\"currencies_minor\":{\"CNY\":0}}",
     "The approvals' \"CNY\" is a whole number of minor units, at least 1."},
    {"\"approvals\":{\"stand_ins\":{\"sara\":\"sara\"}}",
     "Who stands in for \"sara\" is another agent, named by their id."},
    {"\"colour\":\"red\"", "The settings have no member \"colour\"."},
};

/* Two queues that escalate to one another, as JSON. */
static void test_escalations_do_not_go_round(void)
{
    static const char text[] = "{\"queues\":[{\"id\":\"a\",\"name\":\"A\",\"escalates_to\":\"b\"},"
                               "{\"id\":\"b\",\"name\":\"B\",\"escalates_to\":\"a\"}]}";
    g_autoptr(GError) error = NULL;
    g_assert_null(settings_from_json(text, strlen(text), &error));
    g_assert_cmpstr(error->message, ==,
                    "What queue \"a\" escalates comes back to it; the last line escalates to nobody.");
}

static void test_each_mistake_has_its_sentence(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("{" QUEUES ",%s}", cases[i].members);
        g_autoptr(GError) error = NULL;
        g_autofree char *json = settings_from_json(text, strlen(text), &error);
        g_assert_cmpstr(error ? error->message : NULL, ==, cases[i].sentence);
        g_assert_true((json != NULL) == (cases[i].sentence == NULL));
    }
}

static char *json_of(const char *yaml, GError **error)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("settings-XXXXXX.yaml", &path, NULL);
    g_assert_cmpint(write(fd, yaml, strlen(yaml)), ==, (ssize_t)strlen(yaml));
    close(fd);
    char *json = settings_from_yaml(path, error);
    g_unlink(path);
    return json;
}

/* Everything of a file that is wrong at once, each with its place; caller owns the message. */
static char *message_of(const char *yaml)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *json = json_of(yaml, &error);
    g_assert_null(json);
    return g_strdup(error->message);
}

static void test_a_disposition_is_for_who_left(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *json = json_of("queues: [{id: q, name: Q}]\n"
                                    "dispositions:\n"
                                    "  - {code: done, label: Done, resolved: yes}\n"
                                    "  - {code: left, label: Left, resolved: no, customer_gone: yes}\n",
                                    &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(json, "{\"code\":\"done\",\"label\":\"Done\",\"resolved\":true},"
                                  "{\"code\":\"left\",\"label\":\"Left\",\"resolved\":false,"
                                  "\"customer_gone\":true}"));
}

static void test_a_file_is_refused_with_places(void)
{
    g_autofree char *said = message_of("queues:\n"
                                       "  - {id: q, name: Q, service_level: 101}\n"
                                       "rates: {fax: 3.50}\n"
                                       "roles:\n"
                                       "  agent: [contacts.own, frob]\n"
                                       "  boss: []\n");
    g_assert_nonnull(strstr(said, ".yaml:2:37: "));
    g_assert_nonnull(
        strstr(said, ".yaml:3:14: There is no channel `fax`; phone, chat, email, web, social and sms are."));
    g_assert_nonnull(
        strstr(said, ".yaml:5:25: There is no right `frob`; firstlined(8) lists those that there are."));
    g_assert_nonnull(strstr(said, ".yaml:6:3: There is no role `boss`; agent, specialist, "
                                  "trainer, supervisor, admin and integration are."));
}

/* What names something that is not there, or stands twice, is told with all else that is wrong. */
static void test_all_that_a_file_names_must_be_there(void)
{
    static const char *const sentences[] = {
        ".yaml:2:40: There is no queue `second`; did you mean `second-2`?",
        ".yaml:2:55: There is no skill `order`; did you mean `orders`?",
        ".yaml:3:43: What `second-2` escalates comes back to it; the last line escalates to nobody.",
        ".yaml:4:10: `second-2` stands twice in `queues`; give it once.",
        ".yaml:4:47: There is no queue `elsewhere-than-here`; there are first, second-2.",
        ".yaml:5:18: `orders` stands twice in `skills`; give it once.",
        ".yaml:6:15: There is no time zone \"Europe/Osslo\" on this machine;",
        ".yaml:6:34: The hours of mon are written 08:00-20:00, ",
        ".yaml:6:70: Opening hours are of mon to sun, of a date like 2026-12-25, or name a zone; ",
        ".yaml:7:17: `meal` stands twice in `reasons`; give it once.",
        ".yaml:8:58: `a` stands twice in `dispositions`; give it once.",
        ".yaml:9:11: `euro` is no currency; write its three capitals, such as EUR.",
        ".yaml:10:22: There is no role `boss` to have a limit; ",
        ".yaml:10:45: `yuan` is no currency; ",
        ".yaml:10:73: Who stands in for `sara` is somebody else, named by their id.",
    };
    g_autofree char *said =
        message_of("queues:\n"
                   "  - {id: first, name: F, escalates_to: second, skill: order}\n"
                   "  - {id: second-2, name: S, escalates_to: second-2}\n"
                   "  - {id: second-2, name: Twice, escalates_to: elsewhere-than-here}\n"
                   "skills: [orders, orders]\n"
                   "hours: {zone: Europe/Osslo, mon: \"20:00-08:00\", sun: closed, satday: \"10:00-12:00\"}\n"
                   "reasons: [meal, meal]\n"
                   "dispositions: [{code: a, label: A, resolved: no}, {code: a, label: B}]\n"
                   "currency: euro\n"
                   "approvals: {limits: {boss: 3}, currencies: {yuan: 8}, stand_ins: {sara: sara}}\n");
    for (size_t i = 0; i < G_N_ELEMENTS(sentences); i++) {
        if (!strstr(said, sentences[i]))
            g_error("\"%s\" is not among:\n%s", sentences[i], said);
    }
}

static void test_queues_have_the_hours_of_all_or_their_own(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GHashTable) queues =
        settings_queues("{\"hours\":{\"zone\":\"UTC\",\"mon\":\"08:00-20:00\"},"
                        "\"queues\":[{\"id\":\"a\",\"name\":\"A\"},"
                        "{\"id\":\"b\",\"name\":\"B\",\"hours\":\"tue=09:00-10:00\"}]}",
                        &error);
    g_assert_no_error(error);
    const struct queue *a = g_hash_table_lookup(queues, "a"), *b = g_hash_table_lookup(queues, "b");
    g_assert_cmpstr(a->hours, ==, "zone=UTC;mon=08:00-20:00");
    g_assert_cmpstr(b->hours, ==, "tue=09:00-10:00");
}

static void test_hours_of_a_file_are_read_as_well(void)
{
    g_autofree char *said = message_of("queues: [{id: q, name: Q}]\nhours: {mon: \"8 to 20\"}\n");
    g_assert_true(g_str_has_suffix(said,
                                   ".yaml:2:14: The hours of mon are written 08:00-20:00, several of a day "
                                   "like 08:00-12:00 13:00-17:00, or closed."));
}

static void test_each_writing_is_a_version_of_its_own(void)
{
    g_autofree char *path = floor_path();
    g_autoptr(GError) error = NULL;
    struct db *db = db_open(path, (struct db_options){.create = true}, &error);
    g_assert_true(db && schema_migrate(db, &error));
    for (int64_t expected = 1; expected <= 3; expected++) {
        int64_t version, newest;
        g_assert_true(settings_write(db, "{" QUEUES "}", "test", expected, &version, &error));
        g_assert_true(settings_newest(db, &newest, &error));
        g_assert_cmpint(version, ==, expected);
        g_assert_cmpint(newest, ==, expected);
    }
    g_autofree char *first = settings_read(db, 1, &error);
    g_assert_cmpstr(first, ==, "{" QUEUES "}");
    db_close(db);
    floor_remove(g_steal_pointer(&path));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/settings/each mistake has its sentence", test_each_mistake_has_its_sentence);
    g_test_add_func("/settings/a disposition is for who left", test_a_disposition_is_for_who_left);
    g_test_add_func("/settings/a file is refused with places", test_a_file_is_refused_with_places);
    g_test_add_func("/settings/all that a file names must be there",
                    test_all_that_a_file_names_must_be_there);
    g_test_add_func("/settings/escalations do not go round", test_escalations_do_not_go_round);
    g_test_add_func("/settings/hours of a file are read as well", test_hours_of_a_file_are_read_as_well);
    g_test_add_func("/settings/queues have the hours of all or their own",
                    test_queues_have_the_hours_of_all_or_their_own);
    g_test_add_func("/settings/each writing is a version of its own",
                    test_each_writing_is_a_version_of_its_own);
    return g_test_run();
}
