/* What PCRE2 takes for words and the index does not. */
#include "kb/raw.h"

#include <glib.h>
#include <string.h>

#include "kb/format.h"

/* The group's name, '~' for each character that is not ASCII. */
static void write_group(void *data, const char *group, size_t len)
{
    static const struct {
        const char *prefix, *name;
    } rows[] = {
        {KB_CUT_GROUP, "cut"}, {KB_ODD_GROUP, "odd"}, {KB_RAW_PREFIX, "raw:"}, {KB_TWICE_PREFIX, "twice:"}};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (group[0] == rows[i].prefix[0])
            g_string_append(data, rows[i].name);
    for (size_t i = 1; i < len; i++)
        g_string_append_c(data, group[i] == KB_RAW_OTHER ? '~' : group[i]);
    g_string_append_c(data, ' ');
}

static void assert_told(const char *text, const char *expected)
{
    g_autoptr(GString) told = g_string_new(NULL);

    g_test_message("%s", text);
    kb_raw_tell(text, strlen(text), write_group, told);
    g_assert_cmpstr(told->str, ==, expected);
}

static void test_words_of_the_index_are_not_told(void)
{
    assert_told("", "");
    assert_told("Plain words, and a number: 3.14, (12).", "");
    assert_told("left_pad", "raw:left_pad ");
    assert_told("we don't 10,000", "raw:don raw:10 raw:000 ");
    assert_told("_1.2", "raw:_1.2 ");
}

static void test_characters_beyond_ascii_may_be_any(void)
{
    assert_told("na\u00efve", "raw:na~ve ");
    assert_told("\u9000\u6b3e\u653f\u7b56\u3002 ok", "raw:~~~~ ");
    assert_told("\u201cquoted\u201d word", "raw:quoted ");
    assert_told("Foo\u2122 bar", "raw:foo ");
    assert_told("14.\u0663", "raw:14.~ ");
    assert_told("O'\u00e9t ab'\u00e9t", "raw:~t raw:ab raw:~t ");
}

static void test_what_stands_twice(void)
{
    assert_told("the The end", "twice:the ");
    assert_told("a - a", "twice:a ");
    assert_told("is this", "");
    assert_told("it is, it", "");
    assert_told("3.14 14", "twice:14 ");
    assert_told("ab ab ab", "twice:ab twice:ab ");
    assert_told("skip \u017fkip", "twice:~kip raw:~kip ");
}

static void test_what_nobody_can_say(void)
{
    assert_told("cafe\u0301, cafe\u0301", "odd raw:cafe twice:cafe raw:cafe ");
    assert_told("\U00010330b", "odd raw:~b ");
    g_autofree char *word = g_strnfill(80, 'x');
    g_autofree char *text = g_strdup_printf("%s_ %s_", word, word);
    assert_told(text, "cut cut cut ");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kb/raw/leaves out the words of the index", test_words_of_the_index_are_not_told);
    g_test_add_func("/kb/raw/takes what is not ASCII for any character",
                    test_characters_beyond_ascii_may_be_any);
    g_test_add_func("/kb/raw/tells what stands twice in a row", test_what_stands_twice);
    g_test_add_func("/kb/raw/tells odd texts and long words", test_what_nobody_can_say);
    return g_test_run();
}
