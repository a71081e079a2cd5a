/*
 * One segment of an index: the bytes of an index file (kb/format.h), read in place. An index is a segment,
 * and perhaps a few small ones with what has changed since (kb/delta.h); they are a family, whose words are
 * counted together so that a document ranks alike in whichever it is. A document that a later segment
 * replaces or that was deleted is dead: it is there, but nobody finds it.
 *
 * Reading is safe from any number of threads, once the family has been put together.
 */
#ifndef KB_SEGMENT_H
#define KB_SEGMENT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kb/postings.h"

struct kb_segment;

/* A document; every text is valid UTF-8 closed by NUL, borrowed from the segment's bytes. */
struct kb_doc {
    uint32_t ordinal;
    const char *id, *title, *body, *tags, *lang; /* tags: one a line */
    size_t title_len, body_len, tags_len;        /* bytes */
    uint8_t ascii;   /* a bit for each field (1 << enum kb_field): its text is said to be ASCII alone */
    int64_t updated; /* seconds since 1970, 0 where unknown */
};

/* Reads bytes[0..size), which are borrowed and begin at a multiple of 8. NULL with KB_ERROR_FORMAT, naming
 * `path`, where they are no index, are cut short, have a damaged header, or were written by another version
 * of the engine. */
struct kb_segment *kb_segment_new(const uint8_t *bytes, size_t size, const char *path, GError **error);
void kb_segment_free(struct kb_segment *segment);

/* Makes segments[count] a family; the array is borrowed for as long as they are. Each is a family of its own
 * before. */
void kb_segments_join(struct kb_segment *const *segments, size_t count);

/* Marks a document dead; and whether it is. */
void kb_segment_bury(struct kb_segment *segment, uint32_t ordinal);
bool kb_segment_is_dead(const struct kb_segment *segment, uint32_t ordinal);

/* How many documents there are, dead ones among them; their ordinals are below it. And how many are dead. */
uint32_t kb_segment_count(const struct kb_segment *segment);
uint32_t kb_segment_dead(const struct kb_segment *segment);

/* Document by ordinal; false where there is none, where it is dead, or where the file is damaged at that
 * place. */
bool kb_segment_doc(const struct kb_segment *segment, uint32_t ordinal, struct kb_doc *doc);

/* The same without the body, which is neither set nor touched. */
bool kb_segment_head(const struct kb_segment *segment, uint32_t ordinal, struct kb_doc *doc);

/* Document by id; false where there is none alive. */
bool kb_segment_find(const struct kb_segment *segment, const char *id, struct kb_doc *doc);

/* Reads all bytes and proves every section's checksum; false with KB_ERROR_FORMAT naming the first that
 * fails. */
bool kb_segment_check(const struct kb_segment *segment, GError **error);

/* The checksum of the header, which tells one index file from another. */
uint64_t kb_segment_checksum(const struct kb_segment *segment);

/* What an index holds, for people. */
struct kb_index_stats {
    uint32_t version, docs, words, groups;
    uint64_t file_bytes, text_bytes; /* the file, and of it heads and bodies */
    uint64_t dictionary_bytes, postings_bytes;
    uint64_t title_words, body_words;
};
void kb_segment_stats(const struct kb_segment *segment, struct kb_index_stats *stats);

/* --- for the modules that search --- */

/* As kb_segment_doc, but the texts, though bounded and closed by NUL, have not been proved to be UTF-8. */
bool kb_segment_peek(const struct kb_segment *segment, uint32_t ordinal, struct kb_doc *doc);

/* Begin to fetch what peeking at the head of document `ordinal` (below the count) will read: its row, and
 * then, where that has come, the head itself. For who will look at many. */
void kb_segment_prefetch_row(const struct kb_segment *segment, uint32_t ordinal);
void kb_segment_prefetch_head(const struct kb_segment *segment, uint32_t ordinal);

/* As kb_segment_peek without the body, which is neither set nor touched: for passes over all titles. */
bool kb_segment_peek_head(const struct kb_segment *segment, uint32_t ordinal, struct kb_doc *doc);

/* Words in a document's title and body. */
const struct kb_disk_length *kb_segment_lengths(const struct kb_segment *segment);

/* kb_letter_64 of every title. */
const uint64_t *kb_segment_letters(const struct kb_segment *segment);

/* Of the whole family: documents that are alive, and mean words per title and per body, at least 1. */
uint32_t kb_segment_family_docs(const struct kb_segment *segment);
void kb_segment_average(const struct kb_segment *segment, double *title, double *body);

/* Rows of WORDS, and one row's text (NULL where it is damaged). */
uint32_t kb_segment_word_count(const struct kb_segment *segment);
const struct kb_disk_word *kb_segment_word(const struct kb_segment *segment, uint32_t row);
const char *kb_segment_word_text(const struct kb_segment *segment, const struct kb_disk_word *word);

/* The rows [*start, *end) of all words that begin with text; false where there is none. */
bool kb_segment_prefix(const struct kb_segment *segment, const char *text, size_t len, uint32_t *start,
                       uint32_t *end);

/* The groups (uint32_t) of the words [start, end), each once, in the order of their first words. Caller owns,
 * free with g_array_unref. */
GArray *kb_segment_groups_of(const struct kb_segment *segment, uint32_t start, uint32_t end);

/* Calls each(data, row) for the rows of all words that hold text[0..len) anywhere, rising, until it returns
 * false. */
void kb_segment_words_with(const struct kb_segment *segment, const char *text, size_t len,
                           bool (*each)(void *data, uint32_t row), void *data);

/* The same for all words with these letters (kb_letter_32) and of at least so many bytes. */
void kb_segment_words_of(const struct kb_segment *segment, uint32_t letters, size_t least,
                         bool (*each)(void *data, uint32_t row), void *data);

/* The row of a stem or CJK token in GROUPS; false where the index lacks it. */
bool kb_segment_find_group(const struct kb_segment *segment, const char *text, size_t len, uint32_t *row);

/* The first row of GROUPS whose text may begin with `prefix`; those that do stand together. */
uint32_t kb_segment_groups_from(const struct kb_segment *segment, const char *prefix);

/* The rows of SOUNDS; *count of them. */
const struct kb_disk_sound *kb_segment_sounds(const struct kb_segment *segment, size_t *count);

/* A row of GROUPS, and its text (NULL where damaged); NULL where there is no such row. */
const struct kb_disk_group *kb_segment_group(const struct kb_segment *segment, uint32_t row);
const char *kb_segment_group_text(const struct kb_segment *segment, const struct kb_disk_group *group);

/* Documents of the whole family that have this stem or CJK token (0 where no segment has it), and those that
 * have a word that begins with text (each word counted for itself, so it may be more than there are). */
uint32_t kb_segment_family_df(const struct kb_segment *segment, const char *text, size_t len);
uint64_t kb_segment_family_prefix_df(const struct kb_segment *segment, const char *text, size_t len);

/* The three lists of a group, by field; those with no documents have docs == NULL. False where damaged. */
bool kb_segment_lists(const struct kb_segment *segment, uint32_t row, struct kb_list lists[KB_FIELD_COUNT]);

/* Memory for one search, kept with the segment from one search to the next so that a key press allocates
 * nothing: an array of kb_segment_count rows of row_bytes each, zero-filled when first lent; each borrower
 * leaves it as the next one wants it. */
void *kb_segment_lend(struct kb_segment *segment, size_t row_bytes);
void kb_segment_give_back(struct kb_segment *segment, void *rows);

#endif
