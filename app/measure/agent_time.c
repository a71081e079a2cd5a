#include "app/measure/agent_time.h"

#include "app/model/names.h"

struct clock {
    char *agent;
    bool signed_in, ready;
    bool takes_part; /* was ready, or had a contact: a supervisor who looks on is nobody's capacity */
    int legs;
    int64_t since_ms;
    struct agent_time_sums sums;
};

struct agent_time {
    int64_t since_ms, until_ms, position;
    GHashTable *clocks; /* agent -> struct clock *, owned */
    GHashTable *legs;   /* contact -> struct clock *, borrowed */
};

static void clock_free(void *data)
{
    struct clock *clock = data;
    g_free(clock->agent);
    g_free(clock);
}

struct agent_time *agent_time_new(int64_t since_ms, int64_t until_ms)
{
    struct agent_time *a = g_new0(struct agent_time, 1);
    a->since_ms = since_ms;
    a->until_ms = until_ms;
    a->clocks = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, clock_free);
    a->legs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return a;
}

void agent_time_free(struct agent_time *a)
{
    if (a == NULL)
        return;
    g_hash_table_unref(a->legs);
    g_hash_table_unref(a->clocks);
    g_free(a);
}

static struct clock *clock_of(struct agent_time *a, const char *agent)
{
    struct clock *clock = g_hash_table_lookup(a->clocks, agent);
    if (clock == NULL) {
        clock = g_new0(struct clock, 1);
        clock->agent = g_strdup(agent);
        g_hash_table_insert(a->clocks, clock->agent, clock);
    }
    return clock;
}

static void add(const struct agent_time *a, const struct clock *clock, int64_t now_ms,
                struct agent_time_sums *sums)
{
    int64_t span_ms = MIN(now_ms, a->until_ms) - MAX(clock->since_ms, a->since_ms);
    if (span_ms <= 0)
        return;
    if (clock->legs > 0) /* work goes on though the link was lost */
        sums->handling_ms += span_ms;
    else if (clock->signed_in && clock->ready)
        sums->available_ms += span_ms;
    else if (clock->signed_in)
        sums->away_ms += span_ms;
}

static void advance(const struct agent_time *a, struct clock *clock, int64_t now_ms)
{
    add(a, clock, now_ms, &clock->sums);
    clock->since_ms = MAX(clock->since_ms, now_ms);
}

static void end_leg(struct agent_time *a, const struct event *ev)
{
    struct clock *clock = ev->contact == NULL ? NULL : g_hash_table_lookup(a->legs, ev->contact);
    if (clock == NULL)
        return;
    advance(a, clock, ev->at_ms);
    clock->legs--;
    g_hash_table_remove(a->legs, ev->contact);
}

static void accept(struct agent_time *a, const struct event *ev)
{
    if (ev->contact == NULL || ev->actor == NULL)
        return;
    end_leg(a, ev);
    struct clock *clock = clock_of(a, ev->actor);
    advance(a, clock, ev->at_ms);
    clock->legs++;
    clock->takes_part = true;
    g_hash_table_insert(a->legs, g_strdup(ev->contact), clock);
}

static void change(struct agent_time *a, const struct event *ev)
{
    const char *named = event_text(ev, "agent"), *who = named != NULL ? named : ev->actor;
    enum presence presence = PRESENCE_NOT_READY;
    if (who == NULL || (named == NULL && ev->actor_kind != ACTOR_AGENT))
        return;
    struct clock *clock = clock_of(a, who);
    advance(a, clock, ev->at_ms);
    presence_parse(event_text(ev, "presence"), &presence);
    clock->signed_in = ev->kind != EVENT_AGENT_SIGNED_OUT && presence != PRESENCE_OFFLINE;
    clock->ready = ev->kind == EVENT_AGENT_PRESENCE_CHANGED &&
                   (presence == PRESENCE_READY || presence == PRESENCE_TRANSFER_ONLY);
    clock->takes_part |= clock->ready;
}

void agent_time_fold(struct agent_time *a, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= a->position)
        return;
    a->position = MAX(a->position, ev->position);
    switch (ev->kind) {
    case EVENT_AGENT_SIGNED_IN:
    case EVENT_AGENT_SIGNED_OUT:
    case EVENT_AGENT_PRESENCE_CHANGED:
        change(a, ev);
        break;
    case EVENT_CONTACT_ACCEPTED:
        accept(a, ev);
        break;
    case EVENT_CONTACT_CLOSED:
    case EVENT_CONTACT_ABANDONED:
    case EVENT_CONTACT_TRANSFERRED:
    case EVENT_CONTACT_ESCALATED:
    case EVENT_CONTACT_GIVEN_BACK:
    case EVENT_CONTACT_PARKED:
        end_leg(a, ev);
        break;
    default:
        break;
    }
}

void agent_time_sums(const struct agent_time *a, int64_t now_ms, struct agent_time_sums *sums)
{
    GHashTableIter each;
    void *value;
    *sums = (struct agent_time_sums){0};
    g_hash_table_iter_init(&each, a->clocks);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        const struct clock *clock = value;
        if (!clock->takes_part)
            continue;
        add(a, clock, now_ms, sums);
        sums->handling_ms += clock->sums.handling_ms;
        sums->available_ms += clock->sums.available_ms;
        sums->away_ms += clock->sums.away_ms;
    }
}
