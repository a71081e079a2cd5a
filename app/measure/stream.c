#include "app/measure/stream.h"

#include <string.h>

#include "app/measure/book.h"
#include "app/measure/stream_parts.h"

/* A contact that is open. */
struct walk {
    char *contact;
    GHashTable *entries; /* script/step -> how often */
    GHashTable *values;  /* field -> value */
    enum channel channel;
    bool verified, verifies_again;
    bool hold_began, verify_began; /* a hold, a verification again, of which no stretch was taken yet */
    bool handed_over;              /* the present leg follows another, and nothing was done in it yet */
};

static void place_free(void *data)
{
    struct place *place = data;
    g_free(place->class);
    g_free(place->waste);
    g_free(place->script);
    g_free(place->step);
    g_free(place);
}

static void walk_free(void *data)
{
    struct walk *walk = data;
    g_free(walk->contact);
    g_hash_table_unref(walk->entries);
    g_hash_table_unref(walk->values);
    g_free(walk);
}

/* --- places --- */

static struct place *place_of(struct stream *s, const char *class, const char *waste, const char *script,
                              const char *step)
{
    g_autofree char *key = g_strjoin("\n", class, waste == NULL ? "" : waste, script == NULL ? "" : script,
                                     step == NULL ? "" : step, NULL);
    struct place *place = g_hash_table_lookup(s->places, key);
    if (place == NULL) {
        place = g_new0(struct place, 1);
        place->class = g_strdup(class);
        place->waste = g_strdup(waste);
        place->script = g_strdup(script);
        place->step = g_strdup(step);
        g_hash_table_insert(s->places, g_steal_pointer(&key), place);
    }
    return place;
}

static bool is_within(const struct stream *s, int64_t at_ms)
{
    return at_ms >= s->since_ms && at_ms < s->until_ms;
}

static struct walk *walk_of(const struct stream *s, const char *contact)
{
    return contact == NULL ? NULL : g_hash_table_lookup(s->walks, contact);
}

static struct place *place_of_interval(struct stream *s, const struct interval *i)
{
    if (i->activity == ACTIVITY_HOLD)
        return place_of(s, "waste", "waiting", i->script, "on hold");
    if (i->activity == ACTIVITY_ACW)
        return place_of(s, "acw", NULL, NULL, "after-contact work");
    if (i->step == NULL)
        return place_of(s, "no step", NULL, NULL, i->script == NULL ? "no script" : "between steps");
    return place_of(s, step_class_name(i->step_class), i->waste, i->script, i->step);
}

static void count_handover(struct stream *s, struct walk *walk, const struct interval *i, double cost)
{
    if (walk == NULL || !walk->handed_over)
        return;
    if (i->step == NULL) {
        s->handover_ms += i->duration_ms;
        s->handover_cost += cost;
    } else
        walk->handed_over = false;
}

static void take_interval(const struct interval *i, void *user_data)
{
    struct stream *s = user_data;
    struct walk *walk = walk_of(s, i->contact);
    bool begins_hold = i->activity == ACTIVITY_HOLD && walk != NULL && walk->hold_began;
    if (begins_hold)
        walk->hold_began = false;
    if (!is_within(s, i->start_ms))
        return;
    struct place *place = place_of_interval(s, i);
    place->entered += begins_hold;
    double cost = walk != NULL && i->focused ? rates_cost(&s->rates, walk->channel, i->duration_ms) : 0;
    place->total_ms += i->duration_ms;
    place->cost += cost;
    count_handover(s, walk, i, cost);
    if (i->activity == ACTIVITY_HOLD || i->step == NULL || walk == NULL)
        return;
    g_autofree char *key = step_titles_key(i->script, i->step);
    if (GPOINTER_TO_INT(g_hash_table_lookup(walk->entries, key)) > 1) {
        place->again_ms += i->duration_ms;
        place->again_cost += cost;
    }
    if (walk->verifies_again) {
        place->verified_again += walk->verify_began;
        place->verified_again_ms += i->duration_ms;
        walk->verify_began = false;
        place->verified_again_cost += cost;
    }
}

static void take_wait(const struct wait *wait, void *user_data)
{
    struct stream *s = user_data;
    if (!is_within(s, wait->start_ms))
        return;
    struct place *place = place_of(s, "waste", "waiting", NULL, wait_kind_name(wait->kind));
    place->is_wait = true;
    place->entered++;
    place->total_ms += wait->end_ms - wait->start_ms;
}

static void approvals_sum_free(void *data)
{
    struct approvals_sum *sum = data;
    g_free(sum->script);
    g_free(sum->step);
    g_free(sum);
}

static void take_approval(const struct approval_time *time, void *user_data)
{
    struct stream *s = user_data;
    if (!is_within(s, time->start_ms))
        return;
    g_autofree char *key = step_titles_key(time->script, time->step);
    struct approvals_sum *sum = g_hash_table_lookup(s->approvals, key);
    if (sum == NULL) {
        sum = g_new0(struct approvals_sum, 1);
        sum->script = g_strdup(time->script);
        sum->step = g_strdup(time->step);
        g_hash_table_insert(s->approvals, g_strdup(key), sum);
    }
    sum->asked++;
    sum->by_rule += time->by_rule;
    sum->outcomes[time->outcome]++;
    sum->wait_ms += time->wait_ms;
}

struct stream *stream_new(int64_t since_ms, int64_t until_ms, const struct rates *rates)
{
    struct stream *s = g_new0(struct stream, 1);
    s->since_ms = since_ms;
    s->until_ms = until_ms;
    s->rates = *rates;
    s->intervals = intervals_new(take_interval, s);
    s->titles = step_titles_new();
    s->waits = waits_new(take_wait, s);
    s->approval_times = approval_times_new(take_approval, s);
    s->approvals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, approvals_sum_free);
    s->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, place_free);
    s->steps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    s->walks = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, walk_free);
    return s;
}

void stream_free(struct stream *s)
{
    if (s == NULL)
        return;
    intervals_free(s->intervals);
    step_titles_free(s->titles);
    waits_free(s->waits);
    approval_times_free(s->approval_times);
    g_hash_table_unref(s->approvals);
    g_hash_table_unref(s->steps);
    g_hash_table_unref(s->places);
    g_hash_table_unref(s->walks);
    g_free(s);
}

/* --- events --- */

static struct walk *begin(struct stream *s, const struct event *ev)
{
    struct walk *walk = g_new0(struct walk, 1);
    walk->contact = g_strdup(ev->contact);
    channel_parse(event_text(ev, "channel"), &walk->channel);
    walk->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    walk->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert(s->walks, walk->contact, walk);
    s->contacts += is_within(s, ev->at_ms);
    return walk;
}

static struct place *place_of_step(struct stream *s, const struct event *ev, const char *step)
{
    enum step_class step_class = STEP_VALUE;
    step_class_parse(event_text(ev, "class"), &step_class);
    return place_of(s, step_class_name(step_class), event_text(ev, "waste"), event_text(ev, "script"), step);
}

static void enter(struct stream *s, struct walk *walk, const struct event *ev)
{
    const char *step = event_text(ev, "step");
    if (step == NULL)
        return;
    char *key = step_titles_key(event_text(ev, "script"), step);
    int entries = GPOINTER_TO_INT(g_hash_table_lookup(walk->entries, key)) + 1;
    g_hash_table_replace(walk->entries, key, GINT_TO_POINTER(entries));
    walk->verifies_again = false;
    if (!is_within(s, ev->at_ms))
        return;
    struct place *place = place_of_step(s, ev, step);
    g_hash_table_replace(s->steps, g_strdup(key), place);
    place->entered++;
    place->again += entries > 1;
    place->target_ms = event_number(ev, "target_ms", place->target_ms);
}

static void answer(struct stream *s, struct walk *walk, const struct event *ev)
{
    const char *field = event_text(ev, "field"), *value = answer_value(ev),
               *source = event_text(ev, "source"), *step = event_text(ev, "step");
    if (field == NULL || value == NULL || step == NULL)
        return;
    bool typed = source == NULL || strcmp(source, "customer") == 0 || strcmp(source, "agent") == 0;
    bool same = g_strcmp0(g_hash_table_lookup(walk->values, field), value) == 0;
    g_hash_table_replace(walk->values, g_strdup(field), g_strdup(value));
    g_autofree char *key = step_titles_key(event_text(ev, "script"), step);
    struct place *place = g_hash_table_lookup(s->steps, key);
    if (place == NULL || !is_within(s, ev->at_ms))
        return;
    place->answers++;
    place->typed_again += typed && same;
}

static void verify(struct stream *s, struct walk *walk, const struct event *ev)
{
    walk->verifies_again = walk->verify_began = walk->verified;
    s->verified_again += walk->verified && is_within(s, ev->at_ms);
    walk->verified = true;
}

static void fold_contact(struct stream *s, struct walk *walk, const struct event *ev)
{
    switch (ev->kind) {
    case EVENT_CONTACT_TRANSFERRED:
    case EVENT_CONTACT_ESCALATED:
    case EVENT_CONTACT_GIVEN_BACK:
        walk->handed_over = true;
        s->handovers += is_within(s, ev->at_ms);
        break;
    case EVENT_CONTACT_HELD:
        walk->hold_began = true;
        break;
    case EVENT_MESSAGE_SENT:
        walk->handed_over = false;
        break;
    case EVENT_STEP_ENTERED:
        enter(s, walk, ev);
        break;
    case EVENT_STEP_ANSWERED:
        answer(s, walk, ev);
        break;
    case EVENT_CUSTOMER_VERIFIED:
        verify(s, walk, ev);
        break;
    default:
        break;
    }
}

void stream_fold(struct stream *s, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= s->position)
        return;
    s->position = MAX(s->position, ev->position);
    struct walk *walk = walk_of(s, ev->contact);
    if (walk == NULL && ev->kind == EVENT_CONTACT_CREATED && ev->contact != NULL)
        walk = begin(s, ev);
    intervals_fold(s->intervals, ev); /* what ends now is still of the step before */
    step_titles_fold(s->titles, ev);
    waits_fold(s->waits, ev);
    approval_times_fold(s->approval_times, ev);
    if (walk == NULL)
        return;
    fold_contact(s, walk, ev);
    if (ev->kind == EVENT_CONTACT_CLOSED || ev->kind == EVENT_CONTACT_ABANDONED)
        g_hash_table_remove(s->walks, ev->contact);
}
