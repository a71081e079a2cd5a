/* What each event of an import adds to the sums by which a migration is checked: amounts in minor units,
 * counts, characters of text. Taken before the events are the store's; added when it has kept them. */
#ifndef APP_SERVICE_IMPORT_TALLY_H
#define APP_SERVICE_IMPORT_TALLY_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define IMPORT_SUMS_MAX 5

struct import_tally {
    bool is_creation; /* of a contact */
    char *contact;    /* may be NULL */
    const char *names[IMPORT_SUMS_MAX];
    double amounts[IMPORT_SUMS_MAX]; /* [count] */
    size_t count;
};

/* struct import_tally for each of events (struct event *). Caller owns, free with g_array_unref. */
GArray *import_tallies(const GPtrArray *events);

/* Characters, not bytes: what another system's count of its own text can be compared with. NULL has none. */
double import_characters(const char *text);

#endif
