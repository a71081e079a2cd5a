#include "tests/support/bench.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static const char *verdict(const struct bench_figure *figure)
{
    char sign = figure->target[0];
    double bound = strtod(figure->target + (sign == '=' ? 1 : 2), NULL), ratio = figure->ratio;
    if (isnan(ratio))
        return "";
    bool is_met = sign == '<' ? ratio <= bound : sign == '>' ? ratio >= bound : ratio == bound;
    return is_met ? "met" : "MISSED";
}

void bench_head(const char *title)
{
    printf("%s\n%-46s %14s %22s %8s %10s\n", title, "what", "ours", "peer or limit", "ratio", "target");
}

void bench_line(const struct bench_figure *figure)
{
    char ratio[32] = "-";
    if (!isnan(figure->ratio))
        snprintf(ratio, sizeof ratio, "%.2f", figure->ratio);
    printf("%-46s %14s %22s %8s %10s %s\n", figure->what, figure->ours, figure->peer, ratio, figure->target,
           verdict(figure));
    fflush(stdout);
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

double bench_median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    return values[count / 2];
}

double bench_quantile(double *values, size_t count, double part)
{
    qsort(values, count, sizeof *values, by_value);
    return values[(size_t)((double)(count - 1) * part)];
}

void bench_compare(const char *what, double ours, const char *name, double peer, const char *unit,
                   const char *target)
{
    char left[32], right[64];

    snprintf(left, sizeof left, "%.3g %s", ours, unit);
    if (peer > 0)
        snprintf(right, sizeof right, "%s %.3g %s", name, peer, unit);
    else
        snprintf(right, sizeof right, "%s absent", name);
    bench_line(&(struct bench_figure){what, left, right, peer > 0 ? ours / peer : NAN, target});
}
