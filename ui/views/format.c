#include "ui/views/format.h"

#include <glib.h>
#include <stdlib.h>

const char *format_clock(int64_t ms, char *out)
{
    const char *sign = ms < 0 ? "-" : "";
    int64_t seconds = llabs(ms) / 1000;
    if (seconds >= 2 * 86400)
        g_snprintf(out, FORMAT_BYTES, "%s%d d", sign, (int)MIN(seconds / 86400, 99999));
    else if (seconds >= 3600)
        g_snprintf(out, FORMAT_BYTES, "%s%d:%02d:%02d", sign, (int)(seconds / 3600), (int)(seconds / 60 % 60),
                   (int)(seconds % 60));
    else
        g_snprintf(out, FORMAT_BYTES, "%s%d:%02d", sign, (int)(seconds / 60), (int)(seconds % 60));
    return out;
}

const char *format_left(int64_t ms, char *out)
{
    const char *sign = ms < 0 ? "-" : "";
    int64_t seconds = ms < 0 ? (999 - ms) / 1000 : ms / 1000; /* a second late at once: never "-0:00" */
    int64_t minutes = seconds / 60, hours = minutes / 60;
    if (hours >= (ms < 0 ? 100 : 48))
        g_snprintf(out, FORMAT_BYTES, "%s%dd", sign, (int)MIN(hours / 24, 999));
    else if (hours >= (ms < 0 ? 1 : 10))
        g_snprintf(out, FORMAT_BYTES, "%s%dh", sign, (int)hours);
    else if (minutes >= 100)
        g_snprintf(out, FORMAT_BYTES, "%dh%02d", (int)hours, (int)(minutes % 60));
    else if (ms < 0 && minutes >= 10)
        g_snprintf(out, FORMAT_BYTES, "-%dm", (int)minutes);
    else
        g_snprintf(out, FORMAT_BYTES, "%s%d:%02d", sign, (int)minutes, (int)(seconds % 60));
    return out;
}

const char *format_time(int64_t unix_ms, int utc_offset_minutes, char *out)
{
    int minutes = (int)((unix_ms / 60000 + utc_offset_minutes) % 1440);
    g_snprintf(out, FORMAT_BYTES, "%02d:%02d", minutes / 60, minutes % 60);
    return out;
}

const char *format_words(const char *code, char *out)
{
    const char *end;
    g_strlcpy(out, code, FORMAT_BYTES);
    if (!g_utf8_validate(out, -1, &end))
        out[end - out] = '\0';
    return g_strdelimit(out, "_-.", ' ');
}

const char *format_money(int64_t minor, char *out)
{
    g_snprintf(out, FORMAT_BYTES, "%s%" G_GINT64_FORMAT ".%02d", minor < 0 ? "-" : "",
               (int64_t)llabs(minor) / 100, (int)(llabs(minor) % 100));
    return out;
}
