/* A number that all processes with one database open share, and that every ended session or changed right
 * advances: what was remembered of sessions under another number is looked up again.
 *
 * It is a page of memory mapped from the file FILE-epoch beside the database, so reading it costs a load and
 * no system call, and a change by `firstlined user` reaches the server before that command has said its
 * sentence. It says only "look again"; what is so stands in the tables. Advance after the commit, read before
 * the tables.
 */
#ifndef APP_SERVICE_EPOCH_H
#define APP_SERVICE_EPOCH_H

#include <glib.h>
#include <stdint.h>

struct epoch;

/* The server's side: makes the file. DB_ERROR_FAILED where the folder cannot be written. Caller owns. */
struct epoch *epoch_open(const char *db_path, GError **error);
/* Removes the file. Accepts NULL. */
void epoch_close(struct epoch *e);

uint64_t epoch_read(const struct epoch *e);
void epoch_advance(struct epoch *e);

/* Another process's side: advances the number of the server that has the database open, if one has. */
void epoch_announce(const char *db_path);

#endif
