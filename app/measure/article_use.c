#include "app/measure/article_use.h"

#include <string.h>

#include "app/measure/table.h"

struct article_use {
    int64_t since_ms, until_ms, position;
    GHashTable *rows;     /* article -> struct article_use_row *, owned */
    GHashTable *contacts; /* open contact -> set of articles used in it, owned */
    int64_t closed, resolved;
};

static void row_free(void *data)
{
    struct article_use_row *row = data;
    g_free(row->article);
    g_free(row->title);
    g_free(row);
}

static void set_free(void *set)
{
    g_hash_table_unref(set);
}

struct article_use *article_use_new(int64_t since_ms, int64_t until_ms)
{
    struct article_use *a = g_new0(struct article_use, 1);
    a->since_ms = since_ms;
    a->until_ms = until_ms;
    a->rows = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, row_free);
    a->contacts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, set_free);
    return a;
}

void article_use_free(struct article_use *a)
{
    if (a == NULL)
        return;
    g_hash_table_unref(a->rows);
    g_hash_table_unref(a->contacts);
    g_free(a);
}

static struct article_use_row *row_of(struct article_use *a, const char *article)
{
    struct article_use_row *row = g_hash_table_lookup(a->rows, article);
    if (row == NULL) {
        row = g_new0(struct article_use_row, 1);
        row->article = g_strdup(article);
        g_hash_table_insert(a->rows, row->article, row);
    }
    return row;
}

static void use(struct article_use *a, const struct event *ev, const char *article)
{
    if (ev->contact == NULL)
        return;
    GHashTable *used = g_hash_table_lookup(a->contacts, ev->contact);
    if (used == NULL) {
        used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_hash_table_insert(a->contacts, g_strdup(ev->contact), used);
    }
    g_hash_table_add(used, g_strdup(article));
}

static void close_contact(struct article_use *a, const struct event *ev)
{
    bool resolved = event_flag(ev, "resolved");
    GHashTable *used = ev->contact == NULL ? NULL : g_hash_table_lookup(a->contacts, ev->contact);
    a->closed++;
    a->resolved += resolved;
    if (used == NULL)
        return;
    GHashTableIter each;
    void *article;
    g_hash_table_iter_init(&each, used);
    while (g_hash_table_iter_next(&each, &article, NULL)) {
        struct article_use_row *row = row_of(a, article);
        row->contacts++;
        row->resolved += resolved;
    }
    g_hash_table_remove(a->contacts, ev->contact);
}

static void fold_article(struct article_use *a, const struct event *ev, const char *article)
{
    switch (ev->kind) {
    case EVENT_ARTICLE_OPENED:
        row_of(a, article)->opened++;
        use(a, ev, article);
        break;
    case EVENT_ARTICLE_INSERTED:
        row_of(a, article)->inserted++;
        use(a, ev, article);
        break;
    case EVENT_ARTICLE_RATED:
        if (event_flag(ev, "helped"))
            row_of(a, article)->helped++;
        else
            row_of(a, article)->misled++;
        break;
    case EVENT_ARTICLE_FLAGGED:
        row_of(a, article)->flagged++;
        break;
    default:
        break;
    }
}

void article_use_fold(struct article_use *a, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= a->position)
        return;
    a->position = MAX(a->position, ev->position);
    if (ev->at_ms < a->since_ms || ev->at_ms >= a->until_ms)
        return;
    if (ev->kind == EVENT_CONTACT_CLOSED) {
        close_contact(a, ev);
        return;
    }
    const char *article = event_text(ev, "article");
    if (article != NULL)
        fold_article(a, ev, article);
}

static double badness(const struct article_use_row *row)
{
    return row->unresolved_beyond + (double)(row->flagged + row->misled - row->helped);
}

static int compare_rows(gconstpointer one, gconstpointer other)
{
    const struct article_use_row *a = *(const struct article_use_row *const *)one;
    const struct article_use_row *b = *(const struct article_use_row *const *)other;
    if (badness(a) != badness(b))
        return badness(a) > badness(b) ? -1 : 1;
    return strcmp(a->article, b->article);
}

static struct article_use_row *finished(const struct article_use *a, const struct article_use_row *from)
{
    struct article_use_row *row = g_memdup2(from, sizeof *from);
    int64_t others = a->closed - row->contacts, others_resolved = a->resolved - row->resolved;
    row->article = g_strdup(from->article);
    row->resolved_percent = row->contacts == 0 ? -1 : 100.0 * (double)row->resolved / (double)row->contacts;
    if (others > 0)
        row->unresolved_beyond =
            (double)row->contacts * (double)others_resolved / (double)others - (double)row->resolved;
    return row;
}

GPtrArray *article_use_rows(const struct article_use *a)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, a->rows);
    while (g_hash_table_iter_next(&each, NULL, &value))
        g_ptr_array_add(rows, finished(a, value));
    g_ptr_array_sort(rows, compare_rows);
    return rows;
}

static const struct table_column columns[] = {
    {"article", "article", TABLE_TEXT},
    {"title", "title", TABLE_TEXT},
    {"opened", "opened", TABLE_COUNT},
    {"inserted", "inserted", TABLE_COUNT},
    {"contacts", "contacts", TABLE_COUNT},
    {"resolved", "resolved_percent", TABLE_PERCENT},
    {"unresolved beyond", "unresolved_beyond", TABLE_REAL},
    {"helped", "helped", TABLE_COUNT},
    {"misled", "misled", TABLE_COUNT},
    {"flagged", "flagged", TABLE_COUNT},
};

static const char *const spare[] = {"inserted", "opened", "flagged", "unresolved_beyond", NULL};

static struct table *table_of(const GPtrArray *rows)
{
    struct table *t = table_new(columns, G_N_ELEMENTS(columns));
    table_may_lack(t, spare);
    for (guint i = 0; i < rows->len; i++) {
        const struct article_use_row *row = g_ptr_array_index(rows, i);
        table_add_text(t, row->article);
        table_add_text(t, row->title);
        table_add_number(t, row->opened);
        table_add_number(t, row->inserted);
        table_add_number(t, row->contacts);
        table_add_real(t, row->resolved_percent);
        table_add_real(t, row->unresolved_beyond);
        table_add_number(t, row->helped);
        table_add_number(t, row->misled);
        table_add_number(t, row->flagged);
    }
    return t;
}

char *article_use_rows_to_text(const GPtrArray *rows, size_t cols)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_text_within(t, cols);
}

char *article_use_rows_to_tsv(const GPtrArray *rows)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_tsv(t);
}

cJSON *article_use_rows_to_cjson(const GPtrArray *rows)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_cjson(t);
}
