#include "app/measure/intervals.h"

#include <string.h>

/* The present stretch of a leg began here. */
struct instant {
    int64_t at_ms, boot_ms;
    char *boot;
};

struct leg {
    char *id, *contact, *agent;
    enum activity doing; /* talk stands for talk or aside, as the focus has it */
    struct instant since;
    char *script, *step, *waste;
    enum step_class step_class;
    int64_t per_activity[ACTIVITY_COUNT], focus_ms; /* of the stretches before the present one */
};

/* Where an agent looks, and what they have in hand. */
struct gaze {
    char *contact;   /* NULL: nowhere */
    GPtrArray *legs; /* struct leg *, borrowed from intervals.legs */
};

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
    g_free(leg->agent);
    g_free(leg->since.boot);
    g_free(leg->script);
    g_free(leg->step);
    g_free(leg->waste);
    g_free(leg);
}

static void gaze_free(void *data)
{
    struct gaze *gaze = data;
    g_free(gaze->contact);
    g_ptr_array_unref(gaze->legs);
    g_free(gaze);
}

struct intervals *intervals_new(interval_sink sink, void *user_data)
{
    struct intervals *in = g_new0(struct intervals, 1);
    in->legs = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, leg_free);
    in->gazes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, gaze_free);
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
        gaze->legs = g_ptr_array_new();
        g_hash_table_insert(in->gazes, g_strdup(agent), gaze);
    }
    return gaze;
}

static struct leg *leg_of(const struct intervals *in, const char *contact)
{
    return contact == NULL ? NULL : g_hash_table_lookup(in->legs, contact);
}

static bool has_focus(const struct intervals *in, const struct leg *leg)
{
    const struct gaze *gaze = g_hash_table_lookup(in->gazes, leg->agent);
    return gaze != NULL && g_strcmp0(gaze->contact, leg->contact) == 0;
}

static enum activity activity_of(const struct leg *leg, bool focused)
{
    return leg->doing == ACTIVITY_TALK && !focused ? ACTIVITY_ASIDE : leg->doing;
}

/* How long since the stretch began; negative where the clock went back. */
static int64_t elapsed_ms(const struct leg *leg, const struct event *ev)
{
    if (ev->boot != NULL && g_strcmp0(leg->since.boot, ev->boot) == 0)
        return ev->boot_ms - leg->since.boot_ms;
    return ev->at_ms - leg->since.at_ms;
}

/* Ends the present stretch of a leg at the event, and begins the next there. */
static void cut(struct intervals *in, struct leg *leg, const struct event *ev, bool ends_leg)
{
    bool focused = has_focus(in, leg);
    enum activity activity = activity_of(leg, focused);
    int64_t duration_ms = MAX(elapsed_ms(leg, ev), 0);
    leg->per_activity[activity] += duration_ms;
    leg->focus_ms += focused ? duration_ms : 0;
    if (in->sink != NULL && (duration_ms > 0 || ends_leg)) {
        struct interval interval = {.contact = leg->contact,
                                    .leg = leg->id,
                                    .agent = leg->agent,
                                    .activity = activity,
                                    .focused = focused,
                                    .ends_leg = ends_leg,
                                    .script = leg->script,
                                    .step = leg->step,
                                    .step_class = leg->step_class,
                                    .waste = leg->waste,
                                    .start_ms = leg->since.at_ms,
                                    .end_ms = duration_ms > 0 ? ev->at_ms : leg->since.at_ms,
                                    .duration_ms = duration_ms};
        in->sink(&interval, in->user_data);
    }
    if (duration_ms > 0) {
        leg->since.at_ms = ev->at_ms;
        leg->since.boot_ms = ev->boot_ms;
        set(&leg->since.boot, ev->boot);
    }
}

static void end_leg(struct intervals *in, struct leg *leg, const struct event *ev)
{
    cut(in, leg, ev, true);
    struct gaze *gaze = gaze_of(in, leg->agent);
    if (g_strcmp0(gaze->contact, leg->contact) == 0)
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
        end_leg(in, leg, ev);
    leg = g_new0(struct leg, 1);
    leg->id = g_strdup(ev->leg);
    leg->contact = g_strdup(ev->contact);
    leg->agent = g_strdup(ev->actor);
    leg->since = (struct instant){.at_ms = ev->at_ms, .boot_ms = ev->boot_ms, .boot = g_strdup(ev->boot)};
    g_hash_table_insert(in->legs, leg->contact, leg);
    g_ptr_array_add(gaze_of(in, leg->agent)->legs, leg);
}

static void fold_focus_moved(struct intervals *in, struct leg *unused, const struct event *ev)
{
    (void)unused;
    if (ev->actor_kind != ACTOR_AGENT || ev->actor == NULL)
        return;
    struct gaze *gaze = gaze_of(in, ev->actor);
    if (g_strcmp0(gaze->contact, ev->contact) == 0)
        return;
    for (guint i = 0; i < gaze->legs->len; i++) {
        struct leg *leg = g_ptr_array_index(gaze->legs, i);
        if (g_strcmp0(leg->contact, gaze->contact) == 0 || g_strcmp0(leg->contact, ev->contact) == 0)
            cut(in, leg, ev, false);
    }
    set(&gaze->contact, ev->contact);
}

static void fold_signed_out(struct intervals *in, struct leg *unused, const struct event *ev)
{
    (void)unused;
    const char *named = event_text(ev, "agent");
    const char *who = named != NULL ? named : ev->actor;
    struct gaze *gaze = who == NULL ? NULL : g_hash_table_lookup(in->gazes, who);
    for (guint i = 0; gaze != NULL && i < gaze->legs->len; i++)
        cut(in, g_ptr_array_index(gaze->legs, i), ev, false);
    if (gaze != NULL)
        g_clear_pointer(&gaze->contact, g_free);
}

static void fold_end(struct intervals *in, struct leg *leg, const struct event *ev)
{
    end_leg(in, leg, ev);
}

/* The script goes on until it is left or finished; the step until then too, or until it is left itself. */
static void fold_script_started(struct intervals *in, struct leg *leg, const struct event *ev)
{
    cut(in, leg, ev, false);
    set(&leg->script, event_text(ev, "script"));
    set(&leg->step, NULL);
    set(&leg->waste, NULL);
    leg->step_class = STEP_VALUE;
}

static void fold_step_entered(struct intervals *in, struct leg *leg, const struct event *ev)
{
    cut(in, leg, ev, false);
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
    cut(in, leg, ev, false);
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
    if (row->sets_doing && leg->doing != row->doing) {
        cut(in, leg, ev, false);
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
        *activity = activity_of(leg, has_focus(in, leg));
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
    bool focused = has_focus(in, leg);
    int64_t open_ms = MAX(now_ms - leg->since.at_ms, 0);
    memcpy(per_activity, leg->per_activity, sizeof leg->per_activity);
    per_activity[activity_of(leg, focused)] += open_ms;
    *focus = leg->focus_ms + (focused ? open_ms : 0);
    return true;
}
