/* The catalogue of the shelf, which the backend searches: its articles in an index beside the database, and
 * what became of each article by the log. Thread-safe; both follow what changes when they are next asked for,
 * so the first to ask after a change waits for it.
 */
#ifndef APP_SERVICE_CATALOGUE_H
#define APP_SERVICE_CATALOGUE_H

#include "kb/search.h"

struct catalogue;
struct shelf;
struct store;

/* Borrows both until catalogue_free. */
struct catalogue *catalogue_new(struct store *store, struct shelf *shelf);
void catalogue_free(struct catalogue *c); /* accepts NULL */

/* As kb_search, with the uses that the log tells in the options' place. Errors: those of the database and of
 * kb_index_open. */
struct kb_results *catalogue_search(struct catalogue *c, const char *text,
                                    const struct kb_search_options *options, GError **error);

/* A line of JSON for each article that was used in the last four weeks (and up to a day more): {id, opened,
 * inserted, helped, misled, resolved, unresolved, flags[{note, by, at}]}; a flag from before the article's
 * last change is left out. Caller owns, free with g_free. */
char *catalogue_uses(struct catalogue *c, GError **error);

#endif
