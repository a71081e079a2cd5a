#include "app/desk/import.h"
#include "app/desk/records.h"

#include <glib.h>
#include <string.h>

#include "app/model/event.h"
#include "app/script/script.h"

static char *write_file(const char *name, const char *text)
{
    g_autofree char *folder = g_dir_make_tmp("import-XXXXXX", NULL);
    char *path = g_build_filename(folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static struct mapping *read_mapping(const char *text)
{
    g_autofree char *path = write_file("map.yaml", text);
    g_autoptr(GError) error = NULL;
    struct mapping *m = mapping_open(path, &error);
    g_assert_no_error(error);
    return m;
}

static void collect(const cJSON *record, const char *key, int line, const char *problem, void *data)
{
    char *text = record == NULL ? NULL : cJSON_PrintUnformatted(record);
    g_string_append_printf(data, "%d %s %s|", line, key != NULL ? key : "-", text != NULL ? text : problem);
    cJSON_free(text);
}

static void assert_records(const char *name, const char *text, const char *map, const char *expected)
{
    g_autofree char *path = write_file(name, text);
    struct mapping *m = read_mapping(map);
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_assert_true(records_read(path, m, collect, out, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(out->str, ==, expected);
    mapping_free(m);
}

#define ANY_MAP "kind: articles\nfields: {id: \"{id}\"}\n"

static void test_records_of_every_form(void)
{
    assert_records("a.json", "{\"x\":{\"n\":1},\"y\":{\"n\":2}}", ANY_MAP, "1 x {\"n\":1}|2 y {\"n\":2}|");
    assert_records("a.json", "{\"f\":{\"sub\":{\"p\":1}},\"g\":{\"sub\":{\"q\":2}}}",
                   "kind: articles\nrecords: \"*.sub.*\"\nfields: {id: \"{id}\"}\n", "1 p 1|2 q 2|");
    assert_records("a.jsonl", "{\"n\":1}\n\n{\"n\":2}", ANY_MAP, "1 - {\"n\":1}|3 - {\"n\":2}|");
    assert_records("a.csv", "id,text\r\n1,\"a \"\"b\"\", c\nd\"\r\n2,e\r\n", ANY_MAP,
                   "2 - {\"id\":\"1\",\"text\":\"a \\\"b\\\", c\\nd\"}|4 - {\"id\":\"2\",\"text\":\"e\"}|");
    assert_records(
        "a.tsv", "1\ta\n1\tb\n2\tc\n",
        "kind: contacts\nheader: [c, t]\ngroup: \"{c}\"\nfields: {id: \"{c}\"}\n",
        "1 - {\"c\":\"1\",\"t\":\"a\",\"rows\":[{\"c\":\"1\",\"t\":\"a\"},{\"c\":\"1\",\"t\":\"b\"}]}|"
        "3 - {\"c\":\"2\",\"t\":\"c\",\"rows\":[{\"c\":\"2\",\"t\":\"c\"}]}|");
    assert_records("a.tsv", "a\tb\n1\t2\t3\n4\t5\n", ANY_MAP,
                   "2 - The row has 3 columns where 2 are named.|3 - {\"a\":\"4\",\"b\":\"5\"}|");
}

static void assert_filled(const char *template, const char *expected)
{
    cJSON *record = cJSON_Parse(
        "{\"name\":{\"first\":\"ada\",\"last\":\"o'neil\"},\"items\":[{\"p\":47.84,\"n\":\"cup\"},"
        "{\"p\":2,\"n\":\"hat\"}],\"when\":\"2026-11-23T01:02\",\"yes\":true}");
    g_autofree char *filled = mapping_fill(template, record, "K 1");
    g_assert_cmpstr(filled, ==, expected);
    cJSON_Delete(record);
}

static void test_templates_are_filled(void)
{
    assert_filled("{name.first|title} {name.last|title}", "Ada O'neil");
    assert_filled("{items.*.n}", "cup, hat");
    assert_filled("{items.*.p|sum|minor}", "4984");
    assert_filled("{items.1.n}", "hat");
    assert_filled("{@key|slug}", "k-1");
    assert_filled("{when|date}", "2026-11-23");
    assert_filled("{yes}", "yes");
    assert_filled("{none.at.all}", "");
    assert_filled("{unclosed", "{unclosed");
}

static char *line_of(const char *map, const char *record, GError **error)
{
    struct mapping *m = read_mapping(map);
    cJSON *json = cJSON_Parse(record);
    g_assert_nonnull(json);
    char *line = import_line(m, json, "key", 1000000, error);
    cJSON_Delete(json);
    mapping_free(m);
    return line;
}

#define CONTACT_MAP                                                                              \
    "kind: contacts\nfields: {id: \"c{id}\", channel: chat, queue: shop, customer: \"{who}\"}\n" \
    "messages: {each: turns, from: \"{0}\", text: \"{1}\", says: {action: system}}\n"

static void test_a_contact_becomes_the_same_events_each_time(void)
{
    const char *record = "{\"id\":7,\"who\":\"ada\",\"turns\":[[\"customer\",\"hi\"],[\"agent\",\"yes?\"],["
                         "\"action\",\"looked\"]]}";
    g_autoptr(GError) error = NULL;
    g_autofree char *first = line_of(CONTACT_MAP, record, &error),
                    *second = line_of(CONTACT_MAP, record, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(first, ==, second);
    g_auto(GStrv) lines = g_strsplit(first, "\n", -1);
    static const enum event_kind kinds[] = {EVENT_CONTACT_CREATED, EVENT_MESSAGE_RECEIVED, EVENT_MESSAGE_SENT,
                                            EVENT_NOTE_ADDED};
    g_assert_cmpuint(g_strv_length(lines), ==, G_N_ELEMENTS(kinds));
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autoptr(event) ev = event_from_json(lines[i], -1, &error);
        g_assert_no_error(error);
        g_assert_cmpint(ev->kind, ==, kinds[i]);
        g_assert_cmpstr(ev->contact, ==, "c7");
    }
}

static void assert_refused(const char *map, const char *record, const char *sentence)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(line_of(map, record, &error));
    g_assert_cmpstr(error->message, ==, sentence);
}

static void test_broken_records_are_refused_with_a_sentence(void)
{
    assert_refused(
        "kind: contacts\nfields: {id: \"{id}\", channel: fax, queue: shop}\n", "{\"id\":1}",
        "Its channel must be phone, chat, email, web, social or sms, its class enquiry, transaction or "
        "complaint.");
}

static void test_a_customer_without_a_name_is_refused(void)
{
    assert_refused("kind: customers\nfields: {id: \"{id}\", name: \"{name}\"}\n", "{\"id\":\"1\"}",
                   "The member \"name\" of a customer must be given.");
    assert_refused("kind: articles\nfields: {id: \"{id}\", title: \"{t}\", body: \"{b}\"}\n",
                   "{\"id\":\"1\",\"t\":\"x\"}", "It has no body, which an article must have.");
}

static void test_steps_become_a_script_that_is_sound(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *line = line_of(
        "kind: scripts\nfields: {id: \"{id}\", title: \"{id}\"}\n"
        "steps: {each: do, title: \"{b}\", do: \"{t}\"}\n",
        "{\"id\":\"x\",\"do\":[{\"b\":\"Look: [up]\",\"t\":\"say \\\"hi\\\"\"},{\"b\":\"B\",\"t\":\"{c}\"}]}",
        &error);
    if (error != NULL)
        g_test_message("%s", error->message);
    g_assert_no_error(error);
    cJSON *json = cJSON_Parse(line);
    const char *source = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "source"));
    struct script *script = script_parse("x", source, strlen(source), &error);
    g_assert_no_error(error);
    g_assert_cmpuint(script->step_count, ==, 3);
    script_unref(script);
    cJSON_Delete(json);
}

static void test_a_broken_mapping_names_its_line(void)
{
    g_autofree char *path = write_file("map.yaml", "kind: customers\nfeilds: {}\n");
    g_autoptr(GError) error = NULL;
    g_assert_null(mapping_open(path, &error));
    g_assert_nonnull(strstr(error->message, "map.yaml:2:1:"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/import/records", test_records_of_every_form);
    g_test_add_func("/import/templates", test_templates_are_filled);
    g_test_add_func("/import/contact", test_a_contact_becomes_the_same_events_each_time);
    g_test_add_func("/import/refused", test_broken_records_are_refused_with_a_sentence);
    g_test_add_func("/import/nameless", test_a_customer_without_a_name_is_refused);
    g_test_add_func("/import/steps", test_steps_become_a_script_that_is_sound);
    g_test_add_func("/import/mapping", test_a_broken_mapping_names_its_line);
    return g_test_run();
}
