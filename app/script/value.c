/* Canonical forms of typed values; see the header. */
#include "app/script/value.h"

#include <string.h>

#include "app/model/timestamp.h"
#include "app/script/date.h"

const struct yaml_word VALUE_TYPE_WORDS[] = {
    {"text", VALUE_TYPE_TEXT},     {"number", VALUE_TYPE_NUMBER},
    {"money", VALUE_TYPE_MONEY},   {"date", VALUE_TYPE_DATE},
    {"phone", VALUE_TYPE_PHONE},   {"email", VALUE_TYPE_EMAIL},
    {"choice", VALUE_TYPE_CHOICE}, {"order", VALUE_TYPE_ORDER},
    {"bool", VALUE_TYPE_BOOL},     {NULL, 0},
};

/* What a type wants, as the end of "LABEL should be …". */
static const char *const WANTED[] = {
    [VALUE_TYPE_TEXT] = "a text",
    [VALUE_TYPE_NUMBER] = "a number, such as 12 or 12.5",
    [VALUE_TYPE_MONEY] = "an amount, such as 94 or 94.50",
    [VALUE_TYPE_DATE] = "a date that exists, such as 2026-11-23",
    [VALUE_TYPE_PHONE] = "a phone number of 5 to 15 digits",
    [VALUE_TYPE_EMAIL] = "an e-mail address, such as name@example.com",
    [VALUE_TYPE_CHOICE] = "one of its choices",
    [VALUE_TYPE_ORDER] = "an order number",
    [VALUE_TYPE_BOOL] = "yes or no",
};

GQuark value_error_quark(void)
{
    return g_quark_from_static_string("firstline-value");
}

char *value_date_of(int64_t days)
{
    int64_t year;
    int month, day;
    timestamp_date(days, &year, &month, &day);
    return g_strdup_printf("%04d-%02d-%02d", (int)year, month, day);
}

static bool date_exists(int year, int month, int day)
{
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year);
}

/* Exactly `count` digits at `at`. */
static bool digits(const char *at, int count, int *out)
{
    *out = 0;
    for (int i = 0; i < count; i++) {
        if (!g_ascii_isdigit(at[i]))
            return false;
        *out = *out * 10 + (at[i] - '0');
    }
    return true;
}

bool value_date_days(const char *date, int64_t *out_days)
{
    int year, month, day;
    if (strlen(date) != 10 || !digits(date, 4, &year) || date[4] != '-' || !digits(date + 5, 2, &month) ||
        date[7] != '-' || !digits(date + 8, 2, &day) || !date_exists(year, month, day))
        return false;
    *out_days = timestamp_days(year, month, day);
    return true;
}

static char *normalise_date(const char *text)
{
    return date_read(text, DATE_NO_TODAY, "", NULL);
}

static char *normalise_money(const char *text)
{
    g_autofree char *plain = g_malloc(strlen(text) + 1);
    size_t len = strlen(text), at = 0;
    /* A comma followed by one or two last digits is a decimal comma; any other comma or blank parts
     * thousands. */
    for (size_t i = 0; i < len; i++) {
        size_t left = len - i - 1;
        if (text[i] == ',' && (left == 1 || left == 2) && !strchr(text, '.'))
            plain[at++] = '.';
        else if (text[i] == ',' || text[i] == ' ') {
            int group;
            if (left < 3 || !digits(text + i + 1, 3, &group) || g_ascii_isdigit(text[i + 4]))
                return NULL;
        } else
            plain[at++] = text[i];
    }
    plain[at] = '\0';
    int64_t minor = 0;
    if (!yaml_parse_money(plain, &minor))
        return NULL;
    return g_strdup_printf("%s%" G_GINT64_FORMAT ".%02d", minor < 0 ? "-" : "", ABS(minor) / 100,
                           (int)(ABS(minor) % 100));
}

static char *normalise_number(const char *text)
{
    const char *at = text + (*text == '-');
    size_t whole = strspn(at, "0123456789");
    size_t rest = at[whole] == '.' ? strspn(at + whole + 1, "0123456789") : 0;
    size_t end = whole + (rest ? rest + 1 : 0);
    if (whole == 0 || whole > 15 || rest > 6 || at[end])
        return NULL;
    const char *first = at + MIN(strspn(at, "0"), whole - 1);
    return g_strdup_printf("%s%s", *text == '-' ? "-" : "", first);
}

static char *normalise_phone(const char *text)
{
    GString *phone = g_string_new(NULL);
    size_t count = 0;
    for (const char *at = text; *at; at++) {
        if (g_ascii_isdigit(*at)) {
            count++;
            g_string_append_c(phone, *at);
        } else if (*at == '+' && phone->len == 0) {
            g_string_append_c(phone, '+');
        } else if (!strchr(" -()./", *at)) {
            count = 0;
            break;
        }
    }
    return g_string_free(phone, count < 5 || count > 15);
}

/* The shape only: one @, a name, a domain with a dot, no blank. Whether it exists, a message will show. */
static char *normalise_email(const char *text)
{
    const char *at = strchr(text, '@');
    if (!at || at == text || strchr(at + 1, '@') || strpbrk(text, " \t<>,;\"") || strlen(text) > 254)
        return NULL;
    const char *dot = strrchr(at, '.');
    if (!dot || dot == at + 1 || !dot[1] || strstr(at, ".."))
        return NULL;
    return g_strdup(text);
}

static char *normalise_bool(const char *text)
{
    static const char *const yes[] = {"yes", "y", "true", "1", "是", NULL};
    static const char *const no[] = {"no", "n", "false", "0", "否", NULL};
    g_autofree char *low = g_utf8_strdown(text, -1);
    return g_strv_contains(yes, low) ? g_strdup("yes") : g_strv_contains(no, low) ? g_strdup("no") : NULL;
}

static bool clean(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL) || g_utf8_strlen(text, -1) > VALUE_MAX_CHARS)
        return false;
    for (const char *at = text; *at; at = g_utf8_next_char(at))
        if (g_unichar_iscntrl(g_utf8_get_char(at)) && *at != '\n' && *at != '\t')
            return false;
    return true;
}

char *value_normalise(enum value_type type, const char *text, const char *label, GError **error)
{
    static char *(*const normalisers[])(const char *) = {
        [VALUE_TYPE_NUMBER] = normalise_number, [VALUE_TYPE_MONEY] = normalise_money,
        [VALUE_TYPE_DATE] = normalise_date,     [VALUE_TYPE_PHONE] = normalise_phone,
        [VALUE_TYPE_EMAIL] = normalise_email,   [VALUE_TYPE_BOOL] = normalise_bool,
    };
    if (!clean(text)) {
        g_set_error(error, VALUE_ERROR, VALUE_ERROR_FORM,
                    "%s should be plain text of at most %d characters, without control characters.", label,
                    VALUE_MAX_CHARS);
        return NULL;
    }
    g_autofree char *trimmed = g_strstrip(g_strdup(text));
    bool plain = type >= G_N_ELEMENTS(normalisers) || !normalisers[type];
    char *value = !*trimmed ? NULL : plain ? g_strdup(trimmed) : normalisers[type](trimmed);
    if (!value)
        g_set_error(error, VALUE_ERROR, VALUE_ERROR_FORM, "%s should be %s.", label, WANTED[type]);
    return value;
}

int value_compare(enum value_type type, const char *left, const char *right)
{
    if (type == VALUE_TYPE_DATE) /* canonical dates compare as texts */
        return strcmp(left, right);
    double a = g_ascii_strtod(left, NULL), b = g_ascii_strtod(right, NULL);
    return a < b ? -1 : a > b;
}

bool value_luhn(const char *text)
{
    int sum = 0, count = 0;
    for (const char *at = text + strlen(text); at-- > text;) {
        if (*at == ' ' || *at == '-')
            continue;
        if (!g_ascii_isdigit(*at))
            return false;
        int digit = *at - '0';
        if (count++ % 2 == 1)
            digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return count >= 12 && count <= 19 && sum % 10 == 0;
}
