/*
 * Damaged index files: the input is a list of changes to a good one, five bytes each (place, little-endian,
 * in 32 bits, taken modulo the size; new value), after which the header's checksum is put right, so that the
 * reader gets past it. An input that begins with "RAW" is taken as a file of its own.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kb/builder.h"
#include "kb/checksum.h"
#include "kb/search.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static char *make_good(size_t *len)
{
    g_autofree char *folder = g_dir_make_tmp("fuzz-kb-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "articles.kb", NULL);
    struct kb_builder *builder = kb_builder_new(path, NULL);
    char *good = NULL, id[8];

    for (int i = 0; i < 140; i++) {
        g_snprintf(id, sizeof id, "%d", i);
        kb_builder_add(builder,
                       &(struct kb_document){.id = id,
                                             .title = i % 2 ? "Return policy" : "退款政策",
                                             .body = i < 3 ? "Refund in three days 退款" : "refund",
                                             .tags = i == 1 ? "shop" : "",
                                             .lang = "en"},
                       NULL);
    }
    kb_builder_finish(builder, NULL);
    kb_builder_free(builder);
    g_assert(g_file_get_contents(path, &good, len, NULL));
    unlink(path);
    rmdir(folder);
    return good;
}

static char *damaged(const uint8_t *bytes, size_t len, size_t *size)
{
    static char *good;
    static size_t good_len;

    if (len >= 3 && memcmp(bytes, "RAW", 3) == 0) {
        *size = len - 3;
        return g_memdup2(bytes + 3, *size);
    }
    if (!good)
        good = make_good(&good_len);
    char *copy = g_memdup2(good, good_len);
    for (size_t at = 0; at + 5 <= len; at += 5) {
        uint32_t place;
        memcpy(&place, bytes + at, sizeof place);
        copy[place % good_len] = (char)bytes[at + 4];
    }
    *size = good_len;
    return copy;
}

static void read_everything(struct kb_index *index)
{
    static const char *const queries[] = {
        "return policy", "retrun ",       "r",        "\"return policy\"",
        "/ret.*y/i",     "~rtn",          "退款政策", "tag:shop title:return",
        "refund -three", "lang:en refund"};
    struct kb_doc doc;

    for (size_t i = 0; i < G_N_ELEMENTS(queries); i++)
        kb_results_free(kb_search(index, queries[i], &(struct kb_search_options){.budget_ms = 50}, NULL));
    kb_results_free(kb_similar(index, "a refund within three days 退款", NULL, NULL));
    for (uint32_t i = 0; i < 4; i++)
        kb_index_doc(index, i, &doc);
    kb_index_find(index, "17", &doc);
    kb_index_check(index, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    size_t size;
    g_autofree char *file = damaged(bytes, len, &size);
    g_autofree char *path = NULL;
    struct kb_disk_header *header = (struct kb_disk_header *)(void *)file;
    int fd = memfd_create("index", MFD_CLOEXEC);

    if (size >= sizeof *header)
        header->checksum = kb_checksum_of(header, offsetof(struct kb_disk_header, checksum));
    g_assert(fd >= 0 && write(fd, file, size) == (ssize_t)size);
    path = g_strdup_printf("/proc/self/fd/%d", fd);
    struct kb_index *index = kb_index_open(path, NULL);
    if (index)
        read_everything(index);
    kb_index_close(index);
    close(fd);
    return 0;
}
