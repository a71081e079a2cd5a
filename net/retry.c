/* Back-off with jitter. */
#include "net/retry.h"

#include <stddef.h>

enum {
    DEFAULT_FIRST_MS = 500,
    DEFAULT_CEILING_MS = 30000,
};

int64_t retry_delay_ms(const struct retry_policy *policy, unsigned attempt, uint32_t random)
{
    int64_t first_ms = policy && policy->first_ms > 0 ? policy->first_ms : DEFAULT_FIRST_MS;
    int64_t ceiling_ms = policy && policy->ceiling_ms > 0 ? policy->ceiling_ms : DEFAULT_CEILING_MS;
    int64_t full_ms = first_ms;
    for (unsigned i = 0; i < attempt && full_ms < ceiling_ms; i++)
        full_ms = full_ms > ceiling_ms / 2 ? ceiling_ms : full_ms * 2;
    if (full_ms > ceiling_ms)
        full_ms = ceiling_ms;

    int64_t sure_ms = full_ms - full_ms / 2;
    int64_t drawn_ms = (int64_t)(((uint64_t)random * (uint64_t)(full_ms / 2 + 1)) >> 32);
    return sure_ms + drawn_ms;
}
