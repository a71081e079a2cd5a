#include "app/script/condition.h"

#include <string.h>

static const struct condition_name NAMES[] = {
    {"customer.tier", VALUE_TYPE_TEXT},   {"order.total", VALUE_TYPE_MONEY},
    {"order.delivered", VALUE_TYPE_DATE}, {"count", VALUE_TYPE_NUMBER},
    {"agreed", VALUE_TYPE_BOOL},          {"reason", VALUE_TYPE_CHOICE},
    {"nothing", VALUE_TYPE_TEXT},
};
enum { TIER, TOTAL, DELIVERED, COUNT, AGREED, REASON, NOTHING };

static const char *const VALUES[] = {"gold", "94.50", "2026-11-03", "12.5", "yes", "size", NULL};

static const char *lookup(void *data, size_t name)
{
    (void)data;
    return VALUES[name];
}

static struct condition_context context_of(void)
{
    struct condition_context context = {.lookup = lookup};
    g_assert_true(value_date_days("2026-11-23", &context.today));
    return context;
}

static struct condition_engine *engine_new(void)
{
    return condition_engine_new(NAMES, G_N_ELEMENTS(NAMES));
}

static void test_decides(void)
{
    static const struct {
        const char *source;
        enum condition_result result;
    } cases[] = {
        {"customer.tier == 'gold'", CONDITION_TRUE},
        {"customer.tier ~= \"gold\"", CONDITION_FALSE},
        {"order.total > money(94)", CONDITION_TRUE},
        {"order.total == 9450", CONDITION_TRUE},
        {"order.total == money('94.50') and money(94.5) == 9450", CONDITION_TRUE},
        {"days_since(order.delivered) == 20", CONDITION_TRUE},
        {"order.delivered < '2026-11-10' and today() == '2026-11-23'", CONDITION_TRUE},
        {"count > 12 and count < 13", CONDITION_TRUE},
        {"agreed", CONDITION_TRUE},
        {"not agreed", CONDITION_FALSE},
        {"one_of(reason, 'colour', 'size')", CONDITION_TRUE},
        {"matches(customer.tier, '^g.l')", CONDITION_TRUE},
        {"matches(customer.tier, '^silver$')", CONDITION_FALSE},
        {"contains(customer.tier, 'ol')", CONDITION_TRUE},
        {"upper(customer.tier) == 'GOLD' and lower('ÄÖ') == 'äö' and len('您好') == 2", CONDITION_TRUE},
        {"min(3, 1, 2) == 1 and max(3, 1, 2) == 3 and number('12') == 12", CONDITION_TRUE},
        {"-count < - - 3 and 7 // 2 == 3 and 7 % 4 == 3 and (1 + 2) * 3 == 9", CONDITION_TRUE},
        {"'it\\'s' == \"it's\"", CONDITION_TRUE},
        {"has(customer.tier) and not has(nothing)", CONDITION_TRUE},
        {"nothing == 'x'", CONDITION_UNKNOWN},
        {"agreed or nothing == 'x'", CONDITION_TRUE},
        {"not agreed and nothing == 'x'", CONDITION_FALSE},
        {"has(nothing) and nothing == 'x'", CONDITION_FALSE},
        {"lower(nothing) == 'x'", CONDITION_UNKNOWN},
    };
    struct condition_engine *engine = engine_new();
    struct condition_context context = context_of();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        struct condition *condition = condition_compile(engine, cases[i].source, NULL, &error);
        g_assert_no_error(error);
        size_t needs = 99;
        g_test_message("%s", cases[i].source);
        g_assert_cmpint(condition_evaluate(condition, &context, &needs, &error), ==, cases[i].result);
        g_assert_no_error(error);
        g_assert_true(cases[i].result != CONDITION_UNKNOWN || needs == NOTHING);
    }
    condition_engine_free(engine);
}

static void test_refuses_at_load_with_place_and_sentence(void)
{
    static const struct {
        const char *source;
        size_t offset;
        const char *says;
    } cases[] = {
        {"custmer.tier == 'x'", 0, "There is no name `custmer.tier`; did you mean `customer.tier`?"},
        {"agreed and zzzz", 11,
         "There is no name `zzzz`; a text is written in quotes, a name must be a fact or a field."},
        {"day_since('x') > 1", 0, "There is no function `day_since`; did you mean `days_since`?"},
        {"print('x')", 0,
         "There is no function `print`; only the functions of firstline-script(5) can be called."},
        {"os.execute('x')", 0,
         "There is no function `os.execute`; only the functions of firstline-script(5) can be called."},
        {"customer.tier != 'x'", 14, "`!=` cannot stand in a condition: not equal is written ~=."},
        {"count = 1", 6, "`=` cannot stand in a condition: equal is written ==."},
        {"agreed && agreed", 7, "`&&` cannot stand in a condition: use and."},
        {"('x'):rep(9)", 5, "`:` cannot stand in a condition: there are no methods here."},
        {"customer['tier']", 0,
         "There is no name `customer`; a text is written in quotes, a name must be a fact or a field."},
        {"reason[1]", 6, "`[` cannot stand in a condition: there are no indexes here."},
        {"{} == {}", 0, "`{` cannot stand in a condition: there are no tables here."},
        {"#reason", 0, "`#` cannot stand in a condition: use len(…)."},
        {"while true do end", 0, "Here should be a value, not `while`."},
        {"function() end", 0, "Here should be a value, not `function`."},
        {"agreed return", 7, "Here should be an operator or the end, not `return`."},
        {"1 ; 2", 2, "Here should be an operator or the end, not `;`."},
        {"agreed and", 10, "Here should be a value, not the end."},
        {"", 0, "Here should be a value, not the end."},
        {"(agreed", 7, "Here should be an operator or `)`, not the end."},
        {"reason == 'x", 10, "`'` cannot stand in a condition: this text has no closing quote."},
        {"reason == '\\x41'", 11, "`\\x` means nothing in a text; a backslash is written \\\\."},
        {"max()", 0, "`max` takes 1 or more arguments, not 0: the greatest of the numbers."},
        {"lower(1, 2)", 0, "`lower` takes 1 argument, not 2: the text in small letters."},
        {"has('x')", 4, "Here should be the name that `has` asks about, not `'x'`."},
        {"matches(reason, reason)", 16,
         "Here should be the pattern of `matches`, a text in quotes, not `reason`."},
        {"matches(reason, 'a(')", 16,
         "The pattern \"a(\" is wrong at its character 3: missing closing parenthesis."},
        {"((((((((((((((((((((((1))))))))))))))))))))))", 20,
         "The condition is more than 20 parentheses deep; write it flatter."},
        {"reason == 'é' ^ 2", 15, "Here should be an operator or the end, not `^`."},
    };
    struct condition_engine *engine = engine_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        size_t offset = 999;
        g_test_message("%s", cases[i].source);
        g_assert_null(condition_compile(engine, cases[i].source, &offset, &error));
        g_assert_cmpstr(error->message, ==, cases[i].says);
        g_assert_cmpint(offset, ==, cases[i].offset);
    }
    condition_engine_free(engine);
}

static void assert_fails(struct condition_engine *engine, const char *source, const char *says)
{
    g_autoptr(GError) error = NULL;
    struct condition_context context = context_of();
    struct condition *condition = condition_compile(engine, source, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(condition_evaluate(condition, &context, NULL, &error), ==, CONDITION_FAILED);
    g_assert_cmpstr(error->message, ==, says);
}

static void test_a_failing_evaluation_says_why(void)
{
    struct condition_engine *engine = engine_new();
    assert_fails(
        engine, "customer.tier",
        "The condition `customer.tier` gives a string, neither true nor false; compare it with something.");
    assert_fails(
        engine, "customer.tier > 3",
        "The condition `customer.tier > 3` cannot be decided: attempt to compare number with string.");
    assert_fails(engine, "customer.tier + 1 == 2",
                 "The condition `customer.tier + 1 == 2` cannot be decided: attempt to perform arithmetic on "
                 "a string value.");
    assert_fails(engine, "1 // 0 == 1",
                 "The condition `1 // 0 == 1` cannot be decided: attempt to divide by zero.");
    assert_fails(engine, "days_since('soon') > 1",
                 "The condition `days_since('soon') > 1` cannot be decided: days_since wants a date such as "
                 "2026-11-23, not 'soon'.");
    assert_fails(engine, "len(3) == 1",
                 "The condition `len(3) == 1` cannot be decided: len wants a text, not a number.");
    /* The engine is as good as new afterwards. */
    struct condition_context context = context_of();
    g_assert_cmpint(condition_evaluate(condition_compile(engine, "agreed", NULL, NULL), &context, NULL, NULL),
                    ==, CONDITION_TRUE);
    condition_engine_free(engine);
}

static char *long_value;

static const char *lookup_long(void *data, size_t name)
{
    (void)data;
    (void)name;
    return long_value;
}

/* Without loops, doubling by concatenation is how an expression can grow; 256 KB stop it. */
static void test_memory_is_bounded(void)
{
    long_value = g_strnfill(20000, 'x');
    struct condition_engine *engine = engine_new();
    struct condition_context context = {.lookup = lookup_long};
    g_autoptr(GString) source = g_string_new("reason");
    for (int i = 0; i < 30; i++)
        g_string_append(source, " .. reason");
    g_string_append(source, " == 'x'");
    g_autoptr(GError) error = NULL;
    struct condition *condition = condition_compile(engine, source->str, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(condition_evaluate(condition, &context, NULL, &error), ==, CONDITION_FAILED);
    g_assert_nonnull(strstr(error->message, "cannot be decided: it takes too much memory."));
    struct condition_context good = context_of();
    for (int i = 0; i < 1000; i++)
        g_assert_cmpint(condition_evaluate(condition_compile(engine, "upper(reason) == 'SIZE'", NULL, NULL),
                                           &good, NULL, NULL),
                        ==, CONDITION_TRUE);
    condition_engine_free(engine);
    g_free(long_value);
}

static void test_length_is_bounded(void)
{
    struct condition_engine *engine = engine_new();
    g_autofree char *spaces = g_strnfill(2001, ' ');
    g_autoptr(GError) error = NULL;
    g_assert_null(condition_compile(engine, spaces, NULL, &error));
    g_assert_cmpstr(error->message, ==,
                    "The condition is 2001 bytes long; 2000 is the most, so make two of it.");
    g_clear_error(&error);
    /* Signs before signs end in Lua's own depth limit, as a sentence. */
    g_autoptr(GString) minus = g_string_new(NULL);
    for (int i = 0; i < 900; i++)
        g_string_append(minus, "- ");
    g_string_append(minus, "1 == 1");
    g_assert_null(condition_compile(engine, minus->str, NULL, &error));
    g_assert_true(g_str_has_prefix(error->message, "The condition is no expression: "));
    condition_engine_free(engine);
}

/* A pattern that backtracks without end gives up under PCRE2's limits. */
static void test_patterns_are_bounded(void)
{
    long_value = g_strdup("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
    struct condition_engine *engine = engine_new();
    struct condition_context context = {.lookup = lookup_long};
    struct condition *condition = condition_compile(engine, "matches(reason, '^(a+)+$')", NULL, NULL);
    int64_t before = g_get_monotonic_time();
    g_assert_cmpint(condition_evaluate(condition, &context, NULL, NULL), ==, CONDITION_FALSE);
    g_assert_cmpint(g_get_monotonic_time() - before, <, G_USEC_PER_SEC);
    condition_engine_free(engine);
    g_free(long_value);
}

static void test_tells_names_and_literals(void)
{
    struct condition_engine *engine = engine_new();
    struct condition *condition = condition_compile(
        engine, "reason == 'size' or one_of(reason, 'a', 'b') or count > 1 or has(nothing) or 'z' == reason",
        NULL, NULL);
    size_t count = 0;
    const size_t *names = condition_names(condition, &count);
    g_assert_cmpint(count, ==, 2);
    g_assert_cmpint(names[0], ==, REASON);
    g_assert_cmpint(names[1], ==, COUNT);
    const struct condition_literal *literals = condition_literals(condition, &count);
    g_assert_cmpint(count, ==, 4);
    g_assert_cmpstr(literals[0].text, ==, "size");
    g_assert_cmpint(literals[0].offset, ==, 10);
    g_assert_cmpstr(literals[2].text, ==, "b");
    g_assert_cmpstr(literals[3].text, ==, "z");
    condition_engine_free(engine);
}

static void test_an_evaluation_takes_microseconds(void)
{
    struct condition_engine *engine = engine_new();
    struct condition_context context = context_of();
    struct condition *condition =
        condition_compile(engine,
                          "days_since(order.delivered) <= 90 and one_of(customer.tier, 'silver', 'gold') and "
                          "order.total > money(50)",
                          NULL, NULL);
    enum { ROUNDS = 20000 };
    int64_t before = g_get_monotonic_time();
    for (int i = 0; i < ROUNDS; i++)
        g_assert_cmpint(condition_evaluate(condition, &context, NULL, NULL), ==, CONDITION_TRUE);
    double each_us = (double)(g_get_monotonic_time() - before) / ROUNDS;
    g_test_message("%.2f us for each evaluation", each_us);
    /* The target is 5 us; a loaded machine or a sanitizer may take a multiple. */
    g_assert_cmpfloat(each_us, <, 100);
    condition_engine_free(engine);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/condition/decides", test_decides);
    g_test_add_func("/condition/refuses-at-load-with-place-and-sentence",
                    test_refuses_at_load_with_place_and_sentence);
    g_test_add_func("/condition/a-failing-evaluation-says-why", test_a_failing_evaluation_says_why);
    g_test_add_func("/condition/memory-is-bounded", test_memory_is_bounded);
    g_test_add_func("/condition/length-is-bounded", test_length_is_bounded);
    g_test_add_func("/condition/patterns-are-bounded", test_patterns_are_bounded);
    g_test_add_func("/condition/tells-names-and-literals", test_tells_names_and_literals);
    g_test_add_func("/condition/an-evaluation-takes-microseconds", test_an_evaluation_takes_microseconds);
    return g_test_run();
}
