#include "kb/index.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kb/checksum.h"
#include "kb/error.h"
#include "kb/intern.h"
#include "kb/tokens.h"

G_STATIC_ASSERT(G_BYTE_ORDER == G_LITTLE_ENDIAN);

/* Arrays lent at the same time that are kept for the next search; more are freed when they come back. */
#define POOL_MAX 4

struct kb_index {
    gint refs;
    const uint8_t *map;
    size_t map_bytes;
    const struct kb_disk_header *header;
    const struct kb_disk_doc *docs;
    const struct kb_disk_length *lengths;
    const uint64_t *letters;
    const uint32_t *ids;
    const struct kb_disk_word *words;
    const struct kb_disk_group *groups;
    GMutex pool_lock;
    void *pool[POOL_MAX]; /* all of one size: the engine lends one kind of row */
    size_t pool_count;
};

static const char *const section_names[KB_SECTION_COUNT] = {
    [KB_SECTION_KIND_DOCS] = "documents",        [KB_SECTION_KIND_LENGTHS] = "lengths",
    [KB_SECTION_KIND_LETTERS] = "title letters", [KB_SECTION_KIND_IDS] = "ids",
    [KB_SECTION_KIND_HEADS] = "titles",          [KB_SECTION_KIND_BODIES] = "bodies",
    [KB_SECTION_KIND_WORDS] = "words",           [KB_SECTION_KIND_GROUPS] = "stems",
    [KB_SECTION_KIND_SPELLINGS] = "spellings",   [KB_SECTION_KIND_POSTINGS] = "postings",
    [KB_SECTION_KIND_SOUNDS] = "sounds",
};

static const uint8_t *section(const struct kb_index *index, enum kb_section_kind kind)
{
    return index->map + index->header->sections[kind].offset;
}

static uint64_t section_size(const struct kb_index *index, enum kb_section_kind kind)
{
    return index->header->sections[kind].size;
}

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

/* The file's bytes, or NULL; an empty file gives a valid pointer and size 0. */
static const uint8_t *map_file(const char *path, size_t *size, GError **error)
{
    static const uint8_t nothing[1];
    const uint8_t *map = MAP_FAILED;
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    *size = 0;
    if (fd >= 0 && fstat(fd, &status) == 0) {
        if (S_ISREG(status.st_mode) && status.st_size == 0)
            map = nothing;
        else if (S_ISREG(status.st_mode))
            map = mmap(NULL, *size = (size_t)status.st_size, PROT_READ, MAP_SHARED, fd, 0);
        else
            errno = S_ISDIR(status.st_mode) ? EISDIR : ENODEV;
    }
    if (map == MAP_FAILED)
        g_set_error(error, KB_ERROR, KB_ERROR_FILE, "The index %s cannot be read: %s.", path,
                    g_strerror(errno));
    if (fd >= 0)
        close(fd);
    return map == MAP_FAILED ? NULL : map;
}

struct kb_index *kb_index_open(const char *path, GError **error)
{
    size_t size;
    const uint8_t *map = map_file(path, &size, error);

    if (!map)
        return NULL;
    if (!check_header((const struct kb_disk_header *)map, size, path, error)) {
        if (size > 0)
            munmap((void *)map, size);
        return NULL;
    }
    struct kb_index *index = g_new0(struct kb_index, 1);
    index->refs = 1;
    index->map = map;
    index->map_bytes = size;
    index->header = (const struct kb_disk_header *)map;
    index->docs = (const struct kb_disk_doc *)section(index, KB_SECTION_KIND_DOCS);
    index->lengths = (const struct kb_disk_length *)section(index, KB_SECTION_KIND_LENGTHS);
    index->letters = (const uint64_t *)section(index, KB_SECTION_KIND_LETTERS);
    index->ids = (const uint32_t *)section(index, KB_SECTION_KIND_IDS);
    index->words = (const struct kb_disk_word *)section(index, KB_SECTION_KIND_WORDS);
    index->groups = (const struct kb_disk_group *)section(index, KB_SECTION_KIND_GROUPS);
    g_mutex_init(&index->pool_lock);
    return index;
}

struct kb_index *kb_index_ref(struct kb_index *index)
{
    g_atomic_int_inc(&index->refs);
    return index;
}

void kb_index_close(struct kb_index *index)
{
    if (!index || !g_atomic_int_dec_and_test(&index->refs))
        return;
    for (size_t i = 0; i < index->pool_count; i++)
        g_free(index->pool[i]);
    g_mutex_clear(&index->pool_lock);
    munmap((void *)index->map, index->map_bytes);
    g_free(index);
}

uint32_t kb_index_count(const struct kb_index *index)
{
    return index->header->doc_count;
}

/* The text of len bytes at `at` in a section, where it lies inside and a NUL follows. */
static const char *text_at(const struct kb_index *index, enum kb_section_kind kind, uint64_t at, uint64_t len)
{
    uint64_t size = section_size(index, kind);
    const char *texts = (const char *)section(index, kind);

    if (at >= size || len >= size - at || texts[at + len] != '\0')
        return NULL;
    return texts + at;
}

bool kb_index_peek_head(const struct kb_index *index, uint32_t ordinal, struct kb_doc *doc)
{
    if (ordinal >= index->header->doc_count)
        return false;
    const struct kb_disk_doc *row = &index->docs[ordinal];
    uint64_t title_at = (uint64_t)row->id_len + 1, tags_at = title_at + row->title_len + 1;
    uint64_t size = section_size(index, KB_SECTION_KIND_HEADS), len = tags_at + row->tags_len;
    if (row->head_at >= size || len >= size - row->head_at || row->lang[KB_LANG_MAX] != '\0')
        return false;
    const char *head = (const char *)section(index, KB_SECTION_KIND_HEADS) + row->head_at;
    if (head[title_at - 1] != '\0' || head[tags_at - 1] != '\0' || head[len] != '\0')
        return false;
    doc->ordinal = ordinal;
    doc->id = head;
    doc->title = head + title_at;
    doc->tags = head + tags_at;
    doc->lang = row->lang;
    doc->title_len = row->title_len;
    doc->tags_len = row->tags_len;
    doc->updated = row->updated;
    return true;
}

bool kb_index_peek(const struct kb_index *index, uint32_t ordinal, struct kb_doc *doc)
{
    if (!kb_index_peek_head(index, ordinal, doc))
        return false;
    doc->body =
        text_at(index, KB_SECTION_KIND_BODIES, index->docs[ordinal].body_at, index->docs[ordinal].body_len);
    doc->body_len = index->docs[ordinal].body_len;
    return doc->body != NULL;
}

bool kb_index_doc(const struct kb_index *index, uint32_t ordinal, struct kb_doc *doc)
{
    return kb_index_peek(index, ordinal, doc) && g_utf8_validate(doc->id, -1, NULL) &&
           g_utf8_validate(doc->title, (gssize)doc->title_len, NULL) &&
           g_utf8_validate(doc->tags, (gssize)doc->tags_len, NULL) &&
           g_utf8_validate(doc->body, (gssize)doc->body_len, NULL) && g_utf8_validate(doc->lang, -1, NULL);
}

bool kb_index_find(const struct kb_index *index, const char *id, struct kb_doc *doc)
{
    uint32_t low = 0, high = index->header->doc_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (!kb_index_peek(index, index->ids[middle], doc))
            return false;
        int order = strcmp(doc->id, id);
        if (order == 0)
            return kb_index_doc(index, index->ids[middle], doc);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool kb_index_check(const struct kb_index *index, GError **error)
{
    for (int i = 0; i < KB_SECTION_COUNT; i++) {
        const struct kb_disk_section *s = &index->header->sections[i];
        if (kb_checksum_of(index->map + s->offset, s->size) == s->checksum)
            continue;
        g_set_error(error, KB_ERROR, KB_ERROR_FORMAT, "The index is damaged in its %s: make it again.",
                    section_names[i]);
        return false;
    }
    return true;
}

void kb_index_stats(const struct kb_index *index, struct kb_index_stats *stats)
{
    *stats = (struct kb_index_stats){
        .version = index->header->version,
        .docs = index->header->doc_count,
        .words = index->header->word_count,
        .groups = index->header->group_count,
        .file_bytes = index->header->file_size,
        .text_bytes =
            section_size(index, KB_SECTION_KIND_HEADS) + section_size(index, KB_SECTION_KIND_BODIES),
        .dictionary_bytes =
            section_size(index, KB_SECTION_KIND_WORDS) + section_size(index, KB_SECTION_KIND_GROUPS) +
            section_size(index, KB_SECTION_KIND_SPELLINGS) + section_size(index, KB_SECTION_KIND_SOUNDS),
        .postings_bytes = section_size(index, KB_SECTION_KIND_POSTINGS),
        .title_words = index->header->title_words,
        .body_words = index->header->body_words,
    };
}

const struct kb_disk_length *kb_index_lengths(const struct kb_index *index)
{
    return index->lengths;
}

const uint64_t *kb_index_letters(const struct kb_index *index)
{
    return index->letters;
}

void kb_index_average(const struct kb_index *index, double *title, double *body)
{
    double docs = MAX(index->header->doc_count, 1);

    *title = MAX((double)index->header->title_words / docs, 1);
    *body = MAX((double)index->header->body_words / docs, 1);
}

/* Dictionary. */

static const char *spelling(const struct kb_index *index, uint32_t at, uint8_t len)
{
    uint64_t size = section_size(index, KB_SECTION_KIND_SPELLINGS);

    if (at > size || len > size - at)
        return NULL;
    return (const char *)section(index, KB_SECTION_KIND_SPELLINGS) + at;
}

uint32_t kb_index_word_count(const struct kb_index *index)
{
    return index->header->word_count;
}

const struct kb_disk_word *kb_index_word(const struct kb_index *index, uint32_t row)
{
    return row < index->header->word_count ? &index->words[row] : NULL;
}

const char *kb_index_word_text(const struct kb_index *index, const struct kb_disk_word *word)
{
    return word->len <= KB_TOKEN_MAX ? spelling(index, word->spelling_at, word->len) : NULL;
}

/* The first word that is not below text; with `beyond`, the first that neither is nor begins with it. */
static uint32_t lower_bound(const struct kb_index *index, const char *text, size_t len, bool beyond)
{
    uint32_t low = 0, high = index->header->word_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct kb_disk_word *word = &index->words[middle];
        const char *spelled = kb_index_word_text(index, word);
        size_t word_len = spelled ? word->len : 0;
        if (beyond && word_len > len)
            word_len = len;
        int order = kb_intern_compare(spelled ? spelled : "", word_len, text, len);
        if (order < 0 || (beyond && order == 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool kb_index_prefix(const struct kb_index *index, const char *text, size_t len, uint32_t *start,
                     uint32_t *end)
{
    *start = lower_bound(index, text, len, false);
    *end = lower_bound(index, text, len, true);
    return *start < *end;
}

/* The row of the word whose spelling holds byte `at` of SPELLINGS: they are there in the order of their rows.
 */
static uint32_t word_at(const struct kb_index *index, uint64_t at)
{
    uint32_t low = 0, high = index->header->word_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (index->words[middle].spelling_at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

void kb_index_words_with(const struct kb_index *index, const char *text, size_t len,
                         void (*each)(void *data, uint32_t row), void *data)
{
    const char *spellings = (const char *)section(index, KB_SECTION_KIND_SPELLINGS), *at = spellings;
    const char *end = spellings + section_size(index, KB_SECTION_KIND_SPELLINGS);
    uint32_t words = index->header->word_count;

    while (words > 0 && (at = memmem(at, (size_t)(end - at), text, len)) != NULL) {
        uint32_t row = word_at(index, (uint64_t)(at - spellings));
        if (row >= words)
            return;
        const struct kb_disk_word *word = &index->words[row];
        uint64_t stop = (uint64_t)word->spelling_at + word->len;
        bool inside = (uint64_t)(at - spellings) + len <= stop;
        if (inside)
            each(data, row);
        /* Stems that are no word follow the last one; else a word is told once. */
        if (row + 1 == words && !inside)
            return;
        at = inside ? spellings + MAX(stop, (uint64_t)(at - spellings) + 1) : at + 1;
        if (at > end)
            return;
    }
}

bool kb_index_find_word(const struct kb_index *index, const char *text, size_t len, uint32_t *row)
{
    *row = lower_bound(index, text, len, false);
    if (*row >= index->header->word_count)
        return false;
    const struct kb_disk_word *word = &index->words[*row];
    const char *spelled = kb_index_word_text(index, word);
    return spelled && word->len == len && memcmp(spelled, text, len) == 0;
}

bool kb_index_find_group(const struct kb_index *index, const char *text, size_t len, uint32_t *row)
{
    uint32_t low = 0, high = index->header->group_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct kb_disk_group *group = &index->groups[middle];
        const char *spelled = kb_index_group_text(index, group);
        int order = kb_intern_compare(spelled ? spelled : "", spelled ? group->len : 0, text, len);
        if (order == 0) {
            *row = middle;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

const struct kb_disk_sound *kb_index_sounds(const struct kb_index *index, size_t *count)
{
    *count = section_size(index, KB_SECTION_KIND_SOUNDS) / sizeof(struct kb_disk_sound);
    return (const struct kb_disk_sound *)section(index, KB_SECTION_KIND_SOUNDS);
}

const struct kb_disk_group *kb_index_group(const struct kb_index *index, uint32_t row)
{
    return row < index->header->group_count ? &index->groups[row] : NULL;
}

const char *kb_index_group_text(const struct kb_index *index, const struct kb_disk_group *group)
{
    return group->len <= KB_TOKEN_MAX ? spelling(index, group->spelling_at, group->len) : NULL;
}

bool kb_index_lists(const struct kb_index *index, uint32_t row, struct kb_list lists[KB_FIELD_COUNT])
{
    const struct kb_disk_group *group = kb_index_group(index, row);
    uint64_t size = section_size(index, KB_SECTION_KIND_POSTINGS);

    memset(lists, 0, KB_FIELD_COUNT * sizeof *lists);
    if (!group || group[1].postings_at > size || group->postings_at > group[1].postings_at)
        return false;
    const uint8_t *at = section(index, KB_SECTION_KIND_POSTINGS) + group->postings_at;
    const uint8_t *end = section(index, KB_SECTION_KIND_POSTINGS) + group[1].postings_at;
    for (int f = 0; f < KB_FIELD_COUNT; f++) {
        if (group->df[f] == 0)
            continue;
        if (!kb_list_open(&lists[f], &at, end, group->df[f], index->header->doc_count)) {
            memset(&lists[f], 0, sizeof lists[f]);
            return false;
        }
    }
    return true;
}

void *kb_index_lend(struct kb_index *index, size_t row_bytes)
{
    void *rows = NULL;

    g_mutex_lock(&index->pool_lock);
    if (index->pool_count > 0)
        rows = index->pool[--index->pool_count];
    g_mutex_unlock(&index->pool_lock);
    return rows ? rows : g_malloc0_n((size_t)index->header->doc_count + 1, row_bytes);
}

void kb_index_give_back(struct kb_index *index, void *rows)
{
    g_mutex_lock(&index->pool_lock);
    bool kept = index->pool_count < POOL_MAX;
    if (kept)
        index->pool[index->pool_count++] = rows;
    g_mutex_unlock(&index->pool_lock);
    if (!kept)
        g_free(rows);
}
