/* Changing an index: what is found afterwards, and what is left when the change was cut off. */
#include "kb/update.h"

#include <glib/gstdio.h>
#include <string.h>

#include "kb/error.h"
#include "kb/search.h"

struct fixture {
    char *folder, *path, *delta;
};

static void set_up(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    f->folder = g_dir_make_tmp("kb-update-XXXXXX", NULL);
    f->path = g_build_filename(f->folder, "docs.kb", NULL);
    f->delta = g_strconcat(f->path, ".delta", NULL);
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_unlink(f->delta);
    g_unlink(f->path);
    g_assert_cmpint(g_rmdir(f->folder), ==, 0);
    g_free(f->folder);
    g_free(f->path);
    g_free(f->delta);
}

/* Document `number` of a made-up set: each word is in some of them. */
static void write_text(unsigned number, char *body, size_t size)
{
    static const char *const words[] = {"refund", "card",  "order", "parcel",
                                        "delay",  "claim", "账单",  "退款"};

    g_snprintf(body, size, "%s %s %s number %u", words[number % 8], words[number / 3 % 8],
               words[number / 7 % 8], number);
}

static void build(const char *path, unsigned count)
{
    g_autoptr(GError) error = NULL;
    struct kb_builder *builder = kb_builder_new(path, &error);
    char id[16], body[128];

    for (unsigned i = 0; i < count; i++) {
        g_snprintf(id, sizeof id, "d%u", i);
        write_text(i, body, sizeof body);
        g_assert_true(kb_builder_add(
            builder, &(struct kb_document){.id = id, .title = strchr(body, ' ') + 1, .body = body}, &error));
    }
    g_assert_true(kb_builder_finish(builder, &error));
    kb_builder_free(builder);
}

static struct kb_update *begin(const struct fixture *f)
{
    g_autoptr(GError) error = NULL;
    struct kb_update *update = kb_update_new(f->path, &error);

    g_assert_no_error(error);
    return update;
}

static void end(struct kb_update *update)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(kb_update_commit(update, &error));
    g_assert_no_error(error);
    kb_update_free(update);
}

static void put(struct kb_update *update, const char *id, const char *title)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(kb_update_put(update, &(struct kb_document){.id = id, .title = title}, &error));
    g_assert_no_error(error);
}

static void put_one(const struct fixture *f, const char *id, const char *title)
{
    struct kb_update *update = begin(f);

    put(update, id, title);
    end(update);
}

static void delete_one(const struct fixture *f, const char *id)
{
    struct kb_update *update = begin(f);

    kb_update_delete(update, id);
    end(update);
}

/* The ids found for a query, between blanks. */
static void assert_finds(const struct fixture *f, const char *query, const char *ids)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) found = g_string_new(NULL);
    struct kb_index *index = kb_index_open(f->path, &error);

    g_assert_no_error(error);
    struct kb_results *results = kb_search(index, query, NULL, NULL);
    for (size_t i = 0; i < results->count; i++)
        g_string_append_printf(found, "%s%s", i > 0 ? " " : "", results->results[i].id);
    g_assert_cmpstr(found->str, ==, ids);
    g_assert_cmpuint(results->total, ==, results->count);
    kb_results_free(results);
    kb_index_close(index);
}

static void test_changes(struct fixture *f, gconstpointer unused)
{
    static const char *const ways[] = {"zebra", "/zebra/", "~zebra", "zebar"};

    (void)unused;
    build(f->path, 20);
    put_one(f, "new", "the zebra");
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++)
        assert_finds(f, ways[i], "new");
    put_one(f, "new", "the giraffe");
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++)
        assert_finds(f, ways[i], "");
    assert_finds(f, "giraffe", "new");
    put_one(f, "d3", "an okapi");
    assert_finds(f, "\"number 3\"", "");
    assert_finds(f, "okapi", "d3");
    delete_one(f, "d3");
    delete_one(f, "not there");
    assert_finds(f, "okapi", "");
    assert_finds(f, "/^d3|okapi/", "");
    put_one(f, "d3", "a tapir");
    assert_finds(f, "tapir", "d3");
}

/* Whether a document came with the file or later, it ranks alike. */
static void test_ranks_alike(struct fixture *f, gconstpointer unused)
{
    static const char *const queries[] = {
        "refund", "refund card", "order par", "17",       "claim delay refund", "title:card", "退款",
        "refnud", "/re.*card/i", "~rfnd",     "zhangdan", "\"card order\"",     "card -order"};
    g_autofree char *whole_path = g_strconcat(f->path, ".whole", NULL);
    char id[16], body[128];

    (void)unused;
    build(whole_path, 200);
    build(f->path, 150);
    for (unsigned i = 150; i < 200; i += 10) {
        struct kb_update *update = begin(f);
        for (unsigned k = i; k < i + 10; k++) {
            g_snprintf(id, sizeof id, "d%u", k);
            write_text(k, body, sizeof body);
            g_assert_true(kb_update_put(
                update, &(struct kb_document){.id = id, .title = strchr(body, ' ') + 1, .body = body}, NULL));
        }
        end(update);
    }
    struct kb_index *whole = kb_index_open(whole_path, NULL), *changed = kb_index_open(f->path, NULL);
    g_assert_cmpuint(kb_index_count(changed), ==, 200);
    for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
        struct kb_results *a = kb_search(whole, queries[i], NULL, NULL),
                          *b = kb_search(changed, queries[i], NULL, NULL);
        g_test_message("%s", queries[i]);
        g_assert_cmpuint(a->total, ==, b->total);
        g_assert_cmpuint(a->count, ==, b->count);
        for (size_t k = 0; k < a->count; k++) {
            g_assert_cmpstr(a->results[k].id, ==, b->results[k].id);
            g_assert_cmpfloat_with_epsilon((double)a->results[k].score, (double)b->results[k].score, 0.001);
            g_assert_cmpuint(a->results[k].ordinal, ==, b->results[k].ordinal);
        }
        kb_results_free(a);
        kb_results_free(b);
    }
    kb_index_close(whole);
    kb_index_close(changed);
    g_unlink(whole_path);
}

static size_t size_of(const char *path)
{
    GStatBuf status;

    return g_stat(path, &status) == 0 ? (size_t)status.st_size : 0;
}

static void test_cut_off(struct fixture *f, gconstpointer unused)
{
    g_autofree char *text = NULL;
    size_t first, size;

    (void)unused;
    build(f->path, 20);
    put_one(f, "one", "the zebra");
    first = size_of(f->delta);
    put_one(f, "two", "the zebra");
    g_assert_true(g_file_get_contents(f->delta, &text, &size, NULL));
    for (size_t cut = 0; cut < size; cut += cut % 64 == 0 || size - cut < 20 ? 1 : 7) {
        g_assert_true(g_file_set_contents(f->delta, text, (gssize)cut, NULL));
        assert_finds(f, "zebra", cut < first ? "" : "one");
    }
    /* The next change takes the place of the one that was cut off. */
    put_one(f, "three", "the zebra");
    assert_finds(f, "zebra", "one three");
    g_assert_cmpuint(size_of(f->delta), <=, size + 8);
}

static void test_foreign_delta(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    build(f->path, 20);
    put_one(f, "one", "the zebra");
    build(f->path, 21);
    assert_finds(f, "zebra", "");
    put_one(f, "two", "the zebra");
    assert_finds(f, "zebra", "two");
}

static void test_tidies(struct fixture *f, gconstpointer unused)
{
    size_t most = 0;
    char id[16];

    (void)unused;
    build(f->path, 20);
    for (unsigned i = 0; i < 40; i++) {
        g_snprintf(id, sizeof id, "z%u", i % 5);
        put_one(f, id, "the zebra");
        most = MAX(most, size_of(f->delta));
    }
    delete_one(f, "z3");
    delete_one(f, "d7");
    for (unsigned i = 0; i < 10; i++)
        put_one(f, "other", "the tapir");
    g_assert_cmpuint(most, <, 20 * 1024);
    assert_finds(f, "zebra", "z0 z1 z2 z4");
    assert_finds(f, "\"number 7\"", "");
}

static void test_merges(struct fixture *f, gconstpointer unused)
{
    g_autofree char *long_text = g_strnfill(KB_UPDATE_MERGE_BYTES, 'x');

    (void)unused;
    build(f->path, 20);
    struct kb_update *update = begin(f);
    g_assert_true(kb_update_put(
        update, &(struct kb_document){.id = "long", .title = "zebra", .body = long_text}, NULL));
    kb_update_delete(update, "d7");
    end(update);
    g_assert_false(g_file_test(f->delta, G_FILE_TEST_EXISTS));
    g_assert_cmpuint(size_of(f->path), >, KB_UPDATE_MERGE_BYTES);
    assert_finds(f, "zebra", "long");
    assert_finds(f, "\"number 7\"", "");
}

static void test_bad_input(struct fixture *f, gconstpointer unused)
{
    g_autoptr(GError) error = NULL;
    struct kb_update *update;

    (void)unused;
    g_assert_null(kb_update_new(f->path, &error));
    g_assert_error(error, KB_ERROR, KB_ERROR_FILE);
    g_clear_error(&error);
    build(f->path, 20);
    update = begin(f);
    put(update, "a", "zebra");
    g_assert_false(kb_update_put(update, &(struct kb_document){.id = "a", .title = "tapir"}, &error));
    g_assert_cmpstr(error->message, ==, "Document a is there twice: the first one is kept.");
    end(update);
    assert_finds(f, "zebra", "a");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(struct fixture *f, gconstpointer unused);
    } tests[] = {
        {"finds what was put, and not what was replaced or deleted", test_changes},
        {"ranks a document alike in the file and in its changes", test_ranks_alike},
        {"takes a change that was cut off as never made", test_cut_off},
        {"leaves changes of another file alone", test_foreign_delta},
        {"makes one batch of many", test_tidies},
        {"makes large changes part of the file", test_merges},
        {"says what it refuses", test_bad_input},
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/kb/update/", tests[i].name, NULL);
        g_test_add(path, struct fixture, NULL, set_up, tests[i].run, tear_down);
    }
    return g_test_run();
}
