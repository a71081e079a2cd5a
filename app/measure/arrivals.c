#include "app/measure/arrivals.h"

#include <math.h>
#include <string.h>

#include "app/measure/table.h"

#define HOUR_MS        INT64_C(3600000)
#define DAY_MS         (24 * HOUR_MS)
#define USUAL_AT_LEAST 0.5

struct arrivals {
    enum arrivals_by by;
    int64_t since_ms, until_ms, position;
    GHashTable *seen;  /* contact -> its intent at the time it came, or as classified later; owned strings */
    GHashTable *times; /* contact -> int64_t * of when it came, owned */
    int64_t first_ms, last_ms; /* of arrivals in the window; 0: none */
};

struct arrivals *arrivals_new(enum arrivals_by by, int64_t since_ms, int64_t until_ms)
{
    struct arrivals *a = g_new0(struct arrivals, 1);
    *a = (struct arrivals){.by = by, .since_ms = since_ms, .until_ms = until_ms};
    a->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    a->times = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return a;
}

void arrivals_free(struct arrivals *a)
{
    if (a == NULL)
        return;
    g_hash_table_unref(a->seen);
    g_hash_table_unref(a->times);
    g_free(a);
}

static void fold_created(struct arrivals *a, const struct event *ev)
{
    if (ev->at_ms < a->since_ms || ev->at_ms >= a->until_ms || g_hash_table_contains(a->times, ev->contact))
        return;
    const char *intent = event_text(ev, "intent");
    g_hash_table_insert(a->seen, g_strdup(ev->contact), g_strdup(intent == NULL ? "-" : intent));
    g_hash_table_insert(a->times, g_strdup(ev->contact), g_memdup2(&ev->at_ms, sizeof ev->at_ms));
    a->first_ms = a->first_ms == 0 ? ev->at_ms : MIN(a->first_ms, ev->at_ms);
    a->last_ms = MAX(a->last_ms, ev->at_ms);
}

void arrivals_fold(struct arrivals *a, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= a->position)
        return;
    a->position = MAX(a->position, ev->position);
    const char *intent = event_text(ev, "intent");
    if (ev->contact == NULL)
        return;
    if (ev->kind == EVENT_CONTACT_CREATED)
        fold_created(a, ev);
    else if (ev->kind == EVENT_CONTACT_CLASSIFIED && intent != NULL &&
             g_hash_table_contains(a->times, ev->contact))
        g_hash_table_replace(a->seen, g_strdup(ev->contact), g_strdup(intent));
}

static void row_free(void *data)
{
    struct arrivals_row *row = data;
    g_free(row->intent);
    g_free(row);
}

static int64_t bucket_ms(const struct arrivals *a)
{
    return a->by == ARRIVALS_BY_HOUR ? HOUR_MS : DAY_MS;
}

/* Counts under "intent\nstart" and, over all days, under "intent\nhour of the day". */
static char *bucket_key(const char *intent, int64_t bucket)
{
    return g_strdup_printf("%s\n%" G_GINT64_FORMAT, intent, bucket);
}

static void count(GHashTable *counts, const char *intent, int64_t bucket)
{
    g_autofree char *key = bucket_key(intent, bucket);
    int so_far = GPOINTER_TO_INT(g_hash_table_lookup(counts, key));
    g_hash_table_insert(counts, g_steal_pointer(&key), GINT_TO_POINTER(so_far + 1));
}

static int lookup_count(GHashTable *counts, const char *intent, int64_t bucket)
{
    g_autofree char *key = bucket_key(intent, bucket);
    return GPOINTER_TO_INT(g_hash_table_lookup(counts, key));
}

static int compare_rows(gconstpointer one, gconstpointer other)
{
    const struct arrivals_row *a = *(const struct arrivals_row *const *)one;
    const struct arrivals_row *b = *(const struct arrivals_row *const *)other;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    if (a->start_ms != b->start_ms)
        return a->start_ms < b->start_ms ? -1 : 1;
    return strcmp(a->intent, b->intent);
}

static struct arrivals_row *new_row(const struct arrivals *a, const char *key, int64_t found,
                                    GHashTable *same_time)
{
    const char *line_end = strrchr(key, '\n');
    struct arrivals_row *row = g_new0(struct arrivals_row, 1);
    row->intent = g_strndup(key, (gsize)(line_end - key));
    row->count = found;
    row->start_ms = g_ascii_strtoll(line_end + 1, NULL, 10) * bucket_ms(a);
    int64_t days = a->last_ms / DAY_MS - a->first_ms / DAY_MS + 1;
    int64_t at_this_time = lookup_count(same_time, row->intent, row->start_ms % DAY_MS);
    row->usual = days < 2 ? (double)found : (double)(at_this_time - found) / (double)(days - 1);
    row->score = ((double)found - row->usual) / sqrt(MAX(row->usual, USUAL_AT_LEAST));
    return row;
}

GPtrArray *arrivals_rows(const struct arrivals *a, double min_score)
{
    g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) same_time = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTableIter each;
    void *contact, *value;
    g_hash_table_iter_init(&each, a->times);
    while (g_hash_table_iter_next(&each, &contact, &value)) {
        const char *intent = g_hash_table_lookup(a->seen, contact);
        int64_t bucket = *(const int64_t *)value / bucket_ms(a);
        count(counts, intent, bucket);
        count(same_time, intent, bucket * bucket_ms(a) % DAY_MS);
    }
    GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
    void *key;
    g_hash_table_iter_init(&each, counts);
    while (g_hash_table_iter_next(&each, &key, &value)) {
        struct arrivals_row *row = new_row(a, key, GPOINTER_TO_INT(value), same_time);
        if (row->score >= min_score)
            g_ptr_array_add(rows, row);
        else
            row_free(row);
    }
    g_ptr_array_sort(rows, compare_rows);
    return rows;
}

static const struct table_column columns[] = {
    {"intent", "intent", TABLE_TEXT},       {"day", "start", TABLE_DATE},
    {"from (UTC)", "start_at", TABLE_TIME}, {"contacts", "count", TABLE_COUNT},
    {"usual", "usual", TABLE_REAL},         {"score", "score", TABLE_REAL},
};

static struct table *table_of(const GPtrArray *rows)
{
    struct table *t = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < rows->len; i++) {
        const struct arrivals_row *row = g_ptr_array_index(rows, i);
        table_add_text(t, row->intent);
        table_add_number(t, row->start_ms);
        table_add_number(t, row->start_ms);
        table_add_number(t, row->count);
        table_add_real(t, row->usual);
        table_add_real(t, row->score);
    }
    return t;
}

char *arrivals_rows_to_text(const GPtrArray *rows, size_t cols)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_text_within(t, cols);
}

char *arrivals_rows_to_tsv(const GPtrArray *rows)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_tsv(t);
}

cJSON *arrivals_rows_to_cjson(const GPtrArray *rows)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_cjson(t);
}
