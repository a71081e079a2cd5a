/*
 * An index file, mapped for reading: its documents, and its dictionary for the modules that search. Opening
 * costs the same for ten documents and for a million: the header is proved and nothing else is read. The file
 * may be replaced by rename while it is open (see kb/output.h); cutting it short in place ends the process
 * with SIGBUS, so never do that.
 *
 * Any number of threads may use one index at a time.
 *
 *     struct kb_index *index = kb_index_open("articles.kb", &error);
 *     struct kb_doc doc;
 *     if (kb_index_doc(index, 0, &doc)) puts(doc.title);
 *     kb_index_close(index);
 */
#ifndef KB_INDEX_H
#define KB_INDEX_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kb/postings.h"

struct kb_index;

/* A document; every text is valid UTF-8 closed by NUL, borrowed until the index is closed. */
struct kb_doc {
    uint32_t ordinal;
    const char *id, *title, *body, *tags, *lang; /* tags: one a line */
    size_t title_len, body_len, tags_len;        /* bytes */
    int64_t updated;                             /* seconds since 1970, 0 where unknown */
};

/* Maps the file. NULL with KB_ERROR_FILE where it cannot be read, KB_ERROR_FORMAT where it is no index, is
 * cut short, has a damaged header, or was written by another version of the engine. */
struct kb_index *kb_index_open(const char *path, GError **error);

/* One more owner, so that a search may go on while the index is exchanged; each owner calls kb_index_close.
 */
struct kb_index *kb_index_ref(struct kb_index *index);

/* Gives one ownership back; the last one unmaps the file. Accepts NULL. */
void kb_index_close(struct kb_index *index);

/* How many documents there are; their ordinals are below it. */
uint32_t kb_index_count(const struct kb_index *index);

/* Document by ordinal; false where there is none, or where the file is damaged at that place. */
bool kb_index_doc(const struct kb_index *index, uint32_t ordinal, struct kb_doc *doc);

/* Document by id; false where there is none. */
bool kb_index_find(const struct kb_index *index, const char *id, struct kb_doc *doc);

/* Reads the whole file and proves every section's checksum; false with KB_ERROR_FORMAT naming the first that
 * fails. */
bool kb_index_check(const struct kb_index *index, GError **error);

/* What an index holds, for people. */
struct kb_index_stats {
    uint32_t version, docs, words, groups;
    uint64_t file_bytes, text_bytes; /* the file, and of it heads and bodies */
    uint64_t dictionary_bytes, postings_bytes;
    uint64_t title_words, body_words;
};
void kb_index_stats(const struct kb_index *index, struct kb_index_stats *stats);

/* --- for the modules of kb/ that search; everything below is borrowed until the index is closed --- */

/* As kb_index_doc, but the texts, though bounded and closed by NUL, have not been proved to be UTF-8. */
bool kb_index_peek(const struct kb_index *index, uint32_t ordinal, struct kb_doc *doc);

/* As kb_index_peek without the body, which is neither set nor touched: for passes over all titles. */
bool kb_index_peek_head(const struct kb_index *index, uint32_t ordinal, struct kb_doc *doc);

/* Words in a document's title and body. */
const struct kb_disk_length *kb_index_lengths(const struct kb_index *index);

/* kb_letter_64 of every title. */
const uint64_t *kb_index_letters(const struct kb_index *index);

/* Mean words per title and per body, at least 1. */
void kb_index_average(const struct kb_index *index, double *title, double *body);

/* Rows of WORDS, and one row's text (NULL where it is damaged). */
uint32_t kb_index_word_count(const struct kb_index *index);
const struct kb_disk_word *kb_index_word(const struct kb_index *index, uint32_t row);
const char *kb_index_word_text(const struct kb_index *index, const struct kb_disk_word *word);

/* The rows [*start, *end) of all words that begin with text; false where there is none. */
bool kb_index_prefix(const struct kb_index *index, const char *text, size_t len, uint32_t *start,
                     uint32_t *end);

/* Calls each(data, row) for the rows of all words that hold text[0..len) anywhere, rising. */
void kb_index_words_with(const struct kb_index *index, const char *text, size_t len,
                         void (*each)(void *data, uint32_t row), void *data);

/* The row of a spelling; false where the index lacks it. */
bool kb_index_find_word(const struct kb_index *index, const char *text, size_t len, uint32_t *row);

/* The row of a stem or CJK token in GROUPS; false where the index lacks it. */
bool kb_index_find_group(const struct kb_index *index, const char *text, size_t len, uint32_t *row);

/* The rows of SOUNDS; *count of them. */
const struct kb_disk_sound *kb_index_sounds(const struct kb_index *index, size_t *count);

/* A row of GROUPS, and its text (NULL where damaged); NULL where there is no such row. */
const struct kb_disk_group *kb_index_group(const struct kb_index *index, uint32_t row);
const char *kb_index_group_text(const struct kb_index *index, const struct kb_disk_group *group);

/* The three lists of a group, by field; those with no documents have docs == NULL. False where damaged. */
bool kb_index_lists(const struct kb_index *index, uint32_t row, struct kb_list lists[KB_FIELD_COUNT]);

/* Memory for one search, kept with the index from one search to the next so that a key press allocates
 * nothing: an array of kb_index_count rows of row_bytes each, zero-filled when first lent; each borrower
 * leaves it as the next one wants it. */
void *kb_index_lend(struct kb_index *index, size_t row_bytes);
void kb_index_give_back(struct kb_index *index, void *rows);

#endif
