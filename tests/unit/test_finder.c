#include "app/service/finder.h"

static const char *const names[] = {"Crystal Minh", "Olav Lindqvist", "José Peña",       "Fatima Andersen",
                                    "Yara Silva",   "王芳",           "Ivan 7719 Kovacs"};

static struct finder *filled(void)
{
    struct finder *f = finder_new();
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *id = g_strdup_printf("C%zu", i);
        g_autoptr(customer) c = customer_new(id, names[i]);
        if (i == 0)
            customer_add_identity(c, IDENTITY_PHONE, "(977) 555-2661");
        finder_put_customer(f, c);
    }
    return f;
}

/* The ids found, with blanks between. */
static char *find(struct finder *f, const char *query)
{
    g_autoptr(GPtrArray) hits = finder_find(f, query, 5);
    GString *ids = g_string_new(NULL);
    for (guint i = 0; i < hits->len; i++)
        g_string_append_printf(ids, "%s%s", i ? " " : "",
                               ((struct finder_hit *)g_ptr_array_index(hits, i))->id);
    return g_string_free(ids, FALSE);
}

static void expect(struct finder *f, const char *query, const char *ids)
{
    g_autofree char *found = find(f, query);
    g_assert_cmpstr(found, ==, ids);
}

static void finds_by_words_accents_and_numbers(void)
{
    struct finder *f = filled();
    expect(f, "crystal", "C0");
    expect(f, "MINH crys", "C0");
    expect(f, "jose pena", "C2");
    expect(f, "王芳", "C5");
    expect(f, "977.555.2661", "C0");
    expect(f, "silva kovacs", "");
    expect(f, "", "");
    finder_free(f);
}

/* Each letter of a long word wrong, missing or doubled, and two such at once. */
static void finds_through_mistakes(void)
{
    struct finder *f = filled();
    const char *word = "lindqvist";
    for (size_t i = 0; word[i]; i++) {
        g_autoptr(GString) wrong = g_string_new(word), missing = g_string_new(word),
                           more = g_string_new(word);
        wrong->str[i] = 'x';
        g_string_erase(missing, (gssize)i, 1);
        g_string_insert_c(more, (gssize)i, 'z');
        expect(f, wrong->str, "C1");
        expect(f, missing->str, "C1");
        expect(f, more->str, "C1");
        wrong->str[(i + 4) % wrong->len] = 'w';
        expect(f, wrong->str, "C1");
    }
    expect(f, "crxstxl", "");   /* two wrong of seven */
    expect(f, "7718", "");      /* a number of four digits is meant as it stands */
    expect(f, "mnh", "");       /* too short to be mistaken */
    expect(f, "lindxwzst", ""); /* three wrong */
    finder_free(f);
}

static void what_changed_is_found_anew(void)
{
    struct finder *f = filled();
    for (int i = 0; i < 5000; i++) { /* enough of the dead to be cleared away */
        g_autofree char *name = g_strdup_printf("Renamed person number %d", i);
        g_autoptr(customer) c = customer_new("C3", name);
        finder_put_customer(f, c);
    }
    expect(f, "andersen", "");
    expect(f, "renamed 4999", "C3");
    expect(f, "crystal", "C0");
    expect(f, "silva", "C4");
    finder_free(f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/finder/finds_by_words_accents_and_numbers", finds_by_words_accents_and_numbers);
    g_test_add_func("/finder/finds_through_mistakes", finds_through_mistakes);
    g_test_add_func("/finder/what_changed_is_found_anew", what_changed_is_found_anew);
    return g_test_run();
}
