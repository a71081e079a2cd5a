/* Seeded chance: the same seed gives the same run on every machine. Not for secrets.
 *
 * The generator is SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
 */
#ifndef APP_SIM_RANDOM_H
#define APP_SIM_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_random {
    uint64_t state; /* any value is a seed */
};

uint64_t sim_random_next(struct sim_random *random);

/* 0 .. below - 1; 0 where below is 0. */
size_t sim_random_index(struct sim_random *random, size_t below);

/* least .. most, both included; least where most < least. */
int64_t sim_random_between(struct sim_random *random, int64_t least, int64_t most);
bool sim_random_chance(struct sim_random *random, int percent);

/* A duration about `usual`: 0.36 to 1.96 times it, its mean at `usual`, leaning to the short side. */
int64_t sim_random_about(struct sim_random *random, int64_t usual);

/* An index of weights[count] by weight; count - 1 where all are 0. */
size_t sim_random_weighted(struct sim_random *random, const int64_t *weights, size_t count);

#endif
