/* Documents out of JSON lines, and the command line over the engine. */
#include "kb/cli.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kb/error.h"
#include "kb/reader.h"

static void test_document(void)
{
    struct kb_reader_line line;
    const char *text = "{\"id\":7,\"title\":\"T\",\"body\":\"B\",\"tags\":[\"a\",\"b\"],\"lang\":\"en\","
                       "\"updated\":\"2026-03-01T12:00:00Z\",\"other\":[1]}";

    g_assert_true(kb_reader_line_init(&line, text, strlen(text), NULL));
    g_assert_cmpstr(line.document.id, ==, "7");
    g_assert_cmpstr(line.document.title, ==, "T");
    g_assert_cmpstr(line.document.body, ==, "B");
    g_assert_cmpstr(line.document.tags, ==, "a\nb");
    g_assert_cmpstr(line.document.lang, ==, "en");
    g_assert_cmpint(line.document.updated, ==, 1772366400);
    kb_reader_line_release(&line);
    text = "{\"id\":\"x\",\"tags\":\"one\",\"updated\":\"2026-03-01\"}";
    g_assert_true(kb_reader_line_init(&line, text, strlen(text), NULL));
    g_assert_cmpstr(line.document.tags, ==, "one");
    g_assert_cmpint(line.document.updated, ==, 1772323200);
    g_assert_null(line.document.title);
    kb_reader_line_release(&line);
}

static void test_bad_documents(void)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"{", "It is not JSON."},
        {"{} x", "It is not JSON."},
        {"[1]", "It is not a JSON object."},
        {"{\"title\":\"x\"}", "It has no id."},
        {"{\"id\":1.5}", "Its id is neither a string nor a whole number below 2^53."},
        {"{\"id\":1e300}", "Its id is neither a string nor a whole number below 2^53."},
        {"{\"id\":true}", "Its id is neither a string nor a whole number below 2^53."},
        {"{\"id\":1,\"title\":5}", "Its title is not a string."},
        {"{\"id\":1,\"tags\":5}", "Its tags are neither an array nor a string."},
        {"{\"id\":1,\"tags\":[5]}", "One of its tags is not a string."},
        {"{\"id\":1,\"updated\":\"soon\"}",
         "Its updated is neither seconds nor a date such as 2026-03-01T12:00:00Z."},
        {"{\"id\":1,\"title\":\"a\\u0000b\"}", "It has a NUL character."},
        {"{\"id\":1,\"title\":\"\xff\"}", "It is not UTF-8."},
        {"{\"id\":1,\"title\":\"\\ud800\"}", "It has half a surrogate pair, which is no character."},
        {"{\"id\":1,\"title\":\"\\ud83d\\ude00 \\udc00\"}",
         "It has half a surrogate pair, which is no character."},
        {"{\"id\":1,\"title\":\"\\ud83d\\", "It has half a surrogate pair, which is no character."},
        {"{\"id\":1,\"title\":\"\\\\ud800", "It is not JSON."},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct kb_reader_line line;
        g_autoptr(GError) error = NULL;
        g_assert_false(kb_reader_line_init(&line, rows[i].text, strlen(rows[i].text), &error));
        g_assert_error(error, KB_ERROR, KB_ERROR_DOCUMENT);
        g_assert_cmpstr(error->message, ==, rows[i].message);
    }
}

static void test_escaped_backslash_is_no_nul(void)
{
    struct kb_reader_line line;
    const char *text = "{\"id\":1,\"title\":\"a\\\\u0000\"}";

    g_assert_true(kb_reader_line_init(&line, text, strlen(text), NULL));
    g_assert_cmpstr(line.document.title, ==, "a\\u0000");
    kb_reader_line_release(&line);
}

struct fixture {
    char *folder, *docs, *index, *queries;
};

static void set_up(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    f->folder = g_dir_make_tmp("kb-cli-XXXXXX", NULL);
    f->docs = g_build_filename(f->folder, "docs.jsonl", NULL);
    f->index = g_build_filename(f->folder, "docs.kb", NULL);
    f->queries = g_build_filename(f->folder, "queries.tsv", NULL);
    g_file_set_contents(f->docs,
                        "{\"id\":\"r\",\"title\":\"Return policy\",\"body\":\"Thirty days.\"}\n"
                        "not json\n"
                        "\n"
                        "{\"title\":\"no id\"}\n"
                        "{\"id\":\"r\",\"title\":\"again\"}\r\n"
                        "{\"id\":\"d\",\"title\":\"Delivery\",\"body\":\"Two days.\"}",
                        -1, NULL);
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_unlink(f->docs);
    g_unlink(f->index);
    g_unlink(f->queries);
    g_assert_cmpint(g_rmdir(f->folder), ==, 0);
    g_free(f->folder);
    g_free(f->docs);
    g_free(f->index);
    g_free(f->queries);
}

static int run(char **argv)
{
    return kb_cli_main((int)g_strv_length(argv), argv);
}

/* Runs the command in a process of its own, whose output can be read; `input` is its standard input, or NULL.
 */
static void assert_command(int status, const char *const *words, const char *input, const char *out,
                           const char *err)
{
    if (g_test_subprocess()) {
        if (input)
            g_assert_nonnull(freopen(input, "r", stdin));
        exit(run((char **)words));
    }
    g_test_trap_subprocess(NULL, 0, 0);
    if (status == 0)
        g_test_trap_assert_passed();
    else
        g_test_trap_assert_failed();
    if (out)
        g_test_trap_assert_stdout(out);
    if (err)
        g_test_trap_assert_stderr(err);
}

static void index_docs(struct fixture *f)
{
    const char *words[] = {"index", "-o", f->index, f->docs, NULL};

    /* What it says is not looked at here. */
    int saved = dup(2);
    FILE *nothing = freopen("/dev/null", "w", stderr);
    g_assert_nonnull(nothing);
    g_assert_cmpint(run((char **)words), ==, 0);
    fflush(stderr);
    dup2(saved, 2);
    close(saved);
}

static void test_index(struct fixture *f, gconstpointer unused)
{
    const char *words[] = {"index", "-o", f->index, f->docs, NULL};

    (void)unused;
    assert_command(0, words, NULL, NULL,
                   "*docs.jsonl:2: refused: It is not JSON.*docs.jsonl:4: refused: It has no id.*"
                   "docs.jsonl:5: refused: Document r is there twice: the first one is kept.*"
                   "3 lines were refused.*2 documents indexed in*");
}

static void test_search_lines(struct fixture *f, gconstpointer unused)
{
    const char *words[] = {"search", "--time", f->index, NULL};

    (void)unused;
    index_docs(f);
    g_file_set_contents(f->queries, "q1\treturn\nno tab\nq2\tdelivery\n", -1, NULL);
    assert_command(1, words, f->queries, "*q1\t1\tr\t*q2\t1\td\t*",
                   "*q1\t*A line has no tab between its query id and its query: no tab*q2\t*");
}

static void test_search_bad_pattern_goes_on(struct fixture *f, gconstpointer unused)
{
    const char *words[] = {"search", "-m", "regex", f->index, NULL};

    (void)unused;
    index_docs(f);
    g_file_set_contents(f->queries, "q1\tret(urn\nq2\tDel\n", -1, NULL);
    assert_command(1, words, f->queries, "*q2\t1\td\t3.0000*",
                   "*q1\tThe pattern cannot be used: missing closing paren*");
}

static void test_search_json(struct fixture *f, gconstpointer unused)
{
    const char *words[] = {"search", "--json", f->index, "retrun", NULL};

    (void)unused;
    index_docs(f);
    assert_command(
        0, words, NULL,
        "*{\"rank\":1,\"id\":\"r\",\"score\":*,\"title\":\"Return policy\",\"title_ranges\":[[0,6]],"
        "\"snippet\":\"Thirty days.\",\"snippet_ranges\":[]}*",
        "*Searched for return.*");
}

static void test_explain(struct fixture *f, gconstpointer unused)
{
    const char *words[] = {"search", "--explain", f->index, "return", NULL};

    (void)unused;
    index_docs(f);
    assert_command(0, words, NULL,
                   "* 1  Return policy  [r]*score, of which\n*  title  return\n*  share\n*  covered\n*",
                   NULL);
}

static void test_explain_json(struct fixture *f, gconstpointer unused)
{
    const char *words[] = {"search", "--json", "--explain", f->index, "return", NULL};

    (void)unused;
    index_docs(f);
    assert_command(0, words, NULL,
                   "*\"snippet_ranges\":[],\"parts\":[{\"part\":\"title\",\"word\":\"return\",\"value\":*},"
                   "{\"part\":\"share\",\"value\":*},{\"part\":\"covered\",\"value\":*}]}\n*",
                   NULL);
}

static void test_explain_lines(struct fixture *f, gconstpointer unused)
{
    const char *words[] = {"search", "--explain", f->index, NULL};

    (void)unused;
    index_docs(f);
    g_file_set_contents(f->queries, "q1\treturn\nq2\t/Del/\n", -1, NULL);
    assert_command(0, words, f->queries,
                   "*q1\t1\tr\t*\ttitle:return=* share=* covered=*\nq2\t1\td\t3.0000\tpattern=3.0000\n*",
                   NULL);
}

/* Both articles have "days" once; what became of them decides, unless it is told not to. */
static void test_uses(struct fixture *f, gconstpointer unused)
{
    const char *words[] = {"search", "--uses", f->queries, "--tsv", f->index, "days", NULL};

    (void)unused;
    index_docs(f);
    g_file_set_contents(f->queries,
                        "{\"id\":\"d\",\"inserted\":90,\"helped\":9,\"resolved\":40}\n\n"
                        "{\"id\":\"r\",\"misled\":9}\n{\"id\":\"r\",\"helped\":-1}\n[]",
                        -1, NULL);
    assert_command(0, words, NULL, "*\t1\td\t*\t2\tr\t*",
                   "*queries.tsv:4: refused: Its helped is not a count.*"
                   "queries.tsv:5: refused: It is not a JSON object.*");
}

static void test_no_priors(struct fixture *f, gconstpointer unused)
{
    const char *words[] = {"search", "--no-priors", "--uses", f->queries, "--tsv", f->index, "days", NULL};

    (void)unused;
    index_docs(f);
    g_file_set_contents(f->queries, "{\"id\":\"d\",\"inserted\":90,\"helped\":9,\"resolved\":40}\n", -1,
                        NULL);
    assert_command(0, words, NULL, "*\t1\tr\t*\t2\td\t*", NULL);
}

static void test_missing_uses(struct fixture *f, gconstpointer unused)
{
    const char *words[] = {"search", "--uses", "/nonexistent/uses", f->index, "days", NULL};

    (void)unused;
    index_docs(f);
    assert_command(1, words, NULL, NULL, "*firstline kb: *nonexistent/uses*No such file*");
}

static void test_nul_in_a_line(struct fixture *f, gconstpointer unused)
{
    static const char lines[] = "q1\tre\0turn\nq2\tdelivery\n";
    const char *words[] = {"search", f->index, NULL};

    (void)unused;
    index_docs(f);
    g_file_set_contents(f->queries, lines, sizeof lines - 1, NULL);
    assert_command(1, words, f->queries, "*q2\t1\td\t*", "*A line has a NUL character: q1\tre*");
}

static void test_similar(struct fixture *f, gconstpointer unused)
{
    const char *words[] = {"similar", f->index, "when will the delivery of my parcel be here", NULL};

    (void)unused;
    index_docs(f);
    assert_command(0, words, NULL, "* 1  Delivery  [d]*", NULL);
}

static void test_check_and_stats(struct fixture *f, gconstpointer unused)
{
    const char *words[] = {"check", f->index, NULL};

    (void)unused;
    index_docs(f);
    assert_command(0, words, NULL, "*docs.kb is whole: format 6, 2 documents.*", NULL);
}

static void test_usage(struct fixture *f, gconstpointer unused)
{
    char *unknown[] = {"nonsense", NULL}, *option[] = {"search", "--nope", NULL},
         *count[] = {"search", "-n", "0", "x", NULL};
    char *mode[] = {"search", "-m", "x", "y", NULL}, *no_output[] = {"index", "docs", NULL},
         *help[] = {"--help", NULL};
    char *missing[] = {"search", "/nonexistent/index.kb", "x", NULL};

    (void)unused;
    (void)f;
    if (g_test_subprocess()) {
        g_assert_cmpint(run(unknown), ==, 2);
        g_assert_cmpint(run(option), ==, 2);
        g_assert_cmpint(run(count), ==, 2);
        g_assert_cmpint(run(mode), ==, 2);
        g_assert_cmpint(run(no_output), ==, 2);
        g_assert_cmpint(run(missing), ==, 5);
        g_assert_cmpint(run(help), ==, 0);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr(
        "*There is no command \"nonsense\".*Unknown option --nope.*-n takes a number from 1 to 1000.*"
        "-m takes auto, words, fuzzy or regex.*It takes -o FILE and at least one file of documents.*"
        "The index /nonexistent/index.kb cannot be read: No such file or directory.*");
    g_test_trap_assert_stdout("*Usage: firstline kb COMMAND*");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(struct fixture *, gconstpointer);
    } tests[] = {
        {"indexes, and tells what it refused", test_index},
        {"answers lines of queries", test_search_lines},
        {"goes on after a bad pattern", test_search_bad_pattern_goes_on},
        {"answers in json", test_search_json},
        {"explains scores", test_explain},
        {"explains scores in json", test_explain_json},
        {"explains scores of lines", test_explain_lines},
        {"counts what became of documents", test_uses},
        {"leaves that out when told so", test_no_priors},
        {"says that the uses are missing", test_missing_uses},
        {"refuses a line with a NUL", test_nul_in_a_line},
        {"answers for a contact", test_similar},
        {"proves an index", test_check_and_stats},
        {"says how it is called", test_usage},
    };

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kb/reader/reads a document", test_document);
    g_test_add_func("/kb/reader/says why it is none", test_bad_documents);
    g_test_add_func("/kb/reader/knows an escaped backslash", test_escaped_backslash_is_no_nul);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strdup_printf("/kb/cli/%s", tests[i].name);
        g_test_add(path, struct fixture, NULL, set_up, tests[i].run, tear_down);
    }
    return g_test_run();
}
