#include "app/measure/keystrokes.h"

#include <string.h>

#include "app/measure/book.h"
#include "app/measure/step_titles.h"

struct step_row {
    char *script, *step; /* NULL: outside of steps */
    int64_t left, keys, most;
};

struct channel_row {
    int64_t contacts, keys;
};

struct keystrokes {
    int64_t since_ms, until_ms, position;
    struct book *book;
    struct step_titles *titles;
    GHashTable *open; /* contact -> int64_t *, keys told so far */
    GHashTable *rows; /* script/step -> struct step_row *, owned */
    struct channel_row channels[CHANNEL_COUNT];
};

static void step_row_free(void *data)
{
    struct step_row *row = data;
    g_free(row->script);
    g_free(row->step);
    g_free(row);
}

struct keystrokes *keystrokes_new(int64_t since_ms, int64_t until_ms)
{
    struct keystrokes *k = g_new0(struct keystrokes, 1);
    k->since_ms = since_ms;
    k->until_ms = until_ms;
    k->book = book_new();
    k->titles = step_titles_new();
    k->open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    k->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, step_row_free);
    return k;
}

void keystrokes_free(struct keystrokes *k)
{
    if (k == NULL)
        return;
    book_free(k->book);
    step_titles_free(k->titles);
    g_hash_table_unref(k->open);
    g_hash_table_unref(k->rows);
    g_free(k);
}

static bool leaves_step(enum event_kind kind)
{
    return kind == EVENT_STEP_LEFT || kind == EVENT_STEP_SKIPPED;
}

static void count_step(struct keystrokes *k, const struct event *ev, int64_t keys)
{
    const char *script = leaves_step(ev->kind) ? event_text(ev, "script") : NULL,
               *step = leaves_step(ev->kind) ? event_text(ev, "step") : NULL;
    g_autofree char *key = step_titles_key(script, step == NULL ? "" : step);
    struct step_row *row = g_hash_table_lookup(k->rows, key);
    if (row == NULL) {
        row = g_new0(struct step_row, 1);
        row->script = g_strdup(script);
        row->step = g_strdup(step);
        g_hash_table_insert(k->rows, g_steal_pointer(&key), row);
    }
    row->left++;
    row->keys += keys;
    row->most = MAX(row->most, keys);
}

static void count_contact(struct keystrokes *k, const struct event *ev, int64_t keys)
{
    int64_t *sum = g_hash_table_lookup(k->open, ev->contact);
    if (sum == NULL) {
        sum = g_new0(int64_t, 1);
        g_hash_table_insert(k->open, g_strdup(ev->contact), sum);
    }
    *sum += keys;
}

static void end_contact(struct keystrokes *k, const struct event *ev)
{
    const int64_t *sum = g_hash_table_lookup(k->open, ev->contact);
    const struct book_entry *entry = book_find(k->book, ev->contact);
    if (sum != NULL && entry != NULL && ev->at_ms >= k->since_ms && ev->at_ms < k->until_ms) {
        k->channels[entry->channel].contacts++;
        k->channels[entry->channel].keys += *sum;
    }
    g_hash_table_remove(k->open, ev->contact);
    book_forget(k->book, ev->contact);
}

void keystrokes_fold(struct keystrokes *k, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= k->position)
        return;
    k->position = MAX(k->position, ev->position);
    if (ev->contact == NULL)
        return;
    book_fold(k->book, ev);
    step_titles_fold(k->titles, ev);
    int64_t keys = event_number(ev, "keys", -1);
    if (keys >= 0) {
        count_contact(k, ev, keys);
        if (ev->at_ms >= k->since_ms && ev->at_ms < k->until_ms)
            count_step(k, ev, keys);
    }
    if (ev->kind == EVENT_CONTACT_CLOSED || ev->kind == EVENT_CONTACT_ABANDONED)
        end_contact(k, ev);
}

static int compare_rows(gconstpointer one, gconstpointer other)
{
    const struct step_row *a = *(const struct step_row *const *)one,
                          *b = *(const struct step_row *const *)other;
    if (a->keys != b->keys)
        return a->keys > b->keys ? -1 : 1;
    int order = g_strcmp0(a->script, b->script);
    return order != 0 ? order : g_strcmp0(a->step, b->step);
}

static const struct table_column row_columns[] = {
    {"script", "script", TABLE_TEXT}, {"step", "step", TABLE_TEXT},  {"title", "title", TABLE_TEXT},
    {"left", "left", TABLE_COUNT},    {"keys", "keys", TABLE_COUNT}, {"each time", "mean", TABLE_REAL},
    {"most", "most", TABLE_COUNT}};
static const char *const row_spare[] = {"most", "left", "title", NULL};
static const struct table_column channel_columns[] = {{"channel", "channel", TABLE_TEXT},
                                                      {"contacts", "contacts", TABLE_COUNT},
                                                      {"keys", "keys", TABLE_COUNT},
                                                      {"a contact", "mean", TABLE_REAL}};

static void add_channels(struct report *r, const struct keystrokes *k)
{
    struct table *t =
        report_add_table(r, "channels", REPORT_FOR_ALL, channel_columns, G_N_ELEMENTS(channel_columns));
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        const struct channel_row *row = &k->channels[i];
        if (row->contacts == 0)
            continue;
        table_add_text(t, channel_name((enum channel)i));
        table_add_number(t, row->contacts);
        table_add_number(t, row->keys);
        table_add_real(t, (double)row->keys / (double)row->contacts);
    }
}

struct report *keystrokes_answer(const struct keystrokes *k)
{
    struct report *r = report_new();
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, k->rows);
    while (g_hash_table_iter_next(&each, NULL, &value))
        g_ptr_array_add(rows, value);
    g_ptr_array_sort(rows, compare_rows);
    struct table *t = report_add_table(r, "rows", REPORT_FOR_ALL, row_columns, G_N_ELEMENTS(row_columns));
    table_may_lack(t, row_spare);
    for (guint i = 0; i < rows->len; i++) {
        const struct step_row *row = g_ptr_array_index(rows, i);
        table_add_text(t, row->script != NULL ? row->script : "-");
        table_add_text(t, row->step != NULL ? row->step : "outside of steps");
        table_add_text(t, step_titles_of(k->titles, row->script, row->step));
        table_add_number(t, row->left);
        table_add_number(t, row->keys);
        table_add_real(t, (double)row->keys / (double)row->left);
        table_add_number(t, row->most);
    }
    if (rows->len == 0)
        report_say(r, "No desk told of keys in this time.");
    add_channels(r, k);
    report_add_formula(r, "each time", "keys told when the step was left / times it was left");
    report_add_formula(r, "a contact", "keys told in it / contacts that are over and of which any were told");
    return r;
}
