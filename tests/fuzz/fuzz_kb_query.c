/* Queries: whatever is typed, in every mode, ends in an answer whose texts, marks and sums are sound. */
#include "kb/search.h"

#include <glib/gstdio.h>
#include <stdint.h>
#include <string.h>

#include "kb/builder.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The articles are the same for every input, so the index is made once a process. */
static struct kb_index *open_articles(void)
{
    g_autofree char *folder = g_dir_make_tmp("fuzz-kb-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "articles.kb", NULL);
    struct kb_builder *builder = kb_builder_new(path, NULL);
    const struct kb_document articles[] = {
        {.id = "1",
         .title = "Return policy",
         .body = "Items come back within 30 days.\nThe refund follows.",
         .tags = "shop"},
        {.id = "2", .title = "退款政策", .body = "退款会退回原来的银行卡。Refund in 3 days", .lang = "zh"},
        {.id = "3",
         .title = "Caf\u00e9 e\u0301\u0301",
         .body = "\u202etext\u202c 👩‍👩‍👧 한국 が",
         .lang = "en"},
        {.id = "4",
         .title = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         .body = "aaa aaa aab"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(articles); i++)
        kb_builder_add(builder, &articles[i], NULL);
    kb_builder_finish(builder, NULL);
    kb_builder_free(builder);
    struct kb_index *index = kb_index_open(path, NULL);
    g_unlink(path);
    g_rmdir(folder);
    g_assert(index);
    return index;
}

static void check_ranges(const char *text, const struct kb_range *ranges, size_t count)
{
    size_t len = strlen(text);

    g_assert(g_utf8_validate(text, -1, NULL));
    for (size_t i = 0; i < count; i++) {
        g_assert(ranges[i].start < ranges[i].end && ranges[i].end <= len);
        g_assert(i == 0 || ranges[i - 1].end <= ranges[i].start);
        g_assert(((uint8_t)text[ranges[i].start] & 0xC0) != 0x80 &&
                 ((uint8_t)text[ranges[i].end] & 0xC0) != 0x80);
    }
}

static void check_parts(const struct kb_result *result)
{
    float sum = 0;

    for (guint i = 0; i < result->parts->len; i++)
        sum += g_array_index(result->parts, struct kb_part, i).value;
    g_assert(ABS(sum - result->score) <= 0.001f * MAX(ABS(result->score), 1));
}

static void check(struct kb_results *results)
{
    if (!results)
        return;
    g_assert(results->count <= results->total);
    g_assert(!results->note || g_utf8_validate(results->note, -1, NULL));
    for (size_t i = 0; i < results->count; i++) {
        const struct kb_result *r = &results->results[i];
        check_ranges(r->title, r->title_ranges, r->title_range_count);
        check_ranges(r->snippet, r->snippet_ranges, r->snippet_range_count);
        check_parts(r);
        g_assert(i == 0 || results->results[i - 1].score >= r->score);
    }
    kb_results_free(results);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct kb_index *index;
    g_autofree char *text = g_strndup((const char *)bytes, len);

    if (!index)
        index = open_articles();
    for (enum kb_mode mode = KB_MODE_AUTO; mode <= KB_MODE_REGEX; mode++)
        check(kb_search(index, text,
                        &(struct kb_search_options){.mode = mode, .budget_ms = 50, .explain = true}, NULL));
    check(kb_similar(index, text, &(struct kb_search_options){.explain = true}, NULL));
    return 0;
}
