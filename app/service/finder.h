/* Finds customers, contacts and orders by words, numbers, addresses and typos, in the memory of one flat
 * text.
 *
 * Each record is a line of folded text (lower case, no accents; telephone numbers also as bare digits). All
 * words of a query must be in the line; where no line has them, a word of four letters and more may
 * have one mistake (a letter wrong, missing, or too many; from eight letters on two), by Wu and Manber's
 * bit-parallel matching. 50,000 customers with their orders take some
 * 10 ms, with mistakes some 30: measured by tests/bench/bench_find. What a hit looks like is not here but
 * read from the tables (found.h). Thread-safe.
 */
#ifndef APP_SERVICE_FINDER_H
#define APP_SERVICE_FINDER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "app/model/contact.h"
#include "app/model/customer.h"
#include "app/service/db.h"

#define FINDER_QUERY_BYTES 256

struct finder *finder_new(void);
void finder_free(struct finder *f);

/* Replace what was known of the same id. */
void finder_put_customer(struct finder *f, const struct customer *c); /* with its orders */
void finder_put_contact(struct finder *f, const struct contact *c);
/* Everything in the tables. */
bool finder_load(struct finder *f, struct db *db, GError **error);

enum finder_kind { FINDER_CUSTOMER, FINDER_CONTACT, FINDER_ORDER };
struct finder_hit {
    enum finder_kind kind;
    char *id;
};

/* At most `limit` hits (struct finder_hit *), best first. Caller owns, g_ptr_array_unref. */
GPtrArray *finder_find(struct finder *f, const char *query, size_t limit);

#endif
