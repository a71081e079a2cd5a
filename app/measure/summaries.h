/* Each contact as one row: who, what, how long, how it ended, and whether the customer came again. What is
 * reported of contacts is a sum over these rows, so a figure, a list and an export cannot disagree.
 *
 * A row is given out when its fate is known: the contact is over, and a contact by the same customer on the
 * same intent came, or SUMMARIES_REPEAT_MS went by; summaries_settle() gives out the rest. A repeat is a
 * contact that came after another one of the same customer and intent had come, and at most that time after
 * it was closed. Memory is by contact that is open or was closed within that time, not by event.
 *
 *     struct summaries *s = summaries_new(take, user_data);
 *     summaries_fold(s, ev);              // in the order of positions; a repeat is ignored
 *     summaries_settle(s, now_ms);
 */
#ifndef APP_MEASURE_SUMMARIES_H
#define APP_MEASURE_SUMMARIES_H

#include "app/measure/compliance.h"
#include "app/measure/intervals.h"
#include "app/measure/waits.h"

#define SUMMARIES_REPEAT_MS (7 * 24 * 3600 * INT64_C(1000)) /* FCR: no other contact so long */

enum fate { FATE_OPEN, FATE_CLOSED, FATE_ABANDONED };
enum answer { ANSWER_UNKNOWN, ANSWER_YES, ANSWER_NO };

struct summary { /* texts NULL, times 0 where the log says nothing */
    char *contact, *customer, *intent, *class;
    char *queue, *first_queue;
    char *agent; /* of the last leg */
    char *disposition;
    char *script; /* the first that was started, and its version; 0: none is said */
    int64_t version;
    enum channel channel;
    enum fate fate;
    int64_t created_ms, accepted_ms /* first */, replied_ms /* first message of an agent */, over_ms;
    bool resolved;
    bool is_repeat;       /* it is a repeat of another */
    enum answer repeated; /* another is a repeat of it; UNKNOWN: customer or intent unknown, or too early */
    enum answer first;    /* first-contact resolution: resolved and not repeated; UNKNOWN for 7 days */
    int csat, nps;        /* -1: not rated */
    int64_t started_ms;   /* the script */
    int legs, transfers, escalations;
    int64_t per_activity_ms[ACTIVITY_COUNT], handle_ms, focus_ms, wait_ms[WAIT_KIND_COUNT];
    int64_t class_ms[STEP_CLASS_COUNT],
        outside_ms;                           /* handle time within steps by class, and outside of them */
    int steps[STEP_CLASS_COUNT], steps_again; /* entered; of these in the same walk a second time */
    int answers, answers_filled; /* fields; of these by the record or an earlier step and not typed */
    int answers_again;           /* of these such as had that value already: typed twice */
    int verifications;
    int searches, searches_found, suggestions, articles; /* articles opened or inserted */
    int64_t keys;                                        /* -1: no desk told */
    int runs_judged, runs_compliant;
};

typedef void (*summaries_sink)(const struct summary *row, void *user_data);

typedef struct summaries summaries;

struct summaries *summaries_new(summaries_sink sink, void *user_data);
void summaries_free(struct summaries *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(summaries, summaries_free)
struct compliance *summaries_compliance(struct summaries *s); /* for demands; borrowed */
void summaries_fold(struct summaries *s, const struct event *ev);

/* The end of the log: gives out every row that is left, those that are open last, each in the order of their
 * beginnings, as things stand at now_ms. */
void summaries_settle(struct summaries *s, int64_t now_ms);

#endif
