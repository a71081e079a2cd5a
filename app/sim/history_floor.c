/* The floor of the past: shifts, pauses, offers, and who works on what. */
#include <string.h>

#include "app/sim/history_parts.h"

#define TODAY_AGENTS   4
#define OFFER_MS       (20 * SECOND_MS)
#define STAGGER_MS     (10 * MINUTE_MS)
#define PAUSE_LATER_MS (4 * MINUTE_MS)
#define IDLE_MOST_MS   (6 * MINUTE_MS) /* with nothing in hand, before one turns to the back office */
#define CALLED_MIN_MS  (8 * SECOND_MS) /* until one who is called from there is ready */
#define CALLED_MAX_MS  (50 * SECOND_MS)

/* --- who may have what --- */

static bool has_word(const struct demo_words *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++) {
        if (strcmp(words->items[i], word) == 0)
            return true;
    }
    return false;
}

static int load_of(const struct past_agent *a)
{
    int points = 0;
    for (guint i = 0; i < a->talks->len; i++)
        points += channel_capacity(((const struct talk *)g_ptr_array_index(a->talks, i))->channel);
    return points;
}

static bool has_skill(const struct past_agent *a, const struct talk *t)
{
    bool second = g_str_has_suffix(t->queue, "-2");
    return second == (a->staff->role == ROLE_SPECIALIST) && has_word(&a->staff->skills, t->queue);
}

static bool may_take(const struct past_agent *a, const struct talk *t)
{
    if (!a->signed_in || !a->ready || a->offered || a->wants_pause || a->leaving || a->not_responding)
        return false;
    return has_skill(a, t) && load_of(a) + channel_capacity(t->channel) <= CAPACITY_POINTS;
}

static bool offer(struct past *past, struct talk *t)
{
    struct past_agent *best = NULL;
    for (size_t i = 0; i < past->agent_count; i++) {
        struct past_agent *a = &past->agents[i];
        if (!may_take(a, t))
            continue;
        if (best == NULL || load_of(a) < load_of(best) ||
            (load_of(a) == load_of(best) && a->idle_since_ms < best->idle_since_ms))
            best = a;
    }
    if (best == NULL)
        return false;
    t->state = TALK_OFFERED;
    t->agent = best;
    best->offered = true;
    g_ptr_array_add(best->talks, t);
    struct event *ev =
        sim_emitter_make(&past->emitter, EVENT_CONTACT_OFFERED, ACTOR_SYSTEM, "router", past->now_ms);
    ev->contact = g_strdup(t->id);
    event_set_text(ev, "agent", best->staff->id);
    event_set_number(ev, "until_ms", past->now_ms + OFFER_MS);
    past_emit(past, ev);
    int64_t luck = sim_random_between(&past->random, 0, 999);
    if (luck < 12)
        agenda_add(&past->agenda, past->now_ms + OFFER_MS, PAST_MISSED, t);
    else if (luck < 20)
        agenda_add(&past->agenda, past->now_ms + 6 * SECOND_MS, PAST_REJECT, t);
    else
        agenda_add(&past->agenda, past->now_ms + sim_random_between(&past->random, 2000, 8000), PAST_ACCEPT,
                   t);
    return true;
}

static void offer_all(struct past *past)
{
    for (guint i = 0; i < past->waiting->len;) {
        struct talk *t = g_ptr_array_index(past->waiting, i);
        if (offer(past, t))
            g_ptr_array_remove_index(past->waiting, i);
        else
            i++;
    }
}

/* Whoever has been in the back office longest comes for a contact that finds nobody. */
static void call_in(struct past *past, const struct talk *t)
{
    struct past_agent *best = NULL;
    for (size_t i = 0; i < past->agent_count; i++) {
        struct past_agent *a = &past->agents[i];
        if (a->on_call && !a->called && !a->leaving && has_skill(a, t) &&
            (best == NULL || a->idle_since_ms < best->idle_since_ms))
            best = a;
    }
    if (best == NULL)
        return;
    best->called = true;
    agenda_add(&past->agenda, past->now_ms + sim_random_between(&past->random, CALLED_MIN_MS, CALLED_MAX_MS),
               PAST_CALLED, best);
}

void floor_enqueue(struct past *past, struct talk *t)
{
    t->state = TALK_QUEUED;
    t->agent = NULL;
    t->ready = false;
    if (offer(past, t))
        return;
    g_ptr_array_add(past->waiting, t);
    call_in(past, t);
}

bool floor_has_second_line(const struct past *past, const struct talk *t)
{
    g_autofree char *queue = g_strconcat(t->intent->business, "-2", NULL);
    for (size_t i = 0; i < past->agent_count; i++) {
        const struct past_agent *a = &past->agents[i];
        if (a->staff->role == ROLE_SPECIALIST && a->signed_in && !a->leaving &&
            has_word(&a->staff->skills, queue))
            return true;
    }
    return false;
}

/* --- pauses and shifts --- */

static void choose_presence(struct past *past, struct past_agent *a, const char *presence, const char *reason)
{
    struct event *ev = past_agent_event(past, EVENT_AGENT_PRESENCE_CHANGED, a, NULL);
    event_set_text(ev, "presence", presence);
    event_set_text(ev, "reason", reason);
    past_emit(past, ev);
    a->ready = strcmp(presence, "ready") == 0;
    a->not_responding = a->on_call = false;
    a->idle_since_ms = past->now_ms;
    if (a->ready)
        agenda_add(&past->agenda, past->now_ms + IDLE_MOST_MS, PAST_IDLE, a);
}

static void sign_out(struct past *past, struct past_agent *a)
{
    if (a->ready)
        choose_presence(past, a, "not-ready", "back-office");
    past_emit(past, past_agent_event(past, EVENT_AGENT_SIGNED_OUT, a, NULL));
    a->signed_in = a->ready = a->leaving = a->wants_pause = a->not_responding = a->on_call = false;
    a->focus = NULL;
}

/* Is there a queue that nobody else would be at? Then a pause is a short one. */
static bool leaves_alone(const struct past *past, const struct past_agent *a)
{
    for (size_t s = 0; s < a->staff->skills.count; s++) {
        bool is_alone = true;
        for (size_t i = 0; i < past->agent_count; i++) {
            const struct past_agent *other = &past->agents[i];
            if (other != a && other->signed_in && !other->leaving && (other->ready || other->on_call) &&
                has_word(&other->staff->skills, a->staff->skills.items[s]))
                is_alone = false;
        }
        if (is_alone)
            return true;
    }
    return false;
}

static void begin_pause(struct past *past, struct past_agent *a)
{
    a->wants_pause = false;
    choose_presence(past, a, "not-ready", a->pause);
    int64_t minutes = leaves_alone(past, a)           ? sim_random_between(&past->random, 4, 8)
                      : strcmp(a->pause, "meal") == 0 ? 30
                                                      : sim_random_between(&past->random, 8, 25);
    agenda_add(&past->agenda, past->now_ms + minutes * MINUTE_MS, PAST_TOGGLE, a);
}

/* Called when an agent has nothing in hand any more. */
static void now_free(struct past *past, struct past_agent *a)
{
    if (a->talks->len > 0 || !a->signed_in)
        return;
    if (a->leaving)
        sign_out(past, a);
    else if (a->wants_pause)
        begin_pause(past, a);
    else if (a->ready)
        agenda_add(&past->agenda, past->now_ms + IDLE_MOST_MS, PAST_IDLE, a);
}

static void turn_to_back_office(struct past *past, struct past_agent *a)
{
    bool is_idle = a->ready && !a->offered && a->talks->len == 0;
    if (!is_idle || past->now_ms - a->idle_since_ms < IDLE_MOST_MS)
        return;
    choose_presence(past, a, "not-ready", "back-office");
    a->on_call = true;
}

/* Who was called may have gone home meanwhile: then others are. */
static void come_in(struct past *past, struct past_agent *a)
{
    bool comes = a->on_call && !a->leaving;
    a->called = false;
    if (comes)
        choose_presence(past, a, "ready", NULL);
    for (guint i = 0; !comes && i < past->waiting->len; i++)
        call_in(past, g_ptr_array_index(past->waiting, i));
    offer_all(past);
}

/* Nobody goes for a pause while somebody waits for them. */
static bool is_waited_for(const struct past *past, const struct past_agent *a)
{
    for (guint i = 0; i < past->waiting->len; i++) {
        if (has_skill(a, g_ptr_array_index(past->waiting, i)))
            return true;
    }
    return false;
}

static void plan_toggle(struct past *past, struct past_agent *a)
{
    agenda_add(&past->agenda, past->now_ms + sim_random_between(&past->random, 90, 150) * MINUTE_MS,
               PAST_TOGGLE, a);
}

static void toggle(struct past *past, struct past_agent *a)
{
    static const char *const reasons[] = {"break",    "back-office", "back-office", "meal",
                                          "training", "coaching",    "meeting"};
    if (!a->signed_in)
        return;
    if (a->on_call) {
        plan_toggle(past, a);
        return;
    }
    if (a->ready && is_waited_for(past, a)) {
        agenda_add(&past->agenda, past->now_ms + PAUSE_LATER_MS, PAST_TOGGLE, a);
        return;
    }
    if (a->ready) {
        a->wants_pause = true;
        a->pause = reasons[sim_random_index(&past->random, G_N_ELEMENTS(reasons))];
        if (leaves_alone(past, a))
            a->pause = "break";
        now_free(past, a);
        return;
    }
    choose_presence(past, a, "ready", NULL);
    plan_toggle(past, a);
    offer_all(past);
}

static bool takes_contacts(const struct past_agent *a)
{
    return a->staff->role == ROLE_AGENT || a->staff->role == ROLE_SPECIALIST;
}

static void sign_in(struct past *past, struct past_agent *a)
{
    if (a->signed_in)
        return;
    past_emit(past, past_agent_event(past, EVENT_AGENT_SIGNED_IN, a, NULL));
    a->signed_in = true;
    a->ready = false;
    if (takes_contacts(a))
        agenda_add(&past->agenda, past->now_ms + sim_random_between(&past->random, 1, 6) * MINUTE_MS,
                   PAST_TOGGLE, a);
}

/* One shift may end in another: the last hours before now have one of their own. */
static bool has_shift(const struct past_agent *a, int64_t at_ms)
{
    for (guint i = 0; i < a->shifts->len; i++) {
        const struct past_shift *shift = &g_array_index(a->shifts, struct past_shift, i);
        if (shift->from_ms <= at_ms && at_ms < shift->until_ms)
            return true;
    }
    return false;
}

static void end_shift(struct past *past, struct past_agent *a)
{
    if (!a->signed_in || has_shift(a, past->now_ms))
        return;
    a->leaving = true;
    now_free(past, a);
}

static void plan_shift(struct past *past, struct past_agent *a, int64_t from_ms, int64_t until_ms)
{
    from_ms = MAX(from_ms, past->start_ms + MINUTE_MS);
    if (from_ms >= past->end_ms || until_ms <= from_ms)
        return;
    const struct past_shift shift = {from_ms, until_ms};
    g_array_append_val(a->shifts, shift);
    agenda_add(&past->agenda, from_ms, PAST_SIGN_IN, a);
    agenda_add(&past->agenda, until_ms, PAST_SIGN_OUT, a);
}

/* Most work part of a day: nobody bears more of it on end, and hours with few contacts are not paid for. */
static const struct shift {
    int64_t from_ms, span_ms;
} shifts[] = {
    [DEMO_SHIFT_EARLY] = {7 * HOUR_MS + 35 * MINUTE_MS, 5 * HOUR_MS + 15 * MINUTE_MS},
    [DEMO_SHIFT_LATE] = {12 * HOUR_MS + 30 * MINUTE_MS, 6 * HOUR_MS + 20 * MINUTE_MS},
    [DEMO_SHIFT_DAY] = {7 * HOUR_MS + 45 * MINUTE_MS, 9 * HOUR_MS + 15 * MINUTE_MS},
};

static void plan_days(struct past *past, struct past_agent *a, size_t index)
{
    for (int64_t day_ms = past->start_ms / DAY_MS * DAY_MS; day_ms < past->end_ms; day_ms += DAY_MS) {
        int64_t day = day_ms / DAY_MS, weekday = (day + 3) % 7;
        if (!a->staff->days[weekday])
            continue;
        const struct shift *shift = &shifts[a->staff->shift];
        int64_t from_ms = day_ms + shift->from_ms + (int64_t)(index % 3) * STAGGER_MS +
                          sim_random_between(&past->random, -10, 10) * MINUTE_MS;
        plan_shift(past, a, from_ms, from_ms + shift->span_ms);
    }
}

/* The hours before now are staffed whenever now is, by some of those who work that day. */
static void plan_today(struct past *past)
{
    int64_t today = (past->end_ms / DAY_MS + 3) % 7;
    int left[ROLE_COUNT] = {[ROLE_AGENT] = TODAY_AGENTS, [ROLE_SPECIALIST] = 1};
    for (size_t i = 0; i < past->agent_count; i++) {
        struct past_agent *a = &past->agents[i];
        if (!a->staff->days[today] || left[a->staff->role]-- <= 0)
            continue;
        plan_shift(past, a, past->end_ms - TODAY_MS - (int64_t)i * MINUTE_MS, past->end_ms + HOUR_MS);
    }
}

void floor_plan_shifts(struct past *past)
{
    const struct demo_floor *floor = &past->content->floor;
    past->agents = g_new0(struct past_agent, floor->staff_count);
    for (size_t i = 0; i < floor->staff_count; i++) {
        if (floor->staff[i].role == ROLE_ADMIN)
            continue;
        struct past_agent *a = &past->agents[past->agent_count++];
        a->staff = &floor->staff[i];
        a->talks = g_ptr_array_new();
        a->shifts = g_array_new(FALSE, FALSE, sizeof(struct past_shift));
        plan_days(past, a, i);
    }
    plan_today(past);
}

/* --- work --- */

void floor_release(struct past *past, struct past_agent *a, struct talk *t)
{
    g_ptr_array_remove(a->talks, t);
    t->agent = NULL;
    if (a->focus == t)
        a->focus = NULL;
    a->idle_since_ms = past->now_ms;
    now_free(past, a);
    offer_all(past);
}

static void floor_work(struct past *past, struct past_agent *a)
{
    struct talk *next = NULL;
    for (guint i = 0; a->work == NULL && i < a->talks->len; i++) {
        struct talk *t = g_ptr_array_index(a->talks, i);
        if (t->state == TALK_ACTIVE && t->ready && (next == NULL || t->ready_since_ms < next->ready_since_ms))
            next = t;
    }
    if (next == NULL)
        return;
    a->work = next;
    next->ready = false;
    if (a->focus != next) {
        struct event *ev = past_agent_event(past, EVENT_FOCUS_MOVED, a, next);
        past_emit(past, ev);
        a->focus = next;
    }
    agenda_add(&past->agenda, past->now_ms + talk_begin(past, next), PAST_WORKED, a);
}

static void worked(struct past *past, struct past_agent *a)
{
    struct talk *t = a->work;
    a->work = NULL;
    talk_end(past, t);
    floor_work(past, a);
}

static void accept(struct past *past, struct talk *t)
{
    struct past_agent *a = t->agent;
    a->offered = false;
    t->state = TALK_ACTIVE;
    t->legs++;
    g_free(t->leg);
    t->leg = g_strdup_printf("%s.%d", t->id, t->legs);
    struct event *ev = past_agent_event(past, EVENT_CONTACT_ACCEPTED, a, t);
    event_set_text(ev, "from", "offer");
    past_emit(past, ev);
    talk_start_leg(past, t);
    t->ready = true;
    t->ready_since_ms = past->now_ms;
    offer_all(past);
    floor_work(past, a);
}

static void lose_offer(struct past *past, struct talk *t, bool missed)
{
    struct past_agent *a = t->agent;
    struct event *ev;
    if (missed) {
        ev = sim_emitter_make(&past->emitter, EVENT_CONTACT_OFFER_TIMED_OUT, ACTOR_SYSTEM, "rules",
                              past->now_ms);
        ev->contact = g_strdup(t->id);
    } else {
        ev = past_agent_event(past, EVENT_CONTACT_OFFER_REJECTED, a, t);
        event_set_text(ev, "reason", "not my field");
    }
    event_set_text(ev, "agent", a->staff->id);
    past_emit(past, ev);
    a->offered = false;
    g_ptr_array_remove(a->talks, t);
    a->not_responding = missed;
    a->idle_since_ms = past->now_ms;
    if (missed)
        choose_presence(past, a, "ready", NULL);
    floor_enqueue(past, t);
    now_free(past, a);
    offer_all(past);
}

void floor_happen(struct past *past, const struct agenda_item *item)
{
    struct past_agent *a = item->data;
    struct talk *t = item->data;
    switch ((enum past_kind)item->kind) {
    case PAST_ACCEPT:
        accept(past, t);
        break;
    case PAST_MISSED:
    case PAST_REJECT:
        lose_offer(past, t, item->kind == PAST_MISSED);
        break;
    case PAST_READY:
        if (t->state != TALK_ACTIVE)
            break;
        t->ready = true;
        t->ready_since_ms = past->now_ms;
        floor_work(past, t->agent);
        break;
    case PAST_WORKED:
        worked(past, a);
        break;
    case PAST_SIGN_IN:
        a->leaving = false;
        sign_in(past, a);
        break;
    case PAST_SIGN_OUT:
        end_shift(past, a);
        break;
    case PAST_TOGGLE:
        toggle(past, a);
        break;
    case PAST_IDLE:
        turn_to_back_office(past, a);
        break;
    case PAST_CALLED:
        come_in(past, a);
        break;
    default:
        g_assert_not_reached();
    }
}
