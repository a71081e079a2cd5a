/* Bodies for libmicrohttpd. */
#include "net/http_body.h"

#include <gio/gio.h>
#include <stdbool.h>
#include <string.h>

#include "net/event_stream.h"

static bool accepts_gzip(struct MHD_Connection *connection)
{
    const char *accepted = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Accept-Encoding");
    const char *word = accepted ? strstr(accepted, "gzip") : NULL;
    return word && strncmp(word + 4, ";q=0", 4) != 0;
}

/* The compressed bytes, or NULL where that fails or does not pay. */
static GBytes *compress(const char *bytes, size_t len)
{
    g_autoptr(GZlibCompressor) compressor = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1);
    char *out = g_malloc(len);
    gsize read_bytes = 0, written_bytes = 0;
    GConverterResult result =
        g_converter_convert(G_CONVERTER(compressor), bytes, len, out, len, G_CONVERTER_INPUT_AT_END,
                            &read_bytes, &written_bytes, NULL);
    if (result != G_CONVERTER_FINISHED) {
        g_free(out);
        return NULL;
    }
    return g_bytes_new_take(out, written_bytes);
}

static void unref_bytes(void *bytes)
{
    g_bytes_unref(bytes);
}

static struct MHD_Response *wrap_bytes(GBytes *bytes)
{
    gsize len;
    gconstpointer data = g_bytes_get_data(bytes, &len);
    return MHD_create_response_from_buffer_with_free_callback_cls(len, (void *)data, unref_bytes, bytes);
}

static struct MHD_Response *wrap_compressed(struct http_response *response, struct MHD_Connection *connection,
                                            size_t from_bytes)
{
    gsize len = response->body_len;
    const char *data = response->bytes ? g_bytes_get_data(response->bytes, &len) : response->body;
    if (!from_bytes || len < from_bytes || !accepts_gzip(connection))
        return NULL;
    GBytes *compressed = compress(data, len);
    if (!compressed)
        return NULL;
    struct MHD_Response *wrapped = wrap_bytes(compressed);
    MHD_add_response_header(wrapped, "Content-Encoding", "gzip");
    MHD_add_response_header(wrapped, "Vary", "Accept-Encoding");
    return wrapped;
}

struct MHD_Response *http_body_wrap(struct http_response *response, struct MHD_Connection *connection,
                                    size_t gzip_from_bytes)
{
    if (response->stream)
        return event_stream_attach(g_steal_pointer(&response->stream), connection);
    struct MHD_Response *wrapped = wrap_compressed(response, connection, gzip_from_bytes);
    if (wrapped)
        return wrapped;
    if (response->bytes)
        return wrap_bytes(g_steal_pointer(&response->bytes));
    if (!response->body)
        return MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
    /* g_malloc is malloc, so libmicrohttpd may free it. */
    return MHD_create_response_from_buffer(response->body_len, g_steal_pointer(&response->body),
                                           MHD_RESPMEM_MUST_FREE);
}
