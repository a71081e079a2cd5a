#include "app/service/epoch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/service/db.h"

struct epoch {
    char *path;
    _Atomic(uint64_t) *number; /* in the mapping */
};

#define MAPPING_BYTES sizeof(_Atomic(uint64_t))

static char *path_beside(const char *db_path)
{
    return g_strconcat(db_path, "-epoch", NULL);
}

static void *map(int fd)
{
    void *at = mmap(NULL, MAPPING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return at == MAP_FAILED ? NULL : at;
}

struct epoch *epoch_open(const char *db_path, GError **error)
{
    g_autofree char *path = path_beside(db_path);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    void *number = fd >= 0 && ftruncate(fd, MAPPING_BYTES) == 0 ? map(fd) : NULL;
    int error_number = errno;
    if (fd >= 0)
        close(fd);
    if (!number) {
        g_set_error(error, DB_ERROR, DB_ERROR_FAILED,
                    "The file %s cannot be made: %s; make its folder writable.", path,
                    g_strerror(error_number));
        return NULL;
    }
    struct epoch *e = g_new0(struct epoch, 1);
    e->path = g_steal_pointer(&path);
    e->number = number;
    return e;
}

void epoch_close(struct epoch *e)
{
    if (!e)
        return;
    unlink(e->path);
    munmap((void *)e->number, MAPPING_BYTES);
    g_free(e->path);
    g_free(e);
}

uint64_t epoch_read(const struct epoch *e)
{
    return atomic_load(e->number);
}

void epoch_advance(struct epoch *e)
{
    atomic_fetch_add(e->number, 1);
}

void epoch_announce(const char *db_path)
{
    g_autofree char *path = path_beside(db_path);
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return;
    struct stat status;
    /* A file shorter than the number would end us by a signal when it is touched. */
    _Atomic(uint64_t) *number =
        fstat(fd, &status) == 0 && status.st_size >= (off_t)MAPPING_BYTES ? map(fd) : NULL;
    close(fd);
    if (!number)
        return;
    atomic_fetch_add(number, 1);
    munmap((void *)number, MAPPING_BYTES);
}
