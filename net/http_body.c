/* Bodies for libmicrohttpd. */
#include "net/http_body.h"

#include <glib.h>
#include <limits.h>
#include <stdbool.h>
#include <zlib.h>

#include "net/event_stream.h"

/* Whether the list of the header (RFC 9110, 12.5.3) names gzip, and not with the weight 0. */
static bool accepts_gzip(struct MHD_Connection *connection)
{
    const char *list = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Accept-Encoding");
    g_auto(GStrv) codings = g_strsplit(list ? list : "", ",", -1);
    for (char **coding = codings; *coding; coding++) {
        g_auto(GStrv) parts = g_strsplit(*coding, ";", 2);
        if (!parts[0] || g_ascii_strcasecmp(g_strstrip(parts[0]), "gzip") != 0)
            continue;
        const char *weight = parts[1] ? g_strstrip(parts[1]) : "q=1";
        return g_ascii_strncasecmp(weight, "q=", 2) == 0 && g_ascii_strtod(weight + 2, NULL) > 0;
    }
    return false;
}

/* As deflateInit2 wants it: the largest window, and gzip's head and tail around it. */
#define GZIP_WINDOW (MAX_WBITS + 16)

/* The compressed bytes, or NULL where that fails or does not pay. zlib itself, because GIO's converter brings
 * libraries of a megabyte with it. */
static GBytes *compress_gzip(const char *bytes, size_t len)
{
    z_stream stream = {0};
    if (len > UINT_MAX || deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW, MAX_MEM_LEVEL,
                                       Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    char *out = g_malloc(len);
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)len;
    stream.next_out = (Bytef *)out;
    stream.avail_out = (uInt)len;
    bool pays = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    size_t out_len = stream.total_out;
    deflateEnd(&stream);
    if (pays)
        return g_bytes_new_take(g_realloc(out, out_len), out_len);
    g_free(out);
    return NULL;
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

void http_body_pack(struct http_response *response, struct MHD_Connection *connection, size_t gzip_from_bytes)
{
    gsize len = response->body_len;
    const char *data = response->bytes ? g_bytes_get_data(response->bytes, &len) : response->body;
    bool is_tried = response->is_packed || !data || !gzip_from_bytes || len < gzip_from_bytes;
    response->is_packed = true;
    GBytes *compressed = is_tried || !accepts_gzip(connection) ? NULL : compress_gzip(data, len);
    if (!compressed)
        return;
    g_clear_pointer(&response->body, g_free);
    g_clear_pointer(&response->bytes, g_bytes_unref);
    response->bytes = compressed;
    response->is_gzip = true;
}

struct MHD_Response *http_body_wrap(struct http_response *response, struct MHD_Connection *connection)
{
    if (response->stream)
        return event_stream_attach(g_steal_pointer(&response->stream), connection);
    if (response->bytes) {
        struct MHD_Response *wrapped = wrap_bytes(g_steal_pointer(&response->bytes));
        if (response->is_gzip) {
            MHD_add_response_header(wrapped, "Content-Encoding", "gzip");
            MHD_add_response_header(wrapped, "Vary", "Accept-Encoding");
        }
        return wrapped;
    }
    if (!response->body)
        return MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
    /* g_malloc is malloc, so libmicrohttpd may free it. */
    return MHD_create_response_from_buffer(response->body_len, g_steal_pointer(&response->body),
                                           MHD_RESPMEM_MUST_FREE);
}
