/*
 * Damaged changes beside a good index: the input is a list of changes to a good delta, five bytes each
 * (place, little-endian, in 32 bits, taken modulo the size; new value), after which the checksums of its
 * segment's header and of the batch are put right, so that the reader gets past them. An input that begins
 * with "RAW" is taken as a delta of its own. Whatever it is: the index opens, answers, and can be changed
 * again.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <string.h>

#include "kb/checksum.h"
#include "kb/delta.h"
#include "kb/search.h"
#include "kb/update.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* A good index and a good delta of one batch, made once a process. */
struct good {
    char *folder, *path, *delta_path;
    char *index, *delta;
    size_t index_size, delta_size;
};

static void put(struct kb_update *update, const char *id, const char *title)
{
    g_assert(
        kb_update_put(update, &(struct kb_document){.id = id, .title = title, .body = "refund 退款"}, NULL));
}

static void make_good(struct good *g)
{
    g->folder = g_dir_make_tmp("fuzz-kb-delta-XXXXXX", NULL);
    g->path = g_build_filename(g->folder, "articles.kb", NULL);
    g->delta_path = kb_delta_path(g->path);
    struct kb_builder *builder = kb_builder_new(g->path, NULL);
    for (int i = 0; i < 20; i++) {
        char id[8];
        g_snprintf(id, sizeof id, "%d", i);
        kb_builder_add(builder, &(struct kb_document){.id = id, .title = "Return policy", .body = "refund"},
                       NULL);
    }
    g_assert(kb_builder_finish(builder, NULL));
    kb_builder_free(builder);
    struct kb_update *update = kb_update_new(g->path, NULL);
    put(update, "3", "Returns, changed");
    put(update, "new", "Refund 退款政策");
    kb_update_delete(update, "5");
    kb_update_delete(update, "17");
    g_assert(kb_update_commit(update, NULL));
    kb_update_free(update);
    g_assert(g_file_get_contents(g->path, &g->index, &g->index_size, NULL));
    g_assert(g_file_get_contents(g->delta_path, &g->delta, &g->delta_size, NULL));
}

static struct good good;

static void remove_good(void)
{
    g_unlink(good.delta_path);
    g_unlink(good.path);
    g_rmdir(good.folder);
}

/* Only the bytes before the footer are changed; both checksums are made to fit. */
static char *damaged(const uint8_t *bytes, size_t len)
{
    char *copy = g_memdup2(good.delta, good.delta_size);
    size_t body = good.delta_size - sizeof(uint64_t);
    struct kb_disk_header *header = (struct kb_disk_header *)(void *)(copy + sizeof(struct kb_disk_batch));
    uint64_t sum;

    for (size_t at = 0; at + 5 <= len; at += 5) {
        uint32_t place;
        memcpy(&place, bytes + at, sizeof place);
        copy[place % body] = (char)bytes[at + 4];
    }
    header->checksum = kb_checksum_of(header, offsetof(struct kb_disk_header, checksum));
    sum = kb_checksum_of(copy, body);
    memcpy(copy + body, &sum, sizeof sum);
    return copy;
}

static void read_everything(void)
{
    static const char *const queries[] = {"return policy", "retrun ",       "r", "/re.*y/i", "~rtn",
                                          "退款",          "-refund return"};
    struct kb_index *index = kb_index_open(good.path, NULL);
    struct kb_doc doc;

    g_assert(index);
    for (size_t i = 0; i < G_N_ELEMENTS(queries); i++)
        kb_results_free(kb_search(index, queries[i],
                                  &(struct kb_search_options){.budget_ms = 50, .explain = true}, NULL));
    for (uint32_t i = 0; i < kb_index_ordinals(index); i++)
        kb_index_doc(index, i, &doc);
    kb_index_find(index, "new", &doc);
    kb_index_check(index, NULL);
    kb_index_close(index);
}

/* Changes that nobody can read are no reason to refuse new ones. */
static void change(void)
{
    struct kb_doc doc;
    struct kb_update *update = kb_update_new(good.path, NULL);

    g_assert(update);
    put(update, "after", "After all that");
    g_assert(kb_update_commit(update, NULL));
    kb_update_free(update);
    struct kb_index *index = kb_index_open(good.path, NULL);
    g_assert(index && kb_index_find(index, "after", &doc));
    kb_index_close(index);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    bool raw = len >= 3 && memcmp(bytes, "RAW", 3) == 0;

    if (!good.folder) {
        make_good(&good);
        atexit(remove_good);
    }
    g_autofree char *delta = raw ? g_memdup2(bytes + 3, len - 3) : damaged(bytes, len);
    g_assert(g_file_set_contents_full(good.path, good.index, (gssize)good.index_size,
                                      G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    g_assert(g_file_set_contents_full(good.delta_path, delta ? delta : "",
                                      (gssize)(raw ? len - 3 : good.delta_size), G_FILE_SET_CONTENTS_NONE,
                                      0600, NULL));
    read_everything();
    change();
    return 0;
}
