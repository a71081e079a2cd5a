/* The desk as it stood, as bytes: what the next start shows at once, before the backend has answered, and
 * works on where it does not answer.
 *
 * In it: who, the floor and its settings, every contact of the world, and of my contacts on the desk the
 * conversation, the customer and the events their clocks are folded from. Not in it: drafts and walks (the
 * journal has them), popups, focus. Both functions are pure; app/desk/keeper reads and writes the file.
 *
 *     GBytes *bytes = snapshot_take(desk, &(struct snapshot_facts){.seq = seq, .expires_ms = until});
 *     …
 *     if (snapshot_restore(desk, bytes)) …
 *
 * Own events whose seq is at most `seq` are folded in it, delivered or not; the stream goes on behind
 * `position`.
 */
#ifndef APP_DESK_SNAPSHOT_H
#define APP_DESK_SNAPSHOT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/desk/desk.h"

struct snapshot_facts {
    int64_t seq;         /* of the last own event that is folded in it; all up to it are on disk */
    int64_t position;    /* up to which the stream is folded in it; snapshot_take has it from the desk */
    int64_t expires_ms;  /* when the sign-in ends; 0: not known */
    uint64_t token_mark; /* of the token it was taken under */
};

/* Of the bytes' layout: a file of another one is not read. */
uint64_t snapshot_layout(void);

/* May one be taken? Not before sign-in, not in practice, not while what is shown waits for the journal or is
 * being fetched. */
bool snapshot_may_take(const struct desk *desk);
GBytes *snapshot_take(const struct desk *desk, const struct snapshot_facts *facts);

/* Only the facts. False where the bytes are broken. */
bool snapshot_peek(GBytes *bytes, struct snapshot_facts *facts);
/* Fills a desk that nobody has signed in to. False where the bytes are broken: nothing was changed then that
 * shows. */
bool snapshot_restore(struct desk *desk, GBytes *bytes);

#endif
