/* Numbers and times as the screen writes them. Each answers out, which has room for FORMAT_BYTES. */
#ifndef UI_VIEWS_FORMAT_H
#define UI_VIEWS_FORMAT_H

#include <stdint.h>

#define FORMAT_BYTES 32

/* A length of time: "0:42", "11:40", "1:02:10", past two days "3 d"; negative ones with a minus sign. */
const char *format_clock(int64_t ms, char *out);

/* A time left, or with a minus sign by how much it is over, in at most 5 columns: "0:42", "99:59", "3h05",
 * "12h", "3d"; "-9:59", "-12m", "-2h". */
const char *format_left(int64_t ms, char *out);

/* The time of day, "14:02", of a moment in UTC at a place utc_offset_minutes east of it. */
const char *format_time(int64_t unix_ms, int utc_offset_minutes, char *out);

/* A code as words: "return_wrong_size" becomes "return wrong size". Long ones lose their end. */
const char *format_words(const char *code, char *out);

/* Money in minor units with the currency's usual two places: "94.00". */
const char *format_money(int64_t minor, char *out);

#endif
