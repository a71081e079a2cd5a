#include "app/desk/hours.h"

#define DAY_MS INT64_C(86400000)

const char *hours_short(const struct desk *desk, int64_t at_ms, char *out)
{
    int64_t now_ms = desk_shown_ms(desk);
    /* Tomorrow morning is a time to everybody. */
    return timestamp_short(at_ms, at_ms - now_ms < DAY_MS ? at_ms : now_ms, desk->utc_offset_minutes, out);
}

char *hours_closed(const struct desk *desk, const struct queue *q)
{
    char opening[TIMESTAMP_SHORT_BYTES];
    if (q == NULL || calendar_is_open(q->calendar, desk->now_ms))
        return NULL;
    int64_t opens_ms = calendar_change_ms(q->calendar, desk->now_ms);
    return opens_ms == INT64_MAX ? g_strdup("closed")
                                 : g_strconcat("closed until ", hours_short(desk, opens_ms, opening), NULL);
}
