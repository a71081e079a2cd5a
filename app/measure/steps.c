#include "app/measure/steps.h"

#include <string.h>

#include "app/measure/intervals.h"
#include "app/measure/table.h"
#include "app/model/timestamp.h"

#define TEXT_CHARS_MAX 60 /* of a message or note in a row */

struct steps {
    char *contact;
    struct intervals *intervals;
    GPtrArray *rows;     /* struct steps_row *, owned */
    const char *idle_as; /* what it is while no leg is open */
    int64_t position, last_at_ms, last_boot_ms;
    char *last_boot;
};

/* What to say of a kind: {name} is that member of data, or nothing. `idle_as`: what the contact is from then
 * on if no leg is open. */
static const struct {
    const char *says, *idle_as;
} phrases[EVENT_KIND_COUNT] = {
    [EVENT_FOCUS_MOVED] = {"looked at it", NULL},
    [EVENT_CONTACT_CREATED] = {"arrived by {channel} in {queue}", "queued"},
    [EVENT_CONTACT_CLASSIFIED] = {"classified as {class} {intent}", NULL},
    [EVENT_CONTACT_CUSTOMER_LINKED] = {"linked to customer {name}", NULL},
    [EVENT_CONTACT_OFFERED] = {"offered to {agent}", "offered"},
    [EVENT_CONTACT_OFFER_REJECTED] = {"rejected: {reason}", "queued"},
    [EVENT_CONTACT_OFFER_TIMED_OUT] = {"not answered by {agent}", "queued"},
    [EVENT_CONTACT_OFFER_WITHDRAWN] = {"offer to {agent} withdrawn: {reason}", NULL},
    [EVENT_CONTACT_ACCEPTED] = {"accepted", NULL},
    [EVENT_CONTACT_HELD] = {"held: {reason}", NULL},
    [EVENT_CONTACT_RESUMED] = {"resumed", NULL},
    [EVENT_CONTACT_CONSULT_STARTED] = {"consulted {agent} {queue}", NULL},
    [EVENT_CONTACT_CONSULT_ENDED] = {"ended the consultation", NULL},
    [EVENT_CONTACT_TRANSFERRED] = {"transferred to {queue} {agent}: {reason}", "queued"},
    [EVENT_CONTACT_ESCALATED] = {"escalated to {queue}: {ask}", "queued"},
    [EVENT_CONTACT_GIVEN_BACK] = {"given back: {answer}", "queued"},
    [EVENT_CONTACT_PARKED] = {"parked: {reason}", "parked"},
    [EVENT_CONTACT_UNPARKED] = {"unparked: {reason}", "queued"},
    [EVENT_CONTACT_ABANDONED] = {"abandoned", "over"},
    [EVENT_CONTACT_CUSTOMER_LEFT] = {"the customer left", NULL},
    [EVENT_CONTACT_WRAP_STARTED] = {"began to wrap up", NULL},
    [EVENT_CONTACT_CLOSED] = {"closed: {disposition}", "over"},
    [EVENT_CONTACT_RATED] = {"rated {csat} {nps}", NULL},
    [EVENT_MESSAGE_RECEIVED] = {"wrote: {text}", NULL},
    [EVENT_MESSAGE_SENT] = {"answered: {text}", NULL},
    [EVENT_NOTE_ADDED] = {"noted: {text}", NULL},
    [EVENT_CUSTOMER_CREATED] = {"recorded customer {name}", NULL},
    [EVENT_CUSTOMER_CORRECTED] = {"corrected {field}", NULL},
    [EVENT_CUSTOMER_REVEALED] = {"revealed {field}", NULL},
    [EVENT_CUSTOMER_VERIFIED] = {"verified the customer by {method}", NULL},
    [EVENT_SCRIPT_PROPOSED] = {"script {script} proposed", NULL},
    [EVENT_SCRIPT_STARTED] = {"started script {script}", NULL},
    [EVENT_STEP_ENTERED] = {"entered step {step}: {title} ({class} {waste})", NULL},
    [EVENT_STEP_ANSWERED] = {"answered {field} in step {step}", NULL},
    [EVENT_STEP_LEFT] = {"left step {step}: {result}", NULL},
    [EVENT_STEP_SKIPPED] = {"skipped step {step}: {reason}", NULL},
    [EVENT_STEP_FLAGGED] = {"flagged step {step} as {what}: {note}", NULL},
    [EVENT_APPROVAL_REQUESTED] = {"asked for an approval in step {step}: {ask}", NULL},
    [EVENT_APPROVAL_DECIDED] = {"approval {decision} {note}", NULL},
    [EVENT_APPROVAL_DELEGATED] = {"approval handed on to {agent}", NULL},
    [EVENT_APPROVAL_WITHDRAWN] = {"approval taken back: {reason}", NULL},
    [EVENT_APPROVAL_EXPIRED] = {"approval expired", NULL},
    [EVENT_SCRIPT_FINISHED] = {"ended script {script}: {outcome} {reason}", NULL},
    [EVENT_SCRIPT_LEFT] = {"left script {script}: {reason}", NULL},
    [EVENT_SEARCH_DONE] = {"searched \"{query}\", {hits} found", NULL},
    [EVENT_ARTICLE_SUGGESTED] = {"was suggested {articles}", NULL},
    [EVENT_ARTICLE_OPENED] = {"opened article {article}", NULL},
    [EVENT_ARTICLE_INSERTED] = {"inserted article {article}", NULL},
    [EVENT_ARTICLE_RATED] = {"rated article {article}", NULL},
    [EVENT_ARTICLE_FLAGGED] = {"flagged article {article}: {note}", NULL},
};

static void row_free(void *data)
{
    struct steps_row *row = data;
    g_free(row->actor);
    g_free(row->what);
    g_free(row);
}

struct steps *steps_new(const char *contact)
{
    struct steps *s = g_new0(struct steps, 1);
    s->contact = g_strdup(contact);
    s->intervals = intervals_new(NULL, NULL);
    s->rows = g_ptr_array_new_with_free_func(row_free);
    s->idle_as = "queued";
    return s;
}

void steps_free(struct steps *s)
{
    if (s == NULL)
        return;
    intervals_free(s->intervals);
    g_ptr_array_unref(s->rows);
    g_free(s->contact);
    g_free(s->last_boot);
    g_free(s);
}

/* The first line of a member, cut at TEXT_CHARS_MAX characters. */
static void append_member(GString *what, const struct event *ev, const char *name)
{
    const char *text = event_text(ev, name);
    if (text == NULL) {
        int64_t number = event_number(ev, name, -1);
        if (number >= 0)
            g_string_append_printf(what, "%" G_GINT64_FORMAT, number);
        return;
    }
    const char *end = text;
    for (int chars = 0; *end != '\0' && *end != '\n' && *end != '\r' && chars < TEXT_CHARS_MAX; chars++)
        end = g_utf8_next_char(end);
    g_string_append_len(what, text, end - text);
    if (*end != '\0')
        g_string_append(what, "…");
}

static char *describe(const struct event *ev)
{
    GString *what = g_string_new(NULL);
    const char *at = phrases[ev->kind].says;
    if (at == NULL)
        return g_string_free(g_string_append(what, event_kind_name(ev->kind)), false);
    while (*at != '\0') {
        const char *close = *at == '{' ? strchr(at, '}') : NULL;
        if (close == NULL) {
            g_string_append_c(what, *at++);
            continue;
        }
        g_autofree char *name = g_strndup(at + 1, (gsize)(close - at - 1));
        append_member(what, ev, name);
        at = close + 1;
    }
    g_string_replace(what, ":  (", " (", 0);
    g_string_replace(what, " )", ")", 0);
    while (what->len > 0 && strchr(" :", what->str[what->len - 1]) != NULL)
        g_string_truncate(what, what->len - 1);
    g_string_replace(what, " :", ":", 0);
    return g_string_free(what, false);
}

/* The time between the last row and this event; a clock that went back makes none. */
static int64_t since_last_ms(const struct steps *s, const struct event *ev)
{
    int64_t ms = ev->boot != NULL && g_strcmp0(s->last_boot, ev->boot) == 0 ? ev->boot_ms - s->last_boot_ms
                                                                            : ev->at_ms - s->last_at_ms;
    return MAX(ms, 0);
}

static void end_last_row(struct steps *s, const struct event *ev)
{
    int64_t ms = s->rows->len == 0 ? 1 : since_last_ms(s, ev);
    if (s->rows->len > 0)
        ((struct steps_row *)g_ptr_array_index(s->rows, s->rows->len - 1))->duration_ms = ms;
    if (ms == 0)
        return;
    s->last_at_ms = ev->at_ms;
    s->last_boot_ms = ev->boot_ms;
    g_free(s->last_boot);
    s->last_boot = g_strdup(ev->boot);
}

static void add_row(struct steps *s, const struct event *ev, char *what)
{
    enum activity activity;
    end_last_row(s, ev);
    struct steps_row *row = g_new0(struct steps_row, 1);
    row->at_ms = ev->at_ms;
    row->kind = ev->kind;
    row->actor = g_strdup(ev->actor_kind == ACTOR_AGENT ? ev->actor : actor_kind_name(ev->actor_kind));
    row->activity = intervals_now(s->intervals, s->contact, &activity) ? activity_name(activity) : s->idle_as;
    row->what = what;
    g_ptr_array_add(s->rows, row);
}

/* Elsewhere: the agents' looks at other contacts, which end this one's focus. */
static void fold_elsewhere(struct steps *s, const struct event *ev)
{
    enum activity before, after;
    if (ev->kind != EVENT_FOCUS_MOVED && ev->kind != EVENT_AGENT_SIGNED_OUT)
        return;
    bool open = intervals_now(s->intervals, s->contact, &before);
    intervals_fold(s->intervals, ev);
    if (!open || !intervals_now(s->intervals, s->contact, &after) || before == after)
        return;
    add_row(s, ev,
            ev->contact == NULL ? g_strdup("looked away")
                                : g_strdup_printf("looked at contact %s", ev->contact));
}

void steps_fold(struct steps *s, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= s->position)
        return;
    s->position = MAX(s->position, ev->position);
    if ((unsigned)ev->kind >= EVENT_KIND_COUNT)
        return;
    if (g_strcmp0(ev->contact, s->contact) != 0) {
        fold_elsewhere(s, ev);
        return;
    }
    intervals_fold(s->intervals, ev);
    if (phrases[ev->kind].idle_as != NULL)
        s->idle_as = phrases[ev->kind].idle_as;
    if (ev->kind == EVENT_CONTACT_OFFER_WITHDRAWN && strcmp(s->idle_as, "offered") == 0)
        s->idle_as = "queued";
    if (ev->kind != EVENT_CUSTOMER_TYPING)
        add_row(s, ev, describe(ev));
}

const GPtrArray *steps_rows(const struct steps *s)
{
    return s->rows;
}

static const struct table_column columns[] = {
    {"at (UTC)", "at", TABLE_TIME},    {"for", "duration_ms", TABLE_DURATION}, {"who", "actor", TABLE_TEXT},
    {"doing", "activity", TABLE_TEXT}, {"what", "what", TABLE_TEXT},           {"event", "kind", TABLE_TEXT},
};

/* The name of the event is for programs: people have the words. */
static struct table *table_of(const struct steps *s, size_t count)
{
    struct table *t = table_new(columns, count);
    for (guint i = 0; i < s->rows->len; i++) {
        const struct steps_row *row = g_ptr_array_index(s->rows, i);
        table_add_number(t, row->at_ms);
        table_add_number(t, row->duration_ms);
        table_add_text(t, row->actor);
        table_add_text(t, row->activity);
        table_add_text(t, row->what);
        if (count > 5)
            table_add_text(t, event_kind_name(row->kind));
    }
    return t;
}

char *steps_to_text(const struct steps *s)
{
    g_autoptr(table) t = table_of(s, G_N_ELEMENTS(columns) - 1);
    g_autofree char *text = table_to_text(t);
    if (s->rows->len == 0)
        return g_steal_pointer(&text);
    char first[TIMESTAMP_BYTES];
    timestamp_format(((const struct steps_row *)g_ptr_array_index(s->rows, 0))->at_ms, first);
    return g_strdup_printf("Begun on %.*s.\n\n%s", (int)strlen("2026-11-23"), first, text);
}

char *steps_to_tsv(const struct steps *s)
{
    g_autoptr(table) t = table_of(s, G_N_ELEMENTS(columns));
    return table_to_tsv(t);
}

cJSON *steps_to_cjson(const struct steps *s)
{
    g_autoptr(table) t = table_of(s, G_N_ELEMENTS(columns));
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "contact", s->contact);
    cJSON_AddItemToObject(json, "rows", table_to_cjson(t));
    return json;
}
