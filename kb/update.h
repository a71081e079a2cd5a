/*
 * Changing an index without writing it anew: new and changed documents and deletions are appended to its
 * delta (kb/delta.h) as one batch, at once and whole. When the delta has grown they become part of the file,
 * by a new one in its place. One process changes an index at a time, the next waits; those that have it open
 * go on with what they see.
 *
 *     struct kb_update *update = kb_update_new("articles.kb", &error);
 *     kb_update_put(update, &(struct kb_document){.id = "a1", .title = "Refunds", .body = "..."}, &error);
 *     kb_update_delete(update, "a2");
 *     kb_update_commit(update, &error);
 *     kb_update_free(update);
 */
#ifndef KB_UPDATE_H
#define KB_UPDATE_H

#include "kb/builder.h"

/* So many batches become one. A delta larger than both, 1 / KB_UPDATE_SHARE of the file and
 * KB_UPDATE_MERGE_BYTES, is made part of the file. */
#define KB_UPDATE_BATCHES     8
#define KB_UPDATE_SHARE       16
#define KB_UPDATE_MERGE_BYTES (64 * 1024)

struct kb_update;

/* Opens the index file `path`, and keeps others from changing it until kb_update_free. NULL as kb_index_open,
 * and with KB_ERROR_FILE where the delta cannot be written. */
struct kb_update *kb_update_new(const char *path, GError **error);

/* A document that is new, or replaces the one with its id; of two with one id the first counts. Errors as
 * kb_builder_add. */
bool kb_update_put(struct kb_update *update, const struct kb_document *document, GError **error);

/* Deletes a document; one that is not there, or that was put, is no error and stays as it is. */
void kb_update_delete(struct kb_update *update, const char *id);

/* Makes the changes: all of them are on the disk then, or, with KB_ERROR_FILE, none. The update can then only
 * be freed. */
bool kb_update_commit(struct kb_update *update, GError **error);

void kb_update_free(struct kb_update *update);

#endif
