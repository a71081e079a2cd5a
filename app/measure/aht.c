#include "app/measure/aht.h"

#include <math.h>
#include <string.h>

#include "app/measure/book.h"
#include "app/measure/step_titles.h"
#include "app/measure/table.h"

G_DEFINE_QUARK(firstline - aht - error, aht_error)

/* A row while it is added up. */
struct tally {
    struct aht_row row;
    GHashTable *seen; /* set of contact ids; NULL where the divisor counts something else */
};

/* A leg that has not ended yet: what it will add, and to which keys. */
struct pending {
    char *queue, *script;
    GHashTable *parts; /* key ("" but for steps) -> struct aht_row *, owned */
};

struct aht {
    enum aht_by by;
    int64_t since_ms, until_ms, position;
    char *agent; /* whose legs alone count; NULL: everybody's */
    struct intervals *intervals;
    struct book *book;
    struct step_titles *titles; /* NULL where it does not go by step */
    GHashTable *legs;           /* leg id -> struct pending *, owned */
    GHashTable *tallies;        /* key -> struct tally *, owned */
    struct tally whole;         /* of all legs; empty where it goes by step */
};

static const char *const names[AHT_BY_COUNT] = {
    [AHT_BY_ALL] = "all",         [AHT_BY_AGENT] = "agent",   [AHT_BY_QUEUE] = "queue",
    [AHT_BY_CHANNEL] = "channel", [AHT_BY_SCRIPT] = "script", [AHT_BY_STEP] = "step",
};

const char *aht_by_name(enum aht_by by)
{
    return (unsigned)by < AHT_BY_COUNT ? names[by] : "";
}

bool aht_by_parse(const char *name, enum aht_by *by)
{
    for (int i = 0; name != NULL && i < AHT_BY_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *by = (enum aht_by)i;
            return true;
        }
    }
    return false;
}

static void row_free(void *data)
{
    struct aht_row *row = data;
    g_free(row->key);
    g_free(row->title);
    g_free(row);
}

static void tally_free(void *data)
{
    struct tally *tally = data;
    g_free(tally->row.key);
    if (tally->seen != NULL)
        g_hash_table_unref(tally->seen);
    g_free(tally);
}

static void pending_free(void *data)
{
    struct pending *pending = data;
    g_free(pending->queue);
    g_free(pending->script);
    g_hash_table_unref(pending->parts);
    g_free(pending);
}

static struct aht_row *part_of(struct pending *pending, const char *key)
{
    struct aht_row *part = g_hash_table_lookup(pending->parts, key);
    if (part == NULL) {
        part = g_new0(struct aht_row, 1);
        part->key = g_strdup(key);
        g_hash_table_insert(pending->parts, part->key, part);
    }
    return part;
}

static GHashTable *contacts_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static struct tally *tally_of(struct aht *a, const char *key)
{
    struct tally *tally = g_hash_table_lookup(a->tallies, key);
    if (tally == NULL) {
        tally = g_new0(struct tally, 1);
        tally->row.key = g_strdup(key);
        if (a->by != AHT_BY_AGENT && a->by != AHT_BY_STEP)
            tally->seen = contacts_new();
        g_hash_table_insert(a->tallies, tally->row.key, tally);
    }
    return tally;
}

static void add_sums(struct aht_row *to, const struct aht_row *from)
{
    for (int i = 0; i < ACTIVITY_COUNT; i++)
        to->per_activity_ms[i] += from->per_activity_ms[i];
    to->handle_ms += from->handle_ms;
    to->focus_ms += from->focus_ms;
}

static const struct book_entry *entry_of(const struct aht *a, const char *contact)
{
    return a->book == NULL ? NULL : book_find(a->book, contact);
}

static const char *key_of(const struct aht *a, const struct interval *i, const struct pending *pending)
{
    const struct book_entry *entry = entry_of(a, i->contact);
    switch (a->by) {
    case AHT_BY_AGENT:
        return i->agent;
    case AHT_BY_QUEUE:
        return pending->queue != NULL ? pending->queue : "-";
    case AHT_BY_CHANNEL:
        return entry != NULL ? channel_name(entry->channel) : "-";
    case AHT_BY_SCRIPT:
        return pending->script != NULL ? pending->script : "-";
    default:
        return "";
    }
}

static void count_contact(struct tally *tally, const char *contact)
{
    tally->row.contacts += g_hash_table_add(tally->seen, g_strdup(contact));
}

static void end_leg(struct aht *a, const struct interval *i, struct pending *pending)
{
    GHashTableIter each;
    void *value;
    bool counts = i->end_ms >= a->since_ms && i->end_ms < a->until_ms &&
                  (a->agent == NULL || g_strcmp0(i->agent, a->agent) == 0);
    g_hash_table_iter_init(&each, pending->parts);
    while (counts && g_hash_table_iter_next(&each, NULL, &value)) {
        const struct aht_row *part = value;
        if (a->by != AHT_BY_STEP) {
            add_sums(&a->whole.row, part);
            count_contact(&a->whole, i->contact);
        }
        if (a->by == AHT_BY_ALL)
            continue;
        struct tally *tally = tally_of(a, a->by == AHT_BY_STEP ? part->key : key_of(a, i, pending));
        add_sums(&tally->row, part);
        if (a->by == AHT_BY_STEP)
            tally->row.contacts += part->contacts;
        else if (tally->seen == NULL)
            tally->row.contacts++;
        else
            count_contact(tally, i->contact);
    }
    g_hash_table_remove(a->legs, i->leg);
}

static void take_interval(const struct interval *i, void *user_data)
{
    struct aht *a = user_data;
    struct pending *pending = g_hash_table_lookup(a->legs, i->leg);
    if (pending == NULL)
        return;
    if (i->script != NULL && g_strcmp0(pending->script, i->script) != 0) {
        g_free(pending->script);
        pending->script = g_strdup(i->script);
    }
    g_autofree char *key = NULL;
    if (a->by == AHT_BY_STEP && i->step != NULL)
        key = step_titles_key(i->script, i->step);
    if (a->by != AHT_BY_STEP || key != NULL) {
        struct aht_row *part = part_of(pending, key == NULL ? "" : key);
        part->per_activity_ms[i->activity] += i->duration_ms;
        part->handle_ms += i->duration_ms;
        part->focus_ms += i->focused ? i->duration_ms : 0;
    }
    if (i->ends_leg)
        end_leg(a, i, pending);
}

struct aht *aht_new(enum aht_by by, int64_t since_ms, int64_t until_ms)
{
    struct aht *a = g_new0(struct aht, 1);
    *a = (struct aht){.by = by, .since_ms = since_ms, .until_ms = until_ms};
    a->intervals = intervals_new(take_interval, a);
    /* What goes by neither queue nor channel needs no book, and a floor's has a row for each living contact.
     */
    if (by == AHT_BY_QUEUE || by == AHT_BY_CHANNEL)
        a->book = book_new();
    if (by == AHT_BY_STEP)
        a->titles = step_titles_new();
    a->legs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, pending_free);
    a->tallies = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, tally_free);
    a->whole.seen = contacts_new();
    return a;
}

void aht_free(struct aht *a)
{
    if (a == NULL)
        return;
    intervals_free(a->intervals);
    book_free(a->book);
    step_titles_free(a->titles);
    g_hash_table_unref(a->legs);
    g_hash_table_unref(a->tallies);
    g_hash_table_unref(a->whole.seen);
    g_free(a->agent);
    g_free(a);
}

void aht_only_agent(struct aht *a, const char *agent)
{
    g_free(a->agent);
    a->agent = g_strdup(agent);
}

void aht_restart(struct aht *a, int64_t since_ms)
{
    a->since_ms = since_ms;
    g_hash_table_remove_all(a->tallies);
    g_hash_table_remove_all(a->whole.seen);
    a->whole.row = (struct aht_row){0};
}

static void open_leg(struct aht *a, const struct event *ev)
{
    if (ev->leg == NULL || ev->contact == NULL || g_hash_table_contains(a->legs, ev->leg))
        return;
    const struct book_entry *entry = entry_of(a, ev->contact);
    struct pending *pending = g_new0(struct pending, 1);
    pending->queue = entry == NULL ? NULL : g_strdup(entry->queue);
    pending->parts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, row_free);
    g_hash_table_insert(a->legs, g_strdup(ev->leg), pending);
}

static void enter_step(struct aht *a, const struct event *ev)
{
    const char *leg = intervals_open_leg(a->intervals, ev->contact), *step = event_text(ev, "step");
    struct pending *pending = leg == NULL ? NULL : g_hash_table_lookup(a->legs, leg);
    if (pending == NULL || step == NULL || a->by != AHT_BY_STEP)
        return;
    g_autofree char *key = step_titles_key(event_text(ev, "script"), step);
    part_of(pending, key)->contacts++;
}

void aht_fold(struct aht *a, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= a->position)
        return;
    a->position = MAX(a->position, ev->position);
    if (ev->kind == EVENT_CONTACT_ACCEPTED)
        open_leg(a, ev);
    if (ev->kind == EVENT_STEP_ENTERED)
        enter_step(a, ev);
    if (a->titles != NULL)
        step_titles_fold(a->titles, ev);
    intervals_fold(a->intervals, ev);
    if (a->book == NULL)
        return;
    book_fold(a->book, ev);
    if (ev->kind == EVENT_CONTACT_CLOSED || ev->kind == EVENT_CONTACT_ABANDONED)
        book_forget(a->book, ev->contact);
}

static int compare_rows(gconstpointer a, gconstpointer b)
{
    return strcmp((*(const struct aht_row *const *)a)->key, (*(const struct aht_row *const *)b)->key);
}

static void finish_row(struct aht_row *row)
{
    row->aht_ms = row->contacts == 0 ? 0 : (double)row->handle_ms / (double)row->contacts;
}

static void add_row(GPtrArray *rows, const struct aht *a, const struct aht_row *from, const char *key)
{
    struct aht_row *row = g_memdup2(from, sizeof *from);
    row->key = g_strdup(key);
    row->title = a->titles == NULL ? NULL : g_strdup(step_titles_find(a->titles, key));
    finish_row(row);
    g_ptr_array_add(rows, row);
}

GPtrArray *aht_rows(const struct aht *a)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
    GHashTableIter each;
    void *value;
    if (a->by == AHT_BY_ALL)
        add_row(rows, a, &a->whole.row, "");
    g_hash_table_iter_init(&each, a->tallies);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        const struct aht_row *row = &((const struct tally *)value)->row;
        add_row(rows, a, row, row->key);
    }
    g_ptr_array_sort(rows, compare_rows);
    return rows;
}

void aht_whole(const struct aht *a, struct aht_row *row)
{
    g_assert(a->by != AHT_BY_STEP);
    *row = a->whole.row;
    finish_row(row);
}

const struct aht_row *aht_find(const struct aht *a, const char *key)
{
    const struct tally *tally = g_hash_table_lookup(a->tallies, key);
    return tally == NULL ? NULL : &tally->row;
}

#define COLUMNS_MAX 11

static const char *const sums[ACTIVITY_COUNT] = {"talk_ms", "aside_ms", "hold_ms", "consult_ms", "acw_ms"};

/* Columns of means for people have other names than those of sums for programs; steps alone have a title. How
 * many they are. */
static size_t columns_of(enum aht_by by, bool means, struct table_column columns[COLUMNS_MAX])
{
    size_t count = 0;
    columns[count++] = (struct table_column){aht_by_name(by), "key", TABLE_TEXT};
    if (by == AHT_BY_STEP)
        columns[count++] = (struct table_column){"title", "title", TABLE_TEXT};
    columns[count++] = (struct table_column){by == AHT_BY_STEP    ? "entered"
                                             : by == AHT_BY_AGENT ? "legs"
                                                                  : "contacts",
                                             "contacts", TABLE_COUNT};
    columns[count++] = (struct table_column){by == AHT_BY_STEP ? "mean" : "AHT", "aht_ms",
                                             means ? TABLE_DURATION : TABLE_REAL};
    columns[count++] = (struct table_column){"in all", "handle_ms", TABLE_DURATION};
    for (int i = 0; i < ACTIVITY_COUNT; i++)
        columns[count++] = (struct table_column){activity_name((enum activity)i), sums[i], TABLE_DURATION};
    columns[count++] = (struct table_column){"focus", "focus_ms", TABLE_DURATION};
    return count;
}

static int64_t mean_of(int64_t sum_ms, int64_t count)
{
    return count == 0 ? TABLE_UNKNOWN : (sum_ms + count / 2) / count;
}

static const char *const spare[] = {"consult_ms", "hold_ms", "acw_ms", "aside_ms", "talk_ms", "title", NULL};

/* `columns` are filled and borrowed for as long as the table lives. */
static struct table *table_of(enum aht_by by, const GPtrArray *rows, bool means,
                              struct table_column columns[COLUMNS_MAX])
{
    struct table *t = table_new(columns, columns_of(by, means, columns));
    table_may_lack(t, spare);
    for (guint r = 0; r < rows->len; r++) {
        const struct aht_row *row = g_ptr_array_index(rows, r);
        int64_t divisor = means ? row->contacts : 1;
        table_add_text(t, means && *row->key == '\0' ? "all" : row->key);
        if (by == AHT_BY_STEP)
            table_add_text(t, row->title);
        table_add_number(t, row->contacts);
        bool is_known = row->contacts > 0;
        if (means)
            table_add_number(t, is_known ? (int64_t)(row->aht_ms + 0.5) : TABLE_UNKNOWN);
        else
            table_add_real(t, is_known ? row->aht_ms : NAN);
        table_add_number(t, row->handle_ms);
        for (int i = 0; i < ACTIVITY_COUNT; i++)
            table_add_number(t, mean_of(row->per_activity_ms[i], divisor));
        table_add_number(t, mean_of(row->focus_ms, divisor));
    }
    return t;
}

char *aht_rows_to_text(enum aht_by by, const GPtrArray *rows, size_t cols)
{
    struct table_column columns[COLUMNS_MAX];
    g_autoptr(table) t = table_of(by, rows, true, columns);
    if (table_is_empty(t))
        return g_strdup("No leg ended in this time.\n");
    g_autofree char *text = table_to_text_within(t, cols);
    const char *formula =
        by == AHT_BY_STEP ? "mean = time within the step / times it was entered, over legs that ended"
        : by == AHT_BY_AGENT
            ? "AHT = (talk + aside + hold + consult + acw) / legs that ended; focus beside it"
            : "AHT = (talk + aside + hold + consult + acw) / contacts handled; focus beside it";
    const char *overlap =
        by == AHT_BY_QUEUE || by == AHT_BY_SCRIPT
            ? "A contact that several had counts for each of them, so contacts do not add up.\n"
            : "";
    return g_strdup_printf("%s%s; means but for \"in all\".\n%s", text, formula, overlap);
}

char *aht_rows_to_tsv(enum aht_by by, const GPtrArray *rows)
{
    struct table_column columns[COLUMNS_MAX];
    g_autoptr(table) t = table_of(by, rows, false, columns);
    return table_to_tsv(t);
}

cJSON *aht_rows_to_cjson(enum aht_by by, const GPtrArray *rows)
{
    struct table_column columns[COLUMNS_MAX];
    g_autoptr(table) t = table_of(by, rows, false, columns);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "by", aht_by_name(by));
    cJSON_AddItemToObject(json, "rows", table_to_cjson(t));
    return json;
}

static bool read_ms(const cJSON *json, const char *name, int64_t *ms)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(json, name);
    if (!cJSON_IsNumber(number) || number->valuedouble < 0 || number->valuedouble > 9007199254740992.0)
        return false;
    *ms = (int64_t)number->valuedouble;
    return true;
}

static struct aht_row *read_row(const cJSON *json)
{
    struct aht_row *row = g_new0(struct aht_row, 1);
    row->key = g_strdup(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "key")));
    row->title = g_strdup(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "title")));
    bool good = row->key != NULL && read_ms(json, "contacts", &row->contacts) &&
                read_ms(json, "handle_ms", &row->handle_ms) && read_ms(json, "focus_ms", &row->focus_ms);
    for (int i = 0; good && i < ACTIVITY_COUNT; i++)
        good = read_ms(json, sums[i], &row->per_activity_ms[i]);
    if (!good) {
        row_free(row);
        return NULL;
    }
    finish_row(row);
    return row;
}

GPtrArray *aht_rows_from_cjson(const cJSON *json, enum aht_by *by, GError **error)
{
    const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(json, "rows");
    if (!aht_by_parse(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "by")), by) ||
        !cJSON_IsArray(list)) {
        g_set_error_literal(error, AHT_ERROR, AHT_ERROR_MALFORMED,
                            "The answer is no AHT report: it needs \"by\" and \"rows\".");
        return NULL;
    }
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(row_free);
    cJSON_ArrayForEach (item, list) {
        struct aht_row *row = read_row(item);
        if (row == NULL) {
            g_set_error(error, AHT_ERROR, AHT_ERROR_MALFORMED,
                        "Row %u of the AHT report lacks a key or a number.", rows->len + 1);
            return NULL;
        }
        g_ptr_array_add(rows, row);
    }
    return g_steal_pointer(&rows);
}
