/* Whether the steps that law or policy requires were done, and in their order: each walk of a script judged.
 *
 * A run begins with script.started and ends with script.finished, script.left, another script, or the end of
 * the contact; through a transfer or an escalation it goes on when the same version is started again. A
 * required step is done where it was left forward and not skipped. What is demanded of a run:
 *  - told by compliance_demand(): of a finished run the steps that every way to its end passes, of one that
 *    was left the steps that every way to any end passes, each in this order;
 *  - not told (the version's source is gone): the required steps that it entered. Then a run that was left is
 *    not judged, since nobody knows what it missed.
 * A run that the customer ended (hung up, abandoned) is not judged.
 *
 * Compliant = every demanded step done, first times in order. Compliance rate = compliant / judged runs.
 */
#ifndef APP_MEASURE_COMPLIANCE_H
#define APP_MEASURE_COMPLIANCE_H

#include "app/measure/report.h"
#include "app/measure/step_titles.h"
#include "app/model/event.h"

enum compliance_verdict { COMPLIANCE_UNKNOWN, COMPLIANCE_YES, COMPLIANCE_NO };

struct compliance_run { /* strings borrowed for the callback */
    const char *contact, *agent, *queue, *script;
    int64_t version; /* 0: the log does not say */
    int64_t end_ms;
    bool finished;
    int demanded, skipped, missing; /* steps; missing: never done */
    bool in_order;                  /* the done ones */
    const char *first_missed;       /* step skipped or missing; NULL: none */
    enum compliance_verdict verdict;
};
typedef void (*compliance_sink)(const struct compliance_run *run, void *user_data);

typedef struct compliance compliance;

struct compliance *compliance_new(compliance_sink sink, void *user_data);
void compliance_free(struct compliance *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(compliance, compliance_free)

/* steps: in order, ended by NULL; end: the step that ends the script, NULL for what all ends have in common.
 * Copies. */
void compliance_demand(struct compliance *c, const char *script, int64_t version, const char *end,
                       const char *const *steps);
void compliance_fold(struct compliance *c, const struct event *ev); /* in the order of positions */

/* The report: runs that ended at or after since_ms and before until_ms, by what. */
enum compliance_by { COMPLIANCE_BY_SCRIPT, COMPLIANCE_BY_AGENT, COMPLIANCE_BY_QUEUE, COMPLIANCE_BY_COUNT };
bool compliance_by_parse(const char *name, enum compliance_by *by);

typedef struct compliance_report compliance_report;
struct compliance_report *compliance_report_new(enum compliance_by by, int64_t since_ms, int64_t until_ms);
void compliance_report_free(struct compliance_report *r);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(compliance_report, compliance_report_free)
struct compliance *compliance_report_fold_of(struct compliance_report *r); /* for demands; borrowed */
/* For the titles of steps that nobody ever enters; borrowed. */
struct step_titles *compliance_report_titles(struct compliance_report *r);
void compliance_report_fold(struct compliance_report *r, const struct event *ev);
/* Tables "rows" (by rate, the lowest first, then by key) and "missed" (steps, the most often missed first).
 * Caller owns. */
struct report *compliance_report_answer(const struct compliance_report *r);

#endif
