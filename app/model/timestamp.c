#include "app/model/timestamp.h"

#include <ctype.h>
#include <glib.h>
#include <stddef.h>

#define DAY_MS INT64_C(86400000)

int64_t timestamp_days(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void timestamp_date(int64_t days, int64_t *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_index = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * month_index + 2) / 5 + 1);
    *month = (int)(month_index < 10 ? month_index + 3 : month_index - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

void timestamp_format(int64_t unix_ms, char *out)
{
    unix_ms = CLAMP(unix_ms, 0, TIMESTAMP_MAX);
    int64_t year;
    int month, day;
    timestamp_date(unix_ms / DAY_MS, &year, &month, &day);
    int ms = (int)(unix_ms % DAY_MS);
    g_snprintf(out, TIMESTAMP_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)year, month, day,
               ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

/* Reads exactly `digits` digits; false where there are fewer. */
static bool read_number(const char **at, int digits, int *number)
{
    *number = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (!isdigit((unsigned char)**at))
            return false;
        *number = *number * 10 + (**at - '0');
    }
    return true;
}

static bool read_char(const char **at, char wanted)
{
    if (**at != wanted)
        return false;
    (*at)++;
    return true;
}

static bool read_date(const char **at, int64_t *days)
{
    int year, month, day;
    if (!read_number(at, 4, &year) || !read_char(at, '-') || !read_number(at, 2, &month) ||
        !read_char(at, '-') || !read_number(at, 2, &day))
        return false;
    if (month < 1 || month > 12 || day < 1 ||
        !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
        return false;
    *days = timestamp_days(year, month, day);
    return true;
}

static int read_fraction_ms(const char **at)
{
    int ms = 0, scale = 100;
    for (; isdigit((unsigned char)**at); (*at)++, scale /= 10)
        ms += (**at - '0') * scale;
    return ms;
}

static bool read_offset_minutes(const char **at, int *minutes)
{
    *minutes = 0;
    if (read_char(at, 'Z') || read_char(at, 'z'))
        return true;
    int sign = **at == '-' ? -1 : 1, hour, minute;
    if ((**at != '-' && **at != '+') || ((*at)++, !read_number(at, 2, &hour)) || !read_char(at, ':') ||
        !read_number(at, 2, &minute) || hour > 23 || minute > 59)
        return false;
    *minutes = sign * (hour * 60 + minute);
    return true;
}

bool timestamp_parse(const char *text, int64_t *unix_ms)
{
    int64_t days;
    int hour = 0, minute = 0, second = 0, ms = 0, offset = 0;
    if (text == NULL || !read_date(&text, &days))
        return false;
    if (*text != '\0') {
        if ((*text != 'T' && *text != 't' && *text != ' ') || (text++, !read_number(&text, 2, &hour)) ||
            !read_char(&text, ':') || !read_number(&text, 2, &minute) || !read_char(&text, ':') ||
            !read_number(&text, 2, &second))
            return false;
        if (read_char(&text, '.'))
            ms = read_fraction_ms(&text);
        if (!read_offset_minutes(&text, &offset) || *text != '\0' || hour > 23 || minute > 59 || second > 60)
            return false;
    }
    *unix_ms = days * DAY_MS + ((hour * 60 + minute - offset) * INT64_C(60) + second) * 1000 + ms;
    return *unix_ms >= 0;
}

const char *timestamp_short(int64_t unix_ms, int64_t now_ms, int utc_offset_minutes, char *out)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int64_t offset_ms = utc_offset_minutes * INT64_C(60000);
    int64_t day = (unix_ms + offset_ms) / DAY_MS, today = (now_ms + offset_ms) / DAY_MS;
    int minutes = (int)((unix_ms + offset_ms) % DAY_MS / 60000);
    int64_t year, this_year;
    int month, day_of_month, ignored;
    timestamp_date(today, &this_year, &ignored, &ignored);
    timestamp_date(day, &year, &month, &day_of_month);
    if (day == today)
        g_snprintf(out, TIMESTAMP_SHORT_BYTES, "%02d:%02d", minutes / 60, minutes % 60);
    else if (year == this_year)
        g_snprintf(out, TIMESTAMP_SHORT_BYTES, "%d %s", day_of_month, months[month - 1]);
    else
        g_snprintf(out, TIMESTAMP_SHORT_BYTES, "%04d-%02d", (int)CLAMP(year, 0, 9999), month);
    return out;
}
