/* The desk's journal: every event on disk before the screen calls it done, and what must survive a kill:
 * drafts, walks.
 *
 * One SQLite file a desk, 0600, WAL with synchronous=FULL, written by a thread of its own; whatever waits is
 * written in one transaction, so ten quick keys cost one flush. The journal is also the outbox: an event
 * stays until the backend has answered for it. It gives each event its seq; its device is the journal's.
 *
 *     struct journal *j = journal_open(path, &callbacks, data, &error);
 *     journal_append(j, ev);      // returns at once; callbacks.flushed when it is on disk
 *
 * All functions are called on one thread, whose main context also runs the callbacks.
 */
#ifndef APP_DESK_JOURNAL_H
#define APP_DESK_JOURNAL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/model/event.h"

struct journal;

struct journal_callbacks {
    /* All events up to and with seq are on disk. */
    void (*flushed)(int64_t seq, void *user_data);
    /* Nothing more reaches the disk until it mends (tried again each second): a sentence for the screen;
     * NULL: it did. */
    void (*stuck)(const char *sentence, void *user_data);
};

enum journal_error { JOURNAL_ERROR_OPEN, JOURNAL_ERROR_IN_USE, JOURNAL_ERROR_NEWER };
#define JOURNAL_ERROR journal_error_quark()
GQuark journal_error_quark(void);

/* Opens or makes the journal, and its folder (0700). A file that is damaged is moved aside, a new one with a
 * new device id is begun, and journal_damage then tells so. JOURNAL_ERROR_IN_USE where another desk has it
 * open. */
struct journal *journal_open(const char *path, const struct journal_callbacks *callbacks, void *user_data,
                             GError **error);

/* Nothing is appended or saved any more: the writer writes what waits and ends, beside the caller. Only the
 * two below may follow. */
void journal_end(struct journal *j);
/* Writes what waits, then closes; at most a second where the disk does not answer. Accepts NULL. */
void journal_close(struct journal *j);

/* Writes what waits and ends the writer, as journal_close does, and tells `flushed`; nothing may be appended
 * any more. False where not all of it is on disk. */
bool journal_finish(struct journal *j);

/* Borrowed until the journal is closed. */
const char *journal_device(const struct journal *j);
/* What was found damaged on opening, as a sentence; NULL: nothing. Borrowed. */
const char *journal_damage(const struct journal *j);

/* Takes ev, which is complete but for its seq. Answers the seq given. */
int64_t journal_append(struct journal *j, struct event *ev);

/* The oldest events on disk that nobody answered for, at most `limit` and max_bytes of JSON (but one at the
 * least), as a JSON array; *last_seq is the last one's. NULL where there is none. Caller owns, g_free. */
char *journal_pending(struct journal *j, int limit, size_t max_bytes, int64_t *last_seq);
/* Calls visit for each event nobody answered for, oldest first. */
void journal_each_pending(struct journal *j, void (*visit)(const char *json, void *data), void *data);
int64_t journal_last_seq(const struct journal *j); /* given so far */
int64_t journal_pending_count(const struct journal *j);
/* The actor of the oldest event nobody answered for: only that agent's token can deliver it. NULL: there is
 * none. Caller owns, g_free. */
char *journal_pending_actor(const struct journal *j);

/* The backend has answered for all events up to and with seq: they leave the outbox. */
void journal_answered(struct journal *j, int64_t seq);

/* Texts that survive: a key such as "reply 48213", "walk 48213", "state". NULL text removes. Copies. */
void journal_save_text(struct journal *j, const char *key, const char *text);
/* Calls visit for each text there was when the journal was opened. */
void journal_each_text(struct journal *j, void (*visit)(const char *key, const char *text, void *data),
                       void *data);

#endif
