/* Dates as people type them: what is read, as what, and what is refused with which sentence. */
#include "app/script/date.h"

#include <glib.h>

#include "app/script/value.h"

static int64_t day(const char *date)
{
    int64_t days = 0;
    g_assert_true(value_date_days(date, &days));
    return days;
}

static void assert_read(const char *text, int64_t today, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *date = date_read(text, today, "Day", &error);
    if (g_strcmp0(date, expected) != 0)
        g_error("%s was read as %s, not %s (%s)", text, date, expected, error ? error->message : "");
    g_assert_true((date == NULL) == (error != NULL));
}

static void test_with_a_year(void)
{
    static const char *const texts[] = {"2026-11-20",       "2026/11/20",
                                        "2026.11.20",       "20.11.2026",
                                        " 20.11.2026 ",     "20 Nov 2026",
                                        "20 nov, 2026",     "Nov 20, 2026",
                                        "November 20 2026", "the 20th of November 2026",
                                        "20-Nov-2026",      "2026 Nov 20",
                                        "20/11/2026",       "11/20/2026",
                                        "20-11-2026",       "2026年11月20日",
                                        "2026年11月20号",   "20. November 2026"};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        assert_read(texts[i], DATE_NO_TODAY, "2026-11-20");
    assert_read("05/05/2026", DATE_NO_TODAY, "2026-05-05");
    assert_read("5.11.2026", DATE_NO_TODAY, "2026-11-05");
    assert_read("29 Feb 2028", DATE_NO_TODAY, "2028-02-29");
    assert_read("1 sept 2026", DATE_NO_TODAY, "2026-09-01");
}

static void test_without_a_year(void)
{
    int64_t today = day("2026-11-28");
    static const char *const texts[] = {"20 Nov",        "20.11.",   "20.11",    "Nov 20",
                                        "20th november", "20/11",    "11/20",    "20-11",
                                        "11月20日",      "20.11.26", "20/11/26", "20 Nov 26"};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        assert_read(texts[i], today, "2026-11-20");
    assert_read("3 Jan", today, "2027-01-03"); /* five weeks ahead, not eleven months ago */
    assert_read("30 Dec", day("2026-01-04"), "2025-12-30");
    assert_read("29.2.", day("2027-02-01"), "2028-02-29"); /* the nearest that exists */
    assert_read("5.3.62", today, "1962-03-05");
    assert_read("5.3.45", today, "2045-03-05");
    assert_read("today", today, "2026-11-28");
    assert_read("Yesterday", today, "2026-11-27");
    assert_read("前天", today, "2026-11-26");
    assert_read("tomorrow", day("2026-12-31"), "2027-01-01");
}

static void assert_refused(const char *text, int64_t today, const char *sentence)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *date = date_read(text, today, "Day", &error);
    g_assert_cmpstr(date, ==, NULL);
    g_assert_error(error, VALUE_ERROR, VALUE_ERROR_FORM);
    g_assert_cmpstr(error->message, ==, sentence);
}

static void test_refused(void)
{
    static const char *const none[] = {"",
                                       "soon",
                                       "20",
                                       "Nov",
                                       "30 Feb",
                                       "31.4.2026",
                                       "2026-13-01",
                                       "0.11.",
                                       "20 Nov Dec",
                                       "20..11",
                                       "20.11/2026",
                                       "1 2 3",
                                       "20 mo",
                                       "may may",
                                       "26-11-20",
                                       "20 Nov 206",
                                       "20 Nov 20266",
                                       "2026-11",
                                       "20.11.2026 late",
                                       "..",
                                       "月",
                                       "20th",
                                       "99999999999999999999.1.2026",
                                       "20–11",
                                       "Nov 2026"};
    int64_t today = day("2026-11-28");
    for (guint i = 0; i < G_N_ELEMENTS(none); i++)
        assert_refused(none[i], today,
                       "Day should be a date that exists, such as 2026-11-23, 23.11. or 23 Nov.");
    assert_refused("20 Nov", DATE_NO_TODAY, "Day should be a date that exists, such as 2026-11-23.");
    assert_refused("20.11.26", DATE_NO_TODAY, "Day should be a date that exists, such as 2026-11-23.");
    const char *both = "Day could be 5 November or 11 May; write it with the month's name.";
    assert_refused("5/11", today, both);
    assert_refused("5/11/2026", today, both);
    assert_refused("05-11-2026", DATE_NO_TODAY, both);
}

/* Whatever is typed, what is read is a canonical date that exists. */
static void test_anything(void)
{
    static const char *const bits[] = {"1",  "20", "11",  "2026", "99", "0",  ".",  "/",     "-", " ", ",",
                                       "th", "of", "nov", "ma",   "年", "月", "日", "today", "é", "号"};
    for (int round = 0; round < 20000; round++) {
        GString *text = g_string_new(NULL);
        for (int i = g_test_rand_int_range(0, 9); i > 0; i--)
            g_string_append(text, bits[g_test_rand_int_range(0, G_N_ELEMENTS(bits))]);
        int64_t days, today = round % 2 ? g_test_rand_int_range(-1000, 60000) : DATE_NO_TODAY;
        g_autofree char *date = date_read(text->str, today, "Day", NULL);
        if (date != NULL)
            g_assert_true(value_date_days(date, &days));
        g_string_free(text, TRUE);
    }
}

static void test_words(void)
{
    g_autofree char *friday = date_in_words("2026-11-20"), *early = date_in_words("1969-12-31");
    g_assert_cmpstr(friday, ==, "Friday, 20 November 2026");
    g_assert_cmpstr(early, ==, "Wednesday, 31 December 1969");
    g_assert_null(date_in_words("2026-02-30"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/date/with a year", test_with_a_year);
    g_test_add_func("/date/without a year, where today is known", test_without_a_year);
    g_test_add_func("/date/what could be two or none is refused", test_refused);
    g_test_add_func("/date/whatever is typed, a date or nothing", test_anything);
    g_test_add_func("/date/in words", test_words);
    return g_test_run();
}
