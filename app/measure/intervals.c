#include "app/measure/intervals.h"

#include <string.h>

struct leg {
    char *id, *contact;
    struct gaze *gaze;   /* of its agent */
    enum activity doing; /* talk stands for talk or aside, as the focus has it */
    int64_t since_ms;    /* the present stretch began here, on the agent's axis */
    char *script, *step, *waste;
    enum step_class step_class;
    int64_t per_activity[ACTIVITY_COUNT], focus_ms; /* of the stretches before the present one */
};

/* Where an agent looks, what they have in hand, and the one axis of time that all their legs lie on. It is
 * the wall clock as it was when they took something in hand, goes on by the boot clock, and never goes back.
 */
struct gaze {
    char *agent;
    char *contact;       /* NULL: nowhere */
    GPtrArray *legs;     /* struct leg *, borrowed from intervals.legs */
    int64_t now_ms;      /* of the axis */
    char *boot;          /* of the agent's last event, which was at … */
    int64_t own_boot_ms; /* … this by its boot clock, */
    int64_t own_at_ms;   /* this by its wall clock, */
    int64_t own_ms;      /* and this on the axis */
};

/* An axis that is ahead of the wall clock by more than this when the agent begins anew was led astray. */
#define ASTRAY_MS (24 * 3600 * INT64_C(1000))

struct intervals {
    GHashTable *legs;  /* contact id -> struct leg *, owned: a contact has one open leg at most */
    GHashTable *gazes; /* agent id -> struct gaze *, owned */
    int64_t position;
    interval_sink sink;
    void *user_data;
};

static const char *const activities[ACTIVITY_COUNT] = {
    [ACTIVITY_TALK] = "talk",       [ACTIVITY_ASIDE] = "aside", [ACTIVITY_HOLD] = "hold",
    [ACTIVITY_CONSULT] = "consult", [ACTIVITY_ACW] = "acw",
};

const char *activity_name(enum activity activity)
{
    return (unsigned)activity < ACTIVITY_COUNT ? activities[activity] : "";
}

static void leg_free(void *data)
{
    struct leg *leg = data;
    g_free(leg->id);
    g_free(leg->contact);
    g_free(leg->script);
    g_free(leg->step);
    g_free(leg->waste);
    g_free(leg);
}

static void gaze_free(void *data)
{
    struct gaze *gaze = data;
    g_free(gaze->agent);
    g_free(gaze->contact);
    g_free(gaze->boot);
    g_ptr_array_unref(gaze->legs);
    g_free(gaze);
}

struct intervals *intervals_new(interval_sink sink, void *user_data)
{
    struct intervals *in = g_new0(struct intervals, 1);
    in->legs = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, leg_free);
    in->gazes = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, gaze_free);
    in->sink = sink;
    in->user_data = user_data;
    return in;
}

void intervals_free(struct intervals *in)
{
    if (in == NULL)
        return;
    g_hash_table_unref(in->legs);
    g_hash_table_unref(in->gazes);
    g_free(in);
}

static void set(char **field, const char *text)
{
    if (g_strcmp0(*field, text) == 0)
        return;
    g_free(*field);
    *field = g_strdup(text);
}

static struct gaze *gaze_of(struct intervals *in, const char *agent)
{
    struct gaze *gaze = g_hash_table_lookup(in->gazes, agent);
    if (gaze == NULL) {
        gaze = g_new0(struct gaze, 1);
        gaze->agent = g_strdup(agent);
        gaze->legs = g_ptr_array_new();
        g_hash_table_insert(in->gazes, gaze->agent, gaze);
    }
    return gaze;
}

static struct leg *leg_of(const struct intervals *in, const char *contact)
{
    return contact == NULL ? NULL : g_hash_table_lookup(in->legs, contact);
}

static bool has_focus(const struct leg *leg)
{
    return g_strcmp0(leg->gaze->contact, leg->contact) == 0;
}

static enum activity activity_of(const struct leg *leg, bool focused)
{
    return leg->doing == ACTIVITY_TALK && !focused ? ACTIVITY_ASIDE : leg->doing;
}

/* The agent takes the first thing in hand: the axis begins at the wall clock, and not before where it was. */
static void begin_axis(struct gaze *gaze, const struct event *ev)
{
    bool overlaps = gaze->now_ms > ev->at_ms && gaze->now_ms - ev->at_ms < ASTRAY_MS;
    gaze->now_ms = overlaps ? gaze->now_ms : ev->at_ms;
    gaze->own_ms = gaze->now_ms;
}

/* Moves the axis on to the event: within the agent's boot by the boot clock, else by the wall clock. Where
 * either stands before the last event, no time has passed. */
static void advance(struct gaze *gaze, const struct event *ev)
{
    bool is_own = ev->actor_kind == ACTOR_AGENT && g_strcmp0(ev->actor, gaze->agent) == 0;
    if (gaze->legs->len == 0) {
        begin_axis(gaze, ev);
    } else {
        bool same_boot = ev->boot != NULL && g_strcmp0(gaze->boot, ev->boot) == 0;
        int64_t at_ms = same_boot ? gaze->own_ms + (ev->boot_ms - gaze->own_boot_ms) : ev->at_ms;
        gaze->now_ms = MAX(gaze->now_ms, at_ms);
        gaze->own_ms = is_own ? at_ms : gaze->own_ms;
    }
    if (is_own) {
        set(&gaze->boot, ev->boot);
        gaze->own_boot_ms = ev->boot_ms;
        gaze->own_at_ms = ev->at_ms;
    }
}

/* Ends the present stretch of a leg where its agent's axis is, and begins the next there. */
static void cut(struct intervals *in, struct leg *leg, bool ends_leg)
{
    bool focused = has_focus(leg);
    enum activity activity = activity_of(leg, focused);
    int64_t start_ms = leg->since_ms, duration_ms = leg->gaze->now_ms - start_ms;
    leg->per_activity[activity] += duration_ms;
    leg->focus_ms += focused ? duration_ms : 0;
    leg->since_ms = leg->gaze->now_ms;
    if (in->sink == NULL || (duration_ms == 0 && !ends_leg))
        return;
    struct interval interval = {.contact = leg->contact,
                                .leg = leg->id,
                                .agent = leg->gaze->agent,
                                .activity = activity,
                                .focused = focused,
                                .ends_leg = ends_leg,
                                .script = leg->script,
                                .step = leg->step,
                                .step_class = leg->step_class,
                                .waste = leg->waste,
                                .start_ms = start_ms,
                                .end_ms = start_ms + duration_ms,
                                .duration_ms = duration_ms};
    in->sink(&interval, in->user_data);
}

static void end_leg(struct intervals *in, struct leg *leg)
{
    struct gaze *gaze = leg->gaze;
    cut(in, leg, true);
    if (has_focus(leg))
        g_clear_pointer(&gaze->contact, g_free);
    g_ptr_array_remove_fast(gaze->legs, leg);
    g_hash_table_remove(in->legs, leg->contact);
}

static void fold_accepted(struct intervals *in, struct leg *leg, const struct event *ev)
{
    if (ev->contact == NULL || ev->actor == NULL || ev->leg == NULL)
        return;
    if (leg != NULL && strcmp(leg->id, ev->leg) == 0)
        return;
    if (leg != NULL)
        end_leg(in, leg);
    struct gaze *gaze = gaze_of(in, ev->actor);
    advance(gaze, ev);
    leg = g_new0(struct leg, 1);
    leg->id = g_strdup(ev->leg);
    leg->contact = g_strdup(ev->contact);
    leg->gaze = gaze;
    leg->since_ms = gaze->now_ms;
    g_hash_table_insert(in->legs, leg->contact, leg);
    g_ptr_array_add(gaze->legs, leg);
}

static void fold_focus_moved(struct intervals *in, struct leg *unused, const struct event *ev)
{
    (void)unused;
    if (ev->actor_kind != ACTOR_AGENT || ev->actor == NULL)
        return;
    struct gaze *gaze = gaze_of(in, ev->actor);
    if (g_strcmp0(gaze->contact, ev->contact) == 0)
        return;
    if (gaze->legs->len > 0)
        advance(gaze, ev);
    for (guint i = 0; i < gaze->legs->len; i++) {
        struct leg *leg = g_ptr_array_index(gaze->legs, i);
        if (g_strcmp0(leg->contact, gaze->contact) == 0 || g_strcmp0(leg->contact, ev->contact) == 0)
            cut(in, leg, false);
    }
    set(&gaze->contact, ev->contact);
}

static void fold_signed_out(struct intervals *in, struct leg *unused, const struct event *ev)
{
    (void)unused;
    const char *named = event_text(ev, "agent");
    const char *who = named != NULL ? named : ev->actor;
    struct gaze *gaze = who == NULL ? NULL : g_hash_table_lookup(in->gazes, who);
    if (gaze == NULL)
        return;
    if (gaze->legs->len > 0)
        advance(gaze, ev);
    for (guint i = 0; i < gaze->legs->len; i++)
        cut(in, g_ptr_array_index(gaze->legs, i), false);
    g_clear_pointer(&gaze->contact, g_free);
}

static void fold_end(struct intervals *in, struct leg *leg, const struct event *ev)
{
    (void)ev;
    end_leg(in, leg);
}

/* The script goes on until it is left or finished; the step until then too, or until it is left itself. */
static void fold_script_started(struct intervals *in, struct leg *leg, const struct event *ev)
{
    cut(in, leg, false);
    set(&leg->script, event_text(ev, "script"));
    set(&leg->step, NULL);
    set(&leg->waste, NULL);
    leg->step_class = STEP_VALUE;
}

static void fold_step_entered(struct intervals *in, struct leg *leg, const struct event *ev)
{
    cut(in, leg, false);
    set(&leg->script, event_text(ev, "script"));
    set(&leg->step, event_text(ev, "step"));
    set(&leg->waste, event_text(ev, "waste"));
    leg->step_class = STEP_VALUE;
    step_class_parse(event_text(ev, "class"), &leg->step_class);
}

static void fold_step_left(struct intervals *in, struct leg *leg, const struct event *ev)
{
    if (leg->step == NULL || g_strcmp0(leg->step, event_text(ev, "step")) != 0)
        return;
    cut(in, leg, false);
    set(&leg->step, NULL);
    set(&leg->waste, NULL);
    leg->step_class = STEP_VALUE;
}

static void fold_script_ended(struct intervals *in, struct leg *leg, const struct event *ev)
{
    if (leg->script == NULL || g_strcmp0(leg->script, event_text(ev, "script")) != 0)
        return;
    fold_script_started(in, leg, ev);
    set(&leg->script, NULL);
}

static const struct fold_row {
    void (*fold)(struct intervals *in, struct leg *leg, const struct event *ev);
    bool without_leg; /* fold is called where the contact has no open leg, too */
    bool sets_doing;
    enum activity doing;
} rows[EVENT_KIND_COUNT] = {
    [EVENT_CONTACT_ACCEPTED] = {.fold = fold_accepted, .without_leg = true},
    [EVENT_FOCUS_MOVED] = {.fold = fold_focus_moved, .without_leg = true},
    [EVENT_AGENT_SIGNED_OUT] = {.fold = fold_signed_out, .without_leg = true},
    [EVENT_CONTACT_HELD] = {.sets_doing = true, .doing = ACTIVITY_HOLD},
    [EVENT_CONTACT_RESUMED] = {.sets_doing = true, .doing = ACTIVITY_TALK},
    [EVENT_CONTACT_CONSULT_STARTED] = {.sets_doing = true, .doing = ACTIVITY_CONSULT},
    [EVENT_CONTACT_CONSULT_ENDED] = {.sets_doing = true, .doing = ACTIVITY_TALK},
    [EVENT_CONTACT_WRAP_STARTED] = {.sets_doing = true, .doing = ACTIVITY_ACW},
    [EVENT_CONTACT_CLOSED] = {.fold = fold_end},
    [EVENT_CONTACT_ABANDONED] = {.fold = fold_end},
    [EVENT_CONTACT_TRANSFERRED] = {.fold = fold_end},
    [EVENT_CONTACT_ESCALATED] = {.fold = fold_end},
    [EVENT_CONTACT_GIVEN_BACK] = {.fold = fold_end},
    [EVENT_CONTACT_PARKED] = {.fold = fold_end},
    [EVENT_SCRIPT_STARTED] = {.fold = fold_script_started},
    [EVENT_STEP_ENTERED] = {.fold = fold_step_entered},
    [EVENT_STEP_LEFT] = {.fold = fold_step_left},
    [EVENT_STEP_SKIPPED] = {.fold = fold_step_left},
    [EVENT_SCRIPT_FINISHED] = {.fold = fold_script_ended},
    [EVENT_SCRIPT_LEFT] = {.fold = fold_script_ended},
};

void intervals_fold(struct intervals *in, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= in->position)
        return;
    in->position = MAX(in->position, ev->position);
    if ((unsigned)ev->kind >= EVENT_KIND_COUNT)
        return;
    const struct fold_row *row = &rows[ev->kind];
    if (row->fold == NULL && !row->sets_doing)
        return;
    struct leg *leg = leg_of(in, ev->contact);
    if (leg == NULL && !row->without_leg)
        return;
    if (leg != NULL)
        advance(leg->gaze, ev);
    if (row->sets_doing && leg->doing != row->doing) {
        cut(in, leg, false);
        leg->doing = row->doing;
    }
    if (row->fold != NULL)
        row->fold(in, leg, ev);
}

const char *intervals_open_leg(const struct intervals *in, const char *contact)
{
    const struct leg *leg = leg_of(in, contact);
    return leg == NULL ? NULL : leg->id;
}

bool intervals_now(const struct intervals *in, const char *contact, enum activity *activity)
{
    const struct leg *leg = leg_of(in, contact);
    if (leg != NULL)
        *activity = activity_of(leg, has_focus(leg));
    return leg != NULL;
}

/* A leg is named after its contact, a dot, and its ordinal. */
static const struct leg *find_leg(const struct intervals *in, const char *id)
{
    const char *dot = id == NULL ? NULL : strrchr(id, '.');
    if (dot == NULL)
        return NULL;
    g_autofree char *contact = g_strndup(id, (gsize)(dot - id));
    const struct leg *leg = leg_of(in, contact);
    return leg != NULL && strcmp(leg->id, id) == 0 ? leg : NULL;
}

bool intervals_peek(const struct intervals *in, const char *id, int64_t now_ms, int64_t *per_activity,
                    int64_t *focus)
{
    const struct leg *leg = find_leg(in, id);
    if (leg == NULL)
        return false;
    bool focused = has_focus(leg);
    int64_t shift_ms = leg->gaze->own_ms - leg->gaze->own_at_ms; /* of the axis against the wall clock */
    int64_t open_ms = MAX(now_ms + shift_ms - leg->since_ms, 0);
    memcpy(per_activity, leg->per_activity, sizeof leg->per_activity);
    per_activity[activity_of(leg, focused)] += open_ms;
    *focus = leg->focus_ms + (focused ? open_ms : 0);
    return true;
}
