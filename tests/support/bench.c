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
