/*
 * Posting lists: which documents have a stem in one field, how often and where. One struct to write a list,
 * one to read it; the bytes are described in kb/format.h.
 *
 * Reading never trusts the bytes: a list that is damaged ends early, and no ordinal at or above doc_count
 * comes out.
 */
#ifndef KB_POSTINGS_H
#define KB_POSTINGS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kb/bytes.h"
#include "kb/format.h"

/* A list being written. Zero-filled is empty and valid. */
struct kb_list_writer {
    uint8_t *docs, *positions; /* owned */
    uint32_t docs_len, docs_room, positions_len, positions_room;
    uint32_t df;
    uint32_t next_doc; /* last ordinal + 1 */
};

/* Adds document `doc` (above every earlier one) with positions[count], rising, count >= 1. */
void kb_list_writer_add(struct kb_list_writer *writer, uint32_t doc, const uint32_t *positions,
                        uint32_t count);

/* Appends the finished list to `out`. */
void kb_list_writer_finish(const struct kb_list_writer *writer, GByteArray *out);

void kb_list_writer_release(struct kb_list_writer *writer);

/* A list to read, borrowed from the mapped file. */
struct kb_list {
    const uint8_t *skips, *docs, *docs_end, *positions, *positions_end;
    uint32_t skip_count;
    uint32_t doc_count; /* of the index: the bound of every ordinal */
};

/* Reads the list at *at (bounded by end) with this df, and moves *at behind it; false where it does not fit.
 */
bool kb_list_open(struct kb_list *list, const uint8_t **at, const uint8_t *end, uint32_t df,
                  uint32_t doc_count);

/* A place in a list. */
struct kb_cursor {
    const uint8_t *at, *end;
    uint32_t doc; /* of the posting last read; UINT32_MAX before the first */
    uint32_t tf;
    uint32_t doc_count;
};

static inline struct kb_cursor kb_list_begin(const struct kb_list *list)
{
    return (struct kb_cursor){
        .at = list->docs, .end = list->docs_end, .doc = UINT32_MAX, .doc_count = list->doc_count};
}

/* Moves to the next posting; false at the end. */
static inline bool kb_cursor_next(struct kb_cursor *cursor)
{
    uint32_t value;

    if (cursor->at >= cursor->end || !kb_varint_get(&cursor->at, cursor->end, &value))
        return false;
    cursor->doc += value >> 1;
    cursor->tf = 1;
    if (!(value & 1) && !kb_varint_get(&cursor->at, cursor->end, &cursor->tf))
        return false;
    return cursor->doc < cursor->doc_count;
}

/* The first `room` positions in document `doc`; returns how many, zero where the document is not in the list.
 */
size_t kb_list_positions(const struct kb_list *list, uint32_t doc, uint32_t *positions, size_t room);

#endif
