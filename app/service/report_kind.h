/* Reports that end in an answer of app/measure/report: what each is asked with and made of, by name.
 *
 * The folds and their meaning are app/measure's; this gives them one shape, so that one route serves all.
 */
#ifndef APP_SERVICE_REPORT_KIND_H
#define APP_SERVICE_REPORT_KIND_H

#include "app/measure/report.h"
#include "app/model/event.h"
#include "app/service/db.h"

struct report_request { /* strings borrowed; NULL or 0: not said */
    int64_t since_ms, until_ms;
    const char *by, *subject;
    bool logarithms;
    int64_t effect_percent, per_arm;
};

struct report_kind {
    const char *name; /* in the route and the command */
    int64_t reach_ms; /* how far before since_ms the log is read */
    /* Caller owns, free with .free. Errors: what is asked for cannot be (PROBLEM_BAD_REQUEST), or the
     * database's. */
    void *(*begin)(const struct report_request *request, struct db *db, GError **error);
    void (*fold)(void *report, const struct event *ev);
    struct report *(*answer)(void *report, int64_t now_ms); /* once; caller owns */
    void (*free)(void *report);
};

const struct report_kind *report_kind_find(const char *name); /* NULL: none; static */

#endif
