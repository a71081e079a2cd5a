/* How long to wait before trying again: doubling with a ceiling, and jitter so that a floor of desks that
 * lost one backend does not come back in step. Pure: no clock, no randomness of its own.
 *
 * "Equal jitter": half of the delay is certain, half is drawn, so that no attempt follows at once (Marc
 * Brooker, "Exponential Backoff And Jitter", 2015).
 */
#ifndef NET_RETRY_H
#define NET_RETRY_H

#include <stdint.h>

struct retry_policy {
    int64_t first_ms;   /* the full delay of attempt 0; 0: 500 */
    int64_t ceiling_ms; /* the full delay never exceeds it; 0: 30,000 */
};

/* The delay before attempt `attempt` (0 is the first repetition), between half and the whole of
 * min(first_ms * 2^attempt, ceiling_ms). `random` is any 32 random bits. `policy` (borrows) may be NULL. */
int64_t retry_delay_ms(const struct retry_policy *policy, unsigned attempt, uint32_t random);

#endif
