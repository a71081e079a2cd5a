#include "app/measure/approval_times.h"

#include <string.h>

/* One that nobody has decided yet. */
struct request {
    char *id, *contact, *script, *step;
    int64_t start_ms;
};

struct approval_times {
    GHashTable *open; /* id -> struct request *, owned */
    int64_t position;
    approval_time_sink sink;
    void *user_data;
};

static void request_free(void *data)
{
    struct request *request = data;
    g_free(request->id);
    g_free(request->contact);
    g_free(request->script);
    g_free(request->step);
    g_free(request);
}

struct approval_times *approval_times_new(approval_time_sink sink, void *user_data)
{
    struct approval_times *times = g_new0(struct approval_times, 1);
    times->open = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, request_free);
    times->sink = sink;
    times->user_data = user_data;
    return times;
}

void approval_times_free(struct approval_times *times)
{
    if (times == NULL)
        return;
    g_hash_table_unref(times->open);
    g_free(times);
}

static void ask(struct approval_times *times, const struct event *ev)
{
    const char *script = event_text(ev, "script"), *step = event_text(ev, "step");
    if (ev->id == NULL || ev->contact == NULL)
        return;
    struct request *request = g_new0(struct request, 1);
    request->id = g_strdup(ev->id);
    request->contact = g_strdup(ev->contact);
    request->script = g_strdup(script != NULL ? script : "");
    request->step = g_strdup(step != NULL ? step : "");
    request->start_ms = ev->at_ms;
    g_hash_table_replace(times->open, request->id, request);
}

static void tell(struct approval_times *times, const struct request *request, const struct event *ev,
                 enum approval_state outcome)
{
    struct approval_time time = {.contact = request->contact,
                                 .script = request->script,
                                 .step = request->step,
                                 .outcome = outcome,
                                 .by_rule = event_flag(ev, "rule"),
                                 .start_ms = request->start_ms,
                                 .wait_ms = MAX(ev->at_ms - request->start_ms, 0)};
    times->sink(&time, times->user_data);
}

static void end(struct approval_times *times, const struct event *ev, enum approval_state outcome)
{
    const char *id = event_text(ev, "approval");
    const struct request *request = id != NULL ? g_hash_table_lookup(times->open, id) : NULL;
    if (request == NULL)
        return;
    tell(times, request, ev, outcome);
    g_hash_table_remove(times->open, id);
}

static void end_all_of(struct approval_times *times, const struct event *ev)
{
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, times->open);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        if (g_strcmp0(((const struct request *)value)->contact, ev->contact) != 0)
            continue;
        tell(times, value, ev, APPROVAL_WITHDRAWN);
        g_hash_table_iter_remove(&each);
    }
}

/* An approve step that the script's own rule has passed by: nothing was asked, and nobody waited. */
static void granted_by_script(struct approval_times *times, const struct event *ev)
{
    const char *script = event_text(ev, "script"), *step = event_text(ev, "step");
    if (!event_flag(ev, "rule") || ev->contact == NULL)
        return;
    struct approval_time time = {.contact = ev->contact,
                                 .script = script != NULL ? script : "",
                                 .step = step != NULL ? step : "",
                                 .outcome = APPROVAL_GRANTED,
                                 .by_rule = true,
                                 .start_ms = ev->at_ms};
    times->sink(&time, times->user_data);
}

static void take(struct approval_times *times, const struct event *ev)
{
    switch (ev->kind) {
    case EVENT_APPROVAL_REQUESTED:
        ask(times, ev);
        break;
    case EVENT_APPROVAL_DECIDED:
        end(times, ev,
            g_strcmp0(event_text(ev, "decision"), "granted") == 0 ? APPROVAL_GRANTED : APPROVAL_REFUSED);
        break;
    case EVENT_STEP_SKIPPED:
        granted_by_script(times, ev);
        break;
    case EVENT_APPROVAL_EXPIRED:
        end(times, ev, APPROVAL_EXPIRED);
        break;
    case EVENT_APPROVAL_WITHDRAWN:
        end(times, ev, APPROVAL_WITHDRAWN);
        break;
    case EVENT_CONTACT_CLOSED:
    case EVENT_CONTACT_ABANDONED:
        end_all_of(times, ev);
        break;
    default:
        break;
    }
}

void approval_times_fold(struct approval_times *times, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= times->position)
        return;
    times->position = MAX(times->position, ev->position);
    take(times, ev);
}
