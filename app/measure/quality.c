#include "app/measure/quality.h"

#include <stdlib.h>
#include <string.h>

struct device {
    char *id, *boot;
    int64_t seq, at_ms, boot_ms;
    int64_t repeated, gaps, jumps, largest_jump_ms;
};

struct open_contact {
    char *id, *leg, *agent, *step;
    int64_t at_ms; /* of its latest event */
};

struct quality {
    int64_t since_ms, until_ms, position;
    GHashTable *devices;  /* id -> struct device *, owned */
    GHashTable *contacts; /* id -> struct open_contact *, owned */
    GHashTable *seen;     /* agent -> int64_t *: their last event */
    int64_t counts[QUALITY_COUNTS];
};

static void device_free(void *data)
{
    struct device *device = data;
    g_free(device->id);
    g_free(device->boot);
    g_free(device);
}

static void open_contact_free(void *data)
{
    struct open_contact *c = data;
    g_free(c->id);
    g_free(c->leg);
    g_free(c->agent);
    g_free(c->step);
    g_free(c);
}

struct quality *quality_new(int64_t since_ms, int64_t until_ms)
{
    struct quality *q = g_new0(struct quality, 1);
    q->since_ms = since_ms;
    q->until_ms = until_ms;
    q->devices = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, device_free);
    q->contacts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, open_contact_free);
    q->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return q;
}

void quality_free(struct quality *q)
{
    if (q == NULL)
        return;
    g_hash_table_unref(q->devices);
    g_hash_table_unref(q->contacts);
    g_hash_table_unref(q->seen);
    g_free(q);
}

static void set(char **field, const char *text)
{
    if (g_strcmp0(*field, text) == 0)
        return;
    g_free(*field);
    *field = g_strdup(text);
}

/* --- devices --- */

static struct device *device_of(struct quality *q, const struct event *ev)
{
    struct device *device = g_hash_table_lookup(q->devices, ev->device);
    if (device == NULL) {
        device = g_new0(struct device, 1);
        device->id = g_strdup(ev->device);
        g_hash_table_insert(q->devices, device->id, device);
    }
    return device;
}

static void check_clock(struct quality *q, struct device *device, const struct event *ev, bool counts)
{
    if (ev->boot != NULL && g_strcmp0(device->boot, ev->boot) == 0) {
        int64_t jump_ms = (ev->at_ms - device->at_ms) - (ev->boot_ms - device->boot_ms);
        bool jumped = counts && llabs(jump_ms) > QUALITY_JUMP_MS;
        q->counts[QUALITY_CLOCK_JUMPED] += jumped;
        device->jumps += jumped;
        if (jumped && llabs(jump_ms) > llabs(device->largest_jump_ms))
            device->largest_jump_ms = jump_ms;
    }
    set(&device->boot, ev->boot);
    device->at_ms = ev->at_ms;
    device->boot_ms = ev->boot_ms;
}

/* False where the event was there before. A device's numbers before the first that is read are not missed. */
static bool check_device(struct quality *q, const struct event *ev, bool counts)
{
    if (ev->device == NULL || ev->seq <= 0)
        return true;
    struct device *device = device_of(q, ev);
    if (ev->seq <= device->seq) {
        q->counts[QUALITY_REPEATED] += counts;
        device->repeated += counts;
        return false;
    }
    int64_t gap = device->seq == 0 ? 0 : ev->seq - device->seq - 1;
    q->counts[QUALITY_GAPS] += counts ? gap : 0;
    device->gaps += counts ? gap : 0;
    device->seq = ev->seq;
    check_clock(q, device, ev, counts);
    return true;
}

static void check_arrival(struct quality *q, const struct event *ev)
{
    if (ev->received_at_ms == 0)
        return;
    q->counts[QUALITY_CLOCK_AHEAD] += ev->at_ms - ev->received_at_ms > QUALITY_JUMP_MS;
    q->counts[QUALITY_LATE] += ev->received_at_ms - ev->at_ms > QUALITY_LATE_MS;
}

/* --- contacts --- */

static struct open_contact *contact_of(struct quality *q, const struct event *ev)
{
    struct open_contact *c = g_hash_table_lookup(q->contacts, ev->contact);
    if (c == NULL) {
        c = g_new0(struct open_contact, 1);
        c->id = g_strdup(ev->contact);
        c->at_ms = ev->at_ms;
        g_hash_table_insert(q->contacts, c->id, c);
    }
    return c;
}

static bool ends_leg(enum event_kind kind)
{
    return kind == EVENT_CONTACT_CLOSED || kind == EVENT_CONTACT_ABANDONED ||
           kind == EVENT_CONTACT_TRANSFERRED || kind == EVENT_CONTACT_ESCALATED ||
           kind == EVENT_CONTACT_GIVEN_BACK || kind == EVENT_CONTACT_PARKED;
}

/* Events that only an open leg can have. A customer writes when they like, a rating comes afterwards. */
static bool is_of_leg(enum event_kind kind)
{
    switch (kind) {
    case EVENT_CONTACT_HELD:
    case EVENT_CONTACT_RESUMED:
    case EVENT_CONTACT_CONSULT_STARTED:
    case EVENT_CONTACT_CONSULT_ENDED:
    case EVENT_CONTACT_WRAP_STARTED:
    case EVENT_SCRIPT_STARTED:
    case EVENT_STEP_ENTERED:
    case EVENT_STEP_ANSWERED:
    case EVENT_STEP_LEFT:
    case EVENT_STEP_SKIPPED:
    case EVENT_SCRIPT_FINISHED:
    case EVENT_SCRIPT_LEFT:
        return true;
    default:
        return false;
    }
}

static void walk(struct quality *q, struct open_contact *c, const struct event *ev, bool counts)
{
    bool is_over = ev->kind == EVENT_CONTACT_CLOSED || ev->kind == EVENT_CONTACT_ABANDONED;
    if (ev->kind == EVENT_STEP_ENTERED)
        set(&c->step, event_text(ev, "step"));
    else if (ev->kind == EVENT_STEP_LEFT || ev->kind == EVENT_STEP_SKIPPED ||
             ev->kind == EVENT_SCRIPT_FINISHED || ev->kind == EVENT_SCRIPT_LEFT)
        set(&c->step, NULL);
    if (is_over)
        q->counts[QUALITY_OPEN_STEPS] += counts && c->step != NULL;
    else if (ends_leg(ev->kind)) /* it stands open for the next leg */
        set(&c->step, NULL);
}

static void check_contact(struct quality *q, const struct event *ev, bool counts)
{
    struct open_contact *c = contact_of(q, ev);
    q->counts[QUALITY_OUT_OF_ORDER] += counts && c->at_ms - ev->at_ms > QUALITY_JUMP_MS;
    c->at_ms = MAX(c->at_ms, ev->at_ms);
    bool stray =
        is_of_leg(ev->kind) && (c->leg == NULL || (ev->leg != NULL && g_strcmp0(c->leg, ev->leg) != 0));
    q->counts[QUALITY_STRAY] += counts && stray;
    if (stray)
        return;
    walk(q, c, ev, counts);
    if (ev->kind == EVENT_CONTACT_ACCEPTED) {
        q->counts[QUALITY_REPLACED_LEGS] += counts && c->leg != NULL && g_strcmp0(c->leg, ev->leg) != 0;
        set(&c->leg, ev->leg);
        set(&c->agent, ev->actor);
    }
    if (ends_leg(ev->kind)) {
        set(&c->leg, NULL);
        set(&c->agent, NULL);
    }
    if (ev->kind == EVENT_CONTACT_CLOSED || ev->kind == EVENT_CONTACT_ABANDONED)
        g_hash_table_remove(q->contacts, ev->contact);
}

static void check_sign_out(struct quality *q, const struct event *ev)
{
    const char *named = event_text(ev, "agent"), *who = named != NULL ? named : ev->actor;
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, q->contacts);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        const struct open_contact *c = value;
        q->counts[QUALITY_LEFT_LEGS] += c->leg != NULL && g_strcmp0(c->agent, who) == 0;
    }
}

static void see(struct quality *q, const struct event *ev)
{
    if (ev->actor_kind == ACTOR_AGENT && ev->actor != NULL)
        g_hash_table_replace(q->seen, g_strdup(ev->actor), g_memdup2(&ev->at_ms, sizeof ev->at_ms));
}

void quality_fold(struct quality *q, const struct event *ev)
{
    bool counts = ev->at_ms >= q->since_ms && ev->at_ms < q->until_ms;
    q->counts[QUALITY_EVENTS] += counts;
    if (ev->position != EVENT_NO_POSITION && ev->position <= q->position) {
        q->counts[QUALITY_REPEATED] += counts;
        return;
    }
    q->position = MAX(q->position, ev->position);
    if (!check_device(q, ev, counts))
        return;
    see(q, ev);
    if (counts)
        check_arrival(q, ev);
    q->counts[QUALITY_LOST] += counts && ev->kind == EVENT_JOURNAL_WITHDRAWN;
    if (counts && ev->kind == EVENT_JOURNAL_LOST)
        q->counts[QUALITY_LOST] += event_number(ev, "last", 0) - event_number(ev, "first", 1) + 1;
    if (counts && ev->kind == EVENT_AGENT_SIGNED_OUT)
        check_sign_out(q, ev);
    if (ev->contact != NULL && ev->kind != EVENT_FOCUS_MOVED && ev->kind != EVENT_CONTACT_RATED)
        check_contact(q, ev, counts);
}

void quality_counts(const struct quality *q, int64_t now_ms, int64_t counts[QUALITY_COUNTS])
{
    g_autoptr(GHashTable) left = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter each;
    void *value;
    memcpy(counts, q->counts, sizeof q->counts);
    g_hash_table_iter_init(&each, q->contacts);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        const struct open_contact *c = value;
        if (c->leg == NULL || now_ms - c->at_ms <= QUALITY_LEFT_MS)
            continue;
        const int64_t *seen_ms = c->agent == NULL ? NULL : g_hash_table_lookup(q->seen, c->agent);
        counts[QUALITY_OPEN_LEGS]++;
        if (seen_ms == NULL || now_ms - *seen_ms > QUALITY_LEFT_MS)
            counts[QUALITY_AGENTS_LEFT] += g_hash_table_add(left, c->agent != NULL ? c->agent : c->id);
    }
}

/* --- the report --- */

static const struct {
    const char *name, *meaning, *fold;
} counts_rows[QUALITY_COUNTS] = {
    [QUALITY_EVENTS] = {"events", "events", ""},
    [QUALITY_REPEATED] = {"repeated", "a position or a device's number that was there before", "ignored"},
    [QUALITY_GAPS] = {"missing_numbers", "numbers of devices that are not in the log", "refused, or lost"},
    [QUALITY_LOST] = {"told_lost", "numbers that desks said were lost or withdrawn", ""},
    [QUALITY_OUT_OF_ORDER] = {"out_of_order", "more than 2 s earlier than the contact's event before",
                              "no time passes"},
    [QUALITY_CLOCK_JUMPED] = {"clock_jumped", "wall clocks set by more than 2 s",
                              "durations by the boot clock"},
    [QUALITY_CLOCK_AHEAD] = {"clock_ahead", "received more than 2 s before they happened", ""},
    [QUALITY_LATE] = {"late", "received more than 5 min after they happened", "counted when they happened"},
    [QUALITY_STRAY] = {"stray", "of a leg that is not open", "ignored"},
    [QUALITY_REPLACED_LEGS] = {"replaced_legs", "legs ended by another agent's accept", "ended there"},
    [QUALITY_OPEN_LEGS] = {"open_legs", "legs without an end, untouched for 12 h", "not counted"},
    [QUALITY_LEFT_LEGS] = {"legs_at_sign_out", "legs open when their agent signed out",
                           "without focus since"},
    [QUALITY_AGENTS_LEFT] = {"agents_left", "agents with such legs, not seen for 12 h", ""},
    [QUALITY_OPEN_STEPS] = {"open_steps", "steps never left when the contact was over", "ended with the leg"},
};

static const struct table_column row_columns[] = {{"", "name", TABLE_TEXT},
                                                  {"count", "count", TABLE_COUNT},
                                                  {"what it is", "meaning", TABLE_TEXT},
                                                  {"how it is folded", "folded", TABLE_TEXT}};
static const struct table_column device_columns[] = {{"device", "device", TABLE_TEXT},
                                                     {"repeated", "repeated", TABLE_COUNT},
                                                     {"missing", "missing", TABLE_COUNT},
                                                     {"clock set", "jumps", TABLE_COUNT},
                                                     {"by up to (s)", "largest_s", TABLE_REAL}};

static int compare_devices(gconstpointer one, gconstpointer other)
{
    const struct device *a = *(const struct device *const *)one, *b = *(const struct device *const *)other;
    return strcmp(a->id, b->id);
}

static void add_devices(struct report *r, const struct quality *q)
{
    g_autoptr(GPtrArray) devices = g_ptr_array_new();
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, q->devices);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        const struct device *device = value;
        if (device->repeated > 0 || device->gaps > 0 || device->jumps > 0)
            g_ptr_array_add(devices, value);
    }
    if (devices->len == 0)
        return;
    g_ptr_array_sort(devices, compare_devices);
    struct table *t =
        report_add_table(r, "devices", REPORT_FOR_ALL, device_columns, G_N_ELEMENTS(device_columns));
    for (guint i = 0; i < devices->len; i++) {
        const struct device *device = g_ptr_array_index(devices, i);
        table_add_text(t, device->id);
        table_add_number(t, device->repeated);
        table_add_number(t, device->gaps);
        table_add_number(t, device->jumps);
        table_add_real(t, (double)device->largest_jump_ms / 1000);
    }
}

struct report *quality_answer(const struct quality *q, int64_t now_ms)
{
    struct report *r = report_new();
    int64_t counts[QUALITY_COUNTS];
    quality_counts(q, now_ms, counts);
    struct table *t = report_add_table(r, "rows", REPORT_FOR_ALL, row_columns, G_N_ELEMENTS(row_columns));
    for (int i = 0; i < QUALITY_COUNTS; i++) {
        table_add_text(t, counts_rows[i].name);
        table_add_number(t, counts[i]);
        table_add_text(t, counts_rows[i].meaning);
        table_add_text(t, counts_rows[i].fold);
        report_add_formula(r, counts_rows[i].name, counts_rows[i].meaning);
    }
    add_devices(r, q);
    return r;
}
