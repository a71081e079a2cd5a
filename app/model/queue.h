/* A queue: where contacts wait, and the rules of its service. Plain data from the settings. */
#ifndef APP_MODEL_QUEUE_H
#define APP_MODEL_QUEUE_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/model/calendar.h"
#include "app/model/pack.h"

typedef struct queue {
    char *id, *name;           /* never NULL */
    char *business;            /* whose customers these are */
    char *skill;               /* that an agent must have; NULL: none */
    char *language;            /* "en", "zh" */
    int line;                  /* 1 first line, 2 second line */
    char *escalates_to;        /* id of a second-line queue, NULL: nowhere */
    int service_level_percent; /* X of X/Y; 80 usual */
    int64_t service_level_ms;  /* Y: answered within, for phone and chat */
    int64_t first_reply_ms;    /* target for e-mail, web, social and sms */
    int64_t offer_ms;          /* an offer times out after; 20 s usual */
    int64_t wrap_ms;           /* wrap-up is closed by the system after; 0: never; at most 900 s */
    char *hours;               /* when it is open, as app/model/calendar.h reads it; NULL: always */
    struct calendar *calendar; /* what hours say, owned; NULL: always open */
} queue;

struct queue *queue_new(const char *id, const char *name);
struct queue *queue_copy(const struct queue *q);
void queue_free(struct queue *q);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(queue, queue_free)
cJSON *queue_to_cjson(const struct queue *q);
struct queue *queue_from_cjson(const cJSON *json, GError **error);

/* Gives it other hours; NULL: always open. False and a sentence, and nothing changed, where they are
 * malformed. Copies the text. */
bool queue_set_hours(struct queue *q, const char *hours, GError **error);

/* As the floor shows it: queue_to_cjson's members, and how it stands at now_ms: `is_open`, and `changes_at`
 * (RFC 3339) when it closes or opens next, absent where it never does. Caller owns. */
cJSON *queue_to_floor_cjson(const struct queue *q, int64_t now_ms);

/* As bytes for a file of the desk's own (app/model/pack.h); NULL where they are broken. The layout changes
 * with the fields. */
void queue_pack(const struct queue *q, GByteArray *bytes);
struct queue *queue_unpack(struct unpack *from);
uint32_t queue_layout(void);

#endif
