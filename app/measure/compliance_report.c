/* Judged runs added up, by script, agent or queue. */
#include <string.h>

#include "app/measure/compliance.h"
#include "app/measure/table.h"

struct tally {
    char *key;
    int64_t runs, judged, compliant, skipped, missing, out_of_order;
};

struct missed {
    char *script, *step;
    int64_t runs;
};

struct compliance_report {
    enum compliance_by by;
    int64_t since_ms, until_ms;
    struct compliance *fold;
    struct step_titles *titles;
    GHashTable *tallies; /* key -> struct tally *, owned */
    GHashTable *missed;  /* script/step -> struct missed *, owned */
};

static const char *const names[COMPLIANCE_BY_COUNT] = {
    [COMPLIANCE_BY_SCRIPT] = "script", [COMPLIANCE_BY_AGENT] = "agent", [COMPLIANCE_BY_QUEUE] = "queue"};

bool compliance_by_parse(const char *name, enum compliance_by *by)
{
    for (int i = 0; name != NULL && i < COMPLIANCE_BY_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *by = (enum compliance_by)i;
            return true;
        }
    }
    return false;
}

static void tally_free(void *data)
{
    struct tally *tally = data;
    g_free(tally->key);
    g_free(tally);
}

static void missed_free(void *data)
{
    struct missed *missed = data;
    g_free(missed->script);
    g_free(missed->step);
    g_free(missed);
}

static struct tally *tally_of(struct compliance_report *r, const struct compliance_run *run)
{
    const char *keys[COMPLIANCE_BY_COUNT] = {run->script, run->agent, run->queue};
    const char *key = keys[r->by] == NULL ? "-" : keys[r->by];
    struct tally *tally = g_hash_table_lookup(r->tallies, key);
    if (tally == NULL) {
        tally = g_new0(struct tally, 1);
        tally->key = g_strdup(key);
        g_hash_table_insert(r->tallies, tally->key, tally);
    }
    return tally;
}

static void count_missed(struct compliance_report *r, const struct compliance_run *run)
{
    g_autofree char *key = step_titles_key(run->script, run->first_missed);
    struct missed *missed = g_hash_table_lookup(r->missed, key);
    if (missed == NULL) {
        missed = g_new0(struct missed, 1);
        missed->script = g_strdup(run->script);
        missed->step = g_strdup(run->first_missed);
        g_hash_table_insert(r->missed, g_steal_pointer(&key), missed);
    }
    missed->runs++;
}

static void take_run(const struct compliance_run *run, void *user_data)
{
    struct compliance_report *r = user_data;
    if (run->end_ms < r->since_ms || run->end_ms >= r->until_ms)
        return;
    struct tally *tally = tally_of(r, run);
    tally->runs++;
    if (run->verdict == COMPLIANCE_UNKNOWN)
        return;
    tally->judged++;
    tally->compliant += run->verdict == COMPLIANCE_YES;
    tally->skipped += run->skipped > 0;
    tally->missing += run->missing > 0;
    tally->out_of_order += !run->in_order;
    if (run->first_missed != NULL)
        count_missed(r, run);
}

struct compliance_report *compliance_report_new(enum compliance_by by, int64_t since_ms, int64_t until_ms)
{
    struct compliance_report *r = g_new0(struct compliance_report, 1);
    *r = (struct compliance_report){.by = by, .since_ms = since_ms, .until_ms = until_ms};
    r->fold = compliance_new(take_run, r);
    r->titles = step_titles_new();
    r->tallies = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, tally_free);
    r->missed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, missed_free);
    return r;
}

void compliance_report_free(struct compliance_report *r)
{
    if (r == NULL)
        return;
    compliance_free(r->fold);
    step_titles_free(r->titles);
    g_hash_table_unref(r->tallies);
    g_hash_table_unref(r->missed);
    g_free(r);
}

struct compliance *compliance_report_fold_of(struct compliance_report *r)
{
    return r->fold;
}

struct step_titles *compliance_report_titles(struct compliance_report *r)
{
    return r->titles;
}

void compliance_report_fold(struct compliance_report *r, const struct event *ev)
{
    compliance_fold(r->fold, ev);
    step_titles_fold(r->titles, ev);
}

static double rate_of(const struct tally *tally)
{
    return tally->judged == 0 ? -1 : 100.0 * (double)tally->compliant / (double)tally->judged;
}

/* The lowest rate first; who was not judged comes last. */
static int compare_tallies(gconstpointer one, gconstpointer other)
{
    const struct tally *a = *(const struct tally *const *)one, *b = *(const struct tally *const *)other;
    double left = a->judged == 0 ? 101 : rate_of(a), right = b->judged == 0 ? 101 : rate_of(b);
    return left != right ? (left < right ? -1 : 1) : strcmp(a->key, b->key);
}

static int compare_missed(gconstpointer one, gconstpointer other)
{
    const struct missed *a = *(const struct missed *const *)one, *b = *(const struct missed *const *)other;
    if (a->runs != b->runs)
        return a->runs > b->runs ? -1 : 1;
    int order = strcmp(a->script, b->script);
    return order != 0 ? order : strcmp(a->step, b->step);
}

static GPtrArray *sorted(GHashTable *values, GCompareFunc compare)
{
    GPtrArray *rows = g_ptr_array_new();
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, values);
    while (g_hash_table_iter_next(&each, NULL, &value))
        g_ptr_array_add(rows, value);
    g_ptr_array_sort(rows, compare);
    return rows;
}

static const struct table_column columns[COMPLIANCE_BY_COUNT][8] = {
#define COLUMNS(what)                                                                                \
    {                                                                                                \
        {what, "key", TABLE_TEXT}, {"runs", "runs", TABLE_COUNT}, {"judged", "judged", TABLE_COUNT}, \
            {"compliant", "compliant", TABLE_COUNT}, {"rate", "rate_percent", TABLE_PERCENT},        \
            {"skipped", "skipped", TABLE_COUNT}, {"not done", "missing", TABLE_COUNT},               \
            {"out of order", "out_of_order", TABLE_COUNT},                                           \
    }
    [COMPLIANCE_BY_SCRIPT] = COLUMNS("script"),
    [COMPLIANCE_BY_AGENT] = COLUMNS("agent"),
    [COMPLIANCE_BY_QUEUE] = COLUMNS("queue"),
#undef COLUMNS
};
static const char *const row_spare[] = {"compliant", NULL};
static const struct table_column missed_columns[] = {{"missed first: script", "script", TABLE_TEXT},
                                                     {"step", "step", TABLE_TEXT},
                                                     {"title", "title", TABLE_TEXT},
                                                     {"runs", "runs", TABLE_COUNT}};

struct report *compliance_report_answer(const struct compliance_report *r)
{
    struct report *answer = report_new();
    g_autoptr(GPtrArray) rows = sorted(r->tallies, compare_tallies);
    g_autoptr(GPtrArray) steps = sorted(r->missed, compare_missed);
    struct table *t = report_add_table(answer, "rows", REPORT_FOR_ALL, columns[r->by], 8);
    table_may_lack(t, row_spare);
    int64_t runs = 0, judged = 0;
    for (guint i = 0; i < rows->len; i++) {
        const struct tally *tally = g_ptr_array_index(rows, i);
        table_add_text(t, tally->key);
        table_add_number(t, tally->runs);
        table_add_number(t, tally->judged);
        table_add_number(t, tally->compliant);
        table_add_real(t, rate_of(tally));
        table_add_number(t, tally->skipped);
        table_add_number(t, tally->missing);
        table_add_number(t, tally->out_of_order);
        runs += tally->runs;
        judged += tally->judged;
    }
    if (steps->len > 0)
        t = report_add_table(answer, "missed", REPORT_FOR_ALL, missed_columns, G_N_ELEMENTS(missed_columns));
    for (guint i = 0; i < steps->len; i++) {
        const struct missed *missed = g_ptr_array_index(steps, i);
        table_add_text(t, missed->script);
        table_add_text(t, missed->step);
        table_add_text(t, step_titles_of(r->titles, missed->script, missed->step));
        table_add_number(t, missed->runs);
    }
    if (runs == 0)
        report_say(answer, "No run of a script ended in this time.");
    if (judged < runs)
        report_say(answer,
                   "%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " runs were not judged: the customer ended "
                   "them, or nobody knows what they would have had to pass.",
                   runs - judged, runs);
    report_add_formula(answer, "rate", "compliant / judged runs of a script");
    report_add_formula(answer, "compliant",
                       "every required step on all ways to the run's end done, the first times in order");
    return answer;
}
