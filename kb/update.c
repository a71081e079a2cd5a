#include "kb/update.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kb/delta.h"
#include "kb/error.h"
#include "kb/index.h"

struct kb_update {
    char *path, *delta_path;
    int fd; /* of the delta, locked */
    struct kb_index *index;
    struct kb_builder *builder; /* of the documents put */
    GHashTable *deleted;        /* ids */
};

static bool fail(const struct kb_update *u, int code, GError **error)
{
    g_set_error(error, KB_ERROR, KB_ERROR_FILE,
                "The index %s could not be changed: %s. What was there before is unchanged.", u->path,
                g_strerror(code));
    return false;
}

static bool is_same_file(int fd, const char *path)
{
    struct stat here, there;

    return fstat(fd, &here) == 0 && stat(path, &there) == 0 && here.st_dev == there.st_dev &&
           here.st_ino == there.st_ino;
}

/* Opens and locks the delta; one that was replaced or removed while this waited is opened anew. */
static bool lock(struct kb_update *u, GError **error)
{
    for (;;) {
        u->fd = open(u->delta_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (u->fd < 0)
            return fail(u, errno, error);
        while (flock(u->fd, LOCK_EX) != 0)
            if (errno != EINTR)
                return fail(u, errno, error);
        if (is_same_file(u->fd, u->delta_path))
            return true;
        close(u->fd);
    }
}

struct kb_update *kb_update_new(const char *path, GError **error)
{
    struct kb_update *u = g_new0(struct kb_update, 1);
    struct kb_index *first = kb_index_open(path, error);
    bool ok = first != NULL;

    kb_index_close(first);
    u->path = g_strdup(path);
    u->delta_path = kb_delta_path(path);
    u->fd = -1;
    u->deleted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    ok = ok && lock(u, error);
    if (ok)
        u->index = kb_index_open(path, error);
    if (u->index)
        u->builder = kb_builder_new_in_memory(error);
    if (u->builder)
        return u;
    kb_update_free(u);
    return NULL;
}

void kb_update_free(struct kb_update *u)
{
    if (!u)
        return;
    kb_builder_free(u->builder);
    kb_index_close(u->index);
    g_hash_table_unref(u->deleted);
    if (u->fd >= 0)
        close(u->fd);
    g_free(u->delta_path);
    g_free(u->path);
    g_free(u);
}

bool kb_update_put(struct kb_update *u, const struct kb_document *document, GError **error)
{
    return kb_builder_add(u->builder, document, error);
}

void kb_update_delete(struct kb_update *u, const char *id)
{
    struct kb_doc doc;

    if (id[0] != '\0' && kb_index_find(u->index, id, &doc))
        g_hash_table_add(u->deleted, g_strdup(id));
}

/* The deleted ids in the order of their bytes, so that equal changes give equal files. */
static GByteArray *deleted_ids(struct kb_update *u)
{
    GByteArray *ids = g_byte_array_new();
    g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(u->deleted), (GCompareFunc)strcmp);

    for (GList *key = keys; key; key = key->next)
        g_byte_array_append(ids, key->data, (guint)strlen(key->data) + 1);
    return ids;
}

static uint64_t base_of(const struct kb_update *u)
{
    size_t count;

    return kb_segment_checksum(kb_index_segments(u->index, &count)[0]);
}

/* Writes the batch behind the last whole one. What a crash left behind is cut off before, and after a failure
 * the delta is as it was. */
static bool append(struct kb_update *u, const GByteArray *batch, size_t end, GError **error)
{
    size_t done = 0;
    int failure = ftruncate(u->fd, (off_t)end) == 0 ? 0 : errno;

    while (done < batch->len && failure == 0) {
        ssize_t n = pwrite(u->fd, batch->data + done, batch->len - done, (off_t)(end + done));
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            failure = errno;
    }
    if (failure == 0 && fdatasync(u->fd) != 0)
        failure = errno;
    if (failure == 0)
        return true;
    if (ftruncate(u->fd, (off_t)end) != 0)
        g_debug("The batch that failed is told by its checksum.");
    return fail(u, failure, error);
}

/* A new file of everything, changes included; the delta belongs to the old one and goes. */
static bool merge(struct kb_update *u, const struct kb_index *changed, GError **error)
{
    struct kb_builder *builder = kb_builder_new(u->path, error);
    bool ok =
        builder && kb_builder_add_index(builder, changed, NULL, error) && kb_builder_finish(builder, error);

    kb_builder_free(builder);
    if (ok)
        unlink(u->delta_path);
    return ok;
}

/* Many batches become one: the documents of all that are alive, and all deletions. */
static bool compact(struct kb_update *u, const struct kb_index *changed, GError **error)
{
    g_autoptr(GByteArray) deleted = g_byte_array_new(), batch = NULL;
    g_autoptr(GBytes) segment = NULL;
    struct kb_builder *builder = kb_builder_new_in_memory(error);
    struct kb_delta delta;
    struct kb_doc doc;
    size_t segments;

    if (!builder)
        return false;
    for (uint32_t i = kb_segment_count(kb_index_segments(changed, &segments)[0]);
         i < kb_index_ordinals(changed); i++)
        if (kb_index_doc(changed, i, &doc))
            kb_builder_add_doc(builder, &doc, NULL);
    segment = kb_builder_count(builder) > 0 ? kb_builder_take(builder, error) : NULL;
    kb_builder_free(builder);
    kb_delta_init(&delta, u->path, base_of(u));
    for (guint i = 0; i < delta.batches->len; i++) {
        const struct kb_batch *one = &g_array_index(delta.batches, struct kb_batch, i);
        g_byte_array_append(deleted, (const guint8 *)one->deleted, (guint)one->deleted_size);
    }
    batch = kb_batch_new(base_of(u), segment, deleted);
    kb_delta_release(&delta);
    return g_file_set_contents_full(u->delta_path, (const char *)batch->data, batch->len,
                                    G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                    error);
}

/* Once the delta has grown. The changes are made already, so one that fails is left to the next update. */
static void tidy(struct kb_update *u)
{
    struct kb_index_stats base;
    struct stat status;
    size_t segments;
    struct kb_segment *const *all = kb_index_segments(u->index, &segments);

    kb_segment_stats(all[0], &base);
    if (fstat(u->fd, &status) == 0 && (uint64_t)status.st_size > base.file_bytes / KB_UPDATE_SHARE &&
        status.st_size > KB_UPDATE_MERGE_BYTES)
        merge(u, u->index, NULL);
    else if (segments > KB_UPDATE_BATCHES)
        compact(u, u->index, NULL);
}

bool kb_update_commit(struct kb_update *u, GError **error)
{
    g_autoptr(GBytes) segment = NULL;
    g_autoptr(GByteArray) deleted = deleted_ids(u), batch = NULL;
    struct kb_delta delta;

    if (kb_builder_count(u->builder) == 0 && deleted->len == 0)
        return true;
    if (kb_builder_count(u->builder) > 0) {
        segment = kb_builder_take(u->builder, error);
        if (!segment)
            return false;
    }
    kb_delta_init(&delta, u->path, base_of(u));
    batch = kb_batch_new(base_of(u), segment, deleted);
    bool ok = append(u, batch, delta.valid_size, error);
    bool crowded =
        delta.batches->len + 1 >= KB_UPDATE_BATCHES || delta.valid_size + batch->len > KB_UPDATE_MERGE_BYTES;
    kb_delta_release(&delta);
    if (!ok || !crowded)
        return ok;
    kb_index_close(u->index);
    u->index = kb_index_open(u->path, error);
    if (u->index)
        tidy(u);
    return u->index != NULL;
}
