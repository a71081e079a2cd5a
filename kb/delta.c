#include "kb/delta.h"

#include <string.h>

#include "kb/checksum.h"

char *kb_delta_path(const char *index_path)
{
    return g_strconcat(index_path, ".delta", NULL);
}

static size_t padded(size_t size)
{
    return (size + 7) & ~(size_t)7;
}

/* The batch at bytes[at..size), and where it ends; 0 where there is none that is whole and belongs to `base`.
 */
static size_t read_batch(const uint8_t *bytes, size_t at, size_t size, uint64_t base, struct kb_batch *batch)
{
    struct kb_disk_batch head;
    uint64_t sum;

    if (size - at < sizeof head + sizeof sum)
        return 0;
    memcpy(&head, bytes + at, sizeof head);
    size_t left = size - at - sizeof head - sizeof sum;
    if (memcmp(head.magic, KB_DELTA_MAGIC, sizeof head.magic) != 0 || head.base != base ||
        head.segment_size % 8 != 0 || head.segment_size > left ||
        head.deleted_size > left - head.segment_size)
        return 0;
    size_t end = at + sizeof head + head.segment_size + padded(head.deleted_size);
    if (end + sizeof sum > size)
        return 0;
    memcpy(&sum, bytes + end, sizeof sum);
    if (kb_checksum_of(bytes + at, end - at) != sum)
        return 0;
    batch->segment = bytes + at + sizeof head;
    batch->segment_size = head.segment_size;
    batch->deleted = (const char *)batch->segment + head.segment_size;
    batch->deleted_size = head.deleted_size;
    if (head.deleted_size > 0 && batch->deleted[head.deleted_size - 1] != '\0')
        return 0;
    return end + sizeof sum;
}

void kb_delta_init(struct kb_delta *delta, const char *index_path, uint64_t base)
{
    g_autofree char *path = kb_delta_path(index_path);
    char *text = NULL;
    size_t size = 0, end;
    struct kb_batch batch;

    *delta = (struct kb_delta){.batches = g_array_new(FALSE, FALSE, sizeof(struct kb_batch))};
    if (!g_file_get_contents(path, &text, &size, NULL))
        return;
    delta->bytes = (uint8_t *)text;
    while ((end = read_batch(delta->bytes, delta->valid_size, size, base, &batch)) > 0) {
        g_array_append_val(delta->batches, batch);
        delta->valid_size = end;
    }
}

void kb_delta_release(struct kb_delta *delta)
{
    g_free(delta->bytes);
    g_clear_pointer(&delta->batches, g_array_unref);
}

GByteArray *kb_batch_new(uint64_t base, GBytes *segment, const GByteArray *deleted)
{
    static const guint8 zeros[8];
    struct kb_disk_batch head = {.base = base, .deleted_size = deleted->len};
    GByteArray *bytes = g_byte_array_new();
    gsize size = 0;
    const void *data = segment ? g_bytes_get_data(segment, &size) : NULL;
    uint64_t sum;

    memcpy(head.magic, KB_DELTA_MAGIC, sizeof head.magic);
    head.segment_size = size;
    g_byte_array_append(bytes, (const guint8 *)&head, sizeof head);
    if (size > 0)
        g_byte_array_append(bytes, data, (guint)size);
    if (deleted->len > 0)
        g_byte_array_append(bytes, deleted->data, deleted->len);
    g_byte_array_append(bytes, zeros, (guint)(padded(bytes->len) - bytes->len));
    sum = kb_checksum_of(bytes->data, bytes->len);
    g_byte_array_append(bytes, (const guint8 *)&sum, sizeof sum);
    return bytes;
}
