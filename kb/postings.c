#include "kb/postings.h"

#include <string.h>

#define SKIP_BYTES 12

static void put(uint8_t **bytes, uint32_t *len, uint32_t *room, uint32_t value)
{
    if (*room - *len < KB_VARINT_MAX) {
        *room = *room < 16 ? 16 : *room + *room / 2;
        *bytes = g_realloc(*bytes, *room);
    }
    *len += (uint32_t)kb_varint_put(*bytes + *len, value);
}

void kb_list_writer_add(struct kb_list_writer *w, uint32_t doc, const uint32_t *positions, uint32_t count)
{
    uint32_t delta = doc + 1 - w->next_doc;
    uint32_t last = 0;

    put(&w->docs, &w->docs_len, &w->docs_room, delta << 1 | (count == 1));
    if (count != 1)
        put(&w->docs, &w->docs_len, &w->docs_room, count);
    for (uint32_t i = 0; i < count; i++) {
        put(&w->positions, &w->positions_len, &w->positions_room, positions[i] - last);
        last = positions[i];
    }
    w->next_doc = doc + 1;
    w->df++;
}

static void pass_varints(const uint8_t *bytes, uint32_t *at, uint32_t len, uint32_t count)
{
    while (count > 0 && *at < len)
        count -= bytes[(*at)++] < 0x80;
}

/* The skips are found by reading the finished list once: while it grows nobody needs them. */
static void write_skips(const struct kb_list_writer *w, GByteArray *out)
{
    struct kb_cursor c = {
        .at = w->docs, .end = w->docs + w->docs_len, .doc = UINT32_MAX, .doc_count = UINT32_MAX};
    uint32_t positions_at = 0, read = 0;

    while (kb_cursor_next(&c)) {
        pass_varints(w->positions, &positions_at, w->positions_len, c.tf);
        if (++read % KB_FORMAT_SKIP == 0 && read < w->df) {
            uint32_t skip[3] = {c.doc, (uint32_t)(c.at - w->docs), positions_at};
            g_byte_array_append(out, (const guint8 *)skip, SKIP_BYTES);
        }
    }
}

void kb_list_writer_finish(const struct kb_list_writer *w, GByteArray *out)
{
    uint8_t head[2 * KB_VARINT_MAX];
    size_t len = kb_varint_put(head, w->docs_len);

    len += kb_varint_put(head + len, w->positions_len);
    g_byte_array_append(out, head, (guint)len);
    if (w->df > KB_FORMAT_SKIP)
        write_skips(w, out);
    g_byte_array_append(out, w->docs, w->docs_len);
    g_byte_array_append(out, w->positions, w->positions_len);
}

void kb_list_writer_release(struct kb_list_writer *w)
{
    g_free(w->docs);
    g_free(w->positions);
    *w = (struct kb_list_writer){0};
}

bool kb_list_open(struct kb_list *list, const uint8_t **at, const uint8_t *end, uint32_t df,
                  uint32_t doc_count)
{
    uint32_t docs_len, positions_len;

    if (df == 0 || !kb_varint_get(at, end, &docs_len) || !kb_varint_get(at, end, &positions_len))
        return false;
    uint64_t skip_count = (df - 1) / KB_FORMAT_SKIP;
    uint64_t left = (uint64_t)(end - *at);
    if (skip_count * SKIP_BYTES + docs_len + positions_len > left)
        return false;
    list->skips = *at;
    list->skip_count = (uint32_t)skip_count;
    list->docs = list->skips + skip_count * SKIP_BYTES;
    list->docs_end = list->docs + docs_len;
    list->positions = list->docs_end;
    list->positions_end = list->positions + positions_len;
    list->doc_count = doc_count;
    *at = list->positions_end;
    return true;
}

static void read_skip(const struct kb_list *list, uint32_t index, uint32_t skip[3])
{
    memcpy(skip, list->skips + (size_t)index * SKIP_BYTES, SKIP_BYTES);
}

/* Sets the cursor and *positions_at behind the last skip whose document is below `doc`. */
static void jump(const struct kb_list *list, uint32_t doc, struct kb_cursor *cursor, uint32_t *positions_at)
{
    uint32_t low = 0, high = list->skip_count, skip[3];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        read_skip(list, middle, skip);
        if (skip[0] < doc)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return;
    read_skip(list, low - 1, skip);
    if (skip[1] > (size_t)(list->docs_end - list->docs))
        return;
    cursor->doc = skip[0];
    cursor->at = list->docs + skip[1];
    *positions_at = skip[2];
}

size_t kb_list_positions(const struct kb_list *list, uint32_t doc, uint32_t *positions, size_t room)
{
    struct kb_cursor cursor = kb_list_begin(list);
    uint32_t positions_len = (uint32_t)(list->positions_end - list->positions);
    uint32_t at = 0, position = 0, delta;
    size_t count = 0;

    jump(list, doc, &cursor, &at);
    while (kb_cursor_next(&cursor) && cursor.doc < doc)
        pass_varints(list->positions, &at, positions_len, cursor.tf);
    if (cursor.doc != doc || at >= positions_len)
        return 0;
    const uint8_t *p = list->positions + at;
    for (; count < room && count < cursor.tf && kb_varint_get(&p, list->positions_end, &delta); count++) {
        position += delta;
        positions[count] = position;
    }
    return count;
}
