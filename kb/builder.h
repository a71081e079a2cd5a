/*
 * Makes an index file out of documents. The texts go to the disk as they come, the words are gathered in
 * memory (about as much as the texts themselves), and the file appears whole under its name, or not at all.
 *
 *     struct kb_builder *builder = kb_builder_new("articles.kb", &error);
 *     kb_builder_add(builder, &(struct kb_document){.id = "a1", .title = "Refunds", .body = "..."}, &error);
 *     kb_builder_finish(builder, &error);
 *     kb_builder_free(builder);
 */
#ifndef KB_BUILDER_H
#define KB_BUILDER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kb_builder;
struct kb_doc;
struct kb_index;

#define KB_ID_MAX_BYTES    255
#define KB_TITLE_MAX_BYTES 4096
#define KB_TAGS_MAX_BYTES  4096
#define KB_BODY_MAX_BYTES  (16 * 1024 * 1024)

/* One document; all texts are UTF-8, closed by NUL, borrowed for the call. NULL is taken as "". */
struct kb_document {
    const char *id;    /* not empty, each once, at most KB_ID_MAX_BYTES */
    const char *title; /* title and body may not both be empty */
    const char *body;
    const char *tags; /* one a line */
    const char *lang; /* BCP 47, such as "en" or "zh-Hans"; at most 13 bytes */
    int64_t updated;  /* seconds since 1970, 0 where unknown */
};

/* Begins an index that is to become the file `path`. NULL and KB_ERROR_FILE where the folder cannot be
 * written. */
struct kb_builder *kb_builder_new(const char *path, GError **error);

/* Begins an index that is to be bytes in memory, for kb_builder_take. */
struct kb_builder *kb_builder_new_in_memory(GError **error);

/* Adds one document. False with KB_ERROR_DOCUMENT where it cannot be taken (the builder goes on without it),
 * and with KB_ERROR_FILE where the disk refused (nothing more will succeed). */
bool kb_builder_add(struct kb_builder *builder, const struct kb_document *document, GError **error);

/* Adds a document of an index, as kb_builder_add. */
bool kb_builder_add_doc(struct kb_builder *builder, const struct kb_doc *doc, GError **error);

/* Adds all documents of an index that is there already, but those whose id is in `skip` (a set of const char
 * *; NULL for none): with kb_builder_add for the changed ones this is how a new version is made. Those
 * already added are passed over, so add the changed ones first. */
bool kb_builder_add_index(struct kb_builder *builder, const struct kb_index *index, GHashTable *skip,
                          GError **error);

/* Documents taken so far. */
uint32_t kb_builder_count(const struct kb_builder *builder);

/* Writes the rest and puts the file in its place. The builder can then only be freed. */
bool kb_builder_finish(struct kb_builder *builder, GError **error);

/* Writes the rest of an index in memory and gives its bytes, whose number is a multiple of 8; NULL as
 * kb_builder_finish. The builder can then only be freed. Caller owns the bytes, free with g_bytes_unref. */
GBytes *kb_builder_take(struct kb_builder *builder, GError **error);

/* Frees the builder; before a successful finish the file at `path` stays as it was. Accepts NULL. */
void kb_builder_free(struct kb_builder *builder);

#endif
