#include "app/measure/xes.h"

#include <string.h>

#include "app/measure/intervals.h"
#include "app/model/timestamp.h"

/* A trace in the making. */
struct trace {
    char *contact;
    int64_t number; /* as the how-manieth it began */
    int64_t over_ms;
    GString *attributes, *events; /* their XML */
    bool wraps;
    enum channel channel;
    double cost, leg_cost; /* minor units: of all legs, and of the one that is open */
};

struct xes {
    int64_t since_ms, until_ms, position, made;
    GHashTable *traces; /* contact -> struct trace *, owned */
    GQueue over;        /* struct trace *, borrowed */
    struct rates rates;
    struct intervals *intervals; /* NULL: nothing is costed */
    void (*write)(const char *text, size_t len, void *user_data);
    void *user_data;
};

static const char head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<log xes.version=\"1849.2016\" xes.features=\"\" xmlns=\"http://www.xes-standard.org/\">\n"
    "<extension name=\"Concept\" prefix=\"concept\" uri=\"http://www.xes-standard.org/concept.xesext\"/>\n"
    "<extension name=\"Lifecycle\" prefix=\"lifecycle\" "
    "uri=\"http://www.xes-standard.org/lifecycle.xesext\"/>\n"
    "<extension name=\"Organizational\" prefix=\"org\" uri=\"http://www.xes-standard.org/org.xesext\"/>\n"
    "<extension name=\"Time\" prefix=\"time\" uri=\"http://www.xes-standard.org/time.xesext\"/>\n"
    "<extension name=\"Identity\" prefix=\"identity\" uri=\"http://www.xes-standard.org/identity.xesext\"/>\n"
    "%s"
    "<global scope=\"trace\">\n"
    "<string key=\"concept:name\" value=\"unknown\"/>\n"
    "</global>\n"
    "<global scope=\"event\">\n"
    "<string key=\"concept:name\" value=\"unknown\"/>\n"
    "<string key=\"lifecycle:transition\" value=\"complete\"/>\n"
    "<date key=\"time:timestamp\" value=\"1970-01-01T00:00:00.000Z\"/>\n"
    "<string key=\"org:resource\" value=\"unknown\"/>\n"
    "<string key=\"org:role\" value=\"unknown\"/>\n"
    "</global>\n"
    "<classifier name=\"Activity\" scope=\"event\" keys=\"concept:name\"/>\n"
    "<classifier name=\"Transition\" scope=\"event\" keys=\"concept:name lifecycle:transition\"/>\n"
    "<string key=\"concept:name\" value=\"firstline\"/>\n"
    "<string key=\"lifecycle:model\" value=\"standard\"/>\n";
static const char cost_head[] =
    "<extension name=\"Cost\" prefix=\"cost\" uri=\"http://www.xes-standard.org/cost.xesext\"/>\n";
static const char foot[] = "</log>\n";

static void put(struct xes *x, const char *text)
{
    x->write(text, strlen(text), x->user_data);
}

/* XML 1.0 has no word for most control characters, not even as references. */
static void append_escaped(GString *xml, const char *text)
{
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        bool may_not_be = c < 0x20 || c == 0xfffe || c == 0xffff;
        if (c == '&')
            g_string_append(xml, "&amp;");
        else if (c == '<')
            g_string_append(xml, "&lt;");
        else if (c == '>')
            g_string_append(xml, "&gt;");
        else if (c == '"')
            g_string_append(xml, "&quot;");
        else
            g_string_append_unichar(xml, may_not_be ? ' ' : c);
    }
}

static void append_attribute(GString *xml, const char *type, const char *key, const char *value)
{
    if (value == NULL)
        return;
    g_string_append_printf(xml, "<%s key=\"%s\" value=\"", type, key);
    append_escaped(xml, value);
    g_string_append(xml, "\"/>\n");
}

static void trace_free(void *data)
{
    struct trace *trace = data;
    g_free(trace->contact);
    g_string_free(trace->attributes, true);
    g_string_free(trace->events, true);
    g_free(trace);
}

/* --- cost --- */

static bool has_cost(const struct xes *x, const struct trace *trace)
{
    return x->rates.an_hour[trace->channel] > 0;
}

/* In the currency's unit; a leg of a minute is worth less than a cent of most rates' last digit. */
static void append_cost(const struct xes *x, GString *xml, double minor)
{
    char total[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(total, sizeof total, "%.4f", minor / 100);
    append_attribute(xml, "float", "cost:total", total);
    append_attribute(xml, "string", "cost:currency", *x->rates.currency != '\0' ? x->rates.currency : NULL);
}

static void take_interval(const struct interval *i, void *user_data)
{
    struct xes *x = user_data;
    struct trace *trace = g_hash_table_lookup(x->traces, i->contact);
    if (trace == NULL || !i->focused)
        return;
    double cost = rates_cost(&x->rates, trace->channel, i->duration_ms);
    trace->cost += cost;
    trace->leg_cost += cost;
}

struct xes *xes_new(int64_t since_ms, int64_t until_ms, const struct rates *rates,
                    void (*write)(const char *text, size_t len, void *user_data), void *user_data)
{
    struct xes *x = g_new0(struct xes, 1);
    x->since_ms = since_ms;
    x->until_ms = until_ms;
    x->traces = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, trace_free);
    g_queue_init(&x->over);
    x->write = write;
    x->user_data = user_data;
    x->rates = *rates;
    x->intervals = rates_any(rates) ? intervals_new(take_interval, x) : NULL;
    g_autofree char *begun = g_strdup_printf(head, x->intervals != NULL ? cost_head : "");
    put(x, begun);
    return x;
}

void xes_free(struct xes *x)
{
    if (x == NULL)
        return;
    intervals_free(x->intervals);
    g_queue_clear(&x->over);
    g_hash_table_unref(x->traces);
    g_free(x);
}

/* --- events --- */

struct moment {
    const char *activity, *transition, *instance;
    bool has_identity; /* the first that an event becomes; an identity is nobody else's */
    bool ends_leg;     /* what the leg cost is known */
};

static void append_event(const struct xes *x, struct trace *trace, const struct event *ev,
                         const struct moment *moment)
{
    GString *xml = trace->events;
    char time[TIMESTAMP_BYTES];
    timestamp_format(ev->at_ms, time);
    g_string_append(xml, "<event>\n");
    append_attribute(xml, "string", "concept:name", moment->activity);
    append_attribute(xml, "string", "concept:instance", moment->instance);
    append_attribute(xml, "string", "lifecycle:transition", moment->transition);
    append_attribute(xml, "date", "time:timestamp", time);
    append_attribute(xml, "string", "org:resource",
                     ev->actor != NULL && *ev->actor != '\0' ? ev->actor : "unknown");
    append_attribute(xml, "string", "org:role", actor_kind_name(ev->actor_kind));
    append_attribute(xml, "id", "identity:id", moment->has_identity ? ev->id : NULL);
    append_attribute(xml, "string", "class", event_text(ev, "class"));
    append_attribute(xml, "string", "waste", event_text(ev, "waste"));
    append_attribute(xml, "string", "queue", event_text(ev, "queue"));
    append_attribute(xml, "string", "disposition", event_text(ev, "disposition"));
    if (ev->kind == EVENT_CONTACT_CLOSED)
        append_attribute(xml, "boolean", "resolved", event_flag(ev, "resolved") ? "true" : "false");
    if (moment->ends_leg && has_cost(x, trace)) {
        append_cost(x, xml, trace->leg_cost);
        trace->leg_cost = 0;
    }
    g_string_append(xml, "</event>\n");
}

static void append_step(const struct xes *x, struct trace *trace, const struct event *ev)
{
    const char *script = event_text(ev, "script"), *step = event_text(ev, "step");
    g_autofree char *activity = g_strjoin("/", script == NULL ? "" : script, step == NULL ? "" : step, NULL);
    g_autofree char *instance = g_strjoin(" ", ev->leg == NULL ? trace->contact : ev->leg, activity, NULL);
    const char *skip = event_flag(ev, "automatic") ? "autoskip" : "manualskip";
    const char *transition = ev->kind == EVENT_STEP_ENTERED   ? "start"
                             : ev->kind == EVENT_STEP_SKIPPED ? skip
                             : event_goes_back(ev)            ? "pi_abort"
                                                              : "complete";
    append_event(x, trace, ev, &(struct moment){activity, transition, instance, true, false});
}

/* What an event is in XES; a row without activity goes by its kind, complete. */
static const struct xes_row {
    const char *activity, *transition;
    bool ends_leg; /* then the leg's "handle" is complete, too */
    bool is_step, is_left_out;
} rows[EVENT_KIND_COUNT] = {
    [EVENT_FOCUS_MOVED] = {.is_left_out = true},
    [EVENT_CUSTOMER_TYPING] = {.is_left_out = true},
    [EVENT_STEP_ENTERED] = {.is_step = true},
    [EVENT_STEP_LEFT] = {.is_step = true},
    [EVENT_STEP_SKIPPED] = {.is_step = true},
    [EVENT_CONTACT_OFFERED] = {"handle", "assign", false, false, false},
    [EVENT_CONTACT_OFFER_REJECTED] = {"handle", "reassign", false, false, false},
    [EVENT_CONTACT_OFFER_TIMED_OUT] = {"handle", "reassign", false, false, false},
    [EVENT_CONTACT_OFFER_WITHDRAWN] = {"handle", "reassign", false, false, false},
    [EVENT_CONTACT_ACCEPTED] = {"handle", "start", false, false, false},
    [EVENT_CONTACT_HELD] = {"handle", "suspend", false, false, false},
    [EVENT_CONTACT_RESUMED] = {"handle", "resume", false, false, false},
    [EVENT_CONTACT_CONSULT_STARTED] = {"consult", "start", false, false, false},
    [EVENT_CONTACT_CONSULT_ENDED] = {"consult", "complete", false, false, false},
    [EVENT_CONTACT_PARKED] = {"park", "start", true, false, false},
    [EVENT_CONTACT_UNPARKED] = {"park", "complete", false, false, false},
    [EVENT_CONTACT_WRAP_STARTED] = {"wrap-up", "start", false, false, false},
    [EVENT_CONTACT_TRANSFERRED] = {.ends_leg = true},
    [EVENT_CONTACT_ESCALATED] = {.ends_leg = true},
    [EVENT_CONTACT_GIVEN_BACK] = {.ends_leg = true},
    [EVENT_CONTACT_CLOSED] = {.ends_leg = true},
};

static void append_kind(const struct xes *x, struct trace *trace, const struct event *ev)
{
    const struct xes_row *row = &rows[ev->kind];
    const char *instance = ev->leg != NULL ? ev->leg : trace->contact;
    if (row->is_left_out)
        return;
    if (row->is_step) {
        append_step(x, trace, ev);
        return;
    }
    if (ev->kind == EVENT_CONTACT_CLOSED && trace->wraps)
        append_event(x, trace, ev, &(struct moment){"wrap-up", "complete", instance, false, false});
    if (row->ends_leg && ev->leg != NULL)
        append_event(x, trace, ev, &(struct moment){"handle", "complete", instance, false, true});
    append_event(x, trace, ev,
                 &(struct moment){row->activity != NULL ? row->activity : event_kind_name(ev->kind),
                                  row->transition != NULL ? row->transition : "complete", instance, true,
                                  false});
    trace->wraps = (trace->wraps || ev->kind == EVENT_CONTACT_WRAP_STARTED) && !row->ends_leg;
}

/* --- traces --- */

static void give_out(struct xes *x, struct trace *trace)
{
    put(x, "<trace>\n");
    if (has_cost(x, trace))
        append_cost(x, trace->attributes, trace->cost);
    x->write(trace->attributes->str, trace->attributes->len, x->user_data);
    x->write(trace->events->str, trace->events->len, x->user_data);
    put(x, "</trace>\n");
    g_hash_table_remove(x->traces, trace->contact);
}

/* A trace's own attributes stand before its events; they are those of the arrival. */
static struct trace *begin(struct xes *x, const struct event *ev)
{
    struct trace *trace = g_new0(struct trace, 1);
    trace->contact = g_strdup(ev->contact);
    trace->number = ++x->made;
    trace->attributes = g_string_new(NULL);
    trace->events = g_string_new(NULL);
    channel_parse(event_text(ev, "channel"), &trace->channel);
    append_attribute(trace->attributes, "string", "concept:name", ev->contact);
    append_attribute(trace->attributes, "string", "channel", event_text(ev, "channel"));
    append_attribute(trace->attributes, "string", "class", event_text(ev, "class"));
    append_attribute(trace->attributes, "string", "intent", event_text(ev, "intent"));
    append_attribute(trace->attributes, "string", "queue", event_text(ev, "queue"));
    append_attribute(trace->attributes, "string", "tier", event_text(ev, "tier"));
    g_hash_table_insert(x->traces, trace->contact, trace);
    return trace;
}

static void expire(struct xes *x, int64_t now_ms)
{
    struct trace *trace;
    while ((trace = g_queue_peek_head(&x->over)) != NULL && trace->over_ms + XES_LINGER_MS < now_ms) {
        g_queue_pop_head(&x->over);
        give_out(x, trace);
    }
}

void xes_fold(struct xes *x, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= x->position)
        return;
    x->position = MAX(x->position, ev->position);
    expire(x, ev->at_ms);
    struct trace *trace = ev->contact == NULL ? NULL : g_hash_table_lookup(x->traces, ev->contact);
    if (trace == NULL && ev->kind == EVENT_CONTACT_CREATED && ev->contact != NULL &&
        ev->at_ms >= x->since_ms && ev->at_ms < x->until_ms)
        trace = begin(x, ev);
    if (x->intervals != NULL)
        intervals_fold(x->intervals, ev);
    if (trace == NULL)
        return;
    append_kind(x, trace, ev);
    bool is_over = ev->kind == EVENT_CONTACT_CLOSED || ev->kind == EVENT_CONTACT_ABANDONED;
    if (is_over && trace->over_ms == 0) {
        trace->over_ms = MAX(ev->at_ms, 1);
        g_queue_push_tail(&x->over, trace);
    }
}

static int compare_traces(gconstpointer one, gconstpointer other)
{
    const struct trace *a = *(const struct trace *const *)one, *b = *(const struct trace *const *)other;
    return a->number < b->number ? -1 : a->number > b->number;
}

void xes_finish(struct xes *x)
{
    g_autoptr(GPtrArray) left = g_ptr_array_new();
    GHashTableIter each;
    void *value;
    g_queue_clear(&x->over);
    g_hash_table_iter_init(&each, x->traces);
    while (g_hash_table_iter_next(&each, NULL, &value))
        g_ptr_array_add(left, value);
    g_ptr_array_sort(left, compare_traces);
    for (guint i = 0; i < left->len; i++)
        give_out(x, g_ptr_array_index(left, i));
    put(x, foot);
}
