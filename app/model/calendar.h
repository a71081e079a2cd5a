/* When a queue is open: a time zone, the hours of a week and days that differ from it. Clocks of service run
 * while it is open. Pure: reads no clock; does not know queues.
 *
 *     calendar = entry *( ";" entry )
 *     entry    = "zone=" name / ( weekday / date ) "=" ( "closed" / span *( " " span ) )
 *     weekday  = "mon" / "tue" / "wed" / "thu" / "fri" / "sat" / "sun"
 *     date     = YYYY-MM-DD                        ; a holiday, or a day with hours of its own
 *     span     = HH:MM "-" HH:MM                   ; the end after the start, at most 24:00, in order
 *
 * Without a zone hours are in UTC. A weekday that is not named is closed, but where none is named all are
 * open all day. It is open at an instant where the clock on the zone's walls then reads a minute within a
 * span: an hour that a change of summer time leaves out is never, one that it repeats is twice.
 *
 *     g_autoptr(calendar) c = calendar_parse("zone=Europe/Oslo;mon=08:00-16:00;2026-05-25=closed", &error);
 *     due_ms = calendar_add_ms(c, arrived_ms, 4 * HOUR_MS);
 *
 * Everywhere a NULL calendar is one that is always open. Times are ms since 1970 in UTC, >= 0.
 */
#ifndef APP_MODEL_CALENDAR_H
#define APP_MODEL_CALENDAR_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define CALENDAR_TEXT_MAX  (16 * 1024)                        /* bytes */
#define CALENDAR_SPANS_MAX 4                                  /* a day */
#define CALENDAR_REACH_MS  (3660 * 24 * 3600 * INT64_C(1000)) /* how far it is looked ahead: ten years */

typedef struct calendar calendar;

/* NULL and a sentence where the text is malformed, the zone is unknown on this machine, or no weekday is ever
 * open (FIELDS_ERROR_MALFORMED). Caller owns, free with calendar_free. */
struct calendar *calendar_parse(const char *text, GError **error);
void calendar_free(struct calendar *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(calendar, calendar_free)

bool calendar_is_open(const struct calendar *c, int64_t at_ms);

/* The first instant after at_ms at which it opens or closes; INT64_MAX: it stays as it is for as far as is
 * looked ahead. */
int64_t calendar_change_ms(const struct calendar *c, int64_t at_ms);

/* The first instant by which it has been open for open_ms since from_ms; from_ms itself where that is not
 * above 0. What is left of open_ms after CALENDAR_REACH_MS counts as if it were open. */
int64_t calendar_add_ms(const struct calendar *c, int64_t from_ms, int64_t open_ms);

/* For how long it is open in [start_ms, end_ms), in ms; 0 where end_ms is not after start_ms. */
int64_t calendar_between_ms(const struct calendar *c, int64_t start_ms, int64_t end_ms);

#endif
