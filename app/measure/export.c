#include "app/measure/export.h"

#include <string.h>

#include "app/measure/summaries.h"
#include "app/measure/xes.h"
#include "app/model/timestamp.h"

struct exporter {
    struct exporter_options options;
    int64_t position;
    struct summaries *summaries; /* contacts alone, and so on */
    struct intervals *intervals;
    struct xes *xes;
};

static const char *const whats[EXPORT_WHAT_COUNT] = {
    [EXPORT_EVENTS] = "events", [EXPORT_CONTACTS] = "contacts", [EXPORT_INTERVALS] = "intervals"};
static const char *const forms[EXPORT_FORM_COUNT] = {[EXPORT_NDJSON] = "ndjson",
                                                     [EXPORT_CSV] = "csv",
                                                     [EXPORT_CLOUDEVENTS] = "cloudevents",
                                                     [EXPORT_XES] = "xes"};

static int place_of(const char *const *names, int count, const char *name)
{
    for (int i = 0; name != NULL && i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
    }
    return -1;
}

bool export_what_parse(const char *name, enum export_what *what)
{
    int place = place_of(whats, EXPORT_WHAT_COUNT, name);
    *what = place < 0 ? *what : (enum export_what)place;
    return place >= 0;
}

bool export_form_parse(const char *name, enum export_form *form)
{
    int place = place_of(forms, EXPORT_FORM_COUNT, name);
    *form = place < 0 ? *form : (enum export_form)place;
    return place >= 0;
}

bool export_can(enum export_what what, enum export_form form)
{
    return what == EXPORT_EVENTS || form == EXPORT_NDJSON || form == EXPORT_CSV;
}

static void put(struct exporter *x, const char *text)
{
    x->options.write(text, strlen(text), x->options.user_data);
}

/* --- rows of cells, for both NDJSON and CSV --- */

enum cell_type { CELL_TEXT, CELL_NUMBER, CELL_TIME, CELL_FLAG, CELL_JSON /* CSV: its text */ };

struct cell {
    const char *name;
    enum cell_type type;
    const char *text; /* TEXT, JSON; NULL: none */
    int64_t number;   /* NUMBER (below 0: not known), TIME (0: none), FLAG */
};

static void append_quoted(GString *line, const char *text)
{
    if (strchr("=+-@\t\r", *text) != NULL && *text != '\0') {
        g_autofree char *plain = g_strconcat("'", text, NULL);
        append_quoted(line, plain);
        return;
    }
    if (strpbrk(text, ",\"\r\n") == NULL) {
        g_string_append(line, text);
        return;
    }
    g_string_append_c(line, '"');
    for (const char *at = text; *at != '\0'; at++)
        g_string_append_printf(line, *at == '"' ? "\"\"" : "%c", *at);
    g_string_append_c(line, '"');
}

static void append_cell(GString *line, const struct cell *cell)
{
    char time[TIMESTAMP_BYTES];
    switch (cell->type) {
    case CELL_NUMBER:
        if (cell->number >= 0)
            g_string_append_printf(line, "%" G_GINT64_FORMAT, cell->number);
        break;
    case CELL_FLAG:
        g_string_append(line, cell->number ? "true" : "false");
        break;
    case CELL_TIME:
        timestamp_format(cell->number, time);
        g_string_append(line, cell->number != 0 ? time : "");
        break;
    default:
        append_quoted(line, cell->text != NULL ? cell->text : "");
        break;
    }
}

static void put_csv(struct exporter *x, const struct cell *cells, size_t count, bool header)
{
    g_autoptr(GString) line = g_string_new(NULL);
    for (size_t i = 0; i < count; i++) {
        g_string_append(line, i == 0 ? "" : ",");
        if (header)
            g_string_append(line, cells[i].name);
        else
            append_cell(line, &cells[i]);
    }
    g_string_append(line, "\r\n");
    put(x, line->str);
}

static void put_json(struct exporter *x, cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);
    put(x, text);
    put(x, "\n");
    cJSON_free(text);
    cJSON_Delete(json);
}

/* What is not known is left out. */
static void put_ndjson(struct exporter *x, const struct cell *cells, size_t count)
{
    cJSON *json = cJSON_CreateObject();
    for (size_t i = 0; i < count; i++) {
        const struct cell *cell = &cells[i];
        char time[TIMESTAMP_BYTES];
        timestamp_format(cell->number, time);
        if (cell->type == CELL_NUMBER && cell->number >= 0)
            cJSON_AddNumberToObject(json, cell->name, (double)cell->number);
        else if (cell->type == CELL_FLAG)
            cJSON_AddBoolToObject(json, cell->name, cell->number != 0);
        else if (cell->type == CELL_TIME && cell->number != 0)
            cJSON_AddStringToObject(json, cell->name, time);
        else if (cell->type == CELL_TEXT && cell->text != NULL)
            cJSON_AddStringToObject(json, cell->name, cell->text);
    }
    put_json(x, json);
}

static void put_row(struct exporter *x, const struct cell *cells, size_t count)
{
    if (x->options.form == EXPORT_CSV)
        put_csv(x, cells, count, false);
    else
        put_ndjson(x, cells, count);
}

#define TEXT(column, value)                                  \
    {                                                        \
        .name = (column), .type = CELL_TEXT, .text = (value) \
    }
#define NUMBER(column, value)                                    \
    {                                                            \
        .name = (column), .type = CELL_NUMBER, .number = (value) \
    }
#define TIME(column, value)                                    \
    {                                                          \
        .name = (column), .type = CELL_TIME, .number = (value) \
    }
#define FLAG(column, value)                                    \
    {                                                          \
        .name = (column), .type = CELL_FLAG, .number = (value) \
    }

/* --- contacts --- */

static const char *say(enum answer answer)
{
    static const char *const words[] = {NULL, "yes", "no"};
    return words[answer];
}

static void put_contact(struct exporter *x, const struct summary *row, bool header)
{
    static const char *const fates[] = {"open", "closed", "abandoned"};
    const struct cell cells[] = {
        TEXT("contact", row->contact),
        TEXT("channel", channel_name(row->channel)),
        TEXT("class", row->class),
        TEXT("intent", row->intent),
        TEXT("customer", row->customer),
        TEXT("first_queue", row->first_queue),
        TEXT("queue", row->queue),
        TEXT("agent", row->agent),
        TEXT("script", row->script),
        NUMBER("script_version", row->version),
        TIME("created_at", row->created_ms),
        TIME("accepted_at", row->accepted_ms),
        TIME("replied_at", row->replied_ms),
        TIME("over_at", row->over_ms),
        TEXT("fate", fates[row->fate]),
        TEXT("disposition", row->disposition),
        FLAG("resolved", row->resolved),
        FLAG("is_repeat", row->is_repeat),
        TEXT("repeated", say(row->repeated)),
        TEXT("first_contact_resolution", say(row->first)),
        NUMBER("csat", row->csat),
        NUMBER("nps", row->nps),
        NUMBER("legs", row->legs),
        NUMBER("transfers", row->transfers),
        NUMBER("escalations", row->escalations),
        NUMBER("queue_ms", row->wait_ms[WAIT_QUEUE]),
        NUMBER("offer_ms", row->wait_ms[WAIT_OFFER]),
        NUMBER("parked_ms", row->wait_ms[WAIT_PARKED]),
        NUMBER("talk_ms", row->per_activity_ms[ACTIVITY_TALK]),
        NUMBER("aside_ms", row->per_activity_ms[ACTIVITY_ASIDE]),
        NUMBER("hold_ms", row->per_activity_ms[ACTIVITY_HOLD]),
        NUMBER("consult_ms", row->per_activity_ms[ACTIVITY_CONSULT]),
        NUMBER("acw_ms", row->per_activity_ms[ACTIVITY_ACW]),
        NUMBER("handle_ms", row->handle_ms),
        NUMBER("focus_ms", row->focus_ms),
        NUMBER("keys", row->keys),
        NUMBER("verifications", row->verifications),
        NUMBER("steps_again", row->steps_again),
        NUMBER("runs_judged", row->runs_judged),
        NUMBER("runs_compliant", row->runs_compliant),
    };
    if (header)
        put_csv(x, cells, G_N_ELEMENTS(cells), true);
    else
        put_row(x, cells, G_N_ELEMENTS(cells));
}

static void take_summary(const struct summary *row, void *user_data)
{
    struct exporter *x = user_data;
    if (row->created_ms >= x->options.since_ms && row->created_ms < x->options.until_ms)
        put_contact(x, row, false);
}

/* --- intervals --- */

static void put_interval(struct exporter *x, const struct interval *i, bool header)
{
    const struct cell cells[] = {
        TEXT("contact", i->contact),   TEXT("leg", i->leg),
        TEXT("agent", i->agent),       TEXT("activity", activity_name(i->activity)),
        FLAG("focused", i->focused),   TEXT("script", i->script),
        TEXT("step", i->step),         TEXT("class", i->step == NULL ? NULL : step_class_name(i->step_class)),
        TEXT("waste", i->waste),       TIME("start_at", i->start_ms),
        TIME("end_at", i->end_ms),     NUMBER("duration_ms", i->duration_ms),
        FLAG("ends_leg", i->ends_leg),
    };
    if (header)
        put_csv(x, cells, G_N_ELEMENTS(cells), true);
    else
        put_row(x, cells, G_N_ELEMENTS(cells));
}

static void take_interval(const struct interval *i, void *user_data)
{
    struct exporter *x = user_data;
    if (i->start_ms >= x->options.since_ms && i->start_ms < x->options.until_ms)
        put_interval(x, i, false);
}

/* --- events --- */

static void put_event_csv(struct exporter *x, const struct event *ev, bool header)
{
    char *data = header ? NULL : cJSON_PrintUnformatted(ev->data);
    const struct cell cells[] = {
        NUMBER("position", ev->position),
        TEXT("id", ev->id),
        TEXT("kind", event_kind_name(ev->kind)),
        TIME("at", ev->at_ms),
        TIME("received_at", ev->received_at_ms),
        TEXT("actor_kind", actor_kind_name(ev->actor_kind)),
        TEXT("actor", ev->actor),
        TEXT("contact", ev->contact),
        TEXT("leg", ev->leg),
        TEXT("device", ev->device),
        NUMBER("seq", ev->seq),
        TEXT("boot", ev->boot),
        NUMBER("boot_ms", ev->boot_ms),
        NUMBER("saw", ev->saw),
        {.name = "data", .type = CELL_JSON, .text = data},
    };
    put_csv(x, cells, G_N_ELEMENTS(cells), header);
    cJSON_free(data);
}

static void add_number(cJSON *json, const char *name, int64_t number)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);
    cJSON_AddStringToObject(json, name, text);
}

static void add_text(cJSON *json, const char *name, const char *text)
{
    if (text != NULL && *text != '\0')
        cJSON_AddStringToObject(json, name, text);
}

static void put_cloudevent(struct exporter *x, const struct event *ev)
{
    cJSON *json = cJSON_CreateObject();
    char time[TIMESTAMP_BYTES];
    g_autofree char *device = g_uri_escape_string(ev->device != NULL ? ev->device : "", NULL, false);
    g_autofree char *source = g_strconcat("/devices/", device, NULL);
    timestamp_format(ev->at_ms, time);
    cJSON_AddStringToObject(json, "specversion", "1.0");
    cJSON_AddStringToObject(json, "id", ev->id);
    cJSON_AddStringToObject(json, "source", source);
    cJSON_AddStringToObject(json, "type", event_kind_name(ev->kind));
    cJSON_AddStringToObject(json, "time", time);
    add_text(json, "subject", ev->contact);
    cJSON_AddStringToObject(json, "datacontenttype", "application/json");
    add_text(json, "leg", ev->leg);
    cJSON_AddStringToObject(json, "actorkind", actor_kind_name(ev->actor_kind));
    add_text(json, "actor", ev->actor);
    add_text(json, "boot", ev->boot);
    add_number(json, "bootms", ev->boot_ms);
    add_number(json, "seq", ev->seq);
    if (ev->saw != 0)
        add_number(json, "saw", ev->saw);
    if (ev->position != EVENT_NO_POSITION)
        add_number(json, "position", ev->position);
    if (ev->received_at_ms != 0) {
        timestamp_format(ev->received_at_ms, time);
        cJSON_AddStringToObject(json, "receivedat", time);
    }
    cJSON_AddItemToObject(json, "data", cJSON_Duplicate(ev->data, true));
    put_json(x, json);
}

static void put_event(struct exporter *x, const struct event *ev)
{
    if (ev->at_ms < x->options.since_ms || ev->at_ms >= x->options.until_ms)
        return;
    if (x->options.form == EXPORT_CSV)
        put_event_csv(x, ev, false);
    else if (x->options.form == EXPORT_CLOUDEVENTS)
        put_cloudevent(x, ev);
    else
        put_json(x, event_to_cjson(ev));
}

/* --- all --- */

static void put_header(struct exporter *x)
{
    static const struct event no_event = {0};
    if (x->options.form != EXPORT_CSV)
        return;
    if (x->options.what == EXPORT_CONTACTS)
        put_contact(x, &(struct summary){0}, true);
    else if (x->options.what == EXPORT_INTERVALS)
        put_interval(x, &(struct interval){0}, true);
    else
        put_event_csv(x, &no_event, true);
}

struct exporter *exporter_new(const struct exporter_options *options)
{
    g_assert(export_can(options->what, options->form));
    struct exporter *x = g_new0(struct exporter, 1);
    x->options = *options;
    if (options->what == EXPORT_CONTACTS)
        x->summaries = summaries_new(take_summary, x);
    else if (options->what == EXPORT_INTERVALS)
        x->intervals = intervals_new(take_interval, x);
    else if (options->form == EXPORT_XES)
        x->xes = xes_new(options->since_ms, options->until_ms, &options->rates, options->write,
                         options->user_data);
    put_header(x);
    return x;
}

void exporter_free(struct exporter *x)
{
    if (x == NULL)
        return;
    summaries_free(x->summaries);
    intervals_free(x->intervals);
    xes_free(x->xes);
    g_free(x);
}

void exporter_fold(struct exporter *x, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= x->position)
        return;
    x->position = MAX(x->position, ev->position);
    if (x->summaries != NULL)
        summaries_fold(x->summaries, ev);
    else if (x->intervals != NULL)
        intervals_fold(x->intervals, ev);
    else if (x->xes != NULL)
        xes_fold(x->xes, ev);
    else
        put_event(x, ev);
}

void exporter_finish(struct exporter *x, int64_t now_ms)
{
    if (x->summaries != NULL)
        summaries_settle(x->summaries, now_ms);
    if (x->xes != NULL)
        xes_finish(x->xes);
}
