/* Filling a response. */
#include "net/http_response.h"

#include <string.h>

#include "net/event_stream.h"
#include "net/problem.h"

static void clear_body(struct http_response *response)
{
    g_clear_pointer(&response->body, g_free);
    g_clear_pointer(&response->bytes, g_bytes_unref);
    g_clear_pointer(&response->stream, event_stream_unref);
    response->is_packed = response->is_gzip = false;
    response->body_len = 0;
    response->content_type = NULL;
}

void http_response_take_text(struct http_response *response, unsigned status, const char *type, GString *text)
{
    clear_body(response);
    response->status = status;
    response->content_type = type;
    response->body_len = text->len;
    response->body = g_string_free(text, FALSE);
}

void http_response_take_json(struct http_response *response, unsigned status, GString *json)
{
    http_response_take_text(response, status, "application/json", json);
}

void http_response_set_bytes(struct http_response *response, unsigned status, const char *type, GBytes *bytes)
{
    clear_body(response);
    response->status = status;
    response->content_type = type;
    response->bytes = g_bytes_ref(bytes);
}

void http_response_take_stream(struct http_response *response, struct event_stream *stream)
{
    clear_body(response);
    response->status = 200;
    response->content_type = "text/event-stream";
    response->stream = stream;
}

void http_response_set_problem(struct http_response *response, const GError *error)
{
    http_response_clear(response);
    GString *out = g_string_sized_new(256);
    problem_write(out, error);
    http_response_take_text(response, problem_code_status(problem_code_of(error)), "application/problem+json",
                            out);
}

static bool is_header_value(const char *value)
{
    for (const char *at = value; *at; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            return false;
    }
    return true;
}

void http_response_add_header(struct http_response *response, const char *name, const char *value)
{
    g_assert(response->header_count < HTTP_RESPONSE_MAX_HEADERS);
    if (is_header_value(value))
        response->headers[response->header_count++] = (struct http_response_header){name, g_strdup(value)};
}

void http_response_clear(struct http_response *response)
{
    clear_body(response);
    for (unsigned i = 0; i < response->header_count; i++)
        g_free(response->headers[i].value);
    *response = (struct http_response){0};
}
