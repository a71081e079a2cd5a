#include "app/service/report_table.h"

#include <string.h>

#include "app/measure/arrivals.h"
#include "app/measure/article_use.h"
#include "app/measure/flags.h"
#include "app/measure/gaps.h"
#include "app/measure/step_flags.h"
#include "app/measure/step_times.h"
#include "app/service/shelf.h"

/* The typed functions of a report with the shape of the table. */
#define SHAPE(report)                                                \
    static void report##_fold_any(void *any, const struct event *ev) \
    {                                                                \
        report##_fold(any, ev);                                      \
    }                                                                \
    static void report##_free_any(void *any)                         \
    {                                                                \
        report##_free(any);                                          \
    }

/* Reports that need no more than the time. */
#define SHAPE_PLAIN(report)                                            \
    SHAPE(report)                                                      \
    static void *report##_make_any(int64_t since_ms, int64_t until_ms) \
    {                                                                  \
        return report##_new(since_ms, until_ms);                       \
    }                                                                  \
    static GPtrArray *report##_rows_any(const void *any)               \
    {                                                                  \
        return report##_rows(any);                                     \
    }

SHAPE_PLAIN(gaps)
SHAPE_PLAIN(step_times)
SHAPE_PLAIN(article_use)
SHAPE_PLAIN(flags)
SHAPE_PLAIN(step_flags)
SHAPE(arrivals)

static void *arrivals_make_any(int64_t since_ms, int64_t until_ms)
{
    return arrivals_new(ARRIVALS_BY_HOUR, since_ms, until_ms);
}

static GPtrArray *arrivals_rows_any(const void *any)
{
    return arrivals_rows(any, ARRIVALS_UNUSUAL);
}

static void flags_complete(GPtrArray *rows, struct db *db)
{
    for (guint i = 0; i < rows->len; i++) {
        struct flags_row *row = g_ptr_array_index(rows, i);
        row->owner = shelf_article_text(db, row->article, "owner");
        row->title = shelf_article_text(db, row->article, "title");
    }
}

static void article_use_complete(GPtrArray *rows, struct db *db)
{
    for (guint i = 0; i < rows->len; i++) {
        struct article_use_row *row = g_ptr_array_index(rows, i);
        row->title = shelf_article_text(db, row->article, "title");
    }
}

#define ROW_COMPLETED(report, wire_name, sentence, explanation, nothing, complete_it)                \
    {                                                                                                \
        .name = (wire_name), .help = (sentence), .note = (explanation), .none = (nothing),           \
        .make = report##_make_any, .fold = report##_fold_any, .rows = report##_rows_any,             \
        .complete = (complete_it), .to_text = report##_rows_to_text, .to_tsv = report##_rows_to_tsv, \
        .to_cjson = report##_rows_to_cjson, .free = report##_free_any                                \
    }
#define ROW(report, wire_name, sentence, explanation, nothing) \
    ROW_COMPLETED(report, wire_name, sentence, explanation, nothing, NULL)

static const struct report_table tables[] = {
    ROW(gaps, "gaps", "searches that led nowhere",
        "Led nowhere: something was found, and nothing of it opened or inserted.\n",
        "Every search found something that was used.\n"),
    ROW(step_times, "step-times", "where the time goes, step by step, the slowest against its target first",
        "mean = all time within the step / times entered; hold within it counts, which report stream has\n"
        "apart. share = of all handle time. beyond = in all - times entered * target; the most stands "
        "first.\n",
        "No step of a script was entered.\n"),
    ROW_COMPLETED(
        article_use, "articles", "articles opened, and whether they helped",
        "contacts = closed ones in which it was opened or inserted, resolved = the resolved of them.\n"
        "unresolved beyond = how many more of them were unresolved than of as many others; below 0 it "
        "helps.\n",
        "No article was opened, inserted, rated or flagged.\n", article_use_complete),
    ROW_COMPLETED(flags, "flags", "what agents say is wrong with articles, the last first", NULL,
                  "Nobody flagged an article.\n", flags_complete),
    ROW(step_flags, "step-flags", "what agents say is wrong with steps of scripts, by the scripts' owners",
        "median = of all visits of the step, how long one took.\n", "Nobody flagged a step.\n"),
    ROW(arrivals, "arrivals", "hours in which an intent came unusually often",
        "usual = mean of the same hour on the other days. score = (contacts - usual) / square root of "
        "usual,\n"
        "of 0.5 at least. Hours with a score of 4 and more are shown, which chance alone hardly makes.\n",
        "No intent came unusually often.\n"),
};

const struct report_table *report_table_find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        if (strcmp(tables[i].name, name) == 0)
            return &tables[i];
    }
    return NULL;
}
