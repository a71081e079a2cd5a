#include "app/script/yaml.h"

#include <stdio.h>
#include <string.h>

enum colour { RED = 3, BLUE = 5 };

struct item {
    struct yaml_head head;
    const char *name;
    int64_t count;
};

struct all {
    struct yaml_head head;
    const char *string;
    struct yaml_text text;
    int64_t whole, duration_ms, money_minor;
    double decimal;
    bool flag;
    int colour;
    struct item item;
    struct item *items;
    size_t item_count;
    struct item *named;
    size_t named_count;
    const char *const *words;
    size_t word_count;
    struct yaml_entry *map;
    size_t map_count;
    const struct yaml_node *node;
};

static const struct yaml_word COLOURS[] = {{"red", RED}, {"blue", BLUE}, {NULL, 0}};
static const struct yaml_field ITEM_FIELDS[] = {
    {.key = "name",
     .type = YAML_TYPE_STRING,
     .offset = offsetof(struct item, name),
     .required = true,
     .help = "what it is called"},
    {.key = "count", .type = YAML_TYPE_INT, .offset = offsetof(struct item, count), .min = 1, .max = 9},
    {.key = NULL},
};
static const struct item ITEM_INITIAL = {.count = 7};
static const struct yaml_shape ITEM = {.what = "an item",
                                       .size_bytes = sizeof(struct item),
                                       .fields = ITEM_FIELDS,
                                       .scalar = "name",
                                       .initial = &ITEM_INITIAL};
#define AT(member) .offset = offsetof(struct all, member)
static const struct yaml_field FIELDS[] = {
    {.key = "string", .type = YAML_TYPE_STRING, AT(string), .min = 2, .max = 5},
    {.key = "text", .type = YAML_TYPE_TEXT, AT(text)},
    {.key = "whole", .type = YAML_TYPE_INT, AT(whole)},
    {.key = "duration", .type = YAML_TYPE_DURATION, AT(duration_ms), .help = "how long it lasts"},
    {.key = "money", .type = YAML_TYPE_MONEY, AT(money_minor)},
    {.key = "decimal", .type = YAML_TYPE_DECIMAL, AT(decimal)},
    {.key = "flag", .type = YAML_TYPE_BOOL, AT(flag)},
    {.key = "colour", .type = YAML_TYPE_ENUM, AT(colour), .words = COLOURS},
    {.key = "item", .type = YAML_TYPE_STRUCT, AT(item), .shape = &ITEM},
    {.key = "items",
     .type = YAML_TYPE_LIST,
     AT(items),
     .item = YAML_TYPE_STRUCT,
     .shape = &ITEM,
     .count_offset = offsetof(struct all, item_count),
     .min = 1,
     .max = 3,
     .or_one = true},
    {.key = "named",
     .type = YAML_TYPE_MAP,
     AT(named),
     .item = YAML_TYPE_STRUCT,
     .shape = &ITEM,
     .count_offset = offsetof(struct all, named_count)},
    {.key = "words",
     .type = YAML_TYPE_LIST,
     AT(words),
     .item = YAML_TYPE_STRING,
     .count_offset = offsetof(struct all, word_count)},
    {.key = "map",
     .type = YAML_TYPE_MAP,
     AT(map),
     .item = YAML_TYPE_DURATION,
     .count_offset = offsetof(struct all, map_count)},
    {.key = "node", .type = YAML_TYPE_NODE, AT(node)},
    {.key = NULL},
};
static const struct yaml_shape ALL = {.what = "a thing", .size_bytes = sizeof(struct all), .fields = FIELDS};

static struct yaml_doc *parse(const char *text)
{
    GError *error = NULL;
    struct yaml_doc *doc = yaml_doc_parse("f.yaml", text, strlen(text), &error);
    g_assert_no_error(error);
    return doc;
}

/* Everything that is said about a text that is YAML, or that it is none. */
static void assert_says(const char *text, const char *expected)
{
    g_autoptr(GError) error = NULL;
    struct yaml_doc *doc = yaml_doc_parse("f.yaml", text, strlen(text), &error);
    if (doc) {
        struct all all = {0};
        struct problems *problems = problems_new("f.yaml");
        g_assert_cmpint(yaml_read(doc, yaml_doc_root(doc), &ALL, &all, problems), ==, !*expected);
        problems_none(problems, &error);
        problems_free(problems);
    }
    g_assert_cmpstr(error ? error->message : "", ==, expected);
    yaml_doc_free(doc);
}

static void test_fills_every_type(void)
{
    struct yaml_doc *doc =
        parse("string: abc\ntext: {en: Hello, zh: 您好}\nwhole: -12\nduration: 1h30m\nmoney: 94.5\n"
              "decimal: 2.5\nflag: yes\ncolour: blue\nitem: {name: x, count: 2}\nitems: only\n"
              "named:\n  a: {name: one}\n  b: two\nwords: [p, q]\nmap: {x: 250ms, y: 7d}\nnode: [1]\n");
    struct all all = {0};
    struct problems *problems = problems_new("f.yaml");
    g_assert_true(yaml_read(doc, yaml_doc_root(doc), &ALL, &all, problems));
    g_assert_cmpstr(all.string, ==, "abc");
    g_assert_cmpstr(yaml_text_in(&all.text, "zh"), ==, "您好");
    g_assert_cmpstr(yaml_text_in(&all.text, "fr"), ==, "Hello");
    g_assert_null(yaml_text_only(&all.text, "fr"));
    g_assert_cmpint(all.whole, ==, -12);
    g_assert_cmpint(all.duration_ms, ==, 5400000);
    g_assert_cmpint(all.money_minor, ==, 9450);
    g_assert_cmpfloat(all.decimal, ==, 2.5);
    g_assert_true(all.flag);
    g_assert_cmpint(all.colour, ==, BLUE);
    g_assert_cmpint(all.item.count, ==, 2);
    g_assert_cmpint(all.item_count, ==, 1);
    g_assert_cmpstr(all.items[0].name, ==, "only");
    g_assert_cmpint(all.items[0].count, ==, 7);
    g_assert_cmpint(all.named_count, ==, 2);
    g_assert_cmpstr(all.named[1].head.key, ==, "b");
    g_assert_cmpstr(all.named[1].name, ==, "two");
    g_assert_cmpstr(all.words[1], ==, "q");
    g_assert_cmpint(all.map[0].number, ==, 250);
    g_assert_cmpint(all.map[1].number, ==, 7 * INT64_C(86400000));
    g_assert_cmpint(all.node->kind, ==, YAML_KIND_LIST);
    g_assert_cmpint(all.items[0].head.at->line, ==, 10);
    g_assert_cmpint(all.items[0].head.at->column, ==, 8);
    problems_free(problems);
    yaml_doc_free(doc);
}

static void test_says_what_is_wrong_where(void)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"whole: 1.5", "f.yaml:1:8: `whole` should be a whole number, not \"1.5\"."},
        {"whole: 99999999999999999999",
         "f.yaml:1:8: `whole` should be a whole number, not \"99999999999999999999\"."},
        {"duration: soon", "f.yaml:1:11: `duration` should be a time such as 30s, 5m or 1h30m (how long it "
                           "lasts), not \"soon\"."},
        {"duration: 5",
         "f.yaml:1:11: `duration` should be a time such as 30s, 5m or 1h30m (how long it lasts), not \"5\"."},
        {"money: -1",
         "f.yaml:1:8: `money` should be an amount such as 94 or 94.50, not below zero, not \"-1\"."},
        {"money: 1.234", "f.yaml:1:8: `money` should be an amount such as 94 or 94.50, not \"1.234\"."},
        {"decimal: nan", "f.yaml:1:10: `decimal` should be a number, not \"nan\"."},
        {"flag: maybe", "f.yaml:1:7: `flag` should be yes or no, not \"maybe\"."},
        {"colour: green", "f.yaml:1:9: `colour` should be one of red, blue, not \"green\"."},
        {"string: [a]", "f.yaml:1:9: `string` should be a text, not a list."},
        {"string: abcdef", "f.yaml:1:9: `string` should be a text of 2 to 5 characters, not \"abcdef\"."},
        {"string:", "f.yaml:1:8: `string` should be a text, not nothing."},
        {"text: [a]", "f.yaml:1:7: `text` should be a text, or one text for each language, not a list."},
        {"item: {count: 2}", "f.yaml:1:7: An item needs `name`: what it is called."},
        {"item: {name: a, count: 10}",
         "f.yaml:1:24: `count` should be a whole number from 1 to 9, not \"10\"."},
        {"items: [a, b, c, d]", "f.yaml:1:8: `items` should have 1 to 3 items, not 4."},
        {"items: []", "f.yaml:1:8: `items` should have 1 to 3 items, not 0."},
        {"items: [[a]]", "f.yaml:1:9: An item should be a map of keys, not a list."},
        {"words: a", "f.yaml:1:8: `words` should be a list, not \"a\"."},
        {"map: [1]", "f.yaml:1:6: `map` should be a map, not a list."},
        {"map: {a: x}", "f.yaml:1:10: `map` should be a time such as 30s, 5m or 1h30m, not \"x\"."},
        {"colur: red", "f.yaml:1:1: A thing has no `colur`; did you mean `colour`?"},
        {"qqqqqqqq: 1", "f.yaml:1:1: A thing has no `qqqqqqqq`; it may have: string, text, whole, duration, "
                        "money, decimal, flag, "
                        "colour, item, items, named, words, map, node."},
        {"- a", "f.yaml:1:1: A thing should be a map of keys, not a list."},
        {"flag: yes\nflag: no", "f.yaml:2:1: `flag` stands twice here; keep one."},
        {"? [a]\n: b", "f.yaml:1:3: A key should be a word, not a list or a map."},
        {"a: \"x\\0y\"", "f.yaml:1:4: A text may not hold a NUL character; take it out."},
        {"a: b\n---\nc: d",
         "f.yaml:3:1: A second document begins here; a file holds one, so take out the ---."},
        {"a: [b", "f.yaml:2:1: This is not YAML: did not find expected ',' or ']' while parsing a flow "
                  "sequence that begins at 1:4."},
        {"a: 'b", "f.yaml:1:6: This is not YAML: found unexpected end of stream while scanning a quoted "
                  "scalar that begins at 1:4."},
        {"a: *b", "f.yaml:1:4: This is not YAML: found undefined alias."},
        {"\ta: b", "f.yaml:1:1: This is not YAML: a tab stands here; indent and part with blanks instead."},
        {"item: {colour: red}\nwords:\n\t- ärger",
         "f.yaml:3:1: This is not YAML: a tab stands here; indent and part with blanks instead."},
        {"node: @",
         "f.yaml:1:7: This is not YAML: found character that cannot start any token while scanning "
         "for the next token that begins at 1:7."},
        {"node: \xff", "f.yaml:1:7: This is not YAML: invalid leading UTF-8 octet (byte 6); save the file as "
                       "UTF-8 and take the character out."},
        {"# ä\nnode: ä\xff", "f.yaml:2:8: This is not YAML: invalid leading UTF-8 octet (byte 13); save the "
                             "file as UTF-8 and take the character out."},
        {"", ""},
        {"# nothing\n", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_says(cases[i].text, cases[i].says);
}

static void test_says_everything_at_once_in_order(void)
{
    assert_says(
        "whole: x\nflag: y\nduration: z\n字: 1\n",
        "f.yaml:1:8: `whole` should be a whole number, not \"x\".\n"
        "f.yaml:2:7: `flag` should be yes or no, not \"y\".\n"
        "f.yaml:3:11: `duration` should be a time such as 30s, 5m or 1h30m (how long it lasts), not \"z\".\n"
        "f.yaml:4:1: A thing has no `字`; it may have: string, text, whole, duration, money, decimal, flag, "
        "colour, "
        "item, items, named, words, map, node.");
}

static void test_keeps_at_most_a_hundred_problems(void)
{
    struct problems *problems = problems_new("f");
    for (unsigned i = 0; i < 150; i++)
        problems_add(problems, i + 1, 1, "bad %u", i);
    g_autofree char *report = problems_report(problems);
    g_assert_cmpint(problems_count(problems), ==, 150);
    g_assert_nonnull(strstr(report, "\nf: and 50 more; mend these first"));
    problems_free(problems);
}

static void test_refuses_what_is_too_deep(void)
{
    g_autoptr(GString) text = g_string_new("node: ");
    for (int i = 0; i < 40; i++)
        g_string_append_c(text, '[');
    for (int i = 0; i < 40; i++)
        g_string_append_c(text, ']');
    assert_says(
        text->str,
        "f.yaml:1:39: This lies more than 32 levels deep (or an alias holds itself); write it flatter.");
    assert_says(
        "node: &a [*a]",
        "f.yaml:1:7: This lies more than 32 levels deep (or an alias holds itself); write it flatter.");
}

static void test_refuses_aliases_that_multiply(void)
{
    g_autoptr(GString) text = g_string_new("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
        g_string_append_printf(text, "a%d: &a%d [", i, i);
        for (int j = 0; j < 10; j++)
            g_string_append_printf(text, "%s*a%d", j ? ", " : "", i - 1);
        g_string_append(text, "]\n");
    }
    g_autoptr(GError) error = NULL;
    g_assert_null(yaml_doc_parse("f.yaml", text->str, text->len, &error));
    g_assert_cmpstr(
        error->message, ==,
        "f.yaml:6:5: There are more than 200000 values from here on, aliases counted; split the file.");
}

static void test_an_alias_is_its_anchor(void)
{
    struct yaml_doc *doc = parse("item: &i {name: x}\nitems: [*i, *i]\n");
    struct all all = {0};
    struct problems *problems = problems_new("f.yaml");
    g_assert_true(yaml_read(doc, yaml_doc_root(doc), &ALL, &all, problems));
    g_assert_cmpstr(all.items[1].name, ==, "x");
    problems_free(problems);
    yaml_doc_free(doc);
}

static void test_refuses_a_file_that_is_too_large(void)
{
    g_autofree char *text = g_malloc(YAML_SIZE_MAX_BYTES + 1);
    memset(text, '#', YAML_SIZE_MAX_BYTES + 1);
    g_autoptr(GError) error = NULL;
    g_assert_null(yaml_doc_parse("f.yaml", text, YAML_SIZE_MAX_BYTES + 1, &error));
    g_assert_cmpstr(error->message, ==, "f.yaml: The file is over 4 MiB; split it.");
}

static void test_says_why_a_file_cannot_be_read(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(yaml_doc_open("/nonexistent/x.yaml", &error));
    g_assert_error(error, PROBLEMS_ERROR, PROBLEMS_ERROR_FILE);
    g_assert_cmpstr(error->message, ==,
                    "/nonexistent/x.yaml could not be opened: No such file or directory.");
    g_clear_error(&error);
    g_assert_null(yaml_doc_open("/", &error));
    g_assert_cmpstr(error->message, ==, "/ is a folder; name a file in it.");
}

static void test_points_into_a_scalar(void)
{
    struct yaml_doc *doc = parse("a: '您好 x'\n");
    unsigned line, column;
    yaml_node_place(yaml_node_get(yaml_doc_root(doc), "a"), strlen("您好 "), &line, &column);
    g_assert_cmpint(line, ==, 1);
    g_assert_cmpint(column, ==, 8);
    yaml_doc_free(doc);
}

/* Structs are zeroed and aligned, texts whole, whatever was asked for between them. */
static void test_memory_of_a_doc(void)
{
    GError *error = NULL;
    struct yaml_doc *doc = yaml_doc_parse("f.yaml", "a: 1", 4, &error);
    g_assert_no_error(error);
    GPtrArray *texts = g_ptr_array_new(), *blocks = g_ptr_array_new();
    for (size_t size = 0; size < 20000; size += 1 + size / 7) {
        unsigned char *block = yaml_doc_allocate(doc, size);
        g_assert_cmpuint((uintptr_t)block % sizeof(int64_t), ==, 0);
        for (size_t i = 0; i < size; i++)
            g_assert_cmpuint(block[i], ==, 0);
        memset(block, 0xA5, size);
        g_ptr_array_add(blocks, block);
        g_autofree char *text = g_strnfill(size, 'x');
        g_ptr_array_add(texts, (gpointer)yaml_doc_string(doc, text));
    }
    guint at = 0;
    for (size_t size = 0; size < 20000; size += 1 + size / 7, at++) {
        const unsigned char *block = g_ptr_array_index(blocks, at);
        const char *text = g_ptr_array_index(texts, at);
        for (size_t i = 0; i < size; i++)
            g_assert_cmpuint(block[i], ==, 0xA5);
        g_assert_cmpuint(strspn(text, "x"), ==, size);
        g_assert_cmpuint(strlen(text), ==, size);
    }
    g_ptr_array_unref(blocks);
    g_ptr_array_unref(texts);
    yaml_doc_free(doc);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/yaml/fills-every-type", test_fills_every_type);
    g_test_add_func("/yaml/says-what-is-wrong-where", test_says_what_is_wrong_where);
    g_test_add_func("/yaml/says-everything-at-once-in-order", test_says_everything_at_once_in_order);
    g_test_add_func("/yaml/keeps-at-most-a-hundred-problems", test_keeps_at_most_a_hundred_problems);
    g_test_add_func("/yaml/refuses-what-is-too-deep", test_refuses_what_is_too_deep);
    g_test_add_func("/yaml/refuses-aliases-that-multiply", test_refuses_aliases_that_multiply);
    g_test_add_func("/yaml/an-alias-is-its-anchor", test_an_alias_is_its_anchor);
    g_test_add_func("/yaml/refuses-a-file-that-is-too-large", test_refuses_a_file_that_is_too_large);
    g_test_add_func("/yaml/says-why-a-file-cannot-be-read", test_says_why_a_file_cannot_be_read);
    g_test_add_func("/yaml/points-into-a-scalar", test_points_into_a_scalar);
    g_test_add_func("/yaml/memory", test_memory_of_a_doc);
    return g_test_run();
}
