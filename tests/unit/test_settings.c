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
    g_assert_true(g_str_has_suffix(said, ".yaml: The hours of mon are written 08:00-20:00, several of a day "
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
    g_test_add_func("/settings/hours of a file are read as well", test_hours_of_a_file_are_read_as_well);
    g_test_add_func("/settings/queues have the hours of all or their own",
                    test_queues_have_the_hours_of_all_or_their_own);
    g_test_add_func("/settings/each writing is a version of its own",
                    test_each_writing_is_a_version_of_its_own);
    return g_test_run();
}
