/* The log's own tables: events, the bodies of their texts, refusals, and what each device has sent.
 *
 * A text of a message, a note or an answer goes to `bodies` under the event's id; the event keeps `body` and
 * `hash` (BLAKE2b of the text under the database's key), so that erasing a text breaks neither order nor
 * replay. Reading puts the text back where it stood. No locks and no transactions of its own.
 */
#ifndef APP_SERVICE_EVENTLOG_H
#define APP_SERVICE_EVENTLOG_H

#include "app/model/event.h"
#include "app/service/db.h"

#define EVENTLOG_KEY_BYTES 32

/* Reads the key of the bodies' hashes; the first call on a database makes it (needs a transaction then). */
bool eventlog_key(struct db *db, uint8_t key[EVENTLOG_KEY_BYTES], GError **error);

/* Writes one event with its position. DB_ERROR_CONSTRAINT where id or position is taken. */
bool eventlog_insert(struct db *db, const struct event *ev, const uint8_t key[EVENTLOG_KEY_BYTES],
                     GError **error);

/* The position of an event by its id; 0 where there is none. */
bool eventlog_find(struct db *db, const char *id, int64_t *position, GError **error);
bool eventlog_head(struct db *db, int64_t *position, GError **error);

/* A refusal is kept, so that a repeat gets the same answer and the device's numbers have no gap. */
struct refusal {
    unsigned code; /* enum problem_code */
    char *detail;  /* NULL: there is none of this id */
};
bool eventlog_refuse(struct db *db, const struct event *ev, const struct refusal *refusal, int64_t now_ms,
                     GError **error);
bool eventlog_find_refusal(struct db *db, const char *id, struct refusal *refusal, GError **error);

/* The last number that a device has sent; 0: none. */
bool eventlog_device(struct db *db, const char *device, int64_t *seq, GError **error);
bool eventlog_set_device(struct db *db, const char *device, int64_t seq, GError **error);

/* How far a reading came, past events of kinds that this program does not know too: a newer one wrote them.
 */
struct eventlog_reach {
    int64_t count, position; /* rows read; of the last of them, 0: there was none */
};

/* Which events; members that are zero do not restrict. */
struct eventlog_range {
    int64_t after;   /* positions greater than this */
    int64_t from_ms; /* begins at the first event whose at_ms is at least this */
    const char *contact;
    bool with_focus; /* of a contact: and where its agents looked and signed out, from its first event to its
                        last */
    const enum event_kind *kinds; /* of all contacts, only these: kinds[kind_count] */
    size_t kind_count;
    bool without_texts; /* of all contacts: `body` and `hash` stay in the texts' stead, which is faster */
    int64_t limit;      /* 0: all */
    struct eventlog_reach *reach; /* filled in; NULL: nobody asks */
};
/* Gets each event in the order of positions, borrowed for the call; false ends the reading early. */
typedef bool (*eventlog_visit)(struct event *ev, void *user_data);
bool eventlog_read(struct db *db, const struct eventlog_range *range, eventlog_visit visit, void *user_data,
                   GError **error);

#endif
