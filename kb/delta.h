/*
 * What has changed since an index file was written: batches, one after the other, in the file FILE.delta
 * beside it. One update (kb/update.h) is one batch, appended and flushed as a whole.
 *
 * 1. The file
 *
 *     delta    := batch*
 *     batch    := struct kb_disk_batch segment deleted padding footer
 *     segment  := byte{segment_size}          an index file (kb/format.h), or nothing
 *     deleted  := (id NUL)*                   deleted_size bytes
 *     padding  := zero{0,7}                   so that the footer stands at a multiple of 8
 *     footer   := u64                         the checksum of everything in the batch before it
 *
 * Integers are little-endian, batches begin on multiples of 8, checksums are XXH64 (kb/checksum.h).
 *
 * 2. What a batch says. `segment` holds the documents that are new or changed: each replaces the one with its
 * id in the index file and in all batches before it. `deleted` names documents that are no more, in the index
 * file and in all batches before it; a document of the batch's own segment is not meant. Of the ordinals of
 * an index, those of the file come first, then those of each batch's segment in order; replaced and deleted
 * documents keep theirs and are passed over.
 *
 * 3. Committed or not. A batch counts once its footer is right. Reading ends at the first one that is cut
 * short, whose footer is wrong, or whose `base` is not the header checksum of the index file beside it: so a
 * crash while appending leaves what was there before, and the next update writes over what the crash left.
 *
 * 4. Merging. After KB_UPDATE_BATCHES batches they are written as one, in a new FILE.delta put in its place
 * by rename. When the delta has outgrown its share of the file (KB_UPDATE_SHARE), a new index file of
 * everything is written and put in place by rename, and only then the delta is removed: until that, its
 * `base` names the old file, so whoever opens the new one passes over it, and nothing is counted twice. Who
 * has the old files open goes on with them.
 *
 * 5. Who writes holds flock(LOCK_EX) on FILE.delta; who reads needs no lock.
 */
#ifndef KB_DELTA_H
#define KB_DELTA_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KB_DELTA_MAGIC "FLKBDLT\n"

struct kb_disk_batch {
    char magic[8];         /* KB_DELTA_MAGIC */
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
