#include "kb/segment.h"

#include <string.h>

#include "kb/checksum.h"
#include "kb/error.h"
#include "kb/segment_parts.h"
#include "kb/tokens.h"

G_STATIC_ASSERT(G_BYTE_ORDER == G_LITTLE_ENDIAN);

static const char *const section_names[KB_SECTION_COUNT] = {
    [KB_SECTION_KIND_DOCS] = "documents",        [KB_SECTION_KIND_LENGTHS] = "lengths",
    [KB_SECTION_KIND_LETTERS] = "title letters", [KB_SECTION_KIND_IDS] = "ids",
    [KB_SECTION_KIND_HEADS] = "titles",          [KB_SECTION_KIND_BODIES] = "bodies",
    [KB_SECTION_KIND_WORDS] = "words",           [KB_SECTION_KIND_GROUPS] = "stems",
    [KB_SECTION_KIND_SPELLINGS] = "spellings",   [KB_SECTION_KIND_POSTINGS] = "postings",
    [KB_SECTION_KIND_SOUNDS] = "sounds",
};

static bool refuse(GError **error, const char *path, const char *why)
{
    g_set_error(error, KB_ERROR, KB_ERROR_FORMAT, "%s cannot be used: %s", path, why);
    return false;
}

static bool check_sections(const struct kb_disk_header *h, const char *path, GError **error)
{
    const uint64_t docs = h->doc_count, words = h->word_count, groups = (uint64_t)h->group_count + 1;
    const uint64_t sizes[KB_SECTION_COUNT] = {
        [KB_SECTION_KIND_DOCS] = docs * sizeof(struct kb_disk_doc),
        [KB_SECTION_KIND_LENGTHS] = docs * sizeof(struct kb_disk_length),
        [KB_SECTION_KIND_LETTERS] = docs * sizeof(uint64_t),
        [KB_SECTION_KIND_IDS] = docs * sizeof(uint32_t),
        [KB_SECTION_KIND_WORDS] = words * sizeof(struct kb_disk_word),
        [KB_SECTION_KIND_GROUPS] = groups * sizeof(struct kb_disk_group),
    };

    for (int i = 0; i < KB_SECTION_COUNT; i++) {
        const struct kb_disk_section *s = &h->sections[i];
        if (s->offset % 8 != 0 || s->offset > h->file_size || s->size > h->file_size - s->offset)
            return refuse(error, path, "its table of contents is damaged. Make it again.");
        if (sizes[i] != 0 && s->size != sizes[i])
            return refuse(error, path, "its parts do not fit together. Make it again.");
    }
    return true;
}

static bool check_header(const struct kb_disk_header *h, size_t size, const char *path, GError **error)
{
    if (size < sizeof h->magic || memcmp(h->magic, KB_FORMAT_MAGIC, sizeof h->magic) != 0)
        return refuse(error, path, "it is not a knowledge index. Make one with \"firstline kb index\".");
    if (size < sizeof *h)
        return refuse(error, path, "it is cut short. Make it again.");
    if (h->version != KB_FORMAT_VERSION || h->byte_order != KB_FORMAT_BYTE_ORDER)
        return refuse(error, path, "it was written by another version of the program. Make it again.");
    if (h->checksum != kb_checksum_of(h, offsetof(struct kb_disk_header, checksum)))
        return refuse(error, path, "its header is damaged. Make it again.");
    if (h->text_rules != KB_TEXT_RULES)
        return refuse(error, path, "it was written by another version of the program. Make it again.");
    if (h->file_size != size)
        return refuse(error, path, "it is cut short or has grown. Make it again.");
    return check_sections(h, path, error);
}

struct kb_segment *kb_segment_new(const uint8_t *bytes, size_t size, const char *path, GError **error)
{
    struct kb_segment *segment;

    if (!check_header((const struct kb_disk_header *)bytes, size, path, error))
        return NULL;
    segment = g_new0(struct kb_segment, 1);
    segment->bytes = bytes;
    segment->header = (const struct kb_disk_header *)bytes;
    segment->docs = (const struct kb_disk_doc *)kb_segment_section(segment, KB_SECTION_KIND_DOCS);
    segment->lengths = (const struct kb_disk_length *)kb_segment_section(segment, KB_SECTION_KIND_LENGTHS);
    segment->letters = (const uint64_t *)kb_segment_section(segment, KB_SECTION_KIND_LETTERS);
    segment->ids = (const uint32_t *)kb_segment_section(segment, KB_SECTION_KIND_IDS);
    segment->words = (const struct kb_disk_word *)kb_segment_section(segment, KB_SECTION_KIND_WORDS);
    segment->groups = (const struct kb_disk_group *)kb_segment_section(segment, KB_SECTION_KIND_GROUPS);
    segment->self = segment;
    kb_segments_join(&segment->self, 1);
    g_mutex_init(&segment->pool_lock);
    return segment;
}

void kb_segment_free(struct kb_segment *segment)
{
    if (!segment)
        return;
    for (size_t i = 0; i < segment->pool_count; i++)
        g_free(segment->pool[i]);
    g_mutex_clear(&segment->pool_lock);
    g_free(segment->dead);
    g_free(segment);
}

void kb_segments_join(struct kb_segment *const *segments, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        segments[i]->family = segments;
        segments[i]->family_count = count;
    }
}

bool kb_segment_is_dead(const struct kb_segment *segment, uint32_t ordinal)
{
    return segment->dead && segment->dead[ordinal / 8] >> (ordinal % 8) & 1;
}

void kb_segment_bury(struct kb_segment *segment, uint32_t ordinal)
{
    if (!segment->dead)
        segment->dead = g_malloc0(segment->header->doc_count / 8 + 1);
    if (kb_segment_is_dead(segment, ordinal))
        return;
    segment->dead[ordinal / 8] |= (uint8_t)(1 << (ordinal % 8));
    segment->dead_count++;
}

uint32_t kb_segment_dead(const struct kb_segment *segment)
{
    return segment->dead_count;
}

uint64_t kb_segment_checksum(const struct kb_segment *segment)
{
    return segment->header->checksum;
}

uint32_t kb_segment_count(const struct kb_segment *segment)
{
    return segment->header->doc_count;
}

/* The text of len bytes at `at` in a section, where it lies inside and a NUL follows. */
static const char *text_at(const struct kb_segment *segment, enum kb_section_kind kind, uint64_t at,
                           uint64_t len)
{
    uint64_t size = kb_segment_section_size(segment, kind);
    const char *texts = (const char *)kb_segment_section(segment, kind);

    if (at >= size || len >= size - at || texts[at + len] != '\0')
        return NULL;
    return texts + at;
}

/* The head of a document, dead or alive. */
static bool read_head(const struct kb_segment *segment, uint32_t ordinal, struct kb_doc *doc)
{
    if (ordinal >= segment->header->doc_count)
        return false;
    const struct kb_disk_doc *row = &segment->docs[ordinal];
    uint64_t title_at = (uint64_t)row->id_len + 1, tags_at = title_at + row->title_len + 1;
    uint64_t size = kb_segment_section_size(segment, KB_SECTION_KIND_HEADS), len = tags_at + row->tags_len;
    if (row->head_at >= size || len >= size - row->head_at || row->lang[KB_LANG_MAX] != '\0')
        return false;
    const char *head = (const char *)kb_segment_section(segment, KB_SECTION_KIND_HEADS) + row->head_at;
    if (head[title_at - 1] != '\0' || head[tags_at - 1] != '\0' || head[len] != '\0')
        return false;
    doc->ordinal = ordinal;
    doc->id = head;
    doc->title = head + title_at;
    doc->tags = head + tags_at;
    doc->lang = row->lang;
    doc->title_len = row->title_len;
    doc->tags_len = row->tags_len;
    doc->ascii = row->ascii;
    doc->updated = row->updated;
    return true;
}

void kb_segment_prefetch_row(const struct kb_segment *segment, uint32_t ordinal)
{
    __builtin_prefetch(&segment->docs[ordinal]);
}

void kb_segment_prefetch_head(const struct kb_segment *segment, uint32_t ordinal)
{
    uint64_t at = segment->docs[ordinal].head_at;

    if (at < kb_segment_section_size(segment, KB_SECTION_KIND_HEADS))
        __builtin_prefetch((const char *)kb_segment_section(segment, KB_SECTION_KIND_HEADS) + at);
}

bool kb_segment_peek_head(const struct kb_segment *segment, uint32_t ordinal, struct kb_doc *doc)
{
    return ordinal < segment->header->doc_count && !kb_segment_is_dead(segment, ordinal) &&
           read_head(segment, ordinal, doc);
}

bool kb_segment_peek(const struct kb_segment *segment, uint32_t ordinal, struct kb_doc *doc)
{
    if (!kb_segment_peek_head(segment, ordinal, doc))
        return false;
    doc->body = text_at(segment, KB_SECTION_KIND_BODIES, segment->docs[ordinal].body_at,
                        segment->docs[ordinal].body_len);
    doc->body_len = segment->docs[ordinal].body_len;
    return doc->body != NULL;
}

static bool is_head_text(const struct kb_doc *doc)
{
    return g_utf8_validate(doc->id, -1, NULL) && g_utf8_validate(doc->title, (gssize)doc->title_len, NULL) &&
           g_utf8_validate(doc->tags, (gssize)doc->tags_len, NULL) && g_utf8_validate(doc->lang, -1, NULL);
}

bool kb_segment_head(const struct kb_segment *segment, uint32_t ordinal, struct kb_doc *doc)
{
    return kb_segment_peek_head(segment, ordinal, doc) && is_head_text(doc);
}

bool kb_segment_doc(const struct kb_segment *segment, uint32_t ordinal, struct kb_doc *doc)
{
    return kb_segment_peek(segment, ordinal, doc) && is_head_text(doc) &&
           g_utf8_validate(doc->body, (gssize)doc->body_len, NULL);
}

bool kb_segment_find(const struct kb_segment *segment, const char *id, struct kb_doc *doc)
{
    uint32_t low = 0, high = segment->header->doc_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (!read_head(segment, segment->ids[middle], doc))
            return false;
        int order = strcmp(doc->id, id);
        if (order == 0)
            return kb_segment_doc(segment, segment->ids[middle], doc);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool kb_segment_check(const struct kb_segment *segment, GError **error)
{
    for (int i = 0; i < KB_SECTION_COUNT; i++) {
        const struct kb_disk_section *s = &segment->header->sections[i];
        if (kb_checksum_of(segment->bytes + s->offset, s->size) == s->checksum)
            continue;
        g_set_error(error, KB_ERROR, KB_ERROR_FORMAT, "The index is damaged in its %s: make it again.",
                    section_names[i]);
        return false;
    }
    return true;
}

void kb_segment_stats(const struct kb_segment *segment, struct kb_index_stats *stats)
{
    *stats = (struct kb_index_stats){
        .version = segment->header->version,
        .docs = segment->header->doc_count,
        .words = segment->header->word_count,
        .groups = segment->header->group_count,
        .file_bytes = segment->header->file_size,
        .text_bytes = kb_segment_section_size(segment, KB_SECTION_KIND_HEADS) +
                      kb_segment_section_size(segment, KB_SECTION_KIND_BODIES),
        .dictionary_bytes = kb_segment_section_size(segment, KB_SECTION_KIND_WORDS) +
                            kb_segment_section_size(segment, KB_SECTION_KIND_GROUPS) +
                            kb_segment_section_size(segment, KB_SECTION_KIND_SPELLINGS) +
                            kb_segment_section_size(segment, KB_SECTION_KIND_SOUNDS),
        .postings_bytes = kb_segment_section_size(segment, KB_SECTION_KIND_POSTINGS),
        .title_words = segment->header->title_words,
        .body_words = segment->header->body_words,
    };
}

const struct kb_disk_length *kb_segment_lengths(const struct kb_segment *segment)
{
    return segment->lengths;
}

const uint64_t *kb_segment_letters(const struct kb_segment *segment)
{
    return segment->letters;
}

void *kb_segment_lend(struct kb_segment *segment, size_t row_bytes)
{
    void *rows = NULL;

    g_mutex_lock(&segment->pool_lock);
    if (segment->pool_count > 0)
        rows = segment->pool[--segment->pool_count];
    g_mutex_unlock(&segment->pool_lock);
    return rows ? rows : g_malloc0_n((size_t)segment->header->doc_count + 1, row_bytes);
}

void kb_segment_give_back(struct kb_segment *segment, void *rows)
{
    g_mutex_lock(&segment->pool_lock);
    bool kept = segment->pool_count < POOL_MAX;
    if (kept)
        segment->pool[segment->pool_count++] = rows;
    g_mutex_unlock(&segment->pool_lock);
    if (!kept)
        g_free(rows);
}
