#include "app/measure/waits.h"

struct stretch {
    char *contact;
    enum wait_kind kind; /* WAIT_KIND_COUNT: somebody has it */
    int64_t since_ms;
};

struct waits {
    GHashTable *stretches; /* contact -> struct stretch *, owned */
    int64_t position;
    wait_sink sink;
    void *user_data;
};

const char *wait_kind_name(enum wait_kind kind)
{
    static const char *const names[WAIT_KIND_COUNT] = {
        [WAIT_QUEUE] = "queue", [WAIT_OFFER] = "offer", [WAIT_PARKED] = "parked"};
    return (unsigned)kind < WAIT_KIND_COUNT ? names[kind] : "";
}

static void stretch_free(void *data)
{
    struct stretch *stretch = data;
    g_free(stretch->contact);
    g_free(stretch);
}

struct waits *waits_new(wait_sink sink, void *user_data)
{
    struct waits *w = g_new0(struct waits, 1);
    w->stretches = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, stretch_free);
    w->sink = sink;
    w->user_data = user_data;
    return w;
}

void waits_free(struct waits *w)
{
    if (w == NULL)
        return;
    g_hash_table_unref(w->stretches);
    g_free(w);
}

/* What an event makes a contact wait for. */
static const struct wait_row {
    bool counts;
    bool ends;           /* the contact is over */
    enum wait_kind kind; /* from here on; WAIT_KIND_COUNT: nothing */
} rows[EVENT_KIND_COUNT] = {
    [EVENT_CONTACT_CREATED] = {true, false, WAIT_QUEUE},
    [EVENT_CONTACT_OFFERED] = {true, false, WAIT_OFFER},
    [EVENT_CONTACT_OFFER_REJECTED] = {true, false, WAIT_QUEUE},
    [EVENT_CONTACT_OFFER_TIMED_OUT] = {true, false, WAIT_QUEUE},
    [EVENT_CONTACT_OFFER_WITHDRAWN] = {true, false, WAIT_QUEUE},
    [EVENT_CONTACT_ACCEPTED] = {true, false, WAIT_KIND_COUNT},
    [EVENT_CONTACT_TRANSFERRED] = {true, false, WAIT_QUEUE},
    [EVENT_CONTACT_ESCALATED] = {true, false, WAIT_QUEUE},
    [EVENT_CONTACT_GIVEN_BACK] = {true, false, WAIT_QUEUE},
    [EVENT_CONTACT_PARKED] = {true, false, WAIT_PARKED},
    [EVENT_CONTACT_UNPARKED] = {true, false, WAIT_QUEUE},
    [EVENT_CONTACT_ABANDONED] = {true, true, WAIT_KIND_COUNT},
    [EVENT_CONTACT_CLOSED] = {true, true, WAIT_KIND_COUNT},
};

static struct stretch *begin(struct waits *w, const struct event *ev)
{
    struct stretch *stretch = g_new0(struct stretch, 1);
    stretch->contact = g_strdup(ev->contact);
    stretch->kind = WAIT_KIND_COUNT;
    stretch->since_ms = ev->at_ms;
    g_hash_table_insert(w->stretches, stretch->contact, stretch);
    return stretch;
}

void waits_fold(struct waits *w, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= w->position)
        return;
    w->position = MAX(w->position, ev->position);
    if (ev->contact == NULL || (unsigned)ev->kind >= EVENT_KIND_COUNT || !rows[ev->kind].counts)
        return;
    struct stretch *stretch = g_hash_table_lookup(w->stretches, ev->contact);
    if (stretch == NULL && rows[ev->kind].ends)
        return;
    if (stretch == NULL)
        stretch = begin(w, ev);
    if (stretch->kind != WAIT_KIND_COUNT && ev->at_ms > stretch->since_ms) {
        struct wait wait = {stretch->contact, stretch->kind, stretch->since_ms, ev->at_ms};
        w->sink(&wait, w->user_data);
    }
    stretch->kind = rows[ev->kind].kind;
    stretch->since_ms = MAX(stretch->since_ms, ev->at_ms);
    if (rows[ev->kind].ends)
        g_hash_table_remove(w->stretches, ev->contact);
}
