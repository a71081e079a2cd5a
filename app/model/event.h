/* One line of the handling log: the envelope of docs/design.md, "One log", and its JSON.
 *
 * An event says what happened, who did it, when, and on which contact. What it brings about is decided by
 * app/rules and measured by the folds of app/measure. This module does no I/O and reads no clock.
 *
 *     g_autoptr(event) ev = event_new(EVENT_CONTACT_HELD, id, &origin);
 *     ev->contact = g_strdup("48213");
 *     event_set_text(ev, "reason", "asks the warehouse");
 */
#ifndef APP_MODEL_EVENT_H
#define APP_MODEL_EVENT_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/model/event_kind.h"

#define EVENT_FORMAT      1
#define EVENT_ID_LEN      36           /* UUID version 7 as text, RFC 9562 */
#define EVENT_TEXT_MAX    (32 * 1024)  /* bytes of one message or note */
#define EVENT_BYTES_MAX   (128 * 1024) /* of one event's JSON; each byte of the text may be escaped */
#define EVENT_NO_POSITION 0

enum actor_kind { ACTOR_AGENT, ACTOR_CUSTOMER, ACTOR_SYSTEM, ACTOR_INTEGRATION };

typedef struct event {
    char *id;     /* UUIDv7; the key that makes the effect once */
    char *device; /* who counts `seq`: one desk's journal, one channel, one node */
    char *boot;   /* id of the machine's boot; boot_ms compares only within one */
    int64_t seq;  /* from 1 without gaps, per device */
    enum actor_kind actor_kind;
    char *actor;   /* id of the agent, customer, node or integration */
    char *contact; /* NULL: not about a contact */
    char *leg;     /* NULL: not within a leg */
    enum event_kind kind;
    int64_t at_ms;          /* wall clock, ms since 1970-01-01 UTC, corrected by the measured clock offset */
    int64_t boot_ms;        /* CLOCK_BOOTTIME, ms */
    int64_t saw;            /* position of the contact last seen by the actor; 0: does not apply */
    cJSON *data;            /* an object, never NULL; members by kind: app/model/event_kind.h */
    int64_t position;       /* place in the one order; EVENT_NO_POSITION until the backend gave it */
    int64_t received_at_ms; /* when the backend took it; 0 before */
} event;

/* Where an event comes from. */
struct event_origin {
    const char *device, *boot;
    int64_t seq;
    enum actor_kind actor_kind;
    const char *actor;
    int64_t at_ms, boot_ms;
};

/* An event with empty `data`; copies all strings. Caller owns, free with event_free. */
struct event *event_new(enum event_kind kind, const char *id, const struct event_origin *origin);
struct event *event_copy(const struct event *ev);
void event_free(struct event *ev);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(event, event_free)

/* Members of `data`. The getters answer NULL, `otherwise` or false where the member is absent, of another
 * type or a number beyond 2^53, of which JSON does not keep each; text is borrowed until the event is freed
 * or changed. The setters copy, and replace what stood there.
 */
const char *event_text(const struct event *ev, const char *name);
int64_t event_number(const struct event *ev, const char *name, int64_t otherwise);
bool event_flag(const struct event *ev, const char *name);
/* Of step.left: was it left for the step before, by `how` or, as older ones say it, by `back`? */
bool event_goes_back(const struct event *ev);
void event_set_text(struct event *ev, const char *name, const char *text); /* NULL removes */
void event_set_number(struct event *ev, const char *name, int64_t number); /* |number| < 2^53 */
void event_set_flag(struct event *ev, const char *name, bool flag);

/* The wire form: times as RFC 3339 UTC with milliseconds, ids and positions as strings. Caller owns, g_free.
 */
char *event_to_json(const struct event *ev);
cJSON *event_to_cjson(const struct event *ev); /* caller owns, free with cJSON_Delete */

/* Reads the wire form and checks every member's type, range and length, and the id's form; an unknown kind or
 * a newer format is an error. The sentence names the member. Borrows json. Caller owns the event. */
struct event *event_from_cjson(const cJSON *json, GError **error);
struct event *event_from_json(const char *json, gssize len, GError **error);

enum event_error { EVENT_ERROR_MALFORMED, EVENT_ERROR_KIND, EVENT_ERROR_FORMAT };
#define EVENT_ERROR event_error_quark()
GQuark event_error_quark(void);

/* A UUID version 7 of time unix_ms and ten random bytes (the six version and variant bits are overwritten).
 * out has room for EVENT_ID_LEN + 1. */
void event_make_id(int64_t unix_ms, const uint8_t random[10], char *out);

const char *actor_kind_name(enum actor_kind kind);

#endif
