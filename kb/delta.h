/*
 * What has changed since an index file was written: batches, one after the other, in the file FILE.delta
 * beside it. A batch is appended and flushed as a whole; one that was cut off counts as never written, and
 * the next takes its place.
 *
 *     file   := batch*
 *     batch  := struct kb_disk_batch  segment  (id NUL)*  {0..7}  footer
 *     footer := u64                   kb_checksum of everything in the batch before it
 *
 * `segment` is an index file (kb/format.h) of the documents that are new or changed, empty where there are
 * none; the ids are those of deleted documents. Every batch names the index file it belongs to by the
 * checksum of its header, so those that a merge has made part of a new file fall away with the old one.
 * Batches begin on multiples of 8.
 */
#ifndef KB_DELTA_H
#define KB_DELTA_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KB_DELTA_MAGIC "FLKBDLT\n"

struct kb_disk_batch {
    char magic[8];
    uint64_t base;         /* kb_segment_checksum of the index file */
    uint64_t segment_size; /* bytes, a multiple of 8 */
    uint64_t deleted_size; /* bytes of the ids */
};

struct kb_batch {
    const uint8_t *segment; /* segment[segment_size] */
    size_t segment_size;
    const char *deleted; /* ids, each closed by NUL; deleted[deleted_size] */
    size_t deleted_size;
};

/* The changes of one index file, in memory. */
struct kb_delta {
    uint8_t *bytes; /* owned; the batches are the first valid_size */
    size_t valid_size;
    GArray *batches; /* struct kb_batch, pointing into bytes */
};

/* FILE.delta of an index file; free with g_free. */
char *kb_delta_path(const char *index_path);

/* Reads the changes that belong to the file `base` (kb_segment_checksum): none where the delta is not there,
 * or is not readable. Release with kb_delta_release. */
void kb_delta_init(struct kb_delta *delta, const char *index_path, uint64_t base);
void kb_delta_release(struct kb_delta *delta);

/* The bytes of one batch; `segment` may be NULL. */
GByteArray *kb_batch_new(uint64_t base, GBytes *segment, const GByteArray *deleted);

#endif
