/* The demo's customers with their identities and orders, and the facts that each of them can tell.
 *
 *     struct crowd *crowd = crowd_new(
 *         content, &(struct crowd_options){.seed = 7, .count = 500, .now_ms = now});
 */
#ifndef APP_SIM_CROWD_H
#define APP_SIM_CROWD_H

#include "app/model/customer.h"
#include "app/sim/content.h"

struct crowd {
    GPtrArray *customers; /* struct customer *, with their orders, newest first */
};

struct crowd_options {
    uint64_t seed;
    size_t count;
    int64_t now_ms; /* orders lie before it */
};

/* Caller owns, free with crowd_free. */
struct crowd *crowd_new(const struct demo_content *content, const struct crowd_options *options);
void crowd_free(struct crowd *crowd);

/* What the customer knows about a matter of `business` with such an order: name, e-mail, birth date, the
 * order it is about … Always the same for the same customer, but for the order and amount, which are by
 * chance. Caller owns. */
GHashTable *crowd_facts(const struct demo_content *content, const struct customer *c, const char *business,
                        enum persona_order wanted, struct sim_random *random);

/* By chance, one who speaks `language` (and lives in `city`, may be NULL, where there is anybody). */
const struct customer *crowd_pick(const struct crowd *crowd, const char *language, const char *city,
                                  struct sim_random *random);

/* By chance, one who speaks `language` and has an order that the intent can be about; where nobody has,
 * anybody. */
const struct customer *crowd_pick_buyer(const struct crowd *crowd, const char *language,
                                        const struct persona_intent *intent, struct sim_random *random);

/* Always the same temper for the same customer. */
const struct persona *crowd_temper(const struct demo_content *content, const struct customer *c);

#endif
