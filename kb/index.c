#include "kb/index.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kb/delta.h"
#include "kb/error.h"

/* An index file may be replaced, with its changes made part of it, between the opening of the two. */
#define OPENING_TRIES 5

struct kb_index {
    gint refs;
    const uint8_t *map;
    size_t map_bytes;
    struct kb_delta delta;
    GPtrArray *segments; /* struct kb_segment, the file's first */
};

/* A mapped file and which one it is. */
struct mapping {
    const uint8_t *bytes;
    size_t size;
    dev_t device;
    ino_t inode;
};

/* False with an error where it cannot be mapped; an empty file gives a valid pointer and size 0. */
static bool map_file(const char *path, struct mapping *m, GError **error)
{
    static const uint64_t nothing;
    const uint8_t *map = MAP_FAILED;
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    m->size = 0;
    if (fd >= 0 && fstat(fd, &status) == 0) {
        if (S_ISREG(status.st_mode) && status.st_size == 0)
            map = (const uint8_t *)&nothing;
        else if (S_ISREG(status.st_mode))
            map = mmap(NULL, m->size = (size_t)status.st_size, PROT_READ, MAP_SHARED, fd, 0);
        else
            errno = S_ISDIR(status.st_mode) ? EISDIR : ENODEV;
        m->device = status.st_dev;
        m->inode = status.st_ino;
    }
    if (map == MAP_FAILED)
        g_set_error(error, KB_ERROR, KB_ERROR_FILE, "The index %s cannot be read: %s.", path,
                    g_strerror(errno));
    if (fd >= 0)
        close(fd);
    m->bytes = map;
    return map != MAP_FAILED;
}

static bool is_still_there(const char *path, const struct mapping *m)
{
    struct stat status;

    return stat(path, &status) == 0 && status.st_dev == m->device && status.st_ino == m->inode;
}

static void bury(struct kb_index *index, guint below, const char *id)
{
    struct kb_doc doc;

    for (guint i = 0; i < below; i++) {
        struct kb_segment *segment = g_ptr_array_index(index->segments, i);
        if (kb_segment_find(segment, id, &doc))
            kb_segment_bury(segment, doc.ordinal);
    }
}

/* What a batch deletes and replaces is dead in the segments before it. A segment that cannot be read is as if
 * it were not there: the documents it was to replace are better than none. */
static void add_batch(struct kb_index *index, const struct kb_batch *batch, const char *path)
{
    guint before = index->segments->len;
    struct kb_segment *segment = NULL;
    struct kb_doc doc;

    if (batch->segment_size > 0)
        segment = kb_segment_new(batch->segment, batch->segment_size, path, NULL);
    if (segment)
        g_ptr_array_add(index->segments, segment);
    for (uint32_t i = 0; segment && i < kb_segment_count(segment); i++)
        if (kb_segment_peek_head(segment, i, &doc))
            bury(index, before, doc.id);
    for (size_t at = 0; at < batch->deleted_size; at += strlen(batch->deleted + at) + 1)
        bury(index, before, batch->deleted + at);
}

static void add_changes(struct kb_index *index, const char *path)
{
    kb_delta_init(&index->delta, path, kb_segment_checksum(g_ptr_array_index(index->segments, 0)));
    for (guint i = 0; i < index->delta.batches->len; i++)
        add_batch(index, &g_array_index(index->delta.batches, struct kb_batch, i), path);
}

static struct kb_index *open_mapping(const struct mapping *m, const char *path, bool changes, GError **error)
{
    struct kb_segment *base = kb_segment_new(m->bytes, m->size, path, error);

    if (!base)
        return NULL;
    struct kb_index *index = g_new0(struct kb_index, 1);
    index->refs = 1;
    index->map = m->bytes;
    index->map_bytes = m->size;
    index->segments = g_ptr_array_new_with_free_func((GDestroyNotify)kb_segment_free);
    g_ptr_array_add(index->segments, base);
    if (changes)
        add_changes(index, path);
    kb_segments_join((struct kb_segment *const *)index->segments->pdata, index->segments->len);
    return index;
}

static struct kb_index *open_index(const char *path, bool changes, GError **error)
{
    struct kb_index *index = NULL;
    struct mapping m;

    for (int tries = 0; tries < OPENING_TRIES; tries++) {
        kb_index_close(index);
        if (!map_file(path, &m, error))
            return NULL;
        index = open_mapping(&m, path, changes, error);
        if (!index && m.size > 0)
            munmap((void *)m.bytes, m.size);
        if (!index || is_still_there(path, &m))
            return index;
    }
    return index;
}

struct kb_index *kb_index_open(const char *path, GError **error)
{
    return open_index(path, true, error);
}

struct kb_index *kb_index_open_file(const char *path, GError **error)
{
    return open_index(path, false, error);
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
    g_ptr_array_unref(index->segments);
    kb_delta_release(&index->delta);
    munmap((void *)index->map, index->map_bytes);
    g_free(index);
}

struct kb_segment *const *kb_index_segments(const struct kb_index *index, size_t *count)
{
    *count = index->segments->len;
    return (struct kb_segment *const *)index->segments->pdata;
}

uint32_t kb_index_count(const struct kb_index *index)
{
    return kb_segment_family_docs(g_ptr_array_index(index->segments, 0));
}

uint32_t kb_index_ordinals(const struct kb_index *index)
{
    uint32_t count = 0;

    for (guint i = 0; i < index->segments->len; i++)
        count += kb_segment_count(g_ptr_array_index(index->segments, i));
    return count;
}

bool kb_index_doc(const struct kb_index *index, uint32_t ordinal, struct kb_doc *doc)
{
    uint32_t first = 0;

    for (guint i = 0; i < index->segments->len; i++) {
        const struct kb_segment *segment = g_ptr_array_index(index->segments, i);
        uint32_t count = kb_segment_count(segment);
        if (ordinal - first >= count) {
            first += count;
            continue;
        }
        bool there = kb_segment_doc(segment, ordinal - first, doc);
        doc->ordinal = ordinal;
        return there;
    }
    return false;
}

bool kb_index_find(const struct kb_index *index, const char *id, struct kb_doc *doc)
{
    uint32_t first = 0;

    for (guint i = 0; i < index->segments->len; i++) {
        const struct kb_segment *segment = g_ptr_array_index(index->segments, i);
        if (kb_segment_find(segment, id, doc)) {
            doc->ordinal += first;
            return true;
        }
        first += kb_segment_count(segment);
    }
    return false;
}

bool kb_index_check(const struct kb_index *index, GError **error)
{
    for (guint i = 0; i < index->segments->len; i++)
        if (!kb_segment_check(g_ptr_array_index(index->segments, i), error))
            return false;
    return true;
}

void kb_index_stats(const struct kb_index *index, struct kb_index_stats *stats)
{
    struct kb_index_stats one;

    kb_segment_stats(g_ptr_array_index(index->segments, 0), stats);
    for (guint i = 1; i < index->segments->len; i++) {
        kb_segment_stats(g_ptr_array_index(index->segments, i), &one);
        stats->words += one.words;
        stats->groups += one.groups;
        stats->text_bytes += one.text_bytes;
        stats->dictionary_bytes += one.dictionary_bytes;
        stats->postings_bytes += one.postings_bytes;
        stats->title_words += one.title_words;
        stats->body_words += one.body_words;
    }
    stats->docs = kb_index_count(index);
    stats->file_bytes = index->map_bytes + index->delta.valid_size;
}
