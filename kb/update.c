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
    int fd;                /* of the delta, locked */
    struct kb_index *file; /* without its changes: to look at those takes longer than to add one */
    struct kb_delta delta;
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

static uint64_t base_of(const struct kb_update *u)
{
    size_t count;

    return kb_segment_checksum(kb_index_segments(u->file, &count)[0]);
}

struct kb_update *kb_update_new(const char *path, GError **error)
{
    struct kb_update *u = g_new0(struct kb_update, 1);
    struct kb_index *first = kb_index_open_file(path, error);
    bool ok = first != NULL;

    kb_index_close(first);
    u->path = g_strdup(path);
    u->delta_path = kb_delta_path(path);
    u->fd = -1;
    u->deleted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    ok = ok && lock(u, error);
    if (ok)
        u->file = kb_index_open_file(path, error);
    if (u->file) {
        kb_delta_init(&u->delta, path, base_of(u));
        u->builder = kb_builder_new_in_memory(error);
    }
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
    kb_index_close(u->file);
    kb_delta_release(&u->delta);
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
    if (id[0] != '\0')
        g_hash_table_add(u->deleted, g_strdup(id));
}

static gboolean is_not_there(gpointer id, gpointer unused, gpointer index)
{
    struct kb_doc doc;

    (void)unused;
    return !kb_index_find(index, id, &doc);
}

/* Deletions of what is not there are forgotten. */
static bool sift_deletions(struct kb_update *u, GError **error)
{
    struct kb_index *index = g_hash_table_size(u->deleted) > 0 ? kb_index_open(u->path, error) : NULL;

    if (index)
        g_hash_table_foreach_remove(u->deleted, is_not_there, index);
    kb_index_close(index);
    return index || g_hash_table_size(u->deleted) == 0;
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

/* Once the delta has grown to `size`, by one batch. The changes are made already, so one that fails is left
 * to the next update. */
static bool tidy(struct kb_update *u, size_t size, GError **error)
{
    struct kb_index_stats base;

    kb_index_stats(u->file, &base);
    bool large = size > MAX(base.file_bytes / KB_UPDATE_SHARE, KB_UPDATE_MERGE_BYTES);
    if (!large && u->delta.batches->len + 1 < KB_UPDATE_BATCHES)
        return true;
    struct kb_index *changed = kb_index_open(u->path, error);
    if (changed && large)
        merge(u, changed, NULL);
    else if (changed)
        compact(u, changed, NULL);
    kb_index_close(changed);
    return changed != NULL;
}

bool kb_update_commit(struct kb_update *u, GError **error)
{
    g_autoptr(GBytes) segment = NULL;
    g_autoptr(GByteArray) deleted = NULL, batch = NULL;

    if (!sift_deletions(u, error))
        return false;
    deleted = deleted_ids(u);
    if (kb_builder_count(u->builder) == 0 && deleted->len == 0)
        return true;
    if (kb_builder_count(u->builder) > 0) {
        segment = kb_builder_take(u->builder, error);
        if (!segment)
            return false;
    }
    batch = kb_batch_new(base_of(u), segment, deleted);
    return append(u, batch, u->delta.valid_size, error) && tidy(u, u->delta.valid_size + batch->len, error);
}
