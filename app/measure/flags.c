#include "app/measure/flags.h"

#include "app/measure/table.h"

struct flags {
    int64_t since_ms, until_ms, position;
    GPtrArray *rows; /* struct flags_row *, owned, in the order they came */
};

static void row_free(void *data)
{
    struct flags_row *row = data;
    g_free(row->article);
    g_free(row->note);
    g_free(row->agent);
    g_free(row->contact);
    g_free(row->owner);
    g_free(row->title);
    g_free(row);
}

struct flags *flags_new(int64_t since_ms, int64_t until_ms)
{
    struct flags *f = g_new0(struct flags, 1);
    f->since_ms = since_ms;
    f->until_ms = until_ms;
    f->rows = g_ptr_array_new_with_free_func(row_free);
    return f;
}

void flags_free(struct flags *f)
{
    if (f == NULL)
        return;
    g_ptr_array_unref(f->rows);
    g_free(f);
}

void flags_fold(struct flags *f, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= f->position)
        return;
    f->position = MAX(f->position, ev->position);
    const char *article = event_text(ev, "article"), *note = event_text(ev, "note");
    if (ev->kind != EVENT_ARTICLE_FLAGGED || ev->at_ms < f->since_ms || ev->at_ms >= f->until_ms ||
        article == NULL)
        return;
    struct flags_row *row = g_new0(struct flags_row, 1);
    *row = (struct flags_row){.article = g_strdup(article),
                              .note = g_strdup(note != NULL ? note : ""),
                              .agent = g_strdup(ev->actor != NULL ? ev->actor : ""),
                              .contact = g_strdup(ev->contact),
                              .at_ms = ev->at_ms};
    g_ptr_array_add(f->rows, row);
}

GPtrArray *flags_rows(const struct flags *f)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
    for (guint i = f->rows->len; i-- > 0;) {
        struct flags_row *row = g_memdup2(f->rows->pdata[i], sizeof *row);
        row->article = g_strdup(row->article);
        row->note = g_strdup(row->note);
        row->agent = g_strdup(row->agent);
        row->contact = g_strdup(row->contact);
        row->owner = g_strdup(row->owner);
        row->title = g_strdup(row->title);
        g_ptr_array_add(rows, row);
    }
    return rows;
}

static const struct table_column columns[] = {
    {"article", "article", TABLE_TEXT},    {"title", "title", TABLE_TEXT}, {"owner", "owner", TABLE_TEXT},
    {"flagged", "at", TABLE_DATE},         {"by", "agent", TABLE_TEXT},    {"contact", "contact", TABLE_TEXT},
    {"what is wrong", "note", TABLE_TEXT},
};

static struct table *table_of(const GPtrArray *rows)
{
    struct table *t = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < rows->len; i++) {
        const struct flags_row *row = g_ptr_array_index(rows, i);
        table_add_text(t, row->article);
        table_add_text(t, row->title);
        table_add_text(t, row->owner != NULL ? row->owner : "");
        table_add_number(t, row->at_ms);
        table_add_text(t, row->agent);
        table_add_text(t, row->contact != NULL ? row->contact : "");
        table_add_text(t, row->note);
    }
    return t;
}

char *flags_rows_to_text(const GPtrArray *rows, size_t cols)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_text_within(t, cols);
}

char *flags_rows_to_tsv(const GPtrArray *rows)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_tsv(t);
}

cJSON *flags_rows_to_cjson(const GPtrArray *rows)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_cjson(t);
}
