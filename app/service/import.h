/* Import of NDJSON: each line is checked, all good ones are kept in one transaction, a second run changes
 * nothing. */
#ifndef APP_SERVICE_IMPORT_H
#define APP_SERVICE_IMPORT_H

#include <cjson/cJSON.h>

#include "app/service/store.h"

#define IMPORT_BYTES_MAX (64 * 1024 * 1024)

/* Kinds: events, contacts (their events), customers, orders, articles, scripts. A record is the wire form of
 * its thing; a script's is {id, source}. An article that does not say its owner keeps the one it had. Answers
 * {taken, unchanged, refused[{line, problem}], sums{}}; caller owns. NULL with PROBLEM_NOT_FOUND for another
 * kind, and where the database failed: then nothing was kept. `by` is the agent or integration who imports.
 * Waits for the commit: for threads that may. */
cJSON *import_lines(struct store *s, const char *kind, const char *lines, size_t len, const char *by,
                    GError **error);

#endif
