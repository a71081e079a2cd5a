#include "app/measure/experiment.h"

#include <math.h>

#include "app/measure/experiment_parts.h"

static void rollout_free(void *data)
{
    struct rollout *rollout = data;
    g_free(rollout->queues);
    g_free(rollout);
}

static void subject_free(void *data)
{
    struct subject *subject = data;
    g_free(subject->customer);
    g_free(subject);
}

static double of_answer(enum answer answer)
{
    return answer == ANSWER_UNKNOWN ? NAN : answer == ANSWER_YES;
}

static void take(const struct summary *row, void *user_data)
{
    struct experiment *e = user_data;
    if (row->fate != FATE_CLOSED || g_strcmp0(row->script, e->script) != 0 || row->version == 0 ||
        row->started_ms < e->options.since_ms || row->started_ms >= e->options.until_ms)
        return;
    double seconds = (double)MAX(row->handle_ms, 1) / 1000;
    struct subject *subject = g_new0(struct subject, 1);
    *subject =
        (struct subject){.version = row->version,
                         .started_ms = row->started_ms,
                         .customer = g_strdup(row->customer != NULL ? row->customer : row->contact),
                         .values = {[MEASURE_AHT] = e->options.logarithms ? log(seconds) : seconds,
                                    [MEASURE_FCR] = of_answer(row->first),
                                    [MEASURE_COMPLIANCE] =
                                        row->runs_judged == 0 ? NAN : row->runs_compliant == row->runs_judged,
                                    [MEASURE_SATISFACTION] = row->csat < 0 ? NAN : row->csat >= 4}};
    g_ptr_array_add(e->subjects, subject);
}

struct experiment *experiment_new(const struct experiment_options *options)
{
    struct experiment *e = g_new0(struct experiment, 1);
    e->options = *options;
    if (e->options.effect_percent <= 0)
        e->options.effect_percent = EXPERIMENT_EFFECT;
    e->script = g_strdup(options->script);
    e->summaries = summaries_new(take, e);
    e->subjects = g_ptr_array_new_with_free_func(subject_free);
    e->rollouts = g_ptr_array_new_with_free_func(rollout_free);
    return e;
}

void experiment_free(struct experiment *e)
{
    if (e == NULL)
        return;
    summaries_free(e->summaries);
    g_ptr_array_unref(e->subjects);
    g_ptr_array_unref(e->rollouts);
    g_free(e->script);
    g_free(e);
}

struct compliance *experiment_compliance(struct experiment *e)
{
    return summaries_compliance(e->summaries);
}

const struct rollout *experiment_rollout(const struct experiment *e, int64_t version)
{
    for (guint i = 0; i < e->rollouts->len; i++) {
        const struct rollout *rollout = g_ptr_array_index(e->rollouts, i);
        if (rollout->version == version)
            return rollout;
    }
    return NULL;
}

static void note_rollout(struct experiment *e, const struct event *ev)
{
    const char *queues = event_text(ev, "queues");
    int64_t share_percent = event_number(ev, "share_percent", 100);
    bool is_for_some = queues != NULL || share_percent < 100;
    if (g_strcmp0(event_text(ev, "script"), e->script) != 0 || !is_for_some)
        return;
    struct rollout *rollout = g_new0(struct rollout, 1);
    *rollout = (struct rollout){event_number(ev, "version", 0), ev->at_ms, share_percent,
                                event_number(ev, "per_arm", 0), g_strdup(queues)};
    g_ptr_array_add(e->rollouts, rollout);
}

void experiment_fold(struct experiment *e, const struct event *ev)
{
    if (ev->kind == EVENT_SCRIPT_PUBLISHED)
        note_rollout(e, ev);
    summaries_fold(e->summaries, ev);
}

/* --- samples --- */

struct statistics_sample experiment_sample(const struct experiment *e, const struct choice *choice,
                                           enum measure measure)
{
    g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal); /* customer -> index + 1 */
    g_autoptr(GArray) clusters = g_array_new(false, true, sizeof(struct statistics_cluster));
    for (guint i = 0; i < e->subjects->len; i++) {
        const struct subject *subject = g_ptr_array_index(e->subjects, i);
        if (subject->version != choice->version || subject->started_ms < choice->from_ms ||
            subject->started_ms >= choice->until_ms || isnan(subject->values[measure]))
            continue;
        guint place = GPOINTER_TO_UINT(g_hash_table_lookup(places, subject->customer));
        if (place == 0) {
            g_array_set_size(clusters, clusters->len + 1);
            place = clusters->len;
            g_hash_table_insert(places, subject->customer, GUINT_TO_POINTER(place));
        }
        struct statistics_cluster *cluster = &g_array_index(clusters, struct statistics_cluster, place - 1);
        cluster->count++;
        cluster->sum += subject->values[measure];
    }
    struct statistics_sample sample;
    statistics_sample_of((const struct statistics_cluster *)(void *)clusters->data, clusters->len, &sample);
    return sample;
}

static int compare_versions(gconstpointer a, gconstpointer b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

GArray *experiment_versions(const struct experiment *e)
{
    GArray *versions = g_array_new(false, false, sizeof(int64_t));
    for (guint i = 0; i < e->subjects->len; i++) {
        const struct subject *subject = g_ptr_array_index(e->subjects, i);
        bool known = false;
        for (guint k = 0; k < versions->len; k++)
            known = known || g_array_index(versions, int64_t, k) == subject->version;
        if (!known)
            g_array_append_val(versions, subject->version);
    }
    g_array_sort(versions, compare_versions);
    return versions;
}

static int64_t first_start_of(const struct experiment *e, int64_t version)
{
    int64_t first_ms = INT64_MAX;
    for (guint i = 0; i < e->subjects->len; i++) {
        const struct subject *subject = g_ptr_array_index(e->subjects, i);
        if (subject->version == version)
            first_ms = MIN(first_ms, subject->started_ms);
    }
    return first_ms;
}

/* --- one comparison --- */

static double variance_of(const struct statistics_sample *sample)
{
    return sample->variance_of_mean * sample->count;
}

int64_t experiment_needed(const struct experiment *e, const struct statistics_sample *spread)
{
    double share = e->options.effect_percent / 100;
    double effect = e->options.logarithms ? log1p(share) : share * spread->mean;
    double variance = variance_of(spread);
    double count = statistics_per_arm(variance, variance, effect, EXPERIMENT_LEVEL, EXPERIMENT_POWER);
    return (int64_t)MIN(count, 1e9);
}

static int64_t per_arm_of(const struct experiment *e, const struct comparison *c, int64_t from_ms)
{
    const struct rollout *rollout = experiment_rollout(e, c->new_version);
    if (e->options.per_arm > 0)
        return e->options.per_arm;
    if (rollout != NULL && rollout->per_arm > 0)
        return rollout->per_arm;
    struct choice before = {c->old_version, INT64_MIN, from_ms};
    struct statistics_sample spread = experiment_sample(e, &before, MEASURE_AHT);
    return experiment_needed(e, spread.count < EXPERIMENT_BEFORE ? &c->old[MEASURE_AHT] : &spread);
}

void experiment_compare(const struct experiment *e, struct comparison *c)
{
    const struct rollout *rollout = experiment_rollout(e, c->new_version);
    int64_t from_ms = rollout != NULL ? rollout->at_ms : first_start_of(e, c->new_version);
    struct choice old = {c->old_version, from_ms, INT64_MAX}, new = {c->new_version, from_ms, INT64_MAX};
    c->side_by_side = experiment_sample(e, &old, MEASURE_AHT).count > 0;
    c->logarithms = e->options.logarithms;
    c->effect_percent = e->options.effect_percent;
    old.from_ms = c->side_by_side ? from_ms : INT64_MIN;
    for (enum measure m = 0; m < MEASURE_COUNT; m++) {
        c->old[m] = experiment_sample(e, &old, m);
        c->new[m] = experiment_sample(e, &new, m);
        c->differences[m] = m == MEASURE_AHT ? statistics_welch(&c->old[m], &c->new[m], EXPERIMENT_LEVEL)
                                             : statistics_newcombe(&c->old[m], &c->new[m], EXPERIMENT_LEVEL);
        c->detectable[m] =
            statistics_detectable(c->differences[m].standard_error, EXPERIMENT_LEVEL, EXPERIMENT_POWER);
    }
    c->per_arm = per_arm_of(e, c, from_ms);
}

bool experiment_is_known(const struct comparison *c, enum measure m)
{
    return c->old[m].clusters >= 2 && c->new[m].clusters >= 2;
}
