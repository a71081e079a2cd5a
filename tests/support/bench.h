/* Lines of benches: what, ours, the peer or limit, their ratio, the target, and whether it is met. The same
 * as those of tests/bench/workplace.py; run-benches collects them into one table.
 */
#ifndef TESTS_SUPPORT_BENCH_H
#define TESTS_SUPPORT_BENCH_H

#include <stddef.h>

struct bench_figure {
    const char *what, *ours, *peer; /* ready to be shown */
    double ratio;                   /* ours to the peer's; NAN: there is no peer */
    const char *target;             /* "<= 0.5x", ">= 2x" or "= 1x" */
};
void bench_head(const char *title);
void bench_line(const struct bench_figure *figure);

/* Sorts the values; their middle one. */
double bench_median(double *values, size_t count);

/* Sorts the values; the one at `part` (0..1) of them. */
double bench_quantile(double *values, size_t count, double part);

/* A line whose ours and peer are of one unit ("ms"), with their ratio; `name` is the peer's. A peer of 0 was
 * not there: the line says so and has no ratio. */
void bench_compare(const char *what, double ours, const char *name, double peer, const char *unit,
                   const char *target);

#endif
