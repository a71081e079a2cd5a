/*
 * date: a date as people type it, read only where it can be but one.
 *
 *     g_autofree char *date = date_read("20 Nov", today, "Delivered on", &error);   // "2026-11-20"
 *
 * Read are: 2026-11-20, 2026/11/20, 20.11.2026, 20 Nov 2026, Nov 20 2026, the 20th of November 2026,
 * 2026年11月20日; with a today also the same without a year (20.11., 20 Nov, 11月20日: the nearest such day),
 * with a year of two digits (from 80 years before today to 19 after), and today, yesterday, tomorrow, 今天,
 * 昨天, 明天, 前天, 后天. 5/11 is the fifth of November to one and the eleventh of May to another: it is
 * refused, and 20/11 is read.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#define DATE_NO_TODAY INT64_MIN

/* The canonical form ("2026-11-20"); caller owns, free with g_free. NULL with a sentence that begins with
 * `label` where it is no date, is none that exists, or could be two. `today` in days since 1970-01-01. */
char *date_read(const char *text, int64_t today, const char *label, GError **error);

/* "Friday, 20 November 2026" of a canonical date; caller owns. NULL when it is none. */
char *date_in_words(const char *date);
