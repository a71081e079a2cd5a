/* What a replay found, as text and as JSON; see replay.h. */
#include <string.h>

#include "app/model/timestamp.h"
#include "app/script/replay_parts.h"

#define ROWS_MAX 10 /* of each table */

struct row {
    const char *key;
    int count;
};

static int by_count(gconstpointer one, gconstpointer other)
{
    const struct row *a = one, *b = other;
    return a->count != b->count ? b->count - a->count : strcmp(a->key, b->key);
}

/* The rows of a table, the greatest first; of struct row, caller owns. */
static GArray *rows_of(GHashTable *table)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct row));
    GHashTableIter each;
    void *key, *value;
    g_hash_table_iter_init(&each, table);
    while (g_hash_table_iter_next(&each, &key, &value)) {
        struct row row = {key, GPOINTER_TO_INT(value)};
        g_array_append_val(rows, row);
    }
    g_array_sort(rows, by_count);
    return rows;
}

static char *time_text(int64_t ms)
{
    int64_t seconds = (ms + 500) / 1000;
    if (seconds >= 3600)
        return g_strdup_printf("%d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
                               (int)(seconds % 60));
    return g_strdup_printf("%d:%02d", (int)(seconds / 60), (int)(seconds % 60));
}

static void append_count(GString *out, const char *what, int value, int all)
{
    g_string_append_printf(out, "%-22s %8d  %5.1f%%\n", what, value, all ? 100.0 * value / all : 0.0);
}

static void append_times(GString *out, const struct replay_counts *counts)
{
    int finish = counts->same + counts->other;
    if (!finish)
        return;
    int64_t saved_ms = counts->then_ms - counts->now_ms;
    g_autofree char *then = time_text(counts->then_ms / finish), *now = time_text(counts->now_ms / finish),
                    *each = time_text(ABS(saved_ms) / finish), *all = time_text(ABS(saved_ms));
    g_string_append_printf(
        out, "\nAt the steps of those that would finish: %s a contact then, %s now; %s %s, %s in all.\n",
        then, now, each, saved_ms < 0 ? "longer" : "saved", all);
    if (counts->guessed_steps)
        g_string_append_printf(out,
                               "%d of their steps nobody came through yet; they count with their targets.\n",
                               counts->guessed_steps);
}

static void append_rows(GString *out, GHashTable *table, const char *head)
{
    g_autoptr(GArray) rows = rows_of(table);
    if (rows->len)
        g_string_append_printf(out, "\n%s\n", head);
    for (guint i = 0; i < MIN(rows->len, ROWS_MAX); i++) {
        const struct row *row = &g_array_index(rows, struct row, i);
        g_auto(GStrv) parts = g_strsplit(row->key, "\t", 3);
        if (g_strv_length(parts) == 3)
            g_string_append_printf(out, "%8d  after %s: %s instead of %s\n", row->count, parts[0], parts[2],
                                   parts[1]);
        else
            g_string_append_printf(out, "%8d  %s: %s\n", row->count, parts[0], parts[1]);
    }
    if (rows->len > ROWS_MAX)
        g_string_append_printf(out, "          and at %u other places\n", rows->len - ROWS_MAX);
}

char *replay_text(struct replay *replay)
{
    struct replay_counts counts = replay_run(replay);
    GString *out = g_string_new(NULL);
    int then = counts.contacts - counts.left;
    g_string_append_printf(out, "%s, version %d, with %d contacts", replay->script->id,
                           (int)replay->script->version, counts.contacts);
    if (counts.contacts) {
        char first[TIMESTAMP_BYTES], last[TIMESTAMP_BYTES];
        timestamp_format(replay->first_ms, first);
        timestamp_format(replay->last_ms, last);
        g_string_append_printf(out, " that began it from %.10s to %.10s", first, last);
    }
    g_string_append(out, ".\n\n");
    append_count(out, "finished then", then, counts.contacts);
    append_count(out, "  would, the same way", counts.same, then);
    append_count(out, "  would, another way", counts.other, then);
    append_count(out, "  would be stuck", counts.stuck, then);
    append_count(out, "left it then", counts.left, counts.contacts);
    append_count(out, "  would finish", counts.left_finish, counts.left);
    append_times(out, &counts);
    append_rows(out, replay->ways, "Contacts that would go another way:");
    append_rows(out, replay->stuck, "Contacts that would be stuck:");
    return g_string_free(out, FALSE);
}

static void add_rows(cJSON *json, const char *name, GHashTable *table, const char *const *names)
{
    cJSON *array = cJSON_AddArrayToObject(json, name);
    g_autoptr(GArray) rows = rows_of(table);
    for (guint i = 0; i < rows->len; i++) {
        const struct row *row = &g_array_index(rows, struct row, i);
        g_auto(GStrv) parts = g_strsplit(row->key, "\t", 3);
        cJSON *item = cJSON_CreateObject();
        for (size_t j = 0; parts[j] && names[j]; j++)
            cJSON_AddStringToObject(item, names[j], parts[j]);
        cJSON_AddNumberToObject(item, "contacts", row->count);
        cJSON_AddItemToArray(array, item);
    }
}

char *replay_json(struct replay *replay)
{
    static const char *const stuck[] = {"step", "why", NULL}, *const ways[] = {"after", "then", "now", NULL};
    struct replay_counts counts = replay_run(replay);
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"version", (double)replay->script->version},
                   {"contacts", counts.contacts},
                   {"same_way", counts.same},
                   {"other_way", counts.other},
                   {"stuck", counts.stuck},
                   {"left", counts.left},
                   {"left_would_finish", counts.left_finish},
                   {"then_ms", (double)counts.then_ms},
                   {"now_ms", (double)counts.now_ms},
                   {"saved_ms", (double)(counts.then_ms - counts.now_ms)},
                   {"steps_at_target", counts.guessed_steps}};
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "script", replay->script->id);
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        cJSON_AddNumberToObject(json, numbers[i].name, numbers[i].value);
    add_rows(json, "other_ways", replay->ways, ways);
    add_rows(json, "stuck_at", replay->stuck, stuck);
    char *printed = cJSON_Print(json);
    char *text = g_strconcat(printed, "\n", NULL);
    cJSON_free(printed);
    cJSON_Delete(json);
    return text;
}
