#include "app/measure/step_times.h"

#include <string.h>

#include "app/measure/intervals.h"
#include "app/measure/step_titles.h"
#include "app/measure/table.h"

struct step_times {
    int64_t since_ms, until_ms, position, handle_ms;
    struct intervals *intervals;
    struct step_titles *titles;
    GHashTable *rows; /* script/step -> struct step_times_row *, owned */
};

static void row_free(void *data)
{
    struct step_times_row *row = data;
    g_free(row->script);
    g_free(row->step);
    g_free(row->title);
    g_free(row->waste);
    g_free(row);
}

/* An interval counts where it began. */
static void take_interval(const struct interval *i, void *user_data)
{
    struct step_times *s = user_data;
    if (i->start_ms < s->since_ms || i->start_ms >= s->until_ms)
        return;
    s->handle_ms += i->duration_ms;
    if (i->step == NULL)
        return;
    g_autofree char *key = step_titles_key(i->script, i->step);
    struct step_times_row *row = g_hash_table_lookup(s->rows, key);
    if (row != NULL)
        row->total_ms += i->duration_ms;
}

struct step_times *step_times_new(int64_t since_ms, int64_t until_ms)
{
    struct step_times *s = g_new0(struct step_times, 1);
    s->since_ms = since_ms;
    s->until_ms = until_ms;
    s->intervals = intervals_new(take_interval, s);
    s->titles = step_titles_new();
    s->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, row_free);
    return s;
}

void step_times_free(struct step_times *s)
{
    if (s == NULL)
        return;
    intervals_free(s->intervals);
    step_titles_free(s->titles);
    g_hash_table_unref(s->rows);
    g_free(s);
}

/* The latest event's class and target stand for the step. */
static void enter(struct step_times *s, const struct event *ev)
{
    const char *script = event_text(ev, "script"), *step = event_text(ev, "step");
    if (step == NULL || ev->at_ms < s->since_ms || ev->at_ms >= s->until_ms)
        return;
    g_autofree char *key = step_titles_key(script, step);
    struct step_times_row *row = g_hash_table_lookup(s->rows, key);
    if (row == NULL) {
        row = g_new0(struct step_times_row, 1);
        row->script = g_strdup(script == NULL ? "-" : script);
        row->step = g_strdup(step);
        g_hash_table_insert(s->rows, g_steal_pointer(&key), row);
    }
    g_free(row->waste);
    row->waste = g_strdup(event_text(ev, "waste"));
    step_class_parse(event_text(ev, "class"), &row->step_class);
    row->target_ms = event_number(ev, "target_ms", 0);
    row->entered++;
}

void step_times_fold(struct step_times *s, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= s->position)
        return;
    s->position = MAX(s->position, ev->position);
    intervals_fold(s->intervals, ev);
    step_titles_fold(s->titles, ev);
    if (ev->kind == EVENT_STEP_ENTERED && intervals_open_leg(s->intervals, ev->contact) != NULL)
        enter(s, ev);
}

static int compare_rows(gconstpointer one, gconstpointer other)
{
    const struct step_times_row *a = *(const struct step_times_row *const *)one;
    const struct step_times_row *b = *(const struct step_times_row *const *)other;
    if (a->excess_ms != b->excess_ms)
        return a->excess_ms > b->excess_ms ? -1 : 1;
    if (a->total_ms != b->total_ms)
        return a->total_ms > b->total_ms ? -1 : 1;
    int order = strcmp(a->script, b->script);
    return order != 0 ? order : strcmp(a->step, b->step);
}

static struct step_times_row *finished(const struct step_times *s, const struct step_times_row *from)
{
    struct step_times_row *row = g_memdup2(from, sizeof *from);
    row->script = g_strdup(from->script);
    row->step = g_strdup(from->step);
    row->title = g_strdup(step_titles_of(s->titles, from->script, from->step));
    row->waste = g_strdup(from->waste);
    row->mean_ms = row->total_ms / row->entered;
    row->share_percent = s->handle_ms == 0 ? 0 : 100.0 * (double)row->total_ms / (double)s->handle_ms;
    if (row->target_ms > 0)
        row->excess_ms = MAX(row->total_ms - row->entered * row->target_ms, 0);
    return row;
}

GPtrArray *step_times_rows(const struct step_times *s)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, s->rows);
    while (g_hash_table_iter_next(&each, NULL, &value))
        g_ptr_array_add(rows, finished(s, value));
    g_ptr_array_sort(rows, compare_rows);
    return rows;
}

static const struct table_column columns[] = {
    {"script", "script", TABLE_TEXT},        {"step", "step", TABLE_TEXT},
    {"title", "title", TABLE_TEXT},          {"class", "class", TABLE_TEXT},
    {"waste", "waste", TABLE_TEXT},          {"entered", "entered", TABLE_COUNT},
    {"mean", "mean_ms", TABLE_DURATION},     {"target", "target_ms", TABLE_DURATION},
    {"in all", "total_ms", TABLE_DURATION},  {"share", "share_percent", TABLE_PERCENT},
    {"beyond", "excess_ms", TABLE_DURATION},
};

static const char *const spare[] = {"waste", "step", "target_ms", "class", "share_percent", NULL};

static struct table *table_of(const GPtrArray *rows)
{
    struct table *t = table_new(columns, G_N_ELEMENTS(columns));
    table_may_lack(t, spare);
    for (guint i = 0; i < rows->len; i++) {
        const struct step_times_row *row = g_ptr_array_index(rows, i);
        table_add_text(t, row->script);
        table_add_text(t, row->step);
        table_add_text(t, row->title);
        table_add_text(t, step_class_name(row->step_class));
        table_add_text(t, row->waste);
        table_add_number(t, row->entered);
        table_add_number(t, row->mean_ms);
        table_add_number(t, row->target_ms > 0 ? row->target_ms : TABLE_UNKNOWN);
        table_add_number(t, row->total_ms);
        table_add_real(t, row->share_percent);
        table_add_number(t, row->excess_ms);
    }
    return t;
}

char *step_times_rows_to_text(const GPtrArray *rows, size_t cols)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_text_within(t, cols);
}

char *step_times_rows_to_tsv(const GPtrArray *rows)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_tsv(t);
}

cJSON *step_times_rows_to_cjson(const GPtrArray *rows)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_cjson(t);
}
