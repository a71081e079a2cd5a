#include "app/sim/random.h"

uint64_t sim_random_next(struct sim_random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

size_t sim_random_index(struct sim_random *random, size_t below)
{
    return below == 0 ? 0 : (size_t)(sim_random_next(random) % below);
}

int64_t sim_random_between(struct sim_random *random, int64_t least, int64_t most)
{
    return most <= least ? least : least + (int64_t)sim_random_index(random, (size_t)(most - least) + 1);
}

bool sim_random_chance(struct sim_random *random, int percent)
{
    return (int)sim_random_index(random, 100) < percent;
}

/* The product of two even chances leans to the short side and has a longer tail, as handling times do. */
int64_t sim_random_about(struct sim_random *random, int64_t usual)
{
    int64_t one = sim_random_between(random, 60, 140), two = sim_random_between(random, 60, 140);
    return usual * one * two / 10000;
}

size_t sim_random_weighted(struct sim_random *random, const int64_t *weights, size_t count)
{
    int64_t all = 0;
    for (size_t i = 0; i < count; i++)
        all += weights[i];
    int64_t left = (int64_t)sim_random_index(random, (size_t)all);
    for (size_t i = 0; all > 0 && i < count; i++) {
        if (left < weights[i])
            return i;
        left -= weights[i];
    }
    return count - 1;
}
