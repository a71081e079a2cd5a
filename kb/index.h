/*
 * An index, opened for reading: a file that never changes, mapped, and beside it perhaps what has changed
 * since (kb/delta.h). Opening costs the same for ten documents and for a million: headers are proved and
 * nothing else is read. The file may be replaced by rename while it is open (see kb/output.h); cutting it
 * short in place ends the process with SIGBUS, so never do that. What kb_update_commit adds later is seen by
 * those who open the index after it.
 *
 * Any number of threads may use one index at a time.
 *
 *     struct kb_index *index = kb_index_open("articles.kb", &error);
 *     struct kb_doc doc;
 *     if (kb_index_find(index, "refunds", &doc)) puts(doc.title);
 *     kb_index_close(index);
 */
#ifndef KB_INDEX_H
#define KB_INDEX_H

#include "kb/segment.h"

struct kb_index;

/* Opens the index. NULL with KB_ERROR_FILE where the file cannot be read, KB_ERROR_FORMAT where it is no
 * index, is cut short, has a damaged header, or was written by another version of the engine. Changes that
 * belong to another file, or that were cut off while they were written, count as never made. */
struct kb_index *kb_index_open(const char *path, GError **error);

/* One more owner, so that a search may go on while the index is exchanged; each owner calls kb_index_close.
 */
struct kb_index *kb_index_ref(struct kb_index *index);

/* Gives one ownership back; the last one unmaps the file. Accepts NULL. */
void kb_index_close(struct kb_index *index);

/* How many documents there are. */
uint32_t kb_index_count(const struct kb_index *index);

/* Ordinals are below this; those of replaced and deleted documents are among them. */
uint32_t kb_index_ordinals(const struct kb_index *index);

/* Document by ordinal; false where there is none (any more), or where the file is damaged at that place. */
bool kb_index_doc(const struct kb_index *index, uint32_t ordinal, struct kb_doc *doc);

/* Document by id; false where there is none. */
bool kb_index_find(const struct kb_index *index, const char *id, struct kb_doc *doc);

/* Reads all of it and proves every checksum; false with KB_ERROR_FORMAT naming the first that fails. */
bool kb_index_check(const struct kb_index *index, GError **error);

/* Sums over the file and its changes. */
void kb_index_stats(const struct kb_index *index, struct kb_index_stats *stats);

/* --- for the engine --- */

/* As kb_index_open, but of the file alone, as if nothing had changed since: for who changes it. */
struct kb_index *kb_index_open_file(const char *path, GError **error);

/* The segments, the file first; *count of them. The first ordinal of each is the sum of kb_segment_count of
 * those before. */
struct kb_segment *const *kb_index_segments(const struct kb_index *index, size_t *count);

#endif
