/* Server-sent events, written and parsed. */
#include "net/sse.h"

#include <string.h>

enum {
    DEFAULT_MAX_LINE_BYTES = 1024 * 1024,
    DEFAULT_MAX_EVENT_BYTES = 4 * 1024 * 1024,
    MAX_ID_BYTES = 256,
};

struct sse_parser {
    struct sse_parser_limits limits;
    GString *line; /* of the line under way, only when it came in pieces */
    GString *data; /* each data line with a LF behind it */
    GString *kind;
    GString *id;      /* of the event under way: an event cut off half-way must be asked for again */
    GString *last_id; /* of the last whole one */
    bool after_cr;    /* a LF that comes next belongs to the CR before */
    bool at_start;    /* nothing read yet: a byte order mark is skipped */
    bool event_given; /* data and kind are the caller's until the next call */
    bool is_malformed;
    char reason[80];
};

void sse_write_event(GString *out, int64_t id, const char *kind, const char *data, size_t data_len)
{
    if (id)
        g_string_append_printf(out, "id: %" G_GINT64_FORMAT "\n", (gint64)id);
    if (kind)
        g_string_append_printf(out, "event: %s\n", kind);
    const char *end = data + data_len;
    do {
        size_t line_len = 0;
        while (data + line_len < end && data[line_len] != '\n' && data[line_len] != '\r')
            line_len++;
        g_string_append_len(out, "data: ", 6);
        g_string_append_len(out, data, (gssize)line_len);
        g_string_append_c(out, '\n');
        data += line_len;
        bool is_crlf = end - data > 1 && data[0] == '\r' && data[1] == '\n';
        data += is_crlf ? 2 : 1;
    } while (data <= end);
    g_string_append_c(out, '\n');
}

struct sse_parser *sse_parser_new(const struct sse_parser_limits *limits)
{
    struct sse_parser *parser = g_new0(struct sse_parser, 1);
    if (limits)
        parser->limits = *limits;
    if (!parser->limits.max_line_bytes)
        parser->limits.max_line_bytes = DEFAULT_MAX_LINE_BYTES;
    if (!parser->limits.max_event_bytes)
        parser->limits.max_event_bytes = DEFAULT_MAX_EVENT_BYTES;
    parser->line = g_string_new(NULL);
    parser->data = g_string_new(NULL);
    parser->kind = g_string_new(NULL);
    parser->id = g_string_new(NULL);
    parser->last_id = g_string_new(NULL);
    sse_parser_clear(parser);
    return parser;
}

void sse_parser_free(struct sse_parser *parser)
{
    if (!parser)
        return;
    g_string_free(parser->line, TRUE);
    g_string_free(parser->data, TRUE);
    g_string_free(parser->kind, TRUE);
    g_string_free(parser->id, TRUE);
    g_string_free(parser->last_id, TRUE);
    g_free(parser);
}

void sse_parser_clear(struct sse_parser *parser)
{
    g_string_truncate(parser->line, 0);
    g_string_truncate(parser->data, 0);
    g_string_truncate(parser->kind, 0);
    g_string_assign(parser->id, parser->last_id->str);
    parser->after_cr = false;
    parser->at_start = true;
    parser->event_given = false;
    parser->is_malformed = false;
    parser->reason[0] = '\0';
}

static enum sse_result malformed(struct sse_parser *parser, const char *format, size_t limit)
{
    parser->is_malformed = true;
    if (limit)
        g_snprintf(parser->reason, sizeof parser->reason, "%s %zu bytes", format, limit);
    else
        g_strlcpy(parser->reason, format, sizeof parser->reason);
    return SSE_MALFORMED;
}

static bool name_is(const char *line, size_t name_len, const char *name)
{
    return name_len == strlen(name) && memcmp(line, name, name_len) == 0;
}

/* Takes one field line into the event under way. */
static enum sse_result take_field(struct sse_parser *parser, const char *line, size_t len)
{
    const char *colon = memchr(line, ':', len);
    size_t name_len = colon ? (size_t)(colon - line) : len;
    const char *value = colon ? colon + 1 : line + len;
    size_t value_len = len - (size_t)(value - line);
    if (value_len > 0 && *value == ' ') {
        value++;
        value_len--;
    }
    if (name_is(line, name_len, "data")) {
        if (parser->data->len + value_len > parser->limits.max_event_bytes)
            return malformed(parser, "an event longer than", parser->limits.max_event_bytes);
        g_string_append_len(parser->data, value, (gssize)value_len);
        g_string_append_c(parser->data, '\n');
    } else if (name_is(line, name_len, "event")) {
        g_string_truncate(parser->kind, 0);
        g_string_append_len(parser->kind, value, (gssize)value_len);
    } else if (name_is(line, name_len, "id")) {
        if (value_len > MAX_ID_BYTES)
            return malformed(parser, "an id longer than", MAX_ID_BYTES);
        g_string_truncate(parser->id, 0);
        g_string_append_len(parser->id, value, (gssize)value_len);
    }
    return SSE_NEED_MORE;
}

/* An empty line ends the event; one without data is none. */
static enum sse_result end_event(struct sse_parser *parser, struct sse_event *event)
{
    g_string_assign(parser->last_id, parser->id->str);
    if (parser->data->len == 0) {
        g_string_truncate(parser->kind, 0);
        return SSE_NEED_MORE;
    }
    g_string_truncate(parser->data, parser->data->len - 1);
    parser->event_given = true;
    *event = (struct sse_event){
        .id = parser->last_id->str,
        .kind = parser->kind->len ? parser->kind->str : "message",
        .data = parser->data->str,
        .data_len = parser->data->len,
    };
    return SSE_EVENT;
}

static enum sse_result take_line(struct sse_parser *parser, const char *line, size_t len,
                                 struct sse_event *event)
{
    if (parser->at_start && len >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
        line += 3;
        len -= 3;
    }
    parser->at_start = false;
    if (len == 0)
        return end_event(parser, event);
    if (line[0] == ':')
        return SSE_NEED_MORE;
    /* g_utf8_validate_len refuses NUL as well. */
    if (!g_utf8_validate_len(line, len, NULL))
        return malformed(parser, "a line that is not UTF-8", 0);
    return take_field(parser, line, len);
}

static void forget_given_event(struct sse_parser *parser)
{
    if (!parser->event_given)
        return;
    parser->event_given = false;
    g_string_truncate(parser->data, 0);
    g_string_truncate(parser->kind, 0);
}

/* The length of the line that starts here without its end, or `len` when the end is not in sight. */
static size_t find_line_end(const char *bytes, size_t len)
{
    const char *lf = memchr(bytes, '\n', len);
    size_t until = lf ? (size_t)(lf - bytes) : len;
    const char *cr = memchr(bytes, '\r', until);
    return cr ? (size_t)(cr - bytes) : until;
}

enum sse_result sse_parser_feed(struct sse_parser *parser, const char **bytes, size_t *len,
                                struct sse_event *event)
{
    forget_given_event(parser);
    if (parser->is_malformed)
        return SSE_MALFORMED;
    while (*len > 0) {
        if (parser->after_cr && **bytes == '\n') {
            parser->after_cr = false;
            ++*bytes;
            --*len;
            continue;
        }
        parser->after_cr = false;
        size_t part_len = find_line_end(*bytes, *len);
        if (parser->line->len + part_len > parser->limits.max_line_bytes)
            return malformed(parser, "a line longer than", parser->limits.max_line_bytes);
        const char *part = *bytes;
        bool is_whole = part_len < *len;
        parser->after_cr = is_whole && part[part_len] == '\r';
        *bytes += part_len + (is_whole ? 1 : 0);
        *len -= part_len + (is_whole ? 1 : 0);
        if (!is_whole || parser->line->len > 0)
            g_string_append_len(parser->line, part, (gssize)part_len);
        if (!is_whole)
            return SSE_NEED_MORE;

        enum sse_result result = parser->line->len > 0
                                     ? take_line(parser, parser->line->str, parser->line->len, event)
                                     : take_line(parser, part, part_len, event);
        g_string_truncate(parser->line, 0);
        if (result != SSE_NEED_MORE)
            return result;
    }
    return SSE_NEED_MORE;
}

const char *sse_parser_last_id(const struct sse_parser *parser)
{
    return parser->last_id->str;
}

void sse_parser_set_last_id(struct sse_parser *parser, const char *id)
{
    g_string_assign(parser->last_id, id ? id : "");
    g_string_assign(parser->id, parser->last_id->str);
}

const char *sse_parser_reason(const struct sse_parser *parser)
{
    return parser->reason;
}
