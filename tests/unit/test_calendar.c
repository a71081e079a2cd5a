/* The calendar beside a count of minute by minute with the C library's own clock of the zone. */
#include "app/model/calendar.h"

#include <string.h>

#include "app/model/fields.h"
#include "app/model/timestamp.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

static int64_t at(const char *text)
{
    int64_t ms = 0;
    g_assert_true(timestamp_parse(text, &ms));
    return ms;
}

static struct calendar *parsed(const char *text)
{
    g_autoptr(GError) error = NULL;
    struct calendar *c = calendar_parse(text, &error);
    g_assert_no_error(error);
    return c;
}

static void assert_due(const struct calendar *c, const char *from, int64_t open_ms, const char *due)
{
    g_assert_cmpint(calendar_add_ms(c, at(from), open_ms), ==, at(due));
}

static void test_no_calendar_is_always_open(void)
{
    g_assert_true(calendar_is_open(NULL, 5));
    g_assert_cmpint(calendar_add_ms(NULL, 5, 7), ==, 12);
    g_assert_cmpint(calendar_between_ms(NULL, 5, 12), ==, 7);
    g_assert_cmpint(calendar_between_ms(NULL, 12, 5), ==, 0);
    g_assert_cmpint(calendar_change_ms(NULL, 5), ==, INT64_MAX);
}

static void test_a_clock_runs_while_it_is_open(void)
{
    g_autoptr(calendar) c = parsed("zone=Europe/Oslo;mon=08:00-12:00 13:00-16:00;tue=08:00-16:00;"
                                   "fri=08:00-16:00;2026-01-02=closed");
    /* Monday 5 January 2026, UTC+1. */
    assert_due(c, "2026-01-05T08:00:00.000Z", HOUR_MS, "2026-01-05T09:00:00.000Z");
    assert_due(c, "2026-01-05T10:30:00.000Z", HOUR_MS, "2026-01-05T12:30:00.000Z"); /* over the break */
    assert_due(c, "2026-01-05T14:30:00.000Z", HOUR_MS, "2026-01-06T07:30:00.000Z"); /* over night */
    assert_due(c, "2026-01-06T14:30:00.000Z", HOUR_MS, "2026-01-09T07:30:00.000Z"); /* to Friday */
    /* Out of hours it is due from the next opening; the holiday is none. */
    assert_due(c, "2026-01-01T22:00:00.000Z", 20000, "2026-01-05T07:00:20.000Z");
    assert_due(c, "2026-01-05T02:00:00.000Z", 0, "2026-01-05T02:00:00.000Z");
    g_assert_false(calendar_is_open(c, at("2026-01-02T09:00:00.000Z")));
    g_assert_cmpint(calendar_change_ms(c, at("2026-01-01T22:00:00.000Z")), ==,
                    at("2026-01-05T07:00:00.000Z"));
    g_assert_cmpint(calendar_change_ms(c, at("2026-01-05T07:00:00.000Z")), ==,
                    at("2026-01-05T11:00:00.000Z"));
}

static void test_hours_follow_summer_time(void)
{
    g_autoptr(calendar) c = parsed("zone=Europe/Oslo;sat=08:00-16:00;sun=01:00-05:00;mon=08:00-16:00");
    /* 29 March 2026: 02:00 becomes 03:00, so four hours on the wall are three. */
    g_assert_cmpint(calendar_between_ms(c, at("2026-03-28T20:00:00.000Z"), at("2026-03-29T20:00:00.000Z")),
                    ==, 3 * HOUR_MS);
    assert_due(c, "2026-03-28T14:00:00.000Z", 2 * HOUR_MS, "2026-03-29T01:00:00.000Z");
    assert_due(c, "2026-03-28T20:00:00.000Z", 4 * HOUR_MS, "2026-03-30T07:00:00.000Z");
    /* 25 October 2026: 03:00 becomes 02:00 again, so they are five. */
    g_assert_cmpint(calendar_between_ms(c, at("2026-10-24T20:00:00.000Z"), at("2026-10-25T20:00:00.000Z")),
                    ==, 5 * HOUR_MS);
}

static void test_a_calendar_of_dates_alone_is_open_on_the_others(void)
{
    g_autoptr(calendar) c = parsed("2026-12-25=closed; 2026-12-24=08:00-12:00");
    g_assert_true(calendar_is_open(c, at("2026-12-23T23:59:59.999Z")));
    g_assert_false(calendar_is_open(c, at("2026-12-24T12:00:00.000Z")));
    assert_due(c, "2026-12-24T11:00:00.000Z", 2 * HOUR_MS, "2026-12-26T01:00:00.000Z");
    /* Midnight between two open days is no change. */
    g_assert_cmpint(calendar_change_ms(c, at("2026-12-20T05:00:00.000Z")), ==,
                    at("2026-12-24T00:00:00.000Z"));
    g_autoptr(calendar) always = parsed("zone=Europe/Oslo");
    g_assert_cmpint(calendar_change_ms(always, at("2026-12-20T05:00:00.000Z")), ==, INT64_MAX);
}

static void test_a_clock_ends_however_long_it_is(void)
{
    g_autoptr(calendar) c = parsed("mon=08:00-08:01");
    int64_t from_ms = at("2026-01-01T00:00:00.000Z");
    g_assert_cmpint(calendar_add_ms(c, from_ms, INT64_C(1) << 50), >=, from_ms + CALENDAR_REACH_MS);
}

static void test_malformed_ones_are_refused_with_a_sentence(void)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", "written like mon=08:00-20:00"},
        {"mon", "written like mon=08:00-20:00, not \"mon\""},
        {"monday=08:00-20:00", "not of \"monday\""},
        {"2026-02-29=closed", "not of \"2026-02-29\""},
        {"2026-13-01=closed", "not of \"2026-13-01\""},
        {"mon=8-20", "The hours of mon are written"},
        {"mon=20:00-08:00", "The hours of mon are written"},
        {"mon=08:00-08:00", "The hours of mon are written"},
        {"mon=08:00-24:01", "The hours of mon are written"},
        {"mon=08:60-09:00", "The hours of mon are written"},
        {"mon=08:00-12:00 11:00-13:00", "The hours of mon are written"},
        {"mon=01:00-02:00 03:00-04:00 05:00-06:00 07:00-08:00 09:00-10:00", "The hours of mon are written"},
        {"mon=", "The hours of mon are written"},
        {"mon=closed;2026-01-01=08:00-12:00", "no day of the week that is open"},
        {"zone=Europe/Nowhere;mon=08:00-20:00", "no time zone \"Europe/Nowhere\""},
        {"zone=../../etc/passwd", "no time zone"},
        {"zone=/etc/localtime", "no time zone"},
        {"zone=", "no time zone \"\""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(calendar_parse(cases[i].text, &error));
        g_assert_error(error, FIELDS_ERROR, FIELDS_ERROR_MALFORMED);
        g_assert_nonnull(strstr(error->message, cases[i].words));
    }
    g_autofree char *long_text = g_strnfill(CALENDAR_TEXT_MAX + 1, ' ');
    g_autoptr(GError) error = NULL;
    g_assert_null(calendar_parse(long_text, &error));
    g_assert_nonnull(strstr(error->message, "at most"));
}

/* --- random calendars --- */

struct plan { /* what was written into the text */
    const char *zone;
    int spans[7][2][2], counts[7];
    int holidays[3][3]; /* year, month, day; closed */
};

static const char *const zones[] = {
    "Europe/Oslo",    "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
    "Asia/Kathmandu", "Pacific/Apia",     "America/St_Johns",    "UTC"};

static void add_day(GString *text, struct plan *p, int day, const char *name)
{
    int cuts[4];
    for (int i = 0; i < 4; i++)
        cuts[i] = g_test_rand_int_range(i * 360, i * 360 + 359);
    p->counts[day] = g_test_rand_int_range(0, 3);
    if (day == 2 && p->counts[day] == 0)
        p->counts[day] = 1;
    g_string_append_printf(text, ";%s=%s", name, p->counts[day] == 0 ? "closed" : "");
    for (int i = 0; i < p->counts[day]; i++) {
        int start = cuts[i * 2], end = i == 1 && g_test_rand_bit() ? 1440 : cuts[i * 2 + 1];
        start = i == 0 && g_test_rand_bit() ? 0 : start;
        p->spans[day][i][0] = start;
        p->spans[day][i][1] = end;
        g_string_append_printf(text, "%s%02d:%02d-%02d:%02d", i > 0 ? " " : "", start / 60, start % 60,
                               end / 60, end % 60);
    }
}

static char *random_plan(struct plan *p, int year, int month)
{
    static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    *p = (struct plan){.zone = zones[g_test_rand_int_range(0, G_N_ELEMENTS(zones))]};
    GString *text = g_string_new("zone=");
    g_string_append(text, p->zone);
    for (int day = 0; day < 7; day++)
        add_day(text, p, day, names[day]);
    for (int i = 0; i < 3; i++) {
        p->holidays[i][0] = year;
        p->holidays[i][1] = month;
        p->holidays[i][2] = g_test_rand_int_range(1, 29);
        g_string_append_printf(text, ";%04d-%02d-%02d=closed", year, month, p->holidays[i][2]);
    }
    return g_string_free(text, false);
}

static bool plan_is_open(const struct plan *p, GTimeZone *zone, int64_t at_ms)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_ms / 1000);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
    int year, month, day;
    g_date_time_get_ymd(local, &year, &month, &day);
    for (int i = 0; i < 3; i++)
        if (p->holidays[i][0] == year && p->holidays[i][1] == month && p->holidays[i][2] == day)
            return false;
    int weekday = g_date_time_get_day_of_week(local) - 1;
    int minute = g_date_time_get_hour(local) * 60 + g_date_time_get_minute(local);
    for (int i = 0; i < p->counts[weekday]; i++)
        if (minute >= p->spans[weekday][i][0] && minute < p->spans[weekday][i][1])
            return true;
    return false;
}

enum { MINUTES = 16 * 24 * 60 };

/* open[i]: how many of the first i minutes were open. */
static void compare(const struct calendar *c, const int *open, int64_t start_ms)
{
    for (int i = 0; i < 200; i++) {
        int from = g_test_rand_int_range(0, MINUTES - 1), to = g_test_rand_int_range(from, MINUTES);
        int64_t from_ms = start_ms + from * MINUTE_MS, opened_ms = (open[to] - open[from]) * MINUTE_MS;
        g_assert_cmpint(calendar_between_ms(c, from_ms, start_ms + to * MINUTE_MS), ==, opened_ms);
        g_assert_cmpint(calendar_is_open(c, from_ms), ==, open[from + 1] > open[from]);
        if (opened_ms == 0)
            continue;
        int due = from;
        while (open[due] - open[from] < open[to] - open[from])
            due++;
        g_assert_cmpint(calendar_add_ms(c, from_ms, opened_ms), ==, start_ms + due * MINUTE_MS);
        int change = from + 1;
        while (change < MINUTES && (open[change + 1] > open[change]) == (open[from + 1] > open[from]))
            change++;
        if (change < MINUTES)
            g_assert_cmpint(calendar_change_ms(c, from_ms), ==, start_ms + change * MINUTE_MS);
    }
}

static void test_random_calendars_agree_with_a_count_of_minutes(void)
{
    static const int months[] = {3, 4, 10, 11, 12, 7}; /* with the changes of both halves of the earth */
    g_autofree int *open = g_new(int, MINUTES + 1);
    for (int round = 0; round < 24; round++) {
        struct plan p;
        int month = months[round % G_N_ELEMENTS(months)];
        g_autofree char *text = random_plan(&p, 2025, month);
        g_autoptr(calendar) c = parsed(text);
        g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(p.zone);
        g_autofree char *first =
            g_strdup_printf("2025-%02d-%02dT00:00:00.000Z", month, g_test_rand_bit() ? 1 : 22);
        int64_t start_ms = at(first);
        open[0] = 0;
        for (int i = 0; i < MINUTES; i++)
            open[i + 1] = open[i] + plan_is_open(&p, zone, start_ms + i * MINUTE_MS);
        compare(c, open, start_ms);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/calendar/none", test_no_calendar_is_always_open);
    g_test_add_func("/calendar/runs", test_a_clock_runs_while_it_is_open);
    g_test_add_func("/calendar/summer-time", test_hours_follow_summer_time);
    g_test_add_func("/calendar/dates", test_a_calendar_of_dates_alone_is_open_on_the_others);
    g_test_add_func("/calendar/ends", test_a_clock_ends_however_long_it_is);
    g_test_add_func("/calendar/malformed", test_malformed_ones_are_refused_with_a_sentence);
    g_test_add_func("/calendar/random", test_random_calendars_agree_with_a_count_of_minutes);
    return g_test_run();
}
