/*
 * The file of an index while it is written: section after section, without a name (or, where the file system
 * has no such files, under one beside the final one), and put in its place by one rename once everything is
 * on the disk. Whatever goes wrong before leaves the old file as it was.
 */
#ifndef KB_OUTPUT_H
#define KB_OUTPUT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "kb/format.h"

struct kb_output;

/* Begins a file that is to become `path`; copies it. NULL and KB_ERROR_FILE where the folder cannot be
 * written to. */
struct kb_output *kb_output_new(const char *path, GError **error);

/* Begins a file that is nowhere but in memory, for kb_output_take. NULL and KB_ERROR_FILE where there is no
 * memory. */
struct kb_output *kb_output_new_in_memory(GError **error);

/* Closes and, unless kb_output_commit has returned true, removes the file. Accepts NULL. */
void kb_output_free(struct kb_output *output);

/* Begins a section; the one before is closed. Each kind once, in any order. */
void kb_output_begin(struct kb_output *output, enum kb_section_kind kind);

/* Adds bytes to the open section. A failure is kept, and told by kb_output_commit and kb_output_check. */
void kb_output_write(struct kb_output *output, const void *data, size_t len);

/* Bytes in the open section so far. */
uint64_t kb_output_size(const struct kb_output *output);

/* False, with KB_ERROR_FILE, once a write has failed (the disk is full). */
bool kb_output_check(const struct kb_output *output, GError **error);

/* Fills in the header's sections, sizes and checksum, writes it, flushes all to the disk and renames. */
bool kb_output_commit(struct kb_output *output, struct kb_disk_header *header, GError **error);

/* Ends a file in memory with its header, and gives its bytes. NULL with KB_ERROR_FILE where they could not be
 * written. Caller owns, free with g_bytes_unref. */
GBytes *kb_output_take(struct kb_output *output, struct kb_disk_header *header, GError **error);

#endif
