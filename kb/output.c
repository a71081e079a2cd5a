#include "kb/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kb/checksum.h"
#include "kb/error.h"

#define BUFFER_BYTES (256 * 1024)

struct kb_output {
    char *path;      /* where the file is to end up */
    char *temporary; /* where it is now; NULL while it has no name, and once renamed */
    int fd;
    int failure;   /* errno of the first write that failed, or 0 */
    uint64_t size; /* bytes handed over so far, buffered or not */
    size_t buffered;
    int open_section; /* enum kb_section_kind, or -1 */
    struct kb_checksum sum;
    struct kb_disk_section sections[KB_SECTION_COUNT];
    uint8_t buffer[BUFFER_BYTES];
};

static void flush(struct kb_output *o)
{
    size_t done = 0;

    while (done < o->buffered && o->failure == 0) {
        ssize_t n = write(o->fd, o->buffer + done, o->buffered - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            o->failure = errno;
    }
    o->buffered = 0;
}

static void put(struct kb_output *o, const void *data, size_t len)
{
    const uint8_t *p = data;

    o->size += len;
    while (len > 0) {
        size_t take = MIN(len, BUFFER_BYTES - o->buffered);
        memcpy(o->buffer + o->buffered, p, take);
        o->buffered += take;
        p += take;
        len -= take;
        if (o->buffered == BUFFER_BYTES)
            flush(o);
    }
}

/* A file without a name until it is whole, so that a process that is killed leaves nothing behind; -1 where
 * the file system has no such files. */
static int open_nameless(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);

    return open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

/* Gives a nameless file its temporary name; false with errno. */
static bool name_file(struct kb_output *o)
{
    g_autofree char *self = g_strdup_printf("/proc/self/fd/%d", o->fd);

    for (int tries = 0; tries < 100; tries++) {
        g_autofree char *name = g_strdup_printf("%s.%06x", o->path, g_random_int() & 0xFFFFFF);
        if (linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0) {
            o->temporary = g_steal_pointer(&name);
            return true;
        }
        if (errno != EEXIST)
            return false;
    }
    return false;
}

struct kb_output *kb_output_new(const char *path, GError **error)
{
    struct kb_output *o = g_new0(struct kb_output, 1);
    struct kb_disk_header blank = {0};

    o->path = g_strdup(path);
    o->open_section = -1;
    o->fd = open_nameless(path);
    if (o->fd < 0) {
        o->temporary = g_strdup_printf("%s.XXXXXX", path);
        o->fd = g_mkstemp_full(o->temporary, O_RDWR | O_CLOEXEC, 0600);
    }
    if (o->fd < 0) {
        g_set_error(error, KB_ERROR, KB_ERROR_FILE,
                    "The index %s cannot be written: %s. Check the folder and its permissions.", path,
                    g_strerror(errno));
        g_clear_pointer(&o->temporary, g_free);
        kb_output_free(o);
        return NULL;
    }
    put(o, &blank, sizeof blank);
    return o;
}

struct kb_output *kb_output_new_in_memory(GError **error)
{
    struct kb_output *o = g_new0(struct kb_output, 1);
    struct kb_disk_header blank = {0};

    o->path = g_strdup("of the changes");
    o->open_section = -1;
    o->fd = memfd_create("kb", MFD_CLOEXEC);
    if (o->fd < 0) {
        g_set_error(error, KB_ERROR, KB_ERROR_FILE, "There is no memory for the changed documents: %s.",
                    g_strerror(errno));
        kb_output_free(o);
        return NULL;
    }
    put(o, &blank, sizeof blank);
    return o;
}

void kb_output_free(struct kb_output *o)
{
    if (!o)
        return;
    if (o->fd >= 0)
        close(o->fd);
    if (o->temporary)
        unlink(o->temporary);
    g_free(o->temporary);
    g_free(o->path);
    g_free(o);
}

static void end_section(struct kb_output *o)
{
    static const uint8_t zeros[8];

    if (o->open_section < 0)
        return;
    struct kb_disk_section *s = &o->sections[o->open_section];
    s->size = o->size - s->offset;
    s->checksum = kb_checksum_value(&o->sum);
    o->open_section = -1;
    put(o, zeros, (8 - o->size % 8) % 8);
}

void kb_output_begin(struct kb_output *o, enum kb_section_kind kind)
{
    end_section(o);
    o->open_section = (int)kind;
    o->sections[kind].offset = o->size;
    kb_checksum_init(&o->sum);
}

void kb_output_write(struct kb_output *o, const void *data, size_t len)
{
    kb_checksum_add(&o->sum, data, len);
    put(o, data, len);
}

uint64_t kb_output_size(const struct kb_output *o)
{
    return o->open_section < 0 ? 0 : o->size - o->sections[o->open_section].offset;
}

bool kb_output_check(const struct kb_output *o, GError **error)
{
    if (o->failure == 0)
        return true;
    g_set_error(error, KB_ERROR, KB_ERROR_FILE,
                "The index %s could not be written to the end: %s. What was there before is unchanged.",
                o->path, g_strerror(o->failure));
    return false;
}

/* The rename itself must reach the disk too. */
static void sync_folder(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

static void write_header(struct kb_output *o, struct kb_disk_header *header)
{
    memcpy(header->magic, KB_FORMAT_MAGIC, sizeof header->magic);
    header->version = KB_FORMAT_VERSION;
    header->byte_order = KB_FORMAT_BYTE_ORDER;
    header->file_size = o->size;
    memcpy(header->sections, o->sections, sizeof header->sections);
    header->checksum = kb_checksum_of(header, offsetof(struct kb_disk_header, checksum));
    if (o->failure == 0 && pwrite(o->fd, header, sizeof *header, 0) != (ssize_t)sizeof *header)
        o->failure = errno;
}

bool kb_output_commit(struct kb_output *o, struct kb_disk_header *header, GError **error)
{
    end_section(o);
    flush(o);
    write_header(o, header);
    if (o->failure == 0 && fsync(o->fd) != 0)
        o->failure = errno;
    if (o->failure == 0 && !o->temporary && !name_file(o))
        o->failure = errno;
    if (o->failure == 0 && rename(o->temporary, o->path) != 0)
        o->failure = errno;
    if (!kb_output_check(o, error))
        return false;
    g_clear_pointer(&o->temporary, g_free);
    sync_folder(o->path);
    return true;
}

GBytes *kb_output_take(struct kb_output *o, struct kb_disk_header *header, GError **error)
{
    end_section(o);
    flush(o);
    write_header(o, header);
    g_autofree uint8_t *bytes = g_malloc(o->size);
    size_t done = 0;

    while (done < o->size && o->failure == 0) {
        ssize_t n = pread(o->fd, bytes + done, o->size - done, (off_t)done);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            o->failure = n == 0 ? EIO : errno;
    }
    if (!kb_output_check(o, error))
        return NULL;
    return g_bytes_new_take(g_steal_pointer(&bytes), o->size);
}
