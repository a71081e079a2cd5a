#include "kb/literals.h"

#include <string.h>

#include "kb/bytes.h"
#include "kb/fold.h"
#include "kb/tokens.h"

/* A run of letters being gathered. */
struct run {
    GString *text; /* folded */
    bool cjk;
    size_t characters;
};

static GPtrArray *new_sets(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
}

/* What falls off behind an apostrophe (kb/tokens.h) is in no word of the index. */
static bool may_fall_off(const char *text)
{
    return strcmp(text, "re") == 0 || strcmp(text, "ve") == 0 || strcmp(text, "ll") == 0;
}

static void end_run(struct run *run, GPtrArray *sets)
{
    if (run->characters >= KB_LITERAL_MIN && !may_fall_off(run->text->str)) {
        GPtrArray *set = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(set, g_strdup(run->text->str));
        g_ptr_array_add(sets, set);
    }
    g_string_truncate(run->text, 0);
    run->characters = 0;
}

static void add_to_run(struct run *run, int32_t c, GPtrArray *sets)
{
    int32_t folded[KB_FOLD_MAX];
    char bytes[4];
    bool cjk = kb_is_cjk(c);

    if (cjk != run->cjk)
        end_run(run, sets);
    run->cjk = cjk;
    run->characters++;
    size_t count = kb_fold_char(c, folded);
    for (size_t i = 0; i < count; i++)
        g_string_append_len(run->text, bytes, (gssize)kb_utf8_put(folded[i], bytes));
}

static void add_sets(const struct kb_syntax *node, GPtrArray *sets);

/* A character that must be there; `once` where nothing repeats it. */
static void add_character(struct run *run, int32_t c, bool once, GPtrArray *sets)
{
    bool letter = c < 0x80 ? g_ascii_isalnum((char)c) : kb_is_cjk(c);

    if (letter)
        add_to_run(run, c, sets);
    if (!once || !letter)
        end_run(run, sets);
}

static void add_sequence(const struct kb_syntax *node, GPtrArray *sets)
{
    struct run run = {.text = g_string_new(NULL)};

    for (guint i = 0; i < node->parts->len; i++) {
        const struct kb_syntax *part = g_ptr_array_index(node->parts, i);
        bool once = part->kind != KB_SYNTAX_KIND_REPEAT;
        const struct kb_syntax *inner = once ? part : g_ptr_array_index(part->parts, 0);
        if (inner->kind == KB_SYNTAX_KIND_CHARACTER && (once || part->least > 0)) {
            add_character(&run, inner->character, once, sets);
        } else {
            end_run(&run, sets);
            add_sets(part, sets);
        }
    }
    end_run(&run, sets);
    g_string_free(run.text, TRUE);
}

static size_t shortest(const GPtrArray *set)
{
    size_t least = SIZE_MAX;

    for (guint i = 0; i < set->len; i++)
        least = MIN(least, strlen(g_ptr_array_index(set, i)));
    return least;
}

/* The set of a branch whose texts are the longest; NULL where it has none. */
static GPtrArray *best_set(const GPtrArray *sets)
{
    GPtrArray *best = NULL;

    for (guint i = 0; i < sets->len; i++) {
        GPtrArray *set = g_ptr_array_index(sets, i);
        if (!best || shortest(set) > shortest(best))
            best = set;
    }
    return best;
}

/* One set with the texts of both. */
static GPtrArray *join(const GPtrArray *a, const GPtrArray *b)
{
    GPtrArray *joined = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < a->len; i++)
        g_ptr_array_add(joined, g_strdup(g_ptr_array_index(a, i)));
    for (guint i = 0; i < b->len; i++)
        g_ptr_array_add(joined, g_strdup(g_ptr_array_index(b, i)));
    return joined;
}

/* With several branches, one set with the texts of the best set of each. */
static void add_choice(const struct kb_syntax *node, GPtrArray *sets)
{
    g_autoptr(GPtrArray) joined = NULL;

    for (guint i = 0; i < node->parts->len; i++) {
        g_autoptr(GPtrArray) branch = new_sets(), before = g_steal_pointer(&joined);
        add_sets(g_ptr_array_index(node->parts, i), branch);
        GPtrArray *best = best_set(branch);
        if (!best)
            return;
        joined = before ? join(before, best) : g_ptr_array_ref(best);
    }
    g_ptr_array_add(sets, g_steal_pointer(&joined));
}

static void add_sets(const struct kb_syntax *node, GPtrArray *sets)
{
    if (node->kind == KB_SYNTAX_KIND_SEQUENCE)
        add_sequence(node, sets);
    else if (node->kind == KB_SYNTAX_KIND_CHOICE)
        add_choice(node, sets);
    else if (node->kind == KB_SYNTAX_KIND_REPEAT && node->least > 0)
        add_sets(g_ptr_array_index(node->parts, 0), sets);
}

/* Signs that stand for themselves outside of all groups, where they must be there. */
static void add_signs(const struct kb_syntax *syntax, char *signs)
{
    size_t len = 0;

    for (guint i = 0; syntax->kind == KB_SYNTAX_KIND_SEQUENCE && i < syntax->parts->len; i++) {
        const struct kb_syntax *part = g_ptr_array_index(syntax->parts, i);
        if (part->kind == KB_SYNTAX_KIND_REPEAT && part->least > 0)
            part = g_ptr_array_index(part->parts, 0);
        int32_t c = part->kind == KB_SYNTAX_KIND_CHARACTER ? part->character : 0;
        if (c > ' ' && c < 0x7F && !g_ascii_isalnum((char)c) && len < KB_LITERALS_SIGNS_MAX)
            signs[len++] = (char)c;
    }
}

void kb_literals_init(struct kb_literals *literals, const struct kb_syntax *syntax)
{
    *literals = (struct kb_literals){.sets = new_sets()};
    if (!syntax)
        return;
    add_sets(syntax, literals->sets);
    add_signs(syntax, literals->signs);
}

void kb_literals_release(struct kb_literals *literals)
{
    g_ptr_array_unref(literals->sets);
}
