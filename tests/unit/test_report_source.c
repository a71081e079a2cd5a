#include "app/service/report_source.h"

#include <glib.h>
#include <string.h>

#include "app/service/schema.h"
#include "tests/support/tape.h"

/* verify, then either refused, or item (a value), read-out and done. */
static const char SOURCE[] =
    "script: return\n"
    "version: 2\n"
    "title: Return\n"
    "languages: [en]\n"
    "intents: [refund]\n"
    "steps:\n"
    "  - {id: verify, kind: choose, class: required, title: Verify,\n"
    "     fields: [{name: known, type: bool}],\n"
    "     next: [{when: known, to: item}, {to: refused}]}\n"
    "  - {id: item, kind: say, class: value, title: Item, say: Which one, next: read-out}\n"
    "  - {id: read-out, kind: say, class: required, title: Read out, say: So be it, next: done}\n"
    "  - {id: done, kind: end, class: value, title: Done, disposition: returned, resolved: yes}\n"
    "  - {id: refused, kind: end, class: value, title: No, disposition: open, resolved: no}\n";

static void take(const struct compliance_run *run, void *user_data)
{
    g_string_append_printf(user_data, "%s: %d demanded, %d missing\n", run->contact, run->demanded,
                           run->missing);
}

static void walk(struct tape *t, const char *contact, const char *const *steps, bool finishes)
{
    tape_add(t, 0, EVENT_CONTACT_CREATED, "integration", contact, "{'channel':'chat','queue':'shop'}");
    tape_add(t, 0, EVENT_CONTACT_ACCEPTED, "ann", contact, "{}");
    tape_add(t, 0, EVENT_SCRIPT_STARTED, "ann", contact, "{'script':'return','version':2}");
    for (size_t i = 0; steps[i] != NULL; i++) {
        g_autofree char *data = g_strdup_printf("{'script':'return','step':'%s','class':'value'}", steps[i]);
        tape_add(t, 1, EVENT_STEP_ENTERED, "ann", contact, data);
        tape_add(t, 2, EVENT_STEP_LEFT, "ann", contact, data);
    }
    if (finishes)
        tape_add(t, 3, EVENT_SCRIPT_FINISHED, "ann", contact, "{'script':'return'}");
    tape_add(t, 4, EVENT_CONTACT_CLOSED, "ann", contact, "{'disposition':'d','resolved':true}");
}

static struct db *scripts_with(const char *source)
{
    g_autoptr(GError) error = NULL;
    struct db *db = db_open_memory(&error);
    g_assert_no_error(error);
    g_assert_true(schema_migrate(db, &error));
    struct db_stmt *s = db_prepare(db,
                                   "INSERT INTO script_versions VALUES ('return', 2, $1, 'published', '{}', "
                                   "100, '', 0, 0, 1, 1, 'x', '')",
                                   &error);
    g_assert_no_error(error);
    db_bind_text(s, 1, source);
    g_assert_true(db_run(s, &error));
    return db;
}

static void test_an_end_demands_what_every_way_to_it_passes(void)
{
    struct db *db = scripts_with(SOURCE);
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) lines = g_string_new(NULL);
    g_autoptr(compliance) c = compliance_new(take, lines);
    g_autoptr(step_titles) titles = step_titles_new();
    g_assert_true(report_source_demands(db, c, titles, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(step_titles_of(titles, "return", "read-out"), ==, "Read out");
    struct tape *t = tape_new();
    walk(t, "1", (const char *const[]){"verify", "item", "read-out", "done", NULL}, true);
    walk(t, "2", (const char *const[]){"verify", "refused", NULL}, true);
    walk(t, "3", (const char *const[]){"item", "done", NULL}, true);
    walk(t, "4", (const char *const[]){"item", NULL}, false);
    for (guint i = 0; i < t->events->len; i++)
        compliance_fold(c, g_ptr_array_index(t->events, i));
    g_assert_cmpstr(lines->str, ==,
                    "1: 2 demanded, 0 missing\n"
                    "2: 1 demanded, 0 missing\n"
                    "3: 2 demanded, 2 missing\n"
                    "4: 1 demanded, 1 missing\n");
    tape_free(t);
    db_close(db);
}

static void test_a_script_that_cannot_be_read_demands_nothing(void)
{
    struct db *db = scripts_with("script: [\n");
    g_autoptr(GString) lines = g_string_new(NULL);
    g_autoptr(compliance) c = compliance_new(take, lines);
    g_assert_true(report_source_demands(db, c, NULL, NULL));
    db_close(db);
}

static void test_without_scripts_the_database_is_named(void)
{
    g_autoptr(GError) error = NULL;
    struct db *db = db_open_memory(NULL);
    g_autoptr(GString) lines = g_string_new(NULL);
    g_autoptr(compliance) c = compliance_new(take, lines);
    g_assert_false(report_source_demands(db, c, NULL, &error));
    g_assert_nonnull(error);
    db_close(db);
}

static void test_settings_give_rates(void)
{
    struct rates rates;
    report_source_rates("{\"rates\":{\"phone\":3650,\"sms\":\"dear\",\"web\":-1},\"currency\":\"EUR\"}",
                        &rates);
    g_assert_cmpint(rates.an_hour[CHANNEL_PHONE], ==, 3650);
    g_assert_cmpint(rates.an_hour[CHANNEL_SMS], ==, 0);
    g_assert_cmpint(rates.an_hour[CHANNEL_WEB], ==, 0);
    g_assert_cmpstr(rates.currency, ==, "EUR");
    g_assert_true(rates_any(&rates));
    g_assert_cmpfloat(rates_cost(&rates, CHANNEL_PHONE, 1800 * 1000), ==, 1825);
    g_assert_cmpfloat(rates_cost(&rates, CHANNEL_SMS, 1800 * 1000), ==, 0);
    report_source_rates("{\"rates\":{},\"currency\":\"EURO\"}", &rates);
    g_assert_cmpstr(rates.currency, ==, "");
    report_source_rates(NULL, &rates);
    g_assert_cmpint(rates.an_hour[CHANNEL_PHONE], ==, 0);
    g_assert_false(rates_any(&rates));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report_source/an end demands what every way to it passes",
                    test_an_end_demands_what_every_way_to_it_passes);
    g_test_add_func("/report_source/a script that cannot be read demands nothing",
                    test_a_script_that_cannot_be_read_demands_nothing);
    g_test_add_func("/report_source/without scripts the database is named",
                    test_without_scripts_the_database_is_named);
    g_test_add_func("/report_source/settings give rates and levels", test_settings_give_rates);
    return g_test_run();
}
