#include "app/desk/import_record.h"
#include "app/desk/mapping_text.h"
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

#define ANY_MAP "kind: articles\nfields: {id: \"{id}\", title: \"{id}\", body: \"{id}\"}\n"

static void test_records_of_every_form(void)
{
    assert_records("a.json", "{\"x\":{\"n\":1},\"y\":{\"n\":2}}", ANY_MAP, "1 x {\"n\":1}|2 y {\"n\":2}|");
    assert_records("a.json", "{\"f\":{\"sub\":{\"p\":1}},\"g\":{\"sub\":{\"q\":2}}}",
                   ANY_MAP "records: \"*.sub.*\"\n", "1 p 1|2 q 2|");
    assert_records("a.jsonl", "{\"n\":1}\n\n{\"n\":2}", ANY_MAP, "1 - {\"n\":1}|3 - {\"n\":2}|");
    assert_records("a.csv", "id,text\r\n1,\"a \"\"b\"\", c\nd\"\r\n2,e\r\n", ANY_MAP,
                   "2 - {\"id\":\"1\",\"text\":\"a \\\"b\\\", c\\nd\"}|4 - {\"id\":\"2\",\"text\":\"e\"}|");
    assert_records(
        "a.tsv", "1\ta\n2\tc\n1\tb\n", ANY_MAP "header: [c, t]\ngroup: \"{c}\"\n",
        "1 - {\"c\":\"1\",\"t\":\"a\",\"rows\":[{\"c\":\"1\",\"t\":\"a\"},{\"c\":\"1\",\"t\":\"b\"}]}|"
        "2 - {\"c\":\"2\",\"t\":\"c\",\"rows\":[{\"c\":\"2\",\"t\":\"c\"}]}|");
    assert_records("a.tsv", "a\tb\n1\t2\t3\n4\t5\n", ANY_MAP,
                   "2 - The row has 3 columns where 2 are named.|3 - {\"a\":\"4\",\"b\":\"5\"}|");
    assert_records("a.csv", "a,b\n1\n", ANY_MAP, "2 - The row has 1 columns where 2 are named.|");
    assert_records(
        "a.csv", "a,b\n1,2\n3,\"4\n5,6\n", ANY_MAP,
        "2 - {\"a\":\"1\",\"b\":\"2\"}|3 - A quote is opened in this row that is never closed; the file "
        "cannot be read on.|");
}

static void assert_unreadable(const char *name, const char *text, const char *sentence)
{
    g_autofree char *path = write_file(name, text);
    struct mapping *m = read_mapping(ANY_MAP);
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_assert_false(records_read(path, m, collect, out, &error));
    g_assert_nonnull(strstr(error->message, sentence));
    g_assert_nonnull(strstr(error->message, name));
    mapping_free(m);
}

static void test_a_file_that_cannot_be_read_is_said_to_be(void)
{
    assert_unreadable("a.csv", "a\nb\n\xff\n", "is not UTF-8 on line 3");
    assert_unreadable("a.json", "{\"a\":", "cannot be read: ");
    assert_unreadable("a.json", "[]", "There is nothing at \"*\"");
    assert_unreadable("a.xml", "<a/>", "should end in .json");
}

#define FILL_RECORD                                                                             \
    "{\"name\":{\"first\":\"ada\",\"last\":\"o'neil\"},\"items\":[{\"p\":47.84,\"n\":\"cup\"}," \
    "{\"p\":2,\"n\":\"hat\"}],\"when\":\"2026-11-23T01:02\",\"yes\":true,\"bad\":\"n/"          \
    "a\",\"intent\":\"timing_4\","                                                              \
    "\"said\":\" hm \",\"blank\":\"  \"}"

static char *filled(const char *template, GError **error)
{
    cJSON *record = cJSON_Parse(FILL_RECORD);
    g_assert_nonnull(record);
    char *text = mapping_fill(NULL, template, record, "K 1", error);
    cJSON_Delete(record);
    return text;
}

static void assert_filled(const char *template, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = filled(template, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(text, ==, expected);
}

static void test_templates_are_filled(void)
{
    assert_filled("{name.first|title} {name.last|title}", "Ada O'neil");
    assert_filled("{items.*.n}", "cup, hat");
    assert_filled("{items.*.p|sum|minor}", "4984");
    assert_filled("{items.*.p|minor|sum}", "4984");
    assert_filled("{nothing.*.p|minor|sum}", "");
    assert_filled("{intent|unnumbered}", "timing");
    assert_filled("{bad|given}{yes|given}", "yes");
    assert_filled("{said}", " hm ");
    assert_filled("{said}{none}", "hm");
    assert_filled("{blank}", "");
    assert_filled("{items.1.n}", "hat");
    assert_filled("{@key|slug}", "k-1");
    assert_filled("{when|date}", "2026-11-23");
    assert_filled("{yes}", "yes");
    assert_filled("{none.at.all}", "");
}

static void test_a_value_that_is_no_number_has_no_sum(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(filled("{bad|minor}", &error));
    g_assert_cmpstr(error->message, ==, "\"n/a\" is not a number.");
}

static void test_a_table_lies_beside_the_file(void)
{
    g_autofree char *table = write_file("map.tsv", "a\tA b\nc\tC\n");
    g_autofree char *folder = g_path_get_dirname(table), *beside = g_build_filename(folder, "x.json", NULL);
    struct mapping *m = read_mapping("kind: articles\ntables: {big: {file: map.tsv, from: 1, to: 2}}\n"
                                     "fields: {id: \"{@key}\", title: \"{@key|big}\", body: x}\n");
    g_autoptr(GError) error = NULL;
    g_assert_true(mapping_load_tables(m, beside, &error));
    g_assert_no_error(error);
    g_autofree char *known = mapping_fill(m, "{@key|big}", NULL, "a", &error),
                    *unknown = mapping_fill(m, "{@key|big}", NULL, "b", &error);
    g_assert_cmpstr(known, ==, "A b");
    g_assert_cmpstr(unknown, ==, "");
    mapping_free(m);
    m = read_mapping("kind: articles\ntables: {big: {file: none.tsv, from: 1, to: 2}}\n"
                     "fields: {id: \"{@key}\", title: \"{@key|big}\", body: x}\n");
    g_assert_false(mapping_load_tables(m, beside, &error));
    g_assert_nonnull(strstr(error->message, "it should lie beside the file that is imported."));
    mapping_free(m);
}

static char *line_of(const char *map, const char *record, GError **error)
{
    struct mapping *m = read_mapping(map);
    cJSON *json = cJSON_Parse(record);
    g_assert_nonnull(json);
    struct import_notes notes = {.now_ms = 1000000};
    char *line = import_line(m, json, "key", &notes, error);
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
    assert_refused(
        CONTACT_MAP, "{\"id\":7,\"turns\":[[\"robot\",\"hi\"]]}",
        "A message is from \"robot\"; say under `says` whether that is customer, agent or system.");
    assert_refused("kind: contacts\nfields: {id: \"{id}\", channel: chat, queue: shop, at: \"{at}\"}\n",
                   "{\"id\":1,\"at\":\"noon\"}", "\"noon\" is not a time such as 2026-11-23T14:02:05Z.");
    assert_refused("kind: orders\nfields: {id: \"{id}\", customer: c, total_minor: \"{p|minor}\"}\n",
                   "{\"id\":1,\"p\":\"n/a\"}", "Its total_minor cannot be made: \"n/a\" is not a number.");
    assert_refused("kind: orders\nfields: {id: \"{id}\", customer: c, total_minor: \"{p}\"}\n",
                   "{\"id\":1,\"p\":\"4.5\"}", "Its total_minor is \"4.5\", not a whole number.");
    assert_refused("kind: orders\nfields: {id: \"{id}\", customer: c}\n", "{\"p\":1}",
                   "It has no id, which an order must have.");
    assert_refused("kind: scripts\nfields: {id: \"{id}\"}\nsteps: {each: do, title: \"{b}\", do: \"{t}\"}\n",
                   "{\"id\":\"x\",\"do\":[]}", "It has no steps at \"do\".");
}

static void test_an_empty_message_is_left_out_and_said_to_be(void)
{
    struct mapping *m = read_mapping(CONTACT_MAP);
    cJSON *json = cJSON_Parse("{\"id\":7,\"turns\":[[\"customer\",\"\"],[\"customer\",\"hi\"]]}");
    struct import_notes notes = {.now_ms = 1000000, .remarks = g_ptr_array_new_with_free_func(g_free)};
    g_autoptr(GError) error = NULL;
    g_autofree char *lines = import_line(m, json, NULL, &notes, &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(lines, "\"hi\""));
    g_assert_null(strstr(lines, "\"\""));
    g_assert_cmpint(notes.empty_messages, ==, 1);
    g_assert_cmpuint(notes.remarks->len, ==, 1);
    g_assert_cmpstr(notes.remarks->pdata[0], ==, "c7, message 1 has no text and is left out.");
    g_ptr_array_unref(notes.remarks);
    cJSON_Delete(json);
    mapping_free(m);
}

static void assert_called(const struct script *script, const char *step, const char *title)
{
    g_assert_cmpstr(yaml_text_in(&script_step_of(script, step)->title, "en"), ==, title);
}

static void test_ifs_become_branches_or_are_told(void)
{
    struct mapping *m = read_mapping(
        "kind: scripts\nfields: {id: \"{id}\"}\n"
        "steps: {each: do, title: \"{b}\", do: \"{t}\", before: \"{first}\", after: \"{last}\"}\n");
    cJSON *json = cJSON_Parse(
        "{\"id\":\"x\",\"first\":\"Ask if they are well.\",\"last\":\"If nothing works, apologize and end "
        "the conversation.\","
        "\"do\":[{\"b\":\"Look\",\"t\":\"Go.\\nIf it is {red}, skip the next step.\\nSay why, even if they "
        "know.\"},"
        "{\"b\":\"Ask\",\"t\":\"If the oracle says yes:\\nSee if it does. Tell them if they ask.\"},"
        "{\"b\":\"Close\",\"t\":\"x\"}]}");
    struct import_notes notes = {.remarks = g_ptr_array_new_with_free_func(g_free)};
    g_autoptr(GError) error = NULL;
    g_autofree char *line = import_line(m, json, NULL, &notes, &error);
    g_assert_no_error(error);
    g_assert_cmpint(notes.ifs, ==, 7);
    g_assert_cmpint(notes.branches, ==, 4);
    g_assert_cmpint(notes.scripts_with_ifs, ==, 1);
    g_assert_cmpuint(notes.remarks->len, ==, 3);
    g_assert_cmpstr(notes.remarks->pdata[0], ==,
                    "x, before step 1: an \"if\" is not a branch: Ask if they are well.");
    g_assert_cmpstr(notes.remarks->pdata[1], ==,
                    "x, step 1: an \"if\" is not a branch: Say why, even if they know.");
    g_assert_cmpstr(notes.remarks->pdata[2], ==,
                    "x, step 2: an \"if\" is not a branch: See if it does. Tell them if they ask.");
    cJSON *made = cJSON_Parse(line);
    const char *source = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(made, "source"));
    struct script *script = script_parse("x", source, strlen(source), &error);
    g_assert_no_error(error);
    static const char *const ways[][3] = {
        {"s1", "q1-1", NULL},    {"q1-1", "a1-1", "q2-1"},  {"a1-1", "s3", NULL}, {"q2-1", "s2", "s3"},
        {"s2", "q2-2", NULL},    {"q2-2", "a2-2", "s3"},    {"a2-2", "s3", NULL}, {"s3", "q4-1", NULL},
        {"q4-1", "a4-1", "end"}, {"a4-1", "end-open", NULL}};
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        const struct script_step *step = script_step_of(script, ways[i][0]);
        g_assert_nonnull(step);
        g_assert_cmpstr(step->next[0].to, ==, ways[i][1]);
        g_assert_cmpstr(step->next_count > 1 ? step->next[1].to : NULL, ==, ways[i][2]);
    }
    g_assert_false(script_step_of(script, "end-open")->resolved);
    assert_called(script, "q2-1", "The oracle says yes?");
    assert_called(script, "a4-1", "Apologize and end the conversation");
    script_unref(script);
    cJSON_Delete(made);
    g_ptr_array_unref(notes.remarks);
    cJSON_Delete(json);
    mapping_free(m);
}

#define GRAPH_MAP \
    "kind: scripts\nfields: {id: \"{file|slug}\"}\ngraph: {disposition: d, hands_over: transfer}\n"

static char *graph_said(const char *dot)
{
    g_autofree char *path = write_file("Two_Ways.dot", dot);
    struct mapping *m = read_mapping(GRAPH_MAP);
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    bool read = records_read(path, m, collect, out, &error);
    mapping_free(m);
    return g_strdup(read ? out->str : error->message + strlen("The file ") + strlen(path));
}

static void test_a_graph_is_one_record(void)
{
    g_autofree char *one =
        graph_said("// first\nstrict digraph G { rankdir=TB; node [shape=box] /* x\n */ a [label=\"A\\nb\", "
                   "shape=oval];\n"
                   "a -> b:port -> \"c d\" [label=\"on\"]; subgraph cluster { b [label=B]; e } # end\n}");
    g_assert_cmpstr(
        one, ==,
        "1 - {\"name\":\"G\",\"nodes\":[{\"id\":\"a\",\"label\":\"A\\nb\",\"shape\":\"oval\"},{\"id\":\"b\","
        "\"label\":\"B\"},{\"id\":\"c d\",\"label\":\"c "
        "d\"},{\"id\":\"e\",\"label\":\"e\"}],\"edges\":[{\"from\":"
        "\"a\",\"to\":\"b\",\"label\":\"on\"},{\"from\":\"b\",\"to\":\"c "
        "d\",\"label\":\"on\"}],\"file\":\"Two_Ways\"}|");
    g_autofree char *two = graph_said("digraph {\n a -> ;\n}");
    g_assert_cmpstr(two, ==, " cannot be read: On line 2 of the graph there should be the name of a node.");
    g_autofree char *three = graph_said("digraph { a [label=\"x");
    g_assert_cmpstr(three, ==,
                    " cannot be read: On line 1 of the graph there should be the value of an attribute.");
    g_autofree char *four = graph_said("digraph { a");
    g_assert_cmpstr(four, ==, " cannot be read: On line 1 of the graph there should be `}`.");
    g_autofree char *five = graph_said("tree {}");
    g_assert_cmpstr(five, ==, " cannot be read: On line 1 of the graph there should be `digraph`.");
}

static void test_a_graph_becomes_a_script(void)
{
    static const char record[] =
        "{\"file\":\"Two_Ways\",\"nodes\":[{\"id\":\"End_1\",\"label\":\"Done\"},{\"id\":\"Up\",\"label\":"
        "\"Transfer\\nto us\"},"
        "{\"id\":\"S\",\"label\":\"Start\"},{\"id\":\"Q?\",\"label\":\"Works?\"}],\"edges\":[{\"from\":\"S\","
        "\"to\":\"Q?\"},"
        "{\"from\":\"Q?\",\"to\":\"End_1\",\"label\":\"Yes (now)\"},{\"from\":\"Q?\",\"to\":\"Up\"}]}";
    g_autoptr(GError) error = NULL;
    g_autofree char *line = line_of(GRAPH_MAP, record, &error);
    g_assert_no_error(error);
    cJSON *json = cJSON_Parse(line);
    const char *source = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "source"));
    struct script *script = script_parse("x", source, strlen(source), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(script->id, ==, "two-ways");
    g_assert_cmpstr(script->steps[0].id, ==, "s");
    const struct script_step *question = script_step_of(script, "q-");
    g_assert_cmpint(question->kind, ==, SCRIPT_KIND_CHOOSE);
    g_assert_cmpstr(script_option_title(&question->fields[0].options[0], "en"), ==, "Yes (now)");
    g_assert_cmpstr(script_option_title(&question->fields[0].options[1], "en"), ==, "Otherwise");
    g_assert_cmpstr(question->next[0].to, ==, "end-1");
    g_assert_cmpint(script_step_of(script, "up")->kind, ==, SCRIPT_KIND_ESCALATE);
    g_assert_cmpint(script_step_of(script, "end-1")->kind, ==, SCRIPT_KIND_END);
    script_unref(script);
    cJSON_Delete(json);
    assert_refused(GRAPH_MAP, "{\"file\":\"x\",\"nodes\":[]}", "The graph has no nodes.");
}

static void test_a_customer_without_a_name_is_refused(void)
{
    assert_refused("kind: customers\nfields: {id: \"{id}\", name: \"{name}\"}\n", "{\"id\":\"1\"}",
                   "The member \"name\" of a customer must be given.");
    assert_refused("kind: articles\nfields: {id: \"{id}\", title: \"{t}\", body: \"{b}\"}\n",
                   "{\"id\":\"1\",\"t\":\"x\"}", "It has no body, which an article must have.");
}

static void test_an_article_is_sent_with_its_owner(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *map = NULL;
    g_assert_true(g_file_get_contents("share/import/articles.yaml", &map, NULL, &error));
    g_autofree char *owned = line_of(
        map, "{\"id\":\"1\",\"title\":\"T\",\"body\":\"B\",\"owner\":\"hugo\",\"tags\":[\"a\"]}", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(owned, ==,
                    "{\"id\":\"1\",\"title\":\"T\",\"body\":\"B\",\"tags\":[\"a\"],\"owner\":\"hugo\"}");
    g_autofree char *nobody = line_of(map, "{\"id\":\"1\",\"title\":\"T\",\"body\":\"B\"}", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(nobody, ==, "{\"id\":\"1\",\"title\":\"T\",\"body\":\"B\"}");
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

static void test_a_step_without_a_title_is_called_by_its_text(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *line = line_of(
        "kind: scripts\nfields: {id: \"{id}\", title: \"{id}\"}\n"
        "steps: {each: do, title: \"{b|given}\", do: \"{t}\"}\n",
        "{\"id\":\"x\",\"do\":[{\"b\":\"N/A\",\"t\":\"Tell them. Then wait.\"},"
        "{\"t\":\"They say “no”:\\nsay why\"},{\"b\":\"Look\",\"t\":\"up\"},"
        "{\"b\":\"-\",\"t\":\"Explain to the customer that the money comes in the same way in which it was "
        "paid\"}]}",
        &error);
    g_assert_no_error(error);
    cJSON *json = cJSON_Parse(line);
    const char *source = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "source"));
    struct script *script = script_parse("x", source, strlen(source), &error);
    g_assert_no_error(error);
    assert_called(script, "s1", "Tell them");
    assert_called(script, "s2", "They say “no”");
    assert_called(script, "s3", "Look");
    assert_called(script, "s4", "Explain to the customer that the money comes in the same…");
    script_unref(script);
    cJSON_Delete(json);
}

static void assert_broken(const char *map, const char *sentence)
{
    g_autofree char *path = write_file("map.yaml", map);
    g_autoptr(GError) error = NULL;
    g_assert_null(mapping_open(path, &error));
    if (strstr(error->message, sentence) == NULL)
        g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, sentence));
}

static void test_a_broken_mapping_names_its_line(void)
{
    assert_broken("kind: customers\nfeilds: {}\n", "map.yaml:2:1:");
    assert_broken("kind: customers\nfields:\n  id: \"{id}\"\n  nmae: \"{n}\"\n",
                  "map.yaml:4:3: A mapping of customers has no `nmae`; did you mean `name`?");
    assert_broken("kind: customers\nfields:\n  id: \"{id}\"\n",
                  "map.yaml:3:3: A mapping of customers has to say what their `name` is, under `fields`.");
    assert_broken("kind: orders\nfields:\n  id: \"{id\"\n  customer: \"{c|lowre}\"\n",
                  "map.yaml:3:7: The brace in \"{id\" is never closed; write {PATH} or {PATH|FILTER}.");
    assert_broken("kind: orders\nfields:\n  id: \"{id\"\n  customer: \"{c|lowre}\"\n",
                  "map.yaml:4:13: There is no filter `lowre`; did you mean `lower`?");
    assert_broken("kind: orders\nfields: {id: \"{}\", customer: c}\n", "names no field");
    assert_broken("kind: customers\nfields: {id: \"{i}\", name: n}\nidentities: {fax: \"{f}\"}\n",
                  "map.yaml:3:14: A customer has no `fax`; it can have email, phone, account, handle.");
    assert_broken("kind: orders\nfields: {id: i, customer: c}\nidentities: {email: e}\n",
                  "`identities` belongs to a mapping of customers, not of orders.");
    assert_broken("kind: scripts\nfields: {id: i}\n", "to say their `steps`");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/import/records", test_records_of_every_form);
    g_test_add_func("/import/templates", test_templates_are_filled);
    g_test_add_func("/import/contact", test_a_contact_becomes_the_same_events_each_time);
    g_test_add_func("/import/refused", test_broken_records_are_refused_with_a_sentence);
    g_test_add_func("/import/nameless", test_a_customer_without_a_name_is_refused);
    g_test_add_func("/import/owner", test_an_article_is_sent_with_its_owner);
    g_test_add_func("/import/steps", test_steps_become_a_script_that_is_sound);
    g_test_add_func("/import/steps_without_a_title", test_a_step_without_a_title_is_called_by_its_text);
    g_test_add_func("/import/unreadable", test_a_file_that_cannot_be_read_is_said_to_be);
    g_test_add_func("/import/number", test_a_value_that_is_no_number_has_no_sum);
    g_test_add_func("/import/table", test_a_table_lies_beside_the_file);
    g_test_add_func("/import/empty_message", test_an_empty_message_is_left_out_and_said_to_be);
    g_test_add_func("/import/ifs", test_ifs_become_branches_or_are_told);
    g_test_add_func("/import/dot", test_a_graph_is_one_record);
    g_test_add_func("/import/graph", test_a_graph_becomes_a_script);
    g_test_add_func("/import/mapping", test_a_broken_mapping_names_its_line);
    return g_test_run();
}
