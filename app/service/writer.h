/* The writing half of the store: the world, and transactions that fold events into it. One thread; see
 * store.h. */
#ifndef APP_SERVICE_WRITER_H
#define APP_SERVICE_WRITER_H

#include "app/service/store.h"

struct writer;

/* Borrows db and board until writer_free. Loads the world and fills the board. Caller owns. */
struct writer *writer_new(struct db *db, struct board *board, const struct store_options *options,
                          GError **error);
void writer_free(struct writer *w);

/* Opens a transaction (when none is open) and takes over what was administered since. False: nothing is open.
 */
bool writer_begin(struct writer *w, GError **error);
/* Applies a batch and fills its results. After a failure of the database it does nothing more. */
void writer_take(struct writer *w, struct store_batch *batch);
/* What time brings about; may open a transaction. Answers when it wants to be called next (ms since 1970). */
int64_t writer_tick(struct writer *w, int64_t now_ms);
/* Ends the open transaction: on true everything is on disk, on the board and told. On false nothing of it is
 * kept and the world is as before. Without an open transaction it is true. */
bool writer_commit(struct writer *w, GError **error);
/* Takes over what the administration changed beside the world (settings, agents). */
void writer_notice(struct writer *w);

struct store_counts writer_counts(const struct writer *w);
int64_t writer_now_ms(void);

#endif
