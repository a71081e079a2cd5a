/* Times on the wire: RFC 3339 in UTC with milliseconds, "2026-11-23T14:02:05.120Z". */
#ifndef APP_MODEL_TIMESTAMP_H
#define APP_MODEL_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

#define TIMESTAMP_BYTES 25                       /* with the closing NUL */
#define TIMESTAMP_MAX   INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

/* unix_ms in 0 .. TIMESTAMP_MAX (clamped) -> out, which has room for TIMESTAMP_BYTES. */
void timestamp_format(int64_t unix_ms, char *out);

/* Reads "YYYY-MM-DDThh:mm:ss[.f…](Z|±hh:mm)", digits past milliseconds dropped; "YYYY-MM-DD" is its midnight
 * in UTC. False where the text is anything else or before 1970. */
bool timestamp_parse(const char *text, int64_t *unix_ms);

/* For people whose clocks are so far from UTC: the time of day, "14:02", where both moments are of one day,
 * else the date, "2 Nov", of another year the month, "2024-10". Answers out, which has room for
 * TIMESTAMP_SHORT_BYTES; at most 7 columns. */
#define TIMESTAMP_SHORT_BYTES 16
const char *timestamp_short(int64_t unix_ms, int64_t now_ms, int utc_offset_minutes, char *out);

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar, and back.
 * Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil and civil_from_days. */
int64_t timestamp_days(int64_t year, int month, int day);
void timestamp_date(int64_t days, int64_t *year, int *month, int *day);

#endif
