#include "app/model/calendar.h"

#include <stdio.h>
#include <string.h>

#include "app/model/fields.h"

#define MINUTE_MS   INT64_C(60000)
#define DAY_MINUTES (24 * 60)
#define DAY_MS      (DAY_MINUTES * MINUTE_MS)
#define JULIAN_1970 719163 /* GDate's number of 1970-01-01, a Thursday */

struct span { /* minutes of the day, half-open */
    int start, end;
};

struct hours {
    struct span spans[CALENDAR_SPANS_MAX]; /* in order, apart */
    int count;
};

struct calendar {
    GTimeZone *zone;
    struct hours week[7]; /* from Monday */
    GHashTable *dates;    /* day since 1970 -> struct hours *, owned */
};

static const char *const days[7] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static bool refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static bool refuse(GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, FIELDS_ERROR, FIELDS_ERROR_MALFORMED, sentence);
    return false;
}

/* --- reading --- */

static bool parse_minute(const char *text, int *minute)
{
    if (!g_ascii_isdigit(text[0]) || !g_ascii_isdigit(text[1]) || text[2] != ':' ||
        !g_ascii_isdigit(text[3]) || !g_ascii_isdigit(text[4]))
        return false;
    *minute = ((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0';
    return text[3] < '6' && *minute <= DAY_MINUTES;
}

static bool parse_span(const char *text, struct span *span)
{
    return strlen(text) == 11 && text[5] == '-' && parse_minute(text, &span->start) &&
           parse_minute(text + 6, &span->end) && span->start < span->end;
}

static bool parse_hours(const char *text, struct hours *hours)
{
    *hours = (struct hours){0};
    if (strcmp(text, "closed") == 0)
        return true;
    g_auto(GStrv) words = g_strsplit(text, " ", CALENDAR_SPANS_MAX + 1);
    int last = 0;
    for (char **word = words; *word != NULL; word++) {
        struct span span;
        if (hours->count == CALENDAR_SPANS_MAX || !parse_span(*word, &span) || span.start < last)
            return false;
        hours->spans[hours->count++] = span;
        last = span.end;
    }
    return hours->count > 0;
}

static bool parse_date(const char *text, int64_t *day)
{
    unsigned year, month, of_month;
    char rest;
    if (strlen(text) != 10 || sscanf(text, "%4u-%2u-%2u%c", &year, &month, &of_month, &rest) != 3 ||
        month > 12 || of_month > 31 || year < 1970 ||
        !g_date_valid_dmy((GDateDay)of_month, (GDateMonth)month, (GDateYear)year))
        return false;
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)of_month, (GDateMonth)month, (GDateYear)year);
    *day = (int64_t)g_date_get_julian(&date) - JULIAN_1970;
    return true;
}

/* The C library's zones are files, so a name that could leave their folder is none. */
static bool is_zone_name(const char *text)
{
    static const char allowed[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_+-/:";
    return g_ascii_isalnum(text[0]) && text[strspn(text, allowed)] == '\0' && strlen(text) <= 64;
}

static bool read_zone(struct calendar *c, const char *name, GError **error)
{
    GTimeZone *zone = is_zone_name(name) ? g_time_zone_new_identifier(name) : NULL;
    if (zone == NULL)
        return refuse(error,
                      "There is no time zone \"%.64s\" on this machine; write one like Europe/Oslo, or "
                      "install tzdata.",
                      name);
    g_time_zone_unref(c->zone);
    c->zone = zone;
    return true;
}

static int weekday_named(const char *text)
{
    for (int i = 0; i < 7; i++)
        if (strcmp(text, days[i]) == 0)
            return i;
    return -1;
}

static bool read_entry(struct calendar *c, const char *key, const char *value, unsigned *named,
                       GError **error)
{
    struct hours hours;
    int64_t day = 0;
    int weekday = weekday_named(key);
    if (strcmp(key, "zone") == 0)
        return read_zone(c, value, error);
    if (weekday < 0 && !parse_date(key, &day))
        return refuse(error,
                      "Opening hours are of mon to sun, of a date like 2026-12-25, or name a zone; "
                      "not of \"%.64s\".",
                      key);
    if (!parse_hours(value, &hours))
        return refuse(error,
                      "The hours of %s are written 08:00-20:00, several of a day like "
                      "08:00-12:00 13:00-17:00, or closed.",
                      key);
    if (weekday >= 0) {
        c->week[weekday] = hours;
        *named |= 1u << weekday;
    } else {
        g_hash_table_replace(c->dates, g_memdup2(&day, sizeof day), g_memdup2(&hours, sizeof hours));
    }
    return true;
}

/* Every clock that is started must end some day. */
static bool settle_week(struct calendar *c, unsigned named, GError **error)
{
    for (int i = 0; named == 0 && i < 7; i++)
        c->week[i] = (struct hours){.spans = {{0, DAY_MINUTES}}, .count = 1};
    for (int i = 0; i < 7; i++)
        if (c->week[i].count > 0)
            return true;
    return refuse(error, "The opening hours have no day of the week that is open; give one its hours.");
}

struct calendar *calendar_parse(const char *text, GError **error)
{
    g_autoptr(calendar) c = g_new0(struct calendar, 1);
    c->zone = g_time_zone_new_utc();
    c->dates = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    unsigned named = 0;
    if (strlen(text) > CALENDAR_TEXT_MAX) {
        refuse(error, "Opening hours are at most %d bytes of text.", CALENDAR_TEXT_MAX);
        return NULL;
    }
    g_auto(GStrv) entries = g_strsplit(*text == '\0' ? " " : text, ";", -1);
    for (char **entry = entries; *entry != NULL; entry++) {
        char *value = strchr(g_strstrip(*entry), '=');
        if (value == NULL) {
            refuse(error, "Opening hours are written like mon=08:00-20:00, not \"%.64s\".", *entry);
            return NULL;
        }
        *value++ = '\0';
        if (!read_entry(c, g_strstrip(*entry), g_strstrip(value), &named, error))
            return NULL;
    }
    return settle_week(c, named, error) ? g_steal_pointer(&c) : NULL;
}

void calendar_free(struct calendar *c)
{
    if (c == NULL)
        return;
    g_time_zone_unref(c->zone);
    g_hash_table_unref(c->dates);
    g_free(c);
}

/* --- counting --- */

static int64_t offset_ms(const struct calendar *c, int64_t at_ms)
{
    int interval = g_time_zone_find_interval(c->zone, G_TIME_TYPE_UNIVERSAL, at_ms / 1000);
    return g_time_zone_get_offset(c->zone, MAX(interval, 0)) * INT64_C(1000);
}

static const struct hours *hours_of(const struct calendar *c, int64_t day)
{
    const struct hours *own = g_hash_table_lookup(c->dates, &day);
    return own != NULL ? own : &c->week[(day + 3) % 7];
}

/* The first instant in (at_ms, end_ms] whose offset is another than at_ms's; a day has at most one. */
static int64_t cut_at_shift(const struct calendar *c, int64_t at_ms, int64_t end_ms, int64_t offset)
{
    if (offset_ms(c, end_ms - 1) == offset)
        return end_ms;
    int64_t before_s = at_ms / 1000, after_s = (end_ms - 1) / 1000;
    while (after_s - before_s > 1) {
        int64_t middle_s = before_s + (after_s - before_s) / 2;
        if (offset_ms(c, middle_s * 1000) == offset)
            before_s = middle_s;
        else
            after_s = middle_s;
    }
    return after_s * 1000;
}

/* Whether it is open at at_ms, and an instant after it until which that is so for certain. */
static bool stretch(const struct calendar *c, int64_t at_ms, int64_t *end_ms)
{
    int64_t offset = offset_ms(c, at_ms), local_ms = at_ms + offset;
    int64_t day = (local_ms + DAY_MS) / DAY_MS - 1; /* local times of 1970-01-01 may lie before 0 */
    int64_t of_day_ms = local_ms - day * DAY_MS, edge_ms = DAY_MS;
    const struct hours *hours = hours_of(c, day);
    bool is_open = false;
    for (int i = 0; i < hours->count; i++) {
        int64_t start = hours->spans[i].start * MINUTE_MS, end = hours->spans[i].end * MINUTE_MS;
        if (of_day_ms >= end)
            continue;
        is_open = of_day_ms >= start;
        edge_ms = is_open ? end : start;
        break;
    }
    *end_ms = cut_at_shift(c, at_ms, day * DAY_MS + edge_ms - offset, offset);
    return is_open;
}

bool calendar_is_open(const struct calendar *c, int64_t at_ms)
{
    int64_t end_ms;
    return c == NULL || stretch(c, at_ms, &end_ms);
}

int64_t calendar_change_ms(const struct calendar *c, int64_t at_ms)
{
    int64_t end_ms = at_ms;
    if (c == NULL)
        return INT64_MAX;
    bool is_open = stretch(c, at_ms, &end_ms);
    while (end_ms - at_ms < CALENDAR_REACH_MS) {
        int64_t start_ms = end_ms;
        if (stretch(c, start_ms, &end_ms) != is_open)
            return start_ms;
    }
    return INT64_MAX;
}

int64_t calendar_add_ms(const struct calendar *c, int64_t from_ms, int64_t open_ms)
{
    int64_t at_ms = from_ms, end_ms;
    while (c != NULL && open_ms > 0 && at_ms - from_ms < CALENDAR_REACH_MS) {
        bool is_open = stretch(c, at_ms, &end_ms);
        if (is_open && open_ms <= end_ms - at_ms)
            break;
        open_ms -= is_open ? end_ms - at_ms : 0;
        at_ms = end_ms;
    }
    return at_ms + MAX(open_ms, 0);
}

int64_t calendar_between_ms(const struct calendar *c, int64_t start_ms, int64_t end_ms)
{
    int64_t open_ms = 0, until_ms;
    if (c == NULL)
        return MAX(end_ms - start_ms, 0);
    for (int64_t at_ms = start_ms; at_ms < end_ms; at_ms = until_ms)
        if (stretch(c, at_ms, &until_ms))
            open_ms += MIN(until_ms, end_ms) - at_ms;
    return open_ms;
}
