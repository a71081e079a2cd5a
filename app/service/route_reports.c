/* Reports: folds over the log. */
#include "app/measure/aht.h"
#include "app/model/timestamp.h"
#include "app/service/eventlog.h"
#include "app/service/report_kind.h"
#include "app/service/report_table.h"
#include "app/service/routes.h"

#include <string.h>

/* A leg that ends within the range began at most this long before it: what is older is not read. */
#define LEG_MS (48 * 3600 * INT64_C(1000))
/* How far back a report reads where nothing is said: a report that folds years of a log is asked for. */
#define USUAL_MS (28 * 24 * 3600 * INT64_C(1000))

struct aht_asked {
    enum aht_by by;
    int64_t since_ms, until_ms;
};

/* A date, a date and time, or a span back from now such as 12h and 7d. */
static bool read_time(const struct http_request *request, const char *name, int64_t *ms, GError **error)
{
    const char *text = http_request_query(request, name);
    if (!text || !*text || timestamp_parse(text, ms))
        return true;
    char *end;
    guint64 number = g_ascii_strtoull(text, &end, 10);
    int64_t unit = g_strcmp0(end, "h") == 0 ? 3600000 : g_strcmp0(end, "d") == 0 ? 86400000 : 0;
    if (end != text && unit && number < 100000) {
        *ms = g_get_real_time() / 1000 - (int64_t)number * unit;
        return true;
    }
    g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                "\"%s\" should be a date, a time, or a span such as 12h or 7d, not \"%.40s\".", name, text);
    return false;
}

static bool read_span(const struct http_request *request, int64_t *since_ms, int64_t *until_ms,
                      GError **error)
{
    if (!read_time(request, "since", since_ms, error) || !read_time(request, "until", until_ms, error))
        return false;
    if (*until_ms > *since_ms)
        return true;
    g_set_error_literal(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                        "\"until\" should be after \"since\"; nothing lies between them.");
    return false;
}

static bool fold(struct event *ev, void *user_data)
{
    aht_fold(user_data, ev);
    return true;
}

static void add_time(cJSON *json, const char *name, int64_t ms)
{
    char text[TIMESTAMP_BYTES];
    timestamp_format(ms, text);
    cJSON_AddStringToObject(json, name, text);
}

static void add_span(cJSON *json, int64_t since_ms, int64_t until_ms)
{
    add_time(json, "since", since_ms);
    if (until_ms != INT64_MAX)
        add_time(json, "until", until_ms);
}

static enum http_outcome work_aht(const struct http_request *request, struct http_response *response,
                                  struct service *s, void *data, GError **error)
{
    const struct caller *c = route_caller(request);
    const struct aht_asked *asked = data;
    struct db *db = store_reader_take(s->store, error);
    if (!db)
        return HTTP_FAILED;
    g_autoptr(aht) sums = aht_new(asked->by, asked->since_ms, asked->until_ms);
    bool is_own = (c->rights & RIGHT_REPORTS_TEAM) == 0;
    if (is_own)
        aht_only_agent(sums, c->agent);
    bool read = eventlog_read(
        db, &(struct eventlog_range){.from_ms = MAX(asked->since_ms - LEG_MS, 0), .without_texts = true},
        fold, sums, error);
    store_reader_give(s->store, db);
    if (!read)
        return HTTP_FAILED;
    g_autoptr(GPtrArray) rows = aht_rows(sums);
    cJSON *answer = aht_rows_to_cjson(asked->by, rows);
    if (is_own)
        cJSON_AddStringToObject(answer, "only", c->agent);
    add_span(answer, asked->since_ms, asked->until_ms);
    return route_answer_cjson(response, 200, answer);
}

static enum http_outcome get_aht(const struct http_request *request, struct http_response *response,
                                 void *user_data, GError **error)
{
    (void)response;
    struct aht_asked asked = {AHT_BY_ALL, g_get_real_time() / 1000 - USUAL_MS, INT64_MAX};
    const char *by = http_request_query(request, "by");
    if (by && *by && !aht_by_parse(by, &asked.by)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "AHT can be read by all, agent, queue, channel, script or step, not by \"%.40s\".", by);
        return HTTP_FAILED;
    }
    if (!read_span(request, &asked.since_ms, &asked.until_ms, error))
        return HTTP_FAILED;
    return route_later(request, user_data, work_aht, g_memdup2(&asked, sizeof asked), g_free);
}

/* The tables */

enum table_form { FORM_JSON, FORM_TEXT, FORM_TSV };

struct table_asked {
    const struct report_table *table;
    enum table_form form;
    int64_t cols; /* of the terminal; 0: not said */
    int64_t since_ms, until_ms;
};

struct table_fold {
    const struct report_table *table;
    void *report;
};

static bool fold_table(struct event *ev, void *user_data)
{
    const struct table_fold *folding = user_data;
    folding->table->fold(folding->report, ev);
    return true;
}

/* Caller owns. */
static char *text_for_people(const struct report_table *of, const GPtrArray *found, size_t cols)
{
    if (found->len == 0)
        return g_strdup(of->none);
    g_autofree char *text = of->to_text(found, cols);
    return g_strconcat(text, of->note != NULL ? "\n" : "", of->note, NULL);
}

static cJSON *table_answer(const struct table_asked *asked, const GPtrArray *found)
{
    cJSON *answer = cJSON_CreateObject();
    add_span(answer, asked->since_ms, asked->until_ms);
    if (asked->form == FORM_JSON) {
        cJSON_AddItemToObject(answer, "rows", asked->table->to_cjson(found));
        return answer;
    }
    g_autofree char *text = asked->form == FORM_TSV
                                ? asked->table->to_tsv(found)
                                : text_for_people(asked->table, found, (size_t)asked->cols);
    cJSON_AddStringToObject(answer, "text", text);
    return answer;
}

static enum http_outcome work_table(const struct http_request *request, struct http_response *response,
                                    struct service *s, void *data, GError **error)
{
    (void)request;
    const struct table_asked *asked = data;
    struct db *db = store_reader_take(s->store, error);
    if (!db)
        return HTTP_FAILED;
    struct table_fold folding = {asked->table, asked->table->make(asked->since_ms, asked->until_ms)};
    bool read = eventlog_read(
        db, &(struct eventlog_range){.from_ms = MAX(asked->since_ms - LEG_MS, 0), .without_texts = true},
        fold_table, &folding, error);
    g_autoptr(GPtrArray) found = read ? asked->table->rows(folding.report) : NULL;
    if (found && asked->table->complete)
        asked->table->complete(found, db);
    store_reader_give(s->store, db);
    asked->table->free(folding.report);
    return read ? route_answer_cjson(response, 200, table_answer(asked, found)) : HTTP_FAILED;
}

/* The reports with an answer of their own */

struct kind_asked {
    const struct report_kind *kind;
    struct report_request request;
    char *by, *subject, *form;
    bool with_formulas;
    int64_t cols; /* of the terminal; 0: not said */
};

static void kind_asked_free(void *data)
{
    struct kind_asked *asked = data;
    g_free(asked->by);
    g_free(asked->subject);
    g_free(asked->form);
    g_free(asked);
}

struct kind_fold {
    const struct report_kind *kind;
    void *report;
};

static bool fold_kind(struct event *ev, void *user_data)
{
    const struct kind_fold *folding = user_data;
    folding->kind->fold(folding->report, ev);
    return true;
}

/* JSON as it is; else {"text": …} of people's text, TSV, or lines of a form that the report has. */
static cJSON *kind_answer(const struct kind_asked *asked, const struct report *r)
{
    const char *lines = asked->form != NULL ? report_lines(r, asked->form) : NULL;
    bool is_text = g_strcmp0(asked->form, "text") == 0, is_tsv = g_strcmp0(asked->form, "tsv") == 0;
    cJSON *answer = lines == NULL && !is_text && !is_tsv ? report_to_cjson(r) : cJSON_CreateObject();
    add_span(answer, asked->request.since_ms, asked->request.until_ms);
    if (lines == NULL && !is_text && !is_tsv)
        return answer;
    g_autofree char *text = lines != NULL ? g_strdup(lines)
                            : is_tsv      ? report_to_tsv(r)
                                          : report_to_text(r, asked->with_formulas);
    cJSON_AddStringToObject(answer, "text", text);
    return answer;
}

static enum http_outcome work_kind(const struct http_request *request, struct http_response *response,
                                   struct service *s, void *data, GError **error)
{
    (void)request;
    const struct kind_asked *asked = data;
    struct db *db = store_reader_take(s->store, error);
    if (!db)
        return HTTP_FAILED;
    struct kind_fold folding = {asked->kind, asked->kind->begin(&asked->request, db, error)};
    int64_t from_ms = MAX(asked->request.since_ms - asked->kind->reach_ms, 0);
    bool read = folding.report &&
                eventlog_read(db, &(struct eventlog_range){.from_ms = from_ms, .without_texts = true},
                              fold_kind, &folding, error);
    store_reader_give(s->store, db);
    int64_t now_ms = MIN(g_get_real_time() / 1000, asked->request.until_ms);
    g_autoptr(report) answer = read ? asked->kind->answer(folding.report, now_ms) : NULL;
    if (folding.report)
        asked->kind->free(folding.report);
    if (answer)
        report_fit(answer, (size_t)asked->cols);
    return answer ? route_answer_cjson(response, 200, kind_answer(asked, answer)) : HTTP_FAILED;
}

static enum http_outcome get_kind(const struct http_request *request, struct service *s,
                                  const struct report_kind *kind, GError **error)
{
    int64_t cols = 0;
    struct report_request wanted = {.since_ms = g_get_real_time() / 1000 - USUAL_MS, .until_ms = INT64_MAX};
    if (!read_span(request, &wanted.since_ms, &wanted.until_ms, error) ||
        !http_request_query_int64(request, "cols", 1, 100000, &cols, error) ||
        !http_request_query_int64(request, "effect", 1, 1000, &wanted.effect_percent, error) ||
        !http_request_query_int64(request, "per_arm", 1, INT64_C(1) << 40, &wanted.per_arm, error))
        return HTTP_FAILED;
    struct kind_asked *asked = g_new0(struct kind_asked, 1);
    asked->cols = cols;
    wanted.logarithms = g_strcmp0(http_request_query(request, "log"), "1") == 0;
    wanted.by = asked->by = g_strdup(http_request_query(request, "by"));
    wanted.subject = asked->subject = g_strdup(http_request_query(request, "subject"));
    asked->form = g_strdup(http_request_query(request, "form"));
    asked->with_formulas = g_strcmp0(http_request_query(request, "formulas"), "1") == 0;
    asked->kind = kind;
    asked->request = wanted;
    return route_later(request, s, work_kind, asked, kind_asked_free);
}

static enum http_outcome get_table(const struct http_request *request, struct http_response *response,
                                   void *user_data, GError **error)
{
    (void)response;
    int64_t now_ms = g_get_real_time() / 1000;
    const char *name = http_request_param(request, "name"), *form = http_request_query(request, "form");
    const struct report_kind *kind = report_kind_find(name);
    if (kind)
        return get_kind(request, user_data, kind, error);
    struct table_asked asked = {.table = report_table_find(name),
                                .form = g_strcmp0(form, "text") == 0  ? FORM_TEXT
                                        : g_strcmp0(form, "tsv") == 0 ? FORM_TSV
                                                                      : FORM_JSON,
                                .since_ms = now_ms - USUAL_MS,
                                .until_ms = INT64_MAX};
    if (!asked.table) {
        g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND, "There is no report \"%.40s\".", name);
        return HTTP_FAILED;
    }
    if (!read_span(request, &asked.since_ms, &asked.until_ms, error) ||
        !http_request_query_int64(request, "cols", 1, 100000, &asked.cols, error))
        return HTTP_FAILED;
    return route_later(request, user_data, work_table, g_memdup2(&asked, sizeof asked), g_free);
}

static enum http_outcome get_floor_report(const struct http_request *request, struct http_response *response,
                                          void *user_data, GError **error)
{
    (void)error;
    struct service *s = user_data;
    struct floor_own own;
    g_mutex_lock(&s->day_mutex);
    struct floor_figures figures = s->now;
    floor_figures(s->day, g_get_real_time() / 1000, &figures);
    floor_own(s->day, route_caller(request)->agent, &own);
    int64_t since_ms = floor_since_ms(s->day);
    g_mutex_unlock(&s->day_mutex);
    cJSON *json = floor_figures_to_cjson(&figures);
    cJSON_AddItemToObject(json, "mine", floor_own_to_cjson(&own, since_ms));
    return route_answer_cjson(response, 200, json);
}

static const struct http_route rows[] = {
    {HTTP_METHOD_GET, "/v1/reports/aht", get_aht, .rights = RIGHT_REPORTS_OWN | RIGHT_REPORTS_TEAM,
     .help = "read average handle times."},
    {HTTP_METHOD_GET, "/v1/reports/floor", get_floor_report, .rights = RIGHT_SIGNED_IN,
     .help = "read today's figures."},
    {HTTP_METHOD_GET, "/v1/reports/{name}", get_table, .rights = RIGHT_REPORTS_TEAM,
     .help = "read a report."},
};
const struct route_table routes_reports = {rows, G_N_ELEMENTS(rows)};
