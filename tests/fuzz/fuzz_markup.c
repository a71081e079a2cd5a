/* Articles without their signs: whole characters, and ranges that lie in the text, one after the other. */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "app/desk/desk.h"
#include "app/desk/markup.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void assert_ranges(const GArray *ranges, const char *text, size_t least)
{
    size_t end = 0, text_len = strlen(text);
    for (guint i = 0; i < ranges->len; i++) {
        struct desk_range range = g_array_index(ranges, struct desk_range, i);
        g_assert(range.start >= end && range.end >= range.start + least && range.end <= text_len);
        end = range.end;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    g_autofree char *raw = g_strndup((const char *)bytes, len), *source = g_utf8_make_valid(raw, -1);
    g_autoptr(GArray) strong = NULL, marks = g_array_new(FALSE, FALSE, sizeof(struct desk_range));
    size_t source_len = strlen(source);
    for (size_t at = 0; at + 1 < source_len; at += 1 + source_len / 8) {
        struct desk_range mark = {at, MIN(at + 1 + source_len / 9, source_len)};
        g_array_append_val(marks, mark);
    }
    g_autofree char *text = markup_plain(source, marks, &strong);
    g_assert(g_utf8_validate(text, -1, NULL));
    g_assert(strlen(text) <= 4 * source_len);
    assert_ranges(strong, text, 1);
    assert_ranges(marks, text, 0);
    return 0;
}
