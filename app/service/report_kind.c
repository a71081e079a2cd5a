#include "app/service/report_kind.h"

#include <string.h>

#include "app/measure/compliance.h"
#include "app/measure/experiment.h"
#include "app/measure/keystrokes.h"
#include "app/measure/kpi.h"
#include "app/measure/quality.h"
#include "app/measure/stream.h"
#include "app/service/report_source.h"
#include "app/service/settings.h"
#include "net/problem.h"

#define DAY_MS (24 * 3600 * INT64_C(1000))

/* The typed functions of a fold with the shape of the table. */
#define SHAPE(module)                                                \
    static void module##_fold_any(void *any, const struct event *ev) \
    {                                                                \
        module##_fold(any, ev);                                      \
    }                                                                \
    static void module##_free_any(void *any)                         \
    {                                                                \
        module##_free(any);                                          \
    }

SHAPE(stream)
SHAPE(keystrokes)
SHAPE(quality)
SHAPE(kpi)
SHAPE(experiment)
SHAPE(compliance_report)

/* Those in force; NULL where there are none, which is no error. Caller owns. */
static char *settings_now(struct db *db, GError **error)
{
    int64_t version = 0;
    return settings_in_force(db, &version, error) ? settings_read(db, version, error) : NULL;
}

static void *begin_stream(const struct report_request *request, struct db *db, GError **error)
{
    GError *cause = NULL;
    struct rates rates;
    g_autofree char *settings = settings_now(db, &cause);
    if (cause != NULL) {
        g_propagate_error(error, cause);
        return NULL;
    }
    report_source_rates(settings, &rates);
    return stream_new(request->since_ms, request->until_ms, &rates);
}

static struct report *answer_stream(void *any, int64_t now_ms)
{
    (void)now_ms;
    return stream_answer(any);
}

static void *begin_keystrokes(const struct report_request *request, struct db *db, GError **error)
{
    (void)db;
    (void)error;
    return keystrokes_new(request->since_ms, request->until_ms);
}

static struct report *answer_keystrokes(void *any, int64_t now_ms)
{
    (void)now_ms;
    return keystrokes_answer(any);
}

static void *begin_quality(const struct report_request *request, struct db *db, GError **error)
{
    (void)db;
    (void)error;
    return quality_new(request->since_ms, request->until_ms);
}

static struct report *answer_quality(void *any, int64_t now_ms)
{
    return quality_answer(any, now_ms);
}

static void *begin_kpi(const struct report_request *request, struct db *db, GError **error)
{
    struct kpi_options options = {.since_ms = request->since_ms, .until_ms = request->until_ms};
    GError *cause = NULL;
    g_autofree char *settings = settings_now(db, &cause);
    if (cause != NULL) { /* no settings at all are none of it: then the figures that need them are unknown */
        g_propagate_error(error, cause);
        return NULL;
    }
    g_autoptr(GHashTable) queues = settings_queues(settings, &cause);
    if (queues == NULL) {
        g_propagate_error(error, cause);
        return NULL;
    }
    options.queues = queues;
    report_source_rates(settings, &options.rates);
    struct kpi *k = kpi_new(&options);
    if (report_source_demands(db, kpi_compliance(k), NULL, error))
        return k;
    kpi_free(k);
    return NULL;
}

static struct report *answer_kpi(void *any, int64_t now_ms)
{
    return kpi_answer(any, now_ms);
}

static void *begin_experiment(const struct report_request *request, struct db *db, GError **error)
{
    if (request->subject == NULL || *request->subject == '\0') {
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                            "Please name the script whose versions are to be compared.");
        return NULL;
    }
    struct experiment *e =
        experiment_new(&(struct experiment_options){.script = request->subject,
                                                    .since_ms = request->since_ms,
                                                    .until_ms = request->until_ms,
                                                    .logarithms = request->logarithms,
                                                    .effect_percent = (double)request->effect_percent,
                                                    .per_arm = request->per_arm});
    if (report_source_demands(db, experiment_compliance(e), NULL, error))
        return e;
    experiment_free(e);
    return NULL;
}

static struct report *answer_experiment(void *any, int64_t now_ms)
{
    return experiment_answer(any, now_ms);
}

static void *begin_compliance(const struct report_request *request, struct db *db, GError **error)
{
    enum compliance_by by = COMPLIANCE_BY_SCRIPT;
    if (request->by != NULL && *request->by != '\0' && !compliance_by_parse(request->by, &by)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "Compliance can be read by script, agent or queue, not by \"%.40s\".", request->by);
        return NULL;
    }
    struct compliance_report *r = compliance_report_new(by, request->since_ms, request->until_ms);
    if (report_source_demands(db, compliance_report_fold_of(r), compliance_report_titles(r), error))
        return r;
    compliance_report_free(r);
    return NULL;
}

static struct report *answer_compliance(void *any, int64_t now_ms)
{
    (void)now_ms;
    return compliance_report_answer(any);
}

#define ROW(module, wire_name, reach, begin_it, answer_it)                                        \
    {                                                                                             \
        .name = (wire_name), .reach_ms = (reach), .begin = (begin_it), .fold = module##_fold_any, \
        .answer = (answer_it), .free = module##_free_any                                          \
    }

/* A contact may repeat one that was closed seven days before, and that one may have been open for two. */
static const struct report_kind kinds[] = {
    ROW(stream, "stream", 2 * DAY_MS, begin_stream, answer_stream),
    ROW(compliance_report, "compliance", 2 * DAY_MS, begin_compliance, answer_compliance),
    ROW(keystrokes, "keys", 2 * DAY_MS, begin_keystrokes, answer_keystrokes),
    ROW(kpi, "kpi", 9 * DAY_MS, begin_kpi, answer_kpi),
    ROW(experiment, "experiment", 2 * DAY_MS, begin_experiment, answer_experiment),
    ROW(quality, "quality", 2 * DAY_MS, begin_quality, answer_quality),
};

const struct report_kind *report_kind_find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    }
    return NULL;
}
