/*
 * What the two files of a segment share: its parts, found once when it is opened.
 */
#ifndef KB_SEGMENT_PARTS_H
#define KB_SEGMENT_PARTS_H

#include "kb/format.h"
#include "kb/segment.h"

/* Arrays lent at the same time that are kept for the next search; more are freed when they come back. */
#define POOL_MAX 4

struct kb_segment {
    const uint8_t *bytes;
    const struct kb_disk_header *header;
    const struct kb_disk_doc *docs;
    const struct kb_disk_length *lengths;
    const uint64_t *letters;
    const uint32_t *ids;
    const struct kb_disk_word *words;
    const struct kb_disk_group *groups;
    uint8_t *dead; /* one bit a document; NULL where all are alive */
    uint32_t dead_count;
    struct kb_segment *self;
    struct kb_segment *const *family; /* family[family_count], this one among them */
    size_t family_count;
    GMutex pool_lock;
    void *pool[POOL_MAX]; /* all of one size: the engine lends one kind of row */
    size_t pool_count;
};

static inline const uint8_t *kb_segment_section(const struct kb_segment *segment, enum kb_section_kind kind)
{
    return segment->bytes + segment->header->sections[kind].offset;
}

static inline uint64_t kb_segment_section_size(const struct kb_segment *segment, enum kb_section_kind kind)
{
    return segment->header->sections[kind].size;
}

#endif
