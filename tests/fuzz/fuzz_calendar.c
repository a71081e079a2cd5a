/* Opening hours: any text is a calendar or a sentence, and what is a calendar keeps time. */
#include "app/model/calendar.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define HOUR_MS  (3600 * INT64_C(1000))
#define START_MS (INT64_C(1795824000) * 1000) /* a Saturday */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    g_autofree char *text = g_strndup((const char *)bytes, len);
    g_autoptr(GError) error = NULL;
    g_autoptr(calendar) c = calendar_parse(text, &error);
    g_assert_true((c == NULL) == (error != NULL));
    if (c == NULL)
        return 0;
    for (int i = 0; i < 4; i++) {
        int64_t from_ms = START_MS + i * 50 * HOUR_MS + i * 60007, open_ms = (1 + i * 7) * HOUR_MS / 2;
        int64_t change_ms = calendar_change_ms(c, from_ms), due_ms = calendar_add_ms(c, from_ms, open_ms);
        g_assert_cmpint(change_ms, >, from_ms);
        g_assert_true(change_ms == INT64_MAX ||
                      calendar_is_open(c, change_ms) == !calendar_is_open(c, from_ms));
        g_assert_cmpint(due_ms, >=, from_ms + open_ms);
        if (due_ms < from_ms + CALENDAR_REACH_MS)
            g_assert_cmpint(calendar_between_ms(c, from_ms, due_ms), ==, open_ms);
    }
    return 0;
}
