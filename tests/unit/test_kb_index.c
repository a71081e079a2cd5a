/* The index file: built whole or not at all, read without belief. */
#include "kb/index.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "kb/builder.h"
#include "kb/checksum.h"
#include "kb/error.h"
#include "kb/search.h"

struct fixture {
    char *folder, *path;
};

static void set_up(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    f->folder = g_dir_make_tmp("kb-index-XXXXXX", NULL);
    f->path = g_build_filename(f->folder, "articles.kb", NULL);
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_unlink(f->path);
    g_assert_cmpint(g_rmdir(f->folder), ==, 0); /* no temporary file is left behind */
    g_free(f->path);
    g_free(f->folder);
}

static void add(struct kb_builder *builder, const char *id, const char *title, const char *body)
{
    GError *error = NULL;

    kb_builder_add(
        builder,
        &(struct kb_document){
            .id = id, .title = title, .body = body, .tags = "one\ntwo", .lang = "en", .updated = 1700000000},
        &error);
    g_assert_no_error(error);
}

static struct kb_builder *new_builder(struct fixture *f)
{
    GError *error = NULL;
    struct kb_builder *builder = kb_builder_new(f->path, &error);

    g_assert_no_error(error);
    return builder;
}

static void finish(struct kb_builder *builder)
{
    GError *error = NULL;

    kb_builder_finish(builder, &error);
    g_assert_no_error(error);
    kb_builder_free(builder);
}

static void build_small(struct fixture *f)
{
    struct kb_builder *builder = new_builder(f);

    add(builder, "b", "Return policy", "Returns are free for thirty days.");
    add(builder, "a", "退款政策", "退款会退回原来的银行卡。 refund");
    add(builder, "c", "Opening an account", "");
    finish(builder);
}

static struct kb_index *open_index(struct fixture *f)
{
    GError *error = NULL;
    struct kb_index *index = kb_index_open(f->path, &error);

    g_assert_no_error(error);
    return index;
}

static void test_documents(struct fixture *f, gconstpointer unused)
{
    struct kb_doc doc;

    (void)unused;
    build_small(f);
    struct kb_index *index = open_index(f);
    g_assert_cmpuint(kb_index_count(index), ==, 3);
    g_assert_true(kb_index_doc(index, 0, &doc));
    g_assert_cmpstr(doc.id, ==, "b");
    g_assert_cmpstr(doc.title, ==, "Return policy");
    g_assert_cmpstr(doc.body, ==, "Returns are free for thirty days.");
    g_assert_cmpstr(doc.tags, ==, "one\ntwo");
    g_assert_cmpstr(doc.lang, ==, "en");
    g_assert_cmpint(doc.updated, ==, 1700000000);
    g_assert_true(kb_index_find(index, "a", &doc));
    g_assert_cmpuint(doc.ordinal, ==, 1);
    g_assert_true(kb_index_find(index, "c", &doc));
    g_assert_false(kb_index_find(index, "d", &doc));
    g_assert_false(kb_index_doc(index, 3, &doc));
    g_assert_true(kb_index_check(index, NULL));
    kb_index_close(index);
}

static void test_empty(struct fixture *f, gconstpointer unused)
{
    struct kb_doc doc;

    (void)unused;
    finish(new_builder(f));
    struct kb_index *index = open_index(f);
    struct kb_results *results = kb_search(index, "anything /at all", NULL, NULL);
    g_assert_cmpuint(results->count, ==, 0);
    g_assert_false(kb_index_find(index, "a", &doc));
    kb_results_free(results);
    kb_index_close(index);
}

static void test_refusals(struct fixture *f, gconstpointer unused)
{
    struct kb_builder *builder = new_builder(f);
    g_autofree char *long_body = g_strnfill(KB_BODY_MAX_BYTES + 1, 'x');
    g_autofree char *long_id = g_strnfill(KB_ID_MAX_BYTES + 1, 'i');
    const struct {
        struct kb_document document;
        const char *message;
    } rows[] = {
        {{.title = "x"}, "A document has no id: give each one its own."},
        {{.id = "e"}, "Document e has neither title nor body."},
        {{.id = "a", .title = "again"}, "Document a is there twice: the first one is kept."},
        {{.id = "u", .title = "\xff"}, "The title of document u is not UTF-8: convert it first."},
        {{.id = "s", .title = "\xed\xa0\x80"}, "The title of document s is not UTF-8: convert it first."},
        {{.id = "l", .title = "x", .lang = "a-very-long-language"},
         "The language of document l has 20 bytes, and 13 is the most: shorten or split it."},
        {{.id = "big", .body = long_body},
         "The body of document big has 16777217 bytes, and 16777216 is the most: shorten or split it."},
        {{.id = long_id, .title = "x"}, NULL},
    };

    (void)unused;
    add(builder, "a", "first", "");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(kb_builder_add(builder, &rows[i].document, &error));
        g_assert_error(error, KB_ERROR, KB_ERROR_DOCUMENT);
        if (rows[i].message)
            g_assert_cmpstr(error->message, ==, rows[i].message);
    }
    add(builder, "z", "last", "");
    finish(builder);
    struct kb_index *index = open_index(f);
    g_assert_cmpuint(kb_index_count(index), ==, 2);
    kb_index_close(index);
}

static void test_nothing_before_the_end(struct fixture *f, gconstpointer unused)
{
    struct kb_builder *builder = new_builder(f);

    (void)unused;
    add(builder, "a", "first", "");
    g_assert_false(g_file_test(f->path, G_FILE_TEST_EXISTS));
    kb_builder_free(builder);
    g_assert_false(g_file_test(f->path, G_FILE_TEST_EXISTS));
}

static void test_replaced_while_open(struct fixture *f, gconstpointer unused)
{
    struct kb_doc doc;

    (void)unused;
    build_small(f);
    struct kb_index *old = open_index(f);
    struct kb_builder *builder = new_builder(f);
    add(builder, "b", "Return policy, changed", "New.");
    g_assert_true(kb_builder_add_index(builder, old, NULL, NULL));
    g_assert_cmpuint(kb_builder_count(builder), ==, 3);
    finish(builder);
    g_assert_true(kb_index_find(old, "b", &doc));
    g_assert_cmpstr(doc.title, ==, "Return policy");
    struct kb_index *new = open_index(f);
    g_assert_true(kb_index_find(new, "b", &doc));
    g_assert_cmpstr(doc.title, ==, "Return policy, changed");
    g_assert_true(kb_index_find(new, "a", &doc));
    kb_index_close(old);
    kb_index_close(new);
}

static void test_skips_when_merging(struct fixture *f, gconstpointer unused)
{
    g_autoptr(GHashTable) skip = g_hash_table_new(g_str_hash, g_str_equal);
    struct kb_doc doc;

    (void)unused;
    build_small(f);
    struct kb_index *old = open_index(f);
    struct kb_builder *builder = new_builder(f);
    g_hash_table_add(skip, (gpointer) "a");
    g_assert_true(kb_builder_add_index(builder, old, skip, NULL));
    finish(builder);
    struct kb_index *new = open_index(f);
    g_assert_cmpuint(kb_index_count(new), ==, 2);
    g_assert_false(kb_index_find(new, "a", &doc));
    kb_index_close(old);
    kb_index_close(new);
}

/* The disk is full: told once, the old index is as it was, and no temporary file stays. */
static void test_full_disk(struct fixture *f, gconstpointer unused)
{
    struct rlimit before, small;
    GError *error = NULL;
    g_autofree char *body = g_strnfill(1000000, 'x');

    (void)unused;
    build_small(f);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 100000;
    setrlimit(RLIMIT_FSIZE, &small);
    struct kb_builder *builder = new_builder(f);
    kb_builder_add(builder, &(struct kb_document){.id = "big", .body = body}, NULL);
    bool ok = kb_builder_finish(builder, &error);
    kb_builder_free(builder);
    setrlimit(RLIMIT_FSIZE, &before);
    g_assert_false(ok);
    g_assert_error(error, KB_ERROR, KB_ERROR_FILE);
    g_assert_nonnull(strstr(error->message, "File too large. What was there before is unchanged."));
    g_error_free(error);
    struct kb_index *index = open_index(f);
    g_assert_cmpuint(kb_index_count(index), ==, 3);
    kb_index_close(index);
}

static void test_folder_missing(struct fixture *f, gconstpointer unused)
{
    g_autofree char *path = g_build_filename(f->folder, "no", "such", "folder.kb", NULL);
    g_autoptr(GError) error = NULL;

    (void)unused;
    g_assert_null(kb_builder_new(path, &error));
    g_assert_error(error, KB_ERROR, KB_ERROR_FILE);
    g_assert_nonnull(
        strstr(error->message, "cannot be written: No such file or directory. Check the folder"));
}

static void assert_refused(struct fixture *f, const char *bytes, size_t len, const char *why)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(f->path, bytes, (gssize)len, NULL));
    g_assert_null(kb_index_open(f->path, &error));
    g_assert_error(error, KB_ERROR, KB_ERROR_FORMAT);
    if (why)
        g_assert_nonnull(strstr(error->message, why));
}

static void test_foreign(struct fixture *f, gconstpointer unused)
{
    g_autoptr(GError) error = NULL;

    (void)unused;
    assert_refused(f, "", 0, "it is not a knowledge index. Make one with \"firstline kb index\".");
    assert_refused(f, "SQLite format 3", 15, "it is not a knowledge index");
    g_unlink(f->path);
    g_assert_null(kb_index_open(f->path, &error));
    g_assert_error(error, KB_ERROR, KB_ERROR_FILE);
    g_clear_error(&error);
    g_assert_null(kb_index_open(f->folder, &error));
    g_assert_error(error, KB_ERROR, KB_ERROR_FILE);
}

static void fix_header(char *bytes)
{
    struct kb_disk_header *header = (struct kb_disk_header *)(void *)bytes;

    header->checksum = kb_checksum_of(header, offsetof(struct kb_disk_header, checksum));
}

static void test_other_version(struct fixture *f, gconstpointer unused)
{
    g_autofree char *bytes = NULL;
    gsize len;

    (void)unused;
    build_small(f);
    g_file_get_contents(f->path, &bytes, &len, NULL);
    struct kb_disk_header *header = (struct kb_disk_header *)(void *)bytes;
    header->text_rules++;
    fix_header(bytes);
    assert_refused(f, bytes, len, "another version of the program");
    header->text_rules--;
    header->version++;
    assert_refused(f, bytes, len, "another version of the program");
}

static void test_cut_short(struct fixture *f, gconstpointer unused)
{
    g_autofree char *bytes = NULL;
    gsize len;

    (void)unused;
    build_small(f);
    g_file_get_contents(f->path, &bytes, &len, NULL);
    for (gsize cut = 0; cut < len; cut++)
        assert_refused(f, bytes, cut,
                       cut >= sizeof(struct kb_disk_header) ? "it is cut short or has grown" : NULL);
}

/* Everything that reads an index, over one that may be damaged anywhere. Only that it ends matters. */
static void read_everything(struct kb_index *index)
{
    static const char *const queries[] = {
        "return policy", "retrun",         "r",        "\"return policy\"",
        "/ret.*/i",      "~rtn",           "退款政策", "tag:one title:opening",
        "free -policy",  "lang:en account"};
    struct kb_doc doc;

    for (size_t i = 0; i < G_N_ELEMENTS(queries); i++)
        kb_results_free(kb_search(index, queries[i], NULL, NULL));
    kb_results_free(kb_similar(index, "I would like to open an account and return a thing 退款", NULL, NULL));
    for (uint32_t i = 0; i < 4; i++)
        kb_index_doc(index, i, &doc);
    kb_index_find(index, "b", &doc);
    kb_index_check(index, NULL);
}

static void try_bytes(struct fixture *f, const char *bytes, gsize len)
{
    /* Written in place: nobody has the file mapped. */
    FILE *file = fopen(f->path, "wb");
    g_assert_cmpuint(fwrite(bytes, 1, len, file), ==, len);
    fclose(file);
    struct kb_index *index = kb_index_open(f->path, NULL);
    if (index)
        read_everything(index);
    kb_index_close(index);
}

static void test_flipped_bytes(struct fixture *f, gconstpointer unused)
{
    static const uint8_t masks[] = {0xFF, 0x01, 0x80};
    g_autofree char *bytes = NULL;
    gsize len;

    (void)unused;
    build_small(f);
    g_file_get_contents(f->path, &bytes, &len, NULL);
    for (gsize at = 0; at < len; at++) {
        for (size_t m = 0; m < G_N_ELEMENTS(masks); m++) {
            bytes[at] = (char)(bytes[at] ^ masks[m]);
            struct kb_disk_header saved = *(struct kb_disk_header *)(void *)bytes;
            fix_header(bytes);
            try_bytes(f, bytes, len);
            *(struct kb_disk_header *)(void *)bytes = saved;
            bytes[at] = (char)(bytes[at] ^ masks[m]);
        }
    }
}

static void test_check_names_the_part(struct fixture *f, gconstpointer unused)
{
    g_autofree char *bytes = NULL;
    g_autoptr(GError) error = NULL;
    gsize len;

    (void)unused;
    build_small(f);
    g_file_get_contents(f->path, &bytes, &len, NULL);
    bytes[((struct kb_disk_header *)(void *)bytes)->sections[KB_SECTION_KIND_BODIES].offset + 3] ^= 1;
    g_assert_true(g_file_set_contents(f->path, bytes, (gssize)len, NULL));
    struct kb_index *index = open_index(f);
    g_assert_false(kb_index_check(index, &error));
    g_assert_cmpstr(error->message, ==, "The index is damaged in its bodies: make it again.");
    kb_index_close(index);
}

/* Long lists have skips: the positions of every document must be found through them. */
static void test_skips(struct fixture *f, gconstpointer unused)
{
    struct kb_builder *builder = new_builder(f);
    size_t count;
    struct kb_list lists[KB_FIELD_COUNT];
    uint32_t group, positions[8];
    char id[16];

    (void)unused;
    for (int i = 0; i < 1000; i++) {
        g_snprintf(id, sizeof id, "%d", i);
        add(builder, id, "t", i % 3 == 0 ? "filler common word common" : "word");
    }
    finish(builder);
    struct kb_index *index = open_index(f);
    const struct kb_segment *segment = kb_index_segments(index, &count)[0];
    g_assert_true(kb_segment_find_group(segment, "common", 6, &group));
    g_assert_true(kb_segment_lists(segment, group, lists));
    g_assert_cmpuint(lists[KB_FIELD_BODY].skip_count, ==, 2);
    for (uint32_t doc = 0; doc < 1000; doc++) {
        count = kb_list_positions(&lists[KB_FIELD_BODY], doc, positions, 8);
        g_assert_cmpuint(count, ==, doc % 3 == 0 ? 2 : 0);
        g_assert_true(count == 0 || (positions[0] == 1 && positions[1] == 3));
    }
    kb_index_close(index);
}

static void test_checksum(void)
{
    /* From the xxHash specification's own vectors: the empty text and "abc", seed 0. */
    g_assert_cmphex(kb_checksum_of("", 0), ==, 0xEF46DB3751D8E999ULL);
    g_assert_cmphex(kb_checksum_of("abc", 3), ==, 0x44BC2CF5AD770999ULL);
}

static void test_checksum_in_pieces(void)
{
    char bytes[200];
    struct kb_checksum sum;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7);
    for (size_t cut = 0; cut <= sizeof bytes; cut++) {
        kb_checksum_init(&sum);
        kb_checksum_add(&sum, bytes, cut);
        kb_checksum_add(&sum, bytes + cut, sizeof bytes - cut);
        g_assert_cmphex(kb_checksum_value(&sum), ==, kb_checksum_of(bytes, sizeof bytes));
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(struct fixture *, gconstpointer);
    } tests[] = {
        {"keeps documents as they were", test_documents},
        {"may be empty", test_empty},
        {"refuses documents with a reason and goes on", test_refusals},
        {"is not there before it is whole", test_nothing_before_the_end},
        {"is replaced while it is open", test_replaced_while_open},
        {"leaves out what is to be skipped", test_skips_when_merging},
        {"stays as it was when the disk is full", test_full_disk},
        {"says which folder is missing", test_folder_missing},
        {"refuses foreign files", test_foreign},
        {"refuses other versions", test_other_version},
        {"refuses files cut at any byte", test_cut_short},
        {"bears any flipped byte", test_flipped_bytes},
        {"names the damaged part", test_check_names_the_part},
        {"finds positions through skips", test_skips},
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strdup_printf("/kb/index/%s", tests[i].name);
        g_test_add(path, struct fixture, NULL, set_up, tests[i].run, tear_down);
    }
    g_test_add_func("/kb/checksum/is XXH64", test_checksum);
    g_test_add_func("/kb/checksum/is the same in pieces", test_checksum_in_pieces);
    return g_test_run();
}
