#include <string.h>

#include "app/service/terse.h"

static size_t round_trip(struct terse *t, const char *json)
{
    size_t len;
    g_autofree char *text = terse_from_json(t, json, &len);
    g_autoptr(GString) back = g_string_new("before");
    terse_to_json(t, text, len, strlen(json), back);
    g_assert_cmpstr(back->str + strlen("before"), ==, json);
    return len;
}

static void names_cost_a_byte(void)
{
    struct terse *t = terse_new();
    /* a name and the quote of its value, the value, the quote that ends it; the last brace */
    g_assert_cmpuint(round_trip(t, "{\"channel\":\"chat\",\"legs\":0}"), ==, 1 + 5 + 1 + 1 + 1);
    g_assert_cmpuint(round_trip(t, "{\"channel\":\"\",\"legs\":12}"), ==, 1 + 1 + 1 + 2 + 1);
    terse_free(t);
}

static void times_cost_seven_bytes(void)
{
    struct terse *t = terse_new();
    g_assert_cmpuint(round_trip(t, "{\"at\":\"2026-11-23T14:02:05.120Z\"}"), ==, 1 + 7 + 1);
    g_assert_cmpuint(round_trip(t, "{\"at\":\"2000-01-01T00:00:00.000Z\",\"legs\":0}"), ==,
                     1 + 7 + 1 + 1 + 1);
    g_assert_cmpuint(round_trip(t, "{\"at\":\"2999-12-31T23:59:59.999Z\",\"x\":\"\"}"), ==,
                     1 + 7 + 1 + 1 + 1);
    terse_free(t);
}

static void what_is_nearly_a_time_comes_back_whole(void)
{
    static const char *const values[] = {
        "2026-11-23T14:02:05Z",      "2026-11-23T14:02:05.1200Z", "2026-11-23t14:02:05.120Z",
        "2026-11-23T14:02:05.120z",  "2026-11-23T14:02:64.120Z",  "2026-16-29T14:02:05.120Z",
        "2026-11-32T14:02:05.120Z",  "3000-11-23T14:02:05.120Z",  "1969-12-31T23:59:59.999Z",
        "2026-11-23T14:02+01:00.0Z", "2026-11-23T14:02:5+01:00",  "2026-11-23T14:02:05.120+0",
        "2026-11-23 14:02:05.120Z",  "K2026-11-23 14:02:05.12",
    };
    struct terse *t = terse_new();
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *json = g_strdup_printf("{\"at\":\"%s\"}", values[i]);
        g_assert_cmpuint(round_trip(t, json), ==, 1 + strlen(values[i]) + 1 + 1);
    }
    terse_free(t);
}

static void odd_values_come_back_whole(void)
{
    static const char *const texts[] = {
        "{}",
        "[]",
        "null",
        "",
        "{\"a\":\"\\\"},{\\\\\",\"b\":[1,{\"a\":\"x]\"}],\"c\":{\"d\":{}},\"e\":null}",
        "{\"主题\":\"退款\",\"a\\\"b\":true}",
        "{\"a\":\"no end",
        "{\"a",
        "{\"a\\",
        "{\"a\" : 1}",
        "{\"a\":1}{\"a\":1}",
    };
    struct terse *t = terse_new();
    for (int again = 0; again < 2; again++)
        for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
            round_trip(t, texts[i]);
    terse_free(t);
}

static void more_names_than_bytes_are_kept_as_they_are(void)
{
    struct terse *t = terse_new();
    g_autofree char *long_name = g_strnfill(100, 'n');
    for (int i = 0; i < 40; i++) {
        g_autofree char *json = g_strdup_printf("{\"name%d\":%d,\"%s\":\"x\",\"name0\":1}", i, i, long_name);
        round_trip(t, json);
        round_trip(t, json);
    }
    terse_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/terse/names_cost_a_byte", names_cost_a_byte);
    g_test_add_func("/terse/times_cost_seven_bytes", times_cost_seven_bytes);
    g_test_add_func("/terse/what_is_nearly_a_time_comes_back_whole", what_is_nearly_a_time_comes_back_whole);
    g_test_add_func("/terse/odd_values_come_back_whole", odd_values_come_back_whole);
    g_test_add_func("/terse/more_names_than_bytes_are_kept_as_they_are",
                    more_names_than_bytes_are_kept_as_they_are);
    return g_test_run();
}
