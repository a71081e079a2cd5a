/* One contact's timeline: a row for each thing that happened on it, with what went on from then to the next
 * row.
 *
 * Fold the contact's own events; with those of its agents' focus.moved beside them the time aside is told
 * from talk, without them all talk is as the contact's own focus.moved say.
 */
#ifndef APP_MEASURE_STEPS_H
#define APP_MEASURE_STEPS_H

#include <cjson/cJSON.h>

#include "app/model/event.h"

struct steps_row {
    int64_t at_ms;
    int64_t duration_ms;  /* until the next row; 0 for the last; by boot_ms where it can be */
    char *actor;          /* id, or the kind of actor that has none to show */
    const char *activity; /* from this row on: queued, offered, talk, aside, hold, consult, acw, parked, over;
                             static */
    char *what;           /* "accepted", "entered step verify of return" */
    enum event_kind kind;
};

typedef struct steps steps;

struct steps *steps_new(const char *contact);
void steps_free(struct steps *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(steps, steps_free)
void steps_fold(struct steps *s, const struct event *ev); /* in the order of positions */

/* struct steps_row *, in the order of the log; borrowed until the next fold or steps_free. */
const GPtrArray *steps_rows(const struct steps *s);

/* Caller owns: g_free, cJSON_Delete. Text: a table. JSON: {"contact": …, "rows": […]}. */
char *steps_to_text(const struct steps *s);
char *steps_to_tsv(const struct steps *s);
cJSON *steps_to_cjson(const struct steps *s);

#endif
