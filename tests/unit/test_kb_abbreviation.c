/* Abbreviations: what goes first, and that the short way for ASCII titles weighs as the long way does. */
#include "kb/abbreviation.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "kb/builder.h"
#include "kb/index.h"

static struct kb_index *index_of(const char *const *titles, size_t count)
{
    g_autofree char *folder = g_dir_make_tmp("kb-abbreviation-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "titles.kb", NULL);
    struct kb_builder *builder = kb_builder_new(path, NULL);
    char id[16];

    for (size_t i = 0; i < count; i++) {
        g_snprintf(id, sizeof id, "%zu", i);
        g_assert_true(kb_builder_add(builder, &(struct kb_document){.id = id, .title = titles[i]}, NULL));
    }
    g_assert_true(kb_builder_finish(builder, NULL));
    kb_builder_free(builder);
    struct kb_index *index = kb_index_open(path, NULL);
    g_unlink(path);
    g_rmdir(folder);
    g_assert_nonnull(index);
    return index;
}

static size_t search(struct kb_index *index, const char *text, struct kb_hit *hits, size_t room)
{
    struct kb_abbreviation *abbreviation = kb_abbreviation_new(text);
    struct kb_score_options options = {0};
    size_t segments, total;
    struct kb_segment *segment = kb_index_segments(index, &segments)[0];
    size_t count = kb_abbreviation_search(abbreviation, segment, &options, hits, room, &total);

    kb_abbreviation_free(abbreviation);
    g_assert_cmpuint(total, >=, count);
    return count;
}

static void test_order(void)
{
    static const char *const titles[] = {"Partial cloning", "Return policy", "Ritual pencils, they try",
                                         "Refund to card"};
    static const struct {
        const char *text;
        uint32_t first;
    } rows[] = {{"rp", 1},  {"retpol", 1}, {"rtn plcy", 1}, {"plcy rtn", 1},
                {"RTC", 3}, {"clone", 0},  {"rftc", 3}};
    struct kb_index *index = index_of(titles, G_N_ELEMENTS(titles));
    struct kb_hit hits[4];

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].text);
        if (strcmp(rows[i].text, "clone") == 0) {
            g_assert_cmpuint(search(index, rows[i].text, hits, 4), ==, 0);
            continue;
        }
        g_assert_cmpuint(search(index, rows[i].text, hits, 4), >, 0);
        g_assert_cmpuint(hits[0].doc, ==, rows[i].first);
    }
    g_assert_cmpuint(search(index, "", hits, 4), ==, 0);
    g_assert_cmpuint(search(index, "   ", hits, 4), ==, 0);
    g_assert_cmpuint(search(index, "zz", hits, 4), ==, 0);
    kb_index_close(index);
}

/* Each title twice: as it is, and with a no-break space behind it, which sends it the long way. */
static void test_both_ways_agree(void)
{
    static const char letters[] = "abcABC  -1";
    const size_t count = 600;
    g_auto(GStrv) titles = g_new0(char *, count + 1);
    struct kb_hit hits[600];
    float worth[600];

    for (size_t i = 0; i < count; i += 2) {
        char title[24];
        size_t len = (size_t)g_test_rand_int_range(1, 20);
        for (size_t k = 0; k < len; k++)
            title[k] = letters[g_test_rand_int_range(0, (gint32)strlen(letters))];
        title[len] = '\0';
        titles[i] = g_strdup(title);
        titles[i + 1] = g_strconcat(title, "\u00a0", NULL);
    }
    struct kb_index *index = index_of((const char *const *)titles, count);
    static const char *const texts[] = {"a", "abc", "ca b", "bb1", "aabbcc", "c c"};
    for (size_t t = 0; t < G_N_ELEMENTS(texts); t++) {
        for (size_t i = 0; i < count; i++)
            worth[i] = NAN;
        size_t found = search(index, texts[t], hits, count);
        for (size_t i = 0; i < found; i++)
            worth[hits[i].doc] = hits[i].score;
        for (size_t i = 0; i < count; i += 2) {
            g_assert_cmpint(isnan(worth[i]), ==, isnan(worth[i + 1]));
            if (!isnan(worth[i]))
                g_assert_cmpfloat_with_epsilon(worth[i], worth[i + 1], 0.01f);
        }
    }
    kb_index_close(index);
}

static void test_marks(void)
{
    struct kb_abbreviation *abbreviation = kb_abbreviation_new("rp");
    struct kb_match matches[8];

    g_assert_cmpuint(kb_abbreviation_find(abbreviation, "Trip: Return policy", 19, matches, 8), ==, 2);
    g_assert_cmpuint(matches[0].start, ==, 6);
    g_assert_cmpuint(matches[1].start, ==, 13);
    g_assert_cmpuint(kb_abbreviation_find(abbreviation, "pr", 2, matches, 8), ==, 0);
    kb_abbreviation_free(abbreviation);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kb/abbreviation/puts beginnings of words first", test_order);
    g_test_add_func("/kb/abbreviation/weighs ascii as it weighs the rest", test_both_ways_agree);
    g_test_add_func("/kb/abbreviation/marks the best places", test_marks);
    return g_test_run();
}
