/*
 * rollout: which contacts get a version of a script that is not everybody's yet.
 *
 * Either a share of the customers or some queues. A customer's draw is a number from 0 to 9999: the first 32
 * bits of the SHA-256 of "SCRIPT VERSION CUSTOMER", times 10,000, divided by 2^32. It needs no memory, is the
 * same on every desk, and a share that grows takes nobody out; another version is another draw, so the same
 * customers are not always the first. Where no customer is known the contact's id stands for theirs.
 *
 * It knows no versions but its own: who is not chosen has the version that is everybody's.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define SCRIPT_ROLLOUT_DRAWS 10000

struct script_rollout {
    const char *script;
    int64_t version;
    int64_t share_percent; /* 0 to 100; not looked at where there are queues */
    const char *queues;    /* their ids, a space between; NULL or "": the share decides */
};

/* The number drawn for somebody, from 0 to SCRIPT_ROLLOUT_DRAWS - 1. */
int script_rollout_draw(const char *script, int64_t version, const char *who);

/* Whether a contact has the version. `customer` may be NULL; `queue` is the one it is in. */
bool script_rollout_has(const struct script_rollout *rollout, const char *customer, const char *contact,
                        const char *queue);
