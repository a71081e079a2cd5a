/* Keeps the desk's snapshot in a file of its state folder: read in one go at the start, written in the
 * background, replaced as a whole.
 *
 * A file that is broken, of another layout, of another sign-in or of one that has ended is as good as none:
 * the desk then fetches everything. Writing never waits for the disk to flush: what is lost by a power cut is
 * only fetched again, and the journal, which is flushed, has every act.
 *
 *     file     = magic layout length checksum body ; four numbers of 8 bytes, little end first
 *     magic    = "FLDESK01" ; checksum: XXH64 of the body (kb/checksum.h), body: app/desk/snapshot
 */
#ifndef APP_DESK_KEEPER_H
#define APP_DESK_KEEPER_H

#include <glib.h>
#include <stdint.h>

#include "app/desk/snapshot.h"

struct keeper;

/* Copies both; token_path: the file with the token of the sign-in. */
struct keeper *keeper_new(const char *folder, const char *token_path);
void keeper_free(struct keeper *keeper); /* waits for a write under way; accepts NULL */

/* The snapshot that may be shown now. NULL: none. Caller owns, g_bytes_unref. */
GBytes *keeper_read(struct keeper *keeper, int64_t now_ms);

/* Takes a snapshot where one may be taken and something has changed since the last, and writes it. `seq`: of
 * the last own event on disk. False: none may be taken now. */
bool keeper_write(struct keeper *keeper, const struct desk *desk, int64_t seq);
/* Would a start from what is written have much to catch up? False for NULL. */
bool keeper_is_behind(const struct keeper *keeper, const struct desk *desk);
void keeper_set_expiry(struct keeper *keeper, int64_t expires_ms); /* of the sign-in; 0: not known */

/* Removes the file at once: nobody is signed in any more, or what is in it was refused. */
void keeper_forget(struct keeper *keeper);

#endif
