/* Searching: words, typing errors, phrases, fields, patterns, abbreviations, Chinese; and what is marked. */
#include "kb/search.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "kb/builder.h"
#include "kb/error.h"

static const struct kb_document articles[] = {
    {.id = "returns",
     .title = "Return policy",
     .body = "Customers may return an item within 30 days.\nA refund is paid to the card that was used.",
     .tags = "refund\nshop",
     .lang = "en"},
    {.id = "delivery",
     .title = "Delivery times",
     .body = "Parcels arrive in two days. Delivery is free.",
     .lang = "en"},
    {.id = "account",
     .title = "Opening an account",
     .body = "To open an account we need a passport. Accounts are opened within an hour.",
     .tags = "onboarding",
     .lang = "en"},
    {.id = "close",
     .title = "Closing an account",
     .body = "An account is closed at the end of the month.",
     .lang = "en"},
    {.id = "cafe",
     .title = "Caf\u00e9 vouchers",
     .body = "Vouchers for the caf\u00e9 in the staff building."},
    {.id = "zh-refund",
     .title = "退款政策",
     .body = "顾客可以在三十天内申请退款。退款会退回原来的银行卡。",
     .lang = "zh-Hans"},
    {.id = "zh-ship", .title = "配送时间", .body = "包裹两天内送达。", .lang = "zh-Hans"},
    {.id = "driver", .title = "PostgreSQL driver set-up", .body = "Install the package, then restart."},
};

struct fixture {
    char *folder, *path;
    struct kb_index *index;
};

static void set_up_with(struct fixture *f, const struct kb_document *documents, size_t count)
{
    GError *error = NULL;

    f->folder = g_dir_make_tmp("kb-search-XXXXXX", &error);
    g_assert_no_error(error);
    f->path = g_build_filename(f->folder, "articles.kb", NULL);
    struct kb_builder *builder = kb_builder_new(f->path, &error);
    g_assert_no_error(error);
    for (size_t i = 0; i < count; i++)
        g_assert_true(kb_builder_add(builder, &documents[i], &error));
    g_assert_true(kb_builder_finish(builder, &error));
    kb_builder_free(builder);
    f->index = kb_index_open(f->path, &error);
    g_assert_no_error(error);
}

static void set_up(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    set_up_with(f, articles, G_N_ELEMENTS(articles));
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    kb_index_close(f->index);
    g_unlink(f->path);
    g_rmdir(f->folder);
    g_free(f->path);
    g_free(f->folder);
}

/* The ids found, best first, with blanks between. */
static char *ids_of(const struct kb_results *results)
{
    GString *ids = g_string_new(NULL);

    for (size_t i = 0; i < results->count; i++)
        g_string_append_printf(ids, "%s%s", i > 0 ? " " : "", results->results[i].id);
    return g_string_free(ids, FALSE);
}

static struct kb_results *find_with(struct fixture *f, const char *text, struct kb_search_options options)
{
    GError *error = NULL;
    struct kb_results *results = kb_search(f->index, text, &options, &error);

    g_assert_no_error(error);
    g_assert_nonnull(results);
    return results;
}

static void assert_finds(struct fixture *f, const char *text, const char *ids)
{
    struct kb_results *results = find_with(f, text, (struct kb_search_options){0});
    g_autofree char *found = ids_of(results);

    g_assert_cmpstr(found, ==, ids);
    kb_results_free(results);
}

static void assert_first(struct fixture *f, const char *text, const char *id)
{
    struct kb_results *results = find_with(f, text, (struct kb_search_options){0});

    g_assert_cmpuint(results->count, >, 0);
    g_assert_cmpstr(results->results[0].id, ==, id);
    kb_results_free(results);
}

static void assert_note(struct fixture *f, const char *text, const char *note)
{
    struct kb_results *results = find_with(f, text, (struct kb_search_options){0});

    g_assert_cmpstr(results->note, ==, note);
    kb_results_free(results);
}

static void test_words(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_first(f, "refund", "returns");
    assert_first(f, "opened accounts", "account");
    assert_first(f, "OPENING", "account");
    assert_first(f, "cafe", "cafe");
    assert_first(f, "CAF\u00c9", "cafe");
    assert_finds(f, "xylophone", "");
    assert_finds(f, "", "");
    assert_finds(f, "  \t ", "");
}

static void test_title_goes_first(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_finds(f, "closing account ", "close account");
}

static void test_drops_a_word(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_first(f, "return policy zeppelin", "returns");
}

static void test_typing_errors(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_first(f, "delviery", "delivery");
    assert_first(f, "retrun policy", "returns");
    assert_first(f, "elivery tmies", "delivery");
    assert_note(f, "delviery ", "Searched for delivery.");
}

static void test_prefix(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_first(f, "deliv", "delivery");
    assert_first(f, "d", "delivery");
    assert_first(f, "return pol", "returns");
    /* Behind a blank the word is finished, and the index has no such word. */
    struct kb_results *results = find_with(f, "pol ", (struct kb_search_options){.mode = KB_MODE_WORDS});
    g_assert_cmpuint(results->count, ==, 0);
    kb_results_free(results);
}

static void test_phrase(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_finds(f, "\"open an account\"", "account");
    assert_finds(f, "\"opened an account\"", "");
    assert_finds(f, "account -\"open an account\"", "close");
    assert_finds(f, "\"退款政策\"", "zh-refund");
    assert_finds(f, "\"政策退款\"", "");
}

static void test_without_and_fields(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_finds(f, "account -closing", "account");
    assert_finds(f, "tag:refund", "returns");
    assert_finds(f, "title:account ", "account close");
    assert_finds(f, "lang:zh 退款", "zh-refund");
    assert_finds(f, "lang:en 退款", "");
    assert_finds(f, "title:passport ", "");
}

static void test_chinese(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_first(f, "退款", "zh-refund");
    assert_first(f, "怎么申请退款", "zh-refund");
    assert_first(f, "送达", "zh-ship");
    assert_first(f, "退kuan", "zh-refund");
}

static void test_pinyin(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_first(f, "tuikuan", "zh-refund");
    assert_first(f, "tuik", "zh-refund");
    assert_first(f, "tk", "zh-refund");
    assert_first(f, "tuikuanzhengce ", "zh-refund");
    assert_first(f, "yinhangka", "zh-refund");
    assert_finds(f, "tuixiang ", "");
}

/* The letters of an abbreviation are also the first letters of some Chinese; what an agent may mean comes
 * first. */
static void test_initials_beside_abbreviations(struct fixture *f, gconstpointer unused)
{
    static const struct kb_document documents[] = {
        {.id = "returns", .title = "Return policy", .body = "Thirty days."},
        {.id = "policy", .title = "Privacy policy", .body = "What we keep."},
        {.id = "ticket", .title = "Ticket numbers", .body = "Eight digits."},
        {.id = "zh-body", .title = "配送时间", .body = "若他能评论出游，退款三天。热天能品类成因。"},
        {.id = "zh-refund", .title = "退款政策", .body = "三十天内申请。"},
        {.id = "zh-letters", .title = "批量出院", .body = "日托那里。"},
    };
    static const struct {
        const char *query, *first, *second;
    } rows[] = {
        {"rtn plcy", "returns", NULL},       /* though there are r-t-n and p-l-c-y in Chinese */
        {"rtn policy", "returns", "policy"}, /* a real word says more */
        {"tk", "zh-refund", "zh-body"},      /* short: Chinese, the title first */
        {"tkzc ", "zh-refund", NULL},        /* a title has them in a row */
        {"plcy", "zh-letters", "returns"},   /* so has this, and then the abbreviations */
        {"tckt", "ticket", NULL},            /* no Chinese at all */
    };
    struct fixture own;

    (void)f;
    (void)unused;
    set_up_with(&own, documents, G_N_ELEMENTS(documents));
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct kb_results *results = find_with(&own, rows[i].query, (struct kb_search_options){0});
        g_autofree char *found = ids_of(results);
        g_test_message("%s: %s", rows[i].query, found);
        g_assert_cmpuint(results->count, >, rows[i].second ? 1 : 0);
        g_assert_cmpstr(results->results[0].id, ==, rows[i].first);
        if (rows[i].second)
            g_assert_cmpstr(results->results[1].id, ==, rows[i].second);
        kb_results_free(results);
    }
    tear_down(&own, NULL);
}

static void test_same_sound(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_first(f, "推款", "zh-refund");
}

static void test_traditional(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_first(f, "銀行卡", "zh-refund");
    assert_first(f, "送達", "zh-ship");
}

static void test_pattern(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_finds(f, "/open(ed|ing) /", "account");
    assert_finds(f, "/OPENING/i", "account");
    assert_finds(f, "/OPENING/", "");
    assert_finds(f, "/^退款.{2}$/", "zh-refund");
    assert_finds(f, "/\\d+ days/", "returns");
    assert_finds(f, "/./ lang:zh", "zh-refund zh-ship");
    assert_finds(f, "lang:zh /退款/", "zh-refund");
    assert_finds(f, "lang:en /退款/", "");
}

static void test_as_spelled(struct fixture *f, gconstpointer unused)
{
    struct kb_search_options options = {.mode = KB_MODE_WORDS};

    (void)unused;
    for (int as_spelled = 0; as_spelled < 2; as_spelled++) {
        options.as_spelled = as_spelled;
        struct kb_results *results = kb_search(f->index, "delivrey pasport ", &options, NULL);
        g_assert_cmpuint(results->count, ==, as_spelled ? 0 : 2);
        kb_results_free(results);
    }
}

static void test_unfinished(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_note(f, "/ref[und/", "The bracket is not closed yet: searched as text.");
    assert_note(f, "/(refund/", "The bracket is not closed yet: searched as text.");
    assert_note(f, "/refund", "The pattern's closing / is missing: searched as text.");
    assert_note(f, "\"return pol", "The quotation mark is not closed yet: searched as text.");
    assert_first(f, "/refund", "returns");
    assert_first(f, "\"return pol", "returns");
}

static void test_pattern_that_is_none(struct fixture *f, gconstpointer unused)
{
    struct kb_search_options options = {.mode = KB_MODE_REGEX};
    GError *error = NULL;

    (void)unused;
    g_assert_null(kb_search(f->index, "a(b", &options, &error));
    g_assert_error(error, KB_ERROR, KB_ERROR_QUERY);
    g_assert_cmpstr(error->message, ==,
                    "The pattern cannot be used: missing closing parenthesis, at its byte 3.");
    g_error_free(error);
}

static void test_abbreviation(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_first(f, "~rtn plcy", "returns");
    assert_first(f, "~pgsqldrv", "driver");
    assert_first(f, "pgsqldrv", "driver");
    assert_finds(f, "~zzz", "");
    assert_finds(f, "~rtn plcy lang:en", "returns");
    assert_finds(f, "~rtn plcy lang:zh", "");
}

static void assert_marked(const char *text, const struct kb_range *ranges, size_t count, const char *expected)
{
    g_autoptr(GString) marked = g_string_new(NULL);
    size_t next = 0;

    for (size_t i = 0; i <= strlen(text); i++) {
        if (next < count && i == ranges[next].end) {
            g_string_append_c(marked, ']');
            next++;
        }
        if (next < count && i == ranges[next].start)
            g_string_append_c(marked, '[');
        if (text[i])
            g_string_append_c(marked, text[i]);
    }
    g_assert_cmpstr(marked->str, ==, expected);
}

static void test_marks(struct fixture *f, gconstpointer unused)
{
    static const struct {
        const char *query, *title, *snippet;
    } rows[] = {
        {"opening account ", "[Opening] an [account]",
         "To [open] an [account] we need a passport. [Accounts] are [opened] within an hour."},
        {"cafe", "[Caf\u00e9] vouchers", "Vouchers for the [caf\u00e9] in the staff building."},
        {"退款", "[退款]政策", "顾客可以在三十天内申请[退款]。[退款]会退回原来的银行卡。"},
        {"/P.s+p/", "Opening an account",
         "To open an account we need a passport. Accounts are opened within an hour."},
        {"/p.ss/", "Opening an account",
         "To open an account we need a [pass]port. Accounts are opened within an hour."},
        {"~rtnply", "[R]e[t]ur[n] [p]o[l]ic[y]",
         "Customers may return an item within 30 days. A refund is paid to the card that was used."},
    };

    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct kb_results *results = find_with(f, rows[i].query, (struct kb_search_options){0});
        if (results->count == 0) {
            g_assert_cmpstr(rows[i].query, ==, "/P.s+p/");
        } else {
            const struct kb_result *r = &results->results[0];
            assert_marked(r->title, r->title_ranges, r->title_range_count, rows[i].title);
            assert_marked(r->snippet, r->snippet_ranges, r->snippet_range_count, rows[i].snippet);
        }
        kb_results_free(results);
    }
}

/* Patterns that would run for years end, and say so. */
static void test_pattern_bombs(struct fixture *f, gconstpointer unused)
{
    static const char *const bombs[] = {"/(.*)*(.*)*(.*)*(.*)*(.*)*\\d$x/", "/((a|e|i|o| |[a-z])*)*[%]z/",
                                        "/(?:(?:.+)+)+[#%]/", "/(\\w+\\s?)*[!%]/"};

    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(bombs); i++) {
        struct kb_results *results = find_with(f, bombs[i], (struct kb_search_options){0});
        g_assert_cmpint(results->took_us, <, 5000000);
        g_assert_true(results->count == 0);
        kb_results_free(results);
    }
    assert_note(f, "/(?:(?:.+)+)+[#%]/",
                "The pattern is too heavy for some articles, which were left out: make it more exact.");
}

/* Whatever is typed: an answer whose marks lie inside its texts. */
static void test_odd_queries(struct fixture *f, gconstpointer unused)
{
    g_autofree char *long_word = g_strnfill(10000, 'a');
    g_autofree char *brackets = g_strnfill(3000, '(');
    g_autofree char *quotes = g_strnfill(3000, '"');
    g_autofree char *open_pattern = g_strconcat("/", brackets, "/", NULL);
    const char *const queries[] = {long_word,
                                   brackets,
                                   quotes,
                                   open_pattern,
                                   "\xff\xfe",
                                   "a\xcc"
                                   "b",
                                   "e\u0301\u0301\u0301\u0301",
                                   "/\\K/",
                                   "/(?=refund\\K)/",
                                   "/^/",
                                   "/$/",
                                   "/\\X/",
                                   "/./",
                                   "~ ",
                                   "~(((",
                                   "-",
                                   "--",
                                   "-\"",
                                   "::",
                                   "title:title:title:",
                                   "\u202e",
                                   "/\\p{Han}+/",
                                   "/[[:alpha:]/"};

    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
        struct kb_results *results = find_with(f, queries[i], (struct kb_search_options){0});
        for (size_t k = 0; k < results->count; k++) {
            const struct kb_result *r = &results->results[k];
            g_assert_true(g_utf8_validate(r->snippet, -1, NULL));
            for (size_t m = 0; m < r->snippet_range_count; m++) {
                g_assert_cmpuint(r->snippet_ranges[m].start, <, r->snippet_ranges[m].end);
                g_assert_cmpuint(r->snippet_ranges[m].end, <=, strlen(r->snippet));
                g_assert_true(m == 0 || r->snippet_ranges[m - 1].end <= r->snippet_ranges[m].start);
            }
        }
        kb_results_free(results);
    }
}

static void test_similar(struct fixture *f, gconstpointer unused)
{
    GError *error = NULL;
    struct kb_results *results = kb_similar(
        f->index, "Hello, I bought a lamp last week and would like my money back, a refund to my card please",
        NULL, &error);

    (void)unused;
    g_assert_no_error(error);
    g_assert_cmpuint(results->count, >, 0);
    g_assert_cmpstr(results->results[0].id, ==, "returns");
    kb_results_free(results);
}

static float worth_of_text(const struct fixture *f, const char *text)
{
    struct kb_results *results = kb_similar(f->index, text, NULL, NULL);

    g_assert_cmpuint(results->count, ==, 1);
    float score = results->results[0].score;
    kb_results_free(results);
    return score;
}

/* A customer's word that no article has is mistyped, or just another word. */
static void test_guess_in_a_text(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_assert_cmpfloat(worth_of_text(f, "passprot"), <, 0.75f * worth_of_text(f, "passport"));
}

static void test_cancel(struct fixture *f, gconstpointer unused)
{
    gint cancel = 1;
    struct kb_search_options options = {.cancel = &cancel};
    GError *error = NULL;

    (void)unused;
    g_assert_null(kb_search(f->index, "refund", &options, &error));
    g_assert_error(error, KB_ERROR, KB_ERROR_CANCELLED);
    g_error_free(error);
}

static void test_limit_and_total(struct fixture *f, gconstpointer unused)
{
    struct kb_results *results = find_with(f, "account ", (struct kb_search_options){.limit = 1});

    (void)unused;
    g_assert_cmpuint(results->count, ==, 1);
    g_assert_cmpuint(results->total, ==, 2);
    kb_results_free(results);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(struct fixture *, gconstpointer);
    } tests[] = {
        {"finds words in any form", test_words},
        {"puts a title above a body", test_title_goes_first},
        {"drops a word rather than give up", test_drops_a_word},
        {"forgives typing errors", test_typing_errors},
        {"takes the last word as a beginning", test_prefix},
        {"finds phrases word for word", test_phrase},
        {"leaves out, and looks in fields", test_without_and_fields},
        {"finds chinese", test_chinese},
        {"finds chinese by pinyin, its beginning and its first letters", test_pinyin},
        {"puts abbreviations before letters that may begin some chinese", test_initials_beside_abbreviations},
        {"takes a pair that the index lacks for one that sounds the same", test_same_sound},
        {"finds simplified text by traditional characters", test_traditional},
        {"corrects words, unless asked not to", test_as_spelled},
        {"finds patterns", test_pattern},
        {"says what is unfinished", test_unfinished},
        {"refuses a pattern that is none", test_pattern_that_is_none},
        {"finds abbreviations", test_abbreviation},
        {"marks what matched", test_marks},
        {"ends patterns that explode", test_pattern_bombs},
        {"bears odd queries", test_odd_queries},
        {"finds articles for a contact", test_similar},
        {"trusts a guess less in a contact", test_guess_in_a_text},
        {"can be cancelled", test_cancel},
        {"counts beyond the limit", test_limit_and_total},
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strdup_printf("/kb/search/%s", tests[i].name);
        g_test_add(path, struct fixture, NULL, set_up, tests[i].run, tear_down);
    }
    return g_test_run();
}
