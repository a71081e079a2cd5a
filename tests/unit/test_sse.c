/* The format of server-sent events: what is written is parsed again, however it is cut. */
#include "net/sse.h"

#include <string.h>

/* Feeds the text in pieces of `piece_len` bytes and returns the events as lines "id|kind|data". */
static char *parse_all(const char *text, size_t len, size_t piece_len, const struct sse_parser_limits *limits)
{
    struct sse_parser *parser = sse_parser_new(limits);
    GString *seen = g_string_new(NULL);
    for (size_t start = 0; start < len; start += piece_len) {
        const char *bytes = text + start;
        size_t left = MIN(piece_len, len - start);
        struct sse_event event;
        enum sse_result result;
        while ((result = sse_parser_feed(parser, &bytes, &left, &event)) == SSE_EVENT) {
            g_assert_cmpuint(event.data_len, ==, strlen(event.data));
            g_string_append_printf(seen, "%s|%s|%s\n", event.id, event.kind, event.data);
        }
        if (result == SSE_MALFORMED) {
            g_string_append_printf(seen, "malformed: %s", sse_parser_reason(parser));
            break;
        }
        g_assert_cmpuint(left, ==, 0);
    }
    sse_parser_free(parser);
    return g_string_free(seen, FALSE);
}

static void assert_parsed(const char *text, const char *expected)
{
    for (size_t piece_len = 1; piece_len <= strlen(text) + 1; piece_len++) {
        g_autofree char *seen = parse_all(text, strlen(text), piece_len, NULL);
        g_assert_cmpstr(seen, ==, expected);
    }
}

static void test_reads_fields_however_cut(void)
{
    assert_parsed("id: 7\nevent: contact.queued\ndata: {\"a\":1}\n\n", "7|contact.queued|{\"a\":1}\n");
    assert_parsed("data: one\n\ndata: two\n\n", "|message|one\n|message|two\n");
    assert_parsed("id: 1\ndata: a\n\ndata: b\n\n", "1|message|a\n1|message|b\n");
}

static void test_knows_all_line_ends(void)
{
    assert_parsed("data: a\r\ndata: b\r\n\r\n", "|message|a\nb\n");
    assert_parsed("data: a\rdata: b\r\r", "|message|a\nb\n");
    assert_parsed("data: a\r\n\ndata: b\n\r\n", "|message|a\n|message|b\n");
}

static void test_skips_comments_and_what_it_does_not_know(void)
{
    assert_parsed(":\n\n: hello\nfoo: bar\nretry: x\ndata: a\n:\n\n", "|message|a\n");
    assert_parsed("\xef\xbb\xbf"
                  "data: a\n\n",
                  "|message|a\n");
}

static void test_takes_one_space_off_and_keeps_the_rest(void)
{
    assert_parsed("data:  a \ndata\ndata:b\n\n", "|message| a \n\nb\n");
}

static void test_an_event_without_data_is_none(void)
{
    assert_parsed("event: x\nid: 3\n\ndata: a\n\n", "3|message|a\n");
}

static void test_an_unfinished_event_is_not_given(void)
{
    assert_parsed("data: a\n\ndata: b\n", "|message|a\n");
}

static void test_an_event_cut_off_is_asked_for_again(void)
{
    struct sse_parser *parser = sse_parser_new(NULL);
    const char *bytes = "id: 1\ndata: a\n\nid: 2\ndata: b\n";
    size_t len = strlen(bytes);
    struct sse_event event;
    g_assert_cmpint(sse_parser_feed(parser, &bytes, &len, &event), ==, SSE_EVENT);
    g_assert_cmpint(sse_parser_feed(parser, &bytes, &len, &event), ==, SSE_NEED_MORE);
    g_assert_cmpstr(sse_parser_last_id(parser), ==, "1");
    sse_parser_clear(parser);
    bytes = "data: c\n\n";
    len = strlen(bytes);
    g_assert_cmpint(sse_parser_feed(parser, &bytes, &len, &event), ==, SSE_EVENT);
    g_assert_cmpstr(event.id, ==, "1");
    sse_parser_free(parser);
}

static void test_bounds_lines_events_and_text(void)
{
    const struct sse_parser_limits limits = {.max_line_bytes = 20, .max_event_bytes = 12};
    const char *long_line = "data: 12345678901234567890\n\n";
    const char *long_event = "data: 1234567\ndata: 1234567\n\n";
    g_autofree char *line = parse_all(long_line, strlen(long_line), 5, &limits);
    g_assert_cmpstr(line, ==, "malformed: a line longer than 20 bytes");
    g_autofree char *event = parse_all(long_event, strlen(long_event), 5, &limits);
    g_assert_cmpstr(event, ==, "malformed: an event longer than 12 bytes");
    g_autofree char *latin = parse_all("data: \xe9\n\n", 9, 3, NULL);
    g_assert_cmpstr(latin, ==, "malformed: a line that is not UTF-8");
    g_autofree char *nul = parse_all("id: 1\0002\n\n", 9, 3, NULL);
    g_assert_cmpstr(nul, ==, "malformed: a line that is not UTF-8");
}

static void test_what_is_written_is_read_again(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    sse_write_event(out, 12, "note", "a\nb\r\nc\rd", 8);
    sse_write_event(out, 0, NULL, "", 0);
    sse_write_event(out, 0, NULL, "x\n", 2);
    g_assert_cmpstr(
        out->str, ==,
        "id: 12\nevent: note\ndata: a\ndata: b\ndata: c\ndata: d\n\ndata: \n\ndata: x\ndata: \n\n");
    assert_parsed(out->str, "12|note|a\nb\nc\nd\n12|message|\n12|message|x\n\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sse/reads-fields-however-cut", test_reads_fields_however_cut);
    g_test_add_func("/sse/knows-all-line-ends", test_knows_all_line_ends);
    g_test_add_func("/sse/skips-comments-and-what-it-does-not-know",
                    test_skips_comments_and_what_it_does_not_know);
    g_test_add_func("/sse/takes-one-space-off-and-keeps-the-rest",
                    test_takes_one_space_off_and_keeps_the_rest);
    g_test_add_func("/sse/an-event-without-data-is-none", test_an_event_without_data_is_none);
    g_test_add_func("/sse/an-unfinished-event-is-not-given", test_an_unfinished_event_is_not_given);
    g_test_add_func("/sse/an-event-cut-off-is-asked-for-again", test_an_event_cut_off_is_asked_for_again);
    g_test_add_func("/sse/bounds-lines-events-and-text", test_bounds_lines_events_and_text);
    g_test_add_func("/sse/what-is-written-is-read-again", test_what_is_written_is_read_again);
    return g_test_run();
}
