/* Filling of canned texts; see the header. */
#include "app/desk/canned.h"

#include <string.h>

#include "app/desk/update.h"
#include "app/script/template.h"

struct filling {
    struct facts facts;
    GHashTable *answers, *kept; /* kept: blanks as they stand, owned until the filling is done */
    GPtrArray *blanks;
    const struct desk_contact *dc;
};

static bool has(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (g_str_equal(g_ptr_array_index(names, i), name))
            return true;
    return false;
}

static const char *value_of(void *data, const char *name, const char *fallback)
{
    struct filling *f = data;
    const char *value = f->answers != NULL ? g_hash_table_lookup(f->answers, name) : NULL;
    if (value == NULL && f->dc != NULL)
        value = desk_walk(f->dc) != NULL ? walk_value(desk_walk(f->dc), &f->facts, name)
                                         : facts_get(&f->facts, name);
    if (value != NULL)
        return value;
    if (fallback != NULL)
        return fallback;
    if (f->blanks != NULL && !has(f->blanks, name))
        g_ptr_array_add(f->blanks, g_strdup(name));
    char *blank = g_strdup_printf("{%s}", name);
    g_hash_table_add(f->kept, blank);
    return blank;
}

/* [words] is how people write a blank; {words} is how it is filled. */
static char *braced(const char *text)
{
    GString *out = g_string_new(NULL);
    while (*text != '\0') {
        const char *close = *text == '[' ? strpbrk(text + 1, "[]{}\n") : NULL;
        bool is_blank = close != NULL && *close == ']' && close > text + 1 && close[1] != '(';
        if (!is_blank) {
            g_string_append_c(out, *text++);
            continue;
        }
        g_string_append_printf(out, "{%.*s}", (int)(close - text - 1), text + 1);
        text = close + 1;
    }
    return g_string_free(out, FALSE);
}

char *canned_fill(const struct desk *desk, const struct desk_contact *dc, const char *text,
                  GHashTable *answers, GPtrArray *blanks)
{
    struct desk_facts df = {0};
    struct filling f = {.answers = answers, .blanks = blanks, .dc = dc};
    f.kept = g_hash_table_new_full(g_direct_hash, g_direct_equal, g_free, NULL);
    if (dc != NULL)
        desk_facts_init(&df, desk, dc, &f.facts);
    g_autofree char *source = braced(text);
    char *filled = template_render(source, value_of, &f);
    if (dc != NULL)
        desk_facts_release(&df);
    g_hash_table_unref(f.kept);
    return filled;
}

const char *canned_label(const char *name, const char *language)
{
    int index = fact_index(name);
    if (index < 0)
        return name;
    bool is_chinese = language != NULL && g_str_has_prefix(language, "zh");
    return is_chinese ? FACT_NAMES[index].label_zh : FACT_NAMES[index].label;
}

char *canned_preview(const struct desk *desk, const struct desk_contact *dc, const char *text)
{
    g_autoptr(GPtrArray) blanks = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *filled = canned_fill(desk, dc, text, NULL, blanks);
    GString *shown = g_string_new(filled);
    for (guint i = 0; i < blanks->len; i++) {
        const char *name = g_ptr_array_index(blanks, i);
        g_autofree char *blank = g_strdup_printf("{%s}", name),
                        *label = g_strdup_printf("[%s]", canned_label(name, desk_language(desk, dc)));
        g_string_replace(shown, blank, label, 0);
    }
    return g_string_free(shown, FALSE);
}

char *canned_find_blank(const char *text)
{
    for (const char *open = strchr(text, '{'); open != NULL; open = strchr(open + 1, '{')) {
        const char *close = strpbrk(open + 1, "{}\n");
        if (close != NULL && *close == '}' && close > open + 1 && close - open < 60)
            return g_strndup(open + 1, (gsize)(close - open - 1));
    }
    return NULL;
}
