/* Dates as people type them; see the header. */
#include "app/script/date.h"

#include <string.h>

#include "app/script/value.h"

#define PARTS_MAX 3

static const char *const MONTHS[] = {"january", "february", "march",     "april",   "may",      "june",
                                     "july",    "august",   "september", "october", "november", "december"};

static const char *const WEEKDAYS[] = {"Thursday", "Friday",  "Saturday", "Sunday",
                                       "Monday",   "Tuesday", "Wednesday"}; /* 1970-01-01 was a Thursday */

static const struct {
    const char *word;
    int days;
} RELATIVE[] = {{"today", 0}, {"yesterday", -1}, {"tomorrow", 1}, {"今天", 0},  {"今日", 0},
                {"昨天", -1}, {"昨日", -1},      {"明天", 1},     {"前天", -2}, {"后天", 2}};

/* A number or a month's name, and the sign right after it. */
struct part {
    bool is_month;
    int value, digits; /* value: of a month 1-12 */
    gunichar sign;     /* '.', '/', '-', U+5E74 year, U+6708 month, U+65E5 day; 0: a blank or nothing */
};

struct parts {
    struct part part[PARTS_MAX];
    int count;
};

enum { SIGN_YEAR = 0x5E74, SIGN_MONTH = 0x6708, SIGN_DAY = 0x65E5, SIGN_DAY_TOO = 0x53F7 };

/* The month that `word` is or begins, three letters at least; 0: none. */
static int month_of(const char *word, size_t len)
{
    for (int i = 0; len >= 3 && i < (int)G_N_ELEMENTS(MONTHS); i++)
        if (len <= strlen(MONTHS[i]) && strncmp(word, MONTHS[i], len) == 0)
            return i + 1;
    return len == 4 && strncmp(word, "sept", 4) == 0 ? 9 : 0;
}

/* What says nothing: "the 20th of November", a comma. */
static bool is_filler(const char *word, size_t len, bool after_number)
{
    static const char *const ordinals[] = {"st", "nd", "rd", "th"};
    for (size_t i = 0; after_number && i < G_N_ELEMENTS(ordinals); i++)
        if (len == 2 && strncmp(word, ordinals[i], 2) == 0)
            return true;
    return (len == 3 && strncmp(word, "the", 3) == 0) || (len == 2 && strncmp(word, "of", 2) == 0);
}

static const char *read_number(const char *at, struct part *part)
{
    for (; g_ascii_isdigit(*at) && part->digits < 5; at++, part->digits++)
        part->value = part->value * 10 + (*at - '0');
    return at;
}

/* Of `text` in small letters. False: there is something in it that no date has. */
static bool split(const char *text, struct parts *out)
{
    for (const char *at = text; *at != '\0';) {
        gunichar c = g_utf8_get_char(at);
        struct part *last = out->count > 0 ? &out->part[out->count - 1] : NULL;
        if (g_ascii_isdigit(*at) || g_ascii_isalpha(*at)) {
            size_t len = strspn(at, "abcdefghijklmnopqrstuvwxyz");
            bool after_number = last != NULL && !last->is_month && at > text && g_ascii_isdigit(at[-1]);
            if (len > 0 && is_filler(at, len, after_number)) {
                at += len;
                continue;
            }
            if (out->count == PARTS_MAX)
                return false;
            struct part *part = &out->part[out->count++];
            *part = (struct part){.is_month = len > 0, .value = len > 0 ? month_of(at, len) : 0};
            at = len > 0 ? at + len : read_number(at, part);
            if (part->is_month ? part->value == 0 : g_ascii_isdigit(*at))
                return false;
            continue;
        }
        if (c == SIGN_DAY_TOO)
            c = SIGN_DAY;
        bool is_sign = c == '.' || c == '/' || c == '-' || c == SIGN_YEAR || c == SIGN_MONTH || c == SIGN_DAY;
        if (c != ' ' && c != ',' && (!is_sign || last == NULL || last->sign != 0))
            return false;
        if (is_sign)
            last->sign = c;
        at = g_utf8_next_char(at);
    }
    return out->count >= 2;
}

/* --- what the parts mean --- */

/* year: -1 not said. A second day and month where the order could be the other one. */
struct reading {
    int year, year_digits, month, day;
    bool could_be_other;
};

static bool is_year(const struct part *part)
{
    return !part->is_month && part->digits == 4;
}

static void set_year(struct reading *reading, const struct part *part)
{
    reading->year = part->value;
    reading->year_digits = part->digits;
}

/* Two numbers: only a point, a sign of Chinese, or a number that is no month says which is the day. */
static bool read_pair(const struct part *a, const struct part *b, struct reading *out)
{
    if (a->sign == SIGN_MONTH) {
        out->month = a->value, out->day = b->value;
        return b->sign == 0 || b->sign == SIGN_DAY;
    }
    if (a->sign != '.' && a->sign != '/' && a->sign != '-')
        return false;
    bool is_month_first = a->sign != '.' && a->value <= 12 && b->value > 12;
    out->day = is_month_first ? b->value : a->value;
    out->month = is_month_first ? a->value : b->value;
    out->could_be_other = a->sign != '.' && a->value <= 12 && b->value <= 12 && a->value != b->value;
    return true;
}

static bool read_numbers(const struct parts *parts, struct reading *out)
{
    const struct part *a = &parts->part[0], *b = &parts->part[1], *c = &parts->part[2];
    if (parts->count == 3 && is_year(a)) {
        bool is_whole = (a->sign == SIGN_YEAR && b->sign == SIGN_MONTH) ||
                        (a->sign == b->sign && (a->sign == '-' || a->sign == '/' || a->sign == '.'));
        set_year(out, a);
        out->month = b->value, out->day = c->value;
        return is_whole && (c->sign == 0 || c->sign == SIGN_DAY);
    }
    if (!read_pair(a, b, out))
        return false;
    if (parts->count == 2)
        return b->sign == 0 || b->sign == SIGN_DAY || (b->sign == '.' && a->sign == '.');
    /* Of 26-11-20 the first could as well be the year. */
    bool is_told = is_year(c) || (c->digits == 2 && a->sign != '-');
    set_year(out, c);
    return a->sign == b->sign && c->sign == 0 && is_told;
}

static bool read_with_name(const struct parts *parts, struct reading *out)
{
    const struct part *number[2] = {NULL, NULL};
    int count = 0;
    for (int i = 0; i < parts->count; i++) {
        const struct part *part = &parts->part[i];
        if (part->is_month && out->month != 0)
            return false;
        if (part->is_month)
            out->month = part->value;
        else if (count < 2)
            number[count++] = part;
    }
    if (count == 2 && is_year(number[0])) {
        const struct part *first = number[0];
        number[0] = number[1], number[1] = first;
    }
    if (count == 0 || number[0]->digits > 2 ||
        (count == 2 && number[1]->digits != 4 && number[1]->digits != 2))
        return false;
    out->day = number[0]->value;
    if (count == 2)
        set_year(out, number[1]);
    return true;
}

/* --- which day that is --- */

static char *day_of(int year, int month, int day, int64_t *out_days)
{
    g_autofree char *date = g_strdup_printf("%04d-%02d-%02d", year, month, day);
    return value_date_days(date, out_days) ? g_steal_pointer(&date) : NULL;
}

/* Of the years around today the one in which the day is nearest. */
static char *nearest(const struct reading *reading, int64_t today, int this_year)
{
    char *best = NULL;
    int64_t best_distance = INT64_MAX, days;
    for (int year = this_year - 1; year <= this_year + 1; year++) {
        g_autofree char *date = day_of(year, reading->month, reading->day, &days);
        if (date == NULL || ABS(days - today) >= best_distance)
            continue;
        best_distance = ABS(days - today);
        g_free(best);
        best = g_steal_pointer(&date);
    }
    return best;
}

static char *date_of(const struct reading *reading, int64_t today)
{
    g_autofree char *now = today != DATE_NO_TODAY ? value_date_of(today) : NULL;
    int this_year = now != NULL ? (int)g_ascii_strtoll(now, NULL, 10) : 0, year = reading->year;
    int64_t days;
    if (reading->year_digits != 4 && now == NULL)
        return NULL;
    if (year < 0)
        return nearest(reading, today, this_year);
    if (reading->year_digits == 2) {
        year += this_year / 100 * 100;
        year -= year >= this_year + 20 ? 100 : 0;
        year += year < this_year - 80 ? 100 : 0;
    }
    return year < 1000 ? NULL : day_of(year, reading->month, reading->day, &days);
}

static char *relative(const char *text, int64_t today)
{
    for (size_t i = 0; today != DATE_NO_TODAY && i < G_N_ELEMENTS(RELATIVE); i++)
        if (g_str_equal(text, RELATIVE[i].word))
            return value_date_of(today + RELATIVE[i].days);
    return NULL;
}

static const char *month_name(int month, char out[16])
{
    g_strlcpy(out, MONTHS[month - 1], 16);
    *out = g_ascii_toupper(*out);
    return out;
}

char *date_read(const char *text, int64_t today, const char *label, GError **error)
{
    g_autofree char *low = g_strstrip(g_utf8_strdown(text, -1));
    struct parts parts = {0};
    struct reading reading = {.year = -1};
    char *date = relative(low, today);
    if (date != NULL)
        return date;
    bool is_named = false, is_read = split(low, &parts);
    for (int i = 0; i < parts.count; i++)
        is_named |= parts.part[i].is_month;
    is_read = is_read && (is_named ? read_with_name(&parts, &reading) : read_numbers(&parts, &reading));
    date = is_read ? date_of(&reading, today) : NULL;
    if (date != NULL && reading.could_be_other) {
        char one[16], other[16];
        g_set_error(error, VALUE_ERROR, VALUE_ERROR_FORM,
                    "%s could be %d %s or %d %s; write it with the month's name.", label, reading.day,
                    month_name(reading.month, one), reading.month, month_name(reading.day, other));
        g_clear_pointer(&date, g_free);
    } else if (date == NULL) {
        g_set_error(error, VALUE_ERROR, VALUE_ERROR_FORM,
                    "%s should be a date that exists, such as 2026-11-23%s.", label,
                    today != DATE_NO_TODAY ? ", 23.11. or 23 Nov" : "");
    }
    return date;
}

char *date_in_words(const char *date)
{
    int64_t days;
    char month[16];
    if (!value_date_days(date, &days))
        return NULL;
    int64_t weekday = (days % 7 + 7) % 7;
    return g_strdup_printf("%s, %d %s %d", WEEKDAYS[weekday], (int)g_ascii_strtoll(date + 8, NULL, 10),
                           month_name((int)g_ascii_strtoll(date + 5, NULL, 10), month),
                           (int)g_ascii_strtoll(date, NULL, 10));
}
