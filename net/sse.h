/* The wire format of server-sent events (WHATWG HTML, 9.2.6): writing one, and a pure incremental parser.
 *
 *     stream = *( *comment event ) ; lines end in CR, LF or CRLF
 *     event  = *( "id: " text / "event: " text / "data: " text / ":" anything ) empty-line
 *
 * The parser takes bytes split anywhere and never blocks or calls back. Its bounds are part of its result: a
 * line or an event past them, a byte that is not UTF-8, a NUL in an id are malformed, and what follows is not
 * read.
 */
#ifndef NET_SSE_H
#define NET_SSE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Appends one event. `id` 0 leaves the id out (the reader's last id stays), `kind` NULL leaves the event
 * field out. `data` may hold line feeds; a CR in it ends a line too. */
void sse_write_event(GString *out, int64_t id, const char *kind, const char *data, size_t data_len);

struct sse_parser;

struct sse_parser_limits {
    size_t max_line_bytes;  /* 0: 1 MiB */
    size_t max_event_bytes; /* of all its data lines; 0: 4 MiB */
};

/* An event, borrowed until the next call with the same parser. Texts are valid UTF-8 and NUL-terminated. */
struct sse_event {
    const char *id;   /* the last id seen on the stream, "" before the first */
    const char *kind; /* "message" when the stream names none */
    const char *data;
    size_t data_len;
};

enum sse_result {
    SSE_NEED_MORE, /* all bytes are consumed and no event is whole yet */
    SSE_EVENT,     /* `event` is filled; call again with what is left */
    SSE_MALFORMED, /* nothing after this can be trusted: sse_parser_reason() says why; start anew with a clear
                    */
};

struct sse_parser *sse_parser_new(const struct sse_parser_limits *limits);
void sse_parser_free(struct sse_parser *parser);

/* Makes it ready for a new connection; the last id is kept. */
void sse_parser_clear(struct sse_parser *parser);

/* Consumes from `*bytes` (advancing both) until an event is whole or nothing is left. */
enum sse_result sse_parser_feed(struct sse_parser *parser, const char **bytes, size_t *len,
                                struct sse_event *event);

/* The id of the last whole event, "" before the first; borrowed until the next feed. */
const char *sse_parser_last_id(const struct sse_parser *parser);

/* Starts from an id known from before; copies. */
void sse_parser_set_last_id(struct sse_parser *parser, const char *id);

/* Half a sentence on what was malformed ("a line longer than 1048576 bytes"); borrowed until the parser is
 * freed. */
const char *sse_parser_reason(const struct sse_parser *parser);

#endif
