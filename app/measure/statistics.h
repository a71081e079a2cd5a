/* The statistics of experiments: means and shares with their uncertainty, and how many contacts a difference
 * needs to be seen.
 *
 * Contacts of one customer are alike, so they are not so many independent ones: a sample is made of clusters,
 * and its variance is between clusters. Where every cluster is of one contact all figures are the text-book
 * ones. Pure functions; they know no events.
 *
 *     struct statistics_sample a, b;
 *     statistics_sample_of(old_customers, old_count, &a);
 *     statistics_sample_of(new_customers, new_count, &b);
 *     struct statistics_difference d = statistics_welch(&a, &b, 0.95);
 */
#ifndef APP_MEASURE_STATISTICS_H
#define APP_MEASURE_STATISTICS_H

#include <stddef.h>

/* The contacts of one customer: how many, and the sum of what was measured (of a share: the successes). */
struct statistics_cluster {
    double count, sum;
};

struct statistics_sample {
    double count, clusters;
    double mean;
    /* Of the mean: J / (J - 1) * sum over clusters (sum_j - count_j * mean)^2 / count^2, the linearised
     * variance of a ratio (Cochran, Sampling Techniques, 3rd ed., 1977, eq. 6.12 and 9A). With clusters of
     * one this is s^2 / n. 0 where there are fewer than two clusters. */
    double variance_of_mean;
};
void statistics_sample_of(const struct statistics_cluster *clusters, size_t count,
                          struct statistics_sample *sample);

struct statistics_interval {
    double low, high;
};

/* Quantiles of the standard normal distribution, and of Student's t with df > 0 degrees of freedom; p in
 * (0, 1). To about 1e-10. */
double statistics_normal_quantile(double p);
double statistics_t_quantile(double p, double df);

struct statistics_difference {
    double difference; /* of the second against the first */
    double standard_error;
    double df;
    struct statistics_interval interval;
};

/* Second mean less first, with unequal variances (Welch, Biometrika 34, 1947). The degrees of freedom are
 * Satterthwaite's with clusters less one for each sample. Where a sample has fewer than two clusters nothing
 * is known: the interval is from -INFINITY to INFINITY. level such as 0.95. */
struct statistics_difference statistics_welch(const struct statistics_sample *first,
                                              const struct statistics_sample *second, double level);

/* Wilson's score interval of a share (Journal of the American Statistical Association 22, 1927). The counts
 * may be effective ones and so no whole numbers; of none: 0 to 1. */
struct statistics_interval statistics_wilson(double successes, double count, double level);

/* Second share less first: the hybrid score interval (Newcombe, Statistics in Medicine 17, 1998, 873-890,
 * method 10) on effective counts. The standard error is the interval's half width / z: where all of a sample
 * are alike, p (1 - p) / n would be a certainty that nobody has. */
struct statistics_difference statistics_newcombe(const struct statistics_sample *first,
                                                 const struct statistics_sample *second, double level);

/* The smallest difference that a test at this level finds with this power: (z_level + z_power) *
 * standard error. */
double statistics_detectable(double standard_error, double level, double power);

/* Contacts that each of two arms needs for an effect, where a contact's variance (of a sample:
 * variance_of_mean * count) is variance_first and variance_second: ceil((z_level + z_power)^2 *
 * (variance_first + variance_second) / effect^2). 0 where effect is 0. */
double statistics_per_arm(double variance_first, double variance_second, double effect, double level,
                          double power);

#endif
