/* Server-sent events: any bytes, however cut, give the same events. The first byte chooses where they are
 * cut. */
#include "net/sse.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void collect(const char *bytes, size_t len, size_t piece_len, GString *seen)
{
    const struct sse_parser_limits limits = {.max_line_bytes = 64, .max_event_bytes = 128};
    struct sse_parser *parser = sse_parser_new(&limits);
    enum sse_result result = SSE_NEED_MORE;
    for (size_t start = 0; start < len && result != SSE_MALFORMED; start += piece_len) {
        const char *piece = bytes + start;
        size_t left = MIN(piece_len, len - start);
        struct sse_event event;
        while ((result = sse_parser_feed(parser, &piece, &left, &event)) == SSE_EVENT) {
            g_assert(event.data_len == strlen(event.data) && g_utf8_validate(event.data, -1, NULL));
            g_string_append_printf(seen, "%s|%s|%s\n", event.id, event.kind, event.data);
        }
        g_assert(result == SSE_MALFORMED || left == 0);
    }
    g_string_append(seen, sse_parser_reason(parser));
    sse_parser_free(parser);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len < 2)
        return 0;
    const char *text = (const char *)bytes + 1;
    g_autoptr(GString) whole = g_string_new(NULL);
    g_autoptr(GString) pieces = g_string_new(NULL);
    collect(text, len - 1, len - 1, whole);
    collect(text, len - 1, 1 + bytes[0] % 7, pieces);
    g_assert_cmpstr(whole->str, ==, pieces->str);
    return 0;
}
