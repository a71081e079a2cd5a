/* The figures a centre steers by, each with its formula. What the log cannot tell is unknown, with the
 * reason, and never a zero.
 *
 * Contacts count where they are over within the window (closed or abandoned), for the service level where
 * they arrived within it. AHT is app/measure/aht's, so the two reports agree.
 */
#ifndef APP_MEASURE_KPI_H
#define APP_MEASURE_KPI_H

#include "app/measure/rates.h"
#include "app/measure/report.h"
#include "app/measure/summaries.h"
#include "app/model/queue.h"

struct kpi_options {
    int64_t since_ms, until_ms;
    struct rates rates;
    GHashTable *queues; /* id -> struct queue *; keeps a reference; NULL: none */
};

enum kpi_unit { KPI_COUNT_OF, KPI_DURATION, KPI_PERCENT, KPI_NUMBER, KPI_MONEY };

struct kpi_figure {
    const char *id, *name, *formula; /* static */
    enum kpi_unit unit;
    double value;        /* ms, percent, minor units …; NAN: unknown */
    double target;       /* that the product sets, same unit; NAN: none */
    int64_t count;       /* the divisor; 0 where there is none */
    const char *unknown; /* why, static; NULL: it is known */
};

typedef struct kpi kpi;

struct kpi *kpi_new(const struct kpi_options *options);
void kpi_free(struct kpi *k);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(kpi, kpi_free)
struct compliance *kpi_compliance(struct kpi *k);     /* for demands; borrowed */
void kpi_fold(struct kpi *k, const struct event *ev); /* in the order of positions */

/* As things stand at now_ms, in the order of the table in kpi.c; struct kpi_figure *. Call once; caller owns:
 * g_ptr_array_unref. */
GPtrArray *kpi_figures(struct kpi *k, int64_t now_ms);
/* Table "rows". Caller owns. */
struct report *kpi_answer(struct kpi *k, int64_t now_ms);

#endif
