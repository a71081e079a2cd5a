#include "app/measure/statistics.h"

#include <glib.h>
#include <math.h>
#include <stdbool.h>

void statistics_sample_of(const struct statistics_cluster *clusters, size_t count,
                          struct statistics_sample *sample)
{
    double sum = 0, squares = 0;
    *sample = (struct statistics_sample){.clusters = (double)count};
    for (size_t i = 0; i < count; i++) {
        sample->count += clusters[i].count;
        sum += clusters[i].sum;
    }
    sample->mean = sample->count > 0 ? sum / sample->count : 0;
    for (size_t i = 0; i < count; i++) {
        double residual = clusters[i].sum - clusters[i].count * sample->mean;
        squares += residual * residual;
    }
    if (count > 1)
        sample->variance_of_mean =
            sample->clusters / (sample->clusters - 1) * squares / (sample->count * sample->count);
}

/* The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method. */
static double beta_fraction(double a, double b, double x)
{
    enum { TERMS_MAX = 10000 };
    const double least = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < least ? least : d);
    double fraction = d;
    for (int m = 1; m < TERMS_MAX; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double step = 1;
        for (int i = 0; i < 2; i++) {
            double term = i == 0 ? even : odd;
            d = 1 + term * d;
            c = 1 + term / c;
            d = 1 / (fabs(d) < least ? least : d);
            c = fabs(c) < least ? least : c;
            step = c * d;
            fraction *= step;
        }
        if (fabs(step - 1) < 1e-15)
            break;
    }
    return fraction;
}

/* lgamma() itself sets a global sign and is not to be called by several threads. */
static double log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}

static double incomplete_beta(double a, double b, double x)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    double front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

static double normal_tail(double x, double unused)
{
    (void)unused;
    return 0.5 * erfc(x / sqrt(2));
}

/* P(T > t) for t >= 0. */
static double t_tail(double t, double df)
{
    return 0.5 * incomplete_beta(df / 2, 0.5, df / (df + t * t));
}

/* The x >= 0 whose tail is as small as asked. A tail falls, so it is found by halving. */
static double find_quantile(double (*tail)(double x, double df), double df, double upper_tail)
{
    double low = 0, high = 1;
    while (tail(high, df) > upper_tail && high < 1e300)
        high *= 2;
    for (int i = 0; i < 200 && high - low > 1e-12 * MAX(high, 1e-3); i++) {
        double middle = (low + high) / 2;
        if (tail(middle, df) > upper_tail)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

double statistics_normal_quantile(double p)
{
    return p < 0.5 ? -find_quantile(normal_tail, 0, p) : find_quantile(normal_tail, 0, 1 - p);
}

double statistics_t_quantile(double p, double df)
{
    if (df > 1e6) /* the two agree to a millionth, and the fraction grows long */
        return statistics_normal_quantile(p);
    return p < 0.5 ? -find_quantile(t_tail, df, p) : find_quantile(t_tail, df, 1 - p);
}

static double z_of(double level)
{
    return statistics_normal_quantile(0.5 + level / 2);
}

static bool is_known(const struct statistics_sample *sample)
{
    return sample->clusters >= 2;
}

struct statistics_difference statistics_welch(const struct statistics_sample *first,
                                              const struct statistics_sample *second, double level)
{
    double a = first->variance_of_mean, b = second->variance_of_mean;
    struct statistics_difference d = {.difference = second->mean - first->mean,
                                      .standard_error = sqrt(a + b),
                                      .interval = {-INFINITY, INFINITY}};
    if (!is_known(first) || !is_known(second))
        return d;
    double below = a * a / (first->clusters - 1) + b * b / (second->clusters - 1);
    d.df = below > 0 ? (a + b) * (a + b) / below : first->clusters + second->clusters - 2;
    double half = statistics_t_quantile(0.5 + level / 2, d.df) * d.standard_error;
    d.interval = (struct statistics_interval){d.difference - half, d.difference + half};
    return d;
}

struct statistics_interval statistics_wilson(double successes, double count, double level)
{
    if (count <= 0)
        return (struct statistics_interval){0, 1};
    double z = z_of(level), p = successes / count, z2 = z * z;
    double centre = (2 * count * p + z2) / (2 * (count + z2));
    double half = z * sqrt(z2 + 4 * count * p * (1 - p)) / (2 * (count + z2));
    return (struct statistics_interval){MAX(centre - half, 0), MIN(centre + half, 1)};
}

/* The count that as many independent contacts would need to say as much about this share: Kish's effective
 * sample size, mean (1 - mean) / (variance_of_mean (J - 1) / J), which is count where every cluster is of one
 * contact, and never more than count. */
static double statistics_effective_count(const struct statistics_sample *share)
{
    double spread = share->mean * (1 - share->mean);
    if (share->variance_of_mean <= 0 || spread <= 0)
        return share->clusters; /* all alike: a customer's contacts say as much as one */
    double plain = share->variance_of_mean * (share->clusters - 1) / share->clusters;
    return MIN(spread / plain, share->count);
}

struct statistics_difference statistics_newcombe(const struct statistics_sample *first,
                                                 const struct statistics_sample *second, double level)
{
    const struct statistics_sample *samples[2] = {first, second};
    struct statistics_interval wilson[2];
    for (int i = 0; i < 2; i++) {
        double count = statistics_effective_count(samples[i]), p = samples[i]->mean;
        wilson[i] = statistics_wilson(p * count, count, level);
    }
    double difference = second->mean - first->mean;
    double below = hypot(second->mean - wilson[1].low, wilson[0].high - first->mean);
    double above = hypot(wilson[1].high - second->mean, first->mean - wilson[0].low);
    return (struct statistics_difference){.difference = difference,
                                          .standard_error = (below + above) / (2 * z_of(level)),
                                          .df = INFINITY,
                                          .interval = {difference - below, difference + above}};
}

double statistics_detectable(double standard_error, double level, double power)
{
    return (z_of(level) + statistics_normal_quantile(power)) * standard_error;
}

double statistics_per_arm(double variance_first, double variance_second, double effect, double level,
                          double power)
{
    double z = z_of(level) + statistics_normal_quantile(power);
    return effect == 0 ? 0 : ceil(z * z * (variance_first + variance_second) / (effect * effect));
}
